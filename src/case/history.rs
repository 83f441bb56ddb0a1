//! What can be undone and redone, out of the entries of one journal. Nothing of it is kept elsewhere: undo works after a
//! restart as before it.

use super::digest::Digest;
use super::entry::{Action, Entry};

/// The steps of a journal that can be undone, and those that can be redone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Steps in force, the latest last: the entries of each.
    done: Vec<Vec<Digest>>,
    /// Steps undone, the latest last: the entries of each, and the entry that undid them.
    undone: Vec<(Vec<Digest>, Digest)>,
}

impl History {
    /// Takes in the next entry of the journal.
    pub fn add(&mut self, id: Digest, entry: &Entry) {
        match &entry.action {
            Action::Undone { entries } if self.done.last() == Some(entries) => {
                self.done.pop();
                self.undone.push((entries.clone(), id));
            }
            Action::Redone { entries } => {
                if let [undoing] = entries[..]
                    && self.undone.last().is_some_and(|(_, by)| *by == undoing)
                    && let Some((step, _)) = self.undone.pop()
                {
                    self.done.push(step);
                }
            }
            action if action.is_change() => {
                match self.done.last_mut() {
                    // A step whose beginning can no longer be undone is one of its own.
                    Some(step) if entry.continues => step.push(id),
                    _ => self.done.push(vec![id]),
                }
                self.undone.clear();
            }
            _ => {}
        }
    }

    /// The entries of the latest step; `None` where there is none.
    #[must_use]
    pub fn undo(&self) -> Option<&[Digest]> {
        self.done.last().map(Vec::as_slice)
    }

    /// The entries of the step undone last, and the one that undid them; `None` where there is none.
    #[must_use]
    pub fn redo(&self) -> Option<(&[Digest], Digest)> {
        self.undone.last().map(|(step, by)| (step.as_slice(), *by))
    }
}

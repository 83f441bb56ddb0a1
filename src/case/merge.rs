//! Taking in another case: its journals are kept whole beside the own one, and an entry says so. What was in both is the sum of
//! all entries, so nothing is lost and nothing decided.

use std::path::Path;

use super::entry::{Action, JournalRef};
use super::error::CaseError;
use super::journal::Journal;
use super::store::{CheckpointRow, EntryRow, JournalRow};
use super::{Case, Digest, state::Conflict};

/// What a merge brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Entries that were not in the case before.
    pub entries: usize,
    /// What the two say differently, or said before.
    pub conflicts: Vec<Conflict>,
    /// Journals of which there are two continuations: a case file was copied, and both copies went on.
    pub forked: Vec<String>,
    /// Items that were there and are not any more: the other case undid or deleted them.
    pub gone: Vec<Digest>,
}

/// A journal to be taken in.
struct Taken {
    row: JournalRow,
    rows: Vec<EntryRow>,
    checkpoints: Vec<CheckpointRow>,
    /// The shorter one here whose place it takes.
    instead: Option<i64>,
}

impl Case {
    /// Takes in the case at `other`, which is only read. With `damaged`, also one whose journal is damaged: as it is, and
    /// with the entries that are whole.
    ///
    /// # Errors
    /// [`CaseError::Damaged`], [`CaseError::Itself`]; otherwise as [`Case::open`] and [`Case::put`]. Nothing was taken in then.
    pub fn merge(&mut self, other: &Path, damaged: bool) -> Result<Merged, CaseError> {
        let is_same = |a: &Path, b: &Path| std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok();
        if is_same(&self.path, other) {
            return Err(CaseError::Itself { path: other.to_owned() });
        }
        let author = super::Author { actor: String::new(), key: None };
        let theirs = Case::load(other, author, None, Some("it is only read".to_owned()))?;
        if let (Some(first), false) = (theirs.damage.first(), damaged) {
            return Err(CaseError::Damaged { path: other.to_owned(), why: first.to_string() });
        }
        for journal in theirs.journals() {
            // The names that cases give their journals (the specification, 3): what else there is cannot be verified.
            let name = journal.row.origin.strip_prefix("probity.case/").unwrap_or_default();
            if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let why = "a journal in it has a name that no case gives".to_owned();
                return Err(CaseError::Damaged { path: other.to_owned(), why });
            }
        }
        let before = self.entries().len();
        let there: Vec<Digest> = self.state.items().into_iter().map(|(name, _)| name).collect();
        let mut taken: Vec<Taken> = Vec::new();
        for journal in theirs.journals() {
            if let Some(new) = self.wanted(&theirs, journal)? {
                taken.push(new);
            }
        }
        if !taken.is_empty() {
            let journals: Vec<JournalRef> = theirs
                .journals()
                .filter(|journal| taken.iter().any(|taken| taken.row.id == journal.row.id))
                .map(Journal::reference)
                .collect();
            self.append_with(vec![Action::Merged { journals }], |change| {
                for new in &taken {
                    let id = change.take_in(&new.row, &new.rows, new.instead)?;
                    for checkpoint in &new.checkpoints {
                        change.checkpoint(id, checkpoint)?;
                    }
                }
                Ok(())
            })?;
            self.reload()?;
        }
        let origins: Vec<&str> = self.journals().map(|journal| journal.row.origin.as_str()).collect();
        let mut forked: Vec<String> = origins
            .iter()
            .enumerate()
            .filter(|(n, origin)| origins[..*n].contains(origin))
            .map(|(_, origin)| (*origin).to_owned())
            .collect();
        forked.dedup();
        // The entry of the merge itself is no news.
        let entries = self.entries().len().saturating_sub(before + usize::from(!taken.is_empty()));
        let is_gone = |name: &Digest| self.state.item(*name).is_none_or(|item| !item.is_there());
        let gone = there.into_iter().filter(is_gone).collect();
        Ok(Merged { entries, conflicts: self.state.conflicts(), forked, gone })
    }

    /// A journal of another case, unless all of it is here.
    fn wanted(&self, theirs: &Case, journal: &Journal) -> Result<Option<Taken>, CaseError> {
        let rows = rows(theirs, journal)?;
        let mut instead = None;
        for here in self.journals().filter(|here| here.row.origin == journal.row.origin) {
            let known = self::rows(self, here)?;
            if known.starts_with(&rows) && known.len() >= rows.len() {
                return Ok(None);
            }
            if !here.row.is_own && rows.starts_with(&known) {
                instead = Some(here.row.id);
            }
        }
        let checkpoints = theirs.store.checkpoints(journal.row.id)?;
        Ok(Some(Taken { row: journal.row.clone(), rows, checkpoints, instead }))
    }

    /// Reads the other journals anew, and makes the sum anew.
    fn reload(&mut self) -> Result<(), CaseError> {
        let mut others = Vec::new();
        for row in self.store.journals()?.into_iter().filter(|row| !row.is_own) {
            others.push(Journal::read(&self.store, row)?);
        }
        let file = self.damage.iter().filter(|damage| damage.journal.is_none()).cloned();
        self.damage = file.chain(others.iter().flat_map(|journal| journal.damage.clone())).collect();
        self.others = others;
        self.rebuild();
        Ok(())
    }
}

fn rows(case: &Case, journal: &Journal) -> Result<Vec<EntryRow>, CaseError> {
    let mut rows = Vec::new();
    case.store.entries(journal.row.id, |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

//! Undo and redo: of what was asked (filter, stretch of time, kind, order) and of work on the case, in the order in which it
//! was done. Evidence is in neither.

use std::time::{Duration, Instant};

use super::keeper::Work;
use super::{App, Command, Filter};
use crate::evidence::SortKey;

/// So many steps are kept.
const MAX_STEPS: usize = 200;

/// Typing, and dragging, are one step as long as they go on like this.
const PAUSE: Duration = Duration::from_millis(1200);

/// What was looked at.
#[derive(Debug, Clone)]
pub(super) struct Look {
    filter: Filter,
    order: Vec<SortKey>,
}

impl Look {
    fn is_as(&self, other: &Self) -> bool {
        self.filter.is_as(&other.filter) && self.order == other.order
    }
}

/// Something that can be undone.
#[derive(Debug)]
enum Step {
    /// Something else was looked at; this is what was before, or after where it was undone.
    Look(Box<Look>),
    /// Work on the case, which keeps its own history.
    Case,
}

/// A way of doing something that goes on over many commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stroke {
    Typing,
    Dragging,
    Other,
}

impl Stroke {
    fn of(command: &Command) -> Self {
        match command {
            Command::SetFilter(_) => Self::Typing,
            Command::SetRange(Some(_)) | Command::ZoomTime(_) | Command::MoveTime(_) => Self::Dragging,
            _ => Self::Other,
        }
    }
}

/// What can be undone and redone.
#[derive(Debug, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    last: Option<(Stroke, Instant)>,
}

impl History {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Something was done to the case, and is saved.
    pub(super) fn note_case(&mut self) {
        self.push(Step::Case);
        self.last = None;
    }

    fn push(&mut self, step: Step) {
        self.undone.clear();
        if self.done.len() == MAX_STEPS {
            self.done.remove(0);
        }
        self.done.push(step);
    }
}

impl App {
    pub(super) fn look(&self) -> Look {
        Look { filter: self.filter.clone(), order: self.order.clone() }
    }

    /// Keeps what a command changed, to be undone.
    pub(super) fn note_step(&mut self, stroke: &Command, before: Look) {
        if matches!(stroke, Command::Undo | Command::Redo) || self.session.is_none() {
            return;
        }
        if self.look().is_as(&before) {
            return;
        }
        let (stroke, now) = (Stroke::of(stroke), Instant::now());
        let goes_on = stroke != Stroke::Other
            && self.history.last.is_some_and(|(last, at)| last == stroke && now.duration_since(at) < PAUSE);
        self.history.last = Some((stroke, now));
        if !goes_on {
            self.history.push(Step::Look(Box::new(before)));
        }
    }

    /// Undoes the latest step. What was done to the case before it was opened can be undone as well.
    pub(super) fn undo(&mut self) {
        match self.history.done.pop() {
            Some(Step::Look(before)) => {
                let now = self.show_look(*before);
                self.history.undone.push(now);
            }
            Some(Step::Case) => {
                self.history.undone.push(Step::Case);
                self.work(Work::Undo);
            }
            None => self.undo_case(),
        }
    }

    /// Undoes the latest step of the case.
    pub(super) fn undo_case(&mut self) {
        if self.session.as_ref().is_some_and(|session| session.case().is_some()) {
            if let Some(at) = self.history.done.iter().rposition(|step| matches!(step, Step::Case)) {
                self.history.done.remove(at);
            }
            self.work(Work::Undo);
        } else {
            self.say("There is nothing to undo");
        }
    }

    /// Does the step of the case again that was undone last.
    pub(super) fn redo_case(&mut self) {
        if self.session.as_ref().is_some_and(|session| session.case().is_some()) {
            if let Some(at) = self.history.undone.iter().rposition(|step| matches!(step, Step::Case)) {
                self.history.undone.remove(at);
            }
            self.work(Work::Redo);
        } else {
            self.say("There is nothing to redo");
        }
    }

    /// Does again what was undone last.
    pub(super) fn redo(&mut self) {
        match self.history.undone.pop() {
            Some(Step::Look(after)) => {
                let now = self.show_look(*after);
                self.history.done.push(now);
            }
            Some(Step::Case) => {
                self.history.done.push(Step::Case);
                self.work(Work::Redo);
            }
            None => self.redo_case(),
        }
    }

    /// Shows something else; gives what was shown.
    fn show_look(&mut self, look: Look) -> Step {
        let now = self.look();
        (self.filter, self.order) = (look.filter, look.order);
        self.history.last = None;
        self.ask();
        Step::Look(Box::new(now))
    }
}

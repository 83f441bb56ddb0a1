//! What is told to the user: problems, which stay until they are dismissed, and notices in passing.

use super::App;

/// Something that went wrong: it stays until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What was being done.
    pub what: String,
    /// What happened, to which file, and what to do.
    pub why: String,
    /// What it is about.
    pub about: About,
}

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The program, its settings and its keys: it is one whatever is opened.
    Program,
    /// What is open, or was to be opened: it is none of what is opened next.
    Bundles,
}

/// Something that is told in passing.
#[derive(Debug, Clone)]
pub struct Toast {
    /// What.
    pub text: String,
    /// Whether it can be undone.
    pub undo: bool,
    /// What it tells of.
    pub of: Told,
}

/// What is told of: of each there is one notice, the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Work on the case.
    Case,
    /// A record that was gone to is not among those shown: its row, and its place in its log.
    Hidden(u32, u64),
    /// What was opened is in a case that was opened lately.
    InCase,
    /// What was handed out.
    Handed,
    /// Anything else.
    Else,
}

impl App {
    /// Something went wrong; what is said already is not said twice.
    pub(super) fn trouble(&mut self, about: About, what: impl Into<String>, why: String) {
        let problem = Problem { what: what.into(), why, about };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Tells something in passing.
    pub(super) fn say(&mut self, text: &str) {
        self.toasts.push(Toast { text: text.to_owned(), undo: false, of: Told::Else });
    }
}

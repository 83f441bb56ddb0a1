//! What the bytes of every line that a term matches have in common. A line without it is passed over unread.

use regex::bytes::Regex;

use super::relax::relaxed;
use super::run::Run;
use crate::query::expr::{Term, Test};
use crate::query::field::{Alias, Derived, Field, Path, Place};
use crate::query::value::pattern::Matcher;

/// Values with fewer characters stand in most lines; the name of their member may not.
const MIN_VALUE_CHARS: usize = 2;

/// A condition that all lines meet that match.
#[derive(Debug, Clone)]
pub(super) enum Hint {
    /// None is known.
    Any,
    /// These characters stand there, one after the other.
    Run(Box<Run>),
    /// This finds something, or there are escapes, behind which it may be hidden.
    Finds(Regex),
}

impl Hint {
    pub(super) fn of(term: &Term) -> Self {
        match term {
            Term::Text(Matcher::Regex(regex)) => relaxed(regex.as_str()).map_or(Self::Any, Self::Finds),
            Term::Text(Matcher::Text(text)) => Self::of_run(Run::folded(text)),
            Term::Text(Matcher::Glob(glob)) => Self::of_run(Run::folded(glob.as_str())),
            Term::Field { field, test } => {
                let value = if is_value_written(field) { of_value(test) } else { None };
                Self::of_run(value.or_else(|| match field {
                    Field::Path(path) => of_names(path),
                    Field::Alias(_) => None,
                }))
            }
            Term::Seq { .. } | Term::Mark { .. } => Self::Any,
        }
    }

    fn of_run(run: Option<Run>) -> Self {
        run.map_or(Self::Any, |run| Self::Run(Box::new(run)))
    }

    /// Tells every line that meets the condition, some of them more than once.
    pub(super) fn candidates(&self, lines: &Lines, block: &[u8], mut tell: impl FnMut(usize)) {
        match self {
            Self::Any => (0..lines.len()).for_each(tell),
            Self::Run(run) => run.candidates(lines, block, tell),
            Self::Finds(regex) => {
                for at in 0..lines.len() {
                    let line = lines.line(block, at);
                    if regex.is_match(line) || memchr::memchr(b'\\', line).is_some() {
                        tell(at);
                    }
                }
            }
        }
    }
}

/// Whether every value of the field is written in the record, rather than concluded from it or from its place.
fn is_value_written(field: &Field) -> bool {
    let is_written =
        |place: &Place| !matches!(place, Place::Derived(Derived::Kind | Derived::Seq | Derived::VersionSource));
    match field {
        Field::Path(_) => true,
        Field::Alias(Alias { sources, .. }) => sources.iter().all(|source| is_written(&source.place)),
    }
}

fn of_value(test: &Test) -> Option<Run> {
    let run = match test {
        Test::Is(Matcher::Text(text)) => Run::exact(text),
        Test::Is(Matcher::Glob(glob)) => Run::exact(glob.as_str()),
        _ => None,
    };
    run.filter(|run| run.len() >= MIN_VALUE_CHARS)
}

/// The last of a path's names: there are at least as many lines with those before it. One made of digits may be a place
/// in a list, and stand nowhere.
fn of_names(path: &Path) -> Option<Run> {
    Run::name(path.members().iter().rfind(|name| !name.bytes().all(|b| b.is_ascii_digit()))?)
}

/// Where the lines of a block end.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The place of each LF, and of the block's end where there is none.
    ends: Vec<usize>,
}

impl Lines {
    pub(super) fn read(&mut self, block: &[u8]) {
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(b'\n', block));
        if block.last().is_some_and(|byte| *byte != b'\n') {
            self.ends.push(block.len());
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The line without its LF.
    pub(super) fn line<'b>(&self, block: &'b [u8], at: usize) -> &'b [u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &block[start..self.ends[at]]
    }

    /// Calls `next` with a place from which on it is to find something, and tells the line that what it found ends in
    /// or begins in (its answer is a place within that line or at its end). Each line is told once at most.
    pub(super) fn each(&self, mut next: impl FnMut(usize) -> Option<usize>, mut tell: impl FnMut(usize)) {
        let (mut from, mut line) = (0, 0);
        while let Some(at) = next(from) {
            while self.ends.get(line).is_some_and(|end| *end < at) {
                line += 1;
            }
            let Some(end) = self.ends.get(line) else { return };
            tell(line);
            from = end + 1;
        }
    }
}

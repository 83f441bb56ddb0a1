//! Free text: whether a string or number anywhere in a record holds what is asked for.

use memchr::memmem;

use super::Scratch;
use crate::query::sieve::hint::Hint;
use crate::query::sieve::run::Run;
use crate::query::value::pattern::{Matcher, Regex, fold, in_order};
use crate::record::walk::{Scalar, Step, Visit, walk};

/// What a text has to hold: [`Matcher::is_in`] with its own part of the work done once.
#[derive(Debug, Clone)]
pub(in crate::query::sieve) enum Needle {
    /// This, folded.
    Text(Box<memmem::Finder<'static>>),
    /// These pieces, folded, one after the other.
    Pieces(Vec<String>),
    Regex(Regex),
}

impl Needle {
    pub(super) fn new(matcher: &Matcher) -> Self {
        match matcher {
            Matcher::Text(text) => Self::Text(Box::new(memmem::Finder::new(&fold(text)).into_owned())),
            Matcher::Glob(glob) => Self::Pieces(fold(glob.as_str()).split('*').map(str::to_owned).collect()),
            Matcher::Regex(regex) => Self::Regex(regex.clone()),
        }
    }

    fn is_in(&self, text: &str, folded: &mut String) -> bool {
        match self {
            Self::Text(finder) => finder.find(fold_into(text, folded).as_bytes()).is_some(),
            Self::Pieces(pieces) => in_order(pieces.iter().map(String::as_str), fold_into(text, folded)),
            Self::Regex(regex) => regex.finds(text),
        }
    }
}

/// [`fold`] into memory that is there already.
fn fold_into<'f>(text: &str, folded: &'f mut String) -> &'f str {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(text.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Asks every text and number of a record, but for those that cannot hold the needle, by its hint.
pub(super) struct AnyText<'n, 'a> {
    needle: &'n Needle,
    run: Option<&'n Run>,
    /// Where there is no run: whether texts without escapes may hold the needle.
    is_open: bool,
    record: &'a str,
    /// Where the run ends next; [`usize::MAX`] where it does not stand further on.
    run_end: usize,
    found: bool,
    decoded: &'n mut String,
    folded: &'n mut String,
}

impl<'n, 'a> AnyText<'n, 'a> {
    pub(super) fn new(needle: &'n Needle, hint: &'n Hint, record: &'a str, scratch: &'n mut Scratch) -> Self {
        let (run, is_open) = match hint {
            Hint::Any => (None, true),
            Hint::Run(run) => (Some(&**run), false),
            Hint::Finds(regex) => (None, regex.is_match(record.as_bytes())),
        };
        let Scratch { decoded, folded, .. } = scratch;
        Self { needle, run, is_open, record, run_end: 0, found: false, decoded, folded }
    }

    pub(super) fn passes(mut self) -> bool {
        let record = self.record;
        // Where the text breaks off it is no record, and `check` says so of what stands before.
        let _ = walk(record, &mut self);
        self.found
    }

    /// Whether the run stands in `raw`, which begins at `start` of the record, or may stand there escaped.
    #[inline]
    fn may_hold(&mut self, start: usize, raw: &str, is_escaped: bool) -> bool {
        let Some(run) = self.run else { return self.is_open || is_escaped };
        if self.run_end <= start {
            self.run_end = run.end(self.record.as_bytes(), start).unwrap_or(usize::MAX);
        }
        self.run_end <= start + raw.len() || run.may_hide_in(raw, is_escaped)
    }
}

impl<'a> Visit<'a> for AnyText<'_, 'a> {
    fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
        let text = match scalar {
            Scalar::Null | Scalar::Boolean(_) => return Step::Enter,
            Scalar::Number(text) if self.may_hold(at, text, false) => text,
            Scalar::Text(text) if self.may_hold(at + 1, text.raw, text.is_escaped) => text.decode(self.decoded),
            Scalar::Number(_) | Scalar::Text(_) => return Step::Enter,
        };
        self.found = self.needle.is_in(text, self.folded);
        if self.found { Step::Stop } else { Step::Enter }
    }
}

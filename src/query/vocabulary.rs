//! What is known of the logs that a filter is for. It tells wrong names from right ones and completes them; it never
//! changes what a filter means, so that one text selects the same in a case, on the command line and in an exhibit.

use super::expr::Mark;
use super::field::{Field, Path};

/// What records have at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// No record has it.
    Nothing,
    /// Records have members below it, and no value at it.
    Members,
    /// Records have values there.
    Values,
}

/// A path that records have values at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPath {
    /// The path, without numbers of elements of lists.
    pub path: Path,
    /// How many records have a value there.
    pub records: u64,
}

/// A value and how many records have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownValue {
    /// Its text.
    pub text: String,
    /// How many records, as far as they were counted.
    pub records: Option<u64>,
}

/// Paths and values of the logs at hand. Every answer must come at once: the window asks with every key.
pub trait Vocabulary {
    /// Whether every path is known, so that any other is a mistake.
    fn is_complete(&self) -> bool;

    /// What there is at `path`, which holds no numbers of elements of lists.
    fn at(&self, path: &Path) -> Known;

    /// Every path with values; the most used first, if there are too many to give all.
    fn paths(&self) -> Vec<KnownPath>;

    /// Values of the field that hold `part` (upper and lower case taken for the same), those of most records first, at
    /// most `limit`.
    fn values(&self, field: &Field, part: &str, limit: usize) -> Vec<KnownValue>;

    /// Tags or incidents of the case, as [`Vocabulary::values`].
    fn marks(&self, mark: Mark, part: &str, limit: usize) -> Vec<KnownValue> {
        let _ = (mark, part, limit);
        Vec::new()
    }
}

/// No log is at hand, or none that is read yet: any path may be right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unknown;

impl Vocabulary for Unknown {
    fn is_complete(&self) -> bool {
        false
    }

    fn at(&self, _: &Path) -> Known {
        Known::Nothing
    }

    fn paths(&self) -> Vec<KnownPath> {
        Vec::new()
    }

    fn values(&self, _: &Field, _: &str, _: usize) -> Vec<KnownValue> {
        Vec::new()
    }
}

/// `path` without the names made of digits, by which elements of lists are picked.
pub(super) fn without_indices(path: &Path) -> Option<Path> {
    let is_index = |name: &&String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    Path::new(path.members().iter().filter(|name| !is_index(name)).cloned().collect())
}

/// Whether a path may be asked for: some record has it, the format defines it, or nobody knows.
pub(super) fn is_allowed(vocabulary: &dyn Vocabulary, path: &Path) -> bool {
    let has = |path: &Path| vocabulary.at(path) != Known::Nothing;
    !vocabulary.is_complete() || path.is_defined() || has(path) || without_indices(path).is_some_and(|path| has(&path))
}

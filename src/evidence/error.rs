//! Why a question has no answer.

use crate::index::IndexError;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A bundle has no index, or its index no answer.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The bundles have more lines than rows can be numbered.
    #[error("the bundles have more lines together than this version can number; open fewer of them")]
    TooManyRows,
    /// No case is open that would keep marks.
    #[error("{0}: tags, notes and incidents are kept in a case, and none is open")]
    NoCase(String),
    /// The field's values are too varied for a column.
    #[error("{0} has more distinct values than can be counted or put in order; filters find them all the same")]
    TooVaried(String),
    /// What a derived field stands for has no column, so it cannot be told.
    #[error(
        "{0} cannot be told here: a field that it is made of has too many distinct values; ask for that field by its path"
    )]
    Underived(String),
    /// Another thread failed while it had the table.
    #[error("another thread failed; open the bundle again")]
    Poisoned,
}

//! Why there is no index, or no answer from one.

use std::path::PathBuf;

use crate::bundle::container::OpenError;
use crate::bundle::reading::LogError;
use crate::integrity::VerifyError;

/// Why there is no index, or no answer from one.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] OpenError),
    /// The log cannot be read to its end, or the watcher asked to stop.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is no cache folder to keep an index in.
    #[error("there is no folder for the index: the system names no home; say where with --index PATH")]
    NoPlace,
    /// The index cannot be written.
    #[error("{}: the index cannot be written: {reason}; another place can be chosen with --index PATH", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// What was in the way.
        reason: String,
    },
    /// The index cannot be read. The bundle is not concerned: an index can be made anew.
    #[error("{}: the index cannot be read: {reason}; it can be deleted, and is made anew from the bundle", path.display())]
    Read {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file at the place that was chosen is something else. It is left alone.
    #[error("{}: this is no index of Probity, and is left as it is; choose another place with --index PATH", path.display())]
    NotAnIndex {
        /// Where.
        path: PathBuf,
    },
    /// The bundle is no longer the one that was indexed.
    #[error("VERIFY_INDEX_STALE: {}: this is not the bundle that was indexed: it changed since, or the index is of another one ({what}); probity index makes the index anew, with --rebuild also one at a place that was chosen", path.display())]
    Stale {
        /// The bundle.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// There is no log in it that could be indexed.
    #[error("{}: there is nothing to open: {reason} A file that was damaged on its way has to be got again; records that were never chained become a bundle with probity pack", path.display())]
    NothingToIndex {
        /// The bundle.
        path: PathBuf,
        /// What the verification said.
        reason: String,
    },
    /// More lines than rows can be numbered.
    #[error("the log has more than {} lines; this version cannot index it", crate::columns::MAX_ROWS)]
    TooManyLines,
}

impl From<VerifyError> for IndexError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Open(error) => Self::Bundle(error),
            VerifyError::Read(error) => Self::Log(error),
            VerifyError::Gather(error) => match error.downcast::<Self>() {
                Ok(error) => *error,
                // Only an index gathers.
                Err(error) => Self::Log(LogError::Worker(error.to_string())),
            },
        }
    }
}

impl From<IndexError> for VerifyError {
    fn from(error: IndexError) -> Self {
        Self::Gather(Box::new(error))
    }
}

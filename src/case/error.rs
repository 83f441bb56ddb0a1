//! Why a case cannot be opened, or does not take something in.

use std::path::PathBuf;

use crate::bundle::writer::{RecordError, WriteError};
use crate::evidence::EvidenceError;
use crate::integrity::VerifyError;
use crate::tlog::note::KeyError;

/// Why a case cannot be opened, or does not take something in. In no case is anything lost that was saved before.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The operating system refused.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Something else is in the file.
    #[error("{}: this is no case of Probity; it is left as it is", path.display())]
    NotACase {
        /// The file.
        path: PathBuf,
    },
    /// It has a form that is not known here: mostly a newer program wrote it.
    #[error(
        "{}: this case has the form {found}, and this program knows the form {known}; it is left as it is: open it with the program that made it", path.display()
    )]
    Form {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: i64,
        /// The form that is known here.
        known: u32,
    },
    /// There is a file already.
    #[error("{}: exists already, and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// SQLite cannot read or write the file.
    #[error("{}: {reason}", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What was in the way, and what to do.
        reason: String,
    },
    /// The case can only be read.
    #[error("{}: the case is open for reading only: {why}", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Another program wrote into the file.
    #[error("{}: the case was changed by another program while it was open here; nothing was written; open it again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// An entry would be no record of the bundle format.
    #[error("this cannot be kept: {0}")]
    Entry(#[from] RecordError),
    /// The text is not fit for what it is meant for.
    #[error("{what}: {why}")]
    Text {
        /// What it is meant for.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no such item.
    #[error("there is no {0} of that name in the case")]
    NoItem(&'static str),
    /// There is nothing to undo or to redo.
    #[error("there is nothing to {0}")]
    Nothing(&'static str),
    /// The other case's journal is damaged.
    #[error("{}: its journal is damaged, and it is not taken in: {why}", path.display())]
    Damaged {
        /// The other case.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A case cannot be merged with itself.
    #[error("{}: this is the same case", path.display())]
    Itself {
        /// The file.
        path: PathBuf,
    },
    /// The key cannot be used.
    #[error("{}: {reason}", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// There is no key to sign with.
    #[error("you have no key to sign with: probity case key makes one")]
    NoKey,
    /// No key of that form.
    #[error("the journal cannot be signed: {0}")]
    Sign(#[from] KeyError),
    /// The log was not read to its end.
    #[error("only a part of the log was read: tags, notes and incidents can be written once all of it is")]
    Part,
    /// The system names no folder for it.
    #[error("there is no folder for {0}: the system names no home")]
    NoFolder(&'static str),
    /// The journal cannot be written as a bundle.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The journal cannot be verified.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The evidence gives no answer.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

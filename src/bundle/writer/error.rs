//! Why a bundle, a slice or a log could not be written. Every error names its place: the file, and the record or line.

use std::io;
use std::path::PathBuf;

use crate::record::Fault;
use crate::tlog::checkpoint::CheckpointError;

/// Why bytes cannot be stored as a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A line feed or carriage return: a record is one line.
    #[error("a line break at byte {offset}; a record is one line without LF and CR")]
    LineBreak {
        /// Byte offset in the record.
        offset: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// Byte offset in the record.
        offset: usize,
    },
    /// Not a record of format 1.
    #[error("{0}")]
    Fault(Fault),
    /// The log holds as many records as sizes can count.
    #[error("the log is full")]
    LogFull,
}

/// Why a line does not continue a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not exactly `{"seq":…,"prev":"…","hash":"…","record":{…}}`.
    #[error("not a line of a chained log")]
    Form,
    /// Longer than a line may be.
    #[error("longer than a line may be")]
    TooLong,
    /// The last line has no line feed.
    #[error("the line is incomplete: no line feed ends it")]
    Incomplete,
    /// Another seq than the place asks for.
    #[error("seq {found} where {expected} belongs")]
    Seq {
        /// The seq that belongs there.
        expected: u64,
        /// The seq stated.
        found: u64,
    },
    /// `prev` is not the preceding line's hash (64 zeros for the first).
    #[error("prev is not the hash of the line before")]
    Prev,
    /// The hash does not fit.
    #[error("the hash does not fit: the line was altered, or the log's origin is not {origin:?}")]
    Hash {
        /// The origin that was hashed with.
        origin: String,
    },
    /// See [`RecordError::LogFull`].
    #[error("the log is full")]
    LogFull,
}

/// Why a log's end could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// C2SP tlog-checkpoint: a log signs with a key that carries its origin as name.
    #[error("the key is named {key:?}, but the log's origin is {origin:?}; a log's key carries its origin as name")]
    KeyName {
        /// The log's origin.
        origin: String,
        /// The key's name.
        key: String,
    },
    /// The checkpoint is not one that reads back the same.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Why a bundle could not be written. Nothing stands under its name then.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operating system refused: no space, no permission, no such folder.
    #[error("{}: {}{}", path.display(), crate::os::Plain(source), during(member.as_deref()))]
    Io {
        /// The bundle as it was to be named.
        path: PathBuf,
        /// The member that was being written.
        member: Option<String>,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something has that name. Evidence is never overwritten.
    #[error("{}: exists already, and is not overwritten", path.display())]
    Exists {
        /// The name asked for.
        path: PathBuf,
    },
    /// The path ends in no name, such as `..`.
    #[error("{}: does not name a file", path.display())]
    NoName {
        /// The path as given.
        path: PathBuf,
    },
    /// Not fit to name a log.
    #[error("the origin {0:?} is empty, or has white space, a plus sign or a control character in it")]
    Origin(String),
    /// A record that was refused. The writer can go on without it.
    #[error("record {seq}: {error}")]
    Record {
        /// The seq that it would have had.
        seq: u64,
        /// What is wrong with it.
        error: RecordError,
    },
    /// A line that does not continue the log.
    #[error("line {line}: {error}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        error: LineError,
    },
    /// The end of the log could not be signed.
    #[error("{0}")]
    Sign(#[from] SignError),
    /// A note that is no checkpoint of this log.
    #[error("the checkpoint for size {size}: {reason}")]
    Note {
        /// The tree size that it was given for.
        size: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A disclosure that does not belong here.
    #[error("the disclosure for record {seq}: {reason}")]
    Disclosure {
        /// The record that it names.
        seq: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A timestamp token for which there is no checkpoint.
    #[error("a timestamp token for size {size}, but no checkpoint of that size is without one")]
    Token {
        /// The tree size that it was given for.
        size: u64,
    },
    /// Not RFC 3339.
    #[error("the time of creation {0:?} is not RFC 3339")]
    Created(String),
    /// More than a reader will look at.
    #[error("more than {most} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The most that there may be.
        most: u64,
    },
    /// An earlier error, which was reported, ended this bundle.
    #[error("{}: given up after an earlier error", path.display())]
    GivenUp {
        /// The bundle as it was to be named.
        path: PathBuf,
    },
}

fn during(member: Option<&str>) -> String {
    member.map(|member| format!(" (while writing {member})")).unwrap_or_default()
}

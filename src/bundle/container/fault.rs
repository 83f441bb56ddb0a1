//! What can be wrong with a container: faults, which become findings, and errors, which end the program.
//! A fault speaks about what the exporter handed over; an I/O error about the machine it is read on.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::PathBuf;

use super::limits::{MAX_FAULTS_OF_A_KIND, MAX_PATH_BYTES};
use super::path::escape_within;

/// What kind of structural oddity a [`Fault`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The content is neither a zip, nor JSON lines, nor zstd.
    NotABundle,
    /// Bytes are missing at the end, or a file became shorter while it was read.
    Truncated,
    /// A structure does not follow its format, or uses a part of it that a bundle has no use for.
    Malformed,
    /// Two members have the same name.
    DuplicateEntry,
    /// Two members, or a member and the central directory, claim the same bytes.
    Overlap,
    /// Two places that state the same thing differ: central directory and local header, or listing and opened file.
    HeaderMismatch,
    /// A path that is not relative and plain on every platform.
    UnsafePath,
    /// Two names that some platform cannot tell apart.
    NameCollision,
    /// A symbolic link. It is not followed.
    Symlink,
    /// A device, fifo, socket or another thing that is neither file nor folder.
    SpecialFile,
    /// An encrypted member.
    Encrypted,
    /// A compression method other than stored and deflate.
    UnsupportedMethod,
    /// More bytes than a limit allows, or than were declared.
    SizeLimit,
    /// A member that says it expands beyond the permitted ratio.
    RatioLimit,
    /// More members than the limit allows.
    CountLimit,
    /// The content does not have the stated CRC-32, or its compression is corrupt.
    Crc,
    /// Bytes that belong to nothing: before, between or after members, or in a comment.
    TrailingData,
}

/// One structural oddity of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of oddity it is.
    pub kind: FaultKind,
    /// The member concerned, shown escaped (see the module documentation of `path`) and cut at
    /// [`MAX_PATH_BYTES`]; `None` where it concerns the container.
    pub path: Option<String>,
    /// Where it stands in the container's file, in bytes; `None` in a folder.
    pub offset: Option<u64>,
    /// What would have been right.
    pub expected: String,
    /// What was found.
    pub actual: String,
}

/// Why a path cannot be opened as a container at all. The program exits 2 on it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The operating system refused: not found, no permission, a disk error.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// The full path of the file or folder that could not be read.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A device, fifo or socket. It is not opened.
    #[error("{}: not a file or folder", path.display())]
    NotAFileOrFolder {
        /// The path as it was given.
        path: PathBuf,
    },
}

/// Why a member cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused. The program exits 2 on it.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// The full path of the file that could not be read: the member's in a folder, else the container's.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The member is faulty, or turned out to be while it was read.
    #[error("{}: expected {}, found {}", .0.path.as_deref().unwrap_or("container"), .0.expected, .0.actual)]
    Fault(Fault),
    /// There is no such member.
    #[error("no such member")]
    Missing,
}

impl ReadError {
    /// Takes a `ReadError` out of the [`io::Error`] that a stream returned.
    /// `None` if a reader in between made the error itself.
    #[must_use]
    pub fn from_stream(error: io::Error) -> Option<ReadError> {
        error.downcast::<ReadError>().ok()
    }
}

/// A fault of which the place is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Oddity {
    pub(super) kind: FaultKind,
    pub(super) expected: String,
    pub(super) actual: String,
}

impl Oddity {
    pub(super) fn new(kind: FaultKind, expected: impl Into<String>, actual: impl Into<String>) -> Oddity {
        Oddity { kind, expected: expected.into(), actual: actual.into() }
    }

    pub(super) fn at(self, name: Option<&[u8]>, offset: Option<u64>) -> Fault {
        Fault {
            kind: self.kind,
            path: name.map(|name| escape_within(name, MAX_PATH_BYTES)),
            offset,
            expected: self.expected,
            actual: self.actual,
        }
    }
}

/// The faults of a container in the order they were found: exact counts, bounded details.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    counts: BTreeMap<FaultKind, u64>,
    first_of_path: HashMap<String, usize>,
}

impl Faults {
    pub(super) fn add(&mut self, oddity: Oddity, name: Option<&[u8]>, offset: Option<u64>) {
        let count = self.counts.entry(oddity.kind).or_default();
        *count += 1;
        if *count > MAX_FAULTS_OF_A_KIND {
            return;
        }
        let fault = oddity.at(name, offset);
        if let Some(path) = &fault.path {
            let index = self.list.len();
            self.first_of_path.entry(path.clone()).or_insert(index);
        }
        self.list.push(fault);
    }

    pub(super) fn list(&self) -> &[Fault] {
        &self.list
    }

    pub(super) fn count(&self, kind: FaultKind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    /// The first fault of the member with this path.
    pub(super) fn of(&self, path: &str) -> Option<&Fault> {
        let shown = escape_within(path.as_bytes(), MAX_PATH_BYTES);
        self.first_of_path.get(&shown).map(|&index| &self.list[index])
    }
}

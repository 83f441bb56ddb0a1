//! The end of a log that is being written or read through: its size, head hash and tree. It says what the next line
//! must be; where lines go is not its business.

use super::error::{LineError, RecordError, SignError};
use crate::bundle::line::{GENESIS, Line, MAX_LINE_BYTES, MAX_SEQ, RecordHasher};
use crate::record;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::merkle::{CompactRange, Cuts, Hash, empty_root, leaf_hash};
use crate::tlog::note::{SigningKey, valid_key_name};

/// Where a record stands, and the hash that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordRef {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// Its line's `hash`.
    pub hash: Hash,
}

/// Whether a log can have this name: what C2SP asks of key names, and nothing that a note cannot hold.
pub(crate) fn valid_origin(origin: &str) -> bool {
    valid_key_name(origin) && !origin.contains(char::is_control)
}

/// The end of a log.
#[derive(Debug, Clone)]
pub(crate) struct Tip {
    origin: String,
    hasher: RecordHasher,
    size: u64,
    head: Hash,
    tree: CompactRange,
    no_cuts: Cuts,
}

impl Tip {
    /// The log named `origin`, before its first record.
    pub(crate) fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            hasher: RecordHasher::new(origin),
            size: 0,
            head: GENESIS,
            tree: CompactRange::new(0),
            no_cuts: Cuts::none(),
        }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of records.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Hash of the last record; [`GENESIS`] where there is none.
    pub(crate) fn head(&self) -> Hash {
        self.head
    }

    pub(crate) fn root(&self) -> Hash {
        // The tree begins at leaf 0, so it has a root.
        self.tree.root().unwrap_or_else(empty_root)
    }

    /// The line that `record` would be; [`Self::advance`] takes it in.
    pub(crate) fn next_line<'a>(&mut self, record: &'a [u8]) -> Result<Line<'a>, RecordError> {
        if let Some(offset) = memchr::memchr2(b'\n', b'\r', record) {
            return Err(RecordError::LineBreak { offset });
        }
        let text = simdutf8::compat::from_utf8(record)
            .map_err(|error| RecordError::NotUtf8 { offset: error.valid_up_to() })?;
        record::check(text).map_err(RecordError::Fault)?;
        if self.size > MAX_SEQ {
            return Err(RecordError::LogFull);
        }
        let hash = self.hasher.hash(self.size, &self.head, record);
        Ok(Line { seq: self.size, prev: self.head, hash, record })
    }

    /// Reads an existing line (without its LF) as the next one. Its record is not looked at: what is in a log already is
    /// evidence as it stands, and the verifier's to judge.
    pub(crate) fn read_line<'a>(&mut self, line: &'a [u8]) -> Result<Line<'a>, LineError> {
        if line.len() >= MAX_LINE_BYTES {
            return Err(LineError::TooLong);
        }
        let line = Line::parse(line).ok_or(LineError::Form)?;
        if line.seq != self.size {
            return Err(LineError::Seq { expected: self.size, found: line.seq });
        }
        if line.prev != self.head {
            return Err(LineError::Prev);
        }
        if self.hasher.hash(line.seq, &line.prev, line.record) != line.hash {
            return Err(LineError::Hash { origin: self.origin.clone() });
        }
        Ok(line)
    }

    /// Takes in a line that one of the two above returned.
    pub(crate) fn advance(&mut self, line: &Line<'_>) -> Result<RecordRef, RecordError> {
        self.tree.push_leaf_hash(leaf_hash(&line.hash), &self.no_cuts).map_err(|_| RecordError::LogFull)?;
        self.size += 1;
        self.head = line.hash;
        Ok(RecordRef { seq: line.seq, hash: line.hash })
    }

    /// Signs the log as it stands: the checkpoint and its note.
    pub(crate) fn checkpoint(&self, key: &SigningKey) -> Result<(Checkpoint, String), SignError> {
        let name = key.verifier_key().name();
        if name != self.origin {
            return Err(SignError::KeyName { origin: self.origin.clone(), key: name.to_owned() });
        }
        let checkpoint =
            Checkpoint { origin: self.origin.clone(), size: self.size, root: self.root(), extensions: Vec::new() };
        let note = checkpoint.sign(key)?;
        Ok((checkpoint, note))
    }
}

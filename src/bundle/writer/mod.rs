//! Writing bundles: records are pushed one by one, chained, cut into segments and compressed beside. Nothing stands under
//! the bundle's name before all of it is on the disk, and nothing that stands there is ever overwritten.
//! Whether the records make sense together is the verifier's to say.

mod assembly;
mod error;
pub(crate) mod sink;
mod staging;
mod tip;
mod worker;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) use assembly::{Assembly, Claims, DISCLOSURES};
pub use error::{LineError, RecordError, SignError, WriteError};
pub use tip::RecordRef;
pub(crate) use tip::{Tip, valid_origin};

use super::manifest::Producer;
use crate::record::sealed::Disclosure;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::merkle::Hash;
use crate::tlog::note::{SignedNote, SigningKey, VerifierKey};
use sink::{Disk, FileSystem};

/// Which form a bundle is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One zip; its members are stored, since the segments are compressed themselves.
    Zip,
    /// A folder.
    Folder,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The log's name.
    pub origin: String,
    /// Number of records.
    pub records: u64,
    /// Length of the log's lines in bytes, before compression.
    pub raw_bytes: u64,
    /// Length of the bundle in bytes; of a folder, that of all its files.
    pub bytes: u64,
    /// Hash of the last record; zeros where there is none.
    pub head: Hash,
    /// Merkle root over all records (RFC 6962 §2.1).
    pub root: Hash,
}

/// Writes the bundle of a whole log. Memory is bounded: no record is kept, and of the log at most four segments.
/// Equal calls give equal bytes. Dropping the writer before [`Self::finish`] leaves nothing.
pub struct BundleWriter {
    assembly: Assembly,
    tip: Tip,
    producer: Producer,
    /// Roots at the sizes of checkpoints that were made here, and those that notes state for sizes to come.
    roots: BTreeMap<u64, Hash>,
    expected: BTreeMap<u64, Hash>,
}

impl BundleWriter {
    /// Begins a bundle that will be named `out`, of the log named `origin`.
    ///
    /// # Errors
    /// [`WriteError::Origin`], [`WriteError::Exists`], [`WriteError::NoName`] and [`WriteError::Io`].
    pub fn create(out: &Path, form: Form, origin: &str, producer: Producer) -> Result<Self, WriteError> {
        Self::create_on(Arc::new(FileSystem), out, form, origin, producer)
    }

    fn create_on(
        disk: Arc<dyn Disk>,
        out: &Path,
        form: Form,
        origin: &str,
        producer: Producer,
    ) -> Result<Self, WriteError> {
        if !valid_origin(origin) {
            return Err(WriteError::Origin(origin.to_owned()));
        }
        let assembly = Assembly::begin(out, form, disk)?;
        let tip = Tip::new(origin);
        Ok(Self { assembly, tip, producer, roots: BTreeMap::new(), expected: BTreeMap::new() })
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.tip.origin()
    }

    /// Number of records so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tip.size()
    }

    /// Appends a record: a JSON object on one line. Its bytes are stored and hashed exactly as they are.
    ///
    /// # Errors
    /// [`WriteError::Record`] where it is no record of format 1; the writer can go on then. Otherwise what ended the
    /// bundle, possibly while earlier records were written.
    pub fn push(&mut self, record: impl AsRef<[u8]>) -> Result<RecordRef, WriteError> {
        let seq = self.tip.size();
        let refused = |error| WriteError::Record { seq, error };
        let line = self.tip.next_line(record.as_ref()).map_err(refused)?;
        self.assembly.line(&line)?;
        let pushed = self.tip.advance(&line).map_err(refused)?;
        self.check_expected()?;
        Ok(pushed)
    }

    /// Appends a line of an existing log, without its LF and exactly as it stands. Its seq, `prev` and hash must
    /// continue the log; its record is not judged.
    ///
    /// # Errors
    /// [`WriteError::Line`] where it does not; otherwise as [`Self::push`].
    pub fn push_line(&mut self, line: &[u8]) -> Result<RecordRef, WriteError> {
        let number = self.tip.size().saturating_add(1);
        let refused = |error| WriteError::Line { line: number, error };
        let line = self.tip.read_line(line).map_err(refused)?;
        self.assembly.line(&line)?;
        let pushed = self.tip.advance(&line).map_err(|_| refused(LineError::LogFull))?;
        self.check_expected()?;
        Ok(pushed)
    }

    /// Signs the log as it stands and adds the checkpoint.
    ///
    /// # Errors
    /// [`WriteError::Sign`]; otherwise as [`Self::push`].
    pub fn checkpoint(&mut self, key: &SigningKey) -> Result<Checkpoint, WriteError> {
        let (checkpoint, note) = self.tip.checkpoint(key)?;
        self.assembly.note(checkpoint.size, note.as_bytes())?;
        self.roots.insert(checkpoint.size, checkpoint.root);
        Ok(checkpoint)
    }

    /// Adds a note that was signed elsewhere, for example with the cosignatures of witnesses. Its signatures are not
    /// checked. Its root is, where the size is that of the log now or later, or of a checkpoint made here.
    ///
    /// # Errors
    /// [`WriteError::Note`]: no checkpoint of this log and size, or another root; for a size to come, from the push that
    /// reaches it or from [`Self::finish`].
    pub fn add_note(&mut self, size: u64, text: &str) -> Result<(), WriteError> {
        let refused = |reason: String| WriteError::Note { size, reason };
        let note = SignedNote::parse(text.as_bytes()).map_err(|error| refused(error.to_string()))?;
        let checkpoint = Checkpoint::parse_text(note.text).map_err(|error| refused(error.to_string()))?;
        if checkpoint.origin != self.tip.origin() {
            return Err(refused(format!("it is of the log {:?}", checkpoint.origin)));
        }
        if checkpoint.size != size {
            return Err(refused(format!("it states the size {}", checkpoint.size)));
        }
        let now = self.tip.size();
        let known = if size == now { Some(self.tip.root()) } else { self.roots.get(&size).copied() };
        if known.or_else(|| self.expected.get(&size).copied()).is_some_and(|root| root != checkpoint.root) {
            return Err(other_root(size));
        }
        if size > now {
            self.expected.insert(size, checkpoint.root);
        }
        self.assembly.note(size, text.as_bytes())?;
        Ok(())
    }

    /// Offers a public key to readers. Only a key that they have from elsewhere is a reason to trust.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn add_key(&mut self, key: &VerifierKey) -> Result<(), WriteError> {
        self.assembly.key(key)
    }

    /// Adds the disclosure of a sealed field, as [`crate::record::sealed::seal`] returns it, of a record pushed before.
    /// Whether it fits the seal is not checked here.
    ///
    /// # Errors
    /// [`WriteError::Disclosure`]: not in ascending order of records, or too long; otherwise as [`Self::push`].
    pub fn add_disclosure(&mut self, seq: u64, pointer: &str, disclosure: &str) -> Result<(), WriteError> {
        if seq >= self.tip.size() {
            return Err(WriteError::Disclosure { seq, reason: "there is no such record yet" });
        }
        self.assembly.disclosure(&Disclosure { seq, pointer: pointer.into(), disclosure: disclosure.into() })
    }

    /// Adds a file that records name by its digest; the same content is added once. Returns the digest: BLAKE3, 64 hex
    /// digits.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn add_attachment(&mut self, content: Vec<u8>, media_type: &str) -> Result<String, WriteError> {
        self.assembly.attachment(content, media_type)
    }

    /// Adds an RFC 3161 token over a checkpoint's file. The n-th for a size belongs to the n-th checkpoint of that size.
    ///
    /// # Errors
    /// [`WriteError::Token`] where there is no such checkpoint yet; otherwise as [`Self::push`].
    pub fn add_token(&mut self, size: u64, token: &[u8]) -> Result<(), WriteError> {
        self.assembly.token(size, token)
    }

    /// Ends the bundle, waits for the disk and gives it its name. `created` is RFC 3339, and outside the evidence.
    ///
    /// # Errors
    /// Every [`WriteError`] that is not about a single record or line. Nothing stands under the bundle's name then.
    pub fn finish(self, created: &str) -> Result<Summary, WriteError> {
        if let Some((&size, _)) = self.expected.first_key_value() {
            let end = self.tip.size();
            let too_late = WriteError::Note { size, reason: format!("the log ends at size {end}") };
            return Err(if size > end { too_late } else { other_root(size) });
        }
        let (origin, records) = (self.tip.origin().to_owned(), self.tip.size());
        let raw_bytes = self.assembly.raw_bytes();
        let (head, root) = (self.tip.head(), self.tip.root());
        let bytes = self.assembly.finish(Claims {
            origin: origin.clone(),
            log_size: records,
            ranges: if records == 0 { Vec::new() } else { vec![[0, records]] },
            created: created.to_owned(),
            producer: self.producer,
        })?;
        Ok(Summary { origin, records, raw_bytes, bytes, head, root })
    }

    /// Compares the root with that of a note for this size.
    fn check_expected(&mut self) -> Result<(), WriteError> {
        let size = self.tip.size();
        let Some(entry) = self.expected.first_entry().filter(|entry| *entry.key() == size) else { return Ok(()) };
        let expected = *entry.get();
        if expected != self.tip.root() {
            return Err(other_root(size));
        }
        entry.remove();
        Ok(())
    }
}

fn other_root(size: u64) -> WriteError {
    WriteError::Note { size, reason: "it states another root than this log has at that size".to_owned() }
}

//! Puts a bundle together from lines and members: cuts segments, names members, keeps the table of contents. Which lines
//! belong into it, and whether they chain, the writers above know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Form;
use super::error::WriteError;
use super::sink::Disk;
use super::staging::{Spool, Staging};
use super::worker::{Job, Span, Worker};
use crate::bundle::container::limits::MAX_ENTRIES;
use crate::bundle::limits::{
    MAX_CHECKPOINTS, MAX_DISCLOSURE_LINE_BYTES, MAX_KEYS, MAX_MANIFEST_BYTES, MAX_SEGMENT_LINES, MAX_SEGMENT_RAW_BYTES,
    MAX_SEGMENTS,
};
use crate::bundle::line::Line;
use crate::bundle::manifest::{self, CheckpointFile, FORMAT, Manifest, Producer};
use crate::record::sealed::{Disclosure, hex};
use crate::tlog::note::VerifierKey;

/// The member path of the disclosures.
pub(crate) const DISCLOSURES: &str = "disclosures.jsonl";

/// Places kept free below [`MAX_ENTRIES`] for the folders, the manifest and the disclosures.
const RESERVED_ENTRIES: u64 = 10;

/// The longest stem of a key's member path in bytes, its key id not counted.
const MAX_KEY_STEM_BYTES: usize = 100;

/// What the manifest says about the bundle as a whole.
pub(crate) struct Claims {
    pub(crate) origin: String,
    pub(crate) log_size: u64,
    pub(crate) ranges: Vec<[u64; 2]>,
    pub(crate) created: String,
    pub(crate) producer: Producer,
}

/// A bundle being put together.
pub(crate) struct Assembly {
    /// `None` once an error has ended it. Declared before `staging`: the container is closed before it is removed.
    worker: Option<Worker>,
    disclosures: Option<Spool>,
    lines: Vec<u8>,
    span: Option<Span>,
    segments: usize,
    raw_bytes: u64,
    entries: u64,
    last_disclosure: u64,
    notes: Vec<CheckpointFile>,
    notes_of_size: BTreeMap<u64, u64>,
    tokens_of_size: BTreeMap<u64, u64>,
    keys: BTreeSet<String>,
    attachments: Vec<manifest::Attachment>,
    attached: BTreeSet<String>,
    disk: Arc<dyn Disk>,
    staging: Staging,
}

impl Assembly {
    pub(crate) fn begin(out: &Path, form: Form, disk: Arc<dyn Disk>) -> Result<Self, WriteError> {
        let (staging, target) = Staging::begin(out, form, &disk)?;
        let worker = Worker::start(target, staging.path().to_path_buf())?;
        Ok(Self {
            worker: Some(worker),
            disclosures: None,
            lines: Vec::new(),
            span: None,
            segments: 0,
            raw_bytes: 0,
            entries: RESERVED_ENTRIES,
            last_disclosure: 0,
            notes: Vec::new(),
            notes_of_size: BTreeMap::new(),
            tokens_of_size: BTreeMap::new(),
            keys: BTreeSet::new(),
            attachments: Vec::new(),
            attached: BTreeSet::new(),
            disk,
            staging,
        })
    }

    /// Bytes of all lines so far, before compression.
    pub(crate) fn raw_bytes(&self) -> u64 {
        self.raw_bytes
    }

    /// Appends a line; it may end a segment.
    pub(crate) fn line(&mut self, line: &Line<'_>) -> Result<(), WriteError> {
        self.check_worker()?;
        let start = self.lines.len();
        line.write(&mut self.lines);
        self.raw_bytes += (self.lines.len() - start) as u64;
        let is_full =
            self.lines.len() > MAX_SEGMENT_RAW_BYTES || self.span.is_some_and(|span| span.records == MAX_SEGMENT_LINES);
        if is_full {
            let beyond = self.lines.split_off(start);
            self.end_segment()?;
            self.lines.extend_from_slice(&beyond);
        }
        let mut span = self.span.unwrap_or(Span {
            first_seq: line.seq,
            last_seq: 0,
            records: 0,
            prev: line.prev,
            last: line.hash,
        });
        span.last_seq = line.seq;
        span.last = line.hash;
        span.records += 1;
        self.span = Some(span);
        Ok(())
    }

    fn end_segment(&mut self) -> Result<(), WriteError> {
        let Some(span) = self.span.take() else { return Ok(()) };
        if self.segments == MAX_SEGMENTS {
            self.worker = None;
            return Err(limit("segments", MAX_SEGMENTS as u64));
        }
        self.segments += 1;
        self.count_entry()?;
        let buffer = self.worker.as_ref().map(Worker::buffer).unwrap_or_default();
        let lines = std::mem::replace(&mut self.lines, buffer);
        self.send(Job::Segment { lines, span })
    }

    /// Adds a checkpoint's note as `checkpoints/<size>.note`, `checkpoints/<size>-2.note`, ….
    pub(crate) fn note(&mut self, size: u64, note: &[u8]) -> Result<(), WriteError> {
        let number = self.notes_of_size.get(&size).copied().unwrap_or_default() + 1;
        self.note_as(numbered("checkpoints", size, number, "note"), size, note.to_vec())?;
        self.notes_of_size.insert(size, number);
        Ok(())
    }

    /// Adds a checkpoint's note under a path that must be new.
    pub(crate) fn note_as(&mut self, path: String, size: u64, note: Vec<u8>) -> Result<(), WriteError> {
        if self.notes.len() == MAX_CHECKPOINTS {
            return Err(limit("checkpoints", MAX_CHECKPOINTS as u64));
        }
        self.notes.push(CheckpointFile { path: path.clone(), size });
        self.member(path, note)
    }

    /// Adds an RFC 3161 token: the n-th for a size belongs to the n-th note of that size.
    pub(crate) fn token(&mut self, size: u64, token: &[u8]) -> Result<(), WriteError> {
        let notes = self.notes_of_size.get(&size).copied().unwrap_or_default();
        let count = self.tokens_of_size.entry(size).or_default();
        if *count >= notes {
            return Err(WriteError::Token { size });
        }
        *count += 1;
        let path = numbered("timestamps", size, *count, "tsr");
        self.member(path, token.to_vec())
    }

    /// Adds a public key once.
    pub(crate) fn key(&mut self, key: &VerifierKey) -> Result<(), WriteError> {
        let text = key.to_string();
        if self.keys.contains(&text) {
            return Ok(());
        }
        if self.keys.len() == MAX_KEYS {
            return Err(limit("keys", MAX_KEYS as u64));
        }
        // The id goes first: a name such as `con` alone is a device on some systems. Ids can be made to collide, so
        // the number of the key tells two apart that would have one path.
        let stem: String = key.name().chars().map(plain).take(MAX_KEY_STEM_BYTES).collect();
        let taken = self.keys.iter().filter(|text| text.contains(&format!("+{:08x}+", key.key_id()))).count();
        let number = if taken == 0 { String::new() } else { format!("-{}", taken + 1) };
        let path = format!("keys/{:08x}{number}-{stem}.vkey", key.key_id());
        self.member(path, format!("{text}\n").into_bytes())?;
        self.keys.insert(text);
        Ok(())
    }

    /// Adds a file that records name by its digest, once; returns the digest, 64 hex digits.
    pub(crate) fn attachment(&mut self, content: Vec<u8>, media_type: &str) -> Result<String, WriteError> {
        let digest = hex(blake3::hash(&content).as_bytes());
        if !self.attached.contains(&digest) {
            let path = format!("attachments/{digest}");
            let bytes = content.len() as u64;
            self.member(path.clone(), content)?;
            let media_type = media_type.to_owned();
            self.attachments.push(manifest::Attachment { path, media_type, bytes, blake3: digest.clone() });
            self.attached.insert(digest.clone());
        }
        Ok(digest)
    }

    /// Adds a disclosure. Readers merge them with the log, so their seqs must not fall.
    pub(crate) fn disclosure(&mut self, disclosure: &Disclosure<'_>) -> Result<(), WriteError> {
        let seq = disclosure.seq;
        let refused = |reason| WriteError::Disclosure { seq, reason };
        if seq < self.last_disclosure {
            return Err(refused("disclosures must come in ascending order of their records"));
        }
        let mut line = disclosure.line().ok_or_else(|| refused("it cannot be written as JSON"))?;
        line.push('\n');
        if line.len() > MAX_DISCLOSURE_LINE_BYTES {
            return Err(refused("it is longer than a line of disclosures may be"));
        }
        self.check_worker()?;
        let path = self.staging.path().to_path_buf();
        let failed = |source| WriteError::Io { path: path.clone(), member: Some(DISCLOSURES.to_owned()), source };
        let spool = match &mut self.disclosures {
            Some(spool) => spool,
            None => self.disclosures.insert(Spool::create(&path, &*self.disk).map_err(failed)?),
        };
        let written = spool.write(line.as_bytes()).map_err(failed);
        self.last_disclosure = seq;
        if written.is_err() {
            // Half a line may be there.
            self.worker = None;
        }
        written
    }

    /// Adds a member of which the bundle keeps no account; its path must be new.
    pub(crate) fn member(&mut self, path: String, content: Vec<u8>) -> Result<(), WriteError> {
        self.count_entry()?;
        self.send(Job::Member { path, content })
    }

    fn count_entry(&mut self) -> Result<(), WriteError> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            // The table of contents may name this member already.
            self.worker = None;
            return Err(limit("members", MAX_ENTRIES));
        }
        Ok(())
    }

    fn send(&mut self, job: Job) -> Result<(), WriteError> {
        self.check_worker()?;
        match &self.worker {
            Some(worker) if worker.send(job) => Ok(()),
            _ => Err(self.give_up()),
        }
    }

    fn check_worker(&mut self) -> Result<(), WriteError> {
        match &self.worker {
            Some(worker) if !worker.has_failed() => Ok(()),
            _ => Err(self.give_up()),
        }
    }

    /// The error that ended the thread, the first time; afterwards only that there was one.
    fn give_up(&mut self) -> WriteError {
        match self.worker.take().map(Worker::end) {
            Some(Err(error)) => error,
            _ => WriteError::GivenUp { path: self.staging.path().to_path_buf() },
        }
    }

    /// Writes what is left and the manifest, waits for the disk and gives the bundle its name. Returns its length in
    /// bytes; of a folder, that of all its files.
    pub(crate) fn finish(mut self, claims: Claims) -> Result<u64, WriteError> {
        if chrono::DateTime::parse_from_rfc3339(&claims.created).is_err() {
            return Err(WriteError::Created(claims.created));
        }
        self.check_worker()?;
        self.end_segment()?;
        let path = self.staging.path().to_path_buf();
        let Some(worker) = self.worker.take() else { return Err(WriteError::GivenUp { path }) };
        let (mut target, segments) = worker.end()?;
        let failed = |member: &str, source| {
            let member = (!member.is_empty()).then(|| member.to_owned());
            WriteError::Io { path: path.clone(), member, source }
        };
        if let Some(spool) = &mut self.disclosures {
            spool.copy_to(&mut target, DISCLOSURES).map_err(|error| failed(DISCLOSURES, error))?;
        }
        self.disclosures = None;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            origin: claims.origin,
            log_size: claims.log_size,
            ranges: claims.ranges,
            created: claims.created,
            producer: claims.producer,
            segments,
            checkpoints: self.notes,
            attachments: self.attachments,
        };
        let text = manifest.to_text().map_err(|error| failed(manifest::PATH, error.into()))?;
        if text.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(limit("bytes in the manifest", MAX_MANIFEST_BYTES));
        }
        target
            .member(manifest::PATH, text.len() as u64, &mut |out| out.write_all(text.as_bytes()))
            .map_err(|error| failed(manifest::PATH, error))?;
        let bytes = target.finish().map_err(|error| failed("", error))?;
        self.staging.publish()?;
        Ok(bytes)
    }
}

fn limit(what: &'static str, most: u64) -> WriteError {
    WriteError::Limit { what, most }
}

fn numbered(folder: &str, size: u64, number: u64, ending: &str) -> String {
    if number == 1 { format!("{folder}/{size}.{ending}") } else { format!("{folder}/{size}-{number}.{ending}") }
}

/// The character as it may stand in a member's path on every system, where case may not count.
fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c.to_ascii_lowercase() } else { '_' }
}

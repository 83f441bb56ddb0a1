//! Cutting a slice out of a whole bundle: some of its lines, its checkpoints as they are, and the Merkle nodes that stand
//! for what is left out. The source is read through and must be whole and sound; who signed it is not asked.

pub mod known;

use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::container::{Container, OpenError, ReadError};
use super::contents::{Contents, SegmentRef};
use super::limits::{
    MAX_DISCLOSURE_LINE_BYTES, MAX_KEY_BYTES, MAX_MANIFEST_BYTES, MAX_NOTE_BYTES, MAX_PROOF_BYTES, MAX_RANGES,
    MAX_SEGMENT_FILE_BYTES,
};
use super::manifest::{self, Manifest, Producer};
use super::segment::SegmentDecoder;
use super::writer::sink::FileSystem;
use super::writer::{Assembly, Claims, DISCLOSURES, Form, Tip, WriteError};
use crate::bundle::lines::{Ended, read_line};
use crate::record::sealed::{Disclosure, hex};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::merkle::{CompactRange, Cuts, Hash, Node, ShapeError, leaf_hash, range_proof_shape};
use crate::tlog::note::{SignedNote, VerifierKey};

/// Why no slice was written.
#[derive(Debug, thiserror::Error)]
pub enum SliceError {
    /// The source cannot be opened.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// The source is not a whole and sound bundle. `place` is a member, or a member and a line.
    #[error("{}: {place}: {reason}", path.display())]
    Source {
        /// The source.
        path: PathBuf,
        /// Where in it.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// The ranges do not describe a slice.
    #[error("{0}")]
    Ranges(#[from] ShapeError),
    /// No range, too many, or one beyond the log.
    #[error("a slice needs 1 to {MAX_RANGES} ranges within the {log_size} records of the log")]
    OutOfLog {
        /// Records in the log.
        log_size: u64,
    },
    /// The slice cannot be written.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The user wanted no more of it.
    #[error("cancelled")]
    Cancelled,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliceSummary {
    /// The log's name.
    pub origin: String,
    /// Records in the log.
    pub log_size: u64,
    /// Records in the slice.
    pub records: u64,
    /// Length of the slice in bytes; of a folder, that of all its files.
    pub bytes: u64,
    /// Merkle root over all records of the log, which was recomputed from the source.
    pub root: Hash,
}

/// Writes to `out` the records of `ranges` (sorted, not empty, not adjacent) of the whole bundle at `source`. Checkpoints,
/// tokens and keys are taken over unchanged, disclosures as far as their records are; attachments are left out, since
/// they may tell of records that are.
///
/// The source is read once, and every line of it is checked; memory is bounded by the ranges, not by the log.
///
/// # Errors
/// See [`SliceError`]. Nothing stands under `out` then.
pub fn write(
    source: &Path,
    out: &Path,
    form: Form,
    ranges: &[Range<u64>],
    producer: Producer,
    created: &str,
) -> Result<SliceSummary, SliceError> {
    cut(source, out, form, ranges, (producer, created), true, |source, slice, checkpoints| {
        source.copy_lines(slice, ranges, checkpoints)
    })
}

/// Cuts a slice; `lines` copies the lines and gives the log's root.
fn cut(
    source: &Path,
    out: &Path,
    form: Form,
    ranges: &[Range<u64>],
    (producer, created): (Producer, &str),
    with_disclosures: bool,
    lines: impl FnOnce(&mut Source, &mut Assembly, &[Signed]) -> Result<Hash, SliceError>,
) -> Result<SliceSummary, SliceError> {
    let mut source = Source::open(source)?;
    let log_size = source.manifest.log_size;
    range_proof_shape(log_size, ranges)?;
    if ranges.is_empty() || ranges.len() > MAX_RANGES || ranges.last().is_some_and(|last| last.end > log_size) {
        return Err(SliceError::OutOfLog { log_size });
    }
    let mut slice = Assembly::begin(out, form, Arc::new(FileSystem))?;
    let checkpoints = source.copy_notes(&mut slice)?;
    let root = lines(&mut source, &mut slice, &checkpoints)?;
    source.copy_keys(&mut slice)?;
    if with_disclosures {
        source.copy_disclosures(&mut slice, ranges)?;
    }
    let origin = source.manifest.origin.clone();
    let bytes = slice.finish(Claims {
        origin: origin.clone(),
        log_size,
        ranges: ranges.iter().map(|range| [range.start, range.end]).collect(),
        created: created.to_owned(),
        producer,
    })?;
    let records = ranges.iter().map(|range| range.end - range.start).sum();
    Ok(SliceSummary { origin, log_size, records, bytes, root })
}

/// The bundle that is cut from.
struct Source {
    path: PathBuf,
    container: Container,
    manifest: Manifest,
    contents: Contents,
}

/// A checkpoint of the source, and the member that holds it.
struct Signed {
    member: String,
    size: u64,
    root: Hash,
}

impl Source {
    fn open(path: &Path) -> Result<Self, SliceError> {
        let faulty = |place: &str, reason: String| SliceError::Source {
            path: path.to_path_buf(),
            place: place.to_owned(),
            reason,
        };
        let mut container = Container::open(path)?;
        if let Some(fault) = container.faults().first() {
            let place = fault.path.as_deref().unwrap_or("container");
            return Err(faulty(place, format!("expected {}, found {}", fault.expected, fault.actual)));
        }
        let bytes = container
            .read(manifest::PATH, MAX_MANIFEST_BYTES)
            .map_err(|error| faulty(manifest::PATH, error.to_string()))?;
        let manifest = Manifest::parse(&bytes).map_err(|error| faulty(manifest::PATH, error.to_string()))?;
        if !manifest.is_whole() {
            return Err(faulty(manifest::PATH, "the bundle is a slice itself".to_owned()));
        }
        let contents = Contents::new(&container, Some(&manifest));
        if let Some(missing) = contents.missing.first() {
            return Err(faulty(missing, "the member is missing".to_owned()));
        }
        Ok(Self { path: path.to_path_buf(), container, manifest, contents })
    }

    fn faulty(&self, place: &str, reason: &dyn std::fmt::Display) -> SliceError {
        SliceError::Source { path: self.path.clone(), place: place.to_owned(), reason: reason.to_string() }
    }

    fn read(&mut self, member: &str, most: u64) -> Result<Vec<u8>, SliceError> {
        let result: Result<Vec<u8>, ReadError> = self.container.read(member, most);
        result.map_err(|error| self.faulty(member, &error))
    }

    /// Copies notes and tokens; returns the checkpoints in ascending order of size.
    fn copy_notes(&mut self, slice: &mut Assembly) -> Result<Vec<Signed>, SliceError> {
        let mut checkpoints = Vec::new();
        for member in self.contents.notes.clone() {
            let bytes = self.read(&member, MAX_NOTE_BYTES)?;
            let note = SignedNote::parse(&bytes).map_err(|error| self.faulty(&member, &error))?;
            let checkpoint = Checkpoint::parse_text(note.text).map_err(|error| self.faulty(&member, &error))?;
            if checkpoint.origin != self.manifest.origin {
                return Err(self.faulty(&member, &"a checkpoint of another log"));
            }
            if checkpoint.size > self.manifest.log_size {
                return Err(self.faulty(&member, &"a checkpoint of more records than the log has"));
            }
            slice.note_as(member.clone(), checkpoint.size, bytes)?;
            checkpoints.push(Signed { member, size: checkpoint.size, root: checkpoint.root });
        }
        for member in self.contents.tokens.clone() {
            let bytes = self.read(&member, MAX_NOTE_BYTES)?;
            slice.member(member, bytes)?;
        }
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        Ok(checkpoints)
    }

    /// Reads the whole log, copies the lines of `ranges`, and writes the proof of every checkpoint when its size is
    /// reached. Returns the log's root.
    fn copy_lines(
        &mut self,
        slice: &mut Assembly,
        ranges: &[Range<u64>],
        checkpoints: &[Signed],
    ) -> Result<Hash, SliceError> {
        let mut tip = Tip::new(&self.manifest.origin);
        let mut gaps = Gaps::new(ranges);
        let mut decoder = SegmentDecoder::new().map_err(|error| self.faulty("log", &error))?;
        let mut waiting = checkpoints;
        let mut lines = Vec::new();
        self.pass_checkpoints(&mut waiting, (tip.size(), &|| tip.root()), &gaps, slice)?;
        for segment in self.contents.segments.clone() {
            self.decode(&segment, &mut decoder, &mut lines)?;
            for (number, line) in (1_u64..).zip(lines.split_inclusive(|byte| *byte == b'\n')) {
                let faulty = |reason: String| self.faulty(&format!("{} line {number}", segment.path), &reason);
                let line = line.strip_suffix(b"\n").ok_or_else(|| faulty("the line is incomplete".to_owned()))?;
                let line = tip.read_line(line).map_err(|error| faulty(error.to_string()))?;
                tip.advance(&line).map_err(|error| faulty(error.to_string()))?;
                if gaps.pass(line.seq, &line.hash).map_err(|error| faulty(error.to_string()))? {
                    slice.line(&line)?;
                }
                self.pass_checkpoints(&mut waiting, (tip.size(), &|| tip.root()), &gaps, slice)?;
            }
        }
        if tip.size() != self.manifest.log_size {
            let reason = format!("log_size is {}, but there are {} records", self.manifest.log_size, tip.size());
            return Err(self.faulty(manifest::PATH, &reason));
        }
        Ok(tip.root())
    }

    fn decode(
        &mut self,
        segment: &SegmentRef,
        decoder: &mut SegmentDecoder,
        lines: &mut Vec<u8>,
    ) -> Result<(), SliceError> {
        let file = self.read(&segment.path, MAX_SEGMENT_FILE_BYTES)?;
        if segment.is_compressed() {
            decoder.decode(&file, lines).map_err(|fault| self.faulty(&segment.path, &fault))
        } else {
            *lines = file;
            Ok(())
        }
    }

    /// Compares the root with those of the checkpoints of the size reached, and writes their proof.
    fn pass_checkpoints(
        &self,
        waiting: &mut &[Signed],
        (size, root): (u64, &dyn Fn() -> Hash),
        gaps: &Gaps<'_>,
        slice: &mut Assembly,
    ) -> Result<(), SliceError> {
        let mut has_proof = false;
        while let Some((next, rest)) = waiting.split_first().filter(|(next, _)| next.size == size) {
            *waiting = rest;
            if next.root != root() {
                return Err(self.faulty(&next.member, &"the root is not that of the log at this size"));
            }
            if !has_proof && let Some(proof) = gaps.proof(next.size) {
                if proof.len() as u64 > MAX_PROOF_BYTES {
                    return Err(WriteError::Limit { what: "bytes in a proof", most: MAX_PROOF_BYTES }.into());
                }
                slice.member(format!("proofs/{}.json", next.size), proof.into_bytes())?;
                has_proof = true;
            }
        }
        Ok(())
    }

    fn copy_keys(&mut self, slice: &mut Assembly) -> Result<(), SliceError> {
        for member in self.contents.keys.clone() {
            let bytes = self.read(&member, MAX_KEY_BYTES)?;
            // Keys that cannot be read are not worth passing on, but no reason against a slice either.
            if let Some(key) = std::str::from_utf8(&bytes).ok().and_then(|text| VerifierKey::parse(text).ok()) {
                slice.key(&key)?;
            }
        }
        Ok(())
    }

    fn copy_disclosures(&mut self, slice: &mut Assembly, ranges: &[Range<u64>]) -> Result<(), SliceError> {
        if !self.contents.disclosures {
            return Ok(());
        }
        let path = self.path.clone();
        let faulty = |place: String, reason: String| SliceError::Source { path: path.clone(), place, reason };
        let member =
            self.container.stream(DISCLOSURES).map_err(|error| faulty(DISCLOSURES.to_owned(), error.to_string()))?;
        let mut input = BufReader::with_capacity(1 << 16, member);
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            number += 1;
            let place = || format!("{DISCLOSURES} line {number}");
            let ended = read_line(&mut input, MAX_DISCLOSURE_LINE_BYTES - 1, &mut line)
                .map_err(|error| faulty(place(), error.to_string()))?;
            match ended {
                None => return Ok(()),
                Some(Ended::LineFeed) => {}
                Some(Ended::Input | Ended::Bound) => {
                    return Err(faulty(place(), "the line is incomplete or too long".to_owned()));
                }
            }
            let disclosure = std::str::from_utf8(&line)
                .ok()
                .and_then(Disclosure::parse)
                .ok_or_else(|| faulty(place(), "not a disclosure".to_owned()))?;
            let next = ranges.partition_point(|range| range.end <= disclosure.seq);
            if ranges.get(next).is_some_and(|range| range.contains(&disclosure.seq)) {
                slice.disclosure(&disclosure)?;
            }
        }
    }
}

/// The Merkle nodes of what is left out, collected while the log goes by: those of the gaps behind, and of the one that
/// the log is in. At every size they are exactly the range proof of that size.
struct Gaps<'a> {
    /// The range that the log is in or before, and those after it.
    ranges: &'a [Range<u64>],
    behind: Vec<Node>,
    current: CompactRange,
    no_cuts: Cuts,
}

impl<'a> Gaps<'a> {
    fn new(ranges: &'a [Range<u64>]) -> Self {
        Self { ranges, behind: Vec::new(), current: CompactRange::new(0), no_cuts: Cuts::none() }
    }

    /// Takes in the next record's hash. Returns whether the record belongs into the slice.
    fn pass(&mut self, seq: u64, hash: &Hash) -> Result<bool, crate::tlog::merkle::AppendError> {
        if let Some(range) = self.ranges.first().filter(|range| range.contains(&seq)) {
            if seq == range.start {
                self.behind.extend_from_slice(self.current.nodes());
            }
            self.current = CompactRange::new(seq + 1);
            if seq + 1 == range.end {
                self.ranges = &self.ranges[1..];
            }
            return Ok(true);
        }
        self.current.push_leaf_hash(leaf_hash(hash), &self.no_cuts)?;
        Ok(false)
    }

    /// The proof for the tree of the records passed so far, `size` of them. `None` where none of them is left out.
    fn proof(&self, size: u64) -> Option<String> {
        let mut nodes = self.behind.iter().chain(self.current.nodes()).peekable();
        nodes.peek()?;
        let mut text = format!("{{\"size\":{size},\"nodes\":[");
        while let Some(node) = nodes.next() {
            let comma = if nodes.peek().is_some() { "," } else { "" };
            text += &format!("[{},{},\"{}\"]{comma}", node.level, node.index, hex(&node.hash));
        }
        text += "]}\n";
        Some(text)
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "a slice of one range is the usual case")]
mod tests;

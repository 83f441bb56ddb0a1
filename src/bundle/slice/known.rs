//! Cutting a slice where the hashes of all lines are known already: then only the segments are read that hold its records. What
//! is known is not believed: every line that is copied is hashed again, and the hashes together have to give the roots that
//! were signed.

use std::ops::Range;
use std::path::Path;

use super::{Form, Gaps, Signed, SliceError, SliceSummary, Source, cut};
use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::manifest::{self, Producer};
use crate::bundle::reading::Watch;
use crate::bundle::segment::SegmentDecoder;
use crate::bundle::writer::Assembly;
use crate::tlog::merkle::{CompactRange, Cuts, Hash, empty_root, leaf_hash};

/// So many hashes are asked for at a time.
const STRETCH: u64 = 1 << 16;

/// What is known of the lines of a whole bundle.
pub struct Known<'k> {
    /// How many there are in each segment, in the order of the log.
    pub segments: &'k [u64],
    /// The hashes that the lines of a range state; what is wrong where that cannot be told.
    pub hashes: &'k dyn Fn(Range<u64>) -> Result<Vec<Hash>, String>,
    /// Whether sealed values that are disclosed go with their records.
    pub with_disclosures: bool,
}

/// As [`super::write`].
///
/// # Errors
/// See [`SliceError`]. Nothing stands under `out` then.
pub fn write(
    source: &Path,
    out: &Path,
    form: Form,
    ranges: &[Range<u64>],
    known: &Known<'_>,
    (producer, created): (Producer, &str),
    watch: &dyn Watch,
) -> Result<SliceSummary, SliceError> {
    cut(source, out, form, ranges, (producer, created), known.with_disclosures, |source, slice, checkpoints| {
        source.copy_known(slice, ranges, checkpoints, known, watch)
    })
}

impl Source {
    /// Copies the lines of `ranges`, and writes the proof of every checkpoint when its size is reached. Returns the log's root.
    fn copy_known(
        &mut self,
        slice: &mut Assembly,
        ranges: &[Range<u64>],
        checkpoints: &[Signed],
        known: &Known<'_>,
        watch: &dyn Watch,
    ) -> Result<Hash, SliceError> {
        let other = |source: &Self| source.faulty("log", &"this is not the bundle that was indexed");
        let total: u64 = known.segments.iter().sum();
        if known.segments.len() != self.contents.segments.len() || total != self.manifest.log_size {
            return Err(other(self));
        }
        let (mut tree, no_cuts) = (CompactRange::new(0), Cuts::none());
        let (mut gaps, mut waiting) = (Gaps::new(ranges), checkpoints);
        self.pass_checkpoints(&mut waiting, (0, &empty_root), &gaps, slice)?;
        let mut copied = Copied { decoder: None, lines: Vec::new(), last: [0; 32] };
        let mut start = 0;
        for (place, lines) in known.segments.iter().enumerate() {
            let segment = start..start + lines;
            start = segment.end;
            let first = ranges.partition_point(|range| range.end <= segment.start);
            let is_wanted = ranges.get(first).is_some_and(|range| range.start < segment.end);
            let mut next = is_wanted.then(|| copied.read(self, place, &segment)).transpose()?;
            let mut at = segment.start;
            while at < segment.end {
                if watch.is_cancelled() {
                    return Err(SliceError::Cancelled);
                }
                let end = segment.end.min(at + STRETCH);
                let hashes = (known.hashes)(at..end).map_err(|why| self.faulty("index", &why))?;
                if hashes.len() as u64 != end - at {
                    return Err(other(self));
                }
                for (seq, hash) in (at..end).zip(&hashes) {
                    let is_wanted = gaps.pass(seq, hash).map_err(|error| self.faulty("log", &error))?;
                    if let Some(next) = &mut next {
                        copied.line(self, next, (seq, hash), is_wanted.then_some(&mut *slice))?;
                    }
                    copied.last = *hash;
                    tree.push_leaf_hash(leaf_hash(hash), &no_cuts).map_err(|error| self.faulty("log", &error))?;
                    let root = || tree.root().unwrap_or_else(empty_root);
                    self.pass_checkpoints(&mut waiting, (seq + 1, &root), &gaps, slice)?;
                }
                at = end;
            }
        }
        tree.root().ok_or_else(|| self.faulty(manifest::PATH, &"the log has no records"))
    }
}

/// Lines on their way into the slice.
struct Copied {
    decoder: Option<SegmentDecoder>,
    /// Those of the segment that was read last.
    lines: Vec<u8>,
    /// The hash of the line before.
    last: Hash,
}

/// Where the reading of a segment is.
struct Place {
    path: String,
    hasher: RecordHasher,
    start: u64,
    /// The next byte.
    at: usize,
}

impl Copied {
    fn read(&mut self, source: &mut Source, place: usize, lines: &Range<u64>) -> Result<Place, SliceError> {
        if self.decoder.is_none() {
            self.decoder = Some(SegmentDecoder::new().map_err(|error| source.faulty("log", &error))?);
        }
        let segment = source.contents.segments[place].clone();
        if let Some(decoder) = &mut self.decoder {
            source.decode(&segment, decoder, &mut self.lines)?;
        }
        Ok(Place { path: segment.path, hasher: RecordHasher::new(&source.manifest.origin), start: lines.start, at: 0 })
    }

    /// Goes over a line; one that is wanted is held against its hash and copied.
    fn line(
        &self,
        source: &Source,
        place: &mut Place,
        (seq, hash): (u64, &Hash),
        slice: Option<&mut Assembly>,
    ) -> Result<(), SliceError> {
        let rest = self.lines.get(place.at..).unwrap_or_default();
        let faulty =
            |what: &str| source.faulty(&format!("{} line {}", place.path, seq - place.start + 1), &what.to_owned());
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| faulty("the line is incomplete"))?;
        if let Some(slice) = slice {
            let line = Line::parse(&rest[..end]).ok_or_else(|| faulty("this is no line of a log"))?;
            let is_known = line.seq == seq && line.hash == *hash && line.prev == self.last;
            if !is_known || place.hasher.hash(seq, &line.prev, line.record) != line.hash {
                return Err(faulty("this is not the line that was indexed, or its hash is wrong"));
            }
            slice.line(&line)?;
        }
        place.at += end + 1;
        Ok(())
    }
}

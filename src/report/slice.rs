//! A slice for a regulator or a court: the records that pass a filter, those that belong to them, and the proof that they stand where they
//! stand in the log that was signed. Before it is handed out it is verified as whoever gets it would, and what that proves stands
//! in the sidecar, with what it does not.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::export::sidecar_of;
use super::file::{FileError, Handed, Hashes, NewFile};
use super::provenance::Provenance;
use crate::bundle::manifest::Producer;
use crate::bundle::reading::Watch;
use crate::bundle::slice::SliceError;
use crate::bundle::slice::known::{self, Known};
use crate::bundle::writer::Form;
use crate::case::Digest;
use crate::case::entry::Action;
use crate::columns::Bitmap;
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::integrity::{Options, Report, VerifyError, verify};

/// The form of the sidecar.
pub const FORMAT: &str = "probity-slice/1";

/// What is cut out.
#[derive(Debug)]
pub struct Slice<'e> {
    /// The bundles that are open.
    pub evidence: &'e Evidence,
    /// The one that is cut from.
    pub log: &'e Log,
    /// Rows of it.
    pub rows: &'e Bitmap,
    /// How many of them belong to the others, by kind.
    pub related: BTreeMap<String, u64>,
    /// What the auditor brings: the slice is verified with it.
    pub options: &'e Options,
    /// Where it is from.
    pub provenance: Provenance,
    /// The command that makes the same file again.
    pub again: String,
}

/// What the sidecar says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`FORMAT`].
    pub format: String,
    /// The file that it is about.
    pub file: Handed,
    /// What is in it.
    pub slice: Content,
    /// How it verifies by itself.
    pub verified: Verified,
    /// Where it is from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The command that makes the same file again.
    pub again: String,
}

/// What is in a slice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// How many records.
    pub records: u64,
    /// Of them, how many belong to those that pass the filter, by kind.
    pub related: BTreeMap<String, u64>,
    /// How many leaves of the log were withheld.
    pub withheld: u64,
    /// Their places, as ranges: the end is not in it.
    pub withheld_at: Vec<[u64; 2]>,
    /// Records of the log.
    pub log_size: u64,
    /// Merkle root over all of them.
    pub root: Digest,
}

/// How a slice verifies by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Its bundle digest.
    pub digest: Option<Digest>,
    /// The five axes.
    pub verdict: BTreeMap<String, String>,
    /// Size of the newest checkpoint whose root comes out.
    pub complete_to: Option<u64>,
    /// Records that are exactly as they were signed under it.
    pub as_signed: u64,
    /// Number of findings by code.
    pub findings: BTreeMap<String, u64>,
    /// What it does not prove.
    pub not_proven: Vec<String>,
}

impl Verified {
    fn of(report: &Report) -> Self {
        let axes = report.verdict.axes().into_iter();
        Self {
            digest: report.bundle_digest.map(Digest),
            verdict: axes.map(|(axis, word)| (axis.name().to_owned(), word.to_owned())).collect(),
            complete_to: report.complete_to,
            as_signed: report.as_signed,
            findings: report.finding_counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect(),
            not_proven: report.not_proven.clone(),
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sliced {
    /// What was said.
    pub told: Sidecar,
    /// Its sidecar.
    pub sidecar: Handed,
    /// Where the file is.
    pub path: PathBuf,
}

/// Why no slice was handed out. Nothing stands under the name then.
#[derive(Debug, thiserror::Error)]
pub enum SlicingError {
    /// No record was asked for.
    #[error("no record passes the filter, and a slice of nothing proves nothing")]
    Empty,
    /// Lines that state no place cannot be in a slice.
    #[error("line {0} of the log states no place in it, and cannot be in a slice")]
    Placeless(u64),
    /// The name says another form.
    #[error("{}: a slice is a zip; let its name end in .zip", .0.display())]
    Name(PathBuf),
    /// It cannot be cut.
    #[error(transparent)]
    Cut(#[from] SliceError),
    /// The index cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The sidecar cannot be written, or the slice not be read again.
    #[error(transparent)]
    File(#[from] FileError),
    /// The slice cannot be verified.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// Hears that nobody wants the slice any more, and does not count what is read of it: that was counted when it was cut.
struct Wanted<'w>(&'w dyn Watch);

impl Watch for Wanted<'_> {
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

impl Slice<'_> {
    /// Writes the slice and its sidecar.
    ///
    /// # Errors
    /// [`SlicingError`]
    pub fn write(self, path: &Path, watch: &dyn Watch) -> Result<Sliced, SlicingError> {
        if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("zip")) {
            return Err(SlicingError::Name(path.to_owned()));
        }
        let sidecar = NewFile::create(&sidecar_of(path))?;
        let cut = cut(self.log, self.rows, path, (&self.provenance.made.at, true), watch)?;
        match self.tell(path, sidecar, &cut.0, cut.1, watch) {
            Ok(sliced) => Ok(sliced),
            Err(error) => {
                // What does not say where it is from is not handed out.
                let _ = std::fs::remove_file(path);
                Err(error)
            }
        }
    }

    /// Verifies what was written, and says so beside it.
    fn tell(
        self,
        path: &Path,
        sidecar: NewFile,
        ranges: &[Range<u64>],
        root: [u8; 32],
        watch: &dyn Watch,
    ) -> Result<Sliced, SlicingError> {
        let log_size = u64::from(self.log.index.rows);
        let verified = verify(path, self.options, &Wanted(watch))?;
        let withheld_at = gaps(ranges, log_size);
        let told = Sidecar {
            format: FORMAT.to_owned(),
            file: hashed(path)?,
            slice: Content {
                records: ranges.iter().map(|range| range.end - range.start).sum(),
                related: self.related,
                withheld: withheld_at.iter().map(|[start, end]| end - start).sum(),
                withheld_at,
                log_size,
                root: Digest(root),
            },
            verified: Verified::of(&verified),
            provenance: self.provenance,
            again: self.again,
        };
        let sidecar = sidecar.finish_json(&told)?;
        Ok(Sliced { told, sidecar, path: path.to_owned() })
    }
}

impl Sliced {
    /// What the custody journal says of it.
    #[must_use]
    pub fn action(&self) -> Action {
        let to = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        Action::Exported {
            bundles: self.told.provenance.bundles(),
            filter: self.told.provenance.query.filter.clone(),
            records: self.told.slice.records,
            format: "slice".to_owned(),
            digest: self.told.file.blake3,
            sidecar: Some(self.sidecar.blake3),
            to: to.to_string_lossy().into_owned(),
        }
    }
}

/// Cuts rows out of a log into a zip; gives their places, and the root of the log. Sealed values that are disclosed go with their
/// records where that is said.
///
/// # Errors
/// [`SlicingError`]
pub fn cut(
    log: &Log,
    rows: &Bitmap,
    path: &Path,
    (made_at, with_disclosures): (&str, bool),
    watch: &dyn Watch,
) -> Result<(Vec<Range<u64>>, [u8; 32]), SlicingError> {
    let ranges = ranges(log, rows)?;
    let index = &log.index;
    let segments: Vec<u64> = index.segments.iter().map(|segment| segment.rows.into()).collect();
    let hashes = |range: Range<u64>| -> Result<Vec<[u8; 32]>, String> {
        let row = |place: u64| u32::try_from(place).map_err(|_| format!("there is no line {place}"));
        let hashes = index.hashes_of(row(range.start)?..row(range.end)?).map_err(|error| error.to_string())?;
        let stated =
            |(n, hash): (u64, Option<_>)| hash.ok_or_else(|| format!("line {} is damaged", range.start + n + 1));
        (0..).zip(hashes).map(stated).collect()
    };
    let known = Known { segments: &segments, hashes: &hashes, with_disclosures };
    let producer = Producer { name: "probity".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let summary = known::write(index.bundle(), path, Form::Zip, &ranges, &known, (producer, made_at), watch)?;
    Ok((ranges, summary.root))
}

/// The places of rows in their log, as ranges that do not touch.
fn ranges(log: &Log, rows: &Bitmap) -> Result<Vec<Range<u64>>, SlicingError> {
    let seqs = log.index.seqs().map_err(EvidenceError::from)?;
    let mut out: Vec<Range<u64>> = Vec::new();
    for row in rows.iter().filter(|row| log.rows.contains(row)).map(|row| row - log.rows.start) {
        let seq = seqs.seq(row).ok_or(SlicingError::Placeless(u64::from(row) + 1))?;
        match out.last_mut() {
            Some(last) if last.end == seq => last.end += 1,
            _ => out.push(seq..seq + 1),
        }
    }
    if out.is_empty() { Err(SlicingError::Empty) } else { Ok(out) }
}

/// What lies between ranges.
fn gaps(ranges: &[Range<u64>], log_size: u64) -> Vec<[u64; 2]> {
    let mut at = 0;
    let mut out = Vec::new();
    for range in ranges {
        if at < range.start {
            out.push([at, range.start]);
        }
        at = range.end;
    }
    if at < log_size {
        out.push([at, log_size]);
    }
    out
}

fn hashed(path: &Path) -> Result<Handed, FileError> {
    let failed = |source| FileError::Io { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut hashes = Hashes::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            read => hashes.update(&buffer[..read]),
        }
    }
    Ok(hashes.handed(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()))
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "a slice of one range is a usual case")]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::single_range_in_vec_init, reason = "one range is a case too")]
    fn gaps_are_what_ranges_leave() {
        for (ranges, size, expected) in [
            (vec![0..3], 3, vec![]),
            (vec![0..1, 2..3], 5, vec![[1, 2], [3, 5]]),
            (vec![4..5], 5, vec![[0, 4]]),
            (vec![], 2, vec![[0, 2]]),
        ] {
            assert_eq!(gaps(&ranges, size), expected, "{ranges:?}");
        }
    }
}

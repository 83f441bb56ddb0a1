//! Several bundles: records that two of them hold count once, and records of one name records of another.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Evidence, EvidenceError, Log};
use crate::bundle::reading::Unwatched;
use crate::columns::{Bitmap, Column, Seqs};
use crate::index::{Tally, Together};
use crate::query::{Field, Path};

/// Records that a bundle holds of a log which an earlier one holds as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The name of the log.
    pub origin: String,
    /// Which of the bundles, and which before it.
    pub bundles: (usize, usize),
    /// The same records: counted once.
    pub same: u32,
    /// Records of one seq that differ: both are there, and there were two logs of that name. The first seq of them.
    pub differing: (u32, Option<u64>),
}

/// Which bundles repeat which, and the rows that count in an earlier bundle.
pub(super) fn repeated(logs: &[Log], seqs: &Seqs) -> Result<(Vec<Repeated>, Option<Bitmap>), EvidenceError> {
    let mut found = Vec::new();
    let mut hidden: Option<Bitmap> = None;
    for (later, log) in logs.iter().enumerate() {
        for (earlier, before) in logs[..later].iter().enumerate() {
            if before.index.origin != log.index.origin {
                continue;
            }
            let mut hashes: HashMap<u64, [u8; 32]> = HashMap::new();
            for (row, hash) in before.index.hashes()? {
                if let Some(seq) = seqs.seq(before.rows.start + row) {
                    hashes.entry(seq).or_insert(hash);
                }
            }
            let mut repeated =
                Repeated { origin: log.index.origin.clone(), bundles: (later, earlier), same: 0, differing: (0, None) };
            for (row, hash) in log.index.hashes()? {
                let row = log.rows.start + row;
                let Some(seq) = seqs.seq(row) else { continue };
                match hashes.get(&seq) {
                    None => {}
                    Some(other) if *other == hash => {
                        repeated.same += 1;
                        hidden.get_or_insert_with(|| Bitmap::none(seqs.len())).set(row, true);
                    }
                    Some(_) => {
                        repeated.differing.0 += 1;
                        repeated.differing.1 = repeated.differing.1.or(Some(seq));
                    }
                }
            }
            if repeated.same > 0 || repeated.differing.0 > 0 {
                found.push(repeated);
            }
        }
    }
    Ok((found, hidden))
}

/// Columns of aliases over several logs.
#[derive(Debug)]
pub(super) struct Joint {
    columns: HashMap<&'static str, Arc<Column>>,
    pub(super) tally: Tally,
}

impl Joint {
    pub(super) fn column(&self, alias: &str) -> Option<Arc<Column>> {
        self.columns.get(alias).cloned()
    }
}

/// Follows references through all bundles.
pub(super) fn join(evidence: &Evidence, hidden: Option<&Bitmap>) -> Result<Joint, EvidenceError> {
    let together = Together {
        indexes: evidence.logs.iter().map(|log| (&log.index, log.rows.start)).collect(),
        kinds: evidence.kinds()?,
        times: &evidence.times,
        seqs: &evidence.seqs,
        hidden,
        is_whole: are_whole(evidence),
    };
    let (columns, tally) = together.join(&|path: &[String]| {
        let Some(path) = Path::new(path.to_vec()) else { return Ok(None) };
        if evidence.catalogued(&path.to_string()).is_none() {
            return Ok(None);
        }
        match evidence.column(&Field::Path(path), &Unwatched) {
            Ok(column) => Ok(Some(Ok(column))),
            Err(EvidenceError::TooVaried(_)) => Ok(Some(Err(()))),
            Err(error) => Err(error),
        }
    })?;
    Ok(Joint { columns: columns.into_iter().map(|(alias, column)| (alias.name, column)).collect(), tally })
}

/// Whether the records of each log, taken together, are those from seq 0 on without a gap.
fn are_whole(evidence: &Evidence) -> bool {
    let mut spans: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for log in &evidence.logs {
        let spans = spans.entry(log.index.origin.as_str()).or_default();
        spans.extend(log.index.report.ranges.iter().map(|range| (range.start, range.end)));
    }
    spans.into_values().all(|mut spans| {
        spans.sort_unstable();
        let mut end = 0;
        spans.into_iter().all(|(from, to)| {
            let joins = from <= end;
            end = end.max(to);
            joins
        })
    })
}

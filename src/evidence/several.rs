//! Several bundles: records that two of them hold count once, and records of one name records of another.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::{Evidence, EvidenceError, Log};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Column, Seqs};
use crate::index::{Tally, Together};
use crate::integrity::scan::LineState;
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
    let mut altered = Vec::new();
    for log in logs.iter().filter(|_| logs.len() > 1) {
        altered.extend(log.index.states()?.iter().map(|state| *state == LineState::Altered.place()));
    }
    let is_altered = |row: u32| altered.get(row as usize) == Some(&true);
    for (later, log) in logs.iter().enumerate() {
        for (earlier, before) in logs[..later].iter().enumerate() {
            if before.index.origin != log.index.origin {
                continue;
            }
            let mut known: HashMap<u64, ([u8; 32], u32)> = HashMap::new();
            for (row, hash) in before.index.hashes()? {
                let row = before.rows.start + row;
                if let Some(seq) = seqs.seq(row) {
                    known.entry(seq).or_insert((hash, row));
                }
            }
            let mut repeated =
                Repeated { origin: log.index.origin.clone(), bundles: (later, earlier), same: 0, differing: (0, None) };
            for (row, hash) in log.index.hashes()? {
                let row = log.rows.start + row;
                let Some(seq) = seqs.seq(row) else { continue };
                match known.get(&seq) {
                    None => {}
                    Some((other, first)) if *other == hash => {
                        // An altered line states the hash of what it was: what counts is the one that still is that.
                        let again = match (is_altered(*first), is_altered(row)) {
                            (true, true) => continue,
                            (true, false) => *first,
                            (false, _) => row,
                        };
                        repeated.same += 1;
                        hidden.get_or_insert_with(|| Bitmap::none(seqs.len())).set(again, true);
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
pub(super) fn join(evidence: &Evidence, watch: &dyn Watch) -> Result<Joint, EvidenceError> {
    let together = Together {
        indexes: evidence.logs.iter().zip(logs(evidence)).map(|(log, of)| (&log.index, log.rows.start, of)).collect(),
        kinds: evidence.kinds()?,
        times: &evidence.times,
        seqs: &evidence.seqs,
        hidden: evidence.hidden.as_deref(),
        is_whole: are_whole(evidence),
        reading: evidence.reading.as_ref(),
    };
    let (columns, tally) = together.join(&|path: &[String]| {
        let Some(path) = Path::new(path.to_vec()) else { return Ok(None) };
        let is_there = evidence.catalogued(&path.to_string()).is_some()
            || path.picks()
            || evidence.logs.iter().any(|log| log.index.beyond > 0);
        if !is_there {
            return Ok(None);
        }
        match evidence.column(&Field::Path(path), watch) {
            Ok(column) => Ok(Some(Ok(column))),
            Err(EvidenceError::TooVaried(_)) => Ok(Some(Err(()))),
            Err(error) => Err(error),
        }
    })?;
    Ok(Joint { columns: columns.into_iter().map(|(alias, column)| (alias.name, column)).collect(), tally })
}

/// Which log each bundle is of: those of one origin are parts of one log, unless they contradict each other.
fn logs(evidence: &Evidence) -> Vec<usize> {
    let mut logs: Vec<usize> = Vec::new();
    for (bundle, log) in evidence.logs.iter().enumerate() {
        let agrees = |other: usize| {
            let is_pair = |repeated: &&Repeated| repeated.bundles == (bundle, other);
            evidence.repeated.iter().find(is_pair).is_none_or(|repeated| repeated.differing.0 == 0)
        };
        let same = (0..bundle).find(|other| evidence.logs[*other].index.origin == log.index.origin && agrees(*other));
        logs.push(same.map_or(bundle, |other| logs[other]));
    }
    logs
}

/// Whether the records of each log, taken together, are those from seq 0 on without a gap, and as many as any bundle says
/// that there are.
pub(super) fn are_whole(evidence: &Evidence) -> bool {
    let mut logs: BTreeMap<&str, (u64, Vec<Range<u64>>)> = BTreeMap::new();
    for log in &evidence.logs {
        let (size, spans) = logs.entry(log.index.origin.as_str()).or_default();
        *size = log.index.log_size.unwrap_or(0).max(*size);
        spans.extend(log.index.report.ranges.iter().cloned());
    }
    logs.into_values().all(|(size, mut spans)| {
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        let mut end = 0;
        let is_gapless = spans.into_iter().all(|span| {
            let joins = span.start <= end;
            end = end.max(span.end);
            joins
        });
        is_gapless && end >= size
    })
}

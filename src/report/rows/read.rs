//! Reads the lines of rows again, holds each against the index, and lets workers print them.

use super::cells::Record;
use super::{PrintError, Printer};
use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::reading::{LogError, Watch};
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::index::{IndexError, Lines, record_of};
use crate::integrity::scan::LineState;
use crate::tlog::merkle::Hash;

/// What a worker printed of some lines.
#[derive(Default)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    /// Each row, and where its bytes end.
    pub(super) ends: Vec<(u32, usize)>,
    /// Lines that hold nothing which the format could print.
    pub(super) unprinted: u32,
}

/// Prints rows, in the order of the logs; `take` gets what was printed of some lines at a time.
pub(super) fn read<P: Printer>(
    evidence: &Evidence,
    rows: &Selection,
    printer: &(impl Fn() -> P + Sync),
    watch: &dyn Watch,
    mut take: impl FnMut(Made) -> Result<(), PrintError>,
) -> Result<(), PrintError> {
    for log in evidence.logs() {
        read_log(evidence, log, rows, printer, watch, &mut take)?;
    }
    Ok(())
}

/// Prints the rows of one of the logs, in its order.
pub(super) fn read_log<P: Printer>(
    evidence: &Evidence,
    log: &Log,
    rows: &Selection,
    printer: &(impl Fn() -> P + Sync),
    watch: &dyn Watch,
    take: &mut dyn FnMut(Made) -> Result<(), PrintError>,
) -> Result<(), PrintError> {
    let (kinds, states) = (evidence.kinds()?, evidence.states()?);
    let start = log.rows.start;
    let looks = || {
        let mut hasher = RecordHasher::new(&log.index.origin);
        let mut printer = printer();
        move |lines: Lines<'_>| {
            let first = start + lines.first_row;
            let mut made = Made::default();
            let stated = Stated::of(log, rows, first..first + lines.rows)?;
            for (row, line) in (first..first + lines.rows).zip(lines.bytes.split(|byte| *byte == b'\n')) {
                if !rows.contains(row) {
                    continue;
                }
                let state = states.get(row as usize).copied().unwrap_or_default();
                let parsed = checked(line, stated.hash(row), state, &mut hasher);
                let parsed = parsed.ok_or_else(|| changed(log, evidence, row))?;
                let record = Record {
                    row,
                    bytes: parsed.map(|line| line.record),
                    text: record_of(line, state),
                    kind: kinds.get(row as usize).copied().unwrap_or_default(),
                    state,
                };
                if printer.print(&record, &mut made.bytes) {
                    made.ends.push((row, made.bytes.len()));
                } else {
                    made.unprinted += 1;
                }
            }
            let due = count(rows, first..first + lines.rows);
            let printed = made.ends.len() + made.unprinted as usize;
            if printed == due as usize { Ok(made) } else { Err(changed(log, evidence, first)) }
        }
    };
    let mut ended = None;
    let done = log.index.look(
        watch,
        |range| count(rows, start + range.start..start + range.end) > 0,
        looks,
        |_, made: Result<Made, IndexError>| {
            take(made?).map_err(|why| {
                ended = Some(why);
                IndexError::from(LogError::Cancelled)
            })
        },
    );
    match ended {
        Some(why) => Err(why),
        None => Ok(done.map_err(EvidenceError::from)?),
    }
}

fn count(rows: &Selection, range: std::ops::Range<u32>) -> u32 {
    rows.rank(range.end) - rows.rank(range.start)
}

/// The hashes that lines state.
struct Stated {
    /// The first row.
    first: u32,
    hashes: Vec<Option<Hash>>,
}

impl Stated {
    /// From the first selected row of a range to the last.
    fn of(log: &Log, rows: &Selection, range: std::ops::Range<u32>) -> Result<Self, IndexError> {
        let (before, behind) = (rows.rank(range.start), rows.rank(range.end));
        let ends = (before < behind).then(|| rows.row(before).zip(rows.row(behind - 1))).flatten();
        let Some((first, last)) = ends else { return Ok(Self { first: range.start, hashes: Vec::new() }) };
        let start = log.rows.start;
        Ok(Self { first, hashes: log.index.hashes_of(first - start..last + 1 - start)? })
    }

    fn hash(&self, row: u32) -> Option<Hash> {
        self.hashes.get((row - self.first) as usize).copied().flatten()
    }
}

/// The line's parts, where it has any. `None` where it is not the line that was indexed: it states another hash, or hashes
/// as it states where it did not, or the other way round. A line that was none is held against nothing but the digest of
/// its file.
fn checked<'l>(line: &'l [u8], stated: Option<Hash>, state: u8, hasher: &mut RecordHasher) -> Option<Option<Line<'l>>> {
    let was_right = match LineState::ALL.get(usize::from(state))? {
        LineState::Intact | LineState::Invalid => true,
        LineState::Altered => false,
        LineState::Unreadable => return stated.is_none().then_some(None),
    };
    let line = Line::parse(line)?;
    let is_right = hasher.hash(line.seq, &line.prev, line.record) == line.hash;
    (Some(line.hash) == stated && is_right == was_right).then_some(Some(line))
}

fn changed(log: &Log, evidence: &Evidence, row: u32) -> IndexError {
    let what = match evidence.seqs().seq(row) {
        Some(seq) => format!("the record at seq {seq} is another one"),
        None => format!("line {} of the log is another one", u64::from(row - log.rows.start) + 1),
    };
    IndexError::Stale { path: log.index.bundle().to_owned(), what }
}

/// About how many bytes the records of some rows have.
pub(super) fn estimate(evidence: &Evidence, rows: &Selection) -> u64 {
    let (bytes, lines) = evidence
        .logs()
        .iter()
        .flat_map(|log| &log.index.segments)
        .fold((0, 0), |sum, segment| (sum.0 + segment.raw_bytes, sum.1 + u64::from(segment.rows)));
    bytes / lines.max(1) * u64::from(rows.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_held_against_what_was_indexed() {
        let mut hasher = RecordHasher::new("log.test/a");
        let record = br#"{"kind":"log"}"#;
        let hash = hasher.hash(0, &[0; 32], record);
        let text = |hash, record| {
            let mut out = Vec::new();
            Line { seq: 0, prev: [0; 32], hash, record }.write(&mut out);
            out.pop();
            out
        };
        let (right, other, wrong) = (text(hash, record), text(hash, br#"{"kind":"lag"}"#), text([7; 32], record));
        let (intact, altered, unreadable) =
            (LineState::Intact.place(), LineState::Altered.place(), LineState::Unreadable.place());
        for (line, stated, state, expected) in [
            (&right[..], Some(hash), intact, true),
            (&right, Some(hash), LineState::Invalid.place(), true),
            (&right, Some([7; 32]), intact, false),
            // Its last line without its LF is none, whatever it says.
            (&right, None, unreadable, true),
            (&right, Some(hash), unreadable, false),
            (&right, None, intact, false),
            (&right, Some(hash), altered, false),
            (&other, Some(hash), intact, false),
            (&other, Some(hash), altered, true),
            (&wrong, Some([7; 32]), altered, true),
            (&wrong, Some(hash), intact, false),
            (b"garbage", None, unreadable, true),
            (b"garbage", Some(hash), intact, false),
            (b"", None, intact, false),
        ] {
            let found = checked(line, stated, state, &mut hasher).is_some();
            assert_eq!(found, expected, "{} {stated:?} {state}", String::from_utf8_lossy(line));
        }
    }
}

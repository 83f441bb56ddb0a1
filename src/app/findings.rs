//! Findings over all bundles: which one is next, and which record shows it.

use crate::evidence::{Evidence, Log};
use crate::integrity::finding::Finding;

/// A finding that was gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// Its bundle, by its place among those that are open.
    pub bundle: usize,
    /// Its place in the report.
    pub finding: usize,
    /// The record that shows it; `None` where it is about none, or none is near.
    pub row: Option<u32>,
    /// The records that it is about, where the first of them is not in the file: another one shows it then.
    pub absent: Option<(u64, u64)>,
}

impl Gone {
    /// Goes to a finding; `None` where there is none such.
    ///
    /// Where the record itself is missing, the one behind it shows it, whose `prev` names it; behind the end the last one.
    #[must_use]
    pub fn to(evidence: &Evidence, bundle: usize, finding: usize) -> Option<Self> {
        let log = evidence.logs().get(bundle)?;
        let found = log.index.report.findings.get(finding)?;
        let mut gone = Self { bundle, finding, row: None, absent: None };
        let Some(first) = found.seq else { return Some(gone) };
        let last = found.end_seq.unwrap_or(first).max(first);
        gone.row = row_of(evidence, log, first);
        if gone.row.is_none() {
            gone.absent = Some((first, last));
            let behind = last.checked_add(1).and_then(|seq| row_of(evidence, log, seq));
            let before = || first.checked_sub(1).and_then(|seq| row_of(evidence, log, seq));
            gone.row = behind.or_else(before);
        }
        Some(gone)
    }

    /// The same finding once the bundles were read again; `None` where it is not found any more.
    #[must_use]
    pub fn again(&self, old: &Evidence, new: &Evidence) -> Option<Self> {
        let findings = |evidence: &Evidence| -> Vec<_> {
            let log = evidence.logs().get(self.bundle);
            let findings = log.map_or(&[][..], |log| &log.index.report.findings);
            findings.iter().map(|finding| (finding.code, finding.seq, finding.end_seq)).collect()
        };
        let was = findings(old).get(self.finding).copied()?;
        let at = findings(new).iter().position(|finding| *finding == was)?;
        Self::to(new, self.bundle, at)
    }
}

/// The row of a record of a log.
#[must_use]
pub fn row_of(evidence: &Evidence, log: &Log, seq: u64) -> Option<u32> {
    let runs = evidence.seqs().runs().filter(|(rows, _)| rows.start < log.rows.end && rows.end > log.rows.start);
    let row = |(rows, first): (std::ops::Range<u32>, u64)| {
        let row = u32::try_from(seq.checked_sub(first)?).ok()?.checked_add(rows.start)?;
        (row < rows.end && log.rows.contains(&row)).then_some(row)
    };
    runs.filter_map(row).next()
}

/// The bundle that a row is in.
#[must_use]
pub fn bundle_of(evidence: &Evidence, row: u32) -> Option<usize> {
    evidence.logs().iter().position(|log| log.rows.contains(&row))
}

/// The finding with a place behind the one that was gone to, or before it; those of all bundles in their order, round and round.
#[must_use]
pub fn next(evidence: &Evidence, now: Option<(usize, usize)>, is_forward: bool) -> Option<(usize, usize)> {
    let of_log = |(bundle, log): (usize, &Log)| -> Vec<(usize, usize)> {
        let placed = |(at, finding): (usize, &Finding)| finding.seq.map(|_| (bundle, at));
        log.index.report.findings.iter().enumerate().filter_map(placed).collect()
    };
    beside(&evidence.logs().iter().enumerate().flat_map(of_log).collect::<Vec<_>>(), now, is_forward)
}

/// What is behind or before `now` in a list that is in order.
fn beside<T: Copy + PartialOrd>(all: &[T], now: Option<T>, is_forward: bool) -> Option<T> {
    let next = match (now, is_forward) {
        (None, true) => all.first(),
        (None, false) => all.last(),
        (Some(now), true) => all.iter().find(|at| **at > now).or(all.first()),
        (Some(now), false) => all.iter().rev().find(|at| **at < now).or(all.last()),
    };
    next.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_all_bundles_are_walked_round_and_round() {
        let all = [(0, 2), (1, 0), (1, 3)];
        for (now, forward, expected) in [
            (None, true, Some((0, 2))),
            (None, false, Some((1, 3))),
            (Some((0, 2)), true, Some((1, 0))),
            (Some((1, 0)), false, Some((0, 2))),
            (Some((1, 3)), true, Some((0, 2))),
            (Some((0, 2)), false, Some((1, 3))),
            // One without a place was chosen in the table.
            (Some((1, 1)), true, Some((1, 3))),
            (Some((0, 9)), false, Some((0, 2))),
        ] {
            assert_eq!(beside(&all, now, forward), expected, "{now:?} {forward}");
        }
        assert_eq!(beside::<u8>(&[], None, true), None);
    }
}

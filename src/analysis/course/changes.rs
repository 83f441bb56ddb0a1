//! Where the stream of decisions changed: Page–Hinkley and ADWIN over all that count, in the order of time.

use serde::Serialize;

use crate::analysis::Instant;
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::changes::{Adwin, PageHinkley};
use crate::evidence::Evidence;

/// So many changes are told of each test, the first ones.
pub const MAX_CHANGES: usize = 1000;

/// What reports changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// Page–Hinkley.
    PageHinkley,
    /// ADWIN.
    Adwin,
}

impl Detector {
    /// Its name, as people write it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::PageHinkley => "Page–Hinkley",
            Self::Adwin => "ADWIN",
        }
    }
}

/// A reported change. It was noticed here, and so happened before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// By which test.
    pub test: Detector,
    /// The time of the decision at which it was reported.
    pub at: Instant,
    /// That decision's row in the table.
    #[serde(skip)]
    pub row: u32,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// How many decisions the test had seen since the beginning, or since the change before.
    pub seen: u64,
    /// The rate of those, and from there to the next change of the same test, or the end.
    pub before: Rate,
    /// See `before`.
    pub after: Rate,
}

/// The stream of decisions as the tests see it: 1 where a decision is counted, 0 where not.
#[derive(Default)]
pub(super) struct Stream {
    page_hinkley: PageHinkley,
    adwin: Adwin,
    pub(super) found: [Vec<Found>; 2],
    /// What each test has seen since its last report: counted, and among how many.
    pub(super) since: [(u64, u64); 2],
}

/// A report, with the counts since the one before.
pub(super) struct Found {
    at: i64,
    pub(super) row: u32,
    counted: u64,
    pub(super) seen: u64,
}

impl Stream {
    pub(super) fn take(&mut self, row: u32, at: i64, is_counted: bool) {
        let x = if is_counted { 1.0 } else { 0.0 };
        let reports = [self.page_hinkley.push(x), self.adwin.push(x)];
        for ((is_change, since), found) in reports.into_iter().zip(&mut self.since).zip(&mut self.found) {
            *since = (since.0 + u64::from(is_counted), since.1 + 1);
            // Decisions of one instant have no order of their own: what the tests see among them is told once.
            if is_change && found.last().is_none_or(|last| last.at < at) {
                let (counted, seen) = std::mem::take(since);
                found.push(Found { at, row, counted, seen });
            }
        }
    }

    pub(super) fn told(&self, evidence: &Evidence) -> (Vec<Change>, u64) {
        let mut out = Vec::new();
        let mut more = 0;
        for ((test, found), last) in
            [Detector::PageHinkley, Detector::Adwin].into_iter().zip(&self.found).zip(self.since)
        {
            more += found.len().saturating_sub(MAX_CHANGES) as u64;
            for (n, change) in found.iter().enumerate().take(MAX_CHANGES) {
                let after = found.get(n + 1).map_or(last, |next| (next.counted, next.seen));
                out.push(Change {
                    test,
                    at: Instant(change.at),
                    row: change.row,
                    seq: evidence.seqs().seq(change.row),
                    seen: change.seen,
                    before: Rate::of(change.counted, change.seen),
                    after: Rate::of(after.0, after.1),
                });
            }
        }
        out.sort_by_key(|change| (change.at, change.row, change.test));
        (out, more)
    }
}

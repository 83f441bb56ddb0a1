//! Reads in bulk: the rows that an account reaches from one access on within the window, against what it reaches in a stretch of
//! that length on average over the days before that access.
//!
//! It is asked of every resource by itself, and then of all that is left together: who reads one is found with exactly these
//! accesses, and who spreads it over many is found as well.

use std::collections::{HashMap, VecDeque};

use super::{Accesses, DAY, Finding, HOUR, Pattern, Placed, Signal, as_f64, before, finding};
use crate::analysis::thresholds::AccessThresholds;

/// What a window is held against.
#[derive(Debug, Clone, Copy, Default)]
struct Usual {
    /// Days that are on record before it, at most as many as the thresholds ask for.
    days: f64,
    /// Rows reached in them.
    rows: u64,
    /// Rows of a window on average.
    average: f64,
    /// More is bulk.
    threshold: f64,
}

/// Adds what is bulk of one account, whose accesses are in the order of time.
pub(super) fn find(own: &[Placed], begin: i64, accesses: &Accesses, thresholds: &AccessThresholds, out: &mut Pattern) {
    let granted: Vec<Placed> = own.iter().filter(|access| access.is_granted != Some(false)).copied().collect();
    let total: u64 = granted.iter().fold(0, |sum, access| sum.saturating_add(access.rows));
    if total < thresholds.bulk_floor_rows {
        return;
    }
    let mut of_resource: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, access) in granted.iter().enumerate() {
        if let Some(resource) = access.resource {
            of_resource.entry(resource).or_default().push(at);
        }
    }
    let judge = Judge { granted: &granted, window: i64::from(thresholds.bulk_window_hours) * HOUR, thresholds, begin };
    let tracks: Vec<Vec<usize>> = of_resource.into_values().collect();
    let by_resource = judge.judge(&tracks);
    let mut found = judge.findings(&tracks, &by_resource, accesses);
    let left = vec![(0..granted.len()).filter(|at| by_resource[*at].mark.is_none()).collect()];
    let together = judge.judge(&left);
    found.extend(judge.findings(&left, &together, accesses));
    for (finding, is_determined) in found {
        if is_determined { out.findings.push(finding) } else { out.undetermined.push(finding) }
    }
}

/// For each access of a track, the rows reached from it on within the window, by accesses of that track.
fn sums(granted: &[Placed], track: &[usize], window: i64) -> Vec<u64> {
    let mut out = Vec::with_capacity(track.len());
    let (mut sum, mut end) = (0_u128, 0);
    for place in track {
        let start = granted[*place].at;
        while let Some(next) = track.get(end).filter(|next| granted[**next].at.saturating_sub(start) < window) {
            sum += u128::from(granted[*next].rows);
            end += 1;
        }
        out.push(u64::try_from(sum).unwrap_or(u64::MAX));
        // The window of the next access begins behind this one.
        sum = sum.saturating_sub(u128::from(granted[*place].rows));
    }
    out
}

/// What is said of an access.
#[derive(Debug, Clone, Copy, Default)]
struct Judged {
    /// Whether it is bulk: `Some(false)` where that is not determinable, `None` where it is not.
    mark: Option<bool>,
    /// Rows reached from it on within the window.
    sum: u64,
    /// What that is held against.
    usual: Usual,
}

/// Where the last window began that is bulk, and whether that is determined.
type Start = Option<(i64, bool)>;

/// Judges the accesses of an account.
struct Judge<'a> {
    granted: &'a [Placed],
    window: i64,
    thresholds: &'a AccessThresholds,
    begin: i64,
}

impl Judge<'_> {
    /// Judges the accesses of some tracks, each by itself, in the order of time. In the average of what follows all of them count,
    /// bulk as well: left out, a busy hour that is taken for bulk would make the next one look like bulk all the more.
    fn judge(&self, tracks: &[Vec<usize>]) -> Vec<Judged> {
        let mut out = vec![Judged::default(); self.granted.len()];
        let mut track_of: Vec<Option<usize>> = vec![None; self.granted.len()];
        for (n, track) in tracks.iter().enumerate() {
            for (place, sum) in track.iter().zip(sums(self.granted, track, self.window)) {
                (track_of[*place], out[*place].sum) = (Some(n), sum);
            }
        }
        let mut starts: Vec<Start> = vec![None; tracks.len()];
        let mut average = Average::default();
        for (at, access) in self.granted.iter().enumerate() {
            let usual = average.usual(access.at, self.begin, self.thresholds);
            if let Some(track) = track_of[at] {
                out[at].usual = usual;
                let is_determined = usual.days >= f64::from(self.thresholds.baseline_least_days);
                let is_above = !is_determined || as_f64(out[at].sum) > usual.threshold;
                if is_above && out[at].sum >= self.thresholds.bulk_floor_rows {
                    starts[track] = Some((access.at, is_determined));
                }
                // What reaches nothing is no part of it.
                let within = starts[track].filter(|start| access.at.saturating_sub(start.0) < self.window);
                out[at].mark = within.filter(|_| access.rows > 0).map(|start| start.1);
            }
            average.add(access);
        }
        out
    }

    /// Marked accesses of a track that are no further apart than the window, and alike determined, are one finding.
    fn findings(&self, tracks: &[Vec<usize>], judged: &[Judged], accesses: &Accesses) -> Vec<(Finding, bool)> {
        let mut out = Vec::new();
        for track in tracks {
            let marked: Vec<usize> = track.iter().copied().filter(|at| judged[*at].mark.is_some()).collect();
            let is_next = |a: &usize, b: &usize| {
                let gap = self.granted[*b].at.saturating_sub(self.granted[*a].at);
                judged[*a].mark == judged[*b].mark && gap <= self.window
            };
            out.extend(marked.chunk_by(is_next).filter_map(|run| self.finding(track, run, judged, accesses)));
        }
        out
    }

    /// A run of marked accesses of a track as a finding, and whether it is determined.
    fn finding(
        &self,
        track: &[usize],
        run: &[usize],
        judged: &[Judged],
        accesses: &Accesses,
    ) -> Option<(Finding, bool)> {
        let own: Vec<Placed> = run.iter().map(|at| self.granted[*at]).collect();
        let first = judged[*run.first()?];
        // Of windows alike the first.
        let most = run.iter().copied().reduce(|most, at| if judged[at].sum > judged[most].sum { at } else { most })?;
        let begin = self.granted[most].at;
        let behind = track.get(track.partition_point(|at| *at < most)..).unwrap_or_default();
        let window = behind.iter().map(|at| self.granted[*at]);
        let window = window.take_while(|access| access.at.saturating_sub(begin) < self.window);
        let is_determined = first.mark == Some(true);
        let told = Finding {
            figure: judged[most].sum,
            // What reaches nothing is no part of it.
            window: window.filter(|access| access.rows > 0).map(|access| access.row).collect(),
            baseline: is_determined.then_some(first.usual.average),
            baseline_days: Some(first.usual.days),
            baseline_rows: Some(first.usual.rows),
            threshold: is_determined.then_some(first.usual.threshold),
            reached: Some(own.iter().fold(0, |sum, access| sum.saturating_add(access.rows))),
            ..finding(Signal::Bulk, &own, accesses)?
        };
        Some((told, is_determined))
    }
}

/// The accesses of the days before, and their rows in all.
#[derive(Debug, Default)]
struct Average {
    accesses: VecDeque<(i64, u64)>,
    sum: u128,
}

impl Average {
    fn add(&mut self, access: &Placed) {
        self.accesses.push_back((access.at, access.rows));
        self.sum += u128::from(access.rows);
    }

    /// What is usual before a time.
    fn usual(&mut self, at: i64, begin: i64, thresholds: &AccessThresholds) -> Usual {
        let start = before(at, i64::from(thresholds.baseline_days) * DAY);
        while let Some((_, rows)) = self.accesses.pop_front_if(|(time, _)| *time < start) {
            self.sum -= u128::from(rows);
        }
        let days = as_f64(at.saturating_sub(start.max(begin))) / as_f64(DAY);
        let rows = u64::try_from(self.sum).unwrap_or(u64::MAX);
        let windows = days * 24.0 / f64::from(thresholds.bulk_window_hours);
        let average = if windows > 0.0 { as_f64(rows) / windows } else { 0.0 };
        Usual { days, rows, average, threshold: average * thresholds.bulk_factor }
    }
}

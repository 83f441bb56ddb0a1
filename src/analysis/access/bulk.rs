//! Reads in bulk: the rows that an account reaches from one access on within the window, against what it reaches in a stretch of
//! that length on average over the days before that access.
//!
//! It is asked of every resource by itself, and then of all together: who spreads it over many resources is found as well, and
//! who reads one is found with exactly these accesses.

use std::collections::HashMap;

use super::{Accesses, DAY, Finding, HOUR, Pattern, Placed, Signal, as_f64, before, finding};
use crate::analysis::thresholds::AccessThresholds;

/// What a window is held against.
#[derive(Debug, Clone, Copy)]
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

/// Adds what is bulk of one account, whose granted accesses are in the order of time.
pub(super) fn find(own: &[Placed], begin: i64, accesses: &Accesses, thresholds: &AccessThresholds, out: &mut Pattern) {
    let granted: Vec<Placed> = own.iter().filter(|access| access.is_granted != Some(false)).copied().collect();
    let window = i64::from(thresholds.bulk_window_hours) * HOUR;
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
    let mut tracks: Vec<Vec<usize>> = of_resource.into_values().collect();
    tracks.sort();
    let sums: Vec<Vec<u64>> = tracks.iter().map(|track| sums(&granted, track, window)).collect();
    let all: Vec<usize> = (0..granted.len()).collect();
    let of_all = self::sums(&granted, &all, window);
    // The sum of each access' own resource.
    let mut of_own = vec![0; granted.len()];
    for (track, sums) in tracks.iter().zip(&sums) {
        for (place, sum) in track.iter().zip(sums) {
            of_own[*place] = *sum;
        }
    }
    let mut marks = Marks::new(&granted, window, thresholds, begin);
    for at in 0..granted.len() {
        marks.judge(at, of_own[at], of_all[at]);
    }
    let Marks { by_resource, by_all, usual, .. } = marks;
    // Accesses that one resource explains are not told again.
    let is_explained = |at: usize| by_resource[at].is_some();
    for track in &tracks {
        stretches(&granted, track, &by_resource, &of_own, &usual, window, accesses, out);
    }
    let mut rest = by_all;
    for stretch in runs(&granted, &all, &rest.clone(), window) {
        if stretch.iter().any(|at| is_explained(*at)) {
            stretch.iter().for_each(|at| rest[*at] = None);
        }
    }
    stretches(&granted, &all, &rest, &of_all, &usual, window, accesses, out);
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

/// What is bulk, as it is found from the first access to the last: what is bulk does not count in the average of what follows.
struct Marks<'a> {
    granted: &'a [Placed],
    window: i64,
    thresholds: &'a AccessThresholds,
    begin: i64,
    /// Where the last window began that is bulk, of a resource and of all; whether that is determined.
    start_of: HashMap<Option<u32>, (i64, bool)>,
    start: Option<(i64, bool)>,
    by_resource: Vec<Option<bool>>,
    by_all: Vec<Option<bool>>,
    usual: Vec<Usual>,
    /// The sum of rows that are not bulk, over the accesses from `first` up to the one that is judged.
    sum: u128,
    first: usize,
}

impl<'a> Marks<'a> {
    fn new(granted: &'a [Placed], window: i64, thresholds: &'a AccessThresholds, begin: i64) -> Self {
        let none = vec![None; granted.len()];
        Self {
            granted,
            window,
            thresholds,
            begin,
            start_of: HashMap::new(),
            start: None,
            by_resource: none.clone(),
            by_all: none,
            usual: Vec::with_capacity(granted.len()),
            sum: 0,
            first: 0,
        }
    }

    /// Whether an access counts in the average.
    fn counts(&self, at: usize) -> bool {
        self.by_resource[at] != Some(true) && self.by_all[at] != Some(true)
    }

    fn judge(&mut self, at: usize, of_own: u64, of_all: u64) {
        let access = self.granted[at];
        let start = before(access.at, i64::from(self.thresholds.baseline_days) * DAY);
        while self.first < at && self.granted[self.first].at < start {
            if self.counts(self.first) {
                self.sum -= u128::from(self.granted[self.first].rows);
            }
            self.first += 1;
        }
        let usual = self.usual_at(access.at, start);
        self.usual.push(usual);
        let is_determined = usual.days >= f64::from(self.thresholds.baseline_least_days);
        let is_bulk = |rows: u64| {
            let is_above = !is_determined || as_f64(rows) > usual.threshold;
            rows >= self.thresholds.bulk_floor_rows && is_above
        };
        let (is_own, is_all) = (access.resource.is_some() && is_bulk(of_own), is_bulk(of_all));
        if is_own {
            self.start_of.insert(access.resource, (access.at, is_determined));
        }
        if is_all {
            self.start = Some((access.at, is_determined));
        }
        let within = |start: Option<&(i64, bool)>| {
            start.filter(|start| access.at.saturating_sub(start.0) < self.window).map(|start| start.1)
        };
        // A window begins with an access that reaches something: what reaches nothing is not part of bulk.
        if access.rows > 0 {
            self.by_resource[at] = within(self.start_of.get(&access.resource));
            self.by_all[at] = within(self.start.as_ref());
        }
        if self.counts(at) {
            self.sum += u128::from(access.rows);
        }
    }

    fn usual_at(&self, at: i64, start: i64) -> Usual {
        let days = as_f64(at.saturating_sub(start.max(self.begin))) / as_f64(DAY);
        let rows = u64::try_from(self.sum).unwrap_or(u64::MAX);
        let windows = days * 24.0 / f64::from(self.thresholds.bulk_window_hours);
        let average = if windows > 0.0 { as_f64(rows) / windows } else { 0.0 };
        Usual { days, rows, average, threshold: average * self.thresholds.bulk_factor }
    }
}

/// Marked accesses of a track that are no further apart than the window, and alike determined.
fn runs(granted: &[Placed], track: &[usize], marks: &[Option<bool>], window: i64) -> Vec<Vec<usize>> {
    let marked: Vec<usize> = track.iter().copied().filter(|at| marks[*at].is_some()).collect();
    let is_next =
        |a: &usize, b: &usize| marks[*a] == marks[*b] && granted[*b].at <= granted[*a].at.saturating_add(window);
    marked.chunk_by(is_next).map(<[usize]>::to_vec).collect()
}

/// Adds the findings of a track.
#[expect(clippy::too_many_arguments, reason = "what a stretch is told with; all of it is looked up by access")]
fn stretches(
    granted: &[Placed],
    track: &[usize],
    marks: &[Option<bool>],
    sums: &[u64],
    usual: &[Usual],
    window: i64,
    accesses: &Accesses,
    out: &mut Pattern,
) {
    for stretch in runs(granted, track, marks, window) {
        let own: Vec<Placed> = stretch.iter().map(|at| granted[*at]).collect();
        let (Some(first), Some(found)) = (stretch.first(), finding(Signal::Bulk, &own, accesses)) else { continue };
        let is_determined = marks[*first] == Some(true);
        let usual = usual[*first];
        let told = Finding {
            figure: stretch.iter().map(|at| sums[*at]).max().unwrap_or_default(),
            baseline: is_determined.then_some(usual.average),
            baseline_days: Some(usual.days),
            baseline_rows: Some(usual.rows),
            threshold: is_determined.then_some(usual.threshold),
            reached: Some(own.iter().fold(0, |sum, access| sum.saturating_add(access.rows))),
            ..found
        };
        if is_determined { out.findings.push(told) } else { out.undetermined.push(told) }
    }
}

//! What stands out in the time of the logs: damaged records, gaps, a missing end, incidents, deployments. Found once for what is open
//! and thinned to what a strip can show, so that no frame has to look at records.

use std::collections::BTreeMap;
use std::ops::Range;

use super::shape;
use crate::bundle::reading::Watch;
use crate::columns::{Selection, Times};
use crate::evidence::{Evidence, Log};
use crate::integrity::damage::Damage;
use crate::record::Kind;

/// So many marks of a sort there are at most: no strip has more points.
const MOST: usize = 1_200;

/// So many records beside a gap are asked for a time.
const NEAR: u32 = 64;

/// Something at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// When, in nanoseconds since 1970: the first, where several are near.
    pub nanos: i64,
    /// How many.
    pub count: u32,
}

/// Records that are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When the record before it and the one behind it were made, in nanoseconds since 1970.
    pub nanos: (i64, i64),
    /// How many are missing.
    pub count: u64,
}

/// What stands out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landmarks {
    /// Records that are damaged, by the time that they state.
    pub damage: Vec<Mark>,
    /// Records that are missing between others or before them, undeclared.
    pub gaps: Vec<Gap>,
    /// Records that a slice leaves out, between others.
    pub withheld: Vec<Gap>,
    /// Records that are missing at an end: when its last record was made.
    pub ends: Vec<Gap>,
    /// When each incident was first recorded.
    pub incidents: Vec<Mark>,
    /// Deployments.
    pub deployments: Vec<Mark>,
}

impl Landmarks {
    /// Finds them. `damage` are the rows that are damaged; what cannot be read is left out.
    #[must_use]
    pub fn of<T>(evidence: &Evidence, all: &Selection, damage: &BTreeMap<u32, T>, watch: &dyn Watch) -> Self {
        let times = evidence.times();
        let Some(extent) = times.extent() else { return Self::default() };
        let kinds = evidence.kinds().unwrap_or_default();
        let is = |row: &u32, kind: Kind| kinds.get(*row as usize) == Some(&kind.place());
        let at = |row: u32| times.nanos(row);
        let mut out = Self {
            damage: thinned(damage.keys().filter_map(|row| near(times, *row, &(0..times.len()))), extent),
            deployments: thinned(all.iter().filter(|row| is(row, Kind::Deployment)).filter_map(at), extent),
            incidents: Vec::new(),
            gaps: Vec::new(),
            withheld: Vec::new(),
            ends: Vec::new(),
        };
        // Each change of an incident's state is a record; one flag stands for all of them.
        let ids = shape::field("incident_id").and_then(|field| evidence.column(&field, watch).ok());
        let (mut first, mut nameless): (BTreeMap<u32, i64>, Vec<i64>) = (BTreeMap::new(), Vec::new());
        for (row, nanos) in all.iter().filter(|row| is(row, Kind::Incident)).filter_map(|row| Some((row, at(row)?))) {
            let id = ids.as_ref().filter(|ids| ids.cell(row).is_present()).and_then(|ids| ids.code(row));
            match id {
                Some(id) => {
                    let first = first.entry(id).or_insert(nanos);
                    *first = nanos.min(*first);
                }
                None => nameless.push(nanos),
            }
        }
        out.incidents = thinned(first.into_values().chain(nameless), extent);
        for log in evidence.logs() {
            out.find_missing(log, times);
        }
        out
    }

    fn find_missing(&mut self, log: &Log, times: &Times) {
        let Ok(seqs) = log.index.seqs() else { return };
        let row = |seq: Option<u64>| seq.and_then(|seq| seqs.row(seq)).map(|row| row + log.rows.start);
        let report = &log.index.report;
        // What a slice says that it leaves out is no damage, and not there all the same.
        for pair in report.ranges.windows(2).filter(|_| report.withheld > 0).take(MOST) {
            let [before, behind] = pair else { continue };
            let time = |seq: Option<u64>| row(seq).and_then(|row| near(times, row, &log.rows));
            if let (Some(from), Some(to)) = (time(before.end.checked_sub(1)), time(Some(behind.start))) {
                let count = behind.start.saturating_sub(before.end);
                self.withheld.push(Gap { nanos: (from.min(to), from.max(to)), count });
            }
        }
        for finding in &report.findings {
            let (Some(damage), Some(first)) = (Damage::of(finding.code), finding.seq) else { continue };
            let last = finding.end_seq.unwrap_or(first).max(first);
            let count = (last - first).saturating_add(1);
            let time = |seq: Option<u64>| row(seq).and_then(|row| near(times, row, &log.rows));
            let beside = [time(first.checked_sub(1)), time(last.checked_add(1))];
            let of = |at: Vec<i64>| Some((*at.iter().min()?, *at.iter().max()?));
            match damage {
                Damage::Gap => {
                    let nanos = of(beside.into_iter().flatten().collect());
                    self.gaps.extend(nanos.map(|nanos| Gap { nanos, count }));
                }
                Damage::End => {
                    let end = log.rows.end.checked_sub(1).and_then(|row| near(times, row, &log.rows));
                    self.ends.extend(end.map(|nanos| Gap { nanos: (nanos, nanos), count }));
                }
                Damage::Broken => {}
            }
        }
    }

    /// How many records, gaps and so on lie in a stretch of time, both ends included: damaged, missing, incidents, deployments.
    #[must_use]
    pub fn within(&self, from: i64, to: i64) -> [u64; 4] {
        let of = |marks: &[Mark]| {
            let here = marks.iter().filter(|mark| (from..=to).contains(&mark.nanos));
            here.map(|mark| u64::from(mark.count)).sum()
        };
        let gaps = self.gaps.iter().filter(|gap| gap.nanos.0 <= to && gap.nanos.1 >= from);
        [of(&self.damage), gaps.map(|gap| gap.count).sum(), of(&self.incidents), of(&self.deployments)]
    }
}

/// The time of a row, or of one near it where it has none, first of those before.
fn near(times: &Times, row: u32, of: &Range<u32>) -> Option<i64> {
    let before = (row.saturating_sub(NEAR).max(of.start)..=row).rev();
    let behind = row..row.saturating_add(NEAR).min(of.end);
    before.chain(behind).find_map(|row| times.nanos(row))
}

/// Marks in the order of time; those that share a point of a strip are one.
fn thinned(times: impl Iterator<Item = i64>, (first, last): (i64, i64)) -> Vec<Mark> {
    let span = (i128::from(last) - i128::from(first)).max(1);
    let mut marks: BTreeMap<i128, Mark> = BTreeMap::new();
    for nanos in times {
        let at = (i128::from(nanos) - i128::from(first)) * MOST as i128 / span;
        let mark = marks.entry(at).or_insert(Mark { nanos, count: 0 });
        mark.nanos = mark.nanos.min(nanos);
        mark.count = mark.count.saturating_add(1);
    }
    marks.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(nanos: &[Option<i64>]) -> Times {
        let mut times = Times::new();
        for at in nanos {
            times.push(at.map(chrono::DateTime::from_timestamp_nanos));
        }
        times
    }

    #[test]
    fn marks_of_one_point_are_one_and_no_count_is_lost() {
        assert_eq!(thinned([].into_iter(), (0, 0)), []);
        assert_eq!(thinned([7].into_iter(), (7, 7)), [Mark { nanos: 7, count: 1 }]);
        let many = thinned(0..1_000_000, (0, 999_999));
        assert!(many.len() <= MOST + 1 && many.is_sorted_by_key(|mark| mark.nanos));
        assert_eq!(many.iter().map(|mark| mark.count).sum::<u32>(), 1_000_000);
        let ends = thinned([i64::MIN + 1, i64::MAX].into_iter(), (i64::MIN + 1, i64::MAX));
        assert_eq!(ends.len(), 2);
    }

    #[test]
    fn a_record_without_a_time_stands_where_the_one_before_it_does() {
        let times = times(&[None, Some(10), None, None, Some(40)]);
        for (row, expected) in [(0, Some(10)), (1, Some(10)), (2, Some(10)), (3, Some(10)), (4, Some(40))] {
            assert_eq!(near(&times, row, &(0..5)), expected, "{row}");
        }
        // Another log has nothing to say here.
        assert_eq!(near(&times, 3, &(2..4)), None);
    }

    #[test]
    fn what_is_near_the_pointer_is_counted() {
        let mark = |nanos| Mark { nanos, count: 2 };
        let marks = Landmarks {
            damage: vec![mark(5), mark(50)],
            gaps: vec![Gap { nanos: (10, 20), count: 3 }],
            deployments: vec![mark(12)],
            ..Landmarks::default()
        };
        assert_eq!(marks.within(0, 9), [2, 0, 0, 0]);
        assert_eq!(marks.within(15, 16), [0, 3, 0, 0]);
        assert_eq!(marks.within(0, 100), [4, 3, 0, 2]);
    }
}

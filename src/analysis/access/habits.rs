//! What an account does that it did not do before: a resource never reached, work at night, attempts that are denied.

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::{DateTime, NaiveDate, Timelike as _};

use super::{Accesses, DAY, Finding, HOUR, Pattern, Placed, Signal, as_f64, before, finding};
use crate::analysis::thresholds::{AccessThresholds, Thresholds};
use crate::import::time::Zone;

/// Adds the first access to each resource that an account reaches only after its first days and accesses. What was denied
/// reached nothing.
pub(super) fn first_seen(own: &[Placed], accesses: &Accesses, thresholds: &AccessThresholds, out: &mut Pattern) {
    let Some(first) = own.first() else { return };
    let settled = first.at.saturating_add(i64::from(thresholds.settling_days) * DAY);
    let mut seen: HashSet<u32> = HashSet::new();
    for (count, access) in own.iter().enumerate() {
        let Some(resource) = access.resource.filter(|_| access.is_granted != Some(false)) else { continue };
        let is_settled = access.at >= settled && count >= thresholds.settling_accesses as usize;
        if seen.insert(resource) && is_settled {
            out.findings.extend(finding(Signal::FirstSeen, std::slice::from_ref(access), accesses));
        }
    }
}

/// Adds attempts that were denied, by resource.
pub(super) fn denied(own: &[Placed], accesses: &Accesses, thresholds: &AccessThresholds, out: &mut Pattern) {
    let gap = i64::from(thresholds.denied_gap_hours) * HOUR;
    let mut by_resource: HashMap<Option<u32>, Vec<Placed>> = HashMap::new();
    for access in own.iter().filter(|access| access.is_granted == Some(false)) {
        by_resource.entry(access.resource).or_default().push(*access);
    }
    for attempts in by_resource.values() {
        for run in attempts.chunk_by(|a, b| b.at <= a.at.saturating_add(gap)) {
            out.findings.extend(finding(Signal::Denied, run, accesses));
        }
    }
}

/// Adds nights in which an account worked that does not regularly do so. Denied attempts are work as well. What is regular is said by
/// days that end some time before: nights that follow each other are judged alike, and the first of them excuse none of the others.
pub(super) fn off_hours(own: &[Placed], begin: i64, accesses: &Accesses, thresholds: &Thresholds, out: &mut Pattern) {
    let (limits, zone) = (&thresholds.access, thresholds.zone());
    let least = i64::from(limits.baseline_least_days) * DAY;
    let gap = i64::from(limits.habit_gap_days) * DAY;
    let night = |access: &Placed| night_of(access.at, zone, limits);
    // Nights in which it worked: when each began with an access, the latest last; and those of the habit among them.
    let (mut since, mut habit): (VecDeque<i64>, VecDeque<i64>) = (VecDeque::new(), VecDeque::new());
    let at_night: Vec<(NaiveDate, Placed)> =
        own.iter().filter_map(|access| night(access).map(|night| (night, *access))).collect();
    for run in at_night.chunk_by(|a, b| a.0 == b.0) {
        let Some((_, first)) = run.first() else { continue };
        let end = before(first.at, gap);
        let start = before(end, i64::from(limits.baseline_days) * DAY);
        while let Some(at) = since.pop_front_if(|at| *at < end) {
            habit.push_back(at);
        }
        while habit.front().is_some_and(|at| *at < start) {
            habit.pop_front();
        }
        let nights = habit.len();
        since.push_back(first.at);
        if end.saturating_sub(begin) < least {
            out.undetermined_nights += run.len() as u64;
        } else if nights < limits.regular_nights as usize {
            let placed: Vec<Placed> = run.iter().map(|(_, access)| *access).collect();
            let days = as_f64(end.saturating_sub(start.max(begin))) / as_f64(DAY);
            out.findings.extend(finding(Signal::OffHours, &placed, accesses).map(|found| Finding {
                baseline: Some(as_f64(i64::try_from(nights).unwrap_or(i64::MAX))),
                baseline_days: Some(days),
                threshold: Some(f64::from(limits.regular_nights)),
                ..found
            }));
        }
    }
}

/// The day on which the night began that a time is in, on the clocks of the zone.
fn night_of(at: i64, zone: Zone, limits: &AccessThresholds) -> Option<NaiveDate> {
    let instant = DateTime::from_timestamp_nanos(at);
    let wall = match zone {
        Zone::Fixed(offset) => instant.with_timezone(&offset).naive_local(),
        Zone::Named(place) => instant.with_timezone(&place).naive_local(),
    };
    let (from, to, hour) = (limits.night_from_hour, limits.night_to_hour, wall.hour());
    let is_night = if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to };
    let began_before = from > to && hour < to;
    if !is_night {
        None
    } else if began_before {
        wall.date().pred_opt()
    } else {
        Some(wall.date())
    }
}

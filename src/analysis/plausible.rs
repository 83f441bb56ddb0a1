//! Which times of a log cannot be true: they would stretch every axis until nothing else is seen.
//!
//! The rule, which knows no clock but the log's: the bulk of the times is all of them but one in a hundred at each end (one, in a log of
//! ten to two hundred). What lies outside of the bulk belongs to it as long as no gap parts it that is longer than a year and longer than
//! twice all that belongs; behind such a gap, times are cut off. Rows without a time that can be placed go with them. Nothing is left out
//! by it: such records have a lane of their own.

use crate::columns::{Bitmap, Times};

/// A gap that parts times from the others is longer than this, in nanoseconds: 366 days.
const LEAST_GAP: u64 = 366 * 86_400_000_000_000;

/// At each end, one in so many records may be cut off.
const ONE_IN: u64 = 100;

/// Of fewer records none is: which of them would be the odd one?
const FEWEST: u64 = 10;

/// Buckets that the times are looked at in.
const BUCKETS: u64 = 4_096;

/// The times that go together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plausible {
    /// The first and the last of them, in nanoseconds since 1970, UTC.
    pub extent: Option<(i64, i64)>,
    /// Rows with a time that is cut off, in the order of the log.
    pub cut_off: Vec<u32>,
    /// Rows without a time that can be placed, in the order of the log.
    pub without: Vec<u32>,
}

impl Plausible {
    /// Finds them among the rows that are not hidden.
    #[must_use]
    pub fn of(times: &Times, hidden: Option<&Bitmap>) -> Self {
        let is_shown = |row: &u32| hidden.is_none_or(|hidden| !hidden.contains(*row));
        let mut out = Self::default();
        let Some(extent) = times.extent() else {
            out.without = (0..times.len()).filter(is_shown).collect();
            return out;
        };
        let extent = cut(times, extent, &is_shown).unwrap_or(extent);
        let (mut least, mut greatest) = (i64::MAX, i64::MIN);
        for row in (0..times.len()).filter(is_shown) {
            match times.nanos(row) {
                None => out.without.push(row),
                Some(at) if at < extent.0 || at > extent.1 => out.cut_off.push(row),
                Some(at) => (least, greatest) = (least.min(at), greatest.max(at)),
            }
        }
        out.extent = (least <= greatest).then_some((least, greatest));
        out
    }
}

/// The stretch of the times that go together; `None` where that is all of them.
fn cut(times: &Times, (first, last): (i64, i64), is_shown: &dyn Fn(&u32) -> bool) -> Option<(i64, i64)> {
    if last.abs_diff(first) <= LEAST_GAP {
        return None;
    }
    let log2 = (0..63).find(|log2| (last >> log2).abs_diff(first >> log2) < BUCKETS).unwrap_or(63);
    let bucket_of = |at: i64| usize::try_from((at >> log2).abs_diff(first >> log2)).unwrap_or(usize::MAX);
    // Of each bucket: how many, the first and the last.
    let mut buckets = vec![(0_u64, i64::MAX, i64::MIN); bucket_of(last).saturating_add(1)];
    for at in (0..times.len()).filter(is_shown).filter_map(|row| times.nanos(row)) {
        if let Some(bucket) = buckets.get_mut(bucket_of(at)) {
            *bucket = (bucket.0 + 1, bucket.1.min(at), bucket.2.max(at));
        }
    }
    buckets.retain(|bucket| bucket.0 > 0);
    let all: u64 = buckets.iter().map(|bucket| bucket.0).sum();
    if all < FEWEST {
        return None;
    }
    let few = (all / ONE_IN).max(1);
    // The first bucket, from either end, that holds more than may be cut off together with those before it.
    let edge = |counts: &mut dyn Iterator<Item = u64>| {
        let mut before = 0;
        counts
            .take_while(|count| {
                before += count;
                before <= few
            })
            .count()
    };
    let mut from = edge(&mut buckets.iter().map(|bucket| bucket.0));
    let mut to = buckets.len().checked_sub(1 + edge(&mut buckets.iter().rev().map(|bucket| bucket.0)))?;
    if from > to {
        return None;
    }
    let (mut least, mut greatest) = (buckets[from].1, buckets[to].2);
    // What is near enough belongs to it, on whichever side it is nearer.
    loop {
        let limit = LEAST_GAP.max(greatest.abs_diff(least).saturating_mul(2));
        let before = from.checked_sub(1).map(|at| (buckets[at].2.abs_diff(least), true));
        let behind = buckets.get(to + 1).map(|bucket| (bucket.1.abs_diff(greatest), false));
        match before.into_iter().chain(behind).min().filter(|(gap, _)| *gap <= limit) {
            Some((_, true)) => (from, least) = (from - 1, buckets[from - 1].1),
            Some((_, false)) => (to, greatest) = (to + 1, buckets[to + 1].2),
            None => break,
        }
    }
    Some((least, greatest))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}T00:00:00Z").parse().expect("a date")
    }

    /// 300 records a day apart from that date on, with others among them.
    fn log(from: &str, others: &[(usize, Option<&str>)]) -> Times {
        let mut times = Times::new();
        for n in 0..300 {
            for (_, other) in others.iter().filter(|(place, _)| *place == n) {
                times.push(other.map(at));
            }
            times.push(Some(at(from) + chrono::Days::new(n as u64)));
        }
        times
    }

    #[test]
    fn what_is_far_from_all_others_is_cut_off() {
        for (others, expected) in [
            (&[][..], &[][..]),
            (&[(0, Some("1970-01-01"))], &[0]),
            (&[(299, Some("2099-12-31"))], &[299]),
            (&[(5, Some("1601-01-01")), (7, Some("2099-01-01")), (9, Some("1970-01-01"))], &[5, 8, 11]),
            // Half a year before is early, not impossible.
            (&[(0, Some("2025-06-01"))], &[]),
        ] {
            let times = log("2026-01-01", others);
            let found = Plausible::of(&times, None);
            assert_eq!(found.cut_off, expected, "{others:?}");
            if expected.len() == others.len() {
                let nanos = |text| at(text).timestamp_nanos_opt();
                assert_eq!(found.extent, nanos("2026-01-01").zip(nanos("2026-10-27")), "{others:?}");
            }
        }
    }

    #[test]
    fn of_a_few_records_one_may_be_odd_and_of_fewer_none() {
        for (count, expected) in [(9, 0), (10, 1)] {
            let mut times = Times::new();
            times.push(Some(at("1970-01-01")));
            for n in 1..count {
                times.push(Some(at("2026-01-01") + chrono::Days::new(n)));
            }
            assert_eq!(Plausible::of(&times, None).cut_off.len(), expected, "{count} records");
        }
    }

    #[test]
    fn many_records_long_ago_are_a_part_of_the_log() {
        let mut times = log("2016-01-01", &[]);
        times.append(&log("2026-01-01", &[]));
        assert!(Plausible::of(&times, None).cut_off.is_empty());
    }

    #[test]
    fn rows_without_a_time_are_apart_and_hidden_ones_nowhere() {
        let times = log("2026-01-01", &[(3, None), (4, Some("1970-01-01"))]);
        let found = Plausible::of(&times, None);
        assert_eq!((found.without, found.cut_off), (vec![3], vec![5]));
        let hidden = Bitmap::from_rows(times.len(), [3, 5]);
        let found = Plausible::of(&times, Some(&hidden));
        assert!(found.without.is_empty() && found.cut_off.is_empty());
        assert_eq!(Plausible::of(&Times::new(), None), Plausible::default());
        let mut none = Times::new();
        none.push(None);
        assert_eq!(Plausible::of(&none, None).without, [0]);
    }
}

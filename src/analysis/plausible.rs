//! Which times of a log cannot be true: they would stretch every axis until nothing else is seen.
//!
//! The rule, which knows no clock but the log's: a time is cut off where a gap parts it from all others that is longer than a year and
//! longer than twice everything on the other side, and not more than one record in a hundred lies on its side. Rows without a time that
//! can be placed go with them. Nothing is left out by it: such records have a lane of their own.

use crate::columns::{Bitmap, Times};

/// A gap that parts times from the others is longer than this, in nanoseconds: 366 days.
const LEAST_GAP: u64 = 366 * 86_400_000_000_000;

/// Not more than one in so many records is cut off.
const ONE_IN: u64 = 100;

/// Buckets that the times are looked at in.
const BUCKETS: u64 = 4_096;

/// So many gaps are cut at most.
const MAX_CUTS: usize = 16;

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
        let Some(mut extent) = times.extent() else {
            out.without = (0..times.len()).filter(is_shown).collect();
            return out;
        };
        for _ in 0..MAX_CUTS {
            match cut(times, extent, &is_shown) {
                Some(narrower) => extent = narrower,
                None => break,
            }
        }
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

/// What is left of a stretch of time when its longest gap is cut, where it is to be cut.
fn cut(times: &Times, (first, last): (i64, i64), is_shown: &dyn Fn(&u32) -> bool) -> Option<(i64, i64)> {
    if last.abs_diff(first) <= LEAST_GAP {
        return None;
    }
    let log2 = (0..63).find(|log2| (last >> log2).abs_diff(first >> log2) < BUCKETS).unwrap_or(63);
    // Of each bucket: how many, the first and the last.
    let mut buckets = vec![(0_u64, i64::MAX, i64::MIN); usize::try_from((last >> log2).abs_diff(first >> log2)).ok()? + 1];
    for at in (0..times.len()).filter(is_shown).filter_map(|row| times.nanos(row)) {
        if (first..=last).contains(&at)
            && let Some(bucket) = usize::try_from((at >> log2).abs_diff(first >> log2)).ok().and_then(|n| buckets.get_mut(n))
        {
            *bucket = (bucket.0 + 1, bucket.1.min(at), bucket.2.max(at));
        }
    }
    buckets.retain(|bucket| bucket.0 > 0);
    let all: u64 = buckets.iter().map(|bucket| bucket.0).sum();
    let (least, greatest) = (buckets.first()?.1, buckets.last()?.2);
    let mut before = 0;
    let mut best: Option<(u64, (i64, i64))> = None;
    for pair in buckets.windows(2) {
        let [(count, _, end), (_, start, _)] = pair else { continue };
        before += count;
        let gap = start.abs_diff(*end);
        // The smaller side is what may be cut off.
        let (small, rest) = if before * 2 <= all { (before, (*start, greatest)) } else { (all - before, (least, *end)) };
        let is_long = gap > LEAST_GAP && gap / 2 > rest.1.abs_diff(rest.0);
        if is_long && small.saturating_mul(ONE_IN) <= all && best.is_none_or(|(longest, _)| gap > longest) {
            best = Some((gap, rest));
        }
    }
    best.map(|(_, rest)| rest)
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

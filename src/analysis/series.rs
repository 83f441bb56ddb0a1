//! Events in the order of time, counted between any two instants without looking at them one by one.
//!
//! A [`Series`] keeps its rows sorted by time, and how many of them lie before each of many buckets whose width is a power of two
//! (`index`). The count before an instant is looked up there; within a bucket it is found by halving. So the density of ten million
//! records over any stretch, at any width down to a nanosecond, costs a few steps a bar and is exact.

use std::sync::Arc;

use crate::columns::Times;

/// More buckets would not make looking up faster.
const MAX_BUCKETS: u64 = 1 << 20;

/// Rows in the order of their times; those of one time in the order of the log. Rows without a time are left out.
#[derive(Debug, Clone)]
pub struct Series {
    times: Arc<Times>,
    rows: Vec<u32>,
    /// How many rows lie before each bucket, and behind the last.
    index: Vec<u32>,
    /// The number of the first bucket: its start is this times the width.
    first: i64,
    width_log2: u32,
}

impl Series {
    /// A series of these rows, which come in the order of the log. Those for which [`Times::nanos`] knows nothing are left out.
    #[must_use]
    pub fn new(times: Arc<Times>, rows: impl Iterator<Item = u32>) -> Self {
        let nanos = |row: &u32| times.nanos(*row).unwrap_or(i64::MIN);
        let (mut least, mut greatest, mut is_sorted) = (i64::MAX, i64::MIN, true);
        let mut rows: Vec<u32> = rows
            .filter(|row| {
                let Some(at) = times.nanos(*row) else { return false };
                is_sorted &= at >= greatest;
                (least, greatest) = (least.min(at), greatest.max(at));
                true
            })
            .collect();
        if rows.is_empty() {
            return Self { times, rows, index: vec![0], first: 0, width_log2: 0 };
        }
        // About two rows a bucket.
        let wanted = (rows.len() as u64 / 2).clamp(64, MAX_BUCKETS);
        let buckets = |log2: u32| (greatest >> log2).abs_diff(least >> log2).saturating_add(1);
        let width_log2 = (0..63).find(|log2| buckets(*log2) <= wanted).unwrap_or(63);
        let first = least >> width_log2;
        let bucket = |row: &u32| usize::try_from((nanos(row) >> width_log2).abs_diff(first)).unwrap_or(usize::MAX);
        let mut index = vec![0_u32; usize::try_from(buckets(width_log2)).unwrap_or(0) + 1];
        for row in &rows {
            index[bucket(row) + 1] += 1;
        }
        let mut before = 0;
        for count in &mut index {
            before += *count;
            *count = before;
        }
        // Logs are in the order of time but for clocks that were set back: each row goes to its bucket, and few are put in order there.
        if !is_sorted {
            let (mut next, mut placed) = (index.clone(), vec![0_u32; rows.len()]);
            for row in &rows {
                let place = &mut next[bucket(row)];
                placed[*place as usize] = *row;
                *place += 1;
            }
            for pair in index.windows(2) {
                let within = &mut placed[pair[0] as usize..pair[1] as usize];
                if within.len() > 1 {
                    within.sort_by_key(nanos);
                }
            }
            rows = placed;
        }
        rows.shrink_to_fit();
        Self { times, rows, index, first, width_log2 }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first and the last time, in nanoseconds since 1970, UTC.
    #[must_use]
    pub fn extent(&self) -> Option<(i64, i64)> {
        Some((self.nanos(0)?, self.nanos(self.rows.len().checked_sub(1)?)?))
    }

    /// The time of the row at a place of the series.
    fn nanos(&self, place: usize) -> Option<i64> {
        self.times.nanos(*self.rows.get(place)?)
    }

    /// How many rows have a time before `at`, in nanoseconds since 1970; more than 64 bits can say are before or behind everything.
    #[must_use]
    pub fn before(&self, at: i128) -> u32 {
        let Ok(at) = i64::try_from(at) else { return if at < 0 { 0 } else { self.len() } };
        let bucket = i128::from(at >> self.width_log2) - i128::from(self.first);
        let Ok(bucket) = usize::try_from(bucket) else { return 0 };
        let (Some(from), Some(to)) = (self.index.get(bucket), self.index.get(bucket + 1)) else { return self.len() };
        if at.trailing_zeros() >= self.width_log2 {
            return *from;
        }
        let (from, to) = (*from as usize, *to as usize);
        let within = self.rows.get(from..to).unwrap_or_default();
        let less = within.partition_point(|row| self.times.nanos(*row).is_some_and(|nanos| nanos < at));
        u32::try_from(from + less).unwrap_or(u32::MAX)
    }

    /// How many rows have a time from `from` on and before `to`.
    #[must_use]
    pub fn count(&self, from: i128, to: i128) -> u32 {
        self.before(to).saturating_sub(self.before(from))
    }

    /// The rows with a time from `from` on and before `to`, in the order of time.
    #[must_use]
    pub fn rows(&self, from: i128, to: i128) -> &[u32] {
        let (from, to) = (self.before(from) as usize, self.before(to) as usize);
        self.rows.get(from..to.max(from)).unwrap_or_default()
    }

    /// The counts in `count` buckets of `width` nanoseconds, from the bucket of number `first` on: bucket *n* begins at *n* times the
    /// width.
    #[must_use]
    pub fn buckets(&self, first: i64, width: u64, count: usize) -> Vec<u32> {
        let start = |bucket: usize| (i128::from(first) + bucket as i128) * i128::from(width);
        let mut before = self.before(start(0));
        (0..count)
            .map(|bucket| {
                let next = self.before(start(bucket + 1));
                next - std::mem::replace(&mut before, next)
            })
            .collect()
    }

    /// The first time that is not before `at`.
    #[must_use]
    pub fn at_or_after(&self, at: i128) -> Option<i64> {
        self.nanos(self.before(at) as usize)
    }

    /// The first time after `at`, or the last before it.
    #[must_use]
    pub fn next(&self, at: i64, is_forward: bool) -> Option<i64> {
        let place = if is_forward { self.before(i128::from(at) + 1) } else { self.before(at.into()).checked_sub(1)? };
        self.nanos(place as usize)
    }
}

/// The width of buckets, in nanoseconds, with which a stretch of that length has at most `most` of them: a power of two in
/// milliseconds, and below one in nanoseconds, so that buckets stay where they are while the stretch moves.
#[must_use]
pub fn bucket_width(length: u64, most: u32) -> u64 {
    let nanos = (0..20).map(|log2| 1_u64 << log2);
    let millis = (0..44).map(|log2| 1_000_000_u64 << log2);
    nanos.chain(millis).find(|width| length / width < u64::from(most.max(1))).unwrap_or(1_000_000 << 43)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn times(nanos: &[Option<i64>]) -> Arc<Times> {
        let mut times = Times::new();
        for at in nanos {
            times.push(at.map(DateTime::from_timestamp_nanos));
        }
        Arc::new(times)
    }

    fn series(nanos: &[Option<i64>]) -> Series {
        Series::new(times(nanos), 0..u32::try_from(nanos.len()).expect("few"))
    }

    #[test]
    fn none_one_and_equal_times() {
        let none = series(&[None, None]);
        assert!(none.is_empty());
        assert_eq!((none.extent(), none.before(0), none.count(-5, 5), none.next(0, true)), (None, 0, 0, None));
        let one = series(&[Some(7)]);
        assert_eq!((one.len(), one.extent(), one.before(7), one.before(8)), (1, Some((7, 7)), 0, 1));
        assert_eq!(
            (one.next(6, true), one.next(7, true), one.next(7, false), one.next(8, false)),
            (Some(7), None, None, Some(7))
        );
        let equal = series(&[Some(7), None, Some(7), Some(3), Some(7)]);
        assert_eq!(equal.rows(0, 100), [3, 0, 2, 4], "rows of one time stand in the order of the log");
        assert_eq!(
            (equal.count(7, 8), equal.count(8, 7), equal.before(i128::MAX), equal.before(i128::MIN)),
            (3, 0, 4, 0)
        );
    }

    #[test]
    fn all_of_the_years() {
        let ends = series(&[Some(i64::MAX), Some(0), Some(i64::MIN + 1)]);
        assert_eq!(ends.extent(), Some((i64::MIN + 1, i64::MAX)));
        assert_eq!(ends.before(i64::MAX.into()), 2);
        assert_eq!(ends.before(i128::from(i64::MAX) + 1), 3);
        assert_eq!(ends.buckets(-1, 1 << 63, 2), [1, 2]);
    }

    #[test]
    fn buckets_are_as_wide_as_they_must_be() {
        let millis = 1_000_000;
        for (length, most, expected) in [
            (0, 10, 1),
            (9, 10, 1),
            (10, 10, 2),
            (10 * millis, 5, 4 * millis),
            (600_000 * millis, 10, 65_536 * millis),
            (i64::MAX as u64, 1, millis << 43),
            (u64::MAX, 1, millis << 43),
        ] {
            assert_eq!(bucket_width(length, most), expected, "{length} in {most}");
        }
    }

    proptest! {
        #[test]
        fn counts_are_those_of_a_plain_loop(
            nanos in prop::collection::vec(prop::option::weighted(0.9, -5_000_i64..5_000), 0..400),
            (scale, from, to) in (0_u32..40, -6_000_i64..6_000, -6_000_i64..6_000),
            width in 1_u64..9_000,
        ) {
            let nanos: Vec<Option<i64>> = nanos.into_iter().map(|at| at.map(|at| at << scale)).collect();
            let (from, to) = (from << scale, to << scale);
            let series = series(&nanos);
            let within = |from: i128, to: i128| {
                let within = nanos.iter().flatten().filter(|at| (from..to).contains(&i128::from(**at)));
                u32::try_from(within.count()).expect("few")
            };
            prop_assert_eq!(series.count(from.into(), to.into()), within(from.into(), to.into()));
            let width = width << scale;
            let first = from.div_euclid(i64::try_from(width).expect("small"));
            let counts = series.buckets(first, width, 9);
            for (n, count) in (0_i128..).zip(counts) {
                let start = (i128::from(first) + n) * i128::from(width);
                prop_assert_eq!(count, within(start, start + i128::from(width)));
            }
            let next = nanos.iter().flatten().filter(|at| **at > from).min().copied();
            prop_assert_eq!(series.next(from, true), next);
            let last = nanos.iter().flatten().filter(|at| **at < from).max().copied();
            prop_assert_eq!(series.next(from, false), last);
        }
    }
}

//! How the rows of a table spread over time, as a whole and under a filter, in one pass.

use super::bitmap::{Bitmap, bits};
use super::times::{NONE, Times};

/// Counts of rows in stretches of time of one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Where the first bucket begins, in nanoseconds since 1970: a multiple of the width, so that buckets stay where
    /// they are while the view moves. It may lie before all that 64 bits can say.
    pub start: i128,
    /// The width of a bucket is two to the power of this, in nanoseconds.
    pub width_log2: u32,
    /// Rows of the whole by bucket.
    pub whole: Vec<u32>,
    /// Rows that pass the filter by bucket.
    pub filtered: Vec<u32>,
    /// Rows of the whole and of the filter without a time.
    pub without: [u32; 2],
    /// Rows of the whole and of the filter whose time is outside the range.
    pub outside: [u32; 2],
}

impl Histogram {
    /// The width of a bucket, in nanoseconds.
    #[must_use]
    pub fn width(&self) -> u64 {
        1 << self.width_log2
    }
}

/// More buckets than any picture has points.
const MAX_BUCKETS: u32 = 1 << 20;

/// Counts rows by time. `range` is the first and the last instant to be shown, in nanoseconds since 1970; without it, all
/// times there are. `whole` are the rows of the whole, every row without it; rows of `filtered` are counted where they
/// are among those. The buckets are as narrow as they can be with at most `max_buckets` of them; two at least are
/// allowed for, since the range may lie across a multiple of every width.
#[must_use]
pub fn histogram(
    times: &Times,
    range: Option<(i64, i64)>,
    whole: Option<&Bitmap>,
    filtered: &Bitmap,
    max_buckets: u32,
) -> Histogram {
    let range = range.or_else(|| match whole {
        None => times.extent(),
        Some(rows) => extent(times, rows),
    });
    let Some((first, last)) =
        range.map(|(first, last)| (first.max(NONE + 1), last.max(NONE + 1))).filter(|(first, last)| first <= last)
    else {
        let (start, width_log2) = (0, 0);
        let mut out =
            Histogram { start, width_log2, whole: vec![], filtered: vec![], without: [0; 2], outside: [0; 2] };
        count(times, whole, filtered, Buckets { start: 0, log2: 63, first: 1, last: 0 }, &mut out);
        return out;
    };
    // Shifts round down, also below zero.
    let buckets = |log2: u32| (last >> log2).abs_diff(first >> log2).saturating_add(1);
    let allowed = u64::from(max_buckets.clamp(2, MAX_BUCKETS));
    let log2 = (0..63).find(|log2| buckets(*log2) <= allowed).unwrap_or(63);
    let start = i128::from(first) >> log2 << log2;
    let length = buckets(log2) as usize;
    let mut out = Histogram {
        start,
        width_log2: log2,
        whole: vec![0; length],
        filtered: vec![0; length],
        without: [0; 2],
        outside: [0; 2],
    };
    // The start of the first bucket is a multiple of its width, and so is the least number of 64 bits.
    count(times, whole, filtered, Buckets { start: start as i64, log2, first, last }, &mut out);
    out
}

/// The least and greatest time of some rows.
fn extent(times: &Times, rows: &Bitmap) -> Option<(i64, i64)> {
    let mut out: Option<(i64, i64)> = None;
    for (chunk, word) in times.nanos.chunks(64).zip(rows.words()) {
        for bit in bits(*word) {
            let Some(nanos) = chunk.get(bit as usize).filter(|nanos| **nanos != NONE) else { continue };
            let (least, greatest) = out.unwrap_or((*nanos, *nanos));
            out = Some((least.min(*nanos), greatest.max(*nanos)));
        }
    }
    out
}

#[derive(Clone, Copy)]
struct Buckets {
    start: i64,
    log2: u32,
    first: i64,
    last: i64,
}

impl Buckets {
    /// The bucket of a time, also for those that have none: then it is wrong.
    fn of(self, nanos: i64) -> u64 {
        nanos.wrapping_sub(self.start).cast_unsigned() >> self.log2
    }

    fn holds(self, nanos: i64) -> bool {
        (nanos >= self.first) & (nanos <= self.last)
    }
}

fn count(times: &Times, whole: Option<&Bitmap>, filtered: &Bitmap, buckets: Buckets, out: &mut Histogram) {
    for (at, chunk) in times.nanos.chunks(64).enumerate() {
        let here = u64::MAX >> (64 - chunk.len());
        let whole = whole.map_or(here, |rows| rows.words().get(at).copied().unwrap_or(0) & here);
        let filtered = filtered.words().get(at).copied().unwrap_or(0) & whole;
        if whole == 0 {
            continue;
        }
        // Logs are written as time passes: mostly, 64 rows in a row lie in one bucket.
        let bucket = buckets.of(chunk[0]);
        let (mut differ, mut is_held) = (0, true);
        for nanos in chunk {
            differ |= buckets.of(*nanos) ^ bucket;
            is_held &= buckets.holds(*nanos);
        }
        if differ == 0 && is_held {
            out.whole[bucket as usize] += whole.count_ones();
            out.filtered[bucket as usize] += filtered.count_ones();
            continue;
        }
        for bit in bits(whole) {
            let nanos = chunk[bit as usize];
            let is_filtered = (filtered >> bit & 1) as u32;
            if buckets.holds(nanos) && nanos != NONE {
                let bucket = buckets.of(nanos) as usize;
                out.whole[bucket] += 1;
                out.filtered[bucket] += is_filtered;
            } else {
                let counts = if nanos == NONE { &mut out.without } else { &mut out.outside };
                counts[0] += 1;
                counts[1] += is_filtered;
            }
        }
    }
}

//! When each record was made, as far as it says so.

use chrono::{DateTime, Timelike as _, Utc};

use crate::query::value::time::TimeRange;

use super::MAX_ROWS;
use super::bitmap::Bitmap;
use super::bytes::{Malformed, Reader, Writer, ascends, ensure};

/// The instant of each row, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// Nanoseconds since 1970, UTC; [`NONE`] for rows without a time.
    pub(super) nanos: Vec<i64>,
    /// Instants that such a number does not say, by row: before 1677, after 2262, and leap seconds. Their number is
    /// the nearest that keeps the order.
    pub(super) odd: Vec<(u32, DateTime<Utc>)>,
    /// The least and the greatest number.
    extent: Option<(i64, i64)>,
    /// The least and the greatest of each [`BLOCK`] of `nanos`, [`NONE`] included: logs ascend, so that a range of time
    /// decides nearly all blocks without a look at their rows.
    blocks: Vec<(i64, i64)>,
}

/// What stands for no time.
pub(super) const NONE: i64 = i64::MIN;

/// Rows of a block: many words of a bitmap, few enough that the edges of a range cost nothing.
const BLOCK: usize = 4096;

/// What the bytes begin with.
const MAGIC: [u8; 4] = *b"PTi1";

/// The number of an instant, and whether it says all.
fn nanos(instant: DateTime<Utc>) -> (i64, bool) {
    if instant.nanosecond() >= 1_000_000_000 {
        let end = instant.with_nanosecond(999_999_999).unwrap_or(instant);
        return (nanos(end).0, false);
    }
    match instant.timestamp_nanos_opt() {
        Some(nanos) if nanos != NONE => (nanos, true),
        _ if instant.timestamp() < 0 => (NONE + 1, false),
        _ => (i64::MAX, false),
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::new()
    }
}

impl Times {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Self { nanos: Vec::new(), odd: Vec::new(), extent: None, blocks: Vec::new() }
    }

    /// Adds a row. More than [`MAX_ROWS`] are not taken.
    pub fn push(&mut self, instant: Option<DateTime<Utc>>) {
        let row = self.len();
        if row >= MAX_ROWS {
            return;
        }
        let Some(instant) = instant else { return self.add(&[NONE]) };
        let (number, is_exact) = nanos(instant);
        self.add(&[number]);
        if !is_exact {
            self.odd.push((row, instant));
        }
        self.widen(number);
    }

    /// Adds numbers behind the others, and to the blocks.
    fn add(&mut self, numbers: &[i64]) {
        let room = self.blocks.len() * BLOCK - self.nanos.len();
        let (first, rest) = numbers.split_at(room.min(numbers.len()));
        if let Some(last) = self.blocks.last_mut() {
            *last = first.iter().fold(*last, |(least, greatest), number| (least.min(*number), greatest.max(*number)));
        }
        let extent = |block: &[i64]| {
            block
                .iter()
                .fold((i64::MAX, i64::MIN), |(least, greatest), number| (least.min(*number), greatest.max(*number)))
        };
        self.blocks.extend(rest.chunks(BLOCK).map(extent));
        self.nanos.extend_from_slice(numbers);
    }

    fn widen(&mut self, number: i64) {
        let (least, greatest) = self.extent.unwrap_or((number, number));
        self.extent = Some((least.min(number), greatest.max(number)));
    }

    /// Adds the rows of another behind these: the times of a stretch that a worker made, or of another log.
    pub fn append(&mut self, other: &Self) {
        let start = self.len();
        let count = other.nanos.len().min((MAX_ROWS - start) as usize);
        self.add(&other.nanos[..count]);
        let odd = other.odd.iter().filter(|(row, _)| (*row as usize) < count);
        self.odd.extend(odd.map(|(row, instant)| (start + row, *instant)));
        for number in other.extent.into_iter().flat_map(|(least, greatest)| [least, greatest]) {
            self.widen(number);
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.nanos.len() as u32
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nanos.is_empty()
    }

    /// Nanoseconds since 1970, UTC, of a row's time. Instants outside 1677 to 2262 give the first or last number, a leap
    /// second the last of the second before it; [`Times::instant`] is exact.
    #[must_use]
    pub fn nanos(&self, row: u32) -> Option<i64> {
        self.nanos.get(row as usize).copied().filter(|nanos| *nanos != NONE)
    }

    /// A row's time.
    #[must_use]
    pub fn instant(&self, row: u32) -> Option<DateTime<Utc>> {
        let nanos = self.nanos(row)?;
        match self.odd.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => Some(self.odd[at].1),
            Err(_) => Some(DateTime::from_timestamp_nanos(nanos)),
        }
    }

    /// The least and the greatest of [`Times::nanos`], where any row has a time.
    #[must_use]
    pub fn extent(&self) -> Option<(i64, i64)> {
        self.extent
    }

    /// The rows that have a time.
    #[must_use]
    pub fn present(&self) -> Bitmap {
        Bitmap::of(self.len(), &self.nanos, |nanos| nanos != NONE)
    }

    /// The rows whose time lies in a range.
    #[must_use]
    pub fn in_range(&self, range: TimeRange) -> Bitmap {
        let number = |instant: DateTime<Utc>| {
            i128::from(instant.timestamp()) * 1_000_000_000 + i128::from(instant.nanosecond().min(1_000_000_000))
        };
        let least = range.from().map_or(i128::from(NONE + 1), number).max((NONE + 1).into());
        let last = range.until().map_or(i64::MAX.into(), |until| number(until) - 1).min(i64::MAX.into());
        let mut out = Bitmap::none(self.len());
        if let (Ok(least), Ok(last)) = (i64::try_from(least), i64::try_from(last)) {
            self.mark(least, last, &mut out);
        }
        for (row, instant) in &self.odd {
            out.set(*row, range.contains(*instant));
        }
        out
    }

    /// Takes in the rows whose number is at least `least`, which is more than [`NONE`], and at most `last`.
    fn mark(&self, least: i64, last: i64, out: &mut Bitmap) {
        for (at, (lowest, highest)) in self.blocks.iter().enumerate() {
            let rows = (at * BLOCK) as u32..((at + 1) * BLOCK).min(self.nanos.len()) as u32;
            if *lowest >= least && *highest <= last {
                out.set_range(rows, true);
            } else if *lowest <= last && *highest >= least {
                out.or_where(rows, &self.nanos, |nanos| (nanos >= least) & (nanos <= last));
            }
        }
    }

    /// The times as bytes, for [`Times::from_bytes`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(MAGIC);
        to.list(&self.nanos);
        let rows: Vec<u32> = self.odd.iter().map(|(row, _)| *row).collect();
        let secs: Vec<i64> = self.odd.iter().map(|(_, instant)| instant.timestamp()).collect();
        let parts: Vec<u32> = self.odd.iter().map(|(_, instant)| instant.nanosecond()).collect();
        to.list(&rows);
        to.list(&secs);
        to.list(&parts);
        to.out
    }

    /// Reads times back.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes, MAGIC)?;
        let nanos_of: Vec<i64> = from.list()?;
        let (rows, secs, parts): (Vec<u32>, Vec<i64>, Vec<u32>) = (from.list()?, from.list()?, from.list()?);
        from.finish()?;
        ensure(u32::try_from(nanos_of.len()).is_ok_and(|length| length <= MAX_ROWS))?;
        ensure(ascends(&rows) && rows.len() == secs.len() && rows.len() == parts.len())?;
        let mut odd = Vec::with_capacity(rows.len());
        for ((row, secs), part) in rows.into_iter().zip(secs).zip(parts) {
            let instant = DateTime::from_timestamp(secs, part).ok_or(Malformed)?;
            ensure(nanos_of.get(row as usize) == Some(&nanos(instant).0))?;
            odd.push((row, instant));
        }
        let mut out = Self { odd, ..Self::new() };
        out.add(&nanos_of);
        let times = || nanos_of.iter().copied().filter(|nanos| *nanos != NONE);
        out.extent = times().min().zip(times().max());
        Ok(out)
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.nanos.len() * 8 + self.blocks.len() * 16 + self.odd.len() * size_of::<(u32, DateTime<Utc>)>()
    }
}

//! The place that each record has in its log. Rows follow one another, and so do their places, mostly from the first
//! to the last.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::OnceLock;

use super::MAX_ROWS;
use super::bitmap::Bitmap;
use super::bytes::{Malformed, Reader, Writer, ascends, ensure};

/// The seq of each row, or none.
#[derive(Debug, Clone, Default)]
pub struct Seqs {
    length: u32,
    /// Ascending by row, not touching one another where they could be one.
    runs: Vec<Run>,
    /// Which run has the lowest row of each seq; made when first asked for.
    by_seq: OnceLock<Vec<Stretch>>,
}

/// Rows whose seqs count up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    row: u32,
    count: u32,
    seq: u64,
}

impl Run {
    /// The last seq.
    fn last(&self) -> u64 {
        self.seq + u64::from(self.count - 1)
    }

    fn end(&self) -> u32 {
        self.row + self.count
    }

    /// What one takes from a seq to have its row. The least is the lowest row.
    fn distance(&self) -> i128 {
        i128::from(self.seq) - i128::from(self.row)
    }
}

/// Seqs from one to another and the run that has their lowest rows.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: u64,
    last: u64,
    run: u32,
}

/// What the bytes begin with.
const MAGIC: [u8; 4] = *b"PSe1";

impl PartialEq for Seqs {
    fn eq(&self, other: &Self) -> bool {
        (self.length, &self.runs) == (other.length, &other.runs)
    }
}

impl Eq for Seqs {}

impl Seqs {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row. More than [`MAX_ROWS`] are not taken.
    pub fn push(&mut self, seq: Option<u64>) {
        match seq {
            Some(seq) => self.push_run(seq, 1),
            None => self.push_none(1),
        }
    }

    /// Adds `count` rows that count up from `seq`. Those that would count beyond all numbers have none.
    pub fn push_run(&mut self, seq: u64, count: u32) {
        let count = count.min(MAX_ROWS - self.length);
        let numbered = u32::try_from(u64::MAX - seq).map_or(count, |above| count.min(above.saturating_add(1)));
        if numbered > 0 {
            self.by_seq = OnceLock::new();
            match self.runs.last_mut() {
                Some(run) if run.end() == self.length && run.last().checked_add(1) == Some(seq) => {
                    run.count += numbered;
                }
                _ => self.runs.push(Run { row: self.length, count: numbered, seq }),
            }
        }
        self.length += count;
    }

    /// Adds `count` rows without a seq.
    pub fn push_none(&mut self, count: u32) {
        self.length += count.min(MAX_ROWS - self.length);
    }

    /// Adds the rows of another behind these.
    pub fn append(&mut self, other: &Self) {
        let start = self.length;
        for run in &other.runs {
            self.push_none((start.saturating_add(run.row)).saturating_sub(self.length));
            self.push_run(run.seq, run.count);
        }
        self.push_none((start.saturating_add(other.length)).saturating_sub(self.length));
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The seq of a row.
    #[must_use]
    pub fn seq(&self, row: u32) -> Option<u64> {
        let run = self.runs[..self.runs.partition_point(|run| run.row <= row)].last()?;
        (row < run.end()).then(|| run.seq + u64::from(row - run.row))
    }

    /// The lowest row with a seq: several logs may have the same.
    #[must_use]
    pub fn row(&self, seq: u64) -> Option<u32> {
        let by_seq = self.by_seq.get_or_init(|| stretches(&self.runs));
        let stretch = by_seq[..by_seq.partition_point(|stretch| stretch.from <= seq)].last()?;
        let run = self.runs.get(stretch.run as usize)?;
        (seq <= stretch.last).then(|| u32::try_from(i128::from(seq) - run.distance()).ok())?
    }

    /// The rows whose seq is one of these, both ends included.
    #[must_use]
    pub fn between(&self, from: u64, to: u64) -> Bitmap {
        let rows = self.runs.iter().filter_map(|run| {
            let (first, last) = (from.max(run.seq), to.min(run.last()));
            // Both lie in the run, so they are less than its count apart from its start.
            let row = |seq: u64| run.row + (seq - run.seq) as u32;
            (first <= last).then(|| row(first)..row(last) + 1)
        });
        Bitmap::from_ranges(self.length, rows)
    }

    /// The rows that have a seq.
    #[must_use]
    pub fn present(&self) -> Bitmap {
        self.between(0, u64::MAX)
    }

    /// Rows whose seqs count up, and the seq of the first of them; ascending by row.
    pub fn runs(&self) -> impl Iterator<Item = (Range<u32>, u64)> {
        self.runs.iter().map(|run| (run.row..run.end(), run.seq))
    }

    /// The seqs as bytes, for [`Seqs::from_bytes`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(MAGIC);
        to.put(self.length);
        to.list(&self.runs.iter().map(|run| run.row).collect::<Vec<_>>());
        to.list(&self.runs.iter().map(|run| run.count).collect::<Vec<_>>());
        to.list(&self.runs.iter().map(|run| run.seq).collect::<Vec<_>>());
        to.out
    }

    /// Reads seqs back.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes, MAGIC)?;
        let length: u32 = from.get()?;
        let (rows, counts, seqs): (Vec<u32>, Vec<u32>, Vec<u64>) = (from.list()?, from.list()?, from.list()?);
        from.finish()?;
        ensure(length <= MAX_ROWS && rows.len() == counts.len() && rows.len() == seqs.len() && ascends(&rows))?;
        let mut runs: Vec<Run> = Vec::with_capacity(rows.len());
        for ((row, count), seq) in rows.into_iter().zip(counts).zip(seqs) {
            ensure(row.checked_add(count).is_some_and(|end| end <= length))?;
            ensure(count > 0 && seq.checked_add(u64::from(count - 1)).is_some())?;
            ensure(runs.last().is_none_or(|last| last.end() <= row))?;
            runs.push(Run { row, count, seq });
        }
        Ok(Self { length, runs, by_seq: OnceLock::new() })
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        let by_seq = self.by_seq.get().map_or(0, |stretches| stretches.len() * size_of::<Stretch>());
        self.runs.len() * size_of::<Run>() + by_seq
    }
}

/// Sweeps over all seqs: wherever a run begins or ends, the one with the lowest rows of those that are open goes on.
fn stretches(runs: &[Run]) -> Vec<Stretch> {
    let mut starts: Vec<u32> = (0..runs.len() as u32).collect();
    starts.sort_unstable_by_key(|run| runs[*run as usize].seq);
    let mut starts = starts.into_iter().peekable();
    // The greatest distance is the lowest row.
    let mut open: BinaryHeap<(i128, Reverse<u32>)> = BinaryHeap::new();
    let mut out: Vec<Stretch> = Vec::new();
    let mut at = 0;
    loop {
        while let Some((_, Reverse(run))) = open.peek()
            && runs[*run as usize].last() < at
        {
            open.pop();
        }
        let Some((_, Reverse(run))) = open.peek() else {
            let Some(next) = starts.next() else { return out };
            let run = runs[next as usize];
            at = at.max(run.seq);
            open.push((run.distance(), Reverse(next)));
            continue;
        };
        let run = *run;
        let last = runs[run as usize].last();
        // Up to the next start, where another may take over.
        let until = match starts.peek() {
            Some(next) if runs[*next as usize].seq <= at => {
                let next = *next;
                starts.next();
                open.push((runs[next as usize].distance(), Reverse(next)));
                continue;
            }
            Some(next) => last.min(runs[*next as usize].seq - 1),
            None => last,
        };
        match out.last_mut() {
            Some(stretch) if stretch.run == run && stretch.last.checked_add(1) == Some(at) => stretch.last = until,
            _ => out.push(Stretch { from: at, last: until, run }),
        }
        let Some(next) = until.checked_add(1) else { return out };
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_a_list(
            parts in proptest::collection::vec((0..5_u32, proptest::option::weighted(0.8, 0..12_u64), any::<bool>()), 0..9),
            from in 0..16_u64,
            to in 0..16_u64,
        ) {
            let mut seqs = Seqs::new();
            let mut twin: Vec<Option<u64>> = Vec::new();
            for (count, seq, is_high) in parts {
                // Near the end of all numbers as well.
                let seq = seq.map(|seq| if is_high { u64::MAX - seq } else { seq });
                match seq {
                    Some(seq) => {
                        seqs.push_run(seq, count);
                        twin.extend((0..u64::from(count)).map(|n| seq.checked_add(n)));
                    }
                    None => {
                        seqs.push_none(count);
                        twin.extend((0..count).map(|_| None));
                    }
                }
            }
            for (row, seq) in twin.iter().enumerate() {
                prop_assert_eq!(seqs.seq(row as u32), *seq);
            }
            prop_assert_eq!(seqs.seq(twin.len() as u32), None);
            for seq in (0..40).chain(u64::MAX - 40..=u64::MAX) {
                let row = twin.iter().position(|at| *at == Some(seq)).map(|row| row as u32);
                prop_assert_eq!(seqs.row(seq), row, "{}", seq);
            }
            for (from, to) in [(from, to), (from, u64::MAX), (u64::MAX - from, u64::MAX), (0, u64::MAX - to)] {
                let rows: Vec<u32> = (0..twin.len() as u32)
                    .filter(|row| twin[*row as usize].is_some_and(|seq| from <= seq && seq <= to))
                    .collect();
                prop_assert_eq!(seqs.between(from, to).iter().collect::<Vec<_>>(), rows);
            }
            prop_assert_eq!(Seqs::from_bytes(&seqs.to_bytes()), Ok(seqs.clone()));
            let mut twice = seqs.clone();
            twice.append(&seqs);
            let all = (0..twice.len()).map(|row| twice.seq(row)).collect::<Vec<_>>();
            prop_assert_eq!(all, [twin.clone(), twin].concat());
        }
    }
}

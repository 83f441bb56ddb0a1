//! Which records have an id, for millions of ids at once: sixteen bytes a record, whatever the ids look like.
//!
//! Ids are kept as 96 bits of two SipHash-1-3 values under keys that are drawn anew for each build, so nobody who
//! writes a log can make two ids fall together; by chance two of ten million do once in 10¹⁵ builds.

use std::hash::{BuildHasher as _, RandomState};

/// Makes keys of ids. Keys of different makers have nothing to do with each other.
#[derive(Debug, Clone)]
pub(super) struct KeyMaker(RandomState, RandomState);

impl KeyMaker {
    pub(super) fn new() -> Self {
        Self(RandomState::new(), RandomState::new())
    }

    pub(super) fn key(&self, id: &str) -> Key {
        let (low, high) = (self.0.hash_one(id), self.1.hash_one(id));
        Key { low, high: (high >> 32) as u32 }
    }
}

/// What stands for an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    low: u64,
    high: u32,
}

/// A record's id, and its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    low: u64,
    high: u32,
    row: u32,
}

/// The ids of a log, one entry a record that has one.
#[derive(Debug, Default)]
pub(super) struct Ids {
    entries: Vec<Entry>,
}

impl Ids {
    /// Adds a record's id.
    pub(super) fn push(&mut self, key: Key, row: u32) {
        self.entries.push(Entry { low: key.low, high: key.high, row });
    }

    /// To be called once all are in, and before any question.
    pub(super) fn sort(&mut self) {
        self.entries.sort_unstable();
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The rows with that id, ascending.
    pub(super) fn rows(&self, key: Key) -> impl ExactSizeIterator<Item = u32> + '_ {
        let is = |entry: &Entry| (entry.low, entry.high).cmp(&(key.low, key.high));
        let start = self.entries.partition_point(|entry| is(entry).is_lt());
        let count = self.entries[start..].iter().take_while(|entry| is(entry).is_eq()).count();
        self.entries[start..start + count].iter().map(|entry| entry.row)
    }

    /// Groups of rows that share an id, in no particular order; each ascending and of at least two.
    pub(super) fn shared(&self) -> impl Iterator<Item = Vec<u32>> + '_ {
        self.entries
            .chunk_by(|a, b| (a.low, a.high) == (b.low, b.high))
            .filter(|group| group.len() > 1)
            .map(|group| group.iter().map(|entry| entry.row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_id() {
        let maker = KeyMaker::new();
        let mut ids = Ids::default();
        for (row, id) in ["a", "b", "a", "c", "", "b", "a"].into_iter().enumerate() {
            ids.push(maker.key(id), u32::try_from(row).expect("small"));
        }
        ids.sort();
        let rows = |id| ids.rows(maker.key(id)).collect::<Vec<_>>();
        assert_eq!((rows("a"), rows("c"), rows(""), rows("d")), (vec![0, 2, 6], vec![3], vec![4], vec![]));
        let mut shared: Vec<_> = ids.shared().collect();
        shared.sort();
        assert_eq!(shared, [vec![0, 2, 6], vec![1, 5]]);
    }
}

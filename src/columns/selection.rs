//! Selected rows that can be counted through: what a table shows at its line *i*.

use super::bitmap::{Bitmap, bits};

/// Rows by their place in a selection, and places by row, without a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    rows: Bitmap,
    /// How many are selected before each block, and in all.
    ranks: Vec<u32>,
    /// The block of every [`HINT`]th selected row.
    hints: Vec<u32>,
}

/// The words of a block: 512 rows.
const BLOCK: usize = 8;
/// Between two hints lie so many selected rows.
const HINT: u32 = 1 << 12;

impl Selection {
    /// Prepares the rows of a bitmap to be counted through.
    #[must_use]
    pub fn new(rows: Bitmap) -> Self {
        let blocks = rows.words().chunks(BLOCK);
        let mut ranks = Vec::with_capacity(blocks.len() + 1);
        let mut hints = Vec::new();
        let mut count: u32 = 0;
        for (at, block) in blocks.enumerate() {
            ranks.push(count);
            count += block.iter().map(|word| word.count_ones()).sum::<u32>();
            if hints.len() as u64 * u64::from(HINT) < u64::from(count) {
                hints.push(at as u32);
            }
        }
        ranks.push(count);
        Self { rows, ranks, hints }
    }

    /// Every row.
    #[must_use]
    pub fn all(length: u32) -> Self {
        Self::new(Bitmap::all(length))
    }

    /// How many rows are selected.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.ranks.last().copied().unwrap_or(0)
    }

    /// The selected row at a place, from 0.
    #[must_use]
    pub fn row(&self, place: u32) -> Option<u32> {
        if place >= self.count() {
            return None;
        }
        let hint = (place / HINT) as usize;
        let from = self.hints.get(hint).map_or(0, |block| *block as usize);
        let until = self.hints.get(hint + 1).map_or(self.ranks.len(), |block| *block as usize + 2);
        let until = until.min(self.ranks.len());
        let block = from + self.ranks[from..until].partition_point(|rank| *rank <= place) - 1;
        let mut left = place - self.ranks[block];
        for (at, word) in self.rows.words().iter().enumerate().skip(block * BLOCK) {
            let count = word.count_ones();
            if left < count {
                return bits(*word).nth(left as usize).map(|bit| at as u32 * 64 + bit);
            }
            left -= count;
        }
        None
    }

    /// The place of a row, where it is selected.
    #[must_use]
    pub fn position(&self, row: u32) -> Option<u32> {
        self.contains(row).then(|| self.rank(row))
    }

    /// How many selected rows are before this one.
    #[must_use]
    pub fn rank(&self, row: u32) -> u32 {
        let words = self.rows.words();
        let word = row as usize / 64;
        let Some(bits) = words.get(word) else { return self.count() };
        let block = word / BLOCK;
        let before: u32 = words[block * BLOCK..word].iter().map(|word| word.count_ones()).sum();
        self.ranks[block] + before + (bits & !(u64::MAX << (row % 64))).count_ones()
    }

    /// Whether a row is selected.
    #[must_use]
    pub fn contains(&self, row: u32) -> bool {
        self.rows.contains(row)
    }

    /// The selected rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.rows.iter()
    }

    /// The rows as a set.
    #[must_use]
    pub fn bitmap(&self) -> &Bitmap {
        &self.rows
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.rows.memory() + (self.ranks.len() + self.hints.len()) * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_rows() {
        let length = 70_001;
        for (step, from) in
            [(1, 0), (2, 1), (3, 0), (7, 0), (511, 0), (513, 9), (60_000, 69_999), (1, 65_000), (1, 70_001)]
        {
            let rows: Vec<u32> = (from..length).step_by(step).collect();
            let selection = Selection::new(Bitmap::from_rows(length, rows.iter().copied()));
            assert_eq!(selection.count() as usize, rows.len());
            for (place, row) in rows.iter().enumerate() {
                assert_eq!(selection.row(place as u32), Some(*row), "{step} {place}");
                assert_eq!(selection.position(*row), Some(place as u32), "{step} {row}");
            }
            assert_eq!(selection.row(rows.len() as u32), None);
            let rank = |row: u32| rows.partition_point(|at| *at < row) as u32;
            for row in [0, 1, 63, 64, 65, 511, 512, 69_999, 70_000, 70_001, u32::MAX] {
                assert_eq!(selection.rank(row), rank(row), "{step} {row}");
                assert_eq!(selection.position(row), rows.contains(&row).then(|| rank(row)));
            }
        }
    }
}

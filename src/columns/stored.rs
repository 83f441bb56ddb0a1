//! One item a row, as wide as need be: a list of all rows, or where few rows have one, of those alone.

use super::ABSENT;

/// A code or number that stands for what a row has.
pub(super) trait Item: Copy + Eq + Ord {
    /// What stands for rows that have nothing.
    const ABSENT: Self;
    /// The bytes it takes.
    const BYTES: usize;

    /// The item as a word: what it was made of.
    fn word(self) -> u64;

    /// The item for a word that fits.
    fn of(word: u64) -> Self;
}

macro_rules! item {
    ($($type:ty),*) => {$(
        impl Item for $type {
            const ABSENT: Self = ABSENT as Self;
            const BYTES: usize = size_of::<Self>();

            fn word(self) -> u64 {
                self.into()
            }

            fn of(word: u64) -> Self {
                word as Self
            }
        }
    )*};
}

item!(u8, u16, u32);

/// Where a float is no number, its lower half is a code: what the row has instead.
pub(super) const NO_NUMBER: u64 = 0x7ff8 << 48;

impl Item for u64 {
    const ABSENT: Self = NO_NUMBER;
    const BYTES: usize = 8;

    fn word(self) -> u64 {
        self
    }

    fn of(word: u64) -> Self {
        word
    }
}

/// The code in the bits of a float, where it is no number.
pub(super) fn code_in(bits: u64) -> Option<u32> {
    (bits >> 32 == NO_NUMBER >> 32).then_some(bits as u32)
}

/// Items by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored<T> {
    /// One a row; rows behind the last have nothing.
    Dense(Vec<T>),
    /// Rows that have something, ascending, and what.
    Sparse(Vec<u32>, Vec<T>),
}

impl<T> Default for Stored<T> {
    fn default() -> Self {
        Self::Sparse(Vec::new(), Vec::new())
    }
}

/// Of how many rows one at least has to have something for a list of all rows.
const DENSE_FROM: usize = 8;

impl<T: Item> Stored<T> {
    #[inline]
    pub(super) fn get(&self, row: u32) -> T {
        match self {
            Self::Dense(items) => items.get(row as usize).copied().unwrap_or(T::ABSENT),
            Self::Sparse(rows, items) => rows.binary_search(&row).map_or(T::ABSENT, |at| items[at]),
        }
    }

    pub(super) fn memory(&self) -> usize {
        match self {
            Self::Dense(items) => items.len() * T::BYTES,
            Self::Sparse(rows, _) => rows.len() * (4 + T::BYTES),
        }
    }

    /// The items, those of absent rows among them.
    pub(super) fn items(&self) -> &[T] {
        match self {
            Self::Dense(items) | Self::Sparse(_, items) => items,
        }
    }

    pub(super) fn items_mut(&mut self) -> &mut [T] {
        match self {
            Self::Dense(items) | Self::Sparse(_, items) => items,
        }
    }

    /// Adds rows, ascending and behind all that are there; `end` is behind the last of them.
    pub(super) fn extend(&mut self, rows: impl Iterator<Item = (u32, T)>, count: usize, end: u32) {
        match self {
            Self::Dense(items) => {
                // A column that ends early and begins again late is not filled up in between for nothing.
                let is_gap = end as usize > (items.len() + count) * 2 * DENSE_FROM;
                if is_gap {
                    let mut sparse = Self::sparse(items);
                    sparse.extend(rows, count, end);
                    *self = sparse;
                    return;
                }
                items.resize(end as usize, T::ABSENT);
                for (row, item) in rows {
                    if let Some(place) = items.get_mut(row as usize) {
                        *place = item;
                    }
                }
                // The next rows say where it ends.
                while items.last() == Some(&T::ABSENT) {
                    items.pop();
                }
            }
            Self::Sparse(at, items) => {
                for (row, item) in rows {
                    at.push(row);
                    items.push(item);
                }
                // Well above the share at which it is made sparse, so that it does not go to and fro.
                if at.len() * DENSE_FROM / 2 >= end as usize {
                    *self = Self::dense(at, items, end as usize);
                }
            }
        }
    }

    fn sparse(items: &[T]) -> Self {
        let present = || items.iter().enumerate().filter(|(_, item)| **item != T::ABSENT);
        let rows: Vec<u32> = present().map(|(row, _)| row as u32).collect();
        Self::Sparse(rows, present().map(|(_, item)| *item).collect())
    }

    fn dense(rows: &[u32], items: &[T], length: usize) -> Self {
        let mut out = vec![T::ABSENT; length];
        for (row, item) in rows.iter().zip(items) {
            if let Some(place) = out.get_mut(*row as usize) {
                *place = *item;
            }
        }
        Self::Dense(out)
    }

    /// The form that suits a column of so many rows: one item a row exactly, or sparse.
    pub(super) fn settle(self, length: u32) -> Self {
        let length = length as usize;
        match self {
            Self::Dense(mut items) => {
                items.resize(length, T::ABSENT);
                let count = items.iter().filter(|item| **item != T::ABSENT).count();
                if count < length.div_ceil(DENSE_FROM) {
                    return Self::sparse(&items);
                }
                items.shrink_to_fit();
                Self::Dense(items)
            }
            Self::Sparse(mut rows, mut items) => {
                let kept = rows.partition_point(|row| (*row as usize) < length);
                rows.truncate(kept);
                items.truncate(kept);
                if kept > 0 && kept >= length.div_ceil(DENSE_FROM) {
                    return Self::dense(&rows, &items, length);
                }
                rows.shrink_to_fit();
                items.shrink_to_fit();
                Self::Sparse(rows, items)
            }
        }
    }

    /// The same rows with other items.
    pub(super) fn map<U: Item>(self, change: impl Fn(T) -> U) -> Stored<U> {
        match self {
            Self::Dense(items) => Stored::Dense(items.into_iter().map(change).collect()),
            Self::Sparse(rows, items) => Stored::Sparse(rows, items.into_iter().map(change).collect()),
        }
    }

    /// The items of a stretch of rows by row, one after the other.
    pub(super) fn walk(&self) -> Walk<'_, T> {
        Walk { stored: self, at: 0 }
    }
}

/// Asks for items of rows, which are found fastest where they ascend.
pub(super) struct Walk<'a, T> {
    stored: &'a Stored<T>,
    at: usize,
}

impl<T: Item> Walk<'_, T> {
    /// The item of a row.
    #[inline]
    pub(super) fn get(&mut self, row: u32) -> T {
        match self.stored {
            Stored::Dense(_) => self.stored.get(row),
            Stored::Sparse(rows, items) => {
                if self.at > 0 && rows.get(self.at - 1).is_some_and(|at| *at >= row) {
                    self.at = 0;
                }
                // Doubling steps: near rows are found at once, far ones without visiting all between.
                let mut step = 1;
                while rows.get(self.at + step).is_some_and(|at| *at <= row) {
                    self.at += step;
                    step *= 2;
                }
                let end = rows.len().min(self.at + step);
                self.at += rows[self.at.min(end)..end].partition_point(|at| *at < row);
                if rows.get(self.at) == Some(&row) { items[self.at] } else { T::ABSENT }
            }
        }
    }
}

//! A set of rows, one bit each.

use std::ops::Range;

/// A set of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    length: u32,
    /// Bits behind the last row are zero.
    words: Vec<u64>,
}

impl Bitmap {
    /// No row of `length`.
    #[must_use]
    pub fn none(length: u32) -> Self {
        Self { length, words: vec![0; length.div_ceil(64) as usize] }
    }

    /// Every row of `length`.
    #[must_use]
    pub fn all(length: u32) -> Self {
        let mut out = Self { length, words: vec![u64::MAX; length.div_ceil(64) as usize] };
        out.trim();
        out
    }

    /// The rows of these ranges, as far as they are below `length`.
    #[must_use]
    pub fn from_ranges(length: u32, ranges: impl IntoIterator<Item = Range<u32>>) -> Self {
        let mut out = Self::none(length);
        ranges.into_iter().for_each(|range| out.set_range(range, true));
        out
    }

    /// These rows, as far as they are below `length`.
    #[must_use]
    pub fn from_rows(length: u32, rows: impl IntoIterator<Item = u32>) -> Self {
        let mut out = Self::none(length);
        rows.into_iter().for_each(|row| out.set(row, true));
        out
    }

    /// The rows whose item passes; items begin with row 0, and rows without one do not pass.
    pub(super) fn of<T: Copy>(length: u32, items: &[T], passes: impl Fn(T) -> bool) -> Self {
        let mut out = Self::none(length);
        out.or_where(0..length, items, passes);
        out
    }

    /// Takes in the rows of a range whose item passes; items begin with row 0.
    pub(super) fn or_where<T: Copy>(&mut self, rows: Range<u32>, items: &[T], passes: impl Fn(T) -> bool) {
        let end = (rows.end.min(self.length) as usize).min(items.len());
        let start = rows.start as usize;
        if start >= end {
            return;
        }
        let first = start / 64;
        for (at, chunk) in items[first * 64..end].chunks(64).enumerate() {
            let mut bits = match chunk.as_array() {
                Some(chunk) => pack(chunk, &passes),
                None => chunk.iter().enumerate().fold(0, |word, (bit, item)| word | u64::from(passes(*item)) << bit),
            };
            if at == 0 {
                bits &= u64::MAX << (start % 64);
            }
            self.words[first + at] |= bits;
        }
    }

    /// The bits, 64 rows a word; those behind the last row are zero.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Of how many rows it is a set.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether there are no rows to be in it, and none not to be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// A range that holds all rows in it, to the next 64 at both ends.
    pub(super) fn extent(&self) -> Range<u32> {
        let is_used = |word: &u64| *word != 0;
        let Some(first) = self.words.iter().position(is_used) else { return 0..0 };
        let last = self.words.iter().rposition(is_used).unwrap_or(first);
        (first * 64) as u32..(((last + 1) * 64) as u32).min(self.length)
    }

    /// How many rows are in it.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether a row is in it.
    #[must_use]
    pub fn contains(&self, row: u32) -> bool {
        self.words.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Takes a row in or out; rows behind the last are not there.
    pub fn set(&mut self, row: u32, is_in: bool) {
        if row < self.length
            && let Some(word) = self.words.get_mut(row as usize / 64)
        {
            let bit = 1 << (row % 64);
            if is_in { *word |= bit } else { *word &= !bit }
        }
    }

    /// Takes rows in or out.
    pub fn set_range(&mut self, rows: Range<u32>, is_in: bool) {
        let end = rows.end.min(self.length);
        if rows.start >= end {
            return;
        }
        let (first, last) = (rows.start as usize / 64, (end - 1) as usize / 64);
        for (at, word) in self.words[first..=last].iter_mut().enumerate() {
            let mut bits = u64::MAX;
            if at == 0 {
                bits &= u64::MAX << (rows.start % 64);
            }
            if first + at == last {
                bits &= u64::MAX >> (63 - (end - 1) % 64);
            }
            if is_in { *word |= bits } else { *word &= !bits }
        }
    }

    /// Keeps what is in the other as well. Rows that the other does not have are not in it.
    pub fn and(&mut self, other: &Self) {
        self.combine(other, |a, b| a & b);
    }

    /// Takes in what is in the other.
    pub fn or(&mut self, other: &Self) {
        self.combine(other, |a, b| a | b);
        self.trim();
    }

    /// Takes out what is in the other.
    pub fn and_not(&mut self, other: &Self) {
        self.combine(other, |a, b| a & !b);
    }

    /// The other rows.
    pub fn not(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.trim();
    }

    fn combine(&mut self, other: &Self, join: impl Fn(u64, u64) -> u64) {
        let common = self.words.len().min(other.words.len());
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word = join(*word, *with);
        }
        self.words[common..].iter_mut().for_each(|word| *word = join(*word, 0));
    }

    /// The rows in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().enumerate().flat_map(|(at, word)| bits(*word).map(move |bit| at as u32 * 64 + bit))
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.words.len() * 8
    }

    fn trim(&mut self) {
        if let (rest @ 1.., Some(last)) = (self.length % 64, self.words.last_mut()) {
            *last &= u64::MAX >> (64 - rest);
        }
    }
}

/// One bit for each of 64 items. Bytes first, then eight of them into one: compilers know how to make that fast.
fn pack<T: Copy>(items: &[T; 64], passes: &impl Fn(T) -> bool) -> u64 {
    let mut flags = [0_u8; 64];
    for (flag, item) in flags.iter_mut().zip(items) {
        *flag = passes(*item).into();
    }
    let mut word = 0;
    for (at, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // The product moves the lowest bit of byte i to bit 56 + i.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (8 * at);
    }
    word
}

/// The bits of a word that are set, ascending.
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_a_list_of_flags(
            length in 0..300_u32,
            ranges in proptest::collection::vec((0..310_u32, 0..310_u32, any::<bool>()), 0..6),
            other_length in 0..300_u32,
        ) {
            let mut flags = vec![false; length as usize];
            let mut bitmap = Bitmap::none(length);
            for (from, until, is_in) in ranges {
                for row in from..until.min(length) {
                    flags[row as usize] = is_in;
                }
                bitmap.set_range(from..until, is_in);
            }
            let rows = |flags: &[bool]| (0..length).filter(|row| flags[*row as usize]).collect::<Vec<_>>();
            prop_assert_eq!(bitmap.iter().collect::<Vec<_>>(), rows(&flags));
            prop_assert_eq!(bitmap.count() as usize, rows(&flags).len());
            prop_assert!((0..400).all(|row| bitmap.contains(row) == flags.get(row as usize).copied().unwrap_or(false)));
            let of_flags = Bitmap::of(length + 9, &flags, |flag| flag);
            prop_assert_eq!(of_flags.iter().collect::<Vec<_>>(), rows(&flags));
            prop_assert_eq!(&Bitmap::from_rows(length, bitmap.iter()), &bitmap);
            let thirds = Bitmap::from_rows(other_length, (0..300).filter(|row| row % 3 == 0));
            let third = |row: u32| row < other_length && row.is_multiple_of(3);
            for (change, expected) in [
                ((|a, b| a.and(b)) as fn(&mut Bitmap, &Bitmap), (|a, b| a && b) as fn(bool, bool) -> bool),
                (|a, b| a.or(b), |a, b| a || b),
                (|a, b| a.and_not(b), |a, b| a && !b),
                (|a, _| a.not(), |a, _| !a),
            ] {
                let mut changed = bitmap.clone();
                change(&mut changed, &thirds);
                let wanted: Vec<u32> =
                    (0..length).filter(|row| expected(flags[*row as usize], third(*row))).collect();
                prop_assert_eq!(changed.iter().collect::<Vec<_>>(), wanted);
            }
        }
    }
}

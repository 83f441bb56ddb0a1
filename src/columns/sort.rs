//! The rows of a selection in the order of columns, times and places in the log.

use std::cmp::{Ordering, Reverse};

use crate::query::FieldType;
use crate::query::value::number::Number;

use super::FIRST;
use super::bitmap::Bitmap;
use super::canonical::{self, Style, of_sort_key, reads_as_number, sort_key};
use super::column::{Cells, Column};
use super::lexicon::Lexicon;
use super::order::{Like, nearest};
use super::places::{Place, Places, Text};
use super::selection::Selection;
use super::seqs::Seqs;
use super::stored::{Item, Stored, code_in};
use super::times::{NONE, Times};

/// What rows are put in order by.
#[derive(Debug, Clone, Copy)]
pub enum SortBy<'a> {
    /// The values of a column in its order; of a list, the first that has a text.
    Column(&'a Column),
    /// Their times.
    Time(&'a Times),
    /// Their places in their logs.
    Seq(&'a Seqs),
    /// Their row numbers.
    Row,
}

/// The selected rows in the order of the keys, the first key first; with `true` beside a key, it descends. Rows without
/// a value come last either way; rows that are equal in all keys stay in log order.
#[must_use]
pub fn sort(selection: &Bitmap, keys: &[(SortBy<'_>, bool)]) -> Vec<u32> {
    let mut rows: Vec<u32> = Vec::with_capacity(selection.count() as usize);
    rows.extend(selection.iter());
    // Every step keeps the order of those before where it finds no difference.
    for (by, descends) in keys.iter().rev() {
        rows = match by {
            SortBy::Column(column) => by_column(rows, column, *descends),
            SortBy::Time(times) => by_time(rows, times, *descends),
            SortBy::Seq(seqs) => by_key(rows, |row| seqs.seq(row), *descends, |_| {}),
            SortBy::Row => by_key(rows, Some, *descends, |_| {}),
        };
    }
    rows
}

/// The selected row with the earliest time that is not before `nanos` ([`Times::nanos`]); of several, the first.
#[must_use]
pub fn first_at_or_after(times: &Times, selection: &Bitmap, nanos: i64) -> Option<u32> {
    let later = selection.iter().filter_map(|row| times.nanos(row).map(|at| (at, row)));
    later.filter(|(at, _)| *at >= nanos).min().map(|(_, row)| row)
}

/// Sorts by a key, stably; `settle` puts rows of equal keys in order that the key does not tell apart. Rows that are in
/// order already, as times mostly are, cost a look.
fn by_key<K: Ord + Copy>(
    rows: Vec<u32>,
    key: impl Fn(u32) -> Option<K>,
    descends: bool,
    settle: impl FnOnce(&mut [(K, u32)]),
) -> Vec<u32> {
    let mut keyed: Vec<(K, u32)> = Vec::with_capacity(rows.len());
    let mut last: Vec<u32> = Vec::new();
    for row in rows {
        match key(row) {
            Some(key) => keyed.push((key, row)),
            None => last.push(row),
        }
    }
    if descends {
        keyed.sort_by_key(|(key, _)| Reverse(*key));
    } else {
        keyed.sort_by_key(|(key, _)| *key);
    }
    settle(&mut keyed);
    let mut out: Vec<u32> = keyed.into_iter().map(|(_, row)| row).collect();
    out.append(&mut last);
    out
}

fn by_time(rows: Vec<u32>, times: &Times, descends: bool) -> Vec<u32> {
    let mut odd: Vec<i64> = times.odd.iter().filter_map(|(row, _)| times.nanos(*row)).collect();
    odd.sort_unstable();
    odd.dedup();
    let settle = |keyed: &mut [(i64, u32)]| {
        if odd.is_empty() {
            return;
        }
        for run in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
            if run.len() > 1 && odd.binary_search(&run[0].0).is_ok() {
                run.sort_by(|a, b| turned(times.instant(a.1).cmp(&times.instant(b.1)), descends));
            }
        }
    };
    by_key(rows, |row| times.nanos.get(row as usize).copied().filter(|nanos| *nanos != NONE), descends, settle)
}

fn turned(order: Ordering, descends: bool) -> Ordering {
    if descends { order.reverse() } else { order }
}

fn by_column(rows: Vec<u32>, column: &Column, descends: bool) -> Vec<u32> {
    match &column.cells {
        Cells::U8(stored) => by_code(rows, &column.lexicon, &Direct::new(stored, column.length), descends),
        Cells::U16(stored) => by_code(rows, &column.lexicon, &Direct::new(stored, column.length), descends),
        Cells::U32(stored) => by_code(rows, &column.lexicon, &Direct::new(stored, column.length), descends),
        Cells::Numbers(_, stored) => {
            let stored = Direct::new(stored, column.length);
            by_number(rows, column, &stored, descends)
        }
    }
}

fn by_number(rows: Vec<u32>, column: &Column, stored: &Direct<'_, u64>, descends: bool) -> Vec<u32> {
    let text = |row: u32| {
        let bits = stored.get(row);
        match code_in(bits) {
            None => Some(Text::Number(sort_key(f64::from_bits(bits)))),
            Some(code) => column.lexicon.first_text(code).map(Text::Code),
        }
    };
    if let (Cells::Numbers(style, _), FieldType::Number | FieldType::Any) = (&column.cells, column.lexicon.order) {
        let equals = Equals::new(&column.lexicon);
        let places: Vec<Place> =
            column.lexicon.values().map(|code| equals.place(&column.lexicon, *style, code)).collect();
        let key = |row| {
            text(row).map(|text| match text {
                Text::Number(key) => Equals::place_of_number(key),
                Text::Code(code) => places.get(code.wrapping_sub(FIRST) as usize).copied().unwrap_or((u64::MAX, code)),
            })
        };
        return by_key(rows, key, descends, |_| {});
    }
    let places = Places::of_equals(column, || rows.iter().filter_map(|row| text(*row)).collect());
    let place = |row| text(row).map(|text| -> Place { places.of(text) });
    by_key(rows, place, descends, |_| {})
}

/// Counts how many rows have each code, and so knows where each begins: no comparison at all. Only where there are far
/// more codes than rows it is faster to compare.
fn by_code<T: Item>(rows: Vec<u32>, lexicon: &Lexicon, stored: &Direct<'_, T>, descends: bool) -> Vec<u32> {
    let count = lexicon.code_count();
    let equals = Equals::new(lexicon);
    if count as usize > rows.len().saturating_mul(4).max(1 << 16) {
        let key = |row| lexicon.first_text(stored.get(row).word() as u32).map(|code| equals.first(code));
        return by_key(rows, key, descends, |_| {});
    }
    // Codes from the first place to the last, and behind all what has no text.
    let rank = |code: u32| match lexicon.first_text(code).map(|code| equals.first(code)) {
        Some(first) if descends => count - 1 - first,
        Some(first) => first,
        None => count,
    };
    let ranks: Vec<u32> = (0..count).map(rank).collect();
    let rank = |row: u32| ranks.get(stored.get(row).word() as usize).copied().unwrap_or(count);
    let mut next = vec![0_u32; count as usize + 2];
    for row in &rows {
        next[rank(*row) as usize + 1] += 1;
    }
    let mut sum = 0;
    for place in &mut next {
        sum += *place;
        *place = sum;
    }
    let mut out = vec![0; rows.len()];
    for row in rows {
        let place = &mut next[rank(row) as usize];
        out[*place as usize] = row;
        *place += 1;
    }
    out
}

/// The second half of the place of a number that is exactly its float in its shortest form; smaller and greater ones that
/// are nearest to the same float have other codes around it.
const EXACT: u32 = 1 << 31;

/// Which values of a column are equal in its order, though they are spelled differently: 0.5 and 0.50, 2.4 and v2.4.0.
pub(super) struct Equals {
    /// The first of the codes that a code is equal to, by code; empty where all differ.
    first: Vec<u32>,
}

impl Equals {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        if matches!(lexicon.order, FieldType::Text | FieldType::Boolean) && lexicon.twins.is_empty() {
            // Texts of their own are equal to nothing else.
            return Self { first: Vec::new() };
        }
        let mut first: Vec<u32> = (0..lexicon.code_count()).collect();
        let mut any = false;
        let mut last = None;
        for code in lexicon.values() {
            let like = Like::read(lexicon.order, lexicon.text(code));
            // Equal values stand side by side.
            if last.as_ref().is_some_and(|last| like.is(last)) {
                first[code as usize] = first[code as usize - 1];
                any = true;
            }
            last = Some(like);
        }
        Self { first: if any { first } else { Vec::new() } }
    }

    /// [`Self::first`] by code; empty where all differ.
    pub(super) fn into_first(self) -> Vec<u32> {
        self.first
    }

    /// The first of the codes that this one is equal to.
    pub(super) fn first(&self, code: u32) -> u32 {
        self.first.get(code as usize).copied().unwrap_or(code)
    }

    /// The place of a number that is kept by itself; both zeros have one.
    pub(super) fn place_of_number(key: u64) -> Place {
        (sort_key(of_sort_key(key) + 0.0), EXACT)
    }

    /// The place of a value with a code among numbers that are kept by themselves.
    pub(super) fn place(&self, lexicon: &Lexicon, style: Style, code: u32) -> Place {
        let text = lexicon.text(code);
        if !reads_as_number(text) {
            return (u64::MAX, self.first(code));
        }
        let near = nearest(text);
        let key = sort_key(near);
        if !near.is_finite() {
            return (key, self.first(code));
        }
        match Number::parse(text).cmp(&Number::parse(canonical::text(style, near).as_str())) {
            Ordering::Less => (key, self.first(code)),
            Ordering::Equal => (key, EXACT),
            Ordering::Greater => (key, (EXACT + 1).saturating_add(self.first(code))),
        }
    }
}

/// Items by row in any order.
enum Direct<'a, T> {
    Dense(&'a [T]),
    /// The rows that have something, and what.
    Sparse(Selection, &'a [T]),
}

impl<'a, T: Item> Direct<'a, T> {
    fn new(stored: &'a Stored<T>, length: u32) -> Self {
        match stored {
            Stored::Dense(items) => Self::Dense(items),
            Stored::Sparse(rows, items) => {
                Self::Sparse(Selection::new(Bitmap::from_rows(length, rows.iter().copied())), items)
            }
        }
    }

    fn get(&self, row: u32) -> T {
        let item = match self {
            Self::Dense(items) => items.get(row as usize),
            Self::Sparse(rows, items) => rows.position(row).and_then(|at| items.get(at as usize)),
        };
        item.copied().unwrap_or(T::ABSENT)
    }
}

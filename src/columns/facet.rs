//! How often each value of a column stands in a selection.

use std::cmp::Reverse;

use crate::query::FieldType;

use super::bitmap::{Bitmap, bits};
use super::canonical::{self, Style, of_sort_key, sort_key};
use super::column::{Cells, Column};
use super::order::compare;
use super::places::{Place, Places, Text};
use super::sort::Equals;
use super::stored::{Item, Stored, code_in};
use super::{ABSENT, FIRST, ValueType};

/// The values of a column in a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The most frequent first, those that are equally frequent in the order of the column; as many as were asked for.
    pub values: Vec<FacetValue>,
    /// How many distinct values there are.
    pub distinct: u32,
    /// How many rows have a text.
    pub with: u32,
    /// How many rows have none.
    pub without: u32,
}

/// A value and how many rows have it: whatever is equal to a filter, however it is spelled and whatever its type. A row with a
/// list counts once for each distinct value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// Its text, in the spelling that most of the rows have; of several the first in the order of the column.
    pub text: String,
    /// What it is in those rows; `None` where it is several: `1` in some and `"1"` in others.
    pub value_type: Option<ValueType>,
    /// How many rows.
    pub count: u32,
}

/// Counts the values of a column over the rows of a selection, and gives the `limit` most frequent.
#[must_use]
pub fn facet(column: &Column, selection: &Bitmap, limit: usize) -> Facet {
    let (mut counts, mut numbers) = (vec![0; column.lexicon.code_count() as usize], Vec::new());
    match &column.cells {
        Cells::U8(stored) => count_narrow(stored, selection, &mut counts),
        Cells::U16(stored) => count(stored, selection, &mut counts),
        Cells::U32(stored) => count(stored, selection, &mut counts),
        Cells::Numbers(_, stored) => numbers = count_numbers(stored, selection, &mut counts),
    }
    counts[ABSENT as usize] = 0;
    let equals = Equals::new(&column.lexicon);
    let mut found = Found::of_codes(column, counts, &equals);
    found.add_numbers(column, numbers, &equals);
    let selected = selection.count();
    Facet {
        distinct: found.groups.len() as u32,
        with: found.with,
        without: selected - found.with,
        values: found.most_frequent(column, limit),
    }
}

/// Counts codes of eight bits. Four counters for each, since rows next to each other often have the same value, and one
/// addition would wait for the other.
pub(super) fn count_narrow(stored: &Stored<u8>, selection: &Bitmap, counts: &mut [u32]) {
    let Stored::Dense(items) = stored else { return count(stored, selection, counts) };
    let mut lanes = [[0_u32; 256]; 4];
    let [a, b, c, d] = &mut lanes;
    for (chunk, word) in items.chunks(64).zip(selection.words()) {
        let mut word = *word;
        if word == u64::MAX {
            for four in chunk.as_chunks::<4>().0 {
                a[four[0] as usize] += 1;
                b[four[1] as usize] += 1;
                c[four[2] as usize] += 1;
                d[four[3] as usize] += 1;
            }
        } else if word.count_ones() > 24 && chunk.len() == 64 {
            // Adding zeros costs less than finding the ones.
            for four in chunk.as_chunks::<4>().0 {
                a[four[0] as usize] += (word & 1) as u32;
                b[four[1] as usize] += (word >> 1 & 1) as u32;
                c[four[2] as usize] += (word >> 2 & 1) as u32;
                d[four[3] as usize] += (word >> 3 & 1) as u32;
                word >>= 4;
            }
        } else {
            for bit in bits(word) {
                let Some(code) = chunk.get(bit as usize) else { break };
                a[*code as usize] += 1;
            }
        }
    }
    for (code, count) in counts.iter_mut().enumerate() {
        *count += lanes.iter().map(|lane| lane[code]).sum::<u32>();
    }
}

pub(super) fn count<T: Item>(stored: &Stored<T>, selection: &Bitmap, counts: &mut [u32]) {
    each_item(stored, selection, |item| {
        if let Some(count) = counts.get_mut(item.word() as usize) {
            *count += 1;
        }
    });
}

/// Does something with the item of each selected row; of sparse columns only rows that have one are visited.
pub(super) fn each_item<T: Item>(stored: &Stored<T>, selection: &Bitmap, mut visit: impl FnMut(T)) {
    match stored {
        Stored::Dense(items) => {
            for (chunk, word) in items.chunks(64).zip(selection.words()) {
                if *word == u64::MAX {
                    chunk.iter().for_each(|item| visit(*item));
                } else {
                    for bit in bits(*word) {
                        let Some(item) = chunk.get(bit as usize) else { break };
                        visit(*item);
                    }
                }
            }
        }
        Stored::Sparse(rows, items) => {
            for (row, item) in rows.iter().zip(items) {
                if selection.contains(*row) {
                    visit(*item);
                }
            }
        }
    }
}

/// The [`sort_key`]s of numbers and how often they stand there, ascending. Codes are counted with the others.
fn count_numbers(stored: &Stored<u64>, selection: &Bitmap, counts: &mut [u32]) -> Vec<(u64, u32)> {
    let mut keys: Vec<u64> = Vec::new();
    each_item(stored, selection, |bits| match code_in(bits) {
        Some(code) => {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        None => keys.push(sort_key(f64::from_bits(bits))),
    });
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}

/// Values that are equal in the column's order, and so to a filter, however they are spelled: 1, 1.0 and "1".
struct Group {
    /// The spelling that most rows have; of several the first in the column's order.
    text: Text,
    /// Rows with that spelling.
    spelled: u32,
    /// Rows with any of them.
    count: u32,
    /// The type of all of them, where they have one.
    value_type: Option<ValueType>,
}

/// Where values of a column with numbers of its own stand; equal ones have one place.
enum EqualPlaces<'a> {
    /// The order is one of numbers.
    Numbers(&'a Column, Style, &'a Equals),
    Others(Places),
}

impl<'a> EqualPlaces<'a> {
    fn new(column: &'a Column, style: Style, equals: &'a Equals, texts: impl FnOnce() -> Vec<Text>) -> Self {
        match column.lexicon.order {
            FieldType::Number | FieldType::Any => Self::Numbers(column, style, equals),
            _ => Self::Others(Places::of_equals(column, texts)),
        }
    }

    fn of(&self, text: Text) -> Place {
        match (self, text) {
            (Self::Numbers(column, style, equals), Text::Code(code)) => equals.place(&column.lexicon, *style, code),
            (Self::Numbers(..), Text::Number(key)) => Equals::place_of_number(key),
            (Self::Others(places), text) => places.of(text),
        }
    }
}

/// What was counted.
struct Found {
    /// Values in the order of the column, numbers kept by themselves behind all others.
    groups: Vec<Group>,
    with: u32,
}

impl Found {
    fn of_codes(column: &Column, mut counts: Vec<u32>, equals: &Equals) -> Self {
        let lexicon = &column.lexicon;
        let values = lexicon.values();
        let mut with: u32 = counts[values.start as usize..values.end as usize].iter().sum();
        // Of each group, under its first code.
        let mut grouped = vec![0_u32; counts.len()];
        for code in values.clone() {
            grouped[equals.first(code) as usize] += counts[code as usize];
        }
        let mut texts: Vec<u32> = Vec::new();
        for code in lexicon.lists() {
            let times = counts[code as usize];
            if times == 0 {
                continue;
            }
            texts.clear();
            texts.extend(lexicon.list(code).unwrap_or_default().iter().filter(|code| values.contains(code)));
            texts.sort_unstable();
            texts.dedup();
            with += if texts.is_empty() { 0 } else { times };
            texts.iter().for_each(|code| counts[*code as usize] += times);
            // Equal values stand side by side.
            texts.iter_mut().for_each(|code| *code = equals.first(*code));
            texts.dedup();
            texts.iter().for_each(|first| grouped[*first as usize] += times);
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut last = None;
        for code in values {
            let (spelled, first) = (counts[code as usize], equals.first(code));
            if spelled == 0 {
                continue;
            }
            let value_type = lexicon.types.get((code - FIRST) as usize).copied();
            match groups.last_mut().filter(|_| last == Some(first)) {
                Some(group) => {
                    group.value_type = group.value_type.filter(|known| Some(*known) == value_type);
                    if spelled > group.spelled {
                        (group.text, group.spelled) = (Text::Code(code), spelled);
                    }
                }
                None => {
                    groups.push(Group { text: Text::Code(code), spelled, count: grouped[first as usize], value_type });
                }
            }
            last = Some(first);
        }
        Self { groups, with }
    }

    /// Adds numbers that are kept by themselves. One may stand in the record spelled otherwise too, as a text, or in a list.
    fn add_numbers(&mut self, column: &Column, mut numbers: Vec<(u64, u32)>, equals: &Equals) {
        let Cells::Numbers(style, _) = column.cells else { return };
        self.with += numbers.iter().map(|(_, count)| count).sum::<u32>();
        let texts = || numbers.iter().map(|(key, _)| Text::Number(*key)).collect();
        let places = EqualPlaces::new(column, style, equals, texts);
        let mut known: Vec<(Place, usize)> =
            self.groups.iter().enumerate().map(|(at, group)| (places.of(group.text), at)).collect();
        known.sort_unstable();
        if matches!(places, EqualPlaces::Others(_)) {
            numbers.sort_by_key(|(key, _)| places.of(Text::Number(*key)));
        }
        let codes = self.groups.len();
        let mut last: Option<Place> = None;
        for (key, count) in &numbers {
            let text = Text::Number(*key);
            let place = places.of(text);
            let at = match known.binary_search_by_key(&place, |(place, _)| *place) {
                Ok(at) => Some(known[at].1),
                // Both zeros are one number, 0.5 and 0.05 one version; they stand side by side.
                Err(_) if last == Some(place) && self.groups.len() > codes => Some(self.groups.len() - 1),
                Err(_) => None,
            };
            last = Some(place);
            let Some(group) = at.and_then(|at| self.groups.get_mut(at)) else {
                let value_type = Some(ValueType::Number);
                self.groups.push(Group { text, spelled: *count, count: *count, value_type });
                continue;
            };
            group.count += count;
            group.value_type = group.value_type.filter(|known| *known == ValueType::Number);
            let is_before = || {
                let (new, old) = (shown(column, text), shown(column, group.text));
                compare(column.lexicon.order, (ValueType::Number, &new), (ValueType::Number, &old)).is_lt()
            };
            if *count > group.spelled || *count == group.spelled && is_before() {
                (group.text, group.spelled) = (text, *count);
            }
        }
    }

    fn most_frequent(mut self, column: &Column, limit: usize) -> Vec<FacetValue> {
        if limit == 0 {
            return Vec::new();
        }
        let mut least = 0;
        if self.groups.len() > limit {
            let (_, last, _) = self.groups.select_nth_unstable_by_key(limit - 1, |group| Reverse(group.count));
            least = last.count;
        }
        // Of those as frequent as the last, the first in the column's order are taken.
        let (mut most, mut last): (Vec<_>, Vec<_>) =
            self.groups.into_iter().filter(|group| group.count >= least).partition(|group| group.count > least);
        let places = Places::new(column, || most.iter().chain(&last).map(|group| group.text).collect());
        most.sort_unstable_by_key(|group| (Reverse(group.count), places.of(group.text)));
        let left = limit - most.len();
        if last.len() > left && left > 0 {
            last.select_nth_unstable_by_key(left - 1, |group| places.of(group.text));
        }
        last.truncate(left);
        last.sort_unstable_by_key(|group| places.of(group.text));
        let value = |group: Group| FacetValue {
            text: shown(column, group.text),
            value_type: group.value_type,
            count: group.count,
        };
        most.into_iter().chain(last).map(value).collect()
    }
}

fn shown(column: &Column, text: Text) -> String {
    match (text, &column.cells) {
        (Text::Number(key), Cells::Numbers(style, _)) => canonical::text(*style, of_sort_key(key)).as_str().to_owned(),
        (Text::Code(code), _) => column.lexicon.text(code).to_owned(),
        (Text::Number(_), _) => String::new(),
    }
}

//! How often each value of a column stands in a selection.

use std::cmp::Reverse;

use super::bitmap::{Bitmap, bits};
use super::canonical::{self, of_sort_key, sort_key};
use super::column::{Cells, Column};
use super::places::{Places, Text};
use super::stored::{Item, Stored, code_in};
use super::{ABSENT, FIRST, ValueType};

/// The values of a column in a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The most frequent first, those that are equally frequent in the order of the column; as many as were asked for.
    pub values: Vec<FacetValue>,
    /// How many distinct texts there are.
    pub distinct: u32,
    /// How many rows have a text.
    pub with: u32,
    /// How many rows have none.
    pub without: u32,
}

/// A text and how many rows have it. A row with a list counts once for each distinct text in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The text.
    pub text: String,
    /// What it is in the records. Where it is several, one of them: a filter for the text finds all.
    pub value_type: ValueType,
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
    let mut found = Found::of_codes(column, counts);
    found.add_numbers(column, numbers);
    let selected = selection.count();
    Facet {
        distinct: found.texts.len() as u32,
        with: found.with,
        without: selected - found.with,
        values: found.most_frequent(column, limit),
    }
}

/// Counts codes of eight bits. Four counters for each, since rows next to each other often have the same value, and one
/// addition would wait for the other.
fn count_narrow(stored: &Stored<u8>, selection: &Bitmap, counts: &mut [u32]) {
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

fn count<T: Item>(stored: &Stored<T>, selection: &Bitmap, counts: &mut [u32]) {
    each_item(stored, selection, |item| {
        if let Some(count) = counts.get_mut(item.word() as usize) {
            *count += 1;
        }
    });
}

/// Does something with the item of each selected row; of sparse columns only rows that have one are visited.
fn each_item<T: Item>(stored: &Stored<T>, selection: &Bitmap, mut visit: impl FnMut(T)) {
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

/// What was counted.
struct Found {
    /// Texts in the order of the column, numbers kept by themselves behind all others.
    texts: Vec<(Text, u32)>,
    with: u32,
}

impl Found {
    fn of_codes(column: &Column, mut counts: Vec<u32>) -> Self {
        let lexicon = &column.lexicon;
        let mut with: u32 = counts[lexicon.values().start as usize..lexicon.values().end as usize].iter().sum();
        let mut texts: Vec<u32> = Vec::new();
        for code in lexicon.lists() {
            let times = counts[code as usize];
            if times == 0 {
                continue;
            }
            let values = lexicon.values();
            let codes = lexicon.list(code).unwrap_or_default().iter().filter(|code| values.contains(code));
            texts.clear();
            texts.extend(codes.map(|code| lexicon.first_twin(*code)));
            texts.sort_unstable();
            texts.dedup();
            if !texts.is_empty() {
                with += times;
            }
            for code in &texts {
                counts[*code as usize] += times;
            }
        }
        for code in &lexicon.twins {
            let twin = std::mem::take(&mut counts[*code as usize]);
            counts[lexicon.first_twin(*code) as usize] += twin;
        }
        let counted = lexicon.values().map(|code| (Text::Code(code), counts[code as usize]));
        Self { texts: counted.filter(|(_, count)| *count > 0).collect(), with }
    }

    /// Adds numbers that are kept by themselves. One may stand in the record as a text too, or in a list.
    fn add_numbers(&mut self, column: &Column, mut numbers: Vec<(u64, u32)>) {
        let Cells::Numbers(style, _) = column.cells else { return };
        self.with += numbers.iter().map(|(_, count)| count).sum::<u32>();
        for (text, count) in &mut self.texts {
            let Text::Code(code) = *text else { continue };
            let Some(value) = canonical::read(style, column.lexicon.text(code)) else { continue };
            if let Ok(at) = numbers.binary_search_by_key(&sort_key(value), |(key, _)| *key) {
                *count += std::mem::take(&mut numbers[at].1);
            }
        }
        self.texts
            .extend(numbers.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| (Text::Number(key), count)));
    }

    fn most_frequent(mut self, column: &Column, limit: usize) -> Vec<FacetValue> {
        if limit == 0 {
            return Vec::new();
        }
        let mut least = 0;
        if self.texts.len() > limit {
            let (_, last, _) = self.texts.select_nth_unstable_by_key(limit - 1, |(_, count)| Reverse(*count));
            least = last.1;
        }
        // Of those as frequent as the last, the first in the column's order are taken.
        let (mut most, mut last): (Vec<_>, Vec<_>) =
            self.texts.into_iter().filter(|(_, count)| *count >= least).partition(|(_, count)| *count > least);
        let places = Places::new(column, || most.iter().chain(&last).map(|(text, _)| *text).collect());
        most.sort_unstable_by_key(|(text, count)| (Reverse(*count), places.of(*text)));
        let left = limit - most.len();
        if last.len() > left && left > 0 {
            last.select_nth_unstable_by_key(left - 1, |(text, _)| places.of(*text));
        }
        last.truncate(left);
        last.sort_unstable_by_key(|(text, _)| places.of(*text));
        most.into_iter().chain(last).map(|(text, count)| shown(column, text, count)).collect()
    }
}

fn shown(column: &Column, text: Text, count: u32) -> FacetValue {
    let (value_type, text) = match (text, &column.cells) {
        (Text::Number(key), Cells::Numbers(style, _)) => {
            (ValueType::Number, canonical::text(*style, of_sort_key(key)).as_str().to_owned())
        }
        (Text::Code(code), _) => {
            let value_type = column.lexicon.types.get(code.wrapping_sub(FIRST) as usize).copied();
            (value_type.unwrap_or(ValueType::Text), column.lexicon.text(code).to_owned())
        }
        (Text::Number(_), _) => (ValueType::Number, String::new()),
    };
    FacetValue { text, value_type, count }
}

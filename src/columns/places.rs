//! Where the values of a column stand in its order, as keys that compare fast. Codes are that already; numbers that are
//! kept by themselves come between values that have codes.

use crate::query::FieldType;

use super::canonical::{self, Style, reads_as_number, sort_key};
use super::column::{Cells, Column};
use super::lexicon::Lexicon;
use super::order::{Entry, Like, compare, nearest, sorted};
use super::{FIRST, ValueType};

/// A text of a column: the code of a value, or the [`sort_key`] of a number that is kept by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Text {
    Code(u32),
    Number(u64),
}

/// A place in the order of a column: numbers by their key, and around each the values with codes that belong there.
pub(super) type Place = (u64, u32);

/// The second half of a number's place; what has a code stands before or behind it.
const MIDDLE: u32 = 1 << 31;

/// The places of some texts of a column.
pub(super) enum Places {
    /// Codes alone, which are in order.
    Codes,
    /// The place of each code among numbers.
    Numbers(Vec<Place>),
    /// Texts that were put in order one by one, ascending by text.
    Sorted(Vec<(Text, u32)>),
}

impl Places {
    /// Places for [`super::sort`]: texts that are equal in the column's order have one place, however they are spelled. Of a
    /// column whose numbers are ordered as such, sorting makes places of its own.
    pub(super) fn of_equals(column: &Column, texts: impl FnOnce() -> Vec<Text>) -> Self {
        let Cells::Numbers(style, _) = column.cells else { return Self::Codes };
        Self::Sorted(by_text(&column.lexicon, style, column.lexicon.order, texts(), true))
    }

    /// The places of these texts of a column; the codes of its values are always among them.
    pub(super) fn new(column: &Column, texts: impl FnOnce() -> Vec<Text>) -> Self {
        let Cells::Numbers(style, _) = column.cells else { return Self::Codes };
        let lexicon = &column.lexicon;
        match lexicon.order {
            FieldType::Number | FieldType::Any => {
                Self::Numbers(lexicon.values().map(|code| place(lexicon, style, code)).collect())
            }
            // Numbers by their texts.
            order => Self::Sorted(by_text(lexicon, style, order, texts(), false)),
        }
    }

    /// The place of one of the texts.
    pub(super) fn of(&self, text: Text) -> Place {
        match (self, text) {
            (Self::Codes, Text::Code(code)) => (code.into(), 0),
            (Self::Numbers(places), Text::Code(code)) => {
                places.get(code.wrapping_sub(FIRST) as usize).copied().unwrap_or((u64::MAX, code))
            }
            (Self::Codes | Self::Numbers(_), Text::Number(key)) => (key, MIDDLE),
            (Self::Sorted(places), text) => {
                let at = places.binary_search_by_key(&text, |(text, _)| *text);
                (at.map_or(u64::MAX, |at| places[at].1.into()), 0)
            }
        }
    }
}

/// The place of a value with a code among numbers.
fn place(lexicon: &Lexicon, style: Style, code: u32) -> Place {
    let text = lexicon.text(code);
    let value_type = lexicon.types[(code - FIRST) as usize];
    if !reads_as_number(text) {
        return (u64::MAX, code);
    }
    let nearest = nearest(text);
    if !nearest.is_finite() {
        return (sort_key(nearest), code);
    }
    // Both zeros are one number; their texts, and so their places, are two.
    let zeros = [-0.0, 0.0];
    let others = [nearest];
    let candidates = if nearest.to_bits() == 0 { &zeros[..] } else { &others[..] };
    let mut place = (sort_key(candidates[0]), code);
    for number in candidates {
        let of_number = canonical::text(style, *number);
        if compare(FieldType::Any, (value_type, text), (ValueType::Number, of_number.as_str())).is_gt() {
            place = (sort_key(*number), code.saturating_add(MIDDLE + 1));
        }
    }
    place
}

/// With `equal`, what is equal in the order shares a place.
fn by_text(lexicon: &Lexicon, style: Style, order: FieldType, mut texts: Vec<Text>, equal: bool) -> Vec<(Text, u32)> {
    texts.extend(lexicon.values().map(Text::Code));
    texts.sort_unstable();
    texts.dedup();
    let mut arena = String::new();
    let mut ends = Vec::with_capacity(texts.len());
    for text in &texts {
        if let Text::Number(key) = text {
            arena.push_str(canonical::text(style, canonical::of_sort_key(*key)).as_str());
        }
        ends.push(arena.len());
    }
    let entry = |(at, text): (usize, &Text)| -> Entry<'_> {
        match text {
            Text::Code(code) => (lexicon.types[(code - FIRST) as usize], lexicon.text(*code)),
            Text::Number(_) => {
                let start = if at == 0 { 0 } else { ends[at - 1] };
                (ValueType::Number, &arena[start..ends[at]])
            }
        }
    };
    let values: Vec<Entry<'_>> = texts.iter().enumerate().map(entry).collect();
    let mut places = vec![0; texts.len()];
    let mut last: Option<(Like<'_>, u32)> = None;
    for (place, number) in (0..).zip(sorted(order, &values)) {
        let like = Like::read(order, values[number as usize].1);
        let place = match &last {
            Some((before, first)) if equal && like.is(before) => *first,
            _ => place,
        };
        places[number as usize] = place;
        last = Some((like, place));
    }
    texts.into_iter().zip(places).collect()
}

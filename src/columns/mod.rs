//! The fields of many records in memory, as columns, and everything that is a loop over them: which rows pass a filter,
//! how often each value stands in a selection, in which order rows come, how they spread over time.
//!
//! Pure: no files, no SQL, no JSON, no threads. Workers collect what records hold at a path in a [`Piece`]; a
//! [`ColumnBuilder`] joins the pieces of a log into a [`Column`]; a [`Table`] is the columns of one or several logs.
//! Rows are numbered from 0 in log order. A column keeps every value exactly as it was written, and what it selects is
//! by definition what [`Test::passes`](crate::query::Test::passes) says of each value.

#![allow(
    clippy::cast_possible_truncation,
    reason = "rows, codes and offsets are below 2^32 and codes as wide as their column: seen to where they are made"
)]

mod bitmap;
mod builder;
mod bytes;
mod canonical;
mod codes;
mod column;
mod combine;
mod facet;
mod histogram;
mod intern;
mod lexicon;
mod order;
mod passing;
mod piece;
mod places;
mod plain;
mod selection;
mod seqs;
mod sort;
mod spread;
mod stored;
mod table;
#[cfg(test)]
mod tests;
mod times;

pub use bitmap::Bitmap;
pub use builder::{BUDGET_BYTES, ColumnBuilder, TooVaried};
pub use bytes::Malformed;
pub use codes::Codes;
pub use column::{Cell, Column};
pub use combine::{compose, concat};
pub use facet::{Facet, FacetValue, facet};
pub use histogram::{Histogram, histogram};
pub use piece::Piece;
pub use selection::Selection;
pub use seqs::Seqs;
pub use sort::{SortBy, first_at_or_after, sort};
pub use spread::{Spread, spread};
pub use table::Table;
pub use times::Times;

/// The most rows of a column or table.
pub const MAX_ROWS: u32 = u32::MAX - 1;

/// What stands at a path in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// `null`, which counts as no value.
    Null,
    /// An object, an empty list, or a list of nothing but `null`: something stands there, but it has no text.
    Nested,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it is written in the record.
    Number(&'a str),
    /// A string, decoded.
    Text(&'a str),
}

impl<'a> Value<'a> {
    /// The text that filters compare; `null` and nested values have none.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        self.typed_text().map(|(_, text)| text)
    }

    /// The text with what kind of value it belongs to.
    #[must_use]
    pub fn typed_text(self) -> Option<(ValueType, &'a str)> {
        match self {
            Self::Null | Self::Nested => None,
            Self::Boolean(value) => Some((ValueType::Boolean, if value { "true" } else { "false" })),
            Self::Number(text) => Some((ValueType::Number, text)),
            Self::Text(text) => Some((ValueType::Text, text)),
        }
    }

    /// The value with that text.
    fn of(value_type: ValueType, text: &'a str) -> Self {
        match value_type {
            ValueType::Boolean => Self::Boolean(text == "true"),
            ValueType::Number => Self::Number(text),
            ValueType::Text => Self::Text(text),
        }
    }
}

/// What a value with a text was in the record: `1` and `"1"` have one text and are two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
}

/// The code of a row without the column.
const ABSENT: u32 = 0;
/// The code of `null`.
const NULL: u32 = 1;
/// The code of [`Value::Nested`].
const NESTED: u32 = 2;
/// The code of the first entry of a dictionary.
const FIRST: u32 = 3;

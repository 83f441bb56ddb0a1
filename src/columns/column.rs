//! A column: what the records of a log hold at one path, row by row.

use std::fmt;

use crate::query::FieldType;

use super::canonical::{self, Short, Style};
use super::lexicon::Lexicon;
use super::stored::{Item as _, Stored, code_in};
use super::{ABSENT, Value, ValueType};

/// What many rows hold at one path, exactly as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub(super) length: u32,
    pub(super) lexicon: Lexicon,
    pub(super) cells: Cells,
}

/// What stands for the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cells {
    /// Codes of the lexicon.
    U8(Stored<u8>),
    /// Codes of the lexicon.
    U16(Stored<u16>),
    /// Codes of the lexicon.
    U32(Stored<u32>),
    /// Bits of floats whose text in this style is the record's; what is no number holds a code of the lexicon.
    Numbers(Style, Stored<u64>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::U8(Stored::default())
    }
}

/// Does the same with the items of a column, whatever their width. `Numbers` come as floats.
macro_rules! each {
    ($cells:expr, $stored:ident => $do:expr) => {
        match $cells {
            $crate::columns::column::Cells::U8($stored) => $do,
            $crate::columns::column::Cells::U16($stored) => $do,
            $crate::columns::column::Cells::U32($stored) => $do,
            $crate::columns::column::Cells::Numbers(_, $stored) => $do,
        }
    };
}
pub(super) use each;

impl Column {
    /// How many rows there are, those without the column among them.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The order of the values.
    #[must_use]
    pub fn order(&self) -> FieldType {
        self.lexicon.order
    }

    /// What a row holds.
    #[must_use]
    pub fn cell(&self, row: u32) -> Cell<'_> {
        let word = each!(&self.cells, stored => stored.get(row).word());
        let content = match &self.cells {
            Cells::Numbers(style, _) => match code_in(word) {
                Some(code) => self.content(code),
                None => Content::Number(canonical::text(*style, f64::from_bits(word))),
            },
            _ => self.content(word as u32),
        };
        Cell { lexicon: &self.lexicon, content }
    }

    /// What a code stands for, as a cell shows it.
    pub(super) fn shown(&self, code: u32) -> String {
        Cell { lexicon: &self.lexicon, content: self.content(code) }.to_string()
    }

    fn content(&self, code: u32) -> Content<'_> {
        match self.lexicon.list(code) {
            Some(codes) => Content::List(codes),
            None => Content::Code(code),
        }
    }

    /// Whether a row holds anything but `null` (`has:` of a path).
    #[must_use]
    pub fn is_present(&self, row: u32) -> bool {
        self.code(row).is_none_or(|code| self.lexicon.is_present(code))
    }

    /// What stands for the contents of a row: 0 for absent, 1 for `null`, 2 for [`Value::Nested`], from 3 on the values
    /// in their order ([`Column::values`]), behind them lists. `None` for numbers that are kept by themselves: a column
    /// of very many of them.
    #[inline]
    #[must_use]
    pub fn code(&self, row: u32) -> Option<u32> {
        let word = each!(&self.cells, stored => stored.get(row).word());
        match &self.cells {
            Cells::Numbers(..) => code_in(word),
            _ => Some(word as u32),
        }
    }

    /// The number of a row that is kept by itself.
    pub(super) fn own_number(&self, row: u32) -> Option<f64> {
        let Cells::Numbers(_, stored) = &self.cells else { return None };
        let word = stored.get(row).word();
        code_in(word).is_none().then(|| f64::from_bits(word))
    }

    /// The distinct values that have codes, in their order. All but the numbers that are kept by themselves.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (u32, ValueType, &str)> {
        let types = self.lexicon.types.iter();
        types.enumerate().map(|(at, value_type)| {
            let code = at as u32 + super::FIRST;
            (code, *value_type, self.lexicon.text(code))
        })
    }

    /// Whether numbers are kept by themselves, so that [`Column::values`] are not all.
    #[must_use]
    pub fn has_own_numbers(&self) -> bool {
        matches!(self.cells, Cells::Numbers(..))
    }

    /// The memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.lexicon.memory() + each!(&self.cells, stored => stored.memory())
    }
}

/// What one row of a column holds: nothing, a value, or several in record order.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    lexicon: &'a Lexicon,
    content: Content<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    Code(u32),
    List(&'a [u32]),
    Number(Short),
}

impl Cell<'_> {
    /// The values in record order; none where the column is absent.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        let (codes, number) = match &self.content {
            Content::Code(code) => (std::slice::from_ref(code), None),
            Content::List(codes) => (*codes, None),
            Content::Number(text) => (&[][..], Some(Value::Number(text.as_str()))),
        };
        codes.iter().filter_map(|code| self.lexicon.value(*code)).chain(number)
    }

    /// Whether the row does not have the column.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self.content, Content::Code(ABSENT))
    }

    /// Whether there is more than `null` (`has:` of a path).
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.values().any(|value| value != Value::Null)
    }

    /// The texts that filters compare.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values().filter_map(Value::text)
    }
}

impl fmt::Display for Cell<'_> {
    /// The values with commas between them; `null` and `{…}` for those without a text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, value) in self.values().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            f.write_str(match value {
                Value::Null => "null",
                Value::Nested => "{…}",
                value => value.text().unwrap_or_default(),
            })?;
        }
        Ok(())
    }
}

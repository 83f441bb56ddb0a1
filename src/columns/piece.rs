//! What one worker collects of one path over a stretch of rows. It is written to by the million, so it does as little
//! as possible: distinct values once, and for each row that has something its number.

use super::canonical;
use super::intern::{Interner, Kind};
use super::{BUDGET_BYTES, FIRST, NESTED, NULL, Value, ValueType};

/// The values of one path over a stretch of rows, in record order.
#[derive(Debug, Clone, Default)]
pub struct Piece {
    /// Rows within the stretch, ascending; a row that stands several times has a list.
    pub(super) rows: Vec<u32>,
    /// What stands there: 1 `null`, 2 nested, from 3 on entries of the interner.
    pub(super) codes: Vec<u32>,
    pub(super) interner: Interner,
    pub(super) has_lists: bool,
    pub(super) is_too_varied: bool,
    /// For each entry the float of it and in which styles its text is that of the float, once that is known.
    pub(super) floats: Vec<Float>,
}

/// A float and for each [`Style`](canonical::Style) whether its text in it is the one of the record.
pub(super) type Float = (u64, [bool; 2]);

impl Piece {
    /// An empty piece.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty piece with room for as much as another one has: the next stretch of a path is mostly like the last.
    #[must_use]
    pub fn like(other: &Self) -> Self {
        Self {
            rows: Vec::with_capacity(other.rows.len()),
            codes: Vec::with_capacity(other.codes.len()),
            interner: Interner::like(&other.interner),
            ..Self::default()
        }
    }

    /// Adds a value of a row, counted from the start of the stretch. Rows ascend; one that is lower than the last is
    /// not taken. Several values of one row are a list, in the order in which they come.
    #[inline]
    pub fn push(&mut self, row: u32, value: Value<'_>) {
        if self.is_too_varied {
            return;
        }
        if let Some(last) = self.rows.last() {
            if row < *last {
                return;
            }
            self.has_lists |= row == *last;
        }
        let code = match value.typed_text() {
            None if value == Value::Null => NULL,
            None => NESTED,
            Some((value_type, text)) => match self.interner.intern(Kind::from(value_type), text.as_bytes()) {
                Some(entry) => entry as u32 + FIRST,
                None => return self.give_up(),
            },
        };
        if self.interner.memory() > BUDGET_BYTES {
            return self.give_up();
        }
        self.rows.push(row);
        self.codes.push(code);
    }

    /// A column with so many texts is none: what was collected is let go.
    #[cold]
    fn give_up(&mut self) {
        *self = Self { is_too_varied: true, ..Self::default() };
    }

    /// A piece of a path that is to have no column: the builder will say [`super::TooVaried`].
    #[must_use]
    pub fn too_varied() -> Self {
        Self { is_too_varied: true, ..Self::default() }
    }

    /// How many distinct strings there are.
    #[must_use]
    pub fn text_count(&self) -> usize {
        (0..self.interner.len()).filter(|entry| self.interner.kind(*entry) == Kind::Text).count()
    }

    /// The distinct values that have a text, as they came.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let is_value = |entry: &usize| self.interner.kind(*entry).value_type().is_some();
        (0..self.interner.len()).filter(is_value).map(|entry| self.interner.text(entry))
    }

    /// Whether nothing was pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.is_too_varied
    }

    /// Makes it empty for the next stretch, and keeps its memory.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.codes.clear();
        self.interner.clear();
        self.has_lists = false;
        self.is_too_varied = false;
        self.floats.clear();
    }

    /// Does what [`ColumnBuilder::append`](super::ColumnBuilder::append) would have to do otherwise, one piece after
    /// the other: reads numbers where they are very varied. For workers, when a stretch is at its end.
    pub fn prepare(&mut self) {
        let entries = self.interner.len();
        if entries < MIN_VARIED || entries * 2 < self.rows.len() {
            return;
        }
        let float = |entry: usize| match self.interner.kind(entry) {
            Kind::Number => {
                let found = canonical::read_all(self.interner.text(entry));
                let bits = found.iter().flatten().next().map_or(0, |value| value.to_bits());
                (bits, found.map(|value| value.is_some()))
            }
            _ => (0, [false; 2]),
        };
        self.floats = (0..entries).map(float).collect();
    }

    /// About the memory in use, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.interner.memory() + self.rows.len() * 8
    }
}

/// With fewer distinct values there is nothing to be gained.
const MIN_VARIED: usize = 64;

impl From<ValueType> for Kind {
    fn from(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Boolean => Self::Boolean,
            ValueType::Number => Self::Number,
            ValueType::Text => Self::Text,
        }
    }
}

impl Kind {
    /// The type of the value; a list has none.
    pub(super) fn value_type(self) -> Option<ValueType> {
        match self {
            Self::Boolean => Some(ValueType::Boolean),
            Self::Number => Some(ValueType::Number),
            Self::Text => Some(ValueType::Text),
            Self::List => None,
        }
    }
}

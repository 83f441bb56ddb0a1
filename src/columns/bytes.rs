//! Columns as bytes, for a cache: little-endian, with a version. What is read back is checked as if an enemy had
//! written it: wrong bytes are an error, and cost no more memory than they take themselves.

use crate::query::FieldType;

use super::canonical::Style;
use super::column::{Cells, Column};
use super::lexicon::Lexicon;
use super::stored::{Item, Stored, code_in};
use super::{FIRST, MAX_ROWS, NULL, ValueType};

/// Bytes that are no column, times or seqs of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no stored column")]
pub struct Malformed;

/// What the bytes of a column begin with.
const COLUMN: [u8; 4] = *b"PCo1";

/// The orders by their number in the bytes.
const ORDERS: [FieldType; 6] =
    [FieldType::Text, FieldType::Number, FieldType::Time, FieldType::Version, FieldType::Boolean, FieldType::Any];

/// The types of values by their number in the bytes.
const TYPES: [ValueType; 3] = [ValueType::Boolean, ValueType::Number, ValueType::Text];

/// A number of fixed width in bytes.
pub(super) trait Fixed: Copy {
    fn put_all(items: &[Self], out: &mut Vec<u8>);
    fn read_all(bytes: &[u8]) -> Vec<Self>;
    const BYTES: usize;
}

macro_rules! fixed {
    ($($type:ty),*) => {$(
        impl Fixed for $type {
            const BYTES: usize = size_of::<Self>();

            fn put_all(items: &[Self], out: &mut Vec<u8>) {
                let start = out.len();
                out.resize(start + items.len() * size_of::<Self>(), 0);
                for (place, item) in out[start..].as_chunks_mut().0.iter_mut().zip(items) {
                    *place = item.to_le_bytes();
                }
            }

            fn read_all(bytes: &[u8]) -> Vec<Self> {
                bytes.as_chunks().0.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect()
            }
        }
    )*};
}

fixed!(u8, u16, u32, u64, i64);

/// Writes numbers and lists of them.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
}

impl Writer {
    pub(super) fn new(magic: [u8; 4]) -> Self {
        Self { out: magic.to_vec() }
    }

    pub(super) fn put<T: Fixed>(&mut self, number: T) {
        T::put_all(&[number], &mut self.out);
    }

    /// A list with its length before it.
    pub(super) fn list<T: Fixed>(&mut self, items: &[T]) {
        self.put(items.len() as u64);
        T::put_all(items, &mut self.out);
    }
}

/// Reads what a [`Writer`] wrote.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], magic: [u8; 4]) -> Result<Self, Malformed> {
        bytes.strip_prefix(&magic).map(|rest| Self { rest }).ok_or(Malformed)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn get<T: Fixed>(&mut self) -> Result<T, Malformed> {
        T::read_all(self.bytes(T::BYTES)?).pop().ok_or(Malformed)
    }

    pub(super) fn list<T: Fixed>(&mut self) -> Result<Vec<T>, Malformed> {
        // The bytes have to be there before anything is set aside for them.
        let count = usize::try_from(self.get::<u64>()?).map_err(|_| Malformed)?;
        Ok(T::read_all(self.bytes(count.checked_mul(T::BYTES).ok_or(Malformed)?)?))
    }

    pub(super) fn finish(self) -> Result<(), Malformed> {
        ensure(self.rest.is_empty())
    }
}

pub(super) fn ensure(is_right: bool) -> Result<(), Malformed> {
    is_right.then_some(()).ok_or(Malformed)
}

/// Whether each is above the one before.
pub(super) fn ascends(numbers: &[u32]) -> bool {
    numbers.windows(2).all(|pair| pair[0] < pair[1])
}

impl<T: Item + Fixed> Stored<T> {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Dense(items) => {
                to.put(0_u8);
                to.list(items);
            }
            Self::Sparse(rows, items) => {
                to.put(1_u8);
                to.list(rows);
                to.list(items);
            }
        }
    }

    fn read(from: &mut Reader<'_>, length: u32) -> Result<Self, Malformed> {
        match from.get::<u8>()? {
            0 => {
                let items: Vec<T> = from.list()?;
                ensure(items.len() == length as usize)?;
                Ok(Self::Dense(items))
            }
            1 => {
                let (rows, items): (Vec<u32>, Vec<T>) = (from.list()?, from.list()?);
                ensure(rows.len() == items.len() && ascends(&rows))?;
                ensure(rows.last().is_none_or(|last| *last < length))?;
                Ok(Self::Sparse(rows, items))
            }
            _ => Err(Malformed),
        }
    }

    /// Reads codes, all of them below `count`.
    fn read_codes(from: &mut Reader<'_>, length: u32, count: u32) -> Result<Self, Malformed> {
        let stored = Self::read(from, length)?;
        let highest = stored.items().iter().fold(T::of(0), |highest, code| highest.max(*code));
        ensure(highest.word() < count.into())?;
        Ok(stored)
    }
}

impl Lexicon {
    fn write(&self, to: &mut Writer) {
        to.put(ORDERS.iter().position(|order| *order == self.order).unwrap_or_default() as u8);
        to.list(self.arena.as_bytes());
        to.list(&self.ends);
        let types: Vec<u8> = self.types.iter().map(|value_type| *value_type as u8).collect();
        to.list(&types);
        to.list(&self.list_codes);
        to.list(&self.list_ends);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let order = *ORDERS.get(from.get::<u8>()? as usize).ok_or(Malformed)?;
        let arena = String::from_utf8(from.list()?).map_err(|_| Malformed)?;
        let ends: Vec<u32> = from.list()?;
        let types: Vec<u8> = from.list()?;
        let types: Option<Vec<ValueType>> =
            types.into_iter().map(|number| TYPES.get(number as usize).copied()).collect();
        let (list_codes, list_ends): (Vec<u32>, Vec<u32>) = (from.list()?, from.list()?);
        let mut out = Self { order, arena, ends, types: types.ok_or(Malformed)?, list_codes, list_ends, twins: vec![] };
        ensure(out.ends.len() == out.types.len())?;
        ensure(out.ends.is_sorted() && out.ends.iter().all(|end| out.arena.is_char_boundary(*end as usize)))?;
        ensure(out.ends.last().map_or(0, |end| *end as usize) == out.arena.len())?;
        ensure(ascends(&out.list_ends) && out.list_ends.first() != Some(&0))?;
        ensure(out.list_ends.last().map_or(0, |end| *end as usize) == out.list_codes.len())?;
        let count = out.ends.len() + out.list_ends.len() + FIRST as usize;
        ensure(u32::try_from(count).is_ok())?;
        let values = out.values();
        ensure(out.list_codes.iter().all(|code| (NULL..values.end).contains(code)))?;
        for (code, value_type) in values.clone().zip(&out.types) {
            ensure(*value_type != ValueType::Boolean || matches!(out.text(code), "true" | "false"))?;
        }
        out.twins = out.find_twins();
        // One text has three types at most. More, and looking for the first of them would take too long.
        ensure(out.twins.windows(TYPES.len()).all(|run| run[0] + 2 != run[2]))?;
        Ok(out)
    }
}

impl Column {
    /// The column as bytes, for [`Column::from_bytes`] of the same version of the program or a later one.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(COLUMN);
        to.put(self.length);
        self.lexicon.write(&mut to);
        match &self.cells {
            Cells::U8(stored) => {
                to.put(1_u8);
                stored.write(&mut to);
            }
            Cells::U16(stored) => {
                to.put(2_u8);
                stored.write(&mut to);
            }
            Cells::U32(stored) => {
                to.put(4_u8);
                stored.write(&mut to);
            }
            Cells::Numbers(style, stored) => {
                to.put(if *style == Style::JavaScript { 8_u8 } else { 9 });
                stored.write(&mut to);
            }
        }
        to.out
    }

    /// Reads a column back.
    ///
    /// # Errors
    /// [`Malformed`] for anything that cannot be a column. That its values are in their order is not checked: where
    /// they are not, filters and sorting go wrong, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes, COLUMN)?;
        let length = from.get()?;
        ensure(length <= MAX_ROWS)?;
        let lexicon = Lexicon::read(&mut from)?;
        let count = lexicon.code_count();
        let cells = match from.get::<u8>()? {
            1 => Cells::U8(Stored::read_codes(&mut from, length, count)?),
            2 => Cells::U16(Stored::read_codes(&mut from, length, count)?),
            4 => Cells::U32(Stored::read_codes(&mut from, length, count)?),
            style @ (8 | 9) => {
                let stored: Stored<u64> = Stored::read(&mut from, length)?;
                let is_right = |bits: &u64| match code_in(*bits) {
                    Some(code) => code < count,
                    None => f64::from_bits(*bits).is_finite(),
                };
                ensure(stored.items().iter().all(is_right))?;
                Cells::Numbers(if style == 8 { Style::JavaScript } else { Style::Python }, stored)
            }
            _ => return Err(Malformed),
        };
        from.finish()?;
        Ok(Self { length, lexicon, cells })
    }
}

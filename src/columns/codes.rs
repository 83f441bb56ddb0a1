//! The codes of a column, row after row: what [`Column::code`] gives, found at once where rows ascend also of a column that few rows have.

use super::Column;
use super::column::Cells;
use super::stored::{Item as _, Walk, code_in};

/// Gives the codes of a column's rows. Rows may be asked for in any order; those that ascend are found fastest.
pub struct Codes<'c>(Words<'c>);

enum Words<'c> {
    U8(Walk<'c, u8>),
    U16(Walk<'c, u16>),
    U32(Walk<'c, u32>),
    Numbers(Walk<'c, u64>),
}

impl Column {
    /// Its codes, to be read row after row.
    #[must_use]
    pub fn codes(&self) -> Codes<'_> {
        Codes(match &self.cells {
            Cells::U8(stored) => Words::U8(stored.walk()),
            Cells::U16(stored) => Words::U16(stored.walk()),
            Cells::U32(stored) => Words::U32(stored.walk()),
            Cells::Numbers(_, stored) => Words::Numbers(stored.walk()),
        })
    }
}

impl Codes<'_> {
    /// As [`Column::code`].
    #[inline]
    #[must_use]
    pub fn of(&mut self, row: u32) -> Option<u32> {
        match &mut self.0 {
            Words::U8(walk) => Some(walk.get(row).into()),
            Words::U16(walk) => Some(walk.get(row).into()),
            Words::U32(walk) => Some(walk.get(row)),
            Words::Numbers(walk) => code_in(walk.get(row).word()),
        }
    }
}

//! Columns out of columns: several logs one after the other, and fields that are another field on every kind of record.

use std::ops::Range;

use crate::query::FieldType;

use super::builder::{ColumnBuilder, TooVaried};
use super::canonical::{self, Style};
use super::column::{Cells, Column};
use super::intern::Kind;
use super::lexicon::Lexicon;
use super::stored::{Item as _, Walk, code_in};
use super::{ABSENT, MAX_ROWS};

/// So many rows are taken at a time.
const STRETCH: usize = 1 << 16;

/// Columns one below the other, as several logs make one table; the values in the order of the first column's.
///
/// # Errors
/// [`TooVaried`] where they have more distinct values together than a column can hold.
pub fn concat(columns: &[&Column]) -> Result<Column, TooVaried> {
    let mut joint = Joint::new(columns);
    let mut start: u32 = 0;
    for (source, column) in columns.iter().enumerate() {
        let length = column.length.min(MAX_ROWS - start);
        joint.rows(start..start + length, start, |_| Some(source))?;
        start += length;
    }
    let order = columns.first().map_or(FieldType::Any, |column| column.order());
    joint.builder.finish(start, order)
}

/// A column of `rows` rows, each from the same row of one of the sources, or from none: `pick` says which. That is how
/// an alias becomes a column which stands for another path on every kind of record.
///
/// # Errors
/// [`TooVaried`] as for [`concat()`].
pub fn compose(
    rows: u32,
    pick: impl FnMut(u32) -> Option<usize>,
    sources: &[&Column],
    order: FieldType,
) -> Result<Column, TooVaried> {
    let rows = rows.min(MAX_ROWS);
    let mut joint = Joint::new(sources);
    joint.rows(0..rows, 0, pick)?;
    joint.builder.finish(rows, order)
}

/// A column that is being made of several.
struct Joint<'a> {
    sources: Vec<Source<'a>>,
    builder: ColumnBuilder,
    style: Option<Style>,
}

/// One of the columns, asked for rows that ascend.
struct Source<'a> {
    lexicon: &'a Lexicon,
    words: Words<'a>,
    /// What the builder has for each code, as far as that was asked.
    known: Vec<Option<u64>>,
}

enum Words<'a> {
    U8(Walk<'a, u8>),
    U16(Walk<'a, u16>),
    U32(Walk<'a, u32>),
    Numbers(Style, Walk<'a, u64>),
}

impl<'a> Joint<'a> {
    fn new(columns: &[&'a Column]) -> Self {
        let source = |column: &&'a Column| Source {
            lexicon: &column.lexicon,
            words: match &column.cells {
                Cells::U8(stored) => Words::U8(stored.walk()),
                Cells::U16(stored) => Words::U16(stored.walk()),
                Cells::U32(stored) => Words::U32(stored.walk()),
                Cells::Numbers(style, stored) => Words::Numbers(*style, stored.walk()),
            },
            known: vec![None; column.lexicon.code_count() as usize],
        };
        Self { sources: columns.iter().map(source).collect(), builder: ColumnBuilder::new(), style: None }
    }

    /// Adds rows; a source's own rows begin at `start`.
    fn rows(
        &mut self,
        rows: Range<u32>,
        start: u32,
        mut pick: impl FnMut(u32) -> Option<usize>,
    ) -> Result<(), TooVaried> {
        let mut cells: Vec<(u32, u64)> = Vec::with_capacity(STRETCH.min(rows.len()));
        for row in rows {
            let Some(source) = pick(row).and_then(|source| self.sources.get_mut(source)) else { continue };
            if let Some(word) = source.word(row - start, &mut self.builder)? {
                cells.push((row, word));
                if cells.len() == STRETCH {
                    self.place(&mut cells)?;
                }
            }
        }
        self.place(&mut cells)
    }

    fn place(&mut self, cells: &mut Vec<(u32, u64)>) -> Result<(), TooVaried> {
        let Some((last, _)) = cells.last() else { return Ok(()) };
        let (count, end) = (cells.len(), last + 1);
        self.builder.place(cells.drain(..), count, end);
        self.builder.settle();
        if self.builder.is_too_varied() {
            return Err(TooVaried);
        }
        if self.builder.style() != self.style {
            // What stood for values before does no longer.
            self.style = self.builder.style();
            self.sources.iter_mut().for_each(|source| source.known.fill(None));
        }
        Ok(())
    }
}

impl Source<'_> {
    /// What the builder has for the contents of a row; `None` where there is nothing.
    fn word(&mut self, row: u32, to: &mut ColumnBuilder) -> Result<Option<u64>, TooVaried> {
        let code = match &mut self.words {
            Words::U8(walk) => walk.get(row).into(),
            Words::U16(walk) => walk.get(row).into(),
            Words::U32(walk) => walk.get(row),
            Words::Numbers(style, walk) => {
                let bits = walk.get(row).word();
                match code_in(bits) {
                    Some(code) => code,
                    None if to.style() == Some(*style) => return Ok(Some(bits)),
                    None => {
                        let text = canonical::text(*style, f64::from_bits(bits));
                        return to.word_for(Kind::Number, text.as_str()).map(Some).ok_or(TooVaried);
                    }
                }
            }
        };
        if code == ABSENT {
            return Ok(None);
        }
        if let Some(Some(word)) = self.known.get(code as usize) {
            return Ok(Some(*word));
        }
        let word = self.new_word(code, to).ok_or(TooVaried)?;
        self.known[code as usize] = Some(word);
        Ok(Some(word))
    }

    fn new_word(&self, code: u32, to: &mut ColumnBuilder) -> Option<u64> {
        let Some(codes) = self.lexicon.list(code) else {
            return match self.lexicon.value(code)?.typed_text() {
                Some((value_type, text)) => to.word_for(value_type.into(), text),
                None => Some(to.word_of_code(code)),
            };
        };
        let mut bytes = Vec::with_capacity(codes.len() * 4);
        for code in codes {
            let code = match self.lexicon.value(*code)?.typed_text() {
                Some((value_type, text)) => to.code(value_type.into(), text.as_bytes())?,
                None => *code,
            };
            bytes.extend_from_slice(&code.to_le_bytes());
        }
        to.list_word_of(&bytes)
    }
}

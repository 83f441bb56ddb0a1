//! From pieces to a column: one dictionary for all, codes as narrow as it allows.

use crate::query::FieldType;

use super::canonical::{self, Style};
use super::column::{Cells, Column, each};
use super::intern::{Interner, Kind};
use super::lexicon::Lexicon;
use super::piece::Piece;
use super::stored::{Item, NO_NUMBER, Stored, code_in};
use super::{ABSENT, FIRST, MAX_ROWS, NESTED, NULL};

/// The most memory for the distinct values of a column, in bytes: texts, lists and the table to find them by. What has
/// more, such as ids and hashes, is no column.
pub const BUDGET_BYTES: usize = 128 << 20;

/// Up to so many distinct values, numbers have codes as all others do.
const MAX_CODED_NUMBERS: usize = 1 << 16;

/// The field has more distinct values than [`BUDGET_BYTES`] hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more distinct values than a column can hold")]
pub struct TooVaried;

/// Joins the pieces of one path, stretch by stretch in row order.
#[derive(Debug)]
pub struct ColumnBuilder {
    interner: Interner,
    cells: Cells,
    /// The row behind the last stretch.
    next_row: u32,
    /// From how many distinct values on it is asked again whether they are numbers.
    next_check: usize,
    is_too_varied: bool,
    /// What stands for each code of the piece at hand.
    words: Vec<u64>,
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self {
            interner: Interner::default(),
            cells: Cells::default(),
            next_row: 0,
            next_check: MAX_CODED_NUMBERS,
            is_too_varied: false,
            words: Vec::new(),
        }
    }
}

impl ColumnBuilder {
    /// A builder without rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that keeps numbers by themselves from fewer distinct values on.
    #[cfg(test)]
    pub(super) fn keeping_numbers_above(distinct: usize) -> Self {
        Self { next_check: distinct, ..Self::default() }
    }

    /// Adds a stretch of `rows` rows from row `first_row` on. Stretches come in row order; rows between them have
    /// nothing, and so need not be appended. A stretch that begins before the end of the last is not taken, nor are
    /// rows of the piece behind the end of its stretch.
    pub fn append(&mut self, first_row: u32, rows: u32, piece: &Piece) {
        if piece.is_too_varied {
            self.give_up();
        }
        if self.is_too_varied || first_row < self.next_row {
            return;
        }
        let rows = rows.min(MAX_ROWS.saturating_sub(first_row));
        self.next_row = first_row.saturating_add(rows);
        let count = piece.rows.partition_point(|row| *row < rows);
        let (rows, codes) = (&piece.rows[..count], &piece.codes[..count]);
        let Some(last) = rows.last() else { return };
        let end = first_row + last + 1;
        if self.take(first_row, rows, codes, end, piece).is_none() || self.interner.memory() > BUDGET_BYTES {
            return self.give_up();
        }
        self.check_numbers();
    }

    /// `None` where the arena of texts is full.
    fn take(&mut self, first_row: u32, rows: &[u32], codes: &[u32], end: u32, piece: &Piece) -> Option<()> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        words.extend([ABSENT, NULL, NESTED].map(|code| self.word_of_code(code)));
        let from = &piece.interner;
        // What was pushed after it was prepared is not known.
        let floats = if piece.floats.len() == from.len() { piece.floats.as_slice() } else { &[] };
        for entry in 0..from.len() {
            let known = floats.get(entry).filter(|_| self.style().is_some());
            words.push(match (known, self.style()) {
                (Some((bits, styles)), Some(style)) if styles[style as usize] => *bits,
                // Not the text of a float in this style.
                (Some(_), _) => self.code_word(from.hash(entry), from.kind(entry), from.bytes(entry))?,
                (None, _) => self.word(from.hash(entry), from.kind(entry), from.bytes(entry))?,
            });
        }
        if piece.has_lists {
            let mut cells: Vec<(u32, u64)> = Vec::with_capacity(rows.len());
            let mut at = 0;
            for run in rows.chunk_by(|a, b| a == b) {
                let codes = &codes[at..at + run.len()];
                at += run.len();
                let word = match codes {
                    [code] => words[*code as usize],
                    codes => self.list_word(codes, from)?,
                };
                cells.push((first_row + run[0], word));
            }
            let count = cells.len();
            self.place(cells.into_iter(), count, end);
        } else {
            let cells = rows.iter().zip(codes).map(|(row, code)| (first_row + row, words[*code as usize]));
            self.place(cells, rows.len(), end);
        }
        self.words = words;
        Some(())
    }

    pub(super) fn word_of_code(&self, code: u32) -> u64 {
        match self.cells {
            Cells::Numbers(..) => NO_NUMBER | u64::from(code),
            _ => code.into(),
        }
    }

    /// What stands for a value.
    fn word(&mut self, hash: u32, kind: Kind, bytes: &[u8]) -> Option<u64> {
        if let (Cells::Numbers(style, _), Kind::Number) = (&self.cells, kind) {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            if let Some(value) = canonical::read(*style, text) {
                return Some(value.to_bits());
            }
        }
        self.code_word(hash, kind, bytes)
    }

    /// What stands for a value that is not kept by itself.
    fn code_word(&mut self, hash: u32, kind: Kind, bytes: &[u8]) -> Option<u64> {
        let code = self.interner.intern_hashed(hash, kind, bytes)? as u32 + FIRST;
        Some(self.word_of_code(code))
    }

    /// What stands for a list of codes of another interner.
    fn list_word(&mut self, codes: &[u32], from: &Interner) -> Option<u64> {
        let mut bytes = Vec::with_capacity(codes.len() * 4);
        for code in codes {
            let code = match code.checked_sub(FIRST) {
                Some(entry) => {
                    let entry = entry as usize;
                    let (hash, kind) = (from.hash(entry), from.kind(entry));
                    self.interner.intern_hashed(hash, kind, from.bytes(entry))? as u32 + FIRST
                }
                None => *code,
            };
            bytes.extend_from_slice(&code.to_le_bytes());
        }
        self.list_word_of(&bytes)
    }

    /// What stands for a list of this builder's own codes.
    pub(super) fn list_word_of(&mut self, bytes: &[u8]) -> Option<u64> {
        let code = self.interner.intern(Kind::List, bytes)? as u32 + FIRST;
        Some(self.word_of_code(code))
    }

    /// The code of a value, also where numbers are kept by themselves: elements of lists always have codes.
    pub(super) fn code(&mut self, kind: Kind, bytes: &[u8]) -> Option<u32> {
        Some(self.interner.intern(kind, bytes)? as u32 + FIRST)
    }

    /// What stands for a value that comes without its hash.
    pub(super) fn word_for(&mut self, kind: Kind, text: &str) -> Option<u64> {
        if let (Cells::Numbers(style, _), Kind::Number) = (&self.cells, kind)
            && let Some(value) = canonical::read(*style, text)
        {
            return Some(value.to_bits());
        }
        let code = self.code(kind, text.as_bytes())?;
        Some(self.word_of_code(code))
    }

    /// Whether numbers are kept by themselves, and how they are written.
    pub(super) fn style(&self) -> Option<Style> {
        match self.cells {
            Cells::Numbers(style, _) => Some(style),
            _ => None,
        }
    }

    /// Adds rows and what stands for their contents.
    pub(super) fn place(&mut self, cells: impl Iterator<Item = (u32, u64)>, count: usize, end: u32) {
        self.widen();
        each!(&mut self.cells, stored => {
            stored.extend(cells.map(|(row, word)| (row, Item::of(word))), count, end);
        });
    }

    fn widen(&mut self) {
        let codes = self.interner.len() + FIRST as usize;
        self.cells = match std::mem::take(&mut self.cells) {
            Cells::U8(stored) if codes > 1 << 16 => Cells::U32(stored.map(u32::from)),
            Cells::U8(stored) if codes > 1 << 8 => Cells::U16(stored.map(u16::from)),
            Cells::U16(stored) if codes > 1 << 16 => Cells::U32(stored.map(u32::from)),
            cells => cells,
        };
    }

    /// Gives up where the budget is spent, and keeps numbers by themselves where there are very many.
    pub(super) fn settle(&mut self) {
        if self.interner.memory() > BUDGET_BYTES {
            self.give_up();
        } else {
            self.check_numbers();
        }
    }

    fn check_numbers(&mut self) {
        let distinct = self.interner.len();
        if distinct <= self.next_check || matches!(self.cells, Cells::Numbers(..)) {
            return;
        }
        self.next_check = distinct * 2;
        let canonical = |style: &Style| {
            let is_number = |entry: &usize| {
                self.interner.kind(*entry) == Kind::Number
                    && canonical::read(*style, self.interner.text(*entry)).is_some()
            };
            (0..distinct).filter(is_number).count()
        };
        let counts = Style::ALL.map(|style| canonical(&style));
        let (style, count) =
            if counts[0] >= counts[1] { (Style::ALL[0], counts[0]) } else { (Style::ALL[1], counts[1]) };
        if count >= distinct - distinct / 16 {
            self.keep_numbers(style);
        }
    }

    /// Makes numbers of codes where they can be given back to the letter.
    fn keep_numbers(&mut self, style: Style) {
        let old = std::mem::take(&mut self.interner);
        let mut words: Vec<u64> = [ABSENT, NULL, NESTED].map(|code| NO_NUMBER | u64::from(code)).to_vec();
        let cells = std::mem::replace(&mut self.cells, Cells::Numbers(style, Stored::default()));
        for entry in 0..old.len() {
            let word = match old.kind(entry) {
                Kind::List => {
                    let codes: Vec<u32> = old.codes(entry).collect();
                    self.list_word(&codes, &old)
                }
                kind => self.word(old.hash(entry), kind, old.bytes(entry)),
            };
            // There are no more entries than before, so they fit.
            words.push(word.unwrap_or(NO_NUMBER));
        }
        let word = |code: u32| words[code as usize];
        self.cells = Cells::Numbers(
            style,
            match cells {
                Cells::U8(stored) => stored.map(|code| word(code.into())),
                Cells::U16(stored) => stored.map(|code| word(code.into())),
                Cells::U32(stored) => stored.map(word),
                Cells::Numbers(_, stored) => stored,
            },
        );
    }

    fn give_up(&mut self) {
        *self = Self { is_too_varied: true, next_row: self.next_row, ..Self::default() };
    }

    /// Whether [`ColumnBuilder::finish`] will say so.
    #[must_use]
    pub fn is_too_varied(&self) -> bool {
        self.is_too_varied
    }

    /// The column of `total_rows` rows, its values in the order that `order` says; rows behind the last that was
    /// appended have nothing.
    ///
    /// # Errors
    /// [`TooVaried`].
    pub fn finish(self, total_rows: u32, order: FieldType) -> Result<Column, TooVaried> {
        if self.is_too_varied {
            return Err(TooVaried);
        }
        let length = total_rows.min(MAX_ROWS);
        let (lexicon, codes) = Lexicon::new(&self.interner, order);
        drop(self.interner);
        let cells = match self.cells {
            Cells::U8(stored) => Cells::U8(recode(stored, &codes).settle(length)),
            Cells::U16(stored) => Cells::U16(recode(stored, &codes).settle(length)),
            Cells::U32(stored) => Cells::U32(recode(stored, &codes).settle(length)),
            Cells::Numbers(style, mut stored) => {
                for bits in stored.items_mut() {
                    if let Some(code) = code_in(*bits) {
                        *bits = NO_NUMBER | u64::from(codes[code as usize]);
                    }
                }
                Cells::Numbers(style, stored.settle(length))
            }
        };
        Ok(Column { length, lexicon, cells })
    }
}

/// Puts new codes for old ones.
fn recode<T: Item>(mut stored: Stored<T>, codes: &[u32]) -> Stored<T> {
    for item in stored.items_mut() {
        *item = T::of(codes[item.word() as usize].into());
    }
    stored
}

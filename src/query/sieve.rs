//! Finds the lines of a log that pass terms for which there is no column: free text, and fields of any path. It reads
//! uncompressed lines and keeps nothing; what reads and decompresses a log is elsewhere.
//!
//! Most terms have a condition that every line they match meets and that bytes alone can answer. Lines that meet it are
//! read value by value, and those that would match are checked to be records at all, which is the slowest part. The
//! answers are those of [`matches`](super::matches()).
//!
//! ```
//! use probity::bundle::line::Line;
//! use probity::query::{self, Expr, Sieve, Unknown};
//!
//! # fn main() -> Result<(), query::Error> {
//! let mut lines = Vec::new();
//! for (seq, record) in (0..).zip([r#"{"note":"Gr\u00fc\u00dfe"}"#, r#"{"grüße":1}"#, r#"{"note":["GRÜẞE an alle"]}"#]) {
//!     Line { seq, prev: [0; 32], hash: [0; 32], record: record.as_bytes() }.write(&mut lines);
//! }
//! let Expr::Term(term) = query::parse("grüße", &Unknown)?.expr else { return Ok(()) };
//! let sieve = Sieve::new(&[term], None, |line| Line::parse(line).map(|line| (line.seq, line.record)));
//! let mut rows = vec![Vec::new()];
//! sieve.scan(&lines, 100, &mut rows);
//! assert_eq!(rows, [[100, 102]]);
//! # Ok(())
//! # }
//! ```

mod ask;
mod hint;
mod relax;
mod run;

use chrono::FixedOffset;

use crate::record::check;

use super::expr::Term;
use ask::{Ask, Scratch};
use hint::{Hint, Lines};

/// Reads a line of the log, without its LF: the seq it states and the text of its record. `None` where it is not of the
/// form that lines have. It is given because filters know nothing of bundles.
pub type ReadLine = fn(&[u8]) -> Option<(u64, &[u8])>;

/// About how many bytes of lines are looked at for every term in turn: few enough to stay in a core's cache.
const BLOCK_BYTES: usize = 128 << 10;

/// Terms to find the lines of. Threads that scan at once take a clone each: the memory that regexes work in is kept for
/// one at a time, and the others would wait for it.
#[derive(Debug, Clone)]
pub struct Sieve {
    questions: Vec<Question>,
    zone: Option<FixedOffset>,
    read_line: ReadLine,
}

#[derive(Debug, Clone)]
struct Question {
    hint: Hint,
    ask: Ask,
}

impl Sieve {
    /// A sieve for `terms`; `zone` is that of the log's times without an offset.
    ///
    /// It knows of a record what its line says. Terms that ask for more are answered as if nothing more were known: marks,
    /// and the aliases `version`, `version_source`, `result`, `outcome`, `reviewed`, `overridden` and `correct`. Whoever
    /// knows more ([`Resolver`](super::Resolver)) has to answer those otherwise.
    #[must_use]
    pub fn new(terms: &[Term], zone: Option<FixedOffset>, read_line: ReadLine) -> Self {
        let questions = terms.iter().map(|term| Question { hint: Hint::of(term), ask: Ask::of(term) }).collect();
        Self { questions, zone, read_line }
    }

    /// Appends to each of `out`, one a term, the rows that pass that term, in ascending order.
    ///
    /// `lines` are whole lines of the log, the first of them in row `first_row`. What ends with an LF is a row, and so is
    /// what is left behind the last one. Only the record of a line is searched. A line that has none, or one that is no
    /// record of the format ([`check`]), matches nothing; whether its hash is right is not asked. Rows beyond
    /// [`u32::MAX`] are not looked at.
    pub fn scan(&self, lines: &[u8], first_row: u32, out: &mut [Vec<u32>]) {
        let mut scratch = Scratch::default();
        let mut marks = Vec::new();
        let (mut rest, mut row) = (lines, first_row);
        let mut found = Lines::default();
        while !rest.is_empty() {
            let least = BLOCK_BYTES.min(rest.len());
            let bytes = memchr::memchr(b'\n', &rest[least..]).map_or(rest.len(), |at| least + at + 1);
            let (block, behind) = rest.split_at(bytes);
            found.read(block);
            // A mark is a bit a term.
            let groups = self.questions.chunks(u64::BITS as usize).zip(out.chunks_mut(u64::BITS as usize));
            for (questions, out) in groups {
                marks.clear();
                marks.resize(found.len(), 0_u64);
                for (at, question) in questions.iter().enumerate() {
                    question.hint.candidates(&found, block, |line| marks[line] |= 1 << at);
                }
                for (line, marked) in marks.iter().enumerate().filter(|(_, marked)| **marked != 0) {
                    let Some(row) = u32::try_from(line).ok().and_then(|line| row.checked_add(line)) else { return };
                    self.confirm(questions, *marked, found.line(block, line), &mut scratch, |at| {
                        if let Some(rows) = out.get_mut(at) {
                            rows.push(row);
                        }
                    });
                }
            }
            rest = behind;
            let Some(next) = u32::try_from(found.len()).ok().and_then(|lines| row.checked_add(lines)) else { return };
            row = next;
        }
    }

    /// Tells which of the questions that are marked `line` passes.
    fn confirm(
        &self,
        questions: &[Question],
        marked: u64,
        line: &[u8],
        scratch: &mut Scratch,
        mut tell: impl FnMut(usize),
    ) {
        let Some((seq, record)) = (self.read_line)(line) else { return };
        let Ok(record) = simdutf8::basic::from_utf8(record) else { return };
        let mut is_record = false;
        for (at, question) in questions.iter().enumerate().filter(|(at, _)| marked >> at & 1 == 1) {
            if question.ask.passes(record, &ask::Known { seq, zone: self.zone }, &question.hint, scratch) {
                if !is_record && check(record).is_err() {
                    return;
                }
                is_record = true;
                tell(at);
            }
        }
    }
}

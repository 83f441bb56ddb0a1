//! Rows of a CSV source, strictly by RFC 4180: what two programs could read differently is a row that does not fit, and
//! never a guess. A quote that is never closed costs one row, not the rest of the file, and never unbounded memory.
//!
//! The `csv` crate takes text after a closing quote as it comes and holds whatever stands behind an open one; the tests
//! use it as the twin for everything that is well formed.

use super::source::{Source, SourceError};
use crate::bundle::lines::Ended;

/// The longest row in bytes, its line breaks included.
pub const MAX_ROW_BYTES: usize = 1 << 20;

/// How a source's text is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Parts the fields: one ASCII character.
    pub delimiter: u8,
    /// Encloses fields; `None` where quotes are characters like any other.
    pub quote: Option<u8>,
    /// How bytes become characters.
    pub encoding: Encoding,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), encoding: Encoding::Utf8 }
    }
}

/// How bytes become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; anything else is a row that does not fit.
    Utf8,
    /// ISO 8859-1: every byte is the character of that number.
    Latin1,
    /// Windows code page 1252, as the WHATWG encoding standard has it.
    Windows1252,
}

/// What a source has next.
#[derive(Debug)]
pub enum CsvRow<'a> {
    /// Its end.
    End,
    /// A row that is no row.
    Fault {
        /// The line it begins on, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A row.
    Fields {
        /// The line it begins on, from 1.
        line: u64,
        /// Its fields.
        fields: Fields<'a>,
    },
}

/// The fields of one row.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Fields<'a> {
    /// Number of fields, at least 1.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: a blank line is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The field at `index`, from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&'a str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        let this = *self;
        (0..this.len()).filter_map(move |index| this.get(index))
    }
}

/// Reads the rows of a source.
pub struct CsvReader {
    source: Source,
    dialect: Dialect,
    splitter: Splitter,
    decoded: String,
    /// The physical line read last.
    line: Vec<u8>,
    /// Lines, with their LFs, that a row reached into after its first one: should the row prove faulty, they are looked
    /// at again from `resume` on. `cursor` is the next one.
    ahead: Vec<u8>,
    cursor: usize,
    resume: usize,
    /// A line that was too long stands behind those.
    is_too_long_ahead: bool,
    /// The number of the line read last.
    number: u64,
    blank: u64,
    /// How many fields a row has, once that is known.
    width: Option<usize>,
}

/// What a physical line turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Physical {
    End,
    TooLong,
    Line,
}

impl CsvReader {
    /// Reads `source`, of which nothing was read yet.
    #[must_use]
    pub fn new(source: Source, dialect: Dialect) -> Self {
        Self {
            source,
            dialect,
            splitter: Splitter::default(),
            decoded: String::new(),
            line: Vec::new(),
            ahead: Vec::new(),
            cursor: 0,
            resume: 0,
            is_too_long_ahead: false,
            number: 0,
            blank: 0,
            width: None,
        }
    }

    /// From now on a row of another number of fields is a fault.
    pub fn expect_width(&mut self, fields: usize) {
        self.width = Some(fields);
    }

    /// Blank lines passed over so far; also a first line `sep=;`, by which a spreadsheet tells another how fields are parted.
    #[must_use]
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Gives the source back.
    #[must_use]
    pub fn into_source(self) -> Source {
        self.source
    }

    /// The next row.
    ///
    /// # Errors
    /// [`SourceError`] where the source cannot be read on.
    pub fn next_row(&mut self) -> Result<CsvRow<'_>, SourceError> {
        self.splitter.begin();
        loop {
            match self.first_line()? {
                Physical::End => return Ok(CsvRow::End),
                Physical::TooLong => return Ok(CsvRow::Fault { line: self.number, reason: super::rows::too_long() }),
                Physical::Line if is_blank(&self.line, self.number) => self.blank += 1,
                Physical::Line => break,
            }
        }
        let first = self.number;
        let mut bytes = self.line.len();
        loop {
            match self.splitter.feed(&self.line, &self.dialect) {
                Err(reason) => return Ok(self.fault(first, reason.to_owned())),
                Ok(State::Done) => break,
                Ok(_) if bytes > MAX_ROW_BYTES => {
                    let reason = format!("a quote is opened and not closed within {MAX_ROW_BYTES} bytes");
                    return Ok(self.fault(first, reason));
                }
                Ok(_) => {}
            }
            if self.following_line()? != Physical::Line {
                return Ok(self.fault(first, "a quote is opened and never closed".to_owned()));
            }
            bytes += self.line.len() + 1;
        }
        if memchr::memchr(0, &self.splitter.text).is_some() {
            return Ok(self.fault(first, "it holds a NUL byte".to_owned()));
        }
        if let Some(width) = self.width.filter(|width| *width != self.splitter.ends.len()) {
            let fields = self.splitter.ends.len();
            return Ok(self.fault(first, format!("{fields} fields, where there are {width} columns")));
        }
        if self.dialect.encoding == Encoding::Utf8
            && let Err(error) = simdutf8::compat::from_utf8(&self.splitter.text)
        {
            let field = self.splitter.ends.partition_point(|end| *end <= error.valid_up_to()) + 1;
            return Ok(self.fault(
                first,
                format!(
                    "not UTF-8 in field {field}; a file in another encoding needs it stated: encoding = \"windows-1252\""
                ),
            ));
        }
        let Self { splitter, decoded, dialect, .. } = self;
        let text = match dialect.encoding {
            // Looked at a moment ago.
            Encoding::Utf8 => simdutf8::basic::from_utf8(&splitter.text).unwrap_or_default(),
            encoding => {
                splitter.decode(encoding, decoded);
                decoded
            }
        };
        Ok(CsvRow::Fields { line: first, fields: Fields { text, ends: &splitter.ends } })
    }

    /// The line that begins a row.
    fn first_line(&mut self) -> Result<Physical, SourceError> {
        if self.cursor > 4 * MAX_ROW_BYTES {
            self.ahead.drain(..self.cursor);
            self.cursor = 0;
        }
        let line = match self.line_ahead() {
            Some(line) => line,
            None => {
                self.ahead.clear();
                self.cursor = 0;
                self.line_of_source()?
            }
        };
        // Whatever this row reaches into beyond its first line begins here.
        self.resume = self.cursor;
        Ok(line)
    }

    /// A line that a row goes on in.
    fn following_line(&mut self) -> Result<Physical, SourceError> {
        let line = match self.line_ahead() {
            Some(Physical::Line) => return Ok(Physical::Line),
            Some(other) => other,
            None => self.line_of_source()?,
        };
        match line {
            Physical::Line => {
                self.ahead.extend_from_slice(&self.line);
                self.ahead.push(b'\n');
                self.cursor = self.ahead.len();
            }
            Physical::TooLong => self.is_too_long_ahead = true,
            Physical::End => {}
        }
        Ok(line)
    }

    fn line_ahead(&mut self) -> Option<Physical> {
        let rest = &self.ahead[self.cursor..];
        if rest.is_empty() {
            let is_too_long = std::mem::take(&mut self.is_too_long_ahead);
            self.number += u64::from(is_too_long);
            return is_too_long.then_some(Physical::TooLong);
        }
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.line.clear();
        self.line.extend_from_slice(&rest[..length]);
        self.cursor += length + 1;
        self.number += 1;
        Some(Physical::Line)
    }

    fn line_of_source(&mut self) -> Result<Physical, SourceError> {
        let ended = self.source.read_line(MAX_ROW_BYTES, &mut self.line)?;
        self.number += u64::from(ended.is_some());
        Ok(match ended {
            None => Physical::End,
            Some(Ended::Bound) => {
                self.source.skip_line()?;
                Physical::TooLong
            }
            Some(Ended::LineFeed | Ended::Input) => Physical::Line,
        })
    }

    /// A faulty row takes only its first line with it: those after it may be rows.
    fn fault(&mut self, first: u64, reason: String) -> CsvRow<'static> {
        self.cursor = self.resume;
        self.number = first;
        CsvRow::Fault { line: first, reason }
    }
}

/// Whether a line is no row.
fn is_blank(line: &[u8], number: u64) -> bool {
    match without_cr(line) {
        [] => true,
        [b's', b'e', b'p', b'=', _] => number == 1,
        _ => false,
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// The row is complete.
    Done,
    /// At the start of a field.
    #[default]
    Start,
    /// Between quotes; the row goes on in the next line.
    Quoted,
}

/// Takes a row apart, line by line.
#[derive(Default)]
struct Splitter {
    text: Vec<u8>,
    ends: Vec<usize>,
    state: State,
}

impl Splitter {
    fn begin(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.state = State::Start;
    }

    /// Takes in a line without its LF. `Done`, or `Quoted` where the row goes on.
    fn feed(&mut self, line: &[u8], dialect: &Dialect) -> Result<State, &'static str> {
        let delimiter = dialect.delimiter;
        // Within quotes a carriage return is text; at the end of a row it is half of the line break.
        let body = without_cr(line);
        let mut at = 0;
        loop {
            match self.state {
                State::Start => {
                    let rest = &body[at.min(body.len())..];
                    if let Some(quote) = dialect.quote {
                        if rest.first() == Some(&quote) {
                            self.state = State::Quoted;
                            at += 1;
                            continue;
                        }
                        let end = memchr::memchr2(delimiter, quote, rest).unwrap_or(rest.len());
                        if rest.get(end) == Some(&quote) {
                            return Err("a quote within a field that does not begin with one");
                        }
                    }
                    let end = memchr::memchr(delimiter, rest).unwrap_or(rest.len());
                    if memchr::memchr(b'\r', &rest[..end]).is_some() {
                        return Err("a carriage return within a row; lines end with LF or CRLF");
                    }
                    self.text.extend_from_slice(&rest[..end]);
                    self.ends.push(self.text.len());
                    at += end + 1;
                    if end == rest.len() {
                        self.state = State::Done;
                        return Ok(State::Done);
                    }
                }
                State::Quoted => {
                    let quote = dialect.quote.unwrap_or(b'"');
                    let rest = &line[at.min(line.len())..];
                    let Some(end) = memchr::memchr(quote, rest) else {
                        self.text.extend_from_slice(rest);
                        self.text.push(b'\n');
                        return Ok(State::Quoted);
                    };
                    self.text.extend_from_slice(&rest[..end]);
                    match &rest[end + 1..] {
                        [next, ..] if *next == quote => {
                            self.text.push(quote);
                            at += end + 2;
                        }
                        [] | [b'\r'] => {
                            self.ends.push(self.text.len());
                            self.state = State::Done;
                            return Ok(State::Done);
                        }
                        [next, ..] if *next == delimiter => {
                            self.ends.push(self.text.len());
                            self.state = State::Start;
                            at += end + 2;
                        }
                        _ => return Err("text after a closing quote; a quote within quotes is written twice"),
                    }
                }
                State::Done => return Ok(State::Done),
            }
        }
    }

    /// Decodes the row, and moves the ends of its fields along.
    fn decode(&mut self, encoding: Encoding, out: &mut String) {
        out.clear();
        let mut start = 0;
        for end in &mut self.ends {
            out.extend(self.text[start..*end].iter().map(|byte| match encoding {
                Encoding::Windows1252 => windows_1252(*byte),
                Encoding::Utf8 | Encoding::Latin1 => char::from(*byte),
            }));
            start = *end;
            *end = out.len();
        }
    }
}

/// The characters of 0x80 to 0x9f in Windows code page 1252; the five unassigned bytes are control characters there.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests;

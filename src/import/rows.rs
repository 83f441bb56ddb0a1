//! The rows of a source, of either form, with the fields that a mapping wants.

use super::convert::Field;
use super::csv::{CsvReader, CsvRow, MAX_ROW_BYTES};
use super::mapping::{FieldName, Lines, Mapping};
use super::misfit::Misfit;
use super::paths::{Paths, tokens};
use super::source::{Source, SourceError};
use crate::bundle::lines::Ended;
use crate::record;
use crate::record::text::shown_short;

/// Why the rows of a source cannot be read by a mapping.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// See [`SourceError`].
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source has no header, or one that cannot be read.
    #[error("{name}: line {line}: the header cannot be read: {reason}")]
    Header {
        /// The source.
        name: String,
        /// The header's line.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The mapping names a field that the header does not have, or has twice.
    #[error("{name}: {reason}")]
    Field {
        /// The source.
        name: String,
        /// Which, and what there is instead.
        reason: String,
    },
}

/// What comes next.
pub enum Next<'a> {
    /// The end of the source.
    End,
    /// A row that cannot be read.
    Fault {
        /// The line it begins on.
        line: u64,
        /// Why.
        misfit: Misfit,
    },
    /// A row.
    Row {
        /// The line it begins on.
        line: u64,
        /// The fields that the mapping wants, in its order. `None` where the row has none.
        fields: Vec<Option<Field<'a>>>,
    },
}

/// The rows of a source.
pub enum Rows {
    /// Of a CSV file.
    Csv(Box<CsvRows>),
    /// Of a file of JSON objects.
    Jsonl(Box<JsonRows>),
}

/// Rows of fields.
pub struct CsvRows {
    reader: CsvReader,
    /// For every field that is wanted, its column.
    columns: Vec<usize>,
    unused: Vec<String>,
    empty: Vec<String>,
}

/// Rows of JSON objects.
pub struct JsonRows {
    lines: TextLines,
    paths: Paths,
    empty: Vec<String>,
}

/// The lines of a source that are not blank, without the white space that JSON allows around a value (RFC 8259 §2).
pub struct TextLines {
    source: Source,
    line: Vec<u8>,
    blank: u64,
}

/// What comes next among lines.
pub enum NextLine<'a> {
    /// The end of the source.
    End,
    /// A line of more than [`MAX_ROW_BYTES`].
    TooLong {
        /// Its number.
        line: u64,
    },
    /// A line.
    Line {
        /// Its number.
        line: u64,
        /// Its bytes.
        text: &'a [u8],
    },
}

impl TextLines {
    /// The lines of `source`.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self { source, line: Vec::new(), blank: 0 }
    }

    /// The next line.
    ///
    /// # Errors
    /// [`SourceError`] where the source cannot be read on.
    pub fn next_line(&mut self) -> Result<NextLine<'_>, SourceError> {
        let Self { source, line, blank } = self;
        loop {
            match source.read_line(MAX_ROW_BYTES, line)? {
                None => return Ok(NextLine::End),
                Some(Ended::Bound) => {
                    source.skip_line()?;
                    return Ok(NextLine::TooLong { line: source.line() });
                }
                Some(Ended::LineFeed | Ended::Input) => {}
            }
            if !trimmed(line).is_empty() {
                break;
            }
            *blank += 1;
        }
        Ok(NextLine::Line { line: source.line(), text: trimmed(line) })
    }

    /// Blank lines passed over so far.
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
}

/// The line without the white space that JSON allows around a value (RFC 8259 §2): it is no part of the record.
#[must_use]
pub fn trimmed(line: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let start = line.iter().position(|byte| !is_space(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &line[start..end]
}

impl Rows {
    /// Begins to read `source`: its header, where it has one.
    ///
    /// # Errors
    /// [`RowsError`]
    pub fn open(mut source: Source, mapping: &Mapping) -> Result<Self, RowsError> {
        let options = &mapping.source;
        let begins_object = source.peek()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let lines = options.lines.unwrap_or(if begins_object { Lines::Jsonl } else { Lines::Csv });
        let empty = options.empty.clone();
        match lines {
            Lines::Jsonl => {
                let mut paths = Paths::default();
                for field in &mapping.fields {
                    match field {
                        FieldName::Named(path) => paths.add(&tokens(path)),
                        FieldName::Numbered(_) => {
                            let reason = format!("JSON lines have no {field}; name it");
                            return Err(RowsError::Field { name: source.name(), reason });
                        }
                    }
                }
                Ok(Self::Jsonl(Box::new(JsonRows { lines: TextLines::new(source), paths, empty })))
            }
            Lines::Csv => {
                let mut reader = CsvReader::new(source, options.dialect.clone());
                let header = match &options.columns {
                    Some(columns) => columns.clone(),
                    None => header(&mut reader)?,
                };
                let mut columns = Vec::new();
                for field in &mapping.fields {
                    let column = column(field, &header);
                    columns.push(column.map_err(|reason| RowsError::Field { name: reader.source().name(), reason })?);
                }
                let unused =
                    (0..header.len()).filter(|at| !columns.contains(at)).map(|at| header[at].clone()).collect();
                reader.expect_width(header.len());
                Ok(Self::Csv(Box::new(CsvRows { reader, columns, unused, empty })))
            }
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// [`SourceError`] where the source cannot be read on.
    pub fn next_row(&mut self) -> Result<Next<'_>, SourceError> {
        match self {
            Self::Csv(rows) => rows.next_row(),
            Self::Jsonl(rows) => rows.next_row(),
        }
    }

    /// Blank lines passed over so far.
    #[must_use]
    pub fn blank(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.reader.blank(),
            Self::Jsonl(rows) => rows.lines.blank(),
        }
    }

    /// Columns that the mapping does not name; of JSON they are not known.
    #[must_use]
    pub fn unused(&self) -> &[String] {
        match self {
            Self::Csv(rows) => &rows.unused,
            Self::Jsonl(_) => &[],
        }
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        match self {
            Self::Csv(rows) => rows.reader.source(),
            Self::Jsonl(rows) => rows.lines.source(),
        }
    }

    /// Gives the source back.
    #[must_use]
    pub fn into_source(self) -> Source {
        match self {
            Self::Csv(rows) => rows.reader.into_source(),
            Self::Jsonl(rows) => rows.lines.into_source(),
        }
    }
}

/// The names in the header; white space around them, which some programs write, is not part of a name.
pub(super) fn header(reader: &mut CsvReader) -> Result<Vec<String>, RowsError> {
    let name = reader.source().name();
    match reader.next_row()? {
        CsvRow::End => Err(RowsError::Header { name, line: 1, reason: "the source is empty".to_owned() }),
        CsvRow::Fault { line, reason } => Err(RowsError::Header { name, line, reason }),
        CsvRow::Fields { fields, .. } => Ok(fields.iter().map(|name| name.trim().to_owned()).collect()),
    }
}

fn column(field: &FieldName, header: &[String]) -> Result<usize, String> {
    match field {
        FieldName::Numbered(number) if *number <= header.len() => Ok(number - 1),
        FieldName::Numbered(_) => Err(format!("there is no {field}; there are {} columns", header.len())),
        FieldName::Named(wanted) => {
            let found: Vec<usize> = (0..header.len()).filter(|at| header[*at] == *wanted).collect();
            match found[..] {
                [one] => Ok(one),
                [] => {
                    let names: Vec<String> = header.iter().take(40).map(|name| shown_short(name, 40)).collect();
                    Err(format!("there is no field {field}; the header has {}", names.join(", ")))
                }
                _ => {
                    let numbers: Vec<String> = found.iter().map(|at| (at + 1).to_string()).collect();
                    Err(format!(
                        "the header has {field} in columns {}; name the column by its number, such as field = {}",
                        numbers.join(" and "),
                        numbers[0]
                    ))
                }
            }
        }
    }
}

impl CsvRows {
    fn next_row(&mut self) -> Result<Next<'_>, SourceError> {
        let Self { reader, columns, empty, .. } = self;
        Ok(match reader.next_row()? {
            CsvRow::End => Next::End,
            CsvRow::Fault { line, reason } => Next::Fault { line, misfit: reason.into() },
            CsvRow::Fields { line, fields } => {
                let value = |column: &usize| {
                    let text = fields.get(*column).filter(|text| !text.is_empty())?;
                    (!empty.iter().any(|none| none == text)).then_some(Field::Text(text))
                };
                Next::Row { line, fields: columns.iter().map(value).collect() }
            }
        })
    }
}

impl JsonRows {
    fn next_row(&mut self) -> Result<Next<'_>, SourceError> {
        let Self { lines, paths, empty } = self;
        let (number, text) = match lines.next_line()? {
            NextLine::End => return Ok(Next::End),
            NextLine::TooLong { line } => return Ok(Next::Fault { line, misfit: too_long().into() }),
            NextLine::Line { line, text } => (line, text),
        };
        let fault = |misfit: Misfit| Ok(Next::Fault { line: number, misfit });
        let text = match simdutf8::compat::from_utf8(text) {
            Ok(text) => text,
            Err(error) => return fault(format!("not UTF-8 at byte {}", error.valid_up_to()).into()),
        };
        // A value is copied as it stands, and a record is one line: found only when it is pushed, it would cost half a row.
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            return fault("a carriage return within the line".into());
        }
        // The same rules as for records: what two programs could read differently is refused here already.
        if let Err(reason) = record::check(text) {
            return fault(reason.into());
        }
        let mut found = Vec::new();
        if let Err(error) = paths.find(text, &mut found) {
            return fault(error.to_string().into());
        }
        let is_none = |json: &str| {
            let text = Field::Json(json).text().ok().flatten();
            text.is_some_and(|text| empty.iter().any(|none| *none == text))
        };
        let fields = found.into_iter().map(|json| json.filter(|json| !is_none(json)).map(Field::Json));
        Ok(Next::Row { line: number, fields: fields.collect() })
    }
}

/// Why a line that is too long is no row.
pub(super) fn too_long() -> String {
    format!("a line of more than {MAX_ROW_BYTES} bytes")
}

//! Records as a stream of text: what a worker makes of one record, and what stands around all of them.

use std::io::{self, Write};

use super::csv;
use super::rows::{OutputColumn, Printer, Record, Scratch, cells, json};
use crate::evidence::Evidence;

/// A form that is written from its beginning to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Comma-separated values with a header (RFC 4180), formulas made inert ([`csv::field`]).
    Csv,
    /// The records themselves, byte by byte, one a line.
    Jsonl,
    /// One list of objects, with the types that the records have.
    Json,
}

impl Stream {
    /// Its name, which is also how names of such files end.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
        }
    }

    /// Whether it has columns: otherwise records stand as they are.
    #[must_use]
    pub fn has_columns(self) -> bool {
        self != Self::Jsonl
    }
}

/// Prints records in such a form, one after the other.
pub struct StreamPrinter<'e> {
    evidence: &'e Evidence,
    columns: &'e [OutputColumn],
    /// The names as JSON.
    keys: Vec<Vec<u8>>,
    stream: Stream,
    scratch: Scratch,
    cell: String,
}

impl<'e> StreamPrinter<'e> {
    /// For these columns.
    #[must_use]
    pub fn new(evidence: &'e Evidence, columns: &'e [OutputColumn], stream: Stream) -> Self {
        let key = |column: &OutputColumn| serde_json::to_vec(&column.name).unwrap_or_default();
        let keys = columns.iter().map(key).collect();
        Self { evidence, columns, keys, stream, scratch: Scratch::default(), cell: String::new() }
    }

    fn json(&mut self, record: &Record<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\n{");
        for (at, (column, key)) in self.columns.iter().zip(&self.keys).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key);
            out.push(b':');
            json(self.evidence, &column.source, record, &mut self.scratch, out);
        }
        out.push(b'}');
    }
}

impl Printer for StreamPrinter<'_> {
    fn print(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> bool {
        match self.stream {
            Stream::Jsonl => match record.bytes {
                Some(bytes) => {
                    out.extend_from_slice(bytes);
                    out.push(b'\n');
                }
                None => return false,
            },
            Stream::Json => self.json(record, out),
            Stream::Csv => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    if cells::text(self.evidence, &column.source, record, &mut self.scratch, &mut self.cell) {
                        csv::field(&self.cell, out);
                    }
                }
                out.extend_from_slice(b"\r\n");
            }
        }
        true
    }
}

/// Writes what [`StreamPrinter`]s made.
pub struct StreamWriter<'c, W> {
    out: W,
    stream: Stream,
    columns: &'c [OutputColumn],
    is_empty: bool,
}

impl<'c, W: Write> StreamWriter<'c, W> {
    /// Into `out`.
    pub fn new(out: W, stream: Stream, columns: &'c [OutputColumn]) -> Self {
        Self { out, stream, columns, is_empty: true }
    }

    /// What comes before the records.
    ///
    /// # Errors
    /// Of writing.
    pub fn begin(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        match self.stream {
            Stream::Csv => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        head.push(b',');
                    }
                    csv::field(&column.name, &mut head);
                }
                head.extend_from_slice(b"\r\n");
            }
            Stream::Json => head.push(b'['),
            Stream::Jsonl => {}
        }
        self.out.write_all(&head)
    }

    /// Records.
    ///
    /// # Errors
    /// Of writing.
    pub fn write(&mut self, records: &[u8]) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let is_first = std::mem::take(&mut self.is_empty);
        // Each object has a comma before it, which the first does not need.
        let skipped = usize::from(is_first && self.stream == Stream::Json);
        self.out.write_all(&records[skipped..])
    }

    /// What comes behind them.
    ///
    /// # Errors
    /// Of writing.
    pub fn end(&mut self) -> io::Result<()> {
        let tail: &[u8] = match self.stream {
            Stream::Json if self.is_empty => b"]\n",
            Stream::Json => b"\n]\n",
            Stream::Csv | Stream::Jsonl => b"",
        };
        self.out.write_all(tail)?;
        self.out.flush()
    }
}

//! The forms in which records are printed: what a worker makes of one record, and what is around all of them.

use std::io::Write;

use clap::ValueEnum;

use super::cells::{self, OutputColumn, Record, Scratch};
use super::json::json;
use super::read::Ended;
use super::table::{self, Table};
use crate::cli::forms::{Listed, csv_field};
use crate::evidence::Evidence;

/// How records are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned, for people
    Table,
    /// Comma-separated values with a header (RFC 4180), lines ending in CR LF
    Csv,
    /// The records themselves, byte by byte, one a line
    Jsonl,
    /// One list of objects, with the types that the records have
    Json,
}

impl Format {
    /// Its name, as it is given.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
        }
    }
}

/// Prints records, one after the other. Each worker has its own.
pub(super) struct Printer<'e> {
    evidence: &'e Evidence,
    columns: &'e [OutputColumn],
    /// The names as JSON.
    keys: Vec<Vec<u8>>,
    format: Format,
    scratch: Scratch,
    cell: String,
}

impl<'e> Printer<'e> {
    pub(super) fn new(evidence: &'e Evidence, columns: &'e [OutputColumn], format: Format) -> Self {
        let key = |column: &OutputColumn| serde_json::to_vec(&column.name).unwrap_or_default();
        let keys = columns.iter().map(key).collect();
        Self { evidence, columns, keys, format, scratch: Scratch::default(), cell: String::new() }
    }

    /// Appends a record; false where it is nothing that the format could print.
    pub(super) fn print(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> bool {
        match self.format {
            Format::Jsonl => match record.bytes {
                Some(bytes) => {
                    out.extend_from_slice(bytes);
                    out.push(b'\n');
                }
                None => return false,
            },
            Format::Json => self.json(record, out),
            Format::Csv => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    if cells::text(self.evidence, &column.source, record, &mut self.scratch, &mut self.cell) {
                        csv_field(&self.cell, out);
                    }
                }
                out.extend_from_slice(b"\r\n");
            }
            Format::Table => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        out.push(table::BETWEEN);
                    }
                    if cells::text(self.evidence, &column.source, record, &mut self.scratch, &mut self.cell) {
                        table::cell(&self.cell, at + 1 == self.columns.len(), out);
                    }
                }
                out.push(b'\n');
            }
        }
        true
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

impl Listed for Format {
    const USUAL: Self = Self::Table;
    const JSON: Self = Self::Json;
}

/// Where all of it goes.
pub(super) struct Sink<'c, W> {
    out: W,
    format: Format,
    columns: &'c [OutputColumn],
    table: Option<Table>,
    is_empty: bool,
}

impl<'c, W: Write> Sink<'c, W> {
    pub(super) fn new(out: W, format: Format, columns: &'c [OutputColumn]) -> Self {
        let table = (format == Format::Table).then(|| Table::new(columns));
        Self { out, format, columns, table, is_empty: true }
    }

    /// What comes before the records.
    pub(super) fn begin(&mut self) -> Result<(), Ended> {
        let mut head = Vec::new();
        match self.format {
            Format::Csv => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        head.push(b',');
                    }
                    csv_field(&column.name, &mut head);
                }
                head.extend_from_slice(b"\r\n");
            }
            Format::Json => head.push(b'['),
            Format::Table | Format::Jsonl => {}
        }
        self.put(&head)
    }

    /// Records, as a [`Printer`] made them.
    pub(super) fn write(&mut self, records: &[u8]) -> Result<(), Ended> {
        if records.is_empty() {
            return Ok(());
        }
        let is_first = std::mem::take(&mut self.is_empty);
        match &mut self.table {
            Some(table) => {
                let mut lines = Vec::with_capacity(records.len() * 2);
                table.lay_out(records, &mut lines);
                self.put(&lines)
            }
            // Each object has a comma before it, which the first does not need.
            None if self.format == Format::Json && is_first => self.put(&records[1..]),
            None => self.put(records),
        }
    }

    /// What comes behind them.
    pub(super) fn end(&mut self) -> Result<(), Ended> {
        let mut tail = Vec::new();
        match (self.format, &mut self.table) {
            (Format::Table, Some(table)) => table.finish(&mut tail),
            (Format::Json, _) if self.is_empty => tail.extend_from_slice(b"]\n"),
            (Format::Json, _) => tail.extend_from_slice(b"\n]\n"),
            _ => {}
        }
        self.put(&tail)?;
        self.out.flush().map_err(|error| Ended::of_stdout(&error))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.out.write_all(bytes).map_err(|error| Ended::of_stdout(&error))
    }
}

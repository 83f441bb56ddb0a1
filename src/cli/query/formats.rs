//! The forms in which records are printed: streams for files and programs, and a table for people.

use std::io::{self, Write};

use clap::ValueEnum;

use super::table::{self, Table};
use crate::cli::forms::Listed;
use crate::evidence::Evidence;
use crate::report::export;
use crate::report::rows::{OutputColumn, Printer, Record, Scratch, cells};
use crate::report::stream::{Stream, StreamPrinter, StreamWriter};

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
    /// A workbook for spreadsheets, with --output
    Xlsx,
    /// Columns for programs that analyse them, with --output
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// Its name, as it is given.
    pub(super) fn name(self) -> &'static str {
        self.of_file().map_or("table", export::Form::name)
    }

    /// The form of a file; `None` for the table.
    pub(super) fn of_file(self) -> Option<export::Form> {
        match self {
            Self::Xlsx => Some(export::Form::Xlsx),
            #[cfg(feature = "parquet")]
            Self::Parquet => Some(export::Form::Parquet),
            format => format.stream().map(export::Form::Stream),
        }
    }

    /// `None` for what is no stream.
    pub(super) fn stream(self) -> Option<Stream> {
        match self {
            Self::Table | Self::Xlsx => None,
            #[cfg(feature = "parquet")]
            Self::Parquet => None,
            Self::Csv => Some(Stream::Csv),
            Self::Jsonl => Some(Stream::Jsonl),
            Self::Json => Some(Stream::Json),
        }
    }
}

impl Listed for Format {
    const USUAL: Self = Self::Table;
    const JSON: Self = Self::Json;
}

/// Prints records, one after the other. Each worker has its own.
pub(super) enum Printed<'e> {
    /// As a stream.
    Stream(StreamPrinter<'e>),
    /// As cells of a table.
    Cells(Cells<'e>),
}

/// Prints cells of a table, to be laid out.
pub(super) struct Cells<'e> {
    evidence: &'e Evidence,
    columns: &'e [OutputColumn],
    scratch: Scratch,
    cell: String,
}

impl<'e> Printed<'e> {
    pub(super) fn new(evidence: &'e Evidence, columns: &'e [OutputColumn], format: Format) -> Self {
        match format.stream() {
            Some(stream) => Self::Stream(StreamPrinter::new(evidence, columns, stream)),
            None => Self::Cells(Cells { evidence, columns, scratch: Scratch::default(), cell: String::new() }),
        }
    }
}

impl Printer for Printed<'_> {
    fn print(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> bool {
        let of = match self {
            Self::Stream(stream) => return stream.print(record, out),
            Self::Cells(of) => of,
        };
        for (at, column) in of.columns.iter().enumerate() {
            if at > 0 {
                out.push(table::BETWEEN);
            }
            if cells::text(of.evidence, &column.source, record, &mut of.scratch, &mut of.cell) {
                table::cell(&of.cell, at + 1 == of.columns.len(), out);
            }
        }
        out.push(b'\n');
        true
    }
}

/// Where all of it goes.
pub(super) enum Sink<'c, W> {
    /// As it comes.
    Stream(StreamWriter<'c, W>),
    /// Laid out.
    Table(Table, W),
}

impl<'c, W: Write> Sink<'c, W> {
    pub(super) fn new(out: W, format: Format, columns: &'c [OutputColumn]) -> Self {
        match format.stream() {
            Some(stream) => Self::Stream(StreamWriter::new(out, stream, columns)),
            None => Self::Table(Table::new(columns), out),
        }
    }

    /// What comes before the records.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.begin(),
            Self::Table(..) => Ok(()),
        }
    }

    /// Records, as [`Printed`] made them.
    pub(super) fn write(&mut self, records: &[u8]) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.write(records),
            Self::Table(table, out) => {
                let mut lines = Vec::with_capacity(records.len() * 2);
                table.lay_out(records, &mut lines);
                out.write_all(&lines)
            }
        }
    }

    /// What comes behind them.
    pub(super) fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.end(),
            Self::Table(table, out) => {
                let mut tail = Vec::new();
                table.finish(&mut tail);
                out.write_all(&tail)?;
                out.flush()
            }
        }
    }
}

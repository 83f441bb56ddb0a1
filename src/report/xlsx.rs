//! A workbook of records (Office Open XML, ECMA-376): one sheet after the other where they do not fit on one, and a sheet that says where
//! they are from. Texts are texts, whatever they begin with; nothing in it is computed.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet, XlsxError};

use super::export::ExportError;
use super::file::NewFile;
use super::provenance::Provenance;
use super::rows::{OutputColumn, PrintError, Rows, Stop, print};
use super::tagged::{Tag, TaggedPrinter, cell};
use crate::bundle::reading::Watch;
use crate::evidence::Evidence;

/// Rows of a sheet, the one with the names among them.
const MAX_ROWS: u32 = 1 << 20;

/// Characters of a cell, in units of UTF-16.
const MAX_CELL: usize = 32_767;

/// Digits that a number of a workbook has; those with more are written as texts.
const MAX_DIGITS: usize = 15;

/// Whether a number of a workbook can be the one that stands in the record.
fn is_exact(number: &[u8]) -> bool {
    let digits = number.iter().take_while(|byte| !matches!(byte, b'e' | b'E')).filter(|byte| byte.is_ascii_digit());
    let significant = digits.skip_while(|digit| **digit == b'0').count();
    let value: Option<f64> = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
    // Beyond these Excel has no numbers.
    significant <= MAX_DIGITS && value.is_some_and(|value| value == 0.0 || (1e-300..1e300).contains(&value.abs()))
}

/// A workbook in the making.
struct Book<'c> {
    book: Workbook,
    columns: &'c [OutputColumn],
    head: Format,
    sheets: usize,
    /// Rows of the sheet that grows.
    rows: u32,
    cut: u64,
}

impl<'c> Book<'c> {
    fn begin(columns: &'c [OutputColumn], provenance: &Provenance) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        // The library would take the time of now, and the same export would never be the same twice.
        let made = chrono::DateTime::parse_from_rfc3339(&provenance.made.at).unwrap_or_default().naive_utc();
        book.set_properties(&DocProperties::new().set_author(&provenance.made.by).set_creation_datetime(&made));
        let mut out = Self { book, columns, head: Format::new().set_bold(), sheets: 0, rows: MAX_ROWS, cut: 0 };
        out.next_sheet()?;
        Ok(out)
    }

    fn next_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        let name = if self.sheets == 1 { "Records".to_owned() } else { format!("Records {}", self.sheets) };
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (at, column) in (0_u16..).zip(self.columns) {
            sheet.set_column_width(at, if column.is_number { 12.0 } else { 24.0 })?;
        }
        for (at, column) in (0_u16..).zip(self.columns) {
            sheet.write_string_with_format(0, at, cut(&column.name).0, &self.head)?;
        }
        self.rows = 1;
        Ok(())
    }

    /// Takes records.
    fn write(&mut self, mut records: &[u8]) -> Result<(), XlsxError> {
        while !records.is_empty() {
            if self.rows == MAX_ROWS {
                self.next_sheet()?;
            }
            let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
            for at in 0..u16::try_from(self.columns.len()).unwrap_or(u16::MAX) {
                let Some((tag, text, rest)) = cell(records) else {
                    return Err(XlsxError::ParameterError("a record was not printed as it is read".to_owned()));
                };
                records = rest;
                match tag {
                    Tag::Nothing => {}
                    Tag::Text => {
                        let (text, is_cut) = cut(text);
                        self.cut += u64::from(is_cut);
                        sheet.write_string(self.rows, at, text)?;
                    }
                    Tag::Number => {
                        sheet.write_number(self.rows, at, text.parse::<f64>().unwrap_or_default())?;
                    }
                    Tag::True | Tag::False => {
                        sheet.write_boolean(self.rows, at, tag == Tag::True)?;
                    }
                }
            }
            self.rows += 1;
        }
        Ok(())
    }
}

/// The part of a text that a cell can hold, and whether that is not all of it.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= MAX_CELL {
        return (text, false);
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MAX_CELL
    });
    end.map_or((text, false), |(end, _)| (&text[..end], true))
}

/// Writes a workbook; says how many lines hold no record, and what is to be known of it.
pub(super) fn write(
    file: &mut NewFile,
    evidence: &Evidence,
    rows: &Rows,
    columns: &[OutputColumn],
    about: (&Provenance, &str),
    watch: &dyn Watch,
) -> Result<(u64, Vec<String>), ExportError> {
    let path = file.path().to_owned();
    let failed = |error: XlsxError| why(&path, &error);
    let mut book = Book::begin(columns, about.0).map_err(failed)?;
    let printer = || TaggedPrinter::new(evidence, columns, is_exact);
    let mut trouble = None;
    let printed = print(evidence, rows, printer, watch, &mut |bytes| {
        book.write(bytes).map_err(|error| {
            trouble = Some(error);
            Stop
        })
    });
    let left_out = match (printed, trouble) {
        (_, Some(error)) => return Err(failed(error)),
        (Err(error), None) => return Err(error.into()),
        (Ok(left_out), None) => left_out,
    };
    let mut notes = vec![
        "Numbers of more than 15 digits are texts, since a workbook has no such numbers. A text that is empty is an empty cell.".to_owned(),
    ];
    if book.sheets > 1 {
        notes.push(format!("A sheet holds 1 048 575 records: these are on {} sheets.", book.sheets));
    }
    if book.cut > 0 {
        notes.push(format!(
            "{} cells hold the first 32 767 characters of a longer text; the other forms have all of it.",
            book.cut
        ));
    }
    tell(book.book.add_worksheet(), about, &notes, &book.head).map_err(failed)?;
    if watch.is_cancelled() {
        return Err(PrintError::Stopped.into());
    }
    book.book.save_to_writer(file).map_err(failed)?;
    Ok((left_out, notes))
}

/// The sheet that says where the records are from.
fn tell(
    sheet: &mut Worksheet,
    (provenance, again): (&Provenance, &str),
    notes: &[String],
    head: &Format,
) -> Result<(), XlsxError> {
    sheet.set_name("Provenance")?.set_column_width(0, 24.0)?.set_column_width(1, 100.0)?;
    let mut at = 0;
    let mut line = |name: &str, value: &str| -> Result<(), XlsxError> {
        sheet.write_string_with_format(at, 0, name, head)?.write_string(at, 1, cut(value).0)?;
        at += 1;
        Ok(())
    };
    for (name, value) in provenance.lines() {
        line(&name, &value)?;
    }
    line("again", again)?;
    notes.iter().try_for_each(|note| line("note", note))
}

fn why(path: &Path, error: &XlsxError) -> ExportError {
    match error {
        XlsxError::IoError(source) => {
            let source = std::io::Error::new(source.kind(), source.to_string());
            super::file::FileError::Io { path: path.to_owned(), source }.into()
        }
        error => ExportError::Workbook { path: path.to_owned(), why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_a_workbook_can_hold() {
        for (text, expected) in [
            ("0", true),
            ("-12.50", true),
            ("123456789012345", true),
            ("1234567890123456", false),
            ("0.000123456789012345", true),
            ("0.1234567890123456", false),
            ("1e5", true),
            ("1e400", false),
            ("1e-320", false),
        ] {
            assert_eq!(is_exact(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_cut_at_what_a_cell_holds() {
        let text = "😀".repeat(16_384);
        assert_eq!((cut(&text).0.chars().count(), cut(&text).1), (16_383, true));
        assert!(!cut(&"é".repeat(MAX_CELL)).1 && cut(&"é".repeat(MAX_CELL + 1)).1);
    }
}

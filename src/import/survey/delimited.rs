//! A look at a CSV file: how its fields are parted, whether its first row names them, and what stands in them.

use std::collections::{BTreeMap, BTreeSet};

use super::collected::{Collected, is_none};
use super::guess::{Notation, is_any_number};
use super::times::time_format;
use super::trouble::{Widths, counted_fields};
use super::{MAX_COLUMNS, SAMPLE_ROWS, Survey, in_memory};
use crate::import::csv::{CsvReader, CsvRow, Dialect, Encoding, Fields};
use crate::import::mapping::Lines;
use crate::import::source::SourceError;

/// How much is looked at to find out what parts the fields.
const HEAD_BYTES: usize = 1 << 20;

pub(super) fn survey(sample: &[u8], is_cut: bool) -> Result<Survey, SourceError> {
    let mut survey = Survey::new(Lines::Csv);
    survey.dialect = dialect(sample)?;
    let mut reader = CsvReader::new(in_memory(sample)?, survey.dialect.clone());
    let mut widths = Widths::default();
    let mut collected: Vec<Collected> = Vec::new();
    loop {
        match reader.next_row()? {
            CsvRow::End => break,
            _ if survey.rows == SAMPLE_ROWS => {
                survey.is_whole = false;
                break;
            }
            // The sample ends within this row.
            CsvRow::Fault { reason, .. } if is_cut && reason.ends_with("never closed") => break,
            CsvRow::Fault { line, reason } => survey.fault(line, &reason),
            CsvRow::Fields { line, fields } => {
                widths.add(fields.len(), line);
                if survey.names.is_empty() {
                    let texts: Vec<&str> = fields.iter().map(str::trim).collect();
                    survey.has_header = is_header(&texts);
                    survey.names = match survey.has_header {
                        true => texts.iter().map(|text| (*text).to_owned()).collect(),
                        false => (1..=texts.len()).map(|n| format!("column_{n}")).collect(),
                    };
                    collected.resize_with(texts.len().min(MAX_COLUMNS), Collected::default);
                    if survey.has_header {
                        continue;
                    }
                }
                if fields.len() == survey.names.len() {
                    survey.rows += 1;
                    add(fields, &mut collected);
                } else {
                    let columns = survey.names.len();
                    let columns =
                        if columns == 1 { "is 1 column".to_owned() } else { format!("are {columns} columns") };
                    survey.fault(line, &format!("{}, where there {columns}", counted_fields(fields.len())));
                }
            }
        }
    }
    survey.trouble = widths.trouble(survey.names.len());
    survey.notation = Notation::of(&collected, survey.dialect.delimiter);
    survey.unseen = survey.names.len() - collected.len();
    let columns = survey.names.iter().cloned().zip(collected);
    survey.columns = columns.map(|(name, column)| column.column(name, Some(survey.notation))).collect();
    Ok(survey)
}

fn add(fields: Fields<'_>, collected: &mut [Collected]) {
    for (text, column) in fields.iter().zip(collected).filter(|(text, _)| !text.is_empty()) {
        column.add(text);
    }
}

/// What parts the fields, and whether quotes enclose them.
fn dialect(sample: &[u8]) -> Result<Dialect, SourceError> {
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end within a character, where a single line is longer than it.
        Err(error) => error.error_len().is_none(),
    };
    let encoding = if is_utf8 { Encoding::Utf8 } else { Encoding::Windows1252 };
    let of = |delimiter, quote| Dialect { delimiter, quote, encoding };
    let mut best = (0, Dialect { encoding, ..Dialect::default() });
    for delimiter in *b",;\t|" {
        let dialect = of(delimiter, Some(b'"'));
        let (rows, _) = consistency(sample, &dialect)?;
        if rows > best.0 {
            best = (rows, dialect);
        }
    }
    for delimiter in *b";\t|" {
        let dialect = of(delimiter, None);
        let (rows, enclosed) = consistency(sample, &dialect)?;
        // Rows that are gained where quotes are characters are lost again where they enclose fields.
        if rows > best.0 + enclosed {
            best = (rows, dialect);
        }
    }
    Ok(best.1)
}

/// How well the fields are parted: rows of the commonest width, where that is more than one; and how many rows have a field
/// that quotes enclose although they are read as characters.
fn consistency(sample: &[u8], dialect: &Dialect) -> Result<(u64, u64), SourceError> {
    let head = &sample[..sample.len().min(HEAD_BYTES)];
    let mut reader = CsvReader::new(in_memory(head)?, dialect.clone());
    let mut widths: BTreeMap<usize, u64> = BTreeMap::new();
    let mut enclosed = 0;
    loop {
        match reader.next_row()? {
            CsvRow::End => break,
            CsvRow::Fault { .. } => {}
            CsvRow::Fields { fields, .. } => {
                *widths.entry(fields.len()).or_default() += 1;
                let is_enclosed = |text: &str| text.len() > 1 && text.starts_with('"') && text.ends_with('"');
                enclosed += u64::from(dialect.quote.is_none() && fields.iter().any(is_enclosed));
            }
        }
    }
    let rows = widths.into_iter().filter(|(width, _)| *width > 1).map(|(_, rows)| rows).max().unwrap_or(0);
    Ok((rows, enclosed))
}

/// A row of names: nearly all different, none a value. Some columns may have no name, as the index that pandas writes.
fn is_header(texts: &[&str]) -> bool {
    let distinct: BTreeSet<&&str> = texts.iter().collect();
    let nameless = texts.iter().filter(|text| text.is_empty()).count();
    let is_value = |text: &str| {
        is_any_number(text)
            || is_none(text)
            || ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text))
            || time_format("date", &[text]).is_some()
    };
    // A name may stand there twice; values of a first row seldom are names in most columns.
    distinct.len() * 2 > texts.len()
        && nameless < texts.len()
        && (nameless * 3 <= texts.len() || (nameless == 1 && texts.first().is_some_and(|text| text.is_empty())))
        && !texts.iter().any(|text| is_value(text))
}

//! Records as Apache Parquet, for programs that work in columns. Every column may be empty; numbers are doubles where a column holds nothing
//! else, the time is a timestamp, all else is text.

use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::export::ExportError;
use super::file::NewFile;
use super::provenance::Provenance;
use super::rows::{OutputColumn, Rows, Source, Stop, print};
use super::tagged::{TaggedPrinter, cell};
use crate::bundle::reading::Watch;
use crate::evidence::Evidence;

/// So many records are a group: that many are held in memory.
const GROUP: usize = 1 << 16;

/// The values of a column of one group; a level says of each record whether it has one.
enum Values {
    Whole(Vec<i64>),
    Time(Vec<i64>),
    Number(Vec<f64>),
    Text(Vec<ByteArray>),
}

struct Held {
    values: Values,
    levels: Vec<i16>,
}

impl Held {
    fn new(column: &OutputColumn) -> Self {
        let values = match column.source {
            Source::Seq => Values::Whole(Vec::new()),
            Source::Time => Values::Time(Vec::new()),
            _ if column.is_number => Values::Number(Vec::new()),
            _ => Values::Text(Vec::new()),
        };
        Self { values, levels: Vec::new() }
    }

    fn type_of(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self.values {
            Values::Whole(_) => (Physical::INT64, None),
            Values::Time(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
            Values::Number(_) => (Physical::DOUBLE, None),
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    }

    /// Takes a cell; `None` where it is empty. What is not of the column's type is empty too, which is told.
    fn push(&mut self, text: Option<&str>) -> bool {
        let is_held = match (&mut self.values, text) {
            (_, None) => {
                self.levels.push(0);
                return true;
            }
            (Values::Whole(held), Some(text)) => text.parse().map(|value| held.push(value)).is_ok(),
            (Values::Time(held), Some(text)) => {
                DateTime::parse_from_rfc3339(text).map(|at| held.push(at.timestamp_micros())).is_ok()
            }
            (Values::Number(held), Some(text)) => text.parse().map(|value| held.push(value)).is_ok(),
            (Values::Text(held), Some(text)) => {
                held.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
        };
        self.levels.push(i16::from(is_held));
        is_held
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Whole(held) | Values::Time(held) => held.clear(),
            Values::Number(held) => held.clear(),
            Values::Text(held) => held.clear(),
        }
    }
}

/// A file in the making.
struct Table<'f> {
    writer: SerializedFileWriter<&'f mut NewFile>,
    held: Vec<Held>,
    rows: usize,
    /// Cells that are not of the type of their column.
    odd: u64,
}

impl<'f> Table<'f> {
    fn begin(
        file: &'f mut NewFile,
        columns: &[OutputColumn],
        (provenance, again): (&Provenance, &str),
    ) -> Result<Self, ParquetError> {
        let held: Vec<Held> = columns.iter().map(Held::new).collect();
        let fields = held.iter().zip(columns).map(|(held, column)| held.type_of(&column.name).map(Arc::new));
        let schema = Type::group_type_builder("records").with_fields(fields.collect::<Result<_, _>>()?).build()?;
        let mut about: Vec<KeyValue> = provenance
            .lines()
            .into_iter()
            .enumerate()
            .map(|(at, (name, value))| KeyValue::new(format!("probity.{at:02}.{name}"), value))
            .collect();
        about.push(KeyValue::new("probity.again".to_owned(), again.to_owned()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(provenance.program.clone())
            .set_key_value_metadata(Some(about))
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?,
            held,
            rows: 0,
            odd: 0,
        })
    }

    fn write(&mut self, mut records: &[u8]) -> Result<(), ParquetError> {
        while !records.is_empty() {
            for held in &mut self.held {
                let Some((tag, text, rest)) = cell(records) else {
                    return Err(ParquetError::General("a record was not printed as it is read".to_owned()));
                };
                records = rest;
                self.odd += u64::from(!held.push(tag.text(text)));
            }
            self.rows += 1;
            if self.rows == GROUP {
                self.group()?;
            }
        }
        Ok(())
    }

    /// Writes what is held.
    fn group(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for held in &mut self.held {
            let Some(mut column) = group.next_column()? else { break };
            let levels = Some(held.levels.as_slice());
            match &held.values {
                Values::Whole(values) | Values::Time(values) => {
                    column.typed::<Int64Type>().write_batch(values, levels, None)?
                }
                Values::Number(values) => column.typed::<DoubleType>().write_batch(values, levels, None)?,
                Values::Text(values) => column.typed::<ByteArrayType>().write_batch(values, levels, None)?,
            };
            column.close()?;
            held.clear();
        }
        group.close()?;
        Ok(())
    }
}

/// Writes records; says how many lines hold no record, and what is to be known of the form.
pub(super) fn write(
    file: &mut NewFile,
    evidence: &Evidence,
    rows: &Rows,
    columns: &[OutputColumn],
    about: (&Provenance, &str),
    watch: &dyn Watch,
) -> Result<(u64, Vec<String>), ExportError> {
    let path = file.path().to_owned();
    let failed = |error: ParquetError| why(&path, &error);
    let mut table = Table::begin(file, columns, about).map_err(failed)?;
    let printer = || TaggedPrinter::new(evidence, columns, |_| true);
    let mut trouble = None;
    let printed = print(evidence, rows, printer, watch, &mut |bytes| {
        table.write(bytes).map_err(|error| {
            trouble = Some(error);
            Stop
        })
    });
    let left_out = match (printed, trouble) {
        (_, Some(error)) => return Err(failed(error)),
        (Err(error), None) => return Err(error.into()),
        (Ok(left_out), None) => left_out,
    };
    table.group().map_err(failed)?;
    let odd = table.odd;
    table.writer.close().map_err(failed)?;
    let mut notes = vec![
        "Times are microseconds since 1970 in UTC; numbers are doubles where a column holds nothing else, and text otherwise. JSONL has both as \
         they were written."
            .to_owned(),
    ];
    if odd > 0 {
        notes.push(format!("{odd} cells are not of the type of their column, and are empty here."));
    }
    Ok((left_out, notes))
}

fn why(path: &Path, error: &ParquetError) -> ExportError {
    ExportError::Parquet { path: path.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_the_type_is_told() {
        let held = |values: Values| Held { values, levels: Vec::new() };
        for (mut held, text, expected) in [
            (held(Values::Number(Vec::new())), Some("1e3"), true),
            (held(Values::Number(Vec::new())), Some("x"), false),
            (held(Values::Number(Vec::new())), None, true),
            (held(Values::Time(Vec::new())), Some("2026-03-01T09:30:00.123456789Z"), true),
            (held(Values::Time(Vec::new())), Some("noon"), false),
            (held(Values::Whole(Vec::new())), Some("18446744073709551615"), false),
            (held(Values::Text(Vec::new())), Some("=1+1"), true),
        ] {
            assert_eq!(held.push(text), expected, "{text:?}");
            assert_eq!(held.levels, [i16::from(expected && text.is_some())]);
        }
    }
}

//! A first look at a source: what its lines are, how its fields are parted, and what stands in them. Only a sample is read,
//! so everything here is a proposal for a person to check.

mod guess;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::csv::{CsvReader, CsvRow, Dialect, Encoding};
use super::mapping::Lines;
use super::rows::{NextLine, TextLines};
use super::source::{Source, SourceError};
use crate::record::{self, Remark};
use guess::{is_most, is_number, is_of, time_format};

/// How much of a source is looked at, in bytes after decompression.
const SAMPLE_BYTES: usize = 4 << 20;

/// The most rows that are looked at.
const SAMPLE_ROWS: usize = 5_000;

/// The most columns, or paths of JSON objects, that are told apart.
const MAX_COLUMNS: usize = 500;

/// The most different values of a column that are counted.
const MAX_DISTINCT: usize = 1_000;

/// Up to this many different values are kept.
const MAX_FEW: usize = 12;

/// Texts that programs write where there is no value.
const NONE: [&str; 9] = ["NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "\\N"];

/// What a look at a source showed.
#[derive(Debug)]
pub struct Survey {
    /// What its lines are.
    pub lines: Lines,
    /// How its fields are parted.
    pub dialect: Dialect,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// Whether numbers are written with a decimal comma.
    pub has_decimal_comma: bool,
    /// Rows that could be read.
    pub rows: u64,
    /// Rows that could not be read, the first with its reason.
    pub faults: (u64, Option<String>),
    /// Whether these are records already: of the format, or of the common logger.
    pub records: Option<Records>,
    /// The columns, in the order of the source.
    pub columns: Vec<Column>,
    /// Texts found where numbers or times belong, that mean that there is no value.
    pub empty: BTreeSet<String>,
}

/// Lines that need no mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Lines of a chained log.
    Chained,
    /// Records with a `kind`.
    Format,
    /// Decisions without one, as the common AI audit logger writes them.
    Logger,
}

/// What stands in a column.
#[derive(Debug)]
pub struct Column {
    /// Its name, or the path of a JSON value.
    pub name: String,
    /// Values that are there.
    pub filled: u64,
    /// How many different ones; `None` for too many to count.
    pub distinct: Option<usize>,
    /// Whether none was seen twice.
    pub is_unique: bool,
    /// All of them, where they are few.
    pub few: Vec<String>,
    /// A few of them, in the order of the source.
    pub examples: Vec<String>,
    /// What nearly all of them are.
    pub content: Content,
    /// Some of those that are something else.
    pub misfits: Vec<String>,
}

/// What the values of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing in it.
    Empty,
    /// Times: in which format, whether that says the whole date, whether it states a zone, and whether day and month could
    /// be meant the other way round.
    Time {
        /// As a mapping writes it.
        format: &'static str,
        /// Parts of it are missing.
        is_filled: bool,
        /// The texts state their offsets.
        has_zone: bool,
        /// Day and month cannot be told apart in the sample.
        is_day_unsure: bool,
    },
    /// Numbers; in JSON they are ones already.
    Number,
    /// JSON that is no text.
    Json,
    /// Anything else.
    Text,
}

/// Looks at `source`.
///
/// # Errors
/// [`SourceError`]
pub fn survey(source: &mut Source) -> Result<Survey, SourceError> {
    let sample = source.sample(SAMPLE_BYTES)?;
    let begins_object = sample.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if begins_object { survey_json(sample) } else { survey_csv(&sample) }
}

fn in_memory(sample: Vec<u8>) -> Result<Source, SourceError> {
    Source::of(Path::new("sample"), Box::new(std::io::Cursor::new(sample)))
}

/// The values of a column as they come.
#[derive(Default)]
struct Collected {
    filled: u64,
    values: BTreeMap<String, u64>,
    is_full: bool,
    is_repeating: bool,
    first: Vec<String>,
    /// JSON values that are no strings.
    typed: u64,
    numbers: u64,
}

impl Collected {
    fn add(&mut self, text: &str) {
        self.filled += 1;
        if self.first.len() < 3 && !self.first.iter().any(|first| first == text) {
            self.first.push(text.to_owned());
        }
        if let Some(count) = self.values.get_mut(text) {
            *count += 1;
            self.is_repeating = true;
        } else if self.values.len() < MAX_DISTINCT {
            self.values.insert(text.to_owned(), 1);
        } else {
            self.is_full = true;
        }
    }

    fn column(self, name: String, is_number: impl Fn(&str) -> bool, empty: &mut BTreeSet<String>) -> Column {
        let content = if self.filled == 0 {
            Content::Empty
        } else if self.typed == self.filled && self.numbers < self.filled {
            Content::Json
        } else {
            self.content(&name, &is_number)
        };
        let is_typed = matches!(content, Content::Time { .. } | Content::Number) && self.numbers < self.filled;
        let others = self.values.keys().filter(|text| is_typed && !is_of(&content, text, &is_number));
        let (none, misfits): (Vec<String>, Vec<String>) =
            others.cloned().partition(|text| NONE.contains(&text.as_str()));
        empty.extend(none);
        Column {
            name,
            filled: self.filled,
            distinct: (!self.is_full).then_some(self.values.len()),
            is_unique: self.filled > 0 && !self.is_repeating,
            few: if self.values.len() <= MAX_FEW { self.values.into_keys().collect() } else { Vec::new() },
            examples: self.first,
            content,
            misfits: misfits.into_iter().take(3).collect(),
        }
    }

    fn content(&self, name: &str, is_number: &dyn Fn(&str) -> bool) -> Content {
        let some: Vec<&str> = self.values.keys().map(String::as_str).filter(|text| !NONE.contains(text)).collect();
        let numbers = some.iter().filter(|text| is_number(text)).count();
        match time_format(name, &some) {
            Some(time) => time,
            None if self.numbers == self.filled || is_most(numbers, some.len()) => Content::Number,
            None => Content::Text,
        }
    }
}

fn survey_json(sample: Vec<u8>) -> Result<Survey, SourceError> {
    let mut lines = TextLines::new(in_memory(sample)?);
    let mut names: Vec<String> = Vec::new();
    let mut collected: Vec<Collected> = Vec::new();
    let (mut rows, mut faults) = (0, (0, None));
    let (mut format, mut logger, mut chained) = (0, 0, 0);
    while let NextLine::Line { line, text } = lines.next_line()? {
        rows += 1;
        if rows > SAMPLE_ROWS as u64 {
            rows -= 1;
            break;
        }
        chained += u64::from(crate::bundle::line::Line::parse(text).is_some());
        let read = std::str::from_utf8(text).map_err(|_| "not UTF-8".to_owned()).and_then(|text| {
            let facts = record::check(text).map_err(|fault| fault.to_string())?;
            let value: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
            Ok((facts, value))
        });
        match read {
            Err(reason) => {
                faults.0 += 1;
                faults.1.get_or_insert(format!("line {line}: {reason}"));
            }
            Ok((facts, value)) => {
                let is_implied = facts.remarks.contains(&Remark::KindImplied);
                logger += u64::from(is_implied);
                format += u64::from(!is_implied && facts.kind != record::Kind::Other);
                flatten("", &value, 0, &mut |path, value| {
                    let at = names.iter().position(|name| name == path).or_else(|| {
                        (names.len() < MAX_COLUMNS).then(|| {
                            names.push(path.to_owned());
                            collected.push(Collected::default());
                            names.len() - 1
                        })
                    });
                    let Some(column) = at.and_then(|at| collected.get_mut(at)) else { return };
                    match value {
                        serde_json::Value::Null => {}
                        serde_json::Value::String(text) => column.add(text),
                        other => {
                            column.typed += 1;
                            column.numbers += u64::from(other.is_number());
                            column.add(&other.to_string());
                        }
                    }
                });
            }
        }
    }
    let mut empty = BTreeSet::new();
    let columns = names.into_iter().zip(collected);
    let columns = columns.map(|(name, column)| column.column(name, |_| false, &mut empty)).collect();
    let rows = rows - faults.0;
    let is_most = |count: u64| count > 0 && count * 10 >= rows * 9;
    let records = [(chained, Records::Chained), (logger, Records::Logger), (format, Records::Format)];
    let records = records.into_iter().find(|(count, _)| is_most(*count)).map(|(_, records)| records);
    Ok(Survey {
        lines: Lines::Jsonl,
        dialect: Dialect::default(),
        has_header: false,
        has_decimal_comma: false,
        rows,
        faults,
        records,
        columns,
        empty,
    })
}

/// The paths of an object's single values and arrays.
fn flatten(path: &str, value: &serde_json::Value, depth: usize, found: &mut impl FnMut(&str, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(members) if depth < 16 && (depth == 0 || !members.is_empty()) => {
            // One name that a dotted path cannot say makes the whole path a pointer.
            for (name, value) in members {
                let token = crate::record::sealed::escape_token(name);
                let path = match path {
                    "" if name.contains('.') || name.starts_with('/') || name.is_empty() => format!("/{token}"),
                    "" => name.clone(),
                    path if path.starts_with('/') => format!("{path}/{token}"),
                    path if name.contains('.') || name.is_empty() => {
                        let tokens = path.split('.').map(crate::record::sealed::escape_token);
                        format!("/{}/{token}", tokens.collect::<Vec<_>>().join("/"))
                    }
                    path => format!("{path}.{name}"),
                };
                flatten(&path, value, depth + 1, found);
            }
        }
        value => found(path, value),
    }
}

fn survey_csv(sample: &[u8]) -> Result<Survey, SourceError> {
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end within a character, where a single line is longer than it.
        Err(error) => error.error_len().is_none(),
    };
    let encoding = if is_utf8 { Encoding::Utf8 } else { Encoding::Windows1252 };
    let mut best: Option<(u64, Dialect)> = None;
    for delimiter in *b",;\t|" {
        let dialect = Dialect { delimiter, encoding, ..Dialect::default() };
        let score = consistency(sample, &dialect)?;
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, dialect));
        }
    }
    let dialect = best.map(|(_, dialect)| dialect).unwrap_or_default();
    let mut reader = CsvReader::new(in_memory(sample.to_vec())?, dialect.clone());
    let (mut rows, mut faults) = (0_u64, (0, None));
    let mut names: Vec<String> = Vec::new();
    let mut has_header = false;
    let mut collected: Vec<Collected> = Vec::new();
    loop {
        match reader.next_row()? {
            CsvRow::End => break,
            _ if rows == SAMPLE_ROWS as u64 => break,
            CsvRow::Fault { line, reason } => {
                faults.0 += 1;
                faults.1.get_or_insert(format!("line {line}: {reason}"));
            }
            CsvRow::Fields { fields, .. } if names.is_empty() => {
                let texts: Vec<&str> = fields.iter().map(str::trim).collect();
                has_header = is_header(&texts);
                names = match has_header {
                    true => texts.iter().map(|text| (*text).to_owned()).collect(),
                    false => (1..=texts.len()).map(|n| format!("column_{n}")).collect(),
                };
                names.truncate(MAX_COLUMNS);
                collected.resize_with(names.len(), Collected::default);
                if !has_header {
                    rows += 1;
                    texts.iter().zip(&mut collected).filter(|(text, _)| !text.is_empty()).for_each(|(text, column)| {
                        column.add(text);
                    });
                }
            }
            CsvRow::Fields { line, fields } if fields.len() != names.len() && names.len() < MAX_COLUMNS => {
                faults.0 += 1;
                faults.1.get_or_insert_with(|| {
                    format!("line {line}: {} fields, where there are {} columns", fields.len(), names.len())
                });
            }
            CsvRow::Fields { fields, .. } => {
                rows += 1;
                fields.iter().zip(&mut collected).filter(|(text, _)| !text.is_empty()).for_each(|(text, column)| {
                    column.add(text);
                });
            }
        }
    }
    let has_decimal_comma = dialect.delimiter != b','
        && collected.iter().any(|column| {
            let values: Vec<&String> = column.values.keys().filter(|text| !NONE.contains(&text.as_str())).collect();
            let numbers = values.iter().filter(|text| is_number(text, ',')).count();
            is_most(numbers, values.len()) && values.iter().any(|text| text.contains(',') && is_number(text, ','))
        });
    let point = if has_decimal_comma { ',' } else { '.' };
    let mut empty = BTreeSet::new();
    let columns = names.into_iter().zip(collected);
    let columns =
        columns.map(|(name, column)| column.column(name, |text| is_number(text, point), &mut empty)).collect();
    Ok(Survey {
        lines: Lines::Csv,
        dialect,
        has_header,
        has_decimal_comma,
        rows,
        faults,
        records: None,
        columns,
        empty,
    })
}

/// How well a delimiter parts the rows: rows of the commonest width, where that is more than one.
fn consistency(sample: &[u8], dialect: &Dialect) -> Result<u64, SourceError> {
    let head = &sample[..sample.len().min(64 << 10)];
    let mut reader = CsvReader::new(in_memory(head.to_vec())?, dialect.clone());
    let mut widths: BTreeMap<usize, u64> = BTreeMap::new();
    loop {
        match reader.next_row()? {
            CsvRow::End => break,
            CsvRow::Fault { .. } => {}
            CsvRow::Fields { fields, .. } => *widths.entry(fields.len()).or_default() += 1,
        }
    }
    Ok(widths.into_iter().filter(|(width, _)| *width > 1).map(|(_, rows)| rows).max().unwrap_or(0))
}

/// A row of names: all there, all different, none a number or a time.
fn is_header(texts: &[&str]) -> bool {
    let distinct: BTreeSet<&&str> = texts.iter().collect();
    let is_name = |text: &&str| {
        !text.is_empty() && !is_number(text, '.') && !is_number(text, ',') && time_format("", &[text]).is_none()
    };
    // A name may stand there twice; values of a first row seldom are names in most columns.
    distinct.len() * 2 > texts.len() && texts.iter().all(is_name)
}

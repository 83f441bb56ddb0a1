//! A first look at a source: what its lines are, how its fields are parted, and what stands in them. Only a sample is read,
//! so everything here is a proposal for a person to check.

mod collected;
mod delimited;
mod guess;
mod objects;
mod times;
mod trouble;

use std::path::Path;

use super::csv::Dialect;
use super::mapping::Lines;
use super::source::{Source, SourceError};
pub(super) use guess::Notation;
pub(super) use times::words;

/// How much of a source is looked at, in bytes after decompression.
const SAMPLE_BYTES: usize = 4 << 20;

/// The most rows that are looked at.
const SAMPLE_ROWS: u64 = 5_000;

/// The most columns, or paths of JSON objects, whose values are looked at. What is kept of them is bounded by the sample.
const MAX_COLUMNS: usize = 2_000;

/// What a look at a source showed.
#[derive(Debug)]
pub struct Survey {
    /// What its lines are.
    pub lines: Lines,
    /// How its fields are parted.
    pub dialect: Dialect,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// How numbers are written in the text of a CSV file.
    pub(super) notation: Notation,
    /// Rows that could be read.
    pub rows: u64,
    /// Whether these are all rows of the source.
    pub is_whole: bool,
    /// Rows that could not be read, the first with its reason.
    pub faults: (u64, Option<String>),
    /// Whether these are records already: of the format, or of the common logger.
    pub records: Option<Records>,
    /// The names of all columns of a CSV file, also of those that were not looked at.
    pub names: Vec<String>,
    /// The columns that were looked at, in the order of the source; members of an object in that of their names.
    pub columns: Vec<Column>,
    /// How many others there are.
    pub unseen: usize,
    /// Why there is nothing to propose, and what to do; then there are no columns.
    pub trouble: Option<String>,
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
    /// Its name, or the path of a JSON value; a column may have none.
    pub name: String,
    /// Values that are there; texts that mean that there is none are not.
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
    /// Texts found in it that mean that there is no value.
    pub empty: Vec<String>,
    /// Some of those that are something else.
    pub misfits: Vec<String>,
    /// A text that is a number with a fraction here, and a thousand times that elsewhere: `1.234`.
    pub unsure: Option<String>,
    /// Whether nearly all are e-mail addresses.
    pub is_email: bool,
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
    /// Words for true and false.
    Boolean,
    /// JSON that is no text: in JSON lines it stands there as such, in CSV it is a text.
    Json,
    /// Anything else.
    Text,
}

/// Looks at `source`. What hinders a proposal is in [`Survey::trouble`].
///
/// # Errors
/// [`SourceError`]
pub fn survey(source: &mut Source) -> Result<Survey, SourceError> {
    let sample = source.sample(SAMPLE_BYTES)?;
    let is_cut = !source.peek()?.is_empty();
    let begins_object = sample.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let mut survey = if let Some(trouble) = trouble::at_once(&sample) {
        Survey { trouble: Some(trouble), ..Survey::new(if begins_object { Lines::Jsonl } else { Lines::Csv }) }
    } else if begins_object {
        objects::survey(&sample)?
    } else {
        delimited::survey(&sample, is_cut)?
    };
    survey.is_whole &= !is_cut;
    if survey.trouble.is_none() && survey.rows == 0 {
        survey.trouble = Some(trouble::without_rows(&survey, &sample));
    }
    if survey.trouble.is_some() {
        survey.columns.clear();
    }
    Ok(survey)
}

impl Survey {
    fn new(lines: Lines) -> Self {
        Self {
            lines,
            dialect: Dialect::default(),
            has_header: false,
            notation: Notation::default(),
            rows: 0,
            is_whole: true,
            faults: (0, None),
            records: None,
            names: Vec::new(),
            columns: Vec::new(),
            unseen: 0,
            trouble: None,
        }
    }

    fn fault(&mut self, line: u64, reason: &str) {
        self.faults.0 += 1;
        self.faults.1.get_or_insert_with(|| format!("line {line}: {reason}"));
    }
}

fn in_memory(sample: &[u8]) -> Result<Source, SourceError> {
    Source::of(Path::new("sample"), Box::new(std::io::Cursor::new(sample.to_vec())))
}

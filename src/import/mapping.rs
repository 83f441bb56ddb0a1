//! A mapping: which records the rows of a source become. It is compiled from TOML once; applying it to a row looks nothing
//! up by name. `assets/spec/mapping.md` describes the file.

use super::convert::{Convert, Decimal};
use super::csv::Dialect;
use super::time::{Ambiguous, Zone};
use crate::record::Kind;
use crate::record::text::shown_short;

/// A field of the source, as the mapping names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldName {
    /// The column's name; of a JSON object a path `a.b`, or a pointer `/a/b` (RFC 6901).
    Named(String),
    /// The column's number, from 1.
    Numbered(usize),
}

impl std::fmt::Display for FieldName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => write!(f, "`{}`", crate::record::text::shown_short(name, 80)),
            Self::Numbered(number) => write!(f, "column {number}"),
        }
    }
}

/// What the lines of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Rows of fields.
    Csv,
    /// JSON objects.
    Jsonl,
}

/// How a source is to be read.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// What its lines are; where it is not stated, a source that begins with `{` is JSON lines.
    pub lines: Option<Lines>,
    /// Delimiter, quotes, encoding.
    pub dialect: Dialect,
    /// Names of the columns where the file has no header.
    pub columns: Option<Vec<String>>,
    /// How numbers are written.
    pub decimal: Decimal,
    /// The zone of times that state none.
    pub zone: Option<Zone>,
    /// Which of two equal readings is meant.
    pub ambiguous: Ambiguous,
    /// Texts that mean that there is no value.
    pub empty: Vec<String>,
}

/// A compiled mapping.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// How sources are to be read.
    pub source: SourceOptions,
    /// The fields that are wanted; everything else refers to them by their place here.
    pub fields: Vec<FieldName>,
    /// A row is skipped where one of these holds.
    pub(crate) skip: Vec<Condition>,
    /// The records of a row, in order.
    pub(crate) records: Vec<Template>,
}

impl Mapping {
    /// What a person should know before using it: kinds that the format does not have, and members that its kinds ask
    /// for and the records will lack.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let remark = |template: &Template| {
            let name = template.kind.as_deref()?;
            let kind = Kind::parse(name);
            if kind == Kind::Other {
                return Some(format!(
                    "{} is no kind of the format; there are {}",
                    shown_short(name, 60),
                    Kind::names()
                ));
            }
            let has = |name: &str| template.members.iter().any(|member| member.name == name);
            let needed = kind.required().iter().copied().chain(["timestamp"]);
            let missing: Vec<&str> = needed.filter(|name| !has(name)).collect();
            (!missing.is_empty()).then(|| format!("{name} records have no {}", missing.join(", ")))
        };
        let mut remarks: Vec<String> = self.records.iter().filter_map(remark).collect();
        remarks.dedup();
        let has_names = self.source.columns.is_some() || self.source.lines == Some(Lines::Jsonl);
        if !has_names
            && !self.fields.is_empty()
            && self.fields.iter().all(|field| matches!(field, FieldName::Numbered(_)))
        {
            remarks.push(
                "the first row is taken for the names of columns; a file without them needs columns = […]".to_owned(),
            );
        }
        remarks
    }
}

/// Something that a field's text is or is not.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    /// Place of the field in [`Mapping::fields`].
    pub(crate) field: usize,
    pub(crate) test: Test,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// One of these.
    Is(Vec<String>),
    /// None of these.
    IsNot(Vec<String>),
    /// Whether there is no value.
    Empty(bool),
}

impl Condition {
    /// Whether it holds for a field's text, `None` where there is no value.
    pub(crate) fn holds(&self, text: Option<&str>) -> bool {
        match &self.test {
            Test::Is(texts) => text.is_some_and(|text| texts.iter().any(|other| other == text)),
            Test::IsNot(texts) => !text.is_some_and(|text| texts.iter().any(|other| other == text)),
            Test::Empty(is_empty) => text.is_none() == *is_empty,
        }
    }
}

/// One record of a row.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The kind, where it is the same for all rows.
    pub(crate) kind: Option<String>,
    /// The record is made where all of these hold.
    pub(crate) when: Vec<Condition>,
    /// What ids that are made end with: nothing for the row's first record.
    pub(crate) id_ending: String,
    /// Where its id comes from; `None` where it is made from source and row.
    pub(crate) id: Option<Value>,
    /// In the order in which they are written.
    pub(crate) members: Vec<Member>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The name as JSON, with its colon.
    pub(crate) key: String,
    pub(crate) node: Node,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// JSON text, the same for all rows.
    Constant(String),
    /// Left out where nothing is in it.
    Object(Vec<Member>),
    /// Elements without a value are left out.
    Array(Vec<Node>),
    Value(Box<Value>),
    /// The `audit_id` of the row's n-th record.
    IdOf(usize),
    /// The record's own `audit_id`.
    OwnId,
}

/// What a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Place of the field in [`Mapping::fields`].
    Field(usize),
    /// The source's file name.
    SourceName,
    /// The row's number, from 1, counted without header and blank lines.
    Row,
    /// The line that the row begins on, from 1.
    Line,
}

/// A value made of one thing.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) from: Input,
    pub(crate) convert: Convert,
    /// Texts that mean that there is no value, beside those of the source.
    pub(crate) empty: Vec<String>,
    /// JSON text for rows without a value.
    pub(crate) default: Option<String>,
    /// Whether a row without a value does not fit.
    pub(crate) is_required: bool,
    /// Where the value stands in the record (RFC 6901), if it is to be sealed.
    pub(crate) seal: Option<String>,
}

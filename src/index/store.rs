//! What an index holds besides its records, written once all of the log was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Build, Whole, digest_text};
use super::error::IndexError;
use super::part::Counts;
use super::schema::{self, ColumnSource, KINDS, KindColumn};
use super::write::{Draft, Rows, Value};
use crate::columns::Column;
use crate::integrity::Report;
use crate::integrity::scan::LineState;
use crate::query::{Alias, Expr, Field, Term, Unknown};
use crate::record::Kind;

/// Writes everything but the records, which stand there already.
pub(super) fn store(
    draft: &mut Draft<'_>,
    build: &Build<'_>,
    whole: &Whole,
    report: &Report,
    stamp: &str,
    fingerprint: &str,
) -> Result<(), IndexError> {
    draft.connect()?;
    meta(draft, build, whole, report, stamp)?;
    places(draft, build)?;
    let fields = fields(draft, whole)?;
    let mut rows = draft.rows()?;
    kinds(&mut rows, build, whole, &fields)?;
    rows.append("link", 2, whole.joined.links.len(), |n, column| {
        let (row, decision) = whole.joined.links[n];
        Value::Integer(if column == 0 { row } else { decision }.into())
    })?;
    rows.finish()?;
    drop(rows);
    draft.connect()?;
    verdict(draft, report, fingerprint)?;
    vectors(draft, build)?;
    draft.sum()?;
    draft.run(&schema::views(|name| fields.id(name)))
}

fn meta(draft: &Draft<'_>, build: &Build<'_>, whole: &Whole, report: &Report, stamp: &str) -> Result<(), IndexError> {
    let json = |value: serde_json::Result<String>| {
        value.map_err(|error| IndexError::Write { path: draft.place().to_owned(), reason: error.to_string() })
    };
    let results: BTreeMap<&str, Vec<&[String]>> = BTreeMap::from([("paths", whole.results.paths())]);
    let rows = [
        ("format", "probity-index/1".to_owned()),
        ("program", concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned()),
        ("bundle_digest", digest_text(report.bundle_digest.as_ref()).unwrap_or_default()),
        ("bundle_stamp", stamp.to_owned()),
        ("origin", build.origin.clone()),
        ("zone_seconds", build.zone.map(|zone| zone.local_minus_utc().to_string()).unwrap_or_default()),
        ("records", build.rows.to_string()),
        ("log_size", build.log_size.map(|size| size.to_string()).unwrap_or_default()),
        ("ids", build.id_count.to_string()),
        ("records_beyond_paths", build.beyond.to_string()),
        ("results", json(serde_json::to_string(&results))?),
        ("tally", json(serde_json::to_string(&whole.joined.tally))?),
    ];
    draft.insert("meta", 2, rows.len(), |n, column| Value::Text(if column == 0 { rows[n].0 } else { &rows[n].1 }))
}

fn places(draft: &Draft<'_>, build: &Build<'_>) -> Result<(), IndexError> {
    let digests: Vec<Option<String>> =
        build.segments.iter().map(|segment| digest_text(segment.digest.as_ref())).collect();
    draft.insert("segment", 6, build.segments.len(), |n, column| {
        let segment = &build.segments[n];
        match column {
            0 => Value::Integer(n as i64),
            1 => Value::Text(&segment.path),
            2 => Value::Integer(segment.first_row.into()),
            3 => Value::Integer(segment.rows.into()),
            4 => Value::integer(Some(segment.raw_bytes)),
            _ => digests[n].as_deref().map_or(Value::Null, Value::Text),
        }
    })?;
    draft.insert("stretch", 6, build.stretches.len(), |n, column| {
        let stretch = &build.stretches[n];
        match column {
            0 => Value::Integer(stretch.first_row.into()),
            1 => Value::Integer(stretch.rows.into()),
            2 => Value::Integer(stretch.segment.into()),
            3 => Value::integer(Some(stretch.offset)),
            4 => Value::integer(Some(stretch.bytes)),
            _ => Value::Blob(&stretch.checksum),
        }
    })?;
    draft.insert("kind", 2, Kind::ALL.len(), |n, column| match column {
        0 => Value::Integer(n as i64),
        _ => Value::Text(Kind::ALL[n].name()),
    })?;
    draft.insert("state", 3, LineState::ALL.len(), |n, column| match column {
        0 => Value::Integer(n as i64),
        1 => Value::Text(LineState::ALL[n].name()),
        _ => Value::Text(LineState::ALL[n].meaning()),
    })
}

/// Fields by their canonical text, with their id and column.
pub(super) struct Fields(BTreeMap<String, (i64, Option<Arc<Column>>)>);

impl Fields {
    fn canonical(name: &str) -> Option<String> {
        match crate::query::parse(&format!("has:{name}"), &Unknown).ok()?.expr {
            Expr::Term(Term::Field { field, .. }) => Some(field.to_string()),
            _ => None,
        }
    }

    fn id(&self, name: &str) -> Option<i64> {
        self.0.get(&Self::canonical(name)?).filter(|(_, column)| column.is_some()).map(|(id, _)| *id)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.0.get(&Self::canonical(name)?)?.1.as_deref()
    }
}

/// One row of `field`.
struct Row<'a> {
    name: String,
    is_alias: bool,
    counts: Counts,
    examples: String,
    column: Option<&'a Arc<Column>>,
}

fn fields(draft: &Draft<'_>, whole: &Whole) -> Result<Fields, IndexError> {
    let paths = whole.fields.iter().map(|field| Row {
        name: field.path.to_string(),
        is_alias: false,
        counts: field.counts,
        examples: serde_json::to_string(&field.examples).unwrap_or_default(),
        column: field.column.as_ref(),
    });
    let aliases = whole.joined.aliases.iter().map(|(alias, column): &(&'static Alias, Arc<Column>)| Row {
        name: Field::Alias(alias).to_string(),
        is_alias: true,
        counts: Counts::default(),
        examples: "[]".to_owned(),
        column: Some(column),
    });
    let rows: Vec<Row<'_>> = paths.chain(aliases).collect();
    let mut known = Fields(BTreeMap::new());
    let mut written: Vec<(*const Column, i64)> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let id = n as i64;
        // An alias that is one path and nothing else shares its column.
        let same = row.column.and_then(|column| {
            let pointer = Arc::as_ptr(column);
            written.iter().find(|(other, _)| std::ptr::eq(*other, pointer)).map(|(_, id)| *id)
        });
        let data = row.column.filter(|_| same.is_none()).map(|column| column.to_bytes());
        let data = data.filter(|bytes| bytes.len() <= MAX_BLOB_BYTES);
        let checksum = data.as_ref().map(|bytes| *blake3::hash(bytes).as_bytes());
        write_field(draft, id, row, same, data.as_deref(), checksum.as_ref().map(|hash| &hash[..]))?;
        let column = row.column.filter(|_| same.is_some() || data.is_some());
        if let (Some(column), None) = (column, same) {
            written.push((Arc::as_ptr(column), id));
            values(draft, id, column)?;
        }
        known.0.insert(row.name.clone(), (same.unwrap_or(id), column.cloned()));
    }
    Ok(known)
}

/// SQLite takes no longer blobs unless told so.
const MAX_BLOB_BYTES: usize = 900_000_000;

fn write_field(
    draft: &Draft<'_>,
    id: i64,
    row: &Row<'_>,
    same: Option<i64>,
    data: Option<&[u8]>,
    checksum: Option<&[u8]>,
) -> Result<(), IndexError> {
    draft.insert("field", 13, 1, |_, column| match column {
        0 => Value::Integer(id),
        1 => Value::Text(&row.name),
        2 => Value::Integer(row.is_alias.into()),
        3 => Value::integer(Some(row.counts.records)),
        4 => Value::integer(Some(row.counts.nulls)),
        5 => Value::integer(Some(row.counts.booleans)),
        6 => Value::integer(Some(row.counts.numbers)),
        7 => Value::integer(Some(row.counts.texts)),
        8 => Value::integer(Some(row.counts.nested)),
        9 => Value::Text(&row.examples),
        10 => same.map_or(Value::Null, Value::Integer),
        11 => data.map_or(Value::Null, Value::Blob),
        _ => checksum.map_or(Value::Null, Value::Blob),
    })
}

/// The distinct values of a column, and its lists as text.
fn values(draft: &Draft<'_>, field: i64, column: &Column) -> Result<(), IndexError> {
    let values: Vec<(u32, &'static str, std::borrow::Cow<'_, str>)> = column
        .values()
        .map(|(code, value_type, text)| (code, value_type.name(), text.into()))
        .chain(column.lists().map(|(code, text)| (code, "list", text.into())))
        .collect();
    draft.insert("value", 4, values.len(), |n, at| {
        let (code, value_type, text) = &values[n];
        match at {
            0 => Value::Integer(field),
            1 => Value::Integer((*code).into()),
            2 => Value::Text(value_type),
            _ => Value::Text(text),
        }
    })
}

/// The tables of the kinds.
fn kinds(out: &mut Rows<'_>, build: &Build<'_>, whole: &Whole, fields: &Fields) -> Result<(), IndexError> {
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); Kind::ALL.len()];
    for (row, kind) in build.kinds.iter().enumerate() {
        if build.states[row] != LineState::Unreadable.place() {
            rows[usize::from(*kind)].push(row as u32);
        }
    }
    for (kind, columns) in KINDS {
        let rows = &rows[usize::from(kind.place())];
        let sources: Vec<Source<'_>> = columns.iter().map(|column| Source::new(column, fields, whole)).collect();
        for rows in rows.chunks(BLOCK) {
            out.append(&schema::table(kind), sources.len() + 1, rows.len(), |n, column| match column.checked_sub(1) {
                None => Value::Integer(rows[n].into()),
                Some(column) => sources[column].value(rows[n]),
            })?;
        }
    }
    Ok(())
}

/// After so many rows of a kind it is asked whether anybody still waits for them.
const BLOCK: usize = 1 << 16;

/// Where a column of a kind's table has its values from.
enum Source<'a> {
    Nothing,
    Codes(&'a Column),
    Numbers(&'a Column),
    Decisions(&'a [(u32, u32)]),
}

impl<'a> Source<'a> {
    fn new(column: &KindColumn, fields: &'a Fields, whole: &'a Whole) -> Self {
        match column.source {
            ColumnSource::Code(name) => fields.column(name).map_or(Self::Nothing, Self::Codes),
            ColumnSource::Number(name) => fields.column(name).map_or(Self::Nothing, Self::Numbers),
            ColumnSource::Decision => Self::Decisions(&whole.joined.links),
        }
    }

    fn value(&self, row: u32) -> Value<'static> {
        match self {
            Self::Nothing => Value::Null,
            Self::Codes(column) => match column.code(row) {
                Some(0) | None => Value::Null,
                Some(code) => Value::Integer(code.into()),
            },
            Self::Numbers(column) => column.number(row).map_or(Value::Null, Value::Real),
            Self::Decisions(links) => links
                .binary_search_by_key(&row, |(row, _)| *row)
                .map_or(Value::Null, |at| Value::Integer(links[at].1.into())),
        }
    }
}

fn verdict(draft: &Draft<'_>, report: &Report, fingerprint: &str) -> Result<(), IndexError> {
    draft.insert("finding", 12, report.findings.len(), |n, column| {
        let finding = &report.findings[n];
        let text = |text: &'static str| Value::Text(text);
        let maybe = |text| Option::as_deref(text).map_or(Value::Null, Value::Text);
        match column {
            0 => Value::Integer(n as i64),
            1 => text(finding.code.name()),
            2 => text(finding.code.severity().name()),
            3 => text(finding.code.effect().axis().name()),
            4 => Value::integer(finding.seq),
            5 => Value::integer(finding.end_seq),
            6 => maybe(&finding.segment),
            7 => Value::integer(finding.line),
            8 => Value::integer(finding.offset),
            9 => maybe(&finding.expected),
            10 => maybe(&finding.actual),
            _ => Value::Text(&finding.meaning),
        }
    })?;
    let json = serde_json::to_string(&crate::integrity::report::Stored::from(report)).unwrap_or_default();
    let checksum = blake3::hash(json.as_bytes());
    draft.insert("verification", 4, 1, |_, column| match column {
        0 => Value::Integer(0),
        1 => Value::Text(fingerprint),
        2 => Value::Text(&json),
        _ => Value::Blob(checksum.as_bytes()),
    })
}

/// What every row has: its time, its seq, its kind and its state.
fn vectors(draft: &Draft<'_>, build: &Build<'_>) -> Result<(), IndexError> {
    let vectors: [(&str, Vec<u8>); 4] = [
        ("kinds", build.kinds.clone()),
        ("seqs", build.seqs.to_bytes()),
        ("states", build.states.clone()),
        ("times", build.times.to_bytes()),
    ];
    for (name, bytes) in &vectors {
        let checksum = blake3::hash(bytes);
        draft.insert("vector", 3, 1, |_, column| match column {
            0 => Value::Text(name),
            1 => Value::Blob(bytes),
            _ => Value::Blob(checksum.as_bytes()),
        })?;
    }
    Ok(())
}

//! Values of records by row, out of columns: what the modules beside this one are made from.

use std::sync::Arc;

use crate::bundle::reading::Watch;
use crate::columns::{Column, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Alias, Expr, Field, Path, Unknown};
use crate::record::Kind;
use crate::record::time::Time;

/// The records of a kind.
pub(super) fn rows_of(evidence: &Evidence, kind: Kind, watch: &dyn Watch) -> Result<Selection, EvidenceError> {
    match kind_expr(kind) {
        Some(expr) => evidence.select(&expr, watch),
        None => Ok(Selection::all(0)),
    }
}

/// `kind:…` as an expression.
pub(super) fn kind_expr(kind: Kind) -> Option<Expr> {
    query::parse(&format!("kind:{}", kind.name()), &Unknown).ok().map(|query| query.expr)
}

/// The alias of that name.
pub(super) fn alias(name: &str) -> Option<Field> {
    Alias::find(name).map(Field::Alias)
}

/// What records have at a path.
pub(super) struct Texts<'e> {
    evidence: &'e Evidence,
    members: &'static [&'static str],
    /// `None` where the values are too varied for one: then each record is read.
    column: Option<Arc<Column>>,
}

impl<'e> Texts<'e> {
    pub(super) fn at(
        evidence: &'e Evidence,
        members: &'static [&'static str],
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let path = Path::new(members.iter().map(|&name| name.to_owned()).collect());
        let column = match path.map(|path| evidence.column(&Field::Path(path), watch)) {
            Some(Ok(column)) => Some(column),
            None | Some(Err(EvidenceError::TooVaried(_))) => None,
            Some(Err(error)) => return Err(error),
        };
        Ok(Self { evidence, members, column })
    }

    /// The text of a row, where it has one and no list of several.
    pub(super) fn get(&self, row: u32) -> Result<Option<String>, EvidenceError> {
        if let Some(column) = &self.column {
            let cell = column.cell(row);
            let mut texts = cell.texts();
            let first = texts.next().map(str::to_owned);
            return Ok(first.filter(|_| texts.next().is_none()));
        }
        let Some(line) = self.evidence.line(row)? else { return Ok(None) };
        let Ok(line) = serde_json::from_slice::<serde_json::Value>(&line.bytes) else { return Ok(None) };
        let found = self.members.iter().try_fold(&line["record"], |value, name| value.get(name));
        Ok(found.and_then(|value| match value {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }))
    }

    /// The column, where there is one.
    pub(super) fn column(&self) -> Option<&Column> {
        self.column.as_deref()
    }
}

/// The instant that a text of a row states, in nanoseconds; times without an offset are in the zone that the row's log assumes.
pub(super) fn instant(evidence: &Evidence, row: u32, text: &str) -> Option<i64> {
    let zone = evidence.place(row).and_then(|(log, _)| log.index.zone);
    Time::parse(text)?.instant(zone)?.timestamp_nanos_opt()
}

/// The name of the log that holds a row.
pub(super) fn log_of(evidence: &Evidence, row: u32) -> String {
    evidence.place(row).map(|(log, _)| log.index.origin.clone()).unwrap_or_default()
}

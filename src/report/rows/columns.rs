//! Which columns are printed: those asked for, or the ones that fit the kinds of the records found.

use super::cells::{OutputColumn, Source};
use crate::bundle::reading::{Unwatched, Watch};
use crate::columns::{Column, Selection, ValueType};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::field::Place;
use crate::query::{Field, FieldType};
use crate::record::Kind;
use crate::record::text::shown_short;

/// Why columns cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// Nothing is called that.
    #[error("{}: {why}", shown_short(name, 80))]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it, and a likely fix.
        why: String,
    },
    /// There is a comma, and no name before or behind it.
    #[error("a name is missing; names stand with commas between")]
    Nameless,
    /// In JSON one of two members of a name is lost, and in a table nobody knows which is which.
    #[error("{} is there twice; every column has a name of its own", shown_short(.0, 80))]
    Twice(String),
    /// The index cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// A column that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its heading: as it was asked for.
    pub name: String,
    /// `None` for what is of the record itself: `seq`, `time` and `line_state`.
    pub field: Option<Field>,
}

impl Named {
    /// The column of that name: a field of the filter language, or one of the record itself.
    ///
    /// # Errors
    /// [`ColumnError::Name`]
    pub fn of(evidence: &Evidence, name: &str) -> Result<Self, ColumnError> {
        let refused = |why: String| ColumnError::Name { name: name.to_owned(), why };
        let field = match own(name) {
            Some(_) => None,
            None if name.is_empty() => return Err(ColumnError::Nameless),
            None => Some(evidence.field(name).map_err(refused)?),
        };
        Ok(Self { name: name.to_owned(), field })
    }
}

/// Where the values are of what is of the record itself.
fn own(name: &str) -> Option<Source> {
    match name {
        "seq" => Some(Source::Seq),
        "time" => Some(Source::Time),
        "line_state" => Some(Source::State),
        _ => None,
    }
}

/// The columns with those names.
///
/// # Errors
/// [`ColumnError`]
pub fn named(evidence: &Evidence, names: &[String]) -> Result<Vec<Named>, ColumnError> {
    if let Some(twice) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        return Err(ColumnError::Twice(names[twice].clone()));
    }
    names.iter().map(|name| Named::of(evidence, name)).collect()
}

/// What people want to see of a record of a kind first, behind its place, time, kind and id; `None` for records of several
/// kinds.
#[must_use]
pub fn usual_of(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind::Decision) => &["model", "version", "result", "confidence", "user", "reviewed"],
        Some(Kind::Outcome) => &["decision", "label", "source"],
        Some(Kind::Review) => &["decision", "user", "action", "new_result", "seconds"],
        Some(Kind::Deployment) => &["model", "version", "action", "environment", "user", "change_request"],
        Some(Kind::Training) => &["model", "version", "training_data.dataset_id", "training_data.dataset_version"],
        Some(Kind::System) => &["system_id", "purpose", "risk_level", "owner"],
        Some(Kind::Access) => &["user", "action", "resource", "result", "rows"],
        Some(Kind::Roster) => &["user", "role", "active", "left_on"],
        Some(Kind::Change) => &["change_request", "state", "requested_by", "approved_by"],
        Some(Kind::Dataset) => &["dataset_id", "\"version\"", "approved_by"],
        Some(Kind::Incident) => &["incident_id", "state", "severity", "model", "version", "summary"],
        Some(Kind::Monitor) => &["metric", "value", "threshold", "model", "version"],
        Some(Kind::Erasure) => &["\"seq\"", "pointer", "basis", "authorised_by"],
        Some(Kind::Log) => &["event", "origin", "reason"],
        Some(Kind::Custody) => &["user", "action", "tag", "value.type", "value.text"],
        Some(Kind::Other) => &[],
        None => &["model", "version", "result", "confidence", "user", "action"],
    }
}

/// The usual columns for the records found; of those that go by kind only the ones that one of the records has.
///
/// # Errors
/// [`ColumnError::Evidence`]
pub fn usual(evidence: &Evidence, selection: &Selection) -> Result<Vec<Named>, ColumnError> {
    let (kinds, states) = (evidence.kinds()?, evidence.states()?);
    let (mut found, mut is_damaged) = ([false; Kind::ALL.len()], false);
    for row in selection.iter() {
        if let Some(found) = kinds.get(row as usize).and_then(|kind| found.get_mut(usize::from(*kind))) {
            *found = true;
        }
        is_damaged |= states.get(row as usize).is_some_and(|state| *state > 0);
    }
    let mut kinds = Kind::ALL.into_iter().zip(found).filter(|(_, found)| *found).map(|(kind, _)| kind);
    let by_kind = match (kinds.next(), kinds.next()) {
        (Some(only), None) => usual_of(Some(only)),
        (None, _) => &[],
        _ => usual_of(None),
    };
    let mut out: Vec<Named> = Vec::new();
    let where_from = [(evidence.has_several_logs(), "log"), (evidence.has_contradictions(), "bundle")];
    let where_from = where_from.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| name);
    let of_all = where_from.chain(["seq", "time", "kind", "id"]).chain(is_damaged.then_some("line_state"));
    for name in of_all {
        out.push(Named::of(evidence, name)?);
    }
    for name in by_kind {
        // A field that no record of the log has is no error here.
        let Ok(Named { field: Some(field), .. }) = Named::of(evidence, name) else { continue };
        if is_filled(evidence, &field, selection)? {
            out.push(Named { name: (*name).to_owned(), field: Some(field) });
        }
    }
    Ok(out)
}

/// Whether one of the records has the field; yes where that is not known without reading the log.
fn is_filled(evidence: &Evidence, field: &Field, selection: &Selection) -> Result<bool, EvidenceError> {
    let name = field.to_string();
    let Some(known) = evidence.fields().iter().find(|known| known.name == name) else { return Ok(false) };
    if !known.has_column {
        return Ok(true);
    }
    match evidence.column(field, &Unwatched) {
        Ok(column) => {
            let mut present = column.present();
            present.and(selection.bitmap());
            Ok(present.count() > 0)
        }
        Err(EvidenceError::TooVaried(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Where the values of columns come from. With `typed` what is printed tells types and lists apart, which columns of the index do
/// not: values at paths are then taken from the records.
///
/// # Errors
/// [`ColumnError`]
pub fn resolve(
    evidence: &Evidence,
    named: Vec<Named>,
    typed: bool,
    watch: &dyn Watch,
) -> Result<Vec<OutputColumn>, ColumnError> {
    let one = |Named { name, field }: Named| -> Result<OutputColumn, ColumnError> {
        let (source, is_number) = match (own(&name), field) {
            (Some(source), _) => {
                let is_seq = matches!(source, Source::Seq);
                (source, is_seq)
            }
            (None, Some(Field::Path(path))) => {
                let name = path.to_string();
                let known = evidence.fields().iter().find(|known| known.name == name);
                let is_number = path.field_type() == FieldType::Number
                    || known.is_some_and(|known| {
                        let counts = known.counts;
                        counts.numbers > 0 && counts.texts + counts.booleans + counts.nested == 0
                    });
                let has_column = !typed && known.is_some_and(|known| known.has_column);
                let column = has_column.then(|| evidence.column(&Field::Path(path.clone()), watch)).transpose();
                match column {
                    Ok(Some(column)) => (Source::Column(column, Field::Path(path)), is_number),
                    Ok(None) | Err(EvidenceError::TooVaried(_)) => (Source::Text(path), is_number),
                    Err(error) => return Err(error.into()),
                }
            }
            (None, Some(Field::Alias(alias))) => match evidence.column(&Field::Alias(alias), watch) {
                Ok(column) => {
                    let is_number = alias.field_type == FieldType::Number || holds_numbers(&column);
                    (Source::Column(column, Field::Alias(alias)), is_number)
                }
                // What each record says itself needs no column.
                Err(EvidenceError::TooVaried(_))
                    if alias.sources.iter().all(|source| matches!(source.place, Place::Path(_))) =>
                {
                    (Source::Alias(alias), alias.field_type == FieldType::Number)
                }
                Err(error) => return Err(error.into()),
            },
            (None, None) => {
                return Err(ColumnError::Name { name, why: "this is not the name of one field".to_owned() });
            }
        };
        Ok(OutputColumn { name, source, is_number })
    };
    named.into_iter().map(one).collect()
}

fn holds_numbers(column: &Column) -> bool {
    let mut types = column.values().map(|(_, value_type, _)| value_type);
    (column.has_own_numbers() || column.values().len() > 0) && types.all(|value_type| value_type == ValueType::Number)
}

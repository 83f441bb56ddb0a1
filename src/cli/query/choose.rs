//! Which columns are printed: those asked for, or the ones that fit the kinds of the records found.

use super::cells::{OutputColumn, Source};
use super::formats::Format;
use super::{Named, own};
use crate::cli::bundles::field;
use crate::cli::progress::Progress;
use crate::columns::{Column, Selection, ValueType};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::field::Place;
use crate::query::{Field, FieldType};
use crate::record::Kind;
use crate::record::text::shown_short;

/// The columns with those names.
pub(super) fn named(evidence: &Evidence, names: &[String]) -> anyhow::Result<Option<Vec<Named>>> {
    if names.is_empty() {
        return Ok(None);
    }
    // In JSON one of two members of a name is lost, and in a table nobody knows which is which.
    if let Some(twice) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        anyhow::bail!(
            "--columns: {} is there twice; every column has a name of its own",
            shown_short(&names[twice], 80)
        );
    }
    let one = |name: &String| {
        let field = if own(name).is_some() { None } else { Some(field(evidence, "--columns", name)?) };
        Ok(Named { name: name.clone(), field })
    };
    names.iter().map(one).collect::<anyhow::Result<_>>().map(Some)
}

/// What people want to see of a record of a kind first.
fn of_kind(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Decision => &["model", "version", "result", "confidence", "user"],
        Kind::Outcome => &["decision", "label", "source"],
        Kind::Review => &["decision", "user", "action", "new_result", "seconds"],
        Kind::Deployment => &["model", "version", "action", "environment", "user", "change_request"],
        Kind::Training => &["model", "version", "training_data.dataset_id", "training_data.dataset_version"],
        Kind::System => &["system_id", "purpose", "risk_level", "owner"],
        Kind::Access => &["user", "action", "resource", "result"],
        Kind::Roster => &["user", "role", "active", "left_on"],
        Kind::Change => &["change_request", "state", "requested_by", "approved_by"],
        Kind::Dataset => &["dataset_id", "\"version\"", "approved_by"],
        Kind::Incident => &["incident_id", "state", "severity", "model", "version", "summary"],
        Kind::Monitor => &["metric", "value", "threshold", "model", "version"],
        Kind::Erasure => &["\"seq\"", "pointer", "basis", "authorised_by"],
        Kind::Log => &["event", "origin", "reason"],
        Kind::Custody => &["user", "action", "tag", "value.type", "value.text"],
        Kind::Other => &[],
    }
}

/// What records of several kinds have in common.
const OF_SEVERAL: &[&str] = &["model", "version", "result", "confidence", "user", "action"];

/// The usual columns for the records found; of those that go by kind only the ones that one of the records has.
pub(super) fn usual(evidence: &Evidence, selection: &Selection) -> anyhow::Result<Vec<Named>> {
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
        (Some(only), None) => of_kind(only),
        (None, _) => &[],
        _ => OF_SEVERAL,
    };
    let mut out: Vec<Named> = Vec::new();
    let where_from = [(evidence.has_several_logs(), "log"), (evidence.has_contradictions(), "bundle")];
    let where_from = where_from.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| name);
    let of_all = where_from.chain(["seq", "time", "kind", "id"]).chain(is_damaged.then_some("line_state"));
    for name in of_all {
        let field = if own(name).is_some() { None } else { Some(field(evidence, "--columns", name)?) };
        out.push(Named { name: name.to_owned(), field });
    }
    for name in by_kind {
        // A field that no record of the log has is no error here.
        let Ok(field) = field(evidence, "--columns", name) else { continue };
        if is_filled(evidence, &field, selection)? {
            out.push(Named { name: (*name).to_owned(), field: Some(field) });
        }
    }
    Ok(out)
}

/// Whether one of the records has the field; yes where that is not known without reading the log.
fn is_filled(evidence: &Evidence, field: &Field, selection: &Selection) -> anyhow::Result<bool> {
    let name = field.to_string();
    let Some(known) = evidence.fields().iter().find(|known| known.name == name) else { return Ok(false) };
    if !known.has_column {
        return Ok(true);
    }
    match evidence.column(field, &crate::bundle::reading::Unwatched) {
        Ok(column) => {
            let mut present = column.present();
            present.and(selection.bitmap());
            Ok(present.count() > 0)
        }
        Err(EvidenceError::TooVaried(_)) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Where the values of columns come from.
pub(super) fn resolve(evidence: &Evidence, named: Vec<Named>, format: Format) -> anyhow::Result<Vec<OutputColumn>> {
    let progress = Progress::new();
    let one = |Named { name, field }: Named| -> anyhow::Result<OutputColumn> {
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
                // Columns do not tell a list of one from the one, and JSON does.
                let has_column = format != Format::Json && known.is_some_and(|known| known.has_column);
                let column = has_column.then(|| evidence.column(&Field::Path(path.clone()), &progress)).transpose();
                match column {
                    Ok(Some(column)) => (Source::Column(column, Field::Path(path)), is_number),
                    Ok(None) | Err(EvidenceError::TooVaried(_)) => (Source::Text(path), is_number),
                    Err(error) => return Err(error.into()),
                }
            }
            (None, Some(Field::Alias(alias))) => match evidence.column(&Field::Alias(alias), &progress) {
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
            (None, None) => anyhow::bail!("--columns {name}: no column"),
        };
        Ok(OutputColumn { name, source, is_number })
    };
    let columns = named.into_iter().map(one).collect();
    progress.clear();
    columns
}

fn holds_numbers(column: &Column) -> bool {
    let mut types = column.values().map(|(_, value_type, _)| value_type);
    (column.has_own_numbers() || column.values().len() > 0) && types.all(|value_type| value_type == ValueType::Number)
}

//! Which columns and facets records of a kind are shown with before the user chooses others.

use crate::evidence::{Catalogued, Evidence};
use crate::query::{Expr, Field, FieldType, Term, Unknown};
use crate::record::Kind;
use crate::report::rows::usual_of;

/// The columns of every table: the place in the log and the time.
pub const SEQ: &str = "seq";
/// See [`SEQ`].
pub const TIME: &str = "time";

/// So many facets of a record's own members are shown at first.
const MAX_OWN: usize = 4;

/// Fields with more distinct values than this are no facets by themselves; a few examples tell.
const MAX_VALUES: u64 = 60;

/// The field of that name.
#[must_use]
pub fn field(name: &str) -> Option<Field> {
    match crate::query::parse(&format!("has:{name}"), &Unknown).ok()?.expr {
        Expr::Term(Term::Field { field, .. }) => Some(field),
        _ => None,
    }
}

/// The columns behind place and time, by name.
#[must_use]
pub fn columns(kind: Option<Kind>) -> Vec<String> {
    let names = match kind {
        Some(Kind::Other) | None => &["kind", "model", "version", "result", "user", "action"],
        kind => usual_of(kind),
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The facets, by name: what is asked of every record of the kind, and members of its own with few values.
#[must_use]
pub fn facets(kind: Option<Kind>, evidence: &Evidence) -> Vec<String> {
    let names: &[&str] = match kind {
        Some(Kind::Decision) => &["result", "version", "confidence", "model", "reviewed", "overridden", "outcome"],
        Some(Kind::Outcome) => &["label", "source"],
        Some(Kind::Review) => &["action", "user", "new_result"],
        Some(Kind::Deployment) => &["action", "model", "version", "environment", "user"],
        Some(Kind::Access) => &["user", "action", "resource"],
        Some(Kind::Incident) => &["incident_id", "state", "severity"],
        Some(Kind::Monitor) => &["metric", "value", "model"],
        Some(Kind::Custody) => &["user", "action", "value.type"],
        Some(Kind::Other) | None => &["kind", "model", "version", "result", "user"],
        Some(_) => &["model", "user"],
    };
    let is_there = |name: &str| match field(name) {
        Some(Field::Alias(alias)) if alias.name == "kind" => true,
        Some(Field::Alias(_)) => true,
        Some(Field::Path(_)) => evidence.fields().iter().any(|known| known.name == name),
        None => false,
    };
    let mut out: Vec<String> = names.iter().filter(|name| is_there(name)).map(|&name| name.to_owned()).collect();
    if matches!(kind, Some(Kind::Decision) | None) {
        let is_of_record = |known: &&Catalogued| {
            let name = known.name.as_str();
            let is_own =
                name.starts_with("input.metadata.") || name.starts_with("metadata.") || name == "subject.group";
            is_own && known.has_column
        };
        let own = evidence.fields().iter().filter(is_of_record).filter(|known| {
            let distinct = known.examples.len() as u64;
            known.counts.texts > 0 && known.counts.numbers == 0 && distinct <= MAX_VALUES
        });
        out.extend(own.take(MAX_OWN).map(|known| known.name.clone()));
        if kind.is_some() {
            let numbers = evidence.fields().iter().filter(is_of_record);
            let numbers = numbers.filter(|known| is_number(&known.name, Some(known)));
            out.extend(numbers.take(MAX_OWN).map(|known| known.name.clone()));
        }
    }
    out
}

/// Whether what stands at a field are numbers: as its records have it, or as its name says where none is counted.
#[must_use]
pub fn is_number(name: &str, known: Option<&Catalogued>) -> bool {
    match known.map(|known| known.counts) {
        Some(counts) if counts.texts + counts.numbers + counts.booleans > 0 => {
            counts.numbers > 0 && counts.texts == 0 && counts.booleans == 0
        }
        _ => field(name).is_some_and(|field| field.field_type() == FieldType::Number),
    }
}

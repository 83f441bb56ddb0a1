//! How results are read, by the log's `system` records: where a decision's result stands, which are adverse, which labels
//! of outcomes bear out a favourable one. Of several records for a model the last in the log counts; one that lists no
//! models speaks for all that no other names.

use std::collections::HashMap;
use std::sync::Arc;

use super::joins::Log;
use crate::columns::{Column, TooVaried, compose};
use crate::query::FieldType;
use crate::record::{ResultReading, SystemRecord};

/// The readings of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    by_model: HashMap<String, Reading>,
    of_others: Option<Reading>,
}

/// How the results of a model are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Names of members from the record down.
    pub path: Vec<String>,
    /// What the record says.
    pub says: ResultReading,
    /// Its row.
    pub row: u32,
}

impl Results {
    /// Reads `system` records, with their rows, in the order of the log.
    pub fn new(systems: Vec<(u32, SystemRecord)>) -> Self {
        let mut results = Self::default();
        for (row, system) in systems {
            let Some(says) = system.result else { continue };
            let Some(path) = says.path.as_deref().and_then(members) else { continue };
            let reading = Reading { path, says, row };
            match system.models {
                None => results.of_others = Some(reading),
                Some(models) => {
                    for model in models {
                        results.by_model.insert(model, reading.clone());
                    }
                }
            }
        }
        results
    }

    /// The same reading for all models.
    pub(super) fn of_all(says: ResultReading) -> Self {
        Self::new(vec![(0, SystemRecord { models: None, result: Some(says) })])
    }

    /// How the results of a model's decisions are read.
    pub fn of(&self, model: Option<&str>) -> Option<&Reading> {
        model.and_then(|model| self.by_model.get(model)).or(self.of_others.as_ref())
    }

    /// Every path at which results stand.
    pub fn paths(&self) -> Vec<&[String]> {
        let mut paths: Vec<&[String]> =
            self.by_model.values().chain(&self.of_others).map(|reading| reading.path.as_slice()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl Reading {
    /// Whether result and outcome agree: a favourable result and a label that bears it out, or an adverse one and a
    /// label that does not. `None` where the result is neither, or nothing says which labels bear it out.
    pub(super) fn is_correct<'t>(&self, mut results: impl Iterator<Item = &'t str>, label: &str) -> Option<bool> {
        let says = &self.says;
        if says.outcome_positive.is_empty() {
            return None;
        }
        let result = results.next().filter(|_| results.next().is_none())?;
        let is_in = |list: &[String]| list.iter().any(|text| text == result);
        let is_positive = says.outcome_positive.iter().any(|text| text == label);
        match (is_in(&says.favourable), is_in(&says.adverse)) {
            (true, false) => Some(is_positive),
            (false, true) => Some(!is_positive),
            _ => None,
        }
    }
}

/// What each decision came to; `None` where a path that it stands at has no column.
pub(super) fn column(log: &Log<'_>) -> Result<Option<Arc<Column>>, TooVaried> {
    let mut paths: Vec<&[String]> = log.results.iter().flat_map(Results::paths).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut columns: Vec<Option<&Arc<Column>>> = Vec::new();
    for path in &paths {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        if (log.varied)(&names) {
            return Ok(None);
        }
        columns.push(log.column(&names));
    }
    let models = log.column(&["model", "id"]);
    let present: Vec<&Column> = columns.iter().flatten().map(AsRef::as_ref).collect();
    // Where each path's column stands among those that there are.
    let mut place = 0;
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| {
            column.map(|_| {
                place += 1;
                place - 1
            })
        })
        .collect();
    // By log and model: asked once for each that there is.
    let mut known: HashMap<(usize, u32), Option<usize>> = HashMap::new();
    let find = |row: u32| {
        let cell = models.map(|models| models.cell(row));
        let model = cell.as_ref().and_then(|cell| cell.texts().next());
        let path = log.reading(row, model)?.path.as_slice();
        places[paths.binary_search(&path).ok()?]
    };
    let pick = |row: u32| {
        if !log.is_decision(row) {
            return None;
        }
        // Numbers that are kept by themselves have no codes.
        match models.map_or(Some(0), |models| models.code(row)) {
            Some(code) => *known.entry(((log.log_of)(row), code)).or_insert_with(|| find(row)),
            None => find(row),
        }
    };
    Ok(Some(Arc::new(compose(log.rows, pick, &present, FieldType::Any)?)))
}

/// The names of a path as a `system` record writes it.
fn members(path: &str) -> Option<Vec<String>> {
    let names: Vec<String> = path.split('.').map(str::to_owned).collect();
    names.iter().all(|name| !name.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(systems: &[&str]) -> Results {
        let read = |(row, json): (usize, &&str)| {
            (u32::try_from(row).expect("small"), serde_json::from_str(json).expect("a system record"))
        };
        Results::new(systems.iter().enumerate().map(read).collect())
    }

    #[test]
    fn the_last_record_that_names_a_model_counts() {
        let results = results(&[
            r#"{"models":["a","b"],"result":{"path":"output.result"}}"#,
            r#"{"models":["b"],"result":{"path":"output.result.decision"}}"#,
            r#"{"result":{"path":"output.label"}}"#,
            r#"{"models":["c"],"result":{"path":"output..x"}}"#,
            r#"{"models":["a"]}"#,
        ]);
        let path = |model| results.of(model).map(|reading| reading.path.join("."));
        assert_eq!(path(Some("a")).as_deref(), Some("output.result"));
        assert_eq!(path(Some("b")).as_deref(), Some("output.result.decision"));
        assert_eq!(path(Some("c")).as_deref(), Some("output.label"));
        assert_eq!(path(None).as_deref(), Some("output.label"));
        assert_eq!(results.paths().len(), 3);
    }

    #[test]
    fn what_is_not_said_is_neither_right_nor_wrong() {
        let results = results(&[
            r#"{"models":["a"],"result":{"path":"r","adverse":["no"],"favourable":["yes"],"outcome_positive":["paid"]}}"#,
            r#"{"models":["b"],"result":{"path":"r","adverse":["no"],"favourable":["yes"]}}"#,
        ]);
        let correct = |model, result: &[&'static str], label| {
            results.of(Some(model)).and_then(|reading| reading.is_correct(result.iter().copied(), label))
        };
        assert_eq!(correct("a", &["yes"], "paid"), Some(true));
        assert_eq!(correct("a", &["yes"], "lost"), Some(false));
        assert_eq!(correct("a", &["no"], "paid"), Some(false));
        assert_eq!(correct("a", &["no"], "lost"), Some(true));
        assert_eq!(correct("a", &["refer"], "paid"), None);
        assert_eq!(correct("a", &["yes", "no"], "paid"), None);
        assert_eq!(correct("a", &[], "paid"), None);
        assert_eq!(correct("b", &["yes"], "paid"), None);
        assert_eq!(correct("c", &["yes"], "paid"), None);
    }
}

//! What a case says about the rows of the evidence: where tags, notes and incidents are, for filters to ask.

use std::collections::HashSet;

use super::entry::{Incident, Records, Value};
use super::error::CaseError;
use super::{Case, Digest};
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, Marks};
use crate::query::{Expr, Mark};
use crate::tlog::merkle::Hash;

/// What of a case is not in the evidence that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unplaced {
    /// Records with tags or notes that no bundle here holds.
    pub records: usize,
    /// Incidents whose filter is not understood here, and why.
    pub incidents: Vec<(String, String)>,
}

impl Case {
    /// Tells the evidence which of its rows are marked. Says what could not be placed.
    ///
    /// # Errors
    /// Where the evidence cannot be read.
    pub fn mark(&self, evidence: &Evidence, watch: &dyn Watch) -> Result<Unplaced, CaseError> {
        let mut unplaced = Unplaced::default();
        let (mut notes, mut incidents): (Vec<(&Records, &str)>, Vec<&Incident>) = (Vec::new(), Vec::new());
        let items = self.state.items();
        for value in items.iter().flat_map(|(_, item)| item.values()) {
            match value {
                Value::Note { on, text } => notes.push((on, text)),
                Value::Incident(incident) => incidents.push(incident),
                _ => {}
            }
        }
        let tags: Vec<&str> = self.state.tags().collect();
        let on = notes.iter().map(|(on, _)| *on).chain(incidents.iter().map(|incident| &incident.on));
        let named: Vec<(&str, u64, Hash)> = tags
            .iter()
            .flat_map(|tag| self.state.tagged(tag))
            .chain(on.flat_map(Records::iter))
            .map(|(log, seq, hash)| (log, seq, hash.0))
            .collect();
        // All of them at once: each look takes up the whole log.
        let found = evidence.rows_of_records(named.iter().copied())?;
        let rows = |hash: Digest| found.get(&hash.0).into_iter().flatten().copied();
        let missing: HashSet<Hash> =
            named.iter().map(|(_, _, hash)| *hash).filter(|hash| !found.contains_key(hash)).collect();
        unplaced.records = missing.len();
        let mut marks: Vec<(Mark, String, Vec<u32>)> = Vec::new();
        for tag in tags {
            let on = self.state.tagged(tag).flat_map(|(_, _, hash)| rows(hash)).collect();
            marks.push((Mark::Tag, tag.to_owned(), on));
        }
        for (on, text) in notes.into_iter().filter(|(on, _)| !on.is_empty()) {
            let on = on.iter().flat_map(|(_, _, hash)| rows(hash)).collect();
            marks.push((Mark::Note, text.to_owned(), on));
        }
        for incident in incidents {
            let mut of: Vec<u32> = incident.on.iter().flat_map(|(_, _, hash)| rows(hash)).collect();
            match narrowed(incident, evidence) {
                Ok(None) => {}
                Ok(Some(expr)) => of.extend(evidence.select(&expr, watch)?.iter()),
                Err(why) => unplaced.incidents.push((incident.id.clone(), why)),
            }
            marks.push((Mark::Incident, incident.id.clone(), of));
        }
        evidence.set_marks(Some(Marks::of_rows(evidence.rows(), marks)));
        Ok(unplaced)
    }
}

/// The records of an incident's window that pass its filter; `None` where it has neither.
fn narrowed(incident: &Incident, evidence: &Evidence) -> Result<Option<Expr>, String> {
    let shown = |at| crate::record::time::shown(at);
    let mut parts = Vec::new();
    if let Some(from) = incident.from {
        parts.push(format!("time>=\"{}\"", shown(from)));
    }
    if let Some(to) = incident.to {
        parts.push(format!("time<=\"{}\"", shown(to)));
    }
    let mut exprs = Vec::new();
    for text in parts.iter().map(String::as_str).chain(Some(incident.filter.as_str()).filter(|text| !text.is_empty())) {
        let query = evidence.parse(text).map_err(|error| error.to_string())?;
        if has_mark(&query.expr) {
            return Err("the filter of an incident asks for no tags, notes or incidents".to_owned());
        }
        exprs.push(query.expr);
    }
    Ok(if exprs.is_empty() { None } else { Some(Expr::and(exprs)) })
}

fn has_mark(expr: &Expr) -> bool {
    match expr {
        Expr::All => false,
        Expr::Term(term) => matches!(term, crate::query::Term::Mark { .. }),
        Expr::Not(inner) => has_mark(inner),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(has_mark),
    }
}

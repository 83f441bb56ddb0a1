//! What a case says about the rows of the evidence: where tags, notes and incidents are, for filters to ask.

use super::Case;
use super::entry::{Incident, Records, Value};
use super::error::CaseError;
use crate::bundle::reading::Watch;
use crate::columns::Bitmap;
use crate::evidence::{Evidence, Marks};
use crate::query::{Expr, Mark};

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
        let (mut marks, mut unplaced) = (Marks::default(), Unplaced::default());
        let mut missing = std::collections::HashSet::new();
        for tag in self.state.tags() {
            let (rows, lost) =
                evidence.rows_of_records(self.state.tagged(tag).map(|(log, seq, hash)| (log, seq, hash.0)))?;
            missing.extend(lost);
            marks.add(Mark::Tag, tag, rows);
        }
        let mut place = |on: &Records| -> Result<Bitmap, CaseError> {
            let (rows, lost) = evidence.rows_of_records(on.iter().map(|(log, seq, hash)| (log, seq, hash.0)))?;
            missing.extend(lost);
            Ok(rows)
        };
        let mut incidents: Vec<&Incident> = Vec::new();
        for (_, item) in self.state.items() {
            for value in item.values() {
                match value {
                    Value::Note { on, text } => marks.add(Mark::Note, text, place(on)?),
                    Value::Incident(incident) => incidents.push(incident),
                    _ => {}
                }
            }
        }
        for incident in incidents {
            let mut rows = place(&incident.on)?;
            match narrowed(incident, evidence) {
                Ok(None) => {}
                Ok(Some(expr)) => rows.or(evidence.select(&expr, watch)?.bitmap()),
                Err(why) => unplaced.incidents.push((incident.id.clone(), why)),
            }
            marks.add(Mark::Incident, &incident.id, rows);
        }
        unplaced.records = missing.len();
        evidence.set_marks(Some(marks));
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

//! Which decisions lie in the window of an incident, and which outside.

use crate::analysis::decisions::Decisions;
use crate::analysis::incidents::Incident;
use crate::columns::{Column, Times};
use crate::evidence::Evidence;

/// The window of an incident.
pub(super) struct Window<'c> {
    times: &'c Times,
    from: i64,
    to: i64,
    /// The rows of the incident's log, which may lie in several bundles.
    rows: Vec<std::ops::Range<u32>>,
    /// Where the incident names a model: the models of rows, and which codes stand for it.
    model: Option<(Option<&'c Column>, Vec<bool>)>,
}

impl<'c> Window<'c> {
    pub(super) fn of(
        evidence: &'c Evidence,
        decisions: &'c Decisions,
        incident: &Incident,
        from: i64,
        to: i64,
    ) -> Self {
        let logs = evidence.logs().iter().filter(|log| log.index.origin == incident.log);
        let model = incident.model.as_ref().map(|model| {
            let column = decisions.models.as_deref();
            let mut codes = Vec::new();
            for (code, _, text) in column.into_iter().flat_map(Column::values) {
                codes.resize(code as usize + 1, false);
                codes[code as usize] = text == model;
            }
            (column, codes)
        });
        Self { times: evidence.times(), from, to, rows: logs.map(|log| log.rows.clone()).collect(), model }
    }

    /// 0 in the window, 1 outside.
    pub(super) fn place(&self, row: u32) -> Option<usize> {
        let at = self.times.nanos(row).filter(|_| self.rows.iter().any(|rows| rows.contains(&row)))?;
        let is_of_model = self.model.as_ref().is_none_or(|(column, codes)| {
            let code = column.and_then(|column| column.code(row));
            code.and_then(|code| codes.get(code as usize)).copied().unwrap_or(false)
        });
        is_of_model.then(|| usize::from(!(self.from <= at && at < self.to)))
    }
}

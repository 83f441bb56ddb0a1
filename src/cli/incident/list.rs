//! The incidents of a log, one a line.

use std::fmt::Write as _;

use serde::Serialize;

use crate::analysis::Instant;
use crate::analysis::incidents::{Incident, Incidents, Record, State};
use crate::cli::text::{count, grouped};
use crate::cli::width::{padded, width};
use crate::evidence::Evidence;
use crate::record::text::shown_short;

/// All of them, as JSON.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    incidents: Vec<One<'a>>,
    /// Seqs of `incident` records that name no incident.
    without_id: Vec<Option<u64>>,
}

#[derive(Serialize)]
struct One<'a> {
    id: &'a str,
    log: &'a str,
    severity: Option<&'a str>,
    model: Option<&'a str>,
    version: Option<&'a str>,
    /// The last state in the log.
    state: Option<&'a str>,
    opened: Option<Instant>,
    closed: Option<Instant>,
    window_from: Option<Instant>,
    window_to: Option<Instant>,
    records: usize,
    remarks: Vec<String>,
}

fn at(incident: &Incident, state: State) -> Option<Instant> {
    incident.first(state).and_then(|record| record.at).map(Instant)
}

/// The last state stated.
fn state(incident: &Incident) -> Option<&str> {
    incident
        .records
        .iter()
        .rev()
        .filter_map(|record: &Record| record.stated.as_deref())
        .find(|state| *state != "updated")
}

/// As JSON.
pub(super) fn json<'a>(evidence: &Evidence, incidents: &'a Incidents) -> Listed<'a> {
    let one = |incident: &'a Incident| One {
        id: &incident.id,
        log: &incident.log,
        severity: incident.severity.as_deref(),
        model: incident.model.as_deref(),
        version: incident.version.as_deref(),
        state: state(incident),
        opened: at(incident, State::Opened),
        closed: at(incident, State::Closed),
        window_from: incident.window.and_then(|window| window.from).map(Instant),
        window_to: incident.window.and_then(|window| window.to).map(Instant),
        records: incident.records.len(),
        remarks: incident.remarks.iter().map(ToString::to_string).collect(),
    };
    let without_id = incidents.nameless.iter().map(|row| evidence.seqs().seq(*row)).collect();
    Listed { incidents: incidents.incidents.iter().map(one).collect(), without_id }
}

/// Aligned.
pub(super) fn text(evidence: &Evidence, incidents: &Incidents) -> String {
    let mut out = String::new();
    if incidents.incidents.is_empty() {
        out.push_str("No record is about an incident with an id.\n");
    } else {
        let has_logs = evidence.has_several_logs();
        let heads = ["incident", "opened", "state", "severity", "model", "records", if has_logs { "log" } else { "" }];
        let mut rows = vec![heads.map(str::to_owned)];
        rows.extend(incidents.incidents.iter().map(|incident| {
            let text = |text: Option<&str>| text.map_or_else(|| "–".to_owned(), |text| shown_short(text, 40));
            let model = match (&incident.model, &incident.version) {
                (Some(model), Some(version)) => shown_short(&format!("{model} {version}"), 60),
                (model, _) => text(model.as_deref()),
            };
            [
                shown_short(&incident.id, 60),
                at(incident, State::Opened).map_or_else(|| "–".to_owned(), |at| at.to_string()),
                text(state(incident)),
                text(incident.severity.as_deref()),
                model,
                grouped(incident.records.len() as u64),
                if has_logs { shown_short(&incident.log, 60) } else { String::new() },
            ]
        }));
        let width_at = |at: usize| rows.iter().map(|row| width(&row[at])).max().unwrap_or_default();
        let widths: [usize; 7] = std::array::from_fn(width_at);
        for row in &rows {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let cell = if at == 5 {
                    format!("{}{cell}", " ".repeat(widths[at].saturating_sub(width(cell))))
                } else {
                    padded(cell, widths[at])
                };
                let _ = write!(line, "{cell}  ");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    if !incidents.nameless.is_empty() {
        let records = count(incidents.nameless.len() as u64, "incident record names", "incident records name");
        let _ = writeln!(out, "{records} no incident (no incident_id).");
    }
    out
}

//! The lanes of single events: reviews, access, incidents, and what else has a kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Gatherer, Passing};
use crate::analysis::access::{Finding, Pattern, Signal};
use crate::analysis::incidents::{Incident, Incidents, Record, State};
use crate::app::filter;
use crate::app::timeline::lanes::{Body, Flag, FlagState, Lane, Remark, TickRow};
use crate::evidence::EvidenceError;
use crate::record::text::visible;
use crate::record::{Kind, figures};

/// So many accounts out of pattern have rows of their own.
const ACCOUNTS: usize = 3;

/// So many refusals and first accesses make an account stand out that reached for nothing in bulk.
const ODD: usize = 3;

impl Gatherer {
    pub(super) fn reviews(&mut self, passing: &Passing<'_>) -> Result<Option<Lane>, EvidenceError> {
        let filter = "kind:review".to_owned();
        let records = self.pair(&filter, passing)?;
        if records.whole.is_empty() {
            return Ok(None);
        }
        let tall = Some(self.pair("kind:review action:override", passing)?);
        let row = TickRow { name: String::new(), records, tall, filter: filter.clone(), remarks: Vec::new() };
        let (title, note) = ("Reviews".to_owned(), "tall: override".to_owned());
        Ok(Some(Lane { id: "reviews".to_owned(), title, note, filter, body: Body::Ticks(vec![row]), is_usual: true }))
    }

    /// Access, with a row for each account that is out of pattern.
    pub(super) fn accesses(&mut self, pattern: &Pattern, passing: &Passing<'_>) -> Result<Option<Lane>, EvidenceError> {
        let filter = "kind:access".to_owned();
        if self.pair(&filter, passing)?.whole.is_empty() {
            return Ok(None);
        }
        let mut by_account: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &pattern.findings {
            by_account.entry(&finding.account).or_default().push(finding);
        }
        let mut accounts: Vec<(&str, Vec<&Finding>)> = by_account.into_iter().collect();
        // Bulk before all else, then whoever stands out most often.
        let weight = |findings: &[&Finding]| {
            let of = |kind| findings.iter().filter(|finding| finding.kind == kind).count();
            (of(Signal::Bulk), of(Signal::Denied) + of(Signal::FirstSeen), of(Signal::OffHours))
        };
        accounts.sort_by_key(|(account, findings)| (std::cmp::Reverse(weight(findings)), *account));
        // Who works at night now and then, or was refused once, is one of the others.
        let nights = |findings: &[&Finding]| {
            let (bulk, odd, _) = weight(findings);
            bulk == 0 && odd < ODD
        };
        let quiet: Vec<&Finding> = accounts
            .iter()
            .filter(|(_, findings)| nights(findings))
            .flat_map(|(_, findings)| findings.iter().copied())
            .collect();
        accounts.retain(|(_, findings)| !nights(findings));
        accounts.truncate(ACCOUNTS);
        let mut rows = Vec::new();
        let mut others = String::new();
        for (account, findings) in accounts {
            let filter = format!("kind:access {}", filter::condition("user", account, false));
            others += &format!(" {}", filter::condition("user", account, true));
            let records = self.pair(&filter, passing)?;
            let mut remarks: Vec<Remark> = findings.iter().map(|finding| remark(finding, passing)).collect();
            remarks.sort_by_key(|remark| (remark.rank, remark.from));
            rows.push(TickRow { name: account.to_owned(), records, tall: None, filter, remarks });
        }
        let prefix = if rows.is_empty() { "" } else { "other " };
        for (name, filter) in [
            (format!("{prefix}services"), format!("kind:access subject.type:service{others}")),
            (format!("{prefix}people"), format!("kind:access -subject.type:service{others}")),
        ] {
            let records = self.pair(&filter, passing)?;
            if !records.whole.is_empty() {
                let here = self.known.get(&filter).map(|known| Arc::clone(&known.rows));
                let is_here = |finding: &&&Finding| {
                    here.as_ref().is_some_and(|rows| finding.rows.first().is_some_and(|row| rows.contains(*row)))
                };
                let remarks = quiet
                    .iter()
                    .filter(is_here)
                    .map(|finding| Remark { rank: u8::MAX, ..remark(finding, passing) })
                    .collect();
                rows.push(TickRow { name, records, tall: None, filter, remarks });
            }
        }
        let (title, note) = ("Access".to_owned(), String::new());
        Ok(Some(Lane { id: "access".to_owned(), title, note, filter, body: Body::Ticks(rows), is_usual: true }))
    }

    /// Incidents.
    pub(super) fn incidents(&self, told: &Incidents, passing: &Passing<'_>) -> Option<Lane> {
        let flags: Vec<Flag> = told.incidents.iter().filter_map(|incident| flag(incident, passing)).collect();
        if flags.is_empty() {
            return None;
        }
        Some(Lane {
            id: "incidents".to_owned(),
            title: "Incidents".to_owned(),
            note: "opened, window, states".to_owned(),
            filter: "kind:incident".to_owned(),
            body: Body::Incidents(flags),
            is_usual: true,
        })
    }

    /// A lane of one row of ticks, which is not shown before somebody asks for it.
    pub(super) fn plain(
        &mut self,
        id: &str,
        title: &str,
        note: &str,
        kind: Kind,
        passing: &Passing<'_>,
    ) -> Result<Option<Lane>, EvidenceError> {
        let filter = format!("kind:{}", kind.name());
        let records = self.pair(&filter, passing)?;
        if records.whole.is_empty() {
            return Ok(None);
        }
        let row = TickRow { name: String::new(), records, tall: None, filter: filter.clone(), remarks: Vec::new() };
        let (id, title, note) = (id.to_owned(), title.to_owned(), note.to_owned());
        Ok(Some(Lane { id, title, note, filter, body: Body::Ticks(vec![row]), is_usual: false }))
    }
}

/// What is said of accesses out of pattern.
fn remark(finding: &Finding, passing: &Passing<'_>) -> Remark {
    let resource =
        finding.resource.as_deref().map_or_else(String::new, |resource| format!(" of {}", visible(resource)));
    let count = figures::counted(finding.count, "access", "accesses");
    let (rank, text) = match finding.kind {
        Signal::Bulk => {
            let usual = finding.baseline.map_or_else(String::new, |usual| format!(", {usual:.1} on average before"));
            (0, format!("{count}{resource}: {} rows in 2 h{usual}", figures::count(finding.figure)))
        }
        Signal::Denied => (1, format!("{} denied{resource}", figures::count(finding.count))),
        Signal::FirstSeen => (2, format!("first access{resource}")),
        Signal::OffHours => (3, format!("{} at night", figures::count(finding.count))),
    };
    let is_shown = finding.rows.iter().any(|row| passing.has(*row));
    Remark { from: finding.from, to: finding.to, rank, text, rows: finding.rows.clone(), is_shown }
}

/// An incident on the axis, where any record of it has a time.
fn flag(incident: &Incident, passing: &Passing<'_>) -> Option<Flag> {
    let state = |record: &Record| {
        let state = record.state.map(State::name).or(record.stated.as_deref()).unwrap_or("no state");
        Some(FlagState {
            at: record.at?,
            state: visible(state).into_owned(),
            row: record.row,
            is_shown: passing.has(record.row),
        })
    };
    let states: Vec<FlagState> = incident.records.iter().filter_map(state).collect();
    let opened = incident.first(State::Opened).and_then(|record| record.at);
    let at = opened.or_else(|| states.iter().map(|state| state.at).min())?;
    let window = incident.window.as_ref();
    let window = window.and_then(|window| Some((window.from?, window.to.unwrap_or(at).max(window.from?))));
    let is_shown = states.iter().any(|state| state.is_shown);
    let id = visible(&incident.id).into_owned();
    Some(Flag { id, key: incident.id.clone(), at, window, states, is_shown })
}

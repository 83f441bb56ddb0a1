//! Incidents on record: the records of each by `incident_id`, what they say about it, and what in them does not fit together.

mod remarks;

use std::collections::BTreeMap;

pub use remarks::Remark;

use super::gather::{self, Texts};
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::record::Kind;

/// The incidents of some logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incidents {
    /// In the order of their first records in the table. One id in two logs is two incidents.
    pub incidents: Vec<Incident>,
    /// Rows of `incident` records that name no incident.
    pub nameless: Vec<u32>,
}

/// An incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incident {
    /// Its `incident_id`.
    pub id: String,
    /// The name of the log.
    pub log: String,
    /// Its records, in the order of the log.
    pub records: Vec<Record>,
    /// The latest severity stated.
    pub severity: Option<String>,
    /// The latest model stated.
    pub model: Option<String>,
    /// The latest version stated of that model.
    pub version: Option<String>,
    /// The latest window stated; earlier ones stand in the records.
    pub window: Option<Window>,
    /// The latest authority stated.
    pub authority: Option<String>,
    /// What does not fit together, or is missing.
    pub remarks: Vec<Remark>,
}

/// An `incident` record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Its row in the table.
    pub row: u32,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// When, in nanoseconds since 1970 (UTC).
    pub at: Option<i64>,
    /// The state, where it is one of the format's.
    pub state: Option<State>,
    /// The state as it is written.
    pub stated: Option<String>,
    /// How bad.
    pub severity: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The time that it is about.
    pub window: Option<Window>,
    /// Which authority.
    pub authority: Option<String>,
    /// In words.
    pub summary: Option<String>,
}

/// A stretch of time, in nanoseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// The first instant; `None` where the record states none that can be placed.
    pub from: Option<i64>,
    /// The first instant after; `None` where the record states none that can be placed.
    pub to: Option<i64>,
}

/// A state of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody noted it.
    Opened,
    /// The organisation knows: reporting clocks run from here.
    Aware,
    /// Something more is known.
    Updated,
    /// It does no more harm.
    Contained,
    /// An authority was told.
    Notified,
    /// It is over.
    Closed,
}

impl State {
    /// All of them, in the order of an incident's life; `updated` may stand anywhere.
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::Aware, Self::Updated, Self::Contained, Self::Notified, Self::Closed];

    /// As it stands in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Aware => "aware",
            Self::Updated => "updated",
            Self::Contained => "contained",
            Self::Notified => "notified",
            Self::Closed => "closed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Its place in the life of an incident. Containing and notifying come in either order; `updated` has no place.
    fn rank(self) -> Option<u8> {
        match self {
            Self::Opened => Some(0),
            Self::Aware => Some(1),
            Self::Contained | Self::Notified => Some(2),
            Self::Closed => Some(3),
            Self::Updated => None,
        }
    }
}

impl Incident {
    /// The first record of a state, in the order of the log.
    #[must_use]
    pub fn first(&self, state: State) -> Option<&Record> {
        self.records.iter().find(|record| record.state == Some(state))
    }

    /// Makes an incident of its records, in the order of the log.
    #[must_use]
    pub fn new(id: String, log: String, records: Vec<Record>) -> Self {
        let mut out = Self { id, log, ..Self::default() };
        let mut furthest: Option<State> = None;
        let mut seen: Vec<State> = Vec::new();
        let mut last_time = None;
        for record in &records {
            let row = record.row;
            match record.state {
                None => out.remarks.push(Remark::UnknownState { row, stated: record.stated.clone() }),
                Some(State::Updated) => {}
                Some(state) => {
                    if seen.contains(&state) {
                        out.remarks.push(Remark::Again { row, state });
                    } else if let Some(behind) = furthest.filter(|behind| behind.rank() > state.rank()) {
                        out.remarks.push(Remark::BackwardState { row, state, behind });
                    }
                    seen.push(state);
                    if furthest.is_none_or(|furthest| furthest.rank() < state.rank()) {
                        furthest = Some(state);
                    }
                }
            }
            match record.at {
                None => out.remarks.push(Remark::NoTime { row }),
                Some(at) => {
                    if last_time.is_some_and(|last| at < last) {
                        out.remarks.push(Remark::BackwardTime { row });
                    }
                    last_time = Some(at);
                }
            }
            out.take(record);
        }
        if !seen.contains(&State::Opened) {
            out.remarks.push(Remark::NeverOpened);
        }
        if !seen.contains(&State::Closed) {
            out.remarks.push(Remark::NeverClosed);
        }
        out.records = records;
        out
    }

    /// Takes in what a later record says.
    fn take(&mut self, record: &Record) {
        let row = record.row;
        if let Some(model) = &record.model
            && self.model.as_ref() != Some(model)
        {
            if let Some(before) = self.model.take() {
                self.remarks.push(Remark::OtherModel { row, before });
                // A version is one of its model.
                self.version = None;
            }
            self.model = Some(model.clone());
        }
        if let Some(version) = &record.version
            && self.version.as_ref() != Some(version)
        {
            if let Some(before) = self.version.take() {
                self.remarks.push(Remark::OtherVersion { row, before });
            }
            self.version = Some(version.clone());
        }
        if let Some(window) = record.window {
            if window.from.zip(window.to).is_none_or(|(from, to)| from > to) {
                self.remarks.push(Remark::OddWindow { row });
            }
            self.window = Some(window);
        }
        for (own, new) in [(&mut self.severity, &record.severity), (&mut self.authority, &record.authority)] {
            if new.is_some() {
                own.clone_from(new);
            }
        }
    }
}

impl Incidents {
    /// Reads them.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let rows = gather::rows_of(evidence, Kind::Incident, watch)?;
        let mut named = Vec::new();
        let mut nameless = Vec::new();
        if rows.count() > 0 {
            let at = |members| Texts::at(evidence, members, watch);
            let (ids, states, severities) = (at(&["incident_id"])?, at(&["state"])?, at(&["severity"])?);
            let (models, versions) = (at(&["model", "id"])?, at(&["model", "version"])?);
            let (froms, tos) = (at(&["window", "from"])?, at(&["window", "to"])?);
            let (authorities, summaries) = (at(&["authority"])?, at(&["summary"])?);
            for row in rows.iter() {
                let Some(id) = ids.get(row)? else {
                    nameless.push(row);
                    continue;
                };
                let stated = states.get(row)?;
                let (from, to) = (froms.get(row)?, tos.get(row)?);
                let instant = |text: &Option<String>| gather::instant(evidence, row, text.as_deref()?);
                let window =
                    (from.is_some() || to.is_some()).then(|| Window { from: instant(&from), to: instant(&to) });
                let record = Record {
                    row,
                    seq: evidence.seqs().seq(row),
                    at: evidence.times().nanos(row),
                    state: stated.as_deref().and_then(State::parse),
                    stated,
                    severity: severities.get(row)?,
                    model: models.get(row)?,
                    version: versions.get(row)?,
                    window,
                    authority: authorities.get(row)?,
                    summary: summaries.get(row)?,
                };
                named.push((gather::log_of(evidence, row), id, record));
            }
        }
        Ok(Self { incidents: grouped(named), nameless })
    }

    /// The incidents of that id: of several logs, more than one.
    pub fn find<'i>(&'i self, id: &'i str) -> impl Iterator<Item = &'i Incident> {
        self.incidents.iter().filter(move |incident| incident.id == id)
    }
}

/// Records by log and id, in the order of the first record of each.
fn grouped(records: Vec<(String, String, Record)>) -> Vec<Incident> {
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut out: Vec<((String, String), Vec<Record>)> = Vec::new();
    for (log, id, record) in records {
        let key = (log, id);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            out.push((key, Vec::new()));
            out.len() - 1
        });
        out[place].1.push(record);
    }
    let one = |((log, id), mut records): (_, Vec<Record>)| {
        // Bundles may hold the parts of one log in another order than the log itself.
        records.sort_by_key(|record| (record.seq.is_none(), record.seq));
        Incident::new(id, log, records)
    };
    out.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests;

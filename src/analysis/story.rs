//! The story of an incident, or of a stretch of time that the user names as one: its records, the versions that were live, what
//! was deployed and who approved it, access out of pattern, reviews, the affected decisions with exact counts, how long each step
//! took, and the reporting clocks. What the records do not say stands in [`Story::not_determinable`].
//!
//! [`Story`] is a public format: `assets/spec/incident-story.md` describes its JSON.

mod access;
mod affected;
mod figures;
mod told;

use std::collections::{BTreeMap, HashMap};

pub(super) use affected::{condition, without_time};
pub use figures::{Counted, Figures};
pub use told::{
    AccessTold, Affected, ApprovalTold, ClockTold, Comparison, DeploymentTold, FindingTold, IncidentTold, LiveTold,
    Oversight, Part, Phase, Place, RecordTold, RemarkTold, Span, Step, Story, Stretch, WindowTold,
};

use super::access::{Accesses, Pattern, out_of_pattern};
pub use super::bundles::LogTold;
use super::bundles::reservations;
use super::clocks;
use super::deployments::{Deployments, Event};
use super::incidents::{Incident, Record, State};
use super::instant::Instant;
use super::thresholds::Thresholds;
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::Expr;

/// Nanoseconds of an hour.
const HOUR: i64 = 3_600_000_000_000;

/// What the user says beyond the records.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The name of the story; of an incident its id where it is empty.
    pub name: String,
    /// The first instant and the first one after, in nanoseconds since 1970 (UTC), instead of the incident's own window.
    pub window: Option<(i64, i64)>,
    /// Whose decisions, instead of the incident's own model.
    pub model: Option<String>,
    /// Which records are affected, instead of the decisions of model, version and window.
    pub affected: Option<Expr>,
}

/// Everything that a story is made from, gathered once: several stories of the same evidence share it.
#[derive(Debug)]
pub struct Sources {
    /// What was deployed, and what was live.
    pub deployments: Deployments,
    /// What is out of pattern.
    pub pattern: Pattern,
}

impl Sources {
    /// Gathers them.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, thresholds: &Thresholds, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let deployments = Deployments::of(evidence, watch)?;
        let pattern = out_of_pattern(&Accesses::of(evidence, thresholds, watch)?, thresholds);
        Ok(Self { deployments, pattern })
    }
}

impl Story {
    /// Tells the story of an incident; without one that of the stretch of time that is asked for.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(
        evidence: &Evidence,
        sources: &Sources,
        incident: Option<&Incident>,
        asked: &Asked,
        thresholds: &Thresholds,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let damage = evidence.damage();
        Teller { evidence, sources, incident, asked, thresholds, watch, damage, unknown: Vec::new() }.tell()
    }
}

/// What goes into a story while it is told.
struct Teller<'a> {
    evidence: &'a Evidence,
    sources: &'a Sources,
    incident: Option<&'a Incident>,
    asked: &'a Asked,
    thresholds: &'a Thresholds,
    watch: &'a dyn Watch,
    /// Rows with something wrong.
    damage: BTreeMap<u32, &'static str>,
    /// What cannot be told.
    unknown: Vec<String>,
}

impl Teller<'_> {
    fn tell(mut self) -> Result<Story, EvidenceError> {
        let model = self.asked.model.clone().or_else(|| self.incident.and_then(|incident| incident.model.clone()));
        // A version is one of the incident's own model.
        let own = self.incident.filter(|incident| incident.model == model);
        let version = own.and_then(|incident| incident.version.clone());
        let window = self.window();
        let span = window.as_ref().map(|window| (window.from.0, window.to.0));
        let affected = affected::of(&mut self, model.as_deref(), version.as_deref(), span)?;
        let comparison = affected::compared(&mut self, affected.as_ref(), span)?;
        let first = affected.as_ref().and_then(|affected| affected.first_in_time);
        let steps = self.steps(first);
        let log_end = self.evidence.times().extent().map(|(_, last)| last);
        let clocks = self.incident.map(|incident| {
            let read = |clock: clocks::Clock| ClockTold { reading: clock.read(incident, log_end), clock };
            clocks::built_in().into_iter().map(read).collect::<Vec<_>>()
        });
        let live = span.and_then(|span| self.live(model.as_deref(), span));
        let (deployments, before_notification) = self.deployments(model.as_deref(), span);
        let access = span.map(|span| self.access(span));
        let oversight = span.map(|span| figures::oversight(self.evidence, span, self.watch)).transpose()?;
        let incident = self.incident.map(|incident| self.incident(incident));
        self.unknown.extend(reservations(self.evidence, &self.damage));
        let mut story = Story {
            format: told::FORMAT,
            caveat: clocks::CAVEAT,
            name: match (&self.asked.name, self.incident) {
                (name, Some(incident)) if name.is_empty() => incident.id.clone(),
                (name, _) => name.clone(),
            },
            logs: LogTold::all(self.evidence),
            incident,
            model,
            version,
            window,
            steps,
            clocks: clocks.unwrap_or_default(),
            live,
            deployments,
            before_notification,
            access,
            oversight,
            affected: affected.map(|affected| affected.told),
            comparison,
            thresholds: self.thresholds.clone(),
            not_determinable: self.unknown,
        };
        name_records(self.evidence, &mut story)?;
        Ok(story)
    }

    /// The window: as asked, or the latest that the incident states.
    fn window(&mut self) -> Option<WindowTold> {
        if let Some((from, to)) = self.asked.window {
            return Some(WindowTold { from: Instant(from), to: Instant(to), source: "given" });
        }
        let incident = self.incident?;
        let stated = incident.window.map(|window| (window.from, window.to));
        let why = match stated {
            Some((Some(from), Some(to))) if from < to => {
                return Some(WindowTold { from: Instant(from), to: Instant(to), source: "incident" });
            }
            None => "no record of the incident states a window",
            Some(_) => "the window that the incident states last has no beginning, no end, or ends before it begins",
        };
        self.unknown.push(format!("when it happened: {why} (--from and --to give one)"));
        None
    }

    /// What happened when, in the order of time.
    fn steps(&mut self, first: Option<(u32, i64)>) -> Vec<Step> {
        let mut found: Vec<(&'static str, u32, i64)> = Vec::new();
        match (first, self.incident) {
            (Some((row, at)), _) => found.push(("first_affected", row, at)),
            (None, Some(_)) => self.unknown.push("when the first affected decision was: none is found".to_owned()),
            (None, None) => {}
        }
        if let Some(incident) = self.incident {
            for state in State::ALL.into_iter().filter(|state| *state != State::Updated) {
                match incident.first(state).map(|record| (record.row, record.at)) {
                    None => self.unknown.push(format!("{}: no record says so", unknown_time(state))),
                    Some((_, None)) => self.unknown.push(format!("{}: the record has no time", unknown_time(state))),
                    Some((row, Some(at))) => found.push((state.name(), row, at)),
                }
            }
        }
        // Those of one time stay in the order of an incident's life.
        found.sort_by_key(|(.., at)| *at);
        let start = found.first().map(|(.., at)| *at);
        let mut before = None;
        let mut step = |(step, row, at): &(&'static str, u32, i64)| {
            let since = |earlier: Option<i64>| earlier.map(|earlier| seconds(at.saturating_sub(earlier)));
            let told = Step {
                step,
                record: self.place(*row),
                seconds_since_previous: since(before),
                seconds_since_first: since(start).filter(|_| before.is_some()),
            };
            before = Some(*at);
            told
        };
        found.iter().map(&mut step).collect()
    }

    /// The versions that were live before, in and after the window; stretches before and after are as long as it is.
    fn live(&mut self, model: Option<&str>, (from, to): (i64, i64)) -> Option<LiveTold> {
        let known = &self.sources.deployments;
        let mut models: Vec<&str> = known.terms.iter().map(|term| term.model.as_str()).collect();
        models.sort_unstable();
        models.dedup();
        models.retain(|id| model.is_none_or(|model| model == *id));
        let is_missing = |id: &&String| model.is_none_or(|model| model == *id);
        for id in known.not_recorded.iter().filter(is_missing) {
            let id = crate::record::text::shown_short(id, 80);
            self.unknown.push(format!("which versions of {id} were in service: no deployment on record says so"));
        }
        if models.is_empty() {
            return None;
        }
        let length = to.saturating_sub(from);
        let live = |from: i64, to: i64| {
            let terms = models.iter().flat_map(|model| known.live(model, from, to));
            let stretch = |term: &super::deployments::Term| Stretch {
                model: term.model.clone(),
                version: term.version.clone(),
                from: Instant(term.from),
                to: term.to.map(Instant),
            };
            terms.map(stretch).collect::<Vec<_>>()
        };
        Some(LiveTold {
            before: live(from.saturating_sub(length), from),
            during: live(from, to),
            after: live(to, to.saturating_add(length)),
        })
    }

    /// Deployments of the model from shortly before the window to the end of window and incident; and those between awareness and
    /// notification.
    fn deployments(
        &mut self,
        model: Option<&str>,
        span: Option<(i64, i64)>,
    ) -> (Vec<DeploymentTold>, Vec<DeploymentTold>) {
        let events = &self.sources.deployments.events;
        let is_meant = |event: &&Event| model.is_none_or(|model| event.model.as_deref() == Some(model));
        let timeless = events.iter().filter(is_meant).filter(|event| event.at.is_none()).count();
        if timeless > 0 {
            self.unknown
                .push(format!("when deployments took place: {timeless} of them have no time that can be placed"));
        }
        let last = self.incident.and_then(|incident| incident.records.iter().filter_map(|record| record.at).max());
        let told = span.map(|(from, to)| {
            let shortly = i64::from(self.thresholds.incident.shortly_before_hours) * HOUR;
            let (start, end) = (from.saturating_sub(shortly), last.unwrap_or(to).max(to));
            let phase = |at: i64| match at {
                _ if at < from => Phase::ShortlyBefore,
                _ if at < to => Phase::During,
                _ => Phase::After,
            };
            let within = |event: &Event| event.at.filter(|at| (start..=end).contains(at));
            let told = events.iter().filter(is_meant);
            told.filter_map(|event| Some(self.deployment(event, Some(phase(within(event)?))))).collect()
        });
        let aware = self.incident.and_then(|incident| incident.first(State::Aware)).and_then(|record| record.at);
        let notified = self.incident.and_then(|incident| incident.first(State::Notified));
        // Without a notification every deployment since awareness is before it.
        let until = notified.map_or(Some(i64::MAX), |record| record.at);
        let between = aware.zip(until).map(|(aware, until)| {
            let is_between = |event: &&Event| event.at.is_some_and(|at| aware < at && at < until);
            let between = events.iter().filter(is_meant).filter(is_between);
            between.map(|event| self.deployment(event, None)).collect()
        });
        (told.unwrap_or_default(), between.unwrap_or_default())
    }

    fn deployment(&self, event: &Event, phase: Option<Phase>) -> DeploymentTold {
        DeploymentTold {
            phase,
            record: self.place(event.row),
            model: event.model.clone(),
            version: event.version.clone(),
            previous: event.previous.clone(),
            action: event.action.clone(),
            environment: event.environment.clone(),
            deployer: event.deployer.clone(),
            traffic_percent: event.traffic_percent,
            change_request: event.change_request.clone(),
            requested_by: event.requested_by.clone(),
            approvals: event.approvals.iter().map(ApprovalTold::of).collect(),
            approval: event.approval.name(),
            approval_words: event.approval.words(),
        }
    }

    fn incident(&self, incident: &Incident) -> IncidentTold {
        let record = |record: &Record| RecordTold {
            record: self.place(record.row),
            state: record.stated.clone(),
            severity: record.severity.clone(),
            model: record.model.clone(),
            version: record.version.clone(),
            window: record.window.map(|window| Span { from: window.from.map(Instant), to: window.to.map(Instant) }),
            authority: record.authority.clone(),
            summary: record.summary.clone(),
        };
        let remark = |remark: &super::incidents::Remark| RemarkTold {
            seq: remark.row().and_then(|row| self.evidence.seqs().seq(row)),
            text: remark.to_string(),
        };
        IncidentTold {
            id: incident.id.clone(),
            log: incident.log.clone(),
            severity: incident.severity.clone(),
            authority: incident.authority.clone(),
            records: incident.records.iter().map(record).collect(),
            remarks: incident.remarks.iter().map(remark).collect(),
        }
    }

    /// A record's place; its id comes last, for all records at once.
    fn place(&self, row: u32) -> Place {
        let log = self.evidence.has_several_logs().then(|| super::gather::log_of(self.evidence, row));
        let at = self.evidence.times().nanos(row).map(Instant);
        let damage = self.damage.get(&row).copied();
        Place { row, log, seq: self.evidence.seqs().seq(row), id: None, at, damage }
    }
}

/// What is not known where a state has no time.
fn unknown_time(state: State) -> &'static str {
    match state {
        State::Opened => "when it was opened",
        State::Aware => "since when the organisation is aware of it",
        State::Updated => "when it was updated",
        State::Contained => "when it was contained",
        State::Notified => "when an authority was notified",
        State::Closed => "when it was closed",
    }
}

/// Seconds, exact to the millisecond and beyond as far as a float is.
#[expect(clippy::cast_precision_loss, reason = "within what times of a log differ by, far finer than a millisecond")]
fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// Gives the records of a story their ids, in one pass over the ids of each log.
fn name_records(evidence: &Evidence, story: &mut Story) -> Result<(), EvidenceError> {
    let mut wanted: BTreeMap<u32, Option<String>> = BTreeMap::new();
    story.each_place(&mut |place| drop(wanted.insert(place.row, None)));
    let mut ids: HashMap<u32, String> = HashMap::new();
    for log in evidence.logs() {
        if wanted.range(log.rows.clone()).next().is_some() {
            log.index.each_id(|row, id| {
                if wanted.contains_key(&(log.rows.start + row)) {
                    ids.insert(log.rows.start + row, id.to_owned());
                }
            })?;
        }
    }
    story.each_place(&mut |place| place.id = ids.get(&place.row).cloned());
    Ok(())
}

/// BLAKE3 over the ids of some records, each followed by LF, in the order of the table; and how many have no id, which are left out.
fn digest_of_ids(evidence: &Evidence, rows: &Selection) -> Result<(String, u64), EvidenceError> {
    let (mut hasher, mut with_id) = (blake3::Hasher::new(), 0);
    for log in evidence.logs() {
        log.index.each_id(|row, id| {
            if rows.contains(log.rows.start + row) {
                hasher.update(id.as_bytes());
                hasher.update(b"\n");
                with_id += 1;
            }
        })?;
    }
    Ok((hasher.finalize().to_hex().to_string(), u64::from(rows.count()) - with_id))
}

//! Every deployment on record as an event, who approved it and when, and which version was live from when to when.
//!
//! What was live follows the rules of [`crate::index::deployed`]. Whether somebody approved is not a judgement: approvals are
//! counted that are dated no later than the deployment, by others than its deployer and whoever asked for the change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::gather::{self, Texts};
use super::service;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::deployed::Deployed;
use crate::record::{DeploymentRecord, Kind};

/// What was deployed, and what was live.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deployments {
    /// Every `deployment` record, in the order of time; those without a time last, equal times in the order of the table.
    pub events: Vec<Event>,
    /// When versions were live: by log, model and start.
    pub terms: Vec<Term>,
    /// Models that decisions name and of which no deployment on record says what was live.
    pub not_recorded: Vec<String>,
}

/// A `deployment` record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    /// Its row in the table.
    pub row: u32,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// The name of its log.
    pub log: String,
    /// When, in nanoseconds since 1970 (UTC).
    pub at: Option<i64>,
    /// The model.
    pub model: Option<String>,
    /// The version that it is about.
    pub version: Option<String>,
    /// The version that it replaces, as the record says.
    pub previous: Option<String>,
    /// `deploy`, `rollback`, `retire`, or what else the record says.
    pub action: Option<String>,
    /// Where.
    pub environment: Option<String>,
    /// Who deployed.
    pub deployer: Option<String>,
    /// The change request that it names.
    pub change_request: Option<String>,
    /// Who asked for that change, by `change` records of the same log, in the order of names.
    pub requested_by: Vec<String>,
    /// Share of the requests, 0 to 100.
    pub traffic_percent: Option<f64>,
    /// Approvals of the deployment, and those of its change request by others than those named before.
    pub approvals: Vec<Approval>,
    /// What the approvals come to.
    pub approval: ApprovalState,
}

/// An approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approval {
    /// Who, where the record says so.
    pub by: Option<String>,
    /// When, in nanoseconds since 1970 (UTC); `None` where it is not dated.
    pub at: Option<i64>,
    /// The row of the `change` record that says so; `None` where the deployment does.
    pub change_row: Option<u32>,
    /// Whether it is dated after the deployment, and so does not count.
    pub is_late: bool,
}

/// What the approvals of a deployment come to; those dated after it do not count ([`Event::late`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ApprovalState {
    /// No approval is on record.
    #[default]
    None,
    /// Only by whoever deployed, or asked for the change.
    OnlyOwn,
    /// By one other.
    OneOther,
    /// By so many others.
    Several(u32),
    /// There are approvals, and it is not on record who approved, or who deployed and asked.
    NotDeterminable,
}

/// A version in service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The name of the log that says so.
    pub log: String,
    /// The model.
    pub model: String,
    /// From, in nanoseconds since 1970 (UTC).
    pub from: i64,
    /// To: the first instant after; `None` where it was live to the end of the log.
    pub to: Option<i64>,
    /// The version.
    pub version: String,
}

impl Event {
    /// Approvals dated after the deployment.
    #[must_use]
    pub fn late(&self) -> usize {
        self.approvals.iter().filter(|approval| approval.is_late).count()
    }

    /// Whether it gives a version a share of the requests, but not all of them.
    #[must_use]
    pub fn is_canary(&self) -> bool {
        self.action.as_deref() == Some("deploy")
            && self.traffic_percent.is_some_and(|percent| percent > 0.0 && percent < 100.0)
    }

    /// Whether the record speaks of versions going in or out of service: `deploy`, `rollback` or `retire`.
    #[must_use]
    pub fn is_known_action(&self) -> bool {
        matches!(self.action.as_deref(), Some("deploy" | "rollback" | "retire"))
    }
}

impl ApprovalState {
    /// In words: how many others approved before it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::None => "no approval on record before it".to_owned(),
            Self::OnlyOwn => "approved only by whoever deployed it or asked for the change".to_owned(),
            Self::OneOther => "approved by one other".to_owned(),
            Self::Several(others) => format!("approved by {others} others"),
            Self::NotDeterminable => "not determinable whether somebody else approved".to_owned(),
        }
    }

    /// In JSON: `none`, `only_own`, `one_other`, `several` or `not_determinable`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OnlyOwn => "only_own",
            Self::OneOther => "one_other",
            Self::Several(_) => "several",
            Self::NotDeterminable => "not_determinable",
        }
    }

    /// What approvals come to, by who deployed and who asked for the change.
    #[must_use]
    pub fn of(approvals: &[Approval], deployer: Option<&str>, requested_by: &[String]) -> Self {
        let counted: Vec<&Approval> = approvals.iter().filter(|approval| !approval.is_late).collect();
        if counted.is_empty() {
            return Self::None;
        }
        let named: BTreeSet<&str> = counted.iter().filter_map(|approval| approval.by.as_deref()).collect();
        let is_own = |name: &str| deployer == Some(name) || requested_by.iter().any(|by| by == name);
        let others = named.iter().filter(|name| !is_own(name)).count();
        // An approver without a name may be anybody; so may a deployer without one, unless two approved.
        let has_nameless = counted.iter().any(|approval| approval.by.is_none());
        match others {
            0 if has_nameless => Self::NotDeterminable,
            0 => Self::OnlyOwn,
            1 if deployer.is_none() => Self::NotDeterminable,
            1 => Self::OneOther,
            several => Self::Several(u32::try_from(several).unwrap_or(u32::MAX)),
        }
    }
}

impl Deployments {
    /// Reads them.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let rows = gather::rows_of(evidence, Kind::Deployment, watch)?;
        let changes = changes(evidence, watch)?;
        let mut events = Vec::new();
        for log in evidence.logs() {
            for (row, text) in log.index.telling()? {
                let row = log.rows.start + row;
                if rows.contains(row) {
                    let at = evidence.times().nanos(row);
                    let (seq, log) = (evidence.seqs().seq(row), log.index.origin.clone());
                    let time = |text: &str| gather::instant(evidence, row, text);
                    events.push(event(Event { row, seq, log, at, ..Event::default() }, &text, &changes, &time));
                }
            }
        }
        events.sort_by_key(|event| (event.at.is_none(), event.at, event.row));
        let (mut terms, mut models) = (Vec::new(), BTreeSet::new());
        for (log, deployed) in service::deployed(evidence)? {
            for model in deployed.models() {
                models.insert(model.to_owned());
                terms.extend(terms_of(&log, &deployed, model));
            }
        }
        terms.sort();
        let not_recorded = models_of_decisions(evidence, watch)?.into_iter().filter(|model| !models.contains(model));
        Ok(Self { events, terms, not_recorded: not_recorded.collect() })
    }

    /// Whether a deployment on record, or a version in service, is of that model.
    #[must_use]
    pub fn names(&self, model: &str) -> bool {
        self.events.iter().any(|event| event.model.as_deref() == Some(model))
            || self.terms.iter().any(|term| term.model == model)
    }

    /// Versions of a model that were live at some instant of a stretch: `to` is not in it.
    pub fn live<'d>(&'d self, model: &'d str, from: i64, to: i64) -> impl Iterator<Item = &'d Term> {
        self.terms.iter().filter(move |term| {
            let is_empty = term.to.is_some_and(|end| end <= term.from);
            term.model == model && !is_empty && term.from < to && term.to.is_none_or(|end| end > from)
        })
    }
}

/// When versions of a model were live, by one log.
fn terms_of(log: &str, deployed: &Deployed, model: &str) -> Vec<Term> {
    let nanos = |at: chrono::DateTime<chrono::Utc>| {
        at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { i64::MIN } else { i64::MAX })
    };
    let term = |(version, from, to): (&str, _, Option<_>)| Term {
        log: log.to_owned(),
        model: model.to_owned(),
        from: nanos(from),
        to: to.map(nanos),
        version: version.to_owned(),
    };
    deployed.terms(model).map(term).collect()
}

/// The models that decisions name.
fn models_of_decisions(evidence: &Evidence, watch: &dyn Watch) -> Result<Vec<String>, EvidenceError> {
    let rows = gather::rows_of(evidence, Kind::Decision, watch)?;
    let Some(field) = gather::alias("model") else { return Ok(Vec::new()) };
    match evidence.facet(&field, &rows, usize::MAX, watch) {
        Ok(facet) => Ok(facet.values.into_iter().map(|value| value.text).collect()),
        Err(EvidenceError::TooVaried(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// What `change` records say of a change request.
#[derive(Debug, Default)]
struct Change {
    requested_by: BTreeSet<String>,
    approvals: Vec<Approval>,
}

/// By log and change request.
type Changes = BTreeMap<(String, String), Change>;

fn changes(evidence: &Evidence, watch: &dyn Watch) -> Result<Changes, EvidenceError> {
    let rows = gather::rows_of(evidence, Kind::Change, watch)?;
    let mut out = Changes::new();
    if rows.count() == 0 {
        return Ok(out);
    }
    let request = Texts::at(evidence, &["change_request"], watch)?;
    let requested_by = Texts::at(evidence, &["requested_by"], watch)?;
    let approved_by = Texts::at(evidence, &["approved_by"], watch)?;
    for row in rows.iter() {
        let Some(request) = request.get(row)? else { continue };
        let change = out.entry((gather::log_of(evidence, row), request)).or_default();
        change.requested_by.extend(requested_by.get(row)?);
        if let Some(by) = approved_by.get(row)? {
            let at = evidence.times().nanos(row);
            change.approvals.push(Approval { by: Some(by), at, change_row: Some(row), is_late: false });
        }
    }
    Ok(out)
}

/// What a deployment record says, and what `change` records say of it.
fn event(place: Event, json: &str, changes: &Changes, time: &dyn Fn(&str) -> Option<i64>) -> Event {
    let DeploymentRecord { model, action, environment, traffic_percent } =
        serde_json::from_str(json).unwrap_or_default();
    let record: Value = serde_json::from_str(json).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let is_late = |at: Option<i64>| at.zip(place.at).is_some_and(|(approved, deployed)| approved > deployed);
    let own = record["approvals"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut approvals: Vec<Approval> = own
        .iter()
        .map(|approval| {
            let at = approval["at"].as_str().and_then(time);
            Approval { by: text(&approval["by"]), at, change_row: None, is_late: is_late(at) }
        })
        .collect();
    let (deployer, change_request) = (text(&record["deployer"]), text(&record["change_request"]));
    let change = change_request.as_ref().and_then(|request| changes.get(&(place.log.clone(), request.clone())));
    for approval in change.iter().flat_map(|change| &change.approvals) {
        let is_known = approvals.iter().any(|known| known.by == approval.by && known.is_late <= is_late(approval.at));
        if !is_known {
            approvals.push(Approval { is_late: is_late(approval.at), ..approval.clone() });
        }
    }
    let requested_by: Vec<String> =
        change.map(|change| change.requested_by.iter().cloned().collect()).unwrap_or_default();
    let approval = ApprovalState::of(&approvals, deployer.as_deref(), &requested_by);
    Event {
        model: model.id,
        version: model.version,
        previous: text(&record["model"]["previous_version"]),
        action,
        environment,
        deployer,
        change_request,
        requested_by,
        traffic_percent,
        approvals,
        approval,
        ..place
    }
}

#[cfg(test)]
mod tests;

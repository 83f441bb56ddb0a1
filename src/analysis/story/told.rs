//! The shape of a story, as its JSON has it. Members without a value are `null`; none is left out.

use serde::Serialize;

use super::figures::{Counted, Figures};
use crate::analysis::bundles::LogTold;
use crate::analysis::clocks::{Clock, Reading};
use crate::analysis::deployments::Approval;
use crate::analysis::instant::Instant;
use crate::analysis::thresholds::Thresholds;

/// The value of [`Story::format`].
pub(super) const FORMAT: &str = "probity-incident-story/1";

/// The story of an incident, or of a stretch of time with a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// `probity-incident-story/1`.
    pub format: &'static str,
    /// What is said with everything that sounds like law.
    pub caveat: &'static str,
    /// The incident's id, or the name that the user gave.
    pub name: String,
    /// The bundles that it is told from.
    pub logs: Vec<LogTold>,
    /// What the incident's records say; `null` for a stretch of time.
    pub incident: Option<IncidentTold>,
    /// Whose decisions.
    pub model: Option<String>,
    /// Of which version, where a record of the incident names one.
    pub version: Option<String>,
    /// When.
    pub window: Option<WindowTold>,
    /// What happened when, in the order of time.
    pub steps: Vec<Step>,
    /// Reporting clocks; none for a stretch of time.
    pub clocks: Vec<ClockTold>,
    /// Versions that were live, by deployments on record.
    pub live: Option<LiveTold>,
    /// Deployments of the model, from shortly before the window to the end of window and incident.
    pub deployments: Vec<DeploymentTold>,
    /// Deployments of the model after awareness and before notification: by regulation (EU) 2024/1689, Article 73(6), the
    /// authority is to be told before an investigation alters the system in a way that may affect the evaluation of the causes.
    pub before_notification: Vec<DeploymentTold>,
    /// Access out of pattern.
    pub access: Option<AccessTold>,
    /// Reviews in the window.
    pub oversight: Option<Oversight>,
    /// The affected decisions.
    pub affected: Option<Affected>,
    /// Their figures before, in and after the window.
    pub comparison: Option<Comparison>,
    /// The thresholds that were used.
    pub thresholds: Thresholds,
    /// What the records do not say.
    pub not_determinable: Vec<String>,
}

/// Where a record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its row in the table.
    #[serde(skip)]
    pub row: u32,
    /// The name of its log, where there are several.
    pub log: Option<String>,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// Its `audit_id`.
    pub id: Option<String>,
    /// The time that it states.
    pub at: Option<Instant>,
    /// What is wrong with it, in a word; `null` where nothing is.
    pub damage: Option<&'static str>,
}

/// A stretch of time as a record states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first instant.
    pub from: Option<Instant>,
    /// The first instant after.
    pub to: Option<Instant>,
}

/// The window of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowTold {
    /// The first instant.
    pub from: Instant,
    /// The first instant after.
    pub to: Instant,
    /// `incident` where a record states it, `given` where the user does.
    pub source: &'static str,
}

/// What an incident's records say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentTold {
    /// Its id.
    pub id: String,
    /// The name of its log.
    pub log: String,
    /// The latest severity.
    pub severity: Option<String>,
    /// The latest authority.
    pub authority: Option<String>,
    /// Its records, in the order of the log.
    pub records: Vec<RecordTold>,
    /// What in them does not fit together, or is missing.
    pub remarks: Vec<RemarkTold>,
}

/// An `incident` record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordTold {
    /// Where it is.
    pub record: Place,
    /// The state as it is written.
    pub state: Option<String>,
    /// How bad.
    pub severity: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The time that it is about.
    pub window: Option<Span>,
    /// Which authority.
    pub authority: Option<String>,
    /// In words.
    pub summary: Option<String>,
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemarkTold {
    /// The record that it is about.
    pub seq: Option<u64>,
    /// In words.
    pub text: String,
}

/// A step of an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// `first_affected`, or a state of the incident.
    pub step: &'static str,
    /// The record that says so: of a state stated several times, the first in the log.
    pub record: Place,
    /// Since the step before; `null` for the first.
    pub seconds_since_previous: Option<f64>,
    /// Since the first step; `null` for that.
    pub seconds_since_first: Option<f64>,
}

/// A reporting clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockTold {
    /// What it is.
    #[serde(flatten)]
    pub clock: Clock,
    /// What the records say.
    pub reading: Reading,
}

/// Versions that were live. Stretches before and after are as long as the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiveTold {
    /// Before the window.
    pub before: Vec<Stretch>,
    /// In it.
    pub during: Vec<Stretch>,
    /// After it.
    pub after: Vec<Stretch>,
}

/// A version in service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// The model.
    pub model: String,
    /// The version.
    pub version: String,
    /// From.
    pub from: Instant,
    /// The first instant after; `null` where it was live to the end of the log, as far as the records here tell.
    pub to: Option<Instant>,
}

/// When a deployment took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Within the hours before the window that the thresholds name.
    ShortlyBefore,
    /// In the window.
    During,
    /// After it.
    After,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeploymentTold {
    /// When; `null` among those before notification.
    pub phase: Option<Phase>,
    /// Where the record is.
    pub record: Place,
    /// The model.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The version before, as the record says.
    pub previous: Option<String>,
    /// `deploy`, `rollback`, `retire`, or what else the record says.
    pub action: Option<String>,
    /// Where.
    pub environment: Option<String>,
    /// Who.
    pub deployer: Option<String>,
    /// Share of the requests, 0 to 100.
    pub traffic_percent: Option<f64>,
    /// The change request that it names.
    pub change_request: Option<String>,
    /// Who asked for that, by `change` records.
    pub requested_by: Vec<String>,
    /// Approvals on record.
    pub approvals: Vec<ApprovalTold>,
    /// `none`, `only_own`, `one_other`, `several` or `not_determinable`: approvals dated after the deployment do not count.
    pub approval: &'static str,
    /// The same in words.
    pub approval_words: String,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalTold {
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Option<Instant>,
    /// `deployment` or `change`: the record that states it.
    pub stated_in: &'static str,
    /// Whether it is dated after the deployment.
    pub is_late: bool,
}

impl ApprovalTold {
    /// As a deployment has it.
    #[must_use]
    pub fn of(approval: &Approval) -> Self {
        Self {
            by: approval.by.clone(),
            at: approval.at.map(Instant),
            stated_in: if approval.change_row.is_some() { "change" } else { "deployment" },
            is_late: approval.is_late,
        }
    }
}

/// Access out of pattern in a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccessTold {
    /// From.
    pub from: Instant,
    /// The first instant after.
    pub to: Instant,
    /// Accesses on record, of all times.
    pub accesses: u64,
    /// What is out of pattern, in the order of time.
    pub findings: Vec<FindingTold>,
    /// What may be bulk: too few days are on record before it.
    pub undetermined: Vec<FindingTold>,
}

/// Accesses that are out of pattern ([`crate::analysis::access::Finding`]).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingTold {
    /// `bulk`, `first_seen`, `off_hours` or `denied`.
    pub kind: &'static str,
    /// Whose.
    pub account: String,
    /// Of what; `null` where they are of several resources.
    pub resource: Option<String>,
    /// How many accesses.
    pub count: u64,
    /// What was measured.
    pub figure: u64,
    /// What it is held against.
    pub baseline: Option<f64>,
    /// Days that the baseline is taken over.
    pub baseline_days: Option<f64>,
    /// Rows reached in these days.
    pub baseline_rows: Option<u64>,
    /// What the figure is above, or the baseline below.
    pub threshold: Option<f64>,
    /// Rows reached by all of them, of bulk.
    pub reached: Option<u64>,
    /// The first access.
    pub from: Instant,
    /// The last access.
    pub to: Instant,
    /// The first record, in the order of time.
    pub first: Option<Place>,
    /// The last record.
    pub last: Option<Place>,
    /// All of them, in the order of time.
    pub seqs: Vec<u64>,
}

/// Reviews in the window, of decisions of any model and any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Oversight {
    /// Reviews.
    pub reviews: u64,
    /// By what they did.
    pub by_action: Vec<Counted>,
    /// By who did it.
    pub by_reviewer: Vec<Counted>,
}

/// The affected decisions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Affected {
    /// Which, as a filter that may be edited.
    pub filter: String,
    /// How many records pass it.
    pub count: u64,
    /// Of them, decisions: what the figures are about.
    pub decisions: u64,
    /// Of them, records whose line is damaged.
    pub damaged: u64,
    /// The first, in the order of the log.
    pub first: Option<Place>,
    /// The last.
    pub last: Option<Place>,
    /// BLAKE3 over their `audit_id`s, each followed by LF, in the order of the log: two lists can be compared without being shown.
    pub ids_blake3: String,
    /// Records without an `audit_id`, which are not in that digest.
    pub without_id: u64,
    /// What is known of the decisions among them.
    pub figures: Figures,
}

/// Figures of the same decisions, but for time and version, around the window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Which, without the conditions on time and version.
    pub filter: String,
    /// Just before, as long as the window.
    pub before: Part,
    /// In the window.
    pub during: Part,
    /// Just after, as long as the window.
    pub after: Part,
}

/// Figures of a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// From.
    pub from: Instant,
    /// The first instant after.
    pub to: Instant,
    /// Whether the log's times reach over all of it: otherwise the figures are of a part.
    pub is_whole: bool,
    /// What is known of the decisions in it.
    pub figures: Figures,
}

impl Story {
    /// Shows every place in it.
    pub fn each_place(&mut self, see: &mut dyn FnMut(&mut Place)) {
        let told = self.incident.iter_mut().flat_map(|incident| &mut incident.records);
        told.for_each(|record| see(&mut record.record));
        self.steps.iter_mut().for_each(|step| see(&mut step.record));
        let deployments = self.deployments.iter_mut().chain(&mut self.before_notification);
        deployments.for_each(|deployment| see(&mut deployment.record));
        if let Some(access) = &mut self.access {
            let findings = access.findings.iter_mut().chain(&mut access.undetermined);
            findings.flat_map(|finding| finding.first.iter_mut().chain(&mut finding.last)).for_each(&mut *see);
        }
        if let Some(affected) = &mut self.affected {
            affected.first.iter_mut().chain(&mut affected.last).for_each(&mut *see);
        }
    }
}

//! The shape of a lineage, as its JSON has it. Members without a value are `null`; none is left out.

use serde::Serialize;

use super::read::Recorded;
use crate::analysis::bundles::LogTold;
use crate::analysis::story::{ApprovalTold, Place};

/// The value of [`Lineage::format`].
pub(super) const FORMAT: &str = "probity-decision-lineage/1";

/// Where a decision comes from, as far as records say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lineage {
    /// `probity-decision-lineage/1`.
    pub format: &'static str,
    /// The bundles that it is told from.
    pub logs: Vec<LogTold>,
    /// The decision.
    pub decision: Decision,
    /// How the versions of all decisions here are known.
    pub version_sources: VersionSources,
    /// The versions that may have decided: one where it is known, several where it is ambiguous, none where it is unknown.
    pub candidates: Vec<Candidate>,
    /// Reviews of the decision, in the order of the table.
    pub reviews: Vec<Review>,
    /// What turned out true about it, in the order of the table: the last counts.
    pub outcomes: Vec<Outcome>,
    /// What was compared, and what came of it.
    pub checks: Vec<Check>,
    /// What reproducing the decision takes and the records do not hold.
    pub missing: Vec<Missing>,
    /// What the records do not say.
    pub not_determinable: Vec<String>,
}

/// How a decision's version is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionSource {
    /// The decision names it.
    Recorded,
    /// It is the only one that was in service.
    Inferred,
    /// Several were in service.
    Ambiguous,
    /// None is known to have been in service.
    Unknown,
}

impl VersionSource {
    /// As it stands in JSON and in filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Inferred => "inferred",
            Self::Ambiguous => "ambiguous",
            Self::Unknown => "unknown",
        }
    }
}

/// Of how many decisions the version is known how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VersionSources {
    /// Decisions that name it.
    pub recorded: u64,
    /// Decisions of which it is the one that was in service.
    pub inferred: u64,
    /// Decisions that name none, while several were in service.
    pub ambiguous: u64,
    /// Decisions that name none, while none is known to have been in service.
    pub unknown: u64,
}

/// The decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Where its record is.
    pub record: Place,
    /// The model.
    pub model: Option<String>,
    /// The version that the decision itself names.
    pub declared_version: Option<String>,
    /// That, or the one that was in service; `null` where it is ambiguous or unknown.
    pub version: Option<String>,
    /// How the version is known.
    pub version_source: VersionSource,
    /// The same in words, with what it is known from.
    pub version_words: String,
    /// Where it was made: `metadata.environment`, or `environment`.
    pub environment: Option<String>,
    /// `output`, as recorded.
    pub output: Option<Recorded>,
    /// What it was made from.
    pub input: Input,
    /// `reproducibility`, as recorded.
    pub reproducibility: Option<Recorded>,
}

/// The input of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its hash, as recorded.
    pub hash: Option<Recorded>,
    /// Whether the data itself is here.
    pub data: Held,
    /// How many members `input.metadata` has: they may be part of the input.
    pub metadata_members: usize,
}

/// Whether a value is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// It stands in the record.
    Recorded,
    /// It is sealed, and the bundle discloses it.
    Disclosed,
    /// It is sealed, and what the bundle discloses is something else.
    DisclosureDiffers,
    /// It is sealed, and a record says that it was erased.
    Erased,
    /// It is sealed, and not disclosed.
    Sealed,
    /// It does not stand in the record.
    Absent,
}

/// A version that may have decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The version.
    pub version: String,
    /// Whether it was in service at the decision's time, by the deployments on record.
    pub is_in_service: bool,
    /// The deployments that put it into the service in which it was then, in the order of time; where it was in none, those of
    /// the version at other times.
    pub deployments: Vec<Deployment>,
    /// Deployments that are not among them: so many are told at most.
    pub more_deployments: usize,
    /// Its training records, in the order of the table.
    pub trainings: Vec<Training>,
    /// Trainings that are not among them.
    pub more_trainings: usize,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deployment {
    /// Where its record is.
    pub record: Place,
    /// `deploy`, `rollback`, `retire`, or what else it says.
    pub action: Option<String>,
    /// Where.
    pub environment: Option<String>,
    /// Who.
    pub deployer: Option<String>,
    /// Share of the requests, 0 to 100.
    pub traffic_percent: Option<f64>,
    /// What changed, as recorded.
    pub changelog: Option<Recorded>,
    /// What was deployed.
    pub artifact_hash: Option<Recorded>,
    /// Whether that artefact is an attachment of the bundle.
    pub artifact_file: Attachment,
    /// The test report.
    pub test_report_hash: Option<Recorded>,
    /// Whether that report is an attachment of the bundle.
    pub test_report: Attachment,
    /// The change request.
    pub change_request: Option<String>,
    /// Its `change` records, in the order of the table.
    pub changes: Vec<Change>,
    /// Who asked for that change, by these.
    pub requested_by: Vec<String>,
    /// Approvals on record.
    pub approvals: Vec<ApprovalTold>,
    /// `none`, `only_own`, `one_other`, `several` or `not_determinable`: approvals dated after the deployment do not count.
    pub approval: &'static str,
    /// The same in words.
    pub approval_words: String,
}

/// Whether a file that a record names by its digest lies in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// It does, and its content has that digest.
    Attached,
    /// A file of that name does, and its content has another digest.
    ContentDiffers,
    /// A file of that name does, and cannot be read.
    Unreadable,
    /// It does not.
    NotAttached,
    /// The record names none, or not by 64 hexadecimal digits, as attachments are named.
    NotNamed,
}

/// A `change` record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where it is.
    pub record: Place,
    /// The state of the change request.
    pub state: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
}

/// A training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Training {
    /// Where its record is.
    pub record: Place,
    /// Whether the artefact that it made is the one that was deployed.
    pub artifact: State,
    /// What it made.
    pub artifact_hash: Option<Recorded>,
    /// The data set.
    pub dataset_id: Option<String>,
    /// Its version.
    pub dataset_version: Option<String>,
    /// The hash of the data.
    pub data_hash: Option<Recorded>,
    /// How the data was split, as recorded.
    pub splits: Option<Recorded>,
    /// The `dataset` records of that data set and version, in the order of the table.
    pub datasets: Vec<Dataset>,
    /// The commit of the code.
    pub git_commit: Option<Recorded>,
    /// The script.
    pub training_script: Option<Recorded>,
    /// What the code depends on.
    pub dependencies: Option<Recorded>,
    /// Where it ran.
    pub environment: Option<Recorded>,
    /// The seeds.
    pub random_seeds: Option<Recorded>,
    /// The hyperparameters.
    pub hyperparameters: Option<Recorded>,
    /// What was measured.
    pub metrics: Option<Recorded>,
    /// Who trained it.
    pub actor: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// Whether the data itself is an attachment of the bundle.
    pub data_file: Attachment,
}

/// A `dataset` record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dataset {
    /// Where it is.
    pub record: Place,
    /// The hash of the data.
    pub data_hash: Option<Recorded>,
    /// Who approved it.
    pub approved_by: Option<String>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Where its record is.
    pub record: Place,
    /// Who.
    pub reviewer: Option<String>,
    /// `confirm`, `override`, `stop`, or what else it says.
    pub action: Option<String>,
    /// What was decided instead, as recorded.
    pub new_result: Option<Recorded>,
    /// Why.
    pub reason: Option<String>,
}

/// What turned out true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Where its record is.
    pub record: Place,
    /// What.
    pub label: Option<Recorded>,
    /// Who says so.
    pub source: Option<String>,
}

/// What came of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Both say the same, or what is to hold does.
    Agrees,
    /// They do not, or it does not.
    Differs,
    /// It cannot be told.
    NotDeterminable,
}

impl State {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NotDeterminable => "not determinable",
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What is asked: one of the names in the specification.
    pub check: &'static str,
    /// The same, in a few words.
    pub title: &'static str,
    /// Of which candidate.
    pub version: String,
    /// What came of it.
    pub state: State,
    /// The same in words: why, and what it does not mean.
    pub words: String,
    /// What was compared.
    pub compared: Vec<Compared>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The member of the record, such as `artifact_hash` or `timestamp`; `approvals.by` are the names in `approvals`.
    pub member: &'static str,
    /// What it states; `null` where it states nothing.
    pub value: Option<Recorded>,
    /// `decision`, `deployment`, `training`, `dataset` or `change`.
    pub of: &'static str,
    /// The record.
    pub record: Place,
}

/// Something that reproducing the decision takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What: one of the names in the specification.
    pub what: &'static str,
    /// What it is needed for.
    pub purpose: Purpose,
    /// What the records say of it.
    pub state: Lack,
    /// How the records name it, so that it can be asked for.
    pub name: Option<String>,
    /// In words.
    pub words: String,
}

/// What something is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To make the decision again, with the model at hand.
    Decision,
    /// To make the model again.
    Training,
}

/// Why something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The records name it, and do not hold it.
    Named,
    /// It is sealed, and not disclosed.
    Sealed,
    /// It was sealed, and is erased.
    Erased,
    /// No record here says anything of it.
    NotRecorded,
}

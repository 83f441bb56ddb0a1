//! The shape of what is told of likely causes, as its JSON has it (`assets/spec/likely-causes.md`). Members without a value are
//! `null`; none is left out.

use serde::Serialize;

use crate::analysis::bundles::LogTold;
use crate::analysis::story::WindowTold;
use crate::analysis::thresholds::Thresholds;

/// The value of [`Causes::format`].
pub(super) const FORMAT: &str = "probity-likely-causes/1";

/// What is said with every list of candidates.
pub const CAVEAT: &str = "signals near the window, ranked; not a verdict";

/// Candidates for the cause of an incident, or of what happened in a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Causes {
    /// `probity-likely-causes/1`.
    pub format: &'static str,
    /// [`CAVEAT`].
    pub caveat: &'static str,
    /// The incident's id, or the name that the user gave.
    pub name: String,
    /// The bundles that it is told from.
    pub logs: Vec<LogTold>,
    /// When.
    pub window: Option<WindowTold>,
    /// Whose decisions; `null` where no model is named: then the decisions of every model are looked at.
    pub model: Option<String>,
    /// The affected decisions.
    pub affected: Option<Rows>,
    /// What they are held against.
    pub reference: Option<Rows>,
    /// The candidates, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// What was looked for, kind by kind in the order of [`Kind::ALL`], with the figures that came out below their thresholds.
    pub looked_for: Vec<Looked>,
    /// The thresholds that were used.
    pub thresholds: Thresholds,
    /// What could not be looked for, and why.
    pub not_determinable: Vec<String>,
}

/// A kind of candidate. The order is that of [`Candidate`]s alike in all else: the more specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One actor sent many decisions' worth of near-identical or probing input.
    AdversarialInput,
    /// Figures moved for the worse where a version took over.
    ModelDegradation,
    /// What goes into the model is not what went into it before.
    DataDrift,
    /// Figures moved within a version, and its input did not.
    DataOrWorld,
    /// Something went into service that nobody else approved.
    UnreviewedChange,
    /// An account reached for what it does not usually reach for.
    AccessOutOfPattern,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AdversarialInput,
        Self::ModelDegradation,
        Self::DataDrift,
        Self::DataOrWorld,
        Self::UnreviewedChange,
        Self::AccessOutOfPattern,
    ];

    /// As a title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::AdversarialInput => "Adversarial input",
            Self::ModelDegradation => "Model degradation",
            Self::DataDrift => "Data drift",
            Self::DataOrWorld => "Data or world",
            Self::UnreviewedChange => "Unreviewed change",
            Self::AccessOutOfPattern => "Access out of pattern",
        }
    }

    /// In JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AdversarialInput => "adversarial_input",
            Self::ModelDegradation => "model_degradation",
            Self::DataDrift => "data_drift",
            Self::DataOrWorld => "data_or_world",
            Self::UnreviewedChange => "unreviewed_change",
            Self::AccessOutOfPattern => "access_out_of_pattern",
        }
    }

    /// What it takes to be a candidate, in a sentence.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            Self::AdversarialInput => {
                "one actor's requests spike, and their inputs are near-identical or repeated, their scores hug a boundary, or they \
                 are refused more often"
            }
            Self::ModelDegradation => {
                "errors, overrides or adverse results moved, or confidence fell, where a version took over from another"
            }
            Self::DataDrift => "fields of input.metadata are distributed otherwise than in the days before",
            Self::DataOrWorld => {
                "errors, overrides, adverse results or confidence moved within a version, without drift of its input"
            }
            Self::UnreviewedChange => {
                "a deployment, rollback or configuration change shortly before the window or in it that nobody else approved"
            }
            Self::AccessOutOfPattern => "a large bulk read, or several signals of one account together",
        }
    }

    /// Whether it is measured in the affected decisions themselves, not something that happened near them.
    #[must_use]
    pub fn is_measured(self) -> bool {
        !matches!(self, Self::UnreviewedChange | Self::AccessOutOfPattern)
    }
}

/// How strong the evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Above a threshold.
    Moderate,
    /// Above the higher one, or several signals together.
    Strong,
}

impl Strength {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Moderate => "moderate",
            Self::Strong => "strong",
        }
    }
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its place in the list, from 1.
    pub rank: usize,
    /// Of which kind.
    pub kind: Kind,
    /// How strong the evidence is.
    pub strength: Strength,
    /// The model that it is about.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The account, or the actor that decisions name.
    pub actor: Option<String>,
    /// What speaks for it, the strongest first.
    pub speaks_for: Vec<Signal>,
    /// What speaks against it, or what it leaves open.
    pub speaks_against: Vec<Signal>,
    /// What may be done, worded as a recommendation.
    pub recommended: String,
}

/// Something that was measured or found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signal {
    /// Which: `override_rate`, `confidence`, `request_spike`, …
    pub name: String,
    /// In short words, with the figures.
    pub text: String,
    /// How it is measured.
    pub definition: &'static str,
    /// The figure that is held against the thresholds.
    pub value: Option<f64>,
    /// What it is held against.
    pub limits: Vec<Limit>,
    /// The two sides of a comparison.
    pub compared: Option<Compared>,
    /// The p-value of the test.
    pub p: Option<f64>,
    /// The same, adjusted for all tests that were made for one question.
    pub q: Option<f64>,
    /// How strong it is; `null` below its thresholds, and where it has none.
    pub strength: Option<Strength>,
    /// The records that it is about.
    pub rows: Option<Rows>,
}

impl Signal {
    /// One that is told, not measured.
    pub(super) fn told(name: &str, text: String, definition: &'static str) -> Self {
        let (value, limits, compared, p, q) = (None, Vec::new(), None, None, None);
        Self { name: name.to_owned(), text, definition, value, limits, compared, p, q, strength: None, rows: None }
    }

    /// With the records that it is about.
    pub(super) fn with_rows(self, rows: Option<Rows>) -> Self {
        Self { rows, ..self }
    }

    /// With its strength.
    pub(super) fn with_strength(self, strength: Option<Strength>) -> Self {
        Self { strength, ..self }
    }

    /// With a figure and a threshold that it is held against.
    pub(super) fn with_value(self, value: f64, key: &'static str, limit: f64) -> Self {
        let mut limits = self.limits;
        limits.push(Limit { key, value: limit });
        Self { value: Some(value), limits, ..self }
    }
}

/// A threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limit {
    /// Section and key in the thresholds' file.
    pub key: &'static str,
    /// Its value.
    pub value: f64,
}

/// Two sides of a comparison: rates, means or shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Compared {
    /// Of the reference.
    pub reference: f64,
    /// Of what is held against it.
    pub current: f64,
    /// So many decisions.
    pub reference_of: u64,
    /// So many decisions.
    pub current_of: u64,
}

/// Records, as a filter and as a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// The filter that selects them.
    pub filter: String,
    /// How many there are.
    pub count: u64,
}

/// What was looked for without becoming a candidate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Looked {
    /// Of which kind.
    pub kind: Kind,
    /// What it would have taken.
    pub definition: &'static str,
    /// How many candidates of the kind there are.
    pub candidates: usize,
    /// What was measured and stayed below its threshold.
    pub below: Vec<Signal>,
}

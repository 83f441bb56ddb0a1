//! The truth file: what happened in a sample, so that whoever investigates it can be told how close they came.
//! `assets/spec/sample-truth.md` explains every member.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Story;
use super::clock::{Millis, Zone, time_text};
use super::models::{MODELS, VERSIONS};
use super::people::REVIEWERS;
use super::script::{SKEW, SKEW_FROM, SKEW_TO, SKEWED_HOST, Script};
use super::tally::{Counts, Tally};
use super::texts::{HOSTS, SEGMENTS};

/// The value of `format`.
pub(super) const FORMAT: &str = "probity-truth/1";

/// What happened in a sample's log.
#[derive(Debug, Clone, Serialize)]
pub struct Truth {
    /// `probity-truth/1`.
    pub format: &'static str,
    /// The story's name.
    pub story: &'static str,
    /// What the log was made from.
    pub seed: u64,
    /// Records of the log.
    pub records: u64,
    /// The log's name.
    pub origin: String,
    /// Sizes of its checkpoints.
    pub checkpoints: Vec<u64>,
    /// What went wrong, in a few sentences.
    pub summary: &'static str,
    /// Why.
    pub cause: Cause,
    /// Earliest and latest time stated.
    pub span: Span,
    /// Number of records by kind.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Which versions served when.
    pub models: Vec<ModelTruth>,
    /// The records that tell the story.
    pub events: Vec<Event>,
    /// The records that it harmed, or that did the harm.
    pub affected: Option<AffectedTruth>,
    /// Numbers of every model before, during and after.
    pub rates: Vec<Rate>,
    /// Reads in bulk.
    pub bulk_reads: Option<BulkReads>,
    /// How each reviewer worked.
    pub reviewers: Vec<ReviewerTruth>,
    /// The host whose clock was wrong.
    pub clock_skew: ClockSkew,
    /// Versions that first got a share of the decisions.
    pub canaries: Vec<Canary>,
    /// Decisions that repeat an earlier one's subject and input.
    pub near_duplicates: u64,
    /// Sealed fields.
    pub seals: Seals,
}

/// A stretch of time: `to` is not in it, except in [`Truth::span`].
#[derive(Debug, Clone, Serialize)]
pub struct Span {
    /// RFC 3339, UTC.
    pub from: String,
    /// RFC 3339, UTC.
    pub to: String,
}

impl Span {
    pub(super) fn of(from: Millis, to: Millis) -> Self {
        Self { from: time_text(from, Zone::Utc), to: time_text(to, Zone::Utc) }
    }
}

/// Why it went wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Cause {
    /// `model_degradation`, `data_drift`, `access`, `adversarial_input` or `none`.
    pub kind: &'static str,
    /// The model that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<&'static str>,
    /// The version that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'static str>,
    /// The account that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<&'static str>,
    /// From when to when it worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
}

/// A model and its versions.
#[derive(Debug, Clone, Serialize)]
pub struct ModelTruth {
    /// The model's id.
    pub id: &'static str,
    /// Decisions in all.
    pub decisions: u64,
    /// Decisions that do not say their version.
    pub without_version: u64,
    /// Each time that a version served.
    pub versions: Vec<VersionTruth>,
}

/// A version in service.
#[derive(Debug, Clone, Serialize)]
pub struct VersionTruth {
    /// The version.
    pub version: &'static str,
    /// From its deployment (of a canary, from that) until another one took over all decisions, or the log's span ended.
    #[serde(flatten)]
    pub span: Span,
    /// Decisions that name it and state a time in this span.
    pub decisions: u64,
}

/// A record that tells the story.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// What it is.
    pub what: &'static str,
    /// Its place in the log.
    pub seq: u64,
    /// Its id.
    pub audit_id: String,
    /// The time that it states, in UTC.
    pub at: String,
}

/// Records that are selected by what they say.
#[derive(Debug, Clone, Serialize)]
pub struct AffectedTruth {
    /// Which records, in words.
    pub select: &'static str,
    /// Their kind.
    pub kind: &'static str,
    /// Members that they have, by path.
    pub fields: BTreeMap<&'static str, &'static str>,
    /// The time that they state.
    #[serde(flatten)]
    pub span: Span,
    /// How many there are.
    pub count: u64,
    /// The first.
    pub first_seq: u64,
    /// The last.
    pub last_seq: u64,
    /// BLAKE3 over their `audit_id`s, each followed by LF, in order of seq.
    pub ids_blake3: String,
}

/// Numbers of a model in a phase.
#[derive(Debug, Clone, Serialize)]
pub struct Rate {
    /// The phase.
    pub phase: &'static str,
    /// The times of decisions that count.
    #[serde(flatten)]
    pub span: Span,
    /// The model.
    pub model: &'static str,
    /// The segment; all of them where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<&'static str>,
    /// Decisions of the phase.
    pub decisions: u64,
    /// Decisions with an adverse result.
    pub adverse: u64,
    /// Decisions that were reviewed, whenever.
    pub reviewed: u64,
    /// Decisions that were overridden.
    pub overridden: u64,
    /// Decisions whose outcome the log knows.
    pub outcomes: u64,
    /// Decisions whose result and outcome disagree.
    pub errors: u64,
}

/// Reads in bulk and what the same account did before.
#[derive(Debug, Clone, Serialize)]
pub struct BulkReads {
    /// The account.
    pub subject: &'static str,
    /// What it read.
    pub resource: &'static str,
    /// A read of at least so many rows counts.
    pub least_rows: u64,
    /// Number of such reads.
    pub reads: u64,
    /// Rows read by them.
    pub rows: u64,
    /// Bytes read by them.
    pub bytes: u64,
    /// The first.
    pub first_seq: u64,
    /// The last.
    pub last_seq: u64,
    /// The most rows that they read within two hours.
    pub peak_2h_rows: u64,
    /// Rows that the account read or wrote in the 30 days before the first: every granted access of it.
    pub baseline_30d_rows: u64,
    /// Number of these accesses.
    pub baseline_30d_accesses: u64,
}

/// A reviewer's work.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewerTruth {
    /// The reviewer.
    pub reviewer: &'static str,
    /// The habit, in words.
    pub habit: &'static str,
    /// Reviews.
    pub reviews: u64,
    /// Those that override.
    pub overrides: u64,
    /// Sum of the seconds that they took.
    pub seconds: u64,
}

/// A clock that was wrong.
#[derive(Debug, Clone, Serialize)]
pub struct ClockSkew {
    /// `metadata.host` of the decisions.
    pub host: &'static str,
    /// What is added to the true time.
    pub offset_ms: i64,
    /// In true time.
    #[serde(flatten)]
    pub span: Span,
    /// Decisions of the host that state a time from `from` to `to`, both moved by the offset. In the first minutes the
    /// clock may have been right still.
    pub decisions: u64,
    /// Records of the log that state an earlier time than the one before.
    pub backward_steps: u64,
}

/// A version that first got a share of the decisions.
#[derive(Debug, Clone, Serialize)]
pub struct Canary {
    /// The model.
    pub model: &'static str,
    /// The new version.
    pub version: &'static str,
    /// Its share.
    pub traffic_percent: u64,
    /// Until it got all.
    #[serde(flatten)]
    pub span: Span,
    /// Decisions in this time that name it.
    pub decisions: u64,
    /// Decisions of the model in this time.
    pub of: u64,
}

/// Sealed fields.
#[derive(Debug, Clone, Serialize)]
pub struct Seals {
    /// In all.
    pub sealed: u64,
    /// With their disclosure.
    pub disclosed: u64,
    /// Without it, by an erasure record.
    pub erased: u64,
}

/// The parts of a truth that follow from counting.
pub(super) fn models(tally: &Tally) -> Vec<ModelTruth> {
    (0..MODELS.len())
        .map(|model| {
            let versions: Vec<VersionTruth> = tally.serving[model]
                .iter()
                .map(|serving| VersionTruth {
                    version: VERSIONS[serving.version].name,
                    span: Span::of(serving.from, serving.to),
                    decisions: serving.decisions,
                })
                .collect();
            let without_version = tally.without_version[model];
            let decisions = versions.iter().map(|version| version.decisions).sum::<u64>() + without_version;
            ModelTruth { id: MODELS[model].id, decisions, without_version, versions }
        })
        .collect()
}

pub(super) fn rates(script: &Script, tally: &Tally) -> Vec<Rate> {
    let mut rates = Vec::new();
    for model in 0..MODELS.len() {
        for (phase, cells) in script.phases.iter().zip(&tally.cells) {
            let mut all = Counts::default();
            for cell in &cells[model] {
                all += *cell;
            }
            let rate = |segment, counts: Counts| Rate {
                phase: phase.name,
                span: Span::of(phase.from, phase.to),
                model: MODELS[model].id,
                segment,
                decisions: counts.decisions,
                adverse: counts.adverse,
                reviewed: counts.reviewed,
                overridden: counts.overridden,
                outcomes: counts.outcomes,
                errors: counts.errors,
            };
            rates.push(rate(None, all));
            rates.extend(SEGMENTS.iter().zip(&cells[model]).map(|(segment, counts)| rate(Some(*segment), *counts)));
        }
    }
    rates
}

pub(super) fn canaries(tally: &Tally) -> Vec<Canary> {
    tally
        .trials
        .iter()
        .map(|trial| Canary {
            model: MODELS[trial.model].id,
            version: VERSIONS[trial.version].name,
            traffic_percent: trial.percent,
            span: Span::of(trial.from, trial.to),
            decisions: trial.decisions[0],
            of: trial.decisions[1],
        })
        .collect()
}

pub(super) fn reviewers(tally: &Tally) -> Vec<ReviewerTruth> {
    REVIEWERS
        .iter()
        .zip(&tally.reviewers)
        .map(|(reviewer, [reviews, overrides, seconds])| ReviewerTruth {
            reviewer: reviewer.id,
            habit: reviewer.habit,
            reviews: *reviews,
            overrides: *overrides,
            seconds: *seconds,
        })
        .collect()
}

pub(super) fn clock_skew(tally: &Tally) -> ClockSkew {
    ClockSkew {
        host: HOSTS[SKEWED_HOST],
        offset_ms: SKEW,
        span: Span::of(SKEW_FROM, SKEW_TO),
        decisions: tally.skewed,
        backward_steps: tally.backward_steps,
    }
}

/// The story in a few sentences.
pub(super) fn summary(story: Story) -> &'static str {
    match story {
        Story::Lending => {
            "On Friday 17 April 2026 at 21:42 user-1042 put credit-scoring 2.4.0 into service and had approved it alone (CR-0412). It read yearly incomes as monthly ones: far more self-employed applicants were denied, reviewers overrode more and more of it. In the two nights after the deployment svc-features read the applicants of the feature store in bulk, which it had never done; nothing links that to the denials. After a complaint (INC-2026-014) 2.3.1 was rolled back to on 29 April; 2.4.1 followed properly in May."
        }
        Story::Version => {
            "credit-scoring 2.4.0, approved by two and tried as a canary, scattered its scores in every segment from 17 April 2026 on: errors and overrides rose at its boundary and fell with the rollback to 2.3.1 on 29 April. 2.4.1 followed in May."
        }
        Story::Drift => {
            "No version changed. From 13 to 27 April 2026 the applications did: incomes fell, most on the coast, and more came from there. credit-scoring did not know that world, and its errors rose with it and stayed."
        }
        Story::Access => {
            "user-1031, who left on 10 April 2026, read customers in bulk on four late evenings before, reached for resources never used before, and was denied again and again afterwards. The models are not concerned."
        }
        Story::Adversarial => {
            "On three evenings from 20 to 22 April 2026 the broker partner-77 sent series of near-identical applications whose stated income crept up until credit-scoring approved them."
        }
        Story::None => {
            "Nothing went wrong: versions came into service properly, and no rate moved. What looks odd here is what looks odd everywhere."
        }
    }
}

//! Investigations to try the program on, and to test it with: the audit log of an invented bank, in which something went
//! wrong, and beside it the truth about what did.
//!
//! The same request gives the same bytes, on every system and for ever: no clock, no generator but our own (`random`),
//! and nothing computed by functions whose last bit depends on the platform. A log is written record by record; memory
//! holds what falls due later as a few numbers each. `assets/spec/sample-truth.md` describes the truth file.

mod accesses;
mod cases;
mod chapters;
mod clock;
pub mod files;
mod ids;
mod json;
mod later;
mod models;
mod people;
mod plan;
mod random;
mod records;
mod rhythm;
mod script;
mod sealing;
pub mod set;
mod tally;
mod texts;
mod truth;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::bundle::manifest::Producer;
use crate::bundle::slice::SliceError;
use crate::bundle::writer::{BundleWriter, Form, Summary, WriteError};
use crate::integrity::Watch;
use crate::tlog::note::{KeyError, SigningKey};
use clock::END;
use models::{CREDIT, MODELS};
use plan::Plan;
use script::Script;
use tally::Tally;
pub use truth::Truth;
use truth::{AffectedTruth, Cause, Seals, Span};
use world::World;

/// What goes wrong in a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Story {
    /// A version approved by its own deployer, reads in bulk in the nights after, an incident and its way out.
    Lending,
    /// A bad version, properly approved.
    Version,
    /// The world changes, the model does not.
    Drift,
    /// Somebody takes data along when leaving.
    Access,
    /// Somebody probes where the model's boundary is.
    Adversarial,
    /// Nothing: a control.
    None,
}

impl Story {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Lending, Self::Version, Self::Drift, Self::Access, Self::Adversarial, Self::None];

    /// The name on the command line and in the truth file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lending => "lending",
            Self::Version => "version",
            Self::Drift => "drift",
            Self::Access => "access",
            Self::Adversarial => "adversarial",
            Self::None => "none",
        }
    }

    /// The name of its log. One log has one name: two stories under one would look like a log that was split.
    #[must_use]
    pub fn origin(self) -> String {
        format!("audit.example-bank.test/{}", self.name())
    }
}

/// The fewest records: below, what a story is told by would leave hardly any room for decisions to show it.
pub const MIN_RECORDS: u64 = 1000;

/// The most records.
pub const MAX_RECORDS: u64 = 10_000_000;

/// How many records a sample has where nothing else is asked for.
pub const DEFAULT_RECORDS: u64 = 20_000;

/// What a sample is made from where nothing else is asked for.
pub const DEFAULT_SEED: u64 = 1;

/// When samples say that they were exported: a fixed day, since equal requests give equal bytes.
pub const CREATED: &str = "2026-06-01T06:00:00Z";

/// Which sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// What happens.
    pub story: Story,
    /// How many records, from [`MIN_RECORDS`] to [`MAX_RECORDS`].
    pub records: u64,
    /// Another seed gives another log with the same story, and another key.
    pub seed: u64,
}

/// What was written.
#[derive(Debug)]
pub struct Sample {
    /// The bundle.
    pub summary: Summary,
    /// What happened in it.
    pub truth: Truth,
    /// The log's public key, a C2SP vkey without LF.
    pub vkey: String,
}

/// Why no sample was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not from [`MIN_RECORDS`] to [`MAX_RECORDS`].
    #[error(
        "{0} records: a sample has from {MIN_RECORDS} (below, a story's fixed records leave hardly any room for decisions) to {MAX_RECORDS}"
    )]
    Records(u64),
    /// The bundle cannot be written.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The key cannot be made: an origin that is no name.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// An application cannot be sealed.
    #[error("sealing: {0}")]
    Seal(String),
    /// Nothing stands sealed that could be erased.
    #[error("no application was sealed before one is erased")]
    NothingSealed,
    /// A file beside the bundle cannot be written.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file beside the bundle exists.
    #[error("{}: exists already, and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The slice of the demonstration set cannot be cut.
    #[error("{0}")]
    Slice(#[from] SliceError),
    /// What the demonstration set is forged from does not hold what the forger needs.
    #[error("the sample holds no {0}")]
    Lacks(&'static str),
    /// A text cannot be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Whoever watched asked to stop.
    #[error("stopped")]
    Cancelled,
}

/// Writes the sample's bundle to `out`, which must not exist.
///
/// # Errors
/// See [`Error`]. Nothing stands under `out` then.
pub fn generate(request: &Request, out: &Path, form: Form, watch: &dyn Watch) -> Result<Sample, Error> {
    let Request { story, records, seed } = *request;
    if !(MIN_RECORDS..=MAX_RECORDS).contains(&records) {
        return Err(Error::Records(records));
    }
    let origin = story.origin();
    let key = signing_key(request)?;
    let script = Script::of(story);
    let plan = Plan::of(&script, &origin, records);
    let mut bundle = BundleWriter::create(out, form, &origin, producer())?;
    let mut world = World::new(&script, &plan, seed, &mut bundle, &key);
    world.run(watch)?;
    let truth = truth_of(request, &script, world);
    bundle.add_key(key.verifier_key())?;
    let summary = bundle.finish(CREATED)?;
    Ok(Sample { summary, truth, vkey: key.verifier_key().to_string() })
}

/// Who samples say made them. Not the program's version, which changes when the sample does not.
fn producer() -> Producer {
    Producer { name: "probity sample".to_owned(), version: "1".to_owned() }
}

/// The key of a sample's log. It follows from the request: whoever knows it can sign in the log's name.
fn signing_key(request: &Request) -> Result<SigningKey, Error> {
    let seed = sealing::derive(request.story, request.seed, "signing key");
    Ok(SigningKey::from_seed(&request.story.origin(), &seed)?)
}

/// The sizes at which a log of so many records is signed: every fifth of it.
fn checkpoints(records: u64) -> [u64; 5] {
    [1, 2, 3, 4, 5].map(|n| records * n / 5)
}

fn truth_of(request: &Request, script: &Script, world: World<'_>) -> Truth {
    let World { tally, events, baseline, .. } = world;
    let (from, to) = tally.span();
    let [sealed, erased] = tally.seals;
    Truth {
        format: truth::FORMAT,
        story: request.story.name(),
        seed: request.seed,
        records: request.records,
        origin: request.story.origin(),
        checkpoints: checkpoints(request.records).to_vec(),
        summary: truth::summary(request.story),
        cause: cause(script),
        span: Span::of(from, to),
        kinds: tally.kinds.clone(),
        models: truth::models(&tally),
        events,
        affected: affected(script, &tally),
        rates: truth::rates(script, &tally),
        bulk_reads: baseline.truth(),
        reviewers: truth::reviewers(&tally),
        clock_skew: truth::clock_skew(&tally),
        canaries: truth::canaries(&tally),
        near_duplicates: tally.near_duplicates,
        seals: Seals { sealed, disclosed: sealed - erased, erased },
    }
}

fn cause(script: &Script) -> Cause {
    let credit = Some(MODELS[CREDIT].id);
    let (kind, model, version, account) = match script.story {
        Story::Lending | Story::Version => ("model_degradation", credit, Some("2.4.0"), None),
        Story::Drift => ("data_drift", credit, None, None),
        Story::Access => ("access", None, None, Some(people::INSIDER)),
        Story::Adversarial => ("adversarial_input", credit, None, Some(chapters::PROBER)),
        Story::None => ("none", None, None, None),
    };
    let phase = &script.phases[1];
    let to = if script.story == Story::Drift { END } else { phase.to };
    let window = (script.story != Story::None).then(|| Span::of(phase.from, to));
    Cause { kind, model, version, account, window }
}

fn affected(script: &Script, tally: &Tally) -> Option<AffectedTruth> {
    let credit = ("model.id", MODELS[CREDIT].id);
    let version = ("model.version", "2.4.0");
    let phase = &script.phases[1];
    let (select, kind, fields, span) = match script.story {
        Story::None => return None,
        Story::Lending => (
            "decisions of credit-scoring 2.4.0 about self-employed applicants",
            "decision",
            vec![credit, version, ("input.metadata.segment", texts::SEGMENTS[texts::WRONGED])],
            (phase.from, phase.to),
        ),
        Story::Version => (
            "decisions of credit-scoring 2.4.0, its canary included",
            "decision",
            vec![credit, version],
            (script::PROPER_CANARY, phase.to),
        ),
        Story::Drift => (
            "decisions of credit-scoring since the applications began to change",
            "decision",
            vec![credit],
            (phase.from, END),
        ),
        Story::Access => (
            "accesses of user-1031 from the first weeks of notice until the account was removed",
            "access",
            vec![("subject.id", people::INSIDER)],
            (phase.from, phase.to),
        ),
        Story::Adversarial => (
            "applications of the broker partner-77",
            "decision",
            vec![credit, ("context.user_id", chapters::PROBER)],
            (phase.from, phase.to),
        ),
    };
    let seen = &tally.affected;
    Some(AffectedTruth {
        select,
        kind,
        fields: fields.into_iter().collect::<BTreeMap<_, _>>(),
        span: Span::of(span.0, span.1),
        count: seen.count,
        first_seq: seen.first_seq,
        last_seq: seen.last_seq,
        ids_blake3: seen.ids.finalize().to_hex().to_string(),
    })
}

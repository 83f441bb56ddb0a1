//! `probity models`: the versions of each model side by side; what goes with what came of decisions; rates over time.

mod json;
mod text;

use std::process::ExitCode;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use super::bundles::{Bundles, Filter, field, reserve};
use super::progress::Progress;
use crate::analysis::correlation::{By, Correlation, Target};
use crate::analysis::course::{Course, Step};
use crate::analysis::decisions::{Decisions, Measure};
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::Incidents;
use crate::analysis::versions::stretches::Stretches;
use crate::analysis::versions::{Sources, Versions};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::query::Field;
use crate::record::text::shown_short;

/// Compare the versions of each model
///
/// For each stretch of service of a version: its decisions among the records that pass the filter, how often results were adverse, how
/// often people overrode them, how often outcomes proved them wrong, and how all that and the confidence differ from the version in
/// service before, with interval, test and q-value. With --by, a field or the versions are held against what came of the decisions; with
/// --over, a rate is followed over time, with change points.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The version of a decision is the one that it names, else the one that was in service then (inferred); where several \
were in service it is ambiguous, where none is on record unknown, and both are counted apart.

--json prints it as assets/spec/version-analysis.md describes it.

Examples:
  probity models lending.audit.zip
  probity models lending.audit.zip --by input.metadata.segment --against overridden
  probity models lending.audit.zip --by versions --against incident:INC-2026-014
  probity models lending.audit.zip --over overridden_of_reviewed --per week

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    /// Hold the values of a field against what came of the decisions; the word versions stands for stretches of service
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Against what: result, overridden, error, adverse or incident:ID [default: result]
    #[arg(long, value_name = "WHAT", requires = "by")]
    against: Option<String>,
    /// Follow a rate over time
    #[arg(long, value_name = "RATE", value_parser = PossibleValuesParser::new(Measure::ALL.map(Measure::name)))]
    over: Option<String>,
    /// In steps of this length, of UTC; weeks begin on Mondays [default: what suits the span]
    #[arg(long, value_enum, requires = "over")]
    per: Option<Per>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The length of steps of time.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Per {
    /// Hours
    Hour,
    /// Days
    Day,
    /// Weeks
    Week,
}

impl From<Per> for Step {
    fn from(per: Per) -> Self {
        match per {
            Per::Hour => Self::Hour,
            Per::Day => Self::Day,
            Per::Week => Self::Week,
        }
    }
}

/// What stands for stretches of service in `--by`.
const VERSIONS: &str = "versions";

/// What there is to print.
struct Answer {
    /// The filter, as it was understood.
    filter: String,
    versions: Versions,
    stretches: Stretches,
    correlation: Option<Correlation>,
    /// By model, in the order of the versions.
    courses: Vec<Course>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, answer) = args.bundles.ask(&Choice::default(), "models", |evidence| {
        let by = match args.by.as_deref() {
            None => None,
            Some(VERSIONS) => Some(None),
            Some(name) => Some(Some(field(evidence, "--by", name)?)),
        };
        let (query, rows) = args.filter.select(evidence)?;
        let progress = Progress::new();
        let asked = ask(args, evidence, by, &rows, &progress);
        progress.clear();
        Ok(Answer { filter: query.expr.to_string(), ..asked? })
    })?;
    super::print(&match args.json {
        true => super::json(&json::Models::of(&evidence, &answer))?,
        false => text::models(&answer),
    })?;
    reserve(&evidence);
    Ok(ExitCode::SUCCESS)
}

/// Everything that is asked of the evidence; `by` is a field, or none for the versions.
fn ask(
    args: &Args,
    evidence: &Evidence,
    by: Option<Option<Field>>,
    rows: &Selection,
    watch: &dyn Watch,
) -> anyhow::Result<Answer> {
    let decisions = Decisions::of(evidence, watch)?;
    let deployments = Deployments::of(evidence, watch)?;
    let stretches = Stretches::of(evidence, &decisions, &deployments);
    let incidents = Incidents::of(evidence, watch)?;
    let sources = Sources {
        evidence,
        decisions: &decisions,
        stretches: &stretches,
        deployments: &deployments,
        incidents: &incidents,
    };
    let versions = Versions::of(&sources, rows);
    let correlation = by
        .map(|by| {
            let target = target(&incidents, args.against.as_deref().unwrap_or("result"))?;
            let by = by.as_ref().map_or(By::Versions, By::Field);
            Correlation::of(evidence, &decisions, &stretches, by, target, rows, watch).map_err(|error| match error {
                EvidenceError::TooVaried(name) => {
                    anyhow::anyhow!("--by {name}: more distinct values than can be counted")
                }
                error => error.into(),
            })
        })
        .transpose()?;
    let measure = args.over.as_ref().and_then(|name| Measure::ALL.into_iter().find(|measure| measure.name() == name));
    let courses = match measure {
        Some(measure) => {
            let step = args.per.map(Step::from);
            // Of several models in one stream, changes of their shares would be told as changes of the rate.
            let course = |rows: &Selection| Course::of(evidence, &decisions, &stretches, measure, rows, step, watch);
            by_model(&versions, &stretches, &decisions.among(rows)).iter().map(course).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    Ok(Answer { filter: String::new(), versions, stretches, correlation, courses })
}

/// The rows of each model of the table.
fn by_model(versions: &Versions, stretches: &Stretches, rows: &Selection) -> Vec<Selection> {
    let mut model_of = vec![None; stretches.all().len()];
    for (n, model) in versions.models.iter().enumerate() {
        model.rows.iter().for_each(|row| model_of[row.place] = Some(n));
    }
    let length = rows.bitmap().len();
    let mut out = vec![Bitmap::none(length); versions.models.len()];
    for row in rows.iter() {
        if let Some(model) = stretches.of_row(row).and_then(|place| model_of[place]) {
            out[model].set(row, true);
        }
    }
    out.into_iter().map(Selection::new).collect()
}

/// What the rows of a table are held against.
fn target<'i>(incidents: &'i Incidents, name: &str) -> anyhow::Result<Target<'i>> {
    if let Some(id) = name.strip_prefix("incident:") {
        return super::incident::find(incidents, id).map(Target::IncidentWindow);
    }
    [Target::Result, Target::Overridden, Target::Error, Target::Adverse]
        .into_iter()
        .find(|target| target.name() == name)
        .ok_or_else(|| {
            anyhow::anyhow!(
                "--against {}: result, overridden, error, adverse or incident:ID belongs there",
                shown_short(name, 80)
            )
        })
}

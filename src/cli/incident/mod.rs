//! `probity incident`: the incidents of a log, and the story of one of them or of a stretch of time.

mod figures;
mod list;
mod text;

use std::process::ExitCode;

use super::bundles::{Bundles, Lines, against, note};
use super::caveats::caveats;
use super::progress::Progress;
use super::range::{Limits, Range};
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::{Incident, Incidents};
use crate::analysis::story::{Asked, Sources, Story};
use crate::analysis::thresholds::Thresholds;
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::query::{Alias, Field};
use crate::record::text::shown_short;

/// List the incidents of a log, or tell the story of one
///
/// The story of an incident, from its records: how long each step took, the versions in service before, in and after its
/// window, what was deployed and who approved it, access out of pattern, reviews, the affected decisions with exact counts, and
/// reporting clocks. What the records do not say is listed. With --name, --from and --to it is the story of that stretch of time.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The affected decisions are those of the incident's model, of the version where a record of the incident names one, in the window \
that it states last. The story prints that filter; --affected takes another one. The figures before, in and after the window \
are of the same decisions without the conditions on version and time; rates are given with the Wilson interval (95 %).

Reporting clocks are computed from the records, and are not legal advice.

--json prints the story as assets/spec/incident-story.md describes it.

Examples:
  probity incident lending.audit.zip
  probity incident lending.audit.zip INC-2026-014
  probity incident lending.audit.zip INC-2026-014 --affected 'model:credit-scoring version:2.4.0'
  probity incident lending.audit.zip --name Easter --from 2026-04-03 --to 2026-04-06

Exit code: 0 answered, also where the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The incident; without it, the incidents of the log are listed
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: Option<String>,
    /// Tell the story of a stretch of time under this name (with --from and --to)
    #[arg(long, value_name = "NAME", conflicts_with = "id", requires_all = ["from", "to"])]
    name: Option<String>,
    #[command(flatten)]
    range: Range,
    /// The model whose decisions are affected, instead of the incident's own
    #[arg(long, value_name = "MODEL", allow_hyphen_values = true)]
    model: Option<String>,
    /// Which records are affected, instead of the decisions of model, version and window
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    affected: Option<String>,
    #[command(flatten)]
    limits: Limits,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// So many incidents or models are named where another one is asked for.
const NAMED: usize = 20;

/// What is asked for.
enum Answer {
    Incidents(Incidents),
    Story(Box<Story>),
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (ends, thresholds) = (args.range.read()?, args.limits.read()?);
    let is_story = args.id.is_some() || args.name.is_some();
    anyhow::ensure!(
        is_story || (ends == (None, None) && args.model.is_none() && args.affected.is_none()),
        "--from, --to, --model and --affected go with an ID or with --name"
    );
    anyhow::ensure!(
        args.name.as_ref().is_none_or(|name| !name.trim().is_empty()),
        "--name: a story needs a name, and this one is empty"
    );
    let window = match ends {
        (None, None) => None,
        (Some(from), Some(to)) => Some((from, to)),
        _ => anyhow::bail!("--from and --to go together: a window has both ends"),
    };
    let (evidence, answer) = args.bundles.ask(&Choice::default(), "incident", |evidence| {
        let progress = Progress::new();
        let incidents = Incidents::of(evidence, &progress);
        progress.clear();
        let incidents = incidents?;
        if !is_story {
            return Ok(Answer::Incidents(incidents));
        }
        let incident = args.id.as_ref().map(|id| find(&incidents, id)).transpose()?;
        let asked = Asked {
            name: args.name.clone().unwrap_or_default(),
            window,
            model: args.model.clone(),
            affected: args.affected.as_ref().map(|text| affected(evidence, text)).transpose()?,
        };
        let story = story(evidence, incident, &asked, &thresholds)?;
        Ok(Answer::Story(Box::new(story)))
    })?;
    super::print(&match (&answer, args.json) {
        (Answer::Incidents(incidents), true) => super::json(&list::json(&evidence, incidents))?,
        (Answer::Incidents(incidents), false) => list::text(&evidence, incidents),
        (Answer::Story(story), true) => super::json(story)?,
        (Answer::Story(story), false) => text::story(story),
    })?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

fn story(
    evidence: &Evidence,
    incident: Option<&Incident>,
    asked: &Asked,
    thresholds: &Thresholds,
) -> anyhow::Result<Story> {
    let progress = Progress::new();
    let sources = Sources::of(evidence, thresholds, &progress);
    let story = sources.and_then(|sources| {
        let others = others(evidence, &sources.deployments, asked.model.as_deref(), &progress)?;
        Ok((others, Story::of(evidence, &sources, incident, asked, thresholds, &progress)?))
    });
    progress.clear();
    let (others, story) = story?;
    is_named(asked.model.as_deref(), others)?;
    Ok(story)
}

/// The models that records name, where the one that is asked for is none of them.
pub(super) fn others(
    evidence: &Evidence,
    deployments: &Deployments,
    model: Option<&str>,
    watch: &dyn Watch,
) -> Result<Option<String>, EvidenceError> {
    let unknown = model.filter(|model| !deployments.names(model));
    Ok(unknown.map(|model| models(evidence, model, watch)).transpose()?.flatten())
}

/// That there is no such model, where [`others`] are there instead.
pub(super) fn is_named(model: Option<&str>, others: Option<String>) -> anyhow::Result<()> {
    if let (Some(others), Some(model)) = (others, model) {
        let there = if others.is_empty() { "none is named at all".to_owned() } else { format!("there are {others}") };
        anyhow::bail!("--model {}: no record here names this model; {there}", shown_short(model, 80));
    }
    Ok(())
}

/// The models that records name, where `model` is none of them.
fn models(evidence: &Evidence, model: &str, watch: &dyn Watch) -> Result<Option<String>, EvidenceError> {
    let Some(field) = Alias::find("model").map(Field::Alias) else { return Ok(None) };
    let facet = match evidence.facet(&field, &Selection::all(evidence.rows()), usize::MAX, watch) {
        Ok(facet) => facet,
        // Among so many it cannot be told.
        Err(EvidenceError::TooVaried(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if facet.values.iter().any(|value| value.text == model) {
        return Ok(None);
    }
    let more = facet.values.len().saturating_sub(NAMED);
    let named =
        facet.values.iter().take(NAMED).map(|value| shown_short(&value.text, 80)).collect::<Vec<_>>().join(", ");
    Ok(Some(if more > 0 { format!("{named} and {more} more") } else { named }))
}

/// The incident of that id.
pub(super) fn find<'i>(incidents: &'i Incidents, id: &str) -> anyhow::Result<&'i Incident> {
    let mut found = incidents.incidents.iter().filter(|incident| incident.id == id);
    let shown = shown_short(id, 80);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(one), Some(other)) => anyhow::bail!(
            "{shown}: there is an incident of that id in {} and in {}; open one of the logs",
            one.log,
            other.log
        ),
        (None, _) if incidents.incidents.is_empty() => {
            anyhow::bail!("{shown}: no record is about an incident with an id")
        }
        (None, _) => anyhow::bail!("{shown}: there is no such incident; there are {}", named(incidents)),
    }
}

/// The incidents that there are, by their ids.
pub(super) fn named(incidents: &Incidents) -> String {
    let named = incidents.incidents.iter().take(NAMED).map(|incident| shown_short(&incident.id, 80));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = incidents.incidents.len().saturating_sub(NAMED);
    if more > 0 { format!("{named} and {more} more") } else { named }
}

/// Reads the filter of the affected records.
pub(super) fn affected(evidence: &Evidence, text: &str) -> anyhow::Result<crate::query::Expr> {
    let query = evidence.parse(text).map_err(|error| {
        Lines(format!("--affected: the filter is not understood:\n{}", error.report(text).trim_end()))
    })?;
    for line in caveats(evidence, &query.expr) {
        note(&line);
    }
    Ok(query.expr)
}

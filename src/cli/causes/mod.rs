//! `probity causes`: candidates for the cause of an incident, or of what happened in a stretch of time.

mod text;

use std::process::ExitCode;

use super::bundles::{Bundles, against, note};
use super::incident;
use super::progress::Progress;
use super::range::{Limits, Range};
use crate::analysis::access::{Accesses, out_of_pattern};
use crate::analysis::causes::{Asked, Causes, Gathered};
use crate::analysis::decisions::Decisions;
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::Incidents;
use crate::analysis::thresholds::Thresholds;
use crate::analysis::versions::stretches::Stretches;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::Choice;
use crate::record::text::shown_short;

/// Look for likely causes of an incident, or of what happened in a stretch of time
///
/// A ranked list of candidates near the window, each with the figures that speak for it, the records behind them, what speaks
/// against it, and a recommendation: model degradation, unreviewed change, data drift, data or world, adversarial input, access out
/// of pattern. Where nothing is above its threshold, what was looked for is listed. Not a verdict.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The affected decisions are those of the incident's model in the window that it states last, or of every model where it \
names none. They are held against those of the days before. --affected takes another filter; conditions on time and version \
are left out of it for the days before. The filters that are printed select the records in probity query and in the window.

--json prints the candidates as assets/spec/likely-causes.md describes them.

Examples:
  probity causes lending.audit.zip INC-2026-014
  probity causes lending.audit.zip INC-2026-014 --affected input.metadata.segment:self-employed
  probity causes lending.audit.zip --from 2026-04-03 --to 2026-04-06 --model credit-scoring

Exit code: 0 answered, also where there is no candidate or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The incident; a stretch of time needs none (--from and --to)
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: Option<String>,
    #[command(flatten)]
    range: Range,
    /// The model whose decisions are affected, instead of the incident's own
    #[arg(long, value_name = "MODEL", allow_hyphen_values = true)]
    model: Option<String>,
    /// Which decisions are affected, instead of those of the model in the window
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    affected: Option<String>,
    #[command(flatten)]
    limits: Limits,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (ends, thresholds) = (args.range.read()?, args.limits.read()?);
    let window = match ends {
        (None, None) => None,
        (Some(from), Some(to)) => Some((from, to)),
        _ => anyhow::bail!("--from and --to go together: a window has both ends"),
    };
    let (evidence, causes) = args.bundles.ask(&Choice::default(), "causes", |evidence| {
        let asked = asked(args, evidence, window)?;
        let progress = Progress::new();
        let found = find(evidence, &asked, &thresholds, &progress);
        progress.clear();
        let (others, causes) = found?;
        incident::is_named(args.model.as_deref(), others)?;
        Ok(causes)
    })?;
    super::print(&if args.json { super::json(&causes)? } else { text::causes(&causes) })?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the arguments ask about.
fn asked(args: &Args, evidence: &Evidence, window: Option<(i64, i64)>) -> anyhow::Result<Asked> {
    let of_incident = match &args.id {
        None if window.is_some() => Asked { name: "Stretch of time".to_owned(), ..Asked::default() },
        id => {
            let progress = Progress::new();
            let incidents = Incidents::of(evidence, &progress);
            progress.clear();
            let incidents = incidents?;
            match id {
                Some(id) => Asked::about(incident::find(&incidents, id)?),
                None => anyhow::bail!(without_id(&incidents)),
            }
        }
    };
    Ok(Asked {
        is_stated: of_incident.is_stated && window.is_none(),
        window: window.or(of_incident.window),
        model: args.model.clone().or(of_incident.model),
        affected: args.affected.as_ref().map(|text| incident::affected(evidence, text)).transpose()?,
        log: of_incident.log,
        name: of_incident.name,
    })
}

/// What can be asked about, where nothing was named.
fn without_id(incidents: &Incidents) -> String {
    let time = "a stretch of time needs no incident: --from TIME --to TIME";
    match &incidents.incidents[..] {
        [] => format!("no incident is on record; {time}"),
        [only] => format!("ID is missing: there is {}; {time}", shown_short(&only.id, 80)),
        _ => format!("ID is missing: there are {}; {time}", incident::named(incidents)),
    }
}

/// Gathers what causes are looked for in, and looks for them; with the models that there are, where the one asked for is not.
fn find(
    evidence: &Evidence,
    asked: &Asked,
    thresholds: &Thresholds,
    watch: &dyn Watch,
) -> Result<(Option<String>, Causes), EvidenceError> {
    let deployments = Deployments::of(evidence, watch)?;
    let decisions = Decisions::of(evidence, watch)?;
    let stretches = Stretches::of(evidence, &decisions, &deployments);
    let pattern = out_of_pattern(&Accesses::of(evidence, thresholds, watch)?, thresholds);
    let gathered =
        Gathered { decisions: &decisions, stretches: &stretches, deployments: &deployments, pattern: &pattern };
    let others = incident::others(evidence, &deployments, asked.model.as_deref(), watch)?;
    Ok((others, Causes::of(evidence, &gathered, asked, thresholds, watch)?))
}

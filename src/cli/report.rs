//! `probity report`: an investigation as a document.

use std::path::PathBuf;
use std::process::ExitCode;

use super::bundles::{Bundles, against, note};
use super::incident;
use super::progress::Progress;
use super::range::{Limits, Range};
use super::text::grouped;
use super::work;
use crate::capture::illustration::Illustrator;
use crate::capture::stage::Opened;
use crate::case::Case;
use crate::case::entry::Value;
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::index::Choice;
use crate::record::text::shown;
use crate::report::again::Command;
use crate::report::document::Picture;
use crate::report::investigation::{Gathering, Report, ReportError, Subject};
use crate::report::issue::{Form, Issue, Issued};
use crate::report::provenance::{Asked, CaseTold, Made, Provenance};

/// Write the report of an investigation: verdict, incidents, likely causes, versions, notes, methods, hashes
///
/// A document for people who have nothing else: PDF/A or HTML in one file, by the name of the output. Without an ID every incident is
/// told, those that the case names too. Beside it stands what it is from: FILE.provenance.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same bundles, case, time (--at) and author (PROBITY_ACTOR) give the same bytes. With a case the \
report holds its notes, tags, marked times and exhibits, and is put on record there.

The certification of records under FRE 902(13) and (14) is a template for counsel to fill in; nothing is certified.

Examples:
  probity report lending.audit.zip -o report.pdf
  probity report lending.audit.zip INC-2026-014 --trust lending.vkey -o INC-2026-014.html
  probity report lending.probity-case -o lending.html

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The incident; without it, every one
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: Option<String>,
    /// Report on a stretch of time under this name (with --from and --to)
    #[arg(long, value_name = "NAME", conflicts_with = "id", requires_all = ["from", "to"])]
    name: Option<String>,
    #[command(flatten)]
    range: Range,
    /// The model whose decisions are affected in that stretch of time
    #[arg(long, value_name = "MODEL", allow_hyphen_values = true, requires = "name")]
    model: Option<String>,
    /// Which records are affected in that stretch of time
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true, requires = "name")]
    affected: Option<String>,
    #[command(flatten)]
    limits: Limits,
    /// The file to write, .pdf or .html; nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// When it is made, as it will say [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let form = Form::of_name(&args.output)
        .filter(|form| *form != Form::Json)
        .ok_or_else(|| anyhow::anyhow!("{}: let the name end in .pdf or .html", args.output.display()))?;
    let made = Made::at(args.at.as_deref(), &work::author().actor)
        .ok_or_else(|| anyhow::anyhow!("--at: not a time like 2026-03-01T09:30:00Z"))?;
    let (ends, thresholds) = (args.range.read()?, args.limits.read()?);
    anyhow::ensure!(args.name.is_some() || ends == (None, None), "--from and --to go with --name");
    let (evidence, mut case, ()) = args.bundles.ask_case(&Choice::default(), "report", |_| Ok(()))?;
    let subject = subject(args, &evidence, ends)?;
    let progress = Progress::new();
    let state = case.as_ref().map(Case::state);
    let found = Gathering::of(&evidence, state, &subject, &thresholds, &progress);
    progress.clear();
    let found = found.map_err(|error| match error {
        ReportError::Incident { .. } => anyhow::anyhow!("{error} (probity incident lists them)"),
        error => error.into(),
    })?;
    let asked = Asked::of(&evidence, String::new(), &Selection::all(evidence.rows()))?;
    let provenance = Provenance::of(&evidence, case.as_ref().map(CaseTold::of), made, asked)?;
    let again = again(args, &evidence, &provenance);
    let pictures = pictures(args, &evidence, case.as_ref(), &found)?;
    let report = Report {
        evidence: &evidence,
        case: state,
        found: &found,
        provenance: &provenance,
        again: &again,
        pictures: &pictures,
    };
    let document = report.document()?;
    let issued = Issue { document: &document, json: None, form, provenance, again }.write(&args.output)?;
    if let Some(case) = &mut case {
        work::on_record(case, |case| case.record(issued.action()));
    }
    super::print(&told(&issued, &args.output))?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

fn subject(args: &Args, evidence: &Evidence, ends: (Option<i64>, Option<i64>)) -> anyhow::Result<Subject> {
    let affected = args.affected.as_ref().map(|text| incident::affected(evidence, text)).transpose()?;
    Ok(match (&args.name, &args.id, ends) {
        (Some(name), _, (Some(from), Some(to))) => Subject::Stretch {
            name: name.clone(),
            window: (from, to),
            model: args.model.clone(),
            affected: affected.map(Box::new),
        },
        (_, Some(id), _) => Subject::Incident(id.clone()),
        _ => Subject::All,
    })
}

/// The timelines of the stories.
fn pictures(
    args: &Args,
    evidence: &Evidence,
    case: Option<&Case>,
    found: &Gathering,
) -> anyhow::Result<Vec<Option<Picture>>> {
    if found.told.iter().all(|told| told.story.window.is_none()) {
        return Ok(Vec::new());
    }
    let opened = Opened {
        paths: evidence.logs().iter().map(|log| log.index.bundle().to_owned()).collect(),
        trusted: args.bundles.options()?.trust.iter().map(ToString::to_string).collect(),
        cache: None,
    };
    let values = case.into_iter().flat_map(|case| case.state().items()).flat_map(|(_, item)| item.values());
    let marks = values.filter(|value| matches!(value, Value::Mark { .. } | Value::Span { .. })).cloned().collect();
    let mut illustrator = Illustrator::open(&opened, marks)?;
    found.told.iter().map(|told| Ok(illustrator.timeline(&told.story)?)).collect()
}

fn again(args: &Args, evidence: &Evidence, provenance: &Provenance) -> String {
    let name = |path: &std::path::Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let stretch = |at: Option<i64>| at.map(|at| crate::analysis::Instant(at).to_string());
    let (from, to) = args.range.read().unwrap_or_default();
    let command = args.bundles.trust_again(Command::new("report").bundles(evidence));
    command
        .word(args.id.as_deref().unwrap_or_default())
        .option("--name", args.name.as_deref())
        .option("--from", stretch(from))
        .option("--to", stretch(to))
        .option("--model", args.model.as_deref())
        .option("--affected", args.affected.as_deref())
        .option("--thresholds", args.limits.file().and_then(name))
        .option("--case", args.bundles.case_again())
        .option("--at", Some(&provenance.made.at))
        .option("--output", name(&args.output))
        .to_string()
}

/// What was written, in a few lines.
pub(super) fn told(issued: &Issued, output: &std::path::Path) -> String {
    let told = &issued.told;
    format!(
        "{}\n{}: {}\n{} bytes, SHA-256 {}\n",
        shown(&output.display().to_string()),
        told.document.kind,
        shown(&told.document.title),
        grouped(told.file.bytes),
        told.file.sha256
    )
}

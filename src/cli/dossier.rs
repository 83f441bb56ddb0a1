//! `probity dossier`: what the records hold about one decision, or about one person.

use std::path::PathBuf;
use std::process::ExitCode;

use super::bundles::{Bundles, against, note};
use super::lineage::find;
use super::progress::Progress;
use super::work;
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::index::Choice;
use crate::query::value::pattern::Matcher;
use crate::query::{Expr, Term, Test};
use crate::record::text::shown_short;
use crate::report::again::Command;
use crate::report::dossier::Dossier;
use crate::report::issue::{Form, Issue};
use crate::report::provenance::{Asked, CaseTold, Made, Provenance};

/// Write the dossier of one decision, or of one person: what was decided and why, by which version, what became of it, and the proofs
///
/// For a request of access to one's data (GDPR, Article 15) or for an explanation of a decision (AI Act, Article 86), and for whoever
/// reviews one. PDF/A, HTML or JSON, by the name of the output. Beside it stands what it is from: FILE.provenance.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The dossier holds what the records hold, names of reviewers and deployers among them. What of it must be withheld \
from whoever gets it is for you to decide; a slice (probity slice) hands out records with their proofs.

Examples:
  probity dossier lending.audit.zip cs-000184 -o cs-000184.pdf
  probity dossier lending.audit.zip @10065 -o decision.json
  probity dossier lending.audit.zip --subject 3e40c6dee6ba -o person.html

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The decision: its audit_id, @ and its seq, or its hash of 64 hex digits
    #[arg(value_name = "ID", required_unless_present = "subject", allow_hyphen_values = true)]
    id: Option<String>,
    /// Every decision about the person whom the log knows by this subject.id_hash
    #[arg(long, value_name = "HASH", conflicts_with = "id", allow_hyphen_values = true)]
    subject: Option<String>,
    /// The file to write, .pdf, .html or .json; nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// When it is made, as it will say [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let form = Form::of_name(&args.output)
        .ok_or_else(|| anyhow::anyhow!("{}: let the name end in .pdf, .html or .json", args.output.display()))?;
    let made = Made::at(args.at.as_deref(), &work::author().actor)
        .ok_or_else(|| anyhow::anyhow!("--at: not a time like 2026-03-01T09:30:00Z"))?;
    let (evidence, mut case, rows) =
        args.bundles.ask_case(&Choice::default(), "dossier", |evidence| rows(args, evidence))?;
    let selection = Selection::new(Bitmap::from_rows(evidence.rows(), rows.iter().copied()));
    let asked = Asked::of(&evidence, filter(args), &selection)?;
    let again = again(args, &evidence, &made);
    let provenance = Provenance::of(&evidence, case.as_ref().map(CaseTold::of), made, asked)?;
    let progress = Progress::new();
    let dossier = Dossier::of(&evidence, &rows, (args.subject.clone(), provenance.clone(), again.clone()), &progress);
    progress.clear();
    let dossier = dossier?;
    let json = (form == Form::Json).then(|| dossier.json()).transpose()?;
    let issued = Issue { document: &dossier.document(), json, form, provenance, again }.write(&args.output)?;
    if let Some(case) = &mut case {
        work::on_record(case, |case| case.record(issued.action()));
    }
    super::print(&super::report::told(&issued, &args.output))?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

/// The decisions that are asked for.
fn rows(args: &Args, evidence: &Evidence) -> anyhow::Result<Vec<u32>> {
    let Some(subject) = &args.subject else {
        return Ok(vec![find::decision(evidence, args.id.as_deref().unwrap_or_default())?]);
    };
    let none = || anyhow::anyhow!("--subject {}: no decision here is about this person", shown_short(subject, 80));
    let field = evidence.field(SUBJECT).map_err(|_| none())?;
    let is_subject = Term::Field { field, test: Test::Is(Matcher::Text(subject.clone())) };
    let is_decision = evidence.parse("kind:decision").map_err(|_| none())?.expr;
    let progress = Progress::new();
    let found = evidence.select(&Expr::And(vec![is_decision, Expr::Term(is_subject)]), &progress);
    progress.clear();
    let found = found?;
    anyhow::ensure!(found.count() > 0, none());
    Ok(found.iter().collect())
}

/// Whom a decision is about, by a keyed hash (bundle format, kind `decision`).
const SUBJECT: &str = "subject.id_hash";

/// The same as a filter.
fn filter(args: &Args) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match (&args.subject, &args.id) {
        (Some(subject), _) => format!("kind:decision {SUBJECT}:{}", quoted(subject)),
        (None, Some(id)) if id.starts_with('@') => id.clone(),
        (None, id) => format!("kind:decision audit_id:{}", quoted(id.as_deref().unwrap_or_default())),
    }
}

fn again(args: &Args, evidence: &Evidence, made: &Made) -> String {
    let name = |path: &std::path::Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let command = args.bundles.trust_again(Command::new("dossier").bundles(evidence));
    command
        .word(args.id.as_deref().unwrap_or_default())
        .option("--subject", args.subject.as_deref())
        .option("--at", Some(&made.at))
        .option("--output", name(&args.output))
        .to_string()
}

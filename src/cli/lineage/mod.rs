//! `probity lineage`: where a decision comes from.

pub(super) mod find;
mod text;

use std::process::ExitCode;

use super::bundles::{Bundles, against, note};
use super::progress::Progress;
use crate::analysis::deployments::Deployments;
use crate::analysis::lineage::Lineage;
use crate::index::Choice;

/// Tell where a decision comes from, and what is missing to make it again
///
/// Which version decided and how that is known; the deployment that put it into service, and who approved that; the training that
/// made it, its data, code and seeds; the reviews and the outcome of the decision. Whether these fit together is checked, and what
/// is missing to make the decision again is listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A check agrees, differs, or is not determinable: nothing is guessed, and what a damaged record says decides nothing. \
Hashes are compared as records state them; only an attachment of the bundle is hashed itself.

--json prints the lineage as assets/spec/decision-lineage.md describes it.

Examples:
  probity lineage lending.audit.zip cs-000184
  probity lineage lending.audit.zip @10065 --json

Exit code: 0 answered, also where checks differ or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// The decision: its audit_id, @ and its seq, or its hash of 64 hex digits
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (evidence, lineage) = args.bundles.ask(&Choice::default(), "lineage", |evidence| {
        let row = find::decision(evidence, &args.id)?;
        let progress = Progress::new();
        let lineage = Deployments::of(evidence, &progress)
            .and_then(|deployments| Lineage::of(evidence, row, &deployments, &progress));
        progress.clear();
        Ok(lineage?)
    })?;
    super::print(&if args.json { super::json(&lineage)? } else { text::lineage(&lineage) })?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

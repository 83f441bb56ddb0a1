//! `probity verify`: the verdict on a bundle, as text or JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use super::progress::Progress;
use super::trust::Trust;
use crate::integrity::verify;

/// Say what is proven about a bundle, and what is not
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity verify lending.audit.zip
  probity verify lending.audit.zip --trust lending.vkey

Exit code: 0 nothing speaks against it · 1 something does · 2 wrong use, or the input could not be read · \
3 there is nothing to check against")]
pub(super) struct Args {
    /// The bundle: a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines
    path: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<ExitCode> {
    let options = arguments.trust.options()?;
    let progress = Progress::new();
    let report = verify(&arguments.path, &options, &progress);
    progress.clear();
    let report = report?;
    super::print(&if arguments.json { super::json(&report)? } else { super::text::report(&report, &arguments.path) })?;
    Ok(ExitCode::from(report.exit_code()))
}

//! `probity index`: makes the index of a bundle, and says what the bundle's verification came to.

use std::path::PathBuf;
use std::process::ExitCode;

use super::progress::Progress;
use super::trust::Trust;
use crate::index::{Choice, Index};

/// Make the index of a bundle: verify it once, and answer every question from then on at once
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bundle: a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines
    path: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// Where the index is kept, instead of the user's cache folder
    #[arg(long, value_name = "PATH")]
    index: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Args) -> anyhow::Result<ExitCode> {
    let options = arguments.trust.options()?;
    let progress = Progress::new();
    let choice = Choice { place: arguments.index.clone(), renews: true };
    let index = Index::open(&arguments.path, &options, &choice, &progress);
    progress.clear();
    let index = index?;
    super::print(&if arguments.json {
        serde_json::to_string(&index.report)? + "\n"
    } else {
        super::text::report(&index.report, &arguments.path)
    })?;
    Ok(ExitCode::from(index.report.exit_code()))
}

//! `probity map`: a mapping for a source, proposed from a look at it.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::import::{Source, propose};

/// Look at a log and propose how its rows become records
///
/// Reads the beginning of a CSV file or of JSON lines, also compressed, and prints a mapping with comments for
/// `probity pack --map`. It is a guess from names and values: check it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to look at; `-` is stdin
    input: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut source = Source::open(&args.input)?;
    let name = source.file_name();
    let survey = propose::survey(&mut source)?;
    if survey.columns.is_empty() {
        let first = survey.faults.1.map_or(String::new(), |reason| format!("; {reason}"));
        anyhow::bail!("{}: no rows that could be looked at{first}", source.name());
    }
    super::print(&propose::propose(&survey, &name))?;
    Ok(ExitCode::SUCCESS)
}

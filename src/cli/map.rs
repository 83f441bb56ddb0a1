//! `probity map`: a mapping for a source, proposed from a look at it.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::import::source::is_stdin;
use crate::import::{MAX_MAPPING_BYTES, Source, propose};

/// Look at a log and propose how its rows become records
///
/// Reads the beginning of a CSV file or of JSON lines, also compressed, and prints a mapping with comments for
/// probity pack --map. It is a guess from names and values: check it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  probity map loans.csv > loans.toml

Exit code: 0 proposed · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    /// The file to look at; - is standard input
    input: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut source = Source::open(&args.input)?;
    let survey = propose::survey(&mut source)?;
    if let Some(trouble) = &survey.trouble {
        anyhow::bail!("{}: {trouble}", source.name());
    }
    let name = if is_stdin(&args.input) { "-".to_owned() } else { source.file_name() };
    let text = propose::propose(&survey, &name);
    if text.len() > MAX_MAPPING_BYTES {
        let columns = survey.columns.len() + survey.unseen;
        anyhow::bail!(
            "{}: a mapping for its {columns} columns is too long: it may have {MAX_MAPPING_BYTES} bytes",
            source.name()
        );
    }
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

//! `probity sample`: investigations to try the program on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};

use super::progress::Progress;
use super::text::grouped;
use crate::bundle::writer::Form;
use crate::record::text::shown;
use crate::sample::{self, MAX_RECORDS, MIN_RECORDS, Request, Story, files, set};

/// Make a sample investigation: the audit log of an invented bank in which something went wrong, or did not
///
/// Beside the bundle stand, under the same name, NAME.truth.json (what happened, which records, why) and NAME.vkey (the
/// log's public key). The same arguments give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity sample -o lending.audit.zip
  probity sample --story drift --records 5000 -o drift.audit.zip

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    /// What happens [default: lending]
    #[arg(long, value_parser = parse_story, value_name = STORIES)]
    story: Option<Story>,
    /// The number of records, about a kilobyte each [default: 20000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(MIN_RECORDS..=MAX_RECORDS))]
    records: Option<u64>,
    /// Another seed gives another log with the same story [default: 1]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// The bundle to write; nothing is overwritten
    #[arg(short, long, value_name = "NAME.audit.zip")]
    output: PathBuf,
    /// Write the bundle as a folder instead of a zip
    #[arg(long)]
    dir: bool,
    /// Write the demonstration set instead, into the folder that --output names: the lending story, a forged copy of
    /// it, a slice of it, and records to import
    #[arg(long, conflicts_with_all = ["story", "records", "seed", "dir"])]
    set: bool,
}

const STORIES: &str = "lending|version|drift|access|adversarial|none";

fn parse_story(name: &str) -> Result<Story, String> {
    let found = Story::ALL.into_iter().find(|story| story.name() == name);
    found.ok_or_else(|| format!("no such story; there are {}", STORIES.replace('|', ", ")))
}

/// Runs it.
#[expect(clippy::needless_pass_by_value, reason = "every subcommand takes its arguments")]
pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    if args.set {
        let written = set::write(&args.output, &progress);
        progress.clear();
        let names: Vec<String> = written?.iter().map(|path| format!("written     {}\n", name(path))).collect();
        super::print(&names.concat())?;
        return Ok(ExitCode::SUCCESS);
    }
    let request = Request {
        story: args.story.unwrap_or(Story::Lending),
        records: args.records.unwrap_or(sample::DEFAULT_RECORDS),
        seed: args.seed.unwrap_or(sample::DEFAULT_SEED),
    };
    let form = if args.dir { Form::Folder } else { Form::Zip };
    let (truth, vkey) = beside(&args.output)?;
    for path in [&truth, &vkey] {
        if path.try_exists().map_err(|error| anyhow!("{}: {}", name(path), crate::os::Plain(&error)))? {
            bail!("{}: exists already, and is not overwritten", name(path));
        }
    }
    let sample = sample::generate(&request, &args.output, form, &progress);
    progress.clear();
    let sample = sample?;
    files::write_new(&truth, files::truth_text(&sample.truth)?.as_bytes())?;
    files::write_new(&vkey, format!("{}\n", sample.vkey).as_bytes())?;
    super::print(&format!(
        "story       {}\nrecords     {}\nbytes       {} of log, {} of bundle\norigin      {}\nwritten     {}\nwritten     {}\nwritten     {}\n",
        request.story.name(),
        grouped(sample.summary.records),
        grouped(sample.summary.raw_bytes),
        grouped(sample.summary.bytes),
        sample.summary.origin,
        name(&args.output),
        name(&truth),
        name(&vkey),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The names of the truth file and of the public key.
fn beside(output: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let Some(whole) = output.file_name().and_then(|name| name.to_str()) else {
        bail!("{}: no name for a file", name(output));
    };
    let stem = [".audit.zip", ".zip", ".audit"].iter().find_map(|ending| whole.strip_suffix(ending)).unwrap_or(whole);
    let stem = if stem.is_empty() { whole } else { stem };
    Ok((output.with_file_name(format!("{stem}.truth.json")), output.with_file_name(format!("{stem}.vkey"))))
}

fn name(path: &Path) -> String {
    shown(&path.display().to_string()).into_owned()
}

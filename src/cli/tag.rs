//! `probity tag`: puts records under a tag, or takes it from them.

use std::process::ExitCode;

use super::bundles::Bundles;
use super::text::{count, grouped};
use super::work::{self, Which};

/// Put records under a tag, in a case
///
/// Without a case the tags are kept as a draft for the bundle; probity case save makes a case of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity tag lending.audit.zip cs-000184 @4711 --tag doubtful --case lending.probity-case
  probity tag lending.probity-case --filter 'result:deny confidence<0.5' --tag near-the-line
  probity query lending.probity-case tag:doubtful

Exit code: 0 done, also where the records had the tag before · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    which: Which,
    /// The tag; may be given several times
    #[arg(long, value_name = "TAG", required = true)]
    tag: Vec<String>,
    /// Take the tag away instead
    #[arg(long)]
    remove: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(!args.which.is_none(), "which records: give ids, or --filter");
    let (evidence, mut case) = work::open_to_write(&args.bundles, "tag")?;
    let records = args.which.find(&evidence)?;
    anyhow::ensure!(!records.is_empty(), "no record passes the filter: nothing is tagged");
    let mut out = String::new();
    for tag in &args.tag {
        let changed = if args.remove { case.untag(tag, &records)? } else { case.tag(tag, &records)? };
        let word = if args.remove { "lost" } else { "got" };
        let changed = grouped(changed as u64);
        out += &format!("{changed} of {} {word} the tag {tag}\n", count(records.len() as u64, "record", "records"));
    }
    super::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

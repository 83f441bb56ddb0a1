//! `probity case journal`: the custody journal, entry by entry.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use super::show;
use crate::case::entry::{Action, Captured, Entry};
use crate::cli::text::{count, grouped};
use crate::cli::work;
use crate::record::text::{shown, shown_short};
use crate::record::time;

/// List the custody journal: who did what, when
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  probity case journal lending.probity-case
  probity case journal lending.probity-case --bundle journal.audit.zip

Exit code: 0 answered · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    /// The case
    case: PathBuf,
    /// Print each entry as JSON, one a line, with the journal it is in and its hash
    #[arg(long)]
    json: bool,
    /// Write the case's own journal as an audit bundle, which every verifier of the format reads
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    bundle: Option<PathBuf>,
}

#[derive(serde::Serialize)]
struct Printed<'c> {
    journal: &'c str,
    is_own: bool,
    id: crate::case::Digest,
    #[serde(flatten)]
    entry: &'c Entry,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let case = work::open(&args.case)?;
    if let Some(out) = &args.bundle {
        case.export_journal(out)?;
        crate::cli::print(&format!("{}\n", shown(&out.display().to_string())))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = String::new();
    for listed in case.entries() {
        let (journal, is_own, id, entry) = (listed.journal, listed.is_own, listed.id, listed.entry);
        if args.json {
            out += &crate::cli::json(&Printed { journal, is_own, id, entry })?;
        } else {
            let other = if is_own { String::new() } else { format!("  [{}]", shown(journal)) };
            let _ = writeln!(
                out,
                "{:<24}  {}  {:<14} {:<9} {}{other}",
                time::shown(entry.timestamp),
                &id.to_string()[..12],
                shown_short(&entry.actor, 14),
                entry.action.name(),
                shown_short(&in_words(&entry.action), 200)
            );
        }
    }
    crate::cli::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// What was done, in a line.
pub(super) fn in_words(action: &Action) -> String {
    let records = |number: usize| count(number as u64, "record", "records");
    match action {
        Action::Tagged { tag, on } => format!("{tag} on {}", records(on.len())),
        Action::Untagged { tag, on, .. } => format!("{tag} from {}", records(on.len())),
        Action::Put { value, .. } => format!("{}: {}", value.name(), show::in_words(value).replace('\n', " ⏎ ")),
        Action::Deleted { item, .. } => item.to_string()[..12].to_owned(),
        Action::Undone { entries } | Action::Redone { entries } => {
            entries.iter().map(|entry| entry.to_string()[..12].to_owned()).collect::<Vec<_>>().join(", ")
        }
        Action::Opened { path, by, .. } => format!("{path} ({by})"),
        Action::Verified { path, verdict, findings, .. } => {
            let verdict: Vec<String> = verdict.iter().map(|(axis, value)| format!("{axis} {value}")).collect();
            format!("{path}: {}; {}", verdict.join(", "), count(findings.values().sum(), "finding", "findings"))
        }
        Action::Exported { filter, records, format, digest, to, .. } => format!(
            "{} as {format} to {to}; filter {}; BLAKE3 {digest}",
            count(*records, "record", "records"),
            if filter.is_empty() { "none" } else { filter }
        ),
        Action::Captured(captured) => {
            let Captured { filter, digest, to, .. } = captured;
            let item =
                captured.item().map(|item| format!("{}; ", show::in_words(&item).replace('\n', "; sidecar BLAKE3 ")));
            format!("{}{to}; filter {filter}; picture BLAKE3 {digest}", item.unwrap_or_default())
        }
        Action::Merged { journals } => {
            let journals: Vec<String> =
                journals.iter().map(|journal| format!("{} up to {}", journal.origin, grouped(journal.size))).collect();
            journals.join(", ")
        }
        Action::Unknown => "by a newer program".to_owned(),
    }
}

//! `probity slice`: the records that pass a filter as a bundle that verifies by itself.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use super::bundles::{Bundles, Filter, against, note};
use super::progress::Progress;
use super::text::{count, grouped, wrap};
use super::work;
use crate::analysis::related::Related;
use crate::index::Choice;
use crate::record::text::shown;
use crate::report::again::Command;
use crate::report::provenance::{Asked, CaseTold, Made, Provenance};
use crate::report::slice::{Sidecar, Slice};

/// Cut the records that pass a filter out of a bundle, with the proof of where they stand in the log
///
/// The slice is a smaller bundle under the original checkpoints: it verifies by itself, and anybody sees how many records were withheld
/// and where. Beside it stands what it is from and how it verified: FILE.provenance.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --related go the reviews and outcomes of the decisions (and the decisions of reviews and outcomes), the deployments, \
change requests, trainings and data sets of the versions that decided, the incidents of the model that are about one of the \
decisions, the erasures of all of these, and the records that say what the log and its systems are. Otherwise a slice holds \
exactly what passes the filter.

A slice proves that its records stand at these places of the log that was signed, and how many leaves were withheld. It does \
not prove that what was withheld are records, nor that none of them passes the filter.

Example:
  probity slice lending.audit.zip 'model:credit-scoring result:deny' --related -o denied.audit.zip

Exit code: 0 written · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    /// Take with them the records that belong to them
    #[arg(long)]
    related: bool,
    /// The file to write; nothing is overwritten
    #[arg(long, short, value_name = "FILE.audit.zip")]
    output: PathBuf,
    /// When the slice is made, as it will say [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let made = Made::at(args.at.as_deref(), &work::author().actor)
        .ok_or_else(|| anyhow::anyhow!("--at: not a time like 2026-03-01T09:30:00Z"))?;
    let (evidence, mut case, (query, selection, related)) =
        args.bundles.ask_case(&Choice::default(), "slice", |evidence| {
            let [log] = evidence.logs() else {
                anyhow::bail!("a slice is cut out of one bundle; give each bundle by itself")
            };
            let (query, selection) = args.filter.select(evidence)?;
            let progress = Progress::new();
            let related = args.related.then(|| Related::of(evidence, log, &selection, &progress)).transpose();
            progress.clear();
            Ok((query, selection, related?))
        })?;
    let [log] = evidence.logs() else { anyhow::bail!("a slice is cut out of one bundle") };
    let filter = query.expr.to_string();
    let again = args
        .bundles
        .trust_again(Command::new("slice").bundles(&evidence))
        .word(&filter)
        .option("--case", args.bundles.case_again())
        .word(if args.related { "--related" } else { "" })
        .option("--at", Some(&made.at))
        .option("--output", args.output.file_name().map(|name| name.to_string_lossy()));
    let options = args.bundles.options()?;
    let asked = Asked::of(&evidence, filter, &selection)?;
    let slice = Slice {
        evidence: &evidence,
        log,
        rows: related.as_ref().map_or(selection.bitmap(), |related| &related.rows),
        related: related
            .iter()
            .flat_map(|related| related.added.iter().map(|(kind, count)| ((*kind).to_owned(), *count)))
            .collect(),
        options: &options,
        provenance: Provenance::of(&evidence, case.as_ref().map(CaseTold::of), made, asked)?,
        again: again.to_string(),
    };
    let progress = Progress::new();
    let written = slice.write(&args.output, &progress);
    progress.clear();
    let written = written?;
    if let Some(case) = &mut case {
        work::on_record(case, |case| case.record(written.action()));
    }
    super::print(&report(&written.told, &args.output))?;
    if let Some(against) = against(&evidence) {
        note(&against);
    }
    Ok(ExitCode::SUCCESS)
}

fn report(told: &Sidecar, output: &std::path::Path) -> String {
    let mut out = String::new();
    let (slice, verified) = (&told.slice, &told.verified);
    let related: u64 = slice.related.values().sum();
    let by_kind: Vec<String> =
        slice.related.iter().map(|(kind, count)| format!("{kind} {}", grouped(*count))).collect();
    let places = count(slice.withheld_at.len() as u64, "place", "places");
    let verdict: Vec<String> = verified.verdict.iter().map(|(axis, word)| format!("{axis} {word}")).collect();
    let under = match verified.complete_to {
        Some(size) => format!(
            "{} as signed under the checkpoint of size {}",
            count(verified.as_signed, "record is", "records are"),
            grouped(size)
        ),
        None if verified.verdict.get("authorship").is_some_and(|word| word == "self_asserted") => {
            "the roots come out, but signed by nobody that you trust: --trust KEY says whom".to_owned()
        }
        None => "under no checkpoint: nothing that was signed says that these records belong to the log".to_owned(),
    };
    for (label, value) in [
        ("records", format!("{} of {}", grouped(slice.records), grouped(slice.log_size))),
        ("passing", format!("{} pass the filter", grouped(slice.records - related))),
        ("related", if by_kind.is_empty() { "none".to_owned() } else { by_kind.join(", ") }),
        ("withheld", format!("{}, in {places}", count(slice.withheld, "leaf", "leaves"))),
        ("proven", under),
        ("verdict", verdict.join(", ")),
        ("SHA-256", told.file.sha256.to_string()),
        ("written", shown(&output.display().to_string()).into_owned()),
    ] {
        let _ = writeln!(out, "{label:<12}{value}");
    }
    out.push_str("\nNOT PROVEN\n");
    for said in &verified.not_proven {
        wrap(&mut out, 2, said);
    }
    out
}

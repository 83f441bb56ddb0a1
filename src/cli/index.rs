//! `probity index`: makes the index of a bundle, and says what the bundle's verification came to.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use super::bundles::Bundles;
use super::text::{self, grouped};
use crate::index::{Choice, Index};
use crate::integrity::Report;
use crate::record::text::shown;

/// Make the index of a bundle: verify it once, and answer every question from then on at once
///
/// The other commands make the index that they need by themselves; this one also makes it anew where the bundle changed.
/// An index holds nothing that is not in the bundle and can be deleted at any time. One that is damaged is made anew by whatever
/// command finds that out, with a note; one at a place that was chosen (--index) only if it is of this bundle, or with
/// --rebuild.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --json: {\"index\":{…},\"report\":{…}}, the report as verify prints it; with --with one such object a line.

Example:
  probity index lending.audit.zip --trust lending.vkey

Exit code, of several bundles the worst: 0 nothing speaks against it · 1 something does · 2 wrong use, or the input \
could not be read · 3 there is nothing to check against")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    /// Make the index anew whatever is there, also where --index names that of another bundle; a file that is no index is left
    /// alone
    #[arg(long)]
    rebuild: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let choice = Choice { renews: true, rebuilds: args.rebuild, ..Choice::default() };
    let (evidence, ()) = args.bundles.ask(&choice, "index", |_| Ok(()))?;
    let mut out = String::new();
    let mut codes = Vec::new();
    for (n, log) in evidence.logs().iter().enumerate() {
        let index = &log.index;
        let made = Made {
            path: index.path().display().to_string(),
            is_new: index.is_new,
            bytes: std::fs::metadata(index.path()).map_or(0, |meta| meta.len()),
            records: index.rows,
            fields: index.fields.iter().filter(|field| !field.is_alias).count(),
        };
        if args.json {
            out += &super::json(&Printed { index: made, report: &index.report })?;
        } else {
            if n > 0 {
                out.push_str("\n\n");
            }
            out += &text::report(&index.report, index.bundle());
            told(&mut out, index, &made);
        }
        codes.push(index.report.exit_code());
    }
    super::print(&out)?;
    // That something speaks against a bundle weighs more than that nothing could be checked.
    let worst = [1, 3].into_iter().find(|code| codes.contains(code)).unwrap_or(0);
    Ok(ExitCode::from(worst))
}

/// What was made.
#[derive(Serialize)]
struct Made {
    path: String,
    is_new: bool,
    bytes: u64,
    records: u32,
    fields: usize,
}

#[derive(Serialize)]
struct Printed<'a> {
    index: Made,
    report: &'a Report,
}

fn told(out: &mut String, index: &Index, made: &Made) {
    let state = if made.is_new { "new" } else { "was there, and is up to date" };
    out.push_str("\nINDEX\n");
    for (label, value) in [
        ("state", state.to_owned()),
        ("rows", format!("{}, one a line of the log", grouped(made.records.into()))),
        ("fields", grouped(made.fields as u64)),
        ("size", format!("{} bytes", grouped(made.bytes))),
        ("file", shown(&index.path().display().to_string()).into_owned()),
    ] {
        let _ = writeln!(out, "  {label:<8}{value}");
    }
}

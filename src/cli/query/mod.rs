//! `probity query`: the records that pass a filter, printed. Rows are chosen and put in order by the index; what is printed
//! of them is read from the bundles again and hashed again.

mod formats;
mod out;
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::bundles::{Bundles, Filter, against, field, names, note};
use super::forms::Form;
use super::progress::Progress;
use super::text::{count, grouped};
use super::work;
use crate::bundle::reading::Unwatched;
use crate::case::Case;
use crate::case::entry::{Action, BundleRef};
use crate::columns::Selection;
use crate::evidence::{Evidence, SortKey};
use crate::index::Choice;
use crate::query::Query;
use crate::record::text::shown_short;
use crate::report::again::Command;
use crate::report::export::{self, Export};
use crate::report::provenance::{Asked as AskedFor, CaseTold, Made, Provenance};
use crate::report::rows::{ColumnError, OutputColumn, Rows, named, resolve, usual};
use formats::Format;

/// Print the records that pass a filter
///
/// Every record is printed unless --limit says otherwise. Each is read from the bundle again and hashed again: a bundle
/// that changed after it was indexed is refused. Standard error says how many records there are, how many of them are
/// damaged, and what speaks against the bundle.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Columns are fields of the filter language (probity fields lists them), and these of the record itself: seq, time (UTC), \
kind, id, log and bundle (the name of the log and the digest of the bundle that hold it), and line_state (intact, invalid, \
altered, unreadable: how its line hashes). A member that is called one of these is asked for in quotes: '\"seq\"'. Without \
--columns there are seq, time, kind, id and what records of the kinds found have; line_state too where a record is damaged, \
log where the bundles are of several logs, and bundle where two bundles disagree.

--sort puts values in the order of their field: numbers by size, versions and times as filters compare them, and what reads \
as none of these behind, by its characters; records without a value come last, those of equal values in the order of the \
log. Several bundles (--with) are one timeline: without --sort, and where values are equal, their records are in the order \
of their times, those of one time by log, then by seq; records without a time come last. The order of the paths has no part \
in it.

In a table, characters that do not show are spelled out and long cells cut. The others are for files and programs: csv \
(RFC 4180) holds texts, those of a list with commas between; json tells types and lists apart, and what stands in the \
elements of a list is a list, also where it is one; jsonl holds the bytes of each record as they are in the bundle, line by \
line.

Examples:
  probity query lending.audit.zip 'result:deny confidence<0.6' --sort confidence,-time --limit 20
  probity query lending.audit.zip 'result:deny version:2.4.0' -o denied.xlsx

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or something could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    /// Print the number of records and nothing else
    #[arg(long, conflicts_with_all = ["columns", "sort", "limit", "format", "json"])]
    count: bool,
    /// What to print of each record, with commas between
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    columns: Vec<String>,
    /// Order of the records: fields with commas between, - before one that descends [default: that of the log; of several bundles, by time, log, seq]
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Print so many records at most
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    form: Form<Format>,
    /// Write them into a new file (.csv, .jsonl, .json or .xlsx), and beside it where they are from: FILE.provenance.json
    #[arg(long, short, value_name = "FILE", conflicts_with = "count")]
    output: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let into = args.output.as_deref().map(|path| Ok::<_, anyhow::Error>((path, form_of(args, path)?))).transpose()?;
    let has_columns = into.map_or(args.form.chosen() != Format::Jsonl, |(_, form)| form.has_columns());
    anyhow::ensure!(
        has_columns || args.columns.is_empty(),
        "--columns: jsonl prints the records as they are; columns are for --format table, csv, json and xlsx"
    );
    anyhow::ensure!(
        into.is_some() || args.form.chosen() != Format::Xlsx,
        "--format xlsx: a workbook is a file; --output FILE.xlsx says which"
    );
    #[cfg(feature = "parquet")]
    anyhow::ensure!(
        into.is_some() || args.form.chosen() != Format::Parquet,
        "--format parquet: Parquet is a file; --output FILE.parquet says which"
    );
    let (evidence, mut case, asked) = args
        .bundles
        .ask_case(&Choice::default(), "query", |evidence| ask(args, evidence, into.map(|(_, form)| form)))?;
    let Asked { query, selection, printed } = asked;
    let Some(printed) = printed else {
        super::print(&format!("{}\n", selection.count()))?;
        if let Some(against) = against(&evidence) {
            note(&against);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let (unprinted, exported) = match into {
        Some((path, form)) => {
            let told = export(args, &evidence, case.as_ref(), (&query, &selection), (printed, form), path)?;
            (told.told.content.left_out, told.action())
        }
        None => to_stdout(&evidence, &query, &printed.rows, &printed.columns, args.form.chosen())?,
    };
    if let Some(case) = &mut case {
        work::on_record(case, |case| case.record(exported));
    }
    if unprinted > 0 {
        note(&format!("{} no record and cannot be printed as jsonl", count(unprinted, "line holds", "lines hold")));
    }
    if selection.count() == 0 {
        for part in empty_parts(&evidence, &query)? {
            note(&format!("no record at all passes {part}"));
        }
    }
    summary(&evidence, &selection, args.limit)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints rows; says how many lines hold nothing that could be printed, and what the journal says of it.
fn to_stdout(
    evidence: &Evidence,
    query: &Query,
    rows: &Rows,
    columns: &[OutputColumn],
    format: Format,
) -> anyhow::Result<(u64, Action)> {
    let out = out::print(evidence, rows, columns, format)?;
    let exported = Action::Exported {
        bundles: evidence.logs().iter().map(|log| BundleRef::of(&log.index.report, log.index.bundle())).collect(),
        filter: query.expr.to_string(),
        records: u64::from(rows.count()) - out.unprinted,
        format: format.name().to_owned(),
        digest: out.digest,
        sidecar: None,
        to: if out.is_whole { "standard output" } else { "standard output, which was closed before the end" }
            .to_owned(),
    };
    Ok((out.unprinted, exported))
}

/// The form of a file: the one that was asked for, or the one that its name says.
fn form_of(args: &Args, path: &Path) -> anyhow::Result<export::Form> {
    let forms: Vec<&str> = export::Form::ALL.iter().map(|form| form.name()).collect();
    let forms = forms.join(", ");
    match args.form.given() {
        Some(format) => format.of_file().ok_or_else(|| {
            anyhow::anyhow!("--format {}: this is no form for a file; there are {forms}", format.name())
        }),
        None => export::Form::of_name(path).ok_or_else(|| {
            anyhow::anyhow!("{}: the name says no form; let it end in one of {forms}, or give --format", path.display())
        }),
    }
}

/// Writes rows into a file.
fn export(
    args: &Args,
    evidence: &Evidence,
    case: Option<&Case>,
    (query, selection): (&Query, &Selection),
    (printed, form): (Printed, export::Form),
    path: &Path,
) -> anyhow::Result<export::Exported> {
    let filter = query.expr.to_string();
    let columns: Vec<String> = printed.columns.iter().map(|column| column.name.clone()).collect();
    let sort = names(&args.sort);
    let again = args
        .bundles
        .trust_again(Command::new("query").bundles(evidence))
        .word(&filter)
        .option("--case", args.bundles.case_again())
        .list("--columns", if form.has_columns() { &columns } else { &[] })
        .list("--sort", &sort)
        .option("--limit", args.limit)
        .option("--output", path.file_name().map(|name| name.to_string_lossy()));
    let query = AskedFor::of(evidence, filter, selection)?;
    let export = Export {
        evidence,
        rows: &printed.rows,
        columns: &printed.columns,
        form,
        sort,
        provenance: Provenance::of(evidence, case.map(CaseTold::of), Made::now(&work::author().actor), query)?,
        again: again.to_string(),
    };
    let progress = Progress::new();
    let written = export.write(path, &progress);
    progress.clear();
    let written = written?;
    note(&format!(
        "{}: {}, {} bytes, SHA-256 {}; where they are from: {}",
        path.display(),
        count(written.told.content.records, "record", "records"),
        grouped(written.file.bytes),
        written.file.sha256,
        written.sidecar.name
    ));
    Ok(written)
}

/// Says that an error is about the columns that were asked for.
fn named_by_columns(error: ColumnError) -> anyhow::Error {
    match error {
        // An index that cannot be read is known by its type, and made anew.
        ColumnError::Evidence(error) => error.into(),
        ColumnError::Name { name, why } => anyhow::anyhow!("--columns {}: {why}", shown_short(&name, 80)),
        error @ (ColumnError::Nameless | ColumnError::Twice(_)) => anyhow::anyhow!("--columns: {error}"),
    }
}

/// What there is to print.
struct Asked {
    query: Query,
    selection: Selection,
    /// `None` where it is the count alone.
    printed: Option<Printed>,
}

/// The rows to print, and what of them.
struct Printed {
    rows: Rows,
    columns: Vec<OutputColumn>,
}

/// Everything that is asked of the indexes, before anything is printed.
fn ask(args: &Args, evidence: &Evidence, into: Option<export::Form>) -> anyhow::Result<Asked> {
    let keys = sort_keys(evidence, &names(&args.sort))?;
    let asked = named(evidence, &names(&args.columns)).map_err(named_by_columns)?;
    let (query, selection) = args.filter.select(evidence)?;
    if args.count {
        return Ok(Asked { query, selection, printed: None });
    }
    let ordered = order(evidence, &selection, &keys)?;
    let rows = Rows::new(&selection, ordered, args.limit);
    let has_columns = into.map_or(args.form.chosen() != Format::Jsonl, export::Form::has_columns);
    let columns = match (has_columns, asked.is_empty()) {
        (false, _) => Vec::new(),
        (true, true) => usual(evidence, &selection).map_err(named_by_columns)?,
        (true, false) => asked,
    };
    let is_typed = into.map_or(args.form.chosen() == Format::Json, export::Form::is_typed);
    let progress = Progress::new();
    let columns = resolve(evidence, columns, is_typed, &progress);
    progress.clear();
    let columns = columns.map_err(named_by_columns)?;
    evidence.check(rows.selection())?;
    Ok(Asked { query, selection, printed: Some(Printed { rows, columns }) })
}

/// Reads the keys of an order.
fn sort_keys(evidence: &Evidence, names: &[String]) -> anyhow::Result<Vec<SortKey>> {
    let key = |name: &String| {
        let (name, descends) = name.strip_prefix('-').map_or((name.as_str(), false), |name| (name, true));
        Ok(SortKey { field: field(evidence, "--sort", name)?, descends })
    };
    names.iter().map(key).collect()
}

/// The rows in the order asked for; `None` where that is the one in which they are.
fn order(evidence: &Evidence, selection: &Selection, keys: &[SortKey]) -> anyhow::Result<Option<Vec<u32>>> {
    let progress = Progress::new();
    let order = match keys {
        [] => evidence.merged(selection, &progress),
        keys => evidence.sort(selection, keys, &progress).map(Some),
    };
    progress.clear();
    Ok(order?)
}

/// Of a filter that nothing passes, the conditions that nothing passes by themselves: where there are several, those are
/// the ones to look at.
fn empty_parts(evidence: &Evidence, query: &Query) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    for chip in query.chips.iter().filter(|_| query.chips.len() > 1) {
        if evidence.select(&chip.expr, &Unwatched)?.count() == 0 {
            out.push(chip.expr.to_string());
        }
    }
    Ok(out)
}

/// The last line: how many records there are, and what is wrong with them and the bundle.
fn summary(evidence: &Evidence, selection: &Selection, limit: Option<u32>) -> anyhow::Result<()> {
    let found = selection.count();
    let all = grouped(evidence.records()?.into());
    let mut line = match limit {
        Some(limit) if limit < found => {
            format!("the first {} of {} found, of {all} records", grouped(limit.into()), grouped(found.into()))
        }
        _ => format!("{} of {all} records", grouped(found.into())),
    };
    let states = evidence.states()?;
    let damaged = selection.iter().filter(|row| states.get(*row as usize).is_some_and(|state| *state > 0)).count();
    if damaged > 0 {
        line.push_str(&format!("; {} damaged", count(damaged as u64, "of them is", "of them are")));
    }
    if let Some(against) = against(evidence) {
        line.push_str(&format!("; {against}"));
    }
    let _ = writeln!(std::io::stderr(), "{}", crate::record::text::shown(&line));
    Ok(())
}

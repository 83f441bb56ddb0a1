//! `probity query`: the records that pass a filter, printed. Rows are chosen and put in order by the index; what is printed
//! of them is read from the bundles again and hashed again.

mod cells;
mod choose;
mod formats;
mod json;
mod merge;
mod raw;
mod read;
mod spill;
mod table;

use std::io::Write as _;
use std::process::ExitCode;

use super::bundles::{Bundles, Filter, against, field, names, note};
use super::forms::Form;
use super::progress::Progress;
use super::text::{count, grouped};
use super::work;
use crate::bundle::reading::{Unwatched, Watch};
use crate::case::Digest;
use crate::case::entry::{Action, BundleRef};
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, SortKey};
use crate::index::Choice;
use crate::query::{Field, Query};
use cells::OutputColumn;
use formats::{Format, Sink};
use read::Ended;

/// Print the records that pass a filter
///
/// Every record is printed unless --limit says otherwise. Each is read from the bundle again and hashed again: a bundle
/// that changed after it was indexed is refused. Standard error says how many records there are, how many of them are
/// damaged, and what speaks against the bundle.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Columns are fields of the filter language (probity fields lists them), and these of the record itself: seq, time (UTC),
kind, id, log and bundle (the name of the log and the digest of the bundle that hold it), and line_state (intact, invalid, altered, unreadable: how its line hashes). A member that is called one of these is
asked for in quotes: '\"seq\"'. Without --columns there are seq, time, kind, id and what records of the kinds found have;
line_state too where a record is damaged, log where the bundles are of several logs, and bundle where two bundles disagree.

--sort puts values in the order of their field: numbers by size, versions and times as filters compare them, and what reads
as none of these behind, by its characters; records without a value come last, those of equal values in the order of the log.
Several bundles (--with) are one timeline: without --sort, and where values are equal, their records are in the order of their
times, those of one time by log, then by seq; records without a time come last. The order of the paths has no part in it.

In a table, characters that do not show are spelled out and long cells cut. The others are for files and programs: csv
(RFC 4180) holds texts, those of a list with commas between; json tells types and lists apart, and
what stands in the elements of a list is a list, also where it is one; jsonl holds the bytes of
each record as they are in the bundle, line by line.

Example:
  probity query lending.audit.zip 'result:deny confidence<0.6' --sort confidence,-time --limit 20

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 no answer")]
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
    /// Order of the records: fields with commas between, `-` before one that descends [default: that of the log; of several bundles, by time, log, seq]
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Print so many records at most
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    form: Form<Format>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        args.form.chosen() != Format::Jsonl || args.columns.is_empty(),
        "--columns: jsonl prints the records as they are; columns are for --format table, csv and json"
    );
    let (evidence, mut case, asked) =
        args.bundles.ask_case(&Choice::default(), "query", |evidence| ask(args, evidence))?;
    let Asked { query, selection, printed } = asked;
    let Some(Printed { rows, order, columns }) = printed else {
        super::print(&format!("{}\n", selection.count()))?;
        if let Some(against) = against(&evidence) {
            note(&against);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let (unprinted, out) = print(&evidence, &rows, order.as_deref(), &columns, args.form.chosen())?;
    if let Some(case) = &mut case {
        let exported = Action::Exported {
            bundles: evidence.logs().iter().map(|log| BundleRef::of(&log.index.report, log.index.bundle())).collect(),
            filter: query.expr.to_string(),
            records: u64::from(rows.count()) - unprinted,
            format: args.form.chosen().name().to_owned(),
            digest: out.digest,
            to: if out.is_whole { "standard output" } else { "standard output, which was closed before the end" }
                .to_owned(),
        };
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

/// What there is to print.
struct Asked {
    query: Query,
    selection: Selection,
    /// `None` where it is the count alone.
    printed: Option<Printed>,
}

/// The rows to print, and what of them.
struct Printed {
    rows: Selection,
    /// `None` where it is that of the rows.
    order: Option<Vec<u32>>,
    columns: Vec<OutputColumn>,
}

/// Everything that is asked of the indexes, before anything is printed.
fn ask(args: &Args, evidence: &Evidence) -> anyhow::Result<Asked> {
    let keys = sort_keys(evidence, &names(&args.sort))?;
    let named = choose::named(evidence, &names(&args.columns))?;
    let (query, selection) = args.filter.select(evidence)?;
    if args.count {
        return Ok(Asked { query, selection, printed: None });
    }
    let ordered = order(evidence, &selection, &keys)?;
    let (rows, order) = limited(&selection, ordered, args.limit);
    let columns = match (args.form.chosen(), named) {
        (Format::Jsonl, _) => Vec::new(),
        (_, Some(named)) => choose::resolve(evidence, named, args.form.chosen())?,
        (_, None) => choose::resolve(evidence, choose::usual(evidence, &selection)?, args.form.chosen())?,
    };
    evidence.check(&rows)?;
    Ok(Asked { query, selection, printed: Some(Printed { rows, order, columns }) })
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

/// The rows to print, and their order where it is not that of the log.
fn limited(selection: &Selection, order: Option<Vec<u32>>, limit: Option<u32>) -> (Selection, Option<Vec<u32>>) {
    let most = limit.unwrap_or(u32::MAX).min(selection.count());
    let length = selection.bitmap().len();
    match order {
        Some(mut order) => {
            order.truncate(most as usize);
            let mut rows = Bitmap::none(length);
            order.iter().for_each(|row| rows.set(*row, true));
            // Times mostly ascend with the log.
            let order = if order.is_sorted() { None } else { Some(order) };
            (Selection::new(rows), order)
        }
        None if most < selection.count() => {
            (Selection::new(Bitmap::from_rows(length, selection.iter().take(most as usize))), None)
        }
        None => (selection.clone(), None),
    }
}

/// What went out.
struct Out {
    /// BLAKE3 of it.
    digest: Digest,
    /// Whether its reader took all of it.
    is_whole: bool,
}

/// Prints rows; says how many lines hold nothing that could be, and what went out.
fn print(
    evidence: &Evidence,
    rows: &Selection,
    order: Option<&[u32]>,
    columns: &[OutputColumn],
    format: Format,
) -> anyhow::Result<(u64, Out)> {
    use std::io::IsTerminal as _;
    let mut hasher = blake3::Hasher::new();
    let mut sink = Sink::new(Hashed { out: std::io::stdout().lock(), hasher: &mut hasher }, format, columns);
    let progress = Progress::new();
    // On a terminal the records themselves are what moves.
    let watch: &dyn Watch = if std::io::stdout().is_terminal() { &Unwatched } else { &progress };
    let mut unprinted = 0;
    let mut print = || -> Result<(), Ended> {
        sink.begin()?;
        match order {
            None => read::read(evidence, rows, columns, format, watch, |made| {
                unprinted += u64::from(made.unprinted);
                sink.write(&made.bytes)
            })?,
            Some(order) if merge::is_merge(evidence, order) => {
                unprinted +=
                    merge::merge(evidence, rows, order, columns, format, watch, &mut |bytes| sink.write(bytes))?;
            }
            Some(order) => {
                let mut spill = spill::Spill::new(order.len(), read::estimate(evidence, rows));
                let places = places(rows, order);
                read::read(evidence, rows, columns, format, watch, |made| {
                    unprinted += u64::from(made.unprinted);
                    let mut start = 0;
                    for (row, end) in &made.ends {
                        let place = rows.position(*row).and_then(|at| places.get(at as usize).copied());
                        spill.put(place.unwrap_or_default(), &made.bytes[start..*end])?;
                        start = *end;
                    }
                    Ok(())
                })?;
                spill.drain(&mut |bytes| sink.write(bytes))?;
            }
        }
        sink.end()
    };
    let ended = print();
    progress.clear();
    drop(sink);
    let out = |is_whole| Out { digest: Digest(*hasher.finalize().as_bytes()), is_whole };
    match ended {
        Ok(()) => Ok((unprinted, out(true))),
        // Whoever read it has seen enough.
        Err(Ended::Gone) => Ok((unprinted, out(false))),
        Err(Ended::Trouble(error)) => Err(error),
    }
}

/// Hashes what is written.
struct Hashed<'h, W> {
    out: W,
    hasher: &'h mut blake3::Hasher,
}

impl<W: std::io::Write> std::io::Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// For each row, in log order, its place in an order.
fn places(rows: &Selection, order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, row) in (0..).zip(order) {
        if let Some(at) = rows.position(*row) {
            places[at as usize] = place;
        }
    }
    places
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

/// Names what a column is about, for those that are no field.
fn own(name: &str) -> Option<cells::Source> {
    match name {
        "seq" => Some(cells::Source::Seq),
        "time" => Some(cells::Source::Time),
        "line_state" => Some(cells::Source::State),
        _ => None,
    }
}

/// A column that was asked for.
struct Named {
    name: String,
    /// `None` for what is of the record itself.
    field: Option<Field>,
}

//! `probity timeline`: what happened, in the order of time. Every record that is no decision, outcome or heartbeat is an event;
//! decisions come as their density.

mod events;
mod forms;
mod table;

use std::io::Write as _;
use std::process::ExitCode;

use clap::ValueEnum;

use super::bundles::{Bundles, Filter, against};
use super::forms::{Form, Listed};
use super::progress::Progress;
use super::range::{Ends, Limits, Range};
use super::text::{count, grouped};
use crate::analysis::Instant;
use crate::analysis::access::{Accesses, Signal, out_of_pattern};
use crate::bundle::reading::Unwatched;
use crate::columns::{Bitmap, Histogram, Selection};
use crate::evidence::{Evidence, EvidenceError, SortKey};
use crate::index::Choice;
use crate::query::{self, Alias, Expr, Field, Unknown};
use events::Events;

/// Print what happened, in the order of time
///
/// Every record that is not a decision, an outcome or a heartbeat is an event and has its line: deployments with what their
/// approvals come to, incidents, access, reviews, changes and so on. Decisions are told by how many there are in stretches of time
/// of one length, a power of two of nanoseconds. In the table, accesses, reviews and measured values next to each other are one line a
/// kind, unless --all asks for each.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Times are UTC. Records are in the order of the times that they state, those of one time in the order of the log; those without \
a time that can be placed come last.

With --format csv: what (event or decisions), from, to, log, seq, kind, count, text, signals, damage. With --format json: \
one object.

Examples:
  probity timeline lending.audit.zip
  probity timeline lending.audit.zip kind:deployment --from 2026-04-15 --to 2026-05-01
  probity timeline lending.audit.zip kind:access --from 2026-04-17 --to 2026-04-19 --all

Exit code: 0 answered, also where nothing passes or the bundle is damaged · 2 wrong use, or the input could not be read")]
pub(super) struct Args {
    #[command(flatten)]
    bundles: Bundles,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    range: Range,
    /// Tell decisions in at most so many stretches of time
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    buckets: u32,
    /// In the table, a line for every access, review and measured value
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    form: Form<Shape>,
}

/// The forms of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// By day, for people
    Table,
    /// One object
    Json,
    /// Comma-separated values with a header (RFC 4180), lines ending in CR LF
    Csv,
}

impl Listed for Shape {
    const USUAL: Self = Self::Table;
    const JSON: Self = Self::Json;
}

/// What there is to print.
struct Timeline {
    /// The filter, as it was understood.
    filter: String,
    /// From when to when it was asked for.
    ends: Ends,
    /// Rows of events in the order of time; those without one last.
    rows: Vec<u32>,
    /// What of accesses is out of pattern, by row.
    signals: std::collections::HashMap<u32, Vec<Signal>>,
    /// How decisions spread.
    density: Histogram,
    /// Records that pass the filter and are no events.
    decisions: u32,
    outcomes: u32,
    heartbeats: u32,
}

/// Decisions in a stretch of time: the first instant, the first one after, and how many.
struct Bucket {
    from: Instant,
    to: Instant,
    decisions: u32,
}

impl Timeline {
    /// Whether a time is in the stretch that was asked for; what has none is in no stretch.
    fn is_asked(&self, at: Option<Instant>) -> bool {
        let (from, to) = self.ends;
        match at {
            Some(Instant(at)) => from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to),
            None => self.ends == (None, None),
        }
    }

    /// The stretches with decisions.
    fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let (start, width) = (self.density.start, i128::from(self.density.width()));
        (0_i128..).zip(&self.density.filtered).filter(|(_, decisions)| **decisions > 0).map(move |(n, decisions)| {
            let at = |nanos: i128| Instant(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }));
            // Those at the ends of what was asked for hold nothing beyond it.
            let (from, to) = (at(start + n * width), at(start + (n + 1) * width));
            let from = self.ends.0.map_or(from, |first| from.max(Instant(first)));
            let to = self.ends.1.map_or(to, |end| to.min(Instant(end)));
            Bucket { from, to, decisions: *decisions }
        })
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (ends, thresholds) = (args.range.read()?, args.limits.read()?);
    let (evidence, timeline) = args.bundles.ask(&Choice::default(), "timeline", |evidence| {
        let (query, selection) = args.filter.select(evidence)?;
        let progress = Progress::new();
        let timeline = ask(evidence, &query.expr, &selection, ends, args.buckets, &thresholds, &progress);
        // What events say is read while they are printed, out of columns that are made here.
        let warm = Events::of(evidence, &progress).map(drop);
        progress.clear();
        warm?;
        Ok(timeline?)
    })?;
    let events = Events::of(&evidence, &Unwatched)?;
    match args.form.chosen() {
        Shape::Table => table::print(&evidence, &timeline, &events, args.all)?,
        Shape::Json => forms::json(&evidence, &timeline, &events)?,
        Shape::Csv => forms::csv(&evidence, &timeline, &events)?,
    }
    summary(&evidence, &timeline)?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that is asked of the evidence.
fn ask(
    evidence: &Evidence,
    filter: &Expr,
    selection: &Selection,
    (from, to): Ends,
    buckets: u32,
    thresholds: &crate::analysis::thresholds::Thresholds,
    watch: &dyn crate::bundle::reading::Watch,
) -> Result<Timeline, EvidenceError> {
    let is_within = |row: &u32| match evidence.times().nanos(*row) {
        Some(at) => from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to),
        // What has no time is in no stretch of time.
        None => (from, to) == (None, None),
    };
    let rows = Bitmap::from_rows(evidence.rows(), selection.iter().filter(is_within));
    let of = |text: &str| -> Result<Bitmap, EvidenceError> {
        let mut out = match query::parse(text, &Unknown) {
            Ok(query) => evidence.select(&query.expr, watch)?.bitmap().clone(),
            Err(_) => Bitmap::none(evidence.rows()),
        };
        out.and(&rows);
        Ok(out)
    };
    let (decisions, outcomes) = (of("kind:decision")?, of("kind:outcome")?);
    let heartbeats = of("kind:log event:heartbeat")?;
    let mut events = rows.clone();
    [&decisions, &outcomes, &heartbeats].into_iter().for_each(|other| events.and_not(other));
    let extent = || {
        let times = decisions.iter().filter_map(|row| evidence.times().nanos(row));
        times.fold(None, |extent: Option<(i64, i64)>, at| {
            let (first, last) = extent.unwrap_or((at, at));
            Some((first.min(at), last.max(at)))
        })
    };
    let range = match (from, to.map(|to| to.saturating_sub(1))) {
        (Some(from), Some(last)) => Some((from, last)),
        (from, last) => extent().map(|(first, end)| (from.unwrap_or(first), last.unwrap_or(end))),
    };
    // Without a decision there is nothing to spread.
    let range = range.or(Some((0, -1)));
    let density = evidence.histogram(&Selection::new(decisions.clone()), range, buckets);
    let accesses = Accesses::of(evidence, thresholds, watch)?;
    let mut signals: std::collections::HashMap<u32, Vec<Signal>> = std::collections::HashMap::new();
    for finding in out_of_pattern(&accesses, thresholds).findings {
        for row in finding.rows.iter().filter(|row| events.contains(**row)) {
            let of_row = signals.entry(*row).or_default();
            if !of_row.contains(&finding.kind) {
                of_row.push(finding.kind);
            }
        }
    }
    let time = Alias::find("time").map(|alias| SortKey { field: Field::Alias(alias), descends: false });
    let keys: Vec<SortKey> = time.into_iter().collect();
    let counts = [decisions.count(), outcomes.count(), heartbeats.count()];
    let rows = evidence.sort(&Selection::new(events), &keys, watch)?;
    let [decisions, outcomes, heartbeats] = counts;
    let filter = filter.to_string();
    Ok(Timeline { filter, ends: (from, to), rows, signals, density, decisions, outcomes, heartbeats })
}

/// The last line: how much there is, and what speaks against the bundle.
fn summary(evidence: &Evidence, timeline: &Timeline) -> anyhow::Result<()> {
    let all = grouped(evidence.records()?.into());
    let events = count(timeline.rows.len() as u64, "event", "events");
    let decisions = count(timeline.decisions.into(), "decision", "decisions");
    let outcomes = count(timeline.outcomes.into(), "outcome", "outcomes");
    let heartbeats = count(timeline.heartbeats.into(), "heartbeat", "heartbeats");
    let mut line = format!("{events} and {decisions} of {all} records; {outcomes} and {heartbeats} are not listed");
    if let Some(against) = against(evidence) {
        line.push_str(&format!("; {against}"));
    }
    // Nobody is left to be told where it is closed.
    let _ = writeln!(std::io::stderr(), "{}", crate::record::text::shown(&line));
    Ok(())
}

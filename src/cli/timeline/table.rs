//! A timeline for people: by day, a line an event. Accesses, reviews and measured values between two other lines are one line a kind,
//! unless each is asked for.

use std::fmt::Write as _;
use std::iter::Peekable;

use super::events::Events;
use super::{Bucket, Timeline};
use crate::analysis::Instant;
use crate::analysis::access::Signal;
use crate::analysis::bundles::{Missing, reservations};
use crate::cli::text::{count, grouped, labelled};
use crate::evidence::Evidence;
use crate::record::Kind;
use crate::record::text::{shown, shown_short};

/// Bytes that are written at once.
const CHUNK: usize = 1 << 16;

/// Columns of the bar of the fullest stretch of time.
const BAR: u64 = 24;

/// What is folded.
fn is_folded(kind: Kind) -> bool {
    matches!(kind, Kind::Access | Kind::Review | Kind::Monitor)
}

/// Records of one kind between two lines of others.
#[derive(Default)]
struct Fold {
    records: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    /// How many are out of pattern in which way.
    signals: std::collections::BTreeMap<Signal, u64>,
}

/// What is printed, and where it stands.
struct Page<'a> {
    timeline: &'a Timeline,
    out: String,
    /// The day of the last line; empty behind the last day.
    day: Option<String>,
    folds: [(Kind, Fold); 3],
    most: u64,
}

/// What stands between events, each in the order of time.
struct Between<B: Iterator<Item = Bucket>, M: Iterator<Item = Missing>> {
    buckets: Peekable<B>,
    missing: Peekable<M>,
}

/// Prints it.
pub(super) fn print(evidence: &Evidence, timeline: &Timeline, events: &Events<'_>, is_all: bool) -> anyhow::Result<()> {
    let most = timeline.density.filtered.iter().copied().max().unwrap_or_default();
    let folds = [Kind::Access, Kind::Review, Kind::Monitor].map(|kind| (kind, Fold::default()));
    let mut page = Page { timeline, out: String::new(), day: None, folds, most: u64::from(most.max(1)) };
    page.out.push_str("Times are UTC.\n");
    let mut missing = Missing::of(evidence);
    missing.retain(|missing| timeline.is_asked(missing.at));
    let mut between = Between { buckets: timeline.buckets().peekable(), missing: missing.into_iter().peekable() };
    for row in &timeline.rows {
        let at = evidence.times().nanos(*row).map(Instant);
        page.between(evidence, &mut between, at);
        let kind = events.kind(*row);
        if is_folded(kind) && !is_all && at.is_some() && !events.stands_out(*row) {
            page.fold(kind, at, *row);
        } else {
            page.event(events, at, evidence.seqs().seq(*row), *row);
        }
        if page.out.len() >= CHUNK {
            crate::cli::print(&page.out)?;
            page.out.clear();
        }
    }
    page.between(evidence, &mut between, None);
    between.missing.for_each(|missing| page.missing(evidence, &missing));
    page.unfold();
    if timeline.rows.is_empty() && timeline.decisions == 0 {
        page.out.push_str("Nothing happened that passes the filter.\n");
    }
    let reservations = reservations(evidence, events.damaged());
    if !reservations.is_empty() {
        page.out.push_str("\nNOT DETERMINABLE\n");
        reservations.iter().for_each(|line| labelled(&mut page.out, "  -", 4, &shown(line)));
    }
    crate::cli::print(&page.out)
}

/// Day and time of day of an instant.
fn split(at: Instant) -> (String, String) {
    let text = at.to_string();
    let (day, time) = text.trim_end_matches('Z').split_once('T').unwrap_or((&text, ""));
    (day.to_owned(), time.to_owned())
}

impl Page<'_> {
    /// The heading of a day, where another one begins. What was folded belongs to the day before.
    fn day(&mut self, at: Option<Instant>) {
        let day = at.map_or_else(String::new, |at| split(at).0);
        if self.day.as_ref() == Some(&day) {
            return;
        }
        self.unfold();
        let heading = if day.is_empty() { "Without a time that can be placed" } else { &day };
        let _ = write!(self.out, "\n{heading}");
        if let Ok(date) = day.parse::<chrono::NaiveDate>() {
            let _ = write!(self.out, " {}", date.format("%a"));
        }
        self.out.push('\n');
        self.day = Some(day);
    }

    /// The line of a row.
    fn event(&mut self, events: &Events<'_>, at: Option<Instant>, seq: Option<u64>, row: u32) {
        let (kind, log, text) = (events.kind(row), events.log(row), events.text(row));
        let marks = events.damage(row).map(|word| format!("record {word}"));
        self.day(at);
        self.unfold();
        let time = at.map_or_else(String::new, |at| split(at).1);
        let mut place = seq.map_or_else(|| "–".to_owned(), |seq| format!("@{seq}"));
        if let Some(log) = log {
            let _ = write!(place, " {}", shown_short(log, 60));
        }
        let signals = self.timeline.signals.get(&row).into_iter().flatten().map(|signal| signal.words().to_owned());
        let marks: Vec<String> = marks.into_iter().chain(signals).collect();
        let signals = if marks.is_empty() { String::new() } else { format!("  ! {}", marks.join(", ")) };
        let _ = writeln!(self.out, "  {time:<12}  {:<10}  {place:>9}  {text}{signals}", kind.name());
    }

    /// What comes before an event of that time; all that has a time before one that has none.
    fn between<B: Iterator<Item = Bucket>, M: Iterator<Item = Missing>>(
        &mut self,
        evidence: &Evidence,
        between: &mut Between<B, M>,
        at: Option<Instant>,
    ) {
        loop {
            let bucket = between.buckets.peek().map(|bucket| bucket.from);
            let bucket = bucket.filter(|from| at.is_none_or(|at| *from <= at));
            let gap = between.missing.peek().and_then(|missing| missing.at);
            let gap = gap.filter(|gap| at.is_none_or(|at| *gap < at));
            let is_gap = gap.is_some_and(|gap| bucket.is_none_or(|from| gap < from));
            match (is_gap, bucket) {
                (true, _) => between.missing.next().iter().for_each(|missing| self.missing(evidence, missing)),
                (false, Some(_)) => between.buckets.next().iter().for_each(|bucket| self.bucket(bucket)),
                (false, None) => break,
            }
        }
    }

    /// The line of records that are missing.
    fn missing(&mut self, evidence: &Evidence, missing: &Missing) {
        self.day(missing.at);
        self.unfold();
        let time = missing.at.map_or_else(String::new, |at| split(at).1);
        let mut place = format!("@{}", missing.seq);
        if evidence.has_several_logs() {
            let _ = write!(place, " {}", shown_short(&missing.log, 60));
        }
        let _ = writeln!(self.out, "  {time:<12}  {:<10}  {place:>9}  ! {}", "missing", missing.words());
    }

    fn bucket(&mut self, bucket: &Bucket) {
        self.day(Some(bucket.from));
        self.unfold();
        let bar = u64::from(bucket.decisions) * BAR / self.most;
        let bar = "▪".repeat(usize::try_from(bar.max(1)).unwrap_or(1));
        let (day, time) = split(bucket.to);
        let short = time.split('.').next().unwrap_or_default();
        let decisions = count(bucket.decisions.into(), "decision", "decisions");
        let from = split(bucket.from).1;
        let from = from.split('.').next().unwrap_or_default();
        let _ = writeln!(self.out, "  {from:<12}  {bar:<24}  {decisions} to {day} {short}");
    }

    fn fold(&mut self, kind: Kind, at: Option<Instant>, row: u32) {
        self.day(at);
        if let Some((_, fold)) = self.folds.iter_mut().find(|(of, _)| *of == kind) {
            fold.records += 1;
            fold.first = fold.first.or(at);
            fold.last = at;
            for signal in self.timeline.signals.get(&row).into_iter().flatten() {
                *fold.signals.entry(*signal).or_default() += 1;
            }
        }
    }

    /// Prints what was folded.
    fn unfold(&mut self) {
        let mut folds: Vec<(Kind, Fold)> =
            self.folds.iter_mut().map(|(kind, fold)| (*kind, std::mem::take(fold))).collect();
        folds.retain(|(_, fold)| fold.records > 0);
        folds.sort_by_key(|(_, fold)| fold.first);
        for (kind, fold) in folds {
            let time = |at: Option<Instant>| at.map(|at| split(at).1).unwrap_or_default();
            let first = time(fold.first);
            let last = time(fold.last);
            let until = if fold.records > 1 { format!(" to {last}") } else { String::new() };
            let what = match kind {
                Kind::Access => count(fold.records, "access", "accesses"),
                Kind::Review => count(fold.records, "review", "reviews"),
                _ => count(fold.records, "monitor value", "monitor values"),
            };
            let signals: Vec<String> = fold
                .signals
                .iter()
                .map(|(signal, number)| format!("{} {}", grouped(*number), signal.words()))
                .collect();
            let signals = if signals.is_empty() { String::new() } else { format!("  ! {}", signals.join(", ")) };
            let _ = writeln!(self.out, "  {first:<12}  {what}{until}{signals}");
        }
    }
}

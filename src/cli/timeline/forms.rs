//! A timeline as JSON and as CSV, written while it is read.

use std::borrow::Cow;

use serde::Serialize;

use super::events::Events;
use super::{Bucket, Timeline};
use crate::analysis::Instant;
use crate::analysis::bundles::LogTold;
use crate::evidence::Evidence;
use crate::record::Kind;
use crate::record::text::shown_json;
use crate::report::csv::lines as csv_of;

/// Bytes that are written at once.
const CHUNK: usize = 1 << 16;

#[derive(Serialize)]
struct Head<'a> {
    bundles: Vec<LogTold>,
    filter: &'a str,
    from: Option<Instant>,
    to: Option<Instant>,
    decisions: u32,
    outcomes: u32,
    heartbeats: u32,
}

#[derive(Serialize)]
struct EventLine<'a> {
    at: Option<Instant>,
    log: Option<&'a str>,
    seq: Option<u64>,
    kind: &'static str,
    text: String,
    damage: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signals: Vec<&'static str>,
}

#[derive(Serialize)]
struct BucketLine {
    from: Instant,
    to: Instant,
    decisions: u32,
}

fn signals(timeline: &Timeline, row: u32) -> Vec<&'static str> {
    timeline.signals.get(&row).into_iter().flatten().map(|signal| signal.name()).collect()
}

fn at(evidence: &Evidence, row: u32) -> Option<Instant> {
    evidence.times().nanos(row).map(Instant)
}

/// One object: what was asked for, the density of decisions, the events.
pub(super) fn json(evidence: &Evidence, timeline: &Timeline, events: &Events<'_>) -> anyhow::Result<()> {
    let (from, to) = timeline.ends;
    let head = Head {
        bundles: LogTold::all(evidence),
        filter: &timeline.filter,
        from: from.map(Instant),
        to: to.map(Instant),
        decisions: timeline.decisions,
        outcomes: timeline.outcomes,
        heartbeats: timeline.heartbeats,
    };
    let head = serde_json::to_string(&head)?;
    let buckets: Vec<BucketLine> =
        timeline.buckets().map(|Bucket { from, to, decisions }| BucketLine { from, to, decisions }).collect();
    let width = timeline.density.width();
    let density = serde_json::to_string(&buckets)?;
    let mut out = format!(
        "{},\"density\":{{\"width_nanoseconds\":{width},\"buckets\":{density}}},\"events\":[",
        head.strip_suffix('}').unwrap_or(&head)
    );
    out = shown_json(&out).into_owned();
    for (n, row) in timeline.rows.iter().enumerate() {
        let line = EventLine {
            at: at(evidence, *row),
            log: events.log(*row),
            seq: evidence.seqs().seq(*row),
            kind: events.kind(*row).name(),
            text: events.text(*row),
            damage: events.damage(*row),
            signals: signals(timeline, *row),
        };
        out.push_str(if n > 0 { ",\n" } else { "\n" });
        out.push_str(&shown_json(&serde_json::to_string(&line)?));
        if out.len() >= CHUNK {
            crate::cli::print(&out)?;
            out.clear();
        }
    }
    out.push_str("\n]}\n");
    crate::cli::print(&out)
}

/// A line an event, and a line a stretch of time with decisions, in the order of time.
pub(super) fn csv(evidence: &Evidence, timeline: &Timeline, events: &Events<'_>) -> anyhow::Result<()> {
    type Cell<'a> = Option<Cow<'a, str>>;
    let heads = ["what", "from", "to", "log", "seq", "kind", "count", "text", "signals", "damage"];
    let mut rows: Vec<Vec<Cell<'_>>> = vec![heads.map(|head| Some(head.into())).to_vec()];
    let mut buckets = timeline.buckets().peekable();
    let owned = |text: String| -> Cell<'_> { Some(text.into()) };
    let of_bucket = |bucket: Bucket| {
        let (from, to) = (owned(bucket.from.to_string()), owned(bucket.to.to_string()));
        let (kind, count) = (Some(Kind::Decision.name().into()), owned(bucket.decisions.to_string()));
        vec![Some("decisions".into()), from, to, None, None, kind, count, None, None, None]
    };
    for row in &timeline.rows {
        let time = at(evidence, *row);
        while let Some(bucket) = buckets.next_if(|bucket| time.is_none_or(|time| bucket.from <= time)) {
            rows.push(of_bucket(bucket));
        }
        let signals = signals(timeline, *row).join(" ");
        rows.push(vec![
            Some("event".into()),
            time.map(|at| at.to_string().into()),
            None,
            events.log(*row).map(Cow::Borrowed),
            evidence.seqs().seq(*row).map(|seq| seq.to_string().into()),
            Some(events.kind(*row).name().into()),
            Some("1".into()),
            owned(events.text(*row)),
            (!signals.is_empty()).then(|| signals.into()),
            events.damage(*row).map(Cow::Borrowed),
        ]);
        if rows.len() >= 1024 {
            crate::cli::print(&csv_of(std::mem::take(&mut rows)))?;
        }
    }
    rows.extend(buckets.map(of_bucket));
    crate::cli::print(&csv_of(rows))
}

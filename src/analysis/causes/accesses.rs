//! Accesses as a filter that selects exactly these: a figure and the records beside it are the same.

use std::collections::BTreeSet;

use super::scope::{Scope, read};
use super::told::Rows;
use crate::analysis::instant::Instant;
use crate::analysis::story::condition;
use crate::evidence::EvidenceError;
use crate::query::Expr;
use crate::query::value::time::TimeRange;

/// Accesses of an account from one time to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<'a> {
    /// The first of them, in nanoseconds since 1970 (UTC).
    pub(super) from: i64,
    /// The last.
    pub(super) to: i64,
    /// Of which resource; `None` where they are of several, or of none that is named.
    pub(super) resource: Option<&'a str>,
    /// The accesses.
    pub(super) rows: &'a [u32],
}

/// The accesses of these spans, of those that the conditions of `base` select: by time and resource, else by their places in the log.
/// `None` where neither says exactly these.
pub(super) fn rows_of(scope: &Scope<'_>, base: &[String], spans: &[Span<'_>]) -> Result<Option<Rows>, EvidenceError> {
    let mut wanted: Vec<u32> = spans.iter().flat_map(|span| span.rows).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let expr = match by_time(scope, base, spans, &wanted)? {
        Some(expr) => Some(expr),
        None => by_place(scope, base, &wanted)?,
    };
    Ok(expr.map(|expr| Rows { filter: expr.to_string(), count: wanted.len() as u64 }))
}

fn on(resource: &str) -> String {
    condition("resource", ":", resource)
}

/// A filter of times and resources, where it selects these rows and no others.
fn by_time(
    scope: &Scope<'_>,
    base: &[String],
    spans: &[Span<'_>],
    wanted: &[u32],
) -> Result<Option<Expr>, EvidenceError> {
    let ends = |span: &Span<'_>| [span.from, span.to].map(|at| Instant(at).to_string());
    let text = |span: &Span<'_>| {
        let [from, to] = ends(span);
        let mut conditions = vec![condition("time", ">=", &from), condition("time", "<=", &to)];
        conditions.extend(span.resource.map(on));
        format!("({})", conditions.join(" "))
    };
    let texts: Vec<String> = spans.iter().map(text).collect();
    let Some(expr) = read(&format!("{} ({})", base.join(" "), texts.join(" or "))) else { return Ok(None) };
    // The filter would go through the times of all records twice for each span: here only through those of the account.
    let resources: BTreeSet<Option<&str>> = spans.iter().map(|span| span.resource).collect();
    let mut rows: Vec<u32> = Vec::new();
    for resource in resources {
        let conditions: Vec<String> = base.iter().cloned().chain(resource.map(on)).collect();
        let Some(own) = read(&conditions.join(" ")) else { return Ok(None) };
        // As a filter reads the times that are written in it.
        let range = |text: &str| TimeRange::parse(text).ok().and_then(|range| range.nanos());
        let on_it = spans.iter().filter(|span| span.resource == resource);
        let times: Vec<(i64, i64)> = on_it
            .filter_map(|span| {
                let [from, to] = ends(span);
                Some((range(&from)?.0, range(&to)?.1))
            })
            .collect();
        let is_in = |at: i64| times.iter().any(|(from, to)| (*from..=*to).contains(&at));
        let of_it = scope.evidence.select(&own, scope.watch)?;
        rows.extend(of_it.iter().filter(|row| scope.at(*row).is_some_and(is_in)));
    }
    rows.sort_unstable();
    rows.dedup();
    Ok((rows == wanted).then_some(expr))
}

/// A filter of places in the log, where it selects these rows and no others: denied attempts in the midst of reads are no reads.
fn by_place(scope: &Scope<'_>, base: &[String], wanted: &[u32]) -> Result<Option<Expr>, EvidenceError> {
    let base = base.join(" ");
    let Some(own) = read(&base) else { return Ok(None) };
    let seq = |row: u32| scope.evidence.seqs().seq(row).map(|seq| (seq, wanted.binary_search(&row).is_ok()));
    let mut places: Vec<(u64, bool)> = scope.evidence.select(&own, scope.watch)?.iter().filter_map(seq).collect();
    places.sort_unstable();
    let Some(expr) = read(&format!("{base} ({})", places_text(&places))) else { return Ok(None) };
    let found = scope.evidence.select(&expr, scope.watch)?;
    Ok(found.iter().eq(wanted.iter().copied()).then_some(expr))
}

/// Places in a log as a filter names them, of places in their order and whether each is meant: `@3 or @7..9`.
pub(super) fn places_text(places: &[(u64, bool)]) -> String {
    let runs = places.chunk_by(|a, b| a.1 == b.1).filter(|run| run.first().is_some_and(|first| first.1));
    let texts = runs.filter_map(|run| match (run.first()?.0, run.last()?.0) {
        (first, last) if first == last => Some(format!("@{first}")),
        (first, last) => Some(format!("@{first}..{last}")),
    });
    texts.collect::<Vec<_>>().join(" or ")
}

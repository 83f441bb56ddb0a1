//! Which decisions are affected: a filter, as the records of the incident give it or as the user does, and the same decisions
//! before and after.

use super::figures::Reader;
use super::told::{Affected, Comparison, Part};
use super::{EvidenceError, Teller, digest_of_ids};
use crate::analysis::instant::Instant;
use crate::query::{self, Expr, Field, Term, Unknown};
use crate::record::figures::counted;
use crate::record::text::shown_short;

/// The affected records, and the first of them in time: its row and its time.
pub(super) struct Found<'e> {
    pub(super) told: Affected,
    pub(super) first_in_time: Option<(u32, i64)>,
    expr: Expr,
    reader: Reader<'e>,
}

/// A condition on a field; the value is quoted, so that nothing in it means anything else.
pub(in crate::analysis) fn condition(field: &str, sign: &str, value: &str) -> String {
    format!("{field}{sign}\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The filter of decisions of a model, a version and a stretch of time.
fn usual(model: Option<&str>, version: Option<&str>, (from, to): (i64, i64)) -> Option<Expr> {
    let mut text = vec!["kind:decision".to_owned()];
    text.extend(model.map(|model| condition("model", ":", model)));
    text.extend(version.map(|version| condition("version", ":", version)));
    text.push(condition("time", ">=", &Instant(from).to_string()));
    text.push(condition("time", "<", &Instant(to).to_string()));
    query::parse(&text.join(" "), &Unknown).ok().map(|query| query.expr)
}

/// Finds them.
pub(super) fn of<'e>(
    teller: &mut Teller<'e>,
    model: Option<&str>,
    version: Option<&str>,
    span: Option<(i64, i64)>,
) -> Result<Option<Found<'e>>, EvidenceError> {
    let expr = match (&teller.asked.affected, span) {
        (Some(expr), _) => Some(expr.clone()),
        (None, None) => {
            teller.unknown.push("which decisions are affected: there is no window (--affected names them)".to_owned());
            None
        }
        (None, Some(_)) if model.is_none() && teller.incident.is_some() => {
            let why = "the incident names no model (--model names one, --affected the decisions)";
            teller.unknown.push(format!("which decisions are affected: {why}"));
            None
        }
        (None, Some(span)) => usual(model, version, span),
    };
    let Some(expr) = expr else { return Ok(None) };
    let evidence = teller.evidence;
    let rows = evidence.select(&expr, teller.watch)?;
    if let (0, None, Some(version), Some(span)) = (rows.count(), &teller.asked.affected, version, span) {
        let any = usual(model, None, span).map(|expr| evidence.select(&expr, teller.watch)).transpose()?;
        let others = any.map_or(0, |any| any.count());
        if others > 0 {
            let (version, others) = (shown_short(version, 80), counted(others.into(), "decision", "decisions"));
            teller.unknown.push(format!(
                "which decisions are affected: in the window none is of {version}, the version that the incident names; \
                 {others} of the model by other versions are there (--affected names them)"
            ));
        }
    }
    let reader = Reader::new(evidence, teller.watch)?;
    let figures = reader.figures(&rows, &mut teller.unknown);
    let (ids_blake3, without_id) = digest_of_ids(evidence, &rows)?;
    let is_damaged = |row: &u32| teller.damage.contains_key(row);
    let place = |row: Option<u32>| row.map(|row| teller.place(row));
    let decisions = reader.decisions(&rows);
    let timed = decisions.iter().filter_map(|row| Some((evidence.times().nanos(row)?, row)));
    let told = Affected {
        filter: expr.to_string(),
        count: rows.count().into(),
        decisions: decisions.count().into(),
        damaged: rows.iter().filter(is_damaged).count() as u64,
        first: place(rows.row(0)),
        last: place(rows.count().checked_sub(1).and_then(|last| rows.row(last))),
        ids_blake3,
        without_id,
        figures,
    };
    let first_in_time = timed.min().map(|(at, row)| (row, at));
    Ok(Some(Found { told, first_in_time, expr, reader }))
}

/// The figures of the same decisions, but for time and version, before, in and after the window.
pub(super) fn compared(
    teller: &mut Teller<'_>,
    found: Option<&Found<'_>>,
    span: Option<(i64, i64)>,
) -> Result<Option<Comparison>, EvidenceError> {
    let (Some(found), Some((from, to))) = (found, span) else { return Ok(None) };
    let Some(expr) = without_time(&found.expr) else {
        let why = "the filter has conditions on time or version within others";
        teller.unknown.push(format!("how the decisions before and after compare: {why}"));
        return Ok(None);
    };
    let evidence = teller.evidence;
    let reader = &found.reader;
    let rows = evidence.select(&expr, teller.watch)?;
    let extent = evidence.times().extent();
    // What is not determinable of the figures was told with those of the affected decisions.
    let part = |from: i64, to: i64| {
        let within = |row: &u32| evidence.times().nanos(*row).is_some_and(|at| (from..to).contains(&at));
        let rows = reader.only(rows.iter().filter(within));
        let is_whole = extent.is_some_and(|(first, last)| first <= from && to.saturating_sub(1) <= last);
        let figures = reader.figures(&rows, &mut Vec::new());
        Part { from: Instant(from), to: Instant(to), is_whole, figures }
    };
    let length = to.saturating_sub(from);
    let before = part(from.saturating_sub(length), from);
    let (during, after) = (part(from, to), part(to, to.saturating_add(length)));
    Ok(Some(Comparison { filter: expr.to_string(), before, during, after }))
}

/// The filter without its conditions on time, version and place in the log; `None` where such a condition stands within another.
pub(in crate::analysis) fn without_time(expr: &Expr) -> Option<Expr> {
    let parts: Vec<Expr> = match expr {
        Expr::And(parts) => parts.clone(),
        other => vec![other.clone()],
    };
    let kept: Vec<Expr> =
        parts.into_iter().filter(|part| !matches!(part, Expr::Term(term) if is_about_time(term))).collect();
    let kept = Expr::and(kept);
    (!mentions_time(&kept)).then_some(kept)
}

fn mentions_time(expr: &Expr) -> bool {
    match expr {
        Expr::All => false,
        Expr::Term(term) => is_about_time(term),
        Expr::Not(inner) => mentions_time(inner),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(mentions_time),
    }
}

fn is_about_time(term: &Term) -> bool {
    match term {
        Term::Seq { .. } => true,
        Term::Field { field: Field::Alias(alias), .. } => {
            matches!(alias.name, "time" | "seq" | "version" | "version_source")
        }
        Term::Field { field: Field::Path(path), .. } => {
            let members: Vec<&str> = path.members().iter().map(String::as_str).collect();
            matches!(members[..], ["timestamp"] | ["model", "version"])
        }
        Term::Text(_) | Term::Mark { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Expr {
        query::parse(text, &Unknown).expect("a filter").expr
    }

    #[test]
    fn the_filter_of_an_incident() {
        let hour = 3_600_000_000_000;
        for (model, version, expected) in [
            (None, None, "kind:decision"),
            (Some("m"), None, "kind:decision model:m"),
            (Some("m"), Some("2.4.0"), "kind:decision model:m version:\"2.4.0\""),
            (Some("a \"b\" or c*"), None, "kind:decision model:\"a \\\"b\\\" or c*\""),
        ] {
            let expected =
                read(&format!("{expected} time>=\"1970-01-01T01:00:00Z\" time<\"1970-01-01T02:00:00.000000001Z\""));
            assert_eq!(usual(model, version, (hour, 2 * hour + 1)), Some(expected));
        }
    }

    #[test]
    fn conditions_on_time_go() {
        for (text, expected) in [
            ("kind:decision model:m version:2 time>=2026-01-01 time<2026-02-01", Some("kind:decision model:m")),
            ("kind:decision input.metadata.segment:x model.version:2", Some("kind:decision input.metadata.segment:x")),
            ("time:2026-01-01", Some("")),
            ("@5..9 result:deny", Some("result:deny")),
            ("result:deny or time>2026-01-01", None),
            ("result:deny -version:2", None),
            ("result:deny (user:a or user:b)", Some("result:deny (user:a or user:b)")),
        ] {
            assert_eq!(without_time(&read(text)), expected.map(read), "{text}");
        }
    }
}

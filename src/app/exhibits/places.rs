//! Records by their places: what a case says of records is not in the bundle, so an exhibit names the records themselves, and whoever
//! has the bundle alone selects the same.

use super::Request;
use crate::app::{Filter, has_mark};
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::query::{Expr, Term, Unknown};

/// So many runs of places stand in a filter at most.
const MOST_RUNS: usize = 5_000;

/// Rows as a filter that names their places, and their bundles where there are several.
///
/// # Errors
/// In words, where places do not tell these rows from others, or there are too many.
pub fn places(evidence: &Evidence, rows: &Selection) -> Result<String, String> {
    let several = evidence.logs().len() > 1;
    let (mut parts, mut count) = (Vec::new(), 0);
    for log in evidence.logs() {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for row in rows.iter().filter(|row| log.rows.contains(row)) {
            let seq = evidence.seqs().seq(row).ok_or("a record that is meant has no place in its log")?;
            match runs.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(seq) => *last = seq,
                _ => runs.push((seq, seq)),
            }
        }
        count += runs.len();
        if count > MOST_RUNS {
            return Err(format!("the records stand in more than {MOST_RUNS} places of the log, too many to name them"));
        }
        if runs.is_empty() {
            continue;
        }
        let one =
            |(first, last): &(u64, u64)| if first == last { format!("@{first}") } else { format!("@{first}..{last}") };
        let words: Vec<String> = runs.iter().map(one).collect();
        let words = words.join(" or ");
        match (several, log.index.report.bundle_digest.as_ref().map(crate::record::sealed::hex)) {
            (false, _) => parts.push(words),
            (true, Some(digest)) => parts.push(format!("(bundle:{digest} ({words}))")),
            (true, None) => return Err("a bundle has no digest by which its records could be named".to_owned()),
        }
    }
    // Nothing passes: no record has this place.
    let words = if parts.is_empty() { format!("@{}", u64::MAX - 1) } else { parts.join(" or ") };
    let query = evidence.parse(&words).map_err(|error| error.to_string())?;
    let named = evidence.select(&query.expr, &crate::bundle::reading::Unwatched).map_err(|error| error.to_string())?;
    // Where a log is damaged, several lines may claim one place.
    if !named.iter().eq(rows.iter()) {
        return Err("several lines of the log claim the same place, so places do not tell them apart".to_owned());
    }
    Ok(words)
}

/// Whether a filter asks what a case says of records.
#[must_use]
pub fn asks_case(filter: &str) -> bool {
    let mut asked = Filter::default();
    asked.set_text(filter, &Unknown);
    has_mark(&asked.expr())
}

/// Puts places where the filter asks what a case says of records. The evidence has to know the marks of the case.
///
/// # Errors
/// In words, which condition cannot be answered, and why.
pub fn without_case(evidence: &Evidence, request: &mut Request) -> Result<(), String> {
    let query =
        evidence.parse(&request.shown.filter).map_err(|error| format!("the filter is not understood: {error}"))?;
    let mut told = Vec::new();
    let expr = placed(evidence, query.expr, &mut told)?;
    if !told.is_empty() {
        request.filter_told.get_or_insert_with(|| request.shown.filter.clone());
        request.shown.filter = expr.to_string();
        request.of_case = told;
    }
    Ok(())
}

fn placed(evidence: &Evidence, expr: Expr, told: &mut Vec<String>) -> Result<Expr, String> {
    let mut all = |parts: Vec<Expr>| -> Result<Vec<Expr>, String> {
        parts.into_iter().map(|part| placed(evidence, part, told)).collect()
    };
    Ok(match expr {
        Expr::Term(Term::Mark { .. }) => {
            let words = expr.to_string();
            let named = |why: String| format!("{words} asks what a case says of records: {why}");
            let rows = evidence.select(&expr, &crate::bundle::reading::Unwatched);
            let rows = rows.map_err(|error| named(error.to_string()))?;
            let places = places(evidence, &rows).map_err(named)?;
            if !told.contains(&words) {
                told.push(words);
            }
            evidence.parse(&places).map_err(|error| error.to_string())?.expr
        }
        Expr::Not(inner) => placed(evidence, *inner, told)?.negated(),
        Expr::And(parts) => Expr::and(all(parts)?),
        Expr::Or(parts) => Expr::or(all(parts)?),
        expr @ (Expr::All | Expr::Term(_)) => expr,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::View;
    use crate::app::shown::Shown;
    use crate::bundle::reading::Unwatched;
    use crate::evidence::Marks;
    use crate::query::Mark;
    use crate::report::provenance::Made;

    fn request(filter: &str) -> Request {
        Request {
            number: String::new(),
            title: String::new(),
            made: Made { at: String::new(), by: String::new() },
            case: None,
            shown: Shown { filter: filter.to_owned(), ..Shown::new(View::Records) },
            filter_told: None,
            of_case: Vec::new(),
            size: [1440, 900],
            scale: 1.0,
            part: None,
            redactions: Vec::new(),
            trusted: Vec::new(),
        }
    }

    #[test]
    fn what_a_case_says_is_said_by_places() {
        let bundle = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending-slice.audit.zip");
        let options = crate::integrity::Options::default();
        let evidence = Evidence::open(&[bundle], &options, &crate::index::Choice::default(), &Unwatched);
        let evidence = evidence.expect("a bundle");
        let seq = |row: u32| evidence.seqs().seq(row).expect("a place");
        let mut asked = request("tag:odd");
        let error = without_case(&evidence, &mut asked).expect_err("no case is open");
        assert!(error.starts_with("tag:odd asks what a case says of records: "), "{error}");
        let marks = [(Mark::Tag, "odd".to_owned(), vec![1, 4, 5]), (Mark::Note, "secret words".to_owned(), vec![2, 5])];
        evidence.set_marks(Some(Marks::of_rows(evidence.rows(), marks)));
        for (filter, of_case) in [
            ("tag:odd", &["tag:odd"][..]),
            ("-tag:odd kind:decision", &["tag:odd"]),
            ("tag:odd or (note:secret kind:decision)", &["tag:odd", "note:secret"]),
            ("has:note -tag:odd", &["has:note", "tag:odd"]),
            ("tag:none", &["tag:none"]),
            ("kind:decision", &[]),
            ("", &[]),
        ] {
            let mut asked = request(filter);
            without_case(&evidence, &mut asked).expect("places");
            assert_eq!(asked.of_case, of_case, "{filter}");
            assert_eq!(asked.filter_told.is_some(), !of_case.is_empty());
            let words = asked.shown.filter;
            assert!(of_case.is_empty() || !words.contains("odd") && !words.contains("secret"), "{words}");
            let select = |filter: &str| {
                let query = evidence.parse(filter).expect("understood");
                evidence.select(&query.expr, &Unwatched).expect("rows")
            };
            assert!(select(filter).iter().eq(select(&words).iter()), "{filter} as {words}");
        }
        let rows = Selection::new(crate::columns::Bitmap::from_rows(evidence.rows(), [1, 4]));
        assert_eq!(places(&evidence, &rows), Ok(format!("@{} or @{}", seq(1), seq(4))));
    }
}

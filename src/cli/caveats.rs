//! What somebody who asks with a filter may not expect of the answer, though it is what the filter says.

use super::text::count;
use crate::evidence::{Catalogued, Evidence};
use crate::query::value::Interval;
use crate::query::value::version::Version;
use crate::query::{Error, Expr, Fault, Field, Term, Test};
use crate::record::text::shown_short;

/// What is to be said of a filter, each in a line.
pub(super) fn caveats(evidence: &Evidence, expr: &Expr) -> Vec<String> {
    let mut terms = Vec::new();
    collect(expr, &mut terms);
    let mut out: Vec<String> = terms.iter().copied().filter_map(date_as_version).collect();
    out.dedup();
    out.extend(sealed(evidence, &terms));
    out
}

fn collect<'e>(expr: &'e Expr, out: &mut Vec<&'e Term>) {
    match expr {
        Expr::All => {}
        Expr::Term(term) => out.push(term),
        Expr::Not(inner) => collect(inner, out),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| collect(part, out)),
    }
}

/// `version>=2026-02`: by the rules of versions that is a pre-release of 2026, and comes before it.
fn date_as_version(term: &Term) -> Option<String> {
    let Term::Field { field, test: Test::Version(interval) } = term else { return None };
    let bounds = match interval {
        Interval::Within(from, to) if from == to => return None,
        Interval::Within(from, to) => [Some(from), Some(to)],
        Interval::Below(bound) | Interval::UpTo(bound) | Interval::Above(bound) | Interval::From(bound) => {
            [Some(bound), None]
        }
    };
    let text = bounds.into_iter().flatten().map(Version::as_str).find(|text| is_date(text))?;
    let (year, rest) = text.split_once('-')?;
    Some(format!(
        "{field}: {text} reads as the pre-release {rest} of the version {year}, and so before {year}: as a version, a date is written with points (filter-language.md, section 4)"
    ))
}

/// `2026-02` or `2026-02-01`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let is = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    is(parts.next(), 4)
        && is(parts.next(), 2)
        && parts.next().is_none_or(|day| is(Some(day), 2))
        && parts.next().is_none()
}

/// The places where records have seals.
fn seals(evidence: &Evidence) -> Vec<&[String]> {
    fn place(known: &Catalogued) -> Option<&[String]> {
        let Field::Path(path) = &known.field else { return None };
        path.members().split_last().filter(|(name, _)| *name == "$sealed").map(|(_, place)| place)
    }
    evidence.fields().iter().filter_map(place).collect()
}

/// A sealed value is not in the record that holds its seal. It is not looked for where it is disclosed either: an index that
/// held it would keep it beyond its erasure.
fn sealed(evidence: &Evidence, terms: &[&Term]) -> Option<String> {
    let places = seals(evidence);
    let may_be_sealed = |path: &[String]| places.iter().any(|place| path.starts_with(place) || place.starts_with(path));
    let asked = terms.iter().find_map(|term| match term {
        Term::Text(_) if !places.is_empty() => Some("free text".to_owned()),
        Term::Field { field: Field::Path(path), .. }
            if may_be_sealed(path.members()) && path.members().last().is_some_and(|name| name != "$sealed") =>
        {
            Some(path.to_string())
        }
        _ => None,
    })?;
    Some(said_of_seals(evidence, &asked))
}

fn said_of_seals(evidence: &Evidence, asked: &str) -> String {
    let seals: u64 = evidence.logs().iter().map(|log| log.index.report.seals.sealed).sum();
    format!(
        "{}: {} sealed in the records; filters and free text do not search sealed values, also where they are disclosed",
        shown_short(asked, 60),
        count(seals, "value is", "values are")
    )
}

/// Why a field is not there that somebody who read a disclosure expects.
pub(super) fn caveat_of_error(evidence: &Evidence, error: &Error, text: &str) -> Option<String> {
    let Fault::UnknownField(_) = error.fault else { return None };
    let name = text.get(error.span.clone())?;
    let members: Vec<&str> = name.split('.').collect();
    let is_below = |place: &&[String]| {
        members.len() > place.len() && place.iter().zip(&members).all(|(name, member)| name == member)
    };
    seals(evidence).iter().any(is_below).then(|| said_of_seals(evidence, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2026-02", true),
            ("2026-02-01", true),
            ("2026-2", false),
            ("2026", false),
            ("2026-02-01-03", false),
            ("2.4-rc1", false),
            ("2026-ab", false),
        ] {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}

//! What is compared: two versions, two stretches of time, or two filters, as selections with names.

use super::Side;
use crate::analysis::compare;
use crate::analysis::decisions::Decisions;
use crate::analysis::versions::stretches::{Stretch, Stretches};
use crate::analysis::versions::{Against, ModelVersions, VersionRow};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::query::{self, Expr, Term, Test, Unknown};

/// A side that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) rows: Selection,
}

impl Found {
    /// As comparisons take it.
    pub(super) fn side(&self) -> compare::Side<'_> {
        compare::Side { name: &self.name, rows: &self.rows }
    }
}

/// How the table of versions holds two sides against each other, where they are a stretch of service and the one before it.
pub(super) fn in_table<'m>(model: &'m ModelVersions, sides: &[Side; 2]) -> Option<&'m Against> {
    let [Side::Stretch(a), Side::Stretch(b)] = sides else { return None };
    let of_row = |row: &'m VersionRow| Some((row.place, row.against.as_ref().ok()?));
    let is_it =
        |(place, against): &(usize, &Against)| [(*place, against.place), (against.place, *place)].contains(&(*a, *b));
    model.rows.iter().filter_map(of_row).find(is_it).map(|(_, against)| against)
}

/// What is compared where nobody chose: the version in the window of an incident with the one before it, else the last version that
/// can be held against the one before.
pub(super) fn usual(model: &ModelVersions) -> Option<[Side; 2]> {
    let comparable = || model.rows.iter().filter_map(|row| Some((row, row.against.as_ref().ok()?.place)));
    let in_incident = comparable().find(|(row, _)| !row.incidents.is_empty());
    let (row, before) = in_incident.or_else(|| comparable().next_back())?;
    Some([Side::Stretch(before), Side::Stretch(row.place)])
}

/// Finds a side among the decisions of the model. `rows` are those that pass the filter in the stretch of time that is looked at,
/// `timeless` those that pass it whatever their time.
pub(super) fn find(
    side: &Side,
    evidence: &Evidence,
    decisions: &Decisions,
    stretches: &Stretches,
    (rows, timeless): (&Selection, &dyn Fn() -> Result<Selection, String>),
    watch: &dyn Watch,
) -> Result<Found, String> {
    match side {
        Side::Stretch(place) => {
            let stretch = stretches.all().get(*place).ok_or_else(|| "There is no such version".to_owned())?;
            let here = rows.iter().filter(|row| stretches.of_row(*row) == Some(*place));
            Ok(Found { name: name(stretch), rows: Selection::new(Bitmap::from_rows(evidence.rows(), here)) })
        }
        Side::Range(from, to) => {
            let within = |row: &u32| evidence.times().nanos(*row).is_some_and(|at| (*from..=*to).contains(&at));
            let all = timeless()?;
            let here = Bitmap::from_rows(evidence.rows(), all.iter().filter(within));
            Ok(Found { name: words(*from, *to), rows: Selection::new(here) })
        }
        Side::Filter(text) => {
            let query = evidence.parse(text).map_err(|error| format!("{text}: {error}"))?;
            let found = evidence.select(&query.expr, watch).map_err(|error| error.to_string())?;
            let mut here = decisions.among(&found).bitmap().clone();
            here.and(rows.bitmap());
            Ok(Found { name: text.clone(), rows: Selection::new(here) })
        }
    }
}

/// A stretch of time as people write it: `2026-03-01..2026-04-15`, both included, or one day, month or year; UTC.
///
/// # Errors
/// Why it cannot be read, for people.
pub fn stretch_of_time(text: &str) -> Result<Side, String> {
    // As filters have it, a date and its time of day without a space between.
    let text = text.trim().replace(' ', "T");
    let query = query::parse(&format!("time:{text}"), &Unknown).map_err(|error| format!("{text}: {error}"))?;
    let range = match &query.expr {
        Expr::Term(Term::Field { test: Test::Time(range), .. }) => range.nanos(),
        _ => None,
    };
    range
        .map(|(from, to)| Side::Range(from, to))
        .ok_or_else(|| format!("{text}: write the first day and the last, as in 2026-03-01..2026-04-15"))
}

/// A stretch of time, both ends in it: by its days where it is made of whole ones.
fn words(from: i64, to: i64) -> String {
    const DAY: i64 = 86_400_000_000_000;
    let day = |nanos: i64| chrono::DateTime::from_timestamp_nanos(nanos).format("%Y-%m-%d").to_string();
    let ends = to.checked_add(1).filter(|behind| from.rem_euclid(DAY) == 0 && behind.rem_euclid(DAY) == 0);
    match ends {
        Some(behind) if behind - from == DAY => day(from),
        Some(_) => format!("{} – {}", day(from), day(to)),
        None => format!("{} – {}", second(from), second(to)),
    }
}

/// An instant to the second, as names of ranges have it: `2026-04-17 19:42:07`.
fn second(nanos: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(nanos).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What a stretch of service is called.
fn name(stretch: &Stretch) -> String {
    stretch.version.clone().unwrap_or_else(|| "version not known".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time_are_written_as_in_filters() {
        const DAY: i64 = 86_400_000_000_000;
        for (text, expected) in [
            ("1970-01-01", Some((0, DAY - 1))),
            (" 1970-01-01..1970-01-02 ", Some((0, 2 * DAY - 1))),
            ("1970-01-01 12:00..1970-01-02", Some((DAY / 2, 2 * DAY - 1))),
            ("1970-01-02..1970-01-01", None),
            ("1970-01-01..", None),
            ("yesterday", None),
            ("1970-01-01 or result:deny", None),
        ] {
            let side = expected.map(|(from, to)| Side::Range(from, to));
            assert_eq!(stretch_of_time(text).ok(), side, "{text}");
        }
    }
}

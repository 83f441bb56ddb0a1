//! One rate on both sides by the values of one field of the input: for whom the sides differ.
//!
//! A value with fewer than [`LEAST`] decisions on a side has its counts, and is compared with nothing. The q-values are among all values
//! of all fields that are looked at, whichever of them is shown: to look for the field that says most is to test all of them.

use serde::Serialize;

use super::{Side, wanted};
use crate::analysis::categories::Categories;
use crate::analysis::decisions::{Decisions, Measure, Tally};
use crate::analysis::proportion::Rate;
use crate::analysis::pulse::{Pulse, go_on};
use crate::analysis::statistics::many::benjamini_hochberg_of;
use crate::analysis::statistics::proportions::{Difference, Spread, difference, spread};
use crate::analysis::statistics::{Because, Figure, figure};
use crate::bundle::reading::Watch;
use crate::columns::Column;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::Field;

/// Fields with more different values are looked at only where they are asked for; then so many values are told apart.
pub const MAX_VALUES: usize = 20;

/// Of fewer decisions on a side nothing is said.
pub const LEAST: u64 = 30;

/// The rates that are looked at where none is asked for: the first that both sides have.
const USUAL: [Measure; 4] =
    [Measure::Adverse, Measure::OverriddenOfReviewed, Measure::OverriddenOfAll, Measure::Errors];

/// Why a value is compared with nothing.
const SMALL: Because = Because("fewer than 30 decisions on a side are too few to say");
/// Why values that are not told apart are not compared.
const TOGETHER: Because = Because("several values are counted together here");

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The rate; the first usual one that both sides have where none is given.
    pub measure: Option<Measure>,
    /// The field; without one, that whose values differ most in how far the rate moved.
    pub field: Option<&'a Field>,
}

/// A rate on both sides, by the values of a field.
#[derive(Debug, Clone, Serialize)]
pub struct Segments {
    /// Which rate.
    pub measure: Measure,
    /// The field whose values these are, as filters write it.
    pub field: String,
    /// Whether the field was asked for; else it is the first of [`Self::fields`].
    pub is_chosen: bool,
    /// Its values, the most frequent of both sides together first.
    pub values: Vec<Segment>,
    /// How many more values there are, which are one without a name, the last one.
    pub more: u64,
    /// Decisions of the reference without a value, of those that count in the rate.
    pub missing_a: Rate,
    /// The same of the other side.
    pub missing_b: Rate,
    /// All fields that were looked at, those first whose values differ most surely in how far the rate moved.
    pub fields: Vec<FieldSpread>,
    /// How many values were tested, in all those fields: their q-values are among them.
    pub tests: u64,
}

/// A value on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct Segment {
    /// The value; `null` for all that are not told apart.
    pub value: Option<String>,
    /// Of the reference.
    pub a: Rate,
    /// Of the other side.
    pub b: Rate,
    /// Whether a side has fewer than [`LEAST`] decisions.
    pub is_small: bool,
    /// The second rate minus the first.
    #[serde(serialize_with = "figure")]
    pub difference: Figure<Difference>,
    /// The q-value of its test (Benjamini–Hochberg), among all values of all fields.
    pub q: Option<f64>,
}

/// How much the values of a field differ in how far the rate moved.
#[derive(Debug, Clone, Serialize)]
pub struct FieldSpread {
    /// The field, as filters write it.
    pub field: String,
    /// Whether the differences of its values are one.
    #[serde(serialize_with = "figure")]
    pub spread: Figure<Spread>,
    /// The q-value of that test (Benjamini–Hochberg), among all fields.
    pub q: Option<f64>,
}

/// A field that was counted.
struct Counted {
    name: String,
    values: Vec<Segment>,
    more: u64,
    with: [u64; 2],
    spread: Figure<Spread>,
}

impl Segments {
    /// Counts the decisions of both sides.
    ///
    /// # Errors
    /// Where an index cannot be read, or it was cancelled.
    pub fn of(
        evidence: &Evidence,
        decisions: &Decisions,
        [a, b]: [Side<'_>; 2],
        asked: Asked<'_>,
        watch: &dyn Watch,
    ) -> Result<Figure<Self>, EvidenceError> {
        let rows = [a, b].map(|side| decisions.among(side.rows));
        let tallies = rows.each_ref().map(|rows| decisions.tally(rows));
        if tallies.iter().any(|tally| tally.decisions() == 0) {
            return Ok(Err(Because("there is no decision on one of the sides")));
        }
        let Some(measure) = asked.measure.or_else(|| usual(&tallies)) else {
            return Ok(Err(Because("no rate is known of both sides")));
        };
        if !is_known(&tallies, measure) {
            return Ok(Err(Because("the rate is not known of both sides")));
        }
        // What counts in the rate is read once, not once a field.
        let counting = rows.each_ref().map(|rows| {
            let counted = |row: u32| Some((row, measure.counts(decisions.marks(row))?));
            rows.iter().filter_map(counted).collect::<Vec<(u32, bool)>>()
        });
        let mut fields = Vec::new();
        for known in wanted(evidence).0.into_iter().filter(|known| super::fields::sealed(&known.field).is_none()) {
            go_on(watch)?;
            let counted = count(evidence, (&known.field, &known.name, false), &counting, watch)?;
            fields.extend(counted.ok().filter(|counted| counted.more == 0 && counted.values.len() > 1));
        }
        if let Some(field) = asked.field {
            let name = field.to_string();
            if !fields.iter().any(|counted| counted.name == name) {
                match count(evidence, (field, &name, true), &counting, watch)? {
                    Ok(counted) => fields.push(counted),
                    Err(because) => return Ok(Err(because)),
                }
            }
        }
        let all = counting.each_ref().map(|counting| counting.len() as u64);
        let name = asked.field.map(Field::to_string);
        Ok(Self::ranked(measure, fields, name.as_deref(), all))
    }

    /// Puts the fields in their order, and shows one of them.
    fn ranked(measure: Measure, mut fields: Vec<Counted>, asked: Option<&str>, all: [u64; 2]) -> Figure<Self> {
        fields.sort_by(|a, b| surer(a, b).then_with(|| a.name.cmp(&b.name)));
        let p = |segment: &Segment| segment.difference.as_ref().ok().and_then(|difference| difference.p.ok());
        let of_values: Vec<Option<f64>> = fields.iter().flat_map(|field| field.values.iter().map(p)).collect();
        let mut q = benjamini_hochberg_of(&of_values).into_iter();
        for value in fields.iter_mut().flat_map(|field| &mut field.values) {
            value.q = q.next().flatten();
        }
        let of_fields: Vec<Option<f64>> = fields.iter().map(|field| field.spread.ok().map(|spread| spread.p)).collect();
        let told = fields.iter().zip(benjamini_hochberg_of(&of_fields));
        let told = told.map(|(field, q)| FieldSpread { field: field.name.clone(), spread: field.spread, q }).collect();
        let at = asked.map_or(Some(0), |name| fields.iter().position(|field| field.name == name));
        let Some(shown) = at.filter(|at| *at < fields.len()).map(|at| fields.swap_remove(at)) else {
            return Err(Because("no field of the input has between 2 and 20 values here"));
        };
        Ok(Self {
            measure,
            field: shown.name,
            is_chosen: asked.is_some(),
            values: shown.values,
            more: shown.more,
            missing_a: Rate::of(all[0] - shown.with[0], all[0]),
            missing_b: Rate::of(all[1] - shown.with[1], all[1]),
            fields: told,
            tests: of_values.iter().flatten().count() as u64,
        })
    }
}

/// Whether both sides have a rate.
fn is_known(tallies: &[Tally; 2], measure: Measure) -> bool {
    tallies.iter().all(|tally| tally.counts(measure).1 > 0)
}

/// The first usual rate that both sides have; one of which there is no case on either side only where there is no other.
fn usual(tallies: &[Tally; 2]) -> Option<Measure> {
    let mut known = USUAL.into_iter().filter(|measure| is_known(tallies, *measure));
    let occurs = |measure: &Measure| tallies.iter().any(|tally| tally.counts(*measure).0 > 0);
    known.clone().find(occurs).or_else(|| known.next())
}

/// The field whose values differ more surely comes first; where no two values can be held against each other, that of the surest
/// difference; p-values that are nothing any more are told apart by their statistics.
fn surer(a: &Counted, b: &Counted) -> std::cmp::Ordering {
    let of_field = |field: &Counted| field.spread.map_or((1, 1.0, 0.0), |spread| (0, spread.p, -spread.statistic));
    let of_values = |field: &Counted| {
        let z = field.values.iter().filter_map(|value| value.difference.as_ref().ok()?.z.ok());
        -z.map(f64::abs).fold(0.0, f64::max)
    };
    let ((none_a, p_a, of_a), (none_b, p_b, of_b)) = (of_field(a), of_field(b));
    none_a
        .cmp(&none_b)
        .then(p_a.total_cmp(&p_b))
        .then(of_a.total_cmp(&of_b))
        .then_with(|| of_values(a).total_cmp(&of_values(b)))
}

/// Whether rows have more than [`MAX_VALUES`] different numbers that a column keeps by themselves: that is known after few rows, and spares
/// the counting of all.
fn is_too_varied(column: &Column, rows: impl Iterator<Item = u32>) -> bool {
    if !column.has_own_numbers() {
        return false;
    }
    let mut codes = column.codes();
    let mut met: Vec<u64> = Vec::with_capacity(MAX_VALUES + 1);
    for row in rows {
        if codes.of(row).is_some() {
            continue;
        }
        // Both zeros are one number.
        let bits = (column.number(row).unwrap_or_default() + 0.0).to_bits();
        if !met.contains(&bits) {
            met.push(bits);
            if met.len() > MAX_VALUES {
                return true;
            }
        }
    }
    false
}

/// Counts one field, which was asked for or not.
fn count(
    evidence: &Evidence,
    (field, name, is_asked): (&Field, &str, bool),
    counting: &[Vec<(u32, bool)>; 2],
    watch: &dyn Watch,
) -> Result<Figure<Counted>, EvidenceError> {
    let column = match evidence.column(field, watch) {
        Ok(column) => column,
        Err(EvidenceError::TooVaried(_)) => {
            return Ok(Err(Because("there are more different values than can be counted")));
        }
        Err(error) => return Err(error),
    };
    let rows = counting.iter().flatten().map(|(row, _)| *row);
    if !is_asked && is_too_varied(&column, rows.clone()) {
        return Ok(Err(Because("there are more different values than are told apart")));
    }
    let categories = Categories::of(&column, rows, MAX_VALUES, watch)?;
    let mut counts = vec![[(0_u64, 0_u64); 2]; categories.places()];
    let mut with = [0_u64; 2];
    let mut pulse = Pulse::new(watch);
    let mut codes = column.codes();
    for (side, counting) in counting.iter().enumerate() {
        for (row, is_counted) in counting {
            pulse.beat()?;
            let place = categories.place_of(*row, codes.of(*row));
            if let Some(counts) = place.and_then(|place| counts.get_mut(place)) {
                with[side] += 1;
                counts[side].0 += u64::from(*is_counted);
                counts[side].1 += 1;
            }
        }
    }
    let names = categories.names().iter().cloned().map(Some).chain((categories.more() > 0).then_some(None));
    let values: Vec<Segment> = names.zip(&counts).map(|(value, counts)| segment(value, *counts)).collect();
    let large: Vec<[(u64, u64); 2]> = values
        .iter()
        .zip(&counts)
        .filter(|(value, _)| value.value.is_some() && !value.is_small)
        .map(|(_, counts)| *counts)
        .collect();
    Ok(Ok(Counted { name: name.to_owned(), values, more: categories.more() as u64, with, spread: spread(&large) }))
}

/// One value on both sides.
fn segment(value: Option<String>, [a, b]: [(u64, u64); 2]) -> Segment {
    let is_small = a.1.min(b.1) < LEAST;
    let difference = match (&value, is_small) {
        (None, _) => Err(TOGETHER),
        (Some(_), true) => Err(SMALL),
        (Some(_), false) => difference(a, b),
    };
    Segment { value, a: Rate::of(a.0, a.1), b: Rate::of(b.0, b.1), is_small, difference, q: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::decisions::{Mark, Marks};

    fn counted(name: &str, values: &[[(u64, u64); 2]]) -> Counted {
        let segments: Vec<Segment> =
            values.iter().zip(0..).map(|(counts, n)| segment(Some(format!("v{n}")), *counts)).collect();
        let large: Vec<[(u64, u64); 2]> = values.iter().filter(|[a, b]| a.1.min(b.1) >= LEAST).copied().collect();
        Counted { name: name.to_owned(), values: segments, more: 0, with: [0, 0], spread: spread(&large) }
    }

    fn ranked(fields: Vec<Counted>, asked: Option<&str>) -> Segments {
        Segments::ranked(Measure::Adverse, fields, asked, [1000, 1000]).expect("segments")
    }

    /// One value in which the rate moved, among others in which it did not; a rate that moved alike everywhere; values that are small.
    fn fields() -> Vec<Counted> {
        vec![
            counted("alike", &[[(100, 500), (150, 500)], [(101, 500), (149, 500)]]),
            counted("one", &[[(100, 500), (100, 500)], [(101, 500), (199, 500)]]),
            counted("small", &[[(1, 29), (28, 400)], [(1, 971), (20, 29)]]),
        ]
    }

    #[test]
    fn the_field_is_shown_whose_values_moved_differently() {
        let found = ranked(fields(), None);
        let names: Vec<&str> = found.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!((found.field.as_str(), found.is_chosen), ("one", false), "not the one whose values all moved");
        assert_eq!(names, ["one", "alike", "small"]);
        assert_eq!(found.fields[2].spread.expect_err("none").to_string(), "fewer than two values can be compared");
    }

    #[test]
    fn small_sides_have_counts_and_no_difference() {
        let found = ranked(fields(), Some("small"));
        assert!(found.is_chosen && found.values.iter().all(|value| value.is_small && value.q.is_none()));
        assert_eq!(found.values[0].a, Rate::of(1, 29));
        assert_eq!(found.values[0].difference.as_ref().expect_err("none").to_string(), SMALL.to_string());
    }

    #[test]
    fn q_is_among_the_values_of_all_fields_whichever_is_shown() {
        let found = ranked(fields(), Some("alike"));
        assert_eq!(found.tests, 4, "of two fields with two values each");
        let p: Vec<Option<f64>> = fields()
            .iter()
            .flat_map(|field| &field.values)
            .map(|value| value.difference.as_ref().ok().and_then(|difference| difference.p.ok()))
            .collect();
        let q = benjamini_hochberg_of(&p);
        assert_eq!([found.values[0].q, found.values[1].q], [q[0], q[1]]);
        let other = ranked(fields(), None);
        assert_eq!([other.values[0].q, other.values[1].q], [q[2], q[3]]);
    }

    #[test]
    fn without_a_field_it_is_said() {
        let none = Segments::ranked(Measure::Adverse, Vec::new(), None, [1, 1]);
        assert_eq!(none.expect_err("none").to_string(), "no field of the input has between 2 and 20 values here");
    }

    #[test]
    fn a_rate_without_a_case_is_passed_over_while_another_has_one() {
        use Mark::{Adverse, Correct, Decision, Explained, Outcome, Overridden, Reviewed, ReviewsKnown, Wrong};
        let tally = |decisions: &[&[Mark]]| {
            let mut tally = Tally::default();
            decisions.iter().for_each(|marks| tally.add(Marks::of(marks)));
            tally
        };
        let quiet: &[Mark] = &[Decision, Explained];
        let adverse: &[Mark] = &[Decision, Explained, Adverse];
        let reviewed: &[Mark] = &[Decision, Explained, ReviewsKnown, Reviewed];
        let overridden: &[Mark] = &[Decision, Explained, ReviewsKnown, Reviewed, Overridden];
        let unknown: &[Mark] = &[Decision];
        let right: &[Mark] = &[Decision, Outcome, Correct];
        let wrong: &[Mark] = &[Decision, Outcome, Wrong];
        for (a, b, expected) in [
            (&[quiet][..], &[adverse][..], Some(Measure::Adverse)),
            (&[quiet, reviewed], &[quiet, overridden], Some(Measure::OverriddenOfReviewed)),
            (&[reviewed], &[reviewed], Some(Measure::Adverse)),
            (&[right], &[wrong], Some(Measure::Errors)),
            (&[right, overridden], &[wrong], Some(Measure::Errors)),
            (&[unknown], &[wrong], None),
        ] {
            assert_eq!(usual(&[tally(a), tally(b)]), expected, "{a:?} {b:?}");
        }
    }
}

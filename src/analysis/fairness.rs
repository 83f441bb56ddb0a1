//! Whether groups that are on record were treated alike: how often each was selected, against the group that was selected most often;
//! and how often each was judged wrongly, where outcomes are known.
//!
//! Groups below [`LEAST_GROUP`] decisions have their counts and intervals, and are compared with nothing: of so few nothing can be
//! said. Decisions of no group, and those of which it is not known whether they are positive, are counted apart.

use serde::Serialize;

use super::categories::Categories;
use super::decisions::{Decisions, Mark, Marks};
use super::proportion::Rate;
use super::pulse::Pulse;
use super::statistics::contingency::fisher;
use super::statistics::many::benjamini_hochberg_of;
use super::statistics::{Because, Figure, figure};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{Expr, Field, Term, Test};

/// So many groups are told apart, those with the most decisions.
pub const MAX_GROUPS: usize = 50;

/// Of fewer decisions nothing is said.
pub const LEAST_GROUP: u64 = 30;

/// The four-fifths line: 29 CFR 1607.4(D).
const FOUR_FIFTHS: (u128, u128) = (4, 5);

/// Of which rows something holds, as a filter says, and of which it is known whether it does: those that have a value of every field
/// whose value the filter looks at.
#[derive(Debug, Clone)]
pub struct Condition {
    holds: Selection,
    known: Selection,
}

impl Condition {
    /// Asks a filter.
    ///
    /// # Errors
    /// As [`Evidence::select`].
    pub fn of(evidence: &Evidence, expr: &Expr, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let mut fields = Vec::new();
        collect(expr, &mut fields);
        let present: Vec<Expr> =
            fields.into_iter().map(|field| Expr::Term(Term::Field { field, test: Test::Present })).collect();
        let known = if present.is_empty() { Expr::All } else { Expr::And(present) };
        Ok(Self { holds: evidence.select(expr, watch)?, known: evidence.select(&known, watch)? })
    }

    /// Results that count as favourable, where it is on record which do.
    #[must_use]
    pub fn favourable(decisions: &Decisions) -> Self {
        Self::of_marks(decisions, |marks| {
            let is_read = marks.has(Mark::Explained) || marks.has(Mark::Favourable);
            is_read.then(|| marks.has(Mark::Favourable))
        })
    }

    /// Outcomes that bear out a favourable result, where result and outcome can be held against each other.
    #[must_use]
    pub fn borne_out(decisions: &Decisions) -> Self {
        Self::of_marks(decisions, |marks| {
            let (correct, wrong) = (marks.has(Mark::Correct), marks.has(Mark::Wrong));
            let favourable = marks.has(Mark::Favourable);
            (correct || wrong).then_some(correct == favourable)
        })
    }

    fn of_marks(decisions: &Decisions, holds: impl Fn(Marks) -> Option<bool>) -> Self {
        let length = decisions.rows().bitmap().len();
        let rows = |wanted: &dyn Fn(Option<bool>) -> bool| {
            let rows = decisions.rows().iter().filter(|row| wanted(holds(decisions.marks(*row))));
            Selection::new(Bitmap::from_rows(length, rows))
        };
        Self { holds: rows(&|held| held == Some(true)), known: rows(&|held| held.is_some()) }
    }

    /// Whether it holds; `None` where that is not known.
    fn holds(&self, row: u32) -> Option<bool> {
        self.known.contains(row).then(|| self.holds.contains(row))
    }
}

/// The fields whose values a filter looks at. Whether there is one at all (`has:`) can be told of every row.
fn collect(expr: &Expr, out: &mut Vec<Field>) {
    match expr {
        Expr::Term(Term::Field { field, test }) => {
            if *test != Test::Present && !out.contains(field) {
                out.push(field.clone());
            }
        }
        Expr::All | Expr::Term(_) => {}
        Expr::Not(inner) => collect(inner, out),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| collect(part, out)),
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where the group stands.
    pub group: &'a Field,
    /// Whether a decision is positive for the person: granted, hired.
    pub positive: &'a Condition,
    /// Whether a positive decision would have been right, as the outcome says.
    pub outcome_positive: Option<&'a Condition>,
}

/// How groups were treated.
#[derive(Debug, Clone, Serialize)]
pub struct Fairness {
    /// Where the group stands, as filters write it.
    pub group: String,
    /// Decisions that were asked for.
    pub decisions: u64,
    /// The groups, those with the most decisions first.
    pub groups: Vec<Group>,
    /// Groups beyond those that are told apart, together; compared with nothing.
    pub others: Option<Group>,
    /// How many those are.
    pub more_groups: u64,
    /// Decisions of no group.
    pub without_group: Counts,
    /// Decisions of which it is not known whether they are positive; they count nowhere else.
    pub without_result: u64,
    /// All decisions that count.
    pub all: Counts,
    /// The group that was selected most often, of those that are large enough: the others are held against it.
    pub highest: Option<String>,
    /// The lowest selection rate over the highest.
    #[serde(serialize_with = "figure")]
    pub disparate_impact: Figure<Impact>,
}

/// A group.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The value; `null` for groups that are not told apart.
    pub value: Option<String>,
    /// What was counted.
    #[serde(flatten)]
    pub counts: Counts,
    /// Whether it has fewer than 30 decisions: too few to say anything.
    pub is_small: bool,
    /// Its selection rate over that of the group that was selected most often.
    #[serde(serialize_with = "figure")]
    pub ratio: Figure<Ratio>,
    /// The p-value of Fisher's exact test against that group, two-sided.
    #[serde(serialize_with = "figure")]
    pub fisher_p: Figure<f64>,
    /// Its q-value (Benjamini–Hochberg), among all groups.
    pub q: Option<f64>,
}

/// A selection rate over the highest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ratio {
    /// 0 to 1.
    pub value: f64,
    /// Whether it is below four fifths.
    pub is_below_four_fifths: bool,
}

/// The lowest selection rate over the highest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impact {
    /// The group that was selected least often.
    pub lowest: String,
    /// The ratio.
    #[serde(flatten)]
    pub ratio: Ratio,
}

/// What was counted of some decisions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Counts {
    /// Positive decisions, of all of which it is known.
    pub selected: Rate,
    /// Against outcomes, where these were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<Outcomes>,
}

/// Decisions against outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Outcomes {
    /// Decisions that agree with their outcome, of those with one.
    pub accuracy: Rate,
    /// Positive decisions, of those with a negative outcome.
    pub false_positives: Rate,
    /// Negative decisions, of those with a positive outcome.
    pub false_negatives: Rate,
}

/// Decisions by whether they are positive, and whether their outcome is: negative, positive, not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally([[u64; 3]; 2]);

impl Tally {
    fn add(&mut self, is_positive: bool, outcome: Option<bool>) {
        self.0[usize::from(is_positive)][outcome.map_or(2, usize::from)] += 1;
    }

    fn and(self, other: &Self) -> Self {
        let mut out = self;
        for (line, more) in out.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *line += more;
        }
        out
    }

    fn counts(&self, has_outcomes: bool) -> Counts {
        let [negative, positive] = self.0;
        let sum = |line: [u64; 3]| line.iter().sum::<u64>();
        let outcomes = Outcomes {
            accuracy: Rate::of(negative[0] + positive[1], negative[0] + negative[1] + positive[0] + positive[1]),
            false_positives: Rate::of(positive[0], positive[0] + negative[0]),
            false_negatives: Rate::of(negative[1], positive[1] + negative[1]),
        };
        Counts {
            selected: Rate::of(sum(positive), sum(positive) + sum(negative)),
            outcomes: has_outcomes.then_some(outcomes),
        }
    }
}

impl Fairness {
    /// Counts the decisions among some rows.
    ///
    /// # Errors
    /// Where an index cannot be read, the group is too varied for a column, or it was cancelled.
    pub fn of(
        evidence: &Evidence,
        decisions: &Decisions,
        asked: &Asked<'_>,
        rows: &Selection,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let rows = decisions.among(rows);
        let column = evidence.column(asked.group, watch)?;
        let groups = Categories::of(&column, rows.iter(), MAX_GROUPS, watch)?;
        let mut tallies = vec![Tally::default(); groups.places()];
        let mut without_group = Tally::default();
        let mut without_result = 0;
        let mut pulse = Pulse::new(watch);
        for row in rows.iter() {
            pulse.beat()?;
            let Some(is_positive) = asked.positive.holds(row) else {
                without_result += 1;
                continue;
            };
            let outcome = asked.outcome_positive.and_then(|outcome| outcome.holds(row));
            let tally = groups.place(row).and_then(|place| tallies.get_mut(place));
            tally.unwrap_or(&mut without_group).add(is_positive, outcome);
        }
        let has_outcomes = asked.outcome_positive.is_some();
        let named = tallies.iter().take(groups.names().len());
        let named = groups.names().iter().zip(named).map(|(name, tally)| (name.clone(), tally.counts(has_outcomes)));
        let compared = Compared::of(named.collect());
        Ok(Self {
            group: asked.group.to_string(),
            decisions: rows.count().into(),
            groups: compared.groups,
            others: tallies.get(groups.names().len()).map(|tally| Group {
                value: None,
                counts: tally.counts(has_outcomes),
                is_small: false,
                ratio: Err(NO_GROUP),
                fisher_p: Err(NO_GROUP),
                q: None,
            }),
            more_groups: groups.more() as u64,
            without_group: without_group.counts(has_outcomes),
            without_result,
            all: tallies.iter().fold(without_group, Tally::and).counts(has_outcomes),
            highest: compared.highest,
            disparate_impact: compared.impact,
        })
    }
}

/// Why groups that are not told apart are compared with nothing.
const NO_GROUP: Because = Because("several groups are counted together here");
/// Why small ones are not.
const SMALL: Because = Because("fewer than 30 decisions are too few to say");
/// Why none is.
const ALONE: Because = Because("there are no two groups of 30 decisions or more");
/// Why none is where nothing says how results are to be read.
const UNREAD: Because = Because("of no decision it is known whether its result is positive");
/// Why there is no ratio.
const NONE_SELECTED: Because = Because("no group of 30 decisions or more has a positive decision");

/// Groups held against each other.
struct Compared {
    groups: Vec<Group>,
    highest: Option<String>,
    impact: Figure<Impact>,
}

impl Compared {
    fn of(counted: Vec<(String, Counts)>) -> Self {
        let large: Vec<&(String, Counts)> =
            counted.iter().filter(|(_, counts)| counts.selected.denominator >= LEAST_GROUP).collect();
        let is_unread = !counted.is_empty() && counted.iter().all(|(_, counts)| counts.selected.denominator == 0);
        // Of several that are alike the larger one, which comes first.
        let highest = large
            .iter()
            .copied()
            .reduce(|highest, other| if is_less(highest.1.selected, other.1.selected) { other } else { highest });
        let lowest = large
            .iter()
            .copied()
            .reduce(|lowest, other| if is_less(other.1.selected, lowest.1.selected) { other } else { lowest });
        let impact = match (highest, lowest) {
            (Some(highest), Some(lowest)) if large.len() > 1 => {
                let lowest_is = lowest.0.clone();
                ratio(lowest.1.selected, highest.1.selected).map(|ratio| Impact { lowest: lowest_is, ratio })
            }
            _ if is_unread => Err(UNREAD),
            _ => Err(ALONE),
        };
        let against = |name: &str, counts: &Counts| match highest {
            _ if is_unread => (Err(UNREAD), Err(UNREAD)),
            _ if counts.selected.denominator < LEAST_GROUP => (Err(SMALL), Err(SMALL)),
            Some((of, highest)) if large.len() > 1 => {
                let test = if name == of {
                    Err(Because("the others are held against this group"))
                } else {
                    exact(counts.selected, highest.selected)
                };
                (ratio(counts.selected, highest.selected), test)
            }
            _ => (Err(ALONE), Err(ALONE)),
        };
        let tests: Vec<(Figure<Ratio>, Figure<f64>)> =
            counted.iter().map(|(name, counts)| against(name, counts)).collect();
        let p: Vec<Option<f64>> = tests.iter().map(|(_, p)| p.ok()).collect();
        let q = benjamini_hochberg_of(&p);
        let highest = highest.filter(|_| large.len() > 1).map(|(name, _)| name.clone());
        let groups = counted
            .into_iter()
            .zip(tests)
            .zip(q)
            .map(|(((value, counts), (ratio, fisher_p)), q)| Group {
                value: Some(value),
                is_small: counts.selected.denominator < LEAST_GROUP,
                counts,
                ratio,
                fisher_p,
                q,
            })
            .collect();
        Self { groups, highest, impact }
    }
}

fn exact(group: Rate, highest: Rate) -> Figure<f64> {
    let line = |rate: Rate| [rate.numerator, rate.denominator - rate.numerator];
    fisher([line(group), line(highest)])
}

/// Whether a rate is below another one, without rounding.
fn is_less(a: Rate, b: Rate) -> bool {
    u128::from(a.numerator) * u128::from(b.denominator) < u128::from(b.numerator) * u128::from(a.denominator)
}

fn ratio(group: Rate, highest: Rate) -> Figure<Ratio> {
    let (Some(rate), Some(most)) = (group.rate, highest.rate) else { return Err(NONE_SELECTED) };
    if highest.numerator == 0 {
        return Err(NONE_SELECTED);
    }
    let (numerator, denominator) = FOUR_FIFTHS;
    let own = u128::from(group.numerator) * u128::from(highest.denominator) * denominator;
    let line = u128::from(highest.numerator) * u128::from(group.denominator) * numerator;
    Ok(Ratio { value: rate / most, is_below_four_fifths: own < line })
}

#[cfg(test)]
mod tests;

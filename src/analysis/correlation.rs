//! Whether what decisions have goes with what came of them: the values of a field, or the versions, against result, override, error,
//! adverse result or the window of an incident, as a table of counts.
//!
//! The rows told apart are the most frequent ones; all others are one row more, which counts in the tests as any other. Decisions
//! without a value, and those that the target does not tell of, are left out and counted. What goes with what is no cause.

mod circular;
mod window;

use serde::Serialize;

pub use circular::Circular;

use super::categories::Categories;
use super::decisions::{Decisions, Measure};
use super::incidents::Incident;
use super::proportion::Rate;
use super::pulse::Pulse;
use super::statistics::contingency::{ChiSquared, Contingency, Lift, OddsRatio, lift, odds_ratio};
use super::statistics::{Because, Figure, figure};
use super::versions::stretches::{Stretch, Stretches};
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::Field;
use window::Window;

/// So many rows are told apart.
pub const MAX_ROWS: usize = 50;

/// So many results are told apart.
pub const MAX_RESULTS: usize = 12;

/// Below such an expected count χ² is approximate (Cochran, 1954).
const LEAST_EXPECTED: f64 = 5.0;

/// What stands in the rows.
#[derive(Debug, Clone, Copy)]
pub enum By<'b> {
    /// The values of a field.
    Field(&'b Field),
    /// Stretches of service.
    Versions,
}

/// What stands in the columns.
#[derive(Debug, Clone, Copy)]
pub enum Target<'t> {
    /// The results.
    Result,
    /// Whether a review overrode the decision, of those reviewed.
    Overridden,
    /// Whether result and outcome disagree, of those where both can be compared.
    Error,
    /// Whether the result is adverse, of those of which it is on record which results are.
    Adverse,
    /// Whether the decision lies in the window of an incident: of the incident's log, and of its model where it names one.
    IncidentWindow(&'t Incident),
}

impl Target<'_> {
    /// In JSON and on the command line; an incident's id stands behind its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Overridden => "overridden",
            Self::Error => "error",
            Self::Adverse => "adverse",
            Self::IncidentWindow(_) => "incident",
        }
    }

    /// The two columns of a target that is so or not.
    fn sides(&self) -> [&'static str; 2] {
        match self {
            Self::Overridden => ["overridden", "not overridden"],
            Self::Error => ["in error", "correct"],
            Self::Adverse | Self::Result => ["adverse", "not adverse"],
            Self::IncidentWindow(_) => ["in the window", "outside"],
        }
    }

    /// Why no decision has a place in the columns.
    fn without(&self) -> Because {
        Because(match self {
            Self::Result => "no decision here has a result and a value",
            Self::Overridden => "no decision here that has a value is known to have been reviewed",
            Self::Error => "no decision here that has a value has an outcome that can be compared with its result",
            Self::Adverse => "no record says which results are adverse",
            Self::IncidentWindow(_) => "no decision here is one of the incident's model that has a time and a value",
        })
    }
}

/// A table of counts, with what it says.
#[derive(Debug, Clone, Serialize)]
pub struct Correlation {
    /// What stands in the rows, as filters write it; `versions` for stretches of service.
    pub by: String,
    /// What stands in the columns.
    pub target: &'static str,
    /// The incident, where its window is the target.
    pub incident: Option<String>,
    /// The columns; `null` for results that are not told apart.
    pub columns: Vec<Option<String>>,
    /// The rows, the most frequent first; versions in their order.
    pub rows: Vec<CorrelationRow>,
    /// Decisions in the table.
    pub decisions: u64,
    /// Values that are not told apart: they are the last row.
    pub more_values: u64,
    /// Decisions that have no value, or whose version is not known.
    pub without_value: u64,
    /// Decisions with a value that the target does not tell of.
    pub without_target: u64,
    /// Whether rows and columns hang together.
    #[serde(serialize_with = "figure")]
    pub chi_squared: Figure<ChiSquared>,
    /// Whether the least expected count is below 5: the test is approximate then.
    pub is_sparse: bool,
    /// Where versions are held against the window of an incident, and that window is the one of a version's service.
    pub window_follows: Option<Circular>,
}

/// A row.
#[derive(Debug, Clone, Serialize)]
pub struct CorrelationRow {
    /// The value, or the version; `null` for all that are not told apart.
    pub value: Option<String>,
    /// The stretch of service among [`Stretches::all`].
    #[serde(skip)]
    pub place: Option<usize>,
    /// The model, of a stretch of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When it began, of a stretch of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<super::Instant>,
    /// Its decisions.
    pub decisions: u64,
    /// One a column.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// How many, of the row's.
    pub share: Rate,
    /// The odds of the column in this row, over its odds in all other rows.
    #[serde(serialize_with = "figure")]
    pub odds_ratio: Figure<OddsRatio>,
    /// How many times as frequent as in all.
    #[serde(serialize_with = "figure")]
    pub lift: Figure<Lift>,
}

/// What gives rows or columns their places.
enum Places<'c> {
    Of(Categories<'c>),
    Versions(&'c Stretches, Vec<Option<usize>>),
    Measure(super::decisions::MeasureTable),
    Window(Window<'c>),
    Nothing,
}

impl Correlation {
    /// Counts the decisions among some rows.
    ///
    /// # Errors
    /// Where an index cannot be read, the field is too varied for a column, or it was cancelled.
    pub fn of(
        evidence: &Evidence,
        decisions: &Decisions,
        stretches: &Stretches,
        by: By<'_>,
        target: Target<'_>,
        rows: &Selection,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let rows = decisions.among(rows);
        let column = match by {
            By::Field(field) => Some(evidence.column(field, watch)?),
            By::Versions => None,
        };
        let of_row = match (by, &column) {
            (By::Versions, _) => versions(stretches, &rows),
            (By::Field(_), Some(column)) => Places::Of(Categories::of(column, rows.iter(), MAX_ROWS, watch)?),
            (By::Field(_), None) => Places::Nothing,
        };
        let of_column = columns(evidence, decisions, &target, &rows, watch)?;
        let (height, width) = (of_row.count(), of_column.count());
        let mut cells = vec![0_u64; height * width];
        let (mut without_value, mut without_target) = (0, 0);
        let mut pulse = Pulse::new(watch);
        for row in rows.iter() {
            pulse.beat()?;
            match (of_row.of(decisions, row), of_column.of(decisions, row)) {
                (None, _) => without_value += 1,
                (Some(_), None) => without_target += 1,
                (Some(line), Some(column)) => cells[line * width + column] += 1,
            }
        }
        let table = Contingency::new(height, width, cells);
        let (chi_squared, is_sparse) = tested(&table, &target);
        let by = match by {
            By::Field(field) => field.to_string(),
            By::Versions => "versions".to_owned(),
        };
        Ok(Self {
            window_follows: window_follows(stretches, &target, &by, &of_row),
            by,
            target: target.name(),
            incident: match target {
                Target::IncidentWindow(incident) => Some(incident.id.clone()),
                _ => None,
            },
            columns: of_column.columns(&target),
            rows: told(&table, &of_row),
            decisions: count(table.total()),
            more_values: match &of_row {
                Places::Of(categories) => categories.more() as u64,
                Places::Versions(_, kept) => kept.iter().filter(|row| **row == Some(MAX_ROWS)).count() as u64,
                _ => 0,
            },
            without_value,
            without_target,
            chi_squared,
            is_sparse,
        })
    }
}

/// The version whose service the window of the target follows, where versions stand in the rows and it is one of them.
fn window_follows(stretches: &Stretches, target: &Target<'_>, by: &str, rows: &Places<'_>) -> Option<Circular> {
    let Target::IncidentWindow(incident) = target else { return None };
    let is_told = |place: usize, stretch: &Stretch| match rows {
        Places::Versions(_, kept) => kept.get(place).copied().flatten().is_some(),
        Places::Of(categories) => {
            ["version", "model.version"].contains(&by)
                && stretch.version.as_ref().is_some_and(|version| categories.names().contains(version))
        }
        _ => false,
    };
    let is_meant = |stretch: &Stretch| {
        stretch.log == incident.log && (incident.model.is_none() || stretch.model == incident.model)
    };
    let own =
        stretches.all().iter().enumerate().filter(|(place, stretch)| is_meant(stretch) && is_told(*place, stretch));
    circular::circular(incident.window?, own.map(|(_, stretch)| stretch))
}

/// The test of a table, and whether it is approximate.
fn tested(table: &Contingency, target: &Target<'_>) -> (Figure<ChiSquared>, bool) {
    if table.total() == 0 {
        return (Err(target.without()), false);
    }
    let chi_squared = table.chi_squared();
    let is_sparse = chi_squared.is_ok_and(|chi| chi.least_expected < LEAST_EXPECTED);
    (chi_squared, is_sparse)
}

/// The rows of a table, those without a decision in it left out.
fn told(table: &Contingency, places: &Places<'_>) -> Vec<CorrelationRow> {
    let total = count(table.total());
    let columns: Vec<u64> = (0..table.columns()).map(|column| count(table.column_sum(column))).collect();
    let cell = |row: usize, column: usize, in_row: u64| {
        let (both, in_column) = (table.cell(row, column), columns[column]);
        let others = in_column - both;
        Cell {
            share: Rate::of(both, in_row),
            odds_ratio: odds_ratio([[both, in_row - both], [others, total - in_row - others]]),
            lift: lift(both, in_row, in_column, total),
        }
    };
    (0..table.rows())
        .map(|row| {
            let decisions = count(table.row_sum(row));
            let cells = (0..columns.len()).map(|column| cell(row, column, decisions)).collect();
            let mut out = CorrelationRow { value: None, place: None, model: None, begin: None, decisions, cells };
            match places {
                Places::Of(categories) => out.value = categories.names().get(row).cloned(),
                Places::Versions(stretches, kept) => {
                    // The row of all others is no one stretch.
                    out.place = kept.iter().position(|place| *place == Some(row)).filter(|_| row < MAX_ROWS);
                    if let Some(stretch) = out.place.and_then(|place| stretches.all().get(place)) {
                        out.value.clone_from(&stretch.version);
                        out.model.clone_from(&stretch.model);
                        out.begin = stretch.begin().map(super::Instant);
                    }
                }
                _ => {}
            }
            out
        })
        .filter(|row| row.decisions > 0)
        .collect()
}

/// Rows are at most 2³².
fn count(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

/// The most frequent stretches of known versions among the decisions, in their order, each with its place in the table.
fn versions<'s>(stretches: &'s Stretches, rows: &Selection) -> Places<'s> {
    let mut counts = vec![0_u32; stretches.all().len()];
    rows.iter().filter_map(|row| stretches.of_row(row)).for_each(|place| counts[place] += 1);
    let mut met: Vec<usize> =
        (0..counts.len()).filter(|place| counts[*place] > 0 && stretches.all()[*place].is_version()).collect();
    met.sort_by_key(|place| std::cmp::Reverse(counts[*place]));
    let mut kept = vec![None; counts.len()];
    // Those beyond are together behind the last.
    met.iter().skip(MAX_ROWS).for_each(|place| kept[*place] = Some(MAX_ROWS));
    met.truncate(MAX_ROWS);
    met.sort_unstable();
    met.iter().enumerate().for_each(|(row, place)| kept[*place] = Some(row));
    Places::Versions(stretches, kept)
}

fn columns<'c>(
    evidence: &'c Evidence,
    decisions: &'c Decisions,
    target: &Target<'c>,
    rows: &Selection,
    watch: &dyn Watch,
) -> Result<Places<'c>, EvidenceError> {
    Ok(match target {
        Target::Result => match decisions.results.as_deref() {
            Some(column) => Places::Of(Categories::of(column, rows.iter(), MAX_RESULTS, watch)?),
            None => Places::Nothing,
        },
        Target::Overridden => Places::Measure(Measure::OverriddenOfReviewed.table()),
        Target::Error => Places::Measure(Measure::Errors.table()),
        Target::Adverse => Places::Measure(Measure::Adverse.table()),
        Target::IncidentWindow(incident) => {
            let ends = incident.window.and_then(|window| window.from.zip(window.to));
            match ends.filter(|(from, to)| from < to) {
                Some((from, to)) => Places::Window(Window::of(evidence, decisions, incident, from, to)),
                None => Places::Nothing,
            }
        }
    })
}

impl Places<'_> {
    /// How many there are.
    fn count(&self) -> usize {
        match self {
            Self::Of(categories) => categories.places(),
            Self::Versions(_, kept) => kept.iter().flatten().max().map_or(0, |last| last + 1),
            Self::Measure(_) | Self::Window(_) => 2,
            Self::Nothing => 0,
        }
    }

    fn columns(&self, target: &Target<'_>) -> Vec<Option<String>> {
        match self {
            Self::Of(categories) => {
                let named = categories.names().iter().cloned().map(Some);
                named.chain((categories.more() > 0).then_some(None)).collect()
            }
            Self::Measure(_) | Self::Window(_) => target.sides().map(|side| Some(side.to_owned())).to_vec(),
            Self::Versions(..) | Self::Nothing => Vec::new(),
        }
    }
}

impl Places<'_> {
    /// The place of a decision.
    #[inline]
    fn of(&self, decisions: &Decisions, row: u32) -> Option<usize> {
        match self {
            Places::Of(categories) => categories.place(row),
            Places::Versions(stretches, kept) => {
                stretches.of_row(row).and_then(|place| kept.get(place).copied().flatten())
            }
            Places::Measure(table) => table.counts(decisions.marks(row)).map(|is_so| usize::from(!is_so)),
            Places::Window(window) => window.place(row),
            Places::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests;

//! Tables of counts: do rows and columns hang together, and how strongly. χ², odds ratio, lift, Fisher's exact test.

use serde::Serialize;

use super::special::{Z, chi_squared_upper, float, float_sum, ln_binomial};
use super::{Because, Figure};

/// A table of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contingency {
    rows: usize,
    columns: usize,
    cells: Vec<u64>,
}

/// The test of independence of rows and columns, without the correction of Yates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChiSquared {
    /// Σ (O − E)²/E.
    pub statistic: f64,
    /// (rows − 1)·(columns − 1), of those that are not empty.
    pub degrees: u64,
    /// The probability of such a statistic or a greater one where rows and columns are independent.
    pub p: f64,
    /// Cramér's V, √(χ²/n/(min(rows, columns) − 1)): 0 is independent, 1 determined.
    pub cramers_v: f64,
    /// The least expected count; the approximation is coarse where it is below 5.
    pub least_expected: f64,
}

impl Contingency {
    /// A table, row by row. Figures of one with another number of cells than `rows` times `columns` are not determinable.
    #[must_use]
    pub fn new(rows: usize, columns: usize, cells: Vec<u64>) -> Self {
        Self { rows, columns, cells }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A count; 0 outside the table.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> u64 {
        let is_inside = row < self.rows && column < self.columns;
        let place = row.checked_mul(self.columns).and_then(|start| start.checked_add(column));
        place.filter(|_| is_inside).and_then(|place| self.cells.get(place)).copied().unwrap_or(0)
    }

    /// The sum of a row.
    #[must_use]
    pub fn row_sum(&self, row: usize) -> u128 {
        (0..self.columns).map(|column| u128::from(self.cell(row, column))).sum()
    }

    /// The sum of a column.
    #[must_use]
    pub fn column_sum(&self, column: usize) -> u128 {
        (0..self.rows).map(|row| u128::from(self.cell(row, column))).sum()
    }

    /// The sum of all.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.cells.iter().map(|&count| u128::from(count)).sum()
    }

    /// Rows as columns.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let cells = if self.is_whole() && !self.cells.is_empty() {
            (0..self.columns).flat_map(|column| (0..self.rows).map(move |row| self.cell(row, column))).collect()
        } else {
            self.cells.clone()
        };
        Self { rows: self.columns, columns: self.rows, cells }
    }

    /// There are as many cells as rows and columns ask for.
    fn is_whole(&self) -> bool {
        self.rows.checked_mul(self.columns) == Some(self.cells.len())
    }

    /// Pearson's test of independence. Empty rows and columns are left out.
    ///
    /// # Errors
    /// Fewer than two rows or two columns that are not empty.
    pub fn chi_squared(&self) -> Figure<ChiSquared> {
        if self.cells.is_empty() {
            return Err(Because("there is nothing in the table"));
        }
        if !self.is_whole() {
            return Err(Because("the table is not complete"));
        }
        let row_sums: Vec<f64> = (0..self.rows).map(|row| float_sum(self.row_sum(row))).collect();
        let column_sums: Vec<f64> = (0..self.columns).map(|column| float_sum(self.column_sum(column))).collect();
        let filled = |sums: &[f64]| sums.iter().filter(|&&sum| sum > 0.0).count();
        let (rows, columns) = (filled(&row_sums), filled(&column_sums));
        if rows == 0 {
            return Err(Because("there is nothing in the table"));
        }
        if rows < 2 || columns < 2 {
            return Err(Because("there is only one group or only one outcome, so there is nothing to compare"));
        }
        let n = float_sum(self.total());
        let (mut statistic, mut least_expected) = (0.0, f64::INFINITY);
        for (row, row_sum) in row_sums.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
            for (column, column_sum) in column_sums.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
                let expected = row_sum * (column_sum / n);
                let difference = float(self.cell(row, column)) - expected;
                statistic += difference * difference / expected;
                least_expected = expected.min(least_expected);
            }
        }
        let degrees = (rows as u64 - 1) * (columns as u64 - 1);
        let least = rows.min(columns) as u64 - 1;
        Ok(ChiSquared {
            statistic,
            degrees,
            p: chi_squared_upper(statistic, degrees),
            cramers_v: (statistic / n / float(least)).sqrt().min(1.0),
            least_expected,
        })
    }
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Around a positive figure, symmetric on the scale of logarithms.
    fn of_logarithm(value: f64, variance: f64) -> Self {
        let factor = (Z * variance.max(0.0).sqrt()).exp();
        Self { value, low: value / factor, high: value * factor }
    }
}

/// An odds ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OddsRatio {
    /// The ratio and its interval.
    #[serde(flatten)]
    pub interval: Interval,
    /// A cell was 0, so a half was added to every cell (Haldane and Anscombe).
    pub is_corrected: bool,
}

/// The odds of the first row over those of the second, ad/bc, with the 95 % interval of Woolf (1955).
///
/// # Errors
/// An empty row or column.
pub fn odds_ratio(cells: [[u64; 2]; 2]) -> Figure<OddsRatio> {
    check_margins(cells)?;
    let is_corrected = cells.as_flattened().contains(&0);
    let half = if is_corrected { 0.5 } else { 0.0 };
    let [[a, b], [c, d]] = cells.map(|row| row.map(|count| float(count) + half));
    let variance = 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d;
    Ok(OddsRatio { interval: Interval::of_logarithm((a / b) * (d / c), variance), is_corrected })
}

/// How many times as often as expected two things meet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lift {
    /// The figure: 0 where they never meet.
    pub value: f64,
    /// The lower end of its 95 % interval; `None` where they never meet.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Lift {
    /// Its 95 % interval; `None` where the two never meet.
    #[must_use]
    pub fn interval(&self) -> Option<[f64; 2]> {
        self.low.zip(self.high).map(|(low, high)| [low, high])
    }
}

/// How much more often row and column meet than if they were independent, both·total/(row·column), with the 95 % interval of the
/// delta method on its logarithm, under one multinomial. Where the two never meet it is 0, and its logarithm has no interval.
///
/// # Errors
/// Counts that contradict each other; an empty row or column, or one that holds everything.
pub fn lift(both: u64, row: u64, column: u64, total: u64) -> Figure<Lift> {
    if both > row || both > column || row > total || column > total || row - both > total - column {
        return Err(Because("the counts contradict each other"));
    }
    if row == 0 || column == 0 {
        return Err(Because("one of the two does not occur"));
    }
    if row == total || column == total {
        return Err(Because("one of the two always holds, so it cannot go with the other more or less often"));
    }
    if both == 0 {
        return Ok(Lift { value: 0.0, low: None, high: None });
    }
    let n = float(total);
    let [p, p_row, p_column] = [both, row, column].map(|count| float(count) / n);
    let p_only_row = float(row - both) / n;
    let p_only_column = float(column - both) / n;
    // Gradients of the logarithm; the fourth cell's is 0, and their mean is −1.
    let gradient = 1.0 / p - 1.0 / p_row - 1.0 / p_column;
    let squares = gradient * gradient * p + p_only_row / (p_row * p_row) + p_only_column / (p_column * p_column);
    let Interval { value, low, high } = Interval::of_logarithm(p / p_row / p_column, (squares - 1.0) / n);
    Ok(Lift { value, low: Some(low), high: Some(high) })
}

/// More are not counted through one by one; so many are an approximation's business.
const MOST_EXACT: u128 = 10_000_000_000;

/// Tables whose probabilities are this close count as equally probable, as in R's `fisher.test`.
const TIE: f64 = 1e-7;

/// Fisher's exact test, two-sided: the probability of this table and all that are no more probable, given its margins.
///
/// # Errors
/// An empty row or column; more than 10 000 million counted.
pub fn fisher(cells: [[u64; 2]; 2]) -> Figure<f64> {
    check_margins(cells)?;
    let [[a, b], [c, d]] = cells;
    let total: u128 = cells.as_flattened().iter().map(|&count| u128::from(count)).sum();
    if total > MOST_EXACT {
        return Err(Because("there are too many for an exact test; the χ² test is as good for so many"));
    }
    let tables = Tables { row: a + b, column: a + c, other_row: c + d, total };
    let (first, last) = (tables.column.saturating_sub(tables.other_row), tables.row.min(tables.column));
    let limit = tables.ln_probability(a) + TIE;
    let mode = tables.mode();
    let is_counted = |x: u64| tables.ln_probability(x) <= limit;
    // Probabilities rise up to the mode and fall from there.
    let below = partition(first, mode, is_counted);
    let above = partition(mode, last + 1, |x| !is_counted(x));
    // What is below `below` and from `above` on counts; the mode itself only where all do.
    if below >= above {
        return Ok(1.0);
    }
    let lower = if below > first { tables.tail(below - 1, false) } else { 0.0 };
    let upper = if above <= last { tables.tail(above, true) } else { 0.0 };
    Ok((lower + upper).min(1.0))
}

/// The 2×2 tables of given margins, told apart by their first cell (hypergeometric distribution).
struct Tables {
    row: u64,
    column: u64,
    other_row: u64,
    total: u128,
}

impl Tables {
    /// The four cells.
    fn cells(&self, a: u64) -> [f64; 4] {
        let (b, c) = (self.row - a, self.column - a);
        [float(a), float(b), float(c), float(self.other_row - c)]
    }

    /// The first cell of the most probable table.
    fn mode(&self) -> u64 {
        let mode = (u128::from(self.row) + 1) * (u128::from(self.column) + 1) / (self.total + 2);
        u64::try_from(mode).unwrap_or(u64::MAX)
    }

    /// The logarithm of a table's probability: two binomials over one.
    fn ln_probability(&self, a: u64) -> f64 {
        let [x, b, c, d] = self.cells(a);
        let (row, other_row, column, total) =
            (float(self.row), float(self.other_row), float(self.column), float_sum(self.total));
        let excess = (b * c - x * d) / total;
        ln_binomial(x, row, excess) + ln_binomial(c, other_row, -excess) - ln_binomial(column, total, 0.0)
    }

    /// The probability of a table and all beyond it, away from the mode.
    fn tail(&self, a: u64, is_upper: bool) -> f64 {
        let [mut a_, mut b, mut c, mut d] = self.cells(a);
        if !is_upper {
            // Downwards is upwards with the columns exchanged.
            [a_, b, c, d] = [b, a_, d, c];
        }
        let (mut sum, mut term) = (1.0, 1.0);
        while term > sum * f64::EPSILON / 16.0 {
            term *= (b / (a_ + 1.0)) * (c / (d + 1.0));
            sum += term;
            (a_, b, c, d) = (a_ + 1.0, b - 1.0, c - 1.0, d + 1.0);
        }
        self.ln_probability(a).exp() * sum
    }
}

/// The first number from `first` up to `end` for which something no longer holds; it holds for all before.
fn partition(first: u64, end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut first, mut end) = (first, end);
    while first < end {
        let middle = first + (end - first) / 2;
        if holds(middle) { first = middle + 1 } else { end = middle }
    }
    first
}

/// Every row and column has something in it.
fn check_margins([[a, b], [c, d]]: [[u64; 2]; 2]) -> Figure<()> {
    let is_empty = |x: u64, y: u64| x == 0 && y == 0;
    if is_empty(a, b) || is_empty(c, d) {
        return Err(Because("one of the two groups is empty"));
    }
    if is_empty(a, c) || is_empty(b, d) {
        return Err(Because("all have the same outcome"));
    }
    Ok(())
}

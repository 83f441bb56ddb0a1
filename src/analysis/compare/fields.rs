//! One field on both sides: how far it has shifted, and what is needed to draw both distributions.

use serde::Serialize;

use super::Tested;
use crate::analysis::categories::Categories;
use crate::analysis::distribution::{Distribution, distributions};
use crate::analysis::proportion::Rate;
use crate::analysis::pulse::Pulse;
use crate::analysis::statistics::contingency::{ChiSquared, Contingency};
use crate::analysis::statistics::drift::{
    Ks, MannWhitney, Shift, jensen_shannon, jensen_shannon_of_categories, ks, mann_whitney, psi, psi_of_categories,
    wasserstein,
};
use crate::analysis::statistics::pair::Bin;
use crate::analysis::statistics::{Because, Figure, figure};
use crate::bundle::reading::Watch;
use crate::columns::{Column, Selection};
use crate::evidence::{Catalogued, Evidence, EvidenceError};
use crate::query::{Field, Path};

/// So many values are told apart as categories, the most frequent ones; the rest is one more.
pub const MAX_CATEGORIES: usize = 200;

/// Bins that numbers are drawn in.
const BINS: usize = 48;

/// The member that a seal is.
const SEAL: &str = "$sealed";

/// A field on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct FieldCompared {
    /// As filters write it.
    pub field: String,
    /// Decisions of the reference without a value: of numbers, without a number.
    pub missing_a: Rate,
    /// The same of the other side.
    pub missing_b: Rate,
    /// Population stability index.
    #[serde(serialize_with = "figure")]
    pub psi: Figure<Stability>,
    /// Jensen–Shannon distance.
    #[serde(serialize_with = "figure")]
    pub jensen_shannon: Figure<f64>,
    /// What is specific to its values.
    #[serde(flatten)]
    pub shape: Shape,
}

impl FieldCompared {
    /// How far it has shifted, in words: few decisions have a large index by chance, and many a small one that is none.
    #[must_use]
    pub fn shift_words(&self) -> Option<&'static str> {
        let shift = self.psi.as_ref().ok()?.shift;
        let q = match &self.shape {
            Shape::Numbers(numbers) => numbers.ks.q,
            Shape::Categories(categories) => categories.chi_squared.q,
            Shape::None => None,
        };
        let is_sure = q.is_some_and(|q| q < SURE);
        Some(match (shift, is_sure) {
            (Shift::Stable, false) => "stable",
            (Shift::Stable, true) => "small shift",
            (Shift::Moderate | Shift::Large, false) => "may be chance",
            (shift, true) => shift.words(),
        })
    }
}

/// A q-value below which a shift is told as one.
const SURE: f64 = 0.05;

/// A population stability index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stability {
    /// The index.
    pub value: f64,
    /// What it is customarily told as.
    pub shift: Shift,
}

/// What is specific to the values of a field.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "values", rename_all = "snake_case")]
pub enum Shape {
    /// Most of its values are numbers.
    Numbers(Box<NumbersCompared>),
    /// They are not.
    Categories(Box<CategoriesCompared>),
    /// They cannot be compared; the figures say why.
    None,
}

/// Numbers on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct NumbersCompared {
    /// Kolmogorov–Smirnov.
    pub ks: Tested<Ks>,
    /// Mann–Whitney.
    pub mann_whitney: Tested<MannWhitney>,
    /// Wasserstein distance, in the unit of the values.
    #[serde(serialize_with = "figure")]
    pub wasserstein: Figure<f64>,
    /// The deciles of the reference that the stability index is over.
    pub deciles: Vec<Bin>,
    /// Both distributions in bins of one width.
    pub histogram: Vec<Bin>,
}

/// Categories on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct CategoriesCompared {
    /// Both sides against each other.
    pub chi_squared: Tested<ChiSquared>,
    /// Those that are told apart, the most frequent of both sides together first.
    pub categories: Vec<CategoryCompared>,
    /// How many more values there are, which are one category without a name, the last one.
    pub more: u64,
}

/// A category on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoryCompared {
    /// The value; `null` for all that are not told apart.
    pub value: Option<String>,
    /// Of the reference's decisions that have a value.
    pub a: Rate,
    /// Of those of the other side.
    pub b: Rate,
}

impl FieldCompared {
    /// Compares a field of the catalogue; `None` where no decision of either side has it.
    pub(super) fn of(
        evidence: &Evidence,
        known: &Catalogued,
        rows: &[Selection; 2],
        watch: &dyn Watch,
    ) -> Result<Option<Self>, EvidenceError> {
        let column = match evidence.column(&known.field, watch) {
            Ok(column) => Ok(column),
            Err(EvidenceError::TooVaried(_)) => Err(Because("there are more different values than can be counted")),
            Err(error) => return Err(error),
        };
        if let Some(sealed) = sealed(&known.field) {
            let has_any = column
                .as_ref()
                .is_ok_and(|column| rows.iter().any(|rows| rows.iter().any(|row| column.is_present(row))));
            return Ok(has_any.then(|| Self::none(&sealed, Because("its values are sealed"))));
        }
        let column = match column {
            Ok(column) => column,
            Err(because) => return Ok(Some(Self::none(&known.name, because))),
        };
        let counts = &known.counts;
        let is_numbers = counts.numbers > counts.texts + counts.booleans;
        let compared = match is_numbers {
            true => Self::numbers(&known.name, Some(&column), rows, watch)?,
            false => Self::categories(&known.name, Some(&column), rows, watch)?,
        };
        let has_values = |missing: Rate| missing.numerator < missing.denominator;
        Ok((has_values(compared.missing_a) || has_values(compared.missing_b)).then_some(compared))
    }

    /// Compares numbers.
    pub(super) fn numbers(
        name: &str,
        column: Option<&Column>,
        rows: &[Selection; 2],
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let Some(column) = column else { return Ok(Self::none(name, VARIED)) };
        super::go_on(watch)?;
        let [a, b] = rows;
        let grouped = a.iter().map(|row| (row, 0)).chain(b.iter().map(|row| (row, 1)));
        let found = distributions(column, grouped, 2);
        let [a, b] = &found[..] else { return Ok(Self::none(name, VARIED)) };
        let missing = |of: &Distribution| Rate::of(of.without(), of.with() + of.without());
        let pair = a.with_current(b);
        let (psi, deciles) = match psi(&pair) {
            Ok(psi) => (Ok(Stability { value: psi.value, shift: psi.shift }), psi.bins),
            Err(because) => (Err(because), Vec::new()),
        };
        Ok(Self {
            field: name.to_owned(),
            missing_a: missing(a),
            missing_b: missing(b),
            psi,
            jensen_shannon: jensen_shannon(&pair),
            shape: Shape::Numbers(Box::new(NumbersCompared {
                ks: Tested::new(ks(&pair)),
                mann_whitney: Tested::new(mann_whitney(&pair)),
                wasserstein: wasserstein(&pair),
                deciles,
                histogram: pair.histogram(BINS),
            })),
        })
    }

    /// Compares categories.
    pub(super) fn categories(
        name: &str,
        column: Option<&Column>,
        rows: &[Selection; 2],
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let Some(column) = column else { return Ok(Self::none(name, VARIED)) };
        let all = rows.iter().flat_map(Selection::iter);
        let categories = Categories::of(column, all, MAX_CATEGORIES, watch)?;
        let mut counts = vec![(0_u64, 0_u64); categories.places()];
        let mut with = [0_u64; 2];
        let mut pulse = Pulse::new(watch);
        for (side, rows) in rows.iter().enumerate() {
            for row in rows.iter() {
                pulse.beat()?;
                if let Some(count) = categories.place(row).and_then(|place| counts.get_mut(place)) {
                    with[side] += 1;
                    *(if side == 0 { &mut count.0 } else { &mut count.1 }) += 1;
                }
            }
        }
        let all = rows.each_ref().map(|rows| u64::from(rows.count()));
        let cells = counts.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let names = categories.names().iter().cloned().map(Some).chain((categories.more() > 0).then_some(None));
        let told = names.zip(&counts).map(|(value, (a, b))| CategoryCompared {
            value,
            a: Rate::of(*a, with[0]),
            b: Rate::of(*b, with[1]),
        });
        Ok(Self {
            field: name.to_owned(),
            missing_a: Rate::of(all[0] - with[0], all[0]),
            missing_b: Rate::of(all[1] - with[1], all[1]),
            psi: psi_of_categories(&counts).map(|(value, shift)| Stability { value, shift }),
            jensen_shannon: jensen_shannon_of_categories(&counts),
            shape: Shape::Categories(Box::new(CategoriesCompared {
                chi_squared: Tested::new(Contingency::new(counts.len(), 2, cells).chi_squared()),
                categories: told.collect(),
                more: categories.more() as u64,
            })),
        })
    }

    /// What cannot be compared, and why.
    fn none(name: &str, because: Because) -> Self {
        // How many are missing is not known either.
        let missing = Rate::of(0, 0);
        Self {
            field: name.to_owned(),
            missing_a: missing,
            missing_b: missing,
            psi: Err(because),
            jensen_shannon: Err(because),
            shape: Shape::None,
        }
    }

    /// Visits the p-value of each test, and where its q-value belongs.
    pub(super) fn each_test(&mut self, visit: &mut dyn FnMut(Option<f64>, &mut Option<f64>)) {
        match &mut self.shape {
            Shape::Numbers(numbers) => {
                visit(numbers.ks.test.as_ref().ok().map(|test| test.p), &mut numbers.ks.q);
                visit(numbers.mann_whitney.test.as_ref().ok().map(|test| test.p), &mut numbers.mann_whitney.q);
            }
            Shape::Categories(categories) => {
                let p = categories.chi_squared.test.as_ref().ok().map(|test| test.p);
                visit(p, &mut categories.chi_squared.q);
            }
            Shape::None => {}
        }
    }
}

/// Why there is no column.
const VARIED: Because = Because("there are more different values than can be counted");

/// The place that a seal stands at, where the field is one.
pub(super) fn sealed(field: &Field) -> Option<String> {
    let Field::Path(path) = field else { return None };
    let (_, place) = path.members().split_last().filter(|(name, _)| *name == SEAL)?;
    Path::new(place.to_vec()).map(|path| path.to_string())
}

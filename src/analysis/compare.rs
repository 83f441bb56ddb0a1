//! Two selections of decisions side by side: their rates, results and confidence, and how far each field of the input has shifted.
//!
//! The first is the reference. Each figure is defined in `assets/spec/figures.md`; what the two have in common is told, since tests
//! take them for independent.

mod fields;
pub mod segments;

use serde::Serialize;

pub use fields::{
    CategoriesCompared, CategoryCompared, FieldCompared, MAX_CATEGORIES, NumbersCompared, Shape, Stability,
};

use super::decisions::{Decisions, Measure};
use super::proportion::Rate;
use super::pulse::go_on;
use super::statistics::many::benjamini_hochberg_of;
use super::statistics::proportions::Difference;
use super::statistics::{Figure, figure};
use super::versions::Against;
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Catalogued, Evidence, EvidenceError};
use crate::query::Field;

/// So many fields of the input are compared, those that most records have.
pub const MAX_FIELDS: usize = 200;

/// Below this path the input's fields are.
const INPUT: [&str; 2] = ["input", "metadata"];

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// What it is called.
    pub name: &'s str,
    /// Its records; those that are no decisions do not count.
    pub rows: &'s Selection,
}

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SideTold {
    /// What it is called.
    pub name: String,
    /// Its decisions.
    pub decisions: u64,
}

/// Two selections of decisions side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// The reference.
    pub a: SideTold,
    /// What is held against it.
    pub b: SideTold,
    /// Decisions that are in both; tests and intervals take the two for independent.
    pub both: u64,
    /// All measures, in the order of [`Measure::ALL`].
    pub measures: Vec<MeasureCompared>,
    /// The results.
    pub results: FieldCompared,
    /// How sure the model was.
    pub confidence: FieldCompared,
    /// Fields of the input, by their stability index, the greatest first; those without one last.
    pub fields: Vec<FieldCompared>,
    /// Further fields of the input: only [`MAX_FIELDS`] are compared.
    pub more_fields: u64,
    /// How many tests were made: the q-values are among them.
    pub tests: u64,
}

/// A rate on both sides.
#[derive(Debug, Clone, Serialize)]
pub struct MeasureCompared {
    /// Which.
    pub measure: Measure,
    /// Of the reference.
    pub a: Rate,
    /// Of the other side.
    pub b: Rate,
    /// The second minus the first.
    #[serde(serialize_with = "figure")]
    pub difference: Figure<Difference>,
    /// The q-value of its test (Benjamini–Hochberg), among all tests of the comparison; see [`Comparison::take_q_of`].
    pub q: Option<f64>,
}

/// A test with its q-value.
#[derive(Debug, Clone, Serialize)]
pub struct Tested<T: Serialize> {
    /// The test.
    #[serde(serialize_with = "figure")]
    pub test: Figure<T>,
    /// Its q-value (Benjamini–Hochberg), among all tests of the comparison.
    pub q: Option<f64>,
}

impl<T: Serialize> Tested<T> {
    fn new(test: Figure<T>) -> Self {
        Self { test, q: None }
    }
}

impl Comparison {
    /// Compares the decisions among `b` with those among `a`.
    ///
    /// # Errors
    /// Where an index cannot be read, or it was cancelled.
    pub fn of(
        evidence: &Evidence,
        decisions: &Decisions,
        a: Side<'_>,
        b: Side<'_>,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let rows = [decisions.among(a.rows), decisions.among(b.rows)];
        let [of_a, of_b] = &rows;
        let mut both = of_a.bitmap().clone();
        both.and(of_b.bitmap());
        let tallies = rows.each_ref().map(|rows| decisions.tally(rows));
        go_on(watch)?;
        let measures = Measure::ALL.map(|measure| {
            let [a, b] = tallies.each_ref().map(|tally| tally.counts(measure));
            let rate = |(counted, among)| Rate::of(counted, among);
            let difference = tallies[0].difference(&tallies[1], measure);
            MeasureCompared { measure, a: rate(a), b: rate(b), difference, q: None }
        });
        let results = FieldCompared::categories("result", decisions.results.as_deref(), &rows, watch)?;
        let confidence = FieldCompared::numbers("confidence", decisions.confidences.as_deref(), &rows, watch)?;
        let (wanted, more_fields) = wanted(evidence);
        let mut fields = Vec::with_capacity(wanted.len());
        for field in wanted {
            go_on(watch)?;
            fields.extend(FieldCompared::of(evidence, field, &rows, watch)?);
        }
        fields.sort_by(|a, b| {
            let psi = |field: &FieldCompared| field.psi.as_ref().map_or(f64::NEG_INFINITY, |psi| psi.value);
            psi(b).total_cmp(&psi(a)).then_with(|| a.field.cmp(&b.field))
        });
        let told =
            |side: Side<'_>, rows: &Selection| SideTold { name: side.name.to_owned(), decisions: rows.count().into() };
        let mut out = Self {
            a: told(a, of_a),
            b: told(b, of_b),
            both: both.count().into(),
            measures: measures.into(),
            results,
            confidence,
            fields,
            more_fields,
            tests: 0,
        };
        out.with_q();
        Ok(out)
    }

    /// Takes over the q-values of figures that the table of versions has as well, so that one figure has one q wherever it is shown:
    /// that among all tests of the table. The other tests keep theirs, among all of this comparison.
    ///
    /// `against` holds the same two stretches of service against each other, in either direction: their tests are symmetrical.
    pub fn take_q_of(&mut self, against: &Against) {
        for told in &against.rates {
            if let Some(measure) = self.measures.iter_mut().find(|compared| compared.measure == told.measure) {
                measure.q = told.q;
            }
        }
        if let Shape::Numbers(numbers) = &mut self.confidence.shape {
            numbers.ks.q = against.ks_q;
        }
    }

    /// Gives each test its q-value among all.
    fn with_q(&mut self) {
        let mut p = Vec::new();
        self.each_test(&mut |of, _| p.push(of));
        self.tests = p.iter().flatten().count() as u64;
        let mut q = benjamini_hochberg_of(&p).into_iter();
        self.each_test(&mut |_, of| *of = q.next().flatten());
    }

    /// Visits the p-value of each test, and where its q-value belongs.
    fn each_test(&mut self, visit: &mut dyn FnMut(Option<f64>, &mut Option<f64>)) {
        for measure in &mut self.measures {
            let p = measure.difference.as_ref().ok().and_then(|difference| difference.p.ok());
            visit(p, &mut measure.q);
        }
        self.results.each_test(visit);
        self.confidence.each_test(visit);
        self.fields.iter_mut().for_each(|field| field.each_test(visit));
    }
}

/// The fields of the input that are compared, and how many more there are.
fn wanted(evidence: &Evidence) -> (Vec<&Catalogued>, u64) {
    let is_input = |known: &&Catalogued| match &known.field {
        Field::Path(path) => {
            let is_below = path.members().len() > 2 && path.members().iter().zip(INPUT).all(|(name, of)| name == of);
            let counts = &known.counts;
            is_below && counts.texts + counts.numbers + counts.booleans > 0
        }
        Field::Alias(_) => false,
    };
    let mut found: Vec<&Catalogued> = evidence.fields().iter().filter(is_input).collect();
    found.sort_by_key(|known| std::cmp::Reverse(known.counts.records));
    let more = found.len().saturating_sub(MAX_FIELDS) as u64;
    found.truncate(MAX_FIELDS);
    (found, more)
}

#[cfg(test)]
mod tests;

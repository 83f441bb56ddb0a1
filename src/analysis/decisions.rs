//! What is known of every decision, by row, gathered once: whether it was reviewed, overridden, borne out, adverse, and how its version
//! is known. Rates of any selection are then one pass over it.
//!
//! Which results are adverse or favourable, and which outcomes bear them out, the `system` records or the auditor say; what nobody
//! says is not determinable (`assets/spec/figures.md`, section 9).

mod read;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::proportion::Rate;
use super::statistics::proportions::{Difference, difference};
use super::statistics::{Because, Figure};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Column, Selection};
use crate::evidence::{Evidence, EvidenceError};

/// What is known of one decision: a set of [`Mark`]s. 0 for records that are no decisions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(u16);

/// One thing that is known of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The record is a decision.
    Decision,
    /// It is known whether a review names it: where records are withheld or missing, one of them may.
    ReviewsKnown,
    /// A review names it.
    Reviewed,
    /// A review overrode it.
    Overridden,
    /// An outcome names it.
    Outcome,
    /// Result and outcome agree.
    Correct,
    /// Result and outcome disagree.
    Wrong,
    /// Its result is one that counts as adverse.
    Adverse,
    /// Its result is one that counts as favourable.
    Favourable,
    /// It is on record which results are adverse.
    Explained,
    /// Its version is taken from the deployment that was live then.
    Inferred,
}

/// How many sets of marks there are.
const SETS: usize = 1 << 11;

impl Mark {
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl Marks {
    /// Whether it is so.
    #[must_use]
    pub const fn has(self, mark: Mark) -> bool {
        self.0 & mark.bit() != 0
    }

    /// These, for tests of what is told of them.
    #[cfg(test)]
    pub(crate) fn of(marks: &[Mark]) -> Self {
        Self(marks.iter().fold(0, |set, mark| set | mark.bit()))
    }
}

/// A share of decisions that can be told of any selection of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Adverse results, of the decisions of which it is on record which results are adverse.
    Adverse,
    /// Reviewed, of all.
    Reviewed,
    /// Overridden, of those reviewed.
    OverriddenOfReviewed,
    /// Overridden, of all.
    OverriddenOfAll,
    /// Result and outcome disagree, of those of which both can be held against each other.
    Errors,
    /// A favourable result, of those whose outcome did not bear one out.
    FalsePositives,
    /// An adverse result, of those whose outcome would have borne out a favourable one.
    FalseNegatives,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Adverse,
        Self::Reviewed,
        Self::OverriddenOfReviewed,
        Self::OverriddenOfAll,
        Self::Errors,
        Self::FalsePositives,
        Self::FalseNegatives,
    ];

    /// What it is called, as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Adverse => "Adverse results",
            Self::Reviewed => "Reviewed",
            Self::OverriddenOfReviewed => "Overridden, of reviewed",
            Self::OverriddenOfAll => "Overridden, of all",
            Self::Errors => "Errors",
            Self::FalsePositives => "False positives",
            Self::FalseNegatives => "False negatives",
        }
    }

    /// In JSON and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Adverse => "adverse",
            Self::Reviewed => "reviewed",
            Self::OverriddenOfReviewed => "overridden_of_reviewed",
            Self::OverriddenOfAll => "overridden_of_all",
            Self::Errors => "errors",
            Self::FalsePositives => "false_positives",
            Self::FalseNegatives => "false_negatives",
        }
    }

    /// What is counted, and among what.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            Self::Adverse => {
                "decisions with an adverse result ÷ decisions of which it is on record which results are adverse"
            }
            Self::Reviewed => "decisions that a review names ÷ all decisions of which that is known",
            Self::OverriddenOfReviewed => "decisions that a review overrode ÷ decisions that a review names",
            Self::OverriddenOfAll => "decisions that a review overrode ÷ all decisions of which that is known",
            Self::Errors => {
                "decisions whose result and outcome disagree ÷ decisions whose result and outcome can be compared"
            }
            Self::FalsePositives => "favourable results ÷ decisions whose outcome did not bear out a favourable one",
            Self::FalseNegatives => "adverse results ÷ decisions whose outcome would have borne out a favourable one",
        }
    }

    /// Why it has no denominator, where it has none.
    #[must_use]
    pub fn without(self) -> &'static str {
        match self {
            Self::Adverse => "no record says which results are adverse",
            Self::Reviewed | Self::OverriddenOfAll => {
                "it is not known of the decisions here which of them were reviewed"
            }
            Self::OverriddenOfReviewed => "no decision was reviewed",
            Self::Errors => "no outcome on record can be compared with a result",
            Self::FalsePositives => "no outcome on record speaks against a favourable result",
            Self::FalseNegatives => "no outcome on record would have borne out a favourable result",
        }
    }

    /// Whether a decision is among those that count: `None` where it is not; else whether it is counted.
    #[must_use]
    pub fn counts(self, marks: Marks) -> Option<bool> {
        let has = |mark| marks.has(mark);
        let (wrong, correct) = (has(Mark::Wrong), has(Mark::Correct));
        let (adverse, favourable) = (has(Mark::Adverse), has(Mark::Favourable));
        let (among, is_counted) = match self {
            Self::Adverse => (has(Mark::Explained), adverse),
            Self::Reviewed => (has(Mark::ReviewsKnown), has(Mark::Reviewed)),
            Self::OverriddenOfReviewed => (has(Mark::Reviewed), has(Mark::Overridden)),
            Self::OverriddenOfAll => (has(Mark::ReviewsKnown), has(Mark::Overridden)),
            Self::Errors => (wrong || correct, wrong),
            Self::FalsePositives => (wrong && favourable || correct && adverse, favourable),
            Self::FalseNegatives => (wrong && adverse || correct && favourable, adverse),
        };
        (among && has(Mark::Decision)).then_some(is_counted)
    }

    /// The same for every set of marks, to be asked in loops.
    #[must_use]
    pub fn table(self) -> MeasureTable {
        let mut table = [0_u8; SETS];
        for (set, entry) in (0_u16..).zip(&mut table) {
            *entry = match self.counts(Marks(set)) {
                None => 0,
                Some(false) => 1,
                Some(true) => 3,
            };
        }
        MeasureTable(Box::new(table))
    }
}

/// Answers of [`Measure::counts`] by marks.
#[derive(Debug, Clone)]
pub struct MeasureTable(Box<[u8; SETS]>);

impl MeasureTable {
    /// As [`Measure::counts`].
    #[must_use]
    pub fn counts(&self, marks: Marks) -> Option<bool> {
        match self.0[usize::from(marks.0) % SETS] {
            0 => None,
            entry => Some(entry == 3),
        }
    }

    /// 1 where the decision is among those that count, and 1 where it is counted.
    #[must_use]
    pub fn pair(&self, marks: Marks) -> (u32, u32) {
        let entry = self.0[usize::from(marks.0) % SETS];
        (u32::from(entry & 1), u32::from(entry >> 1))
    }
}

/// Decisions by what is known of them: every rate can be read off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally(Box<[u32; SETS]>);

impl Default for Tally {
    fn default() -> Self {
        Self(Box::new([0; SETS]))
    }
}

impl Tally {
    /// Counts a decision.
    pub fn add(&mut self, marks: Marks) {
        self.0[usize::from(marks.0) % SETS] += 1;
    }

    /// How many bear all of these marks.
    #[must_use]
    pub fn with(&self, marks: &[Mark]) -> u64 {
        let sets = (0_u16..).zip(self.0.iter());
        sets.filter(|(set, _)| marks.iter().all(|mark| Marks(*set).has(*mark)))
            .map(|(_, count)| u64::from(*count))
            .sum()
    }

    /// How many decisions there are.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.with(&[Mark::Decision])
    }

    /// The counts of a measure: counted, and among how many.
    #[must_use]
    pub fn counts(&self, measure: Measure) -> (u64, u64) {
        let (mut counted, mut among) = (0, 0);
        for (set, count) in (0_u16..).zip(self.0.iter()).filter(|(_, count)| **count > 0) {
            if let Some(is_counted) = measure.counts(Marks(set)) {
                among += u64::from(*count);
                counted += u64::from(*count) * u64::from(is_counted);
            }
        }
        (counted, among)
    }

    /// Why a measure has no rate, where it has none.
    #[must_use]
    pub fn without(&self, measure: Measure) -> &'static str {
        let is_known = self.counts(Measure::Reviewed).1 > 0;
        match measure {
            _ if self.decisions() == 0 => NO_DECISION,
            // Where records are not here, reviews may be among them.
            Measure::OverriddenOfReviewed if !is_known => Measure::Reviewed.without(),
            measure => measure.without(),
        }
    }

    /// How much greater a rate is in another selection.
    ///
    /// # Errors
    /// Why one of them has no rate.
    pub fn difference(&self, other: &Self, measure: Measure) -> Figure<Difference> {
        for side in [self, other] {
            if side.counts(measure).1 == 0 {
                return Err(Because(side.without(measure)));
            }
        }
        difference(self.counts(measure), other.counts(measure))
    }

    /// The rate of a measure.
    #[must_use]
    pub fn rate(&self, measure: Measure) -> Rate {
        let (counted, among) = self.counts(measure);
        Rate::of(counted, among)
    }
}

/// Why nothing can be told where there is nothing to tell of.
pub const NO_DECISION: &str = "there is no decision here";

/// What is known of every decision of some bundles.
#[derive(Debug, Clone)]
pub struct Decisions {
    rows: Selection,
    marks: Vec<u16>,
    /// The model's id; `None`, here and below, where the values are too varied for a column.
    pub models: Option<Arc<Column>>,
    /// The version, as far as it is known.
    pub versions: Option<Arc<Column>>,
    /// How it is known.
    pub sources: Option<Arc<Column>>,
    /// The result.
    pub results: Option<Arc<Column>>,
    /// How sure the model was.
    pub confidences: Option<Arc<Column>>,
}

impl Decisions {
    /// Gathers it.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        read::of(evidence, watch)
    }

    /// All decisions.
    #[must_use]
    pub fn rows(&self) -> &Selection {
        &self.rows
    }

    /// The decisions among some rows.
    #[must_use]
    pub fn among(&self, rows: &Selection) -> Selection {
        let mut here: Bitmap = rows.bitmap().clone();
        here.and(self.rows.bitmap());
        Selection::new(here)
    }

    /// What is known of a row.
    #[must_use]
    pub fn marks(&self, row: u32) -> Marks {
        Marks(self.marks.get(row as usize).copied().unwrap_or(0))
    }

    /// What is known of some rows together. Records that are no decisions do not count.
    #[must_use]
    pub fn tally(&self, rows: &Selection) -> Tally {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(self.marks(row)));
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(of: &[Mark]) -> Marks {
        let known = Mark::Decision.bit() | Mark::ReviewsKnown.bit();
        Marks(of.iter().fold(known, |set, mark| set | mark.bit()))
    }

    #[test]
    fn measures_say_what_they_count_and_among_what() {
        use Mark::{Adverse, Correct, Explained, Favourable, Outcome, Overridden, Reviewed, Wrong};
        use Measure as M;
        for (of, expected) in [
            (&[][..], [None, Some(false), None, Some(false), None, None, None]),
            (&[Reviewed], [None, Some(true), Some(false), Some(false), None, None, None]),
            (&[Reviewed, Overridden], [None, Some(true), Some(true), Some(true), None, None, None]),
            (&[Explained], [Some(false), Some(false), None, Some(false), None, None, None]),
            // A wrong denial: the outcome would have borne out an approval.
            (
                &[Explained, Adverse, Outcome, Wrong],
                [Some(true), Some(false), None, Some(false), Some(true), None, Some(true)],
            ),
            (
                &[Explained, Adverse, Outcome, Correct],
                [Some(true), Some(false), None, Some(false), Some(false), Some(false), None],
            ),
            (
                &[Explained, Favourable, Outcome, Wrong],
                [Some(false), Some(false), None, Some(false), Some(true), Some(true), None],
            ),
            (
                &[Explained, Favourable, Outcome, Correct],
                [Some(false), Some(false), None, Some(false), Some(false), None, Some(false)],
            ),
        ] {
            let marks = marks(of);
            assert_eq!(M::ALL.map(|measure| measure.counts(marks)), expected, "{of:?}");
            for measure in M::ALL {
                let table = measure.table();
                assert_eq!(table.counts(marks), measure.counts(marks));
                let pair = (u32::from(measure.counts(marks).is_some()), u32::from(measure.counts(marks) == Some(true)));
                assert_eq!(table.pair(marks), pair);
            }
        }
        assert_eq!(M::ALL.map(|measure| measure.counts(Marks::default())), [None; 7], "no decision counts nowhere");
    }

    #[test]
    fn rates_are_read_off_a_tally() {
        let mut tally = Tally::default();
        tally.add(Marks::default());
        for _ in 0..3 {
            tally.add(marks(&[Mark::Reviewed]));
        }
        tally.add(marks(&[Mark::Reviewed, Mark::Overridden]));
        tally.add(marks(&[]));
        assert_eq!((tally.decisions(), tally.with(&[Mark::Reviewed])), (5, 4));
        assert_eq!(tally.rate(Measure::OverriddenOfReviewed), Rate::of(1, 4));
        assert_eq!(tally.rate(Measure::OverriddenOfAll), Rate::of(1, 5));
        assert_eq!(tally.rate(Measure::Errors).rate, None);
    }
}

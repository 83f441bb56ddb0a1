//! Figures of decisions: by result, adverse, reviewed, overridden, with an outcome, in error. Which results are adverse the `system`
//! records say; without one that is not determinable.

use serde::Serialize;

use super::told::Oversight;
use crate::analysis::decisions::{Decisions, Mark, Measure};
use crate::analysis::gather;
use crate::analysis::proportion::Rate;
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query;
use crate::record::Kind;

/// A value and how many records have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The value; `null` for records without one.
    pub value: Option<String>,
    /// How many.
    pub count: u64,
}

/// What is known of some decisions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How many.
    pub decisions: u64,
    /// By result, the most frequent first; empty where results cannot be counted.
    pub by_result: Vec<Counted>,
    /// Of the decisions whose result a `system` record explains, those with an adverse one.
    pub adverse: Rate,
    /// Of all, those that were reviewed, whenever that was.
    pub reviewed: Rate,
    /// Of those reviewed, those overridden.
    pub overridden_of_reviewed: Rate,
    /// Of all, those overridden.
    pub overridden_of_all: Rate,
    /// Of all, those whose outcome is on record.
    pub outcomes: Rate,
    /// Of those of which result and outcome can be held against each other, those where they disagree.
    pub errors: Rate,
}

/// Reads figures of selections: what is asked of all decisions is asked once.
pub(super) struct Reader<'e> {
    evidence: &'e Evidence,
    watch: &'e dyn Watch,
    decisions: Decisions,
}

impl<'e> Reader<'e> {
    pub(super) fn new(evidence: &'e Evidence, watch: &'e dyn Watch) -> Result<Self, EvidenceError> {
        Ok(Self { evidence, watch, decisions: Decisions::of(evidence, watch)? })
    }

    /// The decisions among some rows.
    pub(super) fn decisions(&self, rows: &Selection) -> Selection {
        self.decisions.among(rows)
    }

    /// These rows as a selection.
    pub(super) fn only(&self, rows: impl Iterator<Item = u32>) -> Selection {
        Selection::new(Bitmap::from_rows(self.evidence.rows(), rows))
    }

    /// The figures of the decisions among some rows.
    pub(super) fn figures(&self, rows: &Selection, unknown: &mut Vec<String>) -> Figures {
        let rows = self.decisions(rows);
        let tally = self.decisions.tally(&rows);
        let decisions = tally.decisions();
        let (outcomes, explained) = (tally.with(&[Mark::Outcome]), tally.with(&[Mark::Explained]));
        if explained < decisions {
            let missing = decisions - explained;
            unknown
                .push(format!("whether {missing} of the results are adverse: no system record says how they are read"));
        }
        let (_, judged) = tally.counts(Measure::Errors);
        if judged < outcomes {
            let missing = outcomes - judged;
            unknown.push(format!(
                "whether {missing} of the outcomes bear out their results: no system record says which labels do"
            ));
        }
        if decisions > 0 && outcomes == 0 {
            unknown.push("how many of the decisions were wrong: no outcome of them is on record".to_owned());
        }
        Figures {
            decisions,
            by_result: self.by_result(&rows, unknown),
            adverse: tally.rate(Measure::Adverse),
            reviewed: tally.rate(Measure::Reviewed),
            overridden_of_reviewed: tally.rate(Measure::OverriddenOfReviewed),
            overridden_of_all: tally.rate(Measure::OverriddenOfAll),
            outcomes: Rate::of(outcomes, decisions),
            errors: tally.rate(Measure::Errors),
        }
    }

    fn by_result(&self, rows: &Selection, unknown: &mut Vec<String>) -> Vec<Counted> {
        let facet = gather::alias("result").map(|field| self.evidence.facet(&field, rows, usize::MAX, self.watch));
        match facet {
            Some(Ok(facet)) => counted(&facet),
            Some(Err(_)) | None => {
                unknown.push("how often each result stands: the results are too varied to be counted".to_owned());
                Vec::new()
            }
        }
    }
}

fn counted(facet: &crate::columns::Facet) -> Vec<Counted> {
    let values =
        facet.values.iter().map(|value| Counted { value: Some(value.text.clone()), count: value.count.into() });
    let without = (facet.without > 0).then(|| Counted { value: None, count: facet.without.into() });
    values.chain(without).collect()
}

/// Reviews whose own time is in a stretch of time.
pub(super) fn oversight(
    evidence: &Evidence,
    (from, to): (i64, i64),
    watch: &dyn Watch,
) -> Result<Oversight, EvidenceError> {
    let reviews = gather::rows_of(evidence, Kind::Review, watch)?;
    let within = |row: &u32| evidence.times().nanos(*row).is_some_and(|at| (from..to).contains(&at));
    let rows = Selection::new(Bitmap::from_rows(evidence.rows(), reviews.iter().filter(within)));
    let by = |name: &str| {
        let field = query::Path::new(vec![name.to_owned()]).map(query::Field::Path);
        match field.map(|field| evidence.facet(&field, &rows, usize::MAX, watch)) {
            Some(Ok(facet)) => Ok(counted(&facet)),
            None | Some(Err(EvidenceError::TooVaried(_))) => Ok(Vec::new()),
            Some(Err(error)) => Err(error),
        }
    };
    Ok(Oversight { reviews: rows.count().into(), by_action: by("action")?, by_reviewer: by("reviewer")? })
}

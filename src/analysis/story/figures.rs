//! Figures of decisions: by result, adverse, reviewed, overridden, with an outcome, in error. Which results are adverse the `system`
//! records say; without one that is not determinable.

use std::collections::HashMap;

use serde::Serialize;

use super::told::Oversight;
use crate::analysis::gather;
use crate::analysis::proportion::Rate;
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Unknown};
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
    decisions: Bitmap,
    reviewed: Bitmap,
    overridden: Bitmap,
    outcomes: Bitmap,
    correct: Bitmap,
    wrong: Bitmap,
    /// Decisions with an adverse result, and those of which that is known.
    adverse: Bitmap,
    explained: Bitmap,
}

impl<'e> Reader<'e> {
    pub(super) fn new(evidence: &'e Evidence, watch: &'e dyn Watch) -> Result<Self, EvidenceError> {
        let decisions = gather::rows_of(evidence, Kind::Decision, watch)?;
        let select = |text: &str| match query::parse(&format!("kind:decision {text}"), &Unknown) {
            Ok(query) => Ok(evidence.select(&query.expr, watch)?.bitmap().clone()),
            Err(_) => Ok::<_, EvidenceError>(Bitmap::none(evidence.rows())),
        };
        let (adverse, explained) = adverse(evidence, &decisions, watch)?;
        Ok(Self {
            evidence,
            watch,
            decisions: decisions.bitmap().clone(),
            reviewed: select("reviewed:true")?,
            overridden: select("overridden:true")?,
            outcomes: select("has:outcome")?,
            correct: select("correct:true")?,
            wrong: select("correct:false")?,
            adverse,
            explained,
        })
    }

    /// The decisions among some rows.
    pub(super) fn decisions(&self, rows: &Selection) -> Selection {
        Selection::new(both(rows.bitmap(), &self.decisions))
    }

    /// These rows as a selection.
    pub(super) fn only(&self, rows: impl Iterator<Item = u32>) -> Selection {
        Selection::new(Bitmap::from_rows(self.evidence.rows(), rows))
    }

    /// The figures of the decisions among some rows.
    pub(super) fn figures(&self, rows: &Selection, unknown: &mut Vec<String>) -> Figures {
        let rows = self.decisions(rows);
        let count = |with: &Bitmap| u64::from(both(rows.bitmap(), with).count());
        let decisions = u64::from(rows.count());
        let (reviewed, overridden) = (count(&self.reviewed), count(&self.overridden));
        let (outcomes, wrong) = (count(&self.outcomes), count(&self.wrong));
        let explained = count(&self.explained);
        if explained < decisions {
            let missing = decisions - explained;
            unknown
                .push(format!("whether {missing} of the results are adverse: no system record says how they are read"));
        }
        let judged = count(&self.correct) + wrong;
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
            adverse: Rate::of(count(&self.adverse), explained),
            reviewed: Rate::of(reviewed, decisions),
            overridden_of_reviewed: Rate::of(overridden, reviewed),
            overridden_of_all: Rate::of(overridden, decisions),
            outcomes: Rate::of(outcomes, decisions),
            errors: Rate::of(wrong, judged),
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

fn both(rows: &Bitmap, with: &Bitmap) -> Bitmap {
    let mut out = rows.clone();
    out.and(with);
    out
}

/// The decisions with an adverse result, and those of which a `system` record or the auditor says how it is read.
fn adverse(evidence: &Evidence, decisions: &Selection, watch: &dyn Watch) -> Result<(Bitmap, Bitmap), EvidenceError> {
    let (mut adverse, mut explained) = (Bitmap::none(evidence.rows()), Bitmap::none(evidence.rows()));
    let readings = evidence.result_readings()?;
    let (Some(model), Some(result)) = (gather::alias("model"), gather::alias("result")) else {
        return Ok((adverse, explained));
    };
    let columns = evidence.column(&model, watch).and_then(|model| Ok((model, evidence.column(&result, watch)?)));
    let (models, values) = match columns {
        Ok(columns) => columns,
        Err(EvidenceError::TooVaried(_) | EvidenceError::Underived(_)) => return Ok((adverse, explained)),
        Err(error) => return Err(error),
    };
    // By log, and codes of model and result: asked once for each that there is.
    let mut known: HashMap<(usize, u32, u32), Option<bool>> = HashMap::new();
    for (n, log) in evidence.logs().iter().enumerate() {
        let judge = |row: u32| {
            let (model, value) = (models.cell(row), values.cell(row));
            let model = model.texts().next().map(str::to_owned);
            let says = readings.of(Some(&log.index.origin), model.as_deref())?;
            let mut texts = value.texts();
            let text = texts.next().filter(|_| texts.next().is_none())?;
            (!says.adverse.is_empty()).then(|| says.adverse.iter().any(|adverse| adverse == text))
        };
        let (first, last) = (decisions.rank(log.rows.start), decisions.rank(log.rows.end));
        for row in (first..last).filter_map(|place| decisions.row(place)) {
            let is_adverse = match models.code(row).zip(values.code(row)) {
                Some((model, value)) => *known.entry((n, model, value)).or_insert_with(|| judge(row)),
                None => judge(row),
            };
            adverse.set(row, is_adverse == Some(true));
            explained.set(row, is_adverse.is_some());
        }
    }
    Ok((adverse, explained))
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

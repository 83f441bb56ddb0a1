//! What the views ask of the evidence, and the thread that answers: the rows that pass, their order, how they spread over time, how
//! often which value stands there. The newest question counts; the parts of its answer are shown as they come.

use std::sync::Arc;

use super::filter::kind_expr;
use crate::bundle::reading::Watch as _;
use crate::columns::{Column, Facet, FacetValue, Histogram, Selection, Spread};
use crate::evidence::{Evidence, EvidenceError, SortKey};
use crate::jobs::{Answers, Progress};
use crate::query::{Expr, Field, Term, Test};
use crate::record::Kind;

/// Values of a facet that are counted out; of more, there is the number.
pub const FACET_VALUES: usize = 50;

/// Stretches that the range of a field's numbers is counted in.
pub const STRETCHES: usize = 26;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which question it is: greater ones are newer.
    pub generation: u64,
    /// What records of any kind have to pass.
    pub expr: Expr,
    /// The kind.
    pub kind: Option<Kind>,
    /// The order; that of time without keys.
    pub order: Vec<SortKey>,
    /// The fields whose values are counted, each with what its own conditions leave: values that are filtered out are counted
    /// as well.
    pub facets: Vec<Counted>,
    /// The fields whose numbers are counted over their range, as the values of `facets` are.
    pub spreads: Vec<(Field, Expr)>,
    /// The fields that are shown.
    pub columns: Vec<Field>,
    /// How many stretches of time there may be.
    pub buckets: u32,
    /// The first and the last instant that they are counted in, in nanoseconds since 1970; all times without it.
    pub extent: Option<(i64, i64)>,
    /// The rows of the table below the timeline.
    pub below: Option<Below>,
}

/// What the table below the timeline shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Below {
    /// What records of any kind have to pass: the conditions, and the stretch of time.
    pub of_any: Expr,
    /// What those have to pass besides that are shown.
    pub only: Expr,
}

/// A field whose values are counted.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The field.
    pub field: Field,
    /// What the records have to pass that are counted.
    pub expr: Expr,
    /// Values that the filter names: they are counted however rare they are, and also where no record has them.
    pub named: Vec<(String, Test)>,
}

/// A part of an answer; the first member of each is the question's generation.
#[derive(Debug)]
pub enum Answer {
    /// The rows.
    Rows(u64, Rows),
    /// The rows of the table below the timeline.
    Below(u64, Rows),
    /// How they spread over time, the whole log beside them.
    Histogram(u64, Histogram),
    /// The values of a field.
    Facet(u64, Field, Result<Facet, String>),
    /// How the numbers of a field spread.
    Spread(u64, Field, Result<Spread, String>),
    /// The column of a field, to be shown.
    Column(u64, Field, Result<Arc<Column>, String>),
    /// There is no answer.
    Failed(u64, String),
    /// That was all.
    Done(u64),
}

/// The rows that pass.
#[derive(Debug, Clone)]
pub struct Rows {
    /// All of them.
    pub selection: Arc<Selection>,
    /// The rows in their order, where that is not the one of the selection.
    pub order: Option<Arc<Vec<u32>>>,
    /// Records that pass but for their kind, by kind ([`Kind::place`]).
    pub by_kind: [u32; Kind::ALL.len()],
}

impl Rows {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.selection.count()
    }

    /// The row at a place of the order.
    #[must_use]
    pub fn row(&self, place: u32) -> Option<u32> {
        match &self.order {
            Some(order) => order.get(place as usize).copied(),
            None => self.selection.row(place),
        }
    }
}

/// Answers a question.
pub fn answer(evidence: &Evidence, question: &Question, progress: &Progress, answers: &Answers<Answer>) {
    let generation = question.generation;
    match parts(evidence, question, progress, answers) {
        Ok(()) if !progress.is_cancelled() => answers.give(Answer::Done(generation)),
        // Somebody asked something else meanwhile.
        Err(_) if progress.is_cancelled() => {}
        Ok(()) => {}
        Err(error) => answers.give(Answer::Failed(generation, error.to_string())),
    }
}

/// Records by kind ([`Kind::place`]).
fn by_kind(evidence: &Evidence, rows: &Selection) -> Result<[u32; Kind::ALL.len()], EvidenceError> {
    let kinds = evidence.kinds()?;
    let mut by_kind = [0; Kind::ALL.len()];
    for row in rows.iter() {
        if let Some(count) = kinds.get(row as usize).and_then(|kind| by_kind.get_mut(usize::from(*kind))) {
            *count += 1;
        }
    }
    Ok(by_kind)
}

fn parts(
    evidence: &Evidence,
    question: &Question,
    progress: &Progress,
    answers: &Answers<Answer>,
) -> Result<(), EvidenceError> {
    let generation = question.generation;
    let of_kind = |expr: &Expr| match question.kind.and_then(kind_expr) {
        Some(kind) => Expr::and([kind, expr.clone()]),
        None => expr.clone(),
    };
    let of_any = evidence.select(&question.expr, progress)?;
    let by_kind = by_kind(evidence, &of_any)?;
    let selection =
        Arc::new(if question.kind.is_some() { evidence.select(&of_kind(&question.expr), progress)? } else { of_any });
    // Several bundles lie one behind the other: in time they come together.
    let by_time = || crate::app::shape::field("time").map(|field| SortKey { field, descends: false });
    let order: Vec<SortKey> = match &question.order[..] {
        [] if evidence.logs().len() > 1 => by_time().into_iter().collect(),
        order => order.to_vec(),
    };
    // Rows in the order of the log are there at once; another order comes when it is made.
    let mut rows = Rows { selection: Arc::clone(&selection), order: None, by_kind };
    if order.is_empty() {
        answers.give(Answer::Rows(generation, rows.clone()));
    }
    for field in &question.columns {
        let column = evidence.column(field, progress).map_err(|error| error.to_string());
        if progress.is_cancelled() {
            return Ok(());
        }
        answers.give(Answer::Column(generation, field.clone(), column));
    }
    if !order.is_empty() {
        rows.order = Some(Arc::new(evidence.sort(&selection, &order, progress)?));
        answers.give(Answer::Rows(generation, rows));
    }
    if let Some(Below { of_any, only }) = &question.below {
        let of_any = evidence.select(of_any, progress)?;
        let by_kind = crate::app::ask::by_kind(evidence, &of_any)?;
        let selection = match only {
            Expr::All => of_any,
            only => {
                let mut both = of_any.bitmap().clone();
                both.and(evidence.select(only, progress)?.bitmap());
                Selection::new(both)
            }
        };
        // A timeline is in the order of time, unless another one is asked for.
        let order = match &question.order[..] {
            [] => by_time().into_iter().collect(),
            order => order.to_vec(),
        };
        let order = Some(Arc::new(evidence.sort(&selection, &order, progress)?));
        answers.give(Answer::Below(generation, Rows { selection: Arc::new(selection), order, by_kind }));
    }
    answers.give(Answer::Histogram(generation, evidence.histogram(&selection, question.extent, question.buckets)));
    let counted = |expr: &Expr| -> Result<Arc<Selection>, EvidenceError> {
        if *expr == question.expr {
            return Ok(Arc::clone(&selection));
        }
        Ok(Arc::new(evidence.select(&of_kind(expr), progress)?))
    };
    for Counted { field, expr, named } in &question.facets {
        if progress.is_cancelled() {
            return Ok(());
        }
        let rows = counted(expr)?;
        let mut facet = evidence.facet(field, &rows, FACET_VALUES, progress).map_err(|error| error.to_string());
        for (text, test) in named {
            let Ok(facet) = &mut facet else { break };
            if !facet.values.iter().any(|value| test.passes(&value.text, None)) {
                let is_it = Expr::Term(Term::Field { field: field.clone(), test: test.clone() });
                let count = evidence.select(&of_kind(&Expr::and([expr.clone(), is_it])), progress)?.count();
                facet.values.push(FacetValue { text: text.clone(), value_type: None, count });
            }
        }
        answers.give(Answer::Facet(generation, field.clone(), facet));
    }
    for (field, expr) in &question.spreads {
        if progress.is_cancelled() {
            return Ok(());
        }
        let spread = evidence.spread(field, &*counted(expr)?, STRETCHES, progress).map_err(|error| error.to_string());
        answers.give(Answer::Spread(generation, field.clone(), spread));
    }
    Ok(())
}

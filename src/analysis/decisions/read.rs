//! Reads what is known of decisions out of columns.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Decisions, Mark};
use crate::analysis::gather;
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Column, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Unknown};
use crate::record::Kind;

pub(super) fn of(evidence: &Evidence, watch: &dyn Watch) -> Result<Decisions, EvidenceError> {
    let rows = gather::rows_of(evidence, Kind::Decision, watch)?;
    let mut marks = vec![0_u16; evidence.rows() as usize];
    let mut mark = |rows: &Bitmap, mark: Mark| rows.iter().for_each(|row| marks[row as usize] |= mark.bit());
    mark(rows.bitmap(), Mark::Decision);
    for (text, of) in [
        ("has:reviewed", Mark::ReviewsKnown),
        ("reviewed:true", Mark::Reviewed),
        ("overridden:true", Mark::Overridden),
        ("has:outcome", Mark::Outcome),
        ("correct:true", Mark::Correct),
        ("correct:false", Mark::Wrong),
        ("version_source:inferred", Mark::Inferred),
    ] {
        // Each filter here is written by this file.
        if let Ok(query) = query::parse(&format!("kind:decision {text}"), &Unknown) {
            mark(evidence.select(&query.expr, watch)?.bitmap(), of);
        }
    }
    // Where records are withheld or missing, only reviews that are here are known: shares of those alone would say nothing.
    if !evidence.is_whole() {
        for log in evidence.logs() {
            let here = &mut marks[log.rows.start as usize..log.rows.end as usize];
            let is_unknown = |set: &u16| set & Mark::Decision.bit() != 0 && set & Mark::ReviewsKnown.bit() == 0;
            if here.iter().any(is_unknown) {
                here.iter_mut().for_each(|set| *set &= !Mark::ReviewsKnown.bit());
            }
        }
    }
    let column = |name: &str| column(evidence, name, watch);
    let (models, results) = (column("model")?, column("result")?);
    if let (Some(models), Some(results)) = (&models, &results) {
        let readings = readings(evidence, &rows, models, results)?;
        for (row, set) in readings {
            marks[row as usize] |= set;
        }
    }
    Ok(Decisions {
        versions: column("version")?,
        sources: column("version_source")?,
        confidences: column("confidence")?,
        rows,
        marks,
        models,
        results,
    })
}

/// A column of an alias; `None` where there can be none.
fn column(evidence: &Evidence, name: &str, watch: &dyn Watch) -> Result<Option<Arc<Column>>, EvidenceError> {
    let Some(field) = gather::alias(name) else { return Ok(None) };
    match evidence.column(&field, watch) {
        Ok(column) => Ok(Some(column)),
        Err(EvidenceError::TooVaried(_) | EvidenceError::Underived(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How the result of each decision is read, where anybody says that: marks by row.
fn readings(
    evidence: &Evidence,
    decisions: &Selection,
    models: &Column,
    results: &Column,
) -> Result<Vec<(u32, u16)>, EvidenceError> {
    let readings = evidence.result_readings()?;
    // By log, and codes of model and result: asked once for each that there is.
    let mut known: HashMap<(usize, u32, u32), u16> = HashMap::new();
    let mut out = Vec::new();
    for (n, log) in evidence.logs().iter().enumerate() {
        let judge = |row: u32| {
            let (model, value) = (models.cell(row), results.cell(row));
            let model = model.texts().next();
            let Some(says) = readings.of(Some(&log.index.origin), model) else { return 0 };
            let mut texts = value.texts();
            let Some(text) = texts.next().filter(|_| texts.next().is_none()) else { return 0 };
            let is_in = |list: &[String]| list.iter().any(|listed| listed == text);
            let (adverse, favourable) = (is_in(&says.adverse), is_in(&says.favourable));
            let mut set = 0;
            for (mark, is_so) in [
                (Mark::Explained, !says.adverse.is_empty()),
                (Mark::Adverse, adverse),
                // A result that is said to be both is told as adverse alone: of two claims the graver.
                (Mark::Favourable, favourable && !adverse),
            ] {
                set |= if is_so { mark.bit() } else { 0 };
            }
            set
        };
        let (first, last) = (decisions.rank(log.rows.start), decisions.rank(log.rows.end));
        for row in decisions.iter().skip(first as usize).take((last - first) as usize) {
            let set = match models.code(row).zip(results.code(row)) {
                Some((model, value)) => *known.entry((n, model, value)).or_insert_with(|| judge(row)),
                None => judge(row),
            };
            if set != 0 {
                out.push((row, set));
            }
        }
    }
    Ok(out)
}

//! The lanes of measured values, and the one of times that cannot be true.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Gatherer, Passing};
use crate::app::timeline::lanes::{Body, Lane, Monitor};
use crate::app::{filter, shape};
use crate::columns::Value;
use crate::evidence::EvidenceError;

/// So many values that were measured have lanes.
const MONITORS: usize = 24;

impl Gatherer {
    /// Measured values: a lane for each metric of each model.
    pub(super) fn monitors(&mut self, model: Option<&str>, passing: &Passing<'_>) -> Result<Vec<Lane>, EvidenceError> {
        /// Measurements of one value.
        #[derive(Default)]
        struct Measured {
            all: Vec<(i64, f64, bool)>,
            threshold: Option<f64>,
            is_beyond: bool,
        }
        let all = self.pair("kind:monitor", passing)?.whole;
        let rows = all.rows(i128::MIN, i128::MAX);
        let mut columns = Vec::new();
        for name in ["metric", "value", "threshold", "model"] {
            let Some(field) = shape::field(name) else { return Ok(Vec::new()) };
            columns.push(self.evidence.column(&field, passing.watch)?);
        }
        let [metrics, values, thresholds, models] = &columns[..] else { return Ok(Vec::new()) };
        let number = |value: Value<'_>| match value {
            Value::Number(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
            _ => None,
        };
        let mut measured: BTreeMap<(String, String), Measured> = BTreeMap::new();
        for row in rows.iter().copied() {
            let text = |column: &crate::columns::Column| column.cell(row).texts().next().map(str::to_owned);
            let (Some(metric), Some(at)) = (text(metrics), self.evidence.times().nanos(row)) else { continue };
            let (cell, limit) = (values.cell(row), thresholds.cell(row));
            let Some(value) = cell.values().find_map(number) else { continue };
            let of = measured.entry((metric, text(models).unwrap_or_default())).or_default();
            let threshold = limit.values().find_map(number);
            of.is_beyond |= threshold.is_some_and(|threshold| value > threshold);
            of.threshold = threshold.or(of.threshold);
            of.all.push((at, value, passing.rows.is_none_or(|rows| rows.contains(row))));
        }
        let mut lanes = Vec::new();
        for ((metric, of), one) in measured {
            let range = one.all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), (_, value, _)| {
                (least.min(*value), greatest.max(*value))
            });
            let longest_step = longest_step(one.all.iter().map(|(at, ..)| *at));
            let mut filter = format!("kind:monitor {}", filter::condition("metric", &metric, false));
            if !of.is_empty() {
                filter += &format!(" {}", filter::condition("model", &of, false));
            }
            let note = match (of.as_str(), one.threshold) {
                ("", None) => "monitor".to_owned(),
                ("", Some(threshold)) => format!("monitor, threshold {threshold}"),
                (of, None) => format!("monitor of {of}"),
                (of, Some(threshold)) => format!("{of}, threshold {threshold}"),
            };
            let points = one.all.iter().filter(|(.., passes)| *passes).map(|(at, value, _)| (*at, *value)).collect();
            let is_usual = one.is_beyond && (of.is_empty() || Some(of.as_str()) == model);
            let monitor = Monitor { points, threshold: one.threshold, range, longest_step };
            let id = format!("monitor:{metric}:{of}");
            lanes.push(Lane { id, title: metric, note, filter, body: Body::Monitor(monitor), is_usual });
        }
        // Those that went out of bounds for the model that is looked at come first.
        lanes.sort_by_key(|lane| !lane.is_usual);
        lanes.truncate(MONITORS);
        Ok(lanes)
    }

    pub(super) fn untrue(&self) -> Option<Lane> {
        let plausible = &self.facts.plausible;
        if plausible.cut_off.is_empty() && plausible.without.is_empty() {
            return None;
        }
        let mut cut_off: BTreeMap<DateTime<Utc>, u32> = BTreeMap::new();
        for at in plausible.cut_off.iter().filter_map(|row| self.evidence.times().instant(*row)) {
            *cut_off.entry(at).or_default() += 1;
        }
        let without = u32::try_from(plausible.without.len()).unwrap_or(u32::MAX);
        // Everything but what lies on the axis.
        let shown = |nanos| crate::record::time::shown(chrono::DateTime::from_timestamp_nanos(nanos));
        let filter = plausible.extent.map_or_else(
            || "-has:time".to_owned(),
            |(from, to)| format!("-time:\"{}\"..\"{}\"", shown(from), shown(to)),
        );
        Some(Lane {
            id: "untrue".to_owned(),
            title: "Times apart".to_owned(),
            note: "no time, or more than a year from all others: clocks that were wrong, imports much later".to_owned(),
            filter,
            body: Body::Untrue { without, cut_off: cut_off.into_iter().collect() },
            is_usual: true,
        })
    }
}

/// What is further apart than this is not joined by a line: three times the step that is usual.
fn longest_step(times: impl Iterator<Item = i64>) -> i64 {
    let times: Vec<i64> = times.collect();
    let mut steps: Vec<i64> =
        times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).filter(|step| *step > 0).collect();
    if steps.is_empty() {
        return i64::MAX;
    }
    let middle = steps.len() / 2;
    let (_, median, _) = steps.select_nth_unstable(middle);
    median.saturating_mul(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_far_apart_are_not_joined() {
        assert_eq!(longest_step([].into_iter()), i64::MAX);
        assert_eq!(longest_step([5, 5].into_iter()), i64::MAX);
        assert_eq!(longest_step([0, 10, 20, 30, 400].into_iter()), 30);
    }
}

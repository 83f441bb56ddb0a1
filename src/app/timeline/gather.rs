//! Gathers the lanes from the evidence. What all records say is kept; what passes a filter is made anew for each.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::lanes::{Band, Body, Grouping, Lane, Lanes, Look, Monitor, Pair, ServedModel, ServedSpan, Share, TickRow};
use crate::analysis::series::Series;
use crate::app::facts::Facts;
use crate::app::{filter, shape};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Value};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Expr, Unknown};
use crate::record::{Kind, ResultReading};

/// So many bands are told apart; the rest is "other".
const BANDS: usize = 6;

/// So many values that were measured have lanes.
const MONITORS: usize = 24;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which question it is: greater ones are newer.
    pub generation: u64,
    /// What records have to pass, whatever their time and kind.
    pub expr: Expr,
    /// The model to look at; the one with the most decisions where none is chosen.
    pub model: Option<String>,
    /// What the colours of decisions stand for.
    pub grouping: Grouping,
}

/// All records of a lane.
#[derive(Debug, Clone)]
struct Known {
    rows: Arc<Bitmap>,
    series: Arc<Series>,
}

/// What was gathered of all records by now.
#[derive(Debug)]
pub struct Gatherer {
    evidence: Arc<Evidence>,
    facts: Arc<Facts>,
    known: HashMap<String, Known>,
}

/// What passes the filter.
struct Passing<'p> {
    /// `None` where everything does.
    rows: Option<&'p Bitmap>,
    watch: &'p dyn Watch,
}

impl Gatherer {
    /// Of these bundles.
    #[must_use]
    pub fn new(evidence: Arc<Evidence>, facts: Arc<Facts>) -> Self {
        Self { evidence, facts, known: HashMap::new() }
    }

    /// The lanes; `None` where no record has a time.
    ///
    /// # Errors
    /// Where the evidence cannot be read.
    pub fn lanes(&mut self, ask: &Ask, watch: &dyn Watch) -> Result<Option<Lanes>, EvidenceError> {
        let Some(extent) = self.facts.plausible.extent else { return Ok(None) };
        let selection = match &ask.expr {
            Expr::All => None,
            expr => Some(self.evidence.select(expr, watch)?),
        };
        let passing = Passing { rows: selection.as_ref().map(|selection| selection.bitmap()), watch };
        let models: Vec<String> = self.facts.service.models.iter().map(|model| model.id.clone()).collect();
        let model = ask.model.clone().filter(|model| models.contains(model)).or_else(|| models.first().cloned());
        let (mut lanes, mut absent) = (Vec::new(), Vec::new());
        let reading = self.evidence.result_reading(model.as_deref())?;
        match self.served(model.as_deref()) {
            Some(lane) => lanes.push(lane),
            None => absent.push(("Deployments", "no record names a version in service".to_owned())),
        }
        match self.decisions(model.as_deref(), ask.grouping, reading.as_ref(), &passing)? {
            Some(lane) => lanes.push(lane),
            None => absent.push(("Decisions", "there is no decision on record".to_owned())),
        }
        if let Some(model) = &model {
            for (what, share) in self.shares(model, reading.as_ref(), &passing)? {
                match share {
                    Ok(lane) => lanes.push(lane),
                    Err(why) => absent.push((what, why)),
                }
            }
        }
        lanes.extend(self.reviews(&passing)?);
        lanes.extend(self.accesses(&passing)?);
        lanes.extend(self.plain("outcomes", "Outcomes", "what turned out, by when it was recorded", Kind::Outcome, &passing)?);
        lanes.extend(self.plain("changes", "Changes", "change requests, by state", Kind::Change, &passing)?);
        lanes.extend(self.monitors(model.as_deref(), &passing)?);
        lanes.extend(self.untrue());
        let is_whole = selection.is_none();
        Ok(Some(Lanes { generation: ask.generation, is_whole, model, models, grouping: ask.grouping, extent, lanes, absent }))
    }

    /// The records of a filter: all, and those that pass.
    fn pair(&mut self, text: &str, passing: &Passing<'_>) -> Result<Pair, EvidenceError> {
        let known = match self.known.get(text) {
            Some(known) => known.clone(),
            None => {
                // Each filter here is written by this file.
                let expr = query::parse(text, &Unknown).map_or(Expr::Not(Box::new(Expr::All)), |query| query.expr);
                let selection = self.evidence.select(&expr, passing.watch)?;
                let series = Arc::new(Series::new(Arc::clone(self.evidence.times()), selection.iter()));
                let known = Known { rows: Arc::new(selection.bitmap().clone()), series };
                self.known.insert(text.to_owned(), known.clone());
                known
            }
        };
        let whole = Arc::clone(&known.series);
        let shown = match passing.rows {
            None => Arc::clone(&whole),
            Some(rows) => {
                let mut here = Bitmap::clone(&known.rows);
                here.and(rows);
                Arc::new(Series::new(Arc::clone(self.evidence.times()), here.iter()))
            }
        };
        Ok(Pair { whole, shown })
    }

    fn served(&self, model: Option<&str>) -> Option<Lane> {
        let mut models: Vec<ServedModel> = self.facts.service.models.iter().map(|served| self.served_model(served)).collect();
        models.retain(|model| !model.spans.is_empty());
        // The one that is looked at stands first.
        models.sort_by_key(|served| Some(served.id.as_str()) != model);
        if models.is_empty() {
            return None;
        }
        Some(Lane {
            id: "deployments".to_owned(),
            title: "Deployments".to_owned(),
            note: models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(", "),
            filter: "kind:deployment".to_owned(),
            body: Body::Served(models),
            is_usual: true,
        })
    }

    fn served_model(&self, served: &crate::app::service::Model) -> ServedModel {
        let span = |span: &crate::app::service::Span| ServedSpan {
            from: span.from,
            to: span.to,
            version: span.version.clone(),
            colour: self.facts.colours.place(&served.id, &span.version),
            is_deployed: span.is_deployed,
            row: None,
            remark: if span.is_deployed { String::new() } else { "by its decisions".to_owned() },
            is_remarkable: false,
            is_rollback: false,
        };
        ServedModel { id: served.id.clone(), spans: served.spans.iter().map(span).collect() }
    }

    fn decisions(
        &mut self,
        model: Option<&str>,
        grouping: Grouping,
        reading: Option<&ResultReading>,
        passing: &Passing<'_>,
    ) -> Result<Option<Lane>, EvidenceError> {
        let of_model = model.map(|model| format!("kind:decision {}", filter::condition("model", model, false)));
        let (field, of) = match (grouping, &of_model) {
            (Grouping::Model, _) | (_, None) => ("model", "kind:decision".to_owned()),
            (Grouping::Version, Some(of)) => ("version", of.clone()),
            (Grouping::Result, Some(of)) => ("result", of.clone()),
        };
        let all = self.pair(&of, passing)?;
        if all.whole.is_empty() {
            return Ok(None);
        }
        let names = self.values(field, &of, model, passing.watch)?;
        let mut bands = Vec::new();
        for (n, name) in names.iter().enumerate() {
            let filter = format!("{of} {}", filter::condition(field, name, false));
            let look = match field {
                "version" => Look::Category(self.facts.colours.place(model.unwrap_or_default(), name)),
                "result" => match reading {
                    Some(reading) if reading.adverse.contains(name) => Look::Adverse,
                    Some(reading) if reading.favourable.contains(name) => Look::Favourable,
                    Some(_) => Look::Between,
                    None => Look::Category(n),
                },
                _ => Look::Category(n),
            };
            bands.push(Band { name: name.clone(), look, records: self.pair(&filter, passing)?, filter });
        }
        let told: u32 = bands.iter().map(|band| band.records.whole.len()).sum();
        if told < all.whole.len() {
            let others: String =
                names.iter().map(|name| format!(" {}", filter::condition(field, name, true))).collect();
            let filter = format!("{of}{others}");
            let records = self.pair(&filter, passing)?;
            bands.push(Band { name: "other".to_owned(), look: Look::Other, records, filter });
        }
        let note = match (field, model) {
            ("model", _) => "of all models, by model".to_owned(),
            (_, model) => format!("{}, by {}", model.unwrap_or_default(), grouping.name()),
        };
        let (id, title) = ("decisions".to_owned(), "Decisions".to_owned());
        Ok(Some(Lane { id, title, note, filter: of, body: Body::Density(bands), is_usual: true }))
    }

    /// The values of a field that have bands of their own, in the order in which they are stacked.
    fn values(&self, field: &str, of: &str, model: Option<&str>, watch: &dyn Watch) -> Result<Vec<String>, EvidenceError> {
        let Some(known) = shape::field(field) else { return Ok(Vec::new()) };
        let expr = query::parse(of, &Unknown).map_or(Expr::All, |query| query.expr);
        let facet = self.evidence.facet(&known, &self.evidence.select(&expr, watch)?, BANDS, watch)?;
        let mut names: Vec<String> = facet.values.into_iter().map(|value| value.text).collect();
        if field == "version" {
            // In the order in which they served.
            let served = self.facts.service.models.iter().find(|served| Some(served.id.as_str()) == model);
            let first = |name: &String| {
                served.and_then(|served| served.spans.iter().filter(|span| span.version == *name).map(|span| span.from).min())
            };
            names.sort_by_key(|name| (first(name).unwrap_or(i64::MAX), name.clone()));
        }
        Ok(names)
    }

    /// The shares of a model's decisions that can be told, and why others cannot.
    #[expect(clippy::type_complexity, reason = "a lane or why there is none")]
    fn shares(
        &mut self,
        model: &str,
        reading: Option<&ResultReading>,
        passing: &Passing<'_>,
    ) -> Result<Vec<(&'static str, Result<Lane, String>)>, EvidenceError> {
        let of = format!("kind:decision {}", filter::condition("model", model, false));
        let adverse = reading.map(|reading| &reading.adverse[..]).unwrap_or_default();
        let adverse: Vec<String> = adverse.iter().map(|value| filter::condition("result", value, false)).collect();
        let adverse = (!adverse.is_empty()).then(|| format!("({})", adverse.join(" or ")));
        let no_adverse = "not determinable: nothing says which results are adverse (Settings, Results)";
        let asked = [
            ("adverse", "Adverse results", "of decisions", adverse, String::new(), no_adverse),
            (
                "override",
                "Override rate",
                "of reviewed decisions",
                Some("overridden:true".to_owned()),
                " reviewed:true".to_owned(),
                "not determinable: no decision is known to have been reviewed",
            ),
            (
                "error",
                "Error rate",
                "of decisions with an outcome",
                Some("correct:false".to_owned()),
                " (correct:false or correct:true)".to_owned(),
                "not determinable: no decision has a result and an outcome that can be compared",
            ),
        ];
        let mut out = Vec::new();
        for (id, title, of_what, hits, among, why) in asked {
            let among = format!("{of}{among}");
            let lane = match hits {
                None => Err(why.to_owned()),
                Some(hits) => {
                    let denominator = self.pair(&among, passing)?;
                    let filter = format!("{among} {hits}");
                    let hits = self.pair(&filter, passing)?;
                    match denominator.whole.is_empty() {
                        true => Err(why.to_owned()),
                        false => Ok(Lane {
                            id: format!("rate:{id}"),
                            title: title.to_owned(),
                            note: format!("{model}, {of_what}"),
                            filter: among,
                            body: Body::Share(Share { hits, of: denominator, of_what }),
                            is_usual: id != "error",
                        }),
                    }
                }
            };
            out.push((title, lane));
        }
        Ok(out)
    }

    fn reviews(&mut self, passing: &Passing<'_>) -> Result<Option<Lane>, EvidenceError> {
        let filter = "kind:review".to_owned();
        let records = self.pair(&filter, passing)?;
        if records.whole.is_empty() {
            return Ok(None);
        }
        let tall = Some(self.pair("kind:review action:override", passing)?);
        let row = TickRow { name: String::new(), records, tall, filter: filter.clone(), remarks: Vec::new() };
        let (title, note) = ("Reviews".to_owned(), "tall: override".to_owned());
        Ok(Some(Lane { id: "reviews".to_owned(), title, note, filter, body: Body::Ticks(vec![row]), is_usual: true }))
    }

    fn accesses(&mut self, passing: &Passing<'_>) -> Result<Option<Lane>, EvidenceError> {
        let filter = "kind:access".to_owned();
        if self.pair(&filter, passing)?.whole.is_empty() {
            return Ok(None);
        }
        let mut rows = Vec::new();
        for (name, filter) in
            [("services", "kind:access subject.type:service"), ("people", "kind:access -subject.type:service")]
        {
            let records = self.pair(filter, passing)?;
            if !records.whole.is_empty() {
                let (name, filter) = (name.to_owned(), filter.to_owned());
                rows.push(TickRow { name, records, tall: None, filter, remarks: Vec::new() });
            }
        }
        let (title, note) = ("Access".to_owned(), String::new());
        Ok(Some(Lane { id: "access".to_owned(), title, note, filter, body: Body::Ticks(rows), is_usual: true }))
    }

    /// A lane of one row of ticks, which is not shown before somebody asks for it.
    fn plain(
        &mut self,
        id: &str,
        title: &str,
        note: &str,
        kind: Kind,
        passing: &Passing<'_>,
    ) -> Result<Option<Lane>, EvidenceError> {
        let filter = format!("kind:{}", kind.name());
        let records = self.pair(&filter, passing)?;
        if records.whole.is_empty() {
            return Ok(None);
        }
        let row = TickRow { name: String::new(), records, tall: None, filter: filter.clone(), remarks: Vec::new() };
        let (id, title, note) = (id.to_owned(), title.to_owned(), note.to_owned());
        Ok(Some(Lane { id, title, note, filter, body: Body::Ticks(vec![row]), is_usual: false }))
    }

    /// Measured values: a lane for each metric of each model.
    fn monitors(&mut self, model: Option<&str>, passing: &Passing<'_>) -> Result<Vec<Lane>, EvidenceError> {
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

    fn untrue(&self) -> Option<Lane> {
        let plausible = &self.facts.plausible;
        if plausible.cut_off.is_empty() && plausible.without.is_empty() {
            return None;
        }
        let mut cut_off: BTreeMap<i64, u32> = BTreeMap::new();
        for at in plausible.cut_off.iter().filter_map(|row| self.evidence.times().nanos(*row)) {
            *cut_off.entry(at).or_default() += 1;
        }
        let without = u32::try_from(plausible.without.len()).unwrap_or(u32::MAX);
        // Everything but what lies on the axis.
        let shown = |nanos| crate::record::time::shown(chrono::DateTime::from_timestamp_nanos(nanos));
        let filter = plausible
            .extent
            .map_or_else(|| "-has:time".to_owned(), |(from, to)| format!("-time:\"{}\"..\"{}\"", shown(from), shown(to)));
        Some(Lane {
            id: "untrue".to_owned(),
            title: "Times that cannot be true".to_owned(),
            note: "no time, or cut off from all others by more than a year".to_owned(),
            filter,
            body: Body::Untrue { without, cut_off: cut_off.into_iter().collect() },
            is_usual: true,
        })
    }
}

/// What is further apart than this is not joined by a line: three times the step that is usual.
fn longest_step(times: impl Iterator<Item = i64>) -> i64 {
    let times: Vec<i64> = times.collect();
    let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).filter(|step| *step > 0).collect();
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

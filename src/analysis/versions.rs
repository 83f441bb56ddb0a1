//! The versions of each model side by side: what they decided, how often people overrode them, how often they were wrong, and how each
//! differs from the one that was in service before it.

pub mod stretches;

use std::collections::HashMap;

use serde::Serialize;

use super::decisions::{Decisions, Mark, Measure, Tally};
use super::deployments::{Deployments, Event};
use super::distribution::{Distribution, distributions};
use super::incidents::{Incident, Incidents};
use super::statistics::drift::{Ks, Psi, ks, psi};
use super::statistics::many::benjamini_hochberg_of;
use super::statistics::proportions::Difference;
use super::statistics::{Because, Figure, figure};
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use stretches::{Known, Stretch, Stretches};

/// So many results of a model are told apart; the rest is counted together.
pub const MAX_RESULTS: usize = 8;

/// What a version is held against the one before it by.
pub const COMPARED: [Measure; 4] =
    [Measure::Adverse, Measure::OverriddenOfReviewed, Measure::OverriddenOfAll, Measure::Errors];

/// The versions of all models, as a selection of records shows them.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    /// Models with decisions in the selection, or with versions in service; those with the most decisions in all first.
    pub models: Vec<ModelVersions>,
    /// Stretches beyond those that are told apart, and their decisions.
    pub more: (usize, u64),
}

/// The versions of a model.
#[derive(Debug, Clone)]
pub struct ModelVersions {
    /// The model; `None` for decisions that name none.
    pub model: Option<String>,
    /// Its decisions in the selection.
    pub decisions: u64,
    /// Its results in the selection, adverse ones first, favourable ones last.
    pub results: Vec<ResultTold>,
    /// How the versions of its decisions are known.
    pub sources: SourcesTold,
    /// The least and the greatest confidence of its decisions in the selection.
    pub confidence: Option<(f64, f64)>,
    /// Its stretches of service, in the order of time.
    pub rows: Vec<VersionRow>,
}

/// A result of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultTold {
    /// The result; `null` for all that are not told apart, and decisions without one.
    pub result: Option<String>,
    /// Whether it counts as adverse.
    pub is_adverse: bool,
    /// Whether it counts as favourable.
    pub is_favourable: bool,
}

/// How the versions of decisions are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SourcesTold {
    /// The record names it.
    pub recorded: u64,
    /// It is the one that was live.
    pub inferred: u64,
    /// Several were live.
    pub ambiguous: u64,
    /// No deployment on record says it.
    pub unknown: u64,
}

/// A stretch of service, with the decisions in the selection.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Its place among all stretches.
    pub place: usize,
    /// What it is.
    pub stretch: Stretch,
    /// What is known of its decisions.
    pub tally: Tally,
    /// How many have which result, as [`ModelVersions::results`] lists them.
    pub results: Vec<u64>,
    /// How sure the model was.
    pub confidence: Distribution,
    /// The deployments on record that took the version in, or changed its share.
    pub deployments: Vec<Event>,
    /// Incidents of the model, or of no model, whose window meets the stretch.
    pub incidents: Vec<String>,
    /// How it differs from the version before.
    pub against: Figure<Against>,
}

/// How a version differs from the one that was in service before it.
#[derive(Debug, Clone, Serialize)]
pub struct Against {
    /// The version before.
    pub version: Option<String>,
    /// The place of its stretch.
    #[serde(skip)]
    pub place: usize,
    /// Rates: [`COMPARED`], this version minus the one before.
    pub rates: Vec<RateDifference>,
    /// Confidence: population stability index, the version before being the reference.
    #[serde(serialize_with = "figure")]
    pub psi: Figure<Psi>,
    /// Confidence: Kolmogorov–Smirnov.
    #[serde(serialize_with = "figure")]
    pub ks: Figure<Ks>,
    /// The q-value of that test, among all tests of the table.
    pub ks_q: Option<f64>,
}

/// A difference of two rates.
#[derive(Debug, Clone, Serialize)]
pub struct RateDifference {
    /// Of which rate.
    pub measure: Measure,
    /// The difference with its test.
    #[serde(serialize_with = "figure")]
    pub difference: Figure<Difference>,
    /// The q-value of the test (Benjamini–Hochberg), among all tests of the table.
    pub q: Option<f64>,
}

impl VersionRow {
    /// How many decisions there are.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.tally.decisions()
    }

    /// Of them, those whose version is inferred.
    #[must_use]
    pub fn inferred(&self) -> u64 {
        self.tally.with(&[Mark::Inferred])
    }
}

/// What a table of versions is made from, whatever the selection.
#[derive(Debug)]
pub struct Sources<'s> {
    /// The bundles.
    pub evidence: &'s Evidence,
    /// What is known of every decision.
    pub decisions: &'s Decisions,
    /// The stretches of service.
    pub stretches: &'s Stretches,
    /// What was deployed.
    pub deployments: &'s Deployments,
    /// The incidents on record.
    pub incidents: &'s Incidents,
}

impl Versions {
    /// The table for the decisions among some rows.
    #[must_use]
    pub fn of(sources: &Sources<'_>, rows: &Selection) -> Self {
        let (decisions, stretches) = (sources.decisions, sources.stretches);
        let rows = decisions.among(rows);
        let count = stretches.all().len();
        let mut tallies: Vec<Tally> = vec![Tally::default(); count];
        let mut results: Vec<HashMap<Option<u32>, u32>> = vec![HashMap::new(); count];
        let mut last: Option<(usize, Option<u32>, u32)> = None;
        for row in rows.iter() {
            let Some(place) = stretches.of_row(row) else { continue };
            tallies[place].add(decisions.marks(row));
            // Neighbours often have the same result: what is counted goes into the map once a run.
            let code = decisions.results.as_ref().and_then(|column| column.code(row));
            match &mut last {
                Some((at, of, run)) if (*at, *of) == (place, code) => *run += 1,
                _ => {
                    if let Some((at, of, run)) = last.replace((place, code, 1)) {
                        *results[at].entry(of).or_default() += run;
                    }
                }
            }
        }
        if let Some((at, of, run)) = last {
            *results[at].entry(of).or_default() += run;
        }
        let grouped = || rows.iter().filter_map(|row| Some((row, stretches.of_row(row)?)));
        let confidences = match &decisions.confidences {
            Some(column) => distributions(column, grouped(), count),
            None => vec![Distribution::default(); count],
        };
        let told = Told { sources, first_rows: first_rows(decisions, &rows) };
        let mut models: Vec<ModelVersions> = stretches
            .models()
            .into_iter()
            .map(|(model, range)| {
                let places = range.clone().filter(|place| {
                    // What no deployment on record says is told where there is something of it.
                    stretches.all()[*place].known == Known::Deployed || tallies[*place].decisions() > 0
                });
                told.model(model, places.collect(), &tallies, &results, &confidences)
            })
            .filter(|model| !model.rows.is_empty())
            .collect();
        for model in &mut models {
            with_q(&mut model.rows);
        }
        Self { models, more: stretches.more() }
    }
}

/// A row of each result, by its code.
fn first_rows(decisions: &Decisions, rows: &Selection) -> HashMap<u32, u32> {
    let mut out = HashMap::new();
    if let Some(column) = &decisions.results {
        for row in rows.iter() {
            if let Some(code) = column.code(row) {
                out.entry(code).or_insert(row);
            }
        }
    }
    out
}

/// What tells the rows of a table.
struct Told<'s> {
    sources: &'s Sources<'s>,
    first_rows: HashMap<u32, u32>,
}

impl Told<'_> {
    fn model(
        &self,
        model: Option<&str>,
        places: Vec<usize>,
        tallies: &[Tally],
        counts: &[HashMap<Option<u32>, u32>],
        confidences: &[Distribution],
    ) -> ModelVersions {
        let (results, codes) = self.results(&places, counts);
        let mut sources = SourcesTold::default();
        let mut rows = Vec::with_capacity(places.len());
        for place in places {
            let stretch = self.sources.stretches.all()[place].clone();
            let tally = &tallies[place];
            let (decided, inferred) = (tally.decisions(), tally.with(&[Mark::Inferred]));
            match stretch.known {
                Known::Deployed | Known::Undeployed => {
                    sources.inferred += inferred;
                    sources.recorded += decided - inferred;
                }
                Known::Ambiguous => sources.ambiguous += decided,
                Known::Unknown => sources.unknown += decided,
            }
            let of_result = |codes: &Vec<Option<u32>>| {
                codes.iter().map(|code| u64::from(counts[place].get(code).copied().unwrap_or(0))).sum()
            };
            rows.push(VersionRow {
                place,
                tally: tally.clone(),
                results: codes.iter().map(of_result).collect(),
                confidence: confidences[place].clone(),
                deployments: self.deployments(&stretch),
                incidents: incidents(&self.sources.incidents.incidents, &stretch),
                against: self.against(place, tallies, confidences),
                stretch,
            });
        }
        let extents = || rows.iter().filter_map(|row| row.confidence.extent());
        let confidence = extents().reduce(|(least, most), (from, to)| (least.min(from), most.max(to)));
        ModelVersions {
            model: model.map(str::to_owned),
            decisions: rows.iter().map(VersionRow::decisions).sum(),
            results,
            sources,
            confidence,
            rows,
        }
    }

    /// The results of some stretches, and the codes that each stands for.
    fn results(
        &self,
        places: &[usize],
        counts: &[HashMap<Option<u32>, u32>],
    ) -> (Vec<ResultTold>, Vec<Vec<Option<u32>>>) {
        let mut of_code: HashMap<Option<u32>, u64> = HashMap::new();
        for (code, count) in places.iter().flat_map(|place| &counts[*place]) {
            *of_code.entry(*code).or_default() += u64::from(*count);
        }
        let decisions = self.sources.decisions;
        let named = |code: &Option<u32>| {
            let row = *self.first_rows.get(&(*code)?)?;
            let column = decisions.results.as_ref()?;
            let cell = column.cell(row);
            let text = (!cell.is_absent()).then(|| cell.to_string())?;
            let marks = decisions.marks(row);
            let (is_adverse, is_favourable) = (marks.has(Mark::Adverse), marks.has(Mark::Favourable));
            Some(ResultTold { result: Some(text), is_adverse, is_favourable })
        };
        let mut known: Vec<(ResultTold, Option<u32>, u64)> =
            of_code.iter().filter_map(|(code, count)| Some((named(code)?, *code, *count))).collect();
        known.sort_by(|(a, _, of_a), (b, _, of_b)| of_b.cmp(of_a).then_with(|| a.result.cmp(&b.result)));
        known.truncate(MAX_RESULTS);
        known.sort_by_key(|(told, _, count)| {
            (!told.is_adverse, told.is_favourable, std::cmp::Reverse(*count), told.result.clone())
        });
        let is_known = |code: &&Option<u32>| known.iter().any(|(_, of, _)| of == *code);
        let others: Vec<Option<u32>> = of_code.keys().filter(|code| !is_known(code)).copied().collect();
        let (mut told, mut codes): (Vec<_>, Vec<_>) =
            known.into_iter().map(|(told, code, _)| (told, vec![code])).unzip();
        if !others.is_empty() {
            told.push(ResultTold { result: None, is_adverse: false, is_favourable: false });
            codes.push(others);
        }
        (told, codes)
    }

    fn deployments(&self, stretch: &Stretch) -> Vec<Event> {
        let Some(from) = stretch.from else { return Vec::new() };
        let is_of = |event: &&Event| {
            event.at.is_some_and(|at| from <= at && stretch.to.is_none_or(|to| at < to))
                && event.log == stretch.log
                && event.model == stretch.model
                && event.version == stretch.version
                && event.action.as_deref() != Some("retire")
        };
        self.sources.deployments.events.iter().filter(is_of).cloned().collect()
    }

    fn against(&self, place: usize, tallies: &[Tally], confidences: &[Distribution]) -> Figure<Against> {
        let stretches = self.sources.stretches;
        if !stretches.all()[place].is_version() {
            return Err(Because("it is not known which version made these decisions"));
        }
        let before = stretches.before(place).ok_or(Because("there is no earlier version on record"))?;
        if tallies[place].decisions() == 0 {
            return Err(Because("no decision of this version is among the records"));
        }
        if tallies[before].decisions() == 0 {
            return Err(Because("no decision of the version before is among the records"));
        }
        let rates = COMPARED.map(|measure| {
            let difference = tallies[before].difference(&tallies[place], measure);
            RateDifference { measure, difference, q: None }
        });
        let pair = confidences[before].with_current(&confidences[place]);
        Ok(Against {
            version: stretches.all()[before].version.clone(),
            place: before,
            rates: rates.into(),
            psi: psi(&pair),
            ks: ks(&pair),
            ks_q: None,
        })
    }
}

/// Incidents of the model, or of no model, whose window meets a stretch.
fn incidents(incidents: &[Incident], stretch: &Stretch) -> Vec<String> {
    let (begin, end) = (stretch.begin(), stretch.end());
    let meets = |incident: &&Incident| {
        let window = incident.window.map(|window| (window.from, window.to));
        let (Some((Some(from), Some(to))), Some(begin)) = (window, begin) else { return false };
        incident.log == stretch.log
            && (incident.model.is_none() || incident.model == stretch.model)
            && from < to
            && begin < to
            && end.is_none_or(|end| from < end)
    };
    incidents.iter().filter(meets).map(|incident| incident.id.clone()).collect()
}

/// Gives each test of a model's versions its q-value among all of them.
fn with_q(rows: &mut [VersionRow]) {
    let p_of = |rate: &RateDifference| rate.difference.as_ref().ok().and_then(|difference| difference.p.ok());
    let mut p: Vec<Option<f64>> = Vec::new();
    for against in rows.iter().filter_map(|row| row.against.as_ref().ok()) {
        p.extend(against.rates.iter().map(p_of));
        p.push(against.ks.as_ref().ok().map(|ks| ks.p));
    }
    let mut q = benjamini_hochberg_of(&p).into_iter();
    for against in rows.iter_mut().filter_map(|row| row.against.as_mut().ok()) {
        for rate in &mut against.rates {
            rate.q = q.next().flatten();
        }
        against.ks_q = q.next().flatten();
    }
}

/// Gathers what tables of versions are made from.
///
/// # Errors
/// Where an index cannot be read.
pub fn gather(
    evidence: &Evidence,
    watch: &dyn crate::bundle::reading::Watch,
) -> Result<(Decisions, Stretches, Deployments, Incidents), EvidenceError> {
    let decisions = Decisions::of(evidence, watch)?;
    let deployments = Deployments::of(evidence, watch)?;
    let stretches = Stretches::of(evidence, &decisions, &deployments);
    Ok((decisions, stretches, deployments, Incidents::of(evidence, watch)?))
}

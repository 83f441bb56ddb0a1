//! The versions of models as JSON: assets/spec/version-analysis.md.

use serde::Serialize;

use super::Answer;
use crate::analysis::Instant;
use crate::analysis::bundles::LogTold;
use crate::analysis::correlation::Correlation;
use crate::analysis::course::Course;
use crate::analysis::decisions::Measure;
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::Figure;
use crate::analysis::statistics::figure;
use crate::analysis::versions::stretches::Known;
use crate::analysis::versions::{Against, ModelVersions, ResultTold, SourcesTold, VersionRow};
use crate::evidence::Evidence;

/// Everything.
#[derive(Serialize)]
pub(super) struct Models<'a> {
    format: &'static str,
    bundles: Vec<LogTold>,
    filter: &'a str,
    models: Vec<Model<'a>>,
    /// Stretches of service beyond those that are told apart.
    more: More,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation: Option<&'a Correlation>,
}

#[derive(Serialize)]
struct More {
    stretches: usize,
    decisions: u64,
}

#[derive(Serialize)]
struct Model<'a> {
    model: Option<&'a str>,
    decisions: u64,
    sources: SourcesTold,
    versions: Vec<Version<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    course: Option<&'a Course>,
}

#[derive(Serialize)]
struct Version<'a> {
    log: &'a str,
    version: Option<&'a str>,
    known: Known,
    from: Option<Instant>,
    to: Option<Instant>,
    first_decision: Option<Instant>,
    last_decision: Option<Instant>,
    decisions: u64,
    inferred: u64,
    results: Vec<Counted<'a>>,
    rates: Vec<RateTold>,
    confidence: Confidence,
    deployments: Vec<Deployment<'a>>,
    incidents: &'a [String],
    #[serde(serialize_with = "figure")]
    against: &'a Figure<Against>,
}

#[derive(Serialize)]
struct Counted<'a> {
    #[serde(flatten)]
    result: &'a ResultTold,
    count: u64,
}

#[derive(Serialize)]
struct RateTold {
    measure: Measure,
    #[serde(flatten)]
    rate: Rate,
    /// Why there is no rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_determinable: Option<&'static str>,
}

#[derive(Serialize)]
struct Confidence {
    with: u64,
    without: u64,
    least: Option<f64>,
    greatest: Option<f64>,
    mean: Option<f64>,
}

#[derive(Serialize)]
struct Deployment<'a> {
    seq: Option<u64>,
    at: Option<Instant>,
    action: Option<&'a str>,
    traffic_percent: Option<f64>,
    deployer: Option<&'a str>,
    change_request: Option<&'a str>,
    approval: &'static str,
}

impl<'a> Models<'a> {
    pub(super) fn of(evidence: &Evidence, answer: &'a Answer) -> Self {
        let models = answer.versions.models.iter().enumerate();
        let (stretches, decisions) = answer.versions.more;
        Self {
            format: "probity-models/1",
            bundles: LogTold::all(evidence),
            filter: &answer.filter,
            models: models.map(|(n, model)| Model::of(model, answer.courses.get(n))).collect(),
            more: More { stretches, decisions },
            correlation: answer.correlation.as_ref(),
        }
    }
}

impl<'a> Model<'a> {
    fn of(model: &'a ModelVersions, course: Option<&'a Course>) -> Self {
        Self {
            model: model.model.as_deref(),
            decisions: model.decisions,
            sources: model.sources,
            versions: model.rows.iter().map(|row| Version::of(model, row)).collect(),
            course,
        }
    }
}

impl<'a> Version<'a> {
    fn of(model: &'a ModelVersions, row: &'a VersionRow) -> Self {
        let stretch = &row.stretch;
        let (first, last) = stretch.decided.unzip();
        let rate = |measure: Measure| {
            let rate = row.tally.rate(measure);
            RateTold { measure, rate, not_determinable: rate.rate.is_none().then(|| row.tally.without(measure)) }
        };
        let (least, greatest) = row.confidence.extent().unzip();
        let results = model.results.iter().zip(&row.results);
        Self {
            log: &stretch.log,
            version: stretch.version.as_deref(),
            known: stretch.known,
            from: stretch.from.map(Instant),
            to: stretch.to.map(Instant),
            first_decision: first.map(Instant),
            last_decision: last.map(Instant),
            decisions: row.decisions(),
            inferred: row.inferred(),
            results: results.map(|(result, count)| Counted { result, count: *count }).collect(),
            rates: Measure::ALL.map(rate).into(),
            confidence: Confidence {
                with: row.confidence.with(),
                without: row.confidence.without(),
                least,
                greatest,
                mean: row.confidence.mean(),
            },
            deployments: row
                .deployments
                .iter()
                .map(|event| Deployment {
                    seq: event.seq,
                    at: event.at.map(Instant),
                    action: event.action.as_deref(),
                    traffic_percent: event.traffic_percent,
                    deployer: event.deployer.as_deref(),
                    change_request: event.change_request.as_deref(),
                    approval: event.approval.name(),
                })
                .collect(),
            incidents: &row.incidents,
            against: &row.against,
        }
    }
}

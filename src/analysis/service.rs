//! Which versions of which models were in service when: by the deployments on record, and where there is none, by the first and
//! the last decision that names the version.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::gather;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::deployed::{Deployed, Deployment};
use crate::record::Kind;

/// So many models are told in full, those with the most decisions.
pub const MAX_MODELS: usize = 6;

/// So many spans of a model are told; the number of the others is.
const MAX_SPANS: usize = 200;

/// What was in service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// The models with the most decisions, those first.
    pub models: Vec<Model>,
    /// Models that are not among them.
    pub more: usize,
    /// Deployments may be among the records that are not here: others may have been in service as well.
    pub is_part: bool,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its id.
    pub id: String,
    /// Decisions that name it.
    pub decisions: u32,
    /// When its versions were in service, in the order of time.
    pub spans: Vec<Span>,
    /// Spans that are not among them.
    pub more: usize,
}

/// A version in service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// From, in nanoseconds since 1970.
    pub from: i64,
    /// To; the last time of the log where it did not end.
    pub to: i64,
    /// The version.
    pub version: String,
    /// By a deployment on record; by the decisions that name it otherwise.
    pub is_deployed: bool,
}

/// Decisions of a version: how many, the first and the last, and the last before the first deployment of the version.
#[derive(Debug, Clone, Copy)]
struct Named {
    deployed: i64,
    first: i64,
    last: i64,
    before: i64,
}

/// Codes of a model and of a version.
type Codes = (u32, u32);

impl Service {
    /// Finds it.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn of(evidence: &Evidence, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let Some((first, last)) = evidence.times().extent() else { return Ok(Self::default()) };
        let logs: Vec<Deployed> = deployed(evidence)?.into_values().collect();
        let (counts, named) = decisions(evidence, &logs, watch)?;
        let ids: BTreeSet<&str> =
            counts.keys().map(String::as_str).chain(logs.iter().flat_map(Deployed::models)).collect();
        let mut ids: Vec<(&str, u32)> = ids.into_iter().map(|id| (id, counts.get(id).copied().unwrap_or(0))).collect();
        ids.sort_by_key(|(_, decisions)| std::cmp::Reverse(*decisions));
        let more = ids.len().saturating_sub(MAX_MODELS);
        let model = |(id, decisions): (&str, u32)| {
            let mut spans: BTreeSet<Span> = BTreeSet::new();
            for (version, from, to) in logs.iter().flat_map(|log| log.terms(id)) {
                let from = nanos(from, first, last);
                let to = to.map_or(last, |to| nanos(to, first, last));
                spans.insert(Span { from, to, version: version.to_owned(), is_deployed: true });
            }
            for (version, named) in named.get(id).into_iter().flatten() {
                let span = |to| Span { from: named.first, to, version: version.clone(), is_deployed: false };
                let at = DateTime::from_timestamp_nanos(named.first);
                if named.deployed == i64::MAX {
                    spans.insert(span(named.last));
                } else if named.first <= named.before && !logs.iter().any(|log| is_known(log, id, at)) {
                    // It had served before the log, or this part of it, began.
                    spans.insert(span(named.before));
                }
            }
            let more = spans.len().saturating_sub(MAX_SPANS);
            Model { id: id.to_owned(), decisions, spans: spans.into_iter().take(MAX_SPANS).collect(), more }
        };
        Ok(Self { models: ids.into_iter().take(MAX_MODELS).map(model).collect(), more, is_part: !evidence.is_whole() })
    }
}

/// Whether a deployment says what was in service of a model then.
fn is_known(log: &Deployed, model: &str, at: DateTime<Utc>) -> bool {
    log.terms(model).any(|(_, from, to)| from <= at && to.is_none_or(|to| at < to))
}

/// An instant within the log's.
fn nanos(at: DateTime<Utc>, first: i64, last: i64) -> i64 {
    let far = if at.timestamp() < 0 { first } else { last };
    at.timestamp_nanos_opt().unwrap_or(far).clamp(first, last)
}

/// What was deployed, for each log by its name.
pub(super) fn deployed(evidence: &Evidence) -> Result<BTreeMap<String, Deployed>, EvidenceError> {
    let kinds = evidence.kinds()?;
    let mut logs: BTreeMap<&str, Vec<Deployment>> = BTreeMap::new();
    for log in evidence.logs() {
        let deployments = logs.entry(&log.index.origin).or_default();
        for (row, text) in log.index.telling()? {
            let row = log.rows.start + row;
            if kinds.get(row as usize) == Some(&Kind::Deployment.place())
                && let Ok(record) = serde_json::from_str(&text)
            {
                // What two bundles hold takes the same version in twice, which changes nothing.
                deployments.push(Deployment { order: row, at: evidence.times().instant(row), record });
            }
        }
    }
    Ok(logs.into_iter().map(|(log, deployments)| (log.to_owned(), Deployed::new(deployments))).collect())
}

/// Decisions by model, and what is named of its versions.
type Decisions = (HashMap<String, u32>, HashMap<String, BTreeMap<String, Named>>);

fn decisions(evidence: &Evidence, logs: &[Deployed], watch: &dyn Watch) -> Result<Decisions, EvidenceError> {
    let (Some(kind), Some(model), Some(version)) =
        (gather::kind_expr(Kind::Decision), gather::alias("model"), gather::alias("version"))
    else {
        return Ok(Decisions::default());
    };
    let rows = evidence.select(&kind, watch)?;
    let (model, version) = (evidence.column(&model, watch)?, evidence.column(&version, watch)?);
    let mut of_model: HashMap<u32, (String, u32)> = HashMap::new();
    let mut of_version: HashMap<Codes, Option<(String, Named)>> = HashMap::new();
    for row in rows.iter() {
        // Only numbers that are kept by themselves have no code, and then they are no names.
        let Some(code) = model.code(row) else { continue };
        let text = || model.cell(row).texts().next().map(str::to_owned);
        let id = match of_model.entry(code) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => match text() {
                Some(id) => new.insert((id, 0)),
                None => continue,
            },
        };
        id.1 += 1;
        let (Some(version_code), Some(at)) = (version.code(row), evidence.times().nanos(row)) else { continue };
        let named = of_version.entry((code, version_code)).or_insert_with(|| {
            let name = version.cell(row).texts().next()?.to_owned();
            let terms = logs.iter().flat_map(|log| log.terms(&id.0)).filter(|(version, ..)| *version == name);
            let deployed = terms.filter_map(|(_, from, _)| from.timestamp_nanos_opt()).min().unwrap_or(i64::MAX);
            Some((name, Named { deployed, first: i64::MAX, last: i64::MIN, before: i64::MIN }))
        });
        if let Some((_, named)) = named {
            named.first = named.first.min(at);
            named.last = named.last.max(at);
            if at < named.deployed {
                named.before = named.before.max(at);
            }
        }
    }
    let mut versions: HashMap<String, BTreeMap<String, Named>> = HashMap::new();
    for ((code, _), named) in of_version {
        if let (Some((id, _)), Some((name, named))) = (of_model.get(&code), named) {
            versions.entry(id.clone()).or_default().insert(name, named);
        }
    }
    Ok((of_model.into_values().collect(), versions))
}

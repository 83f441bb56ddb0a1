//! Which version of a model was in service when, by the log's `deployment` records.
//!
//! A `deploy` or `rollback` for all requests (`traffic_percent` 100, or none stated) puts its version in the place of all
//! others; one for a part of them (a canary) puts it beside them. A `retire`, or a deployment for 0 percent, takes its
//! version out. Records count in the order of their times, those of one time in the order of the log; one without a time
//! that can be placed, without a model or a version, or with another action, does not count. Where any deployment of a
//! model names the environment `production` (or `prod`), those of other environments do not count.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::record::DeploymentRecord;

/// One `deployment` record.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Its place in the order of the log.
    pub order: u32,
    /// Its time, where that can be placed.
    pub at: Option<DateTime<Utc>>,
    /// What it says.
    pub record: DeploymentRecord,
}

/// What was in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live<'a> {
    /// One version.
    One(&'a str),
    /// Several at once.
    Several,
    /// None that the log knows of.
    None,
}

/// What was deployed when.
#[derive(Debug, Default)]
pub struct Deployed {
    models: HashMap<String, History>,
    /// Deployments that do not count.
    ignored: u64,
}

/// The deployments of one model.
#[derive(Debug, Default)]
struct History {
    versions: Vec<String>,
    /// Places in `versions`.
    places: HashMap<String, usize>,
    /// When each version was in service: from, and to if it ended.
    terms: Vec<Vec<Term>>,
    /// Those in service now.
    now: BTreeSet<usize>,
    /// What was in service from a time on.
    steps: Vec<(DateTime<Utc>, Standing)>,
}

/// From when, and to when if it ended.
type Term = (DateTime<Utc>, Option<DateTime<Utc>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    None,
    One(usize),
    Several,
}

impl History {
    fn place(&mut self, version: String) -> usize {
        *self.places.entry(version).or_insert_with_key(|version| {
            self.versions.push(version.clone());
            self.terms.push(Vec::new());
            self.versions.len() - 1
        })
    }

    fn begin(&mut self, version: usize, at: DateTime<Utc>) {
        if self.now.insert(version) {
            self.terms[version].push((at, None));
        }
    }

    fn end(&mut self, version: usize, at: DateTime<Utc>) {
        if self.now.remove(&version)
            && let Some((_, end)) = self.terms[version].last_mut()
        {
            *end = Some(at);
        }
    }

    fn step(&mut self, at: DateTime<Utc>) {
        let mut now = self.now.iter();
        let standing = match (now.next(), now.next()) {
            (Some(version), None) => Standing::One(*version),
            (Some(_), Some(_)) => Standing::Several,
            (None, _) => Standing::None,
        };
        match self.steps.last_mut() {
            Some((from, last)) if *from == at => *last = standing,
            Some((_, last)) if *last == standing => {}
            _ => self.steps.push((at, standing)),
        }
    }
}

impl Deployed {
    /// Puts the deployments in order.
    pub fn new(mut deployments: Vec<Deployment>) -> Self {
        let mut deployed = Self::default();
        let is_production = |deployment: &Deployment| {
            let environment = deployment.record.environment.as_deref().unwrap_or_default();
            ["production", "prod"].iter().any(|name| environment.eq_ignore_ascii_case(name))
        };
        let with_production: HashSet<String> = deployments
            .iter()
            .filter(|deployment| is_production(deployment))
            .filter_map(|deployment| deployment.record.model.id.clone())
            .collect();
        deployments.sort_by_key(|deployment| (deployment.at, deployment.order));
        for deployment in deployments {
            let counts = is_production(&deployment)
                || deployment.record.model.id.as_ref().is_some_and(|model| !with_production.contains(model));
            let DeploymentRecord { model, action, traffic_percent, .. } = deployment.record;
            let takes_in = match action.as_deref() {
                Some("deploy" | "rollback") => Some(traffic_percent.is_none_or(|percent| percent > 0.0)),
                Some("retire") => Some(false),
                _ => None,
            };
            let (Some(at), Some(id), Some(version), Some(takes_in), true) =
                (deployment.at, model.id, model.version, takes_in, counts)
            else {
                deployed.ignored += 1;
                continue;
            };
            let history = deployed.models.entry(id).or_default();
            let version = history.place(version);
            if takes_in {
                if traffic_percent.is_none_or(|percent| percent >= 100.0) {
                    let others: Vec<usize> = history.now.iter().copied().filter(|other| *other != version).collect();
                    others.into_iter().for_each(|other| history.end(other, at));
                }
                history.begin(version, at);
            } else {
                history.end(version, at);
            }
            history.step(at);
        }
        deployed
    }

    /// Deployment records that do not count, for one of the reasons above.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// Whether the log knows any deployment of the model that counts.
    pub fn knows(&self, model: &str) -> bool {
        self.models.contains_key(model)
    }

    /// The models that the log knows deployments of.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }

    /// When each version of a model was in service: from, and to if it ended. Those of one version in the order of time.
    pub fn terms(&self, model: &str) -> impl Iterator<Item = (&str, DateTime<Utc>, Option<DateTime<Utc>>)> {
        self.models.get(model).into_iter().flat_map(|history| {
            let of_version = history.versions.iter().zip(&history.terms);
            of_version.flat_map(|(version, terms)| terms.iter().map(|(from, to)| (version.as_str(), *from, *to)))
        })
    }

    /// What was in service of the model at that time.
    pub fn live(&self, model: &str, at: DateTime<Utc>) -> Live<'_> {
        let Some(history) = self.models.get(model) else { return Live::None };
        let after = history.steps.partition_point(|(from, _)| *from <= at);
        match after.checked_sub(1).map(|last| history.steps[last].1) {
            Some(Standing::One(version)) => Live::One(&history.versions[version]),
            Some(Standing::Several) => Live::Several,
            Some(Standing::None) | None => Live::None,
        }
    }

    /// Whether that version of the model was in service at that time; `None` where it never was.
    pub fn was_live(&self, model: &str, version: &str, at: DateTime<Utc>) -> Option<bool> {
        let history = self.models.get(model)?;
        let terms = &history.terms[*history.places.get(version)?];
        let after = terms.partition_point(|(from, _)| *from <= at);
        let last = after.checked_sub(1).map(|last| terms[last]);
        (!terms.is_empty()).then(|| last.is_some_and(|(_, to)| to.is_none_or(|to| at < to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-03-01T00:{minute:02}:00Z").parse().expect("a time")
    }

    fn deployed(rows: &[(u32, &str, &str, Option<f64>, &str)]) -> Deployed {
        let deployment = |(row, &(minute, action, version, traffic, environment)): (
            usize,
            &(u32, &str, &str, _, &str),
        )| {
            let mut json = serde_json::json!({
                "kind": "deployment", "model": {"id": "m", "version": version}, "action": action, "environment": environment,
            });
            if let Some(percent) = traffic {
                json["traffic_percent"] = serde_json::json!(percent);
            }
            let record = serde_json::from_str(&json.to_string()).expect("a deployment");
            Deployment { order: u32::try_from(row).expect("small"), at: Some(at(minute)), record }
        };
        Deployed::new(rows.iter().enumerate().map(deployment).collect())
    }

    #[test]
    fn what_was_in_service() {
        let deployed = deployed(&[
            (10, "deploy", "1", None, "production"),
            (30, "deploy", "2", Some(100.0), "production"),
            (20, "deploy", "2", Some(10.0), "production"),
            (25, "deploy", "9", None, "staging"),
            (40, "rollback", "1", Some(100.0), "PRODUCTION"),
            (50, "retire", "1", Some(0.0), "production"),
            (55, "promote", "3", None, "production"),
        ]);
        let live = |minute| deployed.live("m", at(minute));
        assert_eq!(live(9), Live::None);
        assert_eq!(live(10), Live::One("1"));
        assert_eq!(live(20), Live::Several);
        assert_eq!(live(29), Live::Several);
        assert_eq!(live(30), Live::One("2"));
        assert_eq!(live(40), Live::One("1"));
        assert_eq!(live(50), Live::None);
        assert_eq!(deployed.live("other", at(40)), Live::None);
        assert_eq!(deployed.ignored(), 2);
        assert_eq!(deployed.was_live("m", "2", at(20)), Some(true));
        assert_eq!(deployed.was_live("m", "2", at(45)), Some(false));
        assert_eq!(deployed.was_live("m", "3", at(55)), None);
        let terms: Vec<_> = deployed.terms("m").collect();
        let expected = [("1", at(10), Some(at(30))), ("1", at(40), Some(at(50))), ("2", at(20), Some(at(40)))];
        assert_eq!(terms, expected);
        assert_eq!(deployed.models().collect::<Vec<_>>(), ["m"]);
    }

    #[test]
    fn without_production_every_environment_counts() {
        let deployed = deployed(&[(10, "deploy", "1", None, "staging"), (20, "deploy", "2", None, "eu-west")]);
        assert_eq!(deployed.live("m", at(30)), Live::One("2"));
    }
}

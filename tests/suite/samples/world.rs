//! What must be so in every sample's world, whatever its truth file says: references, services, habits, and which rates
//! move and which do not.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::samples::log::{Log, at, number, text};

const DAY: i64 = 86_400_000;

pub(crate) fn is_sane(truth: &Value, log: &Log) {
    references(log);
    services(log);
    approvals(truth, log);
    rhythm(log);
    delays(log);
    monitors(log);
    rates(truth);
    probes(truth, log);
}

fn references(log: &Log) {
    let changes: HashSet<&str> = log.of("change").map(|(_, record)| text(record, "change_request")).collect();
    for (_, record) in log.of("deployment") {
        assert!(changes.contains(text(record, "change_request")), "{record}");
    }
    let datasets: HashSet<_> =
        log.of("dataset").map(|(_, r)| [text(r, "dataset_id"), text(r, "version"), text(r, "data_hash")]).collect();
    for (_, record) in log.of("training") {
        let data = &record["training_data"];
        let named = [text(data, "dataset_id"), text(data, "dataset_version"), text(data, "data_hash")];
        assert!(datasets.contains(&named), "{record}");
    }
    let known: HashSet<&str> = log.of("roster").map(|(_, record)| text(record, "user")).collect();
    for (_, record) in log.of("review") {
        assert!(known.contains(text(record, "reviewer")));
    }
    for (_, record) in log.of("access") {
        assert!(known.contains(text(record, "subject.id")));
    }
}

/// Who decides is in service, and one version is one artifact.
fn services(log: &Log) {
    let mut live: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut artifacts: HashMap<[&str; 2], &str> = HashMap::new();
    for (n, record) in log.records.iter().enumerate() {
        let (model, version) = (at(record, "model.id"), at(record, "model.version"));
        let (Some(model), Some(version)) = (model.as_str(), version.as_str()) else { continue };
        let artifact = match text(record, "kind") {
            "deployment" => {
                let versions = live.entry(model).or_default();
                match number(record, "traffic_percent") {
                    100 => *versions = vec![version],
                    0 => versions.retain(|other| *other != version),
                    _ => versions.push(version),
                }
                text(record, "artifact_hash")
            }
            "training" => text(record, "artifact_hash"),
            "decision" => {
                assert!(live[model].contains(&version), "record {n}: {model} {version} is not in service");
                text(record, "reproducibility.weights_hash")
            }
            _ => continue,
        };
        assert_eq!(*artifacts.entry([model, version]).or_insert(artifact), artifact, "{model} {version}");
    }
}

fn approvals(truth: &Value, log: &Log) {
    let mut alone = Vec::new();
    for (n, record) in log.of("deployment").filter(|(_, record)| record["action"] != "retire") {
        let by: HashSet<&str> = record["approvals"].as_array().unwrap().iter().map(|a| text(a, "by")).collect();
        if by.len() < 2 || by.contains(text(record, "deployer")) {
            alone.push(n);
        }
    }
    if truth["story"] == "lending" {
        let [n] = alone[..] else { panic!("one deployment lacks a second approval") };
        let record = &log.records[n];
        assert_eq!((text(record, "model.version"), &record["approvals"][0]["by"]), ("2.4.0", &record["deployer"]));
        let wall = text(record, "timestamp");
        assert!(wall.starts_with("2026-04-17T21:42"), "a Friday night: {wall}");
    } else {
        assert_eq!(alone, [0_usize; 0]);
    }
}

fn rhythm(log: &Log) {
    let first = log.times[0];
    // The log begins on a Sunday.
    let weekday = |n: usize| (log.times[n] - first) / DAY % 7;
    let hour = |n: usize| (log.times[n] - first) / 3_600_000 % 24;
    let credit: Vec<usize> =
        log.of("decision").filter(|(_, r)| r["model"]["id"] == "credit-scoring").map(|(n, _)| n).collect();
    let count = |filter: &dyn Fn(usize) -> bool| credit.iter().filter(|n| filter(**n)).count();
    let weekend = count(&|n| weekday(n) == 0 || weekday(n) == 6);
    assert!(weekend > 0 && weekend * 7 < credit.len(), "weekends are quiet: {weekend} of {}", credit.len());
    let night = count(&|n| hour(n) < 5);
    assert!(night > 0 && night * 12 < credit.len(), "nights are quiet: {night}");
    let days: HashSet<i64> = log.times.iter().map(|time| (time - first) / DAY).collect();
    assert_eq!(days.len(), 92, "something happens every day");
}

fn delays(log: &Log) {
    let waited = |kind: &'static str| {
        log.of(kind).map(|(n, record)| log.times[n] - log.times[log.referred(n, &record["decision"])])
    };
    assert!(waited("outcome").all(|wait| wait >= DAY), "outcomes take days");
    assert!(waited("outcome").any(|wait| wait > 14 * DAY), "some take weeks");
    assert!(waited("review").all(|wait| wait > 0));
    assert!(log.of("outcome").count() * 2 < log.of("decision").count(), "many never come");
    for (_, record) in log.of("review") {
        let hour: u32 = text(record, "timestamp")[11..13].parse().unwrap();
        assert!((7..22).contains(&hour), "{record}");
        if record["reviewer"] == "user-1104" {
            assert!(hour < 12, "{record}");
        }
        if record["reviewer"] == "user-1101" {
            assert!(number(record, "seconds") < 10);
        }
    }
}

/// Monitors report what the log says.
fn monitors(log: &Log) {
    for (_, monitor) in log.of("monitor").filter(|(_, r)| text(r, "metric").starts_with("adverse_rate_7d")) {
        let window = super::log::millis(text(monitor, "window.from"))..super::log::millis(text(monitor, "window.to"));
        let segment = text(monitor, "metric").strip_prefix("adverse_rate_7d.");
        let counted = log.of("decision").filter(|(n, r)| {
            r["model"]["id"] == monitor["model"]["id"]
                && window.contains(&log.times[*n])
                && segment.is_none_or(|segment| at(r, "input.metadata.segment") == segment)
        });
        let results: Vec<&str> = counted.map(|(_, record)| text(record, "output.result.decision")).collect();
        assert_eq!(number(monitor, "count"), results.len() as u64);
        let adverse = results.iter().filter(|result| ["deny", "hold", "lower"].contains(result)).count();
        let expected = adverse as f64 / results.len().max(1) as f64;
        assert!((monitor["value"].as_f64().unwrap() - expected).abs() < 0.000_051, "{monitor}");
    }
}

/// How far apart two rates are, in standard errors (two proportions, pooled).
pub(crate) fn distance(a: (u64, u64), b: (u64, u64)) -> f64 {
    if a.1 == 0 || b.1 == 0 {
        return 0.0;
    }
    let [x, n, y, m] = [a.0, a.1, b.0, b.1].map(|count| count as f64);
    let pooled = (x + y) / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    if error > 0.0 { (x / n - y / m) / error } else { 0.0 }
}

/// Rates move where the story says, and nowhere else. Four and a half standard errors are chance once in 150 000 times.
fn rates(truth: &Value) {
    let story = text(truth, "story");
    let rate = |model: &str, phase: usize, segment: Option<&str>, part: &str, of: &str| -> (u64, u64) {
        let matches = |rate: &&Value| rate["model"] == model && rate["segment"].as_str() == segment;
        let rate = truth["rates"].as_array().unwrap().iter().filter(matches).nth(phase).unwrap();
        (number(rate, part), number(rate, of))
    };
    let parts = [("adverse", "decisions"), ("overridden", "reviewed"), ("errors", "outcomes")];
    let moved = |model: &str, phase: usize, segment: Option<&str>, (part, of): (&str, &str)| {
        distance(rate(model, phase, segment, part, of), rate(model, 0, segment, part, of))
    };
    for model in ["credit-scoring", "fraud-screen", "limit-advisor"] {
        let is_calm = model != "credit-scoring" || ["none", "access"].contains(&story);
        for phase in [1, 2] {
            for part in parts {
                let z = moved(model, phase, None, part);
                let ends = phase == 2 && story != "drift";
                assert!(!is_calm && !ends || z.abs() < 4.5, "{story}: {model} {part:?} moved by {z}");
            }
        }
    }
    let (adverse, overridden, errors) = (parts[0], parts[1], parts[2]);
    let z = |phase, segment, part| moved("credit-scoring", phase, segment, part);
    let telling: &[f64] = match story {
        "lending" => &[z(1, Some("self-employed"), adverse), z(1, None, overridden)],
        "version" => &[z(1, None, errors), z(1, None, overridden)],
        "drift" => &[z(2, None, errors)],
        _ => &[],
    };
    // With a few thousand records only the first of it can be told from chance, and not always well.
    let least = if number(truth, "records") < 10_000 { [1.2, -2.0] } else { [3.0, 3.0] };
    assert!(telling.iter().zip(least).all(|(z, least)| *z > least), "{story}: {telling:?}");
}

/// The probes differ in little and creep up until they are approved.
fn probes(truth: &Value, log: &Log) {
    if truth["story"] != "adversarial" {
        return;
    }
    let results: Vec<(&str, u64)> = log
        .of("decision")
        .filter(|(_, record)| at(record, "context.user_id") == "partner-77")
        .map(|(_, record)| (text(record, "output.result.decision"), number(record, "input.metadata.income")))
        .collect();
    let approved = |part: &[(&str, u64)]| part.iter().filter(|(result, _)| *result == "approve").count();
    let quarter = results.len() / 4;
    assert!(results.len() >= 60);
    assert_eq!(approved(&results[..quarter]), 0);
    assert!(approved(&results[3 * quarter..]) * 10 > quarter);
    assert!(results.iter().all(|(_, income)| (2400..2750).contains(income)));
}

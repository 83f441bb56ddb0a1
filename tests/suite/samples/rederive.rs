//! Every statement of a truth file, derived again from the records alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::samples::log::{Log, at, millis, number, text};

const TWO_HOURS: i64 = 2 * 3_600_000;
const DAY: i64 = 86_400_000;

/// Derives all of it.
pub(crate) fn everything(truth: &Value, log: &Log) {
    general(truth, log);
    versions(truth, log);
    events(truth, log);
    affected(truth, log);
    rates(truth, log);
    bulk_reads(truth, log);
    reviewers(truth, log);
    clock(truth, log);
    duplicates_and_seals(truth, log);
}

fn span(value: &Value) -> std::ops::Range<i64> {
    millis(text(value, "from"))..millis(text(value, "to"))
}

fn general(truth: &Value, log: &Log) {
    assert_eq!(truth["format"], "probity-truth/1");
    assert_eq!(number(truth, "records"), log.records.len() as u64);
    assert_eq!(truth["origin"], log.manifest["origin"]);
    assert_eq!(truth["origin"], log.records[0]["origin"]);
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &log.records {
        *kinds.entry(text(record, "kind")).or_default() += 1;
    }
    assert_eq!(kinds.len(), 14, "every kind of the format occurs");
    assert_eq!(truth["kinds"], serde_json::to_value(&kinds).unwrap());
    let stated = span(&truth["span"]);
    assert_eq!((log.times.iter().min(), log.times.iter().max()), (Some(&stated.start), Some(&stated.end)));
    let sizes: Vec<String> =
        truth["checkpoints"].as_array().unwrap().iter().map(|size| format!("checkpoints/{size}.note")).collect();
    let notes: HashSet<&String> = log.members.iter().filter(|member| member.starts_with("checkpoints/")).collect();
    assert_eq!(notes, sizes.iter().collect());
}

/// Decisions of a model that state a time in a span.
fn decisions<'a>(
    log: &'a Log,
    model: &'a str,
    span: &std::ops::Range<i64>,
) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
    let span = span.clone();
    log.of("decision").filter(move |(n, record)| record["model"]["id"] == model && span.contains(&log.times[*n]))
}

fn versions(truth: &Value, log: &Log) {
    for model in truth["models"].as_array().unwrap() {
        let id = text(model, "id");
        let all: Vec<&Value> = log.of("decision").map(|(_, r)| r).filter(|r| r["model"]["id"] == id).collect();
        assert_eq!(number(model, "decisions"), all.len() as u64);
        let without = all.iter().filter(|record| record["model"]["version"].is_null()).count();
        assert_eq!(number(model, "without_version"), without as u64);
        let mut named = 0;
        for version in model["versions"].as_array().unwrap() {
            let count = decisions(log, id, &span(version)).filter(|(_, r)| r["model"]["version"] == version["version"]);
            assert_eq!(number(version, "decisions"), count.count() as u64, "{version}");
            named += number(version, "decisions");
        }
        assert_eq!(named + without as u64, all.len() as u64, "{id}: each decision falls into one time of service");
    }
    for canary in truth["canaries"].as_array().unwrap() {
        let in_time: Vec<_> = decisions(log, text(canary, "model"), &span(canary)).collect();
        let named = in_time.iter().filter(|(_, record)| record["model"]["version"] == canary["version"]).count();
        assert_eq!((number(canary, "decisions"), number(canary, "of")), (named as u64, in_time.len() as u64));
        let deployed = log
            .of("deployment")
            .find(|(n, r)| r["model"]["version"] == canary["version"] && log.times[*n] == span(canary).start);
        assert_eq!(deployed.unwrap().1["traffic_percent"], canary["traffic_percent"]);
    }
}

fn events(truth: &Value, log: &Log) {
    // Five counts a model and phase: the sixth is the first of the second phase.
    let window = span(&truth["rates"].as_array().unwrap()[5]).start;
    let mut told: HashMap<&str, Vec<usize>> = HashMap::new();
    for event in truth["events"].as_array().unwrap() {
        let (what, seq) = (text(event, "what"), usize::try_from(number(event, "seq")).unwrap());
        let record = &log.records[seq];
        assert_eq!((&record["audit_id"], log.times[seq]), (&event["audit_id"], millis(text(event, "at"))));
        told.entry(what).or_default().push(seq);
        let is = |path: &str, value: &str| at(record, path) == value;
        let deploys = |action: &str| is("kind", "deployment") && is("action", action);
        let holds = match what {
            "log_opened" => seq == 0 && is("event", "opened"),
            "version_in_service" => deploys("deploy") && record["model"]["previous_version"].is_null(),
            "deployment" => deploys("deploy") && record["traffic_percent"] == 100,
            "canary" => deploys("deploy") && number(record, "traffic_percent") < 100,
            "rollback" => deploys("rollback"),
            "retirement" => deploys("retire"),
            "change_approved_by_requester" => record["approved_by"] == record["requested_by"] && is("kind", "change"),
            "left" => is("kind", "roster") && record["active"] == false && record["left_on"].is_string(),
            "erasure" => is("kind", "erasure"),
            "access_denied" => is("kind", "access") && is("result", "denied"),
            "first_bulk_read" => seq as u64 == number(truth, "bulk_reads.first_seq"),
            "last_bulk_read" => seq as u64 == number(truth, "bulk_reads.last_seq"),
            "first_seen_resource" => !log.of("access").any(|(n, other)| {
                n < seq && other["resource"] == record["resource"] && other["subject"]["id"] == record["subject"]["id"]
            }),
            "first_probe" => seq as u64 == number(truth, "affected.first_seq"),
            "last_probe" => seq as u64 == number(truth, "affected.last_seq"),
            _ if what.starts_with("incident_") => is("kind", "incident"),
            _ if what.starts_with("monitor_above_threshold") => {
                let above = |r: &Value| r["value"].as_f64().unwrap() > r["threshold"].as_f64().unwrap();
                let same = |r: &Value| r["metric"] == record["metric"] && r["model"] == record["model"];
                let first = log.of("monitor").find(|(n, r)| same(r) && above(r) && log.times[*n] > window + DAY);
                first.unwrap().0 == seq
            }
            other => panic!("an event that this test does not know: {other}"),
        };
        assert!(holds, "{event} {record}");
    }
    // Nothing of these kinds goes untold.
    let of = |names: &[&str]| -> HashSet<usize> {
        told.iter().filter(|(what, _)| names.contains(what)).flat_map(|(_, seqs)| seqs).copied().collect()
    };
    let deployments = of(&["version_in_service", "deployment", "canary", "rollback", "retirement"]);
    assert_eq!(deployments, log.of("deployment").map(|(n, _)| n).collect());
    let self_approved = log.of("change").filter(|(_, r)| r["approved_by"] == r["requested_by"]).map(|(n, _)| n);
    assert_eq!(of(&["change_approved_by_requester"]), self_approved.collect());
    assert_eq!(of(&["left"]), log.of("roster").filter(|(_, r)| r["active"] == false).map(|(n, _)| n).collect());
}

fn affected(truth: &Value, log: &Log) {
    let affected = &truth["affected"];
    if affected.is_null() {
        assert_eq!(truth["story"], "none");
        return;
    }
    let fields = affected["fields"].as_object().unwrap();
    let span = span(affected);
    let (mut count, mut ids, mut seqs) = (0, blake3::Hasher::new(), Vec::new());
    for (n, record) in log.of(text(affected, "kind")) {
        if span.contains(&log.times[n]) && fields.iter().all(|(path, value)| at(record, path) == value) {
            count += 1;
            ids.update(text(record, "audit_id").as_bytes()).update(b"\n");
            seqs.push(n as u64);
        }
    }
    assert_eq!(number(affected, "count"), count);
    assert_eq!(
        (seqs.first(), seqs.last()),
        (affected["first_seq"].as_u64().as_ref(), affected["last_seq"].as_u64().as_ref())
    );
    assert_eq!(text(affected, "ids_blake3"), ids.finalize().to_hex().as_str());
}

/// How results are read, by model.
fn readings(log: &Log) -> HashMap<&str, &Value> {
    log.of("system").map(|(_, record)| (record["models"][0].as_str().unwrap(), &record["result"])).collect()
}

fn rates(truth: &Value, log: &Log) {
    let readings = readings(log);
    let joined = |kind: &'static str| -> HashMap<usize, &Value> {
        let all: Vec<(usize, &Value)> = log.of(kind).map(|(n, r)| (log.referred(n, &r["decision"]), r)).collect();
        let by_decision: HashMap<usize, &Value> = all.iter().copied().collect();
        assert_eq!(all.len(), by_decision.len(), "one {kind} a decision");
        by_decision
    };
    let (reviews, outcomes) = (joined("review"), joined("outcome"));
    let mut seen = HashSet::new();
    for rate in truth["rates"].as_array().unwrap() {
        let model = text(rate, "model");
        let reading = readings[model];
        let is_in = |list: &str, value: &Value| reading[list].as_array().unwrap().contains(value);
        let mut counts = [0_u64; 6];
        for (n, record) in decisions(log, model, &span(rate)) {
            if !rate["segment"].is_null() && at(record, "input.metadata.segment") != &rate["segment"] {
                continue;
            }
            let result = at(record, text(reading, "path"));
            counts[0] += 1;
            counts[1] += u64::from(is_in("adverse", result));
            if let Some(review) = reviews.get(&n) {
                counts[2] += 1;
                counts[3] += u64::from(review["action"] == "override");
            }
            if let Some(outcome) = outcomes.get(&n) {
                assert!(is_in("adverse", result) || is_in("favourable", result));
                counts[4] += 1;
                counts[5] += u64::from(is_in("favourable", result) != is_in("outcome_positive", &outcome["label"]));
            }
            if rate["segment"].is_null() {
                assert!(seen.insert(n), "phases overlap");
            }
        }
        let names = ["decisions", "adverse", "reviewed", "overridden", "outcomes", "errors"];
        assert_eq!(names.map(|name| number(rate, name)), counts, "{rate}");
    }
    assert_eq!(seen.len(), log.of("decision").count(), "the phases cover the log");
}

fn bulk_reads(truth: &Value, log: &Log) {
    let bulk = &truth["bulk_reads"];
    let large = |record: &Value| record["rows"].as_u64().is_some_and(|rows| rows >= 10_000);
    let reads: Vec<(usize, &Value)> = log.of("access").filter(|(_, record)| large(record)).collect();
    if bulk.is_null() {
        assert!(reads.is_empty());
        return;
    }
    assert_eq!(bulk["least_rows"], 10_000);
    for (_, read) in &reads {
        assert_eq!((&read["subject"]["id"], &read["resource"]), (&bulk["subject"], &bulk["resource"]));
    }
    let sum = |name: &str| reads.iter().map(|(_, read)| number(read, name)).sum::<u64>();
    assert_eq!(number(bulk, "reads"), reads.len() as u64);
    assert_eq!((number(bulk, "rows"), number(bulk, "bytes")), (sum("rows"), sum("bytes")));
    let ends = (reads.first().unwrap().0 as u64, reads.last().unwrap().0 as u64);
    assert_eq!((number(bulk, "first_seq"), number(bulk, "last_seq")), ends);
    let peak = reads.iter().map(|(first, _)| {
        let from = log.times[*first];
        let within = reads.iter().filter(|(n, _)| (from..from + TWO_HOURS).contains(&log.times[*n]));
        within.map(|(_, read)| number(read, "rows")).sum::<u64>()
    });
    assert_eq!(number(bulk, "peak_2h_rows"), peak.max().unwrap());
    let first = log.times[reads[0].0];
    let before: Vec<u64> = log
        .of("access")
        .filter(|(n, record)| {
            (first - 30 * DAY..first).contains(&log.times[*n])
                && record["subject"]["id"] == bulk["subject"]
                && record["result"] == "granted"
        })
        .map(|(_, record)| number(record, "rows"))
        .collect();
    assert_eq!(number(bulk, "baseline_30d_rows"), before.iter().sum::<u64>());
    assert_eq!(number(bulk, "baseline_30d_accesses"), before.len() as u64);
    // Thirty days have 360 stretches of two hours.
    assert!(number(bulk, "peak_2h_rows") * 360 > 4 * number(bulk, "baseline_30d_rows"));
}

fn reviewers(truth: &Value, log: &Log) {
    let mut all = 0;
    for reviewer in truth["reviewers"].as_array().unwrap() {
        let own: Vec<&Value> =
            log.of("review").map(|(_, r)| r).filter(|r| r["reviewer"] == reviewer["reviewer"]).collect();
        let overrides = own.iter().filter(|review| review["action"] == "override").count();
        let seconds: u64 = own.iter().map(|review| number(review, "seconds")).sum();
        assert_eq!(number(reviewer, "reviews"), own.len() as u64);
        assert_eq!((number(reviewer, "overrides"), number(reviewer, "seconds")), (overrides as u64, seconds));
        all += own.len();
    }
    assert_eq!(all, log.of("review").count());
}

fn clock(truth: &Value, log: &Log) {
    let skew = &truth["clock_skew"];
    let offset = skew["offset_ms"].as_i64().unwrap();
    let wrong = span(skew).start + offset..span(skew).end + offset;
    let is_wrong = |n: usize| log.records[n]["metadata"]["host"] == skew["host"] && wrong.contains(&log.times[n]);
    let count = (0..log.records.len()).filter(|n| is_wrong(*n)).count();
    assert_eq!(number(skew, "decisions"), count as u64);
    let backward: Vec<usize> = (1..log.times.len()).filter(|n| log.times[*n] < log.times[*n - 1]).collect();
    assert_eq!(number(skew, "backward_steps"), backward.len() as u64);
    for n in backward {
        assert!(is_wrong(n), "record {n} goes back, and not because of that clock");
        assert!(log.times[n - 1] - log.times[n] <= offset.abs());
    }
}

fn duplicates_and_seals(truth: &Value, log: &Log) {
    let mut seen = HashSet::new();
    let again = log.of("decision").filter(|(_, r)| !seen.insert((text(r, "subject.id_hash"), text(r, "input.hash"))));
    assert_eq!(number(truth, "near_duplicates"), again.count() as u64);

    let erased: HashSet<(u64, String)> =
        log.of("erasure").map(|(_, r)| (number(r, "seq"), text(r, "pointer").to_owned())).collect();
    let sealed: HashSet<(u64, String)> = log
        .of("decision")
        .filter(|(_, record)| record["input"]["data"]["$sealed"].is_string())
        .map(|(n, _)| (n as u64, "/input/data".to_owned()))
        .collect();
    assert!(erased.is_subset(&sealed) && !erased.is_empty());
    assert_eq!(log.disclosed, sealed.difference(&erased).cloned().collect());
    let counts = [sealed.len(), log.disclosed.len(), erased.len()].map(|count| count as u64);
    assert_eq!(["sealed", "disclosed", "erased"].map(|name| number(&truth["seals"], name)), counts);
    for (n, record) in log.of("erasure") {
        assert!(number(record, "seq") < n as u64);
    }
}

//! `probity lineage` through the binary: what it says of decisions of the samples, and of small logs in which something is
//! missing, twice there, or damaged.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{Export, Log, ORIGIN};
use crate::desk::Desk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");
const SLICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-slice.audit.zip");

#[track_caller]
fn stdout(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn lineage(desk: &Desk, bundle: &str, id: &str) -> Value {
    let told: Value = serde_json::from_str(&stdout(desk, &["lineage", bundle, id, "--json"])).unwrap();
    in_text(&told, &stdout(desk, &["lineage", bundle, id]));
    told
}

#[track_caller]
fn refused(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Words without what breaks lines and groups digits.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{202f}').collect()
}

/// Everything that the JSON judges, the text says as well.
#[track_caller]
fn in_text(told: &Value, text: &str) {
    let flattened = flat(text);
    let mut words: Vec<&Value> = list(&told["not_determinable"]).iter().collect();
    words.push(&told["decision"]["version_words"]);
    words.extend(list(&told["missing"]).iter().map(|missing| &missing["words"]));
    for check in list(&told["checks"]) {
        words.extend([&check["title"], &check["words"]]);
    }
    for candidate in list(&told["candidates"]) {
        words.push(&candidate["version"]);
        for told in list(&candidate["deployments"]).iter().chain(list(&candidate["trainings"])) {
            words.extend([&told["artifact_hash"], &told["record"]["id"]].into_iter().filter(|value| value.is_string()));
        }
    }
    for words in words {
        assert!(flattened.contains(&flat(words.as_str().unwrap())), "{words} is not in:\n{text}");
    }
    let of = |state: &str| list(&told["checks"]).iter().filter(|check| check["state"] == state).count();
    let counts = format!("{} not determinable", of("not_determinable"));
    assert!(text.contains(&counts), "{counts}: {text}");
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// The states of the checks of that name.
fn states<'t>(told: &'t Value, check: &str) -> Vec<&'t str> {
    let of = list(&told["checks"]).iter().filter(|known| known["check"] == check);
    of.map(|check| check["state"].as_str().unwrap()).collect()
}

/// What is missing, with why.
fn missing(told: &Value) -> Vec<(&str, &str)> {
    list(&told["missing"])
        .iter()
        .map(|missing| (missing["what"].as_str().unwrap(), missing["state"].as_str().unwrap()))
        .collect()
}

#[track_caller]
fn is_unknown(told: &Value, what: &str) {
    let lines = list(&told["not_determinable"]);
    assert!(lines.iter().any(|line| line.as_str().unwrap().contains(what)), "{what}: {lines:?}");
}

#[test]
fn a_decision_of_the_sample_is_told_from_end_to_end() {
    let desk = Desk::new();
    let told = lineage(&desk, SAMPLE, "cs-003936");
    assert_eq!(told["format"], "probity-decision-lineage/1");
    let decision = &told["decision"];
    assert_eq!((&decision["version"], &decision["version_source"]), (&json!("2.4.0"), &json!("recorded")));
    assert_eq!(decision["record"]["seq"], 10_170);
    let [candidate] = &list(&told["candidates"])[..] else { panic!("{told}") };
    let (deployment, training) = (&candidate["deployments"][0], &candidate["trainings"][0]);
    assert_eq!((&deployment["record"]["id"], &deployment["approval"]), (&json!("dp-000008"), &json!("only_own")));
    assert_eq!((&training["record"]["id"], &training["artifact"]), (&json!("tr-000006"), &json!("agrees")));
    assert_eq!(training["datasets"][0]["record"]["id"], "ds-000006");
    assert_eq!(training["artifact_hash"], deployment["artifact_hash"]);
    // As it is written: no digit is lost.
    assert!(
        stdout(&desk, &["lineage", SAMPLE, "cs-003936", "--json"]).contains(r#""splits":{"train":0.80,"test":0.20}"#)
    );
    for (check, expected) in [
        ("version_in_service", "agrees"),
        ("environment", "agrees"),
        ("training_artifact", "agrees"),
        ("weights", "agrees"),
        ("test_report", "not_determinable"),
        ("training_data", "agrees"),
        ("trained_before_deployed", "agrees"),
        ("approval", "differs"),
    ] {
        assert_eq!(states(&told, check), [expected], "{check}");
    }
    assert_eq!((list(&told["reviews"]).len(), list(&told["outcomes"]).len()), (1, 1));
    let named = ["input", "weights", "config", "preprocessing", "dataset", "code", "training_script", "dependencies"];
    assert_eq!(missing(&told), named.map(|what| (what, "named")));
    assert_eq!(told["version_sources"], json!({"recorded": 13_464, "inferred": 23, "ambiguous": 0, "unknown": 0}));
    assert_eq!(told["not_determinable"], json!([]));
    // By its seq and by its hash it is the same.
    assert_eq!(lineage(&desk, SAMPLE, "@10170"), told);

    let inferred = lineage(&desk, SAMPLE, "la-000013");
    let decision = &inferred["decision"];
    assert_eq!((&decision["declared_version"], &decision["version"]), (&Value::Null, &json!("0.9.4")));
    assert_eq!(decision["version_source"], "inferred");
    assert_eq!(states(&inferred, "version_in_service"), [""; 0]);
    // Its input was sealed and erased; of another one it is disclosed.
    assert_eq!(missing(&lineage(&desk, SAMPLE, "cs-000184"))[0], ("input", "erased"));
    let disclosed = lineage(&desk, SAMPLE, "cs-000002");
    assert_eq!((&disclosed["decision"]["input"]["data"], missing(&disclosed)[0].0), (&json!("disclosed"), "weights"));
}

#[test]
fn what_a_damaged_or_withheld_record_says_decides_nothing() {
    let desk = Desk::new();
    let told = lineage(&desk, TAMPERED, "cs-003936");
    assert_eq!(told["candidates"][0]["deployments"][0]["record"]["damage"], "replaced");
    for check in ["version_in_service", "training_artifact", "weights", "approval"] {
        assert_eq!(states(&told, check), ["not_determinable"], "{check}");
    }
    is_unknown(&told, "records of this log are missing");

    // The slice holds neither the training nor the deployment of 1.9.0.
    let told = lineage(&desk, SLICE, "fs-004253");
    let candidate = &told["candidates"][0];
    assert_eq!((&candidate["trainings"], &candidate["deployments"]), (&json!([]), &json!([])));
    assert!(list(&told["checks"]).iter().all(|check| check["state"] != "differs"), "{told}");
    is_unknown(&told, "are withheld");
    // What took a version out of service may be among what is withheld; what two records agree on, they agree on.
    let told = lineage(&desk, SLICE, "cs-003926");
    assert_eq!(states(&told, "version_in_service"), ["not_determinable"]);
    assert_eq!(states(&told, "training_artifact"), ["agrees"]);
}

#[test]
fn an_id_that_is_no_decision_says_what_to_do() {
    let desk = Desk::new();
    for (id, words) in [
        ("cs-00393", "decisions whose ids have it in them: cs-003930, cs-003931"),
        ("CS-003936", "decisions whose ids have it in them: cs-003936"),
        ("nobody", "no record has this id; probity query PATH kind:decision prints the ids"),
        ("dp-000001", "this is a deployment, and a lineage is of a decision"),
        ("rv-000001", "this is a review, and a lineage is of a decision; the one that it names is fs-000003"),
        ("@20000", "no record is there"),
        ("@x", "no number behind the @"),
    ] {
        let told = refused(&desk, &["lineage", SAMPLE, id]);
        assert!(told.contains(words), "{id}: {told}");
    }
    assert!(refused(&desk, &["lineage", SLICE, "cs-000001"]).contains("it may be among them"));
}

/// A record of a small log, at a minute of its hour.
fn record(minute: usize, kind: &str, members: &Value) -> Value {
    let mut record =
        json!({"kind": kind, "timestamp": format!("2026-03-01T12:{minute:02}:00Z"), "audit_id": format!("r-{minute}")});
    record.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    record
}

fn deploy(version: &str, percent: u32, artifact: &str) -> Value {
    json!({"model": {"id": "m", "version": version}, "action": "deploy", "environment": "production", "deployer": "a",
        "traffic_percent": percent, "artifact_hash": artifact, "approvals": [{"by": "b"}]})
}

fn train(version: &str, artifact: &str) -> Value {
    json!({"model": {"id": "m", "version": version}, "artifact_hash": artifact,
        "training_data": {"dataset_id": "d", "dataset_version": "1", "data_hash": "dd"}})
}

fn decide(version: Option<&str>) -> Value {
    json!({"model": {"id": "m", "version": version}, "input": {}, "output": {"result": "no"},
        "reproducibility": {"weights_hash": "aa", "seed": 18_446_744_073_709_551_615_u64}})
}

/// A log of these records, each in a minute of its own; a line of it may be altered.
fn put(desk: &Desk, records: &[(&str, Value)], alter: impl FnOnce(&mut Log), more: impl FnOnce(Export) -> Export) {
    let opened = record(0, "log", &json!({"event": "opened", "origin": ORIGIN}));
    let records = records.iter().zip(1..).map(|((kind, members), minute)| record(minute, kind, members));
    let bytes = std::iter::once(opened).chain(records).map(|record| record.to_string().into_bytes());
    let mut log = Log::of(bytes, 3);
    alter(&mut log);
    desk.put("a.audit.zip", crate::common::zip(&more(Export::whole(&log)).files()));
}

fn told_of(records: &[(&str, Value)], id: &str) -> Value {
    let desk = Desk::new();
    put(&desk, records, |_| {}, |export| export);
    lineage(&desk, "a.audit.zip", id)
}

#[test]
fn versions_are_recorded_inferred_ambiguous_or_unknown() {
    let canary = [
        ("deployment", deploy("1", 100, "aa")),
        ("decision", decide(None)),
        ("training", train("2", "bb")),
        ("deployment", deploy("2", 10, "bb")),
        ("decision", decide(None)),
        ("decision", decide(Some("2"))),
        ("deployment", deploy("2", 100, "bb")),
        ("decision", decide(Some("1"))),
        ("decision", decide(Some("3"))),
    ];
    let sources = json!({"recorded": 3, "inferred": 1, "ambiguous": 1, "unknown": 0});
    for (id, source, versions, state) in [
        ("r-2", "inferred", &["1"][..], None),
        ("r-5", "ambiguous", &["1", "2"], None),
        ("r-6", "recorded", &["2"], Some("agrees")),
        // It was out of service; another was never deployed.
        ("r-8", "recorded", &["1"], Some("differs")),
        ("r-9", "recorded", &["3"], Some("not_determinable")),
    ] {
        let told = told_of(&canary, id);
        assert_eq!((&told["decision"]["version_source"], &told["version_sources"]), (&json!(source), &sources), "{id}");
        let found: Vec<&str> =
            list(&told["candidates"]).iter().map(|candidate| candidate["version"].as_str().unwrap()).collect();
        assert_eq!(found, versions, "{id}");
        assert_eq!(states(&told, "version_in_service"), state.into_iter().collect::<Vec<_>>(), "{id}");
        let is_missing = missing(&told).contains(&("version", "not_recorded"));
        assert_eq!(is_missing, source == "ambiguous", "{id}");
    }
    // The canary is told by what put it there, not by what came later.
    let told = told_of(&canary, "r-6");
    let deployments = list(&told["candidates"][0]["deployments"]);
    assert_eq!((deployments.len(), &deployments[0]["traffic_percent"]), (1, &json!(10.0)));

    let bare = told_of(&[("decision", decide(None))], "r-1");
    assert_eq!((&bare["decision"]["version_source"], &bare["candidates"]), (&json!("unknown"), &json!([])));
    assert_eq!((missing(&bare)[0].0, list(&bare["checks"]).len()), ("version", 0));
    let bare = told_of(&[("decision", decide(Some("1")))], "r-1");
    assert!(list(&bare["checks"]).iter().all(|check| check["state"] == "not_determinable"), "{bare}");
    // A deployment that came later.
    let late = told_of(&[("decision", decide(Some("1"))), ("deployment", deploy("1", 100, "aa"))], "r-1");
    assert_eq!(states(&late, "version_in_service"), ["differs"]);
    assert!(late["checks"].to_string().contains("only after the decision"), "{late}");
}

#[test]
fn trainings_are_told_by_what_they_made() {
    let decision = ("decision", decide(Some("1")));
    let with = |trainings: &[Value]| {
        let mut records: Vec<(&str, Value)> = trainings.iter().map(|training| ("training", training.clone())).collect();
        records.extend([("deployment", deploy("1", 100, "aa")), decision.clone()]);
        told_of(&records, &format!("r-{}", records.len()))
    };
    for (trainings, expected, fitting) in [
        (vec![], "not_determinable", vec![]),
        (vec![train("1", "aa")], "agrees", vec!["agrees"]),
        (vec![train("1", "ab")], "differs", vec!["differs"]),
        (vec![train("1", "ab"), train("1", "aa"), train("2", "aa")], "agrees", vec!["differs", "agrees"]),
        (vec![train("1", "ab"), train("1", "ac")], "differs", vec!["differs", "differs"]),
        (vec![train("1", "aabb")], "not_determinable", vec!["not_determinable"]),
    ] {
        let told = with(&trainings);
        assert_eq!(states(&told, "training_artifact"), [expected], "{trainings:?}");
        let found = list(&told["candidates"][0]["trainings"]).iter().map(|training| training["artifact"].clone());
        assert_eq!(found.collect::<Vec<_>>(), fitting, "{trainings:?}");
    }
    let told = with(&[]);
    assert!(missing(&told).contains(&("training", "not_recorded")), "{told}");
    // Other data under the name that the training gives it.
    let dataset = json!({"dataset_id": "d", "version": "1", "data_hash": "de"});
    let records =
        [("dataset", dataset), ("training", train("1", "aa")), ("deployment", deploy("1", 100, "aa")), decision];
    assert_eq!(states(&told_of(&records, "r-4"), "training_data"), ["differs"]);
}

#[test]
fn attachments_are_hashed_before_they_count() {
    let report = b"all tests passed";
    let digest = blake3::hash(report).to_string();
    let mut deployment = deploy("1", 100, "aa");
    deployment["test_report_hash"] = json!(digest);
    let records = [("deployment", deployment), ("decision", decide(Some("1")))];
    for (content, expected) in
        [(Some(&report[..]), "agrees"), (Some(b"none passed"), "differs"), (None, "not_determinable")]
    {
        let desk = Desk::new();
        put(
            &desk,
            &records,
            |_| {},
            |export| match content {
                Some(content) => export.with(&format!("attachments/{digest}"), content),
                None => export,
            },
        );
        assert_eq!(states(&lineage(&desk, "a.audit.zip", "r-2"), "test_report"), [expected]);
    }
}

#[test]
fn a_hostile_log_is_told_as_such() {
    let records =
        [("training", train("1", "aa")), ("deployment", deploy("1", 100, "aa")), ("decision", decide(Some("1")))];
    // A line that was edited.
    let desk = Desk::new();
    put(&desk, &records, |log| log.rows_mut().nth(1).unwrap().edit(), |export| export);
    let told = lineage(&desk, "a.audit.zip", "r-3");
    assert_eq!(states(&told, "training_artifact"), ["not_determinable"]);
    assert_eq!(states(&told, "weights"), ["agrees"]);
    // A line that cannot be read may have been anything.
    let desk = Desk::new();
    put(&desk, &records[1..], |log| log.rows_mut().last().unwrap().edit(), |export| export);
    is_unknown(&lineage(&desk, "a.audit.zip", "r-2"), "what the decision was: its record is");

    // Two decisions of one id.
    let mut twin = decide(Some("1"));
    twin["audit_id"] = json!("r-3");
    twin["metadata"] = json!({"note": "a\u{1b}[31mb"});
    let mut hostile = records.to_vec();
    hostile.extend([
        ("decision", twin),
        ("review", json!({"decision": "r-3", "reviewer": "x\u{1b}[31m", "action": "confirm"})),
    ]);
    let desk = Desk::new();
    put(&desk, &hostile, |_| {}, |export| export);
    let told = refused(&desk, &["lineage", "a.audit.zip", "r-3"]);
    assert!(told.contains("2 decisions have this id") && told.contains("@3 (") && told.contains("@4 ("), "{told}");
    let told = lineage(&desk, "a.audit.zip", "@4");
    is_unknown(&told, "2 decisions of its log have its id");
    let text = stdout(&desk, &["lineage", "a.audit.zip", "@4"]);
    assert!(text.contains("x\\u{001b}[31m") && !text.contains('\u{1b}'), "{text}");
    // Numbers stay as they are written.
    assert!(text.contains("18446744073709551615"), "{text}");
}

/// The names of all members, but for those of values that stand as recorded.
fn names(value: &Value, out: &mut BTreeSet<String>) {
    const AS_RECORDED: [&str; 8] =
        ["output", "reproducibility", "splits", "environment", "random_seeds", "hyperparameters", "metrics", "value"];
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                out.insert(name.clone());
                if !AS_RECORDED.contains(&name.as_str()) {
                    names(value, out);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        _ => {}
    }
}

#[test]
fn the_specification_names_every_member_of_a_lineage() {
    let told = lineage(&Desk::new(), SAMPLE, "cs-003936");
    let mut all = BTreeSet::new();
    names(&told, &mut all);
    all.extend(missing(&told).iter().map(|(what, _)| (*what).to_owned()));
    all.extend(list(&told["checks"]).iter().map(|check| check["check"].as_str().unwrap().to_owned()));
    let spec =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/spec/decision-lineage.md")).unwrap();
    let missing: Vec<&String> = all.iter().filter(|name| !spec.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

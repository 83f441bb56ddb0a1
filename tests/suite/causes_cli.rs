//! `probity causes` through the binary: the true cause of a sample's story ranks first, nobody is accused where nothing happened, the
//! rows of every signal are those that its filter selects, and what cannot be looked for is told.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{Export, Log};
use crate::desk::Desk;
use crate::samples::log::{Made, make, number, text};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");

/// The story's own incident in every sample.
const INCIDENT: &str = "INC-2026-014";

/// Enough to show what a story tells.
const RECORDS: u64 = 8000;

#[track_caller]
fn stdout(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn causes(desk: &Desk, args: &[&str]) -> Value {
    let args: Vec<&str> = std::iter::once("causes").chain(args.iter().copied()).chain(["--json"]).collect();
    serde_json::from_str(&stdout(desk, &args)).unwrap()
}

#[track_caller]
fn refused(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn kinds(causes: &Value) -> Vec<&str> {
    list(&causes["candidates"]).iter().map(|candidate| text(candidate, "kind")).collect()
}

/// What the truth calls the kind of a candidate.
fn kind_of(cause: &str) -> &str {
    if cause == "access" { "access_out_of_pattern" } else { cause }
}

/// The true cause ranks first; the desk keeps the index for more questions.
#[track_caller]
fn ranks_first(desk: &Desk, story: &str, seed: u64) -> (Made, Value) {
    let made = make(story, RECORDS, seed);
    let found = causes(desk, &[made.bundle.to_str().unwrap(), INCIDENT]);
    let (first, cause) = (&found["candidates"][0], &made.truth["cause"]);
    assert_eq!(first["kind"], kind_of(text(cause, "kind")), "{story} {seed}: {:?}", kinds(&found));
    for (own, theirs) in [("version", "version"), ("actor", "account")] {
        if let Some(named) = cause[theirs].as_str() {
            assert_eq!(first[own], named, "{story} {seed}");
        }
    }
    (made, found)
}

#[test]
fn a_degraded_version_ranks_before_its_hasty_approval_and_the_reads_after_it() {
    let desk = Desk::new();
    for seed in [1, 2] {
        let (_made, found) = ranks_first(&desk, "lending", seed);
        assert_eq!(kinds(&found), ["model_degradation", "unreviewed_change", "access_out_of_pattern"]);
        let (degraded, hasty) = (&found["candidates"][0], &found["candidates"][1]);
        assert_eq!((text(hasty, "version"), text(hasty, "actor")), ("2.4.0", "user-1042"));
        assert!(text(degraded, "recommended").starts_with("roll back to 2.3.1 (done 2026-04-29 08:05"));
        assert!(list(&degraded["speaks_for"]).iter().any(|signal| text(signal, "text").contains("back with 2.3.1")));
    }
}

#[test]
fn what_moved_back_is_told_of_single_values_as_well() {
    let found = causes(&Desk::new(), &[SAMPLE, INCIDENT]);
    let signals = list(&found["candidates"][0]["speaks_for"]).iter().filter(|signal| !signal["strength"].is_null());
    let told: Vec<(&str, &str)> = signals.map(|signal| (text(signal, "name"), text(signal, "text"))).collect();
    let names: Vec<&str> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["confidence", "adverse_rate:input.metadata.segment", "override_rate"]);
    assert!(told.iter().all(|(_, words)| words.ends_with(", and back with 2.3.1")), "{told:?}");
}

#[test]
fn a_version_that_scatters_is_found() {
    let desk = Desk::new();
    for seed in [1, 2] {
        let (_made, found) = ranks_first(&desk, "version", seed);
        assert_eq!(kinds(&found), ["model_degradation"], "two approved it");
    }
}

#[test]
fn drift_is_no_degradation() {
    let desk = Desk::new();
    for seed in [1, 2] {
        let (_made, found) = ranks_first(&desk, "drift", seed);
        assert_eq!(kinds(&found), ["data_drift"]);
        let fields: Vec<&str> =
            list(&found["candidates"][0]["speaks_for"]).iter().map(|signal| text(signal, "name")).collect();
        assert!(fields.contains(&"input.metadata.income") || fields.contains(&"input.metadata.region"), "{fields:?}");
    }
}

#[test]
fn somebody_who_takes_data_along_is_found() {
    let desk = Desk::new();
    for seed in [1, 2] {
        ranks_first(&desk, "access", seed);
    }
}

#[test]
fn probing_is_no_drift() {
    let desk = Desk::new();
    for seed in [1, 2] {
        let (_made, found) = ranks_first(&desk, "adversarial", seed);
        let first = &found["candidates"][0];
        assert_eq!(text(first, "actor"), "partner-77");
        let names: BTreeSet<&str> = list(&first["speaks_for"]).iter().map(|signal| text(signal, "name")).collect();
        assert!(names.contains("request_spike") && names.contains("near_identical"), "{names:?}");
        assert_eq!(kinds(&found), ["adversarial_input"], "without the one who probes the input is as it was");
    }
}

#[test]
fn nobody_is_accused_where_nothing_happened() {
    let desk = Desk::new();
    for seed in [1, 2] {
        let made = make("none", RECORDS, seed);
        let bundle = made.bundle.to_str().unwrap();
        for (from, to) in [("2026-04-17", "2026-04-29"), ("2026-03-15", "2026-03-31"), ("2026-05-01", "2026-05-20")] {
            for model in [&[][..], &["--model", "credit-scoring"]] {
                let args: Vec<&str> =
                    [bundle, "--from", from, "--to", to].into_iter().chain(model.iter().copied()).collect();
                let found = causes(&desk, &args);
                assert_eq!(found["candidates"], json!([]), "{seed} {args:?}");
                // What was looked for stands there all the same.
                let below = list(&found["looked_for"]).iter().map(|looked| list(&looked["below"]).len()).sum::<usize>();
                assert!(below > 10, "{below}");
            }
        }
        let told = stdout(&desk, &["causes", bundle, "--from", "2026-04-17", "--to", "2026-04-29"]);
        assert!(told.contains("No signal above its threshold"), "{told}");
    }
}

/// Every `rows` anywhere.
fn rows<'v>(value: &'v Value, out: &mut Vec<(&'v str, u64)>) {
    match value {
        Value::Object(members) => {
            if let (Some(Value::String(filter)), Some(count)) = (members.get("filter"), members.get("count")) {
                out.push((filter, count.as_u64().unwrap()));
            }
            members.values().for_each(|value| rows(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| rows(value, out)),
        _ => {}
    }
}

#[test]
fn filters_select_as_many_records_as_are_told() {
    let desk = Desk::new();
    let found = causes(&desk, &[SAMPLE, INCIDENT]);
    let mut all = Vec::new();
    rows(&found, &mut all);
    assert!(all.len() > 8, "{all:?}");
    for (filter, count) in all {
        let counted = stdout(&desk, &["query", SAMPLE, filter, "--count"]);
        assert_eq!(counted.trim().parse::<u64>().unwrap(), count, "{filter}");
        assert!(count > 0, "{filter}");
    }
    // The affected decisions can be others: the figures are theirs then.
    let only = "model:credit-scoring input.metadata.segment:retired time>=2026-04-18 time<2026-04-29";
    let found = causes(&desk, &[SAMPLE, INCIDENT, "--affected", only]);
    let affected = stdout(&desk, &["query", SAMPLE, only, "--count"]);
    assert_eq!(number(&found, "affected.count"), affected.trim().parse::<u64>().unwrap());
    assert!(text(&found, "reference.filter").contains("input.metadata.segment:retired"));
    let degraded = list(&found["candidates"]).iter().find(|candidate| candidate["kind"] == "model_degradation");
    let names: Vec<&str> = degraded
        .map(|candidate| list(&candidate["speaks_for"]).iter().map(|signal| text(signal, "name")).collect())
        .unwrap_or_default();
    assert!(!names.contains(&"adverse_rate"), "the retired were not wronged: {names:?}");
}

/// A record of an access, by an account, of so many rows.
fn access(at: &str, id: &str, account: &str, resource: &str, rows: u64, result: &str) -> String {
    format!(
        r#"{{"kind":"access","timestamp":"{at}","audit_id":"{id}","subject":{{"id":"{account}"}},"action":"read","resource":"{resource}","result":"{result}","rows":{rows}}}"#
    )
}

#[test]
fn the_figure_of_a_bulk_read_and_its_records_are_the_same() {
    let desk = Desk::new();
    let daily = |month: u32, day: u32| {
        access(&format!("2026-{month:02}-{day:02}T12:00:00Z"), &format!("a{month}-{day}"), "u", "t", 100, "ok")
    };
    let mut records: Vec<String> = (1..=31).map(|day| daily(3, day)).chain((1..=20).map(|day| daily(4, day))).collect();
    // Two nights of reads; between those of the first an attempt is denied, and it goes on for longer than two hours.
    for (n, (at, rows, result)) in [
        ("20T23:00:00", 90_000, "ok"),
        ("20T23:30:00", 500_000, "denied"),
        ("21T00:10:00", 110_000, "ok"),
        ("21T01:20:00", 150_000, "ok"),
        ("22T00:30:00", 120_000, "ok"),
    ]
    .into_iter()
    .enumerate()
    {
        records.push(access(&format!("2026-04-{at}Z"), &format!("n{n}"), "u", "t", rows, result));
    }
    put(&desk, &records);
    let found = causes(&desk, &["a.audit.zip", "--from", "2026-04-21", "--to", "2026-04-23"]);
    assert_eq!(kinds(&found), ["access_out_of_pattern"], "{found}");
    let signals = list(&found["candidates"][0]["speaks_for"]);
    let told: Vec<(&str, &str, u64)> = signals
        .iter()
        .map(|signal| (text(signal, "name"), text(signal, "text"), number(signal, "rows.count")))
        .collect();
    for (at, (name, words, count)) in [
        ("bulk", "260\u{202f}000 rows in 2 h from 2026-04-21 00:10", 2),
        ("bulk_whole", "350\u{202f}000 rows from 2026-04-20 23:00 to 2026-04-21 01:20", 3),
        ("bulk", "120\u{202f}000 rows in 2 h from 2026-04-22 00:30", 1),
        // The night is that of the day on which it begins.
        ("off_hours", "at work in 2 nights (22–5 h UTC), usually 0 of 30 nights", 5),
        ("denied", "1 denied attempt", 1),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!((told[at].0, told[at].2), (name, count), "{told:?}");
        assert!(told[at].1.contains(words), "{told:?}");
    }
    for signal in signals {
        let counted = stdout(&desk, &["query", "a.audit.zip", text(&signal["rows"], "filter"), "--count"]);
        assert_eq!(counted.trim().parse::<u64>().unwrap(), number(signal, "rows.count"), "{signal}");
    }
}

#[test]
fn thresholds_are_printed_and_can_be_changed() {
    let desk = Desk::new();
    desk.put(
        "t.toml",
        "[causes]\npsi_moderate = 9\npsi_strong = 9\nh_moderate = 3\nh_strong = 3\nbulk_large_factor = 1000\n",
    );
    let found = causes(&desk, &[SAMPLE, INCIDENT, "--thresholds", "t.toml"]);
    assert!(!kinds(&found).contains(&"model_degradation"));
    assert_eq!(found["thresholds"]["causes"]["h_moderate"], 3.0);
    let looked = list(&found["looked_for"]).iter().find(|looked| looked["kind"] == "model_degradation").unwrap();
    let rate = list(&looked["below"]).iter().find(|signal| signal["name"] == "override_rate").unwrap();
    assert_eq!(rate["limits"][0], json!({ "key": "causes.h_moderate", "value": 3.0 }));
}

fn put(desk: &Desk, records: &[String]) {
    let log = Log::of(records.iter().map(|record| record.as_bytes().to_vec()), 100);
    desk.put("a.audit.zip", crate::common::zip(&Export::whole(&log).files()));
}

#[test]
fn what_cannot_be_looked_for_is_told() {
    let desk = Desk::new();
    let opened = r#"{"kind":"log","timestamp":"2026-03-01T00:00:00Z","audit_id":"l","event":"opened","origin":"audit.test/lending"}"#;
    // One decision, without version, metadata or context: nothing can be measured, and nothing is a number that is none.
    let one = r#"{"kind":"decision","timestamp":"2026-03-02T00:00:00Z","audit_id":"d","model":{"id":"m"},"input":{},"output":{"result":"no","confidence":0.5}}"#;
    put(&desk, &[opened.to_owned(), one.to_owned()]);
    let window = ["a.audit.zip", "--from", "2026-03-02", "--to", "2026-03-03"];
    let found = causes(&desk, &window);
    assert_eq!(found["candidates"], json!([]));
    let unknown = found["not_determinable"].to_string();
    for told in [
        "it is not known which version made them",
        "no decisions before the window",
        "no access is on record",
        "do not say who asked",
    ] {
        assert!(unknown.contains(told), "{told}: {unknown}");
    }
    assert!(!found.to_string().contains("NaN"));
}

#[test]
fn where_all_is_equal_nobody_is_accused() {
    let desk = Desk::new();
    // Enough of them: nothing differs, and nothing is divided by nothing.
    let same = |day: u32, n: u32| {
        format!(
            r#"{{"kind":"decision","timestamp":"2026-03-{day:02}T00:{n:02}:00Z","audit_id":"d{day}-{n}","model":{{"id":"m","version":"1"}},"input":{{"metadata":{{"a":1,"b":"x"}}}},"output":{{"result":"no","confidence":0.5}},"context":{{"user_id":"u"}}}}"#
        )
    };
    let records: Vec<String> = (2..20).flat_map(|day| (0..40).map(move |n| same(day, n))).collect();
    put(&desk, &records);
    let found = causes(&desk, &["a.audit.zip", "--from", "2026-03-15", "--to", "2026-03-16"]);
    assert_eq!(found["candidates"], json!([]), "{found}");
    // Where nothing is affected, that is told.
    let found = causes(&desk, &["a.audit.zip", "--from", "2026-05-01", "--to", "2026-05-02"]);
    assert!(found["not_determinable"].to_string().contains("none is affected"), "{found}");
}

/// So many decisions of a day, by a version with a configuration.
fn served(day: u32, configuration: &str) -> impl Iterator<Item = String> + use<'_> {
    (0..40).map(move |n| {
        format!(
            r#"{{"kind":"decision","timestamp":"2026-03-{day:02}T00:{n:02}:00Z","audit_id":"d{day}-{n}","model":{{"id":"m","version":"1"}},"input":{{"metadata":{{"a":{n}}}}},"output":{{"result":"no"}},"reproducibility":{{"config_hash":"{configuration}"}}}}"#
        )
    })
}

#[test]
fn a_configuration_that_changed_within_a_version_is_an_unreviewed_change() {
    let desk = Desk::new();
    let mut records: Vec<String> = (1..20).flat_map(|day| served(day, "aa")).collect();
    records.extend(served(20, "bb"));
    put(&desk, &records);
    let found = causes(&desk, &["a.audit.zip", "--from", "2026-03-20", "--to", "2026-03-20", "--model", "m"]);
    assert_eq!(kinds(&found), ["unreviewed_change"]);
    assert_eq!(number(&found["candidates"][0]["speaks_for"][0], "rows.count"), 40);
    let found = causes(&desk, &["a.audit.zip", "--from", "2026-03-19", "--to", "2026-03-19", "--model", "m"]);
    assert_eq!(found["candidates"], json!([]));
}

#[test]
fn what_was_not_looked_for_is_not_told_as_clean() {
    let desk = Desk::new();
    // No record of this incident states a window.
    let told = stdout(&desk, &["causes", SAMPLE, "INC-2026-009"]);
    assert!(told.contains("Nothing was looked for") && !told.contains("No signal above"), "{told}");
    // What is affected are decisions, and without any there is nothing that they are held against.
    let filter = "model:credit-scoring version:2.4.0";
    let found = causes(&desk, &[SAMPLE, INCIDENT, "--affected", filter]);
    assert_eq!(number(&found, "affected.count"), 933);
    let found = causes(&desk, &[SAMPLE, INCIDENT, "--affected", "kind:access"]);
    assert_eq!((number(&found, "affected.count"), &found["reference"]), (0, &json!(null)));
}

#[test]
fn wrong_use_of_causes_is_told() {
    let desk = Desk::new();
    for (args, told) in [
        (&["causes", SAMPLE][..], "there are INC-2026-009, INC-2026-014, INC-2026-021; a stretch of time"),
        (&["causes", SAMPLE, "--affected", "result:deny"], "--from TIME --to TIME"),
        (&["causes", SAMPLE, "--from", "2026-04-01"], "--from and --to go together"),
        (&["causes", SAMPLE, "INC-1"], "there is no such incident"),
        (&["causes", SAMPLE, INCIDENT, "--from", "2026-04-01"], "--from and --to go together"),
        (&["causes", SAMPLE, INCIDENT, "--model", "nobody"], "no record here names this model"),
        (&["causes", SAMPLE, INCIDENT, "--affected", "modle:x"], "the filter is not understood"),
    ] {
        let stderr = refused(&desk, args);
        assert!(stderr.contains(told), "{args:?}: {stderr}");
    }
}

/// The names of all members, but for those of the thresholds, which their own file explains, and those of the logs, which are those of
/// a story.
fn names(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                out.insert(name.clone());
                if name != "thresholds" && name != "logs" {
                    names(value, out);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        _ => {}
    }
}

#[test]
fn the_specification_names_every_member_of_likely_causes() {
    let found = causes(&Desk::new(), &[SAMPLE, INCIDENT]);
    let mut all = BTreeSet::new();
    names(&found, &mut all);
    let spec = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/spec/likely-causes.md")).unwrap();
    all.extend(list(&found["looked_for"]).iter().map(|looked| text(looked, "kind").to_owned()));
    let missing: Vec<&String> = all.iter().filter(|name| !spec.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let thresholds =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/analysis/thresholds.toml")).unwrap();
    let own = thresholds.split("[causes]").nth(1).unwrap();
    for line in own.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')) {
        let key = line.split(' ').next().unwrap();
        assert!(spec.contains(&format!("`{key}`")), "{key}");
    }
}

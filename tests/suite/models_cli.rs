//! `probity models`, `probity compare` and `probity fairness` through the binary: figures of a sample are those that filters count, small
//! logs give what can be computed by hand, and what cannot be told says why.

#![allow(clippy::cast_precision_loss, reason = "counts of a sample")]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{Export, Log};
use crate::desk::Desk;
use crate::samples::log::{number, text};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");

#[track_caller]
fn stdout(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json_of(desk: &Desk, args: &[&str]) -> Value {
    serde_json::from_str(&stdout(desk, &[args, &["--json"]].concat())).unwrap()
}

/// How many records pass a filter.
fn passing(desk: &Desk, bundle: &str, filter: &str) -> u64 {
    stdout(desk, &["query", bundle, filter, "--count"]).trim().parse().unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn find<'v>(items: &'v Value, name: &str, value: &str) -> &'v Value {
    list(items).iter().find(|item| item[name] == value).unwrap_or_else(|| panic!("{name} {value}: {items}"))
}

/// A log of these records behind its opening and what says where results stand, with times a minute apart where they state none.
fn put(desk: &Desk, records: impl IntoIterator<Item = Value>) {
    let opened = json!({"kind": "log", "event": "opened", "origin": "audit.test/lending"});
    let system = json!({"kind": "system", "system_id": "s", "models": ["m"], "result": {"path": "output.result"}});
    let records = [opened, system].into_iter().chain(records).enumerate().map(|(n, mut record)| {
        let time = format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + n / 1440, n / 60 % 24, n % 60);
        let members = record.as_object_mut().unwrap();
        members.entry("timestamp").or_insert(time.into());
        members.entry("audit_id").or_insert(format!("r-{n}").into());
        serde_json::to_vec(&record).unwrap()
    });
    let log = Log::of(records, 500);
    desk.put("a.audit.zip", crate::common::zip(&Export::whole(&log).files()));
}

const LOG: &str = "a.audit.zip";

fn decision(model: &Value, metadata: &Value, result: &str) -> Value {
    json!({"kind": "decision", "model": model, "input": {"metadata": metadata}, "output": {"result": result}})
}

/// No figure is a number that is none, and what has no value says why.
#[track_caller]
fn is_sound(value: &Value) {
    let text = value.to_string();
    assert!(!text.contains("NaN") && !text.contains("inf,"), "{text}");
}

#[test]
fn versions_of_a_sample_are_what_filters_count() {
    let desk = Desk::new();
    let found = json_of(&desk, &["models", SAMPLE, "--over", "overridden_of_reviewed", "--per", "week"]);
    assert_eq!(found["format"], "probity-models/1");
    let model = find(&found["models"], "model", "credit-scoring");
    let versions = list(&model["versions"]);
    let named: Vec<&str> = versions.iter().map(|version| text(version, "version")).collect();
    assert_eq!(named, ["2.3.1", "2.4.0", "2.3.1", "2.4.1"]);
    let of = "kind:decision model:credit-scoring";
    for (version, filter) in [(1, "version:2.4.0"), (3, "version:2.4.1")] {
        let told = &versions[version];
        let count = |more: &str| passing(&desk, SAMPLE, &format!("{of} {filter} {more}"));
        let rate = |measure: &str| {
            let rate = find(&told["rates"], "measure", measure);
            (number(rate, "numerator"), number(rate, "denominator"))
        };
        assert_eq!(number(told, "decisions"), count(""));
        assert_eq!(rate("adverse"), (count("result:deny"), count("")));
        assert_eq!(rate("overridden_of_reviewed"), (count("overridden:true"), count("reviewed:true")));
        assert_eq!(rate("errors"), (count("correct:false"), count("has:correct")));
    }
    let against = &versions[1]["against"];
    let adverse = find(&against["rates"], "measure", "adverse");
    let share = |version: usize| {
        let rate = find(&versions[version]["rates"], "measure", "adverse");
        number(rate, "numerator") as f64 / number(rate, "denominator") as f64
    };
    let difference = adverse["difference"]["difference"].as_f64().unwrap();
    assert!((difference - (share(1) - share(0))).abs() < 1e-12 && adverse["q"].as_f64().unwrap() < 1e-3, "{adverse}");
    assert_eq!((&against["version"], &against["psi"]["shift"]), (&json!("2.3.1"), &json!("large")));
    assert_eq!(versions[0]["against"], json!({"not_determinable": "there is no earlier version on record"}));
    assert!(list(&versions[1]["incidents"]).contains(&json!("INC-2026-014")), "{}", versions[1]["incidents"]);

    // The steps of a course come to its rate.
    let course = &model["course"];
    let sum = |name: &str| list(&course["points"]).iter().map(|point| number(point, name)).sum::<u64>();
    let (counted, among) = (
        passing(&desk, SAMPLE, &format!("{of} overridden:true")),
        passing(&desk, SAMPLE, &format!("{of} reviewed:true")),
    );
    assert_eq!((sum("numerator"), sum("denominator")), (counted, among));
    assert_eq!((number(course, "rate.numerator"), number(course, "rate.denominator")), (counted, among));
    let week = find(&course["points"], "from", "2026-04-20T00:00:00Z");
    let within = format!("{of} time>=2026-04-20 time<2026-04-27");
    assert_eq!(number(week, "numerator"), passing(&desk, SAMPLE, &format!("{within} overridden:true")));
    assert_eq!(number(week, "denominator"), passing(&desk, SAMPLE, &format!("{within} reviewed:true")));
    let boundaries: Vec<&str> = list(&course["boundaries"]).iter().map(|boundary| text(boundary, "version")).collect();
    assert_eq!(boundaries, ["2.4.0", "2.3.1", "2.4.1"]);
    is_sound(&found);
}

#[test]
fn a_correlation_is_what_filters_count() {
    let desk = Desk::new();
    let of = "model:credit-scoring";
    let field = "input.metadata.segment";
    let args = ["models", SAMPLE, of, "--by", field, "--against", "overridden"];
    let found = json_of(&desk, &args);
    let table = &found["correlation"];
    let count = |more: &str| passing(&desk, SAMPLE, &format!("kind:decision {of} reviewed:true {more}"));
    assert_eq!((number(table, "decisions"), number(table, "more_values")), (count(""), 0));
    let mut expected = 0.0;
    let (n, overridden) = (count("") as f64, count("overridden:true") as f64);
    for row in list(&table["rows"]) {
        let value = format!("{field}:{}", text(row, "value"));
        let (all, both) = (count(&value), count(&format!("{value} overridden:true")));
        assert_eq!((number(row, "decisions"), number(&row["cells"][0], "share.numerator")), (all, both));
        for (column, observed) in [(overridden, both), (n - overridden, all - both)] {
            let mean = all as f64 * column / n;
            expected += (observed as f64 - mean).powi(2) / mean;
        }
        let (a, b) = (both as f64, (all - both) as f64);
        let (c, d) = (overridden - a, n - overridden - b);
        let odds = row["cells"][0]["odds_ratio"]["value"].as_f64().unwrap();
        assert!((odds - a * d / (b * c)).abs() < 1e-9, "{row}");
    }
    let chi = table["chi_squared"]["statistic"].as_f64().unwrap();
    assert!((chi - expected).abs() < 1e-9, "{chi} {expected}");
    let told = stdout(&desk, &args);
    assert!(told.contains("CORRELATION of input.metadata.segment with overridden"), "{told}");

    let table = json_of(&desk, &["models", SAMPLE, "--by", "versions", "--against", "incident:INC-2026-014"]);
    let row = list(&table["correlation"]["rows"]).iter().find(|row| row["value"] == "2.4.0").unwrap();
    let inside = number(&row["cells"][0], "share.numerator");
    let story = json_of(&desk, &["incident", SAMPLE, "INC-2026-014"]);
    assert_eq!(inside, number(&story, "affected.figures.decisions"));
    assert!(table["correlation"]["rows"].as_array().unwrap().iter().all(|row| row["model"] == "credit-scoring"));
    // A window that is that of the version goes with it whatever happened.
    let follows = &table["correlation"]["window_follows"];
    assert_eq!((text(follows, "version"), &follows["begins"], &follows["ends"]), ("2.4.0", &json!(true), &json!(true)));
    let against = ["--against", "incident:INC-2026-014"];
    let told = stdout(&desk, &["models", SAMPLE, "--by", "versions", against[0], against[1]]);
    assert!(told.contains("The window follows the service of 2.4.0: that they go together says nothing."), "{told}");
    for by in [field, "version"] {
        let table = json_of(&desk, &["models", SAMPLE, "--by", by, against[0], against[1]]);
        assert_eq!(table["correlation"]["window_follows"].is_null(), by == field, "{by}");
    }
    // Of what never meets the lift is 0, and that is known.
    let other = list(&table["correlation"]["rows"]).iter().find(|row| row["value"] == "2.4.1").unwrap();
    assert_eq!(other["cells"][0]["lift"], json!({"value": 0.0, "low": null, "high": null}));
}

#[test]
fn models_without_a_decision_stand_in_one_line() {
    let desk = Desk::new();
    let told = stdout(&desk, &["models", SAMPLE, "model:credit-scoring"]);
    assert!(told.starts_with("credit-scoring\n"), "{told}");
    assert!(told.ends_with("\n\nNo decision here: fraud-screen, limit-advisor\n"), "{told}");
    assert_eq!(told.matches("fraud-screen").count(), 1, "{told}");
}

#[test]
fn what_is_to_be_said_of_both_sides_is_said_once() {
    let desk = Desk::new();
    let output = desk.run(&["compare", SAMPLE, "--a", "version:2.3.1", "--b", "version:2.4.0"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(stderr.matches("have a member of that name").count(), 1, "{stderr}");
}

#[test]
fn a_rate_by_the_values_of_a_field() {
    let desk = Desk::new();
    // Of x a good quarter of the decisions of version 2 is overridden, of y none on either side, of z there are few.
    let of = |version: &str, n: u64| {
        let segment = ["x", "y", if n < 40 { "z" } else { "x" }][(n % 3) as usize];
        let metadata = json!({"segment": segment, "other": n / 3 % 5, "n": n});
        let mut decision = decision(&json!({"id": "m", "version": version}), &metadata, "no");
        decision["audit_id"] = json!(format!("{version}-{n}"));
        decision
    };
    let review = |n: u64| {
        let action = if n.is_multiple_of(3) && n.is_multiple_of(2) { "override" } else { "confirm" };
        json!({"kind": "review", "decision": format!("2-{n}"), "action": action})
    };
    let decided = (0..300).map(|n| of("1", n)).chain((0..300).map(|n| of("2", n)));
    put(&desk, decided.chain((0..300).map(review)));
    let sides = ["compare", LOG, "--a", "version:1", "--b", "version:2"];
    let found = json_of(&desk, &[&sides[..], &["--rate", "overridden_of_all"]].concat());
    let segments = &found["segments"];
    assert_eq!((text(segments, "measure"), text(segments, "field")), ("overridden_of_all", "input.metadata.segment"));
    assert_eq!(segments["is_chosen"], false);
    let z = find(&segments["values"], "value", "z");
    assert!(z["is_small"] == true && z["difference"]["not_determinable"].is_string() && z["q"].is_null(), "{z}");
    let y = find(&segments["values"], "value", "y");
    assert_eq!((number(y, "a.numerator"), number(y, "a.denominator"), number(y, "b.numerator")), (0, 100, 0));
    // Whichever field is asked for, a value has one q.
    let told = |found: &Value| find(&found["segments"]["values"], "value", "x")["q"].as_f64().unwrap();
    let asked = [&sides[..], &["--rate", "overridden_of_all", "--by", "input.metadata.segment"]].concat();
    let chosen = json_of(&desk, &asked);
    assert!(chosen["segments"]["is_chosen"] == true && (told(&chosen) - told(&found)).abs() < 1e-300);
    is_sound(&found);
    let text = stdout(&desk, &asked);
    assert!(text.contains("OVERRIDDEN, OF ALL BY input.metadata.segment"), "{text}");
    assert!(text.contains("Fewer than 30 decisions on a side"), "{text}");
    let none = json_of(&desk, &[&sides[..], &["--rate", "errors"]].concat());
    assert_eq!(none["segments"]["not_determinable"], "the rate is not known of both sides");
}

#[test]
fn a_comparison_by_hand() {
    let desk = Desk::new();
    let segment = |n: u64| json!({"segment": if n.is_multiple_of(4) { "x" } else { "y" }, "age": n, "same": "z"});
    let of =
        |version: &str, n: u64, result: &str| decision(&json!({"id": "m", "version": version}), &segment(n), result);
    let first = (0..100).map(|n| of("1", n, if n < 20 { "no" } else { "yes" }));
    let second = (0..100).map(|n| of("2", n + 10, if n < 45 { "no" } else { "yes" }));
    put(&desk, first.chain(second));
    let found = json_of(&desk, &["compare", LOG, "--a", "version:1", "--b", "version:2"]);
    assert_eq!((number(&found, "a.decisions"), number(&found, "b.decisions"), number(&found, "both")), (100, 100, 0));
    // 20 and 45 of 100 each: 4 · 12.5²/32.5 … = 2 · 12.5² · (1/32.5 + 1/67.5).
    let chi = found["results"]["chi_squared"]["test"]["statistic"].as_f64().unwrap();
    assert!((chi - 2.0 * 12.5 * 12.5 * (1.0 / 32.5 + 1.0 / 67.5)).abs() < 1e-9, "{chi}");
    let names: Vec<&str> = list(&found["fields"]).iter().map(|field| text(field, "field")).collect();
    assert_eq!(names, ["input.metadata.age", "input.metadata.segment", "input.metadata.same"]);
    // Of 0–99 and 10–109 a tenth lies beyond on either side.
    let age = &found["fields"][0];
    let ks = age["ks"]["test"]["statistic"].as_f64().unwrap();
    assert!(age["values"] == "numbers" && (ks - 0.1).abs() < 1e-12, "{age}");
    assert!((age["wasserstein"].as_f64().unwrap() - 10.0).abs() < 1e-9);
    let bins = list(&age["histogram"]);
    let sum = |side: &str| bins.iter().map(|bin| bin[side].as_f64().unwrap()).sum::<f64>();
    assert!((sum("reference") - 1.0).abs() < 1e-9 && (sum("current") - 1.0).abs() < 1e-9);
    assert_eq!(found["fields"][2]["psi"]["not_determinable"], "there is only one value, so nothing can shift");
    let adverse = find(&found["measures"], "measure", "adverse");
    assert!(adverse["difference"]["not_determinable"].is_string(), "nobody says which results are adverse: {adverse}");
    is_sound(&found);
    let told =
        stdout(&desk, &["compare", LOG, "--a", "version:1", "--b", "version:2", "--field", "input.metadata.segment"]);
    assert!(told.contains("Adverse results: not determinable: no record says which results are adverse"), "{told}");

    // One and the same, overlapping, and empty sides.
    let same = json_of(&desk, &["compare", LOG, "--a", "version:1", "--b", "version:1"]);
    assert_eq!((number(&same, "both"), &same["fields"][0]["psi"]["value"]), (100, &json!(0.0)));
    let part = json_of(&desk, &["compare", LOG, "--a", "kind:decision", "--b", "version:2"]);
    assert_eq!(number(&part, "both"), 100);
    for (a, b) in [("version:3", "version:1"), ("version:1", "version:3"), ("version:3", "version:3")] {
        let empty = json_of(&desk, &["compare", LOG, "--a", a, "--b", b]);
        is_sound(&empty);
        assert_eq!(empty["tests"], 0, "{empty}");
        for field in list(&empty["fields"]).iter().chain([&empty["results"], &empty["confidence"]]) {
            assert!(field["psi"]["not_determinable"].is_string(), "{field}");
        }
    }
}

#[test]
fn how_versions_are_known_is_counted_apart() {
    let desk = Desk::new();
    let deploy = |version: &str, percent: u64, minute: u64| {
        json!({"kind": "deployment", "timestamp": format!("2026-03-01T{:02}:{:02}:00Z", minute / 60, minute % 60),
            "model": {"id": "m", "version": version}, "action": "deploy", "traffic_percent": percent, "environment": "production"})
    };
    let at = |minute: u64| {
        let mut record = decision(&json!({"id": "m"}), &json!({}), "yes");
        record["timestamp"] = format!("2026-03-01T{:02}:{:02}:00Z", minute / 60, minute % 60).into();
        record
    };
    // Nothing is deployed, then one version, then another takes a part beside it.
    let records = [at(10), deploy("1", 100, 20), at(30), at(31), deploy("2", 10, 40), at(50), at(51), at(52)];
    put(&desk, records);
    let found = json_of(&desk, &["models", LOG]);
    let model = find(&found["models"], "model", "m");
    assert_eq!(model["sources"], json!({"recorded": 0, "inferred": 2, "ambiguous": 3, "unknown": 1}));
    let known: Vec<(&str, u64)> =
        list(&model["versions"]).iter().map(|version| (text(version, "known"), number(version, "decisions"))).collect();
    assert_eq!(known, [("deployed", 2), ("deployed", 0), ("ambiguous", 3), ("unknown", 1)]);
    let told = stdout(&desk, &["models", LOG]);
    assert!(told.contains("0 recorded, 2 inferred, 3 ambiguous, 1 unknown"), "{told}");
    assert!(told.contains("2 2: not determinable: no decision of this version is among the records"), "{told}");

    // No deployment on record, then no version either, then no decision.
    let desk = Desk::new();
    put(&desk, (0..4).map(|_| decision(&json!({"id": "m", "version": "7"}), &json!({}), "yes")));
    let found = json_of(&desk, &["models", LOG, "--by", "versions", "--over", "adverse"]);
    assert_eq!(found["models"][0]["versions"][0]["known"], "undeployed");
    assert!(found["correlation"]["chi_squared"]["not_determinable"].is_string(), "{found}");
    assert_eq!(found["models"][0]["course"]["points"], json!([]));
    let told = stdout(&desk, &["models", LOG, "--over", "adverse"]);
    assert!(told.contains("not determinable: no record says which results are adverse"), "{told}");
    let desk = Desk::new();
    put(&desk, (0..4).map(|_| decision(&json!({"id": "m"}), &json!({}), "yes")));
    let found = json_of(&desk, &["models", LOG, "--by", "versions"]);
    assert_eq!(found["models"][0]["sources"], json!({"recorded": 0, "inferred": 0, "ambiguous": 0, "unknown": 4}));
    assert_eq!(number(&found, "correlation.without_value"), 4);
    let desk = Desk::new();
    put(&desk, []);
    assert_eq!(stdout(&desk, &["models", LOG]), "No model has a decision here, nor a deployment.\n");
    is_sound(&json_of(&desk, &["compare", LOG, "--a", "kind:decision", "--b", "kind:decision"]));
}

#[test]
fn fairness_by_hand() {
    let desk = Desk::new();
    let one = |group: Value, result: Value, outcome: Value| {
        let mut metadata = json!({"group": group, "outcome": outcome});
        metadata.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let mut record = decision(&json!({"id": "m"}), &metadata, "");
        record["output"] = if result.is_null() { json!({}) } else { json!({"result": result}) };
        record
    };
    let times = |count: usize, group: Value, result: Value, outcome: Value| vec![one(group, result, outcome); count];
    // a: 48 of 80, b: 12 of 40, c is too small; 3 without a group, 2 without a result.
    let records = [
        times(40, json!("a"), json!("yes"), json!(1)),
        times(8, json!("a"), json!("yes"), json!(0)),
        times(2, json!("a"), json!("no"), json!(1)),
        times(30, json!("a"), json!("no"), json!(0)),
        times(12, json!("b"), json!("yes"), json!(1)),
        times(20, json!("b"), json!("no"), json!(1)),
        times(8, json!("b"), json!("no"), Value::Null),
        times(29, json!("c"), json!("yes"), Value::Null),
        times(3, Value::Null, json!("yes"), json!(1)),
        times(2, json!("a"), Value::Null, json!(1)),
    ];
    put(&desk, records.concat());
    let base = ["fairness", LOG, "--group", "input.metadata.group", "--positive", "result:yes"];
    let args = [&base[..], &["--outcome-positive", "input.metadata.outcome:1"]].concat();
    let found = json_of(&desk, &args);
    assert_eq!((number(&found, "decisions"), number(&found, "without_result")), (154, 2));
    assert_eq!(number(&found, "without_group.selected.denominator"), 3);
    assert_eq!((number(&found, "all.selected.numerator"), number(&found, "all.selected.denominator")), (92, 152));
    assert_eq!(found["highest"], "a");
    assert_eq!(found["disparate_impact"], json!({"lowest": "b", "value": 0.3 / 0.6, "is_below_four_fifths": true}));
    let of = |group: &str| find(&found["groups"], "value", group);
    let rate = |value: &Value| (number(value, "numerator"), number(value, "denominator"));
    assert_eq!(rate(&of("b")["selected"]), (12, 40));
    let p = of("b")["fisher_p"].as_f64().unwrap();
    assert!((p - 0.003_409_221_767_849_182).abs() < 1e-9, "{p}");
    assert_eq!(of("c")["is_small"], true);
    assert_eq!(of("c")["ratio"], json!({"not_determinable": "fewer than 30 decisions are too few to say"}));
    let outcomes =
        |group: &str| ["accuracy", "false_positives", "false_negatives"].map(|name| rate(&of(group)["outcomes"][name]));
    assert_eq!(outcomes("a"), [(70, 80), (8, 38), (2, 42)]);
    assert_eq!(outcomes("b"), [(12, 32), (0, 0), (20, 32)]);
    is_sound(&found);
    let told = stdout(&desk, &args);
    for words in [
        "0.500, below four fifths: b was selected least often, a most often",
        "1 group has fewer than 30 decisions (*)",
        "2 decisions lack a value of a field that --positive names",
        "37 decisions have no outcome",
    ] {
        assert!(told.replace('\n', " ").replace("  ", " ").contains(words), "{words}: {told}");
    }
    // A filter that negates does not count what it does not know of.
    let negated = json_of(&desk, &["fairness", LOG, "--group", "input.metadata.group", "--positive", "-result:no"]);
    assert_eq!((number(&negated, "without_result"), &negated["all"]["selected"]), (2, &found["all"]["selected"]));
    assert_eq!(negated["all"]["outcomes"], Value::Null);
    // One group alone.
    let alone = json_of(&desk, &[&base[..2], &["input.metadata.group:a"], &base[2..]].concat());
    assert_eq!(
        alone["disparate_impact"],
        json!({"not_determinable": "there are no two groups of 30 decisions or more"})
    );
    let none = json_of(&desk, &[&base[..2], &["kind:review"], &base[2..]].concat());
    assert_eq!((number(&none, "decisions"), &none["groups"]), (0, &json!([])));
}

#[test]
fn wrong_use_is_told() {
    let desk = Desk::new();
    for (args, words) in [
        (&["models", SAMPLE, "--by", "nosuch"][..], "--by nosuch"),
        (
            &["models", SAMPLE, "--by", "versions", "--against", "mood"],
            "--against mood: result, overridden, error, adverse",
        ),
        (
            &["models", SAMPLE, "--by", "versions", "--against", "incident:X"],
            "X: there is no such incident; there are INC",
        ),
        (&["models", SAMPLE, "--over", "mood"], "--over"),
        (&["models", SAMPLE, "--per", "day"], "--over"),
        (&["models", SAMPLE, "modell:x"], "the filter is not understood"),
        (&["compare", SAMPLE, "--a", "version:1"], "--b"),
        (&["compare", SAMPLE, "--a", "", "--b", "version:1"], "--a: a filter is missing"),
        (&["compare", SAMPLE, "--a", "modell:1", "--b", "version:1"], "--a: the filter is not understood"),
        (
            &["compare", SAMPLE, "--a", "version:2.3.1", "--b", "version:2.4.0", "--field", "x"],
            "--field x: this is not among",
        ),
        (&["fairness", SAMPLE, "--group", "nosuch", "--positive", "result:approve"], "--group nosuch"),
        (&["fairness", SAMPLE, "--group", "channel"], "--positive"),
    ] {
        let output = desk.run(args);
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{args:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(words), "{args:?}: {told}");
    }
}

/// The names of all members.
fn names(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                out.insert(name.clone());
                names(value, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        _ => {}
    }
}

#[test]
fn the_specification_names_every_member() {
    let desk = Desk::new();
    let spec = include_str!("../../assets/spec/version-analysis.md");
    for args in [
        &["models", SAMPLE, "--by", "versions", "--against", "overridden", "--over", "overridden_of_reviewed"][..],
        &["models", SAMPLE, "--by", "version"],
        &["compare", SAMPLE, "--a", "version:2.3.1", "--b", "version:2.4.0"],
        &[
            "fairness",
            SAMPLE,
            "--group",
            "input.metadata.segment",
            "--positive",
            "result:approve",
            "--outcome-positive",
            "outcome:repaid",
        ],
    ] {
        let found = json_of(&desk, args);
        let mut all = BTreeSet::new();
        names(&found, &mut all);
        let missing: Vec<&String> = all.iter().filter(|name| !spec.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "{args:?}: {missing:?}");
        assert!(spec.contains(&format!("`{}`", text(&found, "format"))));
    }
    for measure in probity::analysis::decisions::Measure::ALL {
        assert!(spec.contains(&format!("| `{}` | {} |", measure.name(), measure.definition())), "{}", measure.name());
    }
}

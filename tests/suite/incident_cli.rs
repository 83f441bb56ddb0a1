//! `probity incident` and `probity timeline` through the binary: what they say of a sample is what its truth file says, record by
//! record; and on small logs what is missing is told.

#![allow(clippy::cast_precision_loss, reason = "milliseconds of a quarter")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::common::{Export, Log};
use crate::desk::Desk;
use crate::samples::log::{Made, make, millis, number, text};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TRUTH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.truth.json");

/// The story's own incident in every sample.
const INCIDENT: &str = "INC-2026-014";

#[track_caller]
fn stdout(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(desk: &Desk, args: &[&str]) -> Value {
    serde_json::from_str(&stdout(desk, args)).unwrap()
}

#[track_caller]
fn refused(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert_eq!(output.stdout, b"", "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn seqs<'a>(records: impl IntoIterator<Item = &'a Value>) -> BTreeSet<u64> {
    records.into_iter().map(|record| number(record, "seq")).collect()
}

/// The events of the truth with one of these names.
fn told<'t>(truth: &'t Value, names: &[&str]) -> Vec<&'t Value> {
    list(&truth["events"]).iter().filter(|event| names.contains(&text(event, "what"))).collect()
}

/// The figures of a phase of the truth: of a segment, or of all.
fn rate<'t>(truth: &'t Value, model: &str, phase: &str, segment: Option<&str>) -> &'t Value {
    let is = |rate: &&Value| rate["model"] == model && rate["phase"] == phase && rate["segment"].as_str() == segment;
    list(&truth["rates"]).iter().find(is).unwrap()
}

#[track_caller]
fn are_same(figures: &Value, rate: &Value) {
    let found = [
        number(figures, "decisions"),
        number(figures, "adverse.numerator"),
        number(figures, "reviewed.numerator"),
        number(figures, "overridden_of_reviewed.numerator"),
        number(figures, "outcomes.numerator"),
        number(figures, "errors.numerator"),
    ];
    let names = ["decisions", "adverse", "reviewed", "overridden", "outcomes", "errors"];
    assert_eq!(found, names.map(|name| number(rate, name)));
    assert_eq!(number(figures, "adverse.denominator"), found[0]);
    assert_eq!(number(figures, "overridden_of_reviewed.denominator"), found[2]);
    assert_eq!(number(figures, "errors.denominator"), found[4]);
}

/// The last instant before a time of the truth, whose stretches do not hold their end.
fn before(truth_time: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(truth_time).unwrap().to_utc() - chrono::TimeDelta::nanoseconds(1);
    at.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
}

/// Everything that the truth about a lending story says of its incident.
fn lending(bundle: &Path, truth: &Value) {
    let desk = Desk::new();
    let bundle = bundle.to_str().unwrap();
    let story = json(&desk, &["incident", bundle, INCIDENT, "--json"]);
    assert_eq!(story["format"], "probity-incident-story/1");
    let (model, version) = (text(truth, "cause.model"), text(truth, "cause.version"));
    assert_eq!((text(&story, "model"), text(&story, "version")), (model, version));
    for end in ["from", "to"] {
        assert_eq!(millis(text(&story, &format!("window.{end}"))), millis(text(&truth["cause"]["window"], end)));
    }
    states(&desk, bundle, truth, &story);
    deployed(truth, &story);
    access(truth, &story);
    figures(&desk, bundle, truth, &story);
    live(&desk, bundle, truth);
    timeline(&desk, bundle, truth);
}

fn states(desk: &Desk, bundle: &str, truth: &Value, story: &Value) {
    // The second incident is the one that was only opened.
    let other = json(desk, &["incident", bundle, "INC-2026-021", "--json"]);
    let records = list(&story["incident"]["records"]).iter().chain(list(&other["incident"]["records"]));
    let found: BTreeSet<(String, u64, String, i64)> = records
        .map(|told| {
            let record = &told["record"];
            let what = format!("incident_{}", text(told, "state"));
            (what, number(record, "seq"), text(record, "id").to_owned(), millis(text(record, "at")))
        })
        .collect();
    let expected = list(&truth["events"]).iter().filter(|event| text(event, "what").starts_with("incident_"));
    let expected: BTreeSet<(String, u64, String, i64)> = expected
        .map(|event| {
            let what = text(event, "what").to_owned();
            (what, number(event, "seq"), text(event, "audit_id").to_owned(), millis(text(event, "at")))
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(list(&story["incident"]["remarks"]), &[] as &[Value]);

    let steps: Vec<&str> = list(&story["steps"]).iter().map(|step| text(step, "step")).collect();
    assert_eq!(steps, ["first_affected", "opened", "aware", "contained", "notified", "closed"]);
    let at = |step: &Value| millis(text(step, "record.at"));
    for pair in list(&story["steps"]).windows(2) {
        let seconds = pair[1]["seconds_since_previous"].as_f64().unwrap();
        assert!((seconds - (at(&pair[1]) - at(&pair[0])) as f64 / 1000.0).abs() < 1e-6, "{pair:?}");
    }
    // Two days and an hour or so passed from awareness to notification: in time for all clocks but that of two days.
    let clocks: Vec<(u64, &str)> =
        list(&story["clocks"]).iter().map(|clock| (number(clock, "hours"), text(clock, "reading.state"))).collect();
    assert_eq!(clocks, [(360, "met"), (240, "met"), (48, "late"), (72, "met")]);
}

fn deployed(truth: &Value, story: &Value) {
    let window = millis(text(truth, "cause.window.from"))..millis(text(truth, "cause.window.to"));
    let during: Vec<&Value> = list(&story["deployments"]).iter().filter(|told| told["phase"] == "during").collect();
    let is_within = |event: &&&Value| window.contains(&millis(text(event, "at")));
    let of_all = told(truth, &["deployment", "canary", "rollback", "retirement"]);
    let expected = seqs(of_all.iter().filter(is_within).copied());
    assert_eq!(seqs(during.iter().map(|told| &told["record"])), expected);
    let [hasty] = during[..] else { panic!("one deployment in the window: {during:?}") };
    assert_eq!((text(hasty, "approval"), text(hasty, "deployer")), ("only_own", "user-1042"));
    let changed = told(truth, &["change_approved_by_requester"]);
    assert_eq!((changed.len(), hasty["approvals"][0]["by"].as_str()), (1, Some("user-1042")));
    // What was deployed between awareness and notification is the rollback.
    let early = list(&story["before_notification"]).iter().map(|told| &told["record"]);
    assert_eq!(seqs(early), seqs(told(truth, &["rollback"])));
    let others = list(&story["deployments"]).iter().filter(|told| told["phase"] == "after");
    assert!(others.into_iter().all(|told| told["approval"] == "several"));
}

/// The findings of a kind about an account.
fn findings<'s>(story: &'s Value, kind: &str, account: &str) -> Vec<&'s Value> {
    let all = list(&story["access"]["findings"]).iter();
    all.filter(|finding| finding["kind"] == kind && finding["account"] == account).collect()
}

fn access(truth: &Value, story: &Value) {
    let bulk = &truth["bulk_reads"];
    let account = text(bulk, "subject");
    let found = findings(story, "bulk", account);
    assert!(found.iter().all(|finding| finding["resource"] == bulk["resource"]));
    let all: BTreeSet<u64> =
        found.iter().flat_map(|finding| list(&finding["seqs"])).map(|s| s.as_u64().unwrap()).collect();
    let sum = |name: &str| found.iter().map(|finding| number(finding, name)).sum::<u64>();
    assert_eq!((all.len() as u64, sum("count")), (number(bulk, "reads"), number(bulk, "reads")));
    assert_eq!((all.first(), all.last()), (Some(&number(bulk, "first_seq")), Some(&number(bulk, "last_seq"))));
    assert_eq!(sum("reached"), number(bulk, "rows"));
    assert_eq!(found.iter().map(|finding| number(finding, "figure")).max(), Some(number(bulk, "peak_2h_rows")));
    assert_eq!(number(found[0], "baseline_rows"), number(bulk, "baseline_30d_rows"));
    assert_eq!(seqs([&found[0]["first"]]), seqs(told(truth, &["first_bulk_read"])));
    let last = found.last().unwrap();
    assert_eq!(seqs([&last["last"]]), seqs(told(truth, &["last_bulk_read"])));
    // Nobody else read in bulk.
    let kinds = list(&story["access"]["findings"]).iter().filter(|finding| finding["kind"] == "bulk");
    assert_eq!(kinds.count(), found.len());

    let denied = findings(story, "denied", account);
    let denied: BTreeSet<u64> =
        denied.iter().flat_map(|finding| list(&finding["seqs"])).map(|s| s.as_u64().unwrap()).collect();
    let range = millis(text(story, "access.from"))..millis(text(story, "access.to"));
    let expected = told(truth, &["access_denied"]);
    let expected = expected.iter().filter(|event| range.contains(&millis(text(event, "at"))));
    assert!(denied.is_superset(&seqs(expected.copied())), "{denied:?}");
}

fn figures(desk: &Desk, bundle: &str, truth: &Value, story: &Value) {
    let (model, version) = (text(truth, "cause.model"), text(truth, "cause.version"));
    let during = rate(truth, model, "during", None);
    are_same(&story["comparison"]["during"]["figures"], during);
    are_same(&story["affected"]["figures"], during);
    let by_result = list(&story["affected"]["figures"]["by_result"]).iter().map(|result| number(result, "count"));
    assert_eq!(by_result.sum::<u64>(), number(during, "decisions"));

    // With the segment and the version as it is recorded, these are the affected decisions of the truth.
    let affected = &truth["affected"];
    let segment = affected["fields"]["input.metadata.segment"].as_str().unwrap();
    let (from, to) = (text(affected, "from"), text(affected, "to"));
    let filter = format!(
        "kind:decision model:{model} model.version:{version} input.metadata.segment:{segment} time>=\"{from}\" time<\"{to}\""
    );
    let edited = json(desk, &["incident", bundle, INCIDENT, "--affected", &filter, "--json"]);
    let found = &edited["affected"];
    for (name, place) in [("count", "count"), ("first.seq", "first_seq"), ("last.seq", "last_seq")] {
        assert_eq!(number(found, name), number(affected, place), "{name}");
    }
    assert_eq!(text(found, "ids_blake3"), text(affected, "ids_blake3"));
    are_same(&edited["comparison"]["during"]["figures"], rate(truth, model, "during", Some(segment)));
}

fn live(desk: &Desk, bundle: &str, truth: &Value) {
    let range = |name: &str, from: &str, to: &str, model: &str, more: &[&str]| {
        let to = before(to);
        let args = ["incident", bundle, "--name", name, "--from", from, "--to", &to, "--model", model, "--json"];
        json(desk, &args.iter().chain(more).copied().collect::<Vec<_>>())
    };
    for model in list(&truth["models"]) {
        let id = text(model, "id");
        let story = range("all", "2026-03-01", "2026-06-01T00:00:00Z", id, &[]);
        assert_eq!((text(&story, "name"), &story["incident"]), ("all", &Value::Null));
        let end = millis("2026-06-01T00:00:00Z");
        let mut found: Vec<(&str, i64, i64)> = list(&story["live"]["during"])
            .iter()
            .map(|term| (text(term, "version"), millis(text(term, "from")), term["to"].as_str().map_or(end, millis)))
            .collect();
        let version = |term| (text(term, "version"), millis(text(term, "from")), millis(text(term, "to")));
        let mut expected: Vec<(&str, i64, i64)> = list(&model["versions"]).iter().map(version).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{id}");
        assert_eq!(number(&story, "affected.count"), number(model, "decisions"));
    }
    for canary in list(&truth["canaries"]) {
        let (model, version) = (text(canary, "model"), text(canary, "version"));
        let (from, to) = (text(canary, "from"), text(canary, "to"));
        let filter = format!("kind:decision model:{model} model.version:{version} time>=\"{from}\" time<\"{to}\"");
        let story = range("canary", from, to, model, &["--affected", &filter]);
        assert_eq!(number(&story, "affected.count"), number(canary, "decisions"));
        assert_eq!(number(&story, "comparison.during.figures.decisions"), number(canary, "of"));
        let live: BTreeSet<&str> = list(&story["live"]["during"]).iter().map(|term| text(term, "version")).collect();
        assert!(live.len() == 2 && live.contains(version), "{live:?}");
    }
}

fn timeline(desk: &Desk, bundle: &str, truth: &Value) {
    let timeline = json(desk, &["timeline", bundle, "--json"]);
    let events = list(&timeline["events"]);
    let of = |kind: &str| events.iter().filter(|event| event["kind"] == kind).collect::<Vec<_>>();
    for (kind, count) in truth["kinds"].as_object().unwrap() {
        let expected = if ["decision", "outcome"].contains(&kind.as_str()) { 0 } else { count.as_u64().unwrap() };
        let found = of(kind).len() as u64 + if kind == "log" { number(&timeline, "heartbeats") } else { 0 };
        assert_eq!(found, expected, "{kind}");
    }
    assert_eq!(number(&timeline, "decisions"), number(truth, "kinds.decision"));
    let buckets = list(&timeline["density"]["buckets"]).iter().map(|bucket| number(bucket, "decisions"));
    assert_eq!(buckets.sum::<u64>(), number(truth, "kinds.decision"));
    let deployments = ["version_in_service", "deployment", "canary", "rollback", "retirement"];
    assert_eq!(seqs(of("deployment")), seqs(told(truth, &deployments)));
    // Every event of the story that is one of the timeline stands there, at its time.
    for event in list(&truth["events"]) {
        let line = events.iter().find(|line| line["seq"] == event["seq"]).unwrap_or_else(|| panic!("{event}"));
        assert_eq!(millis(text(line, "at")), millis(text(event, "at")));
        let signal = match text(event, "what") {
            "access_denied" => "denied",
            "first_bulk_read" | "last_bulk_read" => "bulk",
            _ => continue,
        };
        assert!(list(&line["signals"]).contains(&signal.into()), "{line}");
    }
    let times: Vec<i64> = events.iter().map(|event| millis(text(event, "at"))).collect();
    assert!(times.is_sorted());
}

#[test]
fn the_lending_story_is_what_its_truth_says() {
    let truth = serde_json::from_str(&std::fs::read_to_string(TRUTH).unwrap()).unwrap();
    lending(Path::new(SAMPLE), &truth);
}

#[test]
fn and_so_for_ten_other_seeds() {
    for (seed, records) in (2..).zip([20_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 12_000]) {
        let made = make("lending", records, seed);
        lending(&made.bundle, &made.truth);
    }
}

#[test]
fn reads_in_bulk_and_new_resources_of_somebody_who_leaves() {
    let Made { bundle, truth, .. } = &make("access", 8_000, 4);
    let desk = Desk::new();
    let story = json(&desk, &["incident", bundle.to_str().unwrap(), INCIDENT, "--json"]);
    access(truth, &story);
    let account = text(truth, "cause.account");
    let seen = findings(&story, "first_seen", account);
    let seen = seqs(seen.iter().map(|finding| &finding["first"]));
    let expected = seqs(told(truth, &["first_seen_resource"]));
    assert!(!expected.is_empty() && seen.is_superset(&expected), "{seen:?} {expected:?}");
    // The incident names no model: which decisions are affected is not guessed.
    assert_eq!((&story["affected"], &story["comparison"]), (&Value::Null, &Value::Null));
    let unknown = list(&story["not_determinable"]).iter().any(|line| line.as_str().unwrap().contains("names no model"));
    assert!(unknown, "{story}");
}

/// A log of these records.
fn put(desk: &Desk, records: &[&str]) {
    let log = Log::of(records.iter().map(|record| record.as_bytes().to_vec()), 2);
    desk.put("a.audit.zip", crate::common::zip(&Export::whole(&log).files()));
}

#[test]
fn what_the_records_do_not_say_is_told() {
    let desk = Desk::new();
    put(
        &desk,
        &[
            r#"{"kind":"log","timestamp":"2026-03-01T12:00:00Z","audit_id":"r-0","event":"opened","origin":"audit.test/lending"}"#,
            r#"{"kind":"decision","timestamp":"2026-03-02T12:00:00Z","audit_id":"d-1","model":{"id":"m","version":"1"},"input":{},"output":{"result":"no"}}"#,
            r#"{"kind":"incident","timestamp":"2026-03-03T12:00:00Z","audit_id":"i-1","incident_id":"I-1","state":"aware","model":{"id":"m"},"window":{"from":"2026-03-02T00:00:00Z","to":"2026-03-03T00:00:00Z"}}"#,
            r#"{"kind":"incident","timestamp":"2026-03-03T11:00:00Z","audit_id":"i-2","incident_id":"I-1","state":"opened","summary":"a\u001b[31mb"}"#,
            r#"{"kind":"incident","timestamp":"2026-03-03T13:00:00Z","audit_id":"i-3","state":"opened"}"#,
            r#"{"kind":"incident","timestamp":"2026-03-03T14:00:00Z","audit_id":"i-4","incident_id":"-2","state":"opened"}"#,
        ],
    );
    let story = json(&desk, &["incident", "a.audit.zip", "I-1", "--json"]);
    assert_eq!((number(&story, "affected.count"), number(&story, "affected.first.seq")), (1, 1));
    let figures = &story["affected"]["figures"];
    // Nothing undefined is a number.
    for name in ["adverse", "overridden_of_reviewed", "errors"] {
        assert_eq!((&figures[name]["rate"], &figures[name]["wilson95"]), (&Value::Null, &Value::Null), "{name}");
    }
    let told = story["not_determinable"].to_string();
    for what in [
        "which versions of m were in service",
        "whether 1 of the results are adverse",
        "no outcome of them is on record",
        "when it was contained",
        "when an authority was notified",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
    let remarks: Vec<&str> = list(&story["incident"]["remarks"]).iter().map(|remark| text(remark, "text")).collect();
    assert_eq!(
        remarks,
        [
            "opened stands behind aware in the log",
            "a record states an earlier time than the one before it",
            "no record says that it was closed"
        ]
    );
    assert!(list(&story["clocks"]).iter().all(|clock| clock["reading"]["state"] == "running"), "{}", story["clocks"]);
    // The log begins and ends within the days around the window.
    let is_whole = ["before", "during", "after"].map(|part| story["comparison"][part]["is_whole"].as_bool().unwrap());
    assert_eq!(is_whole, [false, true, false]);

    let told = stdout(&desk, &["incident", "a.audit.zip", "I-1"]);
    assert!(told.contains("a\\u{001b}[31mb") && !told.contains('\u{1b}'), "{told}");
    assert!(told.contains("NOT DETERMINABLE"), "{told}");
    let listed = json(&desk, &["incident", "a.audit.zip", "--json"]);
    let ids: Vec<&str> = list(&listed["incidents"]).iter().map(|incident| text(incident, "id")).collect();
    assert_eq!((ids, &listed["without_id"]), (vec!["I-1", "-2"], &serde_json::json!([4])));
    let told = stdout(&desk, &["incident", "a.audit.zip"]);
    assert!(told.contains("1 incident record names no incident"), "{told}");
    assert!(stdout(&desk, &["incident", "a.audit.zip", "-2"]).contains("no record of the incident states a window"));

    let told = stdout(&desk, &["timeline", "a.audit.zip"]);
    let order: Vec<usize> =
        ["opened", "I-1 opened", "I-1 aware", "-2 opened"].map(|what| told.find(what).unwrap()).to_vec();
    assert!(order.is_sorted() && told.contains("1 decision to "), "{told}");
}

#[test]
fn wrong_use_is_told() {
    let desk = Desk::new();
    desk.put("limits.toml", b"[access]\nbulk_facter = 3\n");
    for (args, words) in [
        (
            &["incident", SAMPLE, "INC-7"][..],
            "there is no such incident; there are INC-2026-009, INC-2026-014, INC-2026-021",
        ),
        (&["incident", SAMPLE, "--name", "x"], "--from"),
        (&["incident", SAMPLE, "--name", "", "--from", "2026-03-01", "--to", "2026-03-02"], "this one is empty"),
        (
            &["incident", SAMPLE, INCIDENT, "--model", "NOSUCH"],
            "--model NOSUCH: no record here names this model; there are credit-scoring",
        ),
        (&["incident", SAMPLE, "--from", "2026-03-01", "--to", "2026-03-02"], "go with an ID or with --name"),
        (&["incident", SAMPLE, INCIDENT, "--from", "2026-03-01"], "a window has both ends"),
        (&["incident", SAMPLE, INCIDENT, "--from", "2026-03-02", "--to", "2026-03-01"], "--to is before --from"),
        (&["incident", SAMPLE, INCIDENT, "--affected", "modell:x"], "--affected: the filter is not understood"),
        (&["incident", SAMPLE, INCIDENT, "--thresholds", "limits.toml"], "line 2: access.bulk_facter is no threshold"),
        (&["timeline", SAMPLE, "--from", "yesterday"], "--from yesterday: write it as 2026"),
        (&["timeline", SAMPLE, "modell:x"], "the filter is not understood"),
        (&["timeline", SAMPLE, "--buckets", "1"], "--buckets"),
    ] {
        let told = refused(&desk, args);
        assert!(told.contains(words), "{args:?}: {told}");
    }
}

#[test]
fn thresholds_can_be_changed_and_are_told() {
    let desk = Desk::new();
    desk.put(
        "limits.toml",
        b"[access]\nbulk_factor = 1000\nbulk_floor_rows = 2000000\n[incident]\naccess_days_before = 0\n",
    );
    let story = json(&desk, &["incident", SAMPLE, INCIDENT, "--thresholds", "limits.toml", "--json"]);
    assert_eq!(story["thresholds"]["access"]["bulk_floor_rows"], 2_000_000);
    assert_eq!(text(&story, "access.from"), text(&story, "window.from"));
    assert!(list(&story["access"]["findings"]).iter().all(|finding| finding["kind"] != "bulk"));
}

#[test]
fn a_timeline_is_folded_unless_all_is_asked_for() {
    let desk = Desk::new();
    let range = ["--from", "2026-04-17T21", "--to", "2026-04-18T03"];
    let ask = |more: &[&str]| {
        let args = ["timeline", SAMPLE].iter().chain(&range).chain(more).copied().collect::<Vec<_>>();
        stdout(&desk, &args).replace('\u{a0}', " ")
    };
    let folded = ask(&[]);
    assert!(folded.contains("33 accesses to 01:41:10.624  ! 33 bulk, 1 first-seen resource"), "{folded}");
    assert!(folded.lines().count() < 20, "{folded}");
    let all = ask(&["--all"]);
    assert_eq!(all.lines().filter(|line| line.contains("! bulk")).count(), 33, "{all}");
    let csv = ask(&["--format", "csv"]);
    let mut lines = csv.split("\r\n");
    assert_eq!(lines.next(), Some("what,from,to,log,seq,kind,count,text,signals,damage"));
    assert_eq!(csv.matches("bulk").count(), 33);
    // Density holds what lies in the range, and no bucket reaches beyond it.
    let decisions: Vec<Vec<&str>> =
        lines.filter(|line| line.starts_with("decisions,")).map(|line| line.split(',').collect()).collect();
    let count: u64 = decisions.iter().map(|line| line[6].parse::<u64>().unwrap()).sum();
    let asked = stdout(
        &desk,
        &["query", SAMPLE, "kind:decision time>=2026-04-17T21:00:00Z time<2026-04-18T04:00:00Z", "--count"],
    );
    assert_eq!(count.to_string(), asked.trim());
    assert!(decisions.iter().all(|line| line[1] >= "2026-04-17T21:00:00Z" && line[2] <= "2026-04-18T04:00:00Z"));
}

const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");

#[test]
fn what_a_replaced_record_says_is_no_fact() {
    let desk = Desk::new();
    let story = json(&desk, &["incident", TAMPERED, INCIDENT, "--json"]);
    let of = |seq: u64| list(&story["deployments"]).iter().find(|told| told["record"]["seq"] == seq).unwrap();
    assert_eq!(of(10_064)["record"]["damage"], "replaced");
    assert!(list(&story["deployments"]).iter().any(|told| told["record"]["damage"].is_null()));
    let told = stdout(&desk, &["incident", TAMPERED, INCIDENT]).replace('\u{a0}', " ");
    assert!(told.contains("seq 10 064 (record replaced)"), "{told}");

    let deployments = ["timeline", TAMPERED, "kind:deployment"];
    let table = stdout(&desk, &deployments);
    assert!(table.lines().any(|line| line.contains("@10064") && line.ends_with("! record replaced")), "{table}");
    let csv = stdout(&desk, &[&deployments[..], &["--format", "csv"]].concat());
    assert!(csv.split("\r\n").any(|line| line.contains(",10064,") && line.ends_with(",replaced")), "{csv}");
    let listed = json(&desk, &[&deployments[..], &["--json"]].concat());
    let line = list(&listed["events"]).iter().find(|line| line["seq"] == 10_064).unwrap();
    assert_eq!(line["damage"], "replaced");
}

#[test]
fn what_is_not_here_is_told_with_what_is() {
    let desk = Desk::new();
    let told = |story: &Value, what: &str| {
        let lines = list(&story["not_determinable"]);
        assert!(lines.iter().any(|line| line.as_str().unwrap().replace('\u{202f}', " ").contains(what)), "{lines:?}");
    };
    let story = json(&desk, &["incident", TAMPERED, INCIDENT, "--json"]);
    let log = &story["logs"][0];
    assert_eq!(
        (&log["verdict"]["integrity"], &log["verdict"]["completeness"]),
        (&"broken".into(), &"truncated".into())
    );
    assert_eq!((number(log, "missing"), number(log, "withheld")), (351, 0));
    ["1 record of this log is damaged", "351 records of this log are missing", "350 records of it missing"]
        .iter()
        .for_each(|what| told(&story, what));
    assert_eq!(json(&desk, &["timeline", TAMPERED, "--json"])["bundles"][0], *log);
    let table = stdout(&desk, &["timeline", TAMPERED, "kind:deployment"]);
    let lines = ["@10064 ", "@10077  ! 1 record missing", "@19650  ! 350 records missing at the end", "damaged"];
    let places: Vec<usize> = lines.iter().map(|line| table.find(line).unwrap_or_else(|| panic!("{table}"))).collect();
    assert!(places.is_sorted(), "{table}");
    let days: Vec<&str> = table.lines().filter(|line| line.starts_with("2026-")).collect();
    assert!(days.is_sorted(), "{days:?}");

    let slice = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-slice.audit.zip");
    let range = ["incident", slice, "--name", "all", "--from", "2026-03-01", "--to", "2026-06-01"];
    let story = json(&desk, &[&range[..], &["--json"]].concat());
    let here = number(&story["logs"][0], "rows");
    told(&story, &format!("are withheld: counts are of the {here} that are here"));
    let text = stdout(&desk, &range);
    assert!(!text.contains("the end of the log"), "{text}");
    // A whole log has nothing of this.
    let whole = json(&desk, &["incident", SAMPLE, INCIDENT, "--json"])["not_determinable"].to_string();
    assert!(!["damaged", "withheld", "missing"].iter().any(|what| whole.contains(what)), "{whole}");
}

#[test]
fn canaries_and_values_above_their_threshold_stand_out() {
    let desk = Desk::new();
    let table = stdout(&desk, &["timeline", SAMPLE, "kind:deployment or kind:monitor"]);
    assert!(table.lines().any(|line| line.contains("fraud-screen 1.9.0") && line.contains(" to 10 %")), "{table}");
    assert!(table.lines().any(|line| line.contains("@") && line.contains("above threshold ")), "{table}");
    assert!(table.contains(" monitor values to "), "{table}");
}

#[test]
fn an_affected_count_says_what_is_no_decision() {
    let desk = Desk::new();
    let told = stdout(&desk, &["incident", SAMPLE, INCIDENT, "--affected", "kind:deployment"]);
    assert!(told.contains("are no decisions"), "{told}");
    let window = ["incident", SAMPLE, INCIDENT, "--from", "2026-03-02", "--to", "2026-03-03"];
    let told = stdout(&desk, &window).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("none is of 2.4.0, the version that the incident names"), "{told}");
}

#[test]
fn a_log_without_incidents_says_so() {
    let desk = Desk::new();
    put(
        &desk,
        &[
            r#"{"kind":"log","timestamp":"2026-03-01T12:00:00Z","audit_id":"r-0","event":"opened","origin":"audit.test/lending"}"#,
        ],
    );
    assert_eq!(stdout(&desk, &["incident", "a.audit.zip"]), "No record is about an incident with an id.\n");
    assert!(refused(&desk, &["incident", "a.audit.zip", "I"]).contains("no record is about an incident with an id"));
    let told = stdout(&desk, &["timeline", "a.audit.zip", "kind:decision"]);
    assert!(told.contains("Nothing happened that passes the filter."), "{told}");
    let story = json(
        &desk,
        &["incident", "a.audit.zip", "--name", "n", "--from", "2026-03-01", "--to", "2026-03-01", "--json"],
    );
    assert_eq!((number(&story, "affected.count"), &story["live"]), (0, &Value::Null));
    assert_eq!(story["affected"]["figures"]["reviewed"]["rate"], Value::Null);
}

/// The names of all members, but for those of the thresholds, which their own file explains.
fn names(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                out.insert(name.clone());
                if name != "thresholds" {
                    names(value, out);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        _ => {}
    }
}

#[test]
fn the_specification_names_every_member_of_a_story() {
    let story = json(&Desk::new(), &["incident", SAMPLE, INCIDENT, "--json"]);
    let mut all = BTreeSet::new();
    names(&story, &mut all);
    let spec = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/spec/incident-story.md")).unwrap();
    let missing: Vec<&String> = all.iter().filter(|name| !spec.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for what in ["probity-incident-story/1", "thresholds.toml", "reporting-clocks.toml"] {
        assert!(spec.contains(what));
    }
}

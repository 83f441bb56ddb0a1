//! Records of every kind, with plausible and odd members.

use proptest::prelude::*;
use proptest::sample::select;

use crate::common::ORIGIN;

/// A JSON text of a list.
fn pick(list: &'static [&'static str]) -> BoxedStrategy<String> {
    select(list).prop_map(str::to_owned).boxed()
}

const SCALARS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "1.0",
    "1e0",
    "\"1\"",
    "\"1.0\"",
    "2.5",
    "-3",
    "0.1000000000000000055",
    "12345678901234567890123",
    "12345678901234567890124",
    "9007199254740993",
    "1E2",
    "\"2.4\"",
    "\"v2.4.0\"",
    "\"2.10\"",
    "\"2.4-rc1\"",
    "\"deny\"",
    "\"approve\"",
    "\"den\\u0079\"",
    "\"\"",
    "\"GR\\u00d6\\u00dfE\"",
    "\"größe\"",
    "\"k\\n\\\"q\\\"\"",
    "\"a*b\"",
    "\"a/b\"",
    "\"2026-03-01\"",
    "\"2026-03-01T00:05:00\"",
    "\"2026-03-01T00:05:00Z\"",
    "\"d1\"",
    "\"true\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
];

const NAMES: &[&str] = &["a", "b", "0", "1", "x.y", "version", "id", "result", "Gr\u{f6}\u{df}e", ""];

fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let mut seen = std::collections::HashSet::new();
    let members = members.into_iter().filter(|(name, _)| seen.insert(name.clone()));
    let members: Vec<String> =
        members.map(|(name, value)| format!("{}:{value}", serde_json::to_string(&name).unwrap())).collect();
    format!("{{{}}}", members.join(","))
}

/// Any value: nested lists, lists of objects.
fn value() -> BoxedStrategy<String> {
    pick(SCALARS)
        .prop_recursive(3, 12, 3, |inner| {
            let member = (select(NAMES).prop_map(str::to_owned), inner.clone());
            prop_oneof![
                proptest::collection::vec(member, 0..4).prop_map(object),
                proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            ]
        })
        .boxed()
}

/// Mostly this, sometimes anything.
fn mostly(usual: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![12 => usual, 1 => value()].boxed()
}

type Member = BoxedStrategy<Option<(String, String)>>;

fn member(name: &'static str, percent: u8, value: BoxedStrategy<String>) -> Member {
    (0..100_u8, value).prop_map(move |(chance, value)| (chance < percent).then(|| (name.to_owned(), value))).boxed()
}

fn of(members: Vec<Member>) -> BoxedStrategy<Vec<(String, String)>> {
    members.prop_map(|members| members.into_iter().flatten().collect()).boxed()
}

fn id() -> BoxedStrategy<String> {
    pick(&["\"d0\"", "\"d1\"", "\"d2\"", "\"d3\"", "\"d4\"", "\"d5\"", "\"d6\"", "\"d7\"", "\"d8\"", "\"d\\u0039\""])
}

fn time() -> BoxedStrategy<String> {
    let usual = (0..12_u32).prop_map(|minute| format!("\"2026-03-01T00:{minute:02}:00Z\""));
    let odd = pick(&[
        "\"2026-03-01T00:05:30\"",
        "\"2026-03-01T02:04:00+02:00\"",
        "\"2026-03-01T00:04:00.123456789Z\"",
        "\"2016-12-31T23:59:60.5Z\"",
        "\"2016-12-31T23:59:59.7Z\"",
        "\"2017-01-01T00:00:00Z\"",
        "\"1500-01-01T00:00:00Z\"",
        "\"2300-01-01T00:00:00Z\"",
        "\"1969-12-31T23:59:59.999999999Z\"",
        "\"yesterday\"",
        "\"2026-03-01\"",
        "5",
        "null",
        "[\"2026-03-01T00:00:00Z\"]",
    ]);
    prop_oneof![6 => usual, 1 => odd].boxed()
}

fn model() -> BoxedStrategy<String> {
    let id = member("id", 90, mostly(pick(&["\"m\"", "\"m\"", "\"n\""])));
    let version = member(
        "version",
        50,
        mostly(pick(&["\"1\"", "\"2\"", "\"2.0\"", "\"v2-rc1\"", "\"3\"", "2", "[\"1\",\"2\"]"])),
    );
    mostly(of(vec![id, version]).prop_map(object).boxed())
}

fn deployed_model() -> BoxedStrategy<String> {
    let id = member("id", 95, mostly(pick(&["\"m\"", "\"m\"", "\"n\""])));
    let version = member("version", 95, mostly(pick(&["\"1\"", "\"2\"", "\"2.0\"", "\"3\""])));
    mostly(of(vec![id, version, member("previous_version", 20, pick(&["\"1\""]))]).prop_map(object).boxed())
}

fn result() -> BoxedStrategy<String> {
    mostly(pick(&[
        "\"deny\"",
        "\"approve\"",
        "\"refer\"",
        "1",
        "0",
        "true",
        "[\"deny\"]",
        "[\"deny\",\"approve\"]",
        "null",
    ]))
}

fn common(kind: &'static str, mut members: Vec<Member>) -> BoxedStrategy<Vec<(String, String)>> {
    let mut all = vec![
        member("kind", if kind == "decision" { 80 } else { 100 }, Just(format!("\"{kind}\"")).boxed()),
        member("timestamp", 90, time()),
        member("audit_id", 70, mostly(id())),
    ];
    all.append(&mut members);
    all.push(member("metadata", 30, value()));
    of(all)
}

fn decision() -> BoxedStrategy<Vec<(String, String)>> {
    let nested = of(vec![member("decision", 90, result()), member("score", 30, pick(&["0.5", "0.25", "\"0.5\""]))]);
    let output = of(vec![
        member("result", 90, prop_oneof![result(), nested.prop_map(object)].boxed()),
        member("confidence", 60, mostly(pick(&["0.1", "0.6", "0.60", "0.95", "6e-1", "\"0.6\""]))),
    ]);
    common(
        "decision",
        vec![
            member("model", 95, model()),
            member("input", 70, value()),
            member("output", 95, mostly(output.prop_map(object).boxed())),
            member(
                "context",
                60,
                mostly(pick(&["{\"user_id\":\"u1\"}", "{\"user_id\":\"u2\"}", "{\"user_id\":7}", "{}"])),
            ),
            member(
                "subject",
                30,
                mostly(pick(&[
                    "{\"group\":\"a\"}",
                    "{\"group\":\"b\"}",
                    "{\"group\":[\"a\",\"b\"]}",
                    "{\"group\":null}",
                ])),
            ),
            member("reproducibility", 10, pick(&["{\"weights_hash\":\"x\"}", "{\"weights_hash\":\"y\"}"])),
        ],
    )
}

fn others() -> BoxedStrategy<Vec<(String, String)>> {
    let names = |list| mostly(pick(list));
    prop_oneof![
        3 => common("review", vec![
            member("decision", 95, names(&["\"d1\"", "\"d2\"", "\"d3\"", "\"d4\"", "\"d5\"", "\"d9\"", "\"nobody\""])),
            member("reviewer", 90, names(&["\"ann\"", "\"bob\""])),
            member("action", 95, names(&["\"override\"", "\"confirm\"", "[\"confirm\",\"override\"]", "\"Override\""])),
            member("new_result", 30, result()),
            member("reason", 30, value()),
            member("seconds", 50, names(&["12", "12.5", "\"12\"", "[3,4]"])),
        ]),
        3 => common("outcome", vec![
            member("decision", 95, names(&["\"d1\"", "\"d2\"", "\"d3\"", "\"d4\"", "\"d5\"", "\"d9\"", "\"nobody\""])),
            member("label", 95, names(&["\"good\"", "\"bad\"", "1", "true", "[\"good\",\"bad\"]", "null", "{}"])),
            member("source", 20, value()),
        ]),
        3 => common("deployment", vec![
            member("model", 97, deployed_model()),
            member("action", 97, names(&["\"deploy\"", "\"deploy\"", "\"deploy\"", "\"rollback\"", "\"retire\"", "\"promote\""])),
            member("environment", 70, names(&["\"production\"", "\"production\"", "\"Prod\"", "\"staging\"", "\"eu\""])),
            member("traffic_percent", 40, names(&["100", "10", "0", "100.5", "-1", "50.5", "\"10\"", "null"])),
            member("deployer", 50, names(&["\"ann\"", "\"bob\""])),
            member("approvals", 40, names(&["[{\"by\":\"ann\"},{\"by\":\"bob\"}]", "[]", "{\"by\":\"ann\"}", "[{\"at\":\"2026-03-01T00:00:00Z\"}]"])),
            member("change_request", 30, names(&["\"c1\"", "\"c2\"", "[\"c1\",\"c3\"]"])),
            member("artifact_hash", 30, names(&["\"x\"", "\"y\""])),
        ]),
        1 => common("system", vec![
            member("system_id", 90, names(&["\"s1\""])),
            member("models", 60, names(&["[\"m\"]", "[\"n\",\"m\"]", "[]", "\"m\"", "[\"m\",1]"])),
            member("result", 95, names(&[
                "{\"path\":\"output.result\",\"adverse\":[\"deny\",0],\"favourable\":[\"approve\",1],\"outcome_positive\":[\"good\",true]}",
                "{\"path\":\"output.result.decision\",\"adverse\":\"deny\",\"favourable\":[\"approve\"],\"outcome_positive\":[\"good\",1]}",
                "{\"path\":\"output.result\",\"adverse\":[\"deny\"],\"favourable\":[\"approve\",\"deny\"]}",
                "{\"path\":\"output.result.0\"}", "{\"path\":\"nowhere\"}", "{\"path\":\"output..x\"}", "{\"path\":\"input\"}", "{}",
            ])),
        ]),
        1 => common("access", vec![
            member("subject", 90, names(&["{\"id\":\"ann\",\"role\":\"admin\"}", "{\"id\":\"bob\"}"])),
            member("action", 90, names(&["\"read\"", "\"write\""])),
            member("resource", 90, names(&["\"r1\"", "\"r2\""])),
            member("result", 50, names(&["\"allowed\"", "\"denied\""])),
            member("bytes", 50, names(&["1024", "1e3", "\"1024\""])),
        ]),
        1 => common("change", vec![
            member("change_request", 95, names(&["\"c1\"", "\"c2\"", "\"c4\""])),
            member("state", 90, names(&["\"approved\"", "\"open\""])),
        ]),
        1 => common("training", vec![
            member("model", 95, deployed_model()),
            member("artifact_hash", 60, names(&["\"x\"", "\"y\""])),
        ]),
        1 => common("roster", vec![
            member("user", 95, names(&["\"ann\"", "\"bob\""])), member("role", 90, names(&["\"admin\""])),
            member("active", 60, names(&["true", "false"])), member("left_on", 40, time()),
        ]),
        1 => common("monitor", vec![
            member("metric", 95, names(&["\"psi\""])), member("value", 95, names(&["0.2", "1e-3"])), member("model", 60, model()),
            member("window", 60, names(&["{\"from\":\"2026-03-01T00:00:00Z\",\"to\":\"2026-03-02\"}"])),
        ]),
        1 => common("erasure", vec![member("seq", 95, names(&["0", "3"])), member("pointer", 95, names(&["\"/a\""]))]),
        1 => common("something", vec![member("model", 50, model()), member("output", 50, value())]),
        1 => of(vec![member("kind", 50, value()), member("audit_id", 50, id()), member("model", 50, model()), member("output", 60, value())]),
    ]
    .boxed()
}

/// Members that have the names of aliases, which they shadow.
fn shadows() -> BoxedStrategy<Vec<(String, String)>> {
    let names = &[
        "user",
        "version",
        "result",
        "time",
        "seq",
        "id",
        "version_source",
        "outcome",
        "reviewed",
        "overridden",
        "correct",
        "confidence",
        "a",
        "b",
        "x.y",
    ][..];
    let own = (select(names).prop_map(str::to_owned), value());
    prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(own, 0..3)].boxed()
}

/// Records of a log, the first of which says so; with shadows or without any.
pub(crate) fn records(most: usize) -> BoxedStrategy<Vec<String>> {
    let record = |has_shadows: bool| {
        let body = prop_oneof![1 => decision(), 1 => others()];
        let shadows = if has_shadows { shadows() } else { Just(Vec::new()).boxed() };
        (body, shadows).prop_map(|(body, shadows)| object(body.into_iter().chain(shadows)))
    };
    let zone = pick(&["", ",\"zone\":\"+02:00\"", ",\"zone\":\"UTC\"", ",\"zone\":7"]);
    let first = zone.prop_map(|zone| {
        format!(r#"{{"kind":"log","timestamp":"2026-03-01T00:00:00Z","audit_id":"o","event":"opened","origin":"{ORIGIN}"{zone}}}"#)
    });
    let rest = any::<bool>().prop_flat_map(move |has_shadows| proptest::collection::vec(record(has_shadows), 0..most));
    (first, rest).prop_map(|(first, rest)| std::iter::once(first).chain(rest).collect()).boxed()
}

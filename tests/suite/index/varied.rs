//! Fields with many distinct values, and logs with more paths than are told apart: columns are made on demand.

use probity::bundle::reading::Unwatched;
use probity::columns::Selection;
use probity::query::vocabulary::Known;
use probity::query::{Field, Path, Vocabulary as _};

use super::Packed;
use super::answers::{facet_is_plain, plainly};
use super::filters::field;
use super::plain::Plain;
use crate::common::Log;

fn select(packed: &Packed, plain: &Plain<'_>, filters: &[&str]) {
    let evidence = packed.open();
    let mut idle: Vec<&str> = Vec::new();
    for filter in filters {
        let expr = evidence.parse(filter).unwrap_or_else(|error| panic!("{}", error.report(filter))).expr;
        let found: Vec<u32> =
            evidence.select(&expr, &Unwatched).unwrap_or_else(|error| panic!("{filter}: {error}")).iter().collect();
        let expected = plainly(plain, &expr);
        if expected.is_empty() {
            idle.push(*filter);
        }
        assert_eq!(found, expected, "{filter}");
    }
    assert!(idle.is_empty(), "these find nothing: {idle:?}");
}

/// Three thousand records in one stretch: `metadata.note`, the path of the results and the members that shadow aliases
/// have a text of their own in each.
fn records() -> Vec<String> {
    let mut records = vec![
        r#"{"kind":"log","timestamp":"2026-03-01T00:00:00Z","event":"opened","origin":"audit.test/lending","zone":"UTC"}"#.to_owned(),
        r#"{"kind":"system","audit_id":"s","system_id":"s","result":{"path":"output.note.0","adverse":["n-7"],"favourable":["n-8"],"outcome_positive":["good"]}}"#.to_owned(),
    ];
    for n in 0..3000 {
        records.push(match n % 6 {
            0 => format!(r#"{{"kind":"access","timestamp":"2026-03-01T00:00:00","audit_id":"a-{n}","subject":{{"id":"u-{n}"}},"action":"read {n}","resource":"r-{n}","result":"x-{n}","time":"t-{n}","id":"i-{n}","metadata":{{"note":"read {n}"}}}}"#),
            1 => format!(r#"{{"kind":"review","timestamp":"2026-03-01T00:00:00","audit_id":"v-{n}","decision":"d-{}","reviewer":"p-{n}","action":"override","metadata":{{"note":"v {n}"}}}}"#, n + 1),
            2 => format!(r#"{{"kind":"decision","timestamp":"2026-03-01T01:00:00","audit_id":"d-{n}","model":{{"id":"m-{n}"}},"input":{{}},"output":{{"note":["n-{n}","b"]}},"metadata":{{"note":"text {n}","list":[{n},"x"]}}}}"#),
            3 => format!(r#"{{"kind":"outcome","timestamp":"2026-03-01T00:00:00","audit_id":"o-{n}","decision":"d-{}","label":"good"}}"#, n - 1),
            4 => format!(r#"{{"kind":"decision","timestamp":"2026-03-01T00:00:{:02}","audit_id":"d-{n}","model":{{"id":"m","version":"1.{n}"}},"input":{{}},"output":{{"note":["n-{}"]}},"metadata":{{"note":{n}.5}}}}"#, n % 60, n % 12),
            _ => format!(r#"{{"kind":"deployment","timestamp":"2026-03-01T00:{:02}:00","audit_id":"e-{n}","model":{{"id":"m-{}","version":"1"}},"action":"deploy","seq":{n}}}"#, n % 60, n - 3),
        });
    }
    records
}

#[test]
fn varied_fields_have_columns_on_demand() {
    let records = records();
    let plain = Plain::new(&records);
    let packed = Packed::new(&Log::of(records.iter().map(|record| record.clone().into_bytes()), 4000), true);
    let index = packed.index().unwrap();
    let has_column = |name: &str| index.fields[index.field(name).unwrap()].has_column;
    for (name, expected) in
        [("metadata.note", false), ("audit_id", false), ("action", true), ("user", true), ("model", true)]
    {
        assert_eq!(has_column(name), expected, "{name}");
    }
    let filters = [
        "metadata.note:\"text 2\"",
        "metadata.note>2",
        "-metadata.note:text*",
        "has:metadata.list",
        "metadata.list:8",
        "metadata.list.0:8",
        "overridden:true",
        "reviewed:false",
        "result:n-2",
        "result:n-4",
        "-has:result",
        "user:u-6",
        "result:x-0",
        "time:2026-03-01T00:00:03 or -has:time or \"time\":t-6",
        "id:i-6",
        "id:v-7",
        "id:d-2",
        "seq>2500",
        "action:\"read 6\"",
        "version:1.4",
        "version_source:inferred",
        "outcome:good",
        "version:1",
        "has:correct or id:d-2",
        "time:2026-03-01T00:00:04",
    ];
    for _ in 0..2 {
        select(&packed, &plain, &filters);
    }
    let evidence = packed.open();
    assert!(!evidence.logs()[0].index.is_new);
    let all = Selection::all(evidence.rows());
    for name in [
        "metadata.note",
        "metadata.list",
        "metadata.list.0",
        "user",
        "result",
        "id",
        "time",
        "seq",
        "action",
        "audit_id",
    ] {
        facet_is_plain(&evidence, &plain, &field(name), &all);
    }
    // Kept from then on.
    let index = packed.index().unwrap();
    assert!(index.fields[index.field("metadata.note").unwrap()].has_column);
    for name in ["metadata.note", "metadata.list"] {
        facet_is_plain(&packed.open(), &plain, &field(name), &all);
    }
}

/// More members than paths that are told apart, in an order that two workers see differently.
#[test]
fn beyond_the_paths_nothing_is_lost() {
    let mut records = vec![
        r#"{"kind":"log","timestamp":"2026-03-01T00:00:00Z","event":"opened","origin":"audit.test/lending"}"#
            .to_owned(),
    ];
    for n in 0..24 {
        let members: Vec<String> = (0..1000).map(|m| format!("\"p{}\":{m}", n * 1000 + m)).collect();
        records.push(format!(
            r#"{{"kind":"decision","audit_id":"d-{n}","metadata":{{{}}},"model":{{"id":"m","version":"{n}"}},"input":{{}},"output":{{}},"late":{{"p{n}":"x"}},"shared":"s"}}"#,
            members.join(","),
        ));
    }
    let plain = Plain::new(&records);
    for per_segment in [1, 2, 25] {
        let packed =
            Packed::new(&Log::of(records.iter().map(|record| record.clone().into_bytes()), per_segment), false);
        let evidence = packed.open();
        assert!(!evidence.is_complete());
        assert_ne!(evidence.at(&Path::new(vec!["shared".to_owned()]).unwrap()), Known::Members);
        drop(evidence);
        let filters = [
            "shared:s",
            "metadata.p0:0",
            "metadata.p23999:999",
            "metadata.p12000:0",
            "late.p23:x",
            "late.p0:x",
            "has:metadata",
            "version:23",
            "-has:metadata.p17000",
            "has:late",
        ];
        select(&packed, &plain, &filters);
        select(&packed, &plain, &filters);
        let evidence = packed.open();
        for name in ["shared", "metadata.p23000", "version", "late.p3"] {
            let field: Field = field(name);
            facet_is_plain(&evidence, &plain, &field, &Selection::all(evidence.rows()));
        }
    }
}

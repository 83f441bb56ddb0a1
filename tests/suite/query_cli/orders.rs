//! Orders and limits, against orders made naively from the records themselves.

use std::cmp::Ordering;

use serde_json::Value;

use crate::desk::Desk;
use crate::query_cli::{SAMPLE, answer, refused};

fn all(desk: &Desk) -> Vec<String> {
    let (stdout, last) = answer(desk, &["query", SAMPLE, "--format", "jsonl"]);
    assert_eq!(last, "20 000 of 20 000 records");
    stdout.lines().map(str::to_owned).collect()
}

/// What stands first: a number by size, then nothing.
fn by_number(a: Option<f64>, b: Option<f64>, descends: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descends => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[test]
fn records_come_in_the_order_asked_for() {
    let desk = Desk::new();
    let lines = all(&desk);
    let read: Vec<(Value, &String)> = lines.iter().map(|line| (serde_json::from_str(line).unwrap(), line)).collect();
    let confidence = |record: &Value| record["output"]["confidence"].as_f64();
    // Of one offset, so that texts are in the order of times.
    let timestamp =
        |record: &Value| chrono::DateTime::parse_from_rfc3339(record["timestamp"].as_str().unwrap()).unwrap().to_utc();
    type Naive<'a> = &'a dyn Fn(&Value, &Value) -> Ordering;
    let orders: [(&str, Naive<'_>); 4] = [
        ("confidence", &|a, b| by_number(confidence(a), confidence(b), false)),
        ("-confidence", &|a, b| by_number(confidence(a), confidence(b), true)),
        ("-confidence,-timestamp", &|a, b| {
            by_number(confidence(a), confidence(b), true).then_with(|| timestamp(b).cmp(&timestamp(a)))
        }),
        ("-time,id", &|a, b| {
            timestamp(b).cmp(&timestamp(a)).then_with(|| a["audit_id"].as_str().cmp(&b["audit_id"].as_str()))
        }),
    ];
    for (keys, order) in orders {
        let mut expected = read.clone();
        expected.sort_by(|a, b| order(&a.0, &b.0));
        let expected: String = expected.iter().map(|(_, line)| format!("{line}\n")).collect();
        let (stdout, last) = answer(&desk, &["query", SAMPLE, "--sort", keys, "--format", "jsonl"]);
        assert!(stdout == expected, "{keys}");
        assert_eq!(last, "20 000 of 20 000 records");
        let (some, last) = answer(&desk, &["query", SAMPLE, "--sort", keys, "--format", "jsonl", "--limit", "7"]);
        let first: String = expected.lines().take(7).map(|line| format!("{line}\n")).collect();
        assert_eq!(some, first, "{keys}");
        assert_eq!(last, "the first 7 of 20 000 found, of 20 000 records");
    }
    let reversed: String = lines.iter().rev().map(|line| format!("{line}\n")).collect();
    let (stdout, _) = answer(&desk, &["query", SAMPLE, "--sort", "-seq", "--format", "jsonl"]);
    assert!(stdout == reversed, "by seq, also where records have a member of that name");
}

#[test]
fn limits() {
    let desk = Desk::new();
    for (limit, lines, last) in [
        ("0", 0, "the first 0 of 1 831 found, of 20 000 records"),
        ("1", 1, "the first 1 of 1 831 found, of 20 000 records"),
        ("1831", 1831, "1 831 of 20 000 records"),
        ("99999", 1831, "1 831 of 20 000 records"),
    ] {
        let (stdout, told) = answer(&desk, &["query", SAMPLE, "kind:review", "--limit", limit, "--format", "jsonl"]);
        assert_eq!((stdout.lines().count(), told.as_str()), (lines, last));
    }
    let (first, _) = answer(&desk, &["query", SAMPLE, "kind:review", "--limit", "5", "--format", "csv"]);
    let (whole, _) = answer(&desk, &["query", SAMPLE, "kind:review", "--format", "csv"]);
    assert!(whole.starts_with(&first));
    let (count, _) = answer(&desk, &["query", SAMPLE, "kind:review", "--count"]);
    assert_eq!(count, "1831\n");
}

#[test]
fn wrong_keys() {
    let desk = Desk::new();
    assert_eq!(
        refused(&desk, &["query", SAMPLE, "--sort", "-confidense"]),
        "probity: --sort confidense: no record has a field \"confidense\" — did you mean confidence?\n"
    );
    let (code, _, stderr) = super::run(&desk, &["query", SAMPLE, "--count", "--limit", "3"]);
    assert!(code == Some(2) && stderr.contains("--limit"), "{stderr}");
}

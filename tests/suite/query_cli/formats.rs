//! What is printed of a record in each form.

use std::io::Read as _;
use std::process::Stdio;

use crate::common::Log;
use crate::desk::Desk;
use crate::query_cli::{OPENED, SAMPLE, answer, decision, packed, put, records};

/// Records with everything that is hard to print.
fn odd() -> [String; 5] {
    [
        OPENED.to_owned(),
        decision(1, r#"{"confidence":0.50,"text":"a, \"b\"\nc","tags":["x","y"],"none":null,"flag":true}"#),
        decision(2, r#"{"confidence":1e-3,"text":"\u001b[31mred\u202e","tags":["x"],"more":{"deep":[1,{"a":2}]}}"#),
        decision(3, r#"{"text":"","tags":[],"more":{"deep":7}}"#),
        decision(4, r#"{"text":"=1+1","long":"0123456789012345678901234567890123456789xyz"}"#),
    ]
}

fn odd_desk() -> (Desk, Log) {
    let desk = Desk::new();
    let odd = odd();
    let records: Vec<&str> = odd.iter().map(String::as_str).collect();
    let log = put(&desk, "odd.zip", &records);
    (desk, log)
}

const COLUMNS: &str = "seq,confidence,output.text,output.tags,output.none,output.flag,output.more,output.long";

#[test]
fn jsonl_is_the_records_byte_by_byte() {
    let (desk, log) = odd_desk();
    let (stdout, last) = answer(&desk, &["query", "odd.zip", "--format", "jsonl"]);
    assert_eq!(stdout, records(&log));
    assert_eq!(last, "5 of 5 records");
    let (stdout, last) = answer(&desk, &["query", "odd.zip", "@1..2 or @4", "--format", "jsonl"]);
    let lines: Vec<String> = records(&log).lines().map(|line| format!("{line}\n")).collect();
    assert_eq!(stdout, [&lines[1][..], &lines[2], &lines[4]].concat());
    assert_eq!(last, "3 of 5 records");
}

#[test]
fn csv_holds_every_value() {
    let (desk, _) = odd_desk();
    let (stdout, _) = answer(&desk, &["query", "odd.zip", "--format", "csv", "--columns", COLUMNS]);
    let mut reader = csv::Reader::from_reader(stdout.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), COLUMNS);
    let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let long = "0123456789012345678901234567890123456789xyz";
    for (row, expected) in [
        ["0", "", "", "", "", "", "", ""],
        ["1", "0.50", "a, \"b\"\nc", "x, y", "", "true", "", ""],
        ["2", "1e-3", "\u{1b}[31mred\u{202e}", "x", "", "", r#"{"deep":[1,{"a":2}]}"#, ""],
        ["3", "", "", "[]", "", "", r#"{"deep":7}"#, ""],
        ["4", "", "'=1+1", "", "", "", "", long],
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(rows[row], expected);
    }
    // Lines end as RFC 4180 has it, and an empty text is another thing than none.
    assert!(stdout.starts_with(&format!("{COLUMNS}\r\n")), "{stdout}");
    assert!(stdout.contains("3,,\"\",[],"), "{stdout}");
}

#[test]
fn json_keeps_types() {
    let (desk, _) = odd_desk();
    let (stdout, _) = answer(&desk, &["query", "odd.zip", "-kind:log", "--format", "json", "--columns", COLUMNS]);
    let expected = r#"[
{"seq":1,"confidence":0.50,"output.text":"a, \"b\"\nc","output.tags":["x","y"],"output.none":null,"output.flag":true,"output.more":null,"output.long":null},
{"seq":2,"confidence":1e-3,"output.text":"\u001b[31mredRLO","output.tags":["x"],"output.none":null,"output.flag":null,"output.more":{"deep":[1,{"a":2}]},"output.long":null},
{"seq":3,"confidence":null,"output.text":"","output.tags":[],"output.none":null,"output.flag":null,"output.more":{"deep":7},"output.long":null},
{"seq":4,"confidence":null,"output.text":"=1+1","output.tags":null,"output.none":null,"output.flag":null,"output.more":null,"output.long":"0123456789012345678901234567890123456789xyz"}
]
"#
    .replace("RLO", "\\u202e");
    assert_eq!(stdout, expected);
    let read: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(read.as_array().unwrap().len(), 4);
}

#[test]
fn tables_are_aligned_and_safe() {
    let (desk, _) = odd_desk();
    let (stdout, _) =
        answer(&desk, &["query", "odd.zip", "--columns", "seq,confidence,output.text,output.long,line_state"]);
    let expected = "\
seq  confidence  output.text              output.long                               line_state
  0                                                                                 intact
  1        0.50  a, \"b\"\\u{000a}c                                                    intact
  2        1e-3  \\u{001b}[31mred\\u{202e}                                            intact
  3                                                                                 intact
  4              =1+1                     012345678901234567890123456789012345678…  intact
";
    assert_eq!(stdout, expected);
}

#[test]
fn usual_columns_fit_the_kinds() {
    let desk = Desk::new();
    for (filter, head) in [
        ("kind:decision", "seq time kind id model version result confidence user reviewed"),
        ("kind:review", "seq time kind id decision user action new_result seconds"),
        ("kind:access", "seq time kind id user action resource result rows"),
        ("kind:incident", "seq time kind id incident_id state severity model version summary"),
        ("kind:erasure", "seq time kind id \"seq\" pointer basis authorised_by"),
        ("kind:outcome or kind:decision", "seq time kind id model version result confidence user"),
    ] {
        let (stdout, _) = answer(&desk, &["query", SAMPLE, filter, "--limit", "3"]);
        let found = stdout.lines().next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(found, head, "{filter}");
        assert_eq!(stdout.lines().count(), 4, "{stdout}");
    }
    // What is of the record itself stays so, whatever members it has.
    let (stdout, _) = answer(&desk, &["query", SAMPLE, "kind:erasure", "--format", "csv", "--columns", "seq,\"seq\""]);
    assert!(stdout.starts_with("seq,\"\"\"seq\"\"\"\r\n"), "{stdout}");
    assert!(stdout.lines().skip(1).all(|line| line.split_once(',').is_some_and(|(own, erased)| own != erased)));
}

#[test]
fn times_are_utc() {
    let desk = Desk::new();
    let records = [
        OPENED.to_owned(),
        decision(1, "{}").replace("T12:01:00Z", "T12:01:00.5+02:00"),
        decision(2, "{}").replace("T12:02:00Z", "T12:02:00"),
    ];
    put(&desk, "a.zip", &records.each_ref().map(String::as_str));
    let (stdout, _) = answer(&desk, &["query", "a.zip", "--format", "csv", "--columns", "time,timestamp"]);
    assert_eq!(
        stdout,
        "time,timestamp\r\n2026-03-01T12:00:00Z,2026-03-01T12:00:00Z\r\n2026-03-01T10:01:00.500Z,2026-03-01T12:01:00.5+02:00\r\n,2026-03-01T12:02:00\r\n"
    );
}

#[test]
fn nothing_found_is_said_beside_the_answer() {
    let (desk, _) = odd_desk();
    for (format, expected) in [("table", ""), ("csv", "seq\r\n"), ("jsonl", ""), ("json", "[]\n")] {
        let columns = if format == "jsonl" { &[][..] } else { &["--columns", "seq"] };
        let (stdout, last) =
            answer(&desk, &[&["query", "odd.zip", "id:nobody", "--format", format][..], columns].concat());
        assert_eq!((stdout.as_str(), last.as_str()), (expected, "0 of 5 records"), "{format}");
    }
}

#[test]
fn a_reader_may_go_away() {
    let desk = Desk::new();
    for args in [
        &["query", SAMPLE, "--format", "jsonl"][..],
        &["query", SAMPLE],
        &["query", SAMPLE, "--sort", "-seq", "--format", "json"],
    ] {
        let mut command = desk.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut some = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let (code, _, stderr) = super::told(&child.wait_with_output().unwrap());
        assert_eq!((code, stderr.as_str()), (Some(0), "20 000 of 20 000 records\n"), "{args:?}");
    }
}

#[test]
fn a_log_without_records_has_none() {
    let desk = Desk::new();
    desk.put("empty.zip", packed(&Log::of([OPENED.as_bytes().to_vec()], 1)));
    let (stdout, last) = answer(&desk, &["query", "empty.zip", "kind:decision", "--count"]);
    assert_eq!((stdout.as_str(), last.as_str()), ("0\n", ""));
    desk.put("empty.jsonl", "");
    let (code, stdout, stderr) = super::run(&desk, &["query", "empty.jsonl", "--origin", "log.test/a"]);
    // Nothing in it says that it is a log at all.
    assert_eq!(stdout, "");
    assert!(code == Some(2) || stderr.starts_with("0 of 0 records"), "{code:?} {stderr}");
}

/// Also those of one: a program that reads them must not meet a text where a list may stand.
#[test]
fn lists_stay_lists_in_json() {
    let desk = Desk::new();
    let records = [
        r#"{"kind":"system","timestamp":"2026-03-01T00:00:00Z","audit_id":"s","system_id":"x","models":["m"],"result":{"path":"output.r"}}"#,
        r#"{"kind":"decision","timestamp":"2026-03-01T01:00:00Z","audit_id":"a","model":{"id":["m"],"version":["1"]},"context":{"user_id":["u"]},"input":{},"output":{"r":["deny"],"l":["x"]}}"#,
        r#"{"kind":"decision","timestamp":"2026-03-01T01:00:00Z","audit_id":"b","model":{"id":"m","version":"1"},"context":{"user_id":"u"},"input":{},"output":{"r":"deny","l":"x"}}"#,
        r#"{"kind":"deployment","timestamp":"2026-03-01T01:00:00Z","audit_id":"c","model":{"id":"m","version":"1"},"action":"deploy","deployer":["u"],"approvals":[{"by":"ann"}]}"#,
    ];
    put(&desk, "a.zip", &records);
    let columns = "id,model,version,user,result,output.l,approvals.by";
    let (stdout, _) = answer(&desk, &["query", "a.zip", "-id:s", "--columns", columns, "--format", "json"]);
    assert_eq!(
        stdout,
        r#"[
{"id":"a","model":["m"],"version":["1"],"user":["u"],"result":["deny"],"output.l":["x"],"approvals.by":null},
{"id":"b","model":"m","version":"1","user":"u","result":"deny","output.l":"x","approvals.by":null},
{"id":"c","model":"m","version":"1","user":["u"],"result":null,"output.l":null,"approvals.by":["ann"]}
]
"#
    );
    let refused = super::refused(&desk, &["query", "a.zip", "--format", "jsonl", "--columns", "id"]);
    assert!(refused.starts_with("probity: --columns: jsonl prints the records as they are"), "{refused}");
}

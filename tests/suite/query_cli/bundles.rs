//! Bundles of every form and state: damaged ones are queried and said to be, changed ones are refused.

use std::fs;

use serde_json::Value;

use crate::common::{Log, Row, log_key};
use crate::desk::Desk;
use crate::query_cli::{Export, SAMPLE, TAMPERED, answer, is_empty, packed, records, refused, run};

/// The log of forty ordinary records: one altered, one that is no line.
fn damaged() -> Log {
    let mut log = Log::ordinary(40, 10);
    log.row(7).edit();
    log.row(12).raw = Some(b"garbage\n".to_vec());
    log
}

#[test]
fn a_damaged_bundle_is_queried_all_the_same() {
    let desk = Desk::new();
    let log = damaged();
    desk.put("a.zip", packed(&log));
    let (code, stdout, stderr) = run(&desk, &["query", "a.zip", "--format", "csv", "--columns", "seq,id,line_state"]);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 41);
    assert_eq!((lines[8], lines[13], lines[14]), ("7,r-7,altered", ",,unreadable", "13,r-13,intact"));
    let last = stderr.lines().last().unwrap();
    assert!(last.starts_with("40 of 40 records; 2 of them are damaged; integrity broken"), "{stderr}");
    assert!(last.ends_with(": probity verify says where"), "{stderr}");
    // What is damaged is seen without being asked for.
    let (stdout, last) = answer(&desk, &["query", "a.zip", "@5..8"]);
    assert!(stdout.lines().next().unwrap().contains("  line_state"), "{stdout}");
    assert!(stdout.lines().nth(3).unwrap().contains("altered"), "{stdout}");
    assert!(last.starts_with("4 of 40 records; 1 of them is damaged;"), "{last}");
    let (stdout, last) = answer(&desk, &["query", "a.zip", "@5"]);
    assert!(!stdout.contains("line_state"), "{stdout}");
    assert!(last.starts_with("1 of 40 records; integrity broken"), "{last}");
    for (filter, expected) in [
        ("line_state:damaged", "7 "),
        ("-line_state:damaged @5..8", "5 6 8"),
        ("line_state:altered", "7"),
        ("line_state:unreadable", ""),
        ("line_state:altered or line_state:invalid", "7"),
    ] {
        let (stdout, _) = answer(&desk, &["query", "a.zip", filter, "--columns", "seq", "--format", "csv"]);
        assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>().join(" "), expected, "{filter}");
    }
    let (stdout, _) = answer(&desk, &["facets", "a.zip", "--field", "line_state"]);
    assert!(stdout.starts_with("line_state: 3 values in 40 records\n     38 "), "{stdout}");
    let message = refused(&desk, &["query", "a.zip", "line_state:broken"]);
    assert!(message.contains("there are intact, invalid, altered, unreadable, damaged"), "{message}");
    let (stdout, _) =
        answer(&desk, &["query", "a.zip", "--sort", "line_state,-seq", "--columns", "line_state", "--format", "csv"]);
    assert_eq!(stdout.lines().nth(1), Some("altered"));
    // A line without a record is not passed over silently.
    let (code, stdout, stderr) = run(&desk, &["query", "a.zip", "--format", "jsonl"]);
    let expected: String =
        records(&log).lines().enumerate().filter(|(at, _)| *at != 12).map(|(_, line)| format!("{line}\n")).collect();
    assert_eq!((code, stdout), (Some(0), expected));
    assert!(stderr.starts_with("probity: 1 line holds no record and cannot be printed as jsonl\n"), "{stderr}");
    for args in [&["query", "a.zip", "--count"][..], &["fields", "a.zip"]] {
        let (code, _, stderr) = run(&desk, args);
        assert_eq!(code, Some(0));
        assert!(stderr.starts_with("probity: integrity broken"), "{stderr}");
    }
}

#[test]
fn the_tampered_sample_says_so() {
    let desk = Desk::new();
    let (stdout, last) = answer(&desk, &["query", TAMPERED, "id:dp-000008", "--format", "jsonl"]);
    assert!(stdout.contains("\"by\":\"user-1008\""), "{stdout}");
    assert_eq!(last, "1 of 19 649 records; integrity broken, completeness truncated: probity verify says where");
    let (_, last) = answer(&desk, &["facets", TAMPERED, "--field", "kind"]);
    assert!(last.contains("integrity broken"), "{last}");
}

#[test]
fn several_bundles_count_what_they_share_once() {
    let desk = Desk::new();
    let (code, stdout, stderr) =
        run(&desk, &["query", SAMPLE, "id:dp-000008", "--with", TAMPERED, "--format", "jsonl"]);
    assert_eq!(code, Some(0));
    assert_eq!(stdout.lines().count(), 2);
    let lines: Vec<&str> = stderr.lines().collect();
    assert!(lines[0].starts_with("probity: 19 648 records are in "), "{stderr}");
    assert!(lines[0].ends_with("each counts once"), "{stderr}");
    assert!(lines[1].contains("two different records claim one place"), "{stderr}");
    assert!(lines[1].contains("first at seq 10064"), "{stderr}");
    assert!(lines[1].ends_with("equivocation split"), "{stderr}");
    assert!(lines[2].starts_with("2 of 20 001 records; integrity broken"), "{stderr}");
    // Halves of a log are the log.
    let log = Log::ordinary(40, 10);
    for (n, half) in [0..20, 20..40].into_iter().enumerate() {
        let half = Export::slice(&log, std::slice::from_ref(&half), &[40]);
        desk.put(&format!("{n}.zip"), crate::common::zip(&half.files()));
    }
    let (stdout, last) = answer(&desk, &["query", "0.zip", "--with", "1.zip", "--format", "jsonl"]);
    assert_eq!((stdout, last.as_str()), (records(&log), "40 of 40 records"));
    let (stdout, _) = answer(&desk, &["query", "0.zip", "--with", "1.zip", "--sort", "-seq", "--format", "jsonl"]);
    let mut lines: Vec<&str> = stdout.lines().collect();
    lines.reverse();
    assert_eq!(lines.join("\n") + "\n", records(&log));
}

#[test]
fn a_bundle_that_changed_is_refused() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 10);
    let mut other = log.clone();
    other.row(7).edit();
    // Of the same length, so that only the content tells.
    let mut swapped = log.clone();
    let record = String::from_utf8(swapped.row(7).record.clone()).unwrap().replace("refused", "allowed");
    swapped.row(7).record = record.into_bytes();
    let bare = |log: &Log| log.rows().flat_map(Row::bytes).collect::<Vec<u8>>();
    for (name, before, after) in [
        ("a.zip", packed(&log), packed(&other)),
        ("b.zip", packed(&log), packed(&swapped)),
        ("c.jsonl", bare(&log), bare(&swapped)),
        (
            "d.jsonl.zst",
            zstd::encode_all(&bare(&log)[..], 3).unwrap(),
            zstd::encode_all(&bare(&swapped)[..], 3).unwrap(),
        ),
    ] {
        for place in [&[][..], &["--index", "index.db"]] {
            desk.put(name, &before);
            let (stdout, _) = answer(&desk, &[&["index", name, "--json"], place].concat());
            let made: Value = serde_json::from_str(&stdout).unwrap();
            assert_eq!(made["index"]["records"], 40, "{name}");
            let args = [&["query", name, "--format", "jsonl"], place].concat();
            assert_eq!(answer(&desk, &args).0, records(&log), "{name}");
            let time = fs::metadata(desk.path(name)).and_then(|meta| meta.modified()).unwrap();
            desk.put(name, &after);
            for is_restored in [false, true] {
                if is_restored {
                    let file = fs::File::options().append(true).open(desk.path(name)).unwrap();
                    file.set_modified(time).unwrap();
                }
                let message = refused(&desk, &args);
                assert!(message.starts_with("probity: VERIFY_INDEX_STALE: "), "{name}: {message}");
            }
            // `index` makes it anew; one at a place that was chosen only if it is told to.
            let rebuild = if place.is_empty() { &[][..] } else { &["--rebuild"] };
            let (code, stdout, _) = run(&desk, &[&["index", name, "--json"], place, rebuild].concat());
            assert_eq!(code, Some(1), "{name}");
            let made: Value = serde_json::from_str(&stdout).unwrap();
            assert_eq!(
                (&made["index"]["is_new"], &made["report"]["verdict"]["integrity"]),
                (&true.into(), &"broken".into())
            );
            assert_eq!(answer(&desk, &args).0.lines().count(), 40);
            let _ = fs::remove_file(desk.path("index.db"));
            let _ = fs::remove_dir_all(desk.path("cache"));
        }
    }
}

#[test]
fn bare_logs() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 40);
    let lines: Vec<u8> = log.rows().flat_map(Row::bytes).collect();
    desk.put("a.jsonl", &lines);
    desk.put("a.jsonl.zst", zstd::encode_all(&lines[..], 3).unwrap());
    desk.put("no-newline.jsonl", &lines[..lines.len() - 1]);
    for name in ["a.jsonl", "a.jsonl.zst"] {
        let (stdout, last) = answer(&desk, &["query", name, "--format", "jsonl"]);
        assert_eq!(stdout, records(&log), "{name}");
        assert!(last.starts_with("40 of 40 records"), "{last}");
        let (stdout, _) = answer(&desk, &["query", name, "@39", "--format", "csv", "--columns", "seq,input.amount"]);
        assert_eq!(stdout, "seq,input.amount\r\n39,39\r\n", "{name}");
    }
    // A last line without its end is none.
    let (stdout, last) = answer(&desk, &["query", "no-newline.jsonl", "--format", "jsonl"]);
    assert_eq!(stdout.lines().count(), 39);
    assert!(last.starts_with("40 of 40 records; 1 of them is damaged"), "{last}");
}

#[test]
fn an_index_says_what_it_is() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 10);
    desk.put("a.zip", crate::common::zip(&Export::whole(&log).signed(&log, &[40], &log_key()).files()));
    let place = desk.path("index.db");
    let place = place.to_str().unwrap();
    for is_new in [true, false] {
        let (code, stdout, stderr) = run(&desk, &["index", "a.zip", "--index", place, "--json"]);
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        let made: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(made["index"]["path"], place);
        assert_eq!(made["index"]["is_new"], is_new);
        assert_eq!(made["index"]["bytes"], fs::metadata(place).unwrap().len());
        assert_eq!(made["index"]["records"], 40);
        let (_, verified, _) = run(&desk, &["verify", "a.zip", "--json"]);
        let verified: Value = serde_json::from_str(&verified).unwrap();
        assert_eq!(made["report"]["verdict"], verified["verdict"]);
    }
    let (_, stdout, _) = run(&desk, &["index", "a.zip", "--index", place]);
    assert!(
        stdout.contains("\nVERDICT\n") && stdout.contains("\nINDEX\n  state   was there, and is up to date\n"),
        "{stdout}"
    );
    assert!(stdout.contains("  rows    40, one a line of the log\n"), "{stdout}");
    assert!(is_empty(&desk.path("cache")), "an index that has its place is nowhere else");
    // Several bundles: one object a line, and the worst exit code.
    let (code, stdout, _) = run(&desk, &["index", "a.zip", "--with", TAMPERED, "--json"]);
    assert_eq!(code, Some(1));
    let made: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((made[0]["index"]["records"].as_u64(), made[1]["index"]["records"].as_u64()), (Some(40), Some(19_649)));
    assert!(!is_empty(&desk.path("cache")));
}

//! Imported logs: what `verify` says about records that came from a file without a chain, and what it does with claims
//! that cannot be true.

use crate::common::*;
use probity::integrity::finding::Finding;
use probity::integrity::{Options, Report};
use probity::record::time::shown;

/// A `log` record of the import at `seq`, with these further members.
fn imported(seq: u64, members: &str) -> Vec<u8> {
    format!(
        r#"{{"kind":"log","timestamp":"2026-06-01T10:00:00Z","audit_id":"i-{seq}","event":"imported","zone":"UTC"{members}}}"#
    )
    .into_bytes()
}

fn source(name: &str, records: &str) -> String {
    let digest = "ab".repeat(32);
    format!(r#","source":{{"name":{name},"blake3":"{digest}","bytes":4096,"records":{records}}}"#)
}

fn opened() -> Vec<u8> {
    format!(
        r#"{{"kind":"log","timestamp":"2026-06-01T09:59:00Z","audit_id":"i-0","event":"opened","origin":"{ORIGIN}","zone":"UTC"}}"#
    )
    .into_bytes()
}

/// A log of ordinary records, opened by an import, with other records at some places.
fn log(size: u64, change: impl Fn(u64) -> Option<Vec<u8>>) -> Log {
    Log::of((0..size).map(|seq| change(seq).unwrap_or_else(|| if seq == 0 { opened() } else { record(seq) })), 7)
}

fn imports(report: &Report) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.code.name() == "CHAIN_IMPORTED").collect()
}

fn ranges(report: &Report) -> Vec<(u64, u64)> {
    imports(report).iter().map(|finding| (finding.seq.unwrap(), finding.end_seq.unwrap())).collect()
}

#[test]
fn each_source_is_named_with_its_records() {
    let rows = r#","rows":{"read":9,"skipped":2,"failed":1}"#;
    let log = log(15, |seq| match seq {
        7 => Some(imported(7, &(source(r#""decisions.csv.gz""#, "6") + rows))),
        14 => Some(imported(14, &source(r#""reviews.jsonl""#, "6"))),
        _ => None,
    });
    for report in [Export::whole(&log).verify(&Options::default()), verify_bytes(&log.bytes(), &Options::default())] {
        assert_eq!(verdict(&report), "intact tail_unknown unsigned self_asserted none");
        assert_eq!((errors(&report), warnings(&report)), (vec![], vec![]));
        assert_eq!(ranges(&report), [(1, 6), (8, 13)]);
        let [first, second] = imports(&report)[..] else { panic!("two findings") };
        for expected in [
            "The log says",
            "6 records",
            "decisions.csv.gz, 4\u{202f}096 bytes, BLAKE3 abab",
            "imported at 2026-06-01T10:00:00Z",
            "not in the log: 1 failed, 2 skipped",
        ] {
            assert!(first.meaning.contains(expected), "{expected}: {}", first.meaning);
        }
        assert!(second.meaning.contains("reviews.jsonl") && !second.meaning.contains("not in the log"));
        assert!(report.not_proven.iter().any(|sentence| sentence.contains("imported records")));
        // The times are those of what happened, not of the import, three months later.
        let (first, last) = report.times.unwrap();
        assert_eq!((shown(first).as_str(), shown(last).as_str()), ("2026-03-01T12:01:00Z", "2026-03-01T12:13:00Z"));
    }
    let places: Vec<_> = imports(&verify_bytes(&log.bytes(), &Options::default())).iter().map(|f| f.line).collect();
    assert_eq!(places, [Some(8), Some(15)]);
    let plain = Export::whole(&Log::ordinary(5, 7)).verify(&Options::default());
    assert!(!plain.not_proven.iter().any(|sentence| sentence.contains("imported records")));
}

#[test]
fn claims_that_cannot_be_true_name_no_records() {
    for (what, members, range, words) in [
        ("all before it", source(r#""a""#, "9"), (0, 8), "these 9 records came from a"),
        ("one", source(r#""a""#, "1"), (8, 8), "this record came from "),
        ("none", source(r#""a""#, "0"), (9, 9), "no record came from a"),
        ("more than there are", source(r#""a""#, "10"), (9, 9), "10 records came, though only 9 can have"),
        ("no end of them", source(r#""a""#, "18446744073709551615"), (9, 9), "though only 9 can have"),
        ("less than none", source(r#""a""#, "-1"), (9, 9), "it does not say how many"),
        ("half a record", source(r#""a""#, "1.5"), (9, 9), "it does not say how many"),
        ("a number in words", source(r#""a""#, "\"9\""), (9, 9), "it does not say how many"),
        ("no source", String::new(), (9, 9), "from a source that it does not name"),
        (
            "a source that is none",
            r#","source":[1],"rows":7"#.to_owned(),
            (9, 9),
            "from a source that it does not name",
        ),
        ("a name that is none", source("{}", "2"), (7, 8), "from a source that it does not name, 4\u{202f}096 bytes"),
        ("a name that deceives", source(r#""a\u202egpj.exe\n""#, "2"), (7, 8), r"a\u{202e}gpj.exe\u{000a}"),
        ("a long name", source(&format!("\"{}\"", "x".repeat(5000)), "2"), (7, 8), "xxx…"),
        ("rows that are none", r#","rows":{"failed":-1,"skipped":"all"}"#.to_owned(), (9, 9), "does not name"),
    ] {
        let report =
            Export::whole(&log(12, |seq| (seq == 9).then(|| imported(9, &members)))).verify(&Options::default());
        assert_eq!(ranges(&report), [range], "{what}");
        let meaning = &imports(&report)[0].meaning;
        assert!(meaning.contains(words), "{what}: {meaning}");
        assert!(meaning.len() < 1000 && !meaning.contains("not in the log"), "{what}: {meaning}");
        assert_eq!(errors(&report), [], "{what}");
    }
    // What came from the source before cannot have come from this one, in whatever segment that stands.
    let two = log(12, |seq| match seq {
        5 => Some(imported(5, &source(r#""a""#, "5"))),
        9 => Some(imported(9, &source(r#""b""#, "4"))),
        _ => None,
    });
    let report = Export::whole(&two).verify(&Options::default());
    assert_eq!(ranges(&report), [(0, 4), (9, 9)]);
    assert!(imports(&report)[1].meaning.contains("though only 3 can have"), "{}", imports(&report)[1].meaning);
}

/// A log that says nothing but that it was imported, more often than findings are kept.
#[test]
fn many_imports_are_counted_and_not_all_kept() {
    let log = log(3000, |seq| (seq > 0).then(|| imported(seq, "")));
    let report = Export::whole(&log).verify(&Options::default());
    assert_eq!((imports(&report).len(), report.finding_counts["CHAIN_IMPORTED"]), (1000, 2999));
}

/// A witness that saw the log bounds the import as it bounds every record.
#[test]
fn a_witness_bounds_the_time_of_an_import() {
    let log = log(12, |seq| (seq == 9).then(|| imported(9, &source(r#""a""#, "8"))));
    let note = log.witnessed(12, &log_key(), SEEN);
    let report = Export::whole(&log).with("checkpoints/12.note", note).verify(&trusting_witness());
    // Seen in March, and opened and imported in June, it says.
    assert_eq!(errors(&report), [("TIME_AFTER_ANCHOR", 0, 0), ("TIME_AFTER_ANCHOR", 9, 9)]);
    assert_eq!(report.verdict.time.name(), "implausible");
}

/// A member that is not of its type takes neither the log's name nor its zone away.
#[test]
fn the_log_s_name_and_zone_are_read_beside_members_that_are_none() {
    let first =
        String::from_utf8(opened()).unwrap().replace(r#""zone":"UTC""#, r#""zone":"+02:00","source":7,"rows":[]"#);
    let local = |seq: u64| String::from_utf8(record(seq)).unwrap().replace("00Z\"", "00\"").into_bytes();
    let log = log(5, |seq| Some(if seq == 0 { first.clone().into_bytes() } else { local(seq) }));
    let report = verify_bytes(&log.bytes(), &Options::default());
    assert_eq!(report.log.origin.as_deref(), Some(ORIGIN));
    assert_eq!(report.times.map(|(first, _)| shown(first)).as_deref(), Some("2026-03-01T10:01:00Z"));
}

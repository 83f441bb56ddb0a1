//! Several logs read together, and records at the edge of what can be said.

use crate::desk::Desk;
use crate::query_cli::{answer, refused, run};

/// Packs records, one a line, as a log of that name.
fn pack(desk: &Desk, name: &str, records: &[&str]) {
    desk.put(&format!("{name}.jsonl"), (records.join("\n") + "\n").into_bytes());
    let origin = format!("log.test/{name}");
    let (code, _, stderr) =
        run(desk, &["pack", &format!("{name}.jsonl"), "-o", &format!("{name}.zip"), "--origin", &origin]);
    assert_eq!(code, Some(0), "{stderr}");
}

const HOME: &[&str] = &[
    r#"{"kind":"system","timestamp":"2026-03-01T00:00:00Z","audit_id":"s","system_id":"x","models":["m"],"result":{"path":"output.result","adverse":["deny"],"favourable":["grant"],"outcome_positive":["good"]}}"#,
    r#"{"kind":"deployment","timestamp":"2026-03-01T00:00:00Z","audit_id":"p","model":{"id":"m","version":"1"},"action":"deploy"}"#,
    r#"{"kind":"decision","timestamp":"2026-03-01T01:00:00Z","audit_id":"d1","model":{"id":"m"},"input":{},"output":{"result":"deny"}}"#,
    r#"{"kind":"decision","timestamp":"2026-03-01T02:00:00Z","audit_id":"d2","model":{"id":"m"},"input":{},"output":{"result":"grant"}}"#,
    r#"{"kind":"outcome","timestamp":"2026-03-02T00:00:00Z","audit_id":"o","decision":"d2","label":"good"}"#,
];

/// What a log says of its own decisions is not changed by what another says.
#[test]
fn a_log_s_own_records_come_first() {
    let desk = Desk::new();
    pack(&desk, "home", HOME);
    pack(
        &desk,
        "other",
        &[
            r#"{"kind":"system","timestamp":"2026-03-01T00:00:00Z","audit_id":"s","system_id":"y","models":["m"],"result":{"path":"output.verdict"}}"#,
            r#"{"kind":"deployment","timestamp":"2026-03-01T00:30:00Z","audit_id":"p","model":{"id":"m","version":"99"},"action":"deploy"}"#,
            r#"{"kind":"decision","timestamp":"2026-03-01T01:00:00Z","audit_id":"d2","model":{"id":"other"},"input":{},"output":{}}"#,
            r#"{"kind":"review","timestamp":"2026-03-02T00:00:00Z","audit_id":"r","decision":"d1","reviewer":"ann","action":"override"}"#,
        ],
    );
    let columns = ["--columns", "id,version,result,outcome,correct,reviewed", "--format", "csv"];
    let of_home = |args: &[&str]| {
        let (stdout, _) = answer(&desk, &[args, &["model:m kind:decision"], &columns].concat());
        let mut lines: Vec<String> = stdout.lines().skip(1).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(of_home(&["query", "home.zip"]), ["d1,1,deny,,,false", "d2,1,grant,good,true,false"]);
    // The one review of the other log names an id that it does not have itself.
    let together = ["d1,1,deny,,,true", "d2,1,grant,good,true,false"];
    assert_eq!(of_home(&["query", "home.zip", "--with", "other.zip"]), together);
    assert_eq!(of_home(&["query", "other.zip", "--with", "home.zip"]), together);
    let (_, _, stderr) = run(&desk, &["query", "home.zip", "--with", "other.zip", "--count"]);
    assert!(stderr.contains("1 review or outcome names a decision of another log"), "{stderr}");
}

/// Records of some minutes, of which the first has none and the one behind it comes later than the next.
fn minutes(name: &str, minutes: &[u32]) -> Vec<String> {
    let record = |(n, minute): (usize, &u32)| match n {
        0 => format!(r#"{{"kind":"x","audit_id":"{name}{n}","log":"log.test/forged"}}"#),
        _ => {
            let (hour, minute) = (minute / 60, minute % 60);
            format!(
                r#"{{"kind":"x","audit_id":"{name}{n}","timestamp":"2026-03-01T{hour:02}:{minute:02}:00Z","log":"log.test/forged"}}"#
            )
        }
    };
    minutes.iter().enumerate().map(record).collect()
}

#[test]
fn several_logs_are_one_timeline() {
    let desk = Desk::new();
    let logs = [("home", &[0, 1, 5, 5, 9][..]), ("other", &[0, 2, 5, 9]), ("turned", &[0, 8, 3])];
    for (name, times) in logs {
        let records = minutes(&name[..1], times);
        pack(&desk, name, &records.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let ids = |args: &[&str]| {
        let (stdout, _) = answer(&desk, &[args, &["--columns", "id", "--format", "csv"]].concat());
        stdout.lines().skip(1).collect::<Vec<_>>().join(" ")
    };
    // By time, then by log, then by seq; what has no time comes last. The order of the paths is of no account.
    for paths in [["home.zip", "--with", "other.zip"], ["other.zip", "--with", "home.zip"]] {
        assert_eq!(ids(&[&["query"][..], &paths].concat()), "h1 o1 h2 h3 o2 h4 o3 h0 o0");
        assert_eq!(ids(&[&["query"][..], &paths, &["--limit", "3"]].concat()), "h1 o1 h2");
        assert_eq!(ids(&[&["query"][..], &paths, &["--sort", "kind"]].concat()), "h1 o1 h2 h3 o2 h4 o3 h0 o0");
        assert_eq!(ids(&[&["query"][..], &paths, &["--sort", "-log"]].concat()), "o1 o2 o3 o0 h1 h2 h3 h4 h0");
        assert_eq!(ids(&[&["query"][..], &paths, &["-id:h*"]].concat()), "o1 o2 o3 o0");
    }
    // The rows of one log come in another order than its own.
    assert_eq!(ids(&["query", "turned.zip", "--with", "home.zip"]), "h1 t2 h2 h3 t1 h4 h0 t0");
    // One log is in its own order.
    assert_eq!(ids(&["query", "turned.zip"]), "t0 t1 t2");
}

#[test]
fn a_record_s_log_is_not_what_it_says() {
    let desk = Desk::new();
    for (name, times) in [("home", &[0, 1][..]), ("other", &[0, 2])] {
        let records = minutes(&name[..1], times);
        pack(&desk, name, &records.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let both = ["home.zip", "--with", "other.zip"];
    let ask = |command: &str, args: &[&str]| answer(&desk, &[&[command][..], &both, args].concat()).0;
    assert_eq!(ask("query", &["log:log.test/home", "--count"]), "2\n");
    assert_eq!(ask("query", &["log:log.test/forged", "--count"]), "0\n");
    assert_eq!(ask("query", &["\"log\":log.test/forged", "--count"]), "4\n");
    let (stdout, stderr) = answer(&desk, &["query", both[0], both[1], both[2], "id:o1", "--format", "json"]);
    assert!(stdout.contains(r#"{"log":"log.test/other","seq":1,"#), "{stdout}");
    assert_eq!(stderr, "1 of 4 records");
    assert_eq!(
        ask("facets", &["--field", "log"]),
        "log: 2 values in 4 records\n      2   50.0 %  log.test/home\n      2   50.0 %  log.test/other\n"
    );
    let (stdout, _) = answer(&desk, &["query", "home.zip", "--columns", "bundle,\"log\",log", "--format", "csv"]);
    let digest = stdout.lines().nth(1).and_then(|line| line.split(',').next()).unwrap();
    assert_eq!(digest.len(), 64);
    assert!(stdout.lines().nth(1).unwrap().ends_with(",log.test/forged,log.test/home"), "{stdout}");
    assert_eq!(ask("query", &[&format!("bundle:{}*", &digest[..12]), "--count"]), "2\n");
}

/// Longer than what is read ahead of each log.
#[test]
fn long_logs_are_merged_record_by_record() {
    let desk = Desk::new();
    let times: Vec<u32> = (0..1200).collect();
    for name in ["home", "other"] {
        let mut records = minutes(&name[..1], &times);
        records.iter_mut().for_each(|record| record.insert_str(1, &format!(r#""text":"{}","#, "x".repeat(2000))));
        pack(&desk, name, &records.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let (stdout, last) =
        answer(&desk, &["query", "other.zip", "--with", "home.zip", "--columns", "id", "--format", "csv"]);
    let ids: Vec<&str> = stdout.lines().skip(1).collect();
    let expected: Vec<String> = (1..1200).chain([0]).flat_map(|n| [format!("h{n}"), format!("o{n}")]).collect();
    assert_eq!(ids, expected);
    assert_eq!(last, "2 400 of 2 400 records");
}

/// An instant that no RFC 3339 text can say in UTC is an instant all the same.
#[test]
fn a_time_beyond_all_texts_does_not_end_it() {
    let desk = Desk::new();
    for (name, time) in [("late", "9999-12-31T23:59:59-00:01"), ("early", "0000-01-01T00:00:00+01:00")] {
        let record = format!(r#"{{"kind":"mystery","audit_id":"a","timestamp":"{time}"}}"#);
        pack(&desk, name, &[&record, r#"{"kind":"mystery","audit_id":"b","timestamp":"2026-03-01T00:00:00Z"}"#]);
        let bundle = format!("{name}.zip");
        for _ in 0..2 {
            assert_eq!(answer(&desk, &["query", &bundle, "--count"]).0, "2\n");
        }
        let (stdout, _) = answer(&desk, &["query", &bundle, "has:time", "--sort", "time", "--format", "jsonl"]);
        assert_eq!(stdout.lines().count(), 2);
    }
}

/// A second key decides between values that are equal, however they are spelled.
#[test]
fn what_is_equal_leaves_the_order_to_the_next_key() {
    let desk = Desk::new();
    pack(
        &desk,
        "ties",
        &[
            r#"{"kind":"x","audit_id":"a","c":0.5,"v":{"version":"2.4"},"p":3}"#,
            r#"{"kind":"x","audit_id":"b","c":0.50,"v":{"version":"v2.4.0"},"p":1}"#,
            r#"{"kind":"x","audit_id":"c","c":5e-1,"v":{"version":"2.4.0"},"p":2}"#,
            r#"{"kind":"x","audit_id":"d","c":0.4,"v":{"version":"2.3"},"p":9}"#,
        ],
    );
    for (keys, expected) in [
        ("c,p", "d b c a"),
        ("-c,p", "b c a d"),
        ("-c,-p", "a c b d"),
        ("v.version,p", "d b c a"),
        ("-v.version", "a b c d"),
        ("c", "d a b c"),
    ] {
        let (stdout, _) = answer(&desk, &["query", "ties.zip", "--sort", keys, "--columns", "id", "--format", "csv"]);
        assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>().join(" "), expected, "{keys}");
    }
}

#[test]
fn an_option_that_there_is_not_is_no_filter() {
    let desk = Desk::new();
    pack(&desk, "home", HOME);
    assert_eq!(
        refused(&desk, &["query", "home.zip", "--cuont"]),
        "probity: --cuont: there is no such option; a filter that negates twice is written with not\n"
    );
    assert_eq!(
        refused(&desk, &["query", "home.zip", "modle.version:1"]),
        "probity: the filter is not understood:\nmodle.version:1\n^^^^^^^^^^^^^\nno record has a field \"modle.version\"\nhelp: did you mean model.version?\n"
    );
}

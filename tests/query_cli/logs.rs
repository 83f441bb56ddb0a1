//! Several logs read together, and records at the edge of what can be said.

use crate::desk::Desk;
use crate::{answer, refused, run};

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

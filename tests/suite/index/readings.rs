//! How results are read where the log does not say it: as the auditor says, and never in place of the log's own word.

use probity::bundle::reading::Unwatched;
use probity::evidence::Evidence;
use probity::record::ResultReading;

use super::Packed;
use crate::common::{Log, ORIGIN};

fn log(says: bool) -> Log {
    let first = format!(
        r#"{{"kind":"log","timestamp":"2026-03-01T12:00:00Z","audit_id":"r-0","event":"opened","origin":"{ORIGIN}"}}"#
    );
    let system = r#"{"kind":"system","timestamp":"2026-03-01T12:00:00Z","audit_id":"s","system_id":"s","result":{"path":"output.class","adverse":["b"],"favourable":["a"]}}"#;
    let decisions = (0..8).map(|n| {
        let (label, class) = (["deny", "approve"][n % 2], ["a", "b"][n / 4]);
        format!(
            r#"{{"kind":"decision","timestamp":"2026-03-01T12:00:0{n}Z","audit_id":"d-{n}","model":{{"id":"m","version":"1"}},"output":{{"label":"{label}","class":"{class}"}}}}"#
        )
    });
    let system = says.then(|| system.to_owned());
    Log::of([first].into_iter().chain(system).chain(decisions).map(String::into_bytes), 20)
}

fn count(evidence: &Evidence, text: &str) -> u32 {
    evidence.select(&evidence.parse(text).unwrap().expr, &Unwatched).unwrap().count()
}

#[test]
fn what_the_auditor_says_counts_where_the_log_says_nothing() {
    let reading = ResultReading {
        path: Some("output.label".to_owned()),
        adverse: vec!["deny".to_owned()],
        favourable: vec!["approve".to_owned()],
        outcome_positive: Vec::new(),
    };
    for (says, before, after) in [(false, [0, 0], [4, 0]), (true, [0, 4], [0, 4])] {
        let packed = Packed::new(&log(says), false);
        let mut evidence = packed.open();
        let counts = |evidence: &Evidence| [count(evidence, "result:deny"), count(evidence, "result:a")];
        assert_eq!(counts(&evidence), before, "{says}");
        evidence = packed.open();
        evidence.read_results(reading.clone(), &Unwatched).unwrap();
        assert_eq!(counts(&evidence), after, "{says}");
        assert_eq!(count(&evidence, "version:1"), 8, "what else is derived stays");
    }
}

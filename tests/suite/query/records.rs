//! Which records a filter finds, by the plain evaluation.

use chrono::FixedOffset;
use probity::query::matches::Inferred;
use probity::query::{self, Document, Mark, Path, Resolver, Unknown};

/// What is known of the records below: they are numbered from 0 in the order of [`RECORDS`].
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) seq: u64,
    pub(crate) zone: Option<FixedOffset>,
}

const RECORDS: [(&str, &str); 12] = [
    (
        "full",
        r#"{"kind":"decision","timestamp":"2026-03-01T09:30:00.250+01:00","audit_id":"dec-1","model":{"id":"credit","version":"2.10"},
           "input":{"data":{"$sealed":"ab"}},"output":{"result":{"decision":"deny"},"confidence":0.59,"flags":[]},
           "context":{"user_id":"svc-1"},"metadata":{"region":"eu","note":null,"n":9007199254740993,"tags":["a","b",["c"]],"on":true,
           "odd name":"x","text":"say \"hi\" \\ Größe\u00e9"}}"#,
    ),
    (
        "bare",
        r#"{"kind":"decision","timestamp":"2026-03-01T23:59:59.999999999Z","audit_id":"dec-2","model":{"id":"credit"},"input":{},
           "output":{"result":{"decision":"approve"},"confidence":"0.6"},"metadata":{"region":"EU","n":"1.0","on":"true"}}"#,
    ),
    (
        "implied",
        r#"{"timestamp":"2026-03-02T00:00:00Z","model":{"id":"Credit","version":"2.4.0"},"output":{"confidence":0.90}}"#,
    ),
    (
        "local",
        r#"{"kind":"decision","timestamp":"2026-03-01T10:00:00","model":{"id":"credit","version":"2.4.0-rc.1"},"input":{},"output":{}}"#,
    ),
    ("outcome", r#"{"kind":"outcome","timestamp":"2026-06-30T12:00:00Z","decision":"dec-1","label":1}"#),
    (
        "review",
        r#"{"kind":"review","timestamp":"2026-03-03T12:00:00Z","decision":"dec-1","reviewer":"ann","action":"override","seconds":75}"#,
    ),
    (
        "deployment",
        r#"{"kind":"deployment","timestamp":"2026-02-01T00:00:00Z","model":{"id":"credit","version":"canary"},"action":"deploy",
           "deployer":"bob","approvals":[{"by":"ann","at":"2026-01-31T10:00:00Z"},{"by":"eve","at":"2026-02-01"}]}"#,
    ),
    (
        "access",
        r#"{"kind":"access","timestamp":"junk","subject":{"id":"mallory"},"action":"read","resource":"/loans/7","result":"allowed"}"#,
    ),
    ("roster", r#"{"kind":"roster","user":"ann","role":"lead","active":true,"left_on":"2026-03-01"}"#),
    ("dataset", r#"{"kind":"dataset","dataset_id":"d","version":"2.4"}"#),
    ("erasure", r#"{"kind":"erasure","seq":0,"pointer":"/input/data"}"#),
    ("own", r#"{"kind":"heartbeat","model":"plain","overridden":false,"label":"007"}"#),
];

impl Resolver for Facts {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn zone(&self) -> Option<FixedOffset> {
        self.zone
    }

    fn inferred_version(&self) -> Inferred {
        match self.seq {
            1 => Inferred::Version("2.4".to_owned()),
            _ => Inferred::Unknown,
        }
    }

    fn result_path(&self) -> Option<Path> {
        Path::new(["output", "result", "decision"].map(str::to_owned).to_vec())
    }

    fn outcome(&self) -> Option<String> {
        (self.seq == 0).then(|| "1".to_owned())
    }

    fn is_reviewed(&self) -> Option<bool> {
        Some(self.seq == 0)
    }

    fn is_overridden(&self) -> Option<bool> {
        Some(self.seq == 0)
    }

    fn is_correct(&self) -> Option<bool> {
        (self.seq == 0).then_some(false)
    }

    fn marks(&self, mark: Mark) -> Vec<String> {
        match (self.seq, mark) {
            (0, Mark::Tag) => vec!["to check".to_owned(), "x".to_owned()],
            (5, Mark::Note) => vec!["Ask Ann why".to_owned()],
            (0 | 1, Mark::Incident) => vec!["INC-1".to_owned()],
            _ => Vec::new(),
        }
    }
}

fn found(text: &str, zone: Option<FixedOffset>) -> String {
    let query = query::parse(text, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(text)));
    let hits = RECORDS.iter().enumerate().filter(|(at, (_, json))| {
        let record = Document::parse(json).expect("JSON");
        query::matches(&query.expr, &record, &Facts { seq: *at as u64, zone })
    });
    hits.map(|(_, (name, _))| *name).collect::<Vec<_>>().join(" ")
}

const ALL: &str = "full bare implied local outcome review deployment access roster dataset erasure own";

#[test]
fn records_that_are_found() {
    for (text, names) in [
        ("", ALL),
        // Aliases, by kind.
        ("kind:decision", "full bare implied local"),
        ("kind:heartbeat", "own"),
        ("\"kind\":decision", "full bare local"),
        ("id:dec-1", "full"),
        ("model:credit", "full bare local deployment"),
        ("model:plain", "own"),
        ("user:svc*", "full"),
        ("user:ann", "review roster"),
        ("user:bob or user:mallory", "deployment access"),
        ("result:deny", "full"),
        ("result:allowed", "access"),
        ("\"result\":allowed", "access"),
        ("\"result\":deny", ""),
        ("outcome:1 outcome:1.0 outcome:\"1\"", "full"),
        ("outcome:\"1.0\"", ""),
        ("reviewed:true overridden:true correct:false", "full"),
        ("reviewed:false", "bare implied local"),
        ("overridden:false", "bare implied local own"),
        ("has:correct", "full"),
        ("seq:0", "full erasure"),
        ("@0", "full"),
        ("@9..", "dataset erasure own"),
        ("@1..2", "bare implied"),
        ("seq<2", "full bare erasure"),
        // Versions.
        ("version>=2.4", "full bare implied dataset"),
        ("version>2.4", "full"),
        ("version<2.4", "local"),
        ("version:2.4", "bare implied dataset"),
        ("version:\"2.4\"", "bare dataset"),
        ("version:2.4*", "bare implied local dataset"),
        ("version:canary", "deployment"),
        ("version:2.4-rc1..v2.4", "bare implied local dataset"),
        ("model.version:2.4", "implied"),
        ("has:model.version", "full implied local deployment"),
        ("version_source:recorded", "full implied local"),
        ("version_source:inferred", "bare"),
        // Numbers.
        ("confidence<0.6", "full"),
        ("confidence<=0.6", "full bare"),
        ("confidence:0.60", "bare"),
        ("confidence:0.9", "implied"),
        ("confidence:0.59..0.6", "full bare"),
        ("metadata.n:9007199254740993", "full"),
        ("metadata.n:9007199254740992", ""),
        ("metadata.n>9007199254740992", "full"),
        ("metadata.n:1", "bare"),
        ("metadata.n:\"1\"", ""),
        ("metadata.n:\"1.0\"", "bare"),
        ("metadata.n:1.*", "bare"),
        ("label:1 kind:outcome", "outcome"),
        ("label:\"1\"", "outcome"),
        ("label:7", ""),
        ("label:007", "own"),
        // Booleans, null, presence.
        ("metadata.on:true", "full bare"),
        ("active:true", "roster"),
        ("has:metadata.note", ""),
        ("metadata.note:null", ""),
        ("has:metadata", "full bare"),
        ("metadata:x", ""),
        ("has:model", "full bare implied local deployment own"),
        ("has:output.flags", "full"),
        ("-has:timestamp", "roster dataset erasure own"),
        ("-has:time", "local access roster dataset erasure own"),
        // Times.
        ("time:2026-03-01", "full bare"),
        ("time:2026-03-01T08:30", "full"),
        ("time:2026-03-01T08:30:00.25Z", "full"),
        ("time:2026-03-01T08:30:00.2", "full"),
        ("time:2026-03-01T08:30:00.3", ""),
        ("time>2026-03-01 time<2026-06", "implied review"),
        ("time:2026-02-28..2026-03-02", "full bare implied"),
        ("time:2026-06", "outcome"),
        ("timestamp:2026-06", "outcome"),
        ("left_on:2026-03-01", "roster"),
        ("label>2026-01-01", ""),
        // Lists.
        ("approvals.by:ann", "deployment"),
        ("approvals.by:eve -approvals.by:ann", ""),
        ("approvals.1.by:eve", "deployment"),
        ("approvals.0.by:eve", ""),
        ("approvals.at>2026-01-31", "deployment"),
        ("metadata.tags:b metadata.tags:c", "full"),
        ("metadata.tags.0:b", ""),
        ("metadata.tags.2:c", "full"),
        // Texts.
        ("metadata.region:eu", "full"),
        ("metadata.region:/^(?i)eu$/", "full bare"),
        ("metadata.\"odd name\":x", "full"),
        ("resource:\"/loans/7\"", "access"),
        ("resource:*loans*", "access"),
        ("metadata.region>=\"F\"", "full"),
        ("id>=dec-2", "bare"),
        ("DENY", "full"),
        ("\"say \\\"HI\\\" \\\\ grösse\"", ""),
        ("\"say \\\"HI\\\" \\\\ GRÖßEÉ\"", "full"),
        ("say*é", "full"),
        ("/^deny$/", "full"),
        ("/^DENY$/", ""),
        ("9007199254740993", "full"),
        ("region", ""),
        ("heart", "own"),
        // Marks.
        ("tag:x", "full"),
        ("tag:X", ""),
        ("tag:to*", "full"),
        ("has:tag", "full"),
        ("note:ann", "review"),
        ("note:\"ask ANN\"", "review"),
        ("note:/^Ann/", ""),
        ("incident:INC-1", "full bare"),
        ("-has:incident kind:decision", "implied local"),
        // Not is everything else.
        ("-confidence<0.6 kind:decision", "bare implied local"),
        ("-result:deny kind:decision", "bare implied local"),
        ("-zzz", ALL),
        ("kind:decision (confidence<0.6 or -has:confidence)", "full local"),
        ("kind:outcome or kind:review time:2026-03", "outcome review"),
    ] {
        assert_eq!(found(text, None), names, "{text}");
    }
}

#[test]
fn times_without_an_offset_need_the_zone_of_the_log() {
    assert_eq!(found("time:2026-03-01T08", None), "full");
    assert_eq!(found("time:2026-03-01T08", FixedOffset::east_opt(7200)), "full local");
}

#[test]
fn documents_are_bounded() {
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Document::parse(&deep(64)).is_ok());
    assert!(Document::parse(&deep(65)).is_err());
    assert!(Document::parse(&deep(100_000)).is_err());
    assert!(Document::parse("{\"a\":}").is_err());
}

//! The demonstration set.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use probity::bundle::manifest::Producer;
use probity::bundle::slice;
use probity::bundle::writer::Form;
use serde_json::Value;
use tempfile::TempDir;

use crate::samples::log::{Log, number, probity, serious, text, verify};

/// The set, made once for all tests here.
fn set() -> &'static Path {
    static SET: OnceLock<TempDir> = OnceLock::new();
    SET.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        probity().args(["sample", "--set", "-o"]).arg(folder.path()).assert().success();
        folder
    })
    .path()
}

fn file(name: &str) -> PathBuf {
    set().join(name)
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(file(name)).unwrap()).unwrap()
}

#[test]
fn what_is_committed_is_what_the_command_makes() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let names = |folder: &Path| -> HashSet<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let mut expected = names(set());
    // Written by people: what the set is, and how logs of others become records.
    expected.extend(["README.md", "mappings", "public-data.md"].map(str::to_owned));
    assert_eq!(names(&committed), expected);
    for name in names(set()) {
        let same = std::fs::read(committed.join(&name)).unwrap() == std::fs::read(file(&name)).unwrap();
        assert!(same, "sample-data/{name} is not what `probity sample --set` makes");
    }
}

#[test]
fn the_lending_sample_holds() {
    let log = Log::read(&file("lending.audit.zip"));
    let truth = json("lending.truth.json");
    super::rederive::everything(&truth, &log);
    super::world::is_sane(&truth, &log);
    assert_eq!(truth["checkpoints"], serde_json::json!([4000, 8000, 12_000, 16_000, 20_000]));
    assert!(std::fs::metadata(file("lending.audit.zip")).unwrap().len() < 3_000_000);
    let (report, code) = verify(&file("lending.audit.zip"), Some(&file("lending.vkey")));
    assert_eq!((code, &report["as_signed"]), (0, &serde_json::json!(20_000)));
}

#[test]
fn the_forgery_shows_in_three_places() {
    let truth = json("lending-tampered.truth.json");
    let whole = Log::read(&file("lending.audit.zip"));
    let place = |what: &str| usize::try_from(number(&truth, &format!("{what}.seq"))).unwrap();
    let (edited, deleted) = (place("edited"), place("deleted"));
    assert_eq!(whole.records[edited]["audit_id"], truth["edited"]["audit_id"]);
    assert_eq!(whole.records[edited].pointer(text(&truth, "edited.pointer")), Some(&truth["edited"]["was"]));
    assert_eq!(whole.records[deleted]["audit_id"], truth["deleted"]["audit_id"]);
    let cut = number(&truth, "cut.first_seq");
    assert_eq!(whole.records[usize::try_from(cut).unwrap()]["audit_id"], truth["cut"]["audit_id"]);

    let key = file("lending.vkey");
    for trust in [None, Some(key.as_path())] {
        let (report, code) = verify(&file("lending-tampered.audit.zip"), trust);
        assert_eq!(code, 1);
        assert_eq!(report["verdict"]["integrity"], "broken");
        assert_eq!(report["verdict"]["completeness"], "truncated");
        let mut found: Vec<(&str, u64, u64)> = serious(&report)
            .into_iter()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| (text(finding, "code"), number(finding, "seq"), number(finding, "end_seq")))
            .collect();
        found.sort_unstable_by_key(|(_, seq, _)| *seq);
        let expected = [
            ("CHAIN_BROKEN_LINK", edited as u64, edited as u64),
            ("CHAIN_GAP", deleted as u64, deleted as u64),
            ("CHAIN_TRUNCATED", cut, number(&truth, "cut.last_seq")),
        ];
        assert_eq!(found, expected);
        assert_eq!(report["missing"], number(&truth, "cut.records") + 1);
        // Manifest and digests were made to fit.
        assert_eq!(report["failed"].as_object().unwrap().keys().collect::<Vec<_>>(), ["link"]);
        let outcomes: Vec<&str> =
            report["checkpoints"].as_array().unwrap().iter().map(|checkpoint| text(checkpoint, "outcome")).collect();
        assert_eq!(outcomes, ["matches", "matches", "matches_repaired", "matches_repaired", "skipped"]);
    }
}

#[test]
fn the_slice_verifies_as_one() {
    let (report, code) = verify(&file("lending-slice.audit.zip"), Some(&file("lending.vkey")));
    assert_eq!((code, &report["verdict"]["completeness"]), (0, &serde_json::json!("slice")));
    assert_eq!(report["verdict"]["authorship"], "trusted");
    assert_eq!(serious(&report), Vec::<&Value>::new());
    let ranges: Vec<[u64; 2]> = serde_json::from_value(report["ranges"].clone()).unwrap();
    let events = json("lending.truth.json");
    let of_incident = events["events"].as_array().unwrap().iter().skip_while(|e| e["what"] != "access_denied");
    for event in of_incident {
        let seq = number(event, "seq");
        assert!(ranges.iter().any(|[from, to]| (from..to).contains(&&seq)), "{event}");
    }
    let (whole, _) = verify(&file("lending.audit.zip"), None);
    assert_eq!(report["log"]["root"], whole["log"]["root"]);
}

/// Python's `json.dumps(value, sort_keys=True)`, for what stands in this file.
fn dumps(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            for (n, name) in names.into_iter().enumerate() {
                out.push_str(if n == 0 { "{" } else { ", " });
                let _ = write!(out, "\"{name}\": ");
                dumps(&members[name], out);
            }
            out.push('}');
        }
        other => {
            let text = other.to_string();
            assert!(text.is_ascii() && !text.contains('\\'));
            out.push_str(&text);
        }
    }
}

#[test]
fn the_json_lines_are_signed_as_python_would() {
    let key = std::fs::read(file("loans.hmac-key")).unwrap();
    let lines = std::fs::read_to_string(file("loans.jsonl")).unwrap();
    let mut times: Vec<String> = Vec::new();
    for line in lines.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let signature = record.as_object_mut().unwrap().remove("signature").unwrap();
        let mut canonical = String::new();
        dumps(&record, &mut canonical);
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(canonical.as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(signature, hex);
        assert!(record["kind"].is_null());
        let time = text(&record, "timestamp");
        assert_eq!(time.len(), "2026-03-02T08:14:07.123456".len());
        times.push(time.to_owned());
    }
    assert!(times.len() > 200 && times.is_sorted());
}

#[test]
fn the_csv_has_everything_that_makes_importing_hard() {
    let bytes = std::fs::read(file("loans.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(&*bytes);
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (mut short, mut no_number, mut no_time, mut tests, mut outcomes, mut breaks) = (0, 0, 0, 0, 0, 0);
    let mut count = 0;
    for row in reader.records().map(Result::unwrap) {
        count += 1;
        if row.len() < header.len() {
            short += 1;
            continue;
        }
        let cell = |name: &str| &row[column(name)];
        let number = |text: &str| text.replacen(',', ".", 1).parse::<f64>().is_ok();
        no_number += u32::from(!["Score", "Betrag EUR", "Einkommen EUR"].iter().all(|name| number(cell(name))));
        let time = chrono::NaiveDateTime::parse_from_str(cell("Eingang"), "%d.%m.%Y %H:%M:%S");
        no_time += u32::from(time.is_err());
        tests += u32::from(cell("Status") == "TEST");
        breaks += u32::from(cell("Bemerkung").contains('\n'));
        if !cell("Ergebnis").is_empty() {
            outcomes += 1;
            let later = chrono::NaiveDate::parse_from_str(cell("Ergebnis am"), "%d.%m.%Y").unwrap();
            assert!(time.is_err() || later > time.unwrap().date());
        }
    }
    assert_eq!((short, no_number, no_time), (1, 1, 1), "three rows do not fit");
    assert!(count > 200 && tests > 3 && outcomes > 50 && breaks > 5);
    assert!(!bytes.is_ascii());
}

#[test]
fn an_erasure_of_a_withheld_record_is_not_dangling() {
    let log = Log::read(&file("lending.audit.zip"));
    let seq = log.records.iter().position(|record| record["kind"] == "erasure").unwrap() as u64;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("slice");
    let producer = Producer { name: "test".to_owned(), version: "1".to_owned() };
    slice::write(
        &file("lending.audit.zip"),
        &out,
        Form::Folder,
        std::slice::from_ref(&(seq..seq + 1)),
        producer,
        "2026-06-30T12:00:00Z",
    )
    .unwrap();
    let (report, code) = verify(&out, Some(&file("lending.vkey")));
    assert_eq!((code, &report["verdict"]["completeness"]), (0, &Value::from("slice")));
    assert_eq!(report["finding_counts"].get("REDACT_ERASURE_DANGLING"), None);
}

//! `probity query --output` through the binary: what the file holds, what the sidecar says, and what a spreadsheet makes of it.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::common::{Export, Log};
use crate::desk::Desk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");

#[track_caller]
fn done(desk: &Desk, args: &[&str]) -> (String, String) {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    (String::from_utf8(output.stdout).unwrap(), stderr)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Texts that mean something to a spreadsheet.
const HOSTILE: [&str; 9] =
    ["=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "=cmd|' /C calc'!A0", "\t=1", "'=1", "plain", "_x0041_\u{1}\u{fffe}"];

fn hostile(desk: &Desk) {
    let records = HOSTILE.iter().enumerate().map(|(n, text)| {
        let text = serde_json::to_string(text).unwrap();
        format!(
            r#"{{"kind":"decision","audit_id":"d{n}","timestamp":"2026-03-01T00:00:0{n}Z","model":{{"id":"m"}},"input":{{"t":{text},"n":-{n}.5,"big":12345678901234567{n},"b":true,"l":["=1",2]}},"output":{{}}}}"#
        )
        .into_bytes()
    });
    let log = Log::of(records, 4);
    desk.put("a.zip", crate::common::zip(&Export::whole(&log).files()));
}

/// The file is what standard output would be, and the sidecar says where it is from.
#[test]
fn a_file_is_what_would_be_printed() {
    let desk = Desk::new();
    for (form, columns) in [("csv", true), ("json", true), ("jsonl", false)] {
        let filter = "result:deny version:2.4.0";
        let sort = "-confidence,time";
        let name = format!("out.{form}");
        let base = ["query", SAMPLE, filter, "--sort", sort, "--limit", "50"];
        let picked: &[&str] = if columns { &["--columns", "seq,id,confidence,input.metadata"] } else { &[] };
        let (printed, _) = done(&desk, &[&base[..], picked, &["--format", form]].concat());
        let (nothing, stderr) = done(&desk, &[&base[..], picked, &["-o", &name]].concat());
        let bytes = std::fs::read(desk.path(&name)).unwrap();
        assert_eq!((nothing.as_str(), printed.as_bytes()), ("", &bytes[..]), "{form}");
        let sidecar = json(&desk.path(&format!("{name}.provenance.json")));
        assert_eq!(sidecar["format"], "probity-export/1");
        assert_eq!(sidecar["file"]["blake3"], blake3::hash(&bytes).to_hex().as_str());
        assert_eq!(sidecar["file"]["bytes"], bytes.len());
        assert!(stderr.contains(sidecar["file"]["sha256"].as_str().unwrap()), "{stderr}");
        let content = &sidecar["content"];
        assert_eq!((&content["records"], &content["form"]), (&50.into(), &form.into()));
        assert_eq!(content["columns"].as_array().map(Vec::len), Some(if columns { 4 } else { 0 }));
        assert_eq!(content["sort"], serde_json::json!(["-confidence", "time"]));
        let count: u64 = done(&desk, &["query", SAMPLE, filter, "--count"]).0.trim().parse().unwrap();
        assert_eq!((&sidecar["query"]["records"], &sidecar["query"]["zone"]), (&count.into(), &"UTC".into()));
        let evidence = &sidecar["evidence"][0];
        let report = probity::integrity::verify(
            Path::new(SAMPLE),
            &probity::integrity::Options::default(),
            &probity::integrity::Unwatched,
        )
        .unwrap();
        assert_eq!(
            evidence["digest"].as_str().unwrap(),
            probity::case::Digest(report.bundle_digest.unwrap()).to_string()
        );
        assert_eq!(evidence["verdict"]["integrity"], report.verdict.integrity.name());
        assert!(sidecar["not_proven"].to_string().contains("sealed values"), "{sidecar}");
        // The command in it makes the same file.
        let again = sidecar["again"].as_str().unwrap();
        assert!(again.starts_with("probity query lending.audit.zip 'result:deny version:2.4.0'"), "{again}");
        assert!(again.contains("--limit 50") && again.ends_with(&format!("--output out.{form}")), "{again}");
    }
}

/// In CSV a formula is a text, and every text comes back.
#[test]
fn formulas_in_csv_are_inert() {
    let desk = Desk::new();
    hostile(&desk);
    done(&desk, &["query", "a.zip", "", "--columns", "input.t,input.n,input.l", "-o", "a.csv"]);
    let mut reader = csv::Reader::from_path(desk.path("a.csv")).unwrap();
    let cells: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (cell, text) in cells.iter().zip(HOSTILE) {
        assert_eq!(cell[0].strip_prefix('\'').unwrap_or(&cell[0]), text);
        assert!(!cell[0].starts_with(['=', '+', '-', '@', '\t']), "{cell:?}");
        assert!(!cell[2].starts_with('='), "{cell:?}");
    }
    assert_eq!(&cells[3][1], "-3.5");
}

/// A workbook holds texts as texts, numbers as numbers, no formula, and where it is from.
#[test]
fn a_workbook_computes_nothing() {
    let desk = Desk::new();
    hostile(&desk);
    done(&desk, &["query", "a.zip", "", "--columns", "seq,input.t,input.n,input.big,input.b,input.l", "-o", "a.xlsx"]);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(desk.path("a.xlsx")).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).unwrap();
        let (name, mut text) = (member.name().unwrap().into_owned(), String::new());
        member.read_to_string(&mut text).unwrap();
        parts.insert(name, text);
    }
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    assert!(!parts.values().any(|part| part.contains("<f>") || part.contains("<f ")), "no formula");
    for inert in ["=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "=cmd|"] {
        assert!(
            sheet.contains(&format!("<t>{inert}")) || sheet.contains(&format!("<t xml:space=\"preserve\">{inert}")),
            "{inert}: {sheet}"
        );
    }
    // A number, one with too many digits, a boolean.
    assert!(sheet.contains("<c r=\"C5\"><v>-3.5</v></c>"), "{sheet}");
    assert!(sheet.contains("123456789012345673") && !sheet.contains("<v>12345678901234567"), "{sheet}");
    assert!(sheet.contains("<c r=\"E5\" t=\"b\"><v>1</v></c>"), "{sheet}");
    // What looks like an escape is not one, and what XML cannot hold is escaped.
    assert!(sheet.contains("_x005F_x0041_") && sheet.contains("_x0001_"), "{sheet}");
    let told = format!(
        "{}{}",
        parts["xl/worksheets/sheet2.xml"],
        parts.get("xl/sharedStrings.xml").map_or("", String::as_str)
    );
    let sidecar = json(&desk.path("a.xlsx.provenance.json"));
    assert!(told.contains(sidecar["evidence"][0]["digest"].as_str().unwrap()), "{told}");
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_nothing() {
    let desk = Desk::new();
    hostile(&desk);
    desk.put("taken.csv", b"mine");
    desk.put("free.csv.provenance.json", b"mine");
    for (args, expected) in [
        (&["query", "a.zip", "", "-o", "out"][..], "the name says no form"),
        (&["query", "a.zip", "", "-o", "out.txt"], "csv, jsonl, json, xlsx"),
        (&["query", "a.zip", "", "-o", "taken.csv"], "taken.csv: exists already"),
        (&["query", "a.zip", "", "-o", "free.csv"], "free.csv.provenance.json: exists already"),
        (&["query", "a.zip", "", "-o", "no/out.csv"], "no/out.csv"),
        (&["query", "a.zip", "", "--format", "table", "-o", "x.csv"], "no form for a file"),
        (&["query", "a.zip", "", "--format", "xlsx"], "a workbook is a file"),
        (&["query", "a.zip", "", "--columns", "id", "-o", "x.jsonl"], "jsonl prints the records as they are"),
        (&["query", "a.zip", "", "--columns", "id,id", "-o", "x.csv"], "--columns: id is there twice"),
        (&["query", "a.zip", "", "--columns", "nope", "-o", "x.csv"], "--columns nope: "),
        (&["query", "a.zip", "nope:1", "-o", "x.csv"], "the filter is not understood"),
    ] {
        let output = desk.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
    }
    let names: Vec<String> = desk.names().into_iter().filter(|name| name != "cache" && name != "home").collect();
    assert_eq!(names, ["a.zip", "free.csv.provenance.json", "taken.csv"]);
}

/// What was handed out stands in the custody journal, with the digests of the file and its sidecar.
#[test]
fn an_export_is_on_record() {
    let desk = Desk::new();
    done(&desk, &["case", "new", "c.probity-case", SAMPLE]);
    done(&desk, &["query", SAMPLE, "--case", "c.probity-case", "kind:incident", "-o", "i.jsonl"]);
    let (journal, _) = done(&desk, &["case", "journal", "c.probity-case", "--json"]);
    for name in ["i.jsonl", "i.jsonl.provenance.json"] {
        let digest = blake3::hash(&std::fs::read(desk.path(name)).unwrap()).to_hex();
        assert!(journal.contains(digest.as_str()), "{name}: {journal}");
    }
}

//! `probity slice` through the binary: what is handed out verifies by itself, and nothing in it can be dropped, added or swapped.

use std::collections::BTreeSet;
use std::path::Path;

use probity::bundle::line::Line;
use probity::integrity::{Options, Report, Unwatched, verify};
use serde_json::Value;

use crate::desk::Desk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");
const SLICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-slice.audit.zip");

#[track_caller]
fn stdout(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap().replace('\u{202f}', " ")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Whom the auditor trusts.
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.vkey");

fn verified(path: &Path) -> Report {
    let key = probity::tlog::note::VerifierKey::parse(std::fs::read_to_string(KEY).unwrap().trim()).unwrap();
    verify(path, &Options { trust: vec![key], ..Options::default() }, &Unwatched).unwrap()
}

/// What passes a filter, and nothing else.
#[test]
fn a_slice_holds_what_was_asked_for_and_verifies() {
    let desk = Desk::new();
    let told = stdout(&desk, &["slice", SAMPLE, "--trust", KEY, "kind:review", "-o", "r.audit.zip"]);
    let count: u64 = stdout(&desk, &["query", SAMPLE, "kind:review", "--count"]).trim().parse().unwrap();
    let report = verified(&desk.path("r.audit.zip"));
    let whole = verified(Path::new(SAMPLE));
    assert_eq!((report.records, report.exit_code()), (count, 0));
    assert_eq!(report.verdict.completeness.name(), "slice");
    assert_eq!((report.as_signed, report.withheld), (count, whole.records - count));
    assert_eq!(report.log.root, whole.log.root, "it stands in the same log");
    let sidecar = json(&desk.path("r.audit.zip.provenance.json"));
    assert_eq!(sidecar["slice"]["records"], count);
    assert_eq!(sidecar["slice"]["withheld"], whole.records - count);
    assert_eq!(sidecar["verified"]["as_signed"], count);
    assert_eq!(sidecar["query"]["filter"], "kind:review");
    assert!(told.contains("NOT PROVEN"), "{told}");
    // All of it is of that kind, and all of that kind is in it.
    let kinds = stdout(&desk, &["query", "r.audit.zip", "-kind:review", "--count"]);
    assert_eq!(kinds.trim(), "0");
    let ids = |bundle: &str| stdout(&desk, &["query", bundle, "kind:review", "--format", "jsonl"]);
    assert_eq!(ids(SAMPLE), ids("r.audit.zip"));
}

/// The same command at the same time makes the same bytes, and the one in the sidecar is the same command.
#[test]
fn a_slice_can_be_made_again() {
    let desk = Desk::new();
    std::fs::copy(SAMPLE, desk.path("lending.audit.zip")).unwrap();
    let at = "2026-11-02T08:00:00Z";
    stdout(&desk, &["slice", "lending.audit.zip", "result:deny version:2.4.0", "--related", "--at", at, "-o", "a.zip"]);
    let sidecar = json(&desk.path("a.zip.provenance.json"));
    let again = sidecar["again"].as_str().unwrap();
    assert_eq!(
        again,
        format!("probity slice lending.audit.zip 'result:deny version:2.4.0' --related --at {at} --output a.zip")
    );
    let first = std::fs::read(desk.path("a.zip")).unwrap();
    std::fs::rename(desk.path("a.zip"), desk.path("b.zip")).unwrap();
    std::fs::rename(desk.path("a.zip.provenance.json"), desk.path("b.json")).unwrap();
    stdout(&desk, &["slice", "lending.audit.zip", "result:deny version:2.4.0", "--related", "--at", at, "-o", "a.zip"]);
    assert!(first == std::fs::read(desk.path("a.zip")).unwrap());
    assert_eq!(sidecar["file"], json(&desk.path("a.zip.provenance.json"))["file"]);
}

/// With decisions goes what is needed to understand them: their lineage in the slice is that in the whole log.
#[test]
fn related_records_go_with_decisions() {
    let desk = Desk::new();
    stdout(
        &desk,
        &["slice", SAMPLE, "model:credit-scoring version:2.4.0 overridden:true", "--related", "-o", "s.audit.zip"],
    );
    let related = &json(&desk.path("s.audit.zip.provenance.json"))["slice"]["related"];
    for kind in ["review", "outcome", "deployment", "training", "incident", "log"] {
        assert!(related[kind].as_u64().is_some_and(|count| count > 0), "{kind}: {related}");
    }
    assert_eq!(related["decision"], Value::Null, "{related}");
    let ids =
        stdout(&desk, &["query", "s.audit.zip", "kind:decision", "--columns", "id", "--format", "csv", "--limit", "3"]);
    for id in ids.lines().skip(1) {
        let lineage = |bundle: &str| -> Value {
            serde_json::from_str(&stdout(&desk, &["lineage", bundle, id, "--json"])).unwrap()
        };
        let (mut whole, mut slice) = (lineage(SAMPLE), lineage("s.audit.zip"));
        for told in [&mut whole, &mut slice] {
            // Attachments stay behind, and that records may be missing is told of a slice.
            for name in ["logs", "not_determinable", "checks", "missing"] {
                told[name] = Value::Null;
            }
        }
        let records = |told: &Value| -> BTreeSet<String> {
            let mut out = BTreeSet::new();
            collect(told, &mut out);
            out
        };
        assert_eq!(records(&whole), records(&slice), "{id}");
    }
    // A review brings its decision.
    stdout(&desk, &["slice", SAMPLE, "kind:review action:override", "--related", "-o", "t.audit.zip"]);
    let related = &json(&desk.path("t.audit.zip.provenance.json"))["slice"]["related"];
    assert!(related["decision"].as_u64().is_some_and(|count| count > 0), "{related}");
}

/// The seqs of all records that a lineage names.
fn collect(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(seq) = members.get("seq") {
                out.insert(seq.to_string());
            }
            members.values().for_each(|value| collect(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, out)),
        _ => {}
    }
}

/// The members of a zip.
fn members(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let one = |at: usize| {
        let mut member = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut member, &mut bytes).unwrap();
        (member.name().unwrap().into_owned(), bytes)
    };
    let mut one = one;
    let count = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap().len();
    (0..count).map(&mut one).collect()
}

/// Dropping, adding or swapping a record is found.
#[test]
fn a_slice_cannot_be_edited() {
    let desk = Desk::new();
    stdout(&desk, &["slice", SAMPLE, "kind:incident or kind:deployment", "-o", "s.zip"]);
    stdout(&desk, &["slice", SAMPLE, "kind:training", "-o", "other.zip"]);
    assert_eq!(verified(&desk.path("s.zip")).exit_code(), 0);
    let log = |name: &str| {
        let members = members(&desk.path(name));
        let at = members.iter().position(|(name, _)| name.starts_with("log/")).unwrap();
        let raw = zstd::decode_all(&members[at].1[..]).unwrap();
        let lines: Vec<Vec<u8>> = raw.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        (members, at, lines)
    };
    let (files, at, lines) = log("s.zip");
    let (_, _, strange) = log("other.zip");
    let whole = lines.len() as u64;
    // With a manifest that fits: whoever edits lines can do that as well.
    let write = |lines: &[Vec<u8>]| {
        let folder = tempfile::tempdir().unwrap();
        let raw = lines.concat();
        let segment = zstd::encode_all(&raw[..], 0).unwrap();
        for (n, (name, bytes)) in files.iter().enumerate() {
            let bytes = match name.as_str() {
                _ if n == at => segment.clone(),
                "manifest.json" => {
                    let mut manifest: Value = serde_json::from_slice(bytes).unwrap();
                    let told = &mut manifest["segments"][0];
                    told["records"] = lines.len().into();
                    told["bytes"] = segment.len().into();
                    told["raw_bytes"] = raw.len().into();
                    told["blake3"] = blake3::hash(&segment).to_hex().as_str().into();
                    serde_json::to_vec(&manifest).unwrap()
                }
                _ => bytes.clone(),
            };
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let report = verified(folder.path());
        (report.verdict.integrity.name(), report.verdict.completeness.name(), report.as_signed)
    };
    let untouched = write(&lines);
    assert_eq!(untouched.2, whole, "{untouched:?}");
    for n in 0..lines.len() {
        let mut dropped = lines.clone();
        dropped.remove(n);
        assert!(write(&dropped).2 < whole, "without line {n}");
        if n + 1 < lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(n, n + 1);
            let told = write(&swapped);
            assert!(told.2 < whole || told.0 == "broken", "lines {n} and {} swapped: {told:?}", n + 1);
        }
        let mut added = lines.clone();
        added.insert(n, strange[0].clone());
        let told = write(&added);
        assert!(told.2 < whole || told.0 == "broken", "a line before {n}: {told:?}");
        // Another record in its place, with hashes that fit.
        let parsed = Line::parse(lines[n].strip_suffix(b"\n").unwrap()).unwrap();
        let record = br#"{"kind":"incident","incident_id":"X"}"#;
        let origin = verified(Path::new(SAMPLE)).log.origin.unwrap();
        let hash = probity::bundle::line::RecordHasher::new(&origin).hash(parsed.seq, &parsed.prev, record);
        let mut forged = Vec::new();
        Line { hash, record, ..parsed }.write(&mut forged);
        let mut replaced = lines.clone();
        replaced[n] = forged;
        assert!(write(&replaced).2 < whole, "line {n} replaced");
    }
}

/// Two slices of one log are held together: they are consistent, and their records are one table.
#[test]
fn two_slices_of_one_log_fit() {
    let desk = Desk::new();
    stdout(&desk, &["slice", SAMPLE, "kind:incident", "-o", "a.zip"]);
    stdout(&desk, &["slice", SAMPLE, "kind:deployment or kind:incident", "-o", "b.zip"]);
    let (a, b) = (verified(&desk.path("a.zip")), verified(&desk.path("b.zip")));
    assert_eq!((a.log.root, a.complete_to), (b.log.root, b.complete_to));
    let together = desk.run(&["query", "a.zip", "--with", "b.zip", "", "--count"]);
    let count = |filter: &str| stdout(&desk, &["query", SAMPLE, filter, "--count"]);
    assert_eq!(String::from_utf8_lossy(&together.stdout), count("kind:deployment or kind:incident"));
    let stderr = String::from_utf8_lossy(&together.stderr).into_owned();
    assert!(!stderr.contains("split"), "{stderr}");
}

#[test]
fn what_cannot_be_cut_is_refused_and_leaves_nothing() {
    let desk = Desk::new();
    desk.put("taken.zip", b"mine");
    for (args, expected) in [
        (&["slice", SAMPLE, "kind:incident", "-o", "x.tar"][..], "let its name end in .zip"),
        (&["slice", SAMPLE, "kind:incident", "-o", "taken.zip"], "taken.zip: exists already"),
        (&["slice", SAMPLE, "model:nobody", "-o", "x.zip"], "no record passes the filter"),
        (&["slice", SLICE, "kind:incident", "-o", "x.zip"], "the bundle is a slice itself"),
        (&["slice", TAMPERED, "kind:incident", "-o", "x.zip"], "lending-tampered.audit.zip"),
        (&["slice", SAMPLE, "--with", TAMPERED, "kind:incident", "-o", "x.zip"], "give each bundle by itself"),
        (&["slice", SAMPLE, "kind:incident", "--at", "noon", "-o", "x.zip"], "not a time"),
        (&["slice", SAMPLE, "kind:incident", "-o", "no/x.zip"], "no/x.zip"),
    ] {
        let output = desk.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
    }
    let names: Vec<String> = desk.names().into_iter().filter(|name| name != "cache" && name != "home").collect();
    assert_eq!(names, ["taken.zip"]);
    assert_eq!(std::fs::read(desk.path("taken.zip")).unwrap(), b"mine");
}

/// What was handed out stands in the custody journal.
#[test]
fn a_slice_is_on_record() {
    let desk = Desk::new();
    stdout(&desk, &["case", "new", "c.probity-case", SAMPLE]);
    stdout(&desk, &["slice", SAMPLE, "--case", "c.probity-case", "kind:incident", "-o", "s.zip"]);
    let journal = stdout(&desk, &["case", "journal", "c.probity-case"]);
    let sidecar = json(&desk.path("s.zip.provenance.json"));
    let digest = sidecar["file"]["blake3"].as_str().unwrap();
    assert!(journal.contains(digest) && journal.contains("slice"), "{journal}");
    assert_eq!(blake3::hash(&std::fs::read(desk.path("s.zip")).unwrap()).to_hex().as_str(), digest);
    assert!(sidecar["case"]["journal"]["size"].as_u64().is_some_and(|size| size > 0));
}

//! Reads a sample as anybody could: the zip, its segments, their lines. Nothing here knows how samples are made.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The program.
pub(crate) fn probity() -> Command {
    Command::cargo_bin("probity").unwrap()
}

/// A bundle's records, in order.
pub(crate) struct Log {
    pub(crate) records: Vec<Value>,
    /// Milliseconds since 1970, as stated.
    pub(crate) times: Vec<i64>,
    /// Place of each `audit_id`.
    pub(crate) by_id: HashMap<String, usize>,
    pub(crate) members: Vec<String>,
    pub(crate) manifest: Value,
    /// Places for which a value is disclosed.
    pub(crate) disclosed: HashSet<(u64, String)>,
}

/// Milliseconds since 1970 of an RFC 3339 time.
pub(crate) fn millis(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
        let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let members: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut member = |name: &str| {
            let mut bytes = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        let manifest: Value = serde_json::from_slice(&member("manifest.json")).unwrap();
        let mut records = Vec::new();
        for segment in manifest["segments"].as_array().unwrap() {
            let lines = zstd::decode_all(&*member(segment["path"].as_str().unwrap())).unwrap();
            for line in std::str::from_utf8(&lines).unwrap().lines() {
                let mut line: Value = serde_json::from_str(line).unwrap();
                assert_eq!(line["seq"], records.len());
                records.push(line["record"].take());
            }
        }
        let times = records.iter().map(|record| millis(text(record, "timestamp"))).collect();
        let mut by_id = HashMap::new();
        for (n, record) in records.iter().enumerate() {
            assert_eq!(by_id.insert(text(record, "audit_id").to_owned(), n), None, "an id given twice");
        }
        let disclosures = String::from_utf8(member("disclosures.jsonl")).unwrap();
        let disclosed = disclosures.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (line["seq"].as_u64().unwrap(), text(&line, "pointer").to_owned())
        });
        Self { records, times, by_id, members, disclosed: disclosed.collect(), manifest }
    }

    /// Places and records of a kind.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (usize, &'a Value)> {
        self.records.iter().enumerate().filter(move |(_, record)| record["kind"] == kind)
    }

    /// The record that another one refers to, which stands before it.
    pub(crate) fn referred(&self, at: usize, id: &Value) -> usize {
        let place = *self.by_id.get(id.as_str().unwrap()).unwrap_or_else(|| panic!("{id} leads nowhere"));
        assert!(place < at, "{id} comes later");
        place
    }
}

/// The string at a dotted path.
pub(crate) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).as_str().unwrap_or_else(|| panic!("no text at {path} of {value}"))
}

/// The number at a dotted path.
pub(crate) fn number(value: &Value, path: &str) -> u64 {
    at(value, path).as_u64().unwrap_or_else(|| panic!("no number at {path} of {value}"))
}

/// What stands at a dotted path; null where nothing does.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, name| &value[name])
}

/// A sample made by the program.
pub(crate) struct Made {
    _folder: tempfile::TempDir,
    pub(crate) bundle: PathBuf,
    pub(crate) vkey: PathBuf,
    pub(crate) truth: Value,
    pub(crate) truth_text: String,
}

pub(crate) fn make(story: &str, records: u64, seed: u64) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("s.audit.zip");
    probity()
        .args(["sample", "--story", story, "--records", &records.to_string(), "--seed", &seed.to_string(), "-o"])
        .arg(&bundle)
        .assert()
        .success();
    let truth_text = std::fs::read_to_string(folder.path().join("s.truth.json")).unwrap();
    let truth = serde_json::from_str(&truth_text).unwrap();
    Made { bundle, vkey: folder.path().join("s.vkey"), truth, truth_text, _folder: folder }
}

/// What `verify --json` says, and its exit code.
pub(crate) fn verify(bundle: &Path, trust: Option<&Path>) -> (Value, i32) {
    let mut command = probity();
    command.arg("verify").arg(bundle).arg("--json");
    if let Some(key) = trust {
        command.arg("--trust").arg(key);
    }
    let output = command.output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code().unwrap())
}

/// The findings that are more than information.
pub(crate) fn serious(report: &Value) -> Vec<&Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] != "info").collect()
}

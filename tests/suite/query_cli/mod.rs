//! `probity query`, `facets`, `fields` and `index` as they are used: through the binary, on the sample and on small logs.

mod bundles;
mod counts;
mod filters;
mod formats;
mod indexes;
mod logs;
mod orders;

use std::path::Path;
use std::process::Output;

use crate::common::{Export, Log};
use crate::desk::Desk;

/// The sample, and the copy that somebody tampered with.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");

/// Exit code, stdout, stderr with plain spaces.
fn run(desk: &Desk, args: &[&str]) -> (Option<i32>, String, String) {
    told(&desk.run(args))
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap().replace('\u{a0}', " ");
    (output.status.code(), String::from_utf8(output.stdout.clone()).unwrap(), stderr)
}

/// Stdout of a command that has an answer, and the last line of stderr.
#[track_caller]
fn answer(desk: &Desk, args: &[&str]) -> (String, String) {
    let (code, stdout, stderr) = run(desk, args);
    assert_eq!(code, Some(0), "{stderr}");
    (stdout, stderr.lines().last().unwrap_or_default().to_owned())
}

/// What is said where there is no answer. Nothing is printed then.
#[track_caller]
fn refused(desk: &Desk, args: &[&str]) -> String {
    let (code, stdout, stderr) = run(desk, args);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.starts_with("probity: "), "{stderr}");
    stderr
}

/// A bundle of these records, in segments of some lines.
fn packed(log: &Log) -> Vec<u8> {
    crate::common::zip(&Export::whole(log).files())
}

fn put(desk: &Desk, name: &str, records: &[&str]) -> Log {
    let log = Log::of(records.iter().map(|record| record.as_bytes().to_vec()), 2);
    desk.put(name, packed(&log));
    log
}

/// The records of a log, one a line.
fn records(log: &Log) -> String {
    log.rows().map(|row| String::from_utf8(row.record.clone()).unwrap() + "\n").collect()
}

/// A decision whose output is `output`.
fn decision(n: u32, output: &str) -> String {
    format!(
        r#"{{"kind":"decision","timestamp":"2026-03-01T12:{:02}:00Z","audit_id":"d-{n}","model":{{"id":"m","version":"1.{}"}},"input":{{}},"output":{output}}}"#,
        n % 60,
        n % 12,
    )
}

const OPENED: &str = r#"{"kind":"log","timestamp":"2026-03-01T12:00:00Z","audit_id":"r-0","event":"opened","origin":"audit.test/lending"}"#;

fn is_empty(folder: &Path) -> bool {
    !folder.exists() || folder.read_dir().unwrap().next().is_none()
}

//! A program that is killed while it saves: nothing that it reported as saved is lost, and the case goes on.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use probity::case::entry::Action;
use probity::case::{Case, Digest};

use crate::case::{author, note, open, record};

/// Names the case file for the process that is killed; without it that test does nothing.
const CASE: &str = "PROBITY_TEST_KILLED_CASE";

/// The process that is killed: it writes notes, tags and exports, and reports each once it is saved.
#[test]
fn writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(CASE) else { return };
    let mut case = Case::open(Path::new(&path), author("ann")).unwrap();
    assert_eq!(case.read_only(), None);
    for n in 0_u64.. {
        match n % 4 {
            0 => drop(case.put(note(&format!("note {n}"))).unwrap()),
            1 => drop(case.tag(&format!("tag {n}"), &record(u8::try_from(n % 256).unwrap())).unwrap()),
            2 => {
                let export = Action::Exported {
                    bundles: Vec::new(),
                    filter: "result:deny".into(),
                    records: n,
                    format: "csv".into(),
                    digest: Digest([3; 32]),
                    sidecar: None,
                    to: "standard output".into(),
                };
                case.record(export).unwrap();
            }
            _ => drop(case.undo().unwrap()),
        }
        println!("saved {}", case.references()[0].size);
    }
}

/// How often a program is killed: the whole of it where `PROBITY_TEST_KILLS` says so.
fn kills() -> u64 {
    std::env::var("PROBITY_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

#[test]
fn nothing_that_was_reported_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    drop(Case::create(&path, author("ann")).unwrap());
    let (mut saved, mut random) = (1, 0x9e37_79b9_7f4a_7c15_u64);
    for round in 0..kills() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "case::killed::writes_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(CASE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        // Only what happens once it writes is of interest; then at any moment of the next commits.
        let mut line = String::new();
        while !line.contains("saved") {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the writer ended by itself in round {round}");
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((random >> 33) % 9_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = line;
        out.read_to_string(&mut rest).unwrap();
        // The last line may be torn, as the pipe is.
        let reported = rest
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
            .filter_map(|line| line.split("saved ").nth(1)?.trim().parse::<u64>().ok())
            .max();
        let reported = reported.unwrap_or(saved).max(saved);
        let case = open(&path);
        assert_eq!((case.read_only(), case.damage()), (None, &[][..]), "round {round}");
        let there = case.references()[0].size;
        assert!(there >= reported, "round {round}: {reported} were reported, {there} are there");
        // At most the one that was being written when the program ended.
        assert!(there <= reported + 1, "round {round}: {reported} were reported, {there} are there");
        saved = there;
        if round % 20 == 0 {
            assert_eq!(case.verify(None, &[]).unwrap()[0].report.exit_code(), 0, "round {round}");
        }
    }
    let case = open(&path);
    assert_eq!(case.verify(None, &[]).unwrap()[0].report.exit_code(), 0);
}

//! Samples are what they say they are: everything in a truth file is derived again from the bundle alone, the world is
//! sane, the same arguments give the same bytes, and what lies in `sample-data` is what the command makes.

#![allow(clippy::cast_precision_loss, reason = "small counts")]

mod demonstration;
pub(crate) mod log;
mod rederive;
mod world;

use log::{Log, make, probity, serious, text, verify};

const STORIES: [&str; 6] = ["lending", "version", "drift", "access", "adversarial", "none"];

fn holds(story: &str, records: u64, seed: u64) {
    let made = make(story, records, seed);
    let log = Log::read(&made.bundle);
    assert_eq!(log.records.len() as u64, records);
    assert_eq!(text(&made.truth, "story"), story);
    rederive::everything(&made.truth, &log);
    if records >= 3000 {
        world::is_sane(&made.truth, &log);
    }

    let (report, code) = verify(&made.bundle, Some(&made.vkey));
    let axes = ["integrity", "completeness", "authorship"].map(|axis| text(&report["verdict"], axis));
    assert_eq!((axes, code), (["intact", "whole", "trusted"], 0), "{report}");
    assert_eq!(report["complete_to"], records);
    for finding in serious(&report) {
        assert_eq!(finding["code"], "TIME_BACKWARDS");
    }
    assert_eq!(report["seals"]["undisclosed"], 0);
    assert_eq!(report["seals"]["erased"], made.truth["seals"]["erased"]);
}

#[test]
fn lending_is_what_its_truth_says() {
    holds("lending", 6000, 2);
    holds("lending", 4500, 33);
}

#[test]
fn version_is_what_its_truth_says() {
    holds("version", 6000, 3);
    holds("version", 3500, 34);
}

#[test]
fn drift_is_what_its_truth_says() {
    holds("drift", 6000, 4);
    holds("drift", 3500, 35);
}

#[test]
fn access_is_what_its_truth_says() {
    holds("access", 6000, 5);
    holds("access", 3500, 36);
}

#[test]
fn adversarial_is_what_its_truth_says() {
    holds("adversarial", 6000, 6);
    holds("adversarial", 3500, 37);
}

#[test]
fn none_is_what_its_truth_says() {
    holds("none", 6000, 7);
    holds("none", 3500, 38);
}

#[test]
fn any_number_of_records_is_exact() {
    for story in STORIES {
        holds(story, 1000, 1);
    }
    holds("lending", 1999, 8);
    holds("none", 10_000, 1);
    holds("drift", 20_001, 9);
}

#[test]
fn equal_arguments_give_equal_bytes() {
    let bytes = |seed, records| {
        let made = make("access", records, seed);
        [std::fs::read(&made.bundle).unwrap(), made.truth_text.into_bytes(), std::fs::read(&made.vkey).unwrap()]
    };
    let first = bytes(1, 2000);
    assert!(first == bytes(1, 2000));
    let (other_seed, other_size) = (bytes(2, 2000), bytes(1, 2001));
    for n in 0..2 {
        assert!(first[n] != other_seed[n] && first[n] != other_size[n]);
    }
    assert!(first[2] != other_seed[2], "another seed, another key");
}

#[test]
fn a_folder_holds_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bundle");
    probity().args(["sample", "--records", "1500", "--dir", "-o"]).arg(&out).assert().success();
    let zip = make("lending", 1500, 1);
    let truth = std::fs::read_to_string(folder.path().join("bundle.truth.json")).unwrap();
    assert_eq!(truth, zip.truth_text);
    let digest = |path| verify(path, None).0["bundle_digest"].clone();
    assert_eq!(digest(&out), digest(&zip.bundle));
}

#[test]
fn wrong_use_is_told_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (arguments, words) in [
        (&["--records", "999"][..], "999"),
        (&["--records", "10000001"], "10000001"),
        (&["--records", "many"], "many"),
        (&["--story", "romance"], "lending, version, drift"),
        (&["--seed", "-1"], "-1"),
        (&["--set", "--seed", "2"], "--set"),
    ] {
        let out = probity().arg("sample").args(arguments).arg("-o").arg(path("x.audit.zip")).assert().code(2);
        let stderr = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(stderr.contains(words), "{stderr}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    for taken in ["x.audit.zip", "x.truth.json", "x.vkey"] {
        std::fs::write(path(taken), "mine").unwrap();
        probity().args(["sample", "--records", "1000", "-o"]).arg(path("x.audit.zip")).assert().code(2);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{taken}");
        assert_eq!(std::fs::read_to_string(path(taken)).unwrap(), "mine");
        std::fs::remove_file(path(taken)).unwrap();
    }
    std::fs::write(path("loans.csv"), "mine").unwrap();
    probity().args(["sample", "--set", "-o"]).arg(folder.path()).assert().code(2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

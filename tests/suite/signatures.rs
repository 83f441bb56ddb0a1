//! Signatures inside records under a shared key: what `verify` says with the right key, another one and none, of
//! records that were altered and chained again, stripped and sealed; through the library and through the binary.

use std::path::Path;

use crate::common::*;
use assert_cmd::cargo::cargo_bin;
use probity::bundle::line::{GENESIS, Line, RecordHasher};
use probity::integrity::report::Check;
use probity::integrity::{Options, Report};
use probity::record::signature::HmacKey;

/// Records in the log; all but the first are signed decisions.
const SIZE: u64 = 20;

/// Lines in a segment: 0–6, 7–13, 14–19.
const SEGMENT: usize = 7;

const SECRET: &[u8] = b"shared secret";

fn key(secret: &[u8]) -> HmacKey {
    HmacKey::from_file_bytes(secret).unwrap()
}

fn with_member(record: &[u8], member: &str) -> Vec<u8> {
    [record.strip_suffix(b"}").unwrap(), b",", member.as_bytes(), b"}"].concat()
}

fn signed(record: &[u8], secret: &[u8]) -> Vec<u8> {
    let signature = key(secret).sign(std::str::from_utf8(record).unwrap()).unwrap();
    with_member(record, &format!("\"signature\":\"{signature}\""))
}

/// The honest log, with the record at some places made another before everything was chained.
fn log(change: impl Fn(u64) -> Option<Vec<u8>>) -> Log {
    let ordinary = |seq| if seq == 0 { record(0) } else { signed(&record(seq), SECRET) };
    Log::of((0..SIZE).map(|seq| change(seq).unwrap_or_else(|| ordinary(seq))), SEGMENT)
}

/// A signed record that says something else now.
fn altered(seq: u64) -> Vec<u8> {
    let text = String::from_utf8(signed(&record(seq), SECRET)).unwrap();
    assert!(text.contains("refused"));
    text.replace("refused", "granted").into_bytes()
}

fn with_key(secret: &[u8]) -> Options {
    Options { hmac_key: Some(key(secret)), ..Options::default() }
}

/// Signatures that passed, were skipped and failed.
fn counts(report: &Report) -> (u64, u64, u64) {
    let of = |counts: &std::collections::BTreeMap<Check, u64>| *counts.get(&Check::RecordSignature).unwrap_or(&0);
    let skipped = report.checks.skipped.get(&Check::RecordSignature).map_or(0, |(count, _)| *count);
    (of(&report.checks.checked), skipped, of(&report.checks.failed))
}

#[test]
fn what_is_said_of_signatures() {
    let at = |seqs: &'static [u64], make: fn(u64) -> Vec<u8>| log(|seq| seqs.contains(&seq).then(|| make(seq)));
    let honest = log(|_| None);
    let sealed = |seq| {
        let (_, object) = sealed(&[7; 16], "amount", "1");
        let text = String::from_utf8(signed(&record(seq), SECRET)).unwrap();
        text.replace(&format!("\"amount\":{seq}"), &format!("\"amount\":{object}")).into_bytes()
    };
    let review = |seq: u64| {
        format!(r#"{{"kind":"review","timestamp":"2026-03-01T12:0{seq}:00Z","audit_id":"r-{seq}","decision":"r-1","reviewer":"u","action":"confirm"}}"#)
            .into_bytes()
    };
    type Case = (&'static str, Log, Options, Vec<Seen>, Vec<Seen>, &'static str, (u64, u64, u64), u8);
    let cases: Vec<Case> = vec![
        ("the right key", honest.clone(), with_key(SECRET), vec![], vec![], "unsigned", (19, 0, 0), 0),
        ("no key", honest.clone(), Options::default(), vec![], vec![], "unsigned", (0, 19, 0), 0),
        (
            "another key",
            honest,
            with_key(b"other"),
            vec![("RECORD_SIGNATURE_KEY", 1, 19)],
            vec![],
            "untrusted",
            (0, 0, 19),
            1,
        ),
        (
            "altered and chained again",
            at(&[9], altered),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_INVALID", 9, 9)],
            vec![],
            "invalid",
            (18, 0, 1),
            1,
        ),
        ("altered, no key", at(&[9], altered), Options::default(), vec![], vec![], "unsigned", (0, 19, 0), 0),
        (
            "neighbours altered, across segments",
            at(&[5, 6, 7, 8, 15], altered),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_INVALID", 5, 8), ("RECORD_SIGNATURE_INVALID", 15, 15)],
            vec![],
            "invalid",
            (14, 0, 5),
            1,
        ),
        (
            "another logger's key",
            at(&[3], |seq| signed(&record(seq), b"other")),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_INVALID", 3, 3)],
            vec![],
            "invalid",
            (18, 0, 1),
            1,
        ),
        (
            "stripped",
            at(&[1, 13, 14], record),
            with_key(SECRET),
            vec![],
            vec![("RECORD_SIGNATURE_MISSING", 1, 1), ("RECORD_SIGNATURE_MISSING", 13, 14)],
            "unsigned",
            (16, 3, 0),
            0,
        ),
        ("records of another kind", at(&[2, 3], review), with_key(SECRET), vec![], vec![], "unsigned", (17, 0, 0), 0),
        (
            "no signature at all",
            Log::ordinary(SIZE, SEGMENT),
            with_key(SECRET),
            vec![],
            vec![],
            "unsigned",
            (0, 0, 0),
            0,
        ),
        (
            "a signature that is none",
            at(&[4], |seq| with_member(&record(seq), r#""signature":"none""#)),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_INVALID", 4, 4)],
            vec![],
            "invalid",
            (18, 0, 1),
            1,
        ),
        (
            "a signature of another type",
            at(&[4], |seq| with_member(&record(seq), r#""signature":{"alg":"none"}"#)),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_INVALID", 4, 4)],
            vec![],
            "invalid",
            (18, 0, 1),
            1,
        ),
        (
            "a signature of another type, no key",
            at(&[4], |seq| with_member(&record(seq), r#""signature":{"alg":"none"}"#)),
            Options::default(),
            vec![],
            vec![],
            "unsigned",
            (0, 18, 0),
            0,
        ),
        (
            "sealed since",
            log(|seq| (seq == 6).then(|| sealed(seq))),
            with_key(SECRET),
            vec![],
            vec![("RECORD_SIGNATURE_SEALED", 6, 6)],
            "unsigned",
            (18, 1, 0),
            0,
        ),
        (
            "one signature alone, that fails",
            Log::of((0..SIZE).map(|seq| if seq == 9 { altered(seq) } else { record(seq) }), SEGMENT),
            with_key(SECRET),
            vec![("RECORD_SIGNATURE_KEY", 9, 9)],
            vec![("RECORD_SIGNATURE_MISSING", 1, 8), ("RECORD_SIGNATURE_MISSING", 10, 19)],
            "untrusted",
            (0, 18, 1),
            1,
        ),
    ];
    for (what, log, options, expected_errors, expected_warnings, authorship, expected_counts, exit) in cases {
        let bundle = Export::whole(&log).verify(&options);
        let bare = verify_bytes(&log.bytes(), &options);
        for report in [&bundle, &bare] {
            assert_eq!(errors(report), expected_errors, "{what}");
            assert_eq!(warnings(report), expected_warnings, "{what}");
            assert_eq!(report.verdict.authorship.name(), authorship, "{what}");
            assert_eq!(report.verdict.integrity.name(), "intact", "{what}");
            assert_eq!(counts(report), expected_counts, "{what}");
            assert_eq!(report.exit_code(), exit, "{what}");
            let shared = report.not_proven.iter().any(|sentence| sentence.contains("shared key"));
            assert_eq!(shared, expected_counts.0 + expected_counts.2 > 0, "{what}");
        }
        // Places count from the start of the file, in whatever chunk the record lies.
        for finding in bare.findings.iter().filter(|finding| finding.line.is_some()) {
            assert_eq!(finding.line.unwrap(), finding.seq.unwrap() + 1, "{what}");
        }
    }
    // What is wrong is told: a bundle without any signature must not look as if they had been checked.
    let none = Export::whole(&Log::ordinary(SIZE, SEGMENT)).verify(&with_key(SECRET));
    assert_eq!(none.checks.skipped[&Check::RecordSignature].1, "no record carries a signature");
}

/// A valid signature under a shared key takes nothing back, and gives nothing: a trusted key stays one, and no key
/// does not become one.
#[test]
fn a_shared_key_never_makes_authorship_better() {
    let log = log(|_| None);
    let bundle = Export::whole(&log).signed(&log, &[SIZE], &log_key());
    for (options, expected) in [
        (trusting(), "intact whole trusted self_asserted none"),
        (Options { hmac_key: Some(key(SECRET)), ..trusting() }, "intact whole trusted self_asserted none"),
        (Options { hmac_key: Some(key(b"other")), ..trusting() }, "intact whole untrusted self_asserted none"),
        (with_key(SECRET), "intact tail_unknown untrusted self_asserted none"),
        (Options::default(), "intact tail_unknown untrusted self_asserted none"),
    ] {
        assert_eq!(verdict(&bundle.verify(&options)), expected, "{options:?}");
    }
    // A log of which only the checkpoint's key is not known: the shared key changes nothing about the exit code.
    assert_eq!(bundle.verify(&with_key(SECRET)).exit_code(), 0);
}

/// A record whose hash is wrong has its finding; its signature is not looked at.
#[test]
fn a_damaged_record_is_not_asked_for_its_signature() {
    let mut log = log(|_| None);
    log.row(9).edit();
    let report = Export::whole(&log).verify(&with_key(SECRET));
    assert_eq!(errors(&report), [("RECORD_HASH_MISMATCH", 9, 9)]);
    assert_eq!(counts(&report), (18, 0, 0));
}

/// A bare log of any length.
fn lines(records: u64, record: impl Fn(u64) -> Vec<u8>) -> Vec<u8> {
    let mut hasher = RecordHasher::new(ORIGIN);
    let (mut prev, mut bytes) = (GENESIS, Vec::new());
    for seq in 0..records {
        let record = record(seq);
        let hash = hasher.hash(seq, &prev, &record);
        Line { seq, prev, hash, record: &record }.write(&mut bytes);
        prev = hash;
    }
    bytes
}

/// A bare file is read in chunks; places count from its start all the same.
#[test]
fn places_far_into_a_bare_file() {
    let (good, bad) = (signed(&record(1), SECRET), altered(1));
    let tell = br#"{"kind":"log","timestamp":"2026-06-01T10:00:00Z","audit_id":"i","event":"imported"}"#;
    let bytes = lines(16_000, |seq| match seq {
        0 => record(0),
        15_000 | 15_001 => bad.clone(),
        15_500 => tell.to_vec(),
        _ => good.clone(),
    });
    assert!(bytes.len() > 5 << 20, "more than one chunk");
    let report = verify_bytes(&bytes, &with_key(SECRET));
    assert_eq!(errors(&report), [("RECORD_SIGNATURE_INVALID", 15_000, 15_001)]);
    let line = |seq: usize| {
        let offset = memchr::memchr_iter(b'\n', &bytes).nth(seq - 1).unwrap() as u64 + 1;
        (Some(seq as u64), Some(seq as u64 + 1), Some(offset))
    };
    let place = |code: &str| {
        let finding = report.findings.iter().find(|finding| finding.code.name() == code).unwrap();
        (finding.seq, finding.line, finding.offset)
    };
    assert_eq!(place("RECORD_SIGNATURE_INVALID"), line(15_000));
    assert_eq!(place("CHAIN_IMPORTED"), line(15_500));
}

/// Every second signature fails, far more often than findings are kept: what is kept is bounded, the counts are exact.
#[test]
fn many_bad_signatures_are_counted_and_not_all_kept() {
    let (good, bad) = (signed(&record(1), SECRET), altered(1));
    let bytes = lines(12_000, |seq| match seq {
        0 => record(0),
        seq if seq % 2 == 0 => bad.clone(),
        seq if seq % 3 == 0 => record(1),
        _ => good.clone(),
    });
    let report = verify_bytes(&bytes, &with_key(SECRET));
    assert_eq!(counts(&report), (4000, 2000, 5999));
    assert_eq!(report.finding_counts["RECORD_SIGNATURE_INVALID"], 5999);
    assert_eq!(report.finding_counts["RECORD_SIGNATURE_MISSING"], 2000);
    let listed = |code: &str| report.findings.iter().filter(|finding| finding.code.name() == code).count();
    assert_eq!((listed("RECORD_SIGNATURE_INVALID"), listed("RECORD_SIGNATURE_MISSING")), (1000, 1000));
    let report = verify_bytes(&bytes, &with_key(b"other"));
    assert_eq!(counts(&report), (0, 2000, 9999));
    assert_eq!(errors(&report), [("RECORD_SIGNATURE_KEY", 1, 11_999)]);
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    let output =
        std::process::Command::new(cargo_bin!("probity")).args(args).current_dir(folder).output().expect("started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn the_program_checks_signatures_with_a_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    write_folder(&Export::whole(&log(|_| None)).files(), &place("good"));
    write_folder(&Export::whole(&log(|seq| (seq == 9).then(|| altered(seq)))).files(), &place("altered"));
    write_folder(&Export::whole(&log(|seq| (seq == 9).then(|| record(seq)))).files(), &place("stripped"));
    std::fs::write(place("right"), [SECRET, b"\n"].concat()).unwrap();
    std::fs::write(place("wrong"), "guess\n").unwrap();
    std::fs::write(place("empty"), "\n").unwrap();
    let verify = |args: &[&str]| run(folder.path(), &[&["verify"], args].concat());

    let ran = verify(&["good", "--hmac-key", "right"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("19 record signatures") && ran.out.contains("unsigned"), "{}", ran.out);
    assert!(!ran.out.contains("RECORD_SIGNATURE"), "{}", ran.out);

    let ran = verify(&["good"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("19 record signatures: no key was supplied; --hmac-key takes"), "{}", ran.out);

    let ran = verify(&["good", "--hmac-key", "wrong"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("RECORD_SIGNATURE_KEY          seq 1–19"), "{}", ran.out);
    assert!(ran.out.contains("Against the bundle speaks: authorship"), "{}", ran.out);

    let ran = verify(&["altered", "--hmac-key", "right"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("RECORD_SIGNATURE_INVALID      seq 9\n"), "{}", ran.out);
    assert_eq!(verify(&["altered"]).code, Some(0), "nothing but the key knows");

    let ran = verify(&["stripped", "--hmac-key", "right"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("RECORD_SIGNATURE_MISSING      seq 9\n"), "{}", ran.out);

    let ran = verify(&["good", "--hmac-key", "right", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["checked"]["record_signature"], 19);
    let all = ran.out + &ran.err;
    assert!(!all.contains("shared secret"), "the key is shown");

    let ran = verify(&["good", "--hmac-key", "empty"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(2), "probity: empty: the key is empty\n"));
    assert_eq!(verify(&["good", "--hmac-key", "absent"]).code, Some(2));
}

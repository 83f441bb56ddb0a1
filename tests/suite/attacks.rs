//! What an attacker can do to a log and its bundle, and what the verifier must say: code, place, axis, exit code.
//! The attacker always makes the manifest agree with the lines, so that only chain and checkpoints can tell, unless a
//! case is about the manifest itself.
#![allow(clippy::type_complexity, reason = "rows of tables")]

use crate::common::*;
use probity::bundle::line::GENESIS;
use probity::integrity::report::RootOutcome::{self, Differs, Matches, MatchesRepaired, Skipped};
use probity::integrity::{Options, Report};
use probity::tlog::merkle::Node;
use probity::tlog::note::SigningKey;

/// Records in the log under attack.
const SIZE: u64 = 20;

/// The older of its two checkpoints; the other covers everything.
const OLDER: u64 = 10;

/// Lines in a segment: 0–6, 7–13, 14–19.
const SEGMENT: usize = 7;

/// First, last, both sides of segment borders and of the older checkpoint, and the middle.
const PLACES: [u64; 9] = [0, 6, 7, 9, 10, 12, 13, 14, 19];

fn honest() -> Log {
    Log::ordinary(SIZE, SEGMENT)
}

/// The altered log, exported by somebody who says that it is whole; signed: beside the honest log's checkpoints.
fn altered(log: &Log, signed: bool) -> Report {
    let mut export = Export::whole(log);
    (export.log_size, export.ranges) = (SIZE, vec![[0, SIZE]]);
    if !signed {
        return export.verify(&Options::default());
    }
    export.signed(&honest(), &[OLDER, SIZE], &log_key()).verify(&trusting())
}

/// What is expected of one damage.
struct Expected {
    errors: Vec<Seen>,
    integrity: &'static str,
    /// With checkpoints; without, `whole` and `tail_unknown` are the same.
    completeness: &'static str,
    /// Of the checkpoint over everything.
    root: RootOutcome,
}

fn broken(errors: &[Seen], root: RootOutcome) -> Expected {
    let completeness = if matches!(root, Matches | MatchesRepaired) { "whole" } else { "tail_unknown" };
    Expected { errors: errors.to_vec(), integrity: "broken", completeness, root }
}

fn gaps(errors: &[Seen], completeness: &'static str, root: RootOutcome) -> Expected {
    Expected { errors: errors.to_vec(), integrity: "intact", completeness, root }
}

/// The findings in one text, for a test that fails.
fn told(report: &Report) -> String {
    let line = |finding: &probity::integrity::finding::Finding| {
        format!("\n  {} {:?}..{:?} {}", finding.code.name(), finding.seq, finding.end_seq, finding.meaning)
    };
    report.findings.iter().map(line).collect()
}

fn check(what: &str, report: &Report, expected: &Expected, signed: bool) {
    let mut seen = errors(report);
    if expected.errors.iter().any(|(code, ..)| *code == "RECORD_MALFORMED_LINE") {
        // No manifest can agree with a segment whose first or last line cannot be read.
        seen.retain(|(code, ..)| *code != "MANIFEST_CLAIM_MISMATCH");
    }
    assert_eq!(seen, expected.errors, "{what}: errors; {}", told(report));
    assert_eq!(report.verdict.integrity.name(), expected.integrity, "{what}: integrity");
    let completeness = match expected.completeness {
        "whole" if !signed => "tail_unknown",
        other => other,
    };
    // Where the newest root does not come out, the older checkpoint still says up to where the log is complete.
    let completeness = if signed && completeness == "tail_unknown" && report.complete_to == Some(OLDER) {
        "whole"
    } else {
        completeness
    };
    assert_eq!(report.verdict.completeness.name(), completeness, "{what}: completeness");
    assert_eq!(report.verdict.authorship.name(), if signed { "trusted" } else { "unsigned" }, "{what}: authorship");
    let against = expected.integrity == "broken" || matches!(completeness, "gaps" | "truncated");
    assert_eq!(report.exit_code(), u8::from(against), "{what}: exit code");
    if signed {
        assert_eq!(outcomes(report).last(), Some(&(SIZE, expected.root)), "{what}: newest root");
    }
}

fn forged_row(log: &Log, seq: u64) -> Row {
    let mut row = log.rows().find(|row| row.seq == seq).unwrap().clone();
    row.edit();
    row.rehash();
    row
}

type Damage = fn(&mut Log, u64);

/// Name, damage at a seq, and what is seen without and with a checkpoint over it.
const DAMAGES: &[(&str, Damage, fn(u64, bool) -> Expected)] = &[
    ("edited", |log, at| log.row(at).edit(), |at, _| broken(&[("RECORD_HASH_MISMATCH", at, at)], MatchesRepaired)),
    (
        "edited, own hash made new",
        |log, at| *log.row(at) = forged_row(log, at),
        |at, signed| match (at + 1 < SIZE, signed) {
            (true, false) => broken(&[("CHAIN_BROKEN_LINK", at, at + 1)], MatchesRepaired),
            (true, true) => broken(&[("CHAIN_BROKEN_LINK", at, at)], MatchesRepaired),
            // Nothing follows that names another hash: only the signed root knows.
            (false, false) => gaps(&[], "tail_unknown", Differs),
            (false, true) => broken(&[("MERKLE_ROOT", OLDER, SIZE - 1)], Differs),
        },
    ),
    (
        "stated hash altered",
        |log, at| log.row(at).hash[5] ^= 1,
        |at, signed| match at + 1 < SIZE || signed {
            true => broken(&[("RECORD_HASH_ALTERED", at, at)], Matches),
            false => broken(&[("RECORD_HASH_MISMATCH", at, at)], Matches),
        },
    ),
    (
        "stated prev altered",
        |log, at| log.row(at).prev[5] ^= 1,
        |at, _| broken(&[("RECORD_PREV_ALTERED", at, at)], Matches),
    ),
    (
        "stated seq altered",
        |log, at| log.row(at).seq += 900,
        |at, _| broken(&[("RECORD_SEQ_ALTERED", at, at)], Matches),
    ),
    (
        "deleted",
        |log, at| drop(log.delete(at)),
        |at, _| match at {
            0 => gaps(&[("CHAIN_HEAD_CUT", 0, 0)], "gaps", MatchesRepaired),
            at if at + 1 == SIZE => gaps(&[("CHAIN_TRUNCATED", at, at)], "truncated", Skipped),
            at => gaps(&[("CHAIN_GAP", at, at)], "gaps", MatchesRepaired),
        },
    ),
    (
        "doubled",
        |log, at| {
            let row = log.row(at).clone();
            log.insert_after(at, row);
        },
        |at, _| broken(&[("CHAIN_DUPLICATE", at, at)], Matches),
    ),
    (
        "a rival put beside it",
        |log, at| {
            let row = forged_row(log, at);
            log.insert_after(at, row);
        },
        |at, _| broken(&[("CHAIN_FORK", at, at)], Matches),
    ),
    (
        "swapped with the next",
        |log, at| if at + 1 < SIZE { log.swap(at, at + 1) } else { log.swap(at - 1, at) },
        |at, _| {
            let at = at.min(SIZE - 2);
            broken(&[("CHAIN_REORDERED", at, at + 1)], Matches)
        },
    ),
    (
        "not a line any more",
        |log, at| {
            let mut bytes = log.row(at).bytes();
            bytes[2] ^= 1;
            log.row(at).raw = Some(bytes);
        },
        |at, _| broken(&[("RECORD_MALFORMED_LINE", at, at)], if at + 1 < SIZE { MatchesRepaired } else { Skipped }),
    ),
    (
        "all from it on rewritten as a chain of its own",
        |log, at| {
            log.row(at).edit();
            log.row(at).prev[0] ^= 1;
            log.rehash_from(at);
        },
        |at, _| match at {
            // The first record's link leads nowhere, so that its alteration is all that is seen.
            0 => broken(&[("CHAIN_GENESIS", 0, 0)], Differs),
            at => broken(&[("CHAIN_BROKEN_LINK", at - 1, at)], Differs),
        },
    ),
    (
        "all from it on rewritten, links right",
        |log, at| {
            log.row(at).edit();
            log.rehash_from(at);
        },
        |at, signed| match signed {
            false => gaps(&[], "tail_unknown", Differs),
            true if at < OLDER => broken(&[("MERKLE_ROOT", 0, OLDER - 1)], Differs),
            true => broken(&[("MERKLE_ROOT", OLDER, SIZE - 1)], Differs),
        },
    ),
];

#[test]
fn damage_is_located_wherever_it_is() {
    for (what, damage, expected) in DAMAGES {
        for at in PLACES {
            let mut log = honest();
            damage(&mut log, at);
            for signed in [false, true] {
                let what = format!("{what} at {at}, {}", if signed { "signed" } else { "unsigned" });
                let report = altered(&log, signed);
                check(&what, &report, &expected(at, signed), signed);
                // The older checkpoint is not concerned by what comes after it.
                if signed && at > OLDER {
                    assert_eq!(outcomes(&report)[0], (OLDER, Matches), "{what}");
                }
            }
        }
    }
}

fn damage(name: &str) -> Damage {
    DAMAGES.iter().find(|(known, ..)| *known == name).unwrap().1
}

#[test]
fn two_damages_are_two_findings_and_two_neighbours_one_range_where_they_say_the_same() {
    const MISMATCH: &str = "RECORD_HASH_MISMATCH";
    const LINK: &str = "CHAIN_BROKEN_LINK";
    type Two = ((&'static str, u64), (&'static str, u64));
    let both = |what, one, other| ((what, one), (what, other));
    // Damages; what is seen without and with checkpoints; how the newest root comes out.
    let cases: Vec<(Two, Vec<Seen>, Vec<Seen>, RootOutcome)> = vec![
        (
            both("edited", 3, 16),
            vec![(MISMATCH, 3, 3), (MISMATCH, 16, 16)],
            vec![(MISMATCH, 3, 3), (MISMATCH, 16, 16)],
            MatchesRepaired,
        ),
        (both("edited", 3, 4), vec![(MISMATCH, 3, 4)], vec![(MISMATCH, 3, 4)], MatchesRepaired),
        (both("edited", 6, 7), vec![(MISMATCH, 6, 7)], vec![(MISMATCH, 6, 7)], MatchesRepaired),
        (
            both("edited, own hash made new", 3, 16),
            vec![(LINK, 3, 4), (LINK, 16, 17)],
            vec![(LINK, 3, 3), (LINK, 16, 16)],
            MatchesRepaired,
        ),
        (
            both("edited, own hash made new", 6, 7),
            vec![(LINK, 6, 7), (LINK, 7, 8)],
            vec![(LINK, 6, 6), (LINK, 7, 7)],
            MatchesRepaired,
        ),
        (
            both("deleted", 3, 16),
            vec![("CHAIN_GAP", 3, 3), ("CHAIN_GAP", 16, 16)],
            vec![("CHAIN_GAP", 3, 3), ("CHAIN_GAP", 16, 16)],
            MatchesRepaired,
        ),
        (both("deleted", 6, 7), vec![("CHAIN_GAP", 6, 7)], vec![("CHAIN_GAP", 6, 7)], Skipped),
        (both("deleted", 0, 1), vec![("CHAIN_HEAD_CUT", 0, 1)], vec![("CHAIN_HEAD_CUT", 0, 1)], Skipped),
        (both("deleted", 18, 19), vec![("CHAIN_TRUNCATED", 18, 19)], vec![("CHAIN_TRUNCATED", 18, 19)], Skipped),
        (
            both("doubled", 3, 16),
            vec![("CHAIN_DUPLICATE", 3, 3), ("CHAIN_DUPLICATE", 16, 16)],
            vec![("CHAIN_DUPLICATE", 3, 3), ("CHAIN_DUPLICATE", 16, 16)],
            Matches,
        ),
        (both("doubled", 6, 7), vec![("CHAIN_DUPLICATE", 6, 7)], vec![("CHAIN_DUPLICATE", 6, 7)], Matches),
        (
            both("swapped with the next", 3, 16),
            vec![("CHAIN_REORDERED", 3, 4), ("CHAIN_REORDERED", 16, 17)],
            vec![("CHAIN_REORDERED", 3, 4), ("CHAIN_REORDERED", 16, 17)],
            Matches,
        ),
        (both("a rival put beside it", 6, 7), vec![("CHAIN_FORK", 6, 7)], vec![("CHAIN_FORK", 6, 7)], Matches),
        (
            (("edited", 3), ("deleted", 4)),
            vec![("CHAIN_GAP", 4, 4), (MISMATCH, 3, 3)],
            vec![("CHAIN_GAP", 4, 4), (MISMATCH, 3, 3)],
            MatchesRepaired,
        ),
        (
            (("deleted", 3), ("edited", 4)),
            vec![("CHAIN_GAP", 3, 3), (MISMATCH, 4, 4)],
            vec![("CHAIN_GAP", 3, 3), (MISMATCH, 4, 4)],
            MatchesRepaired,
        ),
        (
            (("stated hash altered", 5), ("edited", 13)),
            vec![("RECORD_HASH_ALTERED", 5, 5), (MISMATCH, 13, 13)],
            vec![("RECORD_HASH_ALTERED", 5, 5), (MISMATCH, 13, 13)],
            MatchesRepaired,
        ),
        // A deletion does not explain a root that differs even with the deleted record's hash put back.
        (
            (("edited, own hash made new", 3), ("deleted", 4)),
            vec![("CHAIN_GAP", 4, 4)],
            vec![("CHAIN_GAP", 4, 4), ("MERKLE_ROOT", 0, 9)],
            Differs,
        ),
        // Nor do lines in another order, since every line is there.
        (
            (("all from it on rewritten, links right", 12), ("swapped with the next", 16)),
            vec![("CHAIN_REORDERED", 16, 17)],
            vec![("CHAIN_REORDERED", 16, 17), ("MERKLE_ROOT", 10, 19)],
            Differs,
        ),
        (
            (("all from it on rewritten, links right", 12), ("doubled", 16)),
            vec![("CHAIN_DUPLICATE", 16, 16)],
            vec![("CHAIN_DUPLICATE", 16, 16), ("MERKLE_ROOT", 10, 19)],
            Differs,
        ),
        (
            (("all from it on rewritten, links right", 12), ("stated prev altered", 16)),
            vec![("RECORD_PREV_ALTERED", 16, 16)],
            vec![("MERKLE_ROOT", 10, 19), ("RECORD_PREV_ALTERED", 16, 16)],
            Differs,
        ),
    ];
    for (two, alone, signed, root) in cases {
        let ((one, first), (other, second)) = two;
        let mut log = honest();
        damage(one)(&mut log, first);
        damage(other)(&mut log, second);
        let report = altered(&log, false);
        assert_eq!(errors(&report), alone, "{two:?} unsigned{}", told(&report));
        let report = altered(&log, true);
        assert_eq!(errors(&report), signed, "{two:?} signed{}", told(&report));
        assert_eq!(outcomes(&report).last(), Some(&(SIZE, root)), "{two:?}{}", told(&report));
        assert_eq!(report.exit_code(), 1, "{two:?}");
    }
}

#[test]
fn a_break_paints_nothing_else_red() {
    let mut log = honest();
    log.row(12).edit();
    for signed in [false, true] {
        let report = altered(&log, signed);
        assert_eq!((report.records, report.lines, report.missing), (SIZE - 1, SIZE, 0));
        assert_eq!(report.ranges, std::slice::from_ref(&(0..SIZE)));
    }
    log.delete(15);
    log.delete(16);
    let report = altered(&log, true);
    assert_eq!((report.records, report.missing), (SIZE - 3, 2));
    assert_eq!(report.ranges, [0..15, 17..SIZE]);
    assert_eq!(report.complete_to, Some(OLDER));
    assert_eq!(outcomes(&report), [(OLDER, Matches), (SIZE, Skipped)]);
}

#[test]
fn a_checkpoint_that_may_not_speak_makes_no_record_right() {
    // The editor signs the root that the edited record gives, with a key of their own.
    let mut log = honest();
    log.row(12).edit();
    let mut leaves = log.clone();
    leaves.row(12).rehash();
    let export = Export::whole(&log).signed(&leaves, &[SIZE], &forged_key());
    let edited = [("RECORD_HASH_MISMATCH", 12, 12)];
    let report = export.verify(&Options::default());
    assert_eq!(errors(&report), edited, "{}", told(&report));
    // The key beside it says that its owner signed the edited record; that helps only while no key is trusted.
    let export = export.with("keys/log.vkey", vkey(forged_key().verifier_key()));
    assert_eq!(errors(&export.verify(&Options::default())), [("RECORD_HASH_ALTERED", 12, 12)]);
    let report = export.verify(&trusting());
    assert_eq!(errors(&report), edited, "{}", told(&report));
    assert_eq!(verdict(&report), "broken tail_unknown untrusted self_asserted none");
}

/// Name, export, what the auditor brings; errors and warnings; verdict; exit code.
type Case = (&'static str, Files, Options, Vec<Seen>, Vec<Seen>, &'static str, u8);

fn run(cases: Vec<Case>) {
    let mut wrong = String::new();
    for (what, files, options, expected, warned, axes, code) in cases {
        let report = verify_files(&files, &options);
        let seen = (errors(&report), warnings(&report), verdict(&report), report.exit_code());
        let expected = (expected, warned, axes.to_owned(), code);
        if seen != expected {
            wrong += &format!("{what}:\n  seen     {seen:?}\n  expected {expected:?}{}\n", told(&report));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const fn at(code: &'static str) -> Seen {
    (code, NOWHERE, NOWHERE)
}

fn with_checkpoint(note: &str) -> Options {
    Options { checkpoints: vec![kept(note)], ..Options::default() }
}

fn trusting_with(note: &str) -> Options {
    Options { checkpoints: vec![kept(note)], ..trusting() }
}

#[test]
fn keys_and_checkpoints() {
    let log = honest();
    let good = Export::whole(&log).signed(&log, &[OLDER, SIZE], &log_key());
    let rewritten = {
        let mut log = honest();
        log.row(4).edit();
        log.rehash_from(4);
        log
    };
    let older = Export::whole(&Log::ordinary(15, SEGMENT));
    let (old, new) = (log.note(OLDER, &log_key()), log.note(SIZE, &log_key()));
    let stranger = "PRIVATE+KEY+audit.test/other+3f0ba6e1+AQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF";
    let stranger = SigningKey::parse(stranger).unwrap().verifier_key().clone();
    let strangers = Options { trust: vec![stranger.clone()], ..Options::default() };
    let both = Options { trust: vec![log_key().verifier_key().clone(), stranger], ..Options::default() };
    let forged = Export::whole(&rewritten).signed(&rewritten, &[OLDER, SIZE], &forged_key());
    let owner = Export::whole(&rewritten).signed(&rewritten, &[SIZE], &log_key());
    let tampered = |from: &str, to: &str| {
        let note = new.replace(from, to);
        assert_ne!(note, new);
        good.clone().with("checkpoints/20.note", note).files()
    };
    run(vec![
        ("honest, key trusted", good.files(), trusting(), vec![], vec![], "intact whole trusted self_asserted none", 0),
        (
            "honest, nothing trusted",
            good.files(),
            Options::default(),
            vec![],
            vec![at("KEY_UNTRUSTED")],
            "intact tail_unknown untrusted self_asserted none",
            0,
        ),
        (
            "honest, its key in the bundle",
            good.clone().with("keys/log.vkey", vkey(log_key().verifier_key())).files(),
            Options::default(),
            vec![],
            vec![],
            "intact tail_unknown self_asserted self_asserted none",
            0,
        ),
        (
            "honest, only an old checkpoint",
            Export::whole(&log).signed(&log, &[OLDER], &log_key()).files(),
            trusting(),
            vec![],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)],
            "intact whole trusted self_asserted none",
            0,
        ),
        (
            "a second key trusted",
            good.files(),
            both,
            vec![],
            vec![at("KEY_SIGNED_NOTHING")],
            "intact whole trusted self_asserted none",
            0,
        ),
        (
            "only a stranger's key trusted",
            good.files(),
            strangers,
            vec![],
            vec![at("KEY_SIGNED_NOTHING"), at("KEY_UNTRUSTED")],
            "intact tail_unknown untrusted self_asserted none",
            1,
        ),
        (
            "rewritten and signed with another key of the log's name",
            forged.files(),
            trusting(),
            vec![],
            vec![at("KEY_SIGNED_NOTHING"), at("KEY_UNTRUSTED")],
            "intact tail_unknown untrusted self_asserted none",
            1,
        ),
        (
            "as before, its key in the bundle",
            forged.clone().with("keys/log.vkey", vkey(forged_key().verifier_key())).files(),
            trusting(),
            vec![],
            vec![at("KEY_SIGNED_NOTHING"), at("KEY_UNTRUSTED")],
            "intact tail_unknown untrusted self_asserted none",
            1,
        ),
        (
            "rewritten by the key's owner, an older checkpoint kept",
            owner.files(),
            trusting_with(&old),
            vec![at("CHECKPOINT_SPLIT"), ("MERKLE_ROOT", 0, 9)],
            vec![],
            "broken whole trusted self_asserted split",
            1,
        ),
        (
            "as before, no key known",
            owner.files(),
            with_checkpoint(&old),
            vec![("MERKLE_ROOT", 0, 9)],
            vec![at("KEY_UNTRUSTED")],
            "broken tail_unknown untrusted self_asserted none",
            1,
        ),
        (
            "rewritten without signing, an older checkpoint kept",
            Export::whole(&rewritten).files(),
            trusting_with(&old),
            vec![("MERKLE_ROOT", 0, 9)],
            vec![],
            "broken tail_unknown trusted self_asserted none",
            1,
        ),
        (
            "an older state, a newer checkpoint kept",
            older.clone().signed(&log, &[OLDER], &log_key()).files(),
            trusting_with(&new),
            vec![("CHECKPOINT_ROLLBACK", 15, 19)],
            vec![("CHAIN_UNANCHORED_TAIL", 10, 14)],
            "intact truncated trusted self_asserted none",
            1,
        ),
        (
            "an older state without any checkpoint, a newer one kept",
            older.files(),
            with_checkpoint(&new),
            vec![("CHECKPOINT_ROLLBACK", 15, 19)],
            vec![at("KEY_UNTRUSTED")],
            "intact truncated untrusted self_asserted none",
            1,
        ),
        (
            "the end cut off, checkpoint left",
            older.clone().signed(&log, &[SIZE], &log_key()).files(),
            trusting(),
            vec![("CHAIN_TRUNCATED", 15, 19)],
            vec![],
            "intact truncated trusted self_asserted none",
            1,
        ),
        (
            "two roots for one size",
            good.clone().with("checkpoints/20-2.note", rewritten.note(SIZE, &log_key())).files(),
            trusting(),
            vec![at("CHECKPOINT_SPLIT"), ("MERKLE_ROOT", OLDER, SIZE - 1)],
            vec![],
            "broken whole trusted self_asserted split",
            1,
        ),
        (
            "two roots for one size, the other one kept",
            good.files(),
            trusting_with(&rewritten.note(SIZE, &log_key())),
            vec![at("CHECKPOINT_SPLIT"), ("MERKLE_ROOT", OLDER, SIZE - 1)],
            vec![],
            "broken whole trusted self_asserted split",
            1,
        ),
        (
            "an older checkpoint of another history",
            good.clone().with("checkpoints/10.note", rewritten.note(OLDER, &log_key())).files(),
            trusting(),
            vec![at("CHECKPOINT_SPLIT"), ("MERKLE_ROOT", 0, OLDER - 1)],
            vec![],
            "broken whole trusted self_asserted split",
            1,
        ),
        (
            // Anybody can put a key and a checkpoint beside it; that must not accuse the log of two histories.
            "another history under a key from the bundle",
            good.clone()
                .with("checkpoints/20-2.note", rewritten.note(SIZE, &forged_key()))
                .with("keys/log.vkey", vkey(forged_key().verifier_key()))
                .files(),
            trusting(),
            vec![("MERKLE_ROOT", OLDER, SIZE - 1)],
            vec![at("KEY_UNTRUSTED")],
            "broken whole untrusted self_asserted none",
            1,
        ),
        (
            "another log's checkpoint kept",
            good.files(),
            trusting_with(&new.replace(ORIGIN, "audit.test/other")),
            vec![at("CHECKPOINT_FOREIGN")],
            vec![],
            "unverifiable whole trusted self_asserted none",
            3,
        ),
        (
            "a signature that fails",
            // The last byte of the signature, still canonical base64.
            tampered(new.trim_end().rsplit(' ').next().unwrap(), &{
                let mut signature = new.trim_end().rsplit(' ').next().unwrap().to_owned();
                let first = if signature.as_bytes()[20] == b'A' { "B" } else { "A" };
                signature.replace_range(20..21, first);
                signature
            }),
            trusting(),
            vec![at("CHECKPOINT_SIGNATURE_INVALID")],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)],
            "intact whole invalid self_asserted none",
            1,
        ),
        (
            "a root that was not signed",
            tampered("\n20\n", "\n20\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
            trusting(),
            vec![at("CHECKPOINT_SIGNATURE_INVALID"), ("MERKLE_ROOT", OLDER, SIZE - 1)],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)],
            "broken whole invalid self_asserted none",
            1,
        ),
        (
            "another size than its name says",
            good.clone()
                .with("checkpoints/20.note", old.as_str())
                .files_with(|manifest| manifest.checkpoints[1].size = 20),
            trusting(),
            vec![at("CHECKPOINT_MALFORMED")],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)],
            "broken whole trusted self_asserted none",
            1,
        ),
        (
            "another log's checkpoint in the bundle",
            tampered(ORIGIN, "audit.test/other"),
            trusting(),
            vec![at("CHECKPOINT_ORIGIN_MISMATCH")],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)],
            "broken whole trusted self_asserted none",
            1,
        ),
        (
            "signed by a witness alone",
            good.clone()
                .with("checkpoints/20.note", {
                    let text = log.checkpoint(SIZE).to_text();
                    format!("{text}\n{}", witness_key().cosign(&text, SEEN))
                })
                .files(),
            trusting_witness(),
            vec![],
            vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1), at("KEY_UNTRUSTED")],
            "intact whole untrusted bounded witnessed",
            1,
        ),
        (
            "a key of small order",
            good.clone().with("keys/log.vkey", WEAK_VKEY).files(),
            trusting(),
            vec![at("KEY_WEAK")],
            vec![],
            "intact whole invalid self_asserted none",
            1,
        ),
        (
            "a key whose id is another's",
            good.clone().with("keys/log.vkey", vkey(log_key().verifier_key()).replace("127cad60", "127cad61")).files(),
            trusting(),
            vec![at("KEY_MALFORMED")],
            vec![],
            "intact whole invalid self_asserted none",
            1,
        ),
    ]);
}

#[test]
fn witnesses_and_times() {
    let log = honest();
    // Record 19 is of 12:19; the witness looks at 13:00.
    let seen = |seconds| {
        let note = log.witnessed(SIZE, &log_key(), seconds);
        Export::whole(&log).with("checkpoints/20.note", note)
    };
    let minute = |n: u64| SEEN - 3600 + 60 * n;
    let of_times = |change: &dyn Fn(u64) -> Option<&'static str>| {
        let record = |seq| {
            let text = String::from_utf8(record(seq)).unwrap();
            let time = format!("2026-03-01T12:{seq:02}:00Z");
            assert!(text.contains(&time));
            change(seq).map_or(text.clone(), |new| text.replace(&time, new)).into_bytes()
        };
        Log::of((0..SIZE).map(record), SEGMENT)
    };
    let backwards = of_times(&|seq| (seq == 8).then_some("2026-03-01T11:00:00Z"));
    // Across a segment border, where two chunks are joined.
    let border = of_times(&|seq| (seq == 7).then_some("2026-03-01T11:00:00Z"));
    let no_time = of_times(&|seq| (seq == 8).then_some("noon"));
    let local = of_times(&|seq| (seq > 0).then_some("2026-03-01T12:30:00"));
    let zoned = Log::of(
        local.rows().map(|row| {
            let text = String::from_utf8(row.record.clone()).unwrap();
            text.replace(r#""event":"opened""#, r#""event":"opened","zone":"+01:00""#).into_bytes()
        }),
        SEGMENT,
    );
    let closed = Log::of(
        (0..SIZE).map(|seq| match seq {
            10 => br#"{"kind":"log","timestamp":"2026-03-01T12:10:00Z","audit_id":"r-10","event":"closed"}"#.to_vec(),
            seq => record(seq),
        }),
        SEGMENT,
    );
    let invalid = {
        let honest = log.witnessed(SIZE, &log_key(), SEEN);
        let other = log.witnessed(SIZE, &log_key(), SEEN + 1);
        // One look's signature under another look's time.
        let (start, line) = honest.trim_end().rsplit_once(' ').unwrap();
        let signature = other.trim_end().rsplit_once(' ').unwrap().1;
        format!("{start} {}{}\n", &line[..16], &signature[16..])
    };
    let plain = |log: &Log| Export::whole(log).files();
    let unsigned = "intact tail_unknown unsigned self_asserted none";
    run(vec![
        (
            "witnessed",
            seen(SEEN).files(),
            trusting_witness(),
            vec![],
            vec![],
            "intact whole trusted bounded witnessed",
            0,
        ),
        (
            "witness not trusted",
            seen(SEEN).files(),
            trusting(),
            vec![],
            vec![],
            "intact whole trusted self_asserted none",
            0,
        ),
        (
            "a cosignature that fails",
            Export::whole(&log).with("checkpoints/20.note", invalid).files(),
            trusting_witness(),
            vec![at("WITNESS_SIGNATURE_INVALID")],
            vec![at("WITNESS_MISSING")],
            "intact whole invalid self_asserted none",
            1,
        ),
        (
            "a witness that cosigned nothing",
            Export::whole(&log).signed(&log, &[SIZE], &log_key()).files(),
            trusting_witness(),
            vec![],
            vec![at("WITNESS_MISSING")],
            "intact whole trusted self_asserted none",
            0,
        ),
        (
            // Five minutes of tolerance: 12:12 says seen, so 12:18 and 12:19 cannot be.
            "records of a time after they were seen",
            seen(minute(12)).files(),
            trusting_witness(),
            vec![("TIME_AFTER_ANCHOR", 18, 19)],
            vec![],
            "intact whole trusted implausible witnessed",
            1,
        ),
        (
            // Seen at 13:00 without the records from 10 on, which say 12:10 to 12:19.
            "records dated back before a sight without them",
            Export::whole(&log)
                .with("checkpoints/10.note", log.witnessed(OLDER, &log_key(), SEEN))
                .signed(&log, &[SIZE], &log_key())
                .files(),
            trusting_witness(),
            vec![],
            vec![("TIME_BEFORE_ANCHOR", OLDER, SIZE - 1)],
            "intact whole trusted bounded none",
            0,
        ),
        ("a step back", plain(&backwards), Options::default(), vec![], vec![("TIME_BACKWARDS", 8, 8)], unsigned, 0),
        (
            "a step back across a border",
            plain(&border),
            Options::default(),
            vec![],
            vec![("TIME_BACKWARDS", 7, 7)],
            unsigned,
            0,
        ),
        (
            "a time that is none",
            plain(&no_time),
            Options::default(),
            vec![],
            vec![("TIME_UNREADABLE", 8, 8)],
            unsigned,
            0,
        ),
        (
            "times without zone",
            plain(&local),
            Options::default(),
            vec![],
            vec![("TIME_ZONE_MISSING", 1, 19)],
            unsigned,
            0,
        ),
        (
            "times with the log's zone",
            plain(&zoned),
            Options::default(),
            vec![],
            // They are before 12:00, when the log was opened; that is not the time of anything in it.
            vec![],
            unsigned,
            0,
        ),
        (
            "records after the close",
            plain(&closed),
            Options::default(),
            vec![],
            vec![("CHAIN_AFTER_CLOSE", 11, 19)],
            unsigned,
            0,
        ),
    ]);
    let report = Export::whole(&zoned).verify(&Options::default());
    assert_eq!(report.finding_counts["TIME_ZONE_ASSUMED"], 1);
    let (first, last) = report.times.unwrap();
    assert_eq!(
        (first.to_rfc3339(), last.to_rfc3339()),
        ("2026-03-01T11:30:00+00:00".into(), "2026-03-01T11:30:00+00:00".into())
    );
}

#[test]
fn slices() {
    let log = honest();
    let ranges = [5..8, 12..15];
    let good = Export::slice(&log, &ranges, &[OLDER, SIZE]);
    let with_proof = |nodes: &[Node]| good.clone().with("proofs/20.json", proof_text(SIZE, nodes)).files();
    let altered = |change: &dyn Fn(&mut Log)| {
        let mut export = good.clone();
        change(&mut export.log);
        export.files()
    };
    let nodes = log.proof(SIZE, &ranges);
    let changed = |change: &dyn Fn(&mut Vec<Node>)| {
        let mut nodes = nodes.clone();
        change(&mut nodes);
        with_proof(&nodes)
    };
    let without = |path: &str| {
        let mut export = good.clone();
        export.files.remove(path).unwrap();
        export.files()
    };
    let sliced = "intact slice trusted self_asserted none";
    let broken = "broken slice trusted self_asserted none";
    // What is left is the older checkpoint, whose proof is another file.
    let tail = || vec![("CHAIN_UNANCHORED_TAIL", OLDER, SIZE - 1)];
    let wrong = |what, files| -> Case { (what, files, trusting(), vec![at("SLICE_PROOF_WRONG")], tail(), broken, 1) };
    let mut cases: Vec<Case> = vec![
        ("honest", good.files(), trusting(), vec![], vec![], sliced, 0),
        (
            "every record present changed and rehashed, checkpoint and proof as they were",
            altered(&|log| {
                for row in log.rows_mut() {
                    row.record =
                        String::from_utf8(row.record.clone()).unwrap().replace("refused", "granted").into_bytes();
                }
                log.rehash_from(0);
            }),
            trusting(),
            // The links across the gap are claims, so the second range's were simply made anew.
            vec![("MERKLE_ROOT", 0, OLDER - 1)],
            vec![],
            "broken tail_unknown trusted self_asserted none",
            1,
        ),
        // As before, with nodes that stand for all of the log, the records present included.
        wrong("a proof that covers what is present", with_proof(&log.proof(SIZE, &[]))),
        wrong("a node over the end of a gap and the record after it", {
            let at = nodes.iter().position(|node| (node.level, node.index) == (0, 4)).unwrap();
            changed(&|nodes| {
                nodes.truncate(at);
                nodes.extend(log.proof(SIZE, &[0..4, 6..8, 12..15]).into_iter().skip_while(|node| node.index < 2));
            })
        }),
        wrong(
            "a node missing",
            changed(&|nodes| {
                nodes.remove(1);
            }),
        ),
        wrong("a node twice", changed(&|nodes| nodes.insert(1, nodes[1]))),
        wrong("a node after the last", changed(&|nodes| nodes.push(nodes[0]))),
        wrong("nodes in another order", changed(&|nodes| nodes.swap(0, 1))),
        wrong("another level", changed(&|nodes| nodes[0].level += 1)),
        wrong("another index", changed(&|nodes| nodes[0].index += 1)),
        wrong("a level beyond any tree", changed(&|nodes| nodes[0].level = 255)),
        wrong("another size inside", good.clone().with("proofs/20.json", proof_text(SIZE - 1, &nodes)).files()),
        (
            "another hash",
            changed(&|nodes| nodes[0].hash[0] ^= 1),
            trusting(),
            vec![("MERKLE_ROOT", OLDER, SIZE - 1)],
            tail(),
            broken,
            1,
        ),
        (
            "a proof of a size that no checkpoint has",
            good.clone().with("proofs/15.json", proof_text(15, &log.proof(15, &ranges))).files(),
            trusting(),
            vec![at("SLICE_PROOF_SUPERFLUOUS")],
            vec![],
            broken,
            1,
        ),
        (
            "a proof beside a whole log",
            Export::whole(&log)
                .signed(&log, &[SIZE], &log_key())
                .with("proofs/20.json", proof_text(SIZE, &log.proof(SIZE, &[])))
                .files(),
            trusting(),
            vec![at("SLICE_PROOF_SUPERFLUOUS")],
            vec![],
            "broken whole trusted self_asserted none",
            1,
        ),
        (
            "no proof for the newest checkpoint",
            without("proofs/20.json"),
            trusting(),
            vec![],
            [tail(), vec![at("SLICE_PROOF_MISSING")]].concat(),
            "intact tail_unknown trusted self_asserted none",
            0,
        ),
        (
            "a record of a declared range left out",
            altered(&|log| drop(log.delete(6))),
            trusting(),
            vec![("SLICE_UNDECLARED_GAP", 6, 6)],
            vec![],
            "intact gaps trusted self_asserted none",
            1,
        ),
        (
            "a declared range left out",
            altered(&|log| drop(log.segments.remove(0))),
            trusting(),
            vec![("SLICE_UNDECLARED_GAP", 5, 7)],
            vec![],
            "intact gaps trusted self_asserted none",
            1,
        ),
        (
            "the last declared range left out",
            altered(&|log| drop(log.segments.remove(1))),
            trusting(),
            vec![("SLICE_UNDECLARED_GAP", 12, 14)],
            tail(),
            "intact gaps trusted self_asserted none",
            1,
        ),
        (
            "a record that is declared withheld",
            altered(&|present| {
                let row = log.rows().find(|row| row.seq == 10).unwrap().clone();
                present.segments[0].push(row);
            }),
            trusting(),
            vec![("SLICE_UNDECLARED_RECORD", 10, 10)],
            tail(),
            broken,
            1,
        ),
        (
            "a record edited, its own hash made new",
            altered(&|log| *log.row(6) = forged_row(log, 6)),
            trusting(),
            vec![("CHAIN_BROKEN_LINK", 6, 6)],
            vec![],
            broken,
            1,
        ),
        (
            "the last record of a range edited, its own hash made new",
            altered(&|log| *log.row(14) = forged_row(log, 14)),
            trusting(),
            vec![("MERKLE_ROOT", OLDER, SIZE - 1)],
            tail(),
            broken,
            1,
        ),
        (
            // The link before a range is a claim, but the record's own hash holds it fast.
            "the claimed prev of a range's first record altered",
            altered(&|log| log.row(12).prev[0] ^= 1),
            trusting(),
            vec![("RECORD_HASH_MISMATCH", 12, 12)],
            vec![],
            broken,
            1,
        ),
    ];
    // The exporter says that more was withheld after it than any checkpoint covers.
    let mut beginning = Export::slice(&log, std::slice::from_ref(&(0..OLDER)), &[OLDER]);
    beginning.log_size = SIZE;
    cases.push(("an end that nobody signed", beginning.files(), trusting(), vec![], tail(), sliced, 0));
    for seq in [0, 7, 9, 10, 19] {
        let export = Export::slice(&log, std::slice::from_ref(&(seq..seq + 1)), &[SIZE]);
        cases.push(("one record: an inclusion proof", export.files(), trusting(), vec![], vec![], sliced, 0));
        let mut forged = export.clone();
        *forged.log.row(seq) = forged_row(&log, seq);
        let root = vec![("MERKLE_ROOT", 0, SIZE - 1)];
        let axes = "broken tail_unknown trusted self_asserted none";
        cases.push(("one record, forged", forged.files(), trusting(), root, vec![], axes, 1));
    }
    run(cases);
}

#[test]
fn frames() {
    let log = honest();
    let mut good = Export::whole(&log).signed(&log, &[SIZE], &log_key());
    let axes = "broken whole trusted self_asserted none";
    let appended = |export: &Export, tail: &[u8]| {
        let path = if export.zstd { "log/000002.jsonl.zst" } else { "log/000002.jsonl" };
        let mut files = export.files();
        let file = files.get_mut(path).unwrap();
        file.extend_from_slice(tail);
        let (bytes, digest) = (file.len() as u64, blake3::hash(file).to_string());
        let raw = if export.zstd { 0 } else { tail.len() as u64 };
        let manifest = export.files_with(|manifest| {
            let segment = &mut manifest.segments[2];
            (segment.bytes, segment.blake3) = (bytes, digest);
            segment.raw_bytes += raw;
            segment.records += u64::from(raw > 0);
        });
        files.insert("manifest.json".to_owned(), manifest["manifest.json"].clone());
        files
    };
    let case = |what, export: &Export, tail: &[u8], code, axes| -> Case {
        let place = if export.zstd { NOWHERE } else { SIZE };
        (what, appended(export, tail), trusting(), vec![(code, place, place)], vec![], axes, 1)
    };
    let text = (
        "a line of text after the last",
        appended(&good, b"all of this is true\n"),
        trusting(),
        vec![("RECORD_MALFORMED_LINE", SIZE, SIZE)],
        vec![],
        axes,
        1,
    );
    let half = case("half a line after the last", &good, b"{\"seq\":20", "RECORD_LINE_ENDING", axes);
    good.zstd = true;
    let second = zstd::encode_all(&b"{}\n"[..], 3).unwrap();
    run(vec![
        text,
        half,
        ("compressed, honest", good.files(), trusting(), vec![], vec![], "intact whole trusted self_asserted none", 0),
        case("a second frame", &good, &second, "SEGMENT_SECOND_FRAME", axes),
        case(
            "a skippable frame",
            &good,
            &[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, b'h', b'i'],
            "SEGMENT_SECOND_FRAME",
            axes,
        ),
        case("a byte after the frame", &good, b"\n", "SEGMENT_TRAILING_DATA", axes),
    ]);
}

#[test]
fn the_zero_hash_stands_before_record_0_and_nowhere_else() {
    let beginning = |seq: u64, prev: [u8; 32]| {
        let mut log = honest();
        log.row(seq).prev = prev;
        log.rehash_from(seq);
        errors(&altered(&log, false))
    };
    assert_eq!(beginning(0, [1; 32]), [("CHAIN_GENESIS", 0, 0)]);
    for seq in [6, 7, 19] {
        assert_eq!(beginning(seq, GENESIS), [("CHAIN_BROKEN_LINK", seq - 1, seq), ("CHAIN_GENESIS", seq, seq)]);
    }
    assert_eq!(beginning(0, GENESIS), []);
}

#[test]
fn logs_of_no_record_and_of_one() {
    let none = Export::whole(&Log { segments: Vec::new() });
    let one = Log::ordinary(1, SEGMENT);
    let signed = Export::whole(&one).signed(&one, &[1], &log_key());
    let empty_segment = Export::whole(&Log { segments: vec![Vec::new()] });
    let unsigned = "unverifiable tail_unknown unsigned self_asserted none";
    let nothing = || vec![at("VERIFY_NOTHING_TO_CHECK")];
    run(vec![
        ("none", none.files(), Options::default(), nothing(), vec![], unsigned, 3),
        (
            "none, under a checkpoint of size 0",
            none.signed(&Log { segments: Vec::new() }, &[0], &log_key()).files(),
            trusting(),
            nothing(),
            vec![],
            "unverifiable whole trusted self_asserted none",
            3,
        ),
        ("one", signed.files(), trusting(), vec![], vec![], "intact whole trusted self_asserted none", 0),
        (
            "the only one edited",
            {
                let mut export = signed.clone();
                export.log.row(0).edit();
                export.files()
            },
            trusting(),
            vec![("RECORD_HASH_MISMATCH", 0, 0), at("VERIFY_NOTHING_TO_CHECK")],
            vec![],
            "broken whole trusted self_asserted none",
            1,
        ),
    ]);
    assert_eq!(empty_segment.verify(&Options::default()).exit_code(), 1);
    assert_eq!(verify_bytes(b"", &Options::default()).exit_code(), 3);
}

/// A record with a sealed `/input/data`, and its disclosure.
fn sealing(seq: u64, salt: &[u8], name: &str) -> (Vec<u8>, String) {
    let (disclosure, seal) = sealed(salt, name, r#"{"age":44}"#);
    let record = format!(
        r#"{{"kind":"decision","timestamp":"2026-03-01T12:{seq:02}:00Z","audit_id":"r-{seq}","model":{{"id":"m"}},"input":{{"data":{seal}}},"output":{{"result":"refused"}}}}"#
    );
    (record.into_bytes(), disclosure)
}

#[test]
fn sealed_fields() {
    const POINTER: &str = "/input/data";
    let (three, of_three) = sealing(3, &[3; 16], "data");
    let (five, of_five) = sealing(5, &[5; 16], "data");
    let (misnamed, of_misnamed) = sealing(3, &[3; 16], "name");
    let (short, of_short) = sealing(3, &[3; 15], "data");
    let erasure =
        br#"{"kind":"erasure","timestamp":"2026-03-01T12:07:00Z","audit_id":"r-7","seq":3,"pointer":"/input/data"}"#;
    let log_with = |changes: &[(u64, &[u8])]| {
        let changed =
            |seq| changes.iter().find(|(at, _)| *at == seq).map_or_else(|| record(seq), |(_, new)| new.to_vec());
        Log::of((0..8).map(changed), 4)
    };
    let files = |log: &Log, disclosures: &str| {
        let export = Export::whole(log);
        let export = if disclosures.is_empty() { export } else { export.with("disclosures.jsonl", disclosures) };
        export.files()
    };
    let log = log_with(&[(3, &three), (5, &five)]);
    let line = |seq, disclosure: &str| disclosure_line(seq, POINTER, disclosure);
    let (first, second) = (line(3, &of_three), line(5, &of_five));
    let both = format!("{first}{second}");
    let unsigned = "intact tail_unknown unsigned self_asserted none";
    let broken = "broken tail_unknown unsigned self_asserted none";
    let bad = |what, disclosures: &str, expected: &[Seen]| -> Case {
        (what, files(&log, disclosures), Options::default(), expected.to_vec(), vec![], broken, 1)
    };
    run(vec![
        ("disclosed", files(&log, &both), Options::default(), vec![], vec![], unsigned, 0),
        ("withheld", files(&log, ""), Options::default(), vec![], vec![], unsigned, 0),
        (
            "erased with a record",
            files(&log_with(&[(3, &three), (5, &five), (7, erasure)]), &second),
            Options::default(),
            vec![],
            vec![],
            unsigned,
            0,
        ),
        (
            "erased by a record, and disclosed",
            files(&log_with(&[(3, &three), (7, erasure)]), &first),
            Options::default(),
            vec![],
            vec![("REDACT_ERASED_BUT_DISCLOSED", 3, 3)],
            unsigned,
            0,
        ),
        (
            "an erasure of nothing",
            files(&log_with(&[(7, erasure)]), ""),
            Options::default(),
            vec![],
            vec![("REDACT_ERASURE_DANGLING", 7, 7)],
            unsigned,
            0,
        ),
        bad("another value", &line(3, &of_five), &[("REDACT_DISCLOSURE_MISMATCH", 3, 3)]),
        bad("a place without a seal", &line(4, &of_three), &[("REDACT_NO_SEAL", 4, 4)]),
        bad("another place of the record", &disclosure_line(3, "/input", &of_three), &[("REDACT_NO_SEAL", 3, 3)]),
        bad("a record beyond the log", &format!("{both}{}", line(9, &of_three)), &[("REDACT_NO_SEAL", 9, 9)]),
        bad("twice", &format!("{first}{both}"), &[("REDACT_DUPLICATE", 3, 3)]),
        bad("out of order", &format!("{second}{first}"), &[at("REDACT_MALFORMED")]),
        bad("not a line", "all was well\n", &[at("REDACT_MALFORMED")]),
        bad("no line feed", both.trim_end(), &[at("REDACT_MALFORMED")]),
        bad("not the form", &both.replacen(":3,", ": 3,", 1), &[at("REDACT_MALFORMED")]),
        (
            "made for a field of another name",
            files(&log_with(&[(3, &misnamed)]), &line(3, &of_misnamed)),
            Options::default(),
            vec![("REDACT_NAME_MISMATCH", 3, 3)],
            vec![],
            broken,
            1,
        ),
        (
            "a short salt",
            files(&log_with(&[(3, &short)]), &line(3, &of_short)),
            Options::default(),
            vec![],
            vec![("REDACT_SALT_SHORT", 3, 3)],
            unsigned,
            0,
        ),
        (
            "one seal in two records",
            files(&log_with(&[(3, &three), (6, &three)]), &first),
            Options::default(),
            vec![("REDACT_DUPLICATE", 6, 6)],
            vec![("TIME_BACKWARDS", 6, 6)],
            broken,
            1,
        ),
    ]);
    let counts = |files: &Files| {
        let seals = verify_files(files, &Options::default()).seals;
        (seals.sealed, seals.disclosed, seals.erased, seals.undisclosed, seals.mismatched)
    };
    assert_eq!(counts(&files(&log, &both)), (2, 2, 0, 0, 0));
    assert_eq!(counts(&files(&log, &first)), (2, 1, 0, 1, 0));
    assert_eq!(counts(&files(&log_with(&[(3, &three), (5, &five), (7, erasure)]), &second)), (2, 1, 1, 0, 0));
    assert_eq!(counts(&files(&log, &line(3, &of_five))), (2, 0, 0, 2, 1));
}

#[test]
fn records_whose_hash_is_right_and_whose_form_is_not() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for (what, bytes, code) in [
        ("not JSON", &br#"{"a":tru}"#[..], "RECORD_INVALID_JSON"),
        ("two objects", b"{} {}", "RECORD_INVALID_JSON"),
        ("a lone surrogate", br#"{"a":"\ud800"}"#, "RECORD_INVALID_JSON"),
        ("a number beyond all bounds", br#"{"a":1e999}"#, "RECORD_INVALID_JSON"),
        ("duplicate keys", br#"{"a":1,"a":2}"#, "RECORD_DUPLICATE_KEY"),
        ("duplicate keys, one escaped", br#"{"a":1,"\u0061":2}"#, "RECORD_DUPLICATE_KEY"),
        ("too deep", deep.as_bytes(), "RECORD_TOO_DEEP"),
        ("a carriage return", b"{\"a\":\r1}", "RECORD_LINE_ENDING"),
        ("not UTF-8", b"{\"a\":\"\xff\"}", "RECORD_NOT_UTF8"),
        ("an overlong NUL", b"{\"a\":\"\xc0\x80\"}", "RECORD_NOT_UTF8"),
        ("a misused seal", br#"{"a":{"$sealed":"00"}}"#, "RECORD_SEAL_MALFORMED"),
    ] {
        for seq in [0, 3, 7] {
            let records = (0..8).map(|n| if n == seq { bytes.to_vec() } else { record(n) });
            let log = Log::of(records, 4);
            let report = Export::whole(&log).signed(&log, &[8], &log_key()).verify(&trusting());
            assert_eq!(errors(&report), [(code, seq, seq)], "{what} at {seq}{}", told(&report));
            assert_eq!(verdict(&report), "broken whole trusted self_asserted none", "{what} at {seq}");
            assert_eq!(report.exit_code(), 1, "{what} at {seq}");
            // Its bytes are those that were signed all the same.
            assert_eq!((report.records, outcomes(&report)), (8, vec![(8, Matches)]), "{what} at {seq}");
        }
    }
}

type Lie = fn(&mut probity::bundle::manifest::Manifest);

#[test]
fn what_a_manifest_lies_about() {
    let log = honest();
    let attachment = b"a model card";
    let path = format!("attachments/{}", blake3::hash(attachment));
    let good = Export::whole(&log).signed(&log, &[OLDER, SIZE], &log_key()).with(&path, *attachment);
    let fine = "intact whole trusted self_asserted none";
    let broken = "broken whole trusted self_asserted none";
    let claim = at("MANIFEST_CLAIM_MISMATCH");
    let malformed = vec![at("MANIFEST_MALFORMED")];
    let size = vec![at("MANIFEST_SIZE_MISMATCH")];
    let digest = vec![at("MANIFEST_DIGEST_MISMATCH")];
    let extra = vec![at("MANIFEST_FILE_EXTRA")];
    let missing = at("MANIFEST_FILE_MISSING");
    let cases: Vec<(&str, Lie, Vec<Seen>, Vec<Seen>, &str)> = vec![
        ("nothing", |_| {}, vec![], vec![], fine),
        ("created", |m| m.created = "yesterday".to_owned(), vec![], vec![], fine),
        ("producer", |m| m.producer.name = String::new(), vec![], vec![], fine),
        ("media_type", |m| m.attachments[0].media_type = "text/html".to_owned(), vec![], vec![], fine),
        ("origin", |m| m.origin = "audit.test/other".to_owned(), vec![at("MANIFEST_ORIGIN_ALTERED")], vec![], broken),
        ("origin that is none", |m| m.origin = "a b".to_owned(), malformed.clone(), vec![], broken),
        ("log_size below the ranges", |m| m.log_size = 19, malformed.clone(), vec![], broken),
        ("one record fewer", |m| (m.log_size, m.ranges) = (19, vec![[0, 19]]), vec![claim], vec![], broken),
        (
            "one record more",
            |m| (m.log_size, m.ranges) = (21, vec![[0, 21]]),
            vec![("CHAIN_TRUNCATED", 20, 20)],
            vec![],
            "intact truncated trusted self_asserted none",
        ),
        ("ranges out of order", |m| m.ranges = vec![[10, 20], [0, 9]], malformed.clone(), vec![], broken),
        ("ranges that touch", |m| m.ranges = vec![[0, 10], [10, 20]], malformed.clone(), vec![], broken),
        ("an empty range", |m| m.ranges = vec![[0, 0]], malformed, vec![], broken),
        ("first_seq", |m| m.segments[0].first_seq += 1, vec![claim], vec![], broken),
        ("last_seq", |m| m.segments[1].last_seq += 1, vec![claim], vec![], broken),
        ("records", |m| m.segments[2].records += 1, vec![claim], vec![], broken),
        ("prev", |m| m.segments[1].prev.replace_range(0..2, "zz"), vec![claim], vec![], broken),
        ("last", |m| m.segments[1].last = m.segments[1].last.to_uppercase(), vec![claim], vec![], broken),
        ("bytes", |m| m.segments[0].bytes = 0, size.clone(), vec![], broken),
        ("raw_bytes", |m| m.segments[0].raw_bytes = u64::MAX, size.clone(), vec![], broken),
        ("blake3", |m| m.segments[0].blake3 = String::new(), digest.clone(), vec![], broken),
        ("segments in another order", |m| m.segments.swap(0, 1), vec![("CHAIN_REORDERED", 0, 13)], vec![], broken),
        (
            "a segment twice",
            |m| m.segments.insert(1, m.segments[0].clone()),
            vec![("CHAIN_DUPLICATE", 0, 6)],
            vec![],
            broken,
        ),
        (
            "a segment kept quiet",
            |m| drop(m.segments.remove(1)),
            vec![("CHAIN_GAP", 7, 13), at("MANIFEST_SEGMENT_UNLISTED")],
            vec![],
            "broken gaps trusted self_asserted none",
        ),
        (
            "a segment that is not there",
            |m| m.segments[1].path = "log/000009.jsonl".to_owned(),
            vec![("CHAIN_GAP", 7, 13), missing, at("MANIFEST_SEGMENT_UNLISTED")],
            vec![],
            "broken gaps trusted self_asserted none",
        ),
        ("size of a checkpoint", |m| m.checkpoints[0].size = 11, vec![claim], vec![], broken),
        ("a checkpoint kept quiet", |m| drop(m.checkpoints.remove(0)), vec![], extra.clone(), fine),
        (
            "a checkpoint that is not there",
            |m| m.checkpoints[0].path = "checkpoints/9.note".to_owned(),
            vec![missing],
            extra.clone(),
            broken,
        ),
        ("an attachment kept quiet", |m| m.attachments.clear(), vec![], extra.clone(), fine),
        ("bytes of an attachment", |m| m.attachments[0].bytes = 1, size, vec![], broken),
        ("blake3 of an attachment", |m| m.attachments[0].blake3 = "00".to_owned(), digest.clone(), vec![], broken),
        (
            "an attachment that is not there",
            |m| m.attachments[0].path = "attachments/none".to_owned(),
            vec![missing],
            extra.clone(),
            broken,
        ),
    ];
    let mut cases: Vec<Case> = cases
        .into_iter()
        .map(|(what, lie, errors, warnings, axes)| {
            let code = u8::from(!errors.is_empty());
            (what, good.files_with(lie), trusting(), errors, warnings, axes, code)
        })
        .collect();
    let text = good.manifest().to_text().unwrap();
    let with_text = |from: &str, to: &str| {
        assert!(text.contains(from));
        good.clone()
            .files()
            .into_iter()
            .chain([("manifest.json".to_owned(), text.replacen(from, to, 1).into_bytes())])
            .collect::<Files>()
    };
    let unread = |what, files| -> Case { (what, files, trusting(), vec![at("MANIFEST_MALFORMED")], vec![], broken, 1) };
    cases.extend([
        unread("an unknown member", with_text("{", r#"{"note":"","#)),
        unread("a member twice", with_text("{", r#"{"log_size":20,"#)),
        unread("a member missing", with_text(r#""log_size":20,"#, "")),
        unread("not JSON", with_text("{", "")),
        unread("text after it", with_text("}\n", "}\n{}")),
        (
            "no manifest",
            good.files().into_iter().filter(|(path, _)| path != "manifest.json").collect(),
            trusting(),
            vec![at("MANIFEST_MISSING")],
            vec![],
            broken,
            1,
        ),
        (
            "a later format",
            with_text("probity-bundle/1", "probity-bundle/2"),
            Options::default(),
            vec![at("MANIFEST_UNKNOWN_VERSION")],
            vec![],
            "unverifiable tail_unknown unsigned self_asserted none",
            3,
        ),
        ("a file of its own", good.clone().with("README.txt", "hello").files(), trusting(), vec![], extra, fine, 0),
        (
            "a segment more",
            good.clone().with("log/000003.jsonl", log.segments[0][0].bytes()).files(),
            trusting(),
            vec![at("MANIFEST_SEGMENT_UNLISTED")],
            vec![],
            broken,
            1,
        ),
        (
            "an attachment of another content",
            {
                let mut files = good.files();
                files.insert(path, b"a model cart".to_vec());
                files
            },
            trusting(),
            [digest.clone(), digest].concat(),
            vec![],
            broken,
            1,
        ),
    ]);
    run(cases);
    let origin = |options: &Options| {
        let report = good.verify(options);
        (errors(&report), report.exit_code())
    };
    let other = Options { origin: Some("audit.test/other".to_owned()), ..trusting() };
    assert_eq!(origin(&Options { origin: Some(ORIGIN.to_owned()), ..trusting() }), (vec![], 0));
    assert_eq!(origin(&other), (vec![at("VERIFY_ORIGIN_DIFFERS")], 3));
}

#[test]
fn an_old_manifest_beside_altered_lines_says_which_file_changed() {
    let mut export = Export::whole(&honest()).signed(&honest(), &[SIZE], &log_key());
    let stale = export.files()["manifest.json"].clone();
    export.log.row(8).edit();
    let mut files = export.files();
    files.insert("manifest.json".to_owned(), stale);
    let report = verify_files(&files, &trusting());
    assert_eq!(errors(&report), [at("MANIFEST_DIGEST_MISMATCH"), ("RECORD_HASH_MISMATCH", 8, 8)]);
    let file = |finding: &probity::integrity::finding::Finding| finding.segment.clone();
    assert!(report.findings.iter().take(2).all(|finding| file(finding).as_deref() == Some("log/000001.jsonl")));
    let record = &report.findings[0];
    assert_eq!((record.line, record.seq), (Some(2), Some(8)), "line in its segment");
}

/// Lines that bear the hash or the place of a record that was signed must never be taken for it.
#[test]
fn a_forged_line_is_never_vouched_for() {
    let forged = |log: &Log, seq: u64| {
        let mut row = log.rows().find(|row| row.seq == seq).unwrap().clone();
        row.edit();
        row
    };
    // What is done to the log; the errors; how many records are exactly as signed; the line of the first error.
    type Case = (&'static str, fn(&mut Log, Row), &'static [Seen], u64, u64);
    let cases: [Case; 5] = [
        (
            "inserted after the record whose hash it states",
            |log, row| log.insert_after(8, row),
            &[("RECORD_HASH_MISMATCH", 8, 8)],
            SIZE,
            3,
        ),
        (
            "in the record's place, the record itself at the end",
            |log, row| {
                let original = std::mem::replace(log.row(8), row);
                log.segments.last_mut().unwrap().push(original);
            },
            &[("CHAIN_REORDERED", 8, SIZE - 1), ("RECORD_HASH_MISMATCH", 8, 8)],
            SIZE,
            0,
        ),
        (
            "in the record's place, naming another predecessor",
            |log, mut row| {
                row.prev[3] ^= 1;
                *log.row(8) = row;
            },
            &[("RECORD_HASH_MISMATCH", 8, 8)],
            SIZE - 1,
            2,
        ),
        (
            "in the record's place, naming another predecessor, with its own hash made new",
            |log, mut row| {
                row.prev[3] ^= 1;
                row.rehash();
                *log.row(8) = row;
            },
            &[("CHAIN_BROKEN_LINK", 8, 8)],
            SIZE - 1,
            0,
        ),
        (
            "after the last record",
            |log, row| log.segments.last_mut().unwrap().push(row),
            &[("RECORD_HASH_MISMATCH", 8, 8)],
            SIZE,
            0,
        ),
    ];
    for (what, attack, expected, as_signed, line) in cases {
        let mut export = Export::whole(&honest()).signed(&honest(), &[SIZE], &log_key());
        let row = forged(&honest(), 8);
        attack(&mut export.log, row);
        let report = export.verify(&trusting());
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let mut seen = errors(&report);
        seen.retain(|(code, ..)| !code.starts_with("MANIFEST_"));
        assert_eq!(seen, expected, "{what}");
        assert_eq!((report.as_signed, report.exit_code()), (as_signed, 1), "{what}");
        if line > 0 {
            let first = report.findings.iter().find(|finding| finding.code.name().starts_with("RECORD_")).unwrap();
            assert_eq!(first.line, Some(line), "{what}");
        }
    }
}

#[test]
fn what_is_not_a_log_is_not_called_broken() {
    // Without its first record the log does not name itself.
    let mut nameless = honest();
    nameless.delete(0);
    let lines = nameless.bytes();
    let records: Vec<u8> = honest().rows().flat_map(|row| [&row.record[..], b"\n"].concat()).collect();
    let other = Options { origin: Some("log.example/other".to_owned()), ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no bundle").unwrap();
    for (what, report, code) in [
        ("another origin", verify_bytes(&lines, &other), "VERIFY_ORIGIN_UNKNOWN"),
        ("records that were never chained", verify_bytes(&records, &other), "VERIFY_NOT_CHAINED"),
        ("an empty file", verify_bytes(b"", &other), "VERIFY_NOTHING_TO_CHECK"),
        (
            "some folder",
            probity::integrity::verify(folder.path(), &trusting(), &probity::integrity::Unwatched).unwrap(),
            "CONTAINER_NOT_A_BUNDLE",
        ),
    ] {
        assert_eq!(errors(&report), [at(code)], "{what}");
        assert_eq!(report.exit_code(), 3, "{what}");
    }
}

#[test]
fn an_older_state_misses_what_a_kept_checkpoint_commits_to() {
    let mut old = honest();
    old.segments.truncate(1);
    let size = old.len();
    let export = Export::whole(&old).signed(&old, &[size], &log_key());
    let kept = kept(&honest().note(SIZE, &log_key()));
    let report = export.verify(&Options { checkpoints: vec![kept], ..trusting() });
    assert_eq!(errors(&report), [("CHECKPOINT_ROLLBACK", size, SIZE - 1)]);
    assert_eq!((report.missing, report.as_signed, report.complete_to), (SIZE - size, size, Some(size)));
}

/// Both breaks around a record that was replaced as a whole stay on record where only an untrusted key says otherwise.
#[test]
fn an_untrusted_checkpoint_settles_no_doubt() {
    let attack = |key: &SigningKey| {
        let mut export = Export::whole(&honest()).signed(&honest(), &[SIZE], key);
        let row = export.log.row(8);
        row.edit();
        row.prev[3] ^= 1;
        row.rehash();
        errors(&export.verify(&trusting()))
    };
    assert_eq!(attack(&log_key()), [("CHAIN_BROKEN_LINK", 8, 8)]);
    assert_eq!(attack(&forged_key()), [("CHAIN_BROKEN_LINK", 7, 8), ("CHAIN_BROKEN_LINK", 8, 9)]);
}

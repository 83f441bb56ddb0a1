//! What a verdict does not prove, in plain words. Always part of a report: a reader must not have to know.

use super::code::Code;
use super::report::{Check, Checks, Report};
use super::verdict::{Authorship, Completeness, Equivocation, Integrity, Time};
use crate::record::figures::count;

/// The sentences that belong to this report.
pub fn not_proven(report: &Report, checks: &Checks) -> Vec<String> {
    let mut out = vec![
        "That what was recorded is true, or that everything that happened was recorded: no chain shows that."
            .to_owned(),
    ];
    let mut say = |sentence: &str| out.push(sentence.to_owned());
    if report.verdict.integrity == Integrity::Broken && report.lines > 0 {
        say("Who made the changes found, when, and what stood there before.");
    }
    match report.complete_to {
        None if report.finding_counts.contains_key(Code::CheckpointUnconfirmed.name()) => {
            say(
                "That these are the records that the checkpoint commits to: its root does not come out, or cannot be computed.",
            );
        }
        None => say(
            "That the log was not rewritten as a whole by whoever holds it: a chain without a trusted checkpoint shows accidents and edits, not a rewrite by its owner.",
        ),
        Some(size) => {
            say(&format!("Whether the log went on after the newest checkpoint that counts (size {}).", count(size)));
            if let Some(from) = report.unanchored_from {
                say(&format!(
                    "That the records from seq {} on are the ones first written: no checkpoint that counts covers them.",
                    count(from)
                ));
            }
        }
    }
    match report.verdict.authorship {
        Authorship::Trusted => {}
        Authorship::SelfAsserted => {
            say("Who signed: the key lies in the bundle itself. Get it from elsewhere, and verify with that one.");
        }
        Authorship::Unsigned => say("Who wrote the log: nothing in it is signed by a key that could be checked."),
        Authorship::Untrusted => say("Who wrote the log: not everything is signed by a key that was supplied."),
        Authorship::Invalid => say("Who wrote the log: a signature or key in it is not what it claims to be."),
    }
    let signatures =
        [&checks.checked, &checks.failed].iter().any(|counts| counts.contains_key(&Check::RecordSignature));
    if signatures {
        say(
            "Who signed the records: their own signatures are made with a shared key, and whoever can check one could have made it.",
        );
    }
    if report.finding_counts.contains_key(Code::ChainImported.name()) {
        say(
            "That imported records are what their source first said, or all that it held: the chain vouches for them from their import on, and what the log says about the source is its own word.",
        );
    }
    match report.verdict.time {
        Time::SelfAsserted => say("When the records were written: the times are the log's own word."),
        Time::Bounded => {
            say("The exact times: a witness bounds when records were in the log, not when things happened.");
        }
        Time::Implausible => say("When the records were written: some times contradict a trusted witness."),
    }
    if report.verdict.equivocation == Equivocation::None {
        say("That others were shown the same log: no trusted witness cosigned it.");
    }
    if report.withheld > 0 {
        say(&format!(
            "That the {} withheld leaves hold records at all, that the links across the gaps hold, and that the withheld records do not match the filter stated.",
            count(report.withheld)
        ));
    }
    if report.verdict.completeness >= Completeness::Gaps {
        say("What the missing records said.");
    }
    if report.seals.undisclosed + report.seals.erased > 0 {
        say(&format!(
            "What {} sealed values were: they are not disclosed.",
            count(report.seals.undisclosed + report.seals.erased)
        ));
    }
    if !checks.skipped.is_empty() {
        let list: Vec<&str> = checks.skipped.keys().map(|check| check.plural()).collect();
        say(&format!("Anything about checks that did not run: {}.", list.join(", ")));
    }
    out
}

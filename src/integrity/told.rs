//! A verdict in words, the same in every form that it is told in: each axis with what it means here, what stands and what does not.

use super::Report;
use super::code::Code;
use super::damage::{self, Damage};
use super::verdict::{Authorship, Completeness, Equivocation, Integrity, Time};
use crate::record::figures::grouped;

/// Places in a log, both ends included: `12`, `12–14`.
#[must_use]
pub fn seqs(first: u64, last: u64) -> String {
    if first == last { grouped(first) } else { format!("{}–{}", grouped(first), grouped(last)) }
}

/// Each axis with its value and what that means here.
#[must_use]
pub fn axes(report: &Report) -> [(&'static str, &'static str, String); 5] {
    let verdict = &report.verdict;
    let places = match damage::said(&report.finding_counts, &[Damage::Broken]) {
        none if none.is_empty() => "something does not hash, link or agree".to_owned(),
        places => places,
    };
    let integrity = match verdict.integrity {
        Integrity::Intact => "every record present hashes and links".to_owned(),
        Integrity::Unverifiable => {
            let foreign = [Code::VerifyOriginDiffers, Code::CheckpointForeign];
            match foreign.iter().any(|code| report.finding_counts.contains_key(code.name())) {
                true => "what you supplied belongs to another log".to_owned(),
                false => "there is nothing to check against".to_owned(),
            }
        }
        Integrity::Broken => places,
    };
    let up_to = report.complete_to.map_or_else(String::new, grouped);
    let missing = format!("{} missing", records(report.missing));
    let completeness = match verdict.completeness {
        Completeness::Whole => {
            format!("complete up to {up_to}: every record that the newest checkpoint commits to is there")
        }
        Completeness::Slice => {
            format!(
                "a declared slice: {} withheld; what is there is proven under checkpoint {up_to}",
                records(report.withheld)
            )
        }
        Completeness::TailUnknown => {
            if report.finding_counts.contains_key(Code::CheckpointUnconfirmed.name()) {
                "the checkpoint that counts does not vouch for these records".to_owned()
            } else {
                "no checkpoint that counts says how long the log was".to_owned()
            }
        }
        Completeness::Gaps => format!("{missing}, undeclared"),
        Completeness::Truncated => format!("the end is cut off; {missing} in all"),
    };
    let authorship = match verdict.authorship {
        Authorship::Trusted => "signed by a key that you supplied",
        Authorship::SelfAsserted => "signed, but by a key that lies in the bundle itself",
        Authorship::Unsigned => "nothing is signed by a key that could be checked",
        Authorship::Untrusted => "signed, but not by a key that you supplied",
        Authorship::Invalid => "a signature or key is not what it claims to be",
    };
    let time = match verdict.time {
        Time::Bounded => "a trusted witness saw the log",
        Time::SelfAsserted => "the writer's own clock",
        Time::Implausible => "records contradict a trusted sight of the log",
    };
    let equivocation = match verdict.equivocation {
        Equivocation::Witnessed => {
            format!("{} of {} trusted witnesses cosigned the newest checkpoint", report.witnesses.0, report.witnesses.1)
        }
        Equivocation::None => "no trusted witness: others may have been shown another log".to_owned(),
        Equivocation::Split => "two valid checkpoints cannot belong to one log".to_owned(),
    };
    [
        ("Integrity", verdict.integrity.name(), integrity),
        ("Completeness", verdict.completeness.name(), completeness),
        ("Authorship", verdict.authorship.name(), authorship.to_owned()),
        ("Time", verdict.time.name(), time.to_owned()),
        ("Equivocation", verdict.equivocation.name(), equivocation),
    ]
}

/// What stands and what does not, in one sentence; empty where there is nothing to say.
#[must_use]
pub fn standing(report: &Report) -> String {
    let mut parts = Vec::new();
    if let Some(size) = report.complete_to {
        parts.push(format!("{} exactly as signed under checkpoint {}", are(report.as_signed), grouped(size)));
    }
    if let Some(from) = report.unanchored_from {
        let after: u64 = report.ranges.iter().map(|range| range.end.saturating_sub(range.start.max(from))).sum();
        let tail = after.min(report.records.saturating_sub(report.as_signed));
        if tail > 0 {
            parts.push(format!("{} covered by no checkpoint that counts", are(tail)));
        }
    }
    if report.lines > report.records {
        let odd = report.lines - report.records;
        parts.push(format!("{} {} not hash as stated", grouped(odd), if odd == 1 { "line does" } else { "lines do" }));
    }
    for (count, what) in [(report.missing, "missing"), (report.withheld, "withheld")] {
        if count > 0 {
            parts.push(format!("{} {what}", are(count)));
        }
    }
    let counts = if parts.is_empty() { String::new() } else { parts.join("; ") + "." };
    let imported = match report.finding_counts.get(Code::ChainImported.name()) {
        None => "",
        Some(_) => "Records were imported: the chain vouches for those from their import on.",
    };
    let parts = [&counts, imported, &against(report).unwrap_or_default()].map(str::to_owned);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Which axes speak against the bundle, where the exit code says that something does.
fn against(report: &Report) -> Option<String> {
    let axes = axes_against(report);
    let named: Vec<&str> = axes.iter().map(|(axis, _)| *axis).collect();
    let (verb, list) = match named.as_slice() {
        [only] => ("speaks", (*only).to_owned()),
        [rest @ .., last] => ("speak", format!("{} and {last}", rest.join(", "))),
        [] => return None,
    };
    Some(format!("Against the bundle {verb}: {list} (exit code 1)."))
}

/// The axes that speak against the bundle, with their values; none unless the exit code says that something does.
#[must_use]
pub fn axes_against(report: &Report) -> Vec<(&'static str, &'static str)> {
    if report.exit_code() != 1 {
        return Vec::new();
    }
    let verdict = &report.verdict;
    let is_untrusted = report.keys_given && verdict.authorship != Authorship::Trusted;
    let axes = [
        (verdict.integrity == Integrity::Broken, "integrity", verdict.integrity.name()),
        (verdict.completeness >= Completeness::Gaps, "completeness", verdict.completeness.name()),
        (verdict.authorship == Authorship::Invalid || is_untrusted, "authorship", verdict.authorship.name()),
        (verdict.time == Time::Implausible, "time", verdict.time.name()),
        (verdict.equivocation == Equivocation::Split, "equivocation", verdict.equivocation.name()),
    ];
    axes.into_iter().filter(|(is_against, ..)| *is_against).map(|(_, axis, value)| (axis, value)).collect()
}

fn are(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "record is" } else { "records are" })
}

fn records(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "record" } else { "records" })
}

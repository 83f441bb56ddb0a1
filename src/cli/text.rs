//! A report as text that somebody reads who was not there: the verdict first, then what was found, what was checked,
//! and what is not proven. Wrapped at [`WIDTH`] columns; no colour, so that it prints and pastes as it is.

use std::fmt::Write as _;
use std::path::Path;

use crate::integrity::Report;
use crate::integrity::code::{Code, Severity};
use crate::integrity::damage::{self, Damage};
use crate::integrity::finding::Finding;
use crate::integrity::report::RootOutcome;
use crate::integrity::verdict::{Authorship, Completeness, Equivocation, Integrity, Time};
use crate::record::figures;
use crate::record::sealed::hex;
use crate::record::text::{shown, shown_short};

/// Columns of a line.
const WIDTH: usize = 100;

/// Findings listed of one code that says something against the bundle; the JSON has up to a thousand.
const LISTED: u64 = 20;

/// Findings listed of any other code: what a hundred records lack alike is told by five of them.
const LISTED_MILD: u64 = 5;

/// Digits in groups of three, parted by spaces that a terminal has and that no line is broken at.
pub(super) fn grouped(number: u64) -> String {
    figures::unbroken(&figures::count(number))
}

/// A number of things: `1 row`, `2 rows`.
pub(super) fn count(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { several })
}

/// `text` in lines of at most [`WIDTH`] columns after `indent` spaces.
pub(super) fn wrap(out: &mut String, indent: usize, text: &str) {
    let text = figures::unbroken(text);
    let mut column = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

/// As [`wrap`], with `label` standing in the indent of the first line.
pub(super) fn labelled(out: &mut String, label: &str, indent: usize, text: &str) {
    let start = out.len();
    wrap(out, indent, text);
    let padded = format!("{label:<indent$}");
    if padded.chars().count() == indent && out.len() >= start + indent {
        out.replace_range(start..start + indent, &padded);
    } else {
        out.insert_str(start, &format!("{label}\n"));
    }
}

/// The whole report.
pub(super) fn report(report: &Report, path: &Path) -> String {
    let mut out = String::new();
    head(&mut out, report, path);
    out.push_str("\nVERDICT\n");
    for (axis, value, sentence) in verdict_lines(report) {
        labelled(&mut out, &format!("  {axis:<14}{value:<15}"), 31, &sentence);
    }
    let standing = standing(report);
    if !standing.is_empty() {
        out.push('\n');
        wrap(&mut out, 2, &standing);
    }
    findings(&mut out, report);
    checks(&mut out, report);
    out.push_str("\nNOT PROVEN\n");
    for sentence in &report.not_proven {
        labelled(&mut out, "  -", 4, sentence);
    }
    if report.verdict.authorship == Authorship::SelfAsserted {
        out.push_str("\n  --trust takes the file of a key.\n");
    }
    out
}

fn head(out: &mut String, report: &Report, path: &Path) {
    const LABEL: usize = 12;
    labelled(out, "Bundle", LABEL, &shown(&path.display().to_string()));
    if let Some(digest) = &report.bundle_digest {
        labelled(out, "", LABEL, &format!("BLAKE3 {}", hex(digest)));
    }
    labelled(
        out,
        "Log",
        LABEL,
        &report.log.origin.as_deref().map_or_else(|| "name not known".to_owned(), |origin| shown_short(origin, 200)),
    );
    // The root of damaged content identifies that content, not the log that was signed.
    let as_found = if report.verdict.integrity == Integrity::Broken { "root as found" } else { "root" };
    if let Some(root) = &report.log.root {
        labelled(out, "", LABEL, &format!("size {}, {as_found} {}", grouped(report.log.size), hex(root)));
    }
    let mut records = grouped(report.records);
    let ranges: Vec<String> = report.ranges.iter().take(4).map(|range| seqs(range.start, range.end - 1)).collect();
    if !ranges.is_empty() {
        let _ = write!(records, ", seq {}", ranges.join(", "));
    }
    if report.ranges.len() > 4 {
        let _ = write!(records, " and {} more ranges", grouped(report.ranges.len() as u64 - 4));
    }
    labelled(out, "Records", LABEL, &records);
    if let Some((first, last)) = report.times {
        let time = crate::record::time::shown;
        labelled(out, "Times", LABEL, &format!("{} to {}", time(first), time(last)));
    }
    for checkpoint in &report.checkpoints {
        let outcome = match checkpoint.outcome {
            RootOutcome::Matches => "root comes out",
            RootOutcome::MatchesRepaired => {
                "root comes out once damaged records are replaced by the hashes that the next ones name"
            }
            RootOutcome::Differs => "ROOT DIFFERS",
            RootOutcome::Skipped => "not checked",
        };
        let signers: Vec<String> = checkpoint
            .signers
            .iter()
            .map(|signer| {
                let standing = match (signer.valid, signer.trusted) {
                    (Some(true), true) => "valid, trusted",
                    (Some(true), false) => "valid, key from the bundle",
                    (Some(false), _) => "INVALID",
                    (None, _) => "key not known",
                };
                format!("{} {} ({standing})", signer.name, signer.key_id)
            })
            .collect();
        let supplied = if checkpoint.supplied { ", supplied by you" } else { "" };
        labelled(
            out,
            "Checkpoint",
            LABEL,
            &format!("{}{supplied}: {outcome}; signed by {}", grouped(checkpoint.size), signers.join(", ")),
        );
    }
}

fn seqs(first: u64, last: u64) -> String {
    if first == last { grouped(first) } else { format!("{}–{}", grouped(first), grouped(last)) }
}

/// Each axis with its value and what that means here.
fn verdict_lines(report: &Report) -> [(&'static str, &'static str, String); 5] {
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

/// What stands and what does not, in one sentence.
fn standing(report: &Report) -> String {
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
pub(super) fn axes_against(report: &Report) -> Vec<(&'static str, &'static str)> {
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

fn findings(out: &mut String, report: &Report) {
    let total: u64 = report.finding_counts.values().sum();
    let _ = writeln!(out, "\nFINDINGS ({})", grouped(total));
    let mut listed = std::collections::BTreeMap::<&str, u64>::new();
    for finding in &report.findings {
        let most = if finding.code.severity() == Severity::Error { LISTED } else { LISTED_MILD };
        let count = listed.entry(finding.code.name()).or_default();
        if *count < most {
            *count += 1;
            one_finding(out, finding);
        }
    }
    for (code, total) in &report.finding_counts {
        let more = total - listed.get(code).copied().unwrap_or_default();
        if more > 0 {
            wrap(out, 2, &format!("… and {} more {code}; --json lists up to a thousand of each code.", grouped(more)));
        }
    }
}

fn one_finding(out: &mut String, finding: &Finding) {
    let place = match (finding.seq, finding.end_seq) {
        (Some(first), Some(last)) if first != last => format!("seq {}", seqs(first, last)),
        (Some(first), _) => format!("seq {}", grouped(first)),
        _ => String::new(),
    };
    let heading = format!("  {:<9}{:<30}{place}", finding.code.severity().name(), finding.code.name());
    let _ = writeln!(out, "{}", heading.trim_end());
    const INDENT: usize = 11;
    wrap(out, INDENT, &finding.meaning);
    if let Some(remedy) = finding.code.remedy() {
        wrap(out, INDENT, remedy.command);
    }
    if finding.code.severity() != Severity::Info {
        wrap(out, INDENT, &format!("Remains: {}", finding.code.remains()));
    }
    let mut at = finding.segment.as_deref().filter(|path| !path.is_empty()).map(shown).unwrap_or_default().into_owned();
    if let Some(line) = finding.line {
        let _ = write!(at, ", line {}", grouped(line));
    }
    if let Some(offset) = finding.offset {
        let _ = write!(at, ", byte {}", grouped(offset));
    }
    if !at.is_empty() {
        wrap(out, INDENT, &format!("at {}", at.trim_start_matches(", ")));
    }
    for (label, value) in [("expected", &finding.expected), ("found", &finding.actual)] {
        if let Some(value) = value {
            labelled(out, &format!("{}{label}", " ".repeat(INDENT)), INDENT + 10, &shown_short(value, 400));
        }
    }
}

fn checks(out: &mut String, report: &Report) {
    for (title, entries) in [("CHECKED", &report.checks.checked), ("FAILED", &report.checks.failed)] {
        if !entries.is_empty() {
            let list: Vec<String> =
                entries.iter().map(|(check, count)| format!("{} {}", grouped(*count), check.counted(*count))).collect();
            let _ = writeln!(out, "\n{title}");
            wrap(out, 2, &list.join(" · "));
        }
    }
    if !report.checks.skipped.is_empty() {
        out.push_str("\nSKIPPED (not passed)\n");
        for (check, (count, why)) in &report.checks.skipped {
            let shown = if *count > 0 { format!("{} ", grouped(*count)) } else { String::new() };
            labelled(
                out,
                "  -",
                4,
                &format!("{shown}{}: {why}", if *count == 1 { check.counted(1) } else { check.plural() }),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lines() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1\u{a0}000"), (12_345_678, "12\u{a0}345\u{a0}678")] {
            assert_eq!(grouped(number), expected);
        }
        let mut out = String::new();
        labelled(&mut out, "ab", 4, &"word ".repeat(40));
        assert!(out.starts_with("ab  word"), "{out}");
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(out.lines().nth(1).is_some_and(|line| line.starts_with("    word")));
    }
}

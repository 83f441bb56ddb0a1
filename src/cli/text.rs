//! A report as text that somebody reads who was not there: the verdict first, then what was found, what was checked,
//! and what is not proven. Wrapped at [`WIDTH`] columns; no colour, so that it prints and pastes as it is.

use std::fmt::Write as _;
use std::path::Path;

use crate::integrity::Report;
use crate::integrity::code::Severity;
use crate::integrity::finding::Finding;
use crate::integrity::report::RootOutcome;
use crate::integrity::told::{self, seqs};
use crate::integrity::verdict::{Authorship, Integrity};
use crate::record::figures;
use crate::record::sealed::hex;
use crate::record::text::{shown, shown_short};

/// Columns of a line.
const WIDTH: usize = 100;

/// Findings listed of one code that says something against the bundle; the JSON has up to a thousand.
const LISTED: u64 = 20;

/// Findings listed of any other code: what a hundred records lack alike is told by five of them.
const LISTED_MILD: u64 = 5;

pub(super) use crate::record::figures::grouped;

pub(super) use crate::report::words::counted as count;

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
    for (axis, value, sentence) in told::axes(report) {
        labelled(&mut out, &format!("  {axis:<14}{value:<15}"), 31, &sentence);
    }
    let standing = told::standing(report);
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

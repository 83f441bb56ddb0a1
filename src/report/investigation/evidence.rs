//! How each bundle verified: the five axes, the checkpoints, what was found, what was checked and what was not.

use super::{Report, part};
use crate::evidence::Log;
use crate::integrity::Report as Verified;
use crate::integrity::code::Severity;
use crate::integrity::report::RootOutcome;
use crate::integrity::told::{axes, seqs};
use crate::integrity::verdict::Integrity;
use crate::record::figures::grouped;
use crate::record::sealed::hex;
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Column, Face, Fact, Section, Table, Text, Tone};
use crate::report::words::counted;

/// So many findings of one code are listed; their number is told.
const LISTED: usize = 20;

pub(super) fn section(report: &Report<'_>) -> Section {
    let mut blocks = Vec::new();
    for log in report.evidence.logs() {
        bundle(&mut blocks, log);
    }
    part("Evidence and verdict", blocks)
}

fn bundle(blocks: &mut Vec<Block>, log: &Log) {
    let report = &log.index.report;
    let name = log.index.bundle().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    blocks.push(Block::Heading(shown_short(&name, 120)));
    blocks.push(Block::Facts(facts(report)));
    let rows = axes(report).into_iter().map(|(axis, value, words)| {
        vec![Text::strong(axis), Text::toned(tone(axis, value), spaced(value)), Text::plain(words)]
    });
    blocks.push(Block::Table(Table {
        caption: "Verdict, by axis".to_owned(),
        columns: ["axis", "verdict", "what that means here"].map(Column::words).into(),
        rows: rows.collect(),
        note: None,
    }));
    checkpoints(blocks, report);
    findings(blocks, report);
    checks(blocks, report);
}

fn spaced(word: &str) -> String {
    word.replace('_', " ")
}

/// Good where it proves something, bad where it disproves.
fn tone(axis: &str, value: &str) -> Tone {
    match (axis, value) {
        (_, "intact" | "whole" | "trusted" | "bounded" | "witnessed") => Tone::Good,
        (_, "broken" | "gaps" | "truncated" | "invalid" | "implausible" | "split") => Tone::Bad,
        _ => Tone::Warning,
    }
}

fn facts(report: &Verified) -> Vec<Fact> {
    let unknown = || Text::quiet("not determinable");
    let digest = report.bundle_digest.as_ref().map_or_else(unknown, |digest| Text::mono(hex(digest)));
    let origin = report.log.origin.as_deref().map_or_else(unknown, |origin| shown_short(origin, 200).into());
    let as_found = if report.verdict.integrity == Integrity::Broken { "Root as found" } else { "Root" };
    let root = report.log.root.as_ref().map_or_else(unknown, |root| Text::mono(hex(root)));
    let mut facts = vec![
        Fact::new("Bundle digest", digest),
        Fact::new("Log", origin),
        Fact::new("Size of the log", grouped(report.log.size)),
        Fact::new(as_found, root),
    ];
    let ranges: Vec<String> = report.ranges.iter().take(20).map(|range| seqs(range.start, range.end - 1)).collect();
    let more = report.ranges.len().saturating_sub(ranges.len());
    let more = if more > 0 { format!(" and {} more ranges", grouped(more as u64)) } else { String::new() };
    let places = if ranges.is_empty() { String::new() } else { format!(", seq {}{more}", ranges.join(", ")) };
    facts.push(Fact::new("Records", format!("{}{places}", grouped(report.records))));
    if let Some((first, last)) = report.times {
        let time = |at| crate::report::words::time_of(&crate::record::time::shown(at));
        facts.push(Fact::new("Times", format!("{} to {}", time(first), time(last))));
    }
    let standing = crate::integrity::told::standing(report);
    if !standing.is_empty() {
        facts.push(Fact::new("What stands", standing));
    }
    facts
}

fn checkpoints(blocks: &mut Vec<Block>, report: &Verified) {
    if report.checkpoints.is_empty() {
        return;
    }
    let rows = report.checkpoints.iter().map(|checkpoint| {
        let (tone, outcome) = match checkpoint.outcome {
            RootOutcome::Matches => (Tone::Good, "comes out"),
            RootOutcome::MatchesRepaired => {
                (Tone::Warning, "comes out with the hashes that other records name for damaged ones")
            }
            RootOutcome::Differs => (Tone::Bad, "differs"),
            RootOutcome::Skipped => (Tone::Warning, "not checked"),
        };
        let signers: Vec<String> = checkpoint
            .signers
            .iter()
            .map(|signer| {
                let standing = match (signer.valid, signer.trusted) {
                    (Some(true), true) => "valid, trusted",
                    (Some(true), false) => "valid, key from the bundle",
                    (Some(false), _) => "invalid",
                    (None, _) => "key not known",
                };
                format!("{} {} ({standing})", shown_short(&signer.name, 120), signer.key_id)
            })
            .collect();
        let signers = if signers.is_empty() { "nobody".to_owned() } else { signers.join("; ") };
        let supplied = if checkpoint.supplied { ", supplied" } else { "" };
        vec![
            Text::plain(format!("{}{supplied}", grouped(checkpoint.size))),
            Text::toned(tone, outcome),
            Text::plain(signers),
            Text::mono(checkpoint.root.clone()),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: "Checkpoints".to_owned(),
        columns: vec![
            Column::figures("size"),
            Column::words("its root"),
            Column::words("signed by"),
            Column::digests("root that it states"),
        ],
        rows: rows.collect(),
        note: None,
    }));
}

fn findings(blocks: &mut Vec<Block>, report: &Verified) {
    let total: u64 = report.finding_counts.values().sum();
    if total == 0 {
        blocks.push(Block::Text(Text::plain("Nothing was found that is to be told.")));
        return;
    }
    let mut rows = Vec::new();
    for (code, count) in &report.finding_counts {
        let of_code: Vec<_> = report.findings.iter().filter(|finding| finding.code.name() == *code).collect();
        for finding in of_code.iter().take(LISTED) {
            let tone = match finding.code.severity() {
                Severity::Error => Tone::Bad,
                Severity::Warning => Tone::Warning,
                Severity::Info => Tone::Neutral,
            };
            let place = match (finding.seq, finding.end_seq) {
                (Some(first), Some(last)) if first != last => seqs(first, last),
                (Some(first), _) => grouped(first),
                _ => finding.segment.as_deref().map(shown).unwrap_or_default().into_owned(),
            };
            let mut meaning = Text::plain(finding.meaning.as_str());
            if finding.code.severity() != Severity::Info {
                meaning = meaning.and_face(Face::Quiet, format!(" Remains: {}", finding.code.remains()));
            }
            rows.push(vec![
                Text::toned(tone, finding.code.severity().name()),
                Text::mono(finding.code.name()),
                place.into(),
                meaning,
            ]);
        }
        let more = count.saturating_sub(of_code.len().min(LISTED) as u64);
        if more > 0 {
            rows.push(vec![
                Text::default(),
                Text::mono(*code),
                Text::default(),
                Text::quiet(format!("and {} of this code", counted(more, "more", "more"))),
            ]);
        }
    }
    blocks.push(Block::Table(Table {
        caption: format!("Findings ({})", grouped(total)),
        columns: vec![
            Column::words("severity"),
            Column { breaks: true, ..Column::words("code") },
            Column::words("seq or file"),
            Column::words("what it means, and what remains"),
        ],
        rows,
        note: None,
    }));
}

fn checks(blocks: &mut Vec<Block>, report: &Verified) {
    let listed = |entries: &std::collections::BTreeMap<crate::integrity::report::Check, u64>| {
        let list: Vec<String> =
            entries.iter().map(|(check, count)| format!("{} {}", grouped(*count), check.counted(*count))).collect();
        list.join(" · ")
    };
    let mut facts = Vec::new();
    if !report.checks.checked.is_empty() {
        facts.push(Fact::new("Checked", listed(&report.checks.checked)));
    }
    if !report.checks.failed.is_empty() {
        facts.push(Fact::new("Failed", Text::toned(Tone::Bad, listed(&report.checks.failed))));
    }
    for (check, (count, why)) in &report.checks.skipped {
        let count = if *count > 0 { format!("{} ", grouped(*count)) } else { String::new() };
        facts.push(Fact::new("Skipped, not passed", format!("{count}{}: {why}", check.plural())));
    }
    blocks.push(Block::Facts(facts));
}

//! What references, ids and versions come to as findings: what `verify` alone cannot tell, because it takes all records
//! at once.

use std::collections::{BTreeMap, BTreeSet};

use super::joins::{Joined, Log};
use crate::integrity::code::Code;
use crate::integrity::finding::{Finding, Findings};
use crate::integrity::report::{Check, Checks};
use crate::record::Kind;
use crate::record::figures;
use crate::record::text::shown_short;

/// Adds the findings of a log whose references were followed, and counts the checks.
pub(super) fn report(log: &Log<'_>, joined: &Joined, findings: &mut Findings, checks: &mut Checks) {
    ids(log, findings, checks);
    references(log, joined, findings, checks);
    named(log, findings, checks);
    versions(log, joined, findings);
}

/// The seq of a row, where its line states one.
fn about(log: &Log<'_>, code: Code, row: u32) -> Finding {
    match log.seqs.seq(row) {
        Some(seq) => Finding::new(code).records(seq, seq),
        None => Finding::new(code),
    }
}

fn place(log: &Log<'_>, row: u32) -> String {
    log.seqs.seq(row).map_or_else(|| "a line without a seq".to_owned(), |seq| format!("seq {}", figures::count(seq)))
}

fn ids(log: &Log<'_>, findings: &mut Findings, checks: &mut Checks) {
    let mut groups: Vec<Vec<u32>> = log.ids.shared().collect();
    groups.sort_unstable();
    let mut doubled = 0;
    for group in groups {
        doubled += group.len() as u64 - 1;
        for row in &group[1..] {
            let first = place(log, group[0]);
            findings.add(
                about(log, Code::RecordDuplicateId, *row).differs("an audit_id of its own", format!("that of {first}")),
            );
        }
    }
    checks.pass(Check::DuplicateId, log.ids.len() as u64 - doubled);
    checks.fail(Check::DuplicateId, doubled);
}

fn references(log: &Log<'_>, joined: &Joined, findings: &mut Findings, checks: &mut Checks) {
    checks.pass(Check::Reference, joined.tally.resolved);
    let expected = "the audit_id of one decision";
    for row in &joined.ambiguous {
        findings.add(about(log, Code::RefAmbiguous, *row).differs(expected, "that of several"));
    }
    checks.fail(Check::Reference, joined.tally.ambiguous);
    if log.is_whole {
        for row in &joined.dangling {
            findings.add(about(log, Code::RefDangling, *row).differs(expected, "that of none"));
        }
        checks.fail(Check::Reference, joined.tally.dangling);
        return;
    }
    // A version that no deployment here put in service may have been put there by one that is not here.
    let undeployed: u64 = joined.undeployed.values().map(|(count, ..)| *count).sum();
    if joined.tally.dangling + undeployed > 0 {
        checks.skip(
            Check::Reference,
            joined.tally.dangling + undeployed,
            "the decisions or deployments that they name may be among the records that are not here",
        );
    }
}

/// Change requests of deployments: a log that records change requests has those of its deployments.
fn named(log: &Log<'_>, findings: &mut Findings, checks: &mut Checks) {
    let Some(column) = log.column(&["change_request"]) else { return };
    let rows = |kind: Kind| {
        (0..log.rows).filter(move |row| log.kinds[*row as usize] == kind.place() && column.is_present(*row))
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    for row in rows(Kind::Change) {
        known.extend(column.cell(row).texts().map(str::to_owned));
    }
    if known.is_empty() || !log.is_whole {
        return;
    }
    let (mut found, mut missing) = (0, 0);
    for row in rows(Kind::Deployment) {
        for text in column.cell(row).texts() {
            if known.contains(text) {
                found += 1;
                continue;
            }
            missing += 1;
            let actual = format!("change_request {}, which no change record has", shown_short(text, 64));
            findings.add(about(log, Code::RefDangling, row).differs("a change request of the log", actual));
        }
    }
    checks.pass(Check::Reference, found);
    checks.fail(Check::Reference, missing);
}

/// The artefact or the weights of one version are the same wherever the log names them; a version decides only while it is
/// in service.
fn versions(log: &Log<'_>, joined: &Joined, findings: &mut Findings) {
    let (model, version) = (log.column(&["model", "id"]), log.column(&["model", "version"]));
    if let (Some(model), Some(version)) = (model, version) {
        let digests: [(&[&str], &[Kind]); 2] = [
            (&["artifact_hash"], &[Kind::Deployment, Kind::Training]),
            (&["reproducibility", "weights_hash"], &[Kind::Decision]),
        ];
        for (path, kinds) in digests {
            let Some(digest) = log.column(path) else { continue };
            // By codes of model and version: those of the first digest, and whether another was told already.
            let mut first: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
            let mut told: BTreeSet<(u32, u32, u32)> = BTreeSet::new();
            for row in (0..log.rows).filter(|row| kinds.iter().any(|kind| kind.place() == log.kinds[*row as usize])) {
                let codes = (model.code(row), version.code(row), digest.code(row));
                let (Some(m), Some(v), Some(d)) = codes else { continue };
                let is_text = |column: &crate::columns::Column| column.cell(row).texts().next().is_some();
                let (known, seen) =
                    *first.entry((m, v)).or_insert_with(|| if is_text(digest) { (d, row) } else { (0, row) });
                if known == 0 || known == d || !is_text(digest) || !is_text(model) || !is_text(version) {
                    if known == 0 && is_text(digest) {
                        first.insert((m, v), (d, row));
                    }
                    continue;
                }
                if told.insert((m, v, d)) {
                    let name = |row: u32| shown_short(&digest.cell(row).to_string(), 80);
                    let expected = format!("{} {}, as at {}", path.join("."), name(seen), place(log, seen));
                    let (model, version) = (model.cell(row), version.cell(row));
                    let actual = format!(
                        "{} for {} {}",
                        name(row),
                        shown_short(&model.to_string(), 64),
                        shown_short(&version.to_string(), 64)
                    );
                    findings.add(about(log, Code::RefVersionDigests, row).differs(expected, actual));
                }
            }
        }
    }
    let undeployed = joined.undeployed.iter().filter(|_| log.is_whole);
    for ((model, version, ever), (count, first, last)) in undeployed {
        let what = if *ever { "was not in service then" } else { "was never deployed, as far as the log says" };
        let (model, version) = (shown_short(model, 64), shown_short(version, 64));
        let mut finding = Finding::new(Code::RefVersionNotInService).adding(&format!(
            "{model} {version} {what}: {} name it.",
            figures::counted(*count, "decision", "decisions")
        ));
        if let (Some(first), Some(last)) = (log.seqs.seq(*first), log.seqs.seq(*last)) {
            finding = finding.records(first.min(last), first.max(last));
        }
        findings.add(finding);
    }
}

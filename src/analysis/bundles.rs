//! What is to be known of the bundles beside anything that is told from them: what was found of each, and what of its log is not here.

use std::collections::BTreeMap;

use serde::Serialize;

use super::instant::Instant;
use crate::evidence::{Evidence, Log};
use crate::integrity::damage::Damage;
use crate::integrity::verdict::{Integrity, Verdict};
use crate::record::figures::{count, counted};
use crate::record::sealed::hex;
use crate::record::text::shown_short;

/// So many records beside a gap are asked for a time.
const NEAR: u32 = 64;

/// A bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogTold {
    /// The name of its log.
    pub origin: String,
    /// Its digest, in hex.
    pub bundle: Option<String>,
    /// Lines of it.
    pub rows: u32,
    /// The five axes.
    pub verdict: Verdict,
    /// Records that it declares withheld.
    pub withheld: u64,
    /// Records that are missing, undeclared.
    pub missing: u64,
}

impl LogTold {
    /// The bundles of the evidence.
    #[must_use]
    pub fn all(evidence: &Evidence) -> Vec<Self> {
        let log = |log: &Log| Self {
            origin: log.index.origin.clone(),
            bundle: log.index.report.bundle_digest.as_ref().map(hex),
            rows: log.index.rows,
            verdict: log.index.report.verdict,
            withheld: log.index.report.withheld,
            missing: log.index.report.missing,
        };
        evidence.logs().iter().map(log).collect()
    }

    /// Whether records of its log are known not to be in it.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.withheld > 0 || self.missing > 0
    }
}

/// Records that are missing, undeclared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// When the record before them was made, or the one behind them where there is none before.
    pub at: Option<Instant>,
    /// The name of the log.
    pub log: String,
    /// The first.
    pub seq: u64,
    /// How many.
    pub count: u64,
    /// Whether the log has no record behind them.
    pub is_end: bool,
}

impl Missing {
    /// `1 record missing`, `350 records missing at the end`.
    #[must_use]
    pub fn words(&self) -> String {
        let end = if self.is_end { " at the end" } else { "" };
        format!("{} missing{end}", counted(self.count, "record", "records"))
    }

    /// All of the evidence, by their time.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Vec<Self> {
        let mut out: Vec<Self> = evidence.logs().iter().flat_map(|log| Self::of_log(evidence, log)).collect();
        out.sort_by_key(|missing| (missing.at.is_none(), missing.at, missing.seq));
        out
    }

    fn of_log(evidence: &Evidence, log: &Log) -> Vec<Self> {
        // Several findings may be about one gap.
        let mut found = BTreeMap::new();
        for finding in &log.index.report.findings {
            let is_end = match Damage::of(finding.code) {
                Some(Damage::Gap) => false,
                Some(Damage::End) => true,
                Some(Damage::Broken) | None => continue,
            };
            if let Some(seq) = finding.seq {
                found.insert((seq, finding.end_seq.unwrap_or(seq).max(seq)), is_end);
            }
        }
        let missing = |((seq, last), is_end): ((u64, u64), bool)| Self {
            at: time_beside(evidence, log, (seq, last), is_end).map(Instant),
            log: log.index.origin.clone(),
            seq,
            count: (last - seq).saturating_add(1),
            is_end,
        };
        found.into_iter().map(missing).collect()
    }
}

/// The time of the record before a gap, of one near it where it has none, or of the one behind the gap.
fn time_beside(evidence: &Evidence, log: &Log, (first, last): (u64, u64), is_end: bool) -> Option<i64> {
    let seqs = log.index.seqs().ok()?;
    let row = |seq: Option<u64>| Some(seqs.row(seq?)? + log.rows.start);
    let before = if is_end { log.rows.end.checked_sub(1) } else { row(first.checked_sub(1)) };
    let before = before.and_then(|row| {
        let near = row.saturating_sub(NEAR).max(log.rows.start)..=row;
        near.rev().find_map(|row| evidence.times().nanos(row))
    });
    before.or_else(|| {
        let row = row(last.checked_add(1))?;
        (row..row.saturating_add(NEAR).min(log.rows.end)).find_map(|row| evidence.times().nanos(row))
    })
}

/// How many records of the logs are known not to be here, in sentences; none where all are, as far as the bundles show.
#[must_use]
pub fn absences(evidence: &Evidence) -> Vec<String> {
    // Bundles of one log may have what others lack.
    if evidence.logs().len() > 1 && evidence.is_whole() {
        return Vec::new();
    }
    evidence.logs().iter().flat_map(|log| absent(evidence, log)).collect()
}

/// What a log is called where it stands in a sentence.
fn name_of(evidence: &Evidence, log: &Log) -> String {
    match evidence.has_several_logs() {
        true => shown_short(&log.index.origin, 80),
        false => "this log".to_owned(),
    }
}

fn absent(evidence: &Evidence, log: &Log) -> Vec<String> {
    let (report, name) = (&log.index.report, name_of(evidence, log));
    let here = count(log.index.rows.into());
    let mut out = Vec::new();
    for (n, what) in [(report.withheld, "withheld"), (report.missing, "missing")] {
        if n > 0 {
            let records = counted(n, "record", "records");
            let are = if n == 1 { "is" } else { "are" };
            out.push(format!(
                "{records} of {name} {are} {what}: counts are of the {here} that are here, and a deployment may be \
                 among those that are not"
            ));
        }
    }
    out
}

/// What speaks against taking the records at hand for all that was written, in sentences. `damage` are the rows that are damaged.
#[must_use]
pub fn reservations(evidence: &Evidence, damage: &BTreeMap<u32, &'static str>) -> Vec<String> {
    let mut out = Vec::new();
    // Bundles of one log may have what others lack.
    let is_whole = evidence.logs().len() > 1 && evidence.is_whole();
    for log in evidence.logs() {
        let (report, name) = (&log.index.report, name_of(evidence, log));
        let damaged = damage.range(log.rows.clone()).count() as u64;
        if damaged > 0 {
            let records = counted(damaged, "record", "records");
            let are = if damaged == 1 { "is" } else { "are" };
            out.push(format!("what was written: {records} of {name} {are} damaged, and may not say what was written"));
        } else if report.verdict.integrity == Integrity::Broken {
            out.push(format!("what was written: something of {name} does not hash, link or agree"));
        }
        if is_whole {
            continue;
        }
        out.extend(absent(evidence, log));
        let missing = Missing::of_log(evidence, log).into_iter();
        let cut: u64 = missing.filter(|missing| missing.is_end).map(|missing| missing.count).sum();
        if cut > 0 {
            let records = counted(cut, "record", "records");
            out.push(format!("what happened last: the end of {name} is cut off, {records} of it missing"));
        }
    }
    out
}

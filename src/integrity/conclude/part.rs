//! A report on a log that was not read to its end, because whoever watches the reading stopped it.

use std::collections::BTreeMap;

use super::Conclusion;
use crate::integrity::assemble::Assembled;
use crate::integrity::code::Code;
use crate::integrity::finding::Finding;
use crate::integrity::locate::locate;
use crate::integrity::redact::SealCounts;
use crate::integrity::report::{Check, Checks, LogIdentity, Report, RootOutcome};
use crate::integrity::verdict::{Authorship, Completeness, Equivocation, Integrity, Time, Verdict};
use crate::record::figures::count;

/// Why a check was not made.
const STOPPED: &str = "the reading was stopped before the end of the log";

impl Conclusion<'_> {
    /// What can be said of the lines that were read: damage among them, and nothing else. A part of a log passes no axis.
    pub fn part(mut self, mut log: Assembled) -> Report {
        let items = std::mem::take(&mut log.items);
        let end = log.end;
        let declared: Option<Vec<_>> = self.prepared.slice().map(|ranges| {
            ranges.into_iter().filter(|range| range.start < end).map(|range| range.start..range.end.min(end)).collect()
        });
        let located = locate(items, declared.as_deref(), None);
        self.checks.pass(Check::Link, located.links);
        let broken = located.damage.iter().filter(|damage| damage.code == Code::ChainBrokenLink).count();
        self.checks.fail(Check::Link, broken as u64);
        for damage in located.damage {
            let finding = self.damage_finding(damage, &[]);
            self.findings.add_joining(finding);
        }
        let lines = log.lines;
        self.findings.add(Finding::new(Code::VerifyStopped).adding(&format!("Lines read: {}.", count(lines))));
        for check in [Check::CheckpointRoot, Check::Consistency, Check::SliceProof, Check::Disclosure] {
            self.checks.skip(check, 0, STOPPED);
        }
        self.checks.skip(Check::DuplicateId, 0, STOPPED);
        self.checks.skip(Check::Reference, 0, STOPPED);
        let checkpoints = self.checkpoint_reports(&vec![RootOutcome::Skipped; self.prepared.anchors.len()]);
        let origin = self.prepared.origin.clone();
        let mut report = self.finish(Report {
            bundle_digest: None,
            log: LogIdentity { origin, size: 0, root: None },
            verdict: Verdict::from_effects([]),
            records: log.records,
            lines,
            raw_bytes: log.raw_bytes,
            ranges: located.present,
            withheld: 0,
            missing: 0,
            times: log.times.min.zip(log.times.max),
            checkpoints,
            as_signed: 0,
            complete_to: None,
            unanchored_from: None,
            witnesses: (0, 0),
            seals: SealCounts::default(),
            checks: Checks::default(),
            findings: Vec::new(),
            finding_counts: BTreeMap::new(),
            not_proven: Vec::new(),
            keys_given: false,
        });
        // What was not looked at is not better than what was looked for in vain.
        let verdict = &mut report.verdict;
        verdict.integrity = verdict.integrity.max(Integrity::Unverifiable);
        verdict.completeness = verdict.completeness.max(Completeness::TailUnknown);
        verdict.authorship = verdict.authorship.max(Authorship::Unsigned);
        verdict.time = verdict.time.max(Time::SelfAsserted);
        verdict.equivocation = verdict.equivocation.max(Equivocation::None);
        report.not_proven = vec!["Anything: only a part of the log was read.".to_owned()];
        report
    }
}

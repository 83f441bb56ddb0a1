//! From a located log and its checkpoints to a verdict: which roots come out, what that says about the damage, what
//! is missing at the end, and what is not proven.

mod extent;
mod part;
mod signed;

use std::collections::BTreeMap;

use super::assemble::Assembled;
use super::code::Code;
use super::finding::{Finding, Findings};
use super::prepare::Prepared;
use super::report::{Check, CheckpointReport, Checks, LogIdentity, Report, RootOutcome};
use super::roots::Root;
use super::verdict::Verdict;
use super::verify::located;
use crate::bundle::container::Container;
use crate::bundle::reading::LogError;
use crate::record::sealed::hex;
use crate::record::text::shown_short;
use crate::tlog::merkle::Hash;
use crate::tlog::note::{KeyKind, VerifierKey};
use extent::missing_records;
use signed::{AtSize, altered_records};

/// What a verification has gathered before it concludes.
pub struct Conclusion<'a> {
    /// The bundle without its log.
    pub prepared: &'a Prepared,
    /// Findings so far.
    pub findings: Findings,
    /// Checks so far.
    pub checks: Checks,
    /// The keys that the auditor supplied.
    pub keys: &'a [VerifierKey],
    /// Ids and references were checked along with the lines.
    pub references: bool,
}

impl Conclusion<'_> {
    /// Concludes.
    pub fn report(
        mut self,
        container: &mut Container,
        log: Option<Assembled>,
        bundle_digest: Option<Hash>,
    ) -> Result<Report, LogError> {
        let Some(mut log) = log else {
            if self.findings.codes().all(|code| code.effect().forces() != Some("unverifiable")) {
                self.findings.add(Finding::new(Code::VerifyNothingToCheck));
            }
            return Ok(self.without_log(bundle_digest));
        };
        let mut located = located(self.prepared, &mut log);
        if log.dropped > 0 {
            self.findings.add(Finding::new(Code::VerifyLimitReached).adding(&format!(
                "The chain is in more pieces than are kept; {} of them were counted and not located.",
                log.dropped
            )));
            // What was not kept may stand anywhere after what was.
            located.stretches.clear();
        }
        let end = located.present.last().map_or(0, |range| range.end);
        self.missing_end(&mut located, end);
        let at_size = self.roots_at(&located.stretches, end, container)?;
        let outcomes: Vec<RootOutcome> = self
            .prepared
            .anchors
            .iter()
            .map(|anchor| {
                at_size
                    .get(&anchor.checkpoint.size)
                    .map_or(RootOutcome::Skipped, |at| at.outcome(&anchor.checkpoint.root))
            })
            .collect();
        let mut proven: Vec<(u64, RootOutcome)> = self
            .prepared
            .anchors
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.is_proven())
            .map(|(anchor, outcome)| (anchor.checkpoint.size, *outcome))
            .collect();
        // What is said about the records rests on checkpoints that may speak; any other could have been made for it.
        let key_given = self.key_given();
        let mut spoken: Vec<(u64, RootOutcome)> = self
            .prepared
            .anchors
            .iter()
            .zip(&outcomes)
            .filter(|(anchor, outcome)| anchor.speaks(key_given) && outcome.is_proven())
            .map(|(anchor, outcome)| (anchor.checkpoint.size, *outcome))
            .collect();
        proven.sort_unstable_by_key(|(size, _)| *size);
        spoken.sort_unstable_by_key(|(size, _)| *size);
        self.settle_doubts(&mut located.damage, &at_size, &spoken);
        self.judge_roots(&outcomes, &at_size, &located.damage);
        self.checks.pass(Check::Link, located.links);
        let broken = located.damage.iter().filter(|damage| damage.code == Code::ChainBrokenLink).count();
        self.checks.fail(Check::Link, broken as u64);
        let altered = altered_records(&located.damage);
        let displaced = [Code::ChainReordered, Code::ChainDuplicate, Code::ChainFork];
        if located.damage.iter().any(|damage| displaced.contains(&damage.code)) {
            // Lines out of their order go back in time by that alone.
            self.findings.retract(Code::TimeBackwards);
        }
        for damage in std::mem::take(&mut located.damage) {
            let finding = self.damage_finding(damage, &spoken);
            self.findings.add_joining(finding);
        }
        if log.records == 0 {
            self.findings.add(Finding::new(Code::VerifyNothingToCheck));
        }
        self.judge_sights(&outcomes);
        let complete_to = self
            .prepared
            .anchors
            .iter()
            .zip(&outcomes)
            .filter(|(anchor, outcome)| anchor.counts() && outcome.is_proven())
            .map(|(anchor, _)| anchor.checkpoint.size)
            .max();
        let withheld = self.completeness(complete_to, end);
        let witnesses = self.witnesses(&outcomes);
        self.sealed(&log);
        for (check, why) in [
            (Check::DuplicateId, "it takes all records at once; verify reads them one after another"),
            (Check::Reference, "it takes all records at once; verify reads them one after another"),
        ] {
            if !self.references {
                self.checks.skip(check, 0, why);
            }
        }
        self.checks.pass(Check::Consistency, (proven.len() as u64).saturating_sub(1));
        self.checks.fail(Check::Consistency, self.findings.count(Code::CheckpointSplit));
        let as_signed = complete_to.map_or(0, |size| {
            let damaged = altered.partition_point(|seq| *seq < size) as u64;
            let present =
                located.present.iter().map(|range| range.end.min(size).saturating_sub(range.start)).sum::<u64>();
            present.saturating_sub(damaged)
        });
        let missing = missing_records(&located, self.known_size(end), self.prepared);
        let identity = self.identity(&at_size, &proven, end, withheld);
        let checkpoints = self.checkpoint_reports(&outcomes);
        let unanchored_from = match complete_to {
            Some(size) => (size < end).then_some(size),
            None => (log.records > 0).then_some(0),
        };
        Ok(self.finish(Report {
            bundle_digest,
            log: identity,
            verdict: Verdict::from_effects([]),
            records: log.records,
            lines: log.lines,
            raw_bytes: log.raw_bytes,
            ranges: located.present,
            withheld,
            missing,
            times: log.times.min.zip(log.times.max),
            checkpoints,
            as_signed,
            complete_to,
            unanchored_from,
            witnesses,
            seals: log.seals,
            checks: Checks::default(),
            findings: Vec::new(),
            finding_counts: BTreeMap::new(),
            not_proven: Vec::new(),
            keys_given: false,
        }))
    }

    /// Whether the auditor gave a key of a log.
    fn key_given(&self) -> bool {
        self.keys.iter().any(|key| key.kind() != KeyKind::Cosignature)
    }

    /// A witness bounds the times of the tree that it saw. Where that is not this log's, it says nothing about it.
    fn judge_sights(&mut self, outcomes: &[RootOutcome]) {
        let seen = || self.prepared.anchors.iter().zip(outcomes).filter(|(anchor, _)| !anchor.sights.is_empty());
        let foreign = seen().filter(|(_, outcome)| !outcome.is_proven()).count() as u64;
        let own = seen().count() as u64 - foreign;
        if foreign > 0 {
            self.findings.retract(Code::TimeAfterAnchor);
            self.findings.retract(Code::TimeBeforeAnchor);
            self.checks.skip(
                Check::TimeAnchor,
                foreign + own,
                "a checkpoint that a witness saw has a root that does not come out here",
            );
        } else {
            self.checks.pass(Check::TimeAnchor, own);
        }
    }

    /// Findings about witnesses and trusted time; returns how many trusted witnesses saw the newest checkpoint, of how many.
    fn witnesses(&mut self, outcomes: &[RootOutcome]) -> (u64, u64) {
        let matched = || {
            self.prepared
                .anchors
                .iter()
                .zip(outcomes)
                .filter(|(_, outcome)| outcome.is_proven())
                .map(|(anchor, _)| anchor)
        };
        let newest =
            self.prepared.anchors.iter().filter(|anchor| !anchor.supplied).map(|anchor| anchor.checkpoint.size).max();
        let newest = newest.or_else(|| matched().map(|anchor| anchor.checkpoint.size).max());
        let seen: std::collections::BTreeSet<&str> = matched()
            .filter(|anchor| Some(anchor.checkpoint.size) == newest)
            .flat_map(|anchor| &anchor.signers)
            .filter(|signer| signer.trusted && signer.cosigned.is_some())
            .map(|signer| signer.key_id.as_str())
            .collect();
        let bounded = self.checks.checked.contains_key(&Check::TimeAnchor);
        let count =
            (seen.len() as u64, self.keys.iter().filter(|key| key.kind() == KeyKind::Cosignature).count() as u64);
        if count.0 == 0 {
            self.findings.add(Finding::new(Code::WitnessNone));
        }
        if !bounded {
            self.findings.add(Finding::new(Code::TimeSelfAsserted));
        }
        count
    }

    fn sealed(&mut self, log: &Assembled) {
        self.checks.pass(Check::Disclosure, log.seals.disclosed);
        self.checks.fail(Check::Disclosure, log.seals.mismatched);
        if log.seals.unchecked > 0 {
            self.checks.skip(Check::Disclosure, log.seals.unchecked, "the record is missing, withheld or damaged");
        }
    }

    fn identity(
        &self,
        at_size: &BTreeMap<u64, AtSize>,
        proven: &[(u64, RootOutcome)],
        end: u64,
        withheld: u64,
    ) -> LogIdentity {
        let size = if withheld == 0 { end } else { proven.last().map_or(end, |(size, _)| *size) };
        let root = at_size.get(&size).filter(|_| size > 0).and_then(|at| match at.found {
            Root::Is(root) => Some(root),
            Root::NoLeaves(_) => None,
        });
        LogIdentity { origin: self.prepared.origin.clone(), size, root }
    }

    fn checkpoint_reports(&self, outcomes: &[RootOutcome]) -> Vec<CheckpointReport> {
        let mut reports: Vec<CheckpointReport> = self
            .prepared
            .anchors
            .iter()
            .zip(outcomes)
            .map(|(anchor, outcome)| CheckpointReport {
                size: anchor.checkpoint.size,
                root: hex(&anchor.checkpoint.root),
                name: shown_short(&anchor.name, 200),
                supplied: anchor.supplied,
                outcome: *outcome,
                signers: anchor.signers.clone(),
            })
            .collect();
        reports
            .sort_by(|one, other| (one.size, one.supplied, &one.name).cmp(&(other.size, other.supplied, &other.name)));
        reports
    }

    fn without_log(self, bundle_digest: Option<Hash>) -> Report {
        let origin = self.prepared.origin.clone();
        let mut this = self;
        this.findings.add(Finding::new(Code::CheckpointNone));
        this.findings.add(Finding::new(Code::WitnessNone));
        this.findings.add(Finding::new(Code::TimeSelfAsserted));
        if this.prepared.anchors.is_empty() && this.findings.count(Code::CheckpointUnsigned) == 0 {
            this.findings.add(Finding::new(Code::CheckpointUnsigned));
        }
        let checkpoints = this.checkpoint_reports(&vec![RootOutcome::Skipped; this.prepared.anchors.len()]);
        for _ in &this.prepared.anchors {
            this.checks.skip(Check::CheckpointRoot, 1, "the log could not be read");
        }
        this.checks.skip(Check::RecordHash, 0, "the log could not be read");
        this.finish(Report {
            bundle_digest,
            log: LogIdentity { origin, size: 0, root: None },
            verdict: Verdict::from_effects([]),
            records: 0,
            lines: 0,
            raw_bytes: 0,
            ranges: Vec::new(),
            withheld: 0,
            missing: 0,
            times: None,
            checkpoints,
            as_signed: 0,
            complete_to: None,
            unanchored_from: None,
            witnesses: (0, 0),
            seals: super::redact::SealCounts::default(),
            checks: Checks::default(),
            findings: Vec::new(),
            finding_counts: BTreeMap::new(),
            not_proven: Vec::new(),
            keys_given: false,
        })
    }

    /// Draws the verdict from the findings, and says what is not proven.
    fn finish(self, mut report: Report) -> Report {
        let key_given = self.key_given();
        let Self { mut findings, checks, .. } = self;
        let cut: Vec<(Code, u64)> = findings.cut().collect();
        for (code, count) in cut {
            findings.add(Finding::new(Code::VerifyLimitReached).adding(&format!(
                "There are {count} findings {}; the first {} are listed.",
                code.name(),
                super::finding::MAX_DETAILS
            )));
        }
        if !checks.skipped.is_empty() {
            let list: Vec<&str> = checks.skipped.keys().map(|check| check.plural()).collect();
            findings.add(Finding::new(Code::VerifySkipped).adding(&format!("Not checked: {}.", list.join(", "))));
        }
        let findings_of_key = findings.count(Code::RecordSignatureKey);
        report.verdict = Verdict::from_effects(findings.codes().map(Code::effect));
        report.finding_counts = findings.codes().map(|code| (code.name(), findings.count(code))).collect();
        report.not_proven = super::limits_of_proof::not_proven(&report, &checks);
        report.findings = findings.into_sorted();
        report.checks = checks;
        // That nothing fits a key which was supplied must not pass for a good end.
        report.keys_given = key_given || findings_of_key > 0;
        report
    }
}

//! From a located log and its checkpoints to a verdict: which roots come out, what that says about the damage, what
//! is missing at the end, and what is not proven.

use std::collections::BTreeMap;

use super::anchors::{Anchor, Standing, split};
use super::assemble::{Assembled, path_of};
use super::code::Code;
use super::finding::{Finding, Findings};
use super::locate::{Damage, Leaves, Located, Stretch};
use super::pipeline::PipelineError;
use super::prepare::Prepared;
use super::proofs;
use super::report::{Check, CheckpointReport, Checks, LogIdentity, Report, RootOutcome};
use super::roots::{Root, Which, roots};
use super::verdict::Verdict;
use super::verify::located;
use crate::bundle::container::Container;
use crate::record::sealed::hex;
use crate::record::text::shown_short;
use crate::tlog::merkle::{Hash, Node};
use crate::tlog::note::{KeyKind, VerifierKey};

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
}

/// What came out at one tree size.
#[derive(Debug, Clone, Copy)]
struct AtSize {
    found: Root,
    repaired: Root,
}

impl AtSize {
    fn outcome(&self, root: &Hash) -> RootOutcome {
        let is = |candidate: &Root| matches!(candidate, Root::Is(hash) if hash == root);
        match (self.found, self.repaired) {
            (found, _) if is(&found) => RootOutcome::Matches,
            (_, repaired) if is(&repaired) => RootOutcome::MatchesRepaired,
            (Root::NoLeaves(_), Root::NoLeaves(_)) => RootOutcome::Skipped,
            _ => RootOutcome::Differs,
        }
    }
}

/// The work of folding nodes that one verification may cost, in nodes: some ten seconds.
const MAX_NODES_FOLDED: usize = 100_000_000;

impl Conclusion<'_> {
    /// Concludes.
    pub fn report(
        mut self,
        container: &mut Container,
        log: Option<Assembled>,
        bundle_digest: Option<Hash>,
    ) -> Result<Report, PipelineError> {
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
        self.judge_roots(&outcomes, &at_size, &located.damage);
        self.checks.pass(Check::Link, located.links);
        let broken = located.damage.iter().filter(|damage| damage.code == Code::ChainBrokenLink).count();
        self.checks.fail(Check::Link, broken as u64);
        let altered = altered_records(&located.damage);
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
            (Check::DuplicateId, "verify holds no set of ids; the index checks this"),
            (Check::Reference, "verify holds no set of ids; the index checks this"),
        ] {
            self.checks.skip(check, 0, why);
        }
        self.checks.pass(Check::Consistency, (proven.len() as u64).saturating_sub(1));
        self.checks.fail(Check::Consistency, self.findings.count(Code::CheckpointSplit));
        let as_signed = complete_to.map_or(0, |size| {
            let damaged = altered.partition_point(|seq| *seq < size) as u64;
            let present =
                located.present.iter().map(|range| range.end.min(size).saturating_sub(range.start)).sum::<u64>();
            present.saturating_sub(damaged)
        });
        let missing = missing_records(&located, self.committed_size().max(end), end, self.prepared);
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

    /// The size that the manifest and the bundle's own checkpoints commit to.
    fn committed_size(&self) -> u64 {
        let manifest = self.prepared.manifest.as_ref().map_or(0, |manifest| manifest.log_size);
        let own =
            self.prepared.anchors.iter().filter(|anchor| !anchor.supplied && anchor.standing != Standing::Invalid);
        own.map(|anchor| anchor.checkpoint.size).fold(manifest, u64::max)
    }

    /// Records that should follow the last one present.
    fn missing_end(&mut self, located: &mut Located, end: u64) {
        let committed = self.committed_size();
        let manifest = self.prepared.manifest.as_ref();
        let declared = self.prepared.slice();
        let mut at = located.stretches.last().map_or(0, |stretch| stretch.end);
        for range in declared.iter().flatten() {
            if range.end <= at {
                continue;
            }
            let start = range.start.max(at);
            if start > at {
                located.stretches.push(Stretch { start: at, end: start, leaves: Leaves::Withheld });
            }
            located.stretches.push(Stretch { start, end: range.end, leaves: Leaves::Lost });
            at = range.end;
            let code = if range.end >= committed { Code::ChainTruncated } else { Code::SliceUndeclaredGap };
            let count = range.end - start;
            self.findings.add(
                Finding::new(code)
                    .records(start, range.end - 1)
                    .adding(&format!("{count} {} missing.", if count == 1 { "record is" } else { "records are" })),
            );
        }
        if declared.is_none() && end < committed {
            let who = self
                .prepared
                .anchors
                .iter()
                .filter(|anchor| !anchor.supplied && anchor.checkpoint.size == committed)
                .map(|anchor| match anchor.standing {
                    Standing::Trusted => format!("{}, signed by a trusted key,", anchor.name),
                    _ => anchor.name.clone(),
                })
                .next()
                .unwrap_or_else(|| "The manifest".to_owned());
            let count = committed - end;
            self.findings.add(Finding::new(Code::ChainTruncated).records(end, committed - 1).differs(
                format!("{committed} records"),
                format!("{end} records"),
            ).saying(format!(
                "{who} commits to {committed} records; the log here ends before seq {end}: {count} {} cut off. The records that are there are judged by themselves.",
                if count == 1 { "record was" } else { "records were" }
            )));
        }
        if declared.is_none()
            && let Some(manifest) = manifest
        {
            self.checks.note(Check::ManifestClaim, manifest.log_size == end);
            if manifest.log_size < end {
                self.findings.add(
                    Finding::new(Code::ManifestClaimMismatch)
                        .file("manifest.json")
                        .differs(format!("log_size {}", manifest.log_size), format!("{end} records")),
                );
            }
        }
        if let (Some(_), Some(manifest)) = (&declared, manifest) {
            self.checks.note(Check::ManifestClaim, manifest.log_size == committed);
            if manifest.log_size < committed {
                self.findings.add(Finding::new(Code::ManifestClaimMismatch).file("manifest.json").differs(
                    format!("log_size {committed}, as a checkpoint says"),
                    format!("log_size {}", manifest.log_size),
                ));
            }
        }
        for anchor in &self.prepared.anchors {
            let size = anchor.checkpoint.size;
            let newer = anchor.supplied && anchor.standing != Standing::Invalid && size > committed.max(end);
            if newer {
                self.findings.add(
                    Finding::new(Code::CheckpointRollback)
                        .file(anchor.name.as_str())
                        .records(committed.max(end), size - 1)
                        .differs(format!("{size} records"), format!("{} records", committed.max(end))),
                );
            }
        }
    }

    /// The roots at every size that a checkpoint states, and at the end of a whole log.
    fn roots_at(
        &mut self,
        stretches: &[Stretch],
        end: u64,
        container: &mut Container,
    ) -> Result<BTreeMap<u64, AtSize>, PipelineError> {
        let anchors = &self.prepared.anchors;
        let mut sizes: Vec<u64> = anchors.iter().map(|anchor| anchor.checkpoint.size).chain([end]).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let everything = 0..u64::MAX;
        let slice = self.prepared.slice();
        let declared = slice.as_deref().unwrap_or(std::slice::from_ref(&everything));
        // Up to the first gap no proof is needed, and one walk gives every root.
        let gap = declared.first().map_or(0, |first| if first.start == 0 { first.end } else { 0 });
        let (whole, sliced): (Vec<u64>, Vec<u64>) = sizes.into_iter().partition(|size| *size <= gap);
        let mut out: BTreeMap<u64, AtSize> = walk(stretches, &whole, &[]).collect();
        let mut proofs = proofs::Proofs::new(&self.prepared.contents.proofs);
        let sliced: Vec<(u64, &Anchor)> = sliced
            .into_iter()
            .filter_map(|size| Some((size, anchors.iter().find(|anchor| anchor.checkpoint.size == size)?)))
            .collect();
        proofs.superfluous(&sliced, &mut self.findings);
        let mut folded = 0;
        let nodes_present: usize = stretches.iter().map(nodes).sum();
        for (size, anchor) in sliced {
            let proof = proofs.read(container, size, declared, anchor, &mut self.findings, &mut self.checks)?;
            let Some(proof) = proof else { continue };
            folded += nodes_present + proof.len();
            if folded > MAX_NODES_FOLDED {
                self.findings.add(Finding::new(Code::VerifyLimitReached).adding(&format!(
                    "Computing the roots of checkpoint {size} and later ones would take too long; they were not checked."
                )));
                break;
            }
            out.extend(walk(stretches, &[size], &proof));
        }
        Ok(out)
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

    /// Findings for roots that do not come out.
    fn judge_roots(&mut self, outcomes: &[RootOutcome], at_size: &BTreeMap<u64, AtSize>, damage: &[Damage]) {
        let anchors = &self.prepared.anchors;
        let key_given = self.key_given();
        let matched: Vec<&Anchor> = anchors
            .iter()
            .zip(outcomes)
            .filter(|(anchor, outcome)| anchor.speaks(key_given) && outcome.is_proven())
            .map(|(anchor, _)| anchor)
            .collect();
        let mut differing: Vec<&Anchor> = Vec::new();
        for (anchor, outcome) in anchors.iter().zip(outcomes) {
            match outcome {
                RootOutcome::Matches | RootOutcome::MatchesRepaired => self.checks.pass(Check::CheckpointRoot, 1),
                RootOutcome::Differs => {
                    self.checks.fail(Check::CheckpointRoot, 1);
                    differing.push(anchor);
                }
                RootOutcome::Skipped => {
                    self.checks.skip(Check::CheckpointRoot, 1, "there are no leaves, or no proof, up to its size");
                }
            }
        }
        differing.sort_by_key(|anchor| anchor.checkpoint.size);
        for anchor in &differing {
            let newer = matched
                .iter()
                .find(|other| other.checkpoint.size >= anchor.checkpoint.size && anchor.speaks(key_given));
            if let Some(newer) = newer
                && newer.checkpoint.size > anchor.checkpoint.size
            {
                self.findings.add(split(
                    anchor,
                    newer,
                    "The records give the root of the newer one, and then not that of the older one.",
                ));
            }
        }
        let Some(first) = differing.first() else { return };
        let size = first.checkpoint.size;
        let proven =
            matched.iter().map(|anchor| anchor.checkpoint.size).filter(|proven| *proven < size).max().unwrap_or(0);
        // A break that was located already is the cause; what it says then includes that the root did not come out.
        let here = || damage.iter().filter(|damage| damage.last >= proven && damage.first < size);
        if here().any(|damage| changes_leaves(damage.code)) {
            return;
        }
        let more = differing.len() - 1;
        let computed =
            at_size.get(&size).and_then(|at| if let Root::Is(root) = at.found { Some(hex(&root)) } else { None });
        let mut finding = Finding::new(Code::MerkleRoot).file(first.name.as_str()).records(proven, size.max(1) - 1).saying(format!(
            "{}, but the records do not give the root of checkpoint {size}: at least one record from seq {proven} to {} is not the one that was signed.{}{}",
            if here().next().is_some() { "The other findings here leave every record its hash, or tell it" } else { "All links hold" },
            size.max(1) - 1,
            if proven > 0 { format!(" The {proven} records before are exactly as signed.") } else { String::new() },
            match more {
                0 => String::new(),
                1 => " One more checkpoint fails with it.".to_owned(),
                more => format!(" {more} more checkpoints fail with it."),
            }
        ));
        finding.expected = Some(hex(&first.checkpoint.root));
        finding.actual = computed;
        self.findings.add(finding);
    }

    /// The finding for a break, with what the signed roots add. `proven` is sorted by size.
    fn damage_finding(&self, damage: Damage, proven: &[(u64, RootOutcome)]) -> Finding {
        let Damage { mut code, first, last, place, expected, actual, note, repairable } = damage;
        let (up_to, beyond) = proven.split_at(proven.partition_point(|(size, _)| *size <= first));
        let before = up_to.last().map_or(0, |(size, _)| *size);
        let covering = beyond.first();
        let mut said = note.unwrap_or_else(|| code.meaning().to_owned());
        let mut records = (first, last);
        match covering {
            Some((size, RootOutcome::Matches)) if code == Code::RecordHashMismatch => {
                // The record as it stands gives the signed root, so it was the stated hash that was altered.
                code = Code::RecordHashAltered;
                said = format!("{} The root of checkpoint {size} says so: the record itself is as signed.", code.meaning());
            }
            Some((size, RootOutcome::MatchesRepaired)) if repairable => {
                let mut hash = "the hash that its successor names";
                said = match code {
                    Code::RecordHashMismatch => {
                        // The last record has no successor; what was signed is then the hash that it states itself.
                        hash = "it";
                        "A record was edited; the hash that was signed still stands in the log.".to_owned()
                    }
                    Code::ChainBrokenLink => {
                        records = (first, first);
                        format!("Record {first} was replaced and its own hash made new; record {last} still names the hash that was signed.")
                    }
                    Code::ChainGap | Code::ChainHeadCut | Code::SliceUndeclaredGap => format!("Record {first} is missing: deleted."),
                    _ => said,
                };
                said.push_str(&format!(
                    " With {hash} the signed root of checkpoint {size} comes out: every other record before seq {size} that no finding names is exactly as signed. What stood there is not known."
                ));
            }
            Some((size, _)) => said.push_str(&format!(" The root of checkpoint {size} comes out: the records are those that were signed.")),
            None if code == Code::ChainBrokenLink => said.push_str(&format!(
                " {} Which side was replaced cannot be told from this bundle; after the break the links hold again.",
                if before > 0 {
                    format!("Up to seq {} everything is exactly as signed, so the damage lies from seq {before} to {first}, or in everything from {last} on.", before - 1)
                } else {
                    "No checkpoint proves what stands before.".to_owned()
                }
            )),
            None => {
                if before > 0 {
                    said.push_str(&format!(" The {before} records before seq {before} are exactly as signed."));
                }
            }
        }
        let mut finding = Finding::new(code).records(records.0, records.1).saying(said);
        if let Some(place) = place {
            let bare = self.prepared.bare.as_ref().map(|(member, _)| member.as_str());
            finding = finding
                .file(path_of(&self.prepared.contents.segments, bare, place.segment))
                .at(place.line, place.offset);
        }
        finding.expected = expected;
        finding.actual = actual;
        finding
    }

    /// Findings about the end and about declared gaps; returns how many records are withheld.
    fn completeness(&mut self, complete_to: Option<u64>, end: u64) -> u64 {
        let (mut withheld, mut claimed) = (0, end);
        if let (Some(ranges), Some(manifest)) = (self.prepared.slice(), &self.prepared.manifest) {
            let mut at = 0;
            let mut gaps = Vec::new();
            let log_end = manifest.log_size..manifest.log_size;
            for range in ranges.into_iter().chain(std::iter::once(log_end)) {
                if range.start > at {
                    gaps.push(at..range.start);
                }
                at = range.end;
            }
            claimed = manifest.log_size.max(end);
            withheld = gaps.iter().map(|gap| gap.end - gap.start).sum();
            let list: Vec<String> = gaps.iter().take(8).map(|gap| format!("{}–{}", gap.start, gap.end - 1)).collect();
            let more = if gaps.len() > 8 { format!(" and {} more ranges", gaps.len() - 8) } else { String::new() };
            self.findings.add(Finding::new(Code::SliceDeclaredGap).adding(&format!(
                "{withheld} of {} records are withheld: {}{more}.",
                manifest.log_size,
                list.join(", ")
            )));
        }
        match complete_to {
            None => self.findings.add(Finding::new(Code::CheckpointNone)),
            Some(size) if size < claimed => {
                self.findings.add(Finding::new(Code::ChainUnanchoredTail).records(size, claimed - 1).adding(&format!(
                    "The newest checkpoint that counts covers {size} records.{}",
                    if claimed > end {
                        " That records were withheld after it is the exporter's word alone."
                    } else {
                        ""
                    }
                )));
            }
            Some(_) => {}
        }
        withheld
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
        let root = at_size.get(&size).and_then(|at| match at.found {
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
        report.verdict = Verdict::from_effects(findings.codes().map(Code::effect));
        report.finding_counts = findings.codes().map(|code| (code.name(), findings.count(code))).collect();
        report.not_proven = super::limits_of_proof::not_proven(&report, &checks);
        report.findings = findings.into_sorted();
        report.checks = checks;
        report.keys_given = key_given;
        report
    }
}

/// Whether a break of this kind can be why a root differs. After the others every leaf is known: from the lines
/// themselves, or for a single missing record from the one after it.
fn changes_leaves(code: Code) -> bool {
    !matches!(
        code,
        Code::ChainReordered
            | Code::ChainDuplicate
            | Code::ChainGap
            | Code::ChainHeadCut
            | Code::SliceUndeclaredGap
            | Code::RecordHashAltered
            | Code::RecordPrevAltered
            | Code::RecordSeqAltered
    )
}

/// The records that stand in the file otherwise than they were signed, or in an envelope that was altered; sorted.
fn altered_records(damage: &[Damage]) -> Vec<u64> {
    let mut seqs: Vec<u64> =
        damage.iter().filter(|damage| damage.repairable && damage.place.is_some()).map(|damage| damage.first).collect();
    seqs.sort_unstable();
    seqs.dedup();
    seqs
}

fn nodes(stretch: &Stretch) -> usize {
    match &stretch.leaves {
        Leaves::Known { body, .. } => 1 + body.as_ref().map_or(0, |body| body.nodes().len()),
        _ => 0,
    }
}

fn walk<'a>(stretches: &[Stretch], sizes: &'a [u64], proof: &[Node]) -> impl Iterator<Item = (u64, AtSize)> + use<'a> {
    let found = roots(stretches, sizes, Which::Found, proof);
    let repaired = roots(stretches, sizes, Which::Repaired, proof);
    sizes
        .iter()
        .zip(found.into_iter().zip(repaired))
        .map(|(size, (found, repaired))| (*size, AtSize { found, repaired }))
}

/// Records that are neither there nor declared withheld.
fn missing_records(located: &Located, committed: u64, end: u64, prepared: &Prepared) -> u64 {
    let declared: u64 = match prepared.slice() {
        Some(ranges) => ranges.iter().map(|range| range.end - range.start).sum(),
        None => committed.max(end),
    };
    let present: u64 = located.present.iter().map(|range| range.end - range.start).sum();
    declared.saturating_sub(present)
}

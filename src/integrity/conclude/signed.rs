//! What the signed roots say: which come out, whether damage is located by that, and what was rewritten where they do
//! not.

use std::collections::BTreeMap;

use super::Conclusion;
use crate::bundle::container::Container;
use crate::bundle::reading::LogError;
use crate::integrity::anchors::{Anchor, split};
use crate::integrity::assemble::path_of;
use crate::integrity::code::Code;
use crate::integrity::finding::Finding;
use crate::integrity::locate::{Damage, Doubt, Leaves, Stretch};
use crate::integrity::proofs;
use crate::integrity::report::{Check, RootOutcome};
use crate::integrity::roots::{Root, Which, roots};
use crate::record::figures::count;
use crate::record::sealed::hex;
use crate::tlog::merkle::{Hash, Node};

/// What came out at one tree size.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtSize {
    pub(super) found: Root,
    repaired: Root,
    other: Root,
}

impl AtSize {
    pub(super) fn outcome(&self, root: &Hash) -> RootOutcome {
        let is = |candidate: &Root| matches!(candidate, Root::Is(hash) if hash == root);
        match (self.found, self.repaired) {
            (found, _) if is(&found) => RootOutcome::Matches,
            (_, repaired) if is(&repaired) || is(&self.other) => RootOutcome::MatchesRepaired,
            (Root::NoLeaves(_), Root::NoLeaves(_)) => RootOutcome::Skipped,
            _ => RootOutcome::Differs,
        }
    }

    /// Whether the root comes out only with the other hash where there is a doubt.
    pub(super) fn needs_other(&self, root: &Hash) -> bool {
        let is = |candidate: Root| candidate == Root::Is(*root);
        is(self.other) && !is(self.found) && !is(self.repaired)
    }
}

/// The work of folding nodes that one verification may cost, in nodes: some ten seconds.
const MAX_NODES_FOLDED: usize = 100_000_000;

impl Conclusion<'_> {
    /// The roots at every size that a checkpoint states, and at the end of a whole log.
    pub(super) fn roots_at(
        &mut self,
        stretches: &[Stretch],
        end: u64,
        container: &mut Container,
    ) -> Result<BTreeMap<u64, AtSize>, LogError> {
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

    /// Drops the breaks that turned out to be the next record's fault alone, as far as checkpoints that may speak tell.
    /// `spoken` is sorted by size.
    pub(super) fn settle_doubts(
        &self,
        damage: &mut Vec<Damage>,
        at_size: &BTreeMap<u64, AtSize>,
        spoken: &[(u64, RootOutcome)],
    ) {
        let key_given = self.key_given();
        let speaking = self.prepared.anchors.iter().filter(|anchor| anchor.speaks(key_given));
        let mut checkpoints = speaking.map(|anchor| &anchor.checkpoint);
        let needs_other = checkpoints
            .any(|checkpoint| at_size.get(&checkpoint.size).is_some_and(|at| at.needs_other(&checkpoint.root)));
        let proven_to = spoken.last().map_or(0, |(size, _)| *size);
        damage.retain(|damage| match damage.doubt {
            None => true,
            Some(Doubt::NeedsRoot) => needs_other,
            Some(Doubt::UnlessRoot) => needs_other || proven_to <= damage.first,
        });
    }

    /// Findings for roots that do not come out.
    pub(super) fn judge_roots(&mut self, outcomes: &[RootOutcome], at_size: &BTreeMap<u64, AtSize>, damage: &[Damage]) {
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
            "{}, but the records do not give the root of checkpoint {}: at least one record from seq {} to {} is not the one that was signed.{}{}",
            if here().next().is_some() { "The other findings here leave every record its hash, or tell it" } else { "All links hold" },
            count(size),
            count(proven),
            count(size.max(1) - 1),
            if proven > 0 { format!(" The records before seq {} are exactly as signed.", count(proven)) } else { String::new() },
            match more {
                0 => String::new(),
                1 => " One more checkpoint fails with it.".to_owned(),
                more => format!(" {} more checkpoints fail with it.", count(more as u64)),
            }
        ));
        finding.expected = Some(hex(&first.checkpoint.root));
        finding.actual = computed;
        self.findings.add(finding);
    }

    /// The finding for a break, with what the signed roots add. `proven` is sorted by size.
    pub(super) fn damage_finding(&self, damage: Damage, proven: &[(u64, RootOutcome)]) -> Finding {
        let Damage { mut code, first, last, place, expected, actual, note, repairable, extra, .. } = damage;
        let (up_to, beyond) = proven.split_at(proven.partition_point(|(size, _)| *size <= first));
        let before = up_to.last().map_or(0, |(size, _)| *size);
        // No root says anything about a line outside the chain.
        let covering = beyond.first().filter(|_| !extra);
        let mut said = note.unwrap_or_else(|| code.meaning().to_owned());
        let mut records = (first, last);
        match covering {
            Some((size, RootOutcome::Matches)) if code == Code::RecordHashMismatch => {
                // The record as it stands gives the signed root, so it was the stated hash that was altered.
                code = Code::RecordHashAltered;
                said = format!("{} The root of checkpoint {} says so: the record itself is as signed.", code.meaning(), count(*size));
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
                        format!("Record {} was replaced and its own hash made new; record {} still names the hash that was signed.", count(first), count(last))
                    }
                    Code::ChainGap | Code::ChainHeadCut | Code::SliceUndeclaredGap => format!("Record {} is missing: deleted.", count(first)),
                    _ => said,
                };
                said.push_str(&format!(
                    " With {hash} the signed root of checkpoint {size} comes out: every other record before seq {size} that no finding names is exactly as signed. What stood there is not known.",
                    size = count(*size)
                ));
            }
            Some((size, _)) => said.push_str(&format!(" The root of checkpoint {} comes out: the records are those that were signed.", count(*size))),
            None if extra => {}
            None if code == Code::ChainBrokenLink => said.push_str(&format!(
                " {} Which side was replaced cannot be told from this bundle; after the break the links hold again.",
                if before > 0 {
                    format!("Up to seq {} everything is exactly as signed, so the damage lies from seq {} to {}, or in everything from {} on.", count(before - 1), count(before), count(first), count(last))
                } else {
                    "No checkpoint proves what stands before.".to_owned()
                }
            )),
            None => {
                if before > 0 {
                    said.push_str(&format!(" The records before seq {} are exactly as signed.", count(before)));
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

/// The records that stand in the file otherwise than they were signed; sorted.
pub(super) fn altered_records(damage: &[Damage]) -> Vec<u64> {
    let mut seqs: Vec<u64> = damage
        .iter()
        .filter(|damage| damage.repairable && damage.place.is_some() && changes_leaves(damage.code))
        .map(|damage| damage.first)
        .collect();
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
    let other = roots(stretches, sizes, Which::Other, proof);
    let roots = found.into_iter().zip(repaired).zip(other);
    sizes.iter().zip(roots).map(|(size, ((found, repaired), other))| (*size, AtSize { found, repaired, other }))
}

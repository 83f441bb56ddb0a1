//! How much of the log is there: what is missing at its end, what was withheld, how far a checkpoint reaches.

use super::Conclusion;
use crate::integrity::anchors::{Anchor, Standing};
use crate::integrity::code::Code;
use crate::integrity::finding::{Finding, records};
use crate::integrity::locate::{Leaves, Located, Stretch};
use crate::integrity::prepare::Prepared;
use crate::integrity::report::Check;
use crate::record::figures::{count, counted};

impl Conclusion<'_> {
    /// The size that the manifest and the bundle's own checkpoints commit to.
    pub(super) fn committed_size(&self) -> u64 {
        self.prepared.committed_size().unwrap_or(0)
    }

    /// The size that the log is known to have had: what the bundle commits to, what is there, and what a checkpoint
    /// says that the auditor kept.
    pub(super) fn known_size(&self, end: u64) -> u64 {
        let kept = self.prepared.anchors.iter().filter(|anchor| anchor.supplied && anchor.counts());
        kept.map(|anchor| anchor.checkpoint.size).fold(self.committed_size().max(end), u64::max)
    }

    /// Records that should follow the last one present.
    pub(super) fn missing_end(&mut self, located: &mut Located, end: u64) {
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
            self.findings.add(
                Finding::new(code)
                    .records(start, range.end - 1)
                    .adding(&format!("{} missing.", counted(range.end - start, "record is", "records are"))),
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
            self.findings.add(Finding::new(Code::ChainTruncated).records(end, committed - 1).differs(
                records(committed),
                records(end),
            ).saying(format!(
                "{who} commits to {}; the log here ends before seq {}: {} cut off. The records that are there are judged by themselves.",
                records(committed),
                count(end),
                counted(committed - end, "record was", "records were")
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
                        .differs(format!("log_size {}", manifest.log_size), records(end)),
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
                        .differs(records(size), records(committed.max(end))),
                );
            }
        }
    }

    /// Findings about the end and about declared gaps; returns how many records are withheld.
    pub(super) fn completeness(&mut self, complete_to: Option<u64>, end: u64) -> u64 {
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
            let list: Vec<String> =
                gaps.iter().take(8).map(|gap| format!("{}–{}", count(gap.start), count(gap.end - 1))).collect();
            let more = if gaps.len() > 8 {
                format!(" and {} more ranges", count(gaps.len() as u64 - 8))
            } else {
                String::new()
            };
            self.findings.add(Finding::new(Code::SliceDeclaredGap).adding(&format!(
                "{} of {} {} withheld: {}{more}.",
                count(withheld),
                records(manifest.log_size),
                if withheld == 1 { "is" } else { "are" },
                list.join(", ")
            )));
        }
        match complete_to {
            None if self.prepared.anchors.iter().any(Anchor::counts) => {
                self.findings.add(Finding::new(Code::CheckpointUnconfirmed));
            }
            None => self.findings.add(Finding::new(Code::CheckpointNone)),
            Some(size) if size < claimed => {
                self.findings.add(Finding::new(Code::ChainUnanchoredTail).records(size, claimed - 1).adding(&format!(
                    "The newest checkpoint that counts covers {}.{}",
                    records(size),
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
}

/// Records that are neither there nor declared withheld, in a log of at least `size` records.
pub(super) fn missing_records(located: &Located, size: u64, prepared: &Prepared) -> u64 {
    let present: u64 = located.present.iter().map(|range| range.end - range.start).sum();
    let declared = match (prepared.slice(), &prepared.manifest) {
        (Some(ranges), Some(manifest)) => {
            ranges.iter().map(|range| range.end - range.start).sum::<u64>() + size.saturating_sub(manifest.log_size)
        }
        _ => size,
    };
    declared.saturating_sub(present)
}

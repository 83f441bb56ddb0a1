//! The result of a verification: everything that the text, the JSON and the window say about a bundle.

mod stored;

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Utc};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::anchors::Signer;
use super::finding::Finding;
use super::redact::SealCounts;
use super::verdict::Verdict;
use crate::tlog::merkle::Hash;

pub use stored::Stored;

/// A kind of check, as the report counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// A member of the container.
    Member,
    /// What the manifest says about one file.
    ManifestClaim,
    /// A record's hash.
    RecordHash,
    /// A link between two neighbours.
    Link,
    /// A record's form.
    RecordForm,
    /// A record's own signature, under the shared key supplied.
    RecordSignature,
    /// The root that a checkpoint signed.
    CheckpointRoot,
    /// A signature in the log's name.
    Signature,
    /// A witness' cosignature.
    Cosignature,
    /// Two checkpoints against each other.
    Consistency,
    /// The proof that stands for withheld records.
    SliceProof,
    /// A disclosure against its seal.
    Disclosure,
    /// An attachment against its name.
    Attachment,
    /// Record times against a trusted witness' sight of the log.
    TimeAnchor,
    /// An RFC 3161 token.
    TimestampToken,
    /// Whether every `audit_id` is unique.
    DuplicateId,
    /// Whether every id that is referred to exists.
    Reference,
}

impl Check {
    /// The check in words: one, and several.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Member => ("file of the container", "files of the container"),
            Self::ManifestClaim => ("claim of the manifest", "claims of the manifest"),
            Self::RecordHash => ("record hash", "record hashes"),
            Self::Link => ("link between records", "links between records"),
            Self::RecordForm => ("record form", "record forms"),
            Self::RecordSignature => ("record signature", "record signatures"),
            Self::CheckpointRoot => ("checkpoint root", "checkpoint roots"),
            Self::Signature => ("signature", "signatures"),
            Self::Cosignature => ("cosignature", "cosignatures"),
            Self::Consistency => ("checkpoint consistency", "checkpoint consistencies"),
            Self::SliceProof => ("slice proof", "slice proofs"),
            Self::Disclosure => ("disclosure", "disclosures"),
            Self::Attachment => ("attachment", "attachments"),
            Self::TimeAnchor => ("time seen by a trusted witness", "times seen by trusted witnesses"),
            Self::TimestampToken => ("timestamp token", "timestamp tokens"),
            Self::DuplicateId => ("unique audit_id", "unique audit_ids"),
            Self::Reference => ("reference between records", "references between records"),
        }
    }

    /// The check in words, as `count` of them.
    pub fn counted(self, count: u64) -> &'static str {
        let (one, several) = self.words();
        if count == 1 { one } else { several }
    }

    /// The check in words, in the plural.
    pub fn plural(self) -> &'static str {
        self.words().1
    }
}

/// What ran, what did not, and what failed, with counts. A check that did not run never counts as passed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Checks {
    /// Checks that ran and passed.
    pub checked: BTreeMap<Check, u64>,
    /// Checks that did not run, and why.
    pub skipped: BTreeMap<Check, (u64, String)>,
    /// Checks that ran and failed.
    pub failed: BTreeMap<Check, u64>,
}

impl Checks {
    /// Counts `count` checks that passed.
    pub fn pass(&mut self, check: Check, count: u64) {
        if count > 0 {
            *self.checked.entry(check).or_default() += count;
        }
    }

    /// Counts `count` checks that failed.
    pub fn fail(&mut self, check: Check, count: u64) {
        if count > 0 {
            *self.failed.entry(check).or_default() += count;
        }
    }

    /// Counts `count` checks that did not run; 0 where it is not known how many there would have been.
    pub fn skip(&mut self, check: Check, count: u64, why: &str) {
        let entry = self.skipped.entry(check).or_insert_with(|| (0, why.to_owned()));
        entry.0 += count;
    }

    /// Counts one check.
    pub fn note(&mut self, check: Check, passed: bool) {
        if passed { self.pass(check, 1) } else { self.fail(check, 1) }
    }
}

/// How a checkpoint's root came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootOutcome {
    /// The records give it.
    Matches,
    /// They give it once damaged records are replaced by the hashes that their successors name.
    MatchesRepaired,
    /// They give another.
    Differs,
    /// It could not be computed.
    Skipped,
}

impl RootOutcome {
    /// Whether the records, repaired or not, are those that were signed.
    pub fn is_proven(self) -> bool {
        matches!(self, Self::Matches | Self::MatchesRepaired)
    }
}

/// A checkpoint in the report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckpointReport {
    /// Tree size.
    pub size: u64,
    /// The root that it states, hex.
    pub root: String,
    /// Member path, or the name of the file supplied.
    pub name: String,
    /// The auditor supplied it.
    pub supplied: bool,
    /// How its root came out.
    pub outcome: RootOutcome,
    /// Its signers.
    pub signers: Vec<Signer>,
}

/// What identifies a log: it outlives re-packing and erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// The name of the log; `None` where it is not known.
    pub origin: Option<String>,
    /// Records that `root` covers.
    pub size: u64,
    /// Merkle root over the records before `size`; `None` where it cannot be computed.
    pub root: Option<Hash>,
}

/// The result of a verification.
#[derive(Debug, Clone)]
pub struct Report {
    /// BLAKE3 over paths and file digests.
    pub bundle_digest: Option<Hash>,
    /// Which log this is.
    pub log: LogIdentity,
    /// The verdict.
    pub verdict: Verdict,
    /// Records whose own hash is right.
    pub records: u64,
    /// Lines read.
    pub lines: u64,
    /// Bytes of lines read, before compression.
    pub raw_bytes: u64,
    /// Seqs present.
    pub ranges: Vec<Range<u64>>,
    /// Records declared withheld.
    pub withheld: u64,
    /// Records missing without a declaration; also those after the last one that a checkpoint commits to.
    pub missing: u64,
    /// Earliest and latest time stated.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The checkpoints, by size.
    pub checkpoints: Vec<CheckpointReport>,
    /// Records present that are exactly as they were signed, under the checkpoint of `complete_to`.
    pub as_signed: u64,
    /// Size of the newest checkpoint that counts and whose root comes out.
    pub complete_to: Option<u64>,
    /// The first record that no checkpoint which counts covers.
    pub unanchored_from: Option<u64>,
    /// Trusted witnesses that cosigned the newest checkpoint, and trusted witnesses in all.
    pub witnesses: (u64, u64),
    /// Sealed fields.
    pub seals: SealCounts,
    /// What was checked.
    pub checks: Checks,
    /// The findings: errors first, then by place.
    pub findings: Vec<Finding>,
    /// Findings by code, exact also where not every one is listed.
    pub finding_counts: BTreeMap<&'static str, u64>,
    /// What is not proven, in plain words.
    pub not_proven: Vec<String>,
    /// The auditor supplied at least one key of a log, or a shared key that no record's signature fits.
    pub keys_given: bool,
}

impl Report {
    /// Whether the log was not read to its end: then there is no verdict, whatever the axes hold.
    pub fn is_part(&self) -> bool {
        self.finding_counts.contains_key(super::code::Code::VerifyStopped.name())
    }

    /// See [`Verdict::exit_code`].
    pub fn exit_code(&self) -> u8 {
        self.verdict.exit_code(self.keys_given)
    }
}

struct Skipped<'a>(&'a BTreeMap<Check, (u64, String)>);

impl Serialize for Skipped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Entry<'a> {
            count: u64,
            why: &'a str,
        }
        serializer.collect_map(self.0.iter().map(|(check, (count, why))| (check, Entry { count: *count, why })))
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use crate::record::sealed::hex;
        #[derive(serde::Serialize)]
        struct Log<'a> {
            origin: Option<&'a str>,
            size: u64,
            root: Option<String>,
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("bundle_digest", &self.bundle_digest.as_ref().map(hex))?;
        map.serialize_entry(
            "log",
            &Log { origin: self.log.origin.as_deref(), size: self.log.size, root: self.log.root.as_ref().map(hex) },
        )?;
        map.serialize_entry("verdict", &self.verdict)?;
        map.serialize_entry("records", &self.records)?;
        map.serialize_entry("ranges", &self.ranges.iter().map(|range| [range.start, range.end]).collect::<Vec<_>>())?;
        map.serialize_entry("withheld", &self.withheld)?;
        map.serialize_entry("missing", &self.missing)?;
        let shown = crate::record::time::shown;
        map.serialize_entry("first_time", &self.times.map(|(first, _)| shown(first)))?;
        map.serialize_entry("last_time", &self.times.map(|(_, last)| shown(last)))?;
        map.serialize_entry("checkpoints", &self.checkpoints)?;
        map.serialize_entry("as_signed", &self.as_signed)?;
        map.serialize_entry("complete_to", &self.complete_to)?;
        map.serialize_entry("unanchored_from", &self.unanchored_from)?;
        map.serialize_entry("witnesses", &[self.witnesses.0, self.witnesses.1])?;
        map.serialize_entry("seals", &self.seals)?;
        map.serialize_entry("checked", &self.checks.checked)?;
        map.serialize_entry("skipped", &Skipped(&self.checks.skipped))?;
        map.serialize_entry("failed", &self.checks.failed)?;
        map.serialize_entry("findings", &self.findings)?;
        map.serialize_entry("finding_counts", &self.finding_counts)?;
        map.serialize_entry("not_proven", &self.not_proven)?;
        map.serialize_entry("exit_code", &self.exit_code())?;
        map.end()
    }
}

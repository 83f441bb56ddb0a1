//! A report as it is kept, to be read back word for word by the same version of the program: everything that it holds, which
//! is more than the JSON for others.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Check, CheckpointReport, Checks, LogIdentity, Report};
use crate::integrity::code::Code;
use crate::integrity::finding::Finding;
use crate::integrity::redact::SealCounts;
use crate::integrity::verdict::Verdict;
use crate::tlog::merkle::Hash;

/// What a [`Report`] holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    bundle_digest: Option<Hash>,
    origin: Option<String>,
    size: u64,
    root: Option<Hash>,
    verdict: Verdict,
    records: u64,
    lines: u64,
    raw_bytes: u64,
    ranges: Vec<Range<u64>>,
    withheld: u64,
    missing: u64,
    /// Seconds since 1970 and nanoseconds: years beyond 9999 have no text that all can read.
    times: Option<[(i64, u32); 2]>,
    checkpoints: Vec<CheckpointReport>,
    as_signed: u64,
    complete_to: Option<u64>,
    unanchored_from: Option<u64>,
    witnesses: (u64, u64),
    seals: SealCounts,
    checked: BTreeMap<Check, u64>,
    skipped: BTreeMap<Check, (u64, String)>,
    failed: BTreeMap<Check, u64>,
    findings: Vec<StoredFinding>,
    finding_counts: BTreeMap<String, u64>,
    not_proven: Vec<String>,
    keys_given: bool,
}

/// A [`Finding`], its code by name.
#[derive(Debug, Serialize, Deserialize)]
struct StoredFinding {
    code: String,
    seq: Option<u64>,
    end_seq: Option<u64>,
    segment: Option<String>,
    line: Option<u64>,
    offset: Option<u64>,
    expected: Option<String>,
    actual: Option<String>,
    meaning: String,
}

impl From<&Report> for Stored {
    fn from(report: &Report) -> Self {
        let report = report.clone();
        let exact = |at: DateTime<Utc>| (at.timestamp(), at.timestamp_subsec_nanos());
        Self {
            bundle_digest: report.bundle_digest,
            origin: report.log.origin,
            size: report.log.size,
            root: report.log.root,
            verdict: report.verdict,
            records: report.records,
            lines: report.lines,
            raw_bytes: report.raw_bytes,
            ranges: report.ranges,
            withheld: report.withheld,
            missing: report.missing,
            times: report.times.map(|(first, last)| [exact(first), exact(last)]),
            checkpoints: report.checkpoints,
            as_signed: report.as_signed,
            complete_to: report.complete_to,
            unanchored_from: report.unanchored_from,
            witnesses: report.witnesses,
            seals: report.seals,
            checked: report.checks.checked,
            skipped: report.checks.skipped,
            failed: report.checks.failed,
            findings: report.findings.into_iter().map(StoredFinding::from).collect(),
            finding_counts: report.finding_counts.into_iter().map(|(code, count)| (code.to_owned(), count)).collect(),
            not_proven: report.not_proven,
            keys_given: report.keys_given,
        }
    }
}

impl From<Finding> for StoredFinding {
    fn from(finding: Finding) -> Self {
        let Finding { code, seq, end_seq, segment, line, offset, expected, actual, meaning } = finding;
        Self { code: code.name().to_owned(), seq, end_seq, segment, line, offset, expected, actual, meaning }
    }
}

fn code(name: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.name() == name)
}

impl Stored {
    /// The report; `None` where it names what this program does not know.
    pub fn report(self) -> Option<Report> {
        let exact = |(seconds, nanos): (i64, u32)| DateTime::from_timestamp(seconds, nanos);
        let finding = |stored: StoredFinding| {
            let StoredFinding { code: name, seq, end_seq, segment, line, offset, expected, actual, meaning } = stored;
            let code = code(&name)?;
            Some(Finding { code, seq, end_seq, segment, line, offset, expected, actual, meaning })
        };
        let times = match self.times {
            None => None,
            Some([first, last]) => Some((exact(first)?, exact(last)?)),
        };
        Some(Report {
            bundle_digest: self.bundle_digest,
            log: LogIdentity { origin: self.origin, size: self.size, root: self.root },
            verdict: self.verdict,
            records: self.records,
            lines: self.lines,
            raw_bytes: self.raw_bytes,
            ranges: self.ranges,
            withheld: self.withheld,
            missing: self.missing,
            times,
            checkpoints: self.checkpoints,
            as_signed: self.as_signed,
            complete_to: self.complete_to,
            unanchored_from: self.unanchored_from,
            witnesses: self.witnesses,
            seals: self.seals,
            checks: Checks { checked: self.checked, skipped: self.skipped, failed: self.failed },
            findings: self.findings.into_iter().map(finding).collect::<Option<_>>()?,
            finding_counts: self
                .finding_counts
                .into_iter()
                .map(|(name, count)| Some((code(&name)?.name(), count)))
                .collect::<Option<_>>()?,
            not_proven: self.not_proven,
            keys_given: self.keys_given,
        })
    }
}

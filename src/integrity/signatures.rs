//! Signatures inside the records, against the shared key that the auditor supplied: what a chunk holds of them, and
//! what all chunks together say. That none fits, or that only some records have one, is known at the end of the log.

use super::chain::Place;
use super::code::Code;
use super::finding::{Finding, Findings};
use super::report::{Check, Checks};
use crate::record::figures;
use crate::record::signature::Outcome;

/// What is wrong with the signature of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It does not fit the key.
    Invalid,
    /// It is not of the form of a signature.
    Malformed,
    /// A decision has none.
    Missing,
    /// The record holds sealed fields: what was signed is not there.
    Sealed,
}

/// Neighbours with one flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlawRun {
    /// The flaw.
    pub flaw: Flaw,
    /// The first record.
    pub first: u64,
    /// The last record.
    pub last: u64,
    /// Where the first stands.
    pub place: Place,
}

/// The signatures in the records of one chunk.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ChunkSignatures {
    /// Those that fit the key.
    pub valid: u64,
    /// Those that no key was supplied for.
    pub unchecked: u64,
    /// The others, in the order of the file. A log without any valid one is one run, so nothing piles up.
    pub flaws: Vec<FlawRun>,
}

impl ChunkSignatures {
    /// Counts the signature of a record.
    pub fn add(&mut self, outcome: Outcome, is_decision: bool, seq: u64, place: Place) {
        let flaw = match outcome {
            Outcome::Valid => return self.valid += 1,
            Outcome::Sealed => Flaw::Sealed,
            // Only decisions are signed by the loggers that sign.
            Outcome::Missing if !is_decision => return,
            Outcome::Missing => Flaw::Missing,
            Outcome::Invalid => Flaw::Invalid,
            Outcome::Malformed => Flaw::Malformed,
        };
        match self.flaws.last_mut() {
            Some(run) if run.flaw == flaw && run.last.checked_add(1) == Some(seq) => run.last = seq,
            _ => self.flaws.push(FlawRun { flaw, first: seq, last: seq, place }),
        }
    }
}

/// The signatures in the records of the log.
#[derive(Debug, Default)]
pub struct RecordSignatures {
    valid: u64,
    sealed: u64,
    unchecked: u64,
    /// Do not fit the key, or are none.
    failed: u64,
    /// The first and the last record that failed.
    failed_range: Option<(u64, u64)>,
    /// Decisions without one.
    missing: u64,
}

impl RecordSignatures {
    /// Takes in those of the next chunk, which stands in the file `path`.
    pub fn take(&mut self, chunk: &ChunkSignatures, path: &str, findings: &mut Findings) {
        self.valid += chunk.valid;
        self.unchecked += chunk.unchecked;
        for run in &chunk.flaws {
            let count = (run.last - run.first).saturating_add(1);
            let finding = match run.flaw {
                Flaw::Missing => Finding::new(Code::RecordSignatureMissing),
                Flaw::Sealed => Finding::new(Code::RecordSignatureSealed),
                Flaw::Invalid => Finding::new(Code::RecordSignatureInvalid),
                Flaw::Malformed => Finding::new(Code::RecordSignatureInvalid)
                    .adding("Here: it is not a string of 64 lower-case hex digits, which every such signature is."),
            };
            match run.flaw {
                Flaw::Missing => self.missing += count,
                Flaw::Sealed => self.sealed += count,
                Flaw::Invalid | Flaw::Malformed => {
                    self.failed += count;
                    let (first, last) = self.failed_range.unwrap_or((run.first, run.last));
                    self.failed_range = Some((first.min(run.first), last.max(run.last)));
                }
            }
            findings.add_joining(finding.records(run.first, run.last).file(path).at(run.place.line, run.place.offset));
        }
    }

    /// The end of the log.
    pub fn finish(self, key_given: bool, findings: &mut Findings, checks: &mut Checks) {
        checks.pass(Check::RecordSignature, self.valid);
        checks.fail(Check::RecordSignature, self.failed);
        if self.valid == 0
            && let Some((first, last)) = self.failed_range
        {
            // A million findings would say no more than one: the key, or everything.
            findings.retract(Code::RecordSignatureInvalid);
            findings.add(Finding::new(Code::RecordSignatureKey).records(first, last).adding(&match self.failed {
                1 => "There is one signature.".to_owned(),
                count => format!("There are {} signatures.", figures::count(count)),
            }));
        }
        let is_signed = self.valid + self.failed + self.sealed > 0;
        if !is_signed {
            findings.retract(Code::RecordSignatureMissing);
        }
        let mut why = Vec::new();
        if self.unchecked > 0 {
            why.push("no key was supplied; --hmac-key takes the shared key of such signatures".to_owned());
        }
        if self.sealed > 0 {
            why.push(format!(
                "what was signed cannot be put together again where fields are sealed ({})",
                super::finding::records(self.sealed)
            ));
        }
        if is_signed && self.missing > 0 {
            why.push(format!("decisions without a signature ({})", figures::count(self.missing)));
        }
        if key_given && !is_signed {
            why.push("no record carries a signature".to_owned());
        }
        if !why.is_empty() {
            let missing = if is_signed { self.missing } else { 0 };
            checks.skip(Check::RecordSignature, self.unchecked + self.sealed + missing, &why.join("; "));
        }
    }
}

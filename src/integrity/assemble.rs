//! Joins what the workers found, chunk by chunk in the order of the log: one chain, the notes about single records as
//! findings, the manifest's claims about segments, sealed fields against disclosures.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::Range;

use super::chain::{Chain, Item, LineFault, Place, Stated};
use super::code::Code;
use super::finding::{Finding, Findings};
use super::redact::{Redactions, SealCounts};
use super::report::{Check, Checks};
use super::scan::{Backwards, ChunkScan, Context, Note, Times, amended};
use super::signatures::RecordSignatures;
use crate::bundle::container::{Fault as ContainerFault, FaultKind};
use crate::bundle::contents::SegmentRef;
use crate::bundle::limits::{MAX_SEGMENT_FILE_BYTES, MAX_SEGMENT_LINES, MAX_SEGMENT_RAW_BYTES};
use crate::bundle::line::{GENESIS, RecordHasher};
use crate::bundle::reading::{ChunkFault, LogError, Looked};
use crate::bundle::segment::FrameFault;
use crate::record::figures;
use crate::record::sealed::hex;
use crate::record::text::shown_short;
use crate::record::time::shown;
use crate::record::{Fault, Remark};
use crate::tlog::merkle::Hash;

/// What the log came to.
pub struct Assembled {
    /// The pieces of the chain, in the order of the file.
    pub items: Vec<Item>,
    /// Pieces that were not kept.
    pub dropped: u64,
    /// Lines read.
    pub lines: u64,
    /// Bytes of lines read.
    pub raw_bytes: u64,
    /// Records whose own hash is right.
    pub records: u64,
    /// Times stated.
    pub times: Times,
    /// BLAKE3 of each segment that was read, by path.
    pub digests: BTreeMap<String, Hash>,
    /// Sealed fields.
    pub seals: SealCounts,
    /// What the segments hold, for the manifest's claims: the seq after the last line that could be read.
    pub end: u64,
}

/// Takes chunks in.
pub struct Assembler<'a, R> {
    segments: &'a [SegmentRef],
    /// The name of a bare file's only member.
    bare: Option<&'a str>,
    context: &'a Context,
    hasher: RecordHasher,
    chain: Chain,
    redactions: Redactions<R>,
    /// Seq and hash of the last line read; `None` before the first.
    before: Option<(Option<u64>, Hash)>,
    line_base: u64,
    closed: Option<u64>,
    /// Seq of the last record that told of an import.
    imported: Option<u64>,
    signatures: RecordSignatures,
    out: Assembled,
}

impl<'a, R: BufRead> Assembler<'a, R> {
    /// An assembler for a log of these segments, or for a bare file.
    pub fn new(
        segments: &'a [SegmentRef],
        bare: Option<&'a str>,
        context: &'a Context,
        disclosures: Option<R>,
    ) -> Self {
        Self {
            segments,
            bare,
            context,
            hasher: RecordHasher::new(&context.origin),
            chain: Chain::whole(),
            redactions: Redactions::new(disclosures),
            before: Some((None, GENESIS)),
            line_base: 0,
            closed: None,
            imported: None,
            signatures: RecordSignatures::default(),
            out: Assembled {
                items: Vec::new(),
                dropped: 0,
                lines: 0,
                raw_bytes: 0,
                records: 0,
                times: Times::default(),
                digests: BTreeMap::new(),
                seals: SealCounts::default(),
                end: 0,
            },
        }
    }

    fn path(&self, segment: u32) -> &str {
        path_of(self.segments, self.bare, segment)
    }

    /// Takes in the next chunk of the log.
    pub fn take(
        &mut self,
        looked: Looked<ChunkScan>,
        findings: &mut Findings,
        checks: &mut Checks,
    ) -> Result<(), LogError> {
        let Looked { segment, offset, found: mut scan, file, fault, .. } = looked;
        let path = self.path(segment).to_owned();
        if self.bare.is_some() {
            rebase(&mut scan, self.line_base, offset);
            self.line_base += scan.lines;
        }
        if let Some(fault) = fault {
            findings.add(chunk_fault(&fault, &path));
            checks.fail(Check::Member, 1);
        }
        if let Some((digest, bytes)) = file {
            self.out.digests.insert(path.clone(), digest);
            self.claims(segment, digest, bytes, &scan, findings, checks);
        }
        self.amend_first(&mut scan);
        self.out.times.join(&scan.times);
        if let (Some(closed), true) = (self.closed, scan.records > 0) {
            let (first, last) =
                (scan.first.map_or(closed + 1, |line| line.seq), scan.last.map_or(closed + 1, |line| line.seq));
            findings.add_joining(Finding::new(Code::ChainAfterClose).records(first, last));
        }
        self.closed = self.closed.or(scan.closed);
        let faulty = add_notes(&scan, &path, findings);
        self.signatures.take(&scan.signatures, &path, findings);
        for import in &scan.imports {
            findings.add(import.finding(self.imported, &path));
            self.imported = Some(import.seq);
        }
        checks.pass(Check::RecordHash, scan.records);
        checks.fail(Check::RecordHash, scan.lines - scan.records);
        checks.pass(Check::RecordForm, scan.records - faulty);
        checks.fail(Check::RecordForm, faulty);
        self.redact(&mut scan, findings).map_err(|source| LogError::Io { path: super::redact::PATH.into(), source })?;
        self.before = match scan.last {
            Some(last) => Some((Some(last.seq), last.hash)),
            None if scan.lines > 0 => None,
            None => self.before,
        };
        self.out.end = self.out.end.max(scan.last.map_or(0, |last| last.seq.saturating_add(1)));
        self.out.lines += scan.lines;
        self.out.raw_bytes += scan.raw_bytes;
        self.out.records += scan.records;
        self.out.dropped += scan.dropped;
        for item in scan.items {
            self.chain.push(item, &self.context.cuts);
        }
        Ok(())
    }

    /// A damaged line at the start of a chunk, now that the line before it is known.
    fn amend_first(&mut self, scan: &mut ChunkScan) {
        if let (Some(record), Some(stated), Some(Item::Odd(odd))) =
            (&scan.first_record, scan.first, scan.items.first_mut())
            && odd.fault == LineFault::Hash
        {
            odd.fault = amended(&mut self.hasher, &stated, record, self.before);
        }
    }

    fn redact(&mut self, scan: &mut ChunkScan, findings: &mut Findings) -> std::io::Result<()> {
        let runs: Vec<std::ops::Range<u64>> = scan
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Run(run) => Some(run.first_seq..run.end()),
                Item::Odd(_) => None,
            })
            .collect();
        let end = runs.iter().map(|run| run.end).max().unwrap_or(0);
        let intact = |seq: u64| runs.iter().any(|run| run.contains(&seq));
        self.redactions.feed(std::mem::take(&mut scan.seals), end, intact, findings)?;
        self.redactions.erased(&scan.erasures);
        Ok(())
    }

    /// What the manifest says about a segment against what is in it.
    fn claims(
        &self,
        segment: u32,
        digest: Hash,
        bytes: u64,
        scan: &ChunkScan,
        findings: &mut Findings,
        checks: &mut Checks,
    ) {
        let path = self.path(segment);
        if scan.lines > MAX_SEGMENT_LINES {
            findings.add(Finding::new(Code::SegmentSizeLimit).file(path).differs(
                format!("at most {} lines", figures::count(MAX_SEGMENT_LINES)),
                format!("{} lines", figures::count(scan.lines)),
            ));
        }
        let Some(claim) = self.segments.get(segment as usize).and_then(|segment| segment.claim.as_ref()) else {
            return;
        };
        let unreadable = || "not readable".to_owned();
        let seq = |line: Option<Stated>| line.map_or_else(unreadable, |line| line.seq.to_string());
        let (prev, last) = (scan.first.map(|line| hex(&line.prev)), scan.last.map(|line| hex(&line.hash)));
        let claims = [
            Claim::new(Code::ManifestDigestMismatch, "blake3", &claim.blake3, hex(&digest)),
            Claim::new(Code::ManifestSizeMismatch, "bytes", &claim.bytes, bytes.to_string()),
            Claim::new(Code::ManifestSizeMismatch, "raw_bytes", &claim.raw_bytes, scan.raw_bytes.to_string()),
            Claim::new(Code::ManifestClaimMismatch, "records", &claim.records, scan.lines.to_string()),
            Claim::new(Code::ManifestClaimMismatch, "first_seq", &claim.first_seq, seq(scan.first)),
            Claim::new(Code::ManifestClaimMismatch, "last_seq", &claim.last_seq, seq(scan.last)),
            Claim::new(Code::ManifestClaimMismatch, "prev", &claim.prev, prev.unwrap_or_else(unreadable)),
            Claim::new(Code::ManifestClaimMismatch, "last", &claim.last, last.unwrap_or_else(unreadable)),
        ];
        let (right, wrong): (Vec<Claim>, Vec<Claim>) = claims.into_iter().partition(|claim| claim.said == claim.is);
        checks.pass(Check::ManifestClaim, right.len() as u64);
        checks.fail(Check::ManifestClaim, wrong.len() as u64);
        // Another file than the one listed has other lengths and lines as well: that is one cause, so one finding.
        let causes: Vec<&[Claim]> = match wrong.first() {
            Some(first) if first.code == Code::ManifestDigestMismatch => vec![&wrong],
            _ => wrong.chunks(1).collect(),
        };
        for cause in causes {
            let list = |value: &dyn Fn(&Claim) -> String| {
                let values = cause.iter().map(|claim| format!("{} {}", claim.member, value(claim)));
                values.collect::<Vec<_>>().join(", ")
            };
            let expected = list(&|claim| shown_short(&claim.said, 100));
            findings.add(Finding::new(cause[0].code).file(path).differs(expected, list(&|claim| claim.is.clone())));
        }
    }

    /// The end of the log; `declared` are the ranges that a slice declares to hold.
    pub fn finish(
        mut self,
        declared: Option<&[Range<u64>]>,
        findings: &mut Findings,
        checks: &mut Checks,
    ) -> std::io::Result<Assembled> {
        let (seals, overflow) = self.redactions.finish(self.out.end, declared, findings)?;
        self.out.seals = seals;
        self.signatures.finish(self.context.hmac_key.is_some(), findings, checks);
        if overflow {
            findings.add(Finding::new(Code::VerifyLimitReached).adding(
                "There are more sealed fields or erasures than are kept: seals that occur twice, and erasures, were looked for among the first ones only.",
            ));
        }
        let Backwards { count, first, largest } = self.out.times.backwards;
        if let (Some(first), Some((step, seq))) = (first, largest) {
            let seconds = step.as_seconds_f64();
            findings.add(Finding::new(Code::TimeBackwards).records(seq, seq).adding(&match count {
                1 => format!("It happens once, by {seconds} s, at seq {}.", figures::count(seq)),
                _ => format!(
                    "It happens {} times, first at seq {}; the largest step, {seconds} s, is at seq {}.",
                    figures::count(count),
                    figures::count(first),
                    figures::count(seq)
                ),
            }));
        }
        Ok(closed(self.out, self.chain))
    }

    /// What is known where the log was not read to its end: nothing is said about what only all of it tells.
    pub fn stop(self) -> Assembled {
        closed(self.out, self.chain)
    }
}

fn closed(mut out: Assembled, chain: Chain) -> Assembled {
    let (items, dropped) = chain.finish();
    out.items = items;
    out.dropped += dropped;
    out
}

/// What the manifest says about one member of a segment, and what is so.
struct Claim {
    code: Code,
    member: &'static str,
    said: String,
    is: String,
}

impl Claim {
    fn new(code: Code, member: &'static str, said: &dyn std::fmt::Display, is: String) -> Self {
        Self { code, member, said: said.to_string(), is }
    }
}

/// The member path of a segment, or of the bare file.
pub fn path_of<'a>(segments: &'a [SegmentRef], bare: Option<&'a str>, segment: u32) -> &'a str {
    bare.or_else(|| segments.get(segment as usize).map(|segment| segment.path.as_str())).unwrap_or("")
}

/// Places count from the start of a chunk; in a bare file they must count from the start of the file.
fn rebase(scan: &mut ChunkScan, lines: u64, offset: u64) {
    let move_on = |place: &mut Place| {
        place.line += lines;
        place.offset += offset;
    };
    for item in &mut scan.items {
        match item {
            Item::Run(run) => {
                move_on(&mut run.place);
                move_on(&mut run.last_place);
            }
            Item::Odd(odd) => move_on(&mut odd.place),
        }
    }
    scan.notes.iter_mut().for_each(|(_, place, _)| move_on(place));
    scan.signatures.flaws.iter_mut().for_each(|run| move_on(&mut run.place));
    scan.imports.iter_mut().for_each(|import| move_on(&mut import.place));
}

/// The finding for a stretch of the log that could not be read to its end.
fn chunk_fault(fault: &ChunkFault, path: &str) -> Finding {
    match fault {
        ChunkFault::Member(fault) => container_finding(fault),
        ChunkFault::Frame(fault) => {
            let code = match fault {
                FrameFault::Undecodable(_) | FrameFault::CutOff => Code::SegmentUnreadable,
                FrameFault::Window(_) => Code::SegmentWindowLimit,
                FrameFault::TooLong(_) => Code::SegmentSizeLimit,
                FrameFault::SecondFrame(_) => Code::SegmentSecondFrame,
                FrameFault::Trailing(_) => Code::SegmentTrailingData,
            };
            Finding::new(code).file(path).differs("one zstd frame and nothing after it", fault.to_string())
        }
        ChunkFault::FileTooLong(bytes) => Finding::new(Code::SegmentSizeLimit).file(path).differs(
            format!("at most {} bytes", figures::count(MAX_SEGMENT_FILE_BYTES)),
            format!("{} bytes", figures::count(*bytes)),
        ),
        ChunkFault::RawTooLong(bytes) => Finding::new(Code::SegmentSizeLimit).file(path).differs(
            format!("at most {} bytes of lines", figures::count(MAX_SEGMENT_RAW_BYTES as u64)),
            format!("{} bytes", figures::count(*bytes)),
        ),
    }
}

/// The finding for a fault of the container.
pub fn container_finding(fault: &ContainerFault) -> Finding {
    let code = match fault.kind {
        FaultKind::NotABundle => Code::ContainerNotABundle,
        FaultKind::Truncated => Code::ContainerTruncated,
        FaultKind::Malformed => Code::ContainerMalformed,
        FaultKind::DuplicateEntry => Code::ContainerDuplicateEntry,
        FaultKind::Overlap => Code::ContainerOverlap,
        FaultKind::HeaderMismatch => Code::ContainerHeaderMismatch,
        FaultKind::UnsafePath => Code::ContainerUnsafePath,
        FaultKind::NameCollision => Code::ContainerNameCollision,
        FaultKind::Symlink => Code::ContainerSymlink,
        FaultKind::SpecialFile => Code::ContainerSpecialFile,
        FaultKind::Encrypted => Code::ContainerEncrypted,
        FaultKind::UnsupportedMethod => Code::ContainerUnsupportedMethod,
        FaultKind::SizeLimit => Code::ContainerSizeLimit,
        FaultKind::RatioLimit => Code::ContainerRatioLimit,
        FaultKind::CountLimit => Code::ContainerCountLimit,
        FaultKind::Crc => Code::ContainerCrc,
        FaultKind::TrailingData => Code::ContainerTrailingData,
    };
    let mut finding = Finding::new(code).differs(fault.expected.as_str(), fault.actual.as_str());
    finding.segment.clone_from(&fault.path);
    finding.offset = fault.offset;
    finding
}

/// Turns notes into findings; returns how many records are not of the format's form.
fn add_notes(scan: &ChunkScan, path: &str, findings: &mut Findings) -> u64 {
    let mut faulty = std::collections::BTreeSet::new();
    let mut missing: Vec<&str> = Vec::new();
    let mut notes = scan.notes.iter().peekable();
    while let Some((seq, place, note)) = notes.next() {
        if let Note::Remark(Remark::Missing(member)) = note {
            // What one record lacks is one finding, and so is what its neighbours lack alike.
            missing.push(member);
            if matches!(notes.peek(), Some((next, _, Note::Remark(Remark::Missing(_)))) if next == seq) {
                continue;
            }
        }
        let finding = match note {
            Note::Remark(Remark::Missing(_)) => {
                Finding::new(Code::RecordSchema).adding(&format!("Here: {}.", std::mem::take(&mut missing).join(", ")))
            }
            note => note_finding(note),
        };
        if matches!(note, Note::Fault(_) | Note::NotUtf8(_) | Note::CarriageReturn) {
            faulty.insert(*seq);
        }
        findings.add_joining(finding.records(*seq, *seq).file(path).at(place.line, place.offset));
    }
    faulty.len() as u64
}

fn note_finding(note: &Note) -> Finding {
    let with = |code: Code, text: String| Finding::new(code).adding(&text);
    match note {
        Note::Fault(fault) => {
            let code = match fault {
                Fault::TooLong { .. } => Code::RecordTooLong,
                Fault::NotAnObject | Fault::InvalidJson { .. } => Code::RecordInvalidJson,
                Fault::TooDeep => Code::RecordTooDeep,
                Fault::DuplicateKey { .. } => Code::RecordDuplicateKey,
                Fault::SealMalformed { .. } => Code::RecordSealMalformed,
            };
            with(code, format!("Here: {}.", shown_short(&fault.to_string(), 200)))
        }
        Note::NotUtf8(offset) => {
            with(Code::RecordNotUtf8, format!("From byte {} of the record on.", figures::count(*offset as u64)))
        }
        Note::CarriageReturn => Finding::new(Code::RecordLineEnding),
        Note::Remark(remark) => {
            let at = |pointer: &str| format!("At {}.", shown_short(pointer, 200));
            match remark {
                Remark::UnsafeNumber(pointer) => with(Code::RecordUnsafeNumber, at(pointer)),
                Remark::ConfusableId(pointer) => with(Code::RecordConfusableId, at(pointer)),
                Remark::HiddenCharacter(pointer) => with(Code::RecordHiddenCharacter, at(pointer)),
                Remark::Missing(member) => with(Code::RecordSchema, format!("Here: {member}.")),
                Remark::UnknownKind(kind) => with(Code::RecordUnknownKind, format!("Here: {kind}.")),
                Remark::KindImplied => Finding::new(Code::RecordKindImplied),
                Remark::TimeUnreadable(text) => with(Code::TimeUnreadable, format!("Here: {text}.")),
            }
        }
        Note::ZoneMissing => Finding::new(Code::TimeZoneMissing),
        Note::ZoneAssumed => Finding::new(Code::TimeZoneAssumed),
        Note::AfterAnchor { stated, seen } => {
            Finding::new(Code::TimeAfterAnchor).differs(format!("not after {}", shown(*seen)), shown(*stated))
        }
        Note::BeforeAnchor { stated, seen } => {
            Finding::new(Code::TimeBeforeAnchor).differs(format!("not before {}", shown(*seen)), shown(*stated))
        }
        Note::AfterClose => Finding::new(Code::ChainAfterClose),
    }
}

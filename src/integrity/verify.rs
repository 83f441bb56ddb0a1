//! Verifies a bundle: prepares, reads the log, locates damage, asks the signed roots, and concludes.

use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono::FixedOffset;

use super::anchors;
use super::assemble::{Assembled, Assembler};
use super::code::Code;
use super::conclude::Conclusion;
use super::digest;
use super::finding::{Finding, Findings};
use super::locate::locate;
use super::prepare::{Prepared, SuppliedNote, hash_member, prepare};
use super::redact;
use super::report::{Check, Checks, Report};
use super::scan::{Context, Scanner, SeeLines, Sights};
use crate::bundle::container::{Container, OpenError};
use crate::bundle::reading::{self, LogError, Looked, Read, Source, Stretch, Watch};
use crate::record::signature::HmacKey;
use crate::tlog::merkle::Hash;
use crate::tlog::note::VerifierKey;

/// What the auditor brings to a verification.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Keys that the auditor trusts: of logs and of witnesses.
    pub trust: Vec<VerifierKey>,
    /// `trust` is a keyring: keys of other logs, and witnesses that saw nothing of this one, take no part.
    pub is_keyring: bool,
    /// Checkpoints that the auditor kept or got elsewhere.
    pub checkpoints: Vec<SuppliedNote>,
    /// The name of the log, where the auditor knows it.
    pub origin: Option<String>,
    /// The shared key of the signatures that stand inside records.
    pub hmac_key: Option<HmacKey>,
}

/// Why there is no report. Everything else is a finding.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The bundle cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The operating system refused, or the watcher asked to stop.
    #[error(transparent)]
    Read(#[from] LogError),
    /// Whoever gathers along could not go on.
    #[error(transparent)]
    Gather(Box<dyn std::error::Error + Send + Sync>),
}

/// What is known of a log before its lines are read.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The name that the log's hashes are computed with.
    pub origin: &'a str,
    /// The zone that the log states for times without one.
    pub zone: Option<FixedOffset>,
    /// Member paths of the segments in the order in which they are read; one for a bare file.
    pub segments: &'a [String],
    /// The ranges that a slice declares to hold; `None` for a log that is declared whole, or declares nothing.
    pub slice: Option<&'a [Range<u64>]>,
    /// How many records the log has, as the bundle declares.
    pub log_size: Option<u64>,
}

/// Takes part in a verification: what it keeps was verified by the same pass over the same bytes.
pub trait Gather {
    /// Looks at lines; each worker has a copy of its own.
    type Seer: SeeLines + Clone + Send + Sync;
    /// What is kept of a stretch.
    type Part: Send;
    /// Whether it checks that ids are unique and that references lead somewhere; a report says so where nobody did.
    const FOLLOWS_REFERENCES: bool;

    /// The log is about to be read.
    fn begin(&mut self, heading: &Heading<'_>) -> Self::Seer;

    /// What the seer keeps of the stretch that it just saw.
    fn part(seer: &mut Self::Seer) -> Self::Part;

    /// Takes the parts, in the order of the log; `looked` holds the number of lines.
    fn take(&mut self, looked: &Looked<u64>, part: Self::Part) -> Result<(), VerifyError>;

    /// The log was read: to its end, or as far as the watcher let it. May add findings, and say which checks were made.
    fn finish(&mut self, is_whole: bool, findings: &mut Findings, checks: &mut Checks) -> Result<(), VerifyError>;
}

/// Gathers nothing.
struct Nothing;

impl Gather for Nothing {
    type Seer = ();
    type Part = ();
    const FOLLOWS_REFERENCES: bool = false;

    fn begin(&mut self, _: &Heading<'_>) {}

    fn part((): &mut ()) {}

    fn take(&mut self, _: &Looked<u64>, (): ()) -> Result<(), VerifyError> {
        Ok(())
    }

    fn finish(&mut self, _: bool, _: &mut Findings, _: &mut Checks) -> Result<(), VerifyError> {
        Ok(())
    }
}

/// Verifies the bundle at `path`.
pub fn verify(path: &Path, options: &Options, watch: &dyn Watch) -> Result<Report, VerifyError> {
    verify_and_gather(path, options, watch, &mut Nothing)
}

/// Gathers nothing, and knows from an earlier report what came of ids and references: they do not depend on what the
/// auditor brings.
struct Known<'a>(&'a Report);

/// The codes of what only an index finds.
const INDEXED: [Code; 5] = [
    Code::RecordDuplicateId,
    Code::RefDangling,
    Code::RefAmbiguous,
    Code::RefVersionDigests,
    Code::RefVersionNotInService,
];

impl Gather for Known<'_> {
    type Seer = ();
    type Part = ();
    const FOLLOWS_REFERENCES: bool = true;

    fn begin(&mut self, _: &Heading<'_>) {}

    fn part((): &mut ()) {}

    fn take(&mut self, _: &Looked<u64>, (): ()) -> Result<(), VerifyError> {
        Ok(())
    }

    fn finish(&mut self, _: bool, findings: &mut Findings, checks: &mut Checks) -> Result<(), VerifyError> {
        for code in INDEXED {
            let mut known = self.0.findings.iter().filter(|finding| finding.code == code).cloned().peekable();
            let count = self.0.finding_counts.get(code.name()).copied().unwrap_or_default();
            let mut last = None;
            // Those that were counted and not kept are counted again.
            for _ in 0..count {
                last = known.next().or(last);
                last.iter().for_each(|finding| findings.add(finding.clone()));
            }
        }
        for check in [Check::DuplicateId, Check::Reference] {
            checks.pass(check, self.0.checks.checked.get(&check).copied().unwrap_or_default());
            checks.fail(check, self.0.checks.failed.get(&check).copied().unwrap_or_default());
            if let Some((count, why)) = self.0.checks.skipped.get(&check) {
                checks.skip(check, *count, why);
            }
        }
        Ok(())
    }
}

/// Verifies the bundle at `path` once more, for other options, knowing from a report of an index what came of ids and
/// references.
pub fn replay(path: &Path, options: &Options, watch: &dyn Watch, known: &Report) -> Result<Report, VerifyError> {
    verify_and_gather(path, options, watch, &mut Known(known))
}

/// Verifies the bundle at `path`, and lets `gather` keep what it wants of it.
pub fn verify_and_gather<G: Gather>(
    path: &Path,
    options: &Options,
    watch: &dyn Watch,
    gather: &mut G,
) -> Result<Report, VerifyError> {
    let mut container = Container::open(path)?;
    let (mut findings, mut checks) = (Findings::default(), Checks::default());
    let prepared = prepare(&mut container, path, options, &mut findings, &mut checks)?;
    let log = match (&prepared.origin, prepared.unknown_version) {
        (Some(origin), false) => {
            let context = Context {
                origin: origin.clone(),
                cuts: prepared.anchors.iter().map(|anchor| anchor.checkpoint.size).collect(),
                sights: Sights::new(anchors::time_anchors(&prepared.anchors)),
                zone: prepared.zone,
                hmac_key: options.hmac_key.clone(),
            };
            Some(read_log(&mut container, path, &prepared, &context, watch, gather, &mut findings, &mut checks)?)
        }
        (None, false) if prepared.bare.is_none() && !prepared.contents.segments.is_empty() => {
            findings.add(Finding::new(Code::VerifyOriginUnknown));
            None
        }
        _ => None,
    };
    let (assembled, bare_digest) = match log {
        None => (None, None),
        Some((log, read)) if !read.is_whole => {
            let conclusion =
                Conclusion { prepared: &prepared, findings, checks, keys: &prepared.keys.trusted, references: false };
            return Ok(conclusion.part(log));
        }
        Some((log, read)) => (Some(log), read.digest),
    };
    let bundle_digest = bundle_digest(&mut container, &prepared, assembled.as_ref(), bare_digest, &mut findings)?;
    let references = G::FOLLOWS_REFERENCES && assembled.is_some();
    let conclusion = Conclusion { prepared: &prepared, findings, checks, keys: &prepared.keys.trusted, references };
    Ok(conclusion.report(&mut container, assembled, bundle_digest)?)
}

#[allow(clippy::too_many_arguments, reason = "one step of verify_and_gather, and its whole state")]
fn read_log<G: Gather>(
    container: &mut Container,
    path: &Path,
    prepared: &Prepared,
    context: &Context,
    watch: &dyn Watch,
    gather: &mut G,
    findings: &mut Findings,
    checks: &mut Checks,
) -> Result<(Assembled, Read), VerifyError> {
    // A container of its own: the segments are read from the other one at the same time.
    let mut beside = if prepared.contents.disclosures { Some(Container::open(path)?) } else { None };
    let disclosures = match beside.as_mut().map(|container| container.stream(redact::PATH)) {
        None => None,
        Some(Ok(stream)) => Some(BufReader::with_capacity(64 << 10, stream)),
        Some(Err(_)) => None, // Found, and reported, when its digest was taken.
    };
    let segments = &prepared.contents.segments;
    let member = prepared.bare.as_ref().map(|(member, _)| member.as_str());
    let source = match &prepared.bare {
        Some((member, compressed)) => Source::Bare { member, compressed: *compressed },
        None => Source::Segments(segments),
    };
    let mut assembler = Assembler::new(segments, member, context, disclosures);
    let slice = prepared.slice();
    let paths = match member {
        Some(member) => vec![member.to_owned()],
        None => segments.iter().map(|segment| segment.path.clone()).collect(),
    };
    let heading = Heading {
        origin: &context.origin,
        zone: context.zone,
        segments: &paths,
        slice: slice.as_deref(),
        log_size: prepared.manifest.as_ref().map(|manifest| manifest.log_size),
    };
    let prototype = gather.begin(&heading);
    let looks = || {
        let (mut scanner, mut seer) = (Scanner::new(context), prototype.clone());
        move |stretch: Stretch<'_>| {
            let scan = scanner.scan(stretch, &mut seer);
            let lines = scan.lines;
            ((scan, G::part(&mut seer)), lines)
        }
    };
    let read = reading::look(container, path, &source, watch, looks, |looked| {
        let Looked { segment, offset, raw_bytes, found: (scan, part), file, fault } = looked;
        gather.take(&Looked { segment, offset, raw_bytes, found: scan.lines, file, fault: None }, part)?;
        assembler.take(Looked { segment, offset, raw_bytes, found: scan, file, fault }, findings, checks)?;
        Ok::<(), VerifyError>(())
    })?;
    let trouble = |source| LogError::Io { path: PathBuf::from(redact::PATH), source };
    let assembled = if read.is_whole {
        assembler.finish(slice.as_deref(), findings, checks).map_err(trouble)?
    } else {
        assembler.stop()
    };
    gather.finish(read.is_whole, findings, checks)?;
    Ok((assembled, read))
}

/// The digest of the bundle, from what was hashed on the way; `None` where a file could not be read. A bare file counts as a
/// bundle of that one file.
fn bundle_digest(
    container: &mut Container,
    prepared: &Prepared,
    log: Option<&Assembled>,
    bare_digest: Option<Hash>,
    findings: &mut Findings,
) -> Result<Option<Hash>, LogError> {
    let mut unread = None;
    let digest = digest::of_members(container, |container, path| {
        let known = log.and_then(|log| log.digests.get(path).copied()).or(bare_digest);
        let digest = match (known, prepared.digests.get(path)) {
            (Some(digest), _) => Some(digest),
            (None, Some(digest)) => *digest,
            (None, None) => hash_member(container, path, &mut Findings::default())?,
        };
        if digest.is_none() {
            unread = Some(path.to_owned());
        }
        Ok(digest)
    })?;
    // The fault itself is a finding already, unless this is the first time that the member was read.
    if let Some(path) = unread.filter(|_| prepared.unknown_version) {
        findings.add(
            Finding::new(Code::VerifySkipped)
                .file(path)
                .adding("Not every file could be read; there is no bundle digest."),
        );
    }
    Ok(digest)
}

/// The log put in order, with the ranges that the bundle declares; a whole log declares nothing but its size.
pub(super) fn located(prepared: &Prepared, log: &mut Assembled) -> super::locate::Located {
    let items = std::mem::take(&mut log.items);
    locate(items, prepared.slice().as_deref(), prepared.committed_size())
}

//! Verifies a bundle: prepares, reads the log, locates damage, asks the signed roots, and concludes.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::anchors;
use super::assemble::{Assembled, Assembler};
use super::code::Code;
use super::conclude::Conclusion;
use super::finding::{Finding, Findings};
use super::locate::locate;
use super::prepare::{Prepared, SuppliedNote, hash_member, prepare};
use super::redact;
use super::report::{Checks, Report};
use super::scan::{Context, Scanner, Sights};
use crate::bundle::container::{Container, OpenError};
use crate::bundle::reading::{self, LogError, Source, Stretch, Watch};
use crate::record::sealed::hex;
use crate::record::signature::HmacKey;
use crate::tlog::merkle::Hash;
use crate::tlog::note::VerifierKey;

/// What the auditor brings to a verification.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Keys that the auditor trusts: of logs and of witnesses.
    pub trust: Vec<VerifierKey>,
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
}

/// Verifies the bundle at `path`.
pub fn verify(path: &Path, options: &Options, watch: &dyn Watch) -> Result<Report, VerifyError> {
    let mut container = Container::open(path)?;
    let (mut findings, mut checks) = (Findings::default(), Checks::default());
    let prepared = prepare(
        &mut container,
        path,
        &options.trust,
        &options.checkpoints,
        options.origin.as_deref(),
        &mut findings,
        &mut checks,
    )?;
    let log = match (&prepared.origin, prepared.unknown_version) {
        (Some(origin), false) => {
            let context = Context {
                origin: origin.clone(),
                cuts: prepared.anchors.iter().map(|anchor| anchor.checkpoint.size).collect(),
                sights: Sights::new(anchors::time_anchors(&prepared.anchors)),
                zone: prepared.zone,
                hmac_key: options.hmac_key.clone(),
            };
            Some(read_log(&mut container, path, &prepared, &context, watch, &mut findings, &mut checks)?)
        }
        (None, false) if prepared.bare.is_none() && !prepared.contents.segments.is_empty() => {
            findings.add(Finding::new(Code::VerifyOriginUnknown));
            None
        }
        _ => None,
    };
    let (assembled, bare_digest) = log.map_or((None, None), |(log, digest)| (Some(log), digest));
    let bundle_digest = bundle_digest(&mut container, &prepared, assembled.as_ref(), bare_digest, &mut findings)?;
    let conclusion = Conclusion { prepared: &prepared, findings, checks, keys: &options.trust };
    Ok(conclusion.report(&mut container, assembled, bundle_digest)?)
}

fn read_log(
    container: &mut Container,
    path: &Path,
    prepared: &Prepared,
    context: &Context,
    watch: &dyn Watch,
    findings: &mut Findings,
    checks: &mut Checks,
) -> Result<(Assembled, Option<Hash>), VerifyError> {
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
    let looks = || {
        let mut scanner = Scanner::new(context);
        move |stretch: Stretch<'_>| {
            let scan = scanner.scan(stretch.lines, stretch.segment, stretch.begins_log);
            let lines = scan.lines;
            (scan, lines)
        }
    };
    let digest: Option<Hash> =
        reading::look(container, path, &source, watch, looks, |looked| assembler.take(looked, findings, checks))?;
    let assembled = assembler
        .finish(prepared.slice().as_deref(), findings, checks)
        .map_err(|source| LogError::Io { path: PathBuf::from(redact::PATH), source })?;
    Ok((assembled, digest))
}

/// BLAKE3 over the lines `<path>\0<BLAKE3 of the file, hex>\n` in byte order of path; `None` where a file could not be
/// read. A bare file counts as a bundle of that one file.
fn bundle_digest(
    container: &mut Container,
    prepared: &Prepared,
    log: Option<&Assembled>,
    bare_digest: Option<Hash>,
    findings: &mut Findings,
) -> Result<Option<Hash>, LogError> {
    let paths: Vec<String> = container.entries().iter().map(|entry| entry.path.clone()).collect();
    let mut hasher = blake3::Hasher::new();
    let faulty = container.faults().iter().any(|fault| fault.path.is_some());
    if paths.is_empty() || faulty {
        return Ok(None);
    }
    for path in paths {
        let known = log.and_then(|log| log.digests.get(&path).copied()).or(bare_digest);
        let digest = match (known, prepared.digests.get(&path)) {
            (Some(digest), _) => Some(digest),
            (None, Some(digest)) => *digest,
            (None, None) => hash_member(container, &path, &mut Findings::default())?,
        };
        let Some(digest) = digest else {
            // The fault itself is a finding already, unless this is the first time that the member was read.
            if prepared.unknown_version {
                findings.add(
                    Finding::new(Code::VerifySkipped)
                        .file(path)
                        .adding("Not every file could be read; there is no bundle digest."),
                );
            }
            return Ok(None);
        };
        hasher.update(path.as_bytes());
        hasher.update(b"\0");
        hasher.update(hex(&digest).as_bytes());
        hasher.update(b"\n");
    }
    Ok(Some(*hasher.finalize().as_bytes()))
}

/// The log put in order, with the ranges that the bundle declares; a whole log declares nothing but its size.
pub(super) fn located(prepared: &Prepared, log: &mut Assembled) -> super::locate::Located {
    let items = std::mem::take(&mut log.items);
    locate(items, prepared.slice().as_deref(), prepared.committed_size())
}

//! Everything about a bundle that is known before its log is read: container, manifest, small files, keys,
//! checkpoints, and the origin that the hashes are computed with.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use chrono::FixedOffset;

use super::anchors::{self, Anchor, Keys, NoteFile, Standing};
use super::assemble::container_finding;
use super::code::Code;
use super::finding::{Finding, Findings};
use super::report::{Check, Checks};
use super::verify::Options;
use crate::bundle::container::{Container, Form, ReadError};
use crate::bundle::contents::Contents;
use crate::bundle::limits::{
    MAX_CHECKPOINTS, MAX_KEY_BYTES, MAX_KEYS, MAX_MANIFEST_BYTES, MAX_NOTE_BYTES, MAX_SEGMENT_FILE_BYTES,
};
use crate::bundle::line::{Line, MAX_LINE_BYTES, RecordHasher};
use crate::bundle::manifest::{self, Manifest, ManifestError};
use crate::bundle::reading::LogError;
use crate::bundle::segment::{ByteStream, SegmentDecoder};
use crate::record::figures::count;
use crate::record::sealed::hex;
use crate::record::text::shown_short;
use crate::record::{LogRecord, time};
use crate::tlog::merkle::Hash;
use crate::tlog::note::{KeyError, KeyKind, VerifierKey};

/// A checkpoint that the auditor kept or got elsewhere.
#[derive(Debug, Clone)]
pub struct SuppliedNote {
    /// The file's name, for reports.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A bundle before its log is read.
#[derive(Default)]
pub struct Prepared {
    /// The manifest, where there is a readable one.
    pub manifest: Option<Manifest>,
    /// The members.
    pub contents: Contents,
    /// The keys.
    pub keys: Keys,
    /// The checkpoints of this log.
    pub anchors: Vec<Anchor>,
    /// The origin to hash with; `None` where it is not known.
    pub origin: Option<String>,
    /// The zone that the log's first record states.
    pub zone: Option<FixedOffset>,
    /// BLAKE3 of every member but the segments, by path; `None` for one that could not be read.
    pub digests: BTreeMap<String, Option<Hash>>,
    /// For a bare file: its member, and whether it is compressed.
    pub bare: Option<(String, bool)>,
    /// The bundle is of a format that this program does not know; nothing more is to be said.
    pub unknown_version: bool,
}

impl Prepared {
    /// The size that the manifest and the bundle's own checkpoints commit to, where any does.
    pub fn committed_size(&self) -> Option<u64> {
        let own = self.anchors.iter().filter(|anchor| !anchor.supplied && anchor.standing != Standing::Invalid);
        let manifest = self.manifest.iter().map(|manifest| manifest.log_size);
        own.map(|anchor| anchor.checkpoint.size).chain(manifest).max()
    }

    /// The ranges that a slice declares to hold; `None` for a log that is declared whole, or declares nothing.
    pub fn slice(&self) -> Option<Vec<std::ops::Range<u64>>> {
        self.manifest.as_ref()?.slice()
    }
}

/// Looks at everything but the log.
pub fn prepare(
    container: &mut Container,
    path: &Path,
    options: &Options,
    findings: &mut Findings,
    checks: &mut Checks,
) -> Result<Prepared, LogError> {
    let (supplied, stated_origin) = (options.checkpoints.as_slice(), options.origin.as_deref());
    let is_ours = |path: &str| path == manifest::PATH || path == "log" || path.starts_with("log/");
    let named = container.faults().iter().filter_map(|fault| fault.path.as_deref());
    if container.form() == Form::Folder
        && !container.entries().iter().map(|entry| entry.path.as_str()).chain(named).any(is_ours)
    {
        findings.add(
            Finding::new(Code::ContainerNotABundle)
                .saying("The folder is not a bundle: it has neither manifest.json nor segments under log/."),
        );
        checks.skip(Check::Member, 0, "it is not a bundle");
        return Ok(Prepared::default());
    }
    for fault in container.faults() {
        findings.add(container_finding(fault));
    }
    checks.fail(Check::Member, container.faults().len() as u64);
    checks.pass(Check::Member, container.entries().len() as u64);
    let is_bare = matches!(container.form(), Form::BareLines | Form::BareZstd);
    let bare = is_bare
        .then(|| container.entries().first().map(|entry| (entry.path.clone(), container.form() == Form::BareZstd)))
        .flatten();
    let mut prepared = Prepared {
        manifest: None,
        contents: Contents::default(),
        keys: Keys { trusted: options.trust.clone(), offered: Vec::new() },
        anchors: Vec::new(),
        origin: None,
        zone: None,
        digests: BTreeMap::new(),
        bare,
        unknown_version: false,
    };
    if !is_bare {
        prepared.manifest = read_manifest(container, findings, &mut prepared.unknown_version)?;
        prepared.contents = Contents::new(container, prepared.manifest.as_ref());
        if prepared.unknown_version {
            return Ok(prepared);
        }
        report_contents(&prepared.contents, findings, checks);
        read_keys(container, &mut prepared, findings)?;
    }
    let notes = read_notes(container, &mut prepared, findings)?;
    find_origin(container, path, &mut prepared, stated_origin, &notes, supplied, findings)?;
    if let Some(origin) = prepared.origin.clone() {
        if options.is_keyring {
            let trusted = std::mem::take(&mut prepared.keys.trusted);
            let signed = |key: &VerifierKey| {
                let mut all = notes.iter().map(|(_, bytes)| bytes).chain(supplied.iter().map(|note| &note.bytes));
                all.any(|bytes| anchors::is_signed_by(bytes, key))
            };
            let is_of_use = |key: &VerifierKey| match key.kind() {
                KeyKind::Cosignature => signed(key),
                _ => key.name() == origin,
            };
            prepared.keys.trusted = trusted.into_iter().filter(is_of_use).collect();
        }
        read_anchors(&mut prepared, &origin, &notes, supplied, findings, checks);
    }
    hash_members(container, &mut prepared, findings, checks)?;
    Ok(prepared)
}

/// Only a refusal by the operating system ends a verification; a faulty member is a finding.
fn member(read: Result<Vec<u8>, ReadError>, findings: &mut Findings) -> Result<Option<Vec<u8>>, LogError> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadError::Io { path, source }) => Err(LogError::Io { path, source }),
        Err(ReadError::Fault(fault)) => {
            findings.add(container_finding(&fault));
            Ok(None)
        }
        Err(ReadError::Missing) => Ok(None),
    }
}

fn read_manifest(
    container: &mut Container,
    findings: &mut Findings,
    unknown_version: &mut bool,
) -> Result<Option<Manifest>, LogError> {
    // A zip that is cut off has lost its table of contents: then nothing can be said about what it holds.
    if container.entries().is_empty() && !container.faults().is_empty() {
        return Ok(None);
    }
    if !container.contains(manifest::PATH) {
        findings.add(Finding::new(Code::ManifestMissing).file(manifest::PATH));
        return Ok(None);
    }
    let Some(bytes) = member(container.read(manifest::PATH, MAX_MANIFEST_BYTES), findings)? else {
        return Ok(None);
    };
    match Manifest::parse(&bytes) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(ManifestError::Malformed(reason)) => {
            findings.add(
                Finding::new(Code::ManifestMalformed).file(manifest::PATH).differs("a manifest of format 1", reason),
            );
            Ok(None)
        }
        Err(ManifestError::UnknownVersion(format)) => {
            *unknown_version = true;
            findings
                .add(Finding::new(Code::ManifestUnknownVersion).file(manifest::PATH).differs(manifest::FORMAT, format));
            Ok(None)
        }
    }
}

fn report_contents(contents: &Contents, findings: &mut Findings, checks: &mut Checks) {
    for (paths, code) in [
        (&contents.missing, Code::ManifestFileMissing),
        (&contents.unlisted_segments, Code::ManifestSegmentUnlisted),
        (&contents.extra, Code::ManifestFileExtra),
    ] {
        for path in paths {
            findings.add(Finding::new(code).file(shown_short(path, 200)));
        }
    }
    checks.fail(Check::ManifestClaim, contents.missing.len() as u64);
    for token in &contents.tokens {
        findings.add(Finding::new(Code::TimeTokenNotChecked).file(token.as_str()));
    }
    if !contents.tokens.is_empty() {
        checks.skip(Check::TimestampToken, contents.tokens.len() as u64, "this version cannot check RFC 3161 tokens");
    }
}

fn read_keys(container: &mut Container, prepared: &mut Prepared, findings: &mut Findings) -> Result<(), LogError> {
    for path in prepared.contents.keys.iter().take(MAX_KEYS) {
        let Some(bytes) = member(container.read(path, MAX_KEY_BYTES), findings)? else { continue };
        // The line feed is asked for so that no byte of the file can go unnoticed.
        let parsed = match std::str::from_utf8(&bytes) {
            Ok(text) if text.ends_with('\n') => {
                VerifierKey::parse(text).map_err(|error| (matches!(error, KeyError::Weak), error.to_string()))
            }
            _ => Err((false, "not one line of text".to_owned())),
        };
        match parsed {
            Ok(key) => prepared.keys.offered.push(key),
            Err((weak, reason)) => {
                let code = if weak { Code::KeyWeak } else { Code::KeyMalformed };
                findings.add(Finding::new(code).file(path.as_str()).differs("a C2SP verifier key", reason));
            }
        }
    }
    limit(prepared.contents.keys.len(), MAX_KEYS, "key files", findings);
    Ok(())
}

fn limit(found: usize, most: usize, what: &str, findings: &mut Findings) {
    if found > most {
        findings.add(Finding::new(Code::VerifyLimitReached).adding(&format!(
            "There are {} {what}; {} were looked at.",
            count(found as u64),
            count(most as u64)
        )));
    }
}

fn read_notes(
    container: &mut Container,
    prepared: &mut Prepared,
    findings: &mut Findings,
) -> Result<Vec<(String, Vec<u8>)>, LogError> {
    limit(prepared.contents.notes.len(), MAX_CHECKPOINTS, "checkpoints", findings);
    let mut notes = Vec::new();
    for path in prepared.contents.notes.iter().take(MAX_CHECKPOINTS) {
        if let Some(bytes) = member(container.read(path, MAX_NOTE_BYTES), findings)? {
            prepared.digests.insert(path.clone(), Some(*blake3::hash(&bytes).as_bytes()));
            notes.push((path.clone(), bytes));
        }
    }
    Ok(notes)
}

fn read_anchors(
    prepared: &mut Prepared,
    origin: &str,
    notes: &[(String, Vec<u8>)],
    supplied: &[SuppliedNote],
    findings: &mut Findings,
    checks: &mut Checks,
) {
    let files = notes
        .iter()
        .map(|(name, bytes)| NoteFile { name, supplied: false, bytes })
        .chain(supplied.iter().map(|note| NoteFile { name: &note.name, supplied: true, bytes: &note.bytes }));
    prepared.anchors = files.filter_map(|file| anchors::read(&file, origin, &prepared.keys, findings)).collect();
    for signer in prepared.anchors.iter().flat_map(|anchor| &anchor.signers) {
        let check = if signer.cosigned.is_some() { Check::Cosignature } else { Check::Signature };
        match signer.valid {
            Some(valid) => checks.note(check, valid),
            None => checks.skip(check, 1, "the key is not known"),
        }
    }
    anchors::judge(&prepared.anchors, &prepared.keys, origin, findings);
    let Some(manifest) = &prepared.manifest else { return };
    for claim in &manifest.checkpoints {
        let Some(anchor) = prepared.anchors.iter().find(|anchor| !anchor.supplied && anchor.name == claim.path) else {
            continue;
        };
        checks.note(Check::ManifestClaim, anchor.checkpoint.size == claim.size);
        if anchor.checkpoint.size != claim.size {
            findings.add(
                Finding::new(Code::ManifestClaimMismatch)
                    .file(claim.path.as_str())
                    .differs(format!("size {}", count(claim.size)), format!("size {}", count(anchor.checkpoint.size))),
            );
        }
    }
}

/// The origin stated, unless nothing hashes under it and everything does under another that the bundle names.
fn find_origin(
    container: &mut Container,
    path: &Path,
    prepared: &mut Prepared,
    stated_origin: Option<&str>,
    notes: &[(String, Vec<u8>)],
    supplied: &[SuppliedNote],
    findings: &mut Findings,
) -> Result<(), LogError> {
    let head = head_of_log(container, path, prepared)?;
    let lines: Vec<Line<'_>> = head
        .split_inclusive(|byte| *byte == b'\n')
        .filter_map(|line| Line::parse(line.strip_suffix(b"\n")?))
        .take(PROBED_LINES)
        .collect();
    let opened = lines.first().and_then(|line| {
        let record: LogRecord<'_> = serde_json::from_slice(line.record).ok()?;
        (record.kind == "log" && record.event == "opened").then_some(record)
    });
    let named = opened.as_ref().and_then(|record| Some(record.origin.as_deref()?.to_owned()));
    let in_manifest = prepared.manifest.as_ref().map(|manifest| manifest.origin.clone());
    let note_origins = notes
        .iter()
        .map(|(_, bytes)| bytes.as_slice())
        .chain(supplied.iter().map(|note| note.bytes.as_slice()))
        .filter_map(|bytes| Some(std::str::from_utf8(bytes.split(|byte| *byte == b'\n').next()?).ok()?.to_owned()));
    let others: Vec<String> = in_manifest
        .iter()
        .cloned()
        .chain(named.clone())
        .chain(note_origins)
        .chain(prepared.keys.trusted.iter().map(|key| key.name().to_owned()))
        .filter(|origin| crate::tlog::note::valid_key_name(origin))
        .collect();
    let hashes_under =
        |origin: &str, line: &Line<'_>| RecordHasher::new(origin).hash(line.seq, &line.prev, line.record) == line.hash;
    let right = |origin: &str| lines.iter().filter(|line| hashes_under(origin, line)).count();
    let stated = stated_origin.map(str::to_owned).or_else(|| in_manifest.clone());
    // A hash does not come right by chance: one line tells.
    if prepared.bare.is_some() {
        if lines.is_empty() && !head.is_empty() && !head.starts_with(br#"{"seq":"#) {
            findings.add(Finding::new(Code::VerifyNotChained));
            return Ok(());
        }
        let names = stated_origin.into_iter().chain(others.iter().map(String::as_str));
        if !lines.is_empty() && names.clone().all(|name| right(name) == 0) {
            let tried: Vec<String> = names.map(|name| shown_short(name, 200)).collect();
            findings.add(match tried.is_empty() {
                true => Finding::new(Code::VerifyOriginUnknown),
                false => Finding::new(Code::VerifyOriginUnknown).saying(format!(
                    "None of the first records hashes under {}. Either that is not the name of the log, or they were all altered; the two cannot be told apart.",
                    tried.join(" or ")
                )),
            });
            return Ok(());
        }
    }
    let better = others.iter().max_by_key(|origin| right(origin)).filter(|origin| right(origin) > 0);
    prepared.origin = match (stated, better) {
        (Some(stated), Some(better)) if right(&stated) == 0 => Some(better.clone()),
        (Some(stated), _) => Some(stated),
        (None, Some(better)) => Some(better.clone()),
        // It hashes under none of the names; what the log calls itself, or a checkpoint calls it, is the best guess.
        (None, None) => others.first().cloned(),
    };
    let Some(origin) = &prepared.origin else { return Ok(()) };
    let differs = |code: Code, file: &str, stated: &str| {
        Finding::new(code).file(file).differs(shown_short(origin, 200), shown_short(stated, 200))
    };
    if let Some(stated) = in_manifest.as_ref().filter(|stated| *stated != origin) {
        findings.add(differs(Code::ManifestOriginAltered, manifest::PATH, stated));
    }
    if let Some(stated) = stated_origin.filter(|stated| *stated != origin) {
        findings.add(differs(Code::VerifyOriginDiffers, "", stated));
    }
    // Only a record whose hash is right says anything about the log.
    if let Some((opened, first)) = opened.zip(lines.first()).filter(|(_, first)| hashes_under(origin, first)) {
        prepared.zone = opened.zone.as_deref().and_then(time::parse_zone);
        if let Some(stated) = named.filter(|stated| stated != origin) {
            findings.add(differs(Code::ChainOriginDiffers, "", &stated).records(first.seq, first.seq));
        }
    }
    Ok(())
}

/// Lines at the start of the log that the origin is tried on.
const PROBED_LINES: usize = 16;

/// The first lines of the log; empty where they cannot be read, which the scan will report.
fn head_of_log(container: &mut Container, path: &Path, prepared: &Prepared) -> Result<Vec<u8>, LogError> {
    let io_error = |source: std::io::Error| LogError::Io { path: path.to_owned(), source };
    if let Some((member, compressed)) = &prepared.bare {
        let file = match container.stream(member) {
            Ok(file) => file,
            Err(ReadError::Io { path, source }) => return Err(LogError::Io { path, source }),
            Err(_) => return Ok(Vec::new()),
        };
        let mut stream = if *compressed { ByteStream::zstd(file).map_err(io_error)? } else { ByteStream::plain(file) };
        let mut head = vec![0; 2 * MAX_LINE_BYTES];
        let mut filled = 0;
        while filled < head.len() {
            match stream.fill(&mut head[filled..]) {
                Ok(0) | Err(_) => break,
                Ok(bytes) => filled += bytes,
            }
        }
        head.truncate(filled);
        return Ok(head);
    }
    let Some(segment) = prepared.contents.segments.first() else { return Ok(Vec::new()) };
    let bytes = match container.read(&segment.path, MAX_SEGMENT_FILE_BYTES) {
        Ok(bytes) => bytes,
        Err(ReadError::Io { path, source }) => return Err(LogError::Io { path, source }),
        Err(_) => return Ok(Vec::new()),
    };
    if !segment.is_compressed() {
        return Ok(bytes);
    }
    let mut lines = Vec::new();
    let mut decoder = SegmentDecoder::new().map_err(io_error)?;
    // Whatever is wrong with it is found again, and reported, when the segment is scanned.
    let _ = decoder.decode(&bytes, &mut lines);
    Ok(lines)
}

/// BLAKE3 of every member but the segments; attachments against their names and the manifest.
fn hash_members(
    container: &mut Container,
    prepared: &mut Prepared,
    findings: &mut Findings,
    checks: &mut Checks,
) -> Result<(), LogError> {
    if prepared.bare.is_some() {
        return Ok(());
    }
    let segments: std::collections::HashSet<&str> =
        prepared.contents.segments.iter().map(|segment| segment.path.as_str()).collect();
    let others: Vec<(String, u64)> = container
        .entries()
        .iter()
        .filter(|entry| !segments.contains(entry.path.as_str()))
        .map(|entry| (entry.path.clone(), entry.bytes))
        .collect();
    for (path, bytes) in others {
        if prepared.digests.contains_key(&path) {
            continue;
        }
        let digest = hash_member(container, &path, findings)?;
        if let (Some(name), Some(digest)) = (path.strip_prefix("attachments/"), digest) {
            checks.note(Check::Attachment, name == hex(&digest));
            if name != hex(&digest) {
                findings.add(
                    Finding::new(Code::ManifestDigestMismatch)
                        .file(shown_short(&path, 200))
                        .differs(name, hex(&digest)),
                );
            }
            attachment_claims(prepared.manifest.as_ref(), &path, bytes, &digest, findings, checks);
        }
        prepared.digests.insert(path, digest);
    }
    Ok(())
}

fn attachment_claims(
    manifest: Option<&Manifest>,
    path: &str,
    bytes: u64,
    digest: &Hash,
    findings: &mut Findings,
    checks: &mut Checks,
) {
    let claims = manifest.into_iter().flat_map(|manifest| &manifest.attachments).filter(|claim| claim.path == path);
    let compared = claims.flat_map(|claim| {
        [
            (Code::ManifestDigestMismatch, claim.blake3.clone(), hex(digest)),
            (Code::ManifestSizeMismatch, claim.bytes.to_string(), bytes.to_string()),
        ]
    });
    for (code, expected, actual) in compared {
        checks.note(Check::ManifestClaim, expected == actual);
        if expected != actual {
            findings.add(Finding::new(code).file(path).differs(shown_short(&expected, 100), actual));
        }
    }
}

/// BLAKE3 of a member; `None`, and a finding, where it cannot be read.
pub fn hash_member(container: &mut Container, path: &str, findings: &mut Findings) -> Result<Option<Hash>, LogError> {
    let mut stream = match container.stream(path) {
        Ok(stream) => stream,
        Err(error) => {
            member(Err(error), findings)?;
            return Ok(None);
        }
    };
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(Some(*hasher.finalize().as_bytes())),
            Ok(bytes) => {
                hasher.update(&buffer[..bytes]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                let text = error.to_string();
                let Some(error) = ReadError::from_stream(error) else {
                    return Err(LogError::Io { path: path.into(), source: std::io::Error::other(text) });
                };
                member(Err(error), findings)?;
                return Ok(None);
            }
        }
    }
}

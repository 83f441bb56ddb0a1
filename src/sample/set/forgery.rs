//! A log after somebody tried to hide what happened: a record edited and hashed anew, one deleted, the end cut off. The
//! forger makes manifest and digests fit, so that only the chain and the checkpoints show it. The checkpoints stay as they
//! are, the one beyond the cut too: a clumsy forger's mistake, without which nobody could say how much is missing.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::bundle::container::Container;
use crate::bundle::contents::Contents;
use crate::bundle::limits::{MAX_MANIFEST_BYTES, MAX_NOTE_BYTES, MAX_SEGMENT_FILE_BYTES};
use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::manifest::{self, Manifest};
use crate::bundle::segment::SegmentDecoder;
use crate::bundle::writer::sink::FileSystem;
use crate::bundle::writer::{Assembly, Claims, DISCLOSURES, Form};
use crate::record::sealed::Disclosure;
use crate::sample::people::{HASTY_ENGINEER, MODEL_RISK};
use crate::sample::{CREATED, Error, Truth};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, VerifierKey};

/// What was done to a log.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Forgery {
    /// `probity-forgery/1`.
    format: &'static str,
    /// The bundle before.
    source: &'static str,
    origin: String,
    summary: &'static str,
    /// What the forged manifest says.
    log_size: u64,
    /// Records that are left.
    records: u64,
    /// The checkpoints that are left, all as they were signed.
    checkpoints: Vec<u64>,
    edited: Edited,
    deleted: Deleted,
    cut: Cut,
}

/// A record edited, and its own hash made new.
#[derive(Debug, Clone, Serialize)]
struct Edited {
    seq: u64,
    audit_id: String,
    pointer: &'static str,
    was: &'static str,
    is: &'static str,
}

/// A record deleted.
#[derive(Debug, Clone, Serialize)]
struct Deleted {
    seq: u64,
    audit_id: String,
}

/// The records from one on, cut off.
#[derive(Debug, Clone, Serialize)]
struct Cut {
    first_seq: u64,
    last_seq: u64,
    records: u64,
    /// What the forger wanted gone.
    audit_id: String,
}

/// Forges the bundle at `source`, which holds what `truth` says, into `out`.
pub(super) fn forge(source: &Path, truth: &Truth, out: &Path) -> Result<Forgery, Error> {
    let find = |what: &'static str| {
        let found = truth.events.iter().rev().find(|event| event.what == what);
        found.cloned().ok_or(Error::Lacks(what))
    };
    let approval = find("change_approved_by_requester")?;
    let deployment = truth.events.iter().find(|event| event.what == "deployment" && event.seq > approval.seq);
    let deployment = deployment.cloned().ok_or(Error::Lacks("deployment"))?;
    let (deleted, end) = (find("first_bulk_read")?, find("incident_opened")?);

    let mut container = Container::open(source).map_err(|_| Error::Lacks("bundle"))?;
    let mut read = |member: &str, most: u64| container.read(member, most).map_err(|_| Error::Lacks("member"));
    let manifest = read(manifest::PATH, MAX_MANIFEST_BYTES)?;
    let manifest = Manifest::parse(&manifest).map_err(|_| Error::Lacks("manifest"))?;
    let mut out = Assembly::begin(out, Form::Zip, Arc::new(FileSystem))?;

    let mut hasher = RecordHasher::new(&manifest.origin);
    let mut decoder = SegmentDecoder::new().map_err(|_| Error::Lacks("segment"))?;
    let mut lines = Vec::new();
    for segment in &manifest.segments {
        let file = read(&segment.path, MAX_SEGMENT_FILE_BYTES)?;
        decoder.decode(&file, &mut lines).map_err(|_| Error::Lacks("segment"))?;
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let mut line = Line::parse(line).ok_or(Error::Lacks("line"))?;
            if line.seq == deleted.seq || line.seq >= end.seq {
                continue;
            }
            let edited;
            if line.seq == deployment.seq {
                edited = edit(line.record)?;
                line.record = edited.as_bytes();
                line.hash = hasher.hash(line.seq, &line.prev, line.record);
            }
            out.line(&line)?;
        }
    }
    let contents = Contents::new(&container, Some(&manifest));
    let mut checkpoints = Vec::new();
    for path in contents.notes {
        let bytes = container.read(&path, MAX_NOTE_BYTES).map_err(|_| Error::Lacks("checkpoint"))?;
        let size = SignedNote::parse(&bytes)
            .ok()
            .and_then(|note| Checkpoint::parse_text(note.text).ok())
            .ok_or(Error::Lacks("checkpoint"))?
            .size;
        checkpoints.push(size);
        out.note_as(path, size, bytes)?;
    }
    checkpoints.sort_unstable();
    out.key(&VerifierKey::parse(&key_text(&mut container, &contents.keys)?).map_err(|_| Error::Lacks("key"))?)?;
    let disclosures = container.read(DISCLOSURES, MAX_MANIFEST_BYTES).map_err(|_| Error::Lacks("disclosure"))?;
    for line in String::from_utf8_lossy(&disclosures).lines() {
        let disclosure = Disclosure::parse(line).ok_or(Error::Lacks("disclosure"))?;
        if disclosure.seq < end.seq {
            out.disclosure(&disclosure)?;
        }
    }
    out.finish(Claims {
        origin: manifest.origin.clone(),
        log_size: end.seq,
        ranges: vec![[0, end.seq]],
        created: CREATED.to_owned(),
        producer: manifest.producer,
    })?;
    Ok(Forgery {
        format: "probity-forgery/1",
        source: super::FILES[0],
        origin: manifest.origin,
        summary: "Somebody made the deployment of 2.4.0 look as if another had approved it and hashed it anew, took out the first read in bulk, and cut off the log before internal audit asked about both. Manifest and digests were made to fit; chain and checkpoints were not.",
        log_size: end.seq,
        records: end.seq - 1,
        checkpoints,
        edited: Edited {
            seq: deployment.seq,
            audit_id: deployment.audit_id,
            pointer: "/approvals/0/by",
            was: HASTY_ENGINEER,
            is: MODEL_RISK,
        },
        deleted: Deleted { seq: deleted.seq, audit_id: deleted.audit_id },
        cut: Cut {
            first_seq: end.seq,
            last_seq: truth.records - 1,
            records: truth.records - end.seq,
            audit_id: end.audit_id,
        },
    })
}

/// The deployment's record, approved by another.
fn edit(record: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(record).map_err(|_| Error::Lacks("text"))?;
    let edited = text.replacen(&format!("{{\"by\":\"{HASTY_ENGINEER}\""), &format!("{{\"by\":\"{MODEL_RISK}\""), 1);
    if edited == text { Err(Error::Lacks("approval by its deployer")) } else { Ok(edited) }
}

fn key_text(container: &mut Container, keys: &[String]) -> Result<String, Error> {
    let path = keys.first().ok_or(Error::Lacks("key"))?;
    let bytes = container.read(path, MAX_NOTE_BYTES).map_err(|_| Error::Lacks("key"))?;
    String::from_utf8(bytes).map_err(|_| Error::Lacks("key"))
}

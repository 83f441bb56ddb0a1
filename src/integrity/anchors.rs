//! Checkpoints and the keys that signed them. Everything here happens before the log is read: signatures depend on the
//! notes alone. Whether the roots come out is judged later.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::finding::{Finding, Findings};
use super::scan::TimeAnchor;
use crate::record::figures::count;
use crate::record::text::shown_short;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{KeyKind, SignatureLine, SignedNote, Verified, VerifierKey};

/// The keys that signatures are checked with.
#[derive(Debug, Default)]
pub struct Keys {
    /// Supplied by the auditor. Only these are a reason to trust.
    pub trusted: Vec<VerifierKey>,
    /// Lying in the bundle.
    pub offered: Vec<VerifierKey>,
}

/// Who signed a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The key's name, safe to show.
    pub name: String,
    /// The key's id, 8 hex digits.
    pub key_id: String,
    /// The auditor supplied this key.
    pub trusted: bool,
    /// Whether the signature fits; `None` where no key is known to check it with.
    pub valid: Option<bool>,
    /// When the witness saw it (RFC 3339, UTC), for a timestamped cosignature that fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosigned: Option<String>,
}

/// How far a checkpoint's signature in the log's own name can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A key that the auditor supplied signed it in the log's name.
    Trusted,
    /// A key from the bundle did.
    SelfAsserted,
    /// A signature in the log's name, by no key that is known.
    UnknownKey,
    /// No signature in the log's name.
    Unsigned,
    /// A signature that fails.
    Invalid,
}

/// A checkpoint of this log.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// Where it comes from: the member's path, or the name of the file supplied.
    pub name: String,
    /// The auditor supplied it.
    pub supplied: bool,
    /// Its text.
    pub checkpoint: Checkpoint,
    /// Its signature lines.
    pub signers: Vec<Signer>,
    /// What its signature in the log's name is worth.
    pub standing: Standing,
    /// The trusted witnesses' sights of it.
    pub sights: Vec<DateTime<Utc>>,
}

impl Anchor {
    /// Whether completeness can rest on it: signed by a trusted key, or kept by the auditor.
    pub fn counts(&self) -> bool {
        self.supplied && self.standing != Standing::Invalid || self.standing == Standing::Trusted
    }

    /// Whether its root may speak about the records and against other checkpoints: it counts, or nobody gave a key of
    /// the log and it is signed by one that lies in the bundle. Anybody can sign with a key of their own, so once a key
    /// was given no other one may say what was signed.
    pub fn speaks(&self, key_given: bool) -> bool {
        self.counts() || (!key_given && self.standing == Standing::SelfAsserted)
    }
}

/// A checkpoint file that has not been read yet.
pub struct NoteFile<'a> {
    /// See [`Anchor::name`].
    pub name: &'a str,
    /// See [`Anchor::supplied`].
    pub supplied: bool,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Reads one checkpoint and checks its signatures. `None`: it is no checkpoint of this log, and a finding says so.
pub fn read(file: &NoteFile<'_>, origin: &str, keys: &Keys, findings: &mut Findings) -> Option<Anchor> {
    let malformed =
        |reason: String| Finding::new(Code::CheckpointMalformed).file(file.name).differs("a C2SP checkpoint", reason);
    let note = match SignedNote::parse(file.bytes) {
        Ok(note) => note,
        Err(error) => {
            findings.add(malformed(error.to_string()));
            return None;
        }
    };
    let checkpoint = match Checkpoint::parse_text(note.text) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            findings.add(malformed(error.to_string()));
            return None;
        }
    };
    if !file.supplied && !is_named(file.name, checkpoint.size) {
        findings.add(malformed(format!("a checkpoint of size {}", count(checkpoint.size))));
        return None;
    }
    if checkpoint.origin != origin {
        let code = if file.supplied { Code::CheckpointForeign } else { Code::CheckpointOriginMismatch };
        findings.add(
            Finding::new(code).file(file.name).differs(shown_short(origin, 200), shown_short(&checkpoint.origin, 200)),
        );
        return None;
    }
    let mut anchor = Anchor {
        name: file.name.to_owned(),
        supplied: file.supplied,
        standing: Standing::Unsigned,
        signers: Vec::with_capacity(note.signatures.len()),
        sights: Vec::new(),
        checkpoint,
    };
    let mut standings = Vec::new();
    for line in &note.signatures {
        standings.extend(check_line(line, note.text, keys, &mut anchor, findings));
    }
    // A signature that fails is never made good by another one; otherwise the best one counts.
    anchor.standing = if standings.contains(&Standing::Invalid) {
        Standing::Invalid
    } else {
        standings.into_iter().min().unwrap_or(Standing::Unsigned)
    };
    Some(anchor)
}

/// Whether a checkpoint names a key as one that signed it; says nothing of whether the signature fits.
pub fn is_signed_by(bytes: &[u8], key: &VerifierKey) -> bool {
    SignedNote::parse(bytes).is_ok_and(|note| note.signatures.iter().any(|line| key.is_named_by(line)))
}

/// `checkpoints/<size>.note`, or `checkpoints/<size>-<n>.note` with n from 2 on.
fn is_named(path: &str, size: u64) -> bool {
    path.strip_prefix("checkpoints/")
        .and_then(|name| name.strip_suffix(".note"))
        .and_then(|name| name.strip_prefix(&size.to_string()))
        .is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix('-').is_some_and(|n| {
                    !n.is_empty() && !n.starts_with('0') && n != "1" && n.bytes().all(|byte| byte.is_ascii_digit())
                })
        })
}

/// Checks one signature line. The standing is that of a signature in the log's name, where this is one.
fn check_line(
    line: &SignatureLine<'_>,
    text: &str,
    keys: &Keys,
    anchor: &mut Anchor,
    findings: &mut Findings,
) -> Option<Standing> {
    let trusted: Vec<&VerifierKey> = keys.trusted.iter().filter(|key| key.is_named_by(line)).collect();
    let is_trusted = !trusted.is_empty();
    // Key ids have 32 bits and can be made to collide: a key from the bundle never stands beside a trusted one.
    let candidates =
        if is_trusted { trusted } else { keys.offered.iter().filter(|key| key.is_named_by(line)).collect() };
    let in_log_name = line.name == anchor.checkpoint.origin;
    let mut signer = Signer {
        name: shown_short(line.name, 200),
        key_id: format!("{:08x}", line.key_id),
        trusted: is_trusted,
        valid: None,
        cosigned: None,
    };
    let supported: Vec<&&VerifierKey> =
        candidates.iter().filter(|key| !matches!(key.kind(), KeyKind::Unknown(_))).collect();
    let verified = supported.iter().find_map(|key| key.verify(text, &line.payload).ok());
    let is_witness = match supported.first() {
        Some(key) => key.kind() == KeyKind::Cosignature,
        // Nothing but its length tells a cosignature by an unknown key: eight bytes of time before the signature.
        None => line.payload.len() == 72,
    };
    let file = anchor.name.clone();
    let standing = match (verified, supported.is_empty()) {
        (Some(Verified::Signature), _) => {
            signer.valid = Some(true);
            in_log_name.then_some(if is_trusted { Standing::Trusted } else { Standing::SelfAsserted })
        }
        (Some(Verified::Cosignature { unix_seconds }), _) => {
            signer.valid = Some(true);
            let at = i64::try_from(unix_seconds).ok().and_then(|secs| DateTime::from_timestamp(secs, 0));
            signer.cosigned = at.map(crate::record::time::shown);
            match at {
                Some(at) if is_trusted => anchor.sights.push(at),
                _ => findings
                    .add(Finding::new(Code::WitnessUntrusted).file(file).differs("a key supplied", &signer.name)),
            }
            None
        }
        (None, true) => {
            let code = if is_witness { Code::WitnessUntrusted } else { Code::CheckpointUnknownKey };
            findings.add(
                Finding::new(code).file(file).differs("a known key", format!("{} {}", signer.name, signer.key_id)),
            );
            (in_log_name && !is_witness).then_some(Standing::UnknownKey)
        }
        (None, false) => {
            signer.valid = Some(false);
            let code = if is_witness { Code::WitnessSignatureInvalid } else { Code::CheckpointSignatureInvalid };
            findings.add(
                Finding::new(code)
                    .file(file)
                    .differs("a signature that fits", format!("{} {}", signer.name, signer.key_id)),
            );
            (in_log_name && !is_witness).then_some(Standing::Invalid)
        }
    };
    anchor.signers.push(signer);
    standing
}

/// What the signatures of all checkpoints say about authorship, about keys that signed nothing, and about checkpoints
/// of one size with two roots.
pub fn judge(anchors: &[Anchor], keys: &Keys, origin: &str, findings: &mut Findings) {
    let own = |anchor: &&Anchor| !anchor.supplied;
    // Authorship is that of the bundle; only where it has no checkpoint does one that the auditor kept speak for it.
    let mut judged: Vec<&Anchor> = anchors.iter().filter(own).collect();
    if judged.is_empty() {
        judged = anchors.iter().collect();
    }
    let log_keys: Vec<&VerifierKey> = keys.trusted.iter().filter(|key| key.kind() != KeyKind::Cosignature).collect();
    let with = |standing: Standing| {
        let mut sizes: Vec<u64> =
            judged.iter().filter(|anchor| anchor.standing == standing).map(|anchor| anchor.checkpoint.size).collect();
        sizes.sort_unstable();
        sizes
    };
    let say = |code: Code, sizes: &[u64]| {
        let list: Vec<String> = sizes.iter().take(8).map(|size| count(*size)).collect();
        let more = if sizes.len() > 8 { format!(" and {} more", count(sizes.len() as u64 - 8)) } else { String::new() };
        Finding::new(code).adding(&format!(
            "{} of size {}{more}.",
            if sizes.len() == 1 { "Checkpoint" } else { "Checkpoints" },
            list.join(", ")
        ))
    };
    let doubtful: Vec<u64> = {
        let mut sizes: Vec<u64> =
            [Standing::SelfAsserted, Standing::UnknownKey, Standing::Unsigned].into_iter().flat_map(with).collect();
        sizes.sort_unstable();
        sizes
    };
    if judged.is_empty() {
        findings.add(Finding::new(Code::CheckpointUnsigned));
    } else if !log_keys.is_empty() {
        if !doubtful.is_empty() {
            findings.add(say(Code::KeyUntrusted, &doubtful));
        }
    } else {
        for (standing, code) in [
            (Standing::SelfAsserted, Code::KeySelfAsserted),
            (Standing::UnknownKey, Code::KeyUntrusted),
            (Standing::Unsigned, Code::CheckpointUnsigned),
        ] {
            let sizes = with(standing);
            if !sizes.is_empty() {
                findings.add(say(code, &sizes));
            }
        }
    }
    for key in &keys.trusted {
        let id = format!("{:08x}", key.key_id());
        let signed = anchors.iter().flat_map(|anchor| &anchor.signers).any(|signer| {
            signer.trusted && signer.valid == Some(true) && signer.key_id == id && signer.name == key.name()
        });
        if !signed {
            let code = if key.kind() == KeyKind::Cosignature { Code::WitnessMissing } else { Code::KeySignedNothing };
            let finding = Finding::new(code).differs("a signature by it", shown_short(&key.to_string(), 200));
            findings.add(if key.kind() != KeyKind::Cosignature && key.name() != origin {
                finding.adding("Its name is not the log's origin.")
            } else {
                finding
            });
        }
    }
    for (n, anchor) in anchors.iter().enumerate() {
        let twin = anchors[..n].iter().find(|other| {
            other.checkpoint.size == anchor.checkpoint.size
                && other.checkpoint.root != anchor.checkpoint.root
                && other.speaks(!log_keys.is_empty())
                && anchor.speaks(!log_keys.is_empty())
        });
        if let Some(twin) = twin {
            findings.add(split(twin, anchor, "They state two roots for one size."));
        }
    }
}

/// The finding that two checkpoints cannot belong to one log.
pub fn split(one: &Anchor, other: &Anchor, why: &str) -> Finding {
    Finding::new(Code::CheckpointSplit)
        .file(other.name.as_str())
        .differs(shown_anchor(one), shown_anchor(other))
        .adding(why)
}

fn shown_anchor(anchor: &Anchor) -> String {
    format!(
        "{}: size {}, root {}",
        anchor.name,
        count(anchor.checkpoint.size),
        crate::record::sealed::hex(&anchor.checkpoint.root)
    )
}

/// The trusted sights of all checkpoints.
pub fn time_anchors(anchors: &[Anchor]) -> Vec<TimeAnchor> {
    anchors
        .iter()
        .flat_map(|anchor| anchor.sights.iter().map(|at| TimeAnchor { size: anchor.checkpoint.size, at: *at }))
        .collect()
}

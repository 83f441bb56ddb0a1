//! A dossier: what the records hold about one decision, or about all decisions of one person, for the person that it is about (GDPR
//! Article 15, AI Act Article 86) or for whoever reviews it. The decision as it is recorded, its explanation, the version that decided and
//! where that comes from, reviews and outcome, and for each record the proof of where it stands in the log.
//!
//! [`Dossier`] is a public format: `assets/spec/reports.md` describes its JSON.

mod decision;
mod document;

use std::collections::BTreeMap;

use serde::Serialize;

use super::inclusion::{Paths, RootPath};
use super::provenance::Provenance;
use crate::analysis::deployments::Deployments;
use crate::analysis::lineage::Lineage;
use crate::analysis::related::Related;
use crate::bundle::line::Line;
use crate::bundle::reading::Watch;
use crate::case::Digest;
use crate::columns::{Bitmap, Selection};
use crate::evidence::sealed::{self, Disclosed};
use crate::evidence::{Evidence, EvidenceError};
use crate::record::Kind;

/// The form of its JSON.
pub const FORMAT: &str = "probity-dossier/1";

/// What records hold about decisions.
#[derive(Debug, Clone, Serialize)]
pub struct Dossier {
    /// [`FORMAT`].
    pub format: &'static str,
    /// The `subject.id_hash` that was asked for; `null` where one decision was.
    pub subject: Option<String>,
    /// The decisions, in the order of the log.
    pub decisions: Vec<Decided>,
    /// The records of these decisions and all that belong to them, in the order of the log.
    pub records: Vec<RecordTold>,
    /// Where it is from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The command that makes the same again.
    pub again: String,
}

/// A decision.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// Where it comes from, and what became of it.
    pub lineage: Lineage,
    /// The record, in its own bytes; `null` where its line is not one or is not UTF-8.
    pub record: Option<String>,
    /// What stands sealed in it, and what became of that.
    pub sealed: Vec<SealedTold>,
}

/// A sealed member of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealedTold {
    /// JSON pointer to it (RFC 6901).
    pub pointer: String,
    /// `disclosed`, `differs`, `erased` or `sealed`.
    pub state: &'static str,
    /// The value where it is disclosed, as JSON text.
    pub value: Option<String>,
    /// In words.
    pub words: String,
}

/// A record, and the proof of where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordTold {
    /// The name of its log.
    pub log: String,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// Its kind; `null` where its line is damaged.
    pub kind: Option<&'static str>,
    /// Its hash as its line states it.
    pub hash: Option<Digest>,
    /// Its way to the root of a checkpoint; `null` where there is none.
    pub proof: Option<Proof>,
    /// What that proves, or why there is none.
    pub words: String,
}

/// A record's way to the root of a checkpoint (RFC 6962 §2.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Size of the checkpoint.
    pub size: u64,
    /// The root that it states.
    pub root: Digest,
    /// Whether the path leads there with the record's own hash: otherwise the record is not as it was signed, or another one is not.
    pub holds: bool,
    /// Whether a signature of the checkpoint fits a key that is known.
    pub is_signed: bool,
    /// The leaf: SHA-256 over a zero byte and the record hash.
    pub leaf: Digest,
    /// Siblings from the leaf upwards.
    pub path: Vec<Sibling>,
}

/// A sibling on the way to a root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sibling {
    /// The first record that it covers.
    pub from: u64,
    /// The last one.
    pub to: u64,
    /// Its hash; it stands left of the path where its records come before.
    pub hash: Digest,
}

impl Dossier {
    /// Gathers what there is about the decisions of some rows; `subject` is who was asked for.
    ///
    /// # Errors
    /// Where an index or a bundle cannot be read.
    pub fn of(
        evidence: &Evidence,
        rows: &[u32],
        (subject, provenance, again): (Option<String>, Provenance, String),
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let deployments = Deployments::of(evidence, watch)?;
        let mut decisions = Vec::with_capacity(rows.len());
        for row in rows {
            decisions.push(Decided::of(evidence, *row, &deployments, watch)?);
        }
        Ok(Self { format: FORMAT, subject, decisions, records: records(evidence, rows, watch)?, provenance, again })
    }
}

impl Dossier {
    /// As JSON that people can read.
    ///
    /// # Errors
    /// What serde says.
    pub fn json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }
}

impl Decided {
    fn of(evidence: &Evidence, row: u32, deployments: &Deployments, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let lineage = Lineage::of(evidence, row, deployments, watch)?;
        let line = evidence.line(row)?;
        let record = line.as_ref().and_then(|line| Line::parse(&line.bytes)).map(|line| line.record.to_vec());
        let record = record.and_then(|record| String::from_utf8(record).ok());
        let sealed = match &record {
            Some(text) => match sealed::read(evidence, row, text, watch) {
                Ok(sealed) => sealed.into_iter().map(SealedTold::of).collect(),
                Err(why) => vec![SealedTold {
                    pointer: String::new(),
                    state: "sealed",
                    value: None,
                    words: format!("what is disclosed cannot be read: {why}"),
                }],
            },
            None => Vec::new(),
        };
        Ok(Self { lineage, record, sealed })
    }
}

impl SealedTold {
    fn of(sealed: sealed::Sealed) -> Self {
        let erased = sealed.erased_by.map(|(_, seq)| format!("erased, by the record {seq}"));
        let (state, value, words) = match (sealed.disclosure, erased) {
            (Some(Disclosed::Fits(value)), None) => {
                ("disclosed", Some(value), "disclosed, and the disclosure fits its seal".to_owned())
            }
            (Some(Disclosed::Fits(value)), Some(erased)) => (
                "disclosed",
                Some(value),
                format!("{erased}, and disclosed here all the same: the disclosure fits its seal"),
            ),
            (Some(Disclosed::Differs(why)), _) => {
                ("differs", None, format!("what is disclosed is something else: {why}"))
            }
            (None, Some(erased)) => ("erased", None, erased),
            (None, None) => ("sealed", None, "sealed, and not disclosed in this bundle".to_owned()),
        };
        Self { pointer: sealed.pointer, state, value, words }
    }
}

/// The records of decisions and those that belong to them, each with its proof.
fn records(evidence: &Evidence, rows: &[u32], watch: &dyn Watch) -> Result<Vec<RecordTold>, EvidenceError> {
    let mut all = Bitmap::from_rows(evidence.rows(), rows.iter().copied());
    for log in evidence.logs() {
        let of_log: Vec<u32> = rows.iter().copied().filter(|row| log.rows.contains(row)).collect();
        if !of_log.is_empty() {
            let selection = Selection::new(Bitmap::from_rows(evidence.rows(), of_log));
            all.or(&Related::of(evidence, log, &selection, watch)?.rows);
        }
    }
    let kinds = evidence.kinds()?;
    let mut paths = Paths::new(evidence);
    let mut out = Vec::new();
    for row in all.iter() {
        let Some((log, of_log)) = evidence.place(row) else { continue };
        let kind = kinds.get(row as usize).and_then(|kind| Kind::ALL.get(usize::from(*kind)));
        // What the log says of itself is about no decision.
        if kind == Some(&Kind::Log) {
            continue;
        }
        let seq = evidence.seqs().seq(row);
        let (proof, words) = match paths.of(row, watch)? {
            Ok(path) => {
                let words = seq.map(|seq| path.words(seq)).unwrap_or_default();
                (Some(Proof::of(&path)), format!("{words} {}", path.words_of_others()).trim_end().to_owned())
            }
            Err(why) => (None, why.words()),
        };
        out.push(RecordTold {
            log: log.index.origin.clone(),
            seq,
            kind: kind.map(|kind| kind.name()),
            hash: log.index.hashes_of(of_log..of_log + 1)?.into_iter().next().flatten().map(Digest),
            proof,
            words,
        });
    }
    Ok(out)
}

impl Proof {
    fn of(path: &RootPath) -> Self {
        Self {
            size: path.size,
            root: path.signed,
            holds: path.is_equal() && path.of == super::inclusion::LeafOf::Content,
            is_signed: path.is_signed,
            leaf: path.leaf,
            path: path.siblings.iter().map(|(from, to, hash)| Sibling { from: *from, to: *to, hash: *hash }).collect(),
        }
    }
}

/// How many records of each kind there are.
fn by_kind(records: &[RecordTold]) -> BTreeMap<&'static str, u64> {
    let mut out = BTreeMap::new();
    for record in records {
        *out.entry(record.kind.unwrap_or("damaged")).or_default() += 1;
    }
    out
}

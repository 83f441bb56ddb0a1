//! The journals of a case as bundles, and their verification by the same verifier as all evidence.

use std::path::Path;
use std::sync::Arc;

use super::journal::{Damage, Journal};
use super::store::{CheckpointRow, EntryRow};
use super::{Case, CaseError};
use crate::bundle::manifest::Producer;
use crate::bundle::writer::sink::FileSystem;
use crate::bundle::writer::{Assembly, Claims, Form};
use crate::integrity::code::Severity;
use crate::integrity::{Options, Report, Unwatched, verify};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, VerifierKey};

/// A folder to write journals to as bundles: the system's for such things, or the user's.
fn workplace() -> Result<tempfile::TempDir, CaseError> {
    let trouble = |source| CaseError::Io { path: std::env::temp_dir(), source };
    tempfile::tempdir().or_else(|error| {
        let folders = directories::ProjectDirs::from("", "", "probity").ok_or_else(|| trouble(error))?;
        let cache = folders.cache_dir();
        std::fs::create_dir_all(cache).and_then(|()| tempfile::tempdir_in(cache)).map_err(trouble)
    })
}

/// Whether the key signed this, for this journal and this number of entries. Whether it fits the entries is another question.
pub(super) fn is_genuine(origin: &str, row: &CheckpointRow) -> bool {
    let (Ok(key), Ok(note)) = (VerifierKey::parse(&row.key), SignedNote::parse(row.note.as_bytes())) else {
        return false;
    };
    let is_signed =
        note.signatures.iter().any(|line| key.is_named_by(line) && key.verify(note.text, &line.payload).is_ok());
    let says = |checkpoint: Checkpoint| checkpoint.origin == origin && i64::try_from(checkpoint.size) == Ok(row.size);
    is_signed && Checkpoint::parse_text(note.text).is_ok_and(says)
}

fn said(journal: &Journal, what: String) -> Damage {
    Damage { journal: Some(journal.row.origin.clone()), entry: None, what }
}

/// How a journal came out.
#[derive(Debug)]
pub struct Verification {
    /// Its name as a log.
    pub origin: String,
    /// Whether it is the one that the case goes on with.
    pub is_own: bool,
    /// How many of the keys brought along were held against it.
    pub signers: usize,
    /// What the verifier says.
    pub report: Report,
}

impl Case {
    /// Verifies every journal of the case, as it stands in the file. A key that is trusted counts whatever its name: one
    /// person signs many journals, and each signature bears the name of its journal. `own` is held against the own journal; of
    /// `trust`, those that signed a journal are held against it: a colleague's journal owes nothing to somebody else's key.
    ///
    /// # Errors
    /// Where a journal cannot be written to the folder of temporary files, or not be read.
    pub fn verify(&self, own: Option<&VerifierKey>, trust: &[VerifierKey]) -> Result<Vec<Verification>, CaseError> {
        // A key of a log that the case is about has nothing to sign here.
        let logs: Vec<&str> = self.bundles().into_iter().map(|(_, bundle)| bundle.origin.as_str()).collect();
        let trust: Vec<VerifierKey> = trust.iter().filter(|key| !logs.contains(&key.name())).cloned().collect();
        let folder = workplace()?;
        let mut out = Vec::new();
        for (n, journal) in self.journals().enumerate() {
            let path = folder.path().join(format!("{n}.audit.zip"));
            self.write_bundle(journal, &path)?;
            let signers: Vec<VerifierKey> = self
                .store
                .checkpoints(journal.row.id)?
                .iter()
                .filter_map(|row| VerifierKey::parse(&row.key).ok())
                .collect();
            let has_signed = |key: &&VerifierKey| signers.iter().any(|signer| signer.is_same_key(key));
            let keys = trust.iter().filter(has_signed).chain(own.filter(|_| n == 0));
            let trust: Result<Vec<VerifierKey>, _> = keys.map(|key| key.named(&journal.row.origin)).collect();
            let signers = trust.as_ref().map(Vec::len).unwrap_or_default();
            let options = Options { trust: trust?, origin: Some(journal.row.origin.clone()), ..Options::default() };
            let report = verify(&path, &options, &Unwatched)?;
            out.push(Verification { origin: journal.row.origin.clone(), is_own: n == 0, signers, report });
        }
        Ok(out)
    }

    /// Holds the checkpoints of every journal against its entries, and adds what contradicts them to the damage. Finds out whether the
    /// own journal can be signed on: a signature covers all that stands before it, so nothing is signed which this key did
    /// not sign as it was written. Returns why they cannot be checked, where that is so.
    pub(super) fn check_signed(&mut self) -> Option<String> {
        let key = self.author.key.as_ref().map(|key| key.verifier_key().clone());
        let (mut damage, mut covered, mut unchecked, mut is_signed) = (Vec::new(), None, None, false);
        let mut signed: Vec<Option<u64>> = Vec::new();
        let mut is_own_key_there = false;
        for (n, journal) in self.journals().enumerate() {
            let checkpoints = match self.store.checkpoints(journal.row.id) {
                Ok(checkpoints) => checkpoints,
                Err(error) => {
                    damage.push(said(journal, format!("its checkpoints cannot be read: {error}")));
                    Vec::new()
                }
            };
            let (genuine, others): (Vec<_>, Vec<_>) =
                checkpoints.iter().partition(|row| is_genuine(&journal.row.origin, row));
            let size = genuine.iter().map(|row| row.size.unsigned_abs()).max();
            signed.push(size.filter(|size| *size < journal.row.size.unsigned_abs()));
            if !others.is_empty() {
                damage
                    .push(said(journal, format!("{} of its checkpoints: no key signed it as it stands", others.len())));
            }
            if n == 0 {
                is_signed = !genuine.is_empty();
                let is_own = |text: &str| {
                    let known = VerifierKey::parse(text);
                    known.is_ok_and(|known| key.as_ref().is_some_and(|key| key.is_same_key(&known)))
                };
                is_own_key_there = checkpoints.iter().any(|row| is_own(&row.key));
            }
            if checkpoints.is_empty() || !journal.damage.is_empty() {
                continue;
            }
            match self.checked(journal, key.as_ref().filter(|_| n == 0)) {
                Ok(report) => {
                    let errors = report.findings.iter().filter(|finding| finding.code.severity() == Severity::Error);
                    damage.extend(errors.map(|finding| said(journal, finding.meaning.clone())));
                    if n == 0 {
                        covered = report.complete_to;
                    }
                }
                // The folder of temporary files may be full: that says nothing about the journal.
                Err(error) => unchecked = Some(format!("the signatures of its journals cannot be checked: {error}")),
            }
        }
        self.damage.extend(damage);
        for (journal, signed) in std::iter::once(&mut self.own).chain(&mut self.others).zip(signed) {
            journal.signed = signed;
        }
        let size = self.own.tip.size();
        self.unsigned = match (key, covered) {
            _ if size == 0 => None,
            (None, _) => is_signed.then(|| {
                "it is signed so far, and the key is not here: what is written now is not signed".to_owned()
            }),
            (Some(_), Some(covered)) if covered == size => None,
            (Some(_), Some(covered)) => {
                Some(format!("its entries from {covered} on are not signed by your key, so nothing more is signed"))
            }
            (Some(_), None) if unchecked.is_some() => None,
            (Some(_), None) if is_own_key_there => {
                Some("the signature of your key does not fit what is there, so nothing more is signed".to_owned())
            }
            (Some(_), None) => Some(
                "no signature of your key is there, so nothing is signed: it was begun without your key, or the signature was taken away"
                    .to_owned(),
            ),
        };
        unchecked
    }

    fn checked(&self, journal: &Journal, key: Option<&VerifierKey>) -> Result<Report, CaseError> {
        let folder = workplace()?;
        let path = folder.path().join("journal.audit.zip");
        self.write_bundle(journal, &path)?;
        let trust: Result<Vec<VerifierKey>, _> = key.into_iter().map(|key| key.named(&journal.row.origin)).collect();
        let options = Options { trust: trust?, origin: Some(journal.row.origin.clone()), ..Options::default() };
        Ok(verify(&path, &options, &Unwatched)?)
    }

    /// Writes the case's own journal as an audit bundle, which any verifier of the format can read.
    ///
    /// # Errors
    /// [`CaseError::Write`], also where there is a file already.
    pub fn export_journal(&self, out: &Path) -> Result<(), CaseError> {
        self.write_bundle(&self.own, out)
    }

    /// Writes a journal as it stands, damaged or not: the lines are those of the file, the number of them the one stated.
    fn write_bundle(&self, journal: &Journal, out: &Path) -> Result<(), CaseError> {
        let size = journal.row.size.unsigned_abs();
        let mut assembly = Assembly::begin(out, Form::Zip, Arc::new(FileSystem))?;
        let mut last = None;
        self.store.entries(journal.row.id, |row: EntryRow| {
            last = Some(row.seq);
            Ok(assembly.line(&row.line())?)
        })?;
        for checkpoint in self.store.checkpoints(journal.row.id)? {
            assembly.note(checkpoint.size.unsigned_abs(), checkpoint.note.as_bytes())?;
            if let Ok(key) = VerifierKey::parse(&checkpoint.key) {
                assembly.key(&key)?;
            }
        }
        let producer = Producer { name: "probity".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        assembly.finish(Claims {
            origin: journal.row.origin.clone(),
            log_size: size,
            ranges: if size == 0 { Vec::new() } else { vec![[0, size]] },
            created: crate::record::time::shown(chrono::Utc::now()),
            producer,
        })?;
        Ok(())
    }
}

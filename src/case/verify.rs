//! The journals of a case as bundles, and their verification by the same verifier as all evidence.

use std::path::Path;
use std::sync::Arc;

use super::journal::{Damage, Journal};
use super::store::EntryRow;
use super::{Case, CaseError};
use crate::bundle::manifest::Producer;
use crate::bundle::writer::sink::FileSystem;
use crate::bundle::writer::{Assembly, Claims, Form};
use crate::integrity::code::Severity;
use crate::integrity::{Options, Report, Unwatched, verify};
use crate::tlog::note::VerifierKey;

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
    /// What the verifier says.
    pub report: Report,
}

impl Case {
    /// Verifies every journal of the case, as it stands in the file. A key that is trusted counts whatever its name: one
    /// person signs many journals, and each signature bears the name of its journal.
    ///
    /// # Errors
    /// Where a journal cannot be written to the folder of temporary files, or not be read.
    pub fn verify(&self, trust: &[VerifierKey]) -> Result<Vec<Verification>, CaseError> {
        // A key of a log that the case is about has nothing to sign here.
        let logs: Vec<&str> = self.bundles().into_iter().map(|(_, bundle)| bundle.origin.as_str()).collect();
        let trust: Vec<VerifierKey> = trust.iter().filter(|key| !logs.contains(&key.name())).cloned().collect();
        let folder = tempfile::tempdir().map_err(|source| CaseError::Io { path: std::env::temp_dir(), source })?;
        let mut out = Vec::new();
        for (n, journal) in self.journals().enumerate() {
            let path = folder.path().join(format!("{n}.audit.zip"));
            self.write_bundle(journal, &path)?;
            let trust: Result<Vec<VerifierKey>, _> = trust.iter().map(|key| key.named(&journal.row.origin)).collect();
            let options = Options { trust: trust?, origin: Some(journal.row.origin.clone()), ..Options::default() };
            let report = verify(&path, &options, &Unwatched)?;
            out.push(Verification { origin: journal.row.origin.clone(), is_own: n == 0, report });
        }
        Ok(out)
    }

    /// Holds the checkpoints of every journal against its entries, and adds what contradicts them to the damage. Finds out whether the
    /// own journal can be signed on: a signature covers all that stands before it, so nothing is signed which this key did
    /// not sign as it was written. Returns why they cannot be checked, where that is so.
    pub(super) fn check_signed(&mut self) -> Option<String> {
        let key = self.author.key.as_ref().map(|key| key.verifier_key().clone());
        let (mut damage, mut covered, mut unchecked) = (Vec::new(), None, None);
        for (n, journal) in self.journals().enumerate() {
            let has_any = self.store.checkpoints(journal.row.id).is_ok_and(|rows| !rows.is_empty());
            if !has_any || !journal.damage.is_empty() {
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
        let size = self.own.tip.size();
        self.unsigned = key.and_then(|_| match covered {
            _ if size == 0 => None,
            Some(covered) if covered == size => None,
            Some(covered) => {
                Some(format!("its entries from {covered} on are not signed by your key, so nothing more is signed"))
            }
            None if unchecked.is_some() => None,
            None => Some("it was begun without your key, so it is not signed".to_owned()),
        });
        unchecked
    }

    fn checked(&self, journal: &Journal, key: Option<&VerifierKey>) -> Result<Report, CaseError> {
        let folder = tempfile::tempdir().map_err(|source| CaseError::Io { path: std::env::temp_dir(), source })?;
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

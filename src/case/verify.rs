//! The journals of a case as bundles, and their verification by the same verifier as all evidence.

use std::path::Path;
use std::sync::Arc;

use super::journal::Journal;
use super::store::EntryRow;
use super::{Case, CaseError};
use crate::bundle::manifest::Producer;
use crate::bundle::writer::sink::FileSystem;
use crate::bundle::writer::{Assembly, Claims, Form};
use crate::integrity::{Options, Report, Unwatched, verify};
use crate::tlog::note::VerifierKey;

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

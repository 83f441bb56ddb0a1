//! Writing into a case: entries go to the end of the own journal, are signed where there is a key for it, and are on the disk
//! before anything is said to be saved.

use chrono::{SubsecRound as _, Utc};

use super::entry::{Action, Entry};
use super::store::{self, CheckpointRow, EntryRow};
use super::{Case, CaseError, Digest, journal};

impl Case {
    /// Signs the journal as it stands, and every entry from now on. Whoever asks for it has looked at what stands there.
    ///
    /// # Errors
    /// [`CaseError::NoKey`]; otherwise as [`Case::put`].
    pub fn sign(&mut self) -> Result<u64, CaseError> {
        if self.author.key.is_none() {
            return Err(CaseError::NoKey);
        }
        self.unsigned = None;
        self.write(&[], |_| Ok(()))?;
        Ok(self.own.tip.size())
    }

    pub(super) fn begin(&mut self) -> Result<(), CaseError> {
        let timestamp = crate::record::time::shown(Utc::now().trunc_subsecs(3));
        let text = journal::opening(self.origin(), &timestamp).map_err(|error| self.unwritable(&error))?;
        self.write(&[text], |_| Ok(())).map(drop)
    }

    fn unwritable(&self, error: &dyn std::fmt::Display) -> CaseError {
        CaseError::Store { path: self.path.clone(), reason: format!("an entry cannot be written: {error}") }
    }

    /// Appends one step to the journal: all of it or nothing.
    pub(super) fn append(&mut self, actions: Vec<Action>) -> Result<Vec<Digest>, CaseError> {
        self.append_with(actions, |_| Ok(()))
    }

    /// Appends one step, with further changes of the file in the same transaction.
    pub(super) fn append_with(
        &mut self,
        actions: Vec<Action>,
        also: impl FnOnce(&store::Change<'_>) -> Result<(), CaseError>,
    ) -> Result<Vec<Digest>, CaseError> {
        // Nobody acts by the microsecond, and a column of times is to be read.
        let timestamp = Utc::now().trunc_subsecs(3);
        let entries: Vec<Entry> = (0..)
            .zip(actions)
            .map(|(n, action)| Entry {
                timestamp,
                actor: self.author.actor.clone(),
                program: concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned(),
                continues: n > 0,
                action,
            })
            .collect();
        let first = self.own.tip.size();
        let texts: Result<Vec<String>, _> =
            (first..).zip(&entries).map(|(seq, entry)| journal::record(seq, entry)).collect();
        let texts = texts.map_err(|error| self.unwritable(&error))?;
        let ids = self.write(&texts, also)?;
        let is_turn = entries.iter().any(|e| matches!(e.action, Action::Undone { .. } | Action::Redone { .. }));
        for (id, entry) in ids.iter().zip(entries) {
            self.history.add(*id, &entry);
            if !is_turn {
                self.state.add(*id, self.own.entries.len(), &entry);
            }
            self.own.entries.push((*id, entry));
        }
        if is_turn {
            self.rebuild();
        }
        Ok(ids)
    }

    /// Writes records to the end of the journal, signs it where there is a key, and waits for the disk.
    pub(super) fn write(
        &mut self,
        records: &[String],
        also: impl FnOnce(&store::Change<'_>) -> Result<(), CaseError>,
    ) -> Result<Vec<Digest>, CaseError> {
        if let Some(why) = &self.read_only {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        let mut tip = self.own.tip.clone();
        let mut rows = Vec::with_capacity(records.len());
        let mut ids = Vec::with_capacity(records.len());
        for record in records {
            let line = tip.next_line(record.as_bytes())?;
            tip.advance(&line)?;
            ids.push(Digest(line.hash));
            rows.push(EntryRow::of(&line));
        }
        let checkpoint = self.author.key.as_ref().filter(|_| self.unsigned.is_none()).map(|key| {
            let key = key.named(tip.origin())?;
            let (checkpoint, note) = tip.checkpoint(&key).map_err(|error| self.unwritable(&error))?;
            let size = i64::try_from(checkpoint.size).unwrap_or(i64::MAX);
            Ok::<_, CaseError>(CheckpointRow { key: key.verifier_key().to_string(), size, note })
        });
        let checkpoint = checkpoint.transpose()?;
        let (id, size, head) = (self.own.row.id, self.own.tip.size(), self.own.tip.head());
        let change = self.store.change()?;
        change.append(id, size, &head, &rows)?;
        if let Some(checkpoint) = &checkpoint {
            change.checkpoint(id, checkpoint)?;
        }
        also(&change)?;
        change.commit()?;
        self.own.appended(tip, &ids);
        Ok(ids)
    }
}

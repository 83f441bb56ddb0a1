//! Questions to an index that is open. Whatever is read of the file is held against its checksum first.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::connect::check;
use super::error::IndexError;
use super::open::Index;
use super::sum::{OF_STRETCH, Sum};
use super::write::reason;
use crate::columns::{Column, Seqs, Times};

impl Index {
    pub(super) fn broken(&self, what: &str) -> IndexError {
        IndexError::Read { path: self.path.clone(), reason: what.to_owned() }
    }

    /// Asks the file for rows of `record`, of which those of `rows` have to be as they were written.
    pub(super) fn ask_records<T>(
        &self,
        rows: std::ops::Range<u32>,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, IndexError> {
        self.ask(|connection| self.are_as_written(connection, rows)).and_then(|are| match are {
            true => self.ask(question),
            false => Err(self.broken("the checksum of the table record is wrong")),
        })
    }

    /// Reads what is needed to print rows, of the stretches that are wanted: damage is found before anything is printed.
    ///
    /// # Errors
    /// [`IndexError::Read`], where what is stored is not what was written.
    pub fn check(&self, wants: impl Fn(std::ops::Range<u32>) -> bool) -> Result<(), IndexError> {
        let mut stretches: Vec<(u32, u32)> = self.stretches()?.into_values().collect();
        stretches.sort_unstable();
        for (first, rows) in stretches {
            let rows = first..first.saturating_add(rows);
            if wants(rows.clone()) {
                self.ask_records(rows, |_| Ok(()))?;
            }
        }
        Ok(())
    }

    /// Whether the stretches with these rows are as they were written; each is looked at once.
    fn are_as_written(&self, connection: &Connection, rows: std::ops::Range<u32>) -> rusqlite::Result<bool> {
        let sql = "SELECT first_row, records, checksum FROM stretch WHERE first_row < ?2 AND first_row + records > ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let stretches =
            statement.query_map([rows.start, rows.end], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for stretch in stretches {
            let (first, records, checksum): (u32, u32, Vec<u8>) = stretch?;
            let is_known = |seen: &HashSet<u32>| seen.contains(&first);
            if self.seen.lock().is_ok_and(|seen| is_known(&seen)) {
                continue;
            }
            if Sum::of(connection, OF_STRETCH, [first, first.saturating_add(records)])?[..] != checksum[..] {
                return Ok(false);
            }
            if let Ok(mut seen) = self.seen.lock() {
                seen.insert(first);
            }
        }
        Ok(true)
    }

    /// Asks the file for a table that is read as a whole.
    pub(super) fn ask_table<T>(
        &self,
        name: &str,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, IndexError> {
        let connection = self.connection.lock().map_err(|_| self.broken("another thread failed while it read it"))?;
        check(&connection, &self.path, name)?;
        question(&connection).map_err(|error| self.broken(&reason(&error)))
    }

    /// Asks the file.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, IndexError> {
        let connection = self.connection.lock().map_err(|_| self.broken("another thread failed while it read it"))?;
        question(&connection).map_err(|error| self.broken(&reason(&error)))
    }

    /// The bundle.
    #[must_use]
    pub fn bundle(&self) -> &Path {
        &self.bundle
    }

    /// The index' own file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The place of a field in [`Index::fields`], by its name as filters write it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The column of a field; `None` where it has none.
    ///
    /// # Errors
    /// [`IndexError::Read`], where what is stored is not what was written.
    pub fn column(&self, field: usize) -> Result<Option<Arc<Column>>, IndexError> {
        let Some(info) = self.fields.get(field).filter(|info| info.has_column) else { return Ok(None) };
        if let Some(other) = info.same_as {
            // Shared with a field of its own, which shares none.
            let is_own = self.fields.get(other).is_some_and(|other| other.same_as.is_none());
            return if is_own { self.column(other) } else { Err(self.broken("a column that is shared in a circle")) };
        }
        if let Some(known) = self.columns[field].get() {
            return Ok(known.clone());
        }
        let bytes = self.blob("SELECT data, checksum FROM field WHERE id = ?", &(field as i64), &info.name)?;
        let column = Column::from_bytes(&bytes).ok().filter(|column| column.len() == self.rows);
        let column = Arc::new(column.ok_or_else(|| self.broken(&format!("the column of {}", info.name)))?);
        Ok(self.columns[field].get_or_init(|| Some(column)).clone())
    }

    /// Bytes whose checksum is right.
    fn blob(&self, sql: &str, key: &dyn rusqlite::ToSql, what: &str) -> Result<Vec<u8>, IndexError> {
        let (bytes, checksum): (Vec<u8>, Vec<u8>) =
            self.ask(|connection| connection.query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?))))?;
        if blake3::hash(&bytes).as_bytes()[..] != checksum[..] {
            return Err(self.broken(&format!("the checksum of {what} is wrong")));
        }
        Ok(bytes)
    }

    fn vector(&self, name: &str) -> Result<Vec<u8>, IndexError> {
        self.blob("SELECT data, checksum FROM vector WHERE name = ?", &name, name)
    }

    /// The time of each row.
    ///
    /// # Errors
    /// [`IndexError::Read`], as for all that follows.
    pub fn times(&self) -> Result<Times, IndexError> {
        let times = Times::from_bytes(&self.vector("times")?).ok().filter(|times| times.len() == self.rows);
        times.ok_or_else(|| self.broken("the times"))
    }

    /// The seq of each row.
    pub fn seqs(&self) -> Result<Seqs, IndexError> {
        let seqs = Seqs::from_bytes(&self.vector("seqs")?).ok().filter(|seqs| seqs.len() == self.rows);
        seqs.ok_or_else(|| self.broken("the seqs"))
    }

    /// The state of each row, as its place in [`crate::integrity::scan::LineState::ALL`].
    pub fn states(&self) -> Result<Vec<u8>, IndexError> {
        let states = self.vector("states")?;
        let known = crate::integrity::scan::LineState::ALL.len();
        if states.len() != self.rows as usize || states.iter().any(|state| usize::from(*state) >= known) {
            return Err(self.broken("the states"));
        }
        Ok(states)
    }

    /// The kind of each row, as its place in [`crate::record::Kind::ALL`].
    pub fn kinds(&self) -> Result<Vec<u8>, IndexError> {
        let kinds = self.vector("kinds")?;
        let known = crate::record::Kind::ALL.len();
        if kinds.len() != self.rows as usize || kinds.iter().any(|kind| usize::from(*kind) >= known) {
            return Err(self.broken("the kinds"));
        }
        Ok(kinds)
    }
}

//! What is not kept as a column from the start: columns made on demand in one pass over the log and kept from then on, and
//! what is asked of the table of records.

use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::error::IndexError;
use super::open::Index;
use crate::bundle::line::Line;
use crate::bundle::reading::Watch;
use crate::columns::{Column, ColumnBuilder, Piece, Value};
use crate::integrity::scan::LineState;
use crate::query::at::{AtScratch, AtValue, Told, at};
use crate::query::{Path, Test};
use crate::record::{self, Kind};

use super::read::Lines;

impl Index {
    /// Makes the column of a path in one pass over the log, and keeps it. `None` where its values are too varied.
    ///
    /// # Errors
    /// Where the log cannot be read, or is no longer the one that was indexed.
    pub fn make_column(&self, path: &Path, watch: &dyn Watch) -> Result<Option<Arc<Column>>, IndexError> {
        let name = path.to_string();
        if let Some(known) = self.made(&name)? {
            return Ok(known);
        }
        let states = self.states()?;
        let looks = || {
            let states = &states;
            move |lines: Lines<'_>| {
                let (mut piece, mut scratch, mut lists) = (Piece::new(), AtScratch::default(), Vec::new());
                for (row, line) in lines.bytes.split(|byte| *byte == b'\n').take(lines.rows as usize).enumerate() {
                    let state = states.get(lines.first_row as usize + row).copied();
                    if let Some(record) = state.and_then(|state| record_of(line, state)) {
                        lists.clear();
                        let mut collected = Collected { row: row as u32, piece: &mut piece, lists: &mut lists };
                        at(record, path.members(), &mut scratch, &mut collected);
                    }
                }
                (lines.rows, piece)
            }
        };
        let mut builder = ColumnBuilder::new();
        self.look(
            watch,
            |_| true,
            looks,
            |first_row, (rows, piece)| {
                builder.append(first_row, rows, &piece);
                Ok(())
            },
        )?;
        let column = builder.finish(self.rows, path.field_type()).ok().map(Arc::new);
        self.keep(path, &name, column.as_ref())?;
        Ok(column)
    }

    /// Keeps a column in the file, as far as that is possible; it is made again the next time where it is not.
    fn keep(&self, path: &Path, name: &str, column: Option<&Arc<Column>>) -> Result<(), IndexError> {
        let mut made = self.made.lock().map_err(|_| self.broken("another thread failed while it made a column"))?;
        made.insert(name.to_owned(), column.cloned());
        // Under the name of a path that picks elements the index has what members of that name hold.
        let Some(column) = column.filter(|_| !path.picks()) else { return Ok(()) };
        let Ok(connection) = Connection::open_with_flags(self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE) else {
            return Ok(());
        };
        let bytes = column.to_bytes();
        let checksum = blake3::hash(&bytes);
        // Another program that keeps the same column keeps the same bytes.
        let sql = "UPDATE field SET data = ?2, checksum = ?3 WHERE name = ?1 AND data IS NULL";
        let _ = connection.execute(sql, rusqlite::params![name, bytes, &checksum.as_bytes()[..]]);
        Ok(())
    }

    fn made(&self, name: &str) -> Result<Option<Option<Arc<Column>>>, IndexError> {
        let made = self.made.lock().map_err(|_| self.broken("another thread failed while it made a column"))?;
        Ok(made.get(name).cloned())
    }

    /// Tells the rows whose own id passes a test, in ascending order.
    ///
    /// # Errors
    /// [`IndexError::Read`], as for all that follows.
    pub fn rows_by_id(&self, test: &Test, mut tell: impl FnMut(u32)) -> Result<(), IndexError> {
        self.each_id(|row, id| {
            if test.passes(id, self.zone) {
                tell(row);
            }
        })
    }

    /// Tells each record's own id, in the order of the log.
    pub fn each_id(&self, mut tell: impl FnMut(u32, &str)) -> Result<(), IndexError> {
        self.ask_records(0..self.rows, |connection| {
            let mut statement =
                connection.prepare("SELECT row, audit_id FROM record WHERE audit_id IS NOT NULL ORDER BY row")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                tell(row.get(0)?, row.get_ref(1)?.as_str()?);
            }
            Ok(())
        })
    }

    /// Each row with the hash that its line states.
    pub fn hashes(&self) -> Result<Vec<(u32, [u8; 32])>, IndexError> {
        self.ask_records(0..self.rows, |connection| {
            let mut statement =
                connection.prepare("SELECT row, hash FROM record WHERE hash IS NOT NULL ORDER BY row")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    /// The hashes that the lines of some rows state; `None` for lines that state none.
    pub fn hashes_of(&self, rows: std::ops::Range<u32>) -> Result<Vec<Option<[u8; 32]>>, IndexError> {
        self.ask_records(rows.clone(), |connection| {
            let mut statement =
                connection.prepare_cached("SELECT hash FROM record WHERE row >= ? AND row < ? ORDER BY row")?;
            let rows = statement.query_map([rows.start, rows.end], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// Records that name a decision: row, kind, the id named.
    ///
    /// # Errors
    /// [`IndexError::Read`]
    pub fn references(&self) -> Result<Vec<(u32, Kind, String)>, IndexError> {
        self.ask_table("reference", |connection| {
            let mut statement = connection.prepare("SELECT row, kind, name FROM reference ORDER BY row")?;
            let rows = statement.query_map([], |row| {
                let kind: u8 = row.get(1)?;
                Ok((row.get(0)?, Kind::ALL.get(usize::from(kind)).copied().unwrap_or(Kind::Other), row.get(2)?))
            })?;
            rows.collect()
        })
    }

    /// The texts of records that say how others are read: deployments and systems, each with its row.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn telling(&self) -> Result<Vec<(u32, String)>, IndexError> {
        self.ask_table("telling", |connection| {
            let mut statement = connection.prepare("SELECT row, text FROM telling ORDER BY row")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }
}

/// Puts what stands at a path into a piece, as the index does for all paths.
struct Collected<'p> {
    row: u32,
    piece: &'p mut Piece,
    /// Of each list that is open: whether there was anything but `null` in it.
    lists: &'p mut Vec<bool>,
}

impl Collected<'_> {
    fn push(&mut self, value: Value<'_>) -> bool {
        if value != Value::Null
            && let Some(is_present) = self.lists.last_mut()
        {
            *is_present = true;
        }
        self.piece.push(self.row, value);
        false
    }
}

impl Told for Collected<'_> {
    fn object(&mut self) -> bool {
        self.push(Value::Nested)
    }

    fn list(&mut self) -> bool {
        self.lists.push(false);
        false
    }

    fn end_list(&mut self) {
        match self.lists.pop() {
            // An empty list, or one of nothing but null: it stands there all the same.
            Some(false) => drop(self.push(Value::Nested)),
            _ => {
                if let Some(outer) = self.lists.last_mut() {
                    *outer = true;
                }
            }
        }
    }

    fn value(&mut self, value: AtValue<'_>) -> bool {
        self.push(match value {
            AtValue::Null => Value::Null,
            AtValue::Boolean(value) => Value::Boolean(value),
            AtValue::Number(text) => Value::Number(text),
            AtValue::Text(text) => Value::Text(text),
        })
    }
}

/// The record of a line in that state ([`LineState::ALL`]), where it is one of format 1: what fields are read from.
#[must_use]
pub fn record_of(line: &[u8], state: u8) -> Option<&str> {
    let state = *LineState::ALL.get(usize::from(state))?;
    let record = match state {
        LineState::Intact | LineState::Altered => std::str::from_utf8(Line::parse(line)?.record).ok()?,
        LineState::Invalid | LineState::Unreadable => return None,
    };
    // An intact one was checked when it was indexed.
    (state == LineState::Intact || record::check(record).is_ok()).then_some(record)
}

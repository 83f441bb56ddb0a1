//! Writing an index: a new SQLite file beside its place, filled in one go, and put in its place when it is whole.

use std::path::{Path, PathBuf};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::error::IndexError;
use super::schema;
use super::sum::{SUMMED, Sum};
use crate::bundle::reading::{LogError, Watch};

/// The extension of files that are being written.
pub(super) const PARTIAL: &str = "partial";

/// So many rows go into one statement: 2.15 million rows a second were measured with 50, 1.1 million one by one.
const ROWS: usize = 50;

/// A file that is being written. Dropped without [`Draft::publish`] it leaves nothing.
pub(super) struct Draft<'w> {
    /// Asked while rows are written: whoever waits for an index may have stopped waiting.
    watch: &'w dyn Watch,
    connection: Option<Connection>,
    path: PathBuf,
    place: PathBuf,
}

impl<'w> Draft<'w> {
    /// Begins a file that is to stand at `place`. Whoever calls holds the lock of that place.
    pub(super) fn new(place: &Path, watch: &'w dyn Watch) -> Result<Self, IndexError> {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(PARTIAL);
        let path = place.with_file_name(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(IndexError::Write { path: place.to_owned(), reason: error.to_string() });
            }
            _ => {}
        }
        let open = || {
            let flags =
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            connection.execute_batch(&format!(
                "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; \
                 PRAGMA cache_size = -16384; PRAGMA application_id = {}; PRAGMA user_version = {}; BEGIN",
                schema::APPLICATION_ID,
                schema::VERSION
            ))?;
            connection.execute_batch(schema::TABLES)?;
            connection.execute_batch(&schema::kind_tables())?;
            Ok(connection)
        };
        let mut draft = Self { watch, connection: None, path: path.clone(), place: place.to_owned() };
        let connection: rusqlite::Result<Connection> = open();
        draft.connection = Some(connection.map_err(|error| draft.error(&error))?);
        Ok(draft)
    }

    /// Where the file is to stand.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> IndexError {
        IndexError::Write { path: self.place.clone(), reason: reason(error) }
    }

    /// An error once the watcher asked to stop.
    pub(super) fn unless_cancelled(&self) -> Result<(), IndexError> {
        if self.watch.is_cancelled() { Err(LogError::Cancelled.into()) } else { Ok(()) }
    }

    /// Inserts `rows` rows of `columns` columns each into a table; `cell` gives each value.
    pub(super) fn insert<'v>(
        &self,
        table: &str,
        columns: usize,
        rows: usize,
        mut cell: impl FnMut(usize, usize) -> Value<'v>,
    ) -> Result<(), IndexError> {
        self.unless_cancelled()?;
        let Some(connection) = &self.connection else { return Ok(()) };
        let one = format!("({})", vec!["?"; columns].join(","));
        let mut insert = |from: usize, to: usize, at_once: usize| -> rusqlite::Result<()> {
            if from >= to {
                return Ok(());
            }
            let sql = format!("INSERT INTO {table} VALUES {}", vec![one.as_str(); at_once].join(","));
            let mut statement = connection.prepare_cached(&sql)?;
            for first in (from..to).step_by(at_once) {
                for row in 0..at_once {
                    for column in 0..columns {
                        statement.raw_bind_parameter(row * columns + column + 1, cell(first + row, column))?;
                    }
                }
                statement.raw_execute()?;
            }
            Ok(())
        };
        let whole = rows - rows % ROWS;
        insert(0, whole, ROWS).and_then(|()| insert(whole, rows, 1)).map_err(|error| self.error(&error))
    }

    /// Runs statements without parameters.
    pub(super) fn run(&self, sql: &str) -> Result<(), IndexError> {
        match &self.connection {
            Some(connection) => connection.execute_batch(sql).map_err(|error| self.error(&error)),
            None => Ok(()),
        }
    }

    /// Writes the checksums of the tables that are read as a whole.
    pub(super) fn sum(&self) -> Result<(), IndexError> {
        let Some(connection) = &self.connection else { return Ok(()) };
        for (name, sql) in SUMMED {
            let sum = Sum::of(connection, sql, []).map_err(|error| self.error(&error))?;
            self.insert("checksum", 2, 1, |_, column| if column == 0 { Value::Text(name) } else { Value::Blob(&sum) })?;
        }
        Ok(())
    }

    /// Puts the file in its place, on the disk for good.
    pub(super) fn publish(mut self, place: &Path) -> Result<(), IndexError> {
        place.clone_into(&mut self.place);
        self.run("COMMIT; PRAGMA optimize")?;
        if let Some(connection) = self.connection.take() {
            connection.close().map_err(|(_, error)| self.error(&error))?;
        }
        // What SQLite left beside an index that was there before must not be taken for part of this one.
        for ending in ["-journal", "-wal", "-shm"] {
            let mut beside = self.place.clone().into_os_string();
            beside.push(ending);
            let _ = std::fs::remove_file(beside);
        }
        let publish = || {
            std::fs::File::options().write(true).open(&self.path)?.sync_all()?;
            std::fs::rename(&self.path, &self.place)
        };
        publish().map_err(|error| IndexError::Write { path: self.place.clone(), reason: error.to_string() })
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        drop(self.connection.take());
        // Put in its place it is not there any more; anything else is of no use to anybody.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What went wrong in words for people: SQLite's own, and what is behind the usual ones.
pub(super) fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(rusqlite::ErrorCode::CannotOpen) => "the file cannot be opened there".to_owned(),
        Some(rusqlite::ErrorCode::ReadOnly) => "the place is read-only".to_owned(),
        Some(rusqlite::ErrorCode::SystemIoFailure) => format!("the disk refused ({error})"),
        _ => error.to_string(),
    }
}

/// A value for SQLite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl Value<'_> {
    /// An integer that may not be there. Nothing here counts beyond 63 bits.
    pub(super) fn integer(value: Option<u64>) -> Self {
        value.and_then(|value| i64::try_from(value).ok()).map_or(Self::Null, Self::Integer)
    }
}

impl<'a> Value<'a> {
    /// As SQLite gives it back.
    pub(super) fn stored(self) -> ValueRef<'a> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(value),
            Self::Real(value) => ValueRef::Real(value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.stored()))
    }
}

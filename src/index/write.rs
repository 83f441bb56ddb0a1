//! Writing an index: a new SQLite file beside its place, filled in one go, and put in its place when it is whole.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::error::IndexError;
use super::pages::{PAGE_BYTES, Pages};
use super::schema;
use super::sum::{SUMMED, Sum};
use crate::bundle::reading::{LogError, Watch};
use crate::os::Plain;

/// The extension of files that are being written.
pub(super) const PARTIAL: &str = "partial";

/// So many rows go into one statement: 2.15 million rows a second were measured with 50, 1.1 million one by one.
const ROWS: usize = 50;

/// A file that is being written. Dropped without [`Draft::publish`] it leaves nothing.
///
/// Rows by the million are written as pages ([`Draft::rows`]), all else through SQLite ([`Draft::connect`]): one after
/// the other, never both at once.
pub(super) struct Draft<'w> {
    /// Asked while rows are written: whoever waits for an index may have stopped waiting.
    watch: &'w dyn Watch,
    connection: Option<Connection>,
    path: PathBuf,
    place: PathBuf,
    /// The root pages of the tables.
    roots: HashMap<String, u32>,
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
                return Err(IndexError::Write { path: place.to_owned(), reason: Plain(&error).to_string() });
            }
            _ => {}
        }
        let mut draft = Self { watch, connection: None, path, place: place.to_owned(), roots: HashMap::new() };
        draft.connect()?;
        draft.run(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = {}",
            schema::APPLICATION_ID,
            schema::VERSION
        ))?;
        draft.run(schema::TABLES)?;
        draft.run(&schema::kind_tables())?;
        if let Some(connection) = &draft.connection {
            let roots = || {
                let mut statement =
                    connection.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'")?;
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            };
            let roots: rusqlite::Result<HashMap<String, u32>> = roots();
            draft.roots = roots.map_err(|error| draft.error(&error))?;
        }
        draft.disconnect()?;
        Ok(draft)
    }

    /// Opens the file for SQLite, where it is not open.
    pub(super) fn connect(&mut self) -> Result<(), IndexError> {
        if self.connection.is_some() {
            return Ok(());
        }
        let open = || {
            let flags =
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.execute_batch(&format!(
                "PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                 PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384; BEGIN"
            ))?;
            Ok(connection)
        };
        let connection: rusqlite::Result<Connection> = open();
        self.connection = Some(connection.map_err(|error| self.error(&error))?);
        Ok(())
    }

    /// Closes the file for SQLite.
    fn disconnect(&mut self) -> Result<(), IndexError> {
        self.run("COMMIT")?;
        match self.connection.take().map_or(Ok(()), Connection::close) {
            Ok(()) => Ok(()),
            Err((_, error)) => Err(self.error(&error)),
        }
    }

    /// For rows by the million. SQLite has to wait until [`Rows::finish`].
    pub(super) fn rows(&mut self) -> Result<Rows<'w>, IndexError> {
        if self.connection.is_some() {
            self.disconnect()?;
        }
        let pages = Pages::open(&self.path)
            .map_err(|error| IndexError::Write { path: self.place.clone(), reason: Plain(&error).to_string() })?;
        Ok(Rows { watch: self.watch, pages, place: self.place.clone(), roots: self.roots.clone() })
    }

    /// Where the file is to stand.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> IndexError {
        IndexError::Write { path: self.place.clone(), reason: reason(error) }
    }

    /// Inserts `rows` rows of `columns` columns each into a table; `cell` gives each value.
    pub(super) fn insert<'v>(
        &self,
        table: &str,
        columns: usize,
        rows: usize,
        mut cell: impl FnMut(usize, usize) -> Value<'v>,
    ) -> Result<(), IndexError> {
        unless_cancelled(self.watch)?;
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
        self.run("COMMIT; PRAGMA optimize; BEGIN")?;
        self.disconnect()?;
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
        publish().map_err(|error| IndexError::Write { path: self.place.clone(), reason: Plain(&error).to_string() })
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        drop(self.connection.take());
        // Put in its place it is not there any more; anything else is of no use to anybody.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn unless_cancelled(watch: &dyn Watch) -> Result<(), IndexError> {
    if watch.is_cancelled() { Err(LogError::Cancelled.into()) } else { Ok(()) }
}

/// Appends rows to tables that are still empty.
pub(super) struct Rows<'w> {
    watch: &'w dyn Watch,
    pages: Pages,
    /// Where the file is to stand.
    place: PathBuf,
    roots: HashMap<String, u32>,
}

impl Rows<'_> {
    /// An error once the watcher asked to stop.
    pub(super) fn unless_cancelled(&self) -> Result<(), IndexError> {
        unless_cancelled(self.watch)
    }

    /// Adds `rows` rows of `columns` columns each to a table; `cell` gives each value. The first column is the row id, and
    /// ascends from row to row, also from call to call.
    pub(super) fn append<'v>(
        &mut self,
        table: &str,
        columns: usize,
        rows: usize,
        mut cell: impl FnMut(usize, usize) -> Value<'v>,
    ) -> Result<(), IndexError> {
        self.unless_cancelled()?;
        let refused = |reason: String| IndexError::Write { path: self.place.clone(), reason };
        let root = *self.roots.get(table).ok_or_else(|| refused(format!("there is no table {table}")))?;
        for n in 0..rows {
            let Value::Integer(row) = cell(n, 0) else { return Err(refused(format!("a row of {table} has no id"))) };
            let cells = (1..columns).map(|column| cell(n, column));
            self.pages.push(root, row, cells).map_err(|error| refused(error.to_string()))?;
        }
        Ok(())
    }

    /// All rows are there.
    pub(super) fn finish(&mut self) -> Result<(), IndexError> {
        let finished = self.pages.finish();
        finished.map_err(|error| IndexError::Write { path: self.place.clone(), reason: Plain(&error).to_string() })
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

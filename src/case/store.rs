//! The SQLite file of a case: rows in and out, in transactions that are on the disk before anything is reported as saved.
//! What the rows mean is not known here.
//!
//! A commit is a rollback journal (`DELETE`) with `synchronous = EXTRA`: between commits the case is one file that can be
//! copied, and a commit that was reported survives the loss of power.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};

use super::error::CaseError;
use super::schema::{APPLICATION_ID, STATEMENTS, VERSION};
use crate::bundle::line::{GENESIS, Line};
use crate::tlog::merkle::Hash;

/// How long a program waits for another one's commit.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open case file.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    path: PathBuf,
}

/// A journal, as its row states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JournalRow {
    pub(super) id: i64,
    pub(super) origin: String,
    pub(super) size: i64,
    pub(super) head: Vec<u8>,
    pub(super) is_own: bool,
}

/// An entry as it is stored, whatever may have become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryRow {
    pub(super) seq: i64,
    pub(super) prev: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) record: Vec<u8>,
}

impl EntryRow {
    pub(super) fn of(line: &Line<'_>) -> Self {
        Self {
            seq: i64::try_from(line.seq).unwrap_or(i64::MAX),
            prev: line.prev.to_vec(),
            hash: line.hash.to_vec(),
            record: line.record.to_vec(),
        }
    }

    /// The line of the log that it is. A hash of another length than hashes have reads as zeros, which no record has.
    pub(super) fn line(&self) -> Line<'_> {
        let hash = |bytes: &[u8]| Hash::try_from(bytes).unwrap_or(GENESIS);
        Line { seq: self.seq.unsigned_abs(), prev: hash(&self.prev), hash: hash(&self.hash), record: &self.record }
    }
}

/// A signed checkpoint of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CheckpointRow {
    /// The verifier key of who signed it.
    pub(super) key: String,
    pub(super) size: i64,
    pub(super) note: String,
}

/// The id of a new journal.
pub(super) const OWN: i64 = 1;

/// Whether the file at `path` is a case: the first bytes of a SQLite file, and the mark of cases in them.
pub(super) fn is_case(path: &Path) -> std::io::Result<Option<u32>> {
    let mut head = [0; 100];
    let mut file = File::open(path)?;
    match file.read_exact(&mut head) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    // "The SQLite Database File Format", 1.3: application id at 68, user version at 60, both big-endian.
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let is_case = head.starts_with(b"SQLite format 3\0") && number(68) == APPLICATION_ID;
    Ok(is_case.then(|| number(60)))
}

impl Store {
    /// Makes the tables of a case in a new file, with a journal of that name that nothing stands in yet.
    pub(super) fn make(path: &Path, origin: &str) -> Result<(), CaseError> {
        let make = || -> rusqlite::Result<()> {
            let connection = Connection::open(path)?;
            connection.execute_batch(&format!(
                "PRAGMA synchronous = EXTRA; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; BEGIN"
            ))?;
            for statement in STATEMENTS {
                connection.execute_batch(statement)?;
            }
            let sql = "INSERT INTO journal (id, origin, size, head, is_own) VALUES (?, ?, 0, ?, 1)";
            connection.execute(sql, params![OWN, origin, &GENESIS[..]])?;
            connection.execute_batch("COMMIT")
        };
        make().map_err(|error| store_error(path, &error))
    }

    /// Opens the case at `path`.
    pub(super) fn open(path: &Path, is_writable: bool) -> Result<Self, CaseError> {
        match is_case(path) {
            Err(source) => return Err(CaseError::Io { path: path.to_owned(), source }),
            Ok(None) => return Err(CaseError::NotACase { path: path.to_owned() }),
            Ok(Some(VERSION)) => {}
            Ok(Some(found)) => {
                // SQLite keeps it with a sign; a case has had no other form before this one.
                let (path, found) = (path.to_owned(), i64::from(found.cast_signed()));
                return Err(CaseError::Form { path, found, known: VERSION });
            }
        }
        let open = || {
            let access = if is_writable { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
            let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(PATIENCE)?;
            // What lies in the file may be hostile: its views and triggers run nothing but plain SQL.
            connection
                .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")?;
            if is_writable {
                connection.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA")?;
            }
            Ok(connection)
        };
        let connection = open().map_err(|error| store_error(path, &error))?;
        Ok(Self { connection, path: path.to_owned() })
    }

    fn error(&self, error: &rusqlite::Error) -> CaseError {
        store_error(&self.path, error)
    }

    /// What of the views is not as this program makes them, or is there beside them.
    ///
    /// # Errors
    /// Where a table is not as this program makes it: what stands in its place may be anything, and is not read.
    pub(super) fn strange(&self) -> Result<Vec<String>, CaseError> {
        let read = || -> rusqlite::Result<Vec<(String, Option<String>)>> {
            let mut statement = self.connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        };
        let found = read().map_err(|error| self.error(&error))?;
        let mut strange: Vec<String> = found
            .iter()
            .filter(|(name, sql)| match sql {
                Some(sql) => !STATEMENTS.contains(&sql.as_str()),
                None => !name.starts_with("sqlite_autoindex_"),
            })
            .map(|(name, _)| name.clone())
            .collect();
        let missing = STATEMENTS.iter().filter(|sql| !found.iter().any(|(_, there)| there.as_deref() == Some(**sql)));
        strange.extend(missing.filter_map(|sql| sql.split_whitespace().nth(2)).map(str::to_owned));
        strange.sort();
        strange.dedup();
        let mut tables = STATEMENTS.iter().filter(|sql| sql.starts_with("CREATE TABLE"));
        if tables.any(|sql| !found.iter().any(|(_, there)| there.as_deref() == Some(*sql))) {
            let reason = "its tables are not those of a case; it is left as it is: go back to a copy of it".to_owned();
            return Err(CaseError::Store { path: self.path.clone(), reason });
        }
        Ok(strange)
    }

    /// The journals.
    pub(super) fn journals(&self) -> Result<Vec<JournalRow>, CaseError> {
        let read = || -> rusqlite::Result<Vec<JournalRow>> {
            let mut statement = self.connection.prepare(
                "SELECT id, substr(origin, 1, 4096), size, substr(head, 1, 64), is_own FROM journal ORDER BY id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(JournalRow {
                    id: row.get(0)?,
                    origin: text(row, 1)?,
                    size: row.get(2)?,
                    head: row.get(3)?,
                    is_own: row.get::<_, i64>(4)? == 1,
                })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// The entries of a journal, in their order.
    pub(super) fn entries(
        &self,
        journal: i64,
        mut each: impl FnMut(EntryRow) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        // Nothing longer than it can be is read: whoever made the file may mean harm.
        let sql = "SELECT seq, substr(prev, 1, 64), substr(hash, 1, 64),
            CASE WHEN octet_length(record) <= 1048576 THEN record END FROM entry WHERE journal = ? ORDER BY seq";
        let mut statement = self.connection.prepare(sql).map_err(|error| self.error(&error))?;
        let mut rows = statement.query([journal]).map_err(|error| self.error(&error))?;
        loop {
            let mut read = || -> rusqlite::Result<Option<EntryRow>> {
                let Some(row) = rows.next()? else { return Ok(None) };
                let bytes = |column| {
                    Ok::<_, rusqlite::Error>(match row.get_ref(column)? {
                        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.to_vec(),
                        _ => Vec::new(),
                    })
                };
                Ok(Some(EntryRow { seq: row.get(0)?, prev: bytes(1)?, hash: bytes(2)?, record: bytes(3)? }))
            };
            match read().map_err(|error| self.error(&error))? {
                Some(row) => each(row)?,
                None => return Ok(()),
            }
        }
    }

    /// Whether every entry of a journal can be read as it stands: what is longer than an entry can be is not.
    ///
    /// # Errors
    /// [`CaseError::Damaged`] where one cannot.
    pub(super) fn readable(&self, journal: i64) -> Result<(), CaseError> {
        let sql = "SELECT min(seq) FROM entry WHERE journal = ?
            AND (octet_length(record) > 1048576 OR octet_length(prev) > 64 OR octet_length(hash) > 64)";
        let first: Option<i64> =
            self.connection.query_row(sql, [journal], |row| row.get(0)).map_err(|error| self.error(&error))?;
        first.map_or(Ok(()), |seq| {
            let why = format!("entry {seq} is longer than an entry can be, and cannot be kept as it is");
            Err(CaseError::Damaged { path: self.path.clone(), why })
        })
    }

    /// Entries that belong to no journal.
    pub(super) fn orphans(&self) -> Result<u64, CaseError> {
        let sql = "SELECT count(*) FROM entry WHERE journal NOT IN (SELECT id FROM journal)";
        let count: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.error(&error))?;
        Ok(count.unsigned_abs())
    }

    /// The latest checkpoint of each key on a journal.
    pub(super) fn checkpoints(&self, journal: i64) -> Result<Vec<CheckpointRow>, CaseError> {
        let read = || -> rusqlite::Result<Vec<CheckpointRow>> {
            let sql = "SELECT substr(key, 1, 4096), size, substr(note, 1, 65536) FROM checkpoint WHERE journal = ?
                ORDER BY size, key LIMIT 100";
            let mut statement = self.connection.prepare(sql)?;
            let rows = statement.query_map([journal], |row| {
                Ok(CheckpointRow { key: text(row, 0)?, size: row.get(1)?, note: text(row, 2)? })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Begins a change. What is not committed has not happened.
    pub(super) fn change(&mut self) -> Result<Change<'_>, CaseError> {
        let path = &self.path;
        let begun = Transaction::new(&mut self.connection, TransactionBehavior::Immediate);
        Ok(Change { transaction: begun.map_err(|error| store_error(path, &error))?, path })
    }

    /// Where bundles of that digest were seen, the latest first.
    pub(super) fn places(&self, digest: &str) -> Result<Vec<PathBuf>, CaseError> {
        let read = || -> rusqlite::Result<Vec<PathBuf>> {
            let mut statement = self.connection.prepare(
                "SELECT substr(path, 1, 4096) FROM place WHERE digest = ? ORDER BY seen DESC, path LIMIT 100",
            )?;
            let rows = statement.query_map([digest], |row| {
                Ok(match row.get_ref(0)? {
                    ValueRef::Text(bytes) => path_of(bytes),
                    _ => PathBuf::new(),
                })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// How something looked when it was last shown; no part of the journal.
    pub(super) fn view_state(&self, name: &str) -> Result<Option<String>, CaseError> {
        let sql = "SELECT value FROM view_state WHERE name = ?";
        match self.connection.query_row(sql, [name], |row| row.get(0)) {
            Ok(value) => Ok(Some(value)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(self.error(&error)),
        }
    }

    /// Copies the case to a file that is not there yet.
    pub(super) fn copy(&self, to: &Path) -> Result<(), CaseError> {
        let partial = partial(to)?;
        let text = partial.to_str().ok_or(CaseError::Text { what: "path", why: "it is not Unicode" })?;
        let copied = self.connection.execute("VACUUM INTO ?", [text]).map_err(|error| store_error(to, &error));
        let sync = || File::open(&partial).and_then(|file| file.sync_all());
        let io = |source| CaseError::Io { path: to.to_owned(), source };
        let published = copied.and_then(|_| sync().map_err(io)).and_then(|()| publish(&partial, to));
        let _ = std::fs::remove_file(&partial);
        published
    }
}

/// A text as it stands. What is no Unicode reads as something else, which is then no name and no signature.
fn text(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    })
}

/// A path as it is kept: its own bytes, where the system's paths are bytes.
#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes.to_vec()))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Where a file that is to stand at `path` is made; nothing may stand there yet.
pub(super) fn partial(path: &Path) -> Result<PathBuf, CaseError> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(CaseError::Exists { path: path.to_owned() });
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let _ = std::fs::remove_file(&partial);
    Ok(partial)
}

/// Gives a whole file its name, unless that is taken.
pub(super) fn publish(partial: &Path, path: &Path) -> Result<(), CaseError> {
    let exists = || CaseError::Exists { path: path.to_owned() };
    // A link fails where the name is taken, also by a program that took it this very moment.
    match std::fs::hard_link(partial, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(exists()),
        Err(_) if std::fs::symlink_metadata(path).is_ok() => Err(exists()),
        // Some file systems have no links.
        Err(_) => std::fs::rename(partial, path).map_err(|source| CaseError::Io { path: path.to_owned(), source }),
    }
}

/// A change in the making. Dropped without [`Change::commit`] it leaves everything as it was.
#[derive(Debug)]
pub(super) struct Change<'s> {
    transaction: Transaction<'s>,
    path: &'s Path,
}

impl Change<'_> {
    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, CaseError> {
        let run = || self.transaction.prepare_cached(sql)?.execute(params);
        run().map_err(|error| store_error(self.path, &error))
    }

    fn insert(&self, journal: i64, rows: &[EntryRow]) -> Result<(), CaseError> {
        for row in rows {
            // The cast keeps every byte, also of what is no Unicode: somebody else's damage is not mended here.
            self.run(
                "INSERT INTO entry (journal, seq, prev, hash, record) VALUES (?, ?, ?, ?, CAST(? AS TEXT))",
                params![journal, row.seq, row.prev, row.hash, row.record],
            )?;
        }
        Ok(())
    }

    /// Adds entries behind the `size` that a journal has with that `head`.
    pub(super) fn append(&self, journal: i64, size: u64, head: &Hash, rows: &[EntryRow]) -> Result<(), CaseError> {
        let Some(last) = rows.last() else { return Ok(()) };
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let changed = self.run(
            "UPDATE journal SET size = ?4, head = ?5 WHERE id = ?1 AND size = ?2 AND head = ?3",
            params![journal, size, &head[..], last.seq.saturating_add(1), last.hash],
        )?;
        if changed != 1 {
            return Err(CaseError::Changed { path: self.path.to_owned() });
        }
        self.insert(journal, rows)
    }

    /// Takes in somebody else's journal as it is, in place of `instead`. Returns its id here.
    pub(super) fn take_in(
        &self,
        journal: &JournalRow,
        rows: &[EntryRow],
        instead: Option<i64>,
    ) -> Result<i64, CaseError> {
        if let Some(id) = instead {
            self.run("DELETE FROM entry WHERE journal = ?", [id])?;
            self.run("DELETE FROM checkpoint WHERE journal = ?", [id])?;
            self.run("DELETE FROM journal WHERE id = ?", [id])?;
        }
        let sql = "INSERT INTO journal (id, origin, size, head, is_own) VALUES (?, ?, ?, ?, 0)";
        self.run(sql, params![instead, journal.origin, journal.size, journal.head])?;
        let id = self.transaction.last_insert_rowid();
        self.insert(id, rows)?;
        Ok(id)
    }

    /// Keeps a checkpoint, in place of an older one by that key.
    pub(super) fn checkpoint(&self, journal: i64, row: &CheckpointRow) -> Result<(), CaseError> {
        let sql = "INSERT INTO checkpoint (journal, key, size, note) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (journal, key) DO UPDATE SET size = ?3, note = ?4 WHERE size <= ?3";
        self.run(sql, params![journal, row.key, row.size, row.note]).map(drop)
    }

    /// Keeps where a bundle was seen.
    pub(super) fn place(&self, digest: &str, path: &Path, seen: &str) -> Result<(), CaseError> {
        let sql = "INSERT INTO place (digest, path, seen) VALUES (?1, CAST(?2 AS TEXT), ?3)
            ON CONFLICT (digest, path) DO UPDATE SET seen = ?3";
        self.run(sql, params![digest, bytes_of(path), seen]).map(drop)
    }

    /// Keeps how something looks.
    pub(super) fn view_state(&self, name: &str, value: &str) -> Result<(), CaseError> {
        let sql = "INSERT INTO view_state (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.run(sql, params![name, value]).map(drop)
    }

    /// Makes it last: it is on the disk when this returns.
    pub(super) fn commit(self) -> Result<(), CaseError> {
        let path = self.path;
        self.transaction.commit().map_err(|error| store_error(path, &error))
    }
}

/// What SQLite says, and what to do about it.
fn store_error(path: &Path, error: &rusqlite::Error) -> CaseError {
    let reason = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            "the disk is full; the change was not saved, and what was saved before is not touched".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program is writing to it; try again".to_owned()
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it cannot be written where it lies; if a program was killed while it saved, copy the file together with \
             the one that ends in -journal to where it can"
                .to_owned()
        }
        Some(ErrorCode::CannotOpen) => "the file cannot be opened there".to_owned(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            format!("the file is damaged ({error}); it is left as it is: go back to a copy of it")
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk refused ({error})"),
        _ => error.to_string(),
    };
    CaseError::Store { path: path.to_owned(), reason }
}

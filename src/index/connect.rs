//! The file of an index, before anything of it is believed: whether it is one, of which bundle, and whether its tables are as
//! they were written.

use std::io::Read as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::IndexError;
use super::schema;
use super::sum::{SUMMED, Sum};
use super::write::reason;

/// What a file says of the bundle that it is the index of.
pub(super) struct Stamped {
    pub(super) stamp: String,
    pub(super) digest: String,
}

impl Stamped {
    /// What the file says, whichever version wrote it; `None` where there is no file.
    ///
    /// # Errors
    /// [`IndexError::NotAnIndex`] for a file of anything else, [`IndexError::Read`] for one of ours that does not say any more.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, IndexError> {
        if !path.exists() {
            return Ok(None);
        }
        let connection = connect_to_any(path)?;
        check(&connection, path, "meta")?;
        let text = |name: &str| meta(&connection, path, name);
        Ok(Some(Self { stamp: text("bundle_stamp")?, digest: text("bundle_digest")? }))
    }
}

/// Whether a file begins as an index does. SQLite is not asked: of a file that is damaged it only says so, and such a file
/// may be anybody's.
pub(super) fn is_ours(path: &Path) -> std::io::Result<bool> {
    let mut file = std::fs::File::open(path)?;
    let mut head = [0; 72];
    match file.read_exact(&mut head) {
        Ok(()) => Ok(head.starts_with(b"SQLite format 3\0") && head[68..72] == schema::APPLICATION_ID.to_be_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Opens an index of this version for reading and nothing else.
pub(super) fn connect(path: &Path) -> Result<Connection, IndexError> {
    let unreadable = |reason: String| IndexError::Read { path: path.to_owned(), reason };
    let connection = connect_to_any(path)?;
    match connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0)) {
        Ok(schema::VERSION) => Ok(connection),
        Ok(other) => {
            Err(unreadable(format!("it is of version {other}, this program writes version {}", schema::VERSION)))
        }
        Err(error) => Err(unreadable(reason(&error))),
    }
}

/// Opens an index of any version.
fn connect_to_any(path: &Path) -> Result<Connection, IndexError> {
    match is_ours(path) {
        Ok(true) => {}
        Ok(false) => return Err(IndexError::NotAnIndex { path: path.to_owned() }),
        // It may be one; whatever it is, it is left alone.
        Err(error) => {
            return Err(IndexError::Read { path: path.to_owned(), reason: crate::os::Plain(&error).to_string() });
        }
    }
    let unreadable = |error: &rusqlite::Error| IndexError::Read { path: path.to_owned(), reason: reason(error) };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unreadable(&error))?;
    // Not mapped into memory: a file that another program cuts short would end this one.
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
        .map_err(|error| unreadable(&error))?;
    Ok(connection)
}

/// Whether a table that is read as a whole has the rows that were written.
pub(super) fn check(connection: &Connection, path: &Path, name: &str) -> Result<(), IndexError> {
    let broken = |what: String| IndexError::Read { path: path.to_owned(), reason: what };
    let read = || -> rusqlite::Result<bool> {
        let sql = SUMMED.iter().find(|(table, _)| *table == name).map_or("", |(_, sql)| sql);
        let kept: Vec<u8> =
            connection.query_row("SELECT blake3 FROM checksum WHERE name = ?", [name], |row| row.get(0))?;
        Ok(Sum::of(connection, sql, [])?[..] == kept[..])
    };
    match read() {
        Ok(true) => Ok(()),
        Ok(false) => Err(broken(format!("the checksum of the table {name} is wrong"))),
        Err(error) => Err(broken(format!("the table {name}: {}", reason(&error)))),
    }
}

/// A value of the table `meta`.
pub(super) fn meta(connection: &Connection, path: &Path, name: &str) -> Result<String, IndexError> {
    connection
        .query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0))
        .map_err(|error| IndexError::Read { path: path.to_owned(), reason: format!("meta {name}: {}", reason(&error)) })
}

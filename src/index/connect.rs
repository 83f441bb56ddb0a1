//! The file of an index, before anything of it is believed: whether it is one, of which bundle, and whether its tables are as
//! they were written.

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
    /// `None` where there is no file, or one of ours that cannot be read: it is made anew.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, IndexError> {
        if !path.exists() {
            return Ok(None);
        }
        match connect(path).and_then(|connection| {
            let text = |name: &str| meta(&connection, path, name);
            Ok(Self { stamp: text("bundle_stamp")?, digest: text("bundle_digest")? })
        }) {
            Ok(stamped) => Ok(Some(stamped)),
            Err(IndexError::Read { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Opens a file for reading and nothing else.
pub(super) fn connect(path: &Path) -> Result<Connection, IndexError> {
    let unreadable = |error: &rusqlite::Error| IndexError::Read { path: path.to_owned(), reason: reason(error) };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unreadable(&error))?;
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
    match number("application_id") {
        Ok(schema::APPLICATION_ID) => {}
        Err(error) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(unreadable(&error));
        }
        // Another program's file, or none that SQLite knows.
        _ => return Err(IndexError::NotAnIndex { path: path.to_owned() }),
    }
    match number("user_version") {
        Ok(schema::VERSION) => {}
        Ok(other) => {
            let reason = format!("it is of version {other}, this program writes version {}", schema::VERSION);
            return Err(IndexError::Read { path: path.to_owned(), reason });
        }
        Err(error) => return Err(unreadable(&error)),
    }
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

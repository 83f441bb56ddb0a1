//! The small files beside a bundle. None is ever overwritten.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::Error;

/// A truth as it stands in its file: indented, with an LF at its end.
///
/// # Errors
/// [`Error::Json`].
pub fn truth_text(truth: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string_pretty(truth)? + "\n")
}

/// Writes a file that must not exist, and removes it again where that fails.
///
/// # Errors
/// [`Error::Exists`] and [`Error::File`].
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    let failed = |source: io::Error| Error::File { path: path.to_path_buf(), source };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists { path: path.to_path_buf() },
        _ => failed(error),
    })?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
        // The error at hand is the one to tell.
        let _ = std::fs::remove_file(path);
        failed(error)
    })
}

//! An exhibit in one file: a zip of what would stand in its folder, stored as it is, with no times of its own, so that the same exhibit is the
//! same file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};

use super::CaptureError;
use super::exhibit::{LINES, PICTURE, SIDECAR, SLICE};
use crate::bundle::container::{Container, Form};
use crate::report::file::{FileError, Handed, NewFile};

/// The files that an exhibit has, the first two always.
const FILES: [&str; 4] = [PICTURE, SIDECAR, SLICE, LINES];

/// The longest file of an exhibit that is read, in bytes.
const MOST: u64 = 1 << 30;

/// Whether a name is that of a zip.
#[must_use]
pub fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// Packs the files of a folder.
pub(super) fn pack(folder: &Path, path: &Path) -> Result<Handed, FileError> {
    let failed = |source| FileError::Io { path: path.to_owned(), source };
    let mut file = NewFile::create(path)?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new_stream(&mut file);
    for name in FILES {
        let part = folder.join(name);
        if !part.is_file() {
            continue;
        }
        let bytes = std::fs::read(&part).map_err(failed)?;
        let options = options.large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        zip.start_file(name, options).map_err(|error| failed(error.into()))?;
        zip.write_all(&bytes).map_err(failed)?;
    }
    zip.finish().map_err(|error| failed(error.into()))?;
    file.finish()
}

/// The folder in which the files of an exhibit can be read: its own, or one into which they are unpacked.
pub(super) enum Place {
    /// Its own.
    Own(PathBuf),
    /// One that is gone with this.
    Unpacked(tempfile::TempDir),
}

impl Place {
    /// Of the exhibit at a path. What else is in a zip is left out.
    pub(super) fn of(path: &Path) -> Result<Self, CaptureError> {
        if !path.is_file() {
            return Ok(Self::Own(path.to_owned()));
        }
        let refused = |why: String| CaptureError::Read { path: path.to_owned(), why };
        let mut zip = Container::open(path).map_err(|error| refused(error.to_string()))?;
        if zip.form() != Form::Zip {
            return Err(refused("it is neither the folder of an exhibit nor a zip of one".to_owned()));
        }
        if let Some(fault) = zip.faults().first() {
            return Err(refused(format!("the zip is not sound: {fault:?}")));
        }
        let folder = tempfile::tempdir().map_err(|error| refused(crate::os::Plain(&error).to_string()))?;
        for name in FILES {
            if zip.contains(name) {
                let bytes = zip.read(name, MOST).map_err(|error| refused(error.to_string()))?;
                let written = std::fs::write(folder.path().join(name), bytes);
                written.map_err(|error| refused(crate::os::Plain(&error).to_string()))?;
            }
        }
        if !zip.contains(SIDECAR) {
            return Err(refused(format!("there is no {SIDECAR} in it")));
        }
        Ok(Self::Unpacked(folder))
    }

    /// Where they are.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Own(path) => path,
            Self::Unpacked(folder) => folder.path(),
        }
    }
}

//! A file that is handed out: it grows under a temporary name beside its place, is hashed as it grows, and has its name when it is whole and
//! on the disk. Nothing is overwritten, and what is not finished is gone.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::case::Digest;

/// Why a file was not written. Nothing stands under its name then.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Something has the name already.
    #[error("{}: exists already, and is not overwritten; give another name", path.display())]
    Exists {
        /// The name.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

/// A file that was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Its name, without the folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of it.
    pub blake3: Digest,
    /// SHA-256 of it: what every system can compute.
    pub sha256: Digest,
}

/// A file in the making.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    hashes: Hashes,
}

/// The hashes of what went by.
#[derive(Debug, Default)]
pub struct Hashes {
    blake3: blake3::Hasher,
    sha256: Sha256,
    bytes: u64,
}

impl Hashes {
    /// Takes in bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.blake3.update(bytes);
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// What they say of a file of that name.
    #[must_use]
    pub fn handed(self, name: String) -> Handed {
        Handed {
            name,
            bytes: self.bytes,
            blake3: Digest(*self.blake3.finalize().as_bytes()),
            sha256: Digest(self.sha256.finalize().into()),
        }
    }
}

impl NewFile {
    /// Begins a file that will stand at `path`.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let failed = |source| FileError::Io { path: path.to_owned(), source };
        // Links that lead nowhere are names that are taken as well.
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(FileError::Exists { path: path.to_owned() });
        }
        let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(name);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".partial");
        // As any file that the user makes; otherwise nobody they hand it to on this system could read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, file), hashes: Hashes::default() })
    }

    /// Where it will stand.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes JSON that people can read, and gives the file its name: a sidecar.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn finish_json(mut self, told: &impl Serialize) -> Result<Handed, FileError> {
        let failed = |source: io::Error, path: &Path| FileError::Io { path: path.to_owned(), source };
        let mut json = serde_json::to_vec_pretty(told).map_err(|error| failed(error.into(), &self.path))?;
        json.push(b'\n');
        self.write_all(&json).map_err(|source| failed(source, &self.path))?;
        self.finish()
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn finish(self) -> Result<Handed, FileError> {
        let Self { path, file, hashes } = self;
        let failed = |source| FileError::Io { path: path.clone(), source };
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists { path: path.clone() },
            _ => failed(error.error),
        })?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(hashes.handed(name))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hashes.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nothing_half_made_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let names = || -> Vec<String> {
            let listed = std::fs::read_dir(folder.path()).expect("a folder");
            listed.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
        };
        let mut begun = NewFile::create(&path).expect("a file");
        begun.write_all(b"half").expect("room");
        drop(begun);
        assert!(names().is_empty());
        let (mut one, mut other) = (NewFile::create(&path).expect("a file"), NewFile::create(&path).expect("a file"));
        one.write_all(b"abc").expect("room");
        other.write_all(b"xyz").expect("room");
        let handed = one.finish().expect("a file");
        assert_eq!((handed.name.as_str(), handed.bytes), ("a.csv", 3));
        // The example of FIPS 180-4.
        assert_eq!(handed.sha256.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(matches!(other.finish(), Err(FileError::Exists { .. })));
        assert!(matches!(NewFile::create(&path), Err(FileError::Exists { .. })));
        assert_eq!((names(), std::fs::read(&path).expect("the file")), (vec!["a.csv".to_owned()], b"abc".to_vec()));
        assert!(matches!(NewFile::create(&folder.path().join("no/b.csv")), Err(FileError::Io { .. })));
    }
}

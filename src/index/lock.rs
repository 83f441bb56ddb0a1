//! Keeps two programs from writing to one file: a lock file beside it, which the system lets go of when a program ends,
//! however it ends.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Keeps other programs from a place while it is there.
#[derive(Debug)]
pub struct Lock {
    file: Option<File>,
    path: PathBuf,
}

/// Where the lock of a file is.
#[must_use]
pub fn lock_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".lock");
    PathBuf::from(path)
}

impl Lock {
    /// Takes the lock at `path`; `None` where another program has it.
    ///
    /// # Errors
    /// Where the lock file cannot be made.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            // What somebody else put there may lead elsewhere, or never open.
            if std::fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_file()) {
                return Err(io::Error::other(format!("{} is no plain file", path.display())));
            }
            let file = File::options().create(true).truncate(false).write(true).open(path)?;
            match file.try_lock() {
                Ok(()) => {
                    // Whoever had it before takes the file away; then it keeps nobody out any more.
                    let here = identity(&file.metadata()?);
                    if std::fs::metadata(path).is_ok_and(|meta| identity(&meta) == here) {
                        return Ok(Some(Self { file: Some(file), path: path.to_owned() }));
                    }
                }
                Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
                Err(std::fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock itself goes: whoever comes next finds out that the file is another one.
        let _ = std::fs::remove_file(&self.path);
        drop(self.file.take());
    }
}

/// What tells a file from every other one, and from itself after it was changed.
#[cfg(unix)]
pub(super) fn identity(meta: &Metadata) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt as _;
    [meta.dev().to_le_bytes(), meta.ino().to_le_bytes(), meta.ctime().to_le_bytes(), meta.ctime_nsec().to_le_bytes()]
        .concat()
}

#[cfg(not(unix))]
pub(super) fn identity(meta: &Metadata) -> Vec<u8> {
    let created = meta.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    created.as_nanos().to_le_bytes().to_vec()
}

//! One program writes to a case at a time, under whatever name it opens it: beside the file, for programs on other machines
//! of a shared folder, and by the file's own identity, for another name of the same file on this one.

use std::io;
use std::path::{Path, PathBuf};

use crate::index::lock::{Lock, lock_path};

/// The locks of a case, while it is open for writing.
#[derive(Debug)]
pub(super) struct Locks {
    _beside: Lock,
    _by_identity: Option<Lock>,
}

/// Takes the locks of the case at `path`; `None` where another program has one of them.
pub(super) fn take(path: &Path) -> io::Result<Option<Locks>> {
    // A link to a case is that case.
    let path = std::fs::canonicalize(path)?;
    let Some(beside) = Lock::take(&lock_path(&path))? else { return Ok(None) };
    let by_identity = match identity(&path) {
        None => None,
        Some(place) => match Lock::take(&place) {
            Ok(None) => return Ok(None),
            Ok(taken) => taken,
            // The user has no folder for it: the one beside the file has to do.
            Err(_) => None,
        },
    };
    Ok(Some(Locks { _beside: beside, _by_identity: by_identity }))
}

/// Where the lock is that every name of a file shares.
#[cfg(unix)]
fn identity(path: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(path).ok()?;
    let folders = directories::ProjectDirs::from("", "", "probity")?;
    let folder = folders.runtime_dir().unwrap_or_else(|| folders.cache_dir()).join("locks");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join(format!("{:x}-{:x}.lock", meta.dev(), meta.ino())))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<PathBuf> {
    None
}

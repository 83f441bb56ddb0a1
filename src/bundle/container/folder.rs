//! A folder as a container: a recursive listing that follows no link, and files that must still be what was listed
//! when they are read. The folder that the user names may itself be a link.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{FaultKind, Faults, Oddity, OpenError, ReadError};
use super::limits::MAX_ENTRIES;
use super::listing::{Candidate, list as list_candidates};
use super::{Entry, path};

/// What tells a file from another one that was put in its place; nothing where the platform does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt as _;
        Identity { device: metadata.dev(), inode: metadata.ino() }
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Identity {
        Identity {}
    }
}

/// Lists a folder. An unreadable folder below it is an error, since what it holds cannot be known.
pub(super) fn list(root: &Path, faults: &mut Faults) -> Result<(Vec<Entry>, Vec<Identity>), OpenError> {
    list_within(root, MAX_ENTRIES, faults)
}

fn list_within(root: &Path, max_entries: u64, faults: &mut Faults) -> Result<(Vec<Entry>, Vec<Identity>), OpenError> {
    let mut candidates: Vec<Candidate<Identity>> = Vec::new();
    // Paths within the container, of folders still to be read.
    let mut folders = vec![String::new()];
    let mut seen = 0u64;
    'folders: while let Some(folder) = folders.pop() {
        let full = full_path(root, &folder);
        let io_error = |source| OpenError::Io { path: full.clone(), source };
        for item in std::fs::read_dir(&full).map_err(io_error)? {
            let item = item.map_err(io_error)?;
            seen += 1;
            if seen > max_entries {
                let expected = format!("at most {max_entries} files and folders");
                let oddity = Oddity::new(FaultKind::CountLimit, expected, "more");
                faults.add(oddity, None, None);
                break 'folders;
            }
            let candidate = inspect(&folder, &item.path(), &item.file_name(), faults)?;
            if candidate.is_folder
                && !candidate.faulty
                && let Ok(name) = String::from_utf8(candidate.name.clone())
                && path::check(&name).is_ok()
            {
                folders.push(name);
            }
            candidates.push(candidate);
        }
    }
    // The order of a folder is the file system's; that of the faults is ours.
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(list_candidates(candidates, faults))
}

fn inspect(
    folder: &str,
    full: &Path,
    file_name: &std::ffi::OsStr,
    faults: &mut Faults,
) -> Result<Candidate<Identity>, OpenError> {
    let metadata =
        std::fs::symlink_metadata(full).map_err(|source| OpenError::Io { path: full.to_path_buf(), source })?;
    let mut name = folder.as_bytes().to_vec();
    if !name.is_empty() {
        name.push(b'/');
    }
    name.extend_from_slice(file_name.as_encoded_bytes());
    let mut candidate = Candidate {
        is_folder: metadata.is_dir(),
        bytes: if metadata.is_file() { metadata.len() } else { 0 },
        offset: None,
        faulty: false,
        place: Identity::of(&metadata),
        name,
    };
    if !metadata.is_dir()
        && let Err(oddity) = regular(&metadata)
    {
        faults.add(oddity, Some(&candidate.name), None);
        candidate.faulty = true;
    }
    Ok(candidate)
}

fn regular(metadata: &Metadata) -> Result<(), Oddity> {
    if metadata.is_file() {
        return Ok(());
    }
    let expected = "a regular file";
    Err(if metadata.is_symlink() {
        Oddity::new(FaultKind::Symlink, expected, "a symbolic link")
    } else if metadata.is_dir() {
        Oddity::new(FaultKind::HeaderMismatch, expected, "a folder")
    } else {
        Oddity::new(FaultKind::SpecialFile, expected, "a device, fifo or socket")
    })
}

/// Where a safe member path is in the file system.
pub(super) fn full_path(root: &Path, member: &str) -> PathBuf {
    let mut full = root.to_path_buf();
    full.extend(member.split('/').filter(|component| !component.is_empty()));
    full
}

/// Opens a listed file, if it is still that file.
pub(super) fn open_member(full: &Path, entry: &Entry, identity: &Identity) -> Result<File, ReadError> {
    let io_error = |source: io::Error| ReadError::Io { path: full.to_path_buf(), source };
    let fault = |oddity: Oddity| ReadError::Fault(oddity.at(Some(entry.path.as_bytes()), None));
    // Before opening, since opening a fifo would wait; and after it, since the name may have been given to another file.
    let before = std::fs::symlink_metadata(full).map_err(io_error)?;
    regular(&before).map_err(fault)?;
    let file = File::open(full).map_err(io_error)?;
    let opened = file.metadata().map_err(io_error)?;
    regular(&opened).map_err(fault)?;
    if Identity::of(&opened) != *identity {
        let oddity = Oddity::new(FaultKind::HeaderMismatch, "the file that was listed", "another file");
        return Err(fault(oddity));
    }
    if opened.len() != entry.bytes {
        let kind = if opened.len() < entry.bytes { FaultKind::Truncated } else { FaultKind::SizeLimit };
        let expected = format!("{} bytes as listed", entry.bytes);
        return Err(fault(Oddity::new(kind, expected, format!("{} bytes", opened.len()))));
    }
    Ok(file)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_stops_at_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("log")).unwrap();
        for name in ["a", "b", "log/c"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        for (limit, count) in [(4, 0), (3, 1)] {
            let mut faults = Faults::default();
            list_within(folder.path(), limit, &mut faults).unwrap();
            assert_eq!(faults.count(FaultKind::CountLimit), count);
        }
    }
}

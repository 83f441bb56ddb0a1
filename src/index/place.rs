//! Where indexes are kept, and how two programs keep out of each other's way there.
//!
//! In the cache folder an index bears the digest of its bundle for a name, so that a bundle which was moved or copied finds
//! the one it has. Beside them lies a note for each bundle by its path: the digest it had, and the stamp of its files then.
//! While the stamp is the same, the bundle need not be read to be known.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

use super::error::IndexError;
use super::lock::{Lock, identity, lock_path};
use super::open::Choice;
use super::write::PARTIAL;
use crate::bundle::container::{Container, Form};
use crate::bundle::reading::{LogError, Watch};
use crate::integrity::{VerifyError, bundle_digest};
use crate::os::Plain;
use crate::record::sealed::{hex, parse_hex};
use crate::tlog::merkle::Hash;

/// Where the index of a bundle is to be.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// This file, and no other.
    Chosen(PathBuf),
    /// The cache folder.
    Cache(Cache),
}

/// The indexes of a cache folder, from the view of one bundle.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
    /// Of the bundle's path, and of what else decides what an index holds.
    key: String,
}

impl Place {
    /// The place that was chosen, or else the cache folder. `origin` is the name of the log as it was given: it decides
    /// which hashes come out.
    pub(super) fn new(bundle: &Path, choice: &Choice, origin: Option<&str>) -> Result<Self, IndexError> {
        if let Some(path) = &choice.place {
            return Ok(Self::Chosen(path.clone()));
        }
        let folder = choice.cache.clone().or_else(cache_folder).ok_or(IndexError::NoPlace)?;
        std::fs::create_dir_all(&folder)
            .map_err(|error| IndexError::Write { path: folder.clone(), reason: Plain(&error).to_string() })?;
        let path = std::path::absolute(bundle).and_then(std::fs::canonicalize).unwrap_or_else(|_| bundle.to_owned());
        let mut hasher = blake3::Hasher::new();
        hasher.update(path.as_os_str().as_encoded_bytes());
        hasher.update(b"\0");
        hasher.update(origin.unwrap_or_default().as_bytes());
        let key = hex(hasher.finalize().as_bytes())[..32].to_owned();
        Ok(Self::Cache(Cache { folder, key }))
    }

    /// Where to write; `digest` is that of the bundle, where that is known before.
    pub(super) fn draft(&self) -> PathBuf {
        match self {
            Self::Chosen(path) => path.clone(),
            Self::Cache(cache) => cache.folder.join(&cache.key),
        }
    }

    /// Waits until no other program works on this place.
    pub(super) fn lock(&self, watch: &dyn Watch) -> Result<Lock, IndexError> {
        let path = lock_path(&self.draft());
        let trouble =
            |error: std::io::Error| IndexError::Write { path: path.clone(), reason: Plain(&error).to_string() };
        loop {
            match Lock::take(&path).map_err(trouble)? {
                Some(lock) => return Ok(lock),
                None if watch.is_cancelled() => return Err(LogError::Cancelled.into()),
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

/// Where indexes are kept unless another folder is chosen; `None` where the system names no home.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "probity").map(|folders| folders.cache_dir().join("index"))
}

/// Folders of parts begin so.
const PARTS: &str = "part-";

/// A part's folder that is older was left behind by a program that was killed.
const PART_LASTS: Duration = Duration::from_secs(2 * 24 * 3600);

impl Cache {
    /// A folder for the index of a part of the log.
    pub(super) fn part(&self) -> Result<TempDir, IndexError> {
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_part = entry.file_name().to_string_lossy().starts_with(PARTS);
            let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
            if is_part && age.is_some_and(|age| age > PART_LASTS) {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let trouble =
            |error: std::io::Error| IndexError::Write { path: self.folder.clone(), reason: Plain(&error).to_string() };
        tempfile::Builder::new().prefix(PARTS).tempdir_in(&self.folder).map_err(trouble)
    }

    /// The file for a bundle of that digest.
    pub(super) fn file(&self, digest: &str, origin: Option<&str>) -> PathBuf {
        let name = match origin {
            None => format!("{digest}.probity-index"),
            // The same bundle read as another log has other hashes.
            Some(origin) => {
                format!("{digest}-{}.probity-index", &hex(blake3::hash(origin.as_bytes()).as_bytes())[..16])
            }
        };
        self.folder.join(name)
    }

    fn note(&self) -> PathBuf {
        self.folder.join(format!("{}.note", self.key))
    }

    /// The stamp and the digest that the bundle at this path had when it was last indexed.
    pub(super) fn read_note(&self) -> Option<(String, String)> {
        let text = std::fs::read_to_string(self.note()).ok()?;
        let (stamp, digest) = text.trim_end().split_once(' ')?;
        let is_digest = crate::record::sealed::parse_hex(digest.as_bytes()).is_some();
        is_digest.then(|| (stamp.to_owned(), digest.to_owned()))
    }

    /// Keeps them. That it cannot is no trouble: the bundle is hashed again the next time.
    pub(super) fn write_note(&self, stamp: &str, digest: &str) {
        let path = self.note();
        let partial = path.with_extension(PARTIAL);
        let write = || {
            let mut file = File::create(&partial)?;
            writeln!(file, "{stamp} {digest}")?;
            drop(file);
            std::fs::rename(&partial, &path)
        };
        if write().is_err() {
            let _ = std::fs::remove_file(&partial);
        }
    }
}

/// What tells whether the files of a bundle were touched, without reading them: length, time of the last change (of
/// content, and where the system keeps it of the file's entry, which cannot be set back), and the file's number.
pub(super) fn stamp(bundle: &Path) -> Result<String, IndexError> {
    let container = Container::open(bundle)?;
    let mut hasher = blake3::Hasher::new();
    let mut add = |path: &Path| {
        let meta = std::fs::metadata(path).map_err(|source| LogError::Io { path: path.to_owned(), source })?;
        let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        hasher.update(&meta.len().to_le_bytes());
        hasher.update(&modified.as_nanos().to_le_bytes());
        hasher.update(&identity(&meta));
        Ok::<(), LogError>(())
    };
    if container.form() == Form::Folder {
        for entry in container.entries() {
            add(&bundle.join(&entry.path)).map_err(VerifyError::from)?;
        }
    } else {
        add(bundle).map_err(VerifyError::from)?;
    }
    hasher.update(&(container.entries().len() as u64).to_le_bytes());
    Ok(hex(hasher.finalize().as_bytes())[..32].to_owned())
}

/// The digest of the bundle at `bundle`: the one that was found when it was last indexed, while its files look the same, and
/// otherwise from its bytes. `None` where a file of it cannot be read.
///
/// # Errors
/// Where there is no bundle, or the operating system refuses.
pub fn digest_of(bundle: &Path) -> Result<Option<Hash>, IndexError> {
    let now = stamp(bundle)?;
    if let Ok(Place::Cache(cache)) = Place::new(bundle, &Choice::default(), None)
        && let Some((stamp, digest)) = cache.read_note()
        && stamp == now
    {
        return Ok(parse_hex(digest.as_bytes()));
    }
    Ok(bundle_digest(bundle)?)
}

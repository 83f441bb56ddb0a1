//! Files into a data folder (`$XDG_DATA_HOME`, or the `share` of a prefix) and out of it again. Each has its name when it is whole and on
//! the disk. What is not as it was put there is somebody else's, and is left alone.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::ledger::{self, Ledger};
use super::{Item, databases};

/// The longest file that is compared with ours, which are all smaller.
const MAX_BYTES: u64 = 1 << 24;

/// Why a file could not be put or taken away. The list of what was put stands then, so that both can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The system refuses.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// The list of what was put is something else.
    #[error("{}: this is not the list that Probity keeps of its files; nothing was done", path.display())]
    Ledger {
        /// Which file.
        path: PathBuf,
    },
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is there now.
    Written,
    /// It was there already.
    Unchanged,
    /// It is gone.
    Removed,
    /// Something that is not ours has its name, and stays.
    Kept,
}

/// Who is told of each file.
pub type Told<'t> = &'t mut dyn FnMut(&Path, Outcome);

/// A data folder.
#[derive(Debug)]
pub struct Place {
    data: PathBuf,
}

/// What has a name.
enum Found {
    Nothing,
    File(Vec<u8>),
    Other,
}

impl Place {
    /// The data folder at this path; it need not be there.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self { data }
    }

    /// Where it is.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Puts these files there, and takes away what was put before and is not among them.
    ///
    /// # Errors
    /// [`PlaceError`]
    pub fn put(&self, items: &[Item], told: Told<'_>) -> Result<(), PlaceError> {
        let before = self.ledger()?.unwrap_or_default();
        let mut during = before.clone();
        items.iter().for_each(|item| during.add(item));
        let paths = items.iter().map(|item| item.path.as_str()).chain([ledger::PATH]);
        during.folders.extend(paths.flat_map(|path| self.missing_folders(path)));
        // First of all the list: whatever interrupts this, nothing is there that no list names.
        self.write(ledger::PATH, during.text().as_bytes())?;
        let mut after = Ledger { folders: during.folders, ..Ledger::default() };
        for item in items {
            let outcome = self.put_one(item, &before)?;
            if outcome != Outcome::Kept {
                after.add(item);
            }
            told(&self.data.join(&item.path), outcome);
        }
        let now: BTreeSet<&str> = items.iter().map(|item| item.path.as_str()).collect();
        for path in before.paths().difference(&now) {
            self.remove_one(path, &before, told)?;
        }
        self.write(ledger::PATH, after.text().as_bytes())?;
        touch(&self.data.join("icons/hicolor"));
        Ok(())
    }

    /// Takes away what was put there; the folders that were made for it are returned, for [`Self::sweep`]. `None` where nothing was.
    ///
    /// # Errors
    /// [`PlaceError`]
    pub fn take_away(&self, told: Told<'_>) -> Result<Option<Vec<String>>, PlaceError> {
        let Some(ledger) = self.ledger()? else { return Ok(None) };
        for path in ledger.paths() {
            self.remove_one(path, &ledger, told)?;
        }
        let list = self.data.join(ledger::PATH);
        fs::remove_file(&list).map_err(|source| PlaceError::Io { path: list, source })?;
        touch(&self.data.join("icons/hicolor"));
        Ok(Some(ledger.folders.into_iter().collect()))
    }

    /// Removes those of these folders that are empty, and what databases of nothing left in them.
    pub fn sweep(&self, folders: &[String]) {
        databases::forget(&self.data, folders);
        // Sorted by name a folder stands before those in it, and `.` before all.
        for folder in folders.iter().rev() {
            let folder = if folder == "." { self.data.clone() } else { self.data.join(folder) };
            // One that holds something else is needed.
            let _ = fs::remove_dir(folder);
        }
    }

    fn put_one(&self, item: &Item, before: &Ledger) -> Result<Outcome, PlaceError> {
        match self.found(&item.path)? {
            Found::File(content) if content == item.bytes => return Ok(Outcome::Unchanged),
            Found::File(content) if !before.has(&item.path, &content) => return Ok(Outcome::Kept),
            Found::Other => return Ok(Outcome::Kept),
            Found::Nothing | Found::File(_) => self.write(&item.path, &item.bytes)?,
        }
        Ok(Outcome::Written)
    }

    fn remove_one(&self, path: &str, ledger: &Ledger, told: Told<'_>) -> Result<(), PlaceError> {
        let whole = self.data.join(path);
        let outcome = match self.found(path)? {
            Found::Nothing => return Ok(()),
            Found::File(content) if ledger.has(path, &content) => {
                fs::remove_file(&whole).map_err(|source| PlaceError::Io { path: whole.clone(), source })?;
                Outcome::Removed
            }
            Found::File(_) | Found::Other => Outcome::Kept,
        };
        told(&whole, outcome);
        Ok(())
    }

    /// The list of what was put; `None` where there is none.
    fn ledger(&self) -> Result<Option<Ledger>, PlaceError> {
        let wrong = || PlaceError::Ledger { path: self.data.join(ledger::PATH) };
        match self.found(ledger::PATH)? {
            Found::Nothing => Ok(None),
            Found::File(bytes) if bytes.len() as u64 <= ledger::MAX_BYTES => {
                let text = std::str::from_utf8(&bytes).map_err(|_| wrong())?;
                Ledger::parse(text).map(Some).ok_or_else(wrong)
            }
            Found::File(_) | Found::Other => Err(wrong()),
        }
    }

    /// What has this name. Links are not followed, devices and pipes not opened.
    fn found(&self, path: &str) -> Result<Found, PlaceError> {
        let path = self.data.join(path);
        let failed = |source| PlaceError::Io { path: path.clone(), source };
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Found::Nothing);
            }
            Err(error) => return Err(failed(error)),
            Ok(about) if !about.is_file() || about.len() > MAX_BYTES => return Ok(Found::Other),
            Ok(_) => {}
        }
        let mut content = Vec::new();
        File::open(&path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut content)).map_err(failed)?;
        Ok(Found::File(content))
    }

    /// The folders on the way to a file that are not there yet.
    fn missing_folders(&self, path: &str) -> Vec<String> {
        let folders = Path::new(path).ancestors().skip(1).filter_map(Path::to_str);
        let folders = folders.map(|folder| if folder.is_empty() { "." } else { folder });
        folders.filter(|folder| !self.data.join(folder).exists()).map(str::to_owned).collect()
    }

    /// Writes a file beside its place, and gives it its name when it is on the disk.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PlaceError> {
        let path = self.data.join(path);
        let folder = path.parent().unwrap_or(&self.data);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".probity-").suffix(".partial");
        // As any file that the user makes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let written = fs::create_dir_all(folder).and_then(|()| {
            let mut file = builder.tempfile_in(folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        });
        written.map_err(|source| PlaceError::Io { path, source })
    }
}

/// Gives a folder of icons the time of now: that is how desktops learn that their copies of it are old (Icon Theme Specification,
/// "Implementation Notes"). Where it fails, icons come up at the next login.
fn touch(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.set_modified(std::time::SystemTime::now());
    }
}

#[cfg(test)]
mod tests;

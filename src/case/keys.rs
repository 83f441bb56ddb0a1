//! The user's own key, by which custody journals are signed. It lies in the user's configuration folder, in a file that
//! nobody else can read.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::error::CaseError;
use crate::tlog::note::SigningKey;

/// The longest file of a key, in bytes.
const MAX_BYTES: u64 = 4096;

/// Where the user's key is: the file `custody.key` in the configuration folder.
///
/// # Errors
/// [`CaseError::NoFolder`].
pub fn place() -> Result<PathBuf, CaseError> {
    let folders = directories::ProjectDirs::from("", "", "probity").ok_or(CaseError::NoFolder("the key"))?;
    Ok(folders.config_dir().join("custody.key"))
}

/// The key at `path`; `None` where there is no file.
///
/// # Errors
/// [`CaseError::Key`] for a file that is no key, or that others can read.
pub fn read(path: &Path) -> Result<Option<SigningKey>, CaseError> {
    let trouble = |reason: String| CaseError::Key { path: path.to_owned(), reason };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return match fs::symlink_metadata(path) {
                Ok(_) => Err(trouble("it is a link that leads nowhere".to_owned())),
                Err(_) => Ok(None),
            };
        }
        Err(error) => return Err(trouble(error.to_string())),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if meta.permissions().mode() & 0o077 != 0 {
            let advice = "others can read this key; nothing is signed with it before only you can (chmod 600)";
            return Err(trouble(advice.to_owned()));
        }
    }
    if !meta.is_file() {
        return Err(trouble("it is no plain file".to_owned()));
    }
    if meta.len() > MAX_BYTES {
        return Err(trouble("longer than a key".to_owned()));
    }
    let text = fs::read_to_string(path).map_err(|error| trouble(error.to_string()))?;
    SigningKey::parse(&text).map(Some).map_err(|error| trouble(format!("not a private key: {error}")))
}

/// Makes a key of that name at `path`, where there is none.
///
/// # Errors
/// [`CaseError::Exists`], [`CaseError::Io`], and [`CaseError::Sign`] for what is no name of a key.
pub fn make(path: &Path, name: &str) -> Result<SigningKey, CaseError> {
    let key = SigningKey::generate(name)?;
    let io = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => CaseError::Exists { path: path.to_owned() },
        _ => CaseError::Io { path: path.to_owned(), source },
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(io)?;
    let written = writeln!(file, "{}", key.to_text()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a key is none.
        let _ = fs::remove_file(path);
        return Err(io(error));
    }
    Ok(key)
}

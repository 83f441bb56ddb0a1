//! Where the window keeps what is the user's: settings, drafts, their key, the sample. Indexes are a cache, and elsewhere.

use std::path::{Path, PathBuf};

use super::settings::Settings;
use crate::case::{drafts_folder, keys};

/// Where it is kept; what has no place is not kept, or is not there.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The file of the settings.
    pub settings: Option<PathBuf>,
    /// The folder of drafts.
    pub drafts: Option<PathBuf>,
    /// The file of the user's key.
    pub key: Option<PathBuf>,
    /// The file of the sample bundle.
    pub sample: Option<PathBuf>,
    /// The file of notes that were begun and not saved.
    pub unsaved: Option<PathBuf>,
}

impl Places {
    /// Those of the user, as the system names them.
    #[must_use]
    pub fn of_user() -> Self {
        let folders = directories::ProjectDirs::from("", "", "probity");
        Self {
            settings: Settings::place(),
            drafts: drafts_folder().ok(),
            key: keys::place().ok(),
            unsaved: folders.as_ref().map(|folders| folders.data_dir().join("unsaved.json")),
            sample: folders.map(|folders| folders.data_dir().join("sample").join("lending.audit.zip")),
        }
    }

    /// All of them in one folder, which need not be there yet.
    #[must_use]
    pub fn within(folder: &Path) -> Self {
        Self {
            settings: Some(folder.join("settings.json")),
            drafts: Some(folder.join("drafts")),
            key: Some(folder.join("custody.key")),
            sample: Some(folder.join("sample").join("lending.audit.zip")),
            unsaved: Some(folder.join("unsaved.json")),
        }
    }
}

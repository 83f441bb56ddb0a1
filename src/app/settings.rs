//! What the user set, and what they opened lately: one JSON file in the configuration folder. A file that cannot be read is left
//! alone, and said.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::layout::{self, Layouts};
use super::timeline::arrange::Arrangement;
use crate::os::Plain;
use crate::record::ResultReading;

/// So many recent files are kept.
const MAX_RECENT: usize = 12;

/// What the user set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of everything, 1 to 2.
    pub scale: f32,
    /// A second zone in which times are shown beside UTC, by its name in the zone database.
    pub zone: Option<String>,
    /// Files with public keys that are trusted.
    pub trusted: Vec<PathBuf>,
    /// The folder that indexes are kept in; the system's cache folder where there is none.
    pub cache: Option<PathBuf>,
    /// How the results of decisions are read where a log does not say that.
    pub results: Option<Results>,
    /// How the user calls themselves in cases; the system's name for them where it is empty.
    pub actor: String,
    /// Opened lately, the latest first.
    pub recent: Vec<Recent>,
    /// The columns of tables, by the kind of their records.
    pub columns: Layouts,
    /// The lanes of the timeline.
    pub lanes: Arrangement,
}

/// How the results of decisions are read: see the member `result` of `system` records in the bundle format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Results {
    /// Where they stand: names of members with points between them.
    pub path: String,
    /// Those against the person concerned.
    pub adverse: Vec<String>,
    /// Those in favour of the person concerned.
    pub favourable: Vec<String>,
    /// Labels of outcomes that bear out a favourable result.
    pub outcome_positive: Vec<String>,
}

impl Results {
    /// As records say it.
    #[must_use]
    pub fn reading(&self) -> ResultReading {
        let Self { path, adverse, favourable, outcome_positive } = self.clone();
        ResultReading { path: Some(path), adverse, favourable, outcome_positive }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Something opened lately, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// The bundle or case.
    pub path: PathBuf,
    /// What it is called.
    pub title: String,
    /// Number of records.
    pub records: u64,
    /// The verdict in a few words.
    pub verdict: String,
    /// The name of the verdict's integrity.
    pub integrity: String,
    /// When, RFC 3339.
    pub opened: String,
    /// Of a case: the digests of the bundles that it is about, in hex.
    #[serde(default)]
    pub bundles: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            scale: 1.0,
            zone: None,
            trusted: Vec::new(),
            cache: None,
            results: None,
            actor: String::new(),
            recent: Vec::new(),
            columns: Layouts::new(),
            lanes: Arrangement::default(),
        }
    }
}

impl Settings {
    /// Where they are kept; `None` where the system names no home.
    #[must_use]
    pub fn place() -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "probity").map(|folders| folders.config_dir().join("settings.json"))
    }

    /// Reads them; the usual ones where there is no file.
    ///
    /// # Errors
    /// What is wrong with the file. It is not written over then.
    pub fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let read: Self = serde_json::from_str(&text)
                    .map_err(|error| format!("{}: the settings cannot be read: {error}", path.display()))?;
                Ok(read.sane())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {}", path.display(), Plain(&error))),
        }
    }

    /// With every value in its range.
    fn sane(mut self) -> Self {
        self.scale = if self.scale.is_finite() { self.scale.clamp(1.0, 2.0) } else { 1.0 };
        self.recent.truncate(MAX_RECENT);
        self.zone = self.zone.filter(|zone| zone.parse::<Tz>().is_ok());
        self.columns = layout::sane(self.columns);
        self
    }

    /// The second zone.
    #[must_use]
    pub fn second_zone(&self) -> Option<Tz> {
        self.zone.as_deref()?.parse().ok()
    }

    /// Keeps them: in a file beside first, so that half a file is never read.
    ///
    /// # Errors
    /// What was in the way.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let trouble = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = serde_json::to_string_pretty(self).map_err(|error| trouble(&error))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| trouble(&Plain(&error)))?;
        }
        let partial = path.with_extension(format!("{}.partial", std::process::id()));
        std::fs::write(&partial, text)
            .and_then(|()| std::fs::rename(&partial, path))
            .map_err(|error| trouble(&Plain(&error)))
    }

    /// Puts something at the head of the recent list.
    pub fn opened(&mut self, recent: Recent) {
        self.recent.retain(|known| known.path != recent.path);
        self.recent.insert(0, recent);
        self.recent.truncate(MAX_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_round_trip_and_broken_ones_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/settings.json");
        assert_eq!(Settings::read(&path), Ok(Settings::default()));
        let mut settings = Settings { theme: ThemeChoice::Dark, scale: 1.5, ..Settings::default() };
        for n in 0..20 {
            settings.opened(Recent {
                path: PathBuf::from(format!("{}.zip", n % 15)),
                title: String::new(),
                records: n,
                verdict: "intact".into(),
                integrity: "intact".into(),
                opened: String::new(),
                bundles: Vec::new(),
            });
        }
        assert_eq!((settings.recent.len(), settings.recent[0].records), (MAX_RECENT, 19));
        settings.write(&path).expect("written");
        assert_eq!(Settings::read(&path), Ok(settings));
        std::fs::write(&path, "{\"scale\": 1e9}").expect("written");
        assert_eq!(Settings::read(&path).map(|read| read.scale.to_bits()), Ok(2.0_f32.to_bits()));
        std::fs::write(&path, "{").expect("written");
        assert!(Settings::read(&path).is_err());
    }
}

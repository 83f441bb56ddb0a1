//! The folder that indexes are kept in: looked for, and made where it is missing, on a thread of its own before it is used.

use std::path::{Path, PathBuf};

use super::{About, App, Overlay};
use crate::jobs::{Polled, Task};

/// What is to be said of a folder that is there now, or why it cannot be used.
type Made = Result<Option<String>, String>;

/// The folder that is being made ready, and what is to be said of the last one.
#[derive(Debug, Default)]
pub(super) struct CacheFolder {
    making: Option<(Task<Made>, PathBuf)>,
    said: Option<String>,
}

impl App {
    /// What is to be said of the folder of indexes that was asked for last.
    #[must_use]
    pub fn cache_said(&self) -> Option<&str> {
        if self.cache.making.is_some() { Some("The folder is being looked for.") } else { self.cache.said.as_deref() }
    }

    /// What was said is said no more.
    pub(super) fn forget_cache_said(&mut self) {
        self.cache.said = None;
    }

    /// Keeps indexes in a folder from now on, once it is there; without one in the system's.
    pub(super) fn set_cache(&mut self, folder: Option<PathBuf>) {
        self.cache = CacheFolder::default();
        let Some(wanted) = folder else { return self.use_cache(None) };
        let path = wanted.clone();
        match Task::start("cache folder", &self.waker, move |_| make(&path)) {
            Ok(task) => self.cache.making = Some((task, wanted)),
            Err(error) => self.no_cache(error.to_string()),
        }
    }

    pub(super) fn tick_cache(&mut self) {
        let Some((task, _)) = &self.cache.making else { return };
        let made = match task.poll() {
            Polled::Running => return,
            Polled::Done(made) => made,
            Polled::Lost => Err("the thread that looked for it failed".to_owned()),
        };
        let Some((_, wanted)) = self.cache.making.take() else { return };
        match made {
            Ok(said) => {
                self.cache.said = said;
                self.use_cache(Some(wanted));
            }
            Err(why) => self.no_cache(why),
        }
    }

    fn use_cache(&mut self, folder: Option<PathBuf>) {
        self.settings.cache = folder;
        self.keep_settings();
        self.reopen(false);
    }

    /// It is said where it was asked for, as long as that is there to be seen.
    fn no_cache(&mut self, why: String) {
        if self.overlay == Overlay::Settings {
            self.cache.said = Some(why);
        } else {
            self.trouble(About::Program, "Indexes are kept where they were before", why);
        }
    }
}

/// Makes a folder where it is missing, in one that is there.
fn make(path: &Path) -> Made {
    let shown = path.display();
    if !path.is_absolute() {
        return Err("The whole path is needed.".to_owned());
    }
    if path.is_dir() {
        return Ok(None);
    }
    if path.exists() {
        return Err(format!("{shown} is a file, not a folder."));
    }
    if !path.parent().is_some_and(Path::is_dir) {
        return Err(format!("{shown} is not there, and neither is the folder that it would be in."));
    }
    match std::fs::create_dir(path) {
        Ok(()) => Ok(Some(format!("The folder {shown} was not there and has been created. Indexes are kept there."))),
        Err(error) => Err(format!("{shown} is not there and could not be created: {error}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_is_made_in_one_that_is_there_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (new, file) = (folder.path().join("new"), folder.path().join("file"));
        std::fs::write(&file, "").unwrap();
        for (path, is_usable, says) in [
            (Path::new("new").to_owned(), false, "whole path"),
            (folder.path().join("no/new"), false, "neither is"),
            (file.clone(), false, "is a file"),
            (file.join("new"), false, "neither is"),
            (new.clone(), true, "created"),
            (new.clone(), true, ""),
        ] {
            let made = make(&path);
            assert_eq!(made.is_ok(), is_usable, "{}: {made:?}", path.display());
            let said = made.unwrap_or_else(Some).unwrap_or_default();
            assert!(said.contains(says) && said.is_empty() == says.is_empty(), "{said}");
        }
        assert!(new.is_dir() && !folder.path().join("no").exists());
    }
}

//! Opening bundles beside what is open: several logs are looked at as one. What stands in the way is said before anything is let go of.

use std::path::{Path, PathBuf};

use super::{App, Problem, Toast, Told, file_name};
use crate::case::is_case;
use crate::os::Plain;

impl App {
    /// Opens bundles beside what is open; with a case open they are put on record there by that.
    pub(super) fn add(&mut self, more: Vec<PathBuf>) {
        let Some(session) = &self.session else { return self.open(more, false) };
        let open: Vec<PathBuf> = session.evidence().logs().iter().map(|log| place(log.index.bundle())).collect();
        let mut paths = self.paths.clone();
        for path in more {
            if let Some(why) = obstacle(&path) {
                self.problems.push(Problem { what: format!("{} was not added", path.display()), why });
                return;
            }
            if open.contains(&place(&path)) {
                let text = format!("{} is open already", file_name(&path));
                self.toasts.push(Toast { text, undo: false, of: Told::Else });
            } else {
                paths.push(path);
            }
        }
        if paths != self.paths {
            self.open(paths, false);
        }
    }
}

/// One name for all ways to a file.
fn place(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Why a file cannot be added, as far as that is known without reading it.
fn obstacle(path: &Path) -> Option<String> {
    if let Err(error) = std::fs::metadata(path) {
        return Some(Plain(&error).to_string());
    }
    is_case(path).then(|| "this is a case; open it on its own, or merge it into the case that is open".to_owned())
}

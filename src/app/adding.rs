//! Opening bundles beside what is open: several logs are looked at as one. What stands in the way is said before anything is let go of.

use std::path::{Path, PathBuf};

use super::{About, App, Session, Toast, Told, file_name};
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
                self.trouble(About::Bundles, format!("{} was not added", path.display()), why);
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
            if let Some(opening) = &mut self.opening {
                opening.is_added = true;
            }
        }
    }

    /// The records that are chosen now.
    pub(super) fn chosen_records(&self) -> Chosen {
        let of = |row: Option<u32>| Chosen::place(self.session.as_ref()?, row?);
        Chosen { selected: of(self.selected), compared: of(self.compared) }
    }

    /// Chooses again what was chosen before another session took its place; what is not there any more goes.
    pub(super) fn choose_again(&mut self, chosen: &Chosen) {
        let of = |place: &Option<(PathBuf, u32)>| Chosen::row(self.session.as_ref()?, place.as_ref()?);
        (self.selected, self.compared) = (of(&chosen.selected), of(&chosen.compared));
    }
}

/// Records that are chosen, each by its bundle and its row there: among other bundles it has another row.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen {
    selected: Option<(PathBuf, u32)>,
    compared: Option<(PathBuf, u32)>,
}

impl Chosen {
    /// What is chosen here, and where nothing is what was chosen there.
    pub(super) fn or(self, other: Self) -> Self {
        Self { selected: self.selected.or(other.selected), compared: self.compared.or(other.compared) }
    }

    fn place(session: &Session, row: u32) -> Option<(PathBuf, u32)> {
        let (log, at) = session.evidence().place(row)?;
        Some((place(log.index.bundle()), at))
    }

    fn row(session: &Session, (bundle, at): &(PathBuf, u32)) -> Option<u32> {
        let log = session.evidence().logs().iter().find(|log| place(log.index.bundle()) == *bundle)?;
        log.rows.start.checked_add(*at).filter(|row| log.rows.contains(row))
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

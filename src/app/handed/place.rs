//! Where a file can stand: a free name is proposed, and one that is typed is looked for. A disk may be slow to answer, so it is asked on a
//! thread of its own.

use std::path::{Path, PathBuf};

use super::{Form, name};
use crate::app::keeper::no_place;
use crate::app::{About, App, file_name};
use crate::jobs::Latest;
use crate::report::export::sidecar_of;

/// What a file's place is asked.
#[derive(Debug)]
pub(in crate::app) enum Question {
    /// For a name in one of these folders.
    Propose { folders: Vec<PathBuf>, stem: String, ending: &'static str },
    /// Whether a file can be made there.
    Look(PathBuf),
}

/// An answer, with the number of its question.
#[derive(Debug)]
pub(in crate::app) enum Answer {
    Proposed(u64, PathBuf),
    Looked(u64, PathBuf, Option<String>),
}

impl App {
    pub(super) fn proposal(&self, form: Form, folder: Option<PathBuf>) -> Question {
        let log = self.session.as_ref().and_then(|session| session.evidence().logs().first());
        let bundle = log.map(|log| log.index.bundle());
        let stem = name::stem(bundle, &self.filter, form);
        Question::Propose { folders: self.folders_to_hand(folder), stem, ending: form.ending() }
    }

    /// The folders in which something that is handed out may stand, the best first.
    pub(in crate::app) fn folders_to_hand(&self, folder: Option<PathBuf>) -> Vec<PathBuf> {
        let log = self.session.as_ref().and_then(|session| session.evidence().logs().first());
        // What the program keeps for itself is no place where anybody looks.
        let kept = self.user.sample.as_deref().and_then(Path::parent);
        // Where it was named from the folder that the program runs in, that is not part of its name.
        let bundle = log.and_then(|log| std::path::absolute(log.index.bundle()).ok());
        let beside = bundle.as_deref().and_then(Path::parent).filter(|beside| Some(*beside) != kept);
        let user = directories::UserDirs::new();
        let documents = user.as_ref().and_then(|user| user.document_dir().or(Some(user.home_dir())));
        folder.into_iter().chain(beside.map(Path::to_owned)).chain(documents.map(Path::to_owned)).collect()
    }

    /// Only the newest question counts.
    pub(super) fn ask_place(&mut self, question: Question) {
        self.handed.asked += 1;
        if self.handed.places.is_none() {
            let places = Latest::start("places", &self.waker, |(number, question), _, answers| match question {
                Question::Propose { folders, stem, ending } => {
                    if let Some(path) = name::free(&folders, &stem, ending, &|path| trouble(path).is_none()) {
                        answers.give(Answer::Proposed(number, path));
                    }
                }
                Question::Look(path) => {
                    let said = trouble(&path);
                    answers.give(Answer::Looked(number, path, said));
                }
            });
            match places {
                Ok(places) => self.handed.places = Some(places),
                Err(error) => return self.trouble(About::Program, "No file can be proposed", error.to_string()),
            }
        }
        if let Some(places) = &self.handed.places {
            places.ask((self.handed.asked, question));
        }
    }
}

/// Why no file can be made at a path, nor its sidecar.
fn trouble(path: &Path) -> Option<String> {
    if path.file_name().is_none() {
        return Some("This is no name of a file.".to_owned());
    }
    let is_taken = |path: &PathBuf| std::fs::symlink_metadata(path).is_ok();
    match [path.to_owned(), sidecar_of(path)].iter().find(|path| is_taken(path)) {
        Some(taken) => {
            Some(format!("{} is there already. Nothing is overwritten: give another name.", file_name(taken)))
        }
        None => no_place(path).map(|why| format!("Choose another folder: {why}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_against_a_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.csv"), "").unwrap();
        std::fs::write(at("b.csv.provenance.json"), "").unwrap();
        for (path, says) in [
            (at("new.csv"), None),
            (at("a.csv"), Some("a.csv is there already")),
            (at("b.csv"), Some("b.csv.provenance.json is there already")),
            (at("no/new.csv"), Some("there is no folder")),
            (PathBuf::from("/"), Some("no name of a file")),
        ] {
            let why = trouble(&path);
            assert_eq!(why.is_some(), says.is_some(), "{why:?}");
            assert!(why.unwrap_or_default().contains(says.unwrap_or_default()));
        }
    }
}

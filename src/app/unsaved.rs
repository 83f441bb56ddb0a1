//! Notes that were begun and not saved: their text is kept, whatever is looked at meanwhile, and is there again when the same bundles are
//! opened next time. It is no part of a case until it is saved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{App, Session};
use crate::case::Digest;
use crate::os::Plain;
use crate::record::sealed::hex;

/// What was written last is on the disk after so long.
const PAUSE: Duration = Duration::from_secs(2);
/// So many texts are kept, and so many bytes of their file are read.
const MOST: (usize, u64) = (200, 4 << 20);

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writing {
    /// A note on the case as a whole.
    Case,
    /// A note on these rows.
    Rows(Vec<u32>),
    /// A note that is there already.
    Item(Digest),
}

/// The bundles that a text is about, each by the name of its log and its digest: a row of others is another record.
type Bundles = Vec<String>;

/// Texts that were begun.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    /// Their file.
    place: Option<PathBuf>,
    kept: BTreeMap<Bundles, BTreeMap<Writing, String>>,
    /// The bundles that are open.
    now: Bundles,
    /// Since when the file is not what is kept here.
    changed: Option<Instant>,
}

/// A text as the file holds it.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    bundles: Bundles,
    on: Writing,
    text: String,
}

impl Unsaved {
    /// Those of a file. One that cannot be read is said, and not written over.
    pub(super) fn read(place: Option<&Path>) -> Result<Self, String> {
        let Some(path) = place else { return Ok(Self::default()) };
        let trouble = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let mut read = Self { place: Some(path.to_owned()), ..Self::default() };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(trouble(&Plain(&error))),
            Ok(meta) if meta.len() > MOST.1 => return Err(trouble(&"longer than notes that were begun can be")),
            Ok(_) => {}
        }
        let text = std::fs::read_to_string(path).map_err(|error| trouble(&Plain(&error)))?;
        let stored: Vec<Stored> = serde_json::from_str(&text).map_err(|error| trouble(&error))?;
        for Stored { bundles, on, text } in stored.into_iter().take(MOST.0) {
            read.kept.entry(bundles).or_default().insert(on, text);
        }
        Ok(read)
    }

    /// Keeps a text, or takes it away.
    fn put(&mut self, on: Writing, text: Option<String>) {
        let of = self.kept.entry(self.now.clone()).or_default();
        match text {
            Some(text) => drop(of.insert(on, text)),
            None => drop(of.remove(&on)),
        }
        self.changed.get_or_insert_with(Instant::now);
    }

    /// Other bundles are open; with `is_rest` all of what was open in part: what was begun on the part goes along.
    fn open(&mut self, bundles: Bundles, is_rest: bool) {
        if is_rest
            && bundles != self.now
            && let Some(texts) = self.kept.remove(&self.now)
        {
            self.kept.entry(bundles.clone()).or_default().extend(texts);
            self.changed.get_or_insert_with(Instant::now);
        }
        self.now = bundles;
    }

    fn write(&mut self) -> Result<(), String> {
        self.changed = None;
        let Some(place) = &self.place else { return Ok(()) };
        let all = self.kept.iter().flat_map(|(bundles, texts)| texts.iter().map(move |(on, text)| (bundles, on, text)));
        let worth = all.filter(|(.., text)| !text.trim().is_empty());
        let stored = |(bundles, on, text): (&Bundles, &Writing, &String)| Stored {
            bundles: bundles.clone(),
            on: on.clone(),
            text: text.clone(),
        };
        let stored: Vec<Stored> = worth.map(stored).take(MOST.0).collect();
        let trouble = |error: &dyn std::fmt::Display| format!("{}: {error}", place.display());
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder).map_err(|error| trouble(&Plain(&error)))?;
        }
        let text = serde_json::to_string(&stored).map_err(|error| trouble(&error))?;
        let partial = place.with_extension(format!("{}.partial", std::process::id()));
        std::fs::write(&partial, text)
            .and_then(|()| std::fs::rename(&partial, place))
            .map_err(|error| trouble(&Plain(&error)))
    }
}

/// The bundles of a session, as texts know them.
fn bundles(session: &Session) -> Bundles {
    let name = |report: &crate::integrity::Report| {
        let digest = report.bundle_digest.as_ref().map(hex).unwrap_or_default();
        format!("{} {digest}", report.log.origin.as_deref().unwrap_or_default())
    };
    session.reports().map(name).collect()
}

impl App {
    /// The text that was begun there, and not saved.
    #[must_use]
    pub fn unsaved(&self, on: &Writing) -> Option<&str> {
        self.begun()?.get(on).map(String::as_str)
    }

    /// The records on which notes were begun and not saved, by their rows.
    pub fn unsaved_on_rows(&self) -> impl Iterator<Item = &[u32]> {
        let begun = self.begun().into_iter().flatten();
        begun.filter_map(|(on, text)| match on {
            Writing::Rows(rows) if !text.trim().is_empty() => Some(rows.as_slice()),
            _ => None,
        })
    }

    fn begun(&self) -> Option<&BTreeMap<Writing, String>> {
        self.session.as_ref()?;
        self.unsaved.kept.get(&self.unsaved.now)
    }

    pub(super) fn keep_text(&mut self, on: Writing, text: Option<String>) {
        if self.session.is_some() {
            self.unsaved.put(on, text);
        }
    }

    /// A session takes the place of the one before, of the same logs or of others.
    pub(super) fn open_texts(&mut self, session: &Session, is_other: bool) {
        let was_part = self.session.as_ref().is_some_and(|old| old.evidence().is_part());
        self.unsaved.open(bundles(session), was_part && !is_other);
    }

    /// Puts what was begun on the disk: after a pause, or at once where the window is about to close.
    pub fn keep_unsaved(&mut self, is_closing: bool) {
        if self.unsaved.changed.is_some_and(|since| is_closing || since.elapsed() > PAUSE)
            && let Err(why) = self.unsaved.write()
        {
            self.trouble(super::About::Program, "Notes that were begun were not kept", why);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_was_begun_is_there_again_for_the_same_bundles() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("deep/unsaved.json");
        let mut unsaved = Unsaved::read(Some(&place)).unwrap();
        let (one, two) = (vec!["log 12".to_owned()], vec!["log 34".to_owned()]);
        unsaved.open(one.clone(), false);
        unsaved.put(Writing::Case, Some("half a".to_owned()));
        unsaved.put(Writing::Rows(vec![3, 7]), Some("why".to_owned()));
        unsaved.put(Writing::Item(Digest([7; 32])), Some(" ".to_owned()));
        unsaved.open(two.clone(), false);
        unsaved.put(Writing::Case, Some("other".to_owned()));
        unsaved.put(Writing::Case, None);
        unsaved.write().unwrap();
        let read = Unsaved::read(Some(&place)).unwrap();
        let texts: Vec<_> = read.kept.get(&one).unwrap().iter().map(|(on, text)| (on.clone(), text.as_str())).collect();
        assert_eq!(texts, [(Writing::Case, "half a"), (Writing::Rows(vec![3, 7]), "why")]);
        assert_eq!(read.kept.get(&two), None);
        std::fs::write(&place, "[{").unwrap();
        assert!(Unsaved::read(Some(&place)).is_err());
    }

    #[test]
    fn what_was_begun_on_a_part_goes_on_on_the_whole() {
        let (part, whole) = (vec!["log ".to_owned()], vec!["log 12".to_owned()]);
        let mut unsaved = Unsaved::default();
        unsaved.open(part, false);
        unsaved.put(Writing::Case, Some("a".to_owned()));
        unsaved.open(whole.clone(), true);
        unsaved.open(whole.clone(), true);
        assert_eq!(unsaved.kept.get(&whole).and_then(|texts| texts.get(&Writing::Case)).map(String::as_str), Some("a"));
        assert_eq!(unsaved.kept.len(), 1);
    }
}

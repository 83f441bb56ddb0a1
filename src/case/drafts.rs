//! Drafts: where work on a bundle is kept until it is saved as a case. Each bundle has one of its own, so that what was said of one
//! export of a log never stands beside another export unasked; drafts on other bundles of the log are named, and can be merged.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::entry::{JournalRef, Value};
use super::error::CaseError;
use super::{Author, Case, EXTENSION};
use crate::record::sealed::hex;
use crate::tlog::merkle::Hash;

/// Hex digits of a hash that a draft's name holds.
const DIGITS: usize = 16;

/// So many other drafts of a log are looked into.
const MAX_OTHERS: usize = 32;

/// Work on another bundle of a log, which was not saved as a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its file.
    pub path: PathBuf,
    /// The bundle that it is about, by the name of its file; the first of several.
    pub bundle: String,
    /// How many notes are in it.
    pub notes: usize,
    /// How many tags.
    pub tags: usize,
    /// How many other items: incidents, marks, filters and so on.
    pub items: usize,
    /// When something was last done with it.
    pub last: Option<DateTime<Utc>>,
    /// Its journals.
    pub journals: Vec<JournalRef>,
}

impl Draft {
    /// Whether all of its journals are among those of a case: it was taken in, and has not gone on since.
    #[must_use]
    pub fn is_in(&self, journals: &[JournalRef]) -> bool {
        let is_in =
            |own: &JournalRef| journals.iter().any(|there| there.origin == own.origin && there.size >= own.size);
        self.journals.iter().all(is_in)
    }

    fn read(path: &Path) -> Result<Self, CaseError> {
        let author = Author::default();
        let case = Case::load(path, author, None, Some("it is only read".to_owned()), false)?;
        let (mut notes, mut items) = (0, 0);
        for (_, item) in case.state().items() {
            match item.values().first() {
                Some(Value::Note { .. }) => notes += 1,
                // That a bundle was opened is no work yet.
                Some(Value::Bundle(_)) | None => {}
                Some(_) => items += 1,
            }
        }
        Ok(Self {
            path: path.to_owned(),
            bundle: case.bundles().first().map(|(_, bundle)| bundle.name.clone()).unwrap_or_default(),
            notes,
            tags: case.state().tags().count(),
            items,
            last: case.entries().iter().map(|listed| listed.entry.timestamp).max(),
            journals: case.references(),
        })
    }
}

/// The file in `folder` that work on a bundle is kept in: by the name of its log and its digest.
#[must_use]
pub fn draft(folder: &Path, origin: &str, digest: Option<&Hash>) -> PathBuf {
    folder.join(name(origin, digest))
}

/// Work on other bundles of a log: drafts in which there are notes, tags or items, the latest first. What cannot be read is left out.
#[must_use]
pub fn other_drafts(folder: &Path, origin: &str, digest: Option<&Hash>) -> Vec<Draft> {
    let (log, own) = (of_log(origin), name(origin, digest));
    // Drafts of earlier versions bear a longer name that begins alike.
    let is_other = |name: &str| name.starts_with(&log) && name != own && name.ends_with(&format!(".{EXTENSION}"));
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        files.filter(|file| is_other(&file.file_name().to_string_lossy())).map(|file| file.path()).collect();
    paths.sort();
    let drafts = paths.iter().take(MAX_OTHERS).filter_map(|path| Draft::read(path).ok());
    let mut drafts: Vec<Draft> = drafts.filter(|draft| draft.notes + draft.tags + draft.items > 0).collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.last));
    drafts
}

/// The user's folder of drafts.
///
/// # Errors
/// [`CaseError::NoFolder`].
pub fn drafts_folder() -> Result<PathBuf, CaseError> {
    let folders = directories::ProjectDirs::from("", "", "probity").ok_or(CaseError::NoFolder("drafts"))?;
    Ok(folders.data_dir().join("drafts"))
}

fn of_log(origin: &str) -> String {
    let mut hash = hex(blake3::hash(origin.as_bytes()).as_bytes());
    hash.truncate(DIGITS);
    hash
}

fn name(origin: &str, digest: Option<&Hash>) -> String {
    // A bundle that cannot be read as a whole has no digest.
    let mut digest = hex(digest.unwrap_or(&[0; 32]));
    digest.truncate(DIGITS);
    format!("{}-{digest}.{EXTENSION}", of_log(origin))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::case::Digest;
    use crate::case::entry::Records;

    const ORIGIN: &str = "audit.test/lending";

    fn case(path: &Path) -> Case {
        let author = Author { actor: "ann".to_owned(), ..Author::default() };
        if path.is_file() { Case::open(path, author) } else { Case::create(path, author) }.unwrap()
    }

    fn note(text: &str) -> Value {
        Value::Note { on: Records::default(), text: text.to_owned() }
    }

    #[test]
    fn every_bundle_of_a_log_has_a_draft_of_its_own() {
        let names = [
            name(ORIGIN, Some(&[1; 32])),
            name(ORIGIN, Some(&[2; 32])),
            name(ORIGIN, None),
            name("audit.test/other", Some(&[1; 32])),
        ];
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
            let stem = name.strip_suffix(".probity-case").unwrap();
            let (log, digest) = stem.split_once('-').unwrap();
            assert_eq!((log.len(), digest.len()), (DIGITS, DIGITS));
        }
        assert_eq!(names[0][..DIGITS], names[1][..DIGITS]);
    }

    #[test]
    fn work_on_other_bundles_is_named_until_it_was_taken_in() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: String| folder.path().join(name);
        let own = at(name(ORIGIN, Some(&[1; 32])));
        let other = at(name(ORIGIN, Some(&[2; 32])));
        let old = at(format!("{}.{EXTENSION}", &hex(blake3::hash(ORIGIN.as_bytes()).as_bytes())[..32]));
        let others = || other_drafts(folder.path(), ORIGIN, Some(&[1; 32]));
        let _ = case(&own).put(note("mine")).unwrap();
        let _ = case(&at(name("audit.test/other", Some(&[1; 32])))).put(note("elsewhere")).unwrap();
        assert_eq!(others(), [], "neither the own one nor one of another log");
        drop(case(&other));
        assert_eq!(others(), [], "nothing was done in it");
        let mut theirs = case(&other);
        theirs.put(note("one")).unwrap();
        theirs.put(note("two")).unwrap();
        theirs.put(Value::Title { text: "Theirs".to_owned() }).unwrap();
        theirs.tag("seen", &Records::of([(ORIGIN, 4, Digest([7; 32]))])).unwrap();
        drop(theirs);
        let _ = case(&old).put(note("old")).unwrap();
        let found = others();
        assert_eq!(found.iter().map(|draft| &draft.path).collect::<Vec<_>>(), [&old, &other], "the latest first");
        assert_eq!((found[1].notes, found[1].tags, found[1].items), (2, 1, 1));

        let mut mine = case(&own);
        assert!(!found[1].is_in(&mine.references()));
        mine.merge(&other, false).unwrap();
        assert!(found[1].is_in(&mine.references()) && !found[0].is_in(&mine.references()));
        let _ = case(&other).put(note("three")).unwrap();
        let found = others();
        let again = found.iter().find(|draft| draft.path == other).unwrap();
        assert!(!again.is_in(&mine.references()), "it went on");
    }
}

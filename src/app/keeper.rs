//! The thread that works on the case: every piece of work is done in order, and reported once it is saved.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::marked::{Marked, marked};
use crate::bundle::reading::Unwatched;
use crate::case::entry::{Action, Captured, JournalRef, Records, Value};
use crate::case::state::{Conflict, Item, State};
use crate::case::{Author, Case, CaseError, Damage, Digest, Given, Listed, Overruled, Verification};
use crate::evidence::Evidence;
use crate::os::Plain;

/// A piece of work on the case.
#[derive(Debug)]
pub enum Work {
    /// Puts records under a tag.
    Tag(String, Vec<u32>),
    /// Takes a tag from records.
    Untag(String, Vec<u32>),
    /// Writes a note on records, or on the case where there are none.
    Note(String, Vec<u32>),
    /// Adds an item.
    Put(Value),
    /// Gives an item another content.
    Change(Digest, Value),
    /// Deletes an item.
    Delete(Digest),
    /// Says again what an entry said and somebody else took back.
    Restore(Digest),
    /// Puts on record what was done with evidence.
    Record(Action),
    /// Puts on record that an exhibit was handed out; begins a case where there is none, since that keeps its number.
    Exhibit(Captured),
    /// Undoes the latest step.
    Undo,
    /// Redoes the step undone last.
    Redo,
    /// Takes in another case.
    Merge(PathBuf),
    /// Keeps the case under another name: how a draft is saved.
    Save(PathBuf),
    /// Keeps how something looks.
    Look(String, String),
    /// Verifies the journals.
    Verify,
}

/// What came of it.
#[derive(Debug)]
pub struct Kept {
    /// The case as it is now; `None` where it is as before.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Whether a step was done that can be undone.
    pub is_step: bool,
    /// What is worth telling.
    pub told: Option<String>,
    /// What was not done, where it went wrong.
    pub failed: &'static str,
    /// What went wrong: nothing was changed then.
    pub error: Option<String>,
    /// What the verifier says of the journals, where that was asked.
    pub verified: Option<Vec<Verification>>,
}

/// The case at a moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The file.
    pub path: PathBuf,
    /// Whether it is a draft, which no name was given yet.
    pub is_draft: bool,
    /// What is in it.
    pub state: State,
    /// Its items in the order in which they were begun.
    order: Vec<Digest>,
    /// The times that it marks, by time.
    pub marked: Vec<Marked>,
    /// How many items there are of each kind.
    counts: BTreeMap<&'static str, usize>,
    /// Its tags, and how many records have each.
    pub tags: Vec<(String, u64)>,
    /// What is said differently.
    pub conflicts: Vec<Conflict>,
    /// The numbers of exhibits that were given.
    pub given: Given,
    /// Where exhibits were put, by the digests of their sidecars.
    pub captured: HashMap<Digest, String>,
    /// Its journals.
    pub journals: Vec<JournalRef>,
    /// The entries, by time: hash, journal, whether that is the own one, entry.
    pub entries: Vec<(Digest, String, bool, crate::case::entry::Entry)>,
    /// What somebody said and somebody else took back, each with the places among the entries of those who did.
    pub overruled: Vec<(Overruled, Vec<usize>)>,
    /// Whether something can be undone, and redone.
    pub can: (bool, bool),
    /// Why nothing can be written.
    pub read_only: Option<String>,
    /// What is not as it was written.
    pub damage: Vec<Damage>,
}

impl Snapshot {
    fn of(case: &Case, is_draft: bool) -> Self {
        let entries = case.entries();
        let mut overruled: Vec<(Overruled, Vec<usize>)> =
            case.overruled().into_iter().map(|overruled| (overruled, Vec::new())).collect();
        if !overruled.is_empty() {
            let places: HashMap<Digest, usize> = entries.iter().enumerate().map(|(n, entry)| (entry.id, n)).collect();
            for (overruled, by) in &mut overruled {
                *by = overruled.by.iter().filter_map(|id| places.get(id).copied()).collect();
            }
        }
        Self {
            path: case.path().to_owned(),
            is_draft,
            order: case.state().items().into_iter().map(|(name, _)| name).collect(),
            marked: marked(case.state().items().iter().flat_map(|(_, item)| item.values())),
            counts: counts(case.state()),
            tags: tags(case.state()),
            conflicts: case.state().conflicts(),
            state: case.state().clone(),
            given: case.exhibits_given(),
            captured: captured(&entries),
            journals: case.references(),
            overruled,
            entries: entries
                .into_iter()
                .map(|listed| (listed.id, listed.journal.to_owned(), listed.is_own, listed.entry.clone()))
                .collect(),
            can: case.can(),
            read_only: case.read_only().map(str::to_owned),
            damage: case.damage().to_vec(),
        }
    }

    /// The items that are there, in the order in which they were begun: found once, and not in each frame.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = (Digest, &Item)> {
        self.order.iter().filter_map(|name| Some((*name, self.state.item(*name)?)))
    }

    /// How many items say that they are of that kind, in the word of [`Value::name`].
    #[must_use]
    pub fn count_of(&self, kind: &str) -> usize {
        self.counts.get(kind).copied().unwrap_or_default()
    }

    /// What the case is called.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        let titles = self.items().flat_map(|(_, item)| item.values());
        titles
            .filter_map(|value| match value {
                Value::Title { text } => Some(text.clone()),
                _ => None,
            })
            .next()
    }
}

fn captured(entries: &[Listed<'_>]) -> HashMap<Digest, String> {
    let of = |listed: &Listed<'_>| match &listed.entry.action {
        Action::Captured(Captured { sidecar: Some(sidecar), to, .. }) => Some((*sidecar, to.clone())),
        _ => None,
    };
    entries.iter().filter_map(of).collect()
}

fn counts(state: &State) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (_, item) in state.items() {
        let kinds: HashSet<&'static str> = item.values().into_iter().map(Value::name).collect();
        kinds.into_iter().for_each(|kind| *counts.entry(kind).or_default() += 1);
    }
    counts
}

fn tags(state: &State) -> Vec<(String, u64)> {
    let records = |tag: &str| state.tagged(tag).map(|(_, _, hash)| hash).collect::<HashSet<_>>().len() as u64;
    state.tags().map(|tag| (tag.to_owned(), records(tag))).collect()
}

/// The case on its thread.
#[derive(Debug)]
pub struct Keeper {
    /// `None` while there is none yet: a draft is made with the first piece of work.
    case: Option<Case>,
    is_draft: bool,
    draft: Option<PathBuf>,
    author: Option<Author>,
    evidence: Arc<Evidence>,
}

impl Keeper {
    /// Works on `case`; without one on a draft at `draft`, which is made when it is needed.
    #[must_use]
    pub fn new(
        case: Option<Case>,
        is_draft: bool,
        draft: Option<PathBuf>,
        author: Author,
        evidence: Arc<Evidence>,
    ) -> Self {
        Self { case, is_draft, draft, author: Some(author), evidence }
    }

    /// The case as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.case.as_ref().map(|case| Arc::new(Snapshot::of(case, self.is_draft)))
    }

    /// Does a piece of work.
    pub fn work(&mut self, work: Work) -> Kept {
        let failed = match work {
            Work::Save(_) => "The case was not saved there",
            _ => "The case was not changed",
        };
        let mut kept = Kept { snapshot: None, is_step: false, told: None, failed, error: None, verified: None };
        if let Work::Save(path) = &work
            && let Some(why) = no_place(path)
        {
            kept.error = Some(why);
            return kept;
        }
        let can_be_undone = matches!(
            work,
            Work::Tag(..)
                | Work::Untag(..)
                | Work::Note(..)
                | Work::Put(_)
                | Work::Change(..)
                | Work::Delete(_)
                | Work::Restore(_)
        );
        match self.done(work, &mut kept) {
            Ok(is_changed) => {
                kept.is_step = is_changed && can_be_undone;
                if is_changed && let Some(case) = &self.case {
                    if let Err(error) = case.mark(&self.evidence, &Unwatched) {
                        kept.error = Some(error.to_string());
                    }
                    kept.snapshot = self.snapshot();
                }
            }
            Err(error) => kept.error = Some(error.to_string()),
        }
        kept
    }

    fn done(&mut self, work: Work, kept: &mut Kept) -> Result<bool, CaseError> {
        let counted = |number: usize| super::counted(number, "record", "records");
        match work {
            Work::Save(path) => {
                self.case()?.move_to(&path)?;
                self.is_draft = false;
                kept.told = Some(format!("Saved as {}", path.display()));
            }
            Work::Look(name, value) => {
                // How things look is kept where there is a case, and makes none.
                if let Some(case) = self.case.as_mut().filter(|case| case.read_only().is_none()) {
                    case.keep_view_state(&name, &value)?;
                }
                return Ok(false);
            }
            Work::Record(action) => {
                let Some(case) = self.case.as_mut().filter(|case| case.read_only().is_none()) else { return Ok(false) };
                case.record(action)?;
            }
            Work::Verify => {
                let Some(case) = &self.case else { return Ok(false) };
                kept.verified = Some(case.verify(None, &[])?);
                return Ok(false);
            }
            Work::Tag(tag, rows) => {
                let records = self.records(&rows)?;
                let changed = self.case()?.tag(&tag, &records)?;
                kept.told = Some(format!("Tagged {} {tag}", counted(changed)));
            }
            Work::Untag(tag, rows) => {
                let records = self.records(&rows)?;
                let changed = self.case()?.untag(&tag, &records)?;
                kept.told = Some(format!("Took {tag} from {}", counted(changed)));
            }
            Work::Note(text, rows) => {
                let on = self.records(&rows)?;
                self.case()?.put(Value::Note { on, text })?;
                kept.told = Some("Note saved".to_owned());
            }
            Work::Put(value) => drop(self.case()?.put(value)?),
            Work::Exhibit(captured) => self.case()?.record(Action::Captured(captured))?,
            Work::Change(item, value) => self.case()?.change(item, value)?,
            Work::Delete(item) => self.case()?.delete(item)?,
            Work::Restore(entry) => {
                let case = self.case()?;
                let mut overruled = case.overruled();
                overruled.retain(|overruled| overruled.entry == entry);
                case.restore(&overruled)?;
                kept.told = Some("Said again".to_owned());
            }
            Work::Undo => {
                self.case()?.undo()?;
                kept.told = Some("Undone".to_owned());
            }
            Work::Redo => {
                self.case()?.redo()?;
                kept.told = Some("Redone".to_owned());
            }
            Work::Merge(path) => {
                let merged = self.case()?.merge(&path, false)?;
                let conflicts = match merged.conflicts.len() {
                    0 => "nothing is said differently".to_owned(),
                    number => format!("{number} said differently, for you to decide"),
                };
                let overruled = match merged.overruled.len() {
                    0 => String::new(),
                    number => format!("; {number} changed or taken back by somebody else (Case, Taken back)"),
                };
                let entries = super::counted(merged.entries, "entry", "entries");
                let unsigned =
                    if merged.unsigned.is_empty() { "" } else { "; the last of them are not signed as those before" };
                kept.told = Some(format!("{entries} taken in; {conflicts}{overruled}{unsigned}"));
            }
        }
        Ok(true)
    }

    /// The case; a draft is made where there is none.
    fn case(&mut self) -> Result<&mut Case, CaseError> {
        if self.case.is_none() {
            if self.evidence.is_part() {
                return Err(CaseError::Part);
            }
            let place = self.draft.clone().ok_or(CaseError::NoFolder("drafts"))?;
            let author = self.author.take().unwrap_or_default();
            let case = if place.is_file() {
                Case::open(&place, author)?
            } else {
                if let Some(folder) = place.parent() {
                    std::fs::create_dir_all(folder)
                        .map_err(|source| CaseError::Io { path: folder.to_owned(), source })?;
                }
                let mut case = Case::create(&place, author)?;
                for log in self.evidence.logs() {
                    case.opened(&log.index, "window", &[], false)?;
                }
                case
            };
            self.is_draft = true;
            self.case = Some(case);
        }
        self.case.as_mut().ok_or(CaseError::NoFolder("drafts"))
    }

    fn records(&self, rows: &[u32]) -> Result<Records, CaseError> {
        let rows = crate::columns::Bitmap::from_rows(self.evidence.rows(), rows.iter().copied());
        let (records, _) = self.evidence.records_of(&rows)?;
        Ok(Records::of(records.iter().map(|(log, seq, hash)| (log.as_str(), *seq, Digest(*hash)))))
    }
}

/// Why no file can be made at a path; one that is there is not written over.
pub(super) fn no_place(path: &Path) -> Option<String> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Some(format!("{} is there already; choose another name", path.display()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Some(format!("there is no folder {}", folder.display()));
    }
    let error = tempfile::tempfile_in(folder).err()?;
    Some(format!("nothing can be written into the folder {}: {}", folder.display(), Plain(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_saved_where_there_is_room_for_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        for (path, says) in [
            (folder.path().join("new"), None),
            (file.clone(), Some("is there already")),
            (folder.path().join("no/new"), Some("there is no folder")),
            (file.join("new"), Some("there is no folder")),
        ] {
            let why = no_place(&path);
            assert_eq!(why.is_some(), says.is_some(), "{why:?}");
            assert!(why.unwrap_or_default().contains(says.unwrap_or_default()));
        }
    }
}

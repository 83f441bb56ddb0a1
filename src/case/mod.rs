//! The case: what an investigator does with evidence, kept apart from it. Notes, tags, marks, incidents, saved filters and
//! exhibit numbers, and the custody journal that all of them are made of.
//!
//! There is one source of truth: the journal, a chained log in the bundle format ([`entry`]). What is in a case is the sum of its
//! journals' entries ([`state`]); undo is an entry as well ([`history`]). So whoever changes a note behind the program's
//! back has changed the journal, and is found out. Two people's cases are merged by keeping both journals ([`Case::merge`]).
//! The file is SQLite (`assets/spec/case-file.md`); every change is on the disk before it is reported as saved.

mod bundles;
mod digest;
mod drafts;
pub mod entry;
mod error;
pub mod history;
mod journal;
pub mod keys;
mod marks;
mod merge;
pub mod schema;
pub mod state;
mod store;
mod verify;

use std::path::{Path, PathBuf};

use chrono::{SubsecRound as _, Utc};

pub use bundles::Found;
pub use digest::Digest;
pub use drafts::{Draft, draft, other_drafts};
pub use error::CaseError;
pub use journal::Damage;
pub use verify::Verification;

use crate::index::lock::{Lock, lock_path};
use crate::tlog::note::SigningKey;
use entry::{Action, Entry, JournalRef, Records, Value};
use history::History;
use journal::Journal;
use state::State;
use store::{CheckpointRow, EntryRow, Store};

/// So many records go into one entry: it stays within the length of a record.
const MAX_RECORDS: usize = 8_000;

/// The longest tag, in characters.
const MAX_TAG_CHARS: usize = 200;

/// The ending of case files.
pub const EXTENSION: &str = "probity-case";

/// Who works on a case.
#[derive(Debug)]
pub struct Author {
    /// As they call themselves.
    pub actor: String,
    /// Signs the journal, where there is one; its name does not count.
    pub key: Option<SigningKey>,
}

/// An open case.
#[derive(Debug)]
pub struct Case {
    path: PathBuf,
    store: Store,
    author: Author,
    own: Journal,
    /// Journals of other cases, and of copies of this one that went on by themselves.
    others: Vec<Journal>,
    state: State,
    history: History,
    damage: Vec<Damage>,
    /// Why nothing can be written.
    read_only: Option<String>,
    /// Why entries are not signed although there is a key: it did not sign what stands before them.
    unsigned: Option<String>,
    _lock: Option<Lock>,
}

/// An entry of a journal, as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'c> {
    /// The journal's name as a log.
    pub journal: &'c str,
    /// Whether it is the one that this case goes on with.
    pub is_own: bool,
    /// Its hash.
    pub id: Digest,
    /// The entry.
    pub entry: &'c Entry,
}

/// Whether the file at `path` is a case, by its content.
#[must_use]
pub fn is_case(path: &Path) -> bool {
    matches!(store::is_case(path), Ok(Some(_)))
}

impl Case {
    /// Makes a case where there is no file yet, and opens it.
    ///
    /// # Errors
    /// [`CaseError::Exists`], [`CaseError::Io`], [`CaseError::Store`].
    pub fn create(path: &Path, author: Author) -> Result<Self, CaseError> {
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|error| CaseError::Io {
            path: path.to_owned(),
            source: std::io::Error::other(error.to_string()),
        })?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        Store::create(path, &format!("probity.case/{name}"))?;
        Self::open(path, author)
    }

    /// Opens a case. Where another program has it open, or it cannot be written, it is open for reading only
    /// ([`Case::read_only`]); so it is where its journal is damaged ([`Case::damage`]).
    ///
    /// # Errors
    /// [`CaseError::NotACase`], [`CaseError::Newer`], [`CaseError::Io`], [`CaseError::Store`].
    pub fn open(path: &Path, author: Author) -> Result<Self, CaseError> {
        // What is no case gets no lock file beside it.
        drop(Store::open(path, false)?);
        let (lock, mut read_only) = match Lock::take(&lock_path(path)) {
            Ok(Some(lock)) => (Some(lock), None),
            Ok(None) => (None, Some("another Probity has it open".to_owned())),
            Err(error) => (None, Some(format!("no lock file can be made beside it ({error})"))),
        };
        let is_locked = std::fs::metadata(path).is_ok_and(|meta| meta.permissions().readonly());
        if is_locked && read_only.is_none() {
            read_only = Some("the file is write-protected".to_owned());
        }
        Self::load(path, author, lock, read_only)
    }

    fn load(path: &Path, author: Author, lock: Option<Lock>, read_only: Option<String>) -> Result<Self, CaseError> {
        let store = Store::open(path, read_only.is_none())?;
        let mut damage: Vec<Damage> = Vec::new();
        let of_file = |what: String| Damage { journal: None, entry: None, what };
        let strange = store.strange()?;
        if !strange.is_empty() {
            let names = crate::record::text::shown_short(&strange.join(", "), 200);
            damage.push(of_file(format!("tables or views are not as Probity makes them: {names}")));
        }
        let (mut own, mut others, mut own_journals) = (None, Vec::new(), 0);
        for row in store.journals()? {
            own_journals += usize::from(row.is_own);
            let journal = Journal::read(&store, row)?;
            if journal.row.is_own && own.is_none() { own = Some(journal) } else { others.push(journal) }
        }
        let own = own.ok_or_else(|| CaseError::Store {
            path: path.to_owned(),
            reason: "it has no journal of its own: rows were deleted; go back to a copy of it".to_owned(),
        })?;
        let orphans = store.orphans()?;
        if orphans > 0 {
            damage.push(of_file(format!("{orphans} entries belong to no journal: a journal was deleted")));
        }
        let mut case = Self {
            path: path.to_owned(),
            store,
            author,
            own,
            others,
            state: State::default(),
            history: History::default(),
            damage,
            read_only,
            unsigned: None,
            _lock: lock,
        };
        if own_journals != 1 {
            case.damage.push(of_file(format!("{own_journals} journals say that they are the one of this case")));
        }
        case.damage.extend(case.journals().flat_map(|journal| journal.damage.clone()).collect::<Vec<_>>());
        case.damage.extend(case.missing());
        case.damage.extend(case.unnamed());
        case.unsigned = case.check_signed();
        // What is wrong with somebody else's journal is no reason not to go on with this one.
        let own = case.own.row.origin.clone();
        let is_of_own = |damage: &Damage| damage.journal.as_ref().is_none_or(|journal| *journal == own);
        let is_own_damaged = case.damage.iter().any(is_of_own);
        if is_own_damaged && case.read_only.is_none() {
            case.read_only = Some("its journal is damaged; probity case verify says where".to_owned());
        }
        case.rebuild();
        for (id, entry) in &case.own.entries {
            case.history.add(*id, entry);
        }
        if case.read_only.is_none() && case.own.tip.size() == 0 {
            // It was only just made, or whoever made it was killed before the first entry.
            case.begin()?;
        }
        Ok(case)
    }

    /// Journals that an entry says were taken in, and that are not there as they were then.
    fn missing(&self) -> Vec<Damage> {
        let gone = |journal: &JournalRef| Damage {
            journal: Some(journal.origin.clone()),
            entry: None,
            what: format!("it was taken in with {} entries, and is not there as it was then", journal.size),
        };
        let mut out: Vec<Damage> = self
            .journals()
            .flat_map(Journal::merged)
            .filter(|once| !self.journals().any(|journal| journal.holds(once)))
            .map(gone)
            .collect();
        out.dedup();
        out
    }

    /// Journals beside the own one that are not as the newest entry left them which took them in.
    fn unnamed(&self) -> Vec<Damage> {
        let is_named = |journal: &Journal| {
            let now = journal.reference();
            let of_it: Vec<&JournalRef> = self.own.merged().filter(|once| journal.holds(once)).collect();
            of_it.iter().any(|once| once.size == now.size && once.head == now.head)
        };
        let strange = self.others.iter().filter(|journal| !is_named(journal));
        strange
            .map(|journal| Damage {
                journal: Some(journal.row.origin.clone()),
                entry: None,
                what: "it is not as it was taken in: no entry of this case names it as it is now".to_owned(),
            })
            .collect()
    }

    fn journals(&self) -> impl Iterator<Item = &Journal> {
        std::iter::once(&self.own).chain(&self.others)
    }

    fn rebuild(&mut self) {
        self.state = State::of(self.journals().flat_map(|journal| &journal.entries));
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the journal as a log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.own.row.origin
    }

    /// What is in the case.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Why nothing can be written; `None` where it can.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// Why nothing more is signed although there is a key ([`Case::sign`] goes on signing).
    #[must_use]
    pub fn unsigned(&self) -> Option<&str> {
        self.unsigned.as_deref()
    }

    /// Signs the journal as it stands, and every entry from now on. Whoever asks for it has looked at what stands there.
    ///
    /// # Errors
    /// [`CaseError::NoKey`]; otherwise as [`Case::put`].
    pub fn sign(&mut self) -> Result<u64, CaseError> {
        if self.author.key.is_none() {
            return Err(CaseError::NoKey);
        }
        self.unsigned = None;
        self.write(&[], |_| Ok(()))?;
        Ok(self.own.tip.size())
    }

    /// What is not as it was written.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Which journals there are, and how far they go; the first is the one that is continued.
    #[must_use]
    pub fn references(&self) -> Vec<JournalRef> {
        self.journals().map(Journal::reference).collect()
    }

    /// Every entry of every journal, by time; those of one journal in its order.
    #[must_use]
    pub fn entries(&self) -> Vec<Listed<'_>> {
        let mut out: Vec<Listed<'_>> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (n, journal) in self.journals().enumerate() {
            // A copy of this case that went on by itself has the same beginning.
            let entries = journal.entries.iter().filter(|(id, _)| seen.insert(*id));
            out.extend(entries.map(|(id, entry)| Listed {
                journal: &journal.row.origin,
                is_own: n == 0,
                id: *id,
                entry,
            }));
        }
        out.sort_by_key(|listed| listed.entry.timestamp);
        out
    }

    /// Puts records under a tag. Those that have it are left out; nothing is written where all have it.
    ///
    /// # Errors
    /// [`CaseError::Text`] for what is no tag; otherwise as [`Case::put`].
    pub fn tag(&mut self, tag: &str, on: &Records) -> Result<usize, CaseError> {
        valid_tag(tag)?;
        let new = Records::of(on.iter().filter(|(_, _, hash)| !self.state.has_tag(tag, *hash)));
        if new.is_empty() {
            return Ok(0);
        }
        let part = |on| Action::Tagged { tag: tag.to_owned(), on };
        self.append(new.parts(MAX_RECORDS).into_iter().map(part).collect())?;
        Ok(new.len())
    }

    /// Takes a tag from records; says how many had it.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn untag(&mut self, tag: &str, on: &Records) -> Result<usize, CaseError> {
        let had = Records::of(on.iter().filter(|(_, _, hash)| self.state.has_tag(tag, *hash)));
        if had.is_empty() {
            return Ok(0);
        }
        let part = |on: Records| Action::Untagged { tag: tag.to_owned(), of: self.state.given(tag, &on), on };
        let actions = had.parts(MAX_RECORDS).into_iter().map(part).collect();
        self.append(actions)?;
        Ok(had.len())
    }

    /// Adds an item; returns its name.
    ///
    /// # Errors
    /// [`CaseError::ReadOnly`], [`CaseError::Changed`], [`CaseError::Store`], [`CaseError::Entry`] for one that is too
    /// long. Nothing was changed then.
    pub fn put(&mut self, value: Value) -> Result<Digest, CaseError> {
        valid(&value)?;
        let added = self.append(vec![Action::Put { item: None, value, replaces: Vec::new() }])?;
        added.first().copied().ok_or(CaseError::NoItem("entry"))
    }

    /// Gives an item another content. Where it had several, this one takes the place of all of them.
    ///
    /// # Errors
    /// [`CaseError::NoItem`]; otherwise as [`Case::put`].
    pub fn change(&mut self, item: Digest, value: Value) -> Result<(), CaseError> {
        valid(&value)?;
        let replaces = self.said(item, value.name())?;
        self.append(vec![Action::Put { item: Some(item), value, replaces }]).map(drop)
    }

    /// Deletes an item. What it was stays in the journal.
    ///
    /// # Errors
    /// [`CaseError::NoItem`]; otherwise as [`Case::put`].
    pub fn delete(&mut self, item: Digest) -> Result<(), CaseError> {
        let replaces = self.said(item, "item")?;
        self.append(vec![Action::Deleted { item, replaces }]).map(drop)
    }

    fn said(&self, item: Digest, what: &'static str) -> Result<Vec<Digest>, CaseError> {
        match self.state.item(item) {
            Some(there) if there.is_there() => Ok(self.state.said(item)),
            _ => Err(CaseError::NoItem(what)),
        }
    }

    /// Undoes the latest step that was done in this case and is not undone yet; says which entries that were.
    ///
    /// # Errors
    /// [`CaseError::Nothing`]; otherwise as [`Case::put`].
    pub fn undo(&mut self) -> Result<Vec<Digest>, CaseError> {
        let step = self.history.undo().ok_or(CaseError::Nothing("undo"))?.to_vec();
        self.append(vec![Action::Undone { entries: step.clone() }])?;
        Ok(step)
    }

    /// Redoes the step undone last, unless something was changed since; says which entries count again.
    ///
    /// # Errors
    /// [`CaseError::Nothing`]; otherwise as [`Case::put`].
    pub fn redo(&mut self) -> Result<Vec<Digest>, CaseError> {
        let (step, by) = self.history.redo().ok_or(CaseError::Nothing("redo"))?;
        let step = step.to_vec();
        self.append(vec![Action::Redone { entries: vec![by] }])?;
        Ok(step)
    }

    /// Whether there is something to undo, and to redo.
    #[must_use]
    pub fn can(&self) -> (bool, bool) {
        (self.history.undo().is_some(), self.history.redo().is_some())
    }

    /// Puts on record what was done with evidence: opened, verified, exported, captured.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn record(&mut self, action: Action) -> Result<(), CaseError> {
        self.append(vec![action]).map(drop)
    }

    fn begin(&mut self) -> Result<(), CaseError> {
        let timestamp = crate::record::time::shown(Utc::now().trunc_subsecs(3));
        let text = journal::opening(self.origin(), &timestamp).map_err(|error| self.unwritable(&error))?;
        self.write(&[text], |_| Ok(())).map(drop)
    }

    fn unwritable(&self, error: &dyn std::fmt::Display) -> CaseError {
        CaseError::Store { path: self.path.clone(), reason: format!("an entry cannot be written: {error}") }
    }

    /// Appends one step to the journal: all of it or nothing.
    fn append(&mut self, actions: Vec<Action>) -> Result<Vec<Digest>, CaseError> {
        self.append_with(actions, |_| Ok(()))
    }

    /// Appends one step, with further changes of the file in the same transaction.
    fn append_with(
        &mut self,
        actions: Vec<Action>,
        also: impl FnOnce(&store::Change<'_>) -> Result<(), CaseError>,
    ) -> Result<Vec<Digest>, CaseError> {
        // Nobody acts by the microsecond, and a column of times is to be read.
        let timestamp = Utc::now().trunc_subsecs(3);
        let entries: Vec<Entry> = (0..)
            .zip(actions)
            .map(|(n, action)| Entry {
                timestamp,
                actor: self.author.actor.clone(),
                program: concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned(),
                continues: n > 0,
                action,
            })
            .collect();
        let first = self.own.tip.size();
        let texts: Result<Vec<String>, _> =
            (first..).zip(&entries).map(|(seq, entry)| journal::record(seq, entry)).collect();
        let texts = texts.map_err(|error| self.unwritable(&error))?;
        let ids = self.write(&texts, also)?;
        let is_turn = entries.iter().any(|e| matches!(e.action, Action::Undone { .. } | Action::Redone { .. }));
        for (id, entry) in ids.iter().zip(entries) {
            self.history.add(*id, &entry);
            if !is_turn {
                self.state.add(*id, &entry);
            }
            self.own.entries.push((*id, entry));
        }
        if is_turn {
            self.rebuild();
        }
        Ok(ids)
    }

    /// Writes records to the end of the journal, signs it where there is a key, and waits for the disk.
    fn write(
        &mut self,
        records: &[String],
        also: impl FnOnce(&store::Change<'_>) -> Result<(), CaseError>,
    ) -> Result<Vec<Digest>, CaseError> {
        if let Some(why) = &self.read_only {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        let mut tip = self.own.tip.clone();
        let mut rows = Vec::with_capacity(records.len());
        let mut ids = Vec::with_capacity(records.len());
        for record in records {
            let line = tip.next_line(record.as_bytes())?;
            tip.advance(&line)?;
            ids.push(Digest(line.hash));
            rows.push(EntryRow::of(&line));
        }
        let checkpoint = self.author.key.as_ref().filter(|_| self.unsigned.is_none()).map(|key| {
            let key = key.named(tip.origin())?;
            let (checkpoint, note) = tip.checkpoint(&key).map_err(|error| self.unwritable(&error))?;
            let size = i64::try_from(checkpoint.size).unwrap_or(i64::MAX);
            Ok::<_, CaseError>(CheckpointRow { key: key.verifier_key().to_string(), size, note })
        });
        let checkpoint = checkpoint.transpose()?;
        let (id, size, head) = (self.own.row.id, self.own.tip.size(), self.own.tip.head());
        let change = self.store.change()?;
        change.append(id, size, &head, &rows)?;
        if let Some(checkpoint) = &checkpoint {
            change.checkpoint(id, checkpoint)?;
        }
        also(&change)?;
        change.commit()?;
        self.own.appended(tip, &ids);
        Ok(ids)
    }

    /// How something looked when it was last shown: no part of the journal, and not undone.
    ///
    /// # Errors
    /// [`CaseError::Store`].
    pub fn view_state(&self, name: &str) -> Result<Option<String>, CaseError> {
        self.store.view_state(name)
    }

    /// Keeps how something looks.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn keep_view_state(&mut self, name: &str, value: &str) -> Result<(), CaseError> {
        if let Some(why) = &self.read_only {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        let change = self.store.change()?;
        change.view_state(name, value)?;
        change.commit()
    }

    /// Moves the case to a file that is not there yet, and goes on there: how a draft is saved.
    ///
    /// # Errors
    /// [`CaseError::Exists`], [`CaseError::Io`], [`CaseError::Store`]. The case stays where it was then.
    pub fn move_to(self, path: &Path) -> Result<Self, CaseError> {
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(CaseError::Exists { path: path.to_owned() });
        }
        if let Some(why) = &self.read_only {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        self.store.copy(path)?;
        let Self { path: old, store, author, _lock: lock, .. } = self;
        drop(store);
        let moved = Self::open(path, author)?;
        // Only once the new file was read back whole.
        if moved.damage.is_empty() {
            std::fs::remove_file(&old).map_err(|source| CaseError::Io { path: old, source })?;
        }
        drop(lock);
        Ok(moved)
    }
}

/// Whether a tag can be one: it is to be written in a filter and read on one line.
fn valid_tag(tag: &str) -> Result<(), CaseError> {
    let why = if tag.trim().is_empty() {
        "a tag has at least one character"
    } else if tag.trim() != tag {
        "a tag neither begins nor ends with white space"
    } else if tag.chars().any(crate::record::text::is_hidden) {
        "a tag has no characters that do not show"
    } else if tag.chars().count() > MAX_TAG_CHARS {
        "a tag has at most 200 characters"
    } else {
        return Ok(());
    };
    Err(CaseError::Text { what: "tag", why })
}

/// Whether an item's content can be kept.
fn valid(value: &Value) -> Result<(), CaseError> {
    let empty = |what, text: &str| {
        let why = "it is empty";
        if text.trim().is_empty() { Err(CaseError::Text { what, why }) } else { Ok(()) }
    };
    match value {
        Value::Note { text, .. } => empty("note", text),
        Value::Title { text } => empty("title", text),
        Value::Filter { name, .. } => empty("name of the filter", name),
        Value::Incident(incident) => {
            empty("id of the incident", &incident.id)?;
            match (incident.from, incident.to) {
                (Some(from), Some(to)) if from > to => {
                    Err(CaseError::Text { what: "window of the incident", why: "it ends before it begins" })
                }
                _ => Ok(()),
            }
        }
        Value::Span { from, to, .. } if from > to => {
            Err(CaseError::Text { what: "span", why: "it ends before it begins" })
        }
        _ => Ok(()),
    }
}

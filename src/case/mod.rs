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
mod exhibits;
pub mod history;
mod journal;
pub mod keys;
mod lock;
mod marks;
mod merge;
mod overruled;
pub mod schema;
pub mod state;
mod store;
mod valid;
mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use bundles::Found;
pub use digest::Digest;
pub use drafts::{Draft, draft, drafts_folder, other_drafts};
pub use error::CaseError;
pub use exhibits::{Given, numbered};
pub use journal::Damage;
pub use overruled::{Overruled, Word};
pub use verify::Verification;

use crate::tlog::note::SigningKey;
use entry::{Action, Entry, JournalRef, Records, Value};
use history::History;
use journal::Journal;
use overruled::Voice;
use state::State;
use store::Store;
use valid::{valid, valid_tag};

/// So many records go into one entry: it stays within the length of a record.
const MAX_RECORDS: usize = 8_000;

/// So many entries are replaced by one: beside a long text, it stays within the length of a record.
const MAX_REPLACED: usize = 1_000;

/// The ending of case files.
pub const EXTENSION: &str = "probity-case";

/// Who works on a case.
#[derive(Debug, Clone, Default)]
pub struct Author {
    /// As they call themselves.
    pub actor: String,
    /// Signs the journal, where there is one; its name does not count.
    pub key: Option<Arc<SigningKey>>,
    /// Why their key cannot be used, where there is one. Nothing is written then: it would have to be signed.
    pub no_key: Option<String>,
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
    _lock: Option<lock::Locks>,
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
        if let Some(why) = &author.no_key {
            return Err(CaseError::Store { path: path.to_owned(), reason: format!("no case is made: {why}") });
        }
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|error| CaseError::Io {
            path: path.to_owned(),
            source: std::io::Error::other(error.to_string()),
        })?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        // It gets its name with its first entry in it: an empty journal is one that was emptied.
        let partial = store::partial(path)?;
        let made = Store::make(&partial, &format!("probity.case/{name}"))
            .and_then(|()| Self::load(&partial, author.clone(), None, None, true).map(drop))
            .and_then(|()| store::publish(&partial, path));
        let _ = std::fs::remove_file(&partial);
        made?;
        Self::open(path, author)
    }

    /// Opens a case. Where another program has it open, or it cannot be written, it is open for reading only
    /// ([`Case::read_only`]); so it is where its journal is damaged ([`Case::damage`]).
    ///
    /// # Errors
    /// [`CaseError::NotACase`], [`CaseError::Form`], [`CaseError::Io`], [`CaseError::Store`].
    pub fn open(path: &Path, author: Author) -> Result<Self, CaseError> {
        // What is no case gets no lock file beside it.
        drop(Store::open(path, false)?);
        if let Some(why) = author.no_key.clone() {
            return Self::load(path, author, None, Some(why), false);
        }
        let (lock, mut read_only) = match lock::take(path) {
            Ok(Some(lock)) => (Some(lock), None),
            Ok(None) => (None, Some("another Probity has it open".to_owned())),
            Err(error) => (None, Some(format!("no lock file can be made beside it ({error})"))),
        };
        let is_locked = std::fs::metadata(path).is_ok_and(|meta| meta.permissions().readonly());
        if is_locked && read_only.is_none() {
            read_only = Some("the file is write-protected".to_owned());
        }
        Self::load(path, author, lock, read_only, false)
    }

    fn load(
        path: &Path,
        author: Author,
        lock: Option<lock::Locks>,
        read_only: Option<String>,
        is_new: bool,
    ) -> Result<Self, CaseError> {
        let store = Store::open(path, read_only.is_none())?;
        // What stands in the place of a table may be anything, and is not read.
        store.strange()?;
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
        let mut case = Self {
            path: path.to_owned(),
            store,
            author,
            own,
            others,
            state: State::default(),
            history: History::default(),
            damage: Vec::new(),
            read_only,
            unsigned: None,
            _lock: lock,
        };
        if !is_new {
            case.examine(own_journals)?;
        }
        case.rebuild();
        for (id, entry) in &case.own.entries {
            case.history.add(*id, entry);
        }
        if is_new {
            case.begin()?;
        }
        Ok(case)
    }

    /// Looks for what is not as it was written, and whether the journal can be gone on with and signed.
    fn examine(&mut self, own_journals: usize) -> Result<(), CaseError> {
        let of_file = |what: String| Damage { journal: None, entry: None, what };
        let mut damage: Vec<Damage> = Vec::new();
        let strange = self.store.strange()?;
        if !strange.is_empty() {
            let names = crate::record::text::shown_short(&strange.join(", "), 200);
            damage.push(of_file(format!("tables or views are not as Probity makes them: {names}")));
        }
        let orphans = self.store.orphans()?;
        if orphans > 0 {
            damage.push(of_file(format!("{orphans} entries belong to no journal: a journal was deleted")));
        }
        if own_journals != 1 {
            damage.push(of_file(format!("{own_journals} journals say that they are the one of this case")));
        }
        if self.own.hashes_len() == 0 {
            damage.push(of_file("the journal is empty: its entries were deleted".to_owned()));
        }
        damage.extend(self.journals().flat_map(|journal| journal.damage.clone()));
        damage.extend(self.missing());
        damage.extend(self.unnamed());
        self.damage = damage;
        let unchecked = self.check_signed();
        // What is wrong with somebody else's journal is no reason not to go on with this one.
        let own = &self.own.row.origin;
        let is_of_own = |damage: &Damage| damage.journal.as_ref().is_none_or(|journal| journal == own);
        if self.read_only.is_none() {
            self.read_only = if self.damage.iter().any(is_of_own) {
                Some("it is damaged; probity case verify says where".to_owned())
            } else {
                unchecked
            };
        }
        Ok(())
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
            .map(|journal| {
                let origin = journal.row.origin.clone();
                // What was never taken in stands here in place of something else, perhaps of the own journal.
                if self.own.merged().all(|once| once.origin != origin) && origin != self.own.row.origin {
                    let what = format!("the journal {origin} is here, and no entry of this case took it in");
                    return Damage { journal: None, entry: None, what };
                }
                let what = "it is not as it was taken in: no entry of this case names it as it is now".to_owned();
                Damage { journal: Some(origin), entry: None, what }
            })
            .collect()
    }

    fn journals(&self) -> impl Iterator<Item = &Journal> {
        std::iter::once(&self.own).chain(&self.others)
    }

    fn rebuild(&mut self) {
        self.state = State::of(&self.journals().map(|journal| &journal.entries[..]).collect::<Vec<_>>());
    }

    /// What somebody said and somebody else took back, in whichever journals.
    #[must_use]
    pub fn overruled(&self) -> Vec<Overruled> {
        let mut voices: Vec<Voice<'_>> =
            self.journals().map(|said| Voice::whole(&said.row.origin, &said.entries)).collect();
        // What somebody signed is their word; what was appended without their signature may be another's.
        voices.extend(self.others.iter().filter_map(|journal| {
            let signed = journal.signed_entries()?;
            Some(Voice { journal: &journal.row.origin, entries: signed, is_signed: true })
        }));
        overruled::overruled(&voices, &self.state)
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

    /// Whether there is a key to sign with.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.author.key.is_some()
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
        self.is_there(item, value.name())?;
        self.append(self.saying(item, Some(value))).map(drop)
    }

    /// Deletes an item. What it was stays in the journal.
    ///
    /// # Errors
    /// [`CaseError::NoItem`]; otherwise as [`Case::put`].
    pub fn delete(&mut self, item: Digest) -> Result<(), CaseError> {
        self.is_there(item, "item")?;
        self.append(self.saying(item, None)).map(drop)
    }

    fn is_there(&self, item: Digest, what: &'static str) -> Result<(), CaseError> {
        let is_there = self.state.item(item).is_some_and(state::Item::is_there);
        if is_there { Ok(()) } else { Err(CaseError::NoItem(what)) }
    }

    /// The entries by which an item has this content, or none, instead of all that is said of it now.
    fn saying(&self, item: Digest, value: Option<Value>) -> Vec<Action> {
        let say = |value, replaces| match value {
            Some(value) => Action::Put { item: Some(item), value, replaces },
            None => Action::Deleted { item, replaces },
        };
        let said = self.state.said(item);
        let mut parts: Vec<Vec<Digest>> = said.chunks(MAX_REPLACED).map(<[Digest]>::to_vec).collect();
        let last = parts.pop().unwrap_or_default();
        // Where they are more than an entry holds, several say the same, which is no contradiction.
        let mut actions: Vec<Action> = parts.into_iter().map(|part| say(value.clone(), part)).collect();
        actions.push(say(value, last));
        actions
    }

    /// Says again what somebody else took back, in one step; returns how much of it did not hold.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn restore(&mut self, what: &[Overruled]) -> Result<usize, CaseError> {
        let mut actions = Vec::new();
        for overruled in what {
            match &overruled.word {
                Word::Item { item, value } => actions.extend(self.saying(*item, value.clone())),
                Word::Tag { tag, on } => {
                    let on = Records::of(on.iter().filter(|(_, _, hash)| !self.state.has_tag(tag, *hash)));
                    if !on.is_empty() {
                        let part = |on| Action::Tagged { tag: tag.clone(), on };
                        actions.extend(on.parts(MAX_RECORDS).into_iter().map(part));
                    }
                }
            }
        }
        if actions.is_empty() {
            return Ok(0);
        }
        self.append(actions)?;
        Ok(what.len())
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
    pub fn move_to(&mut self, path: &Path) -> Result<(), CaseError> {
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(CaseError::Exists { path: path.to_owned() });
        }
        if let Some(why) = &self.read_only {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: why.clone() });
        }
        self.store.copy(path)?;
        let old = std::mem::replace(self, Self::open(path, self.author.clone())?);
        let (is_whole, old_path) = (self.damage.is_empty(), old.path.clone());
        // Only once the new file was read back whole; its lock is let go of last.
        if is_whole {
            std::fs::remove_file(&old_path).map_err(|source| CaseError::Io { path: old_path, source })?;
        }
        drop(old);
        Ok(())
    }
}

//! A custody journal: the chained log of what was done in a case. Read back from its rows, every entry is hashed again and
//! held against its neighbours; what is not as it was written is told, and a damaged journal is never continued.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::entry::{Action, Entry, JournalRef};
use super::error::CaseError;
use super::store::{EntryRow, JournalRow, Store};
use crate::bundle::line::RecordHasher;
use crate::bundle::writer::Tip;

/// The kind of the records of a journal.
const KIND: &str = "custody";

/// A journal of a case.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) row: JournalRow,
    /// Its end, for the one that is continued.
    pub(super) tip: Tip,
    /// The hash that stands at each place.
    hashes: Vec<Vec<u8>>,
    /// Entries that hash as they state, and can be read, in their order.
    pub(super) entries: Vec<(Digest, Entry)>,
    /// What is wrong with it.
    pub(super) damage: Vec<Damage>,
    /// So many entries the newest genuine signature covers, where there is one.
    pub(super) signed: Option<u64>,
}

/// Something in a case that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The journal, by its name as a log; `None` for the file itself.
    pub journal: Option<String>,
    /// The entry, from 0, where it is about one.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// A record of a journal.
#[derive(Serialize, Deserialize)]
struct Record<E> {
    kind: String,
    audit_id: String,
    #[serde(flatten)]
    entry: E,
}

/// The first record of a journal, as of every log.
#[derive(Serialize, Deserialize)]
struct OpenedRecord {
    kind: String,
    timestamp: String,
    audit_id: String,
    event: String,
    origin: String,
}

/// The record that begins a journal.
pub(super) fn opening(origin: &str, timestamp: &str) -> serde_json::Result<String> {
    serde_json::to_string(&OpenedRecord {
        kind: "log".to_owned(),
        timestamp: timestamp.to_owned(),
        audit_id: "0".to_owned(),
        event: "opened".to_owned(),
        origin: origin.to_owned(),
    })
}

/// The record of an entry at place `seq`.
pub(super) fn record(seq: u64, entry: &Entry) -> serde_json::Result<String> {
    serde_json::to_string(&Record { kind: KIND.to_owned(), audit_id: seq.to_string(), entry })
}

/// Reads a record back. `Ok(None)` for the one that begins the journal.
fn read(record: &[u8], place: u64) -> Result<Option<Entry>, String> {
    #[derive(Deserialize)]
    struct Kind {
        kind: String,
    }
    let text = |error: serde_json::Error| error.to_string();
    let kind = serde_json::from_slice::<Kind>(record).map_err(text)?.kind;
    if kind == "log" {
        return serde_json::from_slice::<OpenedRecord>(record).map(|_| None).map_err(text);
    }
    let read: Record<Entry> = serde_json::from_slice(record).map_err(text)?;
    if kind != KIND {
        return Err(format!("its kind is {}, not {KIND}", crate::record::text::shown_short(&kind, 40)));
    }
    if read.audit_id != place.to_string() {
        return Err("its audit_id is not its place".to_owned());
    }
    Ok(Some(read.entry))
}

impl Journal {
    /// Reads a journal back. What is damaged is told, and the rest of it still read.
    pub(super) fn read(store: &Store, row: JournalRow) -> Result<Self, CaseError> {
        let mut journal = Self {
            tip: Tip::new(&row.origin),
            row,
            hashes: Vec::new(),
            entries: Vec::new(),
            damage: Vec::new(),
            signed: None,
        };
        let mut hasher = RecordHasher::new(&journal.row.origin);
        let mut next = 0_u64;
        store.entries(journal.row.id, |entry| {
            journal.take(&mut hasher, &mut next, &entry);
            Ok(())
        })?;
        journal.undoes_its_own();
        if journal.row.size < 0 {
            journal.damaged(None, "a number of entries below zero is stated".to_owned());
        }
        let stated = journal.row.size.unsigned_abs();
        let head = journal.tip.head();
        if stated > next {
            journal.damaged(None, format!("{stated} entries stated, {next} there: the last ones are missing"));
        } else if stated < next {
            journal.damaged(None, format!("{stated} entries stated, {next} there"));
        } else if journal.damage.is_empty() && journal.row.head != head {
            journal.damaged(None, "the last entry is another one than stated".to_owned());
        }
        Ok(journal)
    }

    /// A journal takes back nothing but its own entries: others it can only answer.
    fn undoes_its_own(&mut self) {
        let own: HashSet<&[u8]> = self.hashes.iter().map(|hash| &hash[..]).collect();
        let is_own = |id: &Digest| own.contains(&id.0[..]);
        let strays = self.entries.iter().filter(|(_, entry)| match &entry.action {
            Action::Undone { entries } | Action::Redone { entries } => !entries.iter().all(is_own),
            _ => false,
        });
        let strays: Vec<String> = strays.map(|(id, _)| id.to_string()[..12].to_owned()).collect();
        for id in strays {
            self.damaged(None, format!("entry {id} takes back what is not in this journal: that does not count"));
        }
    }

    fn take(&mut self, hasher: &mut RecordHasher, next: &mut u64, row: &EntryRow) {
        let line = row.line();
        let place = line.seq;
        self.hashes.push(row.hash.clone());
        if row.seq < 0 || place != *next {
            self.damaged(Some(place), format!("entry {next} should stand here: entries are missing"));
        }
        if self.damage.is_empty() && line.prev != self.tip.head() {
            self.damaged(Some(place), "it does not follow on the entry before it".to_owned());
        }
        *next = place.saturating_add(1);
        if hasher.hash(line.seq, &line.prev, line.record) != line.hash || row.hash.len() != 32 || row.prev.len() != 32 {
            self.damaged(Some(place), "it is not as it was written: its hash differs".to_owned());
            return;
        }
        // What is behind damage cannot be chained, and counts by its own hash.
        if self.damage.is_empty() && self.tip.advance(&line).is_err() {
            self.damaged(Some(place), "the journal is full".to_owned());
        }
        if let Err(fault) = std::str::from_utf8(line.record)
            .map_err(|error| error.to_string())
            .and_then(|text| crate::record::check(text).map(drop).map_err(|fault| fault.to_string()))
        {
            self.damaged(Some(place), format!("it is no record: {fault}"));
            return;
        }
        match read(line.record, place) {
            Ok(Some(entry)) => self.entries.push((Digest(line.hash), entry)),
            Ok(None) if place == 0 => {}
            Ok(None) => self.damaged(Some(place), "a journal begins a second time here".to_owned()),
            Err(error) => self.damaged(Some(place), format!("it cannot be read as an entry: {error}")),
        }
    }

    /// How many places there are, damaged ones included.
    pub(super) fn hashes_len(&self) -> usize {
        self.hashes.len()
    }

    /// The entries that a signature covers, where others stand behind them.
    pub(super) fn signed_entries(&self) -> Option<&[(Digest, Entry)]> {
        let covered = self.hashes.get(..usize::try_from(self.signed?).ok()?)?;
        let covered: HashSet<&[u8]> = covered.iter().map(|hash| &hash[..]).collect();
        let number = self.entries.iter().take_while(|(id, _)| covered.contains(&id.0[..])).count();
        (number < self.entries.len()).then(|| &self.entries[..number])
    }

    fn damaged(&mut self, entry: Option<u64>, what: String) {
        self.damage.push(Damage { journal: Some(self.row.origin.clone()), entry, what });
    }

    /// Which journal it is, and how far it goes, by what is there.
    pub(super) fn reference(&self) -> JournalRef {
        let head = <[u8; 32]>::try_from(&self.row.head[..]).unwrap_or_default();
        JournalRef { origin: self.row.origin.clone(), size: self.row.size.unsigned_abs(), head: Digest(head) }
    }

    /// Whether it is, or goes on from, a journal that was this one once.
    pub(super) fn holds(&self, once: &JournalRef) -> bool {
        let last = once.size.checked_sub(1).map(|last| self.hashes.get(usize::try_from(last).unwrap_or(usize::MAX)));
        self.row.origin == once.origin && last.is_none_or(|hash| hash.is_some_and(|hash| hash[..] == once.head.0))
    }

    /// Takes in what was appended to it.
    pub(super) fn appended(&mut self, tip: Tip, ids: &[Digest]) {
        self.row.size = i64::try_from(tip.size()).unwrap_or(i64::MAX);
        self.row.head = tip.head().to_vec();
        self.tip = tip;
        self.hashes.extend(ids.iter().map(|id| id.0.to_vec()));
    }

    /// The journals that its entries say were taken in.
    pub(super) fn merged(&self) -> impl Iterator<Item = &JournalRef> {
        self.entries
            .iter()
            .filter_map(|(_, entry)| match &entry.action {
                Action::Merged { journals } => Some(journals),
                _ => None,
            })
            .flatten()
    }
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.journal, self.entry) {
            (Some(journal), Some(entry)) => write!(f, "journal {journal}, entry {entry}: {}", self.what),
            (Some(journal), None) => write!(f, "journal {journal}: {}", self.what),
            (None, _) => write!(f, "case file: {}", self.what),
        }
    }
}

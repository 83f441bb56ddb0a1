//! What somebody said and somebody else took back: a note that another journal changed or deleted, a tag that it took away, a step that a
//! copy of the case undid. The sum follows whoever spoke last in knowledge of the other ([`super::state`]); here is kept in view
//! whose word that was not. Nothing of it is lost: every entry is there, and [`super::Case::restore`] says it again.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::digest::Digest;
use super::entry::{Action, Entry, Records, Value};
use super::state::{State, undone};

/// A journal, as it speaks: its name as a log, and its entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice<'e> {
    /// Its name.
    pub(super) journal: &'e str,
    /// Its entries, in their order.
    pub(super) entries: &'e [(Digest, Entry)],
    /// They are those that its key signed, and others follow that it did not.
    pub(super) is_signed: bool,
}

impl<'e> Voice<'e> {
    /// All that a journal says.
    pub(super) fn whole(journal: &'e str, entries: &'e [(Digest, Entry)]) -> Self {
        Self { journal, entries, is_signed: false }
    }
}

/// The last word of a journal about something, which does not hold in the sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Overruled {
    /// The journal whose word it is.
    pub journal: String,
    /// The entry that says it.
    pub entry: Digest,
    /// When it was said.
    pub timestamp: DateTime<Utc>,
    /// By whom, as they call themselves.
    pub actor: String,
    /// What was said.
    pub word: Word,
    /// The entries that changed, deleted or undid it, in order of their hashes.
    pub by: Vec<Digest>,
}

/// What an overruled entry says.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// An item has this content; `None` where it was deleted.
    Item {
        /// Which item.
        item: Digest,
        /// Its content.
        value: Option<Value>,
    },
    /// Records have a tag.
    Tag {
        /// The tag.
        tag: String,
        /// Those of them that have it no more.
        on: Records,
    },
}

/// The last words of all journals that do not hold in the sum, the oldest first. Two continuations of one journal are two voices.
pub(super) fn overruled(voices: &[Voice<'_>], sum: &State) -> Vec<Overruled> {
    let voices = distinct(voices);
    if voices.len() < 2 {
        return Vec::new();
    }
    let by = Against::of(&voices);
    let mut out: BTreeMap<(DateTime<Utc>, usize, Digest, &str), Overruled> = BTreeMap::new();
    for voice in &voices {
        let alone = State::of(&[voice.entries]);
        let said: HashMap<Digest, (usize, &Entry)> =
            voice.entries.iter().enumerate().map(|(place, (id, entry))| (*id, (place, entry))).collect();
        let mut add = |entry: Digest, word: Word, by: Vec<Digest>| {
            if let Some((place, of)) = said.get(&entry) {
                let overruled = Overruled {
                    journal: voice.journal.to_owned(),
                    entry,
                    timestamp: of.timestamp,
                    actor: of.actor.clone(),
                    word,
                    by,
                };
                out.insert((of.timestamp, *place, entry, voice.journal), overruled);
            }
        };
        for (item, there) in alone.all_items() {
            let now = sum.item(item);
            for (entry, version) in there.current() {
                if sum.is_current(item, entry) {
                    continue;
                }
                // Who says the same again, or nothing any more about what is gone, contradicts nobody.
                let holds = match (&version.value, now) {
                    (Some(value), Some(now)) => now.current().any(|(_, now)| now.value.as_ref() == Some(value)),
                    (Some(_), None) => false,
                    (None, Some(now)) => !now.is_there() || now.current().any(|(_, now)| now.value.is_none()),
                    (None, None) => true,
                };
                if !holds {
                    add(entry, Word::Item { item, value: version.value.clone() }, by.word(entry));
                }
            }
        }
        let mut taken: BTreeMap<(&str, Digest), Vec<Place<'_>>> = BTreeMap::new();
        for (tag, record, places) in alone.all_tags() {
            if sum.has_tag(tag, record) {
                continue;
            }
            for entry in alone.given_to(tag, record) {
                let of = taken.entry((tag, entry)).or_default();
                of.extend(places.iter().map(|(log, seq)| (log.as_str(), *seq, record)));
            }
        }
        for ((tag, entry), on) in taken {
            add(entry, Word::Tag { tag: tag.to_owned(), on: Records::of(on) }, by.word(entry));
        }
    }
    out.into_values().collect()
}

/// The voices without those that another one goes on from: an older copy of a journal contradicts nobody.
fn distinct<'e>(voices: &[Voice<'e>]) -> Vec<Voice<'e>> {
    let goes_on = |shorter: &Voice<'e>, n: usize| {
        voices.iter().enumerate().any(|(m, longer)| {
            let is_it =
                |last: &(Digest, Entry)| longer.entries.get(shorter.entries.len() - 1).map(|at| at.0) == Some(last.0);
            let is_longer = longer.entries.len() > shorter.entries.len()
                || (m < n && longer.entries.len() == shorter.entries.len());
            !shorter.is_signed && m != n && is_longer && shorter.entries.last().is_some_and(is_it)
        })
    };
    voices.iter().enumerate().filter(|(n, voice)| !goes_on(voice, *n)).map(|(_, voice)| *voice).collect()
}

/// A record: log, seq and hash.
type Place<'l> = (&'l str, u64, Digest);

/// Which entries speak against which.
struct Against(HashMap<Digest, Vec<Digest>>);

impl Against {
    fn of(voices: &[Voice<'_>]) -> Self {
        let mut against: HashMap<Digest, Vec<Digest>> = HashMap::new();
        let mut seen = HashSet::new();
        for voice in voices {
            let undone = undone(voice.entries);
            for (id, entry) in voice.entries.iter().filter(|(id, _)| !undone.contains(id) && seen.insert(*id)) {
                let of: &[Digest] = match &entry.action {
                    Action::Put { replaces, .. } | Action::Deleted { replaces, .. } => replaces,
                    Action::Untagged { of, .. } => of,
                    Action::Undone { entries } => entries,
                    _ => &[],
                };
                of.iter().for_each(|of| against.entry(*of).or_default().push(*id));
            }
        }
        against.values_mut().for_each(|by| {
            by.sort_unstable();
            by.dedup();
        });
        Self(against)
    }

    fn word(&self, entry: Digest) -> Vec<Digest> {
        self.0.get(&entry).cloned().unwrap_or_default()
    }
}

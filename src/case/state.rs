//! What is in a case: the sum of all entries of all its journals. The sum does not depend on the order in which entries are
//! taken in, nor on how often one is: so two people's cases come to the same however they are merged, and what they
//! say differently is kept side by side. A journal undoes nothing but what it did itself: what others say is
//! changed by saying something else, which is seen ([`super::Overruled`]). Tags are an observed-remove set, items are multi-value registers (Shapiro,
//! Preguiça, Baquero, Zawirski: A comprehensive study of convergent and commutative replicated data types, INRIA 2011,
//! sections 3.3.5 and 3.2.2).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::digest::Digest;
use super::entry::{Action, Entry, Records, Value};

/// Everything in a case that users put there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    tags: BTreeMap<String, HashMap<Digest, Tagging>>,
    items: BTreeMap<Digest, Item>,
}

/// One tag on one record.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tagging {
    /// Where the record was when it was tagged or untagged.
    places: BTreeSet<(String, u64)>,
    /// The entries that gave it.
    given: BTreeSet<Digest>,
    /// The entries that were taken back.
    taken: BTreeSet<Digest>,
}

impl Tagging {
    fn is_there(&self) -> bool {
        !self.given.is_subset(&self.taken)
    }
}

/// A note, mark, incident, … with all that it is said to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    versions: BTreeMap<Digest, Version>,
    replaced: BTreeSet<Digest>,
}

/// What an entry says that an item is.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// When it was said.
    pub timestamp: DateTime<Utc>,
    /// Its place among the entries of its journal: what was said within one millisecond keeps its order.
    place: usize,
    /// By whom.
    pub actor: String,
    /// Its content; `None` where it was deleted.
    pub value: Option<Value>,
}

impl Version {
    fn begun(&self) -> (DateTime<Utc>, usize) {
        (self.timestamp, self.place)
    }
}

impl Item {
    /// What it is said to be, by entry: one version, or several where people changed it without knowing of each other.
    pub fn current(&self) -> impl Iterator<Item = (Digest, &Version)> {
        self.versions
            .iter()
            .filter(|(entry, _)| !self.replaced.contains(entry))
            .map(|(entry, version)| (*entry, version))
    }

    /// The distinct contents, in the order in which they were said first.
    #[must_use]
    pub fn values(&self) -> Vec<&Value> {
        let mut current: Vec<_> = self.current().collect();
        if let [(_, version)] = current[..] {
            return version.value.iter().collect();
        }
        current.sort_by_key(|(entry, version)| (version.begun(), *entry));
        // Whoever means harm gives an item thousands of versions: they are not compared one with another.
        let mut seen = HashSet::new();
        let values = current.into_iter().filter_map(|(_, version)| version.value.as_ref());
        values.filter(|value| seen.insert(serde_json::to_string(value).unwrap_or_default())).collect()
    }

    /// Whether it is there: somebody's version of it has a content.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.current().any(|(_, version)| version.value.is_some())
    }

    /// Whether there are several versions that differ, a deletion among them. Nothing decides between them but a person.
    #[must_use]
    pub fn is_in_conflict(&self) -> bool {
        let mut current = self.current().map(|(_, version)| &version.value);
        let first = current.next();
        current.any(|value| Some(value) != first)
    }

    /// The entry that began it, and its first version, where it is known.
    #[must_use]
    pub fn first(&self, name: Digest) -> Option<&Version> {
        self.versions.get(&name)
    }
}

impl State {
    /// The sum of journals, each as its entries with their hashes. Two continuations of one journal are two journals here.
    #[must_use]
    pub fn of(journals: &[&[(Digest, Entry)]]) -> Self {
        let void = void(journals);
        let mut state = Self::default();
        let entries = journals.iter().flat_map(|entries| entries.iter().enumerate());
        let counting = entries.filter(|(_, (id, _))| !void.contains(id));
        counting.for_each(|(place, (id, entry))| state.add(*id, place, entry));
        state
    }

    /// Adds an entry that nothing has undone, with its place in its journal. An `undone` or `redone` changes what counts of others: the sum is then made anew.
    pub fn add(&mut self, id: Digest, place: usize, entry: &Entry) {
        match &entry.action {
            Action::Tagged { tag, on } => self.taggings(tag, on, |tagging| tagging.given.extend([id])),
            Action::Untagged { tag, on, of } => self.taggings(tag, on, |tagging| tagging.taken.extend(of)),
            Action::Put { item, value, replaces } => {
                self.say(item.unwrap_or(id), (id, place), entry, Some(value.clone()), replaces);
            }
            Action::Deleted { item, replaces } => self.say(*item, (id, place), entry, None, replaces),
            Action::Captured(captured) => {
                if let Some(exhibit) = captured.item() {
                    self.say(id, (id, place), entry, Some(exhibit), &[]);
                }
            }
            _ => {}
        }
    }

    fn taggings(&mut self, tag: &str, on: &Records, mut change: impl FnMut(&mut Tagging)) {
        let records = self.tags.entry(tag.to_owned()).or_default();
        for (log, seq, hash) in on.iter() {
            let tagging = records.entry(hash).or_default();
            let place = (log.to_owned(), seq);
            if !tagging.places.contains(&place) {
                tagging.places.insert(place);
            }
            change(tagging);
        }
    }

    fn say(&mut self, item: Digest, said: (Digest, usize), entry: &Entry, value: Option<Value>, replaces: &[Digest]) {
        let (id, place) = said;
        let item = self.items.entry(item).or_default();
        let version = || Version { timestamp: entry.timestamp, place, actor: entry.actor.clone(), value };
        item.versions.entry(id).or_insert_with(version);
        item.replaced.extend(replaces);
    }

    /// The tags that records have.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().filter(|(_, records)| records.values().any(Tagging::is_there)).map(|(tag, _)| tag.as_str())
    }

    /// The records that have a tag: log, seq and hash; a record that is in several logs is told for each.
    pub fn tagged(&self, tag: &str) -> impl Iterator<Item = (&str, u64, Digest)> {
        self.tags
            .get(tag)
            .into_iter()
            .flatten()
            .filter(|(_, tagging)| tagging.is_there())
            .flat_map(|(hash, tagging)| tagging.places.iter().map(|(log, seq)| (log.as_str(), *seq, *hash)))
    }

    /// The tags of a record.
    pub fn tags_of(&self, record: Digest) -> impl Iterator<Item = &str> {
        self.tags
            .iter()
            .filter(move |(_, records)| records.get(&record).is_some_and(Tagging::is_there))
            .map(|(tag, _)| tag.as_str())
    }

    /// Whether an entry is one that says what an item is now.
    pub(super) fn is_current(&self, item: Digest, entry: Digest) -> bool {
        let there = self.items.get(&item);
        there.is_some_and(|there| there.versions.contains_key(&entry) && !there.replaced.contains(&entry))
    }

    /// Every item that was ever there.
    pub(super) fn all_items(&self) -> impl Iterator<Item = (Digest, &Item)> {
        self.items.iter().map(|(name, item)| (*name, item))
    }

    /// Every tag on every record that has it: tag, log, seq and hash.
    pub(super) fn all_tags(&self) -> impl Iterator<Item = (&str, Digest, &BTreeSet<(String, u64)>)> {
        self.tags.iter().flat_map(|(tag, records)| {
            let there = records.iter().filter(|(_, tagging)| tagging.is_there());
            there.map(move |(hash, tagging)| (tag.as_str(), *hash, &tagging.places))
        })
    }

    /// Whether a record has a tag.
    #[must_use]
    pub fn has_tag(&self, tag: &str, record: Digest) -> bool {
        self.tags.get(tag).and_then(|records| records.get(&record)).is_some_and(Tagging::is_there)
    }

    /// The entries by which records have a tag: what has to be taken back for them to lose it.
    #[must_use]
    pub fn given(&self, tag: &str, on: &Records) -> Vec<Digest> {
        let Some(records) = self.tags.get(tag) else { return Vec::new() };
        let taggings = on.iter().filter_map(|(_, _, hash)| records.get(&hash));
        let given: BTreeSet<Digest> =
            taggings.flat_map(|tagging| tagging.given.difference(&tagging.taken).copied()).collect();
        given.into_iter().collect()
    }

    /// The entries by which one record has a tag.
    pub(super) fn given_to(&self, tag: &str, record: Digest) -> impl Iterator<Item = Digest> {
        let tagging = self.tags.get(tag).and_then(|records| records.get(&record));
        tagging.into_iter().flat_map(|tagging| tagging.given.difference(&tagging.taken).copied())
    }

    /// The items that are there, by name, in the order in which they were begun.
    #[must_use]
    pub fn items(&self) -> Vec<(Digest, &Item)> {
        let mut items: Vec<(Digest, &Item)> =
            self.items.iter().filter(|(_, item)| item.is_there()).map(|(name, item)| (*name, item)).collect();
        let begun =
            |name: Digest, item: &Item| item.first(name).or_else(|| item.versions.values().next()).map(Version::begun);
        items.sort_by_key(|(name, item)| (begun(*name, item), *name));
        items
    }

    /// An item, whether it is there or was deleted.
    #[must_use]
    pub fn item(&self, name: Digest) -> Option<&Item> {
        self.items.get(&name)
    }

    /// The entries that say what an item is now: what a change replaces.
    #[must_use]
    pub fn said(&self, name: Digest) -> Vec<Digest> {
        self.items.get(&name).into_iter().flat_map(Item::current).map(|(entry, _)| entry).collect()
    }

    /// Items that are there and in conflict, and names that were given twice: two incidents of one id, two exhibits of one
    /// number, two filters of one name.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut out = Vec::new();
        let mut named: BTreeMap<(&'static str, String), BTreeSet<Digest>> = BTreeMap::new();
        for (name, item) in self.items() {
            if item.is_in_conflict() {
                out.push(Conflict::Versions { item: name });
            }
            for value in item.values() {
                let unique = match value {
                    Value::Title { .. } => Some(String::new()),
                    Value::Incident(incident) => Some(incident.id.clone()),
                    Value::Exhibit { number, prefix, .. } => Some(format!("{prefix}{number}")),
                    Value::Filter { name, .. } => Some(name.clone()),
                    _ => None,
                };
                if let Some(unique) = unique {
                    named.entry((value.name(), unique)).or_default().insert(name);
                }
            }
        }
        out.extend(
            named.into_iter().filter(|(_, items)| items.len() > 1).map(|((what, name), items)| Conflict::Name {
                what,
                name,
                items: items.into_iter().collect(),
            }),
        );
        out
    }
}

/// What two people said differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// An item has several versions.
    Versions {
        /// Which item.
        item: Digest,
    },
    /// Several items have one name.
    Name {
        /// What they are.
        what: &'static str,
        /// The name; empty for titles.
        name: String,
        /// The items.
        items: Vec<Digest>,
    },
}

/// The entries that do not count: those that a journal undid in which they stand, unless a journal that holds the undoing took
/// it back. Two copies of a journal may differ in that; what the one took back is taken back.
fn void(journals: &[&[(Digest, Entry)]]) -> HashSet<Digest> {
    let (mut redone, mut undoing): (HashSet<Digest>, Vec<(Digest, Digest)>) = (HashSet::new(), Vec::new());
    for entries in journals {
        let own: HashSet<Digest> = entries.iter().map(|(id, _)| *id).collect();
        for (id, entry) in *entries {
            match &entry.action {
                Action::Redone { entries } => redone.extend(entries.iter().filter(|id| own.contains(id)).copied()),
                Action::Undone { entries } => {
                    undoing.extend(entries.iter().filter(|id| own.contains(id)).map(|of| (*id, *of)));
                }
                _ => {}
            }
        }
    }
    undoing.into_iter().filter(|(by, _)| !redone.contains(by)).map(|(_, of)| of).collect()
}

/// The entries of a journal that it undid itself, unless it took that back as well.
pub(super) fn undone(entries: &[(Digest, Entry)]) -> HashSet<Digest> {
    void(&[entries])
}

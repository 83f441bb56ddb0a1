//! What stands in a custody journal: one entry for each thing that somebody did, as a record of kind `custody` of the
//! bundle format. An entry states a change completely, so that the case is what its journals say and nothing else.
//! The members are specified in `assets/spec/case-file.md`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use crate::record::time;

/// An entry: who did what, when, with which program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by the clock of the machine: nothing proves it.
    #[serde(with = "instant")]
    pub timestamp: DateTime<Utc>,
    /// Who, as they call themselves.
    pub actor: String,
    /// Name and version of the program.
    pub program: String,
    /// It belongs to one step with the entry before it: both are undone together.
    #[serde(default, skip_serializing_if = "is_false")]
    pub continues: bool,
    /// What was done.
    #[serde(flatten)]
    pub action: Action,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Records got a tag.
    Tagged {
        /// The tag.
        tag: String,
        /// Which records.
        on: Records,
    },
    /// Records lost a tag, as far as these entries had given it to them: what somebody else gave at the same time stays.
    Untagged {
        /// The tag.
        tag: String,
        /// Which records.
        on: Records,
        /// The entries that had tagged them.
        of: Vec<Digest>,
    },
    /// An item is new, or has another content.
    Put {
        /// Which; `None` for a new one, whose name is the hash of this entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<Digest>,
        /// Its content.
        value: Value,
        /// The entries whose content this one takes the place of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<Digest>,
    },
    /// An item was deleted.
    Deleted {
        /// Which.
        item: Digest,
        /// The entries whose content is gone.
        replaces: Vec<Digest>,
    },
    /// A step was undone.
    Undone {
        /// The entries that count no more.
        entries: Vec<Digest>,
    },
    /// Something undone counts again.
    Redone {
        /// The entries of action `undone` that count no more.
        entries: Vec<Digest>,
    },
    /// A bundle was opened.
    Opened {
        /// Which.
        bundle: BundleRef,
        /// Where it was.
        path: String,
        /// By which command or view.
        by: String,
    },
    /// A bundle was verified.
    Verified {
        /// Which.
        bundle: BundleRef,
        /// Where it was.
        path: String,
        /// The five axes and their values.
        verdict: BTreeMap<String, String>,
        /// Number of findings by code.
        findings: BTreeMap<String, u64>,
        /// The keys that were trusted, as C2SP verifier keys.
        trusted: Vec<String>,
    },
    /// Records were given out.
    Exported {
        /// From which bundles.
        bundles: Vec<BundleRef>,
        /// The filter, as it reads in full.
        filter: String,
        /// How many records went out.
        records: u64,
        /// In which form.
        format: String,
        /// BLAKE3 of the file, or of all bytes that went out.
        digest: Digest,
        /// BLAKE3 of what says where it is from, where that went with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sidecar: Option<Digest>,
        /// Where to.
        to: String,
    },
    /// A view was taken as a picture.
    Captured(Captured),
    /// The journals of another case were taken in.
    Merged {
        /// Which, and how far they went.
        journals: Vec<JournalRef>,
    },
    /// Something that a newer program did. It is kept and shown; what it means is not known here.
    #[serde(other)]
    Unknown,
}

impl Action {
    /// Whether it changes what is in the case, and so can be undone. That the case is about a bundle is not: it was opened.
    #[must_use]
    pub fn is_change(&self) -> bool {
        match self {
            Self::Put { value, .. } => !matches!(value, Value::Bundle(_)),
            Self::Tagged { .. } | Self::Untagged { .. } | Self::Deleted { .. } => true,
            _ => false,
        }
    }

    /// What was done, in one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Tagged { .. } => "tagged",
            Self::Untagged { .. } => "untagged",
            Self::Put { item: None, .. } => "added",
            Self::Put { item: Some(_), .. } => "changed",
            Self::Deleted { .. } => "deleted",
            Self::Undone { .. } => "undone",
            Self::Redone { .. } => "redone",
            Self::Opened { .. } => "opened",
            Self::Verified { .. } => "verified",
            Self::Exported { .. } => "exported",
            Self::Captured(_) => "captured",
            Self::Merged { .. } => "merged",
            Self::Unknown => "unknown",
        }
    }
}

/// A picture of a view that was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// From which bundles.
    pub bundles: Vec<BundleRef>,
    /// The filter, as it reads in full.
    pub filter: String,
    /// BLAKE3 of the picture.
    pub digest: Digest,
    /// BLAKE3 of what says where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidecar: Option<Digest>,
    /// Where to.
    pub to: String,
    /// As which exhibit: the entry begins that item of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhibit: Option<Numbered>,
}

/// What an exhibit is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The number, from 1.
    pub number: u64,
    /// What is printed before the number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// What it shows.
    pub title: String,
}

impl Captured {
    /// The item that the entry begins.
    #[must_use]
    pub fn item(&self) -> Option<Value> {
        let Numbered { number, prefix, title } = self.exhibit.clone()?;
        Some(Value::Exhibit { number, prefix, title, digest: self.sidecar.unwrap_or(self.digest) })
    }
}

/// What an item is. Items are named by the hash of the entry that began them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Value {
    /// The name of the case.
    Title {
        /// The name.
        text: String,
    },
    /// A bundle that the case is about.
    Bundle(BundleRef),
    /// A note, on records or on the case as a whole.
    Note {
        /// The records; none for a note on the case.
        #[serde(default)]
        on: Records,
        /// What it says.
        text: String,
    },
    /// A point in time.
    Mark {
        /// When.
        #[serde(with = "instant")]
        at: DateTime<Utc>,
        /// What it says.
        text: String,
    },
    /// A span of time.
    Span {
        /// Its first instant.
        #[serde(with = "instant")]
        from: DateTime<Utc>,
        /// Its last.
        #[serde(with = "instant")]
        to: DateTime<Utc>,
        /// What it says.
        text: String,
    },
    /// An incident that the user named.
    Incident(Incident),
    /// A filter under a name.
    Filter {
        /// The name.
        name: String,
        /// The filter, in the filter language.
        filter: String,
    },
    /// The number of an exhibit.
    Exhibit {
        /// The number, from 1.
        number: u64,
        /// What is printed before the number.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
        /// What it shows.
        title: String,
        /// BLAKE3 of what was handed out.
        digest: Digest,
    },
    /// Something that a newer program made.
    #[serde(other)]
    Unknown,
}

impl Value {
    /// What it is, in one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Title { .. } => "title",
            Self::Bundle(_) => "bundle",
            Self::Note { .. } => "note",
            Self::Mark { .. } => "mark",
            Self::Span { .. } => "span",
            Self::Incident(_) => "incident",
            Self::Filter { .. } => "filter",
            Self::Exhibit { .. } => "exhibit",
            Self::Unknown => "unknown",
        }
    }
}

/// An incident that the user named: the records given by themselves, and those of the window that pass the filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What it is called in filters: `incident:ID`.
    pub id: String,
    /// What happened.
    #[serde(default)]
    pub title: String,
    /// The first instant of its window; `None` for no beginning.
    #[serde(default, with = "maybe_instant", skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// The last; `None` for no end.
    #[serde(default, with = "maybe_instant", skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// Which records of the window; empty for all of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// Further records.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub on: Records,
}

/// A bundle: which log up to where, and which files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRef {
    /// The name of the log.
    pub origin: String,
    /// Number of records that `root` covers.
    pub size: u64,
    /// Merkle root over them; `None` where the records do not give one.
    pub root: Option<Digest>,
    /// The bundle's digest; `None` where a file of it could not be read.
    pub digest: Option<Digest>,
    /// What the file or folder was called.
    pub name: String,
}

/// A journal, up to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalRef {
    /// Its name as a log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Hash of the last one.
    pub head: Digest,
}

/// Records of logs, by log: place and hash. The hash is what counts; the place finds it quickly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Records(pub Vec<OfLog>);

/// Records of one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfLog {
    /// The name of the log.
    pub log: String,
    /// Seq and record hash of each.
    pub records: Vec<(u64, Digest)>,
}

impl Records {
    /// Those given as log, seq and hash; equal ones once.
    #[must_use]
    pub fn of<'l>(records: impl IntoIterator<Item = (&'l str, u64, Digest)>) -> Self {
        let mut logs: BTreeMap<&str, BTreeMap<(u64, Digest), ()>> = BTreeMap::new();
        for (log, seq, hash) in records {
            logs.entry(log).or_default().insert((seq, hash), ());
        }
        let of_log = |(log, records): (&str, BTreeMap<(u64, Digest), ()>)| OfLog {
            log: log.to_owned(),
            records: records.into_keys().collect(),
        };
        Self(logs.into_iter().map(of_log).collect())
    }

    /// Each record: log, seq, hash.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64, Digest)> {
        self.0.iter().flat_map(|of| of.records.iter().map(|(seq, hash)| (of.log.as_str(), *seq, *hash)))
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|of| of.records.len()).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same in parts of at most `most` records, at least one part.
    #[must_use]
    pub fn parts(&self, most: usize) -> Vec<Self> {
        let all: Vec<_> = self.iter().collect();
        if all.is_empty() {
            return vec![Self::default()];
        }
        all.chunks(most.max(1)).map(|part| Self::of(part.iter().copied())).collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// Instants as RFC 3339, UTC.
mod instant {
    use super::{DateTime, Utc, time};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time::shown(*at))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()).map_err(D::Error::custom)
    }
}

/// The same where there may be none.
mod maybe_instant {
    use super::{DateTime, Utc, time};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&time::shown(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let at = text.map(|text| DateTime::parse_from_rfc3339(&text)).transpose().map_err(D::Error::custom)?;
        Ok(at.map(|at| at.to_utc()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(action: Action) -> Entry {
        let timestamp = DateTime::parse_from_rfc3339("2026-11-02T08:00:00.25Z").expect("a time").to_utc();
        Entry { timestamp, actor: "ann".into(), program: "probity 0".into(), continues: false, action }
    }

    #[test]
    fn entries_round_trip() {
        let hash = Digest([7; 32]);
        let on = Records::of([("log.test/b", 9, hash), ("log.test/a", 4, hash), ("log.test/a", 4, hash)]);
        assert_eq!(on.len(), 2);
        let incident = Incident {
            id: "INC-1".into(),
            title: String::new(),
            from: Some(entry(Action::Unknown).timestamp),
            to: None,
            filter: "result:deny".into(),
            on: Records::default(),
        };
        for action in [
            Action::Tagged { tag: "x".into(), on: on.clone() },
            Action::Untagged { tag: "x".into(), on: on.clone(), of: vec![hash] },
            Action::Put {
                item: None,
                value: Value::Note { on, text: "a \"note\"\nof two lines".into() },
                replaces: vec![],
            },
            Action::Put { item: Some(hash), value: Value::Incident(incident), replaces: vec![hash] },
            Action::Deleted { item: hash, replaces: vec![hash] },
            Action::Undone { entries: vec![hash] },
            Action::Redone { entries: vec![hash] },
            Action::Merged { journals: vec![JournalRef { origin: "o".into(), size: 3, head: hash }] },
        ] {
            let entry = entry(action);
            let text = serde_json::to_string(&entry).expect("JSON");
            assert_eq!(serde_json::from_str::<Entry>(&text).expect("an entry"), entry, "{text}");
        }
    }

    #[test]
    fn what_is_newer_is_kept_as_unknown() {
        let text =
            r#"{"timestamp":"2026-11-02T08:00:00Z","actor":"a","program":"probity 9","action":"teleported","to":7}"#;
        let entry: Entry = serde_json::from_str(text).expect("an entry");
        assert_eq!(entry.action, Action::Unknown);
        let text = r#"{"timestamp":"2026-11-02T08:00:00Z","actor":"a","program":"probity 9","action":"put","value":{"type":"hologram","x":1}}"#;
        let entry: Entry = serde_json::from_str(text).expect("an entry");
        assert!(matches!(entry.action, Action::Put { value: Value::Unknown, .. }));
    }

    #[test]
    fn parts_hold_every_record_once() {
        let records: Vec<_> = (0..25_u8).map(|n| ("o", u64::from(n), Digest([n; 32]))).collect();
        let all = Records::of(records.iter().copied());
        let parts = all.parts(10);
        assert_eq!(parts.iter().map(Records::len).collect::<Vec<_>>(), [10, 10, 5]);
        assert_eq!(Records::of(parts.iter().flat_map(Records::iter)), all);
        assert_eq!(Records::default().parts(10).len(), 1);
    }
}

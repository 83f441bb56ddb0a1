//! The record kinds of format 1, which members each asks for, and typed borrowed views of those that the verifier reads.

use std::borrow::Cow;

use serde::Deserialize;

/// What a record is about; the names are those of the member `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An answer of a model about a subject.
    Decision,
    /// What turned out true about a decision, later.
    Outcome,
    /// Human oversight of a decision.
    Review,
    /// A model version going into or out of service.
    Deployment,
    /// How a model version came to be.
    Training,
    /// Inventory: a system, its purpose, how to read its results.
    System,
    /// Somebody reached for a resource.
    Access,
    /// Who may do what.
    Roster,
    /// A change request.
    Change,
    /// A version of a data set.
    Dataset,
    /// A step in the life of an incident.
    Incident,
    /// A measured value.
    Monitor,
    /// A sealed value that was erased.
    Erasure,
    /// The log about itself.
    Log,
    /// A kind that format 1 does not define; kept and shown.
    Other,
}

const NAMES: [(&str, Kind, &[&str]); 14] = [
    ("decision", Kind::Decision, &["model", "input", "output"]),
    ("outcome", Kind::Outcome, &["decision", "label"]),
    ("review", Kind::Review, &["decision", "reviewer", "action"]),
    ("deployment", Kind::Deployment, &["model", "action"]),
    ("training", Kind::Training, &["model"]),
    ("system", Kind::System, &["system_id"]),
    ("access", Kind::Access, &["subject", "action", "resource"]),
    ("roster", Kind::Roster, &["user", "role"]),
    ("change", Kind::Change, &["change_request", "state"]),
    ("dataset", Kind::Dataset, &["dataset_id", "version"]),
    ("incident", Kind::Incident, &["incident_id", "state"]),
    ("monitor", Kind::Monitor, &["metric", "value"]),
    ("erasure", Kind::Erasure, &["seq", "pointer"]),
    ("log", Kind::Log, &["event"]),
];

impl Kind {
    /// The kind with that name; [`Kind::Other`] for a name that format 1 does not define.
    pub fn parse(name: &str) -> Self {
        NAMES.iter().find(|(known, ..)| *known == name).map_or(Self::Other, |(_, kind, _)| *kind)
    }

    /// The name that stands in `kind`; `other` for [`Kind::Other`].
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind, _)| *kind == self).map_or("other", |(name, ..)| name)
    }

    /// The members that a record of this kind needs beside `kind`, `timestamp` and `audit_id`.
    pub fn required(self) -> &'static [&'static str] {
        NAMES.iter().find(|(_, kind, _)| *kind == self).map_or(&[], |(.., required)| required)
    }
}

/// The members of a `log` record that the verifier reads.
#[derive(Debug, Deserialize)]
pub struct LogRecord<'a> {
    /// `log`; anything else is no such record.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// `opened`, `heartbeat`, `rotated`, `closed` or `imported`.
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    /// The name of the log.
    #[serde(borrow, default)]
    pub origin: Option<Cow<'a, str>>,
    /// The zone of times that state none: `UTC`, `Z` or an offset such as `+02:00`.
    #[serde(borrow, default)]
    pub zone: Option<Cow<'a, str>>,
}

/// The members of an `erasure` record that the verifier reads.
#[derive(Debug, Deserialize)]
pub struct Erasure<'a> {
    /// The record whose sealed value was erased.
    pub seq: u64,
    /// JSON pointer (RFC 6901) to the sealed value in that record.
    #[serde(borrow)]
    pub pointer: Cow<'a, str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for (name, kind, _) in NAMES {
            assert_eq!(Kind::parse(name), kind);
            assert_eq!(kind.name(), name);
        }
        assert_eq!(Kind::parse("Decision"), Kind::Other);
        assert!(Kind::Other.required().is_empty());
    }
}

//! What a filter can ask about: paths of records, and the aliases that stand for what people mean.

use std::fmt;

use crate::record::Kind;

use super::print::{is_bare_segment, quoted};

/// Names that stand before a colon and are no fields.
pub const KEYWORDS: [&str; 4] = ["has", "tag", "note", "incident"];

/// A path of members, from the record down.
///
/// At a list a member made of digits takes that element, from 0; any other goes on in every element.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    members: Vec<String>,
}

impl Path {
    /// The path with those members. `None` where there are none.
    #[must_use]
    pub fn new(members: Vec<String>) -> Option<Self> {
        (!members.is_empty()).then_some(Self { members })
    }

    /// The names, from the record down; at least one.
    #[must_use]
    pub fn members(&self) -> &[String] {
        &self.members
    }

    /// Whether it has a name that picks an element of a list, where it meets one.
    #[must_use]
    pub fn picks(&self) -> bool {
        self.members.iter().any(|name| picks(name))
    }

    /// Whether the record format defines it with a type of its own ([`TYPED`]).
    #[must_use]
    pub fn is_defined(&self) -> bool {
        TYPED.iter().any(|(path, _)| self.members.iter().map(String::as_str).eq(path.iter().copied()))
    }

    /// What is known of the values there, whatever log they are in: the meaning of a filter does not depend on the log.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        let is = |path: &&[&str]| self.members.iter().map(String::as_str).eq(path.iter().copied());
        if let Some((_, field_type)) = TYPED.iter().find(|(path, _)| is(path)) {
            return *field_type;
        }
        match self.members.last() {
            Some(name) if name == "version" || name.ends_with("_version") => FieldType::Version,
            _ => FieldType::Any,
        }
    }
}

/// Whether a name picks an element at a list: it is made of digits.
#[must_use]
pub fn picks(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Path {
    /// The names with points between them, those in quotes that need it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.members.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            let is_alone =
                self.members.len() == 1 && (KEYWORDS.contains(&name.as_str()) || Alias::find(name).is_some());
            if is_bare_segment(name, at == 0) && !is_alone { f.write_str(name)? } else { quoted(f, name)? }
        }
        Ok(())
    }
}

/// What the values of a field are, and so how they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Texts, ordered by code points. Never taken for numbers: `007` is an id.
    Text,
    /// Numbers.
    Number,
    /// Instants.
    Time,
    /// Versions, and names of versions that are none.
    Version,
    /// `true` or `false`.
    Boolean,
    /// Anything: the operand decides what it is compared as.
    Any,
}

impl FieldType {
    /// Its name in tables and help.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Time => "time",
            Self::Version => "version",
            Self::Boolean => "boolean",
            Self::Any => "any",
        }
    }

    /// Whether `<`, `>` and ranges mean something.
    #[must_use]
    pub fn has_order(self) -> bool {
        self != Self::Boolean
    }
}

/// Paths of the record format with values of one type (sections 15 and 16 of bundle-format.md); beside them every
/// path whose last member is `version` or ends with `_version` leads to versions.
pub const TYPED: &[(&[&str], FieldType)] = &[
    (&["timestamp"], FieldType::Time),
    (&["approvals", "at"], FieldType::Time),
    (&["window", "from"], FieldType::Time),
    (&["window", "to"], FieldType::Time),
    (&["left_on"], FieldType::Time),
    (&["output", "confidence"], FieldType::Number),
    (&["seconds"], FieldType::Number),
    (&["traffic_percent"], FieldType::Number),
    (&["bytes"], FieldType::Number),
    (&["active"], FieldType::Boolean),
    (&["audit_id"], FieldType::Text),
    (&["kind"], FieldType::Text),
    (&["model", "id"], FieldType::Text),
    (&["context", "user_id"], FieldType::Text),
];

/// A field of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A path and nothing else.
    Path(Path),
    /// An alias. On a record that has a value at the path of that very name, it is that value, but for what is of the line
    /// ([`Alias::is_of_line`]).
    Alias(&'static Alias),
}

impl Field {
    /// How its values are compared.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        match self {
            Self::Path(path) => path.field_type(),
            Self::Alias(alias) => alias.field_type,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Alias(alias) => f.write_str(alias.name),
        }
    }
}

/// A short name for what people mean, where the record has it at a path that depends on its kind, or not at all.
#[derive(Debug, PartialEq, Eq)]
pub struct Alias {
    /// What one writes.
    pub name: &'static str,
    /// What it is, for people.
    pub meaning: &'static str,
    /// Where the value comes from; the first that is for the record's kind counts.
    pub sources: &'static [Source],
    /// How its values are compared.
    pub field_type: FieldType,
    /// The values that there are.
    pub values: Values,
}

/// Where an alias has its value from in records of some kinds.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The kinds; none listed means all.
    pub kinds: &'static [Kind],
    /// Where the value is.
    pub place: Place,
}

/// Where a value is.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// In the record, at this path.
    Path(&'static [&'static str]),
    /// Not in the record alone.
    Derived(Derived),
}

/// What is known of a record only together with others, with its place in the log, or by reading it with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Derived {
    /// The kind stated; `decision` where none is and the record has `model` and `output`.
    Kind,
    /// The instant of `timestamp`, where it can be placed.
    Time,
    /// The place in the log.
    Seq,
    /// The name of the log that the line is in.
    Log,
    /// The digest of the bundle that holds the line.
    Bundle,
    /// How the line hashes.
    LineState,
    /// `model.version`, else the one version that was deployed at the record's time.
    Version,
    /// How that version is known.
    VersionSource,
    /// The value at the path that the `system` record or the settings name.
    Result,
    /// The label of the outcome that names the decision.
    Outcome,
    /// Whether a review names the decision.
    Reviewed,
    /// Whether a review of the decision overrode it.
    Overridden,
    /// Whether the decision and its outcome agree.
    Correct,
}

/// What is known of the values of an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Nothing.
    Unknown,
    /// These are usual; others are possible.
    Usual(&'static [&'static str]),
    /// There are no others.
    Only(&'static [&'static str]),
}

impl Values {
    /// The values listed.
    #[must_use]
    pub fn listed(self) -> &'static [&'static str] {
        match self {
            Self::Unknown => &[],
            Self::Usual(values) | Self::Only(values) => values,
        }
    }
}

/// In filters, every state of a line but `intact`: it stands for `-line_state:intact`.
pub(super) const DAMAGED: &str = "damaged";

const BOOLEANS: Values = Values::Only(&["true", "false"]);

const fn derived(derived: Derived) -> Source {
    Source { kinds: &[], place: Place::Derived(derived) }
}

const fn of_decisions(derived: Derived) -> Source {
    Source { kinds: &[Kind::Decision], place: Place::Derived(derived) }
}

impl Alias {
    /// Every alias, in the order in which help lists them.
    pub const ALL: &[Self] = &[
        Self {
            name: "kind",
            meaning: "what the record is about",
            sources: &[derived(Derived::Kind)],
            field_type: FieldType::Text,
            values: Values::Usual(&[
                "decision",
                "outcome",
                "review",
                "deployment",
                "training",
                "system",
                "access",
                "roster",
                "change",
                "dataset",
                "incident",
                "monitor",
                "erasure",
                "log",
            ]),
        },
        Self {
            name: "time",
            meaning: "the instant of `timestamp`, where it can be placed",
            sources: &[derived(Derived::Time)],
            field_type: FieldType::Time,
            values: Values::Unknown,
        },
        Self {
            name: "seq",
            meaning: "the record's place in the log; `@42` is that also for records with a `seq` of their own",
            sources: &[derived(Derived::Seq)],
            field_type: FieldType::Number,
            values: Values::Unknown,
        },
        Self {
            name: "log",
            meaning: "the name of the log that holds the record (its origin), whatever the record says",
            sources: &[derived(Derived::Log)],
            field_type: FieldType::Text,
            values: Values::Unknown,
        },
        Self {
            name: "bundle",
            meaning: "the digest of the bundle that holds the record, in hex, whatever the record says",
            sources: &[derived(Derived::Bundle)],
            field_type: FieldType::Text,
            values: Values::Unknown,
        },
        Self {
            name: "line_state",
            meaning: "how the line hashes by itself, whatever the record says; `damaged` is any but `intact`; one that was replaced and hashed anew is `intact`",
            sources: &[derived(Derived::LineState)],
            field_type: FieldType::Text,
            values: Values::Only(&["intact", "invalid", "altered", "unreadable", DAMAGED]),
        },
        Self {
            name: "id",
            meaning: "the record's own id",
            sources: &[Source { kinds: &[], place: Place::Path(&["audit_id"]) }],
            field_type: FieldType::Text,
            values: Values::Unknown,
        },
        Self {
            name: "model",
            meaning: "the model's id",
            sources: &[Source { kinds: &[], place: Place::Path(&["model", "id"]) }],
            field_type: FieldType::Text,
            values: Values::Unknown,
        },
        Self {
            name: "version",
            meaning: "the model's version; of a decision that names none, the one that was deployed at its time",
            sources: &[
                of_decisions(Derived::Version),
                Source { kinds: &[], place: Place::Path(&["model", "version"]) },
            ],
            field_type: FieldType::Version,
            values: Values::Unknown,
        },
        Self {
            name: "version_source",
            meaning: "how a decision's version is known",
            sources: &[of_decisions(Derived::VersionSource)],
            field_type: FieldType::Text,
            values: Values::Only(&["recorded", "inferred", "ambiguous", "unknown"]),
        },
        Self {
            name: "confidence",
            meaning: "how sure the model was",
            sources: &[Source { kinds: &[], place: Place::Path(&["output", "confidence"]) }],
            field_type: FieldType::Number,
            values: Values::Unknown,
        },
        Self {
            name: "user",
            meaning: "the person or account: who asked for the decision, reached for the resource, reviewed, deployed, worked on a case",
            sources: &[
                Source { kinds: &[Kind::Decision], place: Place::Path(&["context", "user_id"]) },
                Source { kinds: &[Kind::Access], place: Place::Path(&["subject", "id"]) },
                Source { kinds: &[Kind::Review], place: Place::Path(&["reviewer"]) },
                Source { kinds: &[Kind::Deployment], place: Place::Path(&["deployer"]) },
                Source { kinds: &[Kind::Custody], place: Place::Path(&["actor"]) },
            ],
            field_type: FieldType::Text,
            values: Values::Unknown,
        },
        Self {
            name: "result",
            meaning: "what was decided, at the path that the `system` record or the settings name",
            sources: &[of_decisions(Derived::Result)],
            field_type: FieldType::Any,
            values: Values::Unknown,
        },
        Self {
            name: "outcome",
            meaning: "what turned out true about the decision",
            sources: &[of_decisions(Derived::Outcome)],
            field_type: FieldType::Any,
            values: Values::Unknown,
        },
        Self {
            name: "reviewed",
            meaning: "whether a person reviewed the decision",
            sources: &[of_decisions(Derived::Reviewed)],
            field_type: FieldType::Boolean,
            values: BOOLEANS,
        },
        Self {
            name: "overridden",
            meaning: "whether a review overrode the decision",
            sources: &[of_decisions(Derived::Overridden)],
            field_type: FieldType::Boolean,
            values: BOOLEANS,
        },
        Self {
            name: "correct",
            meaning: "whether the decision and its outcome agree",
            sources: &[of_decisions(Derived::Correct)],
            field_type: FieldType::Boolean,
            values: BOOLEANS,
        },
    ];

    /// The alias of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|alias| alias.name == name)
    }

    /// Whether it says where the line itself is from. No member of a record counts in its place: whoever writes a record
    /// could pass it off as another log's.
    #[must_use]
    pub fn is_of_line(&self) -> bool {
        matches!(
            self.sources,
            [Source { place: Place::Derived(Derived::Log | Derived::Bundle | Derived::LineState), .. }]
        )
    }

    /// The source of the value in records of `kind`.
    #[must_use]
    pub fn source(&self, kind: Kind) -> Option<&'static Place> {
        let source = self.sources.iter().find(|source| source.kinds.is_empty() || source.kinds.contains(&kind))?;
        Some(&source.place)
    }
}

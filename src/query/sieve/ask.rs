//! Whether one record passes a term, read from its text value by value, without a tree where there can be one without.

mod text;

use std::collections::BTreeMap;

use chrono::FixedOffset;

use self::text::{AnyText, Needle};
use super::hint::Hint;
use crate::query::at::{AtScratch, AtValue, Told, at};
use crate::query::document::Document;
use crate::query::expr::{Expr, Term, Test};
use crate::query::field::{Alias, Derived, Field, Place};
use crate::query::matches::{Resolver, matches};
use crate::record::walk::{Step, Text, Visit, walk};

/// What is known of a record besides its text.
pub(super) struct Known {
    pub(super) seq: u64,
    pub(super) zone: Option<FixedOffset>,
}

impl Resolver for Known {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn zone(&self) -> Option<FixedOffset> {
        self.zone
    }
}

/// Memory that is used again from record to record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    decoded: String,
    folded: String,
    at: AtScratch,
}

/// A term in the form in which it is asked.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    /// A text or number anywhere holds this.
    Text(Needle),
    /// A value at this path passes.
    Path { path: Vec<String>, test: Test },
    /// What an alias stands for depends on other members too: a document of only these has the same answer.
    Members { expr: Expr, members: Vec<Member> },
    /// The question is not about the record's text.
    Place(Expr),
}

/// A member of the record itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    name: &'static str,
    /// Whether its value counts, or only that there is one.
    is_read: bool,
}

impl Ask {
    pub(super) fn of(term: &Term) -> Self {
        match term {
            Term::Text(matcher) => Self::Text(Needle::new(matcher)),
            Term::Field { field: Field::Path(path), test } => {
                Self::Path { path: path.members().to_vec(), test: test.clone() }
            }
            Term::Field { field: Field::Alias(alias), .. } => {
                Self::Members { expr: Expr::Term(term.clone()), members: members(alias) }
            }
            Term::Seq { .. } | Term::Mark { .. } => Self::Place(Expr::Term(term.clone())),
        }
    }

    /// Whether `record` passes, if it is a record at all: `check` is not asked here. `hint` is that of the same term.
    pub(super) fn passes(&self, record: &str, known: &Known, hint: &Hint, scratch: &mut Scratch) -> bool {
        match self {
            Self::Text(needle) => AnyText::new(needle, hint, record, scratch).passes(),
            Self::Path { path, test } => {
                let mut asked = Asked { test, zone: known.zone, found: false };
                at(record, path, &mut scratch.at, &mut asked);
                asked.found
            }
            Self::Members { expr, members } => {
                part(record, members).is_some_and(|document| matches(expr, &document, known))
            }
            Self::Place(expr) => matches(expr, &Document::Object(BTreeMap::new()), known),
        }
    }
}

/// Whether a value at a path passes a test.
struct Asked<'t> {
    test: &'t Test,
    zone: Option<FixedOffset>,
    found: bool,
}

impl Asked<'_> {
    fn is_asked_for_presence(&mut self) -> bool {
        self.found |= *self.test == Test::Present;
        self.found
    }
}

impl Told for Asked<'_> {
    fn object(&mut self) -> bool {
        self.is_asked_for_presence()
    }

    fn list(&mut self) -> bool {
        self.is_asked_for_presence()
    }

    fn value(&mut self, value: AtValue<'_>) -> bool {
        self.found = value.text().is_some_and(|text| self.test.passes(text, self.zone));
        self.found
    }
}

/// The members of a record that it depends on what `alias` stands for.
fn members(alias: &'static Alias) -> Vec<Member> {
    let mut members = vec![Member { name: alias.name, is_read: true }];
    let mut add = |name, is_read| match members.iter_mut().find(|member| member.name == name) {
        Some(member) => member.is_read |= is_read,
        None => members.push(Member { name, is_read }),
    };
    for source in alias.sources {
        let is_of_kinds = !source.kinds.is_empty();
        if is_of_kinds || source.place == Place::Derived(Derived::Kind) {
            add("kind", true);
            // A record with both is a decision where it does not say what it is.
            add("model", false);
            add("output", false);
        }
        match source.place {
            Place::Path(path) => add(path[0], true),
            Place::Derived(Derived::Time) => add("timestamp", true),
            Place::Derived(Derived::Version | Derived::VersionSource) => add("model", true),
            Place::Derived(_) => {}
        }
    }
    members
}

/// The record with these of its members alone. `None` where it is no record.
fn part<'a>(record: &'a str, members: &[Member]) -> Option<Document<'a>> {
    let mut chosen = Chosen { members, next: None, taken: Vec::with_capacity(members.len()) };
    walk(record, &mut chosen).ok()?;
    let read = |(member, json): (&Member, Option<&'a str>)| {
        let value = json.map_or(Some(Document::Null), |json| Document::parse(json).ok())?;
        Some((member.name.to_owned(), value))
    };
    chosen.taken.into_iter().map(read).collect::<Option<_>>().map(Document::Object)
}

struct Chosen<'m, 'a> {
    members: &'m [Member],
    next: Option<&'m Member>,
    taken: Vec<(&'m Member, Option<&'a str>)>,
}

impl<'a> Visit<'a> for Chosen<'_, 'a> {
    fn name(&mut self, name: Text<'a>) -> Step {
        match self.members.iter().find(|member| name.is(member.name)) {
            Some(member) if member.is_read => {
                self.next = Some(member);
                Step::Take
            }
            Some(member) => {
                self.taken.push((member, None));
                Step::Skip
            }
            None => Step::Skip,
        }
    }

    fn taken(&mut self, json: &'a str) {
        self.taken.extend(self.next.take().map(|member| (member, Some(json))));
    }
}

//! Whether one record passes a filter: the definition, in the plainest form. It reads a record's text anew for every
//! question; selections over whole logs are computed elsewhere and tested against this.

use std::borrow::Cow;

use chrono::FixedOffset;

use crate::record::Kind;
use crate::record::time::Time;

use super::document::Document;
use super::expr::{Expr, Mark, Term, Test};
use super::field::{Alias, Derived, Field, Path, Place};

/// The version of a decision that names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inferred {
    /// The one version that was deployed at its time.
    Version(String),
    /// Several were deployed at once.
    Ambiguous,
    /// None is known to have been deployed.
    Unknown,
}

/// What is known of one record from others, from its log, and from the user's case. Nothing is known by itself.
pub trait Resolver {
    /// Its place in the log.
    fn seq(&self) -> u64;

    /// The zone of the log's times without an offset (section 16 of bundle-format.md).
    fn zone(&self) -> Option<FixedOffset> {
        None
    }

    /// The name of its log.
    fn log(&self) -> Option<String> {
        None
    }

    /// The digest of its bundle, in hex.
    fn bundle(&self) -> Option<String> {
        None
    }

    /// How its line hashes: `intact`, `invalid`, `altered` or `unreadable`.
    fn line_state(&self) -> Option<&'static str> {
        None
    }

    /// The version of a decision that names none.
    fn inferred_version(&self) -> Inferred {
        Inferred::Unknown
    }

    /// Where a decision's result stands, as its `system` record or the settings name it.
    fn result_path(&self) -> Option<Path> {
        None
    }

    /// The label of the outcome of a decision.
    fn outcome(&self) -> Option<String> {
        None
    }

    /// Whether a decision was reviewed. `None` where that cannot be said.
    fn is_reviewed(&self) -> Option<bool> {
        None
    }

    /// Whether a decision was overridden. `None` where that cannot be said.
    fn is_overridden(&self) -> Option<bool> {
        None
    }

    /// Whether a decision agrees with its outcome. `None` where that cannot be said.
    fn is_correct(&self) -> Option<bool> {
        None
    }

    /// The texts of the user's marks on it.
    fn marks(&self, mark: Mark) -> Vec<String> {
        let _ = mark;
        Vec::new()
    }
}

/// Whether `record` passes `expr`.
#[must_use]
pub fn matches(expr: &Expr, record: &Document<'_>, resolver: &dyn Resolver) -> bool {
    match expr {
        Expr::All => true,
        Expr::Term(term) => asks(term, record, resolver),
        Expr::Not(inner) => !matches(inner, record, resolver),
        Expr::And(parts) => parts.iter().all(|part| matches(part, record, resolver)),
        Expr::Or(parts) => parts.iter().any(|part| matches(part, record, resolver)),
    }
}

fn asks(term: &Term, record: &Document<'_>, resolver: &dyn Resolver) -> bool {
    match term {
        Term::Field { field: Field::Path(path), test: Test::Present } => {
            record.at(path.members()).into_iter().any(|value| *value != Document::Null)
        }
        Term::Field { field, test } => {
            let values = values(field, record, resolver);
            values.iter().any(|value| test.passes(value, resolver.zone()))
        }
        Term::Seq { from, to } => (from..=to).contains(&&resolver.seq()),
        Term::Text(matcher) => record.any_text(&|text| matcher.is_in(text)),
        Term::Mark { mark, matcher } => {
            resolver.marks(*mark).iter().any(|text| matcher.as_ref().is_none_or(|matcher| mark.passes(matcher, text)))
        }
    }
}

/// The texts of a field's values in a record.
#[must_use]
pub fn values<'d>(field: &Field, record: &'d Document<'_>, resolver: &dyn Resolver) -> Vec<Cow<'d, str>> {
    match field {
        Field::Path(path) => at(record, path.members()),
        Field::Alias(alias) if alias.is_of_line() => meant(alias, record, resolver),
        Field::Alias(alias) => {
            let own = at(record, &[alias.name]);
            if own.is_empty() { meant(alias, record, resolver) } else { own }
        }
    }
}

fn at<'d, S: AsRef<str>>(record: &'d Document<'_>, path: &[S]) -> Vec<Cow<'d, str>> {
    let mut out = Vec::new();
    record.at(path).into_iter().for_each(|value| value.texts(&mut out));
    out
}

/// The name of the record's kind, stated or implied.
fn kind<'d>(record: &'d Document<'_>) -> Option<&'d str> {
    match record.member("kind") {
        Some(Document::Text(kind)) => Some(kind),
        Some(_) => None,
        None => (record.member("model").is_some() && record.member("output").is_some()).then_some("decision"),
    }
}

/// What the alias stands for.
fn meant<'d>(alias: &Alias, record: &'d Document<'_>, resolver: &dyn Resolver) -> Vec<Cow<'d, str>> {
    let of_kind = kind(record).map_or(Kind::Other, Kind::parse);
    let boolean = |value: Option<bool>| value.map(|value| if value { "true" } else { "false" }.into());
    let one: Option<Cow<'d, str>> = match alias.source(of_kind) {
        None => None,
        Some(Place::Path(path)) => return at(record, path),
        Some(Place::Derived(derived)) => match derived {
            Derived::Kind => kind(record).map(Cow::Borrowed),
            Derived::Time => match record.member("timestamp") {
                Some(Document::Text(text)) => Time::parse(text)
                    .and_then(|time| time.instant(resolver.zone()))
                    .map(|_| Cow::Borrowed(text.as_ref())),
                _ => None,
            },
            Derived::Seq => Some(resolver.seq().to_string().into()),
            Derived::Log => resolver.log().map(Cow::Owned),
            Derived::Bundle => resolver.bundle().map(Cow::Owned),
            Derived::LineState => resolver.line_state().map(Cow::Borrowed),
            Derived::Version => {
                let recorded = at(record, &["model", "version"]);
                if !recorded.is_empty() {
                    return recorded;
                }
                match resolver.inferred_version() {
                    Inferred::Version(version) => Some(version.into()),
                    Inferred::Ambiguous | Inferred::Unknown => None,
                }
            }
            Derived::VersionSource if !at(record, &["model", "version"]).is_empty() => Some("recorded".into()),
            Derived::VersionSource => Some(Cow::Borrowed(match resolver.inferred_version() {
                Inferred::Version(_) => "inferred",
                Inferred::Ambiguous => "ambiguous",
                Inferred::Unknown => "unknown",
            })),
            Derived::Result => {
                let path = resolver.result_path();
                return path.map(|path| at(record, path.members())).unwrap_or_default();
            }
            Derived::Outcome => resolver.outcome().map(Cow::Owned),
            Derived::Reviewed => boolean(resolver.is_reviewed()),
            Derived::Overridden => boolean(resolver.is_overridden()),
            Derived::Correct => boolean(resolver.is_correct()),
        },
    };
    one.into_iter().collect()
}

//! The tree of a filter: complete, and resolved as far as a text alone can be. Names are fields, operands are values of
//! the field's type. It knows nothing of the text it came from; [`super::chips`] does.

use chrono::FixedOffset;

use super::field::Field;
use super::value::Interval;
use super::value::number::Number;
use super::value::pattern::Matcher;
use super::value::time::{TimeRange, instant};
use super::value::version::Version;

/// A filter. Make it with [`Expr::and`], [`Expr::or`] and [`Expr::negated`]: they keep it in the form that the parser gives,
/// in which equal texts have equal trees and the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// Every record: the filter of an empty text.
    All,
    /// One question.
    Term(Term),
    /// Everything that does not match, records without the field included.
    Not(Box<Self>),
    /// All of these, at least two, none of them an `And`.
    And(Vec<Self>),
    /// Any of these, at least two, none of them an `Or`.
    Or(Vec<Self>),
}

impl Expr {
    /// All of `parts`; everything where there are none.
    #[must_use]
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => flat.extend(inner),
                Self::All => {}
                part => flat.push(part),
            }
        }
        match flat.len() {
            0 => Self::All,
            1 => flat.remove(0),
            _ => Self::And(flat),
        }
    }

    /// Any of `parts`; everything where one of them is that, or there are none.
    #[must_use]
    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                Self::All => return Self::All,
                part => flat.push(part),
            }
        }
        match flat.len() {
            0 => Self::All,
            1 => flat.remove(0),
            _ => Self::Or(flat),
        }
    }

    /// Everything but this; twice is this again.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            expr => Self::Not(Box::new(expr)),
        }
    }
}

/// One question to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// About the values of a field: one of them has to pass.
    Field {
        /// Whose values.
        field: Field,
        /// What they have to be.
        test: Test,
    },
    /// Its place in the log is one of these, both ends included.
    Seq {
        /// The first.
        from: u64,
        /// The last; `u64::MAX` for no end.
        to: u64,
    },
    /// A text or number of it, anywhere, holds this ([`Matcher::is_in`]).
    Text(Matcher),
    /// The user's own work on it.
    Mark {
        /// Which.
        mark: Mark,
        /// What it says; `None` where any will do.
        matcher: Option<Matcher>,
    },
}

/// What the user's case keeps about records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A tag; compared as a whole ([`Matcher::is`]).
    Tag,
    /// A note; what is asked for stands anywhere in it ([`Matcher::is_in`]).
    Note,
    /// An incident that the record is part of, by its id; compared as a whole.
    Incident,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 3] = [Self::Tag, Self::Note, Self::Incident];

    /// The word before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Note => "note",
            Self::Incident => "incident",
        }
    }

    /// Whether one of these marks is what `matcher` asks for.
    #[must_use]
    pub fn passes(self, matcher: &Matcher, text: &str) -> bool {
        match self {
            Self::Tag | Self::Incident => matcher.is(text),
            Self::Note => matcher.is_in(text),
        }
    }
}

/// What a value has to be. Every value is a text here: strings decoded, numbers as the record writes them, `true` and
/// `false`. So a test can be asked once for each distinct text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// There is a value: of an alias any value, of a path anything but `null`.
    Present,
    /// The text is this.
    Is(Matcher),
    /// It reads as a number, and that lies there.
    Number(Interval<Number>),
    /// It reads as a version, and that lies there.
    Version(Interval<Version>),
    /// It reads as an instant, and that lies there.
    Time(TimeRange),
    /// The text lies there in the order of code points.
    Order(Interval<String>),
}

impl Test {
    /// Whether the value with that text passes. `zone` is that of the log's times without an offset.
    #[must_use]
    pub fn passes(&self, text: &str, zone: Option<FixedOffset>) -> bool {
        match self {
            Self::Present => true,
            Self::Is(matcher) => matcher.is(text),
            Self::Number(interval) => Number::parse(text).is_some_and(|number| interval.contains(&number)),
            Self::Version(interval) => Version::parse(text).is_some_and(|version| interval.contains(&version)),
            Self::Time(range) => instant(text, zone).is_some_and(|instant| range.contains(instant)),
            Self::Order(interval) => interval.contains(&text.to_owned()),
        }
    }
}

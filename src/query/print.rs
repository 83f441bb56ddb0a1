//! The canonical text of a tree. Read again it gives the same tree, and it holds no character that a terminal or a page
//! would not show.

use std::fmt;

use crate::record::text::is_hidden;

use super::expr::{Expr, Mark, Term, Test};
use super::field::FieldType;
use super::value::Interval;
use super::value::number::Number;
use super::value::pattern::Matcher;
use super::value::time::TimeRange;
use super::value::version::Version;

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Self], between: &str, in_group: fn(&Self) -> bool| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    f.write_str(between)?;
                }
                if in_group(part) { write!(f, "({part})")? } else { part.fmt(f)? }
            }
            Ok(())
        };
        match self {
            Self::All => Ok(()),
            Self::Term(term) => term.fmt(f),
            Self::Not(inner) => match **inner {
                Self::And(_) | Self::Or(_) => write!(f, "-({inner})"),
                _ => write!(f, "-{inner}"),
            },
            Self::And(parts) => list(f, parts, " ", |part| matches!(part, Self::Or(_) | Self::And(_))),
            Self::Or(parts) => list(f, parts, " or ", |part| matches!(part, Self::Or(_))),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { field, test: Test::Present } => write!(f, "has:{field}"),
            Self::Field { field, test } => {
                field.fmt(f)?;
                print_test(f, field.field_type(), test)
            }
            Self::Seq { from, to } if from == to => write!(f, "@{from}"),
            Self::Seq { from, to: u64::MAX } => write!(f, "@{from}.."),
            Self::Seq { from, to } => write!(f, "@{from}..{to}"),
            Self::Text(matcher) => print_matcher(f, matcher, is_bare_word),
            Self::Mark { mark, matcher: None } => write!(f, "has:{}", mark.name()),
            Self::Mark { mark, matcher: Some(matcher) } => {
                write!(f, "{}:", mark.name())?;
                print_matcher(f, matcher, is_bare_value)
            }
        }
    }
}

fn print_matcher(f: &mut fmt::Formatter<'_>, matcher: &Matcher, is_bare: fn(&str) -> bool) -> fmt::Result {
    match matcher {
        Matcher::Text(text) if is_bare(text) => f.write_str(text),
        Matcher::Text(text) => quoted(f, text),
        Matcher::Glob(glob) => f.write_str(glob.as_str()),
        Matcher::Regex(regex) => write!(f, "/{}/", regex.as_str()),
    }
}

fn print_test(f: &mut fmt::Formatter<'_>, field_type: FieldType, test: &Test) -> fmt::Result {
    match test {
        Test::Present => Ok(()),
        Test::Is(matcher) => {
            f.write_str(":")?;
            print_matcher(
                f,
                matcher,
                match field_type {
                    FieldType::Any => {
                        |text| is_bare_value(text) && Number::parse(text).is_none() && !TimeRange::is_shape(text)
                    }
                    FieldType::Version => |text| is_bare_value(text) && Version::parse(text).is_none(),
                    _ => is_bare_value,
                },
            )
        }
        Test::Number(interval) => print_interval(f, interval, true, fmt::Display::fmt),
        Test::Version(interval) => print_interval(f, interval, field_type == FieldType::Version, fmt::Display::fmt),
        Test::Time(range) => write!(f, "{range}"),
        Test::Order(interval) => print_interval(f, interval, false, |text, f| quoted(f, text)),
    }
}

/// `is_one` says whether one value alone is read as an interval from that value to itself.
fn print_interval<T: PartialEq>(
    f: &mut fmt::Formatter<'_>,
    interval: &Interval<T>,
    is_one: bool,
    show: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let (before, operand) = match interval {
        Interval::Below(end) => ("<", end),
        Interval::UpTo(end) => ("<=", end),
        Interval::Above(start) => (">", start),
        Interval::From(start) => (">=", start),
        Interval::Within(start, end) if is_one && start == end => (":", start),
        Interval::Within(start, end) => {
            f.write_str(":")?;
            show(start, f)?;
            f.write_str("..")?;
            return show(end, f);
        }
    };
    f.write_str(before)?;
    show(operand, f)
}

/// `text` in quotes; what does not show is written `\u{…}`.
pub(super) fn quoted(f: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c if is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// What ends a word outside quotes.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"')
}

/// Whether a name can stand in a path without quotes.
pub(super) fn is_bare_segment(name: &str, is_first: bool) -> bool {
    let is_plain = |c: char| !ends_word(c) && !is_hidden(c) && !matches!(c, ':' | '<' | '>' | '.');
    !name.is_empty() && name.chars().all(is_plain) && !(is_first && name.starts_with(['-', '@', '/']))
}

/// Whether a text can stand behind a colon without quotes.
pub(super) fn is_bare_value(text: &str) -> bool {
    let is_plain = |c: char| !ends_word(c) && !is_hidden(c) && c != '*';
    !text.is_empty() && text.chars().all(is_plain) && !text.starts_with(['/', ':', '<', '>']) && !text.contains("..")
}

/// Whether a text can stand alone without quotes.
fn is_bare_word(text: &str) -> bool {
    let is_plain = |c: char| !ends_word(c) && !is_hidden(c) && !matches!(c, '*' | ':' | '<' | '>' | '=');
    !text.is_empty()
        && text.chars().all(is_plain)
        && !text.starts_with(['-', '@', '/'])
        && !["and", "or", "not"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The text of a value as one writes it behind a colon: what a window puts there for the value of a cell. It is read as
/// exactly this text where the field's type has texts.
#[must_use]
pub fn value_text(text: &str, field_type: FieldType) -> String {
    let test = Test::Is(Matcher::Text(text.to_owned()));
    let mut shown = Printed(field_type, &test).to_string();
    shown.remove(0);
    shown
}

struct Printed<'a>(FieldType, &'a Test);

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_test(f, self.0, self.1)
    }
}

impl Mark {
    /// The mark of that name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

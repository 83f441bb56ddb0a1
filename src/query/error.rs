//! What is wrong with a filter, where, and what was probably meant.

use std::fmt;
use std::ops::Range;

use crate::record::text::{is_hidden, shown_short};

use super::value::pattern::{MAX_REGEX_BYTES, RegexFault};
use super::value::time::TimeFault;
use super::{MAX_BYTES, MAX_DEPTH, MAX_REGEXES};

/// Bytes of the filter's text; both ends lie between characters.
pub type Span = Range<usize>;

/// The first thing that is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct Error {
    /// What is wrong.
    pub fault: Fault,
    /// Where.
    pub span: Span,
    /// What was probably meant.
    pub fix: Option<Fix>,
}

/// A change of the text that probably mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What stands there then; empty where something is taken out.
    pub text: String,
}

impl Fix {
    /// `filter` with the change made.
    #[must_use]
    pub fn apply(&self, filter: &str) -> String {
        let (before, after) = (filter.get(..self.span.start), filter.get(self.span.end..));
        [before.unwrap_or_default(), &self.text, after.unwrap_or_default()].concat()
    }
}

/// What is wrong. Texts in it are safe to show and short.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each says itself what it is")]
pub enum Fault {
    #[error("the filter has {0} bytes; {MAX_BYTES} are read at most")]
    TooLong(usize),
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("more than {MAX_REGEXES} regexes in one filter")]
    TooManyRegexes,
    #[error("the quote that begins here is never closed")]
    UnclosedQuote,
    #[error("the regex that begins here is never closed; a text that begins with a slash goes in quotes")]
    UnclosedRegex,
    #[error("the parenthesis that opens here is never closed")]
    UnclosedParenthesis,
    #[error("no parenthesis is open that this one could close")]
    StrayParenthesis,
    #[error("there is nothing between the parentheses")]
    EmptyParentheses,
    #[error("in quotes a backslash stands before \" or \\, or in \\u{{…}} with the hex digits of a character")]
    BadEscape,
    #[error("a quote within a word: begin the word with it, or the name behind a point")]
    QuoteInWord,
    #[error("text directly behind a closing quote")]
    AfterQuote,
    #[error("text directly behind a regex; a text that begins with a slash goes in quotes, and (?i) ignores case")]
    AfterRegex,
    #[error("the character {0} does not show; in quotes it is written that way")]
    Hidden(String),
    #[error("there is nothing before {0:?} that it could join")]
    NothingBefore(String),
    #[error("there is nothing behind {0:?}")]
    NothingBehind(String),
    #[error("there is no field before {0:?}; a text that holds it goes in quotes")]
    NoField(&'static str),
    #[error("a name is missing in this path: points stand between names")]
    EmptyName,
    #[error("there is no value behind {0:?}")]
    NoValue(String),
    #[error("has: only asks whether there is a value")]
    HasValue,
    #[error("an empty text is in every record")]
    EmptyText,
    #[error("a text with two slashes goes in quotes")]
    DoubleSlash,
    #[error("an empty regex finds itself in every text")]
    EmptyRegex,
    #[error("no record has a field {0:?}")]
    UnknownField(String),
    #[error("{value:?} is no value of {field}; there are {}", known.join(", "))]
    UnknownValue { field: String, value: String, known: &'static [&'static str] },
    #[error("{field} is a number; {text:?} is none")]
    NotANumber { field: String, text: String },
    #[error("{text:?} is no time: {fault}")]
    NotATime { text: String, fault: TimeFault },
    #[error("{text:?} is no version, so nothing is before or after it; versions have numbers, such as 2.4 or 2.4-rc1")]
    NotAVersion { text: String },
    #[error("{0:?} is no number, time or version; to compare as text, put it in quotes")]
    NoOrder(String),
    #[error("{0:?} is no place in the log; places are whole numbers from 0, as in @42 or @42..50")]
    NotAPlace(String),
    #[error("{0} is true or false: nothing is greater or less")]
    BooleanOrder(String),
    #[error("{0} has no order; it goes with a colon")]
    MarkOrder(&'static str),
    #[error("wildcards and regexes are for texts; {field} is a {type_name}")]
    PatternOfType { field: String, type_name: &'static str },
    #[error("a text with wildcards is no end of a range, and nothing is before or after it")]
    PatternOrder,
    #[error("the range ends before it begins")]
    Backwards,
    #[error("the ends of the range are not of one type: both numbers, both times or both versions")]
    MixedEnds,
    #[error("a range of texts needs both ends; a text with two points goes in quotes")]
    OpenTexts,
    #[error("a range goes with a colon: field:a..b")]
    RangeOrder,
    #[error("one operator too many: it is field:value or field<value")]
    DoubleOperator,
    #[error("equality is written with a colon")]
    EqualsSign,
    #[error("no regex: {0}")]
    BadRegex(RegexFault),
    #[error(
        "the regex takes more than {MAX_REGEX_BYTES} bytes of memory; make its counts or character classes smaller"
    )]
    RegexTooBig,
}

/// How much of a text an error repeats, in characters.
const SHOWN: usize = 40;

/// A text of the filter as it stands in messages.
pub(super) fn shown(text: &str) -> String {
    shown_short(text, SHOWN)
}

/// How much of a filter is drawn before and behind the place of an error, in characters.
const AROUND: usize = 60;

impl Error {
    pub(super) fn new(fault: Fault, span: Span) -> Self {
        Self { fault, span, fix: None }
    }

    /// With `text` in place of `span`.
    pub(super) fn or(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// What to do, in words; `filter` is the text that was read.
    #[must_use]
    pub fn hint(&self, filter: &str) -> Option<String> {
        let Fix { span, text } = self.fix.as_ref()?;
        let old = shown(filter.get(span.clone()).unwrap_or_default());
        Some(match (old.is_empty(), text.is_empty()) {
            (false, _) if old.trim() == text => "take the space out".to_owned(),
            (true, _) => format!("put {} there", shown(text)),
            (false, true) => format!("take {old} out"),
            (false, false) => format!("did you mean {}?", shown(text)),
        })
    }

    /// The part of the filter with a mark below the place, the message and the hint: lines for a terminal, the last
    /// without a line feed. Characters that do not show are spelled out.
    #[must_use]
    pub fn report(&self, filter: &str) -> String {
        let (line, column, width) = self.line(filter);
        let mut out = format!("{line}\n{}{}\n{self}", " ".repeat(column), "^".repeat(width.max(1)));
        if let Some(hint) = self.hint(filter) {
            out.push_str("\nhelp: ");
            out.push_str(&hint);
        }
        out
    }

    /// What is drawn of the filter, where the mark begins and how long it is, in characters.
    fn line(&self, filter: &str) -> (String, usize, usize) {
        let (mut line, mut column, mut width) = (String::new(), 0, 0);
        let before = filter.get(..self.span.start).unwrap_or_default().chars().count();
        let marked = filter.get(self.span.clone()).unwrap_or_default().chars().count();
        let first = before.saturating_sub(AROUND);
        let end = (before + marked + AROUND).min(before + 3 * AROUND);
        if first > 0 {
            line.push('…');
            column += 1;
        }
        for (at, c) in filter.chars().enumerate().skip(first).take(end - first) {
            let start = line.len();
            if is_hidden(c) {
                line.extend(c.escape_unicode());
            } else {
                line.push(c);
            }
            let drawn = line[start..].chars().count();
            if at < before {
                column += drawn;
            } else if at < before + marked {
                width += drawn;
            }
        }
        if filter.chars().nth(end).is_some() {
            line.push('…');
        }
        (line, column, width)
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

//! How a text is asked for: exactly, with wildcards, or by a regex.

use std::fmt;

use regex::RegexBuilder;

/// The most memory that a compiled regex may take, in bytes; also that of the tables it builds while it searches.
pub const MAX_REGEX_BYTES: usize = 1 << 20;

/// The deepest nesting within a regex.
const MAX_REGEX_NESTING: u32 = 64;

/// What a text has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// This text.
    Text(String),
    /// A text with these wildcards.
    Glob(Glob),
    /// A text in which this regex finds something.
    Regex(Regex),
}

impl Matcher {
    /// Whether `text` is as asked for, as a whole, upper and lower case told apart. A regex finds anywhere.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => wanted == text,
            Self::Glob(glob) => glob.is(text),
            Self::Regex(regex) => regex.finds(text),
        }
    }

    /// Whether what is asked for stands anywhere in `text`, upper and lower case taken for the same; a regex says that
    /// for itself (`(?i)`).
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => fold(text).contains(&fold(wanted)),
            Self::Glob(glob) => glob.is_in(&fold(text)),
            Self::Regex(regex) => regex.finds(text),
        }
    }
}

/// `text` with every character in its lower case (Unicode, one character at a time, no language's own rules).
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// A text in which every `*` stands for any characters or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob(String);

impl Glob {
    /// Reads wildcards; several in a row are one. `None` where there are none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c != '*' || !out.ends_with('*') {
                out.push(c);
            }
        }
        text.contains('*').then_some(Self(out))
    }

    /// The text with its wildcards.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, text: &str) -> bool {
        let mut pieces = self.0.split('*');
        let (first, last) = (pieces.next().unwrap_or_default(), pieces.next_back().unwrap_or_default());
        let Some(middle) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
        in_order(pieces, middle)
    }

    fn is_in(&self, folded: &str) -> bool {
        let pattern = fold(&self.0);
        in_order(pattern.split('*'), folded)
    }
}

/// Whether the pieces stand in `text` one after the other. Taking each where it first occurs leaves most for the rest.
pub(in crate::query) fn in_order<'a>(pieces: impl Iterator<Item = &'a str>, text: &str) -> bool {
    let mut rest = text;
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// A regex of bounded size, which takes time in proportion to the text. Equal where the sources are.
#[derive(Clone)]
pub struct Regex {
    source: String,
    compiled: regex::Regex,
}

/// Why a regex cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegexFault {
    /// It is none; what the parser says.
    #[error("{0}")]
    Syntax(String),
    /// It would take more than [`MAX_REGEX_BYTES`].
    #[error("it takes too much memory; make its counts or character classes smaller")]
    TooBig,
}

impl Regex {
    /// Compiles a regex in the syntax of the crate [regex](https://docs.rs/regex/latest/regex/#syntax): no
    /// back-references, no look-around.
    ///
    /// # Errors
    /// [`RegexFault`].
    pub fn new(source: &str) -> Result<Self, RegexFault> {
        let compiled = RegexBuilder::new(source)
            .size_limit(MAX_REGEX_BYTES)
            .dfa_size_limit(MAX_REGEX_BYTES)
            .nest_limit(MAX_REGEX_NESTING)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => RegexFault::TooBig,
                // The parser draws the regex with a mark below it; what is wrong stands in the last line.
                error => {
                    let text = error.to_string();
                    let reason = text.lines().last().unwrap_or_default();
                    RegexFault::Syntax(reason.strip_prefix("error: ").unwrap_or(reason).to_owned())
                }
            })?;
        Ok(Self { source: source.to_owned(), compiled })
    }

    /// The text between the slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it finds something in `text`.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Regex {}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Regex({:?})", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (glob, text, is, is_in) in [
            ("svc*", "svc-1", true, true),
            ("svc*", "a svc", false, true),
            ("svc*", "SVC-1", false, true),
            ("*", "", true, true),
            ("a*a", "a", false, false),
            ("a*a", "aa", true, true),
            ("a*b*c", "a-b-b-c", true, true),
            ("a*bb*b", "abb", false, false),
            ("*ß*", "größe", true, true),
            ("a**b", "ab", true, true),
            ("é*", "É", false, true),
        ] {
            let glob = Glob::new(glob).expect("a wildcard");
            assert_eq!((glob.is(text), Matcher::Glob(glob.clone()).is_in(text)), (is, is_in), "{glob:?} {text}");
        }
        assert_eq!(Glob::new("none"), None);
        assert_eq!(Glob::new("a***b*").map(|glob| glob.as_str().to_owned()).as_deref(), Some("a*b*"));
    }

    #[test]
    fn regexes_are_bounded() {
        assert!(Regex::new("^a+$").is_ok_and(|regex| regex.finds("aaa") && !regex.finds("ab")));
        assert_eq!(Regex::new("(").map(drop), Err(RegexFault::Syntax("unclosed group".to_owned())));
        assert_eq!(Regex::new(r"\w{1000}").map(drop), Err(RegexFault::TooBig));
        assert!(matches!(Regex::new(&"(".repeat(100_000)).map(drop), Err(RegexFault::Syntax(_))));
        assert!(matches!(Regex::new(&format!("{}a{}", "(".repeat(80), ")".repeat(80))), Err(RegexFault::Syntax(_))));
    }
}

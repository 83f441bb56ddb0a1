//! A regex that finds something in a line wherever another finds something in a text that stands there as it is.
//!
//! What `^`, `$`, `\b` and their like say of a text does not hold of the line around it. Without them a regex finds at
//! least as much, and what it finds in a part it finds in the whole.

use std::iter::Peekable;
use std::str::Chars;

use regex::bytes::{Regex, RegexBuilder};

use crate::query::value::pattern::MAX_REGEX_BYTES;

/// Something that finds nothing and takes no place, for an assertion: counts may follow.
const NOTHING: &str = "(?:)";

/// `source`, which the crate regex compiles, without assertions. `None` where it is not certain what they are.
pub(super) fn relaxed(source: &str) -> Option<Regex> {
    RegexBuilder::new(&without_assertions(source)?)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .build()
        .ok()
}

fn without_assertions(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'b' | 'B' if chars.peek() == Some(&'{') => return None,
                'A' | 'z' | 'b' | 'B' | '<' | '>' => out.push_str(NOTHING),
                c => out.extend(['\\', c]),
            },
            '^' | '$' => out.push_str(NOTHING),
            '(' if chars.peek() == Some(&'?') => {
                out.push('(');
                flags(&mut chars, &mut out)?;
            }
            '[' => class(&mut chars, &mut out)?,
            c => out.push(c),
        }
    }
    Some(out)
}

/// What stands behind `(`, up to where a name or flags end. `x` would change what white space and `#` mean.
fn flags(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Option<()> {
    loop {
        let c = chars.next()?;
        if c == 'x' {
            return None;
        }
        out.push(c);
        if matches!(c, ')' | ':' | '>') {
            return Some(());
        }
    }
}

/// What stands behind `[`, up to where the class ends.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Option<()> {
    let (mut depth, mut before) = (1, '[');
    out.push('[');
    while depth > 0 {
        let c = chars.next()?;
        out.push(c);
        match c {
            '\\' => out.push(chars.next()?),
            '[' => depth += 1,
            // The bracket is one of the class's characters.
            ']' if matches!(before, '[' | '^') => return None,
            ']' => depth -= 1,
            _ => {}
        }
        before = if c == '\\' { 'a' } else { c };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assertions_go_and_nothing_else() {
        for (source, expected) in [
            ("abc", Some("abc")),
            ("^a$|b", Some("(?:)a(?:)|b")),
            (r"(?i)\brefus(ed|al)\b", Some("(?i)(?:)refus(ed|al)(?:)")),
            (r"\Aa\z\B\<\>", Some("(?:)a(?:)(?:)(?:)(?:)")),
            (r"^*\^\$\\b", Some(r"(?:)*\^\$\\b")),
            ("[^a$]$", Some("[^a$](?:)")),
            (r"[a\]^b]^", Some(r"[a\]^b](?:)")),
            ("[a&&[^b]]^", Some("[a&&[^b]](?:)")),
            ("[[:^alpha:]$]$", Some("[[:^alpha:]$](?:)")),
            ("[]$]", None),
            ("[^]$]", None),
            ("[a^]", None),
            ("(?x)a # $", None),
            ("(?P<n>a)$", Some("(?P<n>a)(?:)")),
            (r"\b{start}a", None),
        ] {
            assert_eq!(without_assertions(source).as_deref(), expected, "{source}");
            if expected.is_some() {
                assert!(relaxed(source).is_some(), "{source}");
            }
        }
    }
}

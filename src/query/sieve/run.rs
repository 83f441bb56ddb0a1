//! Characters that stand one after the other in a text, and how they look in the bytes of a line.
//!
//! Of a string's characters, `"`, `\`, `/` and the control characters have escapes of their own. Any other is written as
//! itself or as `\u` with four digits. A run has only such characters, so a line that holds it has it as it is, or has
//! an escape where the run's first escaped character is.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use memchr::memmem;
use regex::bytes::Regex;

use super::hint::Lines;
use crate::query::value::pattern::fold;

/// The most characters of a run: enough to be rare, few enough for a small regex.
const MAX_CHARS: usize = 16;

/// The one character whose lower case is two, `i` and a dot above (U+0307).
const DOTTED_I: char = 'İ';

/// A run and what it takes to find it.
#[derive(Debug, Clone)]
pub(super) struct Run {
    find: Find,
    /// For every character of the run those that are written for it.
    chars: Vec<Vec<char>>,
    /// Whether [`DOTTED_I`] may stand for one or two of its characters.
    has_dotted_i: bool,
    escape: memmem::Finder<'static>,
    dotted_i: memmem::Finder<'static>,
}

#[derive(Debug, Clone)]
enum Find {
    /// The bytes as they are.
    Exact(Box<memmem::Finder<'static>>),
    /// In upper or lower case.
    Folded(Regex),
}

impl Run {
    /// The run to look for where `text`, with `*` for anything, stands in upper or lower case. `None` where it has
    /// none.
    pub(super) fn folded(text: &str) -> Option<Self> {
        let folded = fold(text);
        let run = best(&folded)?;
        let chars: Vec<Vec<char>> = run.chars().map(written_for).collect();
        let mut pattern = String::new();
        for written in &chars {
            pattern.push('[');
            written.iter().for_each(|c| pattern.push_str(&format!("\\x{{{:x}}}", u32::from(*c))));
            pattern.push(']');
        }
        let find = Find::Folded(Regex::new(&pattern).ok()?);
        Some(Self::new(find, chars, run.contains(['i', '\u{307}'])))
    }

    /// The run to look for where `text`, with `*` for anything, stands as it is. `None` where it has none.
    pub(super) fn exact(text: &str) -> Option<Self> {
        let run = best(text)?;
        Some(Self::as_it_is(run, run))
    }

    /// The run to look for where a member has that name.
    pub(super) fn name(name: &str) -> Option<Self> {
        let run = name.split(is_no_part).max_by_key(|run| run.len()).filter(|run| !run.is_empty())?;
        Some(if run == name { Self::as_it_is(run, &format!("\"{name}\"")) } else { Self::as_it_is(run, run) })
    }

    fn as_it_is(run: &str, bytes: &str) -> Self {
        let find = Find::Exact(Box::new(memmem::Finder::new(bytes).into_owned()));
        Self::new(find, run.chars().map(|c| vec![c]).collect(), false)
    }

    fn new(find: Find, chars: Vec<Vec<char>>, has_dotted_i: bool) -> Self {
        let dotted_i = memmem::Finder::new(DOTTED_I.encode_utf8(&mut [0; 4])).into_owned();
        Self { find, chars, has_dotted_i, escape: memmem::Finder::new(b"\\u"), dotted_i }
    }

    /// The number of its characters.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// Where it ends for the first time at or behind `from`, written without escapes and [`DOTTED_I`].
    pub(super) fn end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.find {
            Find::Exact(finder) => Some(from + finder.find(bytes.get(from..)?)? + finder.needle().len()),
            Find::Folded(regex) if from <= bytes.len() => regex.shortest_match_at(bytes, from),
            Find::Folded(_) => None,
        }
    }

    /// Whether it may stand in the text of a string where [`Run::end`] does not find it.
    pub(super) fn may_hide_in(&self, raw: &str, is_escaped: bool) -> bool {
        is_escaped && self.escaped(raw.as_bytes(), 0).is_some()
            || self.has_dotted_i && self.dotted_i.find(raw.as_bytes()).is_some()
    }

    pub(super) fn candidates(&self, lines: &Lines, block: &[u8], mut tell: impl FnMut(usize)) {
        lines.each(|from| self.end(block, from), &mut tell);
        lines.each(|from| self.escaped(block, from), &mut tell);
        if self.has_dotted_i {
            lines.each(|from| Some(from + self.dotted_i.find(block.get(from..)?)?), &mut tell);
        }
    }

    /// The first place at or behind `from` with an escape that may be the first of a run's.
    fn escaped(&self, block: &[u8], mut from: usize) -> Option<usize> {
        loop {
            let at = from + self.escape.find(block.get(from..)?)?;
            if self.fits(block, at) {
                return Some(at);
            }
            from = at + 2;
        }
    }

    /// Whether what stands around the escape at `at` is the run, with no escape before it. Where [`DOTTED_I`] comes
    /// into it, it is left open: yes.
    fn fits(&self, block: &[u8], at: usize) -> bool {
        let Some((c, length)) = character(&block[at..]) else { return false };
        if self.has_dotted_i && c == DOTTED_I {
            return true;
        }
        (0..self.chars.len()).any(|place| {
            self.chars[place].contains(&c)
                && self.stands_before(&block[..at], place)
                && self.stands_behind(&block[at + length..], place + 1)
        })
    }

    /// Whether `bytes` end with the characters before `place`.
    fn stands_before(&self, mut bytes: &[u8], place: usize) -> bool {
        for written in self.chars[..place].iter().rev() {
            let ends_with = |c: &char| bytes.strip_suffix(c.encode_utf8(&mut [0; 4]).as_bytes());
            if self.has_dotted_i && ends_with(&DOTTED_I).is_some() {
                return true;
            }
            let Some(rest) = written.iter().find_map(ends_with) else { return false };
            bytes = rest;
        }
        true
    }

    /// Whether `bytes` begin with the characters from `place` on, escaped or not.
    fn stands_behind(&self, mut bytes: &[u8], place: usize) -> bool {
        for written in &self.chars[place..] {
            match character(bytes) {
                Some((DOTTED_I, _)) if self.has_dotted_i => return true,
                Some((c, length)) if written.contains(&c) => bytes = &bytes[length..],
                _ => return false,
            }
        }
        true
    }
}

/// Whether the character may be written otherwise than as itself or as `\u` with four digits, or stands for a wildcard.
fn is_no_part(c: char) -> bool {
    matches!(c, '"' | '\\' | '/') || c.is_control()
}

/// The run of `text` that is likely to be in the fewest lines.
fn best(text: &str) -> Option<&str> {
    let runs = text.split(|c| c == '*' || is_no_part(c)).filter(|run| !run.is_empty());
    let run = runs.max_by_key(|run| run.chars().map(rarity).sum::<u32>())?;
    let end = run.char_indices().nth(MAX_CHARS).map_or(run.len(), |(at, _)| at);
    Some(&run[..end])
}

/// How much a character tells two texts apart, roughly: records are English words, numbers and hex digits.
fn rarity(c: char) -> u32 {
    match c {
        '0'..='9' | 'a'..='f' | 'A'..='F' | ' ' | ',' | '.' | '-' | '_' | ':' => 2,
        c if c.is_ascii() => 3,
        _ => 5,
    }
}

/// The characters whose lower case, as [`fold`] has it, is `folded` and nothing else.
fn written_for(folded: char) -> Vec<char> {
    static UPPER: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    let upper = UPPER.get_or_init(|| {
        let mut upper: HashMap<char, Vec<char>> = HashMap::new();
        for c in CASED {
            let mut lower = c.to_lowercase();
            if let (Some(first), None) = (lower.next(), lower.next())
                && first != c
            {
                upper.entry(first).or_default().push(c);
            }
        }
        upper
    });
    let mut out = vec![folded];
    out.extend(upper.get(&folded).into_iter().flatten());
    out
}

/// Where all characters are that have a lower case: the planes of scripts.
const CASED: RangeInclusive<char> = '\0'..='\u{1ffff}';

/// The character that `bytes` begin with, as itself or as an escape with `\u`, and the bytes that takes.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    match *bytes {
        [b'\\', b'u', ..] => {
            let high = unit(&bytes[2..])?;
            if let Some(c) = char::from_u32(high) {
                return Some((c, 6));
            }
            let low = unit(bytes[6..].strip_prefix(b"\\u")?)?;
            let c = char::decode_utf16([u16::try_from(high).ok()?, u16::try_from(low).ok()?]).next()?.ok()?;
            Some((c, 12))
        }
        [first, ..] if first.is_ascii() => Some((char::from(first), 1)),
        _ => {
            let chunk = bytes[..bytes.len().min(4)].utf8_chunks().next()?;
            let c = chunk.valid().chars().next()?;
            Some((c, c.len_utf8()))
        }
    }
}

/// The number that four hex digits are.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.first_chunk::<4>()?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found_by_its_lower_case() {
        for c in '\0'..=char::MAX {
            let folded: Vec<char> = c.to_lowercase().collect();
            match folded[..] {
                [folded] => assert!(folded == c || CASED.contains(&c) && written_for(folded).contains(&c), "{c:?}"),
                _ => assert_eq!((c, &folded[..]), (DOTTED_I, &['i', '\u{307}'][..])),
            }
            // What is folded stays as it is, so that a needle that was folded is one in lower case.
            assert!(folded.iter().all(|c| c.to_lowercase().eq([*c])), "{c:?}");
        }
        assert_eq!(written_for('k'), ['k', 'K', '\u{212a}']);
    }

    #[test]
    fn the_run_is_the_one_that_tells_most() {
        for (text, run) in [
            ("", None),
            ("*", None),
            ("\"/\\\n", None),
            ("a/bc*d", Some("bc")),
            ("say \"größe\"", Some("größe")),
            ("0123456789abcdef0", Some("0123456789abcdef")),
        ] {
            assert_eq!(best(text), run, "{text}");
        }
    }

    #[test]
    fn an_escape_fits_where_the_run_stands_around_it() {
        let run = Run::folded("größe").expect("a run");
        for (text, fits) in [
            (r"gr\u00f6\u00dfe", true),
            (r"gr\u00f6ße", true),
            (r"GRÖ\u1e9eE", true),
            (r"\u0067röße", true),
            (r"größ\u0065", true),
            (r"größ\u0066", false),
            (r"gr\u00f6\u00d", false),
            (r"gr\u00f6\u00df", false),
            (r"r\u00f6\u00dfe", false),
            (r"gr\u00f6\", false),
        ] {
            assert_eq!(run.escaped(text.as_bytes(), 0).is_some(), fits, "{text}");
        }
        let run = Run::folded("xi\u{307}\u{1f600}").expect("a run");
        for text in [r"x\u0130\ud83d\ude00", r"\u0058İ", r"xi\u0307\ud83d\ude00", r"xİ\ud83d\ude00"] {
            assert!(run.escaped(text.as_bytes(), 0).is_some(), "{text}");
        }
        assert_eq!(run.escaped(br"xi\u0307\ud83d\ude01", 0), None);
    }
}

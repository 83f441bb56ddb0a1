//! Text from the evidence made safe to show: control and bidirectional characters never reach a terminal or a page,
//! and identifiers that mix scripts are recognised.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_security::MixedScript as _;

/// Characters that change the direction or the joining of the text around them, or do not show at all.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{061C}'
        | '\u{FEFF}' | '\u{00AD}' | '\u{2028}' | '\u{2029}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether `c` does not show, or changes how the text around it shows: control, bidirectional and invisible characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || invisible(c)
}

/// `text` with every control, bidirectional and invisible character written as `\u{…}`; borrowed where there is none.
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:04x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `text` for a window: every control, bidirectional and invisible character written as `‹U+202E›`, so that none of them acts;
/// borrowed where there is none.
pub fn visible(text: &str) -> Cow<'_, str> {
    named(text, |_| false)
}

/// `text` as [`visible`], in lines: line feeds stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    named(text, |c| c == '\n')
}

fn named(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_named = |c: char| is_hidden(c) && !stays(c);
    if !text.chars().any(is_named) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_named(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "‹U+{:04X}›", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// JSON with every character that does not show, or that changes how others show, written as JSON writes it: `\u202e`. It reads
/// back the same, and does nothing to a terminal.
pub fn shown_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `text` as [`shown`], cut after `limit` characters with an ellipsis: hostile names may be a megabyte long.
pub fn shown_short(text: &str, limit: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(limit).collect();
    let mut out = shown(&head).into_owned();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// What is wrong with an identifier that people will compare by eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    /// It holds a bidirectional, invisible or control character.
    Hidden,
    /// It mixes scripts (UTS 39 §5.1), as `раypal` with Cyrillic letters does.
    MixedScripts,
}

/// Whether the identifier `id` can be told from another by eye. ASCII without control characters always can.
pub fn suspicion(id: &str) -> Option<Suspicion> {
    if id.chars().any(is_hidden) {
        return Some(Suspicion::Hidden);
    }
    (!id.is_ascii() && !id.is_single_script()).then_some(Suspicion::MixedScripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelled_out() {
        for (text, expected) in [
            ("plain", "plain"),
            ("größe", "größe"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\nb\u{7}", "a\\u{000a}b\\u{0007}"),
            ("\u{9b}31m", "\\u{009b}31m"),
            ("a\u{200b}b", "a\\u{200b}b"),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(shown_short("abcdef", 3), "abc…");
        assert_eq!(shown_short("abc", 3), "abc");
    }

    #[test]
    fn json_reads_back_the_same_and_shows_what_it_holds() {
        for text in ["plain", "a\u{202e}b", "\u{9b}31m", "\u{e0041}x", "Zoë \u{feff}", "\u{7f}"] {
            let json = serde_json::to_string(text).unwrap();
            let shown = shown_json(&json);
            assert!(!shown.chars().any(is_hidden), "{shown}");
            assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }
    }

    #[test]
    fn hidden_characters_are_named_in_a_window() {
        for (text, expected, in_lines) in [
            ("plain ‹ größe", "plain ‹ größe", "plain ‹ größe"),
            ("invoice\u{202e}fdp.exe", "invoice‹U+202E›fdp.exe", "invoice‹U+202E›fdp.exe"),
            ("user\u{200b}1", "user‹U+200B›1", "user‹U+200B›1"),
            ("a\0b", "a‹U+0000›b", "a‹U+0000›b"),
            ("a\nb\r", "a‹U+000A›b‹U+000D›", "a\nb‹U+000D›"),
            ("1\u{202f}000", "1\u{202f}000", "1\u{202f}000"),
        ] {
            assert_eq!((visible(text).as_ref(), visible_lines(text).as_ref()), (expected, in_lines));
        }
    }

    #[test]
    fn ids_that_deceive_the_eye() {
        for (id, expected) in [
            ("user-17", None),
            ("größe-7", None),
            ("пользователь", None),
            ("\u{440}\u{430}ypal", Some(Suspicion::MixedScripts)),
            ("user\u{202e}71", Some(Suspicion::Hidden)),
            ("user\u{0}", Some(Suspicion::Hidden)),
            ("山田-1", None),
        ] {
            assert_eq!(suspicion(id), expected, "{id:?}");
        }
    }
}

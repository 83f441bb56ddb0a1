//! What readers see of a text: what does not show, or acts on the text around it, is named. Both renderers ask here, so that a
//! document says the same in both.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::record::text::visible_lines;

/// `text` with every character that does not show, or changes how others show, written as `‹U+202E›`; line feeds stay. What was
/// written so before stays as it is.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    match visible_lines(text) {
        Cow::Borrowed(text) => without_fillers(text),
        Cow::Owned(text) => Cow::Owned(without_fillers(&text).into_owned()),
    }
}

/// As [`shown`], in one line.
pub(super) fn shown_line(text: &str) -> Cow<'_, str> {
    match shown(text) {
        text if !text.contains('\n') => text,
        text => Cow::Owned(text.replace('\n', " ")),
    }
}

/// The name of a character that cannot be shown as itself.
pub(super) fn name(c: char) -> String {
    format!("‹U+{:04X}›", u32::from(c))
}

/// Whether an address may be led to: nothing but `https://`, and of a length that a page can hold.
pub(super) fn leads(address: &str) -> bool {
    address.len() <= 2000 && address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
}

fn without_fillers(text: &str) -> Cow<'_, str> {
    let mut before = None;
    let mut is_named = |c| {
        let is_named = fills(before, c);
        before = Some(c);
        is_named
    };
    if text.is_ascii() || !text.chars().any(&mut is_named) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for c in text.chars() {
        if fills(before, c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "{}", name(c));
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Whether `c` behind `before` takes no room, or means nothing outside the program that wrote it: fillers, selectors of variants,
/// private use, no characters at all.
fn fills(before: Option<char>, c: char) -> bool {
    match c {
        // The choice between a sign and its picture is harmless behind a sign; elsewhere such selectors can carry hidden text.
        '\u{FE0E}' | '\u{FE0F}' => !before.is_some_and(is_sign),
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}' => true,
        '\u{FE00}'..='\u{FE0D}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' => true,
        '\u{E000}'..='\u{F8FF}' | '\u{E0080}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}' => true,
        _ => u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '\u{203C}'..='\u{2049}' | '\u{2122}'..='\u{2BFF}' | '\u{3030}'..='\u{303D}' | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_show_is_named() {
        for (text, expected) in [
            ("plain größe", "plain größe"),
            ("a\0b", "a‹U+0000›b"),
            ("a\nb\r", "a\nb‹U+000D›"),
            ("invoice\u{202e}fdp.exe", "invoice‹U+202E›fdp.exe"),
            ("invoice‹U+202E›fdp.exe", "invoice‹U+202E›fdp.exe"),
            ("a\u{fe0f}\u{fe01}\u{e0100}", "a‹U+FE0F›‹U+FE01›‹U+E0100›"),
            ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}"),
            ("\u{2764}\u{fe0f}\u{fe0f}", "\u{2764}\u{fe0f}‹U+FE0F›"),
            ("\u{e000}\u{ffff}\u{3164}", "‹U+E000›‹U+FFFF›‹U+3164›"),
            ("1\u{202f}000", "1\u{202f}000"),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(shown_line("a\nb"), "a b");
    }

    #[test]
    fn only_https_is_led_to() {
        for (address, expected) in [
            ("https://example.org/", true),
            ("https://", false),
            ("http://example.org/", false),
            ("javascript:alert(1)", false),
            (" https://example.org/", false),
            ("HTTPS://example.org/", false),
        ] {
            assert_eq!(leads(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn named_once(text in any::<String>()) {
            let once = shown(&text).into_owned();
            prop_assert_eq!(&*shown(&once), &once);
        }
    }
}

//! How wide text is on a terminal: full-width characters take two columns, combining ones none. What does not show at all is
//! spelled out before it comes here ([`crate::record::text::shown`]).

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Columns that the bytes of a text take.
pub(super) fn width_of_bytes(text: &[u8]) -> usize {
    std::str::from_utf8(text).map_or(text.len(), width)
}

/// Combining characters that may stand on one column: hostile texts have a million.
const MAX_A_COLUMN: usize = 8;

/// Where a text ends that takes at most so many columns: the whole of it, or less.
pub(super) fn end_within(text: &str, most: usize) -> usize {
    let mut columns = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        columns += c.width().unwrap_or_default();
        if columns > most || count >= most.saturating_mul(MAX_A_COLUMN) {
            return at;
        }
    }
    text.len()
}

/// The text with blanks behind it up to a width.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        for (text, columns) in
            [("", 0), ("abc", 3), ("größe", 5), ("gro\u{308}ße", 5), ("山田", 4), ("ｱ", 1), ("Ａ", 2), ("한글", 4)]
        {
            assert_eq!((width(text), width_of_bytes(text.as_bytes())), (columns, columns), "{text}");
            assert_eq!(padded(text, 6).len(), text.len() + 6 - columns);
        }
        for (text, most, expected) in [
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("山田", 3, "山"),
            ("a\u{301}\u{301}b", 1, "a\u{301}\u{301}"),
            ("", 0, ""),
        ] {
            assert_eq!(&text[..end_within(text, most)], expected);
        }
        let zalgo = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(zalgo[..end_within(&zalgo, 4)].chars().count(), 32);
    }
}

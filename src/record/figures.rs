//! Counts as people read them, for sentences and tables alike.

/// The space between groups of three digits (U+202F).
pub const GROUP: char = '\u{202f}';

/// A count with its thousands apart: `412 806`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * GROUP.len_utf8());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    out
}

/// The text with its numbers held together where lines are broken: a line breaks at every space but U+00A0.
#[must_use]
pub fn unbroken(text: &str) -> String {
    text.replace(GROUP, "\u{a0}")
}

/// A count whose groups are parted by spaces that every terminal and font has, and that no line is broken at.
#[must_use]
pub fn grouped(value: u64) -> String {
    unbroken(&count(value))
}

/// A count of things: `1 record`, `20 000 records`.
#[must_use]
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

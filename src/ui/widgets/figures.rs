//! Figures as people read them: grouped, with a true minus, never cut.

/// The space between groups of three digits (U+202F).
pub const GROUP: char = '\u{202f}';
/// A minus (U+2212).
pub const MINUS: char = '\u{2212}';

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

/// A count of things: `1 record`, `20 000 records`.
#[must_use]
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// A signed whole number with its thousands apart.
#[must_use]
pub fn signed(value: i64) -> String {
    let size = count(value.unsigned_abs());
    if value < 0 { format!("{MINUS}{size}") } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1\u{202f}000"), (20_000, "20\u{202f}000")] {
            assert_eq!(count(value), text);
        }
        assert_eq!(count(u64::MAX).chars().filter(|c| *c == GROUP).count(), 6);
        assert_eq!(unbroken(&counted(20_000, "record", "records")), "20\u{a0}000 records");
        assert_eq!(signed(-1234), "\u{2212}1\u{202f}234");
        assert_eq!(signed(i64::MIN).chars().next(), Some(MINUS));
        assert_eq!(counted(1, "record", "records"), "1 record");
    }
}

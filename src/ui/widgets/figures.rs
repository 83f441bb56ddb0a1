//! Figures as people read them: grouped, with a true minus, never cut.

pub use crate::record::figures::{GROUP, count, counted, unbroken};

/// A minus (U+2212).
pub const MINUS: char = '\u{2212}';

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

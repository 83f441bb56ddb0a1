//! Figures as people read them: grouped, with a true minus, never cut.

pub use crate::record::figures::{GROUP, count, counted, unbroken};

/// A minus (U+2212).
pub const MINUS: char = '\u{2212}';

/// The space at which no line breaks: it does at every other (U+00A0).
pub const UNBROKEN: char = '\u{a0}';

/// As [`unbroken`], with times held together as well: the date, the time of day, and the zone behind it.
#[must_use]
pub fn unbroken_times(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let is_joined = |at: usize| {
        let behind = characters.get(at + 1..).unwrap_or_default();
        let is_time = [1, 2, 4, 5].iter().all(|n| is_digit(at + n)) && behind.get(2) == Some(&':');
        let is_zone =
            behind.starts_with(&['U', 'T', 'C']) || (matches!(behind.first(), Some('+' | '-')) && is_digit(at + 2));
        at > 0 && is_digit(at - 1) && (is_time || is_zone)
    };
    let held = |(at, c): (usize, &char)| if *c == GROUP || (*c == ' ' && is_joined(at)) { UNBROKEN } else { *c };
    characters.iter().enumerate().map(held).collect()
}

/// A signed whole number with its thousands apart.
#[must_use]
pub fn signed(value: i64) -> String {
    let size = count(value.unsigned_abs());
    if value < 0 { format!("{MINUS}{size}") } else { size }
}

/// A share in percent, with one decimal whatever it is, so that those of a column have the same: `4.1 %`, `16.8 %`, `20.0 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{202f}%", share * 100.0)
}

/// A round share in percent, as a mark of an axis: `20 %`, `2.5 %`.
#[must_use]
pub fn percent_mark(share: f64) -> String {
    let text = format!("{:.3}", share * 100.0);
    format!("{}\u{202f}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A difference of two shares in percentage points, signed: `+12.8`, `−0.4`.
#[must_use]
pub fn points(difference: f64) -> String {
    let points = difference * 100.0;
    let digits = usize::from(points.abs() < 99.95);
    let text = format!("{:.digits$}", points.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    match points {
        _ if is_zero => text,
        points if points < 0.0 => format!("{MINUS}{text}"),
        _ => format!("+{text}"),
    }
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
        for (text, expected) in [
            (
                "at 2026-05-16 02:10:25.885 UTC, 1\u{202f}000 more",
                "at 2026-05-16\u{a0}02:10:25.885\u{a0}UTC, 1\u{a0}000 more",
            ),
            ("17:41:09.368 +02:00", "17:41:09.368\u{a0}+02:00"),
            ("of 2 15 records", "of 2 15 records"),
            ("– 12:30", "– 12:30"),
            ("5 checks", "5 checks"),
        ] {
            assert_eq!(unbroken_times(text), expected);
        }
        assert_eq!(signed(-1234), "\u{2212}1\u{202f}234");
        assert_eq!(signed(i64::MIN).chars().next(), Some(MINUS));
        assert_eq!(counted(1, "record", "records"), "1 record");
    }

    #[test]
    fn shares_in_percent() {
        for (share, expected) in [
            (0.0, "0.0"),
            (0.0405, "4.0"),
            (0.168, "16.8"),
            (0.2, "20.0"),
            (0.19, "19.0"),
            (1.0, "100.0"),
            (0.0996, "10.0"),
        ] {
            assert_eq!(percent(share), format!("{expected}\u{202f}%"));
        }
        for (share, expected) in [(0.0, "0"), (0.1, "10"), (0.2, "20"), (0.025, "2.5"), (0.0005, "0.05"), (1.0, "100")]
        {
            assert_eq!(percent_mark(share), format!("{expected}\u{202f}%"));
        }
    }

    #[test]
    fn differences_in_points() {
        for (difference, expected) in
            [(0.0, "0.0"), (0.128, "+12.8"), (-0.131, "\u{2212}13.1"), (-0.0001, "0.0"), (1.0, "+100")]
        {
            assert_eq!(points(difference), expected);
        }
    }
}

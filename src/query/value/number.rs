//! Numbers compared exactly: a filter must not take two of the log's integers for one because a float would.

use std::cmp::Ordering;
use std::fmt;

/// The most digits of an exponent; a text with more reads as no number.
const MAX_EXPONENT_DIGITS: usize = 9;

/// A decimal number of any size, `±0.d₁d₂… × 10^exponent`, without leading and trailing zeros: equal numbers are equal
/// here however they were written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    is_negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    /// Reads a number as JSON writes them (RFC 8259 §6). `None` for anything else, `007`, `.5` and `+1` among it, and
    /// for exponents of more than nine digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], exponent(&rest[at + 1..])?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let zeros = all.len() - significant.len();
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, exponent: 0 });
        }
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self { is_negative, digits, exponent: exponent + point })
    }
}

/// The exponent behind `e`.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) || significant.len() > MAX_EXPONENT_DIGITS {
        return None;
    }
    let value = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    Some(if text.starts_with('-') { -value } else { value })
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = |a: &Self, b: &Self| a.exponent.cmp(&b.exponent).then_with(|| a.digits.cmp(&b.digits));
        sign(self).cmp(&sign(other)).then_with(|| if self.is_negative { size(other, self) } else { size(self, other) })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// The one text of a number: plain from 0.00001 up to 21 digits before the point, with an exponent outside that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_negative, digits, exponent } = self;
        if *is_negative {
            f.write_str("-")?;
        }
        match *exponent {
            _ if digits.is_empty() => f.write_str("0"),
            small @ -4..=0 => {
                write!(f, "0.{}{digits}", "0".repeat(usize::try_from(-small).unwrap_or(0)))
            }
            large @ 1..=21 => {
                let point = usize::try_from(large).unwrap_or(0);
                match digits.split_at_checked(point) {
                    Some((whole, "")) => f.write_str(whole),
                    Some((whole, fraction)) => write!(f, "{whole}.{fraction}"),
                    None => write!(f, "{digits}{}", "0".repeat(point - digits.len())),
                }
            }
            exponent => {
                let (first, rest) = digits.split_at(1);
                let point = if rest.is_empty() { "" } else { "." };
                write!(f, "{first}{point}{rest}e{}", exponent - 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_text() {
        for (text, shown) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0e5", "0"),
            ("1", "1"),
            ("1.0", "1"),
            ("10e-1", "1"),
            ("1.50", "1.5"),
            ("-12.5E+2", "-1250"),
            ("0.6", "0.6"),
            ("0.00001", "0.00001"),
            ("0.000001", "1e-6"),
            ("1234567890123456789012", "1.234567890123456789012e21"),
            ("9007199254740993", "9007199254740993"),
            ("1e400", "1e400"),
            ("123e-10", "1.23e-8"),
        ] {
            let number = Number::parse(text).unwrap_or_else(|| panic!("{text} is a number"));
            assert_eq!(number.to_string(), shown, "{text}");
            assert_eq!(Number::parse(shown), Some(number), "{shown}");
        }
        for text in
            ["", "-", "+1", ".5", "1.", "007", "1e", "1e+", "1e1.5", "0x1", "1_0", "inf", "NaN", "1,5", " 1", "٣"]
        {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        assert_eq!(Number::parse("1e1234567890"), None);
        assert_eq!(Number::parse("1e0000000000001").map(|number| number.to_string()).as_deref(), Some("10"));
    }

    #[test]
    fn order_is_exact() {
        let ascending = [
            "-1e9",
            "-2",
            "-1.5",
            "-0.1",
            "0",
            "1e-9",
            "0.1",
            "0.10000000000000000001",
            "9007199254740992",
            "9007199254740993",
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(Number::parse(a).cmp(&Number::parse(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }
}

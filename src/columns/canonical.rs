//! The texts of floats: the shortest decimal that reads back as the same float, in the two styles that logs are written
//! in. A number whose text is one of these needs no text of its own: eight bytes give it back to the letter.

use std::fmt::{self, Write as _};

/// How whole numbers and exponents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `1`, `1e+21`, `1e-7` (ECMA-262 §6.1.6.1.20 Number::toString).
    JavaScript,
    /// `1.0`, `1e+16`, `1e-05` (Python's `repr`).
    Python,
}

impl Style {
    pub(super) const ALL: [Self; 2] = [Self::JavaScript, Self::Python];
}

/// A short text in place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short {
    bytes: [u8; 32],
    length: usize,
}

impl Short {
    fn new() -> Self {
        Self { bytes: [0; 32], length: 0 }
    }

    pub(super) fn as_str(&self) -> &str {
        // Only whole `&str`s come in.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    fn zeros(&mut self, count: i32) {
        for _ in 0..count {
            let _ = self.write_str("0");
        }
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// The text of a finite float: at most 26 characters.
pub(super) fn text(style: Style, value: f64) -> Short {
    styled(style, value, &scientific(value))
}

/// The shortest digits of a float without its sign, and their exponent.
fn scientific(value: f64) -> Short {
    let mut out = Short::new();
    // Neither this text nor that in a style has more than 26 characters, and 32 fit.
    let _ = write!(out, "{:e}", value.abs());
    out
}

fn styled(style: Style, value: f64, scientific: &Short) -> Short {
    let mut out = Short::new();
    let (mantissa, exponent) = scientific.as_str().split_once('e').unwrap_or_default();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (first, rest) = mantissa.split_at_checked(1).unwrap_or_default();
    let rest = rest.strip_prefix('.').unwrap_or_default();
    let mut put = |text: &str| {
        let _ = out.write_str(text);
    };
    if value.is_sign_negative() {
        put("-");
    }
    let plain = match style {
        Style::JavaScript => -6..21,
        Style::Python => -4..16,
    };
    if !plain.contains(&exponent) {
        put(first);
        if !rest.is_empty() {
            put(".");
            put(rest);
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = match style {
            Style::JavaScript => write!(out, "e{sign}{}", exponent.unsigned_abs()),
            Style::Python => write!(out, "e{sign}{:02}", exponent.unsigned_abs()),
        };
        return out;
    }
    let Ok(places) = usize::try_from(exponent) else {
        put("0.");
        out.zeros(-exponent - 1);
        let _ = out.write_str(first);
        let _ = out.write_str(rest);
        return out;
    };
    put(first);
    match rest.split_at_checked(places) {
        Some((whole, fraction)) if !fraction.is_empty() => {
            put(whole);
            put(".");
            put(fraction);
        }
        _ => {
            put(rest);
            out.zeros(exponent - i32::try_from(rest.len()).unwrap_or(0));
            if style == Style::Python {
                let _ = out.write_str(".0");
            }
        }
    }
    out
}

/// The float whose text this is in that style.
pub(super) fn read(style: Style, number: &str) -> Option<f64> {
    if let Some(value) = read_plain(style, number) {
        return Some(value);
    }
    let value = read_any(number)?;
    (text(style, value).as_str() == number).then_some(value)
}

/// [`read`] in each style.
pub(super) fn read_all(number: &str) -> [Option<f64>; 2] {
    let plain = Style::ALL.map(|style| read_plain(style, number));
    if plain.iter().any(Option::is_some) {
        // Where the text is that of one style, the other one would have written these few digits in another way.
        return plain;
    }
    let Some(value) = read_any(number) else { return [None; 2] };
    let scientific = scientific(value);
    Style::ALL.map(|style| (styled(style, value, &scientific).as_str() == number).then_some(value))
}

/// The float that a number of at most 26 characters is read as.
fn read_any(number: &str) -> Option<f64> {
    if number.len() > 26 || !reads_as_number(number) {
        return None;
    }
    number.parse().ok().filter(|value: &f64| value.is_finite())
}

/// [`read`] for most numbers: with at most 15 digits, decimals that differ are floats that differ, so the shortest text
/// is the one without needless zeros (IEEE 754-2019 §5.12.2), and whole number by power of ten rounds once.
fn read_plain(style: Style, number: &str) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let bytes = number.as_bytes();
    let (is_negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    // The point is the sixteenth character.
    if bytes.is_empty() || bytes.len() > 16 {
        return None;
    }
    let mut whole: u64 = 0;
    let mut point = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let places = point.unwrap_or(bytes.len());
    let fraction = point.map_or(&[][..], |point| &bytes[point + 1..]);
    let has_odd_zeros = places > 1 && bytes[0] == b'0';
    if places == 0 || places + fraction.len() > 15 || has_odd_zeros || point.is_some() && fraction.is_empty() {
        return None;
    }
    let is_small = |zeros: &[u8]| bytes[0] == b'0' && fraction.starts_with(zeros);
    let is_canonical = match style {
        Style::JavaScript => fraction.last() != Some(&b'0') && !is_small(b"000000"),
        Style::Python => fraction == b"0" || fraction.last().is_some_and(|last| *last != b'0') && !is_small(b"0000"),
    };
    if !is_canonical {
        return None;
    }
    // Below 10^15 every whole number is a float.
    let value = whole as f64 / POWERS[fraction.len()];
    Some(if is_negative { -value } else { value })
}

/// Whether [`Number::parse`](crate::query::value::number::Number::parse) reads the text, without building the number.
pub(super) fn reads_as_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(bytes);
    if whole == 0 || whole > 1 && bytes[0] == b'0' {
        return false;
    }
    let mut rest = &bytes[whole..];
    if let [b'.', fraction @ ..] = rest {
        let places = digits(fraction);
        if places == 0 {
            return false;
        }
        rest = &fraction[places..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = match exponent {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            };
            let zeros = exponent.iter().take_while(|byte| **byte == b'0').count();
            !exponent.is_empty() && digits(exponent) == exponent.len() && exponent.len() - zeros <= 9
        }
        _ => false,
    }
}

/// Floats in the order of their bits: ascending with the float, `-0` before `0`.
pub(super) fn sort_key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The float of a [`sort_key`].
pub(super) fn of_sort_key(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::value::number::Number;

    #[test]
    fn two_styles() {
        for (value, javascript, python) in [
            (0.0, "0", "0.0"),
            (-0.0, "-0", "-0.0"),
            (1.0, "1", "1.0"),
            (-1.5, "-1.5", "-1.5"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "0.00001", "1e-05"),
            (0.000_001, "0.000001", "1e-06"),
            (0.000_000_15, "1.5e-7", "1.5e-07"),
            (1e15, "1000000000000000", "1000000000000000.0"),
            (1e16, "10000000000000000", "1e+16"),
            (123_456_789_012_345_680.0, "123456789012345680", "1.2345678901234568e+17"),
            (1e21, "1e+21", "1e+21"),
            (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"),
            (-5e-324, "-5e-324", "-5e-324"),
            (-0.000_001_234_567_890_123_456_7, "-0.0000012345678901234567", "-1.2345678901234567e-06"),
            (12_345.678_9, "12345.6789", "12345.6789"),
        ] {
            for (style, expected) in [(Style::JavaScript, javascript), (Style::Python, python)] {
                assert_eq!(text(style, value).as_str(), expected);
                assert_eq!(read(style, expected).map(f64::to_bits), Some(value.to_bits()), "{expected}");
                assert_eq!(read_all(expected), Style::ALL.map(|style| read(style, expected)), "{expected}");
            }
            if javascript != python {
                assert_eq!(read(Style::JavaScript, python), None, "{python}");
                assert_eq!(read(Style::Python, javascript), None, "{javascript}");
            }
            assert_eq!(of_sort_key(sort_key(value)).to_bits(), value.to_bits());
        }
        for number in ["", "-", ".", "1.", ".5", "01", "1.50", "1e5", "1E+21", "1e+021", "inf", "NaN", "1e400", "0.00"]
        {
            assert_eq!(Style::ALL.map(|style| read(style, number)), [None; 2], "{number}");
            assert_eq!(read_all(number), [None; 2], "{number}");
        }
    }

    proptest! {
        #[test]
        fn texts_read_back(bits: u64) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                for style in Style::ALL {
                    let text = text(style, value);
                    prop_assert_eq!(read(style, text.as_str()).map(f64::to_bits), Some(bits));
                }
            }
        }

        #[test]
        fn what_is_read_is_written_the_same(number in "-?[0-9]{0,17}(\\.[0-9]{0,17})?(e[+-]?[0-9]{1,3})?") {
            let all = Style::ALL.map(|style| read(style, &number));
            prop_assert_eq!(read_all(&number), all);
            for style in Style::ALL {
                if let Some(value) = read(style, &number) {
                    let text = text(style, value);
                    prop_assert_eq!(text.as_str(), &number);
                    prop_assert_eq!(number.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()));
                }
            }
        }

        #[test]
        fn the_same_numbers(number in "-?[0-9.+-]{0,4}[0-9]{0,2}([eE][+-]?[0-9]{0,11})?") {
            prop_assert_eq!(reads_as_number(&number), Number::parse(&number).is_some());
        }
    }
}

//! Floats as Python's `repr` writes them.

use std::fmt::Write as _;

/// Whether the JSON number `text`, which has a fraction or an exponent, is Python's text of itself for sure. Different
/// decimals of at most 15 digits are different floats, so one of them without a needless zero is the shortest of its
/// own (IEEE 754-2019 §5.12.2).
pub(super) fn is_repr(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = digits.split_once('.') else { return false };
    // The dot is the sixteenth character.
    digits.len() <= 16
        && !fraction.bytes().any(|byte| matches!(byte, b'e' | b'E'))
        && (fraction == "0" || !fraction.ends_with('0'))
        && (whole != "0" || !fraction.starts_with("0000"))
}

/// Whether two decimals of at most 17 digits can be equally near to `value`. It then has at most 18 digits itself and,
/// zeros apart, ends in a 5: it is an odd number times 2^-25 at least (5^26 has 19 digits) and times 2^21 at most (that
/// many zeros and the 5 take 5^22, and 5^23 has more than 53 bits).
fn may_be_halfway(value: f64) -> bool {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
    let odd_exponent = exponent - 1075 + if fraction == 0 { 52 } else { i64::from(fraction.trailing_zeros()) };
    (-25..=21).contains(&odd_exponent)
}

/// Python's `repr` of a float: the fewest digits that read back as the same number, with an exponent below 1e-4 and
/// from 1e16 on (`float_repr_style` `short`). `digits` is empty.
pub(super) fn write(out: &mut Vec<u8>, digits: &mut String, value: f64) {
    if !value.is_finite() {
        // What Python would make of a literal beyond all bounds. `check` refuses those.
        out.extend_from_slice(if value < 0.0 { b"-Infinity" } else { b"Infinity" });
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    // Writing to a String cannot fail.
    let _ = write!(digits, "{:e}", value.abs());
    if may_be_halfway(value) {
        // Of two shortest texts that are equally near, Python takes the even one and `{:e}` the larger one. To a given
        // number of digits, Rust rounds half to even as well.
        let places = digits.find('e').unwrap_or(1).saturating_sub(2);
        let even = format!("{:.places$e}", value.abs());
        if even.parse() == Ok(value.abs()) {
            *digits = even;
        }
    }
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (first, rest) = mantissa.split_at(1);
    let rest = rest.strip_prefix('.').unwrap_or_default().as_bytes();
    match usize::try_from(exponent) {
        Ok(places @ 0..16) => {
            out.extend_from_slice(first.as_bytes());
            let whole = rest.len().min(places);
            out.extend_from_slice(&rest[..whole]);
            out.extend(std::iter::repeat_n(b'0', places - whole));
            out.push(b'.');
            out.extend_from_slice(if whole < rest.len() { &rest[whole..] } else { b"0" });
        }
        Err(_) if exponent >= -4 => {
            out.extend_from_slice(b"0.");
            out.extend((exponent + 1..0).map(|_| b'0'));
            out.extend_from_slice(first.as_bytes());
            out.extend_from_slice(rest);
        }
        _ => {
            out.extend_from_slice(first.as_bytes());
            if !rest.is_empty() {
                out.push(b'.');
                out.extend_from_slice(rest);
            }
            let sign = if exponent < 0 { '-' } else { '+' };
            // Writing to a Vec cannot fail.
            let _ = std::io::Write::write_fmt(out, format_args!("e{sign}{:02}", exponent.unsigned_abs()));
        }
    }
}

//! Statistics as pure functions: figures of how samples, tables and streams differ, each with the definition and source that
//! `assets/spec/figures.md` states. No evidence is read here.
//!
//! A figure that cannot be given is a reason in plain words, never a number: nothing here answers NaN or infinity. Counts may be
//! anything that fits 64 bits; times are linear in the number of distinct values, not in their counts.

pub mod changes;
pub mod contingency;
pub mod drift;
mod kolmogorov;
pub mod many;
pub mod pair;
pub mod proportions;
pub mod robust;
mod special;
#[cfg(test)]
mod tests;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Why a figure cannot be given, in plain words; shown as "not determinable: reason".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Because(pub &'static str);

/// A figure, or why there is none.
pub type Figure<T> = Result<T, Because>;

/// For `#[serde(serialize_with = "figure")]`: the value, or `{"not_determinable": "reason"}`.
///
/// # Errors
/// Those of the serializer.
pub fn figure<T: Serialize, S: Serializer>(figure: &Figure<T>, to: S) -> Result<S::Ok, S::Error> {
    match figure {
        Ok(value) => value.serialize(to),
        Err(Because(reason)) => {
            let mut object = to.serialize_struct("NotDeterminable", 1)?;
            object.serialize_field("not_determinable", reason)?;
            object.end()
        }
    }
}

/// A p-value as it is printed, with two significant digits: "0.0040", "3.9 × 10⁻⁷²", "< 1e-300".
#[must_use]
pub fn p_words(p: f64) -> String {
    if p.is_nan() {
        return "not determinable".to_owned();
    }
    if p < 1e-300 {
        return "< 1e-300".to_owned();
    }
    let rounded = format!("{p:.1e}");
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    match exponent.parse::<i32>() {
        Ok(power) if power < -3 => format!("{mantissa} × 10{}", exponent.chars().map(superscript).collect::<String>()),
        Ok(power) => format!("{p:.*}", usize::try_from(1 - power).unwrap_or(0)),
        Err(_) => rounded,
    }
}

/// A digit or sign as an exponent.
fn superscript(character: char) -> char {
    match character {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

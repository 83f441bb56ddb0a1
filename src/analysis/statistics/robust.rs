//! Outliers that do not hide themselves: distances from the median in units of the median deviation, on which a few extreme values
//! have no influence.

use super::{Because, Figure};

/// What makes the median deviation of normal values their standard deviation (Iglewicz and Hoaglin, 1993).
const NORMAL: f64 = 0.6745;

/// Centre and spread of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Robust {
    /// The median.
    pub median: f64,
    /// The median of the distances from the median (MAD), as it is: not scaled.
    pub mad: f64,
}

impl Robust {
    /// Of the finite ones of these values.
    ///
    /// # Errors
    /// No values; values so far apart that their distance is no number.
    pub fn of(values: &[f64]) -> Figure<Self> {
        let median = median(values)?;
        let distances: Vec<f64> =
            values.iter().filter(|value| value.is_finite()).map(|value| (value - median).abs()).collect();
        if distances.iter().any(|distance| distance.is_infinite()) {
            return Err(Because("the values are too far apart"));
        }
        Ok(Self { median, mad: self::median(&distances)? })
    }

    /// The robust z-score of a value: 0.6745·(x − median)/MAD. Beyond 3.5 it is customarily an outlier.
    ///
    /// # Errors
    /// A spread of 0, where half of the values or more are the same; no finite value.
    pub fn z(&self, x: f64) -> Figure<f64> {
        if self.mad <= 0.0 {
            return Err(Because("at least half of the values are the same, so there is no usual distance"));
        }
        let z = NORMAL * (x - self.median) / self.mad;
        if z.is_finite() { Ok(z) } else { Err(Because("the value is too far away")) }
    }
}

/// The median of the finite ones of these values; between the two in the middle where their number is even.
///
/// # Errors
/// No values.
pub fn median(values: &[f64]) -> Figure<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return Err(Because("there are no values"));
    }
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if is_even => Ok(lower.midpoint(upper)),
        _ => Ok(upper),
    }
}

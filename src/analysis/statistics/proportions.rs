//! Two shares compared: their difference with its interval, and whether it can be chance.

use serde::Serialize;

use super::special::{chi_squared_upper, float, normal_two_sided};
use super::{Because, Figure, figure};
use crate::analysis::proportion::Rate;

/// How a share differs from another one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The second share less the first.
    pub difference: f64,
    /// The 95 % interval of Newcombe (1998, method 10), without continuity correction.
    pub newcombe95: [f64; 2],
    /// The difference over its deviation, with both shares pooled; not determinable where none or all are counted.
    #[serde(serialize_with = "figure")]
    pub z: Figure<f64>,
    /// Two-sided: the probability of such a difference or a greater one where both shares are one.
    #[serde(serialize_with = "figure")]
    pub p: Figure<f64>,
}

/// The difference b − a of two shares, each so many of so many.
///
/// # Errors
/// A share of nothing, or of fewer than are counted.
pub fn difference(a: (u64, u64), b: (u64, u64)) -> Figure<Difference> {
    if a.1 == 0 || b.1 == 0 {
        return Err(Because("one of the two groups is empty"));
    }
    if a.0 > a.1 || b.0 > b.1 {
        return Err(Because("more are counted than there are"));
    }
    let (rate_a, rate_b) = (Rate::of(a.0, a.1), Rate::of(b.0, b.1));
    let (Some(first), Some(second), Some([a_low, a_high]), Some([b_low, b_high])) =
        (rate_a.rate, rate_b.rate, rate_a.wilson95, rate_b.wilson95)
    else {
        return Err(Because("one of the two groups is empty"));
    };
    let difference = second - first;
    let newcombe95 =
        [difference - (second - b_low).hypot(a_high - first), difference + (b_high - second).hypot(first - a_low)];
    let z = pooled_z(a, b, difference);
    Ok(Difference { difference, newcombe95, z, p: z.map(normal_two_sided) })
}

/// Whether several differences are one: Cochran's Q.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The squared distances of the differences from their mean, each over its variance.
    pub statistic: f64,
    /// One less than there are differences.
    pub degrees: u64,
    /// The probability of such a statistic or a greater one where all differences are one.
    pub p: f64,
}

/// Whether the differences b − a of several pairs of shares are one, by Cochran's Q (1954). Each share is taken with one more counted
/// and one more not (Agresti and Caffo, 2000): then none is without variance.
///
/// # Errors
/// Fewer than two pairs; a share of nothing counts for no pair.
pub fn spread(pairs: &[[(u64, u64); 2]]) -> Figure<Spread> {
    let told: Vec<(f64, f64)> = pairs
        .iter()
        .filter(|pair| pair.iter().all(|(counted, among)| *among > 0 && counted <= among))
        .map(|pair| {
            let [a, b] = pair.map(|(counted, among)| {
                let n = float(among) + 2.0;
                let share = (float(counted) + 1.0) / n;
                (share, share * (1.0 - share) / n)
            });
            (b.0 - a.0, 1.0 / (a.1 + b.1))
        })
        .collect();
    let degrees = told.len().saturating_sub(1) as u64;
    if degrees == 0 {
        return Err(Because("fewer than two values can be compared"));
    }
    let weights: f64 = told.iter().map(|(_, weight)| weight).sum();
    let mean = told.iter().map(|(difference, weight)| difference * weight).sum::<f64>() / weights;
    let statistic = told.iter().map(|(difference, weight)| weight * (difference - mean).powi(2)).sum();
    Ok(Spread { statistic, degrees, p: chi_squared_upper(statistic, degrees) })
}

/// The difference over its deviation where both are one.
fn pooled_z(a: (u64, u64), b: (u64, u64), difference: f64) -> Figure<f64> {
    if a.0 == 0 && b.0 == 0 {
        return Err(Because("neither group has any"));
    }
    if a.0 == a.1 && b.0 == b.1 {
        return Err(Because("both groups have nothing else"));
    }
    let (n, m) = (float(a.1), float(b.1));
    let counted = float(a.0) + float(b.0);
    let others = float(a.1 - a.0) + float(b.1 - b.0);
    let (pooled, rest) = (counted / (n + m), others / (n + m));
    Ok(difference / (pooled * rest * (1.0 / n + 1.0 / m)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_one_or_not() {
        // By hand: with one more of each, 0.25 and 0.75 of 100, and 0.5 of 100 on both sides.
        let pairs = [[(24, 98), (74, 98)], [(49, 98), (49, 98)]];
        let (of_first, of_second): (f64, f64) = (2.0 * 0.25 * 0.75 / 100.0, 2.0 * 0.25 / 100.0);
        let expected = 0.25 / (of_first + of_second);
        let found = spread(&pairs).expect("a statistic");
        assert!((found.statistic - expected).abs() < 1e-9 && found.degrees == 1, "{found:?}");
        let alike = spread(&[[(10, 100), (20, 100)], [(10, 100), (20, 100)], [(0, 0), (1, 1)]]).expect("a statistic");
        assert!((alike.statistic.abs() < 1e-12) && (alike.p - 1.0).abs() < 1e-9 && alike.degrees == 1, "{alike:?}");
        let none = spread(&[[(0, 50), (0, 50)], [(50, 50), (50, 50)]]).expect("a statistic");
        assert!(none.p.is_finite(), "without variance: {none:?}");
        assert!(spread(&pairs[..1]).is_err() && spread(&[]).is_err());
    }
}

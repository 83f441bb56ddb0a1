//! Shares with their uncertainty: so many of so many, and the Wilson interval around it.

use serde::Serialize;

/// The 97.5 % quantile of the normal distribution: intervals are of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share. What has no denominator has no rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// How many.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// The one divided by the other; `null` where the denominator is 0.
    pub rate: Option<f64>,
    /// The 95 % interval of Wilson (1927), without continuity correction; `null` where the denominator is 0.
    pub wilson95: Option<[f64; 2]>,
}

impl Rate {
    /// So many of so many.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of records are below 2⁵³")]
    pub fn of(numerator: u64, denominator: u64) -> Self {
        if denominator == 0 {
            return Self { numerator, denominator, rate: None, wilson95: None };
        }
        let n = denominator as f64;
        let p = numerator as f64 / n;
        let centre = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        let interval = [((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0)];
        Self { numerator, denominator, rate: Some(p), wilson95: Some(interval) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_wilson() {
        for (numerator, denominator, expected) in [
            (120, 1000, [0.101_299_260_601_309_12, 0.141_609_075_847_712_76]),
            (0, 10, [0.0, 0.277_532_8]),
            (10, 10, [0.722_467_2, 1.0]),
            (1, 1, [0.206_549_3, 1.0]),
        ] {
            let interval = Rate::of(numerator, denominator).wilson95.expect("an interval");
            let digits = if numerator == 120 { 1e-12 } else { 1e-6 };
            for (found, expected) in interval.iter().zip(expected) {
                assert!((found - expected).abs() < digits, "{numerator}/{denominator}: {interval:?}");
            }
        }
        assert_eq!(Rate::of(0, 0), Rate { numerator: 0, denominator: 0, rate: None, wilson95: None });
    }
}

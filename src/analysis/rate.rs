//! Shares of counts, and how sure they are.

/// The standard normal quantile of 0.975: what 95 % intervals are made with.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rate {
    /// How many.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Rate {
    /// The share, 0 to 1; `None` of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are below 2^32")]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// The 95 % interval of the share by Wilson's score, without continuity correction (Wilson 1927); `None` of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are below 2^32")]
    pub fn wilson(self) -> Option<(f64, f64)> {
        let (share, n) = (self.share()?, self.of as f64);
        let z2 = Z * Z;
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        // At both ends the interval reaches exactly there; sums of floats only nearly do.
        let low = if self.hits == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.hits == self.of { 1.0 } else { (middle + half).min(1.0) };
        Some((low, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_their_intervals() {
        // Figures by Newcombe (1998), table I, method 3.
        for (hits, of, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let (a, b) = Rate { hits, of }.wilson().expect("an interval");
            assert!((a - low).abs() < 5e-5 && (b - high).abs() < 5e-5, "{hits} of {of}: {a} to {b}");
        }
        assert_eq!((Rate::default().share(), Rate::default().wilson()), (None, None));
        assert_eq!(Rate { hits: 5, of: 5 }.wilson().map(|(_, high)| high), Some(1.0));
    }
}

//! The functions that p-values are made of, accurate far out in the tails: there a probability is computed itself, never as one
//! minus another. Densities are taken from deviances (Loader, "Fast and accurate computation of binomial probabilities", 2000), so
//! that nothing is lost to the difference of large logarithms.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The 97.5 % quantile of the normal distribution: intervals are of 95 %.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// A count for arithmetic; exact below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "shares of larger counts differ in the 16th digit only")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

/// A sum of counts for arithmetic; exact below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "shares of larger counts differ in the 16th digit only")]
pub(super) fn float_sum(sum: u128) -> f64 {
    sum as f64
}

/// The two-sided p-value of a normal deviate, whatever its sign.
pub(super) fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() * FRAC_1_SQRT_2)
}

/// The probability that χ² with so many degrees of freedom (at least one) is at least `x`.
///
/// For whole degrees the upper incomplete gamma function is a finite sum of Poisson densities (Abramowitz and Stegun 26.4.4 and
/// 26.4.5). It is summed from its largest term outwards.
pub(super) fn chi_squared_upper(x: f64, degrees: u64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let half = x / 2.0;
    let (first, tail) = if degrees.is_multiple_of(2) { (0.0, 0.0) } else { (0.5, libm::erfc(half.sqrt())) };
    let last = float(degrees) / 2.0 - 1.0;
    if last < first {
        return tail;
    }
    let start = (first + (half - first).floor().max(0.0)).min(last);
    let largest = poisson(start, half);
    let (mut sum, mut term, mut k) = (largest, largest, start);
    while k > first && term > sum * f64::EPSILON / 16.0 {
        term *= k / half;
        k -= 1.0;
        sum += term;
    }
    (term, k) = (largest, start);
    while k < last && term > sum * f64::EPSILON / 16.0 {
        k += 1.0;
        term *= half / k;
        sum += term;
    }
    (tail + sum).min(1.0)
}

/// e^(−mean)·mean^x / Γ(x+1), for any x from 0.
fn poisson(x: f64, mean: f64) -> f64 {
    if x <= 0.0 {
        return (-mean).exp();
    }
    (-stirling(x) - deviance(x, mean - x)).exp() / (TAU * x).sqrt()
}

/// The logarithm of the binomial probability of `x` of `n`, where the expected number is `x + excess`. Also between whole numbers.
pub(super) fn ln_binomial(x: f64, n: f64, excess: f64) -> f64 {
    let rest = n - x;
    let shape = if x <= 0.0 || rest <= 0.0 {
        0.0
    } else {
        stirling(n) - stirling(x) - stirling(rest) - 0.5 * (TAU * x * (rest / n)).ln()
    };
    shape - deviance(x, excess) - deviance(rest, -excess)
}

/// x·ln(x/m) + m − x for m = x + excess: how improbable x is where m is expected.
fn deviance(x: f64, excess: f64) -> f64 {
    if x <= 0.0 { excess } else { x * less_logarithm(excess / x) }
}

/// u − ln(1+u), without loss where u is small.
fn less_logarithm(u: f64) -> f64 {
    if u.abs() > 0.1 {
        return u - u.ln_1p();
    }
    // ln(1+u) = 2·(v + v³/3 + v⁵/5 + …) with v = u/(2+u), and u − 2v = u·v.
    let v = u / (2.0 + u);
    let square = v * v;
    let series = [13.0, 11.0, 9.0, 7.0, 5.0, 3.0].iter().fold(0.0, |sum, odd| sum * square + 1.0 / odd);
    u * v - 2.0 * v * square * series
}

/// What Stirling's formula lacks: ln Γ(x+1) − (x+½)·ln x + x − ½·ln 2π, for x > 0.
pub(super) fn stirling(x: f64) -> f64 {
    let (mut x, mut lack) = (x, 0.0);
    while x < 16.0 {
        lack += (x + 0.5) * (1.0 / x).ln_1p() - 1.0;
        x += 1.0;
    }
    let square = x * x;
    let series = [1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    lack + series.iter().fold(0.0, |sum, term| sum / square + term) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of 60 digits' arithmetic.
    #[test]
    fn chi_squared_is_exact_far_out() {
        for (x, degrees, expected) in [
            (0.5, 1, 0.479_500_122_186_953_5),
            (1e-9, 1, 0.999_974_768_674_784),
            (3.84, 1, 0.050_043_521_248_705_1),
            (1150.0, 1, 4.486_288_693_081_3e-252),
            (1380.0, 1, 4.661_158_455_673_913e-302),
            (5.0, 2, 0.082_084_998_623_898_8),
            (1100.0, 2, 1.374_152_566_130_957e-239),
            (7.5, 3, 0.057_558_451_972_636_41),
            (1200.0, 7, 7.061_924_746_633_294e-255),
            (0.1, 10, 0.999_999_997_502_048_7),
            (100.0, 100, 0.481_191_684_527_956_7),
            (300.0, 100, 7.412_100_857_322_877e-22),
            (1500.0, 101, 9.812_426_292_767_319e-248),
            (10_500.0, 10_000, 0.000_247_947_367_989_360_85),
            (9000.0, 10_001, 0.999_999_999_999_879_6),
            (40_000.0, 20_000, 0.0),
            (1e6, 1_000_000, 0.499_811_936_803_394_5),
            (f64::MAX, 3, 0.0),
            (1.0, u64::MAX, 1.0),
        ] {
            let found = chi_squared_upper(x, degrees);
            assert!((found - expected).abs() <= 1e-12 * expected, "{x} with {degrees}: {found:e} is not {expected:e}");
        }
    }

    #[test]
    fn normal_is_exact_far_out() {
        for (z, expected) in [
            (0.0, 1.0),
            (0.1, 0.920_344_325_445_942),
            (-1.96, 0.049_995_790_296_440_87),
            (5.0, 5.733_031_437_583_878e-7),
            (-10.0, 1.523_970_604_832_105e-23),
            (20.0, 5.507_248_237_212_467e-89),
            (33.5, 4.819_677_390_240_771e-246),
            (37.0, 1.145_114_244_504_915_4e-299),
            (1e300, 0.0),
        ] {
            let found = normal_two_sided(z);
            assert!((found - expected).abs() <= 2e-13 * expected, "{z}: {found:e} is not {expected:e}");
        }
    }
}

//! The distribution of Kolmogorov's statistic for one sample of `n`: the probability that a sample's distribution function is
//! somewhere at least `x` away from the true one (Simard and L'Ecuyer, "Computing the two-sided Kolmogorov–Smirnov distribution",
//! 2011). Which method is used where follows that paper, so that other programs give the same digits.

use std::f64::consts::{PI, TAU};

use super::special::{ln_binomial, stirling};

/// The probability of a distance of `x` or more; `n` is a whole number, at least 1.
pub(super) fn kolmogorov_upper(n: f64, x: f64) -> f64 {
    let distance = n * x;
    if distance <= 0.5 {
        return 1.0;
    }
    if x >= 1.0 {
        return 0.0;
    }
    let square = distance * x;
    let is_tail = x >= 0.5 || distance >= n - 1.0 || square > if n <= 140.0 { 4.0 } else { 2.2 };
    let upper = if is_tail {
        2.0 * one_sided_upper(n, x)
    } else if n <= 140.0 || (n <= 10_000.0 && n * x.powf(1.5) <= 1.4) {
        1.0 - exact(n, distance)
    } else {
        1.0 - expansion(n, x * n.sqrt())
    };
    upper.clamp(0.0, 1.0)
}

/// More terms than so many are not summed one by one.
const TERMS: f64 = 4096.0;

/// The probability that the distribution function is somewhere `x` or more above the true one (Birnbaum and Tingey, 1951).
///
/// The sum over j of C(n, j)·x·(x+j/n)^(j−1)·(1−x−j/n)^(n−j). Where there are many terms they are a smooth curve that vanishes at
/// both ends with all its derivatives, and the trapezoidal rule over fewer points gives their sum to the last digits.
fn one_sided_upper(n: f64, x: f64) -> f64 {
    let step = if n > TERMS { n / (TERMS / 2.0) } else { 1.0 };
    let shift = n * x;
    let (mut sum, mut j) = (0.0, 0.0);
    while j + shift < n {
        sum += ln_binomial(j, n, shift).exp() * shift / (shift + j);
        j += step;
    }
    sum * step
}

/// P(D < distance/n) by powers of a matrix (Marsaglia, Tsang and Wang, 2003), for small `n`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "n is at most 10 000")]
fn exact(n: f64, distance: f64) -> f64 {
    let k = distance.ceil() as usize;
    let h = distance.ceil() - distance;
    let size = 2 * k - 1;
    let factorials: Vec<f64> = (1..=size)
        .scan(1.0, |product, i| {
            *product *= i as f64;
            Some(*product)
        })
        .collect();
    let mut step = vec![vec![0.0; size]; size];
    for (row, cells) in step.iter_mut().enumerate() {
        for (column, cell) in cells.iter_mut().enumerate().take(row + 2) {
            let mut value = 1.0;
            if column == 0 {
                value -= h.powi(row as i32 + 1);
            }
            if row + 1 == size {
                value -= h.powi((size - column) as i32);
            }
            if column == 0 && row + 1 == size && 2.0 * h > 1.0 {
                value += (2.0 * h - 1.0).powi(size as i32);
            }
            if row + 1 > column {
                value /= factorials[row - column];
            }
            // By e, so that the power neither over- nor underflows: n!·eⁿ/nⁿ is √(2πn) and a little more.
            *cell = value / std::f64::consts::E;
        }
    }
    power(&step, n as u32)[k - 1][k - 1] * (TAU * n).sqrt() * stirling(n).exp()
}

/// A matrix to a power of at least 1.
fn power(matrix: &[Vec<f64>], exponent: u32) -> Vec<Vec<f64>> {
    if exponent <= 1 {
        return matrix.to_vec();
    }
    let half = power(matrix, exponent / 2);
    let square = product(&half, &half);
    if exponent.is_multiple_of(2) { square } else { product(&square, matrix) }
}

/// The product of two square matrices.
fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let row_times = |row: &Vec<f64>| {
        let mut sums = vec![0.0; row.len()];
        for (factor, other) in row.iter().zip(b) {
            sums.iter_mut().zip(other).for_each(|(sum, cell)| *sum += factor * cell);
        }
        sums
    };
    a.iter().map(row_times).collect()
}

/// P(D·√n < z) by the expansion of Pelz and Good (1976), to the order n^(−3/2), for larger `n`.
fn expansion(n: f64, z: f64) -> f64 {
    let z2 = z * z;
    let (z4, z6) = (z2 * z2, z2 * z2 * z2);
    let pi2 = PI * PI;
    let (mut sums, mut even2, mut even3) = ([0.0; 4], 0.0, 0.0);
    for k in 1..=20 {
        let odd = f64::from(2 * k - 1);
        let a = pi2 * odd * odd / 4.0;
        let weight = (-a / (2.0 * z2)).exp();
        sums[0] += weight;
        sums[1] += weight * (a - z2);
        sums[2] += weight * (6.0 * z6 + 2.0 * z4 + a * (2.0 * z4 - 5.0 * z2) + a * a * (1.0 - 2.0 * z2));
        sums[3] += weight
            * (a * a * a * (5.0 - 30.0 * z2) + a * a * (212.0 * z4 - 60.0 * z2) + a * (135.0 * z4 - 96.0 * z6)
                - 30.0 * z6
                - 90.0 * z4 * z4);
        let b = pi2 * f64::from(k * k);
        let weight = b * (-b / (2.0 * z2)).exp();
        even2 += weight;
        even3 += weight * (3.0 * z2 - b);
    }
    let root = TAU.sqrt();
    let k0 = root * sums[0] / z;
    let k1 = root * sums[1] / (6.0 * z4);
    let k2 = root * (sums[2] / (72.0 * z6 * z) - even2 / (36.0 * z2 * z));
    let k3 = root * (sums[3] / (6480.0 * z6 * z4) + even3 / (216.0 * z6));
    k0 + k1 / n.sqrt() + k2 / n + k3 / (n * n.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of scipy 1.17 (`kstwo.sf`), which takes the same methods.
    #[test]
    fn probabilities_are_those_of_others() {
        for (n, x, expected) in [
            (1.0, 0.7, 0.6000000000000001),
            (2.0, 0.3, 0.98),
            (2.0, 0.6, 0.32000000000000006),
            (5.0, 0.35, 0.46975),
            (10.0, 0.05, 1.0),
            (10.0, 0.09, 0.9999610360566907),
            (10.0, 0.3, 0.27053557479999946),
            (10.0, 0.45, 0.022891810311718164),
            (10.0, 0.6, 0.0005681672000000003),
            (10.0, 0.95, 1.9531250000000172e-13),
            (50.0, 0.1, 0.6623112704658186),
            (100.0, 0.05, 0.9532159710635725),
            (100.0, 0.18, 0.0026300498454605607),
            (100.0, 0.4, 5.947617451361663e-15),
            (140.0, 0.06, 0.6719092248862638),
            (141.0, 0.06, 0.6677160791348915),
            (141.0, 0.01, 1.0),
            (500.0, 0.03, 0.7473166700457021),
            (500.0, 0.05, 0.15866260223815387),
            (857.0, 0.11533333333333333, 2.1828445635036756e-10),
            (2000.0, 0.02, 0.3953133626892045),
            (2000.0, 0.1, 7.300241819807517e-18),
            (2000.0, 0.4, 2.692887608064067e-289),
            (5000.0, 0.01, 0.6954557253913853),
            (5000.0, 0.05, 2.6523052328711187e-11),
            (5000.0, 0.25, 8.022409757134907e-276),
            (100000.0, 0.001, 0.9999638407940036),
            (100000.0, 0.003, 0.3284563327726956),
            (100000.0, 0.01, 4.093278023549254e-09),
            (100000.0, 0.055, 2.2940507996046224e-263),
            (250000.0, 0.03, 6.620537608634708e-196),
        ] {
            let found = kolmogorov_upper(n, x);
            assert!((found - expected).abs() <= 1e-9 * expected, "{n}, {x}: {found:e} is not {expected:e}");
        }
    }

    #[test]
    fn ends_are_probabilities() {
        for n in [1.0, 2.0, 10.0, 141.0, 1e4, 1e9, 1e15, 1e19] {
            assert_eq!((kolmogorov_upper(n, 0.0), kolmogorov_upper(n, 1.0)), (1.0, 0.0), "{n}");
            let mut before = 1.0;
            for x in [1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.1, 0.3, 0.49, 0.51, 0.9, 0.999] {
                let found = kolmogorov_upper(n, x);
                assert!((0.0..=before).contains(&found), "{n}, {x}: {found}");
                before = found;
            }
        }
    }
}

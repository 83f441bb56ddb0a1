//! How far two samples are apart: population stability index, Jensen–Shannon, Kolmogorov–Smirnov, Wasserstein, Mann–Whitney.

use std::f64::consts::LN_2;

use serde::Serialize;

use super::kolmogorov::kolmogorov_upper;
use super::pair::{Bin, Pair};
use super::special::{float, float_sum, normal_two_sided};
use super::{Because, Figure};

/// The share that an empty bin counts as in the stability index, whose logarithm has no value for 0.
const EMPTY: f64 = 1e-4;

/// What is customarily said of a population stability index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Below 0.1.
    Stable,
    /// From 0.1 to 0.25.
    Moderate,
    /// Above 0.25.
    Large,
}

impl Shift {
    /// Of a stability index.
    #[must_use]
    pub fn of(psi: f64) -> Self {
        if psi < 0.1 {
            Self::Stable
        } else if psi <= 0.25 {
            Self::Moderate
        } else {
            Self::Large
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Moderate => "moderate shift",
            Self::Large => "large shift",
        }
    }
}

/// A population stability index with what it was summed over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Psi {
    /// The index, 0 or more.
    pub value: f64,
    /// What it comes to.
    pub shift: Shift,
    /// The deciles of the reference.
    pub bins: Vec<Bin>,
}

/// The population stability index over the deciles of the reference.
///
/// # Errors
/// An empty sample; a reference of one value.
pub fn psi(pair: &Pair) -> Figure<Psi> {
    let bins = pair.deciles()?;
    let value = stability(bins.iter().map(|bin| (bin.reference, bin.current)));
    Ok(Psi { value, shift: Shift::of(value), bins })
}

/// The Jensen–Shannon distance (the root of the divergence, base 2) over the deciles of the reference: 0 to 1.
///
/// # Errors
/// An empty sample; a reference of one value.
pub fn jensen_shannon(pair: &Pair) -> Figure<f64> {
    Ok(distance(pair.deciles()?.iter().map(|bin| (bin.reference, bin.current))))
}

/// The population stability index of categories, and what it comes to; `counts` are (reference, current) for each.
///
/// # Errors
/// An empty sample; one category only.
pub fn psi_of_categories(counts: &[(u64, u64)]) -> Figure<(f64, Shift)> {
    let value = stability(shares(counts)?.into_iter());
    Ok((value, Shift::of(value)))
}

/// The Jensen–Shannon distance of categories; `counts` are (reference, current) for each.
///
/// # Errors
/// An empty sample; one category only.
pub fn jensen_shannon_of_categories(counts: &[(u64, u64)]) -> Figure<f64> {
    Ok(distance(shares(counts)?.into_iter()))
}

/// Shares of the categories that occur.
fn shares(counts: &[(u64, u64)]) -> Figure<Vec<(f64, f64)>> {
    let occurring = counts.iter().filter(|(reference, current)| *reference > 0 || *current > 0);
    let (n, m) = occurring
        .clone()
        .fold((0u128, 0u128), |(n, m), &(reference, current)| (n + u128::from(reference), m + u128::from(current)));
    if n == 0 {
        return Err(Because("the reference has no values"));
    }
    if m == 0 {
        return Err(Because("there are no values to compare with the reference"));
    }
    if occurring.clone().nth(1).is_none() {
        return Err(Because("there is only one value, so nothing can shift"));
    }
    let (n, m) = (float_sum(n), float_sum(m));
    Ok(occurring.map(|&(reference, current)| (float(reference) / n, float(current) / m)).collect())
}

/// Σ (a − e)·ln(a/e); an empty bin counts as 1e-4.
fn stability(shares: impl Iterator<Item = (f64, f64)>) -> f64 {
    let filled = |share: f64| if share > 0.0 { share } else { EMPTY };
    shares
        .filter(|&(expected, actual)| expected > 0.0 || actual > 0.0)
        .map(|(expected, actual)| (filled(expected), filled(actual)))
        .map(|(expected, actual)| (actual - expected) * (actual / expected).ln())
        .sum()
}

/// √(½·KL(p‖m) + ½·KL(q‖m)), base 2.
fn distance(shares: impl Iterator<Item = (f64, f64)>) -> f64 {
    // With d = (p−q)/(p+q) a bin adds (p+q)/4·((1+d)·ln(1+d) + (1−d)·ln(1−d)), which never is below 0.
    let divergence: f64 = shares
        .filter(|(p, q)| p + q > 0.0)
        .map(|(p, q)| {
            let d = (p - q).abs() / (p + q);
            let entropy = if d < 1.0 { 2.0 * d * d.atanh() + (-d * d).ln_1p() } else { 2.0 * LN_2 };
            (p + q) / 4.0 * entropy
        })
        .sum();
    (divergence / LN_2).clamp(0.0, 1.0).sqrt()
}

/// The test of Kolmogorov and Smirnov.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ks {
    /// The greatest difference of the two distribution functions, 0 to 1.
    pub statistic: f64,
    /// The probability of such a difference or a greater one where both samples are of one distribution (asymptotic).
    pub p: f64,
}

/// The test of Kolmogorov and Smirnov, two-sided. The p-value is that of one sample of n·m/(n+m), rounded to a whole number.
///
/// # Errors
/// An empty sample; all values the same; one value against one.
pub fn ks(pair: &Pair) -> Figure<Ks> {
    let (n, m) = pair.totals()?;
    let statistic =
        pair.distributions()?.map(|(_, reference, current)| (reference - current).abs()).fold(0.0, f64::max);
    differ(pair)?;
    let effective = (n * m / (n + m)).round_ties_even();
    if effective < 1.0 {
        return Err(Because("each side has only one value"));
    }
    Ok(Ks { statistic, p: kolmogorov_upper(effective, statistic) })
}

/// Wasserstein's distance of order 1 (the area between the two distribution functions), in the unit of the values.
///
/// # Errors
/// An empty sample; values so far apart that their distance is no number.
pub fn wasserstein(pair: &Pair) -> Figure<f64> {
    let mut distance = 0.0;
    let mut before: Option<(f64, f64)> = None;
    for (value, reference, current) in pair.distributions()? {
        if let Some((last, difference)) = before {
            distance += difference * (value - last);
        }
        before = Some((value, (reference - current).abs()));
    }
    if distance.is_finite() { Ok(distance) } else { Err(Because("the values are too far apart")) }
}

/// The test of Mann and Whitney (Wilcoxon's rank sum).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MannWhitney {
    /// In how many pairs the value of the reference is above the current one; equal ones count a half.
    pub u: f64,
    /// Two-sided, of the normal approximation with correction for ties and continuity.
    pub p: f64,
}

/// The test of Mann and Whitney, two-sided.
///
/// # Errors
/// An empty sample; all values the same.
pub fn mann_whitney(pair: &Pair) -> Figure<MannWhitney> {
    let (n, m) = pair.totals()?;
    differ(pair)?;
    let total = n + m;
    let (mut u, mut below, mut spread) = (0.0, 0u128, 0.0);
    for counted in pair.values() {
        let (reference, current) = (float(counted.reference), float(counted.current));
        u += reference * (float_sum(below) + current / 2.0);
        below += u128::from(counted.current);
        // N³ − N − Σ(t³ − t), over N², as a sum in which nothing cancels: Σ t·(N−t)·(N+t).
        let ties = reference + current;
        spread += ties * ((total - ties) / total) * ((total + ties) / total);
    }
    let deviation = (n * m / 12.0 * spread * (total / (total - 1.0))).sqrt();
    let z = ((u - n * m / 2.0).abs() - 0.5) / deviation;
    Ok(MannWhitney { u, p: if z > 0.0 { normal_two_sided(z) } else { 1.0 } })
}

/// At least two values are different.
fn differ(pair: &Pair) -> Figure<()> {
    if pair.values().len() < 2 {
        Err(Because("all values are the same, so there is nothing to compare"))
    } else {
        Ok(())
    }
}

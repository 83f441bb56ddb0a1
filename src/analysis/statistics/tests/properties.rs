//! What holds for all inputs, and the definitions themselves, written down as plainly as they can be, beside the fast ones.

use proptest::prelude::*;

use super::super::contingency::{Contingency, fisher, lift, odds_ratio};
use super::super::drift::{
    jensen_shannon, jensen_shannon_of_categories, ks, mann_whitney, psi, psi_of_categories, wasserstein,
};
use super::super::many::benjamini_hochberg;
use super::super::pair::{Counted, Pair};
use super::super::proportions::difference;
use super::super::robust::{Robust, median};

/// A sample with many equal values.
fn sample(least: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-20i32..20).prop_map(|x| f64::from(x) / 4.0), least..40)
}

/// The share of a sample up to and with a value.
fn share(sample: &[f64], value: f64) -> f64 {
    sample.iter().filter(|x| **x <= value).count() as f64 / sample.len() as f64
}

/// As many samples in one as the other one has values, so that both are of a size.
fn repeated(sample: &[f64], times: usize) -> Vec<f64> {
    let mut all: Vec<f64> = sample.iter().flat_map(|x| std::iter::repeat_n(*x, times)).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// C(n, k), exactly.
fn choose(n: u64, k: u64) -> u128 {
    (0..k).fold(1, |product, i| product * u128::from(n - i) / u128::from(i + 1))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn distances_are_their_definitions(reference in sample(1), current in sample(1)) {
        let pair = Pair::of_samples(&reference, &current);
        let greatest = reference.iter().chain(&current).map(|x| (share(&reference, *x) - share(&current, *x)).abs()).fold(0.0, f64::max);
        if let Ok(test) = ks(&pair) {
            prop_assert!(close(test.statistic, greatest));
            prop_assert!((0.0..=1.0).contains(&test.p));
        }
        let (a, b) = (repeated(&reference, current.len()), repeated(&current, reference.len()));
        let mean = a.iter().zip(&b).map(|(x, y)| (x - y).abs()).sum::<f64>() / a.len() as f64;
        prop_assert!(close(wasserstein(&pair).unwrap(), mean));
        let wins: f64 = reference.iter().flat_map(|x| current.iter().map(move |y| if x > y { 1.0 } else if x < y { 0.0 } else { 0.5 })).sum();
        if let Ok(test) = mann_whitney(&pair) {
            prop_assert!(close(test.u, wins));
            prop_assert!((0.0..=1.0).contains(&test.p));
        }
    }

    #[test]
    fn samples_may_be_exchanged(reference in sample(1), current in sample(1)) {
        let (there, back) = (Pair::of_samples(&reference, &current), Pair::of_samples(&current, &reference));
        prop_assert_eq!(ks(&there), ks(&back));
        prop_assert_eq!(wasserstein(&there), wasserstein(&back));
        if let (Ok(there), Ok(back)) = (mann_whitney(&there), mann_whitney(&back)) {
            prop_assert!(close(there.u + back.u, (reference.len() * current.len()) as f64));
            prop_assert!(close(there.p, back.p));
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter(
        counts in prop::collection::vec((-9i32..9, 0u64..5, 0u64..5), 0..30),
        order in any::<prop::sample::Index>(),
    ) {
        let counted = |&(value, reference, current): &(i32, u64, u64)| Counted { value: f64::from(value), reference, current };
        let whole = Pair::of(counts.iter().map(counted));
        let mut turned = counts.clone();
        turned.rotate_left(if counts.is_empty() { 0 } else { order.index(counts.len()) });
        turned.reverse();
        let zero = |x: f64| if x == 0.0 { -0.0 } else { x };
        let single = |counted: Counted| {
            let value = zero(counted.value);
            let reference = (0..counted.reference).map(move |_| Counted { value, reference: 1, current: 0 });
            reference.chain((0..counted.current).map(move |_| Counted { value, reference: 0, current: 1 }))
        };
        let ones = Pair::of(turned.iter().map(counted).flat_map(single));
        prop_assert_eq!(&whole, &ones);
        prop_assert!(whole.values().iter().all(|x| x.value.is_sign_positive() || x.value < 0.0));
        prop_assert!(whole.values().is_sorted_by(|a, b| a.value < b.value));
    }

    /// Ranks alone count for some figures; the others keep to the unit.
    #[test]
    fn scales_do_not_matter(reference in sample(1), current in sample(1)) {
        let scaled = |sample: &[f64]| sample.iter().map(|x| 8.0 * x + 16.0).collect::<Vec<f64>>();
        let (plain, other) = (Pair::of_samples(&reference, &current), Pair::of_samples(&scaled(&reference), &scaled(&current)));
        prop_assert_eq!(ks(&plain), ks(&other));
        prop_assert_eq!(mann_whitney(&plain), mann_whitney(&other));
        prop_assert!(close(8.0 * wasserstein(&plain).unwrap(), wasserstein(&other).unwrap()));
    }

    #[test]
    fn bins_hold_everything(reference in sample(2), current in sample(1), bins in 1usize..30) {
        let pair = Pair::of_samples(&reference, &current);
        let sums = |bins: &[super::super::pair::Bin]| bins.iter().fold((0.0, 0.0), |sum, bin| (sum.0 + bin.reference, sum.1 + bin.current));
        let (a, b) = sums(&pair.histogram(bins));
        prop_assert!(close(a, 1.0) && close(b, 1.0));
        if let Ok(index) = psi(&pair) {
            let (a, b) = sums(&index.bins);
            prop_assert!(close(a, 1.0) && close(b, 1.0));
            prop_assert!(index.value >= 0.0 && index.bins.len() <= 10);
            prop_assert!(index.bins.windows(2).all(|two| two[0].to == two[1].from && two[0].from < two[0].to));
            prop_assert!(index.bins.iter().all(|bin| bin.reference > 0.0 || bin.current > 0.0));
            prop_assert!((index.bins[0].from, index.bins[index.bins.len() - 1].to) == (None, None));
            // What lies in a bin lies between its ends.
            for bin in &index.bins {
                let inside = |x: &&f64| bin.from.is_none_or(|from| **x >= from) && bin.to.is_none_or(|to| **x < to);
                prop_assert!(close(bin.current, current.iter().filter(inside).count() as f64 / current.len() as f64));
            }
            prop_assert!((0.0..=1.0).contains(&jensen_shannon(&pair).unwrap()));
        }
        let same = psi(&Pair::of_samples(&reference, &reference)).map(|same| same.value);
        prop_assert!(same.is_err() || same == Ok(0.0));
    }

    #[test]
    fn categories_may_be_exchanged_and_reordered(counts in prop::collection::vec((0u64..50, 0u64..50), 2..12)) {
        let back: Vec<(u64, u64)> = counts.iter().rev().map(|&(a, b)| (b, a)).collect();
        if let (Ok((there, shift)), Ok((back, other))) = (psi_of_categories(&counts), psi_of_categories(&back)) {
            prop_assert!(close(there, back) && there >= 0.0);
            prop_assert!(shift == other || close(there, 0.1) || close(there, 0.25));
        }
        if let (Ok(there), Ok(back)) = (jensen_shannon_of_categories(&counts), jensen_shannon_of_categories(&back)) {
            prop_assert!(close(there, back) && (0.0..=1.0).contains(&there));
        }
    }

    #[test]
    fn exact_test_is_its_definition(a in 0u64..25, b in 0u64..25, c in 0u64..25, d in 0u64..25) {
        let (row, other, column) = (a + b, c + d, a + c);
        if let Ok(p) = fisher([[a, b], [c, d]]) {
            let ways = |x: u64| choose(row, x) * choose(other, column - x);
            let all = column.saturating_sub(other)..=row.min(column);
            let counted: u128 = all.clone().map(ways).filter(|ways| *ways as f64 <= self::choose(row, a) as f64 * choose(other, c) as f64 * (1.0 + 1e-7)).sum();
            let total: u128 = all.map(ways).sum();
            let expected = counted as f64 / total as f64;
            prop_assert!((p - expected).abs() <= 1e-11 * expected, "{p} is not {expected}");
            prop_assert_eq!(fisher([[a, c], [b, d]]).map(|p| (p * 1e9).round()), Ok((p * 1e9).round()));
        }
    }

    #[test]
    fn tables_may_be_transposed(rows in 1usize..5, columns in 1usize..5, cells in prop::collection::vec(0u64..40, 16)) {
        let table = Contingency::new(rows, columns, cells[..rows * columns].to_vec());
        let other = table.transposed();
        prop_assert_eq!(&other.transposed(), &table);
        match (table.chi_squared(), other.chi_squared()) {
            (Ok(there), Ok(back)) => {
                prop_assert!(close(there.statistic, back.statistic) && close(there.p, back.p) && there.degrees == back.degrees);
                prop_assert!((0.0..=1.0).contains(&there.cramers_v) && (0.0..=1.0).contains(&there.p));
            }
            (there, back) => prop_assert_eq!(there, back),
        }
    }

    /// In a table of two by two χ² is the square of the pooled z.
    #[test]
    fn shares_and_tables_agree(a in 0u64..60, b in 1u64..60, c in 0u64..60, d in 1u64..60) {
        let found = difference((a, a + b), (c, c + d)).unwrap();
        let [low, high] = found.newcombe95;
        prop_assert!(-1.0 <= low && low <= found.difference && found.difference <= high && high <= 1.0);
        let table = Contingency::new(2, 2, vec![a, b, c, d]).chi_squared();
        if let (Ok(z), Ok(table)) = (found.z, table) {
            prop_assert!(close(z * z, table.statistic) && close(found.p.unwrap(), table.p));
        }
        let back = difference((c, c + d), (a, a + b)).unwrap();
        prop_assert!(close(back.difference, -found.difference) && close(back.newcombe95[0], -high));
    }

    /// The variance of the delta method is gᵀ·(diag(p) − ppᵀ)·g / n, with the gradient taken numerically.
    #[test]
    fn lift_has_the_interval_of_the_delta_method(a in 1u64..60, b in 0u64..60, c in 0u64..60, d in 1u64..60) {
        let n = (a + b + c + d) as f64;
        let p = [a, b, c, d].map(|count| count as f64 / n);
        let logarithm = |p: [f64; 4]| (p[0] / (p[0] + p[1]) / (p[0] + p[2])).ln();
        let gradient: Vec<f64> = (0..4).map(|i| {
            let (mut above, mut below) = (p, p);
            above[i] += 1e-6 * p[0];
            below[i] -= 1e-6 * p[0];
            (logarithm(above) - logarithm(below)) / (2e-6 * p[0])
        }).collect();
        let mean: f64 = gradient.iter().zip(p).map(|(g, p)| g * p).sum();
        let variance = (gradient.iter().zip(p).map(|(g, p)| g * g * p).sum::<f64>() - mean * mean) / n;
        let found = lift(a, a + b, a + c, a + b + c + d).unwrap();
        prop_assert!(close(found.value, logarithm(p).exp()));
        let [_, high] = found.interval().unwrap();
        let deviation = (high / found.value).ln() / 1.959_963_984_540_054;
        prop_assert!((deviation - variance.max(0.0).sqrt()).abs() < 1e-4, "{deviation} is not {}", variance.sqrt());
        let odds = odds_ratio([[a, b], [c, d]]).unwrap();
        prop_assert!(odds.is_corrected == (b == 0 || c == 0) && odds.interval.low < odds.interval.value);
    }

    #[test]
    fn adjusted_values_are_their_definition(p in prop::collection::vec(0.0..=1.0f64, 0..40)) {
        let found = benjamini_hochberg(&p);
        for (value, adjusted) in p.iter().zip(&found) {
            // The least of p·m/rank among those that are no smaller; equal ones have the rank of the last.
            let rank = |x: f64| p.iter().filter(|other| **other <= x).count() as f64;
            let least = p.iter().filter(|other| *other >= value).map(|x| x * p.len() as f64 / rank(*x)).fold(1.0, f64::min);
            prop_assert!(close(*adjusted, least) && adjusted >= value && *adjusted <= 1.0);
        }
    }

    #[test]
    fn medians_are_in_the_middle(values in sample(1)) {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let (below, above) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        prop_assert_eq!(median(&values), Ok((below + above) / 2.0));
        let robust = Robust::of(&values).unwrap();
        let within = values.iter().filter(|x| (**x - robust.median).abs() <= robust.mad).count();
        prop_assert!(2 * within >= values.len());
    }
}

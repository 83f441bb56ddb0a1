//! Inputs for which there is no figure, and inputs that mean harm: reasons, never NaN.

use proptest::prelude::*;

use super::super::changes::{Adwin, PageHinkley};
use super::super::contingency::{Contingency, fisher, lift, odds_ratio};
use super::super::drift::{
    jensen_shannon, jensen_shannon_of_categories, ks, mann_whitney, psi, psi_of_categories, wasserstein,
};
use super::super::pair::{Counted, Pair};
use super::super::proportions::difference;
use super::super::robust::{Robust, median};
use super::super::{Because, Figure};

/// What is said of a pair: index, Jensen–Shannon, Kolmogorov–Smirnov, Wasserstein, Mann–Whitney.
fn figures(pair: &Pair) -> [Figure<f64>; 5] {
    [
        psi(pair).map(|index| index.value),
        jensen_shannon(pair),
        ks(pair).map(|test| test.p),
        wasserstein(pair),
        mann_whitney(pair).map(|test| test.p),
    ]
}

#[test]
fn samples_without_figures() {
    const NO_REFERENCE: &str = "the reference has no values";
    const NO_CURRENT: &str = "there are no values to compare with the reference";
    const SAME_REFERENCE: &str = "all values of the reference are the same, so it cannot be divided";
    const SAME: &str = "all values are the same, so there is nothing to compare";
    const ONE: &str = "each side has only one value";
    for (reference, current, expected) in [
        (vec![], vec![], [NO_REFERENCE; 5]),
        (vec![], vec![1.0], [NO_REFERENCE; 5]),
        (vec![1.0, 2.0], vec![], [NO_CURRENT; 5]),
        (vec![1.0, 2.0], vec![f64::NAN, f64::INFINITY], [NO_CURRENT; 5]),
        (vec![1.0, 1.0], vec![1.0, 1.0], [SAME_REFERENCE, SAME_REFERENCE, SAME, "", SAME]),
        (vec![0.0, -0.0], vec![-0.0], [SAME_REFERENCE, SAME_REFERENCE, SAME, "", SAME]),
        (vec![1.0], vec![2.0], [SAME_REFERENCE, SAME_REFERENCE, ONE, "", ""]),
        (vec![1.0, 1.0], vec![2.0, 3.0], [SAME_REFERENCE, SAME_REFERENCE, "", "", ""]),
        (vec![-f64::MAX, f64::MAX], vec![f64::MAX], ["", "", "", "the values are too far apart", ""]),
        (vec![1.0, 2.0], vec![3.0], ["", "", "", "", ""]),
    ] {
        let found =
            figures(&Pair::of_samples(&reference, &current)).map(|figure| figure.map_or_else(|why| why.0, |_| ""));
        assert_eq!(found, expected, "{reference:?} {current:?}");
    }
}

#[test]
fn categories_without_figures() {
    for (counts, reason) in [
        (vec![], "the reference has no values"),
        (vec![(0, 5), (0, 6)], "the reference has no values"),
        (vec![(5, 0), (6, 0)], "there are no values to compare with the reference"),
        (vec![(5, 7), (0, 0)], "there is only one value, so nothing can shift"),
    ] {
        assert_eq!(psi_of_categories(&counts), Err(Because(reason)), "{counts:?}");
        assert_eq!(jensen_shannon_of_categories(&counts), Err(Because(reason)), "{counts:?}");
    }
}

#[test]
fn tables_without_figures() {
    const ONE: &str = "there is only one group or only one outcome, so there is nothing to compare";
    for (rows, columns, cells, reason) in [
        (0, 0, vec![], "there is nothing in the table"),
        (0, usize::MAX, vec![], "there is nothing in the table"),
        (usize::MAX, 2, vec![1, 2], "the table is not complete"),
        (2, 2, vec![1, 2, 3], "the table is not complete"),
        (2, 2, vec![0, 0, 0, 0], "there is nothing in the table"),
        (1, 3, vec![1, 2, 3], ONE),
        (2, 2, vec![1, 2, 0, 0], ONE),
        (2, 2, vec![1, 0, 5, 0], ONE),
    ] {
        assert_eq!(Contingency::new(rows, columns, cells).chi_squared(), Err(Because(reason)));
    }
    for (cells, reason) in [
        ([[0, 0], [0, 0]], "one of the two groups is empty"),
        ([[0, 0], [3, 4]], "one of the two groups is empty"),
        ([[3, 4], [0, 0]], "one of the two groups is empty"),
        ([[3, 0], [4, 0]], "all have the same outcome"),
        ([[0, 3], [0, 4]], "all have the same outcome"),
    ] {
        assert_eq!(fisher(cells), Err(Because(reason)));
        assert_eq!(odds_ratio(cells).map(|found| found.interval.value), Err(Because(reason)));
    }
    let many = "there are too many for an exact test; the χ² test is as good for so many";
    assert_eq!(fisher([[u64::MAX; 2]; 2]), Err(Because(many)));
    for ((both, row, column, total), reason) in [
        ((3, 2, 5, 9), "the counts contradict each other"),
        ((1, 6, 6, 9), "the counts contradict each other"),
        ((0, u64::MAX, u64::MAX, u64::MAX), "the counts contradict each other"),
        ((0, 0, 5, 9), "one of the two does not occur"),
        ((0, 0, 0, 0), "one of the two does not occur"),
        ((5, 9, 5, 9), "one of the two always holds, so it cannot go with the other more or less often"),
    ] {
        assert_eq!(lift(both, row, column, total), Err(Because(reason)), "{both} {row} {column} {total}");
    }
}

#[test]
fn shares_without_figures() {
    assert_eq!(difference((0, 0), (1, 2)), Err(Because("one of the two groups is empty")));
    assert_eq!(difference((1, 2), (3, 2)), Err(Because("more are counted than there are")));
    for (first, second, reason) in
        [((0, 9), (0, 5), "neither group has any"), ((9, 9), (5, 5), "both groups have nothing else")]
    {
        let found = difference(first, second).expect("a difference");
        assert_eq!((found.difference, found.z, found.p), (0.0, Err(Because(reason)), Err(Because(reason))));
    }
}

#[test]
fn spreads_without_figures() {
    assert_eq!(median(&[]), Err(Because("there are no values")));
    assert_eq!(Robust::of(&[f64::NAN]), Err(Because("there are no values")));
    assert_eq!(Robust::of(&[-f64::MAX, -f64::MAX, f64::MAX]), Err(Because("the values are too far apart")));
    let constant = Robust::of(&[7.0, 7.0, 7.0, 9.0]).expect("a median");
    assert_eq!(constant, Robust { median: 7.0, mad: 0.0 });
    assert_eq!(
        constant.z(9.0),
        Err(Because("at least half of the values are the same, so there is no usual distance"))
    );
    let tiny = Robust::of(&[0.0, f64::MIN_POSITIVE, 1.0]).expect("a median");
    for x in [f64::MAX, f64::NAN, f64::INFINITY] {
        assert_eq!(tiny.z(x), Err(Because("the value is too far away")));
    }
}

#[test]
fn streams_pass_over_what_is_no_number() {
    let (mut adwin, mut test) = (Adwin::default(), PageHinkley::default());
    let mut reports = 0;
    for i in 0..10_000 {
        let x = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5][i % 4];
        reports += usize::from(adwin.push(x)) + usize::from(test.push(x));
    }
    assert_eq!(reports, 0);
    // A constant stream has no change, however long; extremes do no harm.
    for x in [0.0, f64::MAX, -f64::MAX, f64::MAX, f64::MIN_POSITIVE].into_iter().cycle().take(1000) {
        adwin.push(x);
        test.push(x);
    }
}

proptest! {
    /// Any values and counts give numbers or reasons.
    #[test]
    fn samples_never_give_what_is_no_number(counts in prop::collection::vec((any::<f64>(), any::<u64>(), any::<u64>()), 0..20)) {
        let pair = Pair::of(counts.iter().map(|&(value, reference, current)| Counted { value, reference, current }));
        for figure in figures(&pair).into_iter().flatten() {
            prop_assert!(figure.is_finite() && figure >= 0.0);
        }
        for bin in pair.histogram(20) {
            prop_assert!(bin.from <= bin.to && bin.reference.is_finite() && bin.current.is_finite());
        }
        let counts: Vec<(u64, u64)> = counts.iter().map(|count| (count.1, count.2)).collect();
        if let Ok((value, _)) = psi_of_categories(&counts) {
            prop_assert!(value.is_finite());
        }
        if let Ok(value) = jensen_shannon_of_categories(&counts) {
            prop_assert!(value.is_finite());
        }
    }

    #[test]
    fn tables_never_give_what_is_no_number(a in any::<u64>(), b in any::<u64>(), c in any::<u64>(), d in any::<u64>(), by in 0u32..64) {
        let [a, b, c, d] = [a, b, c, d].map(|count| count >> by);
        if let Ok(test) = Contingency::new(2, 2, vec![a, b, c, d]).chi_squared() {
            prop_assert!(test.statistic.is_finite() && (0.0..=1.0).contains(&test.p) && test.cramers_v.is_finite());
        }
        if let Ok(odds) = odds_ratio([[a, b], [c, d]]) {
            prop_assert!(odds.interval.low >= 0.0 && odds.interval.high.is_finite());
        }
        if let Ok(p) = fisher([[a, b], [c, d]]) {
            prop_assert!((0.0..=1.0).contains(&p));
        }
        if let Ok(lift) = lift(a, b, c, d) {
            prop_assert!(lift.value >= 0.0 && lift.interval().is_some() == (a > 0));
            prop_assert!(lift.interval().is_none_or(|ends| ends.iter().all(|end| end.is_finite())));
        }
        if let Ok(found) = difference((a, b), (c, d)) {
            prop_assert!(found.newcombe95.iter().all(|end| end.is_finite()) && found.z.is_ok_and(f64::is_finite) == found.p.is_ok_and(f64::is_finite));
        }
    }
}

//! Small cases, by hand or from the papers.

use super::super::contingency::{Contingency, Lift, fisher, lift, odds_ratio};
use super::super::drift::{Shift, jensen_shannon_of_categories, ks, mann_whitney, psi, psi_of_categories, wasserstein};
use super::super::many::{benjamini_hochberg, benjamini_hochberg_of};
use super::super::pair::{Bin, Counted, Pair};
use super::super::proportions::difference;
use super::super::{Because, Figure, figure, p_words};
use super::is_near;

#[test]
fn p_values_in_words() {
    for (p, words) in [
        (0.0, "< 1e-300"),
        (9.9e-301, "< 1e-300"),
        (1e-300, "1.0 × 10⁻³⁰⁰"),
        (3.9e-72, "3.9 × 10⁻⁷²"),
        (0.000_123_4, "1.2 × 10⁻⁴"),
        (0.000_994_9, "9.9 × 10⁻⁴"),
        (0.000_999_9, "0.0010"),
        (0.003_995, "0.0040"),
        (0.049_9, "0.050"),
        (0.123_4, "0.12"),
        (0.999, "1.0"),
        (1.0, "1.0"),
        (f64::NAN, "not determinable"),
    ] {
        assert_eq!(p_words(p), words, "{p}");
    }
}

#[test]
fn what_is_not_determinable_is_written_so() {
    #[derive(serde::Serialize)]
    struct Line {
        #[serde(serialize_with = "figure")]
        given: Figure<f64>,
        #[serde(serialize_with = "figure")]
        missing: Figure<f64>,
    }
    let line = Line { given: Ok(0.5), missing: Err(Because("there are no values")) };
    let written = serde_json::to_string(&line).expect("JSON");
    assert_eq!(written, r#"{"given":0.5,"missing":{"not_determinable":"there are no values"}}"#);
}

#[test]
fn deciles_are_interpolated_and_open() {
    // 0 to 10: the deciles are 1 to 9.
    let reference: Vec<f64> = (0..=10).map(f64::from).collect();
    let bins = Pair::of_samples(&reference, &[-5.0, 1.0, 8.999, 9.0, 99.0]).deciles().expect("deciles");
    let edges: Vec<Option<f64>> = bins.iter().map(|bin| bin.to).collect();
    assert_eq!(
        edges,
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0].map(Some).into_iter().chain([None]).collect::<Vec<_>>()
    );
    let shares: Vec<f64> = bins.iter().map(|bin| bin.current).collect();
    assert_eq!(shares, [0.2, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.4]);
    is_near(bins[9].reference, 2.0 / 11.0, 1e-12);
    // Between two values; bins without values have joined those above.
    let bins = Pair::of_samples(&[1.0, 2.0], &[1.5]).deciles().expect("deciles");
    assert_eq!(bins.iter().filter_map(|bin| bin.to).collect::<Vec<_>>(), [1.1, 1.6]);
}

/// Two values alone are two bins, with their own shares.
#[test]
fn index_of_two_values() {
    let pair = Pair::of([
        Counted { value: 0.0, reference: 50, current: 20 },
        Counted { value: 1.0, reference: 50, current: 80 },
    ]);
    let index = psi(&pair).expect("an index");
    let expected = 0.3 * (0.5f64 / 0.2).ln() + 0.3 * (0.8f64 / 0.5).ln();
    is_near(index.value, expected, 1e-12);
    assert_eq!(index.bins.iter().map(|bin| (bin.reference, bin.current)).collect::<Vec<_>>(), [(0.5, 0.2), (0.5, 0.8)]);
    let (value, shift) = psi_of_categories(&[(50, 20), (0, 0), (50, 80)]).expect("an index");
    is_near(value, expected, 1e-12);
    assert_eq!(shift, Shift::Large);
    // A category that is new counts as 1e-4 before.
    let (value, _) = psi_of_categories(&[(10, 5), (0, 5)]).expect("an index");
    is_near(value, -0.5 * 0.5f64.ln() + (0.5 - 1e-4) * (0.5f64 / 1e-4).ln(), 1e-12);
}

#[test]
fn shifts_have_their_limits() {
    for (psi, shift) in [
        (0.0, Shift::Stable),
        (0.0999, Shift::Stable),
        (0.1, Shift::Moderate),
        (0.25, Shift::Moderate),
        (0.2501, Shift::Large),
    ] {
        assert_eq!(Shift::of(psi), shift, "{psi}");
    }
}

#[test]
fn samples_that_share_nothing() {
    assert_eq!(jensen_shannon_of_categories(&[(3, 0), (0, 9)]), Ok(1.0));
    assert_eq!(jensen_shannon_of_categories(&[(3, 6), (1, 2)]), Ok(0.0));
    let apart = Pair::of_samples(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0]);
    assert_eq!(wasserstein(&apart), Ok(10.0));
    assert_eq!(ks(&apart).map(|test| test.statistic), Ok(1.0));
    assert_eq!(mann_whitney(&apart).map(|test| test.u), Ok(0.0));
    // 3 against 3: mean 4.5, variance 3·3·7/12, less a half for continuity.
    is_near(mann_whitney(&apart).expect("a test").p, 0.080_855_598_370_052_6, 1e-9);
}

#[test]
fn histograms_have_equal_widths() {
    let pair = Pair::of_samples(&[0.0, 1.0, 2.0], &[4.0]);
    let bin = |from, to, reference, current| Bin { from: Some(from), to: Some(to), reference, current };
    let third = 1.0 / 3.0;
    assert_eq!(
        pair.histogram(4),
        [bin(0.0, 1.0, third, 0.0), bin(1.0, 2.0, third, 0.0), bin(2.0, 3.0, third, 0.0), bin(3.0, 4.0, 0.0, 1.0)]
    );
    assert_eq!(pair.histogram(0), [bin(0.0, 4.0, 1.0, 1.0)]);
    assert_eq!(Pair::of_samples(&[2.0], &[2.0, 2.0]).histogram(10), [bin(2.0, 2.0, 1.0, 1.0)]);
    assert_eq!(Pair::default().histogram(10), []);
}

/// The examples of Newcombe (1998, table II), by his method 10.
#[test]
fn differences_have_the_interval_of_newcombe() {
    for (first, second, expected) in [
        ((56, 70), (48, 80), [0.0524, 0.3339]),
        ((9, 10), (3, 10), [0.1705, 0.8090]),
        ((6, 7), (2, 7), [0.0582, 0.8062]),
        ((5, 56), (0, 29), [-0.0381, 0.1926]),
        ((0, 10), (0, 20), [-0.1611, 0.2775]),
        ((0, 10), (0, 10), [-0.2775, 0.2775]),
        ((10, 10), (0, 20), [0.6791, 1.0]),
        ((10, 10), (0, 10), [0.6075, 1.0]),
    ] {
        let found = difference(second, first).expect("a difference").newcombe95;
        found
            .iter()
            .zip(expected)
            .for_each(|(found, expected)| assert!((found - expected).abs() < 6e-5, "{found} is not {expected}"));
    }
}

/// Numbers of scipy 1.17.
#[test]
fn exact_tests() {
    for (cells, expected) in [
        ([[3, 1], [1, 3]], 0.485_714_285_714_285_65),
        ([[0, 5], [5, 0]], 0.007_936_507_936_507_938),
        ([[1, 0], [0, 1]], 1.0),
        ([[5, 5], [5, 5]], 1.0),
        ([[10, 2], [3, 15]], 0.000_536_724_119_143_435_7),
        ([[0, 100], [50, 10]], 7.724_550_570_024_621e-32),
        ([[400, 30], [20, 600]], 1.443_144_534_769_460_7e-222),
        ([[7, 12345], [3, 98765]], 1.849_834_978_418_470_5e-5),
        ([[100_000, 100_200], [99_000, 101_000]], 0.004_435_800_738_127_431),
        ([[500_000, 400_000], [300_000, 900_000]], 0.0),
    ] {
        is_near(fisher(cells).expect("a test"), expected, 1e-9);
    }
}

#[test]
fn tables_leave_out_what_is_empty() {
    let whole = Contingency::new(2, 2, vec![10, 20, 30, 40]);
    let with_gaps = Contingency::new(3, 3, vec![10, 0, 20, 0, 0, 0, 30, 0, 40]);
    assert_eq!(whole.chi_squared(), with_gaps.chi_squared());
    assert_eq!(
        (with_gaps.row_sum(2), with_gaps.column_sum(2), with_gaps.total(), with_gaps.cell(2, 2)),
        (70, 60, 100, 40)
    );
    // Row and column determine each other.
    let test = Contingency::new(2, 2, vec![50, 0, 0, 50]).chi_squared().expect("a test");
    assert_eq!((test.statistic, test.cramers_v, test.least_expected), (100.0, 1.0, 25.0));
}

#[test]
fn ratios() {
    let corrected = odds_ratio([[0, 10], [5, 5]]).expect("a ratio");
    assert!(corrected.is_corrected);
    is_near(corrected.interval.value, 0.5 * 5.5 / (10.5 * 5.5), 1e-12);
    let found = lift(20, 40, 50, 200).expect("a lift");
    is_near(found.value, 2.0, 1e-12);
    // 1/p11 − 1/p1. − 1/p.1 = 1, so the variance is (0.1 + 0.1·25 + 0.15·16 − 1)/200 = 0.02.
    let [low, high] = found.interval().expect("an interval");
    is_near(high, 2.0 * (1.959_963_984_540_054 * 0.02f64.sqrt()).exp(), 1e-12);
    is_near(low * high, 4.0, 1e-12);
    assert_eq!(lift(20, 20, 20, 40).map(|found| found.value), Ok(2.0));
    // Of 4 and 5 of 9 two are expected to meet, and none does: that is 0, not unknown.
    assert_eq!(lift(0, 4, 5, 9), Ok(Lift { value: 0.0, low: None, high: None }));
    assert!(lift(0, 0, 5, 9).is_err() && lift(0, 0, 9, 9).is_err(), "none is expected");
}

#[test]
fn tests_that_were_not_made_do_not_count() {
    assert_eq!(benjamini_hochberg_of(&[None, Some(0.01), None, Some(0.04)]), [None, Some(0.02), None, Some(0.04)]);
    assert_eq!(benjamini_hochberg_of(&[None]), [None]);
    assert_eq!(benjamini_hochberg(&[]), Vec::<f64>::new());
    assert_eq!(benjamini_hochberg(&[f64::NAN, 0.5, 2.0, -1.0]), [1.0, 1.0, 1.0, 0.0]);
}

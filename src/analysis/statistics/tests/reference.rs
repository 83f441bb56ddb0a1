//! Numbers that other programs give (numpy, scipy, river): sums to 1e-12, p-values to 1e-9 of themselves.

use super::super::changes::{Adwin, PageHinkley};
use super::super::contingency::{Contingency, fisher, odds_ratio};
use super::super::drift::{Shift, jensen_shannon, ks, mann_whitney, psi, wasserstein};
use super::super::many::benjamini_hochberg;
use super::super::pair::Pair;
use super::super::proportions::difference;
use super::super::robust::Robust;
use super::{is_near, uniform};
use crate::analysis::proportion::Rate;

/// 2 000 numbers from 0 to 10, and 1 500 from 1 to 11.
fn pair() -> Pair {
    let reference: Vec<f64> = uniform(1).take(2000).map(|u| 10.0 * u).collect();
    let current: Vec<f64> = uniform(2).take(1500).map(|u| 10.0 * u + 1.0).collect();
    Pair::of_samples(&reference, &current)
}

#[test]
fn figures_of_two_samples() {
    let pair = pair();
    let psi = psi(&pair).expect("an index");
    is_near(psi.value, 0.751_698_294_036_543_9, 1e-12);
    assert_eq!((psi.shift, psi.bins.len()), (Shift::Large, 10));
    is_near(jensen_shannon(&pair).expect("a distance"), 0.246_859_608_641_833_43, 1e-12);
    is_near(wasserstein(&pair).expect("a distance"), 0.971_941_134_855_943_1, 1e-12);
    let ks = ks(&pair).expect("a test");
    is_near(ks.statistic, 0.115_333_333_333_333_33, 1e-12);
    is_near(ks.p, 2.182_844_563_503_663_4e-10, 1e-9);
    let test = mann_whitney(&pair).expect("a test");
    is_near(test.u, 1_223_719.0, 1e-12);
    is_near(test.p, 9.756_871_395_000_037e-21, 1e-9);
}

/// The index over ten bins of equal width is another number; so a figure states its bins.
#[test]
fn index_over_bins_of_equal_width_is_another_one() {
    let reference: Vec<f64> = uniform(1).take(2000).map(|u| 10.0 * u).collect();
    let of_reference = Pair::of_samples(&reference, &reference).histogram(10);
    let edges: Vec<f64> = of_reference.iter().skip(1).filter_map(|bin| bin.from).collect();
    let mut counts = vec![(0, 0); 10];
    for counted in pair().values() {
        let bin = &mut counts[edges.iter().filter(|edge| counted.value >= **edge).count()];
        *bin = (bin.0 + counted.reference, bin.1 + counted.current);
    }
    let (value, shift) = super::super::drift::psi_of_categories(&counts).expect("an index");
    is_near(value, 0.504_548_736_641_850_1, 1e-12);
    assert_eq!(shift, Shift::Large);
}

#[test]
fn figures_of_a_table() {
    let cells = [[120, 880], [165, 835]];
    let test = Contingency::new(2, 2, cells.concat()).chi_squared().expect("a test");
    is_near(test.statistic, 8.286_021_175_387_448, 1e-12);
    is_near(test.p, 0.003_995_143_094_807_584, 1e-9);
    is_near(test.cramers_v, 0.064_366_222_412_797_57, 1e-12);
    assert_eq!(test.degrees, 1);
    is_near(test.least_expected, 142.5, 1e-12);
    is_near(fisher(cells).expect("a test"), 0.004_820_058_110_150_183, 1e-9);
    let odds = odds_ratio(cells).expect("a ratio");
    assert!(!odds.is_corrected);
    for (found, expected) in [
        (odds.interval.value, 0.690_082_644_628_099_2),
        (odds.interval.low, 0.535_561_994_824_746_2),
        (odds.interval.high, 0.889_185_679_750_753_4),
    ] {
        is_near(found, expected, 1e-12);
    }
}

#[test]
fn figures_of_two_shares() {
    // The reference number is of the first share less the second.
    let found = difference((165, 1000), (120, 1000)).expect("a difference");
    is_near(found.difference, -0.045, 1e-12);
    is_near(found.z.expect("a test"), -2.878_544_975_397_718_4, 1e-12);
    is_near(found.p.expect("a test"), 0.003_995_143_094_807_566, 1e-9);
    let [low, high] = Rate::of(120, 1000).wilson95.expect("an interval");
    is_near(low, 0.101_299_260_601_309_12, 1e-12);
    is_near(high, 0.141_609_075_847_712_76, 1e-12);
}

#[test]
fn many_tests_at_once() {
    let p = [
        0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 0.341,
        0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986,
    ];
    let expected = [
        0.025,
        0.1,
        0.21,
        0.21,
        0.21,
        0.25,
        0.264_285_714_285_714_23,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.491_071_428_571_428_55,
        0.532_812_5,
        0.532_812_5,
        0.564_705_882_352_941_2,
        0.781_578_947_368_421,
        0.781_578_947_368_421,
        0.869_999_999_999_999_9,
        0.907_142_857_142_857_1,
        0.986,
        0.986,
        0.986,
        0.986,
    ];
    let found = benjamini_hochberg(&p);
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| is_near(*found, expected, 1e-12));
}

#[test]
fn robust_distances() {
    let values = [3.0, 4.0, 5.0, 4.0, 3.0, 6.0, 5.0, 4.0, 40.0, 5.0, 4.0, 3.0];
    let robust = Robust::of(&values).expect("a spread");
    assert_eq!(robust, Robust { median: 4.0, mad: 1.0 });
    let expected = [-0.6745, 0.0, 0.6745, 0.0, -0.6745, 1.349, 0.6745, 0.0, 24.282, 0.6745, 0.0, -0.6745];
    for (value, expected) in values.into_iter().zip(expected) {
        is_near(robust.z(value).expect("a distance"), expected, 1e-12);
    }
}

/// Where all three detectors report: ADWIN, Page–Hinkley, and the latter with a threshold of 20.
fn reported(stream: &[f64]) -> [Vec<usize>; 3] {
    let places = |mut push: Box<dyn FnMut(f64) -> bool>| -> Vec<usize> {
        stream.iter().enumerate().filter(|(_, x)| push(**x)).map(|(i, _)| i).collect()
    };
    let (mut adwin, mut test) = (Adwin::default(), PageHinkley::default());
    let mut sooner = PageHinkley::default().with_threshold(20.0);
    [
        places(Box::new(move |x| adwin.push(x))),
        places(Box::new(move |x| test.push(x))),
        places(Box::new(move |x| sooner.push(x))),
    ]
}

/// A rate of a tenth becomes one of three tenths after 1 000.
#[test]
fn change_points() {
    let before = uniform(3).take(1000).map(|u| f64::from(u < 0.1));
    let stream: Vec<f64> = before.chain(uniform(4).take(1000).map(|u| f64::from(u < 0.3))).collect();
    is_near(stream[..1000].iter().sum::<f64>() / 1000.0, 0.098, 1e-12);
    is_near(stream[1000..].iter().sum::<f64>() / 1000.0, 0.308, 1e-12);
    assert_eq!(reported(&stream), [vec![1183], vec![1238], vec![1084]]);
}

/// A rate of a fifth becomes one of a half after 3 000, and a fifth again after 6 000.
#[test]
fn change_points_in_both_directions() {
    let rates = [0.2, 0.5, 0.2];
    let stream: Vec<f64> = uniform(5).take(9000).enumerate().map(|(i, u)| f64::from(u < rates[i / 3000])).collect();
    let sooner = vec![1477, 3043, 3930, 4419, 4578, 5799, 6073, 7221];
    assert_eq!(reported(&stream), [vec![3071, 6111], vec![3114, 6167], sooner]);
}

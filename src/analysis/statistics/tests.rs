//! Tests of the figures together: numbers of other programs, properties, and inputs for which there is no figure.

mod degenerate;
mod properties;
mod reference;
mod tables;

/// The generator that the reference numbers' inputs come from: the high 53 bits of a linear congruence (Knuth), 0 to 1.
fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    let step = |x: u64| x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    std::iter::successors(Some(step(seed)), move |&x| Some(step(x))).map(|x| (x >> 11) as f64 / 9_007_199_254_740_992.0)
}

/// The same to a share of the larger one.
#[track_caller]
fn is_near(found: f64, expected: f64, share: f64) {
    assert!((found - expected).abs() <= share * expected.abs().max(f64::MIN_POSITIVE), "{found:e} is not {expected:e}");
}

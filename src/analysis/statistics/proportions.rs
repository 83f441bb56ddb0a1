//! Two shares compared: their difference with its interval, and whether it can be chance.

use serde::Serialize;

use super::special::{float, normal_two_sided};
use super::{Because, Figure, figure};
use crate::analysis::proportion::Rate;

/// How a share differs from another one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The second share less the first.
    pub difference: f64,
    /// The 95 % interval of Newcombe (1998, method 10), without continuity correction.
    pub newcombe95: [f64; 2],
    /// The difference over its deviation, with both shares pooled; not determinable where none or all are counted.
    #[serde(serialize_with = "figure")]
    pub z: Figure<f64>,
    /// Two-sided: the probability of such a difference or a greater one where both shares are one.
    #[serde(serialize_with = "figure")]
    pub p: Figure<f64>,
}

/// The difference b − a of two shares, each so many of so many.
///
/// # Errors
/// A share of nothing, or of fewer than are counted.
pub fn difference(a: (u64, u64), b: (u64, u64)) -> Figure<Difference> {
    if a.1 == 0 || b.1 == 0 {
        return Err(Because("one of the two groups is empty"));
    }
    if a.0 > a.1 || b.0 > b.1 {
        return Err(Because("more are counted than there are"));
    }
    let (rate_a, rate_b) = (Rate::of(a.0, a.1), Rate::of(b.0, b.1));
    let (Some(first), Some(second), Some([a_low, a_high]), Some([b_low, b_high])) =
        (rate_a.rate, rate_b.rate, rate_a.wilson95, rate_b.wilson95)
    else {
        return Err(Because("one of the two groups is empty"));
    };
    let difference = second - first;
    let newcombe95 =
        [difference - (second - b_low).hypot(a_high - first), difference + (b_high - second).hypot(first - a_low)];
    let z = pooled_z(a, b, difference);
    Ok(Difference { difference, newcombe95, z, p: z.map(normal_two_sided) })
}

/// The difference over its deviation where both are one.
fn pooled_z(a: (u64, u64), b: (u64, u64), difference: f64) -> Figure<f64> {
    if a.0 == 0 && b.0 == 0 {
        return Err(Because("neither group has any"));
    }
    if a.0 == a.1 && b.0 == b.1 {
        return Err(Because("both groups have nothing else"));
    }
    let (n, m) = (float(a.1), float(b.1));
    let counted = float(a.0) + float(b.0);
    let others = float(a.1 - a.0) + float(b.1 - b.0);
    let (pooled, rest) = (counted / (n + m), others / (n + m));
    Ok(difference / (pooled * rest * (1.0 / n + 1.0 / m)).sqrt())
}

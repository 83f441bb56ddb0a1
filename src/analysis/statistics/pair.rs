//! Two samples of numbers side by side, counted value by value: a reference, and what is compared with it. Columns that are coded
//! by a dictionary give them in one pass, whatever the number of records.

use serde::Serialize;

use super::special::float_sum;
use super::{Because, Figure};

/// The largest number of bins of a histogram.
const MOST_BINS: usize = 1000;

/// How often a value occurs in each sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// The value.
    pub value: f64,
    /// How often in the reference.
    pub reference: u64,
    /// How often in the current sample.
    pub current: u64,
}

/// The shares of both samples from one value up to another: `from` belongs to the bin, `to` to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The least value; `null` where the bin is open downwards.
    pub from: Option<f64>,
    /// The first value above; `null` where the bin is open upwards.
    pub to: Option<f64>,
    /// Share of the reference, 0 to 1; 0 where the reference is empty.
    pub reference: f64,
    /// Share of the current sample, 0 to 1; 0 where it is empty.
    pub current: f64,
}

/// Two samples: distinct finite values, ascending, each in at least one of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pair {
    values: Vec<Counted>,
    reference: u128,
    current: u128,
}

impl Pair {
    /// Sorts, merges equal values (0 and −0 are one), leaves out what is not finite or not there.
    pub fn of(values: impl IntoIterator<Item = Counted>) -> Self {
        let is_there = |counted: &Counted| counted.value.is_finite() && (counted.reference > 0 || counted.current > 0);
        let mut values: Vec<Counted> = values
            .into_iter()
            .filter(is_there)
            // Adding 0 makes 0 of −0 and changes nothing else.
            .map(|counted| Counted { value: counted.value + 0.0, ..counted })
            .collect();
        if !values.is_sorted_by(|a, b| a.value <= b.value) {
            values.sort_unstable_by(|a, b| a.value.total_cmp(&b.value));
        }
        values.dedup_by(|later, kept| {
            let is_same = later.value.total_cmp(&kept.value).is_eq();
            if is_same {
                kept.reference = kept.reference.saturating_add(later.reference);
                kept.current = kept.current.saturating_add(later.current);
            }
            is_same
        });
        let reference = values.iter().map(|counted| u128::from(counted.reference)).sum();
        let current = values.iter().map(|counted| u128::from(counted.current)).sum();
        Self { values, reference, current }
    }

    /// Of the samples themselves.
    #[must_use]
    pub fn of_samples(reference: &[f64], current: &[f64]) -> Self {
        let reference = reference.iter().map(|&value| Counted { value, reference: 1, current: 0 });
        let current = current.iter().map(|&value| Counted { value, reference: 0, current: 1 });
        Self::of(reference.chain(current))
    }

    /// The distinct values, ascending.
    #[must_use]
    pub fn values(&self) -> &[Counted] {
        &self.values
    }

    /// How many values the reference has.
    #[must_use]
    pub fn reference(&self) -> u64 {
        u64::try_from(self.reference).unwrap_or(u64::MAX)
    }

    /// How many values the current sample has.
    #[must_use]
    pub fn current(&self) -> u64 {
        u64::try_from(self.current).unwrap_or(u64::MAX)
    }

    /// The numbers of both as they are computed with.
    ///
    /// # Errors
    /// A sample without any value.
    pub(super) fn totals(&self) -> Figure<(f64, f64)> {
        if self.reference == 0 {
            return Err(Because("the reference has no values"));
        }
        if self.current == 0 {
            return Err(Because("there are no values to compare with the reference"));
        }
        Ok((float_sum(self.reference), float_sum(self.current)))
    }

    /// The two distribution functions (shares up to and with a value), value by value.
    pub(super) fn distributions(&self) -> Figure<impl Iterator<Item = (f64, f64, f64)> + '_> {
        let (n, m) = self.totals()?;
        let cumulate = move |sums: &mut (u128, u128), counted: &Counted| {
            sums.0 += u128::from(counted.reference);
            sums.1 += u128::from(counted.current);
            Some((counted.value, float_sum(sums.0) / n, float_sum(sums.1) / m))
        };
        Ok(self.values.iter().scan((0, 0), cumulate))
    }

    /// The bins between the deciles of the reference, the outer ones open. A decile is interpolated linearly between two values
    /// (type 7 of Hyndman and Fan, 1996). Equal deciles are one, and a bin without values joins the one above it.
    ///
    /// # Errors
    /// An empty sample; a reference of one value, which has no deciles.
    pub fn deciles(&self) -> Figure<Vec<Bin>> {
        self.totals()?;
        if self.values.iter().filter(|counted| counted.reference > 0).nth(1).is_none() {
            return Err(Because("all values of the reference are the same, so it cannot be divided"));
        }
        let mut edges: Vec<f64> = (1..10).filter_map(|tenth| self.decile(tenth)).collect();
        edges.dedup_by(|later, kept| later.total_cmp(kept).is_eq());
        let mut bins: Vec<Bin> = self.binned(&edges);
        // From above, so that several empty ones in a row all join.
        for i in (0..bins.len().saturating_sub(1)).rev() {
            if bins[i].reference <= 0.0 && bins[i].current <= 0.0 {
                bins[i + 1].from = bins[i].from;
                bins.remove(i);
            }
        }
        Ok(bins)
    }

    /// Bins of equal width over all values of both samples, for plots; at most 1 000, one where all values are the same. The last
    /// one holds its upper end too.
    #[must_use]
    pub fn histogram(&self, bins: usize) -> Vec<Bin> {
        let (Some(first), Some(last)) = (self.values.first(), self.values.last()) else { return Vec::new() };
        let (least, most) = (first.value, last.value);
        let bins = if least < most { bins.clamp(1, MOST_BINS) } else { 1 };
        let mut edges: Vec<f64> = (1..bins).map(|i| between(least, most, i as f64 / bins as f64)).collect();
        edges.dedup_by(|later, kept| later.total_cmp(kept).is_eq());
        let mut bins = self.binned(&edges);
        if let Some(bin) = bins.first_mut() {
            bin.from = Some(least);
        }
        if let Some(bin) = bins.last_mut() {
            bin.to = Some(most);
        }
        bins
    }

    /// A decile of the reference.
    fn decile(&self, tenth: u128) -> Option<f64> {
        let place = tenth * (self.reference - 1);
        let (rank, remainder) = (place / 10, place % 10);
        let mut seen = 0;
        let mut lower = None;
        let upper = self.values.iter().filter(|counted| counted.reference > 0).find(|counted| {
            seen += u128::from(counted.reference);
            if seen > rank && lower.is_none() {
                lower = Some(counted.value);
            }
            seen > rank + 1
        });
        let lower = lower?;
        // The greatest value is its own successor.
        let upper = upper.map_or(lower, |counted| counted.value);
        Some(between(lower, upper, remainder as f64 / 10.0))
    }

    /// The shares between ascending edges, the outer bins open.
    fn binned(&self, edges: &[f64]) -> Vec<Bin> {
        let (n, m) = (float_sum(self.reference.max(1)), float_sum(self.current.max(1)));
        let mut rest = self.values.as_slice();
        (0..=edges.len())
            .map(|i| {
                let from = i.checked_sub(1).map(|below| edges[below]);
                let to = edges.get(i).copied();
                let count = to.map_or(rest.len(), |to| rest.partition_point(|counted| counted.value < to));
                let (inside, above) = rest.split_at(count);
                rest = above;
                let reference: u128 = inside.iter().map(|counted| u128::from(counted.reference)).sum();
                let current: u128 = inside.iter().map(|counted| u128::from(counted.current)).sum();
                Bin { from, to, reference: float_sum(reference) / n, current: float_sum(current) / m }
            })
            .collect()
    }
}

/// A point between two values: `part` is 0 at the first and 1 at the second.
fn between(a: f64, b: f64, part: f64) -> f64 {
    let width = b - a;
    if !width.is_finite() {
        return a * (1.0 - part) + b * part;
    }
    // From the nearer end, so that the end itself is met.
    if part < 0.5 { a + width * part } else { b - width * (1.0 - part) }
}

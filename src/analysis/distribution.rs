//! How numbers of decisions are distributed, group by group: distinct values and how often each stands there, exactly.

use super::statistics::pair::{Counted, Pair};
use crate::columns::Column;

/// So many counters are kept at once; beyond, values are collected and put in order.
const MAX_COUNTERS: usize = 1 << 22;

/// Numbers, counted value by value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distribution {
    /// Distinct values, ascending, each with how often it stands there.
    values: Vec<(f64, u64)>,
    with: u64,
    without: u64,
}

impl Distribution {
    /// Distinct values, ascending, each with how often it stands there.
    #[must_use]
    pub fn values(&self) -> &[(f64, u64)] {
        &self.values
    }

    /// How many decisions have a number.
    #[must_use]
    pub fn with(&self) -> u64 {
        self.with
    }

    /// How many have none.
    #[must_use]
    pub fn without(&self) -> u64 {
        self.without
    }

    /// The least and the greatest value.
    #[must_use]
    pub fn extent(&self) -> Option<(f64, f64)> {
        Some((self.values.first()?.0, self.values.last()?.0))
    }

    /// The arithmetic mean.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of records are below 2⁵³")]
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.values.iter().map(|(value, count)| value * *count as f64).sum();
        (self.with > 0 && sum.is_finite()).then(|| sum / self.with as f64)
    }

    /// The counts in `bins` bins of one width from `from` to `to`, the last with its end; what lies outside is not counted.
    #[must_use]
    pub fn bins(&self, (from, to): (f64, f64), bins: usize) -> Vec<u64> {
        let mut out = vec![0; bins];
        let width = to - from;
        for (value, count) in &self.values {
            if bins == 0 || *value < from || *value > to {
                continue;
            }
            let share = if width > 0.0 { (value - from) / width } else { 0.0 };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "from 0 to the number of bins, a small one"
            )]
            let bin = ((share * bins as f64) as usize).min(bins - 1);
            out[bin] += count;
        }
        out
    }

    /// This one as the reference of another.
    #[must_use]
    pub fn with_current(&self, current: &Self) -> Pair {
        let reference =
            self.values.iter().map(|(value, count)| Counted { value: *value, reference: *count, current: 0 });
        let current =
            current.values.iter().map(|(value, count)| Counted { value: *value, reference: 0, current: *count });
        Pair::of(reference.chain(current))
    }

    fn of_counts(mut values: Vec<(f64, u64)>, rows: u64) -> Self {
        values.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        // 1.0 and 1, and both zeros, are one value.
        #[expect(clippy::float_cmp, reason = "values that are equal to the bit, or zeros")]
        values.dedup_by(|(next, more), (value, count)| {
            let is_same = next == value;
            *count += if is_same { *more } else { 0 };
            is_same
        });
        let with = values.iter().map(|(_, count)| count).sum();
        Self { values, with, without: rows.saturating_sub(with) }
    }
}

/// The numbers of a column, for each of so many groups: `rows` gives rows, each with its group. What is no finite number counts as
/// none; of a list the first number counts.
#[must_use]
pub fn distributions(column: &Column, rows: impl Iterator<Item = (u32, usize)>, groups: usize) -> Vec<Distribution> {
    // The number of each code, found when the code is first met; NaN until then, infinite where there is none.
    let mut numbers: Vec<f64> = Vec::new();
    let codes = column.values().len() + 3 + column.lists().count();
    let is_dense = codes.saturating_mul(groups) <= MAX_COUNTERS;
    let mut counts = vec![0_u32; if is_dense { codes * groups } else { 0 }];
    let mut collected: Vec<Vec<f64>> = vec![Vec::new(); groups];
    let mut met = vec![0_u64; groups];
    let mut read = column.codes();
    for (row, group) in rows {
        let Some(rows) = met.get_mut(group) else { continue };
        *rows += 1;
        let Some(code) = read.of(row) else {
            collected[group].extend(column.number(row));
            continue;
        };
        let code = code as usize;
        if is_dense && code < codes {
            counts[group * codes + code] += 1;
        }
        if numbers.len() <= code {
            numbers.resize(code + 1, f64::NAN);
        }
        if numbers[code].is_nan() {
            numbers[code] = column.number(row).unwrap_or(f64::INFINITY);
        }
        if !is_dense && numbers[code].is_finite() {
            collected[group].push(numbers[code]);
        }
    }
    let mut out = Vec::with_capacity(groups);
    for (group, mut values) in collected.into_iter().enumerate() {
        values.sort_unstable_by(f64::total_cmp);
        let mut counted: Vec<(f64, u64)> = Vec::new();
        for value in values {
            match counted.last_mut().filter(|(last, _)| last.to_bits() == value.to_bits()) {
                Some((_, count)) => *count += 1,
                None => counted.push((value, 1)),
            }
        }
        let coded = counts.get(group * codes..(group + 1) * codes).unwrap_or_default().iter().zip(&numbers);
        let coded = coded.filter(|(count, number)| **count > 0 && number.is_finite());
        counted.extend(coded.map(|(count, number)| (*number, u64::from(*count))));
        out.push(Distribution::of_counts(counted, met[group]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{ColumnBuilder, Piece, Value};
    use crate::query::FieldType;

    fn column(values: &[Option<Value<'_>>]) -> Column {
        let mut piece = Piece::new();
        for (row, value) in (0_u32..).zip(values) {
            if let Some(value) = value {
                piece.push(row, *value);
            }
        }
        let rows = u32::try_from(values.len()).expect("few");
        let mut builder = ColumnBuilder::new();
        builder.append(0, rows, &piece);
        builder.finish(rows, FieldType::Number).expect("a column")
    }

    #[test]
    fn numbers_are_counted_by_group() {
        let number = |text| Some(Value::Number(text));
        let column = column(&[
            number("0.5"),
            number("0.25"),
            None,
            Some(Value::Text("0.5")),
            number("0.50"),
            number("-1"),
            number("0.25"),
        ]);
        let groups = [0, 0, 0, 0, 0, 1, 1];
        let found = distributions(&column, (0_u32..).zip(groups), 3);
        assert_eq!(found[0].values(), [(0.25, 1), (0.5, 2)], "texts are no numbers; 0.5 and 0.50 are one");
        assert_eq!((found[0].with(), found[0].without(), found[0].extent()), (3, 2, Some((0.25, 0.5))));
        assert_eq!(found[1].values(), [(-1.0, 1), (0.25, 1)]);
        assert_eq!((found[2].with(), found[2].without(), found[2].mean()), (0, 0, None));
    }

    #[test]
    fn bins_hold_both_ends() {
        let of = Distribution::of_counts(vec![(0.0, 1), (0.5, 2), (1.0, 4), (2.0, 8)], 15);
        assert_eq!(of.bins((0.0, 1.0), 2), [1, 6]);
        assert_eq!(of.bins((1.0, 1.0), 3), [4, 0, 0]);
        assert_eq!(of.bins((0.0, 2.0), 0), [0_u64; 0]);
    }

    #[test]
    fn many_values_are_counted_as_few_are() {
        let texts: Vec<String> = (0..5000).map(|n| format!("{}.{:03}", n % 3, n % 700)).collect();
        let values: Vec<Option<Value<'_>>> = texts.iter().map(|text| Some(Value::Number(text))).collect();
        let column = column(&values);
        let groups = MAX_COUNTERS / 500;
        let few = distributions(&column, (0..5000).map(|row| (row, 0)), 1);
        let many = distributions(&column, (0..5000).map(|row| (row, 0)), groups);
        assert_eq!(few[0], many[0]);
        assert_eq!(few[0].with(), 5000);
    }
}

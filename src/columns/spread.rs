//! How the numbers of a column spread over their range in a selection.

use super::ABSENT;
use super::bitmap::Bitmap;
use super::column::{Cells, Column};
use super::facet::{count, count_narrow, each_item};
use super::stored::code_in;
use crate::query::value::number::Number;

/// Counts of rows in stretches of equal width, from the least number to the greatest.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// The least and the greatest number; none where there is none.
    pub range: Option<(f64, f64)>,
    /// Rows by stretch: a number on an edge is in the stretch above it, the greatest in the last one. A row with a list counts
    /// once in each stretch that it has a number in.
    pub counts: Vec<u32>,
    /// Rows with a number, and without one.
    pub with: u32,
    /// See `with`.
    pub without: u32,
    /// Whether all numbers are whole.
    pub is_whole: bool,
}

/// Where numbers of a range fall.
#[derive(Clone, Copy)]
struct Stretches {
    least: f64,
    greatest: f64,
    n: usize,
}

impl Stretches {
    #[allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a share from 0 to 1 of few stretches")]
    fn of(self, value: f64) -> usize {
        // Halves: the range of all floats is no float.
        let width = self.greatest / 2.0 - self.least / 2.0;
        let share = if width > 0.0 { (value / 2.0 - self.least / 2.0) / width } else { 0.0 };
        ((share * self.n as f64) as usize).min(self.n - 1)
    }
}

/// Counts the numbers of a column over the rows of a selection in at most `stretches`. What reads as a number counts as one, also
/// where it was written as a text: as filters have it.
#[must_use]
pub fn spread(column: &Column, selection: &Bitmap, stretches: usize) -> Spread {
    let lexicon = &column.lexicon;
    let mut counts = vec![0; lexicon.code_count() as usize];
    match &column.cells {
        Cells::U8(stored) => count_narrow(stored, selection, &mut counts),
        Cells::U16(stored) => count(stored, selection, &mut counts),
        Cells::U32(stored) => count(stored, selection, &mut counts),
        Cells::Numbers(_, stored) => each_item(stored, selection, |bits: u64| {
            if let Some(count) = code_in(bits).and_then(|code| counts.get_mut(code as usize)) {
                *count += 1;
            }
        }),
    }
    counts[ABSENT as usize] = 0;
    let number = |code: u32| {
        let text = Some(lexicon.text(code)).filter(|text| Number::parse(text).is_some())?;
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    // Each value is read once, however many rows have it.
    let values = lexicon.values();
    let is_listed = lexicon.lists().any(|code| counts[code as usize] > 0);
    let numbers: Vec<Option<f64>> =
        values.clone().map(|code| if is_listed || counts[code as usize] > 0 { number(code) } else { None }).collect();
    let of_code = |code: u32| numbers.get(code.checked_sub(values.start)? as usize).copied().flatten();
    let mut rows: Vec<(Vec<f64>, u32)> = Vec::new();
    for code in values.clone().chain(lexicon.lists()) {
        let times = counts[code as usize];
        if times > 0 {
            let own = code;
            let codes = lexicon.list(code).unwrap_or(std::slice::from_ref(&own));
            let numbers: Vec<f64> = codes.iter().filter_map(|code| of_code(*code)).collect();
            if !numbers.is_empty() {
                rows.push((numbers, times));
            }
        }
    }
    let mut range: Option<(f64, f64)> = None;
    let mut is_whole = true;
    let mut see = |number: f64| {
        let (least, greatest) = range.unwrap_or((number, number));
        range = Some((least.min(number), greatest.max(number)));
        is_whole &= number.fract() == 0.0;
    };
    rows.iter().flat_map(|(numbers, _)| numbers).for_each(|number| see(*number));
    let own = |visit: &mut dyn FnMut(f64)| {
        if let Cells::Numbers(_, stored) = &column.cells {
            each_item(stored, selection, |bits: u64| {
                if code_in(bits).is_none() {
                    visit(f64::from_bits(bits));
                }
            });
        }
    };
    own(&mut see);
    let Some((least, greatest)) = range else {
        return Spread { range: None, counts: Vec::new(), with: 0, without: selection.count(), is_whole: false };
    };
    let n = if least < greatest { stretches.max(1) } else { 1 };
    let places = Stretches { least, greatest, n };
    let (mut found, mut with) = (vec![0_u32; n], 0_u32);
    for (numbers, times) in rows {
        let mut at: Vec<usize> = numbers.into_iter().map(|number| places.of(number)).collect();
        at.sort_unstable();
        at.dedup();
        at.into_iter().for_each(|at| found[at] += times);
        with += times;
    }
    own(&mut |number| {
        found[places.of(number)] += 1;
        with += 1;
    });
    Spread { range, counts: found, with, without: selection.count() - with, is_whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{ColumnBuilder, Piece, Value};
    use crate::query::FieldType;

    fn column(values: &[&[Value<'_>]]) -> Column {
        let mut piece = Piece::new();
        for (row, values) in (0..).zip(values) {
            values.iter().for_each(|value| piece.push(row, *value));
        }
        let mut builder = ColumnBuilder::new();
        let rows = u32::try_from(values.len()).expect("few");
        builder.append(0, rows, &piece);
        builder.finish(rows, FieldType::Number).expect("a column")
    }

    #[test]
    fn numbers_are_counted_where_they_fall() {
        use Value::{Null, Number, Text};
        let column = column(&[
            &[Number("0")],
            &[Number("1.0")],
            &[Text("2.5")],
            &[Number("10")],
            &[Text("high")],
            &[],
            &[Null],
            &[Number("1"), Number("9"), Number("9.5")],
            &[Number("7.5")],
        ]);
        let all = Bitmap::all(9);
        let expected =
            Spread { range: Some((0.0, 10.0)), counts: vec![3, 1, 0, 3], with: 6, without: 3, is_whole: false };
        assert_eq!(spread(&column, &all, 4), expected);
        let some = Bitmap::from_rows(9, [1, 5]);
        let expected = Spread { range: Some((1.0, 1.0)), counts: vec![1], with: 1, without: 1, is_whole: true };
        assert_eq!(spread(&column, &some, 4), expected);
        let none = Bitmap::from_rows(9, [4, 5]);
        let expected = Spread { range: None, counts: vec![], with: 0, without: 2, is_whole: false };
        assert_eq!(spread(&column, &none, 4), expected);
    }

    #[test]
    fn numbers_that_are_kept_by_themselves_are_counted_as_well() {
        let texts: Vec<String> = (0..100_000).map(|n| format!("{}", f64::from(n) / 7.0)).collect();
        let values: Vec<[Value<'_>; 1]> = texts.iter().map(|text| [Value::Number(text)]).collect();
        let values: Vec<&[Value<'_>]> = values.iter().map(|value| &value[..]).collect();
        let column = column(&values);
        let found = spread(&column, &Bitmap::all(100_000), 10);
        assert_eq!(found.counts.iter().sum::<u32>(), 100_000);
        assert!(found.counts.iter().all(|count| (9_999..=10_001).contains(count)), "{found:?}");
        let edges = Stretches { least: f64::MIN, greatest: f64::MAX, n: 3 };
        assert_eq!([f64::MIN, 0.0, f64::MAX].map(|value| edges.of(value)), [0, 1, 2]);
    }
}

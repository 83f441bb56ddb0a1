//! What columns are compared with: rows as lists of values, and loops as the definitions say it.

use proptest::prelude::*;

use crate::columns::{Column, ColumnBuilder, Piece, Value, ValueType};
use crate::query::value::Interval;
use crate::query::value::number::Number;
use crate::query::value::pattern::{Glob, Matcher, Regex};
use crate::query::value::time::TimeRange;
use crate::query::value::version::Version;
use crate::query::{FieldType, Test};

/// A value that owns its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owned {
    Null,
    Nested,
    Boolean(bool),
    Number(String),
    Text(String),
}

impl Owned {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Nested => Value::Nested,
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Number(text) => Value::Number(text),
            Self::Text(text) => Value::Text(text),
        }
    }
}

pub(super) type Rows = Vec<Vec<Owned>>;

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..40_i32).prop_map(|n| n.to_string()),
        2 => (0..40_i32).prop_map(|n| format!("{}.5", n - 20)),
        2 => any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:e}")),
        2 => any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| value.to_string()),
        1 => (0.0..1.0).prop_map(|value: f64| value.to_string()),
        2 => prop::sample::select(vec![
            "1e0", "1.0", "1.00", "-0.0", "-0", "0", "0.0", "1e400", "-1e400", "9007199254740992", "9007199254740993",
            "0.1", "0.10000000000000000001", "0.1000000000000000055511151231257827", "0.09999999999999999999", "1e-5",
            "1e-05", "0.00001", "1e21", "1e+21", "123456789012345678901234567890", "1E2", "100", "1e2", "2.4",
        ]).prop_map(str::to_owned),
    ]
}

/// Numbers as JavaScript writes them, near one another.
fn plain_number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (-9..60_i32).prop_map(|n| n.to_string()),
        1 => (-9..60_i32).prop_map(|n| format!("{n}.5")),
        1 => (0.0..1.0).prop_map(|value: f64| value.to_string()),
        1 => prop::sample::select(vec!["-0", "0", "0.1", "9007199254740992", "1e+21", "2.4", "1e-7", "0.00001"])
            .prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "", "a", "b", "abc", "true", "false", "null", "007", "1", "1.0", "2.4", "2.4.0", "v2.4", "2.4-rc1", "2.10",
            "2.4.1", "grün", "größe", "\u{1f600}", "2026-03-01", "2026-03-01T09:30:00Z", "2026-03-01T10:30:00+01:00",
            "2026-03-01T09:30:00", "2026-03-01T11:00:00", "2026-03-02T00:00:00", "2016-12-31T23:59:60Z", "1e400",
        ]).prop_map(str::to_owned),
        1 => number(),
        1 => "[ab]{0,20}",
    ]
}

fn value() -> impl Strategy<Value = Owned> {
    prop_oneof![
        1 => Just(Owned::Null),
        1 => Just(Owned::Nested),
        1 => any::<bool>().prop_map(Owned::Boolean),
        4 => number().prop_map(Owned::Number),
        4 => text().prop_map(Owned::Text),
    ]
}

fn cell(numbers_only: bool) -> BoxedStrategy<Vec<Owned>> {
    let one = value().prop_map(|value| vec![value]);
    if numbers_only {
        let plain = plain_number().prop_map(|text| vec![Owned::Number(text)]);
        prop_oneof![80 => plain, 1 => one, 1 => number().prop_map(|text| vec![Owned::Number(text)]), 3 => Just(vec![])]
            .boxed()
    } else {
        prop_oneof![4 => one, 1 => prop::collection::vec(value(), 0..4), 2 => Just(vec![])].boxed()
    }
}

/// Rows of all kinds: with many absent, with hardly anything but numbers.
pub(super) fn rows() -> impl Strategy<Value = Rows> {
    prop_oneof![
        2 => prop::collection::vec(cell(false), 0..90),
        2 => prop::collection::vec(cell(true), 0..90),
        1 => (prop::collection::vec(cell(false), 1..6), 0..200_usize).prop_map(|(some, step)| {
            // Sparse: rows in between have nothing.
            some.into_iter().flat_map(|cell| std::iter::once(cell).chain((0..step).map(|_| vec![]))).collect()
        }),
    ]
}

pub(super) fn orders() -> impl Strategy<Value = FieldType> {
    use FieldType::{Any, Boolean, Number, Text, Time, Version};
    prop::sample::select(vec![Any, Number, Text, Time, Version, Boolean])
}

/// A column of the rows, in stretches of `stretch` rows; above `numbers_above` distinct values numbers are kept by
/// themselves.
pub(super) fn column(rows: &Rows, stretch: usize, numbers_above: usize, order: FieldType) -> Column {
    let mut builder = ColumnBuilder::keeping_numbers_above(numbers_above);
    let mut piece = Piece::new();
    for (at, stretch_rows) in rows.chunks(stretch).enumerate() {
        piece.clear();
        for (row, cell) in stretch_rows.iter().enumerate() {
            for value in cell {
                piece.push(row as u32, value.value());
            }
        }
        if at % 2 == 1 {
            piece.prepare();
        }
        builder.append((at * stretch) as u32, stretch_rows.len() as u32, &piece);
    }
    builder.finish(rows.len() as u32, order).expect("few values")
}

/// The cells of a column, owned.
pub(super) fn cells(column: &Column) -> Rows {
    (0..column.len())
        .map(|row| {
            let cell = column.cell(row);
            let owned = cell.values().map(|value| match value {
                Value::Null => Owned::Null,
                Value::Nested => Owned::Nested,
                Value::Boolean(value) => Owned::Boolean(value),
                Value::Number(text) => Owned::Number(text.to_owned()),
                Value::Text(text) => Owned::Text(text.to_owned()),
            });
            owned.collect()
        })
        .collect()
}

/// The texts of a cell with their types.
pub(super) fn texts(cell: &[Owned]) -> impl Iterator<Item = (ValueType, &str)> {
    cell.iter().filter_map(|value| value.value().typed_text())
}

fn interval<T: Clone + std::fmt::Debug + 'static>(
    operand: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Interval<T>> {
    (0..5, operand.clone(), operand).prop_map(|(which, a, b)| match which {
        0 => Interval::Below(a),
        1 => Interval::UpTo(a),
        2 => Interval::Above(a),
        3 => Interval::From(a),
        _ => Interval::Within(a, b),
    })
}

/// Tests of every kind, with operands from among the same texts.
pub(super) fn tests() -> impl Strategy<Value = Test> {
    let numbers = number().prop_filter_map("a number", |text| Number::parse(&text)).boxed();
    let versions = text().prop_filter_map("a version", |text| Version::parse(&text)).boxed();
    let day =
        prop::sample::select(vec!["2026-03-01", "2026-03-01T09:30", "2026-03-01T10", "2016-12-31T23:59:59", "2026"]);
    let range = (day, 0..5_usize).prop_map(|(text, which)| {
        let range = TimeRange::parse(text).expect("a time");
        [range, range.before(), range.up_to(), range.since(), range.after()][which]
    });
    prop_oneof![
        Just(Test::Present),
        prop_oneof![number(), text()].prop_map(|text| Test::Is(Matcher::Text(text))),
        prop::sample::select(vec!["1*", "*", "a*b", "*.4*"])
            .prop_map(|text| Test::Is(Matcher::Glob(Glob::new(text).expect("a glob")))),
        prop::sample::select(vec!["^1", "e", "[.]"])
            .prop_map(|text| Test::Is(Matcher::Regex(Regex::new(text).expect("a regex")))),
        interval(numbers).prop_map(Test::Number),
        interval(versions).prop_map(Test::Version),
        range.prop_map(Test::Time),
        interval(text().boxed()).prop_map(Test::Order),
    ]
}

/// A test with the text of a value for its operand, where it can be one.
pub(super) fn about(text: &str, which: usize) -> Option<Test> {
    let number = || Number::parse(text);
    let version = || Version::parse(text);
    let text = || text.to_owned();
    Some(match which {
        0 => Test::Is(Matcher::Text(text())),
        1 => Test::Number(Interval::Below(number()?)),
        2 => Test::Number(Interval::UpTo(number()?)),
        3 => Test::Number(Interval::Above(number()?)),
        4 => Test::Number(Interval::From(number()?)),
        5 => Test::Number(Interval::Within(number()?, number()?)),
        6 => Test::Version(Interval::Below(version()?)),
        7 => Test::Version(Interval::Above(version()?)),
        8 => Test::Version(Interval::Within(version()?, version()?)),
        9 => Test::Order(Interval::UpTo(text())),
        10 => Test::Order(Interval::Above(text())),
        _ => return None,
    })
}

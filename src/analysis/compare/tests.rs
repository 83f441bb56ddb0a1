use proptest::prelude::*;

use super::*;
use crate::bundle::reading::Unwatched;
use crate::columns::{Bitmap, Column, ColumnBuilder, Piece, Value};
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
    builder.finish(rows, FieldType::Any).expect("a column")
}

/// The rows before and from a place on.
fn halves(rows: u32, at: u32) -> [Selection; 2] {
    [0..at, at..rows].map(|range| Selection::new(Bitmap::from_ranges(rows, [range])))
}

fn text(text: &str) -> Option<Value<'_>> {
    Some(Value::Text(text))
}

fn categories(field: &FieldCompared) -> &CategoriesCompared {
    match &field.shape {
        Shape::Categories(categories) => categories,
        shape => panic!("{shape:?}"),
    }
}

#[test]
fn categories_by_hand() {
    // 3 a and 1 b against 1 a and 3 b; one value is missing.
    let values = [text("a"), text("a"), text("a"), text("b"), None, text("a"), text("b"), text("b"), text("b")];
    let found = FieldCompared::categories("f", Some(&column(&values)), &halves(9, 5), &Unwatched).expect("no cancel");
    assert_eq!((found.missing_a, found.missing_b), (Rate::of(1, 5), Rate::of(0, 4)));
    let told = categories(&found);
    let rates: Vec<(Option<&str>, Rate, Rate)> =
        told.categories.iter().map(|told| (told.value.as_deref(), told.a, told.b)).collect();
    assert_eq!(rates, [(Some("a"), Rate::of(3, 4), Rate::of(1, 4)), (Some("b"), Rate::of(1, 4), Rate::of(3, 4))]);
    // 2 · 0.5 · ln 3; 4 · 1²/2; 1 − the entropy of 1/4 and 3/4, of which the root.
    let psi = found.psi.expect("an index").value;
    assert!((psi - 3.0_f64.ln()).abs() < 1e-12, "{psi}");
    let chi = told.chi_squared.test.expect("a test");
    assert!((chi.statistic - 2.0).abs() < 1e-12 && (chi.least_expected - 2.0).abs() < 1e-12, "{chi:?}");
    let entropy = -(0.25 * 0.25_f64.log2() + 0.75 * 0.75_f64.log2());
    let js = found.jensen_shannon.expect("a distance");
    assert!((js - (1.0 - entropy).sqrt()).abs() < 1e-12, "{js}");
}

#[test]
fn what_cannot_be_compared_says_why() {
    let number = |text| Some(Value::Number(text));
    let values = [number("1"), number("1"), number("2"), number("2")];
    let column = column(&values);
    for (rows, reason) in [
        (halves(4, 0), "the reference has no values"),
        (halves(4, 4), "there are no values to compare with the reference"),
        (halves(4, 2), "all values of the reference are the same, so it cannot be divided"),
    ] {
        let found = FieldCompared::numbers("f", Some(&column), &rows, &Unwatched).expect("no cancel");
        assert_eq!(found.psi.expect_err("none").to_string(), reason);
        let text = serde_json::to_string(&found).expect("JSON");
        assert!(text.contains(reason) && !text.contains("NaN") && !text.contains("null,\"p\""), "{text}");
    }
    for rows in [halves(4, 0), halves(4, 4)] {
        let found = FieldCompared::categories("f", Some(&column), &rows, &Unwatched).expect("no cancel");
        assert!(found.psi.is_err() && found.jensen_shannon.is_err(), "{found:?}");
        assert!(categories(&found).chi_squared.test.is_err());
    }
    let none = FieldCompared::numbers("f", None, &halves(4, 2), &Unwatched).expect("no cancel");
    assert_eq!(none.psi.expect_err("none").to_string(), "there are more different values than can be counted");
}

proptest! {
    #[test]
    fn categories_are_those_of_a_plain_loop(values in prop::collection::vec(prop::option::of(0_u32..400), 2..300), at in 0_u32..300) {
        let texts: Vec<Option<String>> = values.iter().map(|value| value.map(|value| format!("v{value}"))).collect();
        let rows = u32::try_from(values.len()).expect("few");
        let at = at.min(rows);
        let column = column(&texts.iter().map(|text| text.as_deref().map(Value::Text)).collect::<Vec<_>>());
        let found = FieldCompared::categories("f", Some(&column), &halves(rows, at), &Unwatched).expect("no cancel");
        let told = categories(&found);
        let count = |of: &[Option<String>], value: &str| {
            of.iter().filter(|text| text.as_deref() == Some(value)).count() as u64
        };
        let (a, b) = texts.split_at(at as usize);
        for told in told.categories.iter().filter(|told| told.value.is_some()) {
            let value = told.value.as_deref().expect("named");
            prop_assert_eq!((told.a.numerator, told.b.numerator), (count(a, value), count(b, value)));
        }
        let distinct: std::collections::BTreeSet<&String> = texts.iter().flatten().collect();
        let named = told.categories.iter().filter(|told| told.value.is_some()).count();
        prop_assert_eq!(named, distinct.len().min(MAX_CATEGORIES));
        prop_assert_eq!(told.more as usize, distinct.len() - named);
        let with = |of: &[Option<String>]| of.iter().flatten().count() as u64;
        prop_assert_eq!(told.categories.iter().map(|told| told.a.numerator).sum::<u64>(), with(a));
        prop_assert_eq!(found.missing_b, Rate::of(b.len() as u64 - with(b), b.len() as u64));
    }
}

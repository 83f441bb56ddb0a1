//! What only shows with very many values.

use super::set;
use crate::columns::*;
use crate::query::value::Interval;
use crate::query::value::number::Number;
use crate::query::value::pattern::Matcher;
use crate::query::{FieldType, Test};

fn build(rows: u32, order: FieldType, value: impl Fn(u32, &mut Piece, u32)) -> Result<Column, TooVaried> {
    let (mut builder, mut piece) = (ColumnBuilder::new(), Piece::new());
    for start in (0..rows).step_by(5000) {
        piece.clear();
        let count = 5000.min(rows - start);
        (0..count).for_each(|row| value(start + row, &mut piece, row));
        piece.prepare();
        builder.append(start, count, &piece);
    }
    builder.finish(rows, order)
}

fn only_text(column: &Column, row: u32) -> String {
    column.cell(row).to_string()
}

#[test]
fn codes_widen() {
    for (distinct, bytes) in [(2, 1), (253, 1), (254, 2), (65_533, 2), (65_534, 4)] {
        let rows = 140_000;
        let text = |row: u32| format!("t{}", row % distinct);
        let column =
            build(rows, FieldType::Text, |row, piece, at| piece.push(at, Value::Text(&text(row)))).expect("few");
        assert!((0..rows).all(|row| only_text(&column, row) == text(row)), "{distinct}");
        let lexicon: usize = column.values().map(|(_, _, text)| text.len() + 5).sum();
        assert_eq!(column.memory(), rows as usize * bytes + lexicon, "{distinct}");
        let wanted = text(1);
        let passing = column.passing(&Test::Is(Matcher::Text(wanted.clone())), None);
        assert_eq!(passing, set(rows, |row| row % distinct == 1));
        let found = facet(&column, &Bitmap::all(rows), 1);
        assert_eq!((found.distinct, found.values[0].count), (distinct, rows.div_ceil(distinct)));
        let sorted = sort(&passing, &[(SortBy::Column(&column), true)]);
        assert_eq!(sorted, passing.iter().collect::<Vec<_>>());
        assert_eq!(Column::from_bytes(&column.to_bytes()), Ok(column));
    }
}

#[test]
fn very_many_numbers_take_eight_bytes() {
    let rows = 200_000;
    for python in [false, true] {
        let text = |row: u32| match (row % 1000, python) {
            (7, _) => "1e400".to_owned(),
            (8, _) => "0.10".to_owned(),
            (_, false) if row.is_multiple_of(2) => row.to_string(),
            (_, true) if row.is_multiple_of(2) => format!("{row}.0"),
            // Never a whole number, which Python would write otherwise.
            _ => (f64::from(row) / 7.0 + 0.01).to_string(),
        };
        let column = build(rows, FieldType::Number, |row, piece, at| match row % 1000 {
            5 => {}
            6 => piece.push(at, Value::Null),
            9 => ["1", "x"].into_iter().for_each(|text| piece.push(at, Value::Text(text))),
            _ => piece.push(at, Value::Number(&text(row))),
        })
        .expect("numbers");
        assert!(column.has_own_numbers());
        assert!(column.memory() < rows as usize * 8 + 1000, "{}", column.memory());
        for row in 0..rows {
            let expected = match row % 1000 {
                5 => String::new(),
                6 => "null".to_owned(),
                9 => "1, x".to_owned(),
                _ => text(row),
            };
            assert_eq!(only_text(&column, row), expected);
        }
        let limit = Number::parse("1000").expect("a number");
        let test = Test::Number(Interval::Below(limit));
        let expected = set(rows, |row| column.cell(row).texts().any(|text| test.passes(text, None)));
        assert_eq!(column.passing(&test, None), expected);
        let sorted = sort(&Bitmap::all(rows), &[(SortBy::Column(&column), false)]);
        let value = |row: u32| column.cell(row).texts().next().and_then(Number::parse);
        let split = rows as usize - 400;
        assert!(sorted[..split].is_sorted_by(|a, b| value(*a) <= value(*b)));
        assert!(sorted[split..].iter().all(|row| value(*row).is_none()));
        let joined = concat(&[&column, &column]).expect("numbers");
        assert!(joined.has_own_numbers());
        assert!((0..rows).step_by(97).all(|row| only_text(&joined, rows + row) == only_text(&column, row)));
    }
}

#[test]
fn numbers_of_several_columns() {
    let rows = 140_000;
    // Together, half-way, there are more than have codes.
    let half = |factor: u32| {
        let text = move |row: u32| (row % 64_000 * 2 + factor).to_string();
        build(rows, FieldType::Any, |row, piece, at| match row % 100 {
            50 => ["a", "1"].into_iter().for_each(|text| piece.push(at, Value::Text(text))),
            51 => piece.push(at, Value::Nested),
            _ => piece.push(at, Value::Number(&text(row))),
        })
    };
    let (even, odd) = (half(0).expect("few"), half(1).expect("few"));
    assert!(!even.has_own_numbers() && !odd.has_own_numbers());
    let source = |row: u32| if row.is_multiple_of(3) { &even } else { &odd };
    let pick = |row: u32| Some(usize::from(!row.is_multiple_of(3)));
    let composed = compose(rows, pick, &[&even, &odd], FieldType::Any).expect("numbers");
    assert!(composed.has_own_numbers());
    assert!((0..rows).all(|row| only_text(&composed, row) == only_text(source(row), row)));
}

#[test]
fn many_texts_are_too_varied() {
    let text = "x".repeat(2000);
    let column = build(80_000, FieldType::Text, |row, piece, at| piece.push(at, Value::Text(&format!("{row}{text}"))));
    assert_eq!(column, Err(TooVaried));
    let mut piece = Piece::new();
    let large = "y".repeat(1 << 20);
    for row in 0..200 {
        piece.push(row, Value::Text(&format!("{row}{large}")));
    }
    assert!(piece.memory() < 1 << 20 && !piece.is_empty());
    let mut builder = ColumnBuilder::new();
    builder.append(0, 200, &piece);
    assert!(builder.is_too_varied());
    assert_eq!(builder.finish(200, FieldType::Any), Err(TooVaried));
}

#[test]
fn a_hundred_million_rows() {
    let rows = 100_000_000;
    let mut builder = ColumnBuilder::new();
    let mut piece = Piece::new();
    piece.push(3, Value::Text("a"));
    builder.append(0, 10, &piece);
    builder.append(rows - 10, 10, &piece);
    // Out of turn, and so not taken.
    builder.append(50, 10, &piece);
    let column = builder.finish(rows, FieldType::Text).expect("one value");
    assert!(column.memory() < 100);
    assert_eq!(column.present().iter().collect::<Vec<_>>(), [3, rows - 7]);
    let selection = Selection::new(Bitmap::from_ranges(rows, [5..8, 60_000_000..rows]));
    assert_eq!(selection.count(), 40_000_003);
    assert_eq!(
        [0, 2, 3, 40_000_002].map(|place| selection.row(place)),
        [Some(5), Some(7), Some(60_000_000), Some(rows - 1)]
    );
    assert_eq!(selection.position(rows - 7), Some(39_999_996));
    assert!(selection.memory() < 14_000_000);
    assert_eq!(facet(&column, selection.bitmap(), 3).values[0].count, 1);
}

/// Conditions on time and seq leave a stretch of the log, and the others are asked of it alone: that changes no answer.
#[test]
fn a_stretch_of_time_narrows_what_is_asked() {
    let rows = 20_000_u32;
    let (mut times, mut seqs) = (Times::new(), Seqs::new());
    let begin = chrono::DateTime::parse_from_rfc3339("2026-03-01T00:00:00Z").expect("a time").to_utc();
    let at = |row: u32| begin + chrono::TimeDelta::minutes(row.into());
    for row in 0..rows {
        times.push((!row.is_multiple_of(97)).then(|| at(row)));
        seqs.push(Some(u64::from(row)));
    }
    let mut table = Table::new(std::sync::Arc::new(times), std::sync::Arc::new(seqs));
    for (name, every) in [("n", 7), ("k", 3)] {
        let column = build(rows, FieldType::Any, |row, piece, at| {
            piece.push(at, Value::Number(&(row % every).to_string()));
        });
        table.insert(name, std::sync::Arc::new(column.expect("few")));
    }
    let day = |row: u32, day: i64| !row.is_multiple_of(97) && (at(row) - begin).num_days() == day;
    type Passes<'a> = &'a dyn Fn(u32) -> bool;
    let cases: [(&str, Passes<'_>); 9] = [
        ("time:2026-03-04", &|row| day(row, 3)),
        ("n:3 k:1 time:2026-03-04", &|row| row % 7 == 3 && row % 3 == 1 && day(row, 3)),
        ("n:3 -time:2026-03-04", &|row| row % 7 == 3 && !day(row, 3)),
        ("-n:3 time:2026-03-04", &|row| row % 7 != 3 && day(row, 3)),
        ("-(n:3 or -k:1) time:2026-03-04", &|row| row % 7 != 3 && row % 3 == 1 && day(row, 3)),
        ("(n:3 or k:1) seq>=130 seq<9000", &|row| (row % 7 == 3 || row % 3 == 1) && (130..9000).contains(&row)),
        ("-(n:3 time:2026-03-04)", &|row| !(row % 7 == 3 && day(row, 3))),
        ("n:3 time:2027", &|_| false),
        ("k:1 (time:2026-03-04 n:3 or time:2026-03-06)", &|row| {
            row % 3 == 1 && (day(row, 3) && row % 7 == 3 || day(row, 5))
        }),
    ];
    for (text, passes) in cases {
        let expr = crate::query::parse(text, &crate::query::Unknown).expect("a filter").expr;
        let found = table.select(&expr, &|_| None).expect("answered");
        assert!(found == set(rows, passes), "{text}");
    }
}

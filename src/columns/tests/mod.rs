//! Columns against a naive twin.

mod large;
mod loops;
mod select;
mod twin;

use chrono::FixedOffset;
use proptest::prelude::*;

use super::*;
use crate::query::FieldType;
use twin::{Owned, about, cells, column, orders, rows, tests, texts};

fn set(rows: u32, passes: impl Fn(u32) -> bool) -> Bitmap {
    Bitmap::from_rows(rows, (0..rows).filter(|row| passes(*row)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cells_come_back(rows in rows(), stretch in 1..50_usize, above in 0..80_usize, order in orders()) {
        let column = column(&rows, stretch, above, order);
        prop_assert_eq!(&cells(&column), &rows);
        for (row, cell) in rows.iter().enumerate() {
            prop_assert_eq!(column.is_present(row as u32), cell.iter().any(|value| *value != Owned::Null));
            prop_assert_eq!(column.cell(row as u32).is_absent(), cell.is_empty());
        }
        let present = set(column.len(), |row| column.is_present(row));
        prop_assert_eq!(column.present(), present);
        prop_assert_eq!(Column::from_bytes(&column.to_bytes()), Ok(column));
    }

    #[test]
    fn passing_as_asked_one_by_one(
        rows in rows(),
        test in tests(),
        own in any::<prop::sample::Index>(),
        which in 0..12_usize,
        order in orders(),
        above in 0..80_usize,
        zone in prop::option::of(-2..3_i32),
    ) {
        let column = column(&rows, 16, above, order);
        let zone = zone.and_then(|hours| FixedOffset::east_opt(hours * 3600));
        // What is asked for mostly is a value that is there.
        let own = rows.get(own.index(rows.len().max(1))).and_then(|cell| texts(cell).next());
        let test = own.and_then(|(_, text)| about(text, which)).unwrap_or(test);
        let expected = set(column.len(), |row| texts(&rows[row as usize]).any(|(_, text)| test.passes(text, zone)));
        prop_assert_eq!(column.passing(&test, zone), expected.clone(), "{:?} {:?}", test, column);
        let (from, until) = (column.len() / 3, column.len() * 2 / 3);
        let mut part = Bitmap::none(column.len());
        column.passing_in(from..until, &test, zone, &mut part);
        let expected = set(column.len(), |row| (from..until).contains(&row) && expected.contains(row));
        prop_assert_eq!(part, expected);
    }

    #[test]
    fn joined_and_picked(
        parts in prop::collection::vec((rows(), 0..80_usize, orders()), 0..4), picks in prop::collection::vec(0..5_usize, 0..300),
    ) {
        let columns: Vec<Column> = parts.iter().map(|(rows, above, order)| column(rows, 16, *above, *order)).collect();
        let sources: Vec<&Column> = columns.iter().collect();
        let joined = concat(&sources).expect("few values");
        let rows: Vec<Vec<Owned>> = parts.iter().flat_map(|(rows, ..)| rows.clone()).collect();
        prop_assert_eq!(cells(&joined), rows);
        let pick = |row: u32| picks[row as usize].checked_sub(1);
        let composed = compose(picks.len() as u32, pick, &sources, FieldType::Any).expect("few values");
        let picked: Vec<Vec<Owned>> = (0..picks.len())
            .map(|row| {
                let source = pick(row as u32).and_then(|source| parts.get(source));
                source.and_then(|(rows, ..)| rows.get(row)).cloned().unwrap_or_default()
            })
            .collect();
        prop_assert_eq!(cells(&composed), picked);
    }

    #[test]
    fn wrong_bytes_are_refused(
        rows in rows(), above in 0..80_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()), test in tests(),
    ) {
        let mut bytes = column(&rows, 16, above, FieldType::Any).to_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(column) = Column::from_bytes(&bytes) {
            prop_assert!(column.memory() <= 3 * bytes.len());
            // A sparse column may have a great many rows.
            if column.len() < 100_000 {
                let _ = (cells(&column), column.passing(&test, None), column.present());
            }
        }
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for magic in [b"PCo1", b"PTi1", b"PSe1"] {
            let bytes = [magic, bytes.as_slice()].concat();
            let _ = (Column::from_bytes(&bytes), Times::from_bytes(&bytes), Seqs::from_bytes(&bytes));
        }
    }
}

#[test]
fn every_wrong_byte() {
    let texts = ["1", "x", "2.5", "7"];
    let rows: Vec<Vec<Owned>> = (0..12)
        .map(|row| match row {
            0 => vec![Owned::Null],
            1 => vec![],
            2 => vec![Owned::Boolean(true), Owned::Text("1".to_owned())],
            _ if row % 4 == 1 => vec![Owned::Text(texts[row % 4].to_owned())],
            _ => vec![Owned::Number(texts[row % 4].to_owned())],
        })
        .collect();
    let sparse: Vec<Vec<Owned>> =
        (0..40).map(|row| if row % 9 == 8 { rows[row % 3].clone() } else { vec![] }).collect();
    let columns = [
        column(&rows, 16, 90, FieldType::Any),
        column(&rows, 16, 0, FieldType::Any),
        column(&sparse, 16, 9, FieldType::Any),
    ];
    for column in columns {
        let bytes = column.to_bytes();
        for (at, byte) in (0..bytes.len()).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte))) {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            let Ok(read) = Column::from_bytes(&bytes) else { continue };
            let codes = read.values().len() + FIRST as usize + read.lexicon.lists().len();
            let rows = read.len().min(100);
            assert!((0..rows).all(|row| read.code(row).is_none_or(|code| (code as usize) < codes)), "{at} {byte}");
            if read.len() > 1000 {
                continue;
            }
            // Whatever it is now, it can be used.
            assert_eq!(Column::from_bytes(&read.to_bytes()), Ok(read.clone()));
            let all = Bitmap::all(read.len());
            let joined = concat(&[&read, &read]).expect("few values");
            assert_eq!(cells(&joined).len(), 2 * cells(&read).len());
            let sorted = sort(&all, &[(SortBy::Column(&read), at % 2 == 0)]);
            assert_eq!(sorted.len(), all.count() as usize);
            let found = facet(&read, &all, 3);
            assert_eq!(found.with + found.without, all.count());
        }
        for end in 0..bytes.len() {
            assert_eq!(Column::from_bytes(&bytes[..end]), Err(Malformed), "{end}");
        }
    }
}

//! Columns against a naive twin.

mod large;
mod loops;
mod select;
mod twin;

use chrono::FixedOffset;
use proptest::prelude::*;

use super::*;
use crate::query::FieldType;
use twin::{Owned, cells, column, orders, rows, tests, texts};

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
        rows in rows(), test in tests(), order in orders(), above in 0..80_usize, zone in prop::option::of(-2..3_i32),
    ) {
        let column = column(&rows, 16, above, order);
        let zone = zone.and_then(|hours| FixedOffset::east_opt(hours * 3600));
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

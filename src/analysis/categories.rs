//! The values of a column told apart as categories: the most frequent ones by name, the rest together. What filters take for equal is
//! one category, however it is spelled; a list is a category of its own.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::pulse::Pulse;
use crate::bundle::reading::Watch;
use crate::columns::{Column, ValueType};
use crate::evidence::EvidenceError;

/// What stands for values that are none: absent, `null`, an object.
const NONE: u16 = u16::MAX;

/// The first code that stands for a value.
const FIRST: u32 = 3;

/// The categories of a column.
#[derive(Debug)]
pub struct Categories<'c> {
    column: &'c Column,
    names: Vec<String>,
    more: usize,
    /// The place of each code.
    of_code: Vec<u16>,
    /// The place of numbers that are kept by themselves, by their bits; those that are not here are among the others.
    of_number: HashMap<u64, u16>,
}

/// What one category is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Code(u32),
    Number(u64),
}

impl<'c> Categories<'c> {
    /// Tells the `most` most frequent values of some rows apart, the most frequent first; those that are equally frequent stand in the
    /// order of the column.
    ///
    /// # Errors
    /// Where it was cancelled.
    pub fn of(
        column: &'c Column,
        rows: impl Iterator<Item = u32>,
        most: usize,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let mut codes: Vec<u32> = Vec::new();
        // How often, and a row that has it.
        let mut numbers: HashMap<u64, (u32, u32)> = HashMap::new();
        let mut pulse = Pulse::new(watch);
        let mut read = column.codes();
        for row in rows {
            pulse.beat()?;
            match read.of(row) {
                Some(code) => {
                    let code = code as usize;
                    if codes.len() <= code {
                        codes.resize(code + 1, 0);
                    }
                    codes[code] += 1;
                }
                None => numbers.entry(bits(column.number(row))).or_insert((0, row)).0 += 1,
            }
        }
        let mut found: HashMap<Key, (u32, Key)> = HashMap::new();
        let equals = column.first_equals();
        let key_of = |code: u32| {
            let own = value(column, code).filter(|_| column.has_own_numbers()).and_then(|(_, text)| text.parse().ok());
            match own.filter(|number: &f64| number.is_finite()) {
                Some(number) => Key::Number(bits(Some(number))),
                None => Key::Code(equals.get(code as usize).copied().unwrap_or(code)),
            }
        };
        let mut take = |key: Key, spelled: Key, count: u32| {
            let (all, of) = found.entry(key).or_insert((0, spelled));
            *all += count;
            *of = (*of).min(spelled);
        };
        for (code, count) in (0_u32..).zip(&codes).skip(FIRST as usize).filter(|(_, count)| **count > 0) {
            take(key_of(code), Key::Code(code), *count);
        }
        numbers.iter().for_each(|(bits, (count, _))| take(Key::Number(*bits), Key::Number(*bits), *count));
        let mut ranked: Vec<(Key, u32, Key)> =
            found.into_iter().map(|(key, (count, spelled))| (key, count, spelled)).collect();
        let order = |spelled: &Key| match spelled {
            Key::Code(code) => (false, i64::from(*code)),
            Key::Number(bits) => (true, in_order(*bits)),
        };
        ranked.sort_by_key(|(_, count, spelled)| (Reverse(*count), order(spelled)));
        let most = most.min(usize::from(NONE) - 1);
        let more = ranked.len().saturating_sub(most);
        ranked.truncate(most);
        let place_of: HashMap<Key, u16> = ranked.iter().map(|(key, ..)| *key).zip(0_u16..).collect();
        let others = u16::try_from(ranked.len()).unwrap_or(NONE);
        let of_code = |code: u32| match codes[code as usize] > 0 && code >= FIRST {
            true => place_of.get(&key_of(code)).copied().unwrap_or(others),
            false => NONE,
        };
        let of_number = place_of.iter().filter_map(|(key, place)| match key {
            Key::Number(bits) => Some((*bits, *place)),
            Key::Code(_) => None,
        });
        let name = |spelled: Key| match spelled {
            Key::Number(bits) => numbers.get(&bits).map(|(_, row)| column.cell(*row).to_string()).unwrap_or_default(),
            Key::Code(code) => match value(column, code) {
                Some((_, text)) => text.to_owned(),
                None => column.lists().find(|(list, _)| *list == code).map(|(_, text)| text).unwrap_or_default(),
            },
        };
        Ok(Self {
            column,
            names: ranked.iter().map(|(.., spelled)| name(*spelled)).collect(),
            more,
            of_code: (0..u32::try_from(codes.len()).unwrap_or(0)).map(of_code).collect(),
            of_number: of_number.collect(),
        })
    }

    /// Those that are told apart, as they are spelled in the records.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many more values there are; their place is behind the last name.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    /// How many places there are: one a name, and one for all others where there are any.
    #[must_use]
    pub fn places(&self) -> usize {
        self.names.len() + usize::from(self.more > 0)
    }

    /// The place of the value of a row; `None` where it has none, or was not among the rows that were looked at.
    #[must_use]
    pub fn place(&self, row: u32) -> Option<usize> {
        self.place_of(row, self.column.code(row))
    }

    /// As [`Self::place`], of a row whose code was read already ([`Column::codes`]).
    #[must_use]
    pub fn place_of(&self, row: u32, code: Option<u32>) -> Option<usize> {
        match code {
            Some(code) => {
                self.of_code.get(code as usize).filter(|place| **place != NONE).map(|place| usize::from(*place))
            }
            None => {
                let place = self.of_number.get(&bits(self.column.number(row)));
                place.map_or((self.more > 0).then_some(self.names.len()), |place| Some(usize::from(*place)))
            }
        }
    }
}

/// The bits of a number, the same for both zeros.
fn bits(number: Option<f64>) -> u64 {
    (number.unwrap_or_default() + 0.0).to_bits()
}

/// A number that ascends as the one with these bits.
#[expect(clippy::cast_possible_wrap, reason = "the sign bit is the sign")]
fn in_order(bits: u64) -> i64 {
    let bits = bits as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// What a code stands for, where it is one value.
fn value(column: &Column, code: u32) -> Option<(ValueType, &str)> {
    let place = usize::try_from(code.checked_sub(FIRST)?).ok()?;
    column.values().nth(place).map(|(_, value_type, text)| (value_type, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::reading::Unwatched;
    use crate::columns::{ColumnBuilder, Piece, Value};
    use crate::query::FieldType;

    fn column(rows: &[&[Value<'_>]]) -> Column {
        let mut piece = Piece::new();
        for (row, values) in (0_u32..).zip(rows) {
            values.iter().for_each(|value| piece.push(row, *value));
        }
        let count = u32::try_from(rows.len()).expect("few");
        let mut builder = ColumnBuilder::new();
        builder.append(0, count, &piece);
        builder.finish(count, FieldType::Any).expect("a column")
    }

    #[test]
    fn equal_values_are_one_and_the_rest_is_together() {
        let column = column(&[
            &[Value::Number("1")],
            &[Value::Text("1")],
            &[Value::Number("1.0")],
            &[Value::Text("b")],
            &[Value::Text("b")],
            &[Value::Text("c")],
            &[Value::Text("d")],
            &[],
            &[Value::Null],
            &[Value::Text("b"), Value::Text("c")],
        ]);
        let places = |most: usize| {
            let found = Categories::of(&column, 0..10, most, &Unwatched).expect("no cancel");
            let places: Vec<Option<usize>> = (0..10).map(|row| found.place(row)).collect();
            (found.names().to_vec(), found.more(), found.places(), places)
        };
        let (names, more, count, found) = places(2);
        assert_eq!((names, more, count), (vec!["1".to_owned(), "b".to_owned()], 3, 3));
        assert_eq!(
            found,
            [0, 0, 0, 1, 1, 2, 2].map(Some).into_iter().chain([None, None, Some(2)]).collect::<Vec<_>>(),
            "absent and null are no values; a list is one"
        );
        let (names, more, count, _) = places(50);
        assert_eq!((names.join("|"), more, count), ("1|b|c|d|b, c".to_owned(), 0, 5));
        assert_eq!(places(0).2, 1);
    }

    #[test]
    fn numbers_by_themselves_are_counted_as_well() {
        let texts: Vec<String> = (0..200_000).map(|n| format!("{}.5", n % 70_000)).collect();
        let mut piece = Piece::new();
        for (row, text) in (0_u32..).zip(&texts) {
            piece.push(row, Value::Number(text));
        }
        let mut builder = ColumnBuilder::new();
        builder.append(0, 200_000, &piece);
        let column = builder.finish(200_000, FieldType::Number).expect("a column");
        let found = Categories::of(&column, 0..140_003, 3, &Unwatched).expect("no cancel");
        assert_eq!(
            (found.names(), found.more()),
            (&["0.5".to_owned(), "1.5".to_owned(), "2.5".to_owned()][..], 69_997)
        );
        assert_eq!([0, 70_001, 3, 199_999].map(|row| found.place(row)), [Some(0), Some(1), Some(3), Some(3)]);
    }
}

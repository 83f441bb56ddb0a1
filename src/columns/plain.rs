//! What tables for people show of a column: plain numbers, and lists as texts.

use super::column::Column;
use super::sort::Equals;
use super::{Value, ValueType};

impl ValueType {
    /// Its name in tables and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

impl Column {
    /// The number of a row: of the first value that is one, to the precision of a float.
    #[must_use]
    pub fn number(&self, row: u32) -> Option<f64> {
        if let Some(number) = self.own_number(row) {
            return Some(number);
        }
        let cell = self.cell(row);
        let number = cell.values().find_map(|value| match value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        });
        number.filter(|number: &f64| number.is_finite())
    }

    /// By code, the first of the codes whose values filters take for equal: 1, 1.0 and "1". Empty where all differ.
    #[must_use]
    pub fn first_equals(&self) -> Vec<u32> {
        Equals::new(&self.lexicon).into_first()
    }

    /// The lists that occur, by code, their values with commas between them.
    pub fn lists(&self) -> impl Iterator<Item = (u32, String)> + '_ {
        self.lexicon.lists().map(|code| (code, self.shown(code)))
    }
}

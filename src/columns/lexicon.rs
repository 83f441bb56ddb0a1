//! The distinct values of a column and its lists, by code.

use std::ops::Range;

use crate::query::FieldType;

use super::intern::{Interner, Kind};
use super::order::{Entry, sorted};
use super::{FIRST, NESTED, NULL, Value, ValueType};

/// Values in the order of [`super::order`] from code [`FIRST`] on, and behind them lists of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexicon {
    pub(super) order: FieldType,
    /// The texts one after the other.
    pub(super) arena: String,
    /// Where each text ends.
    pub(super) ends: Vec<u32>,
    pub(super) types: Vec<ValueType>,
    /// The lists one after the other.
    pub(super) list_codes: Vec<u32>,
    /// Where each list ends.
    pub(super) list_ends: Vec<u32>,
    /// Codes of values whose text is also that of the value before: `1` and `"1"`.
    pub(super) twins: Vec<u32>,
}

impl Lexicon {
    /// Sorts what was collected. Also gives the new code for each old one.
    pub(super) fn new(interner: &Interner, order: FieldType) -> (Self, Vec<u32>) {
        let entries = 0..interner.len();
        let mut values: Vec<Entry<'_>> = Vec::with_capacity(interner.len());
        let mut numbers: Vec<usize> = Vec::with_capacity(interner.len());
        for entry in entries.clone() {
            if let Some(value_type) = interner.kind(entry).value_type() {
                values.push((value_type, interner.text(entry)));
                numbers.push(entry);
            }
        }
        let mut codes = vec![0; interner.len() + FIRST as usize];
        codes[NULL as usize] = NULL;
        codes[NESTED as usize] = NESTED;
        let bytes: usize = values.iter().map(|(_, text)| text.len()).sum();
        let mut out = Self {
            order,
            arena: String::with_capacity(bytes),
            ends: Vec::with_capacity(values.len()),
            types: Vec::with_capacity(values.len()),
            list_codes: Vec::new(),
            list_ends: Vec::new(),
            twins: Vec::new(),
        };
        for number in sorted(order, &values) {
            let (value_type, text) = values[number as usize];
            codes[numbers[number as usize] + FIRST as usize] = out.code_count();
            out.arena.push_str(text);
            out.ends.push(out.arena.len() as u32);
            out.types.push(value_type);
        }
        for entry in entries.filter(|entry| interner.kind(*entry) == Kind::List) {
            codes[entry + FIRST as usize] = out.code_count();
            out.list_codes.extend(interner.codes(entry).map(|code| codes[code as usize]));
            out.list_ends.push(out.list_codes.len() as u32);
        }
        out.twins = out.find_twins();
        (out, codes)
    }

    pub(super) fn find_twins(&self) -> Vec<u32> {
        let mut last = None;
        let mut out = Vec::new();
        for code in self.values() {
            let text = Some(self.text(code));
            if text == last {
                out.push(code);
            }
            last = text;
        }
        out
    }

    /// The codes of the values.
    pub(super) fn values(&self) -> Range<u32> {
        FIRST..FIRST + self.ends.len() as u32
    }

    /// The codes of the lists.
    pub(super) fn lists(&self) -> Range<u32> {
        self.values().end..self.code_count()
    }

    /// How many codes there are.
    pub(super) fn code_count(&self) -> u32 {
        FIRST + self.ends.len() as u32 + self.list_ends.len() as u32
    }

    /// The text of a value's code; empty for other codes.
    pub(super) fn text(&self, code: u32) -> &str {
        let at = code.wrapping_sub(FIRST) as usize;
        let Some(end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.arena.get(start as usize..*end as usize).unwrap_or_default()
    }

    /// The value of a code that is no list; `None` for absent, lists and what is no code.
    pub(super) fn value(&self, code: u32) -> Option<Value<'_>> {
        match code {
            NULL => Some(Value::Null),
            NESTED => Some(Value::Nested),
            _ => {
                let value_type = self.types.get(code.checked_sub(FIRST)? as usize)?;
                Some(Value::of(*value_type, self.text(code)))
            }
        }
    }

    /// The codes of a list's values; `None` for other codes.
    pub(super) fn list(&self, code: u32) -> Option<&[u32]> {
        let at = code.checked_sub(self.values().end)? as usize;
        let end = *self.list_ends.get(at)?;
        let start = if at == 0 { 0 } else { self.list_ends[at - 1] };
        self.list_codes.get(start as usize..end as usize)
    }

    /// The first code among the values of a row that has a text.
    pub(super) fn first_text(&self, code: u32) -> Option<u32> {
        let values = self.values();
        if values.contains(&code) {
            return Some(code);
        }
        self.list(code)?.iter().copied().find(|code| values.contains(code))
    }

    /// Whether there is more than `null` behind a code.
    pub(super) fn is_present(&self, code: u32) -> bool {
        match self.list(code) {
            Some(codes) => codes.iter().any(|code| *code >= NESTED),
            None => code >= NESTED,
        }
    }

    /// The first code in a range whose text does not pass a test that those before do.
    pub(super) fn partition(&self, codes: Range<u32>, passes: impl Fn(&str) -> bool) -> u32 {
        let (mut from, mut until) = (codes.start, codes.end.max(codes.start));
        while from < until {
            let middle = from + (until - from) / 2;
            if passes(self.text(middle)) {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        from
    }

    pub(super) fn memory(&self) -> usize {
        let words = self.ends.len() + self.list_codes.len() + self.list_ends.len() + self.twins.len();
        self.arena.len() + self.types.len() + words * 4
    }
}

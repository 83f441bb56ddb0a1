//! The values of one column as they come, and what they turn out to be.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::guess::{Notation, booleans, could_be_thousands, is_boolean, is_email, is_json, is_most, is_number};
use super::times::{is_time, time_format, words};
use super::{Column, Content};

/// The most different values of a column that are kept.
const MAX_DISTINCT: usize = 1_000;

/// Up to this many different values are named.
const MAX_FEW: usize = 12;

/// How many examples are given.
const EXAMPLES: usize = 3;

/// What databases write where there is no value, in any column.
const NULL: &str = "\\N";

/// Texts that programs write where there is no value. In a column of texts they may be values: NA is Namibia.
const NONE: [&str; 9] = ["NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", NULL];

/// Whether a text may mean that there is no value.
pub(super) fn is_none(text: &str) -> bool {
    NONE.contains(&text)
}

/// Columns whose digits are names: a leading zero is part of them.
const CODES: [&str; 7] = ["plz", "postleitzahl", "zip", "zipcode", "postcode", "postalcode", "postal"];

/// The values of a column as they come.
#[derive(Default)]
pub(super) struct Collected {
    filled: u64,
    values: BTreeMap<String, u64>,
    is_full: bool,
    /// Hashes of all values, as long as none came twice.
    seen: HashSet<u64>,
    is_repeating: bool,
    first: Vec<String>,
    /// JSON values that are no strings.
    typed: u64,
    numbers: u64,
}

impl Collected {
    pub(super) fn add(&mut self, text: &str) {
        self.filled += 1;
        // Whether a text that may mean nothing is a value is known at the end.
        if self.first.len() < EXAMPLES + NONE.len() && !self.first.iter().any(|first| first == text) {
            self.first.push(text.to_owned());
        }
        if !self.is_repeating {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            if !self.seen.insert(hasher.finish()) {
                self.is_repeating = true;
                self.seen = HashSet::new();
            }
        }
        if let Some(count) = self.values.get_mut(text) {
            *count += 1;
        } else if self.values.len() < MAX_DISTINCT || is_none(text) {
            self.values.insert(text.to_owned(), 1);
        } else {
            self.is_full = true;
        }
    }

    /// A value of JSON; `null` is none.
    pub(super) fn add_json(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => self.add(text),
            other => {
                self.typed += 1;
                self.numbers += u64::from(other.is_number());
                self.add(&other.to_string());
            }
        }
    }

    /// The different values, without those that may mean that there is none.
    pub(super) fn some(&self) -> Vec<&str> {
        self.values.keys().map(String::as_str).filter(|text| !is_none(text)).collect()
    }

    /// What the column is; `notation` is that of a CSV file's numbers, and JSON has its own.
    pub(super) fn column(self, name: String, notation: Option<Notation>) -> Column {
        let some = self.some();
        let content = self.content(&name, &some, notation);
        let is_of = |text: &str| match (&content, notation) {
            (Content::Time { format, is_filled, .. }, _) => is_time(format, *is_filled, text),
            (Content::Number, Some(notation)) => is_number(text, notation),
            (Content::Boolean, Some(_)) => is_boolean(text),
            (Content::Json, Some(_)) => is_json(text),
            _ => true,
        };
        let is_typed = match content {
            Content::Time { .. } | Content::Number => true,
            Content::Boolean | Content::Json => notation.is_some(),
            Content::Empty | Content::Text => false,
        };
        // Numbers of JSON are no texts: of those nothing but the texts that mean nothing are looked for.
        let is_empty = |text: &str| {
            is_none(text)
                && if is_typed { !is_of(text) || notation.is_none() } else { text == NULL && notation.is_some() }
        };
        let empty: Vec<String> = self.values.keys().filter(|text| is_empty(text)).cloned().collect();
        let none: u64 = empty.iter().filter_map(|text| self.values.get(text)).sum();
        let misfits = some.iter().filter(|text| !is_of(text)).take(EXAMPLES).map(|text| (*text).to_owned()).collect();
        let unsure = match notation {
            Some(notation) if content == Content::Number => could_be_thousands(&some, notation),
            _ => None,
        };
        let is_email = is_most(&some, is_email);
        let few: Vec<String> = self.values.keys().filter(|text| !empty.contains(text)).cloned().collect();
        let mut examples = self.first;
        examples.retain(|text| !empty.contains(text));
        examples.truncate(EXAMPLES);
        Column {
            name,
            filled: self.filled - none,
            distinct: (!self.is_full).then_some(few.len()),
            is_unique: self.filled > none && !self.is_repeating,
            few: if few.len() <= MAX_FEW { few } else { Vec::new() },
            examples,
            content,
            empty,
            misfits,
            unsure,
            is_email,
        }
    }

    fn content(&self, name: &str, some: &[&str], notation: Option<Notation>) -> Content {
        if some.is_empty() {
            let is_nothing = self.values.keys().all(|text| text == NULL);
            return if is_nothing { Content::Empty } else { Content::Text };
        }
        let Some(notation) = notation else {
            let none: u64 = NONE.iter().filter_map(|none| self.values.get(*none)).sum();
            return match time_format(name, some) {
                _ if self.typed == self.filled && self.numbers < self.filled => Content::Json,
                Some(time) => time,
                None if self.numbers > 0 && self.numbers + none == self.filled => Content::Number,
                None => Content::Text,
            };
        };
        let is_code = words(name).iter().any(|word| CODES.contains(&word.as_str()));
        let is_name =
            |text: &&str| text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        match time_format(name, some) {
            Some(time) => time,
            None if booleans(some) => Content::Boolean,
            None if is_most(some, is_json) => Content::Json,
            None if !is_code && !some.iter().any(is_name) && is_most(some, |text| is_number(text, notation)) => {
                Content::Number
            }
            None => Content::Text,
        }
    }
}

//! The order of a dictionary: what filters compare by comes first in that order, the rest follows by code points. Texts
//! that name the same are ordered by code points, values of one text by their type. So codes are ranks, values of one
//! text stand side by side, and what an interval holds is a range of codes.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::query::FieldType;
use crate::query::value::number::Number;
use crate::query::value::time::instant;
use crate::query::value::version::Version;
use crate::record::time::Time;

use super::ValueType;
use super::canonical::reads_as_number;

/// A value of a dictionary.
pub(super) type Entry<'a> = (ValueType, &'a str);

/// What a text is as a time, so that each part is ordered whatever zone a log assumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clock {
    /// An instant in any zone.
    Instant(DateTime<Utc>),
    /// A reading that a zone makes an instant.
    Local(NaiveDateTime),
    /// None.
    None,
}

impl Clock {
    pub(super) fn read(text: &str) -> Self {
        if let Some(instant) = instant(text, None) {
            return Self::Instant(instant);
        }
        match Time::parse(text) {
            Some(Time::Local(local)) => Self::Local(local),
            _ => Self::None,
        }
    }

    /// The part of the dictionary: 0, 1 or 2.
    pub(super) fn part(self) -> u8 {
        match self {
            Self::Instant(_) => 0,
            Self::Local(_) => 1,
            Self::None => 2,
        }
    }
}

/// The float that a number is nearest to; the same for both zeros.
pub(super) fn nearest(number: &str) -> f64 {
    number.parse::<f64>().unwrap_or(0.0) + 0.0
}

fn by_text(a: Entry<'_>, b: Entry<'_>) -> Ordering {
    a.1.cmp(b.1).then(a.0.cmp(&b.0))
}

/// `Some` before `None`, and those by `order`.
fn some_first<T>(a: Option<T>, b: Option<T>, order: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order(&a, &b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Which of two values comes first in a dictionary of that order: the definition. [`sorted`] is faster for many.
pub(super) fn compare(order: FieldType, a: Entry<'_>, b: Entry<'_>) -> Ordering {
    match order {
        FieldType::Text | FieldType::Boolean => Ordering::Equal,
        FieldType::Number | FieldType::Any => match (reads_as_number(a.1), reads_as_number(b.1)) {
            (true, true) => nearest(a.1)
                .total_cmp(&nearest(b.1))
                .then_with(|| some_first(Number::parse(a.1), Number::parse(b.1), Ord::cmp)),
            (a, b) => b.cmp(&a),
        },
        FieldType::Version => some_first(Version::parse(a.1), Version::parse(b.1), Version::precedence),
        FieldType::Time => Clock::read(a.1).cmp(&Clock::read(b.1)),
    }
    .then_with(|| by_text(a, b))
}

/// What a text is in an order, to know which values are equal in it though they are spelled differently: 0.5 and 0.50, 2.4
/// and v2.4.0.
pub(super) enum Like<'t> {
    /// Itself alone.
    Text(&'t str),
    /// Read only as far as it takes: the exact number where another is nearest to the same float.
    Number(f64, &'t str),
    Version(Version),
    Clock(Clock),
}

impl<'t> Like<'t> {
    pub(super) fn read(order: FieldType, text: &'t str) -> Self {
        match order {
            FieldType::Text | FieldType::Boolean => Self::Text(text),
            FieldType::Number | FieldType::Any if reads_as_number(text) => Self::Number(nearest(text), text),
            FieldType::Number | FieldType::Any => Self::Text(text),
            FieldType::Version => Version::parse(text).map_or(Self::Text(text), Self::Version),
            FieldType::Time => match Clock::read(text) {
                Clock::None => Self::Text(text),
                clock => Self::Clock(clock),
            },
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a, a_text), Self::Number(b, b_text)) => {
                a.to_bits() == b.to_bits() && Number::parse(a_text) == Number::parse(b_text)
            }
            (Self::Version(a), Self::Version(b)) => a.precedence(b).is_eq(),
            (Self::Clock(a), Self::Clock(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => false,
        }
    }
}

/// The numbers of the values in the order of the dictionary.
pub(super) fn sorted(order: FieldType, values: &[Entry<'_>]) -> Vec<u32> {
    let all = 0..u32::try_from(values.len()).unwrap_or(u32::MAX);
    let value = |number: u32| values[number as usize];
    let tie = |a: u32, b: u32| by_text(value(a), value(b));
    match order {
        FieldType::Text | FieldType::Boolean => {
            let mut out: Vec<u32> = all.collect();
            out.sort_unstable_by(|a, b| tie(*a, *b));
            out
        }
        FieldType::Number | FieldType::Any => {
            let (numbers, mut others): (Vec<u32>, Vec<u32>) = all.partition(|number| reads_as_number(value(*number).1));
            let mut keyed: Vec<(f64, u32)> =
                numbers.into_iter().map(|number| (nearest(value(number).1), number)).collect();
            keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut out = Vec::with_capacity(values.len());
            for run in keyed.chunk_by(|a, b| a.0.to_bits() == b.0.to_bits()) {
                if let [(_, number)] = run {
                    out.push(*number);
                    continue;
                }
                // Each is read once: a log may hold a million that are all nearest to one float.
                let mut exact: Vec<(Option<Number>, u32)> =
                    run.iter().map(|(_, number)| (Number::parse(value(*number).1), *number)).collect();
                exact.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1, b.1)));
                out.extend(exact.into_iter().map(|(_, number)| number));
            }
            others.sort_unstable_by(|a, b| tie(*a, *b));
            out.extend(others);
            out
        }
        FieldType::Version => {
            let key = |number: u32| Version::parse(value(number).1).map(|version| version.sort_key());
            let mut keyed: Vec<(Option<Vec<u8>>, u32)> = all.map(|number| (key(number), number)).collect();
            keyed.sort_unstable_by(|a, b| some_first(a.0.as_ref(), b.0.as_ref(), Ord::cmp).then_with(|| tie(a.1, b.1)));
            keyed.into_iter().map(|(_, number)| number).collect()
        }
        FieldType::Time => {
            let mut keyed: Vec<(Clock, u32)> = all.map(|number| (Clock::read(value(number).1), number)).collect();
            keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1, b.1)));
            keyed.into_iter().map(|(_, number)| number).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts that are close to one another in one of the orders.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "-?[0-9]{1,2}(\\.[0-9]{1,2})?(e-?[0-9])?",
            "0\\.1000000000000000[0-9]{1,4}",
            "90071992547409[0-9]{2}",
            "-?[0-9]e[0-9]{3}",
            "v?[0-9](\\.[0-9]{1,2}){0,3}(-?(rc|b|alpha)\\.?[0-9]?)?(\\+[0-9])?",
            "2026-03-0[1-3](T0[0-9]:30:00(Z|\\+02:00|))?",
            "[a-c]{0,3}",
            Just("007".to_owned()),
            Just("-0".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn sorted_as_compared(texts in proptest::collection::vec((texts(), any::<bool>()), 0..40)) {
            let values: Vec<Entry<'_>> = texts
                .iter()
                .map(|(text, is_text)| (if *is_text { ValueType::Text } else { ValueType::Number }, text.as_str()))
                .collect();
            for order in [FieldType::Any, FieldType::Version, FieldType::Time, FieldType::Text] {
                let out = sorted(order, &values);
                prop_assert_eq!(out.len(), values.len());
                for pair in out.windows(2) {
                    let (a, b) = (values[pair[0] as usize], values[pair[1] as usize]);
                    prop_assert!(compare(order, a, b).is_le(), "{:?} {:?} {:?}", order, a, b);
                    prop_assert_eq!(compare(order, a, b), compare(order, b, a).reverse());
                }
            }
        }
    }
}

//! Which rows of a column pass a test. The test is asked for distinct values, where their order allows by binary search,
//! and then there is one loop over the rows.

use std::ops::Range;

use chrono::FixedOffset;

use crate::query::value::Interval;
use crate::query::value::Ordered;
use crate::query::value::number::Number;
use crate::query::value::pattern::Matcher;
use crate::query::value::time::{TimeRange, instant};
use crate::query::value::version::Version;
use crate::query::{FieldType, Test};

use super::bitmap::Bitmap;
use super::canonical::{self, Style, reads_as_number};
use super::column::{Cells, Column};
use super::lexicon::Lexicon;
use super::order::{Clock, compare, nearest};
use super::stored::{Item, Stored, code_in};
use super::{ABSENT, NESTED, ValueType};

impl Column {
    /// The rows that have a text which passes a test, as [`Test::passes`] says; `zone` is that of the log's times without
    /// an offset. [`Test::Present`] is passed by every text; for a path, [`Column::present`] is what `has:` asks.
    #[must_use]
    pub fn passing(&self, test: &Test, zone: Option<FixedOffset>) -> Bitmap {
        let mut out = Bitmap::none(self.length);
        self.passing_in(0..self.length, test, zone, &mut out);
        out
    }

    /// Takes those of a range of rows into `out`: several logs of one table may have different zones.
    pub fn passing_in(&self, rows: Range<u32>, test: &Test, zone: Option<FixedOffset>, out: &mut Bitmap) {
        let codes = Codes::passing(&self.lexicon, test, zone);
        let numbers = match self.cells {
            Cells::Numbers(style, _) => Numbers::passing(style, test, zone),
            _ => Numbers::None,
        };
        self.mark(rows, &codes, &numbers, out);
    }

    /// The rows that hold anything but `null` (`has:` of a path).
    #[must_use]
    pub fn present(&self) -> Bitmap {
        let mut out = Bitmap::none(self.length);
        let codes = Codes::present(&self.lexicon);
        self.mark(0..self.length, &codes, &Numbers::Between(f64::NEG_INFINITY, f64::INFINITY), &mut out);
        out
    }

    fn mark(&self, rows: Range<u32>, codes: &Codes, numbers: &Numbers<'_>, out: &mut Bitmap) {
        match &self.cells {
            Cells::U8(stored) => match codes {
                Codes::Range(range) => mark_range(stored, rows, range, out),
                Codes::Table(table) => {
                    let mut full = [false; 1 << 8];
                    full.iter_mut().zip(table).for_each(|(to, from)| *to = *from);
                    mark(stored, rows, out, |code| full[code as usize]);
                }
            },
            Cells::U16(stored) => match codes {
                Codes::Range(range) => mark_range(stored, rows, range, out),
                Codes::Table(table) => mark(stored, rows, out, |code| table.get(code as usize) == Some(&true)),
            },
            Cells::U32(stored) => match codes {
                Codes::Range(range) => mark_range(stored, rows, range, out),
                Codes::Table(table) => mark(stored, rows, out, |code| table.get(code as usize) == Some(&true)),
            },
            Cells::Numbers(style, stored) => {
                // What is no number is on no side of any.
                match numbers {
                    Numbers::None => {}
                    Numbers::Between(least, greatest) => mark(stored, rows.clone(), out, |bits| {
                        let value = f64::from_bits(bits);
                        (value >= *least) & (value <= *greatest)
                    }),
                    Numbers::Is(wanted) => mark(stored, rows.clone(), out, |bits| bits == *wanted),
                    Numbers::Ask(test, zone) => mark(stored, rows.clone(), out, |bits| {
                        code_in(bits).is_none()
                            && test.passes(canonical::text(*style, f64::from_bits(bits)).as_str(), *zone)
                    }),
                }
                if !codes.is_empty() {
                    mark(stored, rows, out, |bits| code_in(bits).is_some_and(|code| codes.contains(code)));
                }
            }
        }
    }
}

/// Takes in the rows whose item passes. What stands for absent never does.
fn mark<T: Item>(stored: &Stored<T>, rows: Range<u32>, out: &mut Bitmap, passes: impl Fn(T) -> bool) {
    match stored {
        Stored::Dense(items) => out.or_where(rows, items, passes),
        Stored::Sparse(at, items) => {
            let first = at.partition_point(|row| *row < rows.start);
            let end = at.partition_point(|row| *row < rows.end);
            for (row, item) in at[first..end.max(first)].iter().zip(&items[first..]) {
                if passes(*item) {
                    out.set(*row, true);
                }
            }
        }
    }
}

fn mark_range<T: Item>(stored: &Stored<T>, rows: Range<u32>, codes: &Range<u32>, out: &mut Bitmap) {
    if codes.is_empty() {
        return;
    }
    // Both are codes of the column, so they fit its width.
    let (first, last) = (T::of(codes.start.into()), T::of((codes.end - 1).into()));
    mark(stored, rows, out, |code| (code >= first) & (code <= last));
}

/// Codes that pass a test; never that of absent.
enum Codes {
    Range(Range<u32>),
    /// For each code whether it does.
    Table(Vec<bool>),
}

impl Codes {
    fn contains(&self, code: u32) -> bool {
        match self {
            Self::Range(range) => range.contains(&code),
            Self::Table(table) => table.get(code as usize) == Some(&true),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Range(range) => range.is_empty(),
            Self::Table(table) => !table.contains(&true),
        }
    }

    fn present(lexicon: &Lexicon) -> Self {
        if lexicon.lists().is_empty() {
            return Self::Range(NESTED..lexicon.code_count());
        }
        Self::Table((ABSENT..lexicon.code_count()).map(|code| lexicon.is_present(code)).collect())
    }

    fn passing(lexicon: &Lexicon, test: &Test, zone: Option<FixedOffset>) -> Self {
        let Answer { ranges, ask } = Answer::new(lexicon, test, zone);
        if ask.is_empty() && lexicon.lists().is_empty() {
            match ranges.as_slice() {
                [] => return Self::Range(0..0),
                [range] => return Self::Range(range.clone()),
                _ => {}
            }
        }
        let mut table = vec![false; lexicon.code_count() as usize];
        for range in ranges {
            if let Some(codes) = table.get_mut(range.start as usize..range.end as usize) {
                codes.fill(true);
            }
        }
        for code in ask {
            table[code as usize] = test.passes(lexicon.text(code), zone);
        }
        for code in lexicon.lists() {
            let codes = lexicon.list(code).unwrap_or_default();
            table[code as usize] = codes.iter().any(|code| table[*code as usize]);
        }
        Self::Table(table)
    }
}

/// What the order of a dictionary says about a test.
struct Answer {
    /// Codes of values that pass.
    ranges: Vec<Range<u32>>,
    /// Codes of values that have to be asked one by one. All others do not pass.
    ask: Range<u32>,
}

impl Answer {
    fn new(lexicon: &Lexicon, test: &Test, zone: Option<FixedOffset>) -> Self {
        let all = lexicon.values();
        let one = |range: Range<u32>| Self { ranges: vec![range], ask: 0..0 };
        // Where the part ends that has an order of its own, and the order of code points begins.
        let part = |is_in: &dyn Fn(&str) -> bool| lexicon.partition(all.clone(), is_in);
        match (test, lexicon.order) {
            (Test::Present, _) => one(all),
            (Test::Is(Matcher::Text(text)), order) => {
                let entry = |code: u32| (lexicon.types[(code - all.start) as usize], lexicon.text(code));
                let cut = |passes: &dyn Fn(u32) -> bool| {
                    let codes: Range<usize> = 0..all.len();
                    let (mut from, mut until) = (codes.start, codes.end);
                    while from < until {
                        let middle = usize::midpoint(from, until);
                        if passes(all.start + middle as u32) { from = middle + 1 } else { until = middle }
                    }
                    all.start + from as u32
                };
                let wanted = |value_type| (value_type, text.as_str());
                let start = cut(&|code| compare(order, entry(code), wanted(ValueType::Boolean)).is_lt());
                let end = cut(&|code| compare(order, entry(code), wanted(ValueType::Text)).is_le());
                one(start..end.max(start))
            }
            (Test::Number(interval), FieldType::Number | FieldType::Any) => {
                let end = part(&reads_as_number);
                one(within(lexicon, all.start..end, interval, Number::parse))
            }
            (Test::Version(interval), FieldType::Version) => {
                let end = part(&|text| Version::parse(text).is_some());
                one(within(lexicon, all.start..end, interval, Version::parse))
            }
            (Test::Order(interval), order) => {
                let start = match order {
                    FieldType::Text | FieldType::Boolean => all.start,
                    FieldType::Number | FieldType::Any => part(&reads_as_number),
                    FieldType::Version => part(&|text| Version::parse(text).is_some()),
                    FieldType::Time => part(&|text| Clock::read(text).part() < 2),
                };
                let ranges = vec![within(lexicon, start..all.end, interval, |text| Some(text.to_owned()))];
                Self { ranges, ask: all.start..start }
            }
            (Test::Time(range), FieldType::Time) => {
                let locals = part(&|text| Clock::read(text).part() < 1);
                let others = part(&|text| Clock::read(text).part() < 2);
                let ranges = vec![
                    within_time(lexicon, all.start..locals, *range, None),
                    match zone {
                        Some(_) => within_time(lexicon, locals..others, *range, zone),
                        None => 0..0,
                    },
                ];
                Self { ranges: ranges.into_iter().filter(|range| !range.is_empty()).collect(), ask: 0..0 }
            }
            // No number is a time.
            (Test::Time(_), FieldType::Any) => Self { ranges: Vec::new(), ask: part(&reads_as_number)..all.end },
            _ => Self { ranges: Vec::new(), ask: all },
        }
    }
}

/// The codes whose texts lie in an interval, among codes whose texts ascend in its order.
fn within<T: Ordered>(
    lexicon: &Lexicon,
    codes: Range<u32>,
    interval: &Interval<T>,
    read: impl Fn(&str) -> Option<T>,
) -> Range<u32> {
    let end = codes.end;
    let is_before = |value: &T| match interval {
        Interval::Below(_) | Interval::UpTo(_) => false,
        Interval::Above(start) => value.order(start).is_le(),
        Interval::From(start) | Interval::Within(start, _) => value.order(start).is_lt(),
    };
    let is_behind = |value: &T| match interval {
        Interval::Above(_) | Interval::From(_) => false,
        Interval::Below(end) => value.order(end).is_ge(),
        Interval::UpTo(end) | Interval::Within(_, end) => value.order(end).is_gt(),
    };
    let first = lexicon.partition(codes, |text| read(text).is_some_and(|value| is_before(&value)));
    first..lexicon.partition(first..end, |text| read(text).is_some_and(|value| !is_behind(&value)))
}

/// The same for times, of which all in `codes` ascend in any one zone.
fn within_time(lexicon: &Lexicon, codes: Range<u32>, range: TimeRange, zone: Option<FixedOffset>) -> Range<u32> {
    let end = codes.end;
    let is_before = |text: &str| instant(text, zone).is_some_and(|at| range.from().is_some_and(|from| at < from));
    let is_inside = |text: &str| instant(text, zone).is_some_and(|at| range.until().is_none_or(|until| at < until));
    let first = lexicon.partition(codes, is_before);
    first..lexicon.partition(first..end, is_inside)
}

/// What a test asks of numbers that are kept by themselves.
enum Numbers<'a> {
    None,
    /// Both ends included.
    Between(f64, f64),
    /// These bits: one text is one float.
    Is(u64),
    /// Whatever their texts say.
    Ask(&'a Test, Option<FixedOffset>),
}

impl<'a> Numbers<'a> {
    fn passing(style: Style, test: &'a Test, zone: Option<FixedOffset>) -> Self {
        match test {
            Test::Present => Self::Between(f64::NEG_INFINITY, f64::INFINITY),
            Test::Number(interval) => {
                let (least, greatest) = ends(style, interval);
                Self::Between(least, greatest)
            }
            Test::Is(Matcher::Text(text)) => {
                canonical::read(style, text).map_or(Self::None, |value| Self::Is(value.to_bits()))
            }
            // No number is a time.
            Test::Time(_) => Self::None,
            Test::Is(_) | Test::Version(_) | Test::Order(_) => Self::Ask(test, zone),
        }
    }
}

/// The least and the greatest float whose text lies in the interval. Rounding keeps the order, so of all floats only the
/// one that an operand rounds to can lie on the other side of it than its text does: that one is compared exactly.
fn ends(style: Style, interval: &Interval<Number>) -> (f64, f64) {
    let side = |operand: &Number| {
        let value = nearest(&operand.to_string());
        let of_text = Number::parse(canonical::text(style, value).as_str());
        // Beyond all floats there is no text, and nothing to decide.
        let side = of_text.filter(|_| value.is_finite()).map_or(std::cmp::Ordering::Equal, |text| text.cmp(operand));
        (value, side)
    };
    let from = |operand, with_equal: bool| {
        let (value, side) = side(operand);
        if side.is_gt() || with_equal && side.is_eq() { value } else { value.next_up() }
    };
    let up_to = |operand, with_equal: bool| {
        let (value, side) = side(operand);
        if side.is_lt() || with_equal && side.is_eq() { value } else { value.next_down() }
    };
    match interval {
        Interval::Below(end) => (f64::NEG_INFINITY, up_to(end, false)),
        Interval::UpTo(end) => (f64::NEG_INFINITY, up_to(end, true)),
        Interval::Above(start) => (from(start, false), f64::INFINITY),
        Interval::From(start) => (from(start, true), f64::INFINITY),
        Interval::Within(start, end) => (from(start, true), up_to(end, true)),
    }
}

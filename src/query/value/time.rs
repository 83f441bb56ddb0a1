//! Times in filters. A time text stands for the whole of what it names: a date for its day, `2026-03` for its month,
//! `…T09:30` for its minute. So every test of a time is a half-open range of instants, UTC.

use std::fmt;

use chrono::{
    DateTime, Datelike as _, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta,
    Timelike as _, Utc,
};

use crate::record::time::Time;

/// Instants from one on until before another; one of them may be missing.
///
/// It prints as operator and operand (`:2026-03-01T00:00:00Z..2026-03-08T23:59:59Z`, `<2026-03-01T00:00:00Z`); since a
/// second stands for its whole second, the last one named lies within the range to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeRange {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// Why a text is no time of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// Not built like one.
    #[error("write it as 2026, 2026-03, 2026-03-01 or 2026-03-01T09:30:00Z")]
    Shape,
    /// Built like one, but there is no such date.
    #[error("there is no such date")]
    Date,
    /// Built like one, but there is no such time of day or offset.
    #[error("there is no such time of day")]
    Clock,
    /// In UTC it lies outside the years 0 to 9999, which texts can write.
    #[error("it lies outside the years 0000 to 9999")]
    Range,
}

impl TimeRange {
    /// The first and the last nanosecond of it, counted from 1970; `None` for one without both ends, or beyond what 64 bits count.
    #[must_use]
    pub fn nanos(&self) -> Option<(i64, i64)> {
        let first = self.from?.timestamp_nanos_opt()?;
        let last = self.until?.timestamp_nanos_opt()?.checked_sub(1)?;
        (first <= last).then_some((first, last))
    }

    /// Reads what `text` names: a year, month, day, hour, minute, second or fraction of a second with up to nine
    /// digits; behind a time of day perhaps `Z` or an offset, without one it is UTC. A leap second belongs to the
    /// second before it.
    ///
    /// # Errors
    /// [`TimeFault`] where it names nothing.
    pub fn parse(text: &str) -> Result<Self, TimeFault> {
        let (local, until) = span(text)?;
        let offset = TimeDelta::seconds(local.2.into());
        let utc = |time: NaiveDateTime| time.checked_sub_signed(offset).ok_or(TimeFault::Range);
        let (from, until) = (utc(NaiveDateTime::new(local.0, local.1))?, utc(until)?);
        let first = utc_of(0, 1, 1);
        let end = utc_of(10_000, 1, 1);
        let (from, until) = (from.and_utc(), until.and_utc());
        if first.is_none_or(|first| from < first) || end.is_none_or(|end| until > end) {
            return Err(TimeFault::Range);
        }
        Ok(Self { from: Some(from), until: Some(until) })
    }

    /// Whether `text` is built like a date or a date with time, whatever its numbers: what is meant as a time also
    /// where the field has no type.
    #[must_use]
    pub fn is_shape(text: &str) -> bool {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let is_date = bytes.len() >= 10
            && [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digit)
            && (bytes[4], bytes[7]) == (b'-', b'-');
        is_date && matches!(bytes.get(10), None | Some(b'T' | b't' | b' '))
    }

    /// From the start of `first` to the end of `last`. `None` where that ends before it begins.
    #[must_use]
    pub fn spanning(first: Self, last: Self) -> Option<Self> {
        let joined = Self { from: first.from, until: last.until };
        joined.from.zip(joined.until).is_none_or(|(from, until)| from < until).then_some(joined)
    }

    /// Before the start of this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self { from: None, until: self.from }
    }

    /// Up to the end of this one.
    #[must_use]
    pub fn up_to(self) -> Self {
        Self { from: None, until: self.until }
    }

    /// From the start of this one on.
    #[must_use]
    pub fn since(self) -> Self {
        Self { from: self.from, until: None }
    }

    /// From the end of this one on.
    #[must_use]
    pub fn after(self) -> Self {
        Self { from: self.until, until: None }
    }

    /// The first instant of it, where it has a beginning.
    #[must_use]
    pub fn from(self) -> Option<DateTime<Utc>> {
        self.from
    }

    /// The first instant behind it, where it has an end.
    #[must_use]
    pub fn until(self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Whether the instant lies in it.
    #[must_use]
    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= instant) && self.until.is_none_or(|until| instant < until)
    }
}

/// The instant that a text in a record names: RFC 3339, without an offset in the zone of the log (none without one),
/// a date alone its first instant in UTC. `None` for any other text.
#[must_use]
pub fn instant(text: &str, zone: Option<FixedOffset>) -> Option<DateTime<Utc>> {
    if text.len() == 10 && TimeRange::is_shape(text) {
        return TimeRange::parse(text).ok()?.from;
    }
    Time::parse(text)?.instant(zone)
}

fn utc_of(year: i32, month: u32, day: u32) -> Option<DateTime<Utc>> {
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_time(NaiveTime::MIN).and_utc())
}

/// Date, time of day and offset in seconds at which a span begins, and the reading at which it ends.
type Local = ((NaiveDate, NaiveTime, i32), NaiveDateTime);

fn span(text: &str) -> Result<Local, TimeFault> {
    let mut read = Read { rest: text };
    let year = i32::try_from(read.digits(4)?).map_err(|_| TimeFault::Shape)?;
    let date = |month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).ok_or(TimeFault::Date);
    let whole = |from: NaiveDate, until: Option<NaiveDate>| {
        Ok(((from, NaiveTime::MIN, 0), until.ok_or(TimeFault::Range)?.and_time(NaiveTime::MIN)))
    };
    if read.is_done() {
        let from = date(1, 1)?;
        return whole(from, from.checked_add_months(Months::new(12)));
    }
    read.expect(&['-'])?;
    let month = read.digits(2)?;
    if read.is_done() {
        let from = date(month, 1)?;
        return whole(from, from.checked_add_months(Months::new(1)));
    }
    read.expect(&['-'])?;
    let day = read.digits(2)?;
    if read.is_done() {
        let from = date(month, day)?;
        return whole(from, from.checked_add_days(Days::new(1)));
    }
    read.expect(&['T', 't', ' '])?;
    let hour = read.digits(2)?;
    let (mut minute, mut second, mut nanos, mut length) = (0, 0, 0, TimeDelta::hours(1));
    if read.skip(&[':']) {
        (minute, length) = (read.digits(2)?, TimeDelta::minutes(1));
        if read.skip(&[':']) {
            (second, length) = (read.digits(2)?, TimeDelta::seconds(1));
            if read.skip(&['.']) {
                let places = read.rest.bytes().take_while(u8::is_ascii_digit).count();
                if !(1..=9).contains(&places) {
                    return Err(TimeFault::Shape);
                }
                let unit = 10_u32.pow(9 - u32::try_from(places).unwrap_or(9));
                (nanos, length) = (read.digits(places)? * unit, TimeDelta::nanoseconds(unit.into()));
            }
        }
    }
    let offset = read.offset()?;
    if !read.is_done() {
        return Err(TimeFault::Shape);
    }
    let date = date(month, day)?;
    if second == 60 {
        (second, nanos, length) = (59, 0, TimeDelta::seconds(1));
    }
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).ok_or(TimeFault::Clock)?;
    let until = NaiveDateTime::new(date, time).checked_add_signed(length).ok_or(TimeFault::Range)?;
    Ok(((date, time, offset), until))
}

/// What is left to read of a time.
struct Read<'a> {
    rest: &'a str,
}

impl Read<'_> {
    fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn digits(&mut self, count: usize) -> Result<u32, TimeFault> {
        let (digits, rest) = self.rest.split_at_checked(count).ok_or(TimeFault::Shape)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(TimeFault::Shape);
        }
        self.rest = rest;
        digits.parse().map_err(|_| TimeFault::Shape)
    }

    fn skip(&mut self, any: &[char]) -> bool {
        self.rest.strip_prefix(any).map(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, any: &[char]) -> Result<(), TimeFault> {
        self.skip(any).then_some(()).ok_or(TimeFault::Shape)
    }

    /// `Z`, `±hh:mm`, or nothing, in seconds east of UTC.
    fn offset(&mut self) -> Result<i32, TimeFault> {
        let sign = match self.rest.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => {
                self.skip(&['Z', 'z']);
                return Ok(0);
            }
        };
        self.rest = &self.rest[1..];
        let hours = self.digits(2)?;
        self.expect(&[':'])?;
        let minutes = self.digits(2)?;
        if hours > 23 || minutes > 59 {
            return Err(TimeFault::Clock);
        }
        i32::try_from(hours * 3600 + minutes * 60).map(|seconds| sign * seconds).map_err(|_| TimeFault::Clock)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        match (self.from, self.until) {
            (None, None) => f.write_str(":.."),
            (None, Some(until)) if until.year() > 9999 => write!(f, "<={}", last(until).1),
            (None, Some(until)) => write!(f, "<{}", plain(until)),
            // Nothing is later than the last instant that a text can name.
            (Some(from), None) if from.year() > 9999 => write!(f, ">{}", last(from).1),
            (Some(from), None) => write!(f, ">={}", plain(from)),
            (Some(from), Some(until)) => {
                let (start, text) = last(until);
                if start == from { write!(f, ":{text}") } else { write!(f, ":{}..{text}", plain(from)) }
            }
        }
    }
}

/// The last second, or part of one, before `until`, and how it is written so that it ends there.
fn last(until: DateTime<Utc>) -> (DateTime<Utc>, String) {
    let (format, nanos) = match until.nanosecond() {
        0 => (SecondsFormat::Secs, 1_000_000_000),
        n if n % 1_000_000 == 0 => (SecondsFormat::Millis, 1_000_000),
        n if n % 1_000 == 0 => (SecondsFormat::Micros, 1_000),
        _ => (SecondsFormat::Nanos, 1),
    };
    let start = until - TimeDelta::nanoseconds(nanos);
    (start, start.to_rfc3339_opts(format, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_for_all_that_it_names() {
        for (text, shown) in [
            ("2026", ":2026-01-01T00:00:00Z..2026-12-31T23:59:59Z"),
            ("2028-02", ":2028-02-01T00:00:00Z..2028-02-29T23:59:59Z"),
            ("2026-03-01", ":2026-03-01T00:00:00Z..2026-03-01T23:59:59Z"),
            ("2026-03-01T09", ":2026-03-01T09:00:00Z..2026-03-01T09:59:59Z"),
            ("2026-03-01T09:30", ":2026-03-01T09:30:00Z..2026-03-01T09:30:59Z"),
            ("2026-03-01t09:30:15", ":2026-03-01T09:30:15Z"),
            ("2026-03-01 09:30:15.2", ":2026-03-01T09:30:15.200Z..2026-03-01T09:30:15.299Z"),
            ("2026-03-01T09:30:15.250Z", ":2026-03-01T09:30:15.250Z"),
            ("2026-03-01T09:30:15.000Z", ":2026-03-01T09:30:15.000Z"),
            ("2026-03-01T09:30:15.123456789z", ":2026-03-01T09:30:15.123456789Z"),
            ("2026-03-01T00:30+01:00", ":2026-02-28T23:30:00Z..2026-02-28T23:30:59Z"),
            ("2016-12-31T23:59:60Z", ":2016-12-31T23:59:59Z"),
            ("9999", ":9999-01-01T00:00:00Z..9999-12-31T23:59:59Z"),
        ] {
            let range = TimeRange::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!(range.to_string(), shown, "{text}");
        }
        use TimeFault::{Clock, Date, Range, Shape};
        for (text, fault) in [
            ("", Shape),
            ("yesterday", Shape),
            ("26-03-01", Shape),
            ("2026-3-1", Shape),
            ("2026-03-01T", Shape),
            ("2026-03-01T9", Shape),
            ("2026-03-01Z", Shape),
            ("2026-03-01T09:30:00.", Shape),
            ("2026-03-01T09:30:00.1234567890Z", Shape),
            ("2026-03-01T09:30:00 Z", Shape),
            ("2026-13", Date),
            ("2026-02-30", Date),
            ("2026-03-01T24", Clock),
            ("2026-03-01T09:61", Clock),
            ("2026-03-01T09:30+24:00", Clock),
            ("0000-01-01T00:00+01:00", Range),
            ("9999-12-31T23:00-01:00", Range),
            ("２026-03-01", Shape),
        ] {
            assert_eq!(TimeRange::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn operators_follow_from_the_span() {
        let day = TimeRange::parse("2026-03-01").expect("a day");
        for (range, shown) in [
            (day.before(), "<2026-03-01T00:00:00Z"),
            (day.up_to(), "<2026-03-02T00:00:00Z"),
            (day.since(), ">=2026-03-01T00:00:00Z"),
            (day.after(), ">=2026-03-02T00:00:00Z"),
            (TimeRange::parse("9999").expect("a year").after(), ">9999-12-31T23:59:59Z"),
            (TimeRange::parse("9999").expect("a year").up_to(), "<=9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(range.to_string(), shown);
        }
        let later = TimeRange::parse("2026-03").expect("a month");
        assert_eq!(TimeRange::spanning(day, later).map(|range| range.to_string()), Some(later.to_string()));
        assert_eq!(TimeRange::spanning(later.after(), day), None);
    }

    #[test]
    fn instants_of_records() {
        let leap = instant("2016-12-31T23:59:60Z", None).expect("a leap second");
        assert!(TimeRange::parse("2016-12-31T23:59:59Z").is_ok_and(|range| range.contains(leap)));
        let zone = FixedOffset::east_opt(7200);
        for (text, zone, day) in [
            ("2026-03-01T00:30:00Z", None, Some("2026-03-01")),
            ("2026-03-01T00:30:00+02:00", None, Some("2026-02-28")),
            ("2026-03-01T00:30:00", zone, Some("2026-02-28")),
            ("2026-03-01T00:30:00", None, None),
            ("2026-03-01", None, Some("2026-03-01")),
            ("2026-02-30", None, None),
            ("2026-03", None, None),
        ] {
            let found = instant(text, zone).map(|instant| instant.format("%Y-%m-%d").to_string());
            assert_eq!(found.as_deref(), day, "{text}");
        }
    }
}

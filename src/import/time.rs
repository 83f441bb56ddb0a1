//! Times as logs write them, made into RFC 3339 with an offset. What a text does not say (its zone, the rest of a date) is
//! taken from the mapping or refused: a wall clock reading that no clock showed is never moved.

use std::fmt;

use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Datelike as _, FixedOffset, LocalResult, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _};

use super::misfit::Misfit;
use crate::record::time::parse_zone;

/// A zone that wall clock readings are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// An offset that never changes; zero for UTC.
    Fixed(FixedOffset),
    /// A place of the IANA time zone database.
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Reads `UTC`, `Z`, `+02:00`, or an IANA name such as `Europe/Berlin`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_zone(text).map(Self::Fixed).or_else(|| text.parse().ok().map(Self::Named))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) if offset.local_minus_utc() == 0 => f.write_str("UTC"),
            Self::Fixed(offset) => offset.fmt(f),
            Self::Named(zone) => f.write_str(zone.name()),
        }
    }
}

/// What a reading is that clocks showed twice, because they were set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ambiguous {
    /// The row does not fit.
    #[default]
    Fail,
    /// The first of the two.
    Earlier,
    /// The second of the two.
    Later,
}

/// Units of time since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Unit {
    fn nanos(self) -> i128 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
            Self::Nanos => 1,
        }
    }
}

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// RFC 3339 and its relatives: a blank for the `T`, no seconds, a comma before the fraction, `+0100`, ` UTC`, no
    /// offset at all.
    Iso,
    /// A number of units since 1970.
    Unix(Unit),
    /// A pattern of `strftime`, as chrono reads it.
    Pattern {
        /// The pattern.
        pattern: String,
        /// Whether what the pattern lacks of a date or time is its start: January, the first, midnight.
        is_filled: bool,
    },
}

impl Format {
    /// Reads the name of a format: `iso`, `unix-s`, `unix-ms`, `unix-us`, `unix-ns`, or a pattern with `%`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str, is_filled: bool) -> Result<Self, String> {
        let format = match text {
            "iso" => Self::Iso,
            "unix-s" => Self::Unix(Unit::Seconds),
            "unix-ms" => Self::Unix(Unit::Millis),
            "unix-us" => Self::Unix(Unit::Micros),
            "unix-ns" => Self::Unix(Unit::Nanos),
            pattern if pattern.contains('%') => {
                let pattern = Self::Pattern { pattern: pattern.to_owned(), is_filled };
                pattern.check()?;
                return Ok(pattern);
            }
            _ => {
                return Err(format!(
                    "{text:?} is no time format; there are \"iso\", \"unix-s\", \"unix-ms\", \"unix-us\", \"unix-ns\" \
                     and patterns such as \"%d.%m.%Y %H:%M:%S\""
                ));
            }
        };
        if is_filled {
            return Err(format!("fill goes with a pattern; {text:?} leaves nothing to fill"));
        }
        Ok(format)
    }

    /// Whether a pattern can be read, and says all that a time needs.
    fn check(&self) -> Result<(), String> {
        let Self::Pattern { pattern, .. } = self else { return Ok(()) };
        let items =
            StrftimeItems::new(pattern).parse().map_err(|_| format!("{pattern:?} is not a strftime pattern"))?;
        for item in &items {
            match item {
                Item::Numeric(Numeric::Nanosecond, _) => {
                    return Err(format!("{pattern:?}: %f counts nanoseconds; a fraction of a second is %.f"));
                }
                Item::Fixed(Fixed::TimezoneName) => {
                    return Err(format!(
                        "{pattern:?}: %Z is a name such as PST, which gives no offset; state the zone, and leave the \
                         name to a table of values or another field"
                    ));
                }
                _ => {}
            }
        }
        // Nothing in it is the first of its kind, so that what filling would lose shows here already.
        let sample = DateTime::from_timestamp(1_779_287_136, 500_000_000).unwrap_or_default().fixed_offset();
        let mut text = String::new();
        fmt::Write::write_fmt(&mut text, format_args!("{}", sample.format_with_items(items.iter())))
            .map_err(|_| format!("{pattern:?} is not a pattern that times can be read with"))?;
        match self.read(&text, Some(Zone::Fixed(sample.timezone())), Ambiguous::Fail) {
            Ok(_) => Ok(()),
            Err(misfit) => Err(format!("{pattern:?} does not read what it writes ({text}): {}", misfit.reason)),
        }
    }

    /// Reads `text`; where it states no offset, it is a reading of a clock in `zone`. Gives RFC 3339 with an offset, and
    /// whether the reading was one of two (see [`Ambiguous`]).
    ///
    /// # Errors
    /// Why the text is no time.
    pub fn read(&self, text: &str, zone: Option<Zone>, ambiguous: Ambiguous) -> Result<(String, bool), Misfit> {
        match self {
            Self::Iso => {
                let iso = Iso::parse(text).ok_or_else(|| Misfit::of("not a time", text))?;
                iso.placed(text, zone, ambiguous)
            }
            Self::Unix(unit) => Ok((since_1970(text, *unit)?, false)),
            Self::Pattern { pattern, is_filled } => {
                let (local, offset) = read_pattern(text, pattern, *is_filled)?;
                let (instant, was_ambiguous) = place(local, offset.map(Zone::Fixed).or(zone), ambiguous, text)?;
                Ok((shown(instant), was_ambiguous))
            }
        }
    }
}

/// RFC 3339 with whole minutes of offset, fractions of a second as far as there are any.
fn shown(instant: DateTime<FixedOffset>) -> String {
    let is_whole_minutes = instant.offset().local_minus_utc() % 60 == 0;
    // Before about 1900 offsets have seconds, which RFC 3339 cannot say.
    let instant = if is_whole_minutes { instant } else { instant.to_utc().fixed_offset() };
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

fn out_of_range(text: &str) -> Misfit {
    Misfit::of("a time outside the years 1 to 9999", text)
}

/// Years that a wall clock's reading can be placed in: rules for seasons are known up to here.
const RULES_END: i32 = 2100;

fn place(
    local: NaiveDateTime,
    zone: Option<Zone>,
    ambiguous: Ambiguous,
    text: &str,
) -> Result<(DateTime<FixedOffset>, bool), Misfit> {
    if !(1..=9999).contains(&local.year()) {
        return Err(out_of_range(text));
    }
    let zone = zone.ok_or("the time states no zone, and the mapping names none; say zone = \"…\"")?;
    let found = match zone {
        Zone::Fixed(offset) => offset.from_local_datetime(&local),
        Zone::Named(_) if local.year() >= RULES_END => {
            return Err(Misfit::of(format!("nobody knows what clocks in {zone} will show from {RULES_END} on"), text));
        }
        Zone::Named(place) => place.from_local_datetime(&local).map(|time| time.with_timezone(&time.offset().fix())),
    };
    let (instant, was_ambiguous) = match (found, ambiguous) {
        (LocalResult::Single(instant), _) => (instant, false),
        (LocalResult::Ambiguous(earlier, _), Ambiguous::Earlier) => (earlier, true),
        (LocalResult::Ambiguous(_, later), Ambiguous::Later) => (later, true),
        (LocalResult::Ambiguous(..), Ambiguous::Fail) => {
            return Err(Misfit::of(
                format!(
                    "clocks in {zone} showed this time twice, since they were set back; say ambiguous = \"earlier\" or \"later\""
                ),
                text,
            ));
        }
        (LocalResult::None, _) => {
            let reason = format!("clocks in {zone} never showed this time: they were set forward over it");
            return Err(Misfit::of(reason, text));
        }
    };
    in_range(instant, text)?;
    Ok((instant, was_ambiguous))
}

/// Whether an instant lies in the years that RFC 3339 and its readers know, in its own zone and in UTC.
fn in_range(instant: DateTime<FixedOffset>, text: &str) -> Result<(), Misfit> {
    let years = [instant.year(), instant.to_utc().year()];
    if years.iter().all(|year| (1..=9999).contains(year)) { Ok(()) } else { Err(out_of_range(text)) }
}

/// The parts of an ISO 8601 text.
struct Iso<'a> {
    date: &'a str,
    minutes: &'a str,
    seconds: &'a str,
    fraction: &'a str,
    offset: Option<String>,
}

impl<'a> Iso<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (minutes, rest) = rest.split_at_checked(5)?;
        let is_form = |text: &str, form: &str| {
            text.len() == form.len()
                && text.bytes().zip(form.bytes()).all(|(c, f)| if f == b'9' { c.is_ascii_digit() } else { c == f })
        };
        if !is_form(date, "9999-99-99") || !is_form(minutes, "99:99") {
            return None;
        }
        let (seconds, rest) = match rest.strip_prefix(':') {
            None => ("00", rest),
            Some(rest) => rest.split_at_checked(2)?,
        };
        if !is_form(seconds, "99") {
            return None;
        }
        let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
            None => ("", rest),
            Some(rest) => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                rest.split_at(end)
            }
        };
        let rest = rest.strip_prefix(' ').filter(|rest| !rest.is_empty()).unwrap_or(rest);
        let offset = match rest {
            "" => None,
            "Z" | "z" | "UTC" | "GMT" => Some("Z".to_owned()),
            _ => Some(match rest.strip_prefix(['+', '-'])? {
                digits if is_form(digits, "99:99") => rest.to_owned(),
                digits if is_form(digits, "9999") => format!("{}:{}", &rest[..3], &rest[3..]),
                digits if is_form(digits, "99") => format!("{rest}:00"),
                _ => return None,
            }),
        };
        Some(Self { date, minutes, seconds, fraction, offset })
    }

    fn text(&self, offset: &str) -> String {
        let Self { date, minutes, seconds, fraction, .. } = self;
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{date}T{minutes}:{seconds}{point}{fraction}{offset}")
    }

    /// The text as RFC 3339, its digits kept.
    fn placed(&self, text: &str, zone: Option<Zone>, ambiguous: Ambiguous) -> Result<(String, bool), Misfit> {
        let refused = |_| Misfit::of("not a time", text);
        if let Some(offset) = &self.offset {
            let out = self.text(offset);
            in_range(DateTime::parse_from_rfc3339(&out).map_err(refused)?, text)?;
            return Ok((out, false));
        }
        let local = DateTime::parse_from_rfc3339(&self.text("Z")).map_err(refused)?.naive_utc();
        let (instant, was_ambiguous) = place(local, zone, ambiguous, text)?;
        let seconds = instant.offset().local_minus_utc();
        if seconds % 60 != 0 {
            return Ok((shown(instant), was_ambiguous));
        }
        let is_utc = matches!(zone, Some(Zone::Fixed(offset)) if offset.local_minus_utc() == 0);
        let offset = if is_utc { "Z".to_owned() } else { instant.offset().to_string() };
        Ok((self.text(&offset), was_ambiguous))
    }
}

/// The most digits before the point: times of this world in nanoseconds have 19.
const MAX_DIGITS: usize = 20;

fn since_1970(text: &str, unit: Unit) -> Result<String, Misfit> {
    let refused = || Misfit::of("not a number of time units since 1970", text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !is_digits(whole)
        || !is_digits(fraction)
        || whole.len() > MAX_DIGITS
        || digits.ends_with('.')
    {
        return Err(refused());
    }
    let mut nanos = whole.parse::<i128>().map_err(|_| refused())? * unit.nanos();
    let mut place = unit.nanos();
    for digit in fraction.bytes() {
        place /= 10;
        // What is finer than a nanosecond is cut off, as every clock does.
        nanos += i128::from(digit - b'0') * place;
    }
    if text.starts_with('-') {
        nanos = -nanos;
    }
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).map_err(|_| out_of_range(text))?;
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).map_err(|_| refused())?;
    let instant = DateTime::from_timestamp(seconds, rest).filter(|instant| (1..=9999).contains(&instant.year()));
    let other_unit = || Misfit::of("a time outside the years 1 to 9999; is it in another unit?", text);
    instant.map(|instant| shown(instant.fixed_offset())).ok_or_else(other_unit)
}

fn read_pattern(text: &str, pattern: &str, is_filled: bool) -> Result<(NaiveDateTime, Option<FixedOffset>), Misfit> {
    let refused = || Misfit::of(format!("not of the form {pattern:?}"), text);
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, StrftimeItems::new(pattern)).map_err(|_| refused())?;
    if parsed.timestamp().is_some() {
        if parsed.offset().is_none() {
            parsed.set_offset(0).map_err(|_| refused())?;
        }
        let instant = parsed.to_datetime().map_err(|_| refused())?;
        return Ok((instant.naive_local(), Some(*instant.offset())));
    }
    let lacks = |what: &str| {
        Misfit::from(format!("the pattern {pattern:?} says no {what}; with fill = \"start\" it is the start of it"))
    };
    let is_short = |error: &chrono::ParseError| error.kind() == chrono::format::ParseErrorKind::NotEnough;
    let mut has_filled = false;
    let date = match parsed.to_naive_date() {
        Err(error) if is_short(&error) && is_filled => {
            has_filled = true;
            if parsed.year().is_none() && parsed.year_mod_100().is_none() {
                return Err(Misfit::from(format!("the pattern {pattern:?} says no year")));
            }
            let mut filled = parsed.clone();
            if filled.month().is_none() {
                filled.set_month(1).map_err(|_| refused())?;
            }
            if filled.day().is_none() {
                filled.set_day(1).map_err(|_| refused())?;
            }
            filled.to_naive_date().map_err(|_| lost(pattern, text))?
        }
        Err(error) if is_short(&error) => return Err(lacks("day")),
        date => date.map_err(|_| refused())?,
    };
    let time = match parsed.to_naive_time() {
        Err(error) if is_short(&error) && is_filled => {
            has_filled = true;
            let hour = match (parsed.hour_div_12(), parsed.hour_mod_12()) {
                (None, None) => 0,
                (Some(half), Some(hour)) => half * 12 + hour,
                _ => {
                    return Err(Misfit::from(format!(
                        "the pattern {pattern:?} does not say which half of the day; %p does"
                    )));
                }
            };
            NaiveTime::from_hms_opt(hour, 0, 0).ok_or_else(refused)?
        }
        Err(error) if is_short(&error) => return Err(lacks("time of day")),
        time => time.map_err(|_| refused())?,
    };
    let local = date.and_time(time);
    // A year such as 26 is not one of the first century.
    if parsed.year().is_some_and(|year| (0..1000).contains(&year) && !text.contains(&format!("{year:04}"))) {
        return Err(Misfit::of(format!("not of the form {pattern:?}: a year of four digits"), text));
    }
    if has_filled && !says_the_same(&local, &parsed, pattern) {
        return Err(lost(pattern, text));
    }
    // What stands in the pattern itself says the zone as well.
    if parsed.offset().is_none() && ["Z", "UTC", "GMT", "+00:00", "+0000"].iter().any(|utc| pattern.ends_with(utc)) {
        return Ok((local, FixedOffset::east_opt(0)));
    }
    let offset = parsed.offset().map(|seconds| FixedOffset::east_opt(seconds).ok_or_else(refused)).transpose()?;
    Ok((local, offset))
}

fn lost(pattern: &str, text: &str) -> Misfit {
    Misfit::of(format!("the pattern {pattern:?} reads more than a filled time can keep"), text)
}

/// Whether a filled time, written by the pattern, reads as the text did: nothing that was read got lost.
fn says_the_same(local: &NaiveDateTime, parsed: &Parsed, pattern: &str) -> bool {
    let offset = parsed.offset().and_then(FixedOffset::east_opt).unwrap_or_else(|| chrono::Utc.fix());
    let Some(instant) = offset.from_local_datetime(local).single() else { return false };
    let mut text = String::new();
    let mut again = Parsed::new();
    fmt::Write::write_fmt(&mut text, format_args!("{}", instant.format(pattern))).is_ok()
        && parse(&mut again, &text, StrftimeItems::new(pattern)).is_ok()
        && again == *parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str, zone: &str, ambiguous: Ambiguous) -> Result<String, Misfit> {
        let fill = format.ends_with('!');
        let format = Format::parse(format.trim_end_matches('!'), fill)?;
        let zone = (!zone.is_empty()).then(|| Zone::parse(zone).expect("a zone"));
        format.read(text, zone, ambiguous).map(|(text, _)| text)
    }

    #[test]
    fn times_of_all_forms() {
        for (format, text, zone, expected) in [
            ("iso", "2026-03-01T09:30:00Z", "", "2026-03-01T09:30:00Z"),
            ("iso", "2026-03-01t09:30:00.250+01:00", "UTC", "2026-03-01T09:30:00.250+01:00"),
            ("iso", "2023-11-16 18:17:03.9799600", "UTC", "2023-11-16T18:17:03.9799600Z"),
            ("iso", "2026-03-01 09:30", "+05:30", "2026-03-01T09:30:00+05:30"),
            ("iso", "2026-03-01 09:30:00,123", "Europe/Berlin", "2026-03-01T09:30:00.123+01:00"),
            ("iso", "2026-07-01 09:30:00", "Europe/Berlin", "2026-07-01T09:30:00+02:00"),
            ("iso", "2026-07-01 09:30:00+00", "Europe/Berlin", "2026-07-01T09:30:00+00:00"),
            ("iso", "2026-07-01 09:30:00-0330", "", "2026-07-01T09:30:00-03:30"),
            ("iso", "2026-07-01 09:30:00 UTC", "", "2026-07-01T09:30:00Z"),
            ("iso", "1890-01-01 00:53:28", "Europe/Berlin", "1890-01-01T00:00:00Z"),
            ("unix-s", "1772370000", "", "2026-03-01T13:00:00Z"),
            ("unix-s", "1772370000.25", "", "2026-03-01T13:00:00.250Z"),
            ("unix-ms", "1772370000250", "", "2026-03-01T13:00:00.250Z"),
            ("unix-us", "1772370000250001", "", "2026-03-01T13:00:00.250001Z"),
            ("unix-ns", "1772370000250000001", "", "2026-03-01T13:00:00.250000001Z"),
            ("unix-ms", "-1", "", "1969-12-31T23:59:59.999Z"),
            ("%d.%m.%Y %H:%M:%S", "01.03.2026 09:30:00", "Europe/Berlin", "2026-03-01T09:30:00+01:00"),
            ("%d/%b/%Y:%H:%M:%S %z", "01/Mar/2026:09:30:00 -0500", "", "2026-03-01T09:30:00-05:00"),
            ("%Y!", "2015", "America/New_York", "2015-01-01T00:00:00-05:00"),
            ("%Y-%m-%d!", "2015-07-04", "UTC", "2015-07-04T00:00:00Z"),
            ("%m/%d/%Y %I:%M %p", "03/01/2026 09:30 PM", "UTC", "2026-03-01T21:30:00Z"),
            ("%s", "1772370000", "", "2026-03-01T13:00:00Z"),
            ("%d.%m.%y %H:%M", "01.03.26 10:00", "UTC", "2026-03-01T10:00:00Z"),
            ("%Y-%m-%d %H:%M:%S%.f", "2026-03-01 12:00:00.5", "UTC", "2026-03-01T12:00:00.500Z"),
            ("%Y-%m-%d %H!", "2026-03-01 23", "UTC", "2026-03-01T23:00:00Z"),
            ("%Y-%m!", "2026-03", "UTC", "2026-03-01T00:00:00Z"),
            ("%m.%y!", "03.26", "UTC", "2026-03-01T00:00:00Z"),
            ("%Y-%j!", "2026-060", "UTC", "2026-03-01T00:00:00Z"),
            ("%Y-%m-%dT%H:%M:%SZ", "2026-03-01T10:00:00Z", "Europe/Berlin", "2026-03-01T10:00:00Z"),
            ("%Y-%m-%d %H:%M:%S UTC", "2026-07-01 10:00:00 UTC", "America/New_York", "2026-07-01T10:00:00Z"),
            ("%Y-%m-%d %H:%M:%S", "0999-01-01 00:00:00", "UTC", "0999-01-01T00:00:00Z"),
            ("%s %z", "1772370000 +0200", "", "2026-03-01T15:00:00+02:00"),
            ("iso", "2100-07-15 12:00:00", "UTC", "2100-07-15T12:00:00Z"),
            ("unix-us", "1505695072562816.233116774614", "", "2017-09-18T00:37:52.562816233Z"),
        ] {
            assert_eq!(read(format, text, zone, Ambiguous::Fail).as_deref(), Ok(expected), "{format} {text}");
            assert!(crate::record::time::Time::parse(expected).is_some(), "{expected}");
        }
    }

    #[test]
    fn times_that_are_none() {
        for (format, text, zone, expected) in [
            ("iso", "", "UTC", "not a time"),
            ("iso", "yesterday", "UTC", "not a time"),
            ("iso", "2026-02-30 09:30:00", "UTC", "not a time"),
            ("iso", "2026-03-01", "UTC", "not a time"),
            ("iso", "2026-03-01 9:30:00", "UTC", "not a time"),
            ("iso", "2026-03-01 24:00:00", "UTC", "not a time"),
            ("iso", "2026-03-01T09:30:00 ", "UTC", "not a time"),
            ("iso", "2026-03-01T09:30:00.Z", "UTC", "not a time"),
            ("iso", "2026-03-01T09:30:00é01:00", "UTC", "not a time"),
            ("iso", "2026-03-01T09:30:00*01:00", "UTC", "not a time"),
            ("iso", "２026-03-01T09:30:00Z", "UTC", "not a time"),
            ("iso", "2026-03-01T09:30:00", "", "names none"),
            ("iso", "2026-03-29 02:30:00", "Europe/Berlin", "clocks in Europe/Berlin never showed this time"),
            ("iso", "2026-10-25 02:30:00", "Europe/Berlin", "clocks in Europe/Berlin showed this time twice"),
            ("unix-s", "1.77e9", "", "not a number"),
            ("unix-s", "", "", "not a number"),
            ("unix-s", "1.", "", "not a number"),
            ("unix-s", "١٢", "", "not a number"),
            ("unix-s", "1772370000250", "", "another unit"),
            ("unix-s", "99999999999999999999999999999999999", "", "not a number"),
            ("unix-s", "99999999999999999999", "", "outside the years"),
            ("%d.%m.%Y %H:%M", "31.02.2026 10:00", "UTC", "not of the form"),
            ("%d.%m.%Y %H:%M", "01.03.2026", "UTC", "not of the form"),
            ("%d.%m.%Y", "01.03.2026", "UTC", "no time of day"),
            ("%Y", "2015", "UTC", "no day"),
            ("%H:%M!", "10:00", "UTC", "no year"),
            ("%Q", "x", "UTC", "not a strftime pattern"),
            ("%d.%m.%Y %H:%M", "01.03.26 10:00", "UTC", "a year of four digits"),
            ("%d.%m.%Y %H:%M", "01.03.126 10:00", "UTC", "a year of four digits"),
            ("%Y-%m-%d %H:%M:%S %Z", "2026-03-01 12:00:00 PST", "UTC", "%Z is a name"),
            ("%Y-%m-%d %H:%M:%S.%f", "2026-03-01 12:00:00.5", "UTC", "a fraction of a second is %.f"),
            ("%Y-Q%q!", "2026-Q3", "UTC", "reads more than a filled time can keep"),
            ("%Y-W%W!", "2026-W30", "UTC", "reads more than a filled time can keep"),
            ("%Y-%m-%d %M!", "2026-03-01 30", "UTC", "reads more than a filled time can keep"),
            ("%s", "253402300800", "UTC", "outside the years 1 to 9999"),
            ("%Y-%m-%d %H:%M %z", "+12026-03-01 10:00 +0100", "UTC", "outside the years 1 to 9999"),
            ("iso", "2100-07-15 12:00:00", "Europe/Berlin", "from 2100 on"),
            ("iso", "0000-06-01T00:00:00Z", "", "outside the years 1 to 9999"),
            ("iso", "0001-01-01 00:00:00", "Europe/Berlin", "outside the years 1 to 9999"),
            ("%Y-%m-%d %I!", "2026-03-01 03", "UTC", "which half of the day"),
            ("%Y-%m %A!", "2026-03 Monday", "UTC", "reads more than a filled time can keep"),
            ("rfc", "x", "UTC", "no time format"),
            ("iso!", "x", "UTC", "nothing to fill"),
        ] {
            let reason = read(format, text, zone, Ambiguous::Fail).expect_err(text).to_string();
            assert!(reason.contains(expected), "{format} {text:?}: {reason}");
        }
    }

    #[test]
    fn readings_that_were_shown_twice() {
        let at = "2026-10-25 02:30:00";
        let read = |ambiguous| read("iso", at, "Europe/Berlin", ambiguous);
        assert_eq!(read(Ambiguous::Earlier).as_deref(), Ok("2026-10-25T02:30:00+02:00"));
        assert_eq!(read(Ambiguous::Later).as_deref(), Ok("2026-10-25T02:30:00+01:00"));
    }
}

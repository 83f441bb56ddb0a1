//! Time in the sample's world: milliseconds since 1970 UTC, the bank's wall clock (Central European Time, as Berlin keeps
//! it in 2026), its holidays, and how times are written.

use super::json::digits;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(super) type Millis = i64;

pub(super) const SECOND: Millis = 1000;
pub(super) const MINUTE: Millis = 60 * SECOND;
pub(super) const HOUR: Millis = 60 * MINUTE;
pub(super) const DAY: Millis = 24 * HOUR;

/// When the logs begin: Sunday 2026-03-01T00:00:00Z.
pub(super) const START: Millis = days(2026, 3, 1) * DAY;

/// When they end: at the latest one millisecond before 2026-06-01T00:00:00Z.
pub(super) const END: Millis = days(2026, 6, 1) * DAY;

/// 2026-03-29T01:00:00Z: from then on the wall clock is two hours ahead of UTC instead of one.
const SUMMER: Millis = days(2026, 3, 29) * DAY + HOUR;

/// Days from 1970-01-01 to a day of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
pub(super) const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The day of the Gregorian calendar, `days` after 1970-01-01: the inverse of [`days`].
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// How far the bank's wall clock is ahead of UTC.
pub(super) const fn ahead(at: Millis) -> Millis {
    if at < SUMMER { HOUR } else { 2 * HOUR }
}

/// A reading of the bank's wall clock in 2026. Nothing of ours happens in the hour that is skipped.
pub(super) const fn local(month: i64, day: i64, hour: i64, minute: i64) -> Millis {
    let wall = days(2026, month, day) * DAY + hour * HOUR + minute * MINUTE;
    if wall - HOUR < SUMMER { wall - HOUR } else { wall - 2 * HOUR }
}

/// What the bank's wall clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wall {
    /// Days since 1970-01-01.
    pub(super) day: i64,
    /// Monday is 0.
    pub(super) weekday: i64,
    /// Milliseconds since midnight.
    pub(super) time: Millis,
}

impl Wall {
    pub(super) const fn at(at: Millis) -> Self {
        let wall = at + ahead(at);
        let day = wall.div_euclid(DAY);
        // 1970-01-01 was a Thursday.
        Self { day, weekday: (day + 3).rem_euclid(7), time: wall.rem_euclid(DAY) }
    }

    /// Neither weekend nor public holiday.
    pub(super) const fn is_working_day(self) -> bool {
        self.weekday < 5 && !is_holiday(self.day)
    }

    /// The instant at which the wall clock shows `time` of this day.
    pub(super) const fn instant(self, time: Millis) -> Millis {
        let wall = self.day * DAY + time;
        if wall - HOUR < SUMMER { wall - HOUR } else { wall - 2 * HOUR }
    }

    /// The next day's midnight.
    pub(super) const fn next_day(self) -> Self {
        Self { day: self.day + 1, weekday: (self.weekday + 1) % 7, time: 0 }
    }
}

/// Good Friday, Easter Monday, Labour Day, Ascension and Whit Monday of 2026.
const fn is_holiday(day: i64) -> bool {
    day == days(2026, 4, 3)
        || day == days(2026, 4, 6)
        || day == days(2026, 5, 1)
        || day == days(2026, 5, 14)
        || day == days(2026, 5, 25)
}

/// In which offset a writer states its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// `Z`: the servers.
    Utc,
    /// `+01:00` or `+02:00`: the programs that people work with.
    Local,
}

/// RFC 3339 with milliseconds.
pub(super) fn write_time(at: Millis, zone: Zone, out: &mut Vec<u8>) {
    let wall = if zone == Zone::Utc { at } else { at + ahead(at) };
    let (year, month, day) = civil(wall.div_euclid(DAY));
    let time = wall.rem_euclid(DAY);
    let parts = [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b'T'),
        (time / HOUR, 2, b':'),
        (time / MINUTE % 60, 2, b':'),
        (time / SECOND % 60, 2, b'.'),
    ];
    for (value, width, after) in parts {
        digits(value.unsigned_abs(), width, out);
        out.push(after);
    }
    digits((time % SECOND).unsigned_abs(), 3, out);
    match (zone, ahead(at)) {
        (Zone::Utc, _) => out.push(b'Z'),
        (Zone::Local, HOUR) => out.extend_from_slice(b"+01:00"),
        (Zone::Local, _) => out.extend_from_slice(b"+02:00"),
    }
}

/// [`write_time`] as a string of its own.
pub(super) fn time_text(at: Millis, zone: Zone) -> String {
    let mut out = Vec::with_capacity(29);
    write_time(at, zone, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// The day as `2026-04-17`.
pub(super) fn date_text(at: Millis) -> String {
    time_text(at, Zone::Local).chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_a_calendar_library() {
        let mut at = START - 40 * DAY;
        while at < END {
            let instant = chrono::DateTime::from_timestamp_millis(at).expect("an instant");
            let berlin = instant.with_timezone(&chrono_tz::Europe::Berlin);
            assert_eq!(time_text(at, Zone::Utc), instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
            assert_eq!(time_text(at, Zone::Local), berlin.to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
            let wall = Wall::at(at);
            assert_eq!(wall.weekday, i64::from(chrono::Datelike::weekday(&berlin).num_days_from_monday()));
            assert_eq!(wall.instant(wall.time), at, "{instant}");
            at += 17 * MINUTE + 31;
        }
        assert_eq!(time_text(local(4, 17, 21, 42), Zone::Local), "2026-04-17T21:42:00.000+02:00");
        assert_eq!(Wall::at(local(4, 17, 21, 42)).weekday, 4);
        assert_eq!(date_text(local(3, 2, 0, 0)), "2026-03-02");
    }
}

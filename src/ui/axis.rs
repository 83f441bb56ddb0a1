//! A stretch of time on the screen: from instants to points and back, and where its ruler has ticks.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};

const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000 * MICRO;
const SECOND: i64 = 1_000 * MILLI;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Steps of a ruler below a day, in nanoseconds.
const STEPS: [i64; 26] = [
    MICRO,
    10 * MICRO,
    100 * MICRO,
    MILLI,
    2 * MILLI,
    5 * MILLI,
    10 * MILLI,
    20 * MILLI,
    50 * MILLI,
    100 * MILLI,
    200 * MILLI,
    500 * MILLI,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
];

/// So many ticks there are at most.
const MOST: usize = 400;

/// From instants to points and back. Instants are nanoseconds since 1970, UTC; the difference to the first is taken before anything
/// is rounded, so that a millisecond is as exact as a century.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// The first instant.
    pub first: i64,
    /// The last instant.
    pub last: i64,
    /// Where the first stands.
    pub left: f32,
    /// Where the last stands.
    pub right: f32,
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
impl Axis {
    /// The length in nanoseconds, one at least.
    fn length(self) -> f64 {
        (i128::from(self.last) - i128::from(self.first)).max(1) as f64
    }

    /// Where an instant stands; outside of the axis where it is outside of the stretch, but not further than twice its width.
    #[must_use]
    pub fn x(self, nanos: i64) -> f32 {
        let share = (i128::from(nanos) - i128::from(self.first)) as f64 / self.length();
        let width = f64::from(self.right - self.left);
        self.left + (share.clamp(-2.0, 3.0) * width) as f32
    }

    /// What instant a point stands for; within the stretch.
    #[must_use]
    pub fn nanos(self, x: f32) -> i64 {
        let share = f64::from((x - self.left) / (self.right - self.left).max(1.0)).clamp(0.0, 1.0);
        let at = i128::from(self.first) + (share * self.length()) as i128;
        i64::try_from(at).unwrap_or(i64::MAX).min(self.last)
    }

    /// How long a point is, in nanoseconds.
    #[must_use]
    pub fn point(self) -> f64 {
        self.length() / f64::from(self.right - self.left).max(1.0)
    }

    /// The stretch moved by so many points.
    #[must_use]
    pub fn moved(self, points: f32) -> (i64, i64) {
        let by = (self.point() * f64::from(points)) as i64;
        (self.first.saturating_add(by), self.last.saturating_add(by))
    }

    /// The stretch made `factor` times as long around the instant at `x`, which stays where it is; not shorter than `shortest`, and
    /// within `all`.
    #[must_use]
    pub fn zoomed(self, factor: f64, x: f32, shortest: i64, all: (i64, i64)) -> (i64, i64) {
        let whole = (i128::from(all.1) - i128::from(all.0)).max(1) as f64;
        let length = (self.length() * factor).clamp((shortest as f64).min(whole), whole);
        let share = f64::from((x - self.left) / (self.right - self.left).max(1.0)).clamp(0.0, 1.0);
        let at = i128::from(self.first) + (share * self.length()) as i128;
        let first = at - (share * length) as i128;
        within((first, first + length as i128), all)
    }
}

/// A stretch moved into another one, and cut where it is longer.
fn within((first, last): (i128, i128), all: (i64, i64)) -> (i64, i64) {
    let all = (i128::from(all.0), i128::from(all.1));
    let length = (last - first).min(all.1 - all.0);
    let first = first.clamp(all.0, (all.1 - length).max(all.0));
    let narrow = |at: i128| i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX });
    (narrow(first), narrow(first + length))
}

/// A stretch moved so that it stays within another one, as long as it is.
#[must_use]
pub fn kept_within((first, last): (i64, i64), all: (i64, i64)) -> (i64, i64) {
    within((first.into(), last.into()), all)
}

/// A tick of a ruler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Where, in nanoseconds since 1970, UTC.
    pub nanos: i64,
    /// What stands there.
    pub words: String,
    /// Whether a longer stretch begins here: a week, a day, a minute.
    pub is_major: bool,
}

/// The ticks of an axis, not nearer to each other than `apart` points.
#[must_use]
pub fn ticks(axis: Axis, apart: f32) -> Vec<Tick> {
    let least = axis.point() * f64::from(apart);
    #[allow(clippy::cast_precision_loss, reason = "steps of time")]
    let step = STEPS.into_iter().find(|step| *step as f64 >= least);
    match step {
        Some(step) => fine(axis, step),
        None => dates(axis, least),
    }
}

/// Steps below a day.
fn fine(axis: Axis, step: i64) -> Vec<Tick> {
    let (format, major): (&str, i64) = match step {
        ..MILLI => ("%H:%M:%S%.6f", MILLI),
        MILLI..SECOND => ("%H:%M:%S%.3f", SECOND),
        SECOND..MINUTE => ("%H:%M:%S", MINUTE),
        _ => ("%H:%M", DAY),
    };
    let mut out = Vec::new();
    let mut at = axis.first.checked_add(step - 1).map_or(i64::MAX, |at| at - at.rem_euclid(step));
    while at <= axis.last && out.len() < MOST {
        let instant = DateTime::from_timestamp_nanos(at);
        let is_major = at.rem_euclid(major) == 0;
        let words = if at.rem_euclid(DAY) == 0 { instant.format("%a %-d %b") } else { instant.format(format) };
        out.push(Tick { nanos: at, words: words.to_string(), is_major });
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    out
}

/// Steps of days, months or years.
fn dates(axis: Axis, least: f64) -> Vec<Tick> {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "days of a picture")]
    let days = (least / DAY as f64).ceil() as i64;
    let first = DateTime::from_timestamp_nanos(axis.first).date_naive();
    let mut out = Vec::new();
    let mut push = |day: NaiveDate, format: &str, is_major: bool| {
        let at: Option<DateTime<Utc>> = day.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
        if let Some(nanos) = at.and_then(|at| at.timestamp_nanos_opt())
            && (axis.first..=axis.last).contains(&nanos)
        {
            out.push(Tick { nanos, words: day.format(format).to_string(), is_major });
        }
        day <= DateTime::from_timestamp_nanos(axis.last).date_naive() && out.len() < MOST
    };
    if days <= 7 {
        let mut day = first;
        loop {
            let weekday = i64::from(day.weekday().num_days_from_monday());
            // Weeks begin anew, so that Mondays always stand there.
            let is_there = match days {
                ..=1 => true,
                2 => weekday % 2 == 0 && weekday < 6,
                _ => weekday == 0,
            };
            let is_major = weekday == 0;
            if is_there && !push(day, if is_major { "%a %-d %b" } else { "%a %-d" }, is_major) {
                break;
            }
            let Some(next) = day.checked_add_days(Days::new(1)).filter(|next| next.year() < 2263) else { break };
            if !is_there && next > DateTime::from_timestamp_nanos(axis.last).date_naive() {
                break;
            }
            day = next;
        }
    } else if days <= 200 {
        let months = match days {
            ..=31 => 1,
            32..=92 => 3,
            _ => 6,
        };
        let mut day = NaiveDate::from_ymd_opt(first.year(), 1, 1);
        while let Some(here) = day {
            let is_major = here.month() == 1;
            if !push(here, if is_major || months > 1 { "%b %Y" } else { "%-d %b" }, is_major) {
                break;
            }
            day = here.checked_add_months(Months::new(months));
        }
    } else {
        let years = u32::try_from(days / 365 + 1).unwrap_or(u32::MAX).clamp(1, 500);
        let start = first.year() - first.year().rem_euclid(i32::try_from(years).unwrap_or(1));
        let mut day = NaiveDate::from_ymd_opt(start, 1, 1);
        while let Some(here) = day {
            if !push(here, "%Y", false) {
                break;
            }
            day = here.checked_add_months(Months::new(12 * years));
        }
    }
    out
}

/// A length of time in words, as exact as it matters: `31 h 17 min`, `2 h 19 min 48.608 s`, `12 ms`.
#[must_use]
pub fn length(nanos: u64) -> String {
    let nanos_of = |unit: i64| unit.unsigned_abs();
    let (days, rest) = (nanos / nanos_of(DAY), nanos % nanos_of(DAY));
    let (hours, rest) = (rest / nanos_of(HOUR), rest % nanos_of(HOUR));
    let (minutes, rest) = (rest / nanos_of(MINUTE), rest % nanos_of(MINUTE));
    let (seconds, fine) = (rest / nanos_of(SECOND), rest % nanos_of(SECOND));
    let fraction = |whole: u64, part: u64, of: u64, unit: &str| {
        let digits = format!("{:03}", part * 1_000 / of);
        match digits.trim_end_matches('0') {
            "" => format!("{whole} {unit}"),
            digits => format!("{whole}.{digits} {unit}"),
        }
    };
    if nanos < nanos_of(MILLI) {
        return fraction(nanos / nanos_of(MICRO), nanos % nanos_of(MICRO), nanos_of(MICRO), "µs");
    }
    if nanos < nanos_of(SECOND) {
        return fraction(nanos / nanos_of(MILLI), nanos % nanos_of(MILLI), nanos_of(MILLI), "ms");
    }
    let mut parts = Vec::new();
    for (count, unit) in [(days, "d"), (hours, "h"), (minutes, "min")] {
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    if rest > 0 && days == 0 {
        parts.push(fraction(seconds, fine, nanos_of(SECOND), "s"));
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().expect("a time").timestamp_nanos_opt().expect("nanoseconds")
    }

    fn axis(from: &str, to: &str) -> Axis {
        Axis { first: at(from), last: at(to), left: 250.0, right: 1394.0 }
    }

    #[test]
    fn a_place_and_its_instant_are_one_at_every_zoom() {
        for (from, to) in [
            ("2026-03-01T00:00:00Z", "2026-05-31T22:47:45.875Z"),
            ("2026-05-22T14:05:10.240Z", "2026-05-22T14:05:10.241Z"),
            ("1677-09-22T00:00:00Z", "2262-04-11T00:00:00Z"),
        ] {
            let axis = axis(from, to);
            for x in [250.0, 251.0, 700.5, 1394.0] {
                assert!((axis.x(axis.nanos(x)) - x).abs() < 0.01, "{from}: {x} is {}", axis.x(axis.nanos(x)));
            }
            assert!(axis.x(i64::MIN) >= 250.0 - 2.0 * 1144.0 && axis.x(i64::MAX) <= 250.0 + 3.0 * 1144.0);
        }
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_stays_within_the_log() {
        let whole = axis("2026-03-01T00:00:00Z", "2026-05-31T00:00:00Z");
        let all = (whole.first, whole.last);
        let (first, last) = whole.zoomed(0.5, 536.0, MILLI, all);
        let closer = Axis { first, last, ..whole };
        assert!((closer.x(whole.nanos(536.0)) - 536.0).abs() < 0.01);
        assert_eq!(closer.zoomed(1e9, 536.0, MILLI, all), all);
        let (first, last) = whole.zoomed(1e-15, 536.0, MILLI, all);
        assert_eq!(last - first, MILLI);
        assert_eq!(kept_within((all.0 - 5, all.0 + 10), all), (all.0, all.0 + 15));
        assert_eq!(kept_within((all.0, i64::MAX), all), all);
    }

    #[test]
    fn a_ruler_says_what_fits() {
        for (from, to, expected) in [
            ("2026-05-10T00:00:00Z", "2026-05-26T00:00:00Z", "Sun 10 Mon 11 May Tue 12 Wed 13"),
            ("2026-05-10T00:00:00Z", "2026-06-07T00:00:00Z", "Mon 11 May Wed 13 Fri 15 Mon 18 May"),
            ("2026-03-01T00:00:00Z", "2026-05-31T00:00:00Z", "Mon 2 Mar Mon 9 Mar Mon 16 Mar Mon 23 Mar"),
            ("2024-03-01T00:00:00Z", "2026-05-31T00:00:00Z", "Apr 2024 Jul 2024 Oct 2024 Jan 2025"),
            ("1990-03-01T00:00:00Z", "2026-05-31T00:00:00Z", "1992 1994 1996 1998"),
            ("2026-05-10T22:00:00Z", "2026-05-11T09:00:00Z", "22:00 23:00 Mon 11 May 01:00"),
            ("2026-05-10T22:00:00Z", "2026-05-10T22:01:00Z", "22:00:00 22:00:05 22:00:10 22:00:15"),
            (
                "2026-05-10T22:00:00.100Z",
                "2026-05-10T22:00:00.101Z",
                "22:00:00.100000 22:00:00.100100 22:00:00.100200 22:00:00.100300",
            ),
        ] {
            let ticks = ticks(axis(from, to), 58.0);
            let words: Vec<&str> = ticks.iter().take(4).map(|tick| tick.words.as_str()).collect();
            assert_eq!(words.join(" "), expected, "{from} to {to}");
            assert!(ticks.len() <= 24, "{} ticks from {from} to {to}", ticks.len());
            assert!(ticks.windows(2).all(|pair| pair[0].nanos < pair[1].nanos));
        }
        for (first, last) in [(i64::MIN, i64::MAX), (i64::MAX - 5, i64::MAX), (7, 7), (i64::MIN, i64::MIN + 1)] {
            assert!(ticks(Axis { first, last, left: 0.0, right: 1000.0 }, 58.0).len() <= MOST);
        }
    }

    #[test]
    fn lengths_in_words() {
        for (nanos, expected) in [
            (0, "0 µs"),
            (1_500, "1.5 µs"),
            (12_000_000, "12 ms"),
            (8_388_608_000_000, "2 h 19 min 48.608 s"),
            (112_620_000_000_000, "1 d 7 h 17 min"),
            (86_400_000_000_000, "1 d"),
            (61_000_000_000, "1 min 1 s"),
        ] {
            assert_eq!(length(nanos), expected);
        }
    }
}

//! Where a ruler of time has its ticks, and what stands at them.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};

/// Instants worth a tick, at most some twenty: hours, days, weeks, months or years.
#[must_use]
pub fn ticks(first: i64, last: i64) -> Vec<(i64, String)> {
    const HOUR: i64 = 3_600_000_000_000;
    const DAY: i64 = 24 * HOUR;
    let span = last.saturating_sub(first).max(1);
    let (start, end) = (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last));
    let mut out = Vec::new();
    let mut push = |at: DateTime<Utc>, format: &str| {
        if let Some(nanos) = at.timestamp_nanos_opt().filter(|nanos| (first..=last).contains(nanos)) {
            out.push((nanos, at.format(format).to_string()));
        }
    };
    let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    if span <= 2 * DAY {
        let step = (span / 12 / HOUR).max(1) * HOUR;
        let mut at = first - first.rem_euclid(step) + step;
        while at <= last && out_of(at, first, step) < 60 {
            push(DateTime::from_timestamp_nanos(at), "%-d %b %H:%M");
            at = at.saturating_add(step);
        }
    } else if span <= 400 * DAY {
        let days = match span / DAY {
            ..=20 => 1,
            21..=45 => 7,
            46..=130 => 14,
            _ => 31,
        };
        let mut day = start.date_naive().with_day(1);
        while let Some(from) = day.filter(|day| *day <= end.date_naive()) {
            let mut at = Some(from);
            while let Some(here) = at.filter(|at| at.month() == from.month()) {
                // Nothing stands close to the first of the next month.
                if here == from || days == 1 || here.day() <= 25 {
                    midnight(here).into_iter().for_each(|at| push(at, "%-d %b"));
                }
                at = here.checked_add_days(Days::new(days));
            }
            day = from.checked_add_months(Months::new(1));
        }
    } else {
        let years = span / DAY / 365;
        let step = u32::try_from(years / 12).unwrap_or(0).max(1);
        let mut day = NaiveDate::from_ymd_opt(start.year(), 1, 1);
        while let Some(here) = day.filter(|day| *day <= end.date_naive()) {
            midnight(here).into_iter().for_each(|at| push(at, "%Y"));
            day = here.checked_add_months(Months::new(12 * step));
        }
    }
    out
}

/// How many steps an instant is from the first.
fn out_of(at: i64, first: i64, step: i64) -> i64 {
    at.saturating_sub(first) / step.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_lie_within_the_time_shown_and_are_few() {
        let at = |text: &str| {
            DateTime::parse_from_rfc3339(text).expect("a time").timestamp_nanos_opt().expect("nanoseconds")
        };
        for (first, last) in [
            ("2026-03-01T00:00:05Z", "2026-05-31T22:47:45Z"),
            ("2026-03-01T00:00:05Z", "2026-03-01T00:47:45Z"),
            ("2026-03-01T00:00:05Z", "2026-03-09T22:47:45Z"),
            ("1970-01-01T00:00:00Z", "2026-05-31T22:47:45Z"),
            ("2026-03-01T00:00:05Z", "2026-03-01T00:00:05Z"),
        ] {
            let (first, last) = (at(first), at(last));
            let ticks = ticks(first, last);
            assert!(ticks.iter().all(|(nanos, _)| (first..=last).contains(nanos)));
            assert!(ticks.len() < 60 && ticks.is_sorted(), "{ticks:?}");
        }
        let months = ticks(at("2026-03-01T00:00:00Z"), at("2026-05-31T22:47:45Z"));
        let words: Vec<&str> = months.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["1 Mar", "15 Mar", "1 Apr", "15 Apr", "1 May", "15 May"]);
        assert!(ticks(i64::MIN, i64::MAX).len() < 60);
    }
}

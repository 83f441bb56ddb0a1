//! The time a record states: RFC 3339, with an offset or, from older loggers, without one.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

/// A record's time, as far as its text determines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// An instant: the text carries its offset.
    Instant(DateTime<Utc>),
    /// A wall-clock reading: the text states no zone.
    Local(NaiveDateTime),
}

impl Time {
    /// Reads RFC 3339 §5.6, also without an offset. `None` where the text is no such time.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::Instant(instant.to_utc()));
        }
        // One grammar for both: what would be RFC 3339 with a `Z` behind it.
        DateTime::parse_from_rfc3339(&format!("{text}Z")).ok().map(|instant| Self::Local(instant.naive_utc()))
    }

    /// The instant, where the text states its offset or `zone` is the zone that the log assumes for the others.
    pub fn instant(self, zone: Option<FixedOffset>) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(instant) => Some(instant),
            Self::Local(local) => Some(local.and_local_timezone(zone?).single()?.to_utc()),
        }
    }
}

/// The offset that a `log` record's `zone` names: `UTC`, `Z` or `±hh:mm`. `None` for anything else: a zone with summer
/// time does not give one offset.
pub fn parse_zone(zone: &str) -> Option<FixedOffset> {
    match zone {
        "UTC" | "Z" | "Etc/UTC" => FixedOffset::east_opt(0),
        _ => {
            let (sign, digits) = match zone.as_bytes().first()? {
                b'+' => (1, &zone[1..]),
                b'-' => (-1, &zone[1..]),
                _ => return None,
            };
            let (hours, minutes) = digits.split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 || !digits.bytes().all(|b| b.is_ascii_digit() || b == b':') {
                return None;
            }
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            (minutes < 60).then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)))?
        }
    }
}

/// An instant as it stands in reports: RFC 3339, UTC, fractions of a second as far as there are any.
pub fn shown(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_zones() {
        for (text, zone, expected) in [
            ("2026-03-01T12:00:00Z", None, Some("2026-03-01T12:00:00Z")),
            ("2026-03-01T12:00:00.250+02:00", None, Some("2026-03-01T10:00:00.250Z")),
            ("2026-03-01T12:00:00", None, None),
            ("2026-03-01T12:00:00", Some("+02:00"), Some("2026-03-01T10:00:00Z")),
            ("2026-03-01 12:00:00.1234567", Some("UTC"), Some("2026-03-01T12:00:00.123456700Z")),
            ("1601-01-01T00:00:00Z", None, Some("1601-01-01T00:00:00Z")),
            ("2026-02-30T00:00:00Z", None, None),
            ("2026-3-1 1:2:3", Some("UTC"), None),
            ("+12026-03-01T12:00:00", Some("UTC"), None),
            (" 2026-03-01T12:00:00", Some("UTC"), None),
            ("yesterday", None, None),
            ("", None, None),
        ] {
            let zone = zone.map(|zone| parse_zone(zone).expect("a zone"));
            let instant = Time::parse(text).and_then(|time| time.instant(zone));
            assert_eq!(instant.map(shown).as_deref(), expected, "{text}");
        }
        for zone in ["Europe/Berlin", "+2", "+02:60", "+99:00", "", "+é:00", "+0\u{664}:00"] {
            assert_eq!(parse_zone(zone), None, "{zone}");
        }
    }
}

//! Words for what records name tersely: fields, kinds, values. What the record itself says is never changed, only named.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::widgets::figures::{GROUP, MINUS};
use crate::record::Kind;

/// Why what is done with all of a log cannot be done now.
pub const NOT_WHOLE: &str = "The log is not read to its end: this is done with all of it";

/// The name of a field as a head: `input.metadata.region` is "Region". All of it goes into a tooltip.
#[must_use]
pub fn field(name: &str) -> String {
    let known = match name {
        "reviewed" => "Review",
        "overridden" => "Override",
        "audit_id" | "id" => "Id",
        "source_ip" | "context.ip_address" => "IP address",
        "seq" => "Seq",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let last = last(name);
    let word = last.strip_suffix("_id").filter(|rest| !rest.is_empty()).unwrap_or(last).replace('_', " ");
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The last member of a path, without quotes.
#[must_use]
pub fn last(name: &str) -> &str {
    if let Some(inner) = name.strip_suffix('"') {
        return inner.rsplit_once('"').map_or(name, |(_, member)| member);
    }
    name.rsplit_once('.').map_or(name, |(_, member)| member)
}

/// An instant in a zone, with what that is ahead of UTC: `2026-05-16 17:41:09.368 +02:00`.
#[must_use]
pub fn zoned(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S%.3f %:z").to_string()
}

/// A stretch of time in a zone, named: `2026-05-16 02:00:00.000 +02:00 – 2026-05-17 02:00:00.000 +02:00 Europe/Berlin`.
#[must_use]
pub fn zoned_span(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> String {
    if from == to {
        format!("{} {zone}", zoned(from, zone))
    } else {
        format!("{} – {} {zone}", zoned(from, zone), zoned(to, zone))
    }
}

/// The records of a kind, many of them.
#[must_use]
pub fn kinds(kind: Kind) -> &'static str {
    match kind {
        Kind::Decision => "Decisions",
        Kind::Outcome => "Outcomes",
        Kind::Review => "Reviews",
        Kind::Deployment => "Deployments",
        Kind::Training => "Trainings",
        Kind::System => "Systems",
        Kind::Access => "Access",
        Kind::Roster => "Roster",
        Kind::Change => "Changes",
        Kind::Dataset => "Data sets",
        Kind::Incident => "Incidents",
        Kind::Monitor => "Monitors",
        Kind::Erasure => "Erasures",
        Kind::Log => "Log",
        Kind::Custody => "Custody",
        Kind::Other => "Other",
    }
}

/// One record of a kind.
#[must_use]
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Decision => "Decision",
        Kind::Outcome => "Outcome",
        Kind::Review => "Review",
        Kind::Deployment => "Deployment",
        Kind::Training => "Training",
        Kind::System => "System",
        Kind::Access => "Access",
        Kind::Roster => "Roster entry",
        Kind::Change => "Change",
        Kind::Dataset => "Data set",
        Kind::Incident => "Incident",
        Kind::Monitor => "Measurement",
        Kind::Erasure => "Erasure",
        Kind::Log => "Log event",
        Kind::Custody => "Custody entry",
        Kind::Other => "Record",
    }
}

/// A value of a field as people say it.
#[must_use]
pub fn value<'v>(field: &str, value: &'v str) -> &'v str {
    match (field, value) {
        ("reviewed", "true") => "reviewed",
        ("reviewed", "false") => "not reviewed",
        ("overridden", "true") => "override",
        ("overridden", "false") => "no override",
        ("correct", "true") => "correct",
        ("correct", "false") => "not correct",
        (_, "") => "(empty text)",
        _ => value,
    }
}

/// A number of a record with its thousands apart and a true minus; its digits stay as they are.
#[must_use]
pub fn number(text: &str) -> String {
    grouped(text, 4)
}

/// The same outside tables, where four digits stand together (SI Brochure 5.4.4): they may be a year.
#[must_use]
pub fn number_in_text(text: &str) -> String {
    grouped(text, 5)
}

/// A number of so many digits or more has its thousands apart.
fn grouped(text: &str, least: usize) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, behind) = rest.split_at(digits);
    let mut out = String::with_capacity(text.len() + 8);
    if !sign.is_empty() {
        out.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if digits >= least && at > 0 && (digits - at).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    for c in behind.chars() {
        out.push(if c == '-' { MINUS } else { c });
    }
    out
}

/// An instant to the millisecond, UTC: `2026-05-16 02:10:25.885`. The zone stands in the head of the column.
#[must_use]
pub fn time(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (text, shown) in [
            ("0", "0"),
            ("1234", "1\u{202f}234"),
            ("-40000.50", "\u{2212}40\u{202f}000.50"),
            ("0.9190", "0.9190"),
            ("1e-7", "1e\u{2212}7"),
            ("123456", "123\u{202f}456"),
        ] {
            assert_eq!(number(text), shown);
        }
        for (text, shown) in [("2015", "2015"), ("-2015.5", "\u{2212}2015.5"), ("12500", "12\u{202f}500")] {
            assert_eq!(number_in_text(text), shown);
        }
    }

    #[test]
    fn fields_have_words() {
        for (name, shown) in [
            ("result", "Result"),
            ("input.metadata.region", "Region"),
            ("change_request", "Change request"),
            ("dataset_id", "Dataset"),
            ("\"version\"", "Version"),
            ("a.\"b.c\"", "B.c"),
            ("_id", "_id".trim_start_matches('_')),
        ] {
            assert_eq!(field(name).to_lowercase().trim(), shown.to_lowercase(), "{name}");
        }
    }

    #[test]
    fn a_stretch_in_a_zone_names_it_once() {
        let at = DateTime::from_timestamp_nanos(1_778_897_425_885_999_999);
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(zoned_span(at, at, berlin), "2026-05-16 04:10:25.885 +02:00 Europe/Berlin");
        let later = at + chrono::TimeDelta::hours(1);
        assert_eq!(
            zoned_span(at, later, berlin),
            "2026-05-16 04:10:25.885 +02:00 – 2026-05-16 05:10:25.885 +02:00 Europe/Berlin"
        );
    }

    #[test]
    fn an_hour_that_a_zone_leaves_out_or_has_twice_is_told_by_its_offset() {
        let berlin = chrono_tz::Europe::Berlin;
        for (utc, expected) in [
            ("2026-03-29T00:59:59.999Z", "2026-03-29 01:59:59.999 +01:00"),
            ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00.000 +02:00"),
            ("2026-10-25T00:30:00Z", "2026-10-25 02:30:00.000 +02:00"),
            ("2026-10-25T01:30:00Z", "2026-10-25 02:30:00.000 +01:00"),
        ] {
            assert_eq!(zoned(utc.parse().expect("a time"), berlin), expected);
        }
    }

    #[test]
    fn times_have_three_digits_behind_the_second() {
        let at = DateTime::from_timestamp_nanos(1_778_897_425_885_999_999);
        assert_eq!(time(at), "2026-05-16 02:10:25.885");
    }
}

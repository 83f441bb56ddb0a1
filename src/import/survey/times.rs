//! In which format texts are times, and whether a column's name says that there are some.

use super::Content;
use super::guess::is_most;
use crate::import::time::{Ambiguous, Format, Zone};

/// Patterns that are tried, and whether they need filling. Of two that differ in the order of day and month the better
/// fits, the first on a tie.
const PATTERNS: [(&str, bool); 37] = [
    ("%d.%m.%Y %H:%M:%S%.f", false),
    ("%d.%m.%Y %H:%M", false),
    ("%d.%m.%Y, %H:%M:%S", false),
    ("%d.%m.%Y, %H:%M", false),
    ("%d.%m.%Y", true),
    ("%d/%m/%Y %H:%M:%S%.f", false),
    ("%d/%m/%Y %H:%M", false),
    ("%d/%m/%Y, %H:%M:%S", false),
    ("%d/%m/%Y", true),
    ("%m/%d/%Y %I:%M:%S %p", false),
    ("%m/%d/%Y %I:%M %p", false),
    ("%m/%d/%Y, %I:%M:%S %p", false),
    ("%d-%m-%Y %H:%M:%S%.f", false),
    ("%d-%m-%Y %H:%M", false),
    ("%d-%m-%Y", true),
    ("%Y/%m/%d %H:%M:%S%.f", false),
    ("%Y/%m/%d %H:%M", false),
    ("%Y/%m/%d", true),
    ("%Y-%m-%d", true),
    ("%Y%m%dT%H%M%SZ", false),
    ("%Y%m%d%H%M%S", false),
    ("%Y%m%d", true),
    ("%d %b %Y %H:%M:%S", false),
    ("%d %b %Y", true),
    ("%d-%b-%Y %H:%M:%S%.f", false),
    ("%d-%b-%Y", true),
    ("%d/%b/%Y:%H:%M:%S %z", false),
    ("%a, %d %b %Y %H:%M:%S %z", false),
    // Two digits of a year are no year by themselves: with a time of day, or where the column's name says so.
    ("%d.%m.%y %H:%M:%S%.f", false),
    ("%d.%m.%y %H:%M", false),
    ("%d.%m.%y", true),
    ("%d/%m/%y %H:%M:%S%.f", false),
    ("%d/%m/%y %H:%M", false),
    ("%d/%m/%y", true),
    ("%m/%d/%y %I:%M:%S %p", false),
    ("%m/%d/%y %I:%M %p", false),
    ("%d-%b-%y", true),
];

/// The same pattern with day and month the other way round, where both are usual.
fn swapped(pattern: &'static str) -> Option<&'static str> {
    const ORDERS: [(&str, &str); 4] =
        [("%d/%m/", "%m/%d/"), ("%m/%d/", "%d/%m/"), ("%d-%m-", "%m-%d-"), ("%m-%d-", "%d-%m-")];
    const TWINS: [&str; 15] = [
        "%m/%d/%Y %H:%M:%S%.f",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y, %H:%M:%S",
        "%m/%d/%Y",
        "%d/%m/%Y %I:%M:%S %p",
        "%d/%m/%Y %I:%M %p",
        "%d/%m/%Y, %I:%M:%S %p",
        "%m-%d-%Y %H:%M:%S%.f",
        "%m-%d-%Y %H:%M",
        "%m-%d-%Y",
        "%m/%d/%y %H:%M:%S%.f",
        "%m/%d/%y %H:%M",
        "%m/%d/%y",
        "%d/%m/%y %I:%M:%S %p",
        "%d/%m/%y %I:%M %p",
    ];
    let (from, to) = ORDERS.into_iter().find(|(from, _)| pattern.starts_with(from))?;
    TWINS.into_iter().find(|twin| twin.strip_prefix(to) == pattern.strip_prefix(from))
}

/// Which run of digits holds the pattern's year, and how many digits it has: 2.3.1 is a version, and 25 no year of four.
fn year_run(pattern: &str) -> Option<(usize, usize)> {
    let (mut run, mut digits, mut is_found) = (0, 0, false);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some(part @ ('Y' | 'y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'I'))) => {
                digits += if part == 'Y' { 4 } else { 2 };
                is_found |= part.eq_ignore_ascii_case(&'y');
            }
            _ if is_found => break,
            _ => {
                run += usize::from(digits > 0);
                digits = 0;
            }
        }
    }
    is_found.then_some((run, digits))
}

fn has_year(text: &str, run: usize, digits: usize) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.skip(run).map(str::len).next() == Some(digits)
}

/// Whether a text is a time of that format; in which zone does not matter.
pub(super) fn is_time(format: &str, is_filled: bool, text: &str) -> bool {
    Format::parse(format, is_filled).is_ok_and(|parsed| reads(&parsed, format, text, Zone::parse("UTC")))
}

fn reads(parsed: &Format, format: &str, text: &str, zone: Option<Zone>) -> bool {
    year_run(format).is_none_or(|(run, digits)| has_year(text, run, digits))
        && parsed.read(text, zone, Ambiguous::Earlier).is_ok()
}

/// The units of a number of time since 1970, in seconds of one.
const UNITS: [(&str, u64); 4] = [("unix-s", 1), ("unix-ms", 1_000), ("unix-us", 1_000_000), ("unix-ns", 1_000_000_000)];

/// The years 2000 to 2100 in seconds since 1970: account numbers are seldom in them, times of logs always.
const PLAUSIBLE: std::ops::Range<u64> = 946_684_800..4_102_444_800;

/// The format that most texts are times of.
pub(super) fn time_format(name: &str, texts: &[&str]) -> Option<Content> {
    let fits = |format: &str, is_filled: bool, zone: Option<Zone>| {
        Format::parse(format, is_filled).is_ok_and(|parsed| is_most(texts, |text| reads(&parsed, format, text, zone)))
    };
    let time =
        |format, is_filled, has_zone, is_day_unsure| Some(Content::Time { format, is_filled, has_zone, is_day_unsure });
    let utc = Zone::parse("UTC");
    if fits("iso", false, utc) {
        return time("iso", false, fits("iso", false, None), false);
    }
    let is_named = hints_at_time(name);
    if is_most(texts, |text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
        for (format, unit) in UNITS {
            let is_plausible = |text: &str| {
                let whole = text.split('.').next().unwrap_or_default();
                whole.parse::<u64>().is_ok_and(|number| PLAUSIBLE.contains(&(number / unit)))
            };
            if is_named && is_most(texts, is_plausible) && fits(format, false, None) {
                return time(format, false, true, false);
            }
        }
        let is_year = |text: &str| text.parse().is_ok_and(|year: u32| (1900..2100).contains(&year));
        if words(name).iter().any(|word| matches!(word.as_str(), "year" | "jahr")) && is_most(texts, is_year) {
            return time("%Y", true, false, false);
        }
        if !is_named && is_most(texts, |text| text.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
    }
    for (pattern, is_filled) in PATTERNS {
        let is_asking = is_filled && pattern.contains("%y") && !is_named;
        let fitting = |pattern: &str| {
            let parsed = Format::parse(pattern, is_filled);
            parsed.map_or(0, |parsed| texts.iter().filter(|text| reads(&parsed, pattern, text, utc)).count())
        };
        let twin = swapped(pattern);
        if is_asking || !(fits(pattern, is_filled, utc) || twin.is_some_and(|twin| fits(twin, is_filled, utc))) {
            continue;
        }
        let (count, other) = (fitting(pattern), twin.map_or(0, fitting));
        let best = twin.filter(|_| other > count).unwrap_or(pattern);
        return time(best, is_filled, pattern.contains("%z"), other == count && twin.is_some());
    }
    None
}

/// The words of a name, in small letters: `createdAt` and `created_at` have the same two. Of a path the last part counts.
pub(in crate::import) fn words(name: &str) -> Vec<String> {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let (mut is_inside, mut was_small) = (false, false);
    for c in last.chars() {
        if !c.is_alphanumeric() {
            (is_inside, was_small) = (false, false);
            continue;
        }
        let is_new = !is_inside || (was_small && c.is_uppercase());
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        (is_inside, was_small) = (true, c.is_lowercase());
    }
    words
}

/// Whether a column's name says that it holds times.
fn hints_at_time(name: &str) -> bool {
    const WHOLE: [&str; 22] = [
        "at",
        "on",
        "since",
        "when",
        "ts",
        "dt",
        "tag",
        "am",
        "seit",
        "until",
        "bis",
        "expires",
        "created",
        "updated",
        "modified",
        "epoch",
        "utc",
        "eingang",
        "erstellt",
        "geändert",
        "day",
        "dob",
    ];
    const PARTS: [&str; 7] = ["time", "date", "stamp", "datum", "zeit", "tag", "stempel"];
    const OTHERS: [&str; 8] =
        ["candidate", "mandate", "consolidate", "validate", "timeout", "timeouts", "times", "update"];
    words(name).iter().any(|word| {
        let is_part = |part: &str| {
            let is_edge = word.ends_with(part) || (word.starts_with(part) && part != "tag");
            is_edge && !OTHERS.contains(&word.as_str())
        };
        WHOLE.contains(&word.as_str()) || PARTS.iter().any(|part| is_part(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(name: &str, texts: &[&str]) -> Option<&'static str> {
        match time_format(name, texts) {
            Some(Content::Time { format, .. }) => Some(format),
            _ => None,
        }
    }

    #[test]
    fn every_pattern_is_one_and_has_a_year() {
        for (pattern, is_filled) in PATTERNS {
            for pattern in [Some(pattern), swapped(pattern)].into_iter().flatten() {
                assert!(Format::parse(pattern, is_filled).is_ok(), "{pattern}");
                assert!(year_run(pattern).is_some(), "{pattern}");
            }
            // Whatever begins with the day and a sign that both orders use has a twin.
            let has_twin = ["%d/%m/", "%m/%d/", "%d-%m-"].iter().any(|order| pattern.starts_with(order));
            assert_eq!(swapped(pattern).is_some(), has_twin, "{pattern}");
        }
        assert_eq!(year_run("%d.%m.%Y %H:%M"), Some((2, 4)));
        assert_eq!(year_run("%Y%m%dT%H%M%SZ"), Some((0, 8)));
        assert_eq!(year_run("%a, %d %b %Y"), Some((1, 4)));
        assert_eq!(year_run("%d-%b-%y"), Some((1, 2)));
    }

    #[test]
    fn formats_are_told_by_every_value() {
        for (name, texts, expected) in [
            ("x", &["01.01.25 10:00", "31.12.24 09:30"][..], Some("%d.%m.%y %H:%M")),
            ("x", &["3/1/25 14:05", "3/31/25 9:05"], Some("%m/%d/%y %H:%M")),
            ("x", &["3/1/2025 14:05", "3/31/2025 9:05"], Some("%m/%d/%Y %H:%M")),
            ("version", &["2.3.1", "2.3.10", "2.10.12"], None),
            ("version", &["1.1.25", "1.2.10"], None),
            ("Datum", &["01.01.25", "31.12.24"], Some("%d.%m.%y")),
            ("x", &["01.01.25", "31.12.24"], None),
            ("x", &["01.01.2025", "31.12.2024"], Some("%d.%m.%Y")),
            ("created_at", &["123456789012345"], None),
            ("konto", &["1772370000250001"], None),
            ("eventTime", &["1772370000250001"], Some("unix-us")),
            ("sentiment", &["1772370000"], None),
            ("x", &["20260301T093000Z"], Some("%Y%m%dT%H%M%SZ")),
            ("x", &["1.3.2026 09:30:00.1234"], Some("%d.%m.%Y %H:%M:%S%.f")),
            ("x", &["1.3.26 09:30:00.1234"], Some("%d.%m.%y %H:%M:%S%.f")),
            ("since", &["01-MAR-26"], Some("%d-%b-%y")),
        ] {
            assert_eq!(format(name, texts), expected, "{name} {texts:?}");
        }
    }

    #[test]
    fn two_digits_of_a_year_turn_at_seventy() {
        let format = Format::parse("%d.%m.%y", true).expect("a format");
        for (text, expected) in [("01.01.68", "2068"), ("01.01.69", "2069"), ("01.01.70", "1970"), ("01.01.99", "1999")]
        {
            let (time, _) = format.read(text, Zone::parse("UTC"), Ambiguous::Fail).expect("a time");
            assert!(time.starts_with(expected), "{text}: {time}");
        }
    }
}

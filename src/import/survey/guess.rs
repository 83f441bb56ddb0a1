//! What a text may be: a number, or a time in some format.

use super::Content;
use crate::import::time::{Ambiguous, Format, Zone};

/// Whether a text is a number with that decimal sign.
pub(super) fn is_number(text: &str, point: char) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once(point).unwrap_or((digits, ""));
    let (fraction, exponent) = fraction.split_once(['e', 'E']).unwrap_or((fraction, "0"));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // 007 is a name made of digits, not a number.
    let is_name = whole.len() > 1 && whole.starts_with('0');
    let is_nothing = whole.is_empty() && fraction.is_empty();
    !is_name
        && !is_nothing
        && whole.len() <= 15
        && is_digits(whole)
        && is_digits(fraction)
        && !exponent.is_empty()
        && is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
}

/// Patterns that are tried, and whether they need filling.
const PATTERNS: [(&str, bool); 17] = [
    ("%d.%m.%Y %H:%M:%S%.f", false),
    ("%d.%m.%Y %H:%M", false),
    ("%d.%m.%Y", true),
    ("%d/%m/%Y %H:%M:%S%.f", false),
    ("%d/%m/%Y %H:%M", false),
    ("%d/%m/%Y", true),
    ("%m/%d/%Y %H:%M:%S%.f", false),
    ("%m/%d/%Y %H:%M", false),
    ("%m/%d/%Y", true),
    ("%m/%d/%Y %I:%M:%S %p", false),
    ("%Y/%m/%d %H:%M:%S%.f", false),
    ("%Y-%m-%d", true),
    ("%Y%m%d%H%M%S", false),
    ("%Y%m%d", true),
    ("%d %b %Y %H:%M:%S", false),
    ("%d/%b/%Y:%H:%M:%S %z", false),
    ("%a, %d %b %Y %H:%M:%S %z", false),
];

/// Of ten values of a column nine decide what it holds: a few may be broken.
pub(super) fn is_most(count: usize, all: usize) -> bool {
    count > 0 && count * 10 >= all * 9
}

/// The format that most texts are times of.
pub(super) fn time_format(name: &str, texts: &[&str]) -> Option<Content> {
    let most = |is: &dyn Fn(&str) -> bool| is_most(texts.iter().filter(|text| is(text)).count(), texts.len());
    let fits = |format: &str, is_filled: bool, zone: Option<Zone>| {
        let format = Format::parse(format, is_filled);
        // A year has four digits: 2.3.1 is a version.
        let has_year = |text: &str| text.as_bytes().windows(4).any(|part| part.iter().all(u8::is_ascii_digit));
        format.is_ok_and(|format| most(&|text| has_year(text) && format.read(text, zone, Ambiguous::Earlier).is_ok()))
    };
    let time =
        |format, is_filled, has_zone, is_day_unsure| Some(Content::Time { format, is_filled, has_zone, is_day_unsure });
    let utc = Zone::parse("UTC");
    if fits("iso", false, utc) {
        return time("iso", false, fits("iso", false, None), false);
    }
    let name = name.to_ascii_lowercase();
    let is_named = ["time", "date", "stamp", "created", "_at", "_ts"].iter().any(|part| name.contains(part))
        || name == "ts"
        || name == "at";
    if most(&|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
        let has = |least: usize, longest: usize| {
            most(&|text| {
                let digits = text.split('.').next().unwrap_or_default();
                (least..=longest).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        for (format, least, longest, needs_name) in
            [("unix-s", 9, 10, true), ("unix-ms", 12, 13, true), ("unix-us", 15, 16, false), ("unix-ns", 18, 19, false)]
        {
            if has(least, longest) && (is_named || !needs_name) {
                return time(format, false, true, false);
            }
        }
        let is_year = |text: &str| text.parse().is_ok_and(|year: u32| (1900..2100).contains(&year));
        if name.contains("year") && most(&is_year) {
            return time("%Y", true, false, false);
        }
        if !is_named && most(&|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
    }
    for (pattern, is_filled) in PATTERNS {
        if fits(pattern, is_filled, utc) {
            let other = pattern.replace("%d/%m", "%m/%d");
            let is_unsure = other != pattern && fits(&other, is_filled, utc);
            return time(pattern, is_filled, pattern.contains("%z"), is_unsure);
        }
    }
    None
}

/// Whether a text is what the column holds.
pub(super) fn is_of(content: &Content, text: &str, is_number: &dyn Fn(&str) -> bool) -> bool {
    match content {
        Content::Time { format, is_filled, .. } => Format::parse(format, *is_filled)
            .is_ok_and(|format| format.read(text, Zone::parse("UTC"), Ambiguous::Earlier).is_ok()),
        Content::Number => is_number(text),
        Content::Empty | Content::Json | Content::Text => true,
    }
}

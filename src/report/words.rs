//! What is said of figures, times and places of records, the same wherever it is printed: on a terminal, in a report. A figure that is
//! not determinable is no number.

use std::fmt::Write as _;

use crate::analysis::Instant;
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::proportions::Difference;
use crate::analysis::statistics::{Figure, p_words};
use crate::analysis::story::Place;
use crate::analysis::versions::Against;
use crate::analysis::versions::stretches::{Known, Stretch};
use crate::record::figures::{self, grouped};
use crate::record::text::shown_short;

/// A text of a record, cut; a dash where there is none.
#[must_use]
pub fn short(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), |text| shown_short(text, 80))
}

/// `2026-04-17 19:42:07.318`, UTC, as everywhere in such a text.
#[must_use]
pub fn when(at: Option<Instant>) -> String {
    match at {
        None => "no time".to_owned(),
        Some(at) => at.to_string().trim_end_matches('Z').replacen('T', " ", 1),
    }
}

/// `2026-04-17 19:42`, UTC.
#[must_use]
pub fn minute(at: i64) -> String {
    let text = Instant(at).to_string();
    text.get(..16).unwrap_or(&text).replacen('T', " ", 1)
}

/// A time of RFC 3339 in UTC as these texts have times: `2026-04-17 19:42:07`.
#[must_use]
pub fn time_of(rfc3339: &str) -> String {
    rfc3339.trim_end_matches('Z').replacen('T', " ", 1)
}

/// A number of things: `1 row`, `2 rows`.
#[must_use]
pub fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { several })
}

/// Where a record is, and what is wrong with it.
#[must_use]
pub fn place(place: &Place) -> String {
    let seq = place.seq.map_or_else(|| "no seq".to_owned(), |seq| format!("seq {}", grouped(seq)));
    let mut out = match &place.log {
        None => seq,
        Some(log) => format!("{seq} of {}", shown_short(log, 60)),
    };
    if let Some(word) = place.damage {
        let _ = write!(out, " (record {word})");
    }
    out
}

/// `12 d 3 h 5 min`, `4 min 10 s`, `0.250 s`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "−" } else { "" };
    let seconds = seconds.abs();
    if seconds < 60.0 {
        return format!("{sign}{seconds:.3} s");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and bounded by the times of a log"
    )]
    let whole = seconds as u64;
    let (days, hours, minutes, rest) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    match (days, hours) {
        (0, 0) => format!("{sign}{minutes} min {rest} s"),
        (0, _) => format!("{sign}{hours} h {minutes} min"),
        _ => format!("{sign}{} d {hours} h {minutes} min", grouped(days)),
    }
}

/// What stands where there is nothing to say.
pub const NOTHING: &str = "–";

/// `42 of 1 037`.
#[must_use]
pub fn of(rate: Rate) -> String {
    format!("{} of {}", grouped(rate.numerator), grouped(rate.denominator))
}

/// `4.1 [3.0–5.5]`, in percent.
#[must_use]
pub fn percent(rate: Rate) -> String {
    match (rate.rate, rate.wilson95) {
        (Some(share), Some([low, high])) => {
            format!("{:.1} [{:.1}–{:.1}]", 100.0 * share, 100.0 * low, 100.0 * high)
        }
        _ => NOTHING.to_owned(),
    }
}

/// `4.1 %`.
#[must_use]
pub fn share(rate: Rate) -> String {
    rate.rate.map_or_else(|| NOTHING.to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

/// A figure in words, or why there is none.
#[must_use]
pub fn told<T>(figure: &Figure<T>, words: impl FnOnce(&T) -> String) -> String {
    match figure {
        Ok(value) => words(value),
        Err(because) => format!("not determinable: {because}"),
    }
}

/// A figure in words, or a dash: where the reason stands elsewhere.
#[must_use]
pub fn brief<T>(figure: &Figure<T>, words: impl FnOnce(&T) -> String) -> String {
    figure.as_ref().map_or_else(|_| NOTHING.to_owned(), words)
}

/// With a sign of its own, and three decimals.
#[must_use]
pub fn decimals(value: f64) -> String {
    format!("{value:.3}").replace('-', "−")
}

/// A p-value, unbroken.
#[must_use]
pub fn p(value: f64) -> String {
    figures::unbroken(&p_words(value).replace(' ', "\u{a0}"))
}

/// `p 0.0040, q 0.012`.
#[must_use]
pub fn p_and_q(value: f64, q: Option<f64>) -> String {
    let q = q.map(|q| format!(", q {}", p(q))).unwrap_or_default();
    format!("p {}{q}", p(value))
}

/// `+12.8 [8.3–18.2]`, in percentage points.
#[must_use]
pub fn points(difference: &Difference) -> String {
    let signed = |value: f64| format!("{:+.1}", 100.0 * value).replace('-', "−");
    let [low, high] = difference.newcombe95;
    format!("{} [{} to {}]", signed(difference.difference), signed(low), signed(high))
}

/// The version of a stretch of service, or what is known instead; `2.3.1 *` where no deployment on record holds its decisions.
#[must_use]
pub fn version(stretch: &Stretch) -> String {
    match stretch.known {
        Known::Deployed => short(stretch.version.as_deref()),
        Known::Undeployed => format!("{} *", short(stretch.version.as_deref())),
        Known::Ambiguous => "(ambiguous)".to_owned(),
        Known::Unknown => "(unknown)".to_owned(),
    }
}

/// Begin and end of a stretch of service, UTC; of decisions without a deployment the first and the last.
#[must_use]
pub fn service(stretch: &Stretch) -> [String; 2] {
    let no_time = || "no time".to_owned();
    let end = match stretch.known {
        Known::Deployed => stretch.to.map_or_else(|| "still in service".to_owned(), minute),
        _ => stretch.decided.map_or_else(no_time, |(_, last)| minute(last)),
    };
    [stretch.begin().map_or_else(no_time, minute), end]
}

/// How far the confidence moved from one version to the next: `PSI 0.251 (large)` and `KS 0.183, p < 0.0001`, or why neither is known.
#[must_use]
pub fn confidence(found: &Against) -> Vec<String> {
    match (&found.psi, &found.ks) {
        (Err(because), Err(_)) => vec![format!("not determinable: {because}")],
        (psi, ks) => {
            let psi = told(psi, |psi| format!("{} ({})", decimals(psi.value), psi.shift.words()));
            let ks = told(ks, |ks| format!("{}, {}", decimals(ks.statistic), p_and_q(ks.p, found.ks_q)));
            vec![format!("PSI {psi}"), format!("KS {ks}")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistics::Because;
    use crate::analysis::statistics::proportions::difference;

    #[test]
    fn figures_in_words() {
        assert_eq!(percent(Rate::of(120, 1000)), "12.0 [10.1–14.2]");
        assert_eq!((percent(Rate::of(0, 0)), share(Rate::of(1, 8))), ("–".to_owned(), "12.5 %".to_owned()));
        let difference = difference((120, 1000), (165, 1000)).expect("a difference");
        assert_eq!(points(&difference), "+4.5 [+1.4 to +7.6]");
        assert_eq!(p_and_q(0.003_995, Some(1.0)), "p 0.0040, q 1.0");
        let none: Figure<f64> = Err(Because("there is nothing"));
        assert_eq!(told(&none, |value| decimals(*value)), "not determinable: there is nothing");
        assert_eq!((brief(&none, |value| decimals(*value)), decimals(-0.25)), ("–".to_owned(), "−0.250".to_owned()));
    }

    #[test]
    fn durations_are_read_at_a_glance() {
        for (seconds, expected) in [
            (0.25, "0.250 s"),
            (59.9, "59.900 s"),
            (250.0, "4 min 10 s"),
            (3600.0, "1 h 0 min"),
            (1_048_000.0, "12 d 3 h 6 min"),
            (-250.0, "−4 min 10 s"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
    }
}

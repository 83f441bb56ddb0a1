//! What stands in the cells of the table of versions: words, bars, small distributions, intervals.

use chrono::{DateTime, Datelike as _, Utc};
use egui::{Color32, Painter, Rect, Stroke, pos2, vec2};

use super::Shown;
use crate::analysis::decisions::Measure;
use crate::analysis::deployments::{ApprovalState, Event};
use crate::analysis::distribution::Distribution;
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::{Figure, p_words};
use crate::analysis::versions::stretches::{Known, Stretch};
use crate::analysis::versions::{Against, ModelVersions, VersionRow};
use crate::record::text::visible;
use crate::ui::theme::{Theme, measure};
use crate::ui::widgets::figures::{count, counted, percent, points};

/// An instant to the minute: `17 Apr 19:42`, with the year where that is not `year`.
pub(super) fn minute(nanos: i64, year: i32) -> String {
    let at: DateTime<Utc> = DateTime::from_timestamp_nanos(nanos);
    let format = if at.year() == year { "%-d %b %H:%M" } else { "%-d %b %Y %H:%M" };
    at.format(format).to_string()
}

/// From when to when.
pub(super) fn served(stretch: &Stretch, year: i32, last: Option<i64>) -> String {
    let end = stretch.end();
    match (stretch.begin(), end) {
        (None, _) => "no time on record".to_owned(),
        (Some(from), Some(to)) => {
            let year_of = |nanos| DateTime::<Utc>::from_timestamp_nanos(nanos).year();
            // A stretch across years names both of them.
            let year = if year_of(from) == year_of(to) { year } else { i32::MIN };
            format!("{} – {}", minute(from, year), minute(to, year))
        }
        (Some(from), None) => match last {
            // It was live to the end of the log: what came then is not on record.
            Some(last) => format!("{} – {} on", minute(from, year), minute(last, year)),
            None => format!("from {}", minute(from, year)),
        },
    }
}

/// What is to be said of a stretch of service, and whether it is a reason to look closer.
pub(super) fn remark(shown: &Shown<'_>, row: &VersionRow) -> (String, bool) {
    let mut words = Vec::new();
    let mut is_remarkable = false;
    // Of several logs each has its own versions.
    if shown.model.rows.iter().any(|other| other.stretch.log != row.stretch.log) {
        words.push(visible(row.stretch.log.rsplit('/').next().unwrap_or_default()).into_owned());
    }
    let damage = |event: &Event| shown.session.facts().damage.get(&event.row).copied();
    if let Some(damage) = row.deployments.iter().find_map(damage) {
        // What a damaged record says of approvals says nothing.
        words.push(format!("its deployment's record is damaged ({damage})"));
        is_remarkable = true;
    }
    match row.stretch.known {
        Known::Undeployed => (words.push("no deployment on record".to_owned()), is_remarkable = true).0,
        Known::Ambiguous => words.push("several versions were in service".to_owned()),
        Known::Unknown => words.push("no version is named or in service".to_owned()),
        Known::Deployed => {}
    }
    // A canary that was given all requests later: what is said is said of that.
    let first = row.deployments.first();
    if let Some(event) = row.deployments.iter().find(|event| !event.is_canary()).or(first) {
        let (approval, is_odd) = match row.deployments.iter().any(|event| damage(event).is_some()) {
            true => ("approval not determinable".to_owned(), true),
            false => approval(event),
        };
        if first.is_some_and(|event| event.action.as_deref() == Some("rollback")) {
            words.push("rollback".to_owned());
        }
        if let Some(percent) = first.filter(|event| event.is_canary()).and_then(|event| event.traffic_percent) {
            let later = row.deployments.iter().find(|event| !event.is_canary()).and_then(|event| event.at);
            let until = later.map_or(String::new(), |at| format!(" to {}", minute(at, shown.year())));
            words.push(format!("canary {percent}\u{202f}%{until}"));
        }
        words.push(approval);
        is_remarkable |= is_odd;
    }
    if let Some(id) = row.incidents.first() {
        let more = row.incidents.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        words.push(format!("{}{more}", visible(id)));
    }
    is_remarkable |= !row.incidents.is_empty();
    let inferred = row.inferred();
    if inferred > 0 {
        words.push(match inferred == row.decisions() {
            true => "inferred".to_owned(),
            false => format!("{} inferred", count(inferred)),
        });
    }
    (words.join(", "), is_remarkable)
}

fn approval(event: &Event) -> (String, bool) {
    match event.approval {
        ApprovalState::None => ("not approved".to_owned(), true),
        ApprovalState::OnlyOwn => ("self-approved".to_owned(), true),
        ApprovalState::OneOther => ("1 approval".to_owned(), false),
        ApprovalState::Several(others) => (format!("{others} approvals"), false),
        ApprovalState::NotDeterminable => ("approval not determinable".to_owned(), true),
    }
}

/// What a measure is called in a sentence.
pub(super) fn short(measure: Measure) -> &'static str {
    match measure {
        Measure::Adverse => "adverse",
        Measure::Reviewed => "reviewed",
        Measure::OverriddenOfReviewed => "override",
        Measure::OverriddenOfAll => "override of all",
        Measure::Errors => "errors",
        Measure::FalsePositives => "false positives",
        Measure::FalseNegatives => "false negatives",
    }
}

/// How a version differs from the one before it, in two lines: the rate that moved most surely, and confidence; where there is little
/// room, the rate and its interval alone.
pub(super) fn against(against: &Figure<Against>, is_narrow: bool) -> [String; 2] {
    let against = match against {
        Ok(against) => against,
        Err(because) => return [because.to_string(), String::new()],
    };
    let sure = |rate: &&crate::analysis::versions::RateDifference| rate.difference.as_ref().ok()?.p.ok();
    let tested = against.rates.iter().filter(|rate| sure(rate).is_some());
    // Of two that are as sure the first counts; overrides of all move with overrides of those reviewed.
    let most = tested.filter(|rate| rate.measure != Measure::OverriddenOfAll).min_by(|a, b| {
        let (a, b) = (sure(a).unwrap_or(1.0), sure(b).unwrap_or(1.0));
        a.total_cmp(&b)
    });
    if is_narrow && let Some((rate, difference)) = most.and_then(|rate| Some((rate, rate.difference.as_ref().ok()?))) {
        let [low, high] = difference.newcombe95;
        let first = format!("{} {} points", short(rate.measure), points(difference.difference));
        return [first, format!("95\u{202f}% {} to {}", bare(low), bare(high))];
    }
    let first = match most.and_then(|rate| Some((rate, rate.difference.as_ref().ok()?))) {
        Some((rate, difference)) => {
            let [low, high] = difference.newcombe95;
            let low_high = format!("95\u{202f}% {} to {}", bare(low), bare(high));
            format!("{} {} points, {low_high}", short(rate.measure), points(difference.difference))
        }
        None => "no rate can be compared".to_owned(),
    };
    let q = most.and_then(|rate| rate.q).map(|q| format!("q {}", p_words(q)));
    let confidence = match (&against.psi, &against.ks) {
        (Ok(psi), Ok(ks)) => format!("confidence PSI {:.3}, KS {:.3}", psi.value, ks.statistic),
        (Err(because), _) | (_, Err(because)) => format!("confidence: {because}"),
    };
    [first, q.into_iter().chain([confidence]).collect::<Vec<_>>().join(" · ")]
}

/// As points without a sign where it is positive: one end of an interval.
pub(super) fn bare(share: f64) -> String {
    points(share).trim_start_matches('+').to_owned()
}

/// All that a row says, for tooltips and screen readers.
pub(super) fn told(shown: &Shown<'_>, row: &VersionRow, name: &str, served: &str) -> String {
    let model = shown.model;
    let mut lines = vec![format!("{name}, {served}")];
    let (remark, _) = remark(shown, row);
    if !remark.is_empty() {
        lines.push(remark);
    }
    if row.incidents.len() > 1 {
        lines.push(row.incidents.iter().map(|id| visible(id).into_owned()).collect::<Vec<_>>().join(", "));
    }
    lines.push(counted(row.decisions(), "decision", "decisions"));
    let results = model.results.iter().zip(&row.results).filter(|(_, count)| **count > 0);
    let results: Vec<String> = results.map(|(result, of)| format!("{} {}", result_name(result), count(*of))).collect();
    if !results.is_empty() {
        lines.push(results.join(", "));
    }
    for measure in Measure::ALL {
        let rate = row.tally.rate(measure);
        let words = match rate.rate {
            Some(_) => rate_words(rate, measure),
            None => format!("not determinable, because {}", row.tally.without(measure)),
        };
        lines.push(format!("{}: {words}", measure.title()));
    }
    if let Some(mean) = row.confidence.mean() {
        lines.push(format!("mean confidence {mean:.3} of {}", counted(row.confidence.with(), "decision", "decisions")));
    }
    if let Ok(against) = &row.against {
        let before = against.version.as_deref().map_or("the version before".into(), visible);
        lines.push(format!("Against {before}:"));
        for rate in &against.rates {
            let words = match &rate.difference {
                Ok(difference) => {
                    let [low, high] = difference.newcombe95;
                    let p =
                        difference.p.map_or_else(|because| format!("p: {because}"), |p| format!("p {}", p_words(p)));
                    let q = rate.q.map_or(String::new(), |q| format!(", q {}", p_words(q)));
                    let change = points(difference.difference);
                    format!("{change} points, 95\u{202f}% {} to {}, {p}{q}", bare(low), bare(high))
                }
                Err(because) => format!("not determinable, because {because}"),
            };
            lines.push(format!("{}: {words}", rate.measure.title()));
        }
        if let Ok(psi) = &against.psi {
            lines.push(format!("confidence PSI {:.3} ({})", psi.value, psi.shift.words()));
        }
        if let Ok(ks) = &against.ks {
            let q = against.ks_q.map_or(String::new(), |q| format!(", q {}", p_words(q)));
            lines.push(format!("confidence KS {:.3}, p {}{q}", ks.statistic, p_words(ks.p)));
        }
    }
    lines.join("\n")
}

/// What a row has no room for: rates of other columns, mean confidence, and how to go on.
pub(super) fn beside(row: &VersionRow, has_errors: bool, has_results: bool) -> String {
    let is_missing = |measure: &Measure| match measure {
        Measure::Adverse => !has_results,
        Measure::Errors => !has_errors,
        Measure::OverriddenOfReviewed => false,
        _ => true,
    };
    let rates = Measure::ALL.into_iter().filter(is_missing).filter_map(|measure| {
        let rate = row.tally.rate(measure);
        Some(format!(
            "{} {}, {} of {}",
            measure.title(),
            percent(rate.rate?),
            count(rate.numerator),
            count(rate.denominator)
        ))
    });
    let mut lines: Vec<String> = rates.collect();
    lines.extend(row.confidence.mean().map(|mean| format!("Mean confidence {mean:.3}")));
    lines.push("Enter: its records".to_owned());
    if row.stretch.is_version() {
        lines.push("Click or Space: compare · R: as the reference".to_owned());
    }
    lines.join("\n")
}

/// A rate in words with its interval and counts.
pub(super) fn rate_words(rate: Rate, measure: Measure) -> String {
    match rate.rate.zip(rate.wilson95) {
        Some((value, [low, high])) => format!(
            "{} ({} – {}), {} of {}",
            percent(value),
            percent(low),
            percent(high),
            count(rate.numerator),
            count(rate.denominator)
        ),
        None => format!("not determinable, because {}", measure.without()),
    }
}

/// What a result is called; results beyond those that are told apart have no name.
pub(super) fn result_name(result: &crate::analysis::versions::ResultTold) -> String {
    match &result.result {
        Some(text) if text.is_empty() => "(empty text)".to_owned(),
        Some(text) => visible(text).into_owned(),
        None => "others".to_owned(),
    }
}

/// A bar of results: adverse ones dark, favourable ones light; no hue.
pub(super) fn mix(painter: &Painter, theme: &Theme, rect: Rect, model: &ModelVersions, counts: &[u64]) {
    let whole: u64 = counts.iter().sum();
    if whole == 0 {
        return;
    }
    let mut left = rect.left();
    let (mut before, mut neither) = (0_u64, 0_usize);
    for (result, of) in model.results.iter().zip(counts) {
        before += of;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
        let right = rect.left() + (rect.width() * (before as f64 / whole as f64) as f32);
        let fill = match (result.is_adverse, result.is_favourable) {
            (true, _) => theme.text2,
            (false, true) => theme.ghost,
            (false, false) => {
                neither += 1;
                if neither % 2 == 1 { theme.neutral } else { theme.hair2 }
            }
        };
        if right > left {
            let part = Rect::from_min_max(pos2(left, rect.top()), pos2((right - 1.0).max(left + 0.5), rect.bottom()));
            painter.rect_filled(part, 0.0, fill);
        }
        left = right;
    }
}

/// A small distribution: bars of one width from the least to the greatest value of the model.
pub(super) fn spread(painter: &Painter, rect: Rect, of: &Distribution, extent: (f64, f64), color: Color32) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen bars")]
    let bins = (rect.width() / 4.0).clamp(4.0, 40.0) as usize;
    let counts = of.bins(extent, bins);
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "points of a screen")]
    let wide = rect.width() / bins as f32;
    for (bin, of) in counts.into_iter().enumerate().filter(|(_, of)| *of > 0) {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
        let (left, high) =
            (rect.left() + wide * bin as f32, (rect.height() * (of as f64 / most as f64) as f32).max(1.0));
        let bar = Rect::from_min_size(pos2(left, rect.bottom() - high), vec2((wide - 1.0).max(1.0), high));
        painter.rect_filled(bar, 0.0, color);
    }
}

/// A rate with its interval on a line from 0 to `most`.
pub(super) fn whisker(painter: &Painter, theme: &Theme, rect: Rect, rate: Rate, most: f64) {
    let middle = rect.center().y.round() + 0.5;
    painter.hline(rect.x_range(), rect.bottom() - 4.5, Stroke::new(measure::HAIR, theme.hair2));
    let Some((value, [low, high])) = rate.rate.zip(rate.wilson95).filter(|_| most > 0.0) else { return };
    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    let x = |share: f64| rect.left() + rect.width() * (share / most).clamp(0.0, 1.0) as f32;
    let stroke = Stroke::new(measure::HAIR, theme.text2);
    painter.hline(x(low)..=x(high), middle, stroke);
    for end in [low, high] {
        painter.vline(x(end).round() + 0.5, (middle - 3.0)..=(middle + 3.0), stroke);
    }
    painter.rect_filled(Rect::from_center_size(pos2(x(value), middle), vec2(5.0, 5.0)), 0.0, theme.text);
}

/// The word of a version, or of what stands for one.
pub(super) fn version(stretch: &Stretch) -> String {
    match (&stretch.version, stretch.known) {
        (Some(version), _) => visible(version).into_owned(),
        (None, Known::Ambiguous) => "ambiguous".to_owned(),
        (None, _) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistics::Because;
    use crate::ui::widgets::figures::MINUS;

    #[test]
    fn instants_have_their_year_where_it_is_another() {
        let at = 1_776_454_927_318_000_000;
        assert_eq!(minute(at, 2026), "17 Apr 19:42");
        assert_eq!(minute(at, 2025), "17 Apr 2026 19:42");
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let none: Figure<Against> = Err(Because("there is no earlier version on record"));
        assert_eq!(against(&none, false), ["there is no earlier version on record".to_owned(), String::new()]);
    }

    #[test]
    fn ends_of_intervals_have_no_plus() {
        assert_eq!((bare(0.083), bare(-0.05)), ("8.3".to_owned(), format!("{MINUS}5.0")));
    }
}

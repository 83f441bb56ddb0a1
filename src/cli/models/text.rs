//! The versions of models as text: a table a model, how each version differs from the one before, then what was asked beside it.

use std::fmt::Write as _;

use super::Answer;
use crate::analysis::Instant;
use crate::analysis::correlation::{Correlation, MAX_ROWS};
use crate::analysis::course::{Course, MAX_STEPS, Point};
use crate::analysis::decisions::Measure;
use crate::analysis::versions::stretches::{Known, Stretch};
use crate::analysis::versions::{Against, ModelVersions, VersionRow};
use crate::cli::figures::{NOTHING, brief, cells, decimals, of, p, p_and_q, percent, points, table, told};
use crate::cli::text::{count, grouped, labelled, wrap};
use crate::cli::told::minute;
use crate::record::text::{shown, shown_short};

/// The rates of the table.
const RATES: [(Measure, &str); 4] = [
    (Measure::Adverse, "adverse"),
    (Measure::OverriddenOfReviewed, "overridden/reviewed"),
    (Measure::OverriddenOfAll, "overridden/all"),
    (Measure::Errors, "in error"),
];

/// Everything.
pub(super) fn models(answer: &Answer) -> String {
    let mut out = String::new();
    if answer.versions.models.is_empty() {
        out.push_str("No model has a decision here, nor a deployment.\n");
    }
    let with_decisions = |(_, model): &(usize, &ModelVersions)| model.decisions > 0;
    for (n, model) in answer.versions.models.iter().enumerate().filter(with_decisions) {
        if !out.is_empty() {
            out.push('\n');
        }
        self::model(&mut out, answer, model);
        if let Some(course) = answer.courses.get(n) {
            self::course(&mut out, course);
        }
    }
    // Of what decided nothing here there is nothing to compare.
    let idle = answer.versions.models.iter().filter(|model| model.decisions == 0);
    let idle: Vec<String> = idle.map(|model| name(model.model.as_deref(), "(no model named)")).collect();
    if !idle.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        wrap(&mut out, 0, &format!("No decision here: {}", idle.join(", ")));
    }
    let (stretches, decisions) = answer.versions.more;
    if stretches > 0 {
        let stretches = count(stretches as u64, "stretch of service", "stretches of service");
        let decisions = count(decisions, "decision", "decisions");
        let _ = writeln!(out, "\n… and {stretches} more with {decisions}, which are not told apart.");
    }
    if let Some(correlation) = &answer.correlation {
        self::correlation(&mut out, correlation);
    }
    out
}

fn name(text: Option<&str>, without: &str) -> String {
    text.map_or_else(|| without.to_owned(), |text| shown_short(text, 60))
}

/// The version, or what is known instead.
fn version(stretch: &Stretch) -> String {
    match (stretch.known, stretch.version.as_deref()) {
        (Known::Deployed, version) => name(version, NOTHING),
        (Known::Undeployed, version) => format!("{} *", name(version, NOTHING)),
        (Known::Ambiguous, _) => "(ambiguous)".to_owned(),
        (Known::Unknown, _) => "(unknown)".to_owned(),
    }
}

fn served(stretch: &Stretch) -> String {
    let begin = stretch.begin().map_or_else(|| "no time".to_owned(), minute);
    let end = match stretch.known {
        Known::Deployed => stretch.to.map_or_else(|| "still in service".to_owned(), minute),
        _ => stretch.decided.map_or_else(|| "no time".to_owned(), |(_, last)| minute(last)),
    };
    format!("{begin} – {end}")
}

fn model(out: &mut String, answer: &Answer, model: &ModelVersions) {
    let _ = writeln!(out, "{}", name(model.model.as_deref(), "(no model named)"));
    let sources = &model.sources;
    let known = [
        (sources.recorded, "recorded"),
        (sources.inferred, "inferred"),
        (sources.ambiguous, "ambiguous"),
        (sources.unknown, "unknown"),
    ];
    let known: Vec<String> = known.iter().map(|(count, how)| format!("{} {how}", grouped(*count))).collect();
    wrap(out, 2, &format!("{}; version {}", count(model.decisions, "decision", "decisions"), known.join(", ")));
    let mut rows = vec![cells(["", "version", "served (UTC)", "decisions"])];
    rows[0].extend(RATES.map(|(_, head)| head.to_owned()));
    for (n, row) in model.rows.iter().enumerate() {
        let mut line = vec![(n + 1).to_string(), version(&row.stretch), served(&row.stretch), grouped(row.decisions())];
        line.extend(RATES.map(|(measure, _)| percent(row.tally.rate(measure))));
        rows.push(line);
    }
    out.push('\n');
    table(out, 2, 3, &rows);
    out.push('\n');
    wrap(out, 2, "Rates in percent, in brackets the 95 % interval of Wilson.");
    if model.rows.iter().any(|row| row.stretch.known == Known::Undeployed) {
        wrap(out, 2, "* No deployment on record holds these decisions; their first and last time stand there.");
    }
    for (measure, head) in RATES {
        if model.rows.iter().all(|row| row.tally.rate(measure).rate.is_none()) {
            wrap(out, 2, &format!("{head}: not determinable: {}", measure.without()));
        }
    }
    let confident = |row: &VersionRow| row.confidence.mean().map(|mean| format!("{mean:.3}"));
    let confidences: Vec<String> = model
        .rows
        .iter()
        .enumerate()
        .filter_map(|(n, row)| Some(format!("{} {}: {}", n + 1, version(&row.stretch), confident(row)?)))
        .collect();
    if !confidences.is_empty() {
        labelled(out, "  Mean confidence", 20, &confidences.join(" · "));
    }
    out.push_str("\n  AGAINST THE VERSION BEFORE, in percentage points\n");
    for (n, row) in model.rows.iter().enumerate() {
        against(out, answer, n, row);
    }
}

fn against(out: &mut String, answer: &Answer, n: usize, row: &VersionRow) {
    let head = format!("  {} {}", n + 1, version(&row.stretch));
    let found = match &row.against {
        Err(because) => {
            let _ = writeln!(out, "{head}: not determinable: {because}");
            return;
        }
        Ok(found) => found,
    };
    let begin = answer.stretches.all().get(found.place).and_then(Stretch::begin).map(minute);
    let begin = begin.map(|begin| format!(", in service from {begin}")).unwrap_or_default();
    let _ = writeln!(out, "{head} against {}{begin}", name(found.version.as_deref(), NOTHING));
    let mut rows = Vec::new();
    for rate in &found.rates {
        let title = RATES.iter().find(|(measure, _)| *measure == rate.measure).map_or("", |(_, head)| *head);
        let figure = told(&rate.difference, |difference| {
            let test = told(&difference.p, |p| p_and_q(*p, rate.q));
            format!("{}, {test}", points(difference))
        });
        rows.push(cells([title, &figure]));
    }
    rows.push(cells(["confidence", &confidence(found)]));
    table(out, 6, 2, &rows);
}

fn confidence(found: &Against) -> String {
    match (&found.psi, &found.ks) {
        (Err(because), Err(_)) => format!("not determinable: {because}"),
        (psi, ks) => {
            let psi = told(psi, |psi| format!("{} ({})", decimals(psi.value), psi.shift.words()));
            let ks = told(ks, |ks| format!("{}, {}", decimals(ks.statistic), p_and_q(ks.p, found.ks_q)));
            format!("PSI {psi}; KS {ks}")
        }
    }
}

fn course(out: &mut String, course: &Course) {
    let title = course.measure.title();
    let _ = writeln!(out, "\n  {} PER {}, UTC", title.to_uppercase(), course.step.name().to_uppercase());
    wrap(out, 2, course.measure.definition());
    if let Some(asked) = course.asked {
        let most = grouped(MAX_STEPS.unsigned_abs());
        wrap(out, 2, &format!("There are more than {most} steps of one {}.", asked.name()));
    }
    if course.points.is_empty() {
        let because = if course.without_time > 0 { "no decision has a time" } else { course.measure.without() };
        wrap(out, 2, &format!("not determinable: {because}"));
        return;
    }
    // Boundaries and changes stand before the first step that begins after them.
    let mut events: Vec<(Instant, String)> = course
        .boundaries
        .iter()
        .map(|boundary| {
            let version = name(boundary.version.as_deref(), NOTHING);
            let how = if boundary.is_deployed { "in service" } else { "first decision, no deployment on record" };
            (boundary.at, format!("  ▸ {} {version}: {how}", minute(boundary.at.0)))
        })
        .collect();
    events.extend(course.changes.iter().map(|change| {
        let seq = change.seq.map(|seq| format!(", seq {}", grouped(seq))).unwrap_or_default();
        let text = format!(
            "  ! {} {} reports a change{seq}, after {}",
            minute(change.at.0),
            change.test.title(),
            count(change.seen, "decision", "decisions")
        );
        (change.at, text)
    }));
    events.sort_by_key(|(at, _)| *at);
    let line = |point: &Point| {
        let from = minute(point.from.0);
        let from = if course.step.name() == "hour" { from.as_str() } else { from.get(..10).unwrap_or(&from) };
        cells([from, &of(point.rate), &percent(point.rate)])
    };
    let mut aligned = String::new();
    table(&mut aligned, 2, 1, &course.points.iter().map(line).collect::<Vec<_>>());
    let mut events = events.into_iter().peekable();
    for (point, line) in course.points.iter().zip(aligned.lines()) {
        while let Some((_, text)) = events.next_if(|(at, _)| *at < point.from) {
            let _ = writeln!(out, "{}", shown(&text));
        }
        let _ = writeln!(out, "{line}");
    }
    for (_, text) in events {
        let _ = writeln!(out, "{}", shown(&text));
    }
    if course.more_changes > 0 {
        wrap(out, 2, &format!("… and {} more.", count(course.more_changes, "report", "reports")));
    }
    wrap(out, 2, "A report comes after the change that it is about: as soon as enough decisions show it.");
    if course.without_time > 0 {
        wrap(
            out,
            2,
            &format!("{} no time and in no step.", count(course.without_time, "decision has", "decisions have")),
        );
    }
}

fn correlation(out: &mut String, found: &Correlation) {
    let target = match &found.incident {
        Some(id) => format!("the window of {}", shown_short(id, 60)),
        None => found.target.to_owned(),
    };
    let _ = writeln!(out, "\nCORRELATION of {} with {target}", shown_short(&found.by, 80));
    let chi = told(&found.chi_squared, |chi| {
        let degrees = count(chi.degrees, "degree", "degrees");
        format!(
            "χ² {} with {degrees} of freedom, p {}, Cramér's V {}, least expected count {:.1}",
            decimals(chi.statistic),
            p(chi.p),
            decimals(chi.cramers_v),
            chi.least_expected
        )
    });
    wrap(out, 2, &format!("{}; {chi}", count(found.decisions, "decision", "decisions")));
    if let Some(follows) = &found.window_follows {
        wrap(out, 2, &shown(&follows.says));
    }
    if found.is_sparse {
        wrap(out, 2, "The least expected count is below 5: the test is approximate.");
    }
    let heads = ["value", "decisions", "what", "count", "percent [95 %]", "odds ratio [95 %]", "lift [95 %]"];
    let mut rows = vec![cells(["value", "what", "decisions", "count", "percent [95 %]", heads[5], heads[6]])];
    // Of two columns that exclude each other the first says all.
    let columns = if found.target == "result" { found.columns.len() } else { 1 };
    for row in &found.rows {
        let begin = row.begin.map(|begin| format!(" from {}", minute(begin.0))).unwrap_or_default();
        let model = row.model.as_ref().map(|model| format!("{} ", shown_short(model, 40))).unwrap_or_default();
        let value = format!("{model}{}{begin}", name(row.value.as_deref(), "(others)"));
        for (at, (cell, column)) in row.cells.iter().zip(&found.columns).take(columns).enumerate() {
            let odds = brief(&cell.odds_ratio, |odds| {
                let mark = if odds.is_corrected { " *" } else { "" };
                let of = odds.interval;
                format!("{:.2} [{:.2}–{:.2}]{mark}", of.value, of.low, of.high)
            });
            let lift = brief(&cell.lift, |lift| match lift.interval() {
                Some([low, high]) => format!("{:.2} [{low:.2}–{high:.2}]", lift.value),
                None => format!("{:.2} [{NOTHING}]", lift.value),
            });
            let first = at == 0;
            rows.push(vec![
                if first { value.clone() } else { String::new() },
                name(column.as_deref(), "(others)"),
                if first { grouped(row.decisions) } else { String::new() },
                grouped(cell.share.numerator),
                percent(cell.share),
                odds,
                lift,
            ]);
        }
    }
    if found.decisions > 0 {
        table(out, 2, 2, &rows);
    }
    let is_corrected = |odds: &crate::analysis::statistics::contingency::OddsRatio| odds.is_corrected;
    let mut cells = found.rows.iter().flat_map(|row| row.cells.iter().take(columns));
    if cells.any(|cell| cell.odds_ratio.as_ref().is_ok_and(is_corrected)) {
        wrap(out, 2, "* A count is 0: 0.5 was added to each.");
    }
    for (number, what) in [
        (found.more_values, format!("further values are counted together: only {MAX_ROWS} are told apart")),
        (found.without_value, "decisions have no value, or are of no known version: left out".to_owned()),
        (found.without_target, "decisions with a value say nothing of the target: left out".to_owned()),
    ] {
        if number > 0 {
            wrap(out, 2, &format!("{} {what}.", grouped(number)));
        }
    }
    wrap(out, 2, "What goes together need not be cause and effect.");
}

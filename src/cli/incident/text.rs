//! A story as text that somebody reads who was not there: what happened when, then who and what, then what cannot be told.

use std::fmt::Write as _;

use crate::analysis::story::{Counted, DeploymentTold, FindingTold, LogTold, Story, Stretch};
use crate::analysis::thresholds::AccessThresholds;
use crate::cli::text::{count, grouped, labelled, wrap};
use crate::cli::told::{LABEL, TIME, duration, place, short, when};
use crate::cli::width::padded;
use crate::record::text::{shown, shown_short};

/// Access findings and stretches listed of a kind; --json lists all.
pub(super) const LISTED: usize = 20;

/// The whole story.
pub(super) fn story(story: &Story) -> String {
    let mut out = String::new();
    head(&mut out, story);
    records(&mut out, story);
    steps(&mut out, story);
    clocks(&mut out, story);
    live(&mut out, story);
    deployments(&mut out, story);
    access(&mut out, story);
    oversight(&mut out, story);
    if let Some(affected) = &story.affected {
        super::figures::affected(&mut out, story, affected);
    }
    if !story.not_determinable.is_empty() {
        out.push_str("\nNOT DETERMINABLE\n");
        for line in &story.not_determinable {
            labelled(&mut out, "  -", 4, &shown(line));
        }
    }
    out
}

fn head(out: &mut String, story: &Story) {
    let mut title = vec![shown_short(&story.name, 80)];
    if let Some(incident) = &story.incident {
        title.extend(incident.severity.as_ref().map(|severity| shown_short(severity, 40)));
    }
    let model = story.model.iter().chain(&story.version).map(|name| shown_short(name, 60)).collect::<Vec<_>>();
    if !model.is_empty() {
        title.push(model.join(" "));
    }
    let _ = writeln!(out, "{}", title.join(" · "));
    for log in &story.logs {
        labelled(out, "Log", LABEL, &format!("{}, {}", shown(&log.origin), count(log.rows.into(), "line", "lines")));
    }
    if let Some(window) = &story.window {
        let source = if window.source == "given" { "as given" } else { "as the incident states it" };
        let text = format!("{} to {} UTC, {source}", when(Some(window.from)), when(Some(window.to)));
        labelled(out, "Window", LABEL, &text);
    }
    if let Some(authority) = story.incident.as_ref().and_then(|incident| incident.authority.as_deref()) {
        labelled(out, "Authority", LABEL, &shown_short(authority, 200));
    }
    let _ = writeln!(out, "\nAll times are UTC.");
}

fn records(out: &mut String, story: &Story) {
    let Some(incident) = &story.incident else { return };
    out.push_str("\nRECORDS\n");
    for told in &incident.records {
        let state = short(told.state.as_deref());
        let head = format!("  {:<TIME$}  {}  {}", when(told.record.at), padded(&state, 9), place(&told.record));
        let _ = writeln!(out, "{head}");
        if let Some(summary) = &told.summary {
            wrap(out, TIME + 4, &shown_short(summary, 400));
        }
    }
    for remark in &incident.remarks {
        let at = remark.seq.map(|seq| format!(" (seq {})", grouped(seq))).unwrap_or_default();
        labelled(out, "  !", 4, &format!("{}{at}", shown(&remark.text)));
    }
}

fn steps(out: &mut String, story: &Story) {
    if story.steps.is_empty() {
        return;
    }
    out.push_str("\nSTEPS\n");
    for step in &story.steps {
        let name = if step.step == "first_affected" { "first affected decision" } else { step.step };
        let since = step.seconds_since_previous.map(duration);
        let line = format!(
            "  {:<TIME$}  {name:<23}  {:<19}  {}",
            when(step.record.at),
            since.map(|since| format!("+{since}").replace("+−", "−")).unwrap_or_default(),
            place(&step.record)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn clocks(out: &mut String, story: &Story) {
    if story.clocks.is_empty() {
        return;
    }
    out.push_str("\nREPORTING CLOCKS\n");
    wrap(out, 2, story.caveat);
    for told in &story.clocks {
        let clock = &told.clock;
        let _ = writeln!(out, "  {}, {} from {}", clock.name, clock.period, clock.from);
        wrap(out, 6, &told.reading.words(&|at| when(Some(at))));
        wrap(out, 6, &format!("{} ({})", clock.source, clock.link));
    }
    if !story.before_notification.is_empty() {
        let what = "Deployed after awareness and before notification. By regulation (EU) 2024/1689, Article 73(6), the \
                    authority is to be told before an investigation alters the system in a way that may affect the \
                    evaluation of the causes:";
        wrap(out, 2, what);
        for deployment in &story.before_notification {
            self::deployment(out, deployment);
        }
    }
}

fn live(out: &mut String, story: &Story) {
    let Some(live) = &story.live else { return };
    // What is not here may hold a deployment that ended one.
    let is_part = story.logs.iter().any(LogTold::is_part);
    let end = if is_part { "the end, as far as the records here tell" } else { "the end of the log" };
    out.push_str("\nVERSIONS IN SERVICE, by the deployments on record\n");
    for (phase, stretches) in [("before", &live.before), ("during", &live.during), ("after", &live.after)] {
        let line = |stretch: &Stretch| {
            let to = stretch.to.map_or_else(|| end.to_owned(), |to| when(Some(to)));
            let (model, version) = (shown_short(&stretch.model, 60), shown_short(&stretch.version, 60));
            format!("{model} {version}, from {} to {to}", when(Some(stretch.from)))
        };
        if stretches.is_empty() {
            labelled(out, &format!("  {phase}"), LABEL, "none on record");
        }
        for (n, stretch) in stretches.iter().take(LISTED).enumerate() {
            let label = if n == 0 { format!("  {phase}") } else { String::new() };
            labelled(out, &label, LABEL, &line(stretch));
        }
        more(out, stretches.len());
    }
}

fn more(out: &mut String, length: usize) {
    if length > LISTED {
        wrap(out, 2, &format!("… and {} more; --json lists all.", grouped((length - LISTED) as u64)));
    }
}

fn deployments(out: &mut String, story: &Story) {
    if story.window.is_none() {
        return;
    }
    out.push_str("\nDEPLOYMENTS, from shortly before the window on\n");
    if story.deployments.is_empty() {
        out.push_str("  none on record\n");
    }
    for deployment in story.deployments.iter().take(LISTED) {
        self::deployment(out, deployment);
    }
    more(out, story.deployments.len());
}

fn deployment(out: &mut String, told: &DeploymentTold) {
    let mut what = vec![short(told.action.as_deref()), short(told.model.as_deref()), short(told.version.as_deref())];
    what.extend(told.traffic_percent.map(|percent| format!("to {percent} %")));
    what.extend(told.previous.as_ref().map(|previous| format!("(before: {})", shown_short(previous, 60))));
    let _ = writeln!(out, "  {:<TIME$}  {}  {}", when(told.record.at), place(&told.record), what.join(" "));
    let mut who = vec![format!("by {}", short(told.deployer.as_deref()))];
    who.extend(told.change_request.as_ref().map(|request| shown_short(request, 60)));
    if !told.requested_by.is_empty() {
        let by: Vec<String> = told.requested_by.iter().map(|name| shown_short(name, 60)).collect();
        who.push(format!("asked for by {}", by.join(", ")));
    }
    wrap(out, TIME + 4, &format!("{}: {}", who.join(", "), told.approval_words));
    for approval in &told.approvals {
        let late = if approval.is_late { ", after the deployment" } else { "" };
        let by = short(approval.by.as_deref());
        wrap(out, TIME + 4, &format!("approval by {by}, {}{late}", when(approval.at)));
    }
}

fn access(out: &mut String, story: &Story) {
    let Some(access) = &story.access else { return };
    let limits = &story.thresholds.access;
    let _ = writeln!(out, "\nACCESS OUT OF PATTERN, from {} to {}", when(Some(access.from)), when(Some(access.to)));
    if access.findings.is_empty() {
        out.push_str("  none found\n");
    }
    for finding in access.findings.iter().take(LISTED) {
        self::finding(out, finding, limits);
    }
    more(out, access.findings.len());
    for finding in access.undetermined.iter().take(LISTED) {
        let rows = grouped(finding.figure);
        let days = finding.baseline_days.unwrap_or_default();
        let what = format!(
            "{}: {rows} rows in {} h; not determinable whether that is bulk: {days:.1} days on record before",
            shown_short(&finding.account, 60),
            limits.bulk_window_hours
        );
        labelled(out, "  ?", 4, &what);
    }
    let night = format!("{}–{} h {}", limits.night_from_hour, limits.night_to_hour, limits.night_zone);
    let text = format!(
        "bulk: more than {} times the account's average of {} days in {} h, and {} rows or more · first-seen: after {} days and {} \
         accesses · off-hours: {night}, fewer than {} such nights in {} days that end {} days before",
        limits.bulk_factor,
        limits.baseline_days,
        limits.bulk_window_hours,
        grouped(limits.bulk_floor_rows),
        limits.settling_days,
        grouped(limits.settling_accesses.into()),
        limits.regular_nights,
        limits.baseline_days,
        limits.habit_gap_days,
    );
    labelled(out, "  Thresholds", 14, &text);
}

fn finding(out: &mut String, finding: &FindingTold, limits: &AccessThresholds) {
    let resource =
        finding.resource.as_ref().map_or_else(|| "several resources".to_owned(), |name| shown_short(name, 80));
    let kind = finding.kind.replace('_', "-");
    let accesses = count(finding.count, "access", "accesses");
    let what = format!("{kind}: {} at {resource}, {accesses}", shown_short(&finding.account, 60));
    let seqs = match (&finding.first, &finding.last) {
        (Some(first), Some(last)) if first != last => format!("{} to {}", place(first), place(last)),
        (Some(first), _) => place(first),
        _ => String::new(),
    };
    let _ = writeln!(out, "  {:<TIME$}  {what}", when(Some(finding.from)));
    let figure = match (finding.kind, finding.baseline, finding.baseline_days) {
        ("bulk", Some(baseline), Some(days)) => {
            let times = if baseline > 0.0 {
                format!(", {} times as many", whole(as_f64(finding.figure) / baseline))
            } else {
                String::new()
            };
            format!(
                "{} rows at most in one window, usually {}{times} (average of {days:.1} days before); {} rows in all; ",
                grouped(finding.figure),
                whole(baseline),
                grouped(finding.reached.unwrap_or_default())
            )
        }
        ("off_hours", Some(nights), Some(days)) => {
            let gap = count(limits.habit_gap_days.into(), "day", "days");
            let nights = whole(nights);
            let what = if nights == "1" { "night" } else { "nights" };
            format!("{nights} such {what} in the {days:.1} days that end {gap} before; ")
        }
        _ => String::new(),
    };
    wrap(out, TIME + 4, &format!("{figure}{seqs}"));
}

/// A positive number, rounded to a whole one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows, and multiples of them: far below 2⁶⁴"
)]
fn whole(number: f64) -> String {
    grouped(number.round() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "shown as a whole multiple")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

fn oversight(out: &mut String, story: &Story) {
    let Some(oversight) = &story.oversight else { return };
    let list = |counted: &[Counted]| {
        let one = |counted: &Counted| format!("{} {}", short(counted.value.as_deref()), grouped(counted.count));
        counted.iter().take(LISTED).map(one).collect::<Vec<_>>().join(" · ")
    };
    out.push_str("\nREVIEWS IN THE WINDOW, of all models\n");
    wrap(out, 2, &count(oversight.reviews, "review", "reviews"));
    if oversight.reviews > 0 {
        labelled(out, "  by action", 14, &list(&oversight.by_action));
        labelled(out, "  by reviewer", 14, &list(&oversight.by_reviewer));
    }
}

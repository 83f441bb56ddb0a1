//! What the band of an exhibit says, in words.

use super::band::{Around, Entry};
use super::exhibit::{Request, SIDECAR, Told};
use super::redact::{Hides, Redaction};
use crate::app::App;
use crate::app::session::Session;
use crate::case::Digest;
use crate::case::entry::Value;
use crate::record::figures::counted;
use crate::ui::views::words;

/// The filter as it is printed.
pub(super) fn filter_told(request: &Request) -> String {
    let shown = &request.shown;
    let kind = shown.kind.as_ref().map(|kind| format!("kind:{kind}"));
    let filter = request.filter_told.clone().unwrap_or_else(|| shown.filter.clone());
    let parts: Vec<String> = [Some(filter).filter(|filter| !filter.is_empty()), kind].into_iter().flatten().collect();
    parts.join(" ")
}

/// What stands around the view.
pub(super) fn around(app: &App, request: &Request, told: &Told) -> Around {
    let shown = &request.shown;
    let reports: Vec<_> = app.session().into_iter().flat_map(Session::reports).collect();
    let mut axes: Vec<words::Said> = words::worst(reports.iter().copied()).into_iter().flatten().collect();
    if app.session().is_some_and(|session| session.evidence().has_contradictions())
        && let Some(equivocation) = axes.last_mut()
    {
        *equivocation = words::split_over_bundles();
    }
    let none = || "not determinable".to_owned();
    let hash = |digest: Option<Digest>| digest.map_or_else(none, |digest| digest.to_string());
    let mut left = Vec::new();
    if let Some(case) = &request.case {
        left.push(Entry::words("case", case.title.clone().unwrap_or_else(|| "without a name".to_owned())));
    }
    for bundle in &told.evidence {
        left.push(Entry::words("bundle", bundle.bundle.name.clone()));
        left.push(Entry::mono("BLAKE3", hash(bundle.bundle.digest)));
        left.push(Entry::mono("chain head", hash(bundle.head.map(|head| head.hash))));
        let size = counted(bundle.bundle.size, "record", "records");
        left.push(Entry::words("origin", format!("{}, {size}", bundle.bundle.origin)));
    }
    left.push(Entry::mono("check", check_words(told)));
    let filter = filter_told(request);
    let mut middle = vec![if filter.is_empty() {
        Entry::words("filter", "none: all records")
    } else {
        Entry::mono("filter", filter)
    }];
    if !request.of_case.is_empty() {
        let said = format!("{}: the sidecar names the records", request.of_case.join(", "));
        middle.push(Entry::words("by the case", said));
    }
    let time = shown.time_words().map_or_else(|| "all of it".to_owned(), |time| time.replace("..", " – "));
    middle.push(Entry::words("time", time));
    middle.push(Entry::words("shown", told.showing.clone()));
    if !told.left_out.is_empty() {
        middle.push(Entry::words("left out", told.left_out.join(", ")));
    }
    let hides = |redaction: &Redaction| match &redaction.hides {
        Hides::Field(field) => format!("{field}: {}", redaction.reason),
        Hides::Rect(_) => format!("black: {}", redaction.reason),
    };
    let redactions: Vec<String> = request.redactions.iter().map(hides).collect();
    middle.push(Entry::words(
        "redacted",
        if redactions.is_empty() { "nothing".to_owned() } else { redactions.join("; ") },
    ));
    let marks: Vec<String> = shown.marks.iter().filter_map(mark_words).collect();
    if !marks.is_empty() {
        middle.push(Entry::words("marks", marks.join("; ")));
    }
    let mut right = vec![
        Entry::words("made", request.made.at.clone()),
        Entry::words("by", request.made.by.clone()),
        Entry::words("with", concat!("Probity ", env!("CARGO_PKG_VERSION"))),
    ];
    if let Some(journal) = request.case.as_ref().and_then(|case| case.journal.as_ref()) {
        let head: String = journal.head.to_string().chars().take(8).collect();
        right.push(Entry::mono("journal", format!("after entry {}, {head}", journal.size.saturating_sub(1))));
    }
    right.push(Entry::words("sidecar", SIDECAR));
    let findings: u64 = told.evidence.iter().flat_map(|bundle| bundle.findings.values()).sum();
    let failed: u64 = reports.iter().flat_map(|report| report.checks.failed.values()).sum();
    let checked: u64 = reports.iter().map(|report| report.records).sum();
    let skipped: usize = reports.iter().map(|report| report.checks.skipped.len()).sum();
    let zone = shown.zone.as_ref().map_or_else(|| "all times UTC".to_owned(), |zone| format!("times UTC and {zone}"));
    Around {
        number: request.number.clone(),
        title: request.title.clone(),
        about: match request.part {
            Some(_) => format!("{}, a part of the view, {zone}", shown.view.name()),
            None => format!("{}, {zone}", shown.view.name()),
        },
        verdict: axes.into_iter().map(|said| (said.state, said.axis.to_owned(), said.value.to_lowercase())).collect(),
        failures: format!(
            "{} failed, {} checked, {} skipped, {}",
            counted(failed, "check", "checks"),
            counted(checked, "record", "records"),
            counted(skipped as u64, "check", "checks"),
            counted(findings, "finding", "findings")
        ),
        columns: [left, middle, right],
        foot: format!(
            "Not shown by this picture: {} The hash of the picture stands in the sidecar.",
            told.not_proven.join(" ")
        ),
    }
}

fn mark_words(value: &Value) -> Option<String> {
    let time = |at: &chrono::DateTime<chrono::Utc>| crate::record::time::shown(*at);
    match value {
        Value::Mark { at, text } => Some(format!("{} {text}", time(at))),
        Value::Span { from, to, text } => Some(format!("{} – {} {text}", time(from), time(to))),
        _ => None,
    }
}

/// The command that checks an exhibit.
pub(super) fn check_words(told: &Told) -> String {
    let bundles: Vec<String> = told
        .evidence
        .iter()
        .map(|bundle| format!(" --bundle {}", crate::os::shell::quoted(&bundle.bundle.name)))
        .collect();
    format!("probity exhibit --check .{}", bundles.concat())
}

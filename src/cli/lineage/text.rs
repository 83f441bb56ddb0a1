//! A lineage as text that somebody reads who was not there: what was checked first, then where the decision comes from, then what is
//! missing, and what cannot be told.

use std::fmt::Write as _;

use crate::analysis::lineage::{
    Attachment, Candidate, Change, Check, Compared, Dataset, Deployment, Lineage, Outcome, Purpose, Recorded, Review,
    State, Training,
};
use crate::analysis::story::Place;
use crate::cli::text::{count, grouped, labelled, wrap};
use crate::cli::told::{LABEL, TIME, place, short, when};
use crate::record::text::{shown, shown_short};

/// Columns before what is said of a check: the longest state and what is around it.
const STATE: usize = 20;

/// Columns before what a record states.
const STATED: usize = 22;

/// Columns before what the decision records of how it was made.
const RECORDED: usize = 18;

/// The longest value that is printed; --json has all of it.
const VALUE: usize = 200;

/// The whole lineage.
pub(super) fn lineage(lineage: &Lineage) -> String {
    let mut out = String::new();
    head(&mut out, lineage);
    checks(&mut out, lineage);
    for candidate in &lineage.candidates {
        self::candidate(&mut out, candidate);
    }
    recorded_with(&mut out, lineage);
    afterwards(&mut out, &lineage.reviews, &lineage.outcomes);
    missing(&mut out, lineage);
    if !lineage.not_determinable.is_empty() {
        out.push_str("\nNOT DETERMINABLE\n");
        for line in &lineage.not_determinable {
            labelled(&mut out, "  -", 4, &shown(line));
        }
    }
    out
}

fn value(value: &Recorded) -> String {
    shown_short(&value.words(), VALUE)
}

fn head(out: &mut String, lineage: &Lineage) {
    let decision = &lineage.decision;
    let mut title = vec![decision.record.id.as_ref().map_or_else(|| "decision".to_owned(), |id| shown_short(id, 80))];
    let model: Vec<String> = decision.model.iter().chain(&decision.version).map(|name| shown_short(name, 60)).collect();
    if !model.is_empty() {
        title.push(model.join(" "));
    }
    let _ = writeln!(out, "{}", title.join(" · "));
    for log in &lineage.logs {
        labelled(out, "Log", LABEL, &format!("{}, {}", shown(&log.origin), count(log.rows.into(), "line", "lines")));
    }
    labelled(out, "Decision", LABEL, &format!("{}, {}", when(decision.record.at), place(&decision.record)));
    if let Some(output) = &decision.output {
        let part = |name: &str| output.at(name).map(|part| value(&part));
        let parts = [("", part("result")), ("confidence ", part("confidence"))];
        let parts: Vec<String> =
            parts.into_iter().filter_map(|(name, part)| Some(format!("{name}{}", part?))).collect();
        labelled(out, "Output", LABEL, &if parts.is_empty() { value(output) } else { parts.join(", ") });
    }
    let version = short(decision.version.as_deref());
    labelled(
        out,
        "Version",
        LABEL,
        &format!("{version}, {}: {}", decision.version_source.name(), shown(&decision.version_words)),
    );
    let sources = &lineage.version_sources;
    let all = format!(
        "Of all decisions here {} recorded, {} inferred, {} ambiguous, {} unknown.",
        grouped(sources.recorded),
        grouped(sources.inferred),
        grouped(sources.ambiguous),
        grouped(sources.unknown)
    );
    labelled(out, "", LABEL, &all);
    if let Some(environment) = &decision.environment {
        labelled(out, "Environment", LABEL, &shown_short(environment, 80));
    }
    let _ = writeln!(out, "\nAll times are UTC.");
}

fn checks(out: &mut String, lineage: &Lineage) {
    let of = |state: State| lineage.checks.iter().filter(|check| check.state == state).count() as u64;
    let _ = writeln!(
        out,
        "\nCHECKS: {}, {}, {} not determinable",
        count(of(State::Agrees), "agrees", "agree"),
        count(of(State::Differs), "differs", "differ"),
        grouped(of(State::NotDeterminable))
    );
    if lineage.checks.is_empty() {
        wrap(out, 2, "Nothing can be checked: it is not known which version decided.");
    }
    let has_several = lineage.candidates.len() > 1;
    // What does not fit is read first.
    for state in [State::Differs, State::NotDeterminable, State::Agrees] {
        for check in lineage.checks.iter().filter(|check| check.state == state) {
            self::check(out, check, has_several);
        }
    }
}

fn check(out: &mut String, check: &Check, has_several: bool) {
    let of = if has_several { format!(" ({})", shown_short(&check.version, 60)) } else { String::new() };
    labelled(out, &format!("  {}", check.state.words()), STATE, &format!("{}{of}", check.title));
    wrap(out, STATE, &shown(&check.words));
    // Times and approvals stand with their records below; digests are what an auditor compares by eye.
    let sides: Vec<&Compared> = check.compared.iter().filter(|side| side.member.ends_with("_hash")).collect();
    let name = |side: &Compared| format!("{} of the {}, {}", side.member, side.of, at(&side.record));
    match sides[..] {
        [one, other] if check.state == State::Agrees && one.value == other.value => {
            wrap(out, STATE, &format!("{}; {}:", name(one), name(other)));
            wrap(out, STATE + 2, &one.value.as_ref().map_or_else(String::new, value));
        }
        ref sides => {
            for side in sides {
                wrap(out, STATE, &format!("{}:", name(side)));
                let stated = side.value.as_ref().map_or_else(|| "not on record".to_owned(), value);
                wrap(out, STATE + 2, &stated);
            }
        }
    }
}

/// Where a record is; its seq is not parted from its number.
fn at(record: &Place) -> String {
    place(record).replacen("seq ", "seq\u{a0}", 1)
}

fn candidate(out: &mut String, candidate: &Candidate) {
    let version = shown_short(&candidate.version, 60);
    let service = if candidate.is_in_service {
        "in service at that time, by the deployments on record"
    } else {
        "not in service then, by the deployments on record"
    };
    let _ = writeln!(out, "\nVERSION {version}: {service}");
    if candidate.deployments.is_empty() {
        out.push_str("  No deployment of it is on record.\n");
    }
    if candidate.more_deployments > 0 {
        let more = count(candidate.more_deployments as u64, "earlier deployment is", "earlier deployments are");
        wrap(out, 2, &format!("{more} left out."));
    }
    for deployment in &candidate.deployments {
        self::deployment(out, deployment);
    }
    if candidate.trainings.is_empty() {
        out.push_str("  No training of it is on record.\n");
    }
    for training in &candidate.trainings {
        self::training(out, training);
    }
    if candidate.more_trainings > 0 {
        let more = count(candidate.more_trainings as u64, "more training is", "more trainings are");
        wrap(out, 2, &format!("{more} left out."));
    }
}

/// A record's line: when, what, where.
fn record(out: &mut String, at: &Place, what: &str) {
    let id = at.id.as_ref().map(|id| format!("{}, ", shown_short(id, 60))).unwrap_or_default();
    labelled(out, &format!("  {:<TIME$}", when(at.at)), TIME + 4, &format!("{what} · {id}{}", self::at(at)));
}

/// What a record states, where it does.
fn stated(out: &mut String, name: &str, text: Option<String>) {
    if let Some(text) = text {
        labelled(out, &format!("    {name}"), STATED, &text);
    }
}

fn deployment(out: &mut String, told: &Deployment) {
    let mut what = vec![format!("Deployment: {}", short(told.action.as_deref()))];
    what.extend(told.environment.as_ref().map(|name| format!("in {}", shown_short(name, 60))));
    what.extend(told.traffic_percent.map(|percent| format!("to {percent} %")));
    what.push(format!("by {}", short(told.deployer.as_deref())));
    record(out, &told.record, &what.join(" "));
    stated(out, "approvals", Some(told.approval_words.clone()));
    for approval in &told.approvals {
        let late = if approval.is_late { ", after the deployment" } else { "" };
        let from = if approval.stated_in == "change" { ", by the change record" } else { "" };
        stated(out, "", Some(format!("{}, {}{late}{from}", short(approval.by.as_deref()), when(approval.at))));
    }
    stated(out, "change request", told.change_request.as_ref().map(|name| shown_short(name, 60)));
    for change in &told.changes {
        self::change(out, change);
    }
    stated(out, "changelog", told.changelog.as_ref().map(value));
    stated(out, "artifact_hash", told.artifact_hash.as_ref().map(|hash| filed(hash, told.artifact_file)));
    stated(out, "test_report_hash", told.test_report_hash.as_ref().map(|hash| filed(hash, told.test_report)));
}

fn filed(hash: &Recorded, file: Attachment) -> String {
    let file = match file {
        Attachment::Attached => " (attached)",
        Attachment::ContentDiffers => " (attached, with another content)",
        Attachment::Unreadable => " (attached, and cannot be read)",
        Attachment::NotAttached | Attachment::NotNamed => "",
    };
    format!("{}{file}", value(hash))
}

fn change(out: &mut String, told: &Change) {
    let mut what = vec![format!("{}, {}", short(told.state.as_deref()), when(told.record.at))];
    what.extend(told.requested_by.as_ref().map(|by| format!("asked for by {}", shown_short(by, 60))));
    what.extend(told.approved_by.as_ref().map(|by| format!("approved by {}", shown_short(by, 60))));
    what.push(at(&told.record));
    stated(out, "", Some(what.join(", ")));
}

fn training(out: &mut String, told: &Training) {
    let artifact = match told.artifact {
        State::Agrees => "made what was deployed",
        State::Differs => "made another artefact",
        State::NotDeterminable => "not determinable whether it made what was deployed",
    };
    let by = told.actor.as_ref().map(|by| format!(" by {}", shown_short(by, 60))).unwrap_or_default();
    record(out, &told.record, &format!("Training{by}: {artifact}"));
    stated(out, "approved by", Some(short(told.approved_by.as_deref())));
    stated(out, "artifact_hash", told.artifact_hash.as_ref().map(value));
    let data: Vec<String> =
        told.dataset_id.iter().chain(&told.dataset_version).map(|name| shown_short(name, 80)).collect();
    stated(out, "data set", Some(if data.is_empty() { "–".to_owned() } else { data.join(" ") }));
    stated(out, "data_hash", told.data_hash.as_ref().map(|hash| filed(hash, told.data_file)));
    for dataset in &told.datasets {
        self::dataset(out, dataset);
    }
    for (name, value) in [
        ("splits", &told.splits),
        ("git_commit", &told.git_commit),
        ("training_script", &told.training_script),
        ("dependencies", &told.dependencies),
        ("environment", &told.environment),
        ("random_seeds", &told.random_seeds),
        ("hyperparameters", &told.hyperparameters),
        ("metrics", &told.metrics),
    ] {
        stated(out, name, Some(value.as_ref().map_or_else(|| "–".to_owned(), self::value)));
    }
}

fn dataset(out: &mut String, told: &Dataset) {
    let hash = told.data_hash.as_ref().map_or_else(|| "no data_hash".to_owned(), value);
    let by = told.approved_by.as_ref().map(|by| format!(", approved by {}", shown_short(by, 60))).unwrap_or_default();
    stated(out, "on record", Some(format!("{}, {}{by}: {hash}", when(told.record.at), at(&told.record))));
}

/// What the decision says of how it was made.
fn recorded_with(out: &mut String, lineage: &Lineage) {
    out.push_str("\nRECORDED WITH THE DECISION\n");
    let decision = &lineage.decision;
    let of = |member: &str| decision.reproducibility.as_ref().and_then(|known| known.at(member));
    let members = ["weights_hash", "config_hash", "preprocessing", "runtime", "seed"].map(|name| (name, of(name)));
    for (name, known) in [("input hash", decision.input.hash.clone())].into_iter().chain(members) {
        let known = known.as_ref().map_or_else(|| "–".to_owned(), value);
        labelled(out, &format!("  {name}"), RECORDED, &known);
    }
}

fn afterwards(out: &mut String, reviews: &[Review], outcomes: &[Outcome]) {
    out.push_str("\nAFTERWARDS\n");
    if reviews.is_empty() {
        out.push_str("  No review of it is on record.\n");
    }
    for review in reviews {
        let what = format!("Review: {} by {}", short(review.action.as_deref()), short(review.reviewer.as_deref()));
        record(out, &review.record, &what);
        stated(out, "new result", review.new_result.as_ref().map(value));
        stated(out, "reason", review.reason.as_ref().map(|reason| shown_short(reason, 400)));
    }
    if outcomes.is_empty() {
        out.push_str("  No outcome of it is on record.\n");
    }
    for outcome in outcomes {
        let label = outcome.label.as_ref().map_or_else(|| "–".to_owned(), value);
        let source = outcome.source.as_ref().map(|name| format!(", by {}", shown_short(name, 60))).unwrap_or_default();
        record(out, &outcome.record, &format!("Outcome: {label}{source}"));
    }
}

fn missing(out: &mut String, lineage: &Lineage) {
    out.push_str("\nMISSING\n");
    if lineage.missing.is_empty() {
        wrap(out, 2, "Nothing that the format has a place for.");
    }
    for (purpose, title) in [
        (Purpose::Decision, "To make the decision again with the model at hand:"),
        (Purpose::Training, "To make the model again:"),
    ] {
        let of: Vec<_> = lineage.missing.iter().filter(|missing| missing.purpose == purpose).collect();
        if !of.is_empty() {
            wrap(out, 2, title);
        }
        for missing in of {
            labelled(out, "  -", 4, &shown(&missing.words));
        }
    }
}

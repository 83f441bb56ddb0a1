//! One decision of a dossier: what was decided and why, by what, what became of it, what was checked, and what is missing.

use super::{Decided, SealedTold};
use crate::analysis::lineage::{Attachment, Candidate, Check, Deployment, Lineage, Purpose, Recorded, State, Training};
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Column, Face, Fact, Section, Table, Text, Tone};
use crate::report::words::{NOTHING, counted, place, short, when};

/// The longest value that is printed; the record itself follows in full.
const VALUE: usize = 2_000;

pub(super) fn section(decided: &Decided) -> Section {
    let lineage = &decided.lineage;
    let mut blocks = vec![Block::Facts(decision(lineage))];
    output(&mut blocks, lineage);
    afterwards(&mut blocks, lineage);
    checks(&mut blocks, lineage);
    for candidate in &lineage.candidates {
        self::candidate(&mut blocks, candidate);
    }
    missing(&mut blocks, lineage);
    if !lineage.not_determinable.is_empty() {
        blocks.push(Block::Heading("Not determinable".to_owned()));
        let said = lineage.not_determinable.iter().map(|line| Text::plain(shown(line)));
        blocks.push(Block::List(said.collect()));
    }
    record(&mut blocks, decided);
    let id = lineage.decision.record.id.as_deref();
    let title = id.map_or_else(|| place(&lineage.decision.record), |id| shown_short(id, 120));
    Section { title: format!("Decision {title}"), blocks, on_new_page: true }
}

fn value(value: &Recorded) -> String {
    shown_short(&value.words(), VALUE)
}

fn decision(lineage: &Lineage) -> Vec<Fact> {
    let decision = &lineage.decision;
    let version =
        decision.version.as_deref().map_or_else(|| "not determinable".to_owned(), |name| shown_short(name, 80));
    let mut facts = vec![
        Fact::new("Decided", format!("{} UTC", when(decision.record.at))),
        Fact::new("Record", place(&decision.record)),
        Fact::new("Model", short(decision.model.as_deref())),
        Fact::new(
            "Version",
            Text::plain(format!("{version}, {}: ", decision.version_source.name())).and(shown(&decision.version_words)),
        ),
    ];
    facts.extend(decision.environment.as_ref().map(|name| Fact::new("Environment", shown_short(name, 80))));
    facts.push(Fact::new(
        "Hash of the input",
        decision.input.hash.as_ref().map_or_else(|| Text::quiet("not recorded"), |hash| Text::mono(value(hash))),
    ));
    for member in ["weights_hash", "config_hash", "preprocessing", "runtime", "seed"] {
        let known = decision.reproducibility.as_ref().and_then(|known| known.at(member));
        facts.extend(known.map(|known| Fact::new(member, Text::mono(value(&known)))));
    }
    facts
}

/// The result, and the explanation as it was recorded.
fn output(blocks: &mut Vec<Block>, lineage: &Lineage) {
    blocks.push(Block::Heading("Result and explanation, as recorded".to_owned()));
    let Some(output) = &lineage.decision.output else {
        blocks.push(Block::Text(Text::quiet("The record states no output.")));
        return;
    };
    let mut facts = Vec::new();
    for (member, name) in [("result", "Result"), ("confidence", "Confidence")] {
        let stated =
            output.at(member).map_or_else(|| Text::quiet("not recorded"), |stated| Text::strong(value(&stated)));
        facts.push(Fact::new(name, stated));
    }
    let explanation = output.at("explanation").map_or_else(
        || {
            Text::quiet(
                "No explanation is recorded: which inputs weighed how much is not determinable from these records.",
            )
        },
        |explanation| Text::plain(value(&explanation)),
    );
    facts.push(Fact::new("Explanation", explanation));
    blocks.push(Block::Facts(facts));
}

fn afterwards(blocks: &mut Vec<Block>, lineage: &Lineage) {
    blocks.push(Block::Heading("Reviews and outcome".to_owned()));
    let mut rows = Vec::new();
    for review in &lineage.reviews {
        let new = review.new_result.as_ref().map(|new| format!(", new result {}", value(new))).unwrap_or_default();
        let what = format!("{}{new}", short(review.action.as_deref()));
        let reason = review.reason.as_ref().map_or_else(|| NOTHING.to_owned(), |reason| shown_short(reason, VALUE));
        rows.push(["review".to_owned(), what, short(review.reviewer.as_deref()), reason].map(Text::plain).to_vec());
        rows.last_mut()
            .into_iter()
            .for_each(|row| row.extend([when(review.record.at), place(&review.record)].map(Text::plain)));
    }
    for outcome in &lineage.outcomes {
        let label = outcome.label.as_ref().map_or_else(|| NOTHING.to_owned(), value);
        let source = short(outcome.source.as_deref());
        rows.push(["outcome".to_owned(), label, source, NOTHING.to_owned()].map(Text::plain).to_vec());
        rows.last_mut()
            .into_iter()
            .for_each(|row| row.extend([when(outcome.record.at), place(&outcome.record)].map(Text::plain)));
    }
    let none: Vec<&str> = [
        (lineage.reviews.is_empty(), "No review of it is on record: no person is on record as having looked at it."),
        (lineage.outcomes.is_empty(), "No outcome of it is on record."),
    ]
    .into_iter()
    .filter_map(|(is_none, said)| is_none.then_some(said))
    .collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "What became of it".to_owned(),
            columns: ["what", "action or label", "by", "reason", "time (UTC)", "record"].map(Column::words).into(),
            rows,
            note: None,
        }));
    }
    if !none.is_empty() {
        blocks.push(Block::Text(Text::plain(none.join(" "))));
    }
}

fn checks(blocks: &mut Vec<Block>, lineage: &Lineage) {
    blocks.push(Block::Heading("Whether the records fit together".to_owned()));
    if lineage.checks.is_empty() {
        blocks.push(Block::Text(Text::plain("Nothing can be checked: it is not known which version decided.")));
        return;
    }
    let has_several = lineage.candidates.len() > 1;
    let row = |check: &Check| {
        let tone = match check.state {
            State::Agrees => Tone::Good,
            State::Differs => Tone::Bad,
            State::NotDeterminable => Tone::Warning,
        };
        let of = if has_several { format!(" ({})", shown_short(&check.version, 60)) } else { String::new() };
        vec![
            Text::toned(tone, check.state.words()),
            Text::plain(format!("{}{of}", check.title)),
            Text::plain(shown(&check.words)),
        ]
    };
    // What does not fit is read first.
    let rows = [State::Differs, State::NotDeterminable, State::Agrees]
        .into_iter()
        .flat_map(|state| lineage.checks.iter().filter(move |check| check.state == state).map(row));
    blocks.push(Block::Table(Table {
        caption: "Checks".to_owned(),
        columns: ["", "what", "because"].map(Column::words).into(),
        rows: rows.collect(),
        note: None,
    }));
}

fn candidate(blocks: &mut Vec<Block>, candidate: &Candidate) {
    let service = if candidate.is_in_service { "in service at that time" } else { "not in service then" };
    let version = shown_short(&candidate.version, 80);
    blocks.push(Block::Heading(format!("Version {version}: {service}, by the deployments on record")));
    let mut facts: Vec<Fact> = candidate.deployments.iter().flat_map(deployment).collect();
    if candidate.deployments.is_empty() {
        facts.push(Fact::new("Deployment", Text::quiet("none of it is on record")));
    }
    if candidate.more_deployments > 0 {
        let more = counted(candidate.more_deployments as u64, "earlier one is", "earlier ones are");
        facts.push(Fact::new("Deployments", Text::quiet(format!("{more} left out"))));
    }
    facts.extend(candidate.trainings.iter().flat_map(training));
    if candidate.trainings.is_empty() {
        facts.push(Fact::new("Training", Text::quiet("none of it is on record")));
    }
    if candidate.more_trainings > 0 {
        let more = counted(candidate.more_trainings as u64, "more is", "more are");
        facts.push(Fact::new("Trainings", Text::quiet(format!("{more} left out"))));
    }
    blocks.push(Block::Facts(facts));
}

fn filed(hash: &Recorded, file: Attachment) -> Text {
    let file = match file {
        Attachment::Attached => " (attached)",
        Attachment::ContentDiffers => " (attached, with another content)",
        Attachment::Unreadable => " (attached, and cannot be read)",
        Attachment::NotAttached | Attachment::NotNamed => "",
    };
    Text::mono(value(hash)).and(file)
}

fn deployment(told: &Deployment) -> Vec<Fact> {
    let mut what = vec![short(told.action.as_deref())];
    what.extend(told.environment.as_ref().map(|name| format!("in {}", shown_short(name, 60))));
    what.extend(told.traffic_percent.map(|percent| format!("to {percent} %")));
    what.push(format!("by {}, {} UTC, {}", short(told.deployer.as_deref()), when(told.record.at), place(&told.record)));
    let mut approved = vec![told.approval_words.clone()];
    approved.extend(told.approvals.iter().map(|approval| {
        let late = if approval.is_late { ", after the deployment" } else { "" };
        format!("{}, {}{late}", short(approval.by.as_deref()), when(approval.at))
    }));
    let mut facts = vec![Fact::new("Deployment", what.join(" ")), Fact::new("Approval", approved.join("\n"))];
    facts.extend(told.change_request.as_ref().map(|name| Fact::new("Change request", shown_short(name, 80))));
    facts.extend(told.changelog.as_ref().map(|text| Fact::new("Changelog", value(text))));
    facts.extend(told.artifact_hash.as_ref().map(|hash| Fact::new("Artefact", filed(hash, told.artifact_file))));
    facts.extend(told.test_report_hash.as_ref().map(|hash| Fact::new("Test report", filed(hash, told.test_report))));
    facts
}

fn training(told: &Training) -> Vec<Fact> {
    let artifact = match told.artifact {
        State::Agrees => "made what was deployed",
        State::Differs => "made another artefact",
        State::NotDeterminable => "not determinable whether it made what was deployed",
    };
    let by = told.actor.as_ref().map(|by| format!(" by {}", shown_short(by, 60))).unwrap_or_default();
    let what = format!("{}{by}, {}: {artifact}", when(told.record.at), place(&told.record));
    let data: Vec<String> =
        told.dataset_id.iter().chain(&told.dataset_version).map(|name| shown_short(name, 80)).collect();
    let data = if data.is_empty() { NOTHING.to_owned() } else { data.join(" ") };
    let mut facts = vec![
        Fact::new("Training", what),
        Fact::new("Approved by", short(told.approved_by.as_deref())),
        Fact::new("Data set", data),
    ];
    facts.extend(told.data_hash.as_ref().map(|hash| Fact::new("Its data", filed(hash, told.data_file))));
    for (name, stated) in [
        ("Artefact", &told.artifact_hash),
        ("Commit of the code", &told.git_commit),
        ("Seeds", &told.random_seeds),
        ("Hyperparameters", &told.hyperparameters),
        ("Metrics", &told.metrics),
    ] {
        facts.extend(stated.as_ref().map(|stated| Fact::new(name, Text::mono(value(stated)))));
    }
    facts
}

fn missing(blocks: &mut Vec<Block>, lineage: &Lineage) {
    blocks.push(Block::Heading("Missing to make it again".to_owned()));
    if lineage.missing.is_empty() {
        blocks.push(Block::Text(Text::plain("Nothing that the format has a place for.")));
    }
    for (purpose, title) in [
        (Purpose::Decision, "To make the decision again with the model at hand:"),
        (Purpose::Training, "To make the model again:"),
    ] {
        let of: Vec<Text> = lineage
            .missing
            .iter()
            .filter(|missing| missing.purpose == purpose)
            .map(|missing| Text::plain(shown(&missing.words)))
            .collect();
        if !of.is_empty() {
            blocks.push(Block::Text(Text::plain(title)));
            blocks.push(Block::List(of));
        }
    }
}

/// The record in its own bytes, and what stands sealed in it.
fn record(blocks: &mut Vec<Block>, decided: &Decided) {
    blocks.push(Block::Heading("The record, in its own bytes".to_owned()));
    match &decided.record {
        Some(text) => blocks.push(Block::Verbatim(text.clone())),
        None => blocks.push(Block::Text(Text::quiet("Its line is damaged: there is no record that could be shown."))),
    }
    if !decided.sealed.is_empty() {
        let row = |sealed: &SealedTold| {
            let shown_value = sealed.value.as_deref().map(|value| shown_short(value, VALUE)).unwrap_or_default();
            vec![Text::mono(shown(&sealed.pointer)), Text::plain(sealed.words.as_str()), Text::mono(shown_value)]
        };
        blocks.push(Block::Table(Table {
            caption: "Sealed members".to_owned(),
            columns: ["member", "what became of it", "value"].map(Column::words).into(),
            rows: decided.sealed.iter().map(row).collect(),
            note: Some(
                Text::default().and_face(Face::Quiet, "A sealed member stands in the chain by its digest alone."),
            ),
        }));
    }
}

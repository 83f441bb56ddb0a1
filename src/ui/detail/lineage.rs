//! Where a decision comes from: what of it fits together first, then the records that it goes back to, then what is missing to make
//! it again.

use egui::{ScrollArea, Sense, Ui, vec2};

use super::{pad, parts};
use crate::analysis::lineage::{Candidate, Check, Lineage, Missing, Purpose, Recorded, State};
use crate::analysis::story::Place;
use crate::app::detail::Detail;
use crate::app::{Command, Session};
use crate::record::Kind;
use crate::record::text::shown_short;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Empty, HashLabel, figures, hairline, subsection, text};

/// The longest text of a record that is shown, in characters.
const LONGEST: usize = 120;

/// Shows it, scrolling.
pub(super) fn show(ui: &mut Ui, session: &Session, detail: &Detail, commands: &mut Vec<Command>) {
    let empty = |ui: &mut Ui, sentence: &str, reason: &str| {
        let _ = Empty { sentence, reason, way_out: None }.show(ui);
    };
    if detail.kind != Kind::Decision {
        return empty(ui, "A lineage is of a decision", "Select a decision to see where it comes from.");
    }
    let lineage = match session.lineage.as_ref().filter(|(row, _)| *row == detail.row) {
        None => return empty(ui, "Tracing the decision", ""),
        Some((_, Err(error))) => return empty(ui, "The lineage cannot be told", error),
        Some((_, Ok(lineage))) => lineage,
    };
    ScrollArea::vertical().id_salt(("lineage", detail.row)).auto_shrink(false).show(ui, |ui| {
        section(ui, |ui| checks(ui, lineage));
        section(ui, |ui| chain(ui, lineage, commands));
        section(ui, |ui| missing(ui, lineage));
        if !lineage.not_determinable.is_empty() {
            section(ui, |ui| {
                headed(ui, "Not determinable", "");
                for line in &lineage.not_determinable {
                    paragraph(ui, line);
                }
            });
        }
        ui.add_space(measure::PAGE);
    });
}

/// A part, with a hairline below.
fn section(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    pad(ui, |ui| {
        ui.add_space(measure::PAD);
        contents(ui);
        ui.add_space(measure::PAD);
    });
    hairline(ui);
}

fn headed(ui: &mut Ui, title: &str, note: &str) {
    subsection(ui, title, note);
    ui.add_space(measure::GRID);
}

fn paragraph(ui: &mut Ui, words: &str) {
    let color = Theme::of(ui).text2;
    text::selectable(ui, words, Type::Table, color);
    ui.add_space(measure::GRID);
}

/// What stands for a state. Its colours are not those of a proof: records that agree may both be wrong.
fn icon_of(state: State) -> Icon {
    match state {
        State::Agrees => icon::CHECK,
        State::Differs => icon::NOT_EQUALS,
        State::NotDeterminable => icon::QUESTION,
    }
}

fn checks(ui: &mut Ui, lineage: &Lineage) {
    let of = |state: State| lineage.checks.iter().filter(|check| check.state == state).count() as u64;
    let counts = [(State::Agrees, "agree"), (State::Differs, "differ"), (State::NotDeterminable, "open")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(state, _)| of(*state) > 0)
        .map(|(state, word)| format!("{} {word}", figures::count(of(state))))
        .collect();
    headed(ui, "What fits together", &counts.join(", "));
    if lineage.checks.is_empty() {
        paragraph(ui, "Nothing can be checked: it is not known which version decided.");
    }
    let has_several = lineage.candidates.len() > 1;
    // What does not fit is read first.
    for state in [State::Differs, State::NotDeterminable, State::Agrees] {
        for check in lineage.checks.iter().filter(|check| check.state == state) {
            self::check(ui, check, has_several);
        }
    }
}

fn check(ui: &mut Ui, check: &Check, has_several: bool) {
    let theme = Theme::of(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP;
        let size = vec2(measure::ICON, Type::Table.line());
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let color = if check.state == State::Differs { theme.text } else { theme.faint };
        icon_of(check.state).paint(ui.painter(), rect.center(), measure::ICON_SMALL, color);
        let label = format!("{}: {}", check.title, check.state.words());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Image, true, &label));
        ui.vertical(|ui| {
            let title = match has_several {
                true => format!("{} ({})", check.title, shown_short(&check.version, 40)),
                false => check.title.to_owned(),
            };
            let style = if check.state == State::Agrees { Type::Table } else { Type::TableMedium };
            text::wrapped(ui, &title, style, theme.text);
            text::selectable(ui, &check.words, Type::Table, theme.text2);
            hashes(ui, check);
        });
    });
    ui.add_space(measure::GAP);
}

/// The digests that were compared; one for both where they are the same.
fn hashes(ui: &mut Ui, check: &Check) {
    let mut shown: Vec<String> = Vec::new();
    for side in check.compared.iter().filter(|side| side.member.ends_with("_hash")) {
        let Some(hash) = side.value.as_ref().and_then(Recorded::text) else { continue };
        if !shown.contains(&hash) {
            let of = format!("{} of the {}", side.member, side.of);
            ui.add(HashLabel::new(&hash, &of));
            shown.push(hash);
        }
    }
}

/// The records that the decision goes back to, and those that came of it.
fn chain(ui: &mut Ui, lineage: &Lineage, commands: &mut Vec<Command>) {
    let decision = &lineage.decision;
    headed(ui, "Where it comes from", "");
    let version = decision.version.as_ref().map_or_else(|| "–".to_owned(), |version| shown_short(version, LONGEST));
    let words = format!("{version}, {}: {}", decision.version_source.name(), decision.version_words);
    parts::row(ui, "version", "version", |ui| parts::said(ui, &words, Type::Table));
    for candidate in &lineage.candidates {
        self::candidate(ui, candidate, lineage.candidates.len() > 1, commands);
    }
    for review in &lineage.reviews {
        let what = format!("{} by {}", name(review.action.as_ref()), name(review.reviewer.as_ref()));
        record(ui, "review", &review.record, &what, commands);
    }
    for outcome in &lineage.outcomes {
        let label = outcome.label.as_ref().map_or_else(|| "–".to_owned(), |label| shown_short(&label.words(), LONGEST));
        record(ui, "outcome", &outcome.record, &label, commands);
    }
}

fn candidate(ui: &mut Ui, candidate: &Candidate, has_several: bool, commands: &mut Vec<Command>) {
    if has_several {
        let version = shown_short(&candidate.version, LONGEST);
        parts::row(ui, "either", "a version that may have decided", |ui| parts::said(ui, &version, Type::TableMedium));
    }
    for told in candidate.deployments.iter().rev() {
        let mut what = vec![name(told.action.as_ref())];
        what.extend(told.environment.as_ref().map(|name| format!("in {}", shown_short(name, LONGEST))));
        what.extend(told.traffic_percent.map(|percent| format!("to {percent} %")));
        let service = if candidate.is_in_service { "" } else { ", not in service then" };
        let what = format!("{}{service}; {}", what.join(" "), told.approval_words);
        record(ui, "deployment", &told.record, &what, commands);
        for change in &told.changes {
            record(ui, "change", &change.record, &name(change.state.as_ref()), commands);
        }
    }
    if candidate.deployments.is_empty() {
        parts::row(ui, "deployment", "deployment", |ui| parts::said(ui, "none on record", Type::Table));
    }
    for told in &candidate.trainings {
        let what = match told.artifact {
            State::Agrees => "made what was deployed",
            State::Differs => "made another artefact",
            State::NotDeterminable => "not determinable whether it made what was deployed",
        };
        record(ui, "training", &told.record, what, commands);
        for dataset in &told.datasets {
            let names: Vec<&str> = told.dataset_id.iter().chain(&told.dataset_version).map(String::as_str).collect();
            record(ui, "data set", &dataset.record, &shown_short(&names.join(" "), LONGEST), commands);
        }
    }
    if candidate.trainings.is_empty() {
        parts::row(ui, "training", "training", |ui| parts::said(ui, "none on record", Type::Table));
    }
    let more = candidate.more_deployments + candidate.more_trainings;
    if more > 0 {
        let more = figures::counted(more as u64, "more record is", "more records are");
        parts::row(ui, "", "", |ui| parts::said(ui, &format!("{more} left out"), Type::Table));
    }
}

fn name(text: Option<&String>) -> String {
    text.map_or_else(|| "–".to_owned(), |text| shown_short(text, LONGEST))
}

/// A record: its place leads there.
fn record(ui: &mut Ui, field: &str, place: &Place, what: &str, commands: &mut Vec<Command>) {
    parts::row(ui, field, place.id.as_deref().unwrap_or(field), |ui| {
        parts::line(ui, |ui| {
            if let Some(seq) = place.seq {
                parts::to_record(ui, place.row, seq, commands);
            }
            if let Some(word) = place.damage {
                let theme = Theme::of(ui);
                ui.label(Type::Table.rich(word).color(theme.broken.color));
            }
        });
        parts::said(ui, what, Type::Table)
    });
}

fn missing(ui: &mut Ui, lineage: &Lineage) {
    headed(ui, "Missing to make it again", "");
    if lineage.missing.is_empty() {
        paragraph(ui, "Nothing that the format has a place for.");
    }
    let theme = Theme::of(ui);
    for (purpose, title) in [(Purpose::Decision, "The decision"), (Purpose::Training, "The model")] {
        let of: Vec<&Missing> = lineage.missing.iter().filter(|missing| missing.purpose == purpose).collect();
        if of.is_empty() {
            continue;
        }
        text::wrapped(ui, title, Type::TableMedium, theme.text);
        ui.add_space(measure::GRID);
        for missing in of {
            paragraph(ui, &missing.words);
        }
    }
}

//! The custody journal: who did what, when, chained; and what the verifier says of it.

use egui::accesskit::Role;
use egui::{ScrollArea, Ui, pos2, vec2};

use super::super::{parts, words};
use super::items::in_words;
use crate::app::keeper::Snapshot;
use crate::app::{App, Command};
use crate::case::Digest;
use crate::case::entry::{Action, Entry};
use crate::integrity::verdict::{Completeness, Integrity};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, hairline, tab, text};

/// Height of an entry.
const ENTRY: f32 = 60.0;

/// What an entry says: what was done, and to what.
fn said(entry: &Entry) -> (String, String) {
    let records = |n: usize| counted(n as u64, "record", "records");
    match &entry.action {
        Action::Tagged { tag, on } => (format!("tagged {tag}"), records(on.len())),
        Action::Untagged { tag, on, .. } => (format!("tag {tag} taken away"), records(on.len())),
        Action::Put { item: None, value, .. } => (format!("{} added", value.name()), in_words(value)),
        Action::Put { value, .. } => (format!("{} changed", value.name()), in_words(value)),
        Action::Deleted { item, .. } => ("item deleted".to_owned(), item.to_string()),
        Action::Undone { entries } => ("undone".to_owned(), counted(entries.len() as u64, "entry", "entries")),
        Action::Redone { entries } => ("redone".to_owned(), counted(entries.len() as u64, "entry", "entries")),
        Action::Opened { bundle, by, .. } => ("bundle opened".to_owned(), format!("{} by {by}", bundle.name)),
        Action::Verified { bundle, verdict, .. } => {
            let verdict: Vec<String> = verdict.values().map(|value| value.replace('_', " ")).collect();
            ("bundle verified".to_owned(), format!("{}: {}", bundle.name, verdict.join(", ")))
        }
        Action::Exported { records: n, format, .. } => {
            ("records handed out".to_owned(), format!("{}, {format}", counted(*n, "record", "records")))
        }
        Action::Captured(captured) => ("view captured".to_owned(), captured.to.clone()),
        Action::Merged { journals } => {
            ("case taken in".to_owned(), counted(journals.len() as u64, "journal", "journals"))
        }
        Action::Unknown => ("something that a newer program did".to_owned(), entry.program.clone()),
    }
}

/// Shows it in all the room there is.
pub(super) fn show(ui: &mut Ui, app: &App, case: &Snapshot, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.add_space(6.0);
        // It is always shown: the tab is its heading.
        tab(ui, "Custody journal", &count(case.entries.len() as u64), true);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(measure::CELL);
            if ui.add(Button::plain("Verify").icon(icon::SEAL_CHECK)).clicked() {
                commands.push(Command::VerifyCase);
            }
        });
    });
    hairline(ui);
    parts::inset(ui, measure::PAD_WIDE, |ui| {
        ui.add_space(6.0);
        standing(ui, app, case);
        ui.add_space(6.0);
    });
    hairline(ui);
    ScrollArea::vertical().id_salt("journal").auto_shrink(false).show_rows(
        ui,
        ENTRY,
        case.entries.len() + 1,
        |ui, rows| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for at in rows {
                // The latest first.
                match case.entries.len().checked_sub(at + 1).and_then(|at| case.entries.get(at)) {
                    Some((id, journal, is_own, item)) => entry(ui, id, journal, *is_own, item, case.journals.len() > 1),
                    None => parts::inset(ui, measure::PAD_WIDE, |ui| {
                        ui.add_space(6.0);
                        let words =
                            "Every note, tag and deletion is appended and chained. Nothing here changes the evidence.";
                        parts::wrapped(ui, words, Type::Caption, theme.faint);
                    }),
                }
            }
        },
    );
}

/// What the verifier said of each journal; before it was asked, which there are.
fn standing(ui: &mut Ui, app: &App, case: &Snapshot) {
    let theme = Theme::of(ui);
    let name = |own: bool| if own { "This case's journal" } else { "A journal taken in" };
    if let Some(verified) = app.verified() {
        for known in verified {
            let report = &known.report;
            let state = match (report.verdict.integrity, report.verdict.completeness) {
                (Integrity::Broken, _) | (_, Completeness::Gaps | Completeness::Truncated) => {
                    crate::ui::theme::VerdictState::Broken
                }
                (Integrity::Unverifiable, _) => crate::ui::theme::VerdictState::Unverifiable,
                (Integrity::Intact, _) => crate::ui::theme::VerdictState::Intact,
            };
            let axes = words::axes(report).map(|said| said.value.to_lowercase());
            // The record that opens an intact journal is no entry; of one that is not, it is not known which records are there.
            let size = match state {
                crate::ui::theme::VerdictState::Intact => counted(report.records.saturating_sub(1), "entry", "entries"),
                _ => counted(report.records, "record", "records"),
            };
            let told = format!("{}: {}; {size}", name(known.is_own), axes.first().map_or("", String::as_str));
            super::said(ui, state, &told);
        }
        return;
    }
    for (at, journal) in case.journals.iter().enumerate() {
        let head = crate::ui::widgets::shortened(&journal.head.to_string(), 6, 6);
        let words = format!("{}: {}, head {head}", name(at == 0), counted(journal.size, "entry", "entries"));
        parts::wrapped(ui, &words, Type::Table, theme.text2);
    }
}

fn entry(ui: &mut Ui, id: &Digest, journal: &str, is_own: bool, entry: &Entry, several: bool) {
    let theme = Theme::of(ui);
    let (what, of) = said(entry);
    let at = words::instant(entry.timestamp);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ENTRY), egui::Sense::hover());
    let painter = ui.painter();
    let (left, right) = (rect.left() + measure::PAD_WIDE, rect.right() - measure::PAD_WIDE);
    let (first, second) = (rect.top() + 14.0, rect.top() + 32.0);
    let time = text::line(ui, &at, Type::Caption, theme.text2);
    let time = text::place_right(painter, right, first, time);
    let hash: String = id.to_string().chars().take(6).collect();
    let hash = text::place_right(painter, right, second, text::line(ui, &hash, Type::MonoSmall, theme.text2));
    let room = time.left() - measure::CELL - left;
    let what = if several && !is_own { format!("{what} (taken in)") } else { what };
    text::place(painter, left, first, text::cut(ui, &what, Type::TableMedium, theme.text, room));
    let who = format!("{}: {of}", entry.actor);
    let room = hash.left() - measure::CELL - left;
    let who = text::cut_rows(ui, &who, Type::Caption, theme.text2, room, 2);
    painter.galley(pos2(left, second - Type::Caption.line() / 2.0), who, theme.text2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(measure::HAIR, theme.row));
    let label = format!("{at} UTC, {}: {what}, {of}", entry.actor);
    parts::name(&response, Role::Label, &label);
    crate::ui::widgets::tip(
        response,
        format!("{what}\n{of}\n{} UTC, {}, {}\n{id}\n{journal}", at, entry.actor, entry.program),
    );
}

//! Tags and notes of the record that is shown.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use egui::{Sense, Stroke, StrokeKind, Ui, vec2};

use crate::app::{App, Command, Overlay, Session, Writing};
use crate::case::Digest;
use crate::case::entry::{Records, Value};
use crate::ui::icon;
use crate::ui::rewriting;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{icon_button, text, tip};

/// What a case says of one record: looking it up goes through all notes, so not every frame does.
#[derive(Debug, Default)]
pub(super) struct Known {
    of: Option<(usize, Digest)>,
    /// Its tags.
    pub(super) tags: Vec<String>,
    /// Its notes, the oldest first.
    pub(super) notes: Vec<Noted>,
    /// Nothing can be changed.
    is_read_only: bool,
}

/// A note.
#[derive(Debug)]
pub(super) struct Noted {
    /// Its name in the case.
    pub(super) item: Digest,
    actor: String,
    at: DateTime<Utc>,
    text: String,
    /// The records that it is on.
    on: Records,
}

/// The note that is only just begun to be written anew.
pub(super) type Edited = Option<Digest>;

impl Known {
    /// Looks up what is said of a record.
    pub(super) fn look(&mut self, session: &Session, hash: Digest) {
        let case = session.case();
        let key = (case.map_or(0, |case| Arc::as_ptr(case).addr()), hash);
        if self.of == Some(key) {
            return;
        }
        *self = Self { of: Some(key), ..Self::default() };
        let Some(case) = case else { return };
        self.is_read_only = case.read_only.is_some();
        self.tags = case.state.tags_of(hash).map(str::to_owned).collect();
        for (item, held) in case.items() {
            for (_, version) in held.current() {
                if let Some(Value::Note { on, text }) = &version.value
                    && on.iter().any(|(_, _, other)| other == hash)
                {
                    let (actor, at, text) = (version.actor.clone(), version.timestamp, text.clone());
                    self.notes.push(Noted { item, actor, at, text, on: on.clone() });
                }
            }
        }
    }
}

/// Shows tags and notes, with what adds and takes away.
pub(super) fn show(ui: &mut Ui, app: &App, known: &Known, edited: &mut Edited, commands: &mut Vec<Command>) {
    super::parts::row(ui, "tags", "tags", |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(measure::GAP, measure::GAP);
            for tag in &known.tags {
                if badge(ui, tag) {
                    commands.push(Command::Untag(tag.clone(), Vec::new()));
                }
            }
            if plus(ui, "Tag this record (T)") {
                commands.push(Command::Overlay(Overlay::Tag));
            }
        });
    });
    super::parts::row(ui, "notes", "notes", |ui| {
        ui.vertical(|ui| {
            for note in &known.notes {
                ui.push_id(note.item, |ui| one(ui, app, (note, known.is_read_only), edited, commands));
            }
            if plus(ui, "Write a note on this record (N)") {
                commands.push(Command::Overlay(Overlay::Note));
            }
        });
    });
}

/// A note: Enter or a click on it, or the pencil, begins to write it anew.
fn one(ui: &mut Ui, app: &App, (note, is_read_only): (&Noted, bool), edited: &mut Edited, commands: &mut Vec<Command>) {
    if let Some(begun) = app.unsaved(&Writing::Item(note.item)).filter(|_| !is_read_only) {
        let width = ui.available_width() - 2.0 * measure::GRID;
        let is_new = edited.take_if(|new| *new == note.item).is_some();
        rewriting::show(ui, (note.item, &note.on), begun, is_new, width, commands);
        return;
    }
    let theme = Theme::of(ui);
    let mut is_begun = false;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let buttons = if is_read_only { 0.0 } else { 2.0 * measure::FACET };
        let width = (ui.available_width() - buttons).max(40.0);
        let shown = ui.vertical(|ui| {
            ui.set_width(width);
            if is_read_only {
                text::selectable(ui, &note.text, Type::Table, theme.text);
            } else {
                text::wrapped(ui, &note.text, Type::Table, theme.text);
            }
            let when = note.at.format("%-d %b %Y %H:%M UTC");
            let others = note.on.len().saturating_sub(1);
            let more = if others > 0 { format!(", on {others} more") } else { String::new() };
            let by = format!("{}, {when}{more}", note.actor);
            text::wrapped(ui, &by, Type::Caption, theme.faint);
            ui.add_space(measure::CELL);
        });
        if is_read_only {
            return;
        }
        let response = ui.interact(shown.response.rect, ui.scope_id().with("note"), Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Edit the note"));
        if response.has_focus() {
            let stroke = Stroke::new(measure::HAIR, theme.accent);
            ui.painter().rect_stroke(response.rect.expand(2.0), 0.0, stroke, StrokeKind::Inside);
        }
        is_begun = response.clicked();
        is_begun |= icon_button(ui, icon::PENCIL_SIMPLE, "Edit this note", false).clicked();
        if icon_button(ui, icon::TRASH, "Delete this note", false).clicked() {
            commands.push(Command::DeleteItem(note.item));
        }
    });
    if is_begun {
        commands.push(Command::Write(Writing::Item(note.item), Some(note.text.clone())));
        *edited = Some(note.item);
    }
}

/// A tag, with what takes it away; true once that is clicked.
fn badge(ui: &mut Ui, tag: &str) -> bool {
    let theme = Theme::of(ui);
    let room = (ui.available_width() - 24.0).max(40.0);
    let galley = text::cut(ui, tag, Type::Caption, theme.text2, room);
    let width = galley.size().x + 22.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, measure::BADGE + 2.0), Sense::click());
    let edge = if response.hovered() || response.has_focus() { theme.accent } else { theme.hair2 };
    let painter = ui.painter();
    painter.rect_stroke(rect, measure::RADIUS_BADGE, Stroke::new(measure::HAIR, edge), StrokeKind::Inside);
    text::place(painter, rect.left() + 5.0, rect.center().y, galley);
    icon::X.paint(painter, egui::pos2(rect.right() - 9.0, rect.center().y), 11.0, theme.text2);
    let label = format!("Take away the tag {tag}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &label));
    tip(response, label).clicked()
}

fn plus(ui: &mut Ui, label: &str) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, measure::BADGE + 2.0), Sense::click());
    let edge = if response.hovered() || response.has_focus() { theme.accent } else { theme.hair2 };
    let stroke = Stroke::new(measure::HAIR, edge);
    ui.painter().rect_stroke(rect, measure::RADIUS_BADGE, stroke, StrokeKind::Inside);
    icon::PLUS.paint(ui.painter(), rect.center(), 11.0, theme.text2);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, label));
    tip(response, label).clicked()
}

//! The head of a lane: what it shows, its value at the cursor, and what can be done with it.

use egui::accesskit::Role;
use egui::{Painter, Rect, Sense, Ui, pos2, vec2};

use super::{Drawn, density, ticks};
use crate::app::Command;
use crate::app::timeline::RowsOf;
use crate::app::timeline::arrange::Arrange;
use crate::app::timeline::lanes::{Body, Lane};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::{Button, hairline, text};

/// Draws it: a click shows the lane's rows below, the right button what else can be done, as the list of lanes does.
pub(super) fn show(
    ui: &mut Ui,
    drawn: &Drawn<'_>,
    lane: &Lane,
    rect: Rect,
    value: &str,
    is_collapsed: bool,
    commands: &mut Vec<Command>,
) {
    let theme = drawn.theme;
    let is_chosen = matches!(&drawn.app.timeline().rows_of, RowsOf::Lane(_, filter) if *filter == lane.filter);
    let response = ui.interact(rect, ui.scope_id().with("head"), Sense::click());
    let painter = ui.painter_at(rect.intersect(ui.clip_rect()));
    if is_chosen {
        let bar = Rect::from_min_max(rect.min, pos2(rect.left() + 2.0, rect.bottom()));
        painter.rect_filled(bar, 0.0, theme.accent);
    } else if response.hovered() {
        painter.rect_filled(rect, 0.0, theme.hover);
    }
    // A picture has its own margin.
    let pad = if drawn.app.is_still() { 0.0 } else { measure::PAD };
    let room = Rect::from_min_max(rect.min + vec2(pad, 0.0), rect.max - vec2(measure::CELL, 0.0));
    let line = rect.top() + if is_collapsed { rect.height() / 2.0 } else { 14.0 };
    let value_at = text::line(ui, value, Type::Caption, theme.text2);
    let left =
        if value.is_empty() { room.right() } else { text::place_right(&painter, room.right(), line, value_at).left() };
    let mut x = room.left();
    if drawn.app.arrangement().is_pinned(lane) {
        icon::PUSH_PIN.paint(&painter, pos2(x + 5.0, line), 11.0, theme.faint);
        x += 14.0;
    }
    let title = text::cut(ui, &lane.title, Type::TableMedium, theme.text, left - x - 6.0);
    text::place(&painter, x, line, title);
    if !is_collapsed {
        below(ui, &painter, drawn, lane, Rect::from_min_max(pos2(room.left(), line + 9.0), room.max));
    }
    let label = match (lane.note.as_str(), value) {
        ("", "") => format!("Lane {}", lane.title),
        (note, "") => format!("Lane {}, {note}", lane.title),
        ("", value) => format!("Lane {}: {value} at the cursor", lane.title),
        (note, value) => format!("Lane {}, {note}: {value} at the cursor", lane.title),
    };
    parts::name(&response, Role::Button, &label);
    parts::focus_ring(ui, &response);
    if response.clicked() {
        let rows = if is_chosen { RowsOf::All } else { RowsOf::Lane(lane.title.clone(), lane.filter.clone()) };
        commands.push(Command::ShowRowsOf(rows));
    }
    menu(&response, drawn, lane, commands);
    let tip = format!("{}\nRows: {}", if lane.note.is_empty() { &lane.title } else { &lane.note }, lane.filter);
    crate::ui::widgets::tip(response, tip);
}

/// What stands below the title.
fn below(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, lane: &Lane, room: Rect) {
    let theme = drawn.theme;
    let mut y = room.top() + 6.0;
    if let Body::Ticks(rows) = &lane.body
        && rows.len() > 1
    {
        // Each row is named beside itself.
        let plot = Rect::from_min_max(pos2(room.left(), room.top() - 23.0), room.max);
        for (row, rect) in ticks::rows(rows, plot) {
            let words = text::cut(ui, &row.name, Type::Caption, theme.text2, room.width());
            text::place_right(painter, room.right(), rect.bottom() - 7.0, words);
        }
        return;
    }
    if !lane.note.is_empty() && y + 7.0 <= room.bottom() {
        text::place(painter, room.left(), y, text::cut(ui, &lane.note, Type::Caption, theme.faint, room.width()));
        y += 9.0;
    }
    if let Body::Density(bands) = &lane.body {
        let room = Rect::from_min_max(pos2(room.left(), y + 2.0), room.max);
        density::legend(ui, painter, drawn, bands, room);
    }
    if let Body::Share(_) = &lane.body
        && y + 16.0 <= room.bottom()
    {
        text::place(
            painter,
            room.left(),
            y + 7.0,
            text::line(ui, "band: Wilson 95\u{202f}%", Type::Caption, theme.faint),
        );
    }
}

/// What can be done with a lane.
fn menu(response: &egui::Response, drawn: &Drawn<'_>, lane: &Lane, commands: &mut Vec<Command>) {
    let arrangement = drawn.app.arrangement();
    egui::Popup::context_menu(response).show(|ui| {
        let mut entry = |ui: &mut Ui, icon: Icon, words: &str, what: Arrange| {
            if ui.add(Button::plain(words).icon(icon)).clicked() {
                commands.push(Command::Arrange(lane.id.clone(), what));
                ui.close();
            }
        };
        entry(ui, icon::ARROW_UP, "Move up", Arrange::Move(true));
        entry(ui, icon::ARROW_DOWN, "Move down", Arrange::Move(false));
        let pin = if arrangement.is_pinned(lane) { "Do not keep at the top" } else { "Keep at the top" };
        entry(ui, icon::PUSH_PIN, pin, Arrange::Pin);
        let collapse = if arrangement.is_collapsed(lane) { "Show in full" } else { "Show as a line" };
        entry(ui, icon::MINUS, collapse, Arrange::Collapse);
        hairline(ui);
        entry(ui, icon::EYE_SLASH, "Hide", Arrange::Show);
    });
}

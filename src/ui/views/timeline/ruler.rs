//! The ruler above the lanes: ticks, marks of the case, and the exact time of the cursor.

use chrono::DateTime;
use egui::{Color32, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::app::marked::within;
use crate::ui::axis::{Tick, ticks};
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::text;
use crate::ui::words;

/// Its height.
pub(super) const HEIGHT: f32 = 36.0;

/// Ticks are not nearer to each other than a word is long.
const APART: f32 = 62.0;

/// Shields of marks: width and height.
const SHIELD: (f32, f32) = (14.0, 17.0);

/// Draws it.
pub(super) fn show(ui: &Ui, drawn: &Drawn<'_>, rect: Rect) {
    let Drawn { axis, theme, .. } = *drawn;
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.panel);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    painter.hline(rect.x_range(), rect.top() + 0.5, Stroke::new(measure::HAIR, theme.hair));
    let middle = rect.bottom() - 10.0;
    let start = DateTime::from_timestamp_nanos(axis.first);
    let words = text::line(ui, "UTC", Type::Caption, theme.text2);
    let until = text::place(&painter, rect.left() + measure::PAD, middle, words).right();
    // Words on the ruler leave out what stays the same: it stands here.
    let day = text::line(ui, &start.format("%a %-d %b %Y").to_string(), Type::Caption, theme.text2);
    if until + 8.0 + day.size().x < axis.left - 8.0 {
        text::place_right(&painter, axis.left - 8.0, middle, day);
    }
    let mut free = axis.left;
    for Tick { nanos, words, is_major } in ticks(axis, APART) {
        let x = axis.x(nanos).round() + 0.5;
        let high = if is_major { 8.0 } else { 4.0 };
        painter.vline(x, rect.bottom() - high..=rect.bottom(), Stroke::new(measure::HAIR, theme.hair2));
        let style = if is_major { Type::CaptionMedium } else { Type::Caption };
        let color = if is_major { theme.text } else { theme.text2 };
        let galley = text::line(ui, &words, style, color);
        if x + 4.0 >= free && x + 4.0 + galley.size().x <= axis.right + measure::AXIS - 4.0 {
            free = text::place(&painter, x + 4.0, middle, galley).right() + 8.0;
        }
    }
    let marked = drawn.app.session().and_then(|session| session.case()).map_or(&[][..], |case| &case.marked);
    for (n, mark) in within(marked, (axis.first, axis.last)).filter(|mark| !mark.is_span).enumerate() {
        shield(ui, &painter, pos2(axis.x(mark.nanos.0).round(), rect.top() + 2.0), &letter(n), theme.accent, theme.on_accent);
    }
    if let Some(at) = drawn.cursor.filter(|at| (axis.first..=axis.last).contains(at)) {
        pill(ui, &painter, drawn, rect, at);
    }
}

/// What stands on the n-th mark: A to Z, then numbers.
fn letter(n: usize) -> String {
    match u8::try_from(n).ok().filter(|n| *n < 26) {
        Some(n) => char::from(b'A' + n).to_string(),
        None => (n + 1).to_string(),
    }
}

fn shield(ui: &Ui, painter: &Painter, top: egui::Pos2, word: &str, fill: Color32, ink: Color32) {
    let (half, height) = (SHIELD.0 / 2.0, SHIELD.1);
    let corners = [(-half, 0.0), (half, 0.0), (half, height - 5.0), (0.0, height), (-half, height - 5.0)];
    let corners = corners.map(|(x, y)| top + vec2(x, y));
    painter.add(Shape::convex_polygon(corners.to_vec(), fill, Stroke::NONE));
    let galley = text::line(ui, word, Type::CaptionMedium, ink);
    text::place(painter, top.x - galley.size().x / 2.0, top.y + 6.5, galley);
}

/// The exact time of the cursor, in each zone.
fn pill(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, rect: Rect, at: i64) {
    let Drawn { axis, theme, app, .. } = *drawn;
    let instant = DateTime::from_timestamp_nanos(at);
    let mut words = format!("{} {} UTC", instant.format("%a"), words::time(instant));
    if let Some(zone) = app.settings.second_zone() {
        words += &format!(", {} {zone}", words::zoned(instant, zone));
    }
    let galley = text::line(ui, &words, Type::CaptionMedium, theme.panel);
    let width = galley.size().x + 2.0 * measure::GAP_ICON;
    let x = axis.x(at);
    let left = (x - width / 2.0).clamp(rect.left() + 4.0, (rect.right() - width - 4.0).max(rect.left() + 4.0)).round();
    let pill = Rect::from_min_size(pos2(left, rect.top() + 2.0), vec2(width, 16.0));
    painter.rect_filled(pill, f32::from(measure::RADIUS_BADGE), theme.text);
    text::place(painter, left + measure::GAP_ICON, pill.center().y, galley);
}

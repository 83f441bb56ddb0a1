//! The ruler above the lanes: ticks, marks and notes of the case, and the exact time of the cursor.

use std::sync::Arc;

use chrono::DateTime;
use egui::{Color32, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::analysis::series::Series;
use crate::app::marked::within;
use crate::evidence::Marks;
use crate::query::Mark;
use crate::record::text::visible;
use crate::ui::axis::{Tick, ticks};
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::text;
use crate::ui::words;

/// Its height.
pub(super) const HEIGHT: f32 = 36.0;

/// Ticks are not nearer to each other than a word is long.
const APART: f32 = 62.0;

/// Shields of marks: width and height.
const SHIELD: (f32, f32) = (14.0, 17.0);

/// Notes are not drawn nearer to each other than this.
const NOTE: f32 = 12.0;

/// When the records with notes were made.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Of which marks of the evidence.
    of: usize,
    series: Option<Series>,
}

impl Notes {
    /// Finds them where the marks are others than before.
    pub(super) fn of(&mut self, drawn: &Drawn<'_>) -> Option<&Series> {
        let evidence = drawn.app.session()?.evidence();
        let marks = evidence.marks();
        let of = marks.as_ref().map_or(0, |marks| Arc::as_ptr(marks).addr());
        if std::mem::replace(&mut self.of, of) != of {
            let rows = |marks: &Arc<Marks>| {
                let mut rows: Vec<u32> = marks.of(Mark::Note).flat_map(|(_, rows)| rows.iter().copied()).collect();
                rows.sort_unstable();
                rows.dedup();
                rows
            };
            self.series =
                marks.as_ref().map(|marks| Series::new(Arc::clone(evidence.times()), rows(marks).into_iter()));
        }
        self.series.as_ref()
    }
}

/// Draws it.
pub(super) fn show(ui: &Ui, drawn: &Drawn<'_>, rect: Rect, notes: &mut Notes) {
    let Drawn { axis, theme, .. } = *drawn;
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.panel);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    painter.hline(rect.x_range(), rect.top() + 0.5, Stroke::new(measure::HAIR, theme.hair));
    let middle = rect.bottom() - 10.0;
    let start = DateTime::from_timestamp_nanos(axis.first);
    let words = text::line(ui, "UTC", Type::Caption, theme.text2);
    let pad = if drawn.app.is_still() { 0.0 } else { measure::PAD };
    let until = text::place(&painter, rect.left() + pad, middle, words).right();
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
    // Marks lie over it: what the user put there is not hidden by where the pointer is.
    if let Some(at) = drawn.cursor.filter(|at| (axis.first..=axis.last).contains(at)) {
        pill(ui, &painter, drawn, rect, at);
    }
    let marked = drawn.app.session().and_then(|session| session.case()).map_or(&[][..], |case| &case.marked);
    for (n, mark) in within(marked, (axis.first, axis.last)).filter(|mark| !mark.is_span).enumerate() {
        shield(
            ui,
            &painter,
            pos2(axis.x(mark.nanos.0).round(), rect.top() + 2.0),
            &letter(n),
            theme.accent,
            theme.on_accent,
        );
    }
    let landmarks = drawn.app.session().map(|session| &session.facts().landmarks);
    let damage = landmarks.into_iter().flat_map(|landmarks| &landmarks.damage);
    for mark in damage.filter(|mark| (axis.first..=axis.last).contains(&mark.nanos)) {
        let (x, base) = (axis.x(mark.nanos).round(), rect.bottom() - 1.0);
        let corners = [pos2(x - 4.0, base - 7.0), pos2(x + 4.0, base - 7.0), pos2(x, base)];
        painter.add(Shape::convex_polygon(corners.to_vec(), theme.broken.color, Stroke::NONE));
    }
    for span in within(marked, (axis.first, axis.last)).filter(|mark| mark.is_span) {
        let (left, right) =
            (axis.x(span.nanos.0).max(axis.left), axis.x(span.nanos.1).min(axis.right).max(axis.left + 2.0));
        let bar = Rect::from_min_max(pos2(left, rect.top() + 18.0), pos2(right.max(left + 2.0), rect.top() + 20.0));
        painter.rect_filled(bar, 0.0, theme.accent);
        if right - left > 28.0 {
            let words = text::cut(ui, &visible(&span.text), Type::Caption, theme.accent, right - left - 6.0);
            text::place(&painter, left + 3.0, rect.top() + 10.0, words);
        }
    }
    let mut after = i128::from(axis.first);
    if let Some(notes) = notes.of(drawn) {
        while let Some(at) = notes.at_or_after(after).filter(|at| *at <= axis.last) {
            let x = axis.x(at).round();
            icon::NOTE.paint(&painter, pos2(x, rect.top() + 10.0), 12.0, theme.accent);
            after = i128::from(axis.nanos(x + NOTE)).max(i128::from(at) + 1);
        }
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
    let mut galley = text::line(ui, &words, Type::CaptionMedium, theme.panel);
    if galley.size().x + 16.0 > rect.width() {
        galley = text::line(ui, &words::time(instant), Type::CaptionMedium, theme.panel);
    }
    let width = galley.size().x + 2.0 * measure::GAP_ICON;
    let x = axis.x(at);
    let left = (x - width / 2.0).clamp(rect.left() + 4.0, (rect.right() - width - 4.0).max(rect.left() + 4.0)).round();
    let pill = Rect::from_min_size(pos2(left, rect.top() + 2.0), vec2(width, 16.0));
    painter.rect_filled(pill, f32::from(measure::RADIUS_BADGE), theme.text);
    text::place(painter, left + measure::GAP_ICON, pill.center().y, galley);
}

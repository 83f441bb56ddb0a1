//! Draws cells. Only those that are seen are laid out, and egui keeps their layouts from frame to frame.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Color32, Painter, Rect, Stroke, StrokeKind, pos2, vec2};

use super::columns::{PAD, Side};
use super::source::{Cell, Lead, Mark};
use crate::record::text::visible;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::text;

/// The width that a lead takes with its gap.
pub(super) fn lead_width(lead: Lead) -> f32 {
    match lead {
        Lead::None => 0.0,
        Lead::Icon(..) => measure::ICON_SMALL + 6.0,
        Lead::Bar(_) => 3.0 + 7.0,
        Lead::Mark(_) => 8.0 + 7.0,
        Lead::Meter(_) => METER + 8.0,
    }
}

const METER: f32 = 40.0;

/// What an icon of a trail takes with its gap.
const TRAIL: f32 = measure::ICON_COPY + 4.0;

/// The width that a trail takes.
fn trail_width(cell: &Cell<'_>) -> f32 {
    cell.trail.len() as f32 * TRAIL
}

/// Draws `cell` into `rect`, of which `seen` is seen; the painter is clipped to that. True if not all of it can be read.
pub(super) fn cell(painter: &Painter, rect: Rect, seen: Rect, cell: &Cell<'_>, side: Side, theme: &Theme) -> bool {
    let inner = rect.shrink2(vec2(PAD, 0.0));
    let middle = rect.center().y;
    lead(painter, pos2(inner.left(), middle), cell.lead, theme);
    for (at, (icon, ink, _)) in cell.trail.iter().rev().enumerate() {
        let centre = pos2(inner.right() - at as f32 * TRAIL - measure::ICON_COPY / 2.0, middle);
        icon.paint(painter, centre, measure::ICON_COPY, ink.color(theme));
    }
    let room = inner.width() - lead_width(cell.lead) - trail_width(cell);
    if cell.text.is_empty() || room <= 0.0 {
        return !cell.text.is_empty();
    }
    let color = cell.ink.color(theme);
    let style = cell.style();
    let mut galley = layout(painter, &cell.text, style, color, if cell.whole { f32::INFINITY } else { room });
    let cut = galley.elided || (cell.whole && galley.size().x > room);
    if cut && cell.whole {
        galley = layout(painter, "##", style, theme.faint, f32::INFINITY);
    }
    let left = match side {
        Side::Left => inner.left() + lead_width(cell.lead),
        Side::Right => inner.right() - trail_width(cell) - galley.size().x,
    };
    let drawn = left..=left + galley.size().x;
    // A part of a figure would be another figure.
    let is_figure = cell.whole || cell.text.contains(|c: char| c.is_ascii_digit());
    if is_figure && !(drawn.start().round() >= seen.left() && drawn.end().round() <= seen.right()) {
        let more = layout(painter, "…", style, theme.faint, f32::INFINITY);
        let before = inner.left() + lead_width(cell.lead);
        let at = if *drawn.start() < seen.left() { inner.right() - more.size().x } else { before };
        text::place(painter, at, middle, more);
        return true;
    }
    text::place(painter, left, middle, galley);
    cut
}

/// A cell that is not loaded yet.
pub(super) fn placeholder(painter: &Painter, rect: Rect, side: Side, theme: &Theme) {
    let inner = rect.shrink2(vec2(PAD, 0.0));
    let width = (inner.width() * 0.6).min(72.0);
    let left = if side == Side::Right { inner.right() - width } else { inner.left() };
    let bar = Rect::from_min_size(pos2(left, rect.center().y - 3.0), vec2(width, 6.0));
    painter.rect_filled(bar, 0.0, theme.sunken);
}

fn layout(painter: &Painter, text: &str, style: Type, color: Color32, width: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = LayoutJob::simple_singleline(visible(text).into_owned(), style.font(), color);
    job.wrap = TextWrapping { max_width: width, max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    painter.layout_job(job)
}

/// The width of a cell's text and lead, without padding.
pub(super) fn width(painter: &Painter, cell: &Cell<'_>) -> f32 {
    let text = layout(painter, &cell.text, cell.style(), Color32::PLACEHOLDER, f32::INFINITY).size().x;
    lead_width(cell.lead) + text + trail_width(cell)
}

fn lead(painter: &Painter, at: egui::Pos2, lead: Lead, theme: &Theme) {
    let centred = |width: f32, height: f32| Rect::from_min_size(pos2(at.x, at.y - height / 2.0), vec2(width, height));
    match lead {
        Lead::None => {}
        Lead::Icon(icon, ink) => {
            let centre = pos2(at.x + measure::ICON_SMALL / 2.0, at.y);
            icon.paint(painter, centre, measure::ICON_SMALL, ink.color(theme));
        }
        Lead::Bar(ink) => {
            painter.rect_filled(centred(3.0, 12.0), 0.0, ink.color(theme));
        }
        Lead::Mark(mark) => {
            let square = centred(8.0, 8.0);
            let color = theme.text2;
            if mark == Mark::Filled {
                painter.rect_filled(square, 0.0, color);
            } else {
                painter.rect_stroke(square, 0.0, Stroke::new(measure::HAIR, color), StrokeKind::Inside);
            }
            if mark == Mark::Half {
                let half = Rect::from_min_max(square.min, pos2(square.center().x, square.bottom()));
                painter.rect_filled(half, 0.0, color);
            }
        }
        Lead::Meter(share) => {
            let track = centred(METER, 4.0);
            painter.rect_filled(track, 0.0, theme.sunken);
            let filled = Rect::from_min_size(track.min, vec2(METER * share.clamp(0.0, 1.0), 4.0));
            painter.rect_filled(filled, 0.0, theme.neutral);
        }
    }
}

/// The side that text stands on, in egui's words.
pub(super) fn align(side: Side) -> Align {
    match side {
        Side::Left => Align::Min,
        Side::Right => Align::Max,
    }
}

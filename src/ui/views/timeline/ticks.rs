//! A lane of ticks: one for each record where there is room, taller where several share a point, bars where they crowd.

use egui::{Mesh, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Drawn;
use super::density::Buckets;
use crate::analysis::series::Series;
use crate::app::timeline::lanes::{Remark, TickRow};
use crate::ui::axis::Axis;
use crate::ui::theme::{Theme, Type};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::text;

/// Height of a row.
const ROW: f32 = 20.0;
/// Height of a row with something to be said above it.
const REMARKED: f32 = 38.0;
/// Room above and below.
const PAD: f32 = 4.0;
/// Height of a tick that stands out.
const TALL: f32 = 16.0;
/// Where every second point has as many records as this, ticks would be a wall: it is drawn as bars.
const CROWD: u32 = 6;

pub(super) fn height(rows: &[TickRow]) -> f32 {
    2.0 * PAD + rows.iter().map(row_height).sum::<f32>() + if rows.len() == 1 { 4.0 } else { 0.0 }
}

fn row_height(row: &TickRow) -> f32 {
    if row.remarks.iter().any(Remark::has_words) { REMARKED } else { ROW }
}

/// The rows with the height that each has.
pub(super) fn rows(rows: &[TickRow], plot: Rect) -> impl Iterator<Item = (&TickRow, Rect)> {
    let mut top = plot.top() + PAD;
    rows.iter().map(move |row| {
        let high = row_height(row) + if rows.len() == 1 { 4.0 } else { 0.0 };
        let rect = Rect::from_min_max(pos2(plot.left(), top), pos2(plot.right(), top + high));
        top += high;
        (row, rect)
    })
}

/// Draws it; gives how many there are at the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    all: &[TickRow],
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Drawn { axis, theme, lanes, .. } = *drawn;
    for (row, rect) in rows(all, plot) {
        let floor = if is_collapsed { plot.bottom() - 3.0 } else { rect.bottom() - 2.0 };
        if !lanes.is_whole {
            ticks(painter, axis, &row.records.whole, floor, theme, Ink::Whole);
        }
        ticks(painter, axis, &row.records.shown, floor, theme, Ink::Shown);
        if let Some(tall) = &row.tall {
            if !lanes.is_whole {
                ticks(painter, axis, &tall.whole, floor, theme, Ink::TallWhole);
            }
            ticks(painter, axis, &tall.shown, floor, theme, Ink::Tall);
        }
        if !is_collapsed {
            remarks(ui, painter, drawn, row, rect, floor);
        }
    }
    let point = axis.point().max(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "some points of time")]
    let around = (point * 3.0).min(9e18) as i64;
    let near = |at: i64| {
        let (from, to) = (i128::from(at) - i128::from(around), i128::from(at) + i128::from(around));
        all.iter().map(|row| row.records.shown.count(from, to)).sum::<u32>()
    };
    // Rows have names where the value would stand.
    let at = drawn.cursor.filter(|_| all.len() == 1 || is_collapsed);
    at.map_or_else(String::new, |at| count(near(at).into()))
}

#[derive(Clone, Copy, PartialEq)]
enum Ink {
    Whole,
    Shown,
    TallWhole,
    Tall,
}

/// Ticks on a floor. A point with a record has a mark, however many there are.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points of a screen"
)]
fn ticks(painter: &Painter, axis: Axis, series: &Series, floor: f32, theme: &Theme, ink: Ink) {
    if series.is_empty() {
        return;
    }
    let points = (axis.right - axis.left).max(1.0) as usize;
    let at = |point: usize| {
        let share = point as f64 / points as f64;
        i128::from(axis.first) + (share * (i128::from(axis.last) - i128::from(axis.first)) as f64) as i128
    };
    let mut mesh = Mesh::default();
    let mut bar = |left: f32, width: f32, high: f32, color| {
        mesh.add_colored_rect(Rect::from_min_max(pos2(left, floor - high), pos2(left + width, floor)), color);
    };
    let (quiet, loud) = match ink {
        Ink::Whole | Ink::TallWhole => (theme.ghost, theme.ghost),
        Ink::Shown => (theme.neutral, theme.text),
        Ink::Tall => (theme.text, theme.text),
    };
    let is_tall = matches!(ink, Ink::Tall | Ink::TallWhole);
    let seen = series.count(at(0), i128::from(axis.last) + 1);
    if !is_tall && seen as usize > points * CROWD as usize / 2 {
        // A wall of ticks says nothing: how many there are does.
        let buckets = Buckets::over(axis, 3.0);
        let counts = buckets.counts(series);
        let most = counts.iter().max().copied().unwrap_or(1).max(1) as f32;
        for (n, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (left, right) = buckets.x(n, axis);
            bar(
                left.round(),
                (right.round() - left.round() - 1.0).max(1.0),
                (*count as f32 / most * TALL).max(1.0),
                quiet,
            );
        }
        painter.add(Shape::mesh(mesh));
        return;
    }
    let mut before = series.before(at(0));
    for point in 0..=points {
        // The last point ends behind the last instant.
        let end = if point == points { i128::from(axis.last) + 1 } else { at(point + 1) };
        let next = series.before(end);
        let count = next - std::mem::replace(&mut before, next);
        if count > 0 {
            let (high, color) = match count {
                _ if is_tall => (TALL, loud),
                ..4 => (8.0, quiet),
                4..8 => (11.0, loud),
                _ => (14.0, loud),
            };
            bar(axis.left + point as f32, 1.0, high, color);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// What is out of the pattern: its ticks in full, a triangle below where it begins, and what it is above it.
fn remarks(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, row: &TickRow, rect: Rect, floor: f32) {
    let Drawn { axis, theme, .. } = *drawn;
    // What matters most comes first, and what would lie over it is left to the tooltip and the rows.
    let mut taken: Vec<(f32, f32)> = Vec::new();
    for remark in row.remarks.iter().filter(|remark| remark.to >= axis.first && remark.from <= axis.last) {
        let (left, right) = (axis.x(remark.from), axis.x(remark.to));
        let (left, right) = (left.max(rect.left() - 4.0).round(), right.min(rect.right()).round());
        let ink = if remark.is_shown { theme.text } else { theme.hair2 };
        let line = Stroke::new(2.0, ink);
        painter.hline(left..=right.max(left + 3.0), floor - 10.0, line);
        if !remark.has_words() {
            continue;
        }
        let ink = if remark.is_shown { theme.text } else { theme.faint };
        let words = text::line(ui, &remark.text, Type::Caption, ink);
        // Behind the last words, or before where the room ends.
        let x = left.min(rect.right() - words.size().x - 4.0).max(rect.left() + 4.0);
        let end = x + words.size().x + 12.0;
        if taken.iter().all(|(from, to)| end <= *from || x >= *to) {
            let ground = Rect::from_min_size(pos2(x - 2.0, rect.top() + 1.0), words.size() + vec2(4.0, 0.0));
            painter.rect_filled(ground, 0.0, theme.panel);
            text::place(painter, x, rect.top() + 9.0, words);
            taken.push((x, end));
        }
    }
}

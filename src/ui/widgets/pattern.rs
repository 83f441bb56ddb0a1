//! Patterns: what a colour says, said again for those who cannot see it.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use crate::ui::theme::{Theme, VerdictState, measure};

/// Lines that rise to the right at 45°, `apart` from each other. They lie on a grid of the whole screen, so that
/// neighbouring fills meet.
pub fn lines(painter: &Painter, rect: Rect, stroke: Stroke, apart: f32) {
    diagonal(painter, rect, stroke, apart, 1.0);
}

/// Lines both ways.
pub fn crossed(painter: &Painter, rect: Rect, stroke: Stroke, apart: f32) {
    diagonal(painter, rect, stroke, apart, 1.0);
    diagonal(painter, rect, stroke, apart, -1.0);
}

fn diagonal(painter: &Painter, rect: Rect, stroke: Stroke, apart: f32, slope: f32) {
    if !rect.is_positive() || apart <= 0.0 {
        return;
    }
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let apart = apart * std::f32::consts::SQRT_2;
    // A line keeps `x + slope * y`.
    let ends = [rect.left() + slope * rect.top(), rect.left() + slope * rect.bottom()];
    let first = (ends[0].min(ends[1]) / apart).floor() * apart;
    let last = ends[0].max(ends[1]) + rect.width();
    let mut at = first;
    let mut shapes = Vec::new();
    while at <= last {
        let points = [pos2(at - slope * rect.top(), rect.top()), pos2(at - slope * rect.bottom(), rect.bottom())];
        shapes.push(Shape::line_segment(points, stroke));
        at += apart;
    }
    painter.extend(shapes);
}

/// Level lines, `apart` from each other.
pub fn level(painter: &Painter, rect: Rect, stroke: Stroke, apart: f32) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut y = (rect.top() / apart).ceil() * apart;
    while apart > 0.0 && y < rect.bottom() {
        let line = Rect::from_min_max(pos2(rect.left(), y), pos2(rect.right(), y + stroke.width));
        painter.rect_filled(line, 0.0, stroke.color);
        y += apart;
    }
}

/// Squares of `side`, `apart` from each other, every second row set off by half.
pub fn squares(painter: &Painter, rect: Rect, color: Color32, side: f32, apart: f32) {
    if apart <= 0.0 || !rect.is_positive() {
        return;
    }
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut y = (rect.top() / apart).floor() * apart;
    while y < rect.bottom() {
        let mut x = (rect.left() / apart).floor() * apart;
        while x < rect.right() {
            painter.rect_filled(Rect::from_min_size(pos2(x, y), vec2(side, side)), 0.0, color);
            x += apart;
        }
        y += apart;
    }
}

/// A dashed edge along `rect`.
pub fn dashed_rect(painter: &Painter, rect: Rect, stroke: Stroke, dash: f32, gap: f32) {
    let path: [Pos2; 5] = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    painter.extend(Shape::dashed_line(&path, stroke, dash, gap));
}

/// A dashed line.
pub fn dashed(painter: &Painter, points: [Pos2; 2], stroke: Stroke, dash: f32, gap: f32) {
    painter.extend(Shape::dashed_line(&points, stroke, dash, gap));
}

/// The fill of a run of records in the chain map. In a column of pixels the worst state wins: that is the caller's.
pub fn verdict(painter: &Painter, rect: Rect, state: VerdictState, theme: &Theme) {
    let paint = state.paint(theme);
    painter.rect_filled(rect, 0.0, paint.tint);
    match state {
        VerdictState::Intact => {
            let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 4.0), rect.max);
            painter.rect_filled(foot.intersect(rect), 0.0, paint.color);
        }
        VerdictState::Broken => crossed(painter, rect, Stroke::new(measure::CURVE, paint.color), 5.0),
        VerdictState::Partial => lines(painter, rect, Stroke::new(measure::CURVE, paint.color), 6.0),
        VerdictState::Unverifiable => squares(painter, rect, paint.color, 1.5, 5.0),
        VerdictState::Withheld => level(painter, rect, Stroke::new(1.25, paint.color), 4.0),
        VerdictState::Skipped => {}
    }
}

/// Where records are missing: no fill, a dashed edge.
pub fn missing(painter: &Painter, rect: Rect, theme: &Theme) {
    dashed_rect(painter, rect.shrink(0.5), Stroke::new(measure::HAIR, theme.broken.color), 3.0, 2.0);
}

/// A span of time without values.
pub fn gap(painter: &Painter, rect: Rect, theme: &Theme) {
    lines(painter, rect, Stroke::new(measure::HAIR, theme.hair2), 6.0);
}

//! A lane of a measured value: a line, its threshold, and hatching where nothing was measured.

use egui::{Painter, Pos2, Rect, Shape, Stroke, Ui, pos2};

use super::Drawn;
use crate::app::timeline::lanes::Monitor;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::{pattern, text};

/// Draws it; gives the value at the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    monitor: &Monitor,
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Drawn { axis, theme, .. } = *drawn;
    let (mut least, mut most) = monitor.range;
    if let Some(threshold) = monitor.threshold {
        (least, most) = (least.min(threshold), most.max(threshold));
    }
    // Counts and shares begin at nothing.
    least = least.min(0.0);
    let span = if most > least { most - least } else { 1.0 };
    let (top, floor) = (plot.top() + 6.0, plot.bottom() - 5.0);
    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    let y = |value: f64| floor - ((value - least) / span) as f32 * (floor - top);
    let inside = painter.with_clip_rect(painter.clip_rect().intersect(plot));
    if let Some(threshold) = monitor.threshold {
        let y = y(threshold).round() + 0.5;
        pattern::dashed(
            &inside,
            [pos2(plot.left(), y), pos2(plot.right(), y)],
            Stroke::new(measure::HAIR, theme.text2),
            3.0,
            2.0,
        );
        if !is_collapsed {
            let words = text::line(ui, &number(threshold), Type::Caption, theme.faint);
            text::place(painter, plot.right() + 8.0, y, words);
        }
    }
    // One point before what is seen, and one behind: the line does not end at the edge.
    let from = monitor.points.partition_point(|(at, _)| *at < axis.first).saturating_sub(1);
    let to = (monitor.points.partition_point(|(at, _)| *at <= axis.last) + 1).min(monitor.points.len());
    let points = monitor.points.get(from..to).unwrap_or_default();
    let mut line: Vec<Pos2> = Vec::new();
    let flush = |line: &mut Vec<Pos2>| {
        match &line[..] {
            [] => {}
            [only] => drop(inside.add(Shape::circle_filled(*only, 2.0, theme.text2))),
            _ => drop(inside.add(Shape::line(std::mem::take(line), Stroke::new(measure::CURVE, theme.text2)))),
        }
        line.clear();
    };
    let mut last: Option<i64> = None;
    for (at, value) in points {
        if let Some(before) = last.filter(|before| at.saturating_sub(*before) > monitor.longest_step) {
            flush(&mut line);
            let gap =
                Rect::from_min_max(pos2(axis.x(before), plot.top() + 2.0), pos2(axis.x(*at), plot.bottom() - 1.0));
            pattern::gap(&inside, gap, theme);
        }
        let here = pos2(axis.x(*at), y(*value));
        // Of many in one point the first, the highest and the lowest say all.
        match line.len().checked_sub(3).and_then(|from| line.get(from..)) {
            Some([a, b, c]) if here.x - a.x < 0.5 && (b.y.min(c.y)..=b.y.max(c.y)).contains(&here.y) => {}
            _ => line.push(here),
        }
        last = Some(*at);
    }
    flush(&mut line);
    let value = drawn.cursor.and_then(|at| {
        let behind = monitor.points.partition_point(|(measured, _)| *measured <= at);
        monitor
            .points
            .get(behind.checked_sub(1)?)
            .filter(|(measured, _)| at.saturating_sub(*measured) <= monitor.longest_step)
    });
    match (value, drawn.cursor) {
        (Some((_, value)), _) => number(*value),
        (None, Some(_)) => "no value".to_owned(),
        (None, None) => String::new(),
    }
}

/// A measured number, as short as it can be told.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.replace('-', "\u{2212}")
}

//! What stands out in the overview strip: damage in the colour of what is broken, incidents as flags, deployments as boundaries, an end
//! that is missing as a box that stays open.

use egui::{Color32, Painter, Rect, Shape, Stroke, pos2};

use super::overview::Scale;
use crate::app::landmarks::{Gap, Landmarks, Mark};
use crate::ui::theme::{Theme, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::pattern;

/// Height that marks have above the bars.
pub(super) const TOP: f32 = 8.0;
/// Width of an open end.
pub(super) const END: f32 = 16.0;
/// More boundaries than these are ticks at the top: lines would hide the bars.
const MOST_LINES: usize = 60;
/// Width of a flag.
const FLAG: f32 = 7.0;
/// Half the width of a triangle, and its height.
const TRIANGLE: (f32, f32) = (4.0, 6.0);

/// Draws them over the bars.
pub(super) fn paint(painter: &Painter, plot: Rect, scale: Scale, marks: &Landmarks, theme: &Theme) {
    let x = |nanos: i64| scale.x(nanos).clamp(plot.left(), plot.right()).round() + 0.5;
    let hair = Stroke::new(measure::HAIR, theme.text2);
    let is_few = marks.deployments.len() <= MOST_LINES;
    for mark in &marks.deployments {
        let x = x(mark.nanos);
        if is_few {
            pattern::dashed(painter, [pos2(x, plot.top()), pos2(x, plot.bottom())], hair, 2.0, 2.0);
        } else {
            painter.vline(x, plot.top()..=plot.top() + TOP - 2.0, hair);
        }
    }
    for mark in &marks.incidents {
        let (x, top) = (x(mark.nanos), plot.top());
        painter.vline(x, top..=top + TOP + 4.0, Stroke::new(measure::HAIR, theme.text));
        let left = if x + FLAG > plot.right() { x - FLAG } else { x };
        let flag = Rect::from_min_max(pos2(left, top), pos2(left + FLAG, top + 5.0));
        painter.rect_filled(flag, 0.0, theme.text);
    }
    let broken = theme.broken.color;
    for gap in &marks.gaps {
        let (left, right) = (x(gap.nanos.0) - 1.5, x(gap.nanos.1) + 1.5);
        let room = Rect::from_min_max(pos2(left, plot.top() + TOP), pos2(right, plot.bottom()));
        pattern::dashed_rect(painter, room, Stroke::new(measure::HAIR, broken), 3.0, 2.0);
    }
    for end in &marks.ends {
        open_end(painter, plot, x(end.nanos.1), broken);
    }
    for x in marks.damage.iter().map(|mark| x(mark.nanos)).chain(marks.gaps.iter().map(|gap| x(gap.nanos.0))) {
        let (half, height) = TRIANGLE;
        let corners = [(-half, 0.0), (half, 0.0), (0.0, height)].map(|(by, down)| pos2(x + by, plot.top() + down));
        painter.add(Shape::convex_polygon(corners.to_vec(), broken, Stroke::new(measure::HAIR, theme.window)));
    }
}

/// A box behind the last record, without an end.
pub(super) fn open_end(painter: &Painter, plot: Rect, x: f32, color: Color32) {
    let (top, bottom, right) = (plot.top() + TOP, plot.bottom() - 0.5, x + END);
    let stroke = Stroke::new(measure::HAIR, color);
    for line in
        [[pos2(x, top), pos2(x, bottom)], [pos2(x, top), pos2(right, top)], [pos2(x, bottom), pos2(right, bottom)]]
    {
        pattern::dashed(painter, line, stroke, 3.0, 2.0);
    }
}

/// What stands out near an instant, to be said behind it.
pub(super) fn near(marks: &Landmarks, from: i64, to: i64) -> String {
    let [damaged, missing, incidents, deployments] = marks.within(from, to);
    let said = told(damaged, missing, incidents, deployments);
    said.into_iter().map(|said| format!(" · {said}")).collect()
}

fn told(damaged: u64, missing: u64, incidents: u64, deployments: u64) -> Vec<String> {
    let said = [
        (damaged, counted(damaged, "damaged record", "damaged records")),
        (missing, format!("{} missing", count(missing))),
        (incidents, counted(incidents, "incident", "incidents")),
        (deployments, counted(deployments, "deployment", "deployments")),
    ];
    said.into_iter().filter(|(n, _)| *n > 0).map(|(_, said)| said).collect()
}

/// All of it in words, with the first and the last instant.
pub(super) fn said(marks: &Landmarks, extent: (i64, i64), is_part: bool) -> String {
    let of = |marks: &[Mark]| marks.iter().map(|mark| u64::from(mark.count)).sum();
    let missing = |gaps: &[Gap]| gaps.iter().map(|gap| gap.count).sum::<u64>();
    let [first, last] = [extent.0, extent.1].map(chrono::DateTime::from_timestamp_nanos).map(crate::ui::words::time);
    let mut out = vec![format!("{first} to {last} UTC")];
    out.extend(told(of(&marks.damage), missing(&marks.gaps), of(&marks.incidents), of(&marks.deployments)));
    if !marks.ends.is_empty() {
        out.push(format!("{} missing at the end", count(missing(&marks.ends))));
    }
    if is_part {
        out.push("the rest is not read".to_owned());
    }
    out.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_counted_in_words() {
        let mark = |count| Mark { nanos: 5, count };
        let marks = Landmarks {
            damage: vec![mark(1)],
            gaps: vec![Gap { nanos: (7, 7), count: 2 }],
            ends: vec![Gap { nanos: (9, 9), count: 350 }],
            incidents: vec![mark(1), mark(1)],
            deployments: vec![mark(1_200)],
            ..Landmarks::default()
        };
        let extent = (0, 86_400_000_000_000);
        let said = said(&marks, extent, true);
        assert_eq!(
            said,
            "1970-01-01 00:00:00.000 to 1970-01-02 00:00:00.000 UTC, 1 damaged record, 2 missing, 2 incidents, \
             1\u{202f}200 deployments, 350 missing at the end, the rest is not read"
        );
        assert_eq!(near(&marks, 7, 7), " · 2 missing");
        assert_eq!(near(&marks, 100, 200), "");
    }
}

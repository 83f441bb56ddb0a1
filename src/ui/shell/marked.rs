//! The times that the case marks, in the overview strip: a mark as a line under a diamond, a span as a bar over the plot.

use egui::{Painter, Rect, Shape, Stroke, pos2};

use super::landmarks::TOP;
use super::overview::Scale;
use crate::app::marked::{Marked, within};
use crate::record::text::visible;
use crate::ui::theme::{Theme, measure};
use crate::ui::widgets::figures::counted;

/// Half the diagonal of a diamond.
const DIAMOND: f32 = 3.5;
/// Height of a bar, and the least width that is seen.
const BAR: (f32, f32) = (2.5, 3.0);
/// So many are named, and so many characters of what each says.
const MOST: (usize, usize) = (3, 40);

/// Draws those that lie in the log, or reach into it. Those that share a point are drawn once.
pub(super) fn paint(painter: &Painter, plot: Rect, scale: Scale, extent: (i64, i64), marked: &[Marked], theme: &Theme) {
    let x = |nanos: i64| scale.x(nanos).clamp(plot.left(), plot.right());
    let mut last = None;
    for marked in within(marked, extent) {
        let (left, right) = (x(marked.nanos.0).round(), x(marked.nanos.1).round());
        let here = Some((left, right, marked.is_span));
        if std::mem::replace(&mut last, here) == here {
            continue;
        }
        if marked.is_span {
            let right = right.max(left + BAR.1).min(plot.right());
            let top = plot.top() - BAR.0 - 1.0;
            let bar = Rect::from_min_max(pos2(left.min(right - BAR.1), top), pos2(right, top + BAR.0));
            painter.rect_filled(bar, 0.0, theme.accent);
        } else {
            let (x, middle) = (left + 0.5, plot.top() + TOP / 2.0);
            painter.vline(x, middle..=plot.bottom(), Stroke::new(measure::HAIR, theme.accent));
            let corners = [(0.0, -DIAMOND), (DIAMOND, 0.0), (0.0, DIAMOND), (-DIAMOND, 0.0)];
            let corners = corners.map(|(by, down)| pos2(x + by, middle + down)).to_vec();
            painter.add(Shape::convex_polygon(corners, theme.accent, Stroke::new(measure::HAIR, theme.window)));
        }
    }
}

/// Those in a stretch of time in words, each behind `lead`: the first ones by what they say, the others counted.
pub(super) fn said(marked: &[Marked], stretch: (i64, i64), lead: &str) -> String {
    let mut out = String::new();
    let mut others = 0;
    for (at, marked) in within(marked, stretch).enumerate() {
        if at >= MOST.0 {
            others += 1;
            continue;
        }
        let text: String = marked.text.chars().take(MOST.1).collect();
        let end = if text.len() < marked.text.len() { "…" } else { "" };
        let what = if marked.is_span { "marked stretch" } else { "mark" };
        out += &format!("{lead}{what} “{}{end}”", visible(text.trim_end()));
    }
    if others > 0 {
        out += &format!("{lead}{}", counted(others, "more mark", "more marks"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_marks_are_named_and_the_others_counted() {
        let of = |from, to, text: &str| Marked { nanos: (from, to), is_span: from != to, text: text.to_owned() };
        let long = "x".repeat(60);
        let marked = [of(1, 1, "call"), of(2, 9, "outage"), of(3, 3, &long), of(4, 4, "d"), of(5, 5, "e")];
        assert_eq!(said(&marked, (0, 2), " · "), " · mark “call” · marked stretch “outage”");
        assert_eq!(said(&marked, (9, 20), ", "), ", marked stretch “outage”");
        assert_eq!(said(&marked, (10, 20), ", "), "");
        let cut = format!(", mark “{}…”, 2 more marks", "x".repeat(40));
        assert!(said(&marked, (0, 9), ", ").ends_with(&cut));
    }
}

//! A lane of a share: for each stretch between two versions its value with numerator, denominator and interval; dots for shorter times.

use egui::{Painter, Rect, Shape, Stroke, Ui, pos2};

use super::Drawn;
use super::density::Buckets;
use crate::analysis::proportion::Rate;
use crate::analysis::series::Series;
use crate::app::timeline::lanes::Share;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::figures::{count, percent, percent_mark};
use crate::ui::widgets::text;

/// A dot stands for buckets of about this width.
const DOT: f32 = 36.0;
/// Fewer cases than these make no dot: one of two is no rate to be looked at.
const LEAST: u64 = 5;
/// Room for the words above the lines.
const TOP: f32 = 24.0;

/// Draws it; gives the share around the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    share: &Share,
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Drawn { axis, theme, lanes, .. } = *drawn;
    let parts = parts(drawn);
    let of_part = |hits: &Series, of: &Series, from: i64, to: i64| {
        Rate::of(hits.count(from.into(), to.into()).into(), of.count(from.into(), to.into()).into())
    };
    let shown = |from, to| of_part(&share.hits.shown, &share.of.shown, from, to);
    let whole = |from, to| of_part(&share.hits.whole, &share.of.whole, from, to);
    let buckets = Buckets::over(axis, DOT);
    let (hits, of) = (buckets.counts(&share.hits.shown), buckets.counts(&share.of.shown));
    let dots: Vec<(usize, Rate)> =
        hits.iter().zip(&of).map(|(hits, of)| Rate::of((*hits).into(), (*of).into())).enumerate().collect();
    // The scale holds what is seen, and changes with nothing else.
    let rates: Vec<(i64, i64, Rate, Rate)> =
        parts.iter().map(|(from, to)| (*from, *to, shown(*from, *to), whole(*from, *to))).collect();
    let dotted = dots.iter().filter(|(_, rate)| rate.denominator >= LEAST).filter_map(|(_, rate)| rate.rate);
    let lines =
        rates.iter().flat_map(|(_, _, shown, whole)| [shown.wilson95.map(|[_, high]| high), whole.rate]).flatten();
    let most = nice(dotted.chain(lines).fold(0.02, f64::max));
    let top = plot.top() + if is_collapsed { 3.0 } else { TOP };
    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    let y = |share: f64| plot.bottom() - 4.0 - (share / most) as f32 * (plot.bottom() - 4.0 - top);
    let inside = painter.with_clip_rect(painter.clip_rect().intersect(plot));
    if !is_collapsed {
        let round = most / 2.0;
        painter.hline(plot.left()..=plot.right() + 4.0, y(round).round() + 0.5, Stroke::new(measure::HAIR, theme.hair));
        let words = text::line(ui, &percent_mark(round), Type::Caption, theme.faint);
        text::place(painter, plot.right() + 8.0, y(round).round() + 0.5, words);
    }
    let mut free = plot.left();
    for (from, to, rate, all) in &rates {
        let (left, right) = (axis.x(*from).max(plot.left()), axis.x(*to).min(plot.right()));
        if right <= left {
            continue;
        }
        if let Some([low, high]) = rate.wilson95 {
            let band = Rect::from_min_max(pos2(left, y(high)), pos2(right, y(low)));
            inside.rect_filled(band, 0.0, theme.ghost.gamma_multiply(0.6));
        }
        if let Some(share) = all.rate.filter(|_| !lanes.is_whole) {
            inside.hline(left..=right, y(share).round() + 0.5, Stroke::new(measure::HAIR, theme.neutral));
        }
        if let Some(share) = rate.rate {
            inside.hline(left..=right, y(share).round(), Stroke::new(measure::STRONG, theme.text));
        }
        if !is_collapsed {
            let value = rate.rate.map_or_else(|| "no value".to_owned(), percent);
            let counts = format!("{} of {}", count(rate.numerator), count(rate.denominator));
            let x = left + measure::GAP_ICON;
            let room = right - x - 2.0;
            let value = text::line(ui, &value, Type::TableMedium, theme.text);
            if x >= free && value.size().x <= room {
                let after = text::place(&inside, x, plot.top() + 12.0, value).right();
                let counts = text::line(ui, &counts, Type::Caption, theme.text2);
                free = after + 8.0;
                if after + 6.0 + counts.size().x <= right - 2.0 {
                    free = text::place(&inside, after + 6.0, plot.top() + 12.5, counts).right() + 8.0;
                }
            }
        }
    }
    if !is_collapsed {
        for (at, rate) in &dots {
            let (left, right) = buckets.x(*at, axis);
            if let Some(share) = rate.rate.filter(|_| rate.denominator >= LEAST) {
                let centre = pos2(f32::midpoint(left, right), y(share));
                inside.add(Shape::circle_filled(centre, 2.5, theme.panel));
                inside.add(Shape::circle_stroke(centre, 2.5, Stroke::new(measure::HAIR, theme.text2)));
            }
        }
    }
    match drawn.cursor.and_then(|at| buckets.of(at)).and_then(|at| dots.get(at)) {
        Some((_, rate)) => format!("{} of {}", count(rate.numerator), count(rate.denominator)),
        None => String::new(),
    }
}

/// The stretches between boundaries, over all of the log: a share is of all that a version decided, however much of it is seen.
fn parts(drawn: &Drawn<'_>) -> Vec<(i64, i64)> {
    let (first, last) = drawn.lanes.extent;
    let edges = drawn.lanes.edges();
    let mut from = first;
    let mut out = Vec::new();
    for edge in edges {
        out.push((from, edge));
        from = edge;
    }
    out.push((from, last.saturating_add(1)));
    out
}

/// The next round share above.
fn nice(share: f64) -> f64 {
    [0.02, 0.04, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8].into_iter().find(|round| *round >= share).unwrap_or(1.0)
}

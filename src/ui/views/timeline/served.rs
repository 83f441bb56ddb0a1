//! The lane of deployments: spans of the versions of the model that is looked at, lines for those of others.

use egui::{Painter, Rect, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::app::timeline::lanes::{ServedModel, ServedSpan};
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::text;

/// Height of a span.
const SPAN: f32 = 23.0;
/// The same in a picture, where what is said of it stands below its version.
const SPAN_STILL: f32 = 53.0;
/// So many rows are said below a version in a picture.
const REMARK_ROWS: usize = 2;
/// Height of the part of a span that lies beside another one.
const STRIP: f32 = 15.0;
/// Height of the line of another model.
const LINE: f32 = 15.0;
/// So many other models have lines.
const LINES: usize = 4;
/// Room above and below.
const PAD: f32 = 5.0;

/// Height of a span.
fn span(is_still: bool) -> f32 {
    if is_still { SPAN_STILL } else { SPAN }
}

pub(super) fn height(models: &[ServedModel], is_still: bool) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let lines = models.len().saturating_sub(1).min(LINES) as f32;
    2.0 * PAD + span(is_still) + strips(models.first()) + lines * LINE
}

/// Until when a span lies beside another one that began before it: a canary beside what serves the rest.
fn beside_until(span: &ServedSpan, all: &[ServedSpan]) -> Option<i64> {
    let beside = all.iter().filter(|other| {
        (other.from, &other.version) < (span.from, &span.version)
            && other.to > span.from
            && other.version != span.version
    });
    beside.map(|other| other.to.min(span.to)).max()
}

/// So many strips lie above each other at most.
const STRIPS: usize = 3;

/// The strip that a span begins in, from 0: below those of others that are tried at the same time.
fn strip(span: &ServedSpan, all: &[ServedSpan]) -> Option<usize> {
    let until = beside_until(span, all)?;
    let beside = all.iter().filter(|other| {
        let is_before = (other.from, &other.version) < (span.from, &span.version);
        is_before && beside_until(other, all).is_some_and(|end| end > span.from && other.from < until)
    });
    Some(beside.count().min(STRIPS - 1))
}

/// How high the strips of a model are.
fn strips(model: Option<&ServedModel>) -> f32 {
    let most = model.and_then(|model| model.spans.iter().filter_map(|span| strip(span, &model.spans)).max());
    #[expect(clippy::cast_precision_loss, reason = "three at most")]
    most.map_or(0.0, |most| (most + 1) as f32 * STRIP)
}

/// Draws it; gives the versions that serve at the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    models: &[ServedModel],
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Some(first) = models.first() else { return String::new() };
    let top = plot.top() + if is_collapsed { 0.0 } else { PAD };
    let high = span(drawn.app.is_still() && !is_collapsed);
    for span in &first.spans {
        let beside = beside_until(span, &first.spans);
        // What is written in a span ends before the next boundary.
        let from = beside.unwrap_or(span.from);
        let next = first.spans.iter().map(|other| other.from).filter(|at| *at > from).min().unwrap_or(i64::MAX);
        if let Some(until) = beside.filter(|_| !is_collapsed) {
            #[expect(clippy::cast_precision_loss, reason = "three at most")]
            let row = strip(span, &first.spans).unwrap_or(0) as f32;
            draw_span(ui, painter, drawn, span, (span.from, until), (top + high + row * STRIP, STRIP), i64::MAX, plot);
        }
        if from < span.to {
            draw_span(ui, painter, drawn, span, (from, span.to), (top, high), next, plot);
        }
    }
    if !is_collapsed {
        let mut y = top + high + strips(Some(first)) + 2.0;
        for model in models.iter().skip(1).take(LINES) {
            line(ui, painter, drawn, model, plot, y);
            y += LINE;
        }
    }
    let live = |at: i64| {
        let here = first.spans.iter().filter(|span| span.from <= at && at < span.to);
        here.map(|span| span.version.as_str()).collect::<Vec<_>>().join(" + ")
    };
    drawn.cursor.map_or_else(String::new, live)
}

/// Draws a span, or the part of it that lies beside another one; its words end before `next`.
#[expect(clippy::too_many_arguments, reason = "a stretch, its room, and what it says")]
fn draw_span(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    span: &ServedSpan,
    (from, to): (i64, i64),
    (top, high): (f32, f32),
    next: i64,
    plot: Rect,
) {
    let Drawn { axis, theme, .. } = *drawn;
    if to < axis.first || from > axis.last {
        return;
    }
    let (left, right) = (axis.x(from).max(plot.left()), axis.x(to).min(plot.right()));
    let rect = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 2.0), top + high));
    painter.rect_filled(rect, 0.0, theme.sunken);
    let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + measure::SPAN_HEAD));
    let colour = if span.is_shown { theme.category(span.colour) } else { theme.hair2 };
    painter.rect_filled(head, 0.0, colour);
    if span.from > axis.first {
        painter.vline(left.round() + 0.5, rect.y_range(), Stroke::new(measure::HAIR, theme.text2));
    }
    // The words stay in sight while the beginning is not.
    let is_strip = high < SPAN;
    let is_high = high > SPAN;
    let middle = if is_high { rect.top() + SPAN / 2.0 + 1.5 } else { rect.center().y + 1.5 };
    let style = if is_strip { Type::CaptionMedium } else { Type::TableMedium };
    let ink = if span.is_shown { theme.text } else { theme.faint };
    let version = text::line(ui, &span.version, style, ink);
    let right = rect.right().min(axis.x(next) - 2.0);
    let mut x = rect.left() + measure::GAP_ICON;
    if x + version.size().x + 4.0 > right {
        return;
    }
    x = text::place(painter, x, middle, version).right() + 10.0;
    if is_strip {
        let trial = text::line(ui, &span.trial, Type::Caption, theme.text2);
        if x - 4.0 + trial.size().x + 4.0 <= right {
            text::place(painter, x - 4.0, middle, trial);
        }
        return;
    }
    if span.is_rollback && x + 18.0 < right {
        icon::ARROW_U_UP_LEFT.paint(painter, pos2(x + 5.0, middle), measure::ICON_SMALL, ink);
        x += 16.0;
    }
    if span.is_remarkable && x + 18.0 < right {
        icon::WARNING.paint(painter, pos2(x + 7.0, middle), measure::ICON_SMALL, ink);
        x += 18.0;
    }
    if let Some(damage) = span.damage {
        // What it says is not what was chained: that comes before what it says.
        icon::X_CIRCLE.paint(painter, pos2(x + 5.0, middle), measure::ICON_SMALL, theme.broken.color);
        let words =
            text::cut(ui, &format!("record {damage}"), Type::Caption, theme.broken.color, (right - x - 18.0).max(0.0));
        x = text::place(painter, x + 16.0, middle, words).right() + 8.0;
    }
    if is_high {
        let left = rect.left() + measure::GAP_ICON;
        if right - left < 24.0 {
            return;
        }
        let remark =
            text::cut_rows(ui, &span.remark, Type::Caption, theme.text2, (right - left - 2.0).max(1.0), REMARK_ROWS);
        painter.galley(pos2(left, middle + 8.0).round(), remark, theme.text2);
        return;
    }
    if !span.remark.is_empty() && right - x > 24.0 {
        let remark = text::cut(ui, &span.remark, Type::Caption, theme.text2, right - x - 4.0);
        text::place(painter, x, middle, remark);
    }
}

/// Another model: its versions as a line with names.
fn line(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, model: &ServedModel, plot: Rect, top: f32) {
    let Drawn { axis, theme, .. } = *drawn;
    let y = (top + LINE / 2.0).round() + 0.5;
    let mut free = plot.left();
    for span in model.spans.iter().filter(|span| span.to >= axis.first && span.from <= axis.last) {
        let (left, right) = (axis.x(span.from).max(plot.left()), axis.x(span.to).min(plot.right()));
        painter.hline(left..=right, y, Stroke::new(measure::HAIR, theme.neutral));
        if span.from > axis.first {
            painter.vline(left.round() + 0.5, y - 4.0..=y + 4.0, Stroke::new(measure::HAIR, theme.text2));
        }
        let words = text::line(ui, &format!("{} {}", model.id, span.version), Type::Caption, theme.text2);
        let x = left + measure::GAP_ICON;
        if x >= free && x + words.size().x + 4.0 <= right {
            let ground = Rect::from_center_size(pos2(x + words.size().x / 2.0, y), words.size() + vec2(6.0, 0.0));
            painter.rect_filled(ground, 0.0, theme.panel);
            free = text::place(painter, x, y, words).right() + 8.0;
        }
    }
}

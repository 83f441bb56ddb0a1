//! The lane of deployments: spans of the versions of the model that is looked at, lines for those of others.

use egui::{Painter, Rect, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::app::timeline::lanes::{ServedModel, ServedSpan};
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::text;

/// Height of a span.
const SPAN: f32 = 23.0;
/// Height of the line of another model.
const LINE: f32 = 15.0;
/// So many other models have lines.
const LINES: usize = 4;
/// Room above and below.
const PAD: f32 = 6.0;

pub(super) fn height(models: &[ServedModel]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let lines = models.len().saturating_sub(1).min(LINES) as f32;
    2.0 * PAD + tracks(models.first()) * (SPAN + 2.0) + lines * LINE
}

/// How many spans of a model lie above each other: a canary beside what serves the rest.
fn tracks(model: Option<&ServedModel>) -> f32 {
    let Some(model) = model else { return 0.0 };
    let of = model.spans.iter().map(|span| track(span, &model.spans)).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "three at most")]
    let tracks = of as f32 + 1.0;
    tracks
}

/// The row of a span: below another one that began before it and still serves.
fn track(span: &ServedSpan, all: &[ServedSpan]) -> usize {
    let beside = all.iter().filter(|other| (other.from, &other.version) < (span.from, &span.version) && other.to > span.from);
    beside.count().min(2)
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
    for span in &first.spans {
        #[expect(clippy::cast_precision_loss, reason = "three at most")]
        let row = if is_collapsed { 0.0 } else { track(span, &first.spans) as f32 };
        draw_span(ui, painter, drawn, span, plot, top + row * (SPAN + 2.0));
    }
    if !is_collapsed {
        let mut y = top + tracks(Some(first)) * (SPAN + 2.0);
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

fn draw_span(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, span: &ServedSpan, plot: Rect, top: f32) {
    let Drawn { axis, theme, .. } = *drawn;
    if span.to < axis.first || span.from > axis.last {
        return;
    }
    let (left, right) = (axis.x(span.from).max(plot.left()), axis.x(span.to).min(plot.right()));
    let rect = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 2.0), top + SPAN));
    painter.rect_filled(rect, 0.0, theme.sunken);
    let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + measure::SPAN_HEAD));
    painter.rect_filled(head, 0.0, theme.category(span.colour));
    if span.from > axis.first {
        painter.vline(left.round() + 0.5, rect.y_range(), Stroke::new(measure::HAIR, theme.text2));
    }
    // The words stay in sight while the beginning is not.
    let middle = rect.center().y + 1.5;
    let version = text::line(ui, &span.version, Type::TableMedium, theme.text);
    let mut x = rect.left() + measure::GAP_ICON;
    if x + version.size().x + 4.0 > rect.right() {
        return;
    }
    x = text::place(painter, x, middle, version).right() + 10.0;
    if span.is_remarkable && x + 18.0 < rect.right() {
        icon::WARNING.paint(painter, pos2(x + 7.0, middle), measure::ICON_SMALL, theme.text);
        x += 18.0;
    }
    if !span.remark.is_empty() && rect.right() - x > 24.0 {
        let remark = text::cut(ui, &span.remark, Type::Caption, theme.text2, rect.right() - x - 4.0);
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

//! What changed at a boundary: the figures of the model before and after a version came into service, side by side.

use chrono::DateTime;
use egui::{Rect, Ui, pos2, vec2};

use super::Drawn;
use crate::analysis::proportion::Rate;
use crate::app::Command;
use crate::app::timeline::lanes::{Body, Pair};
use crate::ui::axis;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, percent};
use crate::ui::widgets::{Button, hairline, icon_button, text};
use crate::ui::words;

/// Width of the names, and of each column of figures.
const COLUMNS: (f32, f32) = (132.0, 150.0);

/// The stretches before and behind a boundary: to the next boundaries, or the ends of the log.
fn sides(drawn: &Drawn<'_>, at: i64) -> [(i64, i64); 2] {
    let (first, last) = drawn.lanes.extent;
    let edges = drawn.lanes.edges();
    let before = edges.iter().copied().filter(|edge| *edge < at).max().unwrap_or(first);
    let behind = edges.iter().copied().filter(|edge| *edge > at).min().unwrap_or(last.saturating_add(1));
    [(before, at), (at, behind)]
}

/// Draws it where it is open, beside the boundary.
pub(super) fn show(ui: &Ui, drawn: &Drawn<'_>, plot: Rect, commands: &mut Vec<Command>) {
    let Some(at) = drawn.app.timeline().boundary else { return };
    if !drawn.lanes.edges().contains(&at) || !(drawn.axis.first..=drawn.axis.last).contains(&at) {
        return;
    }
    let width = COLUMNS.0 + 2.0 * COLUMNS.1 + 2.0 * measure::PAD_WIDE;
    let screen = ui.ctx().content_rect();
    let x = drawn.axis.x(at);
    let left = if x + 10.0 + width < screen.right() { x + 10.0 } else { (x - 10.0 - width).max(screen.left() + 8.0) };
    let area = egui::Area::new(ui.scope_id().with("boundary")).fixed_pos(pos2(left, plot.top() + 40.0)).constrain(true);
    let shown = area.order(egui::Order::Middle).show(ui.ctx(), |ui| {
        egui::Frame::popup(ui.style()).inner_margin(measure::PAD_WIDE).show(ui, |ui| {
            ui.set_width(width - 2.0 * measure::PAD_WIDE);
            card(ui, drawn, at, commands)
        })
    });
    if shown.inner.inner {
        commands.push(Command::CompareAt(None));
    }
}

/// Gives whether it is to be closed.
fn card(ui: &mut Ui, drawn: &Drawn<'_>, at: i64, commands: &mut Vec<Command>) -> bool {
    let theme = Theme::of(ui);
    let sides = sides(drawn, at);
    let span = drawn.lanes.boundaries().find(|span| span.from == at);
    let model = drawn.lanes.model.as_deref().unwrap_or_default();
    let title = span.map_or_else(|| model.to_owned(), |span| format!("{model} {}", span.version));
    ui.horizontal(|ui| {
        ui.label(Type::Heading.rich(title).color(theme.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, icon::X, "Close the comparison", false).clicked() {
                commands.push(Command::CompareAt(None));
            }
        });
    });
    let mut when = format!("{} UTC", words::time(DateTime::from_timestamp_nanos(at)));
    if let Some(span) = span.filter(|span| !span.remark.is_empty()) {
        when += &format!(" · {}", span.remark);
    }
    ui.label(Type::Caption.rich(when).color(theme.text2));
    if let Some(damage) = span.and_then(|span| span.damage) {
        let words = format!("The record that says so is damaged: {damage}");
        ui.label(Type::Caption.rich(words).color(theme.broken.color));
    }
    ui.add_space(measure::CELL);
    let live = |at: i64| {
        let served = drawn.lanes.lanes.iter().find_map(|lane| match &lane.body {
            Body::Served(models) => models.iter().find(|served| served.id == model),
            _ => None,
        });
        let spans = served.into_iter().flat_map(|served| &served.spans);
        let live: Vec<&str> =
            spans.filter(|span| span.from <= at && at < span.to).map(|span| span.version.as_str()).collect();
        if live.is_empty() { "none on record".to_owned() } else { live.join(" + ") }
    };
    let length = |(from, to): (i64, i64)| axis::length(to.abs_diff(from) / 60_000_000_000 * 60_000_000_000);
    row(ui, "", &["Before".to_owned(), "After".to_owned()], Type::CaptionMedium);
    hairline(ui);
    row(ui, "In service", &[live(at.saturating_sub(1)), live(at)], Type::Table);
    row(ui, "Until the next change", &sides.map(length), Type::Table);
    let count_of = |pair: &Pair, (from, to): (i64, i64)| u64::from(pair.shown.count(from.into(), to.into()));
    let decisions = drawn.lanes.lane("decisions").and_then(|lane| match &lane.body {
        Body::Density(bands) => Some(bands),
        _ => None,
    });
    if let Some(bands) = decisions {
        let of = |side| count(bands.iter().map(|band| count_of(&band.records, side)).sum::<u64>());
        row(ui, "Decisions", &sides.map(of), Type::Table);
    }
    for lane in &drawn.lanes.lanes {
        let Body::Share(share) = &lane.body else { continue };
        let of = |side| {
            let rate = Rate::of(count_of(&share.hits, side), count_of(&share.of, side));
            match rate.rate.zip(rate.wilson95) {
                Some((value, [low, high])) => {
                    format!("{} ({}–{})", percent(value), percent(low), percent(high))
                }
                None => "not determinable".to_owned(),
            }
        };
        row(ui, &lane.title, &sides.map(of), Type::Table);
        let counts = |side| format!("{} of {}", count(count_of(&share.hits, side)), count(count_of(&share.of, side)));
        row(ui, "", &sides.map(counts), Type::Caption);
    }
    ui.add_space(measure::GRID);
    let said = if drawn.lanes.is_whole {
        "Wilson 95\u{202f}% intervals."
    } else {
        "What passes the filter; Wilson 95\u{202f}% intervals."
    };
    ui.label(Type::Caption.rich(said).color(theme.faint));
    ui.add_space(measure::CELL);
    let mut is_done = false;
    ui.horizontal(|ui| {
        for (word, side) in ["Select before", "Select after"].into_iter().zip(sides) {
            if ui.add(Button::new(word)).clicked() {
                commands.push(Command::SetSpan(Some((side.0, side.1.saturating_sub(1)))));
                is_done = true;
            }
        }
        if let Some(record) = span.and_then(|span| span.row)
            && ui.add(Button::new("Show the deployment")).clicked()
        {
            commands.push(Command::Select(record));
            commands.push(Command::ToggleDetail);
            is_done = true;
        }
    });
    is_done
}

/// A name and two figures.
fn row(ui: &mut Ui, name: &str, values: &[String; 2], style: Type) {
    let theme = Theme::of(ui);
    let high = if name.is_empty() { 16.0 } else { 20.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), high), egui::Sense::hover());
    let painter = ui.painter();
    let middle = rect.center().y;
    text::place(painter, rect.left(), middle, text::line(ui, name, Type::Table, theme.faint));
    let color = if style == Type::Table { theme.text } else { theme.text2 };
    for (n, value) in values.iter().enumerate() {
        let left = rect.left() + COLUMNS.0 + if n == 0 { 0.0 } else { COLUMNS.1 };
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + COLUMNS.1, rect.bottom()));
        text::place(painter, cell.left(), middle, text::cut(ui, value, style, color, COLUMNS.1 - 6.0));
    }
    let label = format!("{name}: before {}, after {}", values[0], values[1]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &label));
}

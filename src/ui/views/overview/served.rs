//! Models and versions served: a bar over the log's span for each model, its versions on it, and a ruler below.

use chrono::{DateTime, Utc};
use egui::accesskit::Role;
use egui::{Rect, Sense, Stroke, Ui, pos2, vec2};

use super::super::{parts, words};
use super::holds::BAR_LEFT;
use crate::app::service::{Model, Span};
use crate::app::{Command, Session, View, filter};
use crate::record::Kind;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::ticks::ticks;
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{link, subsection, text, tip};

/// Height of a span.
const SPAN: f32 = 19.0;
/// From a lane to the next.
const LANE: f32 = 21.0;
/// From the lanes of a model to those of the next.
const BETWEEN: f32 = 7.0;
/// A span is at least so wide.
const LEAST: f32 = 2.0;
/// Versions of a model that serve at once are drawn below each other, up to so many.
const MAX_LANES: usize = 4;
/// Height of the ruler.
const RULER: f32 = 20.0;

/// Shows it, where any model is known; false where none is.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let service = &session.facts().service;
    let Some(extent) = session.extent().filter(|_| !service.models.is_empty()) else { return };
    let limit = if service.is_part { "by the records that are here" } else { "" };
    subsection(ui, "Models and versions served", limit);
    ui.add_space(measure::GRID);
    for model in &service.models {
        bar(ui, session, model, extent, commands);
    }
    ruler(ui, extent);
    if service.is_part {
        let words =
            "Other deployments may be among the records that are not here: what else was in service cannot be told.";
        ui.add_space(measure::GRID);
        parts::wrapped(ui, words, Type::Caption, Theme::of(ui).faint);
    }
    if service.more > 0 {
        let told = format!("and {} more", count(service.more as u64));
        if link(ui, &told, Type::Table).clicked() {
            commands.extend(records(None));
        }
    }
}

/// Shows decisions, all or those that pass a filter.
fn records(filter: Option<String>) -> Vec<Command> {
    let mut out = vec![Command::ClearFilter, Command::SetKind(Some(Kind::Decision))];
    out.extend(filter.map(Command::SetFilter));
    out.push(Command::Show(View::Records));
    out
}

/// The lane of each span: those that are in service at once stand below each other.
fn lanes(spans: &[Span]) -> Vec<usize> {
    let mut ends: Vec<i64> = Vec::new();
    let lane = |span: &Span| {
        let free = ends.iter().position(|end| *end <= span.from);
        let lane = free.unwrap_or_else(|| ends.len().min(MAX_LANES - 1));
        if lane == ends.len() {
            ends.push(span.to);
        } else if let Some(end) = ends.get_mut(lane) {
            *end = span.to.max(*end);
        }
        lane
    };
    spans.iter().map(lane).collect()
}

/// Where an instant is within the log's, from 0 to 1.
fn share(at: i64, (first, last): (i64, i64)) -> f32 {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
    let share =
        ((i128::from(at) - i128::from(first)) as f64 / (i128::from(last) - i128::from(first)).max(1) as f64) as f32;
    share.clamp(0.0, 1.0)
}

fn bar(ui: &mut Ui, session: &Session, model: &Model, extent: (i64, i64), commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let lanes = lanes(&model.spans);
    let deepest = lanes.iter().max().copied().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
    let height = LANE * (deepest + 1) as f32 + BETWEEN;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let name = Rect::from_min_size(rect.min, vec2(BAR_LEFT - measure::CELL, LANE));
    let response = ui.interact(name, ui.scope_id().with(("model", &model.id)), Sense::click());
    let decisions = counted(u64::from(model.decisions), "decision", "decisions");
    let mut told = format!("{}: {decisions}", model.id);
    if model.more > 0 {
        told += &format!("; {} are not drawn", counted(model.more as u64, "more stretch", "more stretches"));
    }
    if response.hovered() {
        ui.painter().rect_filled(name, 0.0, theme.hover);
    }
    let word = text::cut(ui, &model.id, Type::Table, theme.text, name.width());
    text::place(ui.painter(), name.left(), name.center().y, word);
    parts::focus_ring(ui, &response);
    parts::name(&response, Role::Button, &format!("{told}, show them"));
    if tip(response, told).clicked() {
        commands.extend(records(Some(filter::condition("model", &model.id, false))));
    }
    let track =
        Rect::from_min_max(pos2(rect.left() + BAR_LEFT, rect.top() + 1.0), pos2(rect.right(), rect.top() + SPAN));
    if model.spans.is_empty() {
        let none = text::line(ui, "no version named", Type::Caption, theme.faint);
        text::place(ui.painter(), track.left(), track.center().y, none);
    }
    for (span, lane) in model.spans.iter().zip(lanes) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let down = LANE * lane as f32;
        let left = track.left() + (track.width() * share(span.from, extent)).min(track.width() - LEAST);
        let right = (track.left() + track.width() * share(span.to, extent)).max(left + LEAST);
        // One point of the panel stands between two spans.
        let place = Rect::from_min_max(
            pos2(left.round(), track.top() + down),
            pos2((right.round() - 1.0).max(left.round() + LEAST), track.bottom() + down),
        );
        if version(ui, session, model, span, place).clicked() {
            let of = filter::condition("model", &model.id, false);
            let version = filter::condition("version", &span.version, false);
            commands.extend(records(Some(format!("{of} {version}"))));
        }
    }
}

/// One version in service: a head in its colour, its name inside where that fits.
fn version(ui: &mut Ui, session: &Session, model: &Model, span: &Span, place: Rect) -> egui::Response {
    let theme = Theme::of(ui);
    let key = (&model.id, &span.version, span.from, span.is_deployed);
    let response = ui.interact(place, ui.scope_id().with(("span", key)), Sense::click());
    let painter = ui.painter();
    painter.rect_filled(place, 0.0, if response.hovered() { theme.hover } else { theme.sunken });
    let head = Rect::from_min_size(place.min, vec2(place.width(), measure::SPAN_HEAD));
    painter.rect_filled(head, 0.0, theme.category(session.facts().colours.place(&model.id, &span.version)));
    let label = text::line(ui, &span.version, Type::Caption, theme.text2);
    if label.size().x + 8.0 <= place.width() {
        text::place(painter, place.left() + 5.0, place.center().y + 1.5, label);
    }
    parts::focus_ring(ui, &response);
    let day = |nanos| words::instant(DateTime::<Utc>::from_timestamp_nanos(nanos));
    let why = match (span.is_deployed, session.facts().service.is_part) {
        (true, false) => "by the deployments on record",
        (true, true) => "by the deployments that are here; others may not be",
        (false, _) => "by the decisions that name it",
    };
    let told = format!("{} {}, {} – {} UTC, {why}", model.id, span.version, day(span.from), day(span.to));
    parts::name(&response, Role::Button, &format!("{told}, show its decisions"));
    tip(response, told).on_hover_cursor(egui::CursorIcon::PointingHand)
}

fn ruler(ui: &mut Ui, extent: (i64, i64)) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), RULER), Sense::hover());
    let left = rect.left() + BAR_LEFT;
    let width = rect.right() - left;
    let mut free = left - 1.0;
    for (at, words) in ticks(extent.0, extent.1) {
        let x = (left + width * share(at, extent)).round() + 0.5;
        let galley = text::line(ui, &words, Type::Caption, theme.text2);
        let end = x + 4.0 + galley.size().x;
        if x < free || end > rect.right() {
            continue;
        }
        ui.painter().vline(x, rect.top()..=rect.top() + 4.0, Stroke::new(measure::HAIR, theme.hair2));
        text::place(ui.painter(), x + 4.0, rect.center().y, galley);
        free = end + 24.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_serve_at_once_stand_below_each_other() {
        let span = |(from, to)| Span { from, to, version: String::new(), is_deployed: true };
        for (spans, expected) in [
            (&[(0, 10), (10, 20), (20, 30)][..], &[0, 0, 0][..]),
            (&[(0, 10), (5, 20), (20, 30)], &[0, 1, 0]),
            (&[(0, 10), (1, 20), (2, 30), (3, 30), (4, 30)], &[0, 1, 2, 3, 3]),
            (&[], &[]),
        ] {
            let spans: Vec<Span> = spans.iter().copied().map(span).collect();
            assert_eq!(lanes(&spans), expected);
        }
    }

    #[test]
    fn every_instant_has_its_place_in_the_bar() {
        for (at, extent, expected) in [
            (5, (0, 10), 0.5),
            (5, (5, 5), 0.0),
            (-1, (0, 10), 0.0),
            (i64::MAX, (i64::MIN, i64::MAX), 1.0),
            (0, (i64::MIN + 1, i64::MAX), 0.5),
        ] {
            assert!((share(at, extent) - expected).abs() < 1e-6, "{at} in {extent:?}");
        }
    }
}

//! One rate on both sides by the values of one field of the input: for whom the sides differ.

use egui::{Color32, Popup, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::super::{Shown, cells, plots};
use crate::analysis::compare::Comparison;
use crate::analysis::compare::segments::{LEAST, Segment, Segments};
use crate::analysis::decisions::Measure;
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::p_words;
use crate::app::Command;
use crate::app::models::{Deed, Segmented};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent, percent_mark, points};
use crate::ui::widgets::{Button, text, tip};
use crate::ui::words;

/// Height of a value: a line a side.
const ROW: f32 = 42.0;
/// From here on the picture stands between the figures.
const WIDE: f32 = 820.0;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Value,
    Reference,
    Compared,
    Picture,
    Difference,
    Test,
}

/// The columns as shares of the room.
const COLUMNS: [(Cell, f32); 6] = [
    (Cell::Value, 0.14),
    (Cell::Reference, 0.17),
    (Cell::Compared, 0.17),
    (Cell::Picture, 0.28),
    (Cell::Difference, 0.13),
    (Cell::Test, 0.11),
];

/// Draws the section.
pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, colors: [Color32; 2], commands: &mut Vec<Command>) {
    let theme = shown.theme;
    match &shown.found.segments {
        Some(Ok(found)) => {
            let title = format!("{} by {}", found.measure.title(), lower(&words::field(&found.field)));
            let moved = moved(found);
            // Beside the title where there is room for both.
            let is_wide = ui.available_width() >= WIDE;
            super::title(ui, &title, if is_wide { &moved } else { "" });
            if !is_wide {
                parts::wrapped(ui, &moved, Type::Table, theme.text2);
            }
            controls(ui, shown, Some(found), commands);
            table(ui, shown, of, found, colors);
        }
        Some(Err(why)) => {
            super::title(ui, "A rate by the values of a field", "");
            controls(ui, shown, None, commands);
            parts::wrapped(ui, &format!("Not determinable: {why}."), Type::Table, theme.text2);
        }
        None => return,
    }
    ui.add_space(measure::GAP_SECTION);
}

/// The name of a field within a sentence; abbreviations stay as they are.
fn lower(name: &str) -> String {
    let mut rest = name.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), next) if next.is_none_or(char::is_lowercase) => first.to_lowercase().chain(rest).collect(),
        _ => name.to_owned(),
    }
}

/// Whether the values differ in how far the rate moved.
fn moved(found: &Segments) -> String {
    let field = found.fields.iter().find(|field| field.field == found.field);
    match field.map(|field| (&field.spread, field.q)) {
        Some((Ok(spread), q)) => {
            let q = q.map_or(String::new(), |q| format!(", q {}", p_words(q)));
            format!(
                "whether it moved differently: Q {:.1} ({}), p {}{q}",
                spread.statistic,
                spread.degrees,
                p_words(spread.p)
            )
        }
        Some((Err(because), _)) => format!("whether it moved differently is not determinable: {because}"),
        None => String::new(),
    }
}

/// Which rate, and by which field.
fn controls(ui: &mut Ui, shown: &Shown<'_>, found: Option<&Segments>, commands: &mut Vec<Command>) {
    let chosen = &shown.app.models().segments;
    let measure = found.map(|found| found.measure).or(chosen.measure);
    let field = found.map(|found| found.field.clone()).or_else(|| chosen.field.clone());
    // The heading says both.
    if shown.app.is_still() && found.is_some() {
        return;
    }
    let mut choose = |ui: &Ui, segments: Segmented| {
        commands.push(Command::Models(Deed::Segment(segments)));
        ui.close();
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GRID;
        let words = measure.map_or("Choose a rate", Measure::title);
        let button = ui.add(Button::plain(words).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            for other in Measure::ALL {
                let icon = if measure == Some(other) { icon::CHECK } else { icon::SCALES };
                if tip(ui.add(Button::plain(other.title()).icon(icon)), other.definition()).clicked() {
                    choose(ui, Segmented { measure: Some(other), field: chosen.field.clone() });
                }
            }
        });
        let words = field
            .as_deref()
            .map_or_else(|| "Choose a field".to_owned(), |name| format!("by {}", lower(&words::field(name))));
        let button = ui.add(Button::plain(&words).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                let icon = if chosen.field.is_none() { icon::CHECK } else { icon::ARROWS_LEFT_RIGHT };
                let most = ui.add(Button::plain("Where the values differ most").icon(icon));
                let rule = "The field whose values differ most surely in how far the rate moved (Cochran's Q)";
                if tip(most, rule).clicked() {
                    choose(ui, Segmented { measure: chosen.measure, field: None });
                }
                for field in found.map_or(&[][..], |found| &found.fields) {
                    let icon = if chosen.field.as_ref() == Some(&field.field) { icon::CHECK } else { icon::ROWS };
                    let response = ui.add(Button::plain(&words::field(&field.field)).icon(icon));
                    if tip(response, field.field.as_str()).clicked() {
                        choose(ui, Segmented { measure: chosen.measure, field: Some(field.field.clone()) });
                    }
                }
            });
        });
    });
}

/// The rooms of the columns within a row.
fn rooms(row: Rect) -> Vec<(Cell, Rect)> {
    let is_wide = row.width() >= WIDE;
    let columns = || COLUMNS.iter().filter(|(cell, _)| is_wide || *cell != Cell::Picture);
    let whole: f32 = columns().map(|(_, share)| share).sum();
    let mut left = row.left();
    let room = |(cell, share): &(Cell, f32)| {
        let right = left + row.width() * share / whole;
        let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right - measure::PAD, row.bottom()));
        left = right;
        (*cell, rect)
    };
    columns().map(room).collect()
}

fn table(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, found: &Segments, colors: [Color32; 2]) {
    let theme = shown.theme;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    let high = |rate: Rate| rate.wilson95.map_or(0.0, |[_, high]| high);
    let drawn = || found.values.iter().filter(|value| is_drawn(value));
    let most = drawn().map(|value| high(value.a).max(high(value.b))).fold(0.0, f64::max);
    let scale = plots::Scale::round((0.0, most.clamp(0.01, 1.0)), 4, |at, _| percent_mark(at));
    for (cell, room) in rooms(rect) {
        let (words, mark) = match cell {
            Cell::Value => ("Value".to_owned(), None),
            Cell::Reference => (visible(&of.a.name).into_owned(), Some((colors[0], false))),
            Cell::Compared => (visible(&of.b.name).into_owned(), Some((colors[1], true))),
            Cell::Picture => ("Rate, with 95\u{202f}% interval".to_owned(), None),
            Cell::Difference => ("Difference, points".to_owned(), None),
            Cell::Test => ("q · p".to_owned(), None),
        };
        let mut left = room.left();
        if let Some((color, is_filled)) = mark {
            square(ui.painter(), pos2(left + 4.0, rect.center().y), color, is_filled);
            left += 14.0;
        }
        let galley = text::cut(ui, &words, Type::CaptionMedium, theme.text2, room.right() - left);
        text::place(ui.painter(), left, rect.center().y, galley);
    }
    let top = ui.cursor().top();
    for value in &found.values {
        draw(ui, shown, found, value, &scale, colors);
    }
    axis(ui, shown, &scale, top);
    notes(ui, shown, found);
}

/// Whether the picture shows a value: both sides have enough decisions.
fn is_drawn(value: &Segment) -> bool {
    !value.is_small && value.value.is_some()
}

/// The reference is hollow, what is held against it filled: they are told apart without colour.
fn square(painter: &egui::Painter, at: egui::Pos2, color: Color32, is_filled: bool) {
    let rect = Rect::from_center_size(at, vec2(7.0, 7.0));
    match is_filled {
        true => drop(painter.rect_filled(rect, 0.0, color)),
        false => drop(painter.rect_stroke(rect, 0.0, Stroke::new(measure::CURVE, color), StrokeKind::Inside)),
    }
}

/// Where a share stands in the picture.
#[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
fn x(room: Rect, scale: &plots::Scale, share: f64) -> f32 {
    room.left() + 4.0 + (room.width() - 8.0) * (share / scale.to).clamp(0.0, 1.0) as f32
}

fn draw(ui: &mut Ui, shown: &Shown<'_>, found: &Segments, value: &Segment, scale: &plots::Scale, colors: [Color32; 2]) {
    let theme = shown.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let name = match &value.value {
        Some(text) if text.is_empty() => "(empty text)".to_owned(),
        Some(text) => visible(text).into_owned(),
        None => format!("{} others", count(found.more)),
    };
    let told = told(found, value, &name);
    parts::name(&response, egui::accesskit::Role::Row, &told.join("; "));
    if ui.is_rect_visible(rect) {
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
        let color = if is_drawn(value) { theme.text } else { theme.faint };
        for (cell, room) in rooms(rect) {
            let lines = match cell {
                Cell::Value => [name.clone(), String::new()],
                Cell::Reference => share(value.a),
                Cell::Compared => share(value.b),
                Cell::Picture => {
                    picture(ui, shown, value, room, scale, colors);
                    continue;
                }
                Cell::Difference => difference(value),
                Cell::Test => test(value),
            };
            let style = if cell == Cell::Value { Type::TableMedium } else { Type::Table };
            let is_single = lines[1].is_empty();
            let upper = if is_single { rect.center().y } else { rect.top() + 14.0 };
            let mut galley = text::line(ui, &lines[0], style, color);
            if galley.size().x > room.width() {
                // Rather the share alone than half an interval.
                let short = lines[0].split_once(" (").map_or(lines[0].as_str(), |(share, _)| share);
                galley = text::cut(ui, short, style, color, room.width());
            }
            text::place(ui.painter(), room.left(), upper, galley);
            let galley = text::cut(ui, &lines[1], Type::Caption, theme.text2, room.width());
            text::place(ui.painter(), room.left(), rect.top() + 30.0, galley);
        }
    }
    let _ = tip(response, told.join("\n"));
}

/// Both rates with their intervals, the reference above.
fn picture(ui: &Ui, shown: &Shown<'_>, value: &Segment, room: Rect, scale: &plots::Scale, colors: [Color32; 2]) {
    let painter = ui.painter();
    if !is_drawn(value) {
        let words = if value.value.is_none() { "counted together" } else { "too few decisions on a side" };
        let galley = text::cut(ui, words, Type::Caption, shown.theme.faint, room.width());
        text::place(painter, room.left() + 4.0, room.center().y, galley);
        return;
    }
    for (at, _) in &scale.marks {
        let stroke = Stroke::new(measure::HAIR, shown.theme.row);
        painter.vline(x(room, scale, *at).round() + 0.5, room.y_range(), stroke);
    }
    for (rate, y, color, is_filled) in [(value.a, 14.0, colors[0], false), (value.b, 28.0, colors[1], true)] {
        let Some((share, [low, high])) = rate.rate.zip(rate.wilson95) else { continue };
        let middle = (room.top() + y).round() + 0.5;
        let stroke = Stroke::new(measure::CURVE, color);
        let at = x(room, scale, share);
        // The line does not run through what is hollow.
        painter.hline(x(room, scale, low)..=(at - 3.5).max(x(room, scale, low)), middle, stroke);
        painter.hline((at + 3.5).min(x(room, scale, high))..=x(room, scale, high), middle, stroke);
        for end in [low, high] {
            painter.vline(x(room, scale, end).round() + 0.5, (middle - 3.5)..=(middle + 3.5), stroke);
        }
        square(painter, pos2(at, middle), color, is_filled);
    }
}

/// The axis below the picture.
fn axis(ui: &mut Ui, shown: &Shown<'_>, scale: &plots::Scale, top: f32) {
    let bottom = ui.cursor().top();
    let row = Rect::from_min_max(pos2(ui.cursor().left(), top), pos2(ui.max_rect().right(), bottom));
    let Some((_, room)) = rooms(row).into_iter().find(|(cell, _)| *cell == Cell::Picture) else { return };
    let mut last = f32::NEG_INFINITY;
    for (at, words) in &scale.marks {
        let galley = text::line(ui, words, Type::Caption, shown.theme.faint);
        let (middle, half) = (x(room, scale, *at), galley.size().x / 2.0);
        if middle - half > last + 4.0 {
            last = middle + half;
            text::put(ui.painter(), pos2(middle, bottom + 9.0), egui::Align::Center, galley);
        }
    }
    ui.add_space(20.0);
}

/// What is said below.
fn notes(ui: &mut Ui, shown: &Shown<'_>, found: &Segments) {
    let mut words = Vec::new();
    if found.values.iter().any(|value| value.is_small && value.value.is_some()) {
        words.push(format!("values with fewer than {LEAST} decisions on a side are compared with nothing"));
    }
    let without = found.missing_a.numerator + found.missing_b.numerator;
    if without > 0 {
        words.push(format!("{} no value", counted(without, "decision has", "decisions have")));
    }
    if !found.is_chosen {
        let fields = counted(found.fields.len() as u64, "field", "fields");
        words.push(format!(
            "of {fields} of 2 to 20 values the one whose values differ most surely in how far the rate moved"
        ));
    }
    words.push(format!("q is over {} of all these fields", counted(found.tests, "value", "values")));
    ui.add_space(measure::GRID);
    parts::wrapped(ui, &words.join("; "), Type::Caption, shown.theme.text2);
}

/// A rate in two lines: the share with its interval, and the counts.
fn share(rate: Rate) -> [String; 2] {
    let counts = format!("{} of {}", count(rate.numerator), count(rate.denominator));
    match rate.rate.zip(rate.wilson95) {
        Some((value, [low, high])) => {
            let bare = |share: f64| percent(share).trim_end_matches(['%', '\u{202f}']).to_owned();
            [format!("{} ({}–{})", percent(value), bare(low), bare(high)), counts]
        }
        None => ["none".to_owned(), String::new()],
    }
}

fn difference(value: &Segment) -> [String; 2] {
    match &value.difference {
        Ok(difference) => {
            let [low, high] = difference.newcombe95;
            [points(difference.difference), format!("{} to {}", cells::bare(low), cells::bare(high))]
        }
        Err(_) => ["–".to_owned(), String::new()],
    }
}

fn test(value: &Segment) -> [String; 2] {
    let p = value.difference.as_ref().ok().and_then(|difference| difference.p.ok());
    match (value.q, p) {
        (Some(q), Some(p)) => [p_words(q), p_words(p)],
        _ => ["–".to_owned(), String::new()],
    }
}

/// All that a row says.
fn told(found: &Segments, value: &Segment, name: &str) -> Vec<String> {
    let mut told = vec![
        name.to_owned(),
        format!("reference: {}", cells::rate_words(value.a, found.measure)),
        format!("compared: {}", cells::rate_words(value.b, found.measure)),
    ];
    match &value.difference {
        Ok(difference) => {
            let [low, high] = difference.newcombe95;
            let change = points(difference.difference);
            told.push(format!("{change} points, 95\u{202f}% {} to {}", cells::bare(low), cells::bare(high)));
            let p = difference.p.map_or_else(|because| format!("p: {because}"), |p| format!("p {}", p_words(p)));
            told.push(value.q.map_or(p.clone(), |q| format!("{p}, q {}", p_words(q))));
        }
        Err(because) => told.push(format!("not compared: {because}")),
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_within_a_sentence() {
        for (name, expected) in [("Region", "region"), ("ZIP code", "ZIP code"), ("A", "a"), ("Été", "été"), ("", "")]
        {
            assert_eq!(lower(name), expected);
        }
    }

    #[test]
    fn values_of_few_decisions_are_not_drawn() {
        let segment = |value: Option<&str>, is_small| Segment {
            value: value.map(str::to_owned),
            a: Rate::of(1, 2),
            b: Rate::of(1, 2),
            is_small,
            difference: Err(crate::analysis::statistics::Because("few")),
            q: None,
        };
        assert!(is_drawn(&segment(Some("x"), false)));
        assert!(!is_drawn(&segment(Some("x"), true)) && !is_drawn(&segment(None, false)));
        assert_eq!(share(Rate::of(120, 1000))[0], "12.0\u{202f}% (10.1–14.2)");
        assert_eq!(share(Rate::of(0, 0)), ["none".to_owned(), String::new()]);
    }
}

//! The versions in rows: one for each stretch of service, so that a rollback is a row of its own.

use egui::accesskit::Role;
use egui::{Align, CursorIcon, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::columns::{Cell, Columns, columns, heading, is_right, rooms};
use super::keys::{self, Asked};
use super::{Shown, cells};
use crate::analysis::decisions::Measure;
use crate::analysis::proportion::Rate;
use crate::analysis::versions::VersionRow;
use crate::app::models::{Deed, OrderBy, Side};
use crate::app::{Command, View};
use crate::query::value::version::Version;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, percent};
use crate::ui::widgets::{text, tip};

/// Height of a row.
const ROW: f32 = 48.0;
/// Height of what is drawn in a cell.
const DRAWN: f32 = 26.0;
/// Height of a bar.
const BAR: f32 = 14.0;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let rows = ordered(shown);
    let id = ui.scope_id().with("versions");
    let builder = egui::UiBuilder::new().scope_id(id).accessibility_role(Role::Grid);
    ui.scope_builder(builder, |ui| {
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_label("Versions");
            // The head counts as a row: index 0.
            node.set_row_count(rows.len() + 1);
        });
        let columns = columns(ui.available_width());
        head(ui, shown, columns, commands);
        body(ui, shown, &rows, columns, commands);
    });
    let (more, decisions) = shown.found.versions.as_ref().map_or((0, 0), |versions| versions.more);
    if more > 0 {
        let words = format!(
            "{} more stretches of service, with {} decisions, are not told apart",
            count(more as u64),
            count(decisions)
        );
        ui.add_space(measure::CELL);
        parts::inset(ui, measure::PAGE, |ui| parts::wrapped(ui, &words, Type::Table, shown.theme.text2));
    }
}

/// The rows, and what keys do in them.
fn body(ui: &mut Ui, shown: &Shown<'_>, rows: &[&VersionRow], columns: Columns, commands: &mut Vec<Command>) {
    let most = rows.iter().filter_map(|row| high(row.tally.rate(Measure::OverriddenOfReviewed))).fold(0.0, f64::max);
    let top = ui.cursor().top();
    #[expect(clippy::cast_precision_loss, reason = "points of a screen")]
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW * rows.len() as f32), Sense::hover());
    #[expect(clippy::cast_precision_loss, reason = "points of a screen")]
    let rect =
        |place: usize| Rect::from_min_size(pos2(whole.left(), top + ROW * place as f32), vec2(whole.width(), ROW));
    let seen = ui.clip_rect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the screen")]
    let place = |y: f32| ((y - top) / ROW).max(0.0) as usize;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
    let page = (seen.height() / ROW) as usize;
    let focused = ui.memory(egui::Memory::focused);
    let mut at = focused.and_then(|id| rows.iter().position(|row| row_id(ui, row) == id));
    let go = |ui: &Ui, to: usize| {
        ui.memory_mut(|memory| memory.request_focus(row_id(ui, rows[to])));
        ui.scroll_to_rect(rect(to), None);
        Some(to)
    };
    match at.and_then(|at| Some((at, keys::take(ui, row_id(ui, rows[at]), at, rows.len(), page)?))) {
        Some((_, Asked::Go(to))) => at = go(ui, to),
        Some((at, Asked::Records)) => commands.extend(records(shown, rows[at].place, "")),
        Some((at, Asked::Pick)) if rows[at].stretch.is_version() => {
            commands.push(Command::Models(Deed::Pick(rows[at].place)));
        }
        Some((at, Asked::Reference)) if rows[at].stretch.is_version() => {
            commands.push(Command::Models(Deed::Reference(rows[at].place)));
        }
        Some(_) => {}
        None if !rows.is_empty() && keys::leads_here(ui) => {
            at = go(ui, 0);
            // The key that led here does not lead on in the same frame.
            ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
        }
        None => {}
    }
    // Rows that are not seen are not drawn; one more at each end, so that the keyboard gets there, and the one that it is on.
    let (from, to) = (place(seen.top()).saturating_sub(1), place(seen.bottom()).saturating_add(2));
    for (place, row) in rows.iter().enumerate() {
        if (from..to).contains(&place) || at == Some(place) {
            draw(ui, shown, row, place, rooms(columns, rect(place)), rect(place), most, commands);
        }
    }
}

/// The id of a row, by which it has the keyboard.
fn row_id(ui: &Ui, row: &VersionRow) -> egui::Id {
    ui.scope_id().with(("version", row.place))
}

/// The end of a rate's interval.
fn high(rate: Rate) -> Option<f64> {
    rate.wilson95.map(|[_, high]| high)
}

fn ordered<'s>(shown: &Shown<'s>) -> Vec<&'s VersionRow> {
    let mut rows: Vec<&VersionRow> = shown.model.rows.iter().collect();
    let order = shown.app.models().order;
    let descends = |ordering: std::cmp::Ordering| if order.descends { ordering.reverse() } else { ordering };
    let by_number = |of: &dyn Fn(&VersionRow) -> Option<f64>, a: &VersionRow, b: &VersionRow| {
        // What is not determinable comes last in both orders.
        match (of(a), of(b)) {
            (Some(a), Some(b)) => descends(a.total_cmp(&b)),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    };
    rows.sort_by(|a, b| match order.by {
        OrderBy::Time => descends(a.place.cmp(&b.place)),
        OrderBy::Version => descends(by_version(a, b)).then(a.place.cmp(&b.place)),
        OrderBy::Decisions => descends(a.decisions().cmp(&b.decisions())).then(a.place.cmp(&b.place)),
        OrderBy::Rate(measure) => by_number(&|row| row.tally.rate(measure).rate, a, b),
        OrderBy::Confidence => by_number(&|row| row.confidence.mean(), a, b),
    });
    rows
}

/// By the numbers of versions; what is no version by its text.
fn by_version(a: &VersionRow, b: &VersionRow) -> std::cmp::Ordering {
    let text = |row: &VersionRow| row.stretch.version.clone().unwrap_or_default();
    let (a, b) = (text(a), text(b));
    match (Version::parse(&a), Version::parse(&b)) {
        (Some(a), Some(b)) => a.precedence(&b),
        (of_a, of_b) => of_a.is_none().cmp(&of_b.is_none()).then_with(|| a.cmp(&b)),
    }
}

fn head(ui: &mut Ui, shown: &Shown<'_>, columns: Columns, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    let order = shown.app.models().order;
    for (cell, rect) in rooms(columns, row) {
        let (words, by, told) = heading(shown, cell);
        if words.is_empty() {
            continue;
        }
        let sense = if by.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, ui.scope_id().with(("head", &words)), sense);
        let is_on = by == Some(order.by) && (order.by != OrderBy::Time || order.descends);
        let arrow = if is_on { 14.0 } else { 0.0 };
        let color = if by.is_some() && response.hovered() { theme.text } else { theme.text2 };
        let galley = text::cut(ui, &words, Type::CaptionMedium, color, rect.width() - arrow);
        let drawn = match is_right(cell) {
            true => text::place_right(ui.painter(), rect.right() - arrow, rect.center().y, galley),
            false => text::place(ui.painter(), rect.left(), rect.center().y, galley),
        };
        if is_on {
            let icon = if order.descends { icon::ARROW_DOWN } else { icon::ARROW_UP };
            icon.paint(ui.painter(), pos2(drawn.right() + 8.0, rect.center().y), 11.0, theme.text2);
        }
        parts::focus_ring(ui, &response);
        let way = match (is_on, order.descends) {
            (false, _) => "",
            (true, true) => ", descending",
            (true, false) => ", ascending",
        };
        parts::name(&response, Role::ColumnHeader, &format!("{words}{way}"));
        if tip(response, told).clicked()
            && let Some(by) = by
        {
            commands.push(Command::Models(Deed::Order(by)));
        }
    }
}

/// Which side of what is compared a row is.
fn side(shown: &Shown<'_>, row: &VersionRow) -> Option<&'static str> {
    // Of one that is ticked the other side is not known yet.
    let is_waiting = shown.app.models().picked.len() == 1;
    let Some(Ok(compared)) = shown.found.comparison.as_ref().filter(|_| !is_waiting) else { return None };
    let here = Side::Stretch(row.place);
    let [a, b] = &compared.sides;
    if *a == here { Some("reference") } else { (*b == here).then_some("compared") }
}

/// Draws a row, the one of that number.
#[expect(clippy::too_many_arguments, reason = "a row, its place, and what it is drawn by")]
fn draw(
    ui: &mut Ui,
    shown: &Shown<'_>,
    row: &VersionRow,
    number: usize,
    rooms: Vec<(Cell, Rect)>,
    rect: Rect,
    most: f64,
    commands: &mut Vec<Command>,
) {
    let theme = shown.theme;
    let is_picked = shown.app.models().picked.contains(&row.place);
    let response = ui.interact(rect, row_id(ui, row), Sense::click());
    if is_picked || response.hovered() {
        let fill = if is_picked { theme.selected } else { theme.hover };
        ui.painter().rect_filled(rect, 0.0, fill);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
    parts::focus_ring(ui, &response);
    let name = cells::version(&row.stretch);
    let extent = shown.session.extent();
    // Of several logs each ends by itself: what is known is the last decision.
    let is_alone = shown.session.evidence().logs().len() == 1;
    let last = extent.map(|(_, last)| last).filter(|_| is_alone).or(row.stretch.decided.map(|(_, last)| last));
    let served = cells::served(&row.stretch, shown.year(), last);
    let told = cells::told(shown, row, &name, &served);
    let side = side(shown, row);
    let label = side.map_or(String::new(), |side| format!("; {side}"));
    parts::name(&response, Role::Row, &format!("{}{label}", told.replace('\n', "; ")));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_row_index(number + 1);
        node.set_selected(is_picked);
    });
    if response.clicked() && row.stretch.is_version() {
        commands.push(Command::Models(Deed::Pick(row.place)));
    }
    let columns: Vec<Cell> = rooms.iter().map(|(cell, _)| *cell).collect();
    // What is said of the row, where the row has no room for all of it.
    let mut cut_remark = None;
    for (cell, room) in rooms {
        let (upper, lower) = (rect.top() + 16.0, rect.top() + 33.0);
        match cell {
            Cell::Pick => {
                if row.stretch.is_version() && !shown.app.is_still() {
                    let (icon, color) = match is_picked {
                        true => (icon::CHECK_SQUARE, theme.accent),
                        false => (icon::SQUARE, theme.neutral),
                    };
                    icon.paint(ui.painter(), pos2(room.left() + 16.0, rect.center().y), measure::ICON, color);
                }
            }
            Cell::Version => {
                let bar = Rect::from_center_size(pos2(room.left() + 1.5, rect.center().y), vec2(3.0, 28.0));
                ui.painter().rect_filled(bar, 0.0, shown.colour(row.stretch.version.as_deref()));
                let word = text::cut(ui, &name, Type::TableMedium, theme.text, room.width() - 10.0);
                text::place(ui.painter(), room.left() + 10.0, upper, word);
                if let Some(side) = side {
                    let word = text::cut(ui, side, Type::Caption, theme.text2, room.width() - 10.0);
                    text::place(ui.painter(), room.left() + 10.0, lower, word);
                }
            }
            Cell::Served => {
                let word = text::cut(ui, &served, Type::Table, theme.text, room.width());
                text::place(ui.painter(), room.left(), upper, word);
                let (words, is_remarkable) = cells::remark(shown, row);
                let mut left = room.left();
                if is_remarkable {
                    icon::WARNING.paint(ui.painter(), pos2(left + 6.0, lower), 12.0, theme.text2);
                    left += 18.0;
                }
                let word = text::cut(ui, &words, Type::Caption, theme.text2, room.right() - left);
                if word.elided || word.text() != words {
                    cut_remark = Some(words);
                }
                text::place(ui.painter(), left, lower, word);
            }
            Cell::Decisions => {
                let words = count(row.decisions());
                figure(ui, shown, row, room, upper, (&words, Type::Table, Align::Max), "", commands);
            }
            Cell::Results => results(ui, shown, row, room),
            Cell::Confidence => {
                if let Some(extent) = shown.model.confidence {
                    let color = shown.colour(row.stretch.version.as_deref());
                    let drawn = Rect::from_center_size(room.center(), vec2(room.width(), DRAWN));
                    cells::spread(ui.painter(), drawn, &row.confidence, extent, color);
                }
            }
            Cell::Overrides => overrides(ui, shown, row, room, most, commands),
            Cell::Errors => {
                let rate = row.tally.rate(Measure::Errors);
                let words = rate.rate.map_or("–".to_owned(), percent);
                let word = text::line(ui, &words, Type::Table, theme.text);
                text::place_right(ui.painter(), room.right(), upper, word);
                if rate.rate.is_some() {
                    let words = format!("{} of {}", count(rate.numerator), count(rate.denominator));
                    let look = (words.as_str(), Type::Caption, Align::Max);
                    figure(ui, shown, row, room, lower, look, "correct:false", commands);
                }
            }
            Cell::Against => {
                let lines = cells::against(&row.against, room.width() < 256.0);
                for (line, middle, color, style) in
                    [(&lines[0], upper, theme.text, Type::Table), (&lines[1], lower, theme.text2, Type::Caption)]
                {
                    let color = if row.against.is_err() { theme.faint } else { color };
                    let word = text::cut(ui, line, style, color, room.width());
                    text::place(ui.painter(), room.left(), middle, word);
                }
            }
        }
    }
    let is_shown = |cell: Cell| columns.contains(&cell);
    let beside = cells::beside(row, is_shown(Cell::Errors), is_shown(Cell::Results));
    let beside: Vec<String> = cut_remark.into_iter().chain(Some(beside).filter(|beside| !beside.is_empty())).collect();
    let _ = tip(response, beside.join("\n"));
}

/// A figure that leads to its records.
#[expect(clippy::too_many_arguments, reason = "a figure, its place, and where it leads")]
fn figure(
    ui: &mut Ui,
    shown: &Shown<'_>,
    row: &VersionRow,
    room: Rect,
    middle: f32,
    (words, style, align): (&str, Type, Align),
    condition: &str,
    commands: &mut Vec<Command>,
) {
    let theme = shown.theme;
    let color = if style == Type::Table { theme.text } else { theme.faint };
    let galley = text::line(ui, words, style, color);
    let left = if align == Align::Max { room.right() - galley.size().x } else { room.left() };
    let rect = Rect::from_min_size(pos2(left, middle - galley.size().y / 2.0), galley.size()).expand2(vec2(2.0, 1.0));
    let id = ui.scope_id().with(("figure", row.place, condition));
    let response = ui.interact(rect, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
    let galley = match response.hovered() || response.has_focus() {
        true => text::line(ui, words, style, theme.accent),
        false => galley,
    };
    text::place(ui.painter(), left, middle, galley);
    parts::focus_ring(ui, &response);
    let what = if condition.is_empty() { "decisions" } else { condition };
    parts::name(&response, Role::Link, &format!("{words} {what} of {}", cells::version(&row.stretch)));
    if tip(response, "Show these records; Ctrl+Z takes the filter back").clicked() {
        commands.extend(records(shown, row.place, condition));
    }
}

/// Shows the decisions of a stretch that pass the filter and a condition more.
pub(super) fn records(shown: &Shown<'_>, place: usize, condition: &str) -> Vec<Command> {
    let Some(filter) = shown.found.stretches.as_ref().and_then(|stretches| stretches.filter(place)) else {
        return Vec::new();
    };
    let now = shown.app.filter.text().trim();
    let now = if now.is_empty() { String::new() } else { format!("({now}) ") };
    let filter = format!("{now}{filter} {condition}");
    vec![Command::SetKind(None), Command::SetFilter(filter.trim().to_owned()), Command::Show(View::Records)]
}

fn results(ui: &Ui, shown: &Shown<'_>, row: &VersionRow, room: Rect) {
    let theme = shown.theme;
    let rate = row.tally.rate(Measure::Adverse);
    let words = rate.rate.map_or("–".to_owned(), percent);
    let word = text::line(ui, &words, Type::Table, theme.text);
    let names = 52.0;
    text::place_right(ui.painter(), room.left() + names - measure::CELL, room.center().y, word);
    let bar = Rect::from_min_max(
        pos2(room.left() + names, room.center().y - BAR / 2.0),
        pos2(room.right(), room.center().y + BAR / 2.0),
    );
    // What cannot be told apart is no mix.
    if shown.model.results.iter().any(|result| result.result.is_some()) {
        cells::mix(ui.painter(), theme, bar, shown.model, &row.results);
    }
}

fn overrides(ui: &mut Ui, shown: &Shown<'_>, row: &VersionRow, room: Rect, most: f64, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    let rate = row.tally.rate(Measure::OverriddenOfReviewed);
    let words = rate.rate.map_or("–".to_owned(), percent);
    let word = text::line(ui, &words, Type::Table, theme.text);
    let counts = format!("{}/{}", count(rate.numerator), count(rate.denominator));
    let is_narrow = room.width() < 120.0;
    let (upper, lower) = (room.top() + 16.0, room.top() + 33.0);
    if is_narrow {
        text::place_right(ui.painter(), room.right(), upper, word);
        if rate.rate.is_some() {
            let look = (counts.as_str(), Type::Caption, Align::Max);
            figure(ui, shown, row, room, lower, look, "overridden:true", commands);
        }
        return;
    }
    let middle = room.center().y;
    text::place_right(ui.painter(), room.left() + 44.0, middle, word);
    if rate.rate.is_none() {
        return;
    }
    let look = (counts.as_str(), Type::Caption, Align::Max);
    figure(ui, shown, row, room, middle, look, "overridden:true", commands);
    let line = Rect::from_min_max(
        pos2(room.left() + 52.0, room.top() + 14.0),
        pos2(room.right() - 58.0, room.bottom() - 12.0),
    );
    cells::whisker(ui.painter(), theme, line, rate, most);
}

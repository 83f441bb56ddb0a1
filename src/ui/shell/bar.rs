//! The bar: what is open, the filter field with its parsed form below, the stretch of time, the commands.

use std::path::PathBuf;

use egui::{Layout, Rect, Ui, UiBuilder, pos2, vec2};

use super::field;
use crate::app::{App, Command, Overlay, bundles};
use crate::query::Query;
use crate::record::time::shown;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, icon_button, tip};
use crate::ui::widgets::{text, text_field};
use crate::ui::words;

/// How the bar looks.
#[derive(Debug, Default)]
pub(super) struct State {
    from: String,
    to: String,
    range_error: Option<String>,
}

/// Width of what is open, at the left, and where there is little room.
const TITLE: (f32, f32) = (240.0, 168.0);
/// Below these widths the stretch of time, the commands and what is open take less room.
const NARROW: (f32, f32) = (1120.0, 800.0);

/// How high it is: in a low window the parsed form is there only while the filter is written, or cannot be read.
pub(super) fn height(app: &App, field: &field::State, is_low: bool) -> f32 {
    let is_below = !is_low || field.is_open() || app.filter.error().is_some();
    if is_below { measure::BAR } else { measure::BAR_LOW }
}

pub(super) fn show(
    ui: &mut Ui,
    app: &mut App,
    state: &mut State,
    field: &mut field::State,
    commands: &mut Vec<Command>,
) {
    let rect = ui.max_rect();
    let theme = Theme::of(ui);
    let (narrow, least) = (rect.width() < NARROW.0, rect.width() < NARROW.1);
    let width = if least { TITLE.1 } else { TITLE.0 };
    title(ui, app, Rect::from_min_size(rect.min, vec2(width, rect.height())), theme);
    let left = rect.left() + width + measure::PAD_WIDE;
    let right = rect.right()
        - match (narrow, least) {
            (_, true) => 84.0,
            (true, _) => 216.0,
            _ => 388.0,
        };
    let room = Rect::from_min_max(pos2(left, rect.top()), pos2(right - measure::CELL, rect.bottom()));
    field::show(ui, app, field, room, commands);
    let buttons =
        Rect::from_min_max(pos2(right, rect.top() + 8.0), pos2(rect.right() - 12.0, rect.top() + 8.0 + measure::FIELD));
    let mut inner = ui.new_child(UiBuilder::new().max_rect(buttons).layout(Layout::right_to_left(egui::Align::Center)));
    let is_asked = if least {
        icon_button(&mut inner, icon::COMMAND, "Commands (Ctrl+K)", false).clicked()
    } else {
        inner.add(Button::new("Commands").icon(icon::COMMAND).key("Ctrl K")).clicked()
    };
    if is_asked {
        commands.push(Command::Overlay(Overlay::Palette));
    }
    range(&mut inner, app, state, narrow, commands);
}

fn title(ui: &Ui, app: &App, rect: Rect, theme: &Theme) {
    let paths: Vec<_> = app.paths().iter().map(PathBuf::as_path).collect();
    let names = bundles::names(&paths);
    let session = app.session();
    let case = session.and_then(|session| session.case());
    let origin = session.and_then(|session| session.reports().next()).and_then(|report| report.log.origin.clone());
    let title = case.and_then(|case| case.title()).unwrap_or_else(|| names.first().cloned().unwrap_or_default());
    // The file stands above where there is no title; then the log, or the other bundles, are what is new.
    let what = match (names.len(), origin) {
        (1, Some(origin)) if names.first() == Some(&title) => origin,
        (2.., _) if names.first() == Some(&title) => {
            format!("with {}", names.get(1..).unwrap_or_default().join(", "))
        }
        _ => names.join(", "),
    };
    let below = match case {
        Some(case) if case.is_draft => format!("{what} · draft"),
        Some(case) if case.read_only.is_some() => format!("{what} · read only"),
        _ => what,
    };
    let at = rect.left() + measure::PAD_WIDE;
    let room = rect.width() - measure::PAD_WIDE;
    let drawn = text::cut(ui, &title, Type::Heading, theme.text, room);
    let mut is_whole = !drawn.elided;
    text::place(ui.painter(), at, rect.top() + 22.0, drawn);
    if rect.height() > measure::BAR_LOW + 1.0 {
        let drawn = text::cut(ui, &below, Type::Caption, theme.text2, room);
        is_whole &= !drawn.elided;
        text::place(ui.painter(), at, rect.top() + 46.0, drawn);
    } else {
        is_whole &= below.is_empty();
    }
    if !is_whole {
        let response = ui.interact(rect, ui.scope_id().with("title"), egui::Sense::hover());
        tip(response, format!("{title}\n{below}").trim_end());
    }
}

/// The stretch of time, and two fields to write another.
fn range(ui: &mut Ui, app: &App, state: &mut State, narrow: bool, commands: &mut Vec<Command>) {
    let extent = app.session().and_then(crate::app::Session::extent);
    let chosen = app.filter.range();
    let Some((first, last)) = chosen.or(extent) else { return };
    let day = |nanos| chrono::DateTime::from_timestamp_nanos(nanos).format("%-d %b %Y").to_string();
    let days = if day(first) == day(last) { day(first) } else { format!("{} – {}", short(first, last), day(last)) };
    let zone = app.settings.second_zone();
    let [from, to] = [first, last].map(chrono::DateTime::from_timestamp_nanos);
    let mut told = format!("The stretch of time: {} – {} UTC", words::time(from), words::time(to));
    told += &zone.map(|zone| format!(", {}", words::zoned_span(from, to, zone))).unwrap_or_default();
    let response = if narrow {
        icon_button(ui, icon::CALENDAR_BLANK, &told, chosen.is_some())
    } else {
        tip(ui.add(Button::new(&format!("{days}  UTC")).icon(icon::CALENDAR_BLANK)), told)
    };
    let zoned = zone.map(|zone| words::zoned_span(from, to, zone));
    egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        let frame = egui::Frame::NONE.inner_margin(egui::Margin::same(8));
        frame.show(ui, |ui| popover(ui, state, (first, last), zoned.as_deref(), commands));
    });
    if !egui::Popup::is_id_open(ui.ctx(), egui::Popup::default_response_id(&response)) {
        (state.from, state.to) = (String::new(), String::new());
    }
}

/// Two fields to write a stretch of time in.
fn popover(
    ui: &mut Ui,
    state: &mut State,
    (first, last): (i64, i64),
    zoned: Option<&str>,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    ui.set_width(292.0);
    ui.spacing_mut().item_spacing.y = measure::CELL;
    if state.from.is_empty() && state.to.is_empty() {
        let text = |nanos| shown(chrono::DateTime::from_timestamp_nanos(nanos));
        (state.from, state.to) = (text(first), text(last));
    }
    let help = "From, and to, in UTC, both included; a date stands for its whole day";
    text::wrapped(ui, help, Type::Caption, theme.text2);
    text_field(ui, &mut state.from, icon::CLOCK, "2026-05-15", "From", 292.0);
    text_field(ui, &mut state.to, icon::CLOCK, "2026-05-27", "To", 292.0);
    if let Some(zoned) = zoned {
        text::wrapped(ui, &format!("Shown now: {zoned}"), Type::Caption, theme.text2);
    }
    if let Some(error) = &state.range_error {
        ui.label(Type::Caption.rich(error).color(theme.text));
    }
    ui.horizontal(|ui| {
        if ui.add(Button::primary("Show")).clicked() {
            match read_range(&state.from, &state.to) {
                Ok(range) => {
                    state.range_error = None;
                    commands.push(Command::SetRange(Some(range)));
                    ui.close();
                }
                Err(error) => state.range_error = Some(error),
            }
        }
        if ui.add(Button::new("All of the time")).clicked() {
            (state.from, state.to, state.range_error) = (String::new(), String::new(), None);
            commands.push(Command::SetRange(None));
            ui.close();
        }
    });
}

/// The first day, without what both have in common.
fn short(first: i64, last: i64) -> String {
    let (a, b) = (chrono::DateTime::from_timestamp_nanos(first), chrono::DateTime::from_timestamp_nanos(last));
    let format = match (
        a.format("%Y").to_string() == b.format("%Y").to_string(),
        a.format("%m").to_string() == b.format("%m").to_string(),
    ) {
        (true, true) => "%-d",
        (true, false) => "%-d %b",
        (false, _) => "%-d %b %Y",
    };
    a.format(format).to_string()
}

/// Reads two times as the filter language does.
fn read_range(from: &str, to: &str) -> Result<(i64, i64), String> {
    let one = |text: &str| -> Result<(i64, i64), String> {
        let query = crate::query::parse(&format!("time:\"{}\"", text.trim()), &crate::query::Unknown)
            .map_err(|error| error.to_string())?;
        bounds(&query).ok_or_else(|| format!("{text}: no time"))
    };
    let (first, last) = (one(from)?.0, one(to)?.1);
    if first > last { Err("It ends before it begins".to_owned()) } else { Ok((first, last)) }
}

/// First and last instant that a filter for a time asks for.
fn bounds(query: &Query) -> Option<(i64, i64)> {
    use crate::query::{Expr, Term, Test};
    let Expr::Term(Term::Field { test: Test::Time(range), .. }) = &query.expr else { return None };
    range.nanos()
}

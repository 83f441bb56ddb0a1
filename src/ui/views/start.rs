//! The start view: a drop target, open, the sample, what was opened lately; and how far it is while something is being opened.

use egui::accesskit::Role;
use egui::{Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

use super::parts;
use crate::app::{App, Command, Opening, Overlay, Recent, file_name};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, key_cap, pattern, text, verdict_icon};

/// As wide as the page gets.
const WIDTH: f32 = 960.0;
/// Height of the drop target.
const TARGET: f32 = 152.0;
/// Height of a recent case.
const RECENT: f32 = 52.0;

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let _ = state;
    let all = ui.available_rect_before_wrap();
    let width = (all.width() - 2.0 * measure::PAGE).min(WIDTH);
    let left = (all.center().x - width / 2.0).max(all.left() + measure::PAGE).floor();
    let top = all.top() + ((all.height() - 640.0) / 2.0).clamp(measure::PAGE, 104.0);
    ui.advance_cursor_after_rect(all);
    // The bar of the scrolling stands at the edge of the window, and nothing is drawn beyond the view.
    let mut view = parts::within(ui, all, "start");
    ScrollArea::vertical().auto_shrink(false).show(&mut view, |ui| {
        let page = Rect::from_min_size(
            pos2(left - measure::PAD, ui.cursor().top()),
            vec2(width + 2.0 * measure::PAD, f32::INFINITY),
        );
        let layout = egui::Layout::top_down(egui::Align::Min);
        ui.scope_builder(egui::UiBuilder::new().max_rect(page).layout(layout), |ui| {
            ui.spacing_mut().item_spacing = vec2(measure::CELL, 0.0);
            ui.add_space(top - all.top());
            egui::Frame::NONE.inner_margin(egui::Margin::symmetric(12, 0)).show(ui, |ui| {
                head(ui);
                ui.add_space(measure::GAP_SECTION);
                match app.opening() {
                    Some(opening) => progress(ui, opening, commands),
                    None => target(ui, commands),
                }
                ui.add_space(measure::PAD_WIDE);
                sample(ui, app, commands);
            });
            recent(ui, app, commands);
            ui.add_space(48.0);
            egui::Frame::NONE.inner_margin(egui::Margin::symmetric(12, 0)).show(ui, |ui| footer(ui, app));
            ui.add_space(measure::PAGE);
        });
    });
}

fn head(ui: &mut Ui) {
    let theme = Theme::of(ui);
    parts::line(ui, "Probity", Type::Title, theme.text);
    ui.add_space(4.0);
    let what = "Opens the exported audit log of an AI system and proves what can be proven about it. \
                Offline; the evidence is never changed.";
    parts::wrapped(ui, what, Type::Body, theme.text2);
}

fn frame(ui: &mut Ui, lit: bool) -> Rect {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TARGET), Sense::hover());
    let (fill, edge) = if lit { (theme.selected, theme.accent) } else { (theme.window, theme.hair2) };
    ui.painter().rect_filled(rect, measure::RADIUS_DIALOG, fill);
    pattern::dashed_rect(ui.painter(), rect.shrink(0.5), Stroke::new(measure::HAIR, edge), 3.0, 2.0);
    rect
}

fn target(ui: &mut Ui, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    // A file held over the window is a file about to be dropped, wherever it is.
    let hovers = ui.ctx().input(|input| !input.raw.hovered_files.is_empty());
    let rect = frame(ui, hovers);
    let drawn = if hovers { theme.accent } else { theme.text2 };
    icon::TRAY_ARROW_DOWN.paint(ui.painter(), pos2(rect.left() + 49.0, rect.top() + 49.0), 28.0, drawn);
    let inner = Rect::from_min_max(rect.min + vec2(89.0, 28.0), rect.max - vec2(16.0, 16.0));
    parts::at(ui, inner, |ui| {
        let words = if hovers { "Let go to open it" } else { "Drop a bundle here" };
        parts::line(ui, words, Type::Heading, theme.text);
        parts::wrapped(
            ui,
            "A folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines; or a case",
            Type::Table,
            theme.text2,
        );
        ui.add_space(18.0);
        ui.horizontal(|ui| {
            if ui.add(Button::primary("Open…").icon(icon::FOLDER_OPEN).key("Ctrl O")).clicked() {
                commands.push(Command::OpenDialog);
            }
            if ui.add(Button::new("Open by path…").icon(icon::TERMINAL_WINDOW)).clicked() {
                commands.push(Command::Overlay(Overlay::Path));
            }
        });
    });
}

/// Records and megabytes a second, as they are told while something is read.
fn speed(records: u64, bytes: u64, seconds: f64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate to be read"
    )]
    let rate = (bytes as f64 / 1e6 / seconds.max(0.001)).round() as u64;
    format!("{}, {} MB/s", counted(records, "record", "records"), count(rate))
}

fn progress(ui: &mut Ui, opening: &Opening, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let rect = frame(ui, false);
    icon::HOURGLASS.paint(ui.painter(), pos2(rect.left() + 49.0, rect.top() + 49.0), 28.0, theme.text2);
    let names: Vec<String> = opening.paths.iter().map(|path| file_name(path)).collect();
    let (records, bytes, elapsed) = opening.progress();
    let inner = Rect::from_min_max(rect.min + vec2(89.0, 28.0), rect.max - vec2(16.0, 16.0));
    parts::at(ui, inner, |ui| {
        parts::wrapped(ui, &format!("Opening {}", names.join(", ")), Type::Heading, theme.text);
        let told = if records == 0 { "Reading".to_owned() } else { speed(records, bytes, elapsed.as_secs_f64()) };
        let response = parts::line(ui, &told, Type::Table, theme.text2);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
        ui.add_space(18.0);
        if ui.add(Button::new("Stop").icon(icon::X).key("Esc")).clicked() {
            commands.push(Command::Cancel);
        }
    });
    // The threads wake the window when they are done; figures in between are drawn a few times a second.
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(120));
}

fn sample(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let what = "Three months of an invented bank's decisions, 20\u{202f}000 records: something went wrong, find what";
    let label = format!("Explore the sample investigation: {what}");
    let response = parts::row(ui, 56.0, &label, false);
    let rect = response.rect;
    let painter = ui.painter();
    icon::COMPASS.paint(painter, pos2(rect.left() + 10.0, rect.center().y), measure::ICON_LARGE, theme.accent);
    let words = text::line(ui, "Explore the sample investigation", Type::BodyMedium, theme.accent);
    text::place(painter, rect.left() + 32.0, rect.center().y - 9.0, words);
    let room = rect.width() - 64.0;
    text::place(
        painter,
        rect.left() + 32.0,
        rect.center().y + 10.0,
        text::cut(ui, what, Type::Table, theme.text2, room),
    );
    icon::ARROW_RIGHT.paint(painter, pos2(rect.right() - 8.0, rect.center().y), measure::ICON, theme.text2);
    if response.clicked() && app.opening().is_none() {
        commands.push(Command::OpenSample);
    }
}

/// The state that a verdict's name of integrity was drawn in when the case was open last.
fn remembered(integrity: &str) -> VerdictState {
    match integrity {
        "intact" => VerdictState::Intact,
        "broken" => VerdictState::Broken,
        _ => VerdictState::Unverifiable,
    }
}

/// When something was opened, as it is told beside it: the day, and the time of today.
fn when(opened: &str, now: chrono::DateTime<chrono::Utc>) -> String {
    let Ok(at) = chrono::DateTime::parse_from_rfc3339(opened) else { return String::new() };
    let at = at.to_utc();
    let days = now.date_naive().signed_duration_since(at.date_naive()).num_days();
    match days {
        0 => format!("today {} UTC", at.format("%H:%M")),
        1 => format!("yesterday {} UTC", at.format("%H:%M")),
        _ if at.format("%Y").to_string() == now.format("%Y").to_string() => at.format("%-d %b").to_string(),
        _ => at.format("%-d %b %Y").to_string(),
    }
}

fn recent(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    if app.settings.recent.is_empty() {
        return;
    }
    ui.add_space(measure::PAGE);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    parts::name(&response, Role::Heading, "Recent cases");
    let inner = rect.shrink2(vec2(measure::PAD, 0.0));
    text::place(
        ui.painter(),
        inner.left(),
        rect.center().y - 2.0,
        text::line(ui, "Recent cases", Type::BodyMedium, theme.text),
    );
    let note = text::line(ui, "verdict at last opening; checked again on open", Type::Table, theme.text2);
    text::place_right(ui.painter(), inner.right(), rect.center().y - 2.0, note);
    ui.painter().hline(inner.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    let now = chrono::Utc::now();
    for known in &app.settings.recent {
        if recent_row(ui, known, &when(&known.opened, now)).clicked() && app.opening().is_none() {
            commands.push(Command::Open(vec![known.path.clone()]));
        }
    }
}

fn recent_row(ui: &mut Ui, known: &Recent, when: &str) -> egui::Response {
    let theme = Theme::of(ui);
    let (file, records) = (file_name(&known.path), counted(known.records, "record", "records"));
    let label = format!("Open {}, {file}: {records}, {}, {when}", known.title, known.verdict);
    let response = parts::row(ui, RECENT, &label, false);
    let rect = response.rect.shrink2(vec2(measure::PAD, 0.0));
    let middle = rect.center().y;
    let painter = ui.painter();
    let right = text::place_right(painter, rect.right(), middle, text::line(ui, when, Type::Table, theme.text2));
    // From the right, so that what may be cut is the name.
    let state = remembered(&known.integrity);
    let verdict = text::line(ui, &known.verdict, Type::Table, state.word_color(theme));
    let verdict_left = (right.left() - measure::PAGE - verdict.size().x).min(rect.right() - 292.0);
    verdict_icon(ui, state, pos2(verdict_left - 14.0, middle), measure::ICON);
    text::place(painter, verdict_left, middle, verdict);
    let number = text::line(ui, &records, Type::Table, theme.text2);
    let number_left = verdict_left - 32.0 - number.size().x.max(120.0);
    text::place(painter, number_left, middle, number);
    let room = (number_left - measure::PAD_WIDE - rect.left()).max(0.0);
    let title = if known.title.is_empty() { &file } else { &known.title };
    text::place(painter, rect.left(), middle - 9.0, text::cut(ui, title, Type::BodyMedium, theme.text, room));
    let place = known.path.display().to_string();
    let second = if known.title.is_empty() || known.title == file { &place } else { &file };
    text::place(painter, rect.left(), middle + 9.0, text::cut(ui, second, Type::Table, theme.text2, room));
    response.on_hover_text(place)
}

fn footer(ui: &mut Ui, app: &App) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (keys, words) in [("Ctrl K", "commands"), ("?", "keys")] {
            key_cap(ui, keys);
            parts::line(ui, words, Type::Table, theme.text2);
            ui.add_space(8.0);
        }
        parts::line(ui, "bundle format 1", Type::Table, theme.text2);
        ui.add_space(8.0);
        let trusted = format!("trusted keys: {}", count(app.settings.trusted.len() as u64));
        parts::line(ui, &trusted, Type::Table, theme.text2);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_it_was_open_last() {
        let now =
            chrono::DateTime::parse_from_rfc3339("2026-11-20T10:00:00Z").map(|at| at.to_utc()).unwrap_or_default();
        for (opened, told) in [
            ("2026-11-20T09:14:00Z", "today 09:14 UTC"),
            ("2026-11-19T23:59:00Z", "yesterday 23:59 UTC"),
            ("2026-11-01T00:00:00Z", "1 Nov"),
            ("2025-11-01T00:00:00Z", "1 Nov 2025"),
            ("long ago", ""),
        ] {
            assert_eq!(when(opened, now), told);
        }
        assert_eq!(speed(412_806, 620_000_000, 2.0), "412\u{202f}806 records, 310 MB/s");
        assert_eq!(remembered("unverifiable"), VerdictState::Unverifiable);
    }
}

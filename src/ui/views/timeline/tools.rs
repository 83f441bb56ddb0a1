//! The tool bar of the timeline: which lanes, which model, what the colours stand for; what is selected, and what can be done with it.

use egui::{Layout, Popup, Ui};

use super::plot::is_narrower;
use crate::app::timeline::arrange::Arrange;
use crate::app::timeline::lanes::{Grouping, Lanes};
use crate::app::{App, Command, Overlay};
use crate::ui::axis;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, hairline, icon_button, text};

/// Room that the buttons at the right need with their words.
const ROOM: f32 = 320.0;
/// Width of the list of lanes.
const LIST: f32 = 360.0;

pub(super) fn show(ui: &mut Ui, app: &App, lanes: &Lanes, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP;
        ui.add_space(measure::CELL);
        let shown = app.arrangement().shown(lanes).count();
        let words = match lanes.is_part {
            // The others are being gathered.
            true => format!("{shown} lanes so far"),
            false => format!("{shown} lanes of {}", lanes.lanes.len()),
        };
        let button = ui.add(Button::plain(&words).icon(icon::ROWS));
        Popup::menu(&button).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
            enter(ui, button.id);
            list(ui, app, lanes, commands);
        });
        if let Some(model) = &lanes.model {
            let button = ui.add(Button::plain(model).icon(icon::CARET_DOWN));
            Popup::menu(&button).show(|ui| {
                enter(ui, button.id);
                for other in &lanes.models {
                    let icon = if other == model { icon::CHECK } else { icon::GIT_BRANCH };
                    if ui.add(Button::plain(other).icon(icon)).clicked() {
                        commands.push(Command::LookAtModel(other.clone()));
                        ui.close();
                    }
                }
            });
        }
        let words = format!("by {}", lanes.grouping.name());
        let button = ui.add(Button::plain(&words).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            enter(ui, button.id);
            for grouping in Grouping::ALL {
                let icon = if grouping == lanes.grouping { icon::CHECK } else { icon::CHART_BAR_HORIZONTAL };
                let words = format!("Decisions by {}", grouping.name());
                if ui.add(Button::plain(&words).icon(icon)).clicked() {
                    commands.push(Command::GroupBy(grouping));
                    ui.close();
                }
            }
        });
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = measure::GAP;
            ui.add_space(measure::CELL);
            let mark = match app.timeline().span {
                Some(_) => ("Mark stretch", "Shift M", Command::Overlay(Overlay::Span)),
                None => ("Mark", "M", Command::Overlay(Overlay::Mark)),
            };
            let is_narrow = ui.available_width() < ROOM;
            for (icon, (word, key, command)) in [
                (icon::CORNERS_OUT, ("Fit", "F", Command::FitTime)),
                (icon::LIST_BULLETS, ("Story", "B", Command::TellStory(None))),
                (icon::FLAG_BANNER, mark),
            ] {
                // Where there is little room the icon alone stands there, its name in the tooltip.
                let response = match is_narrow {
                    true => icon_button(ui, icon, &format!("{word} ({key})"), false),
                    false => ui.add(Button::plain(word).icon(icon).key(key)),
                };
                if response.clicked() {
                    commands.push(command);
                }
            }
            let Some(words) = selected(app) else { return };
            let words = text::line(ui, &words, Type::Table, theme.text2);
            let width = words.size().x + measure::PAD;
            if width < ui.available_width() {
                let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 20.0), egui::Sense::hover());
                text::place(ui.painter(), rect.left(), rect.center().y, words);
            }
        });
    });
}

/// Where a menu was opened by key, its first entry has the keyboard.
fn enter(ui: &Ui, button: egui::Id) {
    if !ui.is_sizing_pass() && ui.memory(egui::Memory::focused) == Some(button) {
        ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::Down));
    }
}

/// How much is selected: records, and how long that is.
fn selected(app: &App) -> Option<String> {
    let (from, to) = app.timeline().span.or(app.window())?;
    let rows = app.session()?.answered.below.as_ref()?;
    let of_any: u64 = rows.by_kind.iter().map(|count| u64::from(*count)).sum();
    let what = if is_narrower(app, app.window()?) { "in selection" } else { "shown" };
    let length = to.abs_diff(from);
    // Seconds say nothing of days.
    let length = if length > 86_400_000_000_000 { length / 60_000_000_000 * 60_000_000_000 } else { length };
    let mut words = format!("{what} {}, {}", counted(of_any, "record", "records"), axis::length(length));
    // Lanes are of the records that are here: those of a slice are few.
    let withheld: u64 = app.session()?.reports().map(|report| report.withheld).sum();
    if withheld > 0 {
        words = format!("{} withheld · {words}", count(withheld));
    }
    Some(words)
}

/// All lanes, those that are not shown and those that cannot be among them.
fn list(ui: &mut Ui, app: &App, lanes: &Lanes, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let arrangement = app.arrangement();
    ui.set_width(LIST);
    egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
        for lane in arrangement.ordered(lanes) {
            ui.push_id(&lane.id, |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    let is_shown = arrangement.is_shown(lane);
                    let mut change = |what| commands.push(Command::Arrange(lane.id.clone(), what));
                    let icon = if is_shown { icon::CHECK } else { icon::EYE_SLASH };
                    let words = format!("{} {}", if is_shown { "Hide" } else { "Show" }, lane.title);
                    if icon_button(ui, icon, &words, is_shown).clicked() {
                        change(Arrange::Show);
                    }
                    let room = LIST - 5.0 * 28.0;
                    let title = match lane.note.as_str() {
                        "" => lane.title.clone(),
                        note => format!("{}, {note}", lane.title),
                    };
                    let color = if is_shown { theme.text } else { theme.faint };
                    let words = text::cut(ui, &title, Type::Table, color, room - 8.0);
                    let (rect, _) = ui.allocate_exact_size(egui::vec2(room, 24.0), egui::Sense::hover());
                    text::place(ui.painter(), rect.left() + 4.0, rect.center().y, words);
                    if is_shown {
                        for (icon, word, what, is_on) in [
                            (icon::ARROW_UP, "up", Arrange::Move(true), false),
                            (icon::ARROW_DOWN, "down", Arrange::Move(false), false),
                            (icon::PUSH_PIN, "to the top, to stay", Arrange::Pin, arrangement.is_pinned(lane)),
                            (icon::MINUS, "as a line", Arrange::Collapse, arrangement.is_collapsed(lane)),
                        ] {
                            if icon_button(ui, icon, &format!("{} {word}", lane.title), is_on).clicked() {
                                change(what);
                            }
                        }
                    }
                });
            });
        }
        if !lanes.absent.is_empty() {
            hairline(ui);
        }
        for (what, why) in &lanes.absent {
            ui.add_space(measure::GRID);
            text::wrapped(ui, &format!("{what}: {why}"), Type::Caption, theme.faint);
        }
    });
}

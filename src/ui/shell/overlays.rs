//! What lies over the window: palette, key sheet, settings, and small dialogs to type a path, a tag, a note, an incident.

use std::path::PathBuf;

use egui::{Align2, Area, Order, Sense, TextEdit, Ui, vec2};

use super::{palette, settings};
use crate::app::command::listed;
use crate::app::{App, Command, Overlay};
use crate::case::entry::{Incident, Records, Value};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, key_cap, section, text_field};

/// What is typed in dialogs.
#[derive(Debug, Default)]
pub(super) struct State {
    shown: Overlay,
    palette: palette::State,
    typed: String,
    more: String,
    settings: settings::State,
}

/// Shows what lies over the window.
pub(super) fn show(ui: &Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let overlay = app.overlay();
    let is_new = state.shown != overlay;
    state.shown = overlay;
    if is_new {
        state.typed = match overlay {
            Overlay::Save => suggested(app),
            _ => String::new(),
        };
        state.more.clear();
        state.settings = settings::State::of(app);
    }
    match overlay {
        // The records view draws the choice of columns itself.
        Overlay::None | Overlay::Columns => {}
        Overlay::Palette => palette::show(ui, app, &mut state.palette, is_new, commands),
        Overlay::Keys => keys(ui, commands),
        Overlay::Settings => panel(ui, "settings", measure::DIALOG, commands, |ui, commands| {
            settings::show(ui, app, &mut state.settings, commands);
        }),
        Overlay::Path => {
            let words = ("Open by path", "A bundle (folder, zip, .jsonl, .jsonl.zst) or a case", "Open");
            ask(ui, state, is_new, words, commands, |typed, _| Some(Command::Open(vec![PathBuf::from(typed)])));
        }
        Overlay::Trust => {
            let words = ("Trust a key", "The file of a public key (.vkey) that you got from elsewhere", "Trust");
            ask(ui, state, is_new, words, commands, |typed, _| Some(Command::Trust(PathBuf::from(typed))));
        }
        Overlay::Save => {
            let words = ("Save the case", "A file that is not there yet", "Save");
            ask(ui, state, is_new, words, commands, |typed, _| Some(Command::SaveCase(PathBuf::from(typed))));
        }
        Overlay::Tag => {
            let words = ("Tag the record", "doubtful", "Tag");
            ask(ui, state, is_new, words, commands, |typed, _| Some(Command::Tag(typed.to_owned(), Vec::new())));
        }
        Overlay::Note => note(ui, state, is_new, commands),
        Overlay::Incident => {
            let extent = app.session().and_then(|session| session.evidence().times().extent());
            let range = app.filter.range().or(extent).map(|(first, last)| {
                (chrono::DateTime::from_timestamp_nanos(first), chrono::DateTime::from_timestamp_nanos(last))
            });
            let filter = app.filter.query().active(|at| app.filter.is_suspended(at)).to_string();
            let words = ("Name an incident", "INC-1", "Name it");
            ask(ui, state, is_new, words, commands, |typed, title| {
                Some(Command::Put(Value::Incident(Incident {
                    id: typed.to_owned(),
                    title: title.to_owned(),
                    from: range.map(|(first, _)| first),
                    to: range.map(|(_, last)| last),
                    filter: filter.clone(),
                    on: Records::default(),
                })))
            });
        }
    }
}

/// A name for the case, beside its first bundle.
fn suggested(app: &App) -> String {
    let Some(path) = app.paths().first() else { return String::new() };
    let name = crate::app::file_name(path);
    let stem = name.split('.').next().unwrap_or("investigation").to_owned();
    path.with_file_name(format!("{stem}.{}", crate::case::EXTENSION)).display().to_string()
}

/// A panel over the window, which is dimmed; a click beside it closes it.
pub(super) fn panel(
    ui: &Ui,
    name: &str,
    width: f32,
    commands: &mut Vec<Command>,
    contents: impl FnOnce(&mut Ui, &mut Vec<Command>),
) {
    let theme = Theme::of(ui);
    let screen = ui.ctx().content_rect();
    let scrim = Area::new(palette::layer(name).with("scrim")).order(Order::Middle).fixed_pos(screen.min);
    scrim.show(ui.ctx(), |ui| {
        let (rect, response) = ui.allocate_exact_size(screen.size(), Sense::click());
        ui.painter().rect_filled(rect, 0.0, theme.scrim);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Close"));
        if response.clicked() {
            commands.push(Command::Overlay(Overlay::None));
        }
    });
    let width = width.min(screen.width() - 32.0);
    Area::new(palette::layer(name)).order(Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, 96.0)).show(
        ui.ctx(),
        |ui| {
            palette::frame(theme).show(ui, |ui| {
                ui.set_width(width - 24.0);
                contents(ui, commands);
            });
        },
    );
}

/// A dialog with one line to type; an incident has a second one for what happened.
fn ask(
    ui: &Ui,
    state: &mut State,
    is_new: bool,
    (title, hint, word): (&str, &str, &str),
    commands: &mut Vec<Command>,
    command: impl FnOnce(&str, &str) -> Option<Command>,
) {
    let is_incident = state.shown == Overlay::Incident;
    panel(ui, title, measure::DIALOG, commands, |ui, commands| {
        section(ui, title, "");
        ui.add_space(measure::CELL);
        let width = ui.available_width();
        let field = text_field(ui, &mut state.typed, icon::PENCIL_SIMPLE, hint, title, width);
        if is_new {
            field.request_focus();
        }
        let mut is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if is_incident {
            ui.add_space(measure::GRID);
            let more = text_field(ui, &mut state.more, icon::CHAT_TEXT, "What happened", "What happened", width);
            is_entered |= more.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            ui.add_space(measure::GRID);
            let words = "Its records are those of the time and the filter that are in force now.";
            ui.label(Type::Caption.rich(words).color(Theme::of(ui).text2));
        }
        ui.add_space(measure::PAD);
        let typed = state.typed.trim().to_owned();
        let is_done = buttons(ui, word, !typed.is_empty(), commands);
        if (is_done || is_entered) && !typed.is_empty() {
            commands.push(Command::Overlay(Overlay::None));
            commands.extend(command(&typed, state.more.trim()));
        }
    });
}

/// Cancel, and the button that does it; says whether that was pressed.
fn buttons(ui: &mut Ui, word: &str, is_possible: bool, commands: &mut Vec<Command>) -> bool {
    let mut is_done = false;
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        is_done = ui.add_enabled(is_possible, Button::primary(word)).clicked();
        if ui.add(Button::new("Cancel")).clicked() {
            commands.push(Command::Overlay(Overlay::None));
        }
    });
    is_done
}

fn note(ui: &Ui, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    panel(ui, "note", measure::DIALOG, commands, |ui, commands| {
        section(ui, "Write a note on the record", "Ctrl+Enter saves it");
        ui.add_space(measure::CELL);
        let edit = TextEdit::multiline(&mut state.typed)
            .font(Type::Body.font())
            .desired_rows(6)
            .desired_width(f32::INFINITY)
            .hint_text("What you found, and why it matters");
        let field = ui.add(edit);
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("Note"));
        if is_new {
            field.request_focus();
        }
        ui.add_space(measure::PAD);
        let typed = state.typed.trim().to_owned();
        let is_entered = ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::Enter));
        let is_done = buttons(ui, "Save the note", !typed.is_empty(), commands);
        if (is_done || is_entered) && !typed.is_empty() {
            commands.push(Command::Overlay(Overlay::None));
            commands.push(Command::Note(typed, Vec::new()));
        }
    });
}

/// The key sheet: every command that has a key.
fn keys(ui: &Ui, commands: &mut Vec<Command>) {
    panel(ui, "keys", measure::PALETTE, commands, |ui, _| {
        section(ui, "Keys", "Esc closes");
        ui.add_space(measure::CELL);
        let keyed: Vec<_> = listed().into_iter().filter(|listed| !listed.keys.is_empty()).collect();
        let half = keyed.len().div_ceil(2);
        // Enlarged, there are more than fit.
        let height = (ui.ctx().content_rect().height() - 240.0).max(160.0);
        egui::ScrollArea::vertical().id_salt("keys").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.set_width(ui.available_width() - measure::PAD);
            ui.spacing_mut().item_spacing.x = measure::PAGE;
            ui.columns(2, |columns| {
                for (column, part) in columns.iter_mut().zip(keyed.chunks(half)) {
                    for listed in part {
                        column.horizontal(|ui| {
                            ui.set_min_height(measure::FACET);
                            ui.label(Type::Table.rich(listed.title).color(Theme::of(ui).text));
                            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                                for key in listed.keys.iter().rev() {
                                    key_cap(ui, key);
                                }
                            });
                        });
                    }
                }
            });
        });
        ui.add_space(measure::CELL);
        let words = "In tables: arrows, Page, Home and End move, Shift extends, Ctrl+A takes all, Ctrl+C copies with heads, Alt+Up and Alt+Down sort by the column, Enter opens the detail.";
        ui.add(egui::Label::new(Type::Caption.rich(words).color(Theme::of(ui).text2)).wrap());
    });
}

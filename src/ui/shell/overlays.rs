//! What lies over the window: palette, key sheet, settings, and small dialogs to type a path, a tag, a note, an incident.

use std::ops::Range;
use std::path::PathBuf;

use egui::text::{CCursor, CCursorRange};
use egui::{Align2, Area, Context, Id, Key, Modifiers, Order, Sense, TextEdit, Ui, vec2};

use super::{exhibit, handed, items, palette, settings, sheet};
use crate::app::{App, Command, Overlay, Writing};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::counted;
use crate::ui::widgets::{Button, section, text, text_field, why_not};
use crate::ui::{icon, nameless};

/// What is typed in dialogs.
#[derive(Debug, Default)]
pub(super) struct State {
    shown: Overlay,
    palette: palette::State,
    pub(super) typed: String,
    pub(super) more: String,
    /// The path that was typed last.
    path: String,
    settings: settings::State,
    pub(super) handed: handed::State,
    pub(super) exhibit: exhibit::State,
    /// The rows that a note is being written on.
    noted: Vec<u32>,
    /// Where the keyboard was before anything lay over the window, and where it was last in what does.
    keyboard: (Option<Id>, Option<Id>),
    /// The settings lie below: they are there again once this is closed.
    is_over_settings: bool,
}

/// What Esc does before it closes anything.
pub(super) fn escape(ctx: &Context, app: &App, state: &mut State) {
    if app.overlay() == Overlay::Settings
        && state.settings.is_folder_typed(app)
        && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    {
        state.settings.take_folder_back(app);
    }
}

/// Keeps the keyboard in what lies over the window, and gives it back to what had it.
fn hold_keyboard(ctx: &Context, state: &mut State, before: Overlay, now: Overlay) {
    let focused = ctx.memory(egui::Memory::focused);
    match (before, now) {
        (Overlay::None, Overlay::None) => state.keyboard = (focused, None),
        (_, Overlay::None) => {
            // What was done may have put it elsewhere.
            if let (Some(id), true) = (state.keyboard.0, focused.is_none() || focused == state.keyboard.1) {
                ctx.memory_mut(|memory| memory.request_focus(id));
            }
        }
        (Overlay::None, _) => {
            egui::Popup::close_all(ctx);
            if let Some(id) = focused.filter(|id| Some(*id) == state.keyboard.0) {
                ctx.memory_mut(|memory| memory.surrender_focus(id));
            }
        }
        _ => state.keyboard.1 = focused,
    }
}

/// Shows what lies over the window.
pub(super) fn show(ui: &Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let overlay = app.overlay();
    let is_new = state.shown != overlay;
    let before = std::mem::replace(&mut state.shown, overlay);
    if state.is_over_settings && overlay == Overlay::None {
        state.is_over_settings = false;
        commands.push(Command::Overlay(Overlay::Settings));
        state.shown = before;
        return;
    }
    state.is_over_settings = overlay == Overlay::Trust && (state.is_over_settings || before == Overlay::Settings);
    hold_keyboard(ui.ctx(), state, before, overlay);
    if is_new && before == Overlay::Exhibit {
        commands.push(Command::Exhibit(crate::app::exhibits::Deed::Forget));
    }
    if is_new {
        state.typed = match overlay {
            Overlay::Save => suggested(app),
            Overlay::Note => {
                state.noted = app.rows_noted();
                app.unsaved(&Writing::Rows(state.noted.clone())).unwrap_or_default().to_owned()
            }
            Overlay::Path if app.session().is_none() || !app.problems().is_empty() => state.path.clone(),
            _ => String::new(),
        };
        state.more.clear();
        if let Overlay::Item(item) = overlay {
            (state.typed, state.more) = items::as_typed(app, item).unwrap_or_default();
        }
        state.settings = settings::State::of(app);
    }
    match overlay {
        // The records view draws the choice of columns itself.
        Overlay::None | Overlay::Columns => {}
        Overlay::Palette => palette::show(ui, app, &mut state.palette, is_new, commands),
        Overlay::Keys => sheet::show(ui, commands),
        Overlay::Settings => panel(ui, "settings", measure::DIALOG, commands, |ui, commands| {
            settings::show(ui, app, &mut state.settings, is_new, commands);
        }),
        Overlay::Path => {
            let asked = line("Open by path", "A bundle (folder, zip, .jsonl, .jsonl.zst) or a case", "Open");
            ask(ui, state, is_new, &asked, commands, |typed, _| Some(Command::Open(vec![PathBuf::from(typed)])));
            // What was typed is there again when it could not be opened.
            state.path.clone_from(&state.typed);
        }
        Overlay::Exhibit => exhibit::show(ui, app, &mut state.exhibit, is_new, commands),
        Overlay::Export | Overlay::Slice | Overlay::Report | Overlay::Dossier => {
            handed::show(ui, app, &mut state.handed, is_new, commands);
        }
        Overlay::Add => {
            let said = if app.session().and_then(|session| session.case()).is_some_and(|case| case.read_only.is_none())
            {
                "It is put on record in the case as well."
            } else {
                ""
            };
            let asked =
                Asked { said, ..line("Add a bundle by path", "A bundle (folder, zip, .jsonl, .jsonl.zst)", "Add") };
            ask(ui, state, is_new, &asked, commands, |typed, _| Some(Command::Add(vec![PathBuf::from(typed)])));
        }
        Overlay::Trust => {
            let asked = line("Trust a key", "The file of a public key (.vkey) that you got from elsewhere", "Trust");
            ask(ui, state, is_new, &asked, commands, |typed, _| Some(Command::Trust(PathBuf::from(typed))));
        }
        Overlay::Save => {
            let asked = line("Save the case", "A file that is not there yet", "Save");
            let asked =
                Asked { selected: Some(name_in(&state.typed, &format!(".{}", crate::case::EXTENSION))), ..asked };
            ask(ui, state, is_new, &asked, commands, |typed, _| Some(Command::SaveCase(PathBuf::from(typed))));
        }
        Overlay::Tag => {
            let title = format!("Tag {}", on(app.chosen()));
            let said = if app.actor().is_none() { "Written as unknown. Set your name in the settings." } else { "" };
            let asked = Asked { said, ..line(&title, "doubtful", "Tag") };
            ask(ui, state, is_new, &asked, commands, |typed, _| Some(Command::Tag(typed.to_owned(), Vec::new())));
        }
        Overlay::Note => note(ui, app, state, is_new, commands),
        Overlay::Incident => items::incident(ui, app, state, is_new, commands),
        Overlay::Mark => items::mark(ui, app, state, is_new, commands),
        Overlay::Span => items::span(ui, app, state, is_new, commands),
        Overlay::SaveFilter => items::save_filter(ui, app, state, is_new, commands),
        Overlay::Item(item) => items::change(ui, app, state, item, is_new, commands),
    }
}

/// A dialog with one line.
fn line<'a>(title: &'a str, hint: &'a str, word: &'a str) -> Asked<'a> {
    Asked { title, hint, word, more: None, said: "", trouble: None, selected: None }
}

/// A name for the case, beside its first bundle.
fn suggested(app: &App) -> String {
    let Some(path) = app.paths().first() else { return String::new() };
    let name = crate::app::file_name(path);
    let stem = name.split('.').next().unwrap_or("investigation").to_owned();
    path.with_file_name(format!("{stem}.{}", crate::case::EXTENSION)).display().to_string()
}

/// Where the name of the file stands in a path, without its ending, in characters.
pub(super) fn name_in(path: &str, ending: &str) -> Range<usize> {
    let start = path.rfind(std::path::is_separator).map_or(0, |at| at + 1);
    let name = path.get(start..).unwrap_or_default();
    let end = name.strip_suffix(ending).map_or(name.len(), str::len);
    let characters = |bytes| path.get(..bytes).map_or(0, |part: &str| part.chars().count());
    characters(start)..characters(start + end)
}

/// Where panels begin: further up in a low window.
fn top(ctx: &egui::Context) -> f32 {
    (ctx.content_rect().height() * 0.107).min(96.0).floor()
}

/// The height that is left in a panel for what scrolls, where `rest` is taken by what does not.
pub(super) fn height_left(ctx: &egui::Context, rest: f32) -> f32 {
    (ctx.content_rect().height() - top(ctx) - rest).max(80.0)
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
    // Nothing below it takes the mouse or the keyboard.
    ui.ctx().memory_mut(|memory| memory.set_modal_layer(scrim.layer()));
    scrim.show(ui.ctx(), |ui| {
        let (rect, response) = ui.allocate_exact_size(screen.size(), Sense::CLICK);
        ui.painter().rect_filled(rect, 0.0, theme.scrim);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Close"));
        if response.clicked() {
            commands.push(Command::Overlay(Overlay::None));
        }
    });
    let width = width.min(screen.width() - 32.0);
    Area::new(palette::layer(name)).order(Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, top(ui.ctx()))).show(
        ui.ctx(),
        |ui| {
            palette::frame(theme).show(ui, |ui| {
                ui.set_width(width - 24.0);
                contents(ui, commands);
            });
        },
    );
}

/// A dialog with a line or two to type.
pub(super) struct Asked<'a> {
    /// What it is.
    pub(super) title: &'a str,
    /// What stands in the line while it is empty.
    pub(super) hint: &'a str,
    /// The word on the button.
    pub(super) word: &'a str,
    /// What the second line is, where there is one; it may stay empty.
    pub(super) more: Option<&'a str>,
    /// What is to be known of it.
    pub(super) said: &'a str,
    /// What is wrong with what is typed.
    pub(super) trouble: Option<String>,
    /// What of the line is selected at first, in characters: typing replaces it.
    pub(super) selected: Option<Range<usize>>,
}

/// Selects a part of a text.
pub(super) fn select(ui: &Ui, id: Id, part: &Range<usize>) {
    let mut edit = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let range = CCursorRange::two(CCursor::new(part.start), CCursor::new(part.end));
    edit.cursor.set_char_range(Some(range));
    edit.store(ui.ctx(), id);
}

/// Shows a dialog; `command` makes of what was typed what is to be done.
pub(super) fn ask(
    ui: &Ui,
    state: &mut State,
    is_new: bool,
    asked: &Asked<'_>,
    commands: &mut Vec<Command>,
    command: impl FnOnce(&str, &str) -> Option<Command>,
) {
    panel(ui, asked.title, measure::DIALOG, commands, |ui, commands| {
        section(ui, asked.title, "");
        ui.add_space(measure::CELL);
        let width = ui.available_width();
        let field = text_field(ui, &mut state.typed, icon::PENCIL_SIMPLE, asked.hint, asked.title, width);
        if is_new {
            field.request_focus();
            if let Some(part) = &asked.selected {
                select(ui, field.id, part);
            }
        }
        let mut is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if let Some(what) = asked.more {
            ui.add_space(measure::GRID);
            let more = text_field(ui, &mut state.more, icon::CHAT_TEXT, what, what, width);
            is_entered |= more.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        }
        let theme = Theme::of(ui);
        for (words, color) in [(asked.said, theme.text2), (asked.trouble.as_deref().unwrap_or_default(), theme.text)] {
            if !words.is_empty() {
                ui.add_space(measure::GRID);
                text::wrapped(ui, words, Type::Caption, color);
            }
        }
        ui.add_space(measure::PAD);
        let typed = state.typed.trim().to_owned();
        let is_possible = !typed.is_empty() && asked.trouble.is_none();
        let is_done = buttons(ui, asked.word, is_possible, commands);
        if (is_done || is_entered) && is_possible {
            commands.push(Command::Overlay(Overlay::None));
            commands.extend(command(&typed, state.more.trim()));
        } else if is_entered {
            field.request_focus();
        }
    });
}

/// The foot of a panel, from the right. As high as a button: it would take all the room that the panel had before, which then never
/// becomes less.
pub(super) fn foot(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), measure::FIELD);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), contents);
}

/// Cancel, and the button that does it; says whether that was pressed.
pub(super) fn buttons(ui: &mut Ui, word: &str, is_possible: bool, commands: &mut Vec<Command>) -> bool {
    let mut is_done = false;
    foot(ui, |ui| {
        let button = ui.add_enabled(is_possible, Button::primary(word));
        is_done = why_not(button, "Something above is missing, or does not fit").clicked();
        if ui.add(Button::new("Cancel")).clicked() {
            commands.push(Command::Overlay(Overlay::None));
        }
    });
    is_done
}

/// What a tag or a note is put on.
fn on(records: u64) -> String {
    match records {
        0 | 1 => "the record".to_owned(),
        several => counted(several, "record", "records"),
    }
}

fn note(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    panel(ui, "note", measure::DIALOG, commands, |ui, commands| {
        let on = on(state.noted.len() as u64);
        section(ui, &format!("Write a note on {on}"), "Ctrl+Enter saves it");
        ui.add_space(measure::CELL);
        let edit = TextEdit::multiline(&mut state.typed)
            .font(Type::Body.font())
            .desired_rows(6)
            .desired_width(f32::INFINITY)
            .hint_text("What you found, and why it matters");
        let field = ui.add(edit);
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("Note"));
        let written = Writing::Rows(state.noted.clone());
        if field.changed() {
            let text = Some(state.typed.clone()).filter(|text| !text.trim().is_empty());
            commands.push(Command::Write(written.clone(), text));
        }
        if is_new {
            field.request_focus();
        }
        ui.add_space(measure::GRID);
        nameless::show(ui, app, !state.typed.is_empty(), commands);
        ui.add_space(measure::PAD);
        let typed = state.typed.trim().to_owned();
        let is_entered = ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::Enter));
        let is_done = buttons(ui, "Save the note", !typed.is_empty(), commands);
        if (is_done || is_entered) && !typed.is_empty() {
            commands.push(Command::Write(written, None));
            commands.push(Command::Overlay(Overlay::None));
            commands.push(Command::Note(typed, state.noted.clone()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_selected_without_its_ending() {
        for (path, name) in [
            ("/ä/b/lending.probity-case", "lending"),
            ("lending.probity-case", "lending"),
            ("/a/lending.audit", "lending.audit"),
            ("", ""),
        ] {
            let part = name_in(path, ".probity-case");
            let selected: String = path.chars().skip(part.start).take(part.end - part.start).collect();
            assert_eq!(selected, name, "{path}");
        }
    }
}

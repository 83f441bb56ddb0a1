//! The case: notes, tags, incidents, filters and what people said differently; beside them the custody journal.

mod exhibits;
mod items;
mod journal;
mod notes;
mod overruled;

use egui::accesskit::Role;
use egui::{Key, Rect, ScrollArea, TextEdit, Ui, pos2, vec2};

use super::parts;
use crate::app::keeper::Snapshot;
use crate::app::{App, Command, Overlay, Session, Writing};
use crate::case::entry::Value;
use crate::case::{Digest, Draft};
use crate::record::text::visible;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{Button, Empty, hairline, icon_button, link, tab, verdict_icon, why_not};
use crate::ui::words::NOT_WHOLE;
use crate::ui::{icon, nameless};

/// Width of the journal.
const JOURNAL: f32 = 376.0;
/// So many notes that were begun are named.
const MOST_BEGUN: usize = 5;
/// Room for the button that opens a case.
const OPEN_CASE: f32 = 144.0;
/// Room for the button that takes in a draft.
const TAKE_IN: f32 = 96.0;

/// Which list is shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Tab {
    #[default]
    Notes,
    Tags,
    Incidents,
    Marks,
    Filters,
    Exhibits,
    Differences,
    TakenBack,
}

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    tab: Tab,
    /// The title while it is typed.
    title: Option<String>,
    /// The field of the title was not there in the frame before.
    is_title_new: bool,
    /// How the notes look.
    notes: notes::State,
}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    let all = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(all);
    let Some(case) = session.case() else {
        parts::at(ui, all, |ui| nothing(ui, app, session, commands));
        return;
    };
    let theme = Theme::of(ui);
    let journal = if all.width() > 900.0 { JOURNAL } else { (all.width() * 0.38).floor() };
    let split = all.right() - journal;
    let left = Rect::from_min_max(all.min, pos2(split, all.bottom()));
    let right = Rect::from_min_max(pos2(split + measure::HAIR, all.top()), all.max);
    parts::at(ui, left, |ui| {
        head(ui, app, session, case, state, commands);
        lists(ui, app, session, case, state, commands);
    });
    parts::at(ui, right, |ui| journal::show(ui, app, case, commands));
    ui.painter().vline(split + 0.5, all.y_range(), egui::Stroke::new(measure::HAIR, theme.hair));
}

fn nothing(ui: &mut Ui, app: &App, session: &Session, commands: &mut Vec<Command>) {
    let reason = "A tag, a note or an incident begins a draft for this bundle. It is kept by itself, apart from the evidence, with a journal \
                  of who did what; save it under a name to hand it on.";
    let out = Empty { sentence: "There is no case yet.", reason, way_out: None }.show(ui);
    drop(out);
    parts::inset(ui, measure::PAGE, |ui| {
        in_case(ui, session, commands);
        other_drafts(ui, session, commands);
        ui.add_space(measure::PAD);
        new_note(ui, app, commands);
        // What is typed is kept: the way to the name loses nothing.
        nameless::show(ui, app, false, commands);
        begun(ui, app, session, commands);
    });
}

/// The case that what is open is in, with a way to it.
fn in_case(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(case) = session.in_case() else { return };
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::PAD;
        let room = (ui.available_width() - OPEN_CASE).max(0.0);
        ui.allocate_ui(vec2(room, measure::FIELD), |ui| {
            let opened = case.opened.parse::<chrono::DateTime<chrono::Utc>>();
            let of = opened.map_or_else(|_| String::new(), |at| format!(" of {}", at.format("%-d %b %Y")));
            let told = format!("This bundle is in the case “{}”{of}.", visible(&case.title));
            parts::wrapped(ui, &told, Type::Table, Theme::of(ui).text2)
                .on_hover_text(visible(&case.path.display().to_string()));
        });
        if ui.add(Button::new("Open the case").icon(icon::BRIEFCASE)).clicked() {
            commands.push(Command::Open(vec![case.path.clone()]));
        }
    });
}

/// Work on other bundles of the log, each with a way to take it in.
fn other_drafts(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    for draft in session.other_drafts() {
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = measure::PAD;
            let room = (ui.available_width() - TAKE_IN).max(0.0);
            ui.allocate_ui(vec2(room, measure::FIELD), |ui| {
                parts::wrapped(ui, &told(draft), Type::Table, theme.text2)
                    .on_hover_text(draft.path.display().to_string());
            });
            let button = ui.add(Button::new("Take it in"));
            parts::name(&button, Role::Button, &format!("Take in the work on {}", draft.bundle));
            if button.clicked() {
                commands.push(Command::Merge(draft.path.clone()));
            }
        });
    }
}

/// What a draft on another bundle holds.
fn told(draft: &Draft) -> String {
    let counts =
        [(draft.notes, "note", "notes"), (draft.tags, "tag", "tags"), (draft.items, "other item", "other items")];
    let mut parts: Vec<String> =
        counts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(*n as u64, one, many)).collect();
    parts.extend(draft.last.map(|at| format!("last on {}", at.format("%-d %b %Y"))));
    format!("There is also work on another bundle of this log: {}, {}.", draft.bundle, parts.join(", "))
}

fn head(ui: &mut Ui, app: &App, session: &Session, case: &Snapshot, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.add_space(measure::PAD);
    parts::inset(ui, measure::PAGE, |ui| {
        ui.horizontal(|ui| {
            title(ui, case, state, commands);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let save = if case.is_draft { "Save…" } else { "Save as…" };
                if ui.add(Button::new(save).icon(icon::FLOPPY_DISK).key("Ctrl S")).clicked() {
                    commands.push(Command::Overlay(Overlay::Save));
                }
                let report = |ui: &mut Ui| icon_button(ui, icon::FILE_TEXT, "Write a report (Ctrl+Shift+E)", false);
                let report = ui.add_enabled_ui(!session.evidence().is_part(), report).inner;
                if why_not(report, NOT_WHOLE).clicked() {
                    commands.push(Command::Overlay(Overlay::Report));
                }
                let (undo, redo) = case.can;
                let can = |yes: bool| yes && case.read_only.is_none();
                let not_now = case.read_only.is_some().then_some("The case is open for reading only");
                ui.add_enabled_ui(can(redo), |ui| {
                    let redo = icon_button(ui, icon::ARROW_U_UP_RIGHT, "Redo", false);
                    if why_not(redo, not_now.unwrap_or("There is nothing to redo")).clicked() {
                        commands.push(Command::RedoCase);
                    }
                });
                ui.add_enabled_ui(can(undo), |ui| {
                    let undo = icon_button(ui, icon::ARROW_U_UP_LEFT, "Undo", false);
                    if why_not(undo, not_now.unwrap_or("There is nothing to undo")).clicked() {
                        commands.push(Command::UndoCase);
                    }
                });
            });
        });
        let place = case.path.display().to_string();
        let words = if case.is_draft {
            "Draft: kept by itself, not saved under a name yet".to_owned()
        } else {
            format!("Saved at {place}; every change is on the disk at once")
        };
        parts::wrapped(ui, &words, Type::Table, theme.text2).on_hover_text(place);
        if case.read_only.is_none() {
            nameless::show(ui, app, false, commands);
            in_case(ui, session, commands);
            other_drafts(ui, session, commands);
        }
        if let Some(why) = &case.read_only {
            ui.add_space(4.0);
            said(ui, VerdictState::Skipped, &format!("Nothing can be written: {why}."));
        }
        for damage in case.damage.iter().take(8) {
            let entry = damage.entry.map(|entry| format!(", entry {}", count(entry))).unwrap_or_default();
            let journal = damage.journal.as_deref().unwrap_or("the file");
            ui.add_space(4.0);
            said(ui, VerdictState::Broken, &format!("{journal}{entry}: {}", damage.what));
        }
    });
    ui.add_space(measure::CELL);
    hairline(ui);
}

/// A sentence behind the icon of its state.
fn said(ui: &mut Ui, state: VerdictState, words: &str) {
    let theme = Theme::of(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(measure::ICON, Type::Table.line()), egui::Sense::hover());
        verdict_icon(ui, state, rect.center(), measure::ICON_SMALL);
        parts::wrapped(ui, words, Type::Table, state.word_color(theme));
    });
}

/// The item that is the title, and what it says.
fn title_of(case: &Snapshot) -> Option<(Digest, String)> {
    case.items().find_map(|(name, item)| {
        item.values().into_iter().find_map(|value| match value {
            Value::Title { text } => Some((name, text.clone())),
            _ => None,
        })
    })
}

fn title(ui: &mut Ui, case: &Snapshot, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let known = title_of(case);
    match &mut state.title {
        None => {
            let words = known.as_ref().map_or("Untitled case", |(_, text)| text.as_str());
            let color = if known.is_some() { theme.text } else { theme.faint };
            let response = parts::line(ui, words, Type::Title, color);
            parts::name(&response, Role::Heading, words);
            let free = case.read_only.is_none();
            if free && icon_button(ui, icon::PENCIL_SIMPLE, "Change the title", false).clicked() {
                state.title = Some(known.map(|(_, text)| text).unwrap_or_default());
                state.is_title_new = true;
            }
        }
        Some(typed) => {
            let edit = TextEdit::singleline(typed)
                .font(Type::Heading.font())
                .desired_width(320.0)
                .hint_text("Title of the case");
            let response = ui.add(edit);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Title of the case"));
            if std::mem::take(&mut state.is_title_new) {
                response.request_focus();
            }
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let keep = ui.add(Button::new("Save")).clicked() || entered;
            let leave = ui.add(Button::plain("Cancel")).clicked();
            let text = typed.trim().to_owned();
            if keep && !text.is_empty() {
                let value = Value::Title { text };
                commands.push(match known {
                    Some((item, _)) => Command::ChangeItem(item, value),
                    None => Command::Put(value),
                });
            }
            if keep || leave {
                state.title = None;
            }
        }
    }
}

/// A note on the case as a whole, typed here.
fn new_note(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let mut typed = app.unsaved(&Writing::Case).unwrap_or_default().to_owned();
    ui.horizontal(|ui| {
        let room = (ui.available_width() - 120.0).max(120.0);
        let edit = TextEdit::singleline(&mut typed).font(Type::Table.font()).desired_width(room.min(640.0));
        let response = ui.add(edit.hint_text("Write a note on the case as a whole"));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Note on the case"));
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let added = ui.add(Button::new("Add note").icon(icon::NOTE_PENCIL)).clicked();
        if (added || entered) && !typed.trim().is_empty() {
            commands.extend([Command::NoteOnCase(typed.trim().to_owned()), Command::Write(Writing::Case, None)]);
        } else if response.changed() {
            commands.push(Command::Write(Writing::Case, Some(typed).filter(|typed| !typed.is_empty())));
        }
    });
}

/// Notes on records that were begun and not saved, each with a way to go on.
fn begun(ui: &mut Ui, app: &App, session: &Session, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    for rows in app.unsaved_on_rows().take(MOST_BEGUN) {
        let on = match (rows, rows.first().and_then(|row| session.evidence().seqs().seq(*row))) {
            ([_], Some(seq)) => format!("record {}", count(seq)),
            _ => counted(rows.len() as u64, "record", "records"),
        };
        ui.horizontal(|ui| {
            ui.set_min_height(measure::FACET);
            ui.spacing_mut().item_spacing.x = measure::CELL;
            parts::line(ui, &format!("A note on {on} was begun and is not saved."), Type::Table, theme.text2);
            let name = format!("Go on with the note on {on}");
            let go_on = link(ui, "Go on", Type::Table);
            parts::name(&go_on, Role::Link, &name);
            if go_on.clicked() {
                commands.push(Command::GoOnNote(rows.to_vec()));
            }
            let drop = link(ui, "Drop it", Type::Table);
            parts::name(&drop, Role::Link, &format!("Drop the note on {on}"));
            if drop.clicked() {
                commands.push(Command::Write(Writing::Rows(rows.to_vec()), None));
            }
        });
    }
}

fn lists(ui: &mut Ui, app: &App, session: &Session, case: &Snapshot, state: &mut State, commands: &mut Vec<Command>) {
    let of = |name: &str| case.count_of(name);
    let differences = case.conflicts.len();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(measure::PAGE - 10.0);
        let (is_open, is_back) = (state.tab == Tab::Differences, state.tab == Tab::TakenBack);
        let mut show = |of: Tab, name: &str, n: usize| {
            if tab(ui, name, &count(n as u64), state.tab == of).clicked() {
                state.tab = of;
            }
        };
        show(Tab::Notes, "Notes", of("note"));
        show(Tab::Tags, "Tags", case.tags.len());
        show(Tab::Incidents, "Incidents", of("incident"));
        show(Tab::Marks, "Marks", of("mark") + of("span"));
        show(Tab::Filters, "Filters", of("filter"));
        show(Tab::Exhibits, "Exhibits", of("exhibit"));
        if differences > 0 || is_open {
            show(Tab::Differences, "Said differently", differences);
        }
        if !case.overruled.is_empty() || is_back {
            show(Tab::TakenBack, "Taken back", case.overruled.len());
        }
    });
    hairline(ui);
    ScrollArea::vertical().id_salt("case-list").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        match state.tab {
            Tab::Notes => {
                ui.add_space(measure::CELL);
                if case.read_only.is_none() {
                    parts::inset(ui, measure::PAGE, |ui| {
                        new_note(ui, app, commands);
                        begun(ui, app, session, commands);
                    });
                    ui.add_space(measure::CELL);
                    hairline(ui);
                }
                notes::show(ui, app, (session, case), &mut state.notes, commands);
            }
            Tab::Tags => items::tags(ui, case, commands),
            Tab::Incidents => items::incidents(ui, app, case, commands),
            Tab::Marks => items::marks(ui, app.settings.second_zone(), case, commands),
            Tab::Filters => items::filters(ui, case, commands),
            Tab::Exhibits => exhibits::show(ui, case),
            Tab::Differences => items::differences(ui, case, commands),
            Tab::TakenBack => overruled::show(ui, case, commands),
        }
    });
}

//! The notes of a case, with all their lines; they can be written anew and deleted.

use std::collections::BTreeSet;

use egui::text::LayoutJob;
use egui::{Label, Ui};

use super::super::parts;
use super::items::{author, empty, on, row_of};
use crate::app::findings::bundle_of;
use crate::app::keeper::Snapshot;
use crate::app::{App, Command, Session, View, Writing, filter};
use crate::case::Digest;
use crate::case::entry::{Records, Value};
use crate::record::text::visible_lines;
use crate::ui::rewriting;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{badge, hairline, link};

/// So many notes are shown before it is asked for more: a frame lays out all that are.
const MOST: usize = 100;
/// So many lines of a note are shown before it is asked for more.
const LINES: usize = 6;
/// The greatest width of a line, in points.
const WIDTH: f32 = 680.0;

/// How the notes look.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The note that is only just begun to be written anew.
    is_new: Option<Digest>,
    /// So many notes are shown, and never fewer than [`MOST`].
    most: usize,
    /// Notes with all their lines shown.
    whole: BTreeSet<Digest>,
}

/// The notes, the latest first.
pub(super) fn show(
    ui: &mut Ui,
    app: &App,
    (session, case): (&Session, &Snapshot),
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let mut any = false;
    let (all, most) = (case.count_of("note"), state.most.max(MOST));
    let mut shown = 0;
    for (name, item) in case.items().rev() {
        if shown >= most {
            break;
        }
        for value in item.values() {
            let Value::Note { on: records, text } = value else { continue };
            any = true;
            shown += 1;
            ui.add_space(10.0);
            parts::inset(ui, measure::PAGE, |ui| {
                ui.horizontal(|ui| {
                    if records.is_empty() {
                        parts::line(ui, "The case", Type::TableMedium, theme.text2);
                    } else if link(ui, &on_in(session, records, text), Type::TableMedium).clicked() {
                        show_records(session, records, text, commands);
                    }
                    if let [(log, seq, hash)] = records.iter().take(2).collect::<Vec<_>>()[..] {
                        if row_of(session, log, seq, text).is_none() {
                            badge(ui, "not in the bundles that are open");
                        }
                        for tag in case.state.tags_of(hash).take(4) {
                            badge(ui, tag);
                        }
                    }
                    if item.is_in_conflict() {
                        badge(ui, "said differently");
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        parts::line(ui, &author(item), Type::Caption, theme.text2);
                    });
                });
                note_text(ui, (app, case), name, (records, text), state, commands);
            });
            ui.add_space(10.0);
            hairline(ui);
        }
    }
    if all > most {
        ui.add_space(10.0);
        parts::inset(ui, measure::PAGE, |ui| {
            let further = (all - most).min(MOST) as u64;
            if link(ui, &format!("Show {} more of {}", count(further), count(all as u64)), Type::Table).clicked() {
                state.most = most + MOST;
            }
        });
    }
    if !any {
        empty(
            ui,
            "There is no note yet.",
            "Select records and press N to write one on them, or write one on the case as a whole above.",
        );
    }
}

/// What a note is on, with the bundle where several are open: a place in a log may be in each of them.
fn on_in(session: &Session, records: &Records, text: &str) -> String {
    let told = on(records);
    let names = &session.facts().names;
    let [(log, seq, _)] = records.iter().take(2).collect::<Vec<_>>()[..] else { return told };
    let row = row_of(session, log, seq, text).filter(|_| names.len() > 1);
    let bundle = row.and_then(|row| names.get(bundle_of(session.evidence(), row)?));
    bundle.map_or_else(|| told.clone(), |bundle| format!("{told} in {bundle}"))
}

fn show_records(session: &Session, records: &Records, text: &str, commands: &mut Vec<Command>) {
    let row = records.iter().next().and_then(|(log, seq, _)| row_of(session, log, seq, text));
    if records.len() > 1 {
        // Several records are shown by what is said of them.
        commands.extend([Command::ClearFilter, Command::SetKind(None)]);
        commands.push(Command::SetFilter(filter::condition("note", text, false)));
    }
    commands.extend(row.map(Command::Select));
    commands.push(Command::Show(View::Records));
}

fn note_text(
    ui: &mut Ui,
    (app, case): (&App, &Snapshot),
    name: Digest,
    (records, text): (&Records, &str),
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    if let Some(begun) = app.unsaved(&Writing::Item(name)).filter(|_| case.read_only.is_none()) {
        let width = (ui.available_width() - 8.0).min(WIDTH);
        let is_new = state.is_new.take_if(|new| *new == name).is_some();
        rewriting::show(ui, (name, records), begun, is_new, width, commands);
        return;
    }
    let is_whole = state.whole.contains(&name);
    let is_long = lines(ui, text, if is_whole { usize::MAX } else { LINES });
    if case.read_only.is_some() && !is_long && !is_whole {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::PAD;
        if is_whole && link(ui, "less", Type::Table).clicked() {
            state.whole.remove(&name);
        }
        if is_long && link(ui, "more", Type::Table).clicked() {
            state.whole.insert(name);
        }
        if case.read_only.is_none() {
            if link(ui, "Edit", Type::Table).clicked() {
                commands.push(Command::Write(Writing::Item(name), Some(text.to_owned())));
                state.is_new = Some(name);
            }
            if link(ui, "Delete", Type::Table).clicked() {
                commands.push(Command::DeleteItem(name));
            }
        }
    });
}

/// The first lines of a text; true where there are more.
fn lines(ui: &mut Ui, text: &str, most: usize) -> bool {
    let theme = Theme::of(ui);
    let mut job = LayoutJob::single_section(visible_lines(text).into_owned(), Type::Body.format(theme.text));
    job.wrap.max_rows = most;
    job.wrap.max_width = ui.available_width().min(WIDTH);
    let is_long = ui.painter().layout_job(job.clone()).elided;
    ui.scope(|ui| {
        ui.set_max_width(WIDTH);
        ui.add(Label::new(job).wrap().selectable(true).show_tooltip_when_elided(false));
    });
    is_long
}

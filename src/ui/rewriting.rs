//! A note that is there already and is written anew: what is typed is kept until it is saved or left, whatever is looked at meanwhile.

use egui::Ui;

use super::widgets::{NoteEdit, note_edit};
use crate::app::{Command, Writing};
use crate::case::Digest;
use crate::case::entry::{Records, Value};

/// Shows the field with what was typed so far.
pub(super) fn show(
    ui: &mut Ui,
    (item, on): (Digest, &Records),
    begun: &str,
    is_new: bool,
    width: f32,
    commands: &mut Vec<Command>,
) {
    let mut typed = begun.to_owned();
    match note_edit(ui, &mut typed, is_new, width) {
        NoteEdit::Going if typed != begun => commands.push(Command::Write(Writing::Item(item), Some(typed))),
        NoteEdit::Going => {}
        NoteEdit::Leave => commands.push(Command::Write(Writing::Item(item), None)),
        NoteEdit::Keep(text) => {
            let note = Value::Note { on: on.clone(), text };
            commands.extend([Command::ChangeItem(item, note), Command::Write(Writing::Item(item), None)]);
        }
    }
}

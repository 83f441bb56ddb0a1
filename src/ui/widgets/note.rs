//! The field in which a note that is there is written anew.

use egui::{EventFilter, Key, Modifiers, TextEdit, Ui};

use super::{Button, why_not};
use crate::ui::theme::{Type, measure};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteEdit {
    /// It is still being written.
    Going,
    /// This is to be kept.
    Keep(String),
    /// All stays as it was.
    Leave,
}

/// Shows it as wide as `width`; the keyboard is in it from the start with `is_new`. Ctrl+Enter keeps, Esc leaves.
pub fn note_edit(ui: &mut Ui, typed: &mut String, is_new: bool, width: f32) -> NoteEdit {
    ui.add_space(measure::GRID);
    // Before the field sees it: a line more is not meant.
    let is_entered = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    // The field has Esc as well: otherwise it would be left before anybody could tell why.
    let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
    let edit = TextEdit::multiline(typed).font(Type::Body.font()).event_filter(filter);
    let response = ui.add(edit.desired_rows(3).desired_width(width));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Text of the note"));
    if is_new {
        response.request_focus();
    }
    let is_left = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    ui.add_space(measure::GRID);
    let mut edit = if is_left { NoteEdit::Leave } else { NoteEdit::Going };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP;
        let is_written = !typed.trim().is_empty();
        let save = ui.add_enabled(is_written, Button::primary("Save"));
        let is_kept = why_not(save, "A note has words").clicked() || is_entered;
        if is_kept && is_written {
            edit = NoteEdit::Keep(typed.trim().to_owned());
        }
        if ui.add(Button::plain("Cancel")).clicked() {
            edit = NoteEdit::Leave;
        }
    });
    edit
}

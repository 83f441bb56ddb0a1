//! What is told of a copy. Whoever copies says so here, and the shell tells it: a copy leaves no other trace on the screen.

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, Id, OutputCommand};

fn id() -> Id {
    Id::unique("told of a copy")
}

/// Has it told that something was copied, or why nothing was.
pub fn tell(ctx: &Context, text: String) {
    ctx.data_mut(|data| data.insert_temp(id(), text));
}

/// What is to be told of copies in this frame; once all of it is drawn. What is copied out of a field that one types in is known there.
#[must_use]
pub fn take(ctx: &Context) -> Option<String> {
    let told = ctx.data_mut(|data| data.remove_temp::<String>(id()));
    let is_copied = || {
        let is_by_widget =
            ctx.output(|output| output.commands.iter().any(|one| matches!(one, OutputCommand::CopyText(_))));
        // Text that is selected in labels is copied by egui after the frame.
        let is_selected = ctx.plugin::<LabelSelectionState>().lock().has_selection();
        is_by_widget || is_selected && ctx.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)))
    };
    told.or_else(|| (!ctx.text_edit_focused() && is_copied()).then(|| "Copied".to_owned()))
}

//! The case: notes, tags, incidents, the journal.

use egui::Ui;

use crate::app::{App, Command};

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let _ = (ui, app, state, commands);
}

//! Where nobody said who works: under what name it is written then, and the way to set one.

use egui::Ui;

use super::theme::{Theme, Type, measure};
use super::widgets::link;
use crate::app::{App, Command, Overlay};

/// Says that work is written under no name; nothing where a name is known. The settings take the place of a dialog, so the way to
/// them is not offered where something was typed that would be lost.
pub(super) fn show(ui: &mut Ui, app: &App, is_typed: bool, commands: &mut Vec<Command>) {
    if app.actor().is_some() {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GRID;
        ui.label(Type::Caption.rich("Written as unknown.").color(Theme::of(ui).text2));
        if !is_typed && link(ui, "Set your name…", Type::Caption).clicked() {
            commands.push(Command::Overlay(Overlay::Settings));
        }
    });
}

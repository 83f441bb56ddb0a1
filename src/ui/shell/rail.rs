//! The rail: the views, and the settings at its foot.

use egui::{Layout, Ui};

use super::icons;
use crate::app::{App, Command, Overlay, View};
use crate::ui::icon;
use crate::ui::theme::measure;
use crate::ui::widgets::{rail_button, rail_item};

pub(super) fn show(ui: &mut Ui, app: &App, is_low: bool, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(measure::CELL);
    // Where there is little height, the icons move together before the one at the foot would lie over them.
    let foot = measure::FIELD + 2.0 * measure::GRID;
    #[expect(clippy::cast_precision_loss, reason = "a few views")]
    let room = (ui.available_height() - foot) / View::ALL.len() as f32;
    let low = (is_low || room < measure::RAIL_ITEM)
        .then(|| room.clamp(measure::ICON_LARGE + measure::GRID, measure::RAIL_ITEM_LOW));
    for view in View::ALL {
        if rail_item(ui, icons::of_view(view), view.name(), app.view() == view, low).clicked() {
            commands.push(Command::Show(view));
        }
    }
    ui.with_layout(Layout::bottom_up(egui::Align::Center), |ui| {
        ui.add_space(if is_low { measure::GRID } else { measure::PAD_WIDE });
        if rail_button(ui, icon::GEAR_SIX, "Settings").clicked() {
            commands.push(Command::Overlay(Overlay::Settings));
        }
    });
}

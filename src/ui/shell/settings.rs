//! The settings: appearance, size, who works, trusted keys.

use egui::Ui;

use crate::app::{App, Command, Overlay, ThemeChoice, file_name};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, field_row, hairline, icon_button, section, subsection, tip};

pub(super) fn show(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    section(ui, "Settings", "kept as you change them");
    ui.add_space(measure::CELL);
    field_row(ui, "Appearance", |ui| {
        ui.horizontal(|ui| {
            for (choice, word) in
                [(ThemeChoice::System, "As the system"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")]
            {
                if ui.selectable_label(app.settings.theme == choice, word).clicked() {
                    commands.push(Command::SetTheme(choice));
                }
            }
        });
    });
    field_row(ui, "Size", |ui| {
        ui.horizontal(|ui| {
            for (scale, word) in [(1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (1.75, "175 %"), (2.0, "200 %")] {
                let is_it = (app.settings.scale - scale).abs() < 0.01;
                if ui.selectable_label(is_it, word).clicked() {
                    commands.push(Command::SetScale(scale));
                }
            }
        });
    });
    ui.add_space(measure::CELL);
    hairline(ui);
    ui.add_space(measure::CELL);
    subsection(ui, "Trusted keys", "");
    let words = "A key that you got from elsewhere than the bundle: only under such a key is authorship trusted.";
    ui.add(egui::Label::new(Type::Caption.rich(words).color(theme.text2)).wrap());
    for path in &app.settings.trusted {
        ui.horizontal(|ui| {
            let response = ui.label(Type::Mono.rich(file_name(path)).color(theme.text));
            tip(response, path.display().to_string());
            if icon_button(ui, icon::TRASH, &format!("Trust {} no more", file_name(path)), false).clicked() {
                commands.push(Command::Distrust(path.clone()));
            }
        });
    }
    ui.add_space(measure::GRID);
    ui.horizontal(|ui| {
        if ui.add(Button::new("Trust a key…").icon(icon::KEY)).clicked() {
            commands.push(Command::Overlay(Overlay::Trust));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.add(Button::primary("Done")).clicked() {
                commands.push(Command::Overlay(Overlay::None));
            }
        });
    });
}

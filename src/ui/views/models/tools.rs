//! The models as tabs, and what is compared.

use egui::{Layout, Popup, Ui};

use super::{Shown, State, choose};
use crate::analysis::versions::{ModelVersions, Versions};
use crate::app::Command;
use crate::app::models::Deed;
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::{Button, tab, text, tip};

/// Room that the words and buttons at the right need.
const ROOM: f32 = 300.0;
/// A model's name is cut behind so many characters.
const NAME: usize = 40;

pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    versions: &Versions,
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    let line = egui::Stroke::new(measure::HAIR, shown.theme.hair);
    let rect = ui.max_rect();
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(measure::CELL);
        let mut hidden = Vec::new();
        for model in &versions.models {
            // The one that is looked at always stands there.
            let is_active = std::ptr::eq(model, shown.model);
            if ui.available_width() < ROOM && !is_active {
                hidden.push(model);
                continue;
            }
            let (name, count) = (name(model), model.rows.len().to_string());
            if tip(tab(ui, &name, &count, is_active), told(model)).clicked() {
                commands.extend(look_at(model));
            }
        }
        if !hidden.is_empty() {
            let button = ui.add(Button::plain(&format!("{} more", hidden.len())).icon(icon::CARET_DOWN));
            Popup::menu(&button).show(|ui| {
                for model in hidden {
                    if ui.add(Button::plain(&name(model)).icon(icon::GIT_BRANCH)).clicked() {
                        commands.extend(look_at(model));
                        ui.close();
                    }
                }
            });
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(measure::CELL);
            choose::button(ui, shown, state, commands);
            if shown.app.models().sides.is_some() || !shown.app.models().picked.is_empty() {
                let button = ui.add(Button::plain("Clear").icon(icon::X));
                if tip(button, "Compare each version with the one before it again").clicked() {
                    commands.push(Command::Models(Deed::Compare(None)));
                }
            }
            ui.add_space(measure::CELL);
            let words = words(shown);
            let words = text::line(ui, &words, Type::Table, shown.theme.text2);
            if words.size().x + measure::CELL < ui.available_width() {
                let (rect, _) = ui.allocate_exact_size(words.size(), egui::Sense::hover());
                text::place(ui.painter(), rect.left(), rect.center().y, words);
            }
        });
    });
}

/// What is compared, or what is waited for.
fn words(shown: &Shown<'_>) -> String {
    match (&shown.found.comparison, shown.app.models().picked.len()) {
        (_, 1) => "choose another version to compare".to_owned(),
        (Some(Ok(compared)), _) => {
            format!("comparing {} with {}", visible(&compared.of.b.name), visible(&compared.of.a.name))
        }
        _ => String::new(),
    }
}

fn name(model: &ModelVersions) -> String {
    let name = model.model.as_deref().map_or("no model named".into(), visible);
    match name.char_indices().nth(NAME) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.into_owned(),
    }
}

fn told(model: &ModelVersions) -> String {
    let decisions = crate::ui::widgets::figures::counted(model.decisions, "decision", "decisions");
    let name = model.model.as_deref().map_or("Decisions that name no model".into(), visible);
    format!("{name}: {decisions} here")
}

fn look_at(model: &ModelVersions) -> Option<Command> {
    model.model.clone().map(Command::LookAtModel)
}

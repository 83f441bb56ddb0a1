//! The filters that the case keeps under a name, in a menu behind the funnel of the filter field: each can be asked again, renamed and
//! deleted.

use egui::{Rect, Ui, UiBuilder, pos2, vec2};

use crate::app::{App, Command, Overlay};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, icon_button, shortened, tip, why_not};

/// Width of the menu.
const WIDTH: f32 = 320.0;

/// The filters of the case, and what saves the one in force: behind the funnel.
pub(super) fn show(ui: &mut Ui, app: &App, frame: Rect, commands: &mut Vec<Command>) {
    let at = Rect::from_center_size(pos2(frame.left() + 16.0, frame.center().y), vec2(measure::FACET, measure::FACET));
    let mut child = ui.new_child(UiBuilder::new().id_salt("saved filters").max_rect(at));
    let button = icon_button(&mut child, icon::FUNNEL, "Saved filters", false);
    egui::Popup::menu(&button).show(|ui| {
        let theme = Theme::of(ui);
        ui.set_width(WIDTH);
        let save =
            ui.add_enabled(!app.filter.is_empty(), Button::plain("Save this filter…").icon(icon::BOOKMARK_SIMPLE));
        if why_not(save, "There is no filter in force").clicked() {
            commands.push(Command::Overlay(Overlay::SaveFilter));
            ui.close();
        }
        let is_fixed = app.session().and_then(|session| session.case()).is_some_and(|case| case.read_only.is_some());
        let filters = app.saved_filters();
        if filters.is_empty() {
            ui.label(Type::Caption.rich("No filter is kept in this case.").color(theme.text2));
        }
        for (item, name, filter) in filters {
            ui.push_id(item, |ui| {
                ui.horizontal(|ui| {
                    let shown = shortened(&name, 24, 8);
                    if tip(ui.add(Button::plain(&shown).icon(icon::FUNNEL_SIMPLE)), filter.as_str()).clicked() {
                        commands.push(Command::ShowFilter(filter));
                        ui.close();
                    }
                    if is_fixed {
                        return;
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        if icon_button(ui, icon::TRASH, &format!("Delete the filter {name}"), false).clicked() {
                            commands.push(Command::DeleteItem(item));
                            ui.close();
                        }
                        if icon_button(ui, icon::PENCIL_SIMPLE, &format!("Rename the filter {name}"), false).clicked() {
                            commands.push(Command::Overlay(Overlay::Item(item)));
                            ui.close();
                        }
                    });
                });
            });
        }
    });
}

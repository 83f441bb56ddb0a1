//! One of several, and yes or no: a row with its mark, its word, and what it is in one line.

use egui::accesskit::Role;
use egui::{Response, Sense, Ui, pos2, vec2};

use super::{focus_ring, name_selected, text};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Type, measure};

/// Where the word begins.
const WORD: f32 = 26.0;

/// One of several, of which one is chosen. `said` begins `behind` the word's beginning.
pub fn radio_row(ui: &mut Ui, word: &str, said: &str, behind: f32, is_on: bool) -> Response {
    let icon = if is_on { icon::RADIO_BUTTON } else { icon::CIRCLE };
    row(ui, (Role::RadioButton, icon), word, (said, behind), is_on)
}

/// Something that is there or not.
pub fn check_row(ui: &mut Ui, word: &str, is_on: bool) -> Response {
    let icon = if is_on { icon::CHECK_SQUARE } else { icon::SQUARE };
    row(ui, (Role::CheckBox, icon), word, ("", 0.0), is_on)
}

fn row(ui: &mut Ui, (role, icon): (Role, Icon), word: &str, (said, behind): (&str, f32), is_on: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::FACET), Sense::click());
    if ui.is_rect_visible(rect) {
        if response.hovered() {
            ui.painter().rect_filled(rect, measure::RADIUS, theme.hover);
        }
        let middle = rect.center().y;
        let color = if is_on { theme.accent } else { theme.faint };
        icon.paint(ui.painter(), pos2(rect.left() + 12.0, middle), measure::ICON, color);
        let style = if is_on { Type::TableMedium } else { Type::Table };
        let left = rect.left() + WORD;
        let drawn = text::place(ui.painter(), left, middle, text::line(ui, word, style, theme.text));
        let left = drawn.right().max(left + behind) + measure::CELL;
        let room = rect.right() - left - measure::CELL;
        text::place(ui.painter(), left, middle, text::cut(ui, said, Type::Table, theme.text2, room));
        focus_ring(ui, &response);
    }
    let label = if said.is_empty() { word.to_owned() } else { format!("{word}: {said}") };
    name_selected(&response, role, &label, is_on);
    response
}

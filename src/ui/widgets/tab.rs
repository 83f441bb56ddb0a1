//! Tabs, and the items of the rail.

use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Ui, pos2, vec2};

use super::{focus_ring, name_selected, text};
use crate::ui::icon::Icon;
use crate::ui::still;
use crate::ui::theme::{Theme, Type, VerdictState, measure};

/// A tab, 36 high, with a count behind its word (or none: ""). The active one stands on a line of accent.
pub fn tab(ui: &mut Ui, word: &str, count: &str, active: bool) -> Response {
    tab_within(ui, word, count, active, TAB_PAD)
}

/// What a tab has left and right of its word, where there is room.
pub const TAB_PAD: f32 = 10.0;

/// As [`tab`], with `pad` left and right of its word.
pub fn tab_within(ui: &mut Ui, word: &str, count: &str, active: bool, pad: f32) -> Response {
    let theme = Theme::of(ui);
    let is_still = still::is(ui);
    if is_still && !active {
        // A picture shows what was chosen, and nothing to choose from.
        return ui.allocate_exact_size(vec2(0.0, measure::TOOLS), Sense::hover()).1;
    }
    let (style, color) = if active { (Type::TableMedium, theme.text) } else { (Type::Table, theme.text2) };
    let behind = if count.is_empty() { String::new() } else { format!("  {count}") };
    let galley = text::runs(ui, &[(word, style, color), (&behind, Type::Table, theme.faint)]);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 2.0 * pad, measure::TOOLS), Sense::click());
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() && !active;
        let galley = if lit {
            text::runs(ui, &[(word, style, theme.text), (&behind, Type::Table, theme.faint)])
        } else {
            galley
        };
        let drawn = text::place(ui.painter(), rect.left() + pad, rect.center().y, galley);
        if active && !is_still {
            let line = Rect::from_min_max(
                pos2(drawn.left() - 2.0, rect.bottom() - measure::STRONG),
                pos2(drawn.right() + 2.0, rect.bottom()),
            );
            ui.painter().rect_filled(line, 0.0, theme.accent);
        }
        focus_ring(ui, &response);
    }
    name_selected(&response, Role::Tab, word, active);
    response
}

/// A tab with the icon of a verdict before its word.
pub fn verdict_tab(ui: &mut Ui, state: VerdictState, word: &str, count: &str, active: bool) -> Response {
    let theme = Theme::of(ui);
    let before = measure::ICON_SMALL + measure::GAP_ICON;
    let left = ui.cursor().left();
    ui.add_space(before);
    let response = tab(ui, word, count, active);
    let at = pos2(left + TAB_PAD + measure::ICON_SMALL / 2.0, response.rect.center().y);
    state.icon().paint(ui.painter(), at, measure::ICON_SMALL, state.paint(theme).color);
    name_selected(&response, Role::Tab, &format!("{word}, {}", state.word()), active);
    response
}

/// A view in the rail: 64 × 52, an icon over its name; with a lower height, `low`, the icon alone, its name in the tooltip.
pub fn rail_item(ui: &mut Ui, icon: Icon, word: &str, active: bool, low: Option<f32>) -> Response {
    let theme = Theme::of(ui);
    let height = low.unwrap_or(measure::RAIL_ITEM);
    let (rect, response) = ui.allocate_exact_size(vec2(measure::RAIL, height), Sense::click());
    if ui.is_rect_visible(rect) {
        let lit = active || response.hovered();
        let color = if lit { theme.text } else { theme.text2 };
        let style = if active { Type::CaptionMedium } else { Type::Caption };
        let drawn = if active { theme.accent } else { color };
        let middle = low.map_or(rect.top() + 18.0, |_| rect.center().y);
        icon.paint(ui.painter(), pos2(rect.center().x, middle), measure::ICON_LARGE, drawn);
        if low.is_none() {
            let galley = text::line(ui, word, style, color);
            text::put(ui.painter(), pos2(rect.center().x, rect.top() + 38.0), egui::Align::Center, galley);
        }
        if active {
            let bar =
                Rect::from_min_size(pos2(rect.left(), rect.top() + 4.0), vec2(measure::STRONG, rect.height() - 8.0));
            ui.painter().rect_filled(bar, 0.0, theme.accent);
        }
        focus_ring(ui, &response);
    }
    name_selected(&response, Role::Tab, word, active);
    if low.is_some() { super::tip(response, word) } else { response }
}

/// What stands in the rail and is no view: an icon as large as theirs, its name in the tooltip.
pub fn rail_button(ui: &mut Ui, icon: Icon, label: &str) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(measure::RAIL, measure::FIELD), Sense::click());
    if ui.is_rect_visible(rect) {
        let color = if response.hovered() { theme.text } else { theme.text2 };
        icon.paint(ui.painter(), rect.center(), measure::ICON_LARGE, color);
        focus_ring(ui, &response);
    }
    super::name(&response, Role::Button, label);
    super::tip(response, label)
}

//! A part of the verdict: icon, what it is about, and the word.

use egui::accesskit::Role;
use egui::{Pos2, Response, Sense, Ui, Widget, pos2, vec2};

use super::{name, text};
use crate::ui::theme::{Theme, Type, VerdictState, measure};

/// Icon and word of a state, with what it is about: "Integrity intact".
#[must_use = "an item has to be added to a ui"]
pub struct VerdictItem<'a> {
    state: VerdictState,
    axis: &'a str,
    value: &'a str,
}

impl<'a> VerdictItem<'a> {
    /// `value` in the words of the verdict; `axis` may be empty.
    pub fn new(state: VerdictState, axis: &'a str, value: &'a str) -> Self {
        Self { state, axis, value }
    }
}

impl Widget for VerdictItem<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let axis = text::line(ui, self.axis, Type::Table, theme.faint);
        let value = text::line(ui, self.value, Type::TableMedium, self.state.word_color(theme));
        let before = if self.axis.is_empty() { 0.0 } else { axis.size().x + measure::GAP_ICON };
        let width = measure::ICON + measure::GAP_ICON + before + value.size().x;
        let (rect, response) = ui.allocate_exact_size(vec2(width, measure::FACET), Sense::click());
        if ui.is_rect_visible(rect) {
            let middle = rect.center().y;
            verdict_icon(ui, self.state, pos2(rect.left() + measure::ICON / 2.0, middle), measure::ICON);
            let left = rect.left() + measure::ICON + measure::GAP_ICON;
            text::place(ui.painter(), left, middle, axis);
            text::place(ui.painter(), left + before, middle, value);
            super::focus_ring(ui, &response);
        }
        name(&response, Role::Button, format!("{} {}", self.axis, self.value).trim());
        response
    }
}

/// The icon of a state in its colour. A word has to stand beside it.
pub fn verdict_icon(ui: &Ui, state: VerdictState, centre: Pos2, size: f32) {
    let theme = Theme::of(ui);
    state.icon().paint(ui.painter(), centre, size, state.paint(theme).color);
}

/// What parts two items of the verdict strip: 18, a hairline of 16, 18.
pub fn verdict_gap(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let space = ui.spacing().item_spacing.x;
    let (rect, _) = ui.allocate_exact_size(vec2((37.0 - 2.0 * space).max(1.0), measure::FACET), Sense::hover());
    let (x, middle) = (rect.center().x.floor() + 0.5, rect.center().y);
    ui.painter().vline(x, (middle - 8.0)..=(middle + 8.0), egui::Stroke::new(measure::HAIR, theme.hair));
}

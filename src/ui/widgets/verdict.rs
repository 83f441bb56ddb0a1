//! A part of the verdict: icon, what it is about, and the word.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Galley, Pos2, Response, Sense, Ui, Widget, pos2, vec2};

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

    /// What is drawn of it: what it is about, its value, and the width of all.
    fn laid_out(&self, ui: &Ui) -> (Arc<Galley>, Arc<Galley>, f32) {
        let theme = Theme::of(ui);
        let axis = text::line(ui, self.axis, Type::Table, theme.faint);
        let value = text::line(ui, self.value, Type::TableMedium, self.state.word_color(theme));
        let before = if self.axis.is_empty() { 0.0 } else { axis.size().x + measure::GAP_ICON };
        let width = measure::ICON + measure::GAP_ICON + before + value.size().x;
        (axis, value, width)
    }

    /// How wide it is.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        self.laid_out(ui).2
    }
}

impl Widget for VerdictItem<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let (axis, value, width) = self.laid_out(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(width, measure::FACET), Sense::click());
        if ui.is_rect_visible(rect) {
            let middle = rect.center().y;
            verdict_icon(ui, self.state, pos2(rect.left() + measure::ICON / 2.0, middle), measure::ICON);
            let left = rect.left() + measure::ICON + measure::GAP_ICON;
            text::place(ui.painter(), left, middle, axis);
            text::place_right(ui.painter(), rect.right(), middle, value);
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

/// What parts two items of the verdict strip, where there is room: 18, a hairline of 16, 18.
pub const VERDICT_GAP: f32 = 37.0;

/// Room of that width between two items of the verdict strip, with a hairline in its middle.
pub fn verdict_gap(ui: &mut Ui, width: f32) {
    let theme = Theme::of(ui);
    let space = ui.spacing().item_spacing.x;
    let (rect, _) = ui.allocate_exact_size(vec2((width - 2.0 * space).max(1.0), measure::FACET), Sense::hover());
    let (x, middle) = (rect.center().x.floor() + 0.5, rect.center().y);
    ui.painter().vline(x, (middle - 8.0)..=(middle + 8.0), egui::Stroke::new(measure::HAIR, theme.hair));
}

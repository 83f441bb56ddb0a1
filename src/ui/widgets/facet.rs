//! A value of a field with its count and bar.

use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Stroke, Ui, Widget, pos2, vec2};

use super::{focus_ring, name_selected, text};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};

/// What the filter does with a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FacetState {
    /// Nothing.
    #[default]
    Off,
    /// Keeps it.
    Chosen,
    /// Leaves it out.
    Negated,
}

/// Where the name starts.
const NAME: f32 = 28.0;
/// Width of the bar, and of the count behind it.
const BAR: f32 = 56.0;
const COUNT: f32 = 40.0;

/// One value of a facet, as wide as there is room.
#[must_use = "a row has to be added to a ui"]
pub struct FacetRow<'a> {
    value: &'a str,
    count: &'a str,
    share: f32,
    state: FacetState,
}

impl<'a> FacetRow<'a> {
    /// `count` as text, `share` of the longest bar from 0 to 1.
    pub fn new(value: &'a str, count: &'a str, share: f32) -> Self {
        Self { value, count, share, state: FacetState::Off }
    }

    /// What the filter does with it.
    pub fn state(mut self, state: FacetState) -> Self {
        self.state = state;
        self
    }
}

impl Widget for FacetRow<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::FACET), Sense::click());
        if ui.is_rect_visible(rect) {
            let painter = ui.painter();
            let chosen = self.state == FacetState::Chosen;
            if chosen {
                painter.rect_filled(rect, 0.0, theme.selected);
            } else if response.hovered() {
                painter.rect_filled(rect, 0.0, theme.hover);
            }
            let middle = rect.center().y;
            let (style, color) = match self.state {
                FacetState::Off => (Type::Table, theme.text),
                FacetState::Chosen => (Type::TableMedium, theme.text),
                FacetState::Negated => (Type::Table, theme.faint),
            };
            let right = rect.right() - measure::PAD;
            let count = text::line(ui, self.count, Type::Table, theme.text2);
            let bar_right = right - COUNT.max(count.size().x) - measure::CELL;
            text::place_right(painter, right, middle, count);
            let bar = Rect::from_min_max(pos2(bar_right - BAR, middle - 3.0), pos2(bar_right, middle + 3.0));
            painter.rect_filled(bar, 0.0, theme.sunken);
            let mut filled = bar;
            filled.set_width((BAR * self.share.clamp(0.0, 1.0)).max(if self.share > 0.0 { 1.0 } else { 0.0 }));
            painter.rect_filled(filled, 0.0, if chosen { theme.text2 } else { theme.neutral });
            let room = bar.left() - measure::CELL - rect.left() - NAME;
            let value = text::cut(ui, self.value, style, color, room);
            let drawn = text::place(painter, rect.left() + NAME, middle, value);
            if self.state == FacetState::Negated {
                painter.hline(drawn.x_range(), middle + 0.5, Stroke::new(measure::HAIR, color));
            }
            focus_ring(ui, &response);
        }
        let what = if self.state == FacetState::Negated { ", left out" } else { "" };
        let label = format!("{}, {}{what}", self.value, self.count);
        name_selected(&response, Role::CheckBox, &label, self.state == FacetState::Chosen);
        response
    }
}

/// The head of a facet: opens and closes it. `note` stands at the right.
pub fn facet_head(ui: &mut Ui, field: &str, note: &str, open: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::FIELD), Sense::click());
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        let middle = rect.center().y;
        let caret = if open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        caret.paint(painter, pos2(rect.left() + 18.0, middle), 12.0, theme.text2);
        let note = text::line(ui, note, Type::Caption, theme.text2);
        let room = rect.width() - NAME - measure::PAD - measure::CELL - note.size().x;
        text::place_right(painter, rect.right() - measure::PAD, middle, note);
        text::place(painter, rect.left() + NAME, middle, text::cut(ui, field, Type::TableMedium, theme.text, room));
        focus_ring(ui, &response);
    }
    name_selected(&response, Role::DisclosureTriangle, field, open);
    response
}

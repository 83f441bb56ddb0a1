//! What several views are made of: named text, rows that can be clicked and reached by keyboard, children at a place.

use egui::accesskit::Role;
use egui::{Color32, Label, Rect, Response, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2};

use crate::record::text::visible;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::text;

/// Draws into `rect`, top down.
pub(super) fn at<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min)));
    child.spacing_mut().item_spacing = vec2(measure::CELL, 0.0);
    contents(&mut child)
}

/// A part of a view that is clipped to its room.
pub(super) fn within(ui: &mut Ui, rect: Rect, name: &str) -> Ui {
    let layout = egui::Layout::top_down(egui::Align::Min);
    let mut part = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect).layout(layout));
    part.set_clip_rect(rect.intersect(ui.clip_rect()));
    part.spacing_mut().item_spacing = egui::Vec2::ZERO;
    part
}

/// Text that wraps.
pub(super) fn wrapped(ui: &mut Ui, words: &str, style: Type, color: Color32) -> Response {
    text::wrapped(ui, words, style, color)
}

/// Text on one line, as long as it is.
pub(super) fn line(ui: &mut Ui, text: &str, style: Type, color: Color32) -> Response {
    ui.add(Label::new(style.rich(text).color(color)).extend())
}

/// A row as wide as there is room that can be clicked and focused, its line below. `label` is all that it says.
pub(super) fn row(ui: &mut Ui, height: f32, label: &str, selected: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        if selected {
            painter.rect_filled(rect, 0.0, theme.selected);
        } else if response.hovered() {
            painter.rect_filled(rect, 0.0, theme.hover);
        }
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
        focus_ring(ui, &response);
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, response.enabled(), selected, visible(label)));
    response
}

/// The ring that shows where the keyboard is.
pub(super) fn focus_ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(measure::HAIR, Theme::of(ui).accent);
        ui.painter().rect_stroke(response.rect, 0.0, stroke, StrokeKind::Inside);
    }
}

/// Tells screen readers of something painted.
pub(super) fn name(response: &Response, role: Role, label: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, response.enabled(), visible(label)));
}

/// As [`row`], without a line or a selection.
pub(super) fn bare_row(ui: &mut Ui, height: f32, label: &str) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, theme.hover);
    }
    focus_ring(ui, &response);
    name(&response, Role::Button, label);
    response
}

/// With room at both sides.
pub(super) fn inset<R>(ui: &mut Ui, by: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    #[expect(clippy::cast_possible_truncation, reason = "a padding of the theme")]
    let margin = egui::Margin::symmetric(by as i8, 0);
    egui::Frame::NONE.inner_margin(margin).show(ui, contents).inner
}

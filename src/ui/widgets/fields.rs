//! Names with values, and frames of text that can be typed.

use egui::{
    CornerRadius, Frame, InnerResponse, Margin, Rect, Response, Sense, Stroke, TextEdit, Ui, UiBuilder, pos2, vec2,
};

use super::text;
use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, Type, measure};

/// A name, faint, 96 wide, and `value` beside it.
pub fn field_row<R>(ui: &mut Ui, field: &str, value: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    let top = ui.cursor().min;
    let width = ui.available_width();
    let galley = text::cut(ui, field, Type::Table, theme.faint, measure::FIELD_NAME);
    let cut = galley.elided;
    let name_rect = text::place(ui.painter(), top.x, top.y + measure::FACET / 2.0, galley);
    let left = top.x + measure::FIELD_NAME + measure::CELL;
    let room = Rect::from_min_max(pos2(left, top.y + 3.0), pos2(top.x + width, f32::INFINITY));
    let mut inner = ui.new_child(
        UiBuilder::new().max_rect(room).accessibility_label(field).accessibility_role(egui::accesskit::Role::Group),
    );
    inner.spacing_mut().item_spacing = vec2(measure::GAP_ICON, 0.0);
    let value = value(&mut inner);
    let height = (inner.min_rect().bottom() - top.y + 2.0).max(measure::FACET);
    let (rect, mut response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    if cut {
        let hover = ui.interact(name_rect, response.id.with("name"), Sense::hover());
        super::tip(hover, field);
    }
    response.rect = rect;
    InnerResponse::new(value, response)
}

/// As [`field_row`], for what is typed or switched: the name stands at the middle of a field's height.
pub fn form_row<R>(ui: &mut Ui, field: &str, value: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    let size = vec2(ui.available_width(), measure::FIELD);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_height(measure::FIELD);
        ui.spacing_mut().item_spacing.x = measure::GAP_ICON;
        let galley = text::cut(ui, field, Type::Table, theme.text2, measure::FIELD_NAME);
        let size = vec2(measure::FIELD_NAME + measure::CELL - measure::GAP_ICON, measure::FIELD);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        text::place(ui.painter(), rect.left(), rect.center().y, galley);
        value(ui)
    })
}

/// A name and a text that wraps. The text can be selected and copied.
pub fn field_text(ui: &mut Ui, field: &str, value: &str, style: Type) -> Response {
    let theme = Theme::of(ui);
    field_row(ui, field, |ui| {
        // egui sets text in a higher line a point above where the painted name stands.
        ui.add_space(1.0);
        text::selectable(ui, value, style, theme.text)
    })
    .response
}

/// The frame of a field, 28 high: a hairline, the accent while the keyboard is in it.
pub fn field_frame<R>(ui: &mut Ui, width: f32, focused: bool, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    let edge = if focused { theme.accent } else { theme.hair2 };
    Frame::NONE
        .fill(theme.panel)
        .stroke(Stroke::new(measure::HAIR, edge))
        .corner_radius(CornerRadius::same(measure::RADIUS))
        .inner_margin(Margin::symmetric(8, 0))
        .show(ui, |ui| {
            ui.set_width((width - 18.0).max(0.0));
            ui.set_height(measure::FIELD - 2.0);
            ui.horizontal_centered(contents).inner
        })
}

/// A line of text to type, with an icon before it and a hint while it is empty. `label` names it.
pub fn text_field(ui: &mut Ui, typed: &mut String, icon: Icon, hint: &str, label: &str, width: f32) -> Response {
    let theme = Theme::of(ui);
    let id = ui.next_auto_id().with(label);
    let focused = ui.memory(|memory| memory.has_focus(id));
    field_frame(ui, width, focused, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(measure::ICON_SMALL, measure::FIELD - 2.0), Sense::hover());
        icon.paint(ui.painter(), rect.center(), measure::ICON_SMALL, theme.faint);
        let edit = TextEdit::singleline(typed)
            .id(id)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(vec2(0.0, measure::FIELD - 4.0))
            .font(Type::Table.font())
            .text_color(theme.text)
            .hint_text(Type::Table.rich(hint).color(theme.faint))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
        response
    })
    .inner
}

//! Hairlines and headings: what parts a view, since there are no boxes.

use egui::accesskit::Role;
use egui::{Color32, Rect, Response, Sense, Stroke, Ui, vec2};

use super::{name, text};
use crate::ui::theme::{Theme, Type, measure};

/// A hairline as wide as there is room, taking one point.
pub fn hairline(ui: &mut Ui) {
    let color = Theme::of(ui).hair;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HAIR), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, color);
}

/// A hairline `height` high, taking one point.
pub fn vertical_hairline(ui: &mut Ui, height: f32) {
    let color = Theme::of(ui).hair;
    let (rect, _) = ui.allocate_exact_size(vec2(measure::HAIR, height), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, color);
}

/// A line along the lower inner edge of `rect`.
pub(super) fn line_below(ui: &Ui, rect: Rect, color: Color32) {
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, color));
}

fn headed(ui: &mut Ui, title: &str, note: &str, style: Type) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), style.line()), Sense::hover());
    let note = text::line(ui, note, Type::Table, theme.text2);
    let room = rect.width() - note.size().x - measure::CELL;
    text::place_right(ui.painter(), rect.right(), rect.center().y, note);
    text::place(ui.painter(), rect.left(), rect.center().y, text::cut(ui, title, style, theme.text, room));
    name(&response, Role::Heading, title);
    response
}

/// The heading of a section, with a note at the right.
pub fn section(ui: &mut Ui, title: &str, note: &str) -> Response {
    headed(ui, title, note, Type::Heading)
}

/// The heading of a plot or a list within a section.
pub fn subsection(ui: &mut Ui, title: &str, note: &str) -> Response {
    headed(ui, title, note, Type::BodyMedium)
}

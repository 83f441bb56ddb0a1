//! Badges and keys.

use egui::accesskit::Role;
use egui::{Response, Sense, Stroke, StrokeKind, Ui, vec2};

use super::{name, text};
use crate::ui::theme::{Theme, Type, measure};

/// A small edge around a word: "inferred".
pub fn badge(ui: &mut Ui, word: &str) -> Response {
    let theme = Theme::of(ui);
    let galley = text::line(ui, word, Type::Caption, theme.text2);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 10.0, measure::BADGE), Sense::hover());
    ui.painter().rect_stroke(rect, measure::RADIUS_BADGE, Stroke::new(measure::HAIR, theme.hair2), StrokeKind::Inside);
    text::place(ui.painter(), rect.left() + 5.0, rect.center().y, galley);
    name(&response, Role::Label, word);
    response
}

/// The key that does something: `Ctrl K`.
pub fn key_cap(ui: &mut Ui, keys: &str) -> Response {
    let theme = Theme::of(ui);
    let galley = text::line(ui, keys, Type::MonoSmall, theme.faint);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, measure::BADGE), Sense::hover());
    text::place(ui.painter(), rect.left(), rect.center().y, galley);
    name(&response, Role::Label, keys);
    response
}

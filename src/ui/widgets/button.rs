//! Buttons and links.

use egui::accesskit::Role;
use egui::{CursorIcon, Response, Sense, Stroke, StrokeKind, Ui, Widget, vec2};

use super::{focus_ring, name, name_selected, text};
use crate::ui::icon::Icon;
use crate::ui::still;
use crate::ui::theme::{Theme, Type, measure};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// No edge: tool bars.
    Plain,
    /// A hairline around it.
    #[default]
    Edged,
    /// Filled with the accent: the one thing to do here.
    Primary,
}

/// A button with a word, and an icon and its key if it has them.
#[must_use = "a button has to be added to a ui"]
pub struct Button<'a> {
    word: &'a str,
    icon: Option<Icon>,
    key: Option<&'a str>,
    kind: ButtonKind,
}

impl<'a> Button<'a> {
    /// An edged button.
    pub fn new(word: &'a str) -> Self {
        Self { word, icon: None, key: None, kind: ButtonKind::Edged }
    }

    /// A button without an edge.
    pub fn plain(word: &'a str) -> Self {
        Self { kind: ButtonKind::Plain, ..Self::new(word) }
    }

    /// The filled button.
    pub fn primary(word: &'a str) -> Self {
        Self { kind: ButtonKind::Primary, ..Self::new(word) }
    }

    /// An icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The key that does the same, behind the word.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }
}

impl Button<'_> {
    /// In a picture, what was chosen is words; what would be done is not there.
    fn still(&self, ui: &mut Ui) -> Response {
        let words = if self.kind == ButtonKind::Plain { self.word } else { "" };
        let words = text::line(ui, words, Type::Table, Theme::of(ui).text2);
        let (rect, response) = ui.allocate_exact_size(vec2(words.size().x, measure::FIELD), Sense::hover());
        text::place(ui.painter(), rect.left(), rect.center().y, words);
        response
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        if still::is(ui) {
            return self.still(ui);
        }
        let theme = Theme::of(ui);
        let (color, faint) = match self.kind {
            ButtonKind::Primary => (theme.on_accent, theme.on_accent),
            ButtonKind::Edged => (theme.text, theme.faint),
            ButtonKind::Plain => (theme.text2, theme.faint),
        };
        let word = text::line(ui, self.word, Type::Table, color);
        let key = self.key.map(|key| text::line(ui, key, Type::MonoSmall, faint));
        let pad = if self.kind == ButtonKind::Plain { 8.0 } else { 10.0 };
        let icon = self.icon.map_or(0.0, |_| measure::ICON_SMALL + measure::GAP_ICON);
        let behind = key.as_ref().map_or(0.0, |key| key.size().x + 8.0);
        let width = 2.0 * pad + icon + word.size().x + behind;
        let (rect, response) = ui.allocate_exact_size(vec2(width, measure::FIELD), Sense::click());
        if ui.is_rect_visible(rect) {
            let lit = response.hovered() && ui.is_enabled();
            let painter = ui.painter();
            let (fill, edge) = match self.kind {
                ButtonKind::Primary => (Some(theme.accent), None),
                ButtonKind::Edged => (
                    Some(if lit { theme.hover } else { theme.panel }),
                    Some(if lit { theme.neutral } else { theme.hair2 }),
                ),
                ButtonKind::Plain => (lit.then_some(theme.hover), None),
            };
            if let Some(fill) = fill {
                painter.rect_filled(rect, measure::RADIUS, fill);
            }
            if let Some(edge) = edge {
                painter.rect_stroke(rect, measure::RADIUS, Stroke::new(measure::HAIR, edge), StrokeKind::Inside);
            }
            let middle = rect.center().y;
            let mut left = rect.left() + pad;
            if let Some(drawn) = self.icon {
                drawn.paint(painter, egui::pos2(left + measure::ICON_SMALL / 2.0, middle), measure::ICON_SMALL, color);
                left += icon;
            }
            let end = text::place(painter, left, middle, word).right();
            if let Some(key) = key {
                text::place(painter, end + 8.0, middle, key);
            }
            focus_ring(ui, &response);
        }
        name(&response, Role::Button, self.word);
        response
    }
}

/// A square button with an icon alone; `label` is its name and tooltip. `on` draws it as switched on.
pub fn icon_button(ui: &mut Ui, icon: Icon, label: &str, on: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(measure::FACET, measure::FACET), Sense::click());
    if ui.is_rect_visible(rect) && !still::is(ui) {
        if response.hovered() {
            ui.painter().rect_filled(rect, measure::RADIUS, theme.hover);
        }
        let color = if on { theme.accent } else { theme.text2 };
        icon.paint(ui.painter(), rect.center(), measure::ICON_SMALL, color);
        focus_ring(ui, &response);
    }
    name_selected(&response, Role::Button, label, on);
    super::tip(response, label)
}

/// Words that lead somewhere.
pub fn link(ui: &mut Ui, words: &str, style: Type) -> Response {
    let theme = Theme::of(ui);
    let color = if still::is(ui) { theme.text2 } else { theme.accent };
    let galley = text::line(ui, words, style, color);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, style.line()), Sense::click());
    if ui.is_rect_visible(rect) {
        let drawn = text::place(ui.painter(), rect.left(), rect.center().y, galley);
        if response.hovered() {
            let stroke = Stroke::new(measure::HAIR, theme.accent);
            ui.painter().hline(drawn.x_range(), drawn.bottom() - 1.0, stroke);
        }
        focus_ring(ui, &response);
    }
    name(&response, Role::Link, words);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

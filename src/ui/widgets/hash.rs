//! A hash, cut in its middle, with all of it under the pointer and in the clipboard.

use egui::accesskit::Role;
use egui::{Response, Sense, Ui, Widget, vec2};

use super::{name, text};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, VerdictState, measure};

/// The first `head` and the last `tail` characters with "…" between them; whole if it is no longer than that.
#[must_use]
pub fn shortened(hash: &str, head: usize, tail: usize) -> String {
    let length = hash.chars().count();
    if length <= head + tail + 1 {
        return hash.to_owned();
    }
    let first: String = hash.chars().take(head).collect();
    let last: String = hash.chars().skip(length - tail).collect();
    format!("{first}…{last}")
}

/// A hash and what it is the hash of. A click copies it.
#[must_use = "a label has to be added to a ui"]
pub struct HashLabel<'a> {
    hash: &'a str,
    of: &'a str,
    tight: bool,
    copy: bool,
    state: Option<VerdictState>,
}

impl<'a> HashLabel<'a> {
    /// `of` says what it is the hash of, for the tooltip.
    pub fn new(hash: &'a str, of: &'a str) -> Self {
        Self { hash, of, tight: false, copy: true, state: None }
    }

    /// Six and six characters, for tight places.
    pub fn tight(mut self) -> Self {
        self.tight = true;
        self
    }

    /// Without the icon; a click copies all the same.
    pub fn bare(mut self) -> Self {
        self.copy = false;
        self
    }

    /// In the colour of a state: a hash that does not fit.
    pub fn state(mut self, state: VerdictState) -> Self {
        self.state = Some(state);
        self
    }
}

impl Widget for HashLabel<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let (head, tail) = if self.tight { (6, 6) } else { (10, 8) };
        let color = self.state.map_or(theme.text, |state| state.word_color(theme));
        let galley = text::line(ui, &shortened(self.hash, head, tail), Type::Mono, color);
        let has_icon = self.copy && !crate::ui::still::is(ui);
        let icon = if has_icon { measure::GAP_ICON + measure::ICON_COPY } else { 0.0 };
        let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + icon, Type::Table.line()), Sense::click());
        if ui.is_rect_visible(rect) {
            let drawn = text::place(ui.painter(), rect.left(), rect.center().y, galley);
            if has_icon {
                let at = egui::pos2(drawn.right() + measure::GAP_ICON + measure::ICON_COPY / 2.0, rect.center().y);
                let color = if response.hovered() { theme.text } else { theme.faint };
                icon::COPY.paint(ui.painter(), at, measure::ICON_COPY, color);
            }
            super::focus_ring(ui, &response);
        }
        if response.clicked() {
            ui.ctx().copy_text(self.hash.to_owned());
        }
        name(&response, Role::Button, &format!("copy {}: {}", self.of, self.hash));
        let (hash, of) = (self.hash, self.of);
        response.on_hover_ui(|ui| {
            text::wrapped(ui, hash, Type::Mono, theme.text);
            text::wrapped(ui, of, Type::Caption, theme.text2);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn the_middle_goes() {
        assert_eq!(shortened("743cef44dd0123456789abcdef687db471", 10, 8), "743cef44dd…687db471");
        assert_eq!(shortened("short", 10, 8), "short");
        assert_eq!(shortened("0123456789abcdefghi", 10, 8), "0123456789abcdefghi", "nothing would be saved");
        assert_eq!(shortened("äöüäöüäöü", 2, 2), "äö…öü", "never within a character");
    }
}

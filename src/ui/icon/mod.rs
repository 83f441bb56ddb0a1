//! Icons by name, from the one icon font.
//!
//! The font is a family of its own and no fallback of any other: text out of a record can never draw an icon of ours.

mod names;

use std::sync::LazyLock;

use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect, RichText};

pub use names::*;

/// The family under which the icon font is installed.
pub(super) static FAMILY: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("icons".into()));

/// One icon. Its constant has Phosphor's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Icon(char);

impl Icon {
    /// The character that draws it in the icon font.
    #[must_use]
    pub fn char(self) -> char {
        self.0
    }

    /// Its name in Phosphor, e.g. `seal-check`.
    #[must_use]
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(_, icon)| *icon == self).map_or("", |(name, _)| *name)
    }

    /// As text of an egui widget, `size` points large.
    #[must_use]
    pub fn text(self, size: f32) -> RichText {
        RichText::new(self.0).font(font(size))
    }

    /// Draws it centred on `centre`, `size` points large; gives the square that it takes.
    pub fn paint(self, painter: &Painter, centre: Pos2, size: f32, color: Color32) -> Rect {
        let mut buffer = [0; 4];
        painter.text(centre, Align2::CENTER_CENTER, self.0.encode_utf8(&mut buffer), font(size), color)
    }
}

/// The icon font at `size` points.
#[must_use]
pub fn font(size: f32) -> FontId {
    FontId::new(size, FAMILY.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_a_name_and_a_place_of_its_own() {
        for (index, (name, icon)) in ALL.iter().enumerate() {
            assert_eq!(icon.name(), *name);
            let code = u32::from(icon.char());
            assert!((0xE000..0xF900).contains(&code) || code >= 0xF_0000, "{name} lies where text does");
            assert!(ALL[..index].iter().all(|(_, other)| other != icon), "{name} is twice in the font");
        }
    }
}

//! The fonts, and the few styles that text comes in.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use egui::text::TextFormat;
use egui::{Align, Color32, FontData, FontDefinitions, FontFamily, FontId, FontTweak, RichText, TextStyle};

use crate::fonts;
use crate::record::text::visible_lines;
use crate::ui::icon;

static MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("medium".into()));
static SEMIBOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("semibold".into()));

/// A style of text. There is no size besides these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// 20 / 28, semibold: the sentence at the head of Integrity, Start, an exhibit.
    Title,
    /// 15 / 22, semibold: values of the verdict, title of the detail, a section.
    Heading,
    /// 13 / 20: notes.
    Body,
    /// 13 / 20, medium: titles of lists, sections of plots.
    BodyMedium,
    /// 12 / 18: cells, fields, facets, chips, buttons, tabs.
    Table,
    /// 12 / 18, medium: the value that matters among those.
    TableMedium,
    /// 12 / 18, semibold: "not" in a chip, matched letters.
    TableBold,
    /// 11 / 16: axes, units, status, rail. Nothing is smaller.
    Caption,
    /// 11 / 16, medium: heads of columns.
    CaptionMedium,
    /// 11.5 / 16: hashes, codes, paths, keys, JSON.
    Mono,
    /// 11 / 16: the parsed form of a filter.
    MonoSmall,
}

impl Type {
    /// All styles.
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Heading,
        Self::Body,
        Self::BodyMedium,
        Self::Table,
        Self::TableMedium,
        Self::TableBold,
        Self::Caption,
        Self::CaptionMedium,
        Self::Mono,
        Self::MonoSmall,
    ];

    /// Size in points.
    #[must_use]
    pub fn size(self) -> f32 {
        match self {
            Self::Title => 20.0,
            Self::Heading => 15.0,
            Self::Body | Self::BodyMedium => 13.0,
            Self::Table | Self::TableMedium | Self::TableBold => 12.0,
            Self::Caption | Self::CaptionMedium | Self::MonoSmall => 11.0,
            Self::Mono => 11.5,
        }
    }

    /// Height of a line in points.
    #[must_use]
    pub fn line(self) -> f32 {
        match self {
            Self::Title => 28.0,
            Self::Heading => 22.0,
            Self::Body | Self::BodyMedium => 20.0,
            Self::Table | Self::TableMedium | Self::TableBold => 18.0,
            Self::Caption | Self::CaptionMedium | Self::Mono | Self::MonoSmall => 16.0,
        }
    }

    /// The font that egui draws it with.
    #[must_use]
    pub fn font(self) -> FontId {
        let family = match self {
            Self::Title | Self::Heading | Self::TableBold => SEMIBOLD.clone(),
            Self::BodyMedium | Self::TableMedium | Self::CaptionMedium => MEDIUM.clone(),
            Self::Body | Self::Table | Self::Caption => FontFamily::Proportional,
            Self::Mono | Self::MonoSmall => FontFamily::Monospace,
        };
        FontId::new(self.size(), family)
    }

    /// Text in this style, for egui's own widgets. What does not show, or acts on the text around it, is named.
    #[must_use]
    pub fn rich(self, text: impl Into<String>) -> RichText {
        RichText::new(visible_lines(&text.into())).font(self.font()).line_height(Some(self.line()))
    }

    /// This style as a part of a layout job.
    #[must_use]
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(),
            color,
            line_height: Some(self.line()),
            valign: Align::Center,
            ..TextFormat::default()
        }
    }
}

/// The fonts of `assets/fonts`. A character that none of them has is drawn as an empty box: the host's fonts are never asked, so
/// that a picture is the same everywhere.
pub(super) fn definitions() -> FontDefinitions {
    let mut defined = FontDefinitions::empty();
    let faces = [fonts::REGULAR, fonts::MEDIUM, fonts::SEMIBOLD, fonts::MONO, fonts::ICONS];
    for (name, bytes) in faces {
        let mut data = FontData::from_static(bytes);
        if name.starts_with("JetBrains") {
            // In columns of equal width a narrow space has to be a whole one.
            data = data.tweak(FontTweak { thin_space_width: 1.0, ..FontTweak::default() });
        }
        defined.font_data.insert(name.to_owned(), Arc::new(data));
    }
    for (name, bytes) in fonts::FALLBACK {
        defined.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let asked = |first: &str, second: &str| {
        [first, second].into_iter().chain(fonts::FALLBACK.map(|(name, _)| name)).map(str::to_owned).collect::<Vec<_>>()
    };
    let text = |name: &str| asked(name, "JetBrainsMono-Regular");
    defined.families = BTreeMap::from([
        (FontFamily::Proportional, text("Inter-Regular")),
        (MEDIUM.clone(), text("Inter-Medium")),
        (SEMIBOLD.clone(), text("Inter-SemiBold")),
        (FontFamily::Monospace, asked("JetBrainsMono-Regular", "Inter-Regular")),
        (icon::FAMILY.clone(), vec!["Phosphor".to_owned()]),
    ]);
    defined
}

/// What egui's own widgets take their text from.
pub(super) fn text_styles() -> BTreeMap<TextStyle, FontId> {
    BTreeMap::from([
        (TextStyle::Heading, Type::Heading.font()),
        (TextStyle::Body, Type::Body.font()),
        (TextStyle::Button, Type::Table.font()),
        (TextStyle::Small, Type::Caption.font()),
        (TextStyle::Monospace, Type::Mono.font()),
    ])
}

#[cfg(test)]
mod tests {
    use egui::Context;

    use super::*;
    use crate::ui::theme::{Mode, install};

    /// Runs `check` with the fonts of a window.
    fn with_fonts(check: impl Fn(&mut egui::epaint::text::FontsView<'_>)) {
        let ctx = Context::default();
        install(&ctx, Mode::Light);
        let mut output = ctx.run_ui(egui::RawInput::default(), |_| {});
        output.textures_delta.clear();
        ctx.fonts_mut(check);
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "the widths have to be equal")]
    fn digits_stand_in_columns() {
        with_fonts(|fonts| {
            for style in Type::ALL {
                let mut width = |text: String| fonts.layout_no_wrap(text, style.font(), Color32::WHITE).size().x;
                let zeros = width("0000000".to_owned());
                for digit in 1..=9 {
                    assert_eq!(width(digit.to_string().repeat(7)), zeros, "{digit} in {style:?}");
                }
            }
        });
    }

    #[test]
    fn text_is_drawn_as_it_is_written() {
        with_fonts(|fonts| {
            for style in Type::ALL {
                for text in ["->", "=>", "!=", "<=", "1x2", "www", "fi", "--", "a->b"] {
                    let galley = fonts.layout_no_wrap(text.to_owned(), style.font(), Color32::WHITE);
                    let drawn: Vec<_> = galley.rows.iter().flat_map(|row| &row.glyphs).collect();
                    assert_eq!(drawn.len(), text.len(), "{text} in {style:?}");
                    for (glyph, alone) in drawn.iter().zip(text.chars()) {
                        let single = fonts.layout_no_wrap(alone.to_string(), style.font(), Color32::WHITE);
                        // Its width may differ by where between two pixels it begins.
                        let alone_rect = single.rows[0].glyphs[0].uv_rect;
                        let same = (alone_rect.size.y - glyph.uv_rect.size.y).abs() < 0.1
                            && (alone_rect.offset.y - glyph.uv_rect.offset.y).abs() < 0.1;
                        assert!(same, "{alone} in {text} in {style:?} is drawn as something else");
                    }
                }
            }
        });
    }

    #[test]
    fn every_character_that_we_write_can_be_drawn_and_no_record_draws_an_icon() {
        with_fonts(|fonts| {
            let ours = "…‹›–—−·×÷±≤≥≠→←↑↓⌘“”‘’\u{202f}\u{a0}€Σ²⁻⁴⁷ÄößñéçŁžĞαβΩЖяІ";
            let others = "漢字仮名かなカナ한글，。עברית العربية हिन्दी বাংলা தமிழ் తెలుగు ไทย ქართული Հայերեն 😀🚀👍";
            for style in Type::ALL {
                for char in ours.chars().chain(others.chars()) {
                    assert!(fonts.has_glyph(&style.font(), char), "{char:?} in {style:?}");
                }
                // What is written in other scripts does not push its line apart.
                let line = fonts.layout_no_wrap(format!("a {others} b"), style.font(), Color32::WHITE);
                let plain = fonts.layout_no_wrap("a b".to_owned(), style.font(), Color32::WHITE);
                assert!(line.size().y <= plain.size().y * 1.05, "{style:?}: {} and {}", line.size().y, plain.size().y);
                for (name, icon) in icon::ALL {
                    assert!(!fonts.has_glyph(&style.font(), icon.char()), "{name} in {style:?}");
                }
            }
            for (name, icon) in icon::ALL {
                assert!(fonts.has_glyph(&icon::font(16.0), icon.char()), "{name}");
            }
        });
    }
}

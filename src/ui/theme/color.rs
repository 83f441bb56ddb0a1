//! The colours. Contrasts were computed against every background that a token can stand on (WCAG 2.2): 4.5 for text, 3 for
//! marks and icons. Categories are Okabe–Ito hues, moved in lightness until they can be told apart in any sight.

use egui::{Color32, Context, Ui};

use super::verdict::Paint;

/// The tokens of one appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether this is the dark one.
    pub dark: bool,
    /// Bar, rail, overview strip, status line.
    pub window: Color32,
    /// Views, tables, detail, verdict strip.
    pub panel: Color32,
    /// Chips, spans, the empty part of a bar.
    pub sunken: Color32,
    /// The row under the pointer.
    pub hover: Color32,
    /// Selected row, time selection, active facet.
    pub selected: Color32,
    /// Between panels and lanes.
    pub hair: Color32,
    /// Between rows.
    pub row: Color32,
    /// Axes, table heads, edges of controls; never the only sign of anything.
    pub hair2: Color32,
    /// Values, titles, the series that matters.
    pub text: Color32,
    /// Heads of columns, second lines, boundaries.
    pub text2: Color32,
    /// Names of fields, units, hints.
    pub faint: Color32,
    /// Links, focus, brush, marks, the primary button; never data.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Bars, ticks and lines that need no category; "other".
    pub neutral: Color32,
    /// The unfiltered log, interval bands; always under a stronger mark.
    pub ghost: Color32,
    /// Under palette and dialogs.
    pub scrim: Color32,
    /// Proof that stands.
    pub intact: Paint,
    /// Proof that fails, or is missing.
    pub broken: Paint,
    /// Proof of a part, or unanchored.
    pub partial: Paint,
    /// What cannot be checked.
    pub unverifiable: Paint,
    /// What was left out as declared.
    pub withheld: Paint,
    /// Blue, orange, purple, sky, green, vermilion; what comes after is [`Theme::neutral`].
    pub categories: [Color32; 6],
    /// Steps of a heat map, low to high.
    pub heat: [Color32; 7],
    /// The last step (from 1) on which a number is written in [`Theme::text`].
    pub heat_text_to: usize,
}

const fn hex(rgb: u32) -> Color32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const fn paint(rgb: u32, tint: u32) -> Paint {
    Paint { color: hex(rgb), tint: hex(tint) }
}

impl Theme {
    /// The light appearance; exhibits always use it.
    pub const LIGHT: Self = Self {
        dark: false,
        window: hex(0xF5_F6F7),
        panel: hex(0xFF_FFFF),
        sunken: hex(0xEC_EEF0),
        hover: hex(0xF0_F1F3),
        selected: hex(0xE5_E7F8),
        hair: hex(0xE2_E4E7),
        row: hex(0xED_EFF1),
        hair2: hex(0xC6_CAD0),
        text: hex(0x17_1A1F),
        text2: hex(0x4A_515B),
        faint: hex(0x5E_656F),
        accent: hex(0x4A_53B8),
        on_accent: hex(0xFF_FFFF),
        neutral: hex(0x76_7D87),
        ghost: hex(0xD3_D7DC),
        // #171A1F at 32 %, premultiplied.
        scrim: Color32::from_rgba_premultiplied(7, 8, 10, 82),
        intact: paint(0x18_7446, 0xE4_F1EA),
        broken: paint(0xB4_163C, 0xFA_E5E9),
        partial: paint(0x8A_5E00, 0xF7_EDD8),
        unverifiable: paint(0x5F_6772, 0xEC_EEF0),
        withheld: paint(0x3F_6C86, 0xE3_ECF1),
        categories: [hex(0x00_66BC), hex(0xB1_6E00), hex(0xAB_4A9A), hex(0x3A_8BC0), hex(0x03_8C5A), hex(0x8F_3D00)],
        heat: [
            hex(0xEE_F2F7),
            hex(0xD3_E0EE),
            hex(0xAE_CAE3),
            hex(0x7F_ADD4),
            hex(0x4B_88BC),
            hex(0x22_649A),
            hex(0x0B_4373),
        ],
        heat_text_to: 5,
    };

    /// The dark appearance.
    pub const DARK: Self = Self {
        dark: true,
        window: hex(0x12_1418),
        panel: hex(0x18_1B20),
        sunken: hex(0x0D_0F12),
        hover: hex(0x20_242A),
        selected: hex(0x2A_2E4D),
        hair: hex(0x29_2D34),
        row: hex(0x21_252B),
        hair2: hex(0x41_4751),
        text: hex(0xE6_E8EB),
        text2: hex(0xAB_B2BC),
        faint: hex(0x94_9CA7),
        accent: hex(0x98_A0F2),
        on_accent: hex(0x12_1418),
        neutral: hex(0x8D_95A0),
        ghost: hex(0x3A_4049),
        // Black at 50 %.
        scrim: Color32::from_rgba_premultiplied(0, 0, 0, 128),
        intact: paint(0x4C_BF88, 0x17_3126),
        broken: paint(0xF2_7A6E, 0x3D_1F1D),
        partial: paint(0xD9_A73C, 0x35_2A12),
        unverifiable: paint(0x9B_A3AE, 0x24_282E),
        withheld: paint(0x7F_B2CE, 0x1B_2E39),
        categories: [hex(0x42_8BCA), hex(0xEF_AB22), hex(0xF1_95D5), hex(0x91_D8FF), hex(0x33_A67A), hex(0xD3_7133)],
        heat: [
            hex(0x1A_2028),
            hex(0x1D_3146),
            hex(0x20_476A),
            hex(0x2A_6392),
            hex(0x44_8CC2),
            hex(0x72_ADD9),
            hex(0xB4_D6F0),
        ],
        heat_text_to: 4,
    };

    /// The theme that `ui` is drawn in.
    #[must_use]
    pub fn of(ui: &Ui) -> &'static Self {
        Self::get(ui.visuals().dark_mode)
    }

    /// The theme that `ctx` is in.
    #[must_use]
    pub fn now(ctx: &Context) -> &'static Self {
        Self::get(ctx.theme() == egui::Theme::Dark)
    }

    /// The dark or the light one.
    #[must_use]
    pub fn get(dark: bool) -> &'static Self {
        if dark { &Self::DARK } else { &Self::LIGHT }
    }

    /// The colour of the category at `index` (from 0) in order of appearance; neutral from the seventh on.
    #[must_use]
    pub fn category(&self, index: usize) -> Color32 {
        self.categories.get(index).copied().unwrap_or(self.neutral)
    }

    /// The colour of a number written on a step (from 0) of the heat map.
    #[must_use]
    pub fn on_heat(&self, step: usize) -> Color32 {
        if step < self.heat_text_to { self.text } else { self.panel }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(color: Color32) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_background() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            for background in [theme.panel, theme.window, theme.hover, theme.selected, theme.sunken] {
                for text in [theme.text, theme.text2, theme.faint, theme.accent] {
                    assert!(contrast(text, background) >= 4.5, "{text:?} on {background:?}");
                }
                assert!(contrast(theme.neutral, background) >= 3.0, "marks on {background:?}");
            }
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5);
            for paint in [theme.intact, theme.broken, theme.partial, theme.unverifiable, theme.withheld] {
                for background in [theme.panel, theme.selected, paint.tint] {
                    assert!(contrast(paint.color, background) >= 4.5, "{paint:?} on {background:?}");
                }
            }
            for (index, category) in theme.categories.into_iter().enumerate() {
                assert!(contrast(category, theme.panel) >= 3.0, "category {index}");
            }
            for (step, heat) in theme.heat.into_iter().enumerate() {
                assert!(contrast(theme.on_heat(step), heat) >= 4.5, "step {step} of {:?}", theme.dark);
            }
        }
    }

    #[test]
    fn a_seventh_category_is_other() {
        assert_eq!(Theme::LIGHT.category(0), Theme::LIGHT.categories[0]);
        assert_eq!(Theme::DARK.category(6), Theme::DARK.neutral);
    }
}

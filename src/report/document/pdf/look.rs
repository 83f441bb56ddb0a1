//! What a page looks like: sizes in points (1/72 inch), and the colours of the light theme.

use super::super::Tone;

/// A4.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// From the edge of the paper to the text: 20 mm.
pub(super) const MARGIN: f32 = 56.69;
/// Where the text ends at the foot of a page.
pub(super) const BOTTOM: f32 = PAGE.1 - 68.0;
/// Base line of the foot.
pub(super) const FOOT: f32 = PAGE.1 - 38.0;
/// From the left to the right of the text.
pub(super) const MEASURE: f32 = PAGE.0 - 2.0 * MARGIN;

/// A colour: red, green, blue.
pub(super) type Ink = [u8; 3];

pub(super) const TEXT: Ink = [0x17, 0x1A, 0x1F];
pub(super) const SECOND: Ink = [0x4A, 0x51, 0x5B];
pub(super) const FAINT: Ink = [0x5E, 0x65, 0x6F];
pub(super) const LINE: Ink = [0xE2, 0xE4, 0xE7];
pub(super) const RULE: Ink = [0xC6, 0xCA, 0xD0];
pub(super) const SOFT: Ink = [0xF5, 0xF6, 0xF7];
pub(super) const ACCENT: Ink = [0x4A, 0x53, 0xB8];

/// The colour of letters of a tone, where it means something.
pub(super) fn ink(tone: Tone) -> Option<Ink> {
    match tone {
        Tone::Neutral => None,
        Tone::Good => Some([0x18, 0x74, 0x46]),
        Tone::Warning => Some([0x8A, 0x5E, 0x00]),
        Tone::Bad => Some([0xB4, 0x16, 0x3C]),
    }
}

/// The ground below letters of a tone.
pub(super) fn ground(tone: Tone) -> Ink {
    match tone {
        Tone::Neutral => SOFT,
        Tone::Good => [0xE4, 0xF1, 0xEA],
        Tone::Warning => [0xF7, 0xED, 0xD8],
        Tone::Bad => [0xFA, 0xE5, 0xE9],
    }
}

/// A cut of the text fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Medium,
    SemiBold,
    Mono,
}

/// How a passage is set, where its runs do not say otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    /// Height of the letters.
    pub(super) size: f32,
    /// From one base line to the next.
    pub(super) leading: f32,
}

impl Style {
    const fn new(weight: Weight, ink: Ink, size: f32, leading: f32) -> Self {
        Self { weight, ink, size, leading }
    }

    /// In another colour.
    pub(super) const fn with(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }
}

pub(super) const KIND: Style = Style::new(Weight::SemiBold, ACCENT, 10.0, 14.0);
pub(super) const TITLE: Style = Style::new(Weight::SemiBold, TEXT, 22.0, 27.0);
pub(super) const SECTION: Style = Style::new(Weight::SemiBold, TEXT, 15.0, 20.0);
pub(super) const HEADING: Style = Style::new(Weight::SemiBold, TEXT, 11.5, 16.0);
pub(super) const BODY: Style = Style::new(Weight::Regular, TEXT, 10.0, 15.0);
pub(super) const STRONG: Style = Style::new(Weight::SemiBold, TEXT, 10.0, 15.0);
pub(super) const FACT: Style = Style::new(Weight::Regular, TEXT, 9.5, 14.0);
pub(super) const CAPTION: Style = Style::new(Weight::SemiBold, TEXT, 9.5, 14.0);
pub(super) const HEAD: Style = Style::new(Weight::Medium, SECOND, 8.5, 12.0);
pub(super) const CELL: Style = Style::new(Weight::Regular, TEXT, 8.5, 12.5);
pub(super) const DIGEST: Style = Style::new(Weight::Mono, TEXT, 8.2, 12.5);
pub(super) const NOTE: Style = Style::new(Weight::Regular, FAINT, 8.5, 12.5);
pub(super) const CODE: Style = Style::new(Weight::Mono, TEXT, 8.5, 12.5);
pub(super) const SMALL: Style = Style::new(Weight::Regular, FAINT, 7.5, 10.0);

//! The states of a proof. Their colours mean proof and nothing else, and always stand with an icon and a word.

use egui::Color32;

use super::Theme;
use crate::ui::icon::{self, Icon};

/// A colour and the tint that it is read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Icon, lines, and the word if it is broken.
    pub color: Color32,
    /// A fill behind it.
    pub tint: Color32,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictState {
    /// It holds.
    Intact,
    /// It does not hold, or something is missing.
    Broken,
    /// It holds in part, or nothing anchors it.
    Partial,
    /// It cannot be checked with what is there.
    Unverifiable,
    /// Left out, as declared.
    Withheld,
    /// The check did not run.
    Skipped,
}

impl VerdictState {
    /// All states, best known first.
    pub const ALL: [Self; 6] =
        [Self::Intact, Self::Broken, Self::Partial, Self::Unverifiable, Self::Withheld, Self::Skipped];

    /// Its colour and tint.
    #[must_use]
    pub fn paint(self, theme: &Theme) -> Paint {
        match self {
            Self::Intact => theme.intact,
            Self::Broken => theme.broken,
            Self::Partial => theme.partial,
            Self::Unverifiable => theme.unverifiable,
            Self::Withheld => theme.withheld,
            Self::Skipped => Paint { color: theme.faint, tint: theme.sunken },
        }
    }

    /// The colour of the word beside the icon: only what is broken is coloured.
    #[must_use]
    pub fn word_color(self, theme: &Theme) -> Color32 {
        if self == Self::Broken { theme.broken.color } else { theme.text }
    }

    /// The icon that stands for it.
    #[must_use]
    pub fn icon(self) -> Icon {
        match self {
            Self::Intact => icon::SEAL_CHECK,
            Self::Broken => icon::X_CIRCLE,
            Self::Partial => icon::CIRCLE_HALF,
            Self::Unverifiable => icon::QUESTION,
            Self::Withheld => icon::EYE_SLASH,
            Self::Skipped => icon::MINUS_CIRCLE,
        }
    }

    /// The word for it, for a legend and for screen readers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Broken => "broken",
            Self::Partial => "partial",
            Self::Unverifiable => "unverifiable",
            Self::Withheld => "withheld",
            Self::Skipped => "skipped",
        }
    }
}

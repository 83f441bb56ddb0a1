//! Where a table's cells come from. Plain data: a source says what a cell means, the table how it looks.

use std::borrow::Cow;
use std::ops::Range;

use egui::Color32;

use crate::ui::icon::Icon;
use crate::ui::theme::{Theme, Type, VerdictState};

/// What a colour says; the theme gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// A value.
    #[default]
    Text,
    /// A second thought.
    Text2,
    /// Hardly there: no value, a unit.
    Faint,
    /// It leads somewhere.
    Accent,
    /// A mark that needs no category.
    Neutral,
    /// The category of this number, from 0.
    Category(usize),
    /// The state of a proof; a word or icon has to say it too.
    Verdict(VerdictState),
}

impl Ink {
    /// Its colour.
    #[must_use]
    pub fn color(self, theme: &Theme) -> Color32 {
        match self {
            Self::Text => theme.text,
            Self::Text2 => theme.text2,
            Self::Faint => theme.faint,
            Self::Accent => theme.accent,
            Self::Neutral => theme.neutral,
            Self::Category(index) => theme.category(index),
            Self::Verdict(state) => state.paint(theme).color,
        }
    }
}

/// A square of eight points that tells results apart without a hue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Deny.
    Filled,
    /// Refer.
    Half,
    /// Approve.
    Outlined,
}

/// What stands before the text of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Lead {
    /// Nothing.
    #[default]
    None,
    /// An icon.
    Icon(Icon, Ink),
    /// An upright bar of 3 × 12: a version.
    Bar(Ink),
    /// A square: a result.
    Mark(Mark),
    /// A bar of 40 × 4 that is filled to this share: a number from 0 to 1.
    Meter(f32),
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell<'a> {
    /// What it says, on one line.
    pub text: Cow<'a, str>,
    /// Its colour.
    pub ink: Ink,
    /// Medium weight.
    pub strong: bool,
    /// Hashes, codes, paths.
    pub mono: bool,
    /// A time or a number: never cut short. A column too narrow for it shows `##` until it is wide enough.
    pub whole: bool,
    /// Before the text.
    pub lead: Lead,
    /// At the right end, however long the text is: icons with what they say.
    pub trail: &'static [(Icon, Ink, &'static str)],
}

impl<'a> Cell<'a> {
    /// A word.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A time or a number.
    #[must_use]
    pub fn figure(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), whole: true, ..Self::default() }
    }

    /// A hash, a code, a path.
    #[must_use]
    pub fn mono(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), mono: true, ..Self::default() }
    }

    /// No value: an en dash.
    #[must_use]
    pub fn none() -> Self {
        Self { text: "–".into(), ink: Ink::Faint, ..Self::default() }
    }

    /// In another colour.
    #[must_use]
    pub fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// In medium weight.
    #[must_use]
    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }

    /// With something before the text.
    #[must_use]
    pub fn lead(self, lead: Lead) -> Self {
        Self { lead, ..self }
    }

    /// With icons at the right end.
    #[must_use]
    pub fn trail(self, trail: &'static [(Icon, Ink, &'static str)]) -> Self {
        Self { trail, ..self }
    }

    /// All that it says, in words.
    #[must_use]
    pub fn words(&self) -> Cow<'_, str> {
        if self.trail.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let trail = self.trail.iter().map(|(_, _, word)| *word);
        let parts: Vec<&str> = std::iter::once(&*self.text).filter(|text| !text.is_empty()).chain(trail).collect();
        Cow::Owned(parts.join(", "))
    }

    pub(super) fn style(&self) -> Type {
        match (self.mono, self.strong) {
            (true, _) => Type::Mono,
            (_, true) => Type::TableMedium,
            _ => Type::Table,
        }
    }
}

/// How a row differs from its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowStyle {
    /// A line of `text2` above it: another version begins here.
    pub parted: bool,
}

/// The rows of a table. Nothing here may wait: what is not there yet is none, and a repaint is asked for when it came.
pub trait TableSource {
    /// How many rows there are.
    fn rows(&self) -> u64;

    /// The cell of `row` in the column at `column` of [`super::Columns::list`]; none while it is not loaded.
    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>>;

    /// How a row differs.
    fn row_style(&self, row: u64) -> RowStyle {
        let _ = row;
        RowStyle::default()
    }

    /// Told in every frame which rows are seen, so that these and their neighbours can be loaded.
    fn prefetch(&self, seen: Range<u64>) {
        let _ = seen;
    }

    /// What a cell is copied as: the full value, where the cell shows it shortened. None while it is not loaded.
    fn copied(&self, row: u64, column: usize) -> Option<String> {
        self.cell(row, column).map(|cell| cell.text.into_owned())
    }
}

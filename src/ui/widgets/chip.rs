//! A term of the filter as a chip.

use egui::accesskit::Role;
use egui::text::LayoutJob;
use egui::{Id, Response, Sense, Stroke, StrokeKind, TextFormat, Ui, Widget, vec2};

use super::{name, pattern, text};
use crate::record::text::visible;
use crate::ui::theme::{Theme, Type, measure};

/// What a chip's term does at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChipState {
    /// It filters.
    #[default]
    On,
    /// It is kept, but does not filter.
    Suspended,
}

/// A term of the filter: field, value, and what it does.
#[must_use = "a chip has to be added to a ui"]
pub struct Chip<'a> {
    field: &'a str,
    value: &'a str,
    negated: bool,
    state: ChipState,
    focused: bool,
    id: Option<Id>,
}

impl<'a> Chip<'a> {
    /// `field:value`; an empty field is free text.
    pub fn new(field: &'a str, value: &'a str) -> Self {
        Self { field, value, negated: false, state: ChipState::On, focused: false, id: None }
    }

    /// What it is known by where others come and go beside it.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Whether it filters out.
    pub fn negated(mut self, negated: bool) -> Self {
        self.negated = negated;
        self
    }

    /// What it does.
    pub fn state(mut self, state: ChipState) -> Self {
        self.state = state;
        self
    }

    /// Whether the keyboard is on it.
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }

    fn job(&self, theme: &Theme) -> LayoutJob {
        let suspended = self.state == ChipState::Suspended;
        let format = |style: Type, color| TextFormat {
            font_id: style.font(),
            color,
            strikethrough: if suspended { Stroke::new(measure::HAIR, color) } else { Stroke::NONE },
            ..TextFormat::default()
        };
        let (quiet, loud) = if suspended { (theme.faint, theme.faint) } else { (theme.text2, theme.text) };
        let mut job = LayoutJob::default();
        if self.negated {
            job.append("not ", 0.0, format(Type::TableBold, loud));
        }
        if !self.field.is_empty() {
            job.append(&format!("{}:", visible(self.field)), 0.0, format(Type::Table, quiet));
        }
        job.append(&visible(self.value), 0.0, format(Type::Table, loud));
        job
    }
}

impl Widget for Chip<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let galley = ui.painter().layout_job(self.job(theme));
        let size = vec2(galley.size().x + 12.0, measure::CHIP);
        let (auto, rect) = ui.allocate_space(size);
        let response = ui.interact(rect, self.id.unwrap_or(auto), Sense::click());
        let focused = self.focused || response.has_focus();
        if ui.is_rect_visible(rect) {
            let painter = ui.painter();
            let edge = |color| Stroke::new(measure::HAIR, color);
            if focused {
                painter.rect(rect, measure::RADIUS, theme.selected, edge(theme.accent), StrokeKind::Inside);
            } else if self.state == ChipState::Suspended {
                pattern::dashed_rect(painter, rect.shrink(0.5), edge(theme.hair2), 3.0, 2.0);
            } else if self.negated {
                painter.rect_stroke(rect, measure::RADIUS, edge(theme.hair2), StrokeKind::Inside);
            } else {
                painter.rect_filled(rect, measure::RADIUS, theme.sunken);
            }
            text::place(painter, rect.left() + 6.0, rect.center().y, galley);
        }
        let what = match self.state {
            ChipState::On => "",
            ChipState::Suspended => ", suspended",
        };
        let not = if self.negated { "not " } else { "" };
        let colon = if self.field.is_empty() { "" } else { ":" };
        name(&response, Role::Button, &format!("filter {not}{}{colon}{}{what}", self.field, self.value));
        response
    }
}

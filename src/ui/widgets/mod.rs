//! Small painted widgets in the look of the theme, each with a name for screen readers and tests.
//!
//! They know plain texts and numbers only. What one returns is egui's [`egui::Response`] of its whole area, so that clicks,
//! hovering and menus work as on egui's own.

mod badge;
mod button;
mod chip;
mod choice;
pub mod copied;
mod facet;
mod fields;
pub mod figures;
mod hash;
mod message;
mod note;
pub mod pattern;
mod spread;
mod structure;
mod tab;
pub mod text;
mod toast;
mod verdict;

pub use badge::{badge, key_cap};
pub use button::{Button, ButtonKind, icon_button, link};
pub use chip::{Chip, ChipState};
pub use choice::{check_row, radio_row};
pub use facet::{FacetRow, FacetState, facet_head};
pub use fields::{field_frame, field_row, field_text, form_row, text_field};
pub use hash::{HashLabel, shortened};
pub use message::{Empty, ErrorPanel, progress_line};
pub use note::{NoteEdit, note_edit};
pub use spread::{SpreadDid, SpreadPlot};
pub use structure::{hairline, section, subsection, vertical_hairline};
pub use tab::{TAB_PAD, rail_button, rail_item, tab, tab_within, verdict_tab};
pub use toast::{Toast, Toasts};
pub use verdict::{VERDICT_GAP, VerdictItem, verdict_gap, verdict_icon};

use egui::accesskit::Role;
use egui::{Response, StrokeKind, Ui, WidgetInfo};

use super::theme::{Theme, measure};
use crate::record::text::visible;

/// Tells screen readers what a painted widget is.
fn name(response: &Response, role: Role, label: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, response.enabled(), visible(label)));
}

/// As [`name`], with whether it is on.
fn name_selected(response: &Response, role: Role, label: &str, on: bool) {
    response.widget_info(|| WidgetInfo::selected(role, response.enabled(), on, visible(label)));
}

/// The ring that shows where the keyboard is.
fn focus_ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let theme = Theme::of(ui);
        ui.painter().rect_stroke(
            response.rect,
            measure::RADIUS,
            egui::Stroke::new(measure::HAIR, theme.accent),
            StrokeKind::Inside,
        );
    }
}

/// Says why something cannot be used now, on hovering it: a control that does nothing never keeps silent about it.
pub fn why_not(response: Response, why: &str) -> Response {
    response.on_disabled_hover_ui(|ui| {
        let color = Theme::of(ui).text;
        text::wrapped(ui, why, super::theme::Type::Table, color);
    })
}

/// A tooltip of text: shows after 0.4 s, wraps at 420 points.
pub fn tip(response: Response, text: impl Into<String>) -> Response {
    let words = text.into();
    response.on_hover_ui(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let color = Theme::of(ui).text;
        text::wrapped(ui, &words, super::theme::Type::Table, color);
    })
}

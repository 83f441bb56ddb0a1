//! What a view says when it has nothing to show, when something failed, and while something runs.

use egui::accesskit::{Live, Role};
use egui::{Frame, Margin, Painter, Rect, Response, Ui, pos2, vec2};

use super::{Button, icon_button, text};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};

/// Why a view is empty, and the way out.
#[must_use = "has to be shown"]
pub struct Empty<'a> {
    /// What is so: "0 of 20 000 records".
    pub sentence: &'a str,
    /// Why it is so.
    pub reason: &'a str,
    /// The word on the button, if there is a way out.
    pub way_out: Option<&'a str>,
}

impl Empty<'_> {
    /// Shows it at the top left; gives the button.
    pub fn show(self, ui: &mut Ui) -> Option<Response> {
        let theme = Theme::of(ui);
        Frame::NONE
            .inner_margin(Margin::same(24))
            .show(ui, |ui| {
                ui.set_max_width(480.0);
                ui.spacing_mut().item_spacing.y = 4.0;
                text::wrapped(ui, self.sentence, Type::Body, theme.text);
                if !self.reason.is_empty() {
                    text::wrapped(ui, self.reason, Type::Table, theme.text2);
                }
                self.way_out.map(|word| {
                    ui.add_space(8.0);
                    ui.add(Button::new(word))
                })
            })
            .inner
    }
}

/// What went wrong; stays until it is dismissed.
#[must_use = "has to be shown"]
pub struct ErrorPanel<'a> {
    /// What happened, in words.
    pub what: &'a str,
    /// Which file, as a path.
    pub file: &'a str,
    /// What to do about it.
    pub advice: &'a str,
}

impl ErrorPanel<'_> {
    /// Shows it as wide as there is room; true once it is dismissed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui);
        let shown = Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 10.0;
                let (rect, _) =
                    ui.allocate_exact_size(vec2(measure::ICON, Type::TableMedium.line()), egui::Sense::hover());
                icon::X_CIRCLE.paint(ui.painter(), rect.center(), measure::ICON, theme.broken.color);
                let room = ui.available_width() - measure::FACET - 10.0;
                ui.vertical(|ui| {
                    ui.set_width(room.max(0.0));
                    ui.spacing_mut().item_spacing.y = 2.0;
                    text::wrapped(ui, self.what, Type::BodyMedium, theme.text);
                    if !self.file.is_empty() {
                        text::verbatim(ui, self.file, Type::Mono, theme.text2);
                    }
                    if !self.advice.is_empty() {
                        text::wrapped(ui, self.advice, Type::Table, theme.text2);
                    }
                });
                icon_button(ui, icon::X, "Dismiss", false).clicked()
            })
            .inner
        });
        let rect = shown.response.rect;
        super::structure::line_below(ui, rect, theme.hair);
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(Role::Alert);
            node.set_label(format!("{} {} {}", self.what, self.file, self.advice));
            node.set_live(Live::Assertive);
        });
        shown.inner
    }
}

/// How far a job is, as a line of two points at the top of `rect`; `share` from 0 to 1.
pub fn progress_line(painter: &Painter, rect: Rect, share: f32, theme: &Theme) {
    let right = rect.left() + rect.width() * share.clamp(0.0, 1.0);
    let line = Rect::from_min_max(rect.min, pos2(right, rect.top() + measure::STRONG));
    painter.rect_filled(line, 0.0, theme.accent);
}

//! Short notices that go by themselves. Errors are no toasts.

use egui::accesskit::{Live, Role};
use egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Pos2, Stroke};

use super::link;
use crate::ui::theme::{Theme, Type, measure};

/// A notice, with what its link does.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    text: String,
    undo: bool,
    topic: &'static str,
    /// When it goes, in egui's seconds; set when it is first shown.
    until: Option<f64>,
}

/// The notices that are up, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Toasts {
    list: Vec<Toast>,
}

impl Toasts {
    /// Puts up a notice for four seconds, in place of the one of the same topic; `undo` adds the link that takes back what it tells of.
    pub fn add(&mut self, text: impl Into<String>, undo: bool, topic: &'static str) {
        self.list.retain(|other| other.topic != topic);
        self.list.push(Toast { text: text.into(), undo, topic, until: None });
    }

    /// Whether none is up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Shows them upwards from `corner` (bottom right); true once "Undo" is clicked.
    pub fn show(&mut self, ctx: &Context, corner: Pos2) -> bool {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.list {
            toast.until.get_or_insert(now + measure::TOAST_TIME);
        }
        self.list.retain(|toast| toast.until.is_none_or(|until| until > now));
        let theme = Theme::now(ctx);
        let mut undone = false;
        let mut bottom = corner.y;
        let mut spent = None;
        for (index, toast) in self.list.iter().enumerate().rev() {
            let area = Area::new(Id::unique("toast").with(index))
                .order(Order::Foreground)
                .fixed_pos(egui::pos2(corner.x, bottom))
                .pivot(Align2::RIGHT_BOTTOM)
                .constrain(true)
                .show(ctx, |ui| {
                    Frame::NONE
                        .fill(theme.panel)
                        .stroke(Stroke::new(measure::HAIR, theme.hair2))
                        .corner_radius(CornerRadius::same(measure::RADIUS))
                        .inner_margin(Margin::same(8))
                        .show(ui, |ui| {
                            ui.horizontal(|ui| {
                                ui.label(Type::Table.rich(toast.text.as_str()).color(theme.text));
                                toast.undo && link(ui, "Undo", Type::Table).clicked()
                            })
                            .inner
                        })
                        .inner
                });
            if area.inner {
                undone = true;
                spent = Some(index);
            }
            ctx.accesskit_node_builder(area.response.id, |node| {
                node.set_role(Role::Status);
                node.set_label(toast.text.as_str());
                node.set_live(Live::Polite);
            });
            bottom -= area.response.rect.height() + measure::CELL;
        }
        if let Some(index) = spent {
            self.list.remove(index);
        }
        if let Some(next) = self.list.iter().filter_map(|toast| toast.until).min_by(f64::total_cmp) {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64((next - now).max(0.0)));
        }
        undone
    }
}

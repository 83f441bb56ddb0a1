//! Short notices that go by themselves. Errors are no toasts.

use egui::accesskit::{Live, Role};
use egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Pos2, Stroke};

use super::{link, text};
use crate::ui::theme::{Theme, Type, measure};

/// Width of the words of a notice; less in a small window.
const WIDTH: f32 = 480.0;

/// A notice, with what its link does.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    text: String,
    link: Option<&'static str>,
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
    /// Puts up a notice for four seconds, in place of the one of the same topic; `link` is what can be done
    /// about what it tells of, in a word or two.
    pub fn add(&mut self, text: impl Into<String>, link: Option<&'static str>, topic: &'static str) {
        self.list.retain(|other| other.topic != topic);
        self.list.push(Toast { text: text.into(), link, topic, until: None });
    }

    /// Whether none is up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Shows them upwards from `corner` (bottom right); gives the topic of the one whose link is clicked.
    pub fn show(&mut self, ctx: &Context, corner: Pos2) -> Option<&'static str> {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.list {
            toast.until.get_or_insert(now + measure::TOAST_TIME);
        }
        self.list.retain(|toast| toast.until.is_none_or(|until| until > now));
        let theme = Theme::now(ctx);
        let mut clicked = None;
        let mut bottom = corner.y;
        let mut spent = None;
        // Longer ones go on in a second line.
        let room = WIDTH.min(corner.x - ctx.content_rect().left() - measure::PAGE);
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
                                ui.set_max_width(room);
                                text::wrapped(ui, &toast.text, Type::Table, theme.text);
                                toast.link.is_some_and(|word| link(ui, word, Type::Table).clicked())
                            })
                            .inner
                        })
                        .inner
                });
            if area.inner {
                clicked = Some(toast.topic);
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
        clicked
    }
}

//! A small histogram whose range can be chosen: by dragging over it, or by the arrows on either edge.

use egui::accesskit::Role;
use egui::{CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Stroke, Ui, pos2, vec2};

use super::name;
use crate::ui::theme::{Theme, measure};

/// Height of the bars.
const BARS: f32 = 32.0;
/// Height with the room around them.
const HEIGHT: f32 = 44.0;
/// Where the bars begin.
const LEFT: f32 = 28.0;
/// So near to an edge it is the edge that is taken.
const NEAR: f32 = 5.0;

/// What a user did with a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpreadDid {
    /// Nothing, or nothing that is done yet.
    Nothing,
    /// Chose from one share of the width to another.
    Chose(f32, f32),
    /// Let the range go.
    LetGo,
}

/// A histogram over a range.
#[must_use = "has to be shown"]
pub struct SpreadPlot<'a> {
    /// What it is of, for screen readers.
    pub label: &'a str,
    /// The counts, from left to right.
    pub counts: &'a [u32],
    /// What is chosen, as shares of the width; it may lie outside of it.
    pub chosen: Option<(f32, f32)>,
    /// What the edges stand for, in words: of what is chosen, or else of the whole.
    pub edges: (&'a str, &'a str),
}

impl SpreadPlot<'_> {
    /// Shows it as wide as there is room. Gives what was done, and the stretch under the pointer.
    pub fn show(self, ui: &mut Ui) -> (SpreadDid, Option<usize>, Response) {
        let theme = Theme::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
        let plot = Rect::from_min_max(
            pos2(rect.left() + LEFT, rect.top() + 4.0),
            pos2(rect.right() - measure::PAD, rect.top() + 4.0 + BARS),
        );
        let id = ui.scope_id().with(("spread", self.label));
        let response = ui.interact(plot.expand2(vec2(4.0, 4.0)), id, Sense::click_and_drag());
        let drag = self.drag(ui, plot, id, &response);
        let shown = drag.or(self.chosen).map(|(from, to)| (from.clamp(0.0, 1.0), to.clamp(0.0, 1.0)));
        self.paint(ui, plot, shown, theme);
        name(&response, Role::Button, &format!("{}: {} to {}", self.label, self.edges.0, self.edges.1));
        super::focus_ring(ui, &response);
        let mut did = SpreadDid::Nothing;
        if response.drag_stopped() {
            if let Some((from, to)) = drag {
                did = SpreadDid::Chose(from, to);
            }
            ui.data_mut(|data| data.remove::<f32>(id));
        } else if response.clicked() && self.is_chosen_at(plot, response.interact_pointer_pos()) {
            did = SpreadDid::LetGo;
        }
        for is_end in [false, true] {
            let by_key = self.edge(ui, plot, id, shown, is_end);
            if by_key != SpreadDid::Nothing {
                did = by_key;
            }
        }
        let under = response.hover_pos().map(|at| share(plot, at.x));
        if under.is_some() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few bars"
        )]
        let under = under.map(|share| (share * self.counts.len() as f32) as usize);
        (did, under.map(|at| at.min(self.counts.len().saturating_sub(1))), response)
    }

    /// Whether what was clicked lies in what is chosen; a click that has no place comes from the keyboard.
    fn is_chosen_at(&self, plot: Rect, at: Option<egui::Pos2>) -> bool {
        let Some((from, to)) = self.chosen else { return false };
        at.is_none_or(|at| (from..=to).contains(&share(plot, at.x)))
    }

    /// What is being dragged, from less to more: a new range, or an edge of the one that is chosen.
    fn drag(&self, ui: &Ui, plot: Rect, id: Id, response: &Response) -> Option<(f32, f32)> {
        if response.drag_started()
            && let Some(at) = ui.input(|input| input.pointer.press_origin())
        {
            let near = |edge: f32| (plot.left() + edge * plot.width() - at.x).abs() <= NEAR;
            let stays = match self.chosen {
                Some((from, to)) if near(to) => from,
                Some((from, to)) if near(from) => to,
                _ => share(plot, at.x),
            };
            ui.data_mut(|data| data.insert_temp(id, stays));
        }
        let stays: f32 = ui.data(|data| data.get_temp(id))?;
        let at = response.interact_pointer_pos().or_else(|| ui.input(|input| input.pointer.latest_pos()))?;
        let here = share(plot, at.x);
        Some((stays.min(here), stays.max(here)))
    }

    /// An edge by keyboard: arrows move it by a stretch, Delete lets the range go.
    fn edge(&self, ui: &Ui, plot: Rect, id: Id, shown: Option<(f32, f32)>, is_end: bool) -> SpreadDid {
        let (from, to) = shown.unwrap_or((0.0, 1.0));
        let x = plot.left() + plot.width() * if is_end { to } else { from };
        let handle = Rect::from_center_size(pos2(x, plot.center().y), vec2(2.0 * NEAR, plot.height()));
        let response =
            ui.interact(handle, id.with(if is_end { "to" } else { "from" }), Sense::focusable_noninteractive());
        let (word, edge) = if is_end { ("to", self.edges.1) } else { ("from", self.edges.0) };
        name(&response, Role::Slider, &format!("{} {word} {edge}", self.label));
        if !response.has_focus() {
            return SpreadDid::Nothing;
        }
        let theme = Theme::of(ui);
        let mark = Rect::from_center_size(pos2(x, plot.center().y), vec2(measure::GRID, 18.0));
        ui.painter().rect_filled(mark, 2.0, theme.accent);
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
        if pressed(Key::Delete) + pressed(Key::Backspace) > 0 {
            return SpreadDid::LetGo;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few keys and bars")]
        let by = (pressed(Key::ArrowRight) as f32 - pressed(Key::ArrowLeft) as f32) / self.counts.len().max(1) as f32;
        match by {
            0.0 => SpreadDid::Nothing,
            by if is_end => SpreadDid::Chose(from, (to + by).clamp(from, 1.0)),
            by => SpreadDid::Chose((from + by).clamp(0.0, to), to),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few bars")]
    fn paint(&self, ui: &Ui, plot: Rect, shown: Option<(f32, f32)>, theme: &Theme) {
        let painter = ui.painter();
        let x = |share: f32| plot.left() + plot.width() * share;
        if let Some((from, to)) = shown {
            let band = Rect::from_min_max(pos2(x(from), plot.top()), pos2(x(to).max(x(from) + 1.0), plot.bottom()));
            painter.rect_filled(band, 0.0, theme.selected);
        }
        let most = self.counts.iter().max().copied().unwrap_or(0).max(1) as f32;
        let n = self.counts.len().max(1) as f32;
        for (at, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (from, to) = (at as f32 / n, (at as f32 + 1.0) / n);
            let height = (*count as f32 / most * plot.height()).max(1.0);
            // A single value has a bar, not a block.
            let right = if self.counts.len() == 1 { x(from) + 6.0 } else { (x(to) - 1.0).round() };
            let bar = Rect::from_min_max(pos2(x(from).round(), plot.bottom() - height), pos2(right, plot.bottom()));
            let is_in = shown.is_none_or(|(low, high)| low < to && from <= high);
            let color = match shown {
                Some(_) if is_in => theme.text2,
                Some(_) => theme.hair2,
                None => theme.neutral,
            };
            painter.rect_filled(bar, 0.0, color);
        }
        painter.hline(plot.x_range(), plot.bottom() + 0.5, Stroke::new(measure::HAIR, theme.hair2));
        if let Some((from, to)) = shown {
            for edge in [from, to] {
                painter.vline(x(edge), plot.y_range(), Stroke::new(measure::HAIR, theme.accent));
            }
        }
    }
}

fn share(plot: Rect, x: f32) -> f32 {
    ((x - plot.left()) / plot.width().max(1.0)).clamp(0.0, 1.0)
}

//! Records: facets left, the table in the middle, the detail right.

mod choice;
mod chooser;
mod columns;
mod facets;
mod kinds;
mod range;
mod source;
mod spreads;
pub(in crate::ui::views) mod table;

use egui::{Rect, Ui, pos2};

use super::parts;
use crate::app::{App, Command, Overlay, Session};
use crate::ui::detail;
use crate::ui::theme::{Theme, measure};

/// Below this width of the window the facets are a button.
const FOLDED: f32 = 1120.0;
/// How much is seen of what answers an older question, while the new one is being worked out.
const OLD: f32 = 0.55;

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    facets: facets::State,
    table: table::State,
    chooser: chooser::State,
    detail: detail::State,
    is_facets_open: bool,
}

impl State {
    /// Puts a place at the top.
    pub fn scroll_to(&mut self, first: u64) {
        self.table.scroll_to(first);
    }

    /// The places that were seen last.
    #[must_use]
    pub fn seen(&self) -> std::ops::Range<u64> {
        self.table.seen()
    }
}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let room = ui.available_rect_before_wrap();
    ui.allocate_rect(room, egui::Sense::empty());
    ui.painter().rect_filled(room, 0.0, theme.panel);
    if app.is_still() {
        return table::show(&mut parts::within(ui, room, "rows"), app, &mut state.table, commands);
    }
    let is_folded = ui.ctx().content_rect().width() < FOLDED;
    let mut middle = room;
    let has_facets = !is_folded || state.is_facets_open;
    if has_facets {
        middle.min.x = (room.left() + measure::FACETS).min(room.right());
    }
    // Nothing lies over half a row: what is seen of the rows can be read and reached, or the detail lies over all of them.
    let beside = middle.left() - room.left() + state.table.layouts.least(app);
    let detail = detail::docked(ui, app, &mut state.detail, room, beside);
    if let Some(detail) = detail {
        middle.max.x = detail.left() - measure::HAIR;
    }
    if let (Some(rect), false) = (detail, middle.width() > 0.0) {
        detail::show(&mut parts::within(ui, rect, "detail"), app, &mut state.detail, commands);
        return;
    }
    if has_facets {
        let left = Rect::from_min_max(room.min, pos2(middle.left() - measure::HAIR, room.bottom()));
        let mut facets = parts::within(ui, left, "facets");
        if app.session().is_some_and(Session::is_waited_for) {
            facets.multiply_opacity(OLD);
        }
        facets::show(&mut facets, app, &mut state.facets, commands);
        line(ui, middle.left(), room);
    }
    let mut inner = parts::within(ui, middle, "rows");
    if app.session().is_some_and(Session::is_old) {
        inner.multiply_opacity(OLD);
    }
    if is_folded && kinds::fold_button(&mut inner, state.is_facets_open) {
        state.is_facets_open = !state.is_facets_open;
    }
    kinds::show(&mut inner, app, commands, is_folded);
    table::show(&mut inner, app, &mut state.table, commands);
    if let Some(rect) = detail {
        detail::show(&mut parts::within(ui, rect, "detail"), app, &mut state.detail, commands);
    }
    if app.overlay() == Overlay::Columns {
        chooser::show(ui.ctx(), app, &mut state.chooser, &mut state.table.layouts, commands);
    }
}

/// A hairline left of `x`.
fn line(ui: &Ui, x: f32, rect: Rect) {
    let stroke = egui::Stroke::new(measure::HAIR, Theme::of(ui).hair);
    ui.painter().vline(x - 0.5, rect.y_range(), stroke);
}

//! The menu of a cell: where the right button was pressed, or at the cell under the cursor, for the keyboard.

use egui::{FocusDirection, Popup, Rect, Response, SetOpenCommand, pos2};

use super::columns::Placed;
use super::scroll::Extent;
use super::select::CellAt;
use super::{Table, TableOutput, TableState};

/// The width of a menu: longer values are cut before they come here.
const WIDTH: f32 = 264.0;

/// Prepares the menu of the cell under the cursor, which is brought into sight; without a cursor that of the first cell.
pub(super) fn want(state: &mut TableState, response: &Response, placed: &Placed, extent: &Extent, width: f32) {
    if extent.rows == 0 || placed.all.is_empty() {
        return;
    }
    if state.selection.cursor().is_none() {
        state.selection.go(CellAt { row: state.scroll.row, column: 0 });
    }
    let Some(cursor) = state.selection.cursor() else { return };
    state.scroll = state.scroll.showing(cursor.row, extent);
    state.x = placed.showing(cursor.column, state.x, width);
    (state.menu, state.is_menu_at_cell, state.is_menu_entered) = (Some(cursor), true, true);
    response.request_focus();
    Popup::open_id(&response.ctx, Popup::default_response_id(response));
}

impl Table<'_> {
    /// Draws the menu while it is open.
    pub(super) fn menu(&mut self, view: Rect, placed: &Placed, extent: &Extent, output: &TableOutput) {
        let Some(menu) = self.cell_menu.as_mut() else { return };
        let state = &mut *self.state;
        let at = state.menu.or(state.selection.cursor());
        let Some((cell, (index, _, width))) = at.and_then(|cell| Some((cell, *placed.all.get(cell.column)?))) else {
            return;
        };
        let mut popup = Popup::context_menu(&output.response).width(WIDTH);
        if state.is_menu_at_cell {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "points on a screen")]
            let top = ((cell.row as f64 - state.scroll.row as f64) * extent.row_height - state.scroll.above) as f32;
            #[expect(clippy::cast_possible_truncation, reason = "points on a screen")]
            let bottom = view.top() + top + extent.row_height as f32;
            let left = view.left() + placed.left(cell.column, state.x) + width.min(16.0);
            popup = popup.open_memory(None::<SetOpenCommand>).at_position(pos2(left, bottom));
        }
        let id = output.response.id;
        let shown = popup.show(|ui| {
            // The keyboard goes in as it would by the arrow: the first entry has it then.
            if state.is_menu_entered && !ui.is_sizing_pass() && ui.memory(egui::Memory::focused) == Some(id) {
                state.is_menu_entered = false;
                ui.memory_mut(|memory| memory.move_focus(FocusDirection::Down));
            }
            if state.is_menu_entered {
                ui.request_repaint();
            }
            menu(ui, cell.row, index);
        });
        let is_open = shown.is_some();
        // Whoever leaves the menu is where they came from.
        if std::mem::replace(&mut state.was_menu_open, is_open) && !is_open {
            (state.is_menu_at_cell, state.is_menu_entered) = (false, false);
            output.response.request_focus();
            output.response.ctx.request_repaint();
        }
    }
}

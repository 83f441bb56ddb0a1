//! The table for screen readers and tests: rows and cells that are seen, with true numbers and counts of all.

use std::borrow::Cow;

use egui::accesskit::{Action, Role};
use egui::{Id, Rect, Sense, Ui, UiBuilder};

use super::columns::{Columns, Placed};
use super::select::{CellAt, Selection};
use super::source::Cell;
use crate::record::text::visible;

/// Marks the node of the table; false if nobody reads it.
pub(super) fn table(ui: &Ui, id: Id, label: &str, rows: u64, columns: usize, rect: Rect) -> bool {
    ui.ctx()
        .accesskit_node_builder(id, |node| {
            node.set_role(Role::Table);
            node.set_label(label);
            // The head counts as a row: index 0.
            node.set_row_count(usize::try_from(rows).unwrap_or(usize::MAX).saturating_add(1));
            node.set_column_count(columns);
            node.set_bounds(bounds(rect));
            node.add_action(Action::Focus);
        })
        .is_some()
}

/// The id of a row's node.
pub(super) fn row_id(table: Id, row: u64) -> Id {
    table.with(("row", row))
}

/// Adds a row, within which its cells are to be added.
pub(super) fn row(ui: &mut Ui, table: Id, row: u64, rect: Rect, selected: bool) -> Ui {
    let id = row_id(table, row);
    let child = ui.new_child(
        UiBuilder::new().scope_id(id).max_rect(rect).accessibility_parent(table).accessibility_role(Role::Row),
    );
    child.ctx().accesskit_node_builder(id, |node| {
        node.set_row_index(usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1));
        node.set_selected(selected);
        node.set_bounds(bounds(rect));
    });
    child
}

/// Adds a cell to its row; true if a screen reader clicked it.
pub(super) fn cell(ui: &Ui, table: Id, at: CellAt, rect: Rect, head: &str, cell: Option<&Cell<'_>>) -> bool {
    let id = cell_id(table, at);
    ui.interact(rect, id, Sense::empty());
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Cell);
        node.set_label(visible(&cell.map_or(Cow::Borrowed("loading"), Cell::words)).as_ref());
        node.set_description(visible(head).as_ref());
        node.set_row_index(usize::try_from(at.row).unwrap_or(usize::MAX).saturating_add(1));
        node.set_column_index(at.column);
        node.set_bounds(bounds(rect));
        node.add_action(Action::Click);
    });
    ui.input(|input| input.has_accesskit_action_request(id, Action::Click))
}

/// The id of a cell's node.
pub(super) fn cell_id(table: Id, at: CellAt) -> Id {
    row_id(table, at.row).with(at.column)
}

/// Says which cell the keyboard is on, if it is seen.
pub(super) fn active(ui: &Ui, table: Id, selection: &Selection, seen: &std::ops::Range<u64>, placed: &Placed) {
    if let Some(cursor) = selection.cursor().filter(|cursor| seen.contains(&cursor.row))
        && cursor.column < placed.all.len()
        && ui.ctx().has_accesskit_node(cell_id(table, cursor))
    {
        let target = cell_id(table, cursor).accesskit_id();
        ui.ctx().accesskit_node_builder(table, |node| node.set_active_descendant(target));
    }
}

/// The title of the column at `index`.
pub(super) fn title(columns: &Columns, index: usize) -> &str {
    columns.list.get(index).map_or("", |column| column.title.as_str())
}

fn bounds(rect: Rect) -> egui::accesskit::Rect {
    egui::accesskit::Rect { x0: rect.min.x.into(), y0: rect.min.y.into(), x1: rect.max.x.into(), y1: rect.max.y.into() }
}

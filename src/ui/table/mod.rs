//! The table: any number of rows, scrolled by row and fraction, with a keyboard, a mouse and a voice.
//!
//! A [`TableSource`] gives the cells, [`Columns`] say which are shown and how, a [`TableState`] keeps where it is scrolled to
//! and what is selected. [`Table::show`] draws what is seen and tells in [`TableOutput`] what its user did. Only seen cells are
//! asked for and laid out, so that a frame costs the same with a hundred rows and with a hundred million.

mod access;
mod bar;
mod body;
mod columns;
mod copy;
mod head;
mod keys;
mod menu;
mod paint;
mod scroll;
mod select;
mod source;

use std::ops::Range;

use egui::{Id, Rect, Response, Sense, Ui, pos2};

pub use columns::{Column, Columns, LEAST, Side, SortKey, clicked};
pub use copy::{MOST, MOST_BYTES, NotCopied, text as copied_text, told as told_of_copy};
pub use scroll::{Extent, Scroll};
pub use select::{CellAt, Reach, Selection};
pub use source::{Cell, Ink, Lead, Mark, RowStyle, TableSource};

pub use bar::WIDTH as BAR;

use self::columns::Placed;
use crate::ui::theme::measure;

/// Draws the menu of a cell: its row, and the place of its column in [`Columns::list`].
pub type CellMenu<'a> = dyn FnMut(&mut Ui, u64, usize) + 'a;
/// Draws the menu of a column: its place in [`Columns::list`].
pub type HeadMenu<'a> = dyn FnMut(&mut Ui, usize) + 'a;

/// What a table keeps from frame to frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableState {
    /// Where it is scrolled to.
    pub scroll: Scroll,
    /// How far it is scrolled sideways, in points.
    pub x: f32,
    /// What is selected.
    pub selection: Selection,
    /// The cell whose menu is open, or was last.
    menu: Option<CellAt>,
    /// The menu of the cell under the cursor is to be opened in the next frame.
    is_menu_wanted: bool,
    /// The menu was opened by keyboard: it stands at its cell.
    is_menu_at_cell: bool,
    /// The keyboard is to go into the menu.
    is_menu_entered: bool,
    /// The menu was open in the frame before.
    was_menu_open: bool,
    /// A row to bring into sight in the next frame.
    reveal: Option<u64>,
}

impl TableState {
    /// Brings `row` into sight in the next frame, with the least movement.
    pub fn reveal(&mut self, row: u64) {
        self.reveal = Some(row);
    }

    /// Opens the menu of the cell under the cursor in the next frame, with the keyboard in it.
    pub fn open_menu(&mut self) {
        self.is_menu_wanted = true;
    }

    /// Puts the cursor on `row` and brings it into sight.
    pub fn go_to(&mut self, row: u64) {
        let column = self.selection.cursor().map_or(0, |cell| cell.column);
        self.selection.go(CellAt { row, column });
        self.reveal(row);
    }
}

/// What the user did with a table in this frame.
#[derive(Debug)]
pub struct TableOutput {
    /// The body: focus, hovering, menus.
    pub response: Response,
    /// The rows that are seen, in part or whole.
    pub seen: Range<u64>,
    /// The cell under the pointer.
    pub hovered: Option<CellAt>,
    /// A row was opened by Enter, Space or a double click.
    pub opened: Option<u64>,
    /// A cell was clicked with Alt held: its value is to be filtered out.
    pub alt_clicked: Option<CellAt>,
    /// The selection or the cursor changed.
    pub selection_changed: bool,
    /// The order of rows changed: the source has to be asked to sort.
    pub sort_changed: bool,
    /// Widths or order of columns changed: they can be saved.
    pub columns_changed: bool,
    /// The clipboard was asked for what the table does not give at once: not loaded, or too much.
    pub not_copied: Option<NotCopied>,
}

/// A table to be shown.
#[must_use = "a table has to be shown"]
pub struct Table<'a> {
    id: Id,
    label: &'a str,
    source: &'a dyn TableSource,
    columns: &'a mut Columns,
    sort: &'a mut Vec<SortKey>,
    state: &'a mut TableState,
    row_height: f32,
    cell_menu: Option<&'a mut CellMenu<'a>>,
    head_menu: Option<&'a mut HeadMenu<'a>>,
}

impl<'a> Table<'a> {
    /// A table named `label`, which also tells it from others in the window.
    pub fn new(
        label: &'a str,
        source: &'a dyn TableSource,
        columns: &'a mut Columns,
        sort: &'a mut Vec<SortKey>,
        state: &'a mut TableState,
    ) -> Self {
        Self {
            id: Id::unique("table").with(label),
            label,
            source,
            columns,
            sort,
            state,
            row_height: measure::ROW,
            cell_menu: None,
            head_menu: None,
        }
    }

    /// Rows of another height.
    pub fn row_height(mut self, height: f32) -> Self {
        self.row_height = height.max(1.0);
        self
    }

    /// What the right button opens on a cell.
    pub fn cell_menu(mut self, menu: &'a mut CellMenu<'a>) -> Self {
        self.cell_menu = Some(menu);
        self
    }

    /// What the right button opens on the head of a column.
    pub fn head_menu(mut self, menu: &'a mut HeadMenu<'a>) -> Self {
        self.head_menu = Some(menu);
        self
    }

    /// Shows it in all the room there is.
    pub fn show(mut self, ui: &mut Ui) -> TableOutput {
        let rect = ui.available_rect_before_wrap();
        ui.allocate_rect(rect, Sense::empty());
        let rows = self.source.rows();
        // Nothing in a picture scrolls.
        let is_still = crate::ui::still::is(ui);
        let bar = if is_still { 0.0 } else { bar::WIDTH };
        let placed = Placed::new(self.columns, rect.width() - bar);
        self.state.selection.clamp(rows, placed.all.len());

        let right = rect.right() - bar;
        let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + measure::HEAD));
        let sideways = placed.width > right - rect.left();
        let bottom = rect.bottom() - if sideways { bar } else { 0.0 };
        // As many rows as fit whole: none is cut at the bottom. Where not even one fits, a part of one is better than nothing.
        let room = bottom - head.bottom();
        let is_long = rows as f32 * self.row_height > room + measure::ROW;
        let bottom =
            head.bottom() + if is_long && room > self.row_height { room - room % self.row_height } else { room };
        let view = Rect::from_min_max(pos2(rect.left(), head.bottom()), pos2(right, bottom.max(head.bottom())));
        let extent = Extent { rows, row_height: f64::from(self.row_height), view: f64::from(view.height()) };

        let mut output = self.input(ui, view, &placed, &extent);
        let bars = Rect::from_min_max(view.min, pos2(right, head.bottom() + room.max(0.0)));
        if !is_still {
            self.scroll_bars(ui, rect, bars, &placed, &extent);
        }
        output.seen = self.seen(&extent);
        self.source.prefetch(output.seen.clone());

        let heading = head::Head {
            rect: Rect::from_min_max(head.min, pos2(right, head.bottom())),
            id: self.id.with("head"),
            placed: &placed,
            x: self.state.x,
            seen: output.seen.clone(),
        };
        let menu = self.head_menu.take();
        let changed = heading.show(ui, self.columns, self.sort, self.source, menu);
        output.sort_changed |= changed.sort;
        output.columns_changed = changed.columns;
        if let Some(places) = changed.moved {
            self.state.selection.columns_moved(|place| places.get(place).copied().unwrap_or(place));
        }
        self.body(ui, view, &placed, &extent, &mut output);
        output
    }

    /// The rows that are seen.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
    fn seen(&self, extent: &Extent) -> Range<u64> {
        let top = self.state.scroll;
        let count = ((extent.view + top.above) / extent.row_height).ceil().max(0.0) as u64;
        top.row.min(extent.rows)..top.row.saturating_add(count).min(extent.rows)
    }

    fn scroll_bars(&mut self, ui: &Ui, rect: Rect, view: Rect, placed: &Placed, extent: &Extent) {
        let track = Rect::from_min_max(pos2(view.right(), view.top() + 2.0), pos2(rect.right(), view.bottom() - 2.0));
        if track.is_positive() {
            self.state.scroll = bar::vertical(ui, track, self.id.with("bar"), self.state.scroll, extent);
        }
        let track = Rect::from_min_max(pos2(rect.left() + 2.0, view.bottom()), pos2(view.right() - 2.0, rect.bottom()));
        if track.is_positive() {
            let id = self.id.with("level");
            self.state.x = bar::horizontal(ui, track, id, self.state.x, placed.width, view.width());
        }
    }
}

//! The rows of a table: what mouse and keys do on them, and how they are drawn.

use egui::{PointerButton, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, pos2};

use super::columns::{self, Placed};
use super::scroll::{Extent, Scroll};
use super::select::{CellAt, Reach};
use super::{NotCopied, Table, TableOutput, access, copy, keys, menu, paint};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{copied, text};

/// What came of drawing a cell.
#[derive(Default)]
struct Drawn {
    /// A screen reader clicked it.
    clicked: bool,
    /// Not all of it can be read.
    cut: bool,
}

impl Table<'_> {
    /// Keys, wheel and mouse, before anything is drawn.
    pub(super) fn input(&mut self, ui: &Ui, view: Rect, placed: &Placed, extent: &Extent) -> TableOutput {
        let response = ui.interact(view, self.id, Sense::click_and_drag());
        let before = self.state.selection.clone();
        let mut output = TableOutput {
            hovered: None,
            opened: None,
            alt_clicked: None,
            seen: 0..0,
            selection_changed: false,
            sort_changed: false,
            columns_changed: false,
            not_copied: None,
            response,
        };
        let is_free = ui.memory(|memory| memory.focused().is_none() && memory.allows_interaction(ui.layer_id()));
        if is_free && keys::are_for_a_table(ui) {
            // Nobody else wants them; they are not to lead on from here in the same frame.
            output.response.request_focus();
            ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
        }
        let state = &mut *self.state;
        state.scroll = state.scroll.within(extent);
        state.x = state.x.clamp(0.0, placed.farthest(view.width()));
        if output.response.has_focus() && !state.was_menu_open {
            keys::keep_arrows(ui, self.id);
            let room =
                keys::Room { rows: extent.rows, columns: placed.all.len(), page: extent.page(), top: state.scroll.row };
            let asked = keys::take(ui, &mut state.selection, room);
            let cursor = state.selection.cursor();
            if let (true, Some(cursor)) = (asked.moved, cursor) {
                if asked.paged != 0 {
                    // The view goes with the cursor, from whole row to whole row.
                    state.scroll = Scroll { above: 0.0, ..state.scroll }.by_rows(asked.paged, extent);
                }
                state.scroll = state.scroll.showing(cursor.row, extent);
                state.x = placed.showing(cursor.column, state.x, view.width());
            }
            let column = cursor.and_then(|cursor| placed.all.get(cursor.column)).map(|(index, ..)| *index);
            let column = column.and_then(|index| self.columns.list.get(index)).filter(|column| column.sorts);
            if let (Some(sorted), Some(column)) = (asked.sort, column) {
                columns::put(self.sort, &column.key, sorted.descending, sorted.is_added);
                output.sort_changed = true;
            }
            if asked.open {
                output.opened = cursor.map(|cursor| cursor.row);
            }
            if asked.copy {
                match copy::text(self.source, self.columns, &state.selection) {
                    Ok(text) => {
                        ui.ctx().copy_text(text);
                        copied::tell(ui.ctx(), copy::told(self.columns, &state.selection));
                    }
                    Err(NotCopied::Nothing) => {}
                    Err(why) => {
                        copied::tell(ui.ctx(), why.to_string());
                        output.not_copied = Some(why);
                    }
                }
            }
        }
        if output.response.contains_pointer() {
            let delta = ui.input(egui::InputState::smooth_scroll_delta);
            state.scroll = state.scroll.by(-f64::from(delta.y), extent);
            state.x = (state.x - delta.x).clamp(0.0, placed.farthest(view.width()));
        }
        if let Some(row) = state.reveal.take() {
            state.scroll = state.scroll.showing(row.min(extent.rows.saturating_sub(1)), extent);
        }
        self.mouse(ui, view, placed, extent, &mut output);
        if std::mem::take(&mut self.state.is_menu_wanted) {
            menu::want(self.state, &output.response, placed, extent, view.width());
        }
        output.selection_changed = self.state.selection != before;
        output
    }

    fn mouse(&mut self, ui: &Ui, view: Rect, placed: &Placed, extent: &Extent, output: &mut TableOutput) {
        let response = &output.response;
        let pointer = ui.input(|input| input.pointer.latest_pos());
        let over = pointer.filter(|at| response.contains_pointer() && view.contains(*at));
        output.hovered = over.and_then(|at| self.cell_at(at, view, placed, extent));
        let (pressed, secondary, modifiers) = ui.input(|input| {
            let pressed = input.pointer.button_pressed(PointerButton::Primary);
            (pressed, input.pointer.button_pressed(PointerButton::Secondary), input.modifiers)
        });
        if pressed && over.is_some() {
            response.request_focus();
            match output.hovered {
                Some(cell) if modifiers.alt => output.alt_clicked = Some(cell),
                Some(cell) if modifiers.shift => self.state.selection.extend(cell),
                Some(cell) if modifiers.command => self.state.selection.toggle(cell),
                Some(cell) => self.state.selection.go(cell),
                None => self.state.selection.clear(),
            }
        }
        if secondary && over.is_some() {
            response.request_focus();
            (self.state.menu, self.state.is_menu_at_cell) = (output.hovered, false);
            if let Some(cell) = output.hovered.filter(|cell| !self.state.selection.has_row(cell.row)) {
                self.state.selection.go(cell);
            }
        }
        if response.dragged_by(PointerButton::Primary)
            && !modifiers.command
            && !modifiers.alt
            && let Some(at) = pointer
        {
            self.drag(ui, at, view, placed, extent);
        }
        let double = response.double_clicked() && !modifiers.any();
        if let (true, Some(cell)) = (double, output.hovered) {
            output.opened = Some(cell.row);
        }
        if response.has_focus() && self.state.selection.cursor().is_none() && response.gained_focus() && !pressed {
            // Whoever comes by Tab sees where the keyboard is.
            if extent.rows > 0 && !placed.all.is_empty() {
                self.state.selection.go(CellAt { row: self.state.scroll.row, column: 0 });
            }
        }
    }

    /// Spans the selection to the pointer, and scrolls where it is beyond an edge.
    fn drag(&mut self, ui: &Ui, at: Pos2, view: Rect, placed: &Placed, extent: &Extent) {
        let beyond = (at.y - view.bottom()).max(0.0) - (view.top() - at.y).max(0.0);
        if beyond != 0.0 {
            let speed = f64::from(beyond) * f64::from(ui.input(|input| input.stable_dt.min(0.1))) * 12.0;
            self.state.scroll = self.state.scroll.by(speed, extent);
            ui.ctx().request_repaint();
        }
        let inside = pos2(at.x.clamp(view.left(), view.right() - 1.0), at.y.clamp(view.top(), view.bottom() - 1.0));
        let cell = self.cell_at(inside, view, placed, extent);
        if let Some(cell) = cell.filter(|cell| self.state.selection.cursor() != Some(*cell)) {
            self.state.selection.extend(cell);
        }
    }

    /// The cell at a place on the screen.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
    fn cell_at(&self, at: Pos2, view: Rect, placed: &Placed, extent: &Extent) -> Option<CellAt> {
        let top = self.state.scroll;
        let down = (f64::from(at.y - view.top()) + top.above) / extent.row_height;
        let row = top.row.checked_add(down.max(0.0) as u64).filter(|row| *row < extent.rows)?;
        let column = placed.at(at.x - view.left(), self.state.x)?;
        Some(CellAt { row, column })
    }

    /// Draws the rows that are seen.
    #[allow(clippy::cast_possible_truncation, reason = "points on a screen")]
    pub(super) fn body(&mut self, ui: &mut Ui, view: Rect, placed: &Placed, extent: &Extent, output: &mut TableOutput) {
        let heard = access::table(ui, self.id, self.label, extent.rows, placed.all.len(), view);
        let theme = Theme::of(ui);
        let painter = ui.painter().with_clip_rect(view.intersect(ui.clip_rect()));
        painter.rect_filled(view, 0.0, theme.panel);
        let hovered = output.hovered.map(|cell| cell.row);
        let mut clicked = None;
        for (index, row) in output.seen.clone().enumerate() {
            let top = view.top() + (index as f64 * extent.row_height - self.state.scroll.above) as f32;
            let rect = Rect::from_min_max(pos2(view.left(), top), pos2(view.right(), top + self.row_height));
            let selected = self.state.selection.has_row(row);
            if selected {
                painter.rect_filled(rect, 0.0, theme.selected);
            } else if hovered == Some(row) {
                painter.rect_filled(rect, 0.0, theme.hover);
            }
            painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
            let child = heard.then(|| access::row(ui, self.id, row, rect, selected));
            for place in 0..placed.all.len() {
                let at = CellAt { row, column: place };
                let drawn = self.cell(child.as_ref(), &painter, rect, placed, at, theme);
                if drawn.clicked {
                    clicked = Some(at);
                }
                if drawn.cut && output.hovered == Some(at) {
                    self.tell(output, placed, at);
                }
            }
            if self.source.row_style(row).parted && row > 0 {
                painter.hline(rect.x_range(), rect.top() - 0.5, Stroke::new(measure::HAIR, theme.text2));
            }
        }
        if placed.frozen > 0 && self.state.x > 0.0 {
            let edge = view.left() + placed.frozen_width - 0.5;
            painter.vline(edge, view.y_range(), Stroke::new(measure::HAIR, theme.hair2));
        }
        if let Some(cell) = clicked {
            self.state.selection.go(cell);
            output.selection_changed = true;
            output.response.request_focus();
        }
        if heard {
            access::active(ui, self.id, &self.state.selection, &output.seen, placed);
        }
        self.menu(view, placed, extent, output);
    }

    /// The whole of a cell that is cut, under the pointer.
    fn tell(&self, output: &TableOutput, placed: &Placed, at: CellAt) {
        let index = placed.all.get(at.column).map(|(index, ..)| *index);
        if let Some(said) = index.and_then(|index| self.source.copied(at.row, index)) {
            output.response.clone().on_hover_ui_at_pointer(|ui| {
                text::wrapped(ui, &said, Type::Table, Theme::of(ui).text);
            });
        }
    }

    /// Draws one cell.
    fn cell(
        &self,
        row: Option<&Ui>,
        painter: &egui::Painter,
        rect: Rect,
        placed: &Placed,
        at: CellAt,
        theme: &Theme,
    ) -> Drawn {
        let Some((index, _, width)) = placed.all.get(at.column).copied() else { return Drawn::default() };
        let left = rect.left() + placed.left(at.column, self.state.x);
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()));
        let mut room = rect;
        if at.column >= placed.frozen {
            room.min.x += placed.frozen_width;
        }
        let seen = cell.intersect(room);
        if !seen.is_positive() {
            return Drawn::default();
        }
        let content = self.source.cell(at.row, index);
        let side = self.columns.list[index].side;
        let clipped = painter.with_clip_rect(seen.intersect(painter.clip_rect()));
        let cut = if let Some(content) = &content {
            paint::cell(&clipped, cell, seen, content, side, theme)
        } else {
            paint::placeholder(&clipped, cell, side, theme);
            false
        };
        let selection = &self.state.selection;
        let in_block = selection.reach() == Reach::Block
            && selection.has_row(at.row)
            && selection.columns().is_some_and(|(first, last)| (first..=last).contains(&at.column));
        if selection.cursor() == Some(at) || in_block {
            let inner = Rect::from_min_max(cell.min, pos2(cell.right(), cell.bottom() - measure::HAIR));
            let stroke = Stroke::new(measure::HAIR, if in_block { theme.neutral } else { theme.accent });
            let stroke = if selection.cursor() == Some(at) { Stroke { color: theme.accent, ..stroke } } else { stroke };
            clipped.rect_stroke(inner, 0.0, stroke, StrokeKind::Inside);
        }
        let clicked = row.is_some_and(|row| {
            access::cell(row, self.id, at, seen, access::title(self.columns, index), content.as_ref())
        });
        Drawn { clicked, cut }
    }
}

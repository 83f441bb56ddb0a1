//! The head of a table: names of columns, sorting, widths and order by mouse.

use egui::accesskit::{Role, SortDirection};
use egui::{CursorIcon, Id, Painter, Rect, Response, Sense, Stroke, Ui, pos2};

use super::columns::{Column, Columns, PAD, Placed, Side, SortKey, clicked};
use super::{HeadMenu, TableSource, paint};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::text;

/// What a head changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Changed {
    /// The order of rows.
    pub(super) sort: bool,
    /// Widths or order of columns.
    pub(super) columns: bool,
    /// The new place of each column by its old one, if they moved.
    pub(super) moved: Option<Vec<usize>>,
}

pub(super) struct Head<'a> {
    pub(super) rect: Rect,
    pub(super) id: Id,
    pub(super) placed: &'a Placed,
    pub(super) x: f32,
    /// The rows that are seen, to fit a column to them.
    pub(super) seen: std::ops::Range<u64>,
}

impl Head<'_> {
    pub(super) fn show(
        &self,
        ui: &Ui,
        columns: &mut Columns,
        sort: &mut Vec<SortKey>,
        source: &dyn TableSource,
        mut menu: Option<&mut HeadMenu<'_>>,
    ) -> Changed {
        let theme = Theme::of(ui);
        let painter = ui.painter().with_clip_rect(self.rect.intersect(ui.clip_rect()));
        painter.rect_filled(self.rect, 0.0, theme.panel);
        let mut changed = Changed::default();
        let mut drop_at = None;
        let mut taken = None;
        for (place, (index, _, width)) in self.placed.all.iter().copied().enumerate() {
            let left = self.rect.left() + self.placed.left(place, self.x);
            let cell = Rect::from_min_max(pos2(left, self.rect.top()), pos2(left + width, self.rect.bottom()));
            let mut clip = self.rect;
            if place >= self.placed.frozen {
                clip.min.x += self.placed.frozen_width;
            }
            let seen = cell.intersect(clip);
            if !seen.is_positive() {
                continue;
            }
            let painter = painter.with_clip_rect(seen.intersect(painter.clip_rect()));
            let Some(column) = columns.list.get(index) else { continue };
            let column = column.clone();
            let response = ui.interact(seen, self.id.with(&column.key), Sense::click_and_drag());
            self.paint(&painter, cell, &column, sort, &response, theme);
            self.describe(ui, &response, place, &column, sort);
            if response.clicked() && column.sorts {
                clicked(sort, &column.key, ui.input(|input| input.modifiers.shift));
                changed.sort = true;
            }
            if let Some(menu) = menu.as_mut() {
                response.context_menu(|ui| menu(ui, index));
            }
            if response.dragged() || response.drag_stopped() {
                let pointer = ui.input(|input| input.pointer.interact_pos()).unwrap_or(cell.center());
                let target = self.gap_near(pointer.x - self.rect.left());
                if response.drag_stopped() {
                    taken = Some((place, target));
                } else {
                    drop_at = Some(target);
                }
            }
            self.resize(ui, seen, cell, index, &column, columns, source, &mut changed);
        }
        let below = self.rect.bottom() - 0.5;
        painter.hline(self.rect.x_range(), below, Stroke::new(measure::HAIR, theme.hair2));
        if let Some(target) = drop_at {
            let x = self.rect.left() + self.placed.left(target, self.x);
            ui.painter().vline(x, self.rect.y_range(), Stroke::new(measure::STRONG, theme.accent));
        }
        if let Some((from, to)) = taken.filter(|(from, to)| from != to && from + 1 != *to) {
            changed.moved = Some(columns.reorder(from, to));
            changed.columns = true;
        }
        changed
    }

    fn paint(
        &self,
        painter: &Painter,
        cell: Rect,
        column: &Column,
        sort: &[SortKey],
        response: &Response,
        theme: &Theme,
    ) {
        let color = if response.hovered() && column.sorts { theme.text } else { theme.text2 };
        let galley = painter.layout_no_wrap(visible(&column.title).into_owned(), Type::CaptionMedium.font(), color);
        let middle = cell.center().y;
        let order = sort.iter().position(|sorted| sorted.key == column.key);
        let (mut left, mut right) = (cell.left() + PAD, cell.right() - PAD);
        if column.side == Side::Right && order.is_some() {
            // The arrow stands behind the name; the name leaves it room.
            right -= 15.0;
        }
        let drawn = match column.side {
            Side::Left => text::place(painter, left, middle, galley),
            Side::Right => text::put(painter, pos2(right, middle), paint::align(column.side), galley),
        };
        left = drawn.right() + 4.0;
        if let Some(order) = order {
            let up = !sort[order].descending;
            let arrow = if up { icon::ARROW_UP } else { icon::ARROW_DOWN };
            arrow.paint(painter, pos2(left + 5.5, middle), 11.0, theme.text);
            if sort.len() > 1 {
                let number = painter.layout_no_wrap((order + 1).to_string(), Type::Caption.font(), theme.faint);
                if column.side == Side::Left {
                    text::place(painter, left + 13.0, middle, number);
                }
            }
        }
        if response.has_focus() {
            let stroke = Stroke::new(measure::HAIR, theme.accent);
            painter.rect_stroke(cell.shrink(1.0), 0.0, stroke, egui::StrokeKind::Inside);
        }
    }

    fn describe(&self, ui: &Ui, response: &Response, place: usize, column: &Column, sort: &[SortKey]) {
        response.widget_info(|| egui::WidgetInfo::labeled(Role::ColumnHeader, true, visible(&column.title)));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_column_index(place);
            if let Some(sorted) = sort.iter().find(|sorted| sorted.key == column.key) {
                let down = sorted.descending;
                node.set_sort_direction(if down { SortDirection::Descending } else { SortDirection::Ascending });
            }
        });
    }

    /// The edge at the right of a column: drag to resize, double-click to fit.
    #[allow(clippy::too_many_arguments, reason = "one step of the loop over columns")]
    fn resize(
        &self,
        ui: &Ui,
        seen: Rect,
        cell: Rect,
        index: usize,
        column: &Column,
        columns: &mut Columns,
        source: &dyn TableSource,
        changed: &mut Changed,
    ) {
        let grip = Rect::from_min_max(pos2(cell.right() - 5.0, seen.top()), pos2(cell.right() + 1.0, seen.bottom()));
        if grip.left() > seen.right() {
            return;
        }
        let id = self.id.with((&column.key, "edge"));
        let response = ui.interact(grip, id, Sense::click_and_drag() - Sense::FOCUSABLE);
        if response.hovered() || response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
            let color = Theme::of(ui).neutral;
            ui.painter().vline(cell.right() - 0.5, cell.y_range(), Stroke::new(measure::HAIR, color));
        }
        if response.double_clicked() {
            columns.resize(index, self.fitting(ui.painter(), index, column, source));
            changed.columns = true;
        } else if response.dragged() {
            // From where the edge was taken, so that it does not jump to the pointer.
            if response.drag_started() {
                ui.data_mut(|data| data.insert_temp(id, column.width));
            }
            let start = ui.data(|data| data.get_temp(id)).unwrap_or(column.width);
            let way = ui.input(|input| Some(input.pointer.interact_pos()?.x - input.pointer.press_origin()?.x));
            columns.resize(index, start + way.unwrap_or(0.0));
            changed.columns = true;
        }
    }

    /// As wide as the head and every cell that is seen.
    fn fitting(&self, painter: &Painter, index: usize, column: &Column, source: &dyn TableSource) -> f32 {
        let title = painter.layout_no_wrap(
            visible(&column.title).into_owned(),
            Type::CaptionMedium.font(),
            egui::Color32::PLACEHOLDER,
        );
        let head = title.size().x + 16.0;
        let widest = self
            .seen
            .clone()
            .filter_map(|row| source.cell(row, index))
            .map(|cell| paint::width(painter, &cell))
            .fold(head, f32::max);
        widest.ceil() + 2.0 * PAD + 1.0
    }

    /// The place of the gap between columns that is nearest to `at`.
    fn gap_near(&self, at: f32) -> usize {
        let distance = |place: &usize| (self.placed.left(*place, self.x) - at).abs();
        (0..=self.placed.all.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    }
}

//! The columns of a table: which, in what order, how wide, how sorted.

use crate::ui::theme::measure;

/// On which side the values of a column stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Words.
    #[default]
    Left,
    /// Numbers, and their heads with them.
    Right,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What the source and the saved layout know it by.
    pub key: String,
    /// Its head.
    pub title: String,
    /// Which side its values stand on.
    pub side: Side,
    /// Width in points, padding included.
    pub width: f32,
    /// Whether it is shown.
    pub shown: bool,
    /// Whether a click on its head sorts.
    pub sorts: bool,
}

impl Column {
    /// A column of words that is shown and sorts.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>, width: f32) -> Self {
        Self { key: key.into(), title: title.into(), side: Side::Left, width, shown: true, sorts: true }
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(key: impl Into<String>, title: impl Into<String>, width: f32) -> Self {
        Self { side: Side::Right, ..Self::new(key, title, width) }
    }

    /// A column that cannot be sorted by.
    #[must_use]
    pub fn unsorted(self) -> Self {
        Self { sorts: false, ..self }
    }
}

/// The least width of a column.
pub const LEAST: f32 = 24.0;

/// All columns in their order, the first `frozen` of those shown standing still.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Every column, shown or not.
    pub list: Vec<Column>,
    /// How many of those shown do not scroll sideways.
    pub frozen: usize,
}

impl Columns {
    /// These columns, none frozen.
    #[must_use]
    pub fn new(list: Vec<Column>) -> Self {
        Self { list, frozen: 0 }
    }

    /// Freezes the first `count` of those shown.
    #[must_use]
    pub fn frozen(self, count: usize) -> Self {
        Self { frozen: count, ..self }
    }

    /// Places in `list` of the columns shown, from the left.
    #[must_use]
    pub fn shown(&self) -> Vec<usize> {
        (0..self.list.len()).filter(|index| self.list[*index].shown).collect()
    }

    /// Moves the shown column at `from` to before the one that is shown at `to` (or to the end). Gives the new place of
    /// every shown column by its old one.
    pub fn reorder(&mut self, from: usize, to: usize) -> Vec<usize> {
        let before = self.shown();
        let stays = to == from || to == from + 1 || to > before.len();
        let Some(start) = before.get(from).copied().filter(|_| !stays) else {
            return (0..before.len()).collect();
        };
        let target = before.get(to).copied().unwrap_or(self.list.len());
        let column = self.list.remove(start);
        self.list.insert(if start < target { target - 1 } else { target }, column);
        let end = if from < to { to - 1 } else { to };
        let mut order: Vec<usize> = (0..before.len()).collect();
        let moved = order.remove(from);
        order.insert(end, moved);
        let mut places = vec![0; order.len()];
        for (place, old) in order.into_iter().enumerate() {
            places[old] = place;
        }
        places
    }

    /// Sets the width of the column at `index` of `list`.
    pub fn resize(&mut self, index: usize, width: f32) {
        if let Some(column) = self.list.get_mut(index) {
            column.width = width.clamp(LEAST, 2000.0).round();
        }
    }
}

/// A column that rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// [`Column::key`].
    pub key: String,
    /// From the greatest down.
    pub descending: bool,
}

/// What a click on the head of `key` makes of an order: up, down, and then as it was; `add` keeps the other columns.
pub fn clicked(sort: &mut Vec<SortKey>, key: &str, add: bool) {
    let found = sort.iter().position(|sorted| sorted.key == key);
    if !add {
        sort.retain(|sorted| sorted.key == key);
    }
    match found.and_then(|_| sort.iter().position(|sorted| sorted.key == key)) {
        None => sort.push(SortKey { key: key.to_owned(), descending: false }),
        Some(index) if sort[index].descending => drop(sort.remove(index)),
        Some(index) => sort[index].descending = true,
    }
}

/// Puts `key` into an order, in the direction asked for; `add` keeps the other columns, and the place of `key` among them.
pub(super) fn put(sort: &mut Vec<SortKey>, key: &str, descending: bool, add: bool) {
    if !add {
        sort.clear();
    }
    match sort.iter_mut().find(|sorted| sorted.key == key) {
        Some(sorted) => sorted.descending = descending,
        None => sort.push(SortKey { key: key.to_owned(), descending }),
    }
}

/// The columns shown, with where each starts: frozen ones first, from the table's left edge on.
#[derive(Clone, Debug, Default)]
pub(super) struct Placed {
    /// (place in the list, left edge in points from the table's, width)
    pub(super) all: Vec<(usize, f32, f32)>,
    /// How many of them are frozen.
    pub(super) frozen: usize,
    /// Width of the frozen ones.
    pub(super) frozen_width: f32,
    /// Width of all.
    pub(super) width: f32,
}

/// What scrolls keeps at least so many points beside the columns that stand still.
const SCROLLING: f32 = 96.0;

impl Placed {
    /// The columns in `view` points. Columns that would leave the others no room do not stand still.
    pub(super) fn new(columns: &Columns, view: f32) -> Self {
        let mut left = 0.0;
        let all: Vec<(usize, f32, f32)> = columns
            .shown()
            .into_iter()
            .map(|index| {
                let width = columns.list[index].width.max(LEAST);
                left += width;
                (index, left - width, width)
            })
            .collect();
        let until = |frozen: usize| all.get(frozen).map_or(left, |(_, start, _)| *start);
        let mut frozen = columns.frozen.min(all.len());
        while frozen > 0 && left > view && until(frozen) + SCROLLING > view {
            frozen -= 1;
        }
        let frozen_width = until(frozen);
        Self { all, frozen, frozen_width, width: left }
    }

    /// The left edge of the column at `place`, scrolled by `x`.
    pub(super) fn left(&self, place: usize, x: f32) -> f32 {
        let start = self.all.get(place).map_or(self.width, |(_, left, _)| *left);
        if place < self.frozen { start } else { start - x }
    }

    /// Which column is at `at`, scrolled by `x`.
    pub(super) fn at(&self, at: f32, x: f32) -> Option<usize> {
        let place = |at: f32| self.all.iter().position(|(_, left, width)| (*left..*left + *width).contains(&at));
        if at < self.frozen_width { place(at) } else { place(at + x).filter(|place| *place >= self.frozen) }
    }

    /// How far `x` has to be for all of the column at `place` to be seen in `view` points.
    pub(super) fn showing(&self, place: usize, x: f32, view: f32) -> f32 {
        let Some((_, left, width)) = self.all.get(place).filter(|_| place >= self.frozen) else { return x };
        let least = left + width - view;
        let most = left - self.frozen_width;
        if most < least { most } else { x.clamp(least, most) }
    }

    /// The farthest that `x` goes in `view` points.
    pub(super) fn farthest(&self, view: f32) -> f32 {
        (self.width - view).max(0.0)
    }
}

/// The padding of a cell, left and right.
pub(super) const PAD: f32 = measure::CELL;

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        let list = ["a", "b", "hidden", "c", "d"].map(|key| Column::new(key, key, 100.0));
        let mut columns = Columns::new(list.into());
        columns.list[2].shown = false;
        columns
    }

    fn keys(columns: &Columns) -> Vec<&str> {
        columns.list.iter().map(|column| column.key.as_str()).collect()
    }

    #[test]
    fn a_column_moves_and_the_hidden_ones_stay_where_they_were() {
        let mut one = columns();
        assert_eq!(one.reorder(0, 2), [1, 0, 2, 3]);
        assert_eq!(keys(&one), ["b", "hidden", "a", "c", "d"]);
        let mut two = columns();
        assert_eq!(two.reorder(3, 0), [1, 2, 3, 0]);
        assert_eq!(keys(&two), ["d", "a", "b", "hidden", "c"]);
        let mut three = columns();
        assert_eq!(three.reorder(1, 4), [0, 3, 1, 2]);
        assert_eq!(keys(&three), ["a", "hidden", "c", "d", "b"]);
        let mut same = columns();
        assert_eq!(same.reorder(1, 1), [0, 1, 2, 3]);
        assert_eq!(same.reorder(1, 2), [0, 1, 2, 3]);
        assert_eq!(same.reorder(9, 0), [0, 1, 2, 3]);
        assert_eq!(same, columns());
    }

    #[test]
    fn keys_sort_by_one_column_or_by_one_more() {
        let mut sort = Vec::new();
        for (key, descending, add, expected) in [
            ("a", true, false, &[("a", true)][..]),
            ("b", false, true, &[("a", true), ("b", false)]),
            ("a", false, true, &[("a", false), ("b", false)]),
            ("b", true, false, &[("b", true)]),
        ] {
            put(&mut sort, key, descending, add);
            let now: Vec<_> = sort.iter().map(|sorted| (sorted.key.as_str(), sorted.descending)).collect();
            assert_eq!(now, expected);
        }
    }

    #[test]
    fn a_click_sorts_up_then_down_then_not() {
        let mut sort = Vec::new();
        let steps =
            |sort: &[SortKey]| sort.iter().map(|sorted| (sorted.key.clone(), sorted.descending)).collect::<Vec<_>>();
        clicked(&mut sort, "a", false);
        assert_eq!(steps(&sort), [("a".into(), false)]);
        clicked(&mut sort, "a", false);
        assert_eq!(steps(&sort), [("a".into(), true)]);
        clicked(&mut sort, "b", true);
        assert_eq!(steps(&sort), [("a".into(), true), ("b".into(), false)]);
        clicked(&mut sort, "a", true);
        assert_eq!(steps(&sort), [("b".into(), false)]);
        clicked(&mut sort, "c", false);
        assert_eq!(steps(&sort), [("c".into(), false)]);
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "whole points")]
    fn frozen_columns_stand_still() {
        for (view, frozen) in [(400.0, 3), (399.0, 3), (395.0, 2), (250.0, 1), (150.0, 0)] {
            assert_eq!(Placed::new(&columns().frozen(3), view).frozen, frozen, "{view}");
        }
        let placed = Placed::new(&columns().frozen(1), 250.0);
        assert_eq!((placed.frozen_width, placed.width), (100.0, 400.0));
        assert_eq!((placed.left(0, 50.0), placed.left(1, 50.0)), (0.0, 50.0));
        assert_eq!((placed.at(10.0, 150.0), placed.at(110.0, 150.0)), (Some(0), Some(2)));
        assert_eq!(placed.at(390.0, 0.0), Some(3));
        assert_eq!(placed.at(410.0, 0.0), None);
        assert_eq!(placed.showing(3, 0.0, 250.0), 150.0);
        assert_eq!(placed.showing(1, 150.0, 250.0), 0.0);
        assert_eq!(placed.showing(0, 150.0, 250.0), 150.0);
        assert_eq!(placed.farthest(250.0), 150.0);
    }
}

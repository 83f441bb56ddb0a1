//! What is selected in a table: pure functions over rows and places of columns.

/// A cell: a row, and the place of its column among those shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CellAt {
    /// The row, from 0.
    pub row: u64,
    /// The place of the column, from 0 at the left.
    pub column: usize,
}

/// What stands between the cursor and where the selection was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The cell under the cursor; its row is marked.
    #[default]
    Cell,
    /// Whole rows.
    Rows,
    /// A block of cells.
    Block,
}

/// The cursor, the range that it spans, and rows picked apart from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    cursor: Option<CellAt>,
    anchor: CellAt,
    reach: Reach,
    /// Rows picked one by one: first and last of each run, in order, apart from each other.
    picked: Vec<(u64, u64)>,
}

impl Selection {
    /// Where the keyboard is.
    #[must_use]
    pub fn cursor(&self) -> Option<CellAt> {
        self.cursor
    }

    /// What the range between anchor and cursor covers.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Puts the cursor on `cell` and selects nothing else.
    pub fn go(&mut self, cell: CellAt) {
        *self = Self { cursor: Some(cell), anchor: cell, reach: Reach::Cell, picked: Vec::new() };
    }

    /// Spans the range to `cell`: whole rows as long as it stays in its column, a block of cells otherwise.
    pub fn extend(&mut self, cell: CellAt) {
        if self.cursor.is_none() {
            self.go(cell);
            return;
        }
        self.cursor = Some(cell);
        self.reach = match self.reach {
            Reach::Rows => Reach::Rows,
            _ if cell == self.anchor => Reach::Cell,
            _ if cell.column == self.anchor.column && self.reach != Reach::Block => Reach::Cell,
            _ => Reach::Block,
        };
    }

    /// Takes whole rows from where it is.
    pub fn take_rows(&mut self) {
        if self.cursor.is_some() {
            self.reach = Reach::Rows;
        }
    }

    /// Picks the row of `cell`, or lets it go; what was selected before stays.
    pub fn toggle(&mut self, cell: CellAt) {
        let mut picked = self.ranges();
        let found = picked.iter().position(|(first, last)| (*first..=*last).contains(&cell.row));
        if let Some(index) = found {
            let (first, last) = picked.remove(index);
            if cell.row < last {
                picked.insert(index, (cell.row + 1, last));
            }
            if first < cell.row {
                picked.insert(index, (first, cell.row - 1));
            }
            // The cursor may not bring back what was let go: it stands on a row that is still selected, if any is.
            *self = Self { cursor: None, anchor: cell, reach: Reach::Rows, picked };
            if let Some((row, _)) = self.picked.last().copied() {
                let at = CellAt { row, ..cell };
                self.cursor = Some(at);
                self.anchor = at;
            }
        } else {
            insert(&mut picked, (cell.row, cell.row));
            *self = Self { cursor: Some(cell), anchor: cell, reach: Reach::Rows, picked };
        }
    }

    /// Selects all `rows`.
    pub fn all(&mut self, rows: u64) {
        if let Some(last) = rows.checked_sub(1) {
            let column = self.cursor.map_or(0, |cell| cell.column);
            self.anchor = CellAt { row: 0, column };
            self.cursor = Some(CellAt { row: last, column });
            self.reach = Reach::Rows;
            self.picked.clear();
        }
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Keeps within `rows` and `columns`, when these have become fewer.
    pub fn clamp(&mut self, rows: u64, columns: usize) {
        let (Some(last), Some(right)) = (rows.checked_sub(1), columns.checked_sub(1)) else {
            self.clear();
            return;
        };
        let inside = |cell: CellAt| CellAt { row: cell.row.min(last), column: cell.column.min(right) };
        self.cursor = self.cursor.map(inside);
        self.anchor = inside(self.anchor);
        self.picked.retain(|(first, _)| *first <= last);
        if let Some((_, end)) = self.picked.last_mut() {
            *end = (*end).min(last);
        }
    }

    /// The columns moved: `place` tells the new place of an old one.
    pub fn columns_moved(&mut self, place: impl Fn(usize) -> usize) {
        self.cursor = self.cursor.map(|cell| CellAt { column: place(cell.column), ..cell });
        self.anchor.column = place(self.anchor.column);
    }

    /// First and last row of each run that is selected, in order.
    #[must_use]
    pub fn ranges(&self) -> Vec<(u64, u64)> {
        let mut ranges = self.picked.clone();
        if let Some(cursor) = self.cursor {
            let own = (cursor.row.min(self.anchor.row), cursor.row.max(self.anchor.row));
            insert(&mut ranges, own);
        }
        ranges
    }

    /// First and last place of the columns that the range covers; none if it covers whole rows.
    #[must_use]
    pub fn columns(&self) -> Option<(usize, usize)> {
        let cursor = self.cursor.filter(|_| self.reach == Reach::Block)?;
        Some((cursor.column.min(self.anchor.column), cursor.column.max(self.anchor.column)))
    }

    /// Whether any of `row` is selected.
    #[must_use]
    pub fn has_row(&self, row: u64) -> bool {
        let spanned = self
            .cursor
            .is_some_and(|cursor| (cursor.row.min(self.anchor.row)..=cursor.row.max(self.anchor.row)).contains(&row));
        spanned || self.picked.iter().any(|(first, last)| (*first..=*last).contains(&row))
    }

    /// How many rows are selected.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ranges().iter().fold(0, |sum, (first, last)| sum.saturating_add((last - first).saturating_add(1)))
    }
}

/// Adds a run to runs that are in order and apart, and keeps them so.
fn insert(ranges: &mut Vec<(u64, u64)>, (mut first, mut last): (u64, u64)) {
    ranges.retain(|(from, to)| {
        let apart = *to < first.saturating_sub(1) || *from > last.saturating_add(1);
        if !apart {
            first = first.min(*from);
            last = last.max(*to);
        }
        apart
    });
    let at = ranges.partition_point(|(from, _)| *from < first);
    ranges.insert(at, (first, last));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u64, column: usize) -> CellAt {
        CellAt { row, column }
    }

    #[test]
    fn shift_down_takes_rows_and_shift_right_makes_it_a_block() {
        let mut selection = Selection::default();
        selection.go(at(5, 2));
        assert_eq!((selection.ranges(), selection.reach()), (vec![(5, 5)], Reach::Cell));
        selection.extend(at(8, 2));
        assert_eq!((selection.ranges(), selection.columns()), (vec![(5, 8)], None));
        selection.extend(at(8, 4));
        assert_eq!((selection.ranges(), selection.columns()), (vec![(5, 8)], Some((2, 4))));
        selection.extend(at(3, 0));
        assert_eq!((selection.ranges(), selection.columns()), (vec![(3, 5)], Some((0, 2))));
        selection.go(at(1, 1));
        assert_eq!(selection.count(), 1);
    }

    #[test]
    fn rows_are_picked_and_let_go_one_by_one() {
        let mut selection = Selection::default();
        selection.go(at(5, 0));
        selection.extend(at(9, 0));
        selection.toggle(at(20, 0));
        assert_eq!(selection.ranges(), [(5, 9), (20, 20)]);
        selection.toggle(at(7, 0));
        assert_eq!(selection.ranges(), [(5, 6), (8, 9), (20, 20)]);
        selection.toggle(at(7, 0));
        assert_eq!(selection.ranges(), [(5, 9), (20, 20)]);
        assert_eq!(selection.count(), 6);
        for row in [5, 6, 7, 8, 9, 20] {
            assert!(selection.has_row(row));
            selection.toggle(at(row, 0));
            assert!(!selection.has_row(row), "{row}");
        }
        assert_eq!((selection.ranges(), selection.cursor()), (vec![], None));
    }

    #[test]
    fn everything_can_be_selected_at_any_size() {
        let mut selection = Selection::default();
        selection.all(0);
        assert_eq!(selection.count(), 0);
        selection.all(u64::MAX / 2);
        assert_eq!(selection.count(), u64::MAX / 2);
        selection.toggle(at(1000, 0));
        assert_eq!(selection.ranges(), [(0, 999), (1001, u64::MAX / 2 - 1)]);
        selection.clamp(500, 3);
        assert_eq!(selection.ranges(), [(0, 499)]);
        selection.clamp(0, 3);
        assert_eq!(selection, Selection::default());
    }

    #[test]
    fn the_cursor_follows_its_column() {
        let mut selection = Selection::default();
        selection.go(at(1, 2));
        selection.columns_moved(|place| if place == 2 { 0 } else { place + 1 });
        assert_eq!(selection.cursor(), Some(at(1, 0)));
    }
}

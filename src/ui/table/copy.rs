//! Cells as text for other programs: tabs between columns, one line a row, heads on top.

use super::{Columns, Reach, Selection, TableSource};

/// The most cells that are copied at once by the table itself; more is an export.
pub const MOST: u64 = 1_000_000;

/// What is selected, as text: one cell by its value alone, anything more with its heads. None if a cell is not loaded yet, or
/// there are more than [`MOST`].
#[must_use]
pub fn text(source: &dyn TableSource, columns: &Columns, selection: &Selection) -> Option<String> {
    let shown = columns.shown();
    let ranges = selection.ranges();
    let cursor = selection.cursor();
    if let (Some(cursor), Reach::Cell, 1) = (cursor, selection.reach(), selection.count()) {
        return source.copied(cursor.row, *shown.get(cursor.column)?);
    }
    let (first, last) = selection.columns().unwrap_or((0, shown.len().saturating_sub(1)));
    let taken = shown.get(first..=last)?;
    if ranges.is_empty() || selection.count().saturating_mul(taken.len() as u64) > MOST {
        return None;
    }
    let mut out = String::new();
    push_line(&mut out, taken.iter().map(|index| Some(columns.list[*index].title.clone())))?;
    for (from, to) in ranges {
        for row in from..=to {
            push_line(&mut out, taken.iter().map(|index| source.copied(row, *index)))?;
        }
    }
    Some(out)
}

fn push_line(out: &mut String, cells: impl Iterator<Item = Option<String>>) -> Option<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push('\t');
        }
        let cell = cell?;
        // A value with a tab or a line in it is quoted, as spreadsheets have it.
        if cell.contains(['\t', '\n', '\r', '"']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::table::{Cell, CellAt, Column};

    struct Letters;

    impl TableSource for Letters {
        fn rows(&self) -> u64 {
            u64::MAX / 2
        }

        fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
            let text = if row == 3 { "say \"x\"\ty".to_owned() } else { format!("{row}/{column}") };
            (row != 9).then(|| Cell::text(text))
        }
    }

    #[test]
    fn cells_are_copied_with_their_heads() {
        let mut columns = Columns::new(["A", "B", "C"].map(|title| Column::new(title, title, 50.0)).into());
        columns.list[1].shown = false;
        let mut selection = Selection::default();
        let copied = |selection: &Selection| text(&Letters, &columns, selection);
        assert_eq!(copied(&selection), None);
        selection.go(CellAt { row: 1, column: 1 });
        assert_eq!(copied(&selection).as_deref(), Some("1/2"));
        selection.extend(CellAt { row: 2, column: 1 });
        assert_eq!(copied(&selection).as_deref(), Some("A\tC\n1/0\t1/2\n2/0\t2/2\n"));
        selection.go(CellAt { row: 3, column: 1 });
        selection.take_rows();
        assert_eq!(copied(&selection).as_deref(), Some("A\tC\n\"say \"\"x\"\"\ty\"\t\"say \"\"x\"\"\ty\"\n"));
        selection.extend(CellAt { row: 9, column: 1 });
        assert_eq!(copied(&selection), None, "a row is not loaded");
        selection.all(u64::MAX / 2);
        assert_eq!(copied(&selection), None, "too much for the clipboard");
    }
}

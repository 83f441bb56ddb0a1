//! Cells as text for other programs: tabs between columns, one line a row, heads on top.

use std::fmt;

use super::{Columns, Reach, Selection, TableSource};
use crate::ui::widgets::figures::{count, counted};

/// The most cells that are copied at once by the table itself; more is an export.
pub const MOST: u64 = 1_000_000;

/// The most bytes that are copied at once.
pub const MOST_BYTES: usize = 64 << 20;

/// Why nothing was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCopied {
    /// Nothing is selected.
    Nothing,
    /// A cell is not loaded yet.
    NotLoaded,
    /// So many cells are selected, which is more than [`MOST`].
    Cells(u64),
    /// The text would be longer than [`MOST_BYTES`]; so many cells are selected.
    Bytes(u64),
}

impl fmt::Display for NotCopied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing was copied: nothing is selected"),
            Self::NotLoaded => f.write_str("Nothing was copied: not all of the selection is loaded yet"),
            Self::Cells(cells) => {
                let (cells, most) = (counted(*cells, "cell is", "cells are"), count(MOST));
                write!(f, "Nothing was copied: {cells} selected, and at most {most} are copied at once")
            }
            Self::Bytes(cells) => {
                let (cells, most) = (counted(*cells, "cell", "cells"), count(MOST_BYTES as u64 >> 20));
                write!(f, "Nothing was copied: the text of {cells} is longer than {most} MiB, the most at once")
            }
        }
    }
}

/// What is selected, as text: one cell by its value alone, anything more with its heads.
///
/// # Errors
/// [`NotCopied`]: all of it is copied, or nothing.
pub fn text(source: &dyn TableSource, columns: &Columns, selection: &Selection) -> Result<String, NotCopied> {
    let shown = columns.shown();
    let ranges = selection.ranges();
    let cursor = selection.cursor();
    if let (Some(cursor), Reach::Cell, 1) = (cursor, selection.reach(), selection.count()) {
        let index = shown.get(cursor.column).ok_or(NotCopied::Nothing)?;
        return source.copied(cursor.row, *index).ok_or(NotCopied::NotLoaded);
    }
    let (first, last) = selection.columns().unwrap_or((0, shown.len().saturating_sub(1)));
    let taken = shown.get(first..=last).ok_or(NotCopied::Nothing)?;
    let cells = selection.count().saturating_mul(taken.len() as u64);
    match cells {
        0 => return Err(NotCopied::Nothing),
        cells if cells > MOST => return Err(NotCopied::Cells(cells)),
        _ => {}
    }
    let mut out = String::new();
    push_line(&mut out, taken.iter().map(|index| Some(columns.list[*index].title.clone())))?;
    for (from, to) in ranges {
        for row in from..=to {
            push_line(&mut out, taken.iter().map(|index| source.copied(row, *index)))?;
            if out.len() > MOST_BYTES {
                return Err(NotCopied::Bytes(cells));
            }
        }
    }
    Ok(out)
}

/// What was copied, in words.
#[must_use]
pub fn told(columns: &Columns, selection: &Selection) -> String {
    let rows = selection.count();
    if rows <= 1 && selection.reach() == Reach::Cell {
        return "Cell copied".to_owned();
    }
    match selection.columns() {
        Some((first, last)) if last - first + 1 < columns.shown().len() => {
            let cells = rows.saturating_mul((last - first + 1) as u64);
            format!("{} copied, with headers", counted(cells, "cell", "cells"))
        }
        _ => format!("{} copied, with headers", counted(rows, "row", "rows")),
    }
}

fn push_line(out: &mut String, cells: impl Iterator<Item = Option<String>>) -> Result<(), NotCopied> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push('\t');
        }
        let cell = cell.ok_or(NotCopied::NotLoaded)?;
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
    Ok(())
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
        assert_eq!(copied(&selection), Err(NotCopied::Nothing));
        selection.go(CellAt { row: 1, column: 1 });
        assert_eq!(copied(&selection).as_deref(), Ok("1/2"));
        selection.extend(CellAt { row: 2, column: 1 });
        assert_eq!(copied(&selection).as_deref(), Ok("A\tC\n1/0\t1/2\n2/0\t2/2\n"));
        selection.go(CellAt { row: 3, column: 1 });
        selection.take_rows();
        assert_eq!(copied(&selection).as_deref(), Ok("A\tC\n\"say \"\"x\"\"\ty\"\t\"say \"\"x\"\"\ty\"\n"));
        selection.extend(CellAt { row: 9, column: 1 });
        assert_eq!(copied(&selection), Err(NotCopied::NotLoaded));
        selection.all(u64::MAX / 2);
        assert_eq!(copied(&selection), Err(NotCopied::Cells(u64::MAX - 1)));
    }

    struct Long(String);

    impl TableSource for Long {
        fn rows(&self) -> u64 {
            1_000_000
        }

        fn cell(&self, _: u64, _: usize) -> Option<Cell<'_>> {
            Some(Cell::text(self.0.as_str()))
        }
    }

    #[test]
    fn all_is_copied_or_nothing_and_why_is_said() {
        let columns = Columns::new(vec![Column::new("A", "A", 50.0)]);
        let long = Long("x".repeat(1 << 20));
        let mut selection = Selection::default();
        selection.go(CellAt { row: 0, column: 0 });
        selection.extend(CellAt { row: 62, column: 0 });
        assert_eq!(text(&long, &columns, &selection).map(|text| text.len()), Ok(2 + 63 * ((1 << 20) + 1)));
        selection.extend(CellAt { row: 64, column: 0 });
        let too_long = text(&long, &columns, &selection);
        assert_eq!(too_long, Err(NotCopied::Bytes(65)));
        let said = |why: NotCopied| why.to_string().replace('\u{202f}', " ");
        for (why, expected) in [
            (NotCopied::Cells(1_200_000), "1 200 000 cells are selected, and at most 1 000 000 are copied at once"),
            (NotCopied::Bytes(65), "the text of 65 cells is longer than 64 MiB, the most at once"),
        ] {
            assert_eq!(said(why), format!("Nothing was copied: {expected}"));
        }
    }
}

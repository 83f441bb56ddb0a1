//! Figures in tables, the same in every command that compares.

use std::fmt::Write as _;

use super::width::{padded, width};
pub(super) use crate::report::words::{NOTHING, brief, decimals, of, p, p_and_q, percent, points, share, told};

/// Cells in columns, the first `left` of them to the left, all others to the right.
pub(super) fn table(out: &mut String, indent: usize, left: usize, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|at| widest(at).unwrap_or_default()).collect();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (at, (cell, columns)) in row.iter().zip(&widths).enumerate() {
            let cell = match at < left {
                true => padded(cell, *columns),
                false => format!("{}{cell}", " ".repeat(columns.saturating_sub(width(cell)))),
            };
            let _ = write!(line, "{}{cell}", if at > 0 { "  " } else { "" });
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Cells of a line.
pub(super) fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut out = String::new();
        table(&mut out, 2, 1, &[cells(["name", "n"]), cells(["größe", "1 000"]), cells(["a", ""])]);
        assert_eq!(out, "  name       n\n  größe  1 000\n  a\n");
    }
}

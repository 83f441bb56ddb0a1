//! Records as a table on a terminal: the width of a column is that of its widest cell in the first screenful. What is wider
//! later pushes its line out: a cut number or id would be a wrong one.

use crate::cli::width::{end_within, width, width_of_bytes};
use crate::record::text::shown;
use crate::report::rows::OutputColumn;

/// Stands between the cells of a record until they are laid out; no cell holds it, since [`cell`] spells it out.
pub(super) const BETWEEN: u8 = 0x1f;

/// The widest cell, in columns of the terminal; hashes and texts are cut there.
const MAX_CELL: usize = 40;

/// The widest cell of the last column, which has room behind it.
const MAX_LAST: usize = 120;

/// Records that the widths are taken from.
const SCREENFUL: usize = 100;

/// Appends the text of a cell, characters that do not show spelled out, long ones cut.
pub(super) fn cell(text: &str, is_last: bool, out: &mut Vec<u8>) {
    let most = if is_last { MAX_LAST } else { MAX_CELL };
    // Hostile texts may be a megabyte long; nothing behind these characters could be in the cell.
    let head = &text[..end_within(text, most + 1)];
    let shown = shown(head);
    if head.len() == text.len() && width(&shown) <= most {
        return out.extend_from_slice(shown.as_bytes());
    }
    out.extend_from_slice(&shown.as_bytes()[..end_within(&shown, most - 1)]);
    out.extend_from_slice("…".as_bytes());
}

/// Lays out cells in columns.
pub(super) struct Table {
    heads: Vec<String>,
    is_number: Vec<bool>,
    /// Once there are any.
    widths: Option<Vec<usize>>,
    /// The first records, until there are enough for the widths.
    waiting: Vec<u8>,
    waiting_lines: usize,
}

impl Table {
    pub(super) fn new(columns: &[OutputColumn]) -> Self {
        Self {
            heads: columns.iter().map(|column| shown(&column.name).into_owned()).collect(),
            is_number: columns.iter().map(|column| column.is_number).collect(),
            widths: None,
            waiting: Vec::new(),
            waiting_lines: 0,
        }
    }

    /// Takes records, and appends lines.
    pub(super) fn lay_out(&mut self, records: &[u8], out: &mut Vec<u8>) {
        if self.widths.is_some() {
            return self.lines(records, out);
        }
        self.waiting.extend_from_slice(records);
        self.waiting_lines += memchr::memchr_iter(b'\n', records).count();
        if self.waiting_lines >= SCREENFUL {
            self.finish(out);
        }
    }

    /// Appends what still waits.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let waiting = std::mem::take(&mut self.waiting);
        if self.widths.is_some() || waiting.is_empty() {
            return;
        }
        let mut widths: Vec<usize> = self.heads.iter().map(|head| width(head)).collect();
        for record in waiting.split(|byte| *byte == b'\n').take(SCREENFUL) {
            for (width, cell) in widths.iter_mut().zip(record.split(|byte| *byte == BETWEEN)) {
                *width = (*width).max(width_of_bytes(cell));
            }
        }
        self.widths = Some(widths);
        let between = [BETWEEN];
        let heads: Vec<&[u8]> = self.heads.iter().map(String::as_bytes).collect();
        let mut head = heads.join(&between[..]);
        head.push(b'\n');
        self.lines(&head, out);
        self.lines(&waiting, out);
    }

    fn lines(&self, records: &[u8], out: &mut Vec<u8>) {
        let Some(widths) = &self.widths else { return };
        for record in records.split_inclusive(|byte| *byte == b'\n') {
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let mut blanks = 0;
            for (at, cell) in record.split(|byte| *byte == BETWEEN).enumerate() {
                let padding = widths.get(at).map_or(0, |width| width.saturating_sub(width_of_bytes(cell)));
                let is_number = self.is_number.get(at).copied().unwrap_or_default();
                blanks += if at > 0 { 2 } else { 0 } + if is_number { padding } else { 0 };
                if !cell.is_empty() {
                    out.resize(out.len() + blanks, b' ');
                    out.extend_from_slice(cell);
                    blanks = 0;
                }
                blanks += if is_number { 0 } else { padding };
            }
            // What would follow the last cell of a line is left out.
            out.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::rows::Source;

    fn column(name: &str, is_number: bool) -> OutputColumn {
        OutputColumn { name: name.to_owned(), source: Source::Seq, is_number }
    }

    fn laid_out(records: &[&str]) -> String {
        let mut table = Table::new(&[column("n", true), column("text", false), column("last", false)]);
        let mut out = Vec::new();
        for record in records {
            table.lay_out(record.replace('|', "\u{1f}").as_bytes(), &mut out);
        }
        table.finish(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_are_aligned() {
        assert_eq!(laid_out(&[]), "");
        assert_eq!(
            laid_out(&["1|a|x\n22|größe|\n", "333||z\n"]),
            "  n  text   last\n  1  a      x\n 22  größe\n333         z\n"
        );
        // Full-width characters take two columns, combining ones none.
        assert_eq!(laid_out(&["1|山田|x\n2|gro\u{308}ße|y\n"]), "n  text   last\n1  山田   x\n2  gro\u{308}ße  y\n");
        // What is wider than the first screenful is not cut.
        let many = "1|a|b\n".repeat(SCREENFUL);
        let out = laid_out(&[&many, "12345|abcdefgh|c\n"]);
        assert_eq!(out.lines().count(), SCREENFUL + 2);
        assert!(out.ends_with("1  a     b\n12345  abcdefgh  c\n"), "{out}");
    }

    #[test]
    fn cells_are_safe_and_short() {
        for (text, expected) in [
            ("plain", "plain".to_owned()),
            ("a\u{1f}b\n", "a\\u{001f}b\\u{000a}".to_owned()),
            ("\u{202e}x", "\\u{202e}x".to_owned()),
            ("a\u{2066}b\u{2069}\u{200f}\u{85}", "a\\u{2066}b\\u{2069}\\u{200f}\\u{0085}".to_owned()),
            (&"山".repeat(20), "山".repeat(20)),
            (&"山".repeat(21), format!("{}…", "山".repeat(19))),
            (&"é".repeat(40), "é".repeat(40)),
            (&"é".repeat(41), format!("{}…", "é".repeat(39))),
            (&"\u{7}".repeat(41), format!("{}\\u{{0007…", "\\u{0007}".repeat(4))),
        ] {
            let mut out = Vec::new();
            cell(text, false, &mut out);
            let out = String::from_utf8(out).expect("UTF-8");
            assert!(width(&out) <= MAX_CELL, "{out}");
            assert_eq!(out, expected);
        }
        let mut out = Vec::new();
        cell(&"é".repeat(121), true, &mut out);
        assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("{}…", "é".repeat(119)));
    }
}

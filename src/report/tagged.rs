//! Records on their way into a form that tells types apart: each cell as a tag, a length and a text, printed by workers and read where the file
//! grows.

use super::rows::{OutputColumn, Printer, Record, Scratch, cells, json};
use crate::evidence::Evidence;

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Nothing,
    Text,
    Number,
    True,
    False,
}

impl Tag {
    /// What stands in a cell as text, where anything does.
    #[cfg(feature = "parquet")]
    pub(super) fn text(self, text: &str) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Text | Self::Number => Some(text),
            Self::True => Some("true"),
            Self::False => Some("false"),
        }
    }
}

/// Prints the cells of a record as a tag, a length and a text each.
pub(super) struct TaggedPrinter<'e> {
    evidence: &'e Evidence,
    columns: &'e [OutputColumn],
    scratch: Scratch,
    json: Vec<u8>,
    text: String,
    is_number: fn(&[u8]) -> bool,
}

impl<'e> TaggedPrinter<'e> {
    /// For these columns; which of the numbers of JSON are numbers in the form that is written says `is_number`.
    pub(super) fn new(evidence: &'e Evidence, columns: &'e [OutputColumn], is_number: fn(&[u8]) -> bool) -> Self {
        Self { evidence, columns, scratch: Scratch::default(), json: Vec::new(), text: String::new(), is_number }
    }
}

impl Printer for TaggedPrinter<'_> {
    fn print(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> bool {
        for column in self.columns {
            self.json.clear();
            json(self.evidence, &column.source, record, &mut self.scratch, &mut self.json);
            let tag = match self.json.first() {
                Some(b'0'..=b'9' | b'-') if (self.is_number)(&self.json) => {
                    self.text.clear();
                    self.text.push_str(std::str::from_utf8(&self.json).unwrap_or_default());
                    Tag::Number
                }
                Some(b't') => Tag::True,
                Some(b'f') => Tag::False,
                _ if cells::text(self.evidence, &column.source, record, &mut self.scratch, &mut self.text) => Tag::Text,
                _ => Tag::Nothing,
            };
            let text = if matches!(tag, Tag::Text | Tag::Number) { self.text.as_bytes() } else { &[] };
            out.push(tag as u8);
            out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend_from_slice(text);
        }
        true
    }
}

/// A cell as a [`TaggedPrinter`] printed it, and what follows it.
pub(super) fn cell(bytes: &[u8]) -> Option<(Tag, &str, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let tag =
        [Tag::Nothing, Tag::Text, Tag::Number, Tag::True, Tag::False].into_iter().find(|one| *one as u8 == *tag)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((tag, std::str::from_utf8(text).ok()?, rest))
}

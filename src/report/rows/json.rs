//! What stands in a column of the output for a record, as JSON with the types that the record has.

use crate::columns::Value;
use crate::evidence::Evidence;
use crate::query::Field;
use crate::query::at::{AtValue, Told, at};
use crate::record::text::shown_json;
use crate::record::time::shown;

use super::cells::{Record, Scratch, Source, paths, places, state};
use super::raw::raw_json;

/// The JSON of a cell, with the types that the record has: `null` where there is nothing, several values as a list.
pub fn json(evidence: &Evidence, source: &Source, record: &Record<'_>, scratch: &mut Scratch, out: &mut Vec<u8>) {
    match source {
        Source::Seq => match evidence.seqs().seq(record.row) {
            Some(seq) => out.extend_from_slice(seq.to_string().as_bytes()),
            None => out.extend_from_slice(b"null"),
        },
        Source::Time => match evidence.times().instant(record.row) {
            Some(instant) => quoted(out, &shown(instant)),
            None => out.extend_from_slice(b"null"),
        },
        Source::State => quoted(out, state(record)),
        Source::Column(column, field) => {
            let cell = column.cell(record.row);
            if cell.values().any(|value| value == Value::Nested)
                && let Some(text) = record.text
            {
                let start = out.len();
                for path in places(evidence, field, record) {
                    raw_json(text, &path, out);
                    if &out[start..] != b"null" {
                        return;
                    }
                    out.truncate(start);
                }
            }
            // Columns do not tell a list of one from the one.
            if let (Some(text), Field::Alias(alias)) = (record.text, field)
                && !alias.is_of_line()
                && let Some(path) =
                    places(evidence, field, record).into_iter().find(|path| holds(text, path, cell.texts(), scratch))
            {
                return json_at(record, &path, scratch, out);
            }
            let mut list = List::new(out);
            for value in cell.values() {
                list.item();
                match value {
                    Value::Null => list.out.extend_from_slice(b"null"),
                    Value::Nested => quoted(list.out, "{…}"),
                    Value::Boolean(value) => list.out.extend_from_slice(if value { b"true" } else { b"false" }),
                    Value::Number(text) => list.out.extend_from_slice(text.as_bytes()),
                    Value::Text(text) => quoted(list.out, text),
                }
            }
            list.end();
        }
        Source::Text(path) => json_at(record, path.members(), scratch, out),
        Source::Alias(alias) => match paths(alias, record.kind) {
            Some([own, meant]) => {
                let start = out.len();
                json_at(record, &own, scratch, out);
                if &out[start..] == b"null" {
                    out.truncate(start);
                    json_at(record, &meant, scratch, out);
                }
            }
            None => json_at(record, &[alias.name.to_owned()], scratch, out),
        },
    }
}

/// Whether exactly these texts stand at a path, at least one.
fn holds<'t>(record: &str, path: &[String], texts: impl Iterator<Item = &'t str>, scratch: &mut Scratch) -> bool {
    struct Same<I> {
        texts: I,
        any: bool,
        is_same: bool,
    }
    impl<'t, I: Iterator<Item = &'t str>> Told for Same<I> {
        fn object(&mut self) -> bool {
            false
        }

        fn list(&mut self) -> bool {
            false
        }

        fn value(&mut self, value: AtValue<'_>) -> bool {
            if let Some(text) = value.text() {
                self.any = true;
                self.is_same &= self.texts.next() == Some(text);
            }
            !self.is_same
        }
    }
    let mut same = Same { texts, any: false, is_same: true };
    at(record, path, &mut scratch.0, &mut same);
    same.any && same.is_same && same.texts.next().is_none()
}

pub(super) fn json_at(record: &Record<'_>, path: &[String], scratch: &mut Scratch, out: &mut Vec<u8>) {
    let Some(text) = record.text else { return out.extend_from_slice(b"null") };
    let start = out.len();
    let mut told = Json { list: List::new(out), depth: 0, begins: false, is_nested: false };
    at(text, path, &mut scratch.0, &mut told);
    let is_nested = told.is_nested;
    told.list.end();
    if is_nested {
        out.truncate(start);
        raw_json(text, path, out);
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    // Memory does not refuse.
    if text.is_ascii() && !text.contains('\x7f') {
        let _ = serde_json::to_writer(out, text);
    } else {
        let json = serde_json::to_string(text).unwrap_or_default();
        out.extend_from_slice(shown_json(&json).as_bytes());
    }
}

/// Items of a list; one is itself unless the record has a list on the way to it, none is `null`.
pub(super) struct List<'o> {
    pub(super) out: &'o mut Vec<u8>,
    start: usize,
    items: usize,
    /// Also one is a list.
    pub(super) is_list: bool,
}

impl<'o> List<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { start: out.len(), out, items: 0, is_list: false }
    }

    pub(super) fn item(&mut self) {
        if self.items > 0 {
            self.out.push(b',');
        }
        self.items += 1;
    }

    pub(super) fn end(self) {
        match self.items {
            0 => self.out.extend_from_slice(b"null"),
            1 if !self.is_list => {}
            _ => {
                self.out.insert(self.start, b'[');
                self.out.push(b']');
            }
        }
    }
}

/// Writes what it is told, lists as lists.
struct Json<'o> {
    list: List<'o>,
    /// Lists that are open.
    depth: usize,
    /// The list that is open has no item yet.
    begins: bool,
    is_nested: bool,
}

impl Json<'_> {
    fn item(&mut self) {
        match (self.depth, self.begins) {
            (0, _) => self.list.item(),
            (_, true) => {}
            (_, false) => self.list.out.push(b','),
        }
        self.begins = false;
    }
}

impl Told for Json<'_> {
    fn object(&mut self) -> bool {
        self.is_nested = true;
        true
    }

    fn list(&mut self) -> bool {
        self.item();
        self.list.out.push(b'[');
        (self.depth, self.begins) = (self.depth + 1, true);
        false
    }

    fn end_list(&mut self) {
        self.list.out.push(b']');
        (self.depth, self.begins) = (self.depth.saturating_sub(1), false);
    }

    fn through_list(&mut self) {
        self.list.is_list = true;
    }

    fn value(&mut self, value: AtValue<'_>) -> bool {
        self.item();
        match value {
            AtValue::Null => self.list.out.extend_from_slice(b"null"),
            AtValue::Boolean(value) => self.list.out.extend_from_slice(if value { b"true" } else { b"false" }),
            AtValue::Number(text) => self.list.out.extend_from_slice(text.as_bytes()),
            AtValue::Text(text) => quoted(self.list.out, text),
        }
        false
    }
}

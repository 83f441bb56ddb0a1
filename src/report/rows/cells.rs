//! What stands in a column for a record: from the columns of the index, or from the record's own text.

use std::sync::Arc;

use crate::columns::{Column, Value};
use crate::evidence::Evidence;
use crate::integrity::scan::LineState;
use crate::query::at::{AtScratch, AtValue, Told, at};
use crate::query::field::{Derived, Place};
use crate::query::{Alias, Field, Path};
use crate::record::Kind;
use crate::record::time::shown;

use super::raw::raws;

/// A column of what is printed.
#[derive(Debug)]
pub struct OutputColumn {
    /// Its heading: as it was asked for.
    pub name: String,
    /// Where its values come from.
    pub source: Source,
    /// Its values are numbers.
    pub is_number: bool,
}

/// Where the values of a column come from.
#[derive(Debug)]
pub enum Source {
    /// The place in the log.
    Seq,
    /// The instant, where it can be placed.
    Time,
    /// The state of the line.
    State,
    /// A column of the index, and its field: the record's text has what a column does not hold, objects and lists of them.
    Column(Arc<Column>, Field),
    /// The record's text, at this path.
    Text(Path),
    /// The record's text, where the alias has its value for the kind.
    Alias(&'static Alias),
}

/// A record that is printed.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its row in the table.
    pub row: u32,
    /// The bytes of the record, where the line has any.
    pub bytes: Option<&'a [u8]>,
    /// Its text, where it is a record of the format.
    pub text: Option<&'a str>,
    /// As its place in [`Kind::ALL`].
    pub kind: u8,
    /// As its place in [`LineState::ALL`].
    pub state: u8,
}

/// Memory that is used again from cell to cell.
#[derive(Debug, Default)]
pub struct Scratch(pub(super) AtScratch);

/// The text of a cell, several values with commas between; false where there is none.
pub fn text(
    evidence: &Evidence,
    source: &Source,
    record: &Record<'_>,
    scratch: &mut Scratch,
    out: &mut String,
) -> bool {
    out.clear();
    match source {
        Source::Seq => evidence.seqs().seq(record.row).is_some_and(|seq| {
            out.push_str(&seq.to_string());
            true
        }),
        Source::Time => evidence.times().instant(record.row).is_some_and(|instant| {
            out.push_str(&shown(instant));
            true
        }),
        Source::State => {
            out.push_str(state(record));
            true
        }
        Source::Column(column, field) => {
            let mut joined = Joined::new(out);
            for value in column.cell(record.row).values() {
                joined.push(value);
            }
            let (is_there, is_nested) = (joined.is_there(), joined.is_nested);
            match record.text {
                Some(text) if is_nested => {
                    places(evidence, field, record).iter().any(|path| raws(text, path, out)) || is_there
                }
                _ => is_there,
            }
        }
        Source::Text(path) => text_at(record, path.members(), scratch, out),
        Source::Alias(alias) => match paths(alias, record.kind) {
            Some([own, meant]) => text_at(record, &own, scratch, out) || text_at(record, &meant, scratch, out),
            None => text_at(record, &[alias.name.to_owned()], scratch, out),
        },
    }
}

fn text_at(record: &Record<'_>, path: &[String], scratch: &mut Scratch, out: &mut String) -> bool {
    let Some(text) = record.text else { return false };
    out.clear();
    let mut joined = Joined::new(out);
    at(text, path, &mut scratch.0, &mut joined);
    if joined.is_nested || joined.has_empty_list() { raws(text, path, out) } else { joined.is_there() }
}

/// The path of an alias' own name, and the one where it has its value in records of a kind.
pub(super) fn paths(alias: &Alias, kind: u8) -> Option<[Vec<String>; 2]> {
    let kind = Kind::ALL.get(usize::from(kind)).copied().unwrap_or(Kind::Other);
    match alias.source(kind) {
        Some(Place::Path(path)) => {
            Some([vec![alias.name.to_owned()], path.iter().map(|&name| name.to_owned()).collect()])
        }
        _ => None,
    }
}

/// The paths at which a record has the values of a field, the first that is there counts.
pub(super) fn places(evidence: &Evidence, field: &Field, record: &Record<'_>) -> Vec<Vec<String>> {
    match field {
        Field::Path(path) => vec![path.members().to_vec()],
        Field::Alias(alias) => match paths(alias, record.kind) {
            Some(paths) => paths.to_vec(),
            None => {
                let own = std::iter::once(vec![alias.name.to_owned()]);
                let kind = Kind::ALL.get(usize::from(record.kind)).copied().unwrap_or(Kind::Other);
                let recorded = match alias.source(kind) {
                    Some(Place::Derived(Derived::Version)) => Some(vec!["model".to_owned(), "version".to_owned()]),
                    _ => None,
                };
                let results = evidence.place(record.row).filter(|_| alias.name == "result");
                own.chain(recorded)
                    .chain(results.into_iter().flat_map(|(log, _)| log.index.result_paths.clone()))
                    .collect()
            }
        },
    }
}

pub(super) fn state(record: &Record<'_>) -> &'static str {
    LineState::ALL.get(usize::from(record.state)).map_or("", |state| state.name())
}

/// Texts with commas between.
struct Joined<'o> {
    out: &'o mut String,
    values: usize,
    nulls: usize,
    is_nested: bool,
    has_list: bool,
}

impl<'o> Joined<'o> {
    fn new(out: &'o mut String) -> Self {
        Self { out, values: 0, nulls: 0, is_nested: false, has_list: false }
    }

    fn push(&mut self, value: Value<'_>) {
        if self.values > 0 {
            self.out.push_str(", ");
        }
        self.values += 1;
        match value {
            Value::Null => {
                self.nulls += 1;
                self.out.push_str("null");
            }
            Value::Nested => {
                self.is_nested = true;
                self.out.push_str("{…}");
            }
            value => self.out.push_str(value.text().unwrap_or_default()),
        }
    }

    /// Whether there is anything but one `null`.
    fn is_there(&self) -> bool {
        self.values > 0 && (self.values, self.nulls) != (1, 1)
    }

    /// Whether there is a list, and nothing in it.
    fn has_empty_list(&self) -> bool {
        self.has_list && self.values == self.nulls
    }
}

impl Told for Joined<'_> {
    fn object(&mut self) -> bool {
        self.is_nested = true;
        true
    }

    fn list(&mut self) -> bool {
        self.has_list = true;
        false
    }

    fn value(&mut self, value: AtValue<'_>) -> bool {
        self.push(match value {
            AtValue::Null => Value::Null,
            AtValue::Boolean(value) => Value::Boolean(value),
            AtValue::Number(text) => Value::Number(text),
            AtValue::Text(text) => Value::Text(text),
        });
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::json_at;
    use super::*;

    #[test]
    fn cells_of_a_record() {
        let record = r#"{"a":1.50,"b":"x\"y","c":[1,null,"z"],"d":{"e": [true]},"f":[],"g":null,"h":[{"i":"p"},{"i":["q","r"]}],"j":["s"],"k":[[1],[2,3]],"l":[{"m":{}}, 2],"n":"","o":[{"p":"q","r":["s"]}],"t":[["u"]]}"#;
        for (path, text, json) in [
            ("a", Some("1.50"), "1.50"),
            ("b", Some("x\"y"), r#""x\"y""#),
            ("c", Some("1, null, z"), r#"[1,null,"z"]"#),
            ("c.2", Some("z"), r#""z""#),
            ("c.9", None, "null"),
            ("d", Some(r#"{"e": [true]}"#), r#"{"e": [true]}"#),
            ("d.e", Some("true"), "[true]"),
            ("f", Some("[]"), "[]"),
            ("g", None, "null"),
            ("h.i", Some("p, q, r"), r#"["p",["q","r"]]"#),
            ("h", Some(r#"[{"i":"p"},{"i":["q","r"]}]"#), r#"[{"i":"p"},{"i":["q","r"]}]"#),
            ("j", Some("s"), r#"["s"]"#),
            ("k", Some("1, 2, 3"), "[[1],[2,3]]"),
            ("l", Some(r#"[{"m":{}}, 2]"#), r#"[{"m":{}}, 2]"#),
            ("l.m", Some("{}"), "[{}]"),
            ("o.p", Some("q"), r#"["q"]"#),
            ("o.r", Some("s"), r#"[["s"]]"#),
            ("o.0.p", Some("q"), r#""q""#),
            ("o.x", None, "null"),
            ("t", Some("u"), r#"[["u"]]"#),
            ("n", Some(""), r#""""#),
            ("nothing.here", None, "null"),
        ] {
            let members: Vec<String> = path.split('.').map(str::to_owned).collect();
            let record = Record { row: 0, bytes: None, text: Some(record), kind: 0, state: 0 };
            let (mut out, mut bytes, mut scratch) = (String::new(), Vec::new(), Scratch::default());
            let is_there = text_at(&record, &members, &mut scratch, &mut out);
            assert_eq!(is_there.then_some(out.as_str()), text, "{path}");
            json_at(&record, &members, &mut scratch, &mut bytes);
            assert_eq!(String::from_utf8(bytes).expect("UTF-8"), json, "{path}");
        }
    }
}

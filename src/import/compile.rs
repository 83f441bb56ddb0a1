//! Compiles a mapping out of its TOML text. Every error names the place in the file and what may stand there.

mod read;

use std::collections::HashMap;

use toml::Value as Toml;

use read::{
    Compiled, ambiguous_at, constant, known_keys, scalars_of, table_of, tables_of, text_at, texts_of, wrong, zone_at,
};

use super::convert::{Convert, Decimal, HashName, string};
use super::csv::Encoding;
use super::mapping::{Condition, FieldName, Input, Lines, Mapping, Member, Node, SourceOptions, Template, Test, Value};
use super::time::Format;
use crate::record::sealed::escape_token;
use crate::record::text::shown_short;
use crate::record::time::Time;

/// The longest mapping in bytes.
pub const MAX_MAPPING_BYTES: usize = 1 << 20;

/// The most records of a row.
const MAX_RECORDS: usize = 100;

/// The most levels of tables in a mapping: records have no more.
const MAX_LEVELS: usize = 32;

/// Why a text is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not TOML.
    #[error("line {line}: not TOML: {reason}")]
    Syntax {
        /// Line in the file, from 1.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// TOML, but not a mapping.
    #[error("{place}: {reason}")]
    Content {
        /// Where, as a path of tables and keys.
        place: String,
        /// What is wrong there, and what may stand there.
        reason: String,
    },
}

impl Mapping {
    /// Compiles a mapping.
    ///
    /// # Errors
    /// [`MappingError`]
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
            MappingError::Syntax { line, reason: error.message().replace('\n', " ") }
        })?;
        let mut compiler = Compiler { source: SourceOptions::default(), fields: Vec::new() };
        compiler.mapping(&table)
    }
}

struct Compiler {
    source: SourceOptions,
    fields: Vec<FieldName>,
}

const SOURCE_KEYS: [&str; 10] =
    ["format", "delimiter", "quote", "encoding", "columns", "decimal", "group", "zone", "ambiguous", "empty"];

const VALUE_KEYS: [&str; 14] = [
    "field",
    "this",
    "as",
    "format",
    "zone",
    "ambiguous",
    "fill",
    "values",
    "else",
    "empty",
    "default",
    "required",
    "hash",
    "seal",
];

impl Compiler {
    fn mapping(&mut self, table: &toml::Table) -> Compiled<Mapping> {
        known_keys("the mapping", table, &["source", "skip", "record"])?;
        if let Some(source) = table.get("source") {
            self.source_options(table_of("source", source)?)?;
        }
        let mut skip = Vec::new();
        for (number, condition) in tables_of("skip", table.get("skip"))?.into_iter().enumerate() {
            skip.push(self.condition(&format!("skip {}", number + 1), condition)?);
        }
        let tables = tables_of("record", table.get("record"))?;
        if tables.is_empty() {
            return wrong("the mapping", "it says no [[record]]: which record does a row become?");
        }
        if tables.len() > MAX_RECORDS {
            return wrong("record", format!("a row becomes at most {MAX_RECORDS} records"));
        }
        let names: Vec<Option<String>> =
            tables.iter().map(|table| table.get("kind").and_then(Toml::as_str).map(str::to_owned)).collect();
        let mut records = Vec::new();
        for (number, table) in tables.into_iter().enumerate() {
            records.push(self.template(number, table, &names)?);
        }
        Ok(Mapping { source: self.source.clone(), fields: std::mem::take(&mut self.fields), skip, records })
    }

    fn source_options(&mut self, table: &toml::Table) -> Compiled<()> {
        known_keys("source", table, &SOURCE_KEYS)?;
        let place = |key: &str| format!("source.{key}");
        let text = |key: &str| text_at("source", table, key);
        let options = &mut self.source;
        if let Some(lines) = text("format")? {
            options.lines = Some(match lines {
                "csv" => Lines::Csv,
                "jsonl" => Lines::Jsonl,
                _ => return wrong(&place("format"), "there are \"csv\" and \"jsonl\""),
            });
        }
        if let Some(delimiter) = text("delimiter")? {
            options.dialect.delimiter = match delimiter.as_bytes() {
                [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | b'"' | 0) => *byte,
                _ => return wrong(&place("delimiter"), "one ASCII character, such as \",\", \";\" or \"\\t\""),
            };
        }
        if let Some(quote) = text("quote")? {
            options.dialect.quote = match quote.as_bytes() {
                [] => None,
                [byte] if byte.is_ascii_punctuation() && *byte != options.dialect.delimiter => Some(*byte),
                _ => return wrong(&place("quote"), "one ASCII character, or \"\" where nothing is quoted"),
            };
        }
        if let Some(encoding) = text("encoding")? {
            options.dialect.encoding = match encoding.to_ascii_lowercase().as_str() {
                "utf-8" => Encoding::Utf8,
                "latin-1" | "iso-8859-1" => Encoding::Latin1,
                "windows-1252" => Encoding::Windows1252,
                _ => return wrong(&place("encoding"), "there are \"utf-8\", \"windows-1252\" and \"latin-1\""),
            };
        }
        if let Some(columns) = table.get("columns") {
            let columns = texts_of(&place("columns"), columns)?;
            if columns.is_empty() {
                return wrong(&place("columns"), "no names; leave it out where the file has a header");
            }
            options.columns = Some(columns);
        }
        let sign = |key: &str| -> Compiled<Option<char>> {
            let Some(text) = text(key)? else { return Ok(None) };
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(sign), None) if !sign.is_ascii_alphanumeric() && !matches!(sign, '-' | '+') => Ok(Some(sign)),
                _ => wrong(&place(key), "one character, such as \",\""),
            }
        };
        let point = sign("decimal")?.unwrap_or('.');
        options.decimal = Decimal { point, group: sign("group")? };
        if options.decimal.group == Some(point) {
            return wrong(&place("group"), "the same character as the decimal sign");
        }
        options.zone = zone_at("source", table)?;
        options.ambiguous = ambiguous_at("source", table)?.unwrap_or_default();
        if let Some(empty) = table.get("empty") {
            options.empty = texts_of(&place("empty"), empty)?;
        }
        if options.lines == Some(Lines::Jsonl) {
            let csv = ["delimiter", "quote", "encoding", "columns"].into_iter().find(|key| table.contains_key(*key));
            if let Some(key) = csv {
                return wrong(&place(key), "JSON lines have none");
            }
        }
        Ok(())
    }

    /// The place of a field among those that are wanted.
    fn field(&mut self, place: &str, field: &Toml) -> Compiled<usize> {
        let name = match field {
            Toml::String(name) if !name.is_empty() => FieldName::Named(name.clone()),
            Toml::Integer(number) => match usize::try_from(*number) {
                Ok(number) if number > 0 && self.source.lines != Some(Lines::Jsonl) => FieldName::Numbered(number),
                _ => return wrong(place, "columns are numbered from 1, and JSON has none"),
            },
            _ => return wrong(place, "a field's name, or a column's number"),
        };
        Ok(self.fields.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.fields.push(name);
            self.fields.len() - 1
        }))
    }

    fn condition(&mut self, place: &str, table: &toml::Table) -> Compiled<Condition> {
        known_keys(place, table, &["field", "is", "is_not", "empty"])?;
        let Some(field) = table.get("field") else { return wrong(place, "it names no field") };
        let field = self.field(&format!("{place}.field"), field)?;
        let tests: Vec<(&String, &Toml)> = table.iter().filter(|(key, _)| *key != "field").collect();
        let test = match tests[..] {
            [(key, Toml::Boolean(is_empty))] if key == "empty" => Test::Empty(*is_empty),
            [(key, value)] if key == "is" => Test::Is(scalars_of(&format!("{place}.is"), value)?),
            [(key, value)] if key == "is_not" => Test::IsNot(scalars_of(&format!("{place}.is_not"), value)?),
            _ => return wrong(place, "one of is = …, is_not = … and empty = true belongs there"),
        };
        Ok(Condition { field, test })
    }

    fn conditions(&mut self, place: &str, value: &Toml) -> Compiled<Vec<Condition>> {
        match value {
            Toml::Table(table) => Ok(vec![self.condition(place, table)?]),
            Toml::Array(items) => items
                .iter()
                .enumerate()
                .map(|(n, item)| {
                    let place = format!("{place} {}", n + 1);
                    table_of(&place, item).and_then(|table| self.condition(&place, table))
                })
                .collect(),
            _ => wrong(place, "a condition such as { field = \"status\", is = \"paid\" }, or several in brackets"),
        }
    }

    fn template(&mut self, n: usize, table: &toml::Table, kinds: &[Option<String>]) -> Compiled<Template> {
        let place = &*format!("record {}", n + 1);
        let when = match table.get("when") {
            None => Vec::new(),
            Some(when) => self.conditions(&format!("{place}.when"), when)?,
        };
        let mut members = Vec::new();
        for (name, value) in table.iter().filter(|(name, _)| *name != "when") {
            members.push(self.member(place, "", name, value, kinds, 1)?);
        }
        if !table.contains_key("kind") {
            return wrong(place, "it says no kind, such as kind = \"decision\"");
        }
        let mut id = None;
        let own = |node| Member { name: "audit_id".to_owned(), key: "\"audit_id\":".to_owned(), node };
        match members.iter_mut().find(|member| member.name == "audit_id") {
            None => members.push(own(Node::OwnId)),
            Some(member) => match std::mem::replace(&mut member.node, Node::OwnId) {
                Node::Value(value) => id = Some(own_id(&format!("{place}.audit_id"), *value)?),
                Node::OwnId => {}
                _ => return wrong(&format!("{place}.audit_id"), "an id comes from a field"),
            },
        }
        for member in &mut members {
            let place = format!("{place}.{}", member.name);
            match (member.name.as_str(), &mut member.node) {
                ("timestamp", node) => self.timestamp(&place, node)?,
                ("kind", Node::Value(value)) if value.seal.is_some() => {
                    return wrong(&place, "a kind cannot be sealed");
                }
                _ => {}
            }
        }
        // The head of every record: what it is, when, and which.
        let rank = |name: &str| ["kind", "timestamp", "audit_id"].iter().position(|head| *head == name).unwrap_or(3);
        members.sort_by_key(|member| rank(&member.name));
        let kind = table.get("kind").and_then(Toml::as_str).map(str::to_owned);
        // Nothing for the first; then the kind, where that tells it from the others of the row.
        let is_plain = |kind: &&String| !kind.bytes().all(|byte| byte.is_ascii_digit());
        let id_ending = match kind.as_ref().filter(is_plain) {
            _ if n == 0 => String::new(),
            Some(kind) if kinds.iter().filter(|other| other.as_ref() == Some(kind)).count() == 1 => format!(":{kind}"),
            _ => format!(":{}", n + 1),
        };
        Ok(Template { kind, when, id_ending, id, members })
    }

    /// A record's time is one: what is not converted otherwise is read as a time, and constants must be times already.
    fn timestamp(&self, place: &str, node: &mut Node) -> Compiled<()> {
        let check = |json: &str| match serde_json::from_str::<String>(json).ok().as_deref().map(Time::parse) {
            Some(Some(Time::Instant(_))) => Ok(()),
            _ => wrong(place, format!("{json} is no time such as \"2026-03-01T09:30:00Z\"")),
        };
        match node {
            Node::Constant(json) => check(json),
            Node::Value(value) => {
                if value.seal.is_some() {
                    return wrong(place, "a record's time cannot be sealed");
                }
                value.default.as_deref().map_or(Ok(()), check)?;
                value.is_required |= value.default.is_none();
                match value.convert {
                    Convert::Time { .. } => {}
                    Convert::Keep => {
                        let (zone, ambiguous) = (self.source.zone, self.source.ambiguous);
                        value.convert = Convert::Time { format: Format::Iso, zone, ambiguous };
                    }
                    _ => return wrong(place, "a record's time is read with as = \"time\""),
                }
                Ok(())
            }
            _ => wrong(place, "a record's time comes from a field"),
        }
    }

    fn member(
        &mut self,
        place: &str,
        pointer: &str,
        name: &str,
        value: &Toml,
        kinds: &[Option<String>],
        level: usize,
    ) -> Compiled<Member> {
        let place = format!("{place}.{}", shown_short(name, 60));
        if name == "$sealed" {
            return wrong(&place, "the name is reserved; say seal = true of the value");
        }
        let pointer = format!("{pointer}/{}", escape_token(name));
        let node = self.node(&place, Some(&pointer), value, kinds, level)?;
        Ok(Member { name: name.to_owned(), key: format!("{}:", string(name)), node })
    }

    fn node(
        &mut self,
        place: &str,
        pointer: Option<&str>,
        value: &Toml,
        kinds: &[Option<String>],
        level: usize,
    ) -> Compiled<Node> {
        if level > MAX_LEVELS {
            return wrong(place, "nested too deep");
        }
        match value {
            Toml::Table(table) if is_value(table) => self.value(place, pointer, table),
            Toml::Table(table) if table.len() == 1 && table.get("id_of").is_some_and(|of| !of.is_table()) => {
                id_of(place, table, kinds).map(Node::IdOf)
            }
            Toml::Table(table) => {
                if let Some(key) = looks_like_value(table) {
                    return wrong(place, format!("it has {key:?}, but names no field: field = \"…\""));
                }
                let mut members = Vec::new();
                for (name, value) in table {
                    members.push(self.member(place, pointer.unwrap_or_default(), name, value, kinds, level + 1)?);
                }
                Ok(Node::Object(members))
            }
            Toml::Array(items) => {
                let items = items.iter().enumerate().map(|(n, item)| {
                    // Elements without a value are left out, so their places are not known before.
                    self.node(&format!("{place} {}", n + 1), None, item, kinds, level + 1)
                });
                items.collect::<Compiled<Vec<Node>>>().map(Node::Array)
            }
            scalar => Ok(Node::Constant(constant(place, scalar)?)),
        }
    }

    fn value(&mut self, place: &str, pointer: Option<&str>, table: &toml::Table) -> Compiled<Node> {
        known_keys(place, table, &VALUE_KEYS)?;
        let from = match (table.get("field"), table.get("this")) {
            (Some(field), None) => Input::Field(self.field(&format!("{place}.field"), field)?),
            (None, Some(Toml::String(this))) => match this.as_str() {
                "source" => Input::SourceName,
                "row" => Input::Row,
                "line" => Input::Line,
                _ => return wrong(place, "this is \"source\", \"row\" or \"line\""),
            },
            _ => return wrong(place, "either field = \"…\" or this = \"source\" belongs there"),
        };
        let flag = |key: &str| match table.get(key) {
            None => Ok(false),
            Some(Toml::Boolean(flag)) => Ok(*flag),
            Some(_) => wrong(&format!("{place}.{key}"), "true or false"),
        };
        let default = table.get("default").map(|value| constant(&format!("{place}.default"), value)).transpose()?;
        let is_required = flag("required")?;
        if is_required && default.is_some() {
            return wrong(place, "a required value needs no default");
        }
        let seal = match (flag("seal")?, pointer) {
            (false, _) => None,
            (true, Some(pointer)) => Some(pointer.to_owned()),
            (true, None) => {
                return wrong(place, "values within arrays cannot be sealed; seal the member that holds them");
            }
        };
        let convert = self.convert(place, table)?;
        let empty = table.get("empty").map_or(Ok(Vec::new()), |empty| texts_of(&format!("{place}.empty"), empty))?;
        Ok(Node::Value(Box::new(Value { from, convert, empty, default, is_required, seal })))
    }

    fn convert(&self, place: &str, table: &toml::Table) -> Compiled<Convert> {
        let kinds: Vec<&str> = ["as", "values", "hash"].into_iter().filter(|key| table.contains_key(*key)).collect();
        if kinds.len() > 1 {
            return wrong(place, format!("{} exclude each other", kinds.join(" and ")));
        }
        let text = |key: &str| text_at(place, table, key);
        let is_time = text("as")? == Some("time") || (kinds.is_empty() && table.contains_key("format"));
        let stray =
            ["format", "zone", "ambiguous", "fill"].into_iter().find(|key| !is_time && table.contains_key(*key));
        if let Some(key) = stray {
            return wrong(&format!("{place}.{key}"), "it goes with as = \"time\"");
        }
        if table.contains_key("else") && !table.contains_key("values") {
            return wrong(&format!("{place}.else"), "it goes with values");
        }
        if is_time {
            let is_filled = match text("fill")? {
                None => false,
                Some("start") => true,
                Some(_) => return wrong(&format!("{place}.fill"), "there is \"start\""),
            };
            let format = Format::parse(text("format")?.unwrap_or("iso"), is_filled)
                .or_else(|reason| wrong(&format!("{place}.format"), reason))?;
            return Ok(Convert::Time {
                format,
                zone: zone_at(place, table)?.or(self.source.zone),
                ambiguous: ambiguous_at(place, table)?.unwrap_or(self.source.ambiguous),
            });
        }
        if let Some(values) = table.get("values") {
            let place = format!("{place}.values");
            let mut entries = HashMap::new();
            for (text, value) in table_of(&place, values)? {
                entries.insert(text.clone(), constant(&place, value)?);
            }
            let other = table.get("else").map(|value| constant(&place, value)).transpose()?;
            return Ok(Convert::Values { table: entries, other });
        }
        if let Some(name) = text("hash")? {
            return match name {
                "blake3" => Ok(Convert::Hash(HashName::Blake3)),
                "sha256" => Ok(Convert::Hash(HashName::Sha256)),
                _ => wrong(&format!("{place}.hash"), "there are \"blake3\" and \"sha256\""),
            };
        }
        match text("as")? {
            None => Ok(Convert::Keep),
            Some("text") => Ok(Convert::Text),
            Some("number") => Ok(Convert::Number(self.source.decimal)),
            Some("boolean") => Ok(Convert::Boolean),
            Some("json") => Ok(Convert::Json),
            Some(_) => {
                wrong(&format!("{place}.as"), "there are \"text\", \"number\", \"boolean\", \"time\" and \"json\"")
            }
        }
    }
}

/// Whether a table says where a value comes from; any other is an object of the record.
fn is_value(table: &toml::Table) -> bool {
    ["field", "this"].iter().any(|key| table.get(*key).is_some_and(|value| !value.is_table()))
}

/// The key by which a table looks like one that says where a value comes from, though it does not.
fn looks_like_value(table: &toml::Table) -> Option<&str> {
    table.iter().find_map(|(key, value)| {
        let is = match key.as_str() {
            "seal" | "required" => value.is_bool(),
            "as" => value.as_str().is_some_and(|name| ["text", "number", "boolean", "time", "json"].contains(&name)),
            "fill" => value.as_str() == Some("start"),
            "values" => value.is_table() && table.len() > 1,
            "feild" | "fields" | "filed" | "fild" | "column" => value.is_str() && table.len() == 1,
            _ => false,
        };
        is.then_some(key.as_str())
    })
}

/// Where a record's id comes from: a text, since other records refer to it, and one that differs from row to row.
fn own_id(place: &str, mut value: Value) -> Compiled<Value> {
    if value.seal.is_some() {
        return wrong(place, "an id cannot be sealed");
    }
    if value.default.is_some() {
        return wrong(
            place,
            "an id that all rows without one share is none; left out, one is made from source and row",
        );
    }
    match value.convert {
        Convert::Keep => value.convert = Convert::Text,
        Convert::Text | Convert::Hash(_) => {}
        _ => return wrong(place, "an id is the field's text, or its hash"),
    }
    Ok(value)
}

fn id_of(place: &str, table: &toml::Table, kinds: &[Option<String>]) -> Compiled<usize> {
    let found: Vec<usize> = match table.get("id_of") {
        Some(Toml::Integer(number)) => {
            usize::try_from(*number).ok().filter(|n| (1..=kinds.len()).contains(n)).map(|n| n - 1).into_iter().collect()
        }
        Some(Toml::String(kind)) => (0..kinds.len()).filter(|n| kinds[*n].as_deref() == Some(kind)).collect(),
        _ => Vec::new(),
    };
    match found[..] {
        [one] => Ok(one),
        _ => wrong(place, "id_of names the kind of exactly one [[record]], or its number from 1"),
    }
}

//! Applies a mapping to a row: the records that it becomes, as JSON text, with what was sealed in them.

use std::borrow::Cow;

use super::convert::{Field, string};
use super::mapping::{Condition, FieldName, Input, Mapping, Member, Node, Template, Value};
use super::misfit::Misfit;
use crate::bundle::limits::MAX_DISCLOSURE_LINE_BYTES;
use crate::record::sealed::{commit, hex, random_salt};
use crate::record::text::shown_short;

/// Bytes of a disclosure's line around pointer and disclosure, with room for the seq.
const DISCLOSURE_FRAME_BYTES: usize = 80;

/// A row as the mapping sees it.
pub struct RowView<'a> {
    /// The source's file name.
    pub source: &'a str,
    /// What ids that are made begin with.
    pub stem: &'a str,
    /// The row's number, from 1.
    pub number: u64,
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The fields that the mapping wants, in its order.
    pub fields: &'a [Option<Field<'a>>],
}

/// A record made of a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Its JSON text.
    pub text: String,
    /// What was sealed: pointer and disclosure.
    pub sealed: Vec<(String, String)>,
}

/// What a row became.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mapping says to skip it.
    Skipped,
    /// Its records; none where no condition for one holds.
    Records {
        /// In the order of the mapping.
        records: Vec<Made>,
        /// Clock readings in them that were one of two, and were decided by the mapping.
        ambiguous_times: u64,
    },
}

impl Mapping {
    /// Applies the mapping to a row.
    ///
    /// # Errors
    /// Why the row does not fit, and which field it is about.
    pub fn apply(&self, row: &RowView<'_>) -> Result<Outcome, Misfit> {
        let mut apply = Apply {
            mapping: self,
            row,
            is_made: Vec::with_capacity(self.records.len()),
            ids: Vec::with_capacity(self.records.len()),
            ambiguous_times: 0,
            sealed: Vec::new(),
        };
        for condition in &self.skip {
            if apply.holds(condition)? {
                return Ok(Outcome::Skipped);
            }
        }
        for template in &self.records {
            let is_made = apply.all_hold(&template.when)?;
            apply.is_made.push(is_made);
        }
        // Ids first: a record may refer to any other of its row.
        for (n, template) in self.records.iter().enumerate() {
            let id = apply.id(n, template)?;
            apply.ids.push(id);
        }
        let mut records = Vec::with_capacity(self.records.len());
        for (n, template) in self.records.iter().enumerate() {
            if !apply.is_made[n] {
                continue;
            }
            let mut text = String::with_capacity(512);
            apply.object(&template.members, n, &mut text)?;
            records.push(Made { text, sealed: std::mem::take(&mut apply.sealed) });
        }
        Ok(Outcome::Records { records, ambiguous_times: apply.ambiguous_times })
    }
}

struct Apply<'m, 'r> {
    mapping: &'m Mapping,
    row: &'m RowView<'r>,
    /// Which records the row becomes.
    is_made: Vec<bool>,
    /// The `audit_id`s as JSON text, and whether the row states them.
    ids: Vec<(String, bool)>,
    ambiguous_times: u64,
    sealed: Vec<(String, String)>,
}

impl Apply<'_, '_> {
    /// Puts the field in front of what is wrong with it.
    fn about(&self, field: usize, misfit: Misfit) -> Misfit {
        match self.mapping.fields.get(field) {
            Some(FieldName::Named(name)) => misfit.about(&shown_short(name, 80)),
            Some(field) => misfit.about(&field.to_string()),
            None => misfit,
        }
    }

    fn field(&self, field: usize) -> Option<Field<'_>> {
        self.row.fields.get(field).copied().flatten()
    }

    fn holds(&self, condition: &Condition) -> Result<bool, Misfit> {
        let text = match self.field(condition.field) {
            None => None,
            // An object has no text that it could be compared by, and is there.
            Some(Field::Json(json)) if json.starts_with(['{', '[']) => Some(Cow::Borrowed(json)),
            Some(field) => field.text().map_err(|misfit| self.about(condition.field, misfit))?,
        };
        Ok(condition.holds(text.as_deref()))
    }

    fn all_hold(&self, conditions: &[Condition]) -> Result<bool, Misfit> {
        for condition in conditions {
            if !self.holds(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The id of the row's n-th record as JSON text, and whether the row states it. One that cannot be read does not
    /// matter where the record is not made.
    fn id(&mut self, n: usize, template: &Template) -> Result<(String, bool), Misfit> {
        let stated = match &template.id {
            None => None,
            Some(value) => match self.value(value) {
                Err(misfit) if self.is_made[n] => return Err(misfit),
                id => id.unwrap_or_default(),
            },
        };
        let made = || string(&format!("{}:{}{}", self.row.stem, self.row.number, template.id_ending));
        Ok(match stated.filter(|id| id != "null") {
            Some(id) => (id, true),
            None => (made(), false),
        })
    }

    /// Writes an object; returns whether anything is in it.
    fn object(&mut self, members: &[Member], n: usize, out: &mut String) -> Result<bool, Misfit> {
        out.push('{');
        let mut is_first = true;
        for member in members {
            let start = out.len();
            if !is_first {
                out.push(',');
            }
            out.push_str(&member.key);
            if self.node(&member.node, n, out)? {
                is_first = false;
            } else {
                out.truncate(start);
            }
        }
        out.push('}');
        Ok(!is_first)
    }

    /// Writes a value; returns whether there is one.
    fn node(&mut self, node: &Node, n: usize, out: &mut String) -> Result<bool, Misfit> {
        match node {
            Node::Constant(json) => out.push_str(json),
            Node::Object(members) if members.is_empty() => out.push_str("{}"),
            Node::Object(members) => return self.object(members, n, out),
            Node::Array(items) => {
                out.push('[');
                let mut is_first = true;
                for item in items {
                    let start = out.len();
                    if !is_first {
                        out.push(',');
                    }
                    if self.node(item, n, out)? {
                        is_first = false;
                    } else {
                        out.truncate(start);
                    }
                }
                out.push(']');
            }
            Node::IdOf(other) => {
                let (id, is_stated) = &self.ids[*other];
                if !self.is_made[*other] && !is_stated {
                    return Err("it refers to a record that is not made of this row, and has no id of its own".into());
                }
                out.push_str(id);
            }
            Node::OwnId => out.push_str(&self.ids[n].0),
            Node::Value(value) => {
                let Some(json) = self.value(value)? else { return Ok(false) };
                match &value.seal {
                    None => out.push_str(&json),
                    Some(pointer) => self.seal(value, pointer, &json, out)?,
                }
            }
        }
        Ok(true)
    }

    /// A value's JSON text; `None` where there is none and that is allowed.
    fn value(&mut self, value: &Value) -> Result<Option<String>, Misfit> {
        let made: Cow<'_, str>;
        let (field, number) = match value.from {
            Input::Field(number) => (self.field(number), number),
            from => {
                made = match from {
                    Input::Row => self.row.number.to_string().into(),
                    Input::Line => self.row.line.to_string().into(),
                    Input::SourceName | Input::Field(_) => self.row.source.into(),
                };
                (Some(Field::Text(&made)), usize::MAX)
            }
        };
        let is_none = |field: &Field<'_>| {
            let text = if value.empty.is_empty() { None } else { field.text().ok().flatten() };
            text.is_some_and(|text| value.empty.iter().any(|none| *none == text))
        };
        let converted = match field.filter(|field| !is_none(field)) {
            None => None,
            Some(field) => value.convert.apply(field).map_err(|misfit| self.about(number, misfit))?,
        };
        match converted {
            // JSON's null is kept where nothing is said about values that are not there.
            Some(converted) if converted.json != "null" || !(value.is_required || value.default.is_some()) => {
                let (json, was_ambiguous) = (converted.json.into_owned(), converted.was_ambiguous);
                self.ambiguous_times += u64::from(was_ambiguous);
                Ok(Some(json))
            }
            _ if value.is_required => Err(self.about(number, "no value, and the record needs one".into())),
            _ => Ok(value.default.clone()),
        }
    }

    fn seal(&mut self, value: &Value, pointer: &str, json: &str, out: &mut String) -> Result<(), Misfit> {
        let number = match value.from {
            Input::Field(number) => number,
            _ => usize::MAX,
        };
        let name = crate::record::sealed::last_token(pointer).unwrap_or_default();
        let salt = random_salt().map_err(|error| error.to_string())?;
        let disclosure = commit(&name, json, &salt).map_err(|error| self.about(number, error.to_string().into()))?;
        let pointer_bytes = string(pointer).len();
        if disclosure.len() + pointer_bytes + DISCLOSURE_FRAME_BYTES > MAX_DISCLOSURE_LINE_BYTES {
            return Err(self.about(number, "too long to be sealed".into()));
        }
        out.push_str("{\"$sealed\":\"");
        out.push_str(&hex(blake3::hash(disclosure.as_bytes()).as_bytes()));
        out.push_str("\"}");
        self.sealed.push((pointer.to_owned(), disclosure));
        Ok(())
    }
}

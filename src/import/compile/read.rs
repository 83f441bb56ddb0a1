//! Reads the values of a mapping's TOML: what a key must be, and the error where it is something else.

use toml::Value as Toml;

use super::MappingError;
use crate::import::convert::string;
use crate::import::time::{Ambiguous, Zone};
use crate::record::text::shown_short;

pub(super) type Compiled<T> = Result<T, MappingError>;

pub(super) fn wrong<T>(place: &str, reason: impl Into<String>) -> Compiled<T> {
    Err(MappingError::Content { place: place.to_owned(), reason: reason.into() })
}

/// A value that is the same for all rows, as JSON text.
pub(super) fn constant(place: &str, value: &Toml) -> Compiled<String> {
    Ok(match value {
        Toml::String(text) => string(text),
        Toml::Integer(number) => number.to_string(),
        Toml::Boolean(value) => value.to_string(),
        Toml::Datetime(time) => string(&time.to_string()),
        Toml::Float(number) if number.is_finite() => {
            serde_json::to_string(number).or_else(|error| wrong(place, error.to_string()))?
        }
        Toml::Float(_) => return wrong(place, "JSON has no such number"),
        Toml::Array(items) => {
            let items: Compiled<Vec<String>> = items.iter().map(|item| constant(place, item)).collect();
            format!("[{}]", items?.join(","))
        }
        Toml::Table(members) => {
            let members: Compiled<Vec<String>> = members
                .iter()
                .map(|(name, value)| Ok(format!("{}:{}", string(name), constant(place, value)?)))
                .collect();
            format!("{{{}}}", members?.join(","))
        }
    })
}

pub(super) fn known_keys(place: &str, table: &toml::Table, known: &[&str]) -> Compiled<()> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => wrong(place, format!("unknown key {:?}; there are {}", shown_short(key, 60), known.join(", "))),
    }
}

pub(super) fn table_of<'t>(place: &str, value: &'t Toml) -> Compiled<&'t toml::Table> {
    value.as_table().map_or_else(|| wrong(place, "a table belongs there"), Ok)
}

pub(super) fn tables_of<'t>(name: &str, value: Option<&'t Toml>) -> Compiled<Vec<&'t toml::Table>> {
    match value {
        None => Ok(Vec::new()),
        Some(Toml::Array(items)) => items.iter().map(|item| table_of(name, item)).collect(),
        Some(_) => wrong(name, format!("write [[{name}]], in double brackets")),
    }
}

pub(super) fn text_at<'t>(place: &str, table: &'t toml::Table, key: &str) -> Compiled<Option<&'t str>> {
    match table.get(key) {
        None => Ok(None),
        Some(Toml::String(text)) => Ok(Some(text)),
        Some(_) => wrong(&format!("{place}.{key}"), "a text belongs there, in quotes"),
    }
}

pub(super) fn texts_of(place: &str, value: &Toml) -> Compiled<Vec<String>> {
    let texts = value
        .as_array()
        .map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>());
    texts.flatten().map_or_else(|| wrong(place, "a list of texts belongs there"), Ok)
}

/// One scalar or a list of them, as the texts that fields are compared with.
pub(super) fn scalars_of(place: &str, value: &Toml) -> Compiled<Vec<String>> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let text = |item: &Toml| match item {
        Toml::String(text) => Some(text.clone()),
        Toml::Integer(number) => Some(number.to_string()),
        Toml::Boolean(value) => Some(value.to_string()),
        _ => None,
    };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    texts.map_or_else(|| wrong(place, "a text, a whole number, true or false, or a list of these"), Ok)
}

pub(super) fn zone_at(place: &str, table: &toml::Table) -> Compiled<Option<Zone>> {
    let Some(text) = text_at(place, table, "zone")? else { return Ok(None) };
    let reason = "\"UTC\", an offset such as \"+02:00\", or a place such as \"Europe/Berlin\"";
    Zone::parse(text).map_or_else(|| wrong(&format!("{place}.zone"), reason), |zone| Ok(Some(zone)))
}

pub(super) fn ambiguous_at(place: &str, table: &toml::Table) -> Compiled<Option<Ambiguous>> {
    Ok(Some(match text_at(place, table, "ambiguous")? {
        None => return Ok(None),
        Some("fail") => Ambiguous::Fail,
        Some("earlier") => Ambiguous::Earlier,
        Some("later") => Ambiguous::Later,
        Some(_) => return wrong(&format!("{place}.ambiguous"), "there are \"fail\", \"earlier\" and \"later\""),
    }))
}

//! What can be kept: tags that can be written in filters, items that say something.

use super::CaseError;
use super::entry::Value;

/// The longest tag, in characters.
const MAX_TAG_CHARS: usize = 200;

/// Whether a tag can be one: it is to be written in a filter and read on one line.
pub(super) fn valid_tag(tag: &str) -> Result<(), CaseError> {
    let why = if tag.trim().is_empty() {
        "a tag has at least one character"
    } else if tag.trim() != tag {
        "a tag neither begins nor ends with white space"
    } else if tag.chars().any(crate::record::text::is_hidden) {
        "a tag has no characters that do not show"
    } else if tag.chars().count() > MAX_TAG_CHARS {
        "a tag has at most 200 characters"
    } else {
        return Ok(());
    };
    Err(CaseError::Text { what: "tag", why })
}

/// Whether an item's content can be kept.
pub(super) fn valid(value: &Value) -> Result<(), CaseError> {
    let empty = |what, text: &str| {
        let why = "it is empty";
        if text.trim().is_empty() { Err(CaseError::Text { what, why }) } else { Ok(()) }
    };
    match value {
        Value::Note { text, .. } => empty("note", text),
        Value::Title { text } => empty("title", text),
        Value::Filter { name, .. } => empty("name of the filter", name),
        Value::Incident(incident) => {
            empty("id of the incident", &incident.id)?;
            match (incident.from, incident.to) {
                (Some(from), Some(to)) if from > to => {
                    Err(CaseError::Text { what: "window of the incident", why: "it ends before it begins" })
                }
                _ => Ok(()),
            }
        }
        Value::Span { from, to, .. } if from > to => {
            Err(CaseError::Text { what: "stretch of time", why: "it ends before it begins" })
        }
        _ => Ok(()),
    }
}

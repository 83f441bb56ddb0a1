//! Redactions: what must not be handed out is painted over before there are pixels, and taken out of every word that goes with the
//! picture. More is hidden rather than less: a text that has a hidden value in it is hidden as a whole.

use std::collections::BTreeSet;

use egui::epaint::ClippedShape;
use egui::{Color32, Rect, Shape, pos2};

use super::CaptureError;
pub use crate::app::exhibits::{Hides, Redaction};
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::at::{AtScratch, AtValue, Told, at};
use crate::query::{Alias, Field};
use crate::record::figures::GROUP;

/// What stands in words in place of what is hidden.
pub const MARK: &str = "[redacted]";

/// Texts that must not be handed out, and the rows of records that must not.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    texts: BTreeSet<String>,
    rows: BTreeSet<u32>,
    /// Nobody knows what of which record stands under a rectangle.
    has_rect: bool,
}

impl Hidden {
    /// The values that records have at fields. Fewer than all of the log would do for the picture, but another record's value of the
    /// field may stand in a filter.
    ///
    /// # Errors
    /// [`CaptureError`]
    pub fn of(evidence: &Evidence, rows: &Selection, redactions: &[Redaction]) -> Result<Self, CaptureError> {
        let has_rect = redactions.iter().any(|redaction| rect(redaction).is_some());
        let mut out = Self { has_rect, ..Self::default() };
        for redaction in redactions {
            let Hides::Field(name) = &redaction.hides else { continue };
            let field = evidence.field(name).map_err(|why| CaptureError::Asked(format!("{name}: {why}")))?;
            match evidence.column(&field, &crate::bundle::reading::Unwatched) {
                Ok(column) => {
                    for row in rows.iter() {
                        let cell = column.cell(row);
                        if cell.values().next().is_some() {
                            out.rows.insert(row);
                        }
                        cell.texts().for_each(|text| out.add(text));
                    }
                }
                Err(EvidenceError::TooVaried(_)) => {
                    let paths = paths(&field);
                    for row in rows.iter() {
                        let Some(line) = evidence.line(row)? else { continue };
                        let Some(line) = crate::bundle::line::Line::parse(&line.bytes) else { continue };
                        let Ok(text) = std::str::from_utf8(line.record) else { continue };
                        let mut found = Found::default();
                        for path in &paths {
                            at(text, path, &mut AtScratch::default(), &mut found);
                        }
                        if found.is_there {
                            out.rows.insert(row);
                        }
                        found.texts.iter().for_each(|text| out.add(text));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(out)
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.texts.insert(plain(text));
        }
    }

    /// Adds the texts that stand under rectangles.
    pub fn add_under(&mut self, shapes: &[ClippedShape], redactions: &[Redaction]) {
        for rect in redactions.iter().filter_map(rect) {
            for clipped in shapes {
                each_text(&clipped.shape, &mut |text, bounds| {
                    if bounds.intersects(rect) && clipped.clip_rect.intersects(rect) {
                        self.add(text);
                    }
                });
            }
        }
    }

    /// Whether a text has one of them in it, as words of their own.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let text = plain(text);
        self.texts.iter().any(|hidden| stands_in(&text, hidden))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a record must not be handed out: it has the field, or what it says stands elsewhere in it.
    #[must_use]
    pub fn hides(&self, row: u32, record: &str) -> bool {
        self.has_rect || self.rows.contains(&row) || self.is_in(record)
    }
}

/// What stands at a path.
#[derive(Default)]
struct Found {
    is_there: bool,
    texts: Vec<String>,
}

impl Told for Found {
    fn object(&mut self) -> bool {
        self.is_there = true;
        false
    }

    fn list(&mut self) -> bool {
        false
    }

    fn value(&mut self, value: AtValue<'_>) -> bool {
        self.is_there = true;
        self.texts.extend(value.text().map(str::to_owned));
        false
    }
}

/// The rectangle of a redaction, where it is one.
#[must_use]
pub fn rect(redaction: &Redaction) -> Option<Rect> {
    match redaction.hides {
        Hides::Rect([x, y, width, height]) => Some(Rect::from_min_max(pos2(x, y), pos2(x + width, y + height))),
        Hides::Field(_) => None,
    }
}

/// Where a field may stand in a record.
fn paths(field: &Field) -> Vec<Vec<String>> {
    let of_alias = |alias: &Alias| {
        let own = std::iter::once(vec![alias.name.to_owned()]);
        let sources = alias.sources.iter().filter_map(|source| match source.place {
            crate::query::field::Place::Path(path) => Some(path.iter().map(|&name| name.to_owned()).collect()),
            crate::query::field::Place::Derived(_) => None,
        });
        own.chain(sources).collect()
    };
    match field {
        Field::Path(path) => vec![path.members().to_vec()],
        Field::Alias(alias) => of_alias(alias),
    }
}

/// A text as it is compared: figures are grouped where they are shown, and not where they are recorded.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| *c != GROUP)
        .map(|c| if c == '\u{2212}' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

/// Whether one text stands in another, not as a part of a longer word or number.
fn stands_in(text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(start, found)| {
        let is_word = |c: char| c.is_alphanumeric();
        let (first, last) = (found.chars().next(), found.chars().next_back());
        let before = text[..start].chars().next_back();
        let behind = text[start + found.len()..].chars().next();
        let joins = |edge: Option<char>, next: Option<char>| edge.is_some_and(is_word) && next.is_some_and(is_word);
        !joins(first, before) && !joins(last, behind)
    })
}

fn each_text(shape: &Shape, tell: &mut dyn FnMut(&str, Rect)) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| each_text(shape, tell)),
        Shape::Text(text) => tell(text.galley.text(), text.visual_bounding_rect()),
        _ => {}
    }
}

/// Paints over what is hidden.
pub fn burn(shapes: &mut Vec<ClippedShape>, hidden: &Hidden, redactions: &[Redaction]) {
    if !hidden.is_empty() {
        for clipped in shapes.iter_mut() {
            burn_text(&mut clipped.shape, hidden);
        }
    }
    for rect in redactions.iter().filter_map(rect) {
        shapes.push(ClippedShape::new(Rect::EVERYTHING, black(rect)));
    }
}

fn black(rect: Rect) -> Shape {
    Shape::rect_filled(rect, 0.0, Color32::BLACK)
}

fn burn_text(shape: &mut Shape, hidden: &Hidden) {
    match shape {
        Shape::Vec(shapes) => shapes.iter_mut().for_each(|shape| burn_text(shape, hidden)),
        Shape::Text(text) if hidden.is_in(text.galley.text()) => {
            let rect = text.galley.rect.translate(text.pos.to_vec2());
            *shape = black(rect);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand() {
        let mut hidden = Hidden::default();
        for value in ["Jane Doe", "12345.5", "C", "-7", "user-12"] {
            hidden.add(value);
        }
        for (text, expected) in [
            ("applicant jane doe, 41", true),
            ("Janet Doering", false),
            ("12\u{202f}345.5", true),
            ("112\u{202f}345.5", false),
            ("segment C", true),
            ("Credit", false),
            ("\u{2212}7", true),
            ("-70", false),
            ("user-12", true),
            ("user-123", false),
            ("context.user_id:user-12", true),
            ("", false),
        ] {
            assert_eq!(hidden.is_in(text), expected, "{text}");
        }
    }
}

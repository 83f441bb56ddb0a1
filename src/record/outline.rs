//! What stands in a record, in its order, by its places in the text: noted down by the check of a record, so that whoever
//! reads its values need not look for them again. It tells a [`Visit`] what [`walk`](super::walk::walk) would tell it.

use std::borrow::Cow;

use super::shape::{Members, Shapes};
use super::walk::{Scalar, Step, Text, Visit};

/// What stands in a record. Empty where it was not noted down.
///
/// It remembers the shapes of records: of one that has the shape of another that passed before only the scalars are
/// noted down.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    marks: Vec<Mark>,
    shapes: Shapes,
    /// The shape of the record, where it is known, and its scalars.
    shape: Option<u32>,
    slots: Vec<Mark>,
}

/// All that two records have in common that differ in nothing but scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Among which outlines' shapes the number counts.
    pub family: u64,
    /// Shapes are numbered from 0 in the order in which they are met.
    pub number: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) what: What,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Mark {
    pub(super) fn is_text(self) -> bool {
        matches!(self.what, What::Text | What::EscapedText)
    }

    /// Where it begins, a string with its quote.
    pub(super) fn outer_start(self) -> usize {
        (self.start as usize).saturating_sub(usize::from(self.is_text()))
    }

    /// Behind it, a string with its quote.
    pub(super) fn outer_end(self) -> usize {
        self.end as usize + usize::from(self.is_text())
    }

    /// The scalar that it stands for; `None` for what is none.
    #[inline]
    fn scalar(self, text: &str) -> Option<Scalar<'_>> {
        let piece = || text.get(self.start as usize..self.end as usize).unwrap_or_default();
        Some(match self.what {
            What::Text => Scalar::Text(Text { raw: piece(), is_escaped: false }),
            What::EscapedText => Scalar::Text(Text { raw: piece(), is_escaped: true }),
            What::Number => Scalar::Number(piece()),
            What::True => Scalar::Boolean(true),
            What::False => Scalar::Boolean(false),
            What::Null => Scalar::Null,
            _ => return None,
        })
    }
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    ObjectBegins,
    ObjectEnds,
    ListBegins,
    ListEnds,
    /// A member's name, what stands between the quotes.
    Name,
    /// A string, what stands between the quotes.
    Text,
    /// The same, with escapes.
    EscapedText,
    Number,
    True,
    False,
    Null,
}

/// Takes notes, or none.
pub(super) trait Notes {
    fn note(&mut self, what: What, start: usize, end: usize);

    /// Throws away what was noted.
    fn forget(&mut self) {}
}

impl Notes for () {
    #[inline]
    fn note(&mut self, _: What, _: usize, _: usize) {}
}

impl Notes for Outline {
    #[inline]
    fn note(&mut self, what: What, start: usize, end: usize) {
        // A record has at most a mebibyte.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.marks.push(Mark { what, start: place(start), end: place(end) });
    }

    fn forget(&mut self) {
        self.clear();
    }
}

impl Outline {
    /// Whether nothing was noted down.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.shape.is_none()
    }

    pub(super) fn clear(&mut self) {
        self.marks.clear();
        self.shape = None;
    }

    /// Asks whether `text` has the shape of a record that was learnt: then it is a record that is plainly in order, and
    /// this its outline.
    pub(super) fn recognise(&mut self, text: &str) {
        self.shape = self.shapes.find(text, &mut self.slots);
    }

    /// What members a record has whose shape is known.
    pub(super) fn members(&self) -> Option<&Members> {
        self.shapes.members(self.shape?)
    }

    /// Remembers the shape of the record that was noted down last.
    pub(super) fn learn(&mut self, text: &str) {
        if self.shape.is_none() && !self.marks.is_empty() {
            self.shapes.learn(text, &self.marks);
        }
    }

    /// The shape of the record, where one before it had the same.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        self.shape.map(|number| Shape { family: self.shapes.family(), number })
    }

    /// A scalar of a record whose shape is known, by its number in the shape: all scalars count but those `null`s that
    /// stand directly in lists, which are part of the shape.
    #[must_use]
    #[inline]
    pub fn slot<'a>(&self, text: &'a str, number: usize) -> Option<Scalar<'a>> {
        self.shape.and_then(|_| self.slots.get(number)?.scalar(text))
    }

    /// Where the scalars of a record whose shape is known begin in the text, strings with their quotes.
    pub fn slot_starts(&self) -> impl Iterator<Item = usize> {
        let slots = if self.shape.is_some() { self.slots.as_slice() } else { &[] };
        slots.iter().map(|slot| slot.outer_start())
    }

    /// Tells `visitor` what stands in `text`, the record that was outlined.
    pub fn tell<'a>(&self, text: &'a str, visitor: &mut impl Visit<'a>) {
        let marks = match self.shape {
            Some(shape) => Cow::Owned(self.shapes.marks(shape, &self.slots)),
            None => Cow::Borrowed(&self.marks),
        };
        tell(&marks, text, visitor);
    }
}

fn tell<'a>(marks: &[Mark], text: &'a str, visitor: &mut impl Visit<'a>) {
    let mut at = 0;
    while let Some(mark) = marks.get(at) {
        let step = match mark.what {
            What::ObjectBegins => visitor.begin_object(),
            What::ListBegins => visitor.begin_list(),
            What::ObjectEnds | What::ListEnds => {
                if mark.what == What::ObjectEnds {
                    visitor.end_object();
                } else {
                    visitor.end_list();
                }
                at += 1;
                continue;
            }
            What::Name => {
                at += 1;
                let raw = text.get(mark.start as usize..mark.end as usize).unwrap_or_default();
                match visitor.name(Text { raw, is_escaped: false }) {
                    Step::Enter => continue,
                    step => step,
                }
            }
            _ => {
                at += 1;
                let Some(scalar) = mark.scalar(text) else { continue };
                match visitor.scalar(mark.outer_start(), scalar) {
                    Step::Stop => return,
                    _ => continue,
                }
            }
        };
        match next(marks, at, step, text, visitor) {
            Some(next) => at = next,
            None => return,
        }
    }
}

/// Where to go on after the answer to what stands at `at`; `None` to stop.
fn next<'a>(marks: &[Mark], at: usize, step: Step, text: &'a str, visitor: &mut impl Visit<'a>) -> Option<usize> {
    match step {
        Step::Enter => return Some(at + 1),
        Step::Stop => return None,
        Step::Skip | Step::Take => {}
    }
    let mut depth = 0_usize;
    let mut behind = at;
    loop {
        match marks.get(behind)?.what {
            What::ObjectBegins | What::ListBegins => depth += 1,
            What::ObjectEnds | What::ListEnds => depth -= 1,
            _ => {}
        }
        behind += 1;
        if depth == 0 {
            break;
        }
    }
    if step == Step::Take {
        let (first, last) = (marks[at], marks[behind - 1]);
        visitor.taken(text.get(first.outer_start()..last.outer_end())?);
    }
    Some(behind)
}

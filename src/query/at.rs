//! Values at a path of a record's text, read without a tree: as [`Document::at`](super::Document::at) finds them.

use crate::record::walk::{Scalar, Step, Text, Visit, walk};

/// Is told what stands at a path, in the order of the record. A `true` ends it: nothing more is told.
pub trait Told {
    /// An object.
    fn object(&mut self) -> bool;

    /// A list begins; its elements are told next, and lists in it as lists of their own.
    fn list(&mut self) -> bool;

    /// The list that began last ends.
    fn end_list(&mut self) {}

    /// The path goes on in every element of a list: what is told next is of several, be it one.
    fn through_list(&mut self) {}

    /// A value that holds no others, strings decoded.
    fn value(&mut self, value: AtValue<'_>) -> bool;
}

/// A value that holds no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtValue<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string, decoded.
    Text(&'a str),
}

impl<'a> AtValue<'a> {
    /// The text that filters compare; `null` has none.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Null => None,
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            Self::Number(text) | Self::Text(text) => Some(text),
        }
    }
}

/// Memory that is used again from record to record.
#[derive(Debug, Default)]
pub struct AtScratch {
    frames: Vec<Frame>,
    decoded: String,
}

/// Tells what stands at `path` in `record`, which is known to be a record.
pub fn at(record: &str, path: &[String], scratch: &mut AtScratch, told: &mut impl Told) {
    scratch.frames.clear();
    let AtScratch { frames, decoded } = scratch;
    let mut visitor = AtPath { path, told, frames, decoded, is_met: false };
    // Where the text breaks off it is no record, and `check` says so of what stands before.
    let _ = walk(record, &mut visitor);
}

/// An object or list that is being read, and which of its values are looked at. A place is how many of the path's names
/// lead there; where all do, the value is asked, or is a list whose elements are.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// An object, whose member of the right name has its value at `place`. All other members are passed over.
    Object { place: usize },
    /// A list of which the element counts that has so many others before it; `None` where it was there already.
    Index { place: usize, before: Option<usize> },
    /// A list of which every element counts. Where it stands at the end of the path it was told.
    Each { place: usize, is_told: bool },
}

struct AtPath<'n, T> {
    path: &'n [String],
    told: &'n mut T,
    frames: &'n mut Vec<Frame>,
    decoded: &'n mut String,
    /// Whether the record's own member was met that the path begins with: there is nothing behind it to look for.
    is_met: bool,
}

impl<T> AtPath<'_, T> {
    /// The place of the value that begins now, `None` where it is none that is looked at.
    fn place(&mut self) -> Option<usize> {
        match self.frames.last_mut() {
            None => Some(0),
            Some(Frame::Object { place } | Frame::Each { place, .. }) => Some(*place),
            Some(Frame::Index { place, before }) => {
                let is_it = *before == Some(0);
                *before = before.and_then(|before| before.checked_sub(1));
                is_it.then_some(*place)
            }
        }
    }

    fn enter(&mut self, frame: Frame) -> Step {
        self.frames.push(frame);
        Step::Enter
    }
}

/// What to do next, once told whether that ends it.
fn unless(is_over: bool, step: Step) -> Step {
    if is_over { Step::Stop } else { step }
}

impl<'a, T: Told> Visit<'a> for AtPath<'_, T> {
    fn begin_object(&mut self) -> Step {
        let Some(place) = self.place() else { return Step::Skip };
        if place < self.path.len() {
            return self.enter(Frame::Object { place: place + 1 });
        }
        unless(self.told.object(), Step::Skip)
    }

    fn end_object(&mut self) {
        self.frames.pop();
    }

    fn name(&mut self, name: Text<'a>) -> Step {
        let is_top = self.frames.len() == 1;
        if is_top && self.is_met {
            return Step::Stop;
        }
        match self.frames.last() {
            Some(Frame::Object { place }) if name.is(&self.path[place - 1]) => {
                self.is_met |= is_top;
                Step::Enter
            }
            _ => Step::Skip,
        }
    }

    fn begin_list(&mut self) -> Step {
        let Some(place) = self.place() else { return Step::Skip };
        match self.path.get(place) {
            None => {
                if self.told.list() {
                    return Step::Stop;
                }
                self.enter(Frame::Each { place, is_told: true })
            }
            Some(name) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) => match name.parse() {
                Ok(index) => self.enter(Frame::Index { place: place + 1, before: Some(index) }),
                Err(_) => Step::Skip,
            },
            Some(_) => {
                self.told.through_list();
                self.enter(Frame::Each { place, is_told: false })
            }
        }
    }

    fn end_list(&mut self) {
        if let Some(Frame::Each { is_told: true, .. }) = self.frames.pop() {
            self.told.end_list();
        }
    }

    fn scalar(&mut self, _: usize, scalar: Scalar<'a>) -> Step {
        if self.place() != Some(self.path.len()) {
            return Step::Enter;
        }
        let is_over = match scalar {
            Scalar::Null => self.told.value(AtValue::Null),
            Scalar::Boolean(value) => self.told.value(AtValue::Boolean(value)),
            Scalar::Number(text) => self.told.value(AtValue::Number(text)),
            Scalar::Text(text) => self.told.value(AtValue::Text(text.decode(self.decoded))),
        };
        unless(is_over, Step::Enter)
    }
}

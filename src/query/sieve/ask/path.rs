//! Values at a path: as [`Document::at`](crate::query::Document::at) finds them and `matches` tests them.

use chrono::FixedOffset;

use super::Scratch;
use crate::query::expr::Test;
use crate::record::walk::{Scalar, Step, Text, Visit, walk};

/// An object or list that is being read, and which of its values are looked at. A place is how many of the path's names
/// lead there; where all do, the value is asked, or is a list whose elements are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Frame {
    /// An object, whose member of the right name has its value at `place`. All other members are passed over.
    Object { place: usize },
    /// A list of which the element counts that has so many others before it; `None` where it was there already.
    Index { place: usize, before: Option<usize> },
    /// A list of which every element counts.
    Each { place: usize },
}

/// Asks the values at a path.
pub(super) struct AtPath<'n> {
    path: &'n [String],
    test: &'n Test,
    zone: Option<FixedOffset>,
    frames: &'n mut Vec<Frame>,
    decoded: &'n mut String,
    /// Whether the record's own member was met that the path begins with: there is nothing behind it to look for.
    is_met: bool,
    found: bool,
}

impl<'n> AtPath<'n> {
    pub(super) fn new(path: &'n [String], test: &'n Test, zone: Option<FixedOffset>, scratch: &'n mut Scratch) -> Self {
        let Scratch { decoded, frames, .. } = scratch;
        frames.clear();
        Self { path, test, zone, frames, decoded, is_met: false, found: false }
    }

    pub(super) fn passes(mut self, record: &str) -> bool {
        // Where the text breaks off it is no record, and `check` says so of what stands before.
        let _ = walk(record, &mut self);
        self.found
    }

    /// The place of the value that begins now, `None` where it is none that is looked at.
    fn place(&mut self) -> Option<usize> {
        match self.frames.last_mut() {
            None => Some(0),
            Some(Frame::Object { place } | Frame::Each { place }) => Some(*place),
            Some(Frame::Index { place, before }) => {
                let is_it = *before == Some(0);
                *before = before.and_then(|before| before.checked_sub(1));
                is_it.then_some(*place)
            }
        }
    }

    fn stop(&mut self) -> Step {
        self.found = true;
        Step::Stop
    }

    fn enter(&mut self, frame: Frame) -> Step {
        self.frames.push(frame);
        Step::Enter
    }
}

impl<'a> Visit<'a> for AtPath<'_> {
    fn begin_object(&mut self) -> Step {
        let Some(place) = self.place() else { return Step::Skip };
        match (place < self.path.len(), self.test) {
            (true, _) => self.enter(Frame::Object { place: place + 1 }),
            (false, Test::Present) => self.stop(),
            (false, _) => Step::Skip,
        }
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
        match (self.path.get(place), self.test) {
            (None, Test::Present) => self.stop(),
            (Some(name), _) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) => match name.parse() {
                Ok(index) => self.enter(Frame::Index { place: place + 1, before: Some(index) }),
                Err(_) => Step::Skip,
            },
            _ => self.enter(Frame::Each { place }),
        }
    }

    fn end_list(&mut self) {
        self.frames.pop();
    }

    fn scalar(&mut self, _: usize, scalar: Scalar<'a>) -> Step {
        if self.place() != Some(self.path.len()) {
            return Step::Enter;
        }
        let text = match scalar {
            Scalar::Null => return Step::Enter,
            Scalar::Boolean(true) => "true",
            Scalar::Boolean(false) => "false",
            Scalar::Number(text) => text,
            Scalar::Text(text) => text.decode(self.decoded),
        };
        if self.test.passes(text, self.zone) { self.stop() } else { Step::Enter }
    }
}

//! Shapes of records: the text of a record without its scalars. The records of a log come in few shapes, so most are
//! checked by holding them against one that passed: where all text between the scalars is the same to the byte, and each
//! scalar is plainly in order, the record is JSON, and has the members that the other one has.
//!
//! It recognises only what the quick check accepts, with the same facts, and what it does not recognise is left to that
//! check; property tests hold the two against each other.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Kind;
use super::check::is_id;
use super::check::quick::scalar;
use super::outline::{Mark, What};

/// Shapes are remembered until they have so many marks together: a log of which no two records have one shape is read
/// as it was before there were any, and memory stays small.
const MAX_MARKS: usize = 1 << 17;

/// The same for the bytes of their text.
const MAX_BYTES: usize = 4 << 20;

/// So many ways to go on are tried at a place, each a comparison.
const MAX_WAYS: usize = 32;

const NOWHERE: u32 = u32::MAX;

/// The shapes met so far, as a tree: those that begin alike share what they have in common.
#[derive(Debug)]
pub(super) struct Shapes {
    family: u64,
    /// What stands between scalars, one after the other.
    text: Vec<u8>,
    /// The first way to begin, if any, is the first.
    ways: Vec<Way>,
    leaves: Vec<Leaf>,
    /// Marks of all leaves.
    marks: usize,
}

/// Text that leads to a scalar, or to the end of the record.
#[derive(Debug)]
struct Way {
    text: Range<usize>,
    leads_to: To,
    /// Another way from the same place.
    other: u32,
}

#[derive(Debug, Clone, Copy)]
enum To {
    Scalar {
        care: Care,
        /// The way on.
        next: u32,
    },
    End {
        leaf: u32,
    },
}

/// Which scalars take a closer look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    Nothing,
    /// `null`, which makes another shape of a list.
    Null,
    /// With escapes: what the facts are made of.
    Escapes,
    /// With escapes or beyond ASCII: what could deceive.
    Identifier,
}

/// A whole shape.
#[derive(Debug)]
struct Leaf {
    members: Members,
    marks: Vec<Place>,
}

/// A mark of a shape.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// How many scalars stand before it: from the end of the last of them its places count.
    before: u32,
    /// `None` for a scalar that is a slot.
    mark: Option<Mark>,
}

/// What records of a shape have for members, and which scalars their facts are made of.
#[derive(Debug, Default)]
pub(super) struct Members {
    names: Vec<String>,
    /// One bit a kind, by its place: the record has all that this kind asks for.
    complete: u32,
    pub(super) kind: Option<usize>,
    pub(super) timestamp: Option<usize>,
    pub(super) audit_id: Option<usize>,
    pub(super) signature: Option<usize>,
}

impl Members {
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Whether a record of that kind lacks none of the members which that kind asks for.
    pub(super) fn is_complete(&self, kind: Kind) -> bool {
        self.complete >> kind.place() & 1 == 1
    }

    fn settle(&mut self) {
        let is_complete = |kind: &Kind| kind.required().iter().all(|name| self.has(name));
        self.complete = Kind::ALL.iter().filter(|kind| is_complete(kind)).map(|kind| 1 << kind.place()).sum();
    }
}

/// A place in a record, which has at most a mebibyte.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Default for Shapes {
    fn default() -> Self {
        static FAMILIES: AtomicU64 = AtomicU64::new(0);
        Self {
            family: FAMILIES.fetch_add(1, Ordering::Relaxed),
            text: Vec::new(),
            ways: Vec::new(),
            leaves: Vec::new(),
            marks: 0,
        }
    }
}

/// Numbers of shapes are those of one instance: another one begins anew.
impl Clone for Shapes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Shapes {
    pub(super) fn family(&self) -> u64 {
        self.family
    }

    pub(super) fn members(&self, shape: u32) -> Option<&Members> {
        self.leaves.get(shape as usize).map(|leaf| &leaf.members)
    }

    /// The shape of `text`, where it is known, and its scalars.
    pub(super) fn find(&self, text: &str, slots: &mut Vec<Mark>) -> Option<u32> {
        slots.clear();
        let bytes = text.as_bytes();
        let (mut at, mut next) = (0, 0);
        loop {
            let way = self.ways.get(next as usize)?;
            let rest = bytes.get(at..)?;
            let known = &self.text[way.text.clone()];
            match way.leads_to {
                To::End { leaf } if rest == known => return Some(leaf),
                To::Scalar { care, next: after } if rest.starts_with(known) => {
                    let (what, start, end) = scalar(bytes, at + known.len())?;
                    let mark = Mark { what, start: place(start), end: place(end) };
                    let is_doubtful = match care {
                        Care::Nothing => false,
                        Care::Null => what == What::Null,
                        Care::Escapes => what == What::EscapedText,
                        Care::Identifier => {
                            what == What::EscapedText || what == What::Text && !bytes.get(start..end)?.is_ascii()
                        }
                    };
                    if is_doubtful {
                        return None;
                    }
                    slots.push(mark);
                    at = mark.outer_end();
                    next = after;
                }
                _ => next = way.other,
            }
        }
    }

    /// The marks of a record of that shape with those scalars.
    pub(super) fn marks(&self, shape: u32, slots: &[Mark]) -> Vec<Mark> {
        let places = self.leaves.get(shape as usize).map_or(&[][..], |leaf| &leaf.marks);
        let mark = |of: &Place| {
            let Some(mark) = of.mark else { return slots.get(of.before as usize).copied() };
            let base = match of.before.checked_sub(1) {
                Some(last) => place(slots.get(last as usize)?.outer_end()),
                None => 0,
            };
            Some(Mark { start: base + mark.start, end: base + mark.end, ..mark })
        };
        places.iter().filter_map(mark).collect()
    }

    /// Remembers the shape of `text`, a record that is plainly in order, by its marks.
    pub(super) fn learn(&mut self, text: &str, marks: &[Mark]) {
        if self.marks + marks.len() > MAX_MARKS || self.text.len() + text.len() > MAX_BYTES {
            return;
        }
        let mut members = Members::default();
        let mut places = Vec::with_capacity(marks.len());
        // Of the open containers, whether each is an object.
        let mut open: Vec<bool> = Vec::new();
        let mut name = "";
        let (mut slots, mut base) = (0_u32, 0);
        let mut from = Origin::Root;
        for mark in marks {
            // Each stands behind the scalar before it.
            let from_base = |at: u32| at.saturating_sub(place(base));
            let in_object = open.last() == Some(&true);
            match mark.what {
                What::ObjectBegins | What::ListBegins => open.push(mark.what == What::ObjectBegins),
                What::ObjectEnds | What::ListEnds => drop(open.pop()),
                What::Name => {
                    name = text.get(mark.start as usize..mark.end as usize).unwrap_or_default();
                    if open.len() == 1 {
                        members.names.push(name.to_owned());
                    }
                }
                // Whether a list holds anything but `null` decides what stands at its path.
                What::Null if !in_object => {}
                _ => {
                    let mut care = match in_object {
                        true if is_id(name) => Care::Identifier,
                        true => Care::Nothing,
                        false => Care::Null,
                    };
                    if open.len() == 1 {
                        let fact = match name {
                            "kind" => &mut members.kind,
                            "timestamp" => &mut members.timestamp,
                            "audit_id" => &mut members.audit_id,
                            "signature" => &mut members.signature,
                            _ => &mut None,
                        };
                        *fact = Some(slots as usize);
                        if matches!(name, "kind" | "timestamp") {
                            care = Care::Escapes;
                        }
                    }
                    let Some(known) = text.as_bytes().get(base..mark.outer_start()) else { return };
                    let Some(scalar) = self.way(from, known, To::Scalar { care, next: NOWHERE }) else { return };
                    from = Origin::Behind(scalar);
                    places.push(Place { before: slots, mark: None });
                    (slots, base) = (slots + 1, mark.outer_end());
                    continue;
                }
            }
            let mark = Mark { what: mark.what, start: from_base(mark.start), end: from_base(mark.end) };
            places.push(Place { before: slots, mark: Some(mark) });
        }
        let Some(known) = text.as_bytes().get(base..) else { return };
        let leaf = place(self.leaves.len());
        let Some(end) = self.way(from, known, To::End { leaf }) else { return };
        if matches!(self.ways[end as usize].leads_to, To::End { leaf: own } if own == leaf) {
            members.settle();
            self.marks += places.len();
            self.leaves.push(Leaf { members, marks: places });
        }
    }

    /// The way from a place that has that text, which is added where it is not there yet; `None` where there are too many.
    fn way(&mut self, from: Origin, known: &[u8], leads_to: To) -> Option<u32> {
        let mut next = match from {
            Origin::Root => {
                if self.ways.is_empty() {
                    NOWHERE
                } else {
                    0
                }
            }
            Origin::Behind(way) => match self.ways.get(way as usize)?.leads_to {
                To::Scalar { next, .. } => next,
                To::End { .. } => return None,
            },
        };
        let (mut last, mut count) = (None, 0);
        while let Some(way) = self.ways.get(next as usize) {
            let is_alike = matches!(
                (way.leads_to, leads_to),
                (To::Scalar { .. }, To::Scalar { .. }) | (To::End { .. }, To::End { .. })
            );
            if is_alike && self.text[way.text.clone()] == *known {
                return Some(next);
            }
            (last, next, count) = (Some(next), way.other, count + 1);
        }
        if count >= MAX_WAYS {
            return None;
        }
        let new = u32::try_from(self.ways.len()).ok()?;
        let start = self.text.len();
        self.text.extend_from_slice(known);
        self.ways.push(Way { text: start..self.text.len(), leads_to, other: NOWHERE });
        match (last, from) {
            (Some(last), _) => self.ways[last as usize].other = new,
            (None, Origin::Behind(way)) => {
                if let To::Scalar { next, .. } = &mut self.ways[way as usize].leads_to {
                    *next = new;
                }
            }
            (None, Origin::Root) => {}
        }
        Some(new)
    }
}

/// Where a way begins.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Root,
    /// Behind the scalar that a way leads to.
    Behind(u32),
}

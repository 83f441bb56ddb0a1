//! What stands in a record, in its order, by its places in the text: noted down by the check of a record, so that whoever
//! reads its values need not look for them again. It tells a [`Visit`] what [`walk`](super::walk::walk) would tell it.

use super::walk::{Scalar, Step, Text, Visit};

/// What stands in a record. Empty where it was not noted down.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    what: What,
    start: u32,
    end: u32,
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
        self.marks.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.marks.clear();
    }

    /// Tells `visitor` what stands in `text`, the record that was outlined.
    pub fn tell<'a>(&self, text: &'a str, visitor: &mut impl Visit<'a>) {
        let mut at = 0;
        while let Some(mark) = self.marks.get(at) {
            let piece = || text.get(mark.start as usize..mark.end as usize).unwrap_or_default();
            let scalar = match mark.what {
                What::ObjectBegins | What::ListBegins => {
                    let is_object = mark.what == What::ObjectBegins;
                    let step = if is_object { visitor.begin_object() } else { visitor.begin_list() };
                    match self.next(at, step, text, visitor) {
                        Some(next) => at = next,
                        None => return,
                    }
                    continue;
                }
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
                    let step = visitor.name(Text { raw: piece(), is_escaped: false });
                    if step != Step::Enter {
                        match self.next(at, step, text, visitor) {
                            Some(next) => at = next,
                            None => return,
                        }
                    }
                    continue;
                }
                What::Text => Scalar::Text(Text { raw: piece(), is_escaped: false }),
                What::EscapedText => Scalar::Text(Text { raw: piece(), is_escaped: true }),
                What::Number => Scalar::Number(piece()),
                What::True => Scalar::Boolean(true),
                What::False => Scalar::Boolean(false),
                What::Null => Scalar::Null,
            };
            at += 1;
            let is_text = matches!(mark.what, What::Text | What::EscapedText);
            if visitor.scalar(mark.start as usize - usize::from(is_text), scalar) == Step::Stop {
                return;
            }
        }
    }

    /// Where to go on after the answer to what stands at `at`; `None` to stop.
    fn next<'a>(&self, at: usize, step: Step, text: &'a str, visitor: &mut impl Visit<'a>) -> Option<usize> {
        match step {
            Step::Enter => return Some(at + 1),
            Step::Stop => return None,
            Step::Skip | Step::Take => {}
        }
        let mut depth = 0_usize;
        let mut behind = at;
        loop {
            match self.marks.get(behind)?.what {
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
            let (first, last) = (self.marks[at], self.marks[behind - 1]);
            let quote = u32::from(matches!(first.what, What::Text | What::EscapedText));
            visitor.taken(text.get((first.start - quote) as usize..(last.end + quote) as usize)?);
        }
        Some(behind)
    }
}

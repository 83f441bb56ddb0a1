//! A walk over a record's text without a tree and without copies: values are told to a [`Visit`] as they stand there.
//!
//! It is for text that [`check`](super::check) has accepted and is no second judge: some text that is not JSON is
//! walked to its end. Whatever the text is, the walk ends, in time in proportion to it.

mod text;

use super::MAX_DEPTH;

pub use text::{Text, decode};

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Go on: into the object, the list, the member's value.
    Enter,
    /// Pass over the object, the list or the member's value: nothing in it is told, nor that it ends.
    Skip,
    /// Pass over it as with [`Step::Skip`], then tell its text ([`Visit::taken`]).
    Take,
    /// Stop; nothing more is told.
    Stop,
}

/// A value that holds no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string.
    Text(Text<'a>),
}

/// Is told what a text holds, in its order. Everything is entered by default, and nothing done with it.
pub trait Visit<'a> {
    /// An object begins.
    fn begin_object(&mut self) -> Step {
        Step::Enter
    }

    /// An object that was entered ends.
    fn end_object(&mut self) {}

    /// The name of a member; its value comes next.
    fn name(&mut self, name: Text<'a>) -> Step {
        let _ = name;
        Step::Enter
    }

    /// A list begins.
    fn begin_list(&mut self) -> Step {
        Step::Enter
    }

    /// A list that was entered ends.
    fn end_list(&mut self) {}

    /// A scalar, which begins at byte `at` of the text (a string with its quote). The walk goes on unless the answer is
    /// [`Step::Stop`].
    fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
        let _ = (at, scalar);
        Step::Enter
    }

    /// The text of the value that [`Step::Take`] was the answer to.
    fn taken(&mut self, json: &'a str) {
        let _ = json;
    }
}

/// The text is not JSON, or nested deeper than [`MAX_DEPTH`]. What stands before was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not valid JSON at byte {offset}")]
pub struct Broken {
    /// Where the walk stopped.
    pub offset: usize,
}

/// Tells `visitor` what the value `text` holds, until its end or [`Step::Stop`].
///
/// # Errors
/// [`Broken`], where the walk cannot go on. That it could is no proof that the text is JSON.
pub fn walk<'a>(text: &'a str, visitor: &mut impl Visit<'a>) -> Result<(), Broken> {
    let mut cursor = Cursor { text, bytes: text.as_bytes(), at: 0, objects: 0, depth: 0 };
    let mut place = Place::Value;
    loop {
        let next = match place {
            Place::Value => cursor.value(visitor),
            Place::Name => cursor.member(visitor),
            Place::Behind => cursor.behind(visitor),
        };
        match next {
            Some(Next::Go(next)) => place = next,
            Some(Next::End) => return Ok(()),
            None => return Err(Broken { offset: cursor.at }),
        }
    }
}

/// What is expected where the cursor stands.
#[derive(Clone, Copy)]
enum Place {
    Value,
    Name,
    /// Behind a value: a comma, a closing bracket, or the end.
    Behind,
}

enum Next {
    Go(Place),
    End,
}

struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// One bit an open container, set for objects; the innermost is the lowest. [`MAX_DEPTH`] bits.
    objects: u64,
    depth: usize,
}

const _: () = assert!(MAX_DEPTH <= u64::BITS as usize);

impl<'a> Cursor<'a> {
    /// The next byte that is no white space; the cursor stands at it.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    #[inline]
    fn value(&mut self, visitor: &mut impl Visit<'a>) -> Option<Next> {
        let first = self.peek()?;
        let at = self.at;
        let scalar = match first {
            b'"' => Scalar::Text(self.string()?),
            b'{' => {
                let step = visitor.begin_object();
                return self.container(visitor, step, true);
            }
            b'[' => {
                let step = visitor.begin_list();
                return self.container(visitor, step, false);
            }
            b'-' | b'0'..=b'9' => Scalar::Number(self.number()?),
            _ => self.literal()?,
        };
        Some(match visitor.scalar(at, scalar) {
            Step::Stop => Next::End,
            _ => Next::Go(Place::Behind),
        })
    }

    /// The cursor stands at the opening bracket, and `step` is the visitor's answer to it.
    #[inline]
    fn container(&mut self, visitor: &mut impl Visit<'a>, step: Step, is_object: bool) -> Option<Next> {
        match step {
            Step::Enter => {
                if self.depth == MAX_DEPTH {
                    return None;
                }
                self.depth += 1;
                self.objects = self.objects << 1 | u64::from(is_object);
                self.at += 1;
                let is_empty = self.peek()? == if is_object { b'}' } else { b']' };
                Some(Next::Go(if is_empty {
                    self.close(visitor);
                    Place::Behind
                } else if is_object {
                    Place::Name
                } else {
                    Place::Value
                }))
            }
            step => self.pass(visitor, step),
        }
    }

    /// Goes behind the closing bracket that the cursor stands at.
    #[inline]
    fn close(&mut self, visitor: &mut impl Visit<'a>) {
        match self.objects & 1 {
            0 => visitor.end_list(),
            _ => visitor.end_object(),
        }
        self.objects >>= 1;
        self.depth -= 1;
        self.at += 1;
    }

    #[inline]
    fn member(&mut self, visitor: &mut impl Visit<'a>) -> Option<Next> {
        if self.peek()? != b'"' {
            return None;
        }
        let name = self.string()?;
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        match visitor.name(name) {
            Step::Enter => Some(Next::Go(Place::Value)),
            step => {
                self.peek()?;
                self.pass(visitor, step)
            }
        }
    }

    /// Goes behind the value that the cursor stands at, or stops, as the visitor answered.
    fn pass(&mut self, visitor: &mut impl Visit<'a>, step: Step) -> Option<Next> {
        if step == Step::Stop {
            return Some(Next::End);
        }
        let start = self.at;
        match self.bytes[start] {
            b'"' => drop(self.string()?),
            b'{' | b'[' => self.pass_container()?,
            b'-' | b'0'..=b'9' => drop(self.number()?),
            _ => drop(self.literal()?),
        }
        if step == Step::Take {
            visitor.taken(self.text.get(start..self.at)?);
        }
        Some(Next::Go(Place::Behind))
    }

    fn pass_container(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at = closing_quote(self.bytes, self.at + 1)?.0 + 1;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    #[inline]
    fn behind(&mut self, visitor: &mut impl Visit<'a>) -> Option<Next> {
        let Some(byte) = self.peek() else {
            return (self.depth == 0).then_some(Next::End);
        };
        let in_object = self.objects & 1 == 1;
        match byte {
            _ if self.depth == 0 => None,
            b',' => {
                self.at += 1;
                Some(Next::Go(if in_object { Place::Name } else { Place::Value }))
            }
            b'}' if in_object => {
                self.close(visitor);
                Some(Next::Go(Place::Behind))
            }
            b']' if !in_object => {
                self.close(visitor);
                Some(Next::Go(Place::Behind))
            }
            _ => None,
        }
    }

    /// The string whose opening quote the cursor stands at.
    #[inline]
    fn string(&mut self) -> Option<Text<'a>> {
        let start = self.at + 1;
        let (end, is_escaped) = closing_quote(self.bytes, start)?;
        self.at = end + 1;
        Some(Text { raw: self.text.get(start..end)?, is_escaped })
    }

    #[inline]
    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.text.get(start..self.at)
    }

    #[inline]
    fn literal(&mut self) -> Option<Scalar<'a>> {
        let rest = &self.bytes[self.at..];
        let (length, scalar) = if rest.starts_with(b"null") {
            (4, Scalar::Null)
        } else if rest.starts_with(b"true") {
            (4, Scalar::Boolean(true))
        } else if rest.starts_with(b"false") {
            (5, Scalar::Boolean(false))
        } else {
            return None;
        };
        self.at += length;
        Some(scalar)
    }
}

/// Where the string that begins at `start`, behind its quote, has its closing quote, and whether there are escapes.
#[inline]
fn closing_quote(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let (mut at, mut is_escaped) = (start, false);
    loop {
        at = quote_or_backslash(bytes, at)?;
        if bytes[at] == b'"' {
            return Some((at, is_escaped));
        }
        is_escaped = true;
        at += 2;
    }
}

/// The first `"` or `\` from `at` on. Most strings of records are shorter than what a vectorised search pays off for:
/// the first bytes are looked at eight at a time.
#[inline]
fn quote_or_backslash(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const SHORT: usize = 4;
    for _ in 0..SHORT {
        let Some(Ok(eight)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) else { break };
        let word = u64::from_le_bytes(eight);
        let (quote, backslash) = (word ^ (ONES * b'"' as u64), word ^ (ONES * b'\\' as u64));
        // The high bit of every zero byte; of bytes above a zero byte perhaps too, but the lowest is right.
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let found = (zero(quote) | zero(backslash)) & (ONES << 7);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr::memchr2(b'"', b'\\', bytes.get(at..)?).map(|found| at + found)
}

#[cfg(test)]
mod tests;

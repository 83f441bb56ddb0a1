//! The text that Python's `json.dumps(record, sort_keys=True)` gives for a record: what common AI audit loggers sign.
//!
//! It is built in one pass over the record's own text, without a tree of values: integers of any size stay as they are,
//! and buffers are kept from one record to the next. Nothing is checked here that [`super::check`] checks already.

mod float;

use std::ops::Range;

use super::MAX_DEPTH;

/// Builds the text of one record after the other; keeps its buffers.
#[derive(Debug, Default)]
pub struct PythonDumps {
    out: Vec<u8>,
    /// The members of every open object, outermost first.
    members: Vec<Member>,
    /// The names among them that held escapes, unescaped.
    names: String,
    /// An object's members in the order of the record, while they are put in the order of their names.
    unsorted: Vec<u8>,
    /// The digits of a number.
    digits: String,
}

/// A record as Python would write it.
#[derive(Debug, PartialEq, Eq)]
pub struct Dumped<'a, 'b> {
    /// The text, ASCII, without the record's own member `signature`.
    pub text: &'b [u8],
    /// The JSON text of that member.
    pub signature: Option<&'a str>,
    /// The record holds sealed fields: this is not the text of what was there before they were sealed.
    pub sealed: bool,
}

/// A member of an object that is being read.
#[derive(Debug, Clone, Copy)]
struct Member {
    name: Name,
    /// Where `"name": value` stands in the output, until the object ends.
    start: usize,
    end: usize,
}

/// Where the name of a member stands.
#[derive(Debug, Clone, Copy)]
struct Name {
    /// In the unescaped names instead of in the record.
    unescaped: bool,
    start: usize,
    end: usize,
}

impl Name {
    /// The name. Names compare by code point, as Python's strings do: that is the order of UTF-8.
    fn bytes<'t>(&self, record: &'t str, names: &'t str) -> &'t [u8] {
        let text = if self.unescaped { names } else { record };
        text.as_bytes().get(self.start..self.end).unwrap_or_default()
    }
}

impl PythonDumps {
    /// The text for `record`, a text that [`super::check`] accepts. `None` for some of the texts that it does not.
    pub fn dump<'a>(&mut self, record: &'a str) -> Option<Dumped<'a, '_>> {
        self.out.clear();
        self.out.reserve(record.len() + record.len() / 8);
        self.members.clear();
        self.names.clear();
        let mut pass = Pass { record, at: 0, to: self, signature: None, sealed: false };
        if record.as_bytes().first() != Some(&b'{') {
            return None;
        }
        pass.object(1)?;
        if pass.at != record.len() {
            return None;
        }
        let (signature, sealed) = (pass.signature, pass.sealed);
        Some(Dumped { text: &self.out, signature: signature.and_then(|span| record.get(span)), sealed })
    }
}

/// One walk over a record.
struct Pass<'a, 'b> {
    record: &'a str,
    /// The next byte to be read.
    at: usize,
    to: &'b mut PythonDumps,
    signature: Option<Range<usize>>,
    sealed: bool,
}

/// Whether a byte stands in a string of the output as it stands in one of the record.
fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..0x7f) && byte != b'"' && byte != b'\\'
}

/// How many plain bytes `bytes` begins with. Looks at eight at a time: most of a record is this.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let mut at = 0;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        // The high bit of a byte that is zero or below 0x20 comes up by borrowing; below the first such byte none does.
        let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word & HIGH;
        let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let odd = (word & HIGH) | below(word, 0x20) | equal(b'"') | equal(b'\\') | equal(0x7f);
        if odd != 0 {
            return at + odd.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| is_plain(**byte)).count()
}

impl<'a> Pass<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.record.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.token()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.token()? {
            b'"' => self.string().map(drop),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    fn literal(&mut self, word: &str) -> Option<()> {
        self.record.get(self.at..)?.starts_with(word).then(|| {
            self.to.out.extend_from_slice(word.as_bytes());
            self.at += word.len();
        })
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        self.to.out.push(b'[');
        if self.token()? == b']' {
            self.at += 1;
            self.to.out.push(b']');
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            let next = self.token()?;
            self.at += 1;
            match next {
                b',' => self.to.out.extend_from_slice(b", "),
                b']' => {
                    self.to.out.push(b']');
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        self.to.out.push(b'{');
        let (body, first, names) = (self.to.out.len(), self.to.members.len(), self.to.names.len());
        let mut sorted = true;
        if self.token()? == b'}' {
            self.at += 1;
        } else {
            loop {
                sorted &= self.member(depth, first)?;
                let next = self.token()?;
                self.at += 1;
                match next {
                    b',' => {}
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        if !sorted {
            self.sort(body, first);
        }
        self.to.members.truncate(first);
        self.to.names.truncate(names);
        self.to.out.push(b'}');
        Some(())
    }

    /// A member of an object whose members begin at `first`; whether its name stands behind that of the one before.
    fn member(&mut self, depth: usize, first: usize) -> Option<bool> {
        if self.token()? != b'"' {
            return None;
        }
        let before = self.to.out.len();
        if self.to.members.len() > first {
            self.to.out.extend_from_slice(b", ");
        }
        let start = self.to.out.len();
        let name = self.name()?;
        self.expect(b':')?;
        self.to.out.extend_from_slice(b": ");
        let text = name.bytes(self.record, &self.to.names);
        if depth == 1 && text == b"signature" {
            self.token()?;
            let value = self.at;
            self.value(depth + 1)?;
            self.signature = Some(value..self.at);
            self.to.out.truncate(before);
            return Some(true);
        }
        self.sealed |= text == b"$sealed";
        let in_order = match self.to.members.get(first..)?.last() {
            Some(last) => last.name.bytes(self.record, &self.to.names) <= text,
            None => true,
        };
        // The place of the member is known only once its value is written.
        let place = self.to.members.len();
        self.to.members.push(Member { name, start, end: start });
        self.value(depth + 1)?;
        let end = self.to.out.len();
        self.to.members.get_mut(place)?.end = end;
        Some(in_order)
    }

    /// Puts the members from `first` on, whose text begins at `body`, in the order of their names.
    fn sort(&mut self, body: usize, first: usize) {
        let PythonDumps { out, members, names, unsorted, .. } = &mut *self.to;
        let members = members.get_mut(first..).unwrap_or_default();
        members.sort_by(|one, other| one.name.bytes(self.record, names).cmp(other.name.bytes(self.record, names)));
        unsorted.clear();
        unsorted.extend_from_slice(&out[body..]);
        out.truncate(body);
        for (n, member) in members.iter().enumerate() {
            if n > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(&unsorted[member.start - body..member.end - body]);
        }
    }

    /// Writes the name at `at`, and says where it stands unescaped.
    fn name(&mut self) -> Option<Name> {
        let start = self.at;
        let escaped = self.string()?;
        if !escaped {
            return Some(Name { unescaped: false, start: start + 1, end: self.at - 1 });
        }
        let name: String = serde_json::from_str(self.record.get(start..self.at)?).ok()?;
        let start = self.to.names.len();
        self.to.names.push_str(&name);
        Some(Name { unescaped: true, start, end: self.to.names.len() })
    }

    /// Writes the string at `at` as `ensure_ascii` has it; whether it held escapes.
    fn string(&mut self) -> Option<bool> {
        self.to.out.push(b'"');
        self.at += 1;
        let bytes = self.record.as_bytes();
        let mut escaped = false;
        loop {
            let start = self.at;
            self.at = start + plain_length(&bytes[start..]);
            self.to.out.extend_from_slice(&bytes[start..self.at]);
            match *bytes.get(self.at)? {
                b'"' => {
                    self.to.out.push(b'"');
                    self.at += 1;
                    return Some(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..0x20 => return None,
                _ => {
                    let c = self.record.get(self.at..)?.chars().next()?;
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        write_unit(&mut self.to.out, *unit);
                    }
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// The escape at `at`: Python has one way to write each character, JSON several.
    fn escape(&mut self) -> Option<()> {
        let letter = *self.record.as_bytes().get(self.at + 1)?;
        self.at += 2;
        match letter {
            b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => self.to.out.extend_from_slice(&[b'\\', letter]),
            b'/' => self.to.out.push(b'/'),
            b'u' => {
                let digits = self.record.get(self.at..self.at + 4)?;
                self.at += 4;
                write_unit(&mut self.to.out, u16::from_str_radix(digits, 16).ok()?);
            }
            _ => return None,
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.record.get(self.at..)?;
        let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().position(|byte| !is_part(byte))?;
        let text = &rest[..length];
        self.at += length;
        if length == 0 {
            return None;
        }
        let is_integer = !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        if text == "-0" {
            self.to.out.push(b'0');
        } else if is_integer || float::is_repr(text) {
            self.to.out.extend_from_slice(text.as_bytes());
        } else {
            self.to.digits.clear();
            float::write(&mut self.to.out, &mut self.to.digits, text.parse().ok()?);
        }
        Some(())
    }
}

/// One UTF-16 unit in a string of the output.
fn write_unit(out: &mut Vec<u8>, unit: u16) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = unit.to_be_bytes();
    match (high, low) {
        (0, b'"' | b'\\') => out.extend_from_slice(&[b'\\', low]),
        (0, 0x20..0x7f) => out.push(low),
        (0, 0x08) => out.extend_from_slice(b"\\b"),
        (0, 0x09) => out.extend_from_slice(b"\\t"),
        (0, 0x0a) => out.extend_from_slice(b"\\n"),
        (0, 0x0c) => out.extend_from_slice(b"\\f"),
        (0, 0x0d) => out.extend_from_slice(b"\\r"),
        _ => {
            let digit = |nibble: u8| HEX[usize::from(nibble & 15)];
            out.extend_from_slice(&[b'\\', b'u', digit(high >> 4), digit(high), digit(low >> 4), digit(low)]);
        }
    }
}

//! Strings of JSON as they are written, and what they say.

/// A string of the text, not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// What stands between the quotes.
    pub raw: &'a str,
    /// Whether there are escapes in it; if not, `raw` is the string.
    pub is_escaped: bool,
}

impl<'a> Text<'a> {
    /// The string. `buffer` is written to only where there are escapes, and what was in it is gone then.
    pub fn decode<'b>(self, buffer: &'b mut String) -> &'b str
    where
        'a: 'b,
    {
        if self.is_escaped { decode(self.raw, buffer) } else { self.raw }
    }

    /// Whether the string is `other`, decoded nowhere.
    #[must_use]
    pub fn is(self, other: &str) -> bool {
        if !self.is_escaped {
            return self.raw == other;
        }
        let mut rest = Some(other);
        pieces(self.raw, |piece| rest = rest.and_then(|rest| rest.strip_prefix(piece)));
        rest == Some("")
    }
}

/// The string that stands as `raw` between quotes, all escapes resolved; in `buffer` where there are any, else borrowed
/// from `raw`. What is no escape of JSON, a lone surrogate among them, is U+FFFD.
pub fn decode<'b>(raw: &'b str, buffer: &'b mut String) -> &'b str {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return raw;
    }
    buffer.clear();
    pieces(raw, |piece| buffer.push_str(piece));
    buffer
}

/// The string that stands as `raw` between quotes, in pieces.
fn pieces(raw: &str, mut tell: impl FnMut(&str)) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        if at > 0 {
            tell(&rest[..at]);
        }
        let (c, length) = escape(&rest[at + 1..]);
        tell(c.encode_utf8(&mut [0; 4]));
        rest = &rest[at + 1 + length..];
    }
    tell(rest);
}

/// The character of the escape whose backslash stands before `rest`, and how many bytes of `rest` it takes.
fn escape(rest: &str) -> (char, usize) {
    let Some(first) = rest.chars().next() else { return (char::REPLACEMENT_CHARACTER, 0) };
    let c = match first {
        '"' | '\\' | '/' => first,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(rest),
        _ => char::REPLACEMENT_CHARACTER,
    };
    (c, first.len_utf8())
}

/// `rest` begins with the `u`.
fn unicode_escape(rest: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 4)?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let Some(high) = unit(1) else { return (char::REPLACEMENT_CHARACTER, 1) };
    if let Some(c) = char::from_u32(high) {
        return (c, 5);
    }
    let low = if rest[5..].starts_with("\\u") { unit(7) } else { None };
    match low {
        Some(low @ 0xdc00..=0xdfff) if high < 0xdc00 => {
            let c = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            (c.unwrap_or(char::REPLACEMENT_CHARACTER), 11)
        }
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

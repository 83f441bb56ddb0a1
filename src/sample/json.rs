//! JSON text written straight into a buffer that is used again: a tree of values for each of ten million records would
//! take longer than hashing them.

/// JSON under way. Members get their commas by themselves; braces are the caller's to pair.
#[derive(Debug, Default)]
pub(super) struct Json {
    text: Vec<u8>,
}

impl Json {
    /// What is written so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Begins anew and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// `{`
    pub(super) fn open(&mut self) -> &mut Self {
        self.text.push(b'{');
        self
    }

    /// `}`
    pub(super) fn close(&mut self) -> &mut Self {
        self.text.push(b'}');
        self
    }

    /// Text as it is: JSON already.
    pub(super) fn raw(&mut self, text: &str) -> &mut Self {
        self.text.extend_from_slice(text.as_bytes());
        self
    }

    /// A member's name; its value follows. Names are ours and need no escapes.
    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        if !matches!(self.text.last(), None | Some(b'{' | b'[')) {
            self.text.push(b',');
        }
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        self
    }

    /// A member that is an object: `{` and its members follow.
    pub(super) fn object(&mut self, name: &str) -> &mut Self {
        self.name(name).open()
    }

    /// A member that is a string.
    pub(super) fn string(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name).text.push(b'"');
        escape(value, &mut self.text);
        self.text.push(b'"');
        self
    }

    /// A member that is a whole number.
    pub(super) fn number(&mut self, name: &str, value: u64) -> &mut Self {
        self.name(name);
        digits(value, 1, &mut self.text);
        self
    }

    /// A member that is `true` or `false`.
    pub(super) fn boolean(&mut self, name: &str, value: bool) -> &mut Self {
        self.name(name).raw(if value { "true" } else { "false" })
    }

    /// A member that is a decimal fraction with `places` digits behind its point.
    pub(super) fn decimal(&mut self, name: &str, scaled: u64, places: u32) -> &mut Self {
        let scale = 10_u64.pow(places);
        self.name(name);
        digits(scaled / scale, 1, &mut self.text);
        self.text.push(b'.');
        digits(scaled % scale, places, &mut self.text);
        self
    }

    /// A member that is a string of a prefix and a number with at least `width` digits: an id.
    pub(super) fn id(&mut self, name: &str, prefix: &str, number: u64, width: u32) -> &mut Self {
        self.name(name).text.push(b'"');
        self.text.extend_from_slice(prefix.as_bytes());
        digits(number, width, &mut self.text);
        self.text.push(b'"');
        self
    }

    /// A member that is a string of a prefix and the last `width` hex digits of a number.
    pub(super) fn hex(&mut self, name: &str, prefix: &str, number: u64, width: u32) -> &mut Self {
        self.name(name).text.push(b'"');
        self.text.extend_from_slice(prefix.as_bytes());
        for place in (0..width).rev() {
            let digit = number >> (4 * place) & 15;
            self.text.push(b"0123456789abcdef"[usize::try_from(digit).unwrap_or_default()]);
        }
        self.text.push(b'"');
        self
    }

    /// The buffer, for what has a writer of its own (times).
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }
}

/// Decimal digits, at least `width` of them.
pub(super) fn digits(number: u64, width: u32, out: &mut Vec<u8>) {
    let mut text = [b'0'; 20];
    let mut first = text.len();
    let mut rest = number;
    while rest > 0 {
        first -= 1;
        text[first] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    let least = text.len() - usize::try_from(width).unwrap_or_default().min(text.len());
    out.extend_from_slice(&text[first.min(least)..]);
}

/// RFC 8259 §7: what a string must escape, and nothing else.
fn escape(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut json = Json::default();
        json.open().string("a", "\"Zoë\"\n\\\u{1}").number("b", 0).object("c").decimal("d", 1_052, 3).close();
        json.id("e", "x-", 7, 4).hex("f", "", 0xabc, 5).boolean("g", true).close();
        let text = std::str::from_utf8(json.bytes()).expect("UTF-8");
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(value["a"], "\"Zoë\"\n\\\u{1}");
        assert_eq!(
            &text[text.find("\"b\"").expect("b")..],
            r#""b":0,"c":{"d":1.052},"e":"x-0007","f":"00abc","g":true}"#
        );
    }

    #[test]
    fn digits_of_every_width() {
        for (number, width, expected) in
            [(0, 1, "0"), (0, 3, "000"), (1234, 2, "1234"), (u64::MAX, 1, "18446744073709551615")]
        {
            let mut out = Vec::new();
            digits(number, width, &mut out);
            assert_eq!(out, expected.as_bytes());
        }
    }
}

//! The check of records that are plainly in order, which nearly all are, in one look without a tree or copies.
//!
//! It accepts only what the thorough check accepts, with the same facts, and says of everything else that it does not
//! know: of faults, of sealed fields, of numbers and names that take a closer look. So it decides nothing alone; a property
//! test holds the two against each other.

use std::borrow::Cow;

use super::{LINEAR_KEYS, PartialFacts, is_id};
use crate::record::MAX_DEPTH;
use crate::record::outline::{Notes, What};

/// Digits of an integer that cannot be beyond 2⁵³ − 1, whatever they are.
const SAFE_DIGITS: usize = 15;

/// The facts of a record that is plainly in order. `None` says nothing about the record; what was noted down then is to be
/// thrown away.
pub(super) fn facts<'a>(record: &'a str, notes: &mut impl Notes) -> Option<PartialFacts<'a>> {
    let mut reader = Reader {
        text: record,
        bytes: record.as_bytes(),
        at: 0,
        keys: Vec::new(),
        facts: PartialFacts::default(),
        notes,
    };
    reader.value(0, None)?;
    (reader.at == record.len()).then_some(reader.facts)
}

struct Reader<'a, 'n, N> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The member names so far of every object that is open, outermost first.
    keys: Vec<&'a str>,
    facts: PartialFacts<'a>,
    notes: &'n mut N,
}

impl<'a, N: Notes> Reader<'a, '_, N> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let is_it = self.peek()? == byte;
        self.at += usize::from(is_it);
        is_it.then_some(())
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// A value, `depth` containers deep, of the member `key` where it stands directly in an object.
    fn value(&mut self, depth: usize, key: Option<&'a str>) -> Option<()> {
        match self.peek()? {
            b'"' => self.string_value(depth, key),
            b'{' => self.object(depth + 1),
            b'[' => self.list(depth + 1),
            b't' => self.literal(b"true", What::True),
            b'f' => self.literal(b"false", What::False),
            b'n' => self.literal(b"null", What::Null),
            _ => self.number(),
        }
    }

    fn literal(&mut self, literal: &[u8], what: What) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        self.notes.note(what, self.at, self.at + literal.len());
        self.at += literal.len();
        rest.starts_with(literal).then_some(())
    }

    fn string_value(&mut self, depth: usize, key: Option<&'a str>) -> Option<()> {
        let start = self.at + 1;
        let (text, is_escaped) = self.string()?;
        self.notes.note(if is_escaped { What::EscapedText } else { What::Text }, start, start + text.len());
        let Some(key) = key else { return Some(()) };
        // What could deceive is looked at closely.
        if (is_escaped || !text.is_ascii()) && is_id(key) {
            return None;
        }
        if depth == 1 {
            let fact = match key {
                "kind" => &mut self.facts.kind,
                "timestamp" => &mut self.facts.time,
                "audit_id" => &mut self.facts.audit_id,
                "signature" => {
                    self.facts.signature_is_text = true;
                    return Some(());
                }
                _ => return Some(()),
            };
            if is_escaped {
                return None;
            }
            *fact = Some(Cow::Borrowed(text));
        }
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.notes.note(What::ObjectBegins, self.at, self.at + 1);
        self.at += 1;
        let first = self.keys.len();
        self.space();
        if self.peek()? == b'}' {
            self.end(What::ObjectEnds);
            return Some(());
        }
        loop {
            if self.peek()? != b'"' {
                return None;
            }
            let start = self.at + 1;
            let (key, is_escaped) = self.string()?;
            self.notes.note(What::Name, start, start + key.len());
            let others = &self.keys[first..];
            if is_escaped || key == "$sealed" || others.len() >= LINEAR_KEYS || others.contains(&key) {
                return None;
            }
            self.keys.push(key);
            self.space();
            self.expect(b':')?;
            self.space();
            self.value(depth, Some(key))?;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
            self.space();
        }
        self.end(What::ObjectEnds);
        if depth == 1 {
            self.facts.top_level = self.keys[first..].iter().map(|key| Cow::Borrowed(*key)).collect();
        }
        self.keys.truncate(first);
        Some(())
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.notes.note(What::ListBegins, self.at, self.at + 1);
        self.at += 1;
        self.space();
        if self.peek()? == b']' {
            self.end(What::ListEnds);
            return Some(());
        }
        loop {
            self.value(depth, None)?;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
            self.space();
        }
        self.end(What::ListEnds);
        Some(())
    }

    /// Goes behind a closing bracket.
    fn end(&mut self, what: What) {
        self.notes.note(what, self.at, self.at + 1);
        self.at += 1;
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.at = number_end(self.bytes, start)?;
        self.notes.note(What::Number, start, self.at);
        Some(())
    }

    /// What stands between the quotes, and whether there are escapes in it.
    fn string(&mut self) -> Option<(&'a str, bool)> {
        let start = self.at + 1;
        let (end, is_escaped) = string_end(self.bytes, start)?;
        self.at = end + 1;
        Some((self.text.get(start..end)?, is_escaped))
    }
}

/// A scalar that is plainly in order: what it is, and where it stands, a string without its quotes.
#[inline]
pub(in crate::record) fn scalar(bytes: &[u8], at: usize) -> Option<(What, usize, usize)> {
    let literal =
        |literal: &[u8], what| bytes.get(at..)?.starts_with(literal).then_some((what, at, at + literal.len()));
    match bytes.get(at)? {
        b'"' => {
            let (end, is_escaped) = string_end(bytes, at + 1)?;
            Some((if is_escaped { What::EscapedText } else { What::Text }, at + 1, end))
        }
        b't' => literal(b"true", What::True),
        b'f' => literal(b"false", What::False),
        b'n' => literal(b"null", What::Null),
        _ => Some((What::Number, at, number_end(bytes, at)?)),
    }
}

/// Where the digits end that begin at `at`.
fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Where a number ends that begins at `start`, and that is finite and safe whatever its digits are: without an
/// exponent, its integer part short.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let first = start + usize::from(*bytes.get(start)? == b'-');
    let starts_with_zero = *bytes.get(first)? == b'0';
    let end = digits_end(bytes, first);
    let digits = end - first;
    if digits == 0 || digits > SAFE_DIGITS || (starts_with_zero && digits > 1) {
        return None;
    }
    match bytes.get(end) {
        Some(b'.') => {
            let fraction_end = digits_end(bytes, end + 1);
            let is_plain = fraction_end > end + 1 && !matches!(bytes.get(fraction_end), Some(b'e' | b'E'));
            is_plain.then_some(fraction_end)
        }
        Some(b'e' | b'E') => None,
        _ => Some(end),
    }
}

/// Where the string ends whose first byte behind the quote stands at `start`, and whether there are escapes in it.
#[inline]
fn string_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let (mut at, mut is_escaped) = (start, false);
    loop {
        at += plain(bytes.get(at..)?);
        match *bytes.get(at)? {
            b'"' => return Some((at, is_escaped)),
            b'\\' => {
                is_escaped = true;
                at = escape_end(bytes, at)?;
            }
            // A control character.
            _ => return None,
        }
    }
}

/// Where an escape ends that stands for one character by itself: no half of a surrogate pair.
fn escape_end(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => {
            let digits = bytes.get(at + 2..at + 6)?;
            let is_half = matches!(digits, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
            (!is_half && digits.iter().all(u8::is_ascii_hexdigit)).then_some(at + 6)
        }
        _ => None,
    }
}

/// How many bytes stand before the first quote, backslash or control character; eight are looked at in one go.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = zeros(word ^ u64::from_le_bytes([b'"'; 8]));
        let backslash = zeros(word ^ u64::from_le_bytes([b'\\'; 8]));
        let control = word.wrapping_sub(u64::from_le_bytes([0x20; 8])) & !word;
        // Only the lowest mark is sure: a borrow can set those above it.
        let marks = (quote | backslash | control) & HIGHS;
        if marks != 0 {
            return n * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    words.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::check::thorough;
    use crate::record::walk::{Scalar, Step, Text, Visit, walk};
    use crate::record::{Facts, Fault, Outline, check, check_noting};

    /// What a visitor is told, in words; it skips, takes and stops at names that say so.
    #[derive(Default)]
    struct Heard(Vec<String>);

    impl<'a> Visit<'a> for Heard {
        fn begin_object(&mut self) -> Step {
            self.0.push("{".to_owned());
            Step::Enter
        }

        fn end_object(&mut self) {
            self.0.push("}".to_owned());
        }

        fn name(&mut self, name: Text<'a>) -> Step {
            self.0.push(format!("{name:?}"));
            match name.raw {
                "by" => Step::Skip,
                "model" => Step::Take,
                "b" => Step::Stop,
                _ => Step::Enter,
            }
        }

        fn begin_list(&mut self) -> Step {
            self.0.push("[".to_owned());
            if self.0.len().is_multiple_of(5) { Step::Skip } else { Step::Enter }
        }

        fn end_list(&mut self) {
            self.0.push("]".to_owned());
        }

        fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
            self.0.push(format!("{at} {scalar:?}"));
            Step::Enter
        }

        fn taken(&mut self, json: &'a str) {
            self.0.push(format!("taken {json}"));
        }
    }

    fn quick(record: &str) -> Option<Facts<'_>> {
        Some(facts(record, &mut ())?.into_facts())
    }

    /// Where the quick check knows, the thorough one says the same.
    fn agree(record: &str) -> bool {
        let Some(quick) = quick(record) else { return false };
        let thorough = thorough(record).unwrap_or_else(|fault: Fault| panic!("{fault}: {record}"));
        assert_eq!(format!("{quick:?}"), format!("{thorough:?}"), "{record}");
        let (mut outline, mut told, mut walked) = (Outline::default(), Heard::default(), Heard::default());
        check_noting(record, &mut outline).expect("a record");
        outline.tell(record, &mut told);
        walk(record, &mut walked).expect("a record");
        assert_eq!(told.0, walked.0, "{record}");
        // The same once more, when the shape is known.
        assert_eq!(outline.shape(), None);
        let facts = check_noting(record, &mut outline).expect("a record");
        assert!(outline.shape().is_some(), "{record}");
        assert_eq!(format!("{facts:?}"), format!("{thorough:?}"), "{record}");
        let mut told = Heard::default();
        outline.tell(record, &mut told);
        assert_eq!(told.0, walked.0, "{record}");
        true
    }

    /// What is said of a record by an outline that knows shapes is what the thorough check says without.
    fn agree_knowing(outline: &mut Outline, record: &str) {
        let noted = check_noting(record, outline);
        assert_eq!(format!("{noted:?}"), format!("{:?}", thorough(record)), "{record}");
        if noted.is_ok() && !outline.is_empty() {
            let (mut told, mut walked) = (Heard::default(), Heard::default());
            outline.tell(record, &mut told);
            walk(record, &mut walked).expect("a record");
            assert_eq!(told.0, walked.0, "{record}");
        }
    }

    /// Every scalar, in the order and at the places of the slots.
    #[derive(Default)]
    struct Scalars(Vec<String>, Vec<bool>);

    impl<'a> Visit<'a> for Scalars {
        fn begin_object(&mut self) -> Step {
            self.1.push(false);
            Step::Enter
        }

        fn end_object(&mut self) {
            self.1.pop();
        }

        fn begin_list(&mut self) -> Step {
            self.1.push(true);
            Step::Enter
        }

        fn end_list(&mut self) {
            self.1.pop();
        }

        fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
            if scalar != Scalar::Null || self.1.last() == Some(&false) {
                self.0.push(format!("{at} {scalar:?}"));
            }
            Step::Enter
        }
    }

    #[test]
    fn records_of_a_known_shape_are_recognised() {
        let mut outline = Outline::default();
        let table = [
            (r#"{"kind":"decision","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id":"u"}"#, false),
            (r#"{"kind":"log","model":{"id":null},"input":{},"output":[-1.5,null,true],"user_id":"v"}"#, true),
            (r#"{"kind":"log","model":{"id":"\n"},"input":{},"output":[0,null,false],"user_id":""}"#, false),
            (r#"{"kind":"log","model":{"id":""},"input":{},"output":[0,null,"\n"],"user_id":""}"#, true),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[null,null,"a"],"user_id":"u"}"#, false),
            // One more element, one that was not null, another name, white space: other shapes.
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a",1],"user_id":"u"}"#, false),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,2,"a"],"user_id":"u"}"#, false),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user":"u"}"#, false),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id": "u"}"#, false),
            // What a known shape begins like it is taken for; the quick check knows better.
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id": "w"}"#, false),
            // What the quick check leaves to the thorough one.
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1e5,null,"a"],"user_id":"u"}"#, false),
            (r#"{"kind":"l\u006fg","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id":"u"}"#, false),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id":"é"}"#, false),
            (r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"é"],"user_id":"e"}"#, true),
        ];
        for (record, is_known) in table {
            agree_knowing(&mut outline, record);
            assert_eq!(outline.shape().is_some(), is_known, "{record}");
            if is_known {
                let mut scalars = Scalars::default();
                walk(record, &mut scalars).expect("a record");
                let starts = outline.slot_starts().enumerate();
                let slots: Vec<String> =
                    starts.map(|(n, at)| format!("{at} {:?}", outline.slot(record, n).expect("a slot"))).collect();
                assert_eq!(slots, scalars.0, "{record}");
            }
        }
        // Not a record, though it begins like one.
        for broken in [
            r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,"a"],"user_id":"u"}}"#,
            r#"{"kind":"log","model":{"id":"m"},"input":{},"output":[1,null,01],"user_id":"u"}"#,
            "{\"kind\":\"log\",\"model\":{\"id\":\"\t\"},\"input\":{},\"output\":[1,null,1],\"user_id\":\"u\"}",
        ] {
            assert!(check_noting(broken, &mut outline).is_err() && outline.is_empty(), "{broken}");
        }
    }

    #[test]
    fn only_so_many_shapes_are_remembered() {
        let mut outline = Outline::default();
        let known = (0..2000).filter(|n| {
            let record = format!(r#"{{"a":1,"k{n}":{{"b{n}":[1,2,3]}}}}"#);
            agree_knowing(&mut outline, &record);
            agree_knowing(&mut outline, &record);
            outline.shape().is_some()
        });
        assert_eq!(known.count(), 32);
    }

    #[test]
    fn records_in_order_are_known_at_once() {
        for record in [
            r#"{"kind":"decision","timestamp":"2026-03-01T12:00:00Z","audit_id":"d-1","model":{"id":"m","v":[1,-2.50,0,{}]},"input":{},"output":null}"#,
            r#" {"a":1}"#.trim(),
            r#"{"kind":"x","note":"é \" \\ \/ \n \u00e9 \uE000","signature":"00","user_id":"u"}"#,
            "{ \"a\" :\t[ ] , \"b\" : { } }",
            r#"{"a":[true,false,null,-0,0.10,123456789012345.678]}"#,
            "{}",
        ] {
            assert!(agree(record), "{record}");
        }
    }

    #[test]
    fn what_takes_a_closer_look_is_left_to_it() {
        let many: Vec<String> = (0..30).map(|n| format!("\"k{n}\":0")).collect();
        let sealed = format!(r#"{{"a":{{"$sealed":"{}"}}}}"#, "ab".repeat(32));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(64), "]".repeat(64));
        for record in [
            r#"{"a":1e5}"#,
            r#"{"a":1234567890123456}"#,
            r#"{"user_id":"\u0041"}"#,
            r#"{"user_id":"é"}"#,
            r#"{"k\u0069nd":"log"}"#,
            r#"{"kind":"l\u006fg"}"#,
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"a":"\ud83d"}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":-}"#,
            r#"{"a":+1}"#,
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":tru}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u00g0"}"#,
            "{\"a\":\"\u{1}\"}",
            "{\"a\":\"\u{1f}bcdefghijk\"}",
            r#"{"a":1}}"#,
            r#"{"a":1} "#,
            r#"{"a" 1}"#,
            r#"{"a":1 "b":2}"#,
            r"{",
            r#"{"a":"#,
            r#"{"a":""#,
            sealed.as_str(),
            deep.as_str(),
            &format!("{{{}}}", many.join(",")),
        ] {
            assert!(quick(record).is_none(), "{record}");
        }
    }

    /// JSON that is mostly in order, with what is not among it.
    fn json() -> impl Strategy<Value = String> {
        let string = prop_oneof![
            4 => "[ -!#-\\[\\]-~]{0,20}".prop_map(|text| format!("\"{text}\"")),
            1 => r#""(a|\\u00[0-9a-f]{2}|\\u[dD][89a-cf][0-9a-f]{2}|\\[nrt"/b]|é|😀|\\x|[\x00-\x1f]){0,6}""#,
        ];
        let number = prop_oneof![
            4 => "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,20})?",
            1 => "-?[0-9]{0,18}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{1,3})?",
        ];
        let key = prop_oneof![
            4 => prop::sample::select(vec!["kind", "timestamp", "audit_id", "signature", "model", "input", "output", "user_id", "by", "a", "b"])
                .prop_map(|key| format!("\"{key}\"")),
            1 => string.clone(),
            1 => Just("\"$sealed\"".to_owned()),
        ];
        let scalar = prop_oneof![4 => string, 3 => number, 1 => prop::sample::select(vec!["true", "false", "null", "nul", ""]).prop_map(str::to_owned)];
        let space = prop::sample::select(vec!["", "", "", "", " ", "\t", "\n", "\r "]);
        scalar.prop_recursive(4, 40, 8, move |inner| {
            let member = (key.clone(), space.clone(), inner.clone())
                .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
            prop_oneof![
                (prop::collection::vec(member, 0..8), space.clone())
                    .prop_map(|(members, space)| format!("{{{space}{}{space}}}", members.join(&format!("{space},")))),
                (prop::collection::vec(inner, 0..6), space.clone())
                    .prop_map(|(items, space)| format!("[{space}{}]", items.join(","))),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_quick_check_accepts_only_what_the_thorough_one_does(
            members in prop::collection::vec(("[a-z]{1,2}|kind|timestamp|audit_id", json()), 0..6),
            cut in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            let record = format!("{{{}}}", members.join(","));
            agree(&record);
            let mut bytes = record.into_bytes();
            let at = cut.index(bytes.len());
            bytes[at] = byte;
            if let Ok(edited) = String::from_utf8(bytes) {
                agree(&edited);
                // The two together are the check.
                prop_assert_eq!(check(&edited).is_ok(), thorough(&edited).is_ok());
            }
        }

        #[test]
        fn with_shapes_it_is_the_same_check(
            shapes in prop::collection::vec(prop::collection::vec(("[a-z]{1,2}|kind|timestamp|audit_id|signature|model|output", json()), 0..5), 1..4),
            scalars in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), json()), 0..12),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 0..6),
        ) {
            let record = |members: &Vec<(String, String)>| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            };
            let mut outline = Outline::default();
            shapes.iter().for_each(|shape| agree_knowing(&mut outline, &record(shape)));
            // Records of the same shapes with other scalars at the top; and such with any byte changed.
            for (shape, member, value) in &scalars {
                let mut members = shape.get(&shapes).clone();
                if !members.is_empty() {
                    let at = member.index(members.len());
                    members[at].1.clone_from(value);
                }
                agree_knowing(&mut outline, &record(&members));
                agree_knowing(&mut outline, &record(&members));
            }
            for (shape, at, byte) in &edits {
                let mut bytes = record(shape.get(&shapes)).into_bytes();
                let at = at.index(bytes.len());
                bytes[at] = *byte;
                if let Ok(edited) = String::from_utf8(bytes)
                    && edited.starts_with('{') && edited.ends_with('}')
                {
                    agree_knowing(&mut outline, &edited);
                }
            }
        }

        #[test]
        fn the_first_special_byte_is_found(bytes in prop::collection::vec(prop_oneof![8 => 0x20..=0xff_u8, 1 => any::<u8>()], 0..40)) {
            let naive = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(bytes.len());
            prop_assert_eq!(plain(&bytes), naive);
        }
    }
}

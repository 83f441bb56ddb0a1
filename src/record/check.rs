//! One strict pass over a record's text: is it JSON that every reader understands alike, and what does it say?
//!
//! `serde_json` alone is not enough for evidence: it keeps the last of two equal members without a word. The walk here
//! sees every member name, and refuses what two programs could read differently.

pub(super) mod quick;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::kind::Kind;
use super::outline::{Notes, Outline};
use super::sealed::{Seal, parse_hex};
use super::text::{Suspicion, shown_short, suspicion};
use super::time::Time;
use super::walk::Scalar;
use super::{MAX_DEPTH, MAX_RECORD_BYTES, MAX_SAFE_INTEGER};

/// Why a text is no record of format 1. Any of these lets two programs read different things, or one of them nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Longer than [`MAX_RECORD_BYTES`].
    #[error("{bytes} bytes; a record has at most {MAX_RECORD_BYTES}")]
    TooLong {
        /// The record's length in bytes.
        bytes: usize,
    },
    /// It does not begin with `{` and end with `}`.
    #[error("not a JSON object")]
    NotAnObject,
    /// Not JSON (RFC 8259), a number that is not finite, or a lone surrogate.
    #[error("not valid JSON at byte {offset}: {reason}")]
    InvalidJson {
        /// Byte offset in the record where reading stopped.
        offset: usize,
        /// What the parser found there.
        reason: String,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// An object with two members of one name.
    #[error("the member name {name:?} occurs twice in one object")]
    DuplicateKey {
        /// The name, safe to show.
        name: String,
    },
    /// The reserved name `$sealed` stands anywhere but in an object of that one member with 64 lower-case hex digits.
    #[error("the reserved member $sealed is misused at {pointer}")]
    SealMalformed {
        /// JSON pointer to the object.
        pointer: String,
    },
}

/// Something about a record that a reader should know; never a matter of integrity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A number beyond ±(2⁵³−1) at this pointer: some readers round it.
    UnsafeNumber(String),
    /// The identifier at this pointer mixes scripts.
    ConfusableId(String),
    /// The identifier at this pointer holds a hidden character.
    HiddenCharacter(String),
    /// A member that its kind asks for is not there, or not of the right type.
    Missing(&'static str),
    /// A kind that format 1 does not define, safe to show.
    UnknownKind(String),
    /// No `kind`, but `model` and `output`: read as a decision.
    KindImplied,
    /// `timestamp` is no RFC 3339 time, safe to show.
    TimeUnreadable(String),
}

/// What a record says of itself, as far as the log as a whole is judged by it. Borrows from the record's text.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The kind, stated or implied.
    pub kind: Kind,
    /// The time stated, where there is a readable one.
    pub time: Option<Time>,
    /// The record's own id.
    pub audit_id: Option<Cow<'a, str>>,
    /// The record's own signature.
    pub signature: SignatureMember,
    /// Sealed fields in the order in which they stand in the record.
    pub seals: Vec<Seal>,
    /// Oddities of values, at most 16 of them, then those of the record's form.
    pub remarks: Vec<Remark>,
}

/// What stands in a record's own member `signature`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMember {
    /// There is no such member.
    Absent,
    /// Text: a signature, or what claims to be one.
    Text,
    /// Anything else.
    Other,
}

/// The most oddities kept of one record: a hostile one may hold a hundred thousand.
pub(crate) const MAX_REMARKS: usize = 16;

/// Above this many members an object's names are looked up in a set instead of one by one.
const LINEAR_KEYS: usize = 24;

/// Checks `record` (the exact text of a line's `record`, without LF and CR) and reads its facts.
pub fn check(record: &str) -> Result<Facts<'_>, Fault> {
    check_with(record, &mut ())
}

/// Checks as [`check`] does, and notes down what stands where; `outline` is empty where the record took a closer look.
pub fn check_noting<'a>(record: &'a str, outline: &mut Outline) -> Result<Facts<'a>, Fault> {
    outline.clear();
    if record.len() <= MAX_RECORD_BYTES
        && let Some(facts) = recognised(record, outline)
    {
        return Ok(facts);
    }
    let facts = check_with(record, outline)?;
    outline.learn(record);
    Ok(facts)
}

/// The facts of a record that has the shape of one that passed before.
fn recognised<'a>(record: &'a str, outline: &mut Outline) -> Option<Facts<'a>> {
    outline.recognise(record);
    let members = outline.members()?;
    let text = |slot: Option<usize>| match outline.slot(record, slot?)? {
        Scalar::Text(text) => Some(Cow::Borrowed(text.raw)),
        _ => None,
    };
    let facts = PartialFacts {
        kind: text(members.kind),
        time: text(members.timestamp),
        audit_id: text(members.audit_id),
        signature_is_text: text(members.signature).is_some(),
        ..PartialFacts::default()
    };
    Some(facts.conclude(|name| members.has(name), |kind| members.is_complete(kind)))
}

fn check_with<'a>(record: &'a str, notes: &mut impl Notes) -> Result<Facts<'a>, Fault> {
    is_framed(record)?;
    match quick::facts(record, notes) {
        Some(facts) => Ok(facts.into_facts()),
        None => {
            notes.forget();
            thorough(record)
        }
    }
}

/// Checks as [`check`] does, without the quick way that most records take: what that is held against.
pub fn check_thoroughly(record: &str) -> Result<Facts<'_>, Fault> {
    is_framed(record)?;
    thorough(record)
}

fn is_framed(record: &str) -> Result<(), Fault> {
    if record.len() > MAX_RECORD_BYTES {
        return Err(Fault::TooLong { bytes: record.len() });
    }
    if !record.starts_with('{') || !record.ends_with('}') {
        return Err(Fault::NotAnObject);
    }
    Ok(())
}

/// Checks what may take a closer look.
fn thorough(record: &str) -> Result<Facts<'_>, Fault> {
    let walk = walk(record)?;
    if walk.facts.seals.iter().any(|seal| seal.pointer.is_empty()) {
        return Err(Fault::SealMalformed { pointer: String::new() });
    }
    Ok(walk.facts.into_facts())
}

/// Checks any JSON value as strictly as a record and returns the sealed fields in it.
pub fn check_value(value: &str) -> Result<Vec<Seal>, Fault> {
    Ok(walk(value)?.facts.seals)
}

fn walk(text: &str) -> Result<State<'_>, Fault> {
    let mut state = State::default();
    let mut json = serde_json::Deserializer::from_str(text);
    match (Walk { state: &mut state }).deserialize(&mut json).and_then(|()| json.end()) {
        Ok(()) => Ok(state),
        Err(error) => Err(state.fault.take().unwrap_or_else(|| {
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or_default().to_owned();
            Fault::InvalidJson { offset: error.column().saturating_sub(1), reason }
        })),
    }
}

#[derive(Default)]
struct State<'a> {
    /// Where the walk stands: one frame an open object or array.
    frames: Vec<Frame>,
    /// The member names seen so far of every open object, outermost first.
    keys: Vec<Cow<'a, str>>,
    facts: PartialFacts<'a>,
    fault: Option<Fault>,
}

enum Frame {
    /// Names from this index on belong to this object; the last one is the member being read.
    Object {
        first_key: usize,
    },
    Array {
        index: usize,
    },
}

#[derive(Default)]
struct PartialFacts<'a> {
    kind: Option<Cow<'a, str>>,
    time: Option<Cow<'a, str>>,
    audit_id: Option<Cow<'a, str>>,
    signature_is_text: bool,
    top_level: Vec<Cow<'a, str>>,
    seals: Vec<Seal>,
    remarks: Vec<Remark>,
}

impl<'a> State<'a> {
    fn fail<E: serde::de::Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("refused")
    }

    fn remark(&mut self, remark: impl FnOnce(String) -> Remark) {
        if self.facts.remarks.len() < MAX_REMARKS {
            let pointer = self.pointer();
            self.facts.remarks.push(remark(pointer));
        }
    }

    /// RFC 6901 pointer to the value being read.
    fn pointer(&self) -> String {
        let mut out = String::new();
        for (depth, frame) in self.frames.iter().enumerate() {
            out.push('/');
            match frame {
                Frame::Array { index } => out.push_str(&index.to_string()),
                Frame::Object { .. } => {
                    let end = self.frames[depth + 1..].iter().find_map(|frame| match frame {
                        Frame::Object { first_key } => Some(*first_key),
                        Frame::Array { .. } => None,
                    });
                    let key = end.unwrap_or(self.keys.len()).checked_sub(1).and_then(|last| self.keys.get(last));
                    out.push_str(&key.map(|key| super::sealed::escape_token(key)).unwrap_or_default());
                }
            }
        }
        out
    }

    fn enter<E: serde::de::Error>(&mut self, frame: Frame) -> Result<(), E> {
        if self.frames.len() == MAX_DEPTH {
            return Err(self.fail(Fault::TooDeep));
        }
        self.frames.push(frame);
        Ok(())
    }

    /// The member name whose value is being read, where that value stands directly in an object.
    fn current_key(&self) -> Option<&Cow<'a, str>> {
        matches!(self.frames.last(), Some(Frame::Object { .. })).then(|| self.keys.last())?
    }

    fn string(&mut self, value: Cow<'a, str>) {
        // ASCII without control characters cannot deceive; escapes of control characters make the value owned.
        if (!value.is_ascii() || matches!(value, Cow::Owned(_))) && self.current_key().is_some_and(|key| is_id(key)) {
            match suspicion(&value) {
                Some(Suspicion::Hidden) => self.remark(Remark::HiddenCharacter),
                Some(Suspicion::MixedScripts) => self.remark(Remark::ConfusableId),
                None => {}
            }
        }
        if self.frames.len() == 1 {
            match self.keys.last().map_or("", |key| key.as_ref()) {
                "kind" => self.facts.kind = Some(value),
                "timestamp" => self.facts.time = Some(value),
                "audit_id" => self.facts.audit_id = Some(value),
                "signature" => self.facts.signature_is_text = true,
                _ => {}
            }
        }
    }
}

impl<'a> PartialFacts<'a> {
    fn into_facts(mut self) -> Facts<'a> {
        let top_level = std::mem::take(&mut self.top_level);
        let has = |name: &str| top_level.iter().any(|key| key == name);
        self.conclude(has, |_| false)
    }

    /// The facts of a record, given which members it has, and of which kinds it is known to have all that they ask for.
    fn conclude(self, has: impl Fn(&str) -> bool, is_complete: impl Fn(Kind) -> bool) -> Facts<'a> {
        let PartialFacts { kind, time, audit_id, signature_is_text, seals, mut remarks, .. } = self;
        let kind = match &kind {
            Some(name) => {
                let kind = Kind::parse(name);
                if kind == Kind::Other {
                    remarks.push(Remark::UnknownKind(shown_short(name, 64)));
                }
                kind
            }
            None if !has("kind") && has("model") && has("output") => {
                remarks.push(Remark::KindImplied);
                Kind::Decision
            }
            None => {
                remarks.push(Remark::Missing("kind"));
                Kind::Other
            }
        };
        if !is_complete(kind) {
            remarks.extend(kind.required().iter().filter(|name| !has(name)).map(|name| Remark::Missing(name)));
        }
        if audit_id.is_none() {
            remarks.push(Remark::Missing("audit_id"));
        }
        let parsed = time.as_deref().and_then(Time::parse);
        match (&time, parsed) {
            (None, _) => remarks.push(Remark::Missing("timestamp")),
            (Some(text), None) => remarks.push(Remark::TimeUnreadable(shown_short(text, 64))),
            (Some(_), Some(_)) => {}
        }
        let signature = match signature_is_text {
            true => SignatureMember::Text,
            false if has("signature") => SignatureMember::Other,
            false => SignatureMember::Absent,
        };
        Facts { kind, time: parsed, audit_id, signature, seals, remarks }
    }
}

/// Members that hold identifiers: people and programs compare them, so they must not deceive.
pub(super) fn is_id(key: &str) -> bool {
    key.ends_with("_id")
        || matches!(
            key,
            "id" | "actor"
                | "user"
                | "reviewer"
                | "deployer"
                | "decision"
                | "by"
                | "approved_by"
                | "requested_by"
                | "authorised_by"
                | "change_request"
                | "manager"
                | "owner"
        )
}

struct Walk<'s, 'a> {
    state: &'s mut State<'a>,
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        if value > MAX_SAFE_INTEGER {
            self.state.remark(Remark::UnsafeNumber);
        }
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        if value.unsigned_abs() > MAX_SAFE_INTEGER {
            self.state.remark(Remark::UnsafeNumber);
        }
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        // A literal this large may have been an integer that does not fit 64 bits; its text is not told here.
        if value.abs() > 9_007_199_254_740_991.0 {
            self.state.remark(Remark::UnsafeNumber);
        }
        Ok(())
    }

    fn visit_borrowed_str<E>(self, value: &'a str) -> Result<(), E> {
        self.state.string(Cow::Borrowed(value));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.state.string(Cow::Owned(value.to_owned()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        self.state.enter(Frame::Array { index: 0 })?;
        while seq.next_element_seed(Walk { state: &mut *self.state })?.is_some() {
            if let Some(Frame::Array { index }) = self.state.frames.last_mut() {
                *index += 1;
            }
        }
        self.state.frames.pop();
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let state = self.state;
        let first_key = state.keys.len();
        state.enter(Frame::Object { first_key })?;
        let mut many: Option<HashSet<Cow<'a, str>>> = None;
        let mut seal = None;
        while let Some(key) = map.next_key_seed(Text)? {
            let seen = state.keys.len() - first_key;
            let duplicate = if seen < LINEAR_KEYS {
                state.keys[first_key..].contains(&key)
            } else {
                !many.get_or_insert_with(|| state.keys[first_key..].iter().cloned().collect()).insert(key.clone())
            };
            if duplicate {
                return Err(state.fail(Fault::DuplicateKey { name: shown_short(&key, 64) }));
            }
            let sealed = key == "$sealed";
            state.keys.push(key);
            if sealed {
                seal = Some(map.next_value_seed(SealDigest)?);
            } else {
                map.next_value_seed(Walk { state: &mut *state })?;
            }
        }
        let members = state.keys.len() - first_key;
        if state.frames.len() == 1 {
            state.facts.top_level = state.keys.split_off(first_key);
        } else {
            state.keys.truncate(first_key);
        }
        state.frames.pop();
        if let Some(digest) = seal {
            let pointer = state.pointer();
            match digest {
                Some(digest) if members == 1 => state.facts.seals.push(Seal { pointer, digest }),
                _ => return Err(state.fail(Fault::SealMalformed { pointer })),
            }
        }
        Ok(())
    }
}

/// A member name, borrowed where it holds no escapes.
struct Text;

impl<'a> DeserializeSeed<'a> for Text {
    type Value = Cow<'a, str>;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Text {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, value: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

/// The value of `$sealed`: `None` where it is not 64 lower-case hex digits.
struct SealDigest;

impl<'a> DeserializeSeed<'a> for SealDigest {
    type Value = Option<[u8; 32]>;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let value: &serde_json::value::RawValue = serde::Deserialize::deserialize(deserializer)?;
        let text = value.get();
        Ok(text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|hex| parse_hex(hex.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        check(text).err().unwrap_or_else(|| panic!("accepted: {text}"))
    }

    #[test]
    fn what_two_programs_could_read_differently_is_refused() {
        let duplicate = |name: &str| Fault::DuplicateKey { name: name.to_owned() };
        assert_eq!(fault(r#"{"a":1,"a":1}"#), duplicate("a"));
        assert_eq!(fault(r#"{"a":1,"\u0061":2}"#), duplicate("a"));
        assert_eq!(fault(r#"{"x":{"y":[{"b":1,"c":2,"b":3}]}}"#), duplicate("b"));
        let many: Vec<String> = (0..100).map(|n| format!("\"k{n}\":0")).collect();
        assert!(check(&format!("{{{}}}", many.join(","))).is_ok());
        assert_eq!(fault(&format!("{{{},\"k7\":1}}", many.join(","))), duplicate("k7"));
        assert_eq!(fault("[1]"), Fault::NotAnObject);
        assert_eq!(fault(" {}"), Fault::NotAnObject);
        for broken in [
            "{",
            "{}}",
            "{} {}",
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":1e999}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00\ud800"}"#,
            "{\"a\":\"\u{1}\"}",
            r#"{'a':1}"#,
            r#"{"a":+1}"#,
            r#"{"a":.5}"#,
            "{\"a\":\u{feff}1}",
        ] {
            assert!(check(broken).is_err(), "{broken}");
        }
        // The largest float there is, in more digits than it needs, and the first number that rounds to none.
        for finite in ["1.7976931348623158e308", "1.79769313486231570815e+308", "17976931348623157081e289"] {
            assert!(check(&format!("{{\"a\":{finite}}}")).is_ok(), "{finite}");
        }
        assert!(check(r#"{"a":1.7976931348623159e308}"#).is_err());
        assert!(matches!(fault("{\"a\":tru}"), Fault::InvalidJson { offset: 8, .. }), "{:?}", fault("{\"a\":tru}"));
    }

    #[test]
    fn depth_and_length_have_limits() {
        let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert!(check(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(fault(&nested(MAX_DEPTH + 1)), Fault::TooDeep);
        assert_eq!(fault(&nested(10_000)), Fault::TooDeep);
        let long = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        assert!(check(&long(MAX_RECORD_BYTES)).is_ok());
        assert_eq!(fault(&long(MAX_RECORD_BYTES + 1)), Fault::TooLong { bytes: MAX_RECORD_BYTES + 1 });
    }

    #[test]
    fn facts_of_a_record() {
        let record = r#"{"kind":"review","timestamp":"2026-03-01T12:00:00Z","audit_id":"r-1","decision":"d-1","reviewer":"u","action":"confirm","x":{"kind":"log"}}"#;
        let facts = check(record).expect("a record");
        assert_eq!(facts.kind, Kind::Review);
        assert_eq!(facts.audit_id.as_deref(), Some("r-1"));
        assert!(matches!(facts.time, Some(Time::Instant(_))));
        assert_eq!(facts.remarks, []);
    }

    #[test]
    fn only_the_record_s_own_signature_is_one() {
        for (record, expected) in [
            (r#"{"signature":"00"}"#, SignatureMember::Text),
            (r#"{"s\u0069gnature":""}"#, SignatureMember::Text),
            (r#"{"a":{"signature":"00"},"b":["signature"]}"#, SignatureMember::Absent),
            (r#"{"signature":null,"a":{"signature":"00"}}"#, SignatureMember::Other),
            (r#"{"signature":["00"]}"#, SignatureMember::Other),
        ] {
            assert_eq!(check(record).expect("a record").signature, expected, "{record}");
        }
    }

    #[test]
    fn remarks_say_what_is_odd() {
        let remarks = |text: &str| check(text).expect("a record").remarks;
        let base = r#""timestamp":"2026-03-01T12:00:00Z","audit_id":"a""#;
        assert_eq!(remarks(&format!(r#"{{"kind":"x-ray",{base}}}"#)), [Remark::UnknownKind("x-ray".to_owned())]);
        assert_eq!(remarks(&format!(r#"{{"model":{{}},"output":{{}},"input":{{}},{base}}}"#)), [Remark::KindImplied]);
        assert_eq!(
            remarks(&format!(r#"{{"kind":"log",{base},"n":9007199254740993,"event":"opened"}}"#)),
            [Remark::UnsafeNumber("/n".to_owned())]
        );
        assert_eq!(
            remarks(&format!(r#"{{"kind":"log","event":"heartbeat",{base},"a":[0,{{"user_id":"раypal"}}]}}"#)),
            [Remark::ConfusableId("/a/1/user_id".to_owned())]
        );
        assert_eq!(
            remarks(&format!(r#"{{"kind":"log","event":"heartbeat",{base},"actor":"a\u202eb"}}"#)),
            [Remark::HiddenCharacter("/actor".to_owned())]
        );
        assert_eq!(
            remarks(r#"{"kind":"log","timestamp":"noon"}"#),
            [Remark::Missing("event"), Remark::Missing("audit_id"), Remark::TimeUnreadable("noon".to_owned())]
        );
    }

    #[test]
    fn sealed_fields_are_found_where_they_stand() {
        let digest = "ab".repeat(32);
        let record =
            format!(r#"{{"input":{{"data":{{"$sealed":"{digest}"}}}},"l":[1,{{"a/b~c":{{"$sealed":"{digest}"}}}}]}}"#);
        let pointers: Vec<String> =
            check(&record).expect("a record").seals.into_iter().map(|seal| seal.pointer).collect();
        assert_eq!(pointers, ["/input/data", "/l/1/a~1b~0c"]);
        for misuse in [
            format!(r#"{{"a":{{"$sealed":"{digest}","b":1}}}}"#),
            format!(r#"{{"a":{{"b":1,"$sealed":"{digest}"}}}}"#),
            format!(r#"{{"a":{{"$sealed":"{}"}}}}"#, digest.to_uppercase()),
            r#"{"a":{"$sealed":12}}"#.to_owned(),
            r#"{"a":{"$sealed":{"b":1}}}"#.to_owned(),
            format!(r#"{{"$sealed":"{digest}"}}"#),
        ] {
            assert!(matches!(fault(&misuse), Fault::SealMalformed { .. }), "{misuse}");
        }
    }
}

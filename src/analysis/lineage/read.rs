//! Records that a lineage is told from, read from their bundle again. What they state is kept as it is written: no number is rounded,
//! and a sealed value is not taken for a missing one.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::analysis::gather;
use crate::analysis::instant::Instant;
use crate::analysis::story::Place;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::record_of;

/// A value of a record, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded(String);

impl Recorded {
    /// A value, as its JSON text; `None` where that is none, or `null`.
    #[must_use]
    pub fn new(json: &str) -> Option<Self> {
        let raw: Box<RawValue> = serde_json::from_str(json).ok()?;
        (raw.get() != "null").then(|| Self(raw.get().to_owned()))
    }

    /// Its JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0
    }

    /// Whether a seal stands in its place.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        matches!(&members(&self.0)[..], [(name, _)] if name == "$sealed")
    }

    /// A string, decoded; a number, `true` or `false` as it is written; `None` for what holds other values.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self.0.as_bytes().first()? {
            b'"' => serde_json::from_str(&self.0).ok(),
            b'{' | b'[' => None,
            _ => Some(self.0.clone()),
        }
    }

    /// What stands in a member of an object.
    #[must_use]
    pub fn at(&self, member: &str) -> Option<Self> {
        Self::new(member_of(&self.0, member)?.get())
    }

    /// As people read it: the text; `sealed`; `train 0.80, test 0.20` for members that hold no others; the JSON otherwise.
    #[must_use]
    pub fn words(&self) -> String {
        match self.text() {
            Some(text) => text,
            None if self.is_sealed() => "sealed".to_owned(),
            None => self.pairs().unwrap_or_else(|| self.0.clone()),
        }
    }

    /// The members of an object and their values, where all of them are texts.
    fn pairs(&self) -> Option<String> {
        let pairs = members(&self.0).into_iter().map(|(name, value)| {
            let text = Self::new(value.get())?.text()?;
            Some(format!("{name} {text}"))
        });
        let pairs: Vec<String> = pairs.collect::<Option<_>>()?;
        (!pairs.is_empty()).then(|| pairs.join(", "))
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// The members of an object, in its order; none of anything else.
fn members(json: &str) -> Vec<(String, &RawValue)> {
    serde_json::from_str::<Members<'_>>(json).map(|members| members.0).unwrap_or_default()
}

fn member_of<'j>(json: &'j str, name: &str) -> Option<&'j RawValue> {
    members(json).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

struct Members<'j>(Vec<(String, &'j RawValue)>);

impl<'de: 'j, 'j> Deserialize<'de> for Members<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(member) = map.next_entry()? {
                    out.push(member);
                }
                Ok(out)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) place: Place,
    text: String,
}

impl Entry {
    /// Reads the record of a row. What cannot be read as one states nothing.
    pub(super) fn read(
        evidence: &Evidence,
        damage: &BTreeMap<u32, &'static str>,
        row: u32,
    ) -> Result<Self, EvidenceError> {
        let state = evidence.states()?.get(row as usize).copied().unwrap_or(u8::MAX);
        let line = evidence.line(row)?;
        let text = line.as_ref().and_then(|line| record_of(&line.bytes, state)).unwrap_or("{}").to_owned();
        let mut entry = Self {
            place: Place {
                row,
                log: evidence.has_several_logs().then(|| gather::log_of(evidence, row)),
                seq: evidence.seqs().seq(row),
                id: None,
                at: evidence.times().nanos(row).map(Instant),
                damage: damage.get(&row).copied(),
            },
            text,
        };
        entry.place.id = entry.text(&["audit_id"]);
        Ok(entry)
    }

    /// The record's JSON text.
    pub(super) fn json(&self) -> &str {
        &self.text
    }

    /// What stands at a path; `None` also for `null`.
    pub(super) fn at(&self, path: &[&str]) -> Option<Recorded> {
        let mut text: &str = &self.text;
        for name in path {
            text = member_of(text, name)?.get();
        }
        Recorded::new(text)
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &[&str]) -> Option<String> {
        self.at(path)?.text()
    }

    /// How many members an object at a path has; 0 for anything else.
    pub(super) fn members_at(&self, path: &[&str]) -> usize {
        self.at(path).filter(|value| !value.is_sealed()).map_or(0, |value| members(&value.0).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_they_are_written() {
        let seal = format!(r#"{{"$sealed":"{}"}}"#, "ab".repeat(32));
        for (json, text, words, is_sealed) in [
            (r#""a\u00e9""#, Some("aé"), "aé", false),
            ("0.80", Some("0.80"), "0.80", false),
            ("1e999", Some("1e999"), "1e999", false),
            ("18446744073709551617", Some("18446744073709551617"), "18446744073709551617", false),
            ("true", Some("true"), "true", false),
            (r#"{"b":1.0,"a":"x"}"#, None, "b 1.0, a x", false),
            (r#"{"a":[1.0]}"#, None, r#"{"a":[1.0]}"#, false),
            (r#"{"a":null}"#, None, r#"{"a":null}"#, false),
            ("{}", None, "{}", false),
            (&seal, None, "sealed", true),
        ] {
            let value = Recorded::new(json).expect("a value");
            assert_eq!((value.text().as_deref(), value.words().as_str(), value.is_sealed()), (text, words, is_sealed));
            assert_eq!(serde_json::to_string(&value).expect("JSON"), json);
        }
        assert_eq!((Recorded::new("null"), Recorded::new("{")), (None, None));
    }
}

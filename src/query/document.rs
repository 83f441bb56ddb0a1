//! A record's values, with numbers as they are written: `serde_json::Value` would round those beyond 64 bits, and a
//! filter for one id would find its neighbours.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::record::MAX_DEPTH;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document<'a> {
    /// `null`, which counts as no value.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string, decoded.
    Text(Cow<'a, str>),
    /// The elements of an array.
    List(Vec<Self>),
    /// The members of an object.
    Object(BTreeMap<String, Self>),
}

impl<'a> Document<'a> {
    /// Reads JSON, such as a record's text.
    ///
    /// # Errors
    /// Where it is not JSON, or nested deeper than a record may be.
    pub fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        Self::read(serde_json::from_str(json)?, MAX_DEPTH)
    }

    fn read(raw: &'a RawValue, depth: usize) -> Result<Self, serde_json::Error> {
        let json = raw.get();
        let deeper = || depth.checked_sub(1).ok_or_else(|| serde::de::Error::custom("nested too deep"));
        Ok(match json.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'"') => {
                let text: CowText<'a> = serde_json::from_str(json)?;
                Self::Text(text.0)
            }
            Some(b'[') => {
                let items: Vec<&'a RawValue> = serde_json::from_str(json)?;
                let depth = deeper()?;
                Self::List(items.into_iter().map(|item| Self::read(item, depth)).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let members: BTreeMap<String, &'a RawValue> = serde_json::from_str(json)?;
                let depth = deeper()?;
                let read = |(name, raw)| Ok((name, Self::read(raw, depth)?));
                Self::Object(members.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?)
            }
            _ => Self::Number(json),
        })
    }

    /// The member of that name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// Whatever stands at a path, in the order of the record; at a list a name made of digits takes that element, any
    /// other goes on in every element.
    #[must_use]
    pub fn at<S: AsRef<str>>(&self, path: &[S]) -> Vec<&Self> {
        let mut out = Vec::new();
        self.walk(path, &mut out);
        out
    }

    fn walk<'d, S: AsRef<str>>(&'d self, path: &[S], out: &mut Vec<&'d Self>) {
        let Some((name, rest)) = path.split_first() else {
            out.push(self);
            return;
        };
        let name = name.as_ref();
        match self {
            Self::Object(members) => {
                if let Some(value) = members.get(name) {
                    value.walk(rest, out);
                }
            }
            Self::List(items) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) => {
                if let Some(item) = name.parse().ok().and_then(|index: usize| items.get(index)) {
                    item.walk(rest, out);
                }
            }
            Self::List(items) => items.iter().for_each(|item| item.walk(path, out)),
            _ => {}
        }
    }

    /// The texts of the value, or of the elements of a list and of lists in it. Objects and `null` have none.
    pub(super) fn texts<'d>(&'d self, out: &mut Vec<Cow<'d, str>>) {
        match self {
            Self::Null | Self::Object(_) => {}
            Self::Boolean(value) => out.push(if *value { "true" } else { "false" }.into()),
            Self::Number(text) => out.push(Cow::Borrowed(text)),
            Self::Text(text) => out.push(Cow::Borrowed(text)),
            Self::List(items) => items.iter().for_each(|item| item.texts(out)),
        }
    }

    /// Whether a string or number anywhere in it passes.
    pub(super) fn any_text(&self, passes: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Null | Self::Boolean(_) => false,
            Self::Number(text) => passes(text),
            Self::Text(text) => passes(text),
            Self::List(items) => items.iter().any(|item| item.any_text(passes)),
            Self::Object(members) => members.values().any(|value| value.any_text(passes)),
        }
    }
}

/// A string, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct CowText<'a>(#[serde(borrow)] Cow<'a, str>);

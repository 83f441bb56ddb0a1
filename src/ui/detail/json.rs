//! A record's text as it is shown: its members in their order, numbers as they are written, and its tokens.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// So many members of a record are shown as fields; the raw text has the rest.
pub(super) const MOST: usize = 600;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// A text.
    Text(String),
    /// A number, as it is written.
    Number(String),
    /// `true`, `false` or `null`.
    Word(&'static str),
    /// A value that is sealed: its digest.
    Sealed(String),
    /// An object or a list without anything in it, or one that is too deep to be shown in fields.
    Nested(String),
}

impl Shown {
    /// As text.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Sealed(text) | Self::Nested(text) => text,
            Self::Word(word) => word,
        }
    }

    /// Whether it is a digest: shown cut in its middle.
    pub(super) fn is_hash(&self) -> bool {
        let Self::Text(text) = self else { return false };
        text.len() >= 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// A member that holds no others, with its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flat {
    /// Names from the record down.
    pub(super) path: Vec<String>,
    /// What stands there.
    pub(super) value: Shown,
}

impl Flat {
    /// The path with points.
    pub(super) fn name(&self) -> String {
        self.path.join(".")
    }
}

/// The members of an object in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// The members of a record, flat, in their order; none of a text that is no object.
pub(super) fn flatten(text: &str) -> Vec<Flat> {
    let mut out = Vec::new();
    if text.trim_start().starts_with('{') {
        walk(text, &mut Vec::new(), &mut out);
    }
    out
}

fn walk(text: &str, path: &mut Vec<String>, out: &mut Vec<Flat>) {
    let text = text.trim();
    if out.len() >= MOST {
        return;
    }
    let mut put = |value| out.push(Flat { path: path.clone(), value });
    match text.as_bytes().first() {
        Some(b'{') if path.len() < 12 => match serde_json::from_str::<Members<'_>>(text) {
            Ok(Members(members)) if members.is_empty() => put(Shown::Nested("{}".to_owned())),
            Ok(Members(members)) => {
                if let [(name, value)] = &members[..]
                    && name == "$sealed"
                {
                    let digest = serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
                    return put(Shown::Sealed(digest));
                }
                for (name, value) in members {
                    path.push(name);
                    walk(value.get(), path, out);
                    path.pop();
                }
            }
            Err(_) => put(Shown::Nested(text.to_owned())),
        },
        Some(b'[') if path.len() < 12 => match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(list) if list.iter().all(|item| !item.get().starts_with(['{', '['])) => {
                let items: Vec<String> = list.iter().map(|item| scalar(item.get()).text().to_owned()).collect();
                put(if items.is_empty() { Shown::Nested("[]".to_owned()) } else { Shown::Text(items.join(", ")) });
            }
            Ok(list) => {
                for (at, item) in list.into_iter().enumerate() {
                    path.push(at.to_string());
                    walk(item.get(), path, out);
                    path.pop();
                }
            }
            Err(_) => put(Shown::Nested(text.to_owned())),
        },
        Some(b'{' | b'[') => put(Shown::Nested(text.to_owned())),
        _ => put(scalar(text)),
    }
}

fn scalar(text: &str) -> Shown {
    match text {
        "true" => Shown::Word("true"),
        "false" => Shown::Word("false"),
        "null" => Shown::Word("null"),
        _ if text.starts_with('"') => Shown::Text(serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())),
        _ => Shown::Number(text.to_owned()),
    }
}

/// What a piece of JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// The name of a member.
    Key,
    /// A text.
    Text,
    /// A number, `true`, `false`, `null`.
    Value,
    /// What stands between.
    Mark,
}

/// The tokens of a text, white space left out; what is no JSON comes as it is. Nothing of it is read: digits, escapes and members
/// that stand there twice stay as they are.
pub(super) fn tokens(text: &str) -> Vec<(Token, &str)> {
    let bytes = text.as_bytes();
    let (mut at, mut out) = (0, Vec::new());
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'"' => {
                at += 1;
                while let Some(byte) = bytes.get(at) {
                    at += if *byte == b'\\' { 2 } else { 1 };
                    if *byte == b'"' {
                        break;
                    }
                }
                at = at.min(bytes.len());
                while !text.is_char_boundary(at) {
                    at += 1;
                }
                let behind = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace());
                let token = if behind == Some(&b':') { Token::Key } else { Token::Text };
                out.push((token, &text[start..at]));
            }
            b'{' | b'}' | b'[' | b']' | b':' | b',' => {
                at += 1;
                out.push((Token::Mark, &text[start..at]));
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[]:,\"".contains(byte);
                while bytes.get(at).is_some_and(|byte| !ends(byte)) {
                    at += 1;
                }
                out.push((Token::Value, &text[start..at]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_flat_in_their_order() {
        let text =
            r#"{"b":1.50,"a":{"x":"ü\n","deep":{"list":[1,"two",null]}},"s":{"$sealed":"ab"},"l":[{"k":true}],"e":{}}"#;
        let flat: Vec<(String, Shown)> = flatten(text).into_iter().map(|flat| (flat.name(), flat.value)).collect();
        let expected = [
            ("b", Shown::Number("1.50".into())),
            ("a.x", Shown::Text("ü\n".into())),
            ("a.deep.list", Shown::Text("1, two, null".into())),
            ("s", Shown::Sealed("ab".into())),
            ("l.0.k", Shown::Word("true")),
            ("e", Shown::Nested("{}".into())),
        ];
        assert_eq!(flat, expected.map(|(name, value)| (name.to_owned(), value)));
        assert!(flatten("[1]").is_empty() && flatten("no json").is_empty() && flatten("{\"a\":").len() == 1);
    }

    #[test]
    fn tokens_are_the_text_without_its_white_space() {
        for text in [r#"{"a\"b" : [1, -2.50e3, "x:\\", true]}"#, "\"ü", "\"a\\", "{,]", "nonsense ü \"", ""] {
            let joined: String = tokens(text).into_iter().map(|(_, part)| part).collect();
            let in_texts = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(in_texts(&joined), in_texts(text));
        }
        let kinds: Vec<Token> = tokens(r#"{"a": "b", "c": 1}"#).into_iter().map(|(token, _)| token).collect();
        use Token::{Key, Mark, Text, Value};
        assert_eq!(kinds, [Mark, Key, Mark, Text, Mark, Key, Mark, Value, Mark]);
    }
}

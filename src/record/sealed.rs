//! Sealed fields: a value replaced by `{"$sealed":"<digest>"}`, with the value itself in a disclosure that can be
//! withheld or erased without breaking the chain. The commitment follows RFC 9901 §4.2 (salt, name, value), hashed with BLAKE3.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::check::{Fault, check, check_value};

/// A sealed field as it stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// JSON pointer (RFC 6901) to the place of the sealed value.
    pub pointer: String,
    /// BLAKE3 of the disclosure's exact ASCII.
    pub digest: [u8; 32],
}

/// The least length of a salt in bytes: 128 random bits.
pub const MIN_SALT_BYTES: usize = 16;

/// One line of `disclosures.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure<'a> {
    /// The record that holds the sealed field.
    pub seq: u64,
    /// JSON pointer to it in that record.
    #[serde(borrow)]
    pub pointer: Cow<'a, str>,
    /// Base64url, unpadded, of the JSON array `[salt, name, value]`.
    #[serde(borrow)]
    pub disclosure: Cow<'a, str>,
}

impl Disclosure<'_> {
    /// Reads a line without its LF. Only the one serialisation that [`Self::line`] gives is accepted, so that no byte
    /// of the file can change unnoticed.
    pub fn parse(line: &str) -> Option<Disclosure<'_>> {
        let disclosure: Disclosure<'_> = serde_json::from_str(line).ok()?;
        (disclosure.line().as_deref() == Some(line)).then_some(disclosure)
    }

    /// The line, without LF: members in this order, no white space.
    pub fn line(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// BLAKE3 of the disclosure's ASCII: what `$sealed` must say.
    pub fn digest(&self) -> [u8; 32] {
        *blake3::hash(self.disclosure.as_bytes()).as_bytes()
    }

    /// Opens the disclosure: what was sealed, under which name, with which salt.
    pub fn open(&self) -> Result<Opened, OpenError> {
        let json = URL_SAFE_NO_PAD.decode(self.disclosure.as_bytes()).map_err(|_| OpenError::Encoding)?;
        let json = String::from_utf8(json).map_err(|_| OpenError::Encoding)?;
        let inner = check_value(&json).map_err(OpenError::Json)?;
        let (salt, name, value): (String, String, Box<RawValue>) =
            serde_json::from_str(&json).map_err(|_| OpenError::Shape)?;
        if !inner.is_empty() {
            return Err(OpenError::Nested);
        }
        let salt_bytes = URL_SAFE_NO_PAD.decode(salt.as_bytes()).map_err(|_| OpenError::Shape)?.len();
        Ok(Opened { name, value: value.get().to_owned(), salt_bytes })
    }
}

/// A disclosure's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The last token of the pointer, unescaped; in an array the index in decimal digits.
    pub name: String,
    /// The sealed value's JSON text.
    pub value: String,
    /// Length of the salt in bytes; see [`MIN_SALT_BYTES`].
    pub salt_bytes: usize,
}

/// Why a disclosure cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not base64url without padding, or not UTF-8 inside.
    #[error("not base64url of UTF-8 text")]
    Encoding,
    /// Not strict JSON inside.
    #[error("{0}")]
    Json(Fault),
    /// Not an array of salt, name and value.
    #[error("not an array [salt, name, value] with a base64url salt")]
    Shape,
    /// A sealed value holds a sealed value.
    #[error("the value holds a sealed field itself")]
    Nested,
}

/// The last token of an RFC 6901 pointer, unescaped. `None` for the empty pointer, one without a leading slash, and a
/// stray `~`.
pub fn last_token(pointer: &str) -> Option<String> {
    unescape_token(pointer.strip_prefix('/')?.rsplit('/').next()?)
}

/// RFC 6901 §3: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape_token(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

fn unescape_token(token: &str) -> Option<String> {
    let mut out = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        match c {
            '~' => out.push(match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            }),
            c => out.push(c),
        }
    }
    Some(out)
}

/// 32 bytes from exactly 64 lower-case hex digits.
pub fn parse_hex(hex: &[u8]) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = hex.try_into().ok()?;
    let mut out = [0; 32];
    let mut bad = 0;
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
        bad |= high | low;
        *byte = high << 4 | low & 0x0f;
    }
    (bad & 0xf0 == 0).then_some(out)
}

/// Value of each lower-case hex digit; 0xff for every other byte.
const NIBBLE: [u8; 256] = {
    let mut table = [0xff; 256];
    let mut value: u8 = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

/// 64 lower-case hex digits.
pub fn hex(bytes: &[u8; 32]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|n| char::from(b"0123456789abcdef"[usize::from(n)]))
        .collect()
}

/// Why a value cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The record itself is not one.
    #[error("{0}")]
    Record(#[from] Fault),
    /// Nothing stands at the pointer.
    #[error("the record has no value at {0}")]
    NoValue(String),
    /// The value is, or holds, or lies within a sealed field.
    #[error("the value at {0} is sealed already, or overlaps one that is")]
    Overlap(String),
    /// The system gave no random bytes.
    #[error("no random bytes for the salt: {0}")]
    Random(String),
}

/// Replaces the values at `pointers` by seals with fresh random salts. Every other byte of `record` stays as it is.
/// Returns the sealed record and, in the order of `pointers`, the pieces of its disclosures: pointer and disclosure.
pub fn seal(record: &str, pointers: &[&str]) -> Result<(String, Vec<(String, String)>), SealError> {
    let mut sealed = record.to_owned();
    let mut disclosures = Vec::with_capacity(pointers.len());
    for &pointer in pointers {
        check(&sealed)?;
        let span = find(&sealed, pointer).ok_or_else(|| SealError::NoValue(pointer.to_owned()))?;
        let value = &sealed[span.clone()];
        let name = last_token(pointer).ok_or_else(|| SealError::NoValue(pointer.to_owned()))?;
        let disclosure = commit(&name, value, &random_salt()?).map_err(|error| match error {
            SealError::Overlap(_) => SealError::Overlap(pointer.to_owned()),
            other => other,
        })?;
        let digest = hex(blake3::hash(disclosure.as_bytes()).as_bytes());
        sealed.replace_range(span, &format!("{{\"$sealed\":\"{digest}\"}}"));
        disclosures.push((pointer.to_owned(), disclosure));
    }
    check(&sealed)?;
    Ok((sealed, disclosures))
}

/// A fresh salt of 128 random bits.
pub fn random_salt() -> Result<[u8; MIN_SALT_BYTES], SealError> {
    let mut salt = [0; MIN_SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| SealError::Random(error.to_string()))?;
    Ok(salt)
}

/// The disclosure of the JSON text `value`, sealed as the member `name` under `salt`: base64url of `[salt, name, value]`.
/// BLAKE3 over its ASCII is the digest that stands in the record. Whoever can guess the salt can guess the value.
pub fn commit(name: &str, value: &str, salt: &[u8; MIN_SALT_BYTES]) -> Result<String, SealError> {
    if name == "$sealed" || !check_value(value)?.is_empty() {
        return Err(SealError::Overlap(format!("/{}", escape_token(name))));
    }
    let value: &RawValue = serde_json::from_str(value).map_err(|_| SealError::NoValue(name.to_owned()))?;
    let json = serde_json::to_string(&(URL_SAFE_NO_PAD.encode(salt), name, value))
        .map_err(|_| SealError::NoValue(name.to_owned()))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// The byte span of the value at `pointer` in the JSON text `json`.
fn find(json: &str, pointer: &str) -> Option<std::ops::Range<usize>> {
    let mut value: &str = json;
    for token in pointer.strip_prefix('/')?.split('/') {
        let token = unescape_token(token)?;
        value = if value.starts_with('{') {
            let members: std::collections::HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(value).ok()?;
            members.get(token.as_str())?.get()
        } else {
            let items: Vec<&RawValue> = serde_json::from_str(value).ok()?;
            let index: usize = token.parse().ok()?;
            if index.to_string() != token {
                return None;
            }
            items.get(index)?.get()
        };
    }
    // The values borrow from `json`, so their distance from its start is their place in it.
    let start = (value.as_ptr() as usize).checked_sub(json.as_ptr() as usize)?;
    Some(start..start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealing_keeps_every_other_byte() {
        let record = r#"{ "a" : {"b~/c": [10, {"x" :1.50}] },"s":"é" }"#;
        let (sealed, parts) = seal(record, &["/a/b~0~1c/1", "/s"]).expect("sealed");
        let digest = |n: usize| hex(blake3::hash(parts[n].1.as_bytes()).as_bytes());
        assert_eq!(
            sealed,
            format!(
                r#"{{ "a" : {{"b~/c": [10, {{"$sealed":"{}"}}] }},"s":{{"$sealed":"{}"}} }}"#,
                digest(0),
                digest(1)
            )
        );
        let line = Disclosure { seq: 3, pointer: parts[0].0.as_str().into(), disclosure: parts[0].1.as_str().into() };
        assert_eq!(
            line.open(),
            Ok(Opened { name: "1".to_owned(), value: r#"{"x" :1.50}"#.to_owned(), salt_bytes: 16 })
        );
        let text = line.line().expect("a line");
        assert_eq!(Disclosure::parse(&text).as_ref(), Some(&line));
        assert_eq!(Disclosure::parse(&text.replace(":3", ": 3")), None);
    }

    #[test]
    fn what_cannot_be_sealed() {
        let record = format!(r#"{{"a":{{"b":1}},"c":{{"$sealed":"{}"}}}}"#, "00".repeat(32));
        for (pointers, expected) in [
            (&["/x"][..], SealError::NoValue("/x".to_owned())),
            (&[""][..], SealError::NoValue(String::new())),
            (&["/a/b", "/a"][..], SealError::Overlap("/a".to_owned())),
            (&["/c"][..], SealError::Overlap("/c".to_owned())),
            (&["/c/$sealed"][..], SealError::Overlap("/c/$sealed".to_owned())),
            (&["/a", "/a/b"][..], SealError::NoValue("/a/b".to_owned())),
        ] {
            assert_eq!(seal(&record, pointers), Err(expected), "{pointers:?}");
        }
    }

    #[test]
    fn hex_is_lower_case_and_of_one_length() {
        let bytes = [0xa5; 32];
        assert_eq!(parse_hex(hex(&bytes).as_bytes()), Some(bytes));
        for wrong in ["", "a5", &"A5".repeat(32), &"g0".repeat(32), &"a5".repeat(33)] {
            assert_eq!(parse_hex(wrong.as_bytes()), None, "{wrong}");
        }
    }
}

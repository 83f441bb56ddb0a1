//! A field of a source made into JSON text: kept, or read as a number, a time, a truth value, looked up, hashed.
//! A text that is not what the mapping says is refused with a reason; nothing is guessed.

use std::borrow::Cow;
use std::collections::HashMap;

use sha2::Digest as _;

use super::misfit::Misfit;
use super::time::{Ambiguous, Format, Zone};
use crate::record::check_value;

/// A field as the source has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    /// Text without a type.
    Text(&'a str),
    /// A JSON value's text.
    Json(&'a str),
}

impl<'a> Field<'a> {
    /// The text of a single value, strings without quotes and escapes. `None` where there is none: the empty text, and
    /// JSON's `null`.
    ///
    /// # Errors
    /// For objects and arrays.
    pub fn text(self) -> Result<Option<Cow<'a, str>>, Misfit> {
        match self {
            Self::Text("") | Self::Json("null" | "\"\"") => Ok(None),
            Self::Text(text) => Ok(Some(Cow::Borrowed(text))),
            Self::Json(json) => match json.as_bytes().first() {
                Some(b'"') => decoded(json).map(Some),
                Some(b'{' | b'[') => Err("an object or array where a single value belongs".into()),
                _ => Ok(Some(Cow::Borrowed(json))),
            },
        }
    }

    /// Whether it is a number, or a truth value, of JSON: written as JSON writes them, whatever the source does elsewhere.
    fn is_json_scalar(self) -> bool {
        matches!(self, Self::Json(json) if !json.starts_with('"'))
    }
}

fn decoded(json: &str) -> Result<Cow<'_, str>, Misfit> {
    match json.get(1..json.len().saturating_sub(1)) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => serde_json::from_str::<String>(json).map(Cow::Owned).map_err(|error| error.to_string().into()),
    }
}

/// How a source writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Stands before the fraction.
    pub point: char,
    /// Parts groups of three digits; `None` where nothing does.
    pub group: Option<char>,
}

impl Default for Decimal {
    fn default() -> Self {
        Self { point: '.', group: None }
    }
}

/// Which hash stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashName {
    /// BLAKE3, 32 bytes.
    Blake3,
    /// SHA-256.
    Sha256,
}

/// What is done to a field.
#[derive(Debug, Clone)]
pub enum Convert {
    /// Text as a string, JSON as it stands.
    Keep,
    /// A string.
    Text,
    /// A JSON number with the digits of the text.
    Number(Decimal),
    /// `true` or `false`.
    Boolean,
    /// Text that is JSON itself.
    Json,
    /// RFC 3339.
    Time {
        /// How it is written.
        format: Format,
        /// The zone of readings that state none.
        zone: Option<Zone>,
        /// Which of two equal readings is meant.
        ambiguous: Ambiguous,
    },
    /// Looked up: text to JSON text.
    Values {
        /// The table.
        table: HashMap<String, String>,
        /// For every other text; without it the row does not fit.
        other: Option<String>,
    },
    /// Lower-case hex of the hash of the text's UTF-8.
    Hash(HashName),
}

/// What a conversion gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Converted<'a> {
    /// JSON text.
    pub json: Cow<'a, str>,
    /// A clock reading that was one of two, and was decided by the mapping.
    pub was_ambiguous: bool,
}

impl Convert {
    /// Converts `field`. `None` where it is JSON's `null` and a value is needed.
    ///
    /// # Errors
    /// Why the field is not what the mapping says.
    pub fn apply<'a>(&self, field: Field<'a>) -> Result<Option<Converted<'a>>, Misfit> {
        let plain = |json: Cow<'a, str>| Ok(Some(Converted { json, was_ambiguous: false }));
        if let (Self::Keep, Field::Json(json)) = (self, field) {
            return plain(Cow::Borrowed(json));
        }
        let Some(text) = field.text()? else { return Ok(None) };
        match self {
            Self::Keep | Self::Text => plain(string(&text).into()),
            Self::Number(_) if field.is_json_scalar() => plain(number(&text, Decimal::default())?.into()),
            Self::Number(decimal) => plain(number(&text, *decimal)?.into()),
            Self::Boolean => plain(boolean(&text)?.into()),
            Self::Json => {
                let json = text.trim_matches([' ', '\t', '\r', '\n']);
                check_value(json).map_err(|fault| Misfit::from(fault).about("not JSON"))?;
                if json.contains(['\r', '\n']) {
                    return Err("JSON with line breaks in it; a record is one line".into());
                }
                plain(json.to_owned().into())
            }
            Self::Time { format, zone, ambiguous } => {
                let (time, was_ambiguous) = format.read(&text, *zone, *ambiguous)?;
                Ok(Some(Converted { json: string(&time).into(), was_ambiguous }))
            }
            Self::Values { table, other } => match (table.get(text.as_ref()), other) {
                (Some(json), _) | (None, Some(json)) => plain(json.clone().into()),
                (None, None) => Err(Misfit::of("not in the table of values", &text)),
            },
            Self::Hash(name) => plain(format!("\"{}\"", hash(*name, &text)).into()),
        }
    }
}

/// The text as a JSON string.
pub(crate) fn string(text: &str) -> String {
    // Writing a string as JSON cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

fn boolean(text: &str) -> Result<&'static str, Misfit> {
    let is = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(["true", "t", "yes", "y", "1"]) {
        Ok("true")
    } else if is(["false", "f", "no", "n", "0"]) {
        Ok("false")
    } else {
        Err(Misfit::of("not true or false", text))
    }
}

/// A number's text as JSON writes it (RFC 8259 §6), with the digits that are there.
fn number(text: &str, decimal: Decimal) -> Result<String, Misfit> {
    let refused = || Misfit::of("not a number", text);
    let body = text.trim_matches([' ', '\t', '\u{a0}']);
    let (sign, body) = match body.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", body.strip_prefix('+').unwrap_or(body)),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once(decimal.point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = match decimal.group.filter(|group| whole.contains(*group)) {
        None => Cow::Borrowed(whole),
        Some(group) => {
            let mut groups = whole.split(group);
            let is_first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
            if !is_first || groups.any(|group| group.len() != 3) {
                return Err(refused());
            }
            Cow::Owned(whole.replace(group, ""))
        }
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.unwrap_or_default();
    if !is_digits(&whole) || !is_digits(digits) || (whole.is_empty() && digits.is_empty()) {
        return Err(refused());
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let mut out = format!("{sign}{whole}");
    if !digits.is_empty() {
        out.push('.');
        out.push_str(digits);
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !is_digits(digits) {
            return Err(refused());
        }
        out.push('e');
        out.push_str(exponent);
    }
    match out.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(out),
        _ => Err(Misfit::of("a number too large to be read", text)),
    }
}

fn hash(name: HashName, text: &str) -> String {
    match name {
        HashName::Blake3 => blake3::hash(text.as_bytes()).to_hex().to_string(),
        HashName::Sha256 => crate::record::sealed::hex(&sha2::Sha256::digest(text.as_bytes()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: Decimal = Decimal { point: ',', group: Some('.') };

    #[test]
    fn numbers_keep_their_digits() {
        let german = GERMAN;
        for (text, decimal, expected) in [
            ("0.121211", Decimal::default(), Some("0.121211")),
            ("1.50", Decimal::default(), Some("1.50")),
            (" -7 ", Decimal::default(), Some("-7")),
            ("+5", Decimal::default(), Some("5")),
            (".5", Decimal::default(), Some("0.5")),
            ("5.", Decimal::default(), Some("5")),
            ("007", Decimal::default(), Some("7")),
            ("-0", Decimal::default(), Some("-0")),
            ("1e-07", Decimal::default(), Some("1e-07")),
            ("123456789012345678901234567890", Decimal::default(), Some("123456789012345678901234567890")),
            ("1.234,56", german, Some("1234.56")),
            ("1.234.567", german, Some("1234567")),
            ("0,5", german, Some("0.5")),
            ("1.23,4", german, None),
            (".123", german, None),
            ("1,5", Decimal::default(), None),
            ("", Decimal::default(), None),
            ("-", Decimal::default(), None),
            (".", Decimal::default(), None),
            ("1e", Decimal::default(), None),
            ("1e400", Decimal::default(), None),
            ("NaN", Decimal::default(), None),
            ("inf", Decimal::default(), None),
            ("0x10", Decimal::default(), None),
            ("１", Decimal::default(), None),
            ("1 000", Decimal::default(), None),
            ("--1", Decimal::default(), None),
        ] {
            let found = number(text, decimal);
            assert_eq!(found.as_deref().ok(), expected, "{text:?}");
            if let Ok(json) = found {
                assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
            }
        }
    }

    #[test]
    fn fields_and_what_becomes_of_them() {
        let values = || Convert::Values {
            table: HashMap::from([("1".to_owned(), "\"yes\"".to_owned()), ("true".to_owned(), "[]".to_owned())]),
            other: None,
        };
        for (convert, field, expected) in [
            (Convert::Keep, Field::Text("a\"b\u{1}é"), Ok(Some("\"a\\\"b\\u0001é\""))),
            (Convert::Keep, Field::Json("{\"a\": 1.0}"), Ok(Some("{\"a\": 1.0}"))),
            (Convert::Keep, Field::Json("null"), Ok(Some("null"))),
            (Convert::Text, Field::Json("1.50"), Ok(Some("\"1.50\""))),
            (Convert::Text, Field::Json("\"\\u00e9\""), Ok(Some("\"é\""))),
            (Convert::Text, Field::Json("null"), Ok(None)),
            (Convert::Text, Field::Json("\"\""), Ok(None)),
            (Convert::Number(GERMAN), Field::Json("1.234"), Ok(Some("1.234"))),
            (Convert::Number(GERMAN), Field::Json("\"1.234,5\""), Ok(Some("1234.5"))),
            (Convert::Text, Field::Json("[1]"), Err("single value")),
            (Convert::Boolean, Field::Text("Yes"), Ok(Some("true"))),
            (Convert::Boolean, Field::Json("false"), Ok(Some("false"))),
            (Convert::Boolean, Field::Text("2"), Err("not true or false")),
            (Convert::Json, Field::Text(" [1, 2] "), Ok(Some("[1, 2]"))),
            (Convert::Json, Field::Text("{\"a\":1,\"a\":2}"), Err("twice")),
            (Convert::Json, Field::Text("[1,\n2]"), Err("line breaks")),
            (values(), Field::Text("1"), Ok(Some("\"yes\""))),
            (values(), Field::Json("true"), Ok(Some("[]"))),
            (values(), Field::Json("\"1\""), Ok(Some("\"yes\""))),
            (values(), Field::Text("2"), Err("not in the table")),
            (
                Convert::Hash(HashName::Sha256),
                Field::Text("abc"),
                Ok(Some("\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")),
            ),
            (
                Convert::Hash(HashName::Blake3),
                Field::Json("\"abc\""),
                Ok(Some("\"6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85\"")),
            ),
        ] {
            let found = convert.apply(field).map(|converted| converted.map(|converted| converted.json.into_owned()));
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), expected, "{convert:?} {field:?}"),
                (Err(found), Err(expected)) => assert!(found.to_string().contains(expected), "{found}"),
                (found, expected) => {
                    assert_eq!(
                        found,
                        expected.map(|json| json.map(str::to_owned)).map_err(Misfit::from),
                        "{convert:?}"
                    );
                }
            }
        }
    }
}

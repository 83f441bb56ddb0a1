//! Signatures inside records, as common AI audit loggers make them: HMAC-SHA256 under a shared key over the record as
//! Python writes it (section 15.1 of the format).
//!
//! Such a signature says that somebody who has the key wrote the record as it stands. Whoever can check it can make
//! it, so it never says who.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::python::PythonDumps;
use super::sealed::{hex, parse_hex};

/// A shared key. It can be used and not be read.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey")
    }
}

/// Why the content of a file is no shared key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HmacKeyError {
    /// There is nothing in it.
    #[error("the key is empty")]
    Empty,
}

impl HmacKey {
    /// The key in a key file: its bytes as they are, without one line break (LF or CRLF) at the end, which editors add.
    pub fn from_file_bytes(bytes: &[u8]) -> Result<Self, HmacKeyError> {
        let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
        match Hmac::new_from_slice(bytes) {
            // HMAC takes keys of any length.
            Ok(mac) if !bytes.is_empty() => Ok(Self(mac)),
            _ => Err(HmacKeyError::Empty),
        }
    }

    /// What tells one key from another, and nothing about it: the HMAC of nothing.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.clone().finalize().into_bytes().into()
    }

    /// The signature of `record`, 64 lower-case hex digits, whatever stands in its own member `signature`. `None`
    /// where `record` is none (see [`super::check`]).
    pub fn sign(&self, record: &str) -> Option<String> {
        let mut dumps = PythonDumps::default();
        let mac = self.0.clone().chain_update(dumps.dump(record)?.text);
        Some(hex(&mac.finalize().into_bytes().into()))
    }
}

/// What became of the check of one record's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody who has the key signed the record as it stands.
    Valid,
    /// It was signed under another key, or altered since.
    Invalid,
    /// There is no member `signature`.
    Missing,
    /// `signature` is not a string of 64 lower-case hex digits, so no key fits it.
    Malformed,
    /// The record holds sealed fields; what was signed cannot be put together again.
    Sealed,
}

/// Checks the signatures of one record after the other; keeps its buffers.
#[derive(Debug)]
pub struct SignatureChecker {
    key: HmacKey,
    dumps: PythonDumps,
}

impl SignatureChecker {
    /// A checker for signatures under `key`.
    pub fn new(key: &HmacKey) -> Self {
        Self { key: key.clone(), dumps: PythonDumps::default() }
    }

    /// Checks the signature of `record`, a text that [`super::check`] accepts. Only a member of the record itself
    /// counts, not one of an object in it.
    pub fn check(&mut self, record: &str) -> Outcome {
        let Some(dumped) = self.dumps.dump(record) else { return Outcome::Malformed };
        let Some(signature) = dumped.signature else { return Outcome::Missing };
        // `{"$sealed":…}` in the place of the signature is a sealed field as well.
        if dumped.sealed && signature.starts_with('{') {
            return Outcome::Sealed;
        }
        // A string with escapes is as good as one without.
        let digits: Option<String> = serde_json::from_str(signature).ok();
        match digits.and_then(|digits| parse_hex(digits.as_bytes())) {
            None => Outcome::Malformed,
            Some(_) if dumped.sealed => Outcome::Sealed,
            // Compared in constant time.
            Some(digest) => match self.key.0.clone().chain_update(dumped.text).verify_slice(&digest) {
                Ok(()) => Outcome::Valid,
                Err(_) => Outcome::Invalid,
            },
        }
    }
}

/// Checks the signature of one record, as [`SignatureChecker::check`] does.
pub fn check_signature(record: &str, key: &HmacKey) -> Outcome {
    SignatureChecker::new(key).check(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> HmacKey {
        HmacKey::from_file_bytes(text.as_bytes()).expect("a key")
    }

    #[test]
    fn a_key_file_may_end_with_one_line_break() {
        let record = r#"{"a":1}"#;
        let signature = key("secret").sign(record);
        for (text, same) in [
            ("secret\n", true),
            ("secret\r\n", true),
            ("secret\n\n", false),
            ("secret\r", false),
            (" secret", false),
            ("\nsecret", false),
        ] {
            assert_eq!(key(text).sign(record) == signature, same, "{text:?}");
        }
        for text in ["", "\n", "\r\n"] {
            assert_eq!(HmacKey::from_file_bytes(text.as_bytes()).err(), Some(HmacKeyError::Empty));
        }
        // RFC 2104 §3: a key longer than a block is hashed first, and is as good as its hash.
        assert_eq!(key(&"k".repeat(200)).sign(record).map(|signature| signature.len()), Some(64));
        assert_eq!(format!("{:?}", key("secret")), "HmacKey");
    }

    #[test]
    fn only_the_record_s_own_member_counts() {
        let key = key("secret");
        let signature = key.sign(r#"{"b":[1],"a":{"signature":"x"}}"#).expect("a record");
        let digest = "ab".repeat(32);
        for (record, expected) in [
            (format!(r#"{{"a":{{"signature":"x"}},"b":[1],"signature":"{signature}"}}"#), Outcome::Valid),
            (format!(r#"{{"signature":"{signature}","b":[1],"a":{{"signature":"x"}}}}"#), Outcome::Valid),
            (format!(r#"{{"s\u0069gnature":"{signature}","b":[1],"a":{{"signature":"x"}}}}"#), Outcome::Valid),
            (format!(r#"{{"a":{{"signature":"y"}},"b":[1],"signature":"{signature}"}}"#), Outcome::Invalid),
            (format!(r#"{{"a":{{"signature":"{signature}"}},"b":[1]}}"#), Outcome::Missing),
            ("{}".to_owned(), Outcome::Missing),
            (format!(r#"{{"a":1,"signature":"{}"}}"#, signature.to_uppercase()), Outcome::Malformed),
            (format!(r#"{{"a":1,"signature":"{signature} "}}"#), Outcome::Malformed),
            (r#"{"a":1,"signature":""}"#.to_owned(), Outcome::Malformed),
            (r#"{"a":1,"signature":null}"#.to_owned(), Outcome::Malformed),
            (r#"{"a":1,"signature":{}}"#.to_owned(), Outcome::Malformed),
            (format!(r#"{{"a":{{"$sealed":"{digest}"}},"signature":"{signature}"}}"#), Outcome::Sealed),
            (format!(r#"{{"a":[{{"\u0024sealed":"{digest}"}}],"signature":"{signature}"}}"#), Outcome::Sealed),
            (format!(r#"{{"a":1,"signature":{{"$sealed":"{digest}"}}}}"#), Outcome::Sealed),
            (format!(r#"{{"a":{{"$sealed":"{digest}"}},"signature":"none"}}"#), Outcome::Malformed),
            (format!(r#"{{"a":{{"$sealed":"{digest}"}}}}"#), Outcome::Missing),
            ("[]".to_owned(), Outcome::Malformed),
        ] {
            assert_eq!(check_signature(&record, &key), expected, "{record}");
        }
    }
}

//! Public keys of signed notes, as an auditor supplies them, and the text form that all keys share.
//! A key id has 32 bits and can be made to collide: it finds a key, it never identifies one.

use super::{SignatureLine, find_control, valid_key_name};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signature;
use sha2::{Digest, Sha256};
use std::fmt;

/// What kind of signature a key makes: the type byte of C2SP signed-note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note's text. Logs sign like this.
    Ed25519,
    /// 0x04: Ed25519 over a time and the note's text (C2SP tlog-cosignature). Witnesses sign like this.
    Cosignature,
    /// Any other type byte: kept, but nothing can be verified with it.
    Unknown(u8),
}

impl KeyKind {
    /// The type byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
            Self::Unknown(byte) => byte,
        }
    }
}

impl From<u8> for KeyKind {
    fn from(byte: u8) -> Self {
        match byte {
            0x01 => Self::Ed25519,
            0x04 => Self::Cosignature,
            other => Self::Unknown(other),
        }
    }
}

/// Why a text is not a key, or a key could not be made. Never repeats any part of the text: it may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the parts that a key text consists of, joined by `+`.
    #[error("not a key of the form {0}")]
    Form(&'static str),
    /// See [`valid_key_name`]; control characters are refused as well, as no note can hold them.
    #[error("the key name is empty or holds white space, a plus sign or a control character")]
    Name,
    /// Not eight lower-case hex digits.
    #[error("the key id is not eight lower-case hex digits")]
    KeyIdForm,
    /// The key id belongs to another name or key.
    #[error("the key id is stated as {stated:08x}, but name and key have {computed:08x}")]
    KeyIdMismatch {
        /// The id in the text.
        stated: u32,
        /// The id of this name and key.
        computed: u32,
    },
    /// Not canonical, padded standard base64, or empty.
    #[error("the key is not canonical base64 of a type byte and a key")]
    Base64,
    /// Not 32 bytes after the type byte.
    #[error("the key has {0} bytes instead of 32")]
    Length(usize),
    /// Not a point of the curve.
    #[error("the key is not an Ed25519 public key")]
    NotAPoint,
    /// A point of small order: one signature under it can hold for many texts.
    #[error("the key is weak: signatures under it prove nothing")]
    Weak,
    /// A private key of another kind than the one asked for.
    #[error("the private key is of type {found:#04x}, expected {expected:#04x}")]
    WrongKind {
        /// The type byte asked for.
        expected: u8,
        /// The type byte found.
        found: u8,
    },
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    NoRandomness(getrandom::Error),
}

/// Why a signature does not hold under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A payload that cannot be a signature of this kind.
    #[error("the signature has {found} bytes instead of {expected}")]
    Length {
        /// The length of this kind, without the key id.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// The signature was made by another key or for another text.
    #[error("the signature does not fit key and text")]
    Invalid,
    /// The kind of the key is not known.
    #[error("signatures of type {0:#04x} cannot be verified")]
    Unsupported(u8),
}

/// What a valid signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// The holder of the key signed the text.
    Signature,
    /// The holder of the key saw the text, at the time it states.
    Cosignature {
        /// Seconds since 1970-01-01T00:00:00Z by the witness's clock; any value.
        unix_seconds: u64,
    },
}

/// A public key with its name: the *vkey* of C2SP signed-note. Its [`Display`](fmt::Display) is the vkey text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    key_id: u32,
    kind: KeyKind,
    /// What follows the type byte.
    pub(super) bytes: Vec<u8>,
    /// Present for the kinds that are known.
    key: Option<ed25519_dalek::VerifyingKey>,
}

impl VerifierKey {
    /// Reads `<name>+<8 hex>+<base64>`, with or without one line feed at the end. The key id must be the right one.
    /// A key of unknown kind is kept.
    ///
    /// # Errors
    /// See [`KeyError`]; weak keys are refused.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let parts = KeyText::parse(text, "<name>+<key id>+<base64>")?;
        let key = Self::new(parts.name, parts.kind, parts.key)?;
        check_id(parts.stated_id, key.key_id)?;
        Ok(key)
    }

    fn new(name: &str, kind: KeyKind, bytes: Vec<u8>) -> Result<Self, KeyError> {
        let key = match kind {
            KeyKind::Unknown(_) => None,
            KeyKind::Ed25519 | KeyKind::Cosignature => {
                let bytes = <[u8; 32]>::try_from(&bytes[..]).map_err(|_| KeyError::Length(bytes.len()))?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::NotAPoint)?;
                if key.is_weak() {
                    return Err(KeyError::Weak);
                }
                Some(key)
            }
        };
        let key_id = key_id(name, kind, &bytes);
        Ok(Self { name: name.to_owned(), key_id, kind, bytes, key })
    }

    pub(super) fn of_secret(name: &str, kind: KeyKind, secret: &ed25519_dalek::SigningKey) -> Self {
        let key = secret.verifying_key();
        let bytes = key.to_bytes().to_vec();
        Self { name: name.to_owned(), key_id: key_id(name, kind, &bytes), kind, bytes, key: Some(key) }
    }

    /// The same key under another name, which gives it another key id.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn named(&self, name: &str) -> Result<Self, KeyError> {
        check_name(name)?;
        Self::new(name, self.kind, self.bytes.clone())
    }

    /// Whether it is the same key, whatever the names.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        (self.kind, &self.bytes) == (other.kind, &other.bytes)
    }

    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256(name ‖ LF ‖ type byte ‖ key), big-endian.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The kind of signature that this key verifies.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Whether a signature line names this key, so that this key has to be tried on it. Proves nothing yet.
    #[must_use]
    pub fn is_named_by(&self, line: &SignatureLine<'_>) -> bool {
        (self.name.as_str(), self.key_id) == (line.name, line.key_id)
    }

    /// Verifies the payload of a signature line over `note_text`, which must hold its last line feed.
    ///
    /// # Errors
    /// See [`SignatureError`]. Malleable signatures are invalid (`verify_strict`).
    pub fn verify(&self, note_text: &str, payload: &[u8]) -> Result<Verified, SignatureError> {
        let Some(key) = &self.key else {
            return Err(SignatureError::Unsupported(self.kind.byte()));
        };
        let (time, signature) = match self.kind {
            KeyKind::Ed25519 => (None, payload),
            KeyKind::Cosignature | KeyKind::Unknown(_) => match payload.split_first_chunk() {
                Some((time, signature)) => (Some(u64::from_be_bytes(*time)), signature),
                None => {
                    return Err(SignatureError::Length { expected: 72, found: payload.len() });
                }
            },
        };
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::Length {
            expected: if time.is_some() { 72 } else { 64 },
            found: payload.len(),
        })?;
        let (message, verified) = match time {
            None => (note_text.to_owned(), Verified::Signature),
            Some(unix_seconds) => (cosigned(note_text, unix_seconds), Verified::Cosignature { unix_seconds }),
        };
        match key.verify_strict(message.as_bytes(), &signature) {
            Ok(()) => Ok(verified),
            Err(_) => Err(SignatureError::Invalid),
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.key_id, encode(self.kind, &self.bytes))
    }
}

/// The parts of a key text, public or private.
pub(super) struct KeyText<'a> {
    pub(super) name: &'a str,
    pub(super) stated_id: u32,
    pub(super) kind: KeyKind,
    pub(super) key: Vec<u8>,
}

impl<'a> KeyText<'a> {
    pub(super) fn parse(text: &'a str, form: &'static str) -> Result<Self, KeyError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        // Base64 may hold a plus sign too: only the first two part the text.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form(form));
        };
        check_name(name)?;
        if id.len() != 8 || !id.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(KeyError::KeyIdForm);
        }
        let stated_id = u32::from_str_radix(id, 16).map_err(|_| KeyError::KeyIdForm)?;
        let mut key = STANDARD.decode(base64).map_err(|_| KeyError::Base64)?;
        if key.is_empty() {
            return Err(KeyError::Base64);
        }
        let kind = KeyKind::from(key.remove(0));
        Ok(Self { name, stated_id, kind, key })
    }
}

pub(super) fn check_id(stated: u32, computed: u32) -> Result<(), KeyError> {
    if stated == computed { Ok(()) } else { Err(KeyError::KeyIdMismatch { stated, computed }) }
}

pub(super) fn check_name(name: &str) -> Result<(), KeyError> {
    if valid_key_name(name) && find_control(name).is_none() { Ok(()) } else { Err(KeyError::Name) }
}

pub(super) fn key_id(name: &str, kind: KeyKind, key: &[u8]) -> u32 {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', kind.byte()]).chain_update(key).finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

pub(super) fn encode(kind: KeyKind, key: &[u8]) -> String {
    STANDARD.encode([&[kind.byte()], key].concat())
}

/// What a witness signs (C2SP tlog-cosignature).
pub(super) fn cosigned(note_text: &str, unix_seconds: u64) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{note_text}")
}

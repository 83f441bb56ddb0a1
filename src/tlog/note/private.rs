//! The private keys of logs and witnesses: made, read, written and used for signing.
//! Where they are kept, and who may use them, is the caller's matter.

use super::key::{KeyError, KeyKind, KeyText, VerifierKey, check_id, check_name, cosigned, encode};
use super::signature_line;
use ed25519_dalek::Signer as _;
use std::fmt;

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// The private key of a log (type 0x01). The seed is wiped from memory when it is dropped; texts made of it are not.
pub struct SigningKey(pub(super) PrivateKey);

/// The private key of a witness (type 0x04). Apart from [`SigningKey`], so that neither can sign for the other.
pub struct WitnessKey(pub(super) PrivateKey);

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// [`KeyError::Name`] and [`KeyError::NoRandomness`].
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        PrivateKey::generate(name, KeyKind::Ed25519).map(Self)
    }

    /// The key of a seed: who knows the seed knows the key. For samples and tests, whose bytes must come out the same.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        Ok(Self(PrivateKey::new(name, KeyKind::Ed25519, seed)))
    }

    /// Reads `PRIVATE+KEY+<name>+<8 hex>+<base64>` (as Go's `sumdb/note` writes it), with or without one line feed.
    ///
    /// # Errors
    /// See [`KeyError`]; a key of another kind is refused.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        PrivateKey::parse(text, KeyKind::Ed25519).map(Self)
    }

    /// The same key under another name: one person's key signs for logs of several names.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn named(&self, name: &str) -> Result<Self, KeyError> {
        Self::from_seed(name, self.0.secret.as_bytes())
    }

    /// The text that [`Self::parse`] reads: **secret**.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// The public key.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.0.public
    }

    /// The signature line over `note_text`, its line feed included. The text must be fit for a note:
    /// UTF-8 without control characters, its last line ended by a line feed.
    #[must_use]
    pub fn sign(&self, note_text: &str) -> String {
        self.0.line(&self.0.sign(note_text))
    }
}

impl WitnessKey {
    /// A new key.
    ///
    /// # Errors
    /// [`KeyError::Name`] and [`KeyError::NoRandomness`].
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        PrivateKey::generate(name, KeyKind::Cosignature).map(Self)
    }

    /// Reads `PRIVATE+KEY+<name>+<8 hex>+<base64>`, with or without one line feed.
    ///
    /// # Errors
    /// See [`KeyError`]; a key of another kind is refused.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        PrivateKey::parse(text, KeyKind::Cosignature).map(Self)
    }

    /// The text that [`Self::parse`] reads: **secret**.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// The public key.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.0.public
    }

    /// The signature line over `note_text` and a time in seconds since 1970-01-01T00:00:00Z (C2SP tlog-cosignature).
    #[must_use]
    pub fn cosign(&self, note_text: &str, unix_seconds: u64) -> String {
        let signature = self.0.sign(&cosigned(note_text, unix_seconds));
        self.0.line(&[&unix_seconds.to_be_bytes()[..], &signature].concat())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.0.public)
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessKey({})", self.0.public)
    }
}

pub(super) struct PrivateKey {
    pub(super) public: VerifierKey,
    pub(super) secret: ed25519_dalek::SigningKey,
}

impl PrivateKey {
    fn generate(name: &str, kind: KeyKind) -> Result<Self, KeyError> {
        check_name(name)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(KeyError::NoRandomness)?;
        Ok(Self::new(name, kind, &seed))
    }

    fn new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        Self { public: VerifierKey::of_secret(name, kind, &secret), secret }
    }

    fn parse(text: &str, kind: KeyKind) -> Result<Self, KeyError> {
        const FORM: &str = "PRIVATE+KEY+<name>+<key id>+<base64>";
        let parts = KeyText::parse(text.strip_prefix(PRIVATE_PREFIX).ok_or(KeyError::Form(FORM))?, FORM)?;
        if parts.kind != kind {
            return Err(KeyError::WrongKind { expected: kind.byte(), found: parts.kind.byte() });
        }
        let seed = <[u8; 32]>::try_from(&parts.key[..]).map_err(|_| KeyError::Length(parts.key.len()))?;
        let key = Self::new(parts.name, kind, &seed);
        check_id(parts.stated_id, key.public.key_id())?;
        Ok(key)
    }

    fn to_text(&self) -> String {
        let public = &self.public;
        let seed = encode(public.kind(), self.secret.as_bytes());
        format!("{PRIVATE_PREFIX}{}+{:08x}+{seed}", public.name(), public.key_id())
    }

    pub(super) fn sign(&self, message: &str) -> [u8; 64] {
        self.secret.sign(message.as_bytes()).to_bytes()
    }

    fn line(&self, payload: &[u8]) -> String {
        signature_line(self.public.name(), self.public.key_id(), payload)
    }
}

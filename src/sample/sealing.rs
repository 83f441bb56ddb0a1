//! The applications that stand sealed in some decisions, under salts that come of the seed: a sample's secrets are none.

use super::cases::Case;
use super::random::mixed;
use super::texts::NAMES;
use super::{Error, Story};
use crate::record::sealed::{MIN_SALT_BYTES, commit, hex};

/// A value sealed.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) digest: String,
    pub(super) disclosure: String,
}

/// Seals applications.
#[derive(Debug)]
pub(super) struct Sealer {
    key: [u8; 32],
}

/// The 32 bytes that stand for a story, a seed and a use.
pub(super) fn derive(story: Story, seed: u64, purpose: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("probity sample 1");
    hasher.update(format!("{purpose}\n{}\n{seed}\n", story.name()).as_bytes());
    *hasher.finalize().as_bytes()
}

impl Sealer {
    pub(super) fn new(story: Story, seed: u64) -> Self {
        Self { key: derive(story, seed, "salts") }
    }

    /// Seals what a person told of themselves, for the record `seq`.
    pub(super) fn seal(&self, seq: u64, case: &Case) -> Result<Sealed, Error> {
        let mut salt = [0; MIN_SALT_BYTES];
        let bytes = blake3::keyed_hash(&self.key, &seq.to_le_bytes());
        salt.copy_from_slice(&bytes.as_bytes()[..MIN_SALT_BYTES]);
        let person = mixed(case.subject);
        let name = NAMES[usize::try_from(person % NAMES.len() as u64).unwrap_or_default()];
        let value =
            format!(r#"{{"name":"{name}","born":{},"monthly_income":{}}}"#, 1948 + person / 64 % 58, case.income);
        let disclosure = commit("data", &value, &salt).map_err(|error| Error::Seal(error.to_string()))?;
        Ok(Sealed { digest: hex(blake3::hash(disclosure.as_bytes()).as_bytes()), disclosure })
    }
}

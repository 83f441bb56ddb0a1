//! Small files that the arguments name: keys, notes, mappings. Read whole, and never more than they may have.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::anyhow;

use crate::os::Plain;
use crate::record::signature::HmacKey;

/// The longest key or note in bytes.
pub(super) const MAX_KEY_BYTES: usize = 1 << 20;

/// What is wrong with a file.
pub(super) fn trouble(path: &Path, error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{}: {error}", path.display())
}

/// Reads a file of at most `bound` bytes.
pub(super) fn read(path: &Path, bound: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(bound as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| trouble(path, Plain(&error)))?;
    if bytes.len() > bound {
        return Err(trouble(path, format!("longer than the {bound} bytes that such a file may have")));
    }
    Ok(bytes)
}

/// Reads the shared key of records' own signatures.
pub(super) fn hmac_key(path: &Path) -> anyhow::Result<HmacKey> {
    HmacKey::from_file_bytes(&read(path, MAX_KEY_BYTES)?).map_err(|error| trouble(path, error))
}

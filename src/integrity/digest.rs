//! The digest that names a bundle: BLAKE3 over the lines `<path>\0<BLAKE3 of the file, hex>\n` in byte order of path.

use std::path::Path;

use super::finding::Findings;
use super::prepare::hash_member;
use super::verify::VerifyError;
use crate::bundle::container::Container;
use crate::bundle::reading::LogError;
use crate::record::sealed::hex;
use crate::tlog::merkle::Hash;

/// The digest of the bundle at `path`, computed from its bytes and nothing else; `None` where not every file can be read.
///
/// # Errors
/// [`VerifyError`], where the bundle cannot be opened or the operating system refuses.
pub fn bundle_digest(path: &Path) -> Result<Option<Hash>, VerifyError> {
    let mut container = Container::open(path)?;
    Ok(of_members(&mut container, |container, path| hash_member(container, path, &mut Findings::default()))?)
}

/// The digest of a bundle that is one bare file of that name and BLAKE3.
pub fn digest_of_file(path: &str, digest: &Hash) -> Hash {
    let mut hasher = blake3::Hasher::new();
    add(&mut hasher, path, digest);
    *hasher.finalize().as_bytes()
}

fn add(hasher: &mut blake3::Hasher, path: &str, digest: &Hash) {
    hasher.update(path.as_bytes());
    hasher.update(b"\0");
    hasher.update(hex(digest).as_bytes());
    hasher.update(b"\n");
}

/// The digest of a container whose members have these digests; `None` as soon as one has none.
pub(super) fn of_members(
    container: &mut Container,
    mut digest_of: impl FnMut(&mut Container, &str) -> Result<Option<Hash>, LogError>,
) -> Result<Option<Hash>, LogError> {
    let paths: Vec<String> = container.entries().iter().map(|entry| entry.path.clone()).collect();
    if paths.is_empty() || container.faults().iter().any(|fault| fault.path.is_some()) {
        return Ok(None);
    }
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let Some(digest) = digest_of(container, &path)? else { return Ok(None) };
        add(&mut hasher, &path, &digest);
    }
    Ok(Some(*hasher.finalize().as_bytes()))
}

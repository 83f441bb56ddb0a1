//! Whether a file that a record names by its digest lies in a bundle of its log. It is hashed when it is asked for: what was
//! found when the bundle was indexed may be long ago.

use std::io::Read as _;

use super::read::Recorded;
use super::told::Attachment;
use crate::bundle::container::Container;
use crate::bundle::reading::Watch;
use crate::evidence::Evidence;
use crate::record::sealed::hex;

/// Asks the bundles of a log.
pub(super) fn attachment(evidence: &Evidence, log: &str, digest: Option<&Recorded>, watch: &dyn Watch) -> Attachment {
    let digest = digest.and_then(Recorded::text).filter(|digest| digest.len() == 64);
    let Some(digest) = digest.filter(|digest| digest.bytes().all(|byte| byte.is_ascii_hexdigit())) else {
        return Attachment::NotNamed;
    };
    let digest = digest.to_ascii_lowercase();
    let path = format!("attachments/{digest}");
    let mut found = Attachment::NotAttached;
    for log in evidence.logs().iter().filter(|other| other.index.origin == log) {
        let Ok(mut container) = Container::open(log.index.bundle()) else { continue };
        if !container.contains(&path) {
            continue;
        }
        match hash(&mut container, &path, watch) {
            Some(content) if hex(&content) == digest => return Attachment::Attached,
            Some(_) => found = Attachment::ContentDiffers,
            None if found == Attachment::NotAttached => found = Attachment::Unreadable,
            None => {}
        }
    }
    found
}

/// BLAKE3 of a member; `None` where it cannot be read.
fn hash(container: &mut Container, path: &str, watch: &dyn Watch) -> Option<[u8; 32]> {
    let mut stream = container.stream(path).ok()?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 << 10];
    while !watch.is_cancelled() {
        match stream.read(&mut buffer) {
            Ok(0) => return Some(*hasher.finalize().as_bytes()),
            Ok(bytes) => {
                hasher.update(&buffer[..bytes]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    None
}

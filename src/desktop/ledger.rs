//! The list of what was put into a data folder: the hash and path of each file, and the folders that were made for them. A file is ours
//! as long as it has a hash that the list gives it. `sha256sum --check` reads the list too.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use sha2::{Digest as _, Sha256};

use super::Item;

/// Where the list lies, from the data folder on.
pub(super) const PATH: &str = "probity/integrated.sha256";

/// The longest list in bytes; ours are of a few kilobytes.
pub(super) const MAX_BYTES: u64 = 1 << 20;

const HEADER: &str = "# Put here by `probity integrate`; `probity integrate --remove` takes it away.\n";
const FOLDER: &str = "# folder ";

/// SHA-256 of a file's content.
pub(super) type Hash = [u8; 32];

/// What was put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    /// Path from the data folder on, and hash. While files are being replaced a path stands here with the old hash and with the new.
    pub(super) files: BTreeSet<(String, Hash)>,
    /// Folders that were made; `.` is the data folder.
    pub(super) folders: BTreeSet<String>,
}

/// The hash of a content.
pub(super) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

impl Ledger {
    /// Whether a file with this content is one that was put here.
    pub(super) fn has(&self, path: &str, content: &[u8]) -> bool {
        self.files.contains(&(path.to_owned(), hash(content)))
    }

    /// Notes a file.
    pub(super) fn add(&mut self, item: &Item) {
        self.files.insert((item.path.clone(), hash(&item.bytes)));
    }

    /// The paths, each once.
    pub(super) fn paths(&self) -> BTreeSet<&str> {
        self.files.iter().map(|(path, _)| path.as_str()).collect()
    }

    /// The list as it stands in its file.
    pub(super) fn text(&self) -> String {
        let folders = self.folders.iter().map(|folder| format!("{FOLDER}{folder}\n"));
        let files = self.files.iter().map(|(path, hash)| format!("{}  {path}\n", hex(hash)));
        std::iter::once(HEADER.to_owned()).chain(folders).chain(files).collect()
    }

    /// Reads a list. `None` where it is none: whoever wrote it could otherwise have files removed anywhere.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut ledger = Self::default();
        for line in text.strip_prefix(HEADER)?.lines() {
            if let Some(folder) = line.strip_prefix(FOLDER) {
                if folder != "." && !is_inside(folder) {
                    return None;
                }
                ledger.folders.insert(folder.to_owned());
            } else {
                let (hash, path) = line.split_once("  ").filter(|(_, path)| is_inside(path))?;
                ledger.files.insert((path.to_owned(), parse_hex(hash)?));
            }
        }
        Some(ledger)
    }
}

/// Whether a path leads to something inside of the data folder, by its words alone.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let mut ledger = Ledger::default();
        ledger.add(&Item::new("applications/probity.desktop", "abc"));
        ledger.add(&Item::new("applications/probity.desktop", "older"));
        ledger.folders.extend([".".to_owned(), "man/man1".to_owned()]);
        let text = ledger.text();
        // The example of FIPS 180-4.
        let line = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  applications/probity.desktop\n";
        assert!(text.contains(line), "{text}");
        assert_eq!(Ledger::parse(&text), Some(ledger.clone()));
        assert!(ledger.has("applications/probity.desktop", b"older"));
        assert!(!ledger.has("applications/probity.desktop", b"edited"));
        assert!(!ledger.has("elsewhere", b"abc"));
    }

    #[test]
    fn a_list_that_leads_out_of_the_folder_is_none() {
        let hash = "0".repeat(64);
        for line in [
            format!("{hash}  ../../.bashrc"),
            format!("{hash}  /etc/passwd"),
            format!("{hash}  a/../../b"),
            format!("{hash}  "),
            format!("{hash} one-space"),
            format!("{}  a", "0".repeat(63)),
            format!("{}  a", "+0".repeat(32)),
            "# folder ..".to_owned(),
            "# folder /tmp".to_owned(),
            "anything".to_owned(),
        ] {
            assert_eq!(Ledger::parse(&format!("{HEADER}{line}\n")), None, "{line}");
        }
        assert_eq!(Ledger::parse(&format!("{hash}  a\n")), None, "without its first line");
        assert!(Ledger::parse(&format!("{HEADER}{hash}  a/b\n")).is_some());
    }
}

//! What lies in a bundle: every member sorted by what its path says it is, and the manifest's view of it.

use super::container::Container;
use super::manifest::{Manifest, PATH};

/// A segment to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRef {
    /// Member path.
    pub path: String,
    /// What the manifest says about it; `None` where there is no readable manifest.
    pub claim: Option<super::manifest::Segment>,
}

impl SegmentRef {
    /// Whether the file is one zstd frame.
    pub fn is_compressed(&self) -> bool {
        self.path.ends_with(".zst")
    }
}

/// The members of a bundle by what they are.
#[derive(Debug, Default)]
pub struct Contents {
    /// The segments in the order in which they are read: the manifest's, or that of their names.
    pub segments: Vec<SegmentRef>,
    /// Checkpoint files.
    pub notes: Vec<String>,
    /// RFC 3161 tokens.
    pub tokens: Vec<String>,
    /// Slice proofs.
    pub proofs: Vec<String>,
    /// Key files.
    pub keys: Vec<String>,
    /// Attachments.
    pub attachments: Vec<String>,
    /// Whether there are disclosures.
    pub disclosures: bool,
    /// Files that the manifest lists and that are not there.
    pub missing: Vec<String>,
    /// Files under `log/` that the manifest does not list.
    pub unlisted_segments: Vec<String>,
    /// Checkpoints and attachments that the manifest does not list, and files that the format does not define.
    pub extra: Vec<String>,
}

/// What a member path says that the member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Manifest,
    Segment,
    Note,
    Token,
    Proof,
    Key,
    Attachment,
    Disclosures,
    Unknown,
}

fn role(path: &str) -> Role {
    let named = |folder: &str, endings: &[&str]| {
        path.strip_prefix(folder).is_some_and(|name| {
            !name.contains('/')
                && endings.iter().any(|ending| name.strip_suffix(ending).is_some_and(|stem| !stem.is_empty()))
        })
    };
    match path {
        PATH => Role::Manifest,
        "disclosures.jsonl" => Role::Disclosures,
        _ if named("log/", &[".jsonl", ".jsonl.zst"]) => Role::Segment,
        _ if named("checkpoints/", &[".note"]) => Role::Note,
        _ if named("timestamps/", &[".tsr"]) => Role::Token,
        _ if named("proofs/", &[".json"]) => Role::Proof,
        _ if named("keys/", &[".vkey"]) => Role::Key,
        _ if path
            .strip_prefix("attachments/")
            .is_some_and(|name| crate::record::sealed::parse_hex(name.as_bytes()).is_some()) =>
        {
            Role::Attachment
        }
        _ => Role::Unknown,
    }
}

impl Contents {
    /// Sorts the members of `container`.
    pub fn new(container: &Container, manifest: Option<&Manifest>) -> Self {
        let mut contents = Self::default();
        let mut found_segments = Vec::new();
        for entry in container.entries() {
            let path = entry.path.clone();
            match role(&path) {
                Role::Manifest => {}
                Role::Segment => found_segments.push(path),
                Role::Note => contents.notes.push(path),
                Role::Token => contents.tokens.push(path),
                Role::Proof => contents.proofs.push(path),
                Role::Key => contents.keys.push(path),
                Role::Attachment => contents.attachments.push(path),
                Role::Disclosures => contents.disclosures = true,
                Role::Unknown => contents.extra.push(path),
            }
        }
        match manifest {
            None => {
                contents.segments = found_segments.into_iter().map(|path| SegmentRef { path, claim: None }).collect();
            }
            Some(manifest) => contents.compare(manifest, &found_segments, container),
        }
        contents
    }

    fn compare(&mut self, manifest: &Manifest, found_segments: &[String], container: &Container) {
        let listed: std::collections::HashSet<&str> = manifest
            .segments
            .iter()
            .map(|segment| segment.path.as_str())
            .chain(manifest.checkpoints.iter().map(|note| note.path.as_str()))
            .chain(manifest.attachments.iter().map(|attachment| attachment.path.as_str()))
            .collect();
        let unlisted = |path: &&String| !listed.contains(path.as_str());
        self.unlisted_segments = found_segments.iter().filter(unlisted).cloned().collect();
        let extra: Vec<String> = self.notes.iter().chain(&self.attachments).filter(unlisted).cloned().collect();
        self.extra.extend(extra);
        let mut seen = std::collections::HashSet::new();
        for claim in &manifest.segments {
            // A segment listed twice is read twice: its records then stand twice in the log, and that is found.
            if role(&claim.path) == Role::Segment && container.contains(&claim.path) {
                self.segments.push(SegmentRef { path: claim.path.clone(), claim: Some(claim.clone()) });
            } else {
                self.missing.push(claim.path.clone());
            }
        }
        let notes = manifest.checkpoints.iter().map(|note| (&note.path, Role::Note));
        let attachments = manifest.attachments.iter().map(|attachment| (&attachment.path, Role::Attachment));
        for (path, expected) in notes.chain(attachments) {
            if (role(path) != expected || !container.contains(path)) && seen.insert(path) {
                self.missing.push(path.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_members_are() {
        let attachment = format!("attachments/{}", "ab".repeat(32));
        for (path, expected) in [
            ("manifest.json", Role::Manifest),
            ("log/000000.jsonl.zst", Role::Segment),
            ("log/000000.jsonl", Role::Segment),
            ("log/a/000000.jsonl", Role::Unknown),
            ("log/.jsonl", Role::Unknown),
            ("checkpoints/20-2.note", Role::Note),
            ("timestamps/20.tsr", Role::Token),
            ("proofs/20.json", Role::Proof),
            ("keys/a.vkey", Role::Key),
            ("disclosures.jsonl", Role::Disclosures),
            (attachment.as_str(), Role::Attachment),
            ("attachments/x", Role::Unknown),
            ("README.txt", Role::Unknown),
            ("Manifest.json", Role::Unknown),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }
}

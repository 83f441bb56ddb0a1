//! `manifest.json`: the bundle's table of contents. Every claim in it is checked; nothing in it is believed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::limits::{MAX_RANGES, MAX_SEGMENTS};
use super::line::MAX_SEQ;

/// The member path of the manifest.
pub const PATH: &str = "manifest.json";

/// The value of `format` that this program writes and reads.
pub const FORMAT: &str = "probity-bundle/1";

/// The manifest of format 1. Members that it does not define are refused: a later format has another `format`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The name of the log.
    pub origin: String,
    /// Records in the log when it was exported, as the exporter says.
    pub log_size: u64,
    /// The records that the bundle holds: half-open ranges `[a,b)` of seqs, sorted, not empty, not adjacent.
    pub ranges: Vec<[u64; 2]>,
    /// When the bundle was written (RFC 3339); outside the evidence.
    pub created: String,
    /// What wrote it; outside the evidence.
    pub producer: Producer,
    /// The segments in the order of their records.
    pub segments: Vec<Segment>,
    /// The checkpoint files.
    pub checkpoints: Vec<CheckpointFile>,
    /// The attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// The program that wrote a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What the manifest says about a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Member path, `log/…`.
    pub path: String,
    /// Seq of the first line.
    pub first_seq: u64,
    /// Seq of the last line.
    pub last_seq: u64,
    /// Number of lines.
    pub records: u64,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Length of the lines in bytes, before compression.
    pub raw_bytes: u64,
    /// BLAKE3 of the file, hex.
    pub blake3: String,
    /// `prev` of the first line, hex.
    pub prev: String,
    /// `hash` of the last line, hex.
    pub last: String,
}

/// What the manifest says about a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointFile {
    /// Member path, `checkpoints/<size>.note` or `checkpoints/<size>-<n>.note`.
    pub path: String,
    /// The tree size that it commits to.
    pub size: u64,
}

/// What the manifest says about an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Member path, `attachments/<blake3>`.
    pub path: String,
    /// Its media type; outside the evidence.
    pub media_type: String,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// BLAKE3 of the file, hex.
    pub blake3: String,
}

/// Why a text is no manifest of format 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON, a member missing, unknown or of the wrong type, or one name twice.
    #[error("{0}")]
    Malformed(String),
    /// Another `format`.
    #[error("format {0:?}; this program reads {FORMAT:?}")]
    UnknownVersion(String),
}

impl Manifest {
    /// Reads and checks a manifest on its own, without looking at the files it names.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let malformed = |text: String| ManifestError::Malformed(text);
        let text = simdutf8::basic::from_utf8(bytes).map_err(|_| malformed("not UTF-8".to_owned()))?;
        // A later format may have other members, so the version is looked at first. Unknown members are skipped here.
        #[derive(Deserialize)]
        struct Version {
            format: String,
        }
        if let Ok(Version { format }) = serde_json::from_str(text)
            && format != FORMAT
        {
            return Err(ManifestError::UnknownVersion(crate::record::text::shown_short(&format, 64)));
        }
        let manifest: Self = serde_json::from_str(text)
            .map_err(|error| malformed(crate::record::text::shown_short(&error.to_string(), 200)))?;
        manifest.check().map_err(malformed)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        if !crate::tlog::note::valid_key_name(&self.origin) {
            return Err("the origin is empty, or has white space or a + in it".to_owned());
        }
        if self.log_size > MAX_SEQ {
            return Err("log_size is beyond 2⁶³ − 1".to_owned());
        }
        if self.ranges.len() > MAX_RANGES {
            return Err(format!("{} ranges; at most {MAX_RANGES} are read", self.ranges.len()));
        }
        if self.segments.len() > MAX_SEGMENTS {
            return Err(format!("{} segments; at most {MAX_SEGMENTS} are read", self.segments.len()));
        }
        let mut free_from = 0;
        for &[start, end] in &self.ranges {
            if start >= end || end > self.log_size || start < free_from {
                return Err(format!(
                    "range [{start},{end}] is empty, unsorted, overlapping, adjacent to the one before, or beyond log_size {}",
                    self.log_size
                ));
            }
            free_from = end + 1;
        }
        Ok(())
    }

    /// The ranges that a slice declares to hold; `None` where the bundle declares to hold the whole log.
    pub fn slice(&self) -> Option<Vec<Range<u64>>> {
        (!self.is_whole()).then(|| self.ranges.iter().map(|&[start, end]| start..end).collect())
    }

    /// Whether the bundle declares that it holds every record of the log.
    pub fn is_whole(&self) -> bool {
        self.log_size == 0 && self.ranges.is_empty() || self.ranges == [[0, self.log_size]]
    }

    /// The file's text: one line, LF-ended.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(self)?;
        text.push('\n');
        Ok(text)
    }
}

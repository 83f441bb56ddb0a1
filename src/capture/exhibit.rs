//! What an exhibit consists of, and what its sidecar says (`assets/spec/exhibits.md`).

use serde::{Deserialize, Serialize};

pub use crate::app::exhibits::Request;
use crate::case::Digest;
use crate::report::file::Handed;
use crate::report::provenance::{Asked, BundleTold};

/// The form of the sidecar.
pub const FORMAT: &str = "probity-exhibit/1";

/// So many records are handed out with a picture that counts them; those of a table are all of those in it.
pub const MOST_RECORDS: u64 = 10_000;

/// The names of the files.
pub const PICTURE: &str = "exhibit.png";
/// See [`PICTURE`].
pub const SIDECAR: &str = "exhibit.json";
/// See [`PICTURE`].
pub const SLICE: &str = "records.audit.zip";
/// See [`PICTURE`].
pub const LINES: &str = "records.jsonl";

/// What follows from the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The bundles, and how they verified.
    pub evidence: Vec<BundleTold>,
    /// How many records.
    pub query: Asked,
    /// What of them is seen, in words.
    pub showing: String,
    /// Lanes of the timeline that are not shown.
    pub left_out: Vec<String>,
    /// What none of this proves.
    pub not_proven: Vec<String>,
}

/// What drew the picture: the same draws the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renderer {
    /// Name and version of the program.
    pub program: String,
    /// The processor's kind.
    pub processor: String,
    /// Whether it fuses multiplication and addition, which may change the edge of a glyph by a shade.
    pub is_fused: bool,
}

impl Renderer {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        let is_fused = std::is_x86_feature_detected!("fma");
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        let is_fused = cfg!(target_arch = "aarch64");
        Self {
            program: concat!("probity ", env!("CARGO_PKG_VERSION")).to_owned(),
            processor: std::env::consts::ARCH.to_owned(),
            is_fused,
        }
    }
}

/// The picture's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The file.
    #[serde(flatten)]
    pub file: Handed,
    /// In pixels.
    pub width: u64,
    /// In pixels.
    pub height: u64,
}

/// The records that go with the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// How many the picture shows or counts.
    pub count: u64,
    /// The file that they are in; `None` where they are not handed out.
    pub file: Option<Handed>,
    /// How many are in it.
    pub handed: u64,
    /// What is to be known of it.
    pub note: String,
    /// Records of which hash and proof alone are handed out.
    pub withheld: Vec<Withheld>,
}

/// A record that is not handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The name of its log.
    pub log: String,
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Its way to the root of a checkpoint.
    pub proof: Option<Proof>,
}

/// A record's way to the root of a checkpoint (RFC 6962 §2.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Size of the checkpoint.
    pub size: u64,
    /// The root that it states.
    pub root: Digest,
    /// Siblings from the leaf upwards.
    pub path: Vec<Digest>,
}

/// The sidecar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`FORMAT`].
    pub format: String,
    /// What drew it.
    pub renderer: Renderer,
    /// The picture.
    pub image: Image,
    /// What it was made from.
    pub request: Request,
    /// What follows from the evidence.
    pub told: Told,
    /// The records.
    pub records: Records,
    /// The command that checks it.
    pub check: String,
}

//! What an exhibit is made from beside the evidence: whoever has both makes the same.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::app::shown::Shown;
use crate::report::provenance::{CaseTold, Made};

/// All that an exhibit is made from beside the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Its number, as it is printed.
    pub number: String,
    /// What it shows, in the words of whoever made it.
    pub title: String,
    /// When and by whom.
    pub made: Made,
    /// The case, as it was before.
    pub case: Option<CaseTold>,
    /// What is shown.
    pub shown: Shown,
    /// The filter as it is printed, where the one that selects the records is another.
    pub filter_told: Option<String>,
    /// Conditions on what a case says of records, as they were written. In the filter that selects the records their places stand in
    /// their place: whoever has no case has those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of_case: Vec<String>,
    /// Width and height in points; it is made higher where not everything fits.
    pub size: [u32; 2],
    /// Pixels a point.
    pub scale: f32,
    /// The part of the view that is kept, in points from the view's top left: x, y, width, height. All of it where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<[f32; 4]>,
    /// What is hidden.
    pub redactions: Vec<Redaction>,
    /// The keys that were trusted, as C2SP verifier keys.
    pub trusted: Vec<String>,
}

/// Something that is hidden, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// What.
    pub hides: Hides,
    /// Why, for whoever gets the exhibit.
    pub reason: String,
}

/// What is hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hides {
    /// All values of a field, wherever they stand.
    Field(String),
    /// A rectangle of the picture, in points from its top left: x, y, width, height.
    Rect([f32; 4]),
}

/// The bundles, and what the auditor brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Bundles.
    pub paths: Vec<PathBuf>,
    /// The keys that are trusted, as C2SP verifier keys.
    pub trusted: Vec<String>,
    /// Where indexes are kept; the user's cache folder where there is none.
    pub cache: Option<PathBuf>,
}

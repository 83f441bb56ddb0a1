//! Exhibits: a view drawn off screen, in the light theme, with a band that says where it is from; handed out with a sidecar, the
//! records that it shows, and what it takes to draw the same picture again.
//!
//! A picture is drawn from the evidence and from [`crate::app::shown::Shown`] alone, by an app in which nobody works ([`stage`]): whoever has
//! the bundle draws the same, on the same kind of processor to the byte. [`check`] does that.

pub mod band;
pub mod check;
pub mod drawn;
pub mod exhibit;
pub mod illustration;
pub mod packed;
pub mod redact;
pub mod stage;
mod told;
pub mod window;
mod words;
pub mod write;

use std::path::PathBuf;

use crate::evidence::EvidenceError;
use crate::raster::RasterError;
use crate::report::file::FileError;

/// Why there is no exhibit, or why one cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The evidence cannot be opened.
    #[error("{0}")]
    Open(String),
    /// The view asks what is not there.
    #[error("{0}")]
    Asked(String),
    /// The picture cannot be drawn.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The index cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// A file of an exhibit cannot be read.
    #[error("{}: {why}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

//! The bundle: container, manifest, segments, lines, sealed fields; reading under limits, and writing.

pub mod append;
pub mod container;
pub mod contents;
pub mod limits;
pub mod line;
pub(crate) mod lines;
pub mod manifest;
pub mod reading;
pub mod segment;
pub mod slice;
pub mod writer;

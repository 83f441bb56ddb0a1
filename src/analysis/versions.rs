//! Versions of models.
pub mod stretches;

//! Transparency-log primitives: the RFC 6962 Merkle tree, C2SP signed notes and C2SP checkpoints.
//! Pure: no I/O, no knowledge of records or bundles. Which key is trusted is decided elsewhere.

pub mod checkpoint;
pub mod merkle;
pub mod note;

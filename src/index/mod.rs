//! The index: a bundle read once into a SQLite file, from which every question about the log is answered.
//!
//! It is a cache of the evidence. It can be deleted at any time, is never written into the bundle, and says of which bundle
//! it is: by the bundle's digest. The pass that builds it is the pass that verifies ([`crate::integrity::verify()`]), so what it
//! holds was hashed before it was read. `assets/spec/index-schema.md` describes the file, and how records are joined.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows and codes have 32 bits, and are counted against that where they are made"
)]

mod ask;
mod build;
mod checks;
mod connect;
mod demand;
pub mod deployed;
mod error;
mod ids;
mod joins;
mod load;
pub mod lock;
mod open;
mod pages;
mod part;
mod paths;
mod place;
mod plan;
mod read;
pub mod results;
pub mod schema;
mod store;
mod sum;
mod together;
mod write;

pub use demand::record_of;
pub use error::IndexError;
pub use joins::Tally;
pub use open::{Choice, FieldInfo, Index, SegmentInfo};
pub use part::Counts;
pub use place::{cache_folder, digest_of};
pub use read::{Lines, ReadLine};
pub use together::{Aliases, ByPath, Together};

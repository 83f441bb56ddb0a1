//! From lines to a verdict: scanning, locating damage, checkpoints, findings, five axes.
//!
//! The contract is `assets/spec/bundle-format.md`; every finding stands in `assets/spec/findings.md`.
//!
//! [`verify()`] goes through these steps, one module each: `prepare` (everything but the log), `scan` (looks at
//! stretches of lines, on all cores), `assemble` (puts the chunks in order as one `chain`), `locate` (names every
//! break), `roots` and `proofs` (what the signed roots say), `conclude` (the verdict). `signatures` and `imports` judge what
//! records say of their own signatures and sources. What a code means and does to an axis stands in `code` alone, what
//! happened to a record is called as `damage` says.

pub mod anchors;
pub mod assemble;
pub mod chain;
pub mod code;
pub mod conclude;
pub mod damage;
pub mod digest;
pub mod finding;
pub mod imports;
pub mod limits_of_proof;
pub mod locate;
pub mod prepare;
pub mod proofs;
pub mod redact;
pub mod report;
pub mod roots;
pub mod scan;
pub mod signatures;
pub mod told;
pub mod verdict;
pub mod verify;

pub use crate::bundle::reading::{Unwatched, Watch};
pub use digest::bundle_digest;
pub use prepare::SuppliedNote;
pub use report::Report;
pub use verify::{Options, VerifyError, verify};

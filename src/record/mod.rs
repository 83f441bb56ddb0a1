//! What a record is: strict JSON, kinds, ids and time, as `assets/spec/bundle-format.md` defines them. No I/O.
//!
//! [`check`] reads a record once, borrowed, and answers both questions of the verifier at the same time: is this a
//! record of the format at all ([`Fault`]), and what does it say that the log as a whole is judged by ([`Facts`]).

mod check;
pub mod figures;
mod kind;
mod outline;
pub mod python;
pub mod sealed;
mod shape;
pub mod signature;
pub mod text;
pub mod time;
pub mod walk;

pub use check::{Facts, Fault, Remark, SignatureMember, check, check_noting, check_thoroughly, check_value};
pub use kind::{DeploymentRecord, Erasure, Kind, LogRecord, ModelName, ResultReading, Rows, Source, SystemRecord};
pub use outline::{Outline, Shape};

/// The longest record in bytes, its braces included (format 1: 1 MiB).
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// The deepest nesting of objects and arrays in a record; the record itself is level 1.
pub const MAX_DEPTH: usize = 64;

/// The largest integer that every reader of JSON keeps exactly, 2⁵³ − 1 (RFC 8259 §6, RFC 7493 §2.2).
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

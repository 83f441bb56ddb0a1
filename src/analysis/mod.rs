//! What the records say together: when things happened, which versions were in service, how rates moved.
//!
//! Most files are pure functions over columns and plain values, each with its definition; what gathers their inputs says so by
//! taking the [`Evidence`](crate::evidence::Evidence). Nothing here draws, and nothing undefined is a number.

pub mod plausible;
pub mod rate;
pub mod series;

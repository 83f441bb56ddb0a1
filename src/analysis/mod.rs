//! What the records say together: when things happened, which versions were in service, how rates moved, what happened around an
//! incident, and what is out of pattern.
//!
//! Most of it is pure: functions over plain inputs, with tables of cases. What gathers the inputs is called `of` and asks an
//! [`Evidence`](crate::evidence::Evidence) for columns; record by record it reads only kinds of which there are few
//! (deployments, incidents, changes). Rows are those of the evidence's table, times nanoseconds since 1970 (UTC). What the
//! records do not say is told as such, never guessed, and nothing undefined is a number.

pub mod access;
pub mod bundles;
pub mod categories;
pub mod causes;
pub mod clocks;
pub mod compare;
pub mod correlation;
pub mod course;
pub mod decisions;
pub mod deployments;
pub mod distribution;
pub mod fairness;
mod gather;
pub mod incidents;
mod instant;
pub mod lineage;
pub mod plausible;
pub mod proportion;
mod pulse;
pub mod related;
pub mod series;
pub mod service;
pub mod statistics;
pub mod story;
pub mod thresholds;
pub mod versions;

pub use instant::Instant;

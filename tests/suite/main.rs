//! All tests from outside of the crate. One program: each more would link the whole window once more, a few hundred megabytes and
//! some seconds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on must stop")]

mod common;
mod desk;

mod attacks;
mod case;
mod case_cli;
mod causes_cli;
mod chunks;
mod corpus;
mod desktop_cli;
mod every_byte;
mod exhibit_cli;
mod export_cli;
mod hostile;
mod import;
mod imported;
mod incident_cli;
mod inclusion;
mod index;
mod layers;
mod lineage_cli;
mod map;
mod models_cli;
mod pack;
mod python;
mod query;
mod query_cli;
mod report_cli;
mod samples;
mod signatures;
mod slice_cli;
mod spec;
mod window;

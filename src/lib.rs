//! Probity opens the exported audit log of an AI system and proves what can be proven about it, offline.
//!
//! The library is the headless core; the binary `probity` is a thin layer of subcommands over it.
//! Modules depend downwards only, in the order of this list (`tests/layers.rs` keeps it so):
//!
//! | module | what lives there | may use |
//! |---|---|---|
//! | [`cli`] | argument parsing, subcommands, the text of a verdict | all |
//! | [`integrity`] | scanning, locating damage, verdict, findings | `bundle`, `tlog`, `record` |
//! | [`bundle`] | container, manifest, segments, lines, sealed fields; writers | `tlog`, `record` |
//! | [`tlog`] | Merkle tree, signed notes, checkpoints: the transparency-log standards, no I/O | – |
//! | [`record`] | what a record is: strict JSON, kinds, ids, time; no I/O | – |

pub mod bundle;
pub mod cli;
pub mod integrity;
pub mod record;
pub mod tlog;

//! Probity opens the exported audit log of an AI system and proves what can be proven about it, offline.
//!
//! The library is the headless core; the binary `probity` is a thin layer of subcommands over it.
//! Modules depend downwards only, in the order of this list (`tests/layers.rs` keeps it so):
//!
//! | module | what lives there | may use |
//! |---|---|---|
//! | [`cli`] | argument parsing, subcommands, the text of a verdict | all |
//! | [`capture`] | views drawn off screen with where they are from: exhibits, and checking them | `ui` and below |
//! | [`ui`] | the window: views, theme, widgets, the table | `app` and below |
//! | [`app`] | what a window knows and can do, without a window: state, one `Command` for every action | `jobs` and below |
//! | [`jobs`] | worker threads: progress, cancellation, a waker | `report` and below |
//! | [`report`] | what is handed out: exports, slices, reports, dossiers, each with where it is from | `case` and below |
//! | [`case`] | the user's own work on evidence: notes, tags, incidents, and the custody journal | `analysis` and below |
//! | [`analysis`] | deployments, incidents, access out of pattern, the story of an incident: mostly pure functions | `evidence` and below |
//! | [`evidence`] | indexed bundles as one table: filters, facets, histograms, orders, records read again | `index`, `columns`, `query`, `integrity`, `bundle`, `record` |
//! | [`index`] | a bundle read once into a SQLite file: build, fields, joins, reading back | `columns`, `query`, `integrity`, `bundle`, `record` |
//! | [`columns`] | the fields of many records in memory: selections, facets, histograms, orders; no I/O | `query`, `record` |
//! | [`query`] | the filter language: text to tree, completion, errors with a place; no I/O | `record` |
//! | [`sample`] | sample investigations: logs whose truth is known | `integrity` (to be watched), `bundle`, `tlog`, `record` |
//! | [`import`] | logs as they are into records: sources, mappings | `bundle`, `tlog`, `record` |
//! | [`integrity`] | scanning, locating damage, verdict, findings | `bundle`, `tlog`, `record` |
//! | [`bundle`] | container, manifest, segments, lines, sealed fields; writers | `tlog`, `record` |
//! | [`tlog`] | Merkle tree, signed notes, checkpoints: the transparency-log standards, no I/O | – |
//! | [`record`] | what a record is: strict JSON, kinds, ids, time; no I/O | – |
//! | [`raster`] | triangles and textures to pixels on the CPU; egui's types only | – |
//! | [`fonts`] | the bytes of the fonts | – |
//! | [`desktop`] | menu entry, icons and file types for a freedesktop desktop; putting them there and taking them away | `os` |
//! | [`os`] | errors of the operating system in plain words | – |
//!
//! # Example
//!
//! A program logs as it goes; somebody else verifies the log later, with a checkpoint that was kept apart from it.
//!
//! ```
//! use probity::bundle::append::Appender;
//! use probity::integrity::verdict::{Completeness, Integrity};
//! use probity::integrity::{Options, SuppliedNote, Unwatched, verify};
//! use probity::tlog::note::SigningKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("decisions.jsonl");
//! let key = SigningKey::generate("log.example/lending")?;
//! let mut log = Appender::open(&path, "log.example/lending")?;
//! log.append(r#"{"kind":"decision","timestamp":"2026-03-01T09:30:00Z","audit_id":"d-1","model":{},"input":{},"output":{}}"#)?;
//! let kept = log.checkpoint(&key)?;
//!
//! let note = SuppliedNote { name: "kept.note".to_owned(), bytes: kept.into_bytes() };
//! let options = Options { checkpoints: vec![note], ..Options::default() };
//! let report = verify(&path, &options, &Unwatched)?;
//! assert_eq!(report.verdict.integrity, Integrity::Intact);
//! assert_eq!((report.verdict.completeness, report.complete_to), (Completeness::Whole, Some(1)));
//! # Ok(())
//! # }
//! ```

pub mod analysis;
pub mod app;
pub mod bundle;
pub mod capture;
pub mod case;
pub mod cli;
pub mod columns;
pub mod desktop;
pub mod evidence;
pub mod fonts;
pub mod import;
pub mod index;
pub mod integrity;
pub mod jobs;
pub mod os;
pub mod query;
pub mod raster;
pub mod record;
pub mod report;
pub mod sample;
pub mod tlog;
pub mod ui;

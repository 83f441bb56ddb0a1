//! From logs as they are to records: sources are read (CSV and JSON lines, also compressed), a mapping says which records
//! a row becomes, and everything that was assumed, skipped or refused on the way goes on record.
//!
//! What a record may be is decided by [`crate::record`], what a bundle is by [`crate::bundle`]; nothing is verified here.

mod apply;
mod comments;
mod compile;
pub mod convert;
pub mod csv;
mod importer;
pub mod mapping;
mod misfit;
pub mod paths;
pub mod propose;
pub mod rows;
pub mod source;
mod survey;
pub mod time;

pub use apply::{Made, Outcome, RowView};
pub use compile::{MAX_MAPPING_BYTES, MappingError};
pub use importer::{
    Failure, ImportError, Imported, Importer, MAX_FAILURES_ON_RECORD, RowCounts, Settings, SignatureCounts, Watch,
};
pub use mapping::Mapping;
pub use misfit::Misfit;
pub use source::{Source, SourceError};

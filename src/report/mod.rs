//! What is handed out of the evidence: records as files that other programs read. Each says where it is from, and what of it
//! cannot be proven.

pub mod again;
pub mod csv;
pub mod document;
pub mod dossier;
pub mod export;
pub mod file;
pub mod inclusion;
pub mod investigation;
pub mod issue;
#[cfg(feature = "parquet")]
mod parquet;
pub mod provenance;
pub mod rows;
pub mod slice;
pub mod stream;
mod tagged;
pub mod words;
mod xlsx;

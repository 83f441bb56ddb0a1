//! An index that is there: opened, made, or made anew, and read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::FixedOffset;
use rusqlite::Connection;

use super::build::{build, digest_text};
use super::connect::Stamped;
use super::error::IndexError;
use super::joins::Tally;
use super::load::fingerprint;
use super::part::Counts;
use super::place::{Place, stamp};
use crate::bundle::reading::Watch;
use crate::columns::Column;
use crate::integrity::{Options, Report, bundle_digest};
use crate::tlog::merkle::Hash;

/// How an index is come by.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Where the index is; `None` for the user's cache folder.
    pub place: Option<PathBuf>,
    /// Read the bundle to know whether it is the one that was indexed, whatever its stamp says, and make the index anew
    /// where it is not. Without it, that is an error.
    pub renews: bool,
}

/// The index of one bundle.
#[derive(Debug)]
pub struct Index {
    pub(super) bundle: PathBuf,
    pub(super) path: PathBuf,
    /// Of the bundle's files when the index was opened.
    pub(super) stamp: String,
    pub(super) connection: Mutex<Connection>,
    /// What the verification said.
    pub report: Report,
    /// Every field, in the order of names; aliases behind paths.
    pub fields: Vec<FieldInfo>,
    /// The segments, in the order of the log.
    pub segments: Vec<SegmentInfo>,
    /// Lines in the log: one row each.
    pub rows: u32,
    /// The name that the log's hashes are computed with.
    pub origin: String,
    /// Records of the log, those that are not here among them, as the bundle declares.
    pub log_size: Option<u64>,
    /// The zone that the log states for times without one.
    pub zone: Option<FixedOffset>,
    /// Where decisions' results stand.
    pub result_paths: Vec<Vec<String>>,
    /// How references came out.
    pub tally: Tally,
    /// Records with members at paths beyond those that are told apart.
    pub beyond: u64,
    /// Records with a string for an `audit_id`.
    pub ids: u64,
    /// Whether it was made by this very call.
    pub is_new: bool,
    pub(super) columns: Vec<OnceLock<Option<Arc<Column>>>>,
    /// First rows of stretches whose records were found to be as they were written.
    pub(super) seen: Mutex<HashSet<u32>>,
    /// Columns that were made on demand, by name; `None` for those that are too varied.
    pub(super) made: Mutex<HashMap<String, Option<Arc<Column>>>>,
}

/// What is known of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInfo {
    /// As it is written in filters.
    pub name: String,
    /// It stands for other fields.
    pub is_alias: bool,
    /// How often which type of value stands there; nothing for aliases.
    pub counts: Counts,
    /// Some values.
    pub examples: Vec<String>,
    /// Whether there is a column.
    pub has_column: bool,
    /// The field whose column it shares.
    pub(super) same_as: Option<usize>,
}

/// A segment of the log, or its only file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its path in the bundle.
    pub path: String,
    /// The row of its first line.
    pub first_row: u32,
    /// Its lines.
    pub rows: u32,
    /// Bytes of lines.
    pub raw_bytes: u64,
    /// BLAKE3 of the file; `None` for a bare file, whose digest is that of the bundle.
    pub digest: Option<Hash>,
}

impl Index {
    /// The index of the bundle at `bundle`: the one that is there, or a new one.
    ///
    /// # Errors
    /// [`IndexError`]; [`IndexError::Stale`] where the bundle changed after it was indexed, unless `choice` renews.
    pub fn open(bundle: &Path, options: &Options, choice: &Choice, watch: &dyn Watch) -> Result<Self, IndexError> {
        let place = Place::new(bundle, choice.place.as_deref(), options.origin.as_deref())?;
        let now = stamp(bundle)?;
        let find = || match Self::find(bundle, &place, &now, choice.renews, options, watch) {
            Err(IndexError::Stale { .. }) if choice.renews => Ok(None),
            found => found,
        };
        if let Some(index) = find()? {
            return Ok(index);
        }
        let lock = place.lock(watch)?;
        // Another program may have made it meanwhile.
        if let Some(index) = find()? {
            return Ok(index);
        }
        let draft = place.draft();
        let report = build(bundle, &draft, options, &now, &fingerprint(options), watch, |report| match &place {
            Place::Chosen(path) => path.clone(),
            Place::Cache(cache) => {
                let digest = digest_text(report.bundle_digest.as_ref());
                cache.file(digest.as_deref().unwrap_or(&now), options.origin.as_deref())
            }
        })?;
        let digest = digest_text(report.0.bundle_digest.as_ref());
        if let (Place::Cache(cache), Some(digest)) = (&place, digest) {
            cache.write_note(&now, &digest);
        }
        drop(lock);
        let mut index = Self::read(bundle, &report.1, &now, options, watch)?;
        index.is_new = true;
        Ok(index)
    }

    /// The index that is there for a bundle with that stamp.
    fn find(
        bundle: &Path,
        place: &Place,
        now: &str,
        reads: bool,
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Option<Self>, IndexError> {
        let stale = |was: &str, is: &str| IndexError::Stale {
            path: bundle.to_owned(),
            what: format!("its digest was {was}, and is {is}"),
        };
        let is_digest = || -> Result<String, IndexError> {
            Ok(digest_text(bundle_digest(bundle)?.as_ref())
                .unwrap_or_else(|| "unknown: a file in it cannot be read".to_owned()))
        };
        match place {
            Place::Chosen(path) => {
                let Some(stamped) = Stamped::read(path)? else { return Ok(None) };
                if reads || stamped.stamp != now {
                    let is = is_digest()?;
                    if is != stamped.digest {
                        return Err(stale(&stamped.digest, &is));
                    }
                }
                match Self::read(bundle, path, now, options, watch) {
                    // It says that it is of this bundle, and cannot be read: it is made anew.
                    Err(IndexError::Read { .. }) => Ok(None),
                    read => read.map(Some),
                }
            }
            Place::Cache(cache) => {
                let note = cache.read_note();
                let digest = match &note {
                    Some((stamp, digest)) if stamp == now && !reads => digest.clone(),
                    _ => {
                        let is = is_digest()?;
                        if let Some((_, was)) = &note
                            && *was != is
                        {
                            return Err(stale(was, &is));
                        }
                        is
                    }
                };
                let path = cache.file(&digest, options.origin.as_deref());
                match Self::read(bundle, &path, now, options, watch) {
                    Ok(index) => {
                        cache.write_note(now, &digest);
                        Ok(Some(index))
                    }
                    // What lies in the cache is ours: where it cannot be read it is made anew.
                    Err(IndexError::Read { .. } | IndexError::NotAnIndex { .. }) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }
}

//! An index that is there: opened, made, or made anew, and read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::FixedOffset;
use rusqlite::Connection;
use tempfile::TempDir;

use super::build::{build, digest_text};
use super::connect::{Stamped, is_ours};
use super::error::IndexError;
use super::joins::Tally;
use super::load::fingerprint;
use super::part::Counts;
use super::place::{Cache, Place, stamp};
use crate::bundle::container::{Container, OpenError};
use crate::bundle::reading::Watch;
use crate::columns::Column;
use crate::integrity::{Options, Report, bundle_digest};
use crate::tlog::merkle::Hash;

/// How an index is come by.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Where the index is; `None` for the user's cache folder.
    pub place: Option<PathBuf>,
    /// Read the bundle to know whether it is the one that was indexed, whatever its stamp says, and make an index in the cache
    /// folder anew where it is not. Without it, that is an error. A file at a place that was chosen is left alone all
    /// the same: it may be the index of another bundle.
    pub renews: bool,
    /// Make indexes anew whatever is there, also at the place that was chosen; but nothing is written over a file that is
    /// no index.
    pub rebuilds: bool,
    /// Files that were found to be damaged: what stands there is made anew where it is of the bundle.
    pub damaged: Vec<PathBuf>,
    /// The folder that indexes are kept in where no `place` is chosen; `None` for the user's cache folder.
    pub cache: Option<PathBuf>,
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
    /// Why the one that was there was not taken, where one was.
    pub remade: Option<String>,
    pub(super) columns: Vec<OnceLock<Option<Arc<Column>>>>,
    /// First rows of stretches whose records were found to be as they were written.
    pub(super) seen: Mutex<HashSet<u32>>,
    /// Columns that were made on demand, by name; `None` for those that are too varied.
    pub(super) made: Mutex<HashMap<String, Option<Arc<Column>>>>,
    /// Where the index of a part of the log lies as long as it is open.
    pub(super) part: Option<TempDir>,
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

/// The file of an index of a part, in a folder of its own.
const PART: &str = "part.probity-index";

/// Bundles of fewer bytes are read whole before anything else could be shown.
const WORTH_A_LOOK: u64 = 4 << 20;

/// Stops after some lines.
struct First<'w> {
    watch: &'w dyn Watch,
    left: AtomicI64,
}

impl Watch for First<'_> {
    fn progress(&self, lines: u64, _: u64) {
        self.left.fetch_sub(lines.cast_signed(), Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }

    fn is_stopped(&self) -> bool {
        self.left.load(Ordering::Relaxed) <= 0 || self.watch.is_stopped()
    }
}

/// What is at a place.
enum Found {
    /// The index of the bundle.
    Index(Box<Index>),
    /// None that could be taken, and why, where there is a file.
    Nothing(Option<String>),
}

impl Index {
    /// The index of the bundle at `bundle`: the one that is there, or a new one.
    ///
    /// # Errors
    /// [`IndexError`]; [`IndexError::Stale`] where the bundle changed after it was indexed, unless `choice` renews, and where
    /// the file that was chosen is of another bundle, unless `choice` rebuilds.
    pub fn open(bundle: &Path, options: &Options, choice: &Choice, watch: &dyn Watch) -> Result<Self, IndexError> {
        let place = Place::new(bundle, choice, options.origin.as_deref())?;
        let now = stamp(bundle)?;
        let find = || match &place {
            Place::Chosen(path) => Self::find_chosen(bundle, path, &now, options, choice, watch),
            Place::Cache(cache) => Self::find_cached(bundle, cache, &now, options, choice, watch),
        };
        if let Found::Index(index) = find()? {
            return Ok(*index);
        }
        let lock = place.lock(watch)?;
        // Another program may have made it meanwhile.
        let remade = match find()? {
            Found::Index(index) => return Ok(*index),
            Found::Nothing(why) => why,
        };
        let draft = place.draft();
        let mut part = None;
        let report = build(bundle, &draft, options, &now, &fingerprint(options), watch, |report| match &place {
            Place::Chosen(path) => Ok(path.clone()),
            // Nobody else is to take it for the index of the bundle.
            Place::Cache(cache) if report.is_part() => Ok(part.insert(cache.part()?).path().join(PART)),
            Place::Cache(cache) => {
                let digest = digest_text(report.bundle_digest.as_ref());
                Ok(cache.file(digest.as_deref().unwrap_or(&now), options.origin.as_deref()))
            }
        })?;
        let digest = digest_text(report.0.bundle_digest.as_ref());
        if let (Place::Cache(cache), Some(digest)) = (&place, digest) {
            cache.write_note(&now, &digest);
        }
        drop(lock);
        let mut index = Self::read(bundle, &report.1, &now, options, watch)?;
        (index.is_new, index.remade, index.part) = (true, remade, part);
        Ok(index)
    }

    /// The index of the first lines of a bundle, about `lines` of them, to be looked at while all of it is read; it is gone when it
    /// is dropped. `None` where there is nothing to wait for: the bundle is small, or its index seems to be there.
    ///
    /// # Errors
    /// [`IndexError`]
    pub fn first(
        bundle: &Path,
        options: &Options,
        choice: &Choice,
        lines: u64,
        watch: &dyn Watch,
    ) -> Result<Option<Self>, IndexError> {
        let Place::Cache(cache) = Place::new(bundle, choice, options.origin.as_deref())? else { return Ok(None) };
        let now = stamp(bundle)?;
        let is_known = match cache.read_note() {
            Some((stamp, digest)) if stamp == now && !choice.rebuilds && !choice.renews => {
                cache.file(&digest, options.origin.as_deref()).exists()
            }
            _ => false,
        };
        let bytes = || Ok::<u64, OpenError>(Container::open(bundle)?.entries().iter().map(|entry| entry.bytes).sum());
        if is_known || bytes()? < WORTH_A_LOOK {
            return Ok(None);
        }
        let part = cache.part()?;
        let choice = Choice { place: Some(part.path().join(PART)), ..Choice::default() };
        let mut index =
            Self::open(bundle, options, &choice, &First { watch, left: AtomicI64::new(lines.cast_signed()) })?;
        index.part = Some(part);
        Ok(Some(index))
    }

    /// What is at a place that was chosen. What is not the index of this bundle stays there.
    fn find_chosen(
        bundle: &Path,
        path: &Path,
        now: &str,
        options: &Options,
        choice: &Choice,
        watch: &dyn Watch,
    ) -> Result<Found, IndexError> {
        if choice.rebuilds && path.exists() {
            return match is_ours(path) {
                Ok(true) => Ok(Found::Nothing(Some("as --rebuild asks".to_owned()))),
                _ => Err(IndexError::NotAnIndex { path: path.to_owned() }),
            };
        }
        let Some(stamped) = Stamped::read(path)? else { return Ok(Found::Nothing(None)) };
        if choice.renews || stamped.stamp != now {
            let is = digest_of(bundle)?;
            if is != stamped.digest {
                return Err(stale(bundle, &stamped.digest, &is));
            }
        }
        Self::taken(bundle, path, now, options, choice, watch)
    }

    /// What is in the cache folder.
    fn find_cached(
        bundle: &Path,
        cache: &Cache,
        now: &str,
        options: &Options,
        choice: &Choice,
        watch: &dyn Watch,
    ) -> Result<Found, IndexError> {
        if choice.rebuilds {
            return Ok(Found::Nothing(cache.read_note().map(|_| "as --rebuild asks".to_owned())));
        }
        let note = cache.read_note();
        let digest = match &note {
            Some((stamp, digest)) if stamp == now && !choice.renews => digest.clone(),
            _ => {
                let is = digest_of(bundle)?;
                match &note {
                    Some((_, was)) if *was != is && choice.renews => return Ok(Found::Nothing(None)),
                    Some((_, was)) if *was != is => return Err(stale(bundle, was, &is)),
                    _ => is,
                }
            }
        };
        let path = cache.file(&digest, options.origin.as_deref());
        if !path.exists() {
            return Ok(Found::Nothing(None));
        }
        match Self::taken(bundle, &path, now, options, choice, watch) {
            Ok(found) => {
                cache.write_note(now, &digest);
                Ok(found)
            }
            // What lies in the cache under the name of the bundle is ours.
            Err(IndexError::NotAnIndex { .. }) => Ok(Found::Nothing(Some("what was there was none".to_owned()))),
            Err(error) => Err(error),
        }
    }

    /// The index of the bundle at a path, unless it is damaged or of another version: then it is made anew.
    fn taken(
        bundle: &Path,
        path: &Path,
        now: &str,
        options: &Options,
        choice: &Choice,
        watch: &dyn Watch,
    ) -> Result<Found, IndexError> {
        if choice.damaged.iter().any(|damaged| damaged == path) {
            return Ok(Found::Nothing(Some("the one that was there is damaged".to_owned())));
        }
        match Self::read(bundle, path, now, options, watch) {
            Ok(index) => Ok(Found::Index(Box::new(index))),
            Err(IndexError::Read { reason, .. }) => {
                Ok(Found::Nothing(Some(format!("the one that was there cannot be read: {reason}"))))
            }
            Err(error) => Err(error),
        }
    }
}

fn digest_of(bundle: &Path) -> Result<String, IndexError> {
    let digest = digest_text(bundle_digest(bundle)?.as_ref());
    Ok(digest.unwrap_or_else(|| "unknown: a file in it cannot be read".to_owned()))
}

fn stale(bundle: &Path, was: &str, is: &str) -> IndexError {
    IndexError::Stale { path: bundle.to_owned(), what: format!("its digest was {was}, and is {is}") }
}

//! An index that is there: opened, made, or made anew, and read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::FixedOffset;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::build::{build, digest_text};
use super::error::IndexError;
use super::joins::Tally;
use super::part::Counts;
use super::place::{Place, stamp};
use super::schema;
use super::sum::{OF_STRETCH, SUMMED, Sum};
use super::write::reason;
use crate::bundle::reading::Watch;
use crate::columns::{Column, Seqs, Times};
use crate::integrity::report::Stored;
use crate::integrity::verify::replay;
use crate::integrity::{Options, Report, bundle_digest};
use crate::record::sealed::{hex, parse_hex};
use crate::record::signature::HmacKey;
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
    bundle: PathBuf,
    path: PathBuf,
    /// Of the bundle's files when the index was opened.
    pub(super) stamp: String,
    connection: Mutex<Connection>,
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
    columns: Vec<OnceLock<Option<Arc<Column>>>>,
    /// First rows of stretches whose records were found to be as they were written.
    seen: Mutex<HashSet<u32>>,
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
    same_as: Option<usize>,
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

/// What of [`Options`] a report depends on. Reports of others are made anew, and kept beside it.
fn fingerprint(options: &Options) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(concat!("probity ", env!("CARGO_PKG_VERSION")).as_bytes());
    for key in &options.trust {
        add(key.to_string().as_bytes());
    }
    add(b"checkpoints");
    for note in &options.checkpoints {
        add(note.name.as_bytes());
        add(&note.bytes);
    }
    add(options.origin.as_deref().unwrap_or_default().as_bytes());
    add(&options.hmac_key.as_ref().map(HmacKey::fingerprint).unwrap_or_default());
    hex(hasher.finalize().as_bytes())[..32].to_owned()
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

/// What a file says of the bundle that it is the index of.
struct Stamped {
    stamp: String,
    digest: String,
}

impl Stamped {
    /// `None` where there is no file, or one of ours that cannot be read: it is made anew.
    fn read(path: &Path) -> Result<Option<Self>, IndexError> {
        if !path.exists() {
            return Ok(None);
        }
        match connect(path).and_then(|connection| {
            let text = |name: &str| meta(&connection, path, name);
            Ok(Self { stamp: text("bundle_stamp")?, digest: text("bundle_digest")? })
        }) {
            Ok(stamped) => Ok(Some(stamped)),
            Err(IndexError::Read { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Opens a file for reading and nothing else.
fn connect(path: &Path) -> Result<Connection, IndexError> {
    let unreadable = |error: &rusqlite::Error| IndexError::Read { path: path.to_owned(), reason: reason(error) };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unreadable(&error))?;
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
    match number("application_id") {
        Ok(schema::APPLICATION_ID) => {}
        Err(error) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(unreadable(&error));
        }
        // Another program's file, or none that SQLite knows.
        _ => return Err(IndexError::NotAnIndex { path: path.to_owned() }),
    }
    match number("user_version") {
        Ok(schema::VERSION) => {}
        Ok(other) => {
            let reason = format!("it is of version {other}, this program writes version {}", schema::VERSION);
            return Err(IndexError::Read { path: path.to_owned(), reason });
        }
        Err(error) => return Err(unreadable(&error)),
    }
    // Not mapped into memory: a file that another program cuts short would end this one.
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
        .map_err(|error| unreadable(&error))?;
    Ok(connection)
}

/// Whether a table that is read as a whole has the rows that were written.
fn check(connection: &Connection, path: &Path, name: &str) -> Result<(), IndexError> {
    let broken = |what: String| IndexError::Read { path: path.to_owned(), reason: what };
    let read = || -> rusqlite::Result<bool> {
        let sql = SUMMED.iter().find(|(table, _)| *table == name).map_or("", |(_, sql)| sql);
        let kept: Vec<u8> =
            connection.query_row("SELECT blake3 FROM checksum WHERE name = ?", [name], |row| row.get(0))?;
        Ok(Sum::of(connection, sql, [])?[..] == kept[..])
    };
    match read() {
        Ok(true) => Ok(()),
        Ok(false) => Err(broken(format!("the checksum of the table {name} is wrong"))),
        Err(error) => Err(broken(format!("the table {name}: {}", reason(&error)))),
    }
}

fn meta(connection: &Connection, path: &Path, name: &str) -> Result<String, IndexError> {
    connection
        .query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0))
        .map_err(|error| IndexError::Read { path: path.to_owned(), reason: format!("meta {name}: {}", reason(&error)) })
}

impl Index {
    /// Reads what is asked for in every use; columns come when they are asked for.
    fn read(bundle: &Path, path: &Path, now: &str, options: &Options, watch: &dyn Watch) -> Result<Self, IndexError> {
        let broken = |what: &str| IndexError::Read { path: path.to_owned(), reason: what.to_owned() };
        if !path.exists() {
            return Err(broken("there is no file"));
        }
        let connection = connect(path)?;
        for name in ["meta", "segment", "stretch", "field"] {
            check(&connection, path, name)?;
        }
        let text = |name: &str| meta(&connection, path, name);
        let rows: u32 = text("records")?.parse().map_err(|_| broken("meta records"))?;
        let zone = match text("zone_seconds")?.as_str() {
            "" => None,
            seconds => {
                Some(seconds.parse().ok().and_then(FixedOffset::east_opt).ok_or_else(|| broken("meta zone_seconds"))?)
            }
        };
        let log_size = match text("log_size")?.as_str() {
            "" => None,
            size => Some(size.parse().map_err(|_| broken("meta log_size"))?),
        };
        let mut results: std::collections::BTreeMap<String, Vec<Vec<String>>> =
            serde_json::from_str(&text("results")?).map_err(|_| broken("meta results"))?;
        let tally = serde_json::from_str(&text("tally")?).map_err(|_| broken("meta tally"))?;
        let sql = |error: rusqlite::Error| broken(&reason(&error));
        let fields = read_fields(&connection).map_err(sql)?;
        let segments = read_segments(&connection).map_err(sql)?;
        let unread = kept_report(&connection, path, None)?.ok_or_else(|| broken("there is no report"))?;
        let mut index = Self {
            bundle: bundle.to_owned(),
            path: path.to_owned(),
            stamp: now.to_owned(),
            report: unread,
            columns: fields.iter().map(|_| OnceLock::new()).collect(),
            fields,
            segments,
            rows,
            log_size,
            origin: text("origin")?,
            zone,
            result_paths: results.remove("paths").unwrap_or_default(),
            tally,
            beyond: text("records_beyond_paths")?.parse().map_err(|_| broken("meta records_beyond_paths"))?,
            ids: text("ids")?.parse().map_err(|_| broken("meta ids"))?,
            is_new: false,
            seen: Mutex::default(),
            made: Mutex::default(),
            connection: Mutex::new(connection),
        };
        index.report = index.read_report(options, watch)?;
        Ok(index)
    }

    /// The report for these options: the one that is kept, or a new one over the same bundle.
    fn read_report(&self, options: &Options, watch: &dyn Watch) -> Result<Report, IndexError> {
        let fingerprint = fingerprint(options);
        {
            let connection =
                self.connection.lock().map_err(|_| self.broken("another thread failed while it read it"))?;
            if let Some(report) = kept_report(&connection, &self.path, Some(&fingerprint))? {
                return Ok(report);
            }
        }
        let first = &self.report;
        let report = replay(&self.bundle, options, watch, first)?;
        if report.bundle_digest != first.bundle_digest {
            let name = |digest: Option<&Hash>| digest.map_or_else(|| "none".to_owned(), hex);
            let what = format!(
                "its digest was {}, and is {}",
                name(first.bundle_digest.as_ref()),
                name(report.bundle_digest.as_ref())
            );
            return Err(IndexError::Stale { path: self.bundle.clone(), what });
        }
        // Kept for the next time; where that is not possible it is made again.
        if let (Ok(connection), Ok(json)) = (
            Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE),
            serde_json::to_string(&Stored::from(&report)),
        ) {
            let sql = "INSERT OR IGNORE INTO verification (options, report, checksum) VALUES (?, ?, ?)";
            let checksum = blake3::hash(json.as_bytes());
            let _ = connection.execute(sql, rusqlite::params![fingerprint, json, &checksum.as_bytes()[..]]);
        }
        Ok(report)
    }

    pub(super) fn broken(&self, what: &str) -> IndexError {
        IndexError::Read { path: self.path.clone(), reason: what.to_owned() }
    }

    /// Asks the file for rows of `record`, of which those of `rows` have to be as they were written.
    pub(super) fn ask_records<T>(
        &self,
        rows: std::ops::Range<u32>,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, IndexError> {
        self.ask(|connection| self.are_as_written(connection, rows)).and_then(|are| match are {
            true => self.ask(question),
            false => Err(self.broken("the checksum of the table record is wrong")),
        })
    }

    /// Whether the stretches with these rows are as they were written; each is looked at once.
    fn are_as_written(&self, connection: &Connection, rows: std::ops::Range<u32>) -> rusqlite::Result<bool> {
        let sql = "SELECT first_row, records, checksum FROM stretch WHERE first_row < ?2 AND first_row + records > ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let stretches =
            statement.query_map([rows.start, rows.end], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for stretch in stretches {
            let (first, records, checksum): (u32, u32, Vec<u8>) = stretch?;
            let is_known = |seen: &HashSet<u32>| seen.contains(&first);
            if self.seen.lock().is_ok_and(|seen| is_known(&seen)) {
                continue;
            }
            if Sum::of(connection, OF_STRETCH, [first, first.saturating_add(records)])?[..] != checksum[..] {
                return Ok(false);
            }
            if let Ok(mut seen) = self.seen.lock() {
                seen.insert(first);
            }
        }
        Ok(true)
    }

    /// Asks the file for a table that is read as a whole.
    pub(super) fn ask_table<T>(
        &self,
        name: &str,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, IndexError> {
        let connection = self.connection.lock().map_err(|_| self.broken("another thread failed while it read it"))?;
        check(&connection, &self.path, name)?;
        question(&connection).map_err(|error| self.broken(&reason(&error)))
    }

    /// Asks the file.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, IndexError> {
        let connection = self.connection.lock().map_err(|_| self.broken("another thread failed while it read it"))?;
        question(&connection).map_err(|error| self.broken(&reason(&error)))
    }

    /// The bundle.
    #[must_use]
    pub fn bundle(&self) -> &Path {
        &self.bundle
    }

    /// The index' own file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The place of a field in [`Index::fields`], by its name as filters write it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The column of a field; `None` where it has none.
    ///
    /// # Errors
    /// [`IndexError::Read`], where what is stored is not what was written.
    pub fn column(&self, field: usize) -> Result<Option<Arc<Column>>, IndexError> {
        let Some(info) = self.fields.get(field).filter(|info| info.has_column) else { return Ok(None) };
        if let Some(other) = info.same_as {
            // Shared with a field of its own, which shares none.
            let is_own = self.fields.get(other).is_some_and(|other| other.same_as.is_none());
            return if is_own { self.column(other) } else { Err(self.broken("a column that is shared in a circle")) };
        }
        if let Some(known) = self.columns[field].get() {
            return Ok(known.clone());
        }
        let bytes = self.blob("SELECT data, checksum FROM field WHERE id = ?", &(field as i64), &info.name)?;
        let column = Column::from_bytes(&bytes).ok().filter(|column| column.len() == self.rows);
        let column = Arc::new(column.ok_or_else(|| self.broken(&format!("the column of {}", info.name)))?);
        Ok(self.columns[field].get_or_init(|| Some(column)).clone())
    }

    /// Bytes whose checksum is right.
    fn blob(&self, sql: &str, key: &dyn rusqlite::ToSql, what: &str) -> Result<Vec<u8>, IndexError> {
        let (bytes, checksum): (Vec<u8>, Vec<u8>) =
            self.ask(|connection| connection.query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?))))?;
        if blake3::hash(&bytes).as_bytes()[..] != checksum[..] {
            return Err(self.broken(&format!("the checksum of {what} is wrong")));
        }
        Ok(bytes)
    }

    fn vector(&self, name: &str) -> Result<Vec<u8>, IndexError> {
        self.blob("SELECT data, checksum FROM vector WHERE name = ?", &name, name)
    }

    /// The time of each row.
    ///
    /// # Errors
    /// [`IndexError::Read`], as for all that follows.
    pub fn times(&self) -> Result<Times, IndexError> {
        let times = Times::from_bytes(&self.vector("times")?).ok().filter(|times| times.len() == self.rows);
        times.ok_or_else(|| self.broken("the times"))
    }

    /// The seq of each row.
    pub fn seqs(&self) -> Result<Seqs, IndexError> {
        let seqs = Seqs::from_bytes(&self.vector("seqs")?).ok().filter(|seqs| seqs.len() == self.rows);
        seqs.ok_or_else(|| self.broken("the seqs"))
    }

    /// The state of each row, as its place in [`crate::integrity::scan::LineState::ALL`].
    pub fn states(&self) -> Result<Vec<u8>, IndexError> {
        let states = self.vector("states")?;
        let known = crate::integrity::scan::LineState::ALL.len();
        if states.len() != self.rows as usize || states.iter().any(|state| usize::from(*state) >= known) {
            return Err(self.broken("the states"));
        }
        Ok(states)
    }

    /// The kind of each row, as its place in [`crate::record::Kind::ALL`].
    pub fn kinds(&self) -> Result<Vec<u8>, IndexError> {
        let kinds = self.vector("kinds")?;
        let known = crate::record::Kind::ALL.len();
        if kinds.len() != self.rows as usize || kinds.iter().any(|kind| usize::from(*kind) >= known) {
            return Err(self.broken("the kinds"));
        }
        Ok(kinds)
    }
}

/// The report that is kept for these options, or the first.
fn kept_report(connection: &Connection, path: &Path, options: Option<&str>) -> Result<Option<Report>, IndexError> {
    let broken = |reason: String| IndexError::Read { path: path.to_owned(), reason };
    let sql = "SELECT report, checksum FROM verification WHERE ?1 IS NULL OR options = ?1 ORDER BY id LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let kept: Option<(String, Vec<u8>)> =
        connection.query_row(sql, [options], read).optional().map_err(|error| broken(reason(&error)))?;
    let Some((json, checksum)) = kept else { return Ok(None) };
    if blake3::hash(json.as_bytes()).as_bytes()[..] != checksum[..] {
        return Err(broken("the checksum of the report is wrong".to_owned()));
    }
    let report = serde_json::from_str::<Stored>(&json).ok().and_then(Stored::report);
    report.map(Some).ok_or_else(|| broken("the report in it is not one of this program".to_owned()))
}

fn read_fields(connection: &Connection) -> rusqlite::Result<Vec<FieldInfo>> {
    let mut statement = connection.prepare(
        "SELECT id, name, is_alias, records, nulls, booleans, numbers, texts, nested, examples, same_as, data IS NOT NULL \
         FROM field ORDER BY id",
    )?;
    let mut fields: Vec<FieldInfo> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let wrong = |column| rusqlite::Error::IntegralValueOutOfRange(column, 0);
        if row.get::<_, u32>(0)? as usize != fields.len() {
            return Err(wrong(0));
        }
        let count =
            |column| row.get::<_, i64>(column).and_then(|count| u64::try_from(count).map_err(|_| wrong(column)));
        let counts = Counts {
            records: count(3)?,
            nulls: count(4)?,
            booleans: count(5)?,
            numbers: count(6)?,
            texts: count(7)?,
            nested: count(8)?,
        };
        let same_as = row.get::<_, Option<u32>>(10)?.map(|id| id as usize);
        fields.push(FieldInfo {
            name: row.get(1)?,
            is_alias: row.get(2)?,
            counts,
            examples: serde_json::from_str(&row.get::<_, String>(9)?).unwrap_or_default(),
            has_column: same_as.is_some() || row.get(11)?,
            same_as,
        });
    }
    Ok(fields)
}

fn read_segments(connection: &Connection) -> rusqlite::Result<Vec<SegmentInfo>> {
    let mut statement =
        connection.prepare("SELECT path, first_row, records, raw_bytes, blake3 FROM segment ORDER BY id")?;
    let segments = statement.query_map([], |row| {
        let digest: Option<String> = row.get(4)?;
        Ok(SegmentInfo {
            path: row.get(0)?,
            first_row: row.get(1)?,
            rows: row.get(2)?,
            raw_bytes: row.get::<_, i64>(3)?.unsigned_abs(),
            digest: digest.and_then(|digest| parse_hex(digest.as_bytes())),
        })
    })?;
    segments.collect()
}

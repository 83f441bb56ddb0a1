//! What is read of an index in every use: what it says of the log, its fields and segments, and the report that is kept for
//! what the bundle is verified with.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use chrono::FixedOffset;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::connect::{check, connect, meta};
use super::error::IndexError;
use super::open::{FieldInfo, Index, SegmentInfo};
use super::part::Counts;
use super::write::reason;
use crate::bundle::reading::Watch;
use crate::integrity::report::Stored;
use crate::integrity::verify::replay;
use crate::integrity::{Options, Report};
use crate::record::sealed::{hex, parse_hex};
use crate::record::signature::HmacKey;
use crate::tlog::merkle::Hash;

/// What of [`Options`] a report depends on. Reports of others are made anew, and kept beside it.
pub(super) fn fingerprint(options: &Options) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(concat!("probity ", env!("CARGO_PKG_VERSION")).as_bytes());
    for key in &options.trust {
        add(key.to_string().as_bytes());
    }
    if options.is_keyring {
        add(b"keyring");
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
    /// Reads what is asked for in every use; columns come when they are asked for.
    pub(super) fn read(
        bundle: &Path,
        path: &Path,
        now: &str,
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Self, IndexError> {
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
            remade: None,
            seen: Mutex::default(),
            made: Mutex::default(),
            part: None,
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

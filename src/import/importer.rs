//! Takes sources into a bundle, one after another: rows become records by a mapping, or lines stay the records that they
//! are. What was read, skipped, refused and assumed goes on record, in a `log` record behind each source.

mod on_record;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::apply::{Made, Outcome, RowView};
use super::comments::without_comments;
use super::mapping::Mapping;
use super::misfit::Misfit;
use super::rows::{Next, NextLine, Rows, RowsError, TextLines, too_long};
use super::source::{Source, SourceDigest, SourceError};
use super::time::Zone;
use crate::bundle::line::Line;
use crate::bundle::writer::{BundleWriter, RecordError, WriteError};
use crate::record::signature::{self, HmacKey, SignatureChecker};
use crate::record::text::shown_short;
use crate::record::{self, Kind, LogRecord};

/// The most failed rows that an `imported` record lists; it counts all of them.
pub const MAX_FAILURES_ON_RECORD: usize = 100;

/// The longest reason on record, in characters.
const MAX_REASON: usize = 300;

/// A row that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// Why, with nothing of the source but names of fields: this goes on record.
    pub reason: String,
    /// The value that it is about. It may be personal, and is never put on record.
    #[serde(skip)]
    pub value: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, reason, value } = self;
        write!(f, "line {line}: {}", Misfit { reason: reason.clone(), value: value.clone() })
    }
}

/// Rows of a source, counted without header and blank lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// All of them.
    pub read: u64,
    /// Rows that the mapping says to skip, or makes no record of.
    pub skipped: u64,
    /// Rows that do not fit: no record was made of them.
    pub failed: u64,
}

/// What became of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub digest: SourceDigest,
    /// Its rows.
    pub rows: RowCounts,
    /// Blank lines passed over.
    pub blank: u64,
    /// Records made.
    pub records: u64,
    /// Clock readings that were one of two.
    pub ambiguous_times: u64,
    /// Columns that the mapping does not name.
    pub unused_columns: Vec<String>,
    /// The records' own signatures, where a key to check them was given.
    pub signatures: Option<SignatureCounts>,
}

/// Signatures inside records, checked under a shared key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SignatureCounts {
    /// They fit.
    pub valid: u64,
    /// They do not fit: another key, or an altered record. The records are in the log as they are.
    pub invalid: u64,
    /// Records without a signature.
    pub missing: u64,
    /// Records with sealed fields: what was signed is not there to be checked.
    #[serde(skip_serializing_if = "on_record::is_zero")]
    pub sealed: u64,
    /// Lines of the first records whose signature does not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invalid_lines: Vec<u64>,
}

/// Why an import stops. Rows that do not fit stop it only where that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A source cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A source does not go with the mapping.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A row that does not fit, where none may.
    #[error("{name}: {failure}")]
    Strict {
        /// The source.
        name: String,
        /// Which, and why.
        failure: Failure,
    },
    /// The bundle cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Hears of an import while it runs.
pub trait Watch {
    /// A row does not fit.
    fn failed(&mut self, source: &str, failure: &Failure);
    /// A record went into the log, but its own signature does not fit.
    fn doubted(&mut self, source: &str, failure: &Failure);
    /// That many more records were made, and that many more bytes of sources read.
    fn progress(&mut self, records: u64, bytes: u64);
}

/// How an import is done.
pub struct Settings<'a> {
    /// What becomes of rows; without one, lines are records as they are.
    pub mapping: Option<&'a Mapping>,
    /// The mapping's file: its name and content, which goes into the bundle without its comments.
    pub mapping_file: Option<(&'a str, &'a str)>,
    /// The zone of times that state none, of records that stay as they are.
    pub zone: Option<Zone>,
    /// When the import takes place: RFC 3339.
    pub at: &'a str,
    /// The key that signed the records, of records that stay as they are.
    pub hmac_key: Option<&'a HmacKey>,
    /// Whether a row that does not fit, or a signature that does not, ends the import.
    pub is_strict: bool,
}

/// An import into one bundle.
pub struct Importer<'a> {
    settings: Settings<'a>,
    bundle: &'a mut BundleWriter,
    mapping_digest: Option<String>,
    /// What ids of rows began with so far.
    stems: BTreeSet<String>,
    sources: u64,
}

/// Counts what becomes of one source's rows.
struct Tally<'w> {
    name: String,
    is_strict: bool,
    rows: RowCounts,
    records: u64,
    ambiguous_times: u64,
    listed: Vec<Failure>,
    signatures: Option<SignatureCounts>,
    watch: &'w mut dyn Watch,
    bytes: u64,
}

impl Tally<'_> {
    fn failed(&mut self, line: u64, misfit: impl Into<Misfit>) -> Result<(), ImportError> {
        let Misfit { reason, value } = misfit.into();
        let failure = Failure { line, reason: shown_short(&reason, MAX_REASON), value };
        if self.is_strict {
            return Err(ImportError::Strict { name: self.name.clone(), failure });
        }
        self.watch.failed(&self.name, &failure);
        self.rows.failed += 1;
        if self.listed.len() < MAX_FAILURES_ON_RECORD {
            self.listed.push(failure);
        }
        Ok(())
    }

    /// Counts a record by its own signature.
    fn signed(&mut self, line: u64, outcome: signature::Outcome) -> Result<(), ImportError> {
        let Some(counts) = &mut self.signatures else { return Ok(()) };
        let reason = match outcome {
            signature::Outcome::Valid => {
                counts.valid += 1;
                return Ok(());
            }
            signature::Outcome::Missing => {
                counts.missing += 1;
                return Ok(());
            }
            signature::Outcome::Sealed => {
                counts.sealed += 1;
                return Ok(());
            }
            signature::Outcome::Invalid => "the record's own signature does not fit the key",
            signature::Outcome::Malformed => "the record's own signature is not 64 lower-case hex digits",
        };
        let failure = Failure { line, reason: reason.to_owned(), value: None };
        if self.is_strict {
            return Err(ImportError::Strict { name: self.name.clone(), failure });
        }
        counts.invalid += 1;
        if counts.invalid_lines.len() < MAX_FAILURES_ON_RECORD {
            counts.invalid_lines.push(line);
        }
        self.watch.doubted(&self.name, &failure);
        Ok(())
    }

    /// Tells the watcher from time to time.
    fn tick(&mut self, source: &Source) {
        const EVERY: u64 = 1024;
        if self.rows.read.is_multiple_of(EVERY) {
            let bytes = source.stored_bytes();
            self.watch.progress(EVERY, bytes - self.bytes);
            self.bytes = bytes;
        }
    }
}

impl<'a> Importer<'a> {
    /// Begins an import into `bundle`, which is empty so far.
    ///
    /// # Errors
    /// [`WriteError`]
    pub fn begin(settings: Settings<'a>, bundle: &'a mut BundleWriter) -> Result<Self, WriteError> {
        let mapping_digest = match settings.mapping_file {
            None => None,
            Some((_, text)) => Some(bundle.add_attachment(without_comments(text).into_bytes(), "application/toml")?),
        };
        Ok(Self { settings, bundle, mapping_digest, stems: BTreeSet::new(), sources: 0 })
    }

    /// Takes a source in, and puts on record what became of it.
    ///
    /// # Errors
    /// [`ImportError`]
    pub fn source(&mut self, source: Source, watch: &mut dyn Watch) -> Result<Imported, ImportError> {
        let file_name = source.file_name();
        let mut tally = Tally {
            name: source.name(),
            is_strict: self.settings.is_strict,
            rows: RowCounts::default(),
            records: 0,
            ambiguous_times: 0,
            listed: Vec::new(),
            signatures: self.settings.hmac_key.map(|_| SignatureCounts::default()),
            watch,
            bytes: 0,
        };
        let (source, blank, unused_columns) = match self.settings.mapping {
            Some(mapping) => self.mapped(mapping, source, &file_name, &mut tally)?,
            None => self.as_they_are(source, &mut tally)?,
        };
        let digest = source.finish()?;
        let imported = Imported {
            name: file_name,
            digest,
            rows: tally.rows,
            blank,
            records: tally.records,
            ambiguous_times: tally.ambiguous_times,
            unused_columns,
            signatures: tally.signatures,
        };
        self.sources += 1;
        self.opened(None)?;
        on_record::imported(
            self.bundle,
            &self.settings,
            self.mapping_digest.as_deref(),
            self.sources,
            &imported,
            &tally.listed,
        )?;
        Ok(imported)
    }

    fn mapped(
        &mut self,
        mapping: &Mapping,
        source: Source,
        file_name: &str,
        tally: &mut Tally<'_>,
    ) -> Result<(Source, u64, Vec<String>), ImportError> {
        let stem = self.stem(file_name);
        let mut rows = Rows::open(source, mapping)?;
        self.opened(None)?;
        loop {
            let outcome = match rows.next_row()? {
                Next::End => break,
                Next::Fault { line, misfit } => {
                    tally.rows.read += 1;
                    tally.failed(line, misfit)?;
                    continue;
                }
                Next::Row { line, fields } => {
                    tally.rows.read += 1;
                    let row =
                        RowView { source: file_name, stem: &stem, number: tally.rows.read, line, fields: &fields };
                    (line, mapping.apply(&row))
                }
            };
            match outcome {
                (_, Ok(Outcome::Skipped)) => tally.rows.skipped += 1,
                (_, Ok(Outcome::Records { records, .. })) if records.is_empty() => tally.rows.skipped += 1,
                (line, Ok(Outcome::Records { records, ambiguous_times })) => {
                    let count = records.len() as u64;
                    match self.push_all(&records)? {
                        Err(reason) => tally.failed(line, reason)?,
                        Ok(()) => {
                            tally.records += count;
                            tally.ambiguous_times += ambiguous_times;
                        }
                    }
                }
                (line, Err(reason)) => tally.failed(line, reason)?,
            }
            tally.tick(rows.source());
        }
        let (blank, unused) = (rows.blank(), rows.unused().to_vec());
        Ok((rows.into_source(), blank, unused))
    }

    fn as_they_are(
        &mut self,
        source: Source,
        tally: &mut Tally<'_>,
    ) -> Result<(Source, u64, Vec<String>), ImportError> {
        let mut lines = TextLines::new(source);
        let mut checker = self.settings.hmac_key.map(SignatureChecker::new);
        loop {
            match lines.next_line()? {
                NextLine::End => break,
                NextLine::TooLong { line } => {
                    tally.rows.read += 1;
                    tally.failed(line, too_long())?;
                }
                NextLine::Line { line, text } => {
                    tally.rows.read += 1;
                    self.opened(Some(text))?;
                    if Line::parse(text).is_some() {
                        tally.failed(line, "a line of a chained log, which can only be packed on its own")?;
                        continue;
                    }
                    if self.settings.zone.is_some() && self.bundle.size() > 0 && may_open_log(text) && opens_log(text) {
                        tally
                            .failed(line, "it opens a log, whose zone may be another; that log is packed on its own")?;
                        continue;
                    }
                    match self.bundle.push(text) {
                        Ok(_) => {
                            tally.records += 1;
                            // It is a record, so it is UTF-8.
                            if let (Some(checker), Ok(text)) = (&mut checker, std::str::from_utf8(text)) {
                                tally.signed(line, checker.check(text))?;
                            }
                        }
                        Err(WriteError::Record { error, .. }) => tally.failed(line, error)?,
                        Err(other) => return Err(other.into()),
                    }
                }
            }
            tally.tick(lines.source());
        }
        let blank = lines.blank();
        Ok((lines.into_source(), blank, Vec::new()))
    }

    /// Pushes the records of a row: all of them or none.
    fn push_all(&mut self, records: &[Made]) -> Result<Result<(), RecordError>, WriteError> {
        // The first is judged when it is pushed; those after it must be before that.
        for made in records.iter().skip(1) {
            if let Err(fault) = record::check(&made.text) {
                return Ok(Err(RecordError::Fault(fault)));
            }
        }
        for made in records {
            match self.bundle.push(&made.text) {
                Ok(pushed) => {
                    for (pointer, disclosure) in &made.sealed {
                        self.bundle.add_disclosure(pushed.seq, pointer, disclosure)?;
                    }
                }
                Err(WriteError::Record { error, .. }) => return Ok(Err(error)),
                Err(other) => return Err(other),
            }
        }
        Ok(Ok(()))
    }

    /// Opens the log, unless `first`, the line that comes next, does.
    fn opened(&mut self, first: Option<&[u8]>) -> Result<(), WriteError> {
        if self.bundle.size() > 0 || first.is_some_and(opens_log) {
            return Ok(());
        }
        on_record::opened(self.bundle, self.settings.at, self.settings.zone)
    }

    /// What the ids of a source's rows begin with: its name up to the first dot, told apart from others of that name.
    fn stem(&mut self, file_name: &str) -> String {
        // Colons part what ids are made of.
        let name = file_name.replace(':', "_");
        let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("source");
        let mut candidate = stem.to_owned();
        let mut number = 1_u64;
        while !self.stems.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{stem}-{number}");
        }
        candidate
    }
}

/// A quick look, before a line is read for it.
fn may_open_log(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"\"opened\"").is_some()
}

/// Whether a line is the record that opens a log.
fn opens_log(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    record::check(text).is_ok_and(|facts| facts.kind == Kind::Log)
        && serde_json::from_str::<LogRecord<'_>>(text).is_ok_and(|log| log.event == "opened")
}

//! Builds an index in the pass that verifies: workers collect parts of stretches ([`super::part`]), this puts them together
//! in the order of the log, follows references once all are in, and writes the file.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Timelike as _, Utc};

use super::checks;
use super::deployed::{Deployed, Deployment};
use super::error::IndexError;
use super::ids::{Ids, Key, KeyMaker};
use super::joins::{Joined, Log};
use super::part::{Counts, EXAMPLES, Found, Part, Seer, shortened};
use super::paths::{MAX_PATHS, is_kept};
use super::results::Results;
use super::store;
use super::sum::Sum;
use super::write::{Draft, Rows, Value};
use crate::bundle::reading::{Looked, Watch};
use crate::columns::{Column, ColumnBuilder, MAX_ROWS, Seqs, Times};
use crate::integrity::finding::Findings;
use crate::integrity::report::Checks;
use crate::integrity::verify::{Gather, Heading, verify_and_gather};
use crate::integrity::{Options, Report, VerifyError};
use crate::query::Path as FieldPath;
use crate::query::field::picks;
use crate::record::sealed::hex;
use crate::record::{DeploymentRecord, Kind, SystemRecord};
use crate::tlog::merkle::Hash;

/// Builds the index of the bundle at `path` beside `place`, verifies the bundle in the same pass, and puts the index where
/// `name` says once the report is known.
///
/// # Errors
/// [`IndexError`]; then nothing stands there that did not stand there before.
pub(super) fn build(
    path: &Path,
    place: &Path,
    options: &Options,
    stamp: &str,
    fingerprint: &str,
    watch: &dyn Watch,
    name: impl FnOnce(&Report) -> Result<PathBuf, IndexError>,
) -> Result<(Report, PathBuf), IndexError> {
    let mut draft = Draft::new(place, watch)?;
    let mut build = Build::new(draft.rows()?);
    let report = verify_and_gather(path, options, watch, &mut build)?;
    let Some(whole) = build.whole.take() else {
        let reason = report.findings.first().map(|finding| finding.meaning.clone()).unwrap_or_default();
        return Err(IndexError::NothingToIndex { path: path.to_owned(), reason });
    };
    store::store(&mut draft, &build, &whole, &report, stamp, fingerprint)?;
    if watch.is_cancelled() {
        return Err(crate::bundle::reading::LogError::Cancelled.into());
    }
    let place = name(&report)?;
    draft.publish(&place)?;
    Ok((report, place))
}

/// A segment, as the index keeps it.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) path: String,
    pub(super) first_row: u32,
    pub(super) rows: u32,
    pub(super) raw_bytes: u64,
    pub(super) digest: Option<Hash>,
}

/// Lines that are read in one go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) first_row: u32,
    pub(super) rows: u32,
    pub(super) segment: u32,
    pub(super) offset: u64,
    pub(super) bytes: u64,
    /// Over its rows of `record`.
    pub(super) checksum: [u8; 32],
}

/// A path while it is collected.
#[derive(Debug)]
struct Draw {
    path: Arc<[String]>,
    builder: ColumnBuilder,
    counts: Counts,
    examples: Vec<String>,
}

/// A path once all of the log was read.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) path: FieldPath,
    pub(super) counts: Counts,
    pub(super) examples: Vec<String>,
    /// `None` where its values are too varied.
    pub(super) column: Option<Arc<Column>>,
}

/// An index in the making.
pub(super) struct Build<'w> {
    out: Rows<'w>,
    keys: KeyMaker,
    pub(super) rows: u32,
    pub(super) times: Times,
    pub(super) seqs: Seqs,
    pub(super) kinds: Vec<u8>,
    /// [`crate::integrity::scan::LineState`] of each row, as its place.
    pub(super) states: Vec<u8>,
    draws: Vec<Draw>,
    by_path: HashMap<Arc<[String]>, usize>,
    ids: Ids,
    references: Vec<(u32, Kind, Key)>,
    deployments: Vec<Deployment>,
    systems: Vec<(u32, SystemRecord)>,
    pub(super) segments: Vec<Segment>,
    pub(super) stretches: Vec<Stretch>,
    pub(super) origin: String,
    pub(super) zone: Option<FixedOffset>,
    /// Records with members beyond the paths that are told apart.
    pub(super) beyond: u64,
    /// Records with a string for an id.
    pub(super) id_count: u64,
    is_slice: bool,
    /// Records of the log, as the bundle declares.
    pub(super) log_size: Option<u64>,
    whole: Option<Whole>,
}

/// What is known once all of the log was read.
pub(super) struct Whole {
    pub(super) fields: Vec<Field>,
    pub(super) results: Results,
    pub(super) joined: Joined,
}

impl<'w> Build<'w> {
    fn new(out: Rows<'w>) -> Self {
        Self {
            out,
            keys: KeyMaker::new(),
            rows: 0,
            times: Times::new(),
            seqs: Seqs::new(),
            kinds: Vec::new(),
            states: Vec::new(),
            draws: Vec::new(),
            by_path: HashMap::new(),
            ids: Ids::default(),
            references: Vec::new(),
            deployments: Vec::new(),
            systems: Vec::new(),
            segments: Vec::new(),
            stretches: Vec::new(),
            origin: String::new(),
            zone: None,
            beyond: 0,
            id_count: 0,
            is_slice: false,
            log_size: None,
            whole: None,
        }
    }

    /// The rows of the table `record`.
    fn write_records(&mut self, looked: &Looked<u64>, part: &Part) -> Result<[u8; 32], IndexError> {
        let mut sum = Sum::default();
        let mut id_start = 0;
        let mut id = None;
        let first_row = i64::from(self.rows);
        self.out.append("record", 10, part.rows.len(), |n, column| {
            let row = &part.rows[n];
            if column == 0 {
                id = row.id_end.map(|end| (id_start, end));
                id_start = row.id_end.unwrap_or(id_start);
            }
            let value = match column {
                0 => Value::Integer(first_row + n as i64),
                1 => Value::integer(row.seq),
                2 => Value::Integer(row.kind.place().into()),
                3 => Value::Integer(row.state.place().into()),
                4 => row.at.and_then(nanos).map_or(Value::Null, Value::Integer),
                5 => id.and_then(|(start, end)| part.ids.get(start..end)).map_or(Value::Null, Value::Text),
                6 => row.hash.as_ref().map_or(Value::Null, |hash| Value::Blob(hash)),
                7 => Value::Integer(looked.segment.into()),
                8 => Value::integer(Some(looked.offset + row.offset)),
                _ => Value::integer(Some(row.bytes as u64)),
            };
            sum.add(value.stored());
            value
        })?;
        Ok(sum.finish())
    }

    /// The rows of `reference` and `telling`: what several bundles together are read by.
    fn write_names(&mut self, part: &Part) -> Result<(), IndexError> {
        let first_row = self.rows;
        self.out.append("reference", 3, part.references.len(), |n, column| {
            let one = part.references[n];
            let start = n.checked_sub(1).map_or(0, |before| part.references[before].name_end);
            match column {
                0 => Value::Integer((first_row + one.row).into()),
                1 => Value::Integer(one.kind.place().into()),
                _ => Value::Text(part.names.get(start..one.name_end).unwrap_or_default()),
            }
        })?;
        self.out.append("telling", 2, part.telling.len(), |n, column| match column {
            0 => Value::Integer((first_row + part.telling[n].0).into()),
            _ => Value::Text(&part.telling[n].1),
        })
    }

    fn collect(&mut self, found: Found, rows: u32) {
        let Found { path, piece, counts, examples } = found;
        let place = match self.by_path.get(&path) {
            Some(place) => *place,
            None if self.draws.len() >= MAX_PATHS && !is_kept(&path) => {
                self.beyond += counts.records;
                return;
            }
            None => {
                let draw = Draw {
                    path: Arc::clone(&path),
                    builder: ColumnBuilder::new(),
                    counts: Counts::default(),
                    examples: Vec::new(),
                };
                self.draws.push(draw);
                self.by_path.insert(path, self.draws.len() - 1);
                self.draws.len() - 1
            }
        };
        let draw = &mut self.draws[place];
        draw.counts.add(counts);
        if draw.examples.len() < EXAMPLES {
            let shown: Vec<String> = match examples.is_empty() {
                true => piece.texts().take(EXAMPLES).map(shortened).collect(),
                false => examples,
            };
            for example in shown {
                if draw.examples.len() < EXAMPLES && !draw.examples.contains(&example) {
                    draw.examples.push(example);
                }
            }
        }
        draw.builder.append(self.rows, rows, &piece);
    }
}

impl Gather for Build<'_> {
    type Seer = Seer;
    type Part = Part;
    const FOLLOWS_REFERENCES: bool = true;

    fn begin(&mut self, heading: &Heading<'_>) -> Seer {
        heading.origin.clone_into(&mut self.origin);
        self.zone = heading.zone;
        (self.is_slice, self.log_size) = (heading.slice.is_some(), heading.log_size);
        self.segments = heading
            .segments
            .iter()
            .map(|path| Segment { path: path.clone(), first_row: 0, rows: 0, raw_bytes: 0, digest: None })
            .collect();
        Seer::new(self.keys.clone())
    }

    fn part(seer: &mut Seer) -> Part {
        seer.take()
    }

    fn take(&mut self, looked: &Looked<u64>, part: Part) -> Result<(), VerifyError> {
        let rows = u32::try_from(part.rows.len()).ok().filter(|rows| *rows <= MAX_ROWS - self.rows);
        let rows = rows.ok_or(IndexError::TooManyLines)?;
        let checksum = self.write_records(looked, &part)?;
        self.write_names(&part)?;
        let (first_row, segment) = (self.rows, looked.segment);
        if let Some(known) = self.segments.get_mut(segment as usize) {
            if known.rows == 0 {
                known.first_row = first_row;
            }
            known.rows += rows;
            known.raw_bytes += looked.raw_bytes;
            known.digest = looked.file.map(|(digest, _)| digest);
        }
        if rows > 0 {
            let Looked { offset, raw_bytes: bytes, .. } = *looked;
            self.stretches.push(Stretch { first_row, rows, segment, offset, bytes, checksum });
        }
        for row in &part.rows {
            self.times.push(row.at);
            self.seqs.push(row.seq);
            self.kinds.push(row.kind.place());
            self.states.push(row.state.place());
        }
        self.id_count += part.keys.len() as u64;
        for (row, key) in &part.keys {
            self.ids.push(*key, first_row + row);
        }
        self.references.extend(part.references.iter().map(|one| (first_row + one.row, one.kind, one.key)));
        let deployments = part.deployments.into_iter().map(|(row, record): (u32, DeploymentRecord)| Deployment {
            order: first_row + row,
            at: part.rows[row as usize].at,
            record,
        });
        self.deployments.extend(deployments);
        self.systems.extend(part.systems.into_iter().map(|(row, system)| (first_row + row, system)));
        self.beyond += part.beyond;
        for found in part.found {
            self.collect(found, rows);
        }
        self.rows += rows;
        Ok(())
    }

    fn finish(&mut self, is_whole: bool, findings: &mut Findings, checks: &mut Checks) -> Result<(), VerifyError> {
        self.out.finish()?;
        self.by_path.clear();
        let mut columns = BTreeMap::new();
        let mut varied: BTreeMap<Vec<String>, ()> = BTreeMap::new();
        let mut fields = Vec::new();
        for draw in std::mem::take(&mut self.draws) {
            self.out.unless_cancelled()?;
            let Some(path) = FieldPath::new(draw.path.to_vec()) else { continue };
            // A worker that met too many paths may have passed over this one, unless it is one that all know.
            let is_complete = self.beyond == 0 || is_kept(path.members());
            let column = draw.builder.finish(self.rows, path.field_type()).ok().filter(|_| is_complete).map(Arc::new);
            match &column {
                Some(column) => drop(columns.insert(draw.path.to_vec(), Arc::clone(column))),
                None => drop(varied.insert(draw.path.to_vec(), ())),
            }
            fields.push(Field { path, counts: draw.counts, examples: draw.examples, column });
        }
        fields.sort_by(|a, b| a.path.cmp(&b.path));
        self.ids.sort();
        let deployed = Deployed::new(std::mem::take(&mut self.deployments));
        let results = Results::new(std::mem::take(&mut self.systems));
        // At a list a name made of digits picks an element, which no column here tells.
        let is_varied = |path: &[&str]| {
            path.iter().any(|name| picks(name))
                || varied.keys().any(|names| names.iter().map(String::as_str).eq(path.iter().copied()))
        };
        let log = Log {
            rows: self.rows,
            kinds: &self.kinds,
            times: &self.times,
            seqs: &self.seqs,
            columns: &columns,
            varied: &is_varied,
            ids: &self.ids,
            references: &self.references,
            deployed: std::slice::from_ref(&deployed),
            results: std::slice::from_ref(&results),
            log_of: &|_| 0,
            hidden: None,
            is_whole: is_whole
                && !self.is_slice
                && is_gapless(&self.seqs)
                && self.log_size.is_none_or(|size| u64::from(self.rows) >= size),
        };
        let joined = log.join();
        if is_whole {
            checks::report(&log, &joined, findings, checks);
        }
        (self.ids, self.references) = (Ids::default(), Vec::new());
        self.whole = Some(Whole { fields, results, joined });
        Ok(())
    }
}

/// Nanoseconds since 1970, where 64 bits say that; a leap second belongs to the second before it.
fn nanos(at: DateTime<Utc>) -> Option<i64> {
    let at = at.with_nanosecond(at.nanosecond().min(999_999_999))?;
    at.timestamp_nanos_opt()
}

/// Whether the rows are the records from seq 0 on, one after the other.
fn is_gapless(seqs: &Seqs) -> bool {
    let mut runs = seqs.runs();
    match (runs.next(), runs.next()) {
        (Some((rows, 0)), None) => rows.start == 0 && rows.end == seqs.len(),
        (None, _) => seqs.is_empty(),
        _ => false,
    }
}

/// The name of a digest, as it stands in tables.
pub(super) fn digest_text(digest: Option<&Hash>) -> Option<String> {
    digest.map(hex)
}

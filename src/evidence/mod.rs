//! The evidence at hand: one or several indexed bundles as one table, and every question that filters, facets, histograms and
//! sort orders ask of it.
//!
//! [`Evidence`] opens bundles, loads columns when they are first asked for, makes those of varied fields on demand, and
//! answers what no column can (free text) by reading the log again. What it says of rows was verified when it was
//! indexed; what it reads again is held against that.

mod damage;
mod error;
mod fields;
mod lines;
mod marks;
mod results;
pub mod sealed;
mod several;
mod terms;
mod vocabulary;

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

pub use error::EvidenceError;
pub use fields::Catalogued;
pub use marks::{Marks, Named};
pub use results::Readings;
pub use several::Repeated;

use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, MAX_ROWS, Selection, Seqs, SortBy, Table, Times, sort};
use crate::index::{Choice, Index, ReadLine, Tally};
use crate::integrity::Options;
use crate::query::{self, Expr, Field, Query};
use crate::record::ResultReading;

/// One bundle, and where its rows are in the table.
#[derive(Debug)]
pub struct Log {
    /// Its index.
    pub index: Index,
    /// Its rows in the table: one a line, in the order of the log.
    pub rows: Range<u32>,
}

/// Bundles as one table.
#[derive(Debug)]
pub struct Evidence {
    logs: Vec<Log>,
    times: Arc<Times>,
    seqs: Arc<Seqs>,
    /// What was loaded so far.
    table: Mutex<Table>,
    /// Rows that pass terms which no column answers, by the term's text.
    answers: Mutex<HashMap<String, Arc<Bitmap>>>,
    fields: Vec<Catalogued>,
    kinds: OnceLock<Vec<u8>>,
    states: OnceLock<Vec<u8>>,
    /// Columns of aliases over several logs, whose records name each other; of one where its index lacks some.
    joined: OnceLock<several::Joint>,
    repeated: Vec<Repeated>,
    /// What a case says about rows.
    marks: Mutex<Option<Arc<Marks>>>,
    /// Rows that count in an earlier bundle.
    hidden: Option<Arc<Bitmap>>,
    /// How results are read where a log does not say that.
    reading: Option<ResultReading>,
}

/// One key of an order: a field, and whether it descends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// What rows are put in order by.
    pub field: Field,
    /// The greatest first.
    pub descends: bool,
}

impl Evidence {
    /// Opens the indexes of bundles, making those that are not there. Rows of a bundle come behind those of the one before.
    ///
    /// # Errors
    /// [`EvidenceError`], about the first bundle that has no index and gets none.
    pub fn open(
        bundles: &[PathBuf],
        options: &Options,
        choice: &Choice,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let mut logs: Vec<Log> = Vec::new();
        for (n, bundle) in bundles.iter().enumerate() {
            // One file is one index: the others of a case are in the cache folder.
            let choice = if n == 0 { choice.clone() } else { Choice { place: None, ..choice.clone() } };
            push(&mut logs, Index::open(bundle, options, &choice, watch)?)?;
        }
        Self::of(logs, watch)
    }

    /// The first lines of bundles, to be looked at while all of them are read: of each about `lines`, or all where its index is
    /// there. `None` where there is nothing to wait for.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn first(
        bundles: &[PathBuf],
        options: &Options,
        choice: &Choice,
        lines: u64,
        watch: &dyn Watch,
    ) -> Result<Option<Self>, EvidenceError> {
        let (mut logs, mut is_part): (Vec<Log>, bool) = (Vec::new(), false);
        for bundle in bundles {
            let index = match Index::first(bundle, options, choice, lines, watch)? {
                Some(index) => index,
                None => Index::open(bundle, options, choice, watch)?,
            };
            is_part |= index.report.is_part();
            push(&mut logs, index)?;
        }
        if is_part { Self::of(logs, watch).map(Some) } else { Ok(None) }
    }

    /// Whether a log was not read to its end.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.logs.iter().any(|log| log.index.report.is_part())
    }

    /// Says how the results of decisions are read where no log says that itself; logs that do are read as they say. To be said before
    /// anything is asked.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn read_results(&mut self, reading: ResultReading, watch: &dyn Watch) -> Result<(), EvidenceError> {
        if self.logs.iter().any(|log| log.index.result_paths.is_empty()) {
            self.reading = Some(reading);
            self.joined = OnceLock::new();
            self.joined(watch)?;
        }
        Ok(())
    }

    /// The table of logs.
    fn of(logs: Vec<Log>, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let (mut times, mut seqs) = (Times::new(), Seqs::new());
        for log in &logs {
            times.append(&log.index.times()?);
            seqs.append(&log.index.seqs()?);
        }
        let (times, seqs) = (Arc::new(times), Arc::new(seqs));
        let mut table = Table::new(Arc::clone(&times), Arc::clone(&seqs));
        for log in &logs {
            table.set_zone(log.rows.clone(), log.index.zone);
        }
        let (repeated, hidden) = several::repeated(&logs, &seqs)?;
        let hidden = hidden.map(Arc::new);
        table.hide(hidden.clone());
        let fields = fields::catalogue(&logs);
        let evidence = Self {
            logs,
            times,
            seqs,
            table: Mutex::new(table),
            answers: Mutex::default(),
            fields,
            kinds: OnceLock::new(),
            states: OnceLock::new(),
            joined: OnceLock::new(),
            repeated,
            marks: Mutex::default(),
            hidden,
            reading: None,
        };
        if evidence.logs.len() > 1 {
            evidence.joined(watch)?;
        }
        Ok(evidence)
    }

    /// The bundles.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// How many rows there are: lines of all bundles, those that are counted once in another bundle among them.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.times.len()
    }

    /// The time of each row.
    #[must_use]
    pub fn times(&self) -> &Arc<Times> {
        &self.times
    }

    /// The seq of each row, in its own log.
    #[must_use]
    pub fn seqs(&self) -> &Arc<Seqs> {
        &self.seqs
    }

    /// The rows that count in an earlier bundle.
    #[must_use]
    pub fn hidden(&self) -> Option<&Bitmap> {
        self.hidden.as_deref()
    }

    /// Logs of which a bundle holds records that another one holds as well.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Whether every record of every log is here, as far as the bundles show. Otherwise one that is not found may be among those
    /// that are withheld or missing: nobody can say that there is none.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        several::are_whole(self) && self.logs.iter().all(|log| !log.index.report.is_part())
    }

    /// How the references came out, over all bundles.
    #[must_use]
    pub fn tally(&self) -> Tally {
        match (&self.logs[..], self.joined.get()) {
            ([only], _) => only.index.tally,
            (_, Some(joined)) => joined.tally,
            (_, None) => Tally::default(),
        }
    }

    /// The log that a row is in, and the row there.
    #[must_use]
    pub fn place(&self, row: u32) -> Option<(&Log, u32)> {
        let at = self.logs.partition_point(|log| log.rows.end <= row);
        let log = self.logs.get(at)?;
        Some((log, row - log.rows.start))
    }

    /// Reads a filter: names of fields that no record has are errors.
    ///
    /// # Errors
    /// [`query::Error`], with its place and a likely fix.
    pub fn parse(&self, text: &str) -> Result<Query, query::Error> {
        query::parse(text, self)
    }

    /// The rows that pass a filter.
    ///
    /// # Errors
    /// [`EvidenceError`]
    pub fn select(&self, expr: &Expr, watch: &dyn Watch) -> Result<Selection, EvidenceError> {
        Ok(Selection::new(self.rows_of(expr, watch)?))
    }

    /// The selected rows in an order. Rows that are equal in all keys, and all without keys, are in the order of the log; of
    /// several bundles in that of their timeline: by time, then log, then seq.
    ///
    /// # Errors
    /// [`EvidenceError::TooVaried`] for a field that has more distinct values than can be put in order.
    pub fn sort(&self, selection: &Selection, keys: &[SortKey], watch: &dyn Watch) -> Result<Vec<u32>, EvidenceError> {
        let keys: Vec<SortKey> = keys.iter().cloned().chain(self.timeline()).collect();
        let mut columns = Vec::with_capacity(keys.len());
        for key in &keys {
            // An order is one of the records, not of members that some of them name `time` or `seq` as well.
            let is = |name| matches!(&key.field, Field::Alias(alias) if alias.name == name);
            columns.push(if is("time") || is("seq") { None } else { Some(self.column(&key.field, watch)?) });
        }
        let by: Vec<(SortBy<'_>, bool)> = keys
            .iter()
            .zip(&columns)
            .map(|(key, column)| {
                let by = match (column, &key.field) {
                    (Some(column), _) => SortBy::Column(column),
                    (None, Field::Alias(alias)) if alias.name == "time" => SortBy::Time(&self.times),
                    (None, _) => SortBy::Seq(&self.seqs),
                };
                (by, key.descends)
            })
            .collect();
        Ok(sort(selection.bitmap(), &by))
    }

    /// Reads what of the indexes is needed to print rows, so that damage is found before anything is printed.
    ///
    /// # Errors
    /// [`crate::index::IndexError::Read`] about an index that is damaged.
    pub fn check(&self, rows: &Selection) -> Result<(), EvidenceError> {
        self.kinds()?;
        self.states()?;
        for log in &self.logs {
            let start = log.rows.start;
            log.index.check(|range| rows.rank(start + range.end) > rows.rank(start + range.start))?;
        }
        Ok(())
    }

    /// The line of a row, read from its bundle again and hashed again.
    ///
    /// # Errors
    /// [`crate::index::IndexError::Stale`] where it is not the line that was indexed.
    pub fn line(&self, row: u32) -> Result<Option<ReadLine>, EvidenceError> {
        match self.place(row) {
            Some((log, row)) => Ok(log.index.line(row)?),
            None => Ok(None),
        }
    }

    /// The kind of each row, as its place in [`crate::record::Kind::ALL`].
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn kinds(&self) -> Result<&[u8], EvidenceError> {
        if let Some(kinds) = self.kinds.get() {
            return Ok(kinds);
        }
        let mut kinds = Vec::with_capacity(self.rows() as usize);
        for log in &self.logs {
            kinds.extend(log.index.kinds()?);
        }
        Ok(self.kinds.get_or_init(|| kinds))
    }

    /// The state of each row's line, as its place in [`crate::integrity::scan::LineState::ALL`].
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn states(&self) -> Result<&[u8], EvidenceError> {
        if let Some(states) = self.states.get() {
            return Ok(states);
        }
        let mut states = Vec::with_capacity(self.rows() as usize);
        for log in &self.logs {
            states.extend(log.index.states()?);
        }
        Ok(self.states.get_or_init(|| states))
    }

    /// How many records there are: those that are counted once in another bundle are not.
    ///
    /// # Errors
    /// Where another thread failed.
    pub fn records(&self) -> Result<u32, EvidenceError> {
        let table = self.table.lock().map_err(|_| EvidenceError::Poisoned)?;
        Ok(self.rows() - table.hidden().map_or(0, |hidden| hidden.count()))
    }
}

/// Puts the rows of a bundle behind those of the ones before.
fn push(logs: &mut Vec<Log>, index: Index) -> Result<(), EvidenceError> {
    let start = logs.last().map_or(0, |log| log.rows.end);
    let end = start.checked_add(index.rows).filter(|end| *end <= MAX_ROWS).ok_or(EvidenceError::TooManyRows)?;
    logs.push(Log { index, rows: start..end });
    Ok(())
}

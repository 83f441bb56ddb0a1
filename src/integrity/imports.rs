//! Imported records: what a `log` record says about the source that the records before it came from. All of it is the
//! log's own word, and worded as that.

use chrono::{DateTime, Utc};

use super::chain::Place;
use super::code::Code;
use super::finding::Finding;
use crate::record::LogRecord;
use crate::record::figures::count;
use crate::record::text::shown_short;
use crate::record::time::shown;

/// A `log` record with the event `imported`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The record's seq.
    pub seq: u64,
    /// Where it stands.
    pub place: Place,
    /// When the import was, as it says.
    at: Option<DateTime<Utc>>,
    /// How many records directly before it came from the source, as it says.
    records: Option<u64>,
    /// Name, length and digest of the source, safe to show.
    source: String,
    /// Rows of the source that could not be read as records.
    failed: u64,
    /// Rows of the source that were left out.
    skipped: u64,
}

impl Import {
    /// What the record at `seq` says.
    pub fn new(log: &LogRecord<'_>, seq: u64, place: Place, at: Option<DateTime<Utc>>) -> Self {
        let source = log.source.as_ref();
        let mut parts = vec![
            source
                .and_then(|source| source.name.as_deref())
                .map_or_else(|| "a source that it does not name".to_owned(), |name| shown_short(name, 200)),
        ];
        parts.extend(source.and_then(|source| source.bytes).map(|bytes| format!("{} bytes", count(bytes))));
        parts.extend(
            source
                .and_then(|source| source.blake3.as_deref())
                .map(|digest| format!("BLAKE3 {}", shown_short(digest, 64))),
        );
        let rows = log.rows.as_ref();
        Self {
            seq,
            place,
            at,
            records: source.and_then(|source| source.records),
            source: parts.join(", "),
            failed: rows.and_then(|rows| rows.failed).unwrap_or(0),
            skipped: rows.and_then(|rows| rows.skipped).unwrap_or(0),
        }
    }

    /// The finding. `before` is the seq of the import before this one: its record cannot have come from this source.
    pub fn finding(&self, before: Option<u64>, path: &str) -> Finding {
        let room = match before.filter(|before| *before < self.seq) {
            Some(before) => self.seq - before - 1,
            None => self.seq,
        };
        let mut range = (self.seq, self.seq);
        let came = match self.records {
            Some(0) => "no record came".to_owned(),
            Some(records) if records <= room => {
                range = (self.seq - records, self.seq - 1);
                if records == 1 {
                    "this record came".to_owned()
                } else {
                    format!("these {} records came", count(records))
                }
            }
            Some(1) => format!("1 record came, though only {} can have,", count(room)),
            Some(records) => format!("{} records came, though only {} can have,", count(records), count(room)),
            None => "records came, it does not say how many,".to_owned(),
        };
        let at =
            self.at.map_or_else(|| "at a time that it does not state".to_owned(), |at| format!("at {}", shown(at)));
        let mut more =
            format!("By the word of record {}, {came} from {}, imported {at}.", count(self.seq), self.source);
        let left_out: Vec<String> = [(self.failed, "failed"), (self.skipped, "skipped")]
            .into_iter()
            .filter(|(rows, _)| *rows > 0)
            .map(|(rows, what)| format!("{} {what}", count(rows)))
            .collect();
        if !left_out.is_empty() {
            more += &format!(" Rows of it that are not in the log: {}.", left_out.join(", "));
        }
        Finding::new(Code::ChainImported)
            .records(range.0, range.1)
            .file(path)
            .at(self.place.line, self.place.offset)
            .adding(&more)
    }
}

//! One record, read from its bundle again: its line, its hash recomputed, its neighbours, and what goes with it.

use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::reading::Unwatched;
use crate::case::Digest;
use crate::evidence::{Evidence, EvidenceError};
use crate::jobs::Progress;
use crate::record::Kind;

/// So many records that go with one are named.
const MAX_RELATED: usize = 8;

/// A record as it is shown in detail.
#[derive(Debug, Clone)]
pub struct Detail {
    /// Its row.
    pub row: u32,
    /// The name of its log.
    pub origin: String,
    /// What kind of record it is.
    pub kind: Kind,
    /// Its line, as far as it is one.
    pub link: Option<Link>,
    /// The text of the record, or what stands in its place.
    pub text: String,
    /// The record read as JSON; `None` where it is none.
    pub value: Option<serde_json::Value>,
    /// The record before it in the file, and the one behind it.
    pub neighbours: [Option<Link>; 2],
    /// What is known of it only together with other records, by the names of the filter language.
    pub derived: Vec<(&'static str, String)>,
    /// The member of the bundle that it is in, and the offset there before compression.
    pub place: (String, u64),
}

/// A record's link of the chain: what its line states, and what its bytes give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its row.
    pub row: u32,
    /// Its place in the log.
    pub seq: u64,
    /// The hash of the record before, as it states it.
    pub prev: Digest,
    /// Its own hash, as it states it.
    pub hash: Digest,
    /// Its own hash, computed from its bytes now.
    pub recomputed: Digest,
    /// Its kind.
    pub kind: Kind,
}

impl Link {
    /// Whether its bytes are those that it states the hash of.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.hash == self.recomputed
    }
}

/// Reads a record in detail.
///
/// # Errors
/// [`EvidenceError`], where the bundle cannot be read or is not the one that was indexed.
pub fn read(evidence: &Evidence, row: u32) -> Result<Option<Detail>, EvidenceError> {
    let Some((log, of_log)) = evidence.place(row) else { return Ok(None) };
    let Some(line) = evidence.line(row)? else { return Ok(None) };
    let kinds = evidence.kinds()?;
    let kind_of = |row: u32| {
        kinds.get(row as usize).and_then(|kind| Kind::ALL.get(usize::from(*kind))).copied().unwrap_or(Kind::Other)
    };
    let mut hasher = RecordHasher::new(&log.index.origin);
    let mut link = |row: u32, bytes: &[u8]| {
        Line::parse(bytes).map(|line| Link {
            row,
            seq: line.seq,
            prev: Digest(line.prev),
            hash: Digest(line.hash),
            recomputed: Digest(hasher.hash(line.seq, &line.prev, line.record)),
            kind: kind_of(row),
        })
    };
    let own = link(row, &line.bytes);
    let mut neighbours = [None, None];
    let beside = [of_log.checked_sub(1), of_log.checked_add(1).filter(|next| *next < log.index.rows)];
    for (neighbour, at) in neighbours.iter_mut().zip(beside) {
        if let Some(at) = at.map(|at| at + log.rows.start)
            && let Some(line) = evidence.line(at)?
        {
            *neighbour = link(at, &line.bytes);
        }
    }
    let bytes = Line::parse(&line.bytes).map_or(&line.bytes[..], |line| line.record);
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(Detail {
        row,
        origin: log.index.origin.clone(),
        kind: kind_of(row),
        link: own,
        value: serde_json::from_str(&text).ok(),
        text,
        neighbours,
        derived: derived(evidence, kind_of(row), row)?,
        place: log.index.place_of(of_log)?.unwrap_or_default(),
    }))
}

/// What the columns know of a record beyond what it says itself.
fn derived(evidence: &Evidence, kind: Kind, row: u32) -> Result<Vec<(&'static str, String)>, EvidenceError> {
    if kind != Kind::Decision {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for name in ["version", "version_source", "result", "reviewed", "overridden", "outcome", "correct"] {
        let Some(field) = super::shape::field(name) else { continue };
        match evidence.column(&field, &Unwatched) {
            Ok(column) => {
                let cell = column.cell(row);
                if cell.is_present() {
                    out.push((name, cell.to_string()));
                }
            }
            // What is too varied for a column stands in the record all the same.
            Err(EvidenceError::TooVaried(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

/// A record that goes with another: what it is to it, its row, its seq.
pub type Related = (&'static str, u32, u64);

/// The reviews and outcomes of a decision, or the decision that a review or an outcome is about.
///
/// # Errors
/// Where the index cannot be read.
pub fn related(evidence: &Evidence, detail: &Detail, progress: &Progress) -> Result<Vec<Related>, EvidenceError> {
    let own = |name: &str| detail.value.as_ref().and_then(|value| value.get(name)?.as_str().map(str::to_owned));
    let (filters, id): (&[(&str, &str, &str)], _) = match detail.kind {
        Kind::Decision => {
            (&[("review", "kind:review", "decision"), ("outcome", "kind:outcome", "decision")], own("audit_id"))
        }
        Kind::Review | Kind::Outcome => (&[("decision", "kind:decision", "audit_id")], own("decision")),
        _ => return Ok(Vec::new()),
    };
    let Some(id) = id else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for (what, of_kind, field) in filters {
        let text = format!("{of_kind} {}", super::filter::condition(field, &id, false));
        let Ok(query) = crate::query::parse(&text, &crate::query::Unknown) else { continue };
        let rows = match evidence.select(&query.expr, progress) {
            Ok(rows) => rows,
            Err(EvidenceError::TooVaried(_)) => continue,
            Err(error) => return Err(error),
        };
        for row in rows.iter().take(MAX_RELATED) {
            if let Some(seq) = evidence.seqs().seq(row) {
                out.push((*what, row, seq));
            }
        }
    }
    Ok(out)
}

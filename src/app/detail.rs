//! One record, read from its bundle again: its line, its hash recomputed, its neighbours, and its path to a signed root.

use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::reading::{Unwatched, Watch as _};
use crate::case::Digest;
use crate::evidence::{Evidence, EvidenceError};
use crate::jobs::Progress;
use crate::record::Kind;
use crate::tlog::merkle::{Hash, leaf_hash, node_hash};

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

/// The way from a record to the root of a checkpoint (RFC 6962 §2.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootPath {
    /// The size of the checkpoint.
    pub size: u64,
    /// The root that it states.
    pub signed: Digest,
    /// The root that the path gives.
    pub computed: Digest,
    /// The record's leaf.
    pub leaf: Digest,
    /// The siblings, from the leaf upwards: the records that each covers, both ends included, and its hash. It stands left of the
    /// path where its records come before.
    pub siblings: Vec<(u64, u64, Digest)>,
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

/// The path of a record to the oldest checkpoint that covers it. `None` where there is none, or where records below its size are
/// not here, so that the tree cannot be computed.
///
/// # Errors
/// Where the index cannot be read.
pub fn root_path(evidence: &Evidence, row: u32, progress: &Progress) -> Result<Option<RootPath>, EvidenceError> {
    let Some((log, of_log)) = evidence.place(row) else { return Ok(None) };
    let seqs = log.index.seqs()?;
    let Some(seq) = seqs.seq(of_log) else { return Ok(None) };
    let checkpoint =
        log.index.report.checkpoints.iter().filter(|checkpoint| checkpoint.size > seq).min_by_key(|c| c.size);
    let Some(checkpoint) = checkpoint else { return Ok(None) };
    let Some(signed) = Digest::parse(&checkpoint.root) else { return Ok(None) };
    let Ok(size) = u32::try_from(checkpoint.size) else { return Ok(None) };
    if size > log.index.rows {
        return Ok(None);
    }
    let hashes = log.index.hashes_of(0..size)?;
    let mut leaves = Vec::with_capacity(hashes.len());
    for (at, hash) in (0_u32..).zip(hashes) {
        // Rows are places only as long as nothing is missing.
        match hash {
            Some(hash) if seqs.seq(at) == Some(at.into()) => leaves.push(leaf_hash(&hash)),
            _ => return Ok(None),
        }
    }
    if progress.is_cancelled() {
        return Ok(None);
    }
    let Some(leaf) = leaves.get(of_log as usize).copied() else { return Ok(None) };
    let mut siblings = Vec::new();
    let computed = climb(&leaves, 0, seq, &mut siblings);
    siblings.reverse();
    Ok(Some(RootPath { size: checkpoint.size, signed, computed: Digest(computed), leaf: Digest(leaf), siblings }))
}

/// The root over leaves, the first of which is number `first`; puts down the siblings on the way to `seq`, the topmost first.
fn climb(leaves: &[Hash], first: u64, seq: u64, siblings: &mut Vec<(u64, u64, Digest)>) -> Hash {
    let (mut tree, mut first) = (leaves, first);
    // From the top downwards the halves, then upwards the hashes.
    let mut lefts = Vec::new();
    while tree.len() > 1 {
        let half = tree.len().next_power_of_two() / 2;
        let (left, right) = tree.split_at(half);
        let middle = first + half as u64;
        let is_left = seq < middle;
        let (sibling, from, to) =
            if is_left { (right, middle, first + tree.len() as u64 - 1) } else { (left, first, middle - 1) };
        siblings.push((from, to, Digest(subtree(sibling))));
        lefts.push(is_left);
        (tree, first) = if is_left { (left, first) } else { (right, middle) };
    }
    let mut hash = tree.first().copied().unwrap_or_default();
    for (is_left, (_, _, sibling)) in lefts.iter().zip(siblings.iter()).rev() {
        hash = if *is_left { node_hash(&hash, &sibling.0) } else { node_hash(&sibling.0, &hash) };
    }
    hash
}

/// The root of a subtree.
fn subtree(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => [0; 32],
        [only] => *only,
        leaves => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&subtree(left), &subtree(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::merkle::inclusion_path;

    #[test]
    fn the_path_is_that_of_the_standard() {
        for size in [1_u64, 2, 3, 5, 8, 13, 64, 100] {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&[u8::try_from(n).expect("small"); 32])).collect();
            for seq in 0..size {
                let mut siblings = Vec::new();
                let root = climb(&leaves, 0, seq, &mut siblings);
                assert_eq!(root, subtree(&leaves));
                siblings.reverse();
                let path: Vec<Hash> = siblings.iter().map(|(_, _, hash)| hash.0).collect();
                assert_eq!(
                    Some(path),
                    inclusion_path(&leaves, usize::try_from(seq).expect("small")),
                    "leaf {seq} of {size}"
                );
                let mut covered: u64 = siblings.iter().map(|(from, to, _)| to - from + 1).sum();
                covered += 1;
                assert_eq!(covered, size);
            }
        }
    }
}

//! A record's path to the root of a checkpoint (RFC 6962 §2.1.1), also where records are damaged: then the tree is made with the hashes
//! that lines state, or that their successors name, and what came of that is said. It reads hashes a stretch at a time, so that a log
//! of any length can be climbed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::bundle::container::Container;
use crate::bundle::limits::MAX_PROOF_BYTES;
use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::reading::Watch as _;
use crate::case::Digest;
use crate::columns::Seqs;
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::index::IndexError;
use crate::integrity::code::Code;
use crate::integrity::proofs;
use crate::integrity::report::CheckpointReport;
use crate::integrity::scan::LineState;
use crate::jobs::Progress;
use crate::tlog::merkle::{CompactRange, Cuts, Hash, Node, leaf_hash, node_hash};

/// So many damaged records are read again for one path: each may take the reading of a segment.
const MAX_DAMAGED: usize = 100;

/// So many hashes are read at once.
const STRETCH: u32 = 16_384;

/// The way from a record to the root of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootPath {
    /// The size of the checkpoint.
    pub size: u64,
    /// The root that it states.
    pub signed: Digest,
    /// Whether a signature of the checkpoint fits a key that is known.
    pub is_signed: bool,
    /// The root that the path gives.
    pub computed: Digest,
    /// The record's leaf.
    pub leaf: Digest,
    /// What the leaf is made of.
    pub of: LeafOf,
    /// Other records that do not stand in the tree as they stand in the bundle, but with a hash that was stated for them.
    pub others: Vec<u64>,
    /// The siblings, from the leaf upwards: the records that each covers, both ends included, and its hash. It stands left of the
    /// path where its records come before.
    pub siblings: Vec<(u64, u64, Digest)>,
}

impl RootPath {
    /// Whether the path leads to the root that the checkpoint states.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.computed == self.signed
    }
}

/// The hash that a leaf is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafOf {
    /// The record's, recomputed from its bytes.
    Content,
    /// The one that its line states, which its bytes do not give.
    Declared,
    /// The one that the next record names as that of the record before it, which its line does not state.
    Named,
}

/// Why there is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPath {
    /// The line states no place in the log.
    NoPlace,
    /// No checkpoint covers the record.
    NotCovered,
    /// The log was not read up to the size of the checkpoint.
    NotRead {
        /// The size of the checkpoint.
        size: u64,
    },
    /// Records below the size of the checkpoint are not here, and nothing tells their hashes.
    Missing {
        /// The size of the checkpoint.
        size: u64,
        /// The first one.
        first: u64,
        /// The last one of the gap.
        last: u64,
    },
    /// So many records below the size of the checkpoint are damaged that not all are read again.
    Damaged {
        /// The size of the checkpoint.
        size: u64,
    },
    /// The verification found the root, in a way that is not gone here: a place of the log stands twice in the file, say.
    NotHere {
        /// The size of the checkpoint.
        size: u64,
    },
    /// It was stopped.
    Stopped,
}

/// Why a path was not made: for a reason to be told, or because something failed.
enum Stop {
    NoPath(NoPath),
    Failed(EvidenceError),
}

impl<E: Into<EvidenceError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The path of a record to the oldest checkpoint that covers it, one whose root was found before one whose root was not.
///
/// # Errors
/// Where the index or the bundle cannot be read.
pub fn root_path(
    evidence: &Evidence,
    row: u32,
    progress: &Progress,
) -> Result<Result<RootPath, NoPath>, EvidenceError> {
    match path(evidence, row, progress) {
        Ok(path) => Ok(Ok(path)),
        Err(Stop::NoPath(why)) => Ok(Err(why)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn path(evidence: &Evidence, row: u32, progress: &Progress) -> Result<RootPath, Stop> {
    let (log, of_log) = evidence.place(row).ok_or(Stop::NoPath(NoPath::NoPlace))?;
    let seqs = log.index.seqs()?;
    let seq = seqs.seq(of_log).ok_or(Stop::NoPath(NoPath::NoPlace))?;
    let checkpoint = checkpoint(log, seq).ok_or(Stop::NoPath(NoPath::NotCovered))?;
    let size = checkpoint.size;
    let signed = Digest::parse(&checkpoint.root).ok_or(Stop::NoPath(NoPath::NotCovered))?;
    // A place that stands twice in the file belongs to the lowest row; the tree says nothing about the other.
    if seqs.row(seq) != Some(of_log) {
        return Err(Stop::NoPath(NoPath::NotHere { size }));
    }
    let mut tree = Tree::new(evidence, log, seqs, size)?;
    tree.find_damaged(evidence)?;
    let siblings = siblings(size, seq);
    let own = tree.hash(seq, LeafOf::Content, progress)?;
    // As far as the records give a root by themselves, that one is tried first; without damage it is the only one.
    let ways: &[LeafOf] =
        if tree.damaged.is_empty() { &[LeafOf::Content] } else { &[LeafOf::Content, LeafOf::Named, LeafOf::Declared] };
    let mut out: Option<RootPath> = None;
    let mut why = None;
    for way in ways {
        let (leaf, of) = match tree.damaged.get(&seq).map(|damaged| (damaged, damaged.hash(*way))) {
            None => (own, LeafOf::Content),
            Some((damaged, Some(hash))) => (Some(hash), damaged.what(hash)),
            Some((_, None)) => continue,
        };
        let Some(leaf) = leaf else { return Err(Stop::NoPath(NoPath::NoPlace)) };
        let mut above = Vec::with_capacity(siblings.len());
        for (from, to) in &siblings {
            match tree.root(*from..to + 1, *way, progress) {
                Ok(hash) => above.push((*from, *to, Digest(hash))),
                // Another way may know what is missing on this one.
                Err(Stop::NoPath(no)) => {
                    why = Some(no);
                    break;
                }
                Err(failed) => return Err(failed),
            }
        }
        if above.len() < siblings.len() {
            continue;
        }
        let leaf = Digest(leaf_hash(&leaf));
        let path = RootPath {
            size,
            signed,
            is_signed: checkpoint.signers.iter().any(|signer| signer.valid == Some(true)),
            computed: root(&leaf, seq, &above),
            leaf,
            of,
            others: tree.others(seq, *way),
            siblings: above,
        };
        if path.is_equal() {
            return Ok(path);
        }
        out.get_or_insert(path);
    }
    match out {
        Some(_) if checkpoint.outcome.is_proven() => Err(Stop::NoPath(NoPath::NotHere { size })),
        Some(path) => Ok(path),
        None => Err(Stop::NoPath(why.unwrap_or(NoPath::NotHere { size }))),
    }
}

/// The oldest checkpoint above a record whose root was found, or else the oldest one.
fn checkpoint(log: &Log, seq: u64) -> Option<&CheckpointReport> {
    let above = log.index.report.checkpoints.iter().filter(|checkpoint| checkpoint.size > seq);
    let is_signed = |one: &CheckpointReport| one.signers.iter().any(|signer| signer.valid == Some(true));
    above.min_by_key(|one| (!one.outcome.is_proven(), !is_signed(one), one.size))
}

/// What the tree below a record's path consists of: of each level, the records that the sibling covers, both ends included.
fn siblings(size: u64, seq: u64) -> Vec<(u64, u64)> {
    let (mut first, mut end) = (0, size);
    let mut out = Vec::new();
    while end - first > 1 {
        let middle = first + (end - first).next_power_of_two() / 2;
        if seq < middle {
            out.push((middle, end - 1));
            end = middle;
        } else {
            out.push((first, middle - 1));
            first = middle;
        }
    }
    out.reverse();
    out
}

/// The root that a leaf gives with the siblings of a path.
fn root(leaf: &Digest, seq: u64, siblings: &[(u64, u64, Digest)]) -> Digest {
    let up = |below: Hash, (_, to, sibling): &(u64, u64, Digest)| {
        if *to < seq { node_hash(&sibling.0, &below) } else { node_hash(&below, &sibling.0) }
    };
    Digest(siblings.iter().fold(leaf.0, up))
}

/// A record that is not what it was, or is not here: the hashes that it may have had.
#[derive(Debug, Clone, Copy, Default)]
struct Damaged {
    content: Option<Hash>,
    declared: Option<Hash>,
    named: Option<Hash>,
}

impl Damaged {
    fn hash(&self, way: LeafOf) -> Option<Hash> {
        match way {
            LeafOf::Content => self.content,
            LeafOf::Declared => self.declared.or(self.named),
            LeafOf::Named => self.named.or(self.declared),
        }
    }

    fn what(&self, hash: Hash) -> LeafOf {
        match Some(hash) {
            hash if hash == self.content => LeafOf::Content,
            hash if hash == self.declared => LeafOf::Declared,
            _ => LeafOf::Named,
        }
    }
}

/// The leaves below a checkpoint's size.
struct Tree<'e> {
    log: &'e Log,
    seqs: Seqs,
    size: u64,
    damaged: BTreeMap<u64, Damaged>,
    /// What a slice gives in place of the records that it withholds, by the first record.
    withheld: BTreeMap<u64, Node>,
}

impl<'e> Tree<'e> {
    fn new(evidence: &'e Evidence, log: &'e Log, seqs: Seqs, size: u64) -> Result<Self, Stop> {
        let mut withheld = BTreeMap::new();
        if log.index.report.withheld > 0 && !evidence.is_part() {
            let mut container = Container::open(log.index.bundle()).map_err(IndexError::from)?;
            // A proof that is not there or not one was found when the bundle was verified: the leaves are missing then.
            let bytes = container.read(&format!("proofs/{size}.json"), MAX_PROOF_BYTES).unwrap_or_default();
            let nodes = proofs::parse(&bytes, size).unwrap_or_default();
            withheld.extend(nodes.into_iter().map(|node| (node.start(), node)));
        }
        Ok(Self { log, seqs, size, damaged: BTreeMap::new(), withheld })
    }

    /// Finds the records below the size that may not be what was signed, and reads what is stated about each.
    fn find_damaged(&mut self, evidence: &Evidence) -> Result<(), Stop> {
        let seqs = &self.seqs;
        let mut suspects: BTreeSet<u64> = BTreeSet::new();
        let states = evidence.states()?.get(self.log.rows.start as usize..self.log.rows.end as usize);
        for (row, state) in (0_u32..).zip(states.unwrap_or_default()) {
            if *state == LineState::Altered.place() {
                suspects.extend(seqs.seq(row));
            }
        }
        for finding in &self.log.index.report.findings {
            let is_about = matches!(finding.code, Code::ChainBrokenLink | Code::ChainFork | Code::ChainDuplicate);
            if let (true, Some(first)) = (is_about, finding.seq) {
                let last = finding.end_seq.unwrap_or(first).min(first.saturating_add(MAX_DAMAGED as u64));
                suspects.extend(first..=last);
            }
        }
        suspects.extend(self.gaps().filter(|gap| gap.end - gap.start == 1).map(|gap| gap.start));
        suspects.retain(|seq| *seq < self.size && !self.withheld.contains_key(seq));
        if suspects.len() > MAX_DAMAGED {
            return Err(Stop::NoPath(NoPath::Damaged { size: self.size }));
        }
        let mut hasher = RecordHasher::new(&self.log.index.origin);
        for seq in suspects {
            let read = |seq: Option<u64>| match seq.and_then(|seq| self.seqs.row(seq)) {
                Some(row) => self.log.index.line(row),
                None => Ok(None),
            };
            let mut damaged = Damaged::default();
            if let Some(line) = read(Some(seq))?
                && let Some(line) = Line::parse(&line.bytes)
            {
                damaged.content = Some(hasher.hash(line.seq, &line.prev, line.record));
                damaged.declared = Some(line.hash);
            }
            if let Some(line) = read(seq.checked_add(1))? {
                damaged.named = Line::parse(&line.bytes).map(|line| line.prev);
            }
            self.damaged.insert(seq, damaged);
        }
        Ok(())
    }

    /// The seqs below the size that no line states.
    fn gaps(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let runs = self.seqs.runs().map(|(rows, seq)| (seq, seq.saturating_add(u64::from(rows.end - rows.start))));
        let mut runs: Vec<(u64, u64)> = runs.collect();
        runs.sort_unstable();
        runs.push((self.size, self.size));
        let (mut at, size) = (0, self.size);
        runs.into_iter().filter_map(move |(first, end)| {
            let gap = at..first.min(size);
            at = at.max(end);
            (gap.start < gap.end).then_some(gap)
        })
    }

    /// The hash of a record: `None` where its line states none.
    fn hash(&self, seq: u64, way: LeafOf, progress: &Progress) -> Result<Option<Hash>, Stop> {
        Ok(self.hashes(seq, seq + 1, way, progress)?.first().copied().flatten())
    }

    /// The hashes of the records from one on, up to some other: as many as are read at once.
    fn hashes(&self, seq: u64, to: u64, way: LeafOf, progress: &Progress) -> Result<Vec<Option<Hash>>, Stop> {
        if progress.is_cancelled() {
            return Err(Stop::NoPath(NoPath::Stopped));
        }
        if let Some(damaged) = self.damaged.get(&seq) {
            return Ok(vec![damaged.hash(way)]);
        }
        let Some(row) = self.seqs.row(seq) else { return Ok(Vec::new()) };
        let to = self.damaged.range(seq..to).next().map_or(to, |(damaged, _)| *damaged);
        let is_next = |n: &u32| seq + u64::from(*n) < to && self.seqs.row(seq + u64::from(*n)) == Some(row + n);
        let count = (1..STRETCH).find(|n| !is_next(n)).unwrap_or(STRETCH);
        Ok(self.log.index.hashes_of(row..row + count)?)
    }

    /// The root over some records.
    fn root(&self, records: Range<u64>, way: LeafOf, progress: &Progress) -> Result<Hash, Stop> {
        let mut run = CompactRange::new(records.start);
        while run.end() < records.end {
            let at = run.end();
            let hashes = self.hashes(at, records.end, way, progress)?;
            let appended = match (hashes.first(), self.withheld.get(&at)) {
                (Some(Some(_)), _) => {
                    // Behind one that has no hash it goes on from there.
                    let mut known = hashes.iter().map_while(|hash| *hash);
                    known.try_for_each(|hash| run.push_leaf_hash(leaf_hash(&hash), &Cuts::none()))
                }
                (_, Some(node)) if node.end() <= records.end => run.append_node(*node, &Cuts::none()),
                _ => return Err(Stop::NoPath(self.missing(at))),
            };
            if appended.is_err() {
                return Err(Stop::NoPath(self.missing(at)));
            }
        }
        // A sibling that is no perfect tree is the last one of its level: its parts join from the right.
        let joined = run.nodes().iter().rev().map(|node| node.hash).reduce(|right, left| node_hash(&left, &right));
        joined.ok_or(Stop::NoPath(NoPath::NotHere { size: self.size }))
    }

    fn missing(&self, at: u64) -> NoPath {
        let size = self.size;
        let gap = self.gaps().find(|gap| gap.contains(&at)).unwrap_or(at..at + 1);
        let report = &self.log.index.report;
        if report.is_part() && gap.end == size {
            return NoPath::NotRead { size };
        }
        NoPath::Missing { size, first: gap.start, last: gap.end - 1 }
    }

    /// The damaged records beside one that do not stand in the tree as they stand in the bundle.
    fn others(&self, seq: u64, way: LeafOf) -> Vec<u64> {
        let is_other = |(at, damaged): &(&u64, &Damaged)| **at != seq && damaged.hash(way) != damaged.content;
        self.damaged.iter().filter(is_other).map(|(at, _)| *at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::merkle::inclusion_path;

    #[test]
    fn the_path_is_that_of_the_standard() {
        let place = |seq: u64| usize::try_from(seq).expect("small");
        for size in [1_usize, 2, 3, 5, 8, 13, 64, 100] {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&[u8::try_from(n).expect("small"); 32])).collect();
            let tree = |range: Range<usize>| {
                let mut run = CompactRange::new(0);
                for leaf in &leaves[range] {
                    run.push_leaf_hash(*leaf, &Cuts::none()).expect("pushed");
                }
                run.root().expect("a root")
            };
            for seq in 0..size {
                let siblings: Vec<(u64, u64, Digest)> = siblings(size as u64, seq as u64)
                    .into_iter()
                    .map(|(from, to)| (from, to, Digest(tree(place(from)..place(to) + 1))))
                    .collect();
                let path: Vec<Hash> = siblings.iter().map(|(_, _, hash)| hash.0).collect();
                assert_eq!(Some(path), inclusion_path(&leaves, seq), "leaf {seq} of {size}");
                assert_eq!(root(&Digest(leaves[seq]), seq as u64, &siblings).0, tree(0..size));
                let covered: u64 = siblings.iter().map(|(from, to, _)| to - from + 1).sum();
                assert_eq!(covered + 1, size as u64);
            }
        }
    }

    #[test]
    fn a_damaged_record_has_the_hashes_that_are_known_of_it() {
        let [content, declared, named] = [[1; 32], [2; 32], [3; 32]].map(Some);
        let edited = Damaged { content, declared, named: declared };
        assert_eq!(edited.hash(LeafOf::Named).map(|hash| edited.what(hash)), Some(LeafOf::Declared));
        let replaced = Damaged { content, declared: content, named };
        assert_eq!(replaced.hash(LeafOf::Named).map(|hash| replaced.what(hash)), Some(LeafOf::Named));
        let last = Damaged { content, declared, named: None };
        assert_eq!(last.hash(LeafOf::Named), declared);
        assert_eq!(Damaged { named, ..Damaged::default() }.hash(LeafOf::Content), None);
    }
}

//! A record's path to the root of a checkpoint (RFC 6962 §2.1.1), also where records are damaged: then the tree is made with the hashes
//! that lines state, or that their successors name, and what came of that is said. It reads hashes a stretch at a time, so that a log
//! of any length can be climbed.

mod tree;
mod words;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::bundle::reading::Watch;
use crate::case::Digest;
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::integrity::report::CheckpointReport;
use crate::tlog::merkle::{Hash, leaf_hash, node_hash};
use tree::Tree;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
pub fn root_path(evidence: &Evidence, row: u32, watch: &dyn Watch) -> Result<Result<RootPath, NoPath>, EvidenceError> {
    Paths::new(evidence).of(row, watch)
}

/// The paths of several records: what one has computed of the tree, the next one needs not compute again.
pub struct Paths<'e> {
    evidence: &'e Evidence,
    /// By the first row of the log, and the size of the checkpoint.
    trees: HashMap<(u32, u64), Tree<'e>>,
}

impl<'e> Paths<'e> {
    /// Of some evidence; nothing is read yet.
    #[must_use]
    pub fn new(evidence: &'e Evidence) -> Self {
        Self { evidence, trees: HashMap::new() }
    }

    /// As [`root_path`].
    ///
    /// # Errors
    /// Where the index or the bundle cannot be read.
    pub fn of(&mut self, row: u32, watch: &dyn Watch) -> Result<Result<RootPath, NoPath>, EvidenceError> {
        match self.path(row, watch) {
            Ok(path) => Ok(Ok(path)),
            Err(Stop::NoPath(why)) => Ok(Err(why)),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn path(&mut self, row: u32, watch: &dyn Watch) -> Result<RootPath, Stop> {
        let (log, of_log) = self.evidence.place(row).ok_or(Stop::NoPath(NoPath::NoPlace))?;
        let seqs = log.index.seqs()?;
        let seq = seqs.seq(of_log).ok_or(Stop::NoPath(NoPath::NoPlace))?;
        let checkpoint = checkpoint(log, seq).ok_or(Stop::NoPath(NoPath::NotCovered))?;
        let size = checkpoint.size;
        // A place that stands twice in the file belongs to the lowest row; the tree says nothing about the other.
        if seqs.row(seq) != Some(of_log) {
            return Err(Stop::NoPath(NoPath::NotHere { size }));
        }
        let tree = match self.trees.entry((log.rows.start, size)) {
            Entry::Occupied(tree) => tree.into_mut(),
            Entry::Vacant(place) => {
                let mut tree = Tree::new(self.evidence, log, seqs, size)?;
                tree.find_damaged(self.evidence)?;
                place.insert(tree)
            }
        };
        climb(tree, checkpoint, seq, watch)
    }
}

/// The path in a tree.
fn climb(tree: &mut Tree<'_>, checkpoint: &CheckpointReport, seq: u64, watch: &dyn Watch) -> Result<RootPath, Stop> {
    let size = checkpoint.size;
    let signed = Digest::parse(&checkpoint.root).ok_or(Stop::NoPath(NoPath::NotCovered))?;
    let siblings = siblings(size, seq);
    let own = tree.hash(seq, LeafOf::Content, watch)?;
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
            match tree.root(*from..to + 1, *way, watch) {
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

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::tlog::merkle::{CompactRange, Cuts, inclusion_path};

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
}

//! Range proofs of slices: the leaves that are present, and nodes that stand for all others, fold to the signed root.
//! The list of nodes is derived from size and ranges alone, so that a node can never stand for a record that is present.

use super::{AppendError, CompactRange, Cuts, Hash, MAX_TREE_SIZE, Node, perfect_subtrees};
use std::ops::Range;

/// Why there is no range proof for this size and these ranges.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// A range without leaves.
    #[error("the range [{}, {}) is empty", .0.start, .0.end)]
    Empty(Range<u64>),
    /// A range that overlaps, touches or comes before the one listed before it.
    #[error("the range [{}, {}) does not stand apart after the one that ends at {previous_end}", .range.start, .range.end)]
    NotApart {
        /// The range at fault.
        range: Range<u64>,
        /// The end of the range before it.
        previous_end: u64,
    },
    /// A size beyond [`MAX_TREE_SIZE`].
    #[error("a tree of {0} leaves is larger than 2^63")]
    TooLarge(u64),
}

/// Why a range proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeProofError {
    /// Size and ranges do not describe a slice.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A node at another level or index than the one that belongs there.
    #[error("node {position} is level {level} index {index}, expected level {expected_level} index {expected_index}")]
    WrongNode {
        /// Place in the proof, from 0.
        position: usize,
        /// The level found.
        level: u8,
        /// The index found.
        index: u64,
        /// The level that belongs there.
        expected_level: u8,
        /// The index that belongs there.
        expected_index: u64,
    },
    /// The proof ends too early.
    #[error("the proof has {found} nodes; level {level} index {index} is missing")]
    MissingNode {
        /// The number of nodes found.
        found: usize,
        /// The level of the first node missing.
        level: u8,
        /// The index of the first node missing.
        index: u64,
    },
    /// The proof goes on after its last node.
    #[error("the proof has {found} nodes, {expected} are needed")]
    SuperfluousNodes {
        /// The number of nodes needed.
        expected: usize,
        /// The number of nodes found.
        found: usize,
    },
    /// Fewer leaves than the ranges hold.
    #[error("leaf {0} is missing")]
    MissingLeaf(u64),
    /// More leaves than the ranges hold within the size.
    #[error("there are more leaves than the ranges hold")]
    SuperfluousLeaf,
    /// A run was made without a cut at the size.
    #[error("the run from leaf {0} cannot be taken apart at the size of the tree")]
    NotCut(u64),
    /// Leaves and nodes do not join; impossible once the shape is right.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Leaves and nodes lead to another root than the one stated.
    #[error("the leaves present and the proof lead to another root")]
    Root,
}

/// The nodes that a range proof must consist of, as (level, index): the maximal perfect subtrees of each gap
/// that `ranges` leave in [0, `size`), from left to right.
///
/// `ranges` must be sorted, not empty, disjoint and not adjacent. A range that goes beyond `size` is clipped to it
/// and one wholly beyond is left out: a checkpoint may be older than the end of the slice.
/// Allocates in proportion to the number of ranges, never to `size`.
///
/// # Errors
/// See [`ShapeError`].
pub fn range_proof_shape(size: u64, ranges: &[Range<u64>]) -> Result<Vec<(u8, u64)>, ShapeError> {
    check_ranges(size, ranges)?;
    Ok(shape(size, ranges).collect())
}

/// Checks that `proof` has exactly the nodes of [`range_proof_shape`], in order; says nothing about their hashes.
///
/// # Errors
/// [`RangeProofError::Shape`] and those about nodes.
pub fn check_range_proof(size: u64, ranges: &[Range<u64>], proof: &[Node]) -> Result<(), RangeProofError> {
    check_ranges(size, ranges)?;
    let mut expected = 0;
    for (position, (level, index)) in shape(size, ranges).enumerate() {
        match proof.get(position) {
            Some(node) if (node.level, node.index) == (level, index) => {}
            Some(node) => {
                return Err(RangeProofError::WrongNode {
                    position,
                    level: node.level,
                    index: node.index,
                    expected_level: level,
                    expected_index: index,
                });
            }
            None => {
                return Err(RangeProofError::MissingNode { found: proof.len(), level, index });
            }
        }
        expected = position + 1;
    }
    if proof.len() > expected {
        return Err(RangeProofError::SuperfluousNodes { expected, found: proof.len() });
    }
    Ok(())
}

/// The root of the tree of `size` leaves from the `runs` that are present and a `proof` for the gaps between them.
/// A run that goes beyond `size` must have been made with `size` among its cuts.
///
/// # Errors
/// Every [`RangeProofError`] but [`RangeProofError::Root`] and those about leaves.
pub fn range_root(size: u64, runs: &[CompactRange], proof: &[Node]) -> Result<Hash, RangeProofError> {
    let ranges: Vec<Range<u64>> = runs.iter().map(|run| run.start()..run.end()).collect();
    check_range_proof(size, &ranges, proof)?;
    let cuts = Cuts::none();
    let mut tree = CompactRange::new(0);
    let mut proof = proof.iter();
    for run in runs.iter().take_while(|run| run.start() < size) {
        // The shape is right: the nodes of this gap end where the run begins.
        while tree.end() < run.start()
            && let Some(&node) = proof.next()
        {
            tree.append_node(node, &cuts)?;
        }
        let present = run.prefix(size.min(run.end())).ok_or(RangeProofError::NotCut(run.start()))?;
        tree.append(&present, &cuts)?;
    }
    for &node in proof {
        tree.append_node(node, &cuts)?;
    }
    tree.root_at(size).ok_or(RangeProofError::Root)
}

/// Checks that the leaf hashes `present`, those of `ranges` within [0, `size`) in order, stand at their places
/// in the tree of `size` leaves with this `root`. Works through `present` once and holds O(log `size`) hashes a range.
///
/// # Errors
/// Every [`RangeProofError`]; the shape of the proof is checked before a leaf is asked for.
pub fn verify_range(
    size: u64,
    ranges: &[Range<u64>],
    present: impl IntoIterator<Item = Hash>,
    proof: &[Node],
    root: &Hash,
) -> Result<(), RangeProofError> {
    check_range_proof(size, ranges, proof)?;
    let cuts = Cuts::none();
    let mut present = present.into_iter();
    let mut runs = Vec::with_capacity(ranges.len());
    for range in clipped(size, ranges) {
        let mut run = CompactRange::new(range.start);
        // Ends with the leaves, however long the range claims to be.
        while run.end() < range.end {
            let hash = present.next().ok_or(RangeProofError::MissingLeaf(run.end()))?;
            run.push_leaf_hash(hash, &cuts)?;
        }
        runs.push(run);
    }
    if present.next().is_some() {
        return Err(RangeProofError::SuperfluousLeaf);
    }
    if range_root(size, &runs, proof)? == *root { Ok(()) } else { Err(RangeProofError::Root) }
}

fn check_ranges(size: u64, ranges: &[Range<u64>]) -> Result<(), ShapeError> {
    if size > MAX_TREE_SIZE {
        return Err(ShapeError::TooLarge(size));
    }
    if let Some(range) = ranges.iter().find(|range| range.is_empty()) {
        return Err(ShapeError::Empty(range.clone()));
    }
    match ranges.windows(2).find(|pair| pair[1].start <= pair[0].end) {
        Some(pair) => Err(ShapeError::NotApart { range: pair[1].clone(), previous_end: pair[0].end }),
        None => Ok(()),
    }
}

fn clipped(size: u64, ranges: &[Range<u64>]) -> impl Iterator<Item = Range<u64>> {
    ranges.iter().take_while(move |range| range.start < size).map(move |range| range.start..range.end.min(size))
}

/// Of ranges that were checked.
fn shape(size: u64, ranges: &[Range<u64>]) -> impl Iterator<Item = (u8, u64)> {
    let starts = clipped(size, ranges).map(|range| range.start).chain([size]);
    let ends = [0].into_iter().chain(clipped(size, ranges).map(|range| range.end));
    ends.zip(starts).flat_map(|(end, next_start)| perfect_subtrees(end..next_start))
}

#[cfg(test)]
mod tests;

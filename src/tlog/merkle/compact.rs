//! Runs of consecutive leaves, held as their perfect subtrees: O(log n) hashes instead of n.
//! Runs computed apart from each other (by workers, or from a proof) are joined to give the root.

use super::{Hash, MAX_TREE_SIZE, Node, empty_root, node_hash};
use std::ops::Range;
use std::sync::Arc;

/// Why a node or a run could not be appended. What it was appended to is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// It leaves a gap or overlaps.
    #[error("starts at leaf {start}, expected leaf {expected}")]
    NotAdjacent {
        /// The first leaf of what was to be appended.
        start: u64,
        /// The end of the run so far.
        expected: u64,
    },
    /// The run would go beyond [`MAX_TREE_SIZE`].
    #[error("the leaves would go beyond 2^63")]
    TooLarge,
    /// A node hides a tree size whose root will be wanted: it was made without regard to the cuts.
    #[error("a node over the leaves [{start}, {end}) lies across a tree size whose root is wanted")]
    AcrossCut {
        /// The node's first leaf.
        start: u64,
        /// The leaf after the node's last.
        end: u64,
    },
}

/// Tree sizes at which a root will be wanted: no node that has one of them strictly inside is ever formed.
/// Cheap to clone and to narrow: views share one allocation.
#[derive(Clone, Debug, Default)]
pub struct Cuts {
    sizes: Arc<[u64]>,
    view: Range<usize>,
}

impl Cuts {
    /// No cut: nodes are merged as far as they can be.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The cuts strictly inside `range`: all that matter to a run over these leaves.
    #[must_use]
    pub fn within(&self, range: Range<u64>) -> Self {
        let sizes = self.sizes();
        let from = sizes.partition_point(|&size| size <= range.start);
        let to = sizes.partition_point(|&size| size < range.end).max(from);
        let view = self.view.start + from..self.view.start + to;
        Self { sizes: Arc::clone(&self.sizes), view }
    }

    /// The tree sizes, ascending.
    #[must_use]
    pub fn sizes(&self) -> &[u64] {
        &self.sizes[self.view.clone()]
    }

    fn contains(&self, size: u64) -> bool {
        !self.view.is_empty() && self.sizes().binary_search(&size).is_ok()
    }

    fn cross(&self, node: &Node) -> bool {
        // Leaves are most of what is appended, and nothing lies inside a leaf.
        node.level > 0 && !self.view.is_empty() && !self.within(node.start()..node.end()).view.is_empty()
    }
}

impl FromIterator<u64> for Cuts {
    /// In any order, repeats allowed.
    fn from_iter<I: IntoIterator<Item = u64>>(sizes: I) -> Self {
        let mut sizes: Vec<u64> = sizes.into_iter().collect();
        sizes.sort_unstable();
        sizes.dedup();
        let view = 0..sizes.len();
        Self { sizes: sizes.into(), view }
    }
}

/// The leaves [`start`, `end`), held as perfect subtrees from left to right.
///
/// Without cuts the nodes are the maximal ones, those of [`super::perfect_subtrees`]: the run over a gap
/// of a slice *is* that gap's part of the range proof.
/// With cuts up to O(cuts · log n) nodes are held, and [`Self::prefix`] and [`Self::root_at`] work at every cut.
///
/// [`start`]: Self::start
/// [`end`]: Self::end
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactRange {
    start: u64,
    end: u64,
    nodes: Vec<Node>,
}

impl CompactRange {
    /// An empty run at leaf `start`.
    #[must_use]
    pub fn new(start: u64) -> Self {
        Self { start, end: start, nodes: Vec::new() }
    }

    /// The first leaf.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The leaf after the last.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Whether the run has no leaf.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The nodes held, from left to right.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Appends the next leaf by its leaf hash: one node hash on average.
    ///
    /// # Errors
    /// [`AppendError::TooLarge`] at leaf 2^63.
    pub fn push_leaf_hash(&mut self, hash: Hash, cuts: &Cuts) -> Result<(), AppendError> {
        self.append_node(Node { level: 0, index: self.end, hash }, cuts)
    }

    /// Appends a perfect subtree that starts exactly at [`Self::end`], from another run or a proof.
    ///
    /// # Errors
    /// Every [`AppendError`]; the run is unchanged then.
    pub fn append_node(&mut self, mut node: Node, cuts: &Cuts) -> Result<(), AppendError> {
        let (start, end) = (node.start(), node.end());
        if start != self.end {
            return Err(AppendError::NotAdjacent { start, expected: self.end });
        }
        if end > MAX_TREE_SIZE {
            return Err(AppendError::TooLarge);
        }
        if cuts.cross(&node) {
            return Err(AppendError::AcrossCut { start, end });
        }
        // A right child right after a node of its own level: that node is its left sibling.
        // Neither has a cut inside, so the only cut their parent could hide is where they meet.
        while node.index % 2 == 1
            && let Some(left) = self.nodes.last().filter(|left| left.level == node.level)
            && !cuts.contains(node.start())
        {
            node = Node { level: node.level + 1, index: node.index / 2, hash: node_hash(&left.hash, &node.hash) };
            self.nodes.pop();
        }
        self.nodes.push(node);
        self.end = end;
        Ok(())
    }

    /// Appends a run that starts exactly at [`Self::end`]. It must have been made with at least the cuts that lie inside it.
    ///
    /// # Errors
    /// [`AppendError::NotAdjacent`] and [`AppendError::AcrossCut`]; this run is unchanged then.
    pub fn append(&mut self, next: &Self, cuts: &Cuts) -> Result<(), AppendError> {
        if next.start != self.end {
            return Err(AppendError::NotAdjacent { start: next.start, expected: self.end });
        }
        if let Some(node) = next.nodes.iter().find(|node| cuts.cross(node)) {
            return Err(AppendError::AcrossCut { start: node.start(), end: node.end() });
        }
        next.nodes.iter().try_for_each(|&node| self.append_node(node, cuts))
    }

    /// The leaves [`start`, `size`) of this run in their maximal perfect subtrees, as if there had been no cuts.
    /// `None` where `size` is outside the run or inside one of the nodes held.
    ///
    /// [`start`]: Self::start
    #[must_use]
    pub fn prefix(&self, size: u64) -> Option<Self> {
        let (mut prefix, cuts) = (Self::new(self.start), Cuts::none());
        for &node in self.nodes.iter().take_while(|node| node.end() <= size) {
            prefix.append_node(node, &cuts).ok()?;
        }
        (prefix.end == size).then_some(prefix)
    }

    /// The RFC 6962 tree head over all leaves of this run. `None` where it does not start at leaf 0.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        self.root_at(self.end)
    }

    /// The RFC 6962 tree head of the tree of `size` leaves. `None` where this run does not start at leaf 0,
    /// ends before `size`, or merged nodes across it because it was not among the cuts.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        if self.start != 0 {
            return None;
        }
        // Nodes kept apart by cuts are siblings still to be merged: only the maximal ones fold to the root.
        let prefix = self.prefix(size)?;
        let fold = prefix.nodes.iter().rev().map(|node| node.hash).reduce(|right, left| node_hash(&left, &right));
        Some(fold.unwrap_or_else(empty_root))
    }
}

#[cfg(test)]
mod tests;

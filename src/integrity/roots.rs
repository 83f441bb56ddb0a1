//! Roots: what the leaves that are there give at every size that a checkpoint signed, as they stand in the file and
//! with the hashes that their successors name (`substitution`).

use super::locate::{Leaves, Stretch};
use crate::tlog::merkle::{CompactRange, Cuts, Hash, Node, leaf_hash};

/// Which leaf to take where the record in the file and the one that its successor names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What stands in the file.
    Found,
    /// What the following record names.
    Repaired,
    /// As [`Self::Repaired`], and the other hash where there is a doubt.
    Other,
}

/// The root at a size, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The root.
    Is(Hash),
    /// Leaves are missing from this seq on.
    NoLeaves(u64),
}

/// The roots at `sizes` (sorted, distinct). `proof` holds, left to right, the nodes that stand for withheld leaves; its
/// shape must have been checked against the one size it is for.
pub fn roots(stretches: &[Stretch], sizes: &[u64], which: Which, proof: &[Node]) -> Vec<Root> {
    let mut out = Vec::with_capacity(sizes.len());
    let mut tree = Tree { so_far: CompactRange::new(0), sizes, out: &mut out };
    let mut proof = proof.iter();
    let mut lost = None;
    tree.reached();
    'log: for stretch in stretches {
        if tree.is_done() {
            break;
        }
        if stretch.start != tree.so_far.end() {
            lost = Some(tree.so_far.end());
            break;
        }
        match &stretch.leaves {
            Leaves::Known { body, found, repaired, other } => {
                for node in body.iter().flat_map(CompactRange::nodes) {
                    if !tree.append(*node) {
                        break 'log;
                    }
                }
                let leaf = match which {
                    Which::Found => found,
                    Which::Repaired => repaired,
                    Which::Other if other.is_some() => other,
                    Which::Other => repaired,
                };
                let last = stretch.end - 1;
                let Some(leaf) = leaf.filter(|_| last == tree.so_far.end()) else {
                    lost = Some(last);
                    break;
                };
                if !tree.append(Node { level: 0, index: last, hash: leaf_hash(&leaf) }) {
                    break;
                }
            }
            Leaves::Withheld => {
                while !tree.is_done() && tree.so_far.end() < stretch.end {
                    let Some(node) = proof.next() else { break };
                    if !tree.append(*node) {
                        break 'log;
                    }
                }
            }
            Leaves::Lost => {
                lost = Some(stretch.start);
                break;
            }
        }
    }
    // A tail that was withheld has nodes as well.
    while lost.is_none() && !tree.is_done() {
        let Some(node) = proof.next() else { break };
        if !tree.append(*node) {
            break;
        }
    }
    let from = lost.unwrap_or(tree.so_far.end());
    out.resize(sizes.len(), Root::NoLeaves(from));
    out
}

struct Tree<'a> {
    so_far: CompactRange,
    sizes: &'a [u64],
    out: &'a mut Vec<Root>,
}

impl Tree<'_> {
    fn is_done(&self) -> bool {
        self.out.len() == self.sizes.len()
    }

    /// Notes the root where a size has been reached; passes sizes that were stepped over.
    fn reached(&mut self) {
        while let Some(&size) = self.sizes.get(self.out.len()) {
            if size > self.so_far.end() {
                return;
            }
            let root = if size == self.so_far.end() { self.so_far.root() } else { None };
            self.out.push(root.map_or(Root::NoLeaves(size), Root::Is));
        }
    }

    fn append(&mut self, node: Node) -> bool {
        let appended = self.so_far.append_node(node, &Cuts::none()).is_ok();
        if appended {
            self.reached();
        }
        appended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(leaves: &[Hash]) -> Hash {
        let mut tree = CompactRange::new(0);
        for leaf in leaves {
            tree.push_leaf_hash(leaf_hash(leaf), &Cuts::none()).expect("pushed");
        }
        tree.root().expect("from 0")
    }

    fn known(leaves: &[Hash], start: u64, repaired: Option<Hash>, cuts: &Cuts) -> Stretch {
        let (last, body) = leaves.split_last().expect("not empty");
        let mut nodes = CompactRange::new(start);
        for leaf in body {
            nodes.push_leaf_hash(leaf_hash(leaf), cuts).expect("pushed");
        }
        Stretch {
            start,
            end: start + leaves.len() as u64,
            leaves: Leaves::Known {
                body: Some(nodes),
                found: Some(*last),
                repaired: repaired.or(Some(*last)),
                other: None,
            },
        }
    }

    #[test]
    fn roots_at_every_size_and_after_substitution() {
        let leaves: Vec<Hash> = (0..21).map(|n| [n; 32]).collect();
        let sizes: Vec<u64> = (0..=21).collect();
        let cuts: Cuts = sizes.iter().copied().collect();
        let mut edited = leaves.clone();
        edited[8] = [99; 32];
        let stretches = [
            known(&edited[..9], 0, Some(leaves[8]), &cuts),
            known(&leaves[9..20], 9, None, &cuts),
            known(&leaves[20..], 20, None, &cuts),
        ];
        for (which, leaves) in [(Which::Found, &edited), (Which::Repaired, &leaves)] {
            let expected: Vec<Root> = (0..=21).map(|size| Root::Is(naive(&leaves[..size]))).collect();
            assert_eq!(roots(&stretches, &sizes, which, &[]), expected);
        }
        assert_eq!(roots(&stretches, &[5, 22], Which::Found, &[])[1], Root::NoLeaves(21));
        let lost = Stretch { start: 9, end: 20, leaves: Leaves::Lost };
        let [first, _, third] = stretches;
        assert_eq!(
            roots(&[first, lost, third], &[8, 9, 10, 21], Which::Repaired, &[])[2..],
            [Root::NoLeaves(9), Root::NoLeaves(9)]
        );
    }
}

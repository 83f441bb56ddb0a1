//! The Merkle tree of RFC 6962 §2.1 with SHA-256, over the record hashes of a log.
//! Holds no tree in memory: runs of leaves are kept as their perfect subtrees, and proofs are folded as they are read.

mod compact;
mod path;
mod range;

pub use compact::{AppendError, CompactRange, Cuts};
pub use path::{ProofError, consistency_path, inclusion_path, verify_consistency, verify_inclusion};
pub use range::{RangeProofError, ShapeError, check_range_proof, range_proof_shape, range_root, verify_range};

use sha2::{Digest, Sha256};
use std::ops::Range;

/// A SHA-256 digest: a leaf hash, an inner node or a root.
pub type Hash = [u8; 32];

/// The largest tree size that is dealt with, in leaves: 2^63. Larger ones are refused, so that no bound overflows.
pub const MAX_TREE_SIZE: u64 = 1 << 63;

/// The leaf hash of one record: SHA-256(0x00 ‖ `data`), `data` being the record's hash (RFC 6962 §2.1).
#[must_use]
pub fn leaf_hash(data: &[u8; 32]) -> Hash {
    // One buffer and one call: the hasher's own block buffer costs more than this copy.
    let mut message = [0; 33];
    message[1..].copy_from_slice(data);
    Sha256::digest(message).into()
}

/// The hash of an inner node: SHA-256(0x01 ‖ `left` ‖ `right`) (RFC 6962 §2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut message = [1; 65];
    message[1..33].copy_from_slice(left);
    message[33..].copy_from_slice(right);
    Sha256::digest(message).into()
}

/// The root of the tree without leaves: SHA-256 of nothing (RFC 6962 §2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A perfect subtree: the leaves [`index` · 2^`level`, (`index` + 1) · 2^`level`) and their hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Height above the leaves; 0 is a leaf hash.
    pub level: u8,
    /// Place among the nodes of this level, from 0.
    pub index: u64,
    /// Leaf hash or node hash.
    pub hash: Hash,
}

impl Node {
    /// The first leaf covered; `u64::MAX` where the true value does not fit, which no valid tree reaches.
    #[must_use]
    pub fn start(&self) -> u64 {
        shift(self.index, self.level)
    }

    /// The leaf after the last one covered; `u64::MAX` where the true value does not fit.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.index.checked_add(1).map_or(u64::MAX, |next| shift(next, self.level))
    }
}

/// `index` · 2^`level`, saturating: level and index may come from a file.
fn shift(index: u64, level: u8) -> u64 {
    if u32::from(level) <= index.leading_zeros() {
        // A level of 64 gets here with index 0 only.
        index.checked_shl(level.into()).unwrap_or(0)
    } else if index == 0 {
        0
    } else {
        u64::MAX
    }
}

/// The maximal perfect subtrees that cover the leaves of `range`, as (level, index) from left to right.
/// At most 126 for any range; none where the range is empty.
pub fn perfect_subtrees(range: Range<u64>) -> impl Iterator<Item = (u8, u64)> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        // The largest block that is aligned here and still fits.
        let level = range.end.checked_sub(start)?.checked_ilog2()?.min(start.trailing_zeros());
        let subtree = (u8::try_from(level).ok()?, start >> level);
        // Cannot overflow: the block ends at or before `range.end`.
        start += 1 << level;
        Some(subtree)
    })
}

/// The tree head of RFC 6962 §2.1 for leaf hashes in memory.
fn tree_hash(leaf_hashes: &[Hash]) -> Hash {
    let (mut tree, cuts) = (CompactRange::new(0), Cuts::none());
    for &hash in leaf_hashes {
        // A slice is far below 2^63 elements, so this append cannot fail.
        let _ = tree.push_leaf_hash(hash, &cuts);
    }
    tree.root().unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6962 §2.1 to the letter: the slow definition that everything else is measured against.
    pub(super) fn naive_root(leaf_hashes: &[Hash]) -> Hash {
        match leaf_hashes {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaf_hashes.split_at(leaf_hashes.len().next_power_of_two() / 2);
                node_hash(&naive_root(left), &naive_root(right))
            }
        }
    }

    pub(super) fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(Sha256::digest(n.to_be_bytes()).as_ref())).collect()
    }

    pub(super) fn hex(text: &str) -> Hash {
        let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect();
        bytes.try_into().unwrap()
    }

    /// The inputs and tree heads that Certificate Transparency implementations test with.
    #[test]
    fn known_roots() {
        let data = ["", "\x00", "\x10", "\x20\x21", "\x30\x31", "@ABC", "PQRSTUVW", "`abcdefghijklmno"];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let hashes: Vec<Hash> =
            data.map(|d| Sha256::new().chain_update([0]).chain_update(d).finalize().into()).to_vec();
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(tree_hash(&hashes[..size]), hex(root), "size {size}");
            assert_eq!(naive_root(&hashes[..size]), hex(root), "naive, size {size}");
        }
    }

    #[test]
    fn leaf_and_node_prefixes() {
        let (a, b) = ([7; 32], [9; 32]);
        assert_eq!(leaf_hash(&a), <Hash>::from(Sha256::digest([&[0][..], &a].concat())));
        assert_eq!(node_hash(&a, &b), <Hash>::from(Sha256::digest([&[1][..], &a, &b].concat())));
    }

    #[test]
    fn bounds_of_a_node_saturate() {
        let table = [
            (0, 0, 0, 1),
            (3, 5, 40, 48),
            (63, 0, 0, 1 << 63),
            (63, 1, 1 << 63, u64::MAX),
            (63, 2, u64::MAX, u64::MAX),
            (64, 0, 0, u64::MAX),
            (64, 1, u64::MAX, u64::MAX),
            (255, 0, 0, u64::MAX),
            (0, u64::MAX, u64::MAX, u64::MAX),
            (1, u64::MAX, u64::MAX, u64::MAX),
        ];
        for (level, index, start, end) in table {
            let node = Node { level, index, hash: [0; 32] };
            assert_eq!((node.start(), node.end()), (start, end), "level {level} index {index}");
        }
    }

    /// Nodes as (level, index).
    pub(super) type Shape = &'static [(u8, u64)];

    #[test]
    fn subtrees_of_known_ranges() {
        let table: [(Range<u64>, Shape); 8] = [
            (0..0, &[]),
            (
                #[allow(clippy::reversed_empty_ranges)]
                {
                    9..3
                },
                &[],
            ),
            (0..1, &[(0, 0)]),
            (0..7, &[(2, 0), (1, 2), (0, 6)]),
            (1..8, &[(0, 1), (1, 1), (2, 1)]),
            (3..13, &[(0, 3), (2, 1), (2, 2), (0, 12)]),
            (0..1 << 63, &[(63, 0)]),
            (5..6, &[(0, 5)]),
        ];
        for (range, expected) in table {
            assert_eq!(perfect_subtrees(range.clone()).collect::<Vec<_>>(), expected, "{range:?}");
        }
        assert_eq!(perfect_subtrees(1..MAX_TREE_SIZE).count(), 63);
        assert_eq!(perfect_subtrees(1..MAX_TREE_SIZE - 1).count(), 124);
        assert_eq!(perfect_subtrees(1..u64::MAX).count(), 126);
    }

    proptest! {
        #[test]
        fn subtrees_cover_exactly_and_are_maximal(a in any::<u64>(), b in any::<u64>(), close in 0u64..200) {
            for (start, end) in [(a.min(b), a.max(b)), (a, a.saturating_add(close))] {
                let nodes: Vec<Node> = perfect_subtrees(start..end)
                    .map(|(level, index)| Node { level, index, hash: [0; 32] })
                    .collect();
                let mut at = start;
                for node in &nodes {
                    prop_assert_eq!(node.start(), at);
                    at = node.end();
                    let parent = Node { level: node.level + 1, index: node.index / 2, ..*node };
                    prop_assert!(parent.start() < start || parent.end() > end || parent.end() == u64::MAX);
                }
                prop_assert_eq!(at, end);
            }
        }
    }
}

//! Inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2), verified as RFC 9162 §2.1.3.2 and §2.1.4.2 describe.
//! A proof must have exactly the length that index and sizes ask for.

use super::{Hash, MAX_TREE_SIZE, empty_root, node_hash, tree_hash};

/// Why an inclusion or consistency proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf lies outside the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    IndexOutside {
        /// The leaf asked for.
        index: u64,
        /// The tree's size in leaves.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {old} leaves cannot come before one of {new}")]
    Shrunk {
        /// The size said to be older.
        old: u64,
        /// The size said to be newer.
        new: u64,
    },
    /// A size beyond [`MAX_TREE_SIZE`].
    #[error("a tree of {0} leaves is larger than 2^63")]
    TooLarge(u64),
    /// More or fewer hashes than the sizes ask for.
    #[error("the proof has {found} hashes, the sizes ask for {expected}")]
    Length {
        /// The only length that can be right.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// The proof leads to another root than the one stated, that of the newer tree.
    #[error("the proof leads to another root")]
    Root,
    /// The proof leads to another root than the one stated for the older tree.
    #[error("the proof leads to another root of the older tree")]
    OldRoot,
}

/// The audit path of leaf `index` in the tree over `leaf_hashes`, from the leaf upwards (RFC 6962 §2.1.1).
/// `None` where there is no such leaf.
#[must_use]
pub fn inclusion_path(leaf_hashes: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaf_hashes.len() {
        return None;
    }
    let (mut tree, mut index, mut path) = (leaf_hashes, index, Vec::new());
    while tree.len() > 1 {
        let (left, right) = split(tree);
        let sibling;
        (tree, sibling) = if index < left.len() {
            (left, right)
        } else {
            index -= left.len();
            (right, left)
        };
        path.push(tree_hash(sibling));
    }
    path.reverse();
    Some(path)
}

/// The proof that the tree over the first `old` of `leaf_hashes` is a prefix of the tree over all of them
/// (RFC 6962 §2.1.2). Empty for sizes 0 and all; `None` where `old` is larger.
#[must_use]
pub fn consistency_path(leaf_hashes: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old > leaf_hashes.len() {
        return None;
    }
    let (mut tree, mut old, mut path) = (leaf_hashes, old, Vec::new());
    if old == 0 {
        return Some(path);
    }
    // While only left turns are taken, a complete `tree` is the old tree, whose root the verifier has.
    let mut is_old_root = true;
    while old < tree.len() {
        let (left, right) = split(tree);
        let sibling;
        (tree, sibling) = if old <= left.len() {
            (left, right)
        } else {
            old -= left.len();
            is_old_root = false;
            (right, left)
        };
        path.push(tree_hash(sibling));
    }
    if !is_old_root {
        path.push(tree_hash(tree));
    }
    path.reverse();
    Some(path)
}

/// At the largest power of two below the number of leaves, which must be at least 2.
fn split(leaf_hashes: &[Hash]) -> (&[Hash], &[Hash]) {
    leaf_hashes.split_at(leaf_hashes.len().next_power_of_two() / 2)
}

/// Checks that `leaf_hash` is leaf `index` of the tree of `size` leaves with this `root` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// Every [`ProofError`] but those of consistency.
pub fn verify_inclusion(
    leaf_hash: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    check_size(size)?;
    if index >= size {
        return Err(ProofError::IndexOutside { index, size });
    }
    // Below the point where the paths of this leaf and of the last one part, every level has a sibling;
    // above it, only those where this path turns right.
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    check_length(proof, inner + index.checked_shr(inner).unwrap_or(0).count_ones())?;

    let (mut index, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in proof {
        if index % 2 == 1 || index == last {
            hash = node_hash(sibling, &hash);
            // The last node of a level that is a left child has no sibling: it rises as it is.
            while index.is_multiple_of(2) && index != 0 {
                (index, last) = (index >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `old` leaves with root `old_root` is a prefix of that of `new` leaves with `new_root`
/// (RFC 9162 §2.1.4.2). Equal sizes need an empty proof and equal roots.
///
/// The RFCs leave `old == 0` undefined: here every tree extends the empty one, so the proof must be empty and
/// `old_root` that of the empty tree; nothing is learnt about `new_root` then (unless `new` is 0 too).
///
/// # Errors
/// Every [`ProofError`] but [`ProofError::IndexOutside`].
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    check_size(new)?;
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 && *old_root != empty_root() {
        return Err(ProofError::OldRoot);
    }
    if old == 0 || old == new {
        check_length(proof, 0)?;
        return if old == new && old_root != new_root { Err(ProofError::Root) } else { Ok(()) };
    }
    // The path starts at the largest perfect subtree that ends the old tree. Where that is the whole old tree
    // its root is known; otherwise it is the first hash of the proof.
    let skip = old.trailing_zeros();
    let (mut index, mut last) = ((old - 1) >> skip, (new - 1) >> skip);
    let inner = u64::BITS - (index ^ last).leading_zeros();
    let siblings = inner + index.checked_shr(inner).unwrap_or(0).count_ones();
    check_length(proof, siblings + u32::from(!old.is_power_of_two()))?;
    let (start, siblings) = match proof.split_first() {
        Some((first, rest)) if !old.is_power_of_two() => (first, rest),
        _ => (old_root, proof),
    };

    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in siblings {
        if index % 2 == 1 || index == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while index.is_multiple_of(2) && index != 0 {
                (index, last) = (index >> 1, last >> 1);
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRoot);
    }
    if new_hash == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

fn check_size(size: u64) -> Result<(), ProofError> {
    if size > MAX_TREE_SIZE { Err(ProofError::TooLarge(size)) } else { Ok(()) }
}

fn check_length(proof: &[Hash], expected: u32) -> Result<(), ProofError> {
    // At most 64, so it fits everywhere.
    let (expected, found) = (usize::try_from(expected).unwrap_or(usize::MAX), proof.len());
    if expected == found { Ok(()) } else { Err(ProofError::Length { expected, found }) }
}

#[cfg(test)]
mod tests;

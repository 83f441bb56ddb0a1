//! Proofs against RFC 6962 to the letter, for all small trees, and what must be refused.

use super::*;
use crate::tlog::merkle::tests::{leaves, naive_root};
use proptest::prelude::*;

/// RFC 6962 §2.1.1, PATH, to the letter.
fn naive_path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return vec![];
    }
    let k = d.len().next_power_of_two() / 2;
    let (mut path, other) = if m < k {
        (naive_path(m, &d[..k]), naive_root(&d[k..]))
    } else {
        (naive_path(m - k, &d[k..]), naive_root(&d[..k]))
    };
    path.push(other);
    path
}

/// RFC 6962 §2.1.2, SUBPROOF, to the letter.
fn naive_subproof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { vec![] } else { vec![naive_root(d)] };
    }
    let k = d.len().next_power_of_two() / 2;
    let (mut path, other) = if m <= k {
        (naive_subproof(m, &d[..k], b), naive_root(&d[k..]))
    } else {
        (naive_subproof(m - k, &d[k..], false), naive_root(&d[..k]))
    };
    path.push(other);
    path
}

#[test]
fn every_inclusion_up_to_65_leaves() {
    let all = leaves(65);
    for size in 1..=all.len() {
        let (tree, root) = (&all[..size], naive_root(&all[..size]));
        for index in 0..size {
            let path = inclusion_path(tree, index).unwrap();
            assert_eq!(path, naive_path(index, tree), "{index} of {size}");
            let verify = |leaf: usize, index: usize, proof: &[Hash]| {
                verify_inclusion(&all[leaf], index as u64, size as u64, proof, &root)
            };
            assert_eq!(verify(index, index, &path), Ok(()), "{index} of {size}");
            assert_eq!(verify((index + 1) % 65, index, &path), Err(ProofError::Root));
            let (longer, expected) = ([&path[..], &[[0; 32]]].concat(), path.len());
            assert_eq!(verify(index, index, &longer), Err(ProofError::Length { expected, found: expected + 1 }));
            if let Some(shorter) = path.get(1..) {
                let found = expected - 1;
                assert_eq!(verify(index, index, shorter), Err(ProofError::Length { expected, found }));
            }
            for other in (0..size).filter(|&other| other != index) {
                assert!(verify(index, other, &path).is_err(), "{index} passed as {other} of {size}");
            }
        }
        assert_eq!(inclusion_path(tree, size), None);
    }
}

#[test]
fn every_consistency_up_to_40_leaves() {
    let all = leaves(40);
    for new in 0..=all.len() {
        let new_root = naive_root(&all[..new]);
        for old in 1..=new {
            let old_root = naive_root(&all[..old]);
            let path = consistency_path(&all[..new], old).unwrap();
            assert_eq!(path, naive_subproof(old, &all[..new], true), "{old} to {new}");
            let verify = |proof: &[Hash], old_root: &Hash, new_root: &Hash| {
                verify_consistency(old as u64, new as u64, proof, old_root, new_root)
            };
            assert_eq!(verify(&path, &old_root, &new_root), Ok(()), "{old} to {new}");
            assert!(verify(&path, &[1; 32], &new_root).is_err());
            assert_eq!(verify(&path, &old_root, &[1; 32]), Err(ProofError::Root));
            let (longer, expected) = ([&path[..], &[[0; 32]]].concat(), path.len());
            let error = ProofError::Length { expected, found: expected + 1 };
            assert_eq!(verify(&longer, &old_root, &new_root), Err(error));
            if !path.is_empty() {
                let error = ProofError::Length { expected, found: expected - 1 };
                assert_eq!(verify(&path[1..], &old_root, &new_root), Err(error));
            }
        }
    }
}

#[test]
fn edges_of_inclusion() {
    let leaf = leaves(1)[0];
    let table = [
        (0, 0, vec![], leaf, Err(ProofError::IndexOutside { index: 0, size: 0 })),
        (0, 1, vec![], leaf, Ok(())),
        (0, 1, vec![leaf], leaf, Err(ProofError::Length { expected: 0, found: 1 })),
        (1, 1, vec![], leaf, Err(ProofError::IndexOutside { index: 1, size: 1 })),
        (0, 2, vec![], leaf, Err(ProofError::Length { expected: 1, found: 0 })),
        (0, MAX_TREE_SIZE, vec![], leaf, Err(ProofError::Length { expected: 63, found: 0 })),
        (0, MAX_TREE_SIZE + 1, vec![], leaf, Err(ProofError::TooLarge(MAX_TREE_SIZE + 1))),
        (u64::MAX, u64::MAX, vec![], leaf, Err(ProofError::TooLarge(u64::MAX))),
    ];
    for (index, size, proof, root, expected) in table {
        assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), expected, "{index} of {size}");
    }
}

#[test]
fn edges_of_consistency() {
    let (empty, one) = (empty_root(), leaves(1)[0]);
    let table = [
        (0, 0, vec![], empty, empty, Ok(())),
        (0, 0, vec![], empty, one, Err(ProofError::Root)),
        (0, 0, vec![], one, one, Err(ProofError::OldRoot)),
        (0, 5, vec![], empty, one, Ok(())),
        (0, 5, vec![], one, one, Err(ProofError::OldRoot)),
        (0, 5, vec![one], empty, one, Err(ProofError::Length { expected: 0, found: 1 })),
        (1, 1, vec![], one, one, Ok(())),
        (1, 1, vec![one], one, one, Err(ProofError::Length { expected: 0, found: 1 })),
        (1, 1, vec![], one, empty, Err(ProofError::Root)),
        (2, 1, vec![], one, one, Err(ProofError::Shrunk { old: 2, new: 1 })),
        (1, MAX_TREE_SIZE + 1, vec![], one, one, Err(ProofError::TooLarge(MAX_TREE_SIZE + 1))),
        (1, MAX_TREE_SIZE, vec![], one, one, Err(ProofError::Length { expected: 63, found: 0 })),
    ];
    for (old, new, proof, old_root, new_root, expected) in table {
        assert_eq!(verify_consistency(old, new, &proof, &old_root, &new_root), expected, "{old} to {new}");
    }
    assert_eq!(consistency_path(&leaves(3), 4), None);
    assert_eq!(consistency_path(&leaves(3), 0), Some(vec![]));
}

proptest! {
    #[test]
    fn a_changed_hash_is_noticed(size in 2usize..200, a in any::<usize>(), at in any::<usize>(), bit in 0u8..8) {
        let all = leaves(size as u64);
        let (index, old, root) = (a % size, 1 + a % (size - 1), naive_root(&all));
        let mut path = inclusion_path(&all, index).unwrap();
        let place = at % path.len();
        path[place][at % 32] ^= 1 << bit;
        prop_assert!(verify_inclusion(&all[index], index as u64, size as u64, &path, &root).is_err());
        let mut path = consistency_path(&all, old).unwrap();
        let place = at % path.len();
        path[place][at % 32] ^= 1 << bit;
        let old_root = naive_root(&all[..old]);
        prop_assert!(verify_consistency(old as u64, size as u64, &path, &old_root, &root).is_err());
    }

    #[test]
    fn any_numbers_are_safe(index in any::<u64>(), size in any::<u64>(), len in 0usize..70) {
        let proof = vec![[5; 32]; len];
        prop_assert!(verify_inclusion(&[1; 32], index, size, &proof, &[2; 32]).is_err());
        prop_assert!(index == 0 || verify_consistency(index, size, &proof, &[1; 32], &[2; 32]).is_err());
    }
}

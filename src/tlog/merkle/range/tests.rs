//! Range proofs by definition, and every way of tampering with one.
#![allow(clippy::single_range_in_vec_init)] // a slice of one range is a list of one range

use super::*;
use crate::tlog::merkle::tests::{Shape, leaves, naive_root};
use proptest::prelude::*;

/// A range proof by definition: the naive root under each node of the shape.
fn prove(all: &[Hash], size: u64, ranges: &[Range<u64>]) -> Vec<Node> {
    let node = |(level, index)| {
        let mut node = Node { level, index, hash: [0; 32] };
        let covered = usize::try_from(node.start()).unwrap()..usize::try_from(node.end()).unwrap();
        node.hash = naive_root(&all[covered]);
        node
    };
    range_proof_shape(size, ranges).unwrap().into_iter().map(node).collect()
}

fn present(all: &[Hash], size: u64, ranges: &[Range<u64>]) -> Vec<Hash> {
    clipped(size, ranges).flatten().map(|i| all[usize::try_from(i).unwrap()]).collect()
}

/// A size and ranges in it and beyond it, always well formed.
fn slices() -> impl Strategy<Value = (u64, Vec<Range<u64>>)> {
    (0u64..150, prop::collection::vec((0u64..20, 1u64..20), 0..8)).prop_map(|(size, steps)| {
        let mut at = 0;
        let ranges = steps.into_iter().enumerate().map(|(i, (gap, length))| {
            let start = at + gap + u64::from(i > 0);
            at = start + length;
            start..at
        });
        (size, ranges.collect())
    })
}

#[test]
fn shapes() {
    let table: [(u64, &[Range<u64>], Shape); 9] = [
        (0, &[], &[]),
        (8, &[], &[(3, 0)]),
        (7, &[0..7], &[]),
        (7, &[2..3], &[(1, 0), (0, 3), (1, 2), (0, 6)]),
        (7, &[2..30], &[(1, 0)]),
        (7, &[2..3, 7..9, 20..21], &[(1, 0), (0, 3), (1, 2), (0, 6)]),
        (0, &[4..5], &[]),
        (MAX_TREE_SIZE, &[], &[(63, 0)]),
        (6, &[0..1, 3..4], &[(0, 1), (0, 2), (1, 2)]),
    ];
    for (size, ranges, expected) in table {
        assert_eq!(range_proof_shape(size, ranges).unwrap(), expected, "{size} {ranges:?}");
    }
    assert_eq!(range_proof_shape(MAX_TREE_SIZE, &[5..6]).unwrap().len(), 63);
}

#[test]
#[allow(clippy::reversed_empty_ranges)]
fn ranges_that_describe_no_slice() {
    let not_apart = |range, previous_end| ShapeError::NotApart { range, previous_end };
    let table: [(u64, &[Range<u64>], ShapeError); 8] = [
        (MAX_TREE_SIZE + 1, &[], ShapeError::TooLarge(MAX_TREE_SIZE + 1)),
        (9, &[3..3], ShapeError::Empty(3..3)),
        (9, &[5..3], ShapeError::Empty(5..3)),
        (9, &[0..3, 3..4], not_apart(3..4, 3)),
        (9, &[0..3, 2..4], not_apart(2..4, 3)),
        (9, &[5..6, 0..2], not_apart(0..2, 6)),
        (9, &[0..3, 0..3], not_apart(0..3, 3)),
        (9, &[20..30, 25..40], not_apart(25..40, 30)),
    ];
    for (size, ranges, expected) in table {
        assert_eq!(range_proof_shape(size, ranges), Err(expected), "{size} {ranges:?}");
    }
}

/// Sizes and ranges that no file could hold are refused at once, by the leaves and nodes that are missing.
#[test]
fn huge_claims_cost_nothing() {
    let verify = |ranges: &[Range<u64>]| verify_range(MAX_TREE_SIZE, ranges, [], &[], &[0; 32]);
    assert_eq!(verify(&[0..MAX_TREE_SIZE]), Err(RangeProofError::MissingLeaf(0)));
    assert_eq!(verify(&[0..u64::MAX]), Err(RangeProofError::MissingLeaf(0)));
    assert_eq!(verify(&[]), Err(RangeProofError::MissingNode { found: 0, level: 63, index: 0 }));
    let whole = [Node { level: 63, index: 0, hash: [4; 32] }];
    assert_eq!(verify_range(MAX_TREE_SIZE, &[], [], &whole, &[4; 32]), Ok(()));
}

#[test]
fn tampered_proofs() {
    let all = leaves(21);
    let (root, ranges) = (naive_root(&all), [3..6, 9..10]);
    let (proof, leaves) = (prove(&all, 21, &ranges), present(&all, 21, &ranges));
    let verify = |leaves: &[Hash], proof: &[Node]| verify_range(21, &ranges, leaves.iter().copied(), proof, &root);
    assert_eq!(verify(&leaves, &proof), Ok(()));

    for position in 0..proof.len() {
        let mut without = proof.clone();
        without.remove(position);
        assert!(verify(&leaves, &without).is_err(), "without {position}");
        let mut twice = proof.clone();
        twice.insert(position, proof[position]);
        assert!(verify(&leaves, &twice).is_err(), "{position} twice");
        let mut changed = proof.clone();
        changed[position].hash[31] ^= 1;
        assert_eq!(verify(&leaves, &changed), Err(RangeProofError::Root));
        for other in (0..proof.len()).filter(|&other| other != position) {
            let mut swapped = proof.clone();
            swapped.swap(position, other);
            assert!(matches!(verify(&leaves, &swapped), Err(RangeProofError::WrongNode { .. })));
            let (a, b) = (proof[position].hash, proof[other].hash);
            let mut swapped = proof.clone();
            (swapped[position].hash, swapped[other].hash) = (b, a);
            assert_eq!(verify(&leaves, &swapped), Err(RangeProofError::Root));
        }
    }
    let expected = proof.len();
    let superfluous = [&proof[..], &[Node { level: 0, index: 21, hash: [0; 32] }]].concat();
    let error = RangeProofError::SuperfluousNodes { expected, found: expected + 1 };
    assert_eq!(verify(&leaves, &superfluous), Err(error));

    let mut swapped = leaves.clone();
    swapped.swap(0, 1);
    assert_eq!(verify(&swapped, &proof), Err(RangeProofError::Root));
    assert_eq!(verify(&leaves[..3], &proof), Err(RangeProofError::MissingLeaf(9)));
    let more = [&leaves[..], &leaves[..1]].concat();
    assert_eq!(verify(&more, &proof), Err(RangeProofError::SuperfluousLeaf));
}

/// The proof that would let a forged record pass: a node that covers its place, beside a leaf nobody looks at.
#[test]
fn a_node_never_stands_for_a_present_record() {
    let all = leaves(8);
    let root = naive_root(&all);
    let forged = [Node { level: 3, index: 0, hash: root }];
    let refused = verify_range(8, &[5..6], [[0xee; 32]], &forged, &root);
    assert!(matches!(refused, Err(RangeProofError::WrongNode { position: 0, .. })));
    let mut proof = prove(&all, 8, &[5..6]);
    proof[1] = Node { level: 1, index: 2, hash: naive_root(&all[4..6]) };
    let refused = verify_range(8, &[5..6], [[0xee; 32]], &proof, &root);
    assert!(matches!(refused, Err(RangeProofError::WrongNode { .. })));
}

#[test]
fn a_run_must_be_cut_at_the_size() {
    let all = leaves(8);
    for (cuts, expected) in
        [(Cuts::none(), Err(RangeProofError::NotCut(4))), (Cuts::from_iter([6]), Ok(naive_root(&all[..6])))]
    {
        let mut run = CompactRange::new(4);
        all[4..].iter().for_each(|&hash| run.push_leaf_hash(hash, &cuts).unwrap());
        let proof = [Node { level: 2, index: 0, hash: naive_root(&all[..4]) }];
        assert_eq!(range_root(6, &[run], &proof), expected);
    }
}

proptest! {
    #[test]
    fn honest_slices_hold_and_no_other_does((size, ranges) in slices(), at in any::<usize>()) {
        let all = leaves(size);
        let root = naive_root(&all);
        let (proof, leaves) = (prove(&all, size, &ranges), present(&all, size, &ranges));
        prop_assert_eq!(verify_range(size, &ranges, leaves.iter().copied(), &proof, &root), Ok(()));
        if !leaves.is_empty() {
            let mut forged = leaves.clone();
            forged[at % leaves.len()][at % 32] ^= 1;
            prop_assert_eq!(verify_range(size, &ranges, forged, &proof, &root), Err(RangeProofError::Root));
            prop_assert!(verify_range(size, &ranges, leaves[1..].to_vec(), &proof, &root).is_err());
        }
        let other = verify_range(size + 1, &ranges, leaves.iter().copied(), &proof, &root);
        prop_assert!(other.is_err());
    }

    /// The runs over the gaps, cut at the checkpoints, are the proofs; the runs over the ranges give the roots.
    #[test]
    fn runs_give_proofs_and_roots((end, ranges) in slices(), older in 0u64..150) {
        let all = leaves(end);
        let sizes = [older.min(end), end];
        let cuts: Cuts = sizes.into_iter().collect();
        let run = |range: Range<u64>| {
            let mut run = CompactRange::new(range.start);
            range.for_each(|i| run.push_leaf_hash(all[usize::try_from(i).unwrap()], &cuts).unwrap());
            run
        };
        let runs: Vec<_> = clipped(end, &ranges).map(run).collect();
        for size in sizes {
            let mut proof = Vec::new();
            let mut at = 0;
            for next in clipped(size, &ranges).chain([size..size]) {
                proof.extend_from_slice(run(at..next.start).prefix(next.start).unwrap().nodes());
                at = next.end;
            }
            let root = naive_root(&all[..usize::try_from(size).unwrap()]);
            prop_assert_eq!(&proof, &prove(&all, size, &ranges));
            prop_assert_eq!(range_root(size, &runs, &proof), Ok(root));
        }
    }
}

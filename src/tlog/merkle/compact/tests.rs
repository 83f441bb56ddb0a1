//! Runs of leaves against the tree by definition, whole, split and cut.

use super::*;
use crate::tlog::merkle::tests::{leaves, naive_root};
use crate::tlog::merkle::{leaf_hash, perfect_subtrees};
use proptest::prelude::*;

fn run(leaf_hashes: &[Hash], range: Range<u64>, cuts: &Cuts) -> CompactRange {
    let mut run = CompactRange::new(range.start);
    for i in range {
        run.push_leaf_hash(leaf_hashes[usize::try_from(i).unwrap()], cuts).unwrap();
    }
    run
}

fn node(level: u8, index: u64) -> Node {
    Node { level, index, hash: [3; 32] }
}

#[test]
fn roots_only_from_leaf_zero() {
    assert_eq!(CompactRange::new(0).root(), Some(empty_root()));
    assert_eq!(CompactRange::new(1).root(), None);
    assert_eq!(CompactRange::new(1).root_at(1), None);
    let run = run(&leaves(8), 0..8, &Cuts::none());
    assert_eq!(run.root_at(9), None);
    assert_eq!(run.root_at(4), None, "merged across 4");
    assert_eq!(run.root_at(0), Some(empty_root()));
}

#[test]
fn append_refuses_gaps_overlaps_and_overflow() {
    let none = Cuts::none();
    let mut run = run(&leaves(5), 0..5, &none);
    let before = run.clone();
    let table = [
        (node(0, 4), AppendError::NotAdjacent { start: 4, expected: 5 }),
        (node(0, 6), AppendError::NotAdjacent { start: 6, expected: 5 }),
        (node(1, 2), AppendError::NotAdjacent { start: 4, expected: 5 }),
        (node(200, 0), AppendError::NotAdjacent { start: 0, expected: 5 }),
        (node(200, 1), AppendError::NotAdjacent { start: u64::MAX, expected: 5 }),
    ];
    for (node, error) in table {
        assert_eq!(run.append_node(node, &none), Err(error));
    }
    let error = AppendError::NotAdjacent { start: 6, expected: 5 };
    assert_eq!(run.append(&CompactRange::new(6), &none), Err(error));
    assert_eq!(run, before);

    assert_eq!(CompactRange::new(0).append_node(node(64, 0), &none), Err(AppendError::TooLarge));
    let mut last = CompactRange::new(MAX_TREE_SIZE - 1);
    assert_eq!(last.push_leaf_hash([0; 32], &none), Ok(()));
    assert_eq!(last.push_leaf_hash([0; 32], &none), Err(AppendError::TooLarge));
    assert!(CompactRange::new(u64::MAX).push_leaf_hash([0; 32], &none).is_err());
}

#[test]
fn append_refuses_nodes_across_a_cut() {
    let cuts = Cuts::from_iter([2]);
    let across = AppendError::AcrossCut { start: 0, end: 4 };
    assert_eq!(CompactRange::new(0).append_node(node(2, 0), &cuts), Err(across));
    let whole = run(&leaves(4), 0..4, &Cuts::none());
    assert_eq!(CompactRange::new(0).append(&whole, &cuts), Err(across));
    for size in [0, 4, 5] {
        assert_eq!(CompactRange::new(0).append(&whole, &Cuts::from_iter([size])), Ok(()), "cut at an end");
    }
}

#[test]
fn cuts_are_sorted_deduplicated_and_narrowed() {
    let cuts: Cuts = [9, 3, 3, 0, 20].into_iter().collect();
    assert_eq!(cuts.sizes(), [0, 3, 9, 20]);
    let table: [(Range<u64>, &[u64]); 7] = [
        (0..20, &[3, 9]),
        (3..9, &[]),
        (2..10, &[3, 9]),
        (0..u64::MAX, &[3, 9, 20]),
        (5..5, &[]),
        (9..10, &[]),
        (
            #[allow(clippy::reversed_empty_ranges)]
            {
                15..2
            },
            &[],
        ),
    ];
    for (range, expected) in table {
        assert_eq!(cuts.within(range.clone()).sizes(), expected, "{range:?}");
    }
    assert_eq!(cuts.within(2..21).within(4..21).sizes(), [9, 20], "a view of a view");
}

#[test]
fn no_node_lies_across_a_cut() {
    let cuts: Cuts = [5, 8, 13].into_iter().collect();
    let run = run(&leaves(16), 0..16, &cuts);
    for node in run.nodes() {
        assert!(!cuts.cross(node), "{node:?}");
    }
    let shape: Vec<_> = run.nodes().iter().map(|node| (node.level, node.index)).collect();
    assert_eq!(shape, [(2, 0), (0, 4), (0, 5), (1, 3), (2, 2), (0, 12), (0, 13), (1, 7)]);
}

proptest! {
    /// Workers on segments of any length, each with its own few cuts, give the roots of the whole log.
    #[test]
    fn segments_and_cuts_give_every_root(
        size in 0u64..300,
        splits in prop::collection::vec(0u64..300, 0..6),
        cuts in prop::collection::vec(0u64..320, 0..8),
    ) {
        let leaf_hashes = leaves(size);
        let cuts: Cuts = cuts.into_iter().collect();
        let mut bounds: Vec<u64> = splits.into_iter().filter(|&s| s < size).chain([0, size]).collect();
        bounds.sort_unstable();
        let mut whole = CompactRange::new(0);
        for pair in bounds.windows(2) {
            let segment = run(&leaf_hashes, pair[0]..pair[1], &cuts.within(pair[0]..pair[1]));
            whole.append(&segment, &cuts).unwrap();
        }
        prop_assert_eq!(whole.end(), size);
        prop_assert_eq!(&whole, &run(&leaf_hashes, 0..size, &cuts), "splits leave no trace");
        prop_assert_eq!(whole.root(), Some(naive_root(&leaf_hashes)));
        for &cut in cuts.sizes().iter().filter(|&&cut| cut <= size) {
            let expected = naive_root(&leaf_hashes[..usize::try_from(cut).unwrap()]);
            prop_assert_eq!(whole.root_at(cut), Some(expected), "cut {}", cut);
        }
        for &cut in cuts.sizes().iter().filter(|&&cut| cut > size) {
            prop_assert_eq!(whole.root_at(cut), None);
        }
    }

    #[test]
    fn without_cuts_the_nodes_are_the_maximal_subtrees(start in 0u64..100, len in 0u64..100, cut in 0u64..200) {
        let leaf_hashes = leaves(start + len);
        let plain = run(&leaf_hashes, start..start + len, &Cuts::none());
        let shape: Vec<_> = plain.nodes().iter().map(|node| (node.level, node.index)).collect();
        prop_assert_eq!(shape, perfect_subtrees(start..start + len).collect::<Vec<_>>());
        for node in plain.nodes() {
            let covered = usize::try_from(node.start()).unwrap()..usize::try_from(node.end()).unwrap();
            prop_assert_eq!(node.hash, naive_root(&leaf_hashes[covered]));
        }
        let cut_run = run(&leaf_hashes, start..start + len, &Cuts::from_iter([cut]));
        prop_assert_eq!(cut_run.prefix(start + len), Some(plain));
    }
}

/// Not a test of correctness: `cargo test --release -- --ignored --nocapture ten_million` shows the speed.
#[test]
#[ignore = "a measurement"]
fn ten_million_leaves() {
    for cuts in [Cuts::none(), (0..10_000).map(|n| n * 1_000).collect()] {
        let started = std::time::Instant::now();
        let mut run = CompactRange::new(0);
        for n in 0..10_000_000_u64 {
            let mut data = [0; 32];
            data[..8].copy_from_slice(&n.to_le_bytes());
            run.push_leaf_hash(leaf_hash(&data), &cuts).unwrap();
        }
        assert!(run.root().is_some());
        println!("{} cuts: {:?}, {} nodes", cuts.sizes().len(), started.elapsed(), run.nodes().len());
    }
}

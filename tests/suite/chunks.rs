//! However a log is cut into chunks, the same is found in it: the scan on many cores against the scan in one piece.

use probity::bundle::line::{GENESIS, Line, RecordHasher};
use probity::bundle::reading::Stretch;
use probity::integrity::chain::{Chain, Item};
use probity::integrity::locate::{Damage, Located, locate};
use probity::integrity::roots::{Root, Which, roots};
use probity::integrity::scan::{Context, Scanner, Sights};
use probity::tlog::merkle::{CompactRange, Cuts, Hash, leaf_hash};
use proptest::prelude::*;

const ORIGIN: &str = "log.example/chunks";

fn log(records: usize) -> (Vec<Vec<u8>>, Vec<Hash>) {
    let mut hasher = RecordHasher::new(ORIGIN);
    let (mut prev, mut lines, mut leaves) = (GENESIS, Vec::new(), Vec::new());
    for seq in 0..records as u64 {
        let record = format!(r#"{{"kind":"x","n":{seq}}}"#);
        let hash = hasher.hash(seq, &prev, record.as_bytes());
        let mut line = Vec::new();
        Line { seq, prev, hash, record: record.as_bytes() }.write(&mut line);
        lines.push(line);
        leaves.push(hash);
        prev = hash;
    }
    (lines, leaves)
}

#[derive(Debug, Clone)]
enum Attack {
    Edit(usize),
    Delete(usize),
    Swap(usize, usize),
    Double(usize, usize),
    Garbage(usize),
    Move(usize, usize, usize),
}

fn attack(lines: &mut Vec<Vec<u8>>, attack: &Attack) {
    let n = lines.len();
    match *attack {
        Attack::Edit(at) => {
            let last = lines[at % n].len() - 4;
            lines[at % n][last] ^= 1;
        }
        Attack::Delete(at) if n > 1 => drop(lines.remove(at % n)),
        Attack::Swap(one, other) => lines.swap(one % n, other % n),
        Attack::Double(from, to) => {
            let line = lines[from % n].clone();
            lines.insert(to % (n + 1), line);
        }
        Attack::Garbage(at) => lines.insert(at % (n + 1), b"garbage\n".to_vec()),
        Attack::Move(from, count, to) => {
            let from = from % n;
            let block: Vec<_> = lines.drain(from..(from + 1 + count % 7).min(n)).collect();
            let to = to % (lines.len() + 1);
            lines.splice(to..to, block);
        }
        Attack::Delete(_) => {}
    }
}

fn attacks() -> impl Strategy<Value = Vec<Attack>> {
    let any = 0..1000_usize;
    proptest::collection::vec(
        prop_oneof![
            any.clone().prop_map(Attack::Edit),
            any.clone().prop_map(Attack::Delete),
            (any.clone(), any.clone()).prop_map(|(one, other)| Attack::Swap(one, other)),
            (any.clone(), any.clone()).prop_map(|(from, to)| Attack::Double(from, to)),
            any.clone().prop_map(Attack::Garbage),
            (any.clone(), any.clone(), any).prop_map(|(from, count, to)| Attack::Move(from, count, to)),
        ],
        0..3,
    )
}

/// What is found when the lines come in chunks of these lengths (the last one goes on to the end).
fn find(lines: &[Vec<u8>], chunks: &[usize], cuts: &Cuts) -> Located {
    let context = Context {
        origin: ORIGIN.to_owned(),
        cuts: cuts.clone(),
        sights: Sights::default(),
        zone: None,
        hmac_key: None,
    };
    let mut whole = Chain::whole();
    let mut rest = lines;
    let mut lengths = chunks.iter();
    let mut base = 0;
    while !rest.is_empty() {
        let length = lengths.next().map_or(rest.len(), |length| 1 + length % rest.len());
        let (chunk, after) = rest.split_at(length);
        let bytes = chunk.concat();
        let stretch = Stretch { lines: &bytes, segment: 0, offset: 0, begins_log: base == 0 };
        for mut item in Scanner::new(&context).scan(stretch, &mut ()).items {
            let places = match &mut item {
                Item::Run(run) => vec![&mut run.place, &mut run.last_place],
                Item::Odd(odd) => vec![&mut odd.place],
            };
            for place in places {
                (place.line, place.offset) = (place.line + base, 0);
            }
            whole.push(item, cuts);
        }
        base += length as u64;
        rest = after;
    }
    locate(whole.finish().0, None, None)
}

fn sorted(mut damage: Vec<Damage>) -> Vec<Damage> {
    damage.sort_by_key(|damage| (damage.first, damage.last, damage.code));
    damage
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_whole_log_gives_the_naive_roots(records in 1..60_usize, chunks in proptest::collection::vec(0..20_usize, 0..8), cuts in proptest::collection::btree_set(0..60_u64, 0..6)) {
        let (lines, leaves) = log(records);
        let cuts: Cuts = cuts.into_iter().collect();
        let located = find(&lines, &chunks, &cuts);
        prop_assert_eq!(located.damage, vec![]);
        prop_assert_eq!(located.links, records as u64 - 1);
        let sizes: Vec<u64> = cuts.sizes().iter().copied().filter(|size| *size < records as u64).chain([records as u64]).collect();
        for which in [Which::Found, Which::Repaired] {
            let found = roots(&located.stretches, &sizes, which, &[]);
            for (size, root) in sizes.iter().zip(found) {
                let mut tree = CompactRange::new(0);
                for leaf in &leaves[..usize::try_from(*size).expect("small")] {
                    tree.push_leaf_hash(leaf_hash(leaf), &Cuts::none()).expect("pushed");
                }
                prop_assert_eq!(root, Root::Is(tree.root().expect("from 0")));
            }
        }
    }

    #[test]
    fn damage_does_not_depend_on_the_chunks(records in 2..40_usize, chunks in proptest::collection::vec(0..12_usize, 1..8), attacks in attacks()) {
        let (mut lines, leaves) = log(records);
        let untouched = lines.clone();
        for one in &attacks {
            attack(&mut lines, one);
        }
        let one_piece = find(&lines, &[], &Cuts::none());
        let many = find(&lines, &chunks, &Cuts::none());
        prop_assert_eq!(many.present, one_piece.present);
        prop_assert_eq!(lines == untouched || lines.starts_with(&untouched) || untouched.starts_with(&lines), one_piece.damage.is_empty() || lines.starts_with(&untouched));
        // Of two equal copies either may be called the second one, where a block was moved as well.
        if attacks.len() < 2 {
            let brief = |damage: Vec<Damage>| sorted(damage).into_iter().map(|damage| (damage.code, damage.first, damage.last)).collect::<Vec<_>>();
            prop_assert_eq!(brief(many.damage), brief(one_piece.damage));
        }
        // A single edit or deletion before the last record is repaired to the root that was there before.
        if let [Attack::Edit(at) | Attack::Delete(at)] = attacks[..]
            && at % records < records - 1
        {
            let mut tree = CompactRange::new(0);
            leaves.iter().for_each(|leaf| tree.push_leaf_hash(leaf_hash(leaf), &Cuts::none()).expect("pushed"));
            prop_assert_eq!(roots(&many.stretches, &[records as u64], Which::Repaired, &[])[0], Root::Is(tree.root().expect("from 0")));
        }
    }
}

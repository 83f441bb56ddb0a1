//! Two people's cases become one, in whatever order: nothing lost, nothing decided.

use std::path::{Path, PathBuf};

use probity::case::entry::{Action, Value};
use probity::case::{Case, CaseError, Digest};
use proptest::prelude::*;

use crate::case::{author, note, notes, open, record};

/// Something that a person does.
#[derive(Debug, Clone)]
enum Step {
    Tag(u8, u8),
    Untag(u8, u8),
    Note(u8),
    /// Changes the n-th item that is there.
    Change(u8, u8),
    Delete(u8),
    Undo,
    Redo,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_u8, 0..4_u8).prop_map(|(tag, record)| Step::Tag(tag, record)),
        2 => (0..3_u8, 0..4_u8).prop_map(|(tag, record)| Step::Untag(tag, record)),
        2 => any::<u8>().prop_map(Step::Note),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(item, text)| Step::Change(item, text)),
        1 => any::<u8>().prop_map(Step::Delete),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
    ]
}

fn act(case: &mut Case, step: &Step) {
    let pick = |case: &Case, n: u8| {
        let items = case.state().items();
        items.get(usize::from(n) % items.len().max(1)).map(|(name, _)| *name)
    };
    match step {
        Step::Tag(tag, on) => drop(case.tag(&format!("t{tag}"), &record(*on)).unwrap()),
        Step::Untag(tag, on) => drop(case.untag(&format!("t{tag}"), &record(*on)).unwrap()),
        Step::Note(text) => drop(case.put(note(&format!("n{text}"))).unwrap()),
        Step::Change(n, text) => {
            if let Some(item) = pick(case, *n) {
                case.change(item, note(&format!("c{text}"))).unwrap();
            }
        }
        Step::Delete(n) => {
            if let Some(item) = pick(case, *n) {
                case.delete(item).unwrap();
            }
        }
        Step::Undo | Step::Redo => {
            let done = if matches!(step, Step::Undo) { case.undo() } else { case.redo() };
            assert!(matches!(done, Ok(_) | Err(CaseError::Nothing(_))));
        }
    }
}

fn copy(from: &Path, name: &str) -> PathBuf {
    let to = from.with_file_name(name);
    std::fs::copy(from, &to).unwrap();
    to
}

/// Entries by hash, but for those that only say that a merge took place.
fn ids(case: &Case) -> Vec<Digest> {
    let mut ids: Vec<Digest> = case
        .entries()
        .iter()
        .filter(|listed| !matches!(listed.entry.action, Action::Merged { .. }))
        .map(|listed| listed.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// With a common past (one file was copied) and without one.
    #[test]
    fn both_orders_come_to_the_same(
        past in prop::collection::vec(step(), 0..6),
        left in prop::collection::vec(step(), 0..8),
        right in prop::collection::vec(step(), 0..8),
        is_copied in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let a = folder.path().join("a");
        {
            let mut case = Case::create(&a, author("ann")).unwrap();
            past.iter().for_each(|step| act(&mut case, step));
        }
        let b = if is_copied { copy(&a, "b") } else {
            let b = folder.path().join("b");
            drop(Case::create(&b, author("bob")).unwrap());
            b
        };
        left.iter().for_each(|step| act(&mut open(&a), step));
        right.iter().for_each(|step| act(&mut open(&b), step));
        let (ab, ba) = (copy(&a, "ab"), copy(&b, "ba"));
        open(&ab).merge(&b, false).unwrap();
        open(&ba).merge(&a, false).unwrap();
        let (mut ab, mut ba) = (open(&ab), open(&ba));
        prop_assert!(ab.state() == ba.state());
        prop_assert_eq!(ab.state().conflicts(), ba.state().conflicts());
        prop_assert_eq!(ids(&ab), ids(&ba));
        let both: std::collections::BTreeSet<Digest> = ids(&open(&a)).into_iter().chain(ids(&open(&b))).collect();
        prop_assert_eq!(ids(&ab), both.into_iter().collect::<Vec<_>>());
        prop_assert!(ab.damage().is_empty() && ba.damage().is_empty());
        // Once more, and crosswise, changes nothing.
        let state = ab.state().clone();
        prop_assert_eq!(ab.merge(&b, false).unwrap().entries, 0);
        ab.merge(ba.path(), false).unwrap();
        ba.merge(ab.path(), false).unwrap();
        prop_assert!(*ab.state() == state && *ba.state() == state);
        for case in [&ab, &ba] {
            for verified in case.verify(&[]).unwrap() {
                prop_assert_eq!(verified.report.exit_code(), 0);
            }
            prop_assert!(open(case.path()).damage().is_empty());
        }
    }
}

#[test]
fn conflicts_are_shown_and_not_decided() {
    let folder = tempfile::tempdir().unwrap();
    let a = folder.path().join("a");
    let (edited, deleted) = {
        let mut case = Case::create(&a, author("ann")).unwrap();
        case.tag("shared", &record(1)).unwrap();
        (case.put(note("one")).unwrap(), case.put(note("two")).unwrap())
    };
    let b = copy(&a, "b");
    {
        let mut case = open(&a);
        case.change(edited, note("by ann")).unwrap();
        case.change(deleted, note("still wanted")).unwrap();
        case.untag("shared", &record(1)).unwrap();
        case.put(Value::Exhibit { number: 1, title: "a".into(), digest: Digest([1; 32]) }).unwrap();
    }
    {
        let mut case = Case::open(&b, author("bob")).unwrap();
        case.change(edited, note("by bob")).unwrap();
        case.delete(deleted).unwrap();
        case.tag("shared", &record(2)).unwrap();
        case.put(Value::Exhibit { number: 1, title: "b".into(), digest: Digest([2; 32]) }).unwrap();
    }
    let mut case = open(&a);
    let merged = case.merge(&b, false).unwrap();
    assert_eq!((merged.entries, merged.conflicts.len(), merged.forked.len()), (4, 3, 1));
    assert_eq!(notes(&case), ["by ann", "by bob", "still wanted"]);
    assert!(case.state().item(deleted).unwrap().is_in_conflict());
    assert_eq!(case.state().tagged("shared").map(|(_, seq, _)| seq).collect::<Vec<_>>(), [2]);
    // A person decides.
    case.change(edited, note("by both")).unwrap();
    case.delete(deleted).unwrap();
    assert_eq!(case.state().conflicts().len(), 1);
    assert_eq!(notes(&case), ["by both"]);
}

#[test]
fn a_journal_that_was_taken_in_cannot_vanish() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let mut case = Case::create(&a, author("ann")).unwrap();
    {
        let mut other = Case::create(&b, author("bob")).unwrap();
        other.put(note("by bob")).unwrap();
        other.put(note("by bob too")).unwrap();
    }
    case.merge(&b, false).unwrap();
    assert_eq!(notes(&case).len(), 2);
    // It went on meanwhile: the longer one takes the place of the shorter.
    Case::open(&b, author("bob")).unwrap().put(note("later")).unwrap();
    assert_eq!(case.merge(&b, false).unwrap().entries, 1);
    assert_eq!((notes(&case).len(), case.references().len()), (3, 2));
    drop(case);
    for sql in [
        "DELETE FROM entry WHERE journal = 2; DELETE FROM journal WHERE id = 2",
        "DELETE FROM entry WHERE journal = 2 AND seq = 3;
         UPDATE journal SET size = 3, head = (SELECT hash FROM entry WHERE journal = 2 AND seq = 2) WHERE id = 2",
    ] {
        let copy = copy(&a, "copy");
        rusqlite::Connection::open(&copy).unwrap().execute_batch(sql).unwrap();
        let damage = open(&copy).damage().to_vec();
        assert!(damage.iter().any(|damage| damage.what.contains("not there as it was")), "{sql}: {damage:?}");
    }
}

#[test]
fn a_damaged_case_is_taken_in_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    {
        let mut other = Case::create(&b, author("bob")).unwrap();
        for n in 0..4 {
            other.put(note(&format!("note {n}"))).unwrap();
        }
    }
    let sql = "UPDATE entry SET record = replace(record, 'note 1', 'nope 1')";
    rusqlite::Connection::open(&b).unwrap().execute_batch(sql).unwrap();
    let mut case = Case::create(&a, author("ann")).unwrap();
    assert!(matches!(case.merge(&b, false), Err(CaseError::Damaged { .. })));
    assert!(matches!(case.merge(&a, false), Err(CaseError::Itself { .. })));
    assert!(case.entries().is_empty());
    case.merge(&b, true).unwrap();
    assert_eq!(notes(&case), ["note 0", "note 2", "note 3"]);
    assert!(!case.damage().is_empty(), "it stays damaged, and that is told");
    drop(case);
    let mut case = open(&a);
    assert!(case.read_only().is_none(), "somebody else's damage keeps nobody from working");
    case.put(note("mine")).unwrap();
    let codes: Vec<u8> = case.verify(&[]).unwrap().iter().map(|verified| verified.report.exit_code()).collect();
    assert_eq!(codes, [0, 1]);
}

/// What somebody else undid in a copy is undone in the sum, and is not gone without a word.
#[test]
fn what_a_merge_takes_away_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.probity-case"), folder.path().join("copy.probity-case"));
    let mut case = Case::create(&path, author("ann")).unwrap();
    let first = case.put(note("one")).unwrap();
    case.put(note("two")).unwrap();
    drop(case);
    std::fs::copy(&path, &copy).unwrap();
    let mut theirs = open(&copy);
    theirs.delete(first).unwrap();
    drop(theirs);
    let mut case = open(&path);
    case.put(note("three")).unwrap();
    assert_eq!(case.merge(&copy, false).unwrap().gone, [first]);
    assert_eq!(case.merge(&copy, false).unwrap().gone, []);
}

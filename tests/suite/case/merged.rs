//! Two people's cases become one, in whatever order: nothing lost, nothing decided.

use std::path::{Path, PathBuf};

use probity::case::entry::{Action, Value};
use probity::case::{Case, CaseError, Digest, Overruled, Word};
use proptest::prelude::*;

use crate::case::{author, note, notes, open, record, signer};

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
        // Both journals know of each other now, and both sides see whose word was taken back.
        prop_assert_eq!(ab.overruled(), ba.overruled());
        // Whoever says their words again is heard.
        let own: Vec<Overruled> =
            ab.overruled().into_iter().filter(|overruled| overruled.journal == ab.origin()).collect();
        ab.restore(&own).unwrap();
        for overruled in &own {
            let holds = match &overruled.word {
                Word::Item { item, value: Some(value) } => {
                    ab.state().item(*item).is_some_and(|item| item.values().contains(&value))
                }
                Word::Item { .. } => true,
                Word::Tag { tag, on } => on.iter().all(|(_, _, hash)| ab.state().has_tag(tag, hash)),
            };
            prop_assert!(is_copied || holds, "{overruled:?}");
        }
        for case in [&ab, &ba] {
            for verified in case.verify(None, &[]).unwrap() {
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
        case.put(Value::Exhibit { number: 1, prefix: String::new(), title: "a".into(), digest: Digest([1; 32]) })
            .unwrap();
    }
    {
        let mut case = Case::open(&b, author("bob")).unwrap();
        case.change(edited, note("by bob")).unwrap();
        case.delete(deleted).unwrap();
        case.tag("shared", &record(2)).unwrap();
        case.put(Value::Exhibit { number: 1, prefix: String::new(), title: "b".into(), digest: Digest([2; 32]) })
            .unwrap();
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
    let codes: Vec<u8> = case.verify(None, &[]).unwrap().iter().map(|verified| verified.report.exit_code()).collect();
    assert_eq!(codes, [0, 1]);
}

fn both(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join("ann"), folder.join("bob"))
}

/// What somebody else deleted in a copy is not gone without a word, and comes back when it is asked for.
#[test]
fn what_somebody_else_took_back_is_told_and_can_be_said_again() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    let (edited, deleted) = (case.put(note("one")).unwrap(), case.put(note("two")).unwrap());
    case.tag("doubtful", &record(1)).unwrap();
    case.tag("doubtful", &record(2)).unwrap();
    drop(case);
    {
        let mut theirs = Case::create(&bob, author("bob")).unwrap();
        theirs.merge(&ann, false).unwrap();
        // As if it had always read so, and under her name.
        drop(theirs);
        let mut theirs = Case::open(&bob, author("ann")).unwrap();
        theirs.change(edited, note("one, harmless")).unwrap();
        theirs.delete(deleted).unwrap();
        theirs.untag("doubtful", &record(2)).unwrap();
    }
    let mut case = open(&ann);
    let merged = case.merge(&bob, false).unwrap();
    assert_eq!((notes(&case), merged.conflicts.len()), (vec!["one, harmless".to_owned()], 0));
    assert_eq!(merged.overruled, case.overruled());
    let words: Vec<Word> = merged.overruled.iter().map(|overruled| overruled.word.clone()).collect();
    let said = |item, text| Word::Item { item, value: Some(note(text)) };
    let tag = Word::Tag { tag: "doubtful".into(), on: record(2) };
    assert_eq!(words, [said(edited, "one"), said(deleted, "two"), tag]);
    assert!(merged.overruled.iter().all(|overruled| overruled.journal == case.origin() && overruled.by.len() == 1));
    // A second look finds nothing new.
    assert_eq!(case.merge(&bob, false).unwrap().overruled, []);
    assert_eq!(case.restore(&merged.overruled).unwrap(), 3);
    assert_eq!(notes(&case), ["one", "two"]);
    assert!(case.state().has_tag("doubtful", Digest([2; 32])));
    // Now it is the other one's words that do not hold: both sides see the same.
    let mut theirs = Case::open(&bob, author("bob")).unwrap();
    theirs.merge(&ann, false).unwrap();
    assert_eq!(theirs.overruled(), case.overruled());
    let words: Vec<Word> = case.overruled().iter().map(|overruled| overruled.word.clone()).collect();
    assert_eq!(words, [said(edited, "one, harmless"), Word::Item { item: deleted, value: None }]);
    // It was one step.
    case.undo().unwrap();
    assert_eq!(notes(&case), ["one, harmless"]);
    assert!(!case.state().has_tag("doubtful", Digest([2; 32])));
}

/// Two copies of a case that went on: what one of them undid is told too.
#[test]
fn what_a_copy_undid_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, copied) = both(folder.path());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    let item = case.put(note("one")).unwrap();
    drop(case);
    std::fs::copy(&ann, &copied).unwrap();
    open(&copied).undo().unwrap();
    let mut case = open(&ann);
    case.put(note("two")).unwrap();
    let merged = case.merge(&copied, false).unwrap();
    assert_eq!((notes(&case), merged.forked.len()), (vec!["two".to_owned()], 1));
    let [Overruled { word, by, .. }] = &merged.overruled[..] else { panic!("{:?}", merged.overruled) };
    assert_eq!((word, by.len()), (&Word::Item { item, value: Some(note("one")) }, 1));
    case.restore(&merged.overruled).unwrap();
    assert_eq!(notes(&case), ["two", "one"]);
    assert_eq!(case.overruled(), []);
}

/// A journal takes back its own entries and no others.
#[test]
fn nobody_undoes_what_somebody_else_did() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    let item = case.put(note("one")).unwrap();
    drop(case);
    {
        let mut theirs = Case::create(&bob, author("bob")).unwrap();
        theirs.merge(&ann, false).unwrap();
        theirs.record(Action::Undone { entries: vec![item] }).unwrap();
        assert_eq!(notes(&theirs), ["one"]);
    }
    let says = |case: &Case| case.damage().iter().any(|damage| damage.what.contains("takes back what is not in this"));
    assert!(says(&open(&bob)));
    let mut case = open(&ann);
    assert!(matches!(case.merge(&bob, false), Err(CaseError::Damaged { .. })));
    case.merge(&bob, true).unwrap();
    assert_eq!(notes(&case), ["one"]);
    assert!(says(&case) && says(&open(&ann)));
    let undone: i64 = rusqlite::Connection::open(&ann)
        .unwrap()
        .query_row("SELECT count(*) FROM undone", [], |row| row.get(0))
        .unwrap();
    assert_eq!(undone, 0);
}

/// Somebody else's damage is kept to the byte, and the plain SQL views still answer.
#[test]
fn what_is_taken_in_damaged_is_taken_in_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    {
        let mut theirs = Case::create(&bob, author("bob")).unwrap();
        for n in 0..4 {
            theirs.put(note(&format!("note {n}"))).unwrap();
        }
    }
    let deep = "[".repeat(1_500);
    rusqlite::Connection::open(&bob)
        .unwrap()
        .execute_batch(&format!(
            "UPDATE entry SET record = CAST(x'7B22FF00FE' AS TEXT) WHERE seq = 1;
             UPDATE entry SET record = '{deep}' WHERE seq = 2"
        ))
        .unwrap();
    let mut case = Case::create(&ann, author("ann")).unwrap();
    case.put(note("mine")).unwrap();
    case.merge(&bob, true).unwrap();
    drop(case);
    let there = |path: &Path, journal: i64| -> Vec<Vec<u8>> {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut rows =
            connection.prepare("SELECT CAST(record AS BLOB) FROM entry WHERE journal = ? ORDER BY seq").unwrap();
        rows.query_map([journal], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(there(&bob, 1) == there(&ann, 2));
    let connection = rusqlite::Connection::open(&ann).unwrap();
    for (view, rows) in [("custody", 8), ("item", 3), ("note", 3), ("tag", 0), ("undone", 0)] {
        let count: i64 = connection.query_row(&format!("SELECT count(*) FROM {view}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, rows, "{view}");
    }
    // What cannot be kept as it is, is not taken in at all.
    let long = "UPDATE entry SET record = printf('%.*c', 1048577, 'x') WHERE seq = 3";
    rusqlite::Connection::open(&bob).unwrap().execute_batch(long).unwrap();
    let error = open(&ann).merge(&bob, true).unwrap_err().to_string();
    assert!(error.contains("entry 3 is longer"), "{error}");
}

/// A signature that holds is not given up for one that does not, and one that came later is taken in.
#[test]
fn signatures_are_not_lost_in_a_merge() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let mut theirs = Case::create(&bob, signer("bob.test")).unwrap();
    theirs.put(note("one")).unwrap();
    drop(theirs);
    let mut case = Case::create(&ann, author("ann")).unwrap();
    case.merge(&bob, false).unwrap();
    drop(case);
    let notes_of = |path: &Path, journal: i64| -> Vec<String> {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut rows = connection.prepare("SELECT note FROM checkpoint WHERE journal = ? ORDER BY key").unwrap();
        rows.query_map([journal], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let genuine = notes_of(&ann, 2);
    assert_eq!((genuine.len(), &genuine), (1, &notes_of(&bob, 1)));
    let forged = copy(&bob, "forged");
    let sql = "UPDATE checkpoint SET note = replace(note, 'bob.test', 'bot.test'), size = size + 5;
        UPDATE entry SET record = record || ' ' WHERE seq = 2";
    rusqlite::Connection::open(&forged).unwrap().execute_batch(sql).unwrap();
    open(&ann).merge(&forged, true).unwrap();
    assert_eq!(notes_of(&ann, 2), genuine);
    // Somebody signs what was taken in unsigned.
    let (ann, bob) = (folder.path().join("ann2"), folder.path().join("bob2"));
    drop(Case::create(&bob, author("bob")).unwrap());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    case.merge(&bob, false).unwrap();
    assert_eq!(notes_of(&ann, 2).len(), 0);
    Case::open(&bob, signer("bob.test")).unwrap().sign().unwrap();
    assert_eq!(case.merge(&bob, false).unwrap().entries, 0);
    assert_eq!(notes_of(&ann, 2).len(), 1);
    assert!(open(&ann).damage().is_empty());
}

/// An item of which many versions came together can still be changed, in one step.
#[test]
fn many_versions_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, _) = both(folder.path());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    let item = case.put(note("one")).unwrap();
    for n in 0..2_500 {
        let value = note(&format!("version {n}"));
        case.record(Action::Put { item: Some(item), value, replaces: Vec::new() }).unwrap();
    }
    assert_eq!(case.state().conflicts().len(), 1);
    case.change(item, note("decided")).unwrap();
    assert_eq!((notes(&case), case.state().conflicts().len()), (vec!["decided".to_owned()], 0));
    case.undo().unwrap();
    assert_eq!(notes(&case).len(), 2_501);
    case.delete(item).unwrap();
    assert_eq!(notes(&case).len(), 0);
}

/// What was appended to somebody's journal without their signature is not their word: it is told, and takes nothing back silently.
#[test]
fn an_unsigned_end_of_a_signed_journal_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let mut theirs = Case::create(&bob, signer("bob.test")).unwrap();
    let item = theirs.put(note("bob saw it")).unwrap();
    theirs.tag("seen", &record(1)).unwrap();
    drop(theirs);
    let mut case = Case::create(&ann, author("ann")).unwrap();
    assert!(case.merge(&bob, false).unwrap().unsigned.is_empty());
    // Somebody without the key goes on with a copy.
    let forged = copy(&bob, "forged");
    let mut theirs = Case::open(&forged, author("bob")).unwrap();
    assert!(theirs.unsigned().is_some_and(|why| why.contains("the key is not here")));
    theirs.undo().unwrap();
    theirs.undo().unwrap();
    drop(theirs);
    let merged = case.merge(&forged, false).unwrap();
    assert_eq!(merged.unsigned, [(case.references()[1].origin.clone(), 3)]);
    let words: Vec<Word> = merged.overruled.iter().map(|overruled| overruled.word.clone()).collect();
    let said = [Word::Item { item, value: Some(note("bob saw it")) }, Word::Tag { tag: "seen".into(), on: record(1) }];
    assert_eq!(words, said);
    assert!(merged.overruled.iter().all(|overruled| overruled.by.len() == 1));
    case.restore(&merged.overruled).unwrap();
    assert_eq!(notes(&case), ["bob saw it"]);
}

/// A colleague's journal owes nothing to the user's own key.
#[test]
fn each_journal_is_held_against_the_keys_that_signed_it() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let other = probity::tlog::note::SigningKey::from_seed("bob.test", &[8; 32]).unwrap();
    let bobs = other.verifier_key().clone();
    let key = Some(other.into());
    drop(Case::create(&bob, probity::case::Author { actor: "bob".into(), key, no_key: None }).unwrap());
    let carl = folder.path().join("carl");
    drop(Case::create(&carl, author("carl")).unwrap());
    let mut case = Case::create(&ann, signer("ann.test")).unwrap();
    case.merge(&bob, false).unwrap();
    case.merge(&carl, false).unwrap();
    let own = signer("ann.test").key.unwrap().verifier_key().clone();
    let codes = |own, trust: &[_]| -> Vec<(u8, usize)> {
        let verified = case.verify(own, trust).unwrap();
        verified.iter().map(|verified| (verified.report.exit_code(), verified.signers)).collect()
    };
    assert_eq!(codes(Some(&own), &[]), [(0, 1), (0, 0), (0, 0)]);
    assert_eq!(codes(Some(&own), std::slice::from_ref(&bobs)), [(0, 1), (0, 1), (0, 0)]);
    assert_eq!(codes(Some(&bobs), &[])[0], (1, 1));
}

/// Plain SQL says what the program says, also of entries that reach for items that are not their own, or have another shape.
#[test]
fn the_views_follow_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (ann, bob) = both(folder.path());
    let mut case = Case::create(&ann, author("ann")).unwrap();
    let item = case.put(note("one")).unwrap();
    case.tag("seen", &record(1)).unwrap();
    drop(case);
    {
        let mut theirs = Case::create(&bob, author("bob")).unwrap();
        theirs.merge(&ann, false).unwrap();
        theirs.record(Action::Deleted { item: Digest([9; 32]), replaces: vec![item] }).unwrap();
        theirs.record(Action::Put { item: None, value: note("two"), replaces: vec![item] }).unwrap();
        theirs.put(note("three")).unwrap();
    }
    let mut case = open(&ann);
    case.merge(&bob, false).unwrap();
    assert_eq!(notes(&case), ["one", "two", "three"]);
    let count =
        |sql: &str| -> i64 { rusqlite::Connection::open(&ann).unwrap().query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM note"), 3);
    drop(case);
    let connection = rusqlite::Connection::open(&ann).unwrap();
    for on in ["\"x\"", "{\"log\":\"x\"}", "[1]", "[{\"log\":\"x\",\"records\":\"q\"}]", "[{\"records\":[5]}]", "null"]
    {
        let record = format!("{{\"kind\":\"custody\",\"action\":\"tagged\",\"tag\":\"t\",\"on\":{on}}}");
        connection.execute("UPDATE entry SET record = ? WHERE journal = 2 AND seq = 3", [record]).unwrap();
        let value = format!("{{\"action\":\"put\",\"value\":{{\"type\":\"note\",\"text\":\"x\",\"on\":{on}}}}}");
        connection.execute("UPDATE entry SET record = ? WHERE journal = 2 AND seq = 4", [value]).unwrap();
        for view in ["custody", "undone", "said", "item", "note", "tagging", "tag"] {
            assert!(count(&format!("SELECT count(*) FROM (SELECT * FROM {view})")) >= 0, "{view} {on}");
        }
        assert_eq!(count("SELECT count(*) FROM tag WHERE tag = 'seen'"), 1, "{on}");
        assert_eq!(count("SELECT count(*) FROM note WHERE text = 'one'"), 1, "{on}");
    }
}

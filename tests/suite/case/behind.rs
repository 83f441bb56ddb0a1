//! Whoever changes the file behind the program's back is found out, and what is left is read, not continued.

use std::path::Path;

use probity::case::{Case, CaseError};
use rusqlite::Connection;

use crate::case::{author, note, notes, open, record, signer};

/// A case with ten entries and a signature.
fn case(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("a.probity-case");
    let mut case = Case::create(&path, signer("ann.test")).unwrap();
    for n in 0..8 {
        case.put(note(&format!("note {n}"))).unwrap();
    }
    case.tag("odd", &record(1)).unwrap();
    path
}

fn sql(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn damage_is_found_told_and_not_continued() {
    for (change, expected) in [
        ("UPDATE entry SET record = replace(record, 'note 3', 'nope 3') WHERE seq = 4", "hash differs"),
        ("DELETE FROM entry WHERE seq = 4", "entries are missing"),
        ("DELETE FROM entry WHERE seq = 9", "the last ones are missing"),
        ("DELETE FROM entry WHERE seq = 0", "entries are missing"),
        ("DELETE FROM entry", "the last ones are missing"),
        (
            "UPDATE entry SET seq = 100 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 5; UPDATE entry SET seq = 5 WHERE seq = 100",
            "hash differs",
        ),
        ("UPDATE entry SET hash = zeroblob(32) WHERE seq = 4", "hash differs"),
        ("UPDATE entry SET hash = x'00' WHERE seq = 4", "hash differs"),
        ("UPDATE entry SET prev = zeroblob(32) WHERE seq = 4", "does not follow"),
        ("UPDATE entry SET seq = -4 WHERE seq = 4", "should stand here"),
        ("UPDATE journal SET head = zeroblob(32)", "another one than stated"),
        ("UPDATE journal SET size = 5", "5 entries stated, 10 there"),
        ("DELETE FROM entry; DELETE FROM checkpoint; UPDATE journal SET size = 0, head = zeroblob(32)", "is empty"),
        ("UPDATE checkpoint SET note = CAST(x'FF1B5B' AS TEXT)", "no key signed it as it stands"),
        ("UPDATE checkpoint SET key = CAST(x'FF' AS TEXT)", "no key signed it as it stands"),
        ("UPDATE journal SET size = -1", "below zero"),
        ("UPDATE journal SET origin = 'probity.case/other'", "hash differs"),
        ("INSERT INTO entry SELECT 1, 10, prev, hash, record FROM entry WHERE seq = 9", "hash differs"),
        ("INSERT INTO entry SELECT 7, seq, prev, hash, record FROM entry WHERE seq = 9", "belong to no journal"),
        (
            "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE seq = 1; END",
            "not as Probity makes them",
        ),
        ("DROP VIEW note", "not as Probity makes them"),
        ("DROP VIEW note; CREATE VIEW note AS SELECT 1", "not as Probity makes them"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = case(folder.path());
        sql(&path, change);
        let mut case = open(&path);
        let damage: Vec<String> = case.damage().iter().map(ToString::to_string).collect();
        assert!(damage.iter().any(|damage| damage.contains(expected)), "{change}: {damage:?}");
        assert!(case.read_only().is_some(), "{change}");
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(case.put(note("more")), Err(CaseError::ReadOnly { .. })), "{change}");
        assert!(matches!(case.undo(), Err(CaseError::ReadOnly { .. } | CaseError::Nothing(_))), "{change}");
        let _ = case.verify(None, &[]).unwrap();
        drop(case);
        assert_eq!(std::fs::read(&path).unwrap(), before, "{change}: a damaged case is left as it is");
    }
}

/// What the same verifier says of it: the damage is in its axes too, where it is one of the journal.
#[test]
fn the_verifier_finds_what_is_wrong_with_a_journal() {
    let key = signer("ann.test").key.unwrap().verifier_key().clone();
    for (change, axis, value) in [
        ("UPDATE entry SET record = replace(record, 'note 3', 'nope 3') WHERE seq = 4", 0, "broken"),
        ("DELETE FROM entry WHERE seq = 4", 1, "gaps"),
        ("DELETE FROM entry WHERE seq = 9", 1, "truncated"),
        // Whoever removes the end and states the new one does not have the key.
        (
            "DELETE FROM entry WHERE seq = 9; UPDATE journal SET size = 9, head = (SELECT hash FROM entry WHERE seq = 8)",
            1,
            "truncated",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = case(folder.path());
        sql(&path, change);
        let verified = open(&path).verify(Some(&key), &[]).unwrap();
        let report = &verified[0].report;
        assert_eq!(report.verdict.axes()[axis].1, value, "{change}: {:?}", report.findings);
        assert_eq!(report.exit_code(), 1, "{change}");
    }
}

#[test]
fn a_case_that_another_program_wrote_into_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = case(folder.path());
    let mut here = open(&path);
    sql(&path, "UPDATE journal SET size = 11");
    assert!(matches!(here.put(note("more")), Err(CaseError::Changed { .. })));
    assert_eq!(notes(&here).len(), 8);
}

/// What stands in the place of a table may run for ever: it is not read.
#[test]
fn tables_that_are_none_are_not_read() {
    for change in [
        "DROP TABLE entry",
        "DROP TABLE entry; CREATE VIEW entry AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 1 AS journal, i AS seq, x'00' AS prev, x'00' AS hash, 'x' AS record FROM n",
        "ALTER TABLE journal RENAME TO gone",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = case(folder.path());
        sql(&path, change);
        let error = Case::open(&path, author("ann")).unwrap_err().to_string();
        assert!(error.contains("tables are not those of a case"), "{change}: {error}");
    }
}

#[test]
fn what_is_no_case_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read(case(folder.path())).unwrap();
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&9_u32.to_be_bytes());
    let mut torn = good.clone();
    torn.truncate(good.len() / 2);
    let mut garbage = good.clone();
    garbage[4096..8192].fill(0xa5);
    for (name, bytes, expected) in [
        ("nothing", Vec::new(), "no case"),
        ("text", b"hello".to_vec(), "no case"),
        ("zeros", vec![0; 4096], "no case"),
        (
            "database",
            {
                let path = folder.path().join("other.db");
                sql(&path, "CREATE TABLE t (a)");
                std::fs::read(path).unwrap()
            },
            "no case",
        ),
        ("newer", newer, "form 9"),
        ("torn", torn, "damaged"),
        ("garbage", garbage, "damaged"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        match Case::open(&path, author("ann")) {
            Ok(case) => assert!(case.read_only().is_some() && !case.damage().is_empty(), "{name}"),
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains(expected) && error.contains(name), "{name}: {error}");
            }
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{name}");
    }
    assert!(matches!(Case::open(&folder.path().join("none"), author("ann")), Err(CaseError::Io { .. })));
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().ends_with("lock")), "{names:?}");
}

/// Every byte of a case, one after the other: opening it never panics, and either tells damage or shows what was there.
#[test]
fn no_byte_can_be_changed_unnoticed_where_it_says_something() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    {
        let mut case = Case::create(&path, author("ann")).unwrap();
        case.put(note("an old note")).unwrap();
        case.tag("odd", &record(1)).unwrap();
    }
    let good = std::fs::read(&path).unwrap();
    let state = open(&path).state().clone();
    let other = folder.path().join("b.probity-case");
    for at in (0..good.len()).step_by(7) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x15;
        std::fs::write(&other, &bytes).unwrap();
        if let Ok(case) = Case::open(&other, author("ann"))
            && case.damage().is_empty()
        {
            assert!(*case.state() == state, "byte {at} changed the case, and nothing was said");
        }
    }
}

/// What is signed stands for everything before it, so a key signs nothing that it did not see being written.
#[test]
fn nothing_is_signed_that_the_key_did_not_sign_before() {
    let signed = |path: &Path| -> i64 {
        let sql = "SELECT coalesce(max(size), 0) FROM checkpoint";
        Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let shorter = "DELETE FROM entry WHERE seq >= 6;
        UPDATE journal SET size = 6, head = (SELECT hash FROM entry WHERE seq = 5);";
    for (change, is_damage) in [
        // Whoever holds the file cuts it, and takes the signature away that would tell.
        (format!("{shorter} DELETE FROM checkpoint"), false),
        // Or leaves it there, or breaks it.
        (shorter.to_owned(), true),
        ("UPDATE checkpoint SET note = replace(note, '— ', '— x')".to_owned(), true),
        ("UPDATE checkpoint SET note = 'nothing'".to_owned(), true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = case(folder.path());
        assert_eq!(signed(&path), 10);
        sql(&path, &change);
        let before = signed(&path);
        let mut case = Case::open(&path, signer("ann.test")).unwrap();
        assert_eq!(case.read_only().is_some(), is_damage, "{change}: {:?}", case.damage());
        assert!(case.unsigned().is_some(), "{change}");
        assert_eq!(case.put(note("one more")).is_err(), is_damage, "{change}");
        drop(case);
        assert_eq!(signed(&path), before, "{change}: nothing was signed by the way");
    }
    // Somebody's journal is not signed because one looks at it; whoever wants that says so.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.probity-case");
    Case::create(&path, author("mallory")).unwrap().put(note("I, Ann, approve")).unwrap();
    let mut case = Case::open(&path, signer("ann.test")).unwrap();
    case.put(note("seen")).unwrap();
    assert_eq!((signed(&path), case.unsigned().is_some()), (0, true));
    case.sign().unwrap();
    case.put(note("from now on")).unwrap();
    drop(case);
    assert_eq!(signed(&path), 4);
    assert!(Case::open(&path, signer("ann.test")).unwrap().unsigned().is_none());
}

/// A journal that was taken in ends where it was taken in, and two journals are not both the one of a case.
#[test]
fn what_was_taken_in_stays_as_it_was() {
    for (change, expected) in [
        ("UPDATE journal SET is_own = 1", "say that they are the one of this case"),
        ("UPDATE journal SET is_own = 1 - is_own", "no entry of this case took it in"),
        (
            "DELETE FROM entry WHERE journal = 2 AND seq = 2; UPDATE journal SET size = 2, head = (SELECT hash FROM entry WHERE journal = 2 AND seq = 1) WHERE id = 2",
            "not as it was taken in",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = case(folder.path());
        let theirs = folder.path().join("b.probity-case");
        let mut other = Case::create(&theirs, author("bob")).unwrap();
        other.put(note("b 1")).unwrap();
        other.put(note("b 2")).unwrap();
        drop(other);
        let mut mine = Case::open(&path, signer("ann.test")).unwrap();
        mine.merge(&theirs, false).unwrap();
        drop(mine);
        assert_eq!(open(&path).damage(), []);
        sql(&path, change);
        let damage: Vec<String> = open(&path).damage().iter().map(ToString::to_string).collect();
        assert!(damage.iter().any(|damage| damage.contains(expected)), "{change}: {damage:?}");
    }
}

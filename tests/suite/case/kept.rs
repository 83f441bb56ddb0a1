//! What is put into a case is there after reopening; every step is undone and redone; who else opens it reads.

use probity::case::entry::{Incident, Records, Value};
use probity::case::{Case, CaseError, is_case};

use crate::case::{author, note, notes, open, record, signer};

#[test]
fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let incident = Incident {
        id: "INC-1".into(),
        title: "Too many refusals".into(),
        from: None,
        to: None,
        filter: "result:deny".into(),
        on: Records::default(),
    };
    let values = [
        note("first\nline"),
        Value::Title { text: "Lending".into() },
        Value::Incident(incident),
        Value::Filter { name: "denied".into(), filter: "result:deny".into() },
    ];
    let items: Vec<_> = {
        let mut case = Case::create(&path, author("ann")).unwrap();
        assert_eq!(case.tag("odd", &record(3)).unwrap(), 1);
        assert_eq!(case.tag("odd", &record(3)).unwrap(), 0, "it has it already");
        case.keep_view_state("records", "{}").unwrap();
        values.iter().map(|value| case.put(value.clone()).unwrap()).collect()
    };
    assert!(is_case(&path));
    assert!(!folder.path().join("a.probity-case.lock").exists());
    let case = open(&path);
    assert_eq!((case.read_only(), case.damage()), (None, &[][..]));
    for (item, value) in items.iter().zip(&values) {
        assert_eq!(case.state().item(*item).unwrap().values(), [value]);
    }
    assert_eq!(case.state().tags().collect::<Vec<_>>(), ["odd"]);
    assert_eq!(case.state().tagged("odd").count(), 1);
    assert_eq!(case.view_state("records").unwrap().as_deref(), Some("{}"));
    assert_eq!(case.view_state("none").unwrap(), None);
}

#[test]
fn every_step_is_undone_and_redone_also_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let mut states = Vec::new();
    {
        let mut case = Case::create(&path, author("ann")).unwrap();
        states.push(case.state().clone());
        let many = Records::of((0..20_000_u64).map(|n| {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&n.to_le_bytes());
            ("log.test/a", n, probity::case::Digest(hash))
        }));
        case.tag("many", &many).unwrap();
        assert_eq!(case.entries().len(), 3, "one step of three entries");
        states.push(case.state().clone());
        case.untag("many", &Records::of(many.iter().take(9_000))).unwrap();
        states.push(case.state().clone());
        let item = case.put(note("one")).unwrap();
        states.push(case.state().clone());
        case.change(item, note("two")).unwrap();
        states.push(case.state().clone());
        case.delete(item).unwrap();
        states.push(case.state().clone());
        assert!(matches!(case.change(item, note("three")), Err(CaseError::NoItem("note"))));
    }
    for state in states.iter().rev().skip(1) {
        let mut case = open(&path);
        case.undo().unwrap();
        assert!(case.state() == state);
        drop(case);
        assert!(open(&path).state() == state);
    }
    assert!(matches!(open(&path).undo(), Err(CaseError::Nothing("undo"))));
    for state in states.iter().skip(1) {
        open(&path).redo().unwrap();
        assert!(open(&path).state() == state);
    }
    let mut case = open(&path);
    assert!(matches!(case.redo(), Err(CaseError::Nothing("redo"))));
    case.undo().unwrap();
    case.undo().unwrap();
    assert_eq!(notes(&case), ["one"]);
    case.tag("new", &record(1)).unwrap();
    assert_eq!(case.can(), (true, false), "what was undone before is gone from the way");
    case.undo().unwrap();
    case.redo().unwrap();
    assert!(case.state().has_tag("new", probity::case::Digest([1; 32])));
}

/// Two names of one file are one case, and what stands where the lock belongs is not followed.
#[test]
#[cfg(unix)]
fn a_case_is_locked_under_all_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let [path, hard, soft] = ["a", "b", "c"].map(|name| folder.path().join(format!("{name}.probity-case")));
    let mut case = Case::create(&path, author("ann")).unwrap();
    std::fs::hard_link(&path, &hard).unwrap();
    std::os::unix::fs::symlink(&path, &soft).unwrap();
    let _ = std::fs::remove_file(folder.path().join("a.probity-case.lock"));
    for other in [&path, &hard, &soft] {
        let second = Case::open(other, author("bob")).unwrap();
        assert!(second.read_only().is_some_and(|why| why.contains("another Probity")), "{}", other.display());
    }
    case.put(note("one")).unwrap();
    drop(case);
    Case::open(&soft, author("bob")).unwrap().put(note("two")).unwrap();
    let lock = folder.path().join("a.probity-case.lock");
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &lock).unwrap();
    let case = Case::open(&path, author("bob")).unwrap();
    assert!(case.read_only().is_some_and(|why| why.contains("no plain file")), "{:?}", case.read_only());
    assert!(!folder.path().join("elsewhere").exists());
    assert_eq!(notes(&case), ["one", "two"]);
}

#[test]
fn a_second_opening_reads_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let mut first = Case::create(&path, author("ann")).unwrap();
    first.put(note("one")).unwrap();
    let mut second = Case::open(&path, author("bob")).unwrap();
    assert_eq!(notes(&second), ["one"]);
    assert!(second.read_only().unwrap().contains("another Probity"), "{:?}", second.read_only());
    assert!(matches!(second.put(note("two")), Err(CaseError::ReadOnly { .. })));
    assert!(matches!(second.keep_view_state("a", "b"), Err(CaseError::ReadOnly { .. })));
    first.put(note("three")).unwrap();
    drop(first);
    let mut third = Case::open(&path, author("bob")).unwrap();
    third.put(note("four")).unwrap();
    assert_eq!(notes(&third), ["one", "three", "four"]);
}

#[test]
fn what_cannot_be_kept_is_refused_before_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let mut case = Case::create(&path, author("ann")).unwrap();
    for tag in ["", " ", " a", "a\u{202e}b", "a\nb", &"x".repeat(201)] {
        assert!(matches!(case.tag(tag, &record(1)), Err(CaseError::Text { .. })), "{tag:?}");
    }
    assert!(matches!(case.put(note("  ")), Err(CaseError::Text { .. })));
    assert!(matches!(case.put(note(&"x".repeat(1 << 20))), Err(CaseError::Entry(_))));
    assert!(case.entries().is_empty());
    assert!(matches!(Case::create(&path, author("ann")), Err(CaseError::Exists { .. })));
}

#[test]
fn a_draft_is_saved_by_moving_it() {
    let folder = tempfile::tempdir().unwrap();
    let (draft, saved) = (folder.path().join("draft"), folder.path().join("saved.probity-case"));
    let mut case = Case::create(&draft, author("ann")).unwrap();
    case.put(note("one")).unwrap();
    let before = case.origin().to_owned();
    std::fs::write(&saved, "taken").unwrap();
    assert!(matches!(case.move_to(&saved), Err(CaseError::Exists { .. })));
    assert_eq!(std::fs::read(&saved).unwrap(), b"taken");
    std::fs::remove_file(&saved).unwrap();
    case.move_to(&saved).unwrap();
    case.put(note("two")).unwrap();
    assert_eq!((case.origin(), notes(&case)), (before.as_str(), vec!["one".to_owned(), "two".to_owned()]));
    drop(case);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["saved.probity-case"]);
}

#[test]
fn the_journal_verifies_and_is_signed_by_the_users_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let mut case = Case::create(&path, signer("ann.test")).unwrap();
    case.put(note("one")).unwrap();
    let key = signer("ann.test").key.unwrap().verifier_key().clone();
    let [verified] = &case.verify(Some(&key), &[]).unwrap()[..] else { panic!("one journal") };
    let verdict = verified.report.verdict;
    assert_eq!(verified.report.exit_code(), 0, "{:?}", verified.report.findings);
    let values: Vec<&str> = verdict.axes().into_iter().map(|(_, value)| value).collect();
    assert_eq!(values[..3], ["intact", "whole", "trusted"]);
    let other = probity::tlog::note::SigningKey::generate("x").unwrap();
    let [verified] = &case.verify(Some(other.verifier_key()), &[]).unwrap()[..] else { panic!("one journal") };
    assert_eq!(verified.report.exit_code(), 1);
    let [verified] = &case.verify(None, &[]).unwrap()[..] else { panic!("one journal") };
    let codes: Vec<&str> = verified.report.findings.iter().map(|finding| finding.code.name()).collect();
    assert!(codes.iter().all(|code| !code.starts_with("RECORD_")), "{codes:?}");
}

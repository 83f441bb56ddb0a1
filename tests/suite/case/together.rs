//! The case and its evidence: marks in filters, bundles found again, and the same answers in plain SQL.

use std::collections::BTreeSet;
use std::path::Path;

use probity::case::entry::{Incident, Records, Value};
use probity::case::{Case, Digest, Found};
use probity::evidence::Evidence;
use probity::index::Choice;
use probity::integrity::{Options, Unwatched};
use rusqlite::Connection;

use crate::case::{author, note, open, record};

fn evidence(bundle: &Path, index: &Path) -> Evidence {
    let choice = Choice { place: Some(index.to_owned()), ..Choice::default() };
    Evidence::open(&[bundle.to_owned()], &Options::default(), &choice, &Unwatched).unwrap()
}

fn sample() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip")
}

/// The rows of a filter, as records.
fn records(evidence: &Evidence, filter: &str, most: usize) -> Records {
    let query = evidence.parse(filter).unwrap();
    let rows = evidence.select(&query.expr, &Unwatched).unwrap();
    let origin = evidence.logs()[0].index.origin.clone();
    let found: Vec<(u64, Digest)> = rows
        .iter()
        .take(most)
        .map(|row| {
            let line = evidence.line(row).unwrap().unwrap();
            let line = probity::bundle::line::Line::parse(&line.bytes).unwrap();
            (line.seq, Digest(line.hash))
        })
        .collect();
    Records::of(found.iter().map(|(seq, hash)| (origin.as_str(), *seq, *hash)))
}

fn count(evidence: &Evidence, filter: &str) -> u32 {
    evidence.select(&evidence.parse(filter).unwrap().expr, &Unwatched).unwrap().count()
}

#[test]
fn marks_are_asked_for_in_filters() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = evidence(&sample(), &folder.path().join("i"));
    let query = evidence.parse("tag:odd").unwrap();
    let error = evidence.select(&query.expr, &Unwatched).unwrap_err().to_string();
    assert!(error.contains("none is open"), "{error}");

    let mut case = Case::create(&folder.path().join("a.probity-case"), author("ann")).unwrap();
    let some = records(&evidence, "kind:decision", 2_500);
    let few = records(&evidence, "kind:review", 3);
    case.tag("odd", &some).unwrap();
    case.tag("Odder", &few).unwrap();
    case.put(Value::Note { on: few.clone(), text: "Ask Ann about these".into() }).unwrap();
    case.put(Value::Note { on: Records::default(), text: "of the case as a whole".into() }).unwrap();
    let incident = |id: &str, filter: &str, on: Records| {
        let at = |text: &str| Some(chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc());
        let (from, to) = (at("2026-04-01T00:00:00Z"), at("2026-04-30T23:59:59.999Z"));
        Value::Incident(Incident { id: id.into(), title: String::new(), from, to, filter: filter.into(), on })
    };
    case.put(incident("INC-1", "kind:decision", few.clone())).unwrap();
    case.put(incident("INC-2", "tag:odd", few.clone())).unwrap();
    case.tag("elsewhere", &record(9)).unwrap();
    let unplaced = case.mark(&evidence, &Unwatched).unwrap();
    assert_eq!((unplaced.records, unplaced.incidents.len()), (1, 1));

    let tagged = u32::try_from(some.len()).unwrap();
    let all = count(&evidence, "");
    let window = count(&evidence, "kind:decision time:2026-04-01..2026-04-30");
    assert!(window > 0);
    for (filter, expected) in [
        ("tag:odd", tagged),
        ("tag:odd*", tagged),
        ("tag:Odder", 3),
        ("has:tag", tagged + 3),
        ("not has:tag", all - tagged - 3),
        ("tag:odd kind:review", 0),
        ("note:\"ask ann\"", 3),
        ("has:note", 3),
        ("note:whole", 0),
        ("incident:INC-1", window + 3),
        ("incident:INC-2", 3),
        ("incident:INC-3", 0),
    ] {
        assert_eq!(count(&evidence, filter), expected, "{filter}");
    }
    case.undo().unwrap();
    case.untag("odd", &Records::of(some.iter().take(500))).unwrap();
    case.mark(&evidence, &Unwatched).unwrap();
    assert_eq!(count(&evidence, "tag:odd"), 2_000, "a change is seen at once");
    let known = probity::query::Vocabulary::marks(&evidence, probity::query::Mark::Tag, "OD", 10);
    let known: Vec<(&str, Option<u64>)> = known.iter().map(|known| (known.text.as_str(), known.records)).collect();
    assert_eq!(known, [("odd", Some(2_000)), ("Odder", Some(3))]);
}

#[test]
fn bundles_are_found_again_where_they_moved() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("one.audit.zip");
    std::fs::copy(sample(), &bundle).unwrap();
    let path = folder.path().join("a.probity-case");
    {
        let evidence = evidence(&bundle, &folder.path().join("i"));
        let mut case = Case::create(&path, author("ann")).unwrap();
        case.opened(&evidence.logs()[0].index, "test", &[], false).unwrap();
        case.opened(&evidence.logs()[0].index, "test", &[], false).unwrap();
        assert_eq!((case.bundles().len(), case.entries().len()), (1, 5));
    }
    let find = || {
        let case = open(&path);
        case.find(case.bundles()[0].1).unwrap()
    };
    assert_eq!(find(), Found::At(bundle.clone()));
    let renamed = folder.path().join("two.audit.zip");
    std::fs::rename(&bundle, &renamed).unwrap();
    assert_eq!(find(), Found::At(renamed.clone()));
    let away = tempfile::tempdir().unwrap();
    let moved = away.path().join("three.audit.zip");
    std::fs::rename(&renamed, &moved).unwrap();
    assert_eq!(find(), Found::Missing);
    std::fs::copy(sample().with_file_name("forged.audit.zip"), &bundle).ok();
    {
        let mut case = open(&path);
        let known = case.bundles()[0].1.clone();
        case.located(&known, &moved).unwrap();
    }
    assert_eq!(find(), Found::At(moved));
}

/// The views of the file, in SQL, against the sum of the entries.
#[test]
fn plain_sql_gives_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.probity-case");
    let mut case = Case::create(&path, author("ann")).unwrap();
    let kept = case.put(note("kept")).unwrap();
    let changed = case.put(note("before")).unwrap();
    case.change(changed, note("after")).unwrap();
    let deleted = case.put(note("deleted")).unwrap();
    case.delete(deleted).unwrap();
    case.put(note("undone")).unwrap();
    case.undo().unwrap();
    case.put(note("redone")).unwrap();
    case.undo().unwrap();
    case.redo().unwrap();
    case.put(Value::Note { on: Records::default(), text: "on the case".into() }).unwrap();
    case.tag("a", &record(1)).unwrap();
    case.tag("a", &record(2)).unwrap();
    case.untag("a", &record(1)).unwrap();
    case.tag("b", &record(1)).unwrap();
    case.untag("b", &record(1)).unwrap();
    case.undo().unwrap();
    assert!(case.state().item(kept).is_some());

    let connection = Connection::open(&path).unwrap();
    let texts = |sql: &str| -> BTreeSet<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let notes: BTreeSet<String> = super::notes(&case).into_iter().collect();
    assert_eq!(notes.len(), 4);
    assert_eq!(texts("SELECT text FROM note"), notes);
    let tagged: BTreeSet<String> = case
        .state()
        .tags()
        .flat_map(|tag| case.state().tagged(tag).map(move |(log, seq, hash)| format!("{tag} {log} {seq} {hash}")))
        .collect();
    assert_eq!(tagged.len(), 2);
    assert_eq!(texts("SELECT tag || ' ' || log || ' ' || seq || ' ' || record FROM tag"), tagged);
    assert_eq!(texts("SELECT action FROM custody WHERE action IS NOT NULL").len(), 6);
}

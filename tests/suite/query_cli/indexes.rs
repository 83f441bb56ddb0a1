//! Files of indexes: damaged ones are made anew before anything is printed, and what is something else is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::Log;
use crate::desk::Desk;
use crate::query_cli::{answer, packed, records, refused, run};

/// The one index in the cache folder.
fn cached(desk: &Desk) -> PathBuf {
    fn find(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                find(&entry, found);
            } else if entry.extension().is_some_and(|end| end == "probity-index") {
                found.push(entry);
            }
        }
    }
    let mut found = Vec::new();
    find(&desk.path("cache"), &mut found);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn change(index: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(index).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

#[test]
fn a_damaged_index_is_made_anew_before_anything_is_printed() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 10);
    desk.put("a.zip", packed(&log));
    let args = ["query", "a.zip", "kind:decision", "--format", "csv", "--columns", "seq,id,model"];
    let (expected, _) = answer(&desk, &args);
    assert!(expected.lines().count() > 10, "{expected}");
    let chosen = desk.path("index.db");
    answer(&desk, &["index", "a.zip", "--index", "index.db"]);
    for (place, option) in [(cached(&desk), &[][..]), (chosen, &["--index", "index.db"])] {
        for sql in [
            "UPDATE field SET data = zeroblob(length(data)) WHERE name = 'model.id'",
            "UPDATE field SET records = records + 1 WHERE name = 'audit_id'",
            "UPDATE record SET hash = zeroblob(32) WHERE row = 33",
            "UPDATE vector SET data = zeroblob(length(data)) WHERE name = 'times'",
            "UPDATE vector SET data = zeroblob(length(data) - 1) WHERE name = 'states'",
            "UPDATE stretch SET records = 3 WHERE first_row = 0",
            "UPDATE verification SET report = '{}'",
            "DELETE FROM checksum WHERE name = 'segment'",
        ] {
            change(&place, sql);
            let (code, stdout, stderr) = run(&desk, &[&args[..], option].concat());
            assert_eq!((code, &stdout), (Some(0), &expected), "{sql}: {stderr}");
            let name = place.file_name().unwrap().to_string_lossy().into_owned();
            let note = format!("{name}: the index was made anew from the bundle: the one that was there");
            assert_eq!(stderr.matches(&note).count(), 1, "{sql}: {stderr}");
            // Once is enough.
            let (_, _, stderr) = run(&desk, &[&args[..], option].concat());
            assert!(!stderr.contains("made anew"), "{sql}: {stderr}");
            change(&place, sql);
            let (code, _, stderr) =
                run(&desk, &[&["facets", "a.zip", "id:r*", "--field", "model"][..], option].concat());
            assert_eq!(code, Some(0), "{sql}: {stderr}");
            let (code, stdout, _) = run(&desk, &[&["query", "a.zip", "--format", "jsonl"][..], option].concat());
            assert_eq!((code, stdout), (Some(0), records(&log)), "{sql}");
        }
    }
}

/// It may have taken hours to make, and belongs to somebody's other case.
#[test]
fn the_index_of_another_bundle_is_left_alone() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 10);
    desk.put("a.zip", packed(&log));
    desk.put("b.zip", packed(&Log::ordinary(30, 10)));
    answer(&desk, &["index", "a.zip", "--index", "index.db"]);
    let before = fs::read(desk.path("index.db")).unwrap();
    for command in [&["index"][..], &["query"], &["facets", "--field", "kind"], &["fields"]] {
        let message = refused(&desk, &[command, &["b.zip", "--index", "index.db"]].concat());
        assert!(message.starts_with("probity: VERIFY_INDEX_STALE: b.zip: "), "{message}");
        assert!(message.contains("--rebuild"), "{message}");
        assert_eq!(fs::read(desk.path("index.db")).unwrap(), before);
    }
    let (code, _, stderr) = run(&desk, &["index", "b.zip", "--index", "index.db", "--rebuild"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("index.db: the index was made anew from the bundle: as --rebuild asks"), "{stderr}");
    assert_eq!(answer(&desk, &["query", "b.zip", "--index", "index.db", "--count"]).0, "30\n");
    // One that does not say any more of which bundle it is may be that of another.
    change(&desk.path("index.db"), "UPDATE meta SET value = 'x' WHERE name = 'bundle_stamp'");
    let before = fs::read(desk.path("index.db")).unwrap();
    let message = refused(&desk, &["query", "b.zip", "--index", "index.db"]);
    assert!(
        message.contains("index.db: the index cannot be read: the checksum of the table meta is wrong"),
        "{message}"
    );
    assert_eq!(fs::read(desk.path("index.db")).unwrap(), before);
}

#[test]
fn what_is_no_index_is_never_written_over() {
    let desk = Desk::new();
    desk.put("a.zip", packed(&Log::ordinary(40, 10)));
    let mut broken = b"SQLite format 3\0".to_vec();
    broken.resize(4096, 0xff);
    for bytes in [&b"notes of mine"[..], b"", &broken, &broken[..60]] {
        desk.put("mine", bytes);
        for command in [&["index"][..], &["index", "--rebuild"], &["query"]] {
            let message = refused(&desk, &[command, &["a.zip", "--index", "mine"]].concat());
            assert!(message.contains("mine: this is no index of Probity, and is left as it is"), "{message}");
            assert_eq!(fs::read(desk.path("mine")).unwrap(), bytes);
        }
    }
    fs::create_dir(desk.path("folder")).unwrap();
    for command in [&["index"][..], &["index", "--rebuild"]] {
        refused(&desk, &[command, &["a.zip", "--index", "folder"]].concat());
        assert!(desk.path("folder").is_dir());
    }
}

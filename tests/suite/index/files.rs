//! The file of an index: damaged, foreign, half-made, asked for by two at once, and left behind by its bundle.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use probity::bundle::reading::{LogError, Unwatched, Watch};
use probity::columns::Selection;
use probity::evidence::{Evidence, EvidenceError, SortKey};
use probity::index::{Choice, Index, IndexError};

use super::filters::field;
use super::{Packed, in_own_cache};
use crate::common::{Export, Log, write_folder};

fn log() -> Log {
    Log::of(
        (0..300_u32).map(|n| {
            let time = format!("2026-03-01T{:02}:{:02}:00Z", n / 60, n % 60);
            match n % 5 {
                0 if n == 0 => format!(r#"{{"kind":"log","timestamp":"{time}","audit_id":"r-0","event":"opened","origin":"audit.test/lending"}}"#),
                1 => format!(r#"{{"kind":"review","timestamp":"{time}","audit_id":"r-{n}","decision":"r-{}","reviewer":"ann","action":"override"}}"#, n + 1),
                3 => format!(r#"{{"kind":"deployment","timestamp":"{time}","audit_id":"r-{n}","model":{{"id":"m","version":"{n}"}},"action":"deploy"}}"#),
                _ => format!(r#"{{"kind":"decision","timestamp":"{time}","audit_id":"r-{n}","model":{{"id":"m"}},"input":{{"amount":{n}}},"output":{{"confidence":0.{n}}},"metadata":{{"note":"note {n}"}}}}"#),
            }
            .into_bytes()
        }),
        60,
    )
}

/// Everything that is asked of an index, as text.
fn answers(evidence: &Evidence) -> Result<String, EvidenceError> {
    let mut out = String::new();
    for filter in [
        "id:r-17",
        "version:8",
        "overridden:true",
        "metadata.note:\"note 12\"",
        "note",
        "confidence<0.2",
        "time<2026-03-01T02",
        "kind:review",
        "seq>290",
    ] {
        let expr = match evidence.parse(filter) {
            Ok(query) => query.expr,
            Err(error) => panic!("{}", error.report(filter)),
        };
        let rows: Vec<u32> = evidence.select(&expr, &Unwatched)?.iter().collect();
        out += &format!("{filter} {rows:?}\n");
    }
    let all = Selection::all(evidence.rows());
    for name in ["version", "reviewer", "metadata.note", "user"] {
        out += &format!("{:?}\n", evidence.facet(&field(name), &all, 9, &Unwatched)?);
    }
    let keys = [SortKey { field: field("version"), descends: true }, SortKey { field: field("id"), descends: false }];
    out += &format!("{:?}\n", evidence.sort(&all, &keys, &Unwatched)?);
    for row in [0, 17, 299] {
        out += &format!("{:?}\n", evidence.line(row)?);
    }
    let index = &evidence.logs()[0].index;
    out += &format!(
        "{:?} {:?} {:?} {:?}\n",
        index.hashes_of(100..110)?,
        evidence.tally(),
        index.origin,
        index.report.verdict
    );
    Ok(out)
}

fn read(packed: &Packed) -> Result<String, EvidenceError> {
    answers(&Evidence::open(&[packed.bundle()], &Packed::options(), &packed.choice(), &Unwatched)?)
}

fn is_about_the_index(error: &EvidenceError) -> bool {
    matches!(error, EvidenceError::Index(IndexError::Read { .. } | IndexError::NotAnIndex { .. }))
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn a_damaged_index_gives_the_right_answer_or_an_error() {
    let packed = Packed::new(&log(), true);
    let expected = read(&packed).unwrap();
    let whole = std::fs::read(packed.place()).unwrap();
    let mut random = Random(0x5eed_0000_0000_0001);
    let (mut right, mut refused) = (0, 0);
    let rounds: usize = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    for round in 0..rounds {
        let mut bytes = whole.clone();
        match round % 10 {
            0 => bytes.truncate(random.below(whole.len())),
            1 => {
                let start = random.below(whole.len() - 600);
                bytes[start..start + 600].fill(0);
            }
            _ => {
                for _ in 0..=random.below(3) {
                    let at = random.below(bytes.len());
                    bytes[at] ^= 1 << random.below(8);
                }
            }
        }
        std::fs::write(packed.place(), &bytes).unwrap();
        match read(&packed) {
            Ok(answer) => {
                assert_eq!(answer, expected, "round {round}");
                right += 1;
            }
            Err(error) => {
                assert!(is_about_the_index(&error), "round {round}: {error}");
                refused += 1;
            }
        }
    }
    assert!(right > 0 && refused < rounds, "{right} {refused}");
}

fn foreign(place: &Path, n: usize) {
    let database = |sql: &str| {
        let _ = std::fs::remove_file(place);
        rusqlite::Connection::open(place).unwrap().execute_batch(sql).unwrap();
    };
    match n {
        0 => std::fs::write(place, "notes of mine\n").unwrap(),
        1 => std::fs::write(place, "").unwrap(),
        2 => database("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)"),
        _ => database("PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE meta (name, value)"),
    }
}

#[test]
fn what_is_no_index_is_left_alone() {
    for n in 0..4 {
        let packed = Packed::bare(&Log::ordinary(5, 5));
        foreign(&packed.place(), n);
        let before = std::fs::read(packed.place()).unwrap();
        let error = packed.index().unwrap_err();
        assert!(matches!(error, IndexError::NotAnIndex { .. }), "{n}: {error}");
        assert_eq!(std::fs::read(packed.place()).unwrap(), before);
        assert_eq!(std::fs::read_dir(packed.folder.path()).unwrap().count(), 2, "{n}");
    }
}

#[test]
fn an_index_of_another_version_is_made_anew() {
    let packed = Packed::bare(&Log::ordinary(5, 5));
    assert!(packed.index().unwrap().is_new);
    assert!(!packed.index().unwrap().is_new);
    let connection = rusqlite::Connection::open(packed.place()).unwrap();
    connection.execute_batch(&format!("PRAGMA user_version = {}", probity::index::schema::VERSION + 1)).unwrap();
    drop(connection);
    assert!(packed.index().unwrap().is_new);
    assert!(!packed.index().unwrap().is_new);
}

/// The one file of the cache folder that ends like an index.
fn cached(cache: &Path) -> std::path::PathBuf {
    let entries = std::fs::read_dir(cache.join("cache/probity/index")).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "probity-index")).collect();
    assert_eq!(found.len(), 1);
    found.into_iter().next().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn the_cache_mends_itself() {
    in_own_cache("index::files::the_cache_mends_itself", |cache| {
        let packed = Packed::bare(&Log::ordinary(5, 5));
        let open = |bundle: &Path| Index::open(bundle, &Packed::options(), &Choice::default(), &Unwatched).unwrap();
        assert!(open(&packed.bundle()).is_new);
        let place = cached(cache);
        for n in 0..4 {
            foreign(&place, n);
            assert!(open(&packed.bundle()).is_new, "{n}");
            assert!(!open(&packed.bundle()).is_new, "{n}");
        }
        // Moved or copied, the bundle has the index that it had.
        let elsewhere = tempfile::tempdir().unwrap();
        let copy = elsewhere.path().join("copy");
        std::fs::copy(packed.bundle(), &copy).unwrap();
        assert!(!open(&copy).is_new);
        std::fs::rename(&copy, elsewhere.path().join("moved")).unwrap();
        assert!(!open(&elsewhere.path().join("moved")).is_new);
        // What a killed build left behind is no index, and is in nobody's way.
        std::fs::remove_file(&place).unwrap();
        let notes = std::fs::read_dir(place.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
        for note in notes.filter(|path| path.extension().is_some_and(|end| end == "note")).collect::<Vec<_>>() {
            std::fs::write(note.with_extension("partial"), "half").unwrap();
            std::fs::write(note.with_extension("lock"), "").unwrap();
        }
        assert!(open(&packed.bundle()).is_new);
        assert!(!open(&packed.bundle()).is_new);
    });
}

/// Cancels after some calls.
struct Impatient(AtomicU64);

impl Watch for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(1))).unwrap() == 0
    }
}

#[test]
fn a_build_that_is_stopped_leaves_nothing() {
    let mut cancelled = 0;
    for calls in 0..40 {
        let packed = Packed::new(&log(), false);
        let partial = packed.folder.path().join("the.index.partial");
        std::fs::write(&partial, "half an index").unwrap();
        match Index::open(&packed.bundle(), &Packed::options(), &packed.choice(), &Impatient(AtomicU64::new(calls))) {
            Ok(index) => assert!(index.is_new),
            Err(error) => {
                assert!(matches!(error, IndexError::Log(LogError::Cancelled)), "{error}");
                assert!(!packed.place().exists());
                cancelled += 1;
            }
        }
        assert!(!partial.exists());
        assert!(!packed.folder.path().join("the.index.lock").exists());
        assert!(packed.index().unwrap().rows == 300);
    }
    assert!(cancelled > 0);
}

#[test]
fn two_that_ask_at_once_get_the_same() {
    let packed = Packed::new(&log(), true);
    let news: Vec<bool> = std::thread::scope(|scope| {
        let open = || scope.spawn(|| packed.index().map(|index| index.is_new).unwrap());
        (0..4).map(|_| open()).collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(news.iter().filter(|is_new| **is_new).count(), 1);
}

/// A file that may not grow any more is refused as a full disk is.
#[test]
#[cfg(target_os = "linux")]
fn without_room_it_is_said_and_nothing_is_left() {
    let packed = Packed::new(&log(), true);
    let program = env!("CARGO_BIN_EXE_probity");
    for kilobytes in [16, 64, 128, 256] {
        let output = std::process::Command::new("bash")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\""), "bash", program, "index"])
            .arg(packed.bundle())
            .arg("--index")
            .arg(packed.place())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code().is_some_and(|code| code < 4) && packed.place().exists() {
            break;
        }
        assert!(said.contains("the index cannot be written"), "{kilobytes}: {:?} {said}", output.status);
        assert!(!packed.place().exists() && !packed.folder.path().join("the.index.partial").exists());
    }
}

#[test]
fn a_changed_bundle_is_noticed() {
    let mut log = log();
    let packed = Packed::bare(&log);
    let evidence = packed.open();
    log.row(100).record = br#"{"kind":"decision","audit_id":"forged"}"#.to_vec();
    log.rehash_from(100);
    std::fs::write(packed.bundle(), log.bytes()).unwrap();
    let is_stale = |error: EvidenceError| matches!(error, EvidenceError::Index(IndexError::Stale { .. }));
    assert!(evidence.line(100).is_err_and(is_stale));
    let text = evidence.parse("note").unwrap().expr;
    assert!(evidence.select(&text, &Unwatched).is_err_and(is_stale));
    assert!(matches!(packed.index(), Err(IndexError::Stale { .. })));
    let renewed =
        Index::open(&packed.bundle(), &Packed::options(), &Choice { rebuilds: true, ..packed.choice() }, &Unwatched);
    assert!(renewed.unwrap().is_new);
    assert!(packed.open().line(100).unwrap().unwrap().is_intact);
    std::fs::remove_file(packed.bundle()).unwrap();
    assert!(matches!(packed.index(), Err(IndexError::Bundle(_))));
}

/// Edited so that its stated hash stays: it is not the line that was indexed.
#[test]
fn a_line_edited_afterwards_is_not_shown_as_the_one_indexed() {
    let mut log = log();
    let packed = Packed::bare(&log);
    let evidence = packed.open();
    log.row(17).record[9] ^= 1;
    std::fs::write(packed.bundle(), log.bytes()).unwrap();
    assert!(evidence.line(17).is_err());
    assert!(evidence.line(16).unwrap().unwrap().is_intact);
    // The same of a line that was altered before.
    let packed = Packed::bare(&log);
    let evidence = packed.open();
    assert!(!evidence.line(17).unwrap().unwrap().is_intact);
    log.row(17).record[9] ^= 2;
    std::fs::write(packed.bundle(), log.bytes()).unwrap();
    assert!(evidence.line(17).is_err());
}

#[test]
fn segments_that_change_or_go_are_noticed() {
    let log = log();
    let export = Export { zstd: true, ..Export::whole(&log) };
    for n in 0..2 {
        let packed = Packed::of(&export);
        let evidence = packed.open();
        let segment = packed.bundle().join("log/000001.jsonl.zst");
        if n == 0 {
            std::fs::remove_file(&segment).unwrap();
        } else {
            let mut files = export.files();
            let bytes = zstd::encode_all(&b"{}\n"[..], 3).unwrap();
            files.insert("log/000001.jsonl.zst".to_owned(), bytes);
            write_folder(&files, &packed.bundle());
        }
        assert!(evidence.line(70).is_err(), "{n}");
        assert!(evidence.line(10).unwrap().unwrap().is_intact, "{n}");
        let text = evidence.parse("note").unwrap().expr;
        assert!(evidence.select(&text, &Unwatched).is_err(), "{n}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let packed = Packed::bare(&Log::ordinary(5, 5));
    let closed = packed.folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may do anything is kept out by nothing.
    let is_root = std::fs::write(closed.join("try"), "").is_ok();
    let choice = Choice { place: Some(closed.join("the.index")), ..Choice::default() };
    let opened = Index::open(&packed.bundle(), &Packed::options(), &choice, &Unwatched);
    if !is_root {
        assert!(matches!(opened, Err(IndexError::Write { .. })));
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    let missing = Choice { place: Some(packed.folder.path().join("nowhere/the.index")), ..Choice::default() };
    assert!(matches!(
        Index::open(&packed.bundle(), &Packed::options(), &missing, &Unwatched),
        Err(IndexError::Write { .. })
    ));
    // An index that cannot be written to answers all the same.
    let index = packed.index().unwrap();
    drop(index);
    std::fs::set_permissions(packed.place(), std::fs::Permissions::from_mode(0o444)).unwrap();
    let index = packed.index().unwrap();
    let path = probity::query::Path::new(vec!["audit_id".to_owned()]).unwrap();
    assert!(index.make_column(&path, &Unwatched).unwrap().is_some());
}

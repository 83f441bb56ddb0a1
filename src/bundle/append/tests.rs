use super::*;
use crate::bundle::writer::{BundleWriter, Form};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{SignedNote, Verified};
use std::fs;
use std::sync::{Arc, Mutex};

const ORIGIN: &str = "log.test/a";

fn record(n: u64) -> String {
    format!(r#"{{"kind":"log","n":{n},"text":"ü{}"}}"#, &"xxxxxx"[..usize::try_from(n % 7).expect("small")])
}

/// A log of `count` records, and where each of its lines ends.
fn log(path: &Path, count: u64) -> Vec<u64> {
    let mut appender = Appender::open(path, ORIGIN).expect("opened");
    let mut ends = vec![0];
    for n in 0..count {
        appender.append(&record(n)).expect("appended");
        ends.push(appender.bytes);
    }
    appender.sync().expect("synced");
    ends
}

/// Reads the log as another program would.
fn verified(path: &Path) -> Tip {
    let mut tip = Tip::new(ORIGIN);
    let text = fs::read(path).expect("read");
    assert!(text.is_empty() || text.ends_with(b"\n"));
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = tip.read_line(&line[..line.len() - 1]).expect("a line");
        tip.advance(&line).expect("advanced");
    }
    tip
}

#[test]
fn a_writer_killed_at_any_byte_leaves_a_log_that_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    let ends = log(&path, 5);
    let whole = fs::read(&path).expect("read");
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).expect("written");
        let complete = ends.iter().filter(|end| **end <= length as u64).count() - 1;
        let mut appender = Appender::open(&path, ORIGIN).expect("opened");
        assert_eq!(appender.size(), complete as u64, "cut at {length}");
        assert_eq!(appender.recovered_bytes(), length as u64 - ends[complete]);
        assert_eq!(fs::metadata(&path).expect("a file").len(), ends[complete]);
        for n in complete as u64..6 {
            appender.append(&record(n)).expect("appended");
        }
        drop(appender);
        assert_eq!(verified(&path).size(), 6);
        assert!(fs::read(&path).expect("read").starts_with(&whole));
    }
}

#[test]
fn one_writer_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    let first = Appender::open(&path, ORIGIN).expect("opened");
    assert!(matches!(Appender::open(&path, ORIGIN), Err(AppendError::Locked { .. })));
    drop(first);
    assert!(Appender::open(&path, ORIGIN).is_ok());
}

#[test]
fn what_is_no_whole_log_of_this_origin_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    let ends = log(&path, 4);
    let whole = String::from_utf8(fs::read(&path).expect("read")).expect("UTF-8");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let hash = |origin: &str| LineError::Hash { origin: origin.to_owned() };
    let third = usize::try_from(ends[2]).expect("small");
    for (text, origin, line, error) in [
        (whole.clone(), "log.test/b", 1, hash("log.test/b")),
        (whole.replace(r#""n":2"#, r#""n":9"#), ORIGIN, 3, hash(ORIGIN)),
        (whole.replace(r#""seq":1"#, r#""seq":7"#), ORIGIN, 2, LineError::Seq { expected: 1, found: 7 }),
        ([lines[0], lines[2]].concat(), ORIGIN, 2, LineError::Seq { expected: 1, found: 2 }),
        (whole.replacen(&"0".repeat(64), &"1".repeat(64), 1), ORIGIN, 1, LineError::Prev),
        (whole.replace('\n', "\r\n"), ORIGIN, 1, LineError::Form),
        (format!("{whole}\n"), ORIGIN, 5, LineError::Form),
        (format!("{whole}x"), ORIGIN, 5, LineError::Incomplete),
        (format!("{whole}{}", &lines[0][..50]), ORIGIN, 5, LineError::Incomplete),
        (format!("{}{}", &whole[..third], &lines[2][..80].replace('a', "b")), ORIGIN, 3, LineError::Incomplete),
        ("some other file".to_owned(), ORIGIN, 1, LineError::Incomplete),
        ("\0".repeat(100), ORIGIN, 1, LineError::Incomplete),
        ("x".repeat(MAX_LINE_BYTES + 1), ORIGIN, 1, LineError::TooLong),
    ] {
        fs::write(&path, &text).expect("written");
        match Appender::open(&path, origin).map(|appender| appender.size()) {
            Err(AppendError::Broken { line: found_line, error: found, .. }) => {
                assert_eq!((found_line, found), (line, error), "{text:.200}");
            }
            other => panic!("{other:?}: {text:.200}"),
        }
        assert_eq!(fs::read_to_string(&path).expect("read"), text, "it was changed");
    }
    assert!(matches!(Appender::open(folder.path(), ORIGIN), Err(AppendError::Io { .. })));
    assert!(matches!(Appender::open(&path, "a b"), Err(AppendError::Origin(_))));
}

#[test]
fn a_refused_record_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    let mut appender = Appender::open(&path, ORIGIN).expect("opened");
    for wrong in ["", "[]", "{}\n", "{\"a\":1,\"a\":2}", "{\r}", " {}"] {
        assert!(matches!(appender.append(wrong), Err(AppendError::Record { seq: 0, .. })), "{wrong:?}");
    }
    let first = appender.append("{}").expect("appended");
    assert_eq!((first.seq, first.hash), (0, verified(&path).head()));
}

#[test]
fn the_signed_log_is_the_one_that_is_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    log(&path, 9);
    let key = SigningKey::generate(ORIGIN).expect("a key");
    let mut appender = Appender::open(&path, ORIGIN).expect("opened");
    let note = appender.checkpoint(&key).expect("signed");
    let parsed = SignedNote::parse(note.as_bytes()).expect("a note");
    assert_eq!(key.verifier_key().verify(parsed.text, &parsed.signatures[0].payload), Ok(Verified::Signature));
    assert_eq!(Checkpoint::parse_text(parsed.text).expect("a checkpoint").size, 9);
    let other = SigningKey::generate("log.test/b").expect("a key");
    assert!(matches!(appender.checkpoint(&other), Err(AppendError::Sign(SignError::KeyName { .. }))));

    let producer = crate::bundle::manifest::Producer { name: "t".to_owned(), version: "1".to_owned() };
    let mut bundle = BundleWriter::create(&folder.path().join("b.zip"), Form::Zip, ORIGIN, producer).expect("begun");
    // The note comes first, so its root is compared when the size is reached.
    bundle.add_note(9, &note).expect("added");
    for line in fs::read(&path).expect("read").split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        bundle.push_line(line).expect("pushed");
    }
    assert_eq!(bundle.finish("2026-01-01T00:00:00Z").expect("finished").records, 9);
}

/// A file in memory that has room for so many bytes; it fails to shrink if told so.
struct Failing {
    content: Arc<Mutex<Vec<u8>>>,
    room: usize,
    is_stuck: bool,
}

impl LogFile for Failing {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.content.lock().expect("no panic");
        let count = bytes.len().min(self.room - content.len());
        content.extend_from_slice(&bytes[..count]);
        if count == bytes.len() { Ok(()) } else { Err(io::Error::from(io::ErrorKind::StorageFull)) }
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if self.is_stuck {
            return Err(io::Error::other("stuck"));
        }
        self.content.lock().expect("no panic").truncate(usize::try_from(bytes).expect("small"));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.is_stuck { Err(io::Error::other("stuck")) } else { Ok(()) }
    }
}

#[test]
fn a_failed_write_is_taken_back_or_ends_the_appender() {
    let length = {
        let mut line = Vec::new();
        Tip::new(ORIGIN).next_line(record(0).as_bytes()).expect("a line").write(&mut line);
        line.len()
    };
    for room in 0..2 * length {
        for is_stuck in [false, true] {
            let content = Arc::new(Mutex::new(Vec::new()));
            let mut appender = Appender {
                path: PathBuf::from("log.jsonl"),
                file: Box::new(Failing { content: Arc::clone(&content), room, is_stuck }),
                tip: Tip::new(ORIGIN),
                bytes: 0,
                recovered_bytes: 0,
                line: Vec::new(),
                is_poisoned: false,
            };
            let fitting = room / length;
            for _ in 0..fitting {
                appender.append(&record(0)).expect("room");
            }
            assert!(matches!(appender.append(&record(1)), Err(AppendError::Io { .. })));
            assert_eq!(appender.size(), fitting as u64);
            if is_stuck {
                assert!(matches!(appender.append("{}"), Err(AppendError::Poisoned { .. })));
                assert!(matches!(appender.sync(), Err(AppendError::Poisoned { .. })));
            } else {
                assert_eq!(content.lock().expect("no panic").len(), fitting * length);
                assert!(appender.sync().is_ok());
            }
        }
    }
}

use super::sink::full::FullDisk;
use super::*;
use crate::bundle::container::Container;
use crate::bundle::limits::{MAX_SEGMENT_LINES, MAX_SEGMENT_RAW_BYTES};
use crate::bundle::line::{GENESIS, Line};
use crate::bundle::manifest::Manifest;
use crate::bundle::segment::SegmentDecoder;
use crate::record::sealed::{hex, seal};
use crate::tlog::merkle::empty_root;
use crate::tlog::note::WitnessKey;
use std::fs;
use std::path::PathBuf;

const ORIGIN: &str = "log.test/a";
const CREATED: &str = "2026-01-01T00:00:00Z";

fn producer() -> Producer {
    Producer { name: "test".to_owned(), version: "1".to_owned() }
}

/// A record that does not compress well, so that sizes are those of real logs.
fn record(n: u64) -> String {
    let noise = blake3::hash(&n.to_le_bytes());
    format!(r#"{{"kind":"decision","audit_id":"{n}","noise":"{noise}"}}"#)
}

fn new(path: &Path, form: Form) -> BundleWriter {
    BundleWriter::create(path, form, ORIGIN, producer()).expect("begun")
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// Opens a bundle, and expects no fault.
fn open(path: &Path) -> (Container, Manifest) {
    let mut container = Container::open(path).expect("opened");
    assert_eq!(container.faults(), []);
    let bytes = container.read("manifest.json", 1 << 26).expect("a manifest");
    (container, Manifest::parse(&bytes).expect("a manifest"))
}

/// All lines of a bundle; checks what the manifest claims about its segments.
fn lines(container: &mut Container, manifest: &Manifest) -> Vec<u8> {
    let (mut all, mut decoder) = (Vec::new(), SegmentDecoder::new().expect("a context"));
    for claim in &manifest.segments {
        let file = container.read(&claim.path, 9 << 20).expect("a segment");
        let mut raw = Vec::new();
        decoder.decode(&file, &mut raw).expect("one frame");
        let parsed: Vec<Line<'_>> = raw
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| Line::parse(line.strip_suffix(b"\n").expect("an LF")).expect("a line"))
            .collect();
        let (first, last) = (parsed.first().expect("a line"), parsed.last().expect("a line"));
        assert!(raw.len() <= MAX_SEGMENT_RAW_BYTES && parsed.len() as u64 <= MAX_SEGMENT_LINES);
        assert_eq!(claim.first_seq, first.seq);
        assert_eq!(claim.last_seq, last.seq);
        assert_eq!(claim.records, parsed.len() as u64);
        assert_eq!((claim.bytes, claim.raw_bytes), (file.len() as u64, raw.len() as u64));
        assert_eq!(claim.blake3, hex(blake3::hash(&file).as_bytes()));
        assert_eq!((&claim.prev, &claim.last), (&hex(&first.prev), &hex(&last.hash)));
        // Frame header (RFC 8878 §3.1.1.1): content size and checksum are stated.
        assert!(file[4] & 0b100 != 0 && (file[4] >> 6 != 0 || file[4] & 0b10_0000 != 0));
        all.extend_from_slice(&raw);
    }
    all
}

#[test]
fn segments_are_cut_by_lines_and_by_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat((1 << 20) - 8));
    for (form, count, record, segments) in [
        (Form::Zip, 2 * MAX_SEGMENT_LINES, "{}", 2),
        (Form::Folder, MAX_SEGMENT_LINES + 1, "{}", 2),
        (Form::Zip, 17, large.as_str(), 3),
        (Form::Folder, 7, large.as_str(), 1),
    ] {
        let path = folder.path().join(format!("{count}"));
        let mut bundle = new(&path, form);
        let mut expected = Tip::new(ORIGIN);
        let mut raw = Vec::new();
        for seq in 0..count {
            let line = expected.next_line(record.as_bytes()).expect("a line");
            let reference = expected.advance(&line).expect("advanced");
            assert_eq!((reference.seq, reference.hash), (seq, line.hash));
            line.write(&mut raw);
            assert_eq!(bundle.push(record).expect("pushed"), reference);
        }
        let summary = bundle.finish(CREATED).expect("finished");
        let (mut container, manifest) = open(&path);
        assert_eq!(manifest.segments.len(), segments, "{count}");
        assert_eq!(lines(&mut container, &manifest), raw);
        assert_eq!((manifest.log_size, manifest.ranges), (count, vec![[0, count]]));
        assert_eq!((summary.records, summary.raw_bytes), (count, raw.len() as u64));
        assert_eq!((summary.head, summary.root), (expected.head(), expected.root()));
        let length = match form {
            Form::Zip => fs::metadata(&path).expect("a file").len(),
            Form::Folder => container.entries().iter().map(|entry| entry.bytes).sum(),
        };
        assert_eq!(summary.bytes, length);
    }
    assert_eq!(names(folder.path()), ["16384", "17", "7", "8193"], "nothing temporary is left");
}

#[test]
fn an_empty_log_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let summary = new(&path, Form::Zip).finish(CREATED).expect("finished");
    assert_eq!((summary.records, summary.head, summary.root), (0, GENESIS, empty_root()));
    let (container, manifest) = open(&path);
    assert!(manifest.is_whole() && manifest.segments.is_empty());
    assert_eq!(container.entries().len(), 1);
}

/// A bundle with every kind of member.
fn full_bundle(path: &Path, form: Form, disk: Arc<dyn Disk>) -> Result<Summary, WriteError> {
    let seed = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let key = SigningKey::parse(seed).expect("a key");
    let mut bundle = BundleWriter::create_on(disk, path, form, "PeterNeumann", producer())?;
    for n in 0..3 {
        bundle.push(record(n))?;
        bundle.add_disclosure(n, "/a", "WzFd")?;
    }
    let checkpoint = bundle.checkpoint(&key)?;
    bundle.checkpoint(&key)?;
    bundle.add_token(3, b"token")?;
    bundle.add_key(key.verifier_key())?;
    bundle.add_key(key.verifier_key())?;
    bundle.add_attachment(b"model card".to_vec(), "text/plain")?;
    bundle.add_attachment(b"model card".to_vec(), "text/plain")?;
    for n in 3..20_000 {
        bundle.push(record(n))?;
    }
    assert_eq!(checkpoint.size, 3);
    bundle.checkpoint(&key)?;
    bundle.finish(CREATED)
}

#[test]
fn equal_calls_give_equal_bytes_in_both_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    for (name, form) in [("1.zip", Form::Zip), ("2.zip", Form::Zip), ("3", Form::Folder)] {
        full_bundle(&path(name), form, Arc::new(FileSystem)).expect("written");
    }
    assert_eq!(fs::read(path("1.zip")).expect("read"), fs::read(path("2.zip")).expect("read"));
    let (mut zip, manifest) = open(&path("1.zip"));
    let (mut unpacked, _) = open(&path("3"));
    assert_eq!(zip.entries(), unpacked.entries());
    let entries: Vec<String> = zip.entries().iter().map(|entry| entry.path.clone()).collect();
    let card = format!("attachments/{}", blake3::hash(b"model card"));
    let expected = [
        card.as_str(),
        "checkpoints/20000.note",
        "checkpoints/3-2.note",
        "checkpoints/3.note",
        "disclosures.jsonl",
        "keys/c74f20a3-peterneumann.vkey",
        "log/000000.jsonl.zst",
        "log/000001.jsonl.zst",
        "log/000002.jsonl.zst",
        "manifest.json",
        "timestamps/3.tsr",
    ];
    assert_eq!(entries, expected);
    for entry in &entries {
        assert_eq!(zip.read(entry, 1 << 30).expect("read"), unpacked.read(entry, 1 << 30).expect("read"));
    }
    assert_eq!(manifest.checkpoints.len(), 3);
    assert_eq!(manifest.attachments.len(), 1);
    let disclosures = zip.read("disclosures.jsonl", 1000).expect("read");
    assert_eq!(disclosures.iter().filter(|byte| **byte == b'\n').count(), 3);
    let stored = fs::read(path("1.zip")).expect("read");
    assert!(stored.windows(10).any(|part| part == b"model card"), "members are stored");
}

#[test]
fn a_full_disk_leaves_nothing_and_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    full_bundle(&path, Form::Zip, Arc::new(FullDisk::with_room_for(u64::MAX))).expect("room enough");
    let needed = fs::metadata(&path).expect("a file").len();
    fs::remove_file(&path).expect("removed");
    for form in [Form::Zip, Form::Folder] {
        let steps = (0..12).map(|step| needed * step / 12);
        for room in steps.chain([22, 23, 200, 1000].map(|missing| needed - missing)) {
            // The folder is shorter: it has no headers.
            let room = room / if form == Form::Folder { 2 } else { 1 };
            match full_bundle(&path, form, Arc::new(FullDisk::with_room_for(room))) {
                Err(error @ WriteError::Io { .. }) => {
                    let text = error.to_string();
                    assert!(text.starts_with(&path.display().to_string()), "{text}");
                }
                other => panic!("{other:?} with room for {room} of {needed}"),
            }
            assert_eq!(names(folder.path()), [""; 0], "room for {room} of {needed}");
        }
    }
}

/// The zip crate would complain on stderr if ending the archive failed once more when its writer is dropped.
#[test]
fn after_a_failed_write_the_guard_is_quiet_and_remembers() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().expect("a folder");
    let sink = FullDisk::with_room_for(3).create(&folder.path().join("a")).expect("made");
    let (mut guarded, _) = sink::Guarded::new(sink);
    assert!(guarded.write_all(b"12").is_ok());
    assert!(guarded.write_all(b"345").is_err());
    assert!(guarded.write_all(b"6789").is_ok());
    assert!(guarded.into_sink().is_err());
}

#[test]
fn an_error_comes_back_on_a_later_call_and_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let disk = Arc::new(FullDisk::with_room_for(1000));
    let mut bundle = BundleWriter::create_on(disk, &path, Form::Zip, ORIGIN, producer()).expect("begun");
    let mut n = 0;
    let error = loop {
        n += 1;
        assert!(n < 5 * MAX_SEGMENT_LINES, "no error");
        if let Err(error) = bundle.push(record(n)) {
            break error;
        }
    };
    assert!(error.to_string().contains("log/000000.jsonl.zst"), "{error}");
    assert!(matches!(bundle.push("{}"), Err(WriteError::GivenUp { .. })));
    assert!(matches!(bundle.finish(CREATED), Err(WriteError::GivenUp { .. })));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    for (n, form) in [Form::Zip, Form::Folder].into_iter().enumerate() {
        let path = folder.path().join(n.to_string());
        let begin = |path: &Path| BundleWriter::create(path, form, ORIGIN, producer());
        // Taken while it is written, by a file that must survive.
        let bundle = begin(&path).expect("begun");
        fs::write(&path, "evidence").expect("written");
        assert!(matches!(bundle.finish(CREATED), Err(WriteError::Exists { .. })));
        // Taken before.
        assert!(matches!(begin(&path), Err(WriteError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).expect("read"), "evidence");
        assert!(matches!(begin(&folder.path().join("no/b")), Err(WriteError::Io { .. })));
        assert!(matches!(begin(Path::new("..")), Err(WriteError::NoName { .. })));
    }
    #[cfg(unix)]
    {
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
        assert!(matches!(BundleWriter::create(&link, Form::Zip, ORIGIN, producer()), Err(WriteError::Exists { .. })));
        fs::remove_file(link).expect("removed");
    }
    assert_eq!(names(folder.path()), ["0", "1"]);
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for form in [Form::Zip, Form::Folder] {
        let path = folder.path().join("b");
        let disk: Arc<dyn Disk> = Arc::new(FileSystem);
        let mut bundle = BundleWriter::create_on(Arc::clone(&disk), &path, form, ORIGIN, producer()).expect("begun");
        let mut other = new(&path, form);
        for n in 0..3 * MAX_SEGMENT_LINES {
            bundle.push(record(n)).expect("pushed");
        }
        bundle.add_disclosure(0, "/a", "WzFd").expect("added");
        other.push("{}").expect("pushed");
        // Disclosures set aside have no name where the system can do without: a killed process must not leave them.
        let set_aside = usize::from(!cfg!(unix));
        assert_eq!(names(folder.path()).len(), 2 + set_aside, "two writers, and disclosures set aside");
        drop(bundle);
        assert_eq!(Arc::strong_count(&disk), 1, "nobody writes any more");
        drop(other);
        assert_eq!(names(folder.path()), [""; 0]);
    }
}

#[test]
fn refused_records_do_not_end_the_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Zip);
    bundle.push("{}").expect("pushed");
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20));
    for wrong in
        [&b"{\r}"[..], b"{\n}", b"{}\n", b"", b"[]", b" {}", b"{\"a\":\"\xff\"}", b"{\"a\":1,\"a\":1}", long.as_bytes()]
    {
        match bundle.push(wrong) {
            Err(WriteError::Record { seq: 1, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bundle.push(r#"{ "a" : 1.0 }"#).expect("pushed").seq, 1);
    assert_eq!(bundle.finish(CREATED).expect("finished").records, 2);
    let (mut container, manifest) = open(&path);
    assert!(lines(&mut container, &manifest).ends_with(b",\"record\":{ \"a\" : 1.0 }}\n"));
}

#[test]
fn chained_lines_are_kept_and_broken_ones_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut tip, mut log) = (Tip::new(ORIGIN), Vec::new());
    for n in 0..4 {
        // A record that is none of format 1 is evidence all the same.
        let record = if n == 2 { r#"{"a":1,"a":2}"#.to_owned() } else { record(n) };
        let hash = crate::bundle::line::RecordHasher::new(ORIGIN).hash(n, &tip.head(), record.as_bytes());
        let line = Line { seq: n, prev: tip.head(), hash, record: record.as_bytes() };
        line.write(&mut log);
        tip.advance(&line).expect("advanced");
    }
    let whole: Vec<&[u8]> = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Zip);
    for line in &whole {
        bundle.push_line(line).expect("pushed");
    }
    assert_eq!(bundle.finish(CREATED).expect("finished").root, tip.root());
    let (mut container, manifest) = open(&path);
    assert_eq!(lines(&mut container, &manifest), log);

    let altered = String::from_utf8_lossy(whole[1]).replace("\"1\"", "\"2\"");
    for (second, error) in [
        (whole[2].to_vec(), LineError::Seq { expected: 1, found: 2 }),
        (altered.into_bytes(), LineError::Hash { origin: ORIGIN.to_owned() }),
        (
            String::from_utf8_lossy(whole[1])
                .replace(&hex(&tip.head()), "")
                .replacen("\"prev\":\"", "\"prev\":\"0", 1)
                .into_bytes(),
            LineError::Form,
        ),
        ([whole[1], b"\n"].concat(), LineError::Form),
        (vec![b'x'; 2 << 20], LineError::TooLong),
    ] {
        let mut bundle = new(&folder.path().join("c"), Form::Zip);
        bundle.push_line(whole[0]).expect("pushed");
        match bundle.push_line(&second) {
            Err(WriteError::Line { line: 2, error: found }) => assert_eq!(found, error),
            other => panic!("{other:?}"),
        }
    }
    let mut other = BundleWriter::create(&folder.path().join("c"), Form::Zip, "log.test/b", producer()).expect("begun");
    assert!(matches!(other.push_line(whole[0]), Err(WriteError::Line { line: 1, error: LineError::Hash { .. } })));
}

#[test]
fn only_notes_of_this_log_are_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let key = SigningKey::generate(ORIGIN).expect("a key");
    let note = |origin: &str, size: u64, root: Hash| {
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root, extensions: Vec::new() };
        checkpoint.sign(&key).expect("signed")
    };
    let mut bundle = new(&path("a"), Form::Zip);
    bundle.push("{}").expect("pushed");
    let one = bundle.checkpoint(&key).expect("signed");
    bundle.push("{}").expect("pushed");
    let witness = WitnessKey::generate("witness.test").expect("a key");
    let text = note(ORIGIN, 1, one.root);
    let cosigned = format!("{text}{}", witness.cosign(&one.to_text(), 7));
    bundle.add_note(1, &cosigned).expect("added");
    for (size, text) in [
        (2, note(ORIGIN, 1, one.root)),
        (1, note(ORIGIN, 1, [1; 32])),
        (2, note(ORIGIN, 2, [1; 32])),
        (1, note("log.test/b", 1, one.root)),
        (1, "x".to_owned()),
    ] {
        assert!(matches!(bundle.add_note(size, &text), Err(WriteError::Note { .. })), "{text}");
    }
    let other = SigningKey::generate("log.test/b").expect("a key");
    assert!(matches!(bundle.checkpoint(&other), Err(WriteError::Sign(SignError::KeyName { .. }))));
    bundle.add_token(1, b"1").expect("the first");
    bundle.add_token(1, b"2").expect("the second");
    assert!(matches!(bundle.add_token(1, b"3"), Err(WriteError::Token { size: 1 })));
    bundle.finish(CREATED).expect("finished");
    let (mut container, _) = open(&path("a"));
    assert_eq!(container.read("checkpoints/1-2.note", 9999).expect("read"), cosigned.as_bytes());
    assert_eq!(container.read("timestamps/1-2.tsr", 9999).expect("read"), b"2");

    // For sizes to come: beyond the end, and with another root.
    let mut bundle = new(&path("b"), Form::Zip);
    bundle.add_note(1, &note(ORIGIN, 1, one.root)).expect("added");
    assert!(matches!(bundle.add_note(1, &note(ORIGIN, 1, [1; 32])), Err(WriteError::Note { .. })));
    assert!(matches!(bundle.finish(CREATED), Err(WriteError::Note { size: 1, .. })));
    let mut bundle = new(&path("b"), Form::Zip);
    bundle.add_note(1, &note(ORIGIN, 1, [1; 32])).expect("added");
    assert!(matches!(bundle.push("{}"), Err(WriteError::Note { size: 1, .. })));
    assert!(matches!(bundle.finish(CREATED), Err(WriteError::Note { size: 1, .. })));
    assert_eq!(names(folder.path()), ["a"]);
}

#[test]
fn disclosures_follow_their_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Folder);
    let (record, parts) = seal(r#"{"a":{"b":"private"},"c":1}"#, &["/a/b", "/c"]).expect("sealed");
    for n in 0..2 {
        let seq = bundle.push(&record).expect("pushed").seq;
        assert_eq!(seq, n);
        for (pointer, disclosure) in &parts {
            bundle.add_disclosure(seq, pointer, disclosure).expect("added");
        }
    }
    for (seq, disclosure) in [(2, "x"), (0, "x"), (1, &*"x".repeat(2 << 20))] {
        assert!(matches!(bundle.add_disclosure(seq, "/c", disclosure), Err(WriteError::Disclosure { .. })));
    }
    bundle.finish(CREATED).expect("finished");
    let text = fs::read_to_string(path.join("disclosures.jsonl")).expect("read");
    let seqs: Vec<u64> = text.lines().map(|line| Disclosure::parse(line).expect("a disclosure").seq).collect();
    assert_eq!(seqs, [0, 0, 1, 1]);
    let opened = Disclosure::parse(text.lines().next().expect("a line")).expect("a disclosure").open();
    assert_eq!(opened.expect("opened").value, "\"private\"");
}

#[test]
fn names_that_are_none() {
    let path = PathBuf::from("never-made");
    for origin in ["", "a b", "a+b", "a\u{1b}b", "a\n"] {
        assert!(matches!(BundleWriter::create(&path, Form::Zip, origin, producer()), Err(WriteError::Origin(_))));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = new(&folder.path().join("b"), Form::Zip);
    assert!(matches!(bundle.finish("yesterday"), Err(WriteError::Created(_))));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn keys_get_paths_that_are_safe_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Zip);
    for name in ["con", "../../etc/passwd", "Größe:7", &"long/".repeat(100), "a."] {
        bundle.add_key(SigningKey::generate(name).expect("a key").verifier_key()).expect("added");
    }
    bundle.finish(CREATED).expect("finished");
    let (container, _) = open(&path);
    assert_eq!(container.entries().iter().filter(|entry| entry.path.starts_with("keys/")).count(), 5);
}

/// More members than the end record of a plain zip can count.
#[test]
fn many_members() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Zip);
    for n in 0..66_000_u32 {
        bundle.add_attachment(n.to_le_bytes().to_vec(), "application/octet-stream").expect("added");
    }
    bundle.finish(CREATED).expect("finished");
    assert_eq!(open(&path).0.entries().len(), 66_001);
}

/// Offsets and a member beyond 32 bits. Run by hand: it needs 10 GB of disk and of memory.
#[test]
#[ignore = "writes 10 GB"]
fn large_archives() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b");
    let mut bundle = new(&path, Form::Zip);
    bundle.push("{}").expect("pushed");
    bundle.add_attachment(vec![1; 1 << 20], "application/octet-stream").expect("added");
    bundle.add_attachment(vec![0; (1 << 32) + 7], "application/octet-stream").expect("added");
    bundle.add_attachment(vec![2; 1 << 20], "application/octet-stream").expect("added");
    bundle.finish(CREATED).expect("finished");
    let (container, _) = open(&path);
    assert_eq!(container.entries().iter().map(|entry| entry.bytes).max(), Some((1 << 32) + 7));
}

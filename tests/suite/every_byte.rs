//! "Every byte matters": each byte of a small bundle is changed, deleted and put before, each line dropped, doubled and
//! swapped with the next. Either the exit code says so, or the place stands on a list here, with the reason why it lies
//! outside the evidence. The lists are exact: a place that is listed and noticed whatever happens to it fails as well.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use crate::common::*;
use probity::integrity::{Options, Unwatched, verify};

/// What happens at a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Set(u8),
    Deleted,
    /// This byte is put before it.
    Inserted(u8),
}

impl Change {
    fn apply(self, bytes: &[u8], at: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self {
            Self::Set(value) => bytes[at] = value,
            Self::Deleted => drop(bytes.remove(at)),
            Self::Inserted(value) => bytes.insert(at, value),
        }
        bytes
    }

    /// Puts white space in, or makes white space of it.
    fn is_space(self) -> bool {
        matches!(self, Self::Inserted(b' ' | b'\n') | Self::Set(b' '))
    }
}

/// Which changes are tried at a byte.
type Tried = fn(u8) -> Vec<Change>;

/// The bits that turn digits, cases and signs into each other; bytes that mean something in JSON; white space.
fn thorough(byte: u8) -> Vec<Change> {
    let mut values: Vec<u8> = [byte ^ 0x01, byte ^ 0x20, byte ^ 0x80, b'0'].into();
    values.sort_unstable();
    values.dedup();
    values.retain(|value| *value != byte);
    let mut inserted = vec![b' ', b'\n', b'0', byte];
    inserted.sort_unstable();
    inserted.dedup();
    let set = values.into_iter().map(Change::Set);
    set.chain([Change::Deleted]).chain(inserted.into_iter().map(Change::Inserted)).collect()
}

fn brief(byte: u8) -> Vec<Change> {
    vec![Change::Set(byte ^ 0x01), Change::Deleted, Change::Inserted(byte)]
}

/// For bytes that a checksum covers.
fn briefest(byte: u8) -> Vec<Change> {
    vec![Change::Set(byte ^ 0x20), Change::Deleted]
}

/// Every bit, for binary formats.
fn bits(byte: u8) -> Vec<Change> {
    let set = (0..8).map(|bit| Change::Set(byte ^ 1 << bit));
    set.chain([Change::Deleted, Change::Inserted(byte), Change::Inserted(0)]).collect()
}

/// Places outside the evidence.
struct Outside {
    /// Why nothing rests on them.
    why: &'static str,
    places: BTreeSet<usize>,
    /// The changes that are not noticed there; not each one need be possible at each place.
    only: fn(Change) -> bool,
}

impl Outside {
    fn new(why: &'static str, places: impl IntoIterator<Item = usize>, only: fn(Change) -> bool) -> Self {
        Self { why, places: places.into_iter().collect(), only }
    }
}

/// Lines outside the evidence: number, what happens to them, why that is not noticed.
type Lines<'a> = &'a [(usize, &'static str, &'static str)];

/// Tries changes to the file at `path` of the bundle at `root`.
struct Attempt<'a> {
    root: &'a Path,
    path: &'a Path,
    original: Vec<u8>,
    options: &'a Options,
}

impl Attempt<'_> {
    fn is_unnoticed(&self, bytes: &[u8]) -> bool {
        std::fs::write(self.path, bytes).unwrap();
        verify(self.root, self.options, &Unwatched).unwrap().exit_code() == 0
    }

    /// The changes to single bytes that are not noticed.
    fn unnoticed(&self, tried: Tried) -> Vec<(usize, Change)> {
        let mut out = Vec::new();
        for (at, &byte) in self.original.iter().enumerate() {
            let changes = tried(byte).into_iter().map(|change| (at, change));
            out.extend(changes.filter(|(at, change)| self.is_unnoticed(&change.apply(&self.original, *at))));
        }
        std::fs::write(self.path, &self.original).unwrap();
        out
    }

    fn bytes(&self, tried: Tried, outside: &[Outside]) {
        let mut hit: Vec<BTreeSet<usize>> = outside.iter().map(|_| BTreeSet::new()).collect();
        let mut wrong = Vec::new();
        for (at, change) in self.unnoticed(tried) {
            match outside.iter().position(|list| list.places.contains(&at) && (list.only)(change)) {
                Some(list) => drop(hit[list].insert(at)),
                None => wrong.push((at, change)),
            }
        }
        let name = self.path.display();
        assert!(wrong.is_empty(), "{name}: not noticed and not listed: {wrong:?}");
        for (list, hit) in outside.iter().zip(hit) {
            let stale: Vec<_> = list.places.difference(&hit).collect();
            assert!(stale.is_empty(), "{name}: listed and noticed: {stale:?}: {}", list.why);
        }
    }

    fn lines(&self, outside: Lines<'_>) {
        let lines: Vec<&[u8]> = self.original.split_inclusive(|byte| *byte == b'\n').collect();
        let mut seen = Vec::new();
        for at in 0..lines.len() {
            let with = |middle: &[&[u8]], rest: usize| [&lines[..at], middle, &lines[rest..]].concat().concat();
            let mut tried = vec![("dropped", with(&[], at + 1)), ("doubled", with(&[lines[at], lines[at]], at + 1))];
            if at + 1 < lines.len() {
                tried.push(("swapped", with(&[lines[at + 1], lines[at]], at + 2)));
            }
            seen.extend(tried.into_iter().filter(|(_, bytes)| self.is_unnoticed(bytes)).map(|(what, _)| (at, what)));
        }
        std::fs::write(self.path, &self.original).unwrap();
        let listed: Vec<_> = outside.iter().map(|(at, what, _)| (*at, *what)).collect();
        assert_eq!(seen, listed, "{}: lines", self.path.display());
    }
}

/// Six short records in two segments, two checkpoints, one of them cosigned, a key, two sealed fields in record 2.
fn small(count: u64) -> Export {
    let (name, sealed_name) = sealed(&[1; 16], "name", "\"Ada\"");
    let (age, sealed_age) = sealed(&[2; 16], "age", "44");
    let record = |seq: u64| {
        let start = format!(r#"{{"kind":"log","timestamp":"2026-03-01T12:0{seq}:00Z","audit_id":"{seq}","event":"#);
        match seq {
            0 => format!(r#"{start}"opened","origin":"{ORIGIN}"}}"#),
            2 if count > 3 => format!(r#"{start}"heartbeat","name":{sealed_name},"age":{sealed_age}}}"#),
            _ => format!(r#"{start}"heartbeat"}}"#),
        }
        .into_bytes()
    };
    let log = Log::of((0..count).map(record), 3);
    let export = Export::whole(&log);
    if count <= 3 {
        return export;
    }
    let attachment = b"card";
    export
        .signed(&log, &[4], &log_key())
        .with("checkpoints/6.note", log.witnessed(6, &log_key(), SEEN))
        .with("keys/log.vkey", vkey(log_key().verifier_key()))
        .with(&format!("attachments/{}", blake3::hash(attachment)), *attachment)
        .with("disclosures.jsonl", disclosure_line(2, "/name", &name) + &disclosure_line(2, "/age", &age))
}

/// A folder of these files, and an attempt on one of them.
fn in_folder(files: &Files, name: &str, tries: impl FnOnce(&Attempt<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    write_folder(files, folder.path());
    let options = trusting_witness();
    let report = verify(folder.path(), &options, &Unwatched).unwrap();
    assert_eq!((verdict(&report).as_str(), report.exit_code()), ("intact whole trusted bounded witnessed", 0));
    let path = folder.path().join(name);
    tries(&Attempt { root: folder.path(), path: &path, original: files[name].clone(), options: &options });
}

/// Where the tokens of a JSON text begin and end; its end, too.
fn between_tokens(json: &str) -> BTreeSet<usize> {
    let bytes = json.as_bytes();
    let mut out = BTreeSet::from([0]);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += match bytes[at] {
            b'"' => 2 + bytes[at + 1..].iter().position(|byte| *byte == b'"').unwrap(),
            byte if byte.is_ascii_digit() => bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
            _ => 1,
        };
        out.extend([start, at]);
    }
    out.remove(&bytes.len());
    out
}

/// From the content of the string after `before` to its closing quote.
fn string_after(json: &str, before: &str) -> Range<usize> {
    let start = json.find(before).unwrap() + before.len();
    start..start + json[start..].find('"').unwrap() + 1
}

#[test]
fn the_manifest() {
    let files = small(6).files();
    let text = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let strings = [r#""created":""#, r#""name":""#, r#""version":""#, r#""media_type":""#];
    let free = strings.iter().flat_map(|before| string_after(&text, before));
    let log_size = text.find("\"log_size\":6").unwrap() + "\"log_size\":".len();
    let outside = [
        Outside::new("white space between tokens", between_tokens(&text), Change::is_space),
        Outside::new("the line feed at the end is white space", [text.len() - 1], |_| true),
        Outside::new("created, producer and media_type are the exporter's remarks", free, |_| true),
        Outside::new(
            "a log_size beyond the newest checkpoint: the exporter says that it withheld more; warned of as CHAIN_UNANCHORED_TAIL",
            [log_size, log_size + 1],
            |change| matches!(change, Change::Set(b'7') | Change::Inserted(b'6' | b'0')),
        ),
    ];
    in_folder(&files, "manifest.json", |attempt| {
        attempt.bytes(thorough, &outside);
        attempt.lines(&[]);
    });
}

#[test]
fn checkpoints_keys_disclosures_attachments() {
    let files = small(6).files();
    const TWICE: &str = "a signature given twice says what it says once";
    in_folder(&files, "checkpoints/4.note", |attempt| {
        attempt.bytes(brief, &[]);
        attempt.lines(&[(4, "doubled", TWICE)]);
    });
    let note = String::from_utf8(files["checkpoints/6.note"].clone()).unwrap();
    let cosignature = note.find("witness.test/w1").unwrap();
    let name = cosignature..cosignature + "witness.test/w1 ".len();
    let key_id = name.end..name.end + 6;
    const GIFT: &str =
        "a cosignature of a key that nobody trusts, or none: the verdict then says that there is no witness";
    let other = |change| !matches!(change, Change::Inserted(b' ' | b'\n'));
    let outside = [Outside::new(GIFT, name, other), Outside::new(GIFT, key_id, other)];
    in_folder(&files, "checkpoints/6.note", |attempt| {
        attempt.bytes(thorough, &outside);
        attempt.lines(&[
            (4, "doubled", TWICE),
            (4, "swapped", "signatures have no order"),
            (5, "dropped", GIFT),
            (5, "doubled", TWICE),
        ]);
    });
    in_folder(&files, "keys/log.vkey", |attempt| {
        attempt.bytes(thorough, &[]);
        attempt.lines(&[]);
    });
    const WITHHELD: &str = "disclosures may be withheld; the verdict counts what is not disclosed";
    in_folder(&files, "disclosures.jsonl", |attempt| {
        attempt.bytes(thorough, &[]);
        attempt.lines(&[
            (0, "dropped", WITHHELD),
            (0, "swapped", "disclosures of one record have no order"),
            (1, "dropped", WITHHELD),
        ]);
    });
    let attachment = files.keys().find(|path| path.starts_with("attachments/")).unwrap();
    in_folder(&files, attachment, |attempt| attempt.bytes(thorough, &[]));
}

#[test]
fn segments() {
    let mut export = small(6);
    for zstd in [false, true] {
        export.zstd = zstd;
        let files = export.files();
        for path in files.keys().filter(|path| path.starts_with("log/")) {
            in_folder(&files, path, |attempt| {
                attempt.bytes(briefest, &[]);
                attempt.lines(&[]);
            });
        }
    }
}

#[test]
fn whole_files() {
    let files = small(6).files();
    let mut unnoticed = Vec::new();
    for path in files.keys() {
        let without: Files =
            files.iter().filter(|(other, _)| *other != path).map(|(k, v)| (k.clone(), v.clone())).collect();
        if verify_files(&without, &trusting_witness()).exit_code() == 0 {
            unnoticed.push(path.as_str());
        }
    }
    // A key in the bundle is no reason to trust; disclosures may be withheld.
    assert_eq!(unnoticed, ["disclosures.jsonl", "keys/log.vkey"]);
}

#[test]
fn a_zip() {
    let bytes = zip(&small(6).files());
    let file = tempfile::NamedTempFile::new().unwrap();
    let attempt =
        Attempt { root: file.path(), path: file.path(), original: bytes.clone(), options: &trusting_witness() };
    assert!(attempt.is_unnoticed(&bytes));
    let mut made_by = BTreeSet::new();
    let mut attributes = BTreeSet::new();
    let headers = bytes.windows(4).enumerate().filter(|(_, window)| window == b"PK\x01\x02").map(|(at, _)| at);
    for header in headers {
        made_by.extend(header + 4..header + 6);
        attributes.extend(header + 36..header + 42);
    }
    let set = |change| matches!(change, Change::Set(_));
    attempt.bytes(
        brief,
        &[
            Outside::new("the program that made the zip", made_by, set),
            Outside::new("attributes and permissions, except that a file stays one", attributes, set),
        ],
    );
}

/// A bare file of three records with the log's checkpoint, and with its name alone.
fn bare(compressed: bool, tries: impl Fn(&Attempt<'_>, bool)) {
    let log = small(3).log;
    let bytes = if compressed { zstd::encode_all(&log.bytes()[..], 3).unwrap() } else { log.bytes() };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let named = Options { origin: Some(ORIGIN.to_owned()), ..trusting() };
    let anchored = Options { checkpoints: vec![kept(&log.note(3, &log_key()))], ..named };
    for (options, is_anchored) in [(anchored, true), (Options::default(), false)] {
        assert_eq!(verify(file.path(), &options, &Unwatched).unwrap().exit_code(), 0);
        let attempt = Attempt { root: file.path(), path: file.path(), original: bytes.clone(), options: &options };
        tries(&attempt, is_anchored);
    }
}

#[test]
fn a_bare_file() {
    bare(false, |attempt, is_anchored| {
        attempt.bytes(if is_anchored { thorough } else { brief }, &[]);
        let tail: Lines<'_> = &[(2, "dropped", "without a checkpoint nobody says how long the log was")];
        attempt.lines(if is_anchored { &[] } else { tail });
    });
}

#[test]
fn a_bare_compressed_file() {
    let lines = small(3).log.bytes();
    bare(true, |attempt, is_anchored| {
        let unnoticed = attempt.unnoticed(if is_anchored { bits } else { briefest });
        // A frame can encode the same lines in several ways: that is all that may change.
        for (at, change) in &unnoticed {
            let file = change.apply(&attempt.original, *at);
            assert_eq!(zstd::decode_all(&file[..]).unwrap(), lines, "{at} {change:?}");
        }
        let places: BTreeSet<usize> = unnoticed.iter().map(|(at, _)| *at).collect();
        let (descriptor, window) = (4, 5);
        assert!(!is_anchored || places.contains(&descriptor) && places.contains(&window), "{places:?}");
        assert!(!unnoticed.iter().any(|(_, change)| !matches!(change, Change::Set(_))), "{unnoticed:?}");
    });
}

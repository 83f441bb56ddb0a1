//! Files from people who have something to hide: bombs, lies about sizes, garbage. Every run ends, in bounded memory,
//! with a finding that says which limit or rule was met.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;

use crate::common::*;
use probity::bundle::line::{GENESIS, Line};
use probity::bundle::manifest::Manifest;
use probity::integrity::report::Check;
use probity::integrity::{Options, Report, Unwatched, verify};
use proptest::prelude::*;

fn counts(report: &Report, code: &str) -> u64 {
    report.finding_counts.get(code).copied().unwrap_or(0)
}

fn assert_found(what: &str, report: &Report, code: &str, exit: u8) {
    assert!(counts(report, code) > 0, "{what}: no {code} in {:?}", report.finding_counts);
    assert_eq!(report.exit_code(), exit, "{what}: {:?}", report.finding_counts);
}

fn named() -> Options {
    Options { origin: Some(ORIGIN.to_owned()), ..Options::default() }
}

/// What a line begins with.
const LINE_START: &[u8] = b"{\"seq\":";

/// A zstd frame of so many zeros.
fn zeros(mebibytes: usize, window_log: u32) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(window_log).unwrap();
    // The beginning of a line, so that it is read as one.
    encoder.write_all(LINE_START).unwrap();
    let block = vec![0; 1 << 20];
    (0..mebibytes).for_each(|_| encoder.write_all(&block).unwrap());
    encoder.finish().unwrap()
}

/// An honest bundle with one of its two segments replaced.
fn with_segment(file: Vec<u8>) -> Files {
    let mut export = Export::whole(&Log::ordinary(6, 3));
    export.zstd = true;
    let mut files = export.files();
    files.insert("log/000001.jsonl.zst".to_owned(), file);
    files
}

#[test]
fn zstd_segments() {
    let good = {
        let mut export = Export::whole(&Log::ordinary(6, 3));
        export.zstd = true;
        export.files()["log/000001.jsonl.zst"].clone()
    };
    for (what, file, code) in [
        ("a bomb", zeros(2048, 20), "SEGMENT_SIZE_LIMIT"),
        ("a huge window", zeros(16, 26), "SEGMENT_WINDOW_LIMIT"),
        ("cut off", good[..good.len() - 5].to_vec(), "SEGMENT_UNREADABLE"),
        ("cut in its header", good[..5].to_vec(), "SEGMENT_UNREADABLE"),
        ("empty", Vec::new(), "SEGMENT_UNREADABLE"),
        ("plain text", b"{}\n".to_vec(), "SEGMENT_UNREADABLE"),
        ("a file of 10 MiB", vec![0x28; 10 << 20], "SEGMENT_SIZE_LIMIT"),
    ] {
        assert_found(what, &verify_files(&with_segment(file), &Options::default()), code, 1);
    }
    let too_many = Log::of((0..8193).map(|_| b"{}".to_vec()), 8193);
    assert_found("too many lines", &Export::whole(&too_many).verify(&Options::default()), "SEGMENT_SIZE_LIMIT", 1);
}

/// Replaces `from` by `to`, of the same length, where it stands for the `n`th time.
fn patched(bytes: &[u8], from: &str, to: &str, n: &[usize]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places = bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from.as_bytes());
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let mut bytes = bytes.to_vec();
    for &n in n {
        bytes[places[n]..places[n] + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn zips() {
    // Names stand in the local header, in the manifest (for segments) and in the central directory.
    let files = Export::whole(&Log::ordinary(6, 3)).with("keys/a.vkey", vkey(log_key().verifier_key())).files();
    let good = zip(&files);
    assert_eq!(verify_bytes(&good, &Options::default()).exit_code(), 0);
    let second = "log/000001.jsonl";
    let overlapping = {
        let mut bytes = good.clone();
        let central: Vec<usize> = (0..bytes.len() - 4).filter(|&at| bytes[at..].starts_with(b"PK\x01\x02")).collect();
        // The second entry shows into the first one's data.
        let first = u32::from_le_bytes(bytes[central[0] + 42..central[0] + 46].try_into().unwrap());
        bytes[central[1] + 42..central[1] + 46].copy_from_slice(&(first + 1).to_le_bytes());
        bytes
    };
    let bomb = {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("log/000000.jsonl", options).unwrap();
        let block = vec![0; 1 << 20];
        (0..512).for_each(|_| writer.write_all(&block).unwrap());
        writer.finish().unwrap().into_inner()
    };
    for (what, bytes, code) in [
        ("equal names", patched(&good, second, "log/000000.jsonl", &[0, 2]), "CONTAINER_DUPLICATE_ENTRY"),
        ("another local name", patched(&good, second, "log/000009.jsonl", &[0]), "CONTAINER_HEADER_MISMATCH"),
        ("a way out", patched(&good, "keys/a.vkey", "../..a.vkey", &[0, 1]), "CONTAINER_UNSAFE_PATH"),
        ("a way to the root", patched(&good, "keys/a.vkey", "/eys/a.vkey", &[0, 1]), "CONTAINER_UNSAFE_PATH"),
        ("names that differ in case", patched(&good, second, "LOG/000000.JSONL", &[0, 2]), "CONTAINER_NAME_COLLISION"),
        ("overlapping entries", overlapping, "CONTAINER_MALFORMED"),
        ("cut off", good[..good.len() - 30].to_vec(), "CONTAINER_TRUNCATED"),
        ("text after it", [&good[..], b"more"].concat(), "CONTAINER_TRAILING_DATA"),
        ("a deflate bomb", bomb, "CONTAINER_RATIO_LIMIT"),
    ] {
        let report = verify_bytes(&bytes, &Options::default());
        assert!(counts(&report, code) > 0, "{what}: no {code} in {:?}", report.finding_counts);
        assert_eq!(report.exit_code(), 1, "{what}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Export::whole(&Log::ordinary(6, 3)).files();
    let segment = files.remove("log/000001.jsonl").unwrap();
    write_folder(&files, folder.path());
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(elsewhere.path(), segment).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("log/000001.jsonl")).unwrap();
    let report = verify(folder.path(), &Options::default(), &Unwatched).unwrap();
    assert_found("a link", &report, "CONTAINER_SYMLINK", 1);
    assert_eq!(report.ranges, std::slice::from_ref(&(0..3)));
}

#[test]
fn manifests() {
    let export = Export::whole(&Log::ordinary(6, 3));
    let with_text = |text: &str| {
        let mut files = export.files();
        files.insert("manifest.json".to_owned(), text.as_bytes().to_vec());
        verify_files(&files, &Options::default())
    };
    for text in ["", "null", "[]", "{}", "\u{feff}{}", &"[".repeat(100_000), &"{\"a\":".repeat(100_000)] {
        assert_found(&text[..text.len().min(9)], &with_text(text), "MANIFEST_MALFORMED", 1);
    }
    const FAR: u64 = (1 << 63) - 1;
    type Lie = fn(&mut Manifest);
    let lies: [(&str, Lie, &str); 9] = [
        ("log_size beyond 63 bits", |m| m.log_size = u64::MAX, "MANIFEST_MALFORMED"),
        ("as many records as can be", |m| (m.log_size, m.ranges) = (FAR, vec![[0, FAR]]), "CHAIN_TRUNCATED"),
        ("a range far away", |m| (m.log_size, m.ranges) = (FAR, vec![[0, 6], [FAR - 9, FAR]]), "CHAIN_TRUNCATED"),
        ("nothing declared", |m| m.ranges.clear(), "SLICE_UNDECLARED_RECORD"),
        (
            "all numbers the largest",
            |m| {
                for segment in &mut m.segments {
                    (segment.first_seq, segment.last_seq) = (u64::MAX, u64::MAX);
                    (segment.records, segment.bytes, segment.raw_bytes) = (u64::MAX, u64::MAX, u64::MAX);
                }
            },
            "MANIFEST_CLAIM_MISMATCH",
        ),
        ("a segment outside log/", |m| m.segments[0].path = "../../etc/passwd".to_owned(), "MANIFEST_FILE_MISSING"),
        ("itself as segment", |m| m.segments[0].path = "manifest.json".to_owned(), "MANIFEST_FILE_MISSING"),
        ("one segment a thousand times", |m| m.segments = vec![m.segments[0].clone(); 1000], "CHAIN_DUPLICATE"),
        (
            "too many ranges",
            |m| {
                m.log_size = FAR;
                m.ranges = (0..=1 << 20).map(|n| [2 * n, 2 * n + 1]).collect();
            },
            "MANIFEST_MALFORMED",
        ),
    ];
    for (what, lie, code) in lies {
        assert_found(what, &verify_files(&export.files_with(lie), &Options::default()), code, 1);
    }
}

#[test]
fn checkpoints_of_any_size() {
    let log = Log::ordinary(6, 3);
    for size in [7, (1 << 40) + 1, 1 << 63] {
        let mut checkpoint = log.checkpoint(6);
        checkpoint.size = size;
        let note = checkpoint.sign(&log_key()).unwrap();
        let path = format!("checkpoints/{size}.note");
        let report = Export::whole(&log).with(&path, note.as_str()).verify(&trusting());
        assert_eq!(errors(&report), [("CHAIN_TRUNCATED", 6, size - 1)], "{size}");
        let mut slice = Export::slice(&log, std::slice::from_ref(&(1..3)), &[6]).with(&path, note);
        slice.log_size = size.min((1 << 63) - 1);
        let report = slice.verify(&trusting());
        assert_eq!(counts(&report, "SLICE_PROOF_MISSING"), 1, "{size}");
    }
}

#[test]
fn every_line_broken() {
    // As many as pieces are kept, and some more.
    const LINES: u64 = 120_000;
    let mut garbage = [LINE_START, b"\n"].concat();
    garbage.extend((1..LINES).flat_map(|_| b"x\n"));
    let report = verify_bytes(&garbage, &named());
    assert_eq!((report.lines, report.records, report.checks.failed[&Check::RecordHash]), (LINES, 0, LINES));
    assert!(report.findings.len() < 1100, "{}", report.findings.len());
    assert_found("garbage", &report, "RECORD_MALFORMED_LINE", 1);
    assert_found("garbage", &report, "VERIFY_LIMIT_REACHED", 1);

    // Each record follows another one than the one before it.
    let mut log = Log::of((0..100_000).map(|_| b"{}".to_vec()), 5000);
    for row in log.rows_mut().skip(1) {
        row.prev[0] ^= 1;
        row.rehash();
    }
    let report = Export::whole(&log).verify(&Options::default());
    assert_eq!(counts(&report, "CHAIN_BROKEN_LINK"), 99_999);
    let listed = report.findings.iter().filter(|finding| finding.code.name() == "CHAIN_BROKEN_LINK").count();
    assert_eq!(listed, 1000);
    assert_found("broken links", &report, "VERIFY_LIMIT_REACHED", 1);

    // All of them edited, none rehashed: one cause, one finding.
    let mut log = Log::of((0..20_000).map(|_| b"{}".to_vec()), 5000);
    log.rows_mut().for_each(|row| row.record = br#"{"a":1}"#.to_vec());
    let report = Export::whole(&log).verify(&Options::default());
    assert!(errors(&report).contains(&("RECORD_HASH_MISMATCH", 0, 19_998)), "{:?}", errors(&report));
}

#[test]
fn a_slice_of_every_other_record() {
    let log = Log::of((0..200_000).map(|_| b"{}".to_vec()), 8000);
    let ranges: Vec<_> = (0..100_000).map(|n| 2 * n..2 * n + 1).collect();
    let mut export = Export::slice(&log, &[], &[]);
    export.ranges = ranges.iter().map(|range| [range.start, range.end]).collect();
    export.log = Log { segments: vec![] };
    let rows: Vec<Row> = log.rows().filter(|row| row.seq % 2 == 0).cloned().collect();
    export.log.segments = rows.chunks(8000).map(<[Row]>::to_vec).collect();
    let start = std::time::Instant::now();
    let report = export.verify(&Options::default());
    assert_eq!((errors(&report), report.withheld, report.records), (vec![], 100_000, 100_000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_record_nested_without_end() {
    let deep = format!(r#"{{"a":{}"#, "[".repeat(1_000_000)).into_bytes();
    let closed = format!(r#"{{"a":{}1{}}}"#, "{\"b\":".repeat(100_000), "}".repeat(100_000)).into_bytes();
    for record in [[&deep[..], b"}"].concat(), closed] {
        let log = Log::of([record], 1);
        assert_found("deep", &Export::whole(&log).verify(&Options::default()), "RECORD_TOO_DEEP", 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_member_may_be_any_bytes(n in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..300), keep in 0usize..200) {
        let log = Log::ordinary(6, 3);
        let export = Export::slice(&log, std::slice::from_ref(&(1..4)), &[6])
            .with("keys/log.vkey", vkey(log_key().verifier_key()))
            .with("timestamps/6.tsr", "x")
            .with("disclosures.jsonl", disclosure_line(2, "/a", "YQ"));
        let mut files = export.files();
        let path = n.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        // A right beginning gets further than noise alone.
        let member = files.get_mut(&path).unwrap();
        member.truncate(keep);
        member.extend(bytes);
        let report = verify_files(&files, &trusting());
        prop_assert!(report.findings.iter().all(|finding| !finding.meaning.contains('\n')));
        let _ = verify_bytes(&files[&path], &named());
        let _ = verify_bytes(&zip(&files), &trusting());
    }
}

const PATH_FOR_CHILD: &str = "PROBITY_TEST_HOSTILE_PATH";

/// Not a test by itself: [`memory_is_bounded`] runs it in a process of its own and reads what it prints.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH_FOR_CHILD) else { return };
    let report = verify(Path::new(&path), &named(), &Unwatched).unwrap();
    let codes: Vec<&str> = report.finding_counts.keys().copied().collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB").trim();
    println!("RESULT {} {} {}", report.exit_code(), peak.trim_end_matches(" kB"), codes.join(","));
}

#[test]
fn memory_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let line = {
        // A gigabyte that is one line, and an honest line after it.
        let mut file = std::fs::File::create(at("line")).unwrap();
        file.write_all(LINE_START).unwrap();
        file.set_len(2 << 30).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        let mut bytes = b"\n".to_vec();
        Line { seq: 1, prev: GENESIS, hash: GENESIS, record: b"{}" }.write(&mut bytes);
        file.write_all(&bytes).unwrap();
        at("line")
    };
    std::fs::write(at("bomb"), zeros(1024, 27)).unwrap();
    write_folder(&with_segment(zeros(1024, 20)), &at("segment"));
    std::fs::create_dir(at("plain")).unwrap();
    write_folder(&Export::whole(&Log::ordinary(6, 3)).files(), &at("plain"));
    std::fs::File::create(at("plain/log/000001.jsonl")).unwrap().set_len(2 << 30).unwrap();
    std::fs::File::create(at("plain/disclosures.jsonl")).unwrap().set_len(1 << 30).unwrap();
    std::fs::File::create(at("plain/manifest.json")).unwrap().set_len(1 << 30).unwrap();
    for (path, code) in [
        (line, "RECORD_TOO_LONG"),
        (at("bomb"), "RECORD_TOO_LONG"),
        (at("segment"), "SEGMENT_SIZE_LIMIT"),
        (at("plain"), "CONTAINER_SIZE_LIMIT"),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "hostile::child", "--nocapture"])
            .env(PATH_FOR_CHILD, &path)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let result = text.lines().find_map(|line| line.split_once("RESULT ")).unwrap_or_else(|| panic!("{text}")).1;
        let mut parts = result.split(' ');
        assert_eq!(parts.next(), Some("1"), "{result}");
        let kibibytes: u64 = parts.next().unwrap().parse().unwrap();
        println!("{}: {kibibytes} KiB", path.display());
        assert!(kibibytes < 200 << 10, "{}: {result}", path.display());
        assert!(parts.next().unwrap().split(',').any(|found| found == code), "{}: {result}", path.display());
    }
}

/// The program's exit code and stderr.
fn program(path: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_probity")).arg("verify").arg(path).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn what_cannot_be_read_is_exit_code_2_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no-such-bundle");
    let (code, stderr) = program(&missing);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains(missing.to_str().unwrap()), "{stderr}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let fifo = folder.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let (code, stderr) = program(&fifo);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("fifo"), "{stderr}");
        let closed = folder.path().join("closed.jsonl");
        std::fs::write(&closed, "{}\n").unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
        // Root reads it all the same.
        if std::fs::File::open(&closed).is_err() {
            let (code, stderr) = program(&closed);
            assert_eq!(code, Some(2), "{stderr}");
            assert!(stderr.contains("closed.jsonl"), "{stderr}");
        }
    }
}

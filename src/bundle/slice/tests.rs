use super::*;
use crate::bundle::line::Line;
use crate::bundle::writer::BundleWriter;
use crate::tlog::merkle::verify_range;
use crate::tlog::note::SigningKey;
use std::fs;

const ORIGIN: &str = "log.test/a";
const CREATED: &str = "2026-01-01T00:00:00Z";

fn producer() -> Producer {
    Producer { name: "test".to_owned(), version: "1".to_owned() }
}

/// A bundle of `size` records with checkpoints at `sizes`; every record has a disclosure.
fn bundle(path: &Path, size: u64, sizes: &[u64]) {
    let key = SigningKey::generate(ORIGIN).expect("a key");
    let mut bundle = BundleWriter::create(path, Form::Zip, ORIGIN, producer()).expect("begun");
    for n in 0..=size {
        for _ in sizes.iter().filter(|size| **size == n) {
            bundle.checkpoint(&key).expect("signed");
        }
        if n < size {
            bundle.push(format!(r#"{{"n":{n}}}"#)).expect("pushed");
            bundle.add_disclosure(n, "/a", "WzFd").expect("added");
        }
    }
    if sizes.contains(&size) {
        bundle.add_token(size, b"token").expect("added");
    }
    bundle.add_key(key.verifier_key()).expect("added");
    bundle.add_attachment(b"x".to_vec(), "text/plain").expect("added");
    bundle.finish(CREATED).expect("finished");
}

fn lines(path: &Path) -> Vec<(u64, Hash, Vec<u8>)> {
    let mut source = Source::open_any(path);
    let mut decoder = SegmentDecoder::new().expect("a context");
    let (mut all, mut raw) = (Vec::new(), Vec::new());
    for segment in source.contents.segments.clone() {
        source.decode(&segment, &mut decoder, &mut raw).expect("decoded");
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            let parsed = Line::parse(&line[..line.len() - 1]).expect("a line");
            all.push((parsed.seq, parsed.hash, line.to_vec()));
        }
    }
    all
}

impl Source {
    /// As [`Source::open`], also for a slice.
    fn open_any(path: &Path) -> Self {
        let mut container = Container::open(path).expect("opened");
        assert_eq!(container.faults(), []);
        let manifest = Manifest::parse(&container.read(manifest::PATH, 1 << 20).expect("read")).expect("a manifest");
        let contents = Contents::new(&container, Some(&manifest));
        assert_eq!((&contents.missing, &contents.extra), (&Vec::new(), &Vec::new()));
        Self { path: path.to_path_buf(), container, manifest, contents }
    }
}

fn proof(text: &[u8], size: u64) -> Vec<Node> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Proof {
        size: u64,
        nodes: Vec<(u8, u64, String)>,
    }
    let proof: Proof = serde_json::from_slice(text).expect("a proof");
    assert_eq!(proof.size, size);
    let parse = |hex: String| crate::record::sealed::parse_hex(hex.as_bytes()).expect("hex");
    proof.nodes.into_iter().map(|(level, index, hash)| Node { level, index, hash: parse(hash) }).collect()
}

#[test]
fn every_checkpoint_can_be_checked_against_the_slice() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole");
    let sizes = [0, 1, 2, 5, 8, 8, 13, 21];
    bundle(&whole, 21, &sizes);
    let original = lines(&whole);
    let tables: &[&[Range<u64>]] = &[
        &[0..1],
        &[20..21],
        &[7..8],
        &[0..8],
        &[0..21],
        &[3..13],
        &[0..2, 4..5, 6..9, 20..21],
        &[1..2, 3..4, 5..6, 7..8, 9..20],
        &[5..21],
    ];
    for (n, ranges) in tables.iter().enumerate() {
        let out = folder.path().join(n.to_string());
        let form = if n % 2 == 0 { Form::Zip } else { Form::Folder };
        let summary = write(&whole, &out, form, ranges, producer(), CREATED).expect("written");
        let kept: Vec<_> =
            original.iter().filter(|(seq, ..)| ranges.iter().any(|range| range.contains(seq))).cloned().collect();
        assert_eq!(lines(&out), kept, "{ranges:?}");
        assert_eq!((summary.records, summary.log_size), (kept.len() as u64, 21));

        let (mut slice, mut whole) = (Source::open_any(&out), Source::open_any(&whole));
        assert_eq!(slice.manifest.ranges, ranges.iter().map(|range| [range.start, range.end]).collect::<Vec<_>>());
        assert_eq!((slice.manifest.log_size, slice.manifest.is_whole()), (21, *ranges == [0..21]));
        assert_eq!(slice.contents.notes, whole.contents.notes);
        assert_eq!((slice.contents.keys.len(), slice.contents.tokens.len()), (1, 1));
        assert!(slice.contents.attachments.is_empty());
        let mut expected_proofs = 0;
        for note in slice.contents.notes.clone() {
            let bytes = slice.read(&note, 9999).expect("read");
            assert_eq!(bytes, whole.read(&note, 9999).expect("read"));
            let text = SignedNote::parse(&bytes).expect("a note").text;
            let checkpoint = Checkpoint::parse_text(text).expect("a checkpoint");
            let size = checkpoint.size;
            let shape = range_proof_shape(size, ranges).expect("a shape");
            let member = format!("proofs/{size}.json");
            assert_eq!(slice.container.contains(&member), !shape.is_empty(), "{ranges:?} at {size}");
            let nodes = if shape.is_empty() {
                Vec::new()
            } else {
                expected_proofs += usize::from(!note.contains('-'));
                proof(&slice.read(&member, 99_999).expect("read"), size)
            };
            let found: Vec<(u8, u64)> = nodes.iter().map(|node| (node.level, node.index)).collect();
            assert_eq!(found, shape);
            let leaves = kept.iter().filter(|(seq, ..)| *seq < size).map(|(_, hash, _)| leaf_hash(hash));
            assert_eq!(verify_range(size, ranges, leaves, &nodes, &checkpoint.root), Ok(()), "{ranges:?} at {size}");
        }
        assert_eq!(slice.contents.proofs.len(), expected_proofs);
        let disclosures = slice.read(DISCLOSURES, 99_999).expect("read");
        let seqs: Vec<u64> = std::str::from_utf8(&disclosures)
            .expect("UTF-8")
            .lines()
            .map(|line| Disclosure::parse(line).expect("a disclosure").seq)
            .collect();
        assert_eq!(seqs, kept.iter().map(|(seq, ..)| *seq).collect::<Vec<_>>());
    }
}

#[test]
fn slices_span_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, out) = (folder.path().join("whole"), folder.path().join("out"));
    bundle(&whole, 20_000, &[20_000]);
    write(&whole, &out, Form::Zip, &[10..9000, 10_000..19_999], producer(), CREATED).expect("written");
    let slice = Source::open_any(&out);
    let ends: Vec<(u64, u64, u64)> =
        slice.manifest.segments.iter().map(|segment| (segment.first_seq, segment.last_seq, segment.records)).collect();
    assert_eq!(ends, [(10, 8201, 8192), (8202, 17_393, 8192), (17_394, 19_998, 2605)]);
    let original = lines(&whole);
    assert_eq!(slice.manifest.segments[0].prev, hex(&original[9].1));
    assert_eq!(slice.manifest.segments[2].last, hex(&original[19_998].1));
}

#[test]
fn what_cannot_be_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let whole = path("whole");
    bundle(&whole, 9, &[5, 9]);
    let cut = |source: &Path, ranges: &[Range<u64>]| {
        let result = write(source, &path("out"), Form::Zip, ranges, producer(), CREATED);
        assert!(!path("out").exists());
        result.expect_err("refused")
    };
    assert!(matches!(cut(&whole, &[]), SliceError::OutOfLog { log_size: 9 }));
    assert!(matches!(cut(&whole, &[3..10]), SliceError::OutOfLog { log_size: 9 }));
    assert!(matches!(cut(&whole, &[3..3]), SliceError::Ranges(ShapeError::Empty(_))));
    assert!(matches!(cut(&whole, &[3..4, 4..5]), SliceError::Ranges(ShapeError::NotApart { .. })));
    assert!(matches!(cut(&path("nowhere"), &[0..1]), SliceError::Open(_)));
    write(&whole, &path("slice"), Form::Folder, &[2..4], producer(), CREATED).expect("written");
    let place = |error: SliceError| match error {
        SliceError::Source { place, .. } => place,
        other => panic!("{other:?}"),
    };
    assert_eq!(place(cut(&path("slice"), &[2..3])), manifest::PATH);
    // A source that is damaged where the slice would not show it.
    write(&whole, &path("copy"), Form::Folder, &[0..9], producer(), CREATED).expect("written");
    let lines: Vec<u8> = lines(&whole).into_iter().flat_map(|(.., line)| line).collect();
    let segment = path("copy").join("log/000000.jsonl.zst");
    let put = |lines: &[u8]| fs::write(&segment, zstd::encode_all(lines, 3).expect("encoded")).expect("written");
    let altered = String::from_utf8(lines.clone()).expect("UTF-8").replace("\"n\":7", "\"n\":0");
    put(altered.as_bytes());
    assert_eq!(place(cut(&path("copy"), &[0..1])), "log/000000.jsonl.zst line 8");
    put(&lines[..lines.len() - 1]);
    assert_eq!(place(cut(&path("copy"), &[0..1])), "log/000000.jsonl.zst line 9");
    put(&lines);
    let note = path("copy").join("checkpoints/5.note");
    let text = fs::read_to_string(&note).expect("read");
    let root = text.lines().nth(2).expect("a root").to_owned();
    fs::write(&note, text.replace(&root, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")).expect("written");
    assert_eq!(place(cut(&path("copy"), &[0..1])), "checkpoints/5.note");
    fs::remove_file(&note).expect("removed");
    assert_eq!(place(cut(&path("copy"), &[0..1])), "checkpoints/5.note");
}

mod known {
    use super::super::known::{Known, write};
    use super::{CREATED, Form, bundle, lines, producer};
    use crate::bundle::reading::Unwatched;
    use crate::bundle::slice;
    use std::ops::Range;

    /// What is cut with known hashes is to the byte what is cut by reading everything.
    #[test]
    fn it_is_the_same_slice() {
        let folder = tempfile::tempdir().expect("a folder");
        let whole = folder.path().join("whole");
        bundle(&whole, 21, &[0, 1, 5, 13, 21]);
        let hashes: Vec<[u8; 32]> = lines(&whole).into_iter().map(|(_, hash, _)| hash).collect();
        for (n, ranges) in
            [vec![0..21], vec![0..1], vec![20..21], vec![3..5, 8..9, 12..20], vec![5..13], vec![1..2, 19..20]]
                .into_iter()
                .enumerate()
        {
            let paths = [folder.path().join(format!("read{n}")), folder.path().join(format!("known{n}"))];
            slice::write(&whole, &paths[0], Form::Zip, &ranges, producer(), CREATED).expect("cut");
            // However the lines are parted; the bundle has one segment.
            let known = |range: Range<u64>| {
                Ok(hashes[usize::try_from(range.start).expect("small")..usize::try_from(range.end).expect("small")]
                    .to_vec())
            };
            let known = Known { segments: &[21], hashes: &known, with_disclosures: true };
            write(&whole, &paths[1], Form::Zip, &ranges, &known, (producer(), CREATED), &Unwatched).expect("cut");
            let [read, known] = paths.map(|path| std::fs::read(path).expect("written"));
            assert!(read == known, "{ranges:?}");
        }
    }

    /// A line, or a hash of one that is left out, that is not the one known: nothing is written.
    #[test]
    fn what_is_known_is_not_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let whole = folder.path().join("whole");
        bundle(&whole, 21, &[13]);
        let hashes: Vec<[u8; 32]> = lines(&whole).into_iter().map(|(_, hash, _)| hash).collect();
        let out = folder.path().join("slice");
        for (changed, refused) in [(3, true), (8, true), (9, true), (12, true), (13, false)] {
            let hashes = |range: Range<u64>| {
                let one = |seq: u64| {
                    let mut hash = hashes[usize::try_from(seq).expect("small")];
                    hash[0] ^= u8::from(seq == changed);
                    hash
                };
                Ok(range.map(one).collect())
            };
            let known = Known { segments: &[21], hashes: &hashes, with_disclosures: true };
            let cut = write(&whole, &out, Form::Zip, &[8..10], &known, (producer(), CREATED), &Unwatched);
            // What lies behind the newest checkpoint is vouched for by nobody.
            assert_eq!(cut.is_err(), refused, "{changed}: {cut:?}");
            assert_eq!(std::fs::remove_file(&out).is_ok(), !refused);
        }
        let short =
            |range: Range<u64>| Ok(hashes[..usize::try_from(range.end - range.start).expect("small") - 1].to_vec());
        for (segments, hashes) in
            [(&[20_u64][..], &short as &dyn Fn(Range<u64>) -> _), (&[11, 10], &short), (&[21], &short)]
        {
            let known = Known { segments, hashes, with_disclosures: true };
            assert!(write(&whole, &out, Form::Zip, &[8..10], &known, (producer(), CREATED), &Unwatched).is_err());
        }
    }
}

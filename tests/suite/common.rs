//! An honest log, its bundle, and the attacker's ways to alter both. Keys and salts are fixed, so that every run
//! checks the same bytes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use probity::bundle::line::{GENESIS, Line, RecordHasher};
use probity::bundle::manifest::{Attachment, CheckpointFile, FORMAT, Manifest, Producer, Segment};
use probity::integrity::code::Severity;
use probity::integrity::report::RootOutcome;
use probity::integrity::{Options, Report, SuppliedNote, Unwatched, verify};
use probity::record::sealed::{Disclosure, hex};
use probity::tlog::checkpoint::Checkpoint;
use probity::tlog::merkle::{CompactRange, Cuts, Hash, Node, leaf_hash, range_proof_shape};
use probity::tlog::note::{SigningKey, VerifierKey, WitnessKey};

/// The name of the log.
pub(crate) const ORIGIN: &str = "audit.test/lending";

/// The log's own key.
pub(crate) fn log_key() -> SigningKey {
    SigningKey::parse("PRIVATE+KEY+audit.test/lending+127cad60+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB").unwrap()
}

/// A key that an attacker made in the log's name.
pub(crate) fn forged_key() -> SigningKey {
    SigningKey::parse("PRIVATE+KEY+audit.test/lending+aa3f6557+AQICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC").unwrap()
}

/// The key of a witness.
pub(crate) fn witness_key() -> WitnessKey {
    WitnessKey::parse("PRIVATE+KEY+witness.test/w1+a73cb6d8+BAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD").unwrap()
}

/// A key of small order in the log's name, with the right id.
pub(crate) const WEAK_VKEY: &str = "audit.test/lending+2361b7fd+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

/// Unix time of 2026-03-01T13:00:00Z: an hour after the first record's time.
pub(crate) const SEEN: u64 = 1_772_370_000;

/// A line of the log, as its members or as any bytes.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) hash: Hash,
    pub(crate) record: Vec<u8>,
    /// Stands in the file instead of the members, LF included.
    pub(crate) raw: Option<Vec<u8>>,
}

impl Row {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.raw.clone().unwrap_or_else(|| {
            let mut out = Vec::new();
            Line { seq: self.seq, prev: self.prev, hash: self.hash, record: &self.record }.write(&mut out);
            out
        })
    }

    /// Makes the row's own hash right.
    pub(crate) fn rehash(&mut self) {
        self.hash = RecordHasher::new(ORIGIN).hash(self.seq, &self.prev, &self.record);
    }

    /// Changes what the record says, and nothing else.
    pub(crate) fn edit(&mut self) {
        assert_eq!(self.record.pop(), Some(b'}'));
        self.record.extend_from_slice(br#","edited":true}"#);
    }
}

/// A log in segments.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) segments: Vec<Vec<Row>>,
}

/// An ordinary record at `seq`, a minute after the one before.
pub(crate) fn record(seq: u64) -> Vec<u8> {
    let time = format!("2026-03-01T{:02}:{:02}:00Z", 12 + seq / 60, seq % 60);
    if seq == 0 {
        return format!(
            r#"{{"kind":"log","timestamp":"{time}","audit_id":"r-0","event":"opened","origin":"{ORIGIN}"}}"#
        )
        .into_bytes();
    }
    format!(r#"{{"kind":"decision","timestamp":"{time}","audit_id":"r-{seq}","model":{{"id":"m"}},"input":{{"amount":{seq}}},"output":{{"result":"refused"}}}}"#).into_bytes()
}

impl Log {
    /// A log of these records, cut into segments of `per_segment` lines.
    pub(crate) fn of(records: impl IntoIterator<Item = Vec<u8>>, per_segment: usize) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for (seq, record) in (0..).zip(records) {
            let prev = rows.last().map_or(GENESIS, |row| row.hash);
            let mut row = Row { seq, prev, hash: GENESIS, record, raw: None };
            row.rehash();
            rows.push(row);
        }
        Self { segments: rows.chunks(per_segment).map(<[Row]>::to_vec).collect() }
    }

    /// A log of `count` ordinary records.
    pub(crate) fn ordinary(count: u64, per_segment: usize) -> Self {
        Self::of((0..count).map(record), per_segment)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.segments.iter().flatten()
    }

    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.segments.iter_mut().flatten()
    }

    pub(crate) fn len(&self) -> u64 {
        self.rows().count() as u64
    }

    /// Segment and place in it of the first row with this seq.
    pub(crate) fn place(&self, seq: u64) -> (usize, usize) {
        let find = |rows: &Vec<Row>| rows.iter().position(|row| row.seq == seq);
        self.segments.iter().enumerate().find_map(|(n, rows)| Some((n, find(rows)?))).expect("a row of that seq")
    }

    pub(crate) fn row(&mut self, seq: u64) -> &mut Row {
        let (segment, at) = self.place(seq);
        &mut self.segments[segment][at]
    }

    pub(crate) fn delete(&mut self, seq: u64) -> Row {
        let (segment, at) = self.place(seq);
        self.segments[segment].remove(at)
    }

    /// Puts a row right after that of `seq`, in the same segment.
    pub(crate) fn insert_after(&mut self, seq: u64, row: Row) {
        let (segment, at) = self.place(seq);
        self.segments[segment].insert(at + 1, row);
    }

    /// Swaps two rows, wherever they stand.
    pub(crate) fn swap(&mut self, one: u64, other: u64) {
        let copy = self.row(one).clone();
        let old = std::mem::replace(self.row(other), copy);
        let (segment, at) = self.place(one);
        self.segments[segment][at] = old;
    }

    /// Makes hashes and links right from `seq` on, as an owner who rewrites the log does. The first row's `prev` stays.
    pub(crate) fn rehash_from(&mut self, seq: u64) {
        let mut before = None;
        for row in self.rows_mut().filter(|row| row.seq >= seq) {
            row.prev = before.unwrap_or(row.prev);
            row.rehash();
            before = Some(row.hash);
        }
    }

    /// Only these ranges of the log, in segments of their own.
    pub(crate) fn slice(&self, ranges: &[Range<u64>]) -> Self {
        let rows = |range: &Range<u64>| self.rows().filter(|row| range.contains(&row.seq)).cloned().collect();
        Self { segments: ranges.iter().map(rows).collect() }
    }

    fn compact(&self, range: Range<u64>) -> CompactRange {
        let mut run = CompactRange::new(range.start);
        for row in self.rows().filter(|row| range.contains(&row.seq)) {
            run.push_leaf_hash(leaf_hash(&row.hash), &Cuts::none()).unwrap();
        }
        run
    }

    /// The checkpoint of the first `size` records.
    pub(crate) fn checkpoint(&self, size: u64) -> Checkpoint {
        let root = self.compact(0..size).root().unwrap();
        Checkpoint { origin: ORIGIN.to_owned(), size, root, extensions: Vec::new() }
    }

    /// That checkpoint, signed.
    pub(crate) fn note(&self, size: u64, key: &SigningKey) -> String {
        self.checkpoint(size).sign(key).unwrap()
    }

    /// That checkpoint, signed and cosigned by the witness.
    pub(crate) fn witnessed(&self, size: u64, key: &SigningKey, unix_seconds: u64) -> String {
        let line = witness_key().cosign(&self.checkpoint(size).to_text(), unix_seconds);
        self.note(size, key) + &line
    }

    /// The nodes that stand for what `ranges` leave out of the first `size` records.
    pub(crate) fn proof(&self, size: u64, ranges: &[Range<u64>]) -> Vec<Node> {
        let shape = range_proof_shape(size, ranges).unwrap();
        let node = |(level, index): (u8, u64)| {
            let run = self.compact(index << level..(index + 1) << level);
            assert_eq!(run.nodes().len(), 1);
            run.nodes()[0]
        };
        shape.into_iter().map(node).collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.rows().flat_map(Row::bytes).collect()
    }
}

/// A proof file.
pub(crate) fn proof_text(size: u64, nodes: &[Node]) -> String {
    let nodes: Vec<String> =
        nodes.iter().map(|node| format!("[{},{},\"{}\"]", node.level, node.index, hex(&node.hash))).collect();
    format!("{{\"size\":{size},\"nodes\":[{}]}}\n", nodes.join(","))
}

/// A disclosure with a fixed salt, and the `$sealed` object that commits to it.
pub(crate) fn sealed(salt: &[u8], name: &str, value: &str) -> (String, String) {
    let json = format!(r#"["{}","{name}",{value}]"#, URL_SAFE_NO_PAD.encode(salt));
    let disclosure = URL_SAFE_NO_PAD.encode(json);
    let object = format!(r#"{{"$sealed":"{}"}}"#, hex(blake3::hash(disclosure.as_bytes()).as_bytes()));
    (disclosure, object)
}

/// A line of disclosures, LF included.
pub(crate) fn disclosure_line(seq: u64, pointer: &str, disclosure: &str) -> String {
    Disclosure { seq, pointer: pointer.into(), disclosure: disclosure.into() }.line().unwrap() + "\n"
}

/// The members of a bundle by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// What an exporter writes: its manifest always agrees with the lines, whatever these are.
#[derive(Clone)]
pub(crate) struct Export {
    pub(crate) log: Log,
    pub(crate) zstd: bool,
    pub(crate) log_size: u64,
    pub(crate) ranges: Vec<[u64; 2]>,
    /// Every member but manifest and segments.
    pub(crate) files: Files,
}

impl Export {
    /// The whole log, in plain segments, without checkpoints.
    pub(crate) fn whole(log: &Log) -> Self {
        let size = log.len();
        let ranges = if size == 0 { Vec::new() } else { vec![[0, size]] };
        Self { log: log.clone(), zstd: false, log_size: size, ranges, files: Files::new() }
    }

    /// A slice with a proof for each of the sizes, of which there are signed checkpoints.
    pub(crate) fn slice(log: &Log, ranges: &[Range<u64>], sizes: &[u64]) -> Self {
        let mut export = Self::whole(log).signed(log, sizes, &log_key());
        export.log = log.slice(ranges);
        export.ranges = ranges.iter().map(|range| [range.start, range.end]).collect();
        for &size in sizes {
            let proof = log.proof(size, ranges);
            if !proof.is_empty() {
                export.files.insert(format!("proofs/{size}.json"), proof_text(size, &proof).into());
            }
        }
        export
    }

    pub(crate) fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// With checkpoints of `log`, which need not be the log exported.
    pub(crate) fn signed(self, log: &Log, sizes: &[u64], key: &SigningKey) -> Self {
        sizes.iter().fold(self, |export, &size| export.with(&format!("checkpoints/{size}.note"), log.note(size, key)))
    }

    /// The segments: path, lines and file.
    fn segments(&self) -> Vec<(String, Vec<u8>, Vec<u8>)> {
        let segment = |(n, rows): (usize, &Vec<Row>)| {
            let lines: Vec<u8> = rows.iter().flat_map(Row::bytes).collect();
            let file = if self.zstd { zstd::encode_all(&lines[..], 3).unwrap() } else { lines.clone() };
            (format!("log/{n:06}.jsonl{}", if self.zstd { ".zst" } else { "" }), lines, file)
        };
        self.log.segments.iter().enumerate().map(segment).collect()
    }

    pub(crate) fn manifest(&self) -> Manifest {
        let segments = self.segments();
        let claims = segments.iter().zip(&self.log.segments).map(|((path, lines, file), rows)| {
            let known: Vec<&Row> = rows.iter().filter(|row| row.raw.is_none()).collect();
            let (first, last) = (known.first(), known.last());
            Segment {
                path: path.clone(),
                first_seq: first.map_or(0, |row| row.seq),
                last_seq: last.map_or(0, |row| row.seq),
                records: rows.len() as u64,
                bytes: file.len() as u64,
                raw_bytes: lines.len() as u64,
                blake3: blake3::hash(file).to_string(),
                prev: hex(&first.map_or(GENESIS, |row| row.prev)),
                last: hex(&last.map_or(GENESIS, |row| row.hash)),
            }
        });
        let notes = self.files.keys().filter(|path| path.starts_with("checkpoints/"));
        let attachments = self.files.iter().filter(|(path, _)| path.starts_with("attachments/"));
        Manifest {
            format: FORMAT.to_owned(),
            origin: ORIGIN.to_owned(),
            log_size: self.log_size,
            ranges: self.ranges.clone(),
            created: "2026-03-02T00:00:00Z".to_owned(),
            producer: Producer { name: "test".to_owned(), version: "1".to_owned() },
            segments: claims.collect(),
            checkpoints: notes
                .map(|path| CheckpointFile {
                    path: path.clone(),
                    size: path["checkpoints/".len()..].split(['.', '-']).next().unwrap().parse().unwrap_or(0),
                })
                .collect(),
            attachments: attachments
                .map(|(path, bytes)| Attachment {
                    path: path.clone(),
                    media_type: "text/plain".to_owned(),
                    bytes: bytes.len() as u64,
                    blake3: blake3::hash(bytes).to_string(),
                })
                .collect(),
        }
    }

    /// All members, with a manifest that agrees with them.
    pub(crate) fn files(&self) -> Files {
        let mut files = self.files.clone();
        files.extend(self.segments().into_iter().map(|(path, _, file)| (path, file)));
        files.insert("manifest.json".to_owned(), self.manifest().to_text().unwrap().into());
        files
    }

    /// All members, with another manifest.
    pub(crate) fn files_with(&self, change: impl FnOnce(&mut Manifest)) -> Files {
        let mut manifest = self.manifest();
        change(&mut manifest);
        let mut files = self.files();
        files.insert("manifest.json".to_owned(), manifest.to_text().unwrap().into());
        files
    }

    pub(crate) fn verify(&self, options: &Options) -> Report {
        verify_files(&self.files(), options)
    }
}

/// Writes the members into a folder.
pub(crate) fn write_folder(files: &Files, folder: &Path) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// The members as a zip, stored.
pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn verify_files(files: &Files, options: &Options) -> Report {
    let folder = tempfile::tempdir().unwrap();
    write_folder(files, folder.path());
    verify(folder.path(), options, &Unwatched).unwrap()
}

pub(crate) fn verify_bytes(bytes: &[u8], options: &Options) -> Report {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    verify(file.path(), options, &Unwatched).unwrap()
}

/// The log's key trusted.
pub(crate) fn trusting() -> Options {
    Options { trust: vec![log_key().verifier_key().clone()], ..Options::default() }
}

/// The log's and the witness' key trusted.
pub(crate) fn trusting_witness() -> Options {
    Options {
        trust: vec![log_key().verifier_key().clone(), witness_key().verifier_key().clone()],
        ..Options::default()
    }
}

pub(crate) fn kept(note: &str) -> SuppliedNote {
    SuppliedNote { name: "kept.note".to_owned(), bytes: note.as_bytes().to_vec() }
}

pub(crate) fn vkey(key: &VerifierKey) -> String {
    format!("{key}\n")
}

/// Code and place of a finding; without a place both are [`NOWHERE`].
pub(crate) type Seen = (&'static str, u64, u64);

/// The place of a finding about no record.
pub(crate) const NOWHERE: u64 = u64::MAX;

/// The errors of a report, by code and place.
pub(crate) fn errors(report: &Report) -> Vec<Seen> {
    of_severity(report, Severity::Error)
}

pub(crate) fn warnings(report: &Report) -> Vec<Seen> {
    of_severity(report, Severity::Warning)
}

fn of_severity(report: &Report, severity: Severity) -> Vec<Seen> {
    let mut seen: Vec<Seen> = report
        .findings
        .iter()
        .filter(|finding| finding.code.severity() == severity)
        .map(|finding| (finding.code.name(), finding.seq.unwrap_or(NOWHERE), finding.end_seq.unwrap_or(NOWHERE)))
        .collect();
    seen.sort_unstable();
    seen
}

/// How the root of each checkpoint came out, by size.
pub(crate) fn outcomes(report: &Report) -> Vec<(u64, RootOutcome)> {
    report.checkpoints.iter().map(|checkpoint| (checkpoint.size, checkpoint.outcome)).collect()
}

/// The verdict's five values in one text: `broken whole trusted bounded none`.
pub(crate) fn verdict(report: &Report) -> String {
    let verdict = &report.verdict;
    [
        verdict.integrity.name(),
        verdict.completeness.name(),
        verdict.authorship.name(),
        verdict.time.name(),
        verdict.equivocation.name(),
    ]
    .join(" ")
}

//! The documents in `assets/spec` and the code say the same: every block of the worked example is recomputed, and every
//! table that repeats what the code holds is compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use probity::bundle::limits as bundle_limits;
use probity::bundle::line::{self, Line, RecordHasher};
use probity::bundle::manifest::Manifest;
use probity::integrity::code::Code;
use probity::integrity::report::RootOutcome;
use probity::integrity::verdict::{Authorship, Completeness, Equivocation, Integrity, Time, Verdict};
use probity::integrity::{Options, Report, Unwatched, chain, finding, redact, scan, verify};
use probity::record::sealed::{Disclosure, MIN_SALT_BYTES, hex, parse_hex};
use probity::record::{self, Kind};
use probity::tlog::checkpoint::Checkpoint;
use probity::tlog::merkle::{Hash, Node, leaf_hash, node_hash, range_proof_shape, verify_range};
use probity::tlog::note::{self, SignedNote, SigningKey, Verified, VerifierKey};

const FORMAT: &str = "assets/spec/bundle-format.md";
const FINDINGS: &str = "assets/spec/findings.md";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn document(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap().replace("\r\n", "\n")
}

/// The fenced blocks marked `example=<name>`, every line with its LF.
fn blocks() -> BTreeMap<String, String> {
    let text = document(FORMAT);
    let mut blocks = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => {
                let (name, content) = open.take().unwrap();
                assert!(name.is_empty() || blocks.insert(name.clone(), content).is_none(), "{name} twice");
            }
            (Some((_, content)), None) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, Some(info)) => {
                let name = info.split_once("example=").map_or("", |(_, name)| name);
                open = Some((name.to_owned(), String::new()));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

struct Example(BTreeMap<String, String>);

impl Example {
    /// The text of a block.
    fn text(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("there is no block {name}"))
    }

    /// A block of one line, without its LF.
    fn line(&self, name: &str) -> &str {
        let line = self.text(name).strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{name} has more than one line");
        line
    }

    /// A block of one hash a line, each after its number.
    fn hashes(&self, name: &str) -> Vec<Hash> {
        let lines = self.text(name).lines().enumerate();
        lines
            .map(|(n, line)| {
                let (number, hash) = line.split_once(' ').unwrap();
                assert_eq!(number, n.to_string(), "{name}");
                parse_hex(hash.as_bytes()).unwrap()
            })
            .collect()
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let text = self.text("log/000000.jsonl");
        text.lines().map(|line| Line::parse(line.as_bytes()).expect("a line")).collect()
    }

    fn files(&self, names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), self.text(name).to_owned())).collect()
    }

    fn whole(&self) -> BTreeMap<String, String> {
        self.files(&["manifest.json", "log/000000.jsonl", "checkpoints/3.note", "disclosures.jsonl"])
    }

    fn slice(&self) -> BTreeMap<String, String> {
        let mut files = self.files(&["checkpoints/3.note", "disclosures.jsonl"]);
        let record = self.text("log/000000.jsonl").lines().nth(1).unwrap();
        files.insert("log/000000.jsonl".to_owned(), format!("{record}\n"));
        for name in ["manifest.json", "proofs/3.json"] {
            files.insert(name.to_owned(), self.text(&format!("slice/{name}")).to_owned());
        }
        files
    }

    fn verify(&self, files: &BTreeMap<String, String>) -> Report {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        let options = Options { trust: vec![VerifierKey::parse(self.line("vkey")).unwrap()], ..Options::default() };
        verify(folder.path(), &options, &Unwatched).unwrap()
    }
}

fn example() -> Example {
    Example(blocks())
}

fn text_of<'a>(line: &Line<'a>) -> &'a str {
    std::str::from_utf8(line.record).unwrap()
}

#[test]
fn the_sealed_field() {
    let example = example();
    let disclosure = Disclosure::parse(example.line("disclosures.jsonl")).expect("a line of disclosures");
    let array = URL_SAFE_NO_PAD.decode(disclosure.disclosure.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(array).unwrap(), example.line("disclosure-array"));
    let opened = disclosure.open().unwrap();
    assert_eq!((opened.name.as_str(), opened.salt_bytes), ("data", MIN_SALT_BYTES));
    let salt: Vec<u8> = (0..16).collect();
    assert!(example.line("disclosure-array").starts_with(&format!("[\"{}\",", URL_SAFE_NO_PAD.encode(salt))));
    let seal = hex(&disclosure.digest());
    assert_eq!(seal, example.line("seal"));
    assert!(text_of(&example.lines()[1]).contains(&format!("{{\"$sealed\":\"{seal}\"}}")));
}

#[test]
fn the_lines_and_their_hashes() {
    let example = example();
    let origin = example.line("origin");
    let lines = example.lines();
    assert_eq!(lines.len(), 3);
    let mut hasher = RecordHasher::new(origin);
    let mut prev = line::GENESIS;
    let mut kinds = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        assert_eq!((line.seq, line.prev), (n as u64, prev));
        assert_eq!(hex(&hasher.hash(line.seq, &line.prev, line.record)), hex(&line.hash), "record {n}");
        let facts = record::check(text_of(line)).unwrap();
        assert_eq!(facts.remarks, []);
        kinds.push(facts.kind);
        prev = line.hash;
    }
    assert_eq!(kinds, [Kind::Log, Kind::Decision, Kind::Outcome]);
    let stated: Vec<Hash> = lines.iter().map(|line| line.hash).collect();
    assert_eq!(example.hashes("record-hashes"), stated);

    // The input is spelled out from the document alone: the first column, in hex.
    let digits: String =
        example.text("hash-input-0").lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    let input: Vec<u8> =
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect();
    let mut expected = format!("probity-record-v1\n{origin}\n0\n").into_bytes();
    expected.extend_from_slice(&[0; 32]);
    expected.extend_from_slice(lines[0].record);
    assert_eq!(input, expected);
    assert_eq!(*blake3::hash(&input).as_bytes(), lines[0].hash);
    assert!(document(FORMAT).contains(&format!("The {} bytes that are hashed for record 0", input.len())));
}

#[test]
fn the_tree() {
    let example = example();
    let leaves: Vec<Hash> = example.lines().iter().map(|line| leaf_hash(&line.hash)).collect();
    assert_eq!(example.hashes("leaf-hashes"), leaves);
    let node = node_hash(&leaves[0], &leaves[1]);
    assert_eq!(example.line("node-1-0"), hex(&node));
    assert_eq!(example.line("root"), hex(&node_hash(&node, &leaves[2])));
}

#[test]
fn the_checkpoint() {
    let example = example();
    let origin = example.line("origin");
    let key = SigningKey::parse(example.line("private-key")).unwrap();
    let seed: Vec<u8> = [1].into_iter().chain(0..32).collect();
    assert!(example.line("private-key").ends_with(&format!("+{}", STANDARD.encode(seed))));
    let public = key.verifier_key();
    assert_eq!(example.line("vkey"), public.to_string());
    let (bytes, id) = example.text("public-key").trim_end().split_once('\n').unwrap();
    let encoded = [&[1][..], &parse_hex(bytes.as_bytes()).unwrap()].concat();
    assert_eq!(public.to_string(), format!("{origin}+{id}+{}", STANDARD.encode(encoded)));
    assert_eq!(id, format!("{:08x}", public.key_id()));

    let root = parse_hex(example.line("root").as_bytes()).unwrap();
    let checkpoint = Checkpoint { origin: origin.to_owned(), size: 3, root, extensions: Vec::new() };
    assert_eq!(example.text("checkpoints/3.note"), checkpoint.sign(&key).unwrap());
    let note = SignedNote::parse(example.text("checkpoints/3.note").as_bytes()).unwrap();
    assert_eq!(Checkpoint::parse_text(note.text).unwrap(), checkpoint);
    assert_eq!(public.verify(note.text, &note.signatures[0].payload), Ok(Verified::Signature));
}

fn digest_lines(files: &BTreeMap<String, String>) -> String {
    files.iter().fold(String::new(), |mut out, (path, content)| {
        let _ = writeln!(out, "{path}\0{}", hex(blake3::hash(content.as_bytes()).as_bytes()));
        out
    })
}

#[test]
fn the_whole_bundle() {
    let example = example();
    let files = example.whole();
    let lines = digest_lines(&files);
    assert_eq!(example.text("digest-lines").replace("\\0", "\0"), lines);
    let digest = *blake3::hash(lines.as_bytes()).as_bytes();
    assert_eq!(example.line("bundle-digest"), hex(&digest));
    let manifest = Manifest::parse(files["manifest.json"].as_bytes()).unwrap();
    assert_eq!(manifest.to_text().unwrap(), files["manifest.json"]);

    let report = example.verify(&files);
    assert_eq!(report.bundle_digest, Some(digest));
    assert_eq!(report.log.root.as_ref().map(hex).as_deref(), Some(example.line("root")));
    let expected = Verdict {
        integrity: Integrity::Intact,
        completeness: Completeness::Whole,
        authorship: Authorship::Trusted,
        time: Time::SelfAsserted,
        equivocation: Equivocation::None,
    };
    assert_eq!((report.verdict, report.exit_code(), report.complete_to), (expected, 0, Some(3)));
    assert_eq!((report.seals.sealed, report.seals.disclosed), (1, 1));
    let harmless = ["TIME_SELF_ASSERTED", "VERIFY_SKIPPED", "WITNESS_NONE"];
    assert_eq!(report.finding_counts.keys().copied().collect::<Vec<_>>(), harmless);
}

#[test]
fn the_slice_of_one_record() {
    let example = example();
    let files = example.slice();
    let leaves: Vec<Hash> = example.lines().iter().map(|line| leaf_hash(&line.hash)).collect();
    let (size, ranges) = (3, std::slice::from_ref(&(1..2)));
    let nodes: Vec<Node> = range_proof_shape(size, ranges)
        .unwrap()
        .into_iter()
        .map(|(level, index)| Node { level, index, hash: leaves[usize::try_from(index).unwrap()] })
        .collect();
    let listed: Vec<String> =
        nodes.iter().map(|node| format!("[{},{},\"{}\"]", node.level, node.index, hex(&node.hash))).collect();
    assert_eq!(files["proofs/3.json"], format!("{{\"size\":3,\"nodes\":[{}]}}\n", listed.join(",")));
    let root = parse_hex(example.line("root").as_bytes()).unwrap();
    verify_range(size, ranges, [leaves[1]], &nodes, &root).unwrap();

    let report = example.verify(&files);
    let digest = *blake3::hash(digest_lines(&files).as_bytes()).as_bytes();
    assert_eq!(example.line("slice/bundle-digest"), hex(&digest));
    assert_eq!(report.bundle_digest, Some(digest));
    assert_eq!(report.verdict.integrity, Integrity::Intact);
    assert_eq!(report.verdict.completeness, Completeness::Slice);
    assert_eq!(report.verdict.authorship, Authorship::Trusted);
    assert_eq!((report.exit_code(), report.withheld), (0, 2));
    assert_eq!(report.checkpoints[0].outcome, RootOutcome::Matches);
}

/// No block of the example is left unread by the tests above.
#[test]
fn every_block_is_recomputed() {
    let names = [
        "bundle-digest",
        "checkpoints/3.note",
        "digest-lines",
        "disclosure-array",
        "disclosures.jsonl",
        "hash-input-0",
        "leaf-hashes",
        "log/000000.jsonl",
        "manifest.json",
        "node-1-0",
        "origin",
        "private-key",
        "public-key",
        "record-hashes",
        "root",
        "seal",
        "slice/bundle-digest",
        "slice/manifest.json",
        "slice/proofs/3.json",
        "vkey",
    ];
    let blocks = blocks();
    assert_eq!(blocks.keys().map(String::as_str).filter(|name| !name.is_empty()).collect::<Vec<_>>(), names);
}

#[test]
fn the_python_writer_is_short() {
    let text = document(FORMAT);
    let (_, rest) = text.split_once("```python\n").expect("the writer");
    let (writer, _) = rest.split_once("```").unwrap();
    assert!((10..=30).contains(&writer.lines().count()));
}

/// The rows of the table whose first line is `header`, as trimmed cells.
fn table(text: &str, header: &str) -> Vec<Vec<String>> {
    let mut lines = text.lines().skip_while(|line| *line != header);
    assert!(lines.next().is_some(), "there is no table {header}");
    lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn in_groups(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[test]
fn limits_are_those_of_the_code() {
    use probity::bundle::container::limits as container;
    let size = |size: usize| size as u64;
    let bytes = |number: u64| format!("{} bytes", in_groups(number));
    let expected: &[(&str, String)] = &[
        ("Longest record", bytes(size(record::MAX_RECORD_BYTES))),
        ("Longest line, with its LF", bytes(size(line::MAX_LINE_BYTES))),
        ("Deepest nesting of a record", format!("{} levels", record::MAX_DEPTH)),
        ("Largest integer without a remark", in_groups(record::MAX_SAFE_INTEGER)),
        ("Largest seq", in_groups(line::MAX_SEQ)),
        ("Shortest salt", bytes(size(MIN_SALT_BYTES))),
        ("Lines of a segment", in_groups(bundle_limits::MAX_SEGMENT_LINES)),
        ("Lines of a segment, before compression", bytes(size(bundle_limits::MAX_SEGMENT_RAW_BYTES))),
        ("File of a segment", bytes(bundle_limits::MAX_SEGMENT_FILE_BYTES)),
        ("zstd window of a segment", format!("2^{} bytes", bundle_limits::SEGMENT_WINDOW_LOG)),
        ("zstd window of a bare file", format!("2^{} bytes", bundle_limits::BARE_WINDOW_LOG)),
        ("Manifest", bytes(bundle_limits::MAX_MANIFEST_BYTES)),
        ("Segments in a manifest", in_groups(size(bundle_limits::MAX_SEGMENTS))),
        ("Ranges in a manifest", in_groups(size(bundle_limits::MAX_RANGES))),
        ("Checkpoint file", bytes(bundle_limits::MAX_NOTE_BYTES)),
        ("Signature lines of a checkpoint", in_groups(size(note::MAX_SIGNATURES))),
        ("Checkpoint files looked at", in_groups(size(bundle_limits::MAX_CHECKPOINTS))),
        ("Key file in a bundle", bytes(bundle_limits::MAX_KEY_BYTES)),
        ("Key files looked at", in_groups(size(bundle_limits::MAX_KEYS))),
        ("Proof file", bytes(bundle_limits::MAX_PROOF_BYTES)),
        ("Line of `disclosures.jsonl`, without its LF", bytes(size(bundle_limits::MAX_DISCLOSURE_LINE_BYTES))),
        ("Members of a container, folders included", in_groups(container::MAX_ENTRIES)),
        ("Central directory of a zip", bytes(container::MAX_CENTRAL_DIRECTORY_BYTES)),
        ("Path of a member", bytes(size(container::MAX_PATH_BYTES))),
        ("Components of a path", in_groups(size(container::MAX_PATH_COMPONENTS))),
        ("All members together, uncompressed", bytes(container::MAX_TOTAL_BYTES)),
        (
            "Ratio of uncompressed to compressed size of a zip member above 1 048 576 bytes",
            in_groups(container::MAX_RATIO),
        ),
        ("Container faults of one kind with details", in_groups(container::MAX_FAULTS_OF_A_KIND)),
        ("Findings of one code with details", in_groups(finding::MAX_DETAILS)),
        ("Clock tolerance against a witness", format!("{} seconds", scan::CLOCK_TOLERANCE.num_seconds())),
        ("Pieces of a broken chain that are located", in_groups(size(chain::MAX_ITEMS))),
        ("Seals among which duplicates and erasures are looked for", in_groups(size(redact::MAX_SEALS))),
        ("Erasure records that are matched", in_groups(size(redact::MAX_ERASURES))),
        // Private to the code that concludes.
        ("Nodes folded for the roots of a slice", in_groups(100_000_000)),
    ];
    let rows: Vec<Vec<String>> =
        expected.iter().map(|(limit, value)| vec![(*limit).to_owned(), value.clone()]).collect();
    assert_eq!(table(&document(FORMAT), "| limit | value |"), rows);
    assert_eq!(container::RATIO_FREE_BYTES, 1_048_576);
    assert_eq!(bundle_limits::MAX_NOTE_BYTES, size(note::MAX_NOTE_BYTES));
}

#[test]
fn kinds_and_their_required_members_are_those_of_the_code() {
    let rows = table(&document(FORMAT), "| kind | required members | further members | about |");
    assert_eq!(rows.len(), 15);
    let mut seen = BTreeSet::new();
    for row in rows {
        let kind = Kind::parse(row[0].trim_matches(['`', ' ', '|']));
        assert!(kind != Kind::Other && seen.insert(kind), "{}", row[0]);
        let required: Vec<&str> = row[1].split(", ").map(|name| name.trim_matches('`')).collect();
        assert_eq!(required, kind.required(), "{}", row[0]);
    }
}

#[test]
fn the_report_has_the_members_listed() {
    let example = example();
    // A slice: its report has a finding in every part.
    let report = serde_json::to_string(&example.verify(&example.slice())).unwrap();
    let text = document(FORMAT);
    let rows = table(&text, "| member | type | content |");
    let listed: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    // The order of the members is that of the text; a map would lose it.
    let mut at = 0;
    for name in &listed {
        let member = format!("\"{name}\":");
        at += report[at..].find(&member).unwrap_or_else(|| panic!("{member} is not there, or not in this place"));
    }
    let members: BTreeMap<String, serde_json::Value> = serde_json::from_str(&report).unwrap();
    let there: BTreeSet<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(there, listed.iter().copied().collect());
    for list in ["log", "verdict", "seals"] {
        let row = rows.iter().find(|row| row[0] == format!("`{list}`")).unwrap();
        for name in members[list].as_object().unwrap().keys() {
            assert!(row[2].contains(&format!("`{name}`")), "{list}.{name}");
        }
    }
    for list in ["findings", "checkpoints"] {
        let (_, rest) = text.split_once(&format!("An object of `{list}` has ")).unwrap();
        let (sentence, _) = rest.split_once("\n\n").unwrap();
        for name in members[list][0].as_object().unwrap().keys() {
            assert!(sentence.contains(&format!("`{name}`")), "{list}[].{name}");
        }
    }
}

/// Every code that the text speaks of exists.
#[test]
fn codes_in_the_format_are_real() {
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let text = document(FORMAT);
    let is_code = |word: &&str| word.contains('_') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let mentioned: BTreeSet<&str> = text.split('`').filter(is_code).collect();
    assert!(mentioned.len() > 50, "{mentioned:?}");
    let unknown: Vec<&&str> = mentioned.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

const FINDINGS_HEADER: &str =
    "| code | severity | axis | forces | meaning | what remains proven |\n|---|---|---|---|---|---|\n";

fn row(code: Code) -> String {
    let forces = code.effect().forces().map_or_else(|| "–".to_owned(), |value| format!("`{value}`"));
    format!(
        "| `{}` | {} | {} | {forces} | {} | {} |",
        code.name(),
        code.severity().name(),
        code.effect().axis().name(),
        code.meaning(),
        code.remains()
    )
}

/// The table in `findings.md` is the one in the code. `PROBITY_BLESS=1` writes it.
#[test]
fn findings_are_those_of_the_code() {
    let right: Vec<String> = Code::ALL.iter().map(|code| row(*code)).collect();
    assert!(right.iter().all(|row| row.matches('|').count() == 7), "a text breaks the table");
    let text = document(FINDINGS);
    let (before, rest) = text.split_once(FINDINGS_HEADER).expect("the table");
    let there: Vec<&str> = rest.lines().take_while(|line| line.starts_with('|')).collect();
    if there == right {
        return;
    }
    if std::env::var_os("PROBITY_BLESS").is_some_and(|value| value == "1") {
        let after: String = rest.lines().skip(there.len()).flat_map(|line| [line, "\n"]).collect();
        let text = format!("{before}{FINDINGS_HEADER}{}\n{after}", right.join("\n"));
        std::fs::write(path(FINDINGS), text).unwrap();
        return;
    }
    let wrong: Vec<&str> = there.iter().copied().filter(|row| !right.iter().any(|known| known == row)).collect();
    let missing: Vec<&str> = right.iter().map(String::as_str).filter(|row| !there.contains(row)).collect();
    panic!(
        "{FINDINGS} differs from the code, in these rows or in their order. PROBITY_BLESS=1 rewrites it.\n\
         Not in the code:\n{}\nIn the code, and not there:\n{}",
        wrong.join("\n"),
        missing.join("\n")
    );
}

#[test]
fn axes_have_the_values_of_the_code() {
    fn values<T: Copy>(axis: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Vec<String> {
        let list: Vec<String> = all.iter().map(|value| format!("`{}`", name(*value))).collect();
        vec![axis.to_owned(), list.join(" · ")]
    }
    let expected = [
        values("integrity", Integrity::ALL, Integrity::name),
        values("completeness", Completeness::ALL, Completeness::name),
        values("authorship", Authorship::ALL, Authorship::name),
        values("time", Time::ALL, Time::name),
        values("equivocation", Equivocation::ALL, Equivocation::name),
    ];
    assert_eq!(table(&document(FINDINGS), "| axis | values |"), expected);
    // In the format each value is followed by what it means; the order is the same.
    let explained: Vec<Vec<String>> = table(&document(FORMAT), "| axis | values |")
        .into_iter()
        .map(|row| {
            let names: Vec<&str> = row[1].split(" · ").filter_map(|value| Some(value.split_once(':')?.0)).collect();
            vec![row[0].clone(), names.join(" · ")]
        })
        .collect();
    assert_eq!(explained, expected);
}

const INDEX: &str = "assets/spec/index-schema.md";

/// The tables below the headings of one section: by the name in the heading, the cells of each row.
fn described(section: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let text = document(INDEX);
    let start = text.find(section).expect("the section");
    let end = text[start + 3..].find("\n## ").map_or(text.len(), |end| start + 3 + end);
    let mut out = BTreeMap::new();
    for part in text[start..end].split("\n### ").skip(1) {
        let Some(name) = part.lines().next().and_then(|line| line.strip_prefix('`')?.strip_suffix('`')) else {
            continue;
        };
        let header = part.lines().find(|line| line.starts_with("| column |")).expect("a table of columns");
        out.insert(name.to_owned(), table(part, header));
    }
    out
}

fn bare(cell: &str) -> String {
    cell.trim_matches(['`', ' ', '|']).to_owned()
}

/// An index of a small log with a record of every kind and an altered line.
fn an_index() -> (tempfile::TempDir, rusqlite::Connection) {
    let folder = tempfile::tempdir().unwrap();
    let records = [
        r#"{"kind":"log","timestamp":"2026-03-01T00:00:00Z","audit_id":"o","event":"opened","origin":"log.test/a"}"#,
        r#"{"kind":"system","audit_id":"s","system_id":"s","result":{"path":"output.result"}}"#,
        r#"{"kind":"decision","timestamp":"2026-03-01T00:01:00Z","audit_id":"d","model":{"id":"m","version":"1"},"input":{},"output":{"result":"deny"}}"#,
        r#"{"kind":"review","timestamp":"2026-03-01T00:02:00Z","audit_id":"r","decision":"d","reviewer":"ann","action":"override","seconds":12.5}"#,
        r#"{"kind":"outcome","timestamp":"2026-03-01T00:03:00Z","audit_id":"p","decision":"nobody","label":"paid"}"#,
        r#"{"kind":"decision","timestamp":"2026-03-01T00:04:00Z","audit_id":"e","model":{"id":"m"},"input":{},"output":{}}"#,
    ];
    let mut lines = Vec::new();
    let mut prev = line::GENESIS;
    for (seq, record) in (0..).zip(records) {
        let hash = RecordHasher::new("log.test/a").hash(seq, &prev, record.as_bytes());
        let record = if seq == 5 { record.replace("\"e\"", "\"f\"") } else { record.to_owned() };
        Line { seq, prev, hash, record: record.as_bytes() }.write(&mut lines);
        prev = hash;
    }
    let bundle = folder.path().join("log.jsonl");
    std::fs::write(&bundle, lines).unwrap();
    let place = folder.path().join("the.index");
    let choice = probity::index::Choice { place: Some(place.clone()), ..Default::default() };
    let options = Options { origin: Some("log.test/a".to_owned()), ..Options::default() };
    drop(probity::index::Index::open(&bundle, &options, &choice, &Unwatched).unwrap());
    let connection = rusqlite::Connection::open_with_flags(place, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    (folder, connection)
}

#[test]
fn the_index_has_the_tables_and_views_described() {
    use probity::index::schema;
    let (_folder, connection) = an_index();
    let names = |of: &str| -> BTreeSet<String> {
        let mut statement =
            connection.prepare("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'").unwrap();
        statement.query_map([of], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let columns = |name: &str| -> Vec<(String, String)> {
        let mut statement = connection.prepare("SELECT name, type FROM pragma_table_info(?)").unwrap();
        statement.query_map([name], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let (mut tables, mut views) = (names("table"), names("view"));
    for (name, rows) in described("## 3 Tables") {
        let rows: Vec<(String, String)> = rows.iter().map(|row| (bare(&row[0]), bare(&row[1]))).collect();
        assert_eq!(columns(&name), rows, "{name}");
        assert!(tables.remove(&name), "{name}");
    }
    let mut of_views = described("## 2 Views");
    let kinds = table(&document(INDEX), "| view | table | columns |");
    assert_eq!(kinds.len(), schema::KINDS.len());
    let of_lines = ["row", "seq", "line_state", "time", "time_ns", "audit_id"];
    for (row, (kind, of_kind)) in kinds.iter().zip(schema::KINDS) {
        let (view, table) = (bare(&row[0]), bare(&row[1]));
        assert_eq!((&view, &table), (&schema::view(kind), &schema::table(kind)));
        let described: Vec<String> =
            row[2].trim_matches([' ', '|']).split(", ").map(|cell| bare(cell.split(' ').next().unwrap())).collect();
        let there: Vec<String> = columns(&view).into_iter().map(|(name, _)| name).collect();
        assert_eq!(there[..6], of_lines);
        assert_eq!(there[6..], described, "{view}");
        let in_table: Vec<String> = columns(&table).into_iter().map(|(name, _)| name).collect();
        assert_eq!(in_table[1..], described.iter().filter(|name| *name != "decision_row").cloned().collect::<Vec<_>>());
        for (cell, column) in described.iter().filter(|name| *name != "decision_row").zip(of_kind) {
            assert_eq!(cell, column.name);
            let (schema::ColumnSource::Code(field) | schema::ColumnSource::Number(field)) = column.source else {
                continue;
            };
            let expected =
                if field == column.name { format!("`{field}`") } else { format!("`{}` (`{field}`)", column.name) };
            assert!(row[2].contains(&expected), "{view}: {expected}");
        }
        assert!(tables.remove(&table) && views.remove(&view), "{view}");
    }
    for name in ["records", "findings", "fields"] {
        let rows: Vec<String> = of_views.remove(name).unwrap().iter().map(|row| bare(&row[0])).collect();
        assert_eq!(columns(name).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), rows, "{name}");
        assert!(views.remove(name));
    }
    assert!(tables.is_empty() && views.is_empty() && of_views.is_empty(), "{tables:?} {views:?} {of_views:?}");
    let said: Vec<String> = {
        let mut statement = connection.prepare("SELECT name FROM meta ORDER BY name").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut rows: Vec<String> = table(&document(INDEX), "| name | value |").iter().map(|row| bare(&row[0])).collect();
    rows.sort();
    assert_eq!(said, rows);
    let text = document(INDEX);
    assert!(
        text.contains(&format!("0x{:08X}", schema::APPLICATION_ID))
            && text.contains(&format!("`PRAGMA user_version` is {}.", schema::VERSION))
    );
    let limits = table(&text, "| limit | value |");
    assert_eq!(limits[0], ["Rows", &in_groups(probity::columns::MAX_ROWS.into())]);
    assert_eq!(
        limits[3],
        [
            "Memory of the distinct values of a column".to_owned(),
            format!("{} bytes", in_groups(probity::columns::BUDGET_BYTES as u64))
        ]
    );
}

#[test]
fn the_examples_of_the_index_answer() {
    let (_folder, connection) = an_index();
    let text = document(INDEX);
    let examples: Vec<&str> =
        text.split("```sql example\n").skip(1).map(|part| part.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 6);
    for sql in examples {
        let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let found = statement.query_map([], |_| Ok(())).unwrap().count();
        assert!(found > 0, "{sql}");
    }
    // What the first and the fourth say.
    let version: (String, String, u32) = connection
        .query_row("SELECT version, version_source, COUNT(*) FROM decisions WHERE version IS NOT NULL", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(version, ("1".to_owned(), "recorded".to_owned(), 1));
    let overridden: String =
        connection.query_row("SELECT audit_id FROM decisions WHERE overridden = 'true'", [], |row| row.get(0)).unwrap();
    assert_eq!(overridden, "d");
}

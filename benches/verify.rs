//! `probity verify` beside the tools that an auditor would reach for, all in one run: SHA-256 over the same
//! uncompressed bytes by coreutils and by OpenSSL, and `zstd -dc | sha256sum` over the bundle's segments.
//!
//! `cargo bench --bench verify`. `PROBITY_BENCH_RECORDS` sets the number of records (1 000 000), each about 1 KB. Tools
//! that are not installed are left out. What counts is the ratio of medians within a run; the peak memory of `verify`
//! is printed before it, where the system tells (Linux).

#![allow(clippy::expect_used, reason = "a bench without its data cannot go on")]
#![allow(clippy::cast_possible_truncation, reason = "small remainders as indices")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::BytesCount;
use probity::bundle::manifest::Producer;
use probity::bundle::writer::{BundleWriter, Form};
use tempfile::TempDir;

struct Data {
    folder: TempDir,
    raw_bytes: u64,
}

impl Data {
    /// The bundle as a folder, so that `zstd` can read its segments.
    fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// The same lines, uncompressed.
    fn lines(&self) -> PathBuf {
        self.folder.path().join("lines.jsonl")
    }
}

static DATA: OnceLock<Data> = OnceLock::new();

const ORIGIN: &str = "log.example/bench";

fn data() -> &'static Data {
    DATA.get_or_init(|| {
        let records: u64 =
            std::env::var("PROBITY_BENCH_RECORDS").map_or(1_000_000, |text| text.parse().expect("a number of records"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut data = Data { folder, raw_bytes: 0 };
        let producer = Producer { name: "bench".to_owned(), version: "1".to_owned() };
        let mut writer = BundleWriter::create(&data.bundle(), Form::Folder, ORIGIN, producer).expect("a writer");
        for n in 0..records {
            writer.push(record(n)).expect("written");
        }
        writer.finish("2026-06-30T12:00:00Z").expect("finished");
        let lines = std::fs::File::create(data.lines()).expect("a file");
        let status = Command::new("zstd").arg("-dcq").args(segments(&data.bundle())).stdout(lines).status();
        assert!(status.expect("zstd is installed").success());
        data.raw_bytes = std::fs::metadata(data.lines()).expect("lines").len();
        data
    })
}

/// A decision of about 1 KB, with the share of hashes, numbers and words that decisions of a scoring service have.
fn record(n: u64) -> String {
    let digest = |salt: u64| blake3::hash(&(n * 8 + salt).to_le_bytes()).to_hex();
    let (minutes, score) = (n / 240, (n * 7919 % 100_000) as f64 / 1e5);
    format!(
        concat!(
            r#"{{"kind":"decision","timestamp":"2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","audit_id":"dec-{:012}","actor":"svc-scoring","#,
            r#""model":{{"id":"credit-scoring","version":"2.{}.{}","type":"gbm"}},"#,
            r#""input":{{"hash":"{}","metadata":{{"region":"{}","income":{},"tenure":{},"segment":"{}"}}}},"#,
            r#""output":{{"result":{{"decision":"{}","score":{:.5}}},"confidence":{:.4},"explanation":"income below threshold; tenure short"}},"#,
            r#""context":{{"user_id":"user-{}","session_id":"{}","ip_address":"10.{}.{}.{}","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"}},"#,
            r#""subject":{{"id_hash":"{}","group":"{}"}},"#,
            r#""reproducibility":{{"weights_hash":"{}","config_hash":"{}","runtime":"onnx 1.17","seed":42}},"#,
            r#""metadata":{{"batch":{},"channel":"{}"}}}}"#
        ),
        1 + minutes / 1440 / 28 % 12,
        1 + minutes / 1440 % 28,
        minutes / 60 % 24,
        minutes % 60,
        n / 4 % 60,
        n % 4 * 250,
        n,
        n % 5,
        n % 3,
        digest(0),
        ["north", "south", "east", "west"][(n % 4) as usize],
        18_000 + n * 37 % 90_000,
        n % 240,
        ["retail", "small business", "student"][(n % 3) as usize],
        ["deny", "approve", "approve"][(n * 11 % 3) as usize],
        score,
        1.0 - score / 2.0,
        n % 997,
        &digest(1)[..16],
        n % 255,
        n % 251,
        n % 13,
        digest(2),
        ["a", "b", "c", "d"][(n % 4) as usize],
        blake3::hash(b"weights").to_hex(),
        blake3::hash(b"config").to_hex(),
        n % 77,
        ["web", "branch", "partner"][(n % 3) as usize],
    )
}

fn segments(bundle: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(bundle.join("log")).expect("segments").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("started");
    assert!(status.success());
}

fn installed(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("{tool} is not installed; left out");
    }
    found
}

fn verify(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
    command.arg("verify").arg(path).args(["--json", "--origin", ORIGIN]);
    command
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn probity_verify_bundle(bencher: Bencher<'_, '_>) {
    let data = data();
    bencher.counter(BytesCount::new(data.raw_bytes)).bench(|| run(&mut verify(&data.bundle())));
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn probity_verify_lines(bencher: Bencher<'_, '_>) {
    let data = data();
    bencher.counter(BytesCount::new(data.raw_bytes)).bench(|| run(&mut verify(&data.lines())));
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn sha256sum_lines(bencher: Bencher<'_, '_>) {
    let data = data();
    if installed("sha256sum") {
        bencher.counter(BytesCount::new(data.raw_bytes)).bench(|| run(Command::new("sha256sum").arg(data.lines())));
    }
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn openssl_sha256_lines(bencher: Bencher<'_, '_>) {
    let data = data();
    if installed("openssl") {
        bencher
            .counter(BytesCount::new(data.raw_bytes))
            .bench(|| run(Command::new("openssl").args(["dgst", "-sha256"]).arg(data.lines())));
    }
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn zstd_sha256sum_bundle(bencher: Bencher<'_, '_>) {
    let data = data();
    if installed("sha256sum") {
        bencher.counter(BytesCount::new(data.raw_bytes)).bench(|| {
            let mut zstd = Command::new("zstd")
                .arg("-dcq")
                .args(segments(&data.bundle()))
                .stdout(Stdio::piped())
                .spawn()
                .expect("started");
            run(Command::new("sha256sum").stdin(zstd.stdout.take().expect("piped")));
            assert!(zstd.wait().expect("ended").success());
        });
    }
}

/// The peak resident memory of a run, in MiB, asked for while it runs; `None` where the system does not tell.
fn peak_mib(mut command: Command) -> Option<u64> {
    let mut child = command.stdout(Stdio::null()).spawn().expect("started");
    let mut peak = None;
    while child.try_wait().expect("waited").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let kib =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kib);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    peak.map(|kib| kib / 1024)
}

fn main() {
    // A plain listing must not make a gigabyte of data first.
    if !std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        let data = data();
        println!("{} bytes of lines", data.raw_bytes);
        for (name, path) in [("bundle", data.bundle()), ("lines", data.lines())] {
            if let Some(mib) = peak_mib(verify(&path)) {
                println!("peak memory of verify, {name}: {mib} MiB");
            }
        }
    }
    divan::main();
    // A static is never dropped, and the data is large.
    if let Some(data) = DATA.get() {
        let _ = std::fs::remove_dir_all(data.folder.path());
    }
}

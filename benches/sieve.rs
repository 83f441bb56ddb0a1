//! Reading every value of a log, and finding the lines that pass a filter's terms, over uncompressed lines in memory.
//!
//! `cargo bench --bench sieve`. `PROBITY_BENCH_BYTES` sets how much (256 MB); every record is about 1 KB.

#![allow(clippy::expect_used, reason = "a bench without its data cannot go on")]
#![allow(clippy::cast_possible_truncation, reason = "small remainders as indices")]

use std::sync::OnceLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use probity::bundle::line::Line;
use probity::query::{self, Expr, Sieve, Term, Unknown};
use probity::record::check;
use probity::record::walk::{Scalar, Step, Visit, walk};

fn bytes() -> usize {
    std::env::var("PROBITY_BENCH_BYTES").map_or(256_000_000, |text| text.parse().expect("a number of bytes"))
}

/// Lines whose hashes are of the right form and wrong: nothing here looks at them.
fn lines(reason: impl Fn(u64) -> String) -> Vec<u8> {
    let (bytes, mut out) = (bytes(), Vec::new());
    out.reserve_exact(bytes + 4096);
    let mut prev = [0; 32];
    for seq in 0.. {
        if out.len() >= bytes {
            break;
        }
        let record = record(seq, &reason(seq));
        let hash = *blake3::hash(&seq.to_le_bytes()).as_bytes();
        Line { seq, prev, hash, record: record.as_bytes() }.write(&mut out);
        prev = hash;
    }
    out
}

/// Decisions in plain English, one in 50 000 with a word that is rare, every third with one that is frequent.
fn plain() -> &'static [u8] {
    static LINES: OnceLock<Vec<u8>> = OnceLock::new();
    LINES.get_or_init(|| {
        lines(|n| match n {
            _ if n % 50_000 == 49_999 => "the account was closed by the ombudsman".to_owned(),
            _ if n % 3 == 0 => "income below threshold; tenure short".to_owned(),
            _ => "score above threshold; no Größe given".to_owned(),
        })
    })
}

/// The same, with text as programs write it that keep to ASCII.
fn escaped() -> &'static [u8] {
    static LINES: OnceLock<Vec<u8>> = OnceLock::new();
    LINES.get_or_init(|| {
        lines(|n| match n {
            _ if n % 50_000 == 49_999 => r"Konto aufgel\u00f6st, \u00dcberpr\u00fcfung n\u00f6tig".to_owned(),
            _ => r"Gr\u00fcnde: R\u00fcckst\u00e4nde, k\u00fcrzlich ge\u00e4ndert".to_owned(),
        })
    })
}

/// A decision of about 1 KB, with the share of hashes, numbers and words that decisions of a scoring service have.
fn record(n: u64, reason: &str) -> String {
    let digest = |salt: u64| blake3::hash(&(n * 8 + salt).to_le_bytes()).to_hex();
    let (minutes, score) = (n / 240, (n * 7919 % 100_000) as f64 / 1e5);
    format!(
        concat!(
            r#"{{"kind":"decision","timestamp":"2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","audit_id":"dec-{:012}","#,
            r#""actor":"svc-scoring","model":{{"id":"credit-scoring","version":"2.{}.{}","type":"gbm"}},"#,
            r#""input":{{"hash":"{}","metadata":{{"region":"{}","income":{},"tenure":{},"segment":"{}"}}}},"#,
            r#""output":{{"result":{{"decision":"{}","score":{:.5}}},"confidence":{:.4},"explanation":"{}"}},"#,
            r#""context":{{"user_id":"user-{}","session_id":"{}","ip_address":"10.{}.{}.{}","#,
            r#""user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"}},"#,
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
        reason,
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

/// The records of the first 32 MB of lines.
fn records() -> Vec<&'static str> {
    let lines = &plain()[..plain().len().min(32_000_000)];
    let lines = lines.split(|byte| *byte == b'\n').filter_map(Line::parse);
    lines.map(|line| std::str::from_utf8(line.record).expect("UTF-8")).collect()
}

fn over_records(bencher: Bencher<'_, '_>, read: impl Fn(&'static str) -> usize + Sync) {
    let records = records();
    let bytes: usize = records.iter().map(|record| record.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| records.iter().map(|record| read(record)).sum::<usize>());
}

/// Every scalar and every name is looked at.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn walk_all(bencher: Bencher<'_, '_>) {
    struct Lengths(usize);
    impl<'a> Visit<'a> for Lengths {
        fn name(&mut self, name: probity::record::walk::Text<'a>) -> Step {
            self.0 += name.raw.len();
            Step::Enter
        }

        fn scalar(&mut self, _: usize, scalar: Scalar<'a>) -> Step {
            self.0 += match scalar {
                Scalar::Number(text) => text.len(),
                Scalar::Text(text) => text.raw.len(),
                Scalar::Null | Scalar::Boolean(_) => 1,
            };
            Step::Enter
        }
    }
    over_records(bencher, |record| {
        let mut lengths = Lengths(0);
        walk(black_box(record), &mut lengths).expect("JSON");
        lengths.0
    });
}

/// Every member of the record is passed over.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn walk_skipping(bencher: Bencher<'_, '_>) {
    struct Skip(usize);
    impl<'a> Visit<'a> for Skip {
        fn name(&mut self, _: probity::record::walk::Text<'a>) -> Step {
            self.0 += 1;
            Step::Skip
        }
    }
    over_records(bencher, |record| {
        let mut skip = Skip(0);
        walk(black_box(record), &mut skip).expect("JSON");
        skip.0
    });
}

/// What every record that matches costs besides.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn check_alone(bencher: Bencher<'_, '_>) {
    over_records(bencher, |record| check(black_box(record)).map_or(0, |facts| facts.seals.len()));
}

/// The terms of a filter, side by side, over all lines.
fn sieve(bencher: Bencher<'_, '_>, lines: &'static [u8], filter: &str) {
    let expr = query::parse(filter, &Unknown).expect("a filter").expr;
    let terms: Vec<Term> = match expr {
        Expr::And(parts) => parts,
        part => vec![part],
    }
    .into_iter()
    .map(|part| if let Expr::Term(term) = part { term } else { unreachable!("only terms are asked") })
    .collect();
    let sieve = Sieve::new(&terms, None, |line| Line::parse(line).map(|line| (line.seq, line.record)));
    let scan = || {
        let mut out = vec![Vec::new(); terms.len()];
        sieve.scan(black_box(lines), 0, &mut out);
        out
    };
    bencher.counter(BytesCount::new(lines.len())).bench(scan);
}

const PLAIN: &[&str] = &[
    "ombudsman",
    "account*closed",
    "xq",
    "zzz",
    "tenure",
    "threshold",
    "student",
    "Größe",
    "überprüfung",
    "7f3a",
    "dec-000000123456",
    "/ombuds(man|woman)/",
    r"/(?i)\bombudsman\b/",
    "/^the .* ombudsman$/",
    r"/[a-z]{3}\d{3}[a-z]{3}/",
    "metadata.channel:branch",
    "input.metadata.income<19000",
    "output.explanation:*ombudsman",
    "has:override",
    "user:user-12",
    "version:2.4",
    "ombudsman överklagande metadata.note:x",
];

#[divan::bench(args = PLAIN, sample_count = 5, sample_size = 1)]
fn plain_lines(bencher: Bencher<'_, '_>, filter: &str) {
    sieve(bencher, plain(), filter);
}

const ESCAPED: &[&str] =
    &["ombudsman", "überprüfung", "gründe", "geändert*x", "/überprüf/", "tenure", "metadata.channel:branch"];

#[divan::bench(args = ESCAPED, sample_count = 5, sample_size = 1)]
fn escaped_lines(bencher: Bencher<'_, '_>, filter: &str) {
    sieve(bencher, escaped(), filter);
}

fn main() {
    divan::main();
}

//! How fast samples are made: `cargo bench --bench sample`. `PROBITY_BENCH_RECORDS` sets the number of records (200 000).
//! The rate is that of the log's lines before compression, all work included: simulating, writing JSON, checking, hashing,
//! compressing, and waiting for the disk.

#![allow(clippy::expect_used, reason = "a bench that cannot write cannot go on")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use probity::bundle::writer::Form;
use probity::integrity::Unwatched;
use probity::sample::{Request, Story, generate};

fn records() -> u64 {
    std::env::var("PROBITY_BENCH_RECORDS").map_or(200_000, |text| text.parse().expect("a number of records"))
}

fn make(story: Story) -> u64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let request = Request { story, records: records(), seed: 1 };
    let sample = generate(&request, &folder.path().join("s.audit.zip"), Form::Zip, &Unwatched).expect("a sample");
    sample.summary.raw_bytes
}

#[divan::bench(args = [Story::Lending, Story::Adversarial], sample_count = 5, sample_size = 1)]
fn sample(bencher: Bencher<'_, '_>, story: Story) {
    let bytes = make(story);
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(records())).bench(|| make(story));
}

fn main() {
    divan::main();
}

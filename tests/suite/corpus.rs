//! Replays the fuzzing corpus and small mutations of it, so that what a fuzzer once found stays mended.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut seeds = 0;
    for entry in std::fs::read_dir(folder).expect("a corpus") {
        let seed = std::fs::read(entry.expect("an entry").path()).expect("a seed");
        run(&seed);
        seeds += 1;
        // A cut at a stride of its own length reaches every structure without a run for every byte.
        for at in (0..seed.len()).step_by(seed.len() / 24 + 1) {
            run(&seed[..at]);
            let mut flipped = seed.clone();
            flipped[at] ^= 0x41;
            run(&flipped);
        }
    }
    assert!(seeds >= 3, "the corpus of {target} has {seeds} seeds");
}

#[test]
fn containers() {
    replay("container", targets::container);
}

#[test]
fn lines() {
    replay("line", targets::line);
}

#[test]
fn notes() {
    replay("note", targets::note);
}

#[test]
fn sources() {
    replay("source", targets::source);
}

#[test]
fn mappings() {
    replay("mapping", targets::mapping);
}

#[test]
fn queries() {
    replay("query", targets::query);
}

#[test]
fn checks() {
    replay("check", targets::check);
}

#[test]
fn walks() {
    replay("walk", targets::walk);
}

#[test]
fn sieves() {
    replay("sieve", targets::sieve);
}

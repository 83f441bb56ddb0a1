//! How long a case takes to save a note, to open with a long journal, and to undo in it. `CASE_ENTRIES` sets the length.

#![allow(clippy::unwrap_used, reason = "a bench that fails has failed")]

use std::time::{Duration, Instant};

use probity::case::entry::{Records, Value};
use probity::case::{Author, Case, Digest};

fn main() {
    let entries: u64 = std::env::var("CASE_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.probity-case");
    let author = || Author { actor: "bench".to_owned(), ..Author::default() };
    let mut saved = Vec::new();
    {
        let mut case = Case::create(&path, author()).unwrap();
        for n in 0..entries {
            let on = Records::of([("log.example/a", n, Digest([u8::try_from(n % 251).unwrap(); 32]))]);
            let start = Instant::now();
            case.put(Value::Note {
                on,
                text: format!("note {n}: what was found here, and why it matters to the case"),
            })
            .unwrap();
            saved.push(start.elapsed());
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (mut opened, mut undone) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        let start = Instant::now();
        let mut case = Case::open(&path, author()).unwrap();
        opened.push(start.elapsed());
        let start = Instant::now();
        case.undo().unwrap();
        undone.push(start.elapsed());
    }
    println!(
        "{entries} notes, medians: saved in {:?}, opened in {:?}, undone in {:?}",
        median(saved),
        median(opened),
        median(undone)
    );
}

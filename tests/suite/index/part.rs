//! A log that was not read to its end: what was read is there and answers, and nothing is said of the rest.

use std::sync::atomic::{AtomicU64, Ordering};

use probity::bundle::reading::{Unwatched, Watch};
use probity::evidence::Evidence;
use probity::index::{Choice, Index};
use probity::integrity::verdict::{Completeness, Integrity};
use probity::integrity::{Options, verify};
use tempfile::tempdir;

use super::Packed;
use crate::common::Log;

/// Stops after about so many lines.
struct Stops {
    after: u64,
    lines: AtomicU64,
}

impl Stops {
    fn after(lines: u64) -> Self {
        Self { after: lines, lines: AtomicU64::new(0) }
    }
}

impl Watch for Stops {
    fn progress(&self, lines: u64, _: u64) {
        self.lines.fetch_add(lines, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.lines.load(Ordering::Relaxed) >= self.after
    }
}

fn in_cache(folder: &std::path::Path) -> Choice {
    Choice { cache: Some(folder.to_owned()), ..Choice::default() }
}

#[test]
fn what_was_read_answers_and_nothing_passes() {
    let packed = Packed::new(&Log::ordinary(400, 10), true);
    let whole = packed.open();
    assert!(!whole.is_part());
    for after in [0, 1, 25, 100] {
        let cache = tempdir().unwrap();
        let choice = in_cache(cache.path());
        let part = Evidence::open(&[packed.bundle()], &Packed::options(), &choice, &Stops::after(after)).unwrap();
        assert!(part.is_part(), "{after}");
        let rows = part.rows();
        assert!(u64::from(rows) >= after && rows < 400 && rows.is_multiple_of(10), "{after}: {rows}");
        let report = &part.logs()[0].index.report;
        assert_eq!(report.verdict.integrity, Integrity::Unverifiable);
        assert_eq!(report.verdict.completeness, Completeness::TailUnknown);
        assert_eq!((report.bundle_digest, report.missing, report.as_signed), (None, 0, 0));
        // Nothing is found that only the end of the log could tell.
        let errors: Vec<_> = report.findings.iter().map(|finding| finding.code.name()).collect();
        assert!(
            errors.contains(&"VERIFY_STOPPED") && !errors.iter().any(|code| code.starts_with("CHAIN_")),
            "{errors:?}"
        );
        for text in ["kind:decision", "has:confidence", "-kind:decision", "time:2026-03-01"] {
            let count = |evidence: &Evidence| {
                let query = probity::query::parse(text, &probity::query::Unknown).unwrap();
                let rows_of = evidence.select(&query.expr, &Unwatched).unwrap();
                (0..rows).filter(|row| rows_of.contains(*row)).count()
            };
            assert_eq!(count(&part), count(&whole), "{text}");
        }
        if rows > 0 {
            assert!(part.line(rows - 1).unwrap().unwrap().is_intact);
            assert_eq!(part.line(rows - 1).unwrap(), whole.line(rows - 1).unwrap());
        }
        // It is nobody's index: it is gone with whoever read it, and the next one reads all.
        drop(part);
        let left: Vec<_> = std::fs::read_dir(cache.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("part-")), "{left:?}");
        let again = Index::open(&packed.bundle(), &Packed::options(), &choice, &Unwatched).unwrap();
        assert!(again.is_new && again.rows == 400 && !again.report.is_part());
    }
}

#[test]
fn what_is_damaged_so_far_is_broken() {
    let mut log = Log::ordinary(400, 10);
    log.segments[0].swap(3, 4);
    let packed = Packed::new(&log, false);
    let report = verify(&packed.bundle(), &Packed::options(), &Stops::after(50)).unwrap();
    assert!(report.is_part() && report.verdict.integrity == Integrity::Broken);
    assert!(report.finding_counts.keys().any(|code| code.starts_with("CHAIN_")), "{:?}", report.finding_counts);
}

#[test]
fn a_large_file_can_be_looked_at_before_it_is_read() {
    let packed = Packed::bare(&Log::ordinary(120_000, 120_000));
    let cache = tempdir().unwrap();
    let choice = in_cache(cache.path());
    let first = |choice: &Choice| Index::first(&packed.bundle(), &Packed::options(), choice, 10, &Unwatched).unwrap();
    let part = first(&choice).expect("something to look at");
    assert!(part.report.is_part() && part.rows > 10 && part.rows < 120_000, "{}", part.rows);
    // Free text is looked for in what was read.
    let part = Evidence::first(&[packed.bundle()], &Packed::options(), &choice, 10, &Unwatched).unwrap().unwrap();
    let found = part.select(&part.parse("\"decision\"").unwrap().expr, &Unwatched).unwrap();
    assert!(found.count() > 0 && found.count() <= part.rows());
    Index::open(&packed.bundle(), &Packed::options(), &choice, &Unwatched).unwrap();
    assert!(first(&choice).is_none(), "the index is there");
    let small = Packed::new(&Log::ordinary(20, 7), true);
    assert!(Index::first(&small.bundle(), &Options::default(), &choice, 10, &Unwatched).unwrap().is_none());
}

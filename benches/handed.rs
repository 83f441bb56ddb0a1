//! How fast evidence is handed out: a million records as JSONL, CSV and XLSX, a slice of a thousand, an exhibit, a report, a dossier.
//!
//! `cargo bench --bench handed [-- BUNDLE…]`; without one over a made log of a million records, which is kept under `target`. Medians of
//! three; the index is there before. Targets: JSONL and CSV 200 MB/s, a slice 2 s, an exhibit 1 s, a report of the sample 3 s.

#![allow(missing_docs, clippy::expect_used, reason = "a bench prints figures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use probity::app::View;
use probity::app::shown::Shown;
use probity::bundle::writer::Form as Container;
use probity::capture::drawn::Drawn;
use probity::capture::exhibit::Request;
use probity::capture::illustration::Illustrator;
use probity::capture::stage::Opened;
use probity::columns::{Bitmap, Selection};
use probity::evidence::Evidence;
use probity::index::Choice;
use probity::integrity::{Options, Unwatched};
use probity::jobs::{Progress, Waker};
use probity::report::document::pdf;
use probity::report::dossier::Dossier;
use probity::report::export::{Export, Form};
use probity::report::investigation::{Gathering, Report, Subject};
use probity::report::provenance::{Asked, Made, Provenance};
use probity::report::rows::{Rows, resolve, usual};
use probity::report::slice::Slice;
use probity::report::stream::Stream;
use probity::sample::{self, Story, generate};

const RUNS: usize = 3;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Runs a few times; what it gives is the bytes that were written.
fn timed(what: &str, mut run: impl FnMut() -> u64) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        bytes = run();
        times.push(start.elapsed());
    }
    let took = median(times);
    #[expect(clippy::cast_precision_loss, reason = "megabytes a second")]
    let rate = bytes as f64 / 1e6 / took.as_secs_f64();
    println!("  {what:<40} {took:>9.1?} {:>8} MB {rate:>7.0} MB/s", bytes / 1_000_000);
}

fn provenance(evidence: &Evidence, found: &Selection) -> Provenance {
    let made = Made { at: "2026-11-02T08:00:00Z".to_owned(), by: "bench".to_owned() };
    Provenance::of(evidence, None, made, Asked::of(evidence, String::new(), found).expect("asked")).expect("from there")
}

fn bench(bundle: &Path) {
    let evidence = Evidence::open(&[bundle.to_owned()], &Options::default(), &Choice::default(), &Unwatched);
    let evidence = evidence.expect("evidence");
    let all = Selection::all(evidence.rows());
    let folder = tempfile::tempdir_in(bundle.parent().expect("a folder")).expect("a folder");
    println!("{}: {} records", bundle.file_name().unwrap_or_default().display(), evidence.rows());
    for form in [Form::Stream(Stream::Jsonl), Form::Stream(Stream::Csv), Form::Xlsx] {
        let columns = match form.has_columns() {
            true => resolve(&evidence, usual(&evidence, &all).expect("columns"), form.is_typed(), &Unwatched),
            false => Ok(Vec::new()),
        };
        let columns = columns.expect("columns");
        timed(&format!("all records as {}", form.name()), || {
            let place = tempfile::tempdir_in(folder.path()).expect("a folder");
            let rows = Rows::new(&all, None, None);
            let (sort, again) = (Vec::new(), String::new());
            let provenance = provenance(&evidence, &all);
            let export = Export { evidence: &evidence, rows: &rows, columns: &columns, form, sort, provenance, again };
            export.write(&place.path().join("all"), &Unwatched).expect("written").file.bytes
        });
    }
    let step = (evidence.rows() / 1_000).max(1);
    let some =
        Selection::new(Bitmap::from_rows(evidence.rows(), (0..evidence.rows()).step_by(step as usize).take(1_000)));
    timed("slice of 1 000 records, evenly spread", || {
        let place = tempfile::tempdir_in(folder.path()).expect("a folder");
        let slice = Slice {
            evidence: &evidence,
            log: &evidence.logs()[0],
            rows: some.bitmap(),
            related: BTreeMap::new(),
            options: &Options::default(),
            provenance: provenance(&evidence, &some),
            again: String::new(),
        };
        slice.write(&place.path().join("a.zip"), &Unwatched).expect("written").told.file.bytes
    });
    let near = Selection::new(Bitmap::from_rows(evidence.rows(), evidence.rows() / 2..evidence.rows() / 2 + 1_000));
    timed("slice of 1 000 records, one after another", || {
        let place = tempfile::tempdir_in(folder.path()).expect("a folder");
        let slice = Slice {
            evidence: &evidence,
            log: &evidence.logs()[0],
            rows: near.bitmap(),
            related: BTreeMap::new(),
            options: &Options::default(),
            provenance: provenance(&evidence, &near),
            again: String::new(),
        };
        slice.write(&place.path().join("a.zip"), &Unwatched).expect("written").told.file.bytes
    });
    documents(&evidence, bundle);
}

fn documents(evidence: &Evidence, bundle: &Path) {
    let opened = Opened { paths: vec![bundle.to_owned()], ..Opened::default() };
    for view in [View::Timeline, View::Records, View::Integrity, View::Models, View::Overview] {
        timed(&format!("exhibit of {}", view.name()), || {
            let request = Request {
                number: "Exhibit 1".to_owned(),
                title: String::new(),
                made: Made { at: "2026-11-02T08:00:00Z".to_owned(), by: "bench".to_owned() },
                case: None,
                shown: Shown::new(view),
                filter_told: None,
                of_case: Vec::new(),
                part: None,
                size: [1_440, 900],
                scale: 1.0,
                redactions: Vec::new(),
                trusted: Vec::new(),
            };
            Drawn::of(&opened, &request).expect("drawn").picture.to_png().expect("a picture").len() as u64
        });
    }
    let all = Selection::all(evidence.rows());
    let provenance = provenance(evidence, &all);
    timed("report, with pictures, as PDF", || {
        let thresholds = probity::analysis::thresholds::Thresholds::built_in().expect("thresholds");
        let found = Gathering::of(evidence, None, &Subject::All, &thresholds, &Unwatched).expect("gathered");
        let mut illustrator = Illustrator::open(&opened, Vec::new()).expect("opened");
        let pictures: Vec<_> =
            found.told.iter().map(|told| illustrator.timeline(&told.story).expect("drawn")).collect();
        let report =
            Report { evidence, case: None, found: &found, provenance: &provenance, again: "", pictures: &pictures };
        pdf::write(&report.document().expect("a document")).expect("a PDF").len() as u64
    });
    let decisions = evidence.parse("kind:decision").expect("a filter");
    let first = evidence.select(&decisions.expr, &Unwatched).expect("decisions").iter().next().expect("a decision");
    timed("dossier of a decision, as PDF", || {
        let dossier = Dossier::of(evidence, &[first], (None, provenance.clone(), String::new()), &Unwatched);
        pdf::write(&dossier.expect("a dossier").document()).expect("a PDF").len() as u64
    });
}

fn main() {
    let asked: Vec<PathBuf> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
    let bundles = if asked.is_empty() { vec![made()] } else { asked };
    bundles.iter().for_each(|bundle| bench(bundle));
    let evidence = Evidence::open(std::slice::from_ref(&sample), &Options::default(), &Choice::default(), &Unwatched);
    println!("the sample");
    documents(&evidence.expect("evidence"), &sample);
}

fn made() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let place = folder.join("million.audit.zip");
    if !place.is_file() {
        std::fs::create_dir_all(&folder).expect("a folder");
        let request = sample::Request { story: Story::Lending, records: 1_000_000, seed: 1 };
        generate(&request, &place, Container::Zip, &Progress::new(Waker::none())).expect("a sample");
    }
    place
}

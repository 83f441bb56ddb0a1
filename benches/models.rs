//! What the view of the models costs after a filter change: versions, comparison, course, what goes with what, fairness. The likely causes
//! rest on no filter: they are worked out at the first look, and kept.
//!
//! `cargo bench --bench models [-- BUNDLE…]`; without one over a made log of a million records, which is kept under `target`. One core;
//! medians of seven. The target is 200 ms for all of them together at a million decisions, 2 s at ten million.

#![allow(missing_docs, clippy::expect_used, reason = "a bench prints figures")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use probity::app::models::{Deed, Side};
use probity::app::places::Places;
use probity::app::{App, Command, View};
use probity::bundle::writer::Form;
use probity::jobs::{Progress, Waker};
use probity::sample::{Request, Story, generate};

const RUNS: usize = 7;

fn settle(app: &mut App) {
    loop {
        app.tick();
        let is_busy = app.opening().is_some()
            || app.session().is_some_and(|session| session.is_busy() || !session.answered.is_done);
        if !is_busy {
            app.tick();
            return;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// From a command to the last part of the answer.
fn timed(app: &mut App, command: Command) -> Duration {
    let start = Instant::now();
    app.apply(command);
    settle(app);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn bench(bundle: &Path) {
    let mut app = App::new(Waker::none(), Places::default());
    app.apply(Command::Open(vec![bundle.to_owned()]));
    settle(&mut app);
    assert_eq!(app.problems(), []);
    println!("{}", bundle.file_name().unwrap_or_default().display());
    println!("  {:<46} {:>9.1?}", "first look: everything is gathered", timed(&mut app, Command::Show(View::Models)));
    let model = app.examined().and_then(|found| found.versions.clone()).expect("versions").models[0].model.clone();
    let model = model.expect("a model");
    let filters = [
        "everything".to_owned(),
        format!("model:\"{model}\""),
        "result:deny or confidence<0.6".to_owned(),
        "reviewed:true".to_owned(),
    ];
    for filter in &filters {
        let text = if filter == "everything" { String::new() } else { filter.clone() };
        let mut times = Vec::new();
        for _ in 0..RUNS {
            timed(&mut app, Command::SetFilter("kind:log".to_owned()));
            times.push(timed(&mut app, Command::SetFilter(text.clone())));
        }
        println!("  {:<46} {:>9.1?}", format!("filter: {filter}"), median(times));
    }
    timed(&mut app, Command::ClearFilter);
    let sides = ["confidence<0.8", "confidence>=0.8"].map(|text| Side::Filter(text.to_owned()));
    let mut times = Vec::new();
    for _ in 0..RUNS {
        timed(&mut app, Command::Models(Deed::Compare(None)));
        times.push(timed(&mut app, Command::Models(Deed::Compare(Some(sides.clone())))));
    }
    println!("  {:<46} {:>9.1?}", "halves of all decisions compared", median(times));
}

fn main() {
    let asked: Vec<PathBuf> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    let bundles = if asked.is_empty() { vec![made()] } else { asked };
    bundles.iter().for_each(|bundle| bench(bundle));
}

fn made() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let place = folder.join("million.audit.zip");
    if !place.is_file() {
        std::fs::create_dir_all(&folder).expect("a folder");
        let request = Request { story: Story::Lending, records: 1_000_000, seed: 1 };
        generate(&request, &place, Form::Zip, &Progress::new(Waker::none())).expect("a sample");
    }
    place
}

//! Overview, integrity, start and case over the real samples: what they say, where they lead, and pictures of them to be looked at.

mod journeys;
mod pictures;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::window::picture::{Camera, harness};
use egui_kittest::Harness;
use probity::app::{App, Command, View};
use probity::case::{Author, Case};
use probity::evidence::Evidence;
use probity::index::Choice;
use probity::integrity::{Options, Unwatched};
use probity::ui::theme::{Mode, Theme};
use probity::ui::views::{case, integrity, overview, start};

/// The room that a view has in a window of 1440 × 900.
const ROOM: [f32; 2] = [1376.0, 716.0];

/// An app, its views, and what they asked for that was not done yet.
struct Desk {
    app: App,
    overview: overview::State,
    integrity: integrity::State,
    start: start::State,
    case: case::State,
    asked: Vec<Command>,
}

impl Desk {
    fn new() -> Self {
        Self {
            app: crate::window::app(),
            overview: overview::State::default(),
            integrity: integrity::State::default(),
            start: start::State::default(),
            case: case::State::default(),
            asked: Vec::new(),
        }
    }

    fn open(paths: &[PathBuf]) -> Self {
        let mut desk = Self::new();
        desk.apply(Command::Open(paths.to_vec()));
        assert_eq!(desk.app.problems(), []);
        desk
    }

    fn apply(&mut self, command: Command) {
        self.app.apply(command);
        self.settle();
    }

    #[track_caller]
    fn settle(&mut self) {
        let start = Instant::now();
        loop {
            self.app.tick();
            let is_busy = self.app.opening().is_some()
                || self.app.session().is_some_and(|session| session.is_busy() || !session.answered.is_done);
            if !is_busy {
                self.app.tick();
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(240), "it never ends");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let panel = Theme::of(ui).panel;
        ui.painter().rect_filled(ui.max_rect(), 0.0, panel);
        let mut asked = Vec::new();
        if self.app.session().is_none() {
            start::show(ui, &self.app, &mut self.start, &mut asked);
        } else {
            match self.app.view() {
                View::Overview => overview::show(ui, &self.app, &mut self.overview, &mut asked),
                View::Integrity => integrity::show(ui, &self.app, &mut self.integrity, &mut asked),
                View::Case => case::show(ui, &self.app, &mut self.case, &mut asked),
                View::Records | View::Timeline | View::Models => {}
            }
        }
        self.asked.extend(asked);
    }
}

/// A window with one view in it.
fn window(desk: Desk, size: [f32; 2], mode: Mode) -> (Harness<'static, Desk>, Camera) {
    let (builder, camera) = harness(size, mode, 1.0);
    let mut harness = builder.build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), desk);
    harness.run_ok();
    (harness, camera)
}

/// Does what the views asked for, and draws again.
fn act(harness: &mut Harness<'_, Desk>) -> Vec<Command> {
    harness.run_ok();
    let asked = std::mem::take(&mut harness.state_mut().asked);
    for command in asked.clone() {
        harness.state_mut().apply(command);
    }
    harness.run_ok();
    asked
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}

/// A case in `folder` about a sample, open in an app.
fn with_case(folder: &Path, name: &str) -> Desk {
    let path = folder.join("matter.probity-case");
    let author = Author { actor: "auditor-03".to_owned(), ..Author::default() };
    let mut case = Case::create(&path, author).expect("a case");
    let evidence =
        Evidence::open(&[sample(name)], &Options::default(), &Choice::default(), &Unwatched).expect("evidence");
    case.opened(&evidence.logs()[0].index, "window", &[], false).expect("recorded");
    drop(case);
    Desk::open(&[path])
}

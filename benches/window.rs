//! CPU time of a frame of the whole window while the records are scrolled and the brush is dragged: layout and tessellation at
//! 1600 × 1000, with every answer that arrives meanwhile.
//!
//! `cargo bench --bench window [-- BUNDLE…]`; without one over a made log of a million records, which is kept under `target`. The
//! target is 8 ms at the 99th percentile; the table alone over 100 million rows is in the bench `table`. Time is the thread's own on
//! the processor, where the system tells it, so that what else the machine does hardly counts.

#![allow(missing_docs, clippy::cast_precision_loss, clippy::expect_used, reason = "a bench prints figures")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput, Rect, TouchPhase, pos2,
    vec2,
};
use probity::app::places::Places;
use probity::app::{App, Command, View};
use probity::bundle::writer::Form;
use probity::jobs::{Progress, Waker};
use probity::record::Kind;
use probity::sample::{Request, Story, generate};
use probity::ui::shell::Window;
use probity::ui::theme::{Mode, install};
use probity::ui::widgets::figures;

const SIZE: [f32; 2] = [1600.0, 1000.0];

/// Time that this thread had a processor.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(not(unix))]
fn now() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}

/// A window without a screen.
struct Desk {
    ctx: Context,
    window: Window,
    start: Instant,
}

impl Desk {
    fn new(bundle: &Path) -> Self {
        let ctx = Context::default();
        install(&ctx, Mode::Light);
        let mut app = App::new(Waker::none(), Places::default());
        app.apply(Command::Open(vec![bundle.to_owned()]));
        let mut desk = Self { ctx, window: Window::new(app), start: Instant::now() };
        desk.settle();
        assert_eq!(desk.window.app.problems(), []);
        desk
    }

    /// Draws a frame; gives its time.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        let screen = Rect::from_min_size(Pos2::ZERO, SIZE.into());
        let input = RawInput {
            screen_rect: Some(screen),
            time: Some(self.start.elapsed().as_secs_f64()),
            events,
            ..RawInput::default()
        };
        let start = now();
        self.window.tick(&self.ctx);
        let window = &mut self.window;
        let mut output = self.ctx.run_ui(input, |ui| window.show(ui));
        let primitives = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let took = now() - start;
        std::hint::black_box(primitives.len());
        took
    }

    fn is_busy(&self) -> bool {
        let app = &self.window.app;
        app.opening().is_some() || app.session().is_some_and(|session| session.is_busy() || !session.answered.is_done)
    }

    fn settle(&mut self) {
        while self.is_busy() {
            self.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(2));
        }
        self.frame(Vec::new());
    }
}

/// What a user does over many frames.
#[derive(Clone, Copy)]
enum Motion {
    Wheel(f32),
    Brush,
    /// The timeline, dragged to and fro.
    Pan,
    /// The timeline, from all of it down to a millisecond and back.
    Zoom,
}

/// The times of the frames, and how long after the last one everything was answered.
fn frames(desk: &mut Desk, motion: Motion) -> (Vec<Duration>, Duration) {
    const FRAMES: u16 = 400;
    let strip = SIZE[1] - 60.0;
    if let Motion::Brush = motion {
        desk.frame(vec![Event::PointerMoved(pos2(300.0, strip))]);
        let button = PointerButton::Primary;
        let modifiers = Modifiers::NONE;
        desk.frame(vec![Event::PointerButton { pos: pos2(300.0, strip), button, pressed: true, modifiers }]);
    }
    let plot = pos2(800.0, 330.0);
    if let Motion::Pan = motion {
        let modifiers = Modifiers::SHIFT;
        desk.frame(vec![Event::PointerMoved(plot)]);
        desk.frame(vec![Event::PointerButton { pos: plot, button: PointerButton::Primary, pressed: true, modifiers }]);
    }
    let mut times = Vec::new();
    for frame in 0..FRAMES {
        let events = match motion {
            Motion::Wheel(delta) => vec![
                Event::PointerMoved(pos2(800.0, 500.0)),
                Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: vec2(0.0, delta),
                    phase: TouchPhase::Move,
                    modifiers: Modifiers::NONE,
                    source: MouseWheelSource::Unknown,
                },
            ],
            Motion::Pan => {
                let by = 300.0 * (f32::from(frame) / 40.0).sin();
                vec![Event::PointerMoved(plot + vec2(by, 0.0))]
            }
            Motion::Zoom => vec![
                Event::PointerMoved(plot),
                Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: vec2(0.0, if frame < FRAMES / 2 { 40.0 } else { -40.0 }),
                    phase: TouchPhase::Move,
                    modifiers: Modifiers::NONE,
                    source: MouseWheelSource::Unknown,
                },
            ],
            Motion::Brush => vec![Event::PointerMoved(pos2(320.0 + f32::from(frame) * 2.5, strip))],
        };
        times.push(desk.frame(events));
        // As a screen of 120 Hz would leave the threads time.
        std::thread::sleep(Duration::from_millis(6));
    }
    let released = Instant::now();
    if let Motion::Pan = motion {
        let (pos, modifiers) = (plot, Modifiers::SHIFT);
        desk.frame(vec![Event::PointerButton { pos, button: PointerButton::Primary, pressed: false, modifiers }]);
        assert!(desk.window.app.filter.range().is_some(), "the lanes were not moved");
    }
    if let Motion::Brush = motion {
        let pos = pos2(320.0 + f32::from(FRAMES) * 2.5, strip);
        desk.frame(vec![Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        }]);
        assert!(desk.window.app.filter.range().is_some(), "the brush was not met");
    }
    desk.settle();
    (times, released.elapsed())
}

/// From nothing to the first frame with rows of the sample, its index made on the way.
fn first_rows() -> Duration {
    let cache = tempfile::tempdir().expect("a folder");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
    let start = Instant::now();
    let ctx = Context::default();
    install(&ctx, Mode::Light);
    let mut app = App::new(Waker::none(), Places::default());
    app.settings.cache = Some(cache.path().to_owned());
    app.apply(Command::Open(vec![sample]));
    let mut desk = Desk { ctx, window: Window::new(app), start };
    loop {
        desk.frame(Vec::new());
        desk.window.app.apply(Command::Show(View::Records));
        if desk.window.app.session().is_some_and(|session| session.answered.rows.is_some()) {
            desk.frame(Vec::new());
            return start.elapsed();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The timeline: until its lanes are there, and its frames.
fn timeline(desk: &mut Desk, records: u32) {
    let records = figures::count(records.into());
    desk.window.app.apply(Command::SetKind(None));
    desk.window.app.apply(Command::SetRange(None));
    desk.settle();
    let start = Instant::now();
    desk.window.app.apply(Command::Show(View::Timeline));
    while desk.window.app.lanes().is_none() {
        desk.frame(Vec::new());
        std::thread::sleep(Duration::from_micros(200));
    }
    desk.frame(Vec::new());
    println!("{records:>12}  first picture of the timeline: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    desk.settle();
    let all = desk.window.app.window().expect("a time");
    let part = (all.0 + (all.1 - all.0) / 3, all.1 - (all.1 - all.0) / 3);
    for (name, range, motion) in
        [("timeline, panned", Some(part), Motion::Pan), ("timeline, zoomed", None, Motion::Zoom)]
    {
        desk.window.app.apply(Command::SetRange(range));
        desk.settle();
        let (mut times, answered) = frames(desk, motion);
        times.sort();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let (median, p99, longest, answered) = (at(50), at(99), at(100), answered.as_secs_f64() * 1e3);
        println!("{records:>12}  {name:<28} {median:>6.2} ms {p99:>6.2} ms {longest:>6.2} ms {answered:>7.0} ms");
    }
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

fn main() {
    let mut bundles: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).filter(|path| path.exists()).collect();
    if bundles.is_empty() {
        bundles.push(made());
    }
    let mut starts: Vec<Duration> = (0..7).map(|_| first_rows()).collect();
    starts.sort();
    println!(
        "from nothing to the first rows of the sample, with its index to make: {:.0} ms (median of 7)",
        starts[3].as_secs_f64() * 1e3
    );
    println!("{:>12}  {:<28} {:>9} {:>9} {:>9} {:>10}", "records", "", "median", "p99", "longest", "answered");
    for bundle in bundles {
        let mut desk = Desk::new(&bundle);
        let records = desk.window.app.session().map_or(0, |session| session.evidence().rows());
        desk.window.app.apply(Command::Show(View::Records));
        for (name, kind, motion) in [
            ("wheel, slowly", Some(Kind::Decision), Motion::Wheel(-9.0)),
            ("wheel, three pages a frame", Some(Kind::Decision), Motion::Wheel(-2_600.0)),
            ("brush, decisions", Some(Kind::Decision), Motion::Brush),
            ("brush, all records", None, Motion::Brush),
        ] {
            desk.window.app.apply(Command::SetKind(kind));
            desk.window.app.apply(Command::SetRange(None));
            desk.settle();
            let (mut times, answered) = frames(&mut desk, motion);
            times.sort();
            let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
            let (median, p99, longest) = (at(50), at(99), at(100));
            let records = figures::count(records.into());
            let answered = answered.as_secs_f64() * 1e3;
            println!("{records:>12}  {name:<28} {median:>6.2} ms {p99:>6.2} ms {longest:>6.2} ms {answered:>7.0} ms");
        }
        timeline(&mut desk, records);
    }
}

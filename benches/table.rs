//! CPU time of a frame while a table is scrolled: layout and tessellation at 1600 × 1000, as the window's budget counts it.
//!
//! Plain timing instead of a harness, since the percentiles matter: `cargo bench --bench table`. The target is 8 ms at the
//! 99th percentile at any number of rows. Time is the thread's own on the processor, where the system tells it, so that what
//! else the machine does hardly counts.

#![allow(missing_docs, clippy::cast_precision_loss, reason = "a bench prints figures")]

use std::hint::black_box;
use std::time::Duration;

use egui::{Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, vec2};
use probity::raster::Raster;
use probity::ui::table::{Cell, Column, Columns, Ink, Lead, Mark, Scroll, SortKey, Table, TableSource, TableState};
use probity::ui::theme::{Mode, Theme, install};
use probity::ui::widgets::figures;

struct Decisions(u64);

/// Time that this thread had a processor.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(not(unix))]
fn now() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// A number out of a row, so that no two rows say the same.
fn mixed(row: u64) -> u64 {
    (row ^ (row >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 17
}

impl TableSource for Decisions {
    fn rows(&self) -> u64 {
        self.0
    }

    fn cell(&self, row: u64, column: usize) -> Option<Cell<'_>> {
        let random = mixed(row);
        Some(match column {
            0 => Cell::figure(figures::count(row)).ink(Ink::Text2),
            1 => Cell::figure(format!("2026-05-16 {:02}:{:02}:09.{:03}", random % 24, random % 60, random % 1000)),
            2 => Cell::text("2.4.0").lead(Lead::Bar(Ink::Category((random % 3) as usize))),
            3 => Cell::text("deny").lead(Lead::Mark(Mark::Filled)),
            4 => Cell::figure(format!("0.{:03}", random % 1000)).lead(Lead::Meter((random % 1000) as f32 / 1000.0)),
            5 => Cell::text("C"),
            6 => Cell::text(["web", "branch", "broker"][(random % 3) as usize]).ink(Ink::Text2),
            7 => Cell::figure(figures::count(random % 100_000)),
            8 => Cell::text(format!("user-{:04}", random % 10_000)),
            9 => Cell::mono(format!("{random:010x}…{:08x}", random & 0xffff_ffff)),
            10 => Cell::text(format!("feature-store/applicants/{}", random % 977)),
            _ => Cell::none(),
        })
    }
}

fn columns() -> Columns {
    let widths = [90.0, 180.0, 80.0, 90.0, 120.0, 70.0, 90.0, 90.0, 110.0, 190.0, 240.0, 160.0];
    let list = widths.iter().enumerate().map(|(index, width)| match index {
        0 | 4 | 7 => Column::number(index.to_string(), format!("Column {index}"), *width),
        _ => Column::new(index.to_string(), format!("Column {index}"), *width),
    });
    Columns::new(list.collect()).frozen(2)
}

/// What a scrolling user does: a wheel turned slowly, turned fast, and the bar dragged over all of it.
#[derive(Clone, Copy)]
enum Motion {
    Slow,
    Fast,
    Bar,
}

fn frames(rows: u64, motion: Motion, heard: bool) -> (Vec<Duration>, Duration) {
    const FRAMES: u64 = 600;
    let ctx = Context::default();
    install(&ctx, Mode::Light);
    if heard {
        ctx.enable_accesskit();
    }
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 1000.0));
    let source = Decisions(rows);
    let (mut columns, mut sort) = (columns(), Vec::<SortKey>::new());
    let mut state = TableState::default();
    let mut raster = Raster::new();
    let mut times = Vec::new();
    let mut drawn = Duration::ZERO;
    for frame in 0..FRAMES {
        let delta = match motion {
            Motion::Slow => -9.0,
            Motion::Fast => -2_600.0,
            Motion::Bar => 0.0,
        };
        let mut input = RawInput { screen_rect: Some(screen), time: Some(frame as f64 / 60.0), ..RawInput::default() };
        input.events.push(Event::PointerMoved(Pos2::new(800.0, 500.0)));
        if let Motion::Bar = motion {
            state.scroll = Scroll { row: rows / FRAMES * frame, above: 3.0 };
        }
        input.events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, delta),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
            source: MouseWheelSource::Unknown,
        });
        let start = now();
        let mut output = ctx.run_ui(input, |ui| {
            Table::new("Decisions", &source, &mut columns, &mut sort, &mut state).show(ui);
        });
        let primitives = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        times.push(now() - start);
        if raster.update(&mut output.textures_delta).is_err() {
            continue;
        }
        let start = now();
        black_box(raster.paint([1600, 1000], 1.0, Theme::LIGHT.window, &primitives).is_ok());
        drawn += now() - start;
    }
    // The first frames load fonts and fill caches once in a window's life.
    (times.split_off(10), drawn / u32::try_from(FRAMES).unwrap_or(1))
}

fn main() {
    println!("{:>12}  {:<26} {:>9} {:>9} {:>9} {:>11}", "rows", "", "median", "p99", "longest", "rasterised");
    for rows in [1_000_000, 10_000_000, 100_000_000] {
        for (name, motion, heard) in [
            ("wheel, slowly", Motion::Slow, false),
            ("wheel, three pages a frame", Motion::Fast, false),
            ("bar over everything", Motion::Bar, false),
            ("bar, with a screen reader", Motion::Bar, true),
        ] {
            let (mut times, drawn) = frames(rows, motion, heard);
            times.sort();
            let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
            let drawn = drawn.as_secs_f64() * 1e3;
            let rows = figures::count(rows);
            let (median, p99, longest) = (at(50), at(99), at(100));
            println!("{rows:>12}  {name:<26} {median:>6.2} ms {p99:>6.2} ms {longest:>6.2} ms {drawn:>8.2} ms");
        }
    }
}

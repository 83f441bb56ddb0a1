//! The pictures of the README: the walk through the sample investigation, drawn by the program and compared pixel by pixel with those that
//! lie in `assets/pictures`, so that they show what the program shows now. `PROBITY_PICTURES=write cargo test --test suite guide` draws
//! them anew.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use probity::app::timeline::story::StoryOf;
use probity::app::{Command, DetailTab, Overlay, View};
use probity::ui::theme::Mode;

use super::handed::{Desk, apply, press, rest, write};
use super::picture::Camera;
use super::shell::{sample, sized};
use crate::desk::Desk as Folder;

/// Wide enough for every view, small enough that a page shows it legibly.
const SIZE: [f32; 2] = [1280.0, 800.0];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures")
}

fn is_writing() -> bool {
    std::env::var_os("PROBITY_PICTURES").is_some_and(|value| value == "write")
}

/// Width, height and pixels.
fn decoded(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    pixels.truncate(info.buffer_size());
    (info.width, info.height, pixels)
}

/// Compares a picture with the one that lies there; what differs is kept in `target/pictures`.
#[track_caller]
fn is_shown(name: &str, png: &[u8]) {
    let path = folder().join(format!("{name}.png"));
    if is_writing() {
        std::fs::create_dir_all(folder()).expect("a folder");
        return std::fs::write(path, png).expect("a file");
    }
    let there = std::fs::read(&path).map(|there| decoded(&there) == decoded(png)).unwrap_or_default();
    if !there {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
        std::fs::create_dir_all(&kept).expect("a folder");
        std::fs::write(kept.join(format!("guide-{name}.png")), png).expect("a file");
    }
    assert!(there, "{name}.png in assets/pictures is not what the program draws: see target/pictures/guide-{name}.png");
}

#[track_caller]
fn shows(desk: &Desk, camera: &Camera, name: &str) {
    is_shown(name, &camera.picture(desk).to_png().expect("a PNG"));
}

fn opened(name: &str) -> (Desk, Camera) {
    let (mut desk, camera) = sized(&[sample(name)], Mode::Light, SIZE, 1.0);
    // Whoever runs the test is nobody's business.
    desk.state_mut().app.settings.actor = "A. Auditor".to_owned();
    rest(&mut desk);
    (desk, camera)
}

/// Trusts the key of the log; what is told of it in passing is not in the picture.
fn trust(desk: &mut Desk) {
    desk.state_mut().app.apply(Command::Trust(sample("lending.vkey")));
    desk.state_mut().app.take_toasts();
    rest(desk);
}

#[test]
fn the_walk_is_what_the_program_shows() {
    let (mut desk, camera) = opened("lending.audit.zip");
    shows(&desk, &camera, "1-opened");
    trust(&mut desk);
    press(&mut desk, Key::Num2);
    shows(&desk, &camera, "2-integrity");
    press(&mut desk, Key::Num3);
    shows(&desk, &camera, "3-timeline");
    apply(&mut desk, [Command::TellStory(Some(StoryOf::Incident("INC-2026-014".to_owned())))]);
    shows(&desk, &camera, "4-story");
    apply(&mut desk, [Command::CloseStory, Command::Show(View::Models)]);
    shows(&desk, &camera, "5-models");
    press(&mut desk, Key::L);
    shows(&desk, &camera, "6-causes");
    apply(
        &mut desk,
        [
            Command::Show(View::Records),
            Command::SetFilter("model:credit-scoring version:2.4.0 overridden:true".to_owned()),
        ],
    );
    press(&mut desk, Key::ArrowDown);
    shows(&desk, &camera, "7-records");
    apply(&mut desk, [Command::ShowDetail(DetailTab::Lineage)]);
    shows(&desk, &camera, "8-decision");
    press(&mut desk, Key::N);
    assert_eq!(desk.state().app.overlay(), Overlay::Note);
    write(&mut desk, "Income was read as monthly: ask for the feature definition of 2.4.0.");
    shows(&desk, &camera, "9-note");
}

#[test]
fn the_copy_that_was_tampered_with_is_what_the_program_shows() {
    let (mut desk, camera) = opened("lending-tampered.audit.zip");
    trust(&mut desk);
    press(&mut desk, Key::Num2);
    desk.key_press_modifiers(Modifiers::NONE, Key::CloseBracket);
    rest(&mut desk);
    shows(&desk, &camera, "10-tampered");
}

/// An exhibit, by the command that the README names.
#[test]
fn the_exhibit_is_what_the_program_draws() {
    let desk = Folder::new();
    let bundle = sample("lending.audit.zip").display().to_string();
    let key = sample("lending.vkey").display().to_string();
    let args = [
        "exhibit",
        &bundle,
        "--trust",
        &key,
        "--view",
        "timeline",
        "--from",
        "2026-04-13",
        "--to",
        "2026-05-03",
        "--title",
        "What changed",
        "--at",
        "2026-11-22T09:00:00Z",
        "--size",
        "1280x640",
        "--scale",
        "1",
        "-o",
        "exhibit-1",
    ];
    let output = desk.command(&args).env("PROBITY_ACTOR", "A. Auditor").output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    is_shown("11-exhibit", &std::fs::read(desk.path("exhibit-1/exhibit.png")).expect("a picture"));
}

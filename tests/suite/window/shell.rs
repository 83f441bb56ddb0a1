//! Journeys through the real window, without a screen: by keyboard and mouse, heard as a screen reader hears it, and drawn on
//! the CPU into target/pictures, to be looked at.

use std::path::{Path, PathBuf};
use std::slice::from_ref;
use std::time::{Duration, Instant};

use crate::window::picture::{Camera, harness};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{Command, Overlay, View};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

pub(super) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}

/// A window of that size with nothing open, or with a bundle.
pub(super) fn window(open: Option<&str>, mode: Mode) -> (Harness<'static, Window>, Camera) {
    over(&open.map(sample).into_iter().collect::<Vec<_>>(), mode)
}

/// A window with these bundles open.
pub(super) fn over(bundles: &[PathBuf], mode: Mode) -> (Harness<'static, Window>, Camera) {
    sized(bundles, mode, [1440.0, 900.0], 1.0)
}

/// A window of that size with these bundles open.
pub(super) fn sized(bundles: &[PathBuf], mode: Mode, size: [f32; 2], scale: f32) -> (Harness<'static, Window>, Camera) {
    let (builder, camera) = harness(size, mode, scale);
    let mut app = crate::window::app();
    app.draw_exhibits_by(std::sync::Arc::new(probity::capture::window::OffScreen));
    app.settings.theme = match mode {
        Mode::Dark => probity::app::ThemeChoice::Dark,
        _ => probity::app::ThemeChoice::Light,
    };
    if !bundles.is_empty() {
        app.apply(Command::Open(bundles.to_vec()));
    }
    let mut harness = builder.build_ui_state(
        |ui, window: &mut Window| {
            window.tick(ui.ctx());
            window.show(ui);
        },
        Window::new(app),
    );
    settle(&mut harness);
    (harness, camera)
}

/// Waits for the threads, and draws until nothing moves.
#[track_caller]
pub(super) fn settle(harness: &mut Harness<'_, Window>) {
    let start = Instant::now();
    loop {
        harness.step();
        let app = &harness.state().app;
        let is_busy = app.opening().is_some()
            || app.session().is_some_and(|session| session.is_busy() || !session.answered.is_done);
        if !is_busy {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "it never ends");
        std::thread::sleep(Duration::from_millis(3));
    }
    for _ in 0..4 {
        harness.step();
    }
}

pub(super) fn count(harness: &Harness<'_, Window>) -> u32 {
    harness.state().app.session().unwrap().answered.rows.as_ref().unwrap().count()
}

#[test]
fn the_start_offers_what_can_be_opened() {
    for (mode, name) in [(Mode::Light, "start-light"), (Mode::Dark, "start-dark")] {
        let (harness, camera) = window(None, mode);
        camera.keep(&harness, name);
    }
}

#[test]
fn every_view_can_be_looked_at() {
    for (mode, word) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        for bundle in ["lending.audit.zip", "lending-tampered.audit.zip", "lending-slice.audit.zip"] {
            let (mut harness, camera) = window(Some(bundle), mode);
            let stem = bundle.split('.').next().unwrap();
            for (key, view) in [
                (Key::Num1, View::Overview),
                (Key::Num2, View::Integrity),
                (Key::Num4, View::Records),
                (Key::Num6, View::Case),
            ] {
                harness.key_press(key);
                settle(&mut harness);
                assert_eq!(harness.state().app.view(), view);
                camera.keep(&harness, &format!("{stem}-{}-{word}", view.name().to_lowercase()));
            }
        }
    }
}

#[test]
fn the_strip_says_what_stands_out_and_the_pointer_its_time() {
    for (mode, word) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        let (mut harness, camera) = window(Some("lending-tampered.audit.zip"), mode);
        let strip = harness.get_by_label_contains("Stretch of time: 2026-03-01 00:00:00.000 to ");
        let said = strip.accesskit_node().label().unwrap_or_default();
        assert!(
            said.contains(" UTC, 1 damaged record, 1 missing, ") && said.contains("350 missing at the end"),
            "{said}"
        );
        harness.state_mut().app.settings.zone = Some("Europe/Berlin".to_owned());
        harness.hover_at(egui::pos2(700.0, 850.0));
        settle(&mut harness);
        camera.keep(&harness, &format!("strip-pointer-{word}"));
    }
}

/// A file that somebody let go of over the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn bundles_that_are_dropped_are_opened_and_public_keys_trusted() {
    let (mut harness, camera) = window(None, Mode::Light);
    let folder = tempfile::tempdir().unwrap();
    let private = folder.path().join("private.vkey");
    std::fs::write(&private, "PRIVATE+KEY+lending+00000000+AAAA").unwrap();
    let mut drop = |paths: &[PathBuf]| {
        for path in paths {
            harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.clone())));
        }
        settle(&mut harness);
        let app = &harness.state().app;
        let complete_to = app.session().map(|session| session.reports().next().unwrap().complete_to);
        (complete_to, app.settings.trusted.len(), app.problems().len())
    };
    let (bundle, key) = (sample("lending.audit.zip"), sample("lending.vkey"));
    assert_eq!(drop(from_ref(&bundle)), (Some(None), 0, 0));
    assert_eq!(drop(from_ref(&key)), (Some(Some(20_000)), 1, 0));
    assert_eq!(drop(&[key, bundle]), (Some(Some(20_000)), 1, 0), "once is enough");
    assert_eq!(drop(&[private]), (Some(Some(20_000)), 1, 1), "what is to stay secret is refused");
    camera.keep(&harness, "key-dropped");
}

#[test]
fn a_filter_is_written_completed_and_removed_by_keyboard() {
    let (mut harness, camera) = window(Some("lending.audit.zip"), Mode::Light);
    harness.key_press(Key::Num4);
    settle(&mut harness);
    let all = count(&harness);
    harness.event(egui::Event::Text("/".to_owned()));
    settle(&mut harness);
    let typed = |harness: &mut Harness<'_, Window>, text: &str| {
        harness.event(egui::Event::Text(text.to_owned()));
        settle(harness);
    };
    typed(&mut harness, "result:");
    camera.keep(&harness, "filter-completing");
    typed(&mut harness, "deny");
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let denied = count(&harness);
    assert!(denied > 0 && denied < all, "{denied} of {all}");
    assert_eq!(harness.state().app.filter.parsed(), "result:deny");
    harness.get_by_label_contains("filter result:deny");
    camera.keep(&harness, "filter-chip");
    harness.key_press(Key::X);
    settle(&mut harness);
    assert_eq!(count(&harness), all);
    harness.key_press(Key::X);
    settle(&mut harness);
    // What cannot be read leaves the last filter in force, and says so.
    harness.event(egui::Event::Text("/".to_owned()));
    settle(&mut harness);
    typed(&mut harness, "(");
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(count(&harness), denied);
    assert!(harness.state().app.filter.error().is_some());
    camera.keep(&harness, "filter-error");
    harness.get_by_label("Remove the filter").click();
    settle(&mut harness);
    assert_eq!(count(&harness), all);
}

#[test]
fn the_palette_and_the_sheets_open_by_key_and_close_by_escape() {
    let (mut harness, camera) = window(Some("lending.audit.zip"), Mode::Dark);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut harness);
    assert_eq!(harness.state().app.overlay(), Overlay::Palette);
    harness.event(egui::Event::Text("integ".to_owned()));
    settle(&mut harness);
    camera.keep(&harness, "palette-dark");
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!((harness.state().app.overlay(), harness.state().app.view()), (Overlay::None, View::Integrity));
    harness.event(egui::Event::Text("?".to_owned()));
    settle(&mut harness);
    assert_eq!(harness.state().app.overlay(), Overlay::Keys);
    camera.keep(&harness, "keys-dark");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert_eq!(harness.state().app.overlay(), Overlay::None);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    settle(&mut harness);
    camera.keep(&harness, "settings-dark");
    assert_eq!(harness.state().app.overlay(), Overlay::Settings);
}

#[test]
fn the_menu_of_a_cell_opens_by_key_and_every_entry_is_reached() {
    let (mut harness, camera) = window(Some("lending.audit.zip"), Mode::Light);
    harness.key_press(Key::Num4);
    settle(&mut harness);
    harness.get_by_role_and_label(egui::accesskit::Role::Table, "Records").focus();
    settle(&mut harness);
    for key in [Key::ArrowDown, Key::End] {
        harness.key_press(key);
        settle(&mut harness);
    }
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    settle(&mut harness);
    camera.keep(&harness, "records-cell-menu-light");
    let entries = ["Copy cell", "Copy row with headers", "Compare others with this", "Tag…", "Write a note…"];
    let focused = |harness: &Harness<'_, Window>| {
        entries
            .iter()
            .position(|entry| harness.query_by_label(entry).is_some_and(|node| node.accesskit_node().is_focused()))
    };
    for (at, entry) in entries.iter().enumerate() {
        assert_eq!(focused(&harness), Some(at), "{entry}");
        harness.key_press(Key::ArrowDown);
        settle(&mut harness);
    }
    // A letter is no command while the menu is open, and Esc closes it without stopping anything.
    harness.key_press(Key::Num1);
    settle(&mut harness);
    assert_eq!(harness.state().app.view(), View::Records);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label("Copy cell").is_none());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    settle(&mut harness);
    harness.key_press(Key::ArrowUp);
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(harness.state().app.overlay(), Overlay::Note, "the last entry");
}

#[test]
fn what_is_too_much_to_copy_is_said() {
    let (mut harness, _) = window(Some("lending.audit.zip"), Mode::Light);
    let fields = harness.state().app.session().unwrap().evidence().fields();
    let names = fields.iter().filter(|field| field.has_column).map(|field| field.name.clone()).take(60).collect();
    harness.state_mut().app.apply(Command::SetColumns(None, names));
    harness.key_press(Key::Num4);
    settle(&mut harness);
    harness.get_by_role_and_label(egui::accesskit::Role::Table, "Records").focus();
    settle(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settle(&mut harness);
    harness.event(egui::Event::Copy);
    harness.step();
    let is_copied = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(_));
    assert!(!harness.output().platform_output.commands.iter().any(is_copied));
    settle(&mut harness);
    let said = "1\u{202f}260\u{202f}000 cells are selected, and at most 1\u{202f}000\u{202f}000";
    assert!(harness.query_all_by_label_contains(said).next().is_some());
}

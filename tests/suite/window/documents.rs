//! Reports and dossiers from the window, by keyboard: the file is the one that the command makes, and the case says so.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use probity::app::{Command, Overlay, View};
use probity::capture::window::OffScreen;
use probity::ui::shell::Window;
use probity::ui::theme::Mode;
use serde_json::Value;

use super::handed::{rest, says, typed};
use super::shell::{over, sample};
use crate::desk::Desk as Folder;

type Desk = Harness<'static, Window>;

fn opened() -> (Folder, Desk) {
    let folder = Folder::new();
    let bundle = folder.path("lending.audit.zip");
    std::fs::copy(sample("lending.audit.zip"), &bundle).unwrap();
    let (mut desk, _) = over(&[bundle], Mode::Light);
    desk.state_mut().app.draw_exhibits_by(std::sync::Arc::new(OffScreen));
    (folder, desk)
}

fn json(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.path(name)).unwrap()).unwrap()
}

/// The same bytes as the command in the sidecar makes.
#[track_caller]
fn is_made_again(folder: &Folder, name: &str) {
    let sidecar = json(folder, &format!("{name}.provenance.json"));
    let again = sidecar["again"].as_str().unwrap().to_owned();
    let by = sidecar["made"]["by"].as_str().unwrap().to_owned();
    let before = std::fs::read(folder.path(name)).unwrap();
    std::fs::rename(folder.path(name), folder.path("kept")).unwrap();
    std::fs::remove_file(folder.path(&format!("{name}.provenance.json"))).unwrap();
    let args: Vec<&str> = again.split(' ').skip(1).collect();
    let output = folder.command(&args).env("PROBITY_ACTOR", by).output().unwrap();
    assert!(output.status.success(), "{again}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(before == std::fs::read(folder.path(name)).unwrap(), "{again} makes the same");
}

#[test]
fn a_report_is_written_by_keyboard() {
    let (folder, mut desk) = opened();
    desk.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    rest(&mut desk);
    assert_eq!(desk.state().app.overlay(), Overlay::Report);
    assert!(typed(&desk).ends_with("lending-report.pdf"), "{}", typed(&desk));
    assert!(says(&desk, "whatever is filtered"));
    // The other form, by the arrow.
    desk.key_press(Key::ArrowDown);
    rest(&mut desk);
    assert!(typed(&desk).ends_with("lending-report.html"), "{}", typed(&desk));
    desk.key_press(Key::Enter);
    rest(&mut desk);
    let html = std::fs::read_to_string(folder.path("lending-report.html")).unwrap();
    assert!(html.contains("INC-2026-014") && html.contains("data:image/png;base64,"));
    is_made_again(&folder, "lending-report.html");
}

#[test]
fn a_dossier_is_about_the_decision_that_is_selected() {
    let (folder, mut desk) = opened();
    desk.state_mut().app.apply(Command::Overlay(Overlay::Dossier));
    rest(&mut desk);
    assert!(says(&desk, "No decision is selected"));
    desk.key_press(Key::Escape);
    rest(&mut desk);
    for command in [Command::Show(View::Records), Command::SetFilter("audit_id:cs-000184 kind:decision".to_owned())] {
        desk.state_mut().app.apply(command);
        rest(&mut desk);
    }
    desk.state_mut().app.apply(Command::Select(458));
    rest(&mut desk);
    desk.state_mut().app.apply(Command::Overlay(Overlay::Dossier));
    rest(&mut desk);
    assert!(typed(&desk).ends_with("lending-dossier.pdf"), "{}", typed(&desk));
    for ending in ["html", "json"] {
        desk.key_press(Key::ArrowDown);
        rest(&mut desk);
        assert!(typed(&desk).ends_with(&format!("lending-dossier.{ending}")), "{}", typed(&desk));
    }
    desk.key_press(Key::Enter);
    rest(&mut desk);
    let dossier = json(&folder, "lending-dossier.json");
    assert_eq!(dossier["decisions"][0]["lineage"]["decision"]["record"]["id"], "cs-000184");
    is_made_again(&folder, "lending-dossier.json");
}

//! Exhibits from the window: by keyboard, with a part that is dragged, with what is hidden, as a zip; and what the case keeps of them.

use std::path::Path;

use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{Command, Overlay, View};
use probity::case::entry::{Action, Value};
use probity::record::Kind;
use probity::ui::theme::Mode;

use super::handed::{Desk, apply, chord, files, json, opened, press, rest, says, typed, until, write};
use super::room::faults;
use super::shell::{over, sample, sized};
use crate::common::{Export, Log};
use crate::desk::Desk as Folder;
use crate::exhibit_cli::all_bytes;

/// What stands in a field.
fn field(desk: &Desk, label: &str) -> String {
    let field = desk.get_by(|node| node.label().as_deref() == Some(label) && node.value().is_some());
    field.accesskit_node().value().unwrap_or_default()
}

/// Goes on by Tab to a field.
#[track_caller]
fn tab_to(desk: &mut Desk, label: &str) {
    let is_there =
        |desk: &Desk| desk.query_by(|node| node.is_focused() && node.label().as_deref() == Some(label)).is_some();
    for _ in 0..24 {
        if is_there(desk) {
            return;
        }
        press(desk, Key::Tab);
    }
    panic!("Tab never comes to {label}");
}

/// Goes to the file and makes the exhibit; goes on until that is told.
#[track_caller]
fn make(desk: &mut Desk) {
    tab_to(desk, "File");
    desk.key_press(Key::Enter);
    until(desk, "written to");
    rest(desk);
    assert_eq!((desk.state().app.overlay(), desk.state().app.problems()), (Overlay::None, &[][..]));
}

/// The exhibits of the case: number and prefix of each; how many captures its journals tell of.
fn kept(desk: &Desk) -> (Vec<(u64, String)>, usize) {
    let case = desk.state().app.session().unwrap().case().expect("a case").clone();
    let exhibits = case.items().flat_map(|(_, item)| item.values()).filter_map(|value| match value {
        Value::Exhibit { number, prefix, .. } => Some((*number, prefix.clone())),
        _ => None,
    });
    let captured = case.entries.iter().filter(|(.., entry)| matches!(entry.action, Action::Captured(_)));
    (exhibits.collect(), captured.count())
}

/// It holds against the bundle, by the command.
#[track_caller]
fn holds(folder: &Folder, name: &str, bundle: &str) {
    let output = folder.run(&["exhibit", "--check", name, "--bundle", bundle]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(0) && told.contains("the same picture to the byte"), "{name}: {told}");
}

#[test]
fn exhibits_are_made_by_keyboard_and_numbered_once() {
    let (folder, mut desk, _) = opened("lending.audit.zip");
    press(&mut desk, Key::Num4);
    apply(&mut desk, [Command::SetFilter("kind:review".to_owned())]);
    press(&mut desk, Key::E);
    assert_eq!(desk.state().app.overlay(), Overlay::Exhibit);
    assert!(says(&desk, "There is no case: a draft is begun"));
    write(&mut desk, "Who reviewed");
    assert!(says(&desk, "Picture of the exhibit: rows 1 – "), "the picture is drawn");
    assert_eq!(field(&desk, "File"), folder.path("lending-exhibit-1").display().to_string());
    desk.key_press(Key::Enter);
    until(&mut desk, "Exhibit 1 written to lending-exhibit-1. A slice of the log");
    rest(&mut desk);
    assert_eq!((desk.state().app.overlay(), desk.state().app.problems()), (Overlay::None, &[][..]));
    let told = json(&folder.path("lending-exhibit-1").join("exhibit.json"));
    assert_eq!((&told["request"]["number"], &told["request"]["title"]), (&"Exhibit 1".into(), &"Who reviewed".into()));
    assert_eq!(told["request"]["shown"]["filter"], "kind:review");
    assert_eq!(kept(&desk), (vec![(1, String::new())], 1));
    holds(&folder, "lending-exhibit-1", "lending.audit.zip");
    // With a prefix, as a zip. One entry made the exhibit: it can be deleted, and its number is never given again.
    assert!(!desk.state().app.session().unwrap().case().unwrap().can.0, "it was handed out");
    let item = desk.state().app.session().unwrap().case().unwrap().items().next_back().unwrap().0;
    apply(&mut desk, [Command::DeleteItem(item)]);
    assert_eq!(kept(&desk), (vec![], 1));
    press(&mut desk, Key::E);
    tab_to(&mut desk, "Prefix");
    write(&mut desk, "P-");
    assert_eq!(field(&desk, "File"), folder.path("lending-p-0002").display().to_string());
    tab_to(&mut desk, "One file, as a zip");
    press(&mut desk, Key::Space);
    assert_eq!(field(&desk, "File"), folder.path("lending-p-0002.zip").display().to_string());
    make(&mut desk);
    assert_eq!(kept(&desk), (vec![(2, "P-".to_owned())], 2));
    holds(&folder, "lending-p-0002.zip", "lending.audit.zip");
    let item = desk.state().app.session().unwrap().case().unwrap().items().next_back().unwrap().0;
    apply(&mut desk, [Command::DeleteItem(item)]);
    press(&mut desk, Key::E);
    assert_eq!((field(&desk, "Prefix"), says(&desk, "Make P-0003")), ("P-".to_owned(), true));
    press(&mut desk, Key::Escape);
    assert_eq!(desk.state().app.overlay(), Overlay::None);
    assert_eq!(files(&folder), ["lending-exhibit-1", "lending-p-0002.zip"]);
}

#[test]
fn the_case_lists_its_exhibits_and_is_none() {
    let (folder, mut desk, camera) = opened("lending.audit.zip");
    press(&mut desk, Key::Num1);
    press(&mut desk, Key::E);
    write(&mut desk, "What the log holds");
    make(&mut desk);
    press(&mut desk, Key::Num6);
    press(&mut desk, Key::E);
    assert_eq!(desk.state().app.overlay(), Overlay::None);
    assert!(says(&desk, "The case is no view of the evidence"));
    desk.get_by(|node| node.role() == egui::accesskit::Role::Tab && node.label().as_deref() == Some("Exhibits"))
        .click_accesskit();
    rest(&mut desk);
    let place = folder.path("lending-exhibit-1").display().to_string();
    assert!(says(&desk, "Exhibit 1 What the log holds, ") && says(&desk, &place));
    camera.keep(&desk, "case-exhibits-light");
}

fn drag(desk: &mut Desk, from: Pos2, to: Pos2) {
    let modifiers = Modifiers::NONE;
    let button = |pos, pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
    desk.event(Event::PointerMoved(from));
    desk.step();
    desk.event(button(from, true));
    desk.step();
    for step in 1..=4_u8 {
        desk.event(Event::PointerMoved(from + (to - from) * (f32::from(step) / 4.0)));
        desk.step();
    }
    desk.event(button(to, false));
    rest(desk);
}

#[test]
fn a_part_is_dragged_on_the_picture() {
    let (folder, mut desk, camera) = opened("lending.audit.zip");
    press(&mut desk, Key::Num3);
    press(&mut desk, Key::E);
    let picture = desk.get_by_label_contains("Picture of the exhibit: ").rect();
    let place = |x: f32, y: f32| pos2(picture.left() + x * picture.width(), picture.top() + y * picture.height());
    drag(&mut desk, place(0.2, 0.3), place(0.7, 0.5));
    let part: Vec<f32> =
        field(&desk, "Part: x, y, width, height").split(", ").map(|side| side.parse().unwrap()).collect();
    assert!((part[2] - 720.0).abs() < 12.0, "half of the picture: {part:?}");
    camera.keep(&desk, "exhibit-part-light");
    // A rectangle in it that is hidden; then no other part can be kept.
    desk.get_by(|node| node.role() == egui::accesskit::Role::Tab && node.label().as_deref() == Some("Drag to hide"))
        .click_accesskit();
    rest(&mut desk);
    let picture = desk.get_by_label_contains("Picture of the exhibit: ").rect();
    let place = |x: f32, y: f32| pos2(picture.left() + x * picture.width(), picture.top() + y * picture.height());
    drag(&mut desk, place(0.4, 0.15), place(0.6, 0.9));
    write(&mut desk, "a person");
    press(&mut desk, Key::Enter);
    assert!(says(&desk, "because: a person") && says(&desk, "Show hidden rectangles again before"));
    camera.keep(&desk, "exhibit-hidden-light");
    make(&mut desk);
    let told = json(&folder.path("lending-exhibit-1").join("exhibit.json"));
    let kept: Vec<f32> = serde_json::from_value(told["request"]["part"].clone()).unwrap();
    assert_eq!(kept, part);
    assert_eq!(told["request"]["redactions"][0]["reason"], "a person");
    // Sharp: two pixels a point, with the measure of the page at both sides.
    let width = (part[2].max(752.0) * 2.0 + 96.0).to_string();
    assert_eq!(told["image"]["width"].to_string(), width);
    holds(&folder, "lending-exhibit-1", "lending.audit.zip");
}

#[test]
fn what_is_hidden_by_its_field_stands_nowhere() {
    let folder = Folder::new();
    let records = (0..12).map(|n| {
        let person = if n % 3 == 0 { "Zachary Quillfeather" } else { "someone else" };
        format!(
            r#"{{"kind":"decision","audit_id":"d{n}","timestamp":"2026-03-01T00:00:{n:02}Z","model":{{"id":"m"}},"input":{{"name":"{person}"}},"output":{{"decision":"deny"}}}}"#
        )
        .into_bytes()
    });
    let log = Log::of(records, 4);
    folder.put("a.zip", crate::common::zip(&Export::whole(&log).files()));
    let (mut desk, camera) = over(&[folder.path("a.zip")], Mode::Light);
    apply(
        &mut desk,
        [
            Command::Show(View::Records),
            Command::SetKind(Some(Kind::Decision)),
            Command::SetColumns(Some(Kind::Decision), vec!["id".to_owned(), "input.name".to_owned()]),
            Command::SetFilter("input.name:\"Zachary Quillfeather\"".to_owned()),
        ],
    );
    press(&mut desk, Key::E);
    write(&mut desk, "Zachary Quillfeather");
    tab_to(&mut desk, "Hide: a field, or x, y, width, height");
    write(&mut desk, "input.nam");
    assert!(says(&desk, "This is neither a field nor four numbers"));
    write(&mut desk, "e");
    press(&mut desk, Key::Enter);
    write(&mut desk, "privacy of a third party");
    press(&mut desk, Key::Enter);
    assert!(says(&desk, "hidden: input.name, because: privacy of a third party"));
    camera.keep(&desk, "exhibit-field-light");
    make(&mut desk);
    for (name, bytes) in all_bytes(&folder.path("a-exhibit-1")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("quillfeather") && !text.contains("zachary"), "{name}");
    }
    let told = json(&folder.path("a-exhibit-1").join("exhibit.json"));
    assert_eq!((&told["request"]["title"], &told["records"]["handed"]), (&"[redacted]".into(), &0.into()));
    holds(&folder, "a-exhibit-1", "a.zip");
}

/// Whoever has the bundle alone selects the records that the case had under a tag.
#[test]
fn what_the_case_says_is_handed_out_as_places() {
    let (folder, mut desk, _) = opened("lending.audit.zip");
    apply(&mut desk, [Command::Show(View::Records), Command::Tag("odd".to_owned(), vec![40, 41, 77])]);
    apply(&mut desk, [Command::SetFilter("tag:odd".to_owned())]);
    chord(&mut desk, Modifiers::COMMAND, Key::K);
    write(&mut desk, "make an exhibit");
    press(&mut desk, Key::Enter);
    make(&mut desk);
    let told = json(&folder.path("lending-exhibit-1").join("exhibit.json"));
    assert_eq!(told["request"]["shown"]["filter"], "@40..41 or @77");
    assert_eq!((&told["told"]["query"]["filter"], &told["records"]["count"]), (&"tag:odd".into(), &3.into()));
    holds(&folder, "lending-exhibit-1", "lending.audit.zip");
}

#[test]
fn what_is_wrong_is_said() {
    let (folder, mut desk, _) = opened("lending.audit.zip");
    press(&mut desk, Key::Num1);
    folder.put("mine", "mine");
    press(&mut desk, Key::E);
    tab_to(&mut desk, "Part: x, y, width, height");
    write(&mut desk, "1, 2, 3");
    assert!(says(&desk, "A part is four numbers"));
    press(&mut desk, Key::Enter);
    write(&mut desk, ", 4");
    assert!(says(&desk, "There is no picture: the part 1, 2, 3, 4 leaves nothing of the view"));
    press(&mut desk, Key::Enter);
    chord(&mut desk, Modifiers::COMMAND, Key::A);
    write(&mut desk, "0, 0, 600, 300");
    tab_to(&mut desk, "File");
    chord(&mut desk, Modifiers::COMMAND, Key::A);
    write(&mut desk, "mine");
    assert!(says(&desk, "mine is there already. Nothing is overwritten"));
    press(&mut desk, Key::Enter);
    assert_eq!((desk.state().app.overlay(), files(&folder)), (Overlay::Exhibit, vec!["mine".to_owned()]));
    press(&mut desk, Key::Escape);
    assert!(desk.state().app.exhibit_drawn().is_none(), "the picture is gone with the dialog");
}

#[test]
fn the_dialog_can_be_looked_at() {
    for (mode, size, scale, name) in [
        (Mode::Light, [1440.0, 900.0], 1.0, "exhibit-light"),
        (Mode::Dark, [1440.0, 900.0], 1.0, "exhibit-dark"),
        (Mode::Light, [640.0, 384.0], 1.0, "exhibit-small-light"),
        (Mode::Dark, [1024.0, 640.0], 2.0, "exhibit-large-dark"),
    ] {
        let (mut desk, camera) = sized(&[sample("lending.audit.zip")], mode, size, scale);
        apply(&mut desk, [Command::Show(View::Records)]);
        desk.get_by_label("Make an exhibit (E)").click_accesskit();
        rest(&mut desk);
        assert_eq!(desk.state().app.overlay(), Overlay::Exhibit);
        // A path is longer than its field.
        let faults: Vec<String> = faults(&desk).into_iter().filter(|fault| !fault.contains("exhibit-1")).collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        camera.keep(&desk, name);
        assert!(typed(&desk).contains("lending-exhibit-1"), "{}", typed(&desk));
        assert!(!Path::new(&typed(&desk)).exists());
    }
}

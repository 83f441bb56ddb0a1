//! What is told in passing: of copies, of work on a case; and what stands beside a record that is damaged.

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{Command, Overlay, View};
use probity::case::entry::Value;
use probity::case::{Author, Case};
use probity::jobs::{Progress, Waker};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{over, sample, settle, window};

/// The notices that are up.
fn told(desk: &Harness<'_, Window>) -> Vec<String> {
    let notices = desk.query_all_by(|node| node.role() == egui::accesskit::Role::Status);
    notices.filter_map(|node| node.accesskit_node().label()).collect()
}

fn press(desk: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key) {
    desk.key_press_modifiers(modifiers, key);
    settle(desk);
}

fn copy(desk: &mut Harness<'_, Window>) {
    desk.event(Event::Copy);
    settle(desk);
}

#[test]
fn copies_are_told_and_so_is_why_there_is_none() {
    let (mut desk, camera) = window(Some("lending-tampered.audit.zip"), Mode::Light);
    press(&mut desk, Modifiers::NONE, Key::Num4);
    press(&mut desk, Modifiers::NONE, Key::ArrowDown);
    copy(&mut desk);
    assert_eq!(told(&desk), ["Cell copied"]);
    for _ in 0..2 {
        press(&mut desk, Modifiers::SHIFT, Key::ArrowDown);
    }
    copy(&mut desk);
    assert_eq!(told(&desk), ["3 rows copied, with headers"], "in place of the one before");
    camera.keep(&desk, "records-copied-light");
    press(&mut desk, Modifiers::COMMAND, Key::A);
    copy(&mut desk);
    assert_eq!(told(&desk), ["19\u{202f}649 rows copied, with headers"]);
    // A hash in the detail.
    let is_hash = |label: String| label.starts_with("copy ");
    desk.query_all_by(|node| node.label().is_some_and(is_hash)).next().expect("a hash").click();
    settle(&mut desk);
    assert_eq!(told(&desk), ["Copied"]);
    // The same for the tables of Integrity.
    press(&mut desk, Modifiers::NONE, Key::Num2);
    desk.get_by_role_and_label(egui::accesskit::Role::Table, "Findings").focus();
    settle(&mut desk);
    press(&mut desk, Modifiers::COMMAND, Key::A);
    copy(&mut desk);
    assert!(told(&desk)[0].ends_with("rows copied, with headers"), "{:?}", told(&desk));
}

#[test]
fn a_damaged_record_shows_its_state_and_what_is_noted_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matter.probity-case");
    let mut case = Case::create(&path, Author { actor: "ann".to_owned(), ..Author::default() }).unwrap();
    let evidence = probity::evidence::Evidence::open(
        &[sample("lending-tampered.audit.zip")],
        &probity::integrity::Options::default(),
        &probity::index::Choice::default(),
        &Progress::new(Waker::none()),
    );
    case.opened(&evidence.unwrap().logs()[0].index, "window", &[], false).unwrap();
    drop(case);
    let (mut desk, camera) = over(&[path], Mode::Light);
    let row = *desk.state().app.session().unwrap().facts().damage.keys().next().unwrap();
    desk.state_mut().app.apply(Command::Show(View::Records));
    desk.state_mut().app.apply(Command::Select(row));
    settle(&mut desk);
    for command in [
        Command::Tag("doubtful".to_owned(), vec![row]),
        Command::Note("Who wrote this?".to_owned(), vec![row, row + 1]),
    ] {
        desk.state_mut().app.apply(command);
        settle(&mut desk);
    }
    assert_eq!(told(&desk), ["Note saved"], "there is one notice of the case");
    let word = desk.state().app.session().unwrap().facts().damage[&row];
    desk.get_by_label(&format!("{word}, note, tagged"));
    desk.get_by_label("note");
    camera.keep(&desk, "records-damaged-noted-light");
    press(&mut desk, Modifiers::COMMAND, Key::Z);
    assert_eq!(told(&desk), ["Undone"]);
    assert!(desk.query_by_label("Undo").is_none(), "what is undone is not undone once more by its own notice");
    desk.get_by_label(&format!("{word}, tagged"));
    let saved = folder.path().join("saved.probity-case");
    desk.state_mut().app.apply(Command::SaveCase(saved));
    settle(&mut desk);
    assert!(told(&desk)[0].starts_with("Saved as"), "{:?}", told(&desk));
    assert!(desk.query_by_label("Undo").is_none(), "where a case is kept is no step");
}

/// A window over the sample with a case of its own.
fn with_case(folder: &std::path::Path) -> (Harness<'static, Window>, super::picture::Camera) {
    let path = folder.join("matter.probity-case");
    let mut case = Case::create(&path, Author { actor: "ann".to_owned(), ..Author::default() }).unwrap();
    let evidence = probity::evidence::Evidence::open(
        &[sample("lending.audit.zip")],
        &probity::integrity::Options::default(),
        &probity::index::Choice::default(),
        &Progress::new(Waker::none()),
    );
    case.opened(&evidence.unwrap().logs()[0].index, "window", &[], false).unwrap();
    drop(case);
    over(&[path], Mode::Light)
}

fn write(desk: &mut Harness<'_, Window>, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    settle(desk);
}

fn values(desk: &Harness<'_, Window>) -> Vec<Value> {
    let case = desk.state().app.session().unwrap().case().unwrap();
    let items = case.state.items();
    items.into_iter().flat_map(|(_, item)| item.values().into_iter().cloned().collect::<Vec<_>>()).collect()
}

#[test]
fn times_ranges_and_filters_are_kept_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, camera) = with_case(folder.path());
    press(&mut desk, Modifiers::NONE, Key::Num4);
    press(&mut desk, Modifiers::NONE, Key::ArrowDown);
    let row = desk.state().app.selected().unwrap();
    let instant = desk.state().app.session().unwrap().evidence().times().instant(row).unwrap();
    press(&mut desk, Modifiers::NONE, Key::M);
    camera.keep(&desk, "dialog-mark-light");
    write(&mut desk, "first of them");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert!(values(&desk).contains(&Value::Mark { at: instant, text: "first of them".to_owned() }));
    // Without a stretch of time there is none to mark.
    press(&mut desk, Modifiers::SHIFT, Key::M);
    write(&mut desk, "nothing");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    desk.get_by_label_contains("Choose a stretch of time first");
    press(&mut desk, Modifiers::NONE, Key::Escape);
    assert_eq!(values(&desk).iter().filter(|value| matches!(value, Value::Span { .. })).count(), 0);
    press(&mut desk, Modifiers::NONE, Key::W);
    press(&mut desk, Modifiers::SHIFT, Key::M);
    assert_eq!(desk.state().app.overlay(), Overlay::Span);
    write(&mut desk, "the middle");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    let range = desk.state().app.filter.range().unwrap();
    let is_span = |value: &Value| {
        matches!(value, Value::Span { from, to, text } if text == "the middle"
            && (from.timestamp_nanos_opt(), to.timestamp_nanos_opt()) == (Some(range.0), Some(range.1)))
    };
    assert!(values(&desk).iter().any(is_span));
    // A filter, kind and time included, is found again by its name.
    desk.state_mut().app.apply(Command::SetFilter("result:deny".to_owned()));
    settle(&mut desk);
    let shown = super::shell::count(&desk);
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    write(&mut desk, "denied in the middle");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    desk.state_mut().app.apply(Command::ClearFilter);
    settle(&mut desk);
    assert_ne!(super::shell::count(&desk), shown);
    press(&mut desk, Modifiers::COMMAND, Key::K);
    write(&mut desk, "denied in");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(super::shell::count(&desk), shown);
    press(&mut desk, Modifiers::COMMAND, Key::Z);
    assert_eq!(desk.state().app.filter.text(), "", "one step");
    desk.get_by_label("Saved filters").click();
    settle(&mut desk);
    camera.keep(&desk, "saved-filters-light");
    desk.get_by_label("Rename the filter denied in the middle").click();
    settle(&mut desk);
    write(&mut desk, "Refusals");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    let names: Vec<String> = desk.state().app.saved_filters().into_iter().map(|(_, name, _)| name).collect();
    assert!(names.len() == 1 && names[0].contains("Refusals"), "{names:?}");
    // All of it stands in the case, can be changed and deleted there, and that undone.
    press(&mut desk, Modifiers::NONE, Key::Num6);
    desk.get_by_label("Marks").click();
    settle(&mut desk);
    camera.keep(&desk, "case-marks-light");
    desk.get_by_label("Edit first of them").click();
    settle(&mut desk);
    write(&mut desk, "!");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert!(values(&desk).iter().any(|value| matches!(value, Value::Mark { text, .. } if text.contains('!'))));
    let before = values(&desk).len();
    desk.get_by_label("Delete the middle").click();
    settle(&mut desk);
    assert_eq!(values(&desk).len(), before - 1);
    press(&mut desk, Modifiers::COMMAND, Key::Z);
    assert_eq!(values(&desk).len(), before);
}

#[test]
fn an_incident_is_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, camera) = with_case(folder.path());
    press(&mut desk, Modifiers::NONE, Key::I);
    write(&mut desk, "INC-7");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    press(&mut desk, Modifiers::NONE, Key::Num6);
    desk.get_by_label("Incidents").click();
    settle(&mut desk);
    camera.keep(&desk, "case-incident-light");
    desk.get_by_label("Edit INC-7").click();
    settle(&mut desk);
    desk.get_by_label("What happened").focus();
    settle(&mut desk);
    write(&mut desk, "too many refusals");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    desk.get_by_label("Delete INC-7: too many refusals").click();
    settle(&mut desk);
    assert!(!values(&desk).iter().any(|value| matches!(value, Value::Incident(_))));
    press(&mut desk, Modifiers::COMMAND, Key::Z);
    desk.get_by_label("Edit INC-7: too many refusals");
}

#[test]
fn several_records_are_tagged_together() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, camera) = with_case(folder.path());
    press(&mut desk, Modifiers::NONE, Key::Num4);
    press(&mut desk, Modifiers::NONE, Key::ArrowDown);
    for _ in 0..2 {
        press(&mut desk, Modifiers::SHIFT, Key::ArrowDown);
    }
    press(&mut desk, Modifiers::NONE, Key::N);
    desk.get_by_label_contains("Write a note on 3 records");
    camera.keep(&desk, "dialog-note-several-light");
    press(&mut desk, Modifiers::NONE, Key::Escape);
    press(&mut desk, Modifiers::NONE, Key::T);
    write(&mut desk, "three");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(told(&desk), ["Tagged 3 records three"]);
    // Others are shown: what was selected among them is no more.
    desk.state_mut().app.apply(Command::SetFilter("tag:three".to_owned()));
    settle(&mut desk);
    assert_eq!((super::shell::count(&desk), desk.state().app.chosen()), (3, 1));
}

#[test]
fn a_path_that_was_mistyped_is_there_again() {
    let (mut desk, _) = window(None, Mode::Light);
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    write(&mut desk, "/no/such/bundle.zip");
    press(&mut desk, Modifiers::NONE, Key::Enter);
    let problem = desk.state().app.problems()[0].why.clone();
    assert!(problem.contains("there is no such file or folder") && !problem.contains("os error"), "{problem}");
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    assert_eq!(
        desk.get_by_role_and_label(egui::accesskit::Role::TextInput, "Open by path").value().as_deref(),
        Some("/no/such/bundle.zip")
    );
}

#[test]
fn the_settings_stay_whole_while_their_size_changes() {
    let (mut desk, camera) = window(Some("lending.audit.zip"), Mode::Light);
    press(&mut desk, Modifiers::COMMAND, Key::Comma);
    camera.keep(&desk, "settings-100");
    for size in ["200 %", "125 %", "100 %"] {
        desk.get_by_label(size).click();
        settle(&mut desk);
        settle(&mut desk);
        camera.keep(&desk, &format!("settings-{}", size.trim_end_matches(" %")));
        let screen = desk.ctx.content_rect();
        let done = desk.get_by_label("Done").rect();
        assert!(screen.contains_rect(done) && done.is_positive(), "{size}: {done} in {screen}");
        let appearance = desk.get_by_label("As the system").rect();
        assert!(appearance.is_positive() && screen.contains_rect(appearance), "{size}: {appearance} in {screen}");
    }
}

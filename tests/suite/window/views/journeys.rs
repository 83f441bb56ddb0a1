//! Ways through the views by the names that screen readers hear, and by keyboard.

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use probity::app::{Command, Overlay, View};
use probity::case::entry::{Incident, Value};
use probity::record::Kind;
use probity::ui::theme::Mode;

use super::{Desk, ROOM, act, sample, window, with_case};

#[test]
fn from_the_verdict_to_the_edited_record_in_two_steps() {
    let desk = Desk::open(&[sample("lending-tampered.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.get_by_label("Integrity: Broken in 1 place, show in Integrity").click();
    assert_eq!(act(&mut harness), [Command::ShowBundle(0)]);
    // The first damage is shown by itself, with its link.
    act(&mut harness);
    assert_eq!(harness.state().app.selected(), Some(10_064));
    harness.get_by_label_contains("Record 10\u{202f}064, deployment.");
    harness.get_by_label_contains("10\u{202f}065 was chained to");
    // Its path is made with the hash that the next record names: that was signed, and this record was not.
    harness.get_by_label_contains("that hash was signed. This record has another one");
    // On to the gap by keyboard: the record behind it is shown, which names the one that is missing.
    harness.get_by_label_contains("Chain map of the whole log").focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    let asked = act(&mut harness);
    assert_eq!(asked, [Command::GoToFinding(0, 1)]);
    harness.get_by_label_contains("10\u{202f}077 missing");
    assert_eq!(harness.state().app.selected(), Some(10_077), "rows count on over a gap");
    // The detail stands beside it, on the chain, and says what is not there.
    harness.get_by_label_contains("Record 10\u{202f}077 is not in this file.");
    harness.get_by_label_contains("this record: Access 10\u{202f}078");
    harness.get_by_label("Close the detail").click();
    assert_eq!(act(&mut harness), [Command::ToggleDetail]);
    assert!(harness.query_by_label("Close the detail").is_none());
    harness.state_mut().apply(Command::ToggleDetail);
    harness.run_ok();
    harness.get_by_label_contains("previous record").click();
    act(&mut harness);
    assert_eq!(harness.state().app.selected(), Some(10_076));
    assert!(harness.query_by_label_contains("is not in this file").is_none());
}

#[test]
fn the_map_is_zoomed_by_keys_and_follows_the_record_shown() {
    let desk = Desk::open(&[sample("lending-tampered.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.state_mut().apply(Command::Show(View::Integrity));
    act(&mut harness);
    harness.get_by_label_contains("Chain map of the whole log").focus();
    harness.run_ok();
    for _ in 0..6 {
        harness.key_press(Key::Plus);
        harness.run_ok();
    }
    // The damage that is shown stays in sight; what an arrow moves is the map, not the record.
    harness.get_by_label_contains("Seq 9\u{202f}1");
    harness.key_press(Key::ArrowRight);
    assert_eq!(act(&mut harness), []);
    harness.key_press(Key::Home);
    harness.run_ok();
    harness.get_by_label_contains("Whole log, 20\u{202f}000 records");
    // Another record is shown: the finding is none of it, and its place in the table is let go.
    harness.get_by_label_contains("expected");
    harness.state_mut().apply(Command::Select(5));
    harness.run_ok();
    assert!(harness.query_by_label_contains("expected").is_none());
    harness.state_mut().apply(Command::Select(10_064));
    harness.run_ok();
    harness.run_ok();
    harness.get_by_label_contains("expected");
}

#[test]
fn of_several_bundles_each_has_its_own_integrity() {
    let desk = Desk::open(&[sample("lending.audit.zip"), sample("lending-tampered.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.state_mut().apply(Command::Show(View::Integrity));
    // The worst is shown at first, with its first damage.
    assert_eq!(act(&mut harness), [Command::GoToFinding(1, 0)]);
    harness.get_by_label("Broken: replaced in 1 place, deleted in 1 place, end cut off");
    harness.get_by_label("lending.audit.zip, intact").click();
    assert_eq!(act(&mut harness), [Command::ShowBundle(0)]);
    harness.get_by_label("Every record links; no trusted checkpoint anchors them");
    assert!(harness.query_by_label("Close the detail").is_none(), "the record of the other bundle is not shown here");
    harness.get_by_label("lending-tampered.audit.zip, broken").click();
    act(&mut harness);
    harness.get_by_label("Broken: replaced in 1 place, deleted in 1 place, end cut off");
    harness.get_by_label("Close the detail");
}

#[test]
fn a_version_served_leads_to_its_decisions() {
    let desk = Desk::open(&[sample("lending.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.get_by_label_contains("credit-scoring 2.4.0, 2026-04-17 19:42:07.318").click();
    act(&mut harness);
    let app = &harness.state().app;
    assert_eq!((app.view(), app.filter.kind()), (View::Records, Some(Kind::Decision)));
    assert_eq!(app.filter.text(), "model:credit-scoring version:\"2.4.0\"");
}

#[test]
fn every_tab_of_integrity_can_be_read() {
    let desk = Desk::open(&[sample("lending-tampered.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.state_mut().apply(Command::Show(View::Integrity));
    act(&mut harness);
    for tab in ["Checkpoints", "Segments", "Keys"] {
        harness.get_by_role_and_label(egui::accesskit::Role::Tab, tab).click();
        act(&mut harness);
    }
    // The key that signed is counted and named, whether it is trusted or not.
    harness.get_by_label_contains("5 checkpoints signed, a key from the bundle");
    harness.get_by_role_and_label(egui::accesskit::Role::Button, "Trust a key…").click();
    assert_eq!(act(&mut harness), [Command::Overlay(Overlay::Trust)]);
}

#[test]
fn the_overview_leads_into_records() {
    let desk = Desk::open(&[sample("lending.audit.zip")]);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.get_by_label_contains("The log records incidents").click();
    act(&mut harness);
    let app = &harness.state().app;
    assert_eq!((app.view(), app.filter.kind()), (View::Records, Some(Kind::Incident)));
}

#[test]
fn notes_tags_and_incidents_of_a_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = with_case(folder.path(), "lending.audit.zip");
    desk.apply(Command::Note("Approved by its own deployer.".to_owned(), vec![10_064]));
    desk.apply(Command::Tag("affected".to_owned(), vec![10_064, 10_070]));
    desk.apply(Command::Put(Value::Title { text: "Lending, spring 2026".to_owned() }));
    desk.apply(Command::Put(Value::Incident(Incident {
        id: "INC-1".to_owned(),
        title: "Denials".to_owned(),
        from: None,
        to: None,
        filter: "result:deny".to_owned(),
        on: probity::case::entry::Records::default(),
    })));
    desk.apply(Command::Show(View::Case));
    assert_eq!(desk.app.problems(), []);
    let (mut harness, _) = window(desk, ROOM, Mode::Light);
    harness.get_by_label("Lending, spring 2026");
    harness.get_by_label("Approved by its own deployer.");
    harness.get_by_label("Verify").click();
    assert_eq!(act(&mut harness), [Command::VerifyCase]);
    harness.get_by_label_contains("This case's journal: intact");
    harness.get_by_label("Record 10\u{202f}064").click();
    act(&mut harness);
    assert_eq!((harness.state().app.selected(), harness.state().app.view()), (Some(10_064), View::Records));
    harness.state_mut().apply(Command::Show(View::Case));
    harness.run_ok();
    harness.get_by_label("Undo").click();
    assert_eq!(act(&mut harness), [Command::UndoCase]);
    harness.get_by_role_and_label(egui::accesskit::Role::Tab, "Tags").click();
    act(&mut harness);
    harness.get_by_label_contains("affected.").click();
    act(&mut harness);
    assert_eq!(harness.state().app.filter.text(), "tag:affected");
}

#[test]
fn the_start_view_asks_for_what_is_clicked() {
    let (mut harness, _) = window(Desk::new(), ROOM, Mode::Light);
    harness.get_by_label("Open…").click();
    harness.run_ok();
    harness.get_by_label("Open by path…").click();
    harness.run_ok();
    let asked = std::mem::take(&mut harness.state_mut().asked);
    assert_eq!(asked, [Command::OpenDialog, Command::Overlay(Overlay::Path)]);
}

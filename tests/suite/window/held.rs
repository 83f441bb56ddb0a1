//! Where the keyboard is: on the fault of a filter, on a condition, in a dialog, on a field among the columns; and what is kept of what
//! was typed.

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{Command, Overlay, View};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{count, settle, window};

type Desk = Harness<'static, Window>;

fn desk() -> Desk {
    let (mut desk, _) = window(Some("lending.audit.zip"), Mode::Light);
    desk.state_mut().app.apply(Command::Show(View::Records));
    settle(&mut desk);
    desk
}

fn write(desk: &mut Desk, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    settle(desk);
}

fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    settle(desk);
}

/// What has the keyboard.
fn focused(desk: &Desk) -> String {
    desk.query_by(|node| node.is_focused() && node.label().is_some())
        .and_then(|node| node.accesskit_node().label())
        .unwrap_or_default()
}

#[test]
fn a_wrong_filter_keeps_the_keyboard_and_its_text() {
    let mut desk = desk();
    write(&mut desk, "/");
    write(&mut desk, "result:deny");
    press(&mut desk, Key::Enter);
    let denied = count(&desk);
    write(&mut desk, "/");
    write(&mut desk, "confidense<0.6");
    press(&mut desk, Key::Enter);
    assert_eq!(focused(&desk), "Filter");
    press(&mut desk, Key::I);
    assert_eq!(desk.state().app.overlay(), Overlay::None, "letters go into the text");
    assert_eq!(count(&desk), denied, "what was in force stays so");
    press(&mut desk, Key::Escape);
    desk.state_mut().app.apply(Command::SetFilter("result:deny version>=abc".to_owned()));
    settle(&mut desk);
    assert!(desk.query_by_label_contains("filter result").is_none(), "no condition is accused of another's fault");
    desk.get_by(|node| {
        node.label().as_deref() == Some("Filter") && node.value().as_deref() == Some("result:deny version>=abc")
    });
}

#[test]
fn single_conditions_are_worked_on_by_keyboard() {
    let mut desk = desk();
    let text = |desk: &Desk| desk.state().app.filter.text().to_owned();
    desk.state_mut().app.apply(Command::SetFilter("result:deny kind:decision".to_owned()));
    settle(&mut desk);
    write(&mut desk, "/");
    press(&mut desk, Key::Home);
    press(&mut desk, Key::ArrowLeft);
    assert_eq!(focused(&desk), "filter kind:decision");
    press(&mut desk, Key::ArrowLeft);
    assert_eq!(focused(&desk), "filter result:deny");
    press(&mut desk, Key::N);
    assert_eq!((text(&desk).as_str(), desk.state().app.overlay()), ("-result:deny kind:decision", Overlay::None));
    write(&mut desk, "-");
    assert_eq!(text(&desk), "result:deny kind:decision");
    press(&mut desk, Key::X);
    assert_eq!(desk.state().app.filter.parsed(), "kind:decision");
    press(&mut desk, Key::Delete);
    assert_eq!((text(&desk).as_str(), focused(&desk).as_str()), ("kind:decision", "filter kind:decision"));
    press(&mut desk, Key::ArrowRight);
    assert_eq!(focused(&desk), "Filter");
    press(&mut desk, Key::Home);
    press(&mut desk, Key::ArrowLeft);
    press(&mut desk, Key::Backspace);
    assert_eq!((text(&desk).as_str(), focused(&desk).as_str()), ("", "Filter"));
}

#[test]
fn a_dialog_holds_the_keyboard_and_gives_it_back() {
    for overlay in [Overlay::Settings, Overlay::Save, Overlay::Path, Overlay::Columns] {
        let mut desk = desk();
        press(&mut desk, Key::ArrowDown);
        let before = desk.ctx.memory(egui::Memory::focused);
        assert!(before.is_some());
        desk.state_mut().app.apply(Command::Overlay(overlay));
        settle(&mut desk);
        let (first, mut seen) = (focused(&desk), Vec::new());
        assert!(!first.is_empty(), "{overlay:?} begins somewhere");
        for _ in 0..80 {
            press(&mut desk, Key::Tab);
            seen.push(focused(&desk));
        }
        assert!(seen.contains(&first), "{overlay:?} is gone through in a circle");
        for outside in ["Write a filter", "Show records", "Records", "Close"] {
            assert!(!seen.iter().any(|name| name == outside), "{overlay:?} lets go of the keyboard: {outside}");
        }
        press(&mut desk, Key::Escape);
        assert_eq!(desk.state().app.overlay(), Overlay::None);
        assert_eq!(desk.ctx.memory(egui::Memory::focused), before, "{overlay:?} gives it back");
    }
}

#[test]
fn the_keyboard_stays_on_the_field_that_becomes_a_column() {
    let mut desk = desk();
    desk.state_mut().app.apply(Command::Overlay(Overlay::Columns));
    settle(&mut desk);
    let before = desk.state().app.columns();
    for _ in 0..3 {
        press(&mut desk, Key::ArrowDown);
    }
    let field = focused(&desk);
    press(&mut desk, Key::Space);
    assert_eq!((desk.state().app.columns().len(), focused(&desk)), (before.len() - 1, field.clone()));
    press(&mut desk, Key::Space);
    let mut now = desk.state().app.columns();
    assert_eq!(focused(&desk), field);
    now.sort();
    let mut then = before;
    then.sort();
    assert_eq!(now, then, "twice changes nothing but the order");
}

#[test]
fn a_note_that_is_left_is_there_again_for_the_same_records() {
    let mut desk = desk();
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::N);
    write(&mut desk, "Why so low?");
    press(&mut desk, Key::Escape);
    press(&mut desk, Key::ArrowDown);
    let note = |desk: &Desk| desk.get_by_label("Note").value().unwrap_or_default();
    press(&mut desk, Key::N);
    assert_eq!(note(&desk), "", "other records have a note of their own");
    press(&mut desk, Key::Escape);
    press(&mut desk, Key::ArrowUp);
    press(&mut desk, Key::N);
    assert_eq!(note(&desk), "Why so low?");
    // It is named in the case, and can be gone on with from there.
    press(&mut desk, Key::Escape);
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::Num6);
    desk.get_by_label_contains("Go on with the note on record").click();
    settle(&mut desk);
    assert_eq!(note(&desk), "Why so low?");
    press(&mut desk, Key::Escape);
    desk.get_by_label("Note on the case").focus();
    settle(&mut desk);
    write(&mut desk, "Ask the operator");
    press(&mut desk, Key::Escape);
    press(&mut desk, Key::Num4);
    press(&mut desk, Key::Num6);
    assert_eq!(desk.get_by_label("Note on the case").value().unwrap_or_default(), "Ask the operator");
    desk.get_by_label_contains("Drop the note on record").click();
    settle(&mut desk);
    assert!(desk.query_by_label_contains("Go on with the note").is_none());
}

#[test]
fn a_record_that_does_not_pass_is_told_and_can_be_shown() {
    let mut desk = desk();
    let all = count(&desk);
    desk.state_mut().app.apply(Command::SetFilter("@5".to_owned()));
    settle(&mut desk);
    desk.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut desk);
    write(&mut desk, "@12351");
    desk.key_press(Key::Enter);
    desk.run_steps(3);
    desk.get_by(|node| {
        node.label().is_some_and(|label| {
            label.replace(|c: char| !c.is_ascii(), "") == "Record 12351 does not pass the filter"
                && node.role() == egui::accesskit::Role::Status
        })
    });
    desk.get_by_label("Show all records").click();
    settle(&mut desk);
    assert_eq!(count(&desk), all);
    assert!(desk.state().app.selected().is_some());
    desk.state_mut().app.apply(Command::Undo);
    settle(&mut desk);
    assert_eq!(desk.state().app.filter.text(), "@5");
}

//! What keys do that no field takes: values of facets, and dialogs that are longer than the window.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use probity::app::{Command, Overlay, View};
use probity::record::Kind;
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{sample, settle, sized};

type Desk = Harness<'static, Window>;

fn desk(size: [f32; 2]) -> Desk {
    let (mut desk, _) = sized(&[sample("lending.audit.zip")], Mode::Light, size, 1.0);
    desk.state_mut().app.apply(Command::Show(View::Records));
    settle(&mut desk);
    desk
}

fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    settle(desk);
}

fn write(desk: &mut Desk, text: &str) {
    desk.event(egui::Event::Text(text.to_owned()));
    settle(desk);
}

#[test]
fn a_value_of_a_facet_is_worked_on_by_keys_and_from_the_palette() {
    let mut desk = desk([1440.0, 900.0]);
    desk.state_mut().app.apply(Command::SetKind(Some(Kind::Decision)));
    settle(&mut desk);
    let text = |desk: &Desk| desk.state().app.filter.text().to_owned();
    write(&mut desk, "+");
    assert_eq!(text(&desk), "", "the keyboard is on none");
    desk.get_by(|node| node.label().is_some_and(|label| label.starts_with("deny, "))).focus();
    settle(&mut desk);
    write(&mut desk, "+");
    assert_eq!(text(&desk), "result:deny");
    write(&mut desk, "-");
    assert_eq!(text(&desk), "-result:deny");
    desk.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut desk);
    write(&mut desk, "leave this value");
    press(&mut desk, Key::Enter);
    assert_eq!((text(&desk).as_str(), desk.state().app.overlay()), ("", Overlay::None), "it comes back");
    desk.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut desk);
    write(&mut desk, "value as a condition");
    desk.key_press(Key::Enter);
    let mut copied = None;
    for _ in 0..6 {
        desk.step();
        copied = copied.or_else(|| {
            desk.output().platform_output.commands.iter().find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        });
    }
    assert_eq!(copied.as_deref(), Some("result:deny"));
    desk.state_mut().app.apply(Command::Show(View::Overview));
    settle(&mut desk);
    write(&mut desk, "+");
    assert_eq!(text(&desk), "", "it is not seen there");
}

#[test]
fn long_dialogs_are_gone_through_by_keyboard() {
    for (overlay, last) in [(Overlay::Keys, "Quit"), (Overlay::Settings, "Trust a key…")] {
        let mut desk = desk([683.0, 384.0]);
        desk.state_mut().app.apply(Command::Overlay(overlay));
        settle(&mut desk);
        let bottom = |desk: &Desk| desk.get_by_label(last).rect().bottom();
        let before = bottom(&desk);
        press(&mut desk, Key::PageDown);
        let paged = bottom(&desk);
        assert!(paged < before, "{overlay:?}");
        press(&mut desk, Key::PageUp);
        assert!((bottom(&desk) - before).abs() < 1.0, "{overlay:?}");
        if overlay == Overlay::Keys {
            press(&mut desk, Key::ArrowDown);
            assert!(bottom(&desk) < before);
            press(&mut desk, Key::End);
            let end = bottom(&desk);
            assert!(end < desk.ctx.content_rect().bottom(), "the last one is seen");
            press(&mut desk, Key::PageDown);
            assert!((bottom(&desk) - end).abs() < 1.0, "there is no more");
            press(&mut desk, Key::Home);
            assert!((bottom(&desk) - before).abs() < 1.0);
        }
        assert_eq!(desk.state().app.overlay(), overlay);
    }
}

#[test]
fn the_parsed_filter_is_seen_whatever_was_written() {
    let mut desk = desk([1440.0, 900.0]);
    for (text, parsed) in [("result:deny", "result:deny"), ("not result:deny", "-result:deny")] {
        desk.state_mut().app.apply(Command::SetFilter(text.to_owned()));
        settle(&mut desk);
        desk.get_by_role_and_label(egui::accesskit::Role::Label, parsed);
    }
    desk.state_mut().app.apply(Command::SuspendAll);
    settle(&mut desk);
    desk.get_by_role_and_label(egui::accesskit::Role::Label, "all records");
    assert!(desk.query_by(|node| node.label().is_some_and(|label| label.ends_with("suspended"))).is_some());
}

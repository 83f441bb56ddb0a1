//! An auditor's ways through the window by keyboard alone: from a typed path to a tagged record, from the verdict to the damage, and
//! what happens where there is no bundle, where it disappears, and where the reading is stopped half-way.

use std::path::Path;

use egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use probity::app::{Command, DetailTab, Overlay, View};
use probity::case::{Author, Case};
use probity::jobs::{Progress, Waker};
use probity::sample::{Request, Story, generate};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{count, sample, settle, window};

type Desk = Harness<'static, Window>;

fn write(desk: &mut Desk, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    settle(desk);
}

fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    settle(desk);
}

fn chord(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.key_press_modifiers(modifiers, key);
    settle(desk);
}

/// Opens by a typed path.
fn open(desk: &mut Desk, path: &Path) {
    chord(desk, Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    assert_eq!(desk.state().app.overlay(), Overlay::Path);
    write(desk, path.to_str().unwrap());
    press(desk, Key::Enter);
}

/// Goes on by Tab until something of that name has the focus.
#[track_caller]
fn tab_to(desk: &mut Desk, starts: &str) {
    for _ in 0..120 {
        if desk
            .query_by(|node| node.is_focused() && node.label().is_some_and(|label| label.starts_with(starts)))
            .is_some()
        {
            return;
        }
        press(desk, Key::Tab);
    }
    panic!("the keyboard does not reach {starts}");
}

fn copied(desk: &Desk) -> Option<String> {
    desk.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn from_a_typed_path_to_a_tagged_record() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("matter.probity-case");
    drop(Case::create(&case, Author { actor: "ann".to_owned(), ..Author::default() }).unwrap());
    let (mut desk, _) = window(None, Mode::Light);
    open(&mut desk, &sample("lending.audit.zip"));
    desk.get_by_label_contains("Integrity intact");
    press(&mut desk, Key::Num4);
    let all = count(&desk);
    write(&mut desk, "/");
    write(&mut desk, "model:credit-scoring");
    press(&mut desk, Key::Enter);
    let scored = count(&desk);
    assert!(scored < all && scored > 0);
    // A facet.
    tab_to(&mut desk, "deny, ");
    press(&mut desk, Key::Enter);
    let denied = count(&desk);
    assert!(denied < scored, "{}", desk.state().app.filter.text());
    assert!(desk.state().app.filter.text().ends_with("result:deny"));
    press(&mut desk, Key::X);
    assert_eq!(count(&desk), all);
    press(&mut desk, Key::X);
    // The table: rows, order, two of them compared, and copied.
    press(&mut desk, Key::Escape);
    press(&mut desk, Key::ArrowDown);
    let first = desk.state().app.selected().expect("a record");
    press(&mut desk, Key::ArrowRight);
    press(&mut desk, Key::ArrowRight);
    chord(&mut desk, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(desk.state().app.order().len(), 1, "in the order of its column, the greatest first");
    assert!(desk.state().app.order()[0].descends);
    press(&mut desk, Key::C);
    assert_eq!(desk.state().app.compared(), Some(first));
    // It stands last now.
    press(&mut desk, Key::ArrowUp);
    assert_eq!(desk.state().app.detail_tab(), Some(DetailTab::Compare));
    desk.get_by_label_contains("equal, hidden");
    chord(&mut desk, Modifiers::SHIFT, Key::ArrowUp);
    desk.event(Event::Copy);
    desk.step();
    let text = copied(&desk).expect("a copy");
    assert!(text.contains("Time (UTC)") && text.lines().count() == 3, "a head and two rows: {text}");
    chord(&mut desk, Modifiers::ALT, Key::Num1);
    assert_eq!(desk.state().app.detail_tab(), Some(DetailTab::Fields));
}

#[test]
fn a_record_is_tagged_and_that_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matter.probity-case");
    let mut case = Case::create(&path, Author { actor: "ann".to_owned(), ..Author::default() }).unwrap();
    let evidence = probity::evidence::Evidence::open(
        &[sample("lending.audit.zip")],
        &probity::integrity::Options::default(),
        &probity::index::Choice::default(),
        &Progress::new(Waker::none()),
    );
    case.opened(&evidence.unwrap().logs()[0].index, "window", &[], false).unwrap();
    drop(case);
    let (mut desk, _) = window(None, Mode::Light);
    open(&mut desk, &path);
    assert_eq!(desk.state().app.problems(), []);
    press(&mut desk, Key::Num4);
    press(&mut desk, Key::ArrowDown);
    press(&mut desk, Key::T);
    assert_eq!(desk.state().app.overlay(), Overlay::Tag);
    write(&mut desk, "doubtful");
    press(&mut desk, Key::Enter);
    let tags = |desk: &Desk| desk.state().app.session().unwrap().case().unwrap().state.items().len();
    write(&mut desk, "/");
    write(&mut desk, "tag:doubtful");
    press(&mut desk, Key::Enter);
    assert_eq!(count(&desk), 1, "{} items", tags(&desk));
    // First the filter goes, then the tag.
    chord(&mut desk, Modifiers::COMMAND, Key::Z);
    assert_eq!(count(&desk), 20_000);
    chord(&mut desk, Modifiers::COMMAND, Key::Z);
    desk.state_mut().app.apply(Command::SetFilter("tag:doubtful".to_owned()));
    settle(&mut desk);
    assert_eq!(count(&desk), 0);
}

#[test]
fn from_the_verdict_to_the_edited_record_in_one_key() {
    let (mut desk, _) = window(None, Mode::Dark);
    open(&mut desk, &sample("lending-tampered.audit.zip"));
    desk.get_by_label_contains("Integrity broken in 1 place");
    press(&mut desk, Key::Num2);
    let shown = |desk: &Desk| {
        let row = desk.state().app.selected().expect("a record");
        desk.state().app.session().unwrap().evidence().seqs().seq(row)
    };
    assert_eq!((desk.state().app.view(), shown(&desk)), (View::Integrity, Some(10_064)));
    assert_eq!(desk.state().app.detail_tab(), Some(DetailTab::Chain));
    // The next one is a gap: the record behind it is shown, and back.
    write(&mut desk, "]");
    assert_eq!(shown(&desk), Some(10_078));
    write(&mut desk, "[");
    assert_eq!(shown(&desk), Some(10_064));
}

#[test]
fn what_is_no_bundle_is_said_and_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear auditor").unwrap();
    let (mut desk, camera) = window(None, Mode::Light);
    open(&mut desk, &letter);
    assert_eq!(desk.state().app.problems().len(), 1);
    assert!(desk.query_all_by_label_contains("letter.txt").count() > 0);
    camera.keep(&desk, "start-problem-light");
    tab_to(&mut desk, "Dismiss");
    press(&mut desk, Key::Enter);
    assert_eq!(desk.state().app.problems(), []);
    // Nor does it become one because the key of a log is trusted, whose name it could be read under.
    desk.state_mut().app.settings.trusted.push(sample("lending.vkey"));
    open(&mut desk, &letter);
    assert!(desk.state().app.session().is_none() && desk.state().app.settings.recent.is_empty());
    assert_eq!(desk.state().app.problems().len(), 1);
    press(&mut desk, Key::Escape);
    assert_eq!(desk.state().app.problems(), []);
}

#[test]
fn a_bundle_that_disappears_is_missed_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("lending.audit.zip");
    std::fs::copy(sample("lending.audit.zip"), &bundle).unwrap();
    let (mut desk, camera) = window(None, Mode::Light);
    open(&mut desk, &bundle);
    press(&mut desk, Key::Num4);
    std::fs::remove_file(&bundle).unwrap();
    press(&mut desk, Key::ArrowDown);
    desk.get_by_label_contains("The record cannot be read");
    // What is in the index still answers.
    write(&mut desk, "/");
    write(&mut desk, "result:deny");
    press(&mut desk, Key::Enter);
    assert!(count(&desk) > 0);
    camera.keep(&desk, "records-disappeared-light");
    // What needs the file says which it is.
    write(&mut desk, "/");
    write(&mut desk, " \"no such words\"");
    press(&mut desk, Key::Enter);
    let error = desk.state().app.session().unwrap().answered.error.clone().expect("an error");
    assert!(error.contains("lending.audit.zip"), "{error}");
    desk.get_by_label("The last question has no answer");
    println!("{error}");
}

#[test]
fn a_reading_that_is_stopped_says_so_and_can_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("large.audit.zip");
    let request = Request { story: Story::None, records: 60_000, seed: 1 };
    generate(&request, &bundle, probity::bundle::writer::Form::Zip, &Progress::new(Waker::none())).unwrap();
    let (mut desk, camera) = window(None, Mode::Light);
    desk.state_mut().app.settings.cache = Some(folder.path().to_owned());
    desk.state_mut().app.apply(Command::Open(vec![bundle]));
    desk.key_press(Key::Escape);
    settle(&mut desk);
    desk.get_by_label_contains("Stopped: no verdict");
    camera.keep(&desk, "stopped-overview-light");
    for (key, name) in [(Key::Num2, "integrity"), (Key::Num4, "records")] {
        press(&mut desk, key);
        camera.keep(&desk, &format!("stopped-{name}-light"));
    }
    // A part is not exported, and that is said.
    chord(&mut desk, Modifiers::COMMAND, Key::E);
    assert_eq!(desk.state().app.overlay(), Overlay::None);
    assert!(desk.query_all_by_label_contains("The log is not read to its end").count() > 0);
    chord(&mut desk, Modifiers::COMMAND, Key::K);
    write(&mut desk, "read all");
    press(&mut desk, Key::Enter);
    settle(&mut desk);
    assert_eq!(desk.state().app.session().unwrap().evidence().rows(), 60_000);
    desk.get_by_label_contains("Integrity intact");
}

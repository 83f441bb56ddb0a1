//! Ways through the records: facets, the table, the detail, by mouse, by keyboard and through the accessibility tree.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::window::picture::{Camera, harness};
use egui::{Key, Modifiers, Rect, Ui, UiBuilder, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{App, Command, DetailTab, Overlay};
use probity::record::Kind;
use probity::ui::theme::Mode;
use probity::ui::views::records;

/// The view in a window of its own, where the shell would put it.
struct Window {
    app: App,
    view: records::State,
}

/// Room of the shell: bar and verdict above, rail left, overview and status below.
const SHELL: [f32; 3] = [96.0, 64.0, 88.0];

fn frame(ui: &mut Ui, window: &mut Window) {
    window.app.tick();
    let all = ui.ctx().content_rect();
    let room = Rect::from_min_max(
        pos2(all.left() + SHELL[1], all.top() + SHELL[0]),
        pos2(all.right(), all.bottom() - SHELL[2]),
    );
    let mut inner = ui.new_child(UiBuilder::new().max_rect(room));
    let mut commands = Vec::new();
    records::show(&mut inner, &window.app, &mut window.view, &mut commands);
    for command in commands {
        window.app.apply(command);
    }
}

fn open(name: &str) -> App {
    let mut app = crate::window::app();
    let bundle = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
    app.apply(Command::Open(vec![bundle]));
    settle(&mut app);
    assert_eq!(app.problems(), []);
    app
}

#[track_caller]
fn settle(app: &mut App) {
    let start = Instant::now();
    loop {
        app.tick();
        let is_busy = app.opening().is_some()
            || app.session().is_some_and(|session| session.is_busy() || !session.answered.is_done);
        if !is_busy {
            app.tick();
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "it never ends");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn window(app: App, size: impl Into<Vec2>, mode: Mode) -> (Harness<'static, Window>, Camera) {
    let (builder, camera) = harness(size, mode, 1.0);
    let window = Window { app, view: records::State::default() };
    let mut harness = builder.build_ui_state(frame, window);
    calm(&mut harness);
    (harness, camera)
}

/// Draws until nothing changes any more, with all questions answered.
fn calm(harness: &mut Harness<'_, Window>) {
    for _ in 0..3 {
        harness.run_ok();
        settle(&mut harness.state_mut().app);
    }
    harness.run_ok();
    harness.check_accessibility();
}

fn rows(harness: &Harness<'_, Window>) -> u32 {
    harness.state().app.session().unwrap().answered.rows.as_ref().unwrap().count()
}

fn credit(app: &mut App) {
    app.apply(Command::SetKind(Some(Kind::Decision)));
    app.apply(Command::SetFilter("model:credit-scoring version:2.4.0".to_owned()));
    settle(app);
}

const SIZE: Vec2 = vec2(1440.0, 900.0);

#[test]
fn a_facet_filters_negates_and_lets_go() {
    let mut app = open("lending.audit.zip");
    app.apply(Command::SetKind(Some(Kind::Decision)));
    settle(&mut app);
    let (mut harness, _) = window(app, SIZE, Mode::Light);
    let all = rows(&harness);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("deny, "))).click();
    calm(&mut harness);
    let denied = rows(&harness);
    assert!(denied < all && denied > 0);
    assert_eq!(harness.state().app.filter.text(), "result:deny");
    // A second value of the field is one or the other.
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("refer, "))).click();
    calm(&mut harness);
    assert_eq!(harness.state().app.filter.text(), "(result:deny or result:refer)");
    assert!(rows(&harness) > denied);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("refer, "))).click();
    calm(&mut harness);
    let node = harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("deny, ")));
    node.click_modifiers(Modifiers::ALT);
    calm(&mut harness);
    assert_eq!((harness.state().app.filter.text(), rows(&harness)), ("-result:deny", all - denied));
    harness
        .get_by(|node| node.label().is_some_and(|label| label.starts_with("deny, ") && label.ends_with("left out")))
        .click();
    calm(&mut harness);
    assert_eq!(rows(&harness), all);
}

#[test]
fn a_value_that_is_chosen_stays_in_its_list() {
    let mut app = open("lending.audit.zip");
    app.apply(Command::SetKind(Some(Kind::Access)));
    settle(&mut app);
    let facet = app.session().unwrap().answered.facets["user"].as_ref().unwrap();
    assert!(facet.values.len() > 8, "{}", facet.values.len());
    let rare = facet.values.last().unwrap().clone();
    let (mut harness, _) = window(app, SIZE, Mode::Light);
    let label = format!("{}, ", rare.text);
    let row = |harness: &Harness<'_, Window>| {
        let node = harness.query_by(|node| node.label().is_some_and(|text| text.starts_with(&label)))?;
        node.accesskit_node().label()
    };
    assert_eq!(row(&harness), None, "it is none of the first");
    harness.state_mut().app.apply(Command::SetFilter(format!("user:{}", rare.text)));
    calm(&mut harness);
    assert_eq!(row(&harness), Some(format!("{label}{}", rare.count)));
    // Nothing is left of it: it can be taken back all the same.
    harness.state_mut().app.apply(Command::ToggleCondition("rows>99999999".to_owned()));
    calm(&mut harness);
    assert_eq!((rows(&harness), row(&harness)), (0, Some(format!("{label}0"))));
    harness.get_by(|node| node.label().is_some_and(|text| text.starts_with(&label))).click();
    calm(&mut harness);
    assert_eq!(harness.state().app.filter.text(), "rows>99999999");
    assert_eq!(row(&harness), None);
}

#[test]
fn rows_are_walked_opened_sorted_and_copied_by_keyboard() {
    let mut app = open("lending.audit.zip");
    credit(&mut app);
    let (mut harness, _) = window(app, SIZE, Mode::Light);
    let first = harness.state().app.session().unwrap().answered.rows.as_ref().unwrap().row(0).unwrap();
    harness.get_by_label("Records").focus();
    calm(&mut harness);
    for key in [Key::ArrowDown, Key::ArrowUp, Key::ArrowDown, Key::ArrowDown] {
        harness.key_press(key);
        calm(&mut harness);
    }
    let selected = harness.state().app.selected().expect("a record");
    let place = harness.state().app.session().unwrap().answered.rows.as_ref().unwrap().selection.position(selected);
    assert!(selected > first && place.is_some_and(|place| place >= 1));
    harness.state_mut().app.apply(Command::ToggleDetail);
    calm(&mut harness);
    assert_eq!(harness.state().app.detail_tab(), None);
    harness.key_press(Key::Enter);
    calm(&mut harness);
    assert_eq!(harness.state().app.detail_tab(), Some(DetailTab::Fields));
    harness.get_by_role_and_label(egui::accesskit::Role::ColumnHeader, "Confidence").click();
    calm(&mut harness);
    assert_eq!(harness.state().app.order().len(), 1);
    let session = harness.state().app.session().unwrap();
    assert!(session.answered.rows.as_ref().unwrap().order.is_some());
    // The record that is shown stays under the cursor wherever it went.
    assert_eq!(harness.state().app.selected(), Some(selected));
}

#[test]
fn a_record_is_read_in_every_part_of_the_detail() {
    let mut app = open("lending.audit.zip");
    app.apply(Command::Select(4_711));
    settle(&mut app);
    let (mut harness, _) = window(app, SIZE, Mode::Light);
    assert!(harness.query_by_label_contains("hash matches").is_some());
    for tab in ["Raw", "Chain", "Lineage", "Fields"] {
        harness.get_by_label(tab).click();
        calm(&mut harness);
    }
    harness.get_by_label("Chain").click();
    calm(&mut harness);
    assert!(harness.query_by_label_contains("Path to signed root").is_some());
    harness.get_by_label_contains("next record").click();
    calm(&mut harness);
    assert_eq!(harness.state().app.selected(), Some(4_712));
}

#[test]
fn a_decision_is_traced_to_what_it_comes_from() {
    for (mode, name) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        let mut app = open("lending.audit.zip");
        app.apply(Command::Select(10_170));
        app.apply(Command::ShowDetail(DetailTab::Lineage));
        settle(&mut app);
        let (mut harness, camera) = window(app, SIZE, mode);
        camera.keep(&harness, &format!("records-lineage-{name}"));
        assert!(harness.query_by_label("Approved before by somebody else: differs").is_some());
        assert!(harness.query_by_label("Artefact deployed is the one trained: agrees").is_some());
        harness.set_size(vec2(1024.0, 640.0));
        calm(&mut harness);
        camera.keep(&harness, &format!("records-lineage-small-{name}"));
        harness.set_size(vec2(1440.0, 2600.0));
        calm(&mut harness);
        camera.keep(&harness, &format!("records-lineage-long-{name}"));
        harness.get_by_label("7\u{202f}798").click();
        calm(&mut harness);
        assert_eq!(harness.state().app.selected(), Some(7_798));
        assert!(harness.query_by_label_contains("A lineage is of a decision").is_some());
    }
}

#[test]
fn two_records_are_compared() {
    let mut app = open("lending.audit.zip");
    credit(&mut app);
    let rows = app.session().unwrap().answered.rows.clone().unwrap();
    app.apply(Command::Select(rows.row(1).unwrap()));
    app.apply(Command::Compare(rows.row(0).unwrap()));
    settle(&mut app);
    let (mut harness, _) = window(app, SIZE, Mode::Light);
    assert!(harness.query_by_label_contains("equal, hidden").is_some());
    harness.get_by_label_contains("Show ").click();
    calm(&mut harness);
    assert!(harness.query_by_label_contains("equal, shown").is_some());
}

#[test]
fn nothing_to_see_says_why_and_offers_the_way_out() {
    let mut app = open("lending.audit.zip");
    app.apply(Command::SetFilter("result:deny confidence>2".to_owned()));
    settle(&mut app);
    let (mut harness, camera) = window(app, SIZE, Mode::Light);
    assert_eq!(rows(&harness), 0);
    camera.keep(&harness, "records-empty-light");
    harness.get_by_label("Suspend all conditions").click();
    calm(&mut harness);
    assert_eq!(rows(&harness), 20_000);
}

#[test]
fn columns_are_chosen() {
    let mut app = open("lending.audit.zip");
    credit(&mut app);
    app.apply(Command::Overlay(Overlay::Columns));
    let (mut harness, camera) = window(app, SIZE, Mode::Light);
    camera.keep(&harness, "records-columns-light");
    let before = harness.state().app.columns().len();
    harness.get_by_label("Search fields").type_text("region");
    calm(&mut harness);
    harness.get_by_label("input.metadata.region").click();
    calm(&mut harness);
    assert_eq!(harness.state().app.columns().len(), before + 1);
    harness.get_by_label("One column less stands still").click();
    calm(&mut harness);
    assert_eq!(harness.state().app.layout().and_then(|layout| layout.frozen), Some(2));
    harness.get_by_label("Reset columns").click();
    calm(&mut harness);
    assert_eq!((harness.state().app.columns().len(), harness.state().app.layout()), (before, None));
    harness.get_by_label("Done").click();
    calm(&mut harness);
    assert_eq!(harness.state().app.overlay(), Overlay::None);
}

#[test]
fn columns_are_chosen_and_moved_by_keyboard() {
    let mut app = open("lending.audit.zip");
    credit(&mut app);
    let usual = app.columns();
    app.apply(Command::Overlay(Overlay::Columns));
    let (mut harness, camera) = window(app, SIZE, Mode::Light);
    let press = |harness: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key| {
        harness.key_press_modifiers(modifiers, key);
        calm(harness);
    };
    let focused = |harness: &Harness<'_, Window>| {
        harness
            .query_by(|node| node.is_focused() && node.label().is_some())
            .and_then(|node| node.accesskit_node().label())
    };
    let top = harness.get_by_label("Done").rect().top();
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&harness).as_deref(), Some(usual[0].as_str()));
    press(&mut harness, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(harness.state().app.columns()[..2], [usual[1].clone(), usual[0].clone()]);
    assert_eq!(focused(&harness).as_deref(), Some(usual[0].as_str()), "the keyboard goes with the column");
    press(&mut harness, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(harness.state().app.columns(), usual);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert_eq!(harness.state().app.columns(), usual[1..]);
    assert_eq!(focused(&harness).as_deref(), Some(usual[0].as_str()), "the same field, no column now");
    for _ in 0..usual.len() + 20 {
        press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    }
    let far = focused(&harness).expect("a field far down");
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert_eq!(harness.state().app.columns().last(), Some(&far));
    camera.keep(&harness, "records-columns-keyboard-light");
    // What fits what is typed: the dialog stays as it is, and Enter takes the first.
    harness.get_by_label("Search fields").focus();
    harness.get_by_label("Search fields").type_text("region");
    calm(&mut harness);
    assert_eq!(harness.get_by_label("Done").rect().top().to_bits(), top.to_bits());
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().app.columns().last().map(String::as_str), Some("input.metadata.region"));
    harness.get_by_label("Search fields").type_text("no such field");
    calm(&mut harness);
    assert_eq!(harness.get_by_label("Done").rect().top().to_bits(), top.to_bits());
    camera.keep(&harness, "records-columns-none-light");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().app.overlay(), Overlay::None);
}

#[test]
fn of_several_bundles_each_record_names_its_own() {
    let (mut harness, _) = window(open("lending.audit.zip"), SIZE, Mode::Light);
    let has_column = |harness: &Harness<'_, Window>| {
        harness.query_by_role_and_label(egui::accesskit::Role::ColumnHeader, "Bundle").is_some()
    };
    assert!(!has_column(&harness), "one bundle needs no name in each row");
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    harness.state_mut().app.apply(Command::Add(vec![samples.join("lending-tampered.audit.zip")]));
    calm(&mut harness);
    assert!(has_column(&harness));
    // The record that was replaced is in both: the copies stand one behind the other, each with its bundle.
    harness.state_mut().app.apply(Command::SetFilter("@10064".to_owned()));
    calm(&mut harness);
    assert_eq!(rows(&harness), 2);
    harness.get_by_label_contains("lending-tampered.audit.zip");
}

#[test]
fn pictures_to_be_looked_at() {
    for (mode, name) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        let mut app = open("lending.audit.zip");
        credit(&mut app);
        app.apply(Command::SetFilter("model:credit-scoring -result:approve time:2026-04..2026-06".to_owned()));
        settle(&mut app);
        let rows = app.session().unwrap().answered.rows.clone().unwrap();
        app.apply(Command::Select(rows.row(rows.count() / 2).unwrap()));
        settle(&mut app);
        let (mut harness, camera) = window(app, SIZE, mode);
        camera.keep(&harness, &format!("records-{name}"));
        for (tab, part) in [(DetailTab::Raw, "raw"), (DetailTab::Chain, "chain")] {
            harness.state_mut().app.apply(Command::ShowDetail(tab));
            calm(&mut harness);
            camera.keep(&harness, &format!("records-{part}-{name}"));
        }
        harness.state_mut().app.apply(Command::Compare(rows.row(0).unwrap()));
        calm(&mut harness);
        camera.keep(&harness, &format!("records-compare-{name}"));
    }
    let mut app = open("lending-tampered.audit.zip");
    let damaged = *app.session().unwrap().facts().damage.keys().next().expect("damage");
    app.apply(Command::Select(damaged));
    app.apply(Command::ShowDetail(DetailTab::Chain));
    settle(&mut app);
    let (mut harness, camera) = window(app, SIZE, Mode::Light);
    camera.keep(&harness, "records-damaged-light");
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    harness.state_mut().app.apply(Command::Add(vec![samples.join("lending.audit.zip")]));
    calm(&mut harness);
    camera.keep(&harness, "records-several-light");
    harness.set_size(vec2(1024.0, 640.0));
    calm(&mut harness);
    camera.keep(&harness, "records-small-light");
}

//! Ways through logs that were made for the purpose: hidden characters, sealed values, many models or none, numbers, notes.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::{Command, DetailTab, View};
use probity::record::Kind;
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{over, sample, settle};
use crate::common::{self, Export, Log};

/// A bundle of these records in a folder.
fn bundle(folder: &Path, records: Vec<String>, disclosures: &str) -> PathBuf {
    let log = Log::of(records.into_iter().map(String::into_bytes), 1000);
    let mut export = Export::whole(&log);
    if !disclosures.is_empty() {
        export = export.with("disclosures.jsonl", disclosures);
    }
    let path = folder.join("made.audit.zip");
    std::fs::write(&path, common::zip(&export.files())).expect("a file");
    path
}

fn opened(path: &Path) -> Harness<'static, Window> {
    let (harness, _) = over(&[path.to_owned()], Mode::Light);
    assert_eq!(harness.state().app.problems(), []);
    harness
}

fn apply(harness: &mut Harness<'_, Window>, commands: impl IntoIterator<Item = Command>) {
    for command in commands {
        harness.state_mut().app.apply(command);
    }
    settle(harness);
}

fn time(n: usize) -> String {
    format!("2026-03-{:02}T{:02}:00:00Z", 1 + n / 24, n % 24)
}

#[test]
fn hidden_characters_are_named_wherever_a_record_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let user = "inv\u{202e}ecilla\u{200b}\n\0";
    let named_json = serde_json::to_string(user).expect("JSON");
    let records = (0..3).map(|n| {
        let user = if n == 2 { "\"plain\"" } else { &named_json };
        format!(
            r#"{{"kind":"decision","timestamp":"{}","audit_id":"d-\u202e{n}","model":{{"id":"m"}},"input":{{"metadata":{{"region":{user}}}}},"output":{{"result":"x"}},"context":{{"user_id":{user}}}}}"#,
            time(n)
        )
    });
    let mut harness = opened(&bundle(folder.path(), records.collect(), ""));
    let named = "inv‹U+202E›ecilla‹U+200B›‹U+000A›‹U+0000›";
    apply(&mut harness, [Command::Show(View::Records), Command::SetKind(Some(Kind::Decision)), Command::Select(1)]);
    // A cell, a facet, a member, the id in the head.
    harness.get_all_by_role_and_label(egui::accesskit::Role::Cell, named).next().expect("a cell");
    harness.get_by_label(&format!("{named}, 2"));
    assert!(harness.query_all_by_label_contains("inv‹U+202E›ecilla").count() > 3);
    harness.get_by_label("d-‹U+202E›1");
    // A condition of the filter.
    harness.get_by_label(&format!("{named}, 2")).click();
    settle(&mut harness);
    let text = harness.state().app.filter.text();
    assert!(text.contains("\\u{202e}") && !text.contains('\u{202e}'), "it is written so that it does not act: {text}");
    assert!(
        harness.query_all_by_label_contains("filter region:").count()
            + harness.query_all_by_label_contains("filter input").count()
            > 0
    );
    assert!(
        harness
            .query_all_by(|node| node
                .label()
                .is_some_and(|label| label.starts_with("filter ") && label.contains("\\u{202e}")))
            .next()
            .is_some()
    );
    // Nowhere do they act, but in the field where the filter is typed.
    apply(&mut harness, [Command::ShowDetail(DetailTab::Raw)]);
    let acts: Vec<String> = harness
        .query_all_by(|node| {
            let texts = [node.label(), node.value()];
            node.role() != egui::accesskit::Role::TextInput
                && node.role() != egui::accesskit::Role::TextRun
                && texts.into_iter().flatten().any(|text| text.contains(['\u{202e}', '\u{200b}', '\0']))
        })
        .map(|node| format!("{node:?}"))
        .collect();
    assert!(acts.is_empty(), "{}", acts.join("\n"));
}

fn decision(n: usize, model: &str, version: &str) -> String {
    let version = if version.is_empty() { String::new() } else { format!(r#","version":"{version}""#) };
    let time = time(n);
    format!(
        r#"{{"kind":"decision","timestamp":"{time}","audit_id":"d-{n}","model":{{"id":"{model}"{version}}},"input":{{}},"output":{{"result":"x"}}}}"#
    )
}

#[test]
fn the_overview_has_room_for_many_models_and_for_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let many = (0..20).flat_map(|model| (0..=model).map(move |n| (model, n)));
    let records = many.enumerate().map(|(n, (model, at))| {
        let version = if model == 19 { "" } else { ["1.0", "1.1"][at % 2] };
        decision(n, &format!("model-{model:02}"), version)
    });
    let (harness, camera) = over(&[bundle(folder.path(), records.collect(), "")], Mode::Light);
    camera.keep(&harness, "overview-models-light");
    let service = &harness.state().app.session().unwrap().facts().service;
    assert_eq!((service.models.len(), service.more, service.models[0].id.as_str()), (6, 14, "model-19"));
    assert!(service.models[0].spans.is_empty() && service.models[1].spans.len() == 2, "{service:?}");
    let mut harness = harness;
    harness.get_by_label("and 14 more").click_accesskit();
    settle(&mut harness);
    let app = &harness.state().app;
    assert_eq!((app.view(), app.filter.kind()), (View::Records, Some(Kind::Decision)));

    let folder = tempfile::tempdir().expect("a folder");
    let records = (0..5).map(|n| {
        format!(r#"{{"kind":"log","timestamp":"{}","audit_id":"l-{n}","event":"started","origin":"x"}}"#, time(n))
    });
    let harness = opened(&bundle(folder.path(), records.collect(), ""));
    assert!(harness.query_by_label("Models and versions served").is_none());
    assert!(harness.query_by_label("people").is_none());
}

#[test]
fn sealed_members_say_what_became_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (shown, seal) = common::sealed(&[1; 16], "data", r#"{"name":"Ada"}"#);
    let (other, second) = common::sealed(&[2; 16], "note", "1");
    let (_, third) = common::sealed(&[3; 16], "data", "2");
    let (_, fourth) = common::sealed(&[4; 16], "data", "3");
    let record = |n: usize, input: &str| {
        let time = time(n);
        format!(
            r#"{{"kind":"decision","timestamp":"{time}","audit_id":"d-{n}","model":{{"id":"m"}},"input":{{{input}}},"output":{{"result":"x"}}}}"#
        )
    };
    let records = vec![
        record(0, &format!(r#""data":{seal},"note":{second}"#)),
        record(1, &format!(r#""data":{third}"#)),
        record(2, &format!(r#""data":{fourth}"#)),
        format!(
            r#"{{"kind":"erasure","timestamp":"{}","audit_id":"e-1","seq":2,"pointer":"/input/data","basis":"b","authorised_by":"u"}}"#,
            time(3)
        ),
    ];
    // The second member is disclosed by what does not fit it.
    let disclosures =
        common::disclosure_line(0, "/input/data", &shown) + &common::disclosure_line(0, "/input/note", &(other + "x"));
    let mut harness = opened(&bundle(folder.path(), records, &disclosures));
    apply(&mut harness, [Command::Show(View::Records), Command::Select(0)]);
    harness.get_by_label("sealed, disclosure present");
    harness.get_by_label("sealed, its disclosure does not fit");
    assert!(harness.query_by_label_contains("Ada").is_none(), "it is shown when it is asked for");
    harness.get_by_label("Show").click();
    settle(&mut harness);
    harness.get_by_label(r#"{"name":"Ada"}"#);
    harness.get_by_label("fits its seal");
    apply(&mut harness, [Command::Select(1)]);
    harness.get_by_label("sealed, not disclosed");
    apply(&mut harness, [Command::Select(2)]);
    harness.get_by_label("erased");
    harness.get_by_role_and_label(egui::accesskit::Role::Link, "3").click();
    settle(&mut harness);
    assert_eq!(harness.state().app.selected(), Some(3));
}

#[test]
fn a_range_of_numbers_is_chosen_by_mouse_and_by_keyboard() {
    let (mut harness, camera) = over(&[sample("lending.audit.zip")], Mode::Light);
    apply(&mut harness, [Command::Show(View::Records), Command::SetKind(Some(Kind::Decision))]);
    let all = rows(&harness);
    let plot = harness.get_by_label_contains("Confidence: ").rect();
    camera.keep(&harness, "records-numbers-light");
    let at = |share: f32| plot.left_center() + vec2(4.0 + (plot.width() - 8.0) * share, 0.0);
    harness.drag_at(at(0.25));
    harness.step();
    harness.hover_at(at(0.4));
    harness.step();
    harness.hover_at(at(0.5));
    harness.step();
    harness.drop_at(at(0.5));
    settle(&mut harness);
    let text = harness.state().app.filter.text().to_owned();
    assert!(text.starts_with("confidence:0.") && text.contains(".."), "{text}");
    let chosen = rows(&harness);
    assert!(chosen > 0 && chosen < all, "{chosen} of {all}");
    camera.keep(&harness, "records-numbers-chosen-light");
    // What is counted is not what is chosen of it.
    let spread = &harness.state().app.session().unwrap().answered.spreads["confidence"];
    assert_eq!(spread.as_ref().map(|spread| spread.with + spread.without), Ok(all));
    // The upper edge goes up by a stretch, in place of what was chosen.
    harness.get_by_label_contains("Confidence to ").focus();
    settle(&mut harness);
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    assert_ne!(harness.state().app.filter.text(), text);
    assert_eq!(harness.state().app.filter.query().chips.len(), 1);
    assert!(rows(&harness) > chosen);
    // A click on what is chosen lets it go.
    let middle = at(0.4);
    harness.hover_at(middle);
    harness.step();
    harness.drag_at(middle);
    harness.step();
    harness.drop_at(middle);
    settle(&mut harness);
    assert_eq!((harness.state().app.filter.text(), rows(&harness)), ("", all));
}

fn rows(harness: &Harness<'_, Window>) -> u32 {
    harness.state().app.session().unwrap().answered.rows.as_ref().unwrap().count()
}

#[test]
fn a_note_is_written_anew_and_deleted_in_the_detail() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("matter.probity-case");
    let author = probity::case::Author { actor: "auditor-03".to_owned(), ..probity::case::Author::default() };
    let mut case = probity::case::Case::create(&path, author).expect("a case");
    let evidence = probity::evidence::Evidence::open(
        &[sample("lending.audit.zip")],
        &probity::integrity::Options::default(),
        &probity::index::Choice::default(),
        &probity::integrity::Unwatched,
    )
    .expect("evidence");
    case.opened(&evidence.logs()[0].index, "window", &[], false).expect("recorded");
    drop((case, evidence));
    let (mut harness, camera) = over(&[path], Mode::Light);
    let long: Vec<String> = (1..=9).map(|n| format!("line {n}")).collect();
    apply(
        &mut harness,
        [Command::Show(View::Records), Command::Select(10_064), Command::Note(long.join("\n"), vec![10_064])],
    );
    // Enter on the note begins it anew, Ctrl+Enter keeps what was typed.
    harness.get_by_label("Edit the note").focus();
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert!(harness.get_by_label("Text of the note").accesskit_node().is_focused());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::End);
    harness.event(egui::Event::Text(" at the end".to_owned()));
    settle(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut harness);
    assert!(harness.query_by_label("Text of the note").is_none());
    harness.get_by_label_contains("line 9 at the end");
    // Esc leaves it as it was.
    harness.get_by_label("Edit this note").click_accesskit();
    settle(&mut harness);
    harness.event(egui::Event::Text("nonsense".to_owned()));
    settle(&mut harness);
    assert!(harness.query_by_label("Text of the note").is_some());
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label("Text of the note").is_none());
    assert!(harness.query_by_label_contains("nonsense").is_none());
    // The case shows six lines of it at first.
    apply(&mut harness, [Command::Show(View::Case)]);
    camera.keep(&harness, "case-note-light");
    harness.get_by_label("more").click();
    settle(&mut harness);
    harness.get_by_label("less").click();
    settle(&mut harness);
    harness.get_by_label("more");
    apply(&mut harness, [Command::Show(View::Records)]);
    harness.get_by_label("Delete this note").click_accesskit();
    settle(&mut harness);
    assert!(harness.query_by_label("Edit the note").is_none());
}

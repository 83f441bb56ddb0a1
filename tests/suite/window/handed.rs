//! What is handed out from the window: exports and slices by keyboard, what the sidecar's filter and command make again, what is refused,
//! and what stopping leaves.

use std::path::{Path, PathBuf};

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::app::handed::{Deed, Form, Wanted};
use probity::app::{Command, Overlay, View};
use probity::case::entry::Action;
use probity::case::{Author, Case};
use probity::evidence::Evidence;
use probity::integrity::{Options, Unwatched, verify};
use probity::record::Kind;
use probity::report::export;
use probity::report::stream::{Stream, StreamPrinter, StreamWriter};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;
use serde_json::Value;

use super::picture::Camera;
use super::room::faults;
use super::shell::{count, over, sample, settle, sized};
use crate::desk::Desk as Folder;

pub(super) type Desk = Harness<'static, Window>;

/// As [`settle`], with what is handed out.
#[track_caller]
pub(super) fn rest(desk: &mut Desk) {
    loop {
        settle(desk);
        if !desk.state().app.is_handing() {
            return settle(desk);
        }
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
}

pub(super) fn write(desk: &mut Desk, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    rest(desk);
}

pub(super) fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    rest(desk);
}

pub(super) fn chord(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.key_press_modifiers(modifiers, key);
    rest(desk);
}

pub(super) fn apply(desk: &mut Desk, commands: impl IntoIterator<Item = Command>) {
    for command in commands {
        desk.state_mut().app.apply(command);
    }
    rest(desk);
}

/// A window over a bundle in a folder of its own.
pub(super) fn opened(name: &str) -> (Folder, Desk, Camera) {
    let folder = Folder::new();
    let bundle = folder.path("lending.audit.zip");
    std::fs::copy(sample(name), &bundle).unwrap();
    let (desk, camera) = over(&[bundle], Mode::Light);
    (folder, desk, camera)
}

pub(super) fn files(folder: &Folder) -> Vec<String> {
    let kept = |name: &String| !matches!(name.as_str(), "home" | "cache" | "lending.audit.zip");
    folder.names().into_iter().filter(kept).collect()
}

pub(super) fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The name that stands in the dialog.
pub(super) fn typed(desk: &Desk) -> String {
    let field = desk.get_by(|node| node.label().as_deref() == Some("File") && node.value().is_some());
    field.accesskit_node().value().unwrap_or_default()
}

/// Whether the dialog says that.
pub(super) fn says(desk: &Desk, text: &str) -> bool {
    desk.query_all_by(|node| {
        let texts = [node.label(), node.value()];
        texts.into_iter().flatten().any(|said| said.replace(['\u{202f}', '\u{a0}'], " ").contains(text))
    })
    .count()
        > 0
}

/// Goes on until that is told, which it is for a few seconds only.
#[track_caller]
pub(super) fn until(desk: &mut Desk, text: &str) {
    let start = std::time::Instant::now();
    while !says(desk, text) {
        assert!(start.elapsed() < std::time::Duration::from_secs(60), "it is never told: {text}");
        std::thread::sleep(std::time::Duration::from_millis(10));
        desk.step();
    }
}

/// The words of a command as a shell reads them.
fn words(command: &str) -> Vec<String> {
    let (mut out, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(rest.next()),
            ' ' if !is_quoted => out.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    out.push(word);
    out
}

/// What the library prints of the same.
fn printed(bundle: PathBuf, filter: &str, columns: &[&str], sort: &str) -> Vec<u8> {
    use probity::report::rows::{Rows, named, print, resolve};
    let choice = probity::index::Choice::default();
    let evidence = Evidence::open(&[bundle], &Options::default(), &choice, &Unwatched).unwrap();
    let selection = evidence.select(&evidence.parse(filter).unwrap().expr, &Unwatched).unwrap();
    let field = evidence.field(sort.trim_start_matches('-')).unwrap();
    let key = probity::evidence::SortKey { field, descends: sort.starts_with('-') };
    let order = evidence.sort(&selection, &[key], &Unwatched).unwrap();
    let names: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let columns = resolve(&evidence, named(&evidence, &names).unwrap(), false, &Unwatched).unwrap();
    let mut out = Vec::new();
    let mut writer = StreamWriter::new(&mut out, Stream::Csv, &columns);
    writer.begin().unwrap();
    let printer = || StreamPrinter::new(&evidence, &columns, Stream::Csv);
    print(&evidence, &Rows::new(&selection, Some(order), None), printer, &Unwatched, &mut |bytes| {
        writer.write(bytes).unwrap();
        Ok(())
    })
    .unwrap();
    writer.end().unwrap();
    out
}

/// The command in the sidecar makes the same bytes.
#[track_caller]
fn made_again(folder: &Folder, name: &str) {
    let sidecar = folder.path(&format!("{name}.provenance.json"));
    let (bytes, told) = (std::fs::read(folder.path(name)).unwrap(), json(&sidecar));
    std::fs::remove_file(folder.path(name)).unwrap();
    std::fs::remove_file(sidecar).unwrap();
    let again = words(told["again"].as_str().unwrap());
    let output = folder.run(&again.iter().skip(1).map(String::as_str).collect::<Vec<_>>());
    assert!(output.status.success(), "{again:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(bytes == std::fs::read(folder.path(name)).unwrap(), "{again:?}");
}

#[test]
fn what_is_damaged_is_said_in_a_column_of_its_own() {
    let (folder, mut desk, _) = opened("lending-tampered.audit.zip");
    let range = desk.state().app.session().unwrap().extent().map(|(first, last)| (first, first + (last - first) / 2));
    apply(&mut desk, [Command::SetFilter("-kind:access".to_owned()), Command::SetRange(range)]);
    assert_eq!(desk.state().app.columns_to_hand().names[..3], ["line_state", "seq", "time"]);
    for (at, name) in ["a.csv", "a.jsonl", "a.json", "plain"].into_iter().enumerate() {
        let form = Form::default().group()[at % 3];
        let wanted = Wanted { form, is_related: false, path: folder.path(name) };
        apply(&mut desk, [Command::Hand(Deed::Write(wanted))]);
        assert_eq!(desk.state().app.problems(), []);
        made_again(&folder, name);
    }
}

#[test]
fn a_filtered_and_sorted_table_is_exported_by_keyboard() {
    let (folder, mut desk, _) = opened("lending.audit.zip");
    press(&mut desk, Key::Num4);
    apply(&mut desk, [Command::SetKind(Some(Kind::Decision))]);
    write(&mut desk, "/");
    write(&mut desk, "result:deny confidence<0.6");
    press(&mut desk, Key::Enter);
    press(&mut desk, Key::Escape);
    // By the first column behind place and time, descending.
    press(&mut desk, Key::ArrowDown);
    (0..6).for_each(|_| press(&mut desk, Key::ArrowRight));
    chord(&mut desk, Modifiers::ALT, Key::ArrowDown);
    let order = desk.state().app.order().to_vec();
    assert_eq!(order.len(), 1);
    let sort = format!("{}{}", if order[0].descends { "-" } else { "" }, order[0].field);
    let passing = count(&desk);
    chord(&mut desk, Modifiers::COMMAND, Key::E);
    assert_eq!(desk.state().app.overlay(), Overlay::Export);
    let name = "lending-decision-result-deny-confidence-under-0.6.csv";
    assert_eq!(typed(&desk), folder.path(name).display().to_string());
    assert!(says(&desk, "records that pass the filter, 8 columns as in the table, in its order."));
    press(&mut desk, Key::Enter);
    assert_eq!((desk.state().app.overlay(), desk.state().app.problems()), (Overlay::None, &[][..]));
    let columns = ["seq", "time", "model", "version", "result", "confidence", "user", "reviewed"];
    let bytes = std::fs::read(folder.path(name)).unwrap();
    let filter = "kind:decision result:deny confidence<0.6";
    assert!(bytes == printed(folder.path("lending.audit.zip"), filter, &columns, &sort), "as the library prints it");
    let told = json(&folder.path(&format!("{name}.provenance.json")));
    assert_eq!((&told["content"]["records"], &told["query"]["filter"]), (&passing.into(), &filter.into()));
    assert_eq!(
        (&told["content"]["columns"], &told["content"]["sort"]),
        (&serde_json::json!(columns), &[sort][..].into())
    );
    assert_eq!(told["case"], Value::Null);
    made_again(&folder, name);
}

#[test]
fn the_filter_of_the_sidecar_gives_the_same_rows() {
    let (_folder, mut desk, _) = opened("lending.audit.zip");
    let (first, last) = desk.state().app.session().unwrap().extent().unwrap();
    let middle = (first + (last - first) / 3 + 123_456_789, first + (last - first) / 2 + 7);
    for (text, kind, range) in [
        ("", None, None),
        ("result:deny or kind:review", Some(Kind::Decision), None),
        ("-(version:2.4 or user:\"a \\\" b\") /cred.*/", None, Some(middle)),
        ("-reviewed:true", None, None),
        ("time:2026-04 \"free text\"", Some(Kind::Access), Some(middle)),
        ("confidence:0.2..0.6 -result:approve", Some(Kind::Decision), Some(middle)),
    ] {
        let range = Command::SetRange(range);
        apply(&mut desk, [Command::SetFilter(text.to_owned()), Command::SetKind(kind), range]);
        let app = &desk.state().app;
        assert_eq!(app.filter.error(), None, "{text}");
        let session = app.session().unwrap();
        let parsed = app.filter.parsed();
        let query = session.evidence().parse(&parsed).unwrap();
        let rows = session.evidence().select(&query.expr, &Unwatched).unwrap();
        let shown = &session.rows_now().unwrap().selection;
        assert!(rows.iter().eq(shown.iter()), "{text} as {parsed}: {} and {}", rows.count(), shown.count());
    }
}

#[test]
fn what_is_stopped_leaves_nothing_behind() {
    let (folder, mut desk, _) = opened("lending.audit.zip");
    for (form, name) in [(Form::default(), "a.csv"), (Form::Slice, "a.audit.zip")] {
        let wanted = Wanted { form, is_related: true, path: folder.path(name) };
        desk.state_mut().app.apply(Command::Hand(Deed::Write(wanted)));
        desk.state_mut().app.apply(Command::Cancel);
        until(&mut desk, &format!("Stopped. {name} was not written"));
        rest(&mut desk);
        assert_eq!((files(&folder), desk.state().app.problems()), (Vec::<String>::new(), &[][..]));
    }
    // What is closed takes along what is made of it.
    let wanted = Wanted { form: Form::default(), is_related: false, path: folder.path("b.csv") };
    apply(&mut desk, [Command::Hand(Deed::Write(wanted)), Command::Close]);
    assert_eq!(files(&folder), Vec::<String>::new());
}

#[test]
fn nothing_is_overwritten_and_what_cannot_be_is_said() {
    let (folder, mut desk, camera) = opened("lending.audit.zip");
    folder.put("mine.csv", "mine");
    chord(&mut desk, Modifiers::COMMAND, Key::E);
    // A bare name is in the folder of what was proposed; its ending says the form.
    write(&mut desk, "x");
    chord(&mut desk, Modifiers::COMMAND, Key::A);
    write(&mut desk, "mine.csv");
    assert!(says(&desk, "mine.csv is there already. Nothing is overwritten"));
    camera.keep(&desk, "export-taken-light");
    press(&mut desk, Key::Enter);
    assert_eq!(desk.state().app.overlay(), Overlay::Export, "Enter does nothing then");
    chord(&mut desk, Modifiers::COMMAND, Key::A);
    write(&mut desk, "mine.jsonl");
    assert!(says(&desk, "as they are in the bundle, in the order of the table"));
    press(&mut desk, Key::ArrowDown);
    assert_eq!(typed(&desk), "mine.json", "the ending follows the form");
    press(&mut desk, Key::Escape);
    assert_eq!(files(&folder), ["mine.csv"]);
    // Also where it came to be there in the meantime.
    let wanted = Wanted { form: Form::default(), is_related: false, path: folder.path("mine.csv") };
    apply(&mut desk, [Command::Hand(Deed::Write(wanted))]);
    assert!(desk.state().app.problems()[0].why.contains("not overwritten"), "{:?}", desk.state().app.problems());
    assert_eq!(std::fs::read(folder.path("mine.csv")).unwrap(), b"mine");
    apply(&mut desk, [Command::Dismiss(0), Command::SetFilter("result:deny result:approve".to_owned())]);
    chord(&mut desk, Modifiers::COMMAND, Key::E);
    assert!(says(&desk, "No record passes the filter, so there is nothing to be exported."));
    press(&mut desk, Key::Enter);
    assert_eq!((desk.state().app.overlay(), files(&folder)), (Overlay::Export, vec!["mine.csv".to_owned()]));
}

#[test]
fn a_slice_with_what_belongs_to_it_verifies() {
    let (folder, mut desk, camera) = opened("lending.audit.zip");
    let path = folder.path("matter.probity-case");
    let author = Author { actor: "ann".to_owned(), ..Author::default() };
    let mut case = Case::create(&path, author).unwrap();
    let bundle = folder.path("lending.audit.zip");
    let evidence = Evidence::open(&[bundle], &Options::default(), &probity::index::Choice::default(), &Unwatched);
    case.opened(&evidence.unwrap().logs()[0].index, "window", &[], false).unwrap();
    drop(case);
    desk.state_mut().app.settings.trusted.push(sample("lending.vkey"));
    apply(&mut desk, [Command::Open(vec![path])]);
    let journal = |desk: &Desk| {
        let case = desk.state().app.session().unwrap().case().unwrap().clone();
        let exported = case.entries.iter().filter(|(.., entry)| matches!(entry.action, Action::Exported { .. }));
        (case.entries.len(), exported.count())
    };
    let before = journal(&desk);
    apply(&mut desk, [Command::SetFilter("model:credit-scoring version:2.4.0 overridden:true".to_owned())]);
    let passing = u64::from(count(&desk));
    chord(&mut desk, Modifiers::COMMAND, Key::K);
    write(&mut desk, "cut a slice");
    press(&mut desk, Key::Enter);
    assert_eq!(desk.state().app.overlay(), Overlay::Slice);
    let is_tick = |desk: &Desk| {
        desk.query_by(|node| node.is_focused() && node.role() == egui::accesskit::Role::CheckBox).is_some()
    };
    chord(&mut desk, Modifiers::SHIFT, Key::Tab);
    assert!(is_tick(&desk), "the tick stands before the name");
    press(&mut desk, Key::Space);
    let more = desk.state().app.related_to_hand().expect("counted").unwrap();
    assert!(more > 0 && says(&desk, &format!("{more} more belong to them.")), "{more}");
    camera.keep(&desk, "slice-light");
    press(&mut desk, Key::Tab);
    desk.key_press(Key::Enter);
    until(&mut desk, "in the log as signed under its checkpoint of size 20 000;");
    assert!(says(&desk, "leaves of the log were withheld."));
    rest(&mut desk);
    assert_eq!(desk.state().app.problems(), []);
    let name =
        files(&folder).into_iter().find(|name| name.starts_with("lending-model") && name.ends_with("-slice.audit.zip"));
    let name = name.expect("a slice of the bundle, by its name");
    let told = json(&folder.path(&format!("{name}.provenance.json")));
    let key = probity::tlog::note::VerifierKey::parse(std::fs::read_to_string(sample("lending.vkey")).unwrap().trim());
    let options = Options { trust: vec![key.unwrap()], ..Options::default() };
    let report = verify(&folder.path(&name), &options, &Unwatched).unwrap();
    assert_eq!((report.records, report.exit_code()), (passing + more, 0));
    assert_eq!(told["slice"]["records"], passing + more);
    assert_eq!((report.as_signed, report.withheld), (passing + more, 20_000 - passing - more));
    // One entry of the journal, and the sidecar says how far it went before.
    assert_eq!(journal(&desk), (before.0 + 1, before.1 + 1));
    assert!(told["case"]["journal"]["size"].as_u64().unwrap() > 0);
}

#[test]
fn what_is_not_whole_or_not_one_bundle_is_not_cut() {
    let (mut desk, camera) = over(&[sample("lending.audit.zip"), sample("lending-slice.audit.zip")], Mode::Light);
    apply(&mut desk, [Command::Overlay(Overlay::Slice)]);
    assert!(says(&desk, "A slice is cut out of one bundle at a time"));
    camera.keep(&desk, "slice-several-light");
    press(&mut desk, Key::Escape);
    let (mut desk, _) = over(&[], Mode::Light);
    chord(&mut desk, Modifiers::COMMAND, Key::E);
    assert_eq!(desk.state().app.overlay(), Overlay::None, "nothing is open");
}

#[test]
fn every_form_can_be_looked_at() {
    for (mode, size, scale, name) in [
        (Mode::Light, [1440.0, 900.0], 1.0, "export-light"),
        (Mode::Dark, [1440.0, 900.0], 1.0, "export-dark"),
        (Mode::Light, [640.0, 384.0], 1.0, "export-small-light"),
        (Mode::Dark, [640.0, 384.0], 2.0, "export-large-dark"),
    ] {
        let folder = Folder::new();
        let bundle = folder.path("lending.audit.zip");
        std::fs::copy(sample("lending.audit.zip"), &bundle).unwrap();
        let (mut desk, camera) = sized(&[bundle], mode, size, scale);
        apply(&mut desk, [Command::Show(View::Records), Command::SetKind(Some(Kind::Decision))]);
        camera.keep(&desk, &format!("{name}-button"));
        assert_eq!(faults(&desk), Vec::<String>::new(), "{name}");
        desk.get_by_label("Export (Ctrl+E)").click_accesskit();
        rest(&mut desk);
        let forms = |desk: &Desk| desk.query_all_by(|node| node.role() == egui::accesskit::Role::RadioButton).count();
        assert_eq!(forms(&desk), export::Form::ALL.len() + 1);
        assert_eq!(faults(&desk), Vec::<String>::new(), "{name}");
        camera.keep(&desk, name);
        (0..4).for_each(|_| press(&mut desk, Key::ArrowDown));
        assert!(typed(&desk).ends_with("-slice.audit.zip"), "{}", typed(&desk));
        assert_eq!(faults(&desk), Vec::<String>::new(), "{name}");
        camera.keep(&desk, &name.replace("export", "slice-form"));
    }
}

//! A user's ways through the program, without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::layout::Layout;
use super::*;
use crate::record::Kind;

/// An app over a bundle that was just opened, with a folder for everything that it keeps.
fn opened(name: &str) -> App {
    let mut app = App::new(Waker::none(), Places::default());
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
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

fn count(app: &App) -> u32 {
    app.session().unwrap().answered.rows.as_ref().unwrap().count()
}

#[test]
fn filters_facets_and_order_follow_each_other() {
    let mut app = opened("lending.audit.zip");
    assert_eq!(count(&app), 20_000);
    app.apply(Command::SetKind(Some(Kind::Decision)));
    app.apply(Command::SetFilter("result:deny".to_owned()));
    settle(&mut app);
    let denied = count(&app);
    let session = app.session().unwrap();
    let results = session.answered.facets["result"].as_ref().unwrap();
    assert!(results.values.len() > 1, "values that are filtered out are counted as well");
    assert_eq!(results.values.iter().find(|value| value.text == "deny").unwrap().count, denied);
    let versions = session.answered.facets["version"].as_ref().unwrap();
    assert_eq!(versions.with + versions.without, denied, "other fields follow the filter");
    let histogram = session.answered.histogram.as_ref().unwrap();
    let filtered: u32 = histogram.filtered.iter().sum();
    assert_eq!(filtered + histogram.without[1] + histogram.outside[1], denied);

    // A text that cannot be read leaves the last one in force.
    app.apply(Command::SetFilter("result:deny (".to_owned()));
    settle(&mut app);
    assert_eq!((count(&app), app.filter.error().is_some()), (denied, true));
    app.apply(Command::SetFilter("result:deny nonsense.path:1".to_owned()));
    assert!(app.filter.error().is_some(), "names that no record has are mistakes");
    app.apply(Command::SetFilter("result:deny".to_owned()));
    app.apply(Command::SuspendAll);
    settle(&mut app);
    let decisions = count(&app);
    assert!(decisions > denied);
    app.apply(Command::SuspendAll);

    let key = SortKey { field: shape::field("confidence").unwrap(), descends: true };
    app.apply(Command::Sort(vec![key]));
    settle(&mut app);
    let session = app.session().unwrap();
    let rows = session.answered.rows.as_ref().unwrap();
    let column = session.answered.columns["confidence"].as_ref().unwrap();
    let value = |place| column.cell(rows.row(place).unwrap()).texts().next().unwrap().parse::<f64>().unwrap();
    assert!(value(0) >= value(1) && value(1) >= value(denied / 2));
    app.apply(Command::ClearFilter);
    settle(&mut app);
    assert_eq!(count(&app), decisions, "the kind stays");
}

#[test]
fn a_record_in_detail_has_its_hash_recomputed_and_its_path_to_the_root() {
    let mut app = opened("lending.audit.zip");
    app.apply(Command::Select(4_711));
    settle(&mut app);
    let session = app.session().unwrap();
    let detail = session.detail.as_ref().unwrap().as_ref().unwrap();
    let link = detail.link.as_ref().unwrap();
    assert!(link.is_intact() && detail.value.is_some());
    let [before, behind] = &detail.neighbours;
    assert_eq!(before.as_ref().unwrap().hash, link.prev);
    assert_eq!(behind.as_ref().unwrap().prev, link.hash);
    let (row, path) = session.root_path.as_ref().unwrap();
    let path = path.as_ref().unwrap().as_ref().unwrap();
    assert_eq!((*row, path.size, path.signed), (4_711, 8_000, path.computed));
}

#[test]
fn damage_is_gone_to_from_finding_to_finding() {
    let mut app = opened("lending-tampered.audit.zip");
    assert_eq!(app.session().unwrap().reports().next().unwrap().verdict.integrity.name(), "broken");
    let mut seen = Vec::new();
    for _ in 0..4 {
        app.apply(Command::NextFinding(true));
        settle(&mut app);
        seen.push((*app.finding().unwrap(), app.selected()));
    }
    app.apply(Command::NextFinding(false));
    assert_eq!(app.finding(), Some(&seen[2].0));
    // Read again it is the same finding; of another log it is none.
    app.apply(Command::VerifyAgain);
    settle(&mut app);
    assert_eq!(app.finding(), Some(&seen[2].0));
    let other = opened("lending.audit.zip");
    let evidence = |app: &App| Arc::clone(app.session().unwrap().evidence());
    assert_eq!(seen[2].0.again(&evidence(&app), &evidence(&other)), None);
}

#[test]
fn findings_of_all_bundles_are_walked() {
    let sample = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
    let mut app = App::new(Waker::none(), Places::default());
    app.apply(Command::Open(vec![sample("lending.audit.zip"), sample("lending-tampered.audit.zip")]));
    settle(&mut app);
    assert_eq!(app.bundle(), None);
    let logs: Vec<std::ops::Range<u32>> =
        app.session().unwrap().evidence().logs().iter().map(|log| log.rows.clone()).collect();
    let mut seen = Vec::new();
    loop {
        app.apply(Command::NextFinding(true));
        let gone = *app.finding().unwrap();
        if seen.contains(&gone) {
            break;
        }
        assert!(logs[gone.bundle].contains(&app.selected().unwrap()), "it is shown by a record of its own bundle");
        assert_eq!((app.bundle(), app.detail_tab()), (Some(gone.bundle), Some(DetailTab::Chain)));
        seen.push(gone);
    }
    let of = |bundle| seen.iter().filter(|gone| gone.bundle == bundle).count();
    assert!(of(0) > 0 && of(1) > 3, "{seen:?}");
    assert!(seen.is_sorted_by_key(|gone| (gone.bundle, gone.finding)));
    // The record that was deleted is not there: the one behind it shows that.
    let gap = seen.iter().find(|gone| gone.absent == Some((10_077, 10_077))).unwrap();
    let seqs = app.session().unwrap().evidence().seqs();
    assert_eq!((gap.bundle, seqs.seq(gap.row.unwrap())), (1, Some(10_078)));
    app.apply(Command::Select(3));
    assert_eq!(app.bundle(), Some(0));
    app.apply(Command::ShowBundle(1));
    assert_eq!((app.view(), app.bundle(), app.selected()), (View::Integrity, Some(1), Some(3)));
}

#[test]
fn what_served_when_is_told_by_deployments_or_else_by_decisions() {
    let app = opened("lending.audit.zip");
    let facts = app.session().unwrap().facts();
    assert_eq!(facts.people[1..], [("reviewers", 8), ("deployers", 3), ("services", 5)]);
    assert!(matches!(facts.people[0], ("users", n) if n > 50), "{:?}", facts.people);
    let truth = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    assert_eq!(facts.service.models.len(), truth["models"].as_array().unwrap().len());
    for (model, told) in facts.service.models.iter().zip(truth["models"].as_array().unwrap()) {
        assert_eq!(model.id, told["id"].as_str().unwrap());
        let expected: Vec<(&str, i64)> = told["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| {
                let from = span["from"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
                (span["version"].as_str().unwrap(), from.timestamp_nanos_opt().unwrap())
            })
            .collect();
        let spans: Vec<(&str, i64)> = model.spans.iter().map(|span| (span.version.as_str(), span.from)).collect();
        assert_eq!(spans, expected, "{}", model.id);
        assert!(model.spans.iter().all(|span| span.is_deployed && span.from < span.to));
    }
    // A slice without the first deployments: what decisions name stands in for them.
    let app = opened("lending-slice.audit.zip");
    let models = &app.session().unwrap().facts().service.models;
    assert!(models.iter().flat_map(|model| &model.spans).any(|span| !span.is_deployed), "{models:?}");
}

#[test]
fn what_is_open_stays_where_the_next_cannot_be_opened() {
    let mut app = opened("lending-slice.audit.zip");
    let paths = app.paths().to_vec();
    app.apply(Command::Open(vec![PathBuf::from("/none/such.audit.zip")]));
    settle(&mut app);
    assert_eq!((app.problems().len(), app.paths()), (1, &paths[..]));
    assert!(app.session().is_some_and(|session| !session.evidence().is_part()));
    app.apply(Command::VerifyAgain);
    settle(&mut app);
    assert_eq!((app.problems().len(), app.paths()), (1, &paths[..]));
}

#[test]
fn what_cannot_be_opened_is_a_problem_that_stays() {
    let mut app = App::new(Waker::none(), Places::default());
    app.apply(Command::Open(vec![PathBuf::from("/none/such.audit.zip")]));
    settle(&mut app);
    assert_eq!(app.problems().len(), 1);
    assert!(app.problems()[0].why.contains("such.audit.zip"), "{:?}", app.problems());
    app.apply(Command::Dismiss(0));
    app.apply(Command::Dismiss(0));
    assert!(app.problems().is_empty() && app.session().is_none());
}

/// An app over a bundle that takes a while to read.
fn over_a_large_bundle(folder: &Path) -> (App, PathBuf) {
    let bundle = folder.join("large.audit.zip");
    let request = crate::sample::Request { story: crate::sample::Story::None, records: 60_000, seed: 1 };
    let form = crate::bundle::writer::Form::Zip;
    crate::sample::generate(&request, &bundle, form, &crate::jobs::Progress::new(Waker::none())).unwrap();
    let mut app = App::new(Waker::none(), Places::default());
    app.settings.cache = Some(folder.join("cache"));
    (app, bundle)
}

#[test]
fn the_first_records_are_there_while_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (mut app, bundle) = over_a_large_bundle(folder.path());
    app.apply(Command::Open(vec![bundle]));
    while app.session().is_none() {
        app.tick();
        assert_eq!(app.problems(), []);
        std::thread::yield_now();
    }
    let rows = app.session().unwrap().evidence().rows();
    assert!(app.session().unwrap().evidence().is_part() && app.is_reading());
    assert!((20_000..60_000).contains(&rows), "{rows}");
    assert!(app.share_read().is_some_and(|share| (0.0..=1.0).contains(&share)));
    // What is looked at meanwhile stays, and no work is done on what is not known yet.
    app.apply(Command::Show(View::Records));
    app.apply(Command::SetFilter("result:approve".to_owned()));
    app.apply(Command::Select(7));
    app.apply(Command::Tag("seen".to_owned(), vec![7]));
    settle(&mut app);
    assert!(!app.is_reading() && !app.session().unwrap().evidence().is_part());
    assert_eq!(
        (app.session().unwrap().evidence().rows(), app.view(), app.selected()),
        (60_000, View::Records, Some(7))
    );
    assert_eq!(app.filter.text(), "result:approve");
    assert!(app.settings.recent.iter().any(|recent| recent.records == 60_000));
}

#[test]
fn what_was_read_stays_when_the_reading_is_stopped_and_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (mut app, bundle) = over_a_large_bundle(folder.path());
    app.apply(Command::Open(vec![bundle]));
    app.apply(Command::Cancel);
    settle(&mut app);
    let session = app.session().unwrap();
    assert!(session.evidence().is_part() && session.evidence().rows() < 60_000 && !app.is_reading());
    assert_eq!(session.reports().next().unwrap().verdict.integrity.name(), "unverifiable");
    assert!(app.settings.recent.is_empty(), "it was not opened");
    app.apply(Command::Tag("seen".to_owned(), vec![0]));
    settle(&mut app);
    assert!(app.problems().iter().any(|problem| problem.why.contains("part of the log")), "{:?}", app.problems());
    app.apply(Command::ReadOn);
    settle(&mut app);
    assert!(!app.session().unwrap().evidence().is_part());
    // Read once more, what is there is not given up for a part of it.
    app.apply(Command::VerifyAgain);
    app.apply(Command::Cancel);
    settle(&mut app);
    assert_eq!(app.session().unwrap().evidence().rows(), 60_000);
    assert!(!app.session().unwrap().evidence().is_part());
}

#[test]
fn the_stretch_of_time_is_narrowed_moved_and_widened_within_the_log() {
    let mut app = opened("lending.audit.zip");
    let all = app.session().unwrap().extent().unwrap();
    app.apply(Command::MoveTime(true));
    assert_eq!(app.filter.range(), None, "all of it cannot be moved");
    app.apply(Command::ZoomTime(true));
    let (from, to) = app.filter.range().unwrap();
    assert!(((to - from) - (all.1 - all.0) / 2).abs() <= 2 && from - all.0 > 0 && to < all.1);
    for is_later in [true, false] {
        let mut before = app.filter.range().unwrap();
        for _ in 0..9 {
            app.apply(Command::MoveTime(is_later));
            let now = app.filter.range().unwrap();
            assert!(now.1 - now.0 == before.1 - before.0 && now.0 >= all.0 && now.1 <= all.1);
            before = now;
        }
        assert_eq!(if is_later { before.1 } else { before.0 }, if is_later { all.1 } else { all.0 });
    }
    for _ in 0..80 {
        app.apply(Command::ZoomTime(true));
    }
    let (from, to) = app.filter.range().unwrap();
    assert!(to - from >= 999_999, "{}", to - from);
    for _ in 0..80 {
        app.apply(Command::ZoomTime(false));
    }
    assert_eq!(app.filter.range(), None, "at last it is all of the log");
}

#[test]
fn what_was_looked_at_can_be_gone_back_to() {
    let mut app = opened("lending.audit.zip");
    app.apply(Command::Show(View::Records));
    for text in ["r", "result", "result:deny"] {
        app.apply(Command::SetFilter(text.to_owned()));
    }
    app.apply(Command::SetKind(Some(Kind::Decision)));
    app.apply(Command::SuspendCondition(0));
    let seen = |app: &App| (app.filter.text().to_owned(), app.filter.kind(), app.filter.suspended());
    let steps = [
        ("result:deny", Some(Kind::Decision), 1),
        ("result:deny", Some(Kind::Decision), 0),
        ("result:deny", None, 0),
        ("", None, 0),
    ]
    .map(|(text, kind, suspended)| (text.to_owned(), kind, suspended));
    for step in &steps[1..] {
        app.apply(Command::Undo);
        assert_eq!(&seen(&app), step, "typing is one step");
    }
    app.apply(Command::Undo);
    assert_eq!(app.view(), View::Records, "where one looks is no step");
    for step in steps.iter().rev().skip(1) {
        app.apply(Command::Redo);
        assert_eq!(&seen(&app), step);
    }
    settle(&mut app);
    app.apply(Command::Undo);
    app.apply(Command::ClearFilter);
    app.apply(Command::Redo);
    assert_eq!(app.filter.text(), "", "what was undone is gone once something else is done");
}

#[test]
fn columns_come_back_in_the_next_session() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("settings.json");
    let open = || {
        let mut app = App::new(Waker::none(), Places::within(&place));
        let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
        app.apply(Command::Open(vec![bundle]));
        settle(&mut app);
        app.apply(Command::SetKind(Some(Kind::Decision)));
        settle(&mut app);
        app
    };
    let mut app = open();
    let usual = app.columns();
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    // A layout that was kept for another log names what is not here.
    let widths = [("user".to_owned(), 300.0)].into();
    let fields = names(&["user", "nowhere.at.all", "version"]);
    app.apply(Command::SetLayout(Some(Kind::Decision), Layout { fields, widths, frozen: Some(1) }));
    settle(&mut app);
    assert_eq!(app.columns(), names(&["user", "version"]));
    assert!(app.session().unwrap().answered.columns.contains_key("user"));
    let mut app = open();
    assert_eq!(app.columns(), names(&["user", "version"]));
    app.apply(Command::SetColumns(Some(Kind::Decision), names(&["version", "user", "confidence"])));
    let app = open();
    assert_eq!(app.columns(), names(&["version", "user", "confidence"]));
    let kept = app.layout().unwrap();
    assert_eq!((kept.frozen, kept.widths.get("user")), (Some(1), Some(&300.0)));
    assert_eq!(kept.fields.last().map(String::as_str), Some("nowhere.at.all"));
    let mut app = open();
    app.apply(Command::ResetColumns(Some(Kind::Decision)));
    assert_eq!((app.columns(), open().columns()), (usual.clone(), usual));
}

/// The place of something among the samples.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}

fn logs(app: &App) -> usize {
    app.session().unwrap().evidence().logs().len()
}

#[test]
fn a_bundle_is_added_to_what_is_open_once_and_what_cannot_be_added_closes_nothing() {
    let mut app = opened("lending.audit.zip");
    app.apply(Command::Add(vec![sample("lending-tampered.audit.zip")]));
    settle(&mut app);
    assert_eq!((logs(&app), app.paths().len(), app.problems()), (2, 2, &[][..]));
    app.take_toasts();
    app.apply(Command::Add(vec![sample("lending.audit.zip")]));
    assert!(app.opening().is_none());
    assert_eq!(app.take_toasts()[0].text, "lending.audit.zip is open already");
    for path in ["none.zip", "lending.vkey"] {
        app.apply(Command::Add(vec![sample(path)]));
        settle(&mut app);
        assert_eq!((logs(&app), app.problems().len()), (2, 1), "{path}");
        app.apply(Command::Dismiss(0));
    }
}

#[test]
fn a_bundle_that_is_added_goes_into_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::new(Waker::none(), Places::within(folder.path()));
    app.apply(Command::Open(vec![sample("lending.audit.zip")]));
    settle(&mut app);
    app.apply(Command::Select(4_711));
    app.apply(Command::Note("Seen.".to_owned(), Vec::new()));
    settle(&mut app);
    let case = folder.path().join("spring.probity");
    app.apply(Command::SaveCase(case.clone()));
    settle(&mut app);
    app.apply(Command::Open(vec![case.clone()]));
    settle(&mut app);
    assert_eq!((app.problems(), logs(&app)), (&[][..], 1));
    // What is no bundle leaves the case as it is open.
    app.apply(Command::Add(vec![sample("lending.vkey")]));
    settle(&mut app);
    settle(&mut app);
    assert_eq!((app.problems().len(), logs(&app)), (1, 1));
    assert!(app.session().unwrap().case().is_some());
    app.apply(Command::Dismiss(0));
    app.apply(Command::Add(vec![case.clone()]));
    assert!(app.problems()[0].why.contains("merge it"), "{:?}", app.problems());
    app.apply(Command::Dismiss(0));

    app.apply(Command::Add(vec![sample("lending-tampered.audit.zip")]));
    settle(&mut app);
    assert_eq!((app.problems(), logs(&app)), (&[][..], 2));
    // It is on record, and named beside the case it is still one.
    app.apply(Command::VerifyAgain);
    settle(&mut app);
    assert_eq!(logs(&app), 2);
    app.apply(Command::Open(vec![case]));
    settle(&mut app);
    assert_eq!((app.problems(), logs(&app)), (&[][..], 2));
}

#[test]
fn a_note_that_was_begun_is_there_again_in_the_next_window() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        let mut app =
            App::new(Waker::none(), Places { unsaved: Some(folder.path().join("u.json")), ..Places::default() });
        let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
        app.apply(Command::Open(vec![bundle]));
        settle(&mut app);
        app
    };
    let begun = |app: &App| app.unsaved_on_rows().map(<[u32]>::to_vec).collect::<Vec<_>>();
    let mut app = open("lending.audit.zip");
    app.apply(Command::Write(Writing::Rows(vec![4]), Some("Why".to_owned())));
    app.apply(Command::Write(Writing::Case, Some("Ask the oper".to_owned())));
    app.keep_unsaved(false);
    assert!(!folder.path().join("u.json").exists(), "not at every letter");
    app.keep_unsaved(true);
    let mut again = open("lending.audit.zip");
    assert_eq!((again.unsaved(&Writing::Case), begun(&again)), (Some("Ask the oper"), vec![vec![4]]));
    // It is about these bundles, and about no others.
    let slice = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending-slice.audit.zip");
    again.apply(Command::Open(vec![slice]));
    settle(&mut again);
    assert_eq!((again.unsaved(&Writing::Case), begun(&again)), (None, vec![]));
}

#[test]
fn a_bundle_that_is_added_leaves_what_is_looked_at() {
    let sample = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name);
    let mut app = opened("lending.audit.zip");
    app.apply(Command::Show(View::Records));
    app.apply(Command::SetFilter("result:deny".to_owned()));
    app.apply(Command::SetKind(Some(Kind::Decision)));
    app.apply(Command::ZoomTime(true));
    let key = SortKey { field: shape::field("confidence").unwrap(), descends: true };
    app.apply(Command::Sort(vec![key]));
    app.apply(Command::Select(4_711));
    settle(&mut app);
    let seen = |app: &App| {
        (app.view(), app.filter.text().to_owned(), app.filter.kind(), app.filter.range(), app.order().len())
    };
    let before = (seen(&app), app.selected());
    app.apply(Command::Add(vec![sample("lending-tampered.audit.zip")]));
    settle(&mut app);
    assert_eq!(app.session().unwrap().evidence().logs().len(), 2);
    assert_eq!((seen(&app), app.selected()), before);
    assert!(app.session().unwrap().detail.as_ref().is_some_and(|detail| detail.as_ref().unwrap().row == 4_711));
    app.apply(Command::Undo);
    app.apply(Command::Redo);
    assert_eq!((seen(&app), app.selected()), before, "and can be undone");
    // Behind another bundle of the log the same record has another row; without its own bundle it is not there.
    app.apply(Command::Open(vec![sample("lending-slice.audit.zip"), sample("lending.audit.zip")]));
    settle(&mut app);
    let evidence = app.session().unwrap().evidence();
    let (log, at) = evidence.place(app.selected().unwrap()).unwrap();
    assert_eq!((log.index.bundle(), at), (sample("lending.audit.zip").as_path(), 4_711));
    assert!(app.selected() > Some(4_711));
    app.apply(Command::Open(vec![sample("lending-slice.audit.zip")]));
    settle(&mut app);
    assert_eq!(app.selected(), None);
}

#[test]
fn a_bundle_names_the_case_that_its_work_was_saved_in() {
    let folder = tempfile::tempdir().unwrap();
    let (case, drafts) = (folder.path().join("matter.probity-case"), folder.path().join("drafts"));
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
    let mut app = App::new(Waker::none(), Places { drafts: Some(drafts), ..Places::default() });
    let open = |app: &mut App, path: &Path| {
        app.apply(Command::Open(vec![path.to_owned()]));
        settle(app);
        assert_eq!(app.problems(), []);
    };
    let named = |app: &App| app.session().unwrap().in_case().map(|case| case.path.clone());
    open(&mut app, &bundle);
    app.apply(Command::Tag("seen".to_owned(), vec![4]));
    settle(&mut app);
    assert_eq!(named(&app), None);
    app.apply(Command::SaveCase(case.clone()));
    settle(&mut app);
    assert_eq!(app.settings.recent[0].path, case, "what was saved was opened lately");
    open(&mut app, &bundle);
    assert_eq!(named(&app), Some(case.clone()));
    open(&mut app, &case);
    assert_eq!(named(&app), None, "it is open");
    std::fs::remove_file(&case).unwrap();
    open(&mut app, &bundle);
    assert_eq!(named(&app), None, "it is not there any more");
}

#[test]
fn an_older_answer_is_marked_once_it_stands_for_a_while() {
    let mut app = opened("lending.audit.zip");
    let is_old = |app: &App| app.session().is_some_and(Session::is_old);
    app.apply(Command::SetFilter("result:deny".to_owned()));
    assert!(!is_old(&app), "nothing flickers");
    std::thread::sleep(session::SEEN);
    assert!(is_old(&app));
    settle(&mut app);
    assert!(!is_old(&app));
}

#[test]
fn what_went_wrong_with_one_bundle_is_not_said_over_the_next() {
    let mut app = opened("lending-slice.audit.zip");
    for _ in 0..2 {
        app.apply(Command::Add(vec![PathBuf::from("/none/such.audit.zip")]));
    }
    app.apply(Command::Trust(PathBuf::from("/none/such.vkey")));
    assert_eq!(
        app.problems().iter().map(|problem| problem.about).collect::<Vec<_>>(),
        [About::Bundles, About::Program]
    );
    app.apply(Command::VerifyAgain);
    settle(&mut app);
    assert_eq!(app.problems().len(), 2, "the same bundle is open");
    app.apply(Command::Open(vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip")]));
    settle(&mut app);
    assert_eq!(app.problems().iter().map(|problem| problem.about).collect::<Vec<_>>(), [About::Program]);
}

#[test]
fn the_folder_of_indexes_is_made_before_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::new(Waker::none(), Places::default());
    let wait = |app: &mut App| {
        let start = Instant::now();
        while app.cache_said() == Some("The folder is being looked for.") {
            assert!(start.elapsed() < Duration::from_secs(60));
            app.tick();
        }
    };
    let new = folder.path().join("new");
    app.apply(Command::Overlay(Overlay::Settings));
    app.apply(Command::SetCache(Some(new.clone())));
    assert_eq!(app.settings.cache, None, "not before it is there");
    wait(&mut app);
    assert!(new.is_dir() && app.settings.cache.as_ref() == Some(&new));
    assert!(app.cache_said().is_some_and(|said| said.contains("has been created")));
    app.apply(Command::SetCache(Some(folder.path().join("no/new"))));
    wait(&mut app);
    assert!(app.cache_said().is_some_and(|said| said.contains("neither is")) && app.settings.cache == Some(new));
    assert_eq!(app.problems(), []);
    app.apply(Command::SetCache(Some(folder.path().join("no/new"))));
    app.apply(Command::Overlay(Overlay::None));
    wait(&mut app);
    assert_eq!(app.problems().len(), 1, "where the settings are closed by then");
}

/// What does not rest on what was changed is kept. It has to be what somebody sees who comes anew.
#[test]
fn what_is_kept_of_the_models_is_what_a_fresh_look_finds() {
    use crate::analysis::course::Step;
    use crate::analysis::decisions::Measure;
    use models::{Against, Deed, Relation, Side};
    let filter = |text: &str| Command::SetFilter(text.to_owned());
    let sides = ["confidence<0.8", "confidence>=0.8"].map(|text| Side::Filter(text.to_owned()));
    let relation = Relation { field: Some("input.metadata.region".to_owned()), target: Against::Result };
    let steps = [
        Command::Show(View::Models),
        filter("result:deny"),
        Command::Models(Deed::Compare(Some(sides))),
        Command::LookAtModel("fraud-screen".to_owned()),
        Command::Models(Deed::Follow(Measure::Adverse)),
        Command::Models(Deed::Relate(relation)),
        Command::Models(Deed::Groups("input.metadata.segment".to_owned())),
        filter(""),
        Command::LookAtModel("credit-scoring".to_owned()),
        Command::Models(Deed::Step(Some(Step::Week))),
    ];
    let mut app = opened("lending.audit.zip");
    for at in 0..steps.len() {
        app.apply(steps[at].clone());
        settle(&mut app);
        let mut fresh = opened("lending.audit.zip");
        steps[..=at].iter().for_each(|step| fresh.apply(step.clone()));
        settle(&mut fresh);
        let [kept, found] = [&app, &fresh].map(|app| format!("{:?}", app.examined().unwrap()));
        assert!(kept == found, "after {:?}", steps[at]);
    }
}

//! Ways along the timeline, by mouse and by keyboard alone, and what it says of the samples and of odd logs.

use std::path::{Path, PathBuf};

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use probity::analysis::proportion::Rate;
use probity::app::timeline::RowsOf;
use probity::app::timeline::lanes::{Body, Grouping, Lanes};
use probity::app::timeline::story::StoryOf;
use probity::app::{Command, Overlay, View};
use probity::record::Kind;
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{over, settle, sized, window};
use crate::common::{self, Export, Log};

type Desk = Harness<'static, Window>;

fn press(desk: &mut Desk, key: Key) {
    desk.key_press(key);
    settle(desk);
}

fn write(desk: &mut Desk, sign: &str) {
    desk.event(Event::Text(sign.to_owned()));
    settle(desk);
}

fn apply(desk: &mut Desk, command: Command) {
    desk.state_mut().app.apply(command);
    settle(desk);
}

fn timeline(sample: &str, mode: Mode) -> Desk {
    let (mut desk, _) = window(Some(sample), mode);
    press(&mut desk, Key::Num3);
    assert_eq!(desk.state().app.view(), View::Timeline);
    desk
}

fn lanes(desk: &Desk) -> &Lanes {
    desk.state().app.lanes().expect("lanes")
}

fn at(text: &str) -> i64 {
    text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp_nanos_opt().expect("nanoseconds")
}

/// Where an instant stands on the screen, over the lanes.
fn place(desk: &Desk, nanos: i64, y: f32) -> Pos2 {
    let (from, to) = desk.state().app.window().expect("a stretch");
    let (left, right) = (64.0 + 188.0, 1440.0 - 44.0);
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
    let x = left + ((nanos - from) as f64 / (to - from) as f64) as f32 * (right - left);
    pos2(x, y)
}

fn drag(desk: &mut Desk, from: Pos2, to: Pos2, modifiers: Modifiers) {
    desk.event(Event::PointerMoved(from));
    desk.step();
    let button = |pos, pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
    desk.event_modifiers(button(from, true), modifiers);
    desk.step();
    for step in 1..=4_u8 {
        desk.event_modifiers(Event::PointerMoved(from + (to - from) * (f32::from(step) / 4.0)), modifiers);
        desk.step();
    }
    desk.event_modifiers(button(to, false), modifiers);
    settle(desk);
}

fn rows_below(desk: &Desk) -> u32 {
    desk.state().app.session().expect("open").answered.below.as_ref().expect("rows").count()
}

/// How many records a filter finds.
fn counted(desk: &Desk, filter: &str) -> u32 {
    let evidence = desk.state().app.session().expect("open").evidence();
    let expr = evidence.parse(filter).expect("a filter").expr;
    evidence.select(&expr, &probity::integrity::Unwatched).expect("rows").count()
}

fn few(count: usize) -> u32 {
    u32::try_from(count).expect("few")
}

/// The share that a lane shows from one instant to another.
fn share(lanes: &Lanes, id: &str, from: &str, to: &str) -> Rate {
    let Some(Body::Share(share)) = lanes.lane(id).map(|lane| &lane.body) else { panic!("no lane {id}") };
    let count = |series: &probity::analysis::series::Series| series.count(at(from).into(), at(to).into()).into();
    Rate::of(count(&share.hits.shown), count(&share.of.shown))
}

#[test]
fn the_lanes_say_what_the_truth_of_the_sample_says() {
    let desk = timeline("lending.audit.zip", Mode::Light);
    let truth = std::fs::read_to_string(super::shell::sample("lending.truth.json")).expect("the truth");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
    let lanes = lanes(&desk);
    assert_eq!(lanes.model.as_deref(), Some("credit-scoring"));
    let mut seen = 0;
    for rate in truth["rates"].as_array().expect("rates") {
        if rate["model"] != "credit-scoring" || rate.get("segment").is_some() {
            continue;
        }
        let (from, to) = (rate["from"].as_str().expect("from"), rate["to"].as_str().expect("to"));
        let number = |name: &str| rate[name].as_u64().expect("a number");
        let of = |id| share(lanes, id, from, to);
        assert_eq!(of("rate:adverse"), Rate::of(number("adverse"), number("decisions")));
        assert_eq!(of("rate:override"), Rate::of(number("overridden"), number("reviewed")));
        assert_eq!(of("rate:error"), Rate::of(number("errors"), number("outcomes")));
        seen += 1;
    }
    assert!(seen >= 2, "before and during, at least");
    // Who approved what is said of each span; the canary and the rollback are told apart.
    let Some(Body::Served(models)) = lanes.lane("deployments").map(|lane| &lane.body) else { panic!("no deployments") };
    let spans: Vec<(&str, &str, &str, bool, bool)> = models[0]
        .spans
        .iter()
        .map(|span| (&*span.version, &*span.remark, &*span.trial, span.is_remarkable, span.is_rollback))
        .collect();
    assert_eq!(
        spans,
        [
            ("2.3.1", "2 approvals", "", false, false),
            ("2.4.0", "self-approved, user-1042", "", true, false),
            ("2.3.1", "rolled back, 2 approvals", "", false, true),
            ("2.4.1", "2 approvals", "canary 10\u{202f}%", false, false),
        ]
    );
    let Some(Body::Incidents(flags)) = lanes.lane("incidents").map(|lane| &lane.body) else { panic!("no incidents") };
    let incident = flags.iter().find(|flag| flag.id == "INC-2026-014").expect("the incident");
    let states: Vec<&str> = incident.states.iter().map(|state| state.state.as_str()).collect();
    assert_eq!(states, ["opened", "aware", "updated", "contained", "notified", "closed"]);
    assert_eq!(incident.window, Some((at("2026-04-17T19:42:07.318Z"), at("2026-04-29T08:05:41.090Z"))));
    let Some(Body::Ticks(access)) = lanes.lane("access").map(|lane| &lane.body) else { panic!("no access") };
    let names: Vec<&str> = access.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["svc-features", "other services", "other people"]);
    assert!(access[0].remarks.iter().any(|remark| remark.text.contains("feature-store/applicants")));
    let ticks: u32 = access.iter().map(|row| row.records.whole.len()).sum();
    assert_eq!(ticks, counted(&desk, "kind:access"), "every access has a tick");
}

#[test]
fn by_mouse_from_all_of_it_to_what_changed() {
    let mut desk = timeline("lending.audit.zip", Mode::Light);
    let all = desk.state().app.window().expect("a stretch");
    // A stretch is selected, and its rows stand below.
    let (from, to) = (place(&desk, at("2026-04-18T00:00:00Z"), 300.0), place(&desk, at("2026-04-20T00:00:00Z"), 300.0));
    drag(&mut desk, from, to, Modifiers::NONE);
    let span = desk.state().app.timeline().span.expect("selected");
    assert_eq!(desk.state().app.filter.range(), None, "selecting is not looking closer");
    let time = |nanos| probity::record::time::shown(chrono::DateTime::from_timestamp_nanos(nanos));
    let within = format!("time:\"{}\"..\"{}\"", time(span.0), time(span.1));
    assert_eq!(rows_below(&desk), counted(&desk, &within));
    // Rows of a lane.
    desk.get_by_label_contains("Lane Access").click();
    settle(&mut desk);
    assert_eq!(rows_below(&desk), counted(&desk, &format!("kind:access {within}")));
    // Fit: what is selected, then everything.
    press(&mut desk, Key::F);
    assert_eq!(desk.state().app.window(), Some(span));
    press(&mut desk, Key::F);
    assert_eq!(desk.state().app.window(), Some(all));
    press(&mut desk, Key::Escape);
    assert_eq!(desk.state().app.timeline().span, None);
    // The wheel looks closer, and what is under the pointer stays there.
    let pointer = place(&desk, at("2026-04-17T12:00:00Z"), 300.0);
    desk.event(Event::PointerMoved(pointer));
    desk.step();
    for _ in 0..5 {
        desk.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, 120.0),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
            source: MouseWheelSource::Unknown,
        });
        desk.step();
    }
    settle(&mut desk);
    let closer = desk.state().app.window().expect("a stretch");
    assert!((closer.1 - closer.0) * 3 < all.1 - all.0, "{closer:?}");
    let moved = place(&desk, at("2026-04-17T12:00:00Z"), 300.0);
    assert!((moved.x - pointer.x).abs() < 2.0, "{moved:?}");
    // Shift and drag: the same length, elsewhere.
    drag(&mut desk, pointer, pointer - vec2(200.0, 0.0), Modifiers::SHIFT);
    let panned = desk.state().app.window().expect("a stretch");
    assert!(panned.0 > closer.0 && (panned.1 - panned.0).abs_diff(closer.1 - closer.0) < 1_000, "{panned:?}");
    assert_eq!(desk.state().app.timeline().span, None, "panning selects nothing");
    // A boundary says what changed.
    apply(&mut desk, Command::SetRange(None));
    let boundary = place(&desk, at("2026-04-17T19:42:07.318Z"), 300.0);
    desk.event(Event::PointerMoved(boundary));
    desk.step();
    desk.hover_at(boundary);
    desk.event(Event::PointerButton {
        pos: boundary,
        button: PointerButton::Primary,
        pressed: true,
        modifiers: Modifiers::NONE,
    });
    desk.step();
    desk.event(Event::PointerButton {
        pos: boundary,
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    settle(&mut desk);
    desk.get_by_label("In service: before 2.3.1, after 2.4.0");
    desk.get_by_label("Decisions: before 3\u{202f}926, after 933");
    desk.get_by_label(": before 33 of 827, after 41 of 253");
    press(&mut desk, Key::Escape);
    assert!(desk.query_by_label("Select after").is_none(), "Esc closes what lies on top");
    apply(&mut desk, Command::CompareAt(Some(at("2026-04-17T19:42:07.318Z"))));
    desk.get_by_label("Select after").click();
    settle(&mut desk);
    let after = (at("2026-04-17T19:42:07.318Z"), at("2026-04-29T08:05:41.090Z") - 1);
    assert_eq!(desk.state().app.timeline().span, Some(after));
}

#[test]
fn by_keyboard_from_event_to_event() {
    let mut desk = timeline("lending.audit.zip", Mode::Dark);
    write(&mut desk, "/");
    write(&mut desk, "kind:incident");
    press(&mut desk, Key::Enter);
    let mut steps = Vec::new();
    for _ in 0..9 {
        write(&mut desk, ".");
        steps.push(desk.state().app.timeline().cursor.expect("a cursor"));
    }
    assert_eq!(steps[0], at("2026-03-05T09:00:00Z"));
    assert_eq!(steps[2], at("2026-04-28T07:12:00Z"), "only what passes the filter is stepped to");
    assert!(steps.is_sorted());
    write(&mut desk, ".");
    assert_eq!(desk.state().app.timeline().cursor, steps.last().copied(), "there is no later one");
    for _ in 0..6 {
        write(&mut desk, ",");
    }
    assert_eq!(desk.state().app.timeline().cursor, Some(steps[2]));
    // What lies between two events is selected, looked at, and marked.
    write(&mut desk, ">");
    write(&mut desk, ">");
    assert_eq!(desk.state().app.timeline().span, Some((steps[2], steps[4])));
    assert_eq!(rows_below(&desk), 3);
    press(&mut desk, Key::F);
    assert_eq!(desk.state().app.window(), Some((steps[2], steps[4])));
    press(&mut desk, Key::S);
    let wider = desk.state().app.window().expect("a stretch");
    assert!(wider.0 < steps[2] && wider.1 > steps[4]);
    press(&mut desk, Key::D);
    assert!(desk.state().app.window().expect("a stretch").0 > wider.0);
    write(&mut desk, ",");
    press(&mut desk, Key::M);
    assert_eq!(desk.state().app.overlay(), Overlay::Mark);
    write(&mut desk, "the call");
    press(&mut desk, Key::Enter);
    let cursor = desk.state().app.timeline().cursor.expect("a cursor");
    let case = desk.state().app.session().expect("open").case().expect("a draft").clone();
    assert_eq!(case.marked.len(), 1);
    assert_eq!((case.marked[0].nanos, case.marked[0].text.as_str()), ((cursor, cursor), "the call"));
    // The lanes are reached by Tab, and show their rows by Enter.
    apply(&mut desk, Command::ClearFilter);
    apply(&mut desk, Command::SetSpan(None));
    for _ in 0..80 {
        let is_there = |label: String| label.starts_with("Lane Incidents");
        if desk.query_by(|node| node.is_focused() && node.label().is_some_and(is_there)).is_some() {
            break;
        }
        press(&mut desk, Key::Tab);
    }
    press(&mut desk, Key::Enter);
    assert_eq!(desk.state().app.timeline().rows_of.kind(), Some(Kind::Incident));
    assert_eq!(rows_below(&desk), 9);
    // The lanes as a whole say where they are.
    let said = desk.get_by_label_contains("Timeline from 2026-03-01 00:00:00.000 to ");
    assert!(said.accesskit_node().label().is_some_and(|label| label.contains("cursor at ")));
}

#[test]
fn with_a_filter_nothing_that_it_hides_is_drawn_as_there() {
    let mut desk = timeline("lending.audit.zip", Mode::Light);
    for filter in ["result:deny", "user:svc-features", "kind:incident severity:high", "version:2.4.0", "kind:nothing*"]
    {
        apply(&mut desk, Command::SetFilter(filter.to_owned()));
        let lanes = lanes(&desk);
        assert!(!lanes.is_whole);
        let both = |of: &str| counted(&desk, &format!("({filter}) ({of})"));
        for lane in &lanes.lanes {
            let (whole, shown) = match &lane.body {
                Body::Density(bands) => {
                    let sum = |pick: fn(&probity::app::timeline::lanes::Pair) -> u32| {
                        bands.iter().map(|band| pick(&band.records)).sum::<u32>()
                    };
                    (sum(|pair| pair.whole.len()), sum(|pair| pair.shown.len()))
                }
                Body::Share(share) => (share.of.whole.len(), share.of.shown.len()),
                Body::Ticks(rows) => (
                    rows.iter().map(|row| row.records.whole.len()).sum(),
                    rows.iter().map(|row| row.records.shown.len()).sum(),
                ),
                Body::Incidents(flags) => {
                    let states = || flags.iter().flat_map(|flag| &flag.states);
                    (few(states().count()), few(states().filter(|state| state.is_shown).count()))
                }
                Body::Monitor(monitor) => (counted(&desk, &lane.filter), few(monitor.points.len())),
                Body::Served(_) | Body::Untrue { .. } => continue,
            };
            assert_eq!(shown, both(&lane.filter), "{} under {filter}", lane.id);
            assert_eq!(whole, counted(&desk, &lane.filter), "{} is whole in grey", lane.id);
        }
    }
    // Who deployed is hidden by this: what served stays as a shadow.
    apply(&mut desk, Command::SetFilter("kind:access".to_owned()));
    let Some(Body::Served(models)) = lanes(&desk).lane("deployments").map(|lane| &lane.body) else { panic!("none") };
    assert!(models.iter().flat_map(|model| &model.spans).all(|span| !span.is_shown));
}

#[test]
fn lanes_are_hidden_added_and_collapsed_and_stay_so() {
    let mut desk = timeline("lending.audit.zip", Mode::Light);
    let shown = |desk: &Desk| {
        let app = &desk.state().app;
        app.arrangement().shown(lanes(desk)).map(|lane| lane.id.clone()).collect::<Vec<_>>()
    };
    let before = shown(&desk);
    desk.get_by_label_contains("lanes of").click();
    settle(&mut desk);
    desk.get_by_label("Hide Reviews").click();
    settle(&mut desk);
    desk.get_by_label("Show Outcomes").click();
    settle(&mut desk);
    desk.get_by_label("Access up").click();
    settle(&mut desk);
    let after = shown(&desk);
    assert!(!after.contains(&"reviews".to_owned()) && after.contains(&"outcomes".to_owned()), "{after:?}");
    assert_ne!(before, after);
    let settings = &desk.state().app.settings;
    let kept: probity::app::Settings = serde_json::from_str(&serde_json::to_string(settings).unwrap()).unwrap();
    assert_eq!(kept.lanes, settings.lanes);
    press(&mut desk, Key::Escape);
    for grouping in Grouping::ALL {
        apply(&mut desk, Command::GroupBy(grouping));
        let Some(Body::Density(bands)) = lanes(&desk).lane("decisions").map(|lane| &lane.body) else { panic!("none") };
        let sum: u32 = bands.iter().map(|band| band.records.whole.len()).sum();
        assert_eq!(sum, counted(&desk, &lanes(&desk).lane("decisions").expect("a lane").filter), "{grouping:?}");
    }
    apply(&mut desk, Command::LookAtModel("fraud-screen".to_owned()));
    assert_eq!(lanes(&desk).model.as_deref(), Some("fraud-screen"));
}

/// A bundle of these records.
fn bundle(folder: &Path, records: &[&str]) -> PathBuf {
    let log = Log::of(records.iter().map(|record| record.as_bytes().to_vec()), 1000);
    let path = folder.join("odd.audit.zip");
    std::fs::write(&path, common::zip(&Export::whole(&log).files())).expect("a file");
    path
}

#[test]
fn the_story_of_an_incident_is_told_and_its_filter_edited() {
    let mut desk = timeline("lending.audit.zip", Mode::Light);
    // From a record of it, by one key.
    apply(&mut desk, Command::Select(12_523));
    press(&mut desk, Key::B);
    let affected = |desk: &Desk| {
        let told = desk.state().app.story().and_then(|(_, told)| told).expect("a story").expect("told");
        told.affected.as_ref().map(|affected| (affected.count, affected.filter.clone()))
    };
    assert_eq!(affected(&desk).expect("affected").0, 933);
    for said in ["Affected decisions", "Reporting clocks", "Before, during, after", "Versions in service"] {
        desk.get_by_label(said);
    }
    assert!(desk.query_all_by_label_contains("approved only by whoever deployed it").next().is_some());
    // The truth names the segment: with it, the records are exactly those that were harmed.
    let truth = std::fs::read_to_string(super::shell::sample("lending.truth.json")).expect("the truth");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
    let filter = format!("{} input.metadata.segment:self-employed", affected(&desk).expect("affected").1);
    apply(&mut desk, Command::SetAffected(filter));
    let told = desk.state().app.story().and_then(|(_, told)| told).expect("a story").expect("told").clone();
    let harmed = told.affected.expect("affected");
    assert_eq!(Some(harmed.count), truth["affected"]["count"].as_u64());
    assert_eq!(Some(&*harmed.ids_blake3), truth["affected"]["ids_blake3"].as_str());
    // What cannot be read is said, and the way back is one step.
    apply(&mut desk, Command::SetAffected("nonsense:(".to_owned()));
    desk.get_by_label("Take the incident's own filter").click();
    settle(&mut desk);
    assert_eq!(affected(&desk).expect("affected").0, 933);
    press(&mut desk, Key::Escape);
    assert!(desk.state().app.story().is_none());
    // A stretch that is selected has a story too; where nothing is chosen, that is said.
    apply(&mut desk, Command::Deselect);
    press(&mut desk, Key::B);
    assert!(desk.state().app.story().is_none());
    let span = (at("2026-04-17T19:42:07.318Z"), at("2026-04-29T08:05:41.089Z"));
    apply(&mut desk, Command::SetSpan(Some(span)));
    press(&mut desk, Key::B);
    assert_eq!(affected(&desk).expect("affected").0, 933 + counted_between(&desk, "version:2.3.1", span));
}

/// Decisions of the model that is looked at, from one instant to another.
fn counted_between(desk: &Desk, filter: &str, (from, to): (i64, i64)) -> u64 {
    let time = |nanos| probity::record::time::shown(chrono::DateTime::from_timestamp_nanos(nanos));
    counted(desk, &format!("kind:decision model:credit-scoring {filter} time:\"{}\"..\"{}\"", time(from), time(to)))
        .into()
}

#[test]
fn odd_logs_have_a_timeline_or_say_why_not() {
    let decision = |at: &str| {
        format!(r#"{{"kind":"decision","timestamp":"{at}","model":{{"id":"m"}},"input":{{}},"output":{{}}}}"#)
    };
    let deploy = |at: &str, version: &str, percent: u32| {
        format!(
            r#"{{"kind":"deployment","timestamp":"{at}","model":{{"id":"m","version":"{version}"}},"action":"deploy","traffic_percent":{percent}}}"#
        )
    };
    let day = |n: u32| format!("2026-03-{n:02}T00:00:00Z");
    let logs: Vec<(&str, Vec<String>, Option<u32>)> = vec![
        ("nothing has a time", vec![r#"{"kind":"decision","model":{},"output":{}}"#.to_owned()], None),
        ("one record", vec![decision(&day(1))], Some(1)),
        ("all at once", vec![decision(&day(1)); 5], Some(5)),
        ("backwards", (1..9).rev().map(|n| decision(&day(n))).collect(), Some(8)),
        (
            "junk",
            (1..28)
                .map(|n| decision(&day(n)))
                .cycle()
                .take(250)
                .chain([decision("1601-01-01T00:00:00Z"), decision("nonsense")])
                .collect(),
            Some(250),
        ),
        (
            "overlapping deployments",
            vec![
                deploy(&day(1), "1", 100),
                deploy(&day(3), "2", 10),
                deploy(&day(3), "3", 10),
                decision(&day(4)),
                deploy(&day(5), "2", 100),
            ],
            Some(1),
        ),
    ];
    for (name, records, expected) in logs {
        let folder = tempfile::tempdir().expect("a folder");
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let (mut desk, camera) = over(&[bundle(folder.path(), &records)], Mode::Light);
        press(&mut desk, Key::Num3);
        let Some(expected) = expected else {
            desk.get_by_label_contains("There is no time to draw");
            continue;
        };
        let lanes = lanes(&desk);
        let Some(Body::Density(bands)) = lanes.lane("decisions").map(|lane| &lane.body) else { panic!("{name}") };
        let (from, to) = lanes.extent;
        let on_axis: u32 = bands.iter().map(|band| band.records.whole.count(from.into(), i128::from(to) + 1)).sum();
        assert_eq!(on_axis, expected, "{name}");
        assert_eq!(lanes.lane("untrue").is_some(), name == "junk");
        camera.keep(&desk, &format!("timeline-{}", name.replace(' ', "-")));
        for key in [Key::W, Key::W, Key::D, Key::A, Key::S, Key::F] {
            press(&mut desk, key);
        }
        write(&mut desk, ".");
        write(&mut desk, ",");
    }
}

#[test]
fn down_to_a_millisecond() {
    let mut desk = timeline("lending.audit.zip", Mode::Light);
    let event = at("2026-04-17T19:42:07.318Z");
    apply(&mut desk, Command::SetRange(Some((event - 500_000, event + 500_000))));
    assert_eq!(desk.state().app.window(), Some((event - 500_000, event + 500_000)));
    assert_eq!(rows_below(&desk), 1);
    press(&mut desk, Key::W);
    let (from, to) = desk.state().app.window().expect("a stretch");
    assert_eq!(to - from, 1_000_000, "no shorter than a millisecond");
}

#[test]
fn pictures() {
    for (mode, word) in [(Mode::Light, "light"), (Mode::Dark, "dark")] {
        for (size, scale, name) in
            [([1440.0, 900.0], 1.0, ""), ([1024.0, 640.0], 1.0, "-small"), ([720.0, 450.0], 2.0, "-double")]
        {
            let (mut desk, camera) = sized(&[super::shell::sample("lending.audit.zip")], mode, size, scale);
            press(&mut desk, Key::Num3);
            camera.keep(&desk, &format!("timeline{name}-{word}"));
            apply(&mut desk, Command::SetRange(Some((at("2026-04-10T00:00:00Z"), at("2026-05-03T00:00:00Z")))));
            apply(&mut desk, Command::SetSpan(Some((at("2026-04-17T12:00:00Z"), at("2026-04-19T12:00:00Z")))));
            apply(&mut desk, Command::SetFilter("model:credit-scoring result:deny or user:svc-features".to_owned()));
            apply(&mut desk, Command::ShowRowsOf(RowsOf::Kind(Kind::Access)));
            camera.keep(&desk, &format!("timeline-filtered{name}-{word}"));
            apply(&mut desk, Command::TellStory(Some(StoryOf::Incident("INC-2026-014".to_owned()))));
            camera.keep(&desk, &format!("timeline-story{name}-{word}"));
        }
        let (mut desk, camera) = window(Some("lending-tampered.audit.zip"), mode);
        press(&mut desk, Key::Num3);
        camera.keep(&desk, &format!("timeline-tampered-{word}"));
        apply(&mut desk, Command::TellStory(Some(StoryOf::Incident("INC-2026-014".to_owned()))));
        camera.keep(&desk, &format!("timeline-story-tampered-{word}"));
    }
}

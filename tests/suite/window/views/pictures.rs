//! Pictures under `target/pictures`, light and dark.

use probity::app::{Command, Recent, View};
use probity::ui::theme::Mode;

use super::{Desk, ROOM, sample, window};

const MODES: [(Mode, &str); 2] = [(Mode::Light, "light"), (Mode::Dark, "dark")];

fn keep(name: &str, size: [f32; 2], make: impl Fn() -> Desk) {
    for (mode, word) in MODES {
        let (harness, camera) = window(make(), size, mode);
        let picture = camera.keep(&harness, &format!("{name}-{word}"));
        assert_eq!(picture.bytes(), camera.picture(&harness).bytes(), "the same frame is the same picture");
    }
}

fn recent() -> Desk {
    let mut desk = Desk::new();
    for (title, file, records, verdict, integrity) in [
        ("Claims, slice for matter 11", "claims-slice-11.zip", 1_204, "intact, slice", "intact"),
        ("Triage assistant, May", "triage-2026-05", 412_806, "unverifiable, tail unknown", "unverifiable"),
        ("Lending, as received by counsel", "lending-received.zip", 19_649, "broken, truncated", "broken"),
        ("Lending, spring 2026", "lending.audit.zip", 20_000, "intact, whole", "intact"),
    ] {
        desk.app.settings.opened(Recent {
            path: format!("/cases/{file}").into(),
            title: title.to_owned(),
            records,
            verdict: verdict.to_owned(),
            integrity: integrity.to_owned(),
            opened: "2025-11-18T09:14:00Z".to_owned(),
            bundles: Vec::new(),
        });
    }
    desk
}

#[test]
fn start() {
    keep("start", [1440.0, 876.0], recent);
    keep("start-first", [1440.0, 876.0], Desk::new);
}

#[test]
fn overview() {
    keep("overview", ROOM, || Desk::open(&[sample("lending.audit.zip")]));
    keep("overview-tall", [1376.0, 960.0], || Desk::open(&[sample("lending-slice.audit.zip")]));
    keep("overview-tampered", ROOM, || Desk::open(&[sample("lending-tampered.audit.zip")]));
    keep("overview-several", ROOM, || Desk::open(&[sample("lending.audit.zip"), sample("lending-tampered.audit.zip")]));
}

fn damaged() -> Desk {
    let mut desk = Desk::new();
    desk.app.settings.trusted.push(sample("lending.vkey"));
    desk.apply(Command::Open(vec![sample("lending-tampered.audit.zip")]));
    desk.apply(Command::Show(View::Integrity));
    desk.apply(Command::NextFinding(true));
    desk
}

#[test]
fn integrity() {
    keep("integrity-tampered", ROOM, damaged);
    keep("integrity-several", ROOM, || {
        let mut desk = Desk::open(&[sample("lending.audit.zip"), sample("lending-tampered.audit.zip")]);
        desk.apply(Command::GoToFinding(1, 0));
        desk.apply(Command::Show(View::Integrity));
        desk
    });
    keep("integrity-gap", ROOM, || {
        let mut desk = damaged();
        desk.apply(Command::NextFinding(true));
        desk
    });
    keep("integrity", ROOM, || {
        let mut desk = Desk::open(&[sample("lending.audit.zip")]);
        desk.apply(Command::Show(View::Integrity));
        desk
    });
    keep("integrity-slice", ROOM, || {
        let mut desk = Desk::open(&[sample("lending-slice.audit.zip")]);
        desk.apply(Command::Show(View::Integrity));
        desk
    });
}

#[test]
fn a_second_zone_stands_beside_the_first() {
    let zoned = |mut desk: Desk| {
        desk.app.settings.zone = Some("Europe/Berlin".to_owned());
        desk
    };
    keep("integrity-zone", ROOM, || zoned(damaged()));
    keep("overview-zone", ROOM, || zoned(Desk::open(&[sample("lending.audit.zip")])));
}

#[test]
fn small() {
    keep("integrity-small", [960.0, 456.0], damaged);
    keep("overview-small", [960.0, 456.0], || Desk::open(&[sample("lending-tampered.audit.zip")]));
}

#[test]
fn case() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let mut n = 0;
    for (mode, word) in MODES {
        n += 1;
        let place = path.join(n.to_string());
        std::fs::create_dir(&place).expect("a folder");
        let mut desk = super::with_case(&place, "lending.audit.zip");
        desk.apply(Command::Put(probity::case::entry::Value::Title { text: "Lending, spring 2026".to_owned() }));
        let note = "2.4.0 was deployed on a Friday evening and approved by the person who deployed it. Policy asks for a \
                    second approver; the change request has none. Ask for the change meeting’s minutes.";
        desk.apply(Command::Tag("approval".to_owned(), vec![10_064]));
        desk.apply(Command::Tag("affected".to_owned(), (10_100..10_220).collect()));
        desk.apply(Command::Note(note.to_owned(), vec![10_064]));
        desk.apply(Command::Note("Basis for the list of affected applicants.".to_owned(), (10_100..10_220).collect()));
        desk.apply(Command::Note("Ask the operator for the rotation of keys.".to_owned(), Vec::new()));
        desk.apply(Command::Show(View::Case));
        desk.apply(Command::VerifyCase);
        let (harness, camera) = window(desk, ROOM, mode);
        camera.keep(&harness, &format!("case-{word}"));
    }
}

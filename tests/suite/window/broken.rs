//! Broken bundles in the window: each is opened, every view is looked at, and what is wrong is said. Nothing panics, nothing hangs, and what
//! could not be read is never told to be intact.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use probity::integrity::verdict::Integrity;
use probity::ui::theme::Mode;

use super::shell::{over, sample, settle};
use crate::desk::Desk as Folder;

/// Names and bytes of files that were damaged on their way, or are none.
fn files() -> Vec<(String, Vec<u8>)> {
    let whole = std::fs::read(sample("lending-slice.audit.zip")).unwrap();
    let mut out: Vec<(String, Vec<u8>)> = vec![
        ("empty.audit.zip".to_owned(), Vec::new()),
        ("text.audit.zip".to_owned(), b"not a bundle\n".to_vec()),
        ("head.audit.zip".to_owned(), whole[..30].to_vec()),
        ("twice.audit.zip".to_owned(), [&whole[..], &whole[..]].concat()),
        ("before.audit.zip".to_owned(), [&b"#!/bin/sh\n"[..], &whole[..]].concat()),
        ("zeros.audit.zip".to_owned(), vec![0; 4096]),
        ("empty.jsonl".to_owned(), Vec::new()),
        ("words.jsonl".to_owned(), b"{\"kind\":\"decision\"}\n{\n\xff\xfe\n[]\n\n".to_vec()),
        ("endless.jsonl".to_owned(), [vec![b'['; 300_000], vec![b'x'; 2_000_000]].concat()),
        ("cut.jsonl.zst".to_owned(), vec![0x28, 0xb5, 0x2f, 0xfd, 0x04]),
        ("case.probity-case".to_owned(), b"SQLite format 3\0 and no more".to_vec()),
    ];
    for tenth in [1, 3, 5, 7, 9] {
        out.push((format!("cut-{tenth}.audit.zip"), whole[..whole.len() * tenth / 10].to_vec()));
    }
    // One byte each, all over the file, and in its directory at the end.
    let places = (0..10).map(|n| whole.len() * (2 * n + 1) / 20).chain((1..8).map(|n| whole.len() - n * 40));
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        out.push((format!("byte-{at}.audit.zip"), bytes));
    }
    out
}

#[test]
fn broken_bundles_are_opened_and_what_is_wrong_is_said() {
    let folder = Folder::new();
    let (desk, _) = over(&[sample("lending-slice.audit.zip")], Mode::Light);
    let whole = desk.state().app.session().unwrap().evidence().rows();
    for (name, bytes) in files() {
        folder.put(&name, &bytes);
        let (mut desk, camera) = over(&[folder.path(&name)], Mode::Light);
        for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::CloseBracket] {
            desk.key_press_modifiers(Modifiers::NONE, key);
            settle(&mut desk);
        }
        let app = &desk.state().app;
        let is_refused = !app.problems().is_empty();
        assert!(is_refused != app.session().is_some(), "{name}: it is open, or it is said why it is not");
        // A byte that says nothing of a record, such as a time in the zip's directory, may be another.
        let is_intact = |session: &probity::app::Session| {
            session.reports().all(|report| report.verdict.integrity == Integrity::Intact)
        };
        assert!(
            app.session().is_none_or(|session| !is_intact(session) || session.evidence().rows() == whole),
            "{name}: told to be intact, and records are not there"
        );
        if is_refused {
            let why = &app.problems()[0].why;
            assert!(why.len() > 20, "{name}: {why}");
            assert!(
                desk.query_all_by(|node| node.label().is_some_and(|said| said.contains(&name))).count() > 0,
                "{name}: {why}"
            );
        }
        camera.keep(&desk, &format!("broken-{name}"));
        assert_eq!(std::fs::read(folder.path(&name)).unwrap(), bytes, "{name}: evidence is only read");
    }
}

//! Where there is little room: no number, time or verdict is cut, and no text lies over another.

use egui::{Key, Rect, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use probity::app::{Command, Overlay, Recent};
use probity::ui::shell::Window;
use probity::ui::theme::Mode;

use super::shell::{sample, settle, sized};

/// A text as it is drawn: what it says, where, and how much of that is seen.
struct Drawn {
    text: String,
    all: Rect,
    seen: Rect,
    /// Where the text goes on behind its "…", in characters.
    elided: Option<usize>,
}

fn texts(shape: &Shape, clip: Rect, out: &mut Vec<Drawn>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, clip, out)),
        Shape::Text(text) => {
            let all = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            let rows = &text.galley.rows;
            let elided = text.galley.elided.then(|| rows.iter().map(|row| row.glyphs.len()).sum::<usize>() - 1);
            if all.is_positive() && all.intersect(clip).is_positive() {
                let (text, seen) = (text.galley.job.text.clone(), all.intersect(clip));
                out.push(Drawn { text, all, seen, elided });
            }
        }
        _ => {}
    }
}

fn drawn(harness: &Harness<'_, Window>) -> Vec<Drawn> {
    let mut out = Vec::new();
    for clipped in &harness.output().shapes {
        texts(&clipped.shape, clipped.clip_rect, &mut out);
    }
    out
}

fn has_figure(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Whether the cut behind so many characters goes through a number.
fn is_cut_number(text: &str, at: usize) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let characters: Vec<char> = text.chars().collect();
    is_part(at.checked_sub(1).and_then(|at| characters.get(at)).copied()) && is_part(characters.get(at).copied())
}

/// What is wrong with what is drawn: figures cut at the side, numbers cut by "…", texts over each other.
#[must_use]
pub(super) fn faults(harness: &Harness<'_, Window>) -> Vec<String> {
    let drawn = drawn(harness);
    let mut out = Vec::new();
    for one in &drawn {
        let is_cut = one.all.left() < one.seen.left() - 1.0 || one.all.right() > one.seen.right() + 1.0;
        if is_cut && has_figure(&one.text) {
            out.push(format!("cut at the side: {}", one.text));
        }
        if one.elided.is_some_and(|at| is_cut_number(&one.text, at)) {
            out.push(format!("a number is cut: {}", one.text));
        }
    }
    // What lies over the window covers what is below it.
    if harness.state().app.overlay() != Overlay::None {
        return out;
    }
    for (at, one) in drawn.iter().enumerate() {
        for other in &drawn[at + 1..] {
            let both = one.seen.intersect(other.seen);
            if both.width() > 1.0 && both.height() > 1.0 {
                out.push(format!("over each other: {} and {}", one.text, other.text));
            }
        }
    }
    out
}

#[test]
fn every_view_fits_where_there_is_little_room() {
    let mut wrong = Vec::new();
    for (size, scale, mode, word) in [
        ([1024.0, 640.0], 1.0, Mode::Light, "least"),
        ([1024.0, 640.0], 2.0, Mode::Dark, "double"),
        ([960.0, 540.0], 2.0, Mode::Light, "960x540"),
        ([683.0, 384.0], 2.0, Mode::Dark, "683x384"),
        ([640.0, 384.0], 1.0, Mode::Light, "640x384"),
    ] {
        let (mut harness, camera) = sized(&[sample("lending-tampered.audit.zip")], mode, size, scale);
        harness.state_mut().app.apply(Command::Select(10_064));
        let mut look = |harness: &Harness<'_, Window>, name: &str| {
            let name = format!("{word}-{name}");
            camera.keep(harness, &name);
            wrong.extend(faults(harness).into_iter().map(|fault| format!("{name}: {fault}")));
        };
        for key in [Key::Num1, Key::Num2, Key::Num4, Key::Num5, Key::Num6] {
            harness.key_press(key);
            settle(&mut harness);
            harness.get_by_label_contains("Integrity broken in 1 place");
            look(&harness, &harness.state().app.view().name().to_lowercase());
        }
        for (key, name) in [(Key::Num2, "integrity-detail"), (Key::Num4, "records-detail")] {
            harness.key_press(key);
            settle(&mut harness);
            assert!(harness.query_by_label("Close the detail").is_none(), "it is closed until it is asked for");
            harness.state_mut().app.apply(Command::ToggleDetail);
            settle(&mut harness);
            harness.get_by_label("Close the detail");
            look(&harness, name);
            harness.key_press(Key::Escape);
            settle(&mut harness);
        }
        harness.get_by_role_and_label(egui::accesskit::Role::Button, "Facets").click();
        settle(&mut harness);
        look(&harness, "facets");
        harness.get_by_role_and_label(egui::accesskit::Role::Button, "Facets").click();
        harness.state_mut().app.apply(Command::SetFilter("model:credit-scoring -result:approve".to_owned()));
        settle(&mut harness);
        look(&harness, "filtered");
        for (overlay, name) in [
            (Overlay::Settings, "settings"),
            (Overlay::Keys, "keys"),
            (Overlay::Palette, "palette"),
            (Overlay::Note, "note"),
        ] {
            harness.state_mut().app.apply(Command::Overlay(overlay));
            settle(&mut harness);
            look(&harness, name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_start_fits_where_there_is_little_room() {
    for (size, word) in [([960.0, 540.0], "960x540"), ([640.0, 384.0], "640x384")] {
        let (mut harness, camera) = sized(&[], Mode::Light, size, 1.0);
        for (title, records, verdict, integrity) in [
            (
                "Triage assistant, May 2026, as received by counsel",
                412_806,
                "unverifiable, tail unknown",
                "unverifiable",
            ),
            ("Lending", 19_649, "broken, truncated", "broken"),
        ] {
            harness.state_mut().app.settings.opened(Recent {
                path: format!("/cases/{records}.zip").into(),
                title: title.to_owned(),
                records,
                verdict: verdict.to_owned(),
                integrity: integrity.to_owned(),
                opened: "2025-11-18T09:14:00Z".to_owned(),
                bundles: Vec::new(),
            });
        }
        settle(&mut harness);
        camera.keep(&harness, &format!("{word}-start"));
        assert_eq!(faults(&harness), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn the_detail_is_there_again_once_there_is_room_beside_the_rows() {
    let (mut harness, _) = sized(&[sample("lending.audit.zip")], Mode::Light, [1440.0, 900.0], 1.0);
    harness.key_press(Key::Num4);
    settle(&mut harness);
    let is_open = |harness: &Harness<'_, Window>| harness.query_by_label("Close the detail").is_some();
    assert!(is_open(&harness));
    for (width, expected) in [(1000.0, false), (1440.0, true)] {
        harness.set_size(egui::vec2(width, 700.0));
        settle(&mut harness);
        assert_eq!(is_open(&harness), expected, "{width}");
    }
}

#[test]
fn cut_numbers_are_told_from_cut_words() {
    for (text, at, expected) in
        [("seq 12 345", 6, false), ("seq 12345", 6, true), ("12 records", 5, false), ("", 0, false)]
    {
        assert_eq!(is_cut_number(text, at), expected, "{text}");
    }
}

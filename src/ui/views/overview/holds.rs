//! What the log holds: which one it is, who is named in it, its records by kind, the models and versions served.

use egui::{Rect, Ui, pos2, vec2};

use super::super::{parts, words};
use super::{Known, number, served, share};
use crate::app::{App, Command, Session, View};
use crate::evidence::Log;
use crate::record::Kind;
use crate::record::sealed::hex;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{HashLabel, field_row, field_text, hairline, section, subsection, text};
use crate::ui::words::zoned_span;

/// So many kinds are shown by name.
const MOST: usize = 6;
/// Where bars begin.
pub(super) const BAR_LEFT: f32 = 104.0;
/// Width of a bar.
const BAR: f32 = 120.0;

pub(super) fn show(
    ui: &mut Ui,
    app: &App,
    (session, log): (&Session, &Log),
    known: &Known,
    commands: &mut Vec<Command>,
) {
    ui.add_space(measure::PAD_WIDE);
    parts::inset(ui, measure::PAGE, |ui| {
        section(ui, "What the log holds", "");
        ui.add_space(measure::CELL);
        identity(ui, app, (session, log));
        ui.add_space(measure::PAD);
        hairline(ui);
        ui.add_space(measure::PAD);
        let all: u64 = known.by_kind.iter().map(|n| u64::from(*n)).sum();
        let mut told = counted(all, "record", "records");
        if let n @ 2.. = session.evidence().logs().len() {
            told += &format!(" of {} bundles, each once", count(n as u64));
        }
        subsection(ui, "Record kinds", &told);
        kinds(ui, known, commands);
        if !session.facts().service.models.is_empty() {
            ui.add_space(measure::PAD);
            hairline(ui);
            ui.add_space(measure::PAD);
            served::show(ui, session, commands);
        }
        ui.add_space(measure::PAD_WIDE);
    });
}

fn identity(ui: &mut Ui, app: &App, (session, log): (&Session, &Log)) {
    let theme = Theme::of(ui);
    let report = &log.index.report;
    if let Some(title) = session.case().and_then(|case| case.title()) {
        field_text(ui, "case", &title, Type::TableMedium);
    }
    field_text(ui, "origin", report.log.origin.as_deref().unwrap_or("not known"), Type::Table);
    let mut held = count(report.records);
    if let (Some(first), Some(last)) = (report.ranges.first(), report.ranges.last()) {
        held += &format!(", seq {} – {}", count(first.start), count(last.end.saturating_sub(1)));
        if report.ranges.len() > 1 {
            held += &format!(" in {} runs", count(report.ranges.len() as u64));
        }
    }
    field_text(ui, "records", &held, Type::Table);
    // As `verify` says it: when the log itself was opened, or records were imported, is no time of something that it tells of.
    match report.times {
        Some((first, last)) => {
            field_text(ui, "times", &format!("{} – {} UTC", words::instant(first), words::instant(last)), Type::Table);
            if let Some(zone) = app.settings.second_zone() {
                let zoned = zoned_span(first, last, zone);
                field_row(ui, "", |ui| text::wrapped(ui, &zoned, Type::Table, theme.text2));
            }
        }
        None => drop(field_text(ui, "times", "no time that can be read", Type::Table)),
    }
    field_row(ui, "root", |ui| match &report.log.root {
        Some(root) => {
            let of = format!("Merkle root over {}", counted(report.log.size, "record", "records"));
            ui.add(HashLabel::new(&hex(root), &of));
        }
        None => drop(parts::line(ui, "cannot be computed", Type::Table, theme.text2)),
    });
    let people = &session.facts().people;
    if !people.is_empty() {
        let told: Vec<String> = people.iter().map(|(role, n)| format!("{} {role}", number(*n))).collect();
        field_text(ui, "people", &told.join(", "), Type::Table);
    }
    if let Some(digest) = &report.bundle_digest {
        field_row(ui, "bundle", |ui| ui.add(HashLabel::new(&hex(digest), "BLAKE3 of the bundle")));
    }
}

/// A name, a bar and a number, as one row that leads somewhere.
fn bar(ui: &mut Ui, name: &str, n: u32, most: u32, label: &str) -> egui::Response {
    let theme = Theme::of(ui);
    let response = parts::bare_row(ui, measure::FACET, label);
    let (rect, painter) = (response.rect, ui.painter());
    let middle = rect.center().y;
    text::place(painter, rect.left(), middle, text::cut(ui, name, Type::Table, theme.text, BAR_LEFT - 8.0));
    let left = rect.left() + BAR_LEFT;
    let whole = Rect::from_min_max(pos2(left, middle - 3.0), pos2(left + BAR, middle + 3.0));
    painter.rect_filled(whole, 0.0, theme.sunken);
    let length = (BAR * share(n, most)).max(if n > 0 { 1.0 } else { 0.0 });
    painter.rect_filled(Rect::from_min_size(whole.min, vec2(length, 6.0)), 0.0, theme.neutral);
    text::place_right(painter, left + BAR + 72.0, middle, text::line(ui, &number(n), Type::Table, theme.text));
    response
}

fn kinds(ui: &mut Ui, known: &Known, commands: &mut Vec<Command>) {
    let mut kinds: Vec<(Kind, u32)> = Kind::ALL.into_iter().zip(known.by_kind).filter(|(_, n)| *n > 0).collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let most = kinds.first().map_or(0, |(_, n)| *n);
    let shown = if kinds.len() > MOST + 1 { MOST } else { kinds.len() };
    for (kind, n) in kinds.iter().take(shown) {
        let label = format!("{}: {}, show them", kind.name(), counted(u64::from(*n), "record", "records"));
        if bar(ui, kind.name(), *n, most, &label).clicked() {
            let show = [Command::ClearFilter, Command::SetKind(Some(*kind)), Command::Show(View::Records)];
            commands.extend(show);
        }
    }
    if kinds.len() > shown {
        let rest: u32 = kinds.iter().skip(shown).map(|(_, n)| *n).sum();
        let theme = Theme::of(ui);
        let names: Vec<&str> = kinds.iter().skip(shown).map(|(kind, _)| kind.name()).collect();
        let words =
            format!("{} more: {}; {}", names.len(), names.join(", "), counted(u64::from(rest), "record", "records"));
        ui.add_space(3.0);
        parts::wrapped(ui, &words, Type::Table, theme.text2);
    }
}

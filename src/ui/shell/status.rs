//! The status line: how many records pass, what is going on and how to stop it, the zone.

use egui::{Layout, Ui};

use crate::app::{App, Command, View};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{link, shortened, text};
use crate::ui::words;

pub(super) fn show(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let caption = |text: String| Type::Caption.rich(text).color(theme.text2);
    ui.horizontal_centered(|ui| {
        ui.add_space(measure::PAD_WIDE);
        ui.spacing_mut().item_spacing.x = measure::PAD_WIDE;
        match app.session() {
            None => drop(ui.label(caption("Nothing open".to_owned()))),
            Some(session) => {
                let all = session.evidence().records().unwrap_or(session.evidence().rows());
                if let Some(rows) = &session.answered.rows {
                    let of = if session.evidence().is_part() { "the first " } else { "" };
                    // What is seen answers an older question.
                    let (end, color) =
                        if session.is_old() { (", filtering…", theme.faint) } else { ("", theme.text) };
                    let all = counted(all.into(), "record", "records");
                    let text = format!("{} of {of}{all}{end}", count(rows.count().into()));
                    ui.label(Type::CaptionMedium.rich(text).color(color));
                }
                let suspended = app.filter.suspended() as u64;
                if suspended > 0 {
                    ui.label(caption(format!("{} suspended", counted(suspended, "condition", "conditions"))));
                }
                if let Some(progress) = session.progress()
                    && progress.elapsed().as_millis() > 300
                {
                    let (records, bytes) = progress.done();
                    ui.label(caption(rate(records, bytes, progress.elapsed().as_secs_f64())));
                    if link(ui, "Stop", Type::Caption).clicked() {
                        commands.push(Command::Cancel);
                    }
                }
            }
        }
        if let Some((name, (records, bytes), elapsed)) = app.handing()
            && elapsed.as_millis() > 300
        {
            let rate = rate(records, bytes, elapsed.as_secs_f64());
            ui.label(caption(format!("Writing {}: {rate}", shortened(name, 24, 12))));
            if link(ui, "Stop", Type::Caption).clicked() {
                commands.push(Command::Cancel);
            }
        }
        if let Some(opening) = app.opening() {
            let (records, bytes, elapsed) = opening.progress();
            let rate = rate(records, bytes, elapsed.as_secs_f64());
            // A second time, the finishing is stopped too.
            let (text, word) = if opening.is_stopping() {
                (format!("Stopped after {rate}: putting it in order"), "Drop it")
            } else if records == 0 {
                ("Looking for its index".to_owned(), "Stop")
            } else {
                (format!("Reading {rate}"), "Stop")
            };
            ui.label(caption(text));
            if link(ui, word, Type::Caption).clicked() {
                commands.push(Command::Cancel);
            }
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(measure::PAD_WIDE);
            let zone = app.settings.second_zone();
            let times = app.session().map(|session| session.evidence().times());
            // The time of the record shown, in each zone; else the zones.
            // On the timeline, the time of its cursor.
            let cursor = (app.view() == View::Timeline).then(|| app.pointed().or(app.timeline().cursor)).flatten();
            let of_record = || app.selected().zip(times).and_then(|(row, times)| times.instant(row));
            let words = match (cursor.map(chrono::DateTime::from_timestamp_nanos).or_else(of_record), zone) {
                (Some(at), Some(zone)) => format!("{} UTC, {} {zone}", words::time(at), words::zoned(at, zone)),
                (Some(at), None) => format!("{} UTC", words::time(at)),
                (None, Some(zone)) => format!("UTC and {zone}"),
                (None, None) => "UTC".to_owned(),
            };
            // Where there is no room beside what goes on, the program's name goes first, then the time.
            for words in [words, concat!("Probity ", env!("CARGO_PKG_VERSION")).to_owned()] {
                let width = text::line(ui, &words, Type::Caption, theme.text2).size().x;
                if width > ui.available_width() {
                    break;
                }
                ui.label(caption(words));
            }
        });
    });
}

/// How far and how fast.
pub(super) fn rate(records: u64, bytes: u64, seconds: f64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a rate that is shown in whole megabytes")]
    let speed = bytes as f64 / 1e6 / seconds.max(0.001);
    format!("{}, {speed:.0} MB/s", counted(records, "record", "records"))
}

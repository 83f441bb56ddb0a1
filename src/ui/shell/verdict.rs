//! The verdict strip: the five axes in words, of several bundles the worst of each; counts of checks at the right. A log that is
//! still being read, or was not read to its end, has none yet: that is said instead.

use egui::{Layout, Ui};

use crate::app::{App, Command};
use crate::integrity::Report;
use crate::integrity::damage::Damages;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::views::{bundles, words};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{VERDICT_GAP, VerdictItem, link, text, tip, verdict_gap};

pub(super) fn show(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    let reports: Vec<&Report> = session.reports().collect();
    let theme = Theme::of(ui);
    ui.horizontal_centered(|ui| {
        ui.add_space(measure::PAD_WIDE);
        let axes: Vec<_> = words::worst(reports.iter().copied()).into_iter().flatten().collect();
        let values: Vec<String> = axes.iter().map(|said| lower(&said.value)).collect();
        let items = |is_short| {
            axes.iter()
                .zip(&values)
                .map(move |(said, value)| VerdictItem::new(said.state, said.axis, value).short(is_short))
        };
        let room = ui.available_width() - measure::PAD_WIDE;
        let fits =
            |ui: &Ui, is_short, gap: f32| items(is_short).map(|item| item.width(ui) + gap).sum::<f32>() - gap <= room;
        let narrow = VERDICT_GAP / 2.0;
        let (is_short, gap) = match (fits(ui, false, VERDICT_GAP), fits(ui, false, narrow)) {
            (true, _) => (false, VERDICT_GAP),
            (false, true) => (false, narrow),
            (false, false) => (true, narrow),
        };
        for (n, item) in items(is_short).enumerate() {
            if n > 0 {
                verdict_gap(ui, gap);
            }
            let axis = axes.get(n).map_or("", |said| said.axis);
            if tip(ui.add(item), format!("{axis}: show it in Integrity")).clicked() {
                commands.push(Command::ShowBundle(bundles::worst_of(&reports, n)));
            }
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(measure::PAD_WIDE);
            let sum = |of: fn(&Report) -> u64| reports.iter().map(|report| of(report)).sum::<u64>();
            if session.evidence().is_part() {
                if !app.is_reading() && link(ui, "Read all of it", Type::Caption).clicked() {
                    commands.push(Command::ReadOn);
                }
                let text =
                    if app.is_reading() { "Reading: the verdict comes at the end" } else { "Stopped: no verdict" };
                ui.label(Type::Caption.rich(text).color(theme.text2));
                return;
            }
            let skipped = counted(sum(|report| report.checks.skipped.len() as u64), "check", "checks");
            let mut damages = Damages::default();
            for one in reports.iter().map(|report| Damages::of(report)) {
                damages.broken += one.broken;
                damages.gaps += one.gaps;
                damages.ends += one.ends;
            }
            let failed = match damages.total() {
                0 => format!("{} failed", count(sum(|report| report.checks.failed.values().sum()))),
                _ => words::damaged(damages),
            };
            let checked = format!("{} checked", count(sum(|report| report.records)));
            // What counts more is never covered by it: where there is little room, less is said.
            let of = match reports.len() {
                0 | 1 => String::new(),
                several => format!("worst of {} bundles · ", count(several as u64)),
            };
            let said = [
                format!("{of}{checked} · {skipped} skipped · {failed}"),
                format!("{of}{checked} · {failed}"),
                format!("{of}{failed}"),
            ];
            let width = |text: &str| text::line(ui, text, Type::Caption, theme.text2).size().x + measure::PAD;
            let Some(text) = said.into_iter().find(|text| width(text) <= ui.available_width()) else { return };
            ui.label(Type::Caption.rich(text).color(theme.text2));
        });
    });
}

/// As it is written inside a line.
fn lower(value: &str) -> String {
    let mut chars = value.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

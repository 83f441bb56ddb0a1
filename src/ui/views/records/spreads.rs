//! Facets of numbers: how they spread over their range, and the range that is chosen.

use egui::Ui;

use super::range;
use crate::app::{App, Command};
use crate::columns::Spread;
use crate::query::Field;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{SpreadDid, SpreadPlot, figures, link, tip};
use crate::ui::words;

/// What stands at the right of the head: the range of the numbers.
pub(super) fn note(spread: &Spread) -> String {
    match spread.range {
        None => "none".to_owned(),
        Some((least, greatest)) if least < greatest => format!("{} – {}", shown(least), shown(greatest)),
        Some((only, _)) => shown(only),
    }
}

/// A number as people read it.
fn shown(number: f64) -> String {
    words::number_in_text(&number.to_string())
}

/// Shows it under its head.
pub(super) fn show(ui: &mut Ui, app: &App, name: &str, field: &Field, spread: &Spread, commands: &mut Vec<Command>) {
    let Some(whole) = spread.range else {
        // A range that is chosen can be let go also where no record is left that has a number.
        let chosen = range::chosen(&app.filter, field, (f64::NEG_INFINITY, f64::INFINITY));
        return below(ui, app, name, spread, chosen, commands);
    };
    let chosen = range::chosen(&app.filter, field, whole);
    let (from, to) = chosen.map_or(whole, |(_, ends)| ends);
    let share = |number: f64| share(number, whole);
    let plot = SpreadPlot {
        label: &words::field(name),
        counts: &spread.counts,
        chosen: chosen.map(|(_, (from, to))| (share(from), share(to))),
        edges: (&shown(from), &shown(to)),
    };
    let (did, under, response) = plot.show(ui);
    match did {
        SpreadDid::Nothing => {}
        SpreadDid::LetGo => commands.extend(chosen.map(|(at, _)| Command::RemoveCondition(at))),
        SpreadDid::Chose(from, to) => {
            let step = range::step(whole, spread.is_whole);
            let end = |share: f32, is_up| range::rounded(number(share, whole), step, is_up);
            commands.push(range::choose(&app.filter, field, &end(from, false), &end(to, true)));
        }
    }
    if let Some((at, count)) = under.and_then(|at| Some((at, *spread.counts.get(at)?))) {
        tip(response, told(at, count, spread, whole));
    }
    below(ui, app, name, spread, chosen, commands);
}

/// What is chosen, with the way to let it go; records without a number.
fn below(
    ui: &mut Ui,
    app: &App,
    name: &str,
    spread: &Spread,
    chosen: Option<(usize, (f64, f64))>,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    if chosen.is_none() && spread.without == 0 {
        return;
    }
    ui.horizontal(|ui| {
        ui.add_space(28.0);
        ui.set_min_height(measure::CHIP);
        ui.spacing_mut().item_spacing.x = measure::CELL;
        if let Some((at, (from, to))) = chosen {
            let told = match (from.is_finite(), to.is_finite()) {
                (false, _) => format!("to {}", shown(to)),
                (_, false) => format!("from {}", shown(from)),
                _ => format!("{} – {}", shown(from), shown(to)),
            };
            ui.label(Type::TableMedium.rich(told).color(theme.text));
            if link(ui, "all", Type::Table).clicked() {
                commands.push(Command::RemoveCondition(at));
            }
        } else if spread.without > 0 {
            let condition = format!("-has:{name}");
            let told = format!("{} without", figures::count(spread.without.into()));
            let is_chosen = app.filter.query().chips.iter().any(|chip| app.filter.query().chip_text(chip) == condition);
            if link(ui, if is_chosen { "with a number as well" } else { &told }, Type::Table).clicked() {
                commands.push(Command::ToggleCondition(condition));
            }
        }
    });
}

/// What a stretch holds, in words.
fn told(at: usize, count: u32, spread: &Spread, whole: (f64, f64)) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a few stretches")]
    let edge = |at: usize| number(at as f32 / spread.counts.len().max(1) as f32, whole);
    // A stretch is a part of the range: its edges have one digit more than what can be chosen.
    let step = range::step(whole, spread.is_whole);
    let edge = |at: usize| words::number_in_text(&range::rounded(edge(at), step - i32::from(!spread.is_whole), false));
    format!("{} – {}: {}", edge(at), edge(at + 1), figures::counted(count.into(), "record", "records"))
}

/// Where a number is in a range, from 0 to 1; beyond it where it lies outside.
fn share(number: f64, (least, greatest): (f64, f64)) -> f32 {
    let width = greatest / 2.0 - least / 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
    let share = if width > 0.0 { ((number / 2.0 - least / 2.0) / width) as f32 } else { 0.5 };
    share
}

/// The number at a share of a range.
fn number(share: f32, (least, greatest): (f64, f64)) -> f64 {
    let share = f64::from(share);
    least * (1.0 - share) + greatest * share
}

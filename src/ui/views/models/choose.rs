//! What is compared, chosen: versions, stretches of time, or filters, from one menu above the table.

use egui::{Popup, PopupCloseBehavior, Ui};

use super::{Shown, State};
use crate::app::Command;
use crate::app::models::{Deed, Side, stretch_of_time};
use crate::record::text::visible;
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::{Button, text_field, tip, why_not};

/// Width of the menu.
const WIDTH: f32 = 380.0;
/// Height of what is offered of times: of many incidents the rest is scrolled to.
const OFFERS: f32 = 150.0;

/// What is being typed, to be compared.
#[derive(Debug, Default)]
pub(super) struct Typed {
    ranges: [String; 2],
    filters: [String; 2],
    /// Why stretches of time cannot be read.
    fault: Option<String>,
    /// Why a filter is not understood.
    filter_fault: Option<String>,
}

/// The button, and the menu below it.
pub(super) fn button(ui: &mut Ui, shown: &Shown<'_>, state: &mut State, commands: &mut Vec<Command>) {
    let button = ui.add(Button::plain("Compare…").icon(icon::ARROWS_LEFT_RIGHT));
    let button = tip(button, "Compare versions, stretches of time, or what two filters find");
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        egui::Frame::NONE.inner_margin(egui::Margin::same(8)).show(ui, |ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = measure::GRID;
            versions(ui, shown, commands);
            times(ui, shown, &mut state.typed, commands);
            filters(ui, shown, &mut state.typed, commands);
        });
    });
}

fn title(ui: &mut Ui, shown: &Shown<'_>, words: &str) {
    parts::wrapped(ui, words, Type::TableMedium, shown.theme.text);
}

fn compare(ui: &Ui, sides: Option<[Side; 2]>, commands: &mut Vec<Command>) {
    commands.push(Command::Models(Deed::Compare(sides)));
    ui.close();
}

fn offer(ui: &mut Ui, words: &str, icon: Icon, sides: Option<[Side; 2]>, commands: &mut Vec<Command>) {
    if ui.add(Button::plain(words).icon(icon)).clicked() {
        compare(ui, sides, commands);
    }
}

fn versions(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    title(ui, shown, "Versions");
    offer(ui, "That of an incident, or the last, with the one before", icon::GIT_BRANCH, None, commands);
    let words = "Or tick two in the table; R makes one the reference.";
    parts::wrapped(ui, words, Type::Caption, shown.theme.text2);
    ui.add_space(measure::CELL);
}

fn times(ui: &mut Ui, shown: &Shown<'_>, typed: &mut Typed, commands: &mut Vec<Command>) {
    title(ui, shown, "Stretches of time");
    egui::ScrollArea::vertical().max_height(OFFERS).show(ui, |ui| {
        for (words, (from, to)) in ranges(shown) {
            let length = to.saturating_sub(from);
            let before = Side::Range(from.saturating_sub(length).saturating_sub(1), from.saturating_sub(1));
            let sides = Some([before, Side::Range(from, to)]);
            offer(ui, &words, icon::CALENDAR_BLANK, sides, commands);
        }
    });
    let (is_entered, [a, b]) = fields(ui, &mut typed.ranges, icon::CLOCK, "time", &examples(shown));
    let is_ready = !a.is_empty() && !b.is_empty();
    if is_asked(ui, is_ready, "Compare times", is_entered) {
        match stretch_of_time(&a).and_then(|a| Ok([a, stretch_of_time(&b)?])) {
            Ok(sides) => {
                typed.fault = None;
                compare(ui, Some(sides), commands);
            }
            Err(fault) => typed.fault = Some(fault),
        }
    }
    if let Some(fault) = &typed.fault {
        parts::wrapped(ui, fault, Type::Caption, shown.theme.text);
    }
    ui.add_space(measure::CELL);
}

fn filters(ui: &mut Ui, shown: &Shown<'_>, typed: &mut Typed, commands: &mut Vec<Command>) {
    title(ui, shown, "Filters");
    let examples = ["confidence<0.6", "confidence>=0.6"].map(str::to_owned);
    let (is_entered, sides) = fields(ui, &mut typed.filters, icon::FUNNEL, "filter", &examples);
    let is_ready = sides.iter().all(|text| !text.is_empty());
    if is_asked(ui, is_ready, "Compare filters", is_entered) {
        let wrong = |text: &String| Some(format!("{text}: {}", shown.session.evidence().parse(text).err()?));
        typed.filter_fault = sides.iter().find_map(wrong);
        if typed.filter_fault.is_none() {
            compare(ui, Some(sides.map(Side::Filter)), commands);
        }
    }
    if let Some(fault) = &typed.filter_fault {
        parts::wrapped(ui, fault, Type::Caption, shown.theme.text);
    }
}

/// Two fields, for the reference and for what is held against it: whether Enter was pressed, and what stands there.
fn fields(ui: &mut Ui, typed: &mut [String; 2], icon: Icon, what: &str, examples: &[String; 2]) -> (bool, [String; 2]) {
    let mut is_entered = false;
    for ((typed, name), example) in typed.iter_mut().zip(["Reference", "Compared with it"]).zip(examples) {
        let hint = format!("{name}, e.g. {example}");
        let response = text_field(ui, typed, icon, &hint, &format!("{name}, {what}"), WIDTH);
        is_entered |= response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    }
    (is_entered, typed.each_ref().map(|text| text.trim().to_owned()))
}

/// The button below two fields.
fn is_asked(ui: &mut Ui, is_ready: bool, words: &str, is_entered: bool) -> bool {
    let button = ui.add_enabled(is_ready, Button::new(words));
    let is_clicked = why_not(button, "Both fields are needed").clicked();
    is_ready && (is_clicked || is_entered)
}

/// The two halves of the log, by their days.
fn examples(shown: &Shown<'_>) -> [String; 2] {
    let (first, last) = shown.session.extent().unwrap_or_default();
    let day = |nanos: i64| chrono::DateTime::from_timestamp_nanos(nanos).format("%Y-%m-%d").to_string();
    let middle = first.midpoint(last);
    let next = middle.saturating_add(86_400_000_000_000);
    [format!("{}..{}", day(first), day(middle)), format!("{}..{}", day(next), day(last))]
}

/// Stretches of time that can be held against what came before: the one that is looked at, and the windows of incidents.
fn ranges(shown: &Shown<'_>) -> Vec<(String, (i64, i64))> {
    let chosen =
        shown.app.filter.range().map(|range| ("The stretch of time above, with the one before".to_owned(), range));
    let incidents = shown.found.incidents.as_ref().map_or(&[][..], |incidents| &incidents.incidents);
    let windows = incidents.iter().filter_map(|incident| {
        let (from, to) = (incident.window?.from?, incident.window?.to?);
        let words = format!("The window of {}, with the time before", visible(&incident.id));
        (from < to).then(|| (words, (from, to.saturating_sub(1))))
    });
    chosen.into_iter().chain(windows).collect()
}

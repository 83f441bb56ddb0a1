//! The verdict strip: the five axes in words, of several bundles the worst of each; counts of checks at the right.

use egui::{Layout, Ui};

use crate::app::{App, Command};
use crate::integrity::Report;
use crate::integrity::verdict::{Authorship, Axis, Completeness, Equivocation, Integrity, Time};
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::views::words;
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{VerdictItem, tip, verdict_gap};

pub(super) fn show(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    let reports: Vec<&Report> = session.reports().collect();
    let theme = Theme::of(ui);
    ui.horizontal_centered(|ui| {
        ui.add_space(measure::PAD_WIDE);
        for (n, (name, value, state)) in axes(&reports).into_iter().enumerate() {
            if n > 0 {
                verdict_gap(ui);
            }
            let response = ui.add(VerdictItem::new(state, name, &value));
            if tip(response, "Show integrity").clicked() {
                commands.push(Command::ShowBundle(words::worst_bundle_of(&reports, n)));
            }
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(measure::PAD_WIDE);
            let sum = |of: fn(&Report) -> u64| reports.iter().map(|report| of(report)).sum::<u64>();
            let checked = sum(|report| report.records);
            let skipped = sum(|report| report.checks.skipped.len() as u64);
            let failed = sum(|report| report.checks.failed.values().sum());
            let text = format!(
                "{} checked · {} skipped · {} failed",
                count(checked),
                if skipped == 1 { "1 check".to_owned() } else { format!("{} checks", count(skipped)) },
                count(failed)
            );
            ui.label(Type::Caption.rich(text).color(theme.text2));
        });
    });
}

/// The axes: name, value in words, state. Of several reports the worst value counts.
pub(super) fn axes(reports: &[&Report]) -> Vec<(&'static str, String, VerdictState)> {
    let worst = |axis: Axis| {
        let states = reports.iter().map(|report| of(report, axis));
        let order = |state: VerdictState| match state {
            VerdictState::Broken => 0,
            VerdictState::Unverifiable => 1,
            VerdictState::Partial => 2,
            VerdictState::Withheld => 3,
            VerdictState::Skipped => 4,
            VerdictState::Intact => 5,
        };
        states.min_by_key(|(_, state)| order(*state))
    };
    [
        (Axis::Integrity, "Integrity"),
        (Axis::Completeness, "Completeness"),
        (Axis::Authorship, "Authorship"),
        (Axis::Time, "Time"),
        (Axis::Equivocation, "Equivocation"),
    ]
    .into_iter()
    .filter_map(|(axis, name)| worst(axis).map(|(value, state)| (name, value, state)))
    .collect()
}

/// The value of an axis in words, and what it amounts to.
pub(super) fn of(report: &Report, axis: Axis) -> (String, VerdictState) {
    let verdict = &report.verdict;
    let missing = count(report.missing);
    let (words, state) = match axis {
        Axis::Integrity => match verdict.integrity {
            Integrity::Intact => ("intact".to_owned(), VerdictState::Intact),
            Integrity::Broken => ("broken".to_owned(), VerdictState::Broken),
            Integrity::Unverifiable => ("unverifiable".to_owned(), VerdictState::Unverifiable),
        },
        Axis::Completeness => match verdict.completeness {
            Completeness::Whole => ("whole log".to_owned(), VerdictState::Intact),
            Completeness::Slice => ("declared slice".to_owned(), VerdictState::Withheld),
            Completeness::TailUnknown => ("tail unknown".to_owned(), VerdictState::Partial),
            Completeness::Gaps => (format!("gaps, {missing} missing"), VerdictState::Broken),
            Completeness::Truncated => (format!("cut off, {missing} missing"), VerdictState::Broken),
        },
        Axis::Authorship => match verdict.authorship {
            Authorship::Trusted => ("trusted key".to_owned(), VerdictState::Intact),
            Authorship::SelfAsserted => ("self-asserted".to_owned(), VerdictState::Partial),
            Authorship::Unsigned => ("unsigned".to_owned(), VerdictState::Unverifiable),
            Authorship::Untrusted => ("untrusted key".to_owned(), VerdictState::Partial),
            Authorship::Invalid => ("signature invalid".to_owned(), VerdictState::Broken),
        },
        Axis::Time => match verdict.time {
            Time::Bounded => ("bounded".to_owned(), VerdictState::Intact),
            Time::SelfAsserted => ("self-asserted".to_owned(), VerdictState::Partial),
            Time::Implausible => ("implausible".to_owned(), VerdictState::Broken),
        },
        Axis::Equivocation => match verdict.equivocation {
            Equivocation::Witnessed => ("witnessed".to_owned(), VerdictState::Intact),
            Equivocation::None => ("no witnesses".to_owned(), VerdictState::Unverifiable),
            Equivocation::Split => ("split".to_owned(), VerdictState::Broken),
        },
    };
    (words, state)
}

//! Of several bundles: which is looked at first, and the tabs that choose one.

use egui::Ui;

use super::words;
use crate::app::Session;
use crate::evidence::Log;
use crate::integrity::Report;
use crate::ui::theme::{VerdictState, measure};
use crate::ui::widgets::{figures, hairline, verdict_tab};

/// The bundle that is looked at first: the worst, of equal ones the first.
#[must_use]
pub fn worst(logs: &[Log]) -> usize {
    let worst = |log: &(usize, &Log)| (words::badness(&log.1.index.report), usize::MAX - log.0);
    logs.iter().enumerate().max_by_key(worst).map_or(0, |(at, _)| at)
}

/// The report whose axis of that place is the worst: the first of equal ones.
#[must_use]
pub fn worst_of(reports: &[&Report], axis: usize) -> usize {
    let weight = |report: &Report| words::axes(report).get(axis).map_or(0, |said| words::weight(said.state));
    let worst = |(at, report): &(usize, &&Report)| (weight(report), usize::MAX - at);
    reports.iter().enumerate().max_by_key(worst).map_or(0, |(at, _)| at)
}

/// What the worst axis of a report came to.
fn worst_state(report: &Report) -> VerdictState {
    let states = words::axes(report).into_iter().map(|said| said.state);
    states.max_by_key(|state| words::weight(*state)).unwrap_or(VerdictState::Unverifiable)
}

/// Which of several bundles is shown: a row of tabs, each with the icon of its worst verdict and how many records it holds. Gives
/// the one that was chosen.
pub(super) fn tabs(ui: &mut Ui, session: &Session, now: usize) -> Option<usize> {
    let logs = session.evidence().logs();
    if logs.len() < 2 {
        return None;
    }
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
        ui.add_space(measure::PAGE - 10.0);
        for (at, log) in logs.iter().enumerate() {
            let count = figures::count(log.index.report.records);
            let worst = worst_state(&log.index.report);
            if verdict_tab(ui, worst, &words::bundle_name(log), &count, at == now).clicked() {
                chosen = Some(at);
            }
        }
    });
    hairline(ui);
    chosen
}

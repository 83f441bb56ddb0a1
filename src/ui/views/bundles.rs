//! Of several bundles: which is looked at first, and the tabs that choose one.

use egui::Ui;

use super::words::{self, Said};
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

/// The verdict on a bundle as one state: broken where any axis speaks against it, else what integrity came to. That nobody witnessed a
/// log does not make it one that cannot be verified.
fn state(axes: &[Said; 5]) -> VerdictState {
    if axes.iter().any(|said| said.state == VerdictState::Broken) { VerdictState::Broken } else { axes[0].state }
}

/// Which of several bundles is shown: a row of tabs, each with the icon of its verdict and how many records it holds. Gives
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
            let state = state(&words::axes(&log.index.report));
            let name = session.facts().names.get(at).map_or("", String::as_str);
            if verdict_tab(ui, state, name, &count, at == now).clicked() {
                chosen = Some(at);
            }
        }
    });
    hairline(ui);
    chosen
}

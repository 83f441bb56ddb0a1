//! The overview: the verdict in five columns, what is worth a look, what the log holds.

mod holds;
mod served;
pub mod signals;
mod verdict;

use std::sync::Arc;

use egui::{Rect, ScrollArea, Ui, pos2, vec2};

use super::{bundles, parts};
use crate::app::{App, Command, Session};
use crate::evidence::Evidence;
use crate::record::Kind;
use crate::ui::still;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{figures, section, text};
use signals::Signal;

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    /// Which bundle is shown; of several the worst is first.
    bundle: usize,
    known: Option<Known>,
}

/// What was worked out of the evidence, once.
#[derive(Debug)]
struct Known {
    of: Arc<Evidence>,
    bundle: usize,
    by_kind: [u32; Kind::ALL.len()],
    signals: Vec<Signal>,
}

impl Known {
    fn of(session: &Session, bundle: usize) -> Self {
        let (evidence, by_kind) = (session.evidence(), session.facts().by_kind);
        let mut found = signals::of_records(evidence, &by_kind);
        found.extend(signals::of_several(evidence, &session.facts().names));
        if let Some(log) = evidence.logs().get(bundle) {
            found.extend(signals::of_report(&log.index.report, bundle));
            found.extend(signals::damaged(&log.index.report, bundle));
        }
        Self { of: Arc::clone(evidence), bundle, by_kind, signals: signals::ranked(found) }
    }
}

impl State {
    fn know(&mut self, session: &Session) {
        let evidence = session.evidence();
        let last = evidence.logs().len().saturating_sub(1);
        let is_same = self.known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.of, evidence));
        if !is_same {
            // The worst is what a reader has to see first.
            self.bundle = bundles::worst(evidence.logs());
        }
        self.bundle = self.bundle.min(last);
        if !is_same || self.known.as_ref().is_some_and(|known| known.bundle != self.bundle) {
            self.known = Some(Known::of(session, self.bundle));
        }
    }
}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    state.know(session);
    let page = ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let least = ui.available_height();
        let top = ui.cursor().top();
        state.bundle = bundles::tabs(ui, session, state.bundle).unwrap_or(state.bundle);
        let Some(log) = session.evidence().logs().get(state.bundle) else { return };
        verdict::columns(ui, &log.index.report, state.bundle, commands);
        let rect = ui.available_rect_before_wrap();
        let height = (least - (rect.top() - top)).max(0.0);
        let Some(known) = &state.known else { return };
        let split = rect.left() + (rect.width() * 0.6).floor();
        let left = Rect::from_min_max(rect.min, pos2(split, rect.top() + height));
        let right =
            Rect::from_min_max(pos2(split + measure::HAIR, rect.top()), pos2(rect.right(), rect.top() + height));
        let a = worth(ui, left, &known.signals, commands);
        let b = parts::at(ui, right, |ui| {
            holds::show(ui, app, (session, log), known, commands);
            ui.min_rect().bottom()
        });
        let bottom = a.max(b).max(left.bottom());
        let theme = Theme::of(ui);
        ui.painter().vline(split + 0.5, rect.top()..=bottom, egui::Stroke::new(measure::HAIR, theme.hair));
        ui.advance_cursor_after_rect(Rect::from_min_max(rect.min, pos2(rect.right(), bottom)));
    });
    still::lacks(ui, page.content_size.y - page.inner_rect.height());
}

fn worth(ui: &mut Ui, rect: Rect, signals: &[Signal], commands: &mut Vec<Command>) -> f32 {
    let theme = Theme::of(ui);
    parts::at(ui, rect, |ui| {
        ui.add_space(measure::PAD_WIDE);
        parts::inset(ui, measure::PAGE, |ui| section(ui, "Worth a look", &signals::told(signals)));
        ui.add_space(measure::CELL);
        for signal in signals {
            if signal_row(ui, signal).clicked() {
                commands.extend(signal.commands.iter().cloned());
            }
        }
        ui.add_space(measure::PAD);
        parts::inset(ui, measure::PAGE, |ui| {
            let words = if signals.is_empty() {
                "Nothing in the report or in the records asks for attention by itself. That is no finding either: \
                 read the records."
            } else {
                "Signals say where to look. They are not findings against the evidence, except where the icon is red."
            };
            parts::wrapped(ui, words, Type::Table, theme.faint);
        });
        ui.add_space(measure::PAD_WIDE);
        ui.min_rect().bottom()
    })
}

fn signal_row(ui: &mut Ui, signal: &Signal) -> egui::Response {
    let theme = Theme::of(ui);
    let label = format!("{}. {}. {}. Show in {}", signal.sentence, signal.more, signal.figure, signal.to);
    let response = parts::row(ui, measure::ROW_TWO, &label, false);
    let rect = response.rect.shrink2(vec2(measure::PAGE, 0.0));
    let (painter, middle) = (ui.painter(), rect.center().y);
    let color = if signal.against { theme.broken.color } else { theme.text2 };
    signal.icon.paint(painter, pos2(rect.left() + 9.0, middle), 18.0, color);
    let is_still = still::is(ui);
    let to = if is_still { "" } else { signal.to };
    let to = text::place_right(painter, rect.right(), middle, text::line(ui, to, Type::Table, theme.accent));
    let figure = text::line(ui, &signal.figure, Type::Table, theme.text2);
    let figure = text::place_right(painter, to.right() - if is_still { 0.0 } else { 76.0 }, middle, figure);
    let left = rect.left() + 32.0;
    let room = figure.left() - measure::PAD_WIDE - left;
    text::place(painter, left, middle - 9.0, text::cut(ui, &signal.sentence, Type::BodyMedium, theme.text, room));
    let more = text::cut(ui, &signal.more, Type::Table, theme.text2, room);
    let is_cut = more.elided;
    text::place(painter, left, middle + 9.0, more);
    if is_cut { crate::ui::widgets::tip(response, signal.more.as_str()) } else { response }
}

/// How many rows of all, as a share of the longest bar.
fn share(n: u32, most: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a bar")]
    let share = if most == 0 { 0.0 } else { n as f32 / most as f32 };
    share
}

fn number(n: u32) -> String {
    figures::count(u64::from(n))
}

//! Integrity: the chain three times, as a whole, around the damage, and link by link; then findings, checkpoints, segments, keys.

mod keys;
mod link;
pub mod map;
mod part;
mod tables;
mod whole;
mod zoom;

use std::ops::Range;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::{ScrollArea, Ui, vec2};

use super::{bundles, parts, words};
use crate::app::findings::{bundle_of, row_of};
use crate::app::{App, Command, Overlay, Session};
use crate::evidence::{Evidence, Log};
use crate::integrity::code::Severity;
use crate::integrity::damage;
use crate::integrity::finding::Finding;
use crate::integrity::verdict::Authorship;
use crate::ui::detail;
use crate::ui::still;
use crate::ui::theme::{Theme, Type, VerdictState, measure};
use crate::ui::widgets::figures::unbroken;
use crate::ui::widgets::{link as word_link, section};
use map::{Facts, Run};

/// Width that the chain keeps beside the detail.
const BESIDE: f32 = 640.0;

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    /// Which bundle is shown; of several the worst, as long as none was chosen.
    bundle: usize,
    known: Option<Known>,
    columns: whole::Columns,
    tables: tables::State,
    detail: detail::State,
}

/// What was worked out of a report, once.
#[derive(Debug)]
struct Known {
    of: Arc<Evidence>,
    bundle: usize,
    size: u64,
    records: u64,
    /// The log was not read to its end.
    is_part: bool,
    runs: Vec<Run>,
    /// What speaks against the chain at a place, by place.
    damages: Vec<Damage>,
    /// Sizes, and how their roots came out.
    checkpoints: Vec<(u64, VerdictState)>,
    segments: Vec<Segment>,
    /// The first damage was offered.
    is_offered: bool,
}

/// Damage at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Damage {
    finding: usize,
    seqs: Range<u64>,
    word: &'static str,
}

/// A segment, by the seq of its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    seq: u64,
    short: String,
}

impl Known {
    fn of(evidence: &Arc<Evidence>, bundle: usize, log: &Log) -> Self {
        let report = &log.index.report;
        let facts = Facts::of(report, log.index.log_size);
        let placed = |(at, finding): (usize, &Finding)| {
            let first = finding.seq.filter(|_| finding.code.severity() == Severity::Error)?;
            let seqs = first..finding.end_seq.unwrap_or(first).saturating_add(1);
            Some(Damage { finding: at, seqs, word: damage::word(finding.code) })
        };
        let mut damages: Vec<Damage> = report.findings.iter().enumerate().filter_map(placed).collect();
        damages.sort_by_key(|damage| (damage.seqs.start, damage.finding));
        let segments = log.index.segments.iter().filter(|segment| segment.rows > 0).filter_map(|segment| {
            let seq = evidence.seqs().seq(log.rows.start.saturating_add(segment.first_row))?;
            let file = segment.path.rsplit('/').next().unwrap_or(&segment.path);
            Some(Segment { seq, short: file.split('.').next().unwrap_or(file).to_owned() })
        });
        Self {
            of: Arc::clone(evidence),
            bundle,
            size: facts.size,
            is_part: report.is_part(),
            records: report.ranges.iter().map(|range| range.end.saturating_sub(range.start)).sum(),
            runs: facts.runs(),
            damages,
            checkpoints: report.checkpoints.iter().map(|c| (c.size, words::outcome(c.outcome).0)).collect(),
            segments: segments.collect(),
            is_offered: false,
        }
    }
}

impl State {
    fn know(&mut self, app: &App, session: &Session) {
        let evidence = session.evidence();
        let is_same = self.known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.of, evidence));
        if !is_same {
            self.bundle = bundles::worst(evidence.logs());
        }
        self.bundle = app.bundle().unwrap_or(self.bundle).min(evidence.logs().len().saturating_sub(1));
        if (!is_same || self.known.as_ref().is_some_and(|known| known.bundle != self.bundle))
            && let Some(log) = evidence.logs().get(self.bundle)
        {
            self.known = Some(Known::of(evidence, self.bundle, log));
            self.columns.forget();
            self.tables.forget();
        }
    }

    /// The finding that was gone to, where it is one of the bundle that is shown, and the record that shows it still is; otherwise
    /// the damage that the record shown is part of.
    fn finding(&self, app: &App) -> Option<usize> {
        let gone = app.finding().filter(|gone| gone.bundle == self.bundle);
        let gone = gone.filter(|gone| gone.row.is_none() || gone.row == app.selected());
        gone.map(|gone| gone.finding).or_else(|| {
            let evidence = app.session()?.evidence();
            let row = app.selected().filter(|row| bundle_of(evidence, *row) == Some(self.bundle))?;
            let seq = evidence.seqs().seq(row)?;
            let damages = &self.known.as_ref()?.damages;
            damages.iter().find(|damage| damage.seqs.contains(&seq)).map(|damage| damage.finding)
        })
    }

    /// The damage behind or before the one that was gone to.
    fn next(&self, now: Option<usize>, forward: bool) -> Option<usize> {
        let known = self.known.as_ref()?;
        let n = known.damages.len();
        let next = match (now, forward) {
            (_, _) if n == 0 => return None,
            (Some(now), true) => (now + 1) % n,
            (Some(now), false) => (now + n - 1) % n,
            (None, true) => 0,
            (None, false) => n - 1,
        };
        known.damages.get(next).map(|damage| damage.finding)
    }
}

/// Shows it in all the room there is, the record that is shown in detail at its right, or over it.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    state.know(app, session);
    offer(app, state, session, commands);
    let room = ui.available_rect_before_wrap();
    ui.allocate_rect(room, egui::Sense::empty());
    let mut rest = room;
    let selected = selected(app, session, state.bundle);
    let docked =
        selected.filter(|_| !app.is_still()).and_then(|_| detail::docked(ui, app, &mut state.detail, room, BESIDE));
    if let Some(docked) = docked {
        rest.max.x = docked.left() - measure::HAIR;
    }
    if rest.width() > 0.0 {
        view(&mut parts::within(ui, rest, "chain"), app, state, session, commands);
    }
    if let Some(rect) = docked {
        detail::show(&mut parts::within(ui, rect, "detail"), app, &mut state.detail, commands);
    }
}

/// The record that is shown in detail, where it is one of this bundle.
fn selected(app: &App, session: &Session, bundle: usize) -> Option<u32> {
    let log = session.evidence().logs().get(bundle)?;
    app.selected().filter(|row| log.rows.contains(row))
}

fn view(ui: &mut Ui, app: &App, state: &mut State, session: &Session, commands: &mut Vec<Command>) {
    let page = ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        if let Some(chosen) = bundles::tabs(ui, session, state.bundle) {
            commands.push(Command::ShowBundle(chosen));
        }
        let Some(log) = session.evidence().logs().get(state.bundle) else { return };
        ui.add_space(measure::PAD);
        parts::inset(ui, measure::PAGE, |ui| {
            head(ui, log, app.is_still(), commands);
            ui.add_space(measure::PAD);
            chain(ui, app, state, session, log, commands);
        });
        ui.add_space(measure::CELL);
        tables::show(ui, app, state, log, commands);
        not_proven(ui, log);
    });
    still::lacks(ui, page.content_size.y - page.inner_rect.height());
}

/// Shows the first damage of a bundle by itself, once, as long as nothing else of it was chosen.
fn offer(app: &App, state: &mut State, session: &Session, commands: &mut Vec<Command>) {
    let bundle = state.bundle;
    let is_free = selected(app, session, bundle).is_none() && state.finding(app).is_none();
    let Some(known) = state.known.as_mut().filter(|known| !known.is_offered) else { return };
    known.is_offered = true;
    if let Some(first) = known.damages.first().map(|damage| damage.finding).filter(|_| is_free) {
        commands.push(Command::GoToFinding(bundle, first));
    }
}

fn head(ui: &mut Ui, log: &Log, is_still: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let report = &log.index.report;
    let title = words::headline(report);
    let response = parts::wrapped(ui, &title, Type::Title, theme.text);
    parts::name(&response, Role::Heading, &title);
    let standing = words::standing(report);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (at, (figure, what, against)) in standing.iter().enumerate() {
            if at > 0 {
                parts::line(ui, " · ", Type::Body, theme.text2);
            }
            let color = if *against { theme.broken.color } else { theme.text };
            let mut words = egui::text::LayoutJob::default();
            let parts =
                [(unbroken(figure), Type::BodyMedium, color), (format!("\u{a0}{what}"), Type::Body, theme.text2)];
            for (part, style, color) in parts {
                words.append(&part, 0.0, style.format(color));
            }
            ui.add(egui::Label::new(words).wrap());
        }
        if !is_still
            && report.verdict.authorship != Authorship::Trusted
            && !report.checkpoints.is_empty()
            && !report.is_part()
        {
            ui.add_space(measure::PAD);
            if word_link(ui, "Trust a key…", Type::Body).clicked() {
                commands.push(Command::Overlay(Overlay::Trust));
            }
        }
    });
}

fn chain(ui: &mut Ui, app: &App, state: &mut State, session: &Session, log: &Log, commands: &mut Vec<Command>) {
    let (finding, bundle) = (state.finding(app), state.bundle);
    let Some(known) = &state.known else { return };
    if known.size == 0 {
        return;
    }
    let now = known.damages.iter().position(|damage| Some(damage.finding) == finding);
    let selected = selected(app, session, bundle);
    let (band, part, did) = whole::show(ui, known, &mut state.columns, now);
    let (did, shown) = match did {
        whole::Did::Nothing => zoom::show(ui, session, known, now, selected, (band, part)),
        did => (did, None),
    };
    link::show(ui, (session, app.settings.second_zone()), known, (selected, shown), commands);
    let gone_to = match did {
        whole::Did::Nothing => None,
        whole::Did::Damage(at) => known.damages.get(at).map(|damage| damage.finding),
        whole::Did::Seq(seq) => {
            commands.extend(row_of(session.evidence(), log, seq).map(Command::Select));
            None
        }
        whole::Did::Next(forward) => state.next(now, forward),
    };
    commands.extend(gone_to.map(|finding| Command::GoToFinding(bundle, finding)));
}

fn not_proven(ui: &mut Ui, log: &Log) {
    let theme = Theme::of(ui);
    ui.add_space(measure::PAD_WIDE);
    parts::inset(ui, measure::PAGE, |ui| {
        section(ui, "Not proven", "");
        ui.add_space(4.0);
        for sentence in &log.index.report.not_proven {
            parts::wrapped(ui, sentence, Type::Table, theme.text2);
            ui.add_space(2.0);
        }
        if log.index.report.verdict.authorship == Authorship::SelfAsserted {
            let words = "To verify with a key from elsewhere, add its file under Keys.";
            parts::wrapped(ui, words, Type::Table, theme.faint);
        }
        if !log.index.report.checks.skipped.is_empty() {
            ui.add_space(measure::CELL);
            for (check, (n, why)) in &log.index.report.checks.skipped {
                let n = if *n > 0 { format!("{} ", crate::ui::widgets::figures::count(*n)) } else { String::new() };
                parts::wrapped(ui, &format!("Skipped: {n}{}: {why}", check.plural()), Type::Table, theme.faint);
            }
        }
    });
    ui.add_space(measure::PAGE);
}

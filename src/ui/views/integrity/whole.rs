//! The whole log as one band: states by colour and pattern, checkpoints as ticks, segments by name.

use egui::accesskit::Role;
use egui::{EventFilter, Key, Modifiers, Rect, Response, Sense, Stroke, Ui, pos2, vec2};

use super::super::parts;
use super::map::{Band, ChainState, bands, run_at};
use super::{Damage, Known};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::{count, counted};
use crate::ui::widgets::{pattern, text};

/// Height of the band.
const BAND: f32 = 48.0;
/// How far damage stands out of it.
const OUT: f32 = 6.0;
/// Height of the row of sizes and words over the band, and of a line in it: what stands out of the band begins below the line.
const TICKS: (f32, f32) = (22.0, 16.0);
/// Narrower damage is a line, not a pattern.
const PATTERN_FROM: f32 = 6.0;

/// What a user did with the map.
pub(super) enum Did {
    /// Nothing.
    Nothing,
    /// Went to damage, by its place in the list.
    Damage(usize),
    /// Went to a record.
    Seq(u64),
    /// Went on to the next damage, or back.
    Next(bool),
}

/// The columns of pixels, kept as long as neither the log nor the width changes.
#[derive(Debug, Default)]
pub(super) struct Columns {
    width: usize,
    bands: Vec<Band>,
}

impl Columns {
    fn of(&mut self, known: &Known, width: usize) -> &[Band] {
        if self.width != width || self.bands.is_empty() {
            *self = Self { width, bands: bands(&known.runs, width) };
        }
        &self.bands
    }

    pub(super) fn forget(&mut self) {
        self.bands.clear();
    }
}

/// Where a record stands in a rectangle.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place on a screen")]
pub(super) fn x_of(rect: Rect, seq: u64, size: u64) -> f32 {
    rect.left() + (rect.width() as f64 * (seq as f64 / size.max(1) as f64)) as f32
}

/// Which record stands there.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place on a screen"
)]
pub(super) fn seq_at(rect: Rect, x: f32, size: u64) -> u64 {
    let share = f64::from(((x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0));
    ((share * size as f64) as u64).min(size.saturating_sub(1))
}

/// Shows it; gives the band's rectangle.
pub(super) fn show(ui: &mut Ui, known: &Known, columns: &mut Columns, now: Option<usize>) -> (Rect, Did) {
    legend(ui, known);
    let (ticks, _) = ui.allocate_exact_size(vec2(ui.available_width(), TICKS.0), Sense::hover());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAND), Sense::click());
    ui.add_space(OUT);
    let theme = Theme::of(ui);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
    let width = rect.width().max(1.0) as usize;
    paint(ui, rect, columns.of(known, width), theme);
    segments(ui, rect, known);
    checkpoints(ui, ticks, rect, known);
    if let Some(damage) = now.and_then(|at| known.damages.get(at)) {
        let x = x_of(rect, damage.seqs.start, known.size).floor();
        let tick = Rect::from_min_max(pos2(x - 1.0, rect.bottom()), pos2(x + 2.0, rect.bottom() + OUT));
        ui.painter().rect_filled(tick, 0.0, theme.accent);
    }
    parts::focus_ring(ui, &response);
    parts::name(&response, Role::Slider, &label(known));
    let did = did(ui, rect, &response, known);
    if let Some(at) = response.hover_pos() {
        let seq = seq_at(rect, at.x, known.size);
        if let Some(run) = run_at(&known.runs, seq) {
            let last = run.seqs.end.saturating_sub(1);
            let words = format!("seq {}–{}: {}", count(run.seqs.start), count(last), run.state.word());
            crate::ui::widgets::tip(response, words);
        }
    }
    (rect, did)
}

fn label(known: &Known) -> String {
    let runs = |state: ChainState| {
        let n: u64 = known.runs.iter().filter(|run| run.state == state).map(|run| run.seqs.end - run.seqs.start).sum();
        (n > 0).then(|| format!("{} {}", counted(n, "record", "records"), state.word()))
    };
    let parts: Vec<String> = ChainState::ALL.into_iter().filter_map(runs).collect();
    format!("Chain map of the whole log: {}; arrow keys go from damage to damage", parts.join(", "))
}

fn did(ui: &Ui, rect: Rect, response: &Response, known: &Known) -> Did {
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowRight) {
            return Did::Next(true);
        }
        if pressed(Key::ArrowLeft) {
            return Did::Next(false);
        }
    }
    if !response.clicked() {
        return Did::Nothing;
    }
    let Some(at) = response.interact_pointer_pos() else { return Did::Next(true) };
    // What is near enough is meant: damage is often two pixels wide.
    let distance = |damage: &Damage| {
        let (from, to) = (x_of(rect, damage.seqs.start, known.size), x_of(rect, damage.seqs.end, known.size));
        (from - at.x).max(at.x - to).max(0.0)
    };
    let near = known.damages.iter().enumerate().map(|(at, damage)| (distance(damage), at));
    match near.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((away, at)) if away <= 8.0 => Did::Damage(at),
        _ => Did::Seq(seq_at(rect, at.x, known.size)),
    }
}

fn legend(ui: &mut Ui, known: &Known) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let middle = rect.center().y;
    let told = if known.is_part {
        format!("the first {} of {}", count(known.records), counted(known.size, "record", "records"))
    } else if known.size > known.records {
        format!("{} in all, {} here", counted(known.size, "record", "records"), count(known.records))
    } else {
        counted(known.size, "record", "records")
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
    let width = (rect.width().max(1.0)) as u64;
    let point = format!("{told}; 1 point is about {}", counted(known.size.div_ceil(width), "record", "records"));
    parts::name(&response, Role::Heading, &format!("Whole log, {}", if known.size > width { &point } else { &told }));
    let mut right = rect.right();
    let words = ChainState::ALL.into_iter().rev().filter(|state| known.runs.iter().any(|run| run.state == *state));
    let words: Vec<_> = words.map(|state| (state, text::line(ui, state.word(), Type::Caption, theme.text2))).collect();
    let wide: f32 = words.iter().map(|(_, galley)| galley.size().x + 34.0).sum();
    let title = text::line(ui, "Whole log", Type::TableMedium, theme.text).size().x;
    // Where it has no room beside the title it stands below it.
    let beside = if title + 16.0 + wide <= rect.width() {
        middle
    } else {
        let (below, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        below.center().y
    };
    for (state, galley) in words {
        let drawn = text::place_right(ui.painter(), right, beside, galley);
        let swatch = Rect::from_min_size(pos2(drawn.left() - 20.0, beside - 5.0), vec2(14.0, 10.0));
        fill(ui, swatch, state, theme);
        right = swatch.left() - 14.0;
    }
    if beside > middle {
        right = rect.right();
    }
    // As much is said as has room beside the legend.
    let said = [point.as_str(), told.as_str(), ""].into_iter().skip(usize::from(known.size <= width));
    for told in said {
        let (title, gap) = (("Whole log", Type::TableMedium, theme.text), ("  ", Type::Table, theme.text2));
        let galley = text::runs(ui, &[title, gap, (told, Type::Table, theme.text2)]);
        if told.is_empty() || rect.left() + galley.size().x <= right {
            text::place(ui.painter(), rect.left(), middle, galley);
            break;
        }
    }
}

pub(super) fn fill(ui: &Ui, rect: Rect, state: ChainState, theme: &Theme) {
    match state {
        ChainState::Missing => {
            ui.painter().rect_filled(rect, 0.0, theme.panel);
            pattern::missing(ui.painter(), rect, theme);
        }
        ChainState::NotRead => {
            pattern::gap(ui.painter(), rect, theme);
            let stroke = Stroke::new(measure::HAIR, theme.faint);
            pattern::dashed_rect(ui.painter(), rect.shrink(0.5), stroke, 3.0, 2.0);
        }
        _ => pattern::verdict(ui.painter(), rect, state.verdict(), theme),
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
fn paint(ui: &Ui, rect: Rect, bands: &[Band], theme: &Theme) {
    let x = |column: usize| rect.left() + column as f32;
    let is_line = |band: &Band| band.state.is_damage() && ((band.right - band.left) as f32) < PATTERN_FROM;
    for band in bands {
        let right = if bands.last() == Some(band) { rect.right() } else { x(band.right) };
        let drawn = Rect::from_min_max(pos2(x(band.left), rect.top()), pos2(right, rect.bottom()));
        if is_line(band) {
            // A line is too narrow for a pattern: it stands out at both ends instead, and what is missing is dashed.
            ui.painter().rect_filled(drawn, 0.0, theme.panel);
            let (top, bottom) = (rect.top() - OUT, rect.bottom() + OUT - 1.0);
            if band.state == ChainState::Missing {
                let stroke = Stroke::new(measure::STRONG, theme.broken.color);
                let middle = drawn.center().x;
                pattern::dashed(ui.painter(), [pos2(middle, top), pos2(middle, bottom)], stroke, 3.0, 2.0);
            } else {
                let line = Rect::from_min_max(pos2(drawn.left(), top), pos2(drawn.right(), bottom));
                ui.painter().rect_filled(line, 0.0, theme.broken.color);
            }
        } else {
            fill(ui, drawn, band.state, theme);
        }
    }
}

fn segments(ui: &Ui, rect: Rect, known: &Known) {
    let theme = Theme::of(ui);
    let mut last = f32::NEG_INFINITY;
    for (at, segment) in known.segments.iter().enumerate() {
        let left = x_of(rect, segment.seq, known.size).floor();
        if left - last < 4.0 {
            continue;
        }
        last = left;
        if at > 0 {
            let edge = Rect::from_min_max(pos2(left - 1.0, rect.top()), pos2(left + 1.0, rect.bottom()));
            ui.painter().rect_filled(edge, 0.0, theme.panel);
        }
        let right = known.segments.get(at + 1).map_or(rect.right(), |next| x_of(rect, next.seq, known.size));
        let name = text::line(ui, &segment.short, Type::MonoSmall, theme.text2);
        // A tick of a checkpoint never runs through a name: it stands behind it then.
        let mut ticks = known.checkpoints.iter().rev().map(|(size, _)| x_of(rect, *size, known.size));
        let crossed = ticks.find(|x| (left + 2.0..left + name.size().x + 10.0).contains(x));
        let left = crossed.unwrap_or(left);
        if name.size().x + 16.0 < right - left {
            // Words over lines stand on their own ground.
            let at = Rect::from_min_size(pos2(left + 6.0, rect.top() + 7.0), name.size()).expand2(vec2(3.0, 0.0));
            let under = seq_at(rect, at.right(), known.size);
            let state = run_at(&known.runs, under).map(|run| run.state);
            if state != Some(ChainState::AsSigned) {
                ui.painter().rect_filled(at, measure::RADIUS_BADGE, theme.panel);
            }
            text::place(ui.painter(), left + 6.0, at.center().y, name);
        }
    }
}

/// What happened at places that are near each other: each in its word, or how many they are.
fn told(damages: &[Damage]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for damage in damages {
        if !words.contains(&damage.word) {
            words.push(damage.word);
        }
    }
    match damages.len() {
        0..=2 if words.len() == damages.len() => words.join(", "),
        n => counted(n as u64, "place", "places"),
    }
}

fn checkpoints(ui: &Ui, ticks: Rect, rect: Rect, known: &Known) {
    let theme = Theme::of(ui);
    let middle = ticks.top() + TICKS.1 / 2.0;
    let head = text::line(ui, "checkpoints", Type::Caption, theme.faint);
    let mut taken = vec![text::place(ui.painter(), ticks.left(), middle, head)];
    let mut label = |words: &str, x: f32, style: Type, color: egui::Color32| {
        let galley = text::line(ui, words, style, color);
        let left = (x - galley.size().x / 2.0).clamp(ticks.left(), ticks.right() - galley.size().x);
        let wanted = Rect::from_min_size(pos2(left, ticks.top()), vec2(galley.size().x, ticks.height()));
        let is_free = !taken.iter().any(|other| other.expand2(vec2(8.0, 0.0)).intersects(wanted));
        if is_free {
            taken.push(wanted);
            text::place(ui.painter(), left, middle, galley);
        }
    };
    // Damage first: where there is no room for both, a size gives way.
    let mut at = 0;
    while let Some(first) = known.damages.get(at) {
        let x = x_of(rect, first.seqs.start, known.size);
        let near = |damage: &&Damage| x_of(rect, damage.seqs.start, known.size) - x < 40.0;
        let together = known.damages.get(at..).unwrap_or_default().iter().take_while(near).count().max(1);
        label(
            &told(known.damages.get(at..at + together).unwrap_or_default()),
            x,
            Type::CaptionMedium,
            theme.broken.color,
        );
        at += together;
    }
    for (size, state) in &known.checkpoints {
        let x = x_of(rect, *size, known.size).round().min(rect.right() - 0.5);
        ui.painter().vline(x - 0.5, rect.top() - 4.0..=rect.bottom(), Stroke::new(measure::HAIR, theme.text2));
        let color = state.word_color(theme);
        label(&count(*size), x, Type::Caption, if color == theme.text { theme.text2 } else { color });
    }
}

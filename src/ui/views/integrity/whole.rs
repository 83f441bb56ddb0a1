//! The whole log as one band: states by colour and pattern, checkpoints as ticks, segments by name.

use egui::accesskit::Role;
use egui::{EventFilter, Key, Modifiers, Rect, Response, Sense, Stroke, Ui, pos2, vec2};

use super::super::parts;
use super::map::{Band, ChainState, bands, run_at};
use super::part::Part;
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

/// The columns of pixels, kept as long as neither the part of the log nor the width changes.
#[derive(Debug, Default)]
pub(super) struct Columns {
    width: usize,
    /// What is shown; `None` for all of the log.
    part: Option<Part>,
    drawn: Part,
    bands: Vec<Band>,
    /// The damage that the part was last moved to.
    followed: Option<usize>,
}

impl Columns {
    fn of(&mut self, known: &Known, width: usize) -> &[Band] {
        let part = self.part(known);
        if self.width != width || self.drawn != part || self.bands.is_empty() {
            (self.width, self.drawn) = (width, part);
            self.bands = bands(&known.runs, part.from..part.to, width);
        }
        &self.bands
    }

    fn part(&self, known: &Known) -> Part {
        self.part.unwrap_or(Part::all(known.size))
    }

    fn show(&mut self, part: Part, known: &Known) {
        self.part = Some(part).filter(|part| *part != Part::all(known.size));
    }

    /// Moves on to damage that was gone to.
    fn follow(&mut self, known: &Known, now: Option<usize>) {
        if std::mem::replace(&mut self.followed, now) != now
            && let Some(damage) = now.and_then(|at| known.damages.get(at))
        {
            self.show(self.part(known).with(damage.seqs.start, known.size), known);
        }
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// How much longer or shorter a step of the zoom makes the part.
const STEP: f64 = 1.5;
/// How far an arrow moves it, of its length.
const PACE: f64 = 0.2;

/// Shows it; gives the band's rectangle and which part of the log is in it.
pub(super) fn show(ui: &mut Ui, known: &Known, columns: &mut Columns, now: Option<usize>) -> (Rect, Part, Did) {
    columns.follow(known, now);
    let part = columns.part(known);
    legend(ui, known, part);
    let (ticks, _) = ui.allocate_exact_size(vec2(ui.available_width(), TICKS.0), Sense::hover());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAND), Sense::click());
    ui.add_space(OUT);
    let theme = Theme::of(ui);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
    let width = rect.width().max(1.0) as usize;
    paint(ui, rect, columns.of(known, width), theme);
    segments(ui, rect, known, part);
    checkpoints(ui, ticks, rect, known, part);
    if let Some(damage) = now.and_then(|at| known.damages.get(at)).filter(|damage| part.holds(damage.seqs.start)) {
        let x = part.x(rect, damage.seqs.start).floor();
        let tick = Rect::from_min_max(pos2(x - 1.0, rect.bottom()), pos2(x + 2.0, rect.bottom() + OUT));
        ui.painter().rect_filled(tick, 0.0, theme.accent);
    }
    parts::focus_ring(ui, &response);
    parts::name(&response, Role::Slider, &label(known));
    let did = did(ui, rect, &response, known, columns);
    if let Some(at) = response.hover_pos() {
        let seq = part.at(rect, at.x);
        if let Some(run) = run_at(&known.runs, seq) {
            let last = run.seqs.end.saturating_sub(1);
            let words = format!("seq {}–{}: {}", count(run.seqs.start), count(last), run.state.word());
            crate::ui::widgets::tip(response, words);
        }
    }
    (rect, part, did)
}

fn label(known: &Known) -> String {
    let runs = |state: ChainState| {
        let n: u64 = known.runs.iter().filter(|run| run.state == state).map(|run| run.seqs.end - run.seqs.start).sum();
        (n > 0).then(|| format!("{} {}", counted(n, "record", "records"), state.word()))
    };
    let parts: Vec<String> = ChainState::ALL.into_iter().filter_map(runs).collect();
    format!(
        "Chain map of the whole log: {}; arrow keys go from damage to damage, plus and minus zoom; zoomed in, arrow keys move, and Home shows all",
        parts.join(", ")
    )
}

fn did(ui: &Ui, rect: Rect, response: &Response, known: &Known, columns: &mut Columns) -> Did {
    let part = columns.part(known);
    if let Some(at) = response.hover_pos() {
        // The wheel is the map's while the pointer is on it: the page behind does not move.
        let wheel = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta));
        if wheel.y != 0.0 {
            let times = STEP.powf(f64::from(-wheel.y) / WHEEL);
            columns.show(part.zoomed(part.at(rect, at.x), times, known.size), known);
        } else if wheel.x != 0.0 {
            columns.show(part.moved(f64::from(-wheel.x / rect.width().max(1.0)), known.size), known);
        }
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let still = columns.followed.and_then(|at| known.damages.get(at)).map(|damage| damage.seqs.start);
        let still = still.filter(|seq| part.holds(*seq)).unwrap_or(part.from + part.len() / 2);
        let is_all = part == Part::all(known.size);
        if pressed(Key::Home) {
            columns.show(Part::all(known.size), known);
        } else if pressed(Key::Plus) || pressed(Key::Equals) || ui.input_mut(|input| shifted(input, Key::Plus)) {
            columns.show(part.zoomed(still, 1.0 / STEP, known.size), known);
        } else if pressed(Key::Minus) {
            columns.show(part.zoomed(still, STEP, known.size), known);
        } else if let Some(forward) = [(Key::ArrowRight, true), (Key::ArrowLeft, false)]
            .into_iter()
            .find_map(|(key, forward)| pressed(key).then_some(forward))
        {
            // All of the log has nowhere to go: then the arrows go from damage to damage.
            if is_all {
                return Did::Next(forward);
            }
            columns.show(part.moved(if forward { PACE } else { -PACE }, known.size), known);
        }
    }
    if !response.clicked() {
        return Did::Nothing;
    }
    let Some(at) = response.interact_pointer_pos() else { return Did::Next(true) };
    // What is near enough is meant: damage is often two pixels wide.
    let distance = |damage: &Damage| {
        let (from, to) = (part.x(rect, damage.seqs.start), part.x(rect, damage.seqs.end));
        (from - at.x).max(at.x - to).max(0.0)
    };
    let near = known.damages.iter().enumerate().map(|(at, damage)| (distance(damage), at));
    match near.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((away, at)) if away <= 8.0 => Did::Damage(at),
        _ => Did::Seq(part.at(rect, at.x)),
    }
}

/// Points of the wheel that make a step of the zoom.
const WHEEL: f64 = 50.0;

/// A key that some keyboards have only with Shift.
fn shifted(input: &mut egui::InputState, key: Key) -> bool {
    input.consume_key(Modifiers::SHIFT, key)
}

fn legend(ui: &mut Ui, known: &Known, part: Part) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let middle = rect.center().y;
    let name = match part == Part::all(known.size) {
        true => "Whole log".to_owned(),
        false => format!("Seq {} to {}", count(part.from), count(part.to.saturating_sub(1))),
    };
    let told = if part != Part::all(known.size) {
        format!("{} of {}", count(part.len()), counted(known.size, "record", "records"))
    } else if known.is_part {
        format!("the first {} of {}", count(known.records), counted(known.size, "record", "records"))
    } else if known.size > known.records {
        format!("{} in all, {} here", counted(known.size, "record", "records"), count(known.records))
    } else {
        counted(known.size, "record", "records")
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
    let width = (rect.width().max(1.0)) as u64;
    let point = format!("{told}; 1 point is about {}", counted(part.len().div_ceil(width), "record", "records"));
    parts::name(&response, Role::Heading, &format!("{name}, {}", if part.len() > width { &point } else { &told }));
    let mut right = rect.right();
    let words = ChainState::ALL.into_iter().rev().filter(|state| known.runs.iter().any(|run| run.state == *state));
    let words: Vec<_> = words.map(|state| (state, text::line(ui, state.word(), Type::Caption, theme.text2))).collect();
    let wide: f32 = words.iter().map(|(_, galley)| galley.size().x + 34.0).sum();
    let title = text::line(ui, &name, Type::TableMedium, theme.text).size().x;
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
    let said = [point.as_str(), told.as_str(), ""].into_iter().skip(usize::from(part.len() <= width));
    for told in said {
        let (title, gap) = ((name.as_str(), Type::TableMedium, theme.text), ("  ", Type::Table, theme.text2));
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

fn segments(ui: &Ui, rect: Rect, known: &Known, part: Part) {
    let theme = Theme::of(ui);
    let mut last = f32::NEG_INFINITY;
    for (at, segment) in known.segments.iter().enumerate() {
        // One that began before is named at the edge.
        if segment.seq >= part.to || known.segments.get(at + 1).is_some_and(|next| next.seq <= part.from) {
            continue;
        }
        let left = part.x_within(rect, segment.seq).floor();
        if left - last < 4.0 {
            continue;
        }
        last = left;
        if segment.seq > part.from {
            let edge = Rect::from_min_max(pos2(left - 1.0, rect.top()), pos2(left + 1.0, rect.bottom()));
            ui.painter().rect_filled(edge, 0.0, theme.panel);
        }
        let right = known.segments.get(at + 1).map_or(rect.right(), |next| part.x_within(rect, next.seq));
        let name = text::line(ui, &segment.short, Type::MonoSmall, theme.text2);
        // A tick of a checkpoint never runs through a name: it stands behind it then.
        let mut ticks = known.checkpoints.iter().rev().map(|(size, _)| part.x(rect, *size));
        let crossed = ticks.find(|x| (left + 2.0..left + name.size().x + 10.0).contains(x));
        let left = crossed.unwrap_or(left);
        if name.size().x + 16.0 < right - left {
            // Words over lines stand on their own ground.
            let at = Rect::from_min_size(pos2(left + 6.0, rect.top() + 7.0), name.size()).expand2(vec2(3.0, 0.0));
            let under = part.at(rect, at.right());
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

fn checkpoints(ui: &Ui, ticks: Rect, rect: Rect, known: &Known, part: Part) {
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
    let mut at = known.damages.partition_point(|damage| damage.seqs.start < part.from);
    while let Some(first) = known.damages.get(at).filter(|damage| damage.seqs.start < part.to) {
        let x = part.x(rect, first.seqs.start);
        let near = |damage: &&Damage| part.x(rect, damage.seqs.start) - x < 40.0;
        let together = known.damages.get(at..).unwrap_or_default().iter().take_while(near).count().max(1);
        label(
            &told(known.damages.get(at..at + together).unwrap_or_default()),
            x,
            Type::CaptionMedium,
            theme.broken.color,
        );
        at += together;
    }
    for (size, state) in known.checkpoints.iter().filter(|(size, _)| (part.from..=part.to).contains(size)) {
        let x = part.x(rect, *size).round().min(rect.right() - 0.5);
        ui.painter().vline(x - 0.5, rect.top() - 4.0..=rect.bottom(), Stroke::new(measure::HAIR, theme.text2));
        let color = state.word_color(theme);
        label(&count(*size), x, Type::Caption, if color == theme.text { theme.text2 } else { color });
    }
}

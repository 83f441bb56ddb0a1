//! The lane of incidents: a flag where each was opened, a bracket over its window, poles for its states.

use egui::{Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::app::timeline::lanes::{Flag, FlagState};
use crate::ui::axis::Axis;
use crate::ui::theme::{Type, measure};
use crate::ui::widgets::{figures, text};

/// Height of the words of flags.
const FLAG: f32 = 16.0;
/// Height of one incident's part.
const ROW: f32 = 44.0;
/// So many parts there are; more incidents share them.
const ROWS: usize = 3;

pub(super) fn height(flags: &[Flag]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "three at most")]
    let rows = flags.len().clamp(1, ROWS).min(rows_needed(flags)) as f32;
    4.0 + rows * ROW
}

/// From when to when an incident takes room.
fn reach(flag: &Flag) -> (i64, i64) {
    let states = flag.states.iter().map(|state| state.at);
    let (from, to) = flag.window.unwrap_or((flag.at, flag.at));
    (states.clone().chain([from, flag.at]).min().unwrap_or(from), states.chain([to, flag.at]).max().unwrap_or(to))
}

/// How many incidents lie above each other at most.
fn rows_needed(flags: &[Flag]) -> usize {
    flags.iter().map(|flag| row(flag, flags) + 1).max().unwrap_or(1)
}

/// The part of an incident: below those that began before it and still go on.
fn row(flag: &Flag, all: &[Flag]) -> usize {
    let here = reach(flag);
    let beside =
        all.iter().filter(|other| (reach(other).0, &other.id) < (here.0, &flag.id) && reach(other).1 >= here.0);
    beside.count().min(ROWS - 1)
}

/// The flag under the pointer.
pub(super) fn flag_at(axis: Axis, flags: &[Flag], lane: Rect, pointer: Pos2) -> Option<&Flag> {
    let is_there = |flag: &&Flag| {
        #[expect(clippy::cast_precision_loss, reason = "three at most")]
        let top = lane.top() + 3.0 + row(flag, flags) as f32 * ROW;
        #[expect(clippy::cast_precision_loss, reason = "a short id")]
        let width = flag.id.chars().count() as f32 * 6.5 + 12.0;
        let x = axis.x(flag.at);
        let (left, right) = if x + width + 5.0 > axis.right { (x - width, x) } else { (x, x + width) };
        Rect::from_min_max(pos2(left, top), pos2(right, top + FLAG)).contains(pointer)
    };
    flags.iter().find(is_there)
}

/// Draws it; gives how many incidents are open at the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    flags: &[Flag],
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Drawn { axis, theme, .. } = *drawn;
    for flag in flags {
        // What the filter hides stays as a shadow.
        let hair = Stroke::new(measure::HAIR, if flag.is_shown { theme.text } else { theme.hair2 });
        #[expect(clippy::cast_precision_loss, reason = "three at most")]
        let top = plot.top() + 3.0 + if is_collapsed { 0.0 } else { row(flag, flags) as f32 * ROW };
        let base = top + if is_collapsed { 18.0 } else { 36.0 };
        let mut free = plot.left();
        if let Some((from, to)) = flag.window.filter(|(from, to)| *to >= axis.first && *from <= axis.last) {
            let (left, right) = (axis.x(from).max(plot.left() - 2.0), axis.x(to).min(plot.right() + 2.0));
            painter.hline(left..=right, base - 10.5, hair);
            for x in [left, right] {
                painter.vline(x.round() + 0.5, base - 10.5..=base - 4.0, hair);
            }
            let words = text::line(ui, &format!("window of {}", flag.id), Type::Caption, theme.text2);
            let x = left.max(plot.left()) + measure::GAP_ICON;
            let before = left - 6.0 - words.size().x;
            if is_collapsed {
            } else if x + words.size().x < right && x + words.size().x < axis.x(flag.at) - 4.0 {
                text::place(painter, x, base - 19.0, words);
            } else if before > plot.left() {
                // Where the flag stands in the way, it is said before the bracket.
                text::place(painter, before, base - 8.0, words);
            }
        }
        let next =
            |at: i64| flag.states.iter().map(|state| state.at).filter(|other| *other > at).min().unwrap_or(i64::MAX);
        for FlagState { at, state, is_shown, .. } in &flag.states {
            if !(axis.first..=axis.last).contains(at) || *at == flag.at {
                continue;
            }
            let hair = Stroke::new(measure::HAIR, if *is_shown { theme.text } else { theme.hair2 });
            let x = axis.x(*at).round() + 0.5;
            painter.vline(x, base - 8.0..=base + 2.0, hair);
            let words = text::line(ui, state, Type::Caption, theme.text2);
            // No pole goes through a word.
            let end = plot.right().min(axis.x(next(*at)) - 2.0);
            if !is_collapsed && x + 4.0 >= free && x + 4.0 + words.size().x <= end {
                free = text::place(painter, x + 4.0, base - 2.0, words).right() + 6.0;
            }
        }
        if (axis.first..=axis.last).contains(&flag.at) {
            pennant(ui, painter, drawn, flag, plot, top, base);
        }
    }
    let open = |at: i64| {
        let is_open = |flag: &&Flag| {
            let closed = flag.states.iter().filter(|state| state.state == "closed").map(|state| state.at).max();
            flag.at <= at && closed.is_none_or(|closed| at < closed)
        };
        match flags.iter().filter(is_open).count() {
            0 => "none open".to_owned(),
            open => format!("{} open", figures::count(open as u64)),
        }
    };
    drawn.cursor.map_or_else(String::new, open)
}

/// The flag at the instant at which an incident was opened.
fn pennant(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, flag: &Flag, plot: Rect, top: f32, base: f32) {
    let Drawn { axis, theme, .. } = *drawn;
    let x = axis.x(flag.at).round() + 0.5;
    let pole = if flag.is_shown { theme.text } else { theme.hair2 };
    painter.vline(x, top..=base, Stroke::new(measure::HAIR, pole));
    let (cloth_ink, ink) = if flag.is_shown { (theme.text, theme.panel) } else { (theme.sunken, theme.faint) };
    let words = text::line(ui, &flag.id, Type::CaptionMedium, ink);
    let width = words.size().x + 12.0;
    // Where there is no room at the right it flies to the left.
    let (left, right) = if x + width + 5.0 > plot.right() { (x - width, x) } else { (x, x + width) };
    let cloth = Rect::from_min_max(pos2(left, top), pos2(right, top + FLAG));
    painter.rect_filled(cloth, 0.0, cloth_ink);
    let end = if left < x { cloth.left_top() } else { cloth.right_top() };
    let by = if left < x { -5.0 } else { 5.0 };
    let swallow = [end, end + vec2(by, 0.0), end + vec2(0.0, FLAG / 2.0)];
    let tail = [end + vec2(0.0, FLAG / 2.0), end + vec2(by, FLAG), end + vec2(0.0, FLAG)];
    for corners in [swallow, tail] {
        painter.add(Shape::convex_polygon(corners.to_vec(), cloth_ink, Stroke::NONE));
    }
    text::place(painter, left + 6.0, cloth.center().y, words);
}

//! Every record around a place: one cell each, in the colours and patterns of the map.

use egui::accesskit::Role;
use egui::{EventFilter, Key, Modifiers, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::super::parts;
use super::Known;
use super::map::run_at;
use super::part::Part;
use super::whole::{Did, fill};
use crate::app::Session;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::text;

/// Points that a record takes, its gap included.
const RECORD: f32 = 10.0;
/// Height of a cell.
const CELL: f32 = 32.0;
/// Height of what leads from one picture of the chain to the next.
pub(super) const FUNNEL: f32 = 28.0;

/// Which records are shown around `centre`: as many as have room, the centre in the first third.
fn window(centre: u64, size: u64, room: u64) -> (u64, u64) {
    let room = room.max(1);
    // A place behind the last record is shown by the last one.
    let centre = centre.min(size.saturating_sub(1));
    let from = centre.saturating_sub(room / 3).min(size.saturating_sub(room));
    (from, (from + room).min(size))
}

/// What leads from a part above to the whole below.
pub(super) fn funnel(ui: &mut Ui, from: (f32, f32), to: (f32, f32), height: f32) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let (top, bottom) = (rect.top() + 1.0, rect.bottom() - 1.0);
    let corners = vec![pos2(from.0, top), pos2(from.1, top), pos2(to.1, bottom), pos2(to.0, bottom)];
    let painter = ui.painter();
    painter.add(Shape::convex_polygon(corners, theme.window, Stroke::NONE));
    let edge = Stroke::new(measure::HAIR, theme.hair2);
    painter.line_segment([pos2(from.0, top), pos2(to.0, bottom)], edge);
    painter.line_segment([pos2(from.1, top), pos2(to.1, bottom)], edge);
}

/// Shows it, where something is chosen; gives where the record that is shown in detail lies in it, from left to right.
pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    known: &Known,
    now: Option<usize>,
    selected: Option<u32>,
    (band, whole): (Rect, Part),
) -> (Did, Option<(f32, f32)>) {
    let log = session.evidence().logs().get(known.bundle);
    let selected = selected
        .filter(|row| log.is_some_and(|log| log.rows.contains(row)))
        .and_then(|row| session.evidence().seqs().seq(row));
    // A record that is missing is shown by the one behind it: the picture stays on the gap.
    let damage = now.and_then(|at| known.damages.get(at)).filter(|damage| {
        selected.is_none_or(|seq| (damage.seqs.start.saturating_sub(1)..=damage.seqs.end).contains(&seq))
    });
    let Some(centre) = damage.map(|damage| damage.seqs.start).or(selected) else {
        let theme = Theme::of(ui);
        if !crate::ui::still::is(ui) {
            parts::line(ui, "Click on the map, or select a record, to see its link.", Type::Table, theme.faint);
        }
        return (Did::Nothing, None);
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cells of a screen")]
    let room = (ui.available_width() / RECORD).max(8.0) as u64;
    let (from, to) = window(centre, known.size, room.min(known.size));
    let left = whole.x_within(band, from);
    funnel(ui, (left, whole.x_within(band, to).max(left + 2.0).min(band.right())), (band.left(), band.right()), FUNNEL);

    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), CELL), Sense::click());
    let (words, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    // What is missing has no record of its own: its place is marked, not the record that tells of it.
    let marked = damage.map(|damage| damage.seqs.start).or(selected);
    cells(ui, rect, known, (from, to), marked);
    labels(ui, words, known, (from, to), damage.map(|damage| damage.finding));
    parts::focus_ring(ui, &response);
    let said = format!(
        "Records {} to {}, one by one; arrow keys go from record to record",
        count(from),
        count(to.saturating_sub(1))
    );
    parts::name(&response, Role::Slider, &said);
    let part = Part { from, to };
    let under = |x: f32| part.at(rect, x);
    let shown = selected.filter(|seq| (from..to).contains(seq));
    let shown = shown.map(|seq| (part.x(rect, seq), part.x(rect, seq + 1) - 2.0));
    let did = if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let at = selected.unwrap_or(centre);
        if pressed(Key::ArrowRight) {
            Did::Seq((at + 1).min(known.size.saturating_sub(1)))
        } else if pressed(Key::ArrowLeft) {
            Did::Seq(at.saturating_sub(1))
        } else {
            Did::Nothing
        }
    } else {
        Did::Nothing
    };
    let clicked = response.interact_pointer_pos().filter(|_| response.clicked());
    if let Some(at) = response.hover_pos() {
        let seq = under(at.x);
        let state = run_at(&known.runs, seq).map_or("", |run| run.state.word());
        crate::ui::widgets::tip(response, format!("seq {}: {state}", count(seq)));
    }
    let did = clicked.map_or(did, |at| {
        let seq = under(at.x);
        let hit = known.damages.iter().position(|damage| damage.seqs.contains(&seq));
        hit.map_or(Did::Seq(seq), Did::Damage)
    });
    (did, shown)
}

fn cells(ui: &Ui, rect: Rect, known: &Known, (from, to): (u64, u64), marked: Option<u64>) {
    let theme = Theme::of(ui);
    let part = Part { from, to };
    for seq in from..to {
        let (left, right) = (part.x(rect, seq), part.x(rect, seq + 1));
        let cell = Rect::from_min_max(pos2(left.round(), rect.top()), pos2(right.round() - 2.0, rect.bottom()));
        let Some(run) = run_at(&known.runs, seq) else { continue };
        fill(ui, cell, run.state, theme);
        if marked == Some(seq) {
            let stroke = Stroke::new(measure::STRONG, theme.accent);
            ui.painter().rect_stroke(cell.expand(2.0), 1.0, stroke, StrokeKind::Inside);
        }
    }
}

fn labels(ui: &Ui, rect: Rect, known: &Known, (from, to): (u64, u64), now: Option<usize>) {
    let theme = Theme::of(ui);
    let middle = rect.center().y;
    let mut taken: Vec<Rect> = Vec::new();
    let mut label = |words: &str, x: f32, style: Type, color: egui::Color32| {
        let galley = text::line(ui, words, style, color);
        let left = (x - galley.size().x / 2.0).clamp(rect.left(), rect.right() - galley.size().x);
        let wanted = Rect::from_min_size(pos2(left, rect.top()), vec2(galley.size().x, rect.height()));
        if !taken.iter().any(|other| other.expand2(vec2(8.0, 0.0)).intersects(wanted)) {
            taken.push(wanted);
            text::place(ui.painter(), left, middle, galley);
        }
    };
    let part = Part { from, to };
    let mut here: Vec<_> =
        known.damages.iter().filter(|damage| damage.seqs.start < to && damage.seqs.end > from).collect();
    // The one that was gone to has its label whatever stands beside it.
    here.sort_by_key(|damage| Some(damage.finding) != now);
    for damage in here.into_iter().take(12) {
        let (first, last) = (damage.seqs.start.max(from), damage.seqs.end.min(to));
        let x = (part.x(rect, first) + part.x(rect, last)) / 2.0;
        let end = damage.seqs.end.saturating_sub(1);
        let place = if end > damage.seqs.start {
            format!("{}–{}", count(damage.seqs.start), count(end))
        } else {
            count(damage.seqs.start)
        };
        label(&format!("{place} {}", damage.word), x, Type::CaptionMedium, theme.broken.color);
    }
    label(&count(from), rect.left(), Type::Caption, theme.text2);
    label(&count(to.saturating_sub(1)), rect.right(), Type::Caption, theme.text2);
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_window_has_its_centre_in_it_and_never_leaves_the_log() {
        for size in [1_u64, 5, 99, 100, 101, 20_000] {
            for room in [1_u64, 8, 99, 100] {
                for centre in [0, 1, size / 2, size - 1, size, u64::MAX] {
                    let (from, to) = window(centre, size, room.min(size));
                    let centre = centre.min(size - 1);
                    assert!(from <= centre && centre < to && to <= size, "{centre} of {size} in {room}: {from}..{to}");
                    assert_eq!(to - from, room.min(size));
                }
            }
        }
    }
}

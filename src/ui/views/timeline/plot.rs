//! What runs through all lanes (what is selected, boundaries of versions, gaps of the log, marks, the cursor), and what the pointer does
//! there: drag to select, Shift-drag to pan, wheel to zoom, click to look closer.

use egui::{CursorIcon, PointerButton, Rect, Response, Sense, Shape, Stroke, Ui, pos2};

use super::{Drawn, Placed, incidents, ticks};
use crate::app::marked::within;
use crate::app::timeline::SHORTEST;
use crate::app::timeline::lanes::{Body, Lane};
use crate::app::{App, Command, brush};
use crate::ui::axis::{Axis, kept_within};
use crate::ui::theme::measure;
use crate::ui::widgets::pattern;
use crate::ui::words;

/// So near to something it is what is clicked.
const NEAR: f32 = 5.0;

/// What the pointer does.
#[derive(Debug, Default)]
pub(super) struct State {
    drag: Option<Drag>,
}

#[derive(Debug, Clone, Copy)]
enum Drag {
    /// A stretch is selected, from this instant on.
    Select(i64),
    /// The axis is moved: what it was, and where the pointer was.
    Pan(Axis, f32),
}

/// What lies under the lanes.
pub(super) fn under(ui: &Ui, drawn: &Drawn<'_>, plot: Rect) {
    let Drawn { app, lanes, axis, theme, .. } = *drawn;
    let painter = ui.painter_at(plot);
    if let Some((from, to)) = app.timeline().span.filter(|span| *span != (axis.first, axis.last)) {
        let rect =
            Rect::from_min_max(pos2(axis.x(from), plot.top()), pos2(axis.x(to).max(axis.x(from) + 1.0), plot.bottom()));
        painter.rect_filled(rect, 0.0, theme.selected);
    }
    let marked = app.session().and_then(|session| session.case()).map_or(&[][..], |case| &case.marked);
    for mark in within(marked, (axis.first, axis.last)).filter(|mark| mark.is_span) {
        let rect = Rect::from_x_y_ranges(axis.x(mark.nanos.0)..=axis.x(mark.nanos.1), plot.y_range());
        painter.rect_filled(rect, 0.0, theme.accent.gamma_multiply(0.08));
    }
    for at in lanes.edges().into_iter().filter(|at| (axis.first..=axis.last).contains(at)) {
        let x = axis.x(at).round() + 0.5;
        painter.vline(x, plot.y_range(), Stroke::new(measure::HAIR, theme.text2));
    }
    let Some(session) = app.session() else { return };
    let landmarks = &session.facts().landmarks;
    for gap in &landmarks.withheld {
        let rect = Rect::from_x_y_ranges(axis.x(gap.nanos.0)..=axis.x(gap.nanos.1), plot.y_range());
        if rect.intersects(plot) {
            pattern::level(&painter, rect.intersect(plot), Stroke::new(measure::HAIR, theme.withheld.tint), 4.0);
        }
    }
    for gap in &landmarks.gaps {
        let (left, right) = (axis.x(gap.nanos.0), axis.x(gap.nanos.1));
        let rect = Rect::from_x_y_ranges(left - 1.0..=right.max(left) + 1.0, plot.y_range());
        if rect.intersects(plot) {
            pattern::gap(&painter, rect.intersect(plot), theme);
            pattern::dashed_rect(&painter, rect, Stroke::new(measure::HAIR, theme.broken.color), 3.0, 2.0);
        }
    }
    for end in landmarks.ends.iter().filter(|end| end.nanos.1 <= axis.last) {
        let rect = Rect::from_min_max(pos2(axis.x(end.nanos.1), plot.top()), plot.max);
        pattern::dashed_rect(&painter, rect, Stroke::new(measure::HAIR, theme.broken.color), 3.0, 2.0);
    }
}

/// What lies over them.
pub(super) fn over(ui: &Ui, drawn: &Drawn<'_>, plot: Rect) {
    let Drawn { app, axis, theme, cursor, .. } = *drawn;
    let painter = ui.painter_at(plot);
    if let Some((from, to)) = app.timeline().span {
        for at in [from, to] {
            painter.vline(axis.x(at).round() + 0.5, plot.y_range(), Stroke::new(measure::HAIR, theme.accent));
        }
    }
    let marked = app.session().and_then(|session| session.case()).map_or(&[][..], |case| &case.marked);
    for mark in within(marked, (axis.first, axis.last)).filter(|mark| !mark.is_span) {
        let x = axis.x(mark.nanos.0).round() + 0.5;
        let line = [pos2(x, plot.top()), pos2(x, plot.bottom())];
        pattern::dashed(&painter, line, Stroke::new(measure::HAIR, theme.accent), 3.0, 3.0);
    }
    let selected = app.selected().zip(app.session()).and_then(|(row, session)| session.evidence().times().nanos(row));
    if let Some(at) = selected.filter(|at| (axis.first..=axis.last).contains(at)) {
        let (x, half) = (axis.x(at), 5.0);
        let corners = [pos2(x - half, plot.bottom()), pos2(x + half, plot.bottom()), pos2(x, plot.bottom() - 7.0)];
        painter.add(Shape::convex_polygon(corners.to_vec(), theme.accent, Stroke::NONE));
    }
    if let Some(at) = cursor.filter(|at| (axis.first..=axis.last).contains(at)) {
        painter.vline(axis.x(at).round() + 0.5, plot.y_range(), Stroke::new(measure::HAIR, theme.text));
    }
}

/// What the pointer does.
pub(super) fn input(
    ui: &Ui,
    drawn: &Drawn<'_>,
    state: &mut State,
    rect: Rect,
    placed: &Placed<'_>,
    scrolled: &mut f32,
    commands: &mut Vec<Command>,
) {
    let Drawn { app, lanes, axis, .. } = *drawn;
    let response = ui.interact(rect, ui.scope_id().with("plot"), Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Slider, true, said(drawn, placed)));
    let pointer = response.hover_pos();
    let pointed = pointer.map(|pointer| axis.nanos(pointer.x));
    // Heads, ruler and strip say what is under the pointer: drawn already in this frame.
    if pointed.is_some() {
        commands.push(Command::Point(pointed));
        if pointed != app.pointed() {
            ui.ctx().request_repaint();
        }
    }
    keys(ui, drawn, &response, scrolled);
    if let Some(pointer) = pointer {
        wheel(ui, drawn, pointer, commands);
        if nearest(drawn, pointer.x).is_some() && state.drag.is_none() {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        } else {
            ui.ctx().set_cursor_icon(if state.drag.is_some_and(|drag| matches!(drag, Drag::Pan(..))) {
                CursorIcon::Grabbing
            } else {
                CursorIcon::Crosshair
            });
        }
    }
    let held = response.interact_pointer_pos();
    if response.drag_started()
        && let Some(origin) = ui.input(|input| input.pointer.press_origin()).or(held)
    {
        let is_pan = ui.input(|input| input.modifiers.shift) || response.dragged_by(PointerButton::Middle);
        state.drag = Some(if is_pan { Drag::Pan(axis, origin.x) } else { Drag::Select(axis.nanos(origin.x)) });
    }
    if let (Some(drag), Some(held), true) = (state.drag, held, response.dragged()) {
        match drag {
            Drag::Select(from) => {
                let to = axis.nanos(held.x);
                commands.push(Command::SetSpan(Some(brush::snapped((from.min(to), from.max(to)), axis.point()))));
            }
            Drag::Pan(axis, x) => {
                let range = kept_within(axis.moved(x - held.x), lanes.extent);
                commands.push(Command::SetRange((range != lanes.extent).then_some(range)));
            }
        }
    }
    if response.drag_stopped() {
        state.drag = None;
    }
    if response.double_clicked() {
        commands.push(Command::SetSpan(None));
        commands.push(Command::SetRange(None));
    } else if response.clicked()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        click(drawn, pointer, placed, commands);
    }
}

/// Wheel: nearer and further at the pointer; sideways, or with Shift: earlier and later.
fn wheel(ui: &Ui, drawn: &Drawn<'_>, pointer: egui::Pos2, commands: &mut Vec<Command>) {
    let Drawn { axis, lanes, .. } = *drawn;
    let (scroll, zoom) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    let factor = f64::from(-scroll.y / 240.0).exp2() / f64::from(zoom);
    let mut range = (axis.first, axis.last);
    if (factor - 1.0).abs() > 1e-6 {
        range = axis.zoomed(factor, pointer.x, SHORTEST, lanes.extent);
    }
    if scroll.x.abs() > 0.01 {
        let moved = Axis { first: range.0, last: range.1, ..axis }.moved(-scroll.x);
        range = kept_within(moved, lanes.extent);
    }
    if range != (axis.first, axis.last) {
        // Ends that can be read, finer than a point: what is moved a little at a time goes on moving.
        let length = range.1.abs_diff(range.0);
        #[expect(clippy::cast_precision_loss, reason = "points of a screen")]
        let point = length as f64 / f64::from((axis.right - axis.left).max(1.0));
        if length > SHORTEST.unsigned_abs() * 1_000 {
            range = kept_within(brush::snapped(range, point / 8.0), lanes.extent);
        }
        commands.push(Command::SetRange((range != lanes.extent).then_some(range)));
    }
}

/// Arrows of the keyboard while the lanes have it: up and down scroll them. Everything else is a command with a key of its own.
fn keys(ui: &Ui, drawn: &Drawn<'_>, response: &Response, scrolled: &mut f32) {
    if response.has_focus() {
        ui.memory_mut(|memory| {
            memory
                .set_focus_lock_filter(response.id, egui::EventFilter { vertical_arrows: true, ..Default::default() });
        });
        ui.input_mut(|input| {
            if input.consume_key(egui::Modifiers::NONE, egui::Key::ArrowDown) {
                *scrolled += 40.0;
            }
            if input.consume_key(egui::Modifiers::NONE, egui::Key::ArrowUp) {
                *scrolled -= 40.0;
            }
        });
        let stroke = Stroke::new(measure::HAIR, drawn.theme.accent);
        ui.painter().rect_stroke(response.rect, 0.0, stroke, egui::StrokeKind::Inside);
    }
}

/// The boundary at a point.
fn nearest(drawn: &Drawn<'_>, x: f32) -> Option<i64> {
    let axis = drawn.axis;
    let near = drawn.lanes.edges().into_iter().map(|at| (at, (axis.x(at) - x).abs()));
    near.filter(|(_, away)| *away <= NEAR).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// A click: on a record of the lane, it shows that; on a boundary, what changed there; elsewhere it lets go of what is selected.
fn click(drawn: &Drawn<'_>, pointer: egui::Pos2, placed: &Placed<'_>, commands: &mut Vec<Command>) {
    let at = drawn.axis.nanos(pointer.x);
    let record = placed.lanes.iter().find(|(_, rect)| (rect.top()..rect.bottom()).contains(&pointer.y));
    if let Some(row) = record.and_then(|(lane, rect)| record_at(drawn, lane, *rect, pointer)) {
        commands.push(Command::Select(row));
        commands.push(Command::SetCursor(None));
        return;
    }
    match nearest(drawn, pointer.x) {
        Some(boundary) => {
            commands.push(Command::CompareAt(Some(boundary)));
        }
        None => {
            commands.push(Command::SetSpan(None));
            commands.push(Command::SetCursor(Some(at)));
        }
    }
}

/// The record that a tick or a flag stands for.
fn record_at(drawn: &Drawn<'_>, lane: &Lane, rect: Rect, pointer: egui::Pos2) -> Option<u32> {
    let axis = drawn.axis;
    let (from, to) = (axis.nanos(pointer.x - 3.0), axis.nanos(pointer.x + 3.0));
    let at = axis.nanos(pointer.x);
    match &lane.body {
        Body::Ticks(all) => {
            let is_line = drawn.app.arrangement().is_collapsed(lane);
            let of = ticks::rows(all, rect).filter(|(_, rect)| is_line || rect.y_range().contains(pointer.y));
            let near = of.flat_map(|(row, _)| row.records.shown.rows(from.into(), i128::from(to) + 1));
            let times = drawn.app.session()?.evidence().times();
            near.copied().min_by_key(|row| times.nanos(*row).map_or(u64::MAX, |nanos| nanos.abs_diff(at)))
        }
        Body::Incidents(flags) => {
            if let Some(flag) = incidents::flag_at(axis, flags, rect, pointer) {
                return flag.states.first().map(|state| state.row);
            }
            let states = flags.iter().flat_map(|flag| &flag.states).filter(|state| (from..=to).contains(&state.at));
            states.min_by_key(|state| state.at.abs_diff(at)).map(|state| state.row)
        }
        _ => None,
    }
}

/// All of it in words.
fn said(drawn: &Drawn<'_>, placed: &Placed<'_>) -> String {
    let time = |nanos| words::time(chrono::DateTime::from_timestamp_nanos(nanos));
    let mut said = format!(
        "Timeline from {} to {} UTC, {} lanes",
        time(drawn.axis.first),
        time(drawn.axis.last),
        placed.lanes.len()
    );
    if let Some((from, to)) = drawn.app.timeline().span {
        said += &format!(", selected {} to {}", time(from), time(to));
    }
    if let Some(at) = drawn.app.timeline().cursor {
        said += &format!(", cursor at {}", time(at));
    }
    said
}

/// Whether a stretch is selected that is not all that is seen.
pub(super) fn is_narrower(app: &App, window: (i64, i64)) -> bool {
    app.timeline().span.is_some_and(|span| span != window)
}

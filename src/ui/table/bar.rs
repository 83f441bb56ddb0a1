//! The scroll bars: a thumb whose place is a share of the way, so that it runs evenly at any number of rows.

use egui::{Id, Rect, Sense, Ui, pos2, vec2};

use super::scroll::{Extent, Scroll};
use crate::ui::theme::Theme;

/// The room that a scroll bar takes, in points.
pub const WIDTH: f32 = 10.0;
const THUMB: f32 = 5.0;
const LEAST: f32 = 28.0;

/// The upright bar in `track`; gives where its user wants to be.
pub(super) fn vertical(ui: &Ui, track: Rect, id: Id, at: Scroll, extent: &Extent) -> Scroll {
    if extent.fits() {
        return at;
    }
    let height = f64::from(track.height());
    let (start, length) = extent.thumb(at, f64::from(LEAST) / height);
    let moved = bar(ui, track, id, start, length, height, |pointer, track| f64::from(pointer.y - track.top()));
    match moved {
        Some(Moved::To(share)) => Scroll::at_share(share, extent),
        Some(Moved::Page(down)) => {
            let rows = i64::try_from(extent.page()).unwrap_or(i64::MAX);
            at.by_rows(if down { rows } else { -rows }, extent)
        }
        // Whole rows: whoever goes one by one wants to see each.
        Some(Moved::By(rows)) => Scroll { above: 0.0, ..at }.by_rows(rows, extent),
        None => at,
    }
}

/// The level bar in `track`, for `all` points of which `view` are seen.
#[allow(clippy::cast_possible_truncation, reason = "points on a screen")]
pub(super) fn horizontal(ui: &Ui, track: Rect, id: Id, at: f32, all: f32, view: f32) -> f32 {
    let farthest = (all - view).max(0.0);
    if farthest <= 0.0 {
        return 0.0;
    }
    let width = f64::from(track.width());
    let length = (f64::from(view) / f64::from(all)).clamp(f64::from(LEAST) / width, 1.0);
    let start = f64::from(at / farthest) * (1.0 - length);
    match bar(ui, track, id, start, length, width, |pointer, track| f64::from(pointer.x - track.left())) {
        Some(Moved::To(share)) => farthest * share as f32,
        Some(Moved::Page(right)) => (at + if right { view } else { -view }).clamp(0.0, farthest),
        Some(Moved::By(points)) => (at + points as f32).clamp(0.0, farthest),
        None => at,
    }
}

enum Moved {
    /// The thumb was dragged: a share of the way.
    To(f64),
    /// The thumb was dragged finely: by so many rows, or points.
    By(i64),
    /// The track was clicked, after the thumb or before it.
    Page(bool),
}

/// Draws a bar and handles its mouse. `start` and `length` are shares of the track, which is `size` points long.
#[allow(clippy::cast_possible_truncation, reason = "points on a screen")]
fn bar(
    ui: &Ui,
    track: Rect,
    id: Id,
    start: f64,
    length: f64,
    size: f64,
    along: impl Fn(egui::Pos2, Rect) -> f64,
) -> Option<Moved> {
    let theme = Theme::of(ui);
    let response = ui.interact(track, id, Sense::click_and_drag() - Sense::FOCUSABLE);
    let upright = track.height() > track.width();
    let (from, points) = ((start * size) as f32, (length * size) as f32);
    let thumb = if upright {
        Rect::from_min_size(pos2(track.center().x - THUMB / 2.0, track.top() + from), vec2(THUMB, points))
    } else {
        Rect::from_min_size(pos2(track.left() + from, track.center().y - THUMB / 2.0), vec2(points, THUMB))
    };
    let lit = response.hovered() || response.dragged();
    ui.painter().rect_filled(thumb, 2.0, if lit { theme.neutral } else { theme.hair2 });

    // Where within the thumb it was taken stays under the pointer while it is dragged.
    let grip_id = id.with("grip");
    let pointer = response.interact_pointer_pos().map(|pointer| along(pointer, track) / size);
    if let (true, Some(pointer)) = (response.drag_started(), pointer) {
        let pressed = ui.input(|input| input.pointer.press_origin()).map_or(pointer, |at| along(at, track) / size);
        let inside = (start..=start + length).contains(&pressed);
        ui.data_mut(|data| data.insert_temp(grip_id, if inside { pressed - start } else { length / 2.0 }));
    }
    if response.dragged() && ui.input(|input| input.modifiers.shift) {
        // One row a point, however many rows a point of the track stands for.
        let moved = if upright { response.drag_delta().y } else { response.drag_delta().x };
        let left_id = id.with("left");
        let all = moved + ui.data(|data| data.get_temp::<f32>(left_id)).unwrap_or_default();
        let whole = all.trunc();
        ui.data_mut(|data| {
            data.insert_temp(left_id, all - whole);
            data.remove::<f64>(grip_id);
        });
        return (whole != 0.0).then_some(Moved::By(whole as i64));
    }
    if response.dragged() {
        let pointer = pointer?;
        // After it went finely, the thumb goes on from where it is.
        let grip = ui.data_mut(|data| *data.get_temp_mut_or(grip_id, pointer - start));
        if response.drag_delta() == egui::Vec2::ZERO {
            return None;
        }
        let share = (pointer - grip) / (1.0 - length).max(f64::EPSILON);
        return Some(Moved::To(share.clamp(0.0, 1.0)));
    }
    let pointer = pointer.filter(|pointer| response.clicked() && !(start..=start + length).contains(pointer))?;
    Some(Moved::Page(pointer > start))
}

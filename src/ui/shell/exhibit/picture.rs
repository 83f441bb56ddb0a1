//! The picture of an exhibit as it will be, fitted into the room there is; a rectangle can be dragged on it.

use std::fmt;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::{ColorImage, Image, Pos2, Rect, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui, pos2, vec2};

use crate::app::App;
use crate::app::exhibits::Drawn;
use crate::record::text::visible;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::text;

/// What is dragged is a rectangle from this many points on.
const LEAST: f32 = 4.0;

/// How much is seen of the picture of before, while the new one is drawn.
const OLD: f32 = 0.5;

/// The picture that is shown, and what is being dragged.
#[derive(Default)]
pub(super) struct State {
    shown: Option<(u64, TextureHandle)>,
    from: Option<Pos2>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("shown", &self.shown.as_ref().map(|(number, _)| number)).finish_non_exhaustive()
    }
}

/// Shows it in all the room there is. Gives the rectangle that was dragged, in points of the picture.
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State) -> Option<(Rect, Arc<Drawn>)> {
    let theme = Theme::of(ui);
    let room = ui.available_rect_before_wrap();
    ui.painter().rect_filled(room, measure::RADIUS, theme.window);
    let is_drawing = app.is_drawing_exhibit();
    let (number, drawn) = match app.exhibit_drawn() {
        Some((number, Ok(drawn))) => (number, Arc::clone(drawn)),
        Some((_, Err(why))) if !is_drawing => {
            said(ui, room, &format!("There is no picture: {why}."));
            return None;
        }
        _ => {
            said(ui, room, "Drawing…");
            return None;
        }
    };
    if state.shown.as_ref().is_none_or(|(shown, _)| *shown != number) {
        let image = ColorImage::from_rgba_premultiplied(drawn.size, &drawn.rgba);
        state.shown = Some((number, ui.ctx().load_texture("exhibit", image, TextureOptions::LINEAR)));
    }
    let [width, height] = drawn.points;
    let by =
        ((room.width() - 2.0 * measure::CELL) / width).min((room.height() - 2.0 * measure::CELL) / height).min(1.0);
    let at = Rect::from_center_size(room.center(), vec2(width, height) * by);
    let response = ui.allocate_rect(at, Sense::DRAG);
    if let Some((_, texture)) = &state.shown {
        let mut inside = ui.new_child(egui::UiBuilder::new().id_salt("picture").max_rect(at));
        if is_drawing {
            inside.set_opacity(OLD);
        }
        Image::from_texture((texture.id(), at.size())).paint_at(&inside, at);
    }
    ui.painter().rect_stroke(at, 0.0, Stroke::new(measure::HAIR, theme.hair2), StrokeKind::Outside);
    let name = format!("Picture of the exhibit: {}", drawn.showing);
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Image, true, &name));
    if is_drawing {
        said(ui, Rect::from_min_max(at.min, pos2(at.right(), at.top() + measure::FIELD)), "Drawing…");
    }
    let response = response.on_hover_cursor(egui::CursorIcon::Crosshair);
    if response.drag_started() {
        state.from = ui.input(|input| input.pointer.press_origin()).map(|from| from.clamp(at.min, at.max));
    }
    let to = response.interact_pointer_pos().map(|to| to.clamp(at.min, at.max));
    let dragged = state.from.zip(to).map(|(from, to)| Rect::from_two_pos(from, to));
    if let Some(dragged) = dragged {
        ui.painter().rect_stroke(dragged, 0.0, Stroke::new(measure::CURVE, theme.accent), StrokeKind::Inside);
    }
    if !response.drag_stopped() {
        return None;
    }
    state.from = None;
    let dragged = dragged.filter(|dragged| dragged.width().min(dragged.height()) >= LEAST)?;
    let place = |at_screen: Pos2| pos2((at_screen.x - at.left()) / by, (at_screen.y - at.top()) / by);
    Some((Rect::from_min_max(place(dragged.min), place(dragged.max)), drawn))
}

/// Words in the middle of a room.
fn said(ui: &mut Ui, room: Rect, words: &str) {
    let theme = Theme::of(ui);
    let response = ui.interact(room, ui.scope_id().with("said"), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Label, true, visible(words)));
    let words = text::cut_rows(ui, words, Type::Table, theme.text2, (room.width() - 2.0 * measure::PAGE).max(1.0), 6);
    let at = room.center() - words.size() / 2.0;
    ui.painter().galley(at.round(), words, theme.text2);
}

//! Timeline: everything on one axis. A tool bar, a ruler, the lanes, and below them the rows of what is selected.
//!
//! Lanes are drawn from [`Lanes`] as they are: a frame counts buckets, never records.

mod below;
mod boundary;
mod density;
mod head;
mod incidents;
mod monitor;
mod plot;
mod ruler;
mod served;
mod share;
mod story;
mod ticks;
mod tools;
mod untrue;

use egui::{Rect, Sense, Stroke, Ui, pos2};

use super::{parts, records};
use crate::app::timeline::RowsOf;
use crate::app::timeline::lanes::{Body, Lane, Lanes};
use crate::app::{App, Command};
use crate::ui::axis::Axis;
use crate::ui::detail;
use crate::ui::still;
use crate::ui::theme::{Theme, measure};
use crate::ui::widgets::Empty;

/// Below this width of the view the heads of lanes are narrow.
const NARROW: f32 = 860.0;
/// Width of a head then.
const HEAD_NARROW: f32 = 120.0;
/// Width of a lane's head in a picture.
const HEAD_STILL: f32 = 232.0;
/// Least height of the table.
const TABLE: f32 = 120.0;
/// Below this height of the view there are lanes alone at first.
const LOW: f32 = 360.0;
/// Height of a lane of which only a line is shown.
const COLLAPSED: f32 = 24.0;

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    below: below::State,
    detail: detail::State,
    plot: plot::State,
    story: story::State,
    notes: ruler::Notes,
    /// How far the lanes are scrolled.
    scrolled: f32,
    /// The height of the table, where it was moved.
    table: Option<f32>,
}

/// What all lanes are drawn by.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'d> {
    pub(super) app: &'d App,
    pub(super) lanes: &'d Lanes,
    pub(super) axis: Axis,
    pub(super) theme: &'d Theme,
    /// The instant whose values stand in the heads.
    pub(super) cursor: Option<i64>,
}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let room = ui.available_rect_before_wrap();
    ui.allocate_rect(room, Sense::empty());
    ui.painter().rect_filled(room, 0.0, theme.panel);
    let Some(session) = app.session() else { return };
    let (lanes, window) = match (&session.lanes, app.window()) {
        (Some(Ok(Some(lanes))), Some(window)) => (lanes, window),
        (Some(Ok(None)), _) | (_, None) => return no_time(ui, room),
        (Some(Err(why)), _) => {
            let mut part = parts::within(ui, room, "failed");
            let _ = Empty { sentence: "The lanes cannot be drawn", reason: why, way_out: None }.show(&mut part);
            return;
        }
        (None, Some(_)) => {
            let mut part = parts::within(ui, room, "gathering");
            let reason = "Lanes stand here as soon as the records were put in order.";
            let _ = Empty { sentence: "Looking through the records", reason, way_out: None }.show(&mut part);
            return;
        }
    };
    // The story stands beside the lanes; where there is no room for both, over them.
    let whole = room;
    let mut room = room;
    let beside = app.story().map(|_| story::room(whole));
    if let Some(beside) = beside.filter(|beside| beside.left() - whole.left() > NARROW / 2.0) {
        room.max.x = beside.left();
    }
    let is_still = app.is_still();
    let head = match room.width() < NARROW {
        true => HEAD_NARROW,
        // Nobody can point at a name that is cut.
        false if is_still => HEAD_STILL,
        false => measure::LANE_HEAD,
    };
    let tools = if is_still { 0.0 } else { measure::TOOLS };
    let tools = Rect::from_min_max(room.min, pos2(room.right(), room.top() + tools));
    if !is_still {
        tools::show(&mut parts::within(ui, tools, "tools"), app, lanes, commands);
    }
    let ruler = Rect::from_min_max(tools.left_bottom(), pos2(room.right(), tools.bottom() + ruler::HEIGHT));
    let axis = Axis {
        first: window.0,
        last: window.1,
        left: (room.left() + head).round(),
        right: (room.right() - measure::AXIS).round(),
    };
    let most = (room.height() - measure::TOOLS - ruler::HEIGHT) * 0.7;
    // Where there is little height, rows stand below only once they were asked for.
    let looked = app.timeline();
    let is_low = is_still
        || room.height() < LOW && looked.span.is_none() && looked.rows_of == RowsOf::All && state.table.is_none();
    let below = match is_low {
        true => 0.0,
        false => state.table.unwrap_or(room.height() * 0.22).clamp(TABLE.min(most), most.max(TABLE.min(most))),
    };
    let middle = Rect::from_min_max(ruler.left_bottom(), pos2(room.right(), room.bottom() - below));
    let cursor = app.pointed().or(app.timeline().cursor);
    let drawn = Drawn { app, lanes, axis, theme, cursor };
    let placed = place(&drawn, middle, &mut state.scrolled, ui);
    let plot = Rect::from_min_max(pos2(axis.left, middle.top()), pos2(axis.right, middle.bottom()));
    plot::under(ui, &drawn, plot);
    for (lane, rect) in &placed.lanes {
        draw(ui, &drawn, lane, *rect, placed.clip(lane, &drawn, middle), commands);
    }
    plot::over(ui, &drawn, plot);
    if is_still {
        let bottom = placed.lanes.last().map_or(middle.bottom(), |(_, rect)| rect.bottom() + state.scrolled);
        still::lacks(ui, bottom - middle.bottom());
    } else {
        scrollbar(ui, &drawn, &placed, middle, state.scrolled);
    }
    ruler::show(ui, &drawn, ruler, &mut state.notes);
    let input = Rect::from_min_max(pos2(plot.left(), ruler.top()), plot.max);
    plot::input(ui, &drawn, &mut state.plot, input, &placed, &mut state.scrolled, commands);
    boundary::show(ui, &drawn, plot, commands);
    let table = Rect::from_min_max(middle.left_bottom(), room.max);
    if !is_still {
        split(ui, table, room, &mut state.table);
    }
    if !is_low {
        below::show(&mut parts::within(ui, table, "below"), app, &mut state.below, commands);
    }
    if let Some(rect) = beside {
        ui.painter().rect_filled(rect, 0.0, theme.panel);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), Stroke::new(measure::HAIR, theme.hair2));
        let inside = Rect::from_min_max(rect.min + egui::vec2(measure::HAIR, 0.0), rect.max);
        story::show(&mut parts::within(ui, inside, "story"), app, &mut state.story, commands);
    }
    let room = whole;
    if app.detail_tab().is_some() && app.selected().is_some() {
        // It lies over the lanes and the rows: both are behind it again once it is closed.
        let rect = Rect::from_min_max(pos2((room.right() - measure::DETAIL).max(room.left()), room.top()), room.max);
        ui.painter().rect_filled(rect, 0.0, theme.panel);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), Stroke::new(measure::HAIR, theme.hair2));
        ui.interact(rect, ui.scope_id().with("detail ground"), Sense::click_and_drag());
        let rect = Rect::from_min_max(rect.min + egui::vec2(measure::HAIR, 0.0), rect.max);
        detail::show(&mut parts::within(ui, rect, "detail"), app, &mut state.detail, commands);
    }
}

fn no_time(ui: &mut Ui, room: Rect) {
    let mut part = parts::within(ui, room, "no time");
    let reason = "No record says when it was made, in a form that can be placed. The records are in the table.";
    let _ = Empty { sentence: "There is no time to draw", reason, way_out: None }.show(&mut part);
}

/// Where the lanes stand.
struct Placed<'p> {
    lanes: Vec<(&'p Lane, Rect)>,
    /// Where those end that stay at the top.
    bottom: f32,
}

impl Placed<'_> {
    /// What of a lane can be seen: those that are scrolled go under those that stay.
    fn clip(&self, lane: &Lane, drawn: &Drawn<'_>, middle: Rect) -> Rect {
        if drawn.app.arrangement().is_pinned(lane) {
            return middle;
        }
        Rect::from_min_max(pos2(middle.left(), self.bottom), middle.max)
    }
}

/// Puts the lanes one below the other.
fn place<'p>(drawn: &Drawn<'p>, middle: Rect, scrolled: &mut f32, ui: &Ui) -> Placed<'p> {
    let arrangement = drawn.app.arrangement();
    let shown: Vec<(&Lane, f32)> = arrangement
        .shown(drawn.lanes)
        .map(|lane| (lane, if arrangement.is_collapsed(lane) { COLLAPSED } else { height(lane, drawn.app.is_still()) }))
        .collect();
    let pinned = shown.iter().filter(|(lane, _)| arrangement.is_pinned(lane)).count();
    let sum = |lanes: &[(&Lane, f32)]| lanes.iter().map(|(_, height)| height).sum::<f32>();
    let (fixed, rest) = (sum(&shown[..pinned]).min(middle.height() / 2.0), sum(&shown[pinned..]));
    let bottom = middle.top() + fixed;
    // What the wheel does over the heads.
    let heads = Rect::from_min_max(middle.min, pos2(drawn.axis.left, middle.bottom()));
    let over = ui.input(|input| input.pointer.hover_pos()).is_some_and(|pointer| heads.contains(pointer));
    if over {
        *scrolled -= ui.input(|input| input.smooth_scroll_delta.y);
    }
    *scrolled = scrolled.clamp(0.0, (rest - (middle.bottom() - bottom)).max(0.0)).round();
    let (mut top, mut lanes) = (middle.top(), Vec::new());
    for (n, (lane, height)) in shown.into_iter().enumerate() {
        if n == pinned {
            top = bottom - *scrolled;
        }
        lanes.push((lane, Rect::from_min_max(pos2(middle.left(), top), pos2(middle.right(), top + height))));
        top += height;
    }
    Placed { lanes, bottom }
}

/// How high a lane is.
fn height(lane: &Lane, is_still: bool) -> f32 {
    match &lane.body {
        Body::Served(models) => served::height(models, is_still),
        Body::Density(bands) => density::height(bands),
        Body::Share(_) => 62.0,
        Body::Ticks(rows) => ticks::height(rows),
        Body::Incidents(flags) => incidents::height(flags),
        Body::Monitor(_) => 44.0,
        Body::Untrue { .. } => 44.0,
    }
}

/// Draws a lane, its head and the line below it.
fn draw(ui: &mut Ui, drawn: &Drawn<'_>, lane: &Lane, rect: Rect, clip: Rect, commands: &mut Vec<Command>) {
    if !rect.intersects(clip) {
        return;
    }
    let theme = drawn.theme;
    let is_collapsed = drawn.app.arrangement().is_collapsed(lane);
    let plot = Rect::from_min_max(pos2(drawn.axis.left, rect.top()), pos2(drawn.axis.right, rect.bottom() - 1.0));
    let painter = ui.painter_at(clip.intersect(rect));
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair));
    let inside = painter.with_clip_rect(clip.intersect(plot));
    let mut part = ui.new_child(egui::UiBuilder::new().id_salt(("lane", &lane.id)).max_rect(rect));
    part.set_clip_rect(clip.intersect(rect));
    let value = match &lane.body {
        Body::Served(models) => served::draw(&part, &inside, drawn, models, plot, is_collapsed),
        Body::Density(bands) => density::draw(&part, &painter, drawn, bands, plot, is_collapsed),
        Body::Share(share) => share::draw(&part, &painter, drawn, share, plot, is_collapsed),
        Body::Ticks(rows) => ticks::draw(&part, &inside, drawn, rows, plot, is_collapsed),
        Body::Incidents(flags) => incidents::draw(&part, &inside, drawn, flags, plot, is_collapsed),
        Body::Monitor(monitor) => monitor::draw(&part, &painter, drawn, monitor, plot, is_collapsed),
        Body::Untrue { without, cut_off } => untrue::draw(&part, &inside, drawn, *without, cut_off, plot),
    };
    let head = Rect::from_min_max(rect.min, pos2(drawn.axis.left, rect.bottom() - 1.0));
    head::show(&mut part, drawn, lane, head, &value, is_collapsed, commands);
}

/// Says how much of the lanes is out of sight.
fn scrollbar(ui: &Ui, drawn: &Drawn<'_>, placed: &Placed<'_>, middle: Rect, scrolled: f32) {
    let end = placed.lanes.last().map_or(middle.bottom(), |(_, rect)| rect.bottom());
    let (seen, all) = (middle.bottom() - placed.bottom, end - placed.bottom + scrolled);
    if all <= seen + 1.0 || seen <= 0.0 {
        return;
    }
    let (top, high) = (placed.bottom + scrolled / all * seen, seen / all * seen);
    let bar = Rect::from_min_max(pos2(middle.right() - 6.0, top), pos2(middle.right() - 2.0, top + high));
    ui.painter().rect_filled(bar, 2.0, drawn.theme.hair2);
}

/// The line between lanes and rows can be moved.
fn split(ui: &Ui, table: Rect, room: Rect, height: &mut Option<f32>) {
    let line = Rect::from_min_max(table.min - egui::vec2(0.0, 3.0), pos2(table.right(), table.top() + 3.0));
    let response = ui.interact(line, ui.scope_id().with("split"), Sense::drag());
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::ResizeVertical);
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        *height = Some(room.bottom() - pointer.y);
    }
    if response.double_clicked() {
        *height = None;
    }
    ui.painter().hline(table.x_range(), table.top() + 0.5, Stroke::new(measure::HAIR, Theme::of(ui).hair2));
}

/// What may be seen of records by a table of another view.
pub(super) use records::table as rows;

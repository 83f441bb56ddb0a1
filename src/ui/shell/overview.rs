//! The overview strip: the whole log over time, what passes the filter on top of it, what stands out, and a brush for the stretch of
//! time. The pointer shows its instant.

use chrono::DateTime;
use egui::{CursorIcon, Rect, Sense, Stroke, StrokeKind, Ui, pos2};

use super::{landmarks, marked};
use crate::app::landmarks::Landmarks;
use crate::app::marked::Marked;
use crate::app::{App, Command, View, brush};
use crate::columns::Histogram;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::ticks::ticks;
use crate::ui::widgets::text;

/// How the strip looks.
#[derive(Debug, Default)]
pub(super) struct State {
    drag: Option<Drag>,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy)]
enum Drag {
    /// A new stretch, from here.
    New(i64),
    /// The stretch as a whole: where it was taken, and what it was.
    Move(i64, (i64, i64)),
    /// Its end; the other one stays.
    End(i64),
}

/// Width of what stands before the bars.
const HEAD: f32 = 80.0;
/// Height of the times below.
const AXIS: f32 = 18.0;
/// So near to an edge it is the edge that is taken.
const NEAR: f32 = 5.0;

/// Points from one bar to the next: a bar of three is what the eye can tell apart.
const STEP: usize = 4;

/// From times to points and back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    first: f64,
    last: f64,
    left: f32,
    right: f32,
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "points of a screen")]
impl Scale {
    pub(super) fn x(self, nanos: i64) -> f32 {
        let share = (nanos as f64 - self.first) / (self.last - self.first).max(1.0);
        self.left + (share * f64::from(self.right - self.left)) as f32
    }

    /// Nanoseconds that a point stands for.
    fn point(self) -> f64 {
        (self.last - self.first) / f64::from(self.right - self.left).max(1.0)
    }

    pub(super) fn nanos(self, x: f32) -> i64 {
        let share = f64::from((x - self.left) / (self.right - self.left)).clamp(0.0, 1.0);
        (self.first + share * (self.last - self.first)) as i64
    }
}

#[allow(clippy::cast_precision_loss, reason = "points of a screen")]
pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let rect = ui.max_rect();
    ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(measure::HAIR, theme.hair));
    let Some(session) = app.session() else { return };
    // Up to three lines stand before the bars.
    let line = rect.height() / 4.0;
    let words = if session.evidence().is_part() { "Read so far" } else { "Whole log" };
    let words = text::line(ui, words, Type::Caption, theme.text2);
    text::place(ui.painter(), rect.left() + 8.0, rect.top() + line, words);
    let (Some(histogram), Some((first, last))) = (&session.answered.histogram, session.extent()) else {
        return;
    };
    let marks = &session.facts().landmarks;
    let marked = session.case().map_or(&[][..], |case| &case.marked);
    // What is missing at the end, or was not read, stands behind the last record.
    let is_open = session.evidence().is_part() || !marks.ends.is_empty();
    let end = if is_open { landmarks::END } else { 0.0 };
    let plot = Rect::from_min_max(
        pos2(rect.left() + HEAD, rect.top() + 5.0),
        pos2(rect.right() - measure::PAD_WIDE - end, rect.bottom() - AXIS),
    );
    let scale = Scale { first: first as f64, last: last as f64, left: plot.left(), right: plot.right() };
    let response =
        ui.interact(plot.expand2(egui::vec2(4.0, 0.0)), ui.scope_id().with("brush"), Sense::click_and_drag());
    response.widget_info(|| {
        let mut said = landmarks::said(marks, (first, last), session.evidence().is_part());
        said += &marked::said(marked, (first, last), ", ");
        egui::WidgetInfo::labeled(egui::accesskit::Role::Slider, true, format!("Stretch of time: {said}"))
    });
    let room = Rect::from_min_max(plot.min + egui::vec2(0.0, landmarks::TOP), plot.max);
    let enlarged = bars(ui, room, histogram, scale, theme, !app.filter.is_empty());
    if enlarged > 1 {
        let words = text::line(ui, &format!("× {enlarged}"), Type::Caption, theme.text2);
        let square = Rect::from_center_size(pos2(rect.left() + 12.0, rect.top() + 2.0 * line), egui::vec2(8.0, 8.0));
        ui.painter().rect_filled(square, 0.0, theme.text2);
        text::place(ui.painter(), rect.left() + 20.0, rect.top() + 2.0 * line, words);
    }
    // Without a time, or with one that cannot be true.
    let off = u64::from(histogram.without[0]) + u64::from(histogram.outside[0]);
    if off > 0 {
        let words = format!("{} off scale", crate::ui::widgets::figures::count(off));
        let words = text::cut(ui, &words, Type::Caption, theme.faint, HEAD - 12.0);
        text::place(ui.painter(), rect.left() + 8.0, rect.top() + 3.0 * line, words);
    }
    axis(ui, plot, scale, (first, last), theme);
    landmarks::paint(ui.painter(), plot, scale, marks, theme);
    marked::paint(ui.painter(), plot, scale, (first, last), marked, theme);
    if session.evidence().is_part() {
        landmarks::open_end(ui.painter(), plot, plot.right(), theme.text2);
    }
    brush(ui, app, state, plot, scale, &response, commands);
    match response.hover_pos() {
        Some(pointer) => {
            cursor(ui, app, rect, plot, scale, pointer.x, (marks, marked));
            commands.push(Command::Point(Some(scale.nanos(pointer.x))));
        }
        // Where the cursor of the timeline is.
        None if app.view() == View::Timeline => {
            if let Some(at) = app.pointed().or(app.timeline().cursor).filter(|at| (first..=last).contains(at)) {
                ui.painter().vline(scale.x(at).round() - 0.5, plot.y_range(), Stroke::new(measure::HAIR, theme.text));
            }
        }
        None => {}
    }
}

/// The records of the whole and of the filter by bar. Several stretches of the histogram may share a bar.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "points of a screen"
)]
fn by_bar(histogram: &Histogram, scale: Scale) -> [Vec<u32>; 2] {
    let bars = ((scale.right - scale.left).max(1.0) as usize).div_ceil(STEP);
    let [mut whole, mut filtered] = [vec![0_u32; bars], vec![0_u32; bars]];
    let width = i128::from(histogram.width());
    for (n, (all, some)) in histogram.whole.iter().zip(&histogram.filtered).enumerate() {
        let middle = histogram.start + width * n as i128 + width / 2;
        let x = scale.x(middle.clamp(i64::MIN.into(), i64::MAX.into()) as i64) - scale.left;
        let at = (x.max(0.0) as usize / STEP).min(bars - 1);
        whole[at] += all;
        filtered[at] += some;
    }
    [whole, filtered]
}

/// The bars; gives the factor by which those of the filter are enlarged.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points of a screen"
)]
fn bars(ui: &Ui, plot: Rect, histogram: &Histogram, scale: Scale, theme: &Theme, is_filtered: bool) -> u32 {
    let [whole, filtered] = by_bar(histogram, scale);
    let most = whole.iter().max().copied().unwrap_or(1).max(1) as f32;
    let most_filtered = filtered.iter().max().copied().unwrap_or(0).max(1) as f32;
    // Bars that would hardly show are enlarged by a whole factor, which is said.
    let factor = if is_filtered && most_filtered * 5.0 < most { (most / most_filtered).floor() } else { 1.0 };
    let painter = ui.painter();
    let bar = |at: usize, count: u32, factor: f32, color| {
        if count > 0 {
            let height = (count as f32 * factor / most * plot.height()).clamp(1.0, plot.height());
            let left = plot.left() + (at * STEP) as f32;
            let rect = Rect::from_min_max(pos2(left, plot.bottom() - height), pos2(left + 3.0, plot.bottom()));
            painter.rect_filled(rect, 0.0, color);
        }
    };
    for (at, (whole, filtered)) in whole.iter().zip(&filtered).enumerate() {
        if is_filtered {
            bar(at, *whole, 1.0, theme.ghost);
            bar(at, *filtered, factor, theme.text2);
        } else {
            bar(at, *whole, 1.0, theme.neutral);
        }
    }
    factor as u32
}

/// The days and months below, and the date at both ends.
fn axis(ui: &Ui, plot: Rect, scale: Scale, (first, last): (i64, i64), theme: &Theme) {
    let painter = ui.painter();
    painter.hline(plot.x_range(), plot.bottom() + 0.5, Stroke::new(measure::HAIR, theme.hair2));
    let middle = plot.bottom() + AXIS / 2.0 + 1.0;
    let [start, end] = ends(first, last).map(|words| text::line(ui, &words, Type::Caption, theme.text2));
    let mut free = text::place(painter, plot.left(), middle, start).right() + 12.0;
    let mut until = plot.right();
    if first < last {
        until = text::place_right(painter, plot.right(), middle, end).left() - 12.0;
    }
    for (nanos, words) in ticks(first, last) {
        let x = scale.x(nanos).round() + 0.5;
        painter.vline(x, plot.bottom()..=plot.bottom() + 4.0, Stroke::new(measure::HAIR, theme.hair2));
        let galley = text::line(ui, &words, Type::Caption, theme.text2);
        let width = galley.size().x;
        if x + 4.0 > free && x + 4.0 + width < until {
            text::place(painter, x + 4.0, middle, galley);
            free = x + 4.0 + width + 12.0;
        }
    }
}

/// The first and the last instant: the date, and the time where one day holds both.
fn ends(first: i64, last: i64) -> [String; 2] {
    let [first, last] = [first, last].map(DateTime::from_timestamp_nanos);
    let format = if first.date_naive() == last.date_naive() { "%-d %b %Y %H:%M:%S" } else { "%-d %b %Y" };
    [first, last].map(|at| at.format(format).to_string())
}

/// A line at the pointer, and its instant below: with what stands out there.
fn cursor(ui: &Ui, app: &App, rect: Rect, plot: Rect, scale: Scale, x: f32, (marks, marked): (&Landmarks, &[Marked])) {
    let theme = Theme::of(ui);
    let x = x.clamp(plot.left(), plot.right()).round() - 0.5;
    let painter = ui.painter();
    painter.vline(x, plot.y_range(), Stroke::new(measure::HAIR, theme.text));
    let at = DateTime::from_timestamp_nanos(scale.nanos(x));
    let mut words = format!("{} UTC", crate::ui::words::time(at));
    if let Some(zone) = app.settings.second_zone() {
        words += &format!(", {} {zone}", crate::ui::words::zoned(at, zone));
    }
    let near = (scale.nanos(x - NEAR), scale.nanos(x + NEAR));
    words += &landmarks::near(marks, near.0, near.1);
    words += &marked::said(marked, near, " · ");
    let galley = text::line(ui, &words, Type::Caption, theme.panel);
    let width = galley.size().x + 2.0 * measure::GAP_ICON;
    let left = (x - width / 2.0).clamp(rect.left() + measure::GRID, rect.right() - measure::GRID - width);
    let middle = plot.bottom() + AXIS / 2.0 + 1.0;
    let pill = Rect::from_min_size(pos2(left, middle - 8.0), egui::vec2(width, 16.0));
    painter.rect_filled(pill, f32::from(measure::RADIUS_BADGE), theme.text);
    text::place(painter, left + measure::GAP_ICON, middle, galley);
}

fn brush(
    ui: &Ui,
    app: &App,
    state: &mut State,
    plot: Rect,
    scale: Scale,
    response: &egui::Response,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    let range = app.filter.range();
    if let Some((from, to)) = range {
        let (left, right) = (scale.x(from).max(plot.left()), scale.x(to).min(plot.right()));
        let painter = ui.painter();
        let veil = theme.window.gamma_multiply(0.55);
        painter.rect_filled(Rect::from_min_max(plot.min, pos2(left, plot.bottom())), 0.0, veil);
        painter.rect_filled(Rect::from_min_max(pos2(right, plot.top()), plot.max), 0.0, veil);
        let inside = Rect::from_min_max(pos2(left, plot.top()), pos2(right.max(left + 2.0), plot.bottom()));
        painter.rect_stroke(inside, 0.0, Stroke::new(measure::HAIR, theme.accent), StrokeKind::Outside);
        for x in [left, right] {
            let handle = Rect::from_center_size(pos2(x, plot.center().y), egui::vec2(4.0, 18.0));
            painter.rect_filled(handle, 2.0, theme.accent);
        }
    }
    let near = |x: f32, edge: i64| (scale.x(edge) - x).abs() <= NEAR;
    if let Some(pointer) = response.hover_pos() {
        let icon = match range {
            Some((from, to)) if near(pointer.x, from) || near(pointer.x, to) => CursorIcon::ResizeHorizontal,
            Some((from, to)) if (scale.x(from)..scale.x(to)).contains(&pointer.x) => CursorIcon::Grab,
            _ => CursorIcon::Crosshair,
        };
        ui.ctx().set_cursor_icon(icon);
    }
    let pointer = response.interact_pointer_pos();
    if response.drag_started()
        && let Some(pointer) = ui.input(|input| input.pointer.press_origin()).or(pointer)
    {
        let here = scale.nanos(pointer.x);
        state.drag = Some(match range {
            Some((from, to)) if near(pointer.x, from) => Drag::End(to),
            Some((from, to)) if near(pointer.x, to) => Drag::End(from),
            Some((from, to)) if (from..=to).contains(&here) => Drag::Move(here, (from, to)),
            _ => Drag::New(here),
        });
    }
    if let (Some(drag), Some(pointer), true) = (state.drag, pointer, response.dragged()) {
        let here = scale.nanos(pointer.x);
        let range = match drag {
            Drag::New(from) | Drag::End(from) => (from.min(here), from.max(here)),
            Drag::Move(taken, (from, to)) => {
                let by = here.saturating_sub(taken);
                (from.saturating_add(by), to.saturating_add(by))
            }
        };
        commands.push(Command::SetRange(Some(brush::snapped(range, scale.point()))));
    }
    if response.drag_stopped() {
        state.drag = None;
    }
    if response.double_clicked() {
        commands.push(Command::SetRange(None));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_have_a_date_and_a_time_where_one_day_holds_both() {
        let day = 86_400_000_000_000;
        assert_eq!(ends(0, 40 * day), ["1 Jan 1970", "10 Feb 1970"]);
        assert_eq!(ends(0, day / 2), ["1 Jan 1970 00:00:00", "1 Jan 1970 12:00:00"]);
        assert_eq!(ends(i64::MIN + 1, i64::MAX), ["21 Sep 1677", "11 Apr 2262"]);
    }

    #[test]
    fn a_place_and_its_instant_are_one() {
        let scale = Scale { first: 0.0, last: 1e18, left: 80.0, right: 1424.0 };
        for x in [80.0, 81.0, 700.0, 1424.0] {
            assert!((scale.x(scale.nanos(x)) - x).abs() < 0.01, "{x}");
        }
        let still = Scale { first: 7.0, last: 7.0, left: 80.0, right: 1424.0 };
        assert_eq!((still.x(7), still.nanos(900.0)), (80.0, 7));
    }

    #[test]
    fn every_record_is_in_a_bar() {
        // The last stretch reaches beyond the last instant, and the last bar beyond the last point.
        for points in [1.0, 4.0, 100.0, 101.0, 102.0, 103.0, 1343.0] {
            let scale = Scale { first: 0.0, last: 1000.0, left: 80.0, right: 80.0 + points };
            let histogram = Histogram {
                start: 0,
                width_log2: 3,
                whole: vec![2; 126],
                filtered: vec![1; 126],
                without: [0; 2],
                outside: [0; 2],
            };
            let [whole, filtered] = by_bar(&histogram, scale);
            assert_eq!((whole.iter().sum::<u32>(), filtered.iter().sum::<u32>()), (252, 126), "{points}");
            assert!(*whole.last().unwrap() > 0, "{points}");
        }
    }
}

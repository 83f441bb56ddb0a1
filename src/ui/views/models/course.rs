//! A rate over time: its steps with their intervals, the versions, and where a test reported a change.

use chrono::{DateTime, Datelike as _};
use egui::{Popup, Rect, Ui, pos2, vec2};
use egui_plot::{FilledArea, MarkerShape, Points};

use super::{Shown, cells, plots};
use crate::analysis::course::{Change, Course, Point, Step};
use crate::analysis::decisions::Measure;
use crate::analysis::versions::stretches::Stretch;
use crate::app::models::Deed;
use crate::app::{Command, View};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::ticks::ticks;
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent_mark};
use crate::ui::widgets::{Button, section, text};

/// Height of the plot.
const PLOT: f32 = 190.0;
/// A step of so many decisions counts for how high the axis is.
const WEIGHTY: u64 = 20;
/// So many changes are listed.
const LISTED: usize = 8;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let Some(course) = &shown.found.course else { return };
    ui.add_space(measure::GAP_SECTION);
    parts::inset(ui, measure::PAGE, |ui| {
        let note = format!("{} of {}", count(course.rate.numerator), count(course.rate.denominator));
        section(ui, "Over time", &note);
        controls(ui, shown, course, commands);
        ui.add_space(measure::CELL);
        let theme = shown.theme;
        let Some((first, last)) = course.extent else {
            let why = format!("Not determinable, because {}.", course.measure.without());
            parts::wrapped(ui, &why, Type::Table, theme.text2);
            return;
        };
        plot(ui, shown, course, (first.0, last.0));
        remarks(ui, shown, course, commands);
    });
}

fn controls(ui: &mut Ui, shown: &Shown<'_>, course: &Course, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP;
        let button = ui.add(Button::plain(course.measure.title()).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            for measure in Measure::ALL {
                let icon = if measure == course.measure { icon::CHECK } else { icon::CHART_LINE };
                if ui.add(Button::plain(measure.title()).icon(icon)).clicked() {
                    commands.push(Command::Models(Deed::Follow(measure)));
                    ui.close();
                }
            }
        });
        let words = format!("per {}", course.step.name());
        let button = ui.add(Button::plain(&words).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            let chosen = shown.app.models().step;
            let offers = std::iter::once((None, "As it fits".to_owned()));
            for (step, words) in offers.chain(Step::ALL.map(|step| (Some(step), format!("Per {}", step.name())))) {
                let icon = if chosen == step { icon::CHECK } else { icon::CALENDAR_BLANK };
                if ui.add(Button::plain(&words).icon(icon)).clicked() {
                    commands.push(Command::Models(Deed::Step(step)));
                    ui.close();
                }
            }
        });
    });
}

/// Seconds since the first instant: what the plot's axis counts.
#[expect(clippy::cast_precision_loss, reason = "points of a screen")]
fn seconds(at: i64, first: i64) -> f64 {
    at.saturating_sub(first) as f64 / 1e9
}

fn plot(ui: &mut Ui, shown: &Shown<'_>, course: &Course, (first, last): (i64, i64)) {
    let theme: &'static crate::ui::theme::Theme = crate::ui::theme::Theme::of(ui);
    let begin = course.points.first().map_or(first, |point| point.from.0.max(first));
    let end = course.points.last().map_or(last, |point| point.to.0).min(last.saturating_add(1)).max(begin + 1);
    let rate = |point: &Point| point.rate.rate.unwrap_or(0.0);
    // Steps with few decisions have intervals up to the top: the axis follows rates of some weight, and what is cut goes on above.
    let of_stretches = || course.stretches.iter().flat_map(|stretch| &stretch.points);
    let weighty = of_stretches().filter(|point| point.rate.denominator >= WEIGHTY).map(rate).fold(0.0, f64::max);
    let most = if weighty > 0.0 { weighty } else { of_stretches().map(rate).fold(0.0, f64::max) };
    let top = (most * 1.4).clamp(0.02, 1.0);
    let y = plots::Scale::round((0.0, top), 4, |at, _| if at > 0.0 { percent_mark(at) } else { String::new() });
    let marks = ticks(begin, end).into_iter().map(|(at, words)| (seconds(at, begin), words)).collect();
    let x = plots::Scale { from: 0.0, to: seconds(end, begin), marks };
    let clip = |at: i64| seconds(at.clamp(begin, end), begin);
    let (mut bands, mut lines) = (Vec::new(), Vec::new());
    for stretch in &course.stretches {
        let color = shown.colour(stretch.version.as_deref());
        // A step in which versions changed is drawn for each as far as it was in service.
        let served = shown.found.stretches.as_ref().and_then(|stretches| stretches.all().get(stretch.place));
        let begun_at = served.and_then(Stretch::begin).unwrap_or(i64::MIN);
        let ended_at = served.and_then(Stretch::end).unwrap_or(i64::MAX);
        for run in runs(&stretch.points) {
            let mut line = Vec::new();
            let (mut xs, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
            for point in run {
                let Some([low, high]) = point.rate.wilson95 else { continue };
                for at in [point.from.0.max(begun_at), point.to.0.min(ended_at)] {
                    line.push([clip(at), rate(point)]);
                    xs.push(clip(at));
                    lows.push(low);
                    highs.push(high);
                }
            }
            bands.push(FilledArea::new("", &xs, &lows, &highs).fill_color(theme.ghost).allow_hover(false));
            lines.push(plots::curve("", line, color).width(measure::STRONG));
        }
    }
    let begun: Vec<(f64, String)> = course
        .boundaries
        .iter()
        .filter(|boundary| (begin..end).contains(&boundary.at.0))
        .map(|boundary| {
            let version = boundary.version.as_deref().map_or("unknown".into(), visible);
            (seconds(boundary.at.0, begin), version.into_owned())
        })
        .collect();
    let changes: Vec<[f64; 2]> = course.changes.iter().map(|change| [clip(change.at.0), top * 0.97]).collect();
    let dotted: Vec<_> = begun.iter().map(|(at, _)| plots::boundary(*at, theme.text2)).collect();
    let marker = Points::new("", changes).shape(MarkerShape::Down).radius(5.0).color(theme.text).allow_hover(false);
    let label = format!("{} per {} over time, by version", course.measure.title(), course.step.name());
    let response = plots::show(ui, theme, "over time", PLOT, (x, y), &label, move |plot| {
        bands.into_iter().for_each(|band| plot.add(band));
        dotted.into_iter().for_each(|line| plot.vline(line));
        lines.into_iter().for_each(|line| plot.line(line));
        plot.points(marker);
    });
    // The names of versions stand beside their boundaries, those that have room.
    let (rect, transform) = (response.response.rect, response.transform);
    let mut free = f32::NEG_INFINITY;
    for (at, version) in begun {
        let left = transform.position_from_point_x(at) + 4.0;
        let galley = text::line(ui, &version, Type::Caption, theme.text2);
        if left < free || left + galley.size().x > rect.right() {
            continue;
        }
        free = left + galley.size().x + 4.0;
        let backing = Rect::from_min_size(pos2(left - 2.0, rect.bottom() - 18.0), galley.size() + vec2(4.0, 0.0));
        ui.painter().rect_filled(backing, 0.0, theme.panel);
        text::place(ui.painter(), left, backing.center().y, galley);
    }
    pointed(course, &response.response, |x| transform.value_from_position(pos2(x, 0.0)).x, begin);
}

/// Steps that follow each other without a gap.
fn runs(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points.chunk_by(|before, next| before.to == next.from)
}

/// What stands under the pointer, in words.
fn pointed(course: &Course, response: &egui::Response, value: impl Fn(f32) -> f64, begin: i64) {
    let Some(at) = response.hover_pos().map(|at| value(at.x)) else { return };
    let is_here = |point: &&Point| seconds(point.from.0, begin) <= at && at < seconds(point.to.0, begin);
    let year = DateTime::from_timestamp_nanos(begin).year();
    let mut lines = Vec::new();
    for stretch in &course.stretches {
        if let Some(point) = stretch.points.iter().find(is_here) {
            if lines.is_empty() {
                let (from, to) = (cells::minute(point.from.0, year), cells::minute(point.to.0, year));
                lines.push(format!("{from} – {to} UTC"));
            }
            let version = stretch.version.as_deref().map_or("unknown".into(), visible);
            lines.push(format!("{version}: {}", cells::rate_words(point.rate, course.measure)));
        }
    }
    if !lines.is_empty() {
        let words = lines.join("\n");
        response.clone().on_hover_ui_at_pointer(|ui| {
            text::wrapped(ui, &words, Type::Table, crate::ui::theme::Theme::of(ui).text);
        });
    }
}

/// What was reported, each change a way to the decision at which it was.
fn remarks(ui: &mut Ui, shown: &Shown<'_>, course: &Course, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    ui.add_space(measure::GRID);
    if let Some(asked) = course.asked {
        let words = format!("Per {} there would be too many steps to draw.", asked.name());
        parts::wrapped(ui, &words, Type::Caption, theme.text2);
    }
    if course.without_time > 0 {
        let words = format!("{} without a time are in no step.", counted(course.without_time, "decision", "decisions"));
        parts::wrapped(ui, &words, Type::Caption, theme.text2);
    }
    let tests = "Page–Hinkley (δ 0.005, λ 50) and ADWIN (δ 0.002) over the decisions in the order of time";
    if course.changes.is_empty() {
        let words = format!("{tests} reported no change.");
        parts::wrapped(ui, &words, Type::Caption, theme.text2);
        return;
    }
    parts::wrapped(
        ui,
        &format!("{tests}. A report comes after the change; of many decisions Page–Hinkley reports some by chance:"),
        Type::Caption,
        theme.text2,
    );
    ui.add_space(measure::GRID);
    for change in course.changes.iter().take(LISTED) {
        line(ui, shown, change, commands);
    }
    let more = (course.changes.len().saturating_sub(LISTED) as u64).saturating_add(course.more_changes);
    if more > 0 {
        let words = format!("and {}", counted(more, "more change", "more changes"));
        parts::wrapped(ui, &words, Type::Caption, theme.faint);
    }
}

fn line(ui: &mut Ui, shown: &Shown<'_>, change: &Change, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    let at = crate::ui::words::time(DateTime::from_timestamp_nanos(change.at.0));
    let words = format!("{at} UTC · {} · after {}", change.test.title(), counted(change.seen, "decision", "decisions"));
    let response = parts::bare_row(ui, 20.0, &format!("{words}, show the decision"));
    let rect = response.rect;
    let galley = text::cut(ui, &words, Type::Table, theme.text, rect.width() - 20.0);
    icon::TREND_UP.paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), 12.0, theme.text2);
    text::place(ui.painter(), rect.left() + 18.0, rect.center().y, galley);
    if response.clicked() {
        commands.extend([Command::Show(View::Records), Command::ShowAmongAll(change.row)]);
    }
}

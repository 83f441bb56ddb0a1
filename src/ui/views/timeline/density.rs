//! A lane of bars: how many records in each bucket of time, stacked by what they are.

use egui::{Color32, Mesh, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Drawn;
use crate::analysis::series::{Series, bucket_width};
use crate::app::timeline::lanes::{Band, Look};
use crate::ui::axis::{self, Axis};
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::text;

/// A bar and the gap behind it are not narrower than this.
const BAR: f32 = 4.0;
/// Room above the highest bar.
const PAD: f32 = 10.0;

pub(super) fn height(bands: &[Band]) -> f32 {
    if bands.len() > 4 { 112.0 } else { 96.0 }
}

/// Buckets over an axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buckets {
    /// The number of the first.
    pub(super) first: i64,
    /// How long they are, in nanoseconds.
    pub(super) width: u64,
    /// How many there are.
    pub(super) count: usize,
}

impl Buckets {
    /// Buckets that are at least so many points wide.
    pub(super) fn over(axis: Axis, least: f32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points of a screen")]
        let most = ((axis.right - axis.left) / least).max(1.0) as u32;
        let width = bucket_width(axis.last.abs_diff(axis.first), most);
        let step = i64::try_from(width).unwrap_or(i64::MAX);
        let (first, last) = (axis.first.div_euclid(step), axis.last.div_euclid(step));
        Self { first, width, count: usize::try_from(last.abs_diff(first)).unwrap_or(0) + 1 }
    }

    /// Where a bucket begins, in nanoseconds since 1970.
    pub(super) fn start(self, bucket: usize) -> i128 {
        (i128::from(self.first) + bucket as i128) * i128::from(self.width)
    }

    /// Where a bucket lies on the screen.
    pub(super) fn x(self, bucket: usize, axis: Axis) -> (f32, f32) {
        let x = |at: i128| axis.x(i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX }));
        (x(self.start(bucket)), x(self.start(bucket + 1)))
    }

    /// The bucket of an instant.
    pub(super) fn of(self, at: i64) -> Option<usize> {
        let step = i64::try_from(self.width).unwrap_or(i64::MAX);
        usize::try_from(at.div_euclid(step).checked_sub(self.first)?).ok().filter(|bucket| *bucket < self.count)
    }

    /// How many records of a series lie in each.
    pub(super) fn counts(self, series: &Series) -> Vec<u32> {
        series.buckets(self.first, self.width, self.count)
    }
}

/// How a band looks: filled, and of an outlined one only the edge.
pub(super) fn color(look: Look, theme: &Theme) -> Color32 {
    match look {
        Look::Category(place) => theme.category(place),
        Look::Adverse => theme.text,
        Look::Between | Look::Other => theme.neutral,
        Look::Favourable => theme.hair2,
    }
}

/// Draws it; gives the count at the cursor.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    drawn: &Drawn<'_>,
    bands: &[Band],
    plot: Rect,
    is_collapsed: bool,
) -> String {
    let Drawn { axis, theme, lanes, .. } = *drawn;
    let buckets = Buckets::over(axis, BAR);
    let shown: Vec<Vec<u32>> = bands.iter().map(|band| buckets.counts(&band.records.shown)).collect();
    let sum = |counts: &[Vec<u32>], at: usize| counts.iter().map(|counts| counts[at]).sum::<u32>();
    let whole: Vec<u32> = match lanes.is_whole {
        true => (0..buckets.count).map(|at| sum(&shown, at)).collect(),
        false => {
            let whole: Vec<Vec<u32>> = bands.iter().map(|band| buckets.counts(&band.records.whole)).collect();
            (0..buckets.count).map(|at| sum(&whole, at)).collect()
        }
    };
    let most = whole.iter().max().copied().unwrap_or(0).max(1);
    let floor = plot.bottom();
    let room = plot.height() - if is_collapsed { 4.0 } else { PAD };
    #[expect(clippy::cast_precision_loss, reason = "heights of bars")]
    let high = |count: u32| if count == 0 { 0.0 } else { (count as f32 / most as f32 * room).max(1.0) };
    let inside = painter.with_clip_rect(painter.clip_rect().intersect(plot));
    if !is_collapsed {
        scale(ui, painter, drawn, plot, most, &high);
    }
    let mut mesh = Mesh::default();
    for (at, all) in whole.iter().enumerate() {
        if *all == 0 {
            continue;
        }
        let (left, right) = buckets.x(at, axis);
        let (left, right) = (left.round(), (right.round() - 1.0).max(left.round() + 1.0));
        let mut bar = |from: f32, to: f32, color| {
            mesh.add_colored_rect(Rect::from_min_max(pos2(left, floor - to), pos2(right, floor - from)), color);
        };
        if !lanes.is_whole {
            bar(0.0, high(*all), theme.ghost);
        }
        let mut below = 0;
        for (band, counts) in bands.iter().zip(&shown) {
            let next = below + counts[at];
            if counts[at] > 0 {
                bar(high(below), high(next), color(band.look, theme));
            }
            below = next;
        }
    }
    inside.add(Shape::mesh(mesh));
    match drawn.cursor.and_then(|at| buckets.of(at)) {
        Some(at) => count(sum(&shown, at).into()),
        None => String::new(),
    }
}

/// A line at a round number, and the number beside it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a round number")]
fn scale(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, plot: Rect, most: u32, high: &dyn Fn(u32) -> f32) {
    let theme = drawn.theme;
    let tens = 10_f64.powf(f64::from(most).log10().floor());
    let round = [5.0, 2.0, 1.0, 0.5].into_iter().map(|by| tens * by).find(|round| *round <= f64::from(most) * 0.9);
    let Some(round) = round.filter(|round| *round >= 1.0).map(|round| round as u32) else { return };
    let y = (plot.bottom() - high(round)).round() + 0.5;
    painter.hline(plot.left()..=plot.right() + 4.0, y, Stroke::new(measure::HAIR, theme.hair));
    let words = text::line(ui, &count(round.into()), Type::Caption, theme.faint);
    text::place(painter, plot.right() + 8.0, y, words);
}

/// What stands in the head: the bands by name, and how wide a bucket is.
pub(super) fn legend(ui: &Ui, painter: &Painter, drawn: &Drawn<'_>, bands: &[Band], room: Rect) {
    let theme = drawn.theme;
    let (mut x, mut y) = (room.left(), room.top() + 8.0);
    for band in bands {
        let words = text::cut(ui, &band.name, Type::Caption, theme.text2, room.width() - 14.0);
        let width = 14.0 + words.size().x;
        if x > room.left() && x + width > room.right() {
            (x, y) = (room.left(), y + 15.0);
        }
        if y + 8.0 > room.bottom() {
            return;
        }
        let square = Rect::from_center_size(pos2(x + 4.0, y), vec2(8.0, 8.0));
        painter.rect_filled(square, 0.0, color(band.look, theme));
        text::place(painter, x + 14.0, y, words);
        x += width + 12.0;
    }
    let buckets = Buckets::over(drawn.axis, BAR);
    y += 16.0;
    if y + 8.0 <= room.bottom() {
        let words = format!("bucket {}", axis::length(buckets.width));
        text::place(painter, room.left(), y, text::cut(ui, &words, Type::Caption, theme.faint, room.width()));
    }
}

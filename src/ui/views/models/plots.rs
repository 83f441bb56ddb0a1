//! Plots in the look of the theme: faint level lines, words of the axes in the smallest type, names beside what they name.

use egui::{Color32, Ui, Vec2b};
use egui_plot::{AxisHints, GridMark, Line, Plot, PlotBounds, PlotUi, VLine};

use crate::analysis::statistics::pair::Bin;
use crate::ui::theme::{Theme, Type, measure};

/// Marks of an axis with their words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Scale {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) marks: Vec<(f64, String)>,
}

impl Scale {
    /// Round numbers from `from` to `to`, about so many.
    pub(super) fn round((from, to): (f64, f64), about: usize, words: impl Fn(f64, usize) -> String) -> Self {
        let (step, digits) = step(to - from, about);
        let mut marks = Vec::new();
        if step > 0.0 {
            let first = (from / step).ceil();
            for n in 0..=about.saturating_mul(3) {
                #[expect(clippy::cast_precision_loss, reason = "a few marks")]
                let at = (first + n as f64) * step;
                if at > to + step * 1e-9 {
                    break;
                }
                marks.push((at, words(at, digits)));
            }
        }
        Self { from, to, marks }
    }
}

/// The width of round steps over a length, and the digits behind the point that they need.
fn step(length: f64, about: usize) -> (f64, usize) {
    if !(length > 0.0 && length.is_finite()) || about == 0 {
        return (0.0, 0);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few marks")]
    let wanted = length / about as f64;
    let power = wanted.log10().floor();
    let unit = 10_f64.powf(power);
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * unit >= wanted * 0.999).unwrap_or(10.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few digits")]
    let digits = (-(factor * unit).log10().floor()).max(0.0) as usize;
    (factor * unit, digits)
}

/// Draws a plot of that height, as wide as there is room; `contents` adds to it.
pub(super) fn show<'p>(
    ui: &mut Ui,
    theme: &'static Theme,
    id: &str,
    height: f32,
    (x, y): (Scale, Scale),
    label: &str,
    contents: impl FnOnce(&mut PlotUi<'p>) + 'p,
) -> egui_plot::PlotResponse<()> {
    let hints = |axis: AxisHints<'p>, marks: Vec<(f64, String)>, step: f64| {
        axis.tick_label_color(theme.faint).tick_label_font(Type::Caption.font()).label_spacing(4.0..=8.0).formatter(
            move |mark, _| {
                let near = marks.iter().find(|(at, _)| (at - mark.value).abs() <= step * 1e-6);
                near.map(|(_, words)| words.clone()).unwrap_or_default()
            },
        )
    };
    let spacer = |marks: &[(f64, String)], step: f64| {
        let marks: Vec<GridMark> = marks.iter().map(|(at, _)| GridMark { value: *at, step_size: step }).collect();
        move |_| marks.clone()
    };
    let (of_x, of_y) = (x.to - x.from, y.to - y.from);
    let bounds = PlotBounds::from_min_max([x.from, y.from], [x.to, y.to]);
    let plot = Plot::new(id.to_owned())
        .height(height)
        .width(ui.available_width())
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .sense(egui::Sense::hover())
        .show_background(false)
        .show_crosshair(false)
        .show_grid(Vec2b::new(false, true))
        .grid_color(theme.hair)
        .grid_fade(0.0)
        .grid_spacing(1.0..=2.0)
        .set_margin_fraction(egui::Vec2::ZERO)
        .auto_bounds(false)
        .label_formatter(|_| None)
        .custom_x_axes(vec![hints(AxisHints::new_x(), x.marks.clone(), of_x)])
        .custom_y_axes(vec![hints(AxisHints::new_y(), y.marks.clone(), of_y)])
        .x_grid_spacer(spacer(&x.marks, of_x))
        .y_grid_spacer(spacer(&y.marks, of_y));
    let shown = plot.show(ui, move |plot| {
        plot.set_plot_bounds(bounds);
        contents(plot);
    });
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Image, true, label));
    shown
}

/// The outline of a distribution in bins: a line in steps.
pub(super) fn outline(bins: &[Bin], share: impl Fn(&Bin) -> f64) -> Vec<[f64; 2]> {
    let mut points = Vec::with_capacity(2 * bins.len() + 2);
    for bin in bins {
        let (Some(from), Some(to)) = (bin.from, bin.to) else { continue };
        if points.is_empty() {
            points.push([from, 0.0]);
        }
        points.extend([[from, share(bin)], [to, share(bin)]]);
    }
    if let Some([at, _]) = points.last().copied() {
        points.push([at, 0.0]);
    }
    points
}

/// A curve.
pub(super) fn curve<'p>(name: &str, points: Vec<[f64; 2]>, color: Color32) -> Line<'p> {
    // A band would stand for many points in one pixel; here two of one place are an edge of a step.
    Line::new(name.to_owned(), points).color(color).width(measure::CURVE).allow_hover(false).allow_band(false)
}

/// A dotted line down the plot.
pub(super) fn boundary(at: f64, color: Color32) -> VLine {
    let style = egui_plot::LineStyle::Dotted { spacing: 4.0 };
    VLine::new(String::new(), at).color(color).width(measure::HAIR).style(style).allow_hover(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round() {
        let words = |at: f64, digits: usize| format!("{at:.digits$}");
        let marks = |extent, about| {
            let scale = Scale::round(extent, about, words);
            scale.marks.into_iter().map(|(_, words)| words).collect::<Vec<_>>()
        };
        assert_eq!(marks((0.3, 1.0), 4), ["0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(marks((0.0, 0.09), 3), ["0.00", "0.05"]);
        assert_eq!(marks((-3.0, 12.0), 3), ["0", "5", "10"]);
        assert_eq!(marks((0.0, 40_000.0), 4), ["0", "10000", "20000", "30000", "40000"]);
        assert!(marks((1.0, 1.0), 4).is_empty());
        assert!(marks((f64::NEG_INFINITY, 1.0), 4).is_empty());
    }

    #[test]
    fn an_outline_begins_and_ends_at_nothing() {
        let bin = |from, to, reference| Bin { from: Some(from), to: Some(to), reference, current: 0.0 };
        let bins = [bin(0.0, 1.0, 0.25), bin(1.0, 2.0, 0.75)];
        let expected = [[0.0, 0.0], [0.0, 0.25], [1.0, 0.25], [1.0, 0.75], [2.0, 0.75], [2.0, 0.0]];
        assert_eq!(outline(&bins, |bin| bin.reference), expected);
        assert!(outline(&[], |bin| bin.reference).is_empty());
    }
}

//! The rates of both sides, each with its interval, and their difference.

use egui::{Color32, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::super::{Shown, cells, plots};
use crate::analysis::compare::{Comparison, MeasureCompared};
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::p_words;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, percent, percent_mark, points};
use crate::ui::widgets::{text, tip};

/// Height of a rate: two lines with a dot each, and the difference.
const ROW: f32 = 56.0;
/// Width of the words at the left.
const WORDS: f32 = 168.0;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, colors: [Color32; 2]) {
    let theme = shown.theme;
    parts::wrapped(ui, "Rates, with 95\u{202f}% intervals", Type::BodyMedium, theme.text);
    let counted: Vec<&MeasureCompared> =
        of.measures.iter().filter(|compared| compared.a.rate.is_some() || compared.b.rate.is_some()).collect();
    let high = |rate: Rate| rate.wilson95.map_or(0.0, |[_, high]| high);
    let most = counted.iter().map(|compared| high(compared.a).max(high(compared.b))).fold(0.0, f64::max);
    // What most rates are far below would press them against the edge: all share one axis nevertheless, so that they can be compared.
    let scale = plots::Scale::round((0.0, most.clamp(0.01, 1.0)), 4, |at, _| percent_mark(at));
    let left = ui.cursor().left() + WORDS.min(ui.available_width() * 0.4);
    let right = ui.max_rect().right() - 52.0;
    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    let x = |share: f64| left + (right - left) * (share / scale.to).clamp(0.0, 1.0) as f32;
    ui.add_space(measure::GRID);
    let top = ui.cursor().top();
    for compared in &counted {
        row(ui, shown, compared, colors, left, &x);
    }
    let bottom = ui.cursor().top();
    let mut last = f32::NEG_INFINITY;
    for (at, words) in &scale.marks {
        ui.painter().vline(x(*at).round() + 0.5, top..=bottom, Stroke::new(measure::HAIR, theme.row));
        let galley = text::line(ui, words, Type::Caption, theme.faint);
        if x(*at) - galley.size().x / 2.0 > last + 4.0 {
            last = x(*at) + galley.size().x / 2.0;
            text::put(ui.painter(), pos2(x(*at), bottom + 9.0), egui::Align::Center, galley);
        }
    }
    ui.add_space(20.0);
    for compared in of.measures.iter().filter(|compared| compared.a.rate.is_none() && compared.b.rate.is_none()) {
        let is_empty = of.a.decisions == 0 || of.b.decisions == 0;
        let because = if is_empty { "there is no decision on one of the sides" } else { compared.measure.without() };
        let words = format!("{}: not determinable, because {because}", compared.measure.title());
        parts::wrapped(ui, &words, Type::Caption, theme.faint);
    }
}

fn row(
    ui: &mut Ui,
    shown: &Shown<'_>,
    compared: &MeasureCompared,
    colors: [Color32; 2],
    left: f32,
    x: &dyn Fn(f64) -> f32,
) {
    let theme = shown.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let painter = ui.painter().clone();
    let room = left - rect.left() - measure::CELL;
    let title = text::cut(ui, compared.measure.title(), Type::TableMedium, theme.text, room);
    text::place(&painter, rect.left(), rect.top() + 12.0, title);
    let (first, second) = told(compared);
    for (words, y, color) in [(&first, 28.0, theme.text2), (&second, 43.0, theme.text2)] {
        let galley = text::cut(ui, words, Type::Caption, color, room);
        text::place(&painter, rect.left(), rect.top() + y, galley);
    }
    for (n, (rate, color)) in [(compared.a, colors[0]), (compared.b, colors[1])].into_iter().enumerate() {
        let middle = (rect.top() + if n == 0 { 16.0 } else { 36.0 }).round() + 0.5;
        let Some((value, [low, high])) = rate.rate.zip(rate.wilson95) else {
            let galley = text::line(ui, "–", Type::Caption, theme.faint);
            text::place(&painter, left, middle, galley);
            continue;
        };
        let stroke = Stroke::new(measure::CURVE, color);
        painter.hline(x(low)..=x(high), middle, stroke);
        for end in [low, high] {
            painter.vline(x(end).round() + 0.5, (middle - 3.5)..=(middle + 3.5), stroke);
        }
        painter.rect_filled(Rect::from_center_size(pos2(x(value), middle), vec2(7.0, 7.0)), 0.0, color);
        let galley = text::line(ui, &percent(value), Type::Caption, theme.text);
        let backing = Rect::from_min_size(pos2(x(high) + 4.0, middle - 7.0), galley.size());
        painter.rect_filled(backing, 0.0, theme.panel);
        text::place(&painter, x(high) + 6.0, middle, galley);
    }
    let all = format!(
        "{}\n{}\nreference: {}\ncompared: {}\n{first}, {second}",
        compared.measure.title(),
        compared.measure.definition(),
        cells::rate_words(compared.a, compared.measure),
        cells::rate_words(compared.b, compared.measure)
    );
    parts::name(&response, egui::accesskit::Role::Label, &all.replace('\n', "; "));
    let _ = tip(response, all);
}

/// The difference with its interval, and its test.
fn told(compared: &MeasureCompared) -> (String, String) {
    match &compared.difference {
        Ok(difference) => {
            let [low, high] = difference.newcombe95;
            let first =
                format!("{} points ({} to {})", points(difference.difference), cells::bare(low), cells::bare(high));
            let p = difference.p.map_or_else(|because| because.to_string(), |p| format!("p {}", p_words(p)));
            let q = compared.q.map_or(String::new(), |q| format!(", q {}", p_words(q)));
            (first, format!("{p}{q}"))
        }
        Err(because) => {
            let n = |rate: Rate| count(rate.denominator);
            (because.to_string(), format!("of {} and {}", n(compared.a), n(compared.b)))
        }
    }
}

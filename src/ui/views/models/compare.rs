//! Two sides held against each other: confidence drawn, rates with their intervals, and the fields of the input by how far they shifted.

mod drift;
mod rates;
mod segments;

use egui::{Color32, Rect, Ui, pos2};

use super::{Shown, State, plots};
use crate::analysis::compare::{Comparison, NumbersCompared, Shape};
use crate::analysis::statistics::p_words;
use crate::app::Command;
use crate::app::models::Side;
use crate::app::models::examine::Compared;
use crate::record::text::visible;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent_mark};
use crate::ui::widgets::{section, text, tip};

/// Below these widths there are fewer columns.
const WIDTHS: [f32; 2] = [1100.0, 720.0];
/// Fewer decisions on a side are few.
const FEW: u64 = 30;
/// Height of a plot.
pub(super) const PLOT: f32 = 172.0;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, state: &mut State, commands: &mut Vec<Command>) {
    ui.add_space(measure::GAP_SECTION);
    parts::inset(ui, measure::PAGE, |ui| {
        let compared = match &shown.found.comparison {
            Some(Ok(compared)) => compared,
            Some(Err(why)) => {
                head(ui, shown, "Nothing is compared", why);
                return;
            }
            None => {
                let why = "No two versions that followed each other have decisions here.";
                head(ui, shown, "Nothing is compared", why);
                return;
            }
        };
        let of = &compared.of;
        let title = format!("{} against {}", visible(&of.b.name), visible(&of.a.name));
        let both = match of.both {
            0 => String::new(),
            both => {
                format!("; {} in both, which tests take for independent", counted(both, "decision is", "decisions are"))
            }
        };
        // Of few decisions every figure is near nothing: PSI most of all.
        let few = if of.a.decisions.min(of.b.decisions) < FEW {
            "; so few that most of what is told may be chance"
        } else {
            ""
        };
        let note = format!("{} and {} decisions{both}{few}", count(of.b.decisions), count(of.a.decisions));
        head(ui, shown, &title, &note);
        ui.add_space(measure::PAD);
        let colors = colors(shown, compared);
        let width = ui.available_width();
        let widths: &[f32] = match width {
            width if width >= WIDTHS[0] => &[0.36, 0.38, 0.26],
            width if width >= WIDTHS[1] => &[0.46, 0.54],
            _ => &[1.0],
        };
        columns(ui, widths, 3, |ui, column| match column {
            0 => confidence(ui, shown, of, colors),
            1 => rates::show(ui, shown, of, colors),
            _ => definitions(ui, shown),
        });
        ui.add_space(measure::GAP_SECTION);
        segments::show(ui, shown, of, colors, commands);
        drift::show(ui, shown, of, colors, state);
    });
}

/// What each side is drawn in: a version in its own colour; ranges and filters in the first two categories.
fn colors(shown: &Shown<'_>, compared: &Compared) -> [Color32; 2] {
    let stretches = shown.found.stretches.as_deref();
    let color = |side: &Side, other: usize| match side {
        Side::Stretch(place) => {
            let stretch = stretches.and_then(|stretches| stretches.all().get(*place));
            shown.colour(stretch.and_then(|stretch| stretch.version.as_deref()))
        }
        _ => shown.theme.category(other),
    };
    let [a, b] = [color(&compared.sides[0], 0), color(&compared.sides[1], 1)];
    // One version at two times has one colour: then the reference steps back.
    if a == b { [shown.theme.neutral, b] } else { [a, b] }
}

/// Columns side by side, as many as there are widths; what is more stands below.
fn columns(ui: &mut Ui, widths: &[f32], count: usize, mut contents: impl FnMut(&mut Ui, usize)) {
    let mut next = 0;
    while next < count {
        let room = ui.available_rect_before_wrap();
        let gap = measure::GAP_SECTION;
        let (mut left, mut bottom) = (room.left(), room.top());
        for share in widths {
            if next >= count {
                break;
            }
            let right = left + room.width() * share;
            let inner = if right + 1.0 < room.right() { right - gap } else { room.right() };
            let rect = Rect::from_min_max(pos2(left, room.top()), pos2(inner, f32::INFINITY));
            let layout = egui::Layout::top_down(egui::Align::Min);
            let mut child =
                ui.new_child(egui::UiBuilder::new().id_salt(("column", next)).max_rect(rect).layout(layout));
            child.spacing_mut().item_spacing = egui::Vec2::ZERO;
            contents(&mut child, next);
            bottom = bottom.max(child.min_rect().bottom());
            left = right;
            next += 1;
        }
        let taken = Rect::from_min_max(room.min, pos2(room.right(), bottom));
        ui.allocate_rect(taken, egui::Sense::hover());
        if next < count {
            ui.add_space(measure::PAD_WIDE);
        }
    }
}

fn head(ui: &mut Ui, shown: &Shown<'_>, title: &str, note: &str) {
    let words = text::cut(ui, title, Type::Heading, shown.theme.text, ui.available_width());
    let (rect, response) = ui.allocate_exact_size(egui::vec2(words.size().x, 28.0), egui::Sense::hover());
    text::place(ui.painter(), rect.left(), rect.center().y, words);
    parts::name(&response, egui::accesskit::Role::Heading, title);
    let _ = tip(response, title);
    parts::wrapped(ui, note, Type::Table, shown.theme.text2);
}

fn confidence(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, colors: [Color32; 2]) {
    let theme = shown.theme;
    parts::wrapped(ui, "Confidence", Type::BodyMedium, theme.text);
    let field = &of.confidence;
    let psi = match &field.psi {
        Ok(psi) => format!("PSI {:.3} ({}), deciles of {}", psi.value, psi.shift.words(), visible(&of.a.name)),
        Err(because) => format!("PSI not determinable, because {because}"),
    };
    let Shape::Numbers(numbers) = &field.shape else {
        parts::wrapped(ui, &psi, Type::Table, theme.text2);
        return;
    };
    let ks = match &numbers.ks.test {
        Ok(ks) => format!("KS {:.3}, p {}", ks.statistic, p_words(ks.p)),
        Err(because) => format!("KS not determinable, because {because}"),
    };
    parts::wrapped(ui, &format!("{psi}; {ks}"), Type::Table, theme.text2);
    ui.add_space(measure::CELL);
    names(ui, shown, of, colors);
    distribution(ui, shown, "confidence", numbers, colors, PLOT);
}

/// The names of both sides, each behind a square in its colour.
pub(super) fn names(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, colors: [Color32; 2]) {
    for (side, color) in [(&of.a, colors[0]), (&of.b, colors[1])] {
        let words = format!("{}, n {}", visible(&side.name), count(side.decisions));
        let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 17.0), egui::Sense::hover());
        let square = Rect::from_center_size(pos2(rect.left() + 4.0, rect.center().y), egui::vec2(8.0, 8.0));
        ui.painter().rect_filled(square, 0.0, color);
        let galley = text::cut(ui, &words, Type::Table, shown.theme.text, rect.width() - 16.0);
        text::place(ui.painter(), rect.left() + 14.0, rect.center().y, galley);
        parts::name(&response, egui::accesskit::Role::Label, &words);
    }
}

/// Both distributions of a field of numbers.
pub(super) fn distribution(
    ui: &mut Ui,
    shown: &Shown<'_>,
    id: &str,
    numbers: &NumbersCompared,
    colors: [Color32; 2],
    height: f32,
) {
    let bins = &numbers.histogram;
    let ends = bins.first().and_then(|bin| bin.from).zip(bins.last().and_then(|bin| bin.to));
    let Some((from, to)) = ends.filter(|(from, to)| from < to) else {
        parts::wrapped(ui, "All values are equal: there is nothing to draw.", Type::Table, shown.theme.faint);
        return;
    };
    let most = bins.iter().map(|bin| bin.reference.max(bin.current)).fold(0.0, f64::max);
    let x = plots::Scale::round((from, to), 5, |at, digits| crate::ui::words::number(&format!("{at:.digits$}")));
    let y = plots::Scale::round((0.0, most * 1.06), 5, |at, _| if at > 0.0 { percent_mark(at) } else { String::new() });
    let label = format!("Distribution of {id}: shares by value");
    let lines = [
        plots::curve("a", plots::outline(bins, |bin| bin.reference), colors[0]),
        plots::curve("b", plots::outline(bins, |bin| bin.current), colors[1]),
    ];
    plots::show(ui, shown.theme, id, height, (x, y), &label, move |plot| {
        for line in lines {
            plot.line(line);
        }
    });
}

/// What the figures mean, beside them.
fn definitions(ui: &mut Ui, shown: &Shown<'_>) {
    let theme = shown.theme;
    parts::wrapped(ui, "Definitions", Type::BodyMedium, theme.text);
    ui.add_space(measure::GRID);
    let sources = &shown.model.sources;
    let version = format!(
        "recorded in {}; inferred in {}, ambiguous in {}, unknown in {}",
        counted(sources.recorded, "decision", "decisions"),
        count(sources.inferred),
        count(sources.ambiguous),
        count(sources.unknown)
    );
    for (name, words) in [
        ("PSI", "Σ(a−e)·ln(a/e) over deciles of the reference, empty bins 10⁻⁴; below 0.1 stable, above 0.25 large"),
        ("KS", "largest distance of the two distribution functions"),
        ("Override rate", "overrides ÷ reviewed decisions; of all decisions it is a row of its own"),
        ("Intervals", "Wilson for rates, Newcombe for differences, 95\u{202f}%"),
        (
            "q",
            "p after Benjamini and Hochberg: of what the table above has too, over all tests of the table; else over all made here",
        ),
        ("Version", version.as_str()),
    ] {
        crate::ui::widgets::field_text(ui, name, words, Type::Table);
        ui.add_space(2.0);
    }
}

/// The heading of a list below.
pub(super) fn title(ui: &mut Ui, words: &str, note: &str) {
    section(ui, words, note);
}

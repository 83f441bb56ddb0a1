//! Two sides held against each other: confidence drawn, rates with their intervals, and the fields of the input by how far they shifted.

mod drift;
mod rates;

use egui::{Color32, Popup, Rect, Ui, pos2};

use super::{Shown, State, plots};
use crate::analysis::compare::{Comparison, NumbersCompared, Shape};
use crate::analysis::statistics::p_words;
use crate::app::Command;
use crate::app::models::examine::Compared;
use crate::app::models::{Deed, Side};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent};
use crate::ui::widgets::{Button, section, text, text_field, tip};

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
                head(ui, shown, state, "Nothing is compared", why, commands);
                return;
            }
            None => {
                let why = "No two versions that followed each other have decisions here.";
                head(ui, shown, state, "Nothing is compared", why, commands);
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
        head(ui, shown, state, &title, &note, commands);
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

fn head(ui: &mut Ui, shown: &Shown<'_>, state: &mut State, title: &str, note: &str, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::CELL;
        let room = ui.available_width() - 130.0;
        let words = text::cut(ui, title, Type::Heading, theme.text, room);
        let (rect, response) = ui.allocate_exact_size(egui::vec2(words.size().x, 28.0), egui::Sense::hover());
        text::place(ui.painter(), rect.left(), rect.center().y, words);
        parts::name(&response, egui::accesskit::Role::Heading, title);
        let _ = tip(response, title);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let button = ui.add(Button::new("Compare…").icon(icon::ARROWS_LEFT_RIGHT));
            Popup::menu(&button).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
                choose(ui, shown, state, commands);
            });
        });
    });
    parts::wrapped(ui, note, Type::Table, theme.text2);
}

/// What else can be compared.
fn choose(ui: &mut Ui, shown: &Shown<'_>, state: &mut State, commands: &mut Vec<Command>) {
    let theme = shown.theme;
    ui.set_width(360.0);
    ui.spacing_mut().item_spacing.y = measure::GRID;
    let mut offer = |ui: &mut Ui, words: &str, icon, sides: Option<[Side; 2]>| {
        if ui.add(Button::plain(words).icon(icon)).clicked() {
            commands.push(Command::Models(Deed::Compare(sides)));
            ui.close();
        }
    };
    offer(ui, "Versions: the one of an incident, or the last, with the one before", icon::GIT_BRANCH, None);
    for (words, (from, to)) in ranges(shown) {
        let length = to.saturating_sub(from);
        let before = Side::Range(from.saturating_sub(length).saturating_sub(1), from.saturating_sub(1));
        offer(ui, &words, icon::CALENDAR_BLANK, Some([before, Side::Range(from, to)]));
    }
    parts::wrapped(ui, "Tick two versions in the table to compare them.", Type::Caption, theme.faint);
    ui.add_space(measure::GRID);
    parts::wrapped(ui, "Two filters", Type::TableMedium, theme.text);
    let names = ["Reference", "Compared with it"];
    let examples = ["confidence<0.6", "confidence>=0.6"];
    let mut is_entered = false;
    for ((typed, name), example) in state.filters.iter_mut().zip(names).zip(examples) {
        let hint = format!("{name}, e.g. {example}");
        let response = text_field(ui, typed, icon::FUNNEL, &hint, name, 344.0);
        is_entered |= response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    }
    let [a, b] = state.filters.each_ref().map(|text| text.trim().to_owned());
    let is_ready = !a.is_empty() && !b.is_empty();
    let is_clicked = ui.add_enabled(is_ready, Button::primary("Compare")).clicked();
    if is_ready && (is_clicked || is_entered) {
        commands.push(Command::Models(Deed::Compare(Some([Side::Filter(a), Side::Filter(b)]))));
        ui.close();
    }
}

/// Stretches of time that can be held against what came before: the one that is looked at, and the windows of incidents.
fn ranges(shown: &Shown<'_>) -> Vec<(String, (i64, i64))> {
    let chosen = shown.app.filter.range().map(|range| ("This stretch of time with the one before".to_owned(), range));
    let incidents = shown.found.incidents.as_ref().map_or(&[][..], |incidents| &incidents.incidents);
    let windows = incidents.iter().filter_map(|incident| {
        let (from, to) = (incident.window?.from?, incident.window?.to?);
        let words = format!("The window of {} with the time before", visible(&incident.id));
        (from < to).then(|| (words, (from, to.saturating_sub(1))))
    });
    chosen.into_iter().chain(windows).collect()
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
    let y = plots::Scale::round((0.0, most * 1.06), 5, |at, _| if at > 0.0 { percent(at) } else { String::new() });
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
        ("q", "p after Benjamini and Hochberg, over all tests made here"),
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

//! The fields of the input by how far they shifted; each can be opened to both distributions.

use egui::{Color32, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::super::{Shown, State};
use crate::analysis::compare::{CategoriesCompared, Comparison, FieldCompared, Shape};
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::{Figure, p_words};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent};
use crate::ui::widgets::text;
use crate::ui::words;

/// Height of a row.
const ROW: f32 = 26.0;
/// Height of a distribution.
const PLOT: f32 = 150.0;
/// So many categories are drawn.
const CATEGORIES: usize = 20;

/// What stands in a column: its head, its width as a share, and its words.
type Column = (&'static str, f32, fn(&FieldCompared) -> String);

const COLUMNS: [Column; 7] = [
    ("Field of the input", 0.2, |field| words::field(&field.field)),
    ("PSI", 0.15, |field| match &field.psi {
        Ok(psi) => format!("{:.3}, {}", psi.value, field.shift_words().unwrap_or_default()),
        Err(_) => "not determinable".to_owned(),
    }),
    ("KS or χ²", 0.16, |field| match &field.shape {
        Shape::Numbers(numbers) => match &numbers.ks.test {
            Ok(ks) => format!("KS {:.3}, p {}", ks.statistic, p_words(ks.p)),
            Err(_) => "–".to_owned(),
        },
        Shape::Categories(categories) => match &categories.chi_squared.test {
            Ok(chi) => format!("χ² {:.1} ({}), p {}", chi.statistic, chi.degrees, p_words(chi.p)),
            Err(_) => "–".to_owned(),
        },
        Shape::None => "–".to_owned(),
    }),
    ("q", 0.1, |field| {
        let q = match &field.shape {
            Shape::Numbers(numbers) => numbers.ks.q,
            Shape::Categories(categories) => categories.chi_squared.q,
            Shape::None => None,
        };
        q.map_or_else(|| "–".to_owned(), p_words)
    }),
    ("Jensen–Shannon", 0.12, |field| number(&field.jensen_shannon)),
    ("Wasserstein", 0.12, |field| match &field.shape {
        Shape::Numbers(numbers) => number(&numbers.wasserstein),
        _ => "–".to_owned(),
    }),
    ("Without a value", 0.15, |field| {
        let share = |rate: Rate| rate.rate.map_or_else(|| "–".to_owned(), percent);
        format!("{} · {}", share(field.missing_a), share(field.missing_b))
    }),
];

fn number(figure: &Figure<f64>) -> String {
    match figure {
        Ok(value) if value.abs() >= 100.0 => words::number(&format!("{value:.0}")),
        Ok(value) => words::number(&format!("{value:.3}")),
        Err(_) => "–".to_owned(),
    }
}

/// Why figures of a field cannot be given, each reason once.
fn reasons(field: &FieldCompared) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |because: Option<crate::analysis::statistics::Because>| {
        if let Some(words) = because.map(|because| format!("not determinable: {because}"))
            && !out.contains(&words)
        {
            out.push(words);
        }
    };
    add(field.psi.as_ref().err().copied());
    add(field.jensen_shannon.as_ref().err().copied());
    match &field.shape {
        Shape::Numbers(numbers) => {
            add(numbers.ks.test.as_ref().err().copied());
            add(numbers.wasserstein.as_ref().err().copied());
        }
        Shape::Categories(categories) => add(categories.chi_squared.test.as_ref().err().copied()),
        Shape::None => {}
    }
    out
}

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, colors: [Color32; 2], state: &mut State) {
    let theme = shown.theme;
    let note = match of.fields.len() {
        0 => "",
        _ if shown.app.is_still() => "by how far they shifted",
        _ => "by how far they shifted; open one to see both distributions",
    };
    super::title(ui, "Drift of the input", note);
    if of.fields.is_empty() {
        let why = "No decision here has a field below input.metadata: whether the input shifted is not determinable.";
        parts::wrapped(ui, why, Type::Table, theme.text2);
        return;
    }
    let narrow = ui.available_width() < 700.0;
    let columns: Vec<Column> = match narrow {
        true => COLUMNS.into_iter().take(3).map(|(head, share, words)| (head, share * 1.96, words)).collect(),
        false => COLUMNS.into(),
    };
    head(ui, shown, &columns);
    for field in &of.fields {
        let is_open = state.opened.contains(&field.field);
        if row(ui, shown, &columns, field, is_open) {
            match is_open {
                true => drop(state.opened.remove(&field.field)),
                false => drop(state.opened.insert(field.field.clone())),
            }
        }
        if is_open {
            opened(ui, shown, of, field, colors);
        }
    }
    if of.more_fields > 0 {
        let words = format!("{} are not compared", counted(of.more_fields, "more field", "more fields"));
        parts::wrapped(ui, &words, Type::Caption, theme.faint);
    }
}

fn rooms(columns: &[Column], row: Rect) -> Vec<Rect> {
    let inner = row.width() - 22.0;
    let mut left = row.left() + 22.0;
    let room = |(_, share, _): &Column| {
        let right = left + inner * share;
        let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right - measure::CELL, row.bottom()));
        left = right;
        rect
    };
    columns.iter().map(room).collect()
}

fn head(ui: &mut Ui, shown: &Shown<'_>, columns: &[Column]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, shown.theme.hair2));
    for ((head, ..), room) in columns.iter().zip(rooms(columns, rect)) {
        let galley = text::cut(ui, head, Type::CaptionMedium, shown.theme.text2, room.width());
        text::place(ui.painter(), room.left(), rect.center().y, galley);
    }
}

/// Gives whether it was clicked.
fn row(ui: &mut Ui, shown: &Shown<'_>, columns: &[Column], field: &FieldCompared, is_open: bool) -> bool {
    let mut told: Vec<String> = columns.iter().map(|(head, _, words)| format!("{head} {}", words(field))).collect();
    told.extend(reasons(field));
    let label = format!("{}: {}; {}", field.field, if is_open { "open" } else { "closed" }, told.join("; "));
    let response = parts::row(ui, ROW, &label, false);
    let rect = response.rect;
    let icon = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    if !shown.app.is_still() {
        icon.paint(ui.painter(), pos2(rect.left() + 8.0, rect.center().y), 12.0, shown.theme.text2);
    }
    for (n, ((.., words), room)) in columns.iter().zip(rooms(columns, rect)).enumerate() {
        let style = if n == 0 { Type::TableMedium } else { Type::Table };
        let color = if n == 0 { shown.theme.text } else { shown.theme.text2 };
        let galley = text::cut(ui, &words(field), style, color, room.width());
        text::place(ui.painter(), room.left(), rect.center().y, galley);
    }
    // What the row has no room for: columns that a narrow view leaves out, and why figures cannot be given.
    let hidden = COLUMNS.iter().skip(columns.len()).map(|(head, _, words)| format!("{head} {}", words(field)));
    let beside: Vec<String> = std::iter::once(field.field.clone()).chain(hidden).chain(reasons(field)).collect();
    crate::ui::widgets::tip(response, beside.join("\n")).clicked()
}

/// Both distributions.
fn opened(ui: &mut Ui, shown: &Shown<'_>, of: &Comparison, field: &FieldCompared, colors: [Color32; 2]) {
    ui.add_space(measure::CELL);
    parts::inset(ui, measure::PAGE, |ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        super::names(ui, shown, of, colors);
        match &field.shape {
            Shape::Numbers(numbers) => super::distribution(ui, shown, &field.field, numbers, colors, PLOT),
            Shape::Categories(categories) => bars(ui, shown, categories, colors),
            Shape::None => {
                let why = match &field.psi {
                    Err(because) => because.to_string(),
                    Ok(_) => "There is nothing to draw".to_owned(),
                };
                parts::wrapped(ui, &why, Type::Table, shown.theme.faint);
            }
        }
    });
    ui.add_space(measure::PAD);
}

/// Categories, each with a bar of both sides.
fn bars(ui: &mut Ui, shown: &Shown<'_>, of: &CategoriesCompared, colors: [Color32; 2]) {
    let theme = shown.theme;
    let share = |rate: Rate| rate.rate.unwrap_or(0.0);
    let most = of.categories.iter().map(|value| share(value.a).max(share(value.b))).fold(0.0, f64::max);
    for value in of.categories.iter().take(CATEGORIES) {
        let name = match &value.value {
            Some(text) if text.is_empty() => "(empty text)".into(),
            Some(text) => visible(text),
            None => format!("{} other values", count(of.more)).into(),
        };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let galley = text::cut(ui, &name, Type::Table, theme.text, 150.0);
        text::place(ui.painter(), rect.left(), rect.center().y, galley);
        let (left, right) = (rect.left() + 160.0, rect.right() - 60.0);
        for (n, (rate, color)) in [(value.a, colors[0]), (value.b, colors[1])].into_iter().enumerate() {
            let top = rect.top() + if n == 0 { 3.0 } else { 12.0 };
            #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
            let wide = (right - left) * (share(rate) / most.max(f64::MIN_POSITIVE)) as f32;
            ui.painter().rect_filled(Rect::from_min_size(pos2(left, top), vec2(wide.max(1.0), 7.0)), 0.0, color);
        }
        let words = format!("{} · {}", percent(share(value.a)), percent(share(value.b)));
        let galley = text::line(ui, &words, Type::Caption, theme.text2);
        text::place_right(ui.painter(), rect.right(), rect.center().y, galley);
        parts::name(&response, egui::accesskit::Role::Label, &format!("{name}: {words}"));
    }
    if of.categories.len() > CATEGORIES {
        let more = of.categories.len() - CATEGORIES;
        let words = format!("{} are not drawn", counted(more as u64, "more value", "more values"));
        parts::wrapped(ui, &words, Type::Caption, theme.faint);
    }
}

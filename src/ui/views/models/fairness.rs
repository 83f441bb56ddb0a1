//! Whether groups were treated alike: the share of each that got a favourable result, against the group with the highest, and the
//! four-fifths line.

use egui::{Popup, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::{Shown, cells};
use crate::analysis::fairness::{Fairness, Group};
use crate::analysis::proportion::Rate;
use crate::analysis::statistics::p_words;
use crate::app::Command;
use crate::app::models::Deed;
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent};
use crate::ui::widgets::{Button, section, text, tip};
use crate::ui::words;

/// Height of a group.
const ROW: f32 = 30.0;
/// The columns as shares of the room: group, selected, rate with interval, ratio, p, false positives, false negatives.
const COLUMNS: [(&str, f32); 7] = [
    ("Group", 0.16),
    ("Decisions", 0.1),
    ("Favourable, with 95\u{202f}% interval", 0.28),
    ("Of the highest", 0.12),
    ("Fisher p · q", 0.14),
    ("False positives", 0.1),
    ("False negatives", 0.1),
];
/// So many columns stand in a narrow view.
const NARROW: usize = 4;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let groups = &shown.found.groups;
    if shown.found.fairness.is_none() && groups.is_empty() {
        return;
    }
    let theme = shown.theme;
    ui.add_space(measure::GAP_SECTION);
    parts::inset(ui, measure::PAGE, |ui| {
        let note = match &shown.found.fairness {
            Some(Ok(found)) => match &found.disparate_impact {
                Ok(impact) => {
                    let side = if impact.ratio.is_below_four_fifths { "below" } else { "not below" };
                    format!("disparate impact {:.3}, {side} four fifths", impact.ratio.value)
                }
                Err(because) => format!("disparate impact not determinable: {because}"),
            },
            _ => String::new(),
        };
        section(ui, "Fairness", &note);
        controls(ui, shown, commands);
        ui.add_space(measure::GRID);
        match &shown.found.fairness {
            Some(Ok(found)) => table(ui, shown, found),
            Some(Err(why)) => drop(parts::wrapped(ui, why, Type::Table, theme.text2)),
            None => {
                let words = "No field says which group a person belongs to. Choose one, if another one does.";
                parts::wrapped(ui, words, Type::Table, theme.text2);
            }
        }
    });
}

fn controls(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let now = match &shown.found.fairness {
        Some(Ok(found)) => Some(found.group.clone()),
        _ => shown.app.models().group.clone(),
    };
    let words = now.as_deref().map_or_else(|| "Choose a field".to_owned(), |name| format!("by {name}"));
    let button = ui.add(Button::plain(&words).icon(icon::CARET_DOWN));
    Popup::menu(&button).show(|ui| {
        egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for name in shown.found.groups.iter() {
                let icon = if now.as_ref() == Some(name) { icon::CHECK } else { icon::USERS };
                let response = ui.add(Button::plain(&words::field(name)).icon(icon));
                if tip(response, name.as_str()).clicked() {
                    commands.push(Command::Models(Deed::Groups(name.clone())));
                    ui.close();
                }
            }
        });
    });
}

fn rooms(row: Rect, columns: usize) -> Vec<Rect> {
    let whole: f32 = COLUMNS.iter().take(columns).map(|(_, share)| share).sum();
    let mut left = row.left();
    let room = |(_, share): &(&str, f32)| {
        let right = left + row.width() * share / whole;
        let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right - measure::PAD, row.bottom()));
        left = right;
        rect
    };
    COLUMNS.iter().take(columns).map(room).collect()
}

fn table(ui: &mut Ui, shown: &Shown<'_>, found: &Fairness) {
    let theme = shown.theme;
    let mut counted_groups = found.groups.iter().chain(&found.others);
    if counted_groups.all(|group| group.counts.selected.denominator == 0) {
        // Rows of zeros would read as if nobody had been decided about.
        let decisions = counted(found.without_result, "decision", "decisions");
        let words = format!(
            "Of {decisions} nothing says which results are favourable: neither a system record of the log nor the settings. \
             Settings (Ctrl+,) has room for it."
        );
        parts::wrapped(ui, &words, Type::Table, theme.text2);
        return;
    }
    let columns = if ui.available_width() < 800.0 { NARROW } else { COLUMNS.len() };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.hair2));
    for ((head, _), room) in COLUMNS.iter().zip(rooms(rect, columns)) {
        let galley = text::cut(ui, head, Type::CaptionMedium, theme.text2, room.width());
        text::place(ui.painter(), room.left(), rect.center().y, galley);
    }
    let most = found.groups.iter().filter_map(|group| group.counts.selected.wilson95).map(|[_, high]| high);
    let most = most.fold(0.0, f64::max);
    let highest = found.groups.iter().find(|group| group.value.is_some() && group.value == found.highest);
    let line = highest.and_then(|group| group.counts.selected.rate).map(|rate| rate * 0.8);
    for group in found.groups.iter().chain(&found.others) {
        draw(ui, shown, group, found, columns, (most, line));
    }
    ui.add_space(measure::GRID);
    let by_settings = if shown.app.settings.results.is_some() { " or, where they do not, the settings" } else { "" };
    let mut words = vec![format!(
        "favourable as the log's system records say{by_settings}; the dotted line is four fifths of the highest rate"
    )];
    let without = found.without_group.selected.denominator;
    if without > 0 {
        words.push(format!("{} of no group", counted(without, "decision is", "decisions are")));
    }
    if found.without_result > 0 {
        words.push(format!("of {} it is not known whether they are favourable", count(found.without_result)));
    }
    if found.more_groups > 0 {
        words.push(format!("{} in one row", counted(found.more_groups, "rarer group is", "rarer groups are")));
    }
    words.push("a difference alone is no discrimination, and no difference is no proof of fairness".to_owned());
    parts::wrapped(ui, &words.join("; "), Type::Caption, theme.text2);
}

fn draw(
    ui: &mut Ui,
    shown: &Shown<'_>,
    group: &Group,
    found: &Fairness,
    columns: usize,
    (most, line): (f64, Option<f64>),
) {
    let theme = shown.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(measure::HAIR, theme.row));
    let name = match &group.value {
        Some(text) if text.is_empty() => "(empty text)".to_owned(),
        Some(text) => visible(text).into_owned(),
        None => "others".to_owned(),
    };
    let selected = group.counts.selected;
    let ratio = match &group.ratio {
        _ if group.value.is_some() && group.value == found.highest => "the highest".to_owned(),
        Ok(ratio) => format!("{:.3}{}", ratio.value, if ratio.is_below_four_fifths { ", below 4/5" } else { "" }),
        Err(because) => because.to_string(),
    };
    let p = match (&group.fisher_p, group.q) {
        (Ok(p), Some(q)) => format!("{} · {}", p_words(*p), p_words(q)),
        (Ok(p), None) => p_words(*p),
        (Err(_), _) => "–".to_owned(),
    };
    let short = |rate: Option<Rate>| rate.and_then(|rate| rate.rate).map_or_else(|| "–".to_owned(), percent);
    let outcomes = group.counts.outcomes;
    let (fpr, fnr) = (outcomes.map(|of| of.false_positives), outcomes.map(|of| of.false_negatives));
    let words = [name.clone(), count(selected.denominator), String::new(), ratio, p, short(fpr), short(fnr)];
    for (n, (words, room)) in words.iter().zip(rooms(rect, columns)).enumerate() {
        if n == 2 {
            rate(ui, shown, selected, room, most, line);
            continue;
        }
        let style = if n == 0 { Type::TableMedium } else { Type::Table };
        let color = if group.is_small { theme.faint } else { theme.text };
        let galley = text::cut(ui, words, style, color, room.width());
        text::place(ui.painter(), room.left(), rect.center().y, galley);
    }
    let all = |name: &str, rate: Option<Rate>| {
        let rate = rate.filter(|rate| rate.denominator > 0);
        rate.map_or_else(
            || format!("{name}: no outcome on record"),
            |rate| format!("{name}: {}", cells::rate_words(rate, crate::analysis::decisions::Measure::Adverse)),
        )
    };
    let told = [
        name,
        all("favourable", Some(selected)),
        format!("ratio to the highest: {}", words[3]),
        format!("Fisher's exact test against the highest, p · q: {}", words[4]),
        all("false positives", fpr),
        all("false negatives", fnr),
    ];
    parts::name(&response, egui::accesskit::Role::Row, &told.join("; "));
    let _ = tip(response, told.join("\n"));
}

/// A rate on a line, with the four-fifths line.
fn rate(ui: &Ui, shown: &Shown<'_>, rate: Rate, room: Rect, most: f64, line: Option<f64>) {
    let theme = shown.theme;
    let words = rate.rate.map_or_else(|| "–".to_owned(), percent);
    let galley = text::line(ui, &words, Type::Table, theme.text);
    text::place_right(ui.painter(), room.left() + 48.0, room.center().y, galley);
    let track = Rect::from_min_max(pos2(room.left() + 60.0, room.top() + 4.0), pos2(room.right(), room.bottom() - 2.0));
    if track.width() < 30.0 {
        return;
    }
    cells::whisker(ui.painter(), theme, track, rate, most);
    if let Some(line) = line.filter(|_| most > 0.0) {
        #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
        let x = (track.left() + track.width() * (line / most).clamp(0.0, 1.0) as f32).round() + 0.5;
        let stroke = Stroke::new(measure::HAIR, theme.text2);
        ui.painter().extend(egui::Shape::dotted_line(
            &[pos2(x, room.top()), pos2(x, room.bottom())],
            stroke.color,
            4.0,
            1.0,
        ));
    }
}

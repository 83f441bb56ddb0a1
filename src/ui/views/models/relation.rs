//! What is held against what, as a table of shares: shaded by share, and every share written out.

use egui::{Popup, Rect, Sense, Ui, pos2, vec2};

use super::{Shown, cells};
use crate::analysis::correlation::{Cell, Correlation, CorrelationRow};
use crate::analysis::statistics::p_words;
use crate::app::Command;
use crate::app::models::{Against, Deed, Relation};
use crate::record::text::visible;
use crate::ui::icon;
use crate::ui::theme::{Type, measure};
use crate::ui::views::parts;
use crate::ui::widgets::figures::{count, counted, percent};
use crate::ui::widgets::{Button, section, text, tip};
use crate::ui::words;

/// Height of a row.
const ROW: f32 = 30.0;
/// Width of the names of rows, and of the counts.
const NAMES: f32 = 220.0;
/// Width of a cell, at most.
const CELL: f32 = 150.0;

pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let Some(found) = &shown.found.correlation else { return };
    let theme = shown.theme;
    ui.add_space(measure::GAP_SECTION);
    parts::inset(ui, measure::PAGE, |ui| {
        let note = match found {
            Ok(found) => match &found.chi_squared {
                Ok(chi) => format!(
                    "Cramér's V {:.3} · χ² {:.1} ({}), p {}",
                    chi.cramers_v,
                    chi.statistic,
                    chi.degrees,
                    p_words(chi.p)
                ),
                Err(because) => format!("not determinable, because {because}"),
            },
            Err(_) => String::new(),
        };
        section(ui, "What goes with what", &note);
        if let Some(follows) = found.as_ref().ok().and_then(|found| found.window_follows.as_ref()) {
            parts::wrapped(ui, &visible(&follows.says), Type::Table, theme.text);
            ui.add_space(measure::GRID);
        }
        controls(ui, shown, commands);
        ui.add_space(measure::CELL);
        match found {
            Ok(found) => table(ui, shown, found),
            Err(why) => {
                drop(parts::wrapped(ui, &format!("Not determinable, because {why}."), Type::Table, theme.text2));
            }
        }
    });
}

fn controls(ui: &mut Ui, shown: &Shown<'_>, commands: &mut Vec<Command>) {
    let relation = &shown.app.models().relation;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = measure::GAP;
        let field = relation.field.as_deref().map_or_else(|| "Version".to_owned(), words::field);
        let button = ui.add(Button::plain(&field).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            let fields = fields(shown).into_iter();
            egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                for field in std::iter::once(None).chain(fields.map(Some)) {
                    let name = field.as_deref().map_or_else(|| "Version".to_owned(), words::field);
                    let icon = if field == relation.field { icon::CHECK } else { icon::ROWS };
                    let path = field.clone().unwrap_or_else(|| "stretches of service".to_owned());
                    if tip(ui.add(Button::plain(&name).icon(icon)), path).clicked() {
                        let relation = Relation { field, target: relation.target };
                        commands.push(Command::Models(Deed::Relate(relation)));
                        ui.close();
                    }
                }
            });
        });
        let button = ui.add(Button::plain(&format!("against {}", relation.target.name())).icon(icon::CARET_DOWN));
        Popup::menu(&button).show(|ui| {
            for target in Against::ALL {
                let icon = if target == relation.target { icon::CHECK } else { icon::COLUMNS };
                if ui.add(Button::plain(&format!("Against {}", target.name())).icon(icon)).clicked() {
                    let relation = Relation { field: relation.field.clone(), target };
                    commands.push(Command::Models(Deed::Relate(relation)));
                    ui.close();
                }
            }
        });
    });
}

/// The fields that decisions can be told apart by: who asked, and every member of few different values.
fn fields(shown: &Shown<'_>) -> Vec<String> {
    let is_of_decisions = |name: &str| {
        let below =
            ["input.metadata.", "input.data.", "metadata.", "subject.", "context.", "reproducibility.", "compliance."];
        below.iter().any(|path| name.starts_with(path))
    };
    let known = shown.session.evidence().fields().iter().filter(|known| known.has_column);
    let named = known.filter(|known| is_of_decisions(&known.name) && !known.name.ends_with("_hash"));
    std::iter::once("user".to_owned()).chain(named.map(|known| known.name.clone())).collect()
}

fn table(ui: &mut Ui, shown: &Shown<'_>, found: &Correlation) {
    let theme = shown.theme;
    if found.rows.is_empty() || found.columns.is_empty() {
        return;
    }
    let names = NAMES.min(ui.available_width() * 0.4);
    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    let wide = ((ui.available_width() - names) / found.columns.len() as f32).min(CELL);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::HEAD), Sense::hover());
    for (n, column) in found.columns.iter().enumerate() {
        let name = column.as_deref().map_or("others".into(), visible);
        let galley = text::cut(ui, &name, Type::CaptionMedium, theme.text2, wide - measure::CELL);
        text::place_right(ui.painter(), right(head, names, wide, n) - measure::CELL, head.center().y, galley);
    }
    let shares = found.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.share.rate);
    let most = shares.fold(0.0, f64::max);
    for (n, row) in found.rows.iter().enumerate() {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let name = name(shown, row);
        let mut left = rect.left();
        if row.place.is_some() {
            let bar = Rect::from_center_size(pos2(left + 1.5, rect.center().y), vec2(3.0, 16.0));
            ui.painter().rect_filled(bar, 0.0, shown.colour(row.value.as_deref()));
            left += 10.0;
        }
        let decisions = text::line(ui, &count(row.decisions), Type::Caption, theme.faint);
        let room = rect.left() + names - decisions.size().x - 2.0 * measure::CELL - left;
        text::place_right(ui.painter(), rect.left() + names - measure::CELL, rect.center().y, decisions);
        let galley = text::cut(ui, &name, Type::Table, theme.text, room);
        text::place(ui.painter(), left, rect.center().y, galley);
        for (column, cell) in row.cells.iter().enumerate() {
            let end = right(rect, names, wide, column);
            let room = Rect::from_min_max(pos2(end - wide, rect.top()), pos2(end, rect.bottom()));
            let of = found.columns[column].as_deref().map_or("others".into(), visible);
            draw(ui, shown, (n, column), &format!("{name}, {of}"), cell, room, most);
        }
    }
    ui.add_space(measure::GRID);
    let mut words = vec![format!("{} counted", counted(found.decisions, "decision", "decisions"))];
    if found.without_value > 0 {
        words.push(format!("{} without a value", count(found.without_value)));
    }
    if found.without_target > 0 {
        words.push(format!("{} of which that is not known", count(found.without_target)));
    }
    if found.more_values > 0 {
        words.push(format!("{} in one row", counted(found.more_values, "rarer value is", "rarer values are")));
    }
    if found.is_sparse {
        words.push("χ² is approximate: some expected counts are below 5".to_owned());
    }
    words.push("each share is of its row; what goes with what is no cause".to_owned());
    parts::wrapped(ui, &words.join("; "), Type::Caption, theme.text2);
}

/// The right end of a column.
#[expect(clippy::cast_precision_loss, reason = "a few columns")]
fn right(row: Rect, names: f32, wide: f32, column: usize) -> f32 {
    (row.left() + names + wide * (column + 1) as f32).round()
}

fn name(shown: &Shown<'_>, row: &CorrelationRow) -> String {
    let stretches = shown.found.stretches.as_deref();
    let year = shown.year();
    match (row.place.and_then(|place| stretches?.all().get(place)), &row.value) {
        (Some(stretch), _) => {
            let begin = stretch.begin().map_or(String::new(), |at| format!(" from {}", cells::minute(at, year)));
            format!("{}{begin}", cells::version(stretch))
        }
        (None, Some(text)) if text.is_empty() => "(empty text)".to_owned(),
        (None, Some(text)) => visible(text).into_owned(),
        (None, None) => "others".to_owned(),
    }
}

fn draw(ui: &mut Ui, shown: &Shown<'_>, at: (usize, usize), name: &str, cell: &Cell, room: Rect, most: f64) {
    let theme = shown.theme;
    let response = ui.interact(room, ui.scope_id().with(("relation", at)), Sense::hover());
    let inner = room.shrink(0.5);
    let words = match cell.share.rate {
        Some(share) => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seven steps")]
            let step = ((share / most.max(f64::MIN_POSITIVE) * 7.0) as usize).min(theme.heat.len() - 1);
            ui.painter().rect_filled(inner, 0.0, theme.heat[step]);
            let color = theme.on_heat(step);
            let galley = text::line(ui, &percent(share), Type::Table, color);
            let counts = text::line(ui, &count(cell.share.numerator), Type::Caption, color);
            let end = room.right() - measure::CELL;
            if galley.size().x + counts.size().x + 24.0 < room.width() {
                text::place(ui.painter(), room.left() + measure::CELL, room.center().y, counts);
            }
            text::place_right(ui.painter(), end, room.center().y, galley);
            percent(share)
        }
        None => {
            let galley = text::line(ui, "–", Type::Table, theme.faint);
            text::place_right(ui.painter(), room.right() - measure::CELL, room.center().y, galley);
            "no decision".to_owned()
        }
    };
    let mut lines = vec![format!("{name}: {words}")];
    if let Some([low, high]) = cell.share.wilson95 {
        let (of, among) = (count(cell.share.numerator), count(cell.share.denominator));
        lines.push(format!("{of} of {among}, 95\u{202f}% {} – {}", percent(low), percent(high)));
    }
    lines.push(match &cell.odds_ratio {
        Ok(odds) => {
            let note = if odds.is_corrected { " (0.5 added to each cell)" } else { "" };
            let of = odds.interval;
            format!("odds ratio {:.2}, 95\u{202f}% {:.2} – {:.2}{note}", of.value, of.low, of.high)
        }
        Err(because) => format!("odds ratio not determinable, because {because}"),
    });
    lines.push(match &cell.lift {
        Ok(lift) => match lift.interval() {
            Some([low, high]) => format!("lift {:.2}, 95\u{202f}% {low:.2} – {high:.2}", lift.value),
            None => format!("lift {:.2}, without an interval, because the two never meet", lift.value),
        },
        Err(because) => format!("lift not determinable, because {because}"),
    });
    parts::name(&response, egui::accesskit::Role::Cell, &lines.join("; "));
    let _ = tip(response, lines.join("\n"));
}

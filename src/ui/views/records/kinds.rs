//! The tabs of kinds over the table, and what stands beside them.

use egui::{Ui, vec2};

use super::chooser;
use crate::app::{App, Command, Overlay};
use crate::record::Kind;
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, figures, icon_button, tab, text, tip, why_not};
use crate::ui::words::{self, NOT_WHOLE};

/// The button that opens the facets where there is no room for them beside the table.
pub(super) fn fold_button(ui: &mut Ui, is_open: bool) -> bool {
    let rect = egui::Rect::from_min_size(ui.cursor().min + vec2(6.0, 6.0), vec2(measure::FACET, measure::FACET));
    let mut part = ui.new_child(egui::UiBuilder::new().id_salt("fold").max_rect(rect));
    icon_button(&mut part, icon::SLIDERS_HORIZONTAL, "Facets", is_open).clicked()
}

/// The kinds that the log holds, the most frequent first.
fn kinds(app: &App) -> Vec<Kind> {
    let Some(session) = app.session() else { return Vec::new() };
    let count = |kind: Kind| session.facts().by_kind.get(usize::from(kind.place())).copied().unwrap_or_default();
    let mut kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| count(*kind) > 0).collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(count(*kind)));
    kinds
}

/// Shows them on one line, 36 high.
pub(super) fn show(ui: &mut Ui, app: &App, commands: &mut Vec<Command>, is_folded: bool) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), measure::TOOLS), egui::Sense::hover());
    let hair = egui::Stroke::new(measure::HAIR, theme.hair);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, hair);
    let rows = app.session().and_then(|session| session.answered.rows.as_ref());
    let count = |kind: Option<Kind>| {
        let counted = rows.map(|rows| match kind {
            Some(kind) => u64::from(rows.by_kind.get(usize::from(kind.place())).copied().unwrap_or_default()),
            None => rows.by_kind.iter().map(|count| u64::from(*count)).sum(),
        });
        counted.map_or_else(String::new, figures::count)
    };
    let mut inner = rect;
    inner.min.x += if is_folded { 6.0 + measure::FACET } else { 6.0 };
    inner.max.x -= measure::CELL;
    // The button at the right end.
    let told_room = measure::FACET + 44.0;
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut line = ui.new_child(egui::UiBuilder::new().id_salt("kinds").max_rect(inner).layout(layout));
    line.spacing_mut().item_spacing.x = 0.0;

    let (shown, all) = choice(app);
    let told = format!("{shown} of {all}");
    let word = text::line(&line, &told, Type::Table, theme.text2);
    let kinds = kinds(app);
    let now = app.filter.kind();
    let width = |ui: &Ui, word: &str, count: &str| {
        let word = text::line(ui, word, Type::TableMedium, theme.text).size().x;
        word + text::line(ui, &format!("  {count}"), Type::Table, theme.text).size().x + 20.0
    };
    let all_width = width(&line, "All records", &count(None));
    let more_width = width(&line, "16 more kinds", "") + 16.0;
    let wanted = now.map_or(0.0, |kind| width(&line, words::kinds(kind), &count(Some(kind))));
    // A tab that is chosen is always seen, and how many kinds there are besides. Where that is all there is room for, the figures
    // of the columns go first, then the tab of all records, which stands among the others then.
    let least = wanted + more_width;
    let is_told = inner.width() - word.size().x - told_room >= least + all_width;
    let room = inner.width() - if is_told { word.size().x + told_room } else { 2.0 * measure::FACET };
    let has_all = now.is_none() || room >= least + all_width;
    let mut used = if has_all { all_width } else { 0.0 };
    let mut seen: Vec<Kind> = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let own = width(&line, words::kinds(*kind), &count(Some(*kind)));
        let rest = if at + 1 < kinds.len() { more_width } else { 0.0 };
        let keep = if now.is_some_and(|now| now != *kind && !seen.contains(&now)) { wanted } else { 0.0 };
        if used + own + rest + keep > room {
            break;
        }
        used += own;
        seen.push(*kind);
    }
    if let Some(now) = now.filter(|now| !seen.contains(now)) {
        seen.push(now);
    }
    if has_all && tab(&mut line, "All records", &count(None), now.is_none()).clicked() {
        commands.push(Command::SetKind(None));
    }
    for kind in &seen {
        let response = tab(&mut line, words::kinds(*kind), &count(Some(*kind)), now == Some(*kind));
        if response.clicked() && now != Some(*kind) {
            commands.push(Command::SetKind(Some(*kind)));
        }
    }
    let others: Vec<Kind> = kinds.into_iter().filter(|kind| !seen.contains(kind)).collect();
    if !others.is_empty() {
        let mut word =
            if others.len() == 1 { "1 more kind".to_owned() } else { format!("{} more kinds", others.len()) };
        if line.available_width() - 2.0 * measure::FACET < width(&line, &word, "") {
            word = format!("{} more", others.len());
        }
        let response = tab(&mut line, &word, "", false);
        egui::Popup::menu(&response).show(|ui| {
            if !has_all && ui.add(Button::plain(&format!("All records  {}", count(None)))).clicked() {
                commands.push(Command::SetKind(None));
                ui.close();
            }
            for kind in others {
                let word = format!("{}  {}", words::kinds(kind), count(Some(kind)));
                if ui.add(Button::plain(&word)).clicked() {
                    commands.push(Command::SetKind(Some(kind)));
                    ui.close();
                }
            }
        });
    }
    line.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let is_whole = app.session().is_some_and(|session| !session.evidence().is_part());
        let export =
            |ui: &mut Ui| why_not(icon_button(ui, icon::EXPORT, "Export (Ctrl+E)", false), NOT_WHOLE).clicked();
        if ui.add_enabled_ui(is_whole, export).inner {
            commands.push(Command::Overlay(Overlay::Export));
        }
        let exhibit =
            |ui: &mut Ui| why_not(icon_button(ui, icon::CAMERA, "Make an exhibit (E)", false), NOT_WHOLE).clicked();
        if ui.add_enabled_ui(is_whole, exhibit).inner {
            commands.push(Command::Overlay(Overlay::Exhibit));
        }
        let button = if is_told {
            ui.add(Button::plain(&told).icon(icon::COLUMNS))
        } else {
            icon_button(ui, icon::COLUMNS, &format!("columns, {told}"), false)
        };
        button
            .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, format!("columns, {told}")));
        if tip(button, "Choose columns (Ctrl+L)").clicked() {
            commands.push(Command::Overlay(Overlay::Columns));
        }
    });
}

/// How many columns are shown, and how many there could be.
fn choice(app: &App) -> (usize, usize) {
    let Some(session) = app.session() else { return (0, 0) };
    let shown = app.columns();
    let known: Vec<&str> =
        session.evidence().fields().iter().filter(|field| field.has_column).map(|field| field.name.as_str()).collect();
    (shown.len(), shown.len() + chooser::others(&known, &shown).len())
}

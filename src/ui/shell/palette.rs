//! The command palette: everything that can be done, found by a few letters; also records by their place, and text as a filter.

use egui::{Frame, Id, Key, Margin, Modifiers, Sense, Stroke, Ui, vec2};

use super::icons;
use super::keys::is_possible;
use crate::app::command::{fuzzy, listed};
use crate::app::{App, Command, Overlay};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{text, text_field};

/// What is typed, and which entry the arrow keys are on.
#[derive(Debug, Default)]
pub(super) struct State {
    typed: String,
    chosen: usize,
}

/// So many entries are shown at most.
const SHOWN: usize = 12;
/// Height of the field, the frame, and what is left free below.
const AROUND: f32 = 80.0;

/// An entry of the palette.
struct Entry {
    title: String,
    /// Bytes of the title that were typed.
    matched: Vec<usize>,
    key: &'static str,
    command: Command,
}

pub(super) fn show(ui: &Ui, app: &App, state: &mut State, is_new: bool, commands: &mut Vec<Command>) {
    if is_new {
        *state = State::default();
    }
    let entries = entries(app, &state.typed);
    let shown = fitting(super::overlays::height_left(ui.ctx(), AROUND));
    state.chosen = state.chosen.min(entries.len().saturating_sub(1));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        state.chosen = (state.chosen + 1).min(entries.len().saturating_sub(1));
    }
    if pressed(Key::ArrowUp) {
        state.chosen = state.chosen.saturating_sub(1);
    }
    if pressed(Key::PageDown) {
        state.chosen = (state.chosen + shown).min(entries.len().saturating_sub(1));
    }
    if pressed(Key::PageUp) {
        state.chosen = state.chosen.saturating_sub(shown);
    }
    let mut taken = pressed(Key::Enter).then_some(state.chosen);
    super::overlays::panel(ui, "palette", measure::PALETTE, commands, |ui, _| {
        let width = ui.available_width();
        let field = text_field(
            ui,
            &mut state.typed,
            icon::MAGNIFYING_GLASS,
            "A command, @ and a place, or a filter",
            "Commands",
            width,
        );
        if is_new {
            field.request_focus();
        }
        ui.add_space(measure::GRID);
        ui.spacing_mut().item_spacing.y = 0.0;
        let first = state.chosen.saturating_sub(shown - 1);
        for (n, entry) in entries.iter().enumerate().skip(first).take(shown) {
            if row(ui, entry, n == state.chosen) {
                taken = Some(n);
            }
        }
        if entries.is_empty() {
            let theme = Theme::of(ui);
            ui.label(Type::Table.rich("Nothing that can be done now has these letters").color(theme.text2));
        }
    });
    if let Some(entry) = taken.and_then(|at| entries.into_iter().nth(at)) {
        commands.push(Command::Overlay(Overlay::None));
        commands.push(entry.command);
    }
}

/// So many entries have room.
fn fitting(height: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows of a window")]
    let rows = (height / measure::PALETTE_ROW).max(1.0) as usize;
    rows.min(SHOWN)
}

fn row(ui: &mut Ui, entry: &Entry, is_chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::PALETTE_ROW), Sense::click());
    if is_chosen {
        ui.painter().rect_filled(rect, measure::RADIUS, theme.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, measure::RADIUS, theme.hover);
    }
    let parts: Vec<(String, Type)> = entry
        .title
        .char_indices()
        .map(|(at, c)| (c.to_string(), if entry.matched.contains(&at) { Type::TableBold } else { Type::Table }))
        .collect();
    let parts: Vec<(&str, Type, egui::Color32)> =
        parts.iter().map(|(text, style)| (text.as_str(), *style, theme.text)).collect();
    if let Some(icon) = icons::of(&entry.command) {
        let color = if is_chosen { theme.accent } else { theme.text2 };
        icon.paint(ui.painter(), rect.left_center() + vec2(20.0, 0.0), measure::ICON, color);
    }
    text::place(ui.painter(), rect.left() + 40.0, rect.center().y, text::runs(ui, &parts));
    let key = text::line(ui, entry.key, Type::Mono, theme.text2);
    text::place_right(ui.painter(), rect.right() - 12.0, rect.center().y, key);
    response.widget_info(|| egui::WidgetInfo::selected(egui::accesskit::Role::Button, true, is_chosen, &entry.title));
    response.clicked()
}

fn entries(app: &App, typed: &str) -> Vec<Entry> {
    let mut found: Vec<(i32, Entry)> = listed()
        .into_iter()
        .filter(|listed| is_possible(app, listed.when) && listed.command != Command::Overlay(Overlay::Palette))
        .filter_map(|listed| {
            let (score, matched) = fuzzy(listed.title, typed)?;
            let key = listed.keys.first().copied().unwrap_or_default();
            Some((score, Entry { title: listed.title.to_owned(), matched, key, command: listed.command }))
        })
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let mut out: Vec<Entry> = Vec::new();
    let Some(session) = app.session() else { return found.into_iter().map(|(_, entry)| entry).collect() };
    let typed = typed.trim();
    if let Some(seq) = typed.strip_prefix('@').and_then(|seq| seq.parse::<u64>().ok())
        && let Some(row) = session.evidence().seqs().row(seq)
    {
        let title = format!("Go to record {}", count(seq));
        out.push(Entry { title, matched: Vec::new(), key: "", command: Command::GoTo(row, seq) });
    }
    out.extend(found.into_iter().map(|(_, entry)| entry));
    for (_, name, filter) in app.saved_filters() {
        let title = format!("Saved filter: {name}");
        if let Some((_, matched)) = fuzzy(&title, typed) {
            out.push(Entry { title, matched, key: "", command: Command::ShowFilter(filter) });
        }
    }
    if !typed.is_empty() && session.evidence().parse(typed).is_ok() {
        let title = format!("Filter: {typed}");
        out.push(Entry { title, matched: Vec::new(), key: "", command: Command::SetFilter(typed.to_owned()) });
    }
    out
}

/// The frame of what lies over the window.
pub(super) fn frame(theme: &Theme) -> Frame {
    Frame::NONE
        .fill(theme.panel)
        .stroke(Stroke::new(measure::HAIR, theme.hair2))
        .corner_radius(measure::RADIUS_DIALOG)
        .inner_margin(Margin::same(12))
}

/// A name for a layer.
pub(super) fn layer(name: &str) -> Id {
    Id::unique("overlay").with(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_has_as_many_rows_as_the_window_has_room_for() {
        let row = measure::PALETTE_ROW;
        for (height, rows) in [(0.0, 1), (row * 3.5, 3), (row * 12.0, 12), (10_000.0, SHOWN)] {
            assert_eq!(fitting(height), rows, "{height}");
        }
    }
}

//! The key sheet, and how what is longer than a dialog has room for is scrolled by keyboard.

use egui::{Key, Modifiers, TextEdit, Ui, vec2};

use super::overlays::{height_left, panel};
use crate::app::Command;
use crate::app::command::listed;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{key_cap, section, text};

/// What scrolls in a panel, by keyboard too: by Page, and, as long as nothing is being typed, by Home and End; by arrows where `is_alone`,
/// that is where nothing else in the panel takes them.
pub(super) fn scroll(ui: &mut Ui, name: &str, height: f32, is_alone: bool, contents: impl FnOnce(&mut Ui)) {
    let focused = ui.memory(egui::Memory::focused);
    let is_typing = focused.is_some_and(|id| TextEdit::load_state(ui.ctx(), id).is_some());
    let page = height - measure::PALETTE_ROW;
    let keys = [
        (Key::PageDown, page, true),
        (Key::PageUp, -page, true),
        (Key::End, f32::MAX, !is_typing),
        (Key::Home, f32::MIN, !is_typing),
        (Key::ArrowDown, measure::PALETTE_ROW, is_alone),
        (Key::ArrowUp, -measure::PALETTE_ROW, is_alone),
    ];
    let is_pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let by = keys.into_iter().find(|(key, _, is_for_us)| *is_for_us && is_pressed(*key)).map(|(_, by, _)| by);
    let area = egui::ScrollArea::vertical().id_salt(name).max_height(height).auto_shrink([false, true]);
    area.show(ui, |ui| {
        if let Some(by) = by {
            // Further than there is anything is as far as there is.
            let by = by.clamp(-1e6, 1e6);
            ui.scroll_with_delta_animation(vec2(0.0, -by), egui::style::ScrollAnimation::none());
        }
        // The bar of the scrolling lies beside what is shown, not over it.
        ui.set_width(ui.available_width() - measure::PAD);
        contents(ui);
    });
}

/// The key sheet: every command that has a key.
pub(super) fn show(ui: &Ui, commands: &mut Vec<Command>) {
    panel(ui, "keys", measure::PALETTE, commands, |ui, _| {
        section(ui, "Keys", "Esc closes");
        ui.add_space(measure::CELL);
        let keyed: Vec<_> = listed().into_iter().filter(|listed| !listed.keys.is_empty()).collect();
        let half = keyed.len().div_ceil(2);
        // Enlarged, there are more than fit.
        let height = height_left(ui.ctx(), 206.0);
        scroll(ui, "keys", height, true, |ui| {
            ui.spacing_mut().item_spacing.x = measure::PAGE;
            ui.columns(2, |columns| {
                for (column, part) in columns.iter_mut().zip(keyed.chunks(half)) {
                    for listed in part {
                        column.horizontal(|ui| {
                            ui.set_min_height(measure::FACET);
                            ui.label(Type::Table.rich(listed.title).color(Theme::of(ui).text));
                            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                                for key in listed.keys.iter().rev() {
                                    key_cap(ui, key);
                                }
                            });
                        });
                    }
                }
            });
        });
        ui.add_space(measure::CELL);
        let words = "In tables: arrows, Page, Home and End move, Shift extends, Ctrl+A takes all, Ctrl+C copies with headers, Alt+Up and Alt+Down sort by the column, with Shift by this one too, Enter opens the detail. Dragging the scroll bar with Shift held goes row by row.";
        text::wrapped(ui, words, Type::Caption, Theme::of(ui).text2);
        let words = "In the filter: Left at the start of the text goes to the conditions. On one of them Delete removes it, X suspends it, N or - negates it, Enter edits it, Left and Right move, Esc goes back to the text.";
        text::wrapped(ui, words, Type::Caption, Theme::of(ui).text2);
    });
}

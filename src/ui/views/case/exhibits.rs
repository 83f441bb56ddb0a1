//! The exhibits of the case: number and title, when and by whom, and what to know each by.

use egui::accesskit::Role;
use egui::{Sense, Ui, vec2};

use super::super::parts;
use super::items::{MOST_ROWS, author, empty, more};
use crate::app::keeper::Snapshot;
use crate::case::entry::Value;
use crate::case::numbered;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{text, tip};

/// Shows them, the latest first.
pub(super) fn show(ui: &mut Ui, case: &Snapshot) {
    let mut shown = 0;
    for (_, item) in case.items().rev() {
        for value in item.values() {
            let Value::Exhibit { number, prefix, title, digest } = value else { continue };
            shown += 1;
            if shown > MOST_ROWS {
                continue;
            }
            let to = case.captured.get(digest).map_or("", String::as_str);
            row(ui, &numbered(prefix, *number), title, (&author(item), to), &digest.to_string());
        }
    }
    more(ui, shown);
    if shown == 0 {
        let reason = "Press E in a view to hand it out as a picture that says where it is from.";
        empty(ui, "No exhibit was made yet.", reason);
    }
}

fn row(ui: &mut Ui, number: &str, title: &str, (by, to): (&str, &str), digest: &str) {
    let theme = Theme::of(ui);
    let (all, response) = ui.allocate_exact_size(vec2(ui.available_width(), measure::ROW_TWO), Sense::hover());
    if ui.is_rect_visible(all) {
        let rect = all.shrink2(vec2(measure::PAGE, 0.0));
        let (painter, middle) = (ui.painter(), rect.center().y);
        let (upper, lower) = (middle - 9.0, middle + 9.0);
        let short = crate::ui::widgets::shortened(digest, 6, 6);
        let hash =
            text::place_right(painter, rect.right(), upper, text::line(ui, &short, Type::MonoSmall, theme.text2));
        let drawn = text::cut(ui, number, Type::BodyMedium, theme.text, rect.width() / 3.0);
        let left = text::place(painter, rect.left(), upper, drawn).right() + measure::PAD;
        let room = (hash.left() - measure::PAD - left).max(0.0);
        text::place(painter, left, upper, text::cut(ui, title, Type::Body, theme.text, room));
        let by = text::place(painter, rect.left(), lower, text::line(ui, by, Type::Table, theme.text2)).right();
        let room = (rect.right() - by - measure::PAD).max(0.0);
        let place = text::cut(ui, to, Type::Table, theme.text2, room);
        text::place_right(painter, rect.right(), lower, place);
        painter.hline(all.x_range(), all.bottom() - 0.5, egui::Stroke::new(measure::HAIR, theme.row));
    }
    let told = if to.is_empty() { String::new() } else { format!(", in {to}") };
    parts::name(&response, Role::Label, &format!("{number} {title}, {by}{told}, BLAKE3 of the sidecar {digest}"));
    tip(response, format!("{number} {title}\n{by}\n{to}\nBLAKE3 of the sidecar: {digest}"));
}

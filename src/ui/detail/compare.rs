//! The record that is shown beside one that was kept: field by field, equal ones hidden.

use egui::{ScrollArea, Ui, vec2};

use super::json::{Flat, Shown};
use super::{State, pad, title};
use crate::app::detail::Detail;
use crate::app::{App, Command, Session};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, Empty, figures, hairline, icon_button, link, shortened, tip};
use crate::ui::words;

/// A member of two records.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    name: String,
    left: Option<Shown>,
    right: Option<Shown>,
}

impl Pair {
    fn is_equal(&self) -> bool {
        self.left == self.right
    }
}

/// The members of both, in the order of the right one; what the left alone has stands where it has it.
fn pairs(left: &[Flat], right: &[Flat]) -> Vec<Pair> {
    let find =
        |list: &[Flat], path: &[String]| list.iter().find(|flat| flat.path == path).map(|flat| flat.value.clone());
    let mut out: Vec<Pair> = right
        .iter()
        .map(|flat| Pair { name: flat.name(), left: find(left, &flat.path), right: Some(flat.value.clone()) })
        .collect();
    let mut behind = 0;
    for flat in left {
        match out.iter().position(|pair| pair.name == flat.name()) {
            Some(at) => behind = at + 1,
            None => {
                out.insert(behind, Pair { name: flat.name(), left: Some(flat.value.clone()), right: None });
                behind += 1;
            }
        }
    }
    out
}

/// Shows both.
pub(super) fn show(
    ui: &mut Ui,
    app: &App,
    session: &Session,
    detail: &Detail,
    state: &mut State,
    commands: &mut Vec<Command>,
) {
    let kept = match (app.compared(), &session.compared) {
        (Some(row), Some(Ok(kept))) if kept.row == row => kept,
        (Some(_), Some(Err(error))) => {
            let _ =
                Empty { sentence: "The record that was kept cannot be read", reason: error, way_out: None }.show(ui);
            return;
        }
        (Some(_), _) => {
            let _ = Empty { sentence: "Reading the record that was kept", reason: "", way_out: None }.show(ui);
            return;
        }
        (None, _) => {
            let reason = "Keep this one, then select another: both stand here side by side.";
            let way_out = Some("Keep this record");
            let empty = Empty { sentence: "No record is kept to compare with", reason, way_out };
            if empty.show(ui).is_some_and(|button| button.clicked()) {
                commands.push(Command::Compare(detail.row));
            }
            return;
        }
    };
    if kept.row == detail.row {
        let reason = "Select another one: both will stand here side by side.";
        let _ = Empty { sentence: &format!("{} is kept", title(kept)), reason, way_out: None }.show(ui);
        return;
    }
    let pairs = pairs(&state.members.of(kept), &state.members.of(detail));
    let equal = pairs.iter().filter(|pair| pair.is_equal()).count();
    heads(ui, kept, detail, commands);
    switch(ui, equal, pairs.len(), state);
    hairline(ui);
    ScrollArea::vertical().id_salt(("compare", kept.row, detail.row)).auto_shrink(false).show(ui, |ui| {
        pad(ui, |ui| {
            ui.add_space(measure::CELL);
            if equal == pairs.len() {
                let told = "Every member is equal. The records differ in their place in the log alone.";
                ui.add(egui::Label::new(Type::Table.rich(told).color(Theme::of(ui).text2)).wrap());
            }
            for pair in pairs.iter().filter(|pair| state.is_all_compared || !pair.is_equal()) {
                one(ui, pair);
            }
            ui.add_space(measure::PAGE);
        });
    });
}

/// The two records, the kept one left.
fn heads(ui: &mut Ui, kept: &Detail, detail: &Detail, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    pad(ui, |ui| {
        ui.add_space(measure::PAD);
        let half = (ui.available_width() - measure::PAD) / 2.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = measure::PAD;
            for (of, what) in [(kept, "kept"), (detail, "selected")] {
                ui.allocate_ui_with_layout(vec2(half, 40.0), egui::Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(half);
                    let name = title(of);
                    if what == "kept" {
                        if tip(link(ui, &name, Type::BodyMedium), "Show the record that was kept").clicked() {
                            commands.push(Command::Select(of.row));
                        }
                    } else {
                        ui.add(egui::Label::new(Type::BodyMedium.rich(&name).color(theme.text)).truncate());
                    }
                    ui.label(Type::Caption.rich(what).color(theme.faint));
                });
            }
        });
        ui.add_space(measure::GRID);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = measure::GAP;
            if ui.add(Button::new("Keep the selected one").icon(icon::SWAP)).clicked() {
                commands.push(Command::Compare(detail.row));
            }
        });
        ui.add_space(measure::GRID);
    });
}

/// How many are equal, and whether these are seen.
fn switch(ui: &mut Ui, equal: usize, all: usize, state: &mut State) {
    let theme = Theme::of(ui);
    pad(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(measure::FIELD);
            let differ = figures::counted((all - equal) as u64, "member differs", "members differ");
            ui.label(Type::TableMedium.rich(differ).color(theme.text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (icon, word) = if state.is_all_compared {
                    (icon::EYE, format!("Hide {} equal", figures::count(equal as u64)))
                } else {
                    (icon::EYE_SLASH, format!("Show {} equal", figures::count(equal as u64)))
                };
                if icon_button(ui, icon, &word, state.is_all_compared).clicked() {
                    state.is_all_compared = !state.is_all_compared;
                }
                let hidden = if state.is_all_compared { "equal, shown" } else { "equal, hidden" };
                let told = format!("{} {hidden}", figures::count(equal as u64));
                ui.label(Type::Table.rich(told).color(theme.text2));
            });
        });
    });
}

fn one(ui: &mut Ui, pair: &Pair) {
    let theme = Theme::of(ui);
    ui.add(egui::Label::new(Type::Table.rich(pair.name.as_str()).color(theme.faint)).truncate());
    let half = (ui.available_width() - measure::PAD) / 2.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = measure::PAD;
        for side in [&pair.left, &pair.right] {
            ui.allocate_ui_with_layout(
                vec2(half, Type::Table.line()),
                egui::Layout::top_down(egui::Align::Min),
                |ui| {
                    ui.set_width(half);
                    let (said, color) = match side {
                        None => ("–".to_owned(), theme.faint),
                        Some(Shown::Sealed(digest)) => {
                            (format!("sealed {}", shortened(digest, 6, 6)), theme.withheld.color)
                        }
                        Some(shown) if shown.is_hash() => (shortened(shown.text(), 8, 6), theme.text),
                        Some(Shown::Number(number)) => (words::number(number), theme.text),
                        Some(shown) if shown.text().is_empty() => ("(empty text)".to_owned(), theme.faint),
                        // So that it breaks between date and time.
                        Some(shown) if pair.name == "timestamp" => (shown.text().replacen('T', " ", 1), theme.text),
                        Some(shown) => (shown.text().to_owned(), theme.text),
                    };
                    let color = if pair.is_equal() { theme.text2 } else { color };
                    let style = if matches!(side, Some(shown) if shown.is_hash()) { Type::Mono } else { Type::Table };
                    ui.add(egui::Label::new(style.rich(said).color(color)).wrap().selectable(true));
                },
            );
        }
    });
    ui.add_space(6.0);
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, measure::HAIR), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, theme.row);
    ui.add_space(6.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::detail::json::flatten;

    #[test]
    fn members_stand_beside_each_other() {
        let left = flatten(r#"{"a":1,"only":{"left":true},"b":"x","c":[1,2]}"#);
        let right = flatten(r#"{"a":1.0,"b":"x","d":null,"c":[1,2]}"#);
        let found = pairs(&left, &right);
        let names: Vec<(&str, bool)> = found.iter().map(|pair| (pair.name.as_str(), pair.is_equal())).collect();
        assert_eq!(names, [("a", false), ("only.left", false), ("b", true), ("d", false), ("c", true)]);
        assert_eq!((found[1].left.is_some(), found[1].right.is_some()), (true, false));
        assert!(pairs(&left, &left).iter().all(Pair::is_equal));
    }
}

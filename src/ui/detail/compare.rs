//! The record that is shown beside one that was kept: field by field, equal ones hidden.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use egui::{ScrollArea, Ui, vec2};

use super::json::{Flat, Shown};
use super::{State, Text, pad, text_of, title};
use crate::app::detail::Detail;
use crate::app::{App, Command, Session};
use crate::ui::icon;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Button, Empty, figures, hairline, icon_button, link, shortened, text, tip};
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
    let at_left: HashMap<&[String], usize> = left.iter().enumerate().map(|(at, flat)| (&flat.path[..], at)).collect();
    let at_right: HashSet<&[String]> = right.iter().map(|flat| &flat.path[..]).collect();
    let alone = |flat: &Flat| Pair { name: flat.name(), left: Some(flat.value.clone()), right: None };
    // What only the left has, behind the member that both have before it.
    let mut behind: HashMap<Option<&[String]>, Vec<Pair>> = HashMap::new();
    let mut before: Option<&[String]> = None;
    for flat in left {
        if at_right.contains(&flat.path[..]) {
            before = Some(&flat.path);
        } else {
            behind.entry(before).or_default().push(alone(flat));
        }
    }
    let mut out = behind.remove(&None).unwrap_or_default();
    for flat in right {
        let other = at_left.get(&flat.path[..]).and_then(|at| left.get(*at)).map(|flat| flat.value.clone());
        out.push(Pair { name: flat.name(), left: other, right: Some(flat.value.clone()) });
        out.extend(behind.remove(&Some(&flat.path[..])).unwrap_or_default());
    }
    out
}

/// The members of two records beside each other, found once.
#[derive(Debug, Default)]
pub(super) struct Known {
    of: Option<(Text, Text)>,
    pairs: Rc<[Pair]>,
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
    let key = (text_of(kept), text_of(detail));
    if state.pairs.of != Some(key) {
        let found = pairs(&state.members.of(kept).flat, &state.members.of(detail).flat);
        state.pairs = Known { of: Some(key), pairs: found.into() };
    }
    let pairs = Rc::clone(&state.pairs.pairs);
    let equal = pairs.iter().filter(|pair| pair.is_equal()).count();
    heads(ui, kept, detail, commands);
    switch(ui, equal, pairs.len(), state);
    hairline(ui);
    ScrollArea::vertical().id_salt(("compare", kept.row, detail.row)).auto_shrink(false).show(ui, |ui| {
        pad(ui, |ui| {
            ui.add_space(measure::CELL);
            if equal == pairs.len() {
                let told = "Every member is equal. The records differ in their place in the log alone.";
                text::wrapped(ui, told, Type::Table, Theme::of(ui).text2);
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
                    if matches!(side, Some(Shown::Number(_))) {
                        text::selectable(ui, &said, style, color);
                    } else {
                        text::verbatim(ui, &said, style, color);
                    }
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

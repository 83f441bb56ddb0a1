//! The rows below the lanes: of the stretch that is selected, or of all that is seen; of a lane, a kind, or all.

use egui::{Layout, Ui};

use super::rows as table;
use crate::app::timeline::RowsOf;
use crate::app::{App, Command};
use crate::record::Kind;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::figures::count;
use crate::ui::widgets::{Empty, tab, text};
use crate::ui::words;

/// The kinds that have tabs of their own.
const KINDS: [Kind; 5] = [Kind::Decision, Kind::Deployment, Kind::Access, Kind::Review, Kind::Incident];

/// Below this width the tab of all rows comes first.
const NARROW: f32 = 720.0;

/// How it looks.
#[derive(Debug, Default)]
pub(super) struct State {
    table: table::State,
}

pub(super) fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let rows = app.session().and_then(|session| session.answered.below.as_ref());
    ui.allocate_ui(egui::vec2(ui.available_width(), measure::TOOLS), |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = measure::PAD_WIDE;
            ui.add_space(measure::PAD_WIDE - measure::PAD_WIDE / 2.0);
            let now = &app.timeline().rows_of;
            if let (RowsOf::Lane(title, _), Some(rows)) = (now, rows) {
                let _ = tab(ui, title, &count(rows.count().into()), true);
            }
            let all: u64 = rows.map_or(0, |rows| rows.by_kind.iter().map(|count| u64::from(*count)).sum());
            let mut show_all = |ui: &mut Ui| {
                if tab(ui, "All", &count(all), *now == RowsOf::All).clicked() {
                    commands.push(Command::ShowRowsOf(RowsOf::All));
                }
            };
            // Where not all tabs fit, this one does.
            let is_narrow = ui.available_width() < NARROW;
            if is_narrow {
                show_all(ui);
            }
            let by_kind = |kind: Kind| rows.map_or(0, |rows| rows.by_kind[usize::from(kind.place())]);
            for kind in KINDS {
                let is_on = *now == RowsOf::Kind(kind);
                if (is_on || by_kind(kind) > 0)
                    && tab(ui, words::kinds(kind), &count(by_kind(kind).into()), is_on).clicked()
                {
                    commands.push(Command::ShowRowsOf(RowsOf::Kind(kind)));
                }
            }
            if !is_narrow && tab(ui, "All", &count(all), *now == RowsOf::All).clicked() {
                commands.push(Command::ShowRowsOf(RowsOf::All));
            }
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(measure::PAD_WIDE);
                let what =
                    if app.timeline().span.is_some() { "rows of the selection" } else { "rows of what is shown" };
                let words = text::line(ui, what, Type::Caption, theme.text2);
                if words.size().x < ui.available_width() {
                    let (rect, _) = ui.allocate_exact_size(words.size(), egui::Sense::hover());
                    text::place(ui.painter(), rect.left(), rect.center().y, words);
                }
            });
        });
    });
    match rows {
        Some(rows) if rows.count() == 0 => {
            let (reason, way_out) = match app.timeline().span {
                Some(_) => (
                    "No record of these lies in the stretch that is selected and passes the filter.",
                    Some("Select nothing"),
                ),
                None if app.timeline().rows_of == RowsOf::All => {
                    ("No record lies in the time that is shown and passes the filter.", Some("Look at all of the time"))
                }
                None => {
                    ("No record of these lies in the time that is shown and passes the filter.", Some("Show all kinds"))
                }
            };
            let empty = Empty { sentence: "0 records", reason, way_out };
            if empty.show(ui).is_some_and(|button| button.clicked()) {
                commands.push(match app.timeline().span {
                    Some(_) => Command::SetSpan(None),
                    None if app.timeline().rows_of == RowsOf::All => Command::SetRange(None),
                    None => Command::ShowRowsOf(RowsOf::All),
                });
            }
        }
        _ => table::show(ui, app, &mut state.table, commands),
    }
}

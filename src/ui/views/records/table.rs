//! The table of the rows that pass, and what its user does with them.

use std::sync::Arc;

use egui::Ui;

use super::columns::{BUNDLE, Layouts, SEQ, TIME};
use super::source::Source;
use crate::app::ask::Rows;
use crate::app::facet::click;
use crate::app::{App, Command, DetailTab, Overlay, Session, View, shape};
use crate::evidence::SortKey;
use crate::ui::icon::{self, Icon};
use crate::ui::table::{self, Table, TableOutput, TableState, copied_text};
use crate::ui::theme::measure;
use crate::ui::widgets::{Button, Empty, copied, figures, hairline};
use crate::ui::words;

/// Rows in an order of their own are searched for the selected one up to this number.
const MAX_SEARCHED: usize = 4_000_000;

/// How the table looks.
#[derive(Debug, Default)]
pub(in crate::ui::views) struct State {
    pub(super) layouts: Layouts,
    table: TableState,
    /// How many menus of cells were asked for by now.
    menus: u32,
    /// The columns were changed, and not kept yet.
    is_laid_out: bool,
    /// The rows that were seen last.
    seen: std::ops::Range<u64>,
    /// What the cursor was put by: the rows, and the record shown.
    followed: (usize, Option<u32>),
}

impl State {
    /// Puts a place at the top.
    pub(super) fn scroll_to(&mut self, first: u64) {
        self.table.scroll = table::Scroll { row: first, above: 0.0 };
    }

    /// The places that were seen last.
    pub(super) fn seen(&self) -> std::ops::Range<u64> {
        self.seen.clone()
    }
}

/// Shows it in the room that is left.
pub(in crate::ui::views) fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let Some(session) = app.session() else { return };
    if let Some(error) = &session.answered.error {
        let way_out = (!app.filter.query().chips.is_empty()).then_some("Suspend all conditions");
        let empty = Empty { sentence: "The last question has no answer", reason: error, way_out };
        if empty.show(ui).is_some_and(|button| button.clicked()) {
            commands.push(Command::SuspendAll);
        }
        return;
    }
    let all = session.evidence().records().unwrap_or_default();
    let Some(rows) = app.table_rows() else {
        let sentence = format!("Looking through {}", figures::counted(all.into(), "record", "records"));
        let _ = Empty {
            sentence: &sentence,
            reason: "Rows stand here as soon as the first answer is there.",
            way_out: None,
        }
        .show(ui);
        return;
    };
    if rows.count() == 0 && session.answered.is_done {
        nothing(ui, app, rows, all, commands);
        return;
    }
    // In a picture nothing is selected that could be followed, and the first row is the one that was asked for.
    if !app.is_still() {
        follow(app, rows, state);
    }
    if std::mem::replace(&mut state.menus, app.menus_wanted()) != app.menus_wanted() {
        state.table.open_menu();
    }
    let columns = state.layouts.of(app);
    let mut sort = shown_order(app);
    let is_in_time = sort.first().is_none_or(|key| matches!(key.key.as_str(), SEQ | TIME));
    let mut asked = Vec::new();
    let output = {
        // The source reads a copy: heads can be moved while it is asked.
        let layout = columns.clone();
        let source = Source::new(session, rows, &layout, is_in_time, app.settings.second_zone());
        let selected = state.table.selection.clone();
        let mut menu = |ui: &mut Ui, place: u64, column: usize| {
            cell_menu(ui, app, &source, &layout, &selected, place, column, &mut asked);
        };
        let output = Table::new("Records", &source, columns, &mut sort, &mut state.table).cell_menu(&mut menu).show(ui);
        state.seen = if app.is_still() { in_sight(&output, ui.clip_rect()) } else { output.seen.clone() };
        tell(app, &source, &output, state, commands);
        output
    };
    commands.append(&mut asked);
    if output.sort_changed {
        commands.push(Command::Sort(wanted_order(app, session, &sort)));
    }
    state.is_laid_out |= output.columns_changed;
    // They are kept once the pointer lets go: every step of a drag would be a file.
    if state.is_laid_out && !ui.input(|input| input.pointer.any_down()) {
        state.is_laid_out = false;
        commands.push(Command::SetLayout(app.table_kind(), state.layouts.kept(app)));
    }
}

/// The rows that are seen where a part of the table is cut out; each stands as a whole or in part in what is kept.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
fn in_sight(output: &TableOutput, kept: egui::Rect) -> std::ops::Range<u64> {
    let top = output.response.rect.top();
    let rows = |to: f32| ((to - top) / measure::ROW).max(0.0);
    let first = output.seen.start.saturating_add(rows(kept.top()).floor() as u64).min(output.seen.end);
    let last = output.seen.start.saturating_add(rows(kept.bottom()).ceil() as u64);
    first..last.clamp(first, output.seen.end)
}

/// Tells the app what was selected and opened.
fn tell(app: &App, source: &Source<'_>, output: &TableOutput, state: &mut State, commands: &mut Vec<Command>) {
    if output.selection_changed
        && let Some(row) = state.table.selection.cursor().and_then(|cell| source.row(cell.row))
        && app.selected() != Some(row)
    {
        state.followed.1 = Some(row);
        commands.push(Command::Select(row));
    }
    if output.selection_changed {
        let selection = &state.table.selection;
        commands.push(Command::SelectPlaces(if selection.count() > 1 { selection.ranges() } else { Vec::new() }));
    }
    if let Some(row) = output.opened.and_then(|place| source.row(place)) {
        if app.selected() != Some(row) {
            state.followed.1 = Some(row);
            commands.push(Command::Select(row));
        }
        if app.detail_tab().is_none() {
            commands.push(Command::ToggleDetail);
        }
    }
}

/// Puts the cursor on the record that is shown in detail, wherever it was chosen, whenever it or the rows are others.
fn follow(app: &App, rows: &Rows, state: &mut State) {
    let order = rows.order.as_ref().map_or(0, |order| Arc::as_ptr(order).addr());
    let now = (Arc::as_ptr(&rows.selection).addr() ^ order.rotate_left(7), app.selected());
    if state.followed == now {
        return;
    }
    let is_other = state.followed.1 != now.1;
    let are_other_rows = state.followed.0 != now.0;
    state.followed = now;
    // What was selected besides are other records now.
    if let (true, Some(cell)) = (are_other_rows, state.table.selection.cursor()) {
        state.table.selection.go(cell);
    }
    let place = now.1.and_then(|row| match &rows.order {
        None => rows.selection.position(row),
        Some(order) if order.len() <= MAX_SEARCHED && rows.selection.contains(row) => {
            order.iter().position(|other| *other == row).and_then(|place| u32::try_from(place).ok())
        }
        Some(_) => None,
    });
    match place {
        Some(place) if is_other || state.table.selection.cursor().is_none_or(|cell| cell.row != u64::from(place)) => {
            let place = u64::from(place);
            let column = state.table.selection.cursor().map_or(1, |cell| cell.column);
            state.table.selection.go(table::CellAt { row: place, column });
            // Come from elsewhere, it stands among others, not at the edge.
            if !state.seen.contains(&place) || place + 1 >= state.seen.end {
                let seen = state.seen.end.saturating_sub(state.seen.start);
                let above = (seen / 3).max(6).min(seen / 2);
                state.table.scroll = table::Scroll { row: place.saturating_sub(above), above: 0.0 };
            }
        }
        Some(_) => {}
        None => {
            state.table.selection.clear();
            if are_other_rows {
                state.table.scroll = table::Scroll::default();
            }
        }
    }
}

/// The order as the heads show it. Without one rows stand in the order of the log, or of time where there are several.
fn shown_order(app: &App) -> Vec<table::SortKey> {
    if app.order().is_empty() {
        let logs = app.session().map_or(1, |session| session.evidence().logs().len());
        let key = if logs > 1 || app.view() == View::Timeline { TIME } else { SEQ };
        return vec![table::SortKey { key: key.to_owned(), descending: false }];
    }
    let key = |key: &SortKey| table::SortKey { key: key.field.to_string(), descending: key.descends };
    app.order().iter().map(key).collect()
}

/// What the heads ask for. The usual order is asked for by asking for none.
fn wanted_order(app: &App, session: &Session, sort: &[table::SortKey]) -> Vec<SortKey> {
    let is_in_time = session.evidence().logs().len() > 1 || app.view() == View::Timeline;
    let usual = if is_in_time { TIME } else { SEQ };
    match sort {
        [only] if only.key == usual && !only.descending => Vec::new(),
        keys => {
            let key = |key: &table::SortKey| Some(SortKey { field: shape::field(&key.key)?, descends: key.descending });
            keys.iter().filter_map(key).collect()
        }
    }
}

/// Why there is nothing to see, and the way out.
fn nothing(ui: &mut Ui, app: &App, rows: &Rows, all: u32, commands: &mut Vec<Command>) {
    let of_any: u64 = rows.by_kind.iter().map(|count| u64::from(*count)).sum();
    let sentence = format!("0 of {}", figures::counted(all.into(), "record", "records"));
    let kind = app.filter.kind().map(words::kinds);
    let has_conditions = app.filter.query().chips.len() > app.filter.suspended();
    let (reason, way_out, command) = match kind {
        Some(kind) if of_any > 0 => (
            format!(
                "No record of the kind {} passes; {} of other kinds do.",
                kind.to_lowercase(),
                figures::count(of_any)
            ),
            Some("Show all records"),
            Command::SetKind(None),
        ),
        _ if has_conditions => {
            ("No record passes the filter.".to_owned(), Some("Suspend all conditions"), Command::SuspendAll)
        }
        _ if app.filter.range().is_some() => (
            "No record lies in the time that is chosen.".to_owned(),
            Some("Look at all of the time"),
            Command::SetRange(None),
        ),
        _ => ("The log holds none.".to_owned(), None, Command::SuspendAll),
    };
    let empty = Empty { sentence: &sentence, reason: &reason, way_out };
    if empty.show(ui).is_some_and(|button| button.clicked()) {
        commands.push(command);
    }
}

fn item(ui: &mut Ui, icon: Icon, word: &str, key: &str) -> bool {
    let button = Button::plain(word).icon(icon);
    let clicked = ui.add(if key.is_empty() { button } else { button.key(key) }).clicked();
    if clicked {
        ui.close();
    }
    clicked
}

/// What the right button offers on a cell.
#[allow(clippy::too_many_arguments, reason = "one menu over what the table knows")]
fn cell_menu(
    ui: &mut Ui,
    app: &App,
    source: &Source<'_>,
    columns: &table::Columns,
    selected: &table::Selection,
    place: u64,
    column: usize,
    commands: &mut Vec<Command>,
) {
    let Some(row) = source.row(place) else { return };
    let name = columns.list.get(column).map_or("", |column| column.key.as_str());
    let asked = if name == BUNDLE { "bundle" } else { name };
    if let (Some(text), Some(field)) = (source.text(place, column), shape::field(asked)) {
        let called = if name == BUNDLE { source.value(place, column).unwrap_or_default() } else { text.clone() };
        let shown = crate::ui::widgets::shortened(words::value(name, &called), 18, 8);
        if item(ui, icon::FUNNEL, &format!("Filter for {shown}"), "") {
            commands.push(click(&app.filter, &field, &text, false));
        }
        if item(ui, icon::FUNNEL_X, &format!("Filter out {shown}"), "") {
            commands.push(click(&app.filter, &field, &text, true));
        }
        hairline(ui);
    }
    if item(ui, icon::COPY, "Copy cell", "") {
        ui.ctx().copy_text(source.value(place, column).unwrap_or_default());
        copied::tell(ui.ctx(), "Cell copied".to_owned());
    }
    if item(ui, icon::ROWS, "Copy row with headers", "Ctrl C") {
        let mut rows = selected.clone();
        if !rows.has_row(place) || rows.count() <= 1 {
            rows.go(table::CellAt { row: place, column: 0 });
            rows.take_rows();
        }
        match copied_text(source, columns, &rows) {
            Ok(text) => {
                ui.ctx().copy_text(text);
                copied::tell(ui.ctx(), table::told_of_copy(columns, &rows));
            }
            Err(why) => copied::tell(ui.ctx(), why.to_string()),
        }
    }
    hairline(ui);
    if app.compared() != Some(row) && item(ui, icon::GIT_DIFF, "Compare others with this", "") {
        commands.push(Command::Compare(row));
    }
    if app.compared().is_some_and(|compared| compared != row) && item(ui, icon::SWAP, "Compare with the one kept", "") {
        commands.extend([Command::Select(row), Command::ShowDetail(DetailTab::Compare)]);
    }
    // One of several that are selected stands for all of them.
    let select = (!(selected.count() > 1 && selected.has_row(place))).then_some(Command::Select(row));
    if item(ui, icon::TAG, "Tag…", "T") {
        commands.extend(select.iter().cloned().chain([Command::Overlay(Overlay::Tag)]));
    }
    if item(ui, icon::NOTE_PENCIL, "Write a note…", "N") {
        commands.extend(select.iter().cloned().chain([Command::Overlay(Overlay::Note)]));
    }
}

//! Models: the versions of a model in rows, and below them what is compared, what moved, and what is likely behind an incident.
//!
//! Everything is drawn from [`Found`] as it is; no frame counts a record.

mod causes;
mod cells;
mod choose;
mod columns;
mod compare;
mod course;
mod fairness;
mod keys;
mod plots;
mod relation;
mod table;
mod tools;

use egui::{Rect, ScrollArea, Sense, Ui, pos2};

use super::parts;
use crate::analysis::bundles::absences;
use crate::analysis::versions::ModelVersions;
use crate::app::models::examine::Found;
use crate::app::{App, Command, Session};
use crate::ui::still;
use crate::ui::theme::{Theme, Type, measure};
use crate::ui::widgets::{Empty, text};

/// How the view looks.
#[derive(Debug, Default)]
pub struct State {
    /// What is being typed, to be compared.
    typed: choose::Typed,
    /// Fields of the input whose distributions are shown, by name.
    opened: std::collections::BTreeSet<String>,
    /// What was looked for among likely causes is shown.
    is_looked_for_open: bool,
    /// Sides of candidates whose signals are all shown: whose causes, the candidate's rank, and whether it is what speaks for it.
    signals_opened: std::collections::BTreeSet<(String, usize, bool)>,
    /// How often likely causes were asked for by the time that the page went there.
    causes_shown: u32,
}

/// What all parts of the view are drawn by.
#[derive(Clone, Copy)]
pub(super) struct Shown<'s> {
    pub(super) app: &'s App,
    pub(super) session: &'s Session,
    pub(super) found: &'s Found,
    pub(super) model: &'s ModelVersions,
    pub(super) theme: &'static Theme,
}

impl Shown<'_> {
    /// The year that the log begins in: instants of other years are told with theirs.
    pub(super) fn year(&self) -> i32 {
        let first = self.session.extent().map_or(0, |(first, _)| first);
        chrono::Datelike::year(&chrono::DateTime::from_timestamp_nanos(first))
    }

    /// The colour of a version of the model.
    pub(super) fn colour(&self, version: Option<&str>) -> egui::Color32 {
        match (self.model.model.as_deref(), version) {
            (Some(model), Some(version)) => self.theme.category(self.session.facts().colours.place(model, version)),
            _ => self.theme.neutral,
        }
    }
}

/// Shows it in all the room there is.
pub fn show(ui: &mut Ui, app: &App, state: &mut State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let room = ui.available_rect_before_wrap();
    ui.allocate_rect(room, Sense::empty());
    ui.painter().rect_filled(room, 0.0, theme.panel);
    let (Some(session), Some(found)) = (app.session(), app.examined()) else { return };
    let empty = |ui: &mut Ui, sentence: &str, reason: &str, way_out: Option<&str>| {
        let mut part = parts::within(ui, room, "empty");
        Empty { sentence, reason, way_out }.show(&mut part)
    };
    if let Some(why) = &found.error {
        let _ = empty(ui, "The models cannot be shown", why, None);
        return;
    }
    let Some(versions) = &found.versions else {
        let _ = empty(ui, "Looking through the decisions", "Versions stand here as soon as they were counted.", None);
        return;
    };
    // Versions that are on record and decided nothing here say nothing of what passes the filter.
    let has_decisions = session.facts().by_kind[usize::from(crate::record::Kind::Decision.place())] > 0;
    let is_empty = has_decisions && versions.models.iter().all(|model| model.decisions == 0);
    let Some(model) = app.models().chosen(versions).filter(|_| !is_empty) else {
        return none(ui, app, has_decisions, room, commands);
    };
    let shown = Shown { app, session, found, model, theme };
    let bar = Rect::from_min_max(room.min, pos2(room.right(), room.top() + measure::TOOLS));
    if app.is_still() {
        heading(&parts::within(ui, bar, "heading"), model);
    } else {
        tools::show(&mut parts::within(ui, bar, "tools"), &shown, versions, state, commands);
    }
    let page = Rect::from_min_max(bar.left_bottom(), room.max);
    let mut page = parts::within(ui, page, "page");
    if app.is_examined_old() {
        page.set_opacity(0.5);
    }
    let scroll = ScrollArea::vertical().id_salt(("models", &model.model)).auto_shrink(false);
    let shown_all = scroll.show(&mut page, |ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
        for absence in absences(session.evidence()) {
            parts::inset(ui, measure::PAGE, |ui| {
                parts::wrapped(ui, &super::words::capital(&absence), Type::Table, theme.text2)
            });
        }
        table::show(ui, &shown, commands);
        compare::show(ui, &shown, state, commands);
        causes::show(ui, &shown, state, commands);
        course::show(ui, &shown, commands);
        relation::show(ui, &shown, commands);
        fairness::show(ui, &shown, commands);
        ui.add_space(measure::GAP_SECTION);
    });
    still::lacks(ui, shown_all.content_size.y - shown_all.inner_rect.height());
}

/// Which model it is, where there are no tools that say so.
fn heading(ui: &Ui, model: &ModelVersions) {
    let rect = ui.max_rect();
    let words = text::line(
        ui,
        model.model.as_deref().unwrap_or("decisions without a model"),
        Type::Heading,
        Theme::of(ui).text,
    );
    text::place(ui.painter(), rect.left() + measure::PAGE, rect.center().y, words);
}

/// There is nothing to show: why, and the way out.
fn none(ui: &mut Ui, app: &App, has_decisions: bool, room: Rect, commands: &mut Vec<Command>) {
    let mut part = parts::within(ui, room, "none");
    let is_filtered = app.filter.range().is_some()
        || app.filter.kind().is_some()
        || app.filter.query().expr != crate::query::Expr::All;
    let (sentence, reason, way_out) = match (has_decisions, is_filtered) {
        (false, _) => (
            "No decision is on record",
            "Versions are told apart by the decisions that they made, and by deployments.",
            None,
        ),
        (true, true) => (
            "No decision passes the filter",
            "Versions are told apart by the decisions that they made, and by deployments.",
            Some("Remove the filter"),
        ),
        (true, false) => ("No decision names a model", "Which version made them cannot be told.", None),
    };
    if (Empty { sentence, reason, way_out }).show(&mut part).is_some_and(|button| button.clicked()) {
        commands.extend([Command::ClearFilter, Command::SetRange(None), Command::SetKind(None)]);
    }
}

//! The timeline: which lanes there are, what of them is looked at, and the steps a user takes along them.
//!
//! The stretch of time that the lanes show is the one that all views share ([`Filter::range`](crate::app::Filter::range)): zooming and
//! panning set it. Within it a stretch can be selected, whose rows stand in the table below.

pub mod arrange;
pub mod gather;
pub mod lanes;
pub mod story;

use chrono::{DateTime, Utc};

use super::ask::Below;
use super::{App, View, filter};
use crate::query::{self, Expr, Unknown};
use crate::record::Kind;
use arrange::Arrangement;
use gather::Ask;
use lanes::{Body, Grouping, Lanes};

/// Less than this is nobody's question, in nanoseconds: a millisecond.
pub const SHORTEST: i64 = 1_000_000;

/// What of the timeline is looked at.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// The model that lanes of one model are about, where one was chosen.
    pub model: Option<String>,
    /// What the colours of decisions stand for.
    pub grouping: Grouping,
    /// The stretch that is selected within what is shown, first and last instant in nanoseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// Whose rows stand below.
    pub rows_of: RowsOf,
    /// The instant that was stepped to.
    pub cursor: Option<i64>,
    /// The boundary whose two sides are compared, by its instant.
    pub boundary: Option<i64>,
    /// Whether the record that is selected is shown in detail.
    pub is_detail_open: bool,
}

/// Whose rows stand below the lanes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RowsOf {
    /// All.
    #[default]
    All,
    /// Those of a kind.
    Kind(Kind),
    /// Those of a lane or a part of one: what it is called, and its filter.
    Lane(String, String),
}

impl RowsOf {
    /// What its records have to pass.
    fn expr(&self) -> Expr {
        match self {
            Self::All => Expr::All,
            Self::Kind(kind) => filter::kind_expr(*kind).unwrap_or(Expr::All),
            Self::Lane(_, text) => query::parse(text, &Unknown).map_or(Expr::All, |query| query.expr),
        }
    }

    /// The kind of its records, where they are of one.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::All => None,
            Self::Kind(kind) => Some(*kind),
            Self::Lane(_, text) => {
                let name = text.strip_prefix("kind:")?.split(' ').next()?;
                Kind::ALL.into_iter().find(|kind| kind.name() == name)
            }
        }
    }
}

impl App {
    /// What of the timeline is looked at.
    #[must_use]
    pub fn timeline(&self) -> &Looked {
        &self.looked
    }

    /// The lanes, as far as they are there.
    #[must_use]
    pub fn lanes(&self) -> Option<&Lanes> {
        self.session.as_ref()?.lanes.as_ref()?.as_ref().ok()?.as_deref()
    }

    /// How the lanes are arranged.
    #[must_use]
    pub fn arrangement(&self) -> &Arrangement {
        &self.settings.lanes
    }

    /// The kind of the records that the table of the view shows, where they are of one.
    #[must_use]
    pub fn table_kind(&self) -> Option<Kind> {
        match self.view {
            View::Timeline => self.looked.rows_of.kind(),
            _ => self.filter.kind(),
        }
    }

    /// The first and the last instant that the lanes show.
    #[must_use]
    pub fn window(&self) -> Option<(i64, i64)> {
        let (_, (from, to)) = self.time()?;
        Some((from, to.max(from.saturating_add(SHORTEST))))
    }

    /// Whether an instant was chosen on the timeline, which is looked at.
    #[must_use]
    pub fn is_cursor_chosen(&self) -> bool {
        self.view == View::Timeline && self.looked.cursor.is_some()
    }

    /// The instant that is chosen: on the timeline, or that of the record shown.
    #[must_use]
    pub fn time_chosen(&self) -> Option<DateTime<Utc>> {
        match self.looked.cursor.filter(|_| self.view == View::Timeline) {
            Some(at) => Some(DateTime::from_timestamp_nanos(at)),
            None => self.session.as_ref()?.evidence().times().instant(self.selected?),
        }
    }

    /// The stretch of time that is chosen: selected on the timeline, or looked at in all views.
    #[must_use]
    pub fn range_chosen(&self) -> Option<(i64, i64)> {
        self.looked.span.filter(|_| self.view == View::Timeline).or(self.filter.range())
    }

    /// What is asked for the table below the lanes; nothing while they are not looked at.
    pub(super) fn below(&self) -> Option<Below> {
        if self.view != View::Timeline {
            return None;
        }
        let conditions = self.filter.conditions();
        let range = self.looked.span.or(self.filter.range()).and_then(filter::range_expr);
        let of_any = Expr::and(std::iter::once(conditions).chain(range));
        Some(Below { of_any, only: self.looked.rows_of.expr() })
    }

    /// Asks what the lanes show. What is there already is not asked again.
    pub(super) fn ask_lanes(&mut self) {
        let expr = self.filter.conditions();
        let (model, grouping) = (self.looked.model.clone(), self.looked.grouping);
        if let (View::Timeline, Some(session)) = (self.view, &mut self.session) {
            // The same filter finds other records once the case says something else of them.
            let marks = if super::has_mark(&expr) { session.evidence().marks() } else { None };
            let marks = marks.map_or(0, |marks| std::sync::Arc::as_ptr(&marks).addr());
            session.ask_lanes(Ask { generation: 0, expr, marks, model, grouping });
        }
    }

    /// Selects a stretch of what the lanes show.
    pub(super) fn set_span(&mut self, span: Option<(i64, i64)>) {
        let span = span.map(|(from, to)| (from.min(to), from.max(to)));
        self.looked.boundary = None;
        if self.looked.span != span {
            self.looked.span = span;
            self.ask();
        }
    }

    /// Looks at what is selected, or at everything where that is what is looked at.
    pub(super) fn fit_time(&mut self) {
        let wanted = self.looked.span.filter(|span| self.view == View::Timeline && self.filter.range() != Some(*span));
        self.filter.set_range(wanted);
        self.ask();
    }

    /// The instant under the pointer, on the timeline or the overview strip.
    #[must_use]
    pub fn pointed(&self) -> Option<i64> {
        self.pointed
    }

    /// Leaves what is going on; where nothing is, what lies over the timeline, and then what is selected on it.
    pub(super) fn back_out(&mut self) {
        let is_timeline = self.view == View::Timeline && self.opening.is_none() && self.handing().is_none();
        match is_timeline {
            true if self.looked.boundary.is_some() => self.looked.boundary = None,
            true if self.looked.is_detail_open && self.selected.is_some() => self.looked.is_detail_open = false,
            true if self.story().is_some() => self.done(super::Command::CloseStory),
            true if self.looked.span.is_some() => self.set_span(None),
            _ => self.cancel(),
        }
    }

    /// Selects from the cursor, or from the end of what is selected, to the next event or to the one before.
    pub(super) fn select_to_event(&mut self, is_forward: bool) {
        let from = self.looked.cursor;
        self.next_event(is_forward);
        let (Some(to), Some(from)) = (self.looked.cursor, from) else { return };
        if from != to {
            // The other end of what was selected stays.
            let start = match self.looked.span {
                Some((first, last)) if from == last => first,
                Some((first, last)) if from == first => last,
                _ => from,
            };
            self.set_span(Some((start, to)));
        }
    }

    /// Goes to the next event of the lanes shown, or to the one before.
    pub(super) fn next_event(&mut self, is_forward: bool) {
        if self.view != View::Timeline {
            return self.show_view(View::Timeline);
        }
        let Some((from, to)) = self.window() else { return };
        // Without a place on the axis, the steps begin at its end.
        let here = self.looked.cursor.filter(|at| (from..=to).contains(at));
        let here = here.unwrap_or(if is_forward { from.saturating_sub(1) } else { to.saturating_add(1) });
        let next = self.lanes().and_then(|lanes| next(lanes, &self.settings.lanes, here, is_forward));
        let Some((next, row)) = next else {
            let which = if is_forward { "later" } else { "earlier" };
            return self.done(super::Command::Tell(format!("There is no {which} event in the lanes shown")));
        };
        self.looked.cursor = Some(next);
        // The table and the detail go along.
        row.into_iter().for_each(|row| self.select(row));
        if next < from || next > to {
            // It comes to stand in the middle, with as much around it as before.
            let half = (to - from) / 2;
            let moved = (next.saturating_sub(half), next.saturating_sub(half).saturating_add(to - from));
            self.filter.set_range(Some(moved));
            self.ask();
        }
    }
}

/// The instant and the record of the next event behind another one, or of the last before it, over the lanes that are shown: versions
/// that come into service, reviews, access, incidents and their states. Decisions and measurements are no events.
fn next(lanes: &Lanes, arrangement: &Arrangement, at: i64, is_forward: bool) -> Option<(i64, Option<u32>)> {
    let mut best: Option<(i64, Option<u32>)> = None;
    let mut offer = |candidate: i64, row: Option<u32>| {
        let is_behind = if is_forward { candidate > at } else { candidate < at };
        let is_nearer = best.is_none_or(|(best, _)| if is_forward { candidate < best } else { candidate > best });
        if is_behind && is_nearer {
            best = Some((candidate, row));
        }
    };
    for lane in arrangement.shown(lanes) {
        match &lane.body {
            Body::Served(models) => {
                let shown = models.iter().flat_map(|model| &model.spans).filter(|span| span.is_shown);
                shown.for_each(|span| offer(span.from, span.row));
            }
            Body::Ticks(rows) => {
                for series in rows.iter().map(|row| &row.records.shown) {
                    if let Some(next) = series.next(at, is_forward) {
                        offer(next, series.rows(next.into(), i128::from(next) + 1).first().copied());
                    }
                }
            }
            Body::Incidents(flags) => {
                let shown = flags.iter().flat_map(|flag| &flag.states).filter(|state| state.is_shown);
                shown.for_each(|state| offer(state.at, Some(state.row)));
            }
            Body::Density(_) | Body::Share(_) | Body::Monitor(_) | Body::Untrue { .. } => {}
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::lanes::{Flag, FlagState, Lane, ServedModel, ServedSpan};
    use super::*;

    fn span(from: i64, row: Option<u32>, is_shown: bool) -> ServedSpan {
        ServedSpan {
            from,
            to: 100,
            version: from.to_string(),
            colour: 0,
            is_deployed: true,
            row,
            remark: String::new(),
            is_remarkable: false,
            is_rollback: false,
            is_shown,
            damage: None,
            trial: String::new(),
        }
    }

    fn lane(id: &str, body: Body) -> Lane {
        let text = String::new;
        Lane { id: id.to_owned(), title: text(), note: text(), filter: text(), body, is_usual: true }
    }

    #[test]
    fn steps_go_from_event_to_event_of_what_is_shown() {
        let spans =
            vec![span(10, Some(1), true), span(20, None, true), span(25, Some(9), false), span(30, Some(2), true)];
        let state = |at, row| FlagState { at, state: "opened".to_owned(), row, is_shown: true };
        let flag = Flag {
            id: "i".to_owned(),
            key: "i".to_owned(),
            at: 20,
            window: None,
            states: vec![state(20, 7), state(40, 8)],
            is_shown: true,
        };
        let mut lanes = Lanes {
            generation: 0,
            is_part: false,
            is_whole: true,
            model: None,
            models: Vec::new(),
            grouping: Grouping::Model,
            extent: (0, 100),
            lanes: vec![
                lane("deployments", Body::Served(vec![ServedModel { id: "m".to_owned(), spans }])),
                lane("incidents", Body::Incidents(vec![flag])),
            ],
            absent: Vec::new(),
        };
        let all = Arrangement::default();
        for (at, is_forward, expected) in [
            (0, true, Some((10, Some(1)))),
            // Of several at one instant the first lane's counts, and the next step goes on behind all of them.
            (10, true, Some((20, None))),
            (20, true, Some((30, Some(2)))),
            (40, true, None),
            (100, false, Some((40, Some(8)))),
            (20, false, Some((10, Some(1)))),
            (10, false, None),
        ] {
            assert_eq!(next(&lanes, &all, at, is_forward), expected, "{at}, {is_forward}");
        }
        let hidden = Arrangement { hidden: vec!["deployments".to_owned()], ..Arrangement::default() };
        assert_eq!(next(&lanes, &hidden, 0, true), Some((20, Some(7))), "lanes that are hidden have no events");
        lanes.lanes.clear();
        assert_eq!(next(&lanes, &all, 0, true), None);
    }

    #[test]
    fn rows_of_a_lane_are_of_its_kind() {
        for (filter, kind) in [
            ("kind:access user:x", Some(Kind::Access)),
            ("kind:decision model:m", Some(Kind::Decision)),
            ("-has:time", None),
        ] {
            let rows = RowsOf::Lane(String::new(), filter.to_owned());
            assert_eq!(rows.kind(), kind, "{filter}");
            assert_ne!(rows.expr(), Expr::All, "{filter}");
        }
        assert_eq!((RowsOf::All.kind(), RowsOf::All.expr()), (None, Expr::All));
        assert_eq!(RowsOf::Kind(Kind::Review).kind(), Some(Kind::Review));
    }
}

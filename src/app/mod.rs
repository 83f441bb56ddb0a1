//! What a window knows and can do, without a window: [`App`] is the state, [`Command`] everything that a user can do, and
//! [`App::apply`] does it. Nothing here draws or waits: long work is on threads ([`crate::jobs`]), and [`App::tick`] takes in what they
//! did.

mod adding;
mod apply;
pub mod ask;
pub mod brush;
pub mod bundles;
mod cache;
mod chosen;
pub mod colours;
pub mod command;
pub mod detail;
pub mod exhibits;
pub mod facet;
pub mod facts;
pub mod filter;
pub mod findings;
pub mod handed;
mod history;
pub mod keeper;
pub mod landmarks;
pub mod layout;
pub mod lineage;
pub mod marked;
pub mod models;
mod opened;
pub mod opening;
pub mod places;
pub use crate::analysis::service;
pub mod session;
pub mod settings;
pub mod shape;
pub mod shown;
pub mod timeline;
mod told;
pub mod unsaved;

use std::path::{Path, PathBuf};

pub use command::{Command, DetailTab, Files, Listed, Overlay, View, When};
pub use facet::Deed;
pub use filter::Filter;
pub use opening::Opening;
pub use session::Session;
pub use settings::{Recent, Settings, ThemeChoice};
pub use told::{About, Problem, Toast, Told};
pub use unsaved::Writing;

use crate::case::{Author, Verification, keys};
use crate::evidence::SortKey;
use crate::integrity::Report;
use crate::jobs::Waker;
use crate::query::{Expr, Field, Term, Unknown, Vocabulary};
use crate::tlog::note::VerifierKey;
use ask::{Counted, Question};
use findings::Gone;
use keeper::Work;
use places::Places;
use unsaved::Unsaved;

/// Stretches of time in the overview strip: not more than it has points.
const BUCKETS: u32 = 1_200;

/// What a window knows.
#[derive(Debug)]
pub struct App {
    waker: Waker,
    /// What the user set.
    pub settings: Settings,
    /// Where things of the user are kept.
    user: Places,
    opening: Option<Opening>,
    session: Option<Session>,
    paths: Vec<PathBuf>,
    /// The trusted keys as they were read when something was opened last, each with its file.
    keyring: Vec<(PathBuf, VerifierKey)>,
    /// The filter that all views share.
    pub filter: Filter,
    view: View,
    overlay: Overlay,
    order: Vec<SortKey>,
    selected: Option<u32>,
    /// The places of the rows that are selected with it, in their order as it is now.
    places: Vec<(u64, u64)>,
    compared: Option<u32>,
    detail_tab: DetailTab,
    is_detail_open: bool,
    finding: Option<Gone>,
    /// The bundle that Integrity shows, where that was chosen.
    bundle: Option<usize>,
    verified: Option<Vec<Verification>>,
    problems: Vec<Problem>,
    toasts: Vec<Toast>,
    /// How many menus of cells were asked for.
    menus: u32,
    is_focus_wanted: bool,
    dialog_wanted: Option<Files>,
    is_quitting: bool,
    /// The user changed their name while something was opened under the old one.
    is_renamed: bool,
    history: history::History,
    /// What of the timeline is looked at.
    looked: timeline::Looked,
    /// What of the models is looked at.
    models: models::Looked,
    /// The instant under the pointer, on the timeline or the overview strip.
    pointed: Option<i64>,
    unsaved: Unsaved,
    /// The records on which a note is gone on with, whatever is selected.
    noted: Option<Vec<u32>>,
    /// The value of a facet that the keyboard is on: its field, and what it is.
    facet: Option<(String, String)>,
    /// The folder of indexes that was asked for.
    cache: cache::CacheFolder,
    /// What is handed out.
    handed: handed::Handed,
    /// What draws exhibits, and the one that is being decided.
    exhibits: exhibits::State,
    /// What is to be put on the clipboard.
    copied: Option<String>,
    /// Nobody works in it: it is there for a picture.
    is_still: bool,
}

impl App {
    /// A window with nothing open; `user` says where things are kept.
    #[must_use]
    pub fn new(waker: Waker, mut user: Places) -> Self {
        let read = user.settings.as_deref().map_or(Ok(Settings::default()), Settings::read);
        let (settings, mut problems) = match read {
            Ok(settings) => (settings, Vec::new()),
            Err(why) => {
                // They are not written over.
                user.settings = None;
                let what = "Settings are those that come with the program".to_owned();
                (Settings::default(), vec![Problem { what, why, about: About::Program }])
            }
        };
        let unsaved = Unsaved::read(user.unsaved.as_deref()).unwrap_or_else(|why| {
            let what = "Notes that were begun cannot be read, and new ones are not kept".to_owned();
            problems.push(Problem { what, why, about: About::Program });
            Unsaved::default()
        });
        Self {
            waker,
            settings,
            user,
            opening: None,
            session: None,
            paths: Vec::new(),
            keyring: Vec::new(),
            filter: Filter::default(),
            view: View::Overview,
            overlay: Overlay::None,
            order: Vec::new(),
            selected: None,
            places: Vec::new(),
            compared: None,
            detail_tab: DetailTab::Fields,
            is_detail_open: true,
            finding: None,
            bundle: None,
            verified: None,
            problems,
            toasts: Vec::new(),
            menus: 0,
            is_focus_wanted: false,
            dialog_wanted: None,
            is_quitting: false,
            is_renamed: false,
            history: history::History::default(),
            looked: timeline::Looked::default(),
            models: models::Looked::default(),
            pointed: None,
            unsaved,
            noted: None,
            facet: None,
            cache: cache::CacheFolder::default(),
            handed: handed::Handed::default(),
            exhibits: exhibits::State::default(),
            copied: None,
            is_still: false,
        }
    }

    /// What is open.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// What is being opened.
    #[must_use]
    pub fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// The files that are open.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// The trusted key that a file holds, as it was read when something was opened last.
    #[must_use]
    pub fn trusted_key(&self, path: &Path) -> Option<&VerifierKey> {
        self.keyring.iter().find(|(known, _)| known == path).map(|(_, key)| key)
    }

    /// The view.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// What lies over the window.
    #[must_use]
    pub fn overlay(&self) -> Overlay {
        self.overlay
    }

    /// The order of the rows; that of time where it is empty.
    #[must_use]
    pub fn order(&self) -> &[SortKey] {
        &self.order
    }

    /// The record shown in detail, by its row.
    #[must_use]
    pub fn selected(&self) -> Option<u32> {
        self.selected
    }

    /// The record that others are compared with.
    #[must_use]
    pub fn compared(&self) -> Option<u32> {
        self.compared
    }

    /// The part of the detail that is shown; `None` where the detail is hidden.
    #[must_use]
    pub fn detail_tab(&self) -> Option<DetailTab> {
        // On the timeline it lies over the rows, so it is there only when asked for.
        let is_open = if self.view == View::Timeline { self.looked.is_detail_open } else { self.is_detail_open };
        is_open.then_some(self.detail_tab)
    }

    /// The finding that was gone to.
    #[must_use]
    pub fn finding(&self) -> Option<&Gone> {
        self.finding.as_ref()
    }

    /// The bundle that Integrity shows: the one that was chosen, or that of the record shown.
    #[must_use]
    pub fn bundle(&self) -> Option<usize> {
        self.bundle
    }

    /// What the verifier said of the case's journals, as long as they are as they were then.
    #[must_use]
    pub fn verified(&self) -> Option<&[Verification]> {
        self.verified.as_deref()
    }

    /// What went wrong and was not dismissed.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is to be told in passing since this was asked last.
    pub fn take_toasts(&mut self) -> Vec<Toast> {
        std::mem::take(&mut self.toasts)
    }

    /// Whether the program is to end.
    #[must_use]
    pub fn is_quitting(&self) -> bool {
        self.is_quitting
    }

    /// How many menus of cells were asked for: the table opens one when it is more than before.
    #[must_use]
    pub fn menus_wanted(&self) -> u32 {
        self.menus
    }

    /// Whether the keyboard is wanted in the filter field; asked once.
    pub fn take_focus(&mut self) -> bool {
        std::mem::take(&mut self.is_focus_wanted)
    }

    /// What the system's dialog for files is wanted for; asked once.
    pub fn take_dialog(&mut self) -> Option<Files> {
        self.dialog_wanted.take()
    }

    /// The names of the facets shown.
    #[must_use]
    pub fn facets(&self) -> Vec<String> {
        self.session.as_ref().map_or_else(Vec::new, |session| shape::facets(self.filter.kind(), session.evidence()))
    }

    /// Whether what stands at a field are numbers.
    #[must_use]
    pub fn is_number(&self, name: &str) -> bool {
        let fields = self.session.as_ref().map_or(&[][..], |session| session.evidence().fields());
        shape::is_number(name, fields.iter().find(|known| known.name == name))
    }

    /// What is known of the logs, for filters.
    fn vocabulary<'v>(session: Option<&'v Session>, unknown: &'v Unknown) -> &'v dyn Vocabulary {
        session.map_or(unknown, |session| &**session.evidence())
    }

    /// Takes in what the threads did since the last call.
    pub fn tick(&mut self) {
        self.tick_opening();
        self.tick_cache();
        self.tick_handed();
        self.tick_exhibits();
        self.keep_unsaved(false);
        let kept = self.session.as_mut().map(Session::tick).unwrap_or_default();
        let mut is_remarked = false;
        for kept in kept {
            is_remarked |= kept.snapshot.is_some();
            if let Some(text) = kept.told {
                // What takes back the latest step belongs to what tells of one, and to nothing else.
                self.toasts.push(Toast { text, undo: kept.is_step, of: Told::Case });
            }
            if let Some(why) = kept.error {
                self.trouble(About::Bundles, kept.failed, why);
            }
            if kept.is_step {
                self.history.note_case();
            }
            if kept.snapshot.is_some() {
                // What was verified is not what stands there now.
                self.verified = None;
            }
            if let Some(verified) = kept.verified {
                self.verified = Some(verified);
            }
        }
        if is_remarked {
            self.remember_case();
        }
        if is_remarked && has_mark(&self.filter.expr()) {
            self.ask();
        }
        self.ask_lineage();
    }

    fn keep_settings(&mut self) {
        if let Some(place) = &self.user.settings
            && let Err(why) = self.settings.write(place)
        {
            self.trouble(About::Program, "The settings were not kept", why);
        }
    }

    /// Asks what the views show.
    fn ask(&mut self) {
        // They are places among the rows that there were.
        self.places.clear();
        let facets = self.facets();
        let mut columns = self.columns();
        // A version has the colour of its model and itself.
        if columns.iter().any(|name| name == "version") && !columns.iter().any(|name| name == "model") {
            columns.push("model".to_owned());
        }
        let columns = columns.iter().filter_map(|name| shape::field(name)).collect();
        let expr = self.filter.expr();
        // A value that is filtered out is counted by what the other conditions leave.
        let without = |field: &Field| self.filter.expr_without(|condition| is_about(condition, field));
        let fields = facets.iter().filter_map(|name| Some((self.is_number(name), shape::field(name)?)));
        let (numbers, others): (Vec<_>, Vec<_>) = fields.partition(|(is_number, _)| *is_number);
        let spreads = numbers.into_iter().map(|(_, field)| (field.clone(), without(&field))).collect();
        let of = |(_, field)| Counted { expr: without(&field), named: self.filter.named(&field), field };
        let facets = others.into_iter().map(of).collect();
        let question = Question {
            generation: 0,
            expr,
            kind: self.filter.kind(),
            order: self.order.clone(),
            facets,
            spreads,
            columns,
            buckets: BUCKETS,
            extent: self.session.as_ref().and_then(Session::extent),
            below: self.below(),
        };
        if let Some(session) = &mut self.session {
            session.ask(question);
        }
        self.ask_lanes();
        self.ask_models();
    }

    /// The name that work on the case is written under: the one that the user set, or the system's. `None` where there is neither.
    #[must_use]
    pub fn actor(&self) -> Option<String> {
        match self.settings.actor.trim() {
            "" => ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok()),
            actor => Some(actor.to_owned()),
        }
    }

    fn author(&mut self) -> Author {
        let actor = self.actor().unwrap_or_else(|| "unknown".to_owned());
        let (key, no_key) = match self.user.key.as_deref().map_or(Ok(None), keys::read) {
            Ok(key) => (key.map(std::sync::Arc::new), None),
            Err(error) => {
                let why = error.to_string();
                let what = "Your key cannot be used, so nothing is written into cases";
                self.trouble(About::Program, what, why.clone());
                (None, Some(why))
            }
        };
        Author { actor, key, no_key }
    }

    fn work(&mut self, work: Work) {
        let is_taken = self.session.as_ref().is_some_and(|session| session.work(work));
        if !is_taken && self.session.is_some() {
            let why = "the thread that keeps it failed; close and open it again".to_owned();
            self.trouble(About::Bundles, "The case was not changed", why);
        }
    }

    fn show_view(&mut self, view: View) {
        if self.view == view {
            return;
        }
        // Tables of two views show other rows; places among those of one are none among those of the other.
        let is_other_table = [self.view, view].contains(&View::Timeline);
        self.view = view;
        if is_other_table && self.session.is_some() {
            self.ask();
        }
        self.ask_models();
    }

    fn arrange(&mut self, lane: &str, what: timeline::arrange::Arrange) {
        let lanes = self.session.as_ref().and_then(|session| session.lanes.as_ref()?.as_ref().ok()?.clone());
        if let Some(lanes) = lanes {
            self.settings.lanes.change(lane, what, &lanes);
            self.keep_settings();
        }
    }

    fn compare(&mut self, row: u32) {
        self.compared = Some(row);
        if let Some(session) = &mut self.session {
            session.compare(row);
        }
        self.detail_tab = DetailTab::Compare;
        *self.detail_open() = true;
    }

    /// Whether the detail is shown in this view.
    fn detail_open(&mut self) -> &mut bool {
        if self.view == View::Timeline { &mut self.looked.is_detail_open } else { &mut self.is_detail_open }
    }

    /// First and last instant of the logs, and of the stretch that is looked at.
    fn time(&self) -> Option<((i64, i64), (i64, i64))> {
        let all = self.session.as_ref()?.extent()?;
        Some((all, self.filter.range().unwrap_or(all)))
    }

    fn zoom_time(&mut self, is_closer: bool) {
        let Some((all, (from, to))) = self.time() else { return };
        let (middle, half) = (from + (to - from) / 2, (to - from) / 2);
        // Less than a millisecond is nobody's question.
        let half = if is_closer { (half / 2).max(500_000) } else { half.saturating_mul(2) };
        let (from, to) = (middle.saturating_sub(half).max(all.0), middle.saturating_add(half).min(all.1));
        self.filter.set_range((from > all.0 || to < all.1).then_some((from, to)));
        self.ask();
    }

    fn move_time(&mut self, is_later: bool) {
        let Some((all, (from, to))) = self.time() else { return };
        if self.filter.range().is_none() {
            self.say("All of the time is shown: narrow it first (W)");
            return;
        }
        let step = ((to - from) / 4).max(1);
        // It stops at the ends of the log, as long as it was.
        let by = if is_later { step.min((all.1 - to).max(0)) } else { -step.min((from - all.0).max(0)) };
        self.filter.set_range(Some((from + by, to + by)));
        self.ask();
    }

    /// Lets go of what was chosen among the records.
    fn forget(&mut self) {
        (self.selected, self.compared, self.finding, self.bundle) = (None, None, None, None);
        self.models = models::Looked { measure: self.models.measure, ..models::Looked::default() };
        self.looked = timeline::Looked { grouping: self.looked.grouping, ..timeline::Looked::default() };
        self.places.clear();
    }

    fn select(&mut self, row: u32) {
        let Some(session) = &mut self.session else { return };
        self.selected = Some(row);
        self.places.clear();
        self.bundle = findings::bundle_of(session.evidence(), row).or(self.bundle);
        session.read(row);
    }

    fn next_finding(&mut self, is_forward: bool) {
        let Some(session) = &self.session else { return };
        let now = self.finding.map(|gone| (gone.bundle, gone.finding));
        match findings::next(session.evidence(), now, is_forward) {
            Some((bundle, at)) => self.go_to_finding(bundle, at),
            None => self.say("No finding has a place in the log"),
        }
    }

    fn go_to_finding(&mut self, bundle: usize, at: usize) {
        let gone = self.session.as_ref().and_then(|session| Gone::to(session.evidence(), bundle, at));
        let Some(gone) = gone else { return };
        (self.finding, self.bundle) = (Some(gone), Some(bundle));
        match gone.row {
            Some(row) => self.select(row),
            None if gone.absent.is_some() => self.selected = None,
            None => return,
        }
        // What a finding is about is seen in the chain.
        self.detail_tab = DetailTab::Chain;
    }
}

/// What a file is called.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A count of things: `1 record`, `2 records`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A verdict in a few words: what speaks against the bundle, or how far it is whole.
#[must_use]
pub fn in_short(report: &Report) -> String {
    let verdict = &report.verdict;
    let words = |name: &str| name.replace('_', " ");
    format!("{}, {}", words(verdict.integrity.name()), words(verdict.completeness.name()))
}

/// Whether a condition is about a field and nothing else.
fn is_about(condition: &Expr, field: &Field) -> bool {
    match condition {
        Expr::Term(Term::Field { field: about, .. }) => about == field,
        Expr::Not(inner) => is_about(inner, field),
        Expr::Or(parts) => !parts.is_empty() && parts.iter().all(|part| is_about(part, field)),
        _ => false,
    }
}

fn has_mark(expr: &Expr) -> bool {
    match expr {
        Expr::All => false,
        Expr::Term(term) => matches!(term, Term::Mark { .. }),
        Expr::Not(inner) => has_mark(inner),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(has_mark),
    }
}

#[cfg(test)]
mod tests;

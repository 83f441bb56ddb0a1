//! What a window knows and can do, without a window: [`App`] is the state, [`Command`] everything that a user can do, and
//! [`App::apply`] does it. Nothing here draws or waits: long work is on threads ([`crate::jobs`]), and [`App::tick`] takes in what they
//! did.

mod adding;
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
pub mod opening;
pub mod places;
pub use crate::analysis::service;
pub mod session;
pub mod settings;
pub mod shape;
pub mod shown;
pub mod timeline;
pub mod unsaved;

use std::path::{Path, PathBuf};

pub use command::{Command, DetailTab, Files, Listed, Overlay, View, When};
pub use facet::Deed;
pub use filter::Filter;
pub use opening::Opening;
pub use session::Session;
pub use settings::{Recent, Settings, ThemeChoice};
pub use unsaved::Writing;

use crate::case::{Author, Verification, keys};
use crate::evidence::SortKey;
use crate::integrity::Report;
use crate::jobs::Waker;
use crate::query::{Expr, Field, Term, Unknown, Vocabulary};
use crate::record::Kind;
use crate::tlog::note::VerifierKey;
use ask::{Counted, Question};
use findings::Gone;
use keeper::Work;
use layout::Layout;
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

/// Something that went wrong: it stays until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What was being done.
    pub what: String,
    /// What happened, to which file, and what to do.
    pub why: String,
    /// What it is about.
    pub about: About,
}

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The program, its settings and its keys: it is one whatever is opened.
    Program,
    /// What is open, or was to be opened: it is none of what is opened next.
    Bundles,
}

/// Something that is told in passing.
#[derive(Debug, Clone)]
pub struct Toast {
    /// What.
    pub text: String,
    /// Whether it can be undone.
    pub undo: bool,
    /// What it tells of.
    pub of: Told,
}

/// What is told of: of each there is one notice, the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Work on the case.
    Case,
    /// A record that was gone to is not among those shown: its row, and its place in its log.
    Hidden(u32, u64),
    /// What was opened is in a case that was opened lately.
    InCase,
    /// What was handed out.
    Handed,
    /// Anything else.
    Else,
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

    /// The names of the columns shown, behind place and time: those that were chosen, as far as any record has them.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.columns_of(self.table_kind())
    }

    /// The same of a table of that kind.
    fn columns_of(&self, kind: Option<Kind>) -> Vec<String> {
        let layout = self.settings.columns.get(layout::key(kind));
        let chosen =
            layout.map(|layout| layout.fields.iter().filter(|name| self.is_field(kind, name)).cloned().collect());
        chosen.unwrap_or_else(|| shape::columns(kind))
    }

    /// How the columns were left, where they were changed.
    #[must_use]
    pub fn layout(&self) -> Option<&Layout> {
        self.settings.columns.get(layout::key(self.table_kind()))
    }

    /// Whether a name stands for something that records here have, or for all of that kind.
    fn is_field(&self, kind: Option<Kind>, name: &str) -> bool {
        let is_of_records = || {
            let session = self.session.as_ref();
            session.is_none_or(|session| session.evidence().fields().iter().any(|known| known.name == name))
        };
        match shape::field(name) {
            Some(Field::Alias(_)) => true,
            Some(Field::Path(_)) => shape::columns(kind).iter().any(|usual| usual == name) || is_of_records(),
            None => false,
        }
    }

    fn keep_layout(&mut self, kind: Option<Kind>, now: Layout) {
        let before = self.columns();
        let mut kept = self.settings.columns.remove(layout::key(kind)).unwrap_or_default();
        kept.take(now, |name| self.is_field(self.table_kind(), name));
        self.settings.columns.insert(layout::key(kind).to_owned(), kept);
        self.keep_settings();
        if before != self.columns() {
            self.ask();
        }
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

    /// Something went wrong; what is said already is not said twice.
    fn trouble(&mut self, about: About, what: impl Into<String>, why: String) {
        let problem = Problem { what: what.into(), why, about };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
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

    /// Does what a user asked for.
    pub fn apply(&mut self, command: Command) {
        let before = self.look();
        let stroke = command.clone();
        self.done(command);
        self.note_step(&stroke, before);
    }

    fn done(&mut self, command: Command) {
        let unknown = Unknown;
        match command {
            Command::Open(paths) => self.open(paths, false),
            Command::OpenDialog => self.dialog_wanted = Some(Files::Open),
            Command::Add(paths) => self.add(paths),
            Command::AddDialog => self.dialog_wanted = Some(Files::Add),
            Command::SaveDialog => self.dialog_wanted = Some(Files::Save),
            Command::OpenSample => self.open_sample(),
            Command::Close => {
                self.session = None;
                self.paths.clear();
                self.filter = Filter::default();
                self.forget();
                self.problems.retain(|problem| problem.about == About::Program);
            }
            Command::Cancel => self.back_out(),
            Command::ReadOn => {
                if self.opening.is_none() && self.session.as_ref().is_some_and(|session| session.evidence().is_part()) {
                    self.reopen(false);
                }
            }
            Command::Show(view) => self.show_view(view),
            Command::OnFacet(value) => self.facet = value,
            Command::Facet(deed) => self.do_with_facet(deed),
            Command::ShowBundle(bundle) => (self.view, self.bundle) = (View::Integrity, Some(bundle)),
            Command::Overlay(Overlay::Exhibit) if !self.may_open_exhibit() => {}
            Command::Overlay(overlay) => {
                // The columns are those of the table of records.
                if overlay == Overlay::Columns && self.view != View::Records {
                    self.show_view(View::Records);
                }
                // What is marked is what is pointed at, before the pointer goes to the dialog.
                if overlay == Overlay::Mark && self.view == View::Timeline && self.looked.cursor.is_none() {
                    self.looked.cursor = self.pointed;
                }
                (self.overlay, self.noted) = (overlay, None);
                self.forget_cache_said();
            }
            Command::Hand(deed) => self.hand(deed),
            Command::Exhibit(deed) => self.exhibit(deed),
            Command::Write(on, text) => self.keep_text(on, text),
            Command::GoOnNote(rows) => (self.overlay, self.noted) = (Overlay::Note, Some(rows)),
            Command::FocusFilter => self.is_focus_wanted = true,
            Command::SetFilter(text) => {
                self.filter.set_text(&text, Self::vocabulary(self.session.as_ref(), &unknown));
                self.ask();
            }
            Command::ToggleCondition(text) => {
                self.filter.toggle(&text, Self::vocabulary(self.session.as_ref(), &unknown));
                self.ask();
            }
            Command::RemoveCondition(at) => {
                self.filter.remove(at, Self::vocabulary(self.session.as_ref(), &unknown));
                self.ask();
            }
            Command::NegateCondition(at) => {
                self.filter.negate(at, Self::vocabulary(self.session.as_ref(), &unknown));
                self.ask();
            }
            Command::SuspendCondition(at) => {
                self.filter.suspend(at);
                self.ask();
            }
            Command::SuspendAll => {
                self.filter.suspend_all();
                self.ask();
            }
            Command::ClearFilter => {
                self.filter.clear();
                self.ask();
            }
            Command::ShowFilter(text) => {
                self.filter = Filter::default();
                self.filter.set_text(&text, Self::vocabulary(self.session.as_ref(), &unknown));
                self.order.clear();
                self.ask();
            }
            Command::SetRange(range) => {
                self.looked.boundary = None;
                self.filter.set_range(range);
                self.ask();
            }
            Command::FitTime => self.fit_time(),
            Command::SetSpan(span) => self.set_span(span),
            Command::SetCursor(at) => self.looked.cursor = at,
            Command::Point(at) => self.pointed = at,
            Command::SelectToEvent(is_forward) => self.select_to_event(is_forward),
            Command::CompareAt(at) => self.looked.boundary = at,
            Command::NextEvent(is_forward) => self.next_event(is_forward),
            Command::LookAtModel(model) => self.look_at_model(model),
            Command::Models(deed) => self.do_with_models(deed),
            Command::GroupBy(grouping) => {
                self.looked.grouping = grouping;
                self.ask_lanes();
            }
            Command::TellStory(of) => self.tell_story(of),
            Command::SetAffected(filter) => {
                if let Some(session) = &mut self.session
                    && let Some(asked) = session.story_asked.clone()
                {
                    let affected = Some(filter).filter(|filter| !filter.trim().is_empty());
                    session.ask_story(Some(timeline::story::StoryAsked { affected, ..asked }));
                }
            }
            Command::CloseStory => {
                if let Some(session) = &mut self.session {
                    session.ask_story(None);
                }
            }
            Command::ShowRowsOf(rows_of) => {
                self.looked.rows_of = rows_of;
                self.ask();
            }
            Command::Arrange(lane, what) => self.arrange(&lane, what),
            Command::ZoomTime(is_closer) => self.zoom_time(is_closer),
            Command::MoveTime(is_later) => self.move_time(is_later),
            Command::SetKind(kind) => {
                self.filter.set_kind(kind);
                self.order.clear();
                self.ask();
            }
            Command::Sort(order) => {
                self.order = order;
                self.ask();
            }
            Command::SetColumns(kind, fields) => self.keep_layout(kind, Layout { fields, ..Layout::default() }),
            Command::SetLayout(kind, layout) => self.keep_layout(kind, layout),
            Command::ResetColumns(kind) => {
                self.settings.columns.remove(layout::key(kind));
                self.keep_settings();
                self.ask();
            }
            Command::Select(row) => self.select(row),
            Command::GoTo(row, seq) => {
                self.select(row);
                let rows = self.session.as_ref().filter(|session| session.answered.is_done);
                let rows = rows.and_then(|session| session.answered.rows.as_ref());
                if rows.is_some_and(|rows| rows.selection.position(row).is_none()) {
                    self.toasts.push(Toast { text: String::new(), undo: false, of: Told::Hidden(row, seq) });
                }
            }
            Command::ShowAmongAll(row) => {
                self.filter = Filter::default();
                self.ask();
                self.select(row);
            }
            Command::SelectPlaces(places) => {
                self.places = places.into_iter().filter(|(from, to)| from <= to).collect();
            }
            Command::Deselect => {
                self.selected = None;
                self.places.clear();
            }
            Command::ToggleDetail => {
                let is_open = self.detail_open();
                *is_open = !*is_open;
            }
            Command::ShowDetail(tab) => {
                self.detail_tab = tab;
                *self.detail_open() = true;
            }
            Command::CellMenu if matches!(self.view, View::Records | View::Timeline) => self.menus += 1,
            Command::CellMenu => self.say("This menu is of a cell: choose one in Records or Timeline"),
            Command::Tell(text) => self.say(&text),
            Command::Compare(row) => self.compare(row),
            Command::CompareShown => self.selected.into_iter().for_each(|row| self.compare(row)),
            Command::NextFinding(is_forward) => self.next_finding(is_forward),
            Command::GoToFinding(bundle, at) => self.go_to_finding(bundle, at),
            Command::Tag(tag, rows) => {
                let rows = self.rows_or_chosen(rows);
                self.work(Work::Tag(tag, rows));
            }
            Command::Untag(tag, rows) => {
                let rows = self.rows_or_selected(rows);
                self.work(Work::Untag(tag, rows));
            }
            Command::Note(text, rows) => {
                let rows = self.rows_or_chosen(rows);
                self.work(Work::Note(text, rows));
            }
            Command::NoteOnCase(text) => self.work(Work::Note(text, Vec::new())),
            Command::Put(value) => self.work(Work::Put(value)),
            Command::ChangeItem(item, value) => self.work(Work::Change(item, value)),
            Command::DeleteItem(item) => self.work(Work::Delete(item)),
            Command::Restore(entry) => self.work(Work::Restore(entry)),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::UndoCase => self.undo_case(),
            Command::RedoCase => self.redo_case(),
            Command::SaveCase(path) => self.work(Work::Save(path)),
            Command::Merge(path) => self.work(Work::Merge(path)),
            Command::VerifyCase => self.work(Work::Verify),
            Command::Trust(path) => self.trust(path),
            Command::Distrust(path) => {
                self.settings.trusted.retain(|known| *known != path);
                self.keep_settings();
                self.reopen(false);
            }
            Command::VerifyAgain => self.reopen(true),
            Command::SetTheme(theme) => {
                self.settings.theme = theme;
                self.keep_settings();
            }
            Command::ToggleTheme(is_dark) => {
                self.settings.theme = if is_dark { ThemeChoice::Light } else { ThemeChoice::Dark };
                self.keep_settings();
            }
            Command::SetScale(scale) => {
                self.settings.scale = if scale.is_finite() { scale.clamp(1.0, 2.0) } else { 1.0 };
                self.keep_settings();
            }
            Command::SetZone(zone) => {
                self.settings.zone = zone;
                self.keep_settings();
            }
            Command::SetCache(folder) => self.set_cache(folder),
            Command::SetResults(results) => {
                self.settings.results = results.filter(|results| !results.path.trim().is_empty());
                self.keep_settings();
                self.reopen(false);
            }
            Command::SetActor(actor) => {
                let is_other = self.settings.actor != actor;
                self.settings.actor = actor;
                self.keep_settings();
                // A case is written under the name that it was opened with.
                match (is_other, self.opening.is_some()) {
                    (true, true) => self.is_renamed = true,
                    (true, false) => self.reopen(false),
                    (false, _) => {}
                }
            }
            Command::Dismiss(at) => {
                if at < self.problems.len() {
                    self.problems.remove(at);
                }
            }
            Command::Quit => self.is_quitting = true,
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

    /// Tells something in passing.
    fn say(&mut self, text: &str) {
        self.toasts.push(Toast { text: text.to_owned(), undo: false, of: Told::Else });
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

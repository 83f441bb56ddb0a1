//! What each command of a user does.

use super::keeper::Work;
use super::layout::{self, Layout};
use super::{About, App, Command, Files, Filter, Overlay, ThemeChoice, Toast, Told, View, timeline};
use crate::query::Unknown;

impl App {
    /// Does what a user asked for.
    pub fn apply(&mut self, command: Command) {
        let before = self.look();
        let stroke = command.clone();
        self.done(command);
        self.note_step(&stroke, before);
    }

    pub(super) fn done(&mut self, command: Command) {
        let unknown = Unknown;
        match command {
            Command::Open(paths) => self.open(paths, false),
            Command::Dropped(paths) => self.take_dropped(paths),
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
}

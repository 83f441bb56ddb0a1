//! The shell around the views: bar, verdict strip, rail, overview strip, status line, and what lies over them. It reads the app, sends
//! commands, and keeps only how it looks itself.

mod bar;
mod conditions;
mod exhibit;
mod field;
mod handed;
mod icons;
mod items;
mod keys;
mod landmarks;
mod marked;
mod overlays;
mod overview;
mod palette;
mod rail;
mod saved;
mod settings;
mod sheet;
mod size;
mod status;
mod verdict;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{CentralPanel, Context, Frame, Key, Panel, Rect, Ui, Vec2, vec2};

use super::still;
use super::theme::{Mode, Theme, measure, set_mode};
use super::views::{case, integrity, models, overview as overview_view, records, start, timeline};
use super::widgets::figures::count;
use super::widgets::{ErrorPanel, Toasts, copied, progress_line};
use crate::app::session::SEEN;
use crate::app::{App, Command, Files, Overlay, ThemeChoice, Told, View};
use crate::jobs::{Polled, Task, Waker};

/// A dialog that is gone after less was never there.
const NO_DIALOG: Duration = Duration::from_millis(400);

/// The system's dialog for files, what it is for, and since when it is asked for.
#[derive(Debug)]
struct Dialog {
    task: Task<Option<Vec<PathBuf>>>,
    files: Files,
    since: Instant,
}

/// A window: the app and how all of it looks.
#[derive(Debug)]
pub struct Window {
    /// What it knows.
    pub app: App,
    field: field::State,
    bar: bar::State,
    overlays: overlays::State,
    brush: overview::State,
    start: start::State,
    overview: overview_view::State,
    integrity: integrity::State,
    records: records::State,
    timeline: timeline::State,
    models: models::State,
    case: case::State,
    dialog: Option<Dialog>,
    toasts: Toasts,
    /// The record of which it is told that it is not among those shown.
    hidden: Option<u32>,
    applied: Option<(ThemeChoice, u32)>,
    /// The least size that the system was told.
    least: Option<Vec2>,
    /// There is no room for the detail beside the view; and it was open before there was none.
    narrow: (bool, bool),
}

impl Window {
    /// A window over an app.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            app,
            field: field::State::default(),
            bar: bar::State::default(),
            overlays: overlays::State::default(),
            brush: overview::State::default(),
            start: start::State::default(),
            overview: overview_view::State::default(),
            integrity: integrity::State::default(),
            records: records::State::default(),
            timeline: timeline::State::default(),
            models: models::State::default(),
            case: case::State::default(),
            dialog: None,
            toasts: Toasts::default(),
            hidden: None,
            applied: None,
            least: None,
            narrow: (false, false),
        }
    }

    /// Takes in what threads did, and what the user set: before each frame.
    pub fn tick(&mut self, ctx: &Context) {
        self.app.tick();
        self.dialog(ctx);
        let now = (self.app.settings.theme, self.app.settings.scale.to_bits());
        if self.applied != Some(now) {
            self.applied = Some(now);
            set_mode(
                ctx,
                match self.app.settings.theme {
                    ThemeChoice::System => Mode::System,
                    ThemeChoice::Light => Mode::Light,
                    ThemeChoice::Dark => Mode::Dark,
                },
            );
            ctx.set_zoom_factor(self.app.settings.scale);
        }
        size::keep(ctx, self.app.settings.scale, &mut self.least);
        self.fold_detail(ctx);
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
        if !dropped.is_empty() {
            self.app.apply(Command::Dropped(dropped));
        }
        if ctx.input(|input| input.viewport().close_requested()) {
            self.app.keep_unsaved(true);
        }
        if self.app.is_quitting() {
            self.app.keep_unsaved(true);
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Where the detail would lie over the view it is closed, until it is asked for; with room beside it, it is there again.
    fn fold_detail(&mut self, ctx: &Context) {
        let is_narrow = size::is_narrow(ctx);
        if self.narrow.0 == is_narrow {
            return;
        }
        let is_open = self.app.detail_tab().is_some();
        if if is_narrow { is_open } else { self.narrow.1 && !is_open } {
            self.app.apply(Command::ToggleDetail);
        }
        self.narrow = (is_narrow, is_open);
    }

    /// Esc closes what lies over the view, where there is nothing else that it is for.
    fn close_detail(&self, ctx: &Context, commands: &mut [Command]) {
        let is_idle = self.app.opening().is_none()
            && self.app.handing().is_none()
            && self.app.problems().is_empty()
            && self.app.session().is_some_and(|session| session.progress().is_none());
        let is_over =
            self.narrow.0 && self.app.detail_tab().is_some() && ctx.input(|input| input.key_down(Key::Escape));
        if let (true, Some(cancel)) = (is_idle && is_over, commands.iter_mut().find(|one| **one == Command::Cancel)) {
            *cancel = Command::ToggleDetail;
        }
    }

    /// The system's dialog for files may hang or give nothing: it is asked for on a thread of its own.
    fn dialog(&mut self, ctx: &Context) {
        if let Some(files) = self.app.take_dialog()
            && self.dialog.is_none()
        {
            let is_exhibit = self.app.overlay() == Overlay::Exhibit;
            let file = if is_exhibit { self.overlays.exhibit.path() } else { self.overlays.handed.path() };
            let waker = waker(ctx);
            let asked = Task::start("dialog", &waker, move |_| {
                let dialog = match files {
                    Files::Save => {
                        let dialog = rfd::FileDialog::new().set_title("The file to write");
                        let dialog = file.parent().into_iter().fold(dialog, rfd::FileDialog::set_directory);
                        let name = crate::app::file_name(&file);
                        return dialog.set_file_name(name).save_file().map(|path| vec![path]);
                    }
                    Files::Open => rfd::FileDialog::new()
                        .set_title("Open an audit bundle or a case")
                        .add_filter("Audit bundles and cases", &["zip", "jsonl", "zst", crate::case::EXTENSION]),
                    Files::Add => rfd::FileDialog::new()
                        .set_title("Add an audit bundle to what is open")
                        .add_filter("Audit bundles", &["zip", "jsonl", "zst"]),
                };
                dialog.add_filter("All files", &["*"]).pick_files()
            });
            match asked {
                Ok(task) => self.dialog = Some(Dialog { task, files, since: Instant::now() }),
                Err(_) => self.app.apply(files.typed()),
            }
        }
        if let Some(Dialog { task, files, since }) = &self.dialog {
            let files = *files;
            match task.poll() {
                Polled::Running => {}
                Polled::Done(Some(paths)) if !paths.is_empty() => {
                    self.dialog = None;
                    self.app.apply(files.command(paths));
                }
                // Nobody closes a dialog that fast: there is none on this system.
                Polled::Done(_) | Polled::Lost if since.elapsed() < NO_DIALOG => {
                    self.dialog = None;
                    self.app.apply(files.typed());
                }
                Polled::Done(_) | Polled::Lost => self.dialog = None,
            }
        }
    }

    /// Draws a frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let mut commands = Vec::new();
        if self.app.overlay() == Overlay::None {
            conditions::keys(ui.ctx(), &self.app, &mut self.field, &mut commands);
        }
        overlays::escape(ui.ctx(), &self.app, &mut self.overlays);
        keys::read(ui.ctx(), &self.app, &mut commands);
        self.close_detail(ui.ctx(), &mut commands);
        let is_open = self.app.session().is_some();
        let plain = |fill| Frame::NONE.fill(fill);
        let is_low = size::is_low(ui.ctx());
        if is_open {
            let height = bar::height(&self.app, &self.field, is_low);
            Panel::top("bar").exact_size(height).frame(plain(theme.window)).show(ui, |ui| {
                bar::show(ui, &mut self.app, &mut self.bar, &mut self.field, &mut commands);
            });
        }
        if let Some(session) = self.app.session() {
            let strip = verdict::Strip::of(ui, session, ui.available_width());
            Panel::top("verdict").exact_size(strip.height()).frame(plain(theme.panel)).show(ui, |ui| {
                strip.show(ui, &self.app, &mut commands);
                if let Some(share) = self.app.share_read() {
                    let line =
                        Rect::from_min_max(ui.max_rect().left_bottom() - vec2(0.0, 2.0), ui.max_rect().right_bottom());
                    progress_line(ui.painter(), line, share, theme);
                }
            });
        }
        Panel::bottom("status").exact_size(measure::STATUS).frame(plain(theme.window)).show(ui, |ui| {
            status::show(ui, &self.app, &mut commands);
        });
        if is_open {
            let height = if is_low { measure::OVERVIEW_LOW } else { measure::OVERVIEW };
            Panel::bottom("overview").exact_size(height).frame(plain(theme.window)).show(ui, |ui| {
                overview::show(ui, &self.app, &mut self.brush, &mut commands);
            });
            Panel::left("rail").exact_size(measure::RAIL).resizable(false).frame(plain(theme.window)).show(ui, |ui| {
                rail::show(ui, &self.app, is_low, &mut commands);
            });
        }
        // An answer that takes long is marked as waited for then, although nothing else happens.
        if self.app.session().is_some_and(|session| !session.answered.is_done && !session.is_waited_for()) {
            ui.ctx().request_repaint_after(SEEN);
        }
        CentralPanel::default().frame(plain(theme.panel)).show(ui, |ui| {
            self.problems(ui, &mut commands);
            let app = &self.app;
            match (is_open, app.view()) {
                (false, _) => start::show(ui, app, &mut self.start, &mut commands),
                (true, View::Overview) => overview_view::show(ui, app, &mut self.overview, &mut commands),
                (true, View::Integrity) => integrity::show(ui, app, &mut self.integrity, &mut commands),
                (true, View::Timeline) => timeline::show(ui, app, &mut self.timeline, &mut commands),
                (true, View::Records) => records::show(ui, app, &mut self.records, &mut commands),
                (true, View::Models) => models::show(ui, app, &mut self.models, &mut commands),
                (true, View::Case) => case::show(ui, app, &mut self.case, &mut commands),
            }
        });
        self.overlays.exhibit.first_row = self.records.seen().start;
        overlays::show(ui, &self.app, &mut self.overlays, &mut commands);
        if let Some(text) = self.app.take_copied() {
            ui.ctx().copy_text(text);
        }
        commands.extend(copied::take(ui.ctx()).map(Command::Tell));
        self.tell(ui, &mut commands);
        // Whatever has the pointer says so in every frame.
        if self.app.pointed().is_some() && !commands.iter().any(|command| matches!(command, Command::Point(_))) {
            commands.push(Command::Point(None));
        }
        for command in commands {
            self.app.apply(command);
        }
    }

    /// Draws the view alone, for a picture: no bar, no tools, nothing over it. Commands that views give by themselves are done.
    pub fn show_still(&mut self, ui: &mut Ui) {
        still::begin(ui.ctx());
        let mut commands = Vec::new();
        let app = &self.app;
        match app.view() {
            View::Overview => overview_view::show(ui, app, &mut self.overview, &mut commands),
            View::Integrity => integrity::show(ui, app, &mut self.integrity, &mut commands),
            View::Timeline => timeline::show(ui, app, &mut self.timeline, &mut commands),
            View::Records => records::show(ui, app, &mut self.records, &mut commands),
            View::Models => models::show(ui, app, &mut self.models, &mut commands),
            View::Case => case::show(ui, app, &mut self.case, &mut commands),
        }
        for command in commands {
            self.app.apply(command);
        }
    }

    /// Puts a place of the table of records at its top.
    pub fn scroll_records(&mut self, first: u64) {
        self.records.scroll_to(first);
    }

    /// The places of the table of records that were seen last.
    #[must_use]
    pub fn seen_records(&self) -> std::ops::Range<u64> {
        self.records.seen()
    }

    /// What went wrong stands at the head of the view until it is dismissed.
    fn problems(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        for (at, problem) in self.app.problems().iter().enumerate() {
            let is_dismissed = ui
                .push_id(("problem", at), |ui| {
                    ErrorPanel { what: &problem.what, file: "", advice: &problem.why }.show(ui)
                })
                .inner;
            if is_dismissed {
                commands.push(Command::Dismiss(at));
            }
        }
    }

    /// What is told in passing.
    fn tell(&mut self, ui: &Ui, commands: &mut Vec<Command>) {
        for toast in self.app.take_toasts() {
            let link = toast.undo.then_some("Undo");
            match toast.of {
                Told::Case => self.toasts.add(toast.text, link, "case"),
                Told::Hidden(row, seq) => {
                    self.hidden = Some(row);
                    let filter = &self.app.filter;
                    let is_time = filter.text().trim().is_empty() && filter.kind().is_none();
                    let why = if is_time { "is not in the time that is shown" } else { "does not pass the filter" };
                    self.toasts.add(format!("Record {} {why}", count(seq)), Some("Show all records"), "hidden");
                }
                Told::InCase => self.toasts.add(toast.text, Some("Open the case"), "in a case"),
                Told::Handed => self.toasts.add(toast.text, None, "handed"),
                Told::Else => self.toasts.add(toast.text, link, ""),
            }
        }
        let screen = ui.ctx().content_rect();
        let corner = screen.right_bottom() - egui::vec2(16.0, measure::STATUS + measure::OVERVIEW + 16.0);
        match self.toasts.show(ui.ctx(), corner) {
            Some("hidden") => commands.extend(self.hidden.map(Command::ShowAmongAll)),
            Some("in a case") => {
                let case = self.app.session().and_then(|session| session.in_case());
                commands.extend(case.map(|case| Command::Open(vec![case.path.clone()])));
            }
            Some(_) => commands.push(Command::UndoCase),
            None => {}
        }
    }
}

/// Wakes the window from any thread.
#[must_use]
pub fn waker(ctx: &Context) -> Waker {
    let ctx = ctx.clone();
    Waker::new(move || ctx.request_repaint())
}

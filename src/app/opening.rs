//! Opening: bundles, a case, the sample; with rows to look at while the rest is read, and what stopping leaves.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::adding::Chosen;
use super::opened::{self, Opened, ToOpen};
use super::settings::Results;
use super::{About, App, Filter, Recent, Session, Toast, Told, View, file_name, in_short};
use crate::bundle::reading::Watch as _;
use crate::integrity::Options;
use crate::jobs::{Polled, Progress, Task};
use crate::os::Plain;
use crate::sample;
use crate::tlog::note::VerifierKey;

/// The longest file of a key that is read, in bytes.
const MAX_KEY_BYTES: u64 = 1 << 20;

/// Bundles that are being opened.
#[derive(Debug)]
pub struct Opening {
    task: Task<Result<Opened, String>>,
    /// The first lines, while all of them are read.
    looks: Receiver<Opened>,
    /// Which.
    pub paths: Vec<PathBuf>,
    /// They are open, and read once more: what is there stays until that is done.
    is_again: bool,
    /// They are opened beside what is open: what is looked at stays.
    pub(super) is_added: bool,
    /// The records that were chosen when it began.
    chosen: Chosen,
}

impl Opening {
    /// Records and bytes read so far, and for how long.
    #[must_use]
    pub fn progress(&self) -> (u64, u64, Duration) {
        let (records, bytes) = self.task.progress().done();
        (records, bytes, self.task.progress().elapsed())
    }

    /// What is opened, whether it is beside or in place of the same, and what was chosen there.
    fn kept(&self, open: &[PathBuf]) -> (Vec<PathBuf>, bool, Chosen) {
        (self.paths.clone(), self.is_added || self.paths == open, self.chosen.clone())
    }

    /// Whether it was asked to stop, and only closes what it has.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.task.progress().is_stopped()
    }
}

impl App {
    /// Whether what is shown is the beginning of what is still being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        let is_part = self.session.as_ref().is_some_and(|session| session.evidence().is_part());
        is_part && self.opening.as_ref().is_some_and(|opening| opening.paths == self.paths)
    }

    /// How much of what is being read was read, 0 to 1; `None` where the bundles do not say how many records they have.
    #[must_use]
    pub fn share_read(&self) -> Option<f32> {
        let opening = self.opening.as_ref()?;
        let evidence = self.session.as_ref().filter(|_| self.is_reading())?.evidence();
        let all: u64 =
            evidence.logs().iter().map(|log| log.index.log_size).sum::<Option<u64>>().filter(|all| *all > 0)?;
        #[allow(clippy::cast_precision_loss, reason = "a share that is drawn")]
        let share = opening.progress().0 as f32 / all as f32;
        Some(share.min(1.0))
    }

    /// Opens bundles, or a case; with `verifies` from their bytes, whatever is known of them.
    pub(super) fn open(&mut self, paths: Vec<PathBuf>, verifies: bool) {
        let work = {
            let what = self.what_to_open(paths.clone(), verifies);
            move |progress: &Progress, look: &dyn Fn(Opened)| opened::open(what, progress, look)
        };
        self.start(paths, work);
    }

    pub(super) fn open_sample(&mut self) {
        let Some(place) = self.user.sample.clone() else {
            let why = "the system names no home to put it in".to_owned();
            self.trouble(About::Program, "The sample was not made", why);
            return;
        };
        let what = self.what_to_open(vec![place.clone()], false);
        self.start(vec![place.clone()], move |progress, look| {
            make_sample(&place, progress)?;
            opened::open(what, progress, look)
        });
    }

    fn start(
        &mut self,
        paths: Vec<PathBuf>,
        work: impl FnOnce(&Progress, &dyn Fn(Opened)) -> Result<Opened, String> + Send + 'static,
    ) {
        let chosen = self.chosen_records();
        // What is open stays until the other is there: a mistyped path closes nothing. But a case is written to by one at a
        // time, so what has one lets go of it first.
        if self.session.as_ref().is_some_and(|session| session.case().is_some()) {
            self.session = None;
        }
        let is_same = paths == self.paths;
        let is_again = is_same && self.session.as_ref().is_some_and(|session| !session.evidence().is_part());
        let (send, looks) = bounded(1);
        let waker = self.waker.clone();
        let look = move |opened| {
            if send.send(opened).is_ok() {
                waker.wake();
            }
        };
        let task = Task::start("open", &self.waker, move |progress| work(progress, &look));
        match task {
            Ok(task) => self.opening = Some(Opening { task, looks, paths, is_again, is_added: false, chosen }),
            Err(error) => {
                self.trouble(About::Bundles, "Nothing was opened", error.to_string());
            }
        }
    }

    fn what_to_open(&mut self, paths: Vec<PathBuf>, verifies: bool) -> ToOpen {
        let (options, author) = (self.options(), self.author());
        let results = self.settings.results.as_ref().map(Results::reading);
        let drafts = self.user.drafts.clone();
        let cases = self.settings.recent.iter().filter(|recent| !recent.bundles.is_empty()).cloned().collect();
        ToOpen { paths, options, author, verifies, drafts, cache: self.settings.cache.clone(), results, cases }
    }

    /// Stops what is going on. Reading keeps what was read by then; asked a second time, it keeps no more than is shown.
    pub(super) fn cancel(&mut self) {
        match (&self.opening, &self.session) {
            (Some(opening), _) => {
                let progress = opening.task.progress();
                if opening.is_again || progress.is_stopped() { progress.cancel() } else { progress.stop() }
            }
            (None, _) if self.stop_handing() => {}
            (None, Some(session)) if session.progress().is_some() => session.cancel(),
            // Where nothing goes on, it is for what is in the way.
            (None, _) if !self.problems.is_empty() => drop(self.problems.remove(0)),
            (None, _) => {}
        }
    }

    /// Takes in what the opening thread did.
    pub(super) fn tick_opening(&mut self) {
        let Some(opening) = &self.opening else { return };
        // What is shown of the same bundles already is not less than a first look at them.
        let is_shown = opening.paths == self.paths && self.session.is_some();
        if let Ok(look) = opening.looks.try_recv()
            && !opening.is_again
            && !opening.is_added
            && !is_shown
        {
            let kept = opening.kept(&self.paths);
            match Session::start(look, &self.waker) {
                Ok(session) => self.show_session(session, kept),
                Err(error) => self.not_opened(error.to_string()),
            }
        }
        let Some(opening) = &self.opening else { return };
        match opening.task.poll() {
            Polled::Running => {}
            Polled::Done(result) => self.opened(result),
            Polled::Lost => self.opened(Err("the thread that opened it failed".to_owned())),
        }
    }

    fn opened(&mut self, result: Result<Opened, String>) {
        let Some(opening) = &self.opening else { return };
        let is_cancelled = opening.task.progress().is_cancelled();
        let started = result.and_then(|opened| {
            let told = opened.told.clone();
            let session = Session::start(opened, &self.waker).map_err(|error| error.to_string())?;
            Ok((session, told))
        });
        match started {
            Ok((session, told)) => {
                let kept = opening.kept(&self.paths);
                let is_whole = !session.evidence().is_part();
                self.toasts.extend(told.into_iter().map(|text| Toast { text, undo: false, of: Told::Else }));
                self.opening = None;
                self.toasts.extend(session.in_case().map(|case| {
                    let text = format!("This bundle is in the case “{}”", case.title);
                    Toast { text, undo: false, of: Told::InCase }
                }));
                self.show_session(session, kept);
                if is_whole && let Some(path) = self.paths.first() {
                    self.remember(path.clone());
                }
                // What was read in the meantime is indexed: to open it under the new name takes no second reading.
                if std::mem::take(&mut self.is_renamed) && is_whole {
                    self.reopen(false);
                }
            }
            // Whoever stops it knows why it did not open.
            Err(_) if is_cancelled => {
                let is_other = opening.paths != self.paths;
                self.opening = None;
                if is_other {
                    self.take_back();
                }
            }
            Err(why) => self.not_opened(why),
        }
    }

    fn not_opened(&mut self, why: String) {
        let Some(opening) = self.opening.take() else { return };
        let names: Vec<String> = opening.paths.iter().map(|path| path.display().to_string()).collect();
        self.trouble(About::Bundles, format!("{} was not opened", names.join(", ")), why);
        if opening.paths != self.paths {
            self.take_back();
        }
    }

    /// A case lets go of what is open before anything else is opened; where nothing came in its place, it comes back.
    fn take_back(&mut self) {
        if self.session.is_none() {
            self.reopen(false);
        }
    }

    /// Shows what was opened. What was looked at in the same logs stays.
    fn show_session(&mut self, session: Session, (paths, stays, chosen): (Vec<PathBuf>, bool, Chosen)) {
        let chosen = self.chosen_records().or(chosen);
        let is_other = !stays
            && self.session.as_ref().is_none_or(|old| {
                let origins = |session: &Session| -> Vec<Option<String>> {
                    session.reports().map(|report| report.log.origin.clone()).collect()
                };
                origins(old) != origins(&session)
            });
        self.paths = paths;
        if let (Some(gone), Some(old)) = (self.finding, &self.session) {
            self.finding = gone.again(old.evidence(), session.evidence());
        }
        self.open_texts(&session, is_other);
        self.session = Some(session);
        self.verified = None;
        if !stays {
            self.problems.retain(|problem| problem.about == About::Program);
        }
        if is_other {
            self.filter = Filter::default();
            self.view = View::Overview;
            self.forget();
            self.order.clear();
            self.history.clear();
        } else {
            self.choose_again(&chosen);
        }
        self.ask();
        if let Some(session) = &mut self.session {
            self.compared.into_iter().for_each(|row| session.compare(row));
            self.selected.into_iter().for_each(|row| session.read(row));
        }
    }

    /// Keeps what is open among what was opened lately, as what is at that path: a bundle, or a case about it.
    fn remember(&mut self, path: PathBuf) {
        let Some(session) = &self.session else { return };
        let Some(report) = session.reports().max_by_key(|report| report.verdict.badness()) else { return };
        let title = session.case().and_then(|case| case.title()).unwrap_or_else(|| file_name(&path));
        let is_case = session.case().is_some_and(|case| !case.is_draft && is_same_file(&case.path, &path));
        let bundles = if is_case { opened::digests(session.reports()) } else { Vec::new() };
        let recent = Recent {
            path: std::path::absolute(&path).unwrap_or(path),
            title,
            bundles,
            records: session.reports().map(|report| report.records).sum(),
            verdict: in_short(report),
            integrity: report.verdict.integrity.name().to_owned(),
            opened: crate::record::time::shown(chrono::Utc::now()),
        };
        self.settings.opened(recent);
        self.keep_settings();
    }

    /// A case that was saved is found again as one that was opened.
    pub(super) fn remember_case(&mut self) {
        let case = self.session.as_ref().and_then(|session| session.case()).filter(|case| !case.is_draft);
        let Some(path) = case.map(|case| case.path.clone()) else { return };
        let known = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        if !self.settings.recent.iter().any(|recent| recent.path == known && !recent.bundles.is_empty()) {
            self.remember(path);
        }
    }

    /// What an auditor brings: the keys that are trusted, each for the log whose name it bears. A key that cannot be read is told and
    /// left out.
    fn options(&mut self) -> Options {
        let mut options = Options { is_keyring: true, ..Options::default() };
        self.keyring.clear();
        let mut troubles = Vec::new();
        for path in &self.settings.trusted {
            match read_key(path) {
                Ok(key) => {
                    self.keyring.push((path.clone(), key.clone()));
                    options.trust.push(key);
                }
                Err(why) => {
                    troubles.push(why);
                }
            }
        }
        troubles.into_iter().for_each(|why| self.trouble(About::Program, "A trusted key was left out", why));
        options
    }

    /// What was let go of over the window: public keys are trusted, everything else is opened.
    pub(super) fn take_dropped(&mut self, paths: Vec<PathBuf>) {
        let is_key = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("vkey"));
        let (keys, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(is_key);
        // Each is kept, whatever becomes of the others.
        let mut has_new = false;
        for key in keys {
            has_new |= self.keep_key(key);
        }
        if !others.is_empty() {
            self.open(others, false);
        } else if has_new {
            self.reopen(false);
        }
    }

    pub(super) fn trust(&mut self, path: PathBuf) {
        if self.keep_key(path) {
            self.reopen(false);
        }
    }

    /// Keeps a key among those that are trusted; `false` where it cannot be read.
    fn keep_key(&mut self, path: PathBuf) -> bool {
        let key = match read_key(&path) {
            Ok(key) => key,
            Err(why) => {
                self.trouble(About::Program, "The key is not trusted", why);
                return false;
            }
        };
        let path = std::path::absolute(&path).unwrap_or(path);
        if !self.settings.trusted.contains(&path) {
            self.settings.trusted.push(path);
        }
        self.keep_settings();
        self.say(&format!("The key {} is trusted", key.name()));
        true
    }

    /// Opens again what is open, with the keys that are trusted now; with `verifies` from its bytes.
    pub(super) fn reopen(&mut self, verifies: bool) {
        if !self.paths.is_empty() {
            self.open(self.paths.clone(), verifies);
        }
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let name = |path: &Path| std::path::absolute(path).ok();
    name(one) == name(other)
}

fn read_key(path: &Path) -> Result<VerifierKey, String> {
    let trouble = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let meta = std::fs::metadata(path).map_err(|error| trouble(&Plain(&error)))?;
    if meta.len() > MAX_KEY_BYTES {
        return Err(trouble(&"longer than a key"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| trouble(&Plain(&error)))?;
    if text.starts_with("PRIVATE+KEY+") {
        return Err(trouble(&"this is a private key; choose the public one (.vkey)"));
    }
    VerifierKey::parse(&text).map_err(|error| trouble(&format!("no C2SP verifier key: {error}")))
}

/// Makes the sample where it is not there yet.
fn make_sample(place: &Path, progress: &Progress) -> Result<(), String> {
    if place.is_file() {
        return Ok(());
    }
    let trouble = |error: &dyn std::fmt::Display| format!("{}: {error}", place.display());
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| trouble(&Plain(&error)))?;
    }
    let request =
        sample::Request { story: sample::Story::Lending, records: sample::DEFAULT_RECORDS, seed: sample::DEFAULT_SEED };
    let form = crate::bundle::writer::Form::Zip;
    sample::generate(&request, place, form, progress).map(drop).map_err(|error| trouble(&error))
}

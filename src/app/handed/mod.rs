//! What is handed out from the window: the records that are shown as a file, or a slice of the bundle with its proof. Here is what there is
//! to be told before, the questions about the file's place, and the job that writes it, one at a time. The writing itself is `report`.

mod documents;
pub mod name;
pub(super) mod place;
pub(super) mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::ask::Rows;
use super::keeper::Work;
use super::{About, App, Session, Toast, Told, file_name, has_mark};
use crate::analysis::related::Related;
use crate::bundle::reading::Watch as _;
use crate::case::entry::Action;
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::integrity::Options;
use crate::jobs::{Latest, Polled, Progress, Task};
use crate::report::export;
use crate::report::issue;
use crate::report::provenance::CaseTold;
use crate::report::stream::Stream;
use place::{Answer, Question};
use work::{Done, Order, Source};

/// A window that closes waits so long for a file that is being written: what there is of it is cleared away.
const MOST: Duration = Duration::from_secs(5);

/// The form of what is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The records, as a file.
    Export(export::Form),
    /// The records as a bundle that verifies by itself.
    Slice,
    /// The report of the investigation.
    Report(issue::Form),
    /// What the records hold about the decision that is selected.
    Dossier(issue::Form),
}

impl Default for Form {
    fn default() -> Self {
        Self::Export(export::Form::Stream(Stream::Csv))
    }
}

impl Form {
    /// Those that are offered together with it, in that order.
    #[must_use]
    pub fn group(self) -> Vec<Self> {
        match self {
            Self::Export(_) | Self::Slice => {
                export::Form::ALL.iter().copied().map(Self::Export).chain([Self::Slice]).collect()
            }
            // A report has no form of JSON: its parts have, each by a command of its own.
            Self::Report(_) => [issue::Form::Pdf, issue::Form::Html].map(Self::Report).into(),
            Self::Dossier(_) => issue::Form::ALL.map(Self::Dossier).into(),
        }
    }

    /// How names of such files end.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Export(form) => form.name(),
            Self::Slice => "audit.zip",
            Self::Report(form) | Self::Dossier(form) => form.name(),
        }
    }
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// In which form.
    pub form: Form,
    /// Into a slice go the records that belong to the others.
    pub is_related: bool,
    /// The file, which is not there yet.
    pub path: PathBuf,
}

/// Something that is done on the way to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Propose a name, in that folder where it can be.
    Propose(Form, Option<PathBuf>),
    /// Find out whether a file can be made there.
    Look(PathBuf),
    /// That file was chosen.
    Choose(PathBuf),
    /// Count the records that belong to those shown.
    CountRelated,
    /// Write it.
    Write(Wanted),
}

/// Why nothing can be handed out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotNow {
    /// The log is not read to its end.
    Part,
    /// The filter is being answered.
    Waiting,
    /// It has no answer.
    Failed(String),
    /// No record passes.
    Nothing,
    /// A file of that name is being written.
    Busy(String),
    /// A slice is cut out of one bundle.
    Several,
    /// No decision is selected.
    NoDecision,
}

/// The columns of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Their names, in the order of the table.
    pub names: Vec<String>,
    /// Columns of the table that no record here has: they are left out.
    pub absent: Vec<String>,
}

/// The records that belong to those shown.
#[derive(Debug)]
struct Counting {
    /// Those shown.
    rows: Arc<Selection>,
    task: Task<Result<Related, String>>,
    found: Option<Result<Arc<Related>, String>>,
}

/// A file that is being written.
#[derive(Debug)]
struct Job {
    task: Task<Result<Done, String>>,
    evidence: Arc<Evidence>,
    name: String,
    /// The case that is to say so.
    has_case: bool,
}

impl Drop for Job {
    fn drop(&mut self) {
        self.task.end(MOST);
    }
}

/// What is known of the next file, and the one that is being written.
#[derive(Debug, Default)]
pub(super) struct Handed {
    places: Option<Latest<(u64, Question), Answer>>,
    asked: u64,
    /// With the number of the question: a later proposal takes the place of what is typed.
    proposed: Option<(u64, PathBuf)>,
    looked: Option<(PathBuf, Option<String>)>,
    counting: Option<Counting>,
    job: Option<Job>,
}

impl App {
    /// Why something of that form cannot be handed out now.
    ///
    /// # Errors
    /// [`NotNow`]
    pub fn can_hand(&self, form: Form) -> Result<(), NotNow> {
        match form {
            Form::Export(_) | Form::Slice => self.rows_to_hand(form).map(|_| ()),
            Form::Report(_) | Form::Dossier(_) => self.can_write_document(form),
        }
    }

    /// The rows that would be handed out: those shown, in their order.
    ///
    /// # Errors
    /// Why there are none now.
    pub fn rows_to_hand(&self, form: Form) -> Result<&Rows, NotNow> {
        let session = self.session.as_ref().ok_or(NotNow::Nothing)?;
        if let Some(job) = &self.handed.job {
            return Err(NotNow::Busy(job.name.clone()));
        }
        if session.evidence().is_part() {
            return Err(NotNow::Part);
        }
        if form == Form::Slice && session.evidence().logs().len() > 1 {
            return Err(NotNow::Several);
        }
        if let Some(error) = session.answered.error.as_ref().filter(|_| session.answered.is_done) {
            return Err(NotNow::Failed(error.clone()));
        }
        let rows = session.rows_now().ok_or(NotNow::Waiting)?;
        if rows.count() == 0 { Err(NotNow::Nothing) } else { Ok(rows) }
    }

    /// The columns that a file would have: those of the table of records.
    #[must_use]
    pub fn columns_to_hand(&self) -> Columns {
        let Some(session) = &self.session else { return Columns::default() };
        let evidence = session.evidence();
        let mut columns = Columns::default();
        // What the table shows before the fields: that a line is damaged, its place, its time, the bundle.
        let own = [
            (!session.facts().damage.is_empty()).then_some("line_state"),
            Some("seq"),
            Some("time"),
            (evidence.logs().len() > 1).then_some("bundle"),
        ];
        let fields = self.columns_of(self.filter.kind());
        for name in own.into_iter().flatten().map(str::to_owned).chain(fields) {
            match evidence.field(&name) {
                Ok(_) if columns.names.contains(&name) => {}
                Ok(_) => columns.names.push(name),
                Err(_) => columns.absent.push(name),
            }
        }
        columns
    }

    /// The file that is proposed, or was chosen, with a number by which each is known.
    #[must_use]
    pub fn file_proposed(&self) -> Option<(u64, &Path)> {
        self.handed.proposed.as_ref().map(|(number, path)| (*number, path.as_path()))
    }

    /// What stands against a file at a path; `None` until that was looked for.
    #[must_use]
    pub fn file_looked_at(&self, path: &Path) -> Option<Option<&str>> {
        self.handed.looked.as_ref().filter(|(looked, _)| looked == path).map(|(_, said)| said.as_deref())
    }

    /// How many records belong to those shown; `None` while they are counted.
    #[must_use]
    pub fn related_to_hand(&self) -> Option<Result<u64, String>> {
        let rows = &self.session.as_ref()?.rows_now()?.selection;
        let counting = self.handed.counting.as_ref().filter(|counting| Arc::ptr_eq(&counting.rows, rows))?;
        let found = counting.found.as_ref()?;
        Some(found.as_ref().map(|related| related.added.values().sum()).map_err(Clone::clone))
    }

    /// The file that is being written, with records and bytes read so far and for how long.
    #[must_use]
    pub fn handing(&self) -> Option<(&str, (u64, u64), Duration)> {
        let job = self.handed.job.as_ref()?;
        Some((&job.name, job.task.progress().done(), job.task.progress().elapsed()))
    }

    /// Whether any question about a file is open, or one is being written.
    #[must_use]
    pub fn is_handing(&self) -> bool {
        let handed = &self.handed;
        handed.job.is_some()
            || self.exhibits.is_busy()
            || handed.places.as_ref().is_some_and(Latest::is_busy)
            || handed.counting.as_ref().is_some_and(|counting| counting.found.is_none())
    }

    pub(super) fn hand(&mut self, deed: Deed) {
        match deed {
            Deed::Propose(form, folder) => {
                let question = self.proposal(form, folder);
                self.propose(question);
            }
            Deed::Look(path) => self.ask_place(Question::Look(path)),
            Deed::Choose(path) => {
                self.handed.asked += 1;
                self.handed.proposed = Some((self.handed.asked, path));
            }
            Deed::CountRelated => self.count_related(),
            Deed::Write(wanted) => self.write(wanted),
        }
    }

    /// Asks for a name.
    pub(super) fn propose(&mut self, question: Question) {
        self.handed.proposed = None;
        self.ask_place(question);
    }

    fn count_related(&mut self) {
        let Some(session) = &self.session else { return };
        let Some(rows) = session.rows_now().map(|rows| Arc::clone(&rows.selection)) else { return };
        if self.handed.counting.as_ref().is_some_and(|counting| Arc::ptr_eq(&counting.rows, &rows)) {
            return;
        }
        let (evidence, of) = (Arc::clone(session.evidence()), Arc::clone(&rows));
        let task = Task::start("related", &self.waker, move |progress| work::related(&evidence, &of, progress));
        match task {
            Ok(task) => self.handed.counting = Some(Counting { rows, task, found: None }),
            Err(error) => {
                self.trouble(About::Bundles, "What belongs to the records was not counted", error.to_string());
            }
        }
    }

    fn write(&mut self, wanted: Wanted) {
        if let Form::Report(_) | Form::Dossier(_) = wanted.form {
            return self.write_document(wanted);
        }
        let Ok(rows) = self.rows_to_hand(wanted.form).cloned() else { return };
        let Some(session) = &self.session else { return };
        let evidence = Arc::clone(session.evidence());
        let case = session.case();
        let is_marked = has_mark(&self.filter.expr());
        let case_file = case.filter(|case| is_marked && !case.is_draft).map(|case| file_name(&case.path));
        let columns = match wanted.form {
            Form::Export(form) if form.has_columns() => self.columns_to_hand().names,
            _ => Vec::new(),
        };
        let sort = |key: &crate::evidence::SortKey| format!("{}{}", if key.descends { "-" } else { "" }, key.field);
        let counting = self.handed.counting.as_ref().filter(|counting| Arc::ptr_eq(&counting.rows, &rows.selection));
        let related = counting.and_then(|counting| counting.found.as_ref()?.as_ref().ok().cloned());
        let order = Order {
            evidence: Arc::clone(&evidence),
            rows,
            related,
            source: Source {
                filter: self.filter.parsed(),
                columns,
                sort: self.order.iter().map(sort).collect(),
                case_file,
                by: self.actor().unwrap_or_else(|| "unknown".to_owned()),
                trusted: self.keys_that_fit(),
                results: self.settings.results.as_ref().map(|results| results.path.clone()),
                case: case.map(|case| CaseTold { title: case.title(), journal: case.journals.first().cloned() }),
            },
            options: Options {
                is_keyring: true,
                trust: self.keyring.iter().map(|(_, key)| key.clone()).collect(),
                ..Options::default()
            },
            wanted,
        };
        let name = file_name(&order.wanted.path);
        self.start_job(&name, move |progress| order.write(progress));
    }

    /// Writes something of that name, on a thread of its own.
    pub(super) fn start_job(
        &mut self,
        name: &str,
        work: impl FnOnce(&Progress) -> Result<Done, String> + Send + 'static,
    ) {
        let Some(session) = &self.session else { return };
        let (evidence, has_case) = (Arc::clone(session.evidence()), session.case().is_some());
        match Task::start("export", &self.waker, work) {
            Ok(task) => self.handed.job = Some(Job { task, evidence, name: name.to_owned(), has_case }),
            Err(error) => self.trouble(About::Bundles, format!("{name} was not written"), error.to_string()),
        }
    }

    /// Stops the file that is being written; false where there is none.
    pub(super) fn stop_handing(&self) -> bool {
        let job = self.handed.job.as_ref();
        if let Some(job) = job {
            job.task.progress().cancel();
        }
        job.is_some()
    }

    pub(super) fn tick_handed(&mut self) {
        let handed = &mut self.handed;
        let answers: Vec<Answer> = handed.places.iter().flat_map(Latest::answers).collect();
        for answer in answers {
            match answer {
                Answer::Proposed(number, path) if number == handed.asked => handed.proposed = Some((number, path)),
                Answer::Looked(number, path, said) if number == handed.asked => handed.looked = Some((path, said)),
                _ => {}
            }
        }
        if let Some(counting) = handed.counting.as_mut().filter(|counting| counting.found.is_none()) {
            counting.found = match counting.task.poll() {
                Polled::Running => None,
                Polled::Done(found) => Some(found.map(Arc::new)),
                Polled::Lost => Some(Err("the thread that counted them failed".to_owned())),
            };
        }
        let Some(job) = &handed.job else { return };
        let is_open = |session: &Session| Arc::ptr_eq(session.evidence(), &job.evidence);
        let is_here = self.session.as_ref().is_some_and(is_open);
        let done = match job.task.poll() {
            Polled::Running if is_here => return,
            // It tells of what is open, and of the case that is.
            Polled::Running => return job.task.progress().cancel(),
            Polled::Done(done) => done,
            Polled::Lost => Err("the thread that wrote it failed".to_owned()),
        };
        let is_stopped = job.task.progress().is_cancelled();
        let Some(job) = handed.job.take() else { return };
        let (name, has_case) = (job.name.clone(), job.has_case);
        match done {
            Ok(Done { told, action }) => {
                self.toasts.push(Toast { text: told, undo: false, of: Told::Handed });
                if is_here {
                    // Without a case, the number of an exhibit begins a draft.
                    match action {
                        Action::Captured(captured) => self.work(Work::Exhibit(captured)),
                        action => self.work_on_case(Work::Record(action)),
                    }
                } else if has_case || matches!(action, Action::Captured(_)) {
                    let why = "the case was closed while it was written".to_owned();
                    self.trouble(About::Program, format!("{name} was written, and the case does not say so"), why);
                }
            }
            Err(_) if is_stopped => {
                let why = if is_here { "" } else { ": what it is from is no longer open" };
                let text = format!("Stopped{why}. {name} was not written");
                self.toasts.push(Toast { text, undo: false, of: Told::Handed });
            }
            Err(why) => self.trouble(About::Bundles, format!("{name} was not written"), why),
        }
    }

    /// Puts work on record where there is a case.
    fn work_on_case(&mut self, work: Work) {
        if self.session.as_ref().is_some_and(|session| session.case().is_some()) {
            self.work(work);
        }
    }
}

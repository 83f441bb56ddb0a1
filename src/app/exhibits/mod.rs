//! Exhibits from the window: what one is to be, its picture while that is decided, and the job that writes it. What draws stands above the
//! views and is not known here: the program gives it to the window ([`Exhibits`]).

mod places;
mod request;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use places::{asks_case, places, without_case};
pub use request::{Hides, Opened, Redaction, Request};

use super::handed::name::hint;
use super::handed::work::Done;
use super::handed::{NotNow, place};
use super::keeper::Snapshot;
use super::{About, App, Toast, Told, View, file_name};
use crate::analysis::story::Story;
use crate::bundle::reading::Watch as _;
use crate::case::entry::{Action, Captured, Numbered, Value};
use crate::case::numbered;
use crate::evidence::Evidence;
use crate::jobs::{Latest, Progress};
use crate::report::document::Picture;
use crate::report::provenance::{CaseTold, Made};

/// Width and height of an exhibit in points; it is made higher where not everything fits.
const SIZE: [u32; 2] = [1440, 900];

/// Pixels a point: sharp in print on a page across.
const SCALE: f32 = 2.0;

/// A picture is drawn once nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(150);

/// What draws exhibits, and writes them. Both open the evidence by themselves, and take their time.
pub trait Exhibits: fmt::Debug + Send + Sync {
    /// The picture as it will be.
    ///
    /// # Errors
    /// In words.
    fn draw(&self, opened: &Opened, request: &Request, progress: &Progress) -> Result<Drawn, String>;

    /// Writes it: as a zip where the name says so, otherwise as a folder.
    ///
    /// # Errors
    /// In words; nothing stands under the name then.
    fn write(
        &self,
        opened: &Opened,
        request: &Request,
        to: &Path,
        exhibit: Numbered,
        progress: &Progress,
    ) -> Result<Written, String>;

    /// The timeline around the window of each story, for a report; `marks` are the marked times of the case.
    ///
    /// # Errors
    /// In words.
    fn timelines(
        &self,
        opened: &Opened,
        marks: Vec<Value>,
        stories: &[&Story],
        progress: &Progress,
    ) -> Result<Vec<Option<Picture>>, String>;
}

/// A picture that was drawn, small enough to be shown.
#[derive(Clone, PartialEq)]
pub struct Drawn {
    /// In pixels.
    pub size: [usize; 2],
    /// Red, green, blue and alpha of each pixel, row by row.
    pub rgba: Vec<u8>,
    /// Width and height of the picture in points.
    pub points: [f32; 2],
    /// Where what is kept of the view stands in the picture, in points: x, y, width, height.
    pub view: [f32; 4],
    /// Where the top left of the whole view stands, or would.
    pub origin: [f32; 2],
    /// What is seen of the records, in words.
    pub showing: String,
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drawn({} × {}, {})", self.size[0], self.size[1], self.showing)
    }
}

/// An exhibit that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// For the journal.
    pub captured: Captured,
    /// Which records went with it.
    pub note: String,
}

/// What the user decides of an exhibit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// What it shows, in their words.
    pub title: String,
    /// Before the number.
    pub prefix: String,
    /// The part of the view that is kept.
    pub part: Option<[f32; 4]>,
    /// What is hidden.
    pub redactions: Vec<Redaction>,
    /// The first row of the table.
    pub first_row: u64,
}

/// Something that is done on the way to an exhibit.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Draw it.
    Draw(Draft),
    /// Propose a name for a folder, or a zip, in that folder where it can be.
    Propose {
        /// Before the number.
        prefix: String,
        /// A zip is written, not a folder.
        is_zip: bool,
        /// Where the last one was put.
        folder: Option<PathBuf>,
    },
    /// Write it there.
    Write(Draft, PathBuf),
    /// The dialog is closed: its picture is wanted no more.
    Forget,
}

/// Why there can be no exhibit now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoExhibit {
    /// Nothing that draws one was given to this window.
    NoneDrawn,
    /// The view is none that there are exhibits of.
    View,
    /// As with everything that is handed out.
    NotNow(NotNow),
    /// The case cannot be written to, so no number can be given.
    ReadOnly(String),
}

/// What is to be drawn.
#[derive(Debug)]
struct Order {
    opened: Opened,
    request: Request,
    evidence: Arc<Evidence>,
}

impl Order {
    /// Draws or writes with a request that needs no case.
    fn done<T>(mut self, with: impl FnOnce(&Opened, &Request) -> Result<T, String>) -> Result<T, String> {
        without_case(&self.evidence, &mut self.request)?;
        with(&self.opened, &self.request)
    }
}

/// An answer, with the number of its question.
type Answer = (u64, Result<Drawn, String>);

/// What draws, and the picture of the exhibit that is being decided.
#[derive(Debug, Default)]
pub(super) struct State {
    by: Option<Arc<dyn Exhibits>>,
    pictures: Option<Latest<(u64, Order), Answer>>,
    asked: u64,
    drawn: Option<(u64, Result<Arc<Drawn>, String>)>,
}

impl State {
    /// What draws.
    pub(super) fn by(&self) -> Option<Arc<dyn Exhibits>> {
        self.by.clone()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.pictures.as_ref().is_some_and(Latest::is_busy)
    }
}

impl App {
    /// Lets exhibits be drawn by that.
    pub fn draw_exhibits_by(&mut self, by: Arc<dyn Exhibits>) {
        self.exhibits.by = Some(by);
    }

    /// The number of the next exhibit: one behind all that the case ever gave; and what stood before the last one.
    #[must_use]
    pub fn next_exhibit(&self) -> (u64, &str) {
        let given = self.session.as_ref().and_then(|session| session.case()).map(|case| &case.given);
        given.map_or((1, ""), |given| (given.next(), &given.prefix))
    }

    /// Why there can be no exhibit of what is shown now.
    ///
    /// # Errors
    /// [`NoExhibit`]
    pub fn can_exhibit(&self) -> Result<(), NoExhibit> {
        let session = self.session.as_ref().ok_or(NoExhibit::NotNow(NotNow::Nothing))?;
        if self.exhibits.by.is_none() {
            return Err(NoExhibit::NoneDrawn);
        }
        if self.view == View::Case {
            return Err(NoExhibit::View);
        }
        if let Some(why) = session.case().and_then(|case| case.read_only.as_ref()) {
            return Err(NoExhibit::ReadOnly(why.clone()));
        }
        if session.evidence().is_part() {
            return Err(NoExhibit::NotNow(NotNow::Part));
        }
        self.handing().map_or(Ok(()), |(name, ..)| Err(NoExhibit::NotNow(NotNow::Busy(name.to_owned()))))
    }

    /// The picture that was drawn last, with a number by which each is known; `None` while there is none.
    #[must_use]
    pub fn exhibit_drawn(&self) -> Option<(u64, Result<&Arc<Drawn>, &str>)> {
        self.exhibits.drawn.as_ref().map(|(number, drawn)| (*number, drawn.as_ref().map_err(String::as_str)))
    }

    /// Whether the picture of what was asked last is still being drawn.
    #[must_use]
    pub fn is_drawing_exhibit(&self) -> bool {
        self.exhibits.drawn.as_ref().is_none_or(|(number, _)| *number != self.exhibits.asked)
    }

    pub(super) fn exhibit(&mut self, deed: Deed) {
        match deed {
            Deed::Draw(draft) => self.draw_exhibit(&draft),
            Deed::Propose { prefix, is_zip, folder } => self.propose_exhibit(&prefix, is_zip, folder),
            Deed::Write(draft, path) => self.write_exhibit(&draft, &path),
            Deed::Forget => {
                self.exhibits.pictures.iter().for_each(Latest::cancel);
                self.exhibits.asked += 1;
                self.exhibits.drawn = None;
            }
        }
    }

    /// Opens the dialog, or says why there can be none.
    pub(super) fn may_open_exhibit(&mut self) -> bool {
        let why = match self.can_exhibit() {
            Err(NoExhibit::View) => {
                "The case is no view of the evidence. Show the one that the exhibit is to show first"
            }
            Err(NoExhibit::NoneDrawn) => "This window draws no exhibits: probity exhibit does",
            _ => return true,
        };
        self.toasts.push(Toast { text: why.to_owned(), undo: false, of: Told::Else });
        false
    }

    fn exhibit_order(&self, draft: &Draft) -> Option<Order> {
        let session = self.session.as_ref()?;
        let evidence = session.evidence();
        let told = |case: &Arc<Snapshot>| CaseTold { title: case.title(), journal: case.journals.first().cloned() };
        let trusted: Vec<String> = self.keyring.iter().map(|(_, key)| key.to_string()).collect();
        let request = Request {
            number: numbered(&draft.prefix, self.next_exhibit().0),
            title: draft.title.trim().to_owned(),
            made: Made::now(&self.actor().unwrap_or_else(|| "unknown".to_owned())),
            case: session.case().map(told),
            shown: self.shown(draft.first_row),
            filter_told: None,
            of_case: Vec::new(),
            size: SIZE,
            scale: SCALE,
            part: draft.part,
            redactions: draft.redactions.clone(),
            trusted: trusted.clone(),
        };
        let paths = evidence.logs().iter().map(|log| log.index.bundle().to_owned()).collect();
        let opened = Opened { paths, trusted, cache: self.settings.cache.clone() };
        Some(Order { opened, request, evidence: Arc::clone(evidence) })
    }

    fn draw_exhibit(&mut self, draft: &Draft) {
        let (Some(order), Some(by)) = (self.exhibit_order(draft), self.exhibits.by.clone()) else { return };
        self.exhibits.asked += 1;
        if self.exhibits.pictures.is_none() {
            let pictures =
                Latest::start("exhibit", &self.waker, move |(number, order): (u64, Order), progress, give| {
                    // Something else may be typed at once.
                    std::thread::sleep(PAUSE);
                    if progress.is_cancelled() {
                        return;
                    }
                    give.give((number, order.done(|opened, request| by.draw(opened, request, progress))));
                });
            match pictures {
                Ok(pictures) => self.exhibits.pictures = Some(pictures),
                Err(error) => {
                    return self.trouble(About::Program, "No exhibit can be drawn", error.to_string());
                }
            }
        }
        if let Some(pictures) = &self.exhibits.pictures {
            pictures.ask((self.exhibits.asked, order));
        }
    }

    pub(super) fn tick_exhibits(&mut self) {
        let answers: Vec<Answer> = self.exhibits.pictures.iter().flat_map(Latest::answers).collect();
        for (number, drawn) in answers {
            if number == self.exhibits.asked {
                self.exhibits.drawn = Some((number, drawn.map(Arc::new)));
            }
        }
    }

    fn propose_exhibit(&mut self, prefix: &str, is_zip: bool, folder: Option<PathBuf>) {
        let (number, _) = self.next_exhibit();
        let log = self.session.as_ref().and_then(|session| session.evidence().logs().first());
        let name = log.map(|log| file_name(log.index.bundle())).unwrap_or_default();
        let bundle = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("records");
        let stem = format!("{bundle}-{}", hint(&numbered(prefix, number)).to_lowercase());
        let folders = self.folders_to_hand(folder);
        self.propose(place::Question::Propose { folders, stem, ending: if is_zip { "zip" } else { "" } });
    }

    fn write_exhibit(&mut self, draft: &Draft, path: &Path) {
        if self.can_exhibit().is_err() {
            return;
        }
        let (Some(order), Some(by)) = (self.exhibit_order(draft), self.exhibits.by.clone()) else { return };
        let name = file_name(path);
        let (number, _) = self.next_exhibit();
        let exhibit = Numbered { number, prefix: draft.prefix.clone(), title: draft.title.trim().to_owned() };
        let to = path.to_owned();
        let work = move |progress: &Progress| {
            let number = numbered(&exhibit.prefix, number);
            let written = order.done(|opened, request| by.write(opened, request, &to, exhibit, progress))?;
            let told = format!("{number} written to {}. {}", file_name(&to), written.note);
            Ok(Done { told, action: Action::Captured(written.captured) })
        };
        self.start_job(&name, work);
        self.exhibit(Deed::Forget);
    }
}

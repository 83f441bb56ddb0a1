//! What is open: the evidence, the case that goes with it, and the threads that answer for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ask::{self, Answer, Question, Rows};
use super::detail::{self, Detail, Related};
use super::facts::Facts;
use super::keeper::{Keeper, Kept, Snapshot, Work};
use super::lineage::{Traced, Tracer};
use super::models::examine::Examination;
use super::opened::Opened;
use super::settings::Recent;
use super::timeline::gather::{Ask, Gatherer};
use super::timeline::lanes::Lanes;
use super::timeline::story::{Narrator, StoryAsked};
use crate::analysis::story::Story;
use crate::bundle::reading::Watch as _;
use crate::case::Draft;
use crate::columns::{Column, Facet, Histogram, Spread};
use crate::evidence::Evidence;
use crate::evidence::sealed::{self, Sealed};
use crate::integrity::Report;
use crate::jobs::{Answers, Latest, Progress, Queue, Waker};
use crate::query::Field;
use crate::report::inclusion::{self, NoPath, RootPath};

/// What is open.
#[derive(Debug)]
pub struct Session {
    evidence: Arc<Evidence>,
    facts: Arc<Facts>,
    /// The case at the last report of its thread.
    case: Option<Arc<Snapshot>>,
    /// Work on other bundles of the log.
    drafts: Vec<Draft>,
    in_case: Option<Recent>,
    asker: Latest<Question, Answer>,
    reader: Latest<Wanted, Read>,
    gatherer: Latest<Ask, (u64, Gathered)>,
    /// What was asked of the lanes last.
    lanes_asked: Option<Ask>,
    /// The thread of the models, and what it found.
    pub(super) examination: Examination,
    narrator: Latest<StoryAsked, (StoryAsked, Result<Arc<Story>, String>)>,
    /// The story that was asked for last.
    pub story_asked: Option<StoryAsked>,
    /// It, once it was told.
    pub story: Option<Result<Arc<Story>, String>>,
    tracer: Latest<u32, (u32, Traced)>,
    /// The row of the decision whose lineage was asked for last.
    lineage_asked: Option<u32>,
    /// It, once it was told.
    pub lineage: Option<(u32, Traced)>,
    /// The record that is shown, and the one to compare with that was not read yet.
    wanted: Wanted,
    keeper: Queue<Work, Kept>,
    generation: u64,
    /// Since when an answer is waited for.
    asked: Instant,
    /// The question that the rows answer.
    rows_of: u64,
    /// What was answered so far; parts of an older question stand until their new ones come.
    pub answered: Answered,
    /// The lanes of the timeline, once they were gathered; none where no record has a time.
    pub lanes: Option<Gathered>,
    /// The record shown in detail.
    pub detail: Option<Result<Detail, String>>,
    /// The record that it is compared with.
    pub compared: Option<Result<Detail, String>>,
    /// Records that go with it, once they were found.
    pub related: Option<(u32, Vec<Related>)>,
    /// What became of its sealed members, once that was found.
    pub sealed: Option<(u32, Result<Vec<Sealed>, String>)>,
    /// Its path to a signed root, once it was computed.
    pub root_path: Option<(u32, PathFound)>,
}

/// An older answer is marked as such only after so long: what is there sooner would flicker.
pub const SEEN: Duration = Duration::from_millis(150);

/// The lanes of the timeline, none where no record has a time, or what failed.
pub type Gathered = Result<Option<Arc<Lanes>>, String>;

/// A path to a signed root, why there is none, or what failed.
pub type PathFound = Result<Result<RootPath, NoPath>, String>;

/// What was answered so far.
#[derive(Debug, Default)]
pub struct Answered {
    /// The rows that pass.
    pub rows: Option<Rows>,
    /// The rows of the table below the timeline.
    pub below: Option<Rows>,
    /// How they spread over time.
    pub histogram: Option<Histogram>,
    /// The values of fields, by the field's name.
    pub facets: HashMap<String, Result<Facet, String>>,
    /// How the numbers of fields spread, by the field's name.
    pub spreads: HashMap<String, Result<Spread, String>>,
    /// The columns shown, by the field's name.
    pub columns: HashMap<String, Result<Arc<Column>, String>>,
    /// Why there is no answer to the last question.
    pub error: Option<String>,
    /// Whether all of the last question is answered.
    pub is_done: bool,
}

/// Records to be read. Only the newest wish counts, so each holds all that is still wanted.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted {
    shown: Option<u32>,
    compared: Option<u32>,
}

/// A part of a record in detail.
#[derive(Debug)]
enum Read {
    Compared(Result<Option<Detail>, String>),
    Detail(Result<Option<Detail>, String>),
    Path(u32, PathFound),
    Sealed(u32, Result<Vec<Sealed>, String>),
    Related(u32, Vec<Related>),
}

impl Session {
    /// Starts the threads for what was opened.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(opened: Opened, waker: &Waker) -> std::io::Result<Self> {
        let Opened { evidence, facts, case, is_draft, draft, others: drafts, in_case, author, .. } = opened;
        let of = Arc::clone(&evidence);
        let asker =
            Latest::start("questions", waker, move |question: Question, progress, answers: &Answers<Answer>| {
                ask::answer(&of, &question, progress, answers);
            })?;
        let of = Arc::clone(&evidence);
        let reader = Latest::start("records", waker, move |wanted: Wanted, progress, answers: &Answers<Read>| {
            if let Some(row) = wanted.compared {
                answers.give(Read::Compared(detail::read(&of, row).map_err(|error| error.to_string())));
            }
            let Some(row) = wanted.shown else { return };
            let read = detail::read(&of, row).map_err(|error| error.to_string());
            let detail = read.as_ref().ok().and_then(Clone::clone);
            answers.give(Read::Detail(read));
            if let Some(detail) = &detail {
                answers.give(Read::Sealed(row, sealed::read(&of, row, &detail.text, progress)));
            }
            let path = inclusion::root_path(&of, row, progress).map_err(|error| error.to_string());
            answers.give(Read::Path(row, path));
            // What goes with it may need a look through the whole log, so it comes last and may fail without harm.
            let related = detail.and_then(|detail| detail::related(&of, &detail, progress).ok());
            answers.give(Read::Related(row, related.unwrap_or_default()));
        })?;
        let facts = Arc::new(facts);
        let mut of = Gatherer::new(Arc::clone(&evidence), Arc::clone(&facts));
        let gatherer = Latest::start("timeline", waker, move |ask: Ask, progress, answers| {
            let give = |lanes| answers.give((ask.generation, Ok(Some(Arc::new(lanes)))));
            let lanes =
                of.lanes(&ask, progress, &give).map(|lanes| lanes.map(Arc::new)).map_err(|error| error.to_string());
            if !progress.is_cancelled() {
                answers.give((ask.generation, lanes));
            }
        })?;
        let mut of = Narrator::new(Arc::clone(&evidence));
        let narrator = Latest::start("story", waker, move |asked: StoryAsked, progress, answers| {
            let told = of.tell(&asked, progress).map(Arc::new);
            if !progress.is_cancelled() {
                answers.give((asked, told));
            }
        })?;
        let examination = Examination::start(Arc::clone(&evidence), waker)?;
        let mut of = Tracer::new(Arc::clone(&evidence));
        let tracer = Latest::start("lineage", waker, move |row: u32, progress, answers| {
            let traced = of.trace(row, progress);
            if !progress.is_cancelled() {
                answers.give((row, traced));
            }
        })?;
        let mut keeper = Keeper::new(case, is_draft, draft, author, Arc::clone(&evidence));
        let case = keeper.snapshot();
        let keeper = Queue::start("case", waker, move |work: Work| keeper.work(work))?;
        Ok(Self {
            evidence,
            facts,
            case,
            drafts,
            in_case,
            asker,
            reader,
            gatherer,
            lanes_asked: None,
            narrator,
            examination,
            story_asked: None,
            story: None,
            tracer,
            lineage_asked: None,
            lineage: None,
            lanes: None,
            wanted: Wanted::default(),
            keeper,
            generation: 0,
            asked: Instant::now(),
            rows_of: 0,
            answered: Answered::default(),
            detail: None,
            compared: None,
            related: None,
            sealed: None,
            root_path: None,
        })
    }

    /// The evidence.
    #[must_use]
    pub fn evidence(&self) -> &Arc<Evidence> {
        &self.evidence
    }

    /// The reports on the bundles, in their order.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.evidence.logs().iter().map(|log| &log.index.report)
    }

    /// The case, where there is one.
    #[must_use]
    pub fn case(&self) -> Option<&Arc<Snapshot>> {
        self.case.as_ref()
    }

    /// Work on other bundles of the log that is not in the case.
    pub fn other_drafts(&self) -> impl Iterator<Item = &Draft> {
        let journals = self.case.as_ref().map_or(&[][..], |case| &case.journals);
        self.drafts.iter().filter(|draft| !draft.is_in(journals))
    }

    /// The case that was opened lately and is about what is open, where that was opened without it.
    #[must_use]
    pub fn in_case(&self) -> Option<&Recent> {
        self.in_case.as_ref().filter(|_| self.case.as_ref().is_none_or(|case| case.is_draft))
    }

    /// Asks a question; its generation is given here.
    pub fn ask(&mut self, mut question: Question) {
        self.generation += 1;
        if self.answered.is_done {
            self.asked = Instant::now();
        }
        question.generation = self.generation;
        self.answered.is_done = false;
        self.asker.ask(question);
    }

    /// Asks what the lanes of the timeline show, where that was not asked last.
    pub fn ask_lanes(&mut self, ask: Ask) {
        let generation = self.lanes_asked.as_ref().map_or(0, |asked| asked.generation);
        let ask = Ask { generation, ..ask };
        if self.lanes_asked.as_ref().is_some_and(|asked| *asked == ask) {
            return;
        }
        let ask = Ask { generation: generation + 1, ..ask };
        self.gatherer.ask(ask.clone());
        self.lanes_asked = Some(ask);
    }

    /// Asks for a story, or for none.
    pub fn ask_story(&mut self, asked: Option<StoryAsked>) {
        match &asked {
            Some(asked) => self.narrator.ask(asked.clone()),
            None => self.narrator.cancel(),
        }
        // While another filter of the same story is worked out, what was told stands.
        let is_same = self.story_asked.as_ref().map(|asked| &asked.of) == asked.as_ref().map(|asked| &asked.of);
        if !is_same {
            self.story = None;
        }
        self.story_asked = asked;
    }

    /// Asks where the decision of a row comes from, where that was not asked last.
    pub fn ask_lineage(&mut self, row: u32) {
        if self.lineage_asked != Some(row) {
            self.lineage_asked = Some(row);
            self.tracer.ask(row);
        }
    }

    /// The rows that answer the last question, once they are there.
    #[must_use]
    pub fn rows_now(&self) -> Option<&Rows> {
        self.answered.rows.as_ref().filter(|_| self.rows_of == self.generation)
    }

    /// Whether the rows are still those of an older question, for so long that it has to be seen.
    #[must_use]
    pub fn is_old(&self) -> bool {
        self.is_waited_for() && self.rows_of != self.generation
    }

    /// Whether any part of the answer is still that of an older question, for so long that it has to be seen.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        !self.answered.is_done && self.asked.elapsed() >= SEEN
    }

    /// Reads a record in detail.
    pub fn read(&mut self, row: u32) {
        self.wanted.shown = Some(row);
        self.reader.ask(self.wanted);
    }

    /// Reads a record to compare others with.
    pub fn compare(&mut self, row: u32) {
        self.wanted.compared = Some(row);
        self.reader.ask(self.wanted);
    }

    /// The first and the last time that can be true, in nanoseconds since 1970: what axes show.
    #[must_use]
    pub fn extent(&self) -> Option<(i64, i64)> {
        self.facts.plausible.extent
    }

    /// What stands fast about the evidence.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Gives a piece of work to the case; false where its thread failed.
    #[must_use]
    pub fn work(&self, work: Work) -> bool {
        self.keeper.give(work)
    }

    /// How far the question is that is being answered.
    #[must_use]
    pub fn progress(&self) -> Option<Arc<Progress>> {
        self.asker.progress()
    }

    /// Stops answering.
    pub fn cancel(&self) {
        self.asker.cancel();
    }

    /// Whether anything is going on.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.asker.is_busy()
            || self.reader.is_busy()
            || self.gatherer.is_busy()
            || self.narrator.is_busy()
            || self.examination.is_busy()
            || self.tracer.is_busy()
            || self.keeper.waiting() > 0
    }

    /// Takes in what the threads have done. Gives what the case's thread reports.
    pub fn tick(&mut self) -> Vec<Kept> {
        for answer in self.asker.answers() {
            let now = self.generation;
            match answer {
                Answer::Below(generation, rows) if generation == now => self.answered.below = Some(rows),
                Answer::Rows(generation, rows) if generation == now => {
                    (self.answered.rows, self.rows_of) = (Some(rows), generation);
                }
                Answer::Histogram(generation, histogram) if generation == now => {
                    self.answered.histogram = Some(histogram);
                }
                Answer::Facet(generation, field, facet) if generation == now => {
                    self.answered.facets.insert(name(&field), facet);
                }
                Answer::Spread(generation, field, spread) if generation == now => {
                    self.answered.spreads.insert(name(&field), spread);
                }
                // Columns do not depend on the question.
                Answer::Column(_, field, column) => drop(self.answered.columns.insert(name(&field), column)),
                Answer::Failed(generation, error) if generation == now => {
                    self.answered.error = Some(error);
                    self.answered.is_done = true;
                }
                Answer::Done(generation) if generation == now => {
                    self.answered.error = None;
                    self.answered.is_done = true;
                }
                _ => {}
            }
        }
        for (generation, lanes) in self.gatherer.answers() {
            if self.lanes_asked.as_ref().is_some_and(|asked| asked.generation == generation) {
                self.lanes = Some(lanes);
            }
        }
        for (asked, told) in self.narrator.answers() {
            if self.story_asked.as_ref() == Some(&asked) {
                self.story = Some(told);
            }
        }
        self.examination.tick();
        for (row, traced) in self.tracer.answers() {
            self.lineage = Some((row, traced));
        }
        for read in self.reader.answers() {
            match read {
                Read::Detail(detail) => self.detail = detail.transpose(),
                Read::Compared(detail) => {
                    self.compared = detail.transpose();
                    self.wanted.compared = None;
                }
                Read::Path(row, path) => self.root_path = Some((row, path)),
                Read::Sealed(row, sealed) => self.sealed = Some((row, sealed)),
                Read::Related(row, related) => self.related = Some((row, related)),
            }
        }
        let kept: Vec<Kept> = self.keeper.answers().collect();
        if let Some(snapshot) = kept.iter().rev().find_map(|kept| kept.snapshot.clone()) {
            self.case = Some(snapshot);
        }
        kept
    }
}

/// A field's name, as filters write it.
#[must_use]
pub fn name(field: &Field) -> String {
    field.to_string()
}

//! Works out what the view of the models shows, on a thread: the versions first, then one part after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::causes::Examined;
use super::kept::{Kept, Question};
use super::sides::{self, find};
use super::{Against, Looked, Relation, Segmented, Side, groups};
use crate::analysis::causes::Causes;
use crate::analysis::compare::Comparison;
use crate::analysis::compare::segments::{self, Segments};
use crate::analysis::correlation::{By, Correlation, Target};
use crate::analysis::course::{Course, Step};
use crate::analysis::decisions::{Decisions, Measure, Tally};
use crate::analysis::deployments::Deployments;
use crate::analysis::fairness::{self, Condition, Fairness};
use crate::analysis::incidents::Incidents;
use crate::analysis::versions::stretches::Stretches;
use crate::analysis::versions::{self, ModelVersions, Sources, Versions};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::jobs::{Latest, Waker};
use crate::query::Expr;

/// What is waited for that long is seen to be old.
const SEEN: Duration = Duration::from_millis(250);

/// The rates that are followed over time where none is chosen.
const USUAL_RATES: [Measure; 3] = [Measure::OverriddenOfReviewed, Measure::Adverse, Measure::Errors];

/// The first of them that these decisions can tell.
fn usual_rate(tally: &Tally) -> Measure {
    USUAL_RATES.into_iter().find(|measure| tally.counts(*measure).1 > 0).unwrap_or(USUAL_RATES[0])
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which question it is: greater ones are newer.
    pub generation: u64,
    /// What records have to pass.
    pub expr: Expr,
    /// The same whatever their time.
    pub conditions: Expr,
    /// Which marks the filter asks for, where it asks for any.
    pub marks: usize,
    /// What of the models is looked at.
    pub looked: Looked,
}

/// What was found, or why not, for people.
pub type Told<T> = Result<Arc<T>, String>;

/// What was found, part by part; a part stands until a newer one is there.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The versions of all models.
    pub versions: Option<Arc<Versions>>,
    /// The stretches of service, whatever the filter.
    pub stretches: Option<Arc<Stretches>>,
    /// The incidents on record.
    pub incidents: Option<Arc<Incidents>>,
    /// Two versions, stretches of time or filters side by side; or why they are not.
    pub comparison: Option<Told<Compared>>,
    /// One rate of both by the values of a field; or why there is none.
    pub segments: Option<Told<Segments>>,
    /// A rate over time.
    pub course: Option<Arc<Course>>,
    /// What is held against what; or why it cannot be.
    pub correlation: Option<Told<Correlation>>,
    /// How groups were treated; `None` where no field says which group a person belongs to.
    pub fairness: Option<Told<Fairness>>,
    /// Fields that may say which group a person belongs to.
    pub groups: Arc<Vec<String>>,
    /// What is likely behind an incident or a stretch of time.
    pub causes: Option<Told<Causes>>,
    /// Why there is nothing.
    pub error: Option<String>,
}

/// What was compared.
#[derive(Debug)]
pub struct Compared {
    /// The two sides.
    pub sides: [Side; 2],
    /// How they differ.
    pub of: Comparison,
}

/// A part of an answer.
#[derive(Debug)]
enum Part {
    Versions(Arc<Stretches>, Arc<Incidents>, Arc<Versions>),
    Comparison(Option<Told<Compared>>),
    Segments(Option<Told<Segments>>),
    Course(Option<Arc<Course>>),
    Correlation(Option<Told<Correlation>>),
    Fairness(Option<Told<Fairness>>, Arc<Vec<String>>),
    Causes(Option<Told<Causes>>),
    Failed(String),
    Done,
}

/// The thread, and what it found.
#[derive(Debug)]
pub struct Examination {
    desk: Latest<Ask, (u64, Part)>,
    asked: Option<Ask>,
    since: Instant,
    is_done: bool,
    found: Found,
}

impl Examination {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where the system gives none.
    pub fn start(evidence: Arc<Evidence>, waker: &Waker) -> std::io::Result<Self> {
        let mut examiner =
            Examiner { evidence, gathered: None, groups: None, causes: Examined::default(), kept: Parts::default() };
        let desk = Latest::start("models", waker, move |ask: Ask, progress, answers| {
            let give = |part| answers.give((ask.generation, part));
            match examiner.examine(&ask, progress, &give) {
                Ok(()) => give(Part::Done),
                Err(_) if progress.is_cancelled() => {}
                Err(error) => give(Part::Failed(error.to_string())),
            }
        })?;
        Ok(Self { desk, asked: None, since: Instant::now(), is_done: true, found: Found::default() })
    }

    /// Asks, where that was not asked last.
    pub fn ask(&mut self, ask: Ask) {
        let generation = self.asked.as_ref().map_or(0, |asked| asked.generation);
        let ask = Ask { generation, ..ask };
        if self.asked.as_ref() == Some(&ask) {
            return;
        }
        let ask = Ask { generation: generation + 1, ..ask };
        self.desk.ask(ask.clone());
        if self.is_done {
            self.since = Instant::now();
        }
        (self.asked, self.is_done) = (Some(ask), false);
    }

    /// What was found.
    #[must_use]
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// Whether an answer is waited for, for so long that it has to be seen.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        !self.is_done && self.since.elapsed() >= SEEN
    }

    /// Whether the thread is at work.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.desk.is_busy()
    }

    /// Takes in what the thread has found.
    pub fn tick(&mut self) {
        for (generation, part) in self.desk.answers() {
            if self.asked.as_ref().is_none_or(|asked| asked.generation != generation) {
                continue;
            }
            match part {
                Part::Versions(stretches, incidents, versions) => {
                    (self.found.stretches, self.found.incidents) = (Some(stretches), Some(incidents));
                    self.found.versions = Some(versions);
                }
                Part::Comparison(comparison) => self.found.comparison = comparison,
                Part::Segments(segments) => self.found.segments = segments,
                Part::Course(course) => self.found.course = course,
                Part::Correlation(correlation) => self.found.correlation = correlation,
                Part::Fairness(fairness, groups) => (self.found.fairness, self.found.groups) = (fairness, groups),
                Part::Causes(causes) => self.found.causes = causes,
                Part::Failed(why) => (self.found.error, self.is_done) = (Some(why), true),
                Part::Done => (self.found.error, self.is_done) = (None, true),
            }
        }
    }
}

/// What is worked out from, whatever the filter.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) decisions: Decisions,
    pub(super) stretches: Arc<Stretches>,
    pub(super) deployments: Deployments,
    pub(super) incidents: Arc<Incidents>,
    /// Favourable results, and outcomes that bear one out.
    favourable: Condition,
    borne_out: Condition,
}

#[derive(Debug)]
struct Examiner {
    evidence: Arc<Evidence>,
    gathered: Option<Gathered>,
    /// Fields that may say which group a person belongs to, whatever the filter.
    groups: Option<Arc<Vec<String>>>,
    causes: Examined,
    kept: Parts,
}

/// The records of a question and their versions.
type Selected = (Arc<Selection>, Arc<Versions>);
/// Which records, and of which model.
type OfModel = (Question, Option<String>);

/// What was worked out last.
#[derive(Debug, Default)]
struct Parts {
    selected: Kept<Question, Selected>,
    here: Kept<OfModel, Arc<Selection>>,
    course: Kept<(OfModel, Option<Measure>, Option<Step>), Arc<Course>>,
    correlation: Kept<(OfModel, Relation), Option<Told<Correlation>>>,
    fairness: Kept<(OfModel, Option<String>), Groups>,
}

impl Examiner {
    fn examine(&mut self, ask: &Ask, watch: &dyn Watch, give: &dyn Fn(Part)) -> Result<(), EvidenceError> {
        let evidence = &*self.evidence;
        let gathered = match &self.gathered {
            Some(gathered) => gathered,
            None => {
                let (decisions, stretches, deployments, incidents) = versions::gather(evidence, watch)?;
                let (stretches, incidents) = (Arc::new(stretches), Arc::new(incidents));
                let (favourable, borne_out) = (Condition::favourable(&decisions), Condition::borne_out(&decisions));
                self.gathered.insert(Gathered { decisions, stretches, deployments, incidents, favourable, borne_out })
            }
        };
        let kept = &mut self.kept;
        let question = Question::new(&ask.expr, ask.marks);
        let (rows, versions) = kept.selected.of(
            question.clone(),
            |_| true,
            || {
                let rows = evidence.select(&ask.expr, watch)?;
                let sources = Sources {
                    evidence,
                    decisions: &gathered.decisions,
                    stretches: &gathered.stretches,
                    deployments: &gathered.deployments,
                    incidents: &gathered.incidents,
                };
                let versions = Arc::new(Versions::of(&sources, &rows));
                Ok((Arc::new(rows), versions))
            },
        )?;
        let (stretches, incidents) = (Arc::clone(&gathered.stretches), Arc::clone(&gathered.incidents));
        give(Part::Versions(stretches, incidents, Arc::clone(&versions)));
        let Some(model) = ask.looked.chosen(&versions) else {
            let none = [
                Part::Comparison(None),
                Part::Segments(None),
                Part::Course(None),
                Part::Correlation(None),
                Part::Fairness(None, Arc::default()),
                Part::Causes(None),
            ];
            none.into_iter().for_each(give);
            return Ok(());
        };
        let of_model = question.map(|question| (question, model.model.clone()));
        let here =
            kept.here.of(of_model.clone(), |_| true, || Ok(Arc::new(gathered.of_model(evidence, model, &rows))))?;
        let work = Work { ask, evidence, gathered, model, rows: &here, watch };
        let sides = work.sides();
        give(Part::Comparison(work.comparison(sides.as_ref())?));
        give(Part::Segments(work.segments(sides.as_ref())?));
        let key = of_model.clone().map(|of| (of, ask.looked.measure, ask.looked.step));
        let course = kept.course.of(key, |_| true, || Ok(Arc::new(work.course()?)))?;
        give(Part::Course(Some(course)));
        let causes = self.causes.of(&work)?;
        give(Part::Causes(causes));
        let key = of_model.clone().map(|of| (of, ask.looked.relation.clone()));
        give(Part::Correlation(kept.correlation.of(key, is_told, || work.correlation())?));
        let groups = match &self.groups {
            Some(groups) => Arc::clone(groups),
            None => Arc::clone(self.groups.insert(Arc::new(groups::groups(evidence, &gathered.decisions, watch)?))),
        };
        let key = of_model.map(|of| (of, ask.looked.group.clone()));
        let (fairness, groups) = kept.fairness.of(key, |(found, _)| is_told(found), || work.fairness(groups))?;
        give(Part::Fairness(fairness, groups));
        Ok(())
    }
}

impl Gathered {
    /// The decisions of a model among some rows.
    fn of_model(&self, evidence: &Evidence, model: &ModelVersions, rows: &Selection) -> Selection {
        let mut is_of = vec![false; self.stretches.all().len()];
        for (place, stretch) in self.stretches.all().iter().enumerate() {
            is_of[place] = stretch.model == model.model;
        }
        let of_model = |row: &u32| self.stretches.of_row(*row).is_some_and(|place| is_of[place]);
        Selection::new(Bitmap::from_rows(evidence.rows(), rows.iter().filter(of_model)))
    }
}

/// What is compared, with the selections.
type Sides = ([Side; 2], [sides::Found; 2]);

/// What is worked out for one model.
pub(super) struct Work<'w> {
    pub(super) ask: &'w Ask,
    pub(super) evidence: &'w Evidence,
    pub(super) gathered: &'w Gathered,
    pub(super) model: &'w ModelVersions,
    rows: &'w Selection,
    pub(super) watch: &'w dyn Watch,
}

/// Whether it is an answer, and not why there is none.
fn is_told<T>(told: &Option<Told<T>>) -> bool {
    told.as_ref().is_none_or(Result::is_ok)
}

/// What cannot be done for reasons of the question is told; what has to end everything is an error.
pub(super) fn told<T>(result: Result<T, EvidenceError>, watch: &dyn Watch) -> Result<Told<T>, EvidenceError> {
    match result {
        Ok(value) => Ok(Ok(Arc::new(value))),
        Err(error) if watch.is_cancelled() => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}

impl Work<'_> {
    /// What is compared, as it was chosen or as is usual; or why it cannot be.
    fn sides(&self) -> Option<Result<Sides, String>> {
        let sides = self.ask.looked.sides.clone().or_else(|| sides::usual(self.model))?;
        let timeless = || {
            let rows = self.evidence.select(&self.ask.conditions, self.watch).map_err(|error| error.to_string())?;
            Ok(self.gathered.of_model(self.evidence, self.model, &rows))
        };
        let found = sides.each_ref().map(|side| {
            let rows = (self.rows, &timeless as &dyn Fn() -> Result<Selection, String>);
            find(side, self.evidence, &self.gathered.decisions, &self.gathered.stretches, rows, self.watch)
        });
        Some(match found {
            [Ok(a), Ok(b)] => Ok((sides, [a, b])),
            [Err(why), _] | [_, Err(why)] => Err(why),
        })
    }

    fn comparison(&self, sides: Option<&Result<Sides, String>>) -> Result<Option<Told<Compared>>, EvidenceError> {
        let (sides, found) = match sides {
            Some(Ok((sides, found))) => (sides.clone(), found),
            Some(Err(why)) => return Ok(Some(Err(why.clone()))),
            None => return Ok(None),
        };
        let [a, b] = found.each_ref().map(sides::Found::side);
        let mut compared = Comparison::of(self.evidence, &self.gathered.decisions, a, b, self.watch);
        if let (Ok(compared), Some(against)) = (&mut compared, sides::in_table(self.model, &sides)) {
            compared.take_q_of(against);
        }
        told(compared.map(|of| Compared { sides, of }), self.watch).map(Some)
    }

    fn segments(&self, sides: Option<&Result<Sides, String>>) -> Result<Option<Told<Segments>>, EvidenceError> {
        // Where the sides are not found, the comparison says why.
        let Some(Ok((_, found))) = sides else { return Ok(None) };
        let Segmented { measure, field } = &self.ask.looked.segments;
        let field = field.as_deref().and_then(crate::app::shape::field);
        let asked = segments::Asked { measure: *measure, field: field.as_ref() };
        let sides = found.each_ref().map(sides::Found::side);
        let found = Segments::of(self.evidence, &self.gathered.decisions, sides, asked, self.watch);
        match found {
            Ok(Ok(found)) => Ok(Some(Ok(Arc::new(found)))),
            Ok(Err(because)) => Ok(Some(Err(because.to_string()))),
            Err(error) => told(Err(error), self.watch).map(Some),
        }
    }

    fn course(&self) -> Result<Course, EvidenceError> {
        let looked = &self.ask.looked;
        let (decisions, stretches) = (&self.gathered.decisions, &self.gathered.stretches);
        let measure = looked.measure.unwrap_or_else(|| usual_rate(&decisions.tally(&decisions.among(self.rows))));
        Course::of(self.evidence, decisions, stretches, measure, self.rows, looked.step, self.watch)
    }

    fn correlation(&self) -> Result<Option<Told<Correlation>>, EvidenceError> {
        let relation = &self.ask.looked.relation;
        let incident = self.gathered.incidents.incidents.iter().find(|incident| {
            let is_of_model = incident.model.is_none() || incident.model == self.model.model;
            is_of_model && incident.window.is_some_and(|window| window.from.is_some() && window.to.is_some())
        });
        let target = match (relation.target, incident) {
            (Against::Result, _) => Target::Result,
            (Against::Overridden, _) => Target::Overridden,
            (Against::Error, _) => Target::Error,
            (Against::Incident, Some(incident)) => Target::IncidentWindow(incident),
            (Against::Incident, None) => {
                return Ok(Some(Err("no incident of this model that states its window is on record".to_owned())));
            }
        };
        let field = relation.field.as_deref().and_then(crate::app::shape::field);
        let by = match &field {
            Some(field) => By::Field(field),
            None => By::Versions,
        };
        let (decisions, stretches) = (&self.gathered.decisions, &self.gathered.stretches);
        let found = Correlation::of(self.evidence, decisions, stretches, by, target, self.rows, self.watch);
        told(found, self.watch).map(Some)
    }

    /// How groups were treated, by the field that was chosen or the one that says that it is the group.
    fn fairness(&self, groups: Arc<Vec<String>>) -> Result<Groups, EvidenceError> {
        let chosen = self.ask.looked.group.as_ref().or_else(|| groups::usual(&groups));
        let Some(group) = chosen.and_then(|name| crate::app::shape::field(name)) else { return Ok((None, groups)) };
        let Gathered { decisions, favourable, borne_out, .. } = self.gathered;
        let asked = fairness::Asked { group: &group, positive: favourable, outcome_positive: Some(borne_out) };
        let found = Fairness::of(self.evidence, decisions, &asked, self.rows, self.watch);
        Ok((Some(told(found, self.watch)?), groups))
    }
}

/// How groups were treated, and the fields that may say which group a person belongs to.
type Groups = (Option<Told<Fairness>>, Arc<Vec<String>>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::decisions::{Mark, Marks};

    #[test]
    fn the_first_rate_that_can_be_told_is_followed() {
        use Mark::{Decision, Explained, Outcome, Reviewed, ReviewsKnown, Wrong};
        for (marks, expected) in [
            (&[Decision, Explained, ReviewsKnown, Reviewed][..], Measure::OverriddenOfReviewed),
            (&[Decision, Explained, ReviewsKnown], Measure::Adverse),
            (&[Decision, ReviewsKnown, Outcome, Wrong], Measure::Errors),
            (&[Decision], Measure::OverriddenOfReviewed),
        ] {
            let mut tally = Tally::default();
            tally.add(Marks::of(marks));
            assert_eq!(usual_rate(&tally), expected, "{marks:?}");
        }
    }
}

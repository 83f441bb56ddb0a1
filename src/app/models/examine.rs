//! Works out what the view of the models shows, on a thread: the versions first, then one part after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Looked;
use crate::analysis::decisions::Decisions;
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::Incidents;
use crate::analysis::versions::stretches::Stretches;
use crate::analysis::versions::{self, Sources, Versions};
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::jobs::{Latest, Waker};
use crate::query::Expr;

/// What is waited for that long is seen to be old.
const SEEN: Duration = Duration::from_millis(250);

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which question it is: greater ones are newer.
    pub generation: u64,
    /// What records have to pass.
    pub expr: Expr,
    /// Which marks the filter asks for, where it asks for any.
    pub marks: usize,
    /// What of the models is looked at.
    pub looked: Looked,
}

/// What was found, part by part; a part stands until a newer one is there.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The versions of all models.
    pub versions: Option<Arc<Versions>>,
    /// The stretches of service, whatever the filter.
    pub stretches: Option<Arc<Stretches>>,
    /// Why there is nothing.
    pub error: Option<String>,
}

/// A part of an answer.
#[derive(Debug)]
enum Part {
    Versions(Arc<Stretches>, Arc<Versions>),
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
        let mut examiner = Examiner { evidence, gathered: None };
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
                Part::Versions(stretches, versions) => {
                    (self.found.stretches, self.found.versions) = (Some(stretches), Some(versions));
                }
                Part::Failed(why) => (self.found.error, self.is_done) = (Some(why), true),
                Part::Done => (self.found.error, self.is_done) = (None, true),
            }
        }
    }
}

/// What is worked out from, whatever the filter.
#[derive(Debug)]
struct Gathered {
    decisions: Decisions,
    stretches: Arc<Stretches>,
    deployments: Deployments,
    incidents: Incidents,
}

#[derive(Debug)]
struct Examiner {
    evidence: Arc<Evidence>,
    gathered: Option<Gathered>,
}

impl Examiner {
    fn examine(&mut self, ask: &Ask, watch: &dyn Watch, give: &dyn Fn(Part)) -> Result<(), EvidenceError> {
        let evidence = &*self.evidence;
        let gathered = match &self.gathered {
            Some(gathered) => gathered,
            None => {
                let (decisions, stretches, deployments, incidents) = versions::gather(evidence, watch)?;
                let stretches = Arc::new(stretches);
                self.gathered.insert(Gathered { decisions, stretches, deployments, incidents })
            }
        };
        let rows = evidence.select(&ask.expr, watch)?;
        let sources = Sources {
            evidence,
            decisions: &gathered.decisions,
            stretches: &gathered.stretches,
            deployments: &gathered.deployments,
            incidents: &gathered.incidents,
        };
        let versions = Arc::new(Versions::of(&sources, &rows));
        give(Part::Versions(Arc::clone(&gathered.stretches), versions));
        Ok(())
    }
}

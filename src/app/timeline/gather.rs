//! Gathers the lanes from the evidence. What all records say is kept; what passes a filter is made anew for each.

mod decisions;
mod events;
mod monitors;
mod served;

use std::collections::HashMap;
use std::sync::Arc;

use super::lanes::{Grouping, Lanes, Pair};
use crate::analysis::access::{Accesses, Pattern, out_of_pattern};
use crate::analysis::deployments::Deployments;
use crate::analysis::incidents::Incidents;
use crate::analysis::series::Series;
use crate::analysis::thresholds::Thresholds;
use crate::app::facts::Facts;
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Expr, Unknown};
use crate::record::Kind;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which question it is: greater ones are newer.
    pub generation: u64,
    /// What records have to pass, whatever their time and kind.
    pub expr: Expr,
    /// Which marks the filter asks for, where it asks for any.
    pub marks: usize,
    /// The model to look at; the one with the most decisions where none is chosen.
    pub model: Option<String>,
    /// What the colours of decisions stand for.
    pub grouping: Grouping,
}

/// All records of a lane.
#[derive(Debug, Clone)]
struct Known {
    rows: Arc<Bitmap>,
    series: Arc<Series>,
}

/// What was gathered of all records by now.
#[derive(Debug)]
pub struct Gatherer {
    evidence: Arc<Evidence>,
    facts: Arc<Facts>,
    known: HashMap<String, Known>,
    deployments: Option<Arc<Deployments>>,
    events: Option<Arc<Events>>,
}

/// What is told of all records, whatever the filter.
#[derive(Debug)]
struct Events {
    incidents: Incidents,
    pattern: Pattern,
}

/// What passes the filter.
struct Passing<'p> {
    /// `None` where everything does.
    rows: Option<&'p Bitmap>,
    watch: &'p dyn Watch,
}

impl Passing<'_> {
    /// Whether a row passes.
    fn has(&self, row: u32) -> bool {
        self.rows.is_none_or(|rows| rows.contains(row))
    }
}

impl Gatherer {
    /// Of these bundles.
    #[must_use]
    pub fn new(evidence: Arc<Evidence>, facts: Arc<Facts>) -> Self {
        Self { evidence, facts, known: HashMap::new(), deployments: None, events: None }
    }

    /// The lanes; `None` where no record has a time. The first time, what can be drawn soonest is given to `first` before the rest is
    /// looked for.
    ///
    /// # Errors
    /// Where the evidence cannot be read.
    pub fn lanes(
        &mut self,
        ask: &Ask,
        watch: &dyn Watch,
        first: &dyn Fn(Lanes),
    ) -> Result<Option<Lanes>, EvidenceError> {
        let Some(extent) = self.facts.plausible.extent else { return Ok(None) };
        let selection = match &ask.expr {
            Expr::All => None,
            expr => Some(self.evidence.select(expr, watch)?),
        };
        let passing = Passing { rows: selection.as_ref().map(Selection::bitmap), watch };
        let models: Vec<String> = self.facts.service.models.iter().map(|model| model.id.clone()).collect();
        let model = ask.model.clone().filter(|model| models.contains(model)).or_else(|| models.first().cloned());
        let (mut lanes, mut absent) = (Vec::new(), Vec::new());
        let readings = self.evidence.result_readings()?;
        let reading = readings.of(None, model.as_deref()).cloned();
        let is_first = self.events.is_none();
        let deployments = self.deployments(watch)?;
        match self.served(model.as_deref(), &deployments, &passing)? {
            Some(lane) => lanes.push(lane),
            None => absent.push(("Deployments", "no record names a version in service".to_owned())),
        }
        match self.decisions(model.as_deref(), ask.grouping, reading.as_ref(), &passing)? {
            Some(lane) => lanes.push(lane),
            None => absent.push(("Decisions", "there is no decision on record".to_owned())),
        }
        let is_whole = selection.is_none();
        let of = |lanes, absent, is_part| Lanes {
            generation: ask.generation,
            is_part,
            is_whole,
            model: model.clone(),
            models: models.clone(),
            grouping: ask.grouping,
            extent,
            lanes,
            absent,
        };
        if is_first {
            first(of(lanes.clone(), absent.clone(), true));
        }
        let told = self.events(watch)?;
        if let Some(model) = &model {
            for (what, share) in self.shares(model, reading.as_ref(), &passing)? {
                match share {
                    Ok(lane) => lanes.push(lane),
                    Err(why) => absent.push((what, why)),
                }
            }
        }
        lanes.extend(self.reviews(&passing)?);
        lanes.extend(self.accesses(&told.pattern, &passing)?);
        match self.incidents(&told.incidents, &passing) {
            // Who knows of an incident looks for it first: it stands below what was deployed, where it is always seen.
            Some(lane) => lanes.insert(lanes.iter().take_while(|lane| lane.id == "deployments").count(), lane),
            None => absent.push(("Incidents", "there is no incident on record".to_owned())),
        }
        lanes.extend(self.plain(
            "outcomes",
            "Outcomes",
            "what turned out, by when it was recorded",
            Kind::Outcome,
            &passing,
        )?);
        lanes.extend(self.plain("changes", "Changes", "change requests, by state", Kind::Change, &passing)?);
        lanes.extend(self.monitors(model.as_deref(), &passing)?);
        lanes.extend(self.untrue());
        Ok(Some(of(lanes, absent, false)))
    }

    /// Deployments: gathered once.
    fn deployments(&mut self, watch: &dyn Watch) -> Result<Arc<Deployments>, EvidenceError> {
        if let Some(deployments) = &self.deployments {
            return Ok(Arc::clone(deployments));
        }
        let deployments = Arc::new(Deployments::of(&self.evidence, watch)?);
        self.deployments = Some(Arc::clone(&deployments));
        Ok(deployments)
    }

    /// Incidents and what is out of pattern: gathered once.
    fn events(&mut self, watch: &dyn Watch) -> Result<Arc<Events>, EvidenceError> {
        if let Some(events) = &self.events {
            return Ok(Arc::clone(events));
        }
        // A test reads what is built in: it can be read.
        let pattern = match Thresholds::built_in() {
            Ok(thresholds) => out_of_pattern(&Accesses::of(&self.evidence, &thresholds, watch)?, &thresholds),
            Err(_) => Pattern::default(),
        };
        let events = Arc::new(Events { incidents: Incidents::of(&self.evidence, watch)?, pattern });
        self.events = Some(Arc::clone(&events));
        Ok(events)
    }

    /// The records of a filter: all, and those that pass.
    fn pair(&mut self, text: &str, passing: &Passing<'_>) -> Result<Pair, EvidenceError> {
        let known = match self.known.get(text) {
            Some(known) => known.clone(),
            None => {
                // Each filter here is written by this file.
                let expr = query::parse(text, &Unknown).map_or(Expr::Not(Box::new(Expr::All)), |query| query.expr);
                let selection = self.evidence.select(&expr, passing.watch)?;
                let series = Arc::new(Series::new(Arc::clone(self.evidence.times()), selection.iter()));
                let known = Known { rows: Arc::new(selection.bitmap().clone()), series };
                self.known.insert(text.to_owned(), known.clone());
                known
            }
        };
        let whole = Arc::clone(&known.series);
        let shown = match passing.rows {
            None => Arc::clone(&whole),
            Some(rows) => {
                let mut here = Bitmap::clone(&known.rows);
                here.and(rows);
                Arc::new(Series::new(Arc::clone(self.evidence.times()), here.iter()))
            }
        };
        Ok(Pair { whole, shown })
    }
}

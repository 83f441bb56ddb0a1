//! Whose likely causes are asked, and what is gathered for them once.

use super::examine::{Told, Work, told};
use crate::analysis::access::{Accesses, Pattern, out_of_pattern};
use crate::analysis::causes::{Asked, Causes, Gathered};
use crate::analysis::incidents::Incident;
use crate::analysis::thresholds::Thresholds;
use crate::app::timeline::story::StoryOf;
use crate::evidence::EvidenceError;

/// What was gathered, and what was found last: a filter changes nothing of it.
#[derive(Debug, Default)]
pub(super) struct Examined {
    pattern: Option<(Thresholds, Pattern)>,
    last: Option<(StoryOf, Told<Causes>)>,
}

impl Examined {
    /// The likely causes of what was chosen, else of the first incident of the model; `None` where there is none.
    pub(super) fn of(&mut self, work: &Work<'_>) -> Result<Option<Told<Causes>>, EvidenceError> {
        let incidents = &work.gathered.incidents.incidents;
        let model = &work.model.model;
        // One that states its window comes first: of the others little can be looked for.
        let of_model = || incidents.iter().filter(|incident| incident.model.is_none() || incident.model == *model);
        let first = of_model().find(|incident| Asked::about(incident).window.is_some()).or_else(|| of_model().next());
        let chosen = work.ask.looked.causes.clone();
        let Some(of) = chosen.or_else(|| first.map(|incident| StoryOf::Incident(incident.id.clone()))) else {
            return Ok(None);
        };
        if let Some((_, found)) = self.last.as_ref().filter(|(last, _)| *last == of) {
            return Ok(Some(found.clone()));
        }
        let (thresholds, pattern) = match &self.pattern {
            Some(known) => known,
            None => match Thresholds::built_in() {
                Ok(thresholds) => {
                    let accesses = Accesses::of(work.evidence, &thresholds, work.watch)?;
                    let pattern = out_of_pattern(&accesses, &thresholds);
                    self.pattern.insert((thresholds, pattern))
                }
                Err(error) => return Ok(Some(Err(error.to_string()))),
            },
        };
        let gathered = Gathered {
            decisions: &work.gathered.decisions,
            stretches: &work.gathered.stretches,
            deployments: &work.gathered.deployments,
            pattern,
        };
        let found = match asked(&of, incidents, model.as_deref()) {
            Ok(asked) => told(Causes::of(work.evidence, &gathered, &asked, thresholds, work.watch), work.watch)?,
            Err(why) => Err(why),
        };
        self.last = Some((of, found.clone()));
        Ok(Some(found))
    }
}

fn asked(of: &StoryOf, incidents: &[Incident], model: Option<&str>) -> Result<Asked, String> {
    match of {
        StoryOf::Incident(id) => {
            let incident = incidents.iter().find(|incident| incident.id == *id);
            incident.map(Asked::about).ok_or_else(|| format!("There is no incident {id} on record"))
        }
        StoryOf::Range(name, (from, to), of_model) => Ok(Asked {
            name: name.clone(),
            window: Some((*from, to.saturating_add(1))),
            is_stated: false,
            log: None,
            model: of_model.clone().or_else(|| model.map(str::to_owned)),
            affected: None,
        }),
    }
}

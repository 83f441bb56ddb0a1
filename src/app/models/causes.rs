//! Whose likely causes are asked, and what is gathered for them once.

use super::examine::{Told, Work, told};
use crate::analysis::access::{Accesses, Pattern, out_of_pattern};
use crate::analysis::causes::{Asked, Causes, Gathered};
use crate::analysis::incidents::Incident;
use crate::analysis::thresholds::Thresholds;
use crate::app::timeline::story::StoryOf;
use crate::evidence::EvidenceError;

/// How many causes are kept: whoever goes to and fro between a few incidents and models waits for each of them once.
const KEPT: usize = 8;

/// What was gathered, and what was found, the newest last: a filter changes nothing of it.
#[derive(Debug, Default)]
pub(super) struct Examined {
    pattern: Option<(Thresholds, Pattern)>,
    found: Vec<(Whose, Told<Causes>)>,
}

/// Whose causes they are: of what, and in a stretch of time that names no model, of which model's decisions.
#[derive(Debug, Clone, PartialEq)]
struct Whose {
    of: StoryOf,
    model: Option<String>,
}

impl Whose {
    fn new(of: StoryOf, model: Option<&str>) -> Self {
        let model = match &of {
            StoryOf::Incident(_) => None,
            StoryOf::Range(_, _, named) => named.as_deref().or(model).map(str::to_owned),
        };
        Self { of, model }
    }
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
        let whose = Whose::new(of, model.as_deref());
        if let Some((_, found)) = self.found.iter().find(|(known, _)| *known == whose) {
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
        let found = match asked(&whose, incidents) {
            Ok(asked) => told(Causes::of(work.evidence, &gathered, &asked, thresholds, work.watch), work.watch)?,
            Err(why) => Err(why),
        };
        // What could not be worked out is tried again.
        if found.is_ok() {
            if self.found.len() == KEPT {
                drop(self.found.remove(0));
            }
            self.found.push((whose, found.clone()));
        }
        Ok(Some(found))
    }
}

fn asked(whose: &Whose, incidents: &[Incident]) -> Result<Asked, String> {
    match &whose.of {
        StoryOf::Incident(id) => {
            let incident = incidents.iter().find(|incident| incident.id == *id);
            incident.map(Asked::about).ok_or_else(|| format!("There is no incident {id} on record"))
        }
        StoryOf::Range(name, (from, to), _) => Ok(Asked {
            name: name.clone(),
            window: Some((*from, to.saturating_add(1))),
            is_stated: false,
            log: None,
            model: whose.model.clone(),
            affected: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_of_a_stretch_of_time_are_those_of_a_model() {
        let incident = || StoryOf::Incident("i-1".to_owned());
        let range = |named: Option<&str>| StoryOf::Range("Range".to_owned(), (0, 10), named.map(str::to_owned));
        let whose = |of: StoryOf, model| Whose::new(of, model);
        assert_eq!(
            whose(incident(), Some("a")),
            whose(incident(), Some("b")),
            "it says itself which model it is about"
        );
        assert_ne!(whose(range(None), Some("a")), whose(range(None), Some("b")));
        assert_eq!(whose(range(Some("c")), Some("a")).model, Some("c".to_owned()));
        let told = asked(&whose(range(None), Some("a")), &[]).expect("asked");
        assert_eq!((told.model.as_deref(), told.window), (Some("a"), Some((0, 11))));
        assert!(asked(&whose(incident(), None), &[]).is_err_and(|why| why.contains("i-1")));
    }
}

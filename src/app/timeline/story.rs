//! The story of an incident in the window: which one is asked for, and the thread that tells it.

use std::sync::Arc;

use crate::analysis::incidents::Incidents;
use crate::analysis::story::{Asked, Sources, Story};
use crate::analysis::thresholds::Thresholds;
use crate::app::{App, Command, View};
use crate::bundle::reading::Watch;
use crate::evidence::Evidence;

/// What the story is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoryOf {
    /// An incident on record, by its id.
    Incident(String),
    /// A stretch of time, first instant and last, in nanoseconds since 1970, with a name; and whose decisions.
    Range(String, (i64, i64), Option<String>),
}

/// A question for a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryAsked {
    /// Of what.
    pub of: StoryOf,
    /// Which decisions are affected, where the user says so.
    pub affected: Option<String>,
}

/// Tells stories.
#[derive(Debug)]
pub struct Narrator {
    evidence: Arc<Evidence>,
    gathered: Option<(Thresholds, Sources, Incidents)>,
}

impl Narrator {
    /// Of these bundles.
    #[must_use]
    pub fn new(evidence: Arc<Evidence>) -> Self {
        Self { evidence, gathered: None }
    }

    /// Tells one.
    ///
    /// # Errors
    /// Why it cannot be told, for people.
    pub fn tell(&mut self, asked: &StoryAsked, watch: &dyn Watch) -> Result<Story, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let (thresholds, sources, incidents) = match &self.gathered {
            Some(gathered) => gathered,
            None => {
                let thresholds = Thresholds::built_in().map_err(|error| text(&error))?;
                let sources = Sources::of(&self.evidence, &thresholds, watch).map_err(|error| text(&error))?;
                let incidents = Incidents::of(&self.evidence, watch).map_err(|error| text(&error))?;
                self.gathered.insert((thresholds, sources, incidents))
            }
        };
        let affected = match asked.affected.as_deref().map(str::trim).filter(|filter| !filter.is_empty()) {
            Some(filter) => {
                let query = self
                    .evidence
                    .parse(filter)
                    .map_err(|error| format!("The filter of the affected decisions: {error}"))?;
                Some(query.expr)
            }
            None => None,
        };
        let (incident, asked) = match &asked.of {
            StoryOf::Incident(id) => {
                let incident =
                    incidents.find(id).next().ok_or_else(|| format!("There is no incident {id} on record"))?;
                (Some(incident), Asked { affected, ..Asked::default() })
            }
            StoryOf::Range(name, (from, to), model) => {
                let window = Some((*from, to.saturating_add(1)));
                (None, Asked { name: name.clone(), window, model: model.clone(), affected })
            }
        };
        Story::of(&self.evidence, sources, incident, &asked, thresholds, watch).map_err(|error| text(&error))
    }
}

impl App {
    /// The story that is told, with what was asked; `None` while it is being told.
    #[must_use]
    pub fn story(&self) -> Option<(&StoryAsked, Option<Result<&Story, &str>>)> {
        let session = self.session.as_ref()?;
        let asked = session.story_asked.as_ref()?;
        let told = session.story.as_ref().map(|told| told.as_deref().map_err(String::as_str));
        Some((asked, told))
    }

    /// Tells the story of what is chosen: the incident of the record shown, the stretch that is selected, or the only incident there is.
    pub(in crate::app) fn tell_story(&mut self, of: Option<StoryOf>) {
        let Some(of) = of.or_else(|| self.story_chosen()) else {
            let text = "Choose a record of an incident, or select a stretch of time: the story is of that".to_owned();
            return self.done(Command::Tell(text));
        };
        self.show_view(View::Timeline);
        self.looked.boundary = None;
        if let Some(session) = &mut self.session {
            session.ask_story(Some(StoryAsked { of, affected: None }));
        }
    }

    /// What a story, or the likely causes, would be of.
    pub(in crate::app) fn story_chosen(&self) -> Option<StoryOf> {
        let lanes = self.lanes();
        let flags = || {
            let all = lanes.into_iter().flat_map(|lanes| &lanes.lanes);
            all.flat_map(|lane| match &lane.body {
                super::lanes::Body::Incidents(flags) => &flags[..],
                _ => &[],
            })
        };
        let of = |flag: &super::lanes::Flag| StoryOf::Incident(flag.key.clone());
        let selected = self.selected();
        let shown = flags().find(|flag| flag.states.iter().any(|state| Some(state.row) == selected));
        if let Some(flag) = shown {
            return Some(of(flag));
        }
        if let Some(span) = self.looked.span {
            return Some(StoryOf::Range(self.name_of(span), span, lanes.and_then(|lanes| lanes.model.clone())));
        }
        // Where the cursor stands on one, or there is only one.
        let at = self.looked.cursor;
        let here = flags().find(|flag| flag.states.iter().any(|state| Some(state.at) == at));
        let mut all = flags();
        here.or_else(|| all.next().filter(|_| all.next().is_none())).map(of)
    }

    /// What a stretch of time is called: as the user named an incident of it, else by what it is.
    fn name_of(&self, span: (i64, i64)) -> String {
        let case = self.session.as_ref().and_then(|session| session.case());
        let values = case.iter().flat_map(|case| case.items()).flat_map(|(_, held)| held.values());
        let nanos =
            |at: &Option<chrono::DateTime<chrono::Utc>>| at.as_ref().and_then(chrono::DateTime::timestamp_nanos_opt);
        let mut named = values.filter_map(|value| match value {
            crate::case::entry::Value::Incident(incident) => (nanos(&incident.from) == Some(span.0)
                && nanos(&incident.to) == Some(span.1))
            .then(|| incident.id.clone()),
            _ => None,
        });
        named.next().unwrap_or_else(|| "The stretch that is selected".to_owned())
    }
}

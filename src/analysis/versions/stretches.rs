//! Versions in service, one stretch of service after the other, and which of them each decision belongs to.
//!
//! A version that is rolled back to has two stretches. A decision belongs to the stretch of its version whose deployment interval holds
//! its time; where no deployment on record does, to what its version decided outside of them; where several versions were live and
//! none is named, or nothing is known, it is counted apart (`assets/spec/figures.md`, section 10).

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::analysis::decisions::Decisions;
use crate::analysis::deployments::{Deployments, Term};
use crate::analysis::instant::Instant;
use crate::columns::Column;
use crate::evidence::Evidence;

/// So many stretches are told apart.
pub const MAX_STRETCHES: usize = 4096;

/// What stands for decisions of no stretch.
const NONE: u16 = u16::MAX;

/// How a stretch is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// By deployments on record.
    Deployed,
    /// By its decisions alone: no deployment on record holds them.
    Undeployed,
    /// Not: several versions were live, and the decisions name none.
    Ambiguous,
    /// Not: the decisions name no version, and no deployment on record was live.
    Unknown,
}

/// A version in service, or decisions of which it is not known which version made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The name of the log.
    pub log: String,
    /// The model; `None` where the decisions name none.
    pub model: Option<String>,
    /// The version; `None` where it is not known.
    pub version: Option<String>,
    /// How it is known.
    pub known: Known,
    /// From, by a deployment on record, in nanoseconds since 1970 (UTC).
    pub from: Option<i64>,
    /// The first instant after, by a deployment on record; `None` where it did not end.
    pub to: Option<i64>,
    /// The first and the last time of its decisions, whatever the filter; `None` where none of them has a time.
    pub decided: Option<(i64, i64)>,
    /// Its decisions, whatever the filter.
    pub decisions: u32,
}

impl Stretch {
    /// When it began: by a deployment, else by its first decision.
    #[must_use]
    pub fn begin(&self) -> Option<i64> {
        self.from.or(self.decided.map(|(first, _)| first))
    }

    /// The first instant after it; of a version that is still live `None`.
    #[must_use]
    pub fn end(&self) -> Option<i64> {
        match self.known {
            Known::Deployed => self.to,
            _ => self.decided.map(|(_, last)| last.saturating_add(1)),
        }
    }

    /// Whether it is one of a known version.
    #[must_use]
    pub fn is_version(&self) -> bool {
        matches!(self.known, Known::Deployed | Known::Undeployed)
    }
}

/// All stretches, and the one of each decision.
#[derive(Debug, Clone, Default)]
pub struct Stretches {
    /// By model, those with the most decisions first; within one in the order of time, those of unknown versions last.
    all: Vec<Stretch>,
    of_row: Vec<u16>,
    /// Stretches beyond [`MAX_STRETCHES`], and their decisions.
    more: (usize, u64),
}

/// Log, model, version, how it is known, and from when.
type Key = (String, Option<String>, Option<String>, Known, Option<i64>);

/// Intervals of a version, with the place of each among the stretches found.
#[derive(Debug, Default)]
struct Terms {
    intervals: Vec<(i64, Option<i64>, usize)>,
    outside: Option<usize>,
}

impl Stretches {
    /// Finds them.
    #[must_use]
    pub fn of(evidence: &Evidence, decisions: &Decisions, deployments: &Deployments) -> Self {
        let mut finder = Finder { found: Vec::new(), places: BTreeMap::new() };
        let mut by_version: HashMap<(&str, &str, &str), Vec<&Term>> = HashMap::new();
        for term in deployments.terms.iter().filter(|term| term.to.is_none_or(|to| to > term.from)) {
            by_version.entry((&term.log, &term.model, &term.version)).or_default().push(term);
            let key = (
                term.log.clone(),
                Some(term.model.clone()),
                Some(term.version.clone()),
                Known::Deployed,
                Some(term.from),
            );
            let place = finder.place(key);
            finder.found[place].to = term.to;
        }
        let mut of_row = vec![u32::MAX; evidence.rows() as usize];
        let mut known: HashMap<(usize, u32, u32, u32), Terms> = HashMap::new();
        let code = |column: Option<&Column>, row: u32| column.and_then(|column| column.code(row)).unwrap_or(0);
        let text = |column: Option<&Column>, row: u32| {
            let column = column?;
            let cell = column.cell(row);
            cell.texts().next().map(str::to_owned)
        };
        let (models, versions) = (decisions.models.as_deref(), decisions.versions.as_deref());
        let sources = decisions.sources.as_deref();
        let mut log_at = 0;
        let logs = evidence.logs();
        for row in decisions.rows().iter() {
            while logs.get(log_at).is_some_and(|log| row >= log.rows.end) {
                log_at += 1;
            }
            let key = (log_at, code(models, row), code(versions, row), code(sources, row));
            let terms = known.entry(key).or_insert_with(|| {
                let log = logs.get(log_at).map(|log| log.index.origin.clone()).unwrap_or_default();
                let (model, version) = (text(models, row), text(versions, row));
                let named = model.as_deref().zip(version.as_deref());
                let deployed = named.and_then(|(model, version)| by_version.get(&(log.as_str(), model, version)));
                let interval = |term: &&Term| {
                    let key = (log.clone(), model.clone(), version.clone(), Known::Deployed, Some(term.from));
                    (term.from, term.to, finder.places.get(&key).copied().unwrap_or(0))
                };
                let intervals = deployed.into_iter().flatten().map(interval).collect();
                Terms { intervals, outside: None }
            });
            let at = evidence.times().nanos(row);
            let holds = |(from, to, _): &&(i64, Option<i64>, usize)| {
                at.is_some_and(|at| *from <= at && to.is_none_or(|to| at < to))
            };
            let place = match terms.intervals.iter().find(holds) {
                Some((.., place)) => *place,
                None => *terms.outside.get_or_insert_with(|| {
                    let log = logs.get(log_at).map(|log| log.index.origin.clone()).unwrap_or_default();
                    let version = text(versions, row);
                    let known = match (&version, text(sources, row).as_deref()) {
                        (Some(_), _) => Known::Undeployed,
                        (None, Some("ambiguous")) => Known::Ambiguous,
                        (None, _) => Known::Unknown,
                    };
                    finder.place((log, text(models, row), version, known, None))
                }),
            };
            finder.found[place].take(at);
            of_row[row as usize] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        finder.sorted(&of_row)
    }

    /// All of them: by model, those with the most decisions first; within one in the order of time, those of unknown versions last.
    #[must_use]
    pub fn all(&self) -> &[Stretch] {
        &self.all
    }

    /// The place of the stretch that a decision belongs to, among [`Stretches::all`].
    #[must_use]
    pub fn of_row(&self, row: u32) -> Option<usize> {
        self.of_row.get(row as usize).copied().filter(|place| *place != NONE).map(usize::from)
    }

    /// How many more stretches there are, and how many decisions they have: only so many are told apart.
    #[must_use]
    pub fn more(&self) -> (usize, u64) {
        self.more
    }

    /// The models, those with the most decisions first, each with the places of its stretches. `None` stands for decisions that name
    /// no model.
    #[must_use]
    pub fn models(&self) -> Vec<(Option<&str>, std::ops::Range<usize>)> {
        let mut out: Vec<(Option<&str>, std::ops::Range<usize>)> = Vec::new();
        for (place, stretch) in self.all.iter().enumerate() {
            match out.last_mut().filter(|(model, _)| *model == stretch.model.as_deref()) {
                Some((_, range)) => range.end = place + 1,
                None => out.push((stretch.model.as_deref(), place..place + 1)),
            }
        }
        out
    }

    /// The filter of the decisions of a stretch, as text.
    #[must_use]
    pub fn filter(&self, place: usize) -> Option<String> {
        let stretch = self.all.get(place)?;
        let mut text = vec!["kind:decision".to_owned()];
        if self.all.iter().any(|other| other.log != stretch.log) {
            text.push(condition("log", &stretch.log));
        }
        match &stretch.model {
            Some(model) => text.push(condition("model", model)),
            None => text.push("-has:model".to_owned()),
        }
        match (&stretch.version, stretch.known) {
            (Some(version), _) => text.push(condition("version", version)),
            (None, Known::Ambiguous) => text.push("version_source:ambiguous".to_owned()),
            (None, _) => text.push("-version_source:ambiguous -has:version".to_owned()),
        }
        if stretch.known == Known::Deployed {
            text.extend(during(stretch));
        }
        if stretch.known == Known::Undeployed {
            // What its deployments hold belongs to those.
            let is_deployed = |other: &&Stretch| {
                other.known == Known::Deployed
                    && (&other.log, &other.model, &other.version) == (&stretch.log, &stretch.model, &stretch.version)
            };
            text.extend(self.all.iter().filter(is_deployed).filter_map(during).map(|during| format!("-({during})")));
        }
        Some(text.join(" "))
    }

    /// The stretch of a version that was in service before another one of the same model and log.
    #[must_use]
    pub fn before(&self, place: usize) -> Option<usize> {
        let stretch = self.all.get(place).filter(|stretch| stretch.is_version())?;
        let begin = stretch.begin()?;
        let earlier = self.all.iter().enumerate().filter(|(other, before)| {
            *other != place
                && before.is_version()
                && (&before.log, &before.model) == (&stretch.log, &stretch.model)
                && before.version != stretch.version
                && before.begin().is_some_and(|other| other < begin)
        });
        earlier.max_by_key(|(_, before)| before.begin()).map(|(other, _)| other)
    }
}

/// A condition on a field; the value is quoted, so that nothing in it means anything else.
fn condition(field: &str, value: &str) -> String {
    format!("{field}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The time of a deployment, as conditions.
fn during(stretch: &Stretch) -> Option<String> {
    let from = format!("time>=\"{}\"", Instant(stretch.from?));
    Some(match stretch.to {
        Some(to) => format!("{from} time<\"{}\"", Instant(to)),
        None => from,
    })
}

impl Stretch {
    fn take(&mut self, at: Option<i64>) {
        self.decisions += 1;
        if let Some(at) = at {
            let (first, last) = self.decided.unwrap_or((at, at));
            self.decided = Some((first.min(at), last.max(at)));
        }
    }
}

/// Stretches in the order in which they were found.
struct Finder {
    found: Vec<Stretch>,
    places: BTreeMap<Key, usize>,
}

impl Finder {
    fn place(&mut self, key: Key) -> usize {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let (log, model, version, known, from) = key.clone();
        self.found.push(Stretch { log, model, version, known, from, to: None, decided: None, decisions: 0 });
        self.places.insert(key, self.found.len() - 1);
        self.found.len() - 1
    }

    /// Puts them in order; `of_row` holds places in the order in which they were found.
    fn sorted(self, of_row: &[u32]) -> Stretches {
        let mut of_model: BTreeMap<Option<&str>, u64> = BTreeMap::new();
        for stretch in &self.found {
            *of_model.entry(stretch.model.as_deref()).or_default() += u64::from(stretch.decisions);
        }
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|place| {
            let stretch = &self.found[*place];
            let model = stretch.model.as_deref();
            let decisions = of_model.get(&model).copied().unwrap_or(0);
            (
                std::cmp::Reverse(decisions),
                model,
                !stretch.is_version(),
                stretch.known == Known::Unknown,
                stretch.begin(),
                stretch.version.as_deref(),
                stretch.log.as_str(),
            )
        });
        // What has the fewest decisions goes where not all can be told apart.
        let mut kept = order.clone();
        if kept.len() > MAX_STRETCHES {
            kept.sort_by_key(|place| std::cmp::Reverse(self.found[*place].decisions));
            kept.truncate(MAX_STRETCHES);
            kept.sort_unstable();
            order.retain(|place| kept.binary_search(place).is_ok());
        }
        let mut place_of = vec![NONE; self.found.len()];
        for (place, found) in (0_u16..).zip(&order) {
            place_of[*found] = place;
        }
        let gone = place_of.iter().zip(&self.found).filter(|(place, _)| **place == NONE);
        let more =
            gone.fold((0, 0), |(count, decisions), (_, gone)| (count + 1, decisions + u64::from(gone.decisions)));
        let of_row = of_row.iter().map(|found| place_of.get(*found as usize).copied().unwrap_or(NONE)).collect();
        Stretches { all: order.into_iter().map(|place| self.found[place].clone()).collect(), of_row, more }
    }
}

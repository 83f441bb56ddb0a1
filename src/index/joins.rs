//! What is known of a record only together with others: the effective version of a decision, how its result is read, the
//! reviews and outcomes that name it. Also the checks that need all records at once: ids that are not unique, references
//! that lead nowhere, versions with two digests. The definitions stand in `assets/spec/index-schema.md`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::deployed::{Deployed, Live};
use super::ids::{Ids, Key};
use super::results::{self, Reading, Results};
use crate::columns::{Bitmap, Column, ColumnBuilder, Piece, Seqs, Times, TooVaried, Value, compose};
use crate::query::field::{Derived, Place};
use crate::query::{Alias, FieldType};
use crate::record::Kind;

/// A log whose lines have all been read.
pub(super) struct Log<'a> {
    pub(super) rows: u32,
    /// [`Kind::place`] of each row.
    pub(super) kinds: &'a [u8],
    pub(super) times: &'a Times,
    pub(super) seqs: &'a Seqs,
    /// Columns by path.
    pub(super) columns: &'a BTreeMap<Vec<String>, Arc<Column>>,
    /// Paths with values that have no column.
    pub(super) varied: &'a dyn Fn(&[&str]) -> bool,
    pub(super) ids: &'a Ids,
    /// Records that name a decision: row, kind, key of the id named.
    pub(super) references: &'a [(u32, Kind, Key)],
    /// By log: several that are read together each have their own, and look into those of others only for what they
    /// do not know themselves.
    pub(super) deployed: &'a [Deployed],
    pub(super) results: &'a [Results],
    /// Which of the logs a row is of.
    pub(super) log_of: &'a (dyn Fn(u32) -> usize + 'a),
    /// Rows that count elsewhere, and not here.
    pub(super) hidden: Option<&'a Bitmap>,
    /// Every record from seq 0 on is there, as far as the bundle shows: what is not there was not withheld.
    pub(super) is_whole: bool,
}

/// How the references of a log came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// References to decisions that lead to one.
    pub resolved: u64,
    /// Of these, from one log to another: a log read together with others has no decision of that id itself.
    #[serde(default)]
    pub across: u64,
    /// That lead to no decision.
    pub dangling: u64,
    /// Whose id several decisions have.
    pub ambiguous: u64,
    /// Decisions that name their version.
    pub recorded: u64,
    /// Decisions whose version is that which was deployed.
    pub inferred: u64,
    /// Decisions that name none, while several versions were deployed.
    pub ambiguous_version: u64,
    /// Decisions that name none, while none is known to have been deployed.
    pub unknown_version: u64,
    /// Outcomes that a later one of the same decision takes the place of.
    pub superseded_outcomes: u64,
    /// Deployments that do not count.
    pub ignored_deployments: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// Columns of aliases; one that is not there is answered otherwise.
    pub(super) aliases: Vec<(&'static Alias, Arc<Column>)>,
    /// Reviews and outcomes, with the row of their decision.
    pub(super) links: Vec<(u32, u32)>,
    /// References that lead nowhere, by row.
    pub(super) dangling: Vec<u32>,
    /// References that lead to several decisions, by row.
    pub(super) ambiguous: Vec<u32>,
    pub(super) tally: Tally,
    /// Decisions at a time at which the version that they name was not in service: by model and version, whether it ever
    /// was, how many, the first row and the last.
    pub(super) undeployed: BTreeMap<(String, String, bool), (u64, u32, u32)>,
}

/// What is known of each decision from other records.
#[derive(Clone, Copy, Default)]
struct About {
    is_reviewed: bool,
    is_overridden: bool,
    /// Cannot be told: an ambiguous reference could mean it.
    is_unclear: bool,
    /// Row of the outcome that counts, and one more.
    outcome: u32,
}

impl Log<'_> {
    pub(super) fn column(&self, path: &[&str]) -> Option<&Arc<Column>> {
        let names: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        self.columns.get(&names)
    }

    pub(super) fn is_decision(&self, row: u32) -> bool {
        self.kinds.get(row as usize) == Some(&Kind::Decision.place())
            && !self.hidden.is_some_and(|hidden| hidden.contains(row))
    }

    /// The deployments that say what a model of a row's log was served by: the log's own, else those of the first other
    /// that knows the model.
    fn deployed(&self, row: u32, model: &str) -> Option<&Deployed> {
        let own = self.deployed.get((self.log_of)(row));
        own.into_iter().chain(self.deployed).find(|deployed| deployed.knows(model))
    }

    /// How the results of a model of a row's log are read, found in the same order.
    pub(super) fn reading(&self, row: u32, model: Option<&str>) -> Option<&Reading> {
        let own = self.results.get((self.log_of)(row));
        own.into_iter().chain(self.results).find_map(|results| results.of(model))
    }

    /// Follows every reference.
    pub(super) fn join(&self) -> Joined {
        let mut joined = Joined::default();
        joined.tally.ignored_deployments = self.deployed.iter().map(Deployed::ignored).sum();
        let about = self.follow(&mut joined);
        self.aliases(&about, &mut joined);
        joined
    }

    /// Reviews and outcomes to their decisions; what is known of these, by row.
    fn follow(&self, joined: &mut Joined) -> Vec<(u32, About)> {
        let mut about: HashMap<u32, About> = HashMap::new();
        // Ids that several decisions have: within one log, or in logs other than that of the reference.
        let mut shared: HashSet<(Key, Option<usize>)> = HashSet::new();
        let action = self.column(&["action"]);
        for (row, kind, key) in self.references {
            let log = (self.log_of)(*row);
            let decisions = || self.ids.rows(*key).filter(|row| self.is_decision(*row));
            let at_home = || decisions().filter(|row| (self.log_of)(*row) == log);
            // A log's own decisions come first; those of others are meant only where it has none of that id.
            let is_home = at_home().next().is_some();
            let (first, second) = match is_home {
                true => (at_home().next(), at_home().nth(1)),
                false => (decisions().next(), decisions().nth(1)),
            };
            match (first, second) {
                (None, _) => joined.dangling.push(*row),
                (Some(decision), None) => {
                    joined.links.push((*row, decision));
                    joined.tally.across += u64::from(!is_home);
                    let about = about.entry(decision).or_default();
                    if *kind == Kind::Review {
                        about.is_reviewed = true;
                        about.is_overridden |=
                            action.is_some_and(|action| action.cell(*row).texts().any(|text| text == "override"));
                    } else {
                        joined.tally.superseded_outcomes += u64::from(about.outcome > 0);
                        // References come in the order of the log: the last outcome counts.
                        about.outcome = row + 1;
                    }
                }
                _ => {
                    joined.ambiguous.push(*row);
                    shared.insert((*key, is_home.then_some(log)));
                }
            }
        }
        for (key, log) in shared {
            let is_meant = |row: &u32| self.is_decision(*row) && log.is_none_or(|log| (self.log_of)(*row) == log);
            for decision in self.ids.rows(key).filter(is_meant) {
                about.entry(decision).or_default().is_unclear = true;
            }
        }
        joined.tally.resolved = joined.links.len() as u64;
        joined.tally.dangling = joined.dangling.len() as u64;
        joined.tally.ambiguous = joined.ambiguous.len() as u64;
        let mut about: Vec<(u32, About)> = about.into_iter().collect();
        about.sort_unstable_by_key(|(row, _)| *row);
        about
    }

    fn aliases(&self, about: &[(u32, About)], joined: &mut Joined) {
        let derived = self.derive(about, joined);
        for alias in Alias::ALL {
            if matches!(alias.name, "time" | "seq" | "id") || alias.is_of_line() {
                continue;
            }
            if let Ok(Some(column)) = self.alias(alias, &derived) {
                joined.aliases.push((alias, column));
            }
        }
    }

    /// The column of an alias; `None` where a field that it stands for has none.
    fn alias(&self, alias: &'static Alias, derived: &Derivations) -> Result<Option<Arc<Column>>, TooVaried> {
        let own = [alias.name];
        if (self.varied)(&own) {
            return Ok(None);
        }
        // The record's own member of that name, where it has a text, comes before all else.
        let shadow = self.column(&own).filter(|column| has_texts(column));
        let mut sources: Vec<Arc<Column>> = shadow.cloned().into_iter().collect();
        let mut place_of = |column: &Arc<Column>| match sources.iter().position(|known| Arc::ptr_eq(known, column)) {
            Some(place) => place,
            None => {
                sources.push(Arc::clone(column));
                sources.len() - 1
            }
        };
        // By kind: the sources of which the first with a text counts.
        let mut by_kind: Vec<Vec<usize>> = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            let found = match alias.source(kind) {
                None => Some(Vec::new()),
                Some(Place::Path(path)) if (self.varied)(path) => None,
                Some(Place::Path(path)) => Some(self.column(path).cloned().into_iter().collect()),
                Some(Place::Derived(what)) => derived.sources(*what, self),
            };
            let Some(found) = found else { return Ok(None) };
            by_kind.push(found.iter().map(&mut place_of).collect());
        }
        // Where one column says it all, it is that column: one path for every kind; what is derived, which only the rows
        // have that it is derived for; or the records' own member alone.
        let is_path = by_kind.iter().all(|places| places[..] == [0]);
        let is_derived =
            shadow.is_none() && alias.sources.iter().all(|source| matches!(source.place, Place::Derived(_)));
        let is_own = shadow.is_some() && by_kind.iter().all(Vec::is_empty);
        if let [only] = &sources[..]
            && only.order() == alias.field_type
            && (is_path || is_derived || is_own)
        {
            return Ok(Some(Arc::clone(only)));
        }
        let columns: Vec<&Column> = sources.iter().map(AsRef::as_ref).collect();
        let has_text = |source: usize, row: u32| has_text(columns[source], row);
        let pick = |row: u32| {
            if shadow.is_some() && has_text(0, row) {
                return Some(0);
            }
            match &by_kind[usize::from(self.kinds[row as usize])][..] {
                [only] => Some(*only),
                several => several.iter().copied().find(|source| has_text(*source, row)),
            }
        };
        Ok(Some(Arc::new(compose(self.rows, pick, &columns, alias.field_type)?)))
    }

    /// What decisions are known for by other records, row by row.
    fn derive(&self, about: &[(u32, About)], joined: &mut Joined) -> Derivations {
        let result = results::column(self).ok().flatten();
        let label = self.column(&["label"]);
        let kinds = self.column(&["kind"]);
        let (models, versions) = (self.column(&["model", "id"]), self.column(&["model", "version"]));
        let mut makers = Makers::default();
        let mut about = about.iter().peekable();
        for row in 0..self.rows {
            let known = about.next_if(|(other, _)| *other == row).map(|(_, about)| *about).unwrap_or_default();
            if !self.is_decision(row) {
                continue;
            }
            if kinds.is_none_or(|kinds| !has_text(kinds, row)) {
                makers.kind.push(row, Value::Text("decision"));
            }
            let (model, version) = (models.map(|column| column.cell(row)), versions.map(|column| column.cell(row)));
            let model = model.as_ref().and_then(|cell| cell.texts().next());
            let version = version.as_ref().and_then(|cell| cell.texts().next());
            self.version(row, model, version, &mut makers, joined);
            let can_tell = self.is_whole && !known.is_unclear;
            if known.is_reviewed || can_tell {
                makers.reviewed.push(row, Value::Boolean(known.is_reviewed));
            }
            if known.is_overridden || can_tell {
                makers.overridden.push(row, Value::Boolean(known.is_overridden));
            }
            let Some((outcome, label)) = known.outcome.checked_sub(1).zip(label).filter(|_| !known.is_unclear) else {
                continue;
            };
            let cell = label.cell(outcome);
            let mut labels = cell.values().filter(|value| value.text().is_some());
            // Of several labels none is the outcome: what is not one thing cannot be told.
            let (Some(value), None) = (labels.next(), labels.next()) else { continue };
            makers.outcome.push(row, value);
            let results = result.as_ref().map(|result| result.cell(row));
            if let (Some(results), Some(label)) = (&results, value.text())
                && let Some(reading) = self.reading(row, model)
                && let Some(is_correct) = reading.is_correct(results.texts(), label)
            {
                makers.correct.push(row, Value::Boolean(is_correct));
            }
        }
        let mut derived = makers.finish(self.rows, result);
        // What is made of a field whose values are too varied for a column cannot be told; it is not as if nothing stood there.
        let is_varied = |path: &[&str]| (self.varied)(path);
        if is_varied(&["model", "id"]) {
            (derived.inferred_version, derived.version_source, derived.result) = (None, None, None);
        }
        if is_varied(&["model", "version"]) {
            (derived.inferred_version, derived.version_source) = (None, None);
        }
        if is_varied(&["action"]) {
            derived.overridden = None;
        }
        if is_varied(&["label"]) {
            derived.outcome = None;
        }
        if derived.result.is_none() || derived.outcome.is_none() {
            derived.correct = None;
        }
        derived
    }

    fn version(&self, row: u32, model: Option<&str>, version: Option<&str>, makers: &mut Makers, joined: &mut Joined) {
        let at = if model.is_some() { self.times.instant(row) } else { None };
        if let Some(version) = version {
            joined.tally.recorded += 1;
            makers.version_source.push(row, Value::Text("recorded"));
            let Some((model, at)) = model.zip(at) else { return };
            let Some(deployed) = self.deployed(row, model) else { return };
            let was_live = deployed.was_live(model, version, at);
            if was_live != Some(true) {
                let key = (model.to_owned(), version.to_owned(), was_live.is_some());
                let (count, _, last) = joined.undeployed.entry(key).or_insert((0, row, row));
                (*count, *last) = (*count + 1, row);
            }
            return;
        }
        let (source, count) = match model.zip(at).map_or(Live::None, |(model, at)| {
            self.deployed(row, model).map_or(Live::None, |deployed| deployed.live(model, at))
        }) {
            Live::One(version) => {
                makers.inferred_version.push(row, Value::Text(version));
                ("inferred", &mut joined.tally.inferred)
            }
            Live::Several => ("ambiguous", &mut joined.tally.ambiguous_version),
            Live::None => ("unknown", &mut joined.tally.unknown_version),
        };
        *count += 1;
        makers.version_source.push(row, Value::Text(source));
    }
}

fn has_text(column: &Column, row: u32) -> bool {
    column.cell(row).texts().next().is_some()
}

fn has_texts(column: &Column) -> bool {
    column.has_own_numbers() || column.values().len() > 0
}

/// A column that is made row by row.
#[derive(Default)]
struct Maker {
    builder: ColumnBuilder,
    piece: Piece,
    /// The first row of the stretch at hand.
    first: u32,
}

/// Rows of a stretch: so that what waits for the builder stays small.
const STRETCH: u32 = 1 << 16;

impl Maker {
    /// Rows ascend.
    fn push(&mut self, row: u32, value: Value<'_>) {
        if row - self.first >= STRETCH {
            self.append();
            self.first = row;
        }
        self.piece.push(row - self.first, value);
    }

    fn append(&mut self) {
        self.builder.append(self.first, STRETCH, &self.piece);
        self.piece.clear();
    }

    fn finish(mut self, rows: u32, order: FieldType) -> Option<Arc<Column>> {
        self.append();
        self.builder.finish(rows, order).ok().map(Arc::new)
    }
}

#[derive(Default)]
struct Makers {
    kind: Maker,
    inferred_version: Maker,
    version_source: Maker,
    outcome: Maker,
    reviewed: Maker,
    overridden: Maker,
    correct: Maker,
}

impl Makers {
    fn finish(self, rows: u32, result: Option<Arc<Column>>) -> Derivations {
        Derivations {
            kind: self.kind.finish(rows, FieldType::Text),
            inferred_version: self.inferred_version.finish(rows, FieldType::Version),
            version_source: self.version_source.finish(rows, FieldType::Text),
            outcome: self.outcome.finish(rows, FieldType::Any),
            reviewed: self.reviewed.finish(rows, FieldType::Boolean),
            overridden: self.overridden.finish(rows, FieldType::Boolean),
            correct: self.correct.finish(rows, FieldType::Boolean),
            result,
        }
    }
}

/// Columns of what is derived; one with too many distinct values is not there.
struct Derivations {
    kind: Option<Arc<Column>>,
    inferred_version: Option<Arc<Column>>,
    version_source: Option<Arc<Column>>,
    outcome: Option<Arc<Column>>,
    reviewed: Option<Arc<Column>>,
    overridden: Option<Arc<Column>>,
    correct: Option<Arc<Column>>,
    result: Option<Arc<Column>>,
}

impl Derivations {
    /// The columns of which the first with a text counts; `None` where one of them is missing.
    fn sources(&self, derived: Derived, log: &Log<'_>) -> Option<Vec<Arc<Column>>> {
        let one = match derived {
            Derived::Version => {
                const RECORDED: [&str; 2] = ["model", "version"];
                if (log.varied)(&RECORDED) {
                    return None;
                }
                let recorded = log.column(&RECORDED).cloned();
                let inferred = self.inferred_version.clone()?;
                return Some(recorded.into_iter().chain(has_texts(&inferred).then_some(inferred)).collect());
            }
            Derived::Kind => {
                let implied = self.kind.clone()?;
                return Some(has_texts(&implied).then_some(implied).into_iter().collect());
            }
            Derived::VersionSource => &self.version_source,
            Derived::Outcome => &self.outcome,
            Derived::Reviewed => &self.reviewed,
            Derived::Overridden => &self.overridden,
            Derived::Correct => &self.correct,
            Derived::Result => &self.result,
            // These have no column: they are what every row has.
            Derived::Time | Derived::Seq | Derived::Log | Derived::Bundle | Derived::LineState => &None,
        };
        one.clone().map(|column| vec![column])
    }
}

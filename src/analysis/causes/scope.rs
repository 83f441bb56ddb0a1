//! Which decisions are affected, and which they are held against: model by model, as rows and as filters.

use super::by_code::Places;
use super::told::Rows;
use super::{Asked, Gathered};
use crate::analysis::decisions::Decisions;
use crate::analysis::deployments::Event;
use crate::analysis::instant::Instant;
use crate::analysis::pulse;
use crate::analysis::story::{condition, without_time};
use crate::analysis::thresholds::{CausesThresholds, Thresholds};
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{self, Expr, Unknown};
use crate::record::figures::counted;
use crate::record::text::shown_short;

/// Nanoseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000_000_000;
/// Nanoseconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;

/// So many models are looked at where none is named.
const MAX_MODELS: usize = 50;

/// What is looked at.
pub(super) struct Scope<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) gathered: &'a Gathered<'a>,
    pub(super) decisions: &'a Decisions,
    pub(super) thresholds: &'a Thresholds,
    pub(super) limits: &'a CausesThresholds,
    pub(super) watch: &'a dyn Watch,
    /// The first instant and the first one after.
    pub(super) window: (i64, i64),
    /// The log that is looked at, where there are others.
    pub(super) log: Option<String>,
    /// Rows with something wrong.
    pub(super) damage: std::collections::BTreeMap<u32, &'static str>,
    /// The model that is named.
    pub(super) model: Option<String>,
    /// What the affected decisions are, as a filter.
    pub(super) affected: Expr,
    /// The same whatever the time and version; `None` where the filter has such conditions within others.
    pub(super) base: Option<Expr>,
    /// The decisions by model, those with the most affected ones first.
    pub(super) groups: Vec<Group>,
}

/// The decisions of a model; each list of rows ascends.
pub(super) struct Group {
    /// Its id; `None` where the decisions name none.
    pub(super) model: Option<String>,
    /// What of the model is looked at, whatever the time and version, as a filter.
    pub(super) base: Expr,
    /// These decisions.
    pub(super) all: Vec<u32>,
    /// Those affected.
    pub(super) affected: Vec<u32>,
    /// Those before the window that they are held against.
    pub(super) reference: Vec<u32>,
    /// When the reference begins: not before the first of the decisions.
    pub(super) reference_from: i64,
}

impl Group {
    /// The model as a word in sentences about one of several.
    pub(super) fn name(&self) -> String {
        self.model.as_ref().map_or_else(|| "decisions without a model".to_owned(), |model| shown_short(model, 60))
    }

    /// Leaves out decisions by a condition that selects them, and a test that says the same.
    pub(super) fn leave_out(&mut self, condition: &str, is_out: impl Fn(u32) -> bool) {
        for rows in [&mut self.all, &mut self.affected, &mut self.reference] {
            rows.retain(|row| !is_out(*row));
        }
        if let Some(expr) = read(condition) {
            self.base = Expr::and([self.base.clone(), expr.negated()]);
        }
    }
}

/// An expression of text that is written here.
pub(super) fn read(text: &str) -> Option<Expr> {
    query::parse(text, &Unknown).ok().map(|query| query.expr)
}

/// Conditions on time: from the first instant on, before the second.
pub(super) fn within(from: i64, to: i64) -> [String; 2] {
    [condition("time", ">=", &Instant(from).to_string()), condition("time", "<", &Instant(to).to_string())]
}

impl<'a> Scope<'a> {
    /// Finds out what to look at; `None`, with the reason among `unknown`, where there is no window.
    pub(super) fn of(
        evidence: &'a Evidence,
        gathered: &'a Gathered<'a>,
        asked: &Asked,
        thresholds: &'a Thresholds,
        watch: &'a dyn Watch,
        unknown: &mut Vec<String>,
    ) -> Result<Option<Self>, EvidenceError> {
        let decisions = gathered.decisions;
        let extent = |expr: &Expr| -> Result<Option<(i64, i64)>, EvidenceError> {
            let rows = decisions.among(&evidence.select(expr, watch)?);
            let (from, to) = rows
                .iter()
                .filter_map(|row| evidence.times().nanos(row))
                .fold((i64::MAX, i64::MIN), |(from, to), at| (from.min(at), to.max(at)));
            Ok((from <= to).then(|| (from, to.saturating_add(1))))
        };
        let window = match (asked.window, &asked.affected) {
            (Some(window), _) => Some(window),
            (None, Some(expr)) => extent(expr)?,
            (None, None) => None,
        };
        let Some(window) = window else {
            unknown.push("anything: there is no window to look at (--from and --to give one)".to_owned());
            return Ok(None);
        };
        let model = asked.model.as_ref().map(|model| condition("model", ":", model));
        let log = asked.log.clone().filter(|_| evidence.has_several_logs());
        let of_log = log.as_ref().map(|log| condition("log", ":", log));
        let usual: Vec<String> = std::iter::once("kind:decision".to_owned()).chain(of_log).chain(model).collect();
        let timed: Vec<String> = usual.iter().cloned().chain(within(window.0, window.1)).collect();
        let (affected, base) = match &asked.affected {
            Some(expr) => {
                // What is affected are decisions, whatever else passes the filter.
                let expr = Expr::and(read("kind:decision").into_iter().chain([expr.clone()]));
                let base = without_time(&expr);
                (expr, base)
            }
            None => (read(&timed.join(" ")).unwrap_or(Expr::All), read(&usual.join(" "))),
        };
        if base.is_none() {
            unknown.push(
                "what the affected decisions are held against: the filter has conditions on time or version within others"
                    .to_owned(),
            );
        }
        let mut scope = Self {
            evidence,
            gathered,
            decisions,
            thresholds,
            limits: &thresholds.causes,
            watch,
            window,
            log,
            damage: evidence.damage(),
            model: asked.model.clone(),
            affected,
            base,
            groups: Vec::new(),
        };
        scope.groups = scope.split(unknown)?;
        Ok(Some(scope))
    }

    /// Whether a deployment is one of the log that is looked at.
    pub(super) fn is_here(&self, event: &Event) -> bool {
        self.log.as_ref().is_none_or(|log| event.log == *log)
    }

    /// The decisions by model.
    fn split(&self, unknown: &mut Vec<String>) -> Result<Vec<Group>, EvidenceError> {
        let (evidence, decisions) = (self.evidence, self.decisions);
        let affected = decisions.among(&evidence.select(&self.affected, self.watch)?);
        let base = self.base.clone().unwrap_or_else(|| self.affected.clone());
        let all = decisions.among(&evidence.select(&base, self.watch)?);
        let reference_from = self.window.0.saturating_sub(i64::from(self.limits.reference_days) * DAY);
        let (mut places, mut groups) = (Places::default(), Vec::<Group>::new());
        let models = decisions.models.as_deref().filter(|_| self.model.is_none());
        let group = |row: u32| {
            let named = models.and_then(|models| models.cell(row).texts().next().map(str::to_owned));
            let own = named.as_ref().and_then(|model| read(&condition("model", ":", model)));
            Group {
                base: Expr::and([base.clone()].into_iter().chain(own)),
                model: named.or_else(|| self.model.clone()),
                all: Vec::new(),
                affected: Vec::new(),
                reference: Vec::new(),
                reference_from: i64::MAX,
            }
        };
        let mut place = |row: u32, is_affected: bool| {
            let at = places.of(models.and_then(|models| models.code(row)).unwrap_or(0));
            if at == groups.len() {
                groups.push(group(row));
            }
            let own = &mut groups[at];
            own.all.push(row);
            if is_affected {
                own.affected.push(row);
            }
            let Some(at) = evidence.times().nanos(row) else { return };
            own.reference_from = own.reference_from.min(at);
            if !is_affected && (reference_from..self.window.0).contains(&at) {
                own.reference.push(row);
            }
        };
        let both = union(&all, &affected);
        both.for_each(|row| place(row, affected.contains(row)));
        groups.retain(|group| !group.affected.is_empty());
        for group in &mut groups {
            group.reference_from = group.reference_from.max(reference_from);
        }
        groups.sort_by(|a, b| b.affected.len().cmp(&a.affected.len()).then_with(|| a.model.cmp(&b.model)));
        if groups.len() > MAX_MODELS {
            let more = counted((groups.len() - MAX_MODELS) as u64, "model", "models");
            unknown.push(format!("anything of {more} with fewer decisions: only {MAX_MODELS} are looked at at once"));
            groups.truncate(MAX_MODELS);
        }
        Ok(groups)
    }

    /// An error where it was cancelled.
    pub(super) fn go_on(&self) -> Result<(), EvidenceError> {
        pulse::go_on(self.watch)
    }

    /// The records of a filter with further conditions.
    pub(super) fn rows(&self, base: &Expr, conditions: &[String]) -> Result<Option<Rows>, EvidenceError> {
        let Some(more) = read(&conditions.join(" ")) else { return Ok(None) };
        let expr = Expr::and([base.clone(), more]);
        let count = self.evidence.select(&expr, self.watch)?.count();
        Ok(Some(Rows { filter: expr.to_string(), count: count.into() }))
    }

    /// The affected decisions of a group, with further conditions.
    pub(super) fn affected_rows(&self, group: &Group, conditions: &[String]) -> Result<Option<Rows>, EvidenceError> {
        let times = within(self.window.0, self.window.1);
        self.rows(&group.base, &times.into_iter().chain(conditions.iter().cloned()).collect::<Vec<_>>())
    }

    /// The time of a row.
    pub(super) fn at(&self, row: u32) -> Option<i64> {
        self.evidence.times().nanos(row)
    }

    /// The name of a model at the head of a sentence where several are looked at.
    pub(super) fn of_model(&self, group: &Group) -> String {
        if self.groups.len() > 1 { format!("{}: ", group.name()) } else { String::new() }
    }
}

/// The rows of both, ascending.
fn union<'s>(a: &'s Selection, b: &'s Selection) -> impl Iterator<Item = u32> + use<> {
    let mut rows = a.bitmap().clone();
    rows.or(b.bitmap());
    rows.iter().collect::<Vec<_>>().into_iter()
}

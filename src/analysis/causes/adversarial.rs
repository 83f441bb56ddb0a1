//! Adversarial input: one actor whose requests spike, and whose input, scores or results are not those of everybody else. A spike
//! alone is a busy customer.

use super::Found;
use super::actors::{self, Actor, ActorField, Timeline};
use super::boundary::Cuts;
use super::compare::{Test, adjust, as_f64, figure, percent, rates};
use super::drift;
use super::scope::{Group, Scope};
use super::told::{Candidate, Kind, Rows, Signal, Strength};
use crate::analysis::decisions::{Measure, Tally};
use crate::analysis::distribution::Distribution;
use crate::analysis::story::condition;
use crate::evidence::EvidenceError;
use crate::query::{Field, Path};

const NARROW: &str = "the interquartile range of the actor's values ÷ that of everybody else's; the median over the numbers of the input";
const REPEATED: &str = "decisions of the actor whose input.hash another one of them has ÷ all of them";

/// An actor with what was measured of it.
struct Suspect<'f> {
    actor: Actor<'f>,
    narrow: Option<Signal>,
    repeated: Option<Signal>,
    hugging: Option<Test>,
    hugs: Option<Signal>,
    refused: Option<Test>,
}

/// Looks for it, and leaves what it finds out of the decisions that are looked at further: a burst of one is no drift of all.
pub(super) fn find(scope: &mut Scope<'_>, found: &mut Found) -> Result<(), EvidenceError> {
    let fields = actors::fields(scope)?;
    if fields.is_empty() {
        found.unknown.push("adversarial input: the decisions do not say who asked for them".to_owned());
        return Ok(());
    }
    let mut out: Vec<(usize, String, usize, u32)> = Vec::new();
    let mut all = Vec::with_capacity(scope.groups.len());
    for group in &scope.groups {
        all.push(suspects(scope, group, &fields, found)?);
    }
    // One question: did anybody probe? All actors of all models are asked it together.
    let of_all = all.iter_mut().flatten();
    adjust(of_all.flat_map(|suspect| suspect.hugging.iter_mut().chain(&mut suspect.refused)));
    for (place, mut suspects) in all.into_iter().enumerate() {
        let group = &scope.groups[place];
        sort(scope, &mut suspects);
        let mut taken: Vec<&[u32]> = Vec::new();
        for first in &suspects {
            if taken.iter().any(|known| overlaps(known, &first.actor.rows)) {
                continue;
            }
            // What is told is the actor's own name, where that stands for the same decisions.
            let alike: Vec<&Suspect<'_>> = suspects.iter().filter(|other| is_alike(first, other)).collect();
            let suspect = alike.iter().min_by_key(|other| other.actor.field.rank).copied().unwrap_or(first);
            let signals = suspect.signals(scope);
            if signals.is_empty() {
                let text = format!("{}{}: {}", scope.of_model(group), suspect.actor.words(), suspect.actor.spike.text);
                let spike = Signal { text, strength: None, ..suspect.actor.spike.clone() };
                found.below(Kind::AdversarialInput, [spike]);
                continue;
            }
            let others = alike.iter().filter(|other| other.actor.words() != suspect.actor.words());
            let others: Vec<String> = others.map(|other| other.actor.words()).collect();
            let candidate = candidate(scope, group, suspect, signals, &others)?;
            found.candidates.push(candidate);
            let own = condition(&suspect.actor.field.name, ":", &suspect.actor.value);
            let field = fields.iter().position(|field| field.name == suspect.actor.field.name).unwrap_or_default();
            out.push((place, own, field, suspect.actor.code));
            taken.push(&suspect.actor.rows);
        }
    }
    for (place, condition, field, code) in out {
        let column = &fields[field].column;
        scope.groups[place].leave_out(&condition, |row| column.code(row) == Some(code));
    }
    Ok(())
}

/// How many decisions two actors share, and how many the one with fewer has, and both together.
fn shared(a: &[u32], b: &[u32]) -> (usize, usize, usize) {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let shared = few.iter().filter(|row| many.binary_search(row).is_ok()).count();
    (shared, few.len(), a.len() + b.len() - shared)
}

/// Whether two actors share more than half of the decisions of the one with fewer.
fn overlaps(a: &[u32], b: &[u32]) -> bool {
    let (shared, fewer, _) = shared(a, b);
    2 * shared > fewer
}

/// Whether two names stand for nearly the same decisions: three quarters of them.
fn is_alike(a: &Suspect<'_>, b: &Suspect<'_>) -> bool {
    let (shared, _, all) = shared(&a.actor.rows, &b.actor.rows);
    a.actor.field.is_named() == b.actor.field.is_named() && 4 * shared >= 3 * all
}

/// First those of whom more is known than the spike, those that are named as who asked, and those with the fewest decisions: the
/// burst, and as little else as can be.
fn sort(scope: &Scope<'_>, suspects: &mut [Suspect<'_>]) {
    suspects.sort_by_key(|suspect| {
        let is_spike_alone = suspect.signals(scope).is_empty();
        let actor = &suspect.actor;
        (is_spike_alone, !actor.field.is_named(), actor.rows.len(), actor.field.rank, actor.words())
    });
}

/// Actors with a spike and what was measured of them.
fn suspects<'f>(
    scope: &Scope<'_>,
    group: &Group,
    fields: &'f [ActorField],
    found: &mut Found,
) -> Result<Vec<Suspect<'f>>, EvidenceError> {
    let timeline = Timeline::of(scope, group);
    if !timeline.has_reference(scope.thresholds) {
        let days = scope.thresholds.access.baseline_least_days;
        let why = format!("fewer than {days} days of decisions before the window");
        found.unknown.push(format!("adversarial input: {}{why}", scope.of_model(group)));
        return Ok(Vec::new());
    }
    let mut actors = Vec::new();
    for field in fields {
        scope.go_on()?;
        actors.extend(actors::spikes(scope, group, &timeline, field));
    }
    if actors.is_empty() {
        let text = format!("{}no actor's requests spiked", scope.of_model(group));
        let definition = Kind::AdversarialInput.definition();
        found.below(Kind::AdversarialInput, [Signal::told("request_spike", text, definition)]);
        return Ok(Vec::new());
    }
    let mut suspects = Vec::with_capacity(actors.len());
    for actor in actors {
        scope.go_on()?;
        suspects.push(measure(scope, group, actor)?);
    }
    Ok(suspects)
}

/// The decisions of a group that are not the actor's: those before the window and those affected.
fn others(group: &Group, actor: &Actor<'_>) -> Vec<u32> {
    let is_other = |row: &&u32| actor.field.column.code(**row) != Some(actor.code);
    group.reference.iter().chain(&group.affected).filter(is_other).copied().collect()
}

fn measure<'f>(scope: &Scope<'_>, group: &Group, actor: Actor<'f>) -> Result<Suspect<'f>, EvidenceError> {
    let others = others(group, &actor);
    let narrow = narrow(scope, &others, &actor)?;
    let repeated = repeated(scope, &actor)?;
    let (hugging, hugs) = match Cuts::of(scope, &others)? {
        Some(cuts) => cuts.hugging(scope, &others, &actor.rows),
        None => (None, None),
    };
    let tally = |rows: &[u32]| {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(scope.decisions.marks(*row)));
        tally.counts(Measure::Adverse)
    };
    let refused = rates("refused", "adverse rate", tally(&others), tally(&actor.rows), scope.limits).ok();
    Ok(Suspect { actor, narrow, repeated, hugging, hugs, refused })
}

/// The quartiles of a distribution, by the nearest rank.
fn spread(distribution: &Distribution) -> Option<f64> {
    let rank = |share: f64| {
        let wanted = share * as_f64(distribution.with());
        let mut seen = 0;
        let at = distribution.values().iter().find(|(_, count)| {
            seen += count;
            as_f64(seen) >= wanted
        });
        at.map(|(value, _)| *value)
    };
    Some(rank(0.75)? - rank(0.25)?)
}

fn narrow(scope: &Scope<'_>, others: &[u32], actor: &Actor<'_>) -> Result<Option<Signal>, EvidenceError> {
    let mut ratios: Vec<(f64, String)> = Vec::new();
    for field in drift::fields(scope).into_iter().filter(|field| field.is_numeric) {
        let Some(column) = drift::column(scope, &field)? else { continue };
        let [everybody, own] = super::compare::numbers_of(&column, others, &actor.rows);
        if own.with() < u64::from(scope.limits.spike_floor_decisions) {
            continue;
        }
        if let (Some(wide), Some(own)) = (spread(&everybody).filter(|wide| *wide > 0.0), spread(&own)) {
            ratios.push((own / wide, field.title));
        }
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of an even number the upper one: the greater ratio says less.
    let Some((median, _)) = ratios.get(ratios.len() / 2) else { return Ok(None) };
    if *median > scope.limits.narrow_ratio {
        return Ok(None);
    }
    let told: Vec<String> = ratios.iter().take(3).map(|(ratio, title)| format!("{title} {}", figure(*ratio))).collect();
    let text = format!("near-identical input: spread against everybody's {}", told.join(", "));
    let signal = Signal::told("near_identical", text, NARROW);
    Ok(Some(signal.with_value(*median, "causes.narrow_ratio", scope.limits.narrow_ratio)))
}

fn repeated(scope: &Scope<'_>, actor: &Actor<'_>) -> Result<Option<Signal>, EvidenceError> {
    let is_there = scope.evidence.fields().iter().any(|field| field.name == "input.hash" && field.has_column);
    let field = Path::new(vec!["input".to_owned(), "hash".to_owned()]).map(Field::Path);
    let Some(field) = field.filter(|_| is_there) else { return Ok(None) };
    let column = match scope.evidence.column(&field, scope.watch) {
        Ok(column) => column,
        Err(EvidenceError::TooVaried(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut codes: Vec<u32> = actor.rows.iter().filter_map(|row| column.code(*row)).filter(|code| *code > 2).collect();
    codes.sort_unstable();
    let repeated: usize = codes.chunk_by(|a, b| a == b).map(<[u32]>::len).filter(|length| *length > 1).sum();
    let share = as_f64(repeated as u64) / as_f64(codes.len().max(1) as u64);
    if share < scope.limits.repeated_share {
        return Ok(None);
    }
    let signal = Signal::told("repeated", format!("{} of its inputs repeat another", percent(share)), REPEATED);
    Ok(Some(signal.with_value(share, "causes.repeated_share", scope.limits.repeated_share)))
}

impl Suspect<'_> {
    /// The signals beside the spike that are above their thresholds.
    fn signals(&self, scope: &Scope<'_>) -> Vec<Signal> {
        let limits = scope.limits;
        let is_certain = |test: &&Test| test.q.is_some_and(|q| q < limits.q);
        let hugs = self
            .hugging
            .as_ref()
            .filter(is_certain)
            .and_then(|test| self.hugs.clone().map(|signal| Signal { p: test.p, q: test.q, ..signal }));
        // A refusal more often, and by much.
        let is_refused = |test: &&Test| test.rose() && test.strength(limits) == Some(Strength::Strong);
        let refused = self.refused.as_ref().filter(is_refused).map(|test| test.signal(limits));
        let all = [self.narrow.clone(), self.repeated.clone(), hugs, refused].into_iter().flatten();
        all.map(|signal| signal.with_strength(Some(Strength::Moderate))).collect()
    }
}

fn candidate(
    scope: &Scope<'_>,
    group: &Group,
    suspect: &Suspect<'_>,
    signals: Vec<Signal>,
    others: &[String],
) -> Result<Candidate, EvidenceError> {
    let actor = &suspect.actor;
    let rows: Option<Rows> = scope.affected_rows(group, &[condition(&actor.field.name, ":", &actor.value)])?;
    let strength = if signals.len() > 1 { Strength::Strong } else { Strength::Moderate };
    let head = Signal { text: format!("{}: {}", actor.words(), actor.spike.text), ..actor.spike.clone() };
    let mut speaks_for: Vec<Signal> =
        std::iter::once(head).chain(signals).map(|signal| signal.with_rows(rows.clone())).collect();
    if !others.is_empty() {
        let text = format!("nearly the same decisions have {}", others.join(", "));
        let definition = "values of other fields that share three quarters of the decisions or more";
        speaks_for.push(Signal::told("also_known_as", text, definition));
    }
    let mut speaks_against = Vec::new();
    let hugs = suspect.hugs.is_some();
    for (is_there, name, text) in [
        (suspect.repeated.is_some(), "repeated", "its inputs do not repeat each other exactly"),
        (suspect.narrow.is_some(), "near_identical", "its inputs are as varied as everybody else's"),
        (hugs, "boundary", "its scores do not hug a boundary, or there is none to be seen"),
    ] {
        if !is_there {
            let definition = Kind::AdversarialInput.definition();
            speaks_against.push(Signal::told(name, text.to_owned(), definition));
        }
    }
    Ok(Candidate {
        rank: 0,
        kind: Kind::AdversarialInput,
        strength,
        model: group.model.clone(),
        version: None,
        actor: Some(actor.value.clone()),
        speaks_for,
        speaks_against,
        recommended: format!("limit and look through the requests of {}; validate such input", actor.words()),
    })
}

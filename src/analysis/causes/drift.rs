//! Data drift: what goes into a model, field by field of `input.metadata`, against what went into it before; and figures that moved
//! within a version though its input did not.

use std::sync::Arc;

use super::Found;
use super::compare::{Test, categories, moved, numbers, numbers_of, together};
use super::moves::is_worse;
use super::scope::{Group, Scope};
use super::told::{Candidate, Kind, Signal, Strength};
use crate::columns::Column;
use crate::evidence::EvidenceError;
use crate::query::Field;
use crate::record::text::shown_short;

/// A field of the input.
pub(super) struct InputField {
    pub(super) field: Field,
    /// As filters have it.
    pub(super) name: String,
    /// The last part of it, as it is shown.
    pub(super) title: String,
    pub(super) is_numeric: bool,
}

/// The fields of `input.metadata` on record.
pub(super) fn fields(scope: &Scope<'_>) -> Vec<InputField> {
    let known = scope.evidence.fields().iter();
    let read = known.filter_map(|known| {
        let Field::Path(path) = &known.field else { return None };
        let [first, second, rest @ ..] = path.members() else { return None };
        let is_input = (first.as_str(), second.as_str()) == ("input", "metadata") && !rest.is_empty();
        let (numbers, others) = (known.counts.numbers, known.counts.texts + known.counts.booleans);
        (is_input && numbers + others > 0).then(|| InputField {
            field: known.field.clone(),
            name: known.name.clone(),
            title: shown_short(&rest.join("."), 40),
            is_numeric: numbers >= others,
        })
    });
    read.collect()
}

/// Its column; `None` where its values are too varied for one.
pub(super) fn column(scope: &Scope<'_>, field: &InputField) -> Result<Option<Arc<Column>>, EvidenceError> {
    match scope.evidence.column(&field.field, scope.watch) {
        Ok(column) => Ok(Some(column)),
        Err(EvidenceError::TooVaried(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Holds the input of two sets of decisions against each other, field by field.
pub(super) fn tests(
    scope: &Scope<'_>,
    reference: &[u32],
    current: &[u32],
    unknown: &mut Vec<String>,
) -> Result<Vec<Test>, EvidenceError> {
    let mut out = Vec::new();
    for field in fields(scope) {
        scope.go_on()?;
        let Some(column) = column(scope, &field)? else {
            unknown.push(format!("{}: its values are too varied", field.title));
            continue;
        };
        // A field that these decisions do not have says nothing about them.
        let mut both = reference.iter().chain(current);
        // Nor does one that always says the same.
        let mut codes = column.codes();
        let first = both.next().and_then(|row| codes.of(*row));
        if first.is_some() && both.all(|row| codes.of(*row) == first) {
            continue;
        }
        let test = if field.is_numeric {
            numbers(&field.name, &field.title, &numbers_of(&column, reference, current), scope.limits)
        } else {
            categories(&field.name, &field.title, &column, (reference, current), scope.limits)
        };
        match test {
            Ok(test) => out.push(test),
            Err(why) => unknown.push(why),
        }
    }
    Ok(out)
}

/// Figures of a group that are compared before anything is said about them.
pub(super) struct Measured {
    inputs: Vec<Test>,
    within: Vec<Test>,
}

impl Measured {
    /// All tests.
    pub(super) fn tests(&mut self) -> impl Iterator<Item = &mut Test> {
        self.inputs.iter_mut().chain(&mut self.within)
    }
}

/// Measures the input, and the figures within versions, of every group.
pub(super) fn measured(scope: &Scope<'_>, found: &mut Found) -> Result<Vec<Measured>, EvidenceError> {
    let mut all = Vec::new();
    for group in &scope.groups {
        all.push(measure(scope, group, found)?);
    }
    Ok(all)
}

/// Says where what was measured makes a candidate. Model degradation was looked for before.
pub(super) fn judge(scope: &Scope<'_>, all: &[Measured], found: &mut Found) -> Result<(), EvidenceError> {
    for (group, measured) in scope.groups.iter().zip(all) {
        let name = scope.of_model(group);
        let is_moved = |test: &&Test| test.strength(scope.limits).is_some();
        let drifted: Vec<&Test> = measured.inputs.iter().filter(is_moved).collect();
        // For the better is no cause of an incident.
        let worse: Vec<&Test> = measured.within.iter().filter(|test| is_worse(scope, test)).collect();
        let told = |test: &Test| Signal { text: format!("{name}{}", test.text), ..test.signal(scope.limits) };
        if drifted.is_empty() {
            found.below(Kind::DataDrift, measured.inputs.iter().map(told));
        } else {
            let still: Vec<&Test> = measured.within.iter().filter(|test| !is_moved(test)).collect();
            let candidate = drift(scope, group, &drifted, (&worse, &still), found)?;
            found.candidates.push(candidate);
        }
        let is_explained = !drifted.is_empty();
        if worse.is_empty() || is_explained {
            found.below(Kind::DataOrWorld, measured.within.iter().filter(|test| !is_moved(test)).map(told));
        } else {
            let candidate = world(scope, group, &worse, &measured.inputs)?;
            found.candidates.push(candidate);
        }
    }
    Ok(())
}

fn measure(scope: &Scope<'_>, group: &Group, found: &mut Found) -> Result<Measured, EvidenceError> {
    let name = scope.of_model(group);
    let mut why = Vec::new();
    let inputs = if group.reference.is_empty() {
        why.push("there are no decisions before the window that it could be held against".to_owned());
        Vec::new()
    } else {
        tests(scope, &group.reference, &group.affected, &mut why)?
    };
    if inputs.is_empty() && why.is_empty() {
        why.push("the decisions name no input.metadata".to_owned());
    }
    found.unknown.extend(why.iter().map(|why| format!("data drift: {name}{why}")));
    let (reference, current) = of_common_versions(scope, group);
    let mut within = Vec::new();
    if reference.is_empty() || current.is_empty() {
        let why = "no version decided both in the window and in the days before it";
        found.unknown.push(format!("data or world: {name}{why}"));
    } else {
        for result in moved(scope, &reference, &current) {
            match result {
                Ok(test) => within.push(test),
                Err(why) => found.unknown.push(format!("data or world: {name}{why}")),
            }
        }
    }
    Ok(Measured { inputs, within })
}

/// The decisions of versions that are on both sides: what moved among them, no version moved. Where versions are not known, all of
/// them count as one.
fn of_common_versions(scope: &Scope<'_>, group: &Group) -> (Vec<u32>, Vec<u32>) {
    let Some(versions) = scope.decisions.versions.as_deref() else {
        return (group.reference.clone(), group.affected.clone());
    };
    let codes = |rows: &[u32]| {
        let mut codes: Vec<u32> = rows.iter().map(|row| versions.code(*row).unwrap_or(0)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    };
    let (before, now) = (codes(&group.reference), codes(&group.affected));
    let only = |rows: &[u32], other: &[u32]| -> Vec<u32> {
        let is_common = |row: &&u32| other.binary_search(&versions.code(**row).unwrap_or(0)).is_ok();
        rows.iter().filter(is_common).copied().collect()
    };
    (only(&group.reference, &now), only(&group.affected, &before))
}

/// The signals of tests, the strongest first.
fn signals(scope: &Scope<'_>, group: &Group, tests: &[&Test]) -> Result<Vec<Signal>, EvidenceError> {
    let mut tests = tests.to_vec();
    tests.sort_by(|a, b| (b.strength(scope.limits)).cmp(&a.strength(scope.limits)).then(b.size.total_cmp(&a.size)));
    let mut out = Vec::new();
    for test in tests {
        out.push(test.signal(scope.limits).with_rows(scope.affected_rows(group, &test.select)?));
    }
    Ok(out)
}

fn drift(
    scope: &Scope<'_>,
    group: &Group,
    drifted: &[&Test],
    (worse, still): (&[&Test], &[&Test]),
    found: &Found,
) -> Result<Candidate, EvidenceError> {
    let mut speaks_for = signals(scope, group, drifted)?;
    let strength = together(speaks_for.iter().filter_map(|signal| signal.strength)).unwrap_or(Strength::Moderate);
    speaks_for.extend(signals(scope, group, worse)?);
    // What did not move with the input.
    let below = |test: &&Test| Signal { text: test.below_words(scope.limits), ..test.signal(scope.limits) };
    let mut speaks_against: Vec<Signal> = still.iter().map(below).collect();
    // A version that took over and moved something explains the incident without the input.
    let is_own = |candidate: &&Candidate| candidate.kind == Kind::ModelDegradation && candidate.model == group.model;
    for other in found.candidates.iter().filter(is_own) {
        let version = other.version.as_deref().map(|version| shown_short(version, 60)).unwrap_or_default();
        let rows = other.speaks_for.first().and_then(|signal| signal.rows.clone());
        let told = Signal::told(
            "boundary",
            format!("figures moved where {version} took over"),
            Kind::ModelDegradation.definition(),
        );
        speaks_against.push(told.with_rows(rows));
    }
    Ok(Candidate {
        rank: 0,
        kind: Kind::DataDrift,
        strength,
        model: group.model.clone(),
        version: None,
        actor: None,
        speaks_for,
        speaks_against,
        recommended: "consider retraining on recent data; look at where the new input comes from".to_owned(),
    })
}

fn world(scope: &Scope<'_>, group: &Group, worse: &[&Test], inputs: &[Test]) -> Result<Candidate, EvidenceError> {
    let speaks_for = signals(scope, group, worse)?;
    let strength = together(speaks_for.iter().filter_map(|signal| signal.strength)).unwrap_or(Strength::Moderate);
    let largest = inputs.iter().max_by(|a, b| a.size.total_cmp(&b.size));
    let against = largest.map(|test| Signal {
        text: format!("the input did not move (largest: {})", test.text),
        ..test.signal(scope.limits)
    });
    Ok(Candidate {
        rank: 0,
        kind: Kind::DataOrWorld,
        strength,
        model: group.model.clone(),
        version: None,
        actor: None,
        speaks_for,
        speaks_against: against.into_iter().collect(),
        recommended:
            "look at what changed outside the model, and at inputs that the log does not name; retrain if it lasts"
                .to_owned(),
    })
}

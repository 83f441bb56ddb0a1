//! Model degradation: what moved where one version took over from another, and whether it moved back when that one went.

use super::Found;
use super::by_code::by_code;
use super::compare::{Test, adjust, moved, rates, together};
use super::drift;
use super::moves::is_worse;
use super::scope::{DAY, Group, Scope};
use super::told::{Candidate, Kind, Signal, Strength};
use crate::analysis::decisions::Measure;
use crate::analysis::deployments::ApprovalState;
use crate::analysis::instant::Instant;
use crate::analysis::story::condition;
use crate::analysis::thresholds::CausesThresholds;
use crate::analysis::versions::stretches::Stretch;
use crate::columns::Column;
use crate::evidence::EvidenceError;
use crate::record::figures::counted;
use crate::record::text::shown_short;

/// A version that took over from another, and what moved with it.
pub(super) struct Boundary<'a> {
    group: usize,
    before: &'a Stretch,
    stretch: &'a Stretch,
    /// The version that followed, where one did.
    next: Option<&'a Stretch>,
    /// Its affected decisions.
    current: Vec<u32>,
    /// Those of the version before.
    reference: Vec<u32>,
    /// Those of the version that followed.
    after: Vec<u32>,
    pub(super) tests: Vec<Test>,
    /// Adverse results at single values of fields.
    pub(super) by_value: Vec<Test>,
    pub(super) back: Vec<Test>,
    /// The way back at single values.
    pub(super) back_by_value: Vec<Test>,
}

impl Boundary<'_> {
    /// What moved back of a figure with the version that followed, by the thresholds that hold for what moved.
    fn back_of(&self, test: &Test, limits: &CausesThresholds) -> Option<&Test> {
        let back = if test.is_of_value { &self.back_by_value } else { &self.back };
        // Of a figure at single values there is one for each of them.
        let back = back.iter().find(|back| back.name == test.name && (!test.is_of_value || back.select == test.select));
        back.filter(|back| back.rose() != test.rose() && back.strength(limits).is_some())
    }
}

/// Measures what moved where versions took over.
pub(super) fn measured<'a>(scope: &Scope<'a>, found: &mut Found) -> Result<Vec<Boundary<'a>>, EvidenceError> {
    let mut boundaries = Vec::new();
    for (place, group) in scope.groups.iter().enumerate() {
        boundaries.extend(of_group(scope, place, group, found)?);
    }
    Ok(boundaries)
}

/// Says where what was measured makes a candidate.
pub(super) fn judge(scope: &Scope<'_>, boundaries: &[Boundary<'_>], found: &mut Found) -> Result<(), EvidenceError> {
    for boundary in boundaries {
        let all = boundary.tests.iter().chain(&boundary.by_value);
        let worse: Vec<&Test> = all.clone().filter(|test| is_worse(scope, test)).collect();
        if !worse.iter().any(|test| test.stands_alone(scope.limits)) {
            let name = format!("{}{}: ", scope.of_model(&scope.groups[boundary.group]), version(boundary.stretch));
            let below = all.map(|test| Test { text: format!("{name}{}", test.text), ..test.clone() });
            let below = below.map(|test| test.signal(scope.limits).with_strength(None));
            found.below(Kind::ModelDegradation, below);
        } else {
            let candidate = candidate(scope, boundary, &worse)?;
            found.candidates.push(candidate);
        }
    }
    Ok(())
}

fn version(stretch: &Stretch) -> String {
    shown_short(stretch.version.as_deref().unwrap_or("no version"), 60)
}

/// The boundaries of a model that lie in the window or in the days before it that the window is held against.
fn of_group<'a>(
    scope: &Scope<'a>,
    place: usize,
    group: &Group,
    found: &mut Found,
) -> Result<Vec<Boundary<'a>>, EvidenceError> {
    let stretches = scope.gathered.stretches;
    let all = stretches.all();
    let by_place = |rows: &[u32]| {
        let mut out: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
        for row in rows {
            if let Some(own) = stretches.of_row(*row).and_then(|place| out.get_mut(place)) {
                own.push(*row);
            }
        }
        out
    };
    let (by_stretch, mut affected) = (by_place(&group.all), by_place(&group.affected));
    let known = affected.iter().zip(all).filter(|(_, stretch)| stretch.is_version()).map(|(rows, _)| rows.len());
    let unknown = (group.affected.len() - known.sum::<usize>()) as u64;
    if unknown > 0 {
        let of = counted(unknown, "affected decision", "affected decisions");
        let name = scope.of_model(group);
        found.unknown.push(format!("model degradation: {name}of {of} it is not known which version made them"));
    }
    let horizon = i64::from(scope.limits.reference_days) * DAY;
    let mut out = Vec::new();
    for at in 0..all.len() {
        let stretch = &all[at];
        if affected[at].is_empty() {
            continue;
        }
        scope.go_on()?;
        let Some(begin) = stretch.begin().filter(|_| stretch.is_version()) else { continue };
        if begin < scope.window.0.saturating_sub(horizon) {
            continue;
        }
        let Some(before_at) = stretches.before(at) else { continue };
        let before = &all[before_at];
        // A version that comes back is what things move back to.
        let is_return = all.iter().any(|other| {
            (&other.log, &other.model, &other.version) == (&stretch.log, &stretch.model, &stretch.version)
                && other.begin() < before.begin()
        });
        if is_return {
            continue;
        }
        let next_at = next(all, at, begin);
        let in_stretch = |wanted: usize, from: i64, to: i64| {
            let own = by_stretch.get(wanted).map(Vec::as_slice).unwrap_or_default();
            let is_in = |row: &&u32| scope.at(**row).is_some_and(|at| (from..to).contains(&at));
            own.iter().filter(is_in).copied().collect::<Vec<u32>>()
        };
        let current = std::mem::take(&mut affected[at]);
        let reference = in_stretch(before_at, begin.saturating_sub(horizon), i64::MAX);
        let after = next_at.and_then(|at| Some((at, all[at].begin()?)));
        let after = after.map(|(at, from)| in_stretch(at, from, from.saturating_add(horizon))).unwrap_or_default();
        let mut boundary = Boundary {
            group: place,
            before,
            stretch,
            next: next_at.map(|at| &all[at]),
            current,
            reference,
            after,
            tests: Vec::new(),
            by_value: Vec::new(),
            back: Vec::new(),
            back_by_value: Vec::new(),
        };
        measure(scope, group, &mut boundary, found)?;
        out.push(boundary);
    }
    if out.is_empty() {
        let name = scope.of_model(group);
        let what = "no version took over in the window or in the days before it";
        let told = Signal::told("boundaries", format!("{name}{what}"), Kind::ModelDegradation.definition());
        found.below(Kind::ModelDegradation, [told]);
    }
    Ok(out)
}

/// The stretch of another version that followed.
fn next(all: &[Stretch], at: usize, begin: i64) -> Option<usize> {
    let stretch = &all[at];
    let later = all.iter().enumerate().filter(|(other, after)| {
        *other != at
            && after.is_version()
            && (&after.log, &after.model) == (&stretch.log, &stretch.model)
            && after.version != stretch.version
            && after.begin().is_some_and(|other| other > begin)
    });
    later.min_by_key(|(_, after)| after.begin()).map(|(other, _)| other)
}

/// Makes the tests of a boundary: the figures, adverse results group by group, and the way back.
fn measure(
    scope: &Scope<'_>,
    group: &Group,
    boundary: &mut Boundary<'_>,
    found: &mut Found,
) -> Result<(), EvidenceError> {
    let name = format!("{}{} against {}", scope.of_model(group), version(boundary.stretch), version(boundary.before));
    for result in moved(scope, &boundary.reference, &boundary.current) {
        match result {
            Ok(test) => boundary.tests.push(test),
            Err(why) => found.unknown.push(format!("model degradation: {name}: {why}")),
        }
    }
    boundary.back = moved(scope, &boundary.current, &boundary.after).into_iter().filter_map(Result::ok).collect();
    for field in drift::fields(scope).into_iter().filter(|field| !field.is_numeric) {
        let Some(column) = drift::column(scope, &field)? else { continue };
        boundary.by_value.extend(by_value(scope, &field.name, &column, [&boundary.reference, &boundary.current]));
        boundary.back_by_value.extend(by_value(scope, &field.name, &column, [&boundary.current, &boundary.after]));
    }
    Ok(())
}

/// Adverse results among the decisions of each value of a field: a version may wrong some of them alone.
fn by_value(scope: &Scope<'_>, path: &str, column: &Column, sides: [&[u32]; 2]) -> Vec<Test> {
    let table = Measure::Adverse.table();
    let most = scope.limits.most_categories as usize;
    let pair = |row: u32| table.pair(scope.decisions.marks(row));
    let Some(counts) = by_code(column, sides, most, pair) else { return Vec::new() };
    let test = |(code, text): (u32, &str)| {
        let place = counts.binary_search_by_key(&code, |(known, _)| *known).ok()?;
        let [before, now] = counts[place].1;
        let title = format!("adverse rate at {}", shown_short(text, 40));
        let test = rates(&format!("adverse_rate:{path}"), &title, before, now, scope.limits).ok()?;
        Some(Test { select: vec![condition(path, ":", text)], is_of_value: true, ..test })
    };
    column.values().filter_map(|(code, _, text)| test((code, text))).collect()
}

/// The candidate that a boundary makes.
fn candidate(scope: &Scope<'_>, boundary: &Boundary<'_>, worse: &[&Test]) -> Result<Candidate, EvidenceError> {
    let group = &scope.groups[boundary.group];
    let (stretch, limits) = (boundary.stretch, scope.limits);
    let own = stretch.version.as_ref().map(|version| condition("version", ":", version));
    // Of the groups by value only the one in which it moved most is told.
    let (mut by_value, mut told): (Vec<&Test>, Vec<&Test>) = worse.iter().copied().partition(|test| test.is_of_value);
    if told.is_empty() {
        by_value.retain(|test| test.stands_alone(limits));
    }
    let most = by_value.into_iter().max_by(|a, b| a.size.total_cmp(&b.size));
    let overall = told.iter().find(|test| test.name == "adverse_rate").map_or(0.0, |test| test.size);
    told.extend(most.filter(|test| test.size > overall));
    told.sort_by(|a, b| b.strength(limits).cmp(&a.strength(limits)).then(b.size.total_cmp(&a.size)));
    let mut speaks_for = Vec::new();
    for test in &told {
        let conditions: Vec<String> = own.iter().chain(&test.select).cloned().collect();
        let signal = test.signal(limits).with_rows(scope.affected_rows(group, &conditions)?);
        let text = match (boundary.back_of(test, limits), boundary.next) {
            (Some(_), Some(next)) => format!("{}, and back with {}", signal.text, version(next)),
            _ => signal.text.clone(),
        };
        speaks_for.push(Signal { text, ..signal });
    }
    let strength = together(speaks_for.iter().filter_map(|signal| signal.strength)).unwrap_or(Strength::Moderate);
    let (steady, drifted) = inputs(scope, group, boundary)?;
    speaks_for.extend(steady);
    let still = boundary.tests.iter().filter(|test| test.strength(limits).is_none());
    let mut speaks_against: Vec<Signal> =
        still.map(|test| Signal { text: test.below_words(limits), ..test.signal(limits) }).collect();
    speaks_against.extend(drifted);
    speaks_against.extend(approved(scope, stretch)?);
    let before = version(boundary.before);
    let recommended = match boundary.next.and_then(|next| Some((next, next.begin()?))) {
        Some((next, at)) if next.version == boundary.before.version => {
            format!("roll back to {before} (done {})", minute(at))
        }
        Some((next, at)) => {
            format!("roll back to {before} (done another way: {} since {})", version(next), minute(at))
        }
        None => {
            format!("consider rolling back to {before}, and test {} by group before it serves again", version(stretch))
        }
    };
    Ok(Candidate {
        rank: 0,
        kind: Kind::ModelDegradation,
        strength,
        model: group.model.clone(),
        version: stretch.version.clone(),
        actor: None,
        speaks_for,
        speaks_against,
        recommended,
    })
}

/// `2026-04-29 08:05`, in UTC.
pub(super) fn minute(at: i64) -> String {
    Instant(at).to_string().get(..16).unwrap_or_default().replacen('T', " ", 1)
}

/// Whether the input moved with the boundary: what speaks for it where it did not, and what speaks against it where it did.
fn inputs(
    scope: &Scope<'_>,
    group: &Group,
    boundary: &Boundary<'_>,
) -> Result<(Option<Signal>, Vec<Signal>), EvidenceError> {
    let mut tests = drift::tests(scope, &boundary.reference, &boundary.current, &mut Vec::new())?;
    adjust(tests.iter_mut());
    let mut drifted = Vec::new();
    for test in tests.iter().filter(|test| test.strength(scope.limits).is_some()) {
        let rows = scope.affected_rows(group, &test.select)?;
        let signal = test.signal(scope.limits).with_rows(rows).with_strength(None);
        drifted.push(Signal { text: format!("the input moved as well: {}", test.text), ..signal });
    }
    let largest = tests.iter().filter(|_| drifted.is_empty()).max_by(|a, b| a.size.total_cmp(&b.size));
    let steady = largest.map(|test| Signal {
        text: format!("the input did not move (largest: {})", test.text),
        ..test.signal(scope.limits)
    });
    Ok((steady, drifted))
}

/// That others approved the version, where they did.
fn approved(scope: &Scope<'_>, stretch: &Stretch) -> Result<Option<Signal>, EvidenceError> {
    let events = &scope.gathered.deployments.events;
    let event = events.iter().find(|event| {
        event.at == stretch.from
            && event.model == stretch.model
            && event.version == stretch.version
            && event.at.is_some()
            && event.log == stretch.log
    });
    // What a damaged record says of approvals speaks for nobody.
    let Some(event) = event.filter(|event| !scope.damage.contains_key(&event.row)) else { return Ok(None) };
    if !matches!(event.approval, ApprovalState::OneOther | ApprovalState::Several(_)) {
        return Ok(None);
    }
    let text = format!("{} {}", version(stretch), event.approval.words());
    let rows = super::changes::rows_of(scope, event)?;
    Ok(Some(Signal::told("approval", text, super::changes::DEFINITION).with_rows(rows)))
}

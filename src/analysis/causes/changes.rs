//! Unreviewed changes: what went into service shortly before the window or in it that nobody else approved, and configurations that
//! changed within a version.

use std::collections::BTreeSet;

use super::Found;
use super::degradation::minute;
use super::scope::{Group, HOUR, Scope, within};
use super::told::{Candidate, Kind, Rows, Signal, Strength};
use crate::analysis::deployments::{ApprovalState, Event};
use crate::analysis::instant::Instant;
use crate::analysis::story::condition;
use crate::evidence::EvidenceError;
use crate::query::{Field, Path};
use crate::record::figures::{count, counted};
use crate::record::text::shown_short;

/// What an approval is, as it is told with signals.
pub(super) const DEFINITION: &str =
    "approvals dated no later than the deployment, by others than whoever deployed it or asked for the change";
const CONFIGURATION: &str =
    "decisions whose reproducibility.config_hash or weights_hash their version did not have before";

/// The records of a deployment, and of the change request that it names.
pub(super) fn rows_of(scope: &Scope<'_>, event: &Event) -> Result<Option<Rows>, EvidenceError> {
    let Some(at) = event.at else { return Ok(None) };
    let own = condition("time", ":", &Instant(at).to_string());
    let own = format!("kind:deployment {own}");
    let filter = match &event.change_request {
        Some(request) => {
            let request = condition("change_request", ":", request);
            format!("({own} {request}) or (kind:change {request})")
        }
        None => own,
    };
    scope.rows(&crate::query::Expr::All, &[filter])
}

/// Looks for them. Model degradation was looked for before.
pub(super) fn find(scope: &Scope<'_>, found: &mut Found) -> Result<(), EvidenceError> {
    deployments(scope, found)?;
    for group in &scope.groups {
        if let Some(candidate) = configuration(scope, group, found)? {
            found.candidates.push(candidate);
        }
    }
    Ok(())
}

fn deployments(scope: &Scope<'_>, found: &mut Found) -> Result<(), EvidenceError> {
    let shortly = i64::from(scope.thresholds.incident.shortly_before_hours) * HOUR;
    let (from, to) = (scope.window.0.saturating_sub(shortly), scope.window.1);
    let is_meant = |event: &&Event| scope.model.is_none() || event.model.is_none() || event.model == scope.model;
    let here = scope.gathered.deployments.events.iter().filter(|event| scope.is_here(event));
    let all: Vec<&Event> = here.filter(is_meant).collect();
    let is_near = |event: &&&Event| event.at.is_some_and(|at| (from..to).contains(&at));
    // What goes out of service changes no answer.
    let near: Vec<&Event> =
        all.iter().filter(is_near).filter(|event| event.action.as_deref() != Some("retire")).copied().collect();
    if all.iter().any(|event| event.at.is_none()) {
        found.unknown.push("unreviewed change: deployments without a time that can be placed".to_owned());
    }
    let events = &scope.gathered.deployments.events;
    if !near.is_empty() && events.iter().all(|event| event.approvals.is_empty()) {
        let why = "no deployment and no change on record has any approval: approvals are not recorded here";
        found.unknown.push(format!("unreviewed change: {why}"));
        return Ok(());
    }
    if near.is_empty() {
        let text = "no deployment or rollback shortly before the window or in it".to_owned();
        found.below(Kind::UnreviewedChange, [Signal::told("deployments", text, DEFINITION)]);
    }
    for event in near {
        let version = event.version.as_deref().map_or_else(|| "no version".to_owned(), |name| shown_short(name, 60));
        let what = format!("{version} of {}", minute(event.at.unwrap_or_default()));
        if let Some(damage) = scope.damage.get(&event.row) {
            let why = format!("its record is damaged ({damage}), and may not say who approved");
            found.unknown.push(format!("unreviewed change: {what}: {why}"));
            continue;
        }
        match event.approval {
            ApprovalState::None | ApprovalState::OnlyOwn => {
                let candidate = deployment(scope, event, &all, found)?;
                found.candidates.push(candidate);
            }
            ApprovalState::NotDeterminable => {
                found.unknown.push(format!("unreviewed change: {what}: {}", event.approval.words()));
            }
            ApprovalState::OneOther | ApprovalState::Several(_) => {
                let told = Signal::told("approval", format!("{what}: {}", event.approval.words()), DEFINITION);
                let rows = rows_of(scope, event)?;
                found.below(Kind::UnreviewedChange, [told.with_rows(rows)]);
            }
        }
    }
    Ok(())
}

fn deployment(scope: &Scope<'_>, event: &Event, all: &[&Event], found: &Found) -> Result<Candidate, EvidenceError> {
    let name =
        |name: &Option<String>| name.as_deref().map_or_else(|| "nobody named".to_owned(), |name| shown_short(name, 60));
    let version = event.version.as_deref().map_or_else(|| "no version".to_owned(), |name| shown_short(name, 60));
    let at = minute(event.at.unwrap_or_default());
    let text = format!("{version}, deployed {at} by {}: {}", name(&event.deployer), event.approval.words());
    let mut speaks_for = vec![
        Signal::told("approval", text, DEFINITION)
            .with_rows(rows_of(scope, event)?)
            .with_strength(Some(Strength::Moderate)),
    ];
    let mut speaks_against = Vec::new();
    // What moved with it makes the change weigh more; that nothing did speaks against it.
    let is_moved = |candidate: &&Candidate| {
        candidate.kind == Kind::ModelDegradation
            && candidate.version.is_some()
            && (&candidate.model, &candidate.version) == (&event.model, &event.version)
    };
    let moved = found.candidates.iter().find(is_moved);
    match moved.and_then(|moved| moved.speaks_for.first()) {
        Some(signal) => {
            let text = format!("it is where figures moved: {}", signal.text);
            speaks_for.push(Signal { text, ..signal.clone() });
        }
        None => {
            let text = "no figure is known to have moved for the worse with it".to_owned();
            speaks_against.push(Signal::told("boundary", text, Kind::ModelDegradation.definition()));
        }
    }
    let others: Vec<&&Event> =
        all.iter().filter(|other| other.row != event.row && other.model == event.model).collect();
    let approved =
        others.iter().filter(|other| matches!(other.approval, ApprovalState::OneOther | ApprovalState::Several(_)));
    let text = format!(
        "{} of {} of the model had the approval of others",
        count(approved.count() as u64),
        counted(others.len() as u64, "other deployment", "other deployments")
    );
    speaks_against.push(Signal::told("approvals_elsewhere", text, DEFINITION));
    let recommended = match &event.change_request {
        Some(request) => format!("require a second approver for {}", shown_short(request, 60)),
        None => "require a change request and a second approver".to_owned(),
    };
    Ok(Candidate {
        rank: 0,
        kind: Kind::UnreviewedChange,
        strength: if moved.is_some() { Strength::Strong } else { Strength::Moderate },
        model: event.model.clone(),
        version: event.version.clone(),
        actor: event.deployer.clone(),
        speaks_for,
        speaks_against,
        recommended,
    })
}

/// Hashes of configuration or weights in the window that the same version did not have before it.
fn configuration(scope: &Scope<'_>, group: &Group, found: &mut Found) -> Result<Option<Candidate>, EvidenceError> {
    let Some(versions) = scope.decisions.versions.as_deref() else { return Ok(None) };
    let mut looked = 0;
    for name in ["config_hash", "weights_hash"] {
        let path = format!("reproducibility.{name}");
        let known = scope.evidence.fields().iter().any(|field| field.name == path);
        let field = Path::new(vec!["reproducibility".to_owned(), name.to_owned()]).map(Field::Path);
        let Some(field) = field.filter(|_| known) else { continue };
        let column = match scope.evidence.column(&field, scope.watch) {
            Ok(column) => column,
            Err(EvidenceError::TooVaried(_)) => continue,
            Err(error) => return Err(error),
        };
        let pairs = |rows: &[u32]| {
            let pairs = rows.iter().filter_map(|row| Some((versions.code(*row)?, column.code(*row)?)));
            // Whoever does not state it changed nothing.
            let mut pairs: Vec<(u32, u32)> = pairs.filter(|(_, code)| *code >= 3).collect();
            // Most are as the one before them.
            pairs.dedup();
            pairs.into_iter().collect::<BTreeSet<(u32, u32)>>()
        };
        let (before, now) = (pairs(&group.reference), pairs(&group.affected));
        looked += now.len();
        let is_known = |version: u32| before.iter().any(|(known, _)| *known == version);
        let Some((version, code)) = now.difference(&before).find(|(version, _)| is_known(*version)).copied() else {
            continue;
        };
        let value = |column: &crate::columns::Column, code: u32| {
            column.values().find(|(known, ..)| *known == code).map(|(.., text)| text.to_owned())
        };
        let (Some(version), Some(hash)) = (value(versions, version), value(&column, code)) else { continue };
        let is_it = |row: &&u32| column.code(**row) == Some(code);
        let first = group.affected.iter().filter(is_it).filter_map(|row| scope.at(*row)).min();
        let shown = shown_short(&version, 60);
        let text = format!("{shown} decided with another {name} from {} on", first.map(minute).unwrap_or_default());
        let rows = scope.rows(
            &group.base,
            &within(scope.window.0, scope.window.1)
                .into_iter()
                .chain([condition("version", ":", &version), condition(&path, ":", &hash)])
                .collect::<Vec<_>>(),
        )?;
        return Ok(Some(Candidate {
            rank: 0,
            kind: Kind::UnreviewedChange,
            strength: Strength::Moderate,
            model: group.model.clone(),
            version: Some(version),
            actor: None,
            speaks_for: vec![
                Signal::told("configuration", text, CONFIGURATION)
                    .with_rows(rows)
                    .with_strength(Some(Strength::Moderate)),
            ],
            speaks_against: Vec::new(),
            recommended: format!("find out who changed {shown} without a new version, and let it be approved"),
        }));
    }
    if looked > 0 {
        let text = format!("{}every version kept its configuration", scope.of_model(group));
        found.below(Kind::UnreviewedChange, [Signal::told("configuration", text, CONFIGURATION)]);
    }
    Ok(None)
}

//! Likely causes of an incident, or of what happened in a stretch of time: a ranked list of candidates, each with the figures that
//! speak for it, the records behind them, and what speaks against it. Not an oracle: what is known of causes no log says.
//!
//! [`Causes`] is a public format: `assets/spec/likely-causes.md` describes its JSON and how candidates are ranked.

mod accesses;
mod accounts;
mod actors;
mod adversarial;
mod boundary;
mod by_code;
mod changes;
mod compare;
mod degradation;
mod drift;
mod moves;
mod scope;
mod told;

pub use told::{CAVEAT, Candidate, Causes, Compared, Kind, Limit, Looked, Rows, Signal, Strength};

use super::access::Pattern;
use super::bundles::{LogTold, reservations};
use super::decisions::Decisions;
use super::deployments::Deployments;
use super::incidents::Incident;
use super::instant::Instant;
use super::story::WindowTold;
use super::thresholds::Thresholds;
use super::versions::stretches::Stretches;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::Expr;
use scope::{Scope, within};

/// What is asked about.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The incident's id, or a name of the user's.
    pub name: String,
    /// The first instant and the first one after, in nanoseconds since 1970 (UTC).
    pub window: Option<(i64, i64)>,
    /// Whether the window is the one that the incident states.
    pub is_stated: bool,
    /// The log that the incident is in; of several that are open, decisions, deployments and accesses of the others do not count.
    pub log: Option<String>,
    /// Whose decisions; of every model where none is named.
    pub model: Option<String>,
    /// Which decisions are affected, instead of those of the model in the window.
    pub affected: Option<Expr>,
}

impl Asked {
    /// About an incident: its model, and the window that it states last, where that has both ends.
    #[must_use]
    pub fn about(incident: &Incident) -> Self {
        let stated = incident.window.and_then(|window| window.from.zip(window.to)).filter(|(from, to)| from < to);
        Self {
            name: incident.id.clone(),
            window: stated,
            is_stated: stated.is_some(),
            log: Some(incident.log.clone()),
            model: incident.model.clone(),
            affected: None,
        }
    }
}

/// Everything that causes are looked for in, gathered once: several questions about the same evidence share it.
#[derive(Debug, Clone, Copy)]
pub struct Gathered<'a> {
    /// What is known of every decision.
    pub decisions: &'a Decisions,
    /// Which stretch of service each decision belongs to.
    pub stretches: &'a Stretches,
    /// What was deployed.
    pub deployments: &'a Deployments,
    /// Which accesses are out of pattern.
    pub pattern: &'a Pattern,
}

/// What is found while it is looked for.
#[derive(Debug, Default)]
struct Found {
    candidates: Vec<Candidate>,
    below: Vec<(Kind, Signal)>,
    unknown: Vec<String>,
}

impl Found {
    /// What was measured and makes no candidate.
    fn below(&mut self, kind: Kind, signals: impl IntoIterator<Item = Signal>) {
        self.below.extend(signals.into_iter().map(|signal| (kind, signal)));
    }
}

impl Causes {
    /// Looks for them.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(
        evidence: &Evidence,
        gathered: &Gathered<'_>,
        asked: &Asked,
        thresholds: &Thresholds,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let mut found = Found::default();
        let scope = Scope::of(evidence, gathered, asked, thresholds, watch, &mut found.unknown)?;
        let (mut affected, mut reference, mut window) = (None, None, None);
        if let Some(mut scope) = scope {
            let (from, to) = scope.window;
            let source = if asked.is_stated { "incident" } else { "given" };
            window = Some(WindowTold { from: Instant(from), to: Instant(to), source });
            affected = scope.rows(&scope.affected, &[])?;
            // Without a decision that is affected there is nothing to hold against anything.
            if let Some(base) = scope.base.as_ref().filter(|_| !scope.groups.is_empty()) {
                let begin = scope.groups.iter().map(|group| group.reference_from).min();
                reference = scope.rows(base, &within(begin.unwrap_or(from).min(from), from))?;
            }
            if scope.groups.is_empty() {
                found.unknown.push("anything measured in decisions: none is affected".to_owned());
            }
            // The order matters: what one finds explains what the next ones see.
            adversarial::find(&mut scope, &mut found)?;
            moves::find(&scope, &mut found)?;
            changes::find(&scope, &mut found)?;
            accounts::find(&scope, &mut found)?;
        }
        found.unknown.extend(reservations(evidence, &evidence.damage()));
        let is_about_decisions = asked.model.is_some() || asked.affected.is_some();
        let candidates = ranked(found.candidates, is_about_decisions);
        let looked = |kind: Kind| Looked {
            kind,
            definition: kind.definition(),
            candidates: candidates.iter().filter(|candidate| candidate.kind == kind).count(),
            below: found.below.iter().filter(|(of, _)| *of == kind).map(|(_, signal)| signal.clone()).collect(),
        };
        Ok(Self {
            format: told::FORMAT,
            caveat: CAVEAT,
            name: asked.name.clone(),
            logs: LogTold::all(evidence),
            window,
            model: asked.model.clone(),
            affected,
            reference,
            looked_for: Kind::ALL.into_iter().map(looked).collect(),
            candidates,
            thresholds: thresholds.clone(),
            not_determinable: found.unknown,
        })
    }
}

/// Puts candidates in order. Where decisions are affected, what is measured in them comes before what happened near them; then the
/// stronger evidence, then the more specific kind; then more signals.
fn ranked(mut candidates: Vec<Candidate>, is_about_decisions: bool) -> Vec<Candidate> {
    let signals =
        |candidate: &Candidate| candidate.speaks_for.iter().filter(|signal| signal.strength.is_some()).count();
    candidates.sort_by(|a, b| {
        let is_near = |candidate: &Candidate| is_about_decisions && !candidate.kind.is_measured();
        (is_near(a), b.strength, a.kind, signals(b)).cmp(&(is_near(b), a.strength, b.kind, signals(a)))
    });
    for (place, candidate) in candidates.iter_mut().enumerate() {
        candidate.rank = place + 1;
    }
    candidates
}

#[cfg(test)]
mod tests;

//! What stands fast about the evidence once it is open, and is asked of every record: found on the thread that opens it, so that
//! no frame has to.

use std::collections::{BTreeMap, BTreeSet};

use super::colours::Colours;
use super::landmarks::Landmarks;
use super::shape;
use crate::analysis::plausible::Plausible;
use crate::analysis::service::Service;
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::query::Expr;
use crate::record::{Kind, SystemRecord};

/// So many `system` records are read for how results are to be taken; a log has a handful.
const MAX_SYSTEMS: usize = 256;

/// What stands fast about the evidence.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Records of each kind ([`Kind::place`]), whatever the filter; what two bundles hold counts once.
    pub by_kind: [u32; Kind::ALL.len()],
    /// Rows with something wrong, and the word for it.
    pub damage: BTreeMap<u32, &'static str>,
    /// Results against the person concerned.
    pub adverse: BTreeSet<String>,
    /// Results in their favour.
    pub favourable: BTreeSet<String>,
    /// What each bundle is called, told apart.
    pub names: Vec<String>,
    /// The colours of versions.
    pub colours: Colours,
    /// Who is named in which role, and how many they are; roles that nobody has are left out.
    pub people: Vec<(&'static str, u32)>,
    /// Which versions of models were in service when.
    pub service: Service,
    /// Which times can be true.
    pub plausible: Plausible,
    /// What stands out in time.
    pub landmarks: Landmarks,
}

/// Roles, in the words for one and for several, and the records that name who has them in `user`.
const ROLES: [(&str, &str, &str); 4] = [
    ("user", "users", "kind:decision"),
    ("reviewer", "reviewers", "kind:review"),
    ("deployer", "deployers", "kind:deployment"),
    ("service", "services", "kind:access subject.type:service"),
];

impl Facts {
    /// Finds them. What cannot be read is left out: the views that need it say so themselves.
    #[must_use]
    pub fn of(evidence: &Evidence, watch: &dyn Watch) -> Self {
        let mut facts = Self::default();
        let kinds = evidence.kinds().unwrap_or_default();
        let mut systems = Vec::new();
        let all = evidence.select(&Expr::All, watch).unwrap_or_else(|_| Selection::all(evidence.rows()));
        for (row, kind) in all.iter().filter_map(|row| Some((row, kinds.get(row as usize)?))) {
            if let Some(count) = facts.by_kind.get_mut(usize::from(*kind)) {
                *count += 1;
            }
            if *kind == Kind::System.place() && systems.len() < MAX_SYSTEMS {
                systems.push(row);
            }
        }
        for row in systems {
            let line = evidence.line(row).ok().flatten();
            let record = line.as_ref().and_then(|line| crate::bundle::line::Line::parse(&line.bytes));
            let system = record.and_then(|line| serde_json::from_slice::<SystemRecord>(line.record).ok());
            if let Some(result) = system.and_then(|system| system.result) {
                facts.adverse.extend(result.adverse);
                facts.favourable.extend(result.favourable);
            }
        }
        facts.plausible = Plausible::of(evidence.times(), evidence.hidden());
        let paths: Vec<_> = evidence.logs().iter().map(|log| log.index.bundle()).collect();
        facts.names = super::bundles::names(&paths);
        facts.damage = evidence.damage();
        facts.landmarks = Landmarks::of(evidence, &all, &facts.damage, watch);
        facts.people = people(evidence, watch);
        facts.service = Service::of(evidence, watch).unwrap_or_default();
        facts.colours = Colours::of(&facts.service);
        facts
    }
}

/// Who is named in each role, counted apart.
fn people(evidence: &Evidence, watch: &dyn Watch) -> Vec<(&'static str, u32)> {
    let Some(user) = shape::field("user") else { return Vec::new() };
    let count = |filter: &str| {
        let query = evidence.parse(filter).ok()?;
        let rows = evidence.select(&query.expr, watch).ok()?;
        evidence.facet(&user, &rows, 0, watch).ok().map(|facet| facet.distinct)
    };
    let told = ROLES.iter().filter_map(|(one, many, filter)| match count(filter)? {
        0 => None,
        1 => Some((*one, 1)),
        n => Some((*many, n)),
    });
    told.collect()
}

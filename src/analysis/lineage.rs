//! The lineage of a decision: which version decided and how that is known, the deployment that put it into service and who
//! approved that, the training that made it, the data it was made from, what was checked afterwards; whether these fit together, and
//! what is missing to make the decision again. What the records do not say stands in [`Lineage::not_determinable`].
//!
//! [`Lineage`] is a public format: `assets/spec/decision-lineage.md` describes its JSON.

mod attached;
mod checks;
mod digest;
mod missing;
mod read;
mod records;
mod standing;
mod told;

use std::collections::BTreeMap;

pub use read::Recorded;
pub use told::{
    Attachment, Candidate, Change, Check, Compared, Dataset, Decision, Deployment, Held, Input, Lack, Lineage, Missing,
    Outcome, Purpose, Review, State, Training, VersionSource, VersionSources,
};

use super::bundles::{LogTold, reservations};
use super::deployments::{Deployments, Event};
use super::gather;
use crate::bundle::reading::Watch;
use crate::evidence::sealed::{self, Disclosed};
use crate::evidence::{Evidence, EvidenceError};
use crate::integrity::scan::LineState;
use crate::record::Kind;
use crate::record::text::shown_short;
use read::Entry;

impl Lineage {
    /// Tells where the decision of a row comes from.
    ///
    /// # Errors
    /// Where an index or a bundle cannot be read, or is not the one that was indexed.
    pub fn of(
        evidence: &Evidence,
        row: u32,
        deployments: &Deployments,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let damage = evidence.damage();
        Teller { evidence, deployments, watch, damage, log: gather::log_of(evidence, row), unknown: Vec::new() }
            .tell(row)
    }
}

/// The rows of the decisions that have exactly this id, in the order of the table; and how many records of other kinds have it.
///
/// # Errors
/// Where an index cannot be read.
pub fn decisions_of_id(evidence: &Evidence, id: &str) -> Result<(Vec<u32>, u32), EvidenceError> {
    let kinds = evidence.kinds()?;
    let (mut decisions, mut others) = (Vec::new(), 0);
    for log in evidence.logs() {
        log.index.each_id(|row, own| {
            let row = log.rows.start + row;
            if own != id || evidence.hidden().is_some_and(|hidden| hidden.contains(row)) {
                return;
            }
            match kinds.get(row as usize) {
                Some(kind) if *kind == Kind::Decision.place() => decisions.push(row),
                _ => others += 1,
            }
        })?;
    }
    Ok((decisions, others))
}

/// What goes into a lineage while it is told.
struct Teller<'a> {
    evidence: &'a Evidence,
    deployments: &'a Deployments,
    watch: &'a dyn Watch,
    /// Rows with something wrong.
    damage: BTreeMap<u32, &'static str>,
    /// The name of the decision's log.
    log: String,
    /// What cannot be told.
    unknown: Vec<String>,
}

/// Which versions may have decided, and by which deployments.
struct Standing<'a> {
    source: VersionSource,
    words: String,
    /// By version: whether it was in service, and its deployments.
    versions: Vec<(String, bool, Vec<&'a Event>)>,
}

impl<'a> Teller<'a> {
    fn tell(mut self, row: u32) -> Result<Lineage, EvidenceError> {
        let entry = self.read(row)?;
        let id = entry.place.id.clone();
        let (model, declared) = (entry.text(&["model", "id"]), entry.text(&["model", "version"]));
        let environment = entry.text(&["metadata", "environment"]).or_else(|| entry.text(&["environment"]));
        let standing = self.standing(&entry, model.as_deref(), declared.as_deref(), environment.as_deref());
        let is_whole = self.is_all_here()?;
        if !is_whole && standing.source != VersionSource::Recorded {
            self.unknown.push(
                "which versions were in service: records of the log are not here or cannot be read, and a deployment may be among them"
                    .to_owned(),
            );
        }
        let decision = Decision {
            model: model.clone(),
            version: match (&standing.source, &standing.versions[..]) {
                (VersionSource::Recorded | VersionSource::Inferred, [(version, ..)]) => Some(version.clone()),
                _ => None,
            },
            declared_version: declared,
            version_source: standing.source,
            version_words: standing.words,
            environment,
            output: entry.at(&["output"]),
            input: self.input(&entry),
            reproducibility: entry.at(&["reproducibility"]),
            record: entry.place.clone(),
        };
        let mut candidates = Vec::new();
        for (version, is_in_service, events) in standing.versions {
            candidates.push(self.candidate(model.as_deref(), version, is_in_service, &events)?);
        }
        if standing.source != VersionSource::Recorded {
            for told in candidates.iter().flat_map(|candidate| &candidate.deployments) {
                if let Some(word) = told.record.damage {
                    let record = checks::named(&told.record);
                    self.unknown
                        .push(format!("which version decided: {record} is {word}, and may not say what was written"));
                }
            }
        }
        let (reviews, outcomes) = match &id {
            Some(id) => self.afterwards(id)?,
            None => {
                self.unknown.push("what came of it: the decision has no id, and no record can name it".to_owned());
                (Vec::new(), Vec::new())
            }
        };
        if let Some(word) = decision.record.damage {
            self.unknown.push(format!("what the decision was: its record is {word}, and may not say what was written"));
        }
        if self.evidence.has_contradictions() {
            self.unknown.push("which log this is: two bundles hold different records in one place of a log".to_owned());
        }
        self.unknown.extend(reservations(self.evidence, &self.damage));
        let tally = self.evidence.tally();
        Ok(Lineage {
            format: told::FORMAT,
            logs: LogTold::all(self.evidence),
            version_sources: VersionSources {
                recorded: tally.recorded,
                inferred: tally.inferred,
                ambiguous: tally.ambiguous_version,
                unknown: tally.unknown_version,
            },
            checks: candidates.iter().flat_map(|candidate| checks::checks(&decision, candidate, is_whole)).collect(),
            missing: missing::missing(&decision, &candidates),
            decision,
            candidates,
            reviews,
            outcomes,
            not_determinable: self.unknown,
        })
    }

    /// Whether every record of every log is here, and can be read: otherwise one that is not found may be among the others.
    fn is_all_here(&self) -> Result<bool, EvidenceError> {
        let is_read = |state: &u8| [LineState::Intact, LineState::Altered].iter().any(|known| known.place() == *state);
        Ok(self.evidence.is_whole() && self.evidence.states()?.iter().all(is_read))
    }

    fn read(&self, row: u32) -> Result<Entry, EvidenceError> {
        Entry::read(self.evidence, &self.damage, row)
    }

    /// The deployments of a model that say what served the decision's log: the log's own, else those of the first other that has
    /// any that count. `all` are theirs, `counting` those of them that count.
    fn deployments_of(&self, model: &str, environment: Option<&str>) -> (Vec<&'a Event>, Vec<&'a Event>) {
        let others = self.evidence.logs().iter().map(|log| log.index.origin.as_str());
        for log in std::iter::once(self.log.as_str()).chain(others) {
            let is_meant = |event: &&Event| event.log == log && event.model.as_deref() == Some(model);
            let all: Vec<&Event> = self.deployments.events.iter().filter(is_meant).collect();
            let counting = standing::counting(&all, environment);
            if !counting.is_empty() {
                return (all, counting);
            }
        }
        (Vec::new(), Vec::new())
    }

    /// Which versions may have decided.
    fn standing(
        &self,
        entry: &Entry,
        model: Option<&str>,
        declared: Option<&str>,
        environment: Option<&str>,
    ) -> Standing<'a> {
        // What a decision does not say itself is inferred as everywhere else: whatever environment it names.
        let environment = environment.filter(|_| declared.is_some());
        let (all, counting) = model.map(|model| self.deployments_of(model, environment)).unwrap_or_default();
        let live = entry.place.at.map(|at| standing::in_service(&counting, at.0)).unwrap_or_default();
        if let Some(version) = declared {
            let in_service = live.get(version).cloned();
            let is_in_service = in_service.is_some();
            let is_of_version = |event: &&&Event| {
                event.version.as_deref() == Some(version)
                    && matches!(event.action.as_deref(), Some("deploy" | "rollback"))
            };
            let events = in_service.unwrap_or_else(|| all.iter().filter(is_of_version).copied().collect());
            return Standing {
                source: VersionSource::Recorded,
                words: "the decision names it".to_owned(),
                versions: vec![(version.to_owned(), is_in_service, events)],
            };
        }
        let names: Vec<String> = live.keys().map(|version| shown_short(version, 60)).collect();
        let by = |events: &[&Event]| {
            events
                .last()
                .and_then(|event| event.seq)
                .map(|seq| format!(", by the deployment at seq {}", crate::record::figures::count(seq)))
        };
        let (source, words) = match (&names[..], model, entry.place.at) {
            ([_], ..) => {
                let by = live.values().next().and_then(|events| by(events)).unwrap_or_default();
                let words = format!("the decision names none; it is the only one that was in service then{by}");
                (VersionSource::Inferred, words)
            }
            ([_, ..], ..) => {
                let words = format!("the decision names none, and {} were in service then", names.join(" and "));
                (VersionSource::Ambiguous, words)
            }
            ([], None, _) => (VersionSource::Unknown, "the decision names neither version nor model".to_owned()),
            ([], _, None) => {
                (VersionSource::Unknown, "the decision names none, and has no time that can be placed".to_owned())
            }
            ([], ..) if counting.is_empty() => {
                let words = "the decision names none, and no deployment on record says what was in service".to_owned();
                (VersionSource::Unknown, words)
            }
            ([], ..) => (
                VersionSource::Unknown,
                "the decision names none, and none was in service then, by the deployments on record".to_owned(),
            ),
        };
        let versions = live.into_iter().map(|(version, events)| (version.to_owned(), true, events)).collect();
        Standing { source, words, versions }
    }

    fn input(&self, entry: &Entry) -> Input {
        const DATA: [&str; 2] = ["input", "data"];
        let is_sealed = |path: &[&str]| entry.at(path).is_some_and(|value| value.is_sealed());
        // The seal may be of the whole input.
        let pointer = if is_sealed(&DATA) {
            Some("/input/data")
        } else if is_sealed(&DATA[..1]) {
            Some("/input")
        } else {
            None
        };
        let data = match (pointer, entry.at(&DATA)) {
            (Some(pointer), _) => self.seal(entry, pointer),
            (None, Some(_)) => Held::Recorded,
            (None, None) => Held::Absent,
        };
        let hash = entry.at(&["input", "hash"]);
        Input { hash, data, metadata_members: entry.members_at(&["input", "metadata"]) }
    }

    /// What became of a sealed member of a record.
    fn seal(&self, entry: &Entry, pointer: &str) -> Held {
        // Where what was disclosed cannot be read, the seal is there all the same.
        let Ok(sealed) = sealed::read(self.evidence, entry.place.row, entry.json(), self.watch) else {
            return Held::Sealed;
        };
        let of = sealed.iter().find(|sealed| sealed.pointer == pointer);
        match of.map(|sealed| (&sealed.disclosure, sealed.erased_by)) {
            Some((Some(Disclosed::Fits(_)), _)) => Held::Disclosed,
            Some((Some(Disclosed::Differs(_)), _)) => Held::DisclosureDiffers,
            Some((None, Some(_))) => Held::Erased,
            Some((None, None)) | None => Held::Sealed,
        }
    }
}

#[cfg(test)]
mod tests;
